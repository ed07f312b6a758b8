/* SPDX-License-Identifier: MIT */
/*
 * memory.c - an allocator that counts, and fails on request. Any thread may
 * call it.
 */
#include "support.h"

#include <pthread.h>
#include <stdlib.h>

/* In front of every block: its length, keeping the block aligned. */
union memory_head {
    size_t len;
    max_align_t align;
};

static pthread_mutex_t memory_lock = PTHREAD_MUTEX_INITIALIZER;

static void *memory_take(support_memory *memory, size_t len)
{
    union memory_head *head;

    memory->total_count++;
    if (memory->fail_at != 0 &&
        (memory->total_count == memory->fail_at ||
         (memory->fail_after && memory->total_count > memory->fail_at)))
        return NULL;
    if (len > memory->largest_bytes)
        memory->largest_bytes = len;
    head = malloc(sizeof(*head) + len);
    if (head == NULL)
        return NULL;
    head->len = len;
    memory->live_count++;
    memory->live_bytes += len;
    if (memory->live_bytes > memory->peak_bytes)
        memory->peak_bytes = memory->live_bytes;
    return head + 1;
}

static void *memory_alloc(size_t len, void *ctx)
{
    void *ptr;

    pthread_mutex_lock(&memory_lock);
    ptr = memory_take(ctx, len);
    pthread_mutex_unlock(&memory_lock);
    return ptr;
}

static void memory_release(void *ptr, void *ctx)
{
    support_memory *memory = ctx;
    union memory_head *head = ptr;

    if (ptr == NULL)
        return;
    head--;
    pthread_mutex_lock(&memory_lock);
    memory->live_count--;
    memory->live_bytes -= head->len;
    pthread_mutex_unlock(&memory_lock);
    free(head);
}

void support_memory_init(support_memory *memory)
{
    *memory = (support_memory){0};
    memory->allocator.struct_size = (uint32_t)sizeof(memory->allocator);
    memory->allocator.alloc = memory_alloc;
    memory->allocator.release = memory_release;
    memory->allocator.ctx = memory;
}

void support_each_allocation(int (*body)(support_memory *memory, void *arg),
                             void *arg)
{
    for (int after = 0; after <= 1; after++) {
        for (size_t n = 1;; n++) {
            support_memory memory;
            int err;

            support_memory_init(&memory);
            memory.fail_at = n;
            memory.fail_after = after;
            err = body(&memory, arg);
            assert_int_equal(memory.live_count, 0);
            if (memory.total_count < n) { /* nothing failed any more */
                assert_int_equal(err, 0);
                break;
            }
            assert_int_equal(err, SEIGR_E_NOMEM);
        }
    }
}
