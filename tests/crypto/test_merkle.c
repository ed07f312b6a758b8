/* SPDX-License-Identifier: MIT */
/* Trees against RFC 9162's recursive definition, every size and every leaf. */
#include "crypto_context.h"

#include <stdlib.h>
#include <string.h>

#define MERKLE_ALL 70u /* every tree up to this many leaves */

static seigr_hash merkle_leaf(const seigr_context *context, uint64_t i)
{
    seigr_hash out;

    seigr_merkle_hash_leaf(context,
                           (seigr_span){(const uint8_t *)&i, sizeof(i)}, &out);
    return out;
}

/* MTH of RFC 9162, 2.1.1, as it is written there. */
static seigr_hash merkle_definition(const seigr_context *context,
                                    const seigr_hash *leaves, size_t count)
{
    seigr_hash left;
    seigr_hash right;
    size_t k = 1;

    if (count == 1)
        return leaves[0];
    while (k * 2 < count)
        k *= 2;
    left = merkle_definition(context, leaves, k);
    right = merkle_definition(context, leaves + k, count - k);
    seigr_merkle_hash_node(context, &left, &right, &left);
    return left;
}

/* PATH of RFC 9162, 2.1.3.1. */
static size_t merkle_definition_path(const seigr_context *context,
                                     const seigr_hash *leaves, size_t count,
                                     size_t index, seigr_hash *path)
{
    size_t k = 1;
    size_t n;

    if (count == 1)
        return 0;
    while (k * 2 < count)
        k *= 2;
    if (index < k) {
        n = merkle_definition_path(context, leaves, k, index, path);
        path[n] = merkle_definition(context, leaves + k, count - k);
    } else {
        n = merkle_definition_path(context, leaves + k, count - k, index - k,
                                   path);
        path[n] = merkle_definition(context, leaves, k);
    }
    return n + 1;
}

/* SUBPROOF of RFC 9162, 2.1.4.1. */
static size_t merkle_definition_subproof(const seigr_context *context,
                                         const seigr_hash *leaves, size_t m,
                                         size_t n, int whole, seigr_hash *path)
{
    size_t k = 1;
    size_t count;

    if (m == n) {
        if (whole)
            return 0;
        path[0] = merkle_definition(context, leaves, n);
        return 1;
    }
    while (k * 2 < n)
        k *= 2;
    if (m <= k) {
        count = merkle_definition_subproof(context, leaves, m, k, whole, path);
        path[count] = merkle_definition(context, leaves + k, n - k);
    } else {
        count = merkle_definition_subproof(context, leaves + k, m - k, n - k, 0,
                                           path);
        path[count] = merkle_definition(context, leaves, k);
    }
    return count + 1;
}

struct merkle_case {
    seigr_context context;
    seigr_hash leaves[MERKLE_ALL];
    seigr_hash nodes[3 * MERKLE_ALL];
};

static void merkle_setup(struct merkle_case *c)
{
    c->context = crypto_context(NULL);
    for (size_t i = 0; i < MERKLE_ALL; i++)
        c->leaves[i] = merkle_leaf(&c->context, i);
}

static void merkle_build(struct merkle_case *c, size_t count)
{
    assert_true(seigr_merkle_node_count(count) <= 3 * MERKLE_ALL);
    memcpy(c->nodes, c->leaves, count * sizeof(seigr_hash));
    seigr_merkle_build(&c->context, c->nodes, count);
}

void test_crypto_merkle__grows_as_it_is_defined(void **state)
{
    struct merkle_case c;
    seigr_merkle tree;
    seigr_hash root;

    (void)state;
    merkle_setup(&c);
    seigr_merkle_init(&tree);
    seigr_merkle_root(&c.context, &tree, &root);
    assert_memory_equal(root.bytes,
                        support_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4"
                                    "649b934ca495991b7852b855")
                            .ptr,
                        32);
    for (size_t n = 1; n <= MERKLE_ALL; n++) {
        const seigr_hash expected = merkle_definition(&c.context, c.leaves, n);

        assert_ok(seigr_merkle_add(&c.context, &tree, &c.leaves[n - 1]));
        assert_int_equal(tree.count, n);
        seigr_merkle_root(&c.context, &tree, &root);
        assert_memory_equal(&root, &expected, sizeof(root));
        merkle_build(&c, n);
        assert_memory_equal(&c.nodes[seigr_merkle_node_count(n) - 1], &expected,
                            sizeof(root));
    }
}

void test_crypto_merkle__every_inclusion(void **state)
{
    struct merkle_case c;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_hash expected[SEIGR_MERKLE_PATH_MAX];
    size_t count;

    (void)state;
    merkle_setup(&c);
    for (size_t n = 1; n <= MERKLE_ALL; n++) {
        const seigr_hash root = merkle_definition(&c.context, c.leaves, n);

        merkle_build(&c, n);
        for (size_t i = 0; i < n; i++) {
            assert_ok(seigr_merkle_inclusion(c.nodes, n, i, path, &count));
            assert_int_equal(count, merkle_definition_path(&c.context, c.leaves,
                                                           n, i, expected));
            assert_memory_equal(path, expected, count * sizeof(seigr_hash));
            assert_ok(seigr_merkle_verify_inclusion(
                &c.context, &c.leaves[i], i, n, path, count, &root, NULL));
        }
        assert_int_equal(seigr_merkle_inclusion(c.nodes, n, n, path, &count),
                         SEIGR_E_INVAL);
    }
}

void test_crypto_merkle__every_consistency(void **state)
{
    struct merkle_case c;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_hash expected[SEIGR_MERKLE_PATH_MAX];
    size_t count;

    (void)state;
    merkle_setup(&c);
    for (size_t n = 1; n <= MERKLE_ALL; n++) {
        const seigr_hash root = merkle_definition(&c.context, c.leaves, n);

        merkle_build(&c, n);
        for (size_t m = 1; m <= n; m++) {
            const seigr_hash first = merkle_definition(&c.context, c.leaves, m);

            assert_ok(seigr_merkle_consistency(c.nodes, n, m, path, &count));
            assert_int_equal(count,
                             merkle_definition_subproof(&c.context, c.leaves, m,
                                                        n, 1, expected));
            assert_memory_equal(path, expected, count * sizeof(seigr_hash));
            assert_ok(seigr_merkle_verify_consistency(
                &c.context, m, &first, n, &root, path, count, NULL));
        }
        assert_int_equal(seigr_merkle_consistency(c.nodes, n, 0, path, &count),
                         SEIGR_E_INVAL);
        assert_int_equal(
            seigr_merkle_consistency(c.nodes, n, n + 1, path, &count),
            SEIGR_E_INVAL);
    }
}

/* Another index or size, a node more or less, or one changed: refused. */
void test_crypto_merkle__changed_inclusion(void **state)
{
    struct merkle_case c;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX + 1];
    seigr_error error = SEIGR_ERROR_INIT;
    size_t count;

    (void)state;
    merkle_setup(&c);
    memset(path, 0, sizeof(path));
    for (size_t n = 1; n <= 20; n++) {
        const seigr_hash root = merkle_definition(&c.context, c.leaves, n);
        const seigr_hash *leaf = c.leaves;

        merkle_build(&c, n);
        for (size_t i = 0; i < n; i++, leaf++) {
            assert_ok(seigr_merkle_inclusion(c.nodes, n, i, path, &count));
            for (size_t other = 0; other < 25; other++) {
                if (other != i)
                    assert_int_not_equal(seigr_merkle_verify_inclusion(
                                             &c.context, leaf, other, n, path,
                                             count, &root, &error),
                                         0);
            }
            assert_int_equal(seigr_merkle_verify_inclusion(&c.context, leaf, i,
                                                           n, path, count + 1,
                                                           &root, &error),
                             SEIGR_E_FORMAT);
            if (count > 0)
                assert_int_equal(
                    seigr_merkle_verify_inclusion(&c.context, leaf, i, n, path,
                                                  count - 1, &root, &error),
                    SEIGR_E_FORMAT);
            for (size_t k = 0; k < count; k++) {
                path[k].bytes[k] ^= 1;
                assert_int_equal(
                    seigr_merkle_verify_inclusion(&c.context, leaf, i, n, path,
                                                  count, &root, &error),
                    SEIGR_E_MISMATCH);
                path[k].bytes[k] ^= 1;
            }
            memset(&path[count], 0, sizeof(path[count]));
        }
    }
    assert_string_equal(error.text, "the proof leads to another root");
}

void test_crypto_merkle__changed_consistency(void **state)
{
    struct merkle_case c;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX + 1];
    size_t count;

    (void)state;
    merkle_setup(&c);
    memset(path, 0, sizeof(path));
    for (size_t n = 2; n <= 20; n++) {
        const seigr_hash root = merkle_definition(&c.context, c.leaves, n);

        merkle_build(&c, n);
        for (size_t m = 1; m < n; m++) {
            seigr_hash first = merkle_definition(&c.context, c.leaves, m);

            assert_ok(seigr_merkle_consistency(c.nodes, n, m, path, &count));
            assert_int_equal(
                seigr_merkle_verify_consistency(&c.context, m, &first, n, &root,
                                                path, count + 1, NULL),
                SEIGR_E_FORMAT);
            assert_int_equal(
                seigr_merkle_verify_consistency(&c.context, m, &first, n, &root,
                                                path, count - 1, NULL),
                SEIGR_E_FORMAT);
            for (size_t k = 0; k < count; k++) {
                path[k].bytes[31] ^= 0x80;
                assert_int_equal(
                    seigr_merkle_verify_consistency(&c.context, m, &first, n,
                                                    &root, path, count, NULL),
                    SEIGR_E_MISMATCH);
                path[k].bytes[31] ^= 0x80;
            }
            first.bytes[0] ^= 1;
            assert_int_equal(seigr_merkle_verify_consistency(&c.context, m,
                                                             &first, n, &root,
                                                             path, count, NULL),
                             SEIGR_E_MISMATCH);
            memset(&path[count], 0, sizeof(path[count]));
        }
    }
}

/* Sizes near 2^64 end, and no path is longer than the bits of a size. */
void test_crypto_merkle__huge_sizes_end(void **state)
{
    const seigr_context context = crypto_context(NULL);
    seigr_hash *path = calloc(200, sizeof(*path));
    const seigr_hash leaf = merkle_leaf(&context, 1);
    seigr_hash root;

    (void)state;
    assert_non_null(path);
    assert_ok(seigr_merkle_root_from_path(&context, &leaf, 5, UINT64_MAX, path,
                                          64, &root, NULL));
    assert_int_equal(seigr_merkle_root_from_path(&context, &leaf, 5, UINT64_MAX,
                                                 path, 200, &root, NULL),
                     SEIGR_E_FORMAT);
    assert_int_equal(seigr_merkle_root_from_path(&context, &leaf, 0, 0, path, 0,
                                                 &root, NULL),
                     SEIGR_E_FORMAT);
    assert_int_equal(seigr_merkle_verify_consistency(&context, UINT64_MAX - 1,
                                                     &root, UINT64_MAX, &root,
                                                     path, 200, NULL),
                     SEIGR_E_FORMAT);
    free(path);
}

void test_crypto_merkle__places_at_the_bounds(void **state)
{
    seigr_merkle_place places[SEIGR_MERKLE_PATH_MAX];
    const uint64_t max = SEIGR_MERKLE_LEAVES_MAX;
    size_t count;

    (void)state;
    assert_ok(seigr_merkle_inclusion_places(max - 1, max, places, &count));
    assert_int_equal(count, SEIGR_MERKLE_LEVELS);
    assert_ok(
        seigr_merkle_consistency_places(max / 2 + 1, max, places, &count));
    assert_int_equal(count, SEIGR_MERKLE_PATH_MAX);
    assert_int_equal(seigr_merkle_inclusion_places(0, max + 1, places, &count),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_merkle_consistency_places(1, max + 1, places, &count),
        SEIGR_E_INVAL);
    assert_int_equal(seigr_merkle_inclusion_places(0, 1, NULL, &count),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_merkle_consistency_places(1, 1, places, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_merkle_node_count(0), 0);
    assert_int_equal(seigr_merkle_node_count(SIZE_MAX), 0);
    assert_int_equal(seigr_merkle_node_count(5), 5 + 3 + 2 + 1);
}

void test_crypto_merkle__a_full_tree_takes_no_more(void **state)
{
    const seigr_context context = crypto_context(NULL);
    const seigr_hash leaf = merkle_leaf(&context, 1);
    seigr_merkle tree;
    seigr_hash root;

    (void)state;
    memset(&tree, 0, sizeof(tree));
    tree.count = SEIGR_MERKLE_LEAVES_MAX - 1;
    assert_int_equal(seigr_merkle_add(&context, &tree, &leaf), SEIGR_E_LIMIT);
    tree.count--;
    assert_ok(seigr_merkle_add(&context, &tree, &leaf));
    seigr_merkle_root(&context, &tree, &root);
}

/* A body of 64 GiB has 2^20 chunks: the right edge alone is kept. */
void test_crypto_merkle__a_million_leaves(void **state)
{
    const size_t count = (size_t)1 << 20;
    const seigr_context context = crypto_context(NULL);
    seigr_hash *nodes = malloc(seigr_merkle_node_count(count) * sizeof(*nodes));
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_merkle tree;
    seigr_hash root;
    size_t len;

    (void)state;
    assert_non_null(nodes);
    assert_int_equal(seigr_merkle_node_count(count), 2 * count - 1);
    seigr_merkle_init(&tree);
    memset(nodes, 0x5a, count * sizeof(*nodes));
    for (size_t i = 0; i < count; i++) {
        memcpy(nodes[i].bytes, &i, sizeof(i));
        assert_ok(seigr_merkle_add(&context, &tree, &nodes[i]));
    }
    seigr_merkle_root(&context, &tree, &root);
    seigr_merkle_build(&context, nodes, count);
    assert_memory_equal(&root, &nodes[2 * count - 2], sizeof(root));
    for (size_t i = 0; i < count; i += 99991) {
        assert_ok(seigr_merkle_inclusion(nodes, count, i, path, &len));
        assert_int_equal(len, 20);
        assert_ok(seigr_merkle_verify_inclusion(&context, &nodes[i], i, count,
                                                path, len, &root, NULL));
    }
    free(nodes);
}
