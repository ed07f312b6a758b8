/* SPDX-License-Identifier: MIT */
/*
 * merkle_tree.c - hashes of the RFC 9162 tree, and a tree that grows.
 *
 * It keeps no leaves and makes no proofs; merkle_prove.c does.
 *
 * Invariants:
 *   (1) nodes[k] is the head of 2^k adjacent leaves where bit k of count is
 *       set; the higher bits' leaves stand further left.
 */
#include "seigr/crypto.h" /* seigr_merkle_* */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

void seigr_merkle_hash_leaf(const seigr_context *context, seigr_span entry,
                            seigr_hash *out)
{
    static const uint8_t prefix[1] = {0x00}; /* RFC 9162, 2.1.1 */
    const seigr_crypto *crypto = context->crypto;
    seigr_sha256_state running;

    assert(entry.ptr != NULL || entry.len == 0);
    crypto->sha256_init(&running, crypto->ctx);
    crypto->sha256_update(&running, prefix, sizeof(prefix), crypto->ctx);
    crypto->sha256_update(&running, entry.ptr, entry.len, crypto->ctx);
    crypto->sha256_final(&running, out->bytes, crypto->ctx);
}

void seigr_merkle_hash_node(const seigr_context *context,
                            const seigr_hash *left, const seigr_hash *right,
                            seigr_hash *out)
{
    uint8_t node[65];

    assert(context != NULL && context->crypto->sha256 != NULL);
    node[0] = 0x01; /* RFC 9162, 2.1.1 */
    memcpy(node + 1, left->bytes, 32);
    memcpy(node + 33, right->bytes, 32);
    context->crypto->sha256(out->bytes, node, sizeof(node),
                            context->crypto->ctx);
}

void seigr_merkle_init(seigr_merkle *tree)
{
    assert(tree != NULL);
    tree->count = 0;
}

int seigr_merkle_add(const seigr_context *context, seigr_merkle *tree,
                     const seigr_hash *leaf)
{
    seigr_hash node = *leaf;
    unsigned level = 0;

    if (tree->count >= SEIGR_MERKLE_LEAVES_MAX - 1)
        return SEIGR_E_LIMIT;
    /* As adding one to a number: full subtrees of one height are joined. */
    for (; (tree->count >> level & 1) != 0; level++)
        seigr_merkle_hash_node(context, &tree->nodes[level], &node, &node);
    assert(level < SEIGR_MERKLE_LEVELS);
    tree->nodes[level] = node;
    tree->count++;
    return 0;
}

void seigr_merkle_root(const seigr_context *context, const seigr_merkle *tree,
                       seigr_hash *out)
{
    unsigned level = 0;

    assert(tree->count < SEIGR_MERKLE_LEAVES_MAX);
    if (tree->count == 0) {
        seigr_sha256(context, (seigr_span){NULL, 0}, out);
        return;
    }
    while ((tree->count >> level & 1) == 0)
        level++;
    *out = tree->nodes[level];
    for (level++; level < SEIGR_MERKLE_LEVELS; level++) {
        if ((tree->count >> level & 1) != 0) /* (1): it stands to the left */
            seigr_merkle_hash_node(context, &tree->nodes[level], out, out);
    }
}
