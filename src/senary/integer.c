/* SPDX-License-Identifier: MIT */
/*
 * integer.c - unsigned integers of any length in base 6 (FORMATS 1.5).
 *
 * What runs of limbs do is in limb.c and limb_multiply.c; this file keeps
 * their memory, and reads and writes digits, 24 at a time.
 *
 * Invariants:
 *   (1) The top limb is not zero: zero has no limbs. So every value has one
 *       form, and lengths compare before limbs do.
 *   (2) A call that can fail does so before it changes its output.
 */
#include "limb.h" /* seigr__limb */
#include "text.h" /* seigr__text_scalar, seigr__text_digits_only */

#include "base/alloc.h"   /* seigr__alloc */
#include "base/checked.h" /* seigr__mul_size */
#include "base/error.h"   /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define WORD_DIGITS 24u /* digits that a block's 64 bits hold for sure */

struct seigr_integer {
    const seigr_context *context;
    seigr__limb *limbs; /* NULL where room is 0 */
    size_t limb_count;
    size_t limb_room;
};

static seigr__limb *integer_limbs_new(const seigr_integer *owner, size_t count)
{
    size_t len;

    if (seigr__mul_size(count, sizeof(seigr__limb), &len) != 0)
        return NULL;
    return seigr__alloc(owner->context, len);
}

/* Make limbs, of this room, the value of an integer. */
static void integer_adopt(seigr_integer *integer, seigr__limb *limbs,
                          size_t count, size_t room)
{
    assert(limbs != NULL || count == 0);
    if (limbs != integer->limbs) {
        seigr__release(integer->context, integer->limbs);
        integer->limbs = limbs;
        integer->limb_room = room;
    }
    integer->limb_count = seigr__limbs_trim(limbs, count); /* (1) */
}

/* Room for count limbs, its own where it suffices; the value stays. NULL:
 * none to be had. Hand what was written to integer_adopt(). */
static seigr__limb *integer_room(const seigr_integer *integer, size_t count)
{
    assert(integer->limb_count <= integer->limb_room);
    if (count <= integer->limb_room)
        return integer->limbs;
    return integer_limbs_new(integer, count);
}

static int integer_no_memory(seigr_error *error)
{
    return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                       "no memory for an integer of this length");
}

int seigr_integer_new(const seigr_context *context, seigr_integer **out)
{
    seigr_integer *integer;

    if (context == NULL || context->allocator == NULL || out == NULL)
        return SEIGR_E_INVAL;
    integer = seigr__alloc(context, sizeof(*integer));
    if (integer == NULL)
        return SEIGR_E_NOMEM;
    integer->context = context;
    integer->limbs = NULL;
    integer->limb_count = 0;
    integer->limb_room = 0;
    *out = integer;
    return 0;
}

void seigr_integer_free(seigr_integer *integer)
{
    if (integer == NULL)
        return;
    seigr__release(integer->context, integer->limbs);
    seigr__release(integer->context, integer);
}

int seigr_integer_set_u64(seigr_integer *integer, uint64_t value)
{
    const size_t count_max = 64 / (SEIGR__LIMB_BITS - 2); /* of any value */
    seigr__limb *limbs;

    if (integer == NULL)
        return SEIGR_E_INVAL;
    limbs = integer_room(integer, count_max + 1);
    if (limbs == NULL)
        return SEIGR_E_NOMEM;
    for (size_t i = 0; i <= count_max; i++, value /= SEIGR__LIMB_BASE)
        limbs[i] = (seigr__limb)(value % SEIGR__LIMB_BASE);
    assert(value == 0);
    integer_adopt(integer, limbs, count_max + 1, count_max + 1);
    return 0;
}

/* --- Digits ----------------------------------------------------------- */

/* Limbs of WORD_DIGITS digits: one, or two where limbs are of 32 bits. */
#define WORD_LIMBS (WORD_DIGITS / SEIGR__LIMB_DIGITS)

/* Up to 24 good digits as a number: a block of 25 that begins with zeros. */
static uint64_t integer_get_word(const uint8_t *digits, size_t count)
{
    uint8_t block[BLOCK_DIGITS];
    uint8_t bytes[BLOCK_BYTES];
    uint64_t word = 0;
    size_t good;

    assert(count > 0 && count <= WORD_DIGITS);
    memset(block, '0', sizeof(block) - count);
    memcpy(block + sizeof(block) - count, digits, count);
    good = seigr__text_scalar.decode(block, 1, bytes);
    assert(good == 1); /* 6^24 < 2^64 */
    (void)good;
    for (size_t i = 0; i < sizeof(bytes); i++)
        word = word << 8 | bytes[i];
    return word;
}

/* The block of 25 digits of a number below 6^24. */
static void integer_put_word(uint64_t word, uint8_t block[BLOCK_DIGITS])
{
    uint8_t bytes[BLOCK_BYTES];

    for (size_t i = sizeof(bytes); i > 0; i--, word >>= 8)
        bytes[i - 1] = (uint8_t)word;
    seigr__text_scalar.encode(bytes, 1, block);
    assert(block[0] == '0');
}

/* Digits without leading zeros, or "0". */
static int integer_check_digits(seigr_span digits, seigr_error *error)
{
    assert(digits.ptr != NULL || digits.len == 0);
    if (digits.len == 0)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "an integer has at least one digit");
    if (seigr__text_digits_only(digits, error) != 0)
        return SEIGR_E_FORMAT;
    if (digits.ptr[0] == '0' && digits.len > 1)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "an integer has no leading zero");
    return 0;
}

int seigr_integer_decode(seigr_integer *integer, seigr_span digits,
                         seigr_error *error)
{
    size_t words = digits.len / WORD_DIGITS + (digits.len % WORD_DIGITS != 0);
    size_t count = words * WORD_LIMBS; /* below digits.len */
    size_t end = digits.len;
    seigr__limb *limbs;

    if (integer == NULL || (digits.ptr == NULL && digits.len != 0))
        return SEIGR_E_INVAL;
    if (integer_check_digits(digits, error) != 0)
        return SEIGR_E_FORMAT;
    limbs = integer_room(integer, count);
    if (limbs == NULL)
        return integer_no_memory(error);
    for (size_t i = 0; i < count;) {
        size_t n = end < WORD_DIGITS ? end : WORD_DIGITS;
        uint64_t word;

        end -= n;
        word = integer_get_word(digits.ptr + end, n);
        for (size_t k = 0; k < WORD_LIMBS; k++, word /= SEIGR__LIMB_BASE)
            limbs[i++] = (seigr__limb)(word % SEIGR__LIMB_BASE);
    }
    integer_adopt(integer, limbs, count, count);
    return 0;
}

/* The 24 digits from place 24 * index on, as a number. */
static uint64_t integer_word(const seigr_integer *integer, size_t index)
{
    size_t first = index * WORD_LIMBS;
    uint64_t word = 0;

    for (size_t i = first + WORD_LIMBS; i > first; i--)
        word = word * SEIGR__LIMB_BASE +
               (i <= integer->limb_count ? integer->limbs[i - 1] : 0);
    return word;
}

int seigr_integer_encode(const seigr_integer *integer, seigr_buf out,
                         size_t *len_out)
{
    uint8_t block[BLOCK_DIGITS];
    size_t words;
    size_t skip = 1; /* zeros in front of the first word's digits */
    uint8_t *p = out.ptr;

    if (integer == NULL || (out.ptr == NULL && out.len != 0) || len_out == NULL)
        return SEIGR_E_INVAL;
    words = (integer->limb_count + WORD_LIMBS - 1) / WORD_LIMBS;
    words = words == 0 ? 1 : words; /* zero is a digit too */
    integer_put_word(integer_word(integer, words - 1), block);
    while (skip < BLOCK_DIGITS - 1 && block[skip] == '0')
        skip++;
    *len_out = (words - 1) * WORD_DIGITS + BLOCK_DIGITS - skip;
    if (out.len < *len_out)
        return SEIGR_E_ROOM;
    for (;;) {
        memcpy(p, block + skip, BLOCK_DIGITS - skip);
        p += BLOCK_DIGITS - skip;
        skip = 1;
        if (--words == 0)
            return 0;
        integer_put_word(integer_word(integer, words - 1), block);
    }
}

/* --- Arithmetic ------------------------------------------------------- */

int seigr_integer_compare(const seigr_integer *a, const seigr_integer *b)
{
    assert(a != NULL && b != NULL);
    if (a->limb_count != b->limb_count) /* (1) */
        return a->limb_count < b->limb_count ? -1 : 1;
    return seigr__limbs_compare(a->limbs, b->limbs, a->limb_count);
}

int seigr_integer_add(const seigr_integer *a, const seigr_integer *b,
                      seigr_integer *out)
{
    seigr__limb *sum;
    size_t count;

    if (a == NULL || b == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (a->limb_count < b->limb_count) {
        const seigr_integer *more = b;

        b = a;
        a = more;
    }
    count = a->limb_count;
    sum = integer_room(out, count + 1);
    if (sum == NULL)
        return SEIGR_E_NOMEM;
    sum[count] =
        seigr__limbs_add(a->limbs, count, b->limbs, b->limb_count, sum);
    integer_adopt(out, sum, count + 1, count + 1);
    return 0;
}

int seigr_integer_subtract(const seigr_integer *a, const seigr_integer *b,
                           seigr_integer *out, seigr_error *error)
{
    seigr__limb *rest;
    size_t count;

    if (a == NULL || b == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (seigr_integer_compare(a, b) < 0)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "a larger integer cannot be subtracted");
    count = a->limb_count;
    if (count == 0) {
        out->limb_count = 0;
        return 0;
    }
    rest = integer_room(out, count);
    if (rest == NULL)
        return integer_no_memory(error);
    (void)seigr__limbs_subtract(a->limbs, count, b->limbs, b->limb_count, rest);
    integer_adopt(out, rest, count, count);
    return 0;
}

int seigr_integer_multiply(const seigr_integer *a, const seigr_integer *b,
                           seigr_integer *out)
{
    seigr__limb *product;
    seigr__limb *scratch = NULL;
    size_t count;
    size_t scratch_count;

    if (a == NULL || b == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (a->limb_count == 0 || b->limb_count == 0) {
        out->limb_count = 0;
        return 0;
    }
    if (a->limb_count < b->limb_count) {
        const seigr_integer *more = b;

        b = a;
        a = more;
    }
    count = a->limb_count + b->limb_count;
    scratch_count = seigr__limbs_multiply_scratch(a->limb_count, b->limb_count);
    product = integer_limbs_new(out, count);
    if (scratch_count != 0)
        scratch = integer_limbs_new(out, scratch_count);
    if (product == NULL || (scratch_count != 0 && scratch == NULL)) {
        seigr__release(out->context, product);
        seigr__release(out->context, scratch);
        return SEIGR_E_NOMEM;
    }
    seigr__limbs_multiply(a->limbs, a->limb_count, b->limbs, b->limb_count,
                          product, scratch);
    seigr__release(out->context, scratch);
    integer_adopt(out, product, count, count);
    return 0;
}

/* A copy with extra zero limbs above, in owner's memory. */
static seigr__limb *integer_copy(const seigr_integer *from, size_t extra,
                                 const seigr_integer *owner)
{
    size_t count = from->limb_count;
    seigr__limb *copy = integer_limbs_new(owner, count + extra);

    assert(count > 0);
    if (copy == NULL)
        return NULL;
    if (count != 0)
        memcpy(copy, from->limbs, count * sizeof(*copy));
    memset(copy + count, 0, extra * sizeof(*copy));
    return copy;
}

/* Divide where a has at least b's limbs. */
static int integer_divide_long(const seigr_integer *a, const seigr_integer *b,
                               seigr_integer *quotient,
                               seigr_integer *remainder, seigr_error *error)
{
    seigr_integer *q_owner = quotient != NULL ? quotient : remainder;
    seigr_integer *u_owner = remainder != NULL ? remainder : quotient;
    size_t u_count = a->limb_count;
    size_t v_count = b->limb_count;
    size_t q_count = u_count - v_count + 1;
    seigr__limb *u = integer_copy(a, 1, u_owner);
    seigr__limb *v = integer_copy(b, 0, u_owner);
    seigr__limb *q = integer_limbs_new(q_owner, q_count);
    int err = 0;

    assert(v_count > 0 && u_count >= v_count);
    if (u == NULL || v == NULL || q == NULL) {
        err = integer_no_memory(error);
        goto done;
    }
    seigr__limbs_divide(u, u_count, v, v_count, q);
    if (quotient != NULL) {
        integer_adopt(quotient, q, q_count, q_count);
        q = NULL;
    }
    if (remainder != NULL) {
        integer_adopt(remainder, u, v_count, u_count + 1);
        u = NULL;
    }
done:
    seigr__release(u_owner->context, u);
    seigr__release(u_owner->context, v);
    seigr__release(q_owner->context, q);
    return err;
}

int seigr_integer_divide(const seigr_integer *a, const seigr_integer *b,
                         seigr_integer *quotient, seigr_integer *remainder,
                         seigr_error *error)
{
    if (a == NULL || b == NULL || (quotient == NULL && remainder == NULL) ||
        quotient == remainder)
        return SEIGR_E_INVAL;
    if (b->limb_count == 0)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "nothing can be divided by zero");
    if (a->limb_count >= b->limb_count)
        return integer_divide_long(a, b, quotient, remainder, error);
    if (remainder != NULL && remainder != a) {
        seigr__limb *copy = integer_room(remainder, a->limb_count);

        if (copy == NULL && a->limb_count != 0)
            return integer_no_memory(error);
        if (a->limb_count != 0)
            memmove(copy, a->limbs, a->limb_count * sizeof(*copy));
        integer_adopt(remainder, copy, a->limb_count, a->limb_count);
    }
    if (quotient != NULL)
        quotient->limb_count = 0;
    return 0;
}
