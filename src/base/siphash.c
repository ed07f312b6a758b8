/* SPDX-License-Identifier: MIT */
/*
 * siphash.c - SipHash-2-4 (Aumasson, Bernstein: SipHash, a fast short-input
 * PRF, 2012). A hash for tables in memory, no digest: it proves nothing.
 */
#include "siphash.h" /* seigr__siphash */

#include <assert.h> /* assert */

static uint64_t siphash_rotate(uint64_t x, unsigned bits)
{
    assert(bits > 0 && bits < 64);
    return x << bits | x >> (64 - bits);
}

/* Little-endian, up to 8 bytes. */
static uint64_t siphash_word(const uint8_t *bytes, size_t len)
{
    uint64_t word = 0;

    assert(len <= sizeof(word));
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static void siphash_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = siphash_rotate(v[1], 13) ^ v[0];
    v[0] = siphash_rotate(v[0], 32);
    v[2] += v[3];
    v[3] = siphash_rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = siphash_rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = siphash_rotate(v[1], 17) ^ v[2];
    v[2] = siphash_rotate(v[2], 32);
}

static void siphash_take(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    siphash_round(v);
    siphash_round(v);
    v[0] ^= word;
}

uint64_t seigr__siphash(const uint64_t key[2], const uint8_t *bytes, size_t len)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                     key[0] ^ 0x6c7967656e657261u,
                     key[1] ^ 0x7465646279746573u};
    size_t at = 0;

    assert(bytes != NULL || len == 0);
    for (; len - at >= 8; at += 8)
        siphash_take(v, siphash_word(bytes + at, 8));
    siphash_take(v, siphash_word(bytes + at, len - at) | (uint64_t)len << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        siphash_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
