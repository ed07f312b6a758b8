/* SPDX-License-Identifier: MIT */
#include "store_help.h"

#include <string.h>

static seigr_store_stats put_stats(store_place *place)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_READ);
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;

    assert_ok(seigr_store_stat(txn, &stats));
    seigr_store_abort(txn);
    return stats;
}

static void put_once(store_place *place)
{
    seigr_store_put_info info = SEIGR_STORE_PUT_INFO_INIT;
    seigr_store_stats stats;
    store_capsule a;
    store_key key;

    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "once", &a);
    store_assert_lacks(place, &a);
    assert_ok(seigr_store_put_all(place->store, &a.verified, 1, &info, NULL));
    assert_int_equal(info.is_new, 1);
    assert_int_equal(info.fork_type, 0);
    store_assert_has(place, &a);
    store_reopen(place);
    store_assert_has(place, &a);

    assert_ok(seigr_store_put_all(place->store, &a.verified, 1, &info, NULL));
    assert_int_equal(info.is_new, 0);
    stats = put_stats(place);
    assert_int_equal(stats.capsule_count, 1);
    assert_int_equal(stats.log_size, 1);
    assert_int_equal(stats.capsule_bytes,
                     seigr_verified_bytes(&a.verified).len);
}

void test_store_put__twice_changes_nothing(void **state)
{
    (void)state;
    store_each(put_once);
}

static void put_batch(store_place *place)
{
    seigr_verified batch[40];
    seigr_store_put_info infos[40];
    store_capsule capsules[40];
    seigr_store_txn *txn;
    store_key key;
    seigr_id id;

    store_key_init(&key, 1);
    for (size_t i = 0; i < 40; i++) {
        store_seal_text(&key, 0, i + 1, i == 0 ? NULL : &capsules[i - 1], "b",
                        &capsules[i]);
        batch[i] = capsules[i].verified;
        infos[i] = (seigr_store_put_info)SEIGR_STORE_PUT_INFO_INIT;
    }
    assert_ok(seigr_store_put_all(place->store, batch, 40, infos, NULL));
    store_reopen(place);
    txn = store_begin(place, SEIGR_STORE_READ);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(infos[i].is_new, 1);
        assert_int_equal(infos[i].fork_type, 0);
        assert_ok(seigr_store_at(txn, i, &id)); /* in the order of putting */
        assert_memory_equal(&id, &capsules[i].id, 32);
    }
    assert_int_equal(seigr_store_at(txn, 40, &id), SEIGR_E_NOTFOUND);
    seigr_store_abort(txn);
}

void test_store_put__a_batch_is_in_the_log_in_order(void **state)
{
    (void)state;
    store_each(put_batch);
}

static void put_aborted(store_place *place)
{
    store_capsule a;
    store_capsule b;
    seigr_store_txn *txn;
    store_key key;

    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "a", &a);
    store_seal_text(&key, 0, 2, &a, "b", &b);
    store_keep(place, &a);
    txn = store_begin(place, SEIGR_STORE_WRITE);
    assert_ok(seigr_store_put(txn, &b.verified, NULL, NULL));
    assert_int_equal(seigr_store_has(txn, &b.id), 1); /* in here it is */
    store_assert_lacks(place, &b);                    /* elsewhere not yet */
    assert_ok(seigr_store_pin(txn, &b.id, NULL));
    seigr_store_abort(txn);
    store_assert_lacks(place, &b);
    store_assert_has(place, &a);
    assert_int_equal(put_stats(place).log_size, 1);
    assert_int_equal(put_stats(place).pin_count, 0);
    store_keep(place, &b);
    store_assert_has(place, &b);
}

void test_store_put__an_aborted_transaction_leaves_nothing(void **state)
{
    (void)state;
    store_each(put_aborted);
}

static void put_snapshot(store_place *place)
{
    store_capsule a;
    store_capsule b;
    seigr_store_txn *before;
    seigr_store_txn *txn;
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;
    uint8_t room[512];
    size_t len;
    store_key key;

    if (strcmp(place->kind, "flash") == 0)
        return; /* its snapshots are too old once something changed */
    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "a", &a);
    store_seal_text(&key, 0, 2, &a, "b", &b);
    store_keep(place, &a);
    before = store_begin(place, SEIGR_STORE_READ);
    store_keep(place, &b);
    (void)store_collect(place, 100); /* nothing is pinned: both go */
    store_assert_lacks(place, &a);
    assert_int_equal(seigr_store_has(before, &a.id), 1);
    assert_int_equal(seigr_store_has(before, &b.id), 0);
    assert_ok(seigr_store_get(before, &a.id, (seigr_buf){room, sizeof(room)},
                              &len, NULL));
    assert_ok(seigr_store_stat(before, &stats));
    assert_int_equal(stats.capsule_count, 1);
    assert_int_equal(stats.log_size, 1);
    seigr_store_abort(before);

    txn = store_begin(place, SEIGR_STORE_WRITE);
    assert_int_equal(
        seigr_store_begin(place->store, SEIGR_STORE_WRITE, &before, NULL),
        SEIGR_E_AGAIN);
    seigr_store_abort(txn);
}

void test_store_put__a_reader_keeps_what_it_saw(void **state)
{
    (void)state;
    store_each(put_snapshot);
}

static void put_forks(store_place *place)
{
    seigr_store_put_info info = SEIGR_STORE_PUT_INFO_INIT;
    seigr_store_fork fork = {0};
    seigr_store_txn *txn;
    store_capsule a;
    store_capsule b;
    store_capsule other;
    store_capsule after;
    store_capsule astray;
    store_key key;
    size_t count = 0;

    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "a", &a);
    store_seal_text(&key, 0, 2, &a, "b", &b);
    store_seal_text(&key, 0, 2, &a, "other", &other);
    store_seal_text(&key, 0, 3, &other, "after", &after);
    store_seal_text(&key, 7, 5, &b, "astray", &astray);
    store_keep(place, &a);
    store_keep(place, &after); /* out of order: a gap, no fork */
    assert_ok(seigr_store_put_all(place->store, &b.verified, 1, &info, NULL));
    assert_int_equal(info.fork_type,
                     SEIGR_FORK_PREVIOUS); /* after is not its */
    assert_memory_equal(&info.fork_with, &after.id, 32);
    assert_int_equal(seigr_fork_check(&b.verified, &after.verified),
                     SEIGR_FORK_PREVIOUS);
    assert_ok(
        seigr_store_put_all(place->store, &other.verified, 1, &info, NULL));
    assert_int_equal(info.is_new, 1); /* both are kept */
    assert_int_equal(info.fork_type, SEIGR_FORK_SEQUENCE);
    assert_memory_equal(&info.fork_with, &b.id, 32);
    assert_ok(
        seigr_store_put_all(place->store, &astray.verified, 1, &info, NULL));
    assert_int_equal(info.fork_type, SEIGR_FORK_ASTRAY);
    assert_int_equal(seigr_fork_check(&b.verified, &astray.verified),
                     SEIGR_FORK_ASTRAY);
    store_reopen(place);
    store_assert_has(place, &b);
    store_assert_has(place, &other);

    txn = store_begin(place, SEIGR_STORE_READ);
    while (seigr_store_next_fork(txn, &fork) == 1) {
        assert_true(memcmp(&fork.first, &fork.second, 32) < 0);
        count++;
    }
    seigr_store_abort(txn);
    assert_int_equal(count, 3);
    (void)store_collect(place, 1); /* a proof is kept, and what it is of */
    store_assert_has(place, &b);
    store_assert_has(place, &other);
    store_assert_has(place, &a);
}

void test_store_put__a_fork_is_told_and_kept(void **state)
{
    (void)state;
    store_each(put_forks);
}

static void put_bound(store_place *place)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified both[2];
    store_capsule a;
    store_capsule b;
    seigr_store_txn *txn;
    store_key key;

    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "a", &a);
    store_seal_text(&key, 0, 2, &a, "b", &b);
    txn = store_begin(place, SEIGR_STORE_WRITE);
    assert_ok(seigr_store_limit(txn,
                                seigr_verified_bytes(&a.verified).len +
                                    seigr_verified_bytes(&b.verified).len - 1,
                                NULL));
    assert_ok(seigr_store_commit(txn, NULL));
    store_reopen(place);
    both[0] = a.verified;
    both[1] = b.verified;
    assert_int_equal(seigr_store_put_all(place->store, both, 2, NULL, &error),
                     SEIGR_E_FULL);
    assert_non_null(strstr(error.text, "bound"));
    store_assert_lacks(place, &a);
    assert_ok(seigr_store_put_all(place->store, both, 1, NULL, NULL));
    /* Being over the bound harms nothing that is there. */
    store_keep(place, &a);
    store_assert_has(place, &a);
    txn = store_begin(place, SEIGR_STORE_WRITE);
    assert_int_equal(seigr_store_put(txn, &b.verified, NULL, NULL),
                     SEIGR_E_FULL);
    assert_ok(seigr_store_limit(txn, 0, NULL)); /* and the transaction lives */
    assert_ok(seigr_store_put(txn, &b.verified, NULL, NULL));
    assert_ok(seigr_store_commit(txn, NULL));
    store_assert_has(place, &b);
}

void test_store_put__the_bound_is_kept(void **state)
{
    (void)state;
    store_each(put_bound);
}

static void put_content(store_place *place)
{
    store_content content;
    store_content other;
    seigr_hash leaves[8];
    seigr_store_txn *txn;
    uint8_t room[SEIGR_BODY_CHUNK_LEN];
    store_capsule a;
    store_key key;
    size_t count;
    size_t len;

    store_key_init(&key, 1);
    store_content_init(&content, 150000, 1);
    store_content_init(&other, 150000, 9);
    store_seal_content(&key, 0, &content, &a);
    txn = store_begin(place, SEIGR_STORE_WRITE);
    /* Nothing without a capsule that names it. */
    assert_int_equal(
        seigr_store_put_leaves(txn, &content.body, &content.list, NULL),
        SEIGR_E_NOTFOUND);
    assert_ok(seigr_store_put(txn, &a.verified, NULL, NULL));
    assert_int_equal(
        seigr_store_put_chunk(txn, store_content_chunk(&content, 0), NULL),
        SEIGR_E_NOTFOUND);
    assert_int_equal(
        seigr_store_put_leaves(txn, &content.body, &other.list, NULL),
        SEIGR_E_MISMATCH);
    assert_ok(seigr_store_put_leaves(txn, &content.body, &content.list, NULL));
    for (size_t i = 0; i < content.chunk_count; i++)
        assert_ok(
            seigr_store_put_chunk(txn, store_content_chunk(&content, i), NULL));
    assert_int_equal(
        seigr_store_put_chunk(txn, store_content_chunk(&other, 0), NULL),
        SEIGR_E_NOTFOUND);
    assert_ok(seigr_store_commit(txn, NULL));
    store_reopen(place);

    txn = store_begin(place, SEIGR_STORE_READ);
    assert_ok(
        seigr_store_get_leaves(txn, &content.body.root, 0, leaves, 8, &count));
    assert_int_equal(count, content.chunk_count);
    assert_memory_equal(leaves, content.leaves, 32 * count);
    assert_ok(
        seigr_store_get_leaves(txn, &content.body.root, 2, leaves, 8, &count));
    assert_int_equal(count, 1);
    for (size_t i = 0; i < content.chunk_count; i++) {
        const seigr_span chunk = store_content_chunk(&content, i);

        assert_ok(seigr_store_get_chunk(txn, &content.leaves[i],
                                        (seigr_buf){room, sizeof(room)}, &len,
                                        NULL));
        assert_int_equal(len, chunk.len);
        assert_memory_equal(room, chunk.ptr, len);
    }
    /* A name of one space is none of another. */
    assert_int_equal(seigr_store_get_chunk(txn, (const seigr_hash *)&a.id,
                                           (seigr_buf){room, sizeof(room)},
                                           &len, NULL),
                     SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_store_has(txn, (const seigr_id *)&content.leaves[0]),
                     0);
    seigr_store_abort(txn);
}

void test_store_put__content_comes_back(void **state)
{
    (void)state;
    store_each(put_content);
}

struct put_failing {
    store_capsule a;
    store_capsule b;
    store_content content;
    store_capsule named;
};

/* All that can be done to a store, and what it kept when that failed. */
static int put_everything(support_memory *memory, void *arg)
{
    const struct put_failing *f = arg;
    seigr_context context = store_help_context(&memory->allocator);
    seigr_store_collection *collection = NULL;
    seigr_store_backend backend;
    seigr_store *store = NULL;
    seigr_store_txn *txn = NULL;
    int err = seigr_store_memory(&context, &backend);

    if (err == 0)
        err = seigr_store_open(&context, &backend, NULL, &store, NULL);
    if (err == 0)
        err = seigr_store_put_all(store, &f->a.verified, 1, NULL, NULL);
    if (err == 0)
        err = seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, NULL);
    if (err == 0) {
        err = seigr_store_put(txn, &f->b.verified, NULL, NULL);
        if (err == 0)
            err = seigr_store_put(txn, &f->named.verified, NULL, NULL);
        if (err == 0)
            err = seigr_store_put_leaves(txn, &f->content.body,
                                         &f->content.list, NULL);
        if (err == 0)
            err = seigr_store_put_chunk(
                txn, store_content_chunk(&f->content, 0), NULL);
        if (err == 0)
            err = seigr_store_pin(txn, &f->b.id, NULL);
        if (err == 0)
            err = seigr_store_commit(txn, NULL);
        else
            seigr_store_abort(txn);
    }
    if (err == 0)
        err = seigr_store_collection_new(store, &collection, NULL);
    for (int step = 1; err == 0 && step == 1;) {
        step = seigr_store_collection_step(collection, 2, NULL, NULL);
        err = step < 0 ? step : 0;
    }
    seigr_store_collection_free(collection);
    seigr_store_close(store);
    return err;
}

void test_store_put__every_allocation_can_fail(void **state)
{
    struct put_failing f;
    store_key key;

    (void)state;
    store_key_init(&key, 1);
    store_seal_text(&key, 0, 1, NULL, "a", &f.a);
    store_seal_text(&key, 0, 2, &f.a, "b", &f.b);
    store_content_init(&f.content, 70000, 3);
    store_seal_content(&key, 5, &f.content, &f.named);
    support_each_allocation(put_everything, &f);
}
