/* SPDX-License-Identifier: MIT */
#include "store_help.h"

#include <string.h>

static void collect_pin(store_place *place, const store_capsule *capsule,
                        int is_pin)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_WRITE);

    if (is_pin)
        assert_ok(seigr_store_pin(txn, &capsule->id, NULL));
    else
        assert_ok(seigr_store_unpin(txn, &capsule->id, NULL));
    assert_int_equal(seigr_store_is_pinned(txn, &capsule->id), is_pin);
    assert_ok(seigr_store_commit(txn, NULL));
}

static void collect_reached(store_place *place)
{
    store_capsule chain[3];
    store_capsule input;
    store_capsule result;
    store_capsule alone;
    store_key key;

    store_key_init(&key, 1);
    for (size_t i = 0; i < 3; i++)
        store_seal_text(&key, 0, i + 1, i == 0 ? NULL : &chain[i - 1], "c",
                        &chain[i]);
    store_seal_link(&key, 1, &chain[1], SEIGR_ROLE_PARENT, &input);
    store_seal_link(&key, 2, &input, SEIGR_ROLE_INPUT, &result);
    store_seal_text(&key, 3, 1, NULL, "alone", &alone);
    /* Children before parents: what is reached has a higher number. */
    store_keep(place, &result);
    store_keep(place, &input);
    store_keep(place, &alone);
    for (size_t i = 0; i < 3; i++)
        store_keep(place, &chain[i]);
    collect_pin(place, &result, 1);
    assert_int_equal(store_collect(place, 1).capsule_removed, 2);
    store_reopen(place);
    store_assert_has(place, &result);
    store_assert_has(place, &input);
    store_assert_has(place, &chain[0]);
    store_assert_has(place, &chain[1]);
    store_assert_lacks(place, &chain[2]);
    store_assert_lacks(place, &alone);
    /* What was removed can come again, under a new number. */
    store_keep(place, &alone);
    store_assert_has(place, &alone);
    collect_pin(place, &alone, 1);
    collect_pin(place, &result, 0);
    assert_int_equal(store_collect(place, 1000).capsule_removed, 4);
    store_assert_has(place, &alone);
    store_assert_lacks(place, &chain[0]);
}

void test_store_collect__keeps_what_a_pin_reaches(void **state)
{
    (void)state;
    store_each(collect_reached);
}

static void collect_kinds(store_place *place)
{
    const uint32_t kept[] = {SEIGR_KIND_IDENTITY, SEIGR_KIND_GRANT,
                             SEIGR_KIND_REVOCATION};
    store_capsule target;
    store_capsule capsule;
    store_key key;

    store_key_init(&key, 1);
    for (size_t i = 0; i < 3; i++) {
        seigr_draft draft = SEIGR_DRAFT_INIT;
        seigr_link link = {.role = SEIGR_ROLE_PARENT};

        store_seal_text(&key, 10 + i, 1, NULL, "target", &target);
        link.id = target.id;
        draft.kind = kept[i];
        draft.stream = i;
        draft.sequence = 1;
        draft.links = &link;
        draft.link_count = 1;
        store_seal(&key, &draft, &capsule);
        store_keep(place, &target);
        store_keep(place, &capsule);
        assert_int_equal(store_collect(place, 10).capsule_removed, 0);
        store_assert_has(place, &target);
    }
}

void test_store_collect__keeps_what_trust_rests_on(void **state)
{
    (void)state;
    store_each(collect_kinds);
}

static void collect_meanwhile(store_place *place)
{
    seigr_store_progress progress = SEIGR_STORE_PROGRESS_INIT;
    seigr_store_collection *collection;
    store_capsule old[20];
    store_capsule child;
    store_key key;
    int err;

    store_key_init(&key, 1);
    for (size_t i = 0; i < 20; i++) {
        store_seal_text(&key, i, 1, NULL, "old", &old[i]);
        store_keep(place, &old[i]);
    }
    store_seal_link(&key, 50, &old[18], SEIGR_ROLE_PARENT, &child);
    assert_ok(seigr_store_collection_new(place->store, &collection, NULL));
    do {
        err = seigr_store_collection_step(collection, 3, &progress, NULL);
        assert_true(err >= 0);
    } while (progress.capsule_removed == 0);
    store_keep(place, &child); /* it links to what is not removed yet */
    collect_pin(place, &old[17], 1);
    while (err == 1) {
        err = seigr_store_collection_step(collection, 3, &progress, NULL);
        assert_true(err >= 0);
    }
    seigr_store_collection_free(collection);
    assert_int_equal(progress.capsule_removed, 18);
    store_assert_has(place, &child);
    store_assert_has(place, &old[18]);
    store_assert_has(place, &old[17]);
    store_assert_lacks(place, &old[16]);
    store_assert_lacks(place, &old[19]);
}

void test_store_collect__keeps_what_came_meanwhile(void **state)
{
    (void)state;
    store_each(collect_meanwhile);
}

static void collect_stopped(store_place *place)
{
    seigr_store_collection *collection;
    store_capsule pinned;
    store_capsule old[9];
    store_key key;
    size_t left = 0;

    store_key_init(&key, 1);
    store_seal_text(&key, 100, 1, NULL, "pinned", &pinned);
    store_keep(place, &pinned);
    collect_pin(place, &pinned, 1);
    for (size_t i = 0; i < 9; i++) {
        store_seal_text(&key, i, 1, NULL, "old", &old[i]);
        store_keep(place, &old[i]);
    }
    assert_ok(seigr_store_collection_new(place->store, &collection, NULL));
    for (int i = 0; i < 4; i++)
        assert_int_equal(seigr_store_collection_step(collection, 2, NULL, NULL),
                         1);
    seigr_store_collection_free(collection);
    store_reopen(place);
    for (size_t i = 0; i < 9; i++) {
        seigr_store_txn *txn = store_begin(place, SEIGR_STORE_READ);

        left += (size_t)seigr_store_has(txn, &old[i].id);
        seigr_store_abort(txn);
    }
    assert_in_range(left, 1, 8);
    assert_int_equal(store_collect(place, 2).capsule_removed, left);
    store_assert_has(place, &pinned);
}

void test_store_collect__can_stop_and_go_on(void **state)
{
    (void)state;
    store_each(collect_stopped);
}

static void collect_keep_content(store_place *place, const store_capsule *of,
                                 const store_content *content)
{
    seigr_store_txn *txn = store_begin(place, SEIGR_STORE_WRITE);

    assert_ok(seigr_store_put(txn, &of->verified, NULL, NULL));
    assert_ok(
        seigr_store_put_leaves(txn, &content->body, &content->list, NULL));
    for (size_t i = 0; i < content->chunk_count; i++)
        assert_ok(
            seigr_store_put_chunk(txn, store_content_chunk(content, i), NULL));
    assert_ok(seigr_store_commit(txn, NULL));
}

static void collect_content(store_place *place)
{
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;
    store_content content;
    store_content longer; /* its first chunks are those of content */
    store_capsule a;
    store_capsule b;
    store_capsule also_a;
    seigr_store_txn *txn;
    store_key key;

    store_key_init(&key, 1);
    store_content_init(&content, 131072, 1);
    store_content_init(&longer, 250000, 1);
    store_seal_content(&key, 0, &content, &a);
    store_seal_content(&key, 1, &longer, &b);
    store_seal_content(&key, 2, &content, &also_a);
    collect_keep_content(place, &a, &content);
    collect_keep_content(place, &b, &longer);
    store_keep(place, &also_a);
    collect_pin(place, &also_a, 1);
    /* b goes, with the chunks that content does not have. */
    assert_int_equal(store_collect(place, 5).chunk_removed, 2);
    txn = store_begin(place, SEIGR_STORE_READ);
    assert_ok(seigr_store_stat(txn, &stats));
    seigr_store_abort(txn);
    assert_int_equal(stats.chunk_count, 2);
    assert_int_equal(stats.chunk_bytes, 131072);
    assert_int_equal(stats.leaves_bytes, 64);
    store_assert_lacks(place, &b);
    store_assert_lacks(place, &a);
    collect_pin(place, &also_a, 0);
    assert_int_equal(store_collect(place, 5).chunk_removed, 2);
}

void test_store_collect__removes_content_that_nothing_names(void **state)
{
    (void)state;
    store_each(collect_content);
}
