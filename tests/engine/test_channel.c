/* SPDX-License-Identifier: MIT */
/*
 * Channels: order, room, ends; and networks of jobs whose results do not
 * depend on who runs when.
 */
#include "machine.h"

#include "channel.h"

#include <string.h>

static void channel_open(seigr__channel *channel, uint32_t room)
{
    assert_ok(seigr__channel_init(channel, machine_context(), room));
}

static int channel_say(seigr__channel *channel, const char *text)
{
    return seigr__channel_send(
        channel, (seigr_span){(const uint8_t *)text, strlen(text)});
}

static void channel_expect(seigr__channel *channel, const char *text)
{
    uint8_t bytes[64];
    uint32_t len = 0;

    assert_ok(seigr__channel_next(channel, &len));
    assert_int_equal(len, strlen(text));
    seigr__channel_take(channel, bytes);
    assert_memory_equal(bytes, text, len);
}

void test_engine_channel__messages_show_after_a_slice(void **state)
{
    seigr__channel channel;
    uint32_t len = 7;

    (void)state;
    channel_open(&channel, 64);
    assert_ok(channel_say(&channel, "one"));
    assert_ok(channel_say(&channel, ""));
    assert_int_equal(seigr__channel_next(&channel, &len), SEIGR_E_AGAIN);
    assert_int_equal(len, 7);
    assert_int_equal(seigr__channel_settle(&channel),
                     SEIGR__CHANNEL_WAKE_RECEIVER);
    assert_int_equal(seigr__channel_settle(&channel), 0);
    channel_expect(&channel, "one");
    channel_expect(&channel, "");
    assert_int_equal(seigr__channel_settle(&channel),
                     SEIGR__CHANNEL_WAKE_SENDER);
    seigr__channel_fini(&channel);
}

void test_engine_channel__a_full_one_has_room_again(void **state)
{
    seigr__channel channel;
    uint8_t bytes[64] = {0};

    (void)state;
    channel_open(&channel, 64);
    assert_int_equal(seigr__channel_message_max(&channel), 60);
    assert_int_equal(seigr__channel_send(&channel, (seigr_span){bytes, 61}),
                     SEIGR_E_LIMIT);
    for (int round = 0; round < 50; round++) { /* all around the ring */
        assert_ok(seigr__channel_send(&channel, (seigr_span){bytes, 37}));
        assert_int_equal(seigr__channel_send(&channel, (seigr_span){bytes, 20}),
                         SEIGR_E_AGAIN);
        assert_ok(seigr__channel_send(&channel, (seigr_span){bytes, 19}));
        (void)seigr__channel_settle(&channel);
        seigr__channel_take(&channel, bytes);
        /* What was taken is free after the slice, not before. */
        assert_int_equal(seigr__channel_send(&channel, (seigr_span){bytes, 0}),
                         SEIGR_E_AGAIN);
        (void)seigr__channel_settle(&channel);
        assert_ok(seigr__channel_send(&channel, (seigr_span){bytes, 37}));
        (void)seigr__channel_settle(&channel);
        seigr__channel_take(&channel, bytes);
        seigr__channel_take(&channel, bytes);
        (void)seigr__channel_settle(&channel);
    }
    seigr__channel_fini(&channel);
}

void test_engine_channel__ends_are_seen_in_order(void **state)
{
    seigr__channel channel;
    uint32_t len;

    (void)state;
    channel_open(&channel, 64);
    assert_ok(channel_say(&channel, "last"));
    seigr__channel_end(&channel);
    (void)seigr__channel_settle(&channel);
    channel_expect(&channel, "last");
    assert_int_equal(seigr__channel_next(&channel, &len), SEIGR_E_NOTFOUND);
    seigr__channel_fini(&channel);

    channel_open(&channel, 64);
    assert_ok(channel_say(&channel, "somebody"));
    seigr__channel_leave(&channel);
    assert_true(seigr__channel_settle(&channel) & SEIGR__CHANNEL_WAKE_SENDER);
    for (int i = 0; i < 100; i++)
        assert_ok(channel_say(&channel, "nobody hears, nobody waits"));
    assert_int_equal(channel.sent_count, 101);
    seigr__channel_fini(&channel);
}

void test_engine_channel__rooms_are_bounded(void **state)
{
    seigr__channel channel;

    (void)state;
    assert_int_equal(seigr__channel_init(&channel, machine_context(), 63),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr__channel_init(&channel, machine_context(), 16777217),
                     SEIGR_E_INVAL);
}

/* --- a network: each node reads from one channel or writes to one, as a
 * function of all that it has read ---------------------------------------- */

#define NET_NODES 6u
#define NET_STEPS 400u

struct net_node {
    uint64_t seen;  /* of all that it did, in its order */
    uint64_t steps; /* done */
    uint64_t plan;  /* decides, with seen, what it does next */
};

struct net {
    seigr__channel channels[NET_NODES][NET_NODES]; /* from, to */
    struct net_node nodes[NET_NODES];
};

static uint64_t net_mix(uint64_t a, uint64_t b)
{
    a = (a ^ b) * 0x9e3779b97f4a7c15u;
    return a ^ a >> 29;
}

/* One action; 0 where it has to wait. */
static int net_act(struct net *net, size_t me)
{
    struct net_node *node = &net->nodes[me];
    const uint64_t choice = net_mix(node->seen, node->plan + node->steps);
    const size_t other = choice % NET_NODES;
    uint8_t bytes[64];
    uint32_t len = 0;
    int err;

    if (choice >> 32 & 1) {
        memset(bytes, (int)(choice >> 16 & 0xff), sizeof(bytes));
        err = seigr__channel_send(&net->channels[me][other],
                                  (seigr_span){bytes, choice >> 40 & 31});
    } else {
        err = seigr__channel_next(&net->channels[other][me], &len);
        if (err == 0)
            seigr__channel_take(&net->channels[other][me], bytes);
        for (uint32_t i = 0; err == 0 && i < len; i++)
            node->seen = net_mix(node->seen, bytes[i] + 1u);
    }
    if (err == SEIGR_E_AGAIN)
        return 0;
    node->seen = net_mix(node->seen, (uint64_t)(err + 100) << 8 | len);
    if (++node->steps < NET_STEPS)
        return 1;
    for (size_t i = 0; i < NET_NODES; i++) {
        seigr__channel_end(&net->channels[me][i]);
        seigr__channel_leave(&net->channels[i][me]);
    }
    return 0;
}

/* Run to where nobody can act, in slices of random length and order, some of
 * them before what the others did is shown. */
static void net_run(struct net *net, support_rng *rng)
{
    for (size_t idle = 0; idle < 200; idle++) {
        const size_t together = 1 + support_random_below(rng, NET_NODES);

        for (size_t i = 0; i < together; i++) {
            const size_t me = support_random_below(rng, NET_NODES);
            size_t slice = 1 + support_random_below(rng, 9);

            while (net->nodes[me].steps < NET_STEPS && slice-- > 0 &&
                   net_act(net, me))
                idle = 0;
        }
        for (size_t i = 0; i < NET_NODES * NET_NODES; i++)
            (void)seigr__channel_settle(
                &net->channels[i / NET_NODES][i % NET_NODES]);
    }
}

void test_engine_channel__results_do_not_depend_on_the_order(void **state)
{
    static struct net net;
    struct net_node first[NET_NODES];
    support_rng rng = {0xca11};
    size_t steps = 0;

    (void)state;
    for (size_t round = 0; round < support_scaled(60); round++) {
        memset(&net, 0, sizeof(net));
        for (size_t i = 0; i < NET_NODES * NET_NODES; i++)
            channel_open(&net.channels[i / NET_NODES][i % NET_NODES],
                         64 + (uint32_t)i * 4);
        for (size_t i = 0; i < NET_NODES; i++)
            net.nodes[i].plan = 1000 * (round / 6 * NET_NODES + i);
        net_run(&net, &rng);
        if (round % 6 == 0)
            memcpy(first, net.nodes, sizeof(first));
        assert_memory_equal(net.nodes, first, sizeof(first));
        for (size_t i = 0; i < NET_NODES * NET_NODES; i++)
            seigr__channel_fini(&net.channels[i / NET_NODES][i % NET_NODES]);
        for (size_t i = 0; i < NET_NODES; i++)
            steps += net.nodes[i].steps;
    }
    assert_true(steps > support_scaled(100)); /* not all stuck at once */
}
