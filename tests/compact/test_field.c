/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "../../ports/compact/field.h"

#include <string.h>

#define VALUES 40u

/* What carries far, around 2^255 - 19, its double and 2^256. */
static void field_values(seigr__field out[VALUES])
{
    static const uint32_t low[] = {0, 1, 18, 19, 20, 37, 38, 39};
    support_rng rng = {23};
    size_t n = 0;

    for (size_t i = 0; i < 8; i++) { /* 0 + low, 2^255 - low, 2^256 - low */
        memset(&out[n], 0, sizeof(out[n]));
        out[n].v[0] = low[i];
        n++;
        memset(&out[n], 0xff, sizeof(out[n]));
        out[n].v[0] -= low[i];
        out[n].v[7] = 0x7fffffff;
        n++;
        memset(&out[n], 0xff, sizeof(out[n]));
        out[n].v[0] -= low[i];
        n++;
    }
    while (n < VALUES) {
        for (size_t i = 0; i < 8; i++)
            out[n].v[i] = support_random_below(&rng, 3) == 0
                              ? 0xffffffffu
                              : (uint32_t)support_random(&rng);
        n++;
    }
}

/* --- an independent model: bits, one at a time -------------------------- */

struct model {
    uint8_t bits[256];
};

/* m = 2 m + bit modulo p, by taking p away. */
static void model_shift(struct model *m, unsigned bit)
{
    unsigned more = 0;

    for (size_t i = 0; i < 256; i++) {
        const unsigned was = m->bits[i];

        m->bits[i] = (uint8_t)bit;
        bit = was;
    }
    assert_int_equal(bit, 0);
    for (size_t round = 0; round < 2; round++) {
        struct model less = *m; /* m - p = m + 19 - 2^255 */

        more = 19;
        for (size_t i = 0; i < 256; i++) {
            more += less.bits[i];
            less.bits[i] = more & 1;
            more >>= 1;
        }
        if (less.bits[255] == 0)
            return;
        less.bits[255] = 0;
        *m = less;
    }
}

static void model_add(struct model *m, const struct model *a)
{
    unsigned carry = 0;
    struct model sum;
    struct model out = {{0}};

    for (size_t i = 0; i < 256; i++) {
        carry += m->bits[i] + (unsigned)a->bits[i];
        sum.bits[i] = carry & 1;
        carry >>= 1;
    }
    assert_int_equal(carry, 0); /* both below p */
    for (size_t i = 256; i > 0; i--)
        model_shift(&out, sum.bits[i - 1]);
    *m = out;
}

static void model_read(struct model *m, const seigr__field *a)
{
    memset(m, 0, sizeof(*m));
    for (size_t i = 256; i > 0; i--)
        model_shift(m, a->v[(i - 1) / 32] >> (i - 1) % 32 & 1);
}

static void model_multiply(struct model *out, const struct model *a,
                           const struct model *b)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 256; i > 0; i--) {
        model_shift(out, 0);
        if (b->bits[i - 1])
            model_add(out, a);
    }
}

static void same(const seigr__field *a, const struct model *m)
{
    uint8_t bytes[32];

    seigr__field_write(bytes, a);
    for (size_t i = 0; i < 256; i++)
        assert_int_equal(bytes[i / 8] >> i % 8 & 1, m->bits[i]);
}

/* --- tests ---------------------------------------------------------------- */

void test_compact_field__add_and_subtract(void **state)
{
    seigr__field values[VALUES];

    (void)state;
    field_values(values);
    for (size_t i = 0; i < VALUES; i++) {
        for (size_t k = 0; k < VALUES; k++) {
            struct model a, b;
            seigr__field r;

            model_read(&a, &values[i]);
            model_read(&b, &values[k]);
            model_add(&a, &b);
            seigr__field_add(&r, &values[i], &values[k]);
            same(&r, &a);
            /* (a + b) - b = a, with operands that are not reduced. */
            seigr__field_sub(&r, &r, &values[k]);
            assert_true(seigr__field_equal(&r, &values[i]));
            seigr__field_sub(&r, &values[i], &values[k]);
            seigr__field_add(&r, &r, &values[k]);
            assert_true(seigr__field_equal(&r, &values[i]));
        }
    }
}

void test_compact_field__multiply(void **state)
{
    seigr__field values[VALUES];
    struct model models[VALUES];

    (void)state;
    field_values(values);
    for (size_t i = 0; i < VALUES; i++)
        model_read(&models[i], &values[i]);
    for (size_t i = 0; i < VALUES; i++) {
        for (size_t k = i; k < VALUES; k += 3) {
            struct model m;
            seigr__field r;

            model_multiply(&m, &models[i], &models[k]);
            seigr__field_mul(&r, &values[i], &values[k]);
            same(&r, &m);
            seigr__field_mul(&r, &values[k], &values[i]);
            same(&r, &m);
            r = values[i];
            seigr__field_mul(&r, &r, &values[k]);
            same(&r, &m);
        }
    }
}

void test_compact_field__invert_and_root(void **state)
{
    const seigr__field zero = {{0}};
    const seigr__field one = {{1}};
    seigr__field values[VALUES];

    (void)state;
    field_values(values);
    for (size_t i = 0; i < VALUES; i++) {
        seigr__field r, square;

        seigr__field_invert(&r, &values[i]);
        seigr__field_mul(&r, &r, &values[i]);
        assert_true(seigr__field_equal(&r, &one) ||
                    seigr__field_equal(&values[i], &zero));
        /* (s^((p - 5) / 8))^4 s^2 = s^((p - 1) / 2), 1 for a square s. */
        seigr__field_mul(&square, &values[i], &values[i]);
        seigr__field_root(&r, &square);
        seigr__field_mul(&r, &r, &r);
        seigr__field_mul(&r, &r, &r);
        seigr__field_mul(&r, &r, &square);
        seigr__field_mul(&r, &r, &square);
        assert_true(seigr__field_equal(&r, &one) ||
                    seigr__field_equal(&values[i], &zero));
    }
}
