/* SPDX-License-Identifier: MIT */
/*
 * link.c - a link's life: made, timed, closed, failed.
 *
 * Invariants of all link*.c:
 *   (1) a link that failed sends nothing but the record that says why, and
 *       that only to a peer that has proved its key.
 *   (2) memory taken is at most four times what came and what was queued,
 *       within the options' bounds.
 *   (3) the time is what the caller says; it never goes back.
 */
#include "link.h" /* seigr_peer_link */

#include "base/alloc.h" /* seigr__alloc_zero */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define LINK_RECORD_LEN_MIN 4096u

int seigr__link_reserve(const seigr_context *context, seigr__link_queue *queue,
                        size_t len)
{
    const size_t held = queue->end - queue->head;
    size_t room = queue->room;
    uint8_t *ptr;

    assert(queue->head <= queue->end && queue->end <= queue->room);
    if (queue->room - queue->end >= len)
        return 0;
    if (queue->room - held >= len && queue->head >= held) {
        memcpy(queue->ptr, queue->ptr + queue->head, held);
    } else {
        if (room < SIZE_MAX / 4)
            room *= 2;
        if (room < held + len)
            room = held + len;
        ptr = seigr__alloc(context, room);
        if (ptr == NULL)
            return SEIGR_E_NOMEM;
        if (held > 0)
            memcpy(ptr, queue->ptr + queue->head, held);
        if (queue->ptr != NULL)
            context->crypto->wipe(queue->ptr, queue->room,
                                  context->crypto->ctx);
        seigr__release(context, queue->ptr);
        queue->ptr = ptr;
        queue->room = room;
    }
    queue->head = 0;
    queue->end = held;
    return 0;
}

void seigr__link_drop(const seigr_context *context, seigr__link_queue *queue)
{
    if (queue->ptr != NULL)
        context->crypto->wipe(queue->ptr, queue->room, context->crypto->ctx);
    seigr__release(context, queue->ptr);
    memset(queue, 0, sizeof(*queue));
}

/* Are the options within what a link can do? */
static int link_options_hold(const seigr_link_options *options)
{
    return options->struct_size == sizeof(*options) &&
           (options->flags & ~(SEIGR_LINK_INITIATOR | SEIGR_LINK_STRANGER)) ==
               0 &&
           options->frame_len_max >= SEIGR_LINK_FRAME_MIN &&
           options->frame_len_max <= SEIGR_LINK_FRAME_MAX &&
           options->record_len_max >= LINK_RECORD_LEN_MIN &&
           options->record_len_max <= SEIGR_LINK_RECORD_MAX &&
           options->queue_len_max >= LINK_RECORD_LEN_MIN &&
           options->handshake_ms > 0 && options->silence_ms > 0 &&
           options->stall_ms > 0;
}

/* The ephemeral key, and the first message where it is ours. */
static int link_begin(seigr_peer_link *link)
{
    static const char prologue[] = "seigr/1";
    const seigr_crypto *crypto = link->context->crypto;
    uint8_t ephemeral[32];
    int err = seigr_random_fill(link->context, ephemeral, sizeof(ephemeral));

    if (err == 0)
        err = seigr__noise_init(
            &link->noise, crypto,
            (link->options.flags & SEIGR_LINK_INITIATOR) != 0,
            (seigr_span){(const uint8_t *)prologue, sizeof(prologue) - 1},
            link->key.secret, ephemeral);
    crypto->wipe(ephemeral, sizeof(ephemeral), crypto->ctx);
    if (err == 0 && (link->options.flags & SEIGR_LINK_INITIATOR) != 0)
        err = seigr__link_greet(link);
    return err;
}

static void link_set(seigr_peer_link *link, const seigr_context *context,
                     const seigr_link_key *key,
                     const seigr_link_options *options, seigr_now now)
{
    static const seigr_error none = SEIGR_ERROR_INIT;

    link->context = context;
    link->options = *options;
    if (options->peer != NULL) {
        link->expected = *options->peer;
        link->options.peer = &link->expected;
    }
    link->key = *key;
    link->start_ms = now.monotonic_ms;
    link->heard_ms = now.monotonic_ms;
    link->rate_ms = now.monotonic_ms;
    link->rate_left = options->rate_bytes;
    link->began_ms = UINT64_MAX;
    link->round_trip_ms = UINT64_MAX;
    link->error = none;
}

int seigr_link_new(const seigr_context *context, const seigr_link_key *key,
                   const seigr_link_options *options, seigr_now now,
                   seigr_peer_link **out)
{
    static const seigr_link_options defaults = SEIGR_LINK_OPTIONS_INIT;
    seigr_peer_link *link;
    int err;

    if (options == NULL)
        options = &defaults;
    if (context == NULL || key == NULL || out == NULL ||
        key->struct_size != sizeof(*key) || !link_options_hold(options))
        return SEIGR_E_INVAL;
    if (!seigr__noise_usable(context->crypto) ||
        context->crypto->ed25519_verify == NULL)
        return SEIGR_E_UNSUPPORTED;
    link = seigr__alloc_zero(context, 1, sizeof(*link));
    if (link == NULL)
        return SEIGR_E_NOMEM;
    link_set(link, context, key, options, now);
    err = link_begin(link);
    if (err != 0)
        seigr_link_free(link);
    else
        *out = link;
    return err;
}

void seigr_link_free(seigr_peer_link *link)
{
    const seigr_context *context;

    if (link == NULL)
        return;
    context = link->context;
    seigr__link_drop(context, &link->frame);
    seigr__link_drop(context, &link->records);
    seigr__link_drop(context, &link->queue);
    context->crypto->wipe(link, sizeof(*link), context->crypto->ctx);
    seigr__release(context, link);
}

int seigr__link_fail(seigr_peer_link *link, int code)
{
    seigr_record record = SEIGR_RECORD_INIT;

    assert(code < 0);
    if (link->state == SEIGR__LINK_FAILED)
        return link->error.code;
    if (link->error.code != code) /* nobody has said it better */
        (void)seigr__fail(&link->error, code, SEIGR_NO_OFFSET, "%s",
                          seigr_strerror(code));
    link->wire_len = 0;
    seigr__link_cut_queue(link);
    if (link->state == SEIGR__LINK_HELLO || link->state == SEIGR__LINK_OPEN ||
        link->state == SEIGR__LINK_CLOSING) { /* (1) */
        record.type = SEIGR_RECORD_ERROR;
        record.fields[0].number = (uint64_t)-code;
        record.fields[1].bytes = (seigr_span){(const uint8_t *)link->error.text,
                                              strlen(link->error.text)};
        (void)seigr__link_queue_record(link, &record);
    }
    link->state = SEIGR__LINK_FAILED;
    return code;
}

static int link_is_up(const seigr_peer_link *link)
{
    return link->state == SEIGR__LINK_OPEN ||
           link->state == SEIGR__LINK_CLOSING;
}

static uint64_t link_sum(uint64_t at, uint64_t ms)
{
    return ms > UINT64_MAX - at ? UINT64_MAX : at + ms;
}

/* Fail where the deadline at + ms has passed, else move *next to it. */
static int link_deadline(seigr_peer_link *link, seigr_now now, uint64_t at,
                         uint32_t ms, const char *what, uint64_t *next)
{
    const uint64_t deadline = link_sum(at, ms);

    if (at == UINT64_MAX)
        return 0;
    if (now.monotonic_ms >= deadline)
        return seigr__link_fail(
            link, seigr__fail(&link->error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                              "%s within %u ms", what, (unsigned)ms));
    if (deadline < *next)
        *next = deadline;
    return 0;
}

static void link_ping(seigr_peer_link *link, seigr_now now, uint64_t *next)
{
    const uint64_t at = link_sum(link->heard_ms, link->options.ping_ms);
    seigr_record record = SEIGR_RECORD_INIT;

    if (link->options.ping_ms == 0 || link->is_pinged != 0)
        return;
    if (now.monotonic_ms < at) {
        *next = at < *next ? at : *next;
        return;
    }
    record.type = SEIGR_RECORD_PING;
    record.fields[0].number = link->pings + 1;
    if (seigr__link_queue_record(link, &record) != 0)
        return;
    link->pings++;
    link->is_pinged = 1;
    link->ping_ms = now.monotonic_ms;
}

int seigr_link_step(seigr_peer_link *link, seigr_now now, uint64_t *next_ms)
{
    uint64_t next = UINT64_MAX;
    int err = 0;

    if (link == NULL || next_ms == NULL)
        return SEIGR_E_INVAL;
    if (link->state == SEIGR__LINK_FAILED)
        return link->error.code;
    if (link->state <= SEIGR__LINK_HELLO)
        err =
            link_deadline(link, now, link->start_ms, link->options.handshake_ms,
                          "the handshake did not end", &next);
    if (err == 0 && link->state != SEIGR__LINK_CLOSED)
        err = link_deadline(link, now, link->began_ms, link->options.stall_ms,
                            "what began did not end", &next);
    if (err == 0 && link_is_up(link))
        err = link_deadline(link, now, link->heard_ms, link->options.silence_ms,
                            "the peer said nothing", &next);
    if (err != 0)
        return err;
    if (link->state == SEIGR__LINK_OPEN) {
        const uint64_t rekey =
            link_sum(link->send.since_ms, SEIGR__LINK_REKEY_MS);

        link_ping(link, now, &next);
        if (rekey > now.monotonic_ms && rekey < next)
            next = rekey;
    }
    *next_ms = next;
    return 0;
}

void seigr_link_close(seigr_peer_link *link)
{
    seigr_record record = SEIGR_RECORD_INIT;

    if (link == NULL || link->state == SEIGR__LINK_CLOSING ||
        link->state >= SEIGR__LINK_CLOSED)
        return;
    record.type = SEIGR_RECORD_CLOSE;
    if (link->state != SEIGR__LINK_HANDSHAKE)
        (void)seigr__link_queue_record(link, &record);
    link->state = SEIGR__LINK_CLOSING;
}

void seigr_link_refuse(seigr_peer_link *link, int code, const char *text)
{
    if (link == NULL || text == NULL || code >= 0)
        return;
    (void)seigr__fail(&link->error, code, SEIGR_NO_OFFSET, "%s", text);
    (void)seigr__link_fail(link, code);
}

int seigr_link_end(seigr_peer_link *link)
{
    if (link == NULL)
        return SEIGR_E_INVAL;
    if (link->state == SEIGR__LINK_CLOSED)
        return 0;
    if (link->state != SEIGR__LINK_FAILED) {
        (void)seigr__fail(&link->error, SEIGR_E_TRUNCATED, link->bytes_in,
                          "the stream ended without a close");
        link->state = SEIGR__LINK_FAILED;
    }
    return SEIGR_E_TRUNCATED;
}

void seigr_link_vouch(seigr_peer_link *link)
{
    if (link != NULL)
        link->options.flags &= ~SEIGR_LINK_STRANGER;
}

const seigr_public_key *seigr_link_peer(const seigr_peer_link *link)
{
    return link != NULL && link->is_proved != 0 ? &link->peer : NULL;
}

const seigr_error *seigr_link_error(const seigr_peer_link *link)
{
    return &link->error;
}

void seigr_link_get_info(const seigr_peer_link *link, seigr_link_info *out)
{
    if (link == NULL || out == NULL || out->struct_size < sizeof(*out))
        return;
    out->version = link->version;
    out->bytes_in = link->bytes_in;
    out->bytes_out = link->bytes_out;
    out->records_in = link->records_in;
    out->records_out = link->records_out;
    out->queued = link->queue.end - link->queue.head;
    out->rekeys_in = link->receive.rekeys;
    out->rekeys_out = link->send.rekeys;
    out->round_trip_ms = link->round_trip_ms;
}
