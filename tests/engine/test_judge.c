/* SPDX-License-Identifier: MIT */
/*
 * Disputes: whoever lies about a root, the end or what it came to is named,
 * by running one interval.
 */
#include "run_help.h"

#include <stdlib.h>
#include <string.h>

#define JUDGE_ROOTS 64u
#define JUDGE_EVERY 1300u

/* A true result, and one that can be bent. */
struct judge_trial {
    help_task task;
    help_world world;
    seigr_module *module;
    seigr_run *run;
    seigr_result truth;
    seigr_result lie;
    seigr_hash roots[JUDGE_ROOTS];
};

static void judge_begin_trial(struct judge_trial *t)
{
    memset(t, 0, sizeof(*t));
    t->task = (help_task){
        .entry = "write",
        .limits = {.fuel = 3000000,
                   .checkpoint_every = JUDGE_EVERY,
                   .memory_pages = 40},
    };
    t->module =
        machine_module(support_file(SEIGR_TEST_SOURCE "/engine/data/run.wasm"));
    t->run = help_run(&t->task, t->module, &t->world);
    t->truth = help_finish(t->run, 0);
    t->lie = t->truth;
    assert_in_range(t->truth.root_count, 10, JUDGE_ROOTS - 2);
    memcpy(t->roots, t->truth.roots.ptr, t->truth.roots.len);
}

static void judge_end_trial(struct judge_trial *t)
{
    seigr_run_free(t->run);
    seigr_module_free(t->module);
}

/* Make the lie consistent with itself: other roots, and their head. */
static void judge_bend(struct judge_trial *t)
{
    t->lie.roots = (seigr_span){(const uint8_t *)t->roots,
                                t->lie.root_count * sizeof(*t->roots)};
    seigr_result_roots_head(machine_context(), t->lie.roots,
                            &t->lie.outcome.root, &t->lie.roots_head);
}

static int judge_say(const struct judge_trial *t, const help_state *state,
                     int swapped, seigr_dispute *out, uint64_t *fuel,
                     seigr_error *error)
{
    help_world world = t->world;
    seigr_run *run = help_run(&t->task, t->module, &world);
    const seigr_result *a = swapped ? &t->lie : &t->truth;
    const seigr_result *b = swapped ? &t->truth : &t->lie;
    const seigr_span none = {NULL, 0};
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    int err;

    if (state != NULL && help_load(run, state, error) != 0)
        fail_msg("%s", error->text);
    err = seigr_run_judge(run, a, none, b, none, out, error);
    if (err == 0) { /* a capsule can say it */
        uint8_t detail[4096];
        size_t len;

        assert_ok(seigr_dispute_encode(out, (seigr_buf){detail, sizeof(detail)},
                                       &len, error));
        assert_ok(seigr_run_step(run, 0, &outcome));
        *fuel =
            outcome.fuel_used - (state == NULL ? 0 : state->state.fuel_used);
        out->outcome = (seigr_task_outcome)SEIGR_TASK_OUTCOME_INIT;
    }
    seigr_run_free(run);
    return err;
}

void test_engine_judge__one_wrong_root_is_found_at_every_place(void **state)
{
    struct judge_trial t;

    (void)state;
    judge_begin_trial(&t);
    for (uint32_t k = 0; k < t.truth.root_count; k++) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_dispute d = SEIGR_DISPUTE_INIT;
        uint64_t fuel = 0;

        t.roots[k].bytes[k % 32] ^= 0x40;
        judge_bend(&t);
        if (judge_say(&t, NULL, 0, &d, &fuel, &error) != 0)
            fail_msg("%s", error.text);
        assert_int_equal(d.verdict, SEIGR_DISPUTE_B);
        assert_int_equal(d.checkpoint, k);
        assert_int_equal(d.found.ended, 0);
        if (k > 0)
            assert_memory_equal(&d.root, &t.roots[k - 1], 32);
        assert_ok(judge_say(&t, NULL, 1, &d, &fuel, &error));
        assert_int_equal(d.verdict, SEIGR_DISPUTE_A);
        t.roots[k].bytes[k % 32] ^= 0x40;
    }
    judge_end_trial(&t);
}

void test_engine_judge__forging_the_rest_costs_one_interval(void **state)
{
    struct judge_trial t;
    help_state saved = {.len = 0};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_dispute d = SEIGR_DISPUTE_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t fuel = 0;
    help_world world;
    seigr_run *run;

    (void)state;
    judge_begin_trial(&t);
    for (uint32_t k = 7; k < t.truth.root_count; k++)
        memset(&t.roots[k], (int)k, sizeof(t.roots[k]));
    memset(&t.lie.outcome.root, 9, sizeof(t.lie.outcome.root));
    t.lie.outcome.fuel_used -= 1;
    judge_bend(&t);
    world = t.world;
    run = help_run(&t.task, t.module, &world);
    while (world.roots < 7)
        assert_ok(seigr_run_step(run, 1, &outcome));
    help_save(run, &saved);
    assert_ok(judge_say(&t, &saved, 1, &d, &fuel, &error));
    assert_int_equal(d.verdict, SEIGR_DISPUTE_A);
    assert_int_equal(d.checkpoint, 7);
    assert_in_range(fuel, 1, 3 * JUDGE_EVERY);
    seigr_run_free(run);
    help_state_free(&saved);
    judge_end_trial(&t);
}

void test_engine_judge__lies_about_the_end_are_found(void **state)
{
    struct judge_trial t;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_dispute d = SEIGR_DISPUTE_INIT;
    uint64_t fuel = 0;

    (void)state;
    judge_begin_trial(&t);
    t.lie.outcome.output.bytes[0] ^= 1; /* roots agree, the output does not */
    judge_bend(&t);
    assert_ok(judge_say(&t, NULL, 0, &d, &fuel, &error));
    assert_int_equal(d.verdict, SEIGR_DISPUTE_B);
    assert_int_equal(d.found.ended, 1);
    t.lie = t.truth;
    t.lie.root_count -= 3; /* it ended earlier, it says */
    t.lie.outcome.root = t.roots[t.lie.root_count];
    judge_bend(&t);
    assert_ok(judge_say(&t, NULL, 1, &d, &fuel, &error));
    assert_int_equal(d.verdict, SEIGR_DISPUTE_A);
    assert_int_equal(d.claim_a.ended, 1);
    assert_int_equal(d.found.ended, 0);
    t.lie = t.truth;
    t.roots[t.lie.root_count++] = t.truth.outcome.root; /* or later */
    judge_bend(&t);
    assert_ok(judge_say(&t, NULL, 0, &d, &fuel, &error));
    assert_int_equal(d.verdict, SEIGR_DISPUTE_B);
    assert_int_equal(d.found.ended, 1);
    judge_end_trial(&t);
}

void test_engine_judge__both_may_be_wrong(void **state)
{
    struct judge_trial t;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_dispute d = SEIGR_DISPUTE_INIT;
    seigr_hash kept[JUDGE_ROOTS];
    uint64_t fuel = 0;

    (void)state;
    judge_begin_trial(&t);
    memcpy(kept, t.roots, sizeof(kept));
    t.roots[4].bytes[0] ^= 1;
    judge_bend(&t);
    kept[4].bytes[0] ^= 2;
    t.truth.roots.ptr = (const uint8_t *)kept;
    seigr_result_roots_head(machine_context(), t.truth.roots,
                            &t.truth.outcome.root, &t.truth.roots_head);
    assert_ok(judge_say(&t, NULL, 0, &d, &fuel, &error));
    assert_int_equal(d.verdict, SEIGR_DISPUTE_BOTH);
    /* The same lie in both before they part. */
    kept[2] = t.roots[2] = kept[1];
    judge_bend(&t);
    seigr_result_roots_head(machine_context(), t.truth.roots,
                            &t.truth.outcome.root, &t.truth.roots_head);
    assert_int_equal(judge_say(&t, NULL, 0, &d, &fuel, &error),
                     SEIGR_E_MISMATCH);
    assert_string_equal(error.text, "the run differs from both results at "
                                    "checkpoint 3 already");
    judge_end_trial(&t);
}

void test_engine_judge__what_cannot_be_judged_is_refused(void **state)
{
    struct judge_trial t;
    help_state saved = {.len = 0};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_dispute d = SEIGR_DISPUTE_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t fuel = 0;
    help_world world;
    seigr_run *run;

    (void)state;
    judge_begin_trial(&t);
    assert_int_equal(judge_say(&t, NULL, 0, &d, &fuel, &error),
                     SEIGR_E_NOTFOUND);
    assert_string_equal(error.text, "the results agree");
    t.roots[5].bytes[0] ^= 1;
    t.lie.roots = (seigr_span){(const uint8_t *)t.roots, t.truth.roots.len};
    assert_int_equal(judge_say(&t, NULL, 0, &d, &fuel, &error),
                     SEIGR_E_MISMATCH); /* its head is of others */
    judge_bend(&t);
    world = t.world;
    run = help_run(&t.task, t.module, &world);
    while (world.roots < 6)
        assert_ok(seigr_run_step(run, 1, &outcome));
    help_save(run, &saved);
    assert_int_equal(judge_say(&t, &saved, 0, &d, &fuel, &error),
                     SEIGR_E_INVAL); /* past it */
    seigr_run_free(run);
    run = help_run(&t.task, t.module, &world);
    while (world.roots < 5)
        assert_ok(seigr_run_step(run, 1, &outcome));
    for (uint64_t at = outcome.fuel_used; outcome.fuel_used == at;)
        assert_ok(seigr_run_step(run, 1, &outcome));
    help_save(run, &saved);
    assert_int_equal(judge_say(&t, &saved, 0, &d, &fuel, &error),
                     SEIGR_E_MISMATCH);
    assert_string_equal(error.text, "the state is not the one that the results "
                                    "have in common");
    t.lie.task.bytes[0] ^= 1;
    assert_int_equal(judge_say(&t, NULL, 0, &d, &fuel, &error),
                     SEIGR_E_MISMATCH);
    seigr_run_free(run);
    help_state_free(&saved);
    judge_end_trial(&t);
}
