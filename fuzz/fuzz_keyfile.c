/* SPDX-License-Identifier: MIT */
/*
 * fuzz_keyfile.c - key files from anybody: looked at, and opened with a
 * table whose Argon2id only checks what it is asked for.
 */
#include "fuzz.h"

#include "seigr/crypto.h"

#include <string.h>

static int keyfile_argon2id(uint8_t out[32], const uint8_t *passphrase,
                            size_t len, const uint8_t salt[16], uint32_t passes,
                            uint32_t mem_kib, void *ctx)
{
    (void)passphrase, (void)len, (void)ctx;
    FUZZ_REQUIRE(mem_kib >= 8 && mem_kib <= SEIGR_KEYFILE_MEM_KIB_MAX);
    FUZZ_REQUIRE(passes >= 1 && passes <= SEIGR_KEYFILE_PASSES_MAX);
    FUZZ_REQUIRE((uint64_t)mem_kib * passes <= SEIGR_KEYFILE_WORK_MAX);
    memcpy(out, salt, 16);
    memcpy(out + 16, salt, 16);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t passphrase[] = {'p'};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_crypto table;
    seigr_keypair pair;
    int seen;
    int err;

    FUZZ_REQUIRE(seigr_crypto_sodium() != NULL);
    table = *seigr_crypto_sodium();
    table.argon2id = keyfile_argon2id;
    context.crypto = &table;
    seen = seigr_keyfile_inspect((seigr_span){data, size}, &info, &error);
    FUZZ_REQUIRE(seen == 0 || (error.code == seen && error.text[0]));
    FUZZ_REQUIRE(seen != 0 || size <= SEIGR_KEYFILE_LEN_MAX);
    err = seigr_keyfile_decode(&context, (seigr_span){data, size},
                               (seigr_span){passphrase, 1}, &pair, &error);
    FUZZ_REQUIRE(seen == 0 || err == seen);
    if (err != 0)
        return 0;
    FUZZ_REQUIRE(memcmp(info.key.bytes, pair.secret + 32, 32) == 0);
    if (!info.is_sealed) {
        uint8_t out[SEIGR_KEYFILE_LEN_MAX];
        size_t len;

        /* The layout is the only one: writing gives the same bytes. */
        FUZZ_REQUIRE(seigr_keyfile_encode(
                         &context, &pair, (seigr_span){NULL, 0}, NULL,
                         (seigr_buf){out, sizeof(out)}, &len, &error) == 0);
        FUZZ_REQUIRE(len == size && memcmp(out, data, size) == 0);
    }
    return 0;
}
