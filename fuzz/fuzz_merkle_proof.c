/* SPDX-License-Identifier: MIT */
/*
 * fuzz_merkle_proof.c - proofs from anybody, against a small true tree.
 *
 *   byte 0       leaves of the tree, 1 to 32
 *   byte 1       bit 0: inclusion or consistency; bit 1: start from the true
 *                proof
 *   8, 8 bytes   index or first size; claimed size
 *   then         nodes of 32 bytes; with bit 1 each is added to the true one
 *
 * Whatever is accepted must be true.
 */
#include "fuzz.h"

#include "seigr/crypto.h"

#include <string.h>

#define FUZZ_LEAVES 32u

struct proof {
    seigr_context context;
    seigr_hash nodes[3 * FUZZ_LEAVES];
    size_t leaf_count;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    size_t path_count;
};

static uint64_t read_u64(const uint8_t *bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void make_tree(struct proof *p, size_t count)
{
    p->leaf_count = count;
    for (size_t i = 0; i < count; i++) {
        memset(p->nodes[i].bytes, 0, 32);
        p->nodes[i].bytes[0] = (uint8_t)(i + 1);
    }
    FUZZ_REQUIRE(seigr_merkle_node_count(count) <= 3 * FUZZ_LEAVES);
    seigr_merkle_build(&p->context, p->nodes, count);
}

static void read_path(struct proof *p, const uint8_t *data, size_t size,
                      int onto_true)
{
    const size_t count = size / 32;

    if (!onto_true)
        p->path_count = 0;
    for (size_t i = 0; i < count && i < SEIGR_MERKLE_PATH_MAX; i++) {
        if (i >= p->path_count)
            memset(&p->path[p->path_count++], 0, sizeof(p->path[0]));
        for (size_t k = 0; k < 32; k++)
            p->path[i].bytes[k] ^= data[32 * i + k];
    }
}

static void check_inclusion(struct proof *p, const uint8_t *data, size_t size)
{
    const uint64_t index = read_u64(data + 2);
    const uint64_t claimed = read_u64(data + 10);
    const seigr_hash *root =
        &p->nodes[seigr_merkle_node_count(p->leaf_count) - 1];
    const seigr_hash *leaf = &p->nodes[data[18] % p->leaf_count];
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    size_t count;

    p->path_count = 0;
    if (index < p->leaf_count)
        FUZZ_REQUIRE(seigr_merkle_inclusion(p->nodes, p->leaf_count, index,
                                            p->path, &p->path_count) == 0);
    read_path(p, data + 19, size - 19, (data[1] & 2) != 0);
    if (seigr_merkle_verify_inclusion(&p->context, leaf, index, claimed,
                                      p->path, p->path_count, root, NULL) != 0)
        return;
    /* Sizes of one shape share proofs; index and nodes must be the leaf's. */
    if (claimed != p->leaf_count)
        return;
    FUZZ_REQUIRE(leaf == &p->nodes[index]);
    FUZZ_REQUIRE(seigr_merkle_inclusion(p->nodes, p->leaf_count, index, path,
                                        &count) == 0);
    FUZZ_REQUIRE(count == p->path_count);
    FUZZ_REQUIRE(memcmp(path, p->path, count * sizeof(path[0])) == 0);
}

static void check_consistency(struct proof *p, const uint8_t *data, size_t size)
{
    const uint64_t first = read_u64(data + 2);
    const uint64_t second = read_u64(data + 10);
    const seigr_hash *root =
        &p->nodes[seigr_merkle_node_count(p->leaf_count) - 1];
    const size_t prefix = 1 + data[18] % p->leaf_count;
    seigr_merkle tree;
    seigr_hash head;

    seigr_merkle_init(&tree);
    for (size_t i = 0; i < prefix; i++)
        FUZZ_REQUIRE(seigr_merkle_add(&p->context, &tree, &p->nodes[i]) == 0);
    seigr_merkle_root(&p->context, &tree, &head);
    p->path_count = 0;
    if (first >= 1 && first <= p->leaf_count)
        FUZZ_REQUIRE(seigr_merkle_consistency(p->nodes, p->leaf_count, first,
                                              p->path, &p->path_count) == 0);
    read_path(p, data + 19, size - 19, (data[1] & 2) != 0);
    if (seigr_merkle_verify_consistency(&p->context, first, &head, second, root,
                                        p->path, p->path_count, NULL) == 0 &&
        second == p->leaf_count)
        FUZZ_REQUIRE(first == prefix);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct proof p;

    if (size < 19)
        return 0;
    p.context = (seigr_context)SEIGR_CONTEXT_INIT;
    p.context.crypto = seigr_crypto_sodium_verify();
    make_tree(&p, 1 + data[0] % FUZZ_LEAVES);
    if ((data[1] & 1) != 0)
        check_inclusion(&p, data, size);
    else
        check_consistency(&p, data, size);
    return 0;
}
