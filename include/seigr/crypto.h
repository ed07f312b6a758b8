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
 * The table to use where nothing speaks against it: libsodium's, with SHA-256
 * by libcrypto where the library was built with it (SEIGR_LIBCRYPTO), as that
 * uses the processor's instructions. Both give the same bytes.
 *
 * Initialises libsodium on first use; safe to call from several threads.
 * Returns a static table, or NULL if libsodium finds no randomness.
 */
SEIGR_API const seigr_crypto *seigr_crypto_default(void);

/*
 * seigr_crypto_sodium() without Argon2id and without initialising libsodium:
 * for a board of one thread, which links 14 KB less. Key files with a
 * passphrase then answer SEIGR_E_UNSUPPORTED. The program gives libsodium its
 * randomness.
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

/* --- Merkle trees of RFC 9162 (docs/spec/merkle.md) ---------------------- */

/* The most leaves that a tree here can have, and nodes that a proof can. */
#define SEIGR_MERKLE_LEVELS 48u
#define SEIGR_MERKLE_LEAVES_MAX ((uint64_t)1 << SEIGR_MERKLE_LEVELS)
#define SEIGR_MERKLE_PATH_MAX (SEIGR_MERKLE_LEVELS + 1u)

/*
 * The hash of a leaf, SHA-256(0x00 || entry).
 *
 *   context  needs crypto with the sha256 functions.
 *   entry    any length.
 *   out      receives the hash.
 */
SEIGR_API void seigr_merkle_hash_leaf(const seigr_context *context,
                                      seigr_span entry, seigr_hash *out);

/*
 * The hash of an inner node, SHA-256(0x01 || left || right).
 *
 *   context  needs crypto with sha256.
 *   out      receives the hash; may be left or right.
 */
SEIGR_API void seigr_merkle_hash_node(const seigr_context *context,
                                      const seigr_hash *left,
                                      const seigr_hash *right, seigr_hash *out);

/*
 * A tree that grows leaf by leaf, of which only the right edge is kept. It is
 * a plain value: = branches it, and its fields may be stored and restored.
 */
typedef struct seigr_merkle {
    uint64_t count; /* leaves so far */
    /* nodes[k] is the root of a full subtree of 2^k leaves where bit k of
     * count is set, larger subtrees further left; other nodes mean nothing. */
    seigr_hash nodes[SEIGR_MERKLE_LEVELS];
} seigr_merkle;

/*
 * Start a tree without leaves.
 *
 *   tree  overwritten.
 */
SEIGR_API void seigr_merkle_init(seigr_merkle *tree);

/*
 * Add a leaf at the right end. Costs one hash in the mean.
 *
 *   context  needs crypto with sha256.
 *   leaf     its hash; copied.
 *
 * Returns 0, or SEIGR_E_LIMIT at SEIGR_MERKLE_LEAVES_MAX - 1 leaves.
 */
SEIGR_API SEIGR_MUST_USE int seigr_merkle_add(const seigr_context *context,
                                              seigr_merkle *tree,
                                              const seigr_hash *leaf);

/*
 * The head of the tree as it is; it can grow on. Of no leaves it is the
 * SHA-256 of nothing.
 *
 *   context  needs crypto with sha256.
 *   out      receives the head.
 */
SEIGR_API void seigr_merkle_root(const seigr_context *context,
                                 const seigr_merkle *tree, seigr_hash *out);

/*
 * Check that a leaf is in a tree (RFC 9162, 2.1.3.2).
 *
 *   context     needs crypto with sha256.
 *   leaf        hash of the leaf.
 *   index       of the leaf, from 0.
 *   size        leaves of the tree.
 *   path        path_count nodes, from the leaf upwards.
 *   root        the head of the tree.
 *
 * Returns 0; SEIGR_E_FORMAT for an index that is not in the tree, or for
 * nodes that are missing or not used; SEIGR_E_MISMATCH where the nodes lead
 * to another root.
 */
SEIGR_API SEIGR_MUST_USE int seigr_merkle_verify_inclusion(
    const seigr_context *context, const seigr_hash *leaf, uint64_t index,
    uint64_t size, const seigr_hash *path, size_t path_count,
    const seigr_hash *root, seigr_error *error);

/*
 * The root to which a path leads, checked as above but for its value: for
 * receipts, whose signature vouches for the root.
 *
 *   out  untouched on failure.
 *
 * Returns 0 or SEIGR_E_FORMAT.
 */
SEIGR_API SEIGR_MUST_USE int seigr_merkle_root_from_path(
    const seigr_context *context, const seigr_hash *leaf, uint64_t index,
    uint64_t size, const seigr_hash *path, size_t path_count, seigr_hash *out,
    seigr_error *error);

/*
 * Check that the first tree is the beginning of the second (RFC 9162,
 * 2.1.4.2). Of one size they must have one root and no path.
 *
 *   context        needs crypto with sha256.
 *   first, second  leaves of the two trees.
 *   path           path_count nodes, in the order of RFC 9162.
 *
 * Returns 0; SEIGR_E_FORMAT for sizes that do not go together (an empty
 * first tree proves nothing), or for nodes that are missing or not used;
 * SEIGR_E_MISMATCH where the nodes lead to another root.
 */
SEIGR_API SEIGR_MUST_USE int seigr_merkle_verify_consistency(
    const seigr_context *context, uint64_t first, const seigr_hash *first_root,
    uint64_t second, const seigr_hash *second_root, const seigr_hash *path,
    size_t path_count, seigr_error *error);

/*
 * A node of a tree: at level k, the head of the leaves from index * 2^k up to
 * the next multiple of 2^k or to the end of the tree. Level 0 are the leaves.
 */
typedef struct seigr_merkle_place {
    uint64_t index;
    uint32_t level;
    uint32_t reserved; /* zero */
} seigr_merkle_place;

/*
 * Which nodes prove that a leaf is in a tree, for one who keeps them
 * somewhere else.
 *
 *   out        room for SEIGR_MERKLE_PATH_MAX places, in the order of a path.
 *   count_out  receives how many there are.
 *
 * Returns 0; SEIGR_E_INVAL where index is not below size, or size is above
 * SEIGR_MERKLE_LEAVES_MAX.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_merkle_inclusion_places(uint64_t index, uint64_t size,
                              seigr_merkle_place *out, size_t *count_out);

/*
 * Which nodes of the second tree prove that the first is its beginning.
 *
 *   out, count_out  as above; no places where the sizes are equal.
 *
 * Returns 0; SEIGR_E_INVAL where first is 0 or above second, or second is
 * above SEIGR_MERKLE_LEAVES_MAX.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_merkle_consistency_places(uint64_t first, uint64_t second,
                                seigr_merkle_place *out, size_t *count_out);

/*
 * Nodes of all levels of a tree together, for seigr_merkle_build().
 *
 *   leaf_count  from 1.
 *
 * Returns the count (less than twice the leaves plus SEIGR_MERKLE_LEVELS), or
 * 0 where it does not fit memory.
 */
SEIGR_API size_t seigr_merkle_node_count(size_t leaf_count);

/*
 * Compute all levels of a tree, so that its proofs are then only looked up.
 *
 *   context  needs crypto with sha256.
 *   nodes    room for seigr_merkle_node_count(leaf_count) hashes, of which
 *            the first leaf_count are the leaves' already. The last is the
 *            root afterwards.
 */
SEIGR_API void seigr_merkle_build(const seigr_context *context,
                                  seigr_hash *nodes, size_t leaf_count);

/*
 * Read the inclusion proof of a leaf out of a built tree.
 *
 *   nodes      as seigr_merkle_build() left them.
 *   path       room for SEIGR_MERKLE_PATH_MAX nodes.
 *   count_out  receives how many were written.
 *
 * Returns 0 or SEIGR_E_INVAL as seigr_merkle_inclusion_places().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_merkle_inclusion(const seigr_hash *nodes, size_t leaf_count,
                       uint64_t index, seigr_hash *path, size_t *count_out);

/*
 * Read the proof out of a built tree that its first leaves were a tree.
 *
 *   nodes      as seigr_merkle_build() left them.
 *   first      leaves of the earlier tree, 1 to leaf_count.
 *   path       room for SEIGR_MERKLE_PATH_MAX nodes.
 *   count_out  receives how many were written.
 *
 * Returns 0 or SEIGR_E_INVAL as seigr_merkle_consistency_places().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_merkle_consistency(const seigr_hash *nodes, size_t leaf_count,
                         uint64_t first, seigr_hash *path, size_t *count_out);

#ifdef __cplusplus
}
#endif

#endif
