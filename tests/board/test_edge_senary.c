/* SPDX-License-Identifier: MIT */
/* What only the profile edge has of senary. */
#include "harness.h"

#include "seigr/senary.h"
#include "seigr/sys/arena.h"

static const seigr_buf whole_room = {support_room_bytes,
                                     sizeof(support_room_bytes)};

static seigr_span written(size_t len)
{
    return (seigr_span){support_room_bytes, len};
}

void test_board_edge_senary__cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_cells_case_count; i++) {
        const struct senary_cells_case *c = &senary_cells_cases[i];
        size_t len = 0;

        support_check(seigr_cells_encode(c->hex, 0, whole_room, &len) == 0,
                      "senary_cells", i);
        support_check(support_equal(written(len), c->cells), "senary_cells", i);
        support_check(seigr_cells_decode(c->cells, 0, whole_room, &len, NULL) ==
                          0,
                      "senary_cells", i);
        support_check(support_equal(written(len), c->hex), "senary_cells", i);
    }
    support_count("senary_cells", senary_cells_case_count);
}

void test_board_edge_senary__packed(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_packed_case_count; i++) {
        const struct senary_packed_case *c = &senary_packed_cases[i];
        size_t len = 0;

        support_check(seigr_packed_encode(c->digits, whole_room, &len, NULL) ==
                          0,
                      "senary_packed", i);
        support_check(support_equal(written(len), c->hex), "senary_packed", i);
        support_check(seigr_packed_decode(c->hex, c->digits.len, whole_room,
                                          &len, NULL) == 0,
                      "senary_packed", i);
        support_check(support_equal(written(len), c->digits), "senary_packed",
                      i);
    }
    support_count("senary_packed", senary_packed_case_count);
}

void test_board_edge_senary__bad_packed_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_packed_invalid_case_count; i++) {
        const struct senary_packed_invalid_case *c =
            &senary_packed_invalid_cases[i];
        size_t len;
        const int refused =
            seigr_packed_decode(c->hex, 3 * c->hex.len, whole_room, &len,
                                NULL) == SEIGR_E_FORMAT;

        support_check(refused == (int)c->refused, "senary_packed_invalid", i);
    }
    support_count("senary_packed_invalid", senary_packed_invalid_case_count);
}

/* Whether an integer is written as these digits. */
static int is(const seigr_integer *integer, seigr_span digits)
{
    size_t len = 0;

    return seigr_integer_encode(integer, whole_room, &len) == 0 &&
           support_equal(written(len), digits);
}

static void check_integers(const struct senary_integers_case *c,
                           seigr_integer *const n[4], size_t i)
{
    int err;

    support_check(seigr_integer_decode(n[0], c->a, NULL) == 0, "integers", i);
    support_check(seigr_integer_decode(n[1], c->b, NULL) == 0, "integers", i);
    support_check(seigr_integer_add(n[0], n[1], n[2]) == 0 && is(n[2], c->sum),
                  "integers", i);
    support_check(seigr_integer_multiply(n[0], n[1], n[2]) == 0 &&
                      is(n[2], c->product),
                  "integers", i);
    err = seigr_integer_divide(n[0], n[1], n[2], n[3], NULL);
    support_check(c->quotient.len == 0 ? err == SEIGR_E_LIMIT
                                       : err == 0 && is(n[2], c->quotient) &&
                                             is(n[3], c->remainder),
                  "integers", i);
    err = seigr_integer_subtract(n[0], n[1], n[2], NULL);
    support_check(c->difference.len == 0 ? err == SEIGR_E_LIMIT
                                         : err == 0 && is(n[2], c->difference),
                  "integers", i);
}

void test_board_edge_senary__integers(void **state)
{
    static uint8_t memory[32768];
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_integer *n[4] = {NULL, NULL, NULL, NULL};
    seigr_arena *arena;
    size_t before;

    (void)state;
    support_check(seigr_arena_init(memory, sizeof(memory), &arena) == 0,
                  "integers", 0);
    before = seigr_arena_used(arena);
    context.allocator = seigr_arena_allocator(arena);
    for (size_t i = 0; i < 4; i++)
        support_check(seigr_integer_new(&context, &n[i]) == 0, "integers", i);
    for (size_t i = 0; i < senary_integers_case_count; i++)
        check_integers(&senary_integers_cases[i], n, i);
    for (size_t i = 0; i < 4; i++)
        seigr_integer_free(n[i]);
    support_check(seigr_arena_used(arena) == before, "integers", 0);
    support_count("senary_integers", senary_integers_case_count);
}

void test_board_edge_senary__digit_sums(void **state)
{
    (void)state;
    for (size_t i = 0; i < digit_sums_case_count; i++) {
        const struct digit_sums_case *c = &digit_sums_cases[i];
        size_t len = 0;

        support_check(seigr_digits_add(c->a, c->b, whole_room, &len, NULL) ==
                              0 &&
                          support_equal(written(len), c->digit_add),
                      "digit_add", i);
        support_check(
            seigr_digits_subtract(c->a, c->b, whole_room, &len, NULL) == 0 &&
                support_equal(written(len), c->digit_sub),
            "digit_sub", i);
    }
    support_count("digit_sums", digit_sums_case_count);
}
