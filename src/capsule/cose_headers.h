/* SPDX-License-Identifier: MIT */
/*
 * cose_headers.h - the two buckets of header parameters of a COSE message.
 */
#ifndef SEIGR_SRC_CAPSULE_COSE_HEADERS_H
#define SEIGR_SRC_CAPSULE_COSE_HEADERS_H

#include "base/cbor.h"  /* the reader */
#include "seigr/cose.h" /* seigr_cose_sign1 */

/* An integer, or text. */
struct seigr__cose_label {
    seigr_span text;
    uint64_t value; /* of major type 0 or 1 */
    uint32_t major; /* SEIGR__CBOR_UINT, _NINT or _TEXT */
    uint32_t reserved;
};

/* The labels read so far, those of the protected bucket first. */
struct seigr__cose_labels {
    struct seigr__cose_label at[SEIGR_COSE_HEADERS_MAX];
    size_t count;
    size_t protected_count;
};

/*
 * Read one bucket, a map at the reader's place, and set what it says in view:
 * alg, kid and their flags. Labels must be new to labels.
 */
int seigr__cose_bucket(seigr__cbor *r, int is_protected, seigr_buf *room,
                       struct seigr__cose_labels *labels,
                       seigr_cose_sign1 *view);

/* Read one label. */
int seigr__cose_label(seigr__cbor *r, struct seigr__cose_label *out);

/* Is the label this integer? */
int seigr__cose_label_is(const struct seigr__cose_label *label, int64_t number);

#endif
