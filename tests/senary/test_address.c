/* SPDX-License-Identifier: MIT */
/*
 * Addresses, check digits and prefixes: golden cases and FORMATS 1.2's
 * claims, tried exhaustively.
 */
#include "support.h"

#include "seigr/senary.h"
#include "senary_reference.h"

#include <string.h>

static seigr_span address_span(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

/* The offset at which text is refused as an address. */
static uint64_t address_refused_at(const char *text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id;
    seigr_id before;
    seigr_public_key key;

    memset(&id, 0xa5, sizeof(id));
    before = id;
    assert_int_equal(seigr_address_decode_id(address_span(text), &id, &error),
                     SEIGR_E_FORMAT);
    assert_memory_equal(&id, &before, sizeof(id));
    assert_int_equal(seigr_address_decode_key(address_span(text), &key, NULL),
                     SEIGR_E_FORMAT);
    assert_true(error.offset <= strlen(text));
    assert_true(strlen(error.text) > 0);
    return error.offset;
}

static void address_random_id(support_rng *rng, seigr_id *id)
{
    support_random_bytes(rng, id->bytes, sizeof(id->bytes));
}

void test_senary_address__golden(void **state)
{
    json_t *json = support_golden("senary_address.json");
    const json_t *one;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(json, "valid"), i, one)
    {
        seigr_span bytes = support_hex_of(one, "hex");
        const char *address = support_string(one, "address");
        char text[SEIGR_ADDRESS_LEN + 1];
        seigr_public_key key;
        seigr_id id;

        assert_ok(seigr_address_decode_id(address_span(address), &id, NULL));
        assert_memory_equal(id.bytes, bytes.ptr, 32);
        seigr_address_encode_id(&id, text);
        assert_string_equal(text, address);
        assert_ok(seigr_address_decode_key(address_span(address), &key, NULL));
        assert_memory_equal(key.bytes, bytes.ptr, 32);
        seigr_address_encode_key(&key, text);
        assert_string_equal(text, address);
    }
    support_count("senary_address.valid", i);
    json_array_foreach(json_object_get(json, "invalid"), i, one)
        address_refused_at(json_string_value(one));
    support_count("senary_address.invalid", i);
    json_decref(json);
}

/* Every wrong digit is refused, and named where one digit explains it. */
void test_senary_address__every_wrong_digit(void **state)
{
    support_rng rng = {4};
    size_t named = 0;
    size_t tried = 0;

    (void)state;
    for (unsigned round = 0; round < 8; round++) {
        char text[SEIGR_ADDRESS_LEN + 1];
        seigr_id id;

        address_random_id(&rng, &id);
        seigr_address_encode_id(&id, text);
        for (size_t at = 6; at < SEIGR_ADDRESS_LEN; at++) {
            char good = text[at];

            for (char c = '0'; c <= '5'; c++) {
                if (c == good)
                    continue;
                text[at] = c;
                named += address_refused_at(text) == at;
                tried++;
            }
            text[at] = good;
        }
    }
    assert_int_equal(tried, 8 * 106 * 5);
    assert_true(named * 10 > tried * 9);
}

void test_senary_address__every_transposition(void **state)
{
    support_rng rng = {5};

    (void)state;
    for (unsigned round = 0; round < 4; round++) {
        char text[SEIGR_ADDRESS_LEN + 1];
        seigr_id id;

        address_random_id(&rng, &id);
        seigr_address_encode_id(&id, text);
        for (size_t i = 6; i < SEIGR_ADDRESS_LEN; i++)
            for (size_t j = i + 1; j < SEIGR_ADDRESS_LEN; j++) {
                char a = text[i];
                char b = text[j];

                if (a == b)
                    continue;
                text[i] = b;
                text[j] = a;
                address_refused_at(text);
                text[i] = a;
                text[j] = b;
            }
    }
}

void test_senary_address__swapped_neighbours_are_named(void **state)
{
    support_rng rng = {6};
    char text[SEIGR_ADDRESS_LEN + 1];
    seigr_error error = SEIGR_ERROR_INIT;
    size_t named = 0;
    seigr_id id;

    (void)state;
    address_random_id(&rng, &id);
    seigr_address_encode_id(&id, text);
    for (size_t i = 6; i + 1 < SEIGR_ADDRESS_LEN; i++) {
        char a = text[i];

        text[i] = text[i + 1];
        text[i + 1] = a;
        if (text[i] != a) {
            assert_int_equal(
                seigr_address_decode_id(address_span(text), &id, &error),
                SEIGR_E_FORMAT);
            named += strstr(error.text, "changed places") != NULL &&
                     error.offset == i;
        }
        text[i + 1] = text[i];
        text[i] = a;
    }
    assert_true(named > 40);
}

/* Digits c + p give the same residue as check digits c and are refused. */
void test_senary_address__check_of_p_or_more(void **state)
{
    size_t refused = 0;

    (void)state;
    for (unsigned n = 0; n < 46656; n++) {
        char digits[13];
        seigr_error error = SEIGR_ERROR_INIT;
        unsigned v = n;
        unsigned check;

        for (size_t i = 6; i > 0; i--, v /= 6)
            digits[i - 1] = (char)('0' + v % 6);
        assert_ok(seigr_senary_check_encode(
            (seigr_span){(const uint8_t *)digits, 6}, digits + 6, NULL));
        assert_true(reference_check(digits, 12));
        digits[12] = '\0';
        assert_ok(seigr_senary_check_verify(address_span(digits), NULL));
        check = 0;
        for (size_t i = 6; i < 12; i++)
            check = check * 6 + (unsigned)(digits[i] - '0');
        if (check >= 13)
            continue;
        check += 46643;
        for (size_t i = 12; i > 6; i--, check /= 6)
            digits[i - 1] = (char)('0' + check % 6);
        assert_int_equal(
            seigr_senary_check_verify(address_span(digits), &error),
            SEIGR_E_FORMAT);
        assert_int_equal(error.offset, 6);
        refused++;
    }
    assert_true(refused > 0);
}

void test_senary_address__check_of_short_and_foreign_runs(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;
    char check[6];

    (void)state;
    assert_ok(seigr_senary_check_encode((seigr_span){NULL, 0}, check, NULL));
    assert_memory_equal(check, "000001", 6);
    assert_ok(seigr_senary_check_verify(address_span("000001"), NULL));
    assert_int_equal(seigr_senary_check_verify(address_span("00001"), &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(error.offset, 5);
    assert_int_equal(
        seigr_senary_check_encode(address_span("012645"), check, &error),
        SEIGR_E_FORMAT);
    assert_int_equal(error.offset, 3);
    assert_string_equal(error.text, "'6' is no senary digit: only 0 to 5 are");
}

/* A block of 4.. or too large inside, with check digits that match. */
void test_senary_address__blocks_too_large(void **state)
{
    char text[SEIGR_ADDRESS_LEN + 1] = "seigr:";

    (void)state;
    for (size_t block = 0; block < 4; block++) {
        memset(text + 6, '0', 106);
        text[6 + 25 * block] = '4';
        assert_ok(seigr_senary_check_encode(
            (seigr_span){(const uint8_t *)text + 6, 100}, text + 106, NULL));
        assert_int_equal(address_refused_at(text), 6 + 25 * block);
    }
}

void test_senary_address__separators(void **state)
{
    char text[SEIGR_ADDRESS_LEN + 1];
    char typed[400];
    support_rng rng = {7};
    seigr_id id;
    seigr_id back;

    (void)state;
    address_random_id(&rng, &id);
    seigr_address_encode_id(&id, text);
    for (size_t at = 0; at <= SEIGR_ADDRESS_LEN; at++) {
        for (unsigned c = 1; c < 256; c++) {
            int fine =
                (c == '-' || c == ' ') && at > 6 && at < SEIGR_ADDRESS_LEN;

            memcpy(typed, text, at);
            typed[at] = (char)c;
            memcpy(typed + at + 1, text + at, SEIGR_ADDRESS_LEN + 1 - at);
            if (fine) {
                assert_ok(
                    seigr_address_decode_id(address_span(typed), &back, NULL));
                assert_memory_equal(&id, &back, sizeof(id));
            } else {
                address_refused_at(typed);
            }
        }
        if (at > 6 && at < SEIGR_ADDRESS_LEN) { /* two in a row */
            memcpy(typed + at, "- ", 2);
            memcpy(typed + at + 2, text + at, SEIGR_ADDRESS_LEN + 1 - at);
            assert_int_equal(address_refused_at(typed), at + 1);
        }
    }
    memcpy(typed, text, 7); /* one between all of them */
    for (size_t i = 1; i < 106; i++) {
        typed[5 + 2 * i] = i % 2 != 0 ? '-' : ' ';
        typed[6 + 2 * i] = text[6 + i];
    }
    typed[6 + 2 * 105 + 1] = '\0';
    assert_ok(seigr_address_decode_id(address_span(typed), &back, NULL));
    assert_memory_equal(&id, &back, sizeof(id));
    typed[6 + 2 * 105] = typed[6 + 2 * 105] == '0' ? '1' : '0';
    assert_true(address_refused_at(typed) >= 6);
}

void test_senary_address__cut_everywhere(void **state)
{
    char text[SEIGR_ADDRESS_LEN + 1];
    support_rng rng = {8};
    seigr_id id;

    (void)state;
    address_random_id(&rng, &id);
    seigr_address_encode_id(&id, text);
    for (size_t len = SEIGR_ADDRESS_LEN; len-- > 0;) {
        text[len] = '\0';
        assert_int_equal(address_refused_at(text), len < 6 ? 0 : len);
    }
    assert_int_equal(address_refused_at("SEIGR:000000"), 0);
}

void test_senary_address__short_form(void **state)
{
    char text[SEIGR_ADDRESS_LEN + 1];
    char brief[SEIGR_ADDRESS_SHORT_LEN + 1];
    support_rng rng = {9};
    seigr_public_key key;
    seigr_prefix prefix;
    seigr_id id;

    (void)state;
    address_random_id(&rng, &id);
    memcpy(key.bytes, id.bytes, 32);
    seigr_address_encode_id(&id, text);
    seigr_address_short_id(&id, brief);
    assert_memory_equal(brief, text + 6, 6);
    assert_int_equal(brief[6], '-');
    assert_memory_equal(brief + 7, text + 12, 6);
    assert_int_equal(strlen(brief), 13);
    assert_ok(seigr_prefix_decode(address_span(brief), &prefix, NULL));
    assert_true(seigr_prefix_match(&prefix, id.bytes));
    memset(brief, 0, sizeof(brief));
    seigr_address_short_key(&key, brief);
    assert_memory_equal(brief, text + 6, 6);
}

/* A range holds exactly what matches: its ends do, their neighbours do not. */
static void address_check_range(const seigr_prefix *prefix)
{
    uint8_t first[32];
    uint8_t last[32];
    size_t i;

    seigr_prefix_range(prefix, first, last);
    assert_true(seigr_prefix_match(prefix, first));
    assert_true(seigr_prefix_match(prefix, last));
    assert_true(memcmp(first, last, 32) <= 0);
    for (i = 32; i > 0 && first[i - 1]-- == 0; i--)
        ;
    assert_true(i == 0 || !seigr_prefix_match(prefix, first));
    for (i = 32; i > 0 && ++last[i - 1] == 0; i--)
        ;
    assert_true(i == 0 || !seigr_prefix_match(prefix, last));
}

void test_senary_address__prefixes_of_every_length(void **state)
{
    support_rng rng = {10};

    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        char text[SEIGR_ADDRESS_LEN + 1];
        seigr_id id;

        address_random_id(&rng, &id);
        if (round == 0)
            memset(&id, 0, sizeof(id));
        if (round == 1)
            memset(&id, 0xff, sizeof(id));
        seigr_address_encode_id(&id, text);
        for (size_t n = 0; n <= 106; n++) {
            seigr_prefix prefix;
            seigr_prefix other;
            seigr_span typed = {(const uint8_t *)text + 6, n};
            seigr_error error = SEIGR_ERROR_INIT;

            if (n < 6) {
                assert_int_equal(seigr_prefix_decode(typed, &prefix, &error),
                                 SEIGR_E_FORMAT);
                assert_int_equal(error.offset, n);
                continue;
            }
            assert_ok(seigr_prefix_decode(typed, &prefix, NULL));
            assert_int_equal(prefix.digit_count, n);
            assert_int_equal(strlen(prefix.digits), n);
            assert_true(seigr_prefix_match(&prefix, id.bytes));
            typed = (seigr_span){(const uint8_t *)text, n + 6};
            assert_ok(seigr_prefix_decode(typed, &other, NULL));
            assert_memory_equal(&prefix, &other, sizeof(prefix));
            if (n <= 100)
                address_check_range(&prefix);
            id.bytes[0] ^= 0x80;
            assert_false(seigr_prefix_match(&prefix, id.bytes));
            id.bytes[0] ^= 0x80;
        }
    }
}

void test_senary_address__prefixes_refused(void **state)
{
    static const struct {
        const char *text;
        uint64_t offset;
    } cases[] = {
        {"", 0},
        {"seigr:", 6},
        {"seigr:01234", 11},
        {"0123456", 6},
        {"-012345", 0},
        {"seigr:-012345", 6},
        {"012--345", 4},
        {"012345-", 7},
        {"012345 ", 7},
        {"400000", 0}, /* a block is at most 3... */
        {"555555", 0},
        {"0000000000000000000000000-5", 26},
        {"seigr:0000000000000000000000000400000", 31},
        {"sigr:012345", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_prefix prefix;

        assert_int_equal(
            seigr_prefix_decode(address_span(cases[i].text), &prefix, &error),
            SEIGR_E_FORMAT);
        assert_int_equal(error.offset, cases[i].offset);
    }
}

void test_senary_address__whole_address_as_prefix(void **state)
{
    char text[SEIGR_ADDRESS_LEN + 2];
    support_rng rng = {11};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_prefix prefix;
    seigr_id id;

    (void)state;
    address_random_id(&rng, &id);
    seigr_address_encode_id(&id, text);
    text[SEIGR_ADDRESS_LEN - 1] =
        text[SEIGR_ADDRESS_LEN - 1] == '0' ? '1' : '0';
    assert_int_equal(seigr_prefix_decode(address_span(text), &prefix, NULL),
                     SEIGR_E_FORMAT);
    seigr_address_encode_id(&id, text);
    text[SEIGR_ADDRESS_LEN] = '0';
    text[SEIGR_ADDRESS_LEN + 1] = '\0';
    assert_int_equal(seigr_prefix_decode(address_span(text), &prefix, &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(error.offset, SEIGR_ADDRESS_LEN);
}
