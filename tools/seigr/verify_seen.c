/* SPDX-License-Identifier: MIT */
/*
 * verify_seen.c - what the checkpoints of a file say of their logs.
 */
#include "verify_seen.h" /* struct verify_seen */

#include <assert.h> /* assert */
#include <stdlib.h> /* realloc */
#include <string.h> /* memcmp, memset */

int verify_seen_note(struct verify_seen *seen, const seigr_verified *verified,
                     seigr_error *error)
{
    const seigr_capsule *capsule = seigr_verified_capsule(verified);
    struct verify_checkpoint *grown;
    struct verify_checkpoint met = {.says = SEIGR_CHECKPOINT_INIT};
    int err;

    assert(seen != NULL);
    if (capsule->kind != SEIGR_KIND_CHECKPOINT)
        return 0;
    err = seigr_checkpoint_read(verified, &met.says, error);
    if (err != 0)
        return err;
    grown = realloc(seen->checkpoints, (seen->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return SEIGR_E_NOMEM;
    met.id = *seigr_verified_id(verified);
    met.issuer = capsule->issuer;
    seen->checkpoints = grown;
    seen->checkpoints[seen->count++] = met;
    return 0;
}

void verify_seen_fini(struct verify_seen *seen)
{
    free(seen->checkpoints);
    seen->checkpoints = NULL;
}

static int seen_is_fork(const struct verify_checkpoint *a,
                        const struct verify_checkpoint *b)
{
    return memcmp(&a->issuer, &b->issuer, sizeof(a->issuer)) == 0 &&
           a->says.log_size == b->says.log_size &&
           memcmp(&a->says.log_root, &b->says.log_root,
                  sizeof(a->says.log_root)) != 0;
}

void verify_seen_consistency(const struct verify_seen *seen,
                             seigr_verdict_line *out)
{
    memset(out, 0, sizeof(*out));
    out->status =
        seen->count == 0 ? SEIGR_VERDICT_NOT_ASKED : SEIGR_VERDICT_HOLDS;
    for (size_t i = 0; i < seen->count; i++) {
        for (size_t k = i + 1; k < seen->count; k++) {
            if (!seen_is_fork(&seen->checkpoints[i], &seen->checkpoints[k]))
                continue;
            if (out->count++ == 0)
                out->id = seen->checkpoints[k].id;
            out->has_id = 1;
            out->status = SEIGR_VERDICT_BROKEN;
        }
    }
    if (out->status == SEIGR_VERDICT_BROKEN)
        (void)snprintf(out->text, sizeof(out->text),
                       "proofs that a node signed two logs: %u",
                       (unsigned)out->count);
}
