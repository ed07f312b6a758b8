/* SPDX-License-Identifier: MIT */
/*
 * fuzz_did_key.c - text that may be a did:key: what is read is written back
 * the same.
 */
#include "fuzz.h"

#include "seigr/crypto.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_public_key key;
    char text[SEIGR_DID_KEY_LEN + 1];
    const int err =
        seigr_did_key_decode((seigr_span){data, size}, &key, &error);

    if (err != 0) {
        FUZZ_REQUIRE(err == SEIGR_E_FORMAT || err == SEIGR_E_UNSUPPORTED);
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        return 0;
    }
    seigr_did_key_encode(&key, text);
    FUZZ_REQUIRE(size == SEIGR_DID_KEY_LEN);
    FUZZ_REQUIRE(memcmp(text, data, size) == 0);
    return 0;
}
