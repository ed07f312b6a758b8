/* SPDX-License-Identifier: MIT */
/*
 * sched_queue.c - whose turn it is.
 *
 * Levels share fuel by stride scheduling (Waldspurger, Weihl 1995): a level's
 * pass grows by the fuel it has, the slower the higher it is, and the lowest
 * pass is next. A level that had nothing to do begins at the pass of the
 * others, so that idling earns nothing.
 *
 * Invariants:
 *   (1) a READY job is in exactly one place: the heap of its level if it has
 *       a deadline, else the list.
 *   (2) a heap's parent is not behind its children, and each job knows its
 *       place.
 */
#include "sched.h"

#include <assert.h> /* assert */

void seigr__sched_list_init(sched_list *list)
{
    list->first = SCHED_NONE;
    list->last = SCHED_NONE;
}

void seigr__sched_push(seigr_scheduler *s, sched_list *list, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];

    job->previous = list->last;
    job->next = SCHED_NONE;
    if (list->last == SCHED_NONE)
        list->first = slot;
    else
        s->jobs[list->last].next = slot;
    list->last = slot;
}

void seigr__sched_unlink(seigr_scheduler *s, sched_list *list, uint32_t slot)
{
    const sched_job *job = &s->jobs[slot];

    assert(list->first != SCHED_NONE);
    if (job->previous == SCHED_NONE)
        list->first = job->next;
    else
        s->jobs[job->previous].next = job->next;
    if (job->next == SCHED_NONE)
        list->last = job->previous;
    else
        s->jobs[job->next].previous = job->previous;
}

/* --- heaps ------------------------------------------------------------ */

static int sched_queue_before(const sched_job *a, const sched_job *b)
{
    if (a->job.deadline_ms != b->job.deadline_ms)
        return a->job.deadline_ms < b->job.deadline_ms;
    return a->number < b->number;
}

static void sched_queue_set(seigr_scheduler *s, sched_heap *heap, uint32_t at,
                            uint32_t slot)
{
    heap->slots[at] = slot;
    if (heap->of_deadlines)
        s->jobs[slot].deadline_at = at;
    else
        s->jobs[slot].ready_at = at;
}

/* Let a slot rise from a place to where it belongs. */
static void sched_queue_rise(seigr_scheduler *s, sched_heap *heap, uint32_t at,
                             uint32_t slot)
{
    while (at > 0) {
        const uint32_t parent = (at - 1) / 2;

        if (!sched_queue_before(&s->jobs[slot], &s->jobs[heap->slots[parent]]))
            break;
        sched_queue_set(s, heap, at, heap->slots[parent]);
        at = parent;
    }
    sched_queue_set(s, heap, at, slot);
}

/* Let a slot sink from a place to where it belongs. */
static void sched_queue_sink(seigr_scheduler *s, sched_heap *heap, uint32_t at,
                             uint32_t slot)
{
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= heap->count)
            break;
        if (child + 1 < heap->count &&
            sched_queue_before(&s->jobs[heap->slots[child + 1]],
                               &s->jobs[heap->slots[child]]))
            child++;
        if (!sched_queue_before(&s->jobs[heap->slots[child]], &s->jobs[slot]))
            break;
        sched_queue_set(s, heap, at, heap->slots[child]);
        at = child;
    }
    sched_queue_set(s, heap, at, slot);
}

void seigr__sched_heap_put(seigr_scheduler *s, sched_heap *heap, uint32_t slot)
{
    assert(heap->count < s->options.job_max);
    sched_queue_rise(s, heap, heap->count++, slot);
}

void seigr__sched_heap_take(seigr_scheduler *s, sched_heap *heap, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    const uint32_t at = heap->of_deadlines ? job->deadline_at : job->ready_at;
    const uint32_t last = heap->slots[heap->count - 1];

    assert(heap->count > 0 && at < heap->count && heap->slots[at] == slot);
    heap->count--;
    if (heap->of_deadlines)
        job->deadline_at = SCHED_NONE;
    else
        job->ready_at = SCHED_NONE;
    if (last == slot)
        return;
    if (at > 0 &&
        sched_queue_before(&s->jobs[last], &s->jobs[heap->slots[(at - 1) / 2]]))
        sched_queue_rise(s, heap, at, last); /* (2) */
    else
        sched_queue_sink(s, heap, at, last);
}

/* --- turns ------------------------------------------------------------ */

static int sched_queue_has(const sched_level *level)
{
    return level->urgent.count > 0 || level->plain.first != SCHED_NONE;
}

void seigr__sched_ready(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_level *level = &s->levels[job->job.priority];

    /* Differences of passes, which wrap. */
    if (!sched_queue_has(level) && level->pass - s->pass > INT64_MAX)
        level->pass = s->pass;
    job->state = SCHED_READY;
    if (job->job.deadline_ms != 0) /* (1) */
        seigr__sched_heap_put(s, &level->urgent, slot);
    else
        seigr__sched_push(s, &level->plain, slot);
}

void seigr__sched_unready(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_level *level = &s->levels[job->job.priority];

    assert(job->state == SCHED_READY);
    if (job->job.deadline_ms != 0)
        seigr__sched_heap_take(s, &level->urgent, slot);
    else
        seigr__sched_unlink(s, &level->plain, slot);
}

int seigr__sched_is_ready(const seigr_scheduler *s)
{
    for (uint32_t i = 0; i < SEIGR_PRIORITY_COUNT; i++)
        if (sched_queue_has(&s->levels[i]))
            return 1;
    return 0;
}

uint32_t seigr__sched_pick(seigr_scheduler *s)
{
    sched_level *best = NULL;
    uint32_t slot;

    for (uint32_t i = SEIGR_PRIORITY_COUNT; i-- > 0;) {
        sched_level *level = &s->levels[i];

        if (sched_queue_has(level) &&
            (best == NULL || best->pass - level->pass - 1 < INT64_MAX))
            best = level; /* a lower pass; of equals the higher level */
    }
    if (best == NULL)
        return SCHED_NONE;
    s->pass = best->pass;
    best->turns++;
    if (best->plain.first != SCHED_NONE &&
        (best->urgent.count == 0 || best->turns % SCHED_PLAIN_TURN == 0))
        slot = best->plain.first;
    else
        slot = best->urgent.slots[0];
    seigr__sched_unready(s, slot);
    return slot;
}

void seigr__sched_charge(seigr_scheduler *s, uint32_t level, uint64_t fuel)
{
    assert(level < SEIGR_PRIORITY_COUNT);
    s->levels[level].pass += (fuel + SCHED_TURN_FUEL)
                             << (SEIGR_PRIORITY_COUNT - 1 - level);
}

void seigr__sched_refund(seigr_scheduler *s, uint32_t level, uint64_t fuel)
{
    assert(level < SEIGR_PRIORITY_COUNT);
    s->levels[level].pass -= fuel << (SEIGR_PRIORITY_COUNT - 1 - level);
}
