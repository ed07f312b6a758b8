/* SPDX-License-Identifier: MIT */
/*
 * fuzz_log_receipt.c - receipts of execution logs from anybody.
 *
 *   32 bytes  the ID
 *   rest      the receipt
 *
 * Whatever is accepted must be one encoding: written again from what was
 * read and its own path it is the same bytes. Signatures are taken as they
 * are, so that the form is what is looked for.
 */
#include "fuzz.h"

#include "seigr/cose.h"
#include "seigr/journal.h"

#include <string.h>

static int take_any(const uint8_t signature[64], const uint8_t *message,
                    size_t message_len, const uint8_t public_key[32], void *ctx)
{
    FUZZ_REQUIRE(signature != NULL && public_key != NULL && ctx == NULL);
    FUZZ_REQUIRE(message[0] == 0x84 && message_len == 114);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_crypto crypto = *seigr_crypto_sodium_verify();
    seigr_journal_receipt_info info = SEIGR_JOURNAL_RECEIPT_INFO_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id;
    seigr_span receipt;

    if (size < sizeof(id.bytes))
        return 0;
    crypto.ed25519_verify = take_any;
    context.crypto = &crypto;
    memcpy(id.bytes, data, sizeof(id.bytes));
    receipt = (seigr_span){data + sizeof(id.bytes), size - sizeof(id.bytes)};
    if (seigr_journal_receipt_verify(&context, &id, receipt, &info, &error) !=
        0) {
        FUZZ_REQUIRE(error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset == SEIGR_NO_OFFSET ||
                     error.offset <= receipt.len);
        return 0;
    }
    FUZZ_REQUIRE(receipt.len <= SEIGR_JOURNAL_RECEIPT_MAX);
    FUZZ_REQUIRE(info.index < info.size);
    /* What is taken here any reader of COSE takes. */
    FUZZ_REQUIRE(seigr_cose_sign1_decode(receipt, (seigr_buf){NULL, 0}, &view,
                                         NULL) == 0);
    FUZZ_REQUIRE((view.flags & SEIGR_COSE_DETACHED) != 0);
    FUZZ_REQUIRE(memcmp(view.kid.ptr, info.issuer.bytes, 32) == 0);
    return 0;
}
