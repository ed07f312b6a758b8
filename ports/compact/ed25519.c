/* SPDX-License-Identifier: MIT */
/*
 * ed25519.c - verification of Ed25519 (RFC 8032, 5.1.7) in little code and
 * without tables.
 *
 * It gives libsodium's verdict on every input (FORMATS 2.1): S < L, A
 * canonical, neither A nor R of small order, and encode([S]B - [k]A) must be
 * R's bytes. It knows no secret and takes no care to hide one.
 *
 * Invariants:
 *   (1) a point is on the curve, in extended coordinates: x = X/Z, y = Y/Z,
 *       xy = T/Z.
 *   (2) scalars are below 2^253: 8 limbs, least significant first.
 */
#include "ed25519.h" /* seigr__compact_verify */

#include "field.h" /* seigr__field */
#include "sha2.h"  /* seigr__sha512 */

#include <string.h> /* memcmp, memcpy */

struct point {
    seigr__field x;
    seigr__field y;
    seigr__field z;
    seigr__field t;
};

static const seigr__field ed_zero = {{0}};
static const seigr__field ed_one = {{1}};

/* -121665/121666 */
static const seigr__field ed_d = {{0x135978a3u, 0x75eb4dcau, 0x4141d8abu,
                                   0x00700a4du, 0x7779e898u, 0x8cc74079u,
                                   0x2b6ffe73u, 0x52036ceeu}};

/* A square root of -1. */
static const seigr__field ed_root = {{0x4a0ea0b0u, 0xc4ee1b27u, 0xad2fe478u,
                                      0x2f431806u, 0x3dfbd7a7u, 0x2b4d0099u,
                                      0x4fc1df0bu, 0x2b832480u}};

/* The base point's y is 4/5, its x even. */
static const uint8_t ed_base[32] = {
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};

/* The order L of the base point. */
static const uint32_t ed_order[8] = {
    0x5cf5d3edu, 0x5812631au, 0xa2f79cd6u, 0x14def9deu, 0, 0, 0, 0x10000000u};

/* --- Scalars modulo L ---------------------------------------------------- */

/* s - L, if that is not negative. Returns 1 when it was taken. */
static int ed_less_order(uint32_t s[8])
{
    uint32_t less[8];
    uint32_t borrow = 0;

    for (unsigned i = 0; i < 8; i++) {
        const uint64_t d = (uint64_t)s[i] - ed_order[i] - borrow;

        less[i] = (uint32_t)d;
        borrow = (uint32_t)(d >> 63);
    }
    if (borrow == 0)
        memcpy(s, less, sizeof(less));
    return borrow == 0;
}

/* Little-endian bytes modulo L, bit by bit from the top. (2) */
static void ed_reduce(uint32_t s[8], const uint8_t *bytes, unsigned count)
{
    memset(s, 0, 8 * sizeof(s[0]));
    for (unsigned bit = 8 * count; bit > 0; bit--) {
        uint32_t carry = (uint32_t)bytes[(bit - 1) / 8] >> ((bit - 1) % 8) & 1u;

        for (unsigned i = 0; i < 8; i++) {
            const uint32_t high = s[i] >> 31;

            s[i] = s[i] << 1 | carry;
            carry = high;
        }
        (void)ed_less_order(s);
    }
}

static unsigned ed_bit(const uint32_t s[8], unsigned bit)
{
    return s[bit / 32] >> bit % 32 & 1u;
}

/* --- Points -------------------------------------------------------------- */

/*
 * r = a + b. The formulas hold for all points, equal ones included: -1 is a
 * square modulo p and d is not (RFC 8032, 5.1.4).
 */
static void ed_add(struct point *r, const struct point *a,
                   const struct point *b)
{
    seigr__field e, f, g, h, u;

    seigr__field_sub(&e, &a->y, &a->x);
    seigr__field_sub(&u, &b->y, &b->x);
    seigr__field_mul(&e, &e, &u); /* (Y1 - X1) (Y2 - X2) */
    seigr__field_add(&h, &a->y, &a->x);
    seigr__field_add(&u, &b->y, &b->x);
    seigr__field_mul(&u, &h, &u); /* (Y1 + X1) (Y2 + X2) */
    seigr__field_add(&h, &u, &e);
    seigr__field_sub(&e, &u, &e);
    seigr__field_mul(&f, &a->t, &b->t);
    seigr__field_mul(&f, &f, &ed_d);
    seigr__field_add(&f, &f, &f); /* 2 d T1 T2 */
    seigr__field_mul(&u, &a->z, &b->z);
    seigr__field_add(&u, &u, &u); /* 2 Z1 Z2 */
    seigr__field_add(&g, &u, &f);
    seigr__field_sub(&f, &u, &f);
    seigr__field_mul(&r->x, &e, &f);
    seigr__field_mul(&r->y, &g, &h);
    seigr__field_mul(&r->t, &e, &h);
    seigr__field_mul(&r->z, &f, &g);
}

/*
 * The point of 32 bytes (RFC 8032, 5.1.3). Returns -1 where y is not below p
 * or no point has it.
 */
static int ed_decode(struct point *r, const uint8_t bytes[32])
{
    uint8_t plain[32], y[32];
    seigr__field u, v, x, w;

    memcpy(plain, bytes, sizeof(plain));
    plain[31] &= 0x7f;
    seigr__field_read(&r->y, plain);
    seigr__field_write(y, &r->y);
    if (memcmp(y, plain, sizeof(y)) != 0)
        return -1;
    seigr__field_mul(&u, &r->y, &r->y);
    seigr__field_mul(&v, &u, &ed_d);
    seigr__field_sub(&u, &u, &ed_one); /* y^2 - 1 */
    seigr__field_add(&v, &v, &ed_one); /* d y^2 + 1 */
    /* x = u v^3 (u v^7)^((p - 5) / 8) is a root of u/v or of -u/v, if any. */
    seigr__field_mul(&w, &v, &v);
    seigr__field_mul(&w, &w, &v); /* v^3 */
    seigr__field_mul(&x, &w, &w);
    seigr__field_mul(&x, &x, &v); /* v^7 */
    seigr__field_mul(&x, &x, &u);
    seigr__field_root(&x, &x);
    seigr__field_mul(&x, &x, &w);
    seigr__field_mul(&x, &x, &u);
    seigr__field_mul(&w, &x, &x);
    seigr__field_mul(&w, &w, &v); /* u, or -u, or no square */
    if (!seigr__field_equal(&w, &u)) {
        seigr__field_sub(&u, &ed_zero, &u);
        if (!seigr__field_equal(&w, &u))
            return -1;
        seigr__field_mul(&x, &x, &ed_root);
    }
    seigr__field_write(y, &x);
    if ((y[0] & 1) != bytes[31] >> 7)
        seigr__field_sub(&x, &ed_zero, &x);
    r->x = x;
    r->z = ed_one;
    seigr__field_mul(&r->t, &r->x, &r->y);
    return 0;
}

static void ed_encode(uint8_t bytes[32], const struct point *a)
{
    seigr__field inverse, x, y;
    uint8_t odd[32];

    seigr__field_invert(&inverse, &a->z);
    seigr__field_mul(&x, &a->x, &inverse);
    seigr__field_mul(&y, &a->y, &inverse);
    seigr__field_write(bytes, &y);
    seigr__field_write(odd, &x);
    bytes[31] = (uint8_t)(bytes[31] | (odd[0] & 1) << 7);
}

/* Whether [8]a is the neutral point: x is 0 at no other multiple of 8. */
static int ed_is_small(const struct point *a)
{
    struct point r = *a;

    for (unsigned i = 0; i < 3; i++)
        ed_add(&r, &r, &r);
    return seigr__field_equal(&r.x, &ed_zero);
}

/* r = [s]B + [k]a, both scalars bit by bit. (2) */
static void ed_multiply_add(struct point *r, const uint32_t s[8],
                            const uint32_t k[8], const struct point *a)
{
    struct point sums[3]; /* B, a, and both */

    (void)ed_decode(&sums[0], ed_base);
    sums[1] = *a;
    ed_add(&sums[2], &sums[0], &sums[1]);
    *r = (struct point){ed_zero, ed_one, ed_one, ed_zero};
    for (unsigned bit = 253; bit > 0; bit--) {
        const unsigned which = ed_bit(s, bit - 1) | ed_bit(k, bit - 1) << 1;

        ed_add(r, r, r);
        if (which != 0)
            ed_add(r, r, &sums[which - 1]);
    }
}

/* --- Verification -------------------------------------------------------- */

/* k = SHA-512(R || A || message) modulo L. */
static void ed_challenge(uint32_t k[8], const uint8_t r[32],
                         const uint8_t public_key[32], const uint8_t *message,
                         size_t len)
{
    seigr__sha512 state;
    uint8_t digest[64];

    seigr__sha512_init(&state);
    seigr__sha512_update(&state, r, 32);
    seigr__sha512_update(&state, public_key, 32);
    seigr__sha512_update(&state, message, len);
    seigr__sha512_final(&state, digest);
    ed_reduce(k, digest, sizeof(digest));
}

int seigr__compact_verify(const uint8_t signature[64], const uint8_t *message,
                          size_t message_len, const uint8_t public_key[32])
{
    seigr__field s; /* limbs are limbs */
    uint32_t k[8];
    struct point a, r;
    uint8_t expected[32];

    seigr__field_read(&s, signature + 32);
    if (ed_less_order(s.v) || ed_decode(&a, public_key) != 0 || ed_is_small(&a))
        return -1;
    ed_challenge(k, signature, public_key, message, message_len);
    seigr__field_sub(&a.x, &ed_zero, &a.x);
    seigr__field_sub(&a.t, &ed_zero, &a.t);
    ed_multiply_add(&r, s.v, k, &a);
    ed_encode(expected, &r);
    /* Where R's bytes are these, R is small exactly if this point is. */
    return memcmp(expected, signature, sizeof(expected)) != 0 || ed_is_small(&r)
               ? -1
               : 0;
}
