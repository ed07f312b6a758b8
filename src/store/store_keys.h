/* SPDX-License-Identifier: MIT */
/*
 * store_keys.h - the keys of seigr/sys/store_backend.h, written and read.
 */
#ifndef SEIGR_SRC_STORE_STORE_KEYS_H
#define SEIGR_SRC_STORE_STORE_KEYS_H

#include "seigr/capsule.h"           /* seigr_capsule, seigr_public_key */
#include "seigr/sys/store_backend.h" /* SEIGR_STORE_* */

#include <string.h> /* memcpy */

#define SEIGR__STORE_NUMBER_LEN 8u /* in front of a capsule */
#define SEIGR__STORE_PIECE_LEN (32u * SEIGR_STORE_PIECE_LEAVES)

static inline void seigr__store_write_u32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void seigr__store_write_u64(uint8_t *out, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static inline uint64_t seigr__store_read_u64(const uint8_t *in)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

/* The first 48 bytes of a row of CHAIN. */
static inline void seigr__store_chain_key(uint8_t *out,
                                          const seigr_public_key *issuer,
                                          uint64_t stream, uint64_t sequence)
{
    memcpy(out, issuer->bytes, 32);
    seigr__store_write_u64(out + 32, stream);
    seigr__store_write_u64(out + 40, sequence);
}

/* 16 bytes of a row of LABEL: of its key, or of its value. */
void seigr__store_label_key(const seigr_context *context, uint8_t out[16],
                            seigr_span text);

/* The next key in order. Returns 0 where there is none; key is zeros then. */
int seigr__store_key_step(uint8_t *key, size_t len);

#endif
