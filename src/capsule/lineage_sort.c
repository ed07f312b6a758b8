/* SPDX-License-Identifier: MIT */
/*
 * lineage_sort.c - ordering: a stable merge sort and a heap.
 *
 * Both are n log n whatever the keys, without recursion and without memory
 * of their own: IDs are chosen by strangers.
 */
#include "lineage_graph.h" /* struct lineage_item */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

uint64_t seigr__lineage_word(const uint8_t bytes[8])
{
    uint64_t word = 0;

    assert(bytes != NULL);
    for (int i = 0; i < 8; i++)
        word = word << 8 | bytes[i];
    return word;
}

/* 1 where b must stand before a. */
static int sort_after(const seigr_lineage *lineage,
                      const struct lineage_item *a,
                      const struct lineage_item *b, lineage_tie tie)
{
    assert(a != NULL && b != NULL);
    if (a->key != b->key)
        return a->key > b->key;
    return tie != NULL && tie(lineage, a->index, b->index) > 0;
}

/* Merge [low, mid) and [mid, high) of from into to. */
static void sort_merge(const seigr_lineage *lineage,
                       const struct lineage_item *from, struct lineage_item *to,
                       uint32_t low, uint32_t mid, uint32_t high,
                       lineage_tie tie)
{
    uint32_t a = low;
    uint32_t b = mid;

    assert(low <= mid && mid <= high);
    if (mid == high || !sort_after(lineage, &from[mid - 1], &from[mid], tie)) {
        memcpy(to + low, from + low, (size_t)(high - low) * sizeof(*to));
        return;
    }
    for (uint32_t at = low; at < high; at++) {
        if (a == mid ||
            (b < high && sort_after(lineage, &from[a], &from[b], tie)))
            to[at] = from[b++];
        else
            to[at] = from[a++];
    }
}

void seigr__lineage_sort(const seigr_lineage *lineage,
                         struct lineage_item *items, struct lineage_item *spare,
                         uint32_t count, lineage_tie tie)
{
    struct lineage_item *from = items;
    struct lineage_item *to = spare;

    assert(items != NULL);
    for (uint64_t width = 1; width < count; width *= 2) {
        struct lineage_item *swap = from;

        for (uint64_t low = 0; low < count; low += 2 * width) {
            uint64_t mid = low + width < count ? low + width : count;
            uint64_t high = mid + width < count ? mid + width : count;

            sort_merge(lineage, from, to, (uint32_t)low, (uint32_t)mid,
                       (uint32_t)high, tie);
        }
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, (size_t)count * sizeof(*items));
}

void seigr__lineage_heap_push(uint32_t *heap, uint32_t *count, uint32_t value)
{
    uint32_t at = (*count)++;

    assert(heap != NULL && count != NULL);
    while (at > 0 && heap[(at - 1) / 2] > value) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = value;
}

uint32_t seigr__lineage_heap_pop(uint32_t *heap, uint32_t *count)
{
    uint32_t top = heap[0];
    uint32_t last = heap[--*count];
    uint32_t at = 0;

    assert(heap != NULL && count != NULL);
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child + 1 < *count && heap[child + 1] < heap[child])
            child++;
        if (child >= *count || heap[child] >= last)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}
