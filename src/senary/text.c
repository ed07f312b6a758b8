/* SPDX-License-Identifier: MIT */
/*
 * text.c - bytes as digits '0' to '5' and back (FORMATS 1.1), all at once.
 *
 * It does not choose how full blocks are converted (text_path_*.c), keeps
 * nothing between calls (text_stream.c), and knows no check digits (check.c).
 *
 * Invariants:
 *   (1) A path only says that something in a run of blocks is bad. What it
 *       is, and at which offset, is found in one place,
 *       seigr__text_refuse(), so that every path refuses alike.
 *   (2) Sizes are compared by dividing, never by a product that could wrap.
 */
#include "text.h" /* seigr__text_path */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memmove */

size_t seigr__text_block_digits(size_t byte_count)
{
    return byte_count == 0 ? 0 : 3 * byte_count + 1;
}

size_t seigr__text_block_bytes(size_t digit_count)
{
    if (digit_count == 0)
        return 0;
    if (digit_count < 4 || digit_count % 3 != 1)
        return BLOCK_BYTES + 1;
    return digit_count / 3;
}

void seigr__text_encode_block(const uint8_t *bytes, size_t byte_count,
                              uint8_t *digits)
{
    uint64_t v = 0;

    assert(byte_count <= BLOCK_BYTES);
    for (size_t i = 0; i < byte_count; i++)
        v = v << 8 | bytes[i];
    for (size_t i = seigr__text_block_digits(byte_count); i > 0; i--, v /= 6)
        digits[i - 1] = (uint8_t)('0' + v % 6);
}

size_t seigr__text_excess(const uint8_t *digits, size_t digit_count,
                          size_t byte_count)
{
    static const uint8_t ones[BLOCK_BYTES] = {0xff, 0xff, 0xff, 0xff,
                                              0xff, 0xff, 0xff, 0xff};
    uint8_t largest[BLOCK_DIGITS];

    assert(digit_count <= seigr__text_block_digits(byte_count));
    seigr__text_encode_block(ones, byte_count, largest);
    for (size_t i = 0; i < digit_count; i++) {
        if (digits[i] > largest[i])
            return i;
        if (digits[i] < largest[i])
            break;
    }
    return digit_count;
}

int seigr__text_refuse_char(uint8_t c, uint64_t offset, seigr_error *error)
{
    if (c > ' ' && c < 0x7f)
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "'%c' is no senary digit: only 0 to 5 are", c);
    return seigr__fail(error, SEIGR_E_FORMAT, offset,
                       "byte 0x%02x is no senary digit: only 0 to 5 are", c);
}

/* Whether something in a run is no digit: without a branch in the loop, so
 * that the compiler can look at many at once. */
static int text_has_other(const uint8_t *digits, size_t count)
{
    uint8_t most = 0;

    assert(digits != NULL || count == 0);
    for (size_t i = 0; i < count; i++) {
        uint8_t digit = (uint8_t)(digits[i] - '0');

        most = digit > most ? digit : most;
    }
    return most > 5;
}

int seigr__text_digits_only(seigr_span digits, seigr_error *error)
{
    if (!text_has_other(digits.ptr, digits.len))
        return 0;
    for (size_t i = 0;; i++) {
        assert(i < digits.len);
        if (digits.ptr[i] < '0' || digits.ptr[i] > '5')
            return seigr__text_refuse_char(digits.ptr[i], i, error);
    }
}

/* Say what is wrong in one block, the last perhaps. */
static int text_refuse_block(const uint8_t *digits, size_t digit_count,
                             uint64_t offset, seigr_error *error)
{
    size_t byte_count = seigr__text_block_bytes(digit_count);
    size_t at;

    assert(digit_count > 0);
    for (at = 0; at < digit_count; at++)
        if (digits[at] < '0' || digits[at] > '5')
            return seigr__text_refuse_char(digits[at], offset + at, error);
    if (byte_count > BLOCK_BYTES)
        return seigr__fail(error, SEIGR_E_FORMAT, offset + digit_count,
                           "the last block has %zu digits: 4, 7, 10, 13, 16, "
                           "19, 22 or 25 would be whole",
                           digit_count);
    at = seigr__text_excess(digits, digit_count, byte_count);
    if (at == digit_count)
        return 0;
    return seigr__fail(error, SEIGR_E_FORMAT, offset + at,
                       "a block of %zu digits is more than %zu bytes hold",
                       digit_count, byte_count);
}

int seigr__text_refuse(const uint8_t *digits, size_t digit_count,
                       uint64_t offset, seigr_error *error)
{
    int err = 0;

    for (size_t at = 0; err == 0 && at < digit_count; at += BLOCK_DIGITS) {
        size_t n = digit_count - at;

        if (n > BLOCK_DIGITS)
            n = BLOCK_DIGITS;
        err = text_refuse_block(digits + at, n, offset + at, error);
    }
    return err;
}

void seigr__text_decode_tail(const uint8_t *digits, size_t digit_count,
                             uint8_t *bytes)
{
    uint64_t v = 0;

    assert(digits != NULL && bytes != NULL);
    for (size_t i = 0; i < digit_count; i++)
        v = v * 6 + (uint64_t)(digits[i] - '0');
    for (size_t i = seigr__text_block_bytes(digit_count); i > 0; i--, v >>= 8)
        bytes[i - 1] = (uint8_t)v;
}

int seigr__text_bad_args(seigr_span in, seigr_buf out, const void *len_out)
{
    return (in.ptr == NULL && in.len != 0) ||
           (out.ptr == NULL && out.len != 0) || len_out == NULL;
}

int seigr_senary_encode(seigr_span bytes, seigr_buf out, size_t *len_out)
{
    size_t blocks = bytes.len / BLOCK_BYTES;
    size_t tail = bytes.len % BLOCK_BYTES;
    size_t need;

    if (seigr__text_bad_args(bytes, out, len_out))
        return SEIGR_E_INVAL;
    if (blocks >= SIZE_MAX / BLOCK_DIGITS)
        return SEIGR_E_LIMIT; /* (2) */
    need = blocks * BLOCK_DIGITS + seigr__text_block_digits(tail);
    if (out.len < need) {
        *len_out = need;
        return SEIGR_E_ROOM;
    }
    if (blocks != 0)
        seigr__text_path_at(0)->encode(bytes.ptr, blocks, out.ptr);
    if (tail != 0)
        seigr__text_encode_block(bytes.ptr + blocks * BLOCK_BYTES, tail,
                                 out.ptr + blocks * BLOCK_DIGITS);
    *len_out = need;
    return 0;
}

int seigr_senary_decode(seigr_span digits, seigr_buf out, size_t *len_out,
                        seigr_error *error)
{
    size_t blocks = digits.len / BLOCK_DIGITS;
    size_t tail = digits.len % BLOCK_DIGITS;
    size_t tail_bytes = seigr__text_block_bytes(tail);
    size_t need = blocks * BLOCK_BYTES + tail_bytes;
    size_t good = 0;

    if (seigr__text_bad_args(digits, out, len_out))
        return SEIGR_E_INVAL;
    if (tail_bytes <= BLOCK_BYTES) {
        if (out.len < need) {
            *len_out = need;
            return SEIGR_E_ROOM;
        }
        if (blocks != 0)
            good = seigr__text_path_at(0)->decode(digits.ptr, blocks, out.ptr);
    }
    good *= BLOCK_DIGITS;
    if (good < digits.len &&
        seigr__text_refuse(digits.ptr + good, digits.len - good, good, error))
        return SEIGR_E_FORMAT; /* (1) */
    if (tail != 0)
        seigr__text_decode_tail(digits.ptr + good, tail,
                                out.ptr + blocks * BLOCK_BYTES);
    *len_out = need;
    return 0;
}

const char *seigr_senary_path(void)
{
    return seigr__text_path_at(0)->name;
}
