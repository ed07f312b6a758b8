/* SPDX-License-Identifier: MIT */
/*
 * table.c - the table of primitives for verifying without libsodium.
 *
 * Invariants:
 *   (1) a running hash fits seigr_sha256_state, and is a plain value that =
 *       copies.
 */
#include "ed25519.h"           /* seigr__compact_verify */
#include "seigr/sys/compact.h" /* seigr_crypto_compact */
#include "sha2.h"              /* seigr__sha256 */

#include <assert.h> /* static_assert */

static_assert(sizeof(seigr__sha256) <= sizeof(seigr_sha256_state), "(1)");

static int table_verify(const uint8_t signature[64], const uint8_t *message,
                        size_t message_len, const uint8_t public_key[32],
                        void *ctx)
{
    (void)ctx;
    return seigr__compact_verify(signature, message, message_len, public_key) ==
                   0
               ? 0
               : SEIGR_E_SIGNATURE;
}

static seigr__sha256 *table_state(seigr_sha256_state *state)
{
    void *memory = state->private_; /* (1) */

    return memory;
}

static void table_sha256_init(seigr_sha256_state *state, void *ctx)
{
    (void)ctx;
    seigr__sha256_init(table_state(state));
}

static void table_sha256_update(seigr_sha256_state *state, const uint8_t *data,
                                size_t len, void *ctx)
{
    (void)ctx;
    seigr__sha256_update(table_state(state), data, len);
}

static void table_sha256_final(seigr_sha256_state *state, uint8_t digest[32],
                               void *ctx)
{
    (void)ctx;
    seigr__sha256_final(table_state(state), digest);
}

static void table_sha256(uint8_t digest[32], const uint8_t *data, size_t len,
                         void *ctx)
{
    seigr__sha256 state;

    (void)ctx;
    seigr__sha256_init(&state);
    seigr__sha256_update(&state, data, len);
    seigr__sha256_final(&state, digest);
}

const seigr_crypto *seigr_crypto_compact(void)
{
    static const seigr_crypto table = {
        .struct_size = (uint32_t)sizeof(seigr_crypto),
        .ed25519_verify = table_verify,
        .sha256 = table_sha256,
        .sha256_init = table_sha256_init,
        .sha256_update = table_sha256_update,
        .sha256_final = table_sha256_final,
    };

    return &table;
}
