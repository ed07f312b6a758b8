/* SPDX-License-Identifier: MIT */
/*
 * prefix.c - the first digits of an address, for finding (FORMATS 1.2).
 *
 * It searches nothing: it says what a prefix is, whether 32 bytes match it,
 * and between which two values of an ordered index they lie.
 *
 * Invariants:
 *   (1) A prefix that was decoded begins the address of at least one value:
 *       each of its blocks, filled with zeros, fits 8 bytes.
 *   (2) Byte order and digit order of equal lengths agree, so the values of
 *       one prefix are one run of an index in byte order.
 */
#include "address.h" /* seigr__typed */

#include "base/error.h" /* seigr__fail */
#include "text.h"       /* seigr__text_scalar */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memcmp, memset */

#define DIGITS SEIGR__ADDRESS_DIGITS
#define ID_DIGITS SEIGR__ADDRESS_ID_DIGITS
#define SCHEME_LEN 6u

/* Refuse a prefix that no address has (1). */
static int prefix_check_blocks(const seigr__typed *typed, seigr_error *error)
{
    assert(typed != NULL);
    for (size_t i = 0; i < typed->digit_count && i < ID_DIGITS;
         i += BLOCK_DIGITS) {
        size_t n = typed->digit_count - i;
        size_t at;

        if (n > BLOCK_DIGITS)
            n = BLOCK_DIGITS;
        at = seigr__text_excess(typed->digits + i, n, BLOCK_BYTES);
        if (at < n)
            return seigr__fail(error, SEIGR_E_FORMAT, typed->at[i + at],
                               "no address begins so: digit %zu is too large "
                               "for its block",
                               i + at + 1);
    }
    return 0;
}

int seigr_prefix_decode(seigr_span text, seigr_prefix *out, seigr_error *error)
{
    seigr__typed typed;
    size_t start;

    assert(DIGITS == SEIGR_PREFIX_DIGITS_MAX);
    if (out == NULL || (text.ptr == NULL && text.len != 0))
        return SEIGR_E_INVAL;
    start = seigr__address_scheme(text) ? SCHEME_LEN : 0;
    if (seigr__address_typed(text, start, &typed, error) != 0)
        return SEIGR_E_FORMAT;
    if (typed.digit_count < SEIGR_PREFIX_DIGITS_MIN)
        return seigr__fail(error, SEIGR_E_FORMAT, text.len,
                           "a prefix has at least %u digits, here are %zu",
                           SEIGR_PREFIX_DIGITS_MIN, typed.digit_count);
    if (typed.digit_count == DIGITS && seigr__address_check(&typed, error) != 0)
        return SEIGR_E_FORMAT;
    if (prefix_check_blocks(&typed, error) != 0)
        return SEIGR_E_FORMAT;
    memset(out, 0, sizeof(*out));
    out->digit_count = (uint32_t)typed.digit_count;
    memcpy(out->digits, typed.digits, typed.digit_count);
    return 0;
}

int seigr_prefix_match(const seigr_prefix *prefix, const uint8_t bytes[32])
{
    uint8_t digits[DIGITS];

    if (prefix == NULL || bytes == NULL || prefix->digit_count > DIGITS)
        return 0;
    seigr__address_digits(bytes, digits);
    return memcmp(digits, prefix->digits, prefix->digit_count) == 0;
}

/* Fill the digits behind a prefix with the least or greatest ones. */
static void prefix_fill(const seigr_prefix *prefix, uint8_t digit,
                        uint8_t bytes[32])
{
    assert(prefix->digit_count <= DIGITS);
    for (size_t i = 0; i < 4; i++, bytes += BLOCK_BYTES) {
        uint8_t block[BLOCK_DIGITS];
        size_t from = i * BLOCK_DIGITS;
        size_t n = prefix->digit_count > from ? prefix->digit_count - from : 0;

        if (n > BLOCK_DIGITS)
            n = BLOCK_DIGITS;
        memcpy(block, prefix->digits + from, n);
        memset(block + n, digit, BLOCK_DIGITS - n);
        if (seigr__text_scalar.decode(block, 1, bytes) != 1)
            memset(bytes, 0xff, BLOCK_BYTES); /* (1): only fives pass 2^64 */
    }
}

void seigr_prefix_range(const seigr_prefix *prefix, uint8_t first[32],
                        uint8_t last[32])
{
    assert(prefix->digit_count <= DIGITS);
    prefix_fill(prefix, '0', first);
    prefix_fill(prefix, '5', last);
}
