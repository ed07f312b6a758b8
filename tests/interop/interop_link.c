/* SPDX-License-Identifier: MIT */
/*
 * interop_link.c - our side of a live link with a Noise that is not ours.
 *
 *     seigr_interop_link initiator|responder COUNT
 *
 * The stream comes in at standard input and leaves at standard output. Both
 * send COUNT records "give", number i (from 0) with 37 i mod 5000 bytes that
 * count up from i, and expect the same; ours change keys every 100 records.
 * Exit status 0 when all came and the peer closed.
 */
#include "net/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *interop_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void interop_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static const seigr_allocator interop_allocator = {
    sizeof(seigr_allocator), 0, interop_alloc, interop_release, NULL};

struct session {
    seigr_peer_link *link;
    size_t count;
    size_t sent;
    size_t came;
    int is_closed;
};

static seigr_now interop_now(void)
{
    struct timespec mono;

    clock_gettime(CLOCK_MONOTONIC, &mono);
    return (seigr_now){(uint64_t)mono.tv_sec * 1000 +
                           (uint64_t)mono.tv_nsec / 1000000,
                       (uint64_t)time(NULL) * 1000};
}

static int interop_fail(const char *what)
{
    fprintf(stderr, "seigr_interop_link: %s\n", what);
    exit(1);
}

static seigr_record interop_record(size_t i)
{
    static uint8_t bytes[5000];
    static const uint8_t id[32];
    seigr_record record = SEIGR_RECORD_INIT;

    for (size_t k = 0; k < 37 * i % 5000; k++)
        bytes[k] = (uint8_t)(i + k);
    record.type = SEIGR_RECORD_GIVE;
    record.fields[0].number = SEIGR_SPACE_CHUNK;
    record.fields[1].bytes = (seigr_span){id, 32};
    record.fields[2].bytes = (seigr_span){bytes, 37 * i % 5000};
    return record;
}

static void interop_take(struct session *s, const seigr_link_event *event)
{
    const seigr_record expected = interop_record(s->came);
    const seigr_span got = event->record.fields[2].bytes;

    if (event->type == SEIGR_LINK_CLOSED) {
        s->is_closed = 1;
        if (event->code != 0)
            interop_fail("the peer broke off");
    }
    if (event->type != SEIGR_LINK_RECORD)
        return;
    if (event->record.type != SEIGR_RECORD_GIVE ||
        got.len != expected.fields[2].bytes.len ||
        memcmp(got.ptr, expected.fields[2].bytes.ptr, got.len) != 0)
        interop_fail("a record is not what was sent");
    s->came++;
}

static void interop_flush(struct session *s)
{
    static uint8_t out[8192];
    size_t len;

    for (;;) {
        if (seigr_link_take(s->link, interop_now(),
                            (seigr_buf){out, sizeof(out)}, &len) != 0)
            interop_fail(seigr_link_error(s->link)->text);
        if (len == 0)
            return;
        for (size_t at = 0; at < len;) {
            const ssize_t n = write(1, out + at, len - at);

            if (n <= 0)
                interop_fail("the peer is gone");
            at += (size_t)n;
        }
    }
}

/* One more record, as long as the link is open and there are some. */
static void interop_send(struct session *s)
{
    const seigr_record record = interop_record(s->sent);

    if (s->link->state != SEIGR__LINK_OPEN || s->sent == s->count)
        return;
    if (s->sent % 100 == 99)
        s->link->send.count = SEIGR__LINK_REKEY_AT;
    if (seigr_link_send(s->link, &record) != 0)
        interop_fail("a record could not be sent");
    s->sent++;
}

static void interop_read(struct session *s)
{
    static uint8_t in[8192];
    seigr_link_event event = SEIGR_LINK_EVENT_INIT;
    const ssize_t n = read(0, in, sizeof(in));
    seigr_span bytes = {in, n > 0 ? (size_t)n : 0};

    if (n <= 0)
        interop_fail("the stream ended");
    do {
        if (seigr_link_receive(s->link, interop_now(), &bytes, &event) != 0) {
            interop_flush(s);
            interop_fail(seigr_link_error(s->link)->text);
        }
        interop_take(s, &event);
        if (event.type != SEIGR_LINK_NOTHING)
            interop_send(s); /* one for one: neither fills the other's pipe */
    } while (bytes.len > 0 || event.type != SEIGR_LINK_NOTHING);
}

static void interop_open(struct session *s, seigr_context *context,
                         int is_initiator)
{
    seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;
    seigr_keypair_signer_state state;
    seigr_keypair pair;
    seigr_link_key key;
    seigr_signer signer;

    if (seigr_keypair_init(context, &pair) != 0)
        interop_fail("no key");
    signer = seigr_keypair_signer(context, &pair, &state);
    options.flags = is_initiator ? SEIGR_LINK_INITIATOR : 0;
    if (seigr_link_key_init(context, &signer,
                            interop_now().unix_ms + SEIGR_LINK_KEY_MS,
                            &key) != 0 ||
        seigr_link_new(context, &key, &options, interop_now(), &s->link) != 0)
        interop_fail("no link");
}

int main(int argc, char **argv)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    struct session s = {NULL, 0, 0, 0, 0};

    if (argc != 3)
        return interop_fail("usage: initiator|responder COUNT");
    context.allocator = &interop_allocator;
    context.crypto = seigr_crypto_default();
    s.count = strtoul(argv[2], NULL, 10);
    interop_open(&s, &context, strcmp(argv[1], "initiator") == 0);
    interop_flush(&s);
    while (!s.is_closed) {
        interop_read(&s);
        interop_flush(&s);
    }
    seigr_link_free(s.link);
    if (s.came != s.count || s.sent != s.count)
        return interop_fail("not all records came");
    return 0;
}
