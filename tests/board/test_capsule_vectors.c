/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include "seigr/capsule.h"
#include "seigr/senary.h"
#include "seigr/sys/compact.h"

#include <string.h> /* memcpy */

/* Which cryptography the door has: libsodium's but where a test says so. */
static const seigr_crypto *crypto;

static seigr_context board_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = crypto != NULL ? crypto : seigr_crypto_sodium_verify();
    return context;
}

/* Through the door, from flash with the shared room as scratch. */
static int take(seigr_span bytes, seigr_verified *out, seigr_error *error)
{
    const seigr_context context = board_context();
    const seigr_buf scratch = {support_room_bytes, sizeof(support_room_bytes)};
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    int err = seigr_capsule_decode(&context, bytes, &capsule, error);

    if (err != 0)
        return err;
    return seigr_capsule_verify(&context, &capsule, scratch, out, error);
}

/* The same in memory that can be written, without scratch. */
static int take_in_place(seigr_span bytes, seigr_verified *out,
                         seigr_error *error)
{
    const seigr_context context = board_context();
    const seigr_buf room = {support_room_bytes,
                            SEIGR_CAPSULE_HEADROOM + bytes.len};
    const seigr_span moved = {room.ptr + SEIGR_CAPSULE_HEADROOM, bytes.len};
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    int err;

    if (room.len > sizeof(support_room_bytes))
        return SEIGR_E_ROOM;
    memcpy(room.ptr + SEIGR_CAPSULE_HEADROOM, bytes.ptr, bytes.len);
    err = seigr_capsule_decode(&context, moved, &capsule, error);
    if (err != 0)
        return err;
    return seigr_capsule_verify_in_place(&context, &capsule, room, NULL, out,
                                         error);
}

static seigr_span id_of(const seigr_verified *verified)
{
    const seigr_id *id = seigr_verified_id(verified);

    return (seigr_span){id->bytes, sizeof(id->bytes)};
}

/* A capsule that must verify, both ways, to this ID. */
static void check_valid(seigr_span bytes, seigr_span id, const char *family,
                        size_t index)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;

    support_check(take(bytes, &verified, &error) == 0, family, index);
    support_check(support_equal(id_of(&verified), id), family, index);
    support_check(take_in_place(bytes, &verified, &error) == 0, family, index);
    support_check(support_equal(id_of(&verified), id), family, index);
}

/* A capsule that must be refused with a code and a sentence. */
static void check_invalid(seigr_span bytes, int refused, const char *family,
                          size_t index)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    const int err = take(bytes, &verified, &error);

    support_check((err < 0) == refused, family, index);
    support_check(error.code == err, family, index);
    support_check(error.text[0] != '\0', family, index);
    support_check(take_in_place(bytes, &verified, NULL) == err, family, index);
}

void test_board_capsule_vectors__valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < capsule_case_count; i++) {
        const struct capsule_case *c = &capsule_cases[i];
        char address[SEIGR_ADDRESS_LEN + 1];
        seigr_verified verified;

        check_valid(c->capsule, c->id, "capsule", i);
        if (take(c->capsule, &verified, NULL) != 0)
            continue;
        support_check(support_equal(seigr_verified_capsule(&verified)->payload,
                                    c->payload),
                      "capsule", i);
        seigr_address_encode_id(seigr_verified_id(&verified), address);
        support_check(support_equal((seigr_span){(const uint8_t *)address,
                                                 SEIGR_ADDRESS_LEN},
                                    c->address),
                      "capsule", i);
    }
    support_count("capsule", capsule_case_count);
}

void test_board_capsule_vectors__invalid(void **state)
{
    (void)state;
    for (size_t i = 0; i < capsule_invalid_case_count; i++)
        check_invalid(capsule_invalid_cases[i].capsule,
                      (int)capsule_invalid_cases[i].refused, "capsule_invalid",
                      i);
    support_count("capsule_invalid", capsule_invalid_case_count);
}

void test_board_capsule_vectors__payload(void **state)
{
    (void)state;
    for (size_t i = 0; i < payload_case_count; i++)
        check_valid(payload_cases[i].capsule, payload_cases[i].id, "payload",
                    i);
    support_count("payload", payload_case_count);
}

void test_board_capsule_vectors__bad_payload(void **state)
{
    (void)state;
    for (size_t i = 0; i < payload_invalid_case_count; i++)
        check_invalid(payload_invalid_cases[i].capsule,
                      (int)payload_invalid_cases[i].refused, "payload_invalid",
                      i);
    support_count("payload_invalid", payload_invalid_case_count);
}

void test_board_capsule_vectors__batch(void **state)
{
    (void)state;
    for (size_t i = 0; i < batch_case_count; i++)
        check_valid(batch_cases[i].capsule, batch_cases[i].id, "batch", i);
    support_count("batch", batch_case_count);
}

void test_board_capsule_vectors__bad_batch(void **state)
{
    (void)state;
    for (size_t i = 0; i < batch_invalid_case_count; i++)
        check_invalid(batch_invalid_cases[i].capsule,
                      (int)batch_invalid_cases[i].refused, "batch_invalid", i);
    support_count("batch_invalid", batch_invalid_case_count);
}

void test_board_capsule_vectors__every_bit_of_a_small_one(void **state)
{
    const seigr_span whole = capsule_cases[0].capsule;
    static uint8_t changed[1024];
    size_t accepted = 0;

    (void)state;
    support_check(whole.len <= sizeof(changed), "bit", 0);
    for (size_t i = 0; i < whole.len; i++) {
        seigr_verified verified;

        memcpy(changed, whole.ptr, whole.len);
        changed[i] = (uint8_t)(changed[i] ^ 1u << i % 8);
        if (take((seigr_span){changed, whole.len}, &verified, NULL) == 0)
            accepted++;
    }
    support_check(accepted == 0, "bit", accepted);
    check_valid(whole, capsule_cases[0].id, "bit", whole.len);
    support_count("bit", whole.len);
}

/* The same through the table that needs no libsodium. */
void test_board_capsule_vectors__all_by_the_compact_table(void **state)
{
    crypto = seigr_crypto_compact();
    test_board_capsule_vectors__valid(state);
    test_board_capsule_vectors__invalid(state);
    test_board_capsule_vectors__payload(state);
    test_board_capsule_vectors__bad_payload(state);
    test_board_capsule_vectors__batch(state);
    test_board_capsule_vectors__bad_batch(state);
    crypto = NULL;
}
