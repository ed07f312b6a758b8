/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/cbor.h"

#include <string.h>

static seigr__cbor loose_reader(const char *hex, uint32_t mode)
{
    seigr__cbor r;

    seigr__cbor_init(&r, support_hex(hex), mode, NULL);
    return r;
}

/* How many items a container is said to have, or the refusal. */
static int loose_count(const char *hex, unsigned major, uint32_t mode)
{
    seigr__cbor r = loose_reader(hex, mode);
    uint64_t left;
    int count = 0;
    int err = seigr__cbor_open(&r, major, &left);

    while (err == 0 && (err = seigr__cbor_next(&r, &left)) == 1) {
        err = seigr__cbor_skip(&r, NULL);
        if (err == 0 && major == SEIGR__CBOR_MAP)
            err = seigr__cbor_skip(&r, NULL);
        count++;
    }
    if (err == 0)
        err = seigr__cbor_done(&r);
    return err != 0 ? err : count;
}

void test_base_cbor_loose__containers_of_either_form(void **state)
{
    (void)state;
    for (uint32_t mode = 0; mode < 2; mode++) {
        assert_int_equal(loose_count("80", SEIGR__CBOR_ARRAY, mode), 0);
        assert_int_equal(loose_count("8301820203", SEIGR__CBOR_ARRAY, mode),
                         SEIGR_E_TRUNCATED);
        assert_int_equal(loose_count("830182020304", SEIGR__CBOR_ARRAY, mode),
                         3);
        assert_int_equal(loose_count("a201020304", SEIGR__CBOR_MAP, mode), 2);
        assert_int_equal(loose_count("a201020304", SEIGR__CBOR_ARRAY, mode),
                         SEIGR_E_FORMAT);
    }
    assert_int_equal(loose_count("9fff", SEIGR__CBOR_ARRAY, 1), 0);
    assert_int_equal(loose_count("9f019f02ff03ff", SEIGR__CBOR_ARRAY, 1), 3);
    assert_int_equal(loose_count("bf01020304ff", SEIGR__CBOR_MAP, 1), 2);
    assert_int_equal(loose_count("bf010203ff", SEIGR__CBOR_MAP, 1),
                     SEIGR_E_FORMAT);
    assert_int_equal(loose_count("9f01", SEIGR__CBOR_ARRAY, 1),
                     SEIGR_E_TRUNCATED);
    assert_int_equal(loose_count("9fff", SEIGR__CBOR_ARRAY, 0), SEIGR_E_FORMAT);
}

void test_base_cbor_loose__strings_are_joined(void **state)
{
    uint8_t memory[16];
    seigr_buf room = {memory, sizeof(memory)};
    seigr__cbor r = loose_reader("5f41614040436263645800ff7f62c3bc60ff4178",
                                 SEIGR__CBOR_WELL_FORMED);
    seigr_span bytes;
    seigr_span text;
    seigr_span whole;

    (void)state;
    assert_ok(seigr__cbor_join(&r, SEIGR__CBOR_BYTES, &room, &bytes));
    assert_int_equal(bytes.len, 4);
    assert_memory_equal(bytes.ptr, "abcd", 4);
    assert_ok(seigr__cbor_join(&r, SEIGR__CBOR_TEXT, &room, &text));
    assert_int_equal(text.len, 2);
    assert_ptr_equal(text.ptr, memory + 4);
    assert_int_equal(room.len, 10);
    assert_ok(seigr__cbor_join(&r, SEIGR__CBOR_BYTES, &room, &whole));
    assert_ptr_equal(whole.ptr, r.start + r.end - 1); /* borrowed */
    assert_int_equal(room.len, 10);
    assert_ok(seigr__cbor_done(&r));
}

void test_base_cbor_loose__a_failed_join_moves_nothing(void **state)
{
    static const struct {
        const char *hex;
        int code;
    } cases[] = {{"5f416141", SEIGR_E_TRUNCATED},
                 {"5f4161", SEIGR_E_TRUNCATED},
                 {"5f41616161ff", SEIGR_E_FORMAT},
                 {"5f4161416241634164ff", SEIGR_E_ROOM},
                 {"7f61c3ff", SEIGR_E_FORMAT},
                 {"5f5f4161ffff", SEIGR_E_FORMAT}};
    uint8_t memory[3];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seigr__cbor r = loose_reader(cases[i].hex, SEIGR__CBOR_WELL_FORMED);
        seigr_buf room = {memory, sizeof(memory)};
        seigr_span out = {NULL, 99};

        assert_int_equal(
            seigr__cbor_join(&r, (unsigned)seigr__cbor_peek(&r), &room, &out),
            cases[i].code);
        assert_int_equal(r.at, 0);
        assert_int_equal(room.len, sizeof(memory));
        assert_int_equal(out.len, 99);
    }
}
