/* SPDX-License-Identifier: MIT */
/*
 * The roots file: what is read, and each refusal with its line and column.
 */
#include "trust_help.h"

#include "seigr/senary.h"
#include "seigr/trust.h"

#include <stdio.h>
#include <string.h>

#define ROOTS_KEY "did:key:z6MkkbNLrAqijnhVjej6tnw48uketsC49QmPn8qWPiBc5W7t"

void test_trust_roots__lines(void **state)
{
    char address[SEIGR_ADDRESS_LEN + 1];
    char text[1024];
    seigr_anchor anchors[4];
    seigr_public_key key;
    size_t count = 0;

    (void)state;
    assert_ok(seigr_did_key_decode(help_text(ROOTS_KEY), &key, NULL));
    seigr_address_encode_key(&key, address);
    (void)snprintf(text, sizeof(text),
                   "# who I trust\n\n" ROOTS_KEY "\n"
                   "\t%s run,accept 800  # a relay\r\n"
                   "   \n" ROOTS_KEY " all\n" ROOTS_KEY " boot 1",
                   address);
    assert_ok(seigr_roots_read(help_text(text), anchors, 4, &count, NULL));
    assert_int_equal(count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_memory_equal(&anchors[i].key, &key, sizeof(key));
    assert_int_equal(anchors[0].scope, SEIGR_SCOPE_ALL);
    assert_int_equal(anchors[0].weight, 1000);
    assert_int_equal(anchors[1].scope, SEIGR_SCOPE_RUN | SEIGR_SCOPE_ACCEPT);
    assert_int_equal(anchors[1].weight, 800);
    assert_int_equal(anchors[2].scope, SEIGR_SCOPE_ALL);
    assert_int_equal(anchors[3].scope, SEIGR_SCOPE_BOOT);
    assert_int_equal(anchors[3].weight, 1);
    assert_int_equal(
        seigr_roots_read(help_text(text), anchors, 3, &count, NULL),
        SEIGR_E_ROOM);
    assert_int_equal(count, 4);
    assert_ok(seigr_roots_read((seigr_span){NULL, 0}, NULL, 0, &count, NULL));
    assert_int_equal(count, 0);
}

void test_trust_roots__refusals_name_line_and_column(void **state)
{
    static const struct {
        const char *text;
        const char *says;
        uint64_t offset;
    } cases[] = {
        {"nonsense", "line 1, column 1: no key", 0},
        {"#\n  nonsense", "line 2, column 3: no key", 4},
        {ROOTS_KEY "!", "line 1, column 57: no key", 56},
        {ROOTS_KEY " sing", "line 1, column 58: the scope", 57},
        {ROOTS_KEY " run,,boot", "line 1, column 58: the scope", 57},
        {ROOTS_KEY " run,", "line 1, column 58: the scope", 57},
        {ROOTS_KEY " run 0", "line 1, column 62: the weight", 61},
        {ROOTS_KEY " run 1001", "line 1, column 62: the weight", 61},
        {ROOTS_KEY " run 99999999999", "line 1, column 62: the weight", 61},
        {ROOTS_KEY " run 5%", "line 1, column 62: the weight", 61},
        {ROOTS_KEY " run 5 more", "line 1, column 64: there is more", 63},
        {"\n" ROOTS_KEY "\nseigr:012", "line 3, column", SEIGR_NO_OFFSET},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_anchor anchor;
        size_t count = 77;

        assert_int_equal(seigr_roots_read(help_text(cases[i].text), &anchor, 1,
                                          &count, &error),
                         SEIGR_E_FORMAT);
        assert_int_equal(count, 77);
        if (strstr(error.text, cases[i].says) != error.text)
            fail_msg("'%s' does not say '%s'", error.text, cases[i].says);
        assert_true(error.offset < strlen(cases[i].text) + 1);
        if (cases[i].offset != SEIGR_NO_OFFSET)
            assert_int_equal(error.offset, cases[i].offset);
    }
}

void test_trust_roots__scopes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t scope = 1; scope <= SEIGR_SCOPE_ALL; scope++) {
        char text[SEIGR_SCOPE_TEXT_LEN + 1];
        uint32_t back = 0;

        seigr_scope_print(scope, text);
        assert_ok(seigr_scope_parse(help_text(text), &back));
        assert_int_equal(back, scope);
    }
}
