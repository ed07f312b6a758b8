/* SPDX-License-Identifier: MIT */
/* The typed reads, the bounds and the sentences of the CBOR reader. */
#include "support.h"

#include "base/cbor.h"

#include <string.h>

static seigr__cbor cbor_reader(const char *hex, uint32_t mode,
                               seigr_error *error)
{
    seigr__cbor r;

    *error = (seigr_error)SEIGR_ERROR_INIT;
    seigr__cbor_init(&r, support_hex(hex), mode, error);
    return r;
}

static int cbor_pass(const char *hex, uint32_t mode, seigr_error *error)
{
    seigr__cbor r = cbor_reader(hex, mode, error);
    seigr_span item = {NULL, 0};
    int err = seigr__cbor_skip(&r, &item);

    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0)
        assert_int_equal(item.len, strlen(hex) / 2);
    return err;
}

static void cbor_refused(const char *hex, int code, uint64_t offset,
                         const char *text)
{
    seigr_error error;

    assert_int_equal(cbor_pass(hex, SEIGR__CBOR_DETERMINISTIC, &error), code);
    assert_int_equal(error.code, code);
    assert_int_equal(error.offset, offset);
    assert_string_equal(error.text, text);
}

void test_base_cbor__reads_every_type(void **state)
{
    seigr_error error;
    seigr__cbor r = cbor_reader("001bffffffffffffffff38630543010203"
                                "62c3bc82a1c1f6f5f4",
                                SEIGR__CBOR_DETERMINISTIC, &error);
    uint64_t number = 7;
    int64_t signed_number;
    seigr_span span;
    int flag;

    (void)state;
    assert_int_equal(seigr__cbor_peek(&r), SEIGR__CBOR_UINT);
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_int_equal(number, 0);
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_true(number == UINT64_MAX);
    assert_ok(seigr__cbor_int(&r, &signed_number));
    assert_int_equal(signed_number, -100);
    assert_ok(seigr__cbor_int(&r, &signed_number));
    assert_int_equal(signed_number, 5);
    assert_ok(seigr__cbor_bytes(&r, &span));
    assert_int_equal(span.len, 3);
    assert_memory_equal(span.ptr, "\1\2\3", 3);
    assert_ok(seigr__cbor_text(&r, &span));
    assert_int_equal(span.len, 2);
    assert_ok(seigr__cbor_array(&r, &number));
    assert_int_equal(number, 2);
    assert_ok(seigr__cbor_map(&r, &number));
    assert_int_equal(number, 1);
    assert_ok(seigr__cbor_tag(&r, &number));
    assert_int_equal(number, 1);
    assert_ok(seigr__cbor_nil(&r));
    assert_ok(seigr__cbor_bool(&r, &flag));
    assert_int_equal(flag, 1);
    assert_ok(seigr__cbor_bool(&r, &flag));
    assert_int_equal(flag, 0);
    assert_ok(seigr__cbor_done(&r));
    assert_int_equal(seigr__cbor_peek(&r), SEIGR_E_TRUNCATED);
}

void test_base_cbor__a_failed_read_does_not_move(void **state)
{
    seigr_error error;
    seigr__cbor r = cbor_reader("1863", SEIGR__CBOR_DETERMINISTIC, &error);
    uint64_t number = 7;
    seigr_span span = {NULL, 99};
    int64_t signed_number;
    int flag = 9;

    (void)state;
    assert_int_equal(seigr__cbor_bytes(&r, &span), SEIGR_E_FORMAT);
    assert_string_equal(error.text, "a byte string is expected, an unsigned "
                                    "integer is there");
    assert_int_equal(error.offset, 0);
    assert_int_equal(seigr__cbor_text(&r, &span), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_array(&r, &number), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_map(&r, &number), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_tag(&r, &number), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_nil(&r), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_bool(&r, &flag), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_done(&r), SEIGR_E_FORMAT);
    assert_int_equal(span.len, 99);
    assert_int_equal(number, 7);
    assert_int_equal(flag, 9);
    assert_int_equal(r.at, 0);
    assert_ok(seigr__cbor_int(&r, &signed_number));
    assert_int_equal(signed_number, 99);
}

void test_base_cbor__integers_at_the_edge_of_64_bits(void **state)
{
    seigr_error error;
    seigr__cbor r = cbor_reader("3b7fffffffffffffff3b8000000000000000",
                                SEIGR__CBOR_DETERMINISTIC, &error);
    int64_t number;

    (void)state;
    assert_ok(seigr__cbor_int(&r, &number));
    assert_true(number == INT64_MIN);
    assert_int_equal(seigr__cbor_int(&r, &number), SEIGR_E_LIMIT);
    r = cbor_reader("1b8000000000000000", SEIGR__CBOR_DETERMINISTIC, &error);
    assert_int_equal(seigr__cbor_int(&r, &number), SEIGR_E_LIMIT);
    assert_true(number == INT64_MIN);
}

void test_base_cbor__says_what_and_where(void **state)
{
    (void)state;
    cbor_refused("", SEIGR_E_TRUNCATED, 0,
                 "the bytes end where an item should begin");
    cbor_refused("8200", SEIGR_E_TRUNCATED, 0,
                 "an array of 2 entries begins where 1 bytes are left");
    cbor_refused("820019", SEIGR_E_TRUNCATED, 2,
                 "the bytes end inside the head of an unsigned integer");
    cbor_refused("821817f6", SEIGR_E_FORMAT, 1,
                 "the number 23 is not in its shortest form");
    cbor_refused("19ffff00", SEIGR_E_FORMAT, 3, "bytes follow the item");
    cbor_refused("1900ff", SEIGR_E_FORMAT, 0,
                 "the number 255 is not in its shortest form");
    cbor_refused("1a0000ffff", SEIGR_E_FORMAT, 0,
                 "the number 65535 is not in its shortest form");
    cbor_refused("1b00000000ffffffff", SEIGR_E_FORMAT, 0,
                 "the number 4294967295 is not in its shortest form");
    cbor_refused("f818", SEIGR_E_FORMAT, 0,
                 "simple value 24 takes one byte, not two");
    cbor_refused("811c", SEIGR_E_FORMAT, 1,
                 "the head 1c uses a reserved "
                 "length");
    cbor_refused("1f", SEIGR_E_FORMAT, 0,
                 "an unsigned integer cannot have an indefinite length");
    cbor_refused("9fff", SEIGR_E_FORMAT, 0,
                 "indefinite lengths are not deterministic CBOR");
    cbor_refused("4401020304ff", SEIGR_E_FORMAT, 5, "bytes follow the item");
    cbor_refused("45010203", SEIGR_E_TRUNCATED, 0,
                 "a byte string of 5 bytes begins where 3 are left");
    cbor_refused("8262c328f6", SEIGR_E_FORMAT, 2,
                 "the text is not valid UTF-8");
    cbor_refused("a2616201616100", SEIGR_E_FORMAT, 4,
                 "the keys of a map are not in order");
    cbor_refused("a2616101616100", SEIGR_E_FORMAT, 4,
                 "a map has the same key twice");
    cbor_refused("fb7ff8000000000000", SEIGR_E_FORMAT, 0,
                 "a NaN is not written as f97e00");
    cbor_refused("fa3f800000", SEIGR_E_FORMAT, 0,
                 "a floating-point number is not in its shortest form");
    cbor_refused("c24101", SEIGR_E_FORMAT, 0,
                 "a bignum is not in its shortest form");
}

void test_base_cbor__maps_are_ordered_at_every_level(void **state)
{
    seigr_error error;

    (void)state;
    /* {1: {2: 0, 3: 0}, 2: 0}, keys that are arrays and maps, and the order
     * of RFC 8949, 4.2.1: 10, 100, -1, "z", "aa", [100], [-1], false. */
    assert_ok(cbor_pass("a201a2020003000200", 0, &error));
    assert_ok(cbor_pass("a2810100a1010200", 0, &error));
    assert_ok(cbor_pass("a80a001864002000617a0062616100811864008120"
                        "00f400",
                        0, &error));
    cbor_refused("a2a1010200810100", SEIGR_E_FORMAT, 5,
                 "the keys of a map are not in order");
    cbor_refused("a201a2030002000200", SEIGR_E_FORMAT, 5,
                 "the keys of a map are not in order");
    cbor_refused("a2a203000200000000", SEIGR_E_FORMAT, 4,
                 "the keys of a map are not in order");
}

void test_base_cbor__depth_is_bounded_at_16(void **state)
{
    static const char *const open[] = {"81", "a100", "c1", "9f", "d81e"};
    char hex[256];
    seigr_error error;

    (void)state;
    for (size_t kind = 0; kind < sizeof(open) / sizeof(open[0]); kind++) {
        for (unsigned depth = 15; depth <= 17; depth++) {
            hex[0] = '\0';
            for (unsigned i = 0; i < depth; i++)
                strcat(hex, open[kind]);
            strcat(hex, "80"); /* one more, and empty */
            for (unsigned i = 0; kind == 3 && i < depth; i++)
                strcat(hex, "ff");
            assert_int_equal(cbor_pass(hex, SEIGR__CBOR_WELL_FORMED, &error),
                             depth == 15 ? 0 : SEIGR_E_LIMIT);
        }
    }
    assert_string_equal(error.text, "items are nested deeper than 16");
}

/* value in decimal is beside each: the shortest form is the only one. */
void test_base_cbor__floats_of_shortest_form(void **state)
{
    static const char *const shortest[] = {
        "f90000",
        "f98000",
        "f93c00",
        "f90001",
        "f903ff",
        "f90400",
        "f97bff",
        "f97c00",
        "f9fc00",
        "f97e00",
        "fa33000000", /* 2^-25: below half's least */
        "fa33c00000", /* 1.5 * 2^-24: half would lose the fraction */
        "fa47800000", /* 65536: above half's greatest */
        "fa3f801000", /* 1 + 2^-11 */
        "fa00000001",
        "fa007fffff",
        "fa7f7fffff",
        "fb3690000000000000", /* 2^-150 */
        "fb36a8000000000000", /* 1.5 * 2^-149 */
        "fb47f0000000000000", /* 2^128 */
        "fb3ff0000010000000", /* 1 + 2^-24 */
        "fb0000000000000001",
        "fb7fefffffffffffff"};
    static const char *const longer[] = {"fa00000000",
                                         "fa80000000",
                                         "fa33800000" /* 2^-24 */,
                                         "fa387fc000" /* 1023 * 2^-24 */,
                                         "fa38800000" /* 2^-14 */,
                                         "fa477fe000" /* 65504 */,
                                         "fa7f800000",
                                         "faff800000",
                                         "fa7fc00000",
                                         "fa7f800001",
                                         "fb0000000000000000",
                                         "fb8000000000000000",
                                         "fb36a0000000000000" /* 2^-149 */,
                                         "fb380fffffc0000000",
                                         "fb3810000000000000" /* 2^-126 */,
                                         "fb47efffffe0000000",
                                         "fb7ff0000000000000",
                                         "fbfff0000000000000",
                                         "fb7ff0000000000001",
                                         "fb7ff8000000000000",
                                         "f97e01",
                                         "f97c01",
                                         "f9fe00"};
    seigr_error error;

    (void)state;
    for (size_t i = 0; i < sizeof(shortest) / sizeof(shortest[0]); i++) {
        if (cbor_pass(shortest[i], SEIGR__CBOR_DETERMINISTIC, &error) != 0)
            fail_msg("%s: %s", shortest[i], error.text);
    }
    for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++) {
        if (cbor_pass(longer[i], SEIGR__CBOR_DETERMINISTIC, &error) == 0)
            fail_msg("%s is accepted", longer[i]);
        assert_ok(cbor_pass(longer[i], SEIGR__CBOR_WELL_FORMED, &error));
    }
}

/* Every f16 widened to f32 and f64 must be refused; every f32 that is not
 * one of these, or a NaN, must pass. Compared with the compiler's doubles. */
void test_base_cbor__floats_agree_with_the_compiler(void **state)
{
    support_rng rng = {6};

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        uint32_t bits = (uint32_t)support_random(&rng);
        uint8_t bytes[9] = {0xfb};
        double wide;
        float value;
        uint64_t wide_bits;
        seigr__cbor r;

        if (i % 2 != 0) /* few fraction bits, exponents of half */
            bits = (bits & 0x80000000) | (bits % 40 + 95) << 23 |
                   (bits & 0x7fe000);
        memcpy(&value, &bits, sizeof(value));
        if (value != value)
            continue;
        wide = (double)value;
        memcpy(&wide_bits, &wide, sizeof(wide));
        for (int k = 0; k < 8; k++)
            bytes[8 - k] = (uint8_t)(wide_bits >> (8 * k));
        seigr__cbor_init(&r, (seigr_span){bytes, 9}, SEIGR__CBOR_DETERMINISTIC,
                         NULL);
        assert_int_equal(seigr__cbor_skip(&r, NULL), SEIGR_E_FORMAT);
        wide_bits ^= 1; /* one bit that a float cannot hold */
        bytes[8] ^= 1;
        memcpy(&wide, &wide_bits, sizeof(wide));
        if (wide != wide)
            continue;
        assert_int_equal(seigr__cbor_skip(&r, NULL), 0);
        assert_true((double)(float)wide != wide);
    }
}

void test_base_cbor__well_formed_mode_takes_what_others_write(void **state)
{
    static const char *const items[] = {"1800",
                                        "5f42010243030405ff",
                                        "7f657374726561646d696e67ff",
                                        "9f018202039f0405ffff",
                                        "bf6346756ef563416d7421ff",
                                        "a2616201616100",
                                        "a2616101616100",
                                        "5fff",
                                        "7fff",
                                        "9fff",
                                        "bfff",
                                        "fa00000000",
                                        "c24101",
                                        "f97e01"};
    seigr_error error;

    (void)state;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        assert_ok(cbor_pass(items[i], SEIGR__CBOR_WELL_FORMED, &error));
        assert_int_equal(cbor_pass(items[i], 0, &error), SEIGR_E_FORMAT);
    }
    assert_int_equal(cbor_pass("5f6100ff", 1, &error), SEIGR_E_FORMAT);
    assert_string_equal(error.text, "a string has a chunk of another type");
    assert_int_equal(cbor_pass("5f5fffff", 1, &error), SEIGR_E_FORMAT);
    assert_int_equal(cbor_pass("bf00ff", 1, &error), SEIGR_E_FORMAT);
    assert_string_equal(error.text, "a map ends between a key and its value");
    assert_int_equal(cbor_pass("ff", 1, &error), SEIGR_E_FORMAT);
    assert_string_equal(error.text,
                        "a break stands where nothing waits for it");
    assert_int_equal(cbor_pass("82ff00", 1, &error), SEIGR_E_FORMAT);
    assert_int_equal(cbor_pass("c1ff", 1, &error), SEIGR_E_FORMAT);
    assert_int_equal(cbor_pass("7f61c361bcff", 1, &error), SEIGR_E_FORMAT);
    assert_int_equal(error.offset, 2);
}

void test_base_cbor__heads_of_indefinite_length_are_refused(void **state)
{
    seigr_error error;
    seigr__cbor r = cbor_reader("9fff", SEIGR__CBOR_WELL_FORMED, &error);
    uint64_t count;

    (void)state;
    assert_int_equal(seigr__cbor_array(&r, &count), SEIGR_E_FORMAT);
    assert_string_equal(error.text, "an array of indefinite length is not "
                                    "accepted here");
    assert_int_equal(r.at, 0);
}

void test_base_cbor__nobody_looks_at_the_error(void **state)
{
    seigr__cbor r;

    (void)state;
    seigr__cbor_init(&r, support_hex("bf"), SEIGR__CBOR_DETERMINISTIC, NULL);
    assert_int_equal(seigr__cbor_skip(&r, NULL), SEIGR_E_FORMAT);
    assert_int_equal(seigr__cbor_fail(&r, SEIGR_E_LIMIT, "x"), SEIGR_E_LIMIT);
}
