/* SPDX-License-Identifier: MIT */
/* Records: each type there and back, byte for byte, and what is refused. */
#include "net_help.h"

#include <string.h>

void test_net_record__golden(void **state)
{
    json_t *cases = support_golden("records.json");
    const json_t *c;
    size_t i;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const seigr_span bytes = support_hex_of(c, "bytes");
        seigr_record record = SEIGR_RECORD_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        uint8_t out[512];
        size_t len;
        const int err = seigr_record_decode(bytes, &record, &error);
        const json_t *code = json_object_get(c, "refused");

        assert_int_equal(err, code == NULL ? 0 : json_integer_value(code));
        if (err != 0) {
            assert_int_equal(record.type, 0);
            assert_true(error.text[0] != '\0');
            continue;
        }
        assert_string_equal(seigr_record_name(record.type),
                            support_string(c, "name"));
        if (record.known == 0) {
            assert_int_equal(seigr_record_encode(
                                 &record, (seigr_buf){out, sizeof(out)}, &len),
                             SEIGR_E_INVAL);
            continue;
        }
        assert_ok(
            seigr_record_encode(&record, (seigr_buf){out, sizeof(out)}, &len));
        assert_int_equal(len, bytes.len);
        assert_memory_equal(out, bytes.ptr, len);
        /* Cut anywhere, it is no record. */
        for (size_t cut = 0; cut < bytes.len; cut++)
            assert_int_not_equal(
                seigr_record_decode((seigr_span){bytes.ptr, cut}, &record,
                                    NULL),
                0);
    }
    support_count("records", json_array_size(cases));
    json_decref(cases);
}

void test_net_record__bounds_of_fields(void **state)
{
    static uint8_t text[SEIGR_RECORD_TEXT_MAX + 1];
    seigr_record record = SEIGR_RECORD_INIT;

    (void)state;
    memset(text, 'a', sizeof(text));
    for (size_t n = SEIGR_RECORD_TEXT_MAX - 1; n <= sizeof(text); n++) {
        uint8_t out[512];
        uint8_t longer[512] = {0x83, 5, 1, 0x79, 1, 0};
        size_t len;

        record.type = SEIGR_RECORD_ERROR;
        record.fields[0].number = 1;
        record.fields[1].bytes = (seigr_span){text, n};
        assert_int_equal(
            seigr_record_encode(&record, (seigr_buf){out, sizeof(out)}, &len),
            n <= SEIGR_RECORD_TEXT_MAX ? 0 : SEIGR_E_INVAL);
        memset(longer + 6, 'a', 256);
        if (n > SEIGR_RECORD_TEXT_MAX)
            assert_int_equal(seigr_record_decode((seigr_span){longer, 6 + 256},
                                                 &record, NULL),
                             SEIGR_E_LIMIT);
    }
    for (size_t n = SEIGR_RECORD_IDS_MAX - 1; n <= SEIGR_RECORD_IDS_MAX; n++) {
        const seigr_record have = net_have(32 * n);
        static uint8_t out[32 * SEIGR_RECORD_IDS_MAX + 64];
        size_t len;

        assert_ok(
            seigr_record_encode(&have, (seigr_buf){out, sizeof(out)}, &len));
        assert_ok(seigr_record_decode((seigr_span){out, len}, &record, NULL));
        if (n == SEIGR_RECORD_IDS_MAX) { /* 32 more bytes of the string */
            assert_int_equal(out[3], 0x5a);
            out[6] = 0x00;
            out[7] = 0x20;
            assert_int_equal(
                seigr_record_decode((seigr_span){out, len + 32}, &record, NULL),
                SEIGR_E_LIMIT);
        }
    }
}

void test_net_record__depth(void **state)
{
    uint8_t bytes[64];
    seigr_record record = SEIGR_RECORD_INIT;

    (void)state;
    for (size_t depth = 14; depth <= 17; depth++) {
        bytes[0] = 0x82;
        bytes[1] = SEIGR_RECORD_MEMBERS;
        memset(bytes + 2, 0x81, depth); /* inside the record's own array */
        bytes[2 + depth] = 0;
        assert_int_equal(
            seigr_record_decode((seigr_span){bytes, depth + 3}, &record, NULL),
            depth <= 16 ? 0 : SEIGR_E_LIMIT);
    }
}
