/* SPDX-License-Identifier: MIT */
/*
 * limb_multiply.c - products of runs of limbs: by columns while they are
 * short, by Karatsuba's three half products when they are not.
 *
 * Invariants:
 *   (1) A column sums unreduced products in three words and is divided by the
 *       base once: that costs little more than binary multiplication.
 *   (2) Scratch is what seigr__limbs_multiply_scratch() says, laid out as the
 *       recursion goes down; nothing is asked for here.
 */
#include "limb.h" /* seigr__limb */

#include <assert.h> /* assert */
#include <string.h> /* memset */

/* Limbs from which three half products beat one whole: measured, see
 * docs/design/senary.md. At least 4, so that a middle part has its room. */
#define KARATSUBA_MIN 48u

/* The sum of a column: a double limb, and how often it wrapped. */
struct column {
    seigr__limbs2 low;
    seigr__limb wraps;
};

static void column_add(struct column *sum, seigr__limbs2 x)
{
    sum->low += x;
    sum->wraps += sum->low < x;
}

/* Take the limb of this column; what is left is carried to the next. */
static seigr__limb column_take(struct column *sum)
{
    seigr__limb rest = sum->wraps;
    seigr__limb high;
    seigr__limb low;

    assert(rest < SEIGR__LIMB_BASE);
    high = seigr__divide2((seigr__limbs2)rest << SEIGR__LIMB_BITS |
                              sum->low >> SEIGR__LIMB_BITS,
                          seigr__limb_base, &rest);
    low = seigr__divide2((seigr__limbs2)rest << SEIGR__LIMB_BITS |
                             (seigr__limb)sum->low,
                         seigr__limb_base, &rest);
    sum->low = (seigr__limbs2)high << SEIGR__LIMB_BITS | low;
    sum->wraps = 0;
    return rest;
}

/* By columns (1); a_count >= b_count. */
static void multiply_columns(const seigr__limb *a, size_t a_count,
                             const seigr__limb *b, size_t b_count,
                             seigr__limb *out)
{
    seigr__limbs2 carry = 0;

    for (size_t k = 0; k + 1 < a_count + b_count; k++) {
        size_t first = k < b_count ? 0 : k - b_count + 1;
        size_t last = k < a_count ? k : a_count - 1;
        struct column sum = {0, 0};

        for (size_t i = first; i <= last; i++)
            column_add(&sum, (seigr__limbs2)a[i] * b[k - i]);
        column_add(&sum, carry);
        out[k] = column_take(&sum);
        carry = sum.low;
    }
    assert(carry < SEIGR__LIMB_BASE);
    out[a_count + b_count - 1] = (seigr__limb)carry;
}

static size_t karatsuba_scratch(size_t count)
{
    size_t low = count - count / 2;
    size_t deeper;

    if (count < KARATSUBA_MIN)
        return 0;
    deeper = karatsuba_scratch(low);
    return 2 * low + (deeper > 2 * low + 1 ? deeper : 2 * low + 1);
}

size_t seigr__limbs_multiply_scratch(size_t a_count, size_t b_count)
{
    size_t whole;
    size_t rest;

    assert(a_count >= b_count);
    if (b_count < KARATSUBA_MIN)
        return 0;
    whole = karatsuba_scratch(b_count);
    if (a_count == b_count)
        return whole;
    rest = seigr__limbs_multiply_scratch(b_count, a_count % b_count);
    return 2 * b_count + (whole > rest ? whole : rest);
}

/* out = |low - high|, low_count >= high_count. Returns 1 where high was more.
 */
static int limbs_distance(const seigr__limb *low, size_t low_count,
                          const seigr__limb *high, size_t high_count,
                          seigr__limb *out)
{
    assert(low_count >= high_count);
    if (seigr__limbs_zero(low + high_count, low_count - high_count) &&
        seigr__limbs_compare(low, high, high_count) < 0) {
        (void)seigr__limbs_subtract(high, high_count, low, high_count, out);
        memset(out + high_count, 0, (low_count - high_count) * sizeof(*out));
        return 1;
    }
    (void)seigr__limbs_subtract(low, low_count, high, high_count, out);
    return 0;
}

/*
 * Two runs of count limbs (Karatsuba). With a = a1 X + a0, b = b1 X + b0 and
 * X = base^low:
 *
 *     a b = a1 b1 X^2 + (a0 b0 + a1 b1 - (a0 - a1)(b0 - b1)) X + a0 b0
 */
static void multiply_karatsuba(const seigr__limb *a, const seigr__limb *b,
                               size_t count, seigr__limb *out,
                               seigr__limb *scratch)
{
    const size_t low = count - count / 2;
    const size_t high = count - low;
    seigr__limb *cross = scratch; /* 2 low */
    seigr__limb *rest = scratch + 2 * low;
    seigr__limb *middle = rest; /* 2 low + 1, once rest is free */
    int differ;

    if (count < KARATSUBA_MIN) {
        multiply_columns(a, count, b, count, out);
        return;
    }
    differ = limbs_distance(a, low, a + low, high, out) ^
             limbs_distance(b, low, b + low, high, out + low);
    multiply_karatsuba(out, out + low, low, cross, rest);
    multiply_karatsuba(a, b, low, out, rest);
    multiply_karatsuba(a + low, b + low, high, out + 2 * low, rest);
    middle[2 * low] =
        seigr__limbs_add(out, 2 * low, out + 2 * low, 2 * high, middle);
    if (differ)
        middle[2 * low] +=
            seigr__limbs_add(middle, 2 * low, cross, 2 * low, middle);
    else
        middle[2 * low] -=
            seigr__limbs_subtract(middle, 2 * low, cross, 2 * low, middle);
    assert(2 * low + 1 <= low + 2 * high);
    (void)seigr__limbs_add(out + low, low + 2 * high, middle, 2 * low + 1,
                           out + low);
}

void seigr__limbs_multiply(const seigr__limb *a, size_t a_count,
                           const seigr__limb *b, size_t b_count,
                           seigr__limb *out, seigr__limb *scratch)
{
    assert(a_count >= b_count && b_count > 0);
    if (b_count < KARATSUBA_MIN) {
        multiply_columns(a, a_count, b, b_count, out);
        return;
    }
    if (a_count == b_count) {
        multiply_karatsuba(a, b, b_count, out, scratch);
        return;
    }
    memset(out, 0, (a_count + b_count) * sizeof(*out));
    for (size_t at = 0; at < a_count; at += b_count) { /* in pieces of b's */
        size_t n = a_count - at < b_count ? a_count - at : b_count;

        if (n == b_count)
            multiply_karatsuba(a + at, b, n, scratch, scratch + 2 * b_count);
        else
            seigr__limbs_multiply(b, b_count, a + at, n, scratch,
                                  scratch + 2 * b_count);
        (void)seigr__limbs_add(out + at, a_count + b_count - at, scratch,
                               n + b_count, out + at);
    }
}
