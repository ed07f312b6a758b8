/* SPDX-License-Identifier: MIT */
/* What a link promises: records arrive whole and in order in whatever pieces
 * the stream is cut, bounds hold at N-1, N and N+1, deadlines pass. */
#include "link.h"
#include "net_help.h"

#include <string.h>

static void link_open_pair(net_pair *pair, net_world *world,
                           const seigr_link_options *first,
                           const seigr_link_options *second)
{
    net_world_init(world, 7);
    net_pair_init(pair, world, first, second);
    net_pair_run(pair);
    assert_int_equal(pair->opened[0], 1);
    assert_int_equal(pair->opened[1], 1);
}

static seigr_record link_give(size_t len)
{
    static const uint8_t zeros[SEIGR_LINK_RECORD_MAX];
    seigr_record record = SEIGR_RECORD_INIT;

    record.type = SEIGR_RECORD_GIVE;
    record.fields[0].number = SEIGR_SPACE_CAPSULE;
    record.fields[1].bytes = (seigr_span){zeros, 32};
    record.fields[2].bytes = (seigr_span){zeros, len};
    return record;
}

void test_net_link__both_learn_who_is_there(void **state)
{
    net_world world;
    net_pair pair;
    seigr_keypair identity;

    (void)state;
    net_world_init(&world, 1);
    net_pair_init(&pair, &world, NULL, NULL);
    assert_null(seigr_link_peer(pair.link[0]));
    net_pair_run(&pair);
    for (unsigned i = 0; i < 2; i++) {
        seigr_link_info info = SEIGR_LINK_INFO_INIT;

        net_identity(&world, 2 - i, &identity);
        assert_memory_equal(seigr_link_peer(pair.link[i])->bytes,
                            seigr_keypair_public(&identity).bytes, 32);
        seigr_link_get_info(pair.link[i], &info);
        assert_int_equal(info.version, 1);
        assert_int_equal(seigr_link_error(pair.link[i])->code, 0);
    }
    net_pair_fini(&pair);
}

void test_net_link__records_pass_in_any_pieces(void **state)
{
    static const size_t pieces[] = {0, 1, 2, 3, 17, 511, 70000};

    (void)state;
    for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++) {
        support_rng rng = {p};
        net_world world;
        net_pair pair;
        size_t sent = 0;

        net_world_init(&world, p);
        net_pair_init(&pair, &world, NULL, NULL);
        pair.piece = pieces[p];
        net_pair_run(&pair);
        for (; sent < 60; sent++) {
            const seigr_record record =
                net_have(32 * support_random_below(&rng, 300));
            const seigr_record large = link_give(70000 * (sent % 20 == 19));
            uint8_t bytes[10000];
            size_t len;

            assert_ok(seigr_link_send(pair.link[sent % 2], &large));
            assert_ok(seigr_link_send(pair.link[sent % 2], &record));
            assert_ok(seigr_record_encode(
                &record, (seigr_buf){bytes, sizeof(bytes)}, &len));
            net_pair_run(&pair);
            assert_int_equal(pair.last_len[1 - sent % 2],
                             len < 4096 ? len : 4096);
            assert_memory_equal(pair.last[1 - sent % 2], bytes,
                                pair.last_len[1 - sent % 2]);
        }
        assert_int_equal(pair.records[0] + pair.records[1], 2 * sent);
        net_pair_fini(&pair);
    }
}

void test_net_link__an_unknown_record_is_passed_on(void **state)
{
    static const uint8_t unknown[] = {4, 0x82, 0x19, 0x10, 0x00};
    net_world world;
    net_pair pair;

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    /* Behind its length: [4096, ?] is cut, so the item's end is missing. */
    assert_ok(seigr__link_reserve(&world.context, &pair.link[0]->queue, 6));
    memcpy(pair.link[0]->queue.ptr + pair.link[0]->queue.end,
           "\5\x82\x19\x10\0\7", 6);
    pair.link[0]->queue.end += 6;
    net_pair_run(&pair);
    assert_ok(pair.err[1]);
    assert_int_equal(pair.records[1], 1);
    memcpy(pair.link[0]->queue.ptr, unknown, sizeof(unknown));
    pair.link[0]->queue.end = sizeof(unknown);
    (void)net_pair_carry(&pair, 0);
    assert_int_equal(pair.err[1], SEIGR_E_TRUNCATED);
    net_pair_run(&pair);
    assert_int_equal(pair.closed_code[0], SEIGR_E_TRUNCATED);
    net_pair_fini(&pair);
}

/* --- bounds: N-1, N, N+1 ------------------------------------------------- */

void test_net_link__bound_of_a_record(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    /* array, type, space, id, and the head of the bytes */
    const size_t around = 1 + 2 + 1 + 34 + 3;

    (void)state;
    options.record_len_max = 5000;
    for (size_t n = 4999; n <= 5001; n++) {
        const seigr_record record = link_give(n - around);
        net_world world;
        net_pair pair;

        link_open_pair(&pair, &world, NULL, &options);
        /* The sender knows the bound and keeps it. */
        assert_int_equal(seigr_link_send(pair.link[0], &record),
                         n <= 5000 ? 0 : SEIGR_E_LIMIT);
        pair.link[0]->peer_record_max = 6000; /* one that does not */
        if (n > 5000)
            assert_ok(seigr_link_send(pair.link[0], &record));
        (void)net_pair_carry(&pair, 0);
        assert_int_equal(pair.err[1], n <= 5000 ? 0 : SEIGR_E_LIMIT);
        assert_int_equal(pair.records[1], n <= 5000);
        net_pair_fini(&pair);
    }
}

void test_net_link__bound_of_a_message(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;

    (void)state;
    options.frame_len_max = 1000;
    for (unsigned n = 999; n <= 1001; n++) {
        const seigr_record record = link_give(4000);
        net_world world;
        net_pair pair;

        link_open_pair(&pair, &world, NULL, &options);
        assert_int_equal(pair.link[0]->peer_frame_max, 1000);
        pair.link[0]->peer_frame_max = n;
        assert_ok(seigr_link_send(pair.link[0], &record));
        (void)net_pair_carry(&pair, 0);
        assert_int_equal(pair.err[1], n <= 1000 ? 0 : SEIGR_E_LIMIT);
        net_pair_fini(&pair);
    }
}

/* Bytes of a stranger: the handshake's messages, to the byte. */
void test_net_link__bound_of_unauthenticated_bytes(void **state)
{
    (void)state;
    for (size_t n = 31; n <= 33; n++) {
        uint8_t frame[2 + 33] = {0, (uint8_t)n, 9};
        net_world world;
        net_pair pair;

        net_world_init(&world, 1);
        net_pair_init(&pair, &world, NULL, NULL);
        net_pair_deliver(&pair, 1, (seigr_span){frame, 2 + n});
        assert_int_equal(pair.err[1], n < 32    ? SEIGR_E_FRAME
                                      : n == 32 ? 0
                                                : SEIGR_E_LIMIT);
        /* A refusal is silent; the answer is the one of the handshake. */
        assert_int_equal(net_pair_carry(&pair, 1) > 0, n == 32);
        net_pair_fini(&pair);
    }
}

void test_net_link__bound_of_a_queue(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    const size_t around = 1 + 2 + 1 + 34 + 3 + 2; /* with its length */

    (void)state;
    options.queue_len_max = 5000;
    for (size_t n = 4999; n <= 5001; n++) {
        const seigr_record record = link_give(n - around);
        net_world world;
        net_pair pair;

        link_open_pair(&pair, &world, &options, NULL);
        assert_int_equal(seigr_link_send(pair.link[0], &record),
                         n <= 5000 ? 0 : SEIGR_E_FULL);
        net_pair_run(&pair);
        assert_int_equal(pair.records[1], n <= 5000);
        net_pair_fini(&pair);
    }
}

void test_net_link__bound_of_a_rate(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;

    (void)state;
    options.rate_bytes = 1000;
    for (size_t n = 999; n <= 1001; n++) {
        uint8_t bytes[1001] = {0xff, 0xff};
        net_world world;
        net_pair pair;
        seigr_link_event event = SEIGR_LINK_EVENT_INIT;
        seigr_span span = {bytes, n};

        link_open_pair(&pair, &world, NULL, &options);
        world.now.monotonic_ms += 1000;
        assert_ok(seigr_link_receive(pair.link[1], world.now, &span, &event));
        assert_int_equal(span.len, n > 1000);
        assert_int_equal(event.type,
                         n > 1000 ? SEIGR_LINK_PAUSED : SEIGR_LINK_NOTHING);
        if (n > 1000) {
            assert_true(event.resume_ms == world.now.monotonic_ms + 1);
            world.now.monotonic_ms++;
            assert_ok(
                seigr_link_receive(pair.link[1], world.now, &span, &event));
            assert_int_equal(span.len, 0);
        }
        net_pair_fini(&pair);
    }
}

/* A key seals 2^20 messages; the next is refused by both. */
void test_net_link__bound_of_messages_under_a_key(void **state)
{
    const uint64_t max = (uint64_t)1 << 20;

    (void)state;
    for (uint64_t n = max - 1; n <= max + 1; n++) {
        const seigr_record record = net_have(32);
        net_world world;
        net_pair pair;

        link_open_pair(&pair, &world, NULL, NULL);
        pair.link[1]->receive.count = n - 1;
        assert_ok(seigr_link_send(pair.link[0], &record));
        (void)net_pair_carry(&pair, 0);
        assert_int_equal(pair.err[1], n <= max ? 0 : SEIGR_E_LIMIT);
        net_pair_fini(&pair);

        /* A sender that cannot change its key any more says nothing. */
        link_open_pair(&pair, &world, NULL, NULL);
        assert_ok(seigr_link_send(pair.link[0], &record));
        pair.link[0]->state = SEIGR__LINK_CLOSING;
        pair.link[0]->send.count = n - 1;
        (void)net_pair_carry(&pair, 0);
        assert_int_equal(pair.err[0], n <= max ? 0 : SEIGR_E_LIMIT);
        net_pair_fini(&pair);
    }
}

/* --- keys ---------------------------------------------------------------- */

void test_net_link__keys_change_between_records(void **state)
{
    net_world world;
    net_pair pair;
    seigr_link_info info = SEIGR_LINK_INFO_INIT;
    const seigr_record record = link_give(3000);

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    for (unsigned i = 0; i < 20; i++) {
        if (i % 5 == 4)
            pair.link[0]->send.count = SEIGR__LINK_REKEY_AT;
        pair.link[0]->peer_frame_max = 512; /* a record is many messages */
        assert_ok(seigr_link_send(pair.link[0], &record));
        assert_ok(seigr_link_send(pair.link[0], &record));
        assert_ok(seigr_link_send(pair.link[1], &record));
        net_pair_run(&pair);
    }
    assert_int_equal(pair.records[1], 40);
    seigr_link_get_info(pair.link[0], &info);
    assert_int_equal(info.rekeys_out, 4);
    assert_int_equal(info.rekeys_in, 0); /* each direction by itself */
    seigr_link_get_info(pair.link[1], &info);
    assert_int_equal(info.rekeys_in, 4);
    assert_true(pair.link[0]->send.cipher.nonce > 200); /* it goes on */
    net_pair_fini(&pair);
}

void test_net_link__a_key_lasts_an_hour(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    net_world world;
    net_pair pair;
    uint64_t next;

    (void)state;
    options.ping_ms = 0;
    options.silence_ms = UINT32_MAX;
    link_open_pair(&pair, &world, &options, &options);
    assert_ok(seigr_link_step(pair.link[0], world.now, &next));
    assert_true(next - world.now.monotonic_ms <= 3600000);
    world.now.monotonic_ms = next;
    net_pair_run(&pair);
    assert_int_equal(pair.link[0]->send.rekeys, 1);
    assert_int_equal(pair.link[1]->receive.rekeys, 1);
    net_pair_fini(&pair);
}

void test_net_link__nothing_follows_a_rekey_in_its_message(void **state)
{
    net_world world;
    net_pair pair;

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    assert_ok(seigr__link_reserve(&world.context, &pair.link[0]->queue, 5));
    memcpy(pair.link[0]->queue.ptr, "\2\x81\0\2\x81", 5);
    pair.link[0]->queue.head = 0;
    pair.link[0]->queue.end = 5;
    pair.link[0]->queue_left = 5;
    (void)net_pair_carry(&pair, 0);
    assert_int_equal(pair.err[1], SEIGR_E_FORMAT);
    net_pair_fini(&pair);
}

/* --- time ---------------------------------------------------------------- */

void test_net_link__the_handshake_has_a_deadline(void **state)
{
    (void)state;
    for (uint64_t ms = 9999; ms <= 10001; ms++) {
        net_world world;
        net_pair pair;
        uint64_t next;

        net_world_init(&world, 1);
        net_pair_init(&pair, &world, NULL, NULL);
        world.now.monotonic_ms += ms;
        assert_int_equal(seigr_link_step(pair.link[1], world.now, &next),
                         ms < 10000 ? 0 : SEIGR_E_LIMIT);
        if (ms < 10000)
            assert_true(next == world.now.monotonic_ms + 10000 - ms);
        assert_int_equal(net_pair_carry(&pair, 1), 0);
        net_pair_fini(&pair);
    }
}

void test_net_link__silence_is_asked_about_and_then_ends_it(void **state)
{
    net_world world;
    net_pair pair;
    uint64_t next;

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    assert_ok(seigr_link_step(pair.link[0], world.now, &next));
    assert_true(next == world.now.monotonic_ms + 30000);
    world.now.monotonic_ms = next;
    assert_ok(seigr_link_step(pair.link[0], world.now, &next));
    net_pair_run(&pair); /* a ping and its pong */
    assert_true(pair.link[0]->round_trip_ms == 0);
    assert_ok(seigr_link_step(pair.link[0], world.now, &next));
    world.now.monotonic_ms += 30000;
    assert_ok(seigr_link_step(pair.link[0], world.now, &next));
    assert_true(next == world.now.monotonic_ms + 60000);
    world.now.monotonic_ms = next - 1;
    assert_ok(seigr_link_step(pair.link[0], world.now, &next));
    world.now.monotonic_ms++;
    assert_int_equal(seigr_link_step(pair.link[0], world.now, &next),
                     SEIGR_E_LIMIT);
    net_pair_fini(&pair);
}

void test_net_link__a_slow_sender_is_not_waited_for(void **state)
{
    net_world world;
    net_pair pair;
    uint64_t next;
    uint8_t byte = 0;

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    for (unsigned i = 0; i < 30; i++) { /* a byte a second is not enough */
        net_pair_deliver(&pair, 1,
                         (seigr_span){i == 0 ? (uint8_t[]){1} : &byte, 1});
        assert_ok(seigr_link_step(pair.link[1], world.now, &next));
        world.now.monotonic_ms += 1000;
    }
    assert_int_equal(seigr_link_step(pair.link[1], world.now, &next),
                     SEIGR_E_LIMIT);
    assert_non_null(strstr(seigr_link_error(pair.link[1])->text, "30000 ms"));
    net_pair_fini(&pair);
}

/* --- ends ---------------------------------------------------------------- */

void test_net_link__a_close_ends_it_for_both(void **state)
{
    const seigr_record record = net_have(64);
    net_world world;
    net_pair pair;

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    assert_ok(seigr_link_send(pair.link[0], &record));
    seigr_link_close(pair.link[0]);
    assert_int_equal(seigr_link_send(pair.link[0], &record), SEIGR_E_CANCELED);
    net_pair_run(&pair);
    assert_int_equal(pair.records[1], 1);
    assert_int_equal(pair.closed[0], 1);
    assert_int_equal(pair.closed[1], 1);
    assert_ok(seigr_link_end(pair.link[0]));
    assert_ok(seigr_link_end(pair.link[1]));
    net_pair_fini(&pair);
}

void test_net_link__a_reason_is_told_and_half_a_record_finished(void **state)
{
    const seigr_record record = link_give(100000);
    net_world world;
    net_pair pair;
    uint8_t room[512];
    size_t len;

    (void)state;
    link_open_pair(&pair, &world, NULL, NULL);
    assert_ok(seigr_link_send(pair.link[1], &record));
    assert_ok(seigr_link_send(pair.link[1], &record));
    assert_ok(
        seigr_link_take(pair.link[1], world.now, (seigr_buf){room, 512}, &len));
    net_pair_deliver(&pair, 0, (seigr_span){room, len});
    seigr_link_refuse(pair.link[1], SEIGR_E_DENIED, "you were banned");
    net_pair_run(&pair);
    assert_int_equal(pair.records[0], 1); /* the second was dropped */
    assert_int_equal(pair.closed_code[0], SEIGR_E_DENIED);
    assert_int_equal(seigr_link_error(pair.link[1])->code, SEIGR_E_DENIED);
    net_pair_fini(&pair);
}

/* --- strangers ----------------------------------------------------------- */

/* Of a responder no more bytes leave than came, at every step. */
void test_net_link__a_stranger_gets_no_more_than_it_sent(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    const seigr_record large = link_give(2000);
    const seigr_record small = net_have(0);
    seigr_link_info info = SEIGR_LINK_INFO_INIT;
    net_world world;
    net_pair pair;

    (void)state;
    options.flags = SEIGR_LINK_STRANGER;
    link_open_pair(&pair, &world, NULL, &options);
    seigr_link_get_info(pair.link[1], &info);
    assert_true(info.bytes_out <= info.bytes_in);
    assert_int_equal(seigr_link_send(pair.link[1], &large), SEIGR_E_QUOTA);
    for (unsigned i = 0; i < 100; i++) {
        assert_ok(seigr_link_send(pair.link[0], &small));
        net_pair_run(&pair);
        (void)!seigr_link_send(pair.link[1], &large);
        net_pair_run(&pair);
        seigr_link_get_info(pair.link[1], &info);
        assert_true(info.bytes_out <= info.bytes_in);
    }
    assert_true(pair.records[0] > 0); /* credit adds up */
    seigr_link_vouch(pair.link[1]);
    assert_ok(seigr_link_send(pair.link[1], &large));
    net_pair_fini(&pair);
}

/* --- memory --------------------------------------------------------------- */

static int link_whole_life(support_memory *memory, void *arg)
{
    const seigr_record record = link_give(3000);
    net_world *world = arg;
    net_pair pair;
    seigr_link_key keys[2];
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    int err = 0;

    net_world_init(world, 3);
    world->context.allocator = &memory->allocator;
    memset(&pair, 0, sizeof(pair));
    pair.world = world;
    pair.piece = 100;
    for (unsigned i = 0; i < 2; i++)
        keys[i] = net_link_key(world, i + 1, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
    options.flags = SEIGR_LINK_INITIATOR;
    err = seigr_link_new(&world->context, &keys[0], &options, world->now,
                         &pair.link[0]);
    if (err == 0)
        err = seigr_link_new(&world->context, &keys[1], NULL, world->now,
                             &pair.link[1]);
    if (err == 0)
        net_pair_run(&pair);
    for (unsigned i = 0; err == 0 && i < 2; i++)
        err = seigr_link_error(pair.link[i])->code;
    if (err == 0)
        err = seigr_link_send(pair.link[0], &record);
    if (err == 0)
        net_pair_run(&pair);
    if (err == 0)
        err = seigr_link_error(pair.link[1])->code;
    seigr_link_free(pair.link[0]);
    seigr_link_free(pair.link[1]);
    return err;
}

void test_net_link__every_allocation_may_fail(void **state)
{
    net_world world;

    (void)state;
    support_each_allocation(link_whole_life, &world);
}
