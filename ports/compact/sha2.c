/* SPDX-License-Identifier: MIT */
/*
 * sha2.c - SHA-256 and SHA-512 (FIPS 180-4) in little code: rounds in a loop,
 * sixteen words of the schedule at a time.
 *
 * Invariants:
 *   (1) len % block length bytes of block wait for the rest of it.
 *   (2) in round t, what FIPS 180-4 calls a, b, ... h stands at the places
 *       -t, 1 - t, ... 7 - t modulo 8: nothing is moved from round to round.
 */
#include "sha2.h" /* seigr__sha256 */

#include <string.h> /* memcpy */

#define AT(i) s[((i)-t) & 7u] /* (2) */

/* FIPS 180-4, 4.2.2 and 4.2.3: the first half of each 64-bit constant is the
 * 32-bit one of its number. */
static const uint64_t sha2_constants[80] = {
    0x428a2f98d728ae22u, 0x7137449123ef65cdu, 0xb5c0fbcfec4d3b2fu,
    0xe9b5dba58189dbbcu, 0x3956c25bf348b538u, 0x59f111f1b605d019u,
    0x923f82a4af194f9bu, 0xab1c5ed5da6d8118u, 0xd807aa98a3030242u,
    0x12835b0145706fbeu, 0x243185be4ee4b28cu, 0x550c7dc3d5ffb4e2u,
    0x72be5d74f27b896fu, 0x80deb1fe3b1696b1u, 0x9bdc06a725c71235u,
    0xc19bf174cf692694u, 0xe49b69c19ef14ad2u, 0xefbe4786384f25e3u,
    0x0fc19dc68b8cd5b5u, 0x240ca1cc77ac9c65u, 0x2de92c6f592b0275u,
    0x4a7484aa6ea6e483u, 0x5cb0a9dcbd41fbd4u, 0x76f988da831153b5u,
    0x983e5152ee66dfabu, 0xa831c66d2db43210u, 0xb00327c898fb213fu,
    0xbf597fc7beef0ee4u, 0xc6e00bf33da88fc2u, 0xd5a79147930aa725u,
    0x06ca6351e003826fu, 0x142929670a0e6e70u, 0x27b70a8546d22ffcu,
    0x2e1b21385c26c926u, 0x4d2c6dfc5ac42aedu, 0x53380d139d95b3dfu,
    0x650a73548baf63deu, 0x766a0abb3c77b2a8u, 0x81c2c92e47edaee6u,
    0x92722c851482353bu, 0xa2bfe8a14cf10364u, 0xa81a664bbc423001u,
    0xc24b8b70d0f89791u, 0xc76c51a30654be30u, 0xd192e819d6ef5218u,
    0xd69906245565a910u, 0xf40e35855771202au, 0x106aa07032bbd1b8u,
    0x19a4c116b8d2d0c8u, 0x1e376c085141ab53u, 0x2748774cdf8eeb99u,
    0x34b0bcb5e19b48a8u, 0x391c0cb3c5c95a63u, 0x4ed8aa4ae3418acbu,
    0x5b9cca4f7763e373u, 0x682e6ff3d6b2b8a3u, 0x748f82ee5defb2fcu,
    0x78a5636f43172f60u, 0x84c87814a1f0ab72u, 0x8cc702081a6439ecu,
    0x90befffa23631e28u, 0xa4506cebde82bde9u, 0xbef9a3f7b2c67915u,
    0xc67178f2e372532bu, 0xca273eceea26619cu, 0xd186b8c721c0c207u,
    0xeada7dd6cde0eb1eu, 0xf57d4f7fee6ed178u, 0x06f067aa72176fbau,
    0x0a637dc5a2c898a6u, 0x113f9804bef90daeu, 0x1b710b35131c471bu,
    0x28db77f523047d84u, 0x32caab7b40c72493u, 0x3c9ebe0a15c9bebcu,
    0x431d67c49c100d4cu, 0x4cc5d4becb3e42b6u, 0x597f299cfc657e2au,
    0x5fcb6fab3ad6faecu, 0x6c44198c4a475817u,
};

/* 5.3.3 and 5.3.5; the first halves are SHA-256's. */
static const uint64_t sha2_start[8] = {
    0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu,
    0xa54ff53a5f1d36f1u, 0x510e527fade682d1u, 0x9b05688c2b3e6c1fu,
    0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u,
};

/* --- SHA-256 ------------------------------------------------------------- */

static uint32_t sha256_turn(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static void sha256_take(uint32_t h[8], const uint8_t *block)
{
    uint32_t w[16];
    uint32_t s[8];

    memcpy(s, h, sizeof(s));
    for (unsigned t = 0; t < 64; t++) {
        uint32_t x = w[(t + 1) & 15];
        uint32_t y = w[(t + 14) & 15];
        uint32_t sum;

        if (t < 16)
            w[t] = (uint32_t)block[4 * t] << 24 |
                   (uint32_t)block[4 * t + 1] << 16 |
                   (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
        else
            w[t & 15] += (sha256_turn(x, 7) ^ sha256_turn(x, 18) ^ x >> 3) +
                         w[(t + 9) & 15] +
                         (sha256_turn(y, 17) ^ sha256_turn(y, 19) ^ y >> 10);
        x = AT(4);
        sum = AT(7) +
              (sha256_turn(x, 6) ^ sha256_turn(x, 11) ^ sha256_turn(x, 25));
        sum += ((x & AT(5)) ^ (~x & AT(6))) +
               (uint32_t)(sha2_constants[t] >> 32) + w[t & 15];
        AT(3) += sum;
        x = AT(0);
        sum += sha256_turn(x, 2) ^ sha256_turn(x, 13) ^ sha256_turn(x, 22);
        AT(7) = sum + ((x & AT(1)) ^ (x & AT(2)) ^ (AT(1) & AT(2)));
    }
    for (unsigned i = 0; i < 8; i++)
        h[i] += s[i];
}

void seigr__sha256_init(seigr__sha256 *state)
{
    for (unsigned i = 0; i < 8; i++)
        state->h[i] = (uint32_t)(sha2_start[i] >> 32);
    state->len = 0;
}

void seigr__sha256_update(seigr__sha256 *state, const uint8_t *data, size_t len)
{
    while (len > 0) {
        const size_t at = (size_t)(state->len % sizeof(state->block));
        const size_t room = sizeof(state->block) - at;
        const size_t n = len < room ? len : room;

        memcpy(state->block + at, data, n);
        state->len += n;
        data += n;
        len -= n;
        if (n == room)
            sha256_take(state->h, state->block);
    }
}

void seigr__sha256_final(seigr__sha256 *state, uint8_t digest[32])
{
    static const uint8_t end[64] = {0x80};
    const uint64_t bits = state->len * 8;
    uint8_t tail[8];

    for (unsigned i = 0; i < 8; i++)
        tail[i] = (uint8_t)(bits >> (56 - 8 * i));
    /* One byte of end and zeros, so that the length ends a block. */
    seigr__sha256_update(state, end, 1 + (size_t)(119 - state->len % 64) % 64);
    seigr__sha256_update(state, tail, sizeof(tail));
    for (unsigned i = 0; i < 32; i++)
        digest[i] = (uint8_t)(state->h[i / 4] >> (24 - i % 4 * 8));
}

/* --- SHA-512 ------------------------------------------------------------- */

static uint64_t sha512_turn(uint64_t x, unsigned n)
{
    return x >> n | x << (64 - n);
}

static void sha512_take(uint64_t h[8], const uint8_t *block)
{
    uint64_t w[16];
    uint64_t s[8];

    memcpy(s, h, sizeof(s));
    for (unsigned t = 0; t < 80; t++) {
        uint64_t x = w[(t + 1) & 15];
        uint64_t y = w[(t + 14) & 15];
        uint64_t sum = 0;

        if (t < 16) {
            for (unsigned i = 0; i < 8; i++)
                sum = sum << 8 | block[8 * t + i];
            w[t] = sum;
        } else {
            w[t & 15] += (sha512_turn(x, 1) ^ sha512_turn(x, 8) ^ x >> 7) +
                         w[(t + 9) & 15] +
                         (sha512_turn(y, 19) ^ sha512_turn(y, 61) ^ y >> 6);
        }
        x = AT(4);
        sum = AT(7) +
              (sha512_turn(x, 14) ^ sha512_turn(x, 18) ^ sha512_turn(x, 41));
        sum += ((x & AT(5)) ^ (~x & AT(6))) + sha2_constants[t] + w[t & 15];
        AT(3) += sum;
        x = AT(0);
        sum += sha512_turn(x, 28) ^ sha512_turn(x, 34) ^ sha512_turn(x, 39);
        AT(7) = sum + ((x & AT(1)) ^ (x & AT(2)) ^ (AT(1) & AT(2)));
    }
    for (unsigned i = 0; i < 8; i++)
        h[i] += s[i];
}

void seigr__sha512_init(seigr__sha512 *state)
{
    memcpy(state->h, sha2_start, sizeof(state->h));
    state->len = 0;
}

void seigr__sha512_update(seigr__sha512 *state, const uint8_t *data, size_t len)
{
    while (len > 0) {
        const size_t at = (size_t)(state->len % sizeof(state->block));
        const size_t room = sizeof(state->block) - at;
        const size_t n = len < room ? len : room;

        memcpy(state->block + at, data, n);
        state->len += n;
        data += n;
        len -= n;
        if (n == room)
            sha512_take(state->h, state->block);
    }
}

void seigr__sha512_final(seigr__sha512 *state, uint8_t digest[64])
{
    static const uint8_t end[128] = {0x80};
    const uint64_t bits = state->len * 8;
    uint8_t tail[16] = {0};

    for (unsigned i = 0; i < 8; i++)
        tail[8 + i] = (uint8_t)(bits >> (56 - 8 * i));
    seigr__sha512_update(state, end,
                         1 + (size_t)(239 - state->len % 128) % 128);
    seigr__sha512_update(state, tail, sizeof(tail));
    for (unsigned i = 0; i < 64; i++)
        digest[i] = (uint8_t)(state->h[i / 8] >> (56 - i % 8 * 8));
}
