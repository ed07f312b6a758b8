/* SPDX-License-Identifier: MIT */
/*
 * payload.h - the payload of a capsule (FORMATS 2.3): its tables, its reader.
 */
#ifndef SEIGR_SRC_CAPSULE_PAYLOAD_H
#define SEIGR_SRC_CAPSULE_PAYLOAD_H

#include "pb.h"            /* seigr__pb_message */
#include "seigr/capsule.h" /* seigr_capsule */

/* Numbers of fields. */
#define SEIGR__CAPSULE_KIND 1u
#define SEIGR__CAPSULE_NAME 2u
#define SEIGR__CAPSULE_CREATED_MS 3u
#define SEIGR__CAPSULE_SEQUENCE 4u
#define SEIGR__CAPSULE_PREVIOUS 5u
#define SEIGR__CAPSULE_LINKS 6u
#define SEIGR__CAPSULE_LABELS 7u
#define SEIGR__CAPSULE_BODY 8u
#define SEIGR__CAPSULE_STREAM 9u
#define SEIGR__CAPSULE_DETAIL_MIN 16u
#define SEIGR__CAPSULE_DETAIL_MAX 31u
#define SEIGR__LINK_ID 1u
#define SEIGR__LINK_ROLE 2u
#define SEIGR__LABEL_KEY 1u
#define SEIGR__LABEL_VALUE 2u
#define SEIGR__BODY_MEDIA_TYPE 1u
#define SEIGR__BODY_SIZE 2u
#define SEIGR__BODY_INLINE 3u
#define SEIGR__BODY_ROOT 4u
#define SEIGR__BODY_SHA256 5u

extern const seigr__pb_message seigr__pb_capsule;
extern const seigr__pb_message seigr__pb_link;
extern const seigr__pb_message seigr__pb_label;
extern const seigr__pb_message seigr__pb_body;

/* What a kind has to do with details. */
#define SEIGR__DETAIL_NONE 0u  /* DATA and PROGRAM */
#define SEIGR__DETAIL_ANY 255u /* an unknown kind: any one, or none */

/* The number of a kind's detail field, or SEIGR__DETAIL_NONE or _ANY. */
unsigned seigr__detail_of_kind(uint32_t kind);

/* The bounds of a body over 64 KiB (FORMATS 4). */
#define SEIGR__BODY_SIZE_MAX ((uint64_t)1 << 36)

/*
 * Read a payload and check every rule of FORMATS 2.3.
 *
 *   crypto  for the digest of an inline body that names one; may be NULL.
 *   origin  at or before the payload: offsets of refusals count from here.
 *   out     the fields that a payload has; of no use after a failure.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_LIMIT, SEIGR_E_MISMATCH (digest of an
 * inline body), SEIGR_E_UNSUPPORTED (no SHA-256 to compare it with).
 */
int seigr__payload_read(const seigr_crypto *crypto, seigr_span payload,
                        const uint8_t *origin, seigr_capsule *out,
                        seigr_error *error);

/*
 * Write a draft's payload, or count it where there is no room.
 *
 *   out  written only as far as it reaches.
 *   len  receives the length, at most SEIGR_CAPSULE_PAYLOAD_MAX.
 *
 * Returns 0; SEIGR_E_INVAL, SEIGR_E_FORMAT, SEIGR_E_LIMIT. What it writes
 * may still break a rule: seigr__payload_check() comes before a signature.
 */
int seigr__payload_write(const seigr_draft *draft, seigr_buf out, size_t *len,
                         seigr_error *error);

/* Would the door take this payload? The refusal has no offset. */
int seigr__payload_check(const seigr_crypto *crypto, seigr_span payload,
                         seigr_error *error);

#endif
