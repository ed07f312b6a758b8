/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <string.h>

/* All of text, shown. */
static const char *escape_all(const char *text, size_t len, uint32_t flags)
{
    static char shown[4096];
    seigr_span left = {(const uint8_t *)text, len};
    char step[SEIGR_ESCAPE_LEN];
    size_t at = 0;
    size_t n;

    while ((n = seigr_escape_step(&left, flags, step)) > 0) {
        assert_true(n <= SEIGR_ESCAPE_LEN && at + n < sizeof(shown));
        memcpy(shown + at, step, n);
        at += n;
    }
    assert_int_equal(left.len, 0);
    shown[at] = '\0';
    return shown;
}

static void escape_is(const char *text, const char *shown)
{
    assert_string_equal(escape_all(text, strlen(text), 0), shown);
}

void test_base_escape__what_can_be_seen_stays(void **state)
{
    (void)state;
    escape_is("", "");
    escape_is("a name \"of\" C:\\x ~", "a name \"of\" C:\\x ~");
    escape_is("\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\xb1\xc2\xa0",
              "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\xb1\xc2\xa0");
}

void test_base_escape__what_acts_does_not(void **state)
{
    (void)state;
    escape_is("\x1b[31m\n\t\r\x7f", "\\u{1b}[31m\\u{a}\\u{9}\\u{d}\\u{7f}");
    assert_string_equal(escape_all("a\0b", 3, 0), "a\\u{0}b");
    escape_is("\xc2\x9b\xc2\x80\xc2\xad", "\\u{9b}\\u{80}\\u{ad}");
    escape_is("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xef\xbb\xbf\xd8\x9c",
              "\\u{202e}\\u{2066}\\u{2028}\\u{feff}\\u{61c}");
    escape_is("\xf3\xa0\x80\x81", "\\u{e0001}");
}

void test_base_escape__bytes_that_are_no_text(void **state)
{
    (void)state;
    escape_is("\x80\xff", "\\x{80}\\x{ff}");
    escape_is("\xc3", "\\x{c3}");
    escape_is("\xc3(", "\\x{c3}(");
    escape_is("\xe2\x82", "\\x{e2}\\x{82}");
    escape_is("\xc0\x9b\x1b", "\\x{c0}\\x{9b}\\u{1b}"); /* overlong ESC */
    escape_is("\xed\xa0\x80", "\\x{ed}\\x{a0}\\x{80}"); /* a surrogate */
    escape_is("\xf4\x90\x80\x80", "\\x{f4}\\x{90}\\x{80}\\x{80}");
}

void test_base_escape__quoted(void **state)
{
    (void)state;
    assert_string_equal(escape_all("\"a\\b\"\n", 6, SEIGR_ESCAPE_QUOTED),
                        "\\\"a\\\\b\\\"\\u{a}");
}

/* Whatever comes in, no byte comes out that a terminal acts on. */
void test_base_escape__any_bytes(void **state)
{
    support_rng rng = {9};

    (void)state;
    for (int i = 0; i < 2000; i++) {
        char text[64];
        const char *shown;

        support_random_bytes(&rng, (uint8_t *)text, sizeof(text));
        shown = escape_all(text, sizeof(text), (uint32_t)i & 1);
        for (; *shown != '\0'; shown++)
            assert_true((uint8_t)*shown >= 0x20 && *shown != 0x7f);
    }
}
