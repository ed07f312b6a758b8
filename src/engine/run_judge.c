/* SPDX-License-Identifier: MIT */
/*
 * run_judge.c - which of two results is wrong (docs/spec/task.md, DISPUTE).
 *
 * A result's roots and the root of its end are one sequence. Up to the first
 * place where two such sequences differ a run comes to the same either way;
 * what it comes to there decides.
 *
 * Invariant:
 *   (1) nothing that a result says is taken for true but that both say it, and
 *       that is compared with the run where it passes by.
 */
#include "run_host.h"

#include "base/alloc.h"       /* seigr__alloc */
#include "base/error.h"       /* seigr__fail */
#include "capsule/detail.h"   /* seigr__outcome_put */
#include "capsule/pb_write.h" /* seigr__pb_writer */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

#define JUDGE_ROOT_LEN 32u

/* One side: a sequence of roots, then the end. */
typedef struct judge_side {
    const seigr_result *result;
    const uint8_t *roots;
} judge_side;

static int judge_open(const seigr_run *run, const seigr_result *result,
                      seigr_span roots, judge_side *out, seigr_error *error)
{
    const uint64_t len = (uint64_t)result->root_count * JUDGE_ROOT_LEN;
    seigr_hash head;

    if (memcmp(&result->task, &run->task_id, sizeof(result->task)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "a result is of another task");
    if (roots.len == 0)
        roots = result->roots;
    if (roots.len != len)
        return seigr__fail(
            error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
            "a result has %u state roots, and %llu bytes of them are here",
            result->root_count, (unsigned long long)roots.len);
    seigr_result_roots_head(run->context, roots, &result->outcome.root, &head);
    if (memcmp(&head, &result->roots_head, sizeof(head)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "state roots are not those of their result");
    *out = (judge_side){result, roots.ptr};
    return 0;
}

/* What a side has at a place, from 0. */
static seigr_task_claim judge_claim(const judge_side *side, uint32_t place)
{
    seigr_task_claim claim = {{{0}}, 0, 0};

    if (place < side->result->root_count) {
        memcpy(claim.root.bytes, side->roots + (size_t)place * JUDGE_ROOT_LEN,
               JUDGE_ROOT_LEN);
    } else {
        assert(place == side->result->root_count);
        claim.root = side->result->outcome.root;
        claim.ended = 1;
    }
    return claim;
}

static int judge_same(const seigr_task_claim *a, const seigr_task_claim *b)
{
    return a->ended == b->ended &&
           memcmp(&a->root, &b->root, sizeof(a->root)) == 0;
}

/* The first place where two sequences differ; the end where they do not. */
static uint32_t judge_place(const judge_side *a, const judge_side *b)
{
    uint32_t place = 0;

    for (;;) {
        const seigr_task_claim claim_a = judge_claim(a, place);
        const seigr_task_claim claim_b = judge_claim(b, place);

        if (!judge_same(&claim_a, &claim_b) || claim_a.ended)
            return place;
        place++;
    }
}

/* Is one outcome another, in all that it says? Returns 1, 0, or
 * SEIGR_E_NOMEM. */
static int judge_outcome_is(const seigr_context *context,
                            const seigr_task_outcome *a,
                            const seigr_task_outcome *b)
{
    seigr__pb_writer w[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
    uint8_t *bytes;
    int same;

    seigr__outcome_put(&w[0], a);
    seigr__outcome_put(&w[1], b);
    if (w[0].len != w[1].len)
        return 0;
    bytes = seigr__alloc(context, 2 * w[0].len);
    if (bytes == NULL)
        return SEIGR_E_NOMEM;
    w[0] = (seigr__pb_writer){bytes, w[1].len, 0};
    w[1] = (seigr__pb_writer){bytes + w[0].room, w[0].room, 0};
    seigr__outcome_put(&w[0], a);
    seigr__outcome_put(&w[1], b);
    same = memcmp(bytes, bytes + w[0].room, w[0].room) == 0;
    seigr__release(context, bytes);
    return same;
}

/* The common root, and that the run can come from it. A state that was loaded
 * is its writer's word: behind the common root it must be of that very root,
 * and before it the roots that follow show whether it was true. */
static int judge_begin(seigr_run *run, uint32_t place, const judge_side *a,
                       seigr_hash *root, seigr_error *error)
{
    seigr_hash at;
    int err;

    if (run->ended || run->root_count > place)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "the run is past what the results have in common, "
                           "%u checkpoints",
                           place);
    if (place == 0) {
        if (run->at.fuel_used > 0)
            return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                               "the results differ in their first interval, "
                               "which begins with the run");
        return seigr_run_root(run, root);
    }
    *root = judge_claim(a, place - 1).root;
    if (run->root_count < place)
        return 0;
    err = seigr_run_root(run, &at);
    if (err == 0 && memcmp(&at, root, sizeof(at)) != 0)
        err = seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                          "the state is not the one that the results have in "
                          "common");
    return err;
}

/* Go on until the place is passed, or the run has ended. */
static int judge_pass(seigr_run *run, uint32_t place)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    while (!run->ended && run->root_count <= place) {
        const uint64_t every = run->task.limits.checkpoint_every;
        uint64_t fuel = UINT64_MAX;
        int err;

        if (every != 0 && place < run->task.limits.fuel / every) {
            const uint64_t until = (place + 1u) * every;

            fuel = until > run->at.fuel_used ? until - run->at.fuel_used : 1;
        }
        err = seigr_run_step(run, fuel, &outcome);
        if (err != 0)
            return err;
        if (outcome.status == SEIGR_RUN_WAITING)
            return SEIGR_E_AGAIN;
    }
    return 0;
}

/* Both said it; does the run (1)? */
static int judge_common(const seigr_run *run, uint32_t place,
                        const judge_side *a, seigr_error *error)
{
    for (uint32_t i = 0; i < place; i++) {
        const seigr_task_claim claim = judge_claim(a, i);

        if (i >= run->root_count ||
            memcmp(&run->roots[i], &claim.root, sizeof(claim.root)) != 0)
            return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                               "the run differs from both results at "
                               "checkpoint %u already",
                               i + 1);
    }
    return 0;
}

/* Is what a side claims wrong? Returns 1, 0, or SEIGR_E_NOMEM. */
static int judge_is_wrong(const seigr_run *run, const judge_side *side,
                          const seigr_task_claim *claim,
                          const seigr_task_claim *found)
{
    int same;

    if (!judge_same(claim, found))
        return 1;
    if (!found->ended)
        return 0;
    same =
        judge_outcome_is(run->context, &side->result->outcome, &run->outcome);
    return same < 0 ? same : !same;
}

static int judge_verdict(const seigr_run *run, const judge_side *a,
                         const judge_side *b, seigr_dispute *d)
{
    int a_wrong;
    int b_wrong;

    if (d->checkpoint < run->root_count) {
        d->found.root = run->roots[d->checkpoint];
    } else {
        assert(run->ended);
        d->found.root = run->outcome.root;
        d->found.ended = 1;
        d->outcome = run->outcome;
    }
    a_wrong = judge_is_wrong(run, a, &d->claim_a, &d->found);
    b_wrong = judge_is_wrong(run, b, &d->claim_b, &d->found);
    if (a_wrong < 0 || b_wrong < 0)
        return SEIGR_E_NOMEM;
    assert(a_wrong || b_wrong); /* they differ */
    d->verdict =
        (a_wrong ? SEIGR_DISPUTE_A : 0) | (b_wrong ? SEIGR_DISPUTE_B : 0);
    return 0;
}

static int judge_agree(const seigr_run *run, const judge_side *a,
                       const judge_side *b, const seigr_dispute *d,
                       seigr_error *error)
{
    int same;

    if (!judge_same(&d->claim_a, &d->claim_b))
        return 0;
    same = judge_outcome_is(run->context, &a->result->outcome,
                            &b->result->outcome);
    if (same <= 0)
        return same;
    return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                       "the results agree");
}

int seigr_run_judge(seigr_run *run, const seigr_result *a, seigr_span roots_a,
                    const seigr_result *b, seigr_span roots_b,
                    seigr_dispute *out, seigr_error *error)
{
    seigr_dispute d = SEIGR_DISPUTE_INIT;
    judge_side sides[2] = {{NULL, NULL}, {NULL, NULL}};
    int err;

    if (run == NULL || a == NULL || b == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = judge_open(run, a, roots_a, &sides[0], error);
    if (err == 0)
        err = judge_open(run, b, roots_b, &sides[1], error);
    if (err != 0)
        return err;
    d.task = run->task_id;
    d.checkpoint = judge_place(&sides[0], &sides[1]);
    d.claim_a = judge_claim(&sides[0], d.checkpoint);
    d.claim_b = judge_claim(&sides[1], d.checkpoint);
    err = judge_agree(run, &sides[0], &sides[1], &d, error);
    if (err == 0)
        err = judge_begin(run, d.checkpoint, &sides[0], &d.root, error);
    if (err == 0)
        err = judge_pass(run, d.checkpoint);
    if (err == 0)
        err = judge_common(run, d.checkpoint, &sides[0], error);
    if (err == 0)
        err = judge_verdict(run, &sides[0], &sides[1], &d);
    if (err == 0)
        *out = d;
    return err;
}
