/* SPDX-License-Identifier: MIT */
/*
 * bundle_body.h - the bodies of a bundle, for its reader and its writer:
 * which content stands where, each chunk once.
 */
#ifndef SEIGR_SRC_CAPSULE_BUNDLE_BODY_H
#define SEIGR_SRC_CAPSULE_BUNDLE_BODY_H

#include "id_set.h" /* struct seigr__id_set */

#include "seigr/body.h" /* seigr_body_check */

/*
 *     name -> begin -> leaves ... -> chunk or repeat ... -> done
 *
 * once for each body; name alone for one whose content is not there.
 */
struct seigr__bundle_body {
    const seigr_context *context;
    struct seigr__id_set roots;  /* of the bodies named so far */
    struct seigr__id_set chunks; /* leaves whose chunk stood in the file */
    seigr_body body;             /* the one named last */
    seigr_body_check check;
    uint64_t list_left;   /* bytes of the leaf list still to come */
    uint64_t chunk_count; /* of body */
    uint64_t index;       /* of the chunk that comes next */
    seigr_hash *leaves;   /* of body, as they come */
    size_t leaf_count;
    size_t leaf_room;
    uint32_t has_sets;
    uint32_t is_in_sequence; /* every chunk so far was at hand */
};

/* body is all zeros; nothing is allocated. */
void seigr__bundle_body_init(struct seigr__bundle_body *body,
                             const seigr_context *context);

void seigr__bundle_body_fini(struct seigr__bundle_body *body);

/* A capsule names a body. Returns 1 if it is the first to name it, 0 if not;
 * SEIGR_E_NOMEM; SEIGR_E_RANDOM. */
int seigr__bundle_body_name(struct seigr__bundle_body *body,
                            const seigr_body *named);

/* Its leaf list begins. Returns as seigr_body_check_init(). */
int seigr__bundle_body_begin(struct seigr__bundle_body *body,
                             seigr_error *error);

/* Bytes of the list, at most list_left. Returns as
 * seigr_body_check_leaves(); SEIGR_E_NOMEM. */
int seigr__bundle_body_leaves(struct seigr__bundle_body *body, seigr_span bytes,
                              seigr_error *error);

/* Whether the next chunk stood in the file before. */
int seigr__bundle_body_is_repeat(const struct seigr__bundle_body *body);

/* The next chunk is here. Returns 0; SEIGR_E_MISMATCH; SEIGR_E_NOMEM. */
int seigr__bundle_body_chunk(struct seigr__bundle_body *body, seigr_span chunk,
                             seigr_error *error);

/* The next chunk stood before; empty where it is not at hand again. Returns
 * as seigr__bundle_body_chunk(). */
int seigr__bundle_body_repeat(struct seigr__bundle_body *body, seigr_span chunk,
                              seigr_error *error);

/* All chunks have come. Returns as seigr_body_check_done(). */
int seigr__bundle_body_done(struct seigr__bundle_body *body,
                            seigr_error *error);

#endif
