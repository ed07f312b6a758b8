/* SPDX-License-Identifier: MIT */
/*
 * reputation_evidence.c - what RESULT and DISPUTE capsules prove of workers.
 */
#include "seigr/reputation.h" /* seigr_reputation_dispute */

#include "base/error.h"   /* seigr__fail */
#include "seigr/crypto.h" /* seigr_sha256 */
#include "seigr/task.h"   /* seigr_result_decode, seigr_dispute_decode */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memset */

static int evidence_same(const void *a, const void *b)
{
    return memcmp(a, b, 32) == 0;
}

static int evidence_result(const seigr_context *context,
                           const seigr_verified *capsule, seigr_result *out,
                           seigr_error *error)
{
    *out = (seigr_result)SEIGR_RESULT_INIT;
    return seigr_result_decode(context, seigr_verified_capsule(capsule), out,
                               error);
}

int seigr_reputation_agree(const seigr_context *context,
                           const seigr_verified *a, const seigr_verified *b,
                           seigr_error *error)
{
    seigr_result x;
    seigr_result y;
    seigr_span p;
    seigr_span q;
    int err;

    if (context == NULL || a == NULL || b == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_reputation_agree: an argument is missing");
    err = evidence_result(context, a, &x, error);
    if (err == 0)
        err = evidence_result(context, b, &y, error);
    if (err != 0)
        return err;
    if (!evidence_same(&x.task, &y.task))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the two results are of different tasks");
    if (evidence_same(&seigr_verified_capsule(a)->issuer,
                      &seigr_verified_capsule(b)->issuer))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the two results are of one issuer: nobody checks "
                           "himself");
    p = seigr_verified_capsule(a)->detail;
    q = seigr_verified_capsule(b)->detail;
    return p.len == q.len && memcmp(p.ptr, q.ptr, p.len) == 0;
}

/* Root number k of a result, from 1. */
static const uint8_t *evidence_root(const seigr_result *result, uint32_t k)
{
    assert(k >= 1 && k <= result->root_count);
    return result->roots.ptr + (size_t)(k - 1) * 32;
}

/* Does the dispute say of a result what the result says? */
static int evidence_claims(const seigr_result *result,
                           const seigr_dispute *dispute,
                           const seigr_task_claim *claim)
{
    const uint32_t from = dispute->checkpoint;

    if (from > result->root_count)
        return 0;
    if (from > 0 && !evidence_same(evidence_root(result, from), &dispute->root))
        return 0;
    if (from == result->root_count)
        return claim->ended &&
               evidence_same(&result->outcome.root, &claim->root);
    return !claim->ended &&
           evidence_same(evidence_root(result, from + 1), &claim->root);
}

/* One of the two results, and what is said of it. */
static int evidence_party(const seigr_context *context,
                          const seigr_verified *capsule, const seigr_id *id,
                          const seigr_dispute *dispute,
                          const seigr_task_claim *claim, seigr_error *error)
{
    seigr_result result;
    int err;

    if (!evidence_same(seigr_verified_id(capsule), id))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the dispute is of another result");
    err = evidence_result(context, capsule, &result, error);
    if (err != 0)
        return err;
    if (!evidence_same(&result.task, &dispute->task))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the dispute is of another task");
    if (result.roots.len != (size_t)result.root_count * 32)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "the result's roots do not stand in it");
    if (!evidence_claims(&result, dispute, claim))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the dispute has a result say what it does not");
    return 0;
}

int seigr_reputation_dispute(const seigr_context *context,
                             const seigr_verified *dispute,
                             const seigr_verified *a, const seigr_verified *b,
                             uint32_t *wrong_out, seigr_error *error)
{
    seigr_dispute view = SEIGR_DISPUTE_INIT;
    int err;

    if (context == NULL || dispute == NULL || a == NULL || b == NULL ||
        wrong_out == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_reputation_dispute: an argument is missing");
    err = seigr_dispute_decode(seigr_verified_capsule(dispute), &view, error);
    if (err == 0)
        err = evidence_party(context, a, &view.a, &view, &view.claim_a, error);
    if (err == 0)
        err = evidence_party(context, b, &view.b, &view, &view.claim_b, error);
    if (err != 0)
        return err;
    *wrong_out = view.verdict; /* the same bits */
    return 0;
}
