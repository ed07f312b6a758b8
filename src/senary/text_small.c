/* SPDX-License-Identifier: MIT */
/*
 * text_small.c - full blocks of text where bytes of code count for more than
 * time. It stands in for text_scalar.c in a build with SEIGR_SMALL, gives the
 * same bytes and has no table.
 *
 * Invariants:
 *   (1) Arithmetic never wraps but where a block is checked for it.
 */
#include "text.h" /* seigr__text_path */

#define P12 2176782336u          /* 6^12 */
#define P24 4738381338321616896u /* 6^24 */

/* 12 digits of v < 6^12. */
static void small_put12(uint8_t *digits, uint32_t v)
{
    for (unsigned i = 12; i > 0; i--, v /= 6)
        digits[i - 1] = (uint8_t)('0' + v % 6);
}

static void small_encode(const uint8_t *bytes, size_t block_count,
                         uint8_t *digits)
{
    for (size_t i = 0; i < block_count; i++, bytes += 8, digits += 25) {
        uint64_t v = 0;

        for (unsigned k = 0; k < 8; k++)
            v = v << 8 | bytes[k];
        digits[0] = (uint8_t)('0' + v / P24);
        v %= P24;
        small_put12(digits + 1, (uint32_t)(v / P12));
        small_put12(digits + 13, (uint32_t)(v % P12));
    }
}

/* One block. Returns 0, or -1 for a character that is no digit and for a
 * value of 2^64 or more. */
static int small_get(const uint8_t *digits, uint64_t *out)
{
    const uint64_t top = (uint64_t)digits[0] - '0';
    uint64_t v = 0;

    for (unsigned k = 1; k < 25; k++) {
        const unsigned digit = digits[k] - (unsigned)'0';

        if (digit > 5)
            return -1;
        v = v * 6 + digit; /* < 6^24 < 2^63 */
    }
    /* 3 * 6^24 is the last multiple below 2^64: with it the sum may wrap, and
     * then it is below what was added. (1) */
    if (top > 3 || v + top * P24 < top * P24)
        return -1;
    *out = v + top * P24;
    return 0;
}

static size_t small_decode(const uint8_t *digits, size_t block_count,
                           uint8_t *bytes)
{
    for (size_t i = 0; i < block_count; i++, bytes += 8, digits += 25) {
        uint64_t v;

        if (small_get(digits, &v) != 0)
            return i;
        for (unsigned k = 8; k > 0; k--, v >>= 8)
            bytes[k - 1] = (uint8_t)v;
    }
    return block_count;
}

const seigr__text_path seigr__text_scalar = {"small", small_encode,
                                             small_decode};
