/* SPDX-License-Identifier: MIT */
/*
 * fuzz_members.c - the door: records about members from a peer.
 *
 * The input is records behind a byte of length each. Whatever a peer says,
 * oneself stays alive, a linked member that owes no answer stays alive, the
 * list stays in its bound and in order.
 */
#include "fuzz.h"

#include "seigr/crypto.h"
#include "seigr/members.h"

#include <string.h>

#define MEMBERS_MAX 8u

static void *members_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void members_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int members_fill(uint8_t *out, size_t len, void *ctx)
{
    (void)ctx;
    memset(out, 7, len);
    return 0;
}

static void members_check(const seigr_members *members,
                          const seigr_public_key *self,
                          const seigr_public_key *linked)
{
    const size_t count = seigr_members_count(members);
    seigr_member before = SEIGR_MEMBER_INIT;
    seigr_member member = SEIGR_MEMBER_INIT;

    FUZZ_REQUIRE(count >= 3 && count <= MEMBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        FUZZ_REQUIRE(seigr_members_get(members, i, &member) == 0);
        FUZZ_REQUIRE(i == 0 || memcmp(&before.kid, &member.kid, 32) < 0);
        FUZZ_REQUIRE(member.state <= SEIGR_MEMBER_LEFT);
        before = member;
    }
    FUZZ_REQUIRE(seigr_members_find(members, self, &member) == 0);
    FUZZ_REQUIRE(member.state == SEIGR_MEMBER_ALIVE);
    FUZZ_REQUIRE(seigr_members_find(members, linked, &member) == 0);
    FUZZ_REQUIRE(member.state == SEIGR_MEMBER_ALIVE && member.links == 1);
}

static void members_take_all(seigr_members *members, seigr_now now)
{
    uint8_t room[SEIGR_MEMBERS_ROOM];
    seigr_public_key to;
    seigr_record record;
    size_t count = 0;

    while (seigr_members_next(members, now, (seigr_buf){room, sizeof(room)},
                              &to, &record) == 0) {
        uint8_t bytes[SEIGR_MEMBERS_ROOM + 64];
        size_t len;

        FUZZ_REQUIRE(seigr_record_encode(&record,
                                         (seigr_buf){bytes, sizeof(bytes)},
                                         &len) == 0);
        FUZZ_REQUIRE(++count < 1000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_allocator allocator = {
        (uint32_t)sizeof(allocator), 0, members_alloc, members_release, NULL};
    static const seigr_random source = {(uint32_t)sizeof(source), 0,
                                        members_fill, NULL};
    static const seigr_public_key key[3] = {{{1}}, {{2}}, {{3}}};
    seigr_members_options options = SEIGR_MEMBERS_OPTIONS_INIT;
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_now now = {1000, 1000};
    seigr_members *members;
    size_t at = 0;

    context.allocator = &allocator;
    context.random = &source;
    options.member_max = MEMBERS_MAX;
    options.period_ms = UINT32_MAX; /* nobody is asked, nobody owes */
    FUZZ_REQUIRE(
        seigr_members_new(&context, &key[0], &options, now, &members) == 0);
    FUZZ_REQUIRE(seigr_members_link(members, now, &key[1], 1) == 0);
    FUZZ_REQUIRE(seigr_members_link(members, now, &key[2], 1) == 0);
    while (at < size) {
        const size_t len = data[at] < size - at - 1 ? data[at] : size - at - 1;
        seigr_record record = SEIGR_RECORD_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        uint64_t next;

        /* The first peer speaks; of the second it may say anything. */
        if (seigr_record_decode((seigr_span){data + at + 1, len}, &record,
                                NULL) == 0 &&
            record.known != 0) {
            seigr_record copy = record;

            (void)!seigr_members_receive(members, now, &key[1], &copy, &error);
        }
        members_check(members, &key[0], &key[2]);
        seigr_members_step(members, now, &next);
        members_take_all(members, now);
        now.monotonic_ms += 1000;
        at += 1 + len;
    }
    seigr_members_free(members);
    return 0;
}
