/* SPDX-License-Identifier: MIT */
/*
 * cose_verify.c - checks the signature of a COSE_Sign1 of other people
 * (RFC 9052, 4.4).
 *
 * Invariants:
 *   (1) 0 is answered only where ed25519_verify answered it, over exactly
 *       ["Signature1", protected, external, payload].
 *   (2) what is not spoken here is SEIGR_E_UNSUPPORTED and is never checked.
 */
#include "cose_headers.h" /* seigr__cose_label */

#include "base/alloc.h"      /* seigr__alloc */
#include "base/cbor_write.h" /* seigr__cbor_write_* */
#include "base/error.h"      /* seigr__fail */

#include <assert.h> /* assert */

#define COSE_ED448_SIGNATURE_LEN 114u

static const seigr_cose_verify_options cose_no_options =
    SEIGR_COSE_VERIFY_OPTIONS_INIT;

/* The payload, from where it is. */
static int cose_payload(const seigr_cose_sign1 *message,
                        const seigr_cose_verify_options *options,
                        seigr_span *out, seigr_error *error)
{
    const int detached = (message->flags & SEIGR_COSE_DETACHED) != 0;
    const int given = (options->flags & SEIGR_COSE_DETACHED) != 0;

    if (detached && !given)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "the payload is detached and was not given");
    if (!detached && given)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "a payload was given, but the message has its own");
    *out = detached ? options->payload : message->payload;
    return 0;
}

/* Sig_structure. */
static void cose_write_signed(seigr__cbor_writer *w,
                              const seigr_cose_sign1 *message,
                              seigr_span external, seigr_span payload)
{
    assert(w->len == 0);
    seigr__cbor_write_array(w, 4);
    seigr__cbor_write_string(w, "Signature1");
    seigr__cbor_write_bytes(w, message->protected_header);
    seigr__cbor_write_bytes(w, external);
    seigr__cbor_write_bytes(w, payload);
}

static int cose_options_are_valid(const seigr_cose_verify_options *options)
{
    assert(options != NULL);
    return options->struct_size >= sizeof(*options) &&
           (options->external_aad.ptr != NULL ||
            options->external_aad.len == 0) &&
           (options->payload.ptr != NULL || options->payload.len == 0) &&
           (options->understood != NULL || options->understood_count == 0);
}

int seigr_cose_sign1_signed_bytes(const seigr_cose_sign1 *message,
                                  const seigr_cose_verify_options *options,
                                  seigr_buf out, size_t *len_out,
                                  seigr_error *error)
{
    seigr__cbor_writer w;
    seigr_span payload;
    int err;

    if (options == NULL)
        options = &cose_no_options;
    if (message == NULL || len_out == NULL ||
        (out.ptr == NULL && out.len > 0) || !cose_options_are_valid(options))
        return SEIGR_E_INVAL;
    err = cose_payload(message, options, &payload, error);
    if (err != 0)
        return err;
    seigr__cbor_write_init(&w, out);
    cose_write_signed(&w, message, options->external_aad, payload);
    *len_out = w.len;
    if (seigr__cbor_write_done(&w) != 0)
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "what is signed takes %zu bytes, %zu are given",
                           w.len, out.len);
    return 0;
}

static int cose_check_algorithm(const seigr_cose_sign1 *message,
                                const seigr_cose_verify_options *options,
                                seigr_error *error)
{
    if (message->alg != SEIGR_COSE_EDDSA && message->alg != SEIGR_COSE_ED25519)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "the message is not signed with an algorithm known "
                           "here");
    if (message->alg == SEIGR_COSE_EDDSA &&
        message->signature.len == COSE_ED448_SIGNATURE_LEN)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "the message is signed with Ed448");
    if ((message->flags & SEIGR_COSE_ALG_UNPROTECTED) != 0 &&
        (options->flags & SEIGR_COSE_ALG_UNPROTECTED) == 0)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "the algorithm is not in the protected bucket");
    if (message->signature.len != SEIGR_SIGNATURE_LEN)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "the signature has %zu bytes, not %u",
                           message->signature.len, SEIGR_SIGNATURE_LEN);
    return 0;
}

/* 1 to 4 are acted on here, the caller's where it says so. */
static int cose_understands(const seigr_cose_verify_options *options,
                            const struct seigr__cose_label *label)
{
    if (label->major == SEIGR__CBOR_UINT &&
        label->value >= SEIGR_COSE_LABEL_ALG &&
        label->value <= SEIGR_COSE_LABEL_KID)
        return 1;
    for (size_t i = 0; i < options->understood_count; i++) {
        if (seigr__cose_label_is(label, options->understood[i]))
            return 1;
    }
    return 0;
}

/* Decoding has checked all else that RFC 9052, 3.1 says of crit. */
static int cose_check_crit(const seigr_cose_sign1 *message,
                           const seigr_cose_verify_options *options,
                           seigr_error *error)
{
    struct seigr__cose_label label;
    seigr_span value;
    seigr__cbor r;
    uint64_t left;
    int err;

    if (seigr_cose_sign1_find(message, SEIGR_COSE_LABEL_CRIT, &value, NULL) !=
        0)
        return 0;
    seigr__cbor_init(&r, value, SEIGR__CBOR_WELL_FORMED, error);
    err = seigr__cbor_open(&r, SEIGR__CBOR_ARRAY, &left);
    while (err == 0 && (err = seigr__cbor_next(&r, &left)) == 1) {
        err = seigr__cose_label(&r, &label);
        if (err == 0 && !cose_understands(options, &label))
            return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                               "a header parameter is critical and not "
                               "understood");
    }
    return err;
}

/* (1) */
static int cose_check_signature(const seigr_crypto *crypto,
                                const seigr_cose_sign1 *message,
                                const seigr_public_key *key,
                                seigr_span signed_bytes, seigr_error *error)
{
    assert(message->signature.len == SEIGR_SIGNATURE_LEN);
    if (crypto->ed25519_verify(message->signature.ptr, signed_bytes.ptr,
                               signed_bytes.len, key->bytes, crypto->ctx) == 0)
        return 0;
    return seigr__fail(error, SEIGR_E_SIGNATURE, SEIGR_NO_OFFSET,
                       "the signature is not of this key over this message");
}

int seigr_cose_sign1_verify(const seigr_context *context,
                            const seigr_cose_sign1 *message,
                            const seigr_public_key *key,
                            const seigr_cose_verify_options *options,
                            seigr_buf scratch, seigr_error *error)
{
    uint8_t *own = NULL;
    size_t len;
    int err;

    if (options == NULL)
        options = &cose_no_options;
    if (context == NULL || context->crypto == NULL ||
        context->crypto->ed25519_verify == NULL || message == NULL ||
        key == NULL || !cose_options_are_valid(options))
        return SEIGR_E_INVAL;
    err = cose_check_algorithm(message, options, error); /* (2) */
    if (err == 0)
        err = cose_check_crit(message, options, error); /* (2) */
    if (err != 0)
        return err;
    if (scratch.ptr == NULL &&
        seigr_cose_sign1_signed_bytes(message, options, scratch, &len, NULL) ==
            SEIGR_E_ROOM) {
        own = seigr__alloc(context, len);
        if (own == NULL)
            return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                               "%zu bytes to verify could not be had", len);
        scratch = (seigr_buf){own, len};
    }
    err = seigr_cose_sign1_signed_bytes(message, options, scratch, &len, error);
    if (err == 0)
        err = cose_check_signature(context->crypto, message, key,
                                   (seigr_span){scratch.ptr, len}, error);
    seigr__release(context, own);
    return err;
}
