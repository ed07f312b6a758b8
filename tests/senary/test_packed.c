/* SPDX-License-Identifier: MIT */
/*
 * Packed digits: golden cases and everything that is refused.
 */
#include "support.h"

#include "seigr/senary.h"

#include <stdlib.h>
#include <string.h>

static void packed_check_pair(const char *digits, seigr_span packed)
{
    size_t count = strlen(digits);
    uint8_t *out = malloc(count + 1);
    seigr_span text = {(const uint8_t *)digits, count};
    size_t n = 0;

    assert_int_equal(SEIGR_PACKED_LEN(count), packed.len);
    assert_ok(
        seigr_packed_encode(text, (seigr_buf){out, packed.len}, &n, NULL));
    assert_int_equal(n, packed.len);
    assert_memory_equal(out, packed.ptr, n);
    assert_ok(
        seigr_packed_decode(packed, count, (seigr_buf){out, count}, &n, NULL));
    assert_int_equal(n, count);
    assert_memory_equal(out, digits, n);
    free(out);
}

/* The offset at which bytes are refused. */
static uint64_t packed_refused_at(seigr_span packed, size_t digit_count)
{
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t out[64];
    size_t n = 77;

    assert_true(digit_count <= sizeof(out));
    assert_int_equal(seigr_packed_decode(packed, digit_count,
                                         (seigr_buf){out, sizeof(out)}, &n,
                                         &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(n, 77);
    assert_true(strlen(error.text) > 0);
    return error.offset;
}

void test_senary_packed__golden(void **state)
{
    json_t *json = support_golden("senary_packed.json");
    const json_t *one;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(json, "valid"), i, one)
        packed_check_pair(support_string(one, "digits"),
                          support_hex_of(one, "hex"));
    support_count("senary_packed.valid", i);
    json_array_foreach(json_object_get(json, "invalid_hex"), i, one)
    {
        seigr_span packed = support_hex(json_string_value(one));

        for (size_t cut = 0; cut < 3; cut++)
            packed_refused_at(packed, packed.len * 3 - cut);
    }
    support_count("senary_packed.invalid", i);
    json_decref(json);
}

void test_senary_packed__every_byte(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t bytes[2] = {(uint8_t)byte, 0};
        char digits[4] = {(char)('0' + byte / 36), (char)('0' + byte / 6 % 6),
                          (char)('0' + byte % 6), '\0'};

        for (size_t count = 1; count <= 3; count++) {
            static const unsigned unit[] = {1, 36, 6, 1};
            seigr_span packed = {bytes, 1};

            if (byte < 216 && byte % unit[count] == 0) {
                char digit = digits[count];

                digits[count] = '\0';
                packed_check_pair(digits, packed);
                digits[count] = digit;
            } else {
                assert_int_equal(packed_refused_at(packed, count), 0);
            }
        }
        if (byte >= 216) {
            bytes[1] = bytes[0];
            bytes[0] = 0;
            assert_int_equal(packed_refused_at((seigr_span){bytes, 2}, 6), 1);
        }
    }
}

void test_senary_packed__wrong_lengths(void **state)
{
    const uint8_t zeros[8] = {0};

    (void)state;
    for (size_t len = 0; len <= 8; len++)
        for (size_t count = 0; count <= 24; count++) {
            size_t need = (count + 2) / 3;

            if (need != len)
                assert_int_equal(
                    packed_refused_at((seigr_span){zeros, len}, count),
                    len < need ? len : need);
        }
}

void test_senary_packed__no_digit_anywhere(void **state)
{
    (void)state;
    for (size_t at = 0; at < 8; at++)
        for (unsigned c = 0; c < 256; c++) {
            uint8_t digits[8];
            uint8_t out[3];
            size_t n;
            seigr_error error = SEIGR_ERROR_INIT;
            int good = c >= '0' && c <= '5';

            memset(digits, '5', sizeof(digits));
            digits[at] = (uint8_t)c;
            assert_int_equal(seigr_packed_encode((seigr_span){digits, 8},
                                                 (seigr_buf){out, 3}, &n,
                                                 &error),
                             good ? 0 : SEIGR_E_FORMAT);
            if (!good)
                assert_int_equal(error.offset, at);
        }
}

void test_senary_packed__room(void **state)
{
    const uint8_t digits[4] = {'1', '2', '3', '4'};
    uint8_t out[4];
    size_t n = 0;

    (void)state;
    assert_int_equal(
        seigr_packed_encode((seigr_span){digits, 4}, (seigr_buf){0}, &n, NULL),
        SEIGR_E_ROOM);
    assert_int_equal(n, 2);
    assert_ok(seigr_packed_encode((seigr_span){digits, 4}, (seigr_buf){out, 2},
                                  &n, NULL));
    assert_int_equal(
        seigr_packed_decode((seigr_span){out, 2}, 4, (seigr_buf){0}, &n, NULL),
        SEIGR_E_ROOM);
    assert_int_equal(n, 4);
    assert_int_equal(
        seigr_packed_decode((seigr_span){NULL, 2}, 4, (seigr_buf){0}, &n, NULL),
        SEIGR_E_INVAL);
}
