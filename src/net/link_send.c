/* SPDX-License-Identifier: MIT */
/*
 * link_send.c - records into messages into frames.
 *
 * Invariants:
 *   (1) a key changes between two records: the rekey record is the last
 *       thing under the old one.
 *   (2) what is queued is whole records, but for the first, of which
 *       queue_left bytes are still to be sent.
 */
#include "link.h" /* seigr_peer_link */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define LINK_OVERHEAD (SEIGR__LINK_HEAD + SEIGR_AEAD_TAG_LEN)
#define LINK_LEB_MAX 5u

static size_t link_leb_write(uint8_t *out, size_t value)
{
    size_t n = 0;

    do {
        out[n] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
        n++;
    } while (value > 0);
    assert(n <= LINK_LEB_MAX);
    return n;
}

/* What a record may take of the stream at most: messages of 512 bytes. */
static uint64_t link_cost(size_t len)
{
    return len + LINK_OVERHEAD * (1 + len / (SEIGR_LINK_FRAME_MIN - 64));
}

static int link_stranger_may(const seigr_peer_link *link, size_t len)
{
    if ((link->options.flags & SEIGR_LINK_STRANGER) == 0 ||
        (link->options.flags & SEIGR_LINK_INITIATOR) != 0)
        return 1;
    return link->bytes_promised + link_cost(len) <= link->bytes_in;
}

int seigr__link_queue_record(seigr_peer_link *link, const seigr_record *record)
{
    seigr__link_queue *queue = &link->queue;
    uint8_t head[LINK_LEB_MAX];
    size_t head_len;
    size_t len = 0;
    int err = seigr_record_encode(record, (seigr_buf){NULL, 0}, &len);

    if (err != SEIGR_E_ROOM)
        return err;
    if (link->peer_record_max != 0 && len > link->peer_record_max)
        return SEIGR_E_LIMIT;
    head_len = link_leb_write(head, len);
    if (!link_stranger_may(link, head_len + len))
        return SEIGR_E_QUOTA;
    if (queue->end - queue->head + head_len + len > link->options.queue_len_max)
        return SEIGR_E_FULL;
    err = seigr__link_reserve(link->context, queue, head_len + len);
    if (err != 0)
        return err;
    memcpy(queue->ptr + queue->end, head, head_len);
    err = seigr_record_encode(
        record, (seigr_buf){queue->ptr + queue->end + head_len, len}, &len);
    assert(err == 0);
    queue->end += head_len + len;
    link->bytes_promised += link_cost(head_len + len);
    return err;
}

int seigr_link_send(seigr_peer_link *link, const seigr_record *record)
{
    int err;

    if (link == NULL || record == NULL || record->type < SEIGR_RECORD_FREE)
        return SEIGR_E_INVAL;
    if (link->state < SEIGR__LINK_OPEN)
        return SEIGR_E_AGAIN;
    if (link->state != SEIGR__LINK_OPEN)
        return SEIGR_E_CANCELED;
    err = seigr__link_queue_record(link, record);
    if (err == 0)
        link->records_out++;
    return err;
}

int seigr__link_say_hello(seigr_peer_link *link)
{
    seigr_record record = SEIGR_RECORD_INIT;

    record.type = SEIGR_RECORD_HELLO;
    record.fields[0].number = SEIGR_NET_VERSION_MIN;
    record.fields[1].number = SEIGR_NET_VERSION_MAX;
    record.fields[2].number = link->options.frame_len_max;
    record.fields[3].number = link->options.record_len_max;
    return seigr__link_queue_record(link, &record);
}

void seigr__link_cut_queue(seigr_peer_link *link)
{
    assert(link->queue_left <= link->queue.end - link->queue.head);
    link->queue.end = link->queue.head + link->queue_left; /* (2) */
}

/* A record's length with its LEB128, at the beginning of whole records. */
static size_t link_record_len(const uint8_t *at)
{
    size_t len = 0;
    size_t n = 0;

    do {
        len |= (size_t)(at[n] & 0x7f) << (7 * n);
        n++;
    } while ((at[n - 1] & 0x80) != 0);
    return n + len;
}

/* How much of the queue goes in the next message of at most limit bytes; to
 * the end of a record if the key is to change (1). */
static size_t link_cut(seigr_peer_link *link, size_t limit, int rekey)
{
    const seigr__link_queue *queue = &link->queue;
    const size_t held = queue->end - queue->head;
    size_t left = link->queue_left;
    size_t n = 0;

    while (n < limit) {
        size_t part;

        if (left == 0) {
            if (n == held || rekey)
                break;
            left = link_record_len(queue->ptr + queue->head + n);
        }
        part = left < limit - n ? left : limit - n;
        n += part;
        left -= part;
    }
    assert(n <= held);
    link->queue_left = left; /* (2) */
    return n;
}

/* Seal a message of len bytes into out, behind its length. */
static int link_seal(seigr_peer_link *link, const uint8_t *plain, size_t len,
                     uint8_t *out)
{
    const size_t sealed = len + SEIGR_AEAD_TAG_LEN;
    int err;

    if (link->send.count >= SEIGR__LINK_KEY_MESSAGES)
        return SEIGR_E_LIMIT;
    err = seigr__noise_seal(link->context->crypto, &link->send.cipher,
                            (seigr_span){NULL, 0}, (seigr_span){plain, len},
                            out + SEIGR__LINK_HEAD);
    if (err != 0)
        return err;
    out[0] = (uint8_t)(sealed >> 8);
    out[1] = (uint8_t)sealed;
    link->send.count++;
    return 0;
}

static int link_rekey_is_due(const seigr_peer_link *link, seigr_now now)
{
    return link->state == SEIGR__LINK_OPEN &&
           (link->send.count >= SEIGR__LINK_REKEY_AT ||
            now.monotonic_ms - link->send.since_ms >= SEIGR__LINK_REKEY_MS);
}

/* (1) */
static int link_send_rekey(seigr_peer_link *link, seigr_now now, uint8_t *out,
                           size_t *len)
{
    static const uint8_t record[] = {2, 0x81, SEIGR_RECORD_REKEY};
    int err;

    assert(link->queue_left == 0);
    err = link_seal(link, record, sizeof(record), out);
    if (err == 0)
        err = seigr__noise_rekey(link->context->crypto, &link->send.cipher);
    if (err != 0)
        return err;
    link->send.count = 0;
    link->send.since_ms = now.monotonic_ms;
    link->send.rekeys++;
    *len = sizeof(record) + LINK_OVERHEAD;
    return 0;
}

/* The next frame; *len 0 where there is none. */
static int link_send_frame(seigr_peer_link *link, seigr_now now, seigr_buf out,
                           size_t *len)
{
    const int rekey = link_rekey_is_due(link, now);
    size_t limit = out.len - SEIGR__LINK_HEAD;
    size_t plain;
    int err;

    *len = 0;
    if (rekey && link->queue_left == 0)
        return link_send_rekey(link, now, out.ptr, len);
    if (limit > link->peer_frame_max)
        limit = link->peer_frame_max;
    plain = link_cut(link, limit - SEIGR_AEAD_TAG_LEN, rekey);
    if (plain == 0)
        return 0;
    err = link_seal(link, link->queue.ptr + link->queue.head, plain, out.ptr);
    if (err != 0)
        return err;
    link->queue.head += plain;
    if (link->queue.head == link->queue.end) {
        link->queue.head = 0;
        link->queue.end = 0;
    }
    *len = plain + LINK_OVERHEAD;
    return 0;
}

static int link_take_wire(seigr_peer_link *link, seigr_buf out, size_t *at)
{
    assert(link->wire_len <= out.len);
    memcpy(out.ptr, link->wire, link->wire_len);
    *at = link->wire_len;
    link->wire_len = 0;
    return 0;
}

int seigr_link_take(seigr_peer_link *link, seigr_now now, seigr_buf out,
                    size_t *len_out)
{
    size_t at = 0;
    size_t len = 0;
    int err = 0;

    if (link == NULL || len_out == NULL || out.ptr == NULL)
        return SEIGR_E_INVAL;
    if (out.len < SEIGR_LINK_FRAME_MIN)
        return SEIGR_E_ROOM;
    if (link->wire_len > 0)
        err = link_take_wire(link, out, &at);
    while (err == 0 && link->is_proved != 0 &&
           link->state != SEIGR__LINK_HANDSHAKE &&
           out.len - at >= SEIGR_LINK_FRAME_MIN / 2) {
        err = link_send_frame(link, now,
                              (seigr_buf){out.ptr + at, out.len - at}, &len);
        if (err != 0 || len == 0)
            break;
        at += len;
    }
    if (err != 0 && at == 0)
        return seigr__link_fail(link, err);
    link->bytes_out += at;
    *len_out = at;
    return 0;
}
