/* SPDX-License-Identifier: MIT */
/*
 * trust_admit.c - what other details bring: tasks that ask to be run, and
 * checkpoints that saw what was there.
 */
#include "trust_set.h" /* struct seigr_trust */

#include "base/error.h"       /* seigr__fail */
#include "seigr/checkpoint.h" /* seigr_checkpoint_read */
#include "seigr/crypto.h"     /* seigr_merkle_verify_inclusion */
#include "seigr/senary.h"     /* seigr_address_encode_id */
#include "seigr/task.h"       /* seigr_task_decode */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define ADMIT_PAGE_LEN ((uint64_t)65536) /* a page of memory */

void seigr_trust_program_resource(const seigr_id *program,
                                  char out[SEIGR_TRUST_RESOURCE_LEN + 1])
{
    static const char folder[] = "program/";

    assert(sizeof(folder) - 1 + SEIGR_ADDRESS_LEN == SEIGR_TRUST_RESOURCE_LEN);
    memcpy(out, folder, sizeof(folder) - 1);
    seigr_address_encode_id(program, out + sizeof(folder) - 1);
}

int seigr_trust_admit(seigr_trust *trust, const seigr_verified *task,
                      uint64_t now_ms, uint64_t use_count, seigr_answer *answer)
{
    char resource[SEIGR_TRUST_RESOURCE_LEN + 1];
    seigr_question question = SEIGR_QUESTION_INIT;
    seigr_task view;
    int err;

    if (trust == NULL || task == NULL || answer == NULL)
        return SEIGR_E_INVAL;
    memset(&view, 0, sizeof(view));
    err = seigr_task_decode(seigr_verified_capsule(task), &view, NULL);
    if (err != 0)
        return err;
    seigr_trust_program_resource(&view.program, resource);
    question.scope = SEIGR_SCOPE_RUN;
    question.capsule = task;
    question.resource =
        (seigr_span){(const uint8_t *)resource, SEIGR_TRUST_RESOURCE_LEN};
    question.now_ms = now_ms;
    question.use_count = use_count;
    question.fuel = view.limits.fuel;
    question.memory = ADMIT_PAGE_LEN * (view.limits.memory_pages == 0
                                            ? SEIGR_TASK_PAGES
                                            : view.limits.memory_pages);
    return seigr_trust_decide(trust, &question, answer);
}

/* Proofs are kept sorted by time, and those of one time by their bytes, so
 * that their order says nothing. */
static void admit_keep(seigr_trust *trust, const struct seigr__trust_seen *seen)
{
    uint32_t at = trust->seen_count;

    assert(at < trust->options.seen_max);
    for (; at > 0; at--) {
        const struct seigr__trust_seen *before = &trust->seen[at - 1];

        if (before->at_ms < seen->at_ms ||
            (before->at_ms == seen->at_ms &&
             memcmp(before, seen, sizeof(*seen)) <= 0))
            break;
        trust->seen[at] = *before;
    }
    trust->seen[at] = *seen;
    trust->seen_count++;
    trust->is_settled = 0;
}

int seigr_trust_put_proof(seigr_trust *trust, const seigr_verified *checkpoint,
                          const seigr_id *id, uint64_t index,
                          const seigr_hash *path, size_t path_count,
                          seigr_error *error)
{
    struct seigr__trust_seen seen;
    seigr_checkpoint view = SEIGR_CHECKPOINT_INIT;
    seigr_hash leaf;
    int err;

    if (trust == NULL || checkpoint == NULL || id == NULL ||
        (path == NULL && path_count > 0))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_trust_put_proof: an argument is missing");
    if (trust->seen_count == trust->options.seen_max)
        return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                           "the set has room for %u proofs",
                           (unsigned)trust->options.seen_max);
    err = seigr_checkpoint_read(checkpoint, &view, error);
    if (err != 0)
        return err;
    seigr_merkle_hash_leaf(&trust->context,
                           (seigr_span){id->bytes, SEIGR_ID_LEN}, &leaf);
    err = seigr_merkle_verify_inclusion(&trust->context, &leaf, index,
                                        view.log_size, path, path_count,
                                        &view.log_root, error);
    if (err != 0)
        return err;
    memset(&seen, 0, sizeof(seen));
    seen.id = *id;
    seen.at_ms = seigr_verified_capsule(checkpoint)->created_ms;
    seen.witness = seigr_verified_capsule(checkpoint)->issuer;
    admit_keep(trust, &seen);
    return 0;
}
