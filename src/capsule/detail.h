/* SPDX-License-Identifier: MIT */
/*
 * detail.h - what the readers and writers of detail messages share.
 */
#ifndef SEIGR_SRC_CAPSULE_DETAIL_H
#define SEIGR_SRC_CAPSULE_DETAIL_H

#include "pb.h"            /* seigr__pb, seigr__pb_message */
#include "pb_write.h"      /* seigr__pb_writer */
#include "seigr/capsule.h" /* seigr_capsule */
#include "seigr/task.h"    /* seigr_task_outcome */

#define SEIGR__PB_TABLE(name, fields)                                          \
    {                                                                          \
        name, fields, (uint32_t)(sizeof(fields) / sizeof((fields)[0])), 1      \
    }

/* Begin the detail of a capsule of this kind, or refuse another. */
int seigr__detail_open(seigr__pb *r, const seigr__pb_message *message,
                       const seigr_capsule *capsule, uint32_t kind,
                       seigr_error *error);

/* Begin a message inside of another. */
void seigr__detail_enter(seigr__pb *inner, const seigr__pb *outer,
                         const seigr__pb_message *message,
                         const seigr__pb_value *value);

/* Copy a field of 32 bytes, or refuse it. */
int seigr__detail_hash(const seigr__pb *r, const seigr__pb_value *value,
                       seigr_hash *out);

/* Refuse a number that is above most. */
int seigr__detail_at_most(const seigr__pb *r, const seigr__pb_value *value,
                          uint64_t most, const char *what);

/* A repeated field's span grows to the end of its latest entry. */
void seigr__detail_extend(seigr_span *entries, const seigr__pb *r,
                          const seigr__pb_value *value);

/* The next entry of a repeated field that has been checked. Returns 1 or 0. */
int seigr__detail_walk(const seigr__pb_message *message, seigr_span entries,
                       size_t *cursor, seigr__pb_value *value);

/* A path that does not come behind the one before: refused. last is NULL
 * before the first. */
int seigr__detail_path(const seigr__pb *r, const seigr__pb_value *value,
                       seigr_span path, seigr_span last);

/* Links of one role, and the first of them. */
uint32_t seigr__detail_links(const seigr_capsule *capsule, uint32_t role,
                             seigr_id *first);

/* Exactly one link of this role, or a refusal that names it. */
int seigr__detail_one_link(const seigr_capsule *capsule, uint32_t role,
                           seigr_id *out, seigr_error *error);

/* A refusal of a whole capsule. */
int seigr__detail_fail(const seigr_capsule *capsule, int code,
                       seigr_error *error, const char *what);

/*
 * After writing: SEIGR_E_ROOM where it did not fit, else what check says of
 * what was written. The refusal has no offset.
 */
int seigr__detail_finish(const seigr__pb_writer *w, size_t *len_out,
                         int (*check)(seigr_span bytes, seigr_error *error),
                         seigr_error *error);

/* The next end of a channel that a task holds: checked beside those before
 * it, and counted; or read alone. */
int seigr__channel_read(const seigr__pb *outer, const seigr__pb_value *value,
                        seigr_task *out);
int seigr__channel_view(const seigr__pb *outer, seigr_span bytes,
                        seigr_task_channel *out);
void seigr__channel_put(seigr__pb_writer *w, const void *channel);
int seigr__channel_is_whole(const seigr_task_channel *list, uint32_t count);

/* An outcome, as RESULT and DISPUTE hold it. */
int seigr__outcome_read(const seigr__pb *outer, const seigr__pb_value *value,
                        seigr_task_outcome *out);
void seigr__outcome_put(seigr__pb_writer *w, const void *outcome);

/* Is there what an outcome points to? */
int seigr__outcome_is_whole(const seigr_task_outcome *outcome);

#endif
