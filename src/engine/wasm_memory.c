/* SPDX-License-Identifier: MIT */
/*
 * wasm_memory.c - the guest's linear memory.
 *
 * Memory comes from the context's allocator in one block: room for pages,
 * then a mark for each 4 KiB of it that says whether a write began there.
 *
 * Invariants:
 *   (1) len == pages * WASM_PAGE_LEN, and bytes between len and room are
 *       never seen by the guest before they are zero.
 *   (2) pages <= pages_max and pages <= room.
 */
#include "wasm_instance.h"

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */

#define MARKS_PER_PAGE (WASM_PAGE_LEN / WASM_DIRTY_LEN)

/* A block with room for pages, what the memory holds copied into it. */
static int memory_take(wasm_memory *memory, uint32_t room)
{
    const uint64_t len = (uint64_t)room * (WASM_PAGE_LEN + MARKS_PER_PAGE);
    const uint32_t marks = memory->pages * MARKS_PER_PAGE;
    uint8_t *bytes;

    if (len > SIZE_MAX)
        return SEIGR_E_NOMEM;
    bytes = seigr__alloc(memory->context, (size_t)len);
    if (bytes == NULL)
        return SEIGR_E_NOMEM;
    if (memory->pages > 0) {
        memcpy(bytes, memory->bytes, (size_t)memory->len);
        memcpy(bytes + (uint64_t)room * WASM_PAGE_LEN, memory->dirty, marks);
    }
    seigr__release(memory->context, memory->bytes);
    memory->bytes = bytes;
    memory->dirty = bytes + (uint64_t)room * WASM_PAGE_LEN;
    memory->room = room;
    return 0;
}

int seigr__wasm_memory_grow(wasm_memory *memory, uint32_t pages)
{
    const uint32_t old = memory->pages;
    uint64_t want = (uint64_t)old + pages;
    int err = 0;

    assert(want <= memory->pages_max);
    if (pages == 0)
        return 0;
    if (want > memory->room) {
        /* Half as much again, so that growing by single pages does not copy
         * each time; just what is needed where that is not to be had. */
        uint64_t more = old == 0 ? want : want + want / 2;

        if (more > memory->pages_max)
            more = memory->pages_max;
        err = memory_take(memory, (uint32_t)more);
        if (err < 0 && more > want)
            err = memory_take(memory, (uint32_t)want);
    }
    if (err < 0)
        return err;
    memset(memory->bytes + memory->len, 0, (size_t)pages * WASM_PAGE_LEN);
    memset(memory->dirty + (uint64_t)old * MARKS_PER_PAGE, 0,
           (size_t)pages * MARKS_PER_PAGE);
    memory->pages = (uint32_t)want; /* (2) */
    memory->len = want * WASM_PAGE_LEN;
    return 0;
}

int seigr__wasm_memory_init(wasm_memory *memory, const seigr_context *context,
                            uint32_t pages, uint32_t pages_max)
{
    memset(memory, 0, sizeof(*memory));
    memory->context = context;
    memory->pages_max = pages_max;
    return seigr__wasm_memory_grow(memory, pages);
}

void seigr__wasm_memory_fini(wasm_memory *memory)
{
    seigr__release(memory->context, memory->bytes);
    memory->bytes = NULL;
}

void seigr__wasm_memory_mark(wasm_memory *memory, uint64_t at, uint64_t len)
{
    if (len == 0)
        return;
    assert(at + len <= memory->len);
    memset(memory->dirty + (at >> WASM_DIRTY_SHIFT), 1,
           (size_t)(((at + len - 1) >> WASM_DIRTY_SHIFT) -
                    (at >> WASM_DIRTY_SHIFT) + 1));
}

uint32_t seigr__wasm_memory_fill(wasm_memory *memory, uint32_t to,
                                 uint32_t value, uint32_t count)
{
    if ((uint64_t)to + count > memory->len)
        return SEIGR_TRAP_MEMORY;
    if (count == 0)
        return 0;
    memset(memory->bytes + to, (int)(value & 0xff), count);
    seigr__wasm_memory_mark(memory, to, count);
    return 0;
}

uint32_t seigr__wasm_memory_copy(wasm_memory *memory, uint32_t to,
                                 uint32_t from, uint32_t count)
{
    if ((uint64_t)to + count > memory->len ||
        (uint64_t)from + count > memory->len)
        return SEIGR_TRAP_MEMORY;
    if (count == 0)
        return 0;
    memmove(memory->bytes + to, memory->bytes + from, count);
    seigr__wasm_memory_mark(memory, to, count);
    return 0;
}

uint32_t seigr__wasm_memory_place(wasm_memory *memory, uint32_t to,
                                  seigr_span segment, uint32_t from,
                                  uint32_t count)
{
    if ((uint64_t)to + count > memory->len ||
        (uint64_t)from + count > segment.len)
        return SEIGR_TRAP_MEMORY;
    if (count == 0)
        return 0;
    memcpy(memory->bytes + to, segment.ptr + from, count);
    seigr__wasm_memory_mark(memory, to, count);
    return 0;
}
