/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.h - what a CHECKPOINT capsule says: how long a node's execution
 * log is and its root, how many IDs its index holds and its root (FORMATS 7,
 * docs/spec/log.md).
 *
 * What it is: the detail message, and what two checkpoints prove together: a
 * fork of a log, a witness's counter-signature. What it is not: the log
 * (journal.h), or the index (index.h). Nothing here needs a heap.
 *
 * Threads: functions may be called from any thread.
 */
#ifndef SEIGR_CHECKPOINT_H
#define SEIGR_CHECKPOINT_H

#include "seigr/base.h"    /* spans, status codes, seigr_hash */
#include "seigr/capsule.h" /* seigr_verified */

#ifdef __cplusplus
extern "C" {
#endif

/* No detail of a checkpoint is longer. */
#define SEIGR_CHECKPOINT_LEN_MAX 90u

/* What a checkpoint says. Start from SEIGR_CHECKPOINT_INIT. */
typedef struct seigr_checkpoint {
    uint32_t struct_size;
    uint32_t reserved;    /* zero */
    uint64_t log_size;    /* entries of the log, below 2^48 */
    uint64_t index_count; /* IDs in the index, at most log_size */
    seigr_hash log_root;
    seigr_hash index_root;
} seigr_checkpoint;

#define SEIGR_CHECKPOINT_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_checkpoint)                      \
    }

/*
 * Write a checkpoint as the detail of a draft of SEIGR_KIND_CHECKPOINT.
 *
 *   out      room for SEIGR_CHECKPOINT_LEN_MAX; {NULL, 0} asks for the length
 *            needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM, with *len_out set and the content of out
 * unspecified; SEIGR_E_FORMAT or SEIGR_E_LIMIT for one that reading would
 * refuse; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_checkpoint_encode(const seigr_checkpoint *checkpoint, seigr_buf out,
                        size_t *len_out, seigr_error *error);

/*
 * Read what a CHECKPOINT capsule says.
 *
 *   out    start from SEIGR_CHECKPOINT_INIT; untouched on failure.
 *   error  may be NULL; offset counts in the capsule's detail.
 *
 * Returns 0; SEIGR_E_INVAL for a capsule of another kind; SEIGR_E_FORMAT or
 * SEIGR_E_LIMIT for a detail that breaks docs/spec/log.md.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_checkpoint_read(const seigr_verified *capsule, seigr_checkpoint *out,
                      seigr_error *error);

/*
 * Do two CHECKPOINT capsules prove that one node signed two logs? They do if
 * one issuer states two log roots for one log size.
 *
 * Returns 1, or 0: they prove nothing, which is not to say that there is no
 * fork. A capsule that cannot be read proves nothing.
 */
SEIGR_API int seigr_checkpoint_fork_check(const seigr_verified *a,
                                          const seigr_verified *b);

/*
 * Do the entries of a log prove that two CHECKPOINT capsules of one issuer
 * are of two logs? They do if they lead to one root and not to the other.
 *
 *   context    needs crypto with sha256.
 *   ids        the log from its first entry on, from anybody.
 *   id_count   at least the log size of the longer one.
 *
 * Returns 1 or 0 as seigr_checkpoint_fork_check().
 */
SEIGR_API int seigr_checkpoint_fork_leaves(const seigr_context *context,
                                           const seigr_verified *a,
                                           const seigr_verified *b,
                                           const seigr_id *ids,
                                           size_t id_count);

/*
 * Is one CHECKPOINT capsule another issuer's counter-signature of the other:
 * a link to it with role EVIDENCE? The witness has then seen it, and all that
 * it comes from, and its own log and index say what else.
 *
 * Returns 1 or 0.
 */
SEIGR_API int seigr_checkpoint_witnesses(const seigr_verified *witness,
                                         const seigr_verified *seen);

#ifdef __cplusplus
}
#endif

#endif
