/* SPDX-License-Identifier: MIT */
/*
 * sodium.c - libsodium initialised, with Argon2id, and all that
 * sodium_node.c and sodium_verify.c have.
 *
 * Invariants:
 *   (1) the table is given out only after libsodium found randomness.
 */
#include "seigr/crypto.h" /* seigr_crypto_sodium */
#include "sodium_table.h" /* seigr__sodium_* */

#include <assert.h> /* assert */
#include <sodium.h>

int seigr__sodium_argon2id(uint8_t out[32], const uint8_t *passphrase,
                           size_t len, const uint8_t salt[16], uint32_t passes,
                           uint32_t mem_kib, void *ctx)
{
    static const char nothing[1];
    const void *text = len == 0 ? (const void *)nothing : passphrase;

    (void)ctx;
    assert(passes >= 1 && mem_kib >= 8);
    /* libsodium takes this memory itself, not from the context. */
    return crypto_pwhash(out, 32, text, len, salt, passes,
                         (size_t)mem_kib * 1024,
                         crypto_pwhash_ALG_ARGON2ID13) == 0
               ? 0
               : SEIGR_E_NOMEM;
}

const seigr_crypto *seigr_crypto_sodium(void)
{
    static const seigr_crypto table = {
        .struct_size = (uint32_t)sizeof(seigr_crypto),
        SEIGR__SODIUM_VERIFY,
        SEIGR__SODIUM_HASH,
        SEIGR__SODIUM_NODE,
        SEIGR__SODIUM_KEYFILE,
    };

    return sodium_init() < 0 ? NULL : &table; /* (1) */
}
