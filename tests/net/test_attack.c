/* SPDX-License-Identifier: MIT */
/*
 * What somebody between or behind the two ends may try. Each test names its
 * defence, and says where it stands, so that taking it out makes it fail.
 */
#include "link.h"
#include "net_help.h"

#include <string.h>

/* What an attacker in the middle keeps and does with it. */
struct attack {
    uint8_t kept[2][8][4096];
    size_t kept_len[2][8];
    size_t count[2];
    unsigned from;   /* whose bytes are changed */
    size_t at;       /* which of them */
    size_t cut;      /* bytes that are left of it; SIZE_MAX: all */
    size_t flip_bit; /* of it; SIZE_MAX: none */
};

static void attack_act(unsigned from, uint8_t *bytes, size_t *len, void *ctx)
{
    struct attack *attack = ctx;
    const size_t i = attack->count[from]++;

    if (i < 8 && *len <= 4096) {
        memcpy(attack->kept[from][i], bytes, *len);
        attack->kept_len[from][i] = *len;
    }
    if (from != attack->from || i != attack->at)
        return;
    if (attack->flip_bit < 8 * *len)
        bytes[attack->flip_bit / 8] ^= (uint8_t)(1u << attack->flip_bit % 8);
    if (attack->cut < *len)
        *len = attack->cut;
}

static void attack_begin(struct attack *attack, net_pair *pair,
                         net_world *world, const seigr_link_options *first,
                         const seigr_link_options *second)
{
    memset(attack, 0, sizeof(*attack));
    attack->from = 9;
    attack->cut = SIZE_MAX;
    attack->flip_bit = SIZE_MAX;
    net_world_init(world, 11);
    net_pair_init(pair, world, first, second);
    pair->tamper = attack_act;
    pair->ctx = attack;
}

/* Defence: the nonce in noise.c moves with every message. */
void test_net_attack__replay(void **state)
{
    static struct attack attack;
    const seigr_record record = net_have(32);
    net_world world;
    net_pair pair;

    (void)state;
    attack_begin(&attack, &pair, &world, NULL, NULL);
    net_pair_run(&pair);
    attack.count[0] = 0;
    assert_ok(seigr_link_send(pair.link[0], &record));
    net_pair_run(&pair);
    assert_int_equal(pair.records[1], 1);
    net_pair_deliver(&pair, 1,
                     (seigr_span){attack.kept[0][0], attack.kept_len[0][0]});
    assert_int_equal(pair.err[1], SEIGR_E_SIGNATURE);
    assert_int_equal(pair.records[1], 1);
    net_pair_fini(&pair);
}

/* Defence: fresh ephemeral keys of both sides. A whole session, said again to
 * a new responder, does not get past its second message. */
void test_net_attack__replay_of_a_session(void **state)
{
    static struct attack attack;
    net_world world;
    net_pair pair;
    net_pair again;

    (void)state;
    attack_begin(&attack, &pair, &world, NULL, NULL);
    net_pair_run(&pair);
    memset(&again, 0, sizeof(again));
    again.world = &world;
    {
        const seigr_link_key key =
            net_link_key(&world, 2, NET_UNIX_MS + SEIGR_LINK_KEY_MS);

        assert_ok(seigr_link_new(&world.context, &key, NULL, world.now,
                                 &again.link[1]));
    }
    net_pair_deliver(&again, 1,
                     (seigr_span){attack.kept[0][0], attack.kept_len[0][0]});
    assert_ok(again.err[1]);
    assert_ok(seigr_link_take(again.link[1], world.now,
                              (seigr_buf){attack.kept[1][7], 4096},
                              &attack.kept_len[1][7]));
    net_pair_deliver(&again, 1,
                     (seigr_span){attack.kept[0][1], attack.kept_len[0][1]});
    assert_int_equal(again.err[1], SEIGR_E_SIGNATURE);
    assert_null(seigr_link_peer(again.link[1]));
    seigr_link_free(again.link[1]);
    net_pair_fini(&pair);
}

/* Defence: everything is under the handshake's hash or a tag. Any one bit
 * changed in any of the first messages opens nothing. */
void test_net_attack__malleable_messages(void **state)
{
    static struct attack attack;

    (void)state;
    for (unsigned from = 0; from < 2; from++) {
        for (size_t at = 0; at < 2; at++) {
            /* Of 15 and 51, so that the bit is met that X25519 ignores. */
            const size_t step = support_scaled(100) == 100 ? 15 : 51;

            for (size_t bit = 16; bit < 8 * 190; bit += step) {
                net_world world;
                net_pair pair;

                attack_begin(&attack, &pair, &world, NULL, NULL);
                attack.from = from;
                attack.at = at;
                attack.flip_bit = bit;
                net_pair_run(&pair);
                if (bit >= 8 * attack.kept_len[from][at]) {
                    net_pair_fini(&pair);
                    continue;
                }
                /* The last bit of an X25519 key is not part of it, but of
                 * the handshake's hash. */
                assert_true(pair.opened[0] == 0 || pair.opened[1] == 0);
                net_pair_fini(&pair);
            }
        }
    }
}

/* Defence: seigr_link_end() wants a close record, and the tag is at the end
 * of a message. */
void test_net_attack__truncation(void **state)
{
    static struct attack attack;
    const seigr_record record = net_have(32);
    net_world world;
    net_pair pair;
    size_t whole;

    (void)state;
    attack_begin(&attack, &pair, &world, NULL, NULL);
    net_pair_run(&pair);
    attack.count[0] = 0;
    assert_ok(seigr_link_send(pair.link[0], &record));
    seigr_link_close(pair.link[0]);
    net_pair_run(&pair);
    whole = attack.kept_len[0][0];
    net_pair_fini(&pair);
    for (size_t cut = 0; cut < whole; cut++) {
        attack_begin(&attack, &pair, &world, NULL, NULL);
        net_pair_run(&pair);
        attack.from = 0;
        attack.at = attack.count[0];
        attack.cut = cut;
        assert_ok(seigr_link_send(pair.link[0], &record));
        seigr_link_close(pair.link[0]);
        net_pair_run(&pair);
        assert_int_equal(pair.records[1], 0);
        assert_int_equal(seigr_link_end(pair.link[1]), SEIGR_E_TRUNCATED);
        net_pair_fini(&pair);
    }
}

/* Defence: link_check_whom() refuses our own identity and our own link key. */
void test_net_attack__reflection(void **state)
{
    net_world world;
    net_pair pair;
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;

    (void)state;
    for (unsigned same_key = 0; same_key < 2; same_key++) {
        seigr_link_key key[2];

        net_world_init(&world, 5);
        memset(&pair, 0, sizeof(pair));
        pair.world = &world;
        key[0] = net_link_key(&world, 1, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
        key[1] = key[0];
        if (!same_key) /* the same identity on another machine */
            key[1] = net_link_key(&world, 1, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
        options.flags = SEIGR_LINK_INITIATOR;
        assert_ok(seigr_link_new(&world.context, &key[0], &options, world.now,
                                 &pair.link[0]));
        assert_ok(seigr_link_new(&world.context, &key[1], NULL, world.now,
                                 &pair.link[1]));
        net_pair_run(&pair);
        assert_int_equal(seigr_link_error(pair.link[0])->code, SEIGR_E_KEY);
        assert_non_null(
            strstr(seigr_link_error(pair.link[0])->text, "own identity"));
        net_pair_fini(&pair);
    }
    /* Our link key under another's name: somebody who has stolen it. */
    net_world_init(&world, 5);
    memset(&pair, 0, sizeof(pair));
    pair.world = &world;
    {
        seigr_link_key mine =
            net_link_key(&world, 1, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
        seigr_link_key theirs =
            net_link_key(&world, 2, NET_UNIX_MS + SEIGR_LINK_KEY_MS);

        memcpy(theirs.secret, mine.secret, 32);
        memcpy(theirs.public_key, mine.public_key, 32);
        assert_ok(seigr_link_new(&world.context, &mine, &options, world.now,
                                 &pair.link[0]));
        assert_ok(seigr_link_new(&world.context, &theirs, NULL, world.now,
                                 &pair.link[1]));
    }
    net_pair_run(&pair);
    assert_int_equal(seigr_link_error(pair.link[0])->code, SEIGR_E_KEY);
    assert_non_null(strstr(seigr_link_error(pair.link[0])->text, "own link"));
    net_pair_fini(&pair);
}

/* The bytes of an initiator come back to it. */
void test_net_attack__reflection_of_bytes(void **state)
{
    net_world world;
    net_pair pair;
    uint8_t bytes[512];
    size_t len;

    (void)state;
    net_world_init(&world, 5);
    net_pair_init(&pair, &world, NULL, NULL);
    assert_ok(seigr_link_take(pair.link[0], world.now,
                              (seigr_buf){bytes, sizeof(bytes)}, &len));
    net_pair_deliver(&pair, 0, (seigr_span){bytes, len});
    assert_int_equal(pair.err[0], SEIGR_E_FRAME);
    net_pair_fini(&pair);
    /* And before it has left. */
    net_pair_init(&pair, &world, NULL, NULL);
    net_pair_deliver(&pair, 0, (seigr_span){bytes, len});
    assert_int_equal(pair.err[0], SEIGR_E_FRAME);
    assert_non_null(strstr(seigr_link_error(pair.link[0])->text, "turn"));
    net_pair_fini(&pair);
}

/* A responder with key, which is refused for code by an initiator that wants
 * identity wanted, or anybody. */
static void attack_expect(net_world *world, const seigr_link_key *key,
                          unsigned wanted, int code, const char *text)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    const seigr_link_key mine =
        net_link_key(world, 1, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
    seigr_keypair identity;
    seigr_public_key peer;
    net_pair pair;

    memset(&pair, 0, sizeof(pair));
    pair.world = world;
    options.flags = SEIGR_LINK_INITIATOR;
    if (wanted != 0) {
        net_identity(world, wanted, &identity);
        peer = seigr_keypair_public(&identity);
        options.peer = &peer;
    }
    assert_ok(seigr_link_new(&world->context, &mine, &options, world->now,
                             &pair.link[0]));
    assert_ok(
        seigr_link_new(&world->context, key, NULL, world->now, &pair.link[1]));
    net_pair_run(&pair);
    assert_int_equal(seigr_link_error(pair.link[0])->code, code);
    if (code != 0) {
        assert_non_null(strstr(seigr_link_error(pair.link[0])->text, text));
        assert_null(seigr_link_peer(pair.link[0]));
        assert_null(seigr_link_peer(pair.link[1]));
    }
    net_pair_fini(&pair);
}

/* Defence: link_check_word() takes the signature over the key that Noise has
 * shown; link_check_whom() the identity that was called. */
void test_net_attack__misbinding(void **state)
{
    net_world world;
    seigr_link_key key;
    seigr_link_key other;

    (void)state;
    net_world_init(&world, 5);
    key = net_link_key(&world, 2, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
    other = net_link_key(&world, 3, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
    attack_expect(&world, &key, 2, 0, "");
    attack_expect(&world, &other, 2, SEIGR_E_KEY, "not the one");

    /* 3 shows the word of 2 for another key. */
    memcpy(other.kid.bytes, key.kid.bytes, 32);
    memcpy(other.signature, key.signature, sizeof(key.signature));
    attack_expect(&world, &other, 0, SEIGR_E_SIGNATURE, "not signed");
    /* 2 makes its word last longer than it gave it for. */
    key.not_after_ms++;
    attack_expect(&world, &key, 0, SEIGR_E_SIGNATURE, "not signed");
}

/* Defence: link_check_word() looks at the time. N-1, N, N+1 of both ends. */
void test_net_attack__word_out_of_time(void **state)
{
    net_world world;

    (void)state;
    net_world_init(&world, 5);
    for (int by = -1; by <= 1; by++) {
        seigr_link_key key =
            net_link_key(&world, 2, NET_UNIX_MS + (uint64_t)(int64_t)by);

        attack_expect(&world, &key, 0, by < 0 ? SEIGR_E_KEY : 0, "ended");
        key = net_link_key(&world, 2,
                           NET_UNIX_MS + SEIGR_LINK_KEY_MS_MAX +
                               (uint64_t)(int64_t)by);
        attack_expect(&world, &key, 0, by > 0 ? SEIGR_E_KEY : 0, "7 days");
    }
}

static int attack_admit(const seigr_public_key *kid, seigr_now now, void *ctx)
{
    const seigr_public_key *revoked = ctx;

    assert_true(now.unix_ms == NET_UNIX_MS);
    return memcmp(kid, revoked, sizeof(*kid)) == 0 ? SEIGR_E_DENIED : 0;
}

/* Defence: admit is asked before a link opens, and refuse ends an open one. */
void test_net_attack__revoked_key(void **state)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    net_world world;
    net_pair pair;
    seigr_keypair identity;
    seigr_public_key revoked;

    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        net_world_init(&world, 5);
        net_identity(&world, 2 - side, &identity);
        revoked = seigr_keypair_public(&identity);
        options.admit = attack_admit;
        options.ctx = &revoked;
        net_pair_init(&pair, &world, side == 0 ? &options : NULL,
                      side == 1 ? &options : NULL);
        net_pair_run(&pair);
        assert_int_equal(seigr_link_error(pair.link[side])->code,
                         SEIGR_E_DENIED);
        assert_int_equal(pair.opened[0] + pair.opened[1], 0);
        net_pair_fini(&pair);
    }
    net_world_init(&world, 5);
    net_pair_init(&pair, &world, NULL, NULL);
    net_pair_run(&pair);
    seigr_link_refuse(pair.link[1], SEIGR_E_DENIED, "the key was revoked");
    net_pair_run(&pair);
    assert_int_equal(pair.closed_code[0], SEIGR_E_DENIED);
    net_pair_fini(&pair);
}

/* Defence: link_take_hello() takes a version both speak or none. Nobody but
 * the peer can change a hello, and a second is refused. */
void test_net_attack__downgrade(void **state)
{
    static const uint64_t versions[][3] = {{1, 1, 1}, {1, 9, 1}, {0, 0, 0},
                                           {0, 1, 1}, {2, 9, 0}, {5, 4, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        seigr_record hello = SEIGR_RECORD_INIT;
        net_world world;
        net_pair pair;

        net_world_init(&world, 5);
        net_pair_init(&pair, &world, NULL, NULL);
        (void)net_pair_carry(&pair, 0);
        (void)net_pair_carry(&pair, 1);
        pair.link[0]->queue.end = 0; /* in the place of its own */
        hello.type = SEIGR_RECORD_HELLO;
        hello.fields[0].number = versions[i][0];
        hello.fields[1].number = versions[i][1];
        hello.fields[2].number = SEIGR_LINK_FRAME_MAX;
        hello.fields[3].number = SEIGR_LINK_RECORD_MAX;
        assert_ok(seigr__link_queue_record(pair.link[0], &hello));
        net_pair_run(&pair);
        assert_int_equal(pair.opened[1], versions[i][2] != 0);
        assert_int_equal(seigr_link_error(pair.link[1])->code,
                         versions[i][2] != 0 ? 0 : SEIGR_E_UNSUPPORTED);
        if (versions[i][2] != 0) {
            assert_ok(seigr__link_queue_record(pair.link[0], &hello));
            (void)net_pair_carry(&pair, 0);
            assert_int_equal(pair.err[1], SEIGR_E_FORMAT);
        }
        net_pair_fini(&pair);
    }
}

/* Defence: nothing but a hello, an error or a close is taken before it. */
void test_net_attack__no_records_before_the_hello(void **state)
{
    const seigr_record record = net_have(32);
    net_world world;
    net_pair pair;

    (void)state;
    net_world_init(&world, 5);
    net_pair_init(&pair, &world, NULL, NULL);
    (void)net_pair_carry(&pair, 0);
    (void)net_pair_carry(&pair, 1);
    pair.link[0]->queue.end = 0;
    assert_ok(seigr__link_queue_record(pair.link[0], &record));
    (void)net_pair_carry(&pair, 0);
    assert_int_equal(pair.err[1], SEIGR_E_FORMAT);
    assert_int_equal(pair.records[1], 0);
    net_pair_fini(&pair);
}

/* Strangers that send noise, or too much, or begin and stop: what they get
 * is silence, and it costs a bounded piece of memory each. */
void test_net_attack__floods(void **state)
{
    net_world world;
    net_pair pair;

    (void)state;
    for (unsigned kind = 0; kind < 200; kind++) {
        uint8_t bytes[70000];
        seigr_link_info info = SEIGR_LINK_INFO_INIT;
        const size_t len = 1 + kind * 300 % sizeof(bytes);

        net_world_init(&world, kind);
        net_pair_init(&pair, &world, NULL, NULL);
        support_random_bytes(&world.rng, bytes, len);
        bytes[0] = kind % 2 == 0 ? 0 : bytes[0];
        net_pair_deliver(&pair, 1, (seigr_span){bytes, len});
        (void)net_pair_carry(&pair, 1);
        seigr_link_get_info(pair.link[1], &info);
        assert_int_equal(info.bytes_out, 0);
        assert_true(world.memory.peak_bytes <
                    2 * sizeof(seigr_peer_link) + 4 * 512);
        net_pair_fini(&pair);
    }
}
