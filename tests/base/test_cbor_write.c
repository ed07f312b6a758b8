/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "base/cbor.h"
#include "base/cbor_write.h"

#include <string.h>

static void write_all(seigr__cbor_writer *w)
{
    seigr__cbor_write_tag(w, 18);
    seigr__cbor_write_array(w, 9);
    seigr__cbor_write_uint(w, 23);
    seigr__cbor_write_uint(w, UINT64_MAX);
    seigr__cbor_write_int(w, 500);
    seigr__cbor_write_int(w, INT64_MIN);
    seigr__cbor_write_bytes(w, (seigr_span){(const uint8_t *)"\1\2", 2});
    seigr__cbor_write_string(w, "text");
    seigr__cbor_write_map(w, 2);
    seigr__cbor_write_int(w, -1);
    seigr__cbor_write_nil(w);
    seigr__cbor_write_text(w, (seigr_span){NULL, 0});
    seigr__cbor_write_bool(w, 1);
    seigr__cbor_write_bool(w, 0);
    seigr__cbor_write_bytes_head(w, 3);
    seigr__cbor_write_raw(w, (seigr_span){(const uint8_t *)"abc", 3});
}

void test_base_cbor_write__every_type(void **state)
{
    const seigr_span expected =
        support_hex("d289171bffffffffffffffff1901f43b7fffffffffffffff"
                    "4201026474657874a220f660f5f443616263");
    uint8_t out[128];
    seigr__cbor_writer w;
    seigr__cbor r;
    seigr_span item;

    (void)state;
    seigr__cbor_write_init(&w, (seigr_buf){out, sizeof(out)});
    write_all(&w);
    assert_ok(seigr__cbor_write_done(&w));
    assert_int_equal(w.len, expected.len);
    assert_memory_equal(out, expected.ptr, expected.len);
    seigr__cbor_init(&r, (seigr_span){out, w.len}, SEIGR__CBOR_DETERMINISTIC,
                     NULL);
    assert_ok(seigr__cbor_skip(&r, &item));
    assert_ok(seigr__cbor_done(&r));
}

/* With any room too small, nothing is written past it and len is the same. */
void test_base_cbor_write__counts_without_room(void **state)
{
    uint8_t out[128];
    seigr__cbor_writer w;
    size_t whole;

    (void)state;
    seigr__cbor_write_init(&w, (seigr_buf){NULL, 0});
    write_all(&w);
    whole = w.len;
    for (size_t room = 0; room <= whole; room++) {
        memset(out, 0xee, sizeof(out));
        seigr__cbor_write_init(&w, (seigr_buf){out, room});
        write_all(&w);
        assert_int_equal(w.len, whole);
        assert_int_equal(seigr__cbor_write_done(&w),
                         room < whole ? SEIGR_E_ROOM : 0);
        assert_int_equal(out[room], 0xee);
    }
}

/* What is written is read back, at every length of a head. */
void test_base_cbor_write__reads_back(void **state)
{
    uint8_t out[16];

    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        for (int step = -1; step <= 1; step++) {
            const uint64_t value =
                ((uint64_t)1 << bit) + (uint64_t)(int64_t)step;
            const int64_t negative = -1 - (int64_t)(value >> 1);
            seigr__cbor_writer w;
            seigr__cbor r;
            uint64_t back;
            int64_t negative_back;

            seigr__cbor_write_init(&w, (seigr_buf){out, sizeof(out)});
            seigr__cbor_write_uint(&w, value);
            seigr__cbor_init(&r, (seigr_span){out, w.len}, 0, NULL);
            assert_ok(seigr__cbor_uint(&r, &back));
            assert_true(back == value);
            seigr__cbor_write_init(&w, (seigr_buf){out, sizeof(out)});
            seigr__cbor_write_int(&w, negative);
            seigr__cbor_init(&r, (seigr_span){out, w.len}, 0, NULL);
            assert_ok(seigr__cbor_int(&r, &negative_back));
            assert_true(negative_back == negative);
        }
    }
}
