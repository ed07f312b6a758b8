/* SPDX-License-Identifier: MIT */
#include "crypto_context.h"

#include <string.h>

static int keys_fill(uint8_t *out, size_t len, void *ctx)
{
    int *result = ctx;

    memset(out, 0x5a, len);
    return *result;
}

void test_crypto_keys__seed_gives_one_pair(void **state)
{
    const seigr_context context = crypto_context(NULL);
    json_t *cases = support_golden("ed25519_seeds.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const seigr_span seed = support_hex_of(c, "seed");
        const seigr_span key = support_hex_of(c, "public_key");
        seigr_keypair_signer_state signer_state;
        seigr_signer signer;
        seigr_keypair pair;
        uint8_t signature[64];

        assert_ok(seigr_keypair_init_seed(&context, seed.ptr, &pair));
        assert_memory_equal(pair.secret, seed.ptr, 32);
        assert_memory_equal(pair.secret + 32, key.ptr, 32);
        /* The seed may be the pair's own first half. */
        assert_ok(seigr_keypair_init_seed(&context, pair.secret, &pair));
        assert_memory_equal(pair.secret + 32, key.ptr, 32);
        signer = seigr_keypair_signer(&context, &pair, &signer_state);
        assert_memory_equal(signer.key.bytes, key.ptr, 32);
        assert_ok(
            signer.sign(signature, support_hex_of(c, "message"), signer.ctx));
        assert_memory_equal(signature, support_hex_of(c, "signature").ptr, 64);
    }
    json_decref(cases);
}

void test_crypto_keys__signer_signs_what_verifies(void **state)
{
    const seigr_context context = crypto_context(NULL);
    const seigr_span message = crypto_text("a message");
    const seigr_crypto *crypto = context.crypto;
    seigr_keypair_signer_state signer_state;
    seigr_signer signer;
    seigr_keypair pair;
    uint8_t signature[64];

    (void)state;
    assert_ok(seigr_keypair_init(&context, &pair));
    signer = seigr_keypair_signer(&context, &pair, &signer_state);
    assert_int_equal(signer.struct_size, sizeof(signer));
    assert_ok(signer.sign(signature, message, signer.ctx));
    assert_ok(crypto->ed25519_verify(signature, message.ptr, message.len,
                                     signer.key.bytes, crypto->ctx));
    assert_int_equal(crypto->ed25519_verify(signature, message.ptr,
                                            message.len - 1, signer.key.bytes,
                                            crypto->ctx),
                     SEIGR_E_SIGNATURE);
    seigr_keypair_fini(&context, &pair);
}

void test_crypto_keys__randomness_comes_from_the_context(void **state)
{
    seigr_context context = crypto_context(NULL);
    int result = 0;
    const seigr_random source = {(uint32_t)sizeof(source), 0, keys_fill,
                                 &result};
    seigr_keypair pair;
    uint8_t expected[32];
    seigr_crypto none = *context.crypto;

    (void)state;
    context.random = &source;
    assert_ok(seigr_keypair_init(&context, &pair));
    memset(expected, 0x5a, sizeof(expected));
    assert_memory_equal(pair.secret, expected, 32);

    memset(&pair, 0x11, sizeof(pair));
    memset(expected, 0x11, sizeof(expected));
    result = SEIGR_E_RANDOM;
    assert_int_equal(seigr_keypair_init(&context, &pair), SEIGR_E_RANDOM);
    assert_memory_equal(pair.secret, expected, 32); /* untouched */

    context.random = NULL;
    none.random = NULL;
    context.crypto = &none;
    assert_int_equal(seigr_keypair_init(&context, &pair), SEIGR_E_RANDOM);
}

void test_crypto_keys__two_pairs_differ(void **state)
{
    const seigr_context context = crypto_context(NULL);
    seigr_keypair a;
    seigr_keypair b;

    (void)state;
    assert_ok(seigr_keypair_init(&context, &a));
    assert_ok(seigr_keypair_init(&context, &b));
    assert_memory_not_equal(a.secret, b.secret, 32);
}

void test_crypto_keys__fini_wipes(void **state)
{
    const seigr_context context = crypto_context(NULL);
    const seigr_keypair zero = {{0}};
    seigr_keypair pair;

    (void)state;
    assert_ok(seigr_keypair_init(&context, &pair));
    seigr_keypair_fini(&context, &pair);
    assert_memory_equal(&pair, &zero, sizeof(pair));
    seigr_keypair_fini(&context, NULL);
}

void test_crypto_keys__mistakes_of_the_caller(void **state)
{
    const seigr_context context = crypto_context(NULL);
    const seigr_context empty = SEIGR_CONTEXT_INIT;
    uint8_t seed[32] = {0};
    seigr_keypair pair;

    (void)state;
    assert_int_equal(seigr_keypair_init(NULL, &pair), SEIGR_E_INVAL);
    assert_int_equal(seigr_keypair_init(&empty, &pair), SEIGR_E_INVAL);
    assert_int_equal(seigr_keypair_init(&context, NULL), SEIGR_E_INVAL);
    assert_int_equal(seigr_keypair_init_seed(&context, NULL, &pair),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_keypair_init_seed(&empty, seed, &pair),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_random_fill(NULL, seed, 32), SEIGR_E_INVAL);
    assert_int_equal(seigr_random_fill(&context, NULL, 1), SEIGR_E_INVAL);
    assert_int_equal(seigr_random_fill(&empty, seed, 32), SEIGR_E_RANDOM);
}

void test_crypto_keys__a_signer_without_signing(void **state)
{
    seigr_context context = crypto_context(NULL);
    seigr_keypair_signer_state signer_state;
    seigr_signer signer;
    seigr_keypair pair;
    uint8_t signature[64];

    (void)state;
    assert_ok(seigr_keypair_init(&context, &pair));
    context.crypto = seigr_crypto_sodium_verify();
    signer = seigr_keypair_signer(&context, &pair, &signer_state);
    assert_int_equal(signer.sign(signature, crypto_text("m"), signer.ctx),
                     SEIGR_E_UNSUPPORTED);
}
