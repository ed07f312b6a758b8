/* SPDX-License-Identifier: MIT */
/*
 * sodium_table.h - libsodium behind the functions of seigr_crypto, by file:
 *
 *   sodium_verify.c  what verifies capsules: neither the table of signing
 *                    (30 KB) nor sodium_init (45 KB) is reached from it
 *   sodium_node.c    what a node needs besides: signing, links, randomness
 *   sodium.c         all of it, initialised
 *
 * Each is an object file of its own, so that a static link takes no more
 * than the table that is named.
 */
#ifndef SEIGR_SRC_CRYPTO_SODIUM_TABLE_H
#define SEIGR_SRC_CRYPTO_SODIUM_TABLE_H

#include "seigr/sys/crypto.h" /* seigr_crypto */

/* sodium_verify.c */
int seigr__sodium_ed25519_verify(const uint8_t signature[64],
                                 const uint8_t *message, size_t message_len,
                                 const uint8_t public_key[32], void *ctx);
void seigr__sodium_sha256(uint8_t digest[32], const uint8_t *data, size_t len,
                          void *ctx);
void seigr__sodium_sha256_init(seigr_sha256_state *state, void *ctx);
void seigr__sodium_sha256_update(seigr_sha256_state *state, const uint8_t *data,
                                 size_t len, void *ctx);
void seigr__sodium_sha256_final(seigr_sha256_state *state, uint8_t digest[32],
                                void *ctx);

/* sodium_node.c */
int seigr__sodium_ed25519_public(uint8_t public_key[32], const uint8_t seed[32],
                                 void *ctx);
int seigr__sodium_ed25519_sign(uint8_t signature[64], const uint8_t *message,
                               size_t message_len, const uint8_t secret[64],
                               void *ctx);
int seigr__sodium_aead_seal(uint8_t *out, const uint8_t *in, size_t len,
                            const uint8_t *ad, size_t ad_len,
                            const uint8_t nonce[12], const uint8_t key[32],
                            void *ctx);
int seigr__sodium_aead_open(uint8_t *out, const uint8_t *in, size_t len,
                            const uint8_t *ad, size_t ad_len,
                            const uint8_t nonce[12], const uint8_t key[32],
                            void *ctx);
int seigr__sodium_xaead_seal(uint8_t *out, const uint8_t *in, size_t len,
                             const uint8_t *ad, size_t ad_len,
                             const uint8_t nonce[24], const uint8_t key[32],
                             void *ctx);
int seigr__sodium_xaead_open(uint8_t *out, const uint8_t *in, size_t len,
                             const uint8_t *ad, size_t ad_len,
                             const uint8_t nonce[24], const uint8_t key[32],
                             void *ctx);
int seigr__sodium_x25519(uint8_t out[32], const uint8_t scalar[32],
                         const uint8_t point[32], void *ctx);
int seigr__sodium_random(uint8_t *out, size_t len, void *ctx);
int seigr__sodium_compare(const uint8_t *a, const uint8_t *b, size_t len,
                          void *ctx);
void seigr__sodium_wipe(void *ptr, size_t len, void *ctx);

/* sodium.c */
int seigr__sodium_argon2id(uint8_t out[32], const uint8_t *passphrase,
                           size_t len, const uint8_t salt[16], uint32_t passes,
                           uint32_t mem_kib, void *ctx);

/* Members of a table, for its initialiser. */
/* clang-format off */
#define SEIGR__SODIUM_VERIFY .ed25519_verify = seigr__sodium_ed25519_verify
#define SEIGR__SODIUM_HASH                                                     \
    .sha256 = seigr__sodium_sha256,                                            \
    .sha256_init = seigr__sodium_sha256_init,                                  \
    .sha256_update = seigr__sodium_sha256_update,                              \
    .sha256_final = seigr__sodium_sha256_final
#define SEIGR__SODIUM_NODE                                                     \
    .ed25519_public = seigr__sodium_ed25519_public,                            \
    .ed25519_sign = seigr__sodium_ed25519_sign,                                \
    .aead_seal = seigr__sodium_aead_seal,                                      \
    .aead_open = seigr__sodium_aead_open,                                      \
    .xaead_seal = seigr__sodium_xaead_seal,                                    \
    .xaead_open = seigr__sodium_xaead_open,                                    \
    .x25519 = seigr__sodium_x25519,                                            \
    .random = seigr__sodium_random,                                            \
    .compare = seigr__sodium_compare,                                          \
    .wipe = seigr__sodium_wipe
#define SEIGR__SODIUM_KEYFILE .argon2id = seigr__sodium_argon2id
/* clang-format on */

#endif
