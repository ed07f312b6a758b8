/* SPDX-License-Identifier: MIT */
/*
 * sodium_verify.c - Ed25519 verification and SHA-256 by libsodium.
 *
 * It signs nothing, needs no initialisation and no randomness. libsodium's
 * detached verification is the reference that FORMATS 2.1 names: S < L, A
 * canonical, neither A nor R of small order, cofactorless.
 *
 * Invariants:
 *   (1) a running hash of libsodium fits seigr_sha256_state, and is a plain
 *       value that = copies.
 */
#include "seigr/crypto.h" /* seigr_crypto_sodium_verify */
#include "sodium_table.h" /* seigr__sodium_* */

#include <assert.h> /* static_assert */
#include <sodium.h>

static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(seigr_sha256_state),
              "(1)");

/* libsodium takes no NULL, not even for nothing. */
static const uint8_t sodium_nothing[1];

int seigr__sodium_ed25519_verify(const uint8_t signature[64],
                                 const uint8_t *message, size_t message_len,
                                 const uint8_t public_key[32], void *ctx)
{
    assert(message != NULL || message_len == 0);
    (void)ctx;
    if (message_len == 0)
        message = sodium_nothing;
    return crypto_sign_verify_detached(signature, message, message_len,
                                       public_key) == 0
               ? 0
               : SEIGR_E_SIGNATURE;
}

static crypto_hash_sha256_state *sodium_state(seigr_sha256_state *state)
{
    void *memory = state->private_; /* (1) */

    return memory;
}

void seigr__sodium_sha256_init(seigr_sha256_state *state, void *ctx)
{
    (void)ctx;
    (void)crypto_hash_sha256_init(sodium_state(state));
}

void seigr__sodium_sha256_update(seigr_sha256_state *state, const uint8_t *data,
                                 size_t len, void *ctx)
{
    assert(data != NULL || len == 0);
    (void)ctx;
    if (len > 0)
        (void)crypto_hash_sha256_update(sodium_state(state), data, len);
}

void seigr__sodium_sha256_final(seigr_sha256_state *state, uint8_t digest[32],
                                void *ctx)
{
    (void)ctx;
    (void)crypto_hash_sha256_final(sodium_state(state), digest);
}

void seigr__sodium_sha256(uint8_t digest[32], const uint8_t *data, size_t len,
                          void *ctx)
{
    assert(data != NULL || len == 0);
    (void)ctx;
    (void)crypto_hash_sha256(digest, len == 0 ? sodium_nothing : data, len);
}

const seigr_crypto *seigr_crypto_sodium_verify(void)
{
    static const seigr_crypto table = {
        .struct_size = (uint32_t)sizeof(seigr_crypto),
        SEIGR__SODIUM_VERIFY,
        SEIGR__SODIUM_HASH,
    };

    return &table;
}
