/* SPDX-License-Identifier: MIT */
/*
 * limb.h - runs of base-6^24 limbs (6^12 where 64-bit products are not
 * there), least significant first: what integers are made of inside.
 */
#ifndef SEIGR_SRC_SENARY_LIMB_H
#define SEIGR_SRC_SENARY_LIMB_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

#if defined(__SIZEOF_INT128__)
typedef uint64_t seigr__limb;
__extension__ typedef unsigned __int128 seigr__limbs2;
#define SEIGR__LIMB_BITS 64u
#define SEIGR__LIMB_DIGITS 24u
#define SEIGR__LIMB_BASE 4738381338321616896u /* 6^24, of 63 bits */
#define SEIGR__LIMB_BASE_SHIFT 1u
#else
typedef uint32_t seigr__limb;
typedef uint64_t seigr__limbs2;
#define SEIGR__LIMB_BITS 32u
#define SEIGR__LIMB_DIGITS 12u
#define SEIGR__LIMB_BASE 2176782336u /* 6^12, of 32 bits */
#define SEIGR__LIMB_BASE_SHIFT 0u
#endif

/*
 * Division of two words by one through a reciprocal (Moeller and Granlund,
 * "Improved division by invariant integers", 2011, algorithm 4).
 */
typedef struct seigr__divider {
    seigr__limb divisor;    /* shifted up until its top bit is set */
    seigr__limb reciprocal; /* floor((2^2w - 1) / divisor) - 2^w */
    unsigned shift;
} seigr__divider;

/* The divider by the base. */
static const seigr__divider seigr__limb_base = {
    SEIGR__LIMB_BASE << SEIGR__LIMB_BASE_SHIFT,
    (seigr__limb)(~(seigr__limbs2)0 /
                  (SEIGR__LIMB_BASE << SEIGR__LIMB_BASE_SHIFT)),
    SEIGR__LIMB_BASE_SHIFT};

/* A divider by d > 0. */
static inline seigr__divider seigr__divider_of(seigr__limb d)
{
    seigr__divider by = {d, 0, 0};

    while ((by.divisor >> (SEIGR__LIMB_BITS - 1)) == 0) {
        by.divisor <<= 1;
        by.shift++;
    }
    by.reciprocal = (seigr__limb)(~(seigr__limbs2)0 / by.divisor);
    return by;
}

/* x / d for x < d * 2^w; *rest receives what is left. */
static inline seigr__limb seigr__divide2(seigr__limbs2 x, seigr__divider by,
                                         seigr__limb *rest)
{
    seigr__limbs2 u = x << by.shift;
    seigr__limb high = (seigr__limb)(u >> SEIGR__LIMB_BITS);
    seigr__limb low = (seigr__limb)u;
    seigr__limbs2 q = (seigr__limbs2)by.reciprocal * high + u;
    seigr__limb q1 = (seigr__limb)(q >> SEIGR__LIMB_BITS) + 1;
    seigr__limb r = low - q1 * by.divisor;

    if (r > (seigr__limb)q) {
        q1--;
        r += by.divisor;
    }
    if (r >= by.divisor) {
        q1++;
        r -= by.divisor;
    }
    *rest = r >> by.shift;
    return q1;
}

/* 1 where a run is all zeros or empty. */
int seigr__limbs_zero(const seigr__limb *a, size_t count);

/* Limbs without the zeros at the top. */
size_t seigr__limbs_trim(const seigr__limb *a, size_t count);

/* -1, 0, 1 for two runs of count limbs. */
int seigr__limbs_compare(const seigr__limb *a, const seigr__limb *b,
                         size_t count);

/*
 * out = a + b or a - b, a_count >= b_count, out of a_count limbs. Returns what
 * is carried out or borrowed. out may be a or b.
 */
seigr__limb seigr__limbs_add(const seigr__limb *a, size_t a_count,
                             const seigr__limb *b, size_t b_count,
                             seigr__limb *out);
seigr__limb seigr__limbs_subtract(const seigr__limb *a, size_t a_count,
                                  const seigr__limb *b, size_t b_count,
                                  seigr__limb *out);

/* Limbs of scratch that a product of these lengths needs. */
size_t seigr__limbs_multiply_scratch(size_t a_count, size_t b_count);

/* out = a * b, of a_count + b_count limbs, a_count >= b_count > 0; out and
 * scratch overlap nothing. */
void seigr__limbs_multiply(const seigr__limb *a, size_t a_count,
                           const seigr__limb *b, size_t b_count,
                           seigr__limb *out, seigr__limb *scratch);

/*
 * Divide in place (Knuth, The Art of Computer Programming 4.3.1, D).
 *
 *   u   u_count + 1 limbs, the top one zero; receives the remainder in its
 *       lower v_count limbs, zeros above.
 *   v   v_count limbs, the top one not zero, v_count <= u_count; destroyed.
 *   q   u_count - v_count + 1 limbs; receives the quotient.
 */
void seigr__limbs_divide(seigr__limb *u, size_t u_count, seigr__limb *v,
                         size_t v_count, seigr__limb *q);

#endif
