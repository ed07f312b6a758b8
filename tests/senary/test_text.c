/* SPDX-License-Identifier: MIT */
/*
 * The text codec: golden cases, an independent reference, every kind of bad
 * input, and streams in pieces of any length.
 */
#include "support.h"

#include "seigr/senary.h"
#include "senary_reference.h"

#include <stdlib.h>
#include <string.h>

/* Offset of the refusal of digits, whole and as a stream; they must agree. */
static uint64_t text_refused_at(const uint8_t *digits, size_t len,
                                seigr_error *error)
{
    seigr_error streamed = SEIGR_ERROR_INIT;
    seigr_senary_decoder decoder;
    seigr_span in = {digits, len};
    uint8_t *out = malloc(len + 8);
    size_t n = 77;
    int err;

    assert_int_equal(seigr_senary_decode((seigr_span){digits, len},
                                         (seigr_buf){out, len + 8}, &n, error),
                     SEIGR_E_FORMAT);
    assert_int_equal(n, 77);
    assert_int_equal(error->code, SEIGR_E_FORMAT);
    seigr_senary_decoder_init(&decoder);
    err = seigr_senary_decoder_step(&decoder, &in, (seigr_buf){out, len + 8},
                                    &n, &streamed);
    if (err == 0)
        err = seigr_senary_decoder_finish(&decoder, (seigr_buf){out, len + 8},
                                          &n, &streamed);
    assert_int_equal(err, SEIGR_E_FORMAT);
    assert_int_equal(streamed.offset, error->offset);
    assert_string_equal(streamed.text, error->text);
    assert_int_equal(seigr_senary_decoder_finish(
                         &decoder, (seigr_buf){out, len + 8}, &n, NULL),
                     SEIGR_E_FORMAT);
    in = (seigr_span){digits, 0};
    assert_int_equal(
        seigr_senary_decoder_step(&decoder, &in, (seigr_buf){0}, &n, NULL),
        SEIGR_E_FORMAT);
    free(out);
    return error->offset;
}

static void text_check_pair(seigr_span bytes, const char *digits)
{
    size_t digit_count = strlen(digits);
    uint8_t *out = malloc(digit_count + bytes.len + 1);
    seigr_span text = {(const uint8_t *)digits, digit_count};
    size_t n = 0;

    assert_int_equal(SEIGR_SENARY_TEXT_LEN(bytes.len), digit_count);
    assert_ok(seigr_senary_encode(bytes, (seigr_buf){out, digit_count}, &n));
    assert_int_equal(n, digit_count);
    assert_memory_equal(out, digits, digit_count);
    assert_ok(seigr_senary_decode(text, (seigr_buf){out, bytes.len}, &n, NULL));
    assert_int_equal(n, bytes.len);
    assert_memory_equal(out, bytes.ptr, bytes.len);
    free(out);
}

void test_senary_text__golden(void **state)
{
    json_t *json = support_golden("senary_text.json");
    const json_t *one;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(json, "valid"), i, one) text_check_pair(
        support_hex_of(one, "hex"), support_string(one, "digits"));
    support_count("senary_text.valid", i);
    json_array_foreach(json_object_get(json, "invalid"), i, one)
    {
        const char *digits = json_string_value(one);
        seigr_error error = SEIGR_ERROR_INIT;

        text_refused_at((const uint8_t *)digits, strlen(digits), &error);
    }
    support_count("senary_text.invalid", i);
    json_decref(json);
}

void test_senary_text__agrees_with_reference(void **state)
{
    support_rng rng = {1};
    uint8_t bytes[200];
    char digits[700];

    (void)state;
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        support_random_bytes(&rng, bytes, len);
        reference_text(bytes, len, digits);
        text_check_pair((seigr_span){bytes, len}, digits);
        memset(bytes, 0xff, len);
        reference_text(bytes, len, digits);
        text_check_pair((seigr_span){bytes, len}, digits);
    }
}

void test_senary_text__room(void **state)
{
    const uint8_t bytes[11] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    uint8_t digits[35];
    uint8_t back[11];
    size_t n = 0;

    (void)state;
    assert_int_equal(
        seigr_senary_encode((seigr_span){bytes, 11}, (seigr_buf){0}, &n),
        SEIGR_E_ROOM);
    assert_int_equal(n, 35);
    assert_int_equal(seigr_senary_encode((seigr_span){bytes, 11},
                                         (seigr_buf){digits, 34}, &n),
                     SEIGR_E_ROOM);
    assert_ok(seigr_senary_encode((seigr_span){bytes, 11},
                                  (seigr_buf){digits, 35}, &n));
    assert_int_equal(seigr_senary_decode((seigr_span){digits, 35},
                                         (seigr_buf){back, 10}, &n, NULL),
                     SEIGR_E_ROOM);
    assert_int_equal(n, 11);
    assert_int_equal(
        seigr_senary_encode((seigr_span){bytes, SIZE_MAX}, (seigr_buf){0}, &n),
        SEIGR_E_LIMIT);
    assert_int_equal(
        seigr_senary_encode((seigr_span){NULL, 1}, (seigr_buf){0}, &n),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_senary_decode((seigr_span){NULL, 1}, (seigr_buf){0}, &n, NULL),
        SEIGR_E_INVAL);
}

void test_senary_text__every_bad_character_at_every_place(void **state)
{
    support_rng rng = {2};
    uint8_t bytes[37];
    char digits[200];
    size_t len;

    (void)state;
    support_random_bytes(&rng, bytes, sizeof(bytes));
    len = reference_text(bytes, sizeof(bytes), digits);
    for (size_t at = 0; at < len; at++) {
        char good = digits[at];

        for (unsigned c = 0; c < 256; c++) {
            seigr_error error = SEIGR_ERROR_INIT;

            if (c >= '0' && c <= '5')
                continue;
            digits[at] = (char)c;
            assert_int_equal(
                text_refused_at((const uint8_t *)digits, len, &error), at);
        }
        digits[at] = good;
    }
}

/* Past the groups and batches that a path looks at together. */
void test_senary_text__offsets_in_long_text(void **state)
{
    support_rng rng = {20};
    uint8_t bytes[1003];
    static char digits[4000];
    size_t len;

    (void)state;
    support_random_bytes(&rng, bytes, sizeof(bytes));
    len = reference_text(bytes, sizeof(bytes), digits);
    for (size_t at = 0; at < len; at++) {
        char good = digits[at];
        seigr_error error = SEIGR_ERROR_INIT;

        digits[at] = "/6x\n\xff"[at % 5];
        digits[len - 1] ^= 0x40; /* the first of two is named */
        assert_int_equal(text_refused_at((const uint8_t *)digits, len, &error),
                         at);
        digits[len - 1] ^= 0x40;
        digits[at] = good;
    }
}

void test_senary_text__lengths_that_no_text_has(void **state)
{
    uint8_t digits[76];

    (void)state;
    memset(digits, '0', sizeof(digits));
    for (size_t len = 0; len < sizeof(digits); len++) {
        size_t tail = len % 25;
        size_t n;
        seigr_error error = SEIGR_ERROR_INIT;

        if (tail == 0 || (tail >= 4 && tail % 3 == 1)) {
            assert_int_equal(seigr_senary_decode((seigr_span){digits, len},
                                                 (seigr_buf){0}, &n, &error),
                             len == 0 ? 0 : SEIGR_E_ROOM);
            continue;
        }
        assert_int_equal(text_refused_at(digits, len, &error), len);
        if (len > 30) { /* a bad character in front is named first */
            digits[30] = '\n';
            assert_int_equal(text_refused_at(digits, len, &error), 30);
            assert_string_equal(
                error.text, "byte 0x0a is no senary digit: only 0 to 5 are");
            digits[30] = '0';
        }
    }
}

/* One more than the largest block of every length, after full blocks. */
void test_senary_text__blocks_too_large(void **state)
{
    uint8_t ones[24];
    char digits[100];

    (void)state;
    memset(ones, 0xff, sizeof(ones));
    for (size_t n = 1; n <= 24; n++) {
        size_t len = reference_text(ones, n, digits);
        size_t at = len;
        seigr_error error = SEIGR_ERROR_INIT;

        while (digits[at - 1] == '5') /* 255 is 1103: never past a block */
            digits[--at] = '0';
        digits[at - 1]++;
        assert_int_equal(text_refused_at((const uint8_t *)digits, len, &error),
                         at - 1);
        for (size_t i = len - (n % 8 == 0 ? 25 : n % 8 * 3 + 1); i < len; i++)
            digits[i] = '5';
        assert_true(text_refused_at((const uint8_t *)digits, len, &error) <
                    len);
    }
}

/* Random pieces of input, random room: the same as all at once. */
void test_senary_text__streams_equal_one_shot(void **state)
{
    support_rng rng = {3};
    uint8_t bytes[500];
    uint8_t whole[1600];
    uint8_t parts[1600];
    size_t whole_len;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        size_t len = support_random_below(&rng, sizeof(bytes));
        seigr_senary_encoder encoder;
        seigr_senary_decoder decoder;
        size_t at = 0;
        size_t written = 0;
        size_t n;

        support_random_bytes(&rng, bytes, len);
        assert_ok(seigr_senary_encode((seigr_span){bytes, len},
                                      (seigr_buf){whole, sizeof(whole)},
                                      &whole_len));
        seigr_senary_encoder_init(&encoder);
        while (at < len) {
            size_t piece = support_random_below(&rng, 60);
            size_t room = support_random_below(&rng, 200);
            seigr_span in = {bytes + at, piece < len - at ? piece : len - at};
            int err = seigr_senary_encoder_step(
                &encoder, &in, (seigr_buf){parts + written, room}, &n);

            if (err == SEIGR_E_ROOM) {
                assert_true(room < 25);
                continue;
            }
            assert_ok(err);
            assert_true(n <= room && n % 25 == 0);
            at = (size_t)(in.ptr - bytes);
            written += n;
        }
        assert_ok(seigr_senary_encoder_finish(
            &encoder, (seigr_buf){parts + written, 22}, &n));
        written += n;
        assert_int_equal(written, whole_len);
        assert_memory_equal(parts, whole, whole_len);

        seigr_senary_decoder_init(&decoder);
        for (at = 0, written = 0; at < whole_len;) {
            size_t piece = support_random_below(&rng, 90);
            size_t room = support_random_below(&rng, 40);
            seigr_span in = {whole + at,
                             piece < whole_len - at ? piece : whole_len - at};
            int err = seigr_senary_decoder_step(
                &decoder, &in, (seigr_buf){parts + written, room}, &n, NULL);

            if (err == SEIGR_E_ROOM) {
                assert_true(room < 8);
                continue;
            }
            assert_ok(err);
            assert_true(n <= room);
            at = (size_t)(in.ptr - whole);
            written += n;
        }
        assert_ok(seigr_senary_decoder_finish(
            &decoder, (seigr_buf){parts + written, 7}, &n, NULL));
        written += n;
        assert_int_equal(written, len);
        assert_memory_equal(parts, bytes, len);
    }
}

void test_senary_text__stream_ends_need_room(void **state)
{
    const uint8_t bytes[3] = {1, 2, 3};
    seigr_span in = {bytes, 3};
    seigr_senary_encoder encoder;
    seigr_senary_decoder decoder;
    uint8_t digits[10];
    uint8_t back[3];
    size_t n;

    (void)state;
    seigr_senary_encoder_init(&encoder);
    assert_ok(seigr_senary_encoder_step(&encoder, &in, (seigr_buf){0}, &n));
    assert_int_equal(n, 0);
    assert_int_equal(
        seigr_senary_encoder_finish(&encoder, (seigr_buf){digits, 9}, &n),
        SEIGR_E_ROOM);
    assert_int_equal(n, 10);
    assert_ok(
        seigr_senary_encoder_finish(&encoder, (seigr_buf){digits, 10}, &n));
    seigr_senary_decoder_init(&decoder);
    in = (seigr_span){digits, 10};
    assert_ok(
        seigr_senary_decoder_step(&decoder, &in, (seigr_buf){0}, &n, NULL));
    assert_int_equal(
        seigr_senary_decoder_finish(&decoder, (seigr_buf){back, 2}, &n, NULL),
        SEIGR_E_ROOM);
    assert_int_equal(n, 3);
    assert_ok(
        seigr_senary_decoder_finish(&decoder, (seigr_buf){back, 3}, &n, NULL));
    assert_memory_equal(back, bytes, 3);
}

void test_senary_text__stream_offsets_count_from_its_start(void **state)
{
    uint8_t digits[125];
    uint8_t out[40];

    (void)state;
    for (size_t bad = 0; bad < sizeof(digits); bad++) {
        seigr_senary_decoder decoder;
        seigr_error error = SEIGR_ERROR_INIT;
        int err = 0;

        memset(digits, '1', sizeof(digits));
        digits[bad] = 'x';
        seigr_senary_decoder_init(&decoder);
        for (size_t at = 0; at < sizeof(digits) && err == 0;) {
            size_t rest = sizeof(digits) - at;
            seigr_span in = {digits + at, rest < 9 ? rest : 9};
            size_t n;

            err = seigr_senary_decoder_step(
                &decoder, &in, (seigr_buf){out, sizeof(out)}, &n, &error);
            at = (size_t)(in.ptr - digits);
        }
        assert_int_equal(err, SEIGR_E_FORMAT);
        assert_int_equal(error.offset, bad);
    }
}
