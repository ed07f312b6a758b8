/* SPDX-License-Identifier: MIT */
/*
 * The door: what is cut, flipped or changed in any place is refused, and the
 * two readers of an envelope agree on everything.
 */
#include "capsule_help.h"

#include "envelope.h"

#include <stdlib.h>
#include <string.h>

/* A small capsule of our own. */
static seigr_span door_single(void)
{
    help_key key;
    help_draft d;

    help_key_init(&key, 3);
    help_draft_small(&d);
    return help_seal(&key, &d.draft, NULL);
}

/* A golden capsule of a batch. */
static seigr_span door_batch(void)
{
    json_t *file = support_golden("batches.json");
    const json_t *batch = json_array_get(json_object_get(file, "valid"), 2);
    const json_t *one = json_array_get(json_object_get(batch, "members"), 0);
    const seigr_span bytes = support_hex_of(one, "capsule");

    json_decref(file);
    return bytes;
}

static void door_every_cut(seigr_span bytes)
{
    for (size_t len = 0; len < bytes.len; len++) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_verified verified;
        const int err =
            help_verdict((seigr_span){bytes.ptr, len}, &verified, &error);

        assert_true(err == SEIGR_E_TRUNCATED || err == SEIGR_E_FORMAT);
        assert_int_equal(error.code, err);
        assert_true(error.offset <= len);
        assert_true(strlen(error.text) > 10);
    }
}

void test_capsule_door__every_cut_is_refused(void **state)
{
    (void)state;
    door_every_cut(door_single());
    door_every_cut(door_batch());
}

/* tree-size and leaf-index of a proof are not signed: another tree of the
 * same shape above the leaf is no lie that anybody could be held to. */
static int door_flip_is_free(seigr_span bytes, size_t at)
{
    seigr_capsule view;
    seigr__receipt receipt;

    memset(&view, 0, sizeof(view));
    assert_ok(seigr__envelope_parse(bytes, &view, NULL));
    if (view.receipt.ptr == NULL)
        return 0;
    assert_ok(seigr__receipt_read(&view, &receipt, NULL));
    return bytes.ptr + at < receipt.path && bytes.ptr + at >= receipt.path - 3;
}

static void door_every_flip(seigr_span bytes)
{
    uint8_t *copy = malloc(bytes.len);

    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    for (size_t bit = 0; bit < bytes.len * 8; bit++) {
        seigr_verified verified;
        int err;

        copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        err = help_verdict((seigr_span){copy, bytes.len}, &verified, NULL);
        if (err == 0 && !door_flip_is_free(bytes, bit / 8))
            fail_msg("bit %zu of byte %zu is free", bit % 8, bit / 8);
        copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    free(copy);
}

void test_capsule_door__every_flip_is_refused(void **state)
{
    (void)state;
    door_every_flip(door_single());
    door_every_flip(door_batch());
}

static void door_compare_receipts(const seigr_capsule *view)
{
    seigr__receipt a;
    seigr__receipt b;
    int matched;

    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    matched = seigr__receipt_match(view, &a) == 0;
    assert_int_equal(matched, seigr__receipt_parse(view, &b, NULL) == 0);
    if (matched)
        assert_memory_equal(&a, &b, sizeof(a));
}

/* By comparison and item by item: the same verdict, the same view. */
static void door_compare_readers(seigr_span bytes)
{
    seigr_capsule a;
    seigr_capsule b;
    int matched;
    int parsed;

    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    matched = seigr__envelope_match(bytes, &a);
    parsed = seigr__envelope_parse(bytes, &b, NULL);
    assert_int_equal(matched == 0, parsed == 0);
    if (matched != 0)
        return;
    assert_int_equal(a.alg, b.alg);
    assert_memory_equal(&a.issuer, &b.issuer, sizeof(a.issuer));
    assert_ptr_equal(a.protected_header.ptr, b.protected_header.ptr);
    assert_ptr_equal(a.payload.ptr, b.payload.ptr);
    assert_int_equal(a.payload.len, b.payload.len);
    assert_ptr_equal(a.signature.ptr, b.signature.ptr);
    assert_ptr_equal(a.receipt.ptr, b.receipt.ptr);
    assert_int_equal(a.receipt.len, b.receipt.len);
    if (a.receipt.ptr != NULL)
        door_compare_receipts(&a);
}

static void door_mutate(seigr_span from, support_rng *rng)
{
    uint8_t *copy = malloc(from.len + 8);
    size_t len = from.len;

    assert_non_null(copy);
    memcpy(copy, from.ptr, from.len);
    for (uint64_t n = support_random(rng) % 3; n > 0; n--)
        copy[support_random(rng) % len] ^=
            (uint8_t)(support_random(rng) % 2 ? support_random(rng)
                                              : 1u << support_random(rng) % 8);
    if (support_random(rng) % 4 == 0) { /* lose or gain a byte */
        const size_t at = support_random(rng) % len;

        memmove(copy + at, copy + at + 1, len - at - 1);
        len--;
    } else if (support_random(rng) % 4 == 0) {
        const size_t at = support_random(rng) % len;

        memmove(copy + at + 1, copy + at, len - at);
        len++;
    }
    door_compare_readers((seigr_span){copy, len});
    free(copy);
}

void test_capsule_door__both_readers_agree(void **state)
{
    static uint8_t out[70400];
    static uint8_t payload[70000];
    static const size_t lens[] = {0, 23, 24, 255, 256, 300, 65535, 65536};
    support_rng rng = {0xd003};
    help_key key;
    size_t len;

    (void)state;
    printf("seed %#llx\n", (unsigned long long)rng.state);
    help_key_init(&key, 4);
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        assert_ok(seigr_capsule_frame(
            &key.context, (seigr_span){payload, lens[i]}, 0, &key.signer,
            (seigr_buf){out, sizeof(out)}, &len, NULL, NULL));
        door_compare_readers((seigr_span){out, len});
        for (size_t k = 0; k < support_scaled(200); k++)
            door_mutate((seigr_span){out, len}, &rng);
    }
    for (size_t k = 0; k < support_scaled(2000); k++)
        door_mutate(door_single(), &rng);
    for (size_t k = 0; k < support_scaled(10000); k++)
        door_mutate(door_batch(), &rng);
}

void test_capsule_door__payload_of_1_mib_and_one_more(void **state)
{
    const size_t max = SEIGR_CAPSULE_PAYLOAD_MAX;
    uint8_t *payload = calloc(1, max + 1);
    uint8_t *out = calloc(1, max + 1 + SEIGR_CAPSULE_OVERHEAD_MAX);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    help_key key;
    size_t len;

    (void)state;
    assert_non_null(payload);
    assert_non_null(out);
    help_key_init(&key, 5);
    /* A label value fills it: kind, sequence, label of one long value. */
    memcpy(payload, "\x08\x01\x20\x01\x3a\xf8\xff\x3f\x12\xf4\xff\x3f", 12);
    memset(payload + 12, 'v', max - 12);
    assert_ok(seigr_capsule_frame(
        &key.context, (seigr_span){payload, max}, 0, &key.signer,
        (seigr_buf){out, max + SEIGR_CAPSULE_OVERHEAD_MAX}, &len, NULL, NULL));
    assert_ok(seigr_capsule_decode(&key.context, (seigr_span){out, len}, &view,
                                   &error));
    assert_int_equal(seigr_capsule_frame(
                         &key.context, (seigr_span){payload, max + 1}, 0,
                         &key.signer, (seigr_buf){NULL, 0}, &len, NULL, &error),
                     SEIGR_E_LIMIT);
    assert_memory_equal(out + 71, "\x5a\x00\x10\x00\x00", 5);
    out[75] = 0x01;
    assert_int_equal(seigr_capsule_decode(&key.context,
                                          (seigr_span){out, 71 + 5 + max + 67},
                                          &view, &error),
                     SEIGR_E_LIMIT);
    assert_int_equal(error.offset, 76);
    free(out);
    free(payload);
}

/* Scratch comes from the caller or, all of it, from the allocator. */
static int door_verify(support_memory *memory, void *arg)
{
    const seigr_span *bytes = arg;
    const seigr_context context = help_context(&memory->allocator);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_verified verified;
    int err;

    memset(&verified, 0x77, sizeof(verified));
    err = seigr_capsule_decode(&context, *bytes, &view, NULL);
    if (err == 0)
        err = seigr_capsule_verify(&context, &view, (seigr_buf){NULL, 0},
                                   &verified, NULL);
    if (err != 0)
        assert_int_equal(((const uint8_t *)&verified)[0], 0x77); /* untouched */
    assert_true(memory->largest_bytes <= bytes->len + 128);
    return err;
}

void test_capsule_door__every_allocation_fails_once(void **state)
{
    seigr_span bytes = door_single();

    (void)state;
    support_each_allocation(door_verify, &bytes);
}

void test_capsule_door__scratch_too_short(void **state)
{
    const seigr_context context = help_context(NULL);
    const seigr_span bytes = door_single();
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    uint8_t scratch[1000];

    (void)state;
    assert_ok(seigr_capsule_decode(&context, bytes, &view, NULL));
    assert_int_equal(
        seigr_capsule_verify(
            &context, &view,
            (seigr_buf){scratch,
                        SEIGR_CAPSULE_SCRATCH_LEN(view.payload.len) - 1},
            &verified, &error),
        SEIGR_E_ROOM);
    assert_int_equal(seigr_capsule_verify(&context, &view, (seigr_buf){NULL, 0},
                                          &verified, &error),
                     SEIGR_E_NOMEM); /* no allocator at all */
}

void test_capsule_door__callers_mistakes(void **state)
{
    seigr_context context = help_context(NULL);
    const seigr_span bytes = door_single();
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_capsule short_view = {.struct_size = 8};
    seigr_crypto none;
    seigr_verified verified;
    uint8_t room[1000];

    (void)state;
    assert_int_equal(seigr_capsule_decode(NULL, bytes, &view, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_capsule_decode(&context, bytes, NULL, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_capsule_decode(&context, bytes, &short_view, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_capsule_decode(&context, (seigr_span){NULL, 5}, &view, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(seigr_capsule_verify(&context, &view,
                                          (seigr_buf){room, sizeof(room)},
                                          &verified, NULL),
                     SEIGR_E_INVAL); /* never decoded */
    assert_ok(seigr_capsule_decode(&context, bytes, &view, NULL));
    assert_int_equal(seigr_capsule_verify_in_place(
                         &context, &view, (seigr_buf){room, sizeof(room)}, NULL,
                         &verified, NULL),
                     SEIGR_E_INVAL); /* it does not stand there */
    memset(&none, 0, sizeof(none));
    none.struct_size = (uint32_t)sizeof(none);
    context.crypto = &none;
    assert_int_equal(seigr_capsule_verify(&context, &view,
                                          (seigr_buf){room, sizeof(room)},
                                          &verified, NULL),
                     SEIGR_E_UNSUPPORTED);
    context.crypto = NULL;
    assert_int_equal(seigr_capsule_verify(&context, &view,
                                          (seigr_buf){room, sizeof(room)},
                                          &verified, NULL),
                     SEIGR_E_INVAL);
}

/* Every key of small order or in another writing is refused by name. */
void test_capsule_door__weak_keys_are_named(void **state)
{
    static const char *const keys[] = {
        /* y = 0, 1, -1, the two of order 8; then p, p + 1, 2^255 - 1 */
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    help_key key;
    help_draft d;

    (void)state;
    help_key_init(&key, 6);
    help_draft_small(&d);
    for (size_t i = 0; i < 2 * sizeof(keys) / sizeof(keys[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_verified verified;

        memcpy(key.signer.key.bytes, support_hex(keys[i / 2]).ptr, 32);
        if (i % 2)
            key.signer.key.bytes[31] |= 0x80; /* the sign of x */
        assert_int_equal(
            help_verdict(help_seal(&key, &d.draft, NULL), &verified, &error),
            SEIGR_E_KEY);
        assert_int_equal(error.offset, 10); /* of kid */
    }
}
