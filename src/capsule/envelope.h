/* SPDX-License-Identifier: MIT */
/*
 * envelope.h - the bytes around a payload (FORMATS 2.1 and 3).
 *
 * Deterministic CBOR leaves one encoding only, so most of it is constant:
 *
 *   single   d2 84    P  a0  payload  58 40 signature
 *   batch    d9cfca83 P      payload  receipt
 *   signed   84 6a "Signature1" P 40 payload          (Sig_structure)
 *
 *   P        58 42 a3  01 alg  04 58 20 kid  10 78 19 "application/seigr-
 *            capsule"                                      68 bytes in all
 *   payload  its head of 1, 2, 3 or 5 bytes, and the payload
 *   receipt  a byte string of
 *            d2 84  R  a1 19018c a1 20 81 proof  f6  58 40 signature
 *   R        58 43 a4  01 alg  04 58 20 kid  10 77 "application/seigr-batch"
 *            19018b 01
 *   proof    a byte string of 83 size index, and an array of 58 20 node
 */
#ifndef SEIGR_SRC_CAPSULE_ENVELOPE_H
#define SEIGR_SRC_CAPSULE_ENVELOPE_H

#include "seigr/capsule.h"    /* seigr_capsule */
#include "seigr/sys/crypto.h" /* seigr_crypto */

#define SEIGR__CAPSULE_TYPE "application/seigr-capsule"
#define SEIGR__BATCH_TYPE "application/seigr-batch"

#define SEIGR__SINGLE_HEAD_LEN 2u  /* d2 84 */
#define SEIGR__BATCH_HEAD_LEN 4u   /* d9cfca83 */
#define SEIGR__SIGNED_HEAD_LEN 12u /* 84 6a "Signature1" */
#define SEIGR__PROTECTED_LEN 66u   /* the map; its head is 2 bytes */
#define SEIGR__KID_AT 6u           /* in the map */
#define SEIGR__RECEIPT_PROTECTED_LEN 67u
#define SEIGR__RECEIPT_PROTECTED_AT 4u /* behind d2 84 58 43 */
#define SEIGR__RECEIPT_HEAD_LEN 78u    /* up to the proof's head */
#define SEIGR__NODE_LEN 34u            /* 58 20 node */
#define SEIGR__TAIL_LEN 66u            /* 58 40 signature */

#define SEIGR__ALG_EDDSA_BYTE 0x27u   /* -8 in CBOR */
#define SEIGR__ALG_ED25519_BYTE 0x32u /* -19 in CBOR */

#define SEIGR__TAG_SIGN1 18u
#define SEIGR__TAG_BATCH 53194u
#define SEIGR__PATH_COUNT_MAX 16u /* nodes: 2^16 leaves */

/* A Sig_structure but for its last part. */
#define SEIGR__SIGNED_OVER_LEN                                                 \
    (SEIGR__SIGNED_HEAD_LEN + 2u + SEIGR__PROTECTED_LEN + 1u)

/* Bytes of the head of a CBOR item whose argument is below 2^32. */
static inline size_t seigr__head_len(size_t argument)
{
    return argument < 24        ? 1
           : argument <= 0xff   ? 2
           : argument <= 0xffff ? 3
                                : 5;
}

/* Write it. first: 0x00 for an integer, 0x40 for a byte string, 0x80 for an
 * array. Returns its bytes, 1, 2, 3 or 5. */
static inline size_t seigr__head_write(uint8_t *out, uint8_t first,
                                       size_t argument)
{
    const size_t len = seigr__head_len(argument);

    if (len == 1) {
        out[0] = (uint8_t)(first | argument);
        return len;
    }
    out[0] = first | (uint8_t)(len == 2 ? 24 : len == 3 ? 25 : 26);
    for (size_t i = len - 1; i > 0; i--, argument >>= 8)
        out[i] = (uint8_t)argument;
    return len;
}

/* Write an envelope up to its payload's head, single: d2 84 P a0, or of a
 * batch: d9cfca83 P. alg is SEIGR_ALG_*. Returns its bytes. */
size_t seigr__single_head_write(uint8_t *out, int32_t alg,
                                const seigr_public_key *key);
size_t seigr__batch_head_write(uint8_t *out, int32_t alg,
                               const seigr_public_key *key);

/* Write a receipt up to its proof's head: SEIGR__RECEIPT_HEAD_LEN bytes. R
 * without its head stands at SEIGR__RECEIPT_PROTECTED_AT. */
void seigr__receipt_head_write(uint8_t *out, int32_t alg,
                               const seigr_public_key *key);

/* Write a Sig_structure up to its payload's head: SEIGR__SIGNED_OVER_LEN
 * bytes. */
void seigr__signed_over_write(uint8_t *out, int32_t alg,
                              const seigr_public_key *key);

/* Write the Sig_structure of a view up to its payload's head:
 * SEIGR__SIGNED_OVER_LEN bytes. */
void seigr__signed_head_write(uint8_t *out, const seigr_capsule *capsule);

/* Write it whole. Returns its bytes. */
size_t seigr__signed_write(uint8_t *out, const seigr_capsule *capsule);

/* The identity of a view, whose Sig_structure stands nowhere whole. That its
 * signature is good it does not say. */
void seigr__capsule_id(const seigr_crypto *crypto, const seigr_capsule *capsule,
                       seigr_id *out);

/*
 * Read an envelope, single or of a batch. Fills alg, bytes,
 * protected_header, payload, signature, receipt and issuer; of no use after
 * a failure. A receipt's inside is not looked at.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED, SEIGR_E_LIMIT,
 * SEIGR_E_UNSUPPORTED.
 */
int seigr__envelope_read(seigr_span bytes, seigr_capsule *out,
                         seigr_error *error);

/* The two halves of it: by comparison with the constant bytes, which fails
 * without a word, and item by item, which says what and where. They accept
 * the same. */
int seigr__envelope_match(seigr_span bytes, seigr_capsule *out);
int seigr__envelope_parse(seigr_span bytes, seigr_capsule *out,
                          seigr_error *error);

/* A receipt (FORMATS 3). */
typedef struct seigr__receipt {
    seigr_span protected_header; /* content of the protected byte string */
    const uint8_t *signature;    /* 64 bytes */
    const uint8_t *path;         /* nodes of 32 bytes, each behind 58 20 */
    uint32_t path_count;
    uint32_t tree_size;
    uint32_t leaf_index;
    uint32_t reserved;
} seigr__receipt;

/*
 * Read the receipt of a view, which is of a batch, and check its form: all
 * that FORMATS 3 says but the signature.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_LIMIT, SEIGR_E_UNSUPPORTED.
 */
int seigr__receipt_read(const seigr_capsule *capsule, seigr__receipt *out,
                        seigr_error *error);

/* The two halves of it, as of seigr__envelope_read(). */
int seigr__receipt_match(const seigr_capsule *capsule, seigr__receipt *out);
int seigr__receipt_parse(const seigr_capsule *capsule, seigr__receipt *out,
                         seigr_error *error);

/* How many nodes the path of a leaf has (RFC 9162, 2.1.3.2). */
uint32_t seigr__path_count(uint32_t index, uint32_t size);

#endif
