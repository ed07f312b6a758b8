/* SPDX-License-Identifier: MIT */
/*
 * text_scalar.c - full blocks of text in portable C.
 *
 * It knows nothing of tails, streams or sentences; text.c does.
 *
 * Invariants:
 *   (1) Arithmetic never wraps but where a block is checked for it.
 *   (2) Bytes are assembled by shifts, so that the order in which a machine
 *       stores them does not matter.
 */
#include "text.h" /* seigr__text_path */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define P4 1296u                 /* 6^4 */
#define P8 1679616u              /* 6^8 */
#define P12 2176782336u          /* 6^12 */
#define P24 4738381338321616896u /* 6^24 */

/* Every group of four digits, in order. */
#define FOURTH(a, b, c)                                                        \
    {a, b, c, '0'}, {a, b, c, '1'}, {a, b, c, '2'}, {a, b, c, '3'},            \
        {a, b, c, '4'},                                                        \
    {                                                                          \
        a, b, c, '5'                                                           \
    }
#define THIRD(a, b)                                                            \
    FOURTH(a, b, '0'), FOURTH(a, b, '1'), FOURTH(a, b, '2'),                   \
        FOURTH(a, b, '3'), FOURTH(a, b, '4'), FOURTH(a, b, '5')
#define SECOND(a)                                                              \
    THIRD(a, '0'), THIRD(a, '1'), THIRD(a, '2'), THIRD(a, '3'), THIRD(a, '4'), \
        THIRD(a, '5')

static const uint8_t scalar_fours[P4][4] = {SECOND('0'), SECOND('1'),
                                            SECOND('2'), SECOND('3'),
                                            SECOND('4'), SECOND('5')};

static uint64_t scalar_load_be(const uint8_t *p)
{
    return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
           (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
           (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

static uint64_t scalar_load_le(const uint8_t *p)
{
    return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 | (uint64_t)p[5] << 40 |
           (uint64_t)p[4] << 32 | (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 |
           (uint64_t)p[1] << 8 | (uint64_t)p[0];
}

static void scalar_store_be(uint8_t *p, uint64_t v)
{
    p[0] = (uint8_t)(v >> 56);
    p[1] = (uint8_t)(v >> 48);
    p[2] = (uint8_t)(v >> 40);
    p[3] = (uint8_t)(v >> 32);
    p[4] = (uint8_t)(v >> 24);
    p[5] = (uint8_t)(v >> 16);
    p[6] = (uint8_t)(v >> 8);
    p[7] = (uint8_t)v;
}

#if defined(__SIZEOF_INT128__)

__extension__ typedef unsigned __int128 scalar_product;

/*
 * 25 digits by multiplying a fraction up. RECIPROCAL is 2^126 / 6^24 rounded
 * up by less than 0.01, so v * RECIPROCAL holds v / 6^24 as 2 bits and 126
 * bits behind the point. Of these 64 are kept, plus one: that is too much by
 * less than 0.27 of the last digit, so every digit that comes out is exact.
 */
#define RECIPROCAL 0xf927b119a812514bu

static void scalar_put25(uint8_t *digits, uint64_t v)
{
    scalar_product x = (scalar_product)v * RECIPROCAL;
    uint64_t fraction = (uint64_t)(x >> 62) + 1;

    digits[0] = (uint8_t)('0' + (unsigned)(x >> 126));
    for (unsigned i = 1; i < 25; i += 4) {
        x = (scalar_product)fraction * P4;
        assert(x >> 64 < P4);
        memcpy(digits + i, scalar_fours[(size_t)(x >> 64)], 4);
        fraction = (uint64_t)x;
    }
}

#else

static void scalar_put12(uint8_t *digits, uint32_t v)
{
    uint32_t rest = v % P8;

    assert(v < P12);
    memcpy(digits, scalar_fours[v / P8], 4);
    memcpy(digits + 4, scalar_fours[rest / P4], 4);
    memcpy(digits + 8, scalar_fours[rest % P4], 4);
}

static void scalar_put25(uint8_t *digits, uint64_t v)
{
    uint64_t high = v / P12;

    digits[0] = (uint8_t)('0' + v / P24);
    scalar_put12(digits + 1, (uint32_t)(high % P12));
    scalar_put12(digits + 13, (uint32_t)(v % P12));
}

#endif

static void scalar_encode(const uint8_t *bytes, size_t block_count,
                          uint8_t *digits)
{
    assert((bytes != NULL && digits != NULL) || block_count == 0);
    for (size_t i = 0; i < block_count; i++, bytes += 8, digits += 25)
        scalar_put25(digits, scalar_load_be(bytes));
}

/*
 * Eight digits as a number; what is no digit leaves a high bit in *bad.
 * Bytes, then pairs, then fours are joined side by side: the lane of the
 * more significant one is multiplied up into its neighbour.
 */
static uint64_t scalar_get8(const uint8_t *digits, uint64_t *bad)
{
    uint64_t x = scalar_load_le(digits) ^ 0x3030303030303030u;

    *bad |= x | (x + 0x7a7a7a7a7a7a7a7au);
    x = (x * (6u << 8 | 1)) >> 8 & 0x00ff00ff00ff00ffu;
    x = (x * (36u << 16 | 1)) >> 16 & 0x0000ffff0000ffffu;
    return (x * ((uint64_t)P4 << 32 | 1)) >> 32;
}

static size_t scalar_decode(const uint8_t *digits, size_t block_count,
                            uint8_t *bytes)
{
    for (size_t i = 0; i < block_count; i++, bytes += 8, digits += 25) {
        uint64_t bad = 0;
        uint64_t top = digits[0] ^ (uint64_t)'0';
        uint64_t v = scalar_get8(digits + 1, &bad) * P8;

        v = (v + scalar_get8(digits + 9, &bad)) * P8;
        v += scalar_get8(digits + 17, &bad); /* < 6^24 < 2^63 */
        /* 3 * 6^24 is the last multiple below 2^64: with it the sum may
         * wrap, and then it is below what was added. (1) */
        if ((bad & 0x8080808080808080u) != 0 || top > 3 ||
            v + top * P24 < top * P24)
            return i;
        scalar_store_be(bytes, v + top * P24);
    }
    return block_count;
}

const seigr__text_path seigr__text_scalar = {"scalar", scalar_encode,
                                             scalar_decode};
