/* SPDX-License-Identifier: MIT */
/* Checkpoints: read, written, and what two of them prove. */
#include "capsule_help.h"

#include "seigr/checkpoint.h"

#include <string.h>

static uint64_t number_of(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

void test_capsule_checkpoint__golden(void **state)
{
    json_t *file = support_golden("checkpoints.json");
    size_t checked = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(file, "valid"), i, c)
    {
        seigr_checkpoint read = SEIGR_CHECKPOINT_INIT;
        uint8_t detail[SEIGR_CHECKPOINT_LEN_MAX];
        seigr_verified capsule;
        seigr_span found;
        size_t len;

        assert_ok(help_verdict(support_hex_of(c, "capsule"), &capsule, NULL));
        assert_memory_equal(seigr_verified_id(&capsule)->bytes,
                            support_hex_of(c, "id").ptr, 32);
        assert_ok(seigr_checkpoint_read(&capsule, &read, NULL));
        assert_int_equal(read.log_size, number_of(c, "log_size"));
        assert_int_equal(read.index_count, number_of(c, "index_count"));
        assert_memory_equal(read.log_root.bytes,
                            support_hex_of(c, "log_root").ptr, 32);
        assert_memory_equal(read.index_root.bytes,
                            support_hex_of(c, "index_root").ptr, 32);
        assert_ok(seigr_checkpoint_encode(
            &read, (seigr_buf){detail, sizeof(detail)}, &len, NULL));
        found = seigr_verified_capsule(&capsule)->detail;
        assert_int_equal(len, found.len);
        assert_memory_equal(detail, found.ptr, len);
        checked++;
    }
    json_array_foreach(json_object_get(file, "invalid"), i, c)
    {
        seigr_checkpoint read = SEIGR_CHECKPOINT_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_verified capsule;
        int err;

        assert_ok(help_verdict(support_hex_of(c, "capsule"), &capsule, NULL));
        read.log_size = 77;
        err = seigr_checkpoint_read(&capsule, &read, &error);
        if (err != SEIGR_E_FORMAT && err != SEIGR_E_LIMIT)
            fail_msg("%s: status %d", support_string(c, "why"), err);
        assert_non_null(strstr(error.text, "Checkpoint"));
        assert_int_equal(read.log_size, 77);
        checked++;
    }
    {
        seigr_checkpoint read = SEIGR_CHECKPOINT_INIT;
        seigr_verified capsule;

        assert_ok(help_verdict(support_hex_of(file, "unknown_field"), &capsule,
                               NULL));
        assert_ok(seigr_checkpoint_read(&capsule, &read, NULL));
        assert_int_equal(read.index_count, 5);
    }
    json_decref(file);
    support_count("checkpoints", checked);
}

/* A log of the IDs {first, 0...}, {first + 1, 0...} and so on. */
static void log_ids(seigr_id *ids, size_t count, uint8_t first)
{
    memset(ids, 0, count * sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i].bytes[0] = (uint8_t)(first + i);
}

static seigr_hash log_root(const seigr_id *ids, size_t count)
{
    const seigr_context context = help_context(NULL);
    seigr_merkle tree;
    seigr_hash hash;

    seigr_merkle_init(&tree);
    for (size_t i = 0; i < count; i++) {
        seigr_merkle_hash_leaf(&context, (seigr_span){ids[i].bytes, 32}, &hash);
        assert_ok(seigr_merkle_add(&context, &tree, &hash));
    }
    seigr_merkle_root(&context, &tree, &hash);
    return hash;
}

/* A checkpoint of a log, with at most one link. */
static seigr_verified checkpoint_of(const help_key *key, const seigr_id *ids,
                                    size_t count, const seigr_link *link)
{
    seigr_checkpoint checkpoint = SEIGR_CHECKPOINT_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t detail[SEIGR_CHECKPOINT_LEN_MAX];
    seigr_verified out;
    size_t len;

    checkpoint.log_size = count;
    checkpoint.log_root = log_root(ids, count);
    assert_ok(seigr_checkpoint_encode(
        &checkpoint, (seigr_buf){detail, sizeof(detail)}, &len, NULL));
    draft.kind = SEIGR_KIND_CHECKPOINT;
    draft.sequence = 1;
    draft.links = link;
    draft.link_count = link != NULL;
    draft.detail = (seigr_span){detail, len};
    assert_ok(help_verdict(help_seal(key, &draft, NULL), &out, NULL));
    return out;
}

void test_capsule_checkpoint__forks(void **state)
{
    const seigr_context context = help_context(NULL);
    help_key key;
    help_key other;
    seigr_id ids[20];
    seigr_id liar[20];
    seigr_verified at7;
    seigr_verified at20;
    seigr_verified lie7;
    seigr_verified lie20;
    seigr_verified others;

    (void)state;
    help_key_init(&key, 1);
    help_key_init(&other, 2);
    log_ids(ids, 20, 1);
    log_ids(liar, 20, 1);
    liar[3].bytes[5] = 9;
    at7 = checkpoint_of(&key, ids, 7, NULL);
    at20 = checkpoint_of(&key, ids, 20, NULL);
    lie7 = checkpoint_of(&key, liar, 7, NULL);
    lie20 = checkpoint_of(&key, liar, 20, NULL);
    others = checkpoint_of(&other, liar, 7, NULL);

    assert_int_equal(seigr_checkpoint_fork_check(&at7, &lie7), 1);
    assert_int_equal(seigr_checkpoint_fork_check(&lie7, &at7), 1);
    assert_int_equal(seigr_checkpoint_fork_check(&at7, &at7), 0);
    assert_int_equal(seigr_checkpoint_fork_check(&at7, &at20), 0);
    assert_int_equal(seigr_checkpoint_fork_check(&at7, &others), 0);
    assert_int_equal(seigr_checkpoint_fork_check(&at7, NULL), 0);

    /* Entries that lead to one root and not to the other. */
    assert_int_equal(
        seigr_checkpoint_fork_leaves(&context, &at7, &lie20, ids, 20), 1);
    assert_int_equal(
        seigr_checkpoint_fork_leaves(&context, &lie20, &at7, liar, 20), 1);
    assert_int_equal(
        seigr_checkpoint_fork_leaves(&context, &at7, &at20, ids, 20), 0);
    assert_int_equal(
        seigr_checkpoint_fork_leaves(&context, &at7, &at20, liar, 20), 0);
    assert_int_equal(
        seigr_checkpoint_fork_leaves(&context, &at7, &lie20, ids, 19), 0);
    assert_int_equal(
        seigr_checkpoint_fork_leaves(&context, &at20, &others, ids, 20), 0);
}

void test_capsule_checkpoint__witness(void **state)
{
    help_key key;
    help_key other;
    seigr_id ids[3];
    seigr_verified first;
    seigr_verified witness;
    seigr_link link;

    (void)state;
    help_key_init(&key, 1);
    help_key_init(&other, 2);
    log_ids(ids, 3, 1);
    first = checkpoint_of(&key, ids, 3, NULL);
    link.id = *seigr_verified_id(&first);
    link.role = SEIGR_ROLE_EVIDENCE;
    witness = checkpoint_of(&other, ids, 1, &link);
    assert_int_equal(seigr_checkpoint_witnesses(&witness, &first), 1);
    assert_int_equal(seigr_checkpoint_witnesses(&first, &witness), 0);
    /* Nobody is a witness for himself. */
    witness = checkpoint_of(&key, ids, 1, &link);
    assert_int_equal(seigr_checkpoint_witnesses(&witness, &first), 0);
    link.role = SEIGR_ROLE_PARENT;
    witness = checkpoint_of(&other, ids, 1, &link);
    assert_int_equal(seigr_checkpoint_witnesses(&witness, &first), 0);
    link.role = SEIGR_ROLE_EVIDENCE;
    link.id.bytes[31] ^= 1;
    witness = checkpoint_of(&other, ids, 1, &link);
    assert_int_equal(seigr_checkpoint_witnesses(&witness, &first), 0);
}

void test_capsule_checkpoint__refuses_what_reading_would(void **state)
{
    seigr_checkpoint checkpoint = SEIGR_CHECKPOINT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t detail[SEIGR_CHECKPOINT_LEN_MAX];
    seigr_verified capsule;
    help_draft d;
    help_key key;
    size_t len;

    (void)state;
    help_key_init(&key, 1);
    assert_int_equal(seigr_checkpoint_encode(&checkpoint, (seigr_buf){NULL, 0},
                                             &len, &error),
                     SEIGR_E_FORMAT);
    checkpoint.log_size = 1;
    checkpoint.log_root.bytes[0] = 1;
    assert_int_equal(
        seigr_checkpoint_encode(&checkpoint, (seigr_buf){NULL, 0}, &len, NULL),
        SEIGR_E_ROOM);
    for (size_t room = 1; room < len; room++)
        assert_int_equal(seigr_checkpoint_encode(&checkpoint,
                                                 (seigr_buf){detail, room},
                                                 &len, NULL),
                         SEIGR_E_ROOM);
    assert_ok(seigr_checkpoint_encode(
        &checkpoint, (seigr_buf){detail, sizeof(detail)}, &len, NULL));
    checkpoint.log_size = SEIGR_MERKLE_LEAVES_MAX;
    assert_int_equal(
        seigr_checkpoint_encode(
            &checkpoint, (seigr_buf){detail, sizeof(detail)}, &len, NULL),
        SEIGR_E_LIMIT);
    help_draft_small(&d);
    assert_ok(help_verdict(help_seal(&key, &d.draft, NULL), &capsule, NULL));
    assert_int_equal(seigr_checkpoint_read(&capsule, &checkpoint, NULL),
                     SEIGR_E_INVAL);
}
