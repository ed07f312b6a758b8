/* SPDX-License-Identifier: MIT */
/*
 * scheduler.c - jobs come in, have their turns, and are given back.
 *
 * It decides nothing about whose turn it is (sched_queue.c) or what an issuer
 * may use (sched_issuer.c).
 *
 * Invariants:
 *   (1) between steps no job is RUNNING.
 *   (2) slices of one step do not see each other: all are picked before the
 *       first runs, and settled in the order in which they were picked after
 *       the last has run.
 */
#include "sched.h"

#include "base/alloc.h" /* seigr__alloc_zero */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */

/* --- new and free ------------------------------------------------------ */

static int scheduler_options_ok(const seigr_scheduler_options *o)
{
    return o->struct_size >= sizeof(*o) && o->job_max >= 1 &&
           o->job_max <= SEIGR_SCHEDULER_JOBS_MAX && o->issuer_max >= 1 &&
           o->issuer_max <= SEIGR_SCHEDULER_ISSUERS_MAX && o->width_max >= 1 &&
           o->width_max <= SEIGR_SCHEDULER_WIDTH_MAX && o->slice_fuel >= 1 &&
           o->slice_fuel <= SEIGR_SCHEDULER_SLICE_MAX;
}

static int scheduler_heap_init(seigr_scheduler *s, sched_heap *heap)
{
    heap->slots =
        seigr__alloc_zero(s->context, s->options.job_max, sizeof(*heap->slots));
    return heap->slots == NULL ? SEIGR_E_NOMEM : 0;
}

static int scheduler_init(seigr_scheduler *s)
{
    const seigr_scheduler_options *o = &s->options;

    s->jobs = seigr__alloc_zero(s->context, o->job_max, sizeof(*s->jobs));
    s->issuers =
        seigr__alloc_zero(s->context, o->issuer_max, sizeof(*s->issuers));
    s->lanes = seigr__alloc_zero(s->context, o->width_max, sizeof(*s->lanes));
    if (s->jobs == NULL || s->issuers == NULL || s->lanes == NULL ||
        scheduler_heap_init(s, &s->deadlines) != 0)
        return SEIGR_E_NOMEM;
    for (uint32_t i = 0; i < SEIGR_PRIORITY_COUNT; i++) {
        seigr__sched_list_init(&s->levels[i].plain);
        if (scheduler_heap_init(s, &s->levels[i].urgent) != 0)
            return SEIGR_E_NOMEM;
    }
    s->deadlines.of_deadlines = 1;
    seigr__sched_list_init(&s->unused);
    seigr__sched_list_init(&s->ended);
    for (uint32_t i = 0; i < o->job_max; i++)
        seigr__sched_push(s, &s->unused, i);
    return 0;
}

int seigr_scheduler_new(const seigr_context *context,
                        const seigr_scheduler_options *options,
                        seigr_scheduler **out)
{
    static const seigr_scheduler_options defaults =
        SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s;
    int err;

    if (options == NULL)
        options = &defaults;
    if (context == NULL || context->allocator == NULL || out == NULL ||
        !scheduler_options_ok(options))
        return SEIGR_E_INVAL;
    s = seigr__alloc_zero(context, 1, sizeof(*s));
    if (s == NULL)
        return SEIGR_E_NOMEM;
    s->context = context;
    s->options = *options;
    s->stats = (seigr_scheduler_stats)SEIGR_SCHEDULER_STATS_INIT;
    err = scheduler_init(s);
    if (err < 0) {
        seigr_scheduler_free(s);
        return err;
    }
    *out = s;
    return 0;
}

void seigr_scheduler_free(seigr_scheduler *s)
{
    if (s == NULL)
        return;
    for (uint32_t i = 0; i < SEIGR_PRIORITY_COUNT; i++)
        seigr__release(s->context, s->levels[i].urgent.slots);
    seigr__release(s->context, s->deadlines.slots);
    seigr__release(s->context, s->lanes);
    seigr__release(s->context, s->issuers);
    seigr__release(s->context, s->jobs);
    seigr__release(s->context, s);
}

/* Time does not go back. */
static void scheduler_now(seigr_scheduler *s, uint64_t now_ms)
{
    if (now_ms > s->now_ms)
        s->now_ms = now_ms;
}

int seigr_scheduler_budget(seigr_scheduler *s, const seigr_public_key *key,
                           const seigr_budget *budget, uint64_t now_ms)
{
    uint32_t issuer;

    if (s == NULL || key == NULL || budget == NULL)
        return SEIGR_E_INVAL;
    scheduler_now(s, now_ms);
    issuer = seigr__sched_issuer(s, key);
    if (issuer == SCHED_NONE)
        return SEIGR_E_FULL;
    s->issuers[issuer].budget = *budget;
    s->issuers[issuer].period_ms = s->now_ms;
    s->issuers[issuer].is_own = 1;
    return 0;
}

/* --- add --------------------------------------------------------------- */

static int scheduler_room(const seigr_scheduler *s, const seigr_job *job,
                          seigr_error *error)
{
    const uint64_t max = s->options.memory_max;

    if (s->unused.first == SCHED_NONE)
        return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                           "there are %u jobs already, as many as may be",
                           s->options.job_max);
    if (job->memory_len > UINT64_MAX - s->stats.memory_len ||
        (max != 0 && s->stats.memory_len + job->memory_len > max))
        return seigr__fail(
            error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
            "it asks for %llu bytes of memory; %llu of %llu are taken",
            (unsigned long long)job->memory_len,
            (unsigned long long)s->stats.memory_len, (unsigned long long)max);
    if (job->deadline_ms != 0 && job->deadline_ms < s->now_ms)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "its deadline passed %llu ms ago",
                           (unsigned long long)(s->now_ms - job->deadline_ms));
    return 0;
}

/* What a job needs to be known by: its slot, filled. */
static uint32_t scheduler_take_slot(seigr_scheduler *s, const seigr_job *job,
                                    uint32_t issuer)
{
    const uint32_t slot = s->unused.first;
    sched_job *kept = &s->jobs[slot];

    assert(slot != SCHED_NONE && kept->state == SCHED_FREE);
    seigr__sched_unlink(s, &s->unused, slot);
    *kept = (sched_job){.job = *job};
    kept->number = ++s->number * SEIGR_SCHEDULER_JOBS_MAX + slot; /* (3) */
    kept->issuer = issuer;
    kept->ready_at = SCHED_NONE;
    kept->deadline_at = SCHED_NONE;
    return slot;
}

int seigr_scheduler_add(seigr_scheduler *s, const seigr_job *job,
                        uint64_t now_ms, uint64_t *job_out, seigr_error *error)
{
    uint32_t issuer;
    uint32_t slot;
    int err;

    if (s == NULL || job == NULL || job->struct_size < sizeof(*job) ||
        job->priority >= SEIGR_PRIORITY_COUNT || job->slice == NULL)
        return SEIGR_E_INVAL;
    scheduler_now(s, now_ms);
    s->stats.refused_count++;
    err = scheduler_room(s, job, error);
    if (err < 0)
        return err;
    issuer = seigr__sched_issuer(s, &job->issuer);
    if (issuer == SCHED_NONE)
        return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                           "there are %u issuers already, as many as may be",
                           s->options.issuer_max);
    err = seigr__sched_afford(s, issuer, job, error);
    if (err < 0)
        return err;
    s->stats.refused_count--;
    s->stats.added_count++;
    s->stats.job_count++;
    s->stats.memory_len += job->memory_len;
    slot = scheduler_take_slot(s, job, issuer);
    seigr__sched_enter(s, slot);
    if (job->deadline_ms != 0)
        seigr__sched_heap_put(s, &s->deadlines, slot);
    seigr__sched_ready(s, slot);
    if (job_out != NULL)
        *job_out = s->jobs[slot].number;
    return 0;
}

/* --- end --------------------------------------------------------------- */

/* A job that is in no list has ended. */
static void scheduler_end(seigr_scheduler *s, uint32_t slot, int code)
{
    sched_job *job = &s->jobs[slot];

    if (job->deadline_at != SCHED_NONE)
        seigr__sched_heap_take(s, &s->deadlines, slot);
    seigr__sched_leave(s, slot);
    job->state = SCHED_ENDED;
    job->code = code;
    seigr__sched_push(s, &s->ended, slot);
    if (code == 0)
        s->stats.done_count++;
    else if (code == SEIGR_E_LIMIT)
        s->stats.late_count++;
    else
        s->stats.failed_count++;
}

/* Take a job from wherever it is, and end it. */
static void scheduler_pull(seigr_scheduler *s, uint32_t slot, int code)
{
    const uint32_t state = s->jobs[slot].state;

    assert(state == SCHED_READY || state == SCHED_WAITS ||
           state == SCHED_PARKED);
    if (state == SCHED_READY)
        seigr__sched_unready(s, slot);
    else if (state == SCHED_PARKED)
        seigr__sched_unpark(s, slot);
    scheduler_end(s, slot, code);
}

/* The slot of a job that has not ended. */
static uint32_t scheduler_find(const seigr_scheduler *s, uint64_t number)
{
    const uint64_t slot = number % SEIGR_SCHEDULER_JOBS_MAX; /* (3) */

    if (slot >= s->options.job_max || s->jobs[slot].number != number ||
        s->jobs[slot].state == SCHED_FREE || s->jobs[slot].state == SCHED_ENDED)
        return SCHED_NONE;
    return (uint32_t)slot;
}

int seigr_scheduler_wake(seigr_scheduler *s, uint64_t number)
{
    uint32_t slot;

    if (s == NULL)
        return SEIGR_E_INVAL;
    slot = scheduler_find(s, number);
    if (slot == SCHED_NONE)
        return SEIGR_E_NOTFOUND;
    if (s->jobs[slot].state == SCHED_WAITS)
        seigr__sched_ready(s, slot);
    else
        s->jobs[slot].is_woken = 1;
    return 0;
}

int seigr_scheduler_cancel(seigr_scheduler *s, uint64_t number)
{
    uint32_t slot;

    if (s == NULL)
        return SEIGR_E_INVAL;
    slot = scheduler_find(s, number);
    if (slot == SCHED_NONE)
        return SEIGR_E_NOTFOUND;
    scheduler_pull(s, slot, SEIGR_E_CANCELED);
    return 0;
}

int seigr_scheduler_next_end(seigr_scheduler *s, seigr_job_end *out)
{
    const uint32_t slot = s == NULL ? SCHED_NONE : s->ended.first;
    sched_job *job;

    if (slot == SCHED_NONE || out == NULL)
        return 0;
    job = &s->jobs[slot];
    assert(job->state == SCHED_ENDED);
    *out = (seigr_job_end)SEIGR_JOB_END_INIT;
    out->code = job->code;
    out->job = job->number;
    out->fuel_used = job->fuel_used;
    out->slice_count = job->slice_count;
    out->ctx = job->job.ctx;
    seigr__sched_unlink(s, &s->ended, slot);
    job->state = SCHED_FREE;
    seigr__sched_push(s, &s->unused, slot);
    s->stats.job_count--;
    s->stats.memory_len -= job->job.memory_len;
    return 1;
}

/* --- step -------------------------------------------------------------- */

static void scheduler_expire(seigr_scheduler *s)
{
    while (s->deadlines.count > 0) {
        const uint32_t slot = s->deadlines.slots[0];

        if (s->jobs[slot].job.deadline_ms >= s->now_ms)
            return;
        scheduler_pull(s, slot, SEIGR_E_LIMIT);
    }
}

/* Pick what runs at once, with fuel for each. */
static void scheduler_fill_lanes(seigr_scheduler *s, uint32_t width)
{
    s->lane_count = 0;
    while (s->lane_count < width) {
        const uint32_t slot = seigr__sched_pick(s);
        sched_job *job;
        uint64_t fuel;

        if (slot == SCHED_NONE)
            return;
        job = &s->jobs[slot];
        fuel = seigr__sched_grant(s, slot);
        if (fuel == 0) {
            if (seigr__sched_park(s, slot) < 0)
                scheduler_end(s, slot, SEIGR_E_QUOTA);
            continue;
        }
        seigr__sched_charge(s, job->job.priority, fuel);
        job->state = SCHED_RUNNING;
        job->is_woken = 0;
        s->lanes[s->lane_count++] = slot;
    }
}

static void scheduler_run_lane(uint32_t lane, void *arg)
{
    seigr_scheduler *s = arg;
    sched_job *job = &s->jobs[s->lanes[lane]];

    job->used = 0;
    job->code = job->job.slice(job->granted, &job->used, job->job.ctx);
    if (job->used > job->granted)
        job->used = job->granted;
}

static void scheduler_settle_lane(seigr_scheduler *s, uint32_t lane)
{
    const uint32_t slot = s->lanes[lane];
    sched_job *job = &s->jobs[slot];
    const seigr_slice slice = {s->step_count, job->number, job->fuel_used,
                               job->used,     lane,        job->code};

    seigr__sched_settle(s, slot);
    seigr__sched_refund(s, job->job.priority, job->granted - job->used);
    job->slice_count++;
    s->stats.slice_count++;
    s->stats.fuel_used[job->job.priority] += job->used;
    if (s->trace != NULL)
        s->trace(&slice, s->trace_ctx);
    if (job->code < 0)
        scheduler_end(s, slot, job->code);
    else if (job->code == SEIGR_SLICE_DONE)
        scheduler_end(s, slot, 0);
    else if (job->code == SEIGR_SLICE_WAITS && !job->is_woken)
        job->state = SCHED_WAITS;
    else
        seigr__sched_ready(s, slot);
}

static uint64_t scheduler_next(seigr_scheduler *s, uint64_t period_ms)
{
    uint64_t next = period_ms;

    if (seigr__sched_is_ready(s))
        return s->now_ms;
    if (s->deadlines.count > 0) {
        const uint64_t deadline =
            s->jobs[s->deadlines.slots[0]].job.deadline_ms;

        if (deadline < next)
            next = deadline + 1; /* it has passed then */
    }
    return next;
}

int seigr_scheduler_step(seigr_scheduler *s, uint64_t now_ms,
                         const seigr_pool *pool, uint64_t *next_out)
{
    uint32_t width = 1;
    uint64_t period_ms;

    if (s == NULL || (pool != NULL && (pool->run == NULL || pool->width == 0)))
        return SEIGR_E_INVAL;
    if (pool != NULL)
        width = pool->width < s->options.width_max ? pool->width
                                                   : s->options.width_max;
    scheduler_now(s, now_ms);
    scheduler_expire(s);
    (void)seigr__sched_periods(s);
    s->step_count++;
    scheduler_fill_lanes(s, width);
    if (s->lane_count > 1)
        pool->run(s->lane_count, scheduler_run_lane, s, pool->ctx);
    else if (s->lane_count == 1)
        scheduler_run_lane(0, s);
    for (uint32_t i = 0; i < s->lane_count; i++) /* (2) */
        scheduler_settle_lane(s, i);
    period_ms = seigr__sched_periods(s);
    if (next_out != NULL)
        *next_out = scheduler_next(s, period_ms);
    return (int)s->lane_count;
}

void seigr_scheduler_trace(seigr_scheduler *s,
                           void (*trace)(const seigr_slice *slice, void *ctx),
                           void *ctx)
{
    if (s == NULL)
        return;
    s->trace = trace;
    s->trace_ctx = ctx;
}

int seigr_scheduler_stats_get(const seigr_scheduler *s,
                              seigr_scheduler_stats *out)
{
    if (s == NULL || out == NULL || out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    *out = s->stats;
    return 0;
}
