/* SPDX-License-Identifier: MIT */
/*
 * merkle_prove.c - which nodes make a proof, and a tree of which all levels
 * are kept, so that proofs are looked up.
 *
 * A tree of 5 leaves, level by level; a last node without a sibling goes up
 * as it is, which is RFC 9162's split at the largest power of two:
 *
 *   nodes:  a b c d e | ab cd e | abcd e | root
 *   level:  0           1         2        3
 *
 * Invariants:
 *   (1) level k + 1 has (n + 1) / 2 nodes where level k has n, down to one.
 *   (2) a place that is answered is within its level.
 */
#include "seigr/crypto.h" /* seigr_merkle_* */

#include <assert.h> /* assert */

static void merkle_put(seigr_merkle_place *out, size_t *count, uint64_t index,
                       uint32_t level)
{
    assert(*count < SEIGR_MERKLE_PATH_MAX);
    out[*count] = (seigr_merkle_place){index, level, 0};
    (*count)++;
}

/* The siblings on the way up from a node at this level. */
static void merkle_siblings(uint64_t node, uint64_t last, uint32_t level,
                            seigr_merkle_place *out, size_t *count)
{
    assert(node <= last);
    for (; last > 0; node >>= 1, last >>= 1, level++) {
        if ((node & 1) != 0)
            merkle_put(out, count, node - 1, level);
        else if (node < last) /* (2) */
            merkle_put(out, count, node + 1, level);
    }
}

int seigr_merkle_inclusion_places(uint64_t index, uint64_t size,
                                  seigr_merkle_place *out, size_t *count_out)
{
    size_t count = 0;

    if (index >= size || size > SEIGR_MERKLE_LEAVES_MAX || out == NULL ||
        count_out == NULL)
        return SEIGR_E_INVAL;
    merkle_siblings(index, size - 1, 0, out, &count);
    *count_out = count;
    return 0;
}

int seigr_merkle_consistency_places(uint64_t first, uint64_t second,
                                    seigr_merkle_place *out, size_t *count_out)
{
    uint64_t node = first - 1;
    uint64_t last = second - 1;
    uint32_t level = 0;
    size_t count = 0;

    if (first == 0 || first > second || second > SEIGR_MERKLE_LEAVES_MAX ||
        out == NULL || count_out == NULL)
        return SEIGR_E_INVAL;
    if (first < second) {
        /* Up to the largest full subtree that ends with the first tree. */
        for (; (node & 1) != 0; node >>= 1, last >>= 1)
            level++;
        if (node != 0) /* else it is the whole first tree, known already */
            merkle_put(out, &count, node, level);
        merkle_siblings(node, last, level, out, &count);
    }
    *count_out = count;
    return 0;
}

size_t seigr_merkle_node_count(size_t leaf_count)
{
    const uint64_t leaves = leaf_count; /* wider than a board's size_t */
    size_t sum = leaf_count;

    /* Less than 2 * leaf_count + one a level; as hashes it must fit too. */
    if (leaf_count == 0 || leaf_count > SIZE_MAX / sizeof(seigr_hash) / 4 ||
        leaves > SEIGR_MERKLE_LEAVES_MAX)
        return 0;
    for (size_t n = leaf_count; n > 1;) {
        n = (n + 1) / 2; /* (1) */
        sum += n;
    }
    return sum;
}

void seigr_merkle_build(const seigr_context *context, seigr_hash *nodes,
                        size_t leaf_count)
{
    seigr_hash *level = nodes;

    assert(nodes != NULL && leaf_count > 0);
    for (size_t n = leaf_count; n > 1; n = (n + 1) / 2) {
        seigr_hash *above = level + n;

        for (size_t i = 0; i + 1 < n; i += 2)
            seigr_merkle_hash_node(context, &level[i], &level[i + 1],
                                   &above[i / 2]);
        if (n % 2 != 0)
            above[n / 2] = level[n - 1];
        level = above;
    }
}

/* Copy the nodes at the places, which ascend by level. */
static void merkle_collect(const seigr_hash *nodes, size_t leaf_count,
                           const seigr_merkle_place *places, size_t count,
                           seigr_hash *path)
{
    const seigr_hash *level = nodes;
    size_t n = leaf_count;
    uint32_t at = 0;

    for (size_t i = 0; i < count; i++) {
        for (; at < places[i].level; at++) {
            level += n;
            n = (n + 1) / 2; /* (1) */
        }
        assert(places[i].index < n); /* (2) */
        path[i] = level[places[i].index];
    }
}

int seigr_merkle_inclusion(const seigr_hash *nodes, size_t leaf_count,
                           uint64_t index, seigr_hash *path, size_t *count_out)
{
    seigr_merkle_place places[SEIGR_MERKLE_PATH_MAX];
    size_t count;
    int err;

    if (nodes == NULL || path == NULL || count_out == NULL)
        return SEIGR_E_INVAL;
    err = seigr_merkle_inclusion_places(index, leaf_count, places, &count);
    if (err != 0)
        return err;
    merkle_collect(nodes, leaf_count, places, count, path);
    *count_out = count;
    return 0;
}

int seigr_merkle_consistency(const seigr_hash *nodes, size_t leaf_count,
                             uint64_t first, seigr_hash *path,
                             size_t *count_out)
{
    seigr_merkle_place places[SEIGR_MERKLE_PATH_MAX];
    size_t count;
    int err;

    if (nodes == NULL || path == NULL || count_out == NULL)
        return SEIGR_E_INVAL;
    err = seigr_merkle_consistency_places(first, leaf_count, places, &count);
    if (err != 0)
        return err;
    merkle_collect(nodes, leaf_count, places, count, path);
    *count_out = count;
    return 0;
}
