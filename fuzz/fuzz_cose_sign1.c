/* SPDX-License-Identifier: MIT */
/*
 * fuzz_cose_sign1.c - COSE_Sign1 and statements from anybody.
 *
 * Verification is by a table that takes every signature, so that what stands
 * behind the signature is reached too; nothing else of a refusal may then
 * turn into an acceptance.
 */
#include "fuzz.h"

#include "seigr/cose.h"

#include "base/cbor.h"

#include <string.h>

static int fuzz_verify(const uint8_t signature[64], const uint8_t *message,
                       size_t message_len, const uint8_t public_key[32],
                       void *ctx)
{
    (void)public_key, (void)ctx;
    /* All of it must be there to be read. */
    FUZZ_REQUIRE(message_len >= 15 && message[0] == 0x84);
    FUZZ_REQUIRE(memcmp(message + 1, "\x6aSignature1", 11) == 0);
    return (signature[0] ^ signature[63]) == 0xa5 ? SEIGR_E_SIGNATURE : 0;
}

/* A span of the view is of the input or of the room. */
static void fuzz_within(seigr_span span, const uint8_t *data, size_t size,
                        const uint8_t *room)
{
    const uintptr_t at = (uintptr_t)span.ptr;

    if (span.len == 0)
        return;
    FUZZ_REQUIRE(span.len <= size);
    FUZZ_REQUIRE(
        (at >= (uintptr_t)data && at - (uintptr_t)data <= size - span.len) ||
        (at >= (uintptr_t)room && at - (uintptr_t)room <= size - span.len));
}

static void fuzz_view(const seigr_context *context,
                      const seigr_cose_sign1 *view, uint8_t *scratch,
                      size_t scratch_len)
{
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    const seigr_public_key key = {{1}};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_span value;
    seigr__cbor r;
    int err;

    options.flags = view->flags & SEIGR_COSE_DETACHED;
    err = seigr_cose_sign1_verify(context, view, &key, &options,
                                  (seigr_buf){scratch, scratch_len}, &error);
    FUZZ_REQUIRE(err == 0 || (error.code == err && error.text[0] != '\0'));
    if (err == 0) {
        FUZZ_REQUIRE(view->signature.len == 64);
        FUZZ_REQUIRE(view->alg == -8 || view->alg == -19);
        FUZZ_REQUIRE((view->flags & SEIGR_COSE_ALG_UNPROTECTED) == 0);
    }
    for (int64_t label = -2; label < 20; label++) {
        if (seigr_cose_sign1_find(view, label, &value, NULL) != 0)
            continue;
        seigr__cbor_init(&r, value, SEIGR__CBOR_WELL_FORMED, NULL);
        FUZZ_REQUIRE(seigr__cbor_skip(&r, NULL) == 0);
        FUZZ_REQUIRE(seigr__cbor_done(&r) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_crypto table = *seigr_crypto_sodium_verify();
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_scitt_statement statement = SEIGR_SCITT_STATEMENT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t *room = malloc(size + 1);
    uint8_t *scratch = malloc(size + 48);
    int err;

    FUZZ_REQUIRE(room != NULL && scratch != NULL);
    table.ed25519_verify = fuzz_verify;
    context.crypto = &table;
    err = seigr_cose_sign1_decode((seigr_span){data, size},
                                  (seigr_buf){room, size}, &view, &error);
    FUZZ_REQUIRE(err != SEIGR_E_ROOM);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size || error.offset == SEIGR_NO_OFFSET);
    } else {
        fuzz_within(view.protected_header, data, size, room);
        fuzz_within(view.unprotected_header, data, size, room);
        fuzz_within(view.payload, data, size, room);
        fuzz_within(view.signature, data, size, room);
        fuzz_within(view.kid, data, size, room);
        fuzz_view(&context, &view, scratch, size + 48);
    }
    if (seigr_scitt_verify(&context, (seigr_span){data, size},
                           (seigr_buf){scratch, size + 48}, &statement,
                           &error) == 0) {
        FUZZ_REQUIRE(err == 0 && (view.flags & SEIGR_COSE_TAGGED) != 0);
        fuzz_within(statement.payload, data, size, data);
        fuzz_within(statement.subject, data, size, data);
    }
    free(room);
    free(scratch);
    return 0;
}
