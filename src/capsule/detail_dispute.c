/* SPDX-License-Identifier: MIT */
/*
 * detail_dispute.c - reads and writes what a DISPUTE capsule says.
 *
 * A dispute is read without the results that it is about; whether these
 * claim what it says they do, whoever acts on it compares.
 *
 * Invariants:
 *   (1) what is written has passed the reader.
 *   (2) the verdict follows from claims and finding, as far as they tell.
 */
#include "detail.h"     /* seigr__detail_* */
#include "seigr/task.h" /* seigr_dispute */

#include "base/error.h" /* seigr__fail */

#include <string.h> /* memcmp */

enum {
    DISPUTE_CHECKPOINT = 1,
    DISPUTE_ROOT = 2,
    DISPUTE_CLAIM_A = 3,
    DISPUTE_CLAIM_B = 4,
    DISPUTE_FOUND = 5,
    DISPUTE_OUTCOME = 6,
    DISPUTE_VERDICT = 7,

    CLAIM_ROOT = 1,
    CLAIM_ENDED = 2
};

static const seigr__pb_field dispute_fields[] = {
    {DISPUTE_CHECKPOINT, SEIGR__PB_UINT32, 0, "checkpoint"},
    {DISPUTE_ROOT, SEIGR__PB_BYTES, 0, "root"},
    {DISPUTE_CLAIM_A, SEIGR__PB_MESSAGE, 0, "claim_a"},
    {DISPUTE_CLAIM_B, SEIGR__PB_MESSAGE, 0, "claim_b"},
    {DISPUTE_FOUND, SEIGR__PB_MESSAGE, 0, "found"},
    {DISPUTE_OUTCOME, SEIGR__PB_MESSAGE, 0, "outcome"},
    {DISPUTE_VERDICT, SEIGR__PB_ENUM, 0, "verdict"},
};

static const seigr__pb_field dispute_claim_fields[] = {
    {CLAIM_ROOT, SEIGR__PB_BYTES, 0, "root"},
    {CLAIM_ENDED, SEIGR__PB_BOOL, 0, "ended"},
};

static const seigr__pb_message dispute_message =
    SEIGR__PB_TABLE("Dispute", dispute_fields);
static const seigr__pb_message dispute_claim_message =
    SEIGR__PB_TABLE("Claim", dispute_claim_fields);

/* Which of the required fields were there: a bit a number. */
struct dispute_reader {
    seigr__pb pb;
    uint32_t seen;
};

static int dispute_claim(const seigr__pb *outer, const seigr__pb_value *field,
                         seigr_task_claim *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int has_root = 0;
    int err;

    seigr__detail_enter(&r, outer, &dispute_claim_message, field);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        if (value.number == CLAIM_ENDED)
            out->ended = (uint32_t)value.integer;
        if (value.number != CLAIM_ROOT)
            continue;
        has_root = 1;
        err = seigr__detail_hash(&r, &value, &out->root);
        if (err != 0)
            return err;
    }
    if (err == 0 && !has_root)
        err = seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "root", "it is missing");
    return err;
}

static int dispute_field(struct dispute_reader *d, const seigr__pb_value *value,
                         seigr_dispute *out)
{
    if (value->number <= DISPUTE_VERDICT)
        d->seen |= 1u << value->number;
    switch (value->number) {
    case DISPUTE_CHECKPOINT:
        out->checkpoint = (uint32_t)value->integer;
        return seigr__detail_at_most(&d->pb, value, SEIGR_TASK_ROOTS_MAX,
                                     "a run has at most 2^20");
    case DISPUTE_ROOT:
        return seigr__detail_hash(&d->pb, value, &out->root);
    case DISPUTE_CLAIM_A:
        return dispute_claim(&d->pb, value, &out->claim_a);
    case DISPUTE_CLAIM_B:
        return dispute_claim(&d->pb, value, &out->claim_b);
    case DISPUTE_FOUND:
        return dispute_claim(&d->pb, value, &out->found);
    case DISPUTE_OUTCOME:
        return seigr__outcome_read(&d->pb, value, &out->outcome);
    case DISPUTE_VERDICT:
        out->verdict = (uint32_t)value->integer;
        return seigr__detail_at_most(&d->pb, value, SEIGR_DISPUTE_BOTH,
                                     "there is no such verdict");
    }
    return 0; /* unknown */
}

static int dispute_same(const seigr_task_claim *a, const seigr_task_claim *b)
{
    return a->ended == b->ended && memcmp(&a->root, &b->root, 32) == 0;
}

/* (2): a claim that is not what was found is wrong; one that is, is right,
 * but for the end, which says more than its root. */
static int dispute_follows(const seigr_dispute *d, uint32_t which,
                           const seigr_task_claim *claim)
{
    const int wrong = (d->verdict & which) != 0;

    if (!dispute_same(claim, &d->found))
        return wrong;
    return !wrong || d->found.ended;
}

static int dispute_rules(const struct dispute_reader *d,
                         const seigr_dispute *out)
{
    static const uint8_t required[] = {DISPUTE_ROOT, DISPUTE_CLAIM_A,
                                       DISPUTE_CLAIM_B, DISPUTE_FOUND,
                                       DISPUTE_VERDICT};

    for (size_t i = 0; i < sizeof(required); i++) {
        if ((d->seen >> required[i] & 1) == 0)
            return seigr__pb_fail_end(&d->pb, SEIGR_E_FORMAT,
                                      dispute_fields[required[i] - 1].name,
                                      "it is missing");
    }
    if ((d->seen >> DISPUTE_OUTCOME & 1) != out->found.ended)
        return seigr__pb_fail_end(&d->pb, SEIGR_E_FORMAT, "outcome",
                                  "it goes with a run that ended");
    if (out->found.ended &&
        memcmp(&out->outcome.root, &out->found.root, 32) != 0)
        return seigr__pb_fail_end(&d->pb, SEIGR_E_FORMAT, "outcome",
                                  "it has another root than was found");
    if (dispute_same(&out->claim_a, &out->claim_b) && !out->claim_a.ended)
        return seigr__pb_fail_end(&d->pb, SEIGR_E_FORMAT, "claim_b",
                                  "both claim the same");
    if (!dispute_follows(out, SEIGR_DISPUTE_A, &out->claim_a) ||
        !dispute_follows(out, SEIGR_DISPUTE_B, &out->claim_b))
        return seigr__pb_fail_end(&d->pb, SEIGR_E_FORMAT, "verdict",
                                  "it does not follow from what was found");
    return 0;
}

static int dispute_read(struct dispute_reader *d, seigr_dispute *out)
{
    seigr__pb_value value;
    int err;

    while ((err = seigr__pb_next(&d->pb, &value)) == 1) {
        err = dispute_field(d, &value, out);
        if (err != 0)
            return err;
    }
    return err != 0 ? err : dispute_rules(d, out);
}

/* The two results: the first two links of role EVIDENCE. */
static int dispute_results(const seigr_capsule *capsule, seigr_dispute *out,
                           seigr_error *error)
{
    size_t cursor = 0;
    uint32_t count = 0;
    seigr_link link;

    while (seigr_capsule_next_link(capsule, &cursor, &link) == 1) {
        if (link.role != SEIGR_ROLE_EVIDENCE)
            continue;
        if (count == 0)
            out->a = link.id;
        if (count == 1)
            out->b = link.id;
        count++;
    }
    if (count < 2 || memcmp(&out->a, &out->b, sizeof(out->a)) == 0)
        return seigr__detail_fail(capsule, SEIGR_E_FORMAT, error,
                                  "Capsule.links: a dispute is about two "
                                  "results, of role EVIDENCE");
    return 0;
}

static int dispute_links(const seigr_capsule *capsule, seigr_dispute *out,
                         seigr_error *error)
{
    int err =
        seigr__detail_one_link(capsule, SEIGR_ROLE_TASK, &out->task, error);

    if (err == 0)
        err = dispute_results(capsule, out, error);
    if (err != 0)
        return err;
    out->has_state =
        seigr__detail_links(capsule, SEIGR_ROLE_STATE, &out->state);
    if (out->has_state > 1)
        return seigr__detail_fail(capsule, SEIGR_E_FORMAT, error,
                                  "Capsule.links: a dispute begins at one "
                                  "state, of role STATE");
    return 0;
}

int seigr_dispute_decode(const seigr_capsule *capsule, seigr_dispute *out,
                         seigr_error *error)
{
    struct dispute_reader d = {0};
    seigr_dispute dispute = SEIGR_DISPUTE_INIT;
    int err;

    if (out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__detail_open(&d.pb, &dispute_message, capsule,
                             SEIGR_KIND_DISPUTE, error);
    if (err == 0)
        err = dispute_read(&d, &dispute);
    if (err == 0)
        err = dispute_links(capsule, &dispute, error);
    if (err == 0)
        *out = dispute;
    return err;
}

/* --- writing ----------------------------------------------------------- */

static void dispute_put_claim(seigr__pb_writer *w, const void *message)
{
    const seigr_task_claim *claim = message;

    seigr__pb_put_bytes(w, CLAIM_ROOT, (seigr_span){claim->root.bytes, 32});
    seigr__pb_put_uint(w, CLAIM_ENDED, claim->ended);
}

static int dispute_check(seigr_span bytes, seigr_error *error)
{
    struct dispute_reader d = {0};
    seigr_dispute dispute = SEIGR_DISPUTE_INIT;

    seigr__pb_init(&d.pb, &dispute_message, bytes, bytes.ptr, error);
    return dispute_read(&d, &dispute);
}

int seigr_dispute_encode(const seigr_dispute *dispute, seigr_buf out,
                         size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};

    if (dispute == NULL || dispute->struct_size < sizeof(*dispute) ||
        len_out == NULL ||
        (dispute->found.ended && !seigr__outcome_is_whole(&dispute->outcome)))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_dispute_encode: an argument is missing");
    seigr__pb_put_uint(&w, DISPUTE_CHECKPOINT, dispute->checkpoint);
    seigr__pb_put_bytes(&w, DISPUTE_ROOT,
                        (seigr_span){dispute->root.bytes, 32});
    seigr__pb_put_message(&w, DISPUTE_CLAIM_A, dispute_put_claim,
                          &dispute->claim_a);
    seigr__pb_put_message(&w, DISPUTE_CLAIM_B, dispute_put_claim,
                          &dispute->claim_b);
    seigr__pb_put_message(&w, DISPUTE_FOUND, dispute_put_claim,
                          &dispute->found);
    if (dispute->found.ended)
        seigr__pb_put_message(&w, DISPUTE_OUTCOME, seigr__outcome_put,
                              &dispute->outcome);
    seigr__pb_put_uint(&w, DISPUTE_VERDICT, dispute->verdict);
    return seigr__detail_finish(&w, len_out, dispute_check, error); /* (1) */
}
