/* SPDX-License-Identifier: MIT */
/* The list of members by itself; tests/sim runs many of them together. */
#include "member_table.h"
#include "net_help.h"

#include <string.h>

static const seigr_public_key members_key[] = {{{1}}, {{2}}, {{3}}, {{4}}};

static seigr_members *members_start(net_world *world, uint32_t member_max)
{
    seigr_members_options options = SEIGR_MEMBERS_OPTIONS_INIT;
    seigr_members *members;

    net_world_init(world, 1);
    options.member_max = member_max;
    assert_ok(seigr_members_new(&world->context, &members_key[0], &options,
                                world->now, &members));
    return members;
}

static unsigned members_state(const seigr_members *members, unsigned of)
{
    seigr_member member = SEIGR_MEMBER_INIT;

    assert_ok(seigr_members_find(members, &members_key[of], &member));
    return member.state;
}

/* [MEMBERS, [[kid, incarnation, state]]] from a peer. */
static int members_tell(seigr_members *members, const net_world *world,
                        unsigned from, unsigned about, uint64_t incarnation,
                        uint32_t state)
{
    uint8_t list[64] = {0x81, 0x83, 0x58, 32};
    seigr_record record = SEIGR_RECORD_INIT;

    memcpy(list + 4, members_key[about].bytes, 32);
    list[36] = 0x1b;
    for (size_t i = 0; i < 8; i++)
        list[37 + i] = (uint8_t)(incarnation >> (56 - 8 * i));
    list[45] = (uint8_t)state;
    record.type = SEIGR_RECORD_MEMBERS;
    record.known = 1;
    record.fields[0].bytes = (seigr_span){list, 46};
    return seigr_members_receive(members, world->now, &members_key[from],
                                 &record, NULL);
}

#define FAR ((uint64_t)1 << 40)

void test_net_members__a_silent_member_dies_in_steps(void **state)
{
    net_world world;
    seigr_members *members = members_start(&world, 8);
    uint8_t room[SEIGR_MEMBERS_ROOM];
    seigr_public_key to;
    seigr_record record;
    uint64_t next;
    unsigned helped = 0;

    (void)state;
    assert_ok(seigr_members_link(members, world.now, &members_key[1], 1));
    assert_ok(seigr_members_link(members, world.now, &members_key[2], 1));
    for (unsigned i = 0; i < 40; i++) {
        seigr_members_step(members, world.now, &next);
        assert_true(next > world.now.monotonic_ms);
        while (seigr_members_next(members, world.now,
                                  (seigr_buf){room, sizeof(room)}, &to,
                                  &record) == 0) {
            helped += record.type == SEIGR_RECORD_PROBE_FOR;
            if (record.type != SEIGR_RECORD_PROBE || to.bytes[0] != 3)
                continue;
            record.type = SEIGR_RECORD_ALIVE; /* 3 answers, 2 does not */
            assert_ok(
                seigr_members_receive(members, world.now, &to, &record, NULL));
        }
        world.now.monotonic_ms = next;
    }
    assert_true(helped > 0);
    assert_int_equal(members_state(members, 1), SEIGR_MEMBER_DEAD);
    assert_int_equal(members_state(members, 2), SEIGR_MEMBER_ALIVE);
    seigr_members_free(members);
}

void test_net_members__an_answer_must_come_from_who_was_asked(void **state)
{
    net_world world;
    seigr_members *members = members_start(&world, 8);
    struct seigr__member *silent;
    seigr_record record = SEIGR_RECORD_INIT;
    static const uint8_t none[] = {0x80};

    (void)state;
    assert_ok(seigr_members_link(members, world.now, &members_key[1], 1));
    assert_ok(seigr_members_link(members, world.now, &members_key[2], 1));
    silent = seigr__member_find(members, &members_key[1]);
    silent->probe = 77;
    silent->probe_ms = world.now.monotonic_ms;
    record.type = SEIGR_RECORD_ALIVE;
    record.known = 1;
    record.fields[0].number = 77;
    record.fields[1].bytes = (seigr_span){none, 1};
    assert_ok(seigr_members_receive(members, world.now, &members_key[2],
                                    &record, NULL));
    assert_true(silent->probe_ms != 0);
    silent->is_helped = 1; /* now others were asked for it */
    assert_ok(seigr_members_receive(members, world.now, &members_key[2],
                                    &record, NULL));
    assert_true(silent->probe_ms == 0);
    seigr_members_free(members);
}

void test_net_members__rumours_do_not_outdo_what_is_seen(void **state)
{
    net_world world;
    seigr_members *members = members_start(&world, 8);

    (void)state;
    assert_int_equal(members_tell(members, &world, 1, 2, FAR, 2),
                     SEIGR_E_INVAL); /* no link */
    assert_ok(seigr_members_link(members, world.now, &members_key[1], 1));
    assert_ok(seigr_members_link(members, world.now, &members_key[2], 1));
    assert_ok(members_tell(members, &world, 1, 2, FAR, SEIGR_MEMBER_DEAD));
    assert_int_equal(members_state(members, 2), SEIGR_MEMBER_ALIVE);
    assert_ok(members_tell(members, &world, 2, 2, FAR, SEIGR_MEMBER_LEFT));
    assert_int_equal(members_state(members, 2), SEIGR_MEMBER_LEFT);
    /* Of one without a link, the greater incarnation, then the worse. */
    assert_ok(members_tell(members, &world, 1, 3, FAR, SEIGR_MEMBER_ALIVE));
    assert_ok(members_tell(members, &world, 1, 3, FAR, SEIGR_MEMBER_DEAD));
    assert_ok(members_tell(members, &world, 1, 3, FAR, SEIGR_MEMBER_ALIVE));
    assert_int_equal(members_state(members, 3), SEIGR_MEMBER_DEAD);
    assert_ok(members_tell(members, &world, 1, 3, FAR + 1, SEIGR_MEMBER_ALIVE));
    assert_int_equal(members_state(members, 3), SEIGR_MEMBER_ALIVE);
    /* And of oneself none at all, whatever its incarnation. */
    assert_ok(members_tell(members, &world, 1, 0, SEIGR__INCARNATION_MAX - 1,
                           SEIGR_MEMBER_DEAD));
    assert_int_equal(members_state(members, 0), SEIGR_MEMBER_ALIVE);
    assert_true(
        seigr__member_find(members, &members_key[0])->view.incarnation ==
        SEIGR__INCARNATION_MAX);
    seigr_members_free(members);
}

void test_net_members__bound_of_an_incarnation(void **state)
{
    net_world world;
    seigr_members *members = members_start(&world, 8);

    (void)state;
    assert_ok(seigr_members_link(members, world.now, &members_key[1], 1));
    for (int by = -1; by <= 1; by++) {
        const uint64_t n = SEIGR__INCARNATION_MAX + (uint64_t)(int64_t)by;

        assert_int_equal(
            members_tell(members, &world, 1, 3, n, SEIGR_MEMBER_DEAD),
            by < 0 ? 0 : SEIGR_E_LIMIT);
        assert_int_equal(
            members_tell(members, &world, 1, 3, n, SEIGR_MEMBER_ALIVE),
            by <= 0 ? 0 : SEIGR_E_LIMIT);
    }
    seigr_members_free(members);
}

/* The list is full: a rumour has no place, one that is proved has it before
 * a rumour, and one with a link stays. N-1, N, N+1 of the bound. */
void test_net_members__bound_of_the_list(void **state)
{
    net_world world;
    seigr_members *members = members_start(&world, 3);
    seigr_member member = SEIGR_MEMBER_INIT;

    (void)state;
    assert_ok(seigr_members_link(members, world.now, &members_key[1], 1));
    assert_ok(members_tell(members, &world, 1, 2, FAR, SEIGR_MEMBER_ALIVE));
    assert_int_equal(seigr_members_count(members), 3);
    assert_ok(members_tell(members, &world, 1, 3, FAR, SEIGR_MEMBER_ALIVE));
    assert_int_equal(seigr_members_find(members, &members_key[3], &member),
                     SEIGR_E_NOTFOUND);
    assert_ok(seigr_members_link(members, world.now, &members_key[3], 1));
    assert_int_equal(seigr_members_find(members, &members_key[2], &member),
                     SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_members_link(members, world.now, &members_key[2], 1),
                     SEIGR_E_FULL);
    seigr_members_free(members);
}

static int members_make(support_memory *memory, void *arg)
{
    net_world *world = arg;
    seigr_members *members = NULL;
    int err;

    net_world_init(world, 1);
    world->context.allocator = &memory->allocator;
    err = seigr_members_new(&world->context, &members_key[0], NULL, world->now,
                            &members);
    seigr_members_free(members);
    return err;
}

void test_net_members__every_allocation_may_fail(void **state)
{
    net_world world;

    (void)state;
    support_each_allocation(members_make, &world);
}
