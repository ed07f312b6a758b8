/* SPDX-License-Identifier: MIT */
/*
 * receipt.h - proofs that a capsule belongs to a signed batch (FORMATS 3).
 */
#ifndef SEIGR_SRC_CAPSULE_RECEIPT_H
#define SEIGR_SRC_CAPSULE_RECEIPT_H

#include "envelope.h" /* seigr__receipt */

/* Sig_structure of a receipt: head, 58 43 R, 40, 58 20 root. */
#define SEIGR__RECEIPT_SIGNED_LEN                                              \
    (SEIGR__SIGNED_HEAD_LEN + 2u + SEIGR__RECEIPT_PROTECTED_LEN + 1u + 2u + 32u)

/* Write it. protected_header is R's 67 bytes. */
void seigr__receipt_signed(uint8_t out[SEIGR__RECEIPT_SIGNED_LEN],
                           const uint8_t *protected_header,
                           const uint8_t root[32]);

/*
 * Check that leaf, a capsule's identity, is in a tree whose root the issuer
 * signed.
 *
 *   cache  NULL: remember nothing.
 *
 * Returns 0 or SEIGR_E_SIGNATURE.
 */
int seigr__receipt_verify(const seigr_context *context,
                          const seigr__receipt *receipt,
                          const seigr_public_key *issuer, const seigr_id *leaf,
                          seigr_receipt_cache *cache);

#endif
