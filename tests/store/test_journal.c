/* SPDX-License-Identifier: MIT */
/* The execution log: golden cases, every proof against a whole tree. */
#include "support.h"

#include "seigr/cose.h"
#include "seigr/journal.h"

#include <stdlib.h>
#include <string.h>

#define MODEL_MAX 1100u

/* Entries in an array, nodes in one a level. */
struct model {
    seigr_journal_source source;
    seigr_id entries[MODEL_MAX];
    seigr_hash nodes[4][MODEL_MAX]; /* levels 4, 8, 12 from [1] on */
    uint8_t has_node[4][MODEL_MAX];
    size_t calls;
    size_t fail_at;
};

static int model_step(struct model *model)
{
    return ++model->calls == model->fail_at ? SEIGR_E_IO : 0;
}

static int model_entries(uint64_t first, seigr_id *out, size_t count, void *ctx)
{
    struct model *model = ctx;

    assert_true(first + count <= MODEL_MAX);
    memcpy(out, &model->entries[first], count * sizeof(*out));
    return model_step(model);
}

static int model_node_get(uint32_t level, uint64_t index, seigr_hash *out,
                          void *ctx)
{
    struct model *model = ctx;

    assert_int_equal(level % SEIGR_JOURNAL_STEP, 0);
    assert_true(level > 0 && index < MODEL_MAX);
    assert_true(model->has_node[level / 4][index]);
    *out = model->nodes[level / 4][index];
    return model_step(model);
}

static int model_node_put(uint32_t level, uint64_t index,
                          const seigr_hash *node, void *ctx)
{
    struct model *model = ctx;
    const int err = model_step(model);

    assert_true(level > 0 && level / 4 < 4 && index < MODEL_MAX);
    if (err != 0)
        return err;
    model->has_node[level / 4][index] = 1;
    model->nodes[level / 4][index] = *node;
    return 0;
}

static struct model *model_new(void)
{
    struct model *model = calloc(1, sizeof(*model));

    assert_non_null(model);
    model->source = (seigr_journal_source)SEIGR_JOURNAL_SOURCE_INIT;
    model->source.entries = model_entries;
    model->source.node_get = model_node_get;
    model->source.node_put = model_node_put;
    model->source.ctx = model;
    return model;
}

static seigr_context test_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = seigr_crypto_sodium();
    return context;
}

/* SHA-256(seed || u32be number) */
static seigr_id entry_of(const seigr_context *context, seigr_span seed,
                         uint32_t number)
{
    uint8_t bytes[64];
    seigr_hash hash;
    seigr_id id;

    assert_true(seed.len + 4 <= sizeof(bytes));
    memcpy(bytes, seed.ptr, seed.len);
    for (unsigned i = 0; i < 4; i++)
        bytes[seed.len + i] = (uint8_t)(number >> (24 - 8 * i));
    seigr_sha256(context, (seigr_span){bytes, seed.len + 4}, &hash);
    memcpy(id.bytes, hash.bytes, sizeof(id.bytes));
    return id;
}

static void grow(const seigr_context *context, struct model *model,
                 seigr_span seed, uint64_t size, seigr_merkle *tree)
{
    seigr_merkle_init(tree);
    for (uint32_t i = 0; i < size; i++) {
        model->entries[i] = entry_of(context, seed, i);
        assert_ok(seigr_journal_append(context, &model->source, tree,
                                       &model->entries[i]));
    }
}

static uint64_t number_of(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

static void path_is(const json_t *nodes, const seigr_hash *path, size_t count)
{
    assert_int_equal(json_array_size(nodes), count);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(
            path[i].bytes,
            support_hex(json_string_value(json_array_get(nodes, i))).ptr, 32);
}

void test_store_journal__golden(void **state)
{
    const seigr_context context = test_context();
    json_t *file = support_golden("log.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const uint64_t size = number_of(c, "size");
        const json_t *in = json_object_get(c, "inclusion");
        const json_t *step = json_object_get(c, "consistency");
        struct model *model = model_new();
        seigr_hash path[SEIGR_MERKLE_PATH_MAX];
        seigr_merkle tree;
        seigr_hash root;
        size_t count;

        grow(&context, model, support_hex_of(c, "seed"), size, &tree);
        assert_ok(seigr_journal_root(&context, &model->source, size, &root));
        assert_memory_equal(root.bytes, support_hex_of(c, "root").ptr, 32);
        if (in != NULL) {
            assert_ok(seigr_journal_inclusion(&context, &model->source,
                                              number_of(in, "index"), size,
                                              path, &count));
            path_is(json_object_get(in, "path"), path, count);
        }
        if (step != NULL) {
            const uint64_t first = number_of(step, "first");

            assert_ok(
                seigr_journal_root(&context, &model->source, first, &root));
            assert_memory_equal(root.bytes,
                                support_hex_of(step, "first_root").ptr, 32);
            assert_ok(seigr_journal_consistency(&context, &model->source, first,
                                                size, path, &count));
            path_is(json_object_get(step, "path"), path, count);
        }
        free(model);
    }
    support_count("log-golden", i);
    json_decref(file);
}

/* Our receipts are the reference's to the byte, and theirs verify here. */
void test_store_journal__golden_receipts(void **state)
{
    const seigr_context context = test_context();
    json_t *file = support_golden("log_receipts.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const seigr_span theirs = support_hex_of(c, "receipt");
        const uint64_t index = number_of(c, "index");
        const uint64_t size = number_of(c, "size");
        struct model *model = model_new();
        seigr_journal_receipt_info info = SEIGR_JOURNAL_RECEIPT_INFO_INIT;
        uint8_t receipt[SEIGR_JOURNAL_RECEIPT_MAX];
        seigr_keypair_signer_state signing;
        seigr_keypair pair;
        seigr_signer signer;
        seigr_merkle tree;
        size_t len = 0;

        assert_ok(seigr_keypair_init_seed(
            &context, support_hex_of(c, "key_seed").ptr, &pair));
        signer = seigr_keypair_signer(&context, &pair, &signing);
        grow(&context, model, support_hex_of(c, "seed"), size, &tree);
        assert_int_equal(
            seigr_journal_receipt(&context, &model->source, index, size,
                                  &signer, (seigr_buf){NULL, 0}, &len, NULL),
            SEIGR_E_ROOM);
        assert_int_equal(len, theirs.len);
        assert_ok(seigr_journal_receipt(
            &context, &model->source, index, size, &signer,
            (seigr_buf){receipt, sizeof(receipt)}, &len, NULL));
        assert_memory_equal(receipt, theirs.ptr, len);
        assert_ok(seigr_journal_receipt_verify(&context, &model->entries[index],
                                               theirs, &info, NULL));
        assert_int_equal(info.index, index);
        assert_int_equal(info.size, size);
        assert_memory_equal(info.issuer.bytes, signer.key.bytes, 32);
        assert_memory_equal(info.root.bytes, support_hex_of(c, "root").ptr, 32);
        free(model);
    }
    support_count("log-receipts", i);
    json_decref(file);
}

/* All roots, all inclusion proofs and all consistency proofs of a size. */
static size_t check_size(const seigr_context *context, struct model *model,
                         uint64_t size, const seigr_hash *roots)
{
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_hash leaf;
    seigr_hash root;
    size_t count;

    assert_ok(seigr_journal_root(context, &model->source, size, &root));
    assert_memory_equal(root.bytes, roots[size].bytes, 32);
    for (uint64_t i = 0; i < size; i++) {
        seigr_merkle_hash_leaf(
            context, (seigr_span){model->entries[i].bytes, 32}, &leaf);
        assert_ok(seigr_journal_inclusion(context, &model->source, i, size,
                                          path, &count));
        assert_ok(seigr_merkle_verify_inclusion(context, &leaf, i, size, path,
                                                count, &root, NULL));
        assert_ok(seigr_journal_consistency(context, &model->source, i + 1,
                                            size, path, &count));
        assert_ok(seigr_merkle_verify_consistency(
            context, i + 1, &roots[i + 1], size, &root, path, count, NULL));
    }
    return 2 * (size_t)size;
}

void test_store_journal__every_proof(void **state)
{
    const seigr_context context = test_context();
    const seigr_span seed = {(const uint8_t *)"every", 5};
    struct model *model = model_new();
    seigr_hash roots[MODEL_MAX + 1];
    seigr_merkle tree;
    seigr_merkle opened;
    size_t checked = 0;

    (void)state;
    seigr_merkle_init(&tree);
    seigr_merkle_root(&context, &tree, &roots[0]);
    for (uint32_t i = 0; i < MODEL_MAX; i++) {
        model->entries[i] = entry_of(&context, seed, i);
        /* The tree that is kept and one that comes back agree. */
        assert_ok(seigr_journal_open(&context, &model->source, i, &opened));
        assert_int_equal(opened.count, tree.count);
        for (unsigned k = 0; k < SEIGR_MERKLE_LEVELS; k++) {
            if ((tree.count >> k & 1) != 0)
                assert_memory_equal(opened.nodes[k].bytes, tree.nodes[k].bytes,
                                    32);
        }
        assert_ok(seigr_journal_append(&context, &model->source, &tree,
                                       &model->entries[i]));
        seigr_merkle_root(&context, &tree, &roots[i + 1]);
    }
    for (uint64_t size = 0; size <= 40; size++)
        checked += check_size(&context, model, size, roots);
    for (uint64_t size = 255; size <= 257; size++)
        checked += check_size(&context, model, size, roots);
    checked += check_size(&context, model, MODEL_MAX, roots);
    model->calls = 0;
    {
        seigr_hash path[SEIGR_MERKLE_PATH_MAX];
        size_t count;

        assert_ok(seigr_journal_inclusion(&context, &model->source, 500,
                                          MODEL_MAX, path, &count));
        assert_in_range(model->calls, 10, 60);
    }
    free(model);
    support_count("log-proofs", checked);
}

/* A failure of the source leaves the tree as it was. */
void test_store_journal__source_fails(void **state)
{
    const seigr_context context = test_context();
    const seigr_span seed = {(const uint8_t *)"fails", 5};
    struct model *model = model_new();
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_merkle tree;
    seigr_merkle before;
    seigr_hash root;
    size_t count;
    size_t nth;

    (void)state;
    grow(&context, model, seed, 255, &tree);
    model->entries[255] = entry_of(&context, seed, 255);
    before = tree;
    for (nth = 1; nth <= 2; nth++) { /* nodes of levels 4 and 8 are put */
        model->calls = 0;
        model->fail_at = nth;
        assert_int_equal(seigr_journal_append(&context, &model->source, &tree,
                                              &model->entries[255]),
                         SEIGR_E_IO);
        assert_memory_equal(&tree, &before, sizeof(tree));
    }
    model->fail_at = 0;
    assert_ok(seigr_journal_append(&context, &model->source, &tree,
                                   &model->entries[255]));
    assert_int_equal(tree.count, 256);
    for (nth = 1;; nth++) {
        int err;

        model->calls = 0;
        model->fail_at = nth;
        memset(&root, 7, sizeof(root));
        err = seigr_journal_root(&context, &model->source, 250, &root);
        if (err == 0)
            err = seigr_journal_inclusion(&context, &model->source, 3, 250,
                                          path, &count);
        if (err == 0)
            err = seigr_journal_open(&context, &model->source, 250, &tree);
        if (err == 0)
            break;
        assert_int_equal(err, SEIGR_E_IO);
    }
    assert_in_range(nth, 20, 500);
    free(model);
}

/* Every bit of a receipt but its size's counts, and every cut is seen. */
void test_store_journal__receipt_bits(void **state)
{
    const seigr_context context = test_context();
    json_t *file = support_golden("log_receipts.json");
    const json_t *c = json_array_get(json_object_get(file, "cases"), 2);
    const seigr_span theirs = support_hex_of(c, "receipt");
    const seigr_id id = entry_of(&context, support_hex_of(c, "seed"),
                                 (uint32_t)number_of(c, "index"));
    seigr_journal_receipt_info info = SEIGR_JOURNAL_RECEIPT_INFO_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t bytes[SEIGR_JOURNAL_RECEIPT_MAX];
    size_t unsigned_bits = 0;
    seigr_id other = id;

    (void)state;
    assert_true(theirs.len < sizeof(bytes));
    for (size_t bit = 0; bit < 8 * theirs.len; bit++) {
        const seigr_span changed = {bytes, theirs.len};

        memcpy(bytes, theirs.ptr, theirs.len);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (seigr_journal_receipt_verify(&context, &id, changed, &info,
                                         &error) != 0) {
            assert_true(error.text[0] != '\0');
            continue;
        }
        /* Another tree of the same shape on this side: nothing of it is
         * signed but the root. */
        assert_int_not_equal(info.size, number_of(c, "size"));
        assert_memory_equal(info.root.bytes, support_hex_of(c, "root").ptr, 32);
        unsigned_bits++;
    }
    assert_in_range(unsigned_bits, 0, 8);
    for (size_t len = 0; len < theirs.len; len++)
        assert_int_not_equal(
            seigr_journal_receipt_verify(
                &context, &id, (seigr_span){theirs.ptr, len}, &info, NULL),
            0);
    other.bytes[0] ^= 1;
    assert_int_equal(
        seigr_journal_receipt_verify(&context, &other, theirs, &info, NULL),
        SEIGR_E_SIGNATURE);
    assert_ok(seigr_journal_receipt_verify(&context, &id, theirs, &info, NULL));
    json_decref(file);
}

/* Anybody's COSE library verifies a receipt: root detached, nothing more. */
void test_store_journal__receipt_is_plain_cose(void **state)
{
    const seigr_context context = test_context();
    json_t *file = support_golden("log_receipts.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
        seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
        uint8_t scratch[512];
        seigr_public_key key;

        assert_ok(seigr_cose_sign1_decode(support_hex_of(c, "receipt"),
                                          (seigr_buf){NULL, 0}, &view, NULL));
        assert_int_equal(view.kid.len, 32);
        memcpy(key.bytes, view.kid.ptr, 32);
        options.flags = SEIGR_COSE_DETACHED;
        options.payload = support_hex_of(c, "root");
        assert_ok(seigr_cose_sign1_verify(&context, &view, &key, &options,
                                          (seigr_buf){scratch, sizeof(scratch)},
                                          NULL));
    }
    json_decref(file);
}
