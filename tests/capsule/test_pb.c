/* SPDX-License-Identifier: MIT */
/*
 * The reader of canonical protobuf: every rule by a table of its own, and
 * other people's messages through the checker that knows no field.
 */
#include "capsule_help.h"

#include "pb.h"

#include <string.h>

static const seigr__pb_field pb_fields[] = {
    {1, SEIGR__PB_UINT64, 0, "u64"},
    {2, SEIGR__PB_UINT32, 0, "u32"},
    {3, SEIGR__PB_ENUM, SEIGR__PB_PRESENCE, "choice"},
    {4, SEIGR__PB_BOOL, 0, "flag"},
    {5, SEIGR__PB_BITS64, 0, "bits64"},
    {6, SEIGR__PB_BITS32, SEIGR__PB_REPEATED, "bits32"},
    {7, SEIGR__PB_STRING, 0, "text"},
    {8, SEIGR__PB_BYTES, SEIGR__PB_PRESENCE, "bytes"},
    {9, SEIGR__PB_MESSAGE, 0, "inner"},
    {16, SEIGR__PB_STRING, SEIGR__PB_REPEATED, "words"},
};

static const seigr__pb_message pb_table = {"Test", pb_fields, 10, 0};
static const seigr__pb_message pb_unknown = {"Unknown", NULL, 0, 0};
static const seigr__pb_message pb_one_of = {"OneOf", NULL, 0, 1};

static int pb_check(const seigr__pb_message *message, const char *hex,
                    seigr_error *error)
{
    const seigr_span bytes = help_copy(support_hex(hex));

    return seigr__pb_check(message, bytes, bytes.ptr, error);
}

void test_capsule_pb__takes_what_is_canonical(void **state)
{
    static const char *const good[] = {
        "",
        "0801",
        "08ffffffffffffffffff01", /* 2^64-1 */
        "10ffffffff0f",           /* 2^32-1 */
        "1800",                   /* presence: the default is written */
        "18ffffffff07",           /* 2^31-1 */
        "2001",
        "290000000000000080", /* -0.0 is not the default */
        "350000000035ffffffff",
        "3a03e282ac",
        "4200",
        "4a00",
        "82010082010161",
        "a00600",               /* field 100, unknown: kept as it is */
        "a00601a00600",         /* it may be repeated */
        "a2060161a506000000ff", /* even as another type */
        "f8ffffff0f01",         /* field 2^29-1 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;

        if (pb_check(&pb_table, good[i], &error) != 0)
            fail_msg("%s: %s", good[i], error.text);
    }
}

void test_capsule_pb__refuses_with_reason_and_place(void **state)
{
    static const struct {
        const char *hex;
        uint64_t offset;
        const char *what;
    } bad[] = {
        {"08", 1, "Test.u64: the message ends"},
        {"0880", 1, "Test.u64: the message ends"},
        {"80", 0, "a tag: the message ends"},
        {"088000", 1, "shortest"},
        {"08ffffffffffffffffff8001", 1, "wider than 64"},
        {"08ffffffffffffffffff02", 1, "wider than 64"},
        {"8800", 0, "shortest"},
        {"888000", 0, "shortest"},
        {"80808080808080808080", 0, "wider than 64"},
        {"0001", 0, "0 is no number of a field"},
        {"80808080100001", 0, "is no number of a field"},
        {"0b0c", 0, "groups"},
        {"0c", 0, "groups"},
        {"0e", 0, "no such wire type"},
        {"0f", 0, "no such wire type"},
        {"0800", 0, "default"},
        {"3a00", 0, "default"},
        {"290000000000000000", 0, "default"},
        {"08010801", 2, "twice"},
        {"18001800", 2, "twice"},
        {"10010801", 2, "field 1 stands after field 2"},
        {"a006010801", 3, "field 1 stands after field 100"},
        {"82010161080182010162", 4, "field 1 stands after field 16"},
        {"108080808010", 0, "wider than 32"},
        {"188080808008", 0, "past 2^31-1"},
        {"2002", 0, "neither true nor false"},
        {"0a00", 0, "wire type of another"},
        {"3801", 0, "wire type of another"},
        {"2d00000000", 0, "wire type of another"},
        {"2900000000000000", 0, "ends inside"},
        {"35000000", 0, "ends inside"},
        {"3a0461c3a9", 1, "longer than the message"},
        {"3affffffffffffffffff01", 1, "longer than the message"},
        {"3a0361ff62", 3, "UTF-8"},
        {"820102c328", 3, "UTF-8"},
        {"3a03eda080", 2, "UTF-8"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;

        if (pb_check(&pb_table, bad[i].hex, &error) != SEIGR_E_FORMAT)
            fail_msg("%s was taken", bad[i].hex);
        if (strstr(error.text, bad[i].what) == NULL ||
            error.offset != bad[i].offset)
            fail_msg("%s: '%s' at %llu", bad[i].hex, error.text,
                     (unsigned long long)error.offset);
    }
}

void test_capsule_pb__one_field_of_16_to_31(void **state)
{
    (void)state;
    assert_int_equal(pb_check(&pb_one_of, "8001017a00", NULL), SEIGR_E_FORMAT);
    assert_ok(pb_check(&pb_one_of, "7a00800101800201", NULL));
    assert_int_equal(pb_check(&pb_one_of, "800101880101", NULL),
                     SEIGR_E_FORMAT);
    assert_int_equal(pb_check(&pb_one_of, "800101800101", NULL),
                     SEIGR_E_FORMAT);
    assert_int_equal(pb_check(&pb_one_of, "800101f80101", NULL),
                     SEIGR_E_FORMAT);
    assert_ok(pb_check(&pb_one_of, "f80101800201", NULL)); /* 31 and 32 */
    assert_ok(pb_check(&pb_unknown, "800101880101", NULL));
}

void test_capsule_pb__values_of_every_type(void **state)
{
    static const char hex[] = "08ac02"
                              "2001"
                              "29efcdab8967452301"
                              "3578563412"
                              "3a026869"
                              "4a020801"
                              "a00605";
    const seigr_span bytes = support_hex(hex);
    static const uint32_t numbers[] = {1, 4, 5, 6, 7, 9, 100};
    static const uint64_t integers[] = {
        300, 1, 0x0123456789abcdef, 0x12345678, 0, 0, 5};
    seigr__pb r;
    seigr__pb_value value;

    (void)state;
    seigr__pb_init(&r, &pb_table, bytes, bytes.ptr, NULL);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(seigr__pb_next(&r, &value), 1);
        assert_int_equal(value.number, numbers[i]);
        assert_int_equal(value.integer, integers[i]);
        assert_int_equal(value.field == NULL, numbers[i] == 100);
        if (numbers[i] == 7)
            assert_memory_equal(value.bytes.ptr, "hi", 2);
        if (numbers[i] == 9)
            assert_int_equal(value.bytes.len, 2);
    }
    assert_int_equal(seigr__pb_next(&r, &value), 0);
    assert_int_equal(seigr__pb_next(&r, &value), 0); /* and stays there */
}

/* The fields that were read, put behind each other again, are the message. */
static void pb_assert_covered(seigr_span bytes)
{
    seigr__pb r;
    seigr__pb_value value;
    const uint8_t *at = bytes.ptr;

    seigr__pb_init(&r, &pb_unknown, bytes, bytes.ptr, NULL);
    while (seigr__pb_next(&r, &value) == 1) {
        assert_ptr_equal(value.tag, at);
        at = r.at;
    }
    assert_ptr_equal(at, bytes.ptr + bytes.len);
}

void test_capsule_pb__wire_vectors(void **state)
{
    json_t *file = support_vectors("protobuf/wire.json");
    size_t malformed = 0;
    size_t taken = 0;
    size_t not_canonical = 0;
    size_t i;
    json_t *one;

    (void)state;
    json_array_foreach(file, i, one)
    {
        const seigr_span bytes = help_copy(support_hex_of(one, "hex"));
        const int well_formed =
            json_is_true(json_object_get(one, "wellFormed"));
        seigr_error error = SEIGR_ERROR_INIT;
        const int err = seigr__pb_check(&pb_unknown, bytes, bytes.ptr, &error);

        if (!well_formed && err == 0)
            fail_msg("%s is malformed and was taken",
                     support_string(one, "hex"));
        if (err != 0) {
            assert_int_equal(err, SEIGR_E_FORMAT);
            assert_true(error.offset <= bytes.len);
        } else {
            pb_assert_covered(bytes);
        }
        malformed += !well_formed;
        taken += err == 0;
        not_canonical += well_formed && err != 0;
    }
    assert_true(taken > 0 && malformed > 0);
    support_count("protobuf.malformed", malformed);
    support_count("protobuf.taken", taken);
    support_count("protobuf.not-canonical", not_canonical);
    json_decref(file);
}
