/* SPDX-License-Identifier: MIT */
/*
 * bundle_content.h - leaf lists and chunks in a bundle, as they are read.
 *
 *     NONE  --capsule that names a new body-->  LIST
 *     LIST  --another capsule-->  NONE or LIST        (its content is beside)
 *     LIST  --leaf list-->  CHUNKS, or NONE if the file has every chunk
 *     CHUNKS  --the last chunk-->  NONE
 */
#ifndef SEIGR_SRC_CAPSULE_BUNDLE_CONTENT_H
#define SEIGR_SRC_CAPSULE_BUNDLE_CONTENT_H

#include "id_set.h"     /* struct seigr__id_set */
#include "seigr/body.h" /* seigr_body_check */

#define SEIGR__CONTENT_NONE 0u
#define SEIGR__CONTENT_LIST 1u
#define SEIGR__CONTENT_CHUNKS 2u

struct seigr__bundle_content {
    const seigr_context *context;
    struct seigr__id_set roots;  /* of bodies that capsules named */
    struct seigr__id_set chunks; /* leaves whose chunks came */
    seigr_body body;             /* of the capsule read last */
    seigr_body_check check;
    seigr_sha256_state whole;
    seigr_hash *leaves;
    uint8_t *list; /* the memory that leaves stand in; ours */
    uint64_t next; /* the chunk that is due */
    uint32_t state;
    uint32_t in_row; /* whole has every byte before next */
    uint32_t sha256_held;
};

/* Returns 0 or SEIGR_E_RANDOM. */
int seigr__bundle_content_init(struct seigr__bundle_content *content,
                               const seigr_context *context);

void seigr__bundle_content_fini(struct seigr__bundle_content *content);

/* Bytes of the byte string that is due: none where a capsule must come. */
size_t seigr__bundle_content_due(const struct seigr__bundle_content *content);

/* A capsule came, with its body. */
int seigr__bundle_content_name(struct seigr__bundle_content *content,
                               const seigr_body *body, seigr_error *error);

/*
 * The leaf list came: all that was due of it, from at on in memory that
 * becomes ours on success.
 */
int seigr__bundle_content_list(struct seigr__bundle_content *content,
                               uint8_t *memory, size_t at, seigr_error *error);

/* A chunk came, as long as was due. */
int seigr__bundle_content_chunk(struct seigr__bundle_content *content,
                                seigr_span chunk, seigr_error *error);

/* Refuse a byte string of another length than was due. */
int seigr__bundle_content_wrong_len(const struct seigr__bundle_content *content,
                                    uint64_t len, seigr_error *error);

/* May something else come now? Returns 0 or SEIGR_E_TRUNCATED. */
int seigr__bundle_content_end(const struct seigr__bundle_content *content,
                              seigr_error *error);

#endif
