/* SPDX-License-Identifier: MIT */
/*
 * Groups: tasks that talk come to the same whatever ran when, what a task
 * cannot have is refused, and one task can be done again from its transcript
 * alone.
 */
#include "run_help.h"

#include "seigr/group.h"
#include "seigr/sys/posix.h"

#include <stdlib.h>
#include <string.h>

#define GROUP_MAX 8u

static seigr_module *group_talk(void)
{
    return machine_module(
        support_file(SEIGR_TEST_SOURCE "/engine/data/talk.wasm"));
}

static seigr_span group_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

/* A transcript, as it is told. */
struct group_said {
    uint8_t *bytes;
    size_t len;
    size_t room;
};

static void group_keep(const seigr_transcript_entry *entry, void *ctx)
{
    struct group_said *said = ctx;
    const size_t len = SEIGR_TRANSCRIPT_HEAD_LEN + entry->bytes.len;

    if (len > said->room - said->len) {
        said->room = 2 * said->room + len;
        said->bytes = realloc(said->bytes, said->room);
        assert_non_null(said->bytes);
    }
    seigr_transcript_head(entry, said->bytes + said->len);
    if (entry->bytes.len > 0)
        memcpy(said->bytes + said->len + SEIGR_TRANSCRIPT_HEAD_LEN,
               entry->bytes.ptr, entry->bytes.len);
    said->len += len;
}

/* A task of the talking program with one or two ends. */
static const seigr_verified *group_task(const char *entry, const char *first,
                                        uint32_t first_direction,
                                        const char *second,
                                        uint32_t second_direction)
{
    const seigr_task_channel ends[2] = {
        {group_text(first), first_direction, 128},
        {group_text(second == NULL ? "" : second), second_direction, 128},
    };
    const help_task task = {
        .entry = entry,
        .channels = ends,
        .channel_count = second == NULL ? 1 : 2,
        .job = 7,
        .limits = {.fuel = 10000000,
                   .memory_pages = 1,
                   .output_max = 65536,
                   .checkpoint_every = 999},
    };

    return help_seal_task(&task);
}

struct group_trial {
    seigr_module *module;
    seigr_group *group;
    const seigr_verified *tasks[GROUP_MAX];
    seigr_result results[GROUP_MAX];
    seigr_run *runs[GROUP_MAX];
    uint32_t count;
};

static void group_begin(struct group_trial *t, uint64_t slice)
{
    seigr_group_options options = SEIGR_GROUP_OPTIONS_INIT;

    memset(t, 0, sizeof(*t));
    t->module = group_talk();
    options.scheduler.slice_fuel = slice;
    options.scheduler.width_max = 8;
    assert_ok(seigr_group_new(machine_context(), &options, &t->group));
}

static void group_add(struct group_trial *t, const seigr_verified *task)
{
    uint32_t number = 99;

    assert_ok(
        seigr_group_add(t->group, task, t->module, NULL, 0, &number, NULL));
    assert_int_equal(number, t->count);
    t->tasks[t->count++] = task;
}

/* Step until all have ended; every one must have a result. */
static void group_run(struct group_trial *t, const seigr_pool *pool)
{
    uint32_t ended = 0;

    while (ended < t->count) {
        seigr_group_end end = SEIGR_GROUP_END_INIT;
        uint64_t next = 0;
        const int ran = seigr_group_step(t->group, 0, pool, &next);

        assert_true(ran >= 0);
        while (seigr_group_next_end(t->group, &end)) {
            assert_int_equal(end.code, 0);
            assert_ok(seigr_run_result(end.run, &t->results[end.task]));
            t->runs[end.task] = end.run;
            ended++;
        }
        assert_true(ended == t->count || next == 0);
    }
}

static void group_finish(struct group_trial *t)
{
    seigr_group_free(t->group);
    seigr_module_free(t->module);
}

/* Three in a row and a pair that plays; all in one group. */
static void group_add_all(struct group_trial *t)
{
    group_add(t, group_task("source", "a", SEIGR_CHANNEL_SEND, NULL, 0));
    group_add(t, group_task("relay", "a", SEIGR_CHANNEL_RECEIVE, "b",
                            SEIGR_CHANNEL_SEND));
    group_add(t, group_task("relay", "b", SEIGR_CHANNEL_RECEIVE, "c",
                            SEIGR_CHANNEL_SEND));
    group_add(t, group_task("source", "d", SEIGR_CHANNEL_SEND, NULL, 0));
    group_add(t, group_task("sink", "c", SEIGR_CHANNEL_RECEIVE, "d",
                            SEIGR_CHANNEL_RECEIVE));
    group_add(t, group_task("serve", "ping", SEIGR_CHANNEL_SEND, "pong",
                            SEIGR_CHANNEL_RECEIVE));
    group_add(t, group_task("play", "pong", SEIGR_CHANNEL_SEND, "ping",
                            SEIGR_CHANNEL_RECEIVE));
}

/* Ends are taken and numbers used again while others still run. */
void test_engine_group__numbers_are_used_again(void **state)
{
    seigr_group_end end = SEIGR_GROUP_END_INIT;
    struct group_trial t;
    uint32_t number = 99;
    uint32_t ended = 0;

    (void)state;
    group_begin(&t, 60);
    for (uint32_t round = 0; round < 20; round++) {
        assert_ok(seigr_group_add(
            t.group, group_task("source", "a", SEIGR_CHANNEL_SEND, NULL, 0),
            t.module, NULL, 0, &number, NULL));
        assert_in_range(number, 0, 1);
        assert_int_equal(seigr_group_remove(t.group, number), SEIGR_E_AGAIN);
        assert_ok(seigr_group_add(
            t.group, group_task("deaf", "a", SEIGR_CHANNEL_RECEIVE, NULL, 0),
            t.module, NULL, 0, &number, NULL));
        assert_in_range(number, 0, 1);
        for (ended = 0; ended < 2;) {
            (void)seigr_group_step(t.group, 0, NULL, NULL);
            while (seigr_group_next_end(t.group, &end)) {
                assert_int_equal(end.code, 0);
                assert_ok(seigr_group_remove(t.group, end.task));
                ended++;
            }
        }
        assert_int_equal(seigr_group_remove(t.group, 0), SEIGR_E_NOTFOUND);
    }
    group_finish(&t);
}

static void group_reversed(uint32_t count, void (*part)(uint32_t, void *),
                           void *arg, void *ctx)
{
    (void)ctx;
    for (uint32_t i = count; i-- > 0;)
        part(i, arg);
}

static void group_same(const struct group_trial *a, const struct group_trial *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        help_same_result(a->runs[i], b->runs[i]);
}

void test_engine_group__results_do_not_depend_on_who_runs_when(void **state)
{
    static const uint64_t slices[] = {1, 7, 100, 5000, 1000000};
    struct group_trial first;
    seigr_posix_pool *threads = NULL;

    (void)state;
    assert_ok(seigr_posix_pool_new(machine_context(), 2, &threads));
    group_begin(&first, 1000000);
    group_add_all(&first);
    group_run(&first, NULL);
    for (uint32_t n = 0; n < 500; n++) {
        const seigr_span out = seigr_run_content(first.runs[4], 0, 0);

        assert_int_equal(out.len, 4000);
        assert_int_equal(out.ptr[8 * n], (n + 2) & 0xff);
        assert_int_equal(out.ptr[8 * n + 4], n & 0xff);
    }
    assert_true(first.results[4].outcome.has_transcript);
    for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
        for (uint32_t width = 1; width <= 8; width += 7) {
            const seigr_pool pool = {sizeof(pool), width, group_reversed, NULL};
            struct group_trial other;

            group_begin(&other, slices[i]);
            group_add_all(&other);
            group_run(&other, &pool);
            group_same(&first, &other);
            group_finish(&other);
        }
        if (slices[i] > 50) { /* and on threads */
            struct group_trial other;

            group_begin(&other, slices[i]);
            group_add_all(&other);
            group_run(&other, seigr_posix_pool_table(threads));
            group_same(&first, &other);
            group_finish(&other);
        }
    }
    group_finish(&first);
    seigr_posix_pool_free(threads);
}

void test_engine_group__mistakes_of_programs_are_answered(void **state)
{
    static const int32_t want[] = {2,   124, -8, -8, -8, -8, -21,
                                   -21, -35, 0,  44, 44, -64};
    const seigr_task_channel ends[2] = {
        {group_text("a"), SEIGR_CHANNEL_SEND, 128},
        {group_text("b"), SEIGR_CHANNEL_RECEIVE, 128},
    };
    const help_task task = {
        .entry = "mistakes",
        .channels = ends,
        .channel_count = 2,
        .job = 7,
        .limits = {.fuel = 100000000},
    };
    struct group_trial t;
    seigr_span out;

    (void)state;
    group_begin(&t, 100000000);
    group_add(&t, help_seal_task(&task));
    group_add(&t, group_task("deaf", "a", SEIGR_CHANNEL_RECEIVE, NULL, 0));
    group_add(&t, group_task("source", "b", SEIGR_CHANNEL_SEND, NULL, 0));
    group_run(&t, NULL);
    out = seigr_run_content(t.runs[0], 0, 0);
    assert_int_equal(out.len, sizeof(want));
    for (size_t i = 0; i < 10; i++)
        assert_memory_equal(out.ptr + 4 * i, &want[i], 4);
    group_finish(&t);
}

void test_engine_group__ends_must_fit(void **state)
{
    const seigr_task_channel wide = {group_text("a"), SEIGR_CHANNEL_RECEIVE,
                                     4096};
    const help_task task = {.entry = "deaf",
                            .channels = &wide,
                            .channel_count = 1,
                            .job = 7,
                            .limits = {.fuel = 1000}};
    seigr_error error = SEIGR_ERROR_INIT;
    struct group_trial t;
    uint64_t next = 0;
    char why[128];

    (void)state;
    group_begin(&t, 1000);
    group_add(&t, group_task("source", "a", SEIGR_CHANNEL_SEND, NULL, 0));
    assert_int_equal(
        seigr_group_add(t.group, t.tasks[0], t.module, NULL, 0, NULL, &error),
        SEIGR_E_EXISTS);
    assert_int_equal(seigr_group_add(t.group, help_seal_task(&task), t.module,
                                     NULL, 0, NULL, &error),
                     SEIGR_E_MISMATCH);
    assert_string_equal(error.text, "a channel has room for 128 bytes at one "
                                    "end and 4096 at the other");
    /* Nobody is at the other end: it waits, and says so. */
    assert_int_equal(seigr_group_step(t.group, 0, NULL, &next), 1);
    assert_int_equal(next, SEIGR_SCHEDULER_NEVER);
    assert_int_equal(seigr_group_explain(t.group, 0, why, sizeof(why)),
                     SEIGR_SLICE_WAITS);
    assert_string_equal(why, "nobody has the other end of \"a\"");
    group_add(&t, group_task("deaf", "a", SEIGR_CHANNEL_RECEIVE, NULL, 0));
    group_run(&t, NULL);
    assert_int_equal(t.results[0].outcome.status, SEIGR_RESULT_DONE);
    group_finish(&t);
}

void test_engine_group__a_trap_ends_what_others_hear(void **state)
{
    struct group_trial t;

    (void)state;
    group_begin(&t, 50);
    group_add(&t, group_task("trap", "a", SEIGR_CHANNEL_SEND, NULL, 0));
    group_add(&t, group_task("relay", "a", SEIGR_CHANNEL_RECEIVE, "b",
                             SEIGR_CHANNEL_SEND));
    group_add(&t, group_task("sink", "b", SEIGR_CHANNEL_RECEIVE, NULL, 0));
    group_run(&t, NULL);
    assert_int_equal(t.results[0].outcome.status, SEIGR_RESULT_TRAPPED);
    assert_int_equal(t.results[1].outcome.status, SEIGR_RESULT_DONE);
    assert_int_equal(t.results[2].outcome.status, SEIGR_RESULT_DONE);
    group_finish(&t);
}

void test_engine_group__who_waits_for_ever_is_named(void **state)
{
    seigr_group_end end = SEIGR_GROUP_END_INIT;
    struct group_trial t;
    uint64_t next = 0;
    char why[128];

    (void)state;
    group_begin(&t, 1000);
    group_add(&t, group_task("play", "a", SEIGR_CHANNEL_SEND, "b",
                             SEIGR_CHANNEL_RECEIVE));
    group_add(&t, group_task("play", "b", SEIGR_CHANNEL_SEND, "a",
                             SEIGR_CHANNEL_RECEIVE));
    while (seigr_group_step(t.group, 0, NULL, &next) > 0)
        ;
    assert_int_equal(next, SEIGR_SCHEDULER_NEVER);
    assert_int_equal(seigr_group_explain(t.group, 1, why, sizeof(why)),
                     SEIGR_SLICE_WAITS);
    assert_string_equal(why, "it waits for a message from \"a\"");
    /* One is given up: the other cannot have a result any more. */
    assert_int_equal(seigr_group_cancel(t.group, 0), 1);
    assert_int_equal(seigr_group_next_end(t.group, &end), 1);
    assert_int_equal(end.task, 0);
    assert_int_equal(end.code, SEIGR_E_CANCELED);
    assert_int_equal(seigr_group_next_end(t.group, &end), 1);
    assert_int_equal(end.task, 1);
    assert_int_equal(end.code, SEIGR_E_CANCELED);
    assert_int_equal(seigr_group_next_end(t.group, &end), 0);
    group_finish(&t);
}

static int group_admit(const seigr_verified *task, uint64_t now_ms,
                       seigr_error *error, void *ctx)
{
    const uint64_t *until_ms = ctx;

    (void)task;
    (void)error;
    return now_ms < *until_ms ? 0 : SEIGR_E_DENIED;
}

void test_engine_group__policy_and_limits_decide_at_the_door(void **state)
{
    const help_task late = {.entry = "deaf",
                            .deadline_ms = 5,
                            .limits = {.fuel = 1000, .memory_pages = 1}};
    seigr_group_options options = SEIGR_GROUP_OPTIONS_INIT;
    seigr_module *module = group_talk();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_group *group = NULL;
    uint64_t until_ms = 10;

    (void)state;
    options.admit = group_admit;
    options.ctx = &until_ms;
    assert_ok(seigr_group_new(machine_context(), &options, &group));
    assert_int_equal(seigr_group_add(group, help_seal_task(&late), module, NULL,
                                     10, NULL, &error),
                     SEIGR_E_DENIED);
    assert_int_equal(seigr_group_add(group, help_seal_task(&late), module, NULL,
                                     9, NULL, &error),
                     SEIGR_E_LIMIT);
    assert_string_equal(error.text, "its deadline passed 4 ms ago");
    seigr_group_free(group);
    seigr_module_free(module);
}

/* --- one task alone, from what was said ---------------------------------- */

static seigr_run *group_replay(const struct group_trial *t, uint32_t task,
                               seigr_transcript_player *player)
{
    seigr_run_options options = SEIGR_RUN_OPTIONS_INIT;
    seigr_run *run = NULL;

    options.send = seigr_transcript_play_send;
    options.receive = seigr_transcript_play_receive;
    options.channel_ctx = player;
    assert_ok(seigr_run_new(machine_context(), t->tasks[task], t->module,
                            &options, &run, NULL));
    return run;
}

/* The middle of a row, with its transcript. */
static void group_middle(struct group_trial *t, struct group_said *said)
{
    seigr_run_options options = SEIGR_RUN_OPTIONS_INIT;

    memset(said, 0, sizeof(*said));
    group_begin(t, 300);
    group_add(t, group_task("source", "a", SEIGR_CHANNEL_SEND, NULL, 0));
    t->tasks[1] = group_task("relay", "a", SEIGR_CHANNEL_RECEIVE, "b",
                             SEIGR_CHANNEL_SEND);
    options.transcript = group_keep;
    options.ctx = said;
    assert_ok(seigr_group_add(t->group, t->tasks[1], t->module, &options, 0,
                              NULL, NULL));
    t->count = 2;
    group_add(t, group_task("sink", "b", SEIGR_CHANNEL_RECEIVE, NULL, 0));
    group_run(t, NULL);
}

void test_engine_group__one_is_replayed_from_its_transcript(void **state)
{
    struct group_trial t;
    struct group_said said;
    seigr_transcript digest = SEIGR_TRANSCRIPT_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    (void)state;
    group_middle(&t, &said);
    assert_ok(seigr_run_transcript(t.runs[1], &digest));
    assert_int_equal(digest.sent_count, 500);
    assert_int_equal(digest.received_count, 501); /* and the end */
    {
        seigr_transcript_player player = {{said.bytes, said.len}, 0, 0};
        seigr_run *run = group_replay(&t, 1, &player);

        (void)help_finish(run, 77);
        help_same_result(run, t.runs[1]);
        assert_int_equal(player.rest.len, 0);
        seigr_run_free(run);
    }
    /* One bit anywhere, and it is noticed or comes to something else. */
    for (size_t at = 0; at < said.len; at += 61) {
        seigr_transcript_player player = {{said.bytes, said.len}, 0, 0};
        seigr_run *run = group_replay(&t, 1, &player);
        int err;

        said.bytes[at] ^= 1;
        do {
            err = seigr_run_step(run, 1000000, &outcome);
        } while (err == 0 && outcome.status == SEIGR_RUN_YIELDED);
        assert_true(err == SEIGR_E_MISMATCH || err == SEIGR_E_FORMAT ||
                    err == SEIGR_E_TRUNCATED ||
                    outcome.status == SEIGR_RUN_WAITING);
        seigr_run_free(run);
        said.bytes[at] ^= 1;
    }
    free(said.bytes);
    group_finish(&t);
}

void test_engine_group__a_talking_run_is_taken_up_elsewhere(void **state)
{
    struct group_trial t;
    struct group_said said;

    (void)state;
    group_middle(&t, &said);
    for (int steps = 1; steps < 40; steps += 3) {
        seigr_transcript_player player = {{said.bytes, said.len}, 0, 0};
        seigr_outcome outcome = SEIGR_OUTCOME_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        help_state saved = {.len = 0};
        seigr_run *run = group_replay(&t, 1, &player);
        seigr_run *other;

        for (int i = 0; i < steps; i++)
            assert_ok(seigr_run_step(run, 3001, &outcome));
        if (outcome.status == SEIGR_RUN_YIELDED) {
            help_save(run, &saved);
            other = group_replay(&t, 1, &player);
            if (help_load(other, &saved, &error) != 0)
                fail_msg("%s", error.text);
            (void)help_finish(other, 0);
            help_same_result(other, t.runs[1]);
            help_state_free(&saved);
            seigr_run_free(other);
        }
        seigr_run_free(run);
    }
    free(said.bytes);
    group_finish(&t);
}

static int group_in_memory(support_memory *memory, void *arg)
{
    static struct group_trial t;
    seigr_context context = *machine_context();
    seigr_group_options options = SEIGR_GROUP_OPTIONS_INIT;
    seigr_group *group = NULL;
    uint64_t next;
    int err;

    context.allocator = &memory->allocator;
    options.scheduler.job_max = 4;
    if (t.module == NULL) {
        group_begin(&t, 100);
        group_add(&t, group_task("source", "a", SEIGR_CHANNEL_SEND, NULL, 0));
        group_add(&t, group_task("sink", "a", SEIGR_CHANNEL_RECEIVE, NULL, 0));
    }
    *(struct group_trial **)arg = &t;
    err = seigr_group_new(&context, &options, &group);
    for (uint32_t i = 0; err == 0 && i < 2; i++)
        err = seigr_group_add(group, t.tasks[i], t.module, NULL, 0, NULL, NULL);
    while (err == 0 && seigr_group_step(group, 0, NULL, &next) > 0) {
        seigr_group_end end = SEIGR_GROUP_END_INIT;

        while (seigr_group_next_end(group, &end))
            err = err == 0 ? end.code : err;
    }
    seigr_group_free(group);
    return err;
}

void test_engine_group__memory_may_fail_anywhere(void **state)
{
    struct group_trial *t = NULL;

    (void)state;
    support_each_allocation(group_in_memory, &t);
    group_finish(t);
    t->module = NULL;
}
