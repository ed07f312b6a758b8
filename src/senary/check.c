/* SPDX-License-Identifier: MIT */
/*
 * check.c - six digits that find slips of the hand (FORMATS 1.2).
 *
 * They make the whole run, read as a number, 1 modulo a prime p. As 6
 * generates the multiplicative group of p, the powers 6^0 .. 6^46641 are all
 * different modulo p: a wrong digit adds e * 6^i with e in -5..5, two digits
 * that changed places add e * (6^i - 6^j), and neither is 0 modulo p.
 *
 * Invariants:
 *   (1) Residues are below p < 2^16, so products of two fit 32 bits.
 *   (2) A diagnosis is a hint for the eye. Nothing is ever corrected.
 */
#include "check.h" /* seigr__check_put */

#include "base/error.h" /* seigr__fail */
#include "text.h"       /* seigr__text_digits_only */

#include <assert.h> /* assert */

#define CHECK_P 46643u
#define CHECK_LEN SEIGR_SENARY_CHECK_DIGITS

/* The number that digits are, modulo p. */
static uint32_t check_residue(const uint8_t *digits, size_t digit_count)
{
    uint32_t r = 0;

    assert(digits != NULL || digit_count == 0);
    for (size_t i = 0; i < digit_count; i++)
        r = (r * 6 + (uint32_t)(digits[i] - '0')) % CHECK_P; /* (1) */
    return r;
}

void seigr__check_put(const uint8_t *digits, size_t digit_count, uint8_t *out)
{
    uint32_t shifted = check_residue(digits, digit_count) * 46656u % CHECK_P;
    uint32_t check = (CHECK_P + 1 - shifted) % CHECK_P;

    for (size_t i = CHECK_LEN; i > 0; i--, check /= 6)
        out[i - 1] = (uint8_t)('0' + check % 6);
    assert(check == 0);
}

/* Whether the check digits, as a number, are p or more. */
static int check_too_large(const uint8_t *check)
{
    uint32_t c = 0;

    for (size_t i = 0; i < CHECK_LEN; i++)
        c = c * 6 + (uint32_t)(check[i] - '0');
    return c >= CHECK_P;
}

/*
 * Count the digits of which another value would make the run match: those
 * where value - error is a digit and error * 6^i is what is too much.
 */
static size_t check_single(const uint8_t *digits, size_t digit_count,
                           uint32_t excess, size_t *index)
{
    uint32_t power = 1;
    size_t count = 0;

    assert(excess > 0);
    for (size_t i = digit_count; i > 0; i--, power = power * 6 % CHECK_P) {
        uint32_t value = (uint32_t)(digits[i - 1] - '0');

        for (uint32_t other = 0; other < 6; other++) {
            uint32_t error = (value + CHECK_P - other) % CHECK_P;

            if (error != 0 && error * power % CHECK_P == excess) {
                *index = i - 1;
                count++;
            }
        }
    }
    return count;
}

/* Count the pairs of neighbours that would match in the other order. */
static size_t check_swapped(const uint8_t *digits, size_t digit_count,
                            uint32_t excess, size_t *index)
{
    uint32_t power = 1; /* of the right one */
    size_t count = 0;

    assert(excess > 0);
    for (size_t i = digit_count; i > 1; i--, power = power * 6 % CHECK_P) {
        uint32_t error = (CHECK_P + (uint32_t)digits[i - 2] - digits[i - 1]) %
                         CHECK_P * 5 % CHECK_P; /* 6 - 1 = 5 */

        if (error * power % CHECK_P == excess) {
            *index = i - 2;
            count++;
        }
    }
    return count;
}

int seigr__check_diagnose(const uint8_t *digits, size_t digit_count,
                          size_t *index)
{
    uint32_t residue = check_residue(digits, digit_count);
    uint32_t excess = (residue + CHECK_P - 1) % CHECK_P;
    size_t found = digit_count - CHECK_LEN;
    size_t singles;
    size_t swaps;

    assert(digit_count >= CHECK_LEN);
    *index = found;
    if (check_too_large(digits + *index))
        return SEIGR__CHECK_RANGE;
    if (excess == 0)
        return SEIGR__CHECK_GOOD;
    singles = check_single(digits, digit_count, excess, &found);
    if (singles == 1) {
        *index = found;
        return SEIGR__CHECK_DIGIT;
    }
    swaps = check_swapped(digits, digit_count, excess, &found);
    if (singles == 0 && swaps == 1) {
        *index = found;
        return SEIGR__CHECK_SWAP;
    }
    return SEIGR__CHECK_UNKNOWN;
}

int seigr__check_refuse(int diagnosis, size_t index, uint64_t offset,
                        uint64_t check_offset, seigr_error *error)
{
    switch (diagnosis) {
    case SEIGR__CHECK_DIGIT:
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "the check digits do not match: compare digit %zu "
                           "with the original",
                           index + 1);
    case SEIGR__CHECK_SWAP:
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "the check digits do not match: digits %zu and "
                           "%zu may have changed places",
                           index + 1, index + 2);
    case SEIGR__CHECK_RANGE:
        return seigr__fail(error, SEIGR_E_FORMAT, check_offset,
                           "the last six digits are no check digits: they are "
                           "%u or more",
                           CHECK_P);
    default:
        assert(diagnosis == SEIGR__CHECK_UNKNOWN);
        return seigr__fail(error, SEIGR_E_FORMAT, check_offset,
                           "the check digits do not match: several digits "
                           "may be wrong");
    }
}

int seigr_senary_check_encode(seigr_span digits,
                              char out[SEIGR_SENARY_CHECK_DIGITS],
                              seigr_error *error)
{
    uint8_t check[CHECK_LEN];

    if (out == NULL || (digits.ptr == NULL && digits.len != 0))
        return SEIGR_E_INVAL;
    if (seigr__text_digits_only(digits, error) != 0)
        return SEIGR_E_FORMAT;
    seigr__check_put(digits.ptr, digits.len, check);
    for (size_t i = 0; i < CHECK_LEN; i++)
        out[i] = (char)check[i];
    return 0;
}

int seigr_senary_check_verify(seigr_span digits, seigr_error *error)
{
    size_t index;
    int diagnosis;

    if (digits.ptr == NULL && digits.len != 0)
        return SEIGR_E_INVAL;
    if (seigr__text_digits_only(digits, error) != 0)
        return SEIGR_E_FORMAT;
    if (digits.len < CHECK_LEN)
        return seigr__fail(error, SEIGR_E_FORMAT, digits.len,
                           "%zu digits are fewer than the 6 check digits",
                           digits.len);
    diagnosis = seigr__check_diagnose(digits.ptr, digits.len, &index);
    if (diagnosis == SEIGR__CHECK_GOOD)
        return 0;
    return seigr__check_refuse(diagnosis, index, index, digits.len - CHECK_LEN,
                               error);
}
