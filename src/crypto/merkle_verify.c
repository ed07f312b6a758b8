/* SPDX-License-Identifier: MIT */
/*
 * merkle_verify.c - checks proofs of the RFC 9162 tree.
 *
 * Invariants:
 *   (1) a proof is taken only if every node of it is used and none is
 *       missing.
 *   (2) the work is bounded by the bits of a size, whatever path_count says.
 */
#include "base/error.h"   /* seigr__fail */
#include "seigr/crypto.h" /* seigr_merkle_* */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* Where a proof is on its way up: fn and sn of RFC 9162. */
struct merkle_climb {
    uint64_t node; /* index at this level of the node proved */
    uint64_t last; /* index at this level of the last node */
};

static int merkle_unused(seigr_error *error, size_t at)
{
    return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                       "the proof goes on after its %zu nodes that are used",
                       at);
}

static int merkle_missing(seigr_error *error, size_t count)
{
    return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                       "the proof ends too early, after %zu nodes", count);
}

static int merkle_other_root(seigr_error *error)
{
    return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                       "the proof leads to another root");
}

/*
 * One step up. Returns 1 where the sibling stands on the left: then levels on
 * which the node has none are passed as well (RFC 9162, 2.1.3.2, 4).
 */
static int merkle_climb_up(struct merkle_climb *climb)
{
    const int left = (climb->node & 1) != 0 || climb->node == climb->last;

    assert(climb->last != 0 && climb->node <= climb->last);
    while (left && (climb->node & 1) == 0 && climb->node != 0) {
        climb->node >>= 1;
        climb->last >>= 1;
    }
    climb->node >>= 1;
    climb->last >>= 1;
    return left;
}

int seigr_merkle_root_from_path(const seigr_context *context,
                                const seigr_hash *leaf, uint64_t index,
                                uint64_t size, const seigr_hash *path,
                                size_t path_count, seigr_hash *out,
                                seigr_error *error)
{
    struct merkle_climb climb = {index, size - 1};
    seigr_hash root = *leaf;

    assert(path != NULL || path_count == 0);
    if (index >= size)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "leaf %llu is not in a tree of %llu",
                           (unsigned long long)index, (unsigned long long)size);
    for (size_t i = 0; i < path_count; i++) {
        if (climb.last == 0)
            return merkle_unused(error, i); /* (1) (2) */
        if (merkle_climb_up(&climb))
            seigr_merkle_hash_node(context, &path[i], &root, &root);
        else
            seigr_merkle_hash_node(context, &root, &path[i], &root);
    }
    if (climb.last != 0)
        return merkle_missing(error, path_count); /* (1) */
    *out = root;
    return 0;
}

int seigr_merkle_verify_inclusion(const seigr_context *context,
                                  const seigr_hash *leaf, uint64_t index,
                                  uint64_t size, const seigr_hash *path,
                                  size_t path_count, const seigr_hash *root,
                                  seigr_error *error)
{
    seigr_hash found;
    const int err = seigr_merkle_root_from_path(
        context, leaf, index, size, path, path_count, &found, error);

    if (err != 0)
        return err;
    if (memcmp(found.bytes, root->bytes, sizeof(found.bytes)) != 0)
        return merkle_other_root(error);
    return 0;
}

/* Sizes that prove nothing, or need no path. 1: a path decides. */
static int merkle_compare_sizes(uint64_t first, const seigr_hash *first_root,
                                uint64_t second, const seigr_hash *second_root,
                                size_t path_count, seigr_error *error)
{
    if (first > second)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "a tree of %llu is no beginning of one of %llu",
                           (unsigned long long)first,
                           (unsigned long long)second);
    if (first == second) {
        if (path_count != 0)
            return merkle_unused(error, 0);
        if (memcmp(first_root->bytes, second_root->bytes, 32) != 0)
            return merkle_other_root(error);
        return 0;
    }
    if (first == 0)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "an empty tree proves nothing");
    return path_count == 0 ? merkle_missing(error, 0) : 1;
}

int seigr_merkle_verify_consistency(
    const seigr_context *context, uint64_t first, const seigr_hash *first_root,
    uint64_t second, const seigr_hash *second_root, const seigr_hash *path,
    size_t path_count, seigr_error *error)
{
    struct merkle_climb climb = {first - 1, second - 1};
    /* A first tree that is one node of the second is not in the path. */
    const int whole = (first & (first - 1)) == 0;
    size_t at = whole ? 0 : 1;
    seigr_hash a;
    seigr_hash b;
    const int decided = merkle_compare_sizes(first, first_root, second,
                                             second_root, path_count, error);

    if (decided != 1)
        return decided;
    assert(climb.node < climb.last && path_count > 0);
    a = whole ? *first_root : path[0];
    b = a;
    for (; (climb.node & 1) != 0; climb.node >>= 1)
        climb.last >>= 1;
    for (; at < path_count; at++) {
        if (climb.last == 0)
            return merkle_unused(error, at); /* (1) (2) */
        if (merkle_climb_up(&climb)) {
            seigr_merkle_hash_node(context, &path[at], &a, &a);
            seigr_merkle_hash_node(context, &path[at], &b, &b);
        } else {
            seigr_merkle_hash_node(context, &b, &path[at], &b);
        }
    }
    if (climb.last != 0)
        return merkle_missing(error, path_count); /* (1) */
    if (memcmp(a.bytes, first_root->bytes, 32) != 0 ||
        memcmp(b.bytes, second_root->bytes, 32) != 0)
        return merkle_other_root(error);
    return 0;
}
