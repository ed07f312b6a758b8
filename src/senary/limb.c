/* SPDX-License-Identifier: MIT */
/*
 * limb.c - comparing, adding, subtracting and dividing runs of limbs.
 *
 * It asks for no memory; multiplication is in limb_multiply.c.
 *
 * Invariants:
 *   (1) Every limb is below the base.
 *   (2) A sum of two limbs may pass a word where limbs are of 32 bits, so it
 *       is never formed: base - b is, and compared with.
 */
#include "limb.h" /* seigr__limb */

#include <assert.h> /* assert */

#define BASE SEIGR__LIMB_BASE

int seigr__limbs_zero(const seigr__limb *a, size_t count)
{
    return seigr__limbs_trim(a, count) == 0;
}

size_t seigr__limbs_trim(const seigr__limb *a, size_t count)
{
    assert(a != NULL || count == 0);
    while (count > 0 && a[count - 1] == 0)
        count--;
    return count;
}

int seigr__limbs_compare(const seigr__limb *a, const seigr__limb *b,
                         size_t count)
{
    while (count > 0 && a[count - 1] == b[count - 1])
        count--;
    if (count == 0)
        return 0;
    return a[count - 1] < b[count - 1] ? -1 : 1;
}

/* *out = a + b + carry, b + carry at most the base. Returns what is carried
 * on. Without a branch: what carries is as good as random. */
static seigr__limb limb_add(seigr__limb a, seigr__limb b, seigr__limb carry,
                            seigr__limb *out)
{
    seigr__limb gap = BASE - b - carry; /* (2) */

    assert(a < BASE && b < BASE && carry <= 1);
    carry = a >= gap;
    *out = a - gap + (BASE & (carry - 1));
    return carry;
}

/* *out = a - b - borrow, b + borrow at most the base. Returns the borrow. */
static seigr__limb limb_subtract(seigr__limb a, seigr__limb b,
                                 seigr__limb borrow, seigr__limb *out)
{
    seigr__limb take = b + borrow;

    borrow = a < take;
    *out = a - take + (BASE & (0 - borrow));
    return borrow;
}

seigr__limb seigr__limbs_add(const seigr__limb *a, size_t a_count,
                             const seigr__limb *b, size_t b_count,
                             seigr__limb *out)
{
    seigr__limb carry = 0;

    assert(a_count >= b_count);
    for (size_t i = 0; i < b_count; i++)
        carry = limb_add(a[i], b[i], carry, &out[i]);
    for (size_t i = b_count; i < a_count; i++)
        carry = limb_add(a[i], 0, carry, &out[i]);
    return carry;
}

seigr__limb seigr__limbs_subtract(const seigr__limb *a, size_t a_count,
                                  const seigr__limb *b, size_t b_count,
                                  seigr__limb *out)
{
    seigr__limb borrow = 0;

    assert(a_count >= b_count);
    for (size_t i = 0; i < b_count; i++)
        borrow = limb_subtract(a[i], b[i], borrow, &out[i]);
    for (size_t i = b_count; i < a_count; i++)
        borrow = limb_subtract(a[i], 0, borrow, &out[i]);
    return borrow;
}

/* a *= m for m < base. Returns the limb carried out. */
static seigr__limb limb_scale(seigr__limb *a, size_t count, seigr__limb m)
{
    seigr__limb carry = 0;

    for (size_t i = 0; i < count; i++)
        carry = seigr__divide2((seigr__limbs2)a[i] * m + carry,
                               seigr__limb_base, &a[i]);
    return carry;
}

/* a /= d, into q, which may be a. Returns the remainder. */
static seigr__limb limb_divide1(const seigr__limb *a, size_t count,
                                seigr__limb d, seigr__limb *q)
{
    const seigr__divider by = seigr__divider_of(d);
    seigr__limb rest = 0;

    assert(d > 0);
    while (count-- > 0)
        q[count] =
            seigr__divide2((seigr__limbs2)rest * BASE + a[count], by, &rest);
    return rest;
}

/* u -= v * q over count limbs and one more of u. Returns 1 where that passed
 * below zero and wrapped by base^(count + 1). */
static seigr__limb limb_subtract_product(seigr__limb *u, const seigr__limb *v,
                                         size_t count, seigr__limb q)
{
    seigr__limb above = 0; /* upper half of the product before */
    seigr__limb borrow = 0;

    for (size_t i = 0; i <= count; i++) {
        seigr__limb low = 0;
        seigr__limb high = 0;

        if (i < count)
            high =
                seigr__divide2((seigr__limbs2)v[i] * q, seigr__limb_base, &low);
        /* (base - 1)^2 / base < base - 1, so high is at most base - 2; with a
         * borrow of up to 2 what is taken is at most base. */
        borrow = limb_subtract(u[i], above, borrow, &u[i]);
        borrow += limb_subtract(u[i], low, 0, &u[i]);
        above = high;
    }
    return borrow;
}

/* The quotient's limb guessed from three limbs over two (step D3): right, or
 * one too large. */
static seigr__limb limb_guess(const seigr__limb *u, seigr__limb v1,
                              seigr__limb v2, seigr__divider by_v1)
{
    seigr__limb q = BASE - 1;
    seigr__limbs2 rest;

    assert(u[0] <= v1);
    if (u[0] < v1) {
        seigr__limb r;

        q = seigr__divide2((seigr__limbs2)u[0] * BASE + u[-1], by_v1, &r);
        rest = r;
    } else {
        rest = (seigr__limbs2)u[-1] + v1;
    }
    while (rest < BASE && (seigr__limbs2)q * v2 > rest * BASE + u[-2]) {
        q--;
        rest += v1;
    }
    return q;
}

void seigr__limbs_divide(seigr__limb *u, size_t u_count, seigr__limb *v,
                         size_t v_count, seigr__limb *q)
{
    seigr__divider by_v1;
    seigr__limb scale;

    assert(v_count > 0 && v_count <= u_count && v[v_count - 1] != 0);
    if (v_count == 1) {
        seigr__limb rest = limb_divide1(u, u_count, v[0], q);

        for (size_t i = 0; i <= u_count; i++)
            u[i] = 0;
        u[0] = rest;
        return;
    }
    scale = (seigr__limb)(BASE / ((seigr__limbs2)v[v_count - 1] + 1));
    u[u_count] = limb_scale(u, u_count, scale);
    (void)limb_scale(v, v_count, scale);
    by_v1 = seigr__divider_of(v[v_count - 1]);
    for (size_t j = u_count - v_count + 1; j-- > 0;) {
        seigr__limb guess =
            limb_guess(u + j + v_count, v[v_count - 1], v[v_count - 2], by_v1);

        if (limb_subtract_product(u + j, v, v_count, guess) != 0) {
            guess--;
            u[j + v_count] +=
                seigr__limbs_add(u + j, v_count, v, v_count, u + j);
            if (u[j + v_count] == BASE)
                u[j + v_count] = 0; /* the carry undoes the borrow */
        }
        q[j] = guess;
    }
    (void)limb_divide1(u, v_count, scale, u);
}
