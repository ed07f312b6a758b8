/* SPDX-License-Identifier: MIT */
/*
 * digits.c - addition and subtraction place by place modulo 6, without carry
 * (FORMATS 1.5).
 *
 * Invariants:
 *   (1) Both operands are checked whole before the first digit is written.
 *   (2) Place i of out depends on place i of the longer operand only, so out
 *       may lie where the longer lies.
 */
#include "text.h" /* seigr__text_digits_only, seigr__text_bad_args */

#include <assert.h> /* assert */

/* The digit of x in 0..11. */
static uint8_t digits_of(unsigned x)
{
    assert(x < 12);
    return (uint8_t)('0' + (x < 6 ? x : x - 6));
}

/* Places where only b stands and is subtracted from zeros. */
static void digits_negate(const uint8_t *b, size_t count, uint8_t *out)
{
    assert((b != NULL && out != NULL) || count == 0);
    for (size_t i = 0; i < count; i++)
        out[i] = digits_of(6u - (unsigned)(b[i] - '0'));
}

static void digits_copy(const uint8_t *a, size_t count, uint8_t *out)
{
    assert((a != NULL && out != NULL) || count == 0);
    for (size_t i = 0; i < count; i++)
        out[i] = a[i];
}

static int digits_check(seigr_span a, seigr_span b, seigr_buf out,
                        size_t *len_out, seigr_error *error)
{
    size_t need = a.len > b.len ? a.len : b.len;

    if (seigr__text_bad_args(a, out, len_out) ||
        seigr__text_bad_args(b, out, len_out))
        return SEIGR_E_INVAL;
    if (seigr__text_digits_only(a, error) != 0 ||
        seigr__text_digits_only(b, error) != 0)
        return SEIGR_E_FORMAT; /* (1) */
    *len_out = need;
    return out.len < need ? SEIGR_E_ROOM : 0;
}

int seigr_digits_add(seigr_span a, seigr_span b, seigr_buf out, size_t *len_out,
                     seigr_error *error)
{
    seigr_span more = a.len > b.len ? a : b;
    seigr_span less = a.len > b.len ? b : a;
    size_t pad = more.len - less.len;
    int err = digits_check(a, b, out, len_out, error);

    if (err != 0)
        return err;
    digits_copy(more.ptr, pad, out.ptr);
    for (size_t i = 0; i < less.len; i++)
        out.ptr[pad + i] =
            digits_of((unsigned)(more.ptr[pad + i] + less.ptr[i] - 2 * '0'));
    return 0;
}

int seigr_digits_subtract(seigr_span a, seigr_span b, seigr_buf out,
                          size_t *len_out, seigr_error *error)
{
    size_t a_pad = b.len > a.len ? b.len - a.len : 0;
    size_t b_pad = a.len > b.len ? a.len - b.len : 0;
    int err = digits_check(a, b, out, len_out, error);

    if (err != 0)
        return err;
    digits_negate(b.ptr, a_pad, out.ptr);
    digits_copy(a.ptr, b_pad, out.ptr);
    for (size_t i = a_pad + b_pad; i < *len_out; i++)
        out.ptr[i] =
            digits_of(6u + a.ptr[i - a_pad] - (unsigned)b.ptr[i - b_pad]);
    return 0;
}
