/* SPDX-License-Identifier: MIT */
/*
 * journal_receipt.h - the constant bytes of a log's receipt.
 *
 *   receipt    d2 84  58 41 R  a1 19018c a1 20 81  proof  f6  58 40 signature
 *   R          a4  01 alg  04 58 20 kid  10 75 "application/seigr-log"
 *              19018b 01
 *   proof      a byte string of [size, index, [58 20 node, ...]]
 *   signature  over 84 6a "Signature1" 58 41 R 40 58 20 root
 */
#ifndef SEIGR_SRC_STORE_JOURNAL_RECEIPT_H
#define SEIGR_SRC_STORE_JOURNAL_RECEIPT_H

#include "seigr/journal.h" /* SEIGR_JOURNAL_* */

#define SEIGR__JOURNAL_HEADER_LEN 65u /* R */
#define SEIGR__JOURNAL_SIGNED_LEN (14u + SEIGR__JOURNAL_HEADER_LEN + 3u + 32u)

#define SEIGR__JOURNAL_ALG_AT 2u /* in R */
#define SEIGR__JOURNAL_KID_AT 6u
#define SEIGR__JOURNAL_EDDSA 0x27u   /* -8 in CBOR */
#define SEIGR__JOURNAL_ED25519 0x32u /* -19 in CBOR */

/* Write R. alg is one of the two bytes above. */
void seigr__journal_header(uint8_t out[SEIGR__JOURNAL_HEADER_LEN], uint8_t alg,
                           const seigr_public_key *key);

/* Write what is signed. */
void seigr__journal_signed(uint8_t out[SEIGR__JOURNAL_SIGNED_LEN],
                           const uint8_t header[SEIGR__JOURNAL_HEADER_LEN],
                           const seigr_hash *root);

#endif
