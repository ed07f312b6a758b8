/* SPDX-License-Identifier: MIT */
/*
 * run_random.c - ChaCha20's key stream (RFC 8439, 2.3). Nothing here is
 * secret: key and stream are functions of the task.
 */
#include "run_random.h"

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define RANDOM_BLOCK 64u

static uint32_t random_load(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

static uint32_t random_turn(uint32_t x, unsigned by)
{
    return x << by | x >> (32 - by);
}

/* RFC 8439, 2.1. */
static void random_quarter(uint32_t *s, int a, int b, int c, int d)
{
    s[a] += s[b];
    s[d] = random_turn(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = random_turn(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = random_turn(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = random_turn(s[b] ^ s[c], 7);
}

static void random_block(const uint8_t key[32], uint32_t counter,
                         uint8_t out[RANDOM_BLOCK])
{
    uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    uint32_t s[16];

    for (int i = 0; i < 8; i++)
        start[4 + i] = random_load(key + 4 * i);
    start[12] = counter;
    memcpy(s, start, sizeof(s));
    for (int i = 0; i < 10; i++) {
        random_quarter(s, 0, 4, 8, 12);
        random_quarter(s, 1, 5, 9, 13);
        random_quarter(s, 2, 6, 10, 14);
        random_quarter(s, 3, 7, 11, 15);
        random_quarter(s, 0, 5, 10, 15);
        random_quarter(s, 1, 6, 11, 12);
        random_quarter(s, 2, 7, 8, 13);
        random_quarter(s, 3, 4, 9, 14);
    }
    for (int i = 0; i < 16; i++) {
        const uint32_t word = s[i] + start[i];

        for (int k = 0; k < 4; k++)
            out[4 * i + k] = (uint8_t)(word >> (8 * k));
    }
}

void seigr__run_random(const uint8_t key[32], uint64_t at, uint8_t *out,
                       size_t len)
{
    uint8_t block[RANDOM_BLOCK];

    assert(out != NULL || len == 0);
    while (len > 0) {
        const size_t in = (size_t)(at % RANDOM_BLOCK);
        const size_t most = RANDOM_BLOCK - in;
        const size_t n = len < most ? len : most;

        random_block(key, (uint32_t)(at / RANDOM_BLOCK), block);
        memcpy(out, block + in, n);
        out += n;
        len -= n;
        at += n;
    }
}
