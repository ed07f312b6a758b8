/* SPDX-License-Identifier: MIT */
/*
 * A task is admitted by the grant that it links to, for its program, fuel and
 * memory; a checkpoint's proof says by when a capsule was there.
 */
#include "trust_world.h"

#include "seigr/checkpoint.h"
#include "seigr/task.h"

#include <string.h>

static help_person admit_anchor;
static help_person admit_other;
static help_person admit_node;

static seigr_trust *admit_set(void)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    const seigr_context context = help_context();
    const size_t len = seigr_trust_size(&options);
    seigr_anchor anchor = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    seigr_trust *trust = NULL;

    help_person_init(&admit_anchor, 1);
    help_person_init(&admit_other, 2);
    help_person_init(&admit_node, 3);
    assert_ok(
        seigr_trust_init(help_keep(len), len, &context, &options, &trust));
    anchor.key = admit_anchor.signer.key;
    assert_ok(seigr_trust_anchor(trust, &anchor));
    return trust;
}

/* A task of the other person, under a grant. */
static void admit_task(const seigr_id *grant, const seigr_id *program,
                       uint64_t fuel, seigr_verified *out)
{
    seigr_task_draft draft = SEIGR_TASK_DRAFT_INIT;
    seigr_link links[2] = {{*program, SEIGR_ROLE_PROGRAM},
                           {*grant, SEIGR_ROLE_GRANT}};
    help_make make = {.kind = SEIGR_KIND_TASK, .links = links, .link_count = 2};
    uint8_t *room = help_keep(512);
    size_t len = 0;

    draft.limits.fuel = fuel;
    draft.limits.memory_pages = 2;
    assert_ok(seigr_task_encode(&draft, (seigr_buf){room, 512}, &len, NULL));
    make.detail = (seigr_span){room, len};
    help_seal(&admit_other, &make, out);
}

void test_trust_admit__a_task_under_a_grant(void **state)
{
    seigr_trust *trust = admit_set();
    seigr_grant grant = SEIGR_GRANT_INIT;
    help_make make = {.kind = SEIGR_KIND_GRANT};
    const seigr_id program = {{7}};
    const seigr_id another = {{8}};
    char resource[SEIGR_TRUST_RESOURCE_LEN + 1];
    seigr_answer answer = SEIGR_ANSWER_INIT;
    seigr_verified granted;
    seigr_verified task;

    (void)state;
    seigr_trust_program_resource(&program, resource);
    assert_int_equal(strlen(resource), SEIGR_TRUST_RESOURCE_LEN);
    grant.audience = admit_other.signer.key;
    grant.scope = SEIGR_SCOPE_RUN;
    grant.resource = help_text(resource);
    grant.fuel_max = 1000;
    grant.memory_max = 2 * 65536;
    grant.use_max = 1;
    grant.expires_ms = 5000;
    make.detail = help_grant(&grant);
    help_seal(&admit_anchor, &make, &granted);
    assert_ok(seigr_trust_put(trust, &granted, NULL));
    seigr_trust_settle(trust, 0);

    admit_task(seigr_verified_id(&granted), &program, 1000, &task);
    assert_ok(seigr_trust_admit(trust, &task, 4999, 0, &answer));
    assert_int_equal(answer.why, SEIGR_WHY_GRANT);
    assert_int_equal(answer.fuel_max, 1000);
    assert_int_equal(seigr_trust_admit(trust, &task, 4999, 1, &answer),
                     SEIGR_E_QUOTA);
    assert_int_equal(seigr_trust_admit(trust, &task, 5000, 0, &answer),
                     SEIGR_E_DENIED);
    assert_int_equal(answer.why, SEIGR_WHY_EXPIRED);
    admit_task(seigr_verified_id(&granted), &program, 1001, &task);
    assert_int_equal(seigr_trust_admit(trust, &task, 4999, 0, &answer),
                     SEIGR_E_DENIED);
    assert_int_equal(answer.why, SEIGR_WHY_FUEL);
    admit_task(seigr_verified_id(&granted), &another, 1, &task);
    assert_int_equal(seigr_trust_admit(trust, &task, 4999, 0, &answer),
                     SEIGR_E_DENIED);
    assert_int_equal(answer.why, SEIGR_WHY_RESOURCE);
    assert_int_equal(seigr_trust_admit(trust, &granted, 4999, 0, &answer),
                     SEIGR_E_INVAL);
}

/* A checkpoint over two capsules, by the node. */
static void admit_checkpoint(const seigr_id *a, const seigr_id *b,
                             uint64_t at_ms, seigr_hash path[1],
                             seigr_verified *out)
{
    const seigr_context context = help_context();
    seigr_checkpoint checkpoint = SEIGR_CHECKPOINT_INIT;
    help_make make = {.kind = SEIGR_KIND_CHECKPOINT, .created_ms = at_ms};
    uint8_t *room = help_keep(SEIGR_CHECKPOINT_LEN_MAX);
    seigr_hash leaf;
    size_t len = 0;

    seigr_merkle_hash_leaf(&context, (seigr_span){a->bytes, 32}, &leaf);
    seigr_merkle_hash_leaf(&context, (seigr_span){b->bytes, 32}, &path[0]);
    seigr_merkle_hash_node(&context, &leaf, &path[0], &checkpoint.log_root);
    checkpoint.log_size = 2;
    checkpoint.index_root.bytes[0] = 1;
    checkpoint.index_count = 2;
    assert_ok(seigr_checkpoint_encode(
        &checkpoint, (seigr_buf){room, SEIGR_CHECKPOINT_LEN_MAX}, &len, NULL));
    make.detail = (seigr_span){room, len};
    help_seal(&admit_node, &make, out);
}

void test_trust_admit__a_checkpoint_saw_it(void **state)
{
    seigr_trust *trust = admit_set();
    const seigr_anchor clock = {admit_node.signer.key, SEIGR_SCOPE_TIME, 1000};
    help_make make = {.kind = SEIGR_KIND_DATA};
    seigr_verified first;
    seigr_verified second;
    seigr_verified checkpoint;
    seigr_hash path[1];
    uint64_t at_ms = 0;

    (void)state;
    help_seal(&admit_other, &make, &first);
    help_seal(&admit_other, &make, &second);
    admit_checkpoint(seigr_verified_id(&second), seigr_verified_id(&first), 900,
                     path, &checkpoint);
    assert_ok(seigr_trust_put(trust, &first, NULL));
    assert_ok(seigr_trust_put(trust, &second, NULL));
    assert_int_equal(seigr_trust_put_proof(trust, &checkpoint,
                                           seigr_verified_id(&first), 0, path,
                                           1, NULL),
                     SEIGR_E_MISMATCH);
    assert_int_equal(seigr_trust_put_proof(trust, &first,
                                           seigr_verified_id(&second), 0, path,
                                           1, NULL),
                     SEIGR_E_INVAL);
    assert_ok(seigr_trust_put_proof(
        trust, &checkpoint, seigr_verified_id(&second), 0, path, 1, NULL));
    seigr_trust_settle(trust, 0);
    /* Its issuer is no anchor. */
    assert_int_equal(
        seigr_trust_seen(trust, seigr_verified_id(&second), &at_ms), 0);
    assert_ok(seigr_trust_anchor(trust, &clock));
    seigr_trust_settle(trust, 0);
    assert_int_equal(
        seigr_trust_seen(trust, seigr_verified_id(&second), &at_ms), 1);
    assert_int_equal(at_ms, 900);
    assert_int_equal(seigr_trust_seen(trust, seigr_verified_id(&first), &at_ms),
                     1); /* its ancestor */
}
