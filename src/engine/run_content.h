/* SPDX-License-Identifier: MIT */
/*
 * run_content.h - what a program writes: bytes in chunks of 64 KiB that know
 * their Merkle head.
 */
#ifndef SEIGR_SRC_ENGINE_RUN_CONTENT_H
#define SEIGR_SRC_ENGINE_RUN_CONTENT_H

#include "seigr/base.h" /* seigr_context, seigr_span, seigr_hash */

#define RUN_CHUNK_LEN 65536u

/*
 *   chunks  [ 64 KiB ][ 64 KiB ] ... [ room ]   zeros behind size
 */
typedef struct run_content {
    uint8_t **chunks;
    seigr_hash *leaves; /* of each chunk, where it is marked as hashed */
    uint8_t *hashed;
    uint32_t count; /* chunks */
    uint32_t cap;   /* of the three arrays */
    uint32_t room;  /* bytes of the last chunk */
    uint32_t reserved;
    uint64_t size;
} run_content;

/*
 * Write at a place that is at most size.
 *
 * Returns 0, or SEIGR_E_NOMEM with the content as before.
 */
int seigr__run_content_write(const seigr_context *context, run_content *c,
                             uint64_t at, seigr_span bytes);

/* Have memory for a size, so that writing up to it cannot fail. Returns 0 or
 * SEIGR_E_NOMEM; the content is as before either way. */
int seigr__run_content_reserve(const seigr_context *context, run_content *c,
                               uint64_t size);

/* Cut, or fill with zeros. Returns 0, or SEIGR_E_NOMEM, nothing changed. */
int seigr__run_content_resize(const seigr_context *context, run_content *c,
                              uint64_t size);

/* From a place to the end of its chunk or of the content. */
seigr_span seigr__run_content_at(const run_content *c, uint64_t at);

/* RFC 9162 head over the chunks. */
void seigr__run_content_head(const seigr_context *context, run_content *c,
                             seigr_hash *out);

void seigr__run_content_fini(const seigr_context *context, run_content *c);

#endif
