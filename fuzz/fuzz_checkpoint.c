/* SPDX-License-Identifier: MIT */
/*
 * fuzz_checkpoint.c - details of CHECKPOINT capsules from anybody.
 *
 * The input is a detail, sealed here with a fixed key. What is read must be
 * written as the same bytes, but for unknown fields behind its own.
 */
#include "fuzz.h"

#include "seigr/checkpoint.h"

#include <string.h>

/* A signature that anybody takes: the door's checks are another target's. */
static int take_any(const uint8_t signature[64], const uint8_t *message,
                    size_t message_len, const uint8_t public_key[32], void *ctx)
{
    (void)signature;
    (void)message;
    (void)message_len;
    (void)public_key;
    (void)ctx;
    return 0;
}

static int sign_nothing(uint8_t signature[SEIGR_SIGNATURE_LEN],
                        seigr_span message, void *ctx)
{
    (void)message;
    (void)ctx;
    memset(signature, 0, SEIGR_SIGNATURE_LEN);
    return 0;
}

static void check_detail(seigr_span detail, const seigr_verified *verified)
{
    seigr_checkpoint read = SEIGR_CHECKPOINT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t again[SEIGR_CHECKPOINT_LEN_MAX];
    size_t len;

    if (seigr_checkpoint_read(verified, &read, &error) != 0) {
        FUZZ_REQUIRE(error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset == SEIGR_NO_OFFSET ||
                     error.offset <= detail.len);
        return;
    }
    FUZZ_REQUIRE(seigr_checkpoint_encode(&read,
                                         (seigr_buf){again, sizeof(again)},
                                         &len, NULL) == 0);
    FUZZ_REQUIRE(len <= detail.len);
    FUZZ_REQUIRE(memcmp(again, detail.ptr, len) == 0);
    FUZZ_REQUIRE(seigr_checkpoint_fork_check(verified, verified) == 0);
    FUZZ_REQUIRE(seigr_checkpoint_witnesses(verified, verified) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[4096];
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_crypto crypto = *seigr_crypto_sodium_verify();
    seigr_signer signer = {sizeof(signer), 0, {{1}}, sign_nothing, NULL};
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    uint8_t scratch[4096];
    seigr_verified verified;
    size_t len;

    if (size > 2048)
        return 0;
    crypto.ed25519_verify = take_any;
    context.crypto = &crypto;
    draft.kind = SEIGR_KIND_CHECKPOINT;
    draft.sequence = 1;
    draft.detail = (seigr_span){data, size};
    if (seigr_capsule_seal(&context, &draft, &signer,
                           (seigr_buf){bytes, sizeof(bytes)}, &len, NULL,
                           NULL) != 0)
        return 0; /* no protobuf at all */
    FUZZ_REQUIRE(seigr_capsule_decode(&context, (seigr_span){bytes, len}, &view,
                                      NULL) == 0);
    FUZZ_REQUIRE(seigr_capsule_verify(&context, &view,
                                      (seigr_buf){scratch, sizeof(scratch)},
                                      &verified, NULL) == 0);
    check_detail(view.detail, &verified);
    return 0;
}
