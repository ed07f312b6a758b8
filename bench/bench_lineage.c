/* SPDX-License-Identifier: MIT */
/*
 * bench_lineage.c - adding capsules to a lineage and settling it, at 10,000,
 * 100,000 and 1,000,000: how the cost of one grows, and its memory.
 *
 *     bench_lineage [SECONDS]
 *
 * Each capsule is the next of one of 64 chains and links to two others. They
 * are made without a key; what is measured begins behind the door. The
 * seconds are not looked at: one pass is one figure.
 */
#include "seigr/lineage.h"
#include "seigr/sys/posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_CHAINS 64u
#define BENCH_LINK_LEN 38u /* 32 24 0a 20 ID 10 ROLE, as in a payload */

static size_t bench_live;
static size_t bench_peak;

static void *bench_alloc(size_t len, void *ctx)
{
    size_t *block = malloc(len + 16);

    (void)ctx;
    if (block == NULL)
        return NULL;
    *block = len;
    bench_live += len;
    if (bench_live > bench_peak)
        bench_peak = bench_live;
    return (uint8_t *)block + 16;
}

static void bench_release(void *ptr, void *ctx)
{
    size_t *block;

    (void)ctx;
    if (ptr == NULL)
        return;
    block = (size_t *)(void *)((uint8_t *)ptr - 16);
    bench_live -= *block;
    free(block);
}

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* An ID that spreads as a hash does (splitmix64). */
static seigr_id bench_id(uint64_t number)
{
    seigr_id id;

    for (uint64_t w = 0; w < 4; w++) {
        uint64_t z = (number * 4 + w) * 0x9e3779b97f4a7c15u;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        memcpy(id.bytes + 8 * w, &z, 8);
    }
    return id;
}

static void bench_link(seigr_verified *capsule, uint8_t *links, uint64_t to)
{
    static const uint8_t head[] = {0x32, 0x24, 0x0a, 0x20};
    seigr_capsule *view = &capsule->private_view;
    const seigr_id id = bench_id(to);

    links += view->links.len;
    memcpy(links, head, sizeof(head));
    memcpy(links + 4, &id, sizeof(id));
    links[36] = 0x10;
    links[37] = SEIGR_ROLE_PARENT;
    view->links.len += BENCH_LINK_LEN;
    view->link_count++;
}

static void bench_add(seigr_lineage *lineage, uint64_t number)
{
    uint8_t links[2 * BENCH_LINK_LEN];
    seigr_verified capsule;
    seigr_capsule *view = &capsule.private_view;

    memset(&capsule, 0, sizeof(capsule));
    capsule.private_id = bench_id(number);
    view->kind = SEIGR_KIND_DATA;
    view->issuer.bytes[0] = (uint8_t)(number % BENCH_CHAINS);
    view->sequence = number / BENCH_CHAINS + 1;
    view->links.ptr = links;
    if (view->sequence > 1) {
        view->has_previous = 1;
        view->previous = bench_id(number - BENCH_CHAINS);
        bench_link(&capsule, links, number / 2);
        bench_link(&capsule, links, number / 3);
    }
    if (seigr_lineage_add(lineage, &capsule, NULL) != 0)
        exit(1);
}

static void bench_count(const seigr_context *context, uint64_t count)
{
    seigr_lineage *lineage = NULL;
    double start = bench_now();
    double added;
    double settled;

    bench_peak = bench_live = 0;
    if (seigr_lineage_new(context, NULL, &lineage) != 0)
        exit(1);
    for (uint64_t i = count; i-- > 0;) /* children first */
        bench_add(lineage, i);
    added = bench_now();
    if (seigr_lineage_settle(lineage) != 0 ||
        seigr_lineage_gap_count(lineage) != 0)
        exit(1);
    settled = bench_now();
    printf("lineage_add_%llu %.0f ns\n", (unsigned long long)count,
           (added - start) / (double)count * 1e9);
    printf("lineage_settle_%llu %.0f ns\n", (unsigned long long)count,
           (settled - added) / (double)count * 1e9);
    printf("lineage_memory_%llu %.0f bytes\n", (unsigned long long)count,
           (double)bench_live / (double)count);
    printf("lineage_memory_peak_%llu %.0f bytes\n", (unsigned long long)count,
           (double)bench_peak / (double)count);
    seigr_lineage_free(lineage);
}

int main(void)
{
    const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                       bench_alloc, bench_release, NULL};
    seigr_context context;

    if (seigr_posix_context(&context) != 0)
        return 1;
    context.allocator = &allocator;
    bench_count(&context, 10000);
    bench_count(&context, 100000);
    bench_count(&context, 1000000);
    return 0;
}
