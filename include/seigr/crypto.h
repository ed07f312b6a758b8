/* SPDX-License-Identifier: MIT */
/*
 * crypto.h - keys, signers, hashes and Merkle trees.
 *
 * What it is: Ed25519 keys and their two text forms, signing by a key in
 * memory or by a callback, SHA-256, and the Merkle tree of RFC 9162. What it
 * is not: primitives of its own; they come through the table in
 * seigr/sys/crypto.h.
 *
 * Threads: functions without a handle may be called from any thread.
 */
#ifndef SEIGR_CRYPTO_H
#define SEIGR_CRYPTO_H

#include "seigr/base.h"       /* spans, context, status codes */
#include "seigr/sys/crypto.h" /* the table, lengths */

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The table of primitives on libsodium, all of it.
 *
 * Initialises libsodium on first use; safe to call from several threads.
 * Returns a static table, or NULL if libsodium finds no randomness.
 */
SEIGR_API const seigr_crypto *seigr_crypto_sodium(void);

/*
 * The same without Argon2id and without initialising libsodium: for a board
 * of one thread, which links 14 KB less. Key files with a passphrase then
 * answer SEIGR_E_UNSUPPORTED. The program gives libsodium its randomness.
 *
 * Returns a static table.
 */
SEIGR_API const seigr_crypto *seigr_crypto_sodium_node(void);

/*
 * Verification and SHA-256 alone: for a boot loader, which links neither the
 * table of signing nor anything that needs randomness or a heap.
 *
 * Returns a static table.
 */
SEIGR_API const seigr_crypto *seigr_crypto_sodium_verify(void);

/*
 * Random bytes fit for keys.
 *
 *   context  its random is used when set, else its crypto's.
 *   out      len bytes.
 *
 * Returns 0, SEIGR_E_RANDOM (out then holds nothing of use), or
 * SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_random_fill(const seigr_context *context,
                                               uint8_t *out, size_t len);

/* An Ed25519 key pair. Wipe it with seigr_keypair_fini(). */
typedef struct seigr_keypair {
    uint8_t secret[64]; /* seed || public key */
} seigr_keypair;

/*
 * Make a key pair from the context's randomness.
 *
 *   context  needs crypto; random is used when set, else crypto's.
 *
 * Returns 0, SEIGR_E_RANDOM, or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_keypair_init(const seigr_context *context,
                                                seigr_keypair *out);

/*
 * Make the key pair of a seed (RFC 8032, 5.1.5).
 *
 *   seed  32 secret bytes; copied, the caller wipes its own.
 *
 * Returns 0 or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_keypair_init_seed(const seigr_context *context,
                        const uint8_t seed[SEIGR_SEED_LEN], seigr_keypair *out);

/*
 * Overwrite a key pair.
 *
 *   context  needs crypto with wipe.
 *   keypair  NULL is fine.
 */
SEIGR_API void seigr_keypair_fini(const seigr_context *context,
                                  seigr_keypair *keypair);

/*
 * The public half of a key pair.
 *
 *   keypair  made by seigr_keypair_init*().
 *
 * Returns the key by value.
 */
SEIGR_API seigr_public_key seigr_keypair_public(const seigr_keypair *keypair);

/*
 * Who signs: a public key and a way to get its signature. A key in a token
 * fills sign itself; a key in memory uses seigr_keypair_signer().
 */
typedef struct seigr_signer {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    seigr_public_key key;
    /* Ed25519 signature of message by key. Returns 0 or SEIGR_E_KEY. */
    int (*sign)(uint8_t signature[SEIGR_SIGNATURE_LEN], seigr_span message,
                void *ctx);
    void *ctx;
} seigr_signer;

/* A signer over a key pair in memory: the storage that it needs. */
typedef struct seigr_keypair_signer_state {
    const seigr_context *context;
    const seigr_keypair *keypair;
} seigr_keypair_signer_state;

/*
 * A signer over a key pair.
 *
 *   context, keypair, state  borrowed as long as the signer is used.
 *
 * Returns the signer by value.
 */
SEIGR_API seigr_signer seigr_keypair_signer(const seigr_context *context,
                                            const seigr_keypair *keypair,
                                            seigr_keypair_signer_state *state);

/* --- key files (docs/spec/keys.md) ------------------------------------- */

/* No key file is longer. */
#define SEIGR_KEYFILE_LEN_MAX 192u

/* Argon2id of a key file: what is used unless told, and what decoding takes
 * at most, so that a hostile file cannot ask for more. */
#define SEIGR_KEYFILE_MEM_KIB 65536u
#define SEIGR_KEYFILE_PASSES 3u
#define SEIGR_KEYFILE_MEM_KIB_MAX 1048576u /* 1 GiB */
#define SEIGR_KEYFILE_PASSES_MAX 16u
#define SEIGR_KEYFILE_WORK_MAX 4194304u /* mem_kib times passes */

/* Start from SEIGR_KEYFILE_OPTIONS_INIT. */
typedef struct seigr_keyfile_options {
    uint32_t struct_size;
    uint32_t mem_kib;  /* from 8; 0: SEIGR_KEYFILE_MEM_KIB */
    uint32_t passes;   /* from 1; 0: SEIGR_KEYFILE_PASSES */
    uint32_t reserved; /* zero */
} seigr_keyfile_options;

#define SEIGR_KEYFILE_OPTIONS_INIT                                             \
    {                                                                          \
        (uint32_t)sizeof(seigr_keyfile_options), 0, 0, 0                       \
    }

/* What a key file says before it is opened. Nobody has vouched for it. */
typedef struct seigr_keyfile_info {
    uint32_t struct_size;
    uint32_t is_sealed; /* 1: a passphrase is needed */
    uint32_t mem_kib;   /* of Argon2id; 0 if not sealed */
    uint32_t passes;
    seigr_public_key key;
} seigr_keyfile_info;

#define SEIGR_KEYFILE_INFO_INIT                                                \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_keyfile_info)                    \
    }

/*
 * Write a key pair as the bytes of a key file. The bytes hold the secret:
 * the caller keeps them from others and wipes them.
 *
 *   context     needs crypto; with a passphrase also randomness, xaead_seal
 *               and argon2id.
 *   passphrase  {NULL, 0}: the secret is written as it is.
 *   options     NULL: the defaults.
 *   out         room for SEIGR_KEYFILE_LEN_MAX; {NULL, 0} asks for the
 *               length needed.
 *   len_out     receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM, with *len_out set; SEIGR_E_KEY for an empty
 * passphrase; SEIGR_E_LIMIT for options past the bounds above;
 * SEIGR_E_NOMEM where Argon2id finds no memory; SEIGR_E_RANDOM;
 * SEIGR_E_UNSUPPORTED where the table lacks a function; SEIGR_E_INVAL.
 * out is untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_keyfile_encode(const seigr_context *context, const seigr_keypair *keypair,
                     seigr_span passphrase,
                     const seigr_keyfile_options *options, seigr_buf out,
                     size_t *len_out, seigr_error *error);

/*
 * Read what a key file says without opening it.
 *
 *   bytes  the whole file.
 *   out    from SEIGR_KEYFILE_INFO_INIT; untouched on failure.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED; SEIGR_E_LIMIT where it asks
 * for more memory or passes than the bounds above; SEIGR_E_UNSUPPORTED for
 * another version or way of sealing.
 */
SEIGR_API SEIGR_MUST_USE int seigr_keyfile_inspect(seigr_span bytes,
                                                   seigr_keyfile_info *out,
                                                   seigr_error *error);

/*
 * Read a key pair from the bytes of a key file.
 *
 *   context     needs crypto; of a sealed file also xaead_open and argon2id.
 *   passphrase  {NULL, 0}: none; not looked at if the file is not sealed.
 *   out         untouched on failure.
 *
 * Returns 0; what seigr_keyfile_inspect() returns; SEIGR_E_KEY if the
 * passphrase is missing or wrong, or the file was changed; SEIGR_E_CORRUPT
 * if an unsealed secret is not of the public key beside it; SEIGR_E_NOMEM
 * where Argon2id finds no memory; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_keyfile_decode(const seigr_context *context,
                                                  seigr_span bytes,
                                                  seigr_span passphrase,
                                                  seigr_keypair *out,
                                                  seigr_error *error);

/* --- did:key ------------------------------------------------------------ */

/* Characters of a did:key of Ed25519, the NUL not counted. */
#define SEIGR_DID_KEY_LEN 56u

/*
 * Write a public key as did:key (W3C CCG did:key, multicodec 0xed01).
 *
 *   out  receives SEIGR_DID_KEY_LEN characters and a NUL.
 */
SEIGR_API void seigr_did_key_encode(const seigr_public_key *key,
                                    char out[SEIGR_DID_KEY_LEN + 1]);

/*
 * Read a did:key of an Ed25519 key.
 *
 *   text  the characters; anything before or after the key is refused.
 *
 * Returns 0; SEIGR_E_FORMAT (alphabet, length, prefix), SEIGR_E_UNSUPPORTED
 * for another kind of key. out is untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_did_key_decode(seigr_span text,
                                                  seigr_public_key *out,
                                                  seigr_error *error);

/*
 * SHA-256 of one span.
 *
 *   context  needs crypto with sha256.
 *   data     any length.
 *   out      receives the digest.
 */
SEIGR_API void seigr_sha256(const seigr_context *context, seigr_span data,
                            seigr_hash *out);

#ifdef __cplusplus
}
#endif

#endif
