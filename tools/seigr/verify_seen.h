/* SPDX-License-Identifier: MIT */
/*
 * verify_seen.h - the line "consistency" of a verdict: what the checkpoints
 * of a file say of their logs.
 */
#ifndef SEIGR_VERIFY_SEEN_H
#define SEIGR_VERIFY_SEEN_H

#include "tool.h" /* struct tool */

/* A checkpoint that was met. */
struct verify_checkpoint {
    seigr_id id;
    seigr_public_key issuer;
    seigr_checkpoint says;
};

struct verify_seen {
    struct verify_checkpoint *checkpoints;
    size_t count;
};

/* A capsule was verified: keep what it says if it is a checkpoint. Returns 0;
 * SEIGR_E_NOMEM; SEIGR_E_FORMAT, SEIGR_E_LIMIT for one that says nothing. */
int verify_seen_note(struct verify_seen *seen, const seigr_verified *verified,
                     seigr_error *error);

void verify_seen_fini(struct verify_seen *seen);

/* Do two checkpoints of one issuer name two logs of one size? */
void verify_seen_consistency(const struct verify_seen *seen,
                             seigr_verdict_line *out);

#endif
