/* SPDX-License-Identifier: MIT */
/*
 * sodium_node.c - signing, authenticated encryption, X25519 and randomness by
 * libsodium.
 *
 * It does not initialise libsodium: sodium.c does. A program of one thread
 * that supplies its own randombytes implementation, as boards do, may use
 * the table of this file as it is.
 *
 * Invariants:
 *   (1) what is secret and ours is wiped before a function returns.
 *   (2) no pointer to nothing is NULL when libsodium sees it.
 */
#include "seigr/crypto.h" /* seigr_crypto_sodium_node */
#include "sodium_table.h" /* seigr__sodium_* */

#include <assert.h> /* assert */
#include <sodium.h>

static const uint8_t node_nothing[1];

/* (2) */
static const uint8_t *node_in(const uint8_t *ptr, size_t len)
{
    assert(ptr != NULL || len == 0);
    return len == 0 ? node_nothing : ptr;
}

int seigr__sodium_ed25519_public(uint8_t public_key[32], const uint8_t seed[32],
                                 void *ctx)
{
    uint8_t secret[64];

    assert(public_key != NULL && seed != NULL);
    (void)ctx;
    (void)crypto_sign_seed_keypair(public_key, secret, seed);
    sodium_memzero(secret, sizeof(secret)); /* (1) */
    return 0;
}

int seigr__sodium_ed25519_sign(uint8_t signature[64], const uint8_t *message,
                               size_t message_len, const uint8_t secret[64],
                               void *ctx)
{
    (void)ctx;
    (void)crypto_sign_detached(signature, NULL, node_in(message, message_len),
                               message_len, secret);
    return 0;
}

int seigr__sodium_aead_seal(uint8_t *out, const uint8_t *in, size_t len,
                            const uint8_t *ad, size_t ad_len,
                            const uint8_t nonce[12], const uint8_t key[32],
                            void *ctx)
{
    (void)ctx;
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, node_in(in, len),
                                                    len, node_in(ad, ad_len),
                                                    ad_len, NULL, nonce, key);
    return 0;
}

int seigr__sodium_aead_open(uint8_t *out, const uint8_t *in, size_t len,
                            const uint8_t *ad, size_t ad_len,
                            const uint8_t nonce[12], const uint8_t key[32],
                            void *ctx)
{
    assert(in != NULL || len == 0);
    (void)ctx;
    if (len < SEIGR_AEAD_TAG_LEN)
        return SEIGR_E_SIGNATURE;
    return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, in, len,
                                                     node_in(ad, ad_len),
                                                     ad_len, nonce, key) == 0
               ? 0
               : SEIGR_E_SIGNATURE;
}

int seigr__sodium_xaead_seal(uint8_t *out, const uint8_t *in, size_t len,
                             const uint8_t *ad, size_t ad_len,
                             const uint8_t nonce[24], const uint8_t key[32],
                             void *ctx)
{
    (void)ctx;
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, NULL, node_in(in, len), len, node_in(ad, ad_len), ad_len, NULL,
        nonce, key);
    return 0;
}

int seigr__sodium_xaead_open(uint8_t *out, const uint8_t *in, size_t len,
                             const uint8_t *ad, size_t ad_len,
                             const uint8_t nonce[24], const uint8_t key[32],
                             void *ctx)
{
    assert(in != NULL || len == 0);
    (void)ctx;
    if (len < SEIGR_AEAD_TAG_LEN)
        return SEIGR_E_SIGNATURE;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in, len,
                                                      node_in(ad, ad_len),
                                                      ad_len, nonce, key) == 0
               ? 0
               : SEIGR_E_SIGNATURE;
}

int seigr__sodium_x25519(uint8_t out[32], const uint8_t scalar[32],
                         const uint8_t point[32], void *ctx)
{
    assert(scalar != NULL && point != NULL);
    (void)ctx;
    /* libsodium refuses the points that give zero (RFC 7748, 6.1). */
    return crypto_scalarmult_curve25519(out, scalar, point) == 0 ? 0
                                                                 : SEIGR_E_KEY;
}

int seigr__sodium_random(uint8_t *out, size_t len, void *ctx)
{
    assert(out != NULL || len == 0);
    (void)ctx;
    randombytes_buf(out, len);
    return 0;
}

int seigr__sodium_compare(const uint8_t *a, const uint8_t *b, size_t len,
                          void *ctx)
{
    (void)ctx;
    return sodium_memcmp(node_in(a, len), node_in(b, len), len);
}

void seigr__sodium_wipe(void *ptr, size_t len, void *ctx)
{
    (void)ctx;
    assert(ptr != NULL || len == 0);
    sodium_memzero(ptr, len);
}

const seigr_crypto *seigr_crypto_sodium_node(void)
{
    static const seigr_crypto table = {
        .struct_size = (uint32_t)sizeof(seigr_crypto),
        SEIGR__SODIUM_VERIFY,
        SEIGR__SODIUM_HASH,
        SEIGR__SODIUM_NODE,
    };

    return &table;
}
