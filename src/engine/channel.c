/* SPDX-License-Identifier: MIT */
/*
 * channel.c - messages from one job to another, in a ring of bytes.
 *
 * A message is its length, 4 bytes, the least significant first, and its
 * bytes; both may go around the end of the ring.
 *
 * Invariants:
 *   (1) released <= taken <= shown <= written <= released + room.
 *   (2) what lies from taken to written is whole messages.
 */
#include "channel.h"

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

int seigr__channel_init(seigr__channel *channel, const seigr_context *context,
                        uint32_t room)
{
    uint8_t *bytes;

    if (room < SEIGR__CHANNEL_ROOM_MIN || room > SEIGR__CHANNEL_ROOM_MAX)
        return SEIGR_E_INVAL;
    bytes = seigr__alloc(context, room);
    if (bytes == NULL)
        return SEIGR_E_NOMEM;
    *channel = (seigr__channel){.context = context, .bytes = bytes};
    channel->room = room;
    return 0;
}

void seigr__channel_fini(seigr__channel *channel)
{
    if (channel->bytes == NULL)
        return;
    seigr__release(channel->context, channel->bytes);
    channel->bytes = NULL;
}

static void channel_assert(const seigr__channel *channel)
{
    assert(channel->released <= channel->taken); /* (1) */
    assert(channel->taken <= channel->shown);
    assert(channel->shown <= channel->written);
    assert(channel->written - channel->released <= channel->room);
    (void)channel;
}

/* Bytes into the ring at a place, around its end where they reach it. */
static void channel_put(seigr__channel *channel, uint64_t at, seigr_span bytes)
{
    const size_t start = (size_t)(at % channel->room);
    const size_t until = channel->room - start;
    const size_t first = bytes.len < until ? bytes.len : until;

    if (bytes.len == 0)
        return;
    memcpy(channel->bytes + start, bytes.ptr, first);
    memcpy(channel->bytes, bytes.ptr + first, bytes.len - first);
}

static void channel_get(const seigr__channel *channel, uint64_t at,
                        uint8_t *out, size_t len)
{
    const size_t start = (size_t)(at % channel->room);
    const size_t until = channel->room - start;
    const size_t first = len < until ? len : until;

    if (len == 0)
        return;
    memcpy(out, channel->bytes + start, first);
    memcpy(out + first, channel->bytes, len - first);
}

uint32_t seigr__channel_message_max(const seigr__channel *channel)
{
    return channel->room - SEIGR__CHANNEL_HEAD_LEN;
}

int seigr__channel_send(seigr__channel *channel, seigr_span message)
{
    uint8_t head[SEIGR__CHANNEL_HEAD_LEN];
    uint64_t room;

    channel_assert(channel);
    assert(!channel->is_ended);
    if (message.len > seigr__channel_message_max(channel))
        return SEIGR_E_LIMIT;
    /* Whether somebody reads must not show: when it ends is not the
     * sender's to know. */
    if (!channel->is_left) {
        room = channel->released + channel->room - channel->written;
        if (room < sizeof(head) + message.len)
            return SEIGR_E_AGAIN;
        for (unsigned i = 0; i < sizeof(head); i++)
            head[i] = (uint8_t)(message.len >> (8 * i));
        channel_put(channel, channel->written,
                    (seigr_span){head, sizeof(head)});
        channel_put(channel, channel->written + sizeof(head), message);
        channel->written += sizeof(head) + message.len;
    }
    channel->sent_count++;
    return 0;
}

void seigr__channel_end(seigr__channel *channel)
{
    channel->is_ended = 1;
}

int seigr__channel_next(const seigr__channel *channel, uint32_t *len)
{
    uint8_t head[SEIGR__CHANNEL_HEAD_LEN];
    uint32_t value = 0;

    channel_assert(channel);
    if (channel->taken == channel->shown)
        return channel->is_closed ? SEIGR_E_NOTFOUND : SEIGR_E_AGAIN;
    assert(channel->shown - channel->taken >= sizeof(head)); /* (2) */
    channel_get(channel, channel->taken, head, sizeof(head));
    for (unsigned i = 0; i < sizeof(head); i++)
        value |= (uint32_t)head[i] << (8 * i);
    *len = value;
    return 0;
}

void seigr__channel_take(seigr__channel *channel, uint8_t *out)
{
    uint32_t len = 0;
    const int err = seigr__channel_next(channel, &len);

    assert(err == 0);
    (void)err;
    channel_get(channel, channel->taken + SEIGR__CHANNEL_HEAD_LEN, out, len);
    channel->taken += SEIGR__CHANNEL_HEAD_LEN + (uint64_t)len;
    channel->taken_count++;
    channel_assert(channel);
}

void seigr__channel_leave(seigr__channel *channel)
{
    channel->is_leaving = 1;
}

uint32_t seigr__channel_settle(seigr__channel *channel)
{
    uint32_t wake = 0;

    channel_assert(channel);
    if (channel->shown != channel->written ||
        channel->is_closed != channel->is_ended)
        wake |= SEIGR__CHANNEL_WAKE_RECEIVER;
    channel->shown = channel->written;
    channel->is_closed = channel->is_ended;
    channel->is_left = channel->is_leaving;
    if (channel->is_left)
        channel->taken = channel->shown;
    if (channel->released != channel->taken || channel->is_left)
        wake |= SEIGR__CHANNEL_WAKE_SENDER;
    channel->released = channel->taken;
    return wake;
}
