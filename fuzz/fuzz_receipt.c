/* SPDX-License-Identifier: MIT */
/*
 * fuzz_receipt.c - the receipt of a capsule of a batch.
 *
 * The input is the receipt alone; a capsule is put around it, of the key and
 * algorithm that the receipt seems to name. Both readers agree; what they
 * take has a leaf inside
 * its tree and a path of just the length that RFC 9162 gives.
 */
#include "fuzz.h"

#include "capsule/envelope.h"

#include <string.h>

#define RECEIPT_LEN_MAX 4096u

/* Of d2 84 58 43 a4 01 alg 04 58 20 kid. */
#define RECEIPT_ALG_AT 6u
#define RECEIPT_KID_AT 10u

static const uint8_t receipt_payload[] = {0x44, 0x08, 0x01, 0x20, 0x01};

/* The capsule around a receipt. Returns its length. */
static size_t receipt_wrap(const uint8_t *data, size_t size, uint8_t *out)
{
    seigr_public_key key = {{0}};
    int32_t alg = SEIGR_ALG_EDDSA;
    size_t len;

    if (size >= RECEIPT_KID_AT + sizeof(key.bytes)) {
        memcpy(key.bytes, data + RECEIPT_KID_AT, sizeof(key.bytes));
        if (data[RECEIPT_ALG_AT] == SEIGR__ALG_ED25519_BYTE)
            alg = SEIGR_ALG_ED25519;
    }
    len = seigr__batch_head_write(out, alg, &key);
    memcpy(out + len, receipt_payload, sizeof(receipt_payload));
    len += sizeof(receipt_payload);
    len += seigr__head_write(out + len, 0x40, size);
    if (size > 0)
        memcpy(out + len, data, size);
    return len + size;
}

/* RFC 9162, 2.1.3.1: how many nodes PATH(m, D[n]) has. */
static uint32_t receipt_path_count(uint32_t m, uint32_t n)
{
    uint32_t count = 0;

    while (n > 1) {
        uint32_t k = 1;

        while (k * 2 < n)
            k *= 2;
        count++;
        if (m < k) {
            n = k;
        } else {
            m -= k;
            n -= k;
        }
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t room[RECEIPT_LEN_MAX + 128];
    seigr_capsule view;
    seigr__receipt receipt;
    seigr__receipt matched;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t *bytes;
    size_t len;
    int err;

    if (size > RECEIPT_LEN_MAX)
        return 0;
    len = receipt_wrap(data, size, room);
    bytes = malloc(len); /* so that reading past it is seen */
    FUZZ_REQUIRE(bytes != NULL);
    memcpy(bytes, room, len);
    memset(&view, 0, sizeof(view));
    FUZZ_REQUIRE(seigr__envelope_read((seigr_span){bytes, len}, &view, NULL) ==
                 0);
    memset(&receipt, 0, sizeof(receipt));
    memset(&matched, 0, sizeof(matched));
    err = seigr__receipt_parse(&view, &receipt, &error);
    FUZZ_REQUIRE((seigr__receipt_match(&view, &matched) == 0) == (err == 0));
    FUZZ_REQUIRE(err != 0 || memcmp(&matched, &receipt, sizeof(matched)) == 0);
    if (err == 0) {
        FUZZ_REQUIRE(receipt.tree_size >= 2 &&
                     receipt.tree_size <= SEIGR_BATCH_COUNT_MAX);
        FUZZ_REQUIRE(receipt.leaf_index < receipt.tree_size);
        FUZZ_REQUIRE(receipt.path_count ==
                     receipt_path_count(receipt.leaf_index, receipt.tree_size));
        FUZZ_REQUIRE(receipt.path >= bytes &&
                     receipt.path + 34 * (size_t)receipt.path_count <=
                         bytes + len);
        FUZZ_REQUIRE(receipt.signature + 64 == bytes + len);
        FUZZ_REQUIRE(receipt.protected_header.len ==
                     SEIGR__RECEIPT_PROTECTED_LEN);
    } else {
        FUZZ_REQUIRE(error.code == err && err != SEIGR_E_TRUNCATED);
        FUZZ_REQUIRE(error.offset <= len && error.text[0] != '\0');
    }
    free(bytes);
    return 0;
}
