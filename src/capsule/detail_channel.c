/* SPDX-License-Identifier: MIT */
/*
 * detail_channel.c - the ends of channels that a TASK capsule gives.
 */
#include "detail.h"     /* seigr__detail_* */
#include "seigr/task.h" /* seigr_task_channel */

#include <assert.h> /* assert */
#include <string.h> /* memchr, memcmp */

enum { CHANNEL_NAME = 1, CHANNEL_DIRECTION = 2, CHANNEL_ROOM = 3 };

static const seigr__pb_field channel_fields[] = {
    {CHANNEL_NAME, SEIGR__PB_STRING, 0, "name"},
    {CHANNEL_DIRECTION, SEIGR__PB_ENUM, 0, "direction"},
    {CHANNEL_ROOM, SEIGR__PB_UINT32, 0, "room"},
};

static const seigr__pb_message channel_message =
    SEIGR__PB_TABLE("Channel", channel_fields);

static int channel_name(const seigr__pb *r, const seigr__pb_value *value)
{
    if (value->bytes.len > SEIGR_TASK_CHANNEL_NAME_MAX)
        return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                              "it is longer than 255 bytes");
    if (value->bytes.len > 0 &&
        memchr(value->bytes.ptr, 0, value->bytes.len) != NULL)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value, "it contains a NUL");
    return 0;
}

static int channel_field(const seigr__pb *r, const seigr__pb_value *value,
                         seigr_task_channel *out)
{
    switch (value->number) {
    case CHANNEL_NAME:
        out->name = value->bytes;
        return channel_name(r, value);
    case CHANNEL_DIRECTION:
        out->direction = (uint32_t)value->integer;
        if (out->direction > SEIGR_CHANNEL_RECEIVE)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "it is neither SEND nor RECEIVE");
        return 0;
    case CHANNEL_ROOM:
        out->room = (uint32_t)value->integer;
        if (out->room < SEIGR_TASK_CHANNEL_MIN ||
            out->room > SEIGR_TASK_CHANNEL_MAX)
            return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                                  "a channel holds 64 bytes to 2^24");
        return 0;
    }
    return 0; /* unknown */
}

int seigr__channel_view(const seigr__pb *outer, seigr_span bytes,
                        seigr_task_channel *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int err;

    assert(outer != NULL && out != NULL);
    assert(bytes.ptr != NULL || bytes.len == 0);
    *out = (seigr_task_channel){{NULL, 0}, 0, 0};
    seigr__pb_init(&r, &channel_message, bytes, outer->origin, outer->error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = channel_field(&r, &value, out);
        if (err != 0)
            return err;
    }
    if (err == 0 && out->name.len == 0)
        err = seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "name", "it is missing");
    if (err == 0 && out->direction == 0)
        err = seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "direction",
                                 "it is missing");
    return err;
}

int seigr__channel_read(const seigr__pb *outer, const seigr__pb_value *value,
                        seigr_task *out)
{
    seigr_task_channel other;
    seigr_task_channel end;
    size_t cursor = 0;
    int err = seigr__channel_view(outer, value->bytes, &end);

    if (err != 0)
        return err;
    if (out->channel_count == SEIGR_TASK_CHANNELS_MAX)
        return seigr__pb_fail(outer, SEIGR_E_LIMIT, value,
                              "there are more than 256");
    for (uint32_t i = 0; i < out->channel_count; i++) {
        err = seigr_task_next_channel(out, &cursor, &other);
        assert(err == 1); /* it has been read before */
        if (other.direction == end.direction &&
            other.name.len == end.name.len &&
            memcmp(other.name.ptr, end.name.ptr, end.name.len) == 0)
            return seigr__pb_fail(outer, SEIGR_E_FORMAT, value,
                                  "this end is there already");
    }
    out->channel_count++;
    return 0;
}

void seigr__channel_put(seigr__pb_writer *w, const void *message)
{
    const seigr_task_channel *channel = message;

    seigr__pb_put_bytes(w, CHANNEL_NAME, channel->name);
    seigr__pb_put_uint(w, CHANNEL_DIRECTION, channel->direction);
    seigr__pb_put_uint(w, CHANNEL_ROOM, channel->room);
}

int seigr__channel_is_whole(const seigr_task_channel *list, uint32_t count)
{
    if (list == NULL)
        return count == 0;
    for (uint32_t i = 0; i < count; i++)
        if (list[i].name.ptr == NULL && list[i].name.len != 0)
            return 0;
    return 1;
}
