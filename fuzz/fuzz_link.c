/* SPDX-License-Identifier: MIT */
/*
 * fuzz_link.c - the door: the stream of a link, from a stranger and from a
 * peer.
 *
 * The first byte chooses: bit 0 whose bytes they are (a stranger's raw bytes,
 * or records that a proved peer sends, sealed here), bit 1 which side reads,
 * the rest in what pieces. Whatever comes, memory stays in proportion to the
 * input, a stranger gets no more than it sent beyond the handshake, a failed
 * link stays so.
 */
#include "fuzz.h"

#include "net/link.h"

#include <string.h>

#define WIRE_ROOM 70000u

static size_t link_taken;
static uint64_t link_random;

static void *link_alloc(size_t len, void *ctx)
{
    (void)ctx;
    link_taken += len;
    return malloc(len);
}

static void link_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int link_fill(uint8_t *out, size_t len, void *ctx)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++) {
        link_random = link_random * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(link_random >> 56);
    }
    return 0;
}

/* Bytes to a link, in pieces. Returns what receive returned last. */
static int link_deliver(seigr_peer_link *link, seigr_now now,
                        const uint8_t *data, size_t size, size_t piece)
{
    seigr_link_event event = SEIGR_LINK_EVENT_INIT;
    int err = 0;

    while (err == 0 && size > 0) {
        seigr_span part = {data, size < piece ? size : piece};

        data += part.len;
        size -= part.len;
        do {
            err = seigr_link_receive(link, now, &part, &event);
            FUZZ_REQUIRE(err != 0 || event.type != SEIGR_LINK_PAUSED);
            if (event.type == SEIGR_LINK_RECORD)
                FUZZ_REQUIRE(event.bytes.len > 0);
        } while (err == 0 &&
                 (part.len > 0 || event.type != SEIGR_LINK_NOTHING));
    }
    return err;
}

static int link_carry(seigr_peer_link *from, seigr_peer_link *to, seigr_now now)
{
    static uint8_t wire[WIRE_ROOM];
    size_t len = 0;

    if (seigr_link_take(from, now, (seigr_buf){wire, sizeof(wire)}, &len) != 0)
        return 0;
    if (len > 0)
        (void)link_deliver(to, now, wire, len, len);
    return len > 0;
}

/* The input as the peer's records, whatever it is. */
static void link_as_peer(seigr_peer_link *from, seigr_peer_link *to,
                         seigr_now now, const uint8_t *data, size_t size,
                         size_t piece)
{
    while (link_carry(from, to, now) + link_carry(to, from, now) > 0)
        continue;
    FUZZ_REQUIRE(from->state == SEIGR__LINK_OPEN);
    FUZZ_REQUIRE(to->state == SEIGR__LINK_OPEN);
    while (size > 0) {
        const size_t part = size < piece ? size : piece;
        uint8_t wire[2048 + 18];
        const size_t sealed = part + 16;

        FUZZ_REQUIRE(
            seigr__noise_seal(from->context->crypto, &from->send.cipher,
                              (seigr_span){NULL, 0}, (seigr_span){data, part},
                              wire + 2) == 0);
        wire[0] = (uint8_t)(sealed >> 8);
        wire[1] = (uint8_t)sealed;
        if (link_deliver(to, now, wire, sealed + 2, sealed + 2) != 0)
            break;
        if (to->receive.rekeys != from->send.rekeys) {
            FUZZ_REQUIRE(seigr__noise_rekey(from->context->crypto,
                                            &from->send.cipher) == 0);
            from->send.rekeys++;
        }
        data += part;
        size -= part;
    }
}

static void link_check(seigr_peer_link *link, seigr_now now, size_t size)
{
    static uint8_t wire[WIRE_ROOM];
    const int failed = link->state == SEIGR__LINK_FAILED;
    seigr_link_event event = SEIGR_LINK_EVENT_INIT;
    seigr_span none = {wire, 0};
    size_t len;

    FUZZ_REQUIRE(link_taken <= 2 * sizeof(*link) + 8192 + 8 * size);
    if (failed) {
        FUZZ_REQUIRE(link->error.code != 0 && link->error.text[0] != '\0');
        FUZZ_REQUIRE(seigr_link_receive(link, now, &none, &event) ==
                     link->error.code);
    }
    (void)!seigr_link_take(link, now, (seigr_buf){wire, sizeof(wire)}, &len);
    (void)!seigr_link_end(link);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              link_alloc, link_release, NULL};
    static const seigr_random source = {(uint32_t)sizeof(source), 0, link_fill,
                                        NULL};
    static const seigr_now now = {1000, 1800000000000};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_peer_link *link[2];

    if (size == 0 || size > 60000)
        return 0;
    link_random = 1;
    link_taken = 0;
    context.allocator = &allocator;
    context.random = &source;
    context.crypto = seigr_crypto_sodium();
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t seed[32] = {(uint8_t)(i + 1)};
        seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
        seigr_keypair_signer_state state;
        seigr_keypair pair;
        seigr_link_key key;
        seigr_signer signer;

        FUZZ_REQUIRE(seigr_keypair_init_seed(&context, seed, &pair) == 0);
        signer = seigr_keypair_signer(&context, &pair, &state);
        FUZZ_REQUIRE(seigr_link_key_init(&context, &signer,
                                         now.unix_ms + SEIGR_LINK_KEY_MS,
                                         &key) == 0);
        options.flags = i == 0 ? SEIGR_LINK_INITIATOR : 0;
        FUZZ_REQUIRE(seigr_link_new(&context, &key, &options, now, &link[i]) ==
                     0);
    }
    {
        const unsigned to = data[0] >> 1 & 1;
        const size_t piece = 1 + (size_t)(data[0] >> 2) * 32;

        if ((data[0] & 1) == 0)
            (void)link_deliver(link[to], now, data + 1, size - 1, piece);
        else
            link_as_peer(link[1 - to], link[to], now, data + 1, size - 1,
                         piece);
        link_check(link[to], now, size);
    }
    seigr_link_free(link[0]);
    seigr_link_free(link[1]);
    return 0;
}
