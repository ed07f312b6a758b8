/* SPDX-License-Identifier: MIT */
/*
 * default_libcrypto.c - libsodium's table with SHA-256 by libcrypto, which
 * uses the processor's instructions for it where it has them.
 *
 * It calls libcrypto's low-level functions: they keep their state in the
 * caller's memory, ask for nothing and cannot fail, and at 64 bytes the EVP
 * interface costs as much as the hash itself (docs/design/hashing.md).
 *
 * Invariants:
 *   (1) a running hash of libcrypto fits seigr_sha256_state, and is a plain
 *       value that = copies.
 */
#include "seigr/crypto.h" /* seigr_crypto_default */
#include "sodium_table.h" /* SEIGR__SODIUM_* */

#include <assert.h> /* static_assert */

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

static_assert(sizeof(SHA256_CTX) <= sizeof(seigr_sha256_state), "(1)");

static SHA256_CTX *libcrypto_state(seigr_sha256_state *state)
{
    void *memory = state->private_; /* (1) */

    return memory;
}

/* Bytes that are asked of memory while as many before them are hashed. */
#define LIBCRYPTO_AHEAD 1024u
#define LIBCRYPTO_LINE 64u /* of a cache; another length costs only time */

/*
 * Take bytes of any length. Reading what was not read before, hashing by
 * instructions waits for memory more than it computes: it asks for one line
 * after the other. So the lines are asked for here, a little ahead.
 */
static void libcrypto_take(SHA256_CTX *running, const uint8_t *data, size_t len)
{
    while (len > LIBCRYPTO_AHEAD) {
        size_t ahead = len - LIBCRYPTO_AHEAD;

        if (ahead > LIBCRYPTO_AHEAD)
            ahead = LIBCRYPTO_AHEAD;
        for (size_t i = 0; i < ahead; i += LIBCRYPTO_LINE)
            __builtin_prefetch(data + LIBCRYPTO_AHEAD + i);
        (void)SHA256_Update(running, data, LIBCRYPTO_AHEAD);
        data += LIBCRYPTO_AHEAD;
        len -= LIBCRYPTO_AHEAD;
    }
    if (len > 0)
        (void)SHA256_Update(running, data, len);
}

static void libcrypto_sha256_init(seigr_sha256_state *state, void *ctx)
{
    (void)ctx;
    (void)SHA256_Init(libcrypto_state(state));
}

static void libcrypto_sha256_update(seigr_sha256_state *state,
                                    const uint8_t *data, size_t len, void *ctx)
{
    (void)ctx;
    libcrypto_take(libcrypto_state(state), data, len);
}

static void libcrypto_sha256_final(seigr_sha256_state *state,
                                   uint8_t digest[32], void *ctx)
{
    (void)ctx;
    (void)SHA256_Final(digest, libcrypto_state(state));
}

static void libcrypto_sha256(uint8_t digest[32], const uint8_t *data,
                             size_t len, void *ctx)
{
    SHA256_CTX running;

    (void)ctx;
    (void)SHA256_Init(&running);
    libcrypto_take(&running, data, len);
    (void)SHA256_Final(digest, &running);
}

const seigr_crypto *seigr_crypto_default(void)
{
    static const seigr_crypto table = {
        .struct_size = (uint32_t)sizeof(seigr_crypto),
        SEIGR__SODIUM_VERIFY,
        SEIGR__SODIUM_NODE,
        SEIGR__SODIUM_KEYFILE,
        .sha256 = libcrypto_sha256,
        .sha256_init = libcrypto_sha256_init,
        .sha256_update = libcrypto_sha256_update,
        .sha256_final = libcrypto_sha256_final,
    };

    return seigr_crypto_sodium() == NULL ? NULL : &table;
}
