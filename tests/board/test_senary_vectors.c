/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include "seigr/senary.h"

static const seigr_buf whole_room = {support_room_bytes,
                                     sizeof(support_room_bytes)};

/* What was written to the shared room. */
static seigr_span written(size_t len)
{
    return (seigr_span){support_room_bytes, len};
}

void test_board_senary_vectors__text(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_text_case_count; i++) {
        const struct senary_text_case *c = &senary_text_cases[i];
        seigr_error error = SEIGR_ERROR_INIT;
        size_t len = 0;

        support_check(seigr_senary_encode(c->hex, whole_room, &len) == 0,
                      "senary_text", i);
        support_check(support_equal(written(len), c->digits), "senary_text", i);
        support_check(
            seigr_senary_decode(c->digits, whole_room, &len, &error) == 0,
            "senary_text", i);
        support_check(support_equal(written(len), c->hex), "senary_text", i);
    }
    support_count("senary_text", senary_text_case_count);
}

void test_board_senary_vectors__bad_text_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_text_invalid_case_count; i++) {
        const struct senary_text_invalid_case *c =
            &senary_text_invalid_cases[i];
        seigr_error error = SEIGR_ERROR_INIT;
        size_t len;
        const int refused = seigr_senary_decode(c->digits, whole_room, &len,
                                                &error) == SEIGR_E_FORMAT;

        support_check(refused == (int)c->refused, "senary_text_invalid", i);
        support_check(error.text[0] != '\0', "senary_text_invalid", i);
    }
    support_count("senary_text_invalid", senary_text_invalid_case_count);
}

void test_board_senary_vectors__address(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_address_case_count; i++) {
        const struct senary_address_case *c = &senary_address_cases[i];
        char text[SEIGR_ADDRESS_LEN + 1];
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_id id;

        support_check(seigr_address_decode_id(c->address, &id, &error) == 0,
                      "senary_address", i);
        support_check(
            support_equal((seigr_span){id.bytes, sizeof(id.bytes)}, c->hex),
            "senary_address", i);
        seigr_address_encode_id(&id, text);
        support_check(support_equal((seigr_span){(const uint8_t *)text,
                                                 SEIGR_ADDRESS_LEN},
                                    c->address),
                      "senary_address", i);
    }
    support_count("senary_address", senary_address_case_count);
}

void test_board_senary_vectors__bad_address_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < senary_address_invalid_case_count; i++) {
        const struct senary_address_invalid_case *c =
            &senary_address_invalid_cases[i];
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_id id;
        const int refused =
            seigr_address_decode_id(c->address, &id, &error) == SEIGR_E_FORMAT;

        support_check(refused == (int)c->refused, "senary_address_invalid", i);
    }
    support_count("senary_address_invalid", senary_address_invalid_case_count);
}
