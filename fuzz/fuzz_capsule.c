/* SPDX-License-Identifier: MIT */
/*
 * fuzz_capsule.c - the door: decode and verify.
 *
 * Both readers of an envelope agree; every way to verify gives one verdict
 * and one identity; a buffer verified in place is as before. So that chance
 * gets past the signature, one with an even first byte is taken as good.
 */
#include "fuzz.h"

#include "capsule/envelope.h"
#include "seigr/crypto.h"

#include <string.h>

static int capsule_lenient_verify(const uint8_t signature[64],
                                  const uint8_t *message, size_t message_len,
                                  const uint8_t public_key[32], void *ctx)
{
    (void)public_key;
    (void)ctx;
    FUZZ_REQUIRE(message_len > 12 && message[0] == 0x84);
    return signature[0] % 2 == 0 ? 0 : SEIGR_E_SIGNATURE;
}

static void capsule_compare_readers(const uint8_t *data, size_t size)
{
    seigr_capsule a;
    seigr_capsule b;
    int matched;

    memset(&a, 0, sizeof(a));
    memset(&b, 0, sizeof(b));
    matched = seigr__envelope_match((seigr_span){data, size}, &a) == 0;
    FUZZ_REQUIRE(matched == (seigr__envelope_parse((seigr_span){data, size}, &b,
                                                   NULL) == 0));
    if (matched)
        FUZZ_REQUIRE(memcmp(&a, &b, sizeof(a)) == 0);
}

static void capsule_verify_all(const seigr_context *context,
                               const seigr_capsule *view, uint8_t *block,
                               size_t size)
{
    static uint64_t memory[2048];
    static seigr_receipt_cache *cache; /* kept from input to input */
    seigr_receipt_cache_options options = SEIGR_RECEIPT_CACHE_OPTIONS_INIT;
    const size_t scratch_len = SEIGR_CAPSULE_SCRATCH_LEN(view->payload.len);
    uint8_t *scratch = malloc(scratch_len);
    uint8_t *before = malloc(size);
    seigr_verified one;
    seigr_verified other;
    int err;

    options.node_max = 64;
    if (cache == NULL)
        FUZZ_REQUIRE(seigr_receipt_cache_init(memory, sizeof(memory), &options,
                                              &cache) == 0);
    FUZZ_REQUIRE(scratch != NULL && before != NULL);
    memcpy(before, block, size);
    err = seigr_capsule_verify(context, view, (seigr_buf){scratch, scratch_len},
                               &one, NULL);
    FUZZ_REQUIRE(seigr_capsule_verify_in_place(context, view,
                                               (seigr_buf){block, size}, NULL,
                                               &other, NULL) == err);
    FUZZ_REQUIRE(memcmp(before, block, size) == 0);
    if (err == 0)
        FUZZ_REQUIRE(memcmp(seigr_verified_id(&one), seigr_verified_id(&other),
                            sizeof(seigr_id)) == 0);
    FUZZ_REQUIRE(seigr_capsule_verify_cached(context, view,
                                             (seigr_buf){scratch, scratch_len},
                                             cache, &other, NULL) == err);
    if (err == 0)
        FUZZ_REQUIRE(memcmp(seigr_verified_id(&one), seigr_verified_id(&other),
                            sizeof(seigr_id)) == 0);
    free(before);
    free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_crypto table = *seigr_crypto_sodium();
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    const size_t block_len = SEIGR_CAPSULE_HEADROOM + size;
    uint8_t *block = malloc(block_len);
    int err;

    FUZZ_REQUIRE(block != NULL);
    memset(block, 0xaa, SEIGR_CAPSULE_HEADROOM);
    if (size > 0)
        memcpy(block + SEIGR_CAPSULE_HEADROOM, data, size);
    table.ed25519_verify = capsule_lenient_verify;
    context.crypto = &table;
    capsule_compare_readers(data, size);
    err = seigr_capsule_decode(
        &context, (seigr_span){block + SEIGR_CAPSULE_HEADROOM, size}, &view,
        &error);
    if (err == 0) {
        FUZZ_REQUIRE(view.bytes.len == size);
        capsule_verify_all(&context, &view, block, block_len);
    } else {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
    }
    free(block);
    return 0;
}
