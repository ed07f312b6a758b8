/* SPDX-License-Identifier: MIT */
/*
 * cbor_head.h - what cbor.c and cbor_skip.c share: one item's head.
 *
 *   +-----------+-----------+--------------------+
 *   | major (3) | info (5)  | 0, 1, 2, 4, 8 bytes|   RFC 8949, 3
 *   +-----------+-----------+--------------------+
 *    value = info below 24, else the bytes behind it, big-endian;
 *    info 31: a length that a break ends
 */
#ifndef SEIGR_SRC_BASE_CBOR_HEAD_H
#define SEIGR_SRC_BASE_CBOR_HEAD_H

#include "cbor.h" /* seigr__cbor */

struct seigr__cbor_head {
    uint64_t value;     /* number, length, count, or bits of a float */
    size_t len;         /* bytes of the head */
    uint8_t major;      /* SEIGR__CBOR_* */
    uint8_t info;       /* the low five bits */
    uint8_t indefinite; /* never in deterministic mode; of major 7: break */
};

/* Read and check the head at the reader's place, without moving. */
int seigr__cbor_head_read(const seigr__cbor *r, struct seigr__cbor_head *head);

/* "A is expected, B is there", SEIGR_E_FORMAT. */
int seigr__cbor_expected(const seigr__cbor *r, unsigned major,
                         const struct seigr__cbor_head *head);

/* Refuse text, part of the reader's bytes, that is not UTF-8. */
int seigr__cbor_text_check(const seigr__cbor *r, seigr_span text);

#endif
