/* SPDX-License-Identifier: MIT */
/*
 * sys/crypto.h - the table of primitives that a port fills.
 *
 * The library calls cryptography through one table and nothing else, so that
 * a board can use its own accelerator or a smaller implementation. The
 * implementation on libsodium is seigr_crypto_sodium(); a port that fills
 * the table itself need not link libsodium.
 *
 * A function that a port leaves NULL makes what needs it answer
 * SEIGR_E_UNSUPPORTED. Verifying capsules needs ed25519_verify and the
 * sha256 functions only. This header may change in a minor version.
 *
 * Threads: every function must be callable from several threads at once.
 */
#ifndef SEIGR_SYS_CRYPTO_H
#define SEIGR_SYS_CRYPTO_H

#include "seigr/base.h" /* SEIGR_API, status codes */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_SIGNATURE_LEN 64u
#define SEIGR_SEED_LEN 32u
#define SEIGR_AEAD_KEY_LEN 32u
#define SEIGR_AEAD_TAG_LEN 16u
#define SEIGR_AEAD_NONCE_LEN 12u  /* ChaCha20-Poly1305, RFC 8439 */
#define SEIGR_XAEAD_NONCE_LEN 24u /* XChaCha20-Poly1305 */
#define SEIGR_X25519_LEN 32u

/* A running SHA-256. Opaque; may be copied with = to branch it. */
typedef struct seigr_sha256_state {
    uint64_t private_[26];
} seigr_sha256_state;

typedef struct seigr_crypto {
    uint32_t struct_size;
    uint32_t reserved; /* zero */

    /*
     * Ed25519 verification (RFC 8032, 5.1.7) with the acceptance rule of
     * FORMATS 2.1: S < L, A canonical, neither A nor R of small order,
     * cofactorless. Implementations must agree on every input.
     * Returns 0 or SEIGR_E_SIGNATURE.
     */
    int (*ed25519_verify)(const uint8_t signature[64], const uint8_t *message,
                          size_t message_len, const uint8_t public_key[32],
                          void *ctx);
    /* The public key of a 32-byte seed. Returns 0. */
    int (*ed25519_public)(uint8_t public_key[32], const uint8_t seed[32],
                          void *ctx);
    /* Deterministic signature. secret is seed || public key. Returns 0. */
    int (*ed25519_sign)(uint8_t signature[64], const uint8_t *message,
                        size_t message_len, const uint8_t secret[64],
                        void *ctx);

    /* SHA-256 (FIPS 180-4), whole and in pieces. */
    void (*sha256)(uint8_t digest[32], const uint8_t *data, size_t len,
                   void *ctx);
    void (*sha256_init)(seigr_sha256_state *state, void *ctx);
    void (*sha256_update)(seigr_sha256_state *state, const uint8_t *data,
                          size_t len, void *ctx);
    void (*sha256_final)(seigr_sha256_state *state, uint8_t digest[32],
                         void *ctx);

    /*
     * ChaCha20-Poly1305 (RFC 8439): out has len + 16 bytes when sealing and
     * len - 16 when opening; out may be the same memory as in. Opening
     * returns 0 or SEIGR_E_SIGNATURE, and then out holds nothing of use.
     */
    int (*aead_seal)(uint8_t *out, const uint8_t *in, size_t len,
                     const uint8_t *ad, size_t ad_len, const uint8_t nonce[12],
                     const uint8_t key[32], void *ctx);
    int (*aead_open)(uint8_t *out, const uint8_t *in, size_t len,
                     const uint8_t *ad, size_t ad_len, const uint8_t nonce[12],
                     const uint8_t key[32], void *ctx);
    /* The same with XChaCha20 and a 24-byte nonce: for key files. */
    int (*xaead_seal)(uint8_t *out, const uint8_t *in, size_t len,
                      const uint8_t *ad, size_t ad_len, const uint8_t nonce[24],
                      const uint8_t key[32], void *ctx);
    int (*xaead_open)(uint8_t *out, const uint8_t *in, size_t len,
                      const uint8_t *ad, size_t ad_len, const uint8_t nonce[24],
                      const uint8_t key[32], void *ctx);

    /* X25519 (RFC 7748). Returns 0, or SEIGR_E_KEY on an all-zero result. */
    int (*x25519)(uint8_t out[32], const uint8_t scalar[32],
                  const uint8_t point[32], void *ctx);

    /*
     * Argon2id 1.3 (RFC 9106), one lane, 32 bytes out. mem_kib from 8,
     * passes from 1. Returns 0 or SEIGR_E_NOMEM.
     */
    int (*argon2id)(uint8_t out[32], const uint8_t *passphrase, size_t len,
                    const uint8_t salt[16], uint32_t passes, uint32_t mem_kib,
                    void *ctx);

    /* Random bytes fit for keys. Returns 0 or SEIGR_E_RANDOM. */
    int (*random)(uint8_t *out, size_t len, void *ctx);

    /* 0 when equal, in time that depends on len alone. */
    int (*compare)(const uint8_t *a, const uint8_t *b, size_t len, void *ctx);
    /* Overwrite so that no compiler removes it. */
    void (*wipe)(void *ptr, size_t len, void *ctx);

    void *ctx;
} seigr_crypto;

#ifdef __cplusplus
}
#endif

#endif
