/* SPDX-License-Identifier: MIT */
/*
 * Senary integers: golden cases, small ones against the machine's own
 * arithmetic, long ones by identities, and memory that runs out.
 */
#include "support.h"

#include "seigr/senary.h"
#include "senary/limb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A memory, its context, and room for the names of the arithmetic. */
typedef struct integers {
    support_memory memory;
    seigr_context context;
    seigr_integer *a, *b, *c, *d, *e;
} integers;

static void integers_init(integers *all)
{
    const seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_integer **each[] = {&all->a, &all->b, &all->c, &all->d, &all->e};

    support_memory_init(&all->memory);
    all->context = context;
    all->context.allocator = &all->memory.allocator;
    for (size_t i = 0; i < 5; i++)
        assert_ok(seigr_integer_new(&all->context, each[i]));
}

static void integers_fini(integers *all)
{
    seigr_integer *each[] = {all->a, all->b, all->c, all->d, all->e};

    for (size_t i = 0; i < 5; i++)
        seigr_integer_free(each[i]);
    assert_int_equal(all->memory.live_count, 0);
}

static void integer_read(seigr_integer *integer, const char *digits)
{
    seigr_span text = {(const uint8_t *)digits, strlen(digits)};

    assert_ok(seigr_integer_decode(integer, text, NULL));
}

static void integer_is(const seigr_integer *integer, const char *digits)
{
    size_t len = strlen(digits);
    uint8_t *out = malloc(len + 1);
    size_t n = 0;

    assert_int_equal(seigr_integer_encode(integer, (seigr_buf){0}, &n),
                     SEIGR_E_ROOM);
    assert_int_equal(n, len);
    assert_ok(seigr_integer_encode(integer, (seigr_buf){out, len}, &n));
    assert_memory_equal(out, digits, len);
    free(out);
}

/* A random number of exactly so many digits; fives and zeros come often. */
static void integer_random(support_rng *rng, size_t digits,
                           seigr_integer *integer)
{
    char *text = malloc(digits + 1);
    unsigned kind = (unsigned)(support_random(rng) % 4);

    for (size_t i = 0; i < digits; i++) {
        uint64_t r = support_random(rng);

        text[i] = (char)('0' + (kind == 0   ? r % 6
                                : kind == 1 ? r % 50 == 0
                                : kind == 2 ? 5 - (r % 50 == 0)
                                            : r / 64 % 2 * 5));
    }
    if (text[0] == '0')
        text[0] = '1';
    text[digits] = '\0';
    integer_read(integer, text);
    free(text);
}

static void digits_is(int (*op)(seigr_span, seigr_span, seigr_buf, size_t *,
                                seigr_error *),
                      const char *a, const char *b, const char *expected)
{
    seigr_span as = {(const uint8_t *)a, strlen(a)};
    seigr_span bs = {(const uint8_t *)b, strlen(b)};
    size_t len = strlen(expected);
    uint8_t *out = malloc(len + 1);
    size_t n = 0;

    assert_ok(op(as, bs, (seigr_buf){out, len}, &n, NULL));
    assert_int_equal(n, len);
    assert_memory_equal(out, expected, len);
    memcpy(out, as.len >= bs.len ? a : b, len); /* in the longer's place */
    if (as.len >= bs.len)
        assert_ok(
            op((seigr_span){out, len}, bs, (seigr_buf){out, len}, &n, NULL));
    else
        assert_ok(
            op(as, (seigr_span){out, len}, (seigr_buf){out, len}, &n, NULL));
    assert_memory_equal(out, expected, len);
    free(out);
}

void test_senary_integer__golden(void **state)
{
    json_t *json = support_golden("senary_integers.json");
    const json_t *one;
    size_t i;
    integers all;

    (void)state;
    integers_init(&all);
    json_array_foreach(json_object_get(json, "cases"), i, one)
    {
        const char *a = support_string(one, "a");
        const char *b = support_string(one, "b");

        integer_read(all.a, a);
        integer_read(all.b, b);
        integer_is(all.a, a);
        assert_ok(seigr_integer_add(all.a, all.b, all.c));
        integer_is(all.c, support_string(one, "sum"));
        if (json_is_null(json_object_get(one, "difference"))) {
            assert_int_equal(seigr_integer_subtract(all.a, all.b, all.c, NULL),
                             SEIGR_E_LIMIT);
            integer_is(all.c, support_string(one, "sum"));
        } else {
            assert_ok(seigr_integer_subtract(all.a, all.b, all.c, NULL));
            integer_is(all.c, support_string(one, "difference"));
        }
        assert_ok(seigr_integer_multiply(all.a, all.b, all.c));
        integer_is(all.c, support_string(one, "product"));
        assert_ok(seigr_integer_divide(all.a, all.b, all.c, all.d, NULL));
        integer_is(all.c, support_string(one, "quotient"));
        integer_is(all.d, support_string(one, "remainder"));
        digits_is(seigr_digits_add, a, b, support_string(one, "digit_add"));
        digits_is(seigr_digits_subtract, a, b,
                  support_string(one, "digit_sub"));
    }
    support_count("senary_integers", i);
    json_decref(json);
    integers_fini(&all);
}

void test_senary_integer__refuses_what_is_not_canonical(void **state)
{
    static const struct {
        const char *digits;
        uint64_t offset;
    } cases[] = {{"", 0},   {"00", 0},  {"01", 0},  {"06", 1},
                 {"-1", 0}, {"12 ", 2}, {"0x1", 1}, {"5556", 3},
                 {"+1", 0}, {"1\n", 1}, {"1.0", 1}};
    integers all;

    (void)state;
    integers_init(&all);
    integer_read(all.a, "123");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seigr_span text = {(const uint8_t *)cases[i].digits,
                           strlen(cases[i].digits)};
        seigr_error error = SEIGR_ERROR_INIT;

        assert_int_equal(seigr_integer_decode(all.a, text, &error),
                         SEIGR_E_FORMAT);
        assert_int_equal(error.offset, cases[i].offset);
        integer_is(all.a, "123");
    }
    integers_fini(&all);
}

/* A number in base 6 by the machine. */
static const char *integer_text(uint64_t value, char text[27])
{
    size_t at = 26;

    text[at] = '\0';
    do
        text[--at] = (char)('0' + value % 6);
    while ((value /= 6) != 0);
    return text + at;
}

void test_senary_integer__agrees_with_the_machine(void **state)
{
    support_rng rng = {1};
    integers all;

    (void)state;
    integers_init(&all);
    for (unsigned round = 0; round < 20000; round++) {
        uint64_t x = support_random(&rng) >> support_random(&rng) % 64;
        uint64_t y = support_random(&rng) >> support_random(&rng) % 64;
        char text[27];

        assert_ok(seigr_integer_set_u64(all.a, x));
        assert_ok(seigr_integer_set_u64(all.b, y));
        integer_is(all.a, integer_text(x, text));
        assert_int_equal(seigr_integer_compare(all.a, all.b),
                         x < y ? -1 : x > y);
        if (y != 0) {
            assert_ok(seigr_integer_divide(all.a, all.b, all.c, all.d, NULL));
            integer_is(all.c, integer_text(x / y, text));
            integer_is(all.d, integer_text(x % y, text));
        }
        x >>= 32;
        y >>= 32;
        assert_ok(seigr_integer_set_u64(all.a, x));
        assert_ok(seigr_integer_set_u64(all.b, y));
        assert_ok(seigr_integer_add(all.a, all.b, all.c));
        integer_is(all.c, integer_text(x + y, text));
        assert_ok(seigr_integer_multiply(all.a, all.b, all.c));
        integer_is(all.c, integer_text(x * y, text));
        if (x >= y) {
            assert_ok(seigr_integer_subtract(all.a, all.b, all.c, NULL));
            integer_is(all.c, integer_text(x - y, text));
        }
    }
    integers_fini(&all);
}

void test_senary_integer__sums_and_differences_undo(void **state)
{
    support_rng rng = {2};
    integers all;

    (void)state;
    integers_init(&all);
    for (unsigned round = 0; round < 2000; round++) {
        integer_random(&rng, 1 + support_random(&rng) % 500, all.a);
        integer_random(&rng, 1 + support_random(&rng) % 500, all.b);
        assert_ok(seigr_integer_add(all.a, all.b, all.c));
        assert_ok(seigr_integer_add(all.b, all.a, all.d));
        assert_int_equal(seigr_integer_compare(all.c, all.d), 0);
        assert_ok(seigr_integer_subtract(all.c, all.b, all.d, NULL));
        assert_int_equal(seigr_integer_compare(all.d, all.a), 0);
        assert_ok(seigr_integer_subtract(all.c, all.c, all.c, NULL));
        integer_is(all.c, "0");
        assert_ok(seigr_integer_add(all.a, all.a, all.a)); /* in place */
        assert_ok(seigr_integer_subtract(all.a, all.d, all.a, NULL));
        assert_int_equal(seigr_integer_compare(all.a, all.d), 0);
    }
    integers_fini(&all);
}

/* (a / b) * b + r = a and r < b, where b's upper limbs are extreme too. */
void test_senary_integer__quotients_and_products_undo(void **state)
{
    support_rng rng = {3};
    integers all;

    (void)state;
    integers_init(&all);
    for (unsigned round = 0; round < 6000; round++) {
        integer_random(&rng, 1 + support_random(&rng) % 400, all.a);
        integer_random(&rng, 1 + support_random(&rng) % 200, all.b);
        assert_ok(seigr_integer_divide(all.a, all.b, all.c, all.d, NULL));
        assert_int_equal(seigr_integer_compare(all.d, all.b), -1);
        assert_ok(seigr_integer_multiply(all.c, all.b, all.e));
        assert_ok(seigr_integer_add(all.e, all.d, all.e));
        assert_int_equal(seigr_integer_compare(all.e, all.a), 0);
        /* a * b / b = a, leaving nothing; the quotient in b's place. */
        assert_ok(seigr_integer_multiply(all.a, all.b, all.c));
        assert_ok(seigr_integer_divide(all.c, all.b, all.b, all.c, NULL));
        assert_int_equal(seigr_integer_compare(all.b, all.a), 0);
        integer_is(all.c, "0");
    }
    integers_fini(&all);
}

/* Long products, beyond every threshold and of unequal lengths, against a
 * sum of short ones: a * (b1 * 6^k + b0) = (a * b1) * 6^k + a * b0. */
void test_senary_integer__long_products_are_sums_of_short(void **state)
{
    support_rng rng = {4};
    integers all;

    (void)state;
    integers_init(&all);
    for (unsigned round = 0; round < 60; round++) {
        size_t a_digits = 1 + support_random(&rng) % 8000;
        size_t b_digits = 1 + support_random(&rng) % 8000;
        size_t n = 0;
        char *text = malloc(b_digits + 1);

        integer_random(&rng, a_digits, all.a);
        integer_random(&rng, b_digits, all.b);
        assert_ok(seigr_integer_encode(
            all.b, (seigr_buf){(uint8_t *)text, b_digits}, &n));
        assert_int_equal(n, b_digits);
        assert_ok(seigr_integer_multiply(all.a, all.b, all.c));
        assert_ok(seigr_integer_set_u64(all.d, 0));
        for (size_t at = 0; at < b_digits; at += 200) {
            size_t piece = b_digits - at < 200 ? b_digits - at : 200;
            char power[202];
            size_t from = at; /* a piece has no leading zeros but "0" */

            while (from + 1 < at + piece && text[from] == '0')
                from++;
            memset(power, '0', sizeof(power));
            power[0] = '1';
            assert_ok(seigr_integer_decode(
                all.e, (seigr_span){(uint8_t *)power, piece + 1}, NULL));
            assert_ok(seigr_integer_multiply(all.d, all.e, all.d));
            assert_ok(seigr_integer_decode(
                all.e, (seigr_span){(uint8_t *)text + from, at + piece - from},
                NULL));
            assert_ok(seigr_integer_multiply(all.e, all.a, all.e));
            assert_ok(seigr_integer_add(all.d, all.e, all.d));
        }
        assert_int_equal(seigr_integer_compare(all.c, all.d), 0);
        free(text);
    }
    integers_fini(&all);
}

/* Karatsuba's extremes: all fives, equal halves, zero halves. */
void test_senary_integer__extreme_products(void **state)
{
    integers all;

    (void)state;
    integers_init(&all);
    for (size_t n = 1; n < 6000; n = n * 5 / 4 + 7) {
        char *text = malloc(2 * n + 1);

        /* (6^n - 1)^2 = 6^2n - 2 * 6^n + 1: 5..54 0..01 */
        memset(text, '5', n);
        text[n] = '\0';
        integer_read(all.a, text);
        assert_ok(seigr_integer_multiply(all.a, all.a, all.b));
        memset(text, '5', n - 1);
        text[n - 1] = '4';
        memset(text + n, '0', n - 1);
        text[2 * n - 1] = '1';
        text[2 * n] = '\0';
        integer_is(all.b, text);
        assert_ok(seigr_integer_divide(all.b, all.a, all.c, all.d, NULL));
        assert_int_equal(seigr_integer_compare(all.c, all.a), 0);
        integer_is(all.d, "0");
        free(text);
    }
    integers_fini(&all);
}

/* Operands for which the guessed limb of a quotient is one too large, made of
 * limbs at the ends of their range. */
void test_senary_integer__division_corrects_its_guess(void **state)
{
    const seigr__limb last = SEIGR__LIMB_BASE - 1;
    const seigr__limb half = SEIGR__LIMB_BASE / 2;
    const seigr__limb ends[] = {0,    1,        2,        half - 1,
                                half, half + 1, last - 1, last};
    const size_t count = sizeof(ends) / sizeof(ends[0]);
    size_t tried = 0;

    (void)state;
    for (size_t pick = 0; pick < count * count * count * count * count;
         pick++) {
        seigr__limb u[5] = {ends[pick % count], ends[pick / 8 % count],
                            ends[pick / 64 % count], 0, 0};
        seigr__limb v[2] = {ends[pick / 512 % count],
                            ends[pick / 4096 % count]};
        seigr__limb before[3] = {u[0], u[1], u[2]};
        seigr__limb by[2] = {v[0], v[1]};
        seigr__limb q[2];
        seigr__limb back[4];

        if (v[1] == 0)
            continue;
        seigr__limbs_divide(u, 3, v, 2, q);
        assert_true(seigr__limbs_compare(u, by, 2) < 0);
        assert_int_equal(u[2], 0);
        assert_int_equal(u[3], 0);
        seigr__limbs_multiply(q, 2, by, 2, back, NULL);
        assert_int_equal(seigr__limbs_add(back, 4, u, 2, back), 0);
        assert_memory_equal(back, before, sizeof(before));
        assert_int_equal(back[3], 0);
        tried++;
    }
    support_count("senary_integers.limb_ends", tried);
}

void test_senary_integer__zero(void **state)
{
    integers all;

    (void)state;
    integers_init(&all);
    integer_is(all.a, "0");
    integer_read(all.b, "0");
    assert_int_equal(seigr_integer_compare(all.a, all.b), 0);
    integer_read(all.c, "12345012345012345012345012345");
    assert_int_equal(seigr_integer_divide(all.c, all.a, all.d, all.e, NULL),
                     SEIGR_E_LIMIT);
    assert_ok(seigr_integer_divide(all.a, all.c, all.d, all.e, NULL));
    integer_is(all.d, "0");
    integer_is(all.e, "0");
    assert_ok(seigr_integer_multiply(all.a, all.c, all.d));
    integer_is(all.d, "0");
    assert_ok(seigr_integer_add(all.a, all.b, all.d));
    integer_is(all.d, "0");
    assert_ok(seigr_integer_subtract(all.a, all.b, all.d, NULL));
    integer_is(all.d, "0");
    assert_int_equal(seigr_integer_subtract(all.a, all.c, all.d, NULL),
                     SEIGR_E_LIMIT);
    integers_fini(&all);
}

void test_senary_integer__smaller_divided_by_larger(void **state)
{
    integers all;

    (void)state;
    integers_init(&all);
    integer_read(all.a, "12");
    integer_read(all.b, "1000000000000000000000000000000000000");
    assert_ok(seigr_integer_divide(all.a, all.b, NULL, all.b, NULL));
    integer_is(all.b, "12");
    integer_read(all.b, "1000000000000000000000000000000000000");
    assert_ok(seigr_integer_divide(all.a, all.b, all.a, all.c, NULL));
    integer_is(all.a, "0");
    integer_is(all.c, "12");
    assert_ok(seigr_integer_divide(all.b, all.c, NULL, all.d, NULL));
    integer_is(all.d, "0");
    assert_ok(seigr_integer_divide(all.b, all.c, all.d, NULL, NULL));
    integer_is(all.d, "43000000000000000000000000000000000");
    integers_fini(&all);
}

void test_senary_integer__refusals_say_why(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;
    integers all;

    (void)state;
    integers_init(&all);
    integer_read(all.a, "5");
    assert_int_equal(seigr_integer_subtract(all.b, all.a, all.c, &error),
                     SEIGR_E_LIMIT);
    assert_string_equal(error.text, "a larger integer cannot be subtracted");
    assert_int_equal(seigr_integer_divide(all.a, all.b, all.c, NULL, &error),
                     SEIGR_E_LIMIT);
    assert_string_equal(error.text, "nothing can be divided by zero");
    all.memory.fail_at = all.memory.total_count + 1;
    assert_int_equal(seigr_integer_divide(all.a, all.a, all.c, NULL, &error),
                     SEIGR_E_NOMEM);
    assert_int_equal(error.code, SEIGR_E_NOMEM);
    integers_fini(&all);
}

void test_senary_integer__contract(void **state)
{
    integers all;
    size_t n;

    (void)state;
    integers_init(&all);
    assert_int_equal(seigr_integer_new(NULL, &all.a), SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_set_u64(NULL, 1), SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_add(NULL, all.a, all.b), SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_subtract(all.a, NULL, all.b, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_multiply(all.a, all.b, NULL), SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_divide(all.a, all.b, all.c, all.c, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_divide(all.a, all.b, NULL, NULL, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_encode(NULL, (seigr_buf){0}, &n),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_integer_decode(all.a, (seigr_span){NULL, 1}, NULL),
                     SEIGR_E_INVAL);
    seigr_integer_free(NULL);
    integers_fini(&all);
}

/* One of everything; any allocation may fail. */
static int integer_each_call(support_memory *memory, void *arg)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_integer *a = NULL;
    seigr_integer *b = NULL;
    seigr_integer *c = NULL;
    char digits[2000];
    seigr_span text = {(const uint8_t *)digits, sizeof(digits)};
    int err;

    (void)arg;
    memset(digits, '4', sizeof(digits));
    context.allocator = &memory->allocator;
    err = seigr_integer_new(&context, &a);
    if (err == 0)
        err = seigr_integer_new(&context, &b);
    if (err == 0)
        err = seigr_integer_new(&context, &c);
    if (err == 0)
        err = seigr_integer_decode(a, text, NULL);
    if (err == 0)
        err = seigr_integer_set_u64(b, UINT64_MAX);
    if (err == 0)
        err = seigr_integer_set_u64(c, 5);
    if (err == 0) /* 5 stays 5 where the call fails */
        err = seigr_integer_add(a, b, c);
    if (err == 0)
        err = seigr_integer_subtract(a, b, c, NULL);
    if (err == 0)
        err = seigr_integer_multiply(a, a, c);
    if (err == 0)
        err = seigr_integer_divide(c, a, b, c, NULL);
    if (err == 0)
        err = seigr_integer_divide(b, a, NULL, c, NULL);
    if (err != 0 && c != NULL && memory->total_count <= 7)
        integer_is(c, memory->total_count < 7 ? "0" : "5");
    seigr_integer_free(a);
    seigr_integer_free(b);
    seigr_integer_free(c);
    return err;
}

void test_senary_integer__every_allocation_may_fail(void **state)
{
    (void)state;
    support_each_allocation(integer_each_call, NULL);
}

void test_senary_integer__memory_is_bounded_by_the_input(void **state)
{
    integers all;
    char *digits = malloc(100000);

    (void)state;
    integers_init(&all);
    memset(digits, '3', 100000);
    assert_ok(seigr_integer_decode(
        all.a, (seigr_span){(const uint8_t *)digits, 100000}, NULL));
    assert_true(all.memory.largest_bytes <= 100000 / 3 + 8);
    free(digits);
    integers_fini(&all);
}

void test_senary_integer__digit_wise_refusals(void **state)
{
    const uint8_t a[] = {'1', '2', '3'};
    const uint8_t bad[] = {'1', '6'};
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t out[3];
    size_t n = 0;

    (void)state;
    assert_int_equal(seigr_digits_add((seigr_span){a, 3}, (seigr_span){bad, 2},
                                      (seigr_buf){out, 3}, &n, &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(error.offset, 1);
    assert_int_equal(seigr_digits_subtract((seigr_span){a, 3},
                                           (seigr_span){a, 1}, (seigr_buf){0},
                                           &n, &error),
                     SEIGR_E_ROOM);
    assert_int_equal(n, 3);
    assert_int_equal(seigr_digits_add((seigr_span){NULL, 3}, (seigr_span){a, 1},
                                      (seigr_buf){0}, &n, &error),
                     SEIGR_E_INVAL);
    assert_ok(seigr_digits_add((seigr_span){NULL, 0}, (seigr_span){NULL, 0},
                               (seigr_buf){0}, &n, NULL));
    assert_int_equal(n, 0);
}

void test_senary_integer__digit_wise_undo(void **state)
{
    support_rng rng = {5};
    uint8_t a[100];
    uint8_t b[100];
    uint8_t out[100];
    uint8_t padded[100];
    size_t n;

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        size_t a_len = support_random(&rng) % 101;
        size_t b_len = support_random(&rng) % 101;
        size_t len = a_len > b_len ? a_len : b_len;

        for (size_t i = 0; i < 100; i++) {
            a[i] = (uint8_t)('0' + support_random(&rng) % 6);
            b[i] = (uint8_t)('0' + support_random(&rng) % 6);
        }
        memset(padded, '0', sizeof(padded));
        memcpy(padded + len - a_len, a, a_len);
        assert_ok(seigr_digits_subtract((seigr_span){a, a_len},
                                        (seigr_span){b, b_len},
                                        (seigr_buf){out, 100}, &n, NULL));
        assert_int_equal(n, len);
        assert_ok(seigr_digits_add((seigr_span){out, len},
                                   (seigr_span){b, b_len},
                                   (seigr_buf){out, len}, &n, NULL));
        assert_memory_equal(out, padded, len);
    }
}
