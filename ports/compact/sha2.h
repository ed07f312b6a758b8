/* SPDX-License-Identifier: MIT */
/*
 * sha2.h - SHA-256 and SHA-512 (FIPS 180-4) in little code.
 */
#ifndef SEIGR_PORTS_COMPACT_SHA2_H
#define SEIGR_PORTS_COMPACT_SHA2_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

/* A running hash: a plain value. */
typedef struct seigr__sha256 {
    uint32_t h[8];
    uint64_t len; /* bytes taken */
    uint8_t block[64];
} seigr__sha256;

typedef struct seigr__sha512 {
    uint64_t h[8];
    uint64_t len;
    uint8_t block[128];
} seigr__sha512;

void seigr__sha256_init(seigr__sha256 *state);
void seigr__sha256_update(seigr__sha256 *state, const uint8_t *data,
                          size_t len);
void seigr__sha256_final(seigr__sha256 *state, uint8_t digest[32]);

void seigr__sha512_init(seigr__sha512 *state);
void seigr__sha512_update(seigr__sha512 *state, const uint8_t *data,
                          size_t len);
void seigr__sha512_final(seigr__sha512 *state, uint8_t digest[64]);

#endif
