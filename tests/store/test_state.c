/* SPDX-License-Identifier: MIT */
#include "store_help.h"

#include <stdlib.h>
#include <string.h>

/* What is kept as it should be: the model of a store's state. */
struct state_model {
    seigr_id log[600];
    size_t log_count;
    seigr_id ids[600]; /* sorted */
    size_t id_count;
};

static int state_order(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

static void state_model_put(struct state_model *m, const seigr_id *id)
{
    m->log[m->log_count++] = *id;
    m->ids[m->id_count++] = *id;
    qsort(m->ids, m->id_count, 32, state_order);
}

/* A source of the model's sorted IDs without a node: all is counted anew. */
static int state_model_ids(const seigr_id *from, seigr_id *out, size_t room,
                           size_t *count_out, void *ctx)
{
    const struct state_model *m = ctx;
    size_t count = 0;

    for (size_t i = 0; i < m->id_count && count < room; i++) {
        if (memcmp(&m->ids[i], from, 32) >= 0)
            out[count++] = m->ids[i];
    }
    *count_out = count;
    return 0;
}

struct state_nodes {
    struct state_model *model;
    struct {
        seigr_prefix prefix;
        seigr_index_node node;
    } nodes[200];
    size_t count;
};

static int state_nodes_ids(const seigr_id *from, seigr_id *out, size_t room,
                           size_t *count_out, void *ctx)
{
    return state_model_ids(from, out, room, count_out,
                           ((struct state_nodes *)ctx)->model);
}

static int state_nodes_get(const seigr_prefix *prefix, seigr_index_node *out,
                           void *ctx)
{
    const struct state_nodes *n = ctx;

    for (size_t i = 0; i < n->count; i++) {
        if (strcmp(n->nodes[i].prefix.digits, prefix->digits) == 0) {
            *out = n->nodes[i].node;
            return 0;
        }
    }
    return SEIGR_E_NOTFOUND;
}

static int state_nodes_put(const seigr_prefix *prefix,
                           const seigr_index_node *node, void *ctx)
{
    struct state_nodes *n = ctx;

    assert_true(n->count < 200);
    n->nodes[n->count].prefix = *prefix;
    n->nodes[n->count++].node = *node;
    return 0;
}

static int state_nodes_remove(const seigr_prefix *prefix, void *ctx)
{
    (void)prefix;
    (void)ctx;
    return 0;
}

/* The state of a model, computed from nothing. */
static void state_model_sum(const seigr_context *context, struct state_model *m,
                            seigr_checkpoint *out)
{
    static struct state_nodes nodes;
    const seigr_index_source source = {sizeof(source),  0,
                                       state_nodes_ids, state_nodes_get,
                                       state_nodes_put, state_nodes_remove,
                                       &nodes};
    seigr_index_sum sum;
    seigr_merkle tree;

    nodes.model = m;
    nodes.count = 0;
    assert_ok(seigr_index_refresh(context, &source, NULL, 0));
    assert_ok(seigr_index_sum_of(context, &source, NULL, &sum));
    seigr_merkle_init(&tree);
    for (size_t i = 0; i < m->log_count; i++) {
        seigr_hash leaf;

        seigr_merkle_hash_leaf(context, (seigr_span){m->log[i].bytes, 32},
                               &leaf);
        assert_ok(seigr_merkle_add(context, &tree, &leaf));
    }
    seigr_merkle_root(context, &tree, &out->log_root);
    out->log_size = m->log_count;
    out->index_count = sum.count;
    out->index_root = sum.digest;
}

static void state_assert(store_place *place, struct state_model *m)
{
    seigr_checkpoint is = SEIGR_CHECKPOINT_INIT;
    seigr_checkpoint want = SEIGR_CHECKPOINT_INIT;
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_WRITE);

    state_model_sum(&place->context, m, &want);
    assert_ok(seigr_store_state(txn, &is, NULL));
    assert_ok(seigr_store_commit(txn, NULL));
    assert_memory_equal(&is, &want, sizeof(is));
    txn = store_begin(place, SEIGR_STORE_READ); /* and now for readers */
    is = (seigr_checkpoint)SEIGR_CHECKPOINT_INIT;
    assert_ok(seigr_store_state(txn, &is, NULL));
    assert_memory_equal(&is, &want, sizeof(is));
    seigr_store_abort(txn);
}

static void state_pin(store_place *place, const store_capsule *capsule)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_WRITE);

    assert_ok(seigr_store_pin(txn, &capsule->id, NULL));
    assert_ok(seigr_store_commit(txn, NULL));
}

static void state_follows(store_place *place)
{
    static struct state_model m;
    seigr_checkpoint is = SEIGR_CHECKPOINT_INIT;
    seigr_verified batch[90];
    seigr_store_txn *txn;
    store_capsule capsule;
    store_key key;

    memset(&m, 0, sizeof(m));
    store_key_init(&key, 1);
    state_assert(place, &m);
    for (uint64_t round = 0; round < 4; round++) {
        for (uint64_t i = 0; i < 90; i++) {
            store_seal_text(&key, 100 * round + i, 1, NULL, "s", &capsule);
            batch[i] = capsule.verified;
            state_model_put(&m, &capsule.id);
        }
        assert_ok(seigr_store_put_all(place->store, batch, 90, NULL, NULL));
        txn = store_begin(place, SEIGR_STORE_READ);
        assert_int_equal(seigr_store_state(txn, &is, NULL), SEIGR_E_AGAIN);
        seigr_store_abort(txn);
        if (round == 1) /* what goes now has never been in the index */
            store_reopen(place);
        if (round == 2) {
            state_pin(place, &capsule);
            assert_int_equal(store_collect(place, 1000).capsule_removed, 269);
            m.ids[0] = capsule.id;
            m.id_count = 1;
        }
        if (round != 1)
            state_assert(place, &m);
    }
    store_reopen(place);
    state_assert(place, &m);
}

void test_store_state__follows_what_comes_and_goes(void **state)
{
    (void)state;
    store_each(state_follows);
}

static void state_proofs(store_place *place)
{
    seigr_checkpoint is = SEIGR_CHECKPOINT_INIT;
    uint8_t proof[SEIGR_INDEX_PROOF_MAX];
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_journal_source journal;
    seigr_index_source index;
    seigr_index_sum root;
    store_capsule capsules[50];
    store_capsule other;
    seigr_store_txn *txn;
    uint32_t is_present;
    store_key key;
    size_t len;

    store_key_init(&key, 1);
    store_seal_text(&key, 99, 1, NULL, "not kept", &other);
    txn = store_begin(place, SEIGR_STORE_WRITE);
    for (size_t i = 0; i < 50; i++) {
        store_seal_text(&key, i, 1, NULL, "p", &capsules[i]);
        assert_ok(seigr_store_put(txn, &capsules[i].verified, NULL, NULL));
    }
    assert_ok(seigr_store_state(txn, &is, NULL));
    root = (seigr_index_sum){is.index_count, is.index_root};
    seigr_store_index(txn, &index);
    seigr_store_journal(txn, &journal);
    for (size_t i = 0; i < 50; i++) {
        seigr_hash leaf;

        assert_ok(seigr_index_prove(&index, &capsules[i].id,
                                    (seigr_buf){proof, sizeof(proof)}, &len));
        assert_ok(seigr_index_verify(&place->context, &root, &capsules[i].id,
                                     (seigr_span){proof, len}, &is_present,
                                     NULL));
        assert_int_equal(is_present, 1);
        assert_ok(seigr_journal_inclusion(&place->context, &journal, i, 50,
                                          path, &len));
        seigr_merkle_hash_leaf(&place->context,
                               (seigr_span){capsules[i].id.bytes, 32}, &leaf);
        assert_ok(seigr_merkle_verify_inclusion(&place->context, &leaf, i, 50,
                                                path, len, &is.log_root, NULL));
    }
    assert_ok(seigr_index_prove(&index, &other.id,
                                (seigr_buf){proof, sizeof(proof)}, &len));
    assert_ok(seigr_index_verify(&place->context, &root, &other.id,
                                 (seigr_span){proof, len}, &is_present, NULL));
    assert_int_equal(is_present, 0);
    assert_ok(seigr_store_commit(txn, NULL));
}

void test_store_state__proofs_hold_against_it(void **state)
{
    (void)state;
    store_each(state_proofs);
}
