/* SPDX-License-Identifier: MIT */
/*
 * field.c - numbers modulo p = 2^255 - 19 in little code.
 *
 * As 2^256 is 38 modulo p, what is carried out of the highest limb comes in
 * again at the lowest, times 38.
 *
 * Invariants:
 *   (1) each value is below 2^256; only seigr__field_write() goes below p.
 *   (2) out may be an operand.
 */
#include "field.h" /* seigr__field */

#include <string.h> /* memcpy */

/* Bring in what was carried out. At most two rounds: what the first one
 * carries out leaves a value so small that the second carries out nothing. */
static void field_fold(uint32_t v[8], uint64_t carry)
{
    while (carry != 0) {
        carry *= 38;
        for (unsigned i = 0; i < 8; i++) {
            carry += v[i];
            v[i] = (uint32_t)carry;
            carry >>= 32;
        }
    }
}

void seigr__field_add(seigr__field *out, const seigr__field *a,
                      const seigr__field *b)
{
    uint64_t carry = 0;

    for (unsigned i = 0; i < 8; i++) {
        carry += (uint64_t)a->v[i] + b->v[i];
        out->v[i] = (uint32_t)carry;
        carry >>= 32;
    }
    field_fold(out->v, carry);
}

void seigr__field_sub(seigr__field *out, const seigr__field *a,
                      const seigr__field *b)
{
    uint32_t borrow = 0;

    for (unsigned i = 0; i < 8; i++) {
        const uint64_t d = (uint64_t)a->v[i] - b->v[i] - borrow;

        out->v[i] = (uint32_t)d;
        borrow = (uint32_t)(d >> 63);
    }
    /* 2^256 too much, which is 38: take it away, twice at most. */
    while (borrow != 0) {
        borrow = 38;
        for (unsigned i = 0; i < 8; i++) {
            const uint64_t d = (uint64_t)out->v[i] - borrow;

            out->v[i] = (uint32_t)d;
            borrow = (uint32_t)(d >> 63);
        }
    }
}

void seigr__field_mul(seigr__field *out, const seigr__field *a,
                      const seigr__field *b)
{
    uint32_t t[16] = {0};
    uint64_t carry = 0;

    for (unsigned i = 0; i < 8; i++) {
        carry = 0;
#pragma GCC unroll 8
        for (unsigned k = 0; k < 8; k++) {
            /* (2^32 - 1)^2 + 2 * (2^32 - 1) is just below 2^64. */
            carry += (uint64_t)a->v[i] * b->v[k] + t[i + k];
            t[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        t[i + 8] = (uint32_t)carry;
    }
    carry = 0;
    for (unsigned i = 0; i < 8; i++) {
        carry += (uint64_t)t[i + 8] * 38 + t[i];
        out->v[i] = (uint32_t)carry;
        carry >>= 32;
    }
    field_fold(out->v, carry);
}

static void field_squares(seigr__field *a, unsigned count)
{
    for (; count > 0; count--)
        seigr__field_mul(a, a, a);
}

/*
 * a^(2^250 - 1), which both powers below begin with. Step k makes
 * a^(2^n - 1) of the powers made before, by n = n_then + n_other.
 */
static void field_power_250(seigr__field *out, const seigr__field *a)
{
    /* The exponents' n:         1 2  4  5 10  20  40  50  100 200 250 */
    static const uint8_t shift[] = {1, 2, 1, 5, 10, 20, 10, 50, 100, 50};
    static const uint8_t other[] = {0, 1, 0, 3, 4, 5, 4, 7, 8, 7};
    seigr__field made[sizeof(shift) + 1];

    made[0] = *a;
    for (unsigned k = 0; k < sizeof(shift); k++) {
        made[k + 1] = made[k];
        field_squares(&made[k + 1], shift[k]);
        seigr__field_mul(&made[k + 1], &made[k + 1], &made[other[k]]);
    }
    *out = made[sizeof(shift)];
}

void seigr__field_invert(seigr__field *out, const seigr__field *a)
{
    const seigr__field one = *a;
    seigr__field r;

    /* p - 2 is 2^250 - 1 followed by the bits 01011. */
    field_power_250(&r, a);
    field_squares(&r, 2);
    seigr__field_mul(&r, &r, &one);
    field_squares(&r, 2);
    seigr__field_mul(&r, &r, &one);
    field_squares(&r, 1);
    seigr__field_mul(out, &r, &one);
}

void seigr__field_root(seigr__field *out, const seigr__field *a)
{
    const seigr__field one = *a;
    seigr__field r;

    /* (p - 5) / 8 is 2^250 - 1 followed by the bits 01. */
    field_power_250(&r, a);
    field_squares(&r, 2);
    seigr__field_mul(out, &r, &one);
}

void seigr__field_read(seigr__field *out, const uint8_t bytes[32])
{
    for (unsigned i = 0; i < 8; i++, bytes += 4)
        out->v[i] = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
                    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Take the bits from 2^255 on away, which are worth 19 each. */
static void field_below_255(uint32_t v[8])
{
    uint64_t carry = (v[7] >> 31) * 19u;

    v[7] &= 0x7fffffffu;
    for (unsigned i = 0; i < 8; i++) {
        carry += v[i];
        v[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

void seigr__field_write(uint8_t bytes[32], const seigr__field *a)
{
    uint32_t v[8];
    uint32_t plus[8];
    uint64_t carry = 19;

    memcpy(v, a->v, sizeof(v));
    field_below_255(v);
    field_below_255(v); /* below 2^255 now: less than 2 * p */
    for (unsigned i = 0; i < 8; i++) {
        carry += v[i];
        plus[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (plus[7] >> 31 != 0) { /* v + 19 >= 2^255: v >= p */
        memcpy(v, plus, sizeof(v));
        v[7] &= 0x7fffffffu;
    }
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(v[i / 4] >> (i % 4 * 8));
}

int seigr__field_equal(const seigr__field *a, const seigr__field *b)
{
    uint8_t bytes[2][32];

    seigr__field_write(bytes[0], a);
    seigr__field_write(bytes[1], b);
    return memcmp(bytes[0], bytes[1], sizeof(bytes[0])) == 0;
}
