/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "senary/text.h"

/* The path for small builds, beside the one that this build has. */
#define seigr__text_scalar seigr__text_small
#include "senary/text_small.c"
#undef seigr__text_scalar

#include <string.h>

#define BLOCKS 4u

static void same_both_ways(const uint8_t bytes[8 * BLOCKS])
{
    uint8_t digits[2][25 * BLOCKS];
    uint8_t back[8 * BLOCKS];

    seigr__text_scalar.encode(bytes, BLOCKS, digits[0]);
    seigr__text_small.encode(bytes, BLOCKS, digits[1]);
    assert_memory_equal(digits[0], digits[1], sizeof(digits[0]));
    assert_int_equal(seigr__text_small.decode(digits[1], BLOCKS, back), BLOCKS);
    assert_memory_equal(back, bytes, sizeof(back));
}

/* What is read as digits: both refuse the same block, or neither does. */
static void same_verdict(const uint8_t digits[25 * BLOCKS])
{
    uint8_t bytes[2][8 * BLOCKS];
    const size_t good = seigr__text_small.decode(digits, BLOCKS, bytes[1]);

    assert_int_equal(seigr__text_scalar.decode(digits, BLOCKS, bytes[0]), good);
    if (good == BLOCKS)
        assert_memory_equal(bytes[0], bytes[1], sizeof(bytes[0]));
}

void test_senary_small__same_digits_as_the_fast_path(void **state)
{
    support_rng rng = {21};
    uint8_t bytes[8 * BLOCKS];

    (void)state;
    memset(bytes, 0, sizeof(bytes));
    same_both_ways(bytes);
    memset(bytes, 0xff, sizeof(bytes));
    same_both_ways(bytes);
    for (size_t i = 0; i < 2000; i++) {
        support_random_bytes(&rng, bytes, sizeof(bytes));
        same_both_ways(bytes);
    }
}

void test_senary_small__same_refusals_as_the_fast_path(void **state)
{
    static const char top[] = "3520522010102100444244423";
    support_rng rng = {22};
    uint8_t digits[25 * BLOCKS];

    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        for (size_t k = 0; k < sizeof(digits); k++)
            digits[k] = (uint8_t)('0' + support_random_below(&rng, 6));
        for (size_t k = 0; k < BLOCKS; k++)
            digits[25 * k] = (uint8_t)('0' + support_random_below(&rng, 5));
        same_verdict(digits);
        digits[support_random_below(&rng, sizeof(digits))] =
            (uint8_t)support_random(&rng);
        same_verdict(digits);
    }
    /* Around the greatest value of a block. */
    for (size_t at = 0; at < 25; at++) {
        for (int step = -1; step <= 1; step++) {
            memset(digits, '0', sizeof(digits));
            memcpy(digits + 25, top, 25);
            digits[25 + at] = (uint8_t)(digits[25 + at] + step);
            same_verdict(digits);
        }
    }
}
