/* SPDX-License-Identifier: MIT */
/*
 * measure_verify.c - the public calls of the verify profile.
 */
#include "measure.h"

#include "board_vectors.h" /* capsule_cases, batch_cases */
#include "seigr/seigr.h"
#include "seigr/senary.h"
#include "seigr/sys/compact.h"

#include <string.h> /* memcpy */

/* With one link, one label and a body. */
#define CAPSULE (capsule_cases[1].capsule)
#define BATCHED (batch_cases[0].capsule)

static uint8_t room[1024];
static const seigr_buf whole_room = {room, sizeof(room)};
static uint8_t bytes[32];
static char text[128];
static size_t len;
static seigr_error error = SEIGR_ERROR_INIT;
static seigr_capsule capsule = SEIGR_CAPSULE_INIT;
static seigr_verified verified;
static seigr_receipt_cache *cache;

static const seigr_context *context(void)
{
    static seigr_context value = SEIGR_CONTEXT_INIT;

    value.crypto = seigr_crypto_sodium_verify();
    return &value;
}

/* --- senary ----------------------------------------------------------- */

static int run_senary_encode(void)
{
    return seigr_senary_encode((seigr_span){bytes, sizeof(bytes)}, whole_room,
                               &len);
}

static int run_senary_decode(void)
{
    return seigr_senary_decode((seigr_span){(const uint8_t *)text + 6, 100},
                               whole_room, &len, &error);
}

static int run_check_encode(void)
{
    char check[SEIGR_SENARY_CHECK_DIGITS];

    return seigr_senary_check_encode(
        (seigr_span){(const uint8_t *)text + 6, 100}, check, &error);
}

static int run_check_verify(void)
{
    return seigr_senary_check_verify(
        (seigr_span){(const uint8_t *)text + 6, 106}, &error);
}

static int run_encoder(void)
{
    seigr_senary_encoder encoder;
    seigr_span all = {bytes, sizeof(bytes)};
    int err;

    seigr_senary_encoder_init(&encoder);
    err = seigr_senary_encoder_step(&encoder, &all, whole_room, &len);
    return err != 0 ? err
                    : seigr_senary_encoder_finish(&encoder, whole_room, &len);
}

static int run_decoder(void)
{
    seigr_senary_decoder decoder;
    seigr_span all = {(const uint8_t *)text + 6, 100};
    int err;

    seigr_senary_decoder_init(&decoder);
    err = seigr_senary_decoder_step(&decoder, &all, whole_room, &len, &error);
    return err != 0 ? err
                    : seigr_senary_decoder_finish(&decoder, whole_room, &len,
                                                  &error);
}

static int run_address_encode(void)
{
    seigr_id id;

    memcpy(id.bytes, bytes, sizeof(bytes));
    seigr_address_encode_id(&id, text);
    return 0;
}

static int run_address_decode(void)
{
    seigr_id id;

    return seigr_address_decode_id(
        (seigr_span){(const uint8_t *)text, SEIGR_ADDRESS_LEN}, &id, &error);
}

static int run_address_short(void)
{
    seigr_id id;
    char out[SEIGR_ADDRESS_SHORT_LEN + 1];

    memcpy(id.bytes, bytes, sizeof(bytes));
    seigr_address_short_id(&id, out);
    return out[6] != '-';
}

static int run_prefix(void)
{
    seigr_prefix prefix;
    uint8_t first[32], last[32];
    const int err = seigr_prefix_decode((seigr_span){(const uint8_t *)text, 18},
                                        &prefix, &error);

    if (err != 0)
        return err;
    seigr_prefix_range(&prefix, first, last);
    return !seigr_prefix_match(&prefix, bytes);
}

/* --- crypto ----------------------------------------------------------- */

static int run_sha256(void)
{
    seigr_hash hash;

    seigr_sha256(context(), (seigr_span){room, sizeof(room)}, &hash);
    return 0;
}

/* --- capsule ---------------------------------------------------------- */

static int run_decode(void)
{
    return seigr_capsule_decode(context(), CAPSULE, &capsule, &error);
}

static int run_next(void)
{
    seigr_link link;
    seigr_label label;
    size_t cursor = 0;
    int err = !seigr_capsule_next_link(&capsule, &cursor, &link);

    cursor = 0;
    return err || !seigr_capsule_next_label(&capsule, &cursor, &label);
}

static int run_verify(void)
{
    return seigr_capsule_verify(context(), &capsule, whole_room, &verified,
                                &error);
}

static int run_read(void)
{
    return seigr_verified_bytes(&verified).len != CAPSULE.len ||
           seigr_verified_id(&verified)->bytes[0] !=
               capsule_cases[1].id.ptr[0] ||
           seigr_verified_capsule(&verified)->kind != capsule.kind;
}

static int run_in_place(void)
{
    const seigr_buf place = {room, SEIGR_CAPSULE_HEADROOM + CAPSULE.len};
    seigr_capsule moved = SEIGR_CAPSULE_INIT;
    int err;

    memcpy(room + SEIGR_CAPSULE_HEADROOM, CAPSULE.ptr, CAPSULE.len);
    err = seigr_capsule_decode(
        context(), (seigr_span){room + SEIGR_CAPSULE_HEADROOM, CAPSULE.len},
        &moved, &error);
    if (err != 0)
        return err;
    return seigr_capsule_verify_in_place(context(), &moved, place, NULL,
                                         &verified, &error);
}

static int run_compact(void)
{
    static seigr_context compact = SEIGR_CONTEXT_INIT;

    compact.crypto = seigr_crypto_compact();
    return seigr_capsule_verify(&compact, &capsule, whole_room, &verified,
                                &error);
}

static int run_compact_sha256(void)
{
    const seigr_crypto *compact = seigr_crypto_compact();
    seigr_hash hash;

    compact->sha256(hash.bytes, room, sizeof(room), compact->ctx);
    return 0;
}

static int run_decode_batched(void)
{
    return seigr_capsule_decode(context(), BATCHED, &capsule, &error);
}

static int run_cache(void)
{
    static uint64_t memory[512];
    static const seigr_receipt_cache_options options = {
        (uint32_t)sizeof(options), 4, 8, 0};

    if (seigr_receipt_cache_size(&options) > sizeof(memory))
        return SEIGR_E_ROOM;
    return seigr_receipt_cache_init(memory, sizeof(memory), &options, &cache);
}

static int run_cached(void)
{
    return seigr_capsule_verify_cached(context(), &capsule, whole_room, cache,
                                       &verified, &error);
}

/* A call may rest on what the ones before it left. */
const struct measure_call measure_verify_calls[] = {
    {"seigr_senary_encode", "32-bytes", run_senary_encode},
    {"seigr_address_encode_id", "id", run_address_encode},
    {"seigr_address_short_id", "id", run_address_short},
    {"seigr_address_decode_id", "112-chars", run_address_decode},
    {"seigr_senary_decode", "100-digits", run_senary_decode},
    {"seigr_senary_check_encode", "100-digits", run_check_encode},
    {"seigr_senary_check_verify", "106-digits", run_check_verify},
    {"seigr_senary_encoder_step", "32-bytes", run_encoder},
    {"seigr_senary_decoder_step", "100-digits", run_decoder},
    {"seigr_prefix_decode", "12-digits", run_prefix},
    {"seigr_sha256", "1024-bytes", run_sha256},
    {"seigr_capsule_decode", "273-bytes", run_decode},
    {"seigr_capsule_next_link", "1-link-1-label", run_next},
    {"seigr_capsule_verify", "273-bytes", run_verify},
    {"seigr_capsule_verify", "compact-table", run_compact},
    {"seigr_sha256", "compact-1024-bytes", run_compact_sha256},
    {"seigr_verified_capsule", "273-bytes", run_read},
    {"seigr_capsule_verify_in_place", "with-decode", run_in_place},
    {"seigr_capsule_decode", "of-a-batch", run_decode_batched},
    {"seigr_capsule_verify", "of-a-batch", run_verify},
    {"seigr_receipt_cache_init", "4-roots", run_cache},
    /* Its stack is of the first call, its instructions of the second. */
    {"seigr_capsule_verify_cached", "known-batch", run_cached},
    {NULL, NULL, NULL},
};
