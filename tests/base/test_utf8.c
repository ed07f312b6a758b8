/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/utf8.h"

#include <string.h>

/* The definition, code point by code point (RFC 3629, section 3). */
static size_t utf8_encode(uint32_t point, uint8_t out[4])
{
    if (point < 0x80) {
        out[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (uint8_t)(0xc0 | point >> 6);
        out[1] = (uint8_t)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (uint8_t)(0xe0 | point >> 12);
        out[1] = (uint8_t)(0x80 | (point >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (point & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | point >> 18);
    out[1] = (uint8_t)(0x80 | (point >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (point >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (point & 63));
    return 4;
}

void test_base_utf8__every_code_point_and_no_surrogate(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x120000; point++) {
        uint8_t text[4];
        const size_t len = utf8_encode(point, text);
        const int valid =
            point < 0xd800 || (point > 0xdfff && point < 0x110000);

        assert_int_equal(seigr__utf8_check((seigr_span){text, len}),
                         valid ? len : 0);
        assert_int_equal(seigr__utf8_check((seigr_span){text, len - 1}), 0);
    }
}

/* Of all strings of one and two bytes, and of three with a lead byte, as many
 * are valid as there are code points: overlong forms are out. */
void test_base_utf8__nothing_else_is_valid(void **state)
{
    size_t two = 0;
    size_t three = 0;

    (void)state;
    for (unsigned a = 0x80; a < 0x100; a++) {
        for (unsigned b = 0; b < 0x100; b++) {
            uint8_t text[3] = {(uint8_t)a, (uint8_t)b, 0};

            two += seigr__utf8_check((seigr_span){text, 2}) == 2;
            for (unsigned c = 0x80; c < 0x100; c++) {
                text[2] = (uint8_t)c;
                three += seigr__utf8_check((seigr_span){text, 3}) == 3;
            }
        }
    }
    assert_int_equal(two, 0x800 - 0x80);
    assert_int_equal(three, 0x10000 - 0x800 - 0x800);
}

void test_base_utf8__names_the_first_bad_byte(void **state)
{
    char text[64];

    (void)state;
    memset(text, 'a', sizeof(text));
    for (size_t at = 0; at < sizeof(text); at++) {
        text[at] = (char)0xff;
        assert_int_equal(seigr__utf8_check(
                             (seigr_span){(const uint8_t *)text, sizeof(text)}),
                         at);
        text[at] = 'a';
    }
    assert_int_equal(seigr__utf8_check((seigr_span){NULL, 0}), 0);
}
