/* SPDX-License-Identifier: MIT */
/* Adding, order, gaps, chains, forks: small graphs drawn by hand. */
#include "lineage_fixture.h"

#include <stdlib.h>
#include <string.h>

/* A chain of four with a fork at 3, and a child of it by another issuer. */
struct family {
    struct fixture_capsule first, second, third, twin, fourth, child;
};

static void family_make(struct family *f)
{
    fixture_init(&f->first, 1, 0, 1, NULL);
    fixture_name(&f->first, "first");
    fixture_init(&f->second, 1, 0, 2, fixture_seal(&f->first));
    fixture_init(&f->third, 1, 0, 3, fixture_seal(&f->second));
    fixture_name(&f->third, "third");
    fixture_init(&f->twin, 1, 0, 3, &f->second.verified.private_id);
    fixture_name(&f->twin, "twin");
    fixture_seal(&f->twin);
    fixture_init(&f->fourth, 1, 0, 4, fixture_seal(&f->third));
    fixture_seal(&f->fourth);
    fixture_init(&f->child, 2, 7, 1, NULL);
    fixture_link(&f->child, &f->first.verified.private_id, SEIGR_ROLE_INPUT);
    fixture_link(&f->child, &f->fourth.verified.private_id, SEIGR_ROLE_PARENT);
    fixture_seal(&f->child);
}

static const seigr_id *id_of(const struct fixture_capsule *capsule)
{
    return &capsule->verified.private_id;
}

static seigr_lineage *lineage_of(const seigr_context *context,
                                 const struct fixture_capsule **capsules,
                                 size_t count)
{
    seigr_lineage *lineage = NULL;

    assert_ok(seigr_lineage_new(context, NULL, &lineage));
    for (size_t i = 0; i < count; i++)
        assert_ok(seigr_lineage_add(lineage, &capsules[i]->verified, NULL));
    assert_ok(seigr_lineage_settle(lineage));
    return lineage;
}

static uint32_t position(const seigr_lineage *lineage,
                         const struct fixture_capsule *capsule)
{
    uint32_t index = UINT32_MAX;

    assert_ok(seigr_lineage_find(lineage, id_of(capsule), &index));
    return index;
}

static seigr_verdict_line verdict(const seigr_lineage *lineage,
                                  uint32_t property)
{
    seigr_verdict_line line;

    assert_ok(seigr_lineage_verdict(lineage, property, &line));
    assert_int_equal(line.property, property);
    return line;
}

void test_capsule_lineage_set__empty_has_no_answers_and_no_faults(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    seigr_lineage_capsule capsule;
    seigr_verdict_line line;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    assert_int_equal(
        seigr_lineage_verdict(lineage, SEIGR_PROPERTY_FORKS, &line),
        SEIGR_E_NOTFOUND);
    assert_ok(seigr_lineage_settle(lineage));
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_count(lineage), 0);
    assert_int_equal(seigr_lineage_at(lineage, 0, &capsule), SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_lineage_gap_count(lineage), 0);
    assert_int_equal(seigr_lineage_chain_count(lineage), 0);
    assert_int_equal(seigr_lineage_fork_count(lineage), 0);
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_CHAINS).status,
                     SEIGR_VERDICT_HOLDS);
    seigr_lineage_free(lineage);
    seigr_lineage_free(NULL);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_lineage_set__needs_memory_and_randomness(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    context.allocator = NULL;
    assert_int_equal(seigr_lineage_new(&context, NULL, &lineage),
                     SEIGR_E_INVAL);
    context = fixture_context(&memory);
    context.crypto = NULL;
    assert_int_equal(seigr_lineage_new(&context, NULL, &lineage),
                     SEIGR_E_INVAL);
    assert_null(lineage);
}

void test_capsule_lineage_set__a_whole_chain_holds(void **state)
{
    support_memory memory;
    seigr_context context;
    struct family f;
    const struct fixture_capsule *all[4];
    seigr_lineage *lineage;
    seigr_lineage_capsule at;
    seigr_lineage_link link;
    uint32_t child;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    family_make(&f);
    all[0] = &f.fourth; /* the wrong way round */
    all[1] = &f.third;
    all[2] = &f.second;
    all[3] = &f.first;
    lineage = lineage_of(&context, all, 4);
    assert_ok(seigr_lineage_add(lineage, &f.third.verified, NULL));
    assert_int_equal(seigr_lineage_count(lineage), 4);
    assert_int_equal(position(lineage, &f.first), 0);
    assert_int_equal(position(lineage, &f.second), 1);
    assert_int_equal(position(lineage, &f.third), 2);
    assert_int_equal(position(lineage, &f.fourth), 3);
    assert_ok(seigr_lineage_at(lineage, 0, &at));
    assert_int_equal(at.name.len, 5);
    assert_memory_equal(at.name.ptr, "first", 5);
    assert_int_equal(at.sequence, 1);
    assert_int_equal(at.link_count, 0);
    assert_int_equal(at.child_count, 1);
    assert_ok(seigr_lineage_child_at(lineage, 0, 0, &child));
    assert_int_equal(child, 1);
    assert_int_equal(seigr_lineage_child_at(lineage, 0, 1, &child),
                     SEIGR_E_NOTFOUND);
    assert_ok(seigr_lineage_link_at(lineage, 3, 0, &link));
    assert_int_equal(link.role, SEIGR_LINEAGE_PREVIOUS);
    assert_int_equal(link.index, 2);
    assert_memory_equal(&link.id, id_of(&f.third), sizeof(link.id));
    assert_int_equal(seigr_lineage_link_at(lineage, 3, 1, &link),
                     SEIGR_E_NOTFOUND);
    for (uint32_t p = 1; p <= SEIGR_PROPERTY_COUNT; p++) {
        int asked = p != SEIGR_PROPERTY_REVOCATION &&
                    p != SEIGR_PROPERTY_GRANTS && p != SEIGR_PROPERTY_REPLAY;

        assert_int_equal(verdict(lineage, p).status,
                         asked ? SEIGR_VERDICT_HOLDS : SEIGR_VERDICT_NOT_ASKED);
        assert_int_equal(verdict(lineage, p).has_id, 0);
    }
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_lineage_set__gaps_are_named(void **state)
{
    support_memory memory;
    seigr_context context;
    struct family f;
    const struct fixture_capsule *all[2];
    seigr_lineage *lineage;
    seigr_lineage_gap gap;
    seigr_lineage_chain chain;
    seigr_verdict_line line;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    family_make(&f);
    all[0] = &f.child;
    all[1] = &f.fourth;
    lineage = lineage_of(&context, all, 2);
    assert_int_equal(seigr_lineage_gap_count(lineage), 2);
    assert_ok(seigr_lineage_gap_at(lineage, 0, &gap));
    assert_int_equal(gap.type, SEIGR_GAP_LINK);
    assert_int_equal(gap.role, SEIGR_ROLE_INPUT);
    assert_int_equal(gap.from, position(lineage, &f.child));
    assert_int_equal(gap.has_id, 1);
    assert_memory_equal(&gap.id, id_of(&f.first), sizeof(gap.id));
    assert_ok(seigr_lineage_gap_at(lineage, 1, &gap));
    assert_int_equal(gap.type, SEIGR_GAP_SEQUENCE);
    assert_int_equal(gap.from, position(lineage, &f.fourth));
    assert_int_equal(gap.sequence_first, 1);
    assert_int_equal(gap.sequence_last, 3);
    assert_int_equal(gap.stream, 0);
    assert_int_equal(gap.issuer.bytes[0], 1);
    assert_memory_equal(&gap.id, id_of(&f.third), sizeof(gap.id));
    assert_int_equal(seigr_lineage_gap_at(lineage, 2, &gap), SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_lineage_chain_count(lineage), 2);
    assert_ok(seigr_lineage_chain_at(lineage, 0, &chain));
    assert_int_equal(chain.sequence_first, 4);
    assert_int_equal(chain.sequence_last, 4);
    assert_int_equal(chain.range_count, 1);
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_CHAINS).status,
                     SEIGR_VERDICT_OPEN);
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_CHAINS).count, 1);
    line = verdict(lineage, SEIGR_PROPERTY_CHAINS);
    assert_memory_equal(&line.id, id_of(&f.fourth), sizeof(line.id));
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_COMPLETENESS).status,
                     SEIGR_VERDICT_OPEN);
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_COMPLETENESS).count, 2);
    /* What was missing comes: nothing is missing. */
    assert_ok(seigr_lineage_add(lineage, &f.first.verified, NULL));
    assert_int_equal(seigr_lineage_gap_count(lineage), 0); /* not settled */
    assert_ok(seigr_lineage_add(lineage, &f.second.verified, NULL));
    assert_ok(seigr_lineage_add(lineage, &f.third.verified, NULL));
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_gap_count(lineage), 0);
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_lineage_set__ranges_of_a_chain_with_holes(void **state)
{
    static const uint64_t present[] = {2, 3, 7, 9, 10, UINT64_MAX};
    static const uint64_t ranges[][2] = {
        {2, 3}, {7, 7}, {9, 10}, {UINT64_MAX, UINT64_MAX}};
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    seigr_lineage_chain chain;
    struct fixture_capsule capsule;
    seigr_id last = {{9}};

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    for (size_t i = 0; i < 6; i++) {
        fixture_init(&capsule, 1, 5, present[i], &last);
        last = *fixture_seal(&capsule);
        assert_ok(seigr_lineage_add(lineage, &capsule.verified, NULL));
        if (i == 1 || i == 2 || i == 4) /* the next names one unseen */
            last.bytes[0] ^= 1;
    }
    assert_ok(seigr_lineage_settle(lineage));
    assert_ok(seigr_lineage_chain_at(lineage, 0, &chain));
    assert_int_equal(chain.stream, 5);
    assert_int_equal(chain.capsule_count, 6);
    assert_int_equal(chain.range_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        uint64_t first;
        uint64_t end;

        assert_ok(seigr_lineage_range_at(lineage, 0, i, &first, &end));
        assert_true(first == ranges[i][0] && end == ranges[i][1]);
    }
    assert_int_equal(seigr_lineage_gap_count(lineage), 4);
    seigr_lineage_free(lineage);
}

void test_capsule_lineage_set__forks_of_both_kinds(void **state)
{
    support_memory memory;
    seigr_context context;
    struct family f;
    const struct fixture_capsule *all[5];
    seigr_lineage *lineage;
    seigr_lineage_fork fork;
    seigr_lineage_gap gap;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    family_make(&f);
    /* Two of one sequence. */
    all[0] = &f.first;
    all[1] = &f.second;
    all[2] = &f.third;
    all[3] = &f.twin;
    all[4] = &f.fourth;
    lineage = lineage_of(&context, all, 5);
    assert_int_equal(seigr_lineage_fork_count(lineage), 1);
    assert_ok(seigr_lineage_fork_at(lineage, 0, &fork));
    assert_int_equal(fork.type, SEIGR_FORK_SEQUENCE);
    assert_true(memcmp(id_of(&f.third), id_of(&f.twin), 32) < 0
                    ? fork.first == position(lineage, &f.third) &&
                          fork.second == position(lineage, &f.twin)
                    : fork.first == position(lineage, &f.twin) &&
                          fork.second == position(lineage, &f.third));
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_FORKS).status,
                     SEIGR_VERDICT_BROKEN);
    assert_int_equal(seigr_lineage_gap_count(lineage), 0);
    seigr_lineage_free(lineage);
    /* The fourth does not follow the twin, and what it follows is away. */
    all[2] = &f.twin;
    all[3] = &f.fourth;
    lineage = lineage_of(&context, all, 4);
    assert_int_equal(seigr_lineage_fork_count(lineage), 1);
    assert_ok(seigr_lineage_fork_at(lineage, 0, &fork));
    assert_int_equal(fork.type, SEIGR_FORK_PREVIOUS);
    assert_int_equal(fork.first, position(lineage, &f.twin));
    assert_int_equal(fork.second, position(lineage, &f.fourth));
    assert_int_equal(seigr_lineage_gap_count(lineage), 1);
    assert_ok(seigr_lineage_gap_at(lineage, 0, &gap));
    assert_int_equal(gap.type, SEIGR_GAP_PREVIOUS);
    assert_int_equal(gap.sequence_first, 3);
    assert_int_equal(gap.sequence_last, 3);
    assert_memory_equal(&gap.id, id_of(&f.third), sizeof(gap.id));
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_lineage_set__previous_that_leads_astray(void **state)
{
    support_memory memory;
    seigr_context context;
    struct family f;
    struct fixture_capsule stray;
    const struct fixture_capsule *all[3];
    seigr_lineage *lineage;
    seigr_lineage_fork fork;
    seigr_verdict_line line;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    family_make(&f);
    /* Sequence 3 that names 1 as the one before it. */
    fixture_init(&stray, 1, 0, 3, id_of(&f.first));
    fixture_seal(&stray);
    all[0] = &stray;
    all[1] = &f.first;
    all[2] = &f.second;
    lineage = lineage_of(&context, all, 2);
    assert_int_equal(seigr_lineage_fork_count(lineage), 1);
    assert_ok(seigr_lineage_fork_at(lineage, 0, &fork));
    assert_int_equal(fork.type, SEIGR_FORK_ASTRAY);
    assert_int_equal(fork.first, position(lineage, &f.first));
    assert_int_equal(fork.second, position(lineage, &stray));
    line = verdict(lineage, SEIGR_PROPERTY_CHAINS);
    assert_int_equal(line.status, SEIGR_VERDICT_BROKEN);
    assert_memory_equal(&line.id, id_of(&stray), sizeof(line.id));
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_FORKS).status,
                     SEIGR_VERDICT_HOLDS);
    seigr_lineage_free(lineage);
    /* With the true 2 there, it does not follow that one either. */
    lineage = lineage_of(&context, all, 3);
    assert_int_equal(seigr_lineage_fork_count(lineage), 2);
    assert_int_equal(verdict(lineage, SEIGR_PROPERTY_FORKS).status,
                     SEIGR_VERDICT_BROKEN);
    seigr_lineage_free(lineage);
}

void test_capsule_lineage_set__refused_capsules_are_told(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    const seigr_id low = {{1}};
    const seigr_id high = {{2}};
    seigr_verdict_line line;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    seigr_lineage_refuse(lineage, SEIGR_E_SIGNATURE, &high);
    seigr_lineage_refuse(lineage, SEIGR_E_KEY, &low);
    seigr_lineage_refuse(lineage, SEIGR_E_FORMAT, NULL);
    seigr_lineage_refuse(lineage, 0, &low); /* no refusal */
    assert_ok(seigr_lineage_settle(lineage));
    line = verdict(lineage, SEIGR_PROPERTY_SIGNATURES);
    assert_int_equal(line.status, SEIGR_VERDICT_BROKEN);
    assert_int_equal(line.count, 2);
    assert_memory_equal(&line.id, &low, sizeof(low));
    line = verdict(lineage, SEIGR_PROPERTY_INTEGRITY);
    assert_int_equal(line.status, SEIGR_VERDICT_BROKEN);
    assert_int_equal(line.count, 1);
    assert_int_equal(line.has_id, 0);
    seigr_lineage_free(lineage);
}

/* Nobody can make a circle of hashes; should one come, nothing hangs. */
void test_capsule_lineage_set__a_circle_is_told_and_ends(void **state)
{
    support_memory memory;
    seigr_context context;
    struct fixture_capsule sound, a, b, behind;
    const struct fixture_capsule *all[4];
    seigr_lineage *lineage;
    seigr_verdict_line line;
    uint32_t out[4];
    seigr_lineage_step steps[4];
    size_t count;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    fixture_init(&sound, 1, 0, 1, NULL);
    fixture_seal(&sound);
    fixture_init(&a, 2, 0, 1, NULL);
    a.verified.private_id.bytes[0] = 1;
    fixture_init(&b, 3, 0, 1, NULL);
    b.verified.private_id.bytes[0] = 2;
    fixture_link(&a, id_of(&b), SEIGR_ROLE_PARENT);
    fixture_link(&b, id_of(&a), SEIGR_ROLE_PARENT);
    fixture_init(&behind, 4, 0, 1, NULL);
    fixture_link(&behind, id_of(&a), SEIGR_ROLE_PARENT);
    fixture_seal(&behind);
    all[0] = &b;
    all[1] = &behind;
    all[2] = &a;
    all[3] = &sound;
    lineage = lineage_of(&context, all, 4);
    assert_int_equal(position(lineage, &sound), 0);
    assert_int_equal(position(lineage, &a), 1);
    assert_int_equal(position(lineage, &b), 2);
    assert_int_equal(position(lineage, &behind), 3);
    line = verdict(lineage, SEIGR_PROPERTY_INTEGRITY);
    assert_int_equal(line.status, SEIGR_VERDICT_BROKEN);
    assert_int_equal(line.count, 3);
    assert_memory_equal(&line.id, id_of(&a), sizeof(line.id));
    assert_ok(seigr_lineage_ancestors(lineage, 1, out, 4, &count));
    assert_int_equal(count, 1);
    assert_ok(seigr_lineage_descendants(lineage, 1, out, 4, &count));
    assert_int_equal(count, 2);
    assert_ok(seigr_lineage_path(lineage, 3, 2, steps, 4, &count));
    assert_int_equal(count, 3);
    assert_int_equal(seigr_lineage_path(lineage, 3, 0, steps, 4, &count),
                     SEIGR_E_NOTFOUND);
    seigr_lineage_free(lineage);
}

void test_capsule_lineage_set__bounds_of_the_options(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_lineage_options options = SEIGR_LINEAGE_OPTIONS_INIT;
    struct family f;
    seigr_lineage *lineage = NULL;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    family_make(&f);
    options.capsule_max = 2;
    options.link_max = 2;
    assert_ok(seigr_lineage_new(&context, &options, &lineage));
    assert_ok(seigr_lineage_add(lineage, &f.second.verified, &error));
    assert_int_equal(seigr_lineage_add(lineage, &f.child.verified, &error),
                     SEIGR_E_LIMIT); /* 1 + 2 links */
    assert_string_equal(error.text,
                        "2 links on top of 1 pass the lineage's bound of 2");
    assert_ok(seigr_lineage_add(lineage, &f.third.verified, &error));
    assert_int_equal(seigr_lineage_add(lineage, &f.first.verified, &error),
                     SEIGR_E_LIMIT);
    assert_string_equal(error.text, "the lineage has its 2 capsules already");
    assert_ok(seigr_lineage_add(lineage, &f.third.verified, &error));
    assert_int_equal(seigr_lineage_count(lineage), 2);
    seigr_lineage_free(lineage);
    options.struct_size = 4;
    assert_int_equal(seigr_lineage_new(&context, &options, &lineage),
                     SEIGR_E_INVAL);
}

static int out_of_memory(support_memory *memory, void *arg)
{
    const struct family *f = arg;
    const struct fixture_capsule *all[] = {&f->child, &f->first, &f->fourth};
    seigr_context context = fixture_context(memory);
    seigr_lineage *lineage = NULL;
    int err;

    err = seigr_lineage_new(&context, NULL, &lineage);
    if (err != 0)
        return err;
    for (uint32_t i = 0; i < 3 && err == 0; i++) {
        err = seigr_lineage_add(lineage, &all[i]->verified, NULL);
        assert_int_equal(seigr_lineage_count(lineage), i + (err == 0));
    }
    if (err == 0) {
        err = seigr_lineage_settle(lineage);
        assert_int_equal(seigr_lineage_gap_count(lineage), err == 0);
    }
    seigr_lineage_free(lineage);
    return err;
}

void test_capsule_lineage_set__every_allocation_fails(void **state)
{
    struct family f;

    (void)state;
    family_make(&f);
    support_each_allocation(out_of_memory, &f);
}
