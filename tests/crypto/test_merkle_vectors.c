/* SPDX-License-Identifier: MIT */
#include "crypto_context.h"

#include <stdlib.h>
#include <string.h>

#define VECTOR_PATH_MAX 128u

static size_t base64_decode(const char *text, uint8_t *out, size_t room)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                   "pqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    unsigned held = 0;
    size_t len = 0;

    for (; *text != '\0' && *text != '='; text++) {
        const char *at = strchr(alphabet, *text);

        assert_non_null(at);
        bits = bits << 6 | (uint32_t)(at - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            assert_true(len < room);
            out[len++] = (uint8_t)(bits >> held);
        }
    }
    return len;
}

/* A root of another length matches no root of ours; two equal ones match. */
static seigr_hash vectors_root(const json_t *c, const char *key)
{
    uint8_t bytes[256] = {0};
    seigr_hash hash;

    base64_decode(support_string(c, key), bytes, sizeof(bytes));
    memcpy(hash.bytes, bytes, sizeof(hash.bytes));
    return hash;
}

/* The nodes of a proof; -1 where one is not of 32 bytes, which no caller can
 * hand over. */
static int vectors_path(const json_t *c, seigr_hash *path)
{
    const json_t *proof = json_object_get(c, "proof");
    int count = 0;
    size_t i;
    const json_t *node;

    json_array_foreach(proof, i, node)
    {
        uint8_t bytes[256];
        const char *text = json_string_value(node);

        assert_true(i < VECTOR_PATH_MAX);
        if (base64_decode(text, bytes, sizeof(bytes)) != 32)
            return -1;
        memcpy(path[i].bytes, bytes, 32);
        count++;
    }
    return count;
}

/* The file has numbers up to 2^64 - 1, which come as reals. */
static uint64_t vectors_number(const json_t *c, const char *key)
{
    const double value = json_number_value(json_object_get(c, key));

    return value >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)value;
}

static int vectors_check(const seigr_context *context, const json_t *c)
{
    seigr_hash path[VECTOR_PATH_MAX];
    const int count = vectors_path(c, path);
    seigr_hash a;
    seigr_hash b;

    if (count < 0)
        return SEIGR_E_FORMAT;
    if (strcmp(support_string(c, "kind"), "inclusion") == 0) {
        a = vectors_root(c, "leafHash");
        b = vectors_root(c, "root");
        return seigr_merkle_verify_inclusion(
            context, &a, vectors_number(c, "leafIdx"),
            vectors_number(c, "treeSize"), path, (size_t)count, &b, NULL);
    }
    a = vectors_root(c, "root1");
    b = vectors_root(c, "root2");
    return seigr_merkle_verify_consistency(context, vectors_number(c, "size1"),
                                           &a, vectors_number(c, "size2"), &b,
                                           path, (size_t)count, NULL);
}

void test_crypto_merkle_vectors__rfc6962_proofs(void **state)
{
    const seigr_context context = crypto_context(NULL);
    json_t *cases = support_vectors("merkle/rfc6962_proofs.json");
    size_t accepted = 0;
    size_t refused = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const int err = vectors_check(&context, c);
        const int bad = json_is_true(json_object_get(c, "wantErr"));

        if ((err != 0) != bad)
            fail_msg("%s: %d", support_string(c, "name"), err);
        accepted += !bad;
        refused += (size_t)bad;
    }
    json_decref(cases);
    support_count("merkle-rfc6962-accepted", accepted);
    support_count("merkle-rfc6962-refused", refused);
}

static void vectors_compare_path(const json_t *proof, const seigr_hash *path,
                                 size_t count)
{
    size_t i;
    const json_t *node;

    assert_int_equal(json_array_size(proof), count);
    json_array_foreach(proof, i, node)
    {
        assert_memory_equal(support_hex(json_string_value(node)).ptr,
                            path[i].bytes, 32);
    }
}

/* Root, and each proof made here and checked. Returns the checks made. */
static size_t vectors_tree(const seigr_context *context, const json_t *c)
{
    const json_t *leaves = json_object_get(c, "leaves");
    const size_t n = json_array_size(leaves);
    const seigr_span root = support_hex_of(c, "root");
    seigr_hash *nodes = calloc(seigr_merkle_node_count(n) + 1, sizeof(*nodes));
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_hash first;
    seigr_hash head;
    seigr_merkle tree;
    size_t checks = 1;
    size_t len;
    size_t i;
    const json_t *item;

    assert_non_null(nodes);
    seigr_merkle_init(&tree);
    json_array_foreach(leaves, i, item)
    {
        seigr_merkle_hash_leaf(context, support_hex(json_string_value(item)),
                               &nodes[i]);
        assert_ok(seigr_merkle_add(context, &tree, &nodes[i]));
    }
    seigr_merkle_root(context, &tree, &head);
    assert_memory_equal(head.bytes, root.ptr, 32);
    if (n > 0)
        seigr_merkle_build(context, nodes, n);
    json_array_foreach(json_object_get(c, "inclusion"), i, item)
    {
        const uint64_t index = vectors_number(item, "index");

        assert_ok(seigr_merkle_inclusion(nodes, n, index, path, &len));
        vectors_compare_path(json_object_get(item, "proof"), path, len);
        assert_ok(seigr_merkle_verify_inclusion(context, &nodes[index], index,
                                                n, path, len, &head, NULL));
        checks++;
    }
    json_array_foreach(json_object_get(c, "consistency"), i, item)
    {
        const uint64_t size = vectors_number(item, "size1");

        memcpy(first.bytes, support_hex_of(item, "root1").ptr, 32);
        assert_ok(seigr_merkle_consistency(nodes, n, size, path, &len));
        vectors_compare_path(json_object_get(item, "proof"), path, len);
        assert_ok(seigr_merkle_verify_consistency(context, size, &first, n,
                                                  &head, path, len, NULL));
        checks++;
    }
    free(nodes);
    return checks;
}

void test_crypto_merkle_vectors__trees(void **state)
{
    const seigr_context context = crypto_context(NULL);
    json_t *cases = support_vectors("merkle/trees_derived.json");
    size_t trees = 0;
    size_t checks = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        if (strcmp(support_string(c, "hash"), "sha256") != 0)
            continue;
        checks += vectors_tree(&context, c);
        trees++;
    }
    json_decref(cases);
    support_count("merkle-trees", trees);
    support_count("merkle-trees-checks", checks);
}

/* Our golden logs: entries are 32 bytes, SHA-256(seed || index). */
void test_crypto_merkle_vectors__golden_logs(void **state)
{
    const seigr_context context = crypto_context(NULL);
    json_t *file = support_golden("log.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const seigr_span seed = support_hex_of(c, "seed");
        const uint64_t size = vectors_number(c, "size");
        seigr_merkle tree;
        seigr_hash root;

        seigr_merkle_init(&tree);
        for (uint64_t k = 0; k < size; k++) {
            uint8_t entry[64];
            seigr_hash id;
            seigr_hash leaf;

            assert_true(seed.len + 4 <= sizeof(entry));
            memcpy(entry, seed.ptr, seed.len);
            for (int b = 0; b < 4; b++)
                entry[seed.len + (size_t)b] = (uint8_t)(k >> (24 - 8 * b));
            seigr_sha256(&context, (seigr_span){entry, seed.len + 4}, &id);
            seigr_merkle_hash_leaf(&context, (seigr_span){id.bytes, 32}, &leaf);
            assert_ok(seigr_merkle_add(&context, &tree, &leaf));
        }
        seigr_merkle_root(&context, &tree, &root);
        assert_memory_equal(root.bytes, support_hex_of(c, "root").ptr, 32);
    }
    json_decref(file);
}
