/* SPDX-License-Identifier: MIT */
#include "crypto_context.h"

#include <stdlib.h>
#include <string.h>

/* Whole, and in pieces of every length up to 70 and beyond, with a branch. */
static void hash_check(const seigr_crypto *crypto, seigr_span data,
                       const uint8_t expected[32])
{
    seigr_sha256_state running;
    seigr_sha256_state branch;
    uint8_t digest[32];
    const size_t half = data.len / 2;

    crypto->sha256(digest, data.ptr, data.len, crypto->ctx);
    assert_memory_equal(digest, expected, 32);
    for (size_t step = 1; step < 140; step += step < 70 ? 1 : 23) {
        crypto->sha256_init(&running, crypto->ctx);
        for (size_t at = 0; at < data.len; at += step) {
            const size_t len = data.len - at < step ? data.len - at : step;

            crypto->sha256_update(&running, data.ptr + at, len, crypto->ctx);
        }
        crypto->sha256_final(&running, digest, crypto->ctx);
        assert_memory_equal(digest, expected, 32);
    }
    crypto->sha256_init(&running, crypto->ctx);
    crypto->sha256_update(&running, data.ptr, half, crypto->ctx);
    branch = running; /* the header allows copying with = */
    crypto->sha256_update(&branch, (const uint8_t *)"x", 1, crypto->ctx);
    crypto->sha256_final(&branch, digest, crypto->ctx);
    assert_memory_not_equal(digest, expected, 32);
    crypto->sha256_update(&running, data.ptr + half, data.len - half,
                          crypto->ctx);
    crypto->sha256_final(&running, digest, crypto->ctx);
    assert_memory_equal(digest, expected, 32);
}

/* input text -> multihash: code, length, digest, perhaps cut. */
void test_crypto_hash__multihash(void **state)
{
    json_t *cases = support_vectors("hash/multihash_sha2.json");
    const seigr_context context = crypto_context(NULL);
    size_t count = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const seigr_span expected = support_hex_of(c, "multihash");
        seigr_hash digest;

        if (strcmp(support_string(c, "algorithm"), "sha2-256") != 0)
            continue;
        seigr_sha256(&context, crypto_text(support_string(c, "input")),
                     &digest);
        assert_int_equal(expected.ptr[0], 0x12);
        assert_int_equal(expected.ptr[1], expected.len - 2);
        assert_true(expected.len <= 34);
        assert_memory_equal(digest.bytes, expected.ptr + 2, expected.len - 2);
        count++;
    }
    support_count("hash-multihash-sha256", count);
    json_decref(cases);
}

void test_crypto_hash__lengths(void **state)
{
    json_t *cases = support_vectors("hash/sha256_blake2b_derived.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const size_t len =
            (size_t)json_integer_value(json_object_get(c, "len"));
        uint8_t *data = malloc(len + 1);

        assert_non_null(data);
        assert_string_equal(support_string(c, "rule"),
                            "byte i = (7*i + len) mod 256");
        for (size_t k = 0; k < len; k++)
            data[k] = (uint8_t)(7 * k + len);
        hash_check(seigr_crypto_sodium(), (seigr_span){data, len},
                   support_hex_of(c, "sha256").ptr);
        hash_check(seigr_crypto_default(), (seigr_span){data, len},
                   support_hex_of(c, "sha256").ptr);
        free(data);
    }
    support_count("hash-sha256-lengths", json_array_size(cases));
    json_decref(cases);
}

void test_crypto_hash__of_nothing(void **state)
{
    seigr_context context = crypto_context(NULL);
    seigr_hash a;
    seigr_hash b;

    (void)state;
    seigr_sha256(&context, (seigr_span){NULL, 0}, &a);
    assert_memory_equal(a.bytes,
                        support_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4"
                                    "649b934ca495991b7852b855")
                            .ptr,
                        32);
    context.crypto = seigr_crypto_default();
    seigr_sha256(&context, (seigr_span){NULL, 0}, &b);
    assert_memory_equal(&a, &b, sizeof(a));
}

/* Both tables hash alike, at random lengths and offsets. */
void test_crypto_hash__tables_agree(void **state)
{
    const seigr_crypto *a = seigr_crypto_sodium();
    const seigr_crypto *b = seigr_crypto_default();
    support_rng rng = {256};
    uint8_t data[5000];

    (void)state;
    support_random_bytes(&rng, data, sizeof(data));
    for (int i = 0; i < 2000; i++) {
        const size_t at = support_random(&rng) % 64;
        const size_t len = support_random(&rng) % (sizeof(data) - at);
        uint8_t one[32];
        uint8_t two[32];

        a->sha256(one, data + at, len, a->ctx);
        b->sha256(two, data + at, len, b->ctx);
        assert_memory_equal(one, two, 32);
    }
}

/* Long inputs are taken in slices by the default table: around each seam,
 * whole and behind one byte, the tables agree. The end of the input is the
 * end of its memory. */
void test_crypto_hash__tables_agree_around_slices(void **state)
{
    const seigr_crypto *tables[] = {seigr_crypto_sodium(),
                                    seigr_crypto_default()};
    support_rng rng = {1024};

    (void)state;
    for (size_t slice = 1024; slice <= 5 * 1024; slice += 1024)
        for (size_t len = slice - 2; len <= slice + 2; len++) {
            uint8_t *data = malloc(len);
            uint8_t digests[2][2][32];

            assert_non_null(data);
            support_random_bytes(&rng, data, len);
            for (size_t t = 0; t < 2; t++) {
                const seigr_crypto *crypto = tables[t];
                seigr_sha256_state running;

                crypto->sha256(digests[t][0], data, len, crypto->ctx);
                crypto->sha256_init(&running, crypto->ctx);
                crypto->sha256_update(&running, (const uint8_t *)"", 1,
                                      crypto->ctx);
                crypto->sha256_update(&running, data, len, crypto->ctx);
                crypto->sha256_final(&running, digests[t][1], crypto->ctx);
            }
            assert_memory_equal(digests[0], digests[1], 64);
            free(data);
        }
}
