/* SPDX-License-Identifier: MIT */
/*
 * lineage_settle.c - working out the answers: order and who names whom.
 *
 * Invariants:
 *   (1) Whatever is put in order here is ordered by IDs and nothing else
 *       that adding decides.
 *   (2) A capsule's ID is a hash over its links, so that a circle cannot be
 *       made; should one be there all the same, its capsules and what comes
 *       from them stand at the end of the order, by ID, and are counted.
 *   (3) On failure there are no answers.
 */
#include "lineage_graph.h" /* struct lineage_answers */

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */
#include <string.h> /* memset */

void seigr__lineage_unsettle(seigr_lineage *lineage)
{
    const seigr_context *context = &lineage->context;
    struct lineage_answers *answers = &lineage->answers;

    seigr__release(context, answers->order);
    seigr__release(context, answers->position);
    seigr__release(context, answers->child_first);
    seigr__release(context, answers->child);
    seigr__release(context, answers->by_chain);
    seigr__release(context, answers->chains);
    seigr__release(context, answers->ranges);
    seigr__release(context, answers->gaps);
    seigr__release(context, answers->forks);
    seigr__release(context, answers->marks);
    seigr__release(context, answers->queue);
    seigr__release(context, answers->via_capsule);
    seigr__release(context, answers->via_edge);
    memset(answers, 0, sizeof(*answers));
}

/* Zeroed room for count numbers, at least one. */
static uint32_t *settle_numbers(const seigr_lineage *lineage, uint32_t count)
{
    return seigr__alloc_zero(&lineage->context, count == 0 ? 1 : count,
                             sizeof(uint32_t));
}

static int settle_allocate(seigr_lineage *lineage)
{
    struct lineage_answers *answers = &lineage->answers;
    uint32_t count = lineage->capsule_count;

    answers->order = settle_numbers(lineage, count);
    answers->position = settle_numbers(lineage, count);
    answers->child_first = settle_numbers(lineage, lineage->point_count + 1);
    answers->child = settle_numbers(lineage, lineage->edge_count);
    answers->by_chain = settle_numbers(lineage, count);
    answers->marks = settle_numbers(lineage, count);
    answers->queue = settle_numbers(lineage, count);
    answers->via_capsule = settle_numbers(lineage, count);
    answers->via_edge = settle_numbers(lineage, count);
    if (answers->order == NULL || answers->position == NULL ||
        answers->child_first == NULL || answers->child == NULL ||
        answers->by_chain == NULL || answers->marks == NULL ||
        answers->queue == NULL || answers->via_capsule == NULL ||
        answers->via_edge == NULL)
        return SEIGR_E_NOMEM;
    return 0;
}

/* --- Sorting --------------------------------------------------------- */

static int settle_tie_id(const seigr_lineage *lineage, uint32_t a, uint32_t b)
{
    assert(a < lineage->capsule_count && b < lineage->capsule_count);
    return memcmp(lineage_id(lineage, a), lineage_id(lineage, b),
                  sizeof(seigr_id));
}

static int settle_tie_issuer(const seigr_lineage *lineage, uint32_t a,
                             uint32_t b)
{
    assert(a < lineage->capsule_count && b < lineage->capsule_count);
    return memcmp(&lineage->capsules[a].issuer, &lineage->capsules[b].issuer,
                  sizeof(seigr_public_key));
}

/* by_chain: by ID, then stably by sequence, stream and issuer. Leaves the
 * order by ID in position. */
static void settle_sort(seigr_lineage *lineage, struct lineage_item *items,
                        struct lineage_item *spare)
{
    const struct lineage_capsule *capsules = lineage->capsules;
    uint32_t count = lineage->capsule_count;

    for (uint32_t i = 0; i < count; i++) {
        items[i].key = seigr__lineage_word(lineage_id(lineage, i)->bytes);
        items[i].index = i;
    }
    seigr__lineage_sort(lineage, items, spare, count, settle_tie_id);
    for (uint32_t i = 0; i < count; i++) {
        lineage->answers.position[i] = items[i].index;
        items[i].key = capsules[items[i].index].sequence;
    }
    seigr__lineage_sort(lineage, items, spare, count, NULL);
    for (uint32_t i = 0; i < count; i++)
        items[i].key = capsules[items[i].index].stream;
    seigr__lineage_sort(lineage, items, spare, count, NULL);
    for (uint32_t i = 0; i < count; i++)
        items[i].key =
            seigr__lineage_word(capsules[items[i].index].issuer.bytes);
    seigr__lineage_sort(lineage, items, spare, count, settle_tie_issuer);
    for (uint32_t i = 0; i < count; i++)
        lineage->answers.by_chain[i] = items[i].index;
}

static int settle_sorted(seigr_lineage *lineage)
{
    size_t count = lineage->capsule_count;
    struct lineage_item *items;

    if (count == 0)
        return 0;
    items = seigr__alloc_zero(&lineage->context, 2 * count, sizeof(*items));
    if (items == NULL)
        return SEIGR_E_NOMEM;
    settle_sort(lineage, items, items + count);
    seigr__release(&lineage->context, items);
    return 0;
}

/* --- Who names whom, and order --------------------------------------- */

/* Fill child: for each point the capsules that name it, by ID (1).
 * by_id is the capsules in that order. */
static void settle_children(seigr_lineage *lineage, const uint32_t *by_id)
{
    uint32_t *first = lineage->answers.child_first;
    uint32_t *child = lineage->answers.child;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < lineage->edge_count; i++)
        first[lineage->edges[i].to]++;
    for (uint32_t i = 0; i <= lineage->point_count; i++) {
        sum += first[i];
        first[i] = sum; /* one behind the point's last */
    }
    for (uint32_t i = lineage->capsule_count; i-- > 0;) {
        const struct lineage_capsule *capsule = &lineage->capsules[by_id[i]];

        for (uint32_t e = 0; e < capsule->edge_count; e++)
            child[--first[lineage->edges[capsule->edge_first + e].to]] =
                by_id[i];
    }
    assert(first[lineage->point_count] == lineage->edge_count);
}

/* Links of a capsule to capsules that are there. */
static uint32_t settle_parents(const seigr_lineage *lineage, uint32_t capsule)
{
    const struct lineage_capsule *at = &lineage->capsules[capsule];
    uint32_t count = 0;

    assert(capsule < lineage->capsule_count);
    for (uint32_t e = 0; e < at->edge_count; e++)
        count += lineage_target(lineage, at->edge_first + e) != LINEAGE_NONE;
    return count;
}

/*
 * Fill order: again and again the lowest ID of which all parents are placed.
 *
 *   by_id    the capsules by ID; the heap holds places in it.
 *   rank     of a capsule: its place in by_id.
 *   waiting  of a capsule: its parents not yet placed.
 */
static uint32_t settle_place(seigr_lineage *lineage, const uint32_t *by_id,
                             const uint32_t *rank, uint32_t *waiting,
                             uint32_t *heap)
{
    const struct lineage_answers *answers = &lineage->answers;
    uint32_t heap_count = 0;
    uint32_t placed = 0;

    for (uint32_t i = 0; i < lineage->capsule_count; i++) {
        waiting[i] = settle_parents(lineage, i);
        if (waiting[i] == 0)
            seigr__lineage_heap_push(heap, &heap_count, rank[i]);
    }
    while (heap_count > 0) {
        uint32_t capsule = by_id[seigr__lineage_heap_pop(heap, &heap_count)];
        uint32_t point = lineage->capsules[capsule].point;

        answers->order[placed++] = capsule;
        for (uint32_t c = answers->child_first[point];
             c < answers->child_first[point + 1]; c++)
            if (--waiting[answers->child[c]] == 0)
                seigr__lineage_heap_push(heap, &heap_count,
                                         rank[answers->child[c]]);
    }
    return placed;
}

/* order and position; by_id is in position and is moved away first. */
static void settle_order(seigr_lineage *lineage)
{
    struct lineage_answers *answers = &lineage->answers;
    uint32_t count = lineage->capsule_count;
    uint32_t *by_id = answers->via_capsule;
    uint32_t *rank = answers->via_edge;
    uint32_t placed;

    memcpy(by_id, answers->position, count * sizeof(*by_id));
    for (uint32_t i = 0; i < count; i++)
        rank[by_id[i]] = i;
    settle_children(lineage, by_id);
    placed = settle_place(lineage, by_id, rank, answers->marks, answers->queue);
    answers->circle_count = count - placed;
    for (uint32_t i = 0; i < count && placed < count; i++) /* (2) */
        if (answers->marks[by_id[i]] != 0)
            answers->order[placed++] = by_id[i];
    assert(placed == count);
    for (uint32_t i = 0; i < count; i++)
        answers->position[answers->order[i]] = i;
    memset(answers->marks, 0, count * sizeof(*answers->marks));
}

int seigr_lineage_settle(seigr_lineage *lineage)
{
    int err;

    if (lineage == NULL)
        return SEIGR_E_INVAL;
    if (lineage->answers.settled)
        return 0;
    err = settle_allocate(lineage);
    if (err == 0)
        err = settle_sorted(lineage);
    if (err == 0) {
        settle_order(lineage);
        err = seigr__lineage_find_chains(lineage);
    }
    if (err != 0)
        seigr__lineage_unsettle(lineage); /* (3) */
    else
        lineage->answers.settled = 1;
    return err;
}
