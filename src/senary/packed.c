/* SPDX-License-Identifier: MIT */
/*
 * packed.c - three digits to a byte (FORMATS 1.3).
 *
 *     byte = d0 * 36 + d1 * 6 + d2, at most 215
 *
 * It does not keep the count of digits: that travels beside the bytes.
 */
#include "text.h" /* seigr__text_refuse_char, seigr__text_bad_args */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */

#define SYMBOL_COUNT 216u /* 6^3 */

int seigr_packed_encode(seigr_span digits, seigr_buf out, size_t *len_out,
                        seigr_error *error)
{
    size_t need = SEIGR_PACKED_LEN(digits.len);

    if (seigr__text_bad_args(digits, out, len_out))
        return SEIGR_E_INVAL;
    if (out.len < need) {
        *len_out = need;
        return SEIGR_E_ROOM;
    }
    for (size_t i = 0, at = 0; i < need; i++) {
        unsigned byte = 0;

        for (unsigned k = 0; k < 3; k++, at++) {
            unsigned digit = 0;

            if (at < digits.len)
                digit = (unsigned)digits.ptr[at] - '0';
            if (digit > 5)
                return seigr__text_refuse_char(digits.ptr[at], at, error);
            byte = byte * 6 + digit;
        }
        assert(byte < SYMBOL_COUNT);
        out.ptr[i] = (uint8_t)byte;
    }
    *len_out = need;
    return 0;
}

int seigr_packed_decode(seigr_span packed, size_t digit_count, seigr_buf out,
                        size_t *len_out, seigr_error *error)
{
    size_t need = SEIGR_PACKED_LEN(digit_count);

    if (seigr__text_bad_args(packed, out, len_out))
        return SEIGR_E_INVAL;
    if (packed.len != need)
        return seigr__fail(error, SEIGR_E_FORMAT,
                           packed.len < need ? packed.len : need,
                           "%zu digits are packed in %zu bytes, here are %zu",
                           digit_count, need, packed.len);
    if (out.len < digit_count) {
        *len_out = digit_count;
        return SEIGR_E_ROOM;
    }
    for (size_t i = 0, at = 0; i < need; i++) {
        unsigned byte = packed.ptr[i];

        if (byte >= SYMBOL_COUNT)
            return seigr__fail(error, SEIGR_E_FORMAT, i,
                               "byte 0x%02x holds no three digits: 0xd7 is "
                               "the largest",
                               byte);
        for (unsigned unit = 36; unit != 0; unit /= 6, at++) {
            if (at < digit_count)
                out.ptr[at] = (uint8_t)('0' + byte / unit % 6);
            else if (byte / unit % 6 != 0)
                return seigr__fail(error, SEIGR_E_FORMAT, i,
                                   "the fill behind digit %zu is not zero",
                                   digit_count);
        }
    }
    *len_out = digit_count;
    return 0;
}
