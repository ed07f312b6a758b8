/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/error.h"

#include <string.h>

void test_base_error__every_code_has_a_sentence(void **state)
{
    (void)state;
    for (int code = 0; code >= SEIGR_E_MISMATCH; code--)
        assert_string_not_equal(seigr_strerror(code), "unknown status code");
    assert_string_equal(seigr_strerror(1), "unknown status code");
    assert_string_equal(seigr_strerror(SEIGR_E_MISMATCH - 1),
                        "unknown status code");
    assert_string_equal(seigr_strerror(INT32_MIN), "unknown status code");
}

void test_base_error__formats_every_conversion(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    assert_int_equal(seigr__fail(&error, SEIGR_E_FORMAT, 7,
                                 "%s %c %d %d %u %zu %llu %x "
                                 "%02x %%",
                                 "text", 'c', -2147483647 - 1, 5, 4294967295u,
                                 (size_t)9, 18446744073709551615ull, 0xabcu,
                                 7u),
                     SEIGR_E_FORMAT);
    assert_int_equal(error.code, SEIGR_E_FORMAT);
    assert_int_equal(error.offset, 7);
    assert_string_equal(error.text, "text c -2147483648 5 4294967295 9 "
                                    "18446744073709551615 abc 07 %");
}

void test_base_error__long_text_is_cut_and_ended(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;
    char text[1000];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)seigr__fail(&error, SEIGR_E_IO, SEIGR_NO_OFFSET, "%s", text);
    assert_int_equal(strlen(error.text), SEIGR_ERROR_TEXT_LEN - 1);
}

void test_base_error__nobody_looks(void **state)
{
    (void)state;
    assert_int_equal(seigr__fail(NULL, SEIGR_E_IO, 0, "%s", "text"),
                     SEIGR_E_IO);
    seigr__error_shift(NULL, 3);
}

void test_base_error__formats_into_room(void **state)
{
    char text[8] = "xxxxxxx";

    (void)state;
    assert_int_equal(seigr__format(text, sizeof(text), "%u-%s", 12u, "ab"), 5);
    assert_string_equal(text, "12-ab");
    assert_int_equal(seigr__format(text, sizeof(text), "%s", "0123456789"), 7);
    assert_string_equal(text, "0123456");
    assert_int_equal(seigr__format(text, 1, "%u", 7u), 0);
    assert_string_equal(text, "");
}
