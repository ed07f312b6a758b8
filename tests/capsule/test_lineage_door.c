/* SPDX-License-Identifier: MIT */
/* The whole way: sealed, decoded, verified, then into a lineage. */
#include "capsule_help.h"
#include "lineage_fixture.h"

#include <stdlib.h>
#include <string.h>

static seigr_context door_context(const support_memory *memory)
{
    return help_context(&memory->allocator);
}

/* Seal as told and bring the bytes through the door again. */
static void door_seal(const help_key *key, seigr_draft *draft,
                      uint64_t sequence, const seigr_id *previous,
                      seigr_verified *out)
{
    seigr_error error = SEIGR_ERROR_INIT;

    draft->sequence = sequence;
    draft->previous = previous;
    assert_ok(help_verdict(help_seal(key, draft, NULL), out, &error));
}

/* A chain of two issuers that link to each other, one fork, one hole. */
void test_capsule_lineage_door__sealed_capsules(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key alice, bob;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_verified first, second, twin, fourth, child;
    seigr_link links[2];
    seigr_lineage *lineage = NULL;
    seigr_lineage_fork fork;
    seigr_lineage_gap gap;
    seigr_lineage_capsule at;
    uint32_t index;
    seigr_id third;

    (void)state;
    support_memory_init(&memory);
    context = door_context(&memory);
    help_key_init(&alice, 1);
    help_key_init(&bob, 2);
    draft.kind = SEIGR_KIND_DATA;
    door_seal(&alice, &draft, 1, NULL, &first);
    door_seal(&alice, &draft, 2, seigr_verified_id(&first), &second);
    draft.created_ms = 5;
    door_seal(&alice, &draft, 2, seigr_verified_id(&first), &twin);
    third = *seigr_verified_id(&second);
    third.bytes[0] ^= 1;
    door_seal(&alice, &draft, 4, &third, &fourth);
    links[0] = (seigr_link){*seigr_verified_id(&second), SEIGR_ROLE_INPUT};
    links[1] = (seigr_link){*seigr_verified_id(&fourth), SEIGR_ROLE_EVIDENCE};
    draft.links = links;
    draft.link_count = 2;
    draft.name = (seigr_span){(const uint8_t *)"child", 5};
    door_seal(&bob, &draft, 1, NULL, &child);

    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    assert_ok(seigr_lineage_add(lineage, &child, NULL));
    assert_ok(seigr_lineage_add(lineage, &fourth, NULL));
    assert_ok(seigr_lineage_add(lineage, &twin, NULL));
    assert_ok(seigr_lineage_add(lineage, &second, NULL));
    assert_ok(seigr_lineage_add(lineage, &first, NULL));
    assert_ok(seigr_lineage_settle(lineage));
    assert_ok(seigr_lineage_find(lineage, seigr_verified_id(&child), &index));
    assert_ok(seigr_lineage_at(lineage, index, &at));
    assert_int_equal(index, 4);
    assert_int_equal(at.link_count, 2);
    assert_int_equal(at.kind, SEIGR_KIND_DATA);
    assert_int_equal(at.created_ms, 5);
    assert_memory_equal(at.name.ptr, "child", 5);
    assert_memory_equal(&at.issuer, &bob.signer.key, sizeof(at.issuer));
    assert_int_equal(seigr_lineage_fork_count(lineage), 1);
    assert_ok(seigr_lineage_fork_at(lineage, 0, &fork));
    assert_int_equal(fork.type, SEIGR_FORK_SEQUENCE);
    assert_int_equal(seigr_fork_check(&second, &twin), fork.type);
    assert_int_equal(seigr_lineage_gap_count(lineage), 1);
    assert_ok(seigr_lineage_gap_at(lineage, 0, &gap));
    assert_int_equal(gap.type, SEIGR_GAP_SEQUENCE);
    assert_int_equal(gap.sequence_first, 3);
    assert_int_equal(gap.sequence_last, 3);
    assert_memory_equal(&gap.id, &third, sizeof(third));
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

/* Sealed alone or in a batch, a capsule has one ID and one place. */
void test_capsule_lineage_door__a_batch_is_as_single_capsules(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_batch *batch = NULL;
    seigr_lineage *lineage = NULL;
    seigr_id previous;
    seigr_verified verified;
    uint8_t bytes[1024];
    size_t len;

    (void)state;
    support_memory_init(&memory);
    context = door_context(&memory);
    help_key_init(&key, 3);
    draft.kind = SEIGR_KIND_DATA;
    assert_ok(seigr_batch_new(&context, &key.signer, 0, &batch));
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    for (uint64_t sequence = 1; sequence <= 9; sequence++) {
        seigr_id id;

        draft.sequence = sequence;
        draft.previous = sequence > 1 ? &previous : NULL;
        assert_ok(seigr_batch_add(batch, &draft, &id, NULL));
        if (sequence % 2 == 0) { /* the same capsule, sealed alone */
            assert_ok(
                help_verdict(help_seal(&key, &draft, NULL), &verified, NULL));
            assert_ok(seigr_lineage_add(lineage, &verified, NULL));
        }
        previous = id;
    }
    assert_ok(seigr_batch_seal(batch, NULL));
    for (uint32_t i = 0; i < 9; i++) {
        assert_ok(seigr_batch_encode(batch, i,
                                     (seigr_buf){bytes, sizeof(bytes)}, &len));
        assert_ok(help_verdict((seigr_span){bytes, len}, &verified, NULL));
        assert_ok(seigr_lineage_add(lineage, &verified, NULL));
    }
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_count(lineage), 9);
    assert_int_equal(seigr_lineage_gap_count(lineage), 0);
    assert_int_equal(seigr_lineage_fork_count(lineage), 0);
    seigr_batch_free(batch);
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

/* Nothing of the caller's is kept: the bytes are gone before the answers. */
void test_capsule_lineage_door__what_it_needs_is_copied(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    help_draft draft;
    support_rng rng = {8};
    seigr_lineage *lineage = NULL;
    struct fixture_text text = {NULL, 0};

    (void)state;
    support_memory_init(&memory);
    context = door_context(&memory);
    help_key_init(&key, 4);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    for (int i = 0; i < 40; i++) {
        seigr_capsule view = SEIGR_CAPSULE_INIT;
        seigr_verified verified;
        seigr_span sealed;
        uint8_t *bytes;

        help_draft_random(&draft, &rng);
        sealed = help_seal(&key, &draft.draft, NULL);
        bytes = malloc(sealed.len);
        assert_non_null(bytes);
        memcpy(bytes, sealed.ptr, sealed.len);
        assert_ok(seigr_capsule_decode(
            &context, (seigr_span){bytes, sealed.len}, &view, NULL));
        assert_ok(seigr_capsule_verify(&context, &view, (seigr_buf){NULL, 0},
                                       &verified, NULL));
        assert_ok(seigr_lineage_add(lineage, &verified, NULL));
        memset(bytes, 0xee, sealed.len);
        free(bytes);
    }
    assert_ok(seigr_lineage_settle(lineage));
    assert_ok(seigr_lineage_write_text(lineage, fixture_sink, &text));
    free(text.text);
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_lineage_door__golden_capsules(void **state)
{
    support_memory memory;
    seigr_context context;
    json_t *golden = support_golden("capsules.json");
    const json_t *valid = json_object_get(golden, "valid");
    seigr_lineage *lineage = NULL;
    seigr_verdict_line line;

    (void)state;
    support_memory_init(&memory);
    context = door_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    for (size_t i = 0; i < json_array_size(valid); i++) {
        seigr_verified verified;

        assert_ok(
            help_verdict(support_hex_of(json_array_get(valid, i), "capsule"),
                         &verified, NULL));
        assert_ok(seigr_lineage_add(lineage, &verified, NULL));
    }
    assert_ok(seigr_lineage_settle(lineage));
    assert_ok(seigr_lineage_verdict(lineage, SEIGR_PROPERTY_INTEGRITY, &line));
    assert_int_equal(line.status, SEIGR_VERDICT_HOLDS);
    support_count("lineage of capsules", seigr_lineage_count(lineage));
    seigr_lineage_free(lineage);
    json_decref(golden);
}
