/* SPDX-License-Identifier: MIT */
/*
 * receipt.c - checks that a leaf is in a tree whose root is signed, and
 * remembers what it checked (FORMATS 3, RFC 9162 2.1.3.2, RFC 9942).
 *
 * The memory holds two tables in the caller's memory, neither of which can
 * change a verdict:
 *
 *   roots  signatures that verified, under exactly (protected bytes, root,
 *          signature); the oldest gives way
 *   nodes  SHA-256(0x01 || left || right) under exactly (left, right), so
 *          that a hash is computed once; two that want one place replace
 *          each other
 *
 * Invariants:
 *   (1) an entry is found only by comparing its whole key.
 *   (2) a root is learnt only after its signature verified here.
 *   (3) every path is walked to its root, remembered or not.
 */
#include "receipt.h" /* seigr__receipt_verify */

#include <assert.h> /* assert, static_assert */
#include <string.h> /* memcmp, memcpy, memset */

struct receipt_root {
    uint8_t signature[SEIGR_SIGNATURE_LEN];
    uint8_t root[32];
    uint8_t protected_header[SEIGR__RECEIPT_PROTECTED_LEN];
};

struct receipt_node {
    seigr_hash left;
    seigr_hash right;
    seigr_hash parent;
    uint32_t used;
};

struct seigr_receipt_cache {
    uint32_t root_max;
    uint32_t root_count; /* entries in use */
    uint32_t root_next;  /* the one that gives way */
    uint32_t node_max;
    struct receipt_node *nodes;
    struct receipt_root *roots;
};

static int receipt_options_are_valid(const seigr_receipt_cache_options *options)
{
    return options != NULL &&
           options->struct_size >= sizeof(seigr_receipt_cache_options) &&
           options->root_max >= 1 &&
           options->root_max <= SEIGR_RECEIPT_ROOTS_MAX &&
           options->node_max <= SEIGR_RECEIPT_NODES_MAX;
}

size_t seigr_receipt_cache_size(const seigr_receipt_cache_options *options)
{
    if (!receipt_options_are_valid(options))
        return 0;
    return sizeof(seigr_receipt_cache) +
           options->node_max * sizeof(struct receipt_node) +
           options->root_max * sizeof(struct receipt_root);
}

int seigr_receipt_cache_init(void *memory, size_t len,
                             const seigr_receipt_cache_options *options,
                             seigr_receipt_cache **out)
{
    seigr_receipt_cache *cache = memory;
    const size_t need = seigr_receipt_cache_size(options);

    if (need == 0 || memory == NULL || out == NULL ||
        (uintptr_t)memory % _Alignof(seigr_receipt_cache) != 0)
        return SEIGR_E_INVAL;
    if (len < need)
        return SEIGR_E_ROOM;
    memset(memory, 0, need);
    cache->root_max = options->root_max;
    cache->node_max = options->node_max;
    cache->nodes = (struct receipt_node *)(cache + 1);
    cache->roots = (struct receipt_root *)(cache->nodes + cache->node_max);
    *out = cache;
    return 0;
}

/* Nodes are hashes, so any four of their bytes spread them. */
static struct receipt_node *receipt_node_place(const seigr_receipt_cache *cache,
                                               const seigr_hash *left,
                                               const seigr_hash *right)
{
    uint32_t a;
    uint32_t b;

    assert(cache->node_max > 0);
    memcpy(&a, left->bytes, sizeof(a));
    memcpy(&b, right->bytes, sizeof(b));
    return &cache->nodes[(a ^ b) % cache->node_max];
}

/* Parent of two nodes; out may be either of them. */
static void receipt_parent(const seigr_context *context,
                           seigr_receipt_cache *cache, const seigr_hash *left,
                           const seigr_hash *right, seigr_hash *out)
{
    struct receipt_node *node;

    if (cache == NULL || cache->node_max == 0) {
        seigr_merkle_hash_node(context, left, right, out);
        return;
    }
    node = receipt_node_place(cache, left, right);
    if (!node->used || memcmp(&node->left, left, sizeof(*left)) != 0 ||
        memcmp(&node->right, right, sizeof(*right)) != 0) { /* (1) */
        node->left = *left;
        node->right = *right;
        seigr_merkle_hash_node(context, left, right, &node->parent);
        node->used = 1;
    }
    *out = node->parent;
}

/*
 * RFC 9162, 2.1.3.2, level by level: an odd node has its sibling on the
 * left; an even one on the right, but for the last of a level, which goes up
 * alone.
 */
static void receipt_root_of(const seigr_context *context,
                            const seigr__receipt *receipt, const seigr_id *leaf,
                            seigr_receipt_cache *cache, seigr_hash *root)
{
    const uint8_t *path = receipt->path;
    uint32_t index = receipt->leaf_index;
    uint32_t last = receipt->tree_size - 1;
    seigr_hash sibling;

    assert(receipt->leaf_index < receipt->tree_size);
    memcpy(root->bytes, leaf->bytes, sizeof(root->bytes));
    for (; last > 0; index >>= 1, last >>= 1) {
        if ((index & 1) == 0 && index == last)
            continue;
        memcpy(sibling.bytes, path + 2, sizeof(sibling.bytes)); /* 58 20 */
        path += 2 + sizeof(sibling.bytes);
        if ((index & 1) != 0)
            receipt_parent(context, cache, &sibling, root, root);
        else
            receipt_parent(context, cache, root, &sibling, root);
    }
    assert(path == receipt->path + 34 * (size_t)receipt->path_count);
}

void seigr__receipt_signed(uint8_t out[SEIGR__RECEIPT_SIGNED_LEN],
                           const uint8_t *protected_header,
                           const uint8_t root[32])
{
    uint8_t *at = out;

    memcpy(at, "\x84\x6aSignature1\x58\x43", 14);
    memcpy(at + 14, protected_header, SEIGR__RECEIPT_PROTECTED_LEN);
    at += 14 + SEIGR__RECEIPT_PROTECTED_LEN;
    memcpy(at, "\x40\x58\x20", 3);
    memcpy(at + 3, root, 32);
    assert(at + 35 == out + SEIGR__RECEIPT_SIGNED_LEN);
}

/* Has this signature verified? Its first bytes tell most entries apart. */
static int receipt_root_is_known(const seigr_receipt_cache *cache,
                                 const seigr__receipt *receipt,
                                 const uint8_t root[32])
{
    assert(cache->root_count <= cache->root_max);
    for (uint32_t i = 0; i < cache->root_count; i++) {
        const struct receipt_root *known = &cache->roots[i];

        if (memcmp(known->signature, receipt->signature, SEIGR_SIGNATURE_LEN) ==
                0 &&
            memcmp(known->root, root, 32) == 0 &&
            memcmp(known->protected_header, receipt->protected_header.ptr,
                   SEIGR__RECEIPT_PROTECTED_LEN) == 0) /* (1) */
            return 1;
    }
    return 0;
}

static void receipt_root_learn(seigr_receipt_cache *cache,
                               const seigr__receipt *receipt,
                               const uint8_t root[32])
{
    struct receipt_root *place = &cache->roots[cache->root_next];

    assert(cache->root_next < cache->root_max);
    memcpy(place->signature, receipt->signature, SEIGR_SIGNATURE_LEN);
    memcpy(place->root, root, 32);
    memcpy(place->protected_header, receipt->protected_header.ptr,
           SEIGR__RECEIPT_PROTECTED_LEN);
    cache->root_next = (cache->root_next + 1) % cache->root_max;
    if (cache->root_count < cache->root_max)
        cache->root_count++;
}

int seigr__receipt_verify(const seigr_context *context,
                          const seigr__receipt *receipt,
                          const seigr_public_key *issuer, const seigr_id *leaf,
                          seigr_receipt_cache *cache)
{
    const seigr_crypto *crypto = context->crypto;
    uint8_t message[SEIGR__RECEIPT_SIGNED_LEN];
    seigr_hash root;

    assert(receipt->protected_header.len == SEIGR__RECEIPT_PROTECTED_LEN);
    receipt_root_of(context, receipt, leaf, cache, &root); /* (3) */
    if (cache != NULL && receipt_root_is_known(cache, receipt, root.bytes))
        return 0;
    seigr__receipt_signed(message, receipt->protected_header.ptr, root.bytes);
    if (crypto->ed25519_verify(receipt->signature, message, sizeof(message),
                               issuer->bytes, crypto->ctx) != 0)
        return SEIGR_E_SIGNATURE;
    if (cache != NULL)
        receipt_root_learn(cache, receipt, root.bytes); /* (2) */
    return 0;
}
