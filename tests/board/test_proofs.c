/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include "seigr/crypto.h"

#include <string.h> /* memcpy */

static seigr_context board_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = seigr_crypto_sodium_verify();
    return context;
}

/* Entry number i of a log: SHA-256(seed || i), of which the leaf is a hash. */
static seigr_hash leaf_of(const seigr_context *context, seigr_span seed,
                          uint32_t i)
{
    uint8_t bytes[64];
    seigr_hash entry;
    seigr_hash leaf;

    memcpy(bytes, seed.ptr, seed.len);
    for (unsigned k = 0; k < 4; k++)
        bytes[seed.len + k] = (uint8_t)(i >> (24 - 8 * k));
    seigr_sha256(context, (seigr_span){bytes, seed.len + 4}, &entry);
    seigr_merkle_hash_leaf(
        context, (seigr_span){entry.bytes, sizeof(entry.bytes)}, &leaf);
    return leaf;
}

static seigr_hash hash_of(seigr_span bytes)
{
    seigr_hash hash;

    memcpy(hash.bytes, bytes.ptr, sizeof(hash.bytes));
    return hash;
}

/* A path as hashes, in the shared room. */
static const seigr_hash *path_of(seigr_span path)
{
    if (path.len > 0)
        memcpy(support_room_bytes, path.ptr, path.len);
    return (const seigr_hash *)(const void *)support_room_bytes;
}

void test_board_proofs__roots(void **state)
{
    const seigr_context context = board_context();

    (void)state;
    for (size_t i = 0; i < log_case_count; i++) {
        const struct log_case *c = &log_cases[i];
        seigr_merkle tree;
        seigr_hash root;

        seigr_merkle_init(&tree);
        for (uint32_t k = 0; k < c->size; k++) {
            const seigr_hash leaf = leaf_of(&context, c->seed, k);

            support_check(seigr_merkle_add(&context, &tree, &leaf) == 0, "log",
                          i);
        }
        seigr_merkle_root(&context, &tree, &root);
        support_check(support_equal((seigr_span){root.bytes, 32}, c->root),
                      "log", i);
    }
    support_count("log", log_case_count);
}

void test_board_proofs__inclusion(void **state)
{
    const seigr_context context = board_context();

    (void)state;
    for (size_t i = 0; i < inclusion_case_count; i++) {
        const struct inclusion_case *c = &inclusion_cases[i];
        const seigr_hash root = hash_of(c->root);
        const seigr_hash *path = path_of(c->path);
        seigr_hash leaf = leaf_of(&context, c->seed, (uint32_t)c->index);

        support_check(seigr_merkle_verify_inclusion(
                          &context, &leaf, c->index, c->size, path,
                          c->path.len / 32, &root, NULL) == 0,
                      "inclusion", i);
        support_check(seigr_merkle_verify_inclusion(
                          &context, &leaf, c->size, c->size, path,
                          c->path.len / 32, &root, NULL) == SEIGR_E_FORMAT,
                      "inclusion", i);
        leaf.bytes[31] ^= 1;
        support_check(seigr_merkle_verify_inclusion(
                          &context, &leaf, c->index, c->size, path,
                          c->path.len / 32, &root, NULL) == SEIGR_E_MISMATCH,
                      "inclusion", i);
    }
    support_count("inclusion", inclusion_case_count);
}

void test_board_proofs__consistency(void **state)
{
    const seigr_context context = board_context();

    (void)state;
    for (size_t i = 0; i < consistency_case_count; i++) {
        const struct consistency_case *c = &consistency_cases[i];
        const seigr_hash root = hash_of(c->root);
        const seigr_hash *path = path_of(c->path);
        seigr_hash first = hash_of(c->first_root);

        support_check(seigr_merkle_verify_consistency(
                          &context, c->first, &first, c->size, &root, path,
                          c->path.len / 32, NULL) == 0,
                      "consistency", i);
        first.bytes[0] ^= 1;
        support_check(seigr_merkle_verify_consistency(
                          &context, c->first, &first, c->size, &root, path,
                          c->path.len / 32, NULL) == SEIGR_E_MISMATCH,
                      "consistency", i);
    }
    support_count("consistency", consistency_case_count);
}
