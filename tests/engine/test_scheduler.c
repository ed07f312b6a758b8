/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's promises, checked over random work by a model that knows
 * nothing of its queues.
 */
#include "machine.h"

#include "seigr/schedule.h"

#include <string.h>

#define WORK_MAX 512u

/* A job that uses fuel until it has had enough, waiting now and then. */
struct work {
    uint64_t left;
    uint64_t wait_every; /* slices; 0: never */
    uint64_t slices;
    uint64_t used;
    uint64_t number;
    uint64_t deadline_ms;
    int fails_with; /* once left is 0 */
    int is_ended;
    int32_t code;
    uint32_t priority;
};

static int work_slice(uint64_t fuel, uint64_t *used, void *ctx)
{
    struct work *work = ctx;

    *used = fuel < work->left ? fuel : work->left;
    work->left -= *used;
    work->used += *used;
    work->slices++;
    if (work->left == 0)
        return work->fails_with < 0 ? work->fails_with : SEIGR_SLICE_DONE;
    if (work->wait_every != 0 && work->slices % work->wait_every == 0)
        return SEIGR_SLICE_WAITS;
    return SEIGR_SLICE_MORE;
}

static seigr_scheduler *scheduler_of(const seigr_scheduler_options *options)
{
    seigr_scheduler *s = NULL;

    assert_ok(seigr_scheduler_new(machine_context(), options, &s));
    return s;
}

static seigr_job work_job(struct work *work, uint8_t issuer)
{
    seigr_job job = SEIGR_JOB_INIT;

    job.priority = work->priority;
    job.deadline_ms = work->deadline_ms;
    job.issuer.bytes[0] = issuer;
    job.slice = work_slice;
    job.ctx = work;
    return job;
}

static void work_add(seigr_scheduler *s, struct work *work, uint8_t issuer,
                     uint64_t now_ms)
{
    const seigr_job job = work_job(work, issuer);

    assert_ok(seigr_scheduler_add(s, &job, now_ms, &work->number, NULL));
}

static size_t work_take_ends(seigr_scheduler *s)
{
    seigr_job_end end = SEIGR_JOB_END_INIT;
    size_t count = 0;

    while (seigr_scheduler_next_end(s, &end)) {
        struct work *work = end.ctx;

        assert_false(work->is_ended);
        assert_int_equal(end.job, work->number);
        assert_int_equal(end.fuel_used, work->used);
        assert_int_equal(end.slice_count, work->slices);
        work->is_ended = 1;
        work->code = end.code;
        count++;
    }
    return count;
}

void test_engine_scheduler__levels_share_fuel_as_stated(void **state)
{
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s;
    struct work work[SEIGR_PRIORITY_COUNT];
    uint64_t total = 0;

    (void)state;
    options.slice_fuel = 1000;
    s = scheduler_of(&options);
    memset(work, 0, sizeof(work));
    for (uint32_t i = 0; i < SEIGR_PRIORITY_COUNT; i++) {
        work[i].left = UINT64_MAX;
        work[i].priority = i;
        work_add(s, &work[i], 1, 0);
    }
    for (int i = 0; i < 6300; i++)
        assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    for (uint32_t i = 0; i < SEIGR_PRIORITY_COUNT; i++)
        total += work[i].used;
    for (uint32_t i = 0; i < SEIGR_PRIORITY_COUNT; i++) {
        const uint64_t due = total / 63 * (1u << i);
        const uint64_t off =
            work[i].used > due ? work[i].used - due : due - work[i].used;

        assert_true(off <= 2000); /* two slices */
    }
    seigr_scheduler_free(s);
}

void test_engine_scheduler__idling_earns_nothing(void **state)
{
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s;
    struct work low = {.left = UINT64_MAX, .priority = 1};
    struct work high = {.left = UINT64_MAX, .priority = 4};

    (void)state;
    options.slice_fuel = 100;
    s = scheduler_of(&options);
    work_add(s, &low, 1, 0);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    work_add(s, &high, 1, 0);
    /* It runs at once, but has no more than its share. */
    assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    assert_int_equal(high.slices, 1);
    low.used = 0;
    for (int i = 0; i < 900; i++)
        assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    assert_in_range(low.used, 9800, 10300);
    seigr_scheduler_free(s);
}

void test_engine_scheduler__jobs_without_deadline_take_turns(void **state)
{
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s;
    struct work work[5];
    struct work urgent = {.left = UINT64_MAX, .deadline_ms = 1000};

    (void)state;
    options.slice_fuel = 10;
    s = scheduler_of(&options);
    memset(work, 0, sizeof(work));
    for (size_t i = 0; i < 5; i++) {
        work[i].left = UINT64_MAX;
        work_add(s, &work[i], 1, 0);
    }
    for (int i = 0; i < 50; i++)
        assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(work[i].slices, 10);
    work_add(s, &urgent, 1, 0);
    for (int i = 0; i < 80; i++)
        assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    assert_int_equal(urgent.slices, 60);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(work[i].slices, 14);
    seigr_scheduler_free(s);
}

/* Work for one level that can be done in time, by construction: each job
 * gets its fuel from a timetable that ends before its deadline. One ms is one
 * slice. */
void test_engine_scheduler__feasible_deadlines_are_met(void **state)
{
    support_rng rng = {0x5e1651};

    (void)state;
    for (size_t round = 0; round < support_scaled(40); round++) {
        seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
        seigr_scheduler *s;
        struct work work[64];
        uint64_t until[64];
        const size_t count = 1 + support_random_below(&rng, 64);
        const uint64_t span = 400;

        options.slice_fuel = 10;
        s = scheduler_of(&options);
        memset(work, 0, sizeof(work));
        memset(until, 0, sizeof(until));
        for (uint64_t t = 1; t <= span; t++) {
            const size_t i = support_random_below(&rng, count);

            work[i].left += 10;
            until[i] = t;
        }
        for (size_t i = 0; i < count; i++) {
            work[i].deadline_ms = until[i] + support_random_below(&rng, 5);
            if (work[i].left > 0)
                work_add(s, &work[i], 1, 0);
        }
        for (uint64_t t = 1; t <= span; t++)
            assert_int_equal(seigr_scheduler_step(s, t, NULL, NULL), 1);
        (void)work_take_ends(s);
        for (size_t i = 0; i < count; i++)
            if (work[i].number != 0) {
                assert_true(work[i].is_ended);
                assert_int_equal(work[i].code, 0);
            }
        seigr_scheduler_free(s);
    }
}

void test_engine_scheduler__what_is_late_is_given_back(void **state)
{
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s;
    struct work waits = {.left = 1000, .wait_every = 1, .deadline_ms = 50};
    struct work past = {.left = 10, .deadline_ms = 9};
    seigr_job job = work_job(&past, 1);
    seigr_error error = SEIGR_ERROR_INIT;
    uint64_t next = 0;

    (void)state;
    options.slice_fuel = 10;
    s = scheduler_of(&options);
    assert_int_equal(seigr_scheduler_add(s, &job, 12, NULL, &error),
                     SEIGR_E_LIMIT);
    assert_string_equal(error.text, "its deadline passed 3 ms ago");
    work_add(s, &waits, 1, 12);
    assert_int_equal(seigr_scheduler_step(s, 12, NULL, &next), 1);
    assert_int_equal(next, 51); /* it waits: nothing before its deadline */
    assert_int_equal(seigr_scheduler_step(s, 50, NULL, &next), 0);
    assert_int_equal(work_take_ends(s), 0);
    assert_int_equal(seigr_scheduler_step(s, 51, NULL, &next), 0);
    assert_int_equal(work_take_ends(s), 1);
    assert_int_equal(waits.code, SEIGR_E_LIMIT);
    assert_int_equal(next, SEIGR_SCHEDULER_NEVER);
    seigr_scheduler_free(s);
}

void test_engine_scheduler__budgets_refuse_and_hold_back(void **state)
{
    const seigr_budget budget = {100, 1000, 5000, 2};
    const seigr_budget for_ever = {70, 0, 0, 0};
    const seigr_public_key three = {{3}};
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler_stats stats = SEIGR_SCHEDULER_STATS_INIT;
    seigr_scheduler *s;
    seigr_error error = SEIGR_ERROR_INIT;
    struct work work[4] = {
        {.left = 130}, {.left = 1}, {.left = 1}, {.left = 60}};
    seigr_job job = work_job(&work[0], 2);
    uint64_t next = 0;

    (void)state;
    options.slice_fuel = 30;
    options.budget = budget;
    s = scheduler_of(&options);
    job.memory_len = 5001;
    assert_int_equal(seigr_scheduler_add(s, &job, 0, NULL, &error),
                     SEIGR_E_QUOTA);
    assert_string_equal(error.text, "it asks for 5001 bytes of memory; its "
                                    "issuer uses 0 of 5000");
    job.memory_len = 5000;
    assert_ok(seigr_scheduler_add(s, &job, 0, &work[0].number, NULL));
    job.memory_len = 1;
    assert_int_equal(seigr_scheduler_add(s, &job, 0, NULL, NULL),
                     SEIGR_E_QUOTA);
    work_add(s, &work[1], 2, 0);
    job = work_job(&work[2], 2);
    assert_int_equal(seigr_scheduler_add(s, &job, 0, NULL, &error),
                     SEIGR_E_QUOTA);
    assert_string_equal(error.text, "its issuer has 2 jobs here, as many as it "
                                    "may");
    /* 100 of fuel in the first period, the rest in the second. */
    while (seigr_scheduler_step(s, 10, NULL, &next) == 1)
        ;
    assert_int_equal(work[0].used + work[1].used, 100);
    assert_int_equal(next, 1000);
    while (seigr_scheduler_step(s, 1000, NULL, &next) == 1)
        ;
    assert_int_equal(work[0].used + work[1].used, 131);
    assert_int_equal(next, SEIGR_SCHEDULER_NEVER);
    assert_int_equal(work_take_ends(s), 2);

    assert_ok(seigr_scheduler_budget(s, &three, &for_ever, 1000));
    job = work_job(&work[3], 3);
    job.fuel_max = 71;
    assert_int_equal(seigr_scheduler_add(s, &job, 1000, NULL, &error),
                     SEIGR_E_QUOTA);
    assert_string_equal(error.text, "it asks for 71 of fuel; its issuer has 70 "
                                    "left of 70");
    job.fuel_max = 65;
    assert_ok(seigr_scheduler_add(s, &job, 1000, &work[3].number, NULL));
    assert_int_equal(seigr_scheduler_add(s, &job, 1000, NULL, NULL),
                     SEIGR_E_QUOTA); /* 65 are reserved */
    while (seigr_scheduler_step(s, 1000, NULL, NULL) == 1)
        ;
    assert_int_equal(work_take_ends(s), 1);
    job.fuel_max = 10; /* 60 were used: the rest was given back */
    work[3] = (struct work){.left = 10};
    assert_ok(seigr_scheduler_add(s, &job, 1000, &work[3].number, NULL));
    assert_ok(seigr_scheduler_stats_get(s, &stats));
    assert_int_equal(stats.refused_count, 5);
    assert_int_equal(stats.done_count, 3);
    assert_int_equal(stats.fuel_used[0], 191);
    seigr_scheduler_free(s);
}

void test_engine_scheduler__a_full_one_says_so(void **state)
{
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s;
    seigr_error error = SEIGR_ERROR_INIT;
    struct work work[3] = {{.left = 5}, {.left = 5}, {.left = 5}};
    seigr_job job = work_job(&work[2], 9);

    (void)state;
    options.job_max = 2;
    options.issuer_max = 2;
    options.memory_max = 100;
    s = scheduler_of(&options);
    job.memory_len = 101;
    assert_int_equal(seigr_scheduler_add(s, &job, 0, NULL, &error),
                     SEIGR_E_FULL);
    assert_string_equal(error.text, "it asks for 101 bytes of memory; 0 of 100 "
                                    "are taken");
    job.memory_len = 0;
    work_add(s, &work[0], 1, 0);
    work_add(s, &work[1], 2, 0);
    assert_int_equal(seigr_scheduler_add(s, &job, 0, NULL, &error),
                     SEIGR_E_FULL);
    assert_string_equal(error.text,
                        "there are 2 jobs already, as many as may be");
    assert_int_equal(seigr_scheduler_step(s, 0, NULL, NULL), 1);
    assert_int_equal(work_take_ends(s), 1);
    /* The first issuer is forgotten, as it has nothing here any more. */
    assert_ok(seigr_scheduler_add(s, &job, 0, &work[2].number, NULL));
    seigr_scheduler_free(s);
}

void test_engine_scheduler__wakes_are_not_lost(void **state)
{
    seigr_scheduler *s = scheduler_of(NULL);
    struct work work = {.left = 3000000, .wait_every = 1};
    uint64_t next = 0;

    (void)state;
    work_add(s, &work, 1, 5);
    assert_int_equal(seigr_scheduler_wake(s, work.number + 1),
                     SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_scheduler_step(s, 5, NULL, &next), 1);
    assert_int_equal(next, SEIGR_SCHEDULER_NEVER);
    assert_int_equal(seigr_scheduler_step(s, 6, NULL, &next), 0);
    assert_ok(seigr_scheduler_wake(s, work.number));
    assert_ok(seigr_scheduler_wake(s, work.number)); /* twice is once */
    assert_int_equal(seigr_scheduler_step(s, 6, NULL, &next), 1);
    assert_int_equal(seigr_scheduler_step(s, 6, NULL, &next), 0);
    assert_ok(seigr_scheduler_cancel(s, work.number));
    assert_int_equal(seigr_scheduler_cancel(s, work.number), SEIGR_E_NOTFOUND);
    assert_int_equal(work_take_ends(s), 1);
    assert_int_equal(work.code, SEIGR_E_CANCELED);
    seigr_scheduler_free(s);
}

/* --- random work against what must hold of any schedule ---------------- */

struct trial {
    struct work work[WORK_MAX];
    size_t count;
    size_t ended;
    uint64_t used_by[4]; /* issuers, in the running period */
    uint64_t slices;
};

static void trial_trace(const seigr_slice *slice, void *ctx)
{
    struct trial *trial = ctx;

    assert_true(slice->fuel_used <= 100);
    trial->slices++;
}

static void trial_add(struct trial *trial, seigr_scheduler *s, support_rng *rng,
                      uint64_t now_ms)
{
    struct work *work = &trial->work[trial->count];
    seigr_job job;

    *work = (struct work){.left = 1 + support_random_below(rng, 2000)};
    work->priority = (uint32_t)support_random_below(rng, 6);
    if (support_random_below(rng, 3) == 0)
        work->deadline_ms = now_ms + support_random_below(rng, 300);
    if (support_random_below(rng, 3) == 0)
        work->wait_every = 1 + support_random_below(rng, 5);
    if (support_random_below(rng, 9) == 0)
        work->fails_with = SEIGR_E_NOMEM;
    job = work_job(work, (uint8_t)support_random_below(rng, 4));
    if (seigr_scheduler_add(s, &job, now_ms, &work->number, NULL) == 0)
        trial->count++;
}

static void trial_disturb(struct trial *trial, seigr_scheduler *s,
                          support_rng *rng)
{
    const size_t i = support_random_below(rng, trial->count + 1);

    if (i == trial->count)
        return;
    if (support_random_below(rng, 20) == 0)
        (void)seigr_scheduler_cancel(s, trial->work[i].number);
    else
        (void)seigr_scheduler_wake(s, trial->work[i].number);
}

static void trial_pool_run(uint32_t count, void (*part)(uint32_t, void *),
                           void *arg, void *ctx)
{
    (void)ctx;
    for (uint32_t i = count; i-- > 0;) /* any order will do */
        part(i, arg);
}

/* Every job ends once, for a reason that is true; all end when all that wait
 * are woken; budgets hold in every period. */
static void trial_run(support_rng *rng, uint32_t width)
{
    const seigr_pool pool = {sizeof(pool), width, trial_pool_run, NULL};
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler_stats stats = SEIGR_SCHEDULER_STATS_INIT;
    static struct trial trial;
    seigr_scheduler *s;
    uint64_t now_ms = 0;

    memset(&trial, 0, sizeof(trial));
    options.slice_fuel = 100;
    options.job_max = 64;
    options.width_max = 8;
    options.budget = (seigr_budget){1500, 40, 0, 0};
    s = scheduler_of(&options);
    seigr_scheduler_trace(s, trial_trace, &trial);
    while (trial.count < WORK_MAX || trial.ended < trial.count) {
        uint64_t before = 0;
        uint64_t after = 0;
        uint64_t next = 0;
        int ran;

        while (trial.count < WORK_MAX && support_random_below(rng, 3) != 0)
            trial_add(&trial, s, rng, now_ms);
        trial_disturb(&trial, s, rng);
        for (size_t i = 0; i < trial.count; i++)
            before += trial.work[i].used;
        ran = seigr_scheduler_step(s, now_ms, &pool, &next);
        for (size_t i = 0; i < trial.count; i++)
            after += trial.work[i].used;
        assert_in_range(ran, 0, width);
        assert_true(after - before <= (uint64_t)ran * 100);
        assert_true(next >= now_ms);
        if (trial.count == WORK_MAX && next != now_ms)
            for (size_t i = 0; i < trial.count; i++)
                (void)seigr_scheduler_wake(s, trial.work[i].number);
        trial.ended += work_take_ends(s);
        now_ms += support_random_below(rng, 3);
    }
    for (size_t i = 0; i < trial.count; i++) {
        const struct work *work = &trial.work[i];

        if (work->code == 0)
            assert_true(work->left == 0 && work->fails_with == 0);
        else if (work->code == SEIGR_E_LIMIT)
            assert_true(work->deadline_ms != 0);
        else if (work->code != SEIGR_E_CANCELED)
            assert_int_equal(work->code, work->fails_with);
    }
    assert_ok(seigr_scheduler_stats_get(s, &stats));
    assert_int_equal(stats.slice_count, trial.slices);
    assert_int_equal(stats.job_count, 0);
    assert_int_equal(stats.added_count, WORK_MAX);
    assert_int_equal(stats.done_count + stats.late_count + stats.failed_count,
                     WORK_MAX);
    seigr_scheduler_free(s);
}

void test_engine_scheduler__random_work_ends_truly(void **state)
{
    support_rng rng = {0x7001};

    (void)state;
    for (size_t i = 0; i < support_scaled(24); i++)
        trial_run(&rng, 1 + (uint32_t)(i % 8));
}

/* No issuer's fuel in a period passes its budget, whatever runs at once. */
void test_engine_scheduler__no_period_passes_a_budget(void **state)
{
    const seigr_pool pool = {sizeof(pool), 8, trial_pool_run, NULL};
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    struct work work[16];
    seigr_scheduler *s;

    (void)state;
    memset(work, 0, sizeof(work));
    options.slice_fuel = 70;
    options.width_max = 8;
    options.budget = (seigr_budget){1000, 10, 0, 0};
    s = scheduler_of(&options);
    for (size_t i = 0; i < 16; i++) {
        work[i].left = UINT64_MAX;
        work_add(s, &work[i], (uint8_t)(i % 2), 0);
    }
    for (uint64_t period = 0; period < 50; period++) {
        uint64_t used[2] = {0, 0};

        while (seigr_scheduler_step(s, period * 10 + 3, &pool, NULL) > 0)
            ;
        for (size_t i = 0; i < 16; i++)
            used[i % 2] += work[i].used;
        assert_int_equal(used[0], 1000 * (period + 1));
        assert_int_equal(used[1], 1000 * (period + 1));
    }
    seigr_scheduler_free(s);
}

static int scheduler_in_memory(support_memory *memory, void *arg)
{
    seigr_context context = *machine_context();
    seigr_scheduler *s = NULL;
    int err;

    (void)arg;
    context.allocator = &memory->allocator;
    err = seigr_scheduler_new(&context, NULL, &s);
    if (err < 0)
        assert_null(s);
    seigr_scheduler_free(s);
    return err;
}

void test_engine_scheduler__memory_is_taken_at_the_start(void **state)
{
    (void)state;
    support_each_allocation(scheduler_in_memory, NULL);
}

void test_engine_scheduler__misuse_is_refused(void **state)
{
    seigr_scheduler_options options = SEIGR_SCHEDULER_OPTIONS_INIT;
    seigr_scheduler *s = NULL;
    struct work work = {.left = 1};
    seigr_job job = work_job(&work, 0);
    seigr_job_end end = SEIGR_JOB_END_INIT;

    (void)state;
    assert_int_equal(seigr_scheduler_new(NULL, NULL, &s), SEIGR_E_INVAL);
    options.job_max = 0;
    assert_int_equal(seigr_scheduler_new(machine_context(), &options, &s),
                     SEIGR_E_INVAL);
    s = scheduler_of(NULL);
    job.priority = 6;
    assert_int_equal(seigr_scheduler_add(s, &job, 0, NULL, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_scheduler_step(NULL, 0, NULL, NULL), SEIGR_E_INVAL);
    assert_int_equal(seigr_scheduler_next_end(s, &end), 0);
    assert_int_equal(seigr_scheduler_next_end(NULL, &end), 0);
    seigr_scheduler_free(s);
    seigr_scheduler_free(NULL);
}
