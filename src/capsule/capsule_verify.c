/* SPDX-License-Identifier: MIT */
/*
 * capsule_verify.c - a view becomes a verified capsule (the arrow "verify").
 *
 * The only way into seigr_verified. Whether the issuer is trusted is a
 * question for another room.
 *
 * Invariants:
 *   (1) what is verified is exactly the Sig_structure of the view's bytes,
 *       and the identity is the hash of the same (FORMATS 2.2).
 *   (2) on failure nothing of the caller's has changed, and a buffer that
 *       was verified in place is as before whatever the outcome.
 */
#include "envelope.h" /* seigr__signed_write */
#include "receipt.h"  /* seigr__receipt_verify */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

/* y of the points of small order, the lower two being 0 and 1 (RFC 7748 and
 * 8032 curves have cofactor 8); p - 1 and what is not below p are found by
 * arithmetic. The sign bit is masked before comparing. */
static const uint8_t verify_order_8_y[2][32] = {
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

/* Is y, without the sign, p - 1 or above, where p = 2^255 - 19? Of these
 * p - 1 has order 2 and the rest is not canonical. */
static int verify_y_is_high(const uint8_t y[32])
{
    assert((y[31] & 0x80) == 0); /* the sign is masked */
    if (y[31] != 0x7f || y[0] < 0xec)
        return 0;
    for (int i = 1; i < 31; i++) {
        if (y[i] != 0xff)
            return 0;
    }
    return 1;
}

/* Is y 0 or 1: order 4 and the neutral point? */
static int verify_y_is_low(const uint8_t y[32])
{
    assert((y[31] & 0x80) == 0); /* the sign is masked */
    if (y[0] > 1)
        return 0;
    for (int i = 1; i < 32; i++) {
        if (y[i] != 0)
            return 0;
    }
    return 1;
}

/* Keys under which no signature is ever valid: small order, not canonical. */
static int verify_key_is_weak(const seigr_public_key *key)
{
    uint8_t y[32];

    memcpy(y, key->bytes, sizeof(y));
    y[31] &= 0x7f;
    return verify_y_is_low(y) || verify_y_is_high(y) ||
           memcmp(y, verify_order_8_y[0], 32) == 0 ||
           memcmp(y, verify_order_8_y[1], 32) == 0;
}

/* The reason of a signature that does not verify. */
static int verify_refuse(const seigr_capsule *capsule, seigr_error *error)
{
    const uint8_t *at = capsule->signature.ptr != NULL ? capsule->signature.ptr
                                                       : capsule->receipt.ptr;

    assert(at != NULL);
    if (verify_key_is_weak(&capsule->issuer))
        return seigr__fail(
            error, SEIGR_E_KEY,
            (uint64_t)(capsule->protected_header.ptr + SEIGR__KID_AT -
                       capsule->bytes.ptr),
            "the issuer's key is of small order or not canonical");
    return seigr__fail(error, SEIGR_E_SIGNATURE,
                       (uint64_t)(at - capsule->bytes.ptr),
                       capsule->signature.ptr != NULL
                           ? "the signature is not of these bytes and this key"
                           : "the receipt's signature is not of this capsule's "
                             "batch and key");
}

static void verify_id_of(const seigr_crypto *crypto, const uint8_t *message,
                         size_t len, seigr_id *out)
{
    static const uint8_t leaf_prefix[1] = {0x00};
    seigr_sha256_state state;

    assert(len > SEIGR__SIGNED_OVER_LEN);
    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, leaf_prefix, 1, crypto->ctx);
    crypto->sha256_update(&state, message, len, crypto->ctx);
    crypto->sha256_final(&state, out->bytes, crypto->ctx);
}

void seigr__capsule_id(const seigr_crypto *crypto, const seigr_capsule *capsule,
                       seigr_id *out)
{
    uint8_t head[1 + SEIGR__SIGNED_OVER_LEN];
    seigr_sha256_state state;
    const size_t payload_head = seigr__head_len(capsule->payload.len);

    assert(capsule->payload.ptr != NULL);
    head[0] = 0x00;
    seigr__signed_head_write(head + 1, capsule);
    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, head, sizeof(head), crypto->ctx);
    crypto->sha256_update(&state, capsule->payload.ptr - payload_head,
                          payload_head + capsule->payload.len, crypto->ctx);
    crypto->sha256_final(&state, out->bytes, crypto->ctx);
}

static void verify_fill(const seigr_capsule *capsule, const seigr_id *id,
                        seigr_verified *out)
{
    assert(capsule->bytes.ptr != NULL);
    out->private_view = *capsule;
    out->private_id = *id;
}

static int verify_check_arguments(const seigr_context *context,
                                  const seigr_capsule *capsule,
                                  const seigr_verified *out, seigr_error *error)
{
    const seigr_crypto *crypto = context == NULL ? NULL : context->crypto;

    if (crypto == NULL || capsule == NULL || out == NULL ||
        capsule->struct_size < sizeof(seigr_capsule) ||
        capsule->bytes.ptr == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_capsule_verify: an argument is missing");
    if (crypto->ed25519_verify == NULL || crypto->sha256 == NULL ||
        crypto->sha256_init == NULL || crypto->sha256_update == NULL ||
        crypto->sha256_final == NULL)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "there is no Ed25519 or no SHA-256 to verify with");
    return 0;
}

/* A capsule of a batch: its identity is in a tree whose root is signed. */
static int verify_batch(const seigr_context *context,
                        const seigr_capsule *capsule,
                        seigr_receipt_cache *cache, seigr_verified *out,
                        seigr_error *error)
{
    seigr__receipt receipt;
    seigr_id id;
    int err = seigr__receipt_read(capsule, &receipt, error);

    if (err != 0)
        return err;
    seigr__capsule_id(context->crypto, capsule, &id);
    if (seigr__receipt_verify(context, &receipt, &capsule->issuer, &id,
                              cache) != 0)
        return verify_refuse(capsule, error);
    verify_fill(capsule, &id, out);
    return 0;
}

/* A single capsule, its Sig_structure behind a zero byte in scratch. */
static int verify_single(const seigr_crypto *crypto,
                         const seigr_capsule *capsule, uint8_t *scratch,
                         seigr_verified *out, seigr_error *error)
{
    seigr_id id;
    size_t len;

    assert(capsule->signature.len == SEIGR_SIGNATURE_LEN);
    scratch[0] = 0x00;
    len = seigr__signed_write(scratch + 1, capsule);
    assert(1 + len <= SEIGR_CAPSULE_SCRATCH_LEN(capsule->payload.len));
    if (crypto->ed25519_verify(capsule->signature.ptr, scratch + 1, len,
                               capsule->issuer.bytes, crypto->ctx) != 0)
        return verify_refuse(capsule, error);
    crypto->sha256(id.bytes, scratch, 1 + len, crypto->ctx); /* (1) */
    verify_fill(capsule, &id, out);
    return 0;
}

int seigr_capsule_verify_cached(const seigr_context *context,
                                const seigr_capsule *capsule, seigr_buf scratch,
                                seigr_receipt_cache *cache, seigr_verified *out,
                                seigr_error *error)
{
    uint8_t *own = NULL;
    int err = verify_check_arguments(context, capsule, out, error);
    size_t need;

    if (err != 0)
        return err;
    if (capsule->receipt.ptr != NULL)
        return verify_batch(context, capsule, cache, out, error);
    need = SEIGR_CAPSULE_SCRATCH_LEN(capsule->payload.len);
    if (scratch.ptr == NULL) {
        own = seigr__alloc(context, need);
        if (own == NULL)
            return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                               "no memory for the %zu bytes of scratch", need);
        scratch = (seigr_buf){own, need};
    }
    if (scratch.len < need)
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "scratch of %zu bytes is needed", need);
    err = verify_single(context->crypto, capsule, scratch.ptr, out, error);
    seigr__release(context, own);
    return err;
}

int seigr_capsule_verify(const seigr_context *context,
                         const seigr_capsule *capsule, seigr_buf scratch,
                         seigr_verified *out, seigr_error *error)
{
    return seigr_capsule_verify_cached(context, capsule, scratch, NULL, out,
                                       error);
}

int seigr_capsule_open(const seigr_context *context, seigr_span bytes,
                       seigr_buf scratch, seigr_verified *out,
                       seigr_error *error)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    const int err = seigr_capsule_decode(context, bytes, &capsule, error);

    return err != 0
               ? err
               : seigr_capsule_verify(context, &capsule, scratch, out, error);
}

/*
 *            10 bytes    2       68       1
 *   before  | headroom | d2 84 | 58 42 P | a0 | payload | 58 40 signature |
 *   during  | 84 6a "Signature1"| 58 42 P | 40 | payload | 58 40 signature |
 */
static int verify_single_in_place(const seigr_crypto *crypto,
                                  const seigr_capsule *capsule, uint8_t *room,
                                  seigr_verified *out, seigr_error *error)
{
    const size_t len = SEIGR__SIGNED_OVER_LEN +
                       seigr__head_len(capsule->payload.len) +
                       capsule->payload.len;
    uint8_t kept[SEIGR__SIGNED_OVER_LEN];
    seigr_id id;
    int err;

    assert(capsule->bytes.ptr == room + SEIGR_CAPSULE_HEADROOM);
    memcpy(kept, room, sizeof(kept));
    seigr__signed_head_write(room, capsule);
    err = crypto->ed25519_verify(capsule->signature.ptr, room, len,
                                 capsule->issuer.bytes, crypto->ctx);
    if (err == 0)
        verify_id_of(crypto, room, len, &id); /* (1) */
    memcpy(room, kept, sizeof(kept));         /* (2) */
    if (err != 0)
        return verify_refuse(capsule, error);
    verify_fill(capsule, &id, out);
    return 0;
}

int seigr_capsule_verify_in_place(const seigr_context *context,
                                  const seigr_capsule *capsule, seigr_buf room,
                                  seigr_receipt_cache *cache,
                                  seigr_verified *out, seigr_error *error)
{
    const int err = verify_check_arguments(context, capsule, out, error);

    if (err != 0)
        return err;
    if (capsule->receipt.ptr != NULL)
        return verify_batch(context, capsule, cache, out, error);
    if (room.ptr == NULL ||
        room.len < SEIGR_CAPSULE_HEADROOM + capsule->bytes.len ||
        room.ptr + SEIGR_CAPSULE_HEADROOM != capsule->bytes.ptr)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "the capsule does not stand behind %u bytes of "
                           "the room given",
                           SEIGR_CAPSULE_HEADROOM);
    return verify_single_in_place(context->crypto, capsule, room.ptr, out,
                                  error);
}

const seigr_capsule *seigr_verified_capsule(const seigr_verified *verified)
{
    assert(verified != NULL);
    return &verified->private_view;
}

const seigr_id *seigr_verified_id(const seigr_verified *verified)
{
    assert(verified != NULL);
    return &verified->private_id;
}

seigr_span seigr_verified_bytes(const seigr_verified *verified)
{
    assert(verified != NULL);
    return verified->private_view.bytes;
}
