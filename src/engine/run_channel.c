/* SPDX-License-Identifier: MIT */
/*
 * run_channel.c - a program's side of channels.
 *
 * Whatever a program can see of a channel stands in the transcript, so that
 * a run can be done again without the others.
 */
#include "wasi.h"

#include "base/alloc.h" /* seigr__alloc_zero */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define CHANNEL_HEAD 4u /* of each message, in the room of a channel */

int seigr__run_ends_new(seigr_run *run)
{
    const uint32_t count = run->task.channel_count;
    seigr_task_channel given;
    size_t cursor = 0;

    run->waits_for = UINT32_MAX;
    if (count == 0)
        return 0;
    run->ends = seigr__alloc_zero(run->context, count, sizeof(*run->ends));
    if (run->ends == NULL)
        return SEIGR_E_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const int had = seigr_task_next_channel(&run->task, &cursor, &given);

        assert(had == 1);
        (void)had;
        run->ends[i].name = given.name;
        run->ends[i].direction = given.direction;
        run->ends[i].room = given.room == 0 ? SEIGR_TASK_CHANNEL : given.room;
    }
    return 0;
}

/* --- what a program calls ------------------------------------------------ */

static int channel_answer(seigr_host_call *call, int64_t value)
{
    call->values[0] = (uint64_t)value & 0xffffffffu;
    return SEIGR_HOST_OK;
}

/* What happened becomes part of the transcript. */
static void channel_record(seigr_run *run, uint32_t what, uint32_t handle,
                           seigr_span bytes)
{
    const seigr_transcript_entry entry = {what, handle, bytes};

    seigr_transcript_add(run->context, &entry, &run->transcript.digest);
    if (what == SEIGR_TRANSCRIPT_SENT)
        run->transcript.sent_count++;
    else
        run->transcript.received_count++;
    if (run->options.transcript != NULL)
        run->options.transcript(&entry, run->options.ctx);
}

/* Is this a handle that the task gave, of this direction? */
static int channel_is_good(const seigr_run *run, uint32_t handle,
                           uint32_t direction)
{
    return handle < run->task.channel_count &&
           run->ends[handle].direction == direction;
}

/* What waits: the run, or for good where somebody failed. */
static int channel_wait(seigr_run *run, uint32_t handle, int err)
{
    assert(err < 0);
    run->fault = err;
    run->waits_for = handle;
    return SEIGR_HOST_WAIT;
}

static int channel_send(seigr_host_call *call)
{
    const uint32_t handle = wasi_arg(call, 0);
    const uint32_t at = wasi_arg(call, 1);
    const uint32_t len = wasi_arg(call, 2);
    seigr_run *run = wasi_run(call);
    seigr_span message;
    int err;

    if (!channel_is_good(run, handle, SEIGR_CHANNEL_SEND))
        return channel_answer(call, -(int64_t)RUN_BADF);
    if (!wasi_has(call, at, len))
        return channel_answer(call, -(int64_t)RUN_FAULT);
    if (len > run->ends[handle].room - CHANNEL_HEAD)
        return channel_answer(call, -(int64_t)RUN_MSGSIZE);
    message = wasi_bytes(call, at, len);
    err = run->options.send == NULL
              ? SEIGR_E_AGAIN
              : run->options.send(handle, message, run->options.channel_ctx);
    if (err != 0)
        return channel_wait(run, handle, err);
    channel_record(run, SEIGR_TRANSCRIPT_SENT, handle, message);
    return channel_answer(call, 0);
}

static int channel_receive(seigr_host_call *call)
{
    const uint32_t handle = wasi_arg(call, 0);
    const uint32_t at = wasi_arg(call, 1);
    uint32_t room = wasi_arg(call, 2);
    seigr_run *run = wasi_run(call);
    seigr_span message = {NULL, 0};
    int err;

    if (!channel_is_good(run, handle, SEIGR_CHANNEL_RECEIVE))
        return channel_answer(call, -(int64_t)RUN_BADF);
    if (!wasi_has(call, at, room))
        return channel_answer(call, -(int64_t)RUN_FAULT);
    if (run->ends[handle].is_closed)
        return channel_answer(call, -(int64_t)RUN_PIPE);
    err =
        run->options.receive == NULL
            ? SEIGR_E_AGAIN
            : run->options.receive(handle, &message, run->options.channel_ctx);
    if (err == SEIGR_E_NOTFOUND) {
        run->ends[handle].is_closed = 1;
        channel_record(run, SEIGR_TRANSCRIPT_CLOSED, handle, message);
        return channel_answer(call, -(int64_t)RUN_PIPE);
    }
    if (err != 0)
        return channel_wait(run, handle, err);
    if (message.len > run->ends[handle].room - CHANNEL_HEAD)
        return channel_wait(run, handle, SEIGR_E_MISMATCH);
    channel_record(run, SEIGR_TRANSCRIPT_RECEIVED, handle, message);
    room = message.len < room ? (uint32_t)message.len : room;
    if (room > 0)
        seigr__wasi_put(call, at, message.ptr, room);
    return channel_answer(call, (int64_t)message.len);
}

static int channel_count(seigr_host_call *call)
{
    return channel_answer(call, wasi_run(call)->task.channel_count);
}

/* The longest message that a channel can hold. */
static int channel_room(seigr_host_call *call)
{
    const uint32_t handle = wasi_arg(call, 0);
    const seigr_run *run = wasi_run(call);

    if (handle >= run->task.channel_count)
        return channel_answer(call, -(int64_t)RUN_BADF);
    return channel_answer(call, run->ends[handle].room - CHANNEL_HEAD);
}

/* A message is copied twice and hashed. */
static uint64_t channel_cost(const seigr_host_call *call)
{
    return 64 + wasi_arg(call, 2) / 4;
}

/* --- in a state ---------------------------------------------------------- */

void seigr__run_talk_put(seigr__cbor_writer *w, const seigr_run *run)
{
    const seigr_transcript *said = &run->transcript;
    uint32_t closed = 0;

    for (uint32_t i = 0; i < run->task.channel_count; i++)
        closed += run->ends[i].is_closed;
    seigr__cbor_write_array(w, 4);
    seigr__cbor_write_uint(w, said->sent_count);
    seigr__cbor_write_uint(w, said->received_count);
    seigr__cbor_write_bytes(
        w, (seigr_span){said->digest.bytes, sizeof(said->digest)});
    seigr__cbor_write_array(w, closed);
    for (uint32_t i = 0; i < run->task.channel_count; i++)
        if (run->ends[i].is_closed)
            seigr__cbor_write_uint(w, i);
}

/* Handles in ascending order, of ends that receive. */
static int channel_get_closed(seigr__cbor *r, seigr_run *run)
{
    uint64_t count = 0;
    uint64_t next = 0;
    int err = seigr__cbor_array(r, &count);

    for (uint64_t i = 0; err == 0 && i < count; i++) {
        uint64_t handle = 0;

        err = seigr__cbor_uint(r, &handle);
        if (err != 0)
            break;
        if (handle < next || handle >= run->task.channel_count ||
            run->ends[handle].direction != SEIGR_CHANNEL_RECEIVE)
            return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                    "it closes what is no such channel");
        run->ends[handle].is_closed = 1;
        next = handle + 1;
    }
    return err;
}

int seigr__run_talk_get(seigr__cbor *r, seigr_run *run)
{
    seigr_transcript *said = &run->transcript;
    seigr_span digest = {NULL, 0};
    uint64_t count = 0;
    int err = seigr__cbor_array(r, &count);

    if (err == 0 && count != 4)
        err = seigr__cbor_fail(r, SEIGR_E_FORMAT,
                               "an array is of another length");
    if (err == 0)
        err = seigr__cbor_uint(r, &said->sent_count);
    if (err == 0)
        err = seigr__cbor_uint(r, &said->received_count);
    if (err == 0)
        err = seigr__cbor_bytes(r, &digest);
    if (err == 0 && digest.len != sizeof(said->digest))
        err = seigr__cbor_fail(r, SEIGR_E_FORMAT, "a digest has 32 bytes");
    if (err != 0)
        return err;
    memcpy(said->digest.bytes, digest.ptr, sizeof(said->digest));
    return channel_get_closed(r, run);
}

const seigr_host_function seigr__run_channel[] = {
    {"seigr", "channel_count", ":i", NULL, channel_count},
    {"seigr", "channel_room", "i:i", NULL, channel_room},
    {"seigr", "receive", "iii:i", channel_cost, channel_receive},
    {"seigr", "send", "iii:i", channel_cost, channel_send},
    {NULL, NULL, NULL, NULL, NULL},
};
