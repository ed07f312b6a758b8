/* SPDX-License-Identifier: MIT */
#include "net_help.h"

#include <string.h>

static int help_fill(uint8_t *out, size_t len, void *ctx)
{
    support_random_bytes(ctx, out, len);
    return 0;
}

void net_world_init(net_world *world, uint64_t seed)
{
    const seigr_context empty = SEIGR_CONTEXT_INIT;

    memset(world, 0, sizeof(*world));
    support_memory_init(&world->memory);
    world->rng.state = seed;
    world->random = (seigr_random){(uint32_t)sizeof(seigr_random), 0, help_fill,
                                   &world->rng};
    world->context = empty;
    world->context.allocator = &world->memory.allocator;
    world->context.random = &world->random;
    world->context.crypto = seigr_crypto_sodium();
    world->now = (seigr_now){1000, NET_UNIX_MS};
}

void net_identity(net_world *world, unsigned number, seigr_keypair *out)
{
    uint8_t seed[32] = {0};

    seed[0] = (uint8_t)number;
    seed[1] = (uint8_t)(number >> 8);
    assert_ok(seigr_keypair_init_seed(&world->context, seed, out));
}

seigr_link_key net_link_key(net_world *world, unsigned number,
                            uint64_t not_after_ms)
{
    seigr_keypair_signer_state state;
    seigr_keypair pair;
    seigr_link_key key;
    seigr_signer signer;

    net_identity(world, number, &pair);
    signer = seigr_keypair_signer(&world->context, &pair, &state);
    assert_ok(
        seigr_link_key_init(&world->context, &signer, not_after_ms, &key));
    return key;
}

void net_pair_init(net_pair *pair, net_world *world,
                   const seigr_link_options *first,
                   const seigr_link_options *second)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;

    memset(pair, 0, sizeof(*pair));
    pair->world = world;
    for (unsigned i = 0; i < 2; i++) {
        const seigr_link_key key =
            net_link_key(world, i + 1, NET_UNIX_MS + SEIGR_LINK_KEY_MS);
        const seigr_link_options *given = i == 0 ? first : second;
        seigr_link_options mine = given != NULL ? *given : options;

        if (i == 0)
            mine.flags |= SEIGR_LINK_INITIATOR;
        assert_ok(seigr_link_new(&world->context, &key, &mine, world->now,
                                 &pair->link[i]));
    }
}

void net_pair_fini(net_pair *pair)
{
    seigr_link_free(pair->link[0]);
    seigr_link_free(pair->link[1]);
    assert_int_equal(pair->world->memory.live_count, 0);
}

static void help_note(net_pair *pair, unsigned to,
                      const seigr_link_event *event)
{
    if (event->type == SEIGR_LINK_OPENED)
        pair->opened[to]++;
    if (event->type == SEIGR_LINK_CLOSED) {
        pair->closed[to]++;
        pair->closed_code[to] = event->code;
    }
    if (event->type != SEIGR_LINK_RECORD)
        return;
    pair->records[to]++;
    pair->last_len[to] = event->bytes.len < sizeof(pair->last[to])
                             ? event->bytes.len
                             : sizeof(pair->last[to]);
    memcpy(pair->last[to], event->bytes.ptr, pair->last_len[to]);
}

void net_pair_deliver(net_pair *pair, unsigned to, seigr_span bytes)
{
    seigr_link_event event = SEIGR_LINK_EVENT_INIT;

    do {
        const size_t piece = pair->piece == 0 || pair->piece > bytes.len
                                 ? bytes.len
                                 : pair->piece;
        seigr_span part = {bytes.ptr, piece};

        bytes.ptr += piece;
        bytes.len -= piece;
        do {
            pair->err[to] = seigr_link_receive(pair->link[to], pair->world->now,
                                               &part, &event);
            if (pair->err[to] != 0)
                return;
            help_note(pair, to, &event);
            if (event.type == SEIGR_LINK_PAUSED) /* the test's clock jumps */
                pair->world->now.monotonic_ms = event.resume_ms;
        } while (part.len > 0 || event.type != SEIGR_LINK_NOTHING);
    } while (bytes.len > 0);
}

size_t net_pair_carry(net_pair *pair, unsigned from)
{
    static uint8_t bytes[200000];
    size_t len = 0;

    pair->err[from] =
        seigr_link_take(pair->link[from], pair->world->now,
                        (seigr_buf){bytes, sizeof(bytes) / 2}, &len);
    if (pair->err[from] != 0 || len == 0)
        return 0;
    if (pair->tamper != NULL)
        pair->tamper(from, bytes, &len, pair->ctx);
    net_pair_deliver(pair, 1 - from, (seigr_span){bytes, len});
    return len;
}

void net_pair_run(net_pair *pair)
{
    while (net_pair_carry(pair, 0) + net_pair_carry(pair, 1) > 0)
        continue;
}

seigr_record net_have(size_t len)
{
    static const uint8_t zeros[32 * SEIGR_RECORD_IDS_MAX];
    seigr_record record = SEIGR_RECORD_INIT;

    record.type = SEIGR_RECORD_HAVE;
    record.fields[0].bytes = (seigr_span){zeros, len};
    return record;
}
