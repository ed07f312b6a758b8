/* SPDX-License-Identifier: MIT */
/*
 * wasi_misc.c - arguments, clock, randomness, waiting and leaving: all of
 * them functions of the task and of the fuel used.
 */
#include "run_random.h" /* seigr__run_random */
#include "wasi.h"

#include <assert.h> /* assert */

#define MISC_REALTIME 0u
#define MISC_MONOTONIC 1u

void seigr__wasi_put(const seigr_host_call *call, uint32_t at,
                     const void *bytes, uint32_t len)
{
    const int err =
        seigr_instance_write(call->instance, at, (seigr_span){bytes, len});

    assert(err == 0); /* wasi_has() said so */
    (void)err;
}

void seigr__wasi_put_uint(const seigr_host_call *call, uint32_t at,
                          uint64_t value, unsigned len)
{
    uint8_t bytes[8];

    assert(len <= sizeof(bytes));
    wasi_store(bytes, value, len);
    seigr__wasi_put(call, at, bytes, len);
}

int seigr__wasi_answer(seigr_host_call *call, uint32_t err)
{
    if (wasi_run(call)->fault != 0)
        return SEIGR_HOST_WAIT;
    call->values[0] = err;
    return SEIGR_HOST_OK;
}

/* Where each text begins, and the texts. */
static uint32_t misc_texts(const seigr_host_call *call, const run_texts *texts)
{
    const uint32_t list = wasi_arg(call, 0);
    const uint32_t at = wasi_arg(call, 1);
    uint32_t from = 0;

    if (!wasi_has(call, list, (uint64_t)texts->count * 4) ||
        !wasi_has(call, at, texts->len))
        return RUN_FAULT;
    for (uint32_t i = 0; i < texts->count; i++) {
        seigr__wasi_put_uint(call, list + 4 * i, at + from, 4);
        from += (uint32_t)strlen((const char *)texts->bytes + from) + 1;
    }
    assert(from == texts->len);
    if (texts->len > 0)
        seigr__wasi_put(call, at, texts->bytes, texts->len);
    return RUN_SUCCESS;
}

static uint32_t misc_sizes(const seigr_host_call *call, const run_texts *texts)
{
    if (!wasi_has(call, wasi_arg(call, 0), 4) ||
        !wasi_has(call, wasi_arg(call, 1), 4))
        return RUN_FAULT;
    seigr__wasi_put_uint(call, wasi_arg(call, 0), texts->count, 4);
    seigr__wasi_put_uint(call, wasi_arg(call, 1), texts->len, 4);
    return RUN_SUCCESS;
}

int seigr__wasi_args_get(seigr_host_call *call)
{
    return seigr__wasi_answer(call,
                              misc_texts(call, &wasi_run(call)->arguments));
}

int seigr__wasi_args_sizes_get(seigr_host_call *call)
{
    return seigr__wasi_answer(call,
                              misc_sizes(call, &wasi_run(call)->arguments));
}

int seigr__wasi_environ_get(seigr_host_call *call)
{
    return seigr__wasi_answer(call,
                              misc_texts(call, &wasi_run(call)->environment));
}

int seigr__wasi_environ_sizes_get(seigr_host_call *call)
{
    return seigr__wasi_answer(call,
                              misc_sizes(call, &wasi_run(call)->environment));
}

static uint32_t misc_time(const seigr_host_call *call, uint32_t at,
                          uint64_t value)
{
    const uint32_t clock = wasi_arg(call, 0);

    if (clock != MISC_REALTIME && clock != MISC_MONOTONIC)
        return RUN_INVAL;
    if (!wasi_has(call, at, 8))
        return RUN_FAULT;
    seigr__wasi_put_uint(call, at, value, 8);
    return RUN_SUCCESS;
}

int seigr__wasi_clock_res_get(seigr_host_call *call)
{
    return seigr__wasi_answer(call, misc_time(call, wasi_arg(call, 1), 1));
}

int seigr__wasi_clock_time_get(seigr_host_call *call)
{
    const uint64_t now = wasi_run(call)->task.clock_ns + call->fuel_used;

    return seigr__wasi_answer(call, misc_time(call, wasi_arg(call, 2), now));
}

int seigr__wasi_random_get(seigr_host_call *call)
{
    seigr_run *run = wasi_run(call);
    uint32_t at = wasi_arg(call, 0);
    uint32_t left = wasi_arg(call, 1);
    uint8_t bytes[256];

    if (!wasi_has(call, at, left))
        return seigr__wasi_answer(call, RUN_FAULT);
    while (left > 0) {
        const uint32_t len = left < sizeof(bytes) ? left : sizeof(bytes);

        seigr__run_random(run->random_key, run->random_at, bytes, len);
        seigr__wasi_put(call, at, bytes, len);
        run->random_at += len;
        at += len;
        left -= len;
    }
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

/* Events of 32 bytes for subscriptions of 48: all of them at once, since
 * nothing here ever has to be waited for. Where the two arrays overlap, each
 * subscription is read before its event is written. */
int seigr__wasi_poll_oneoff(seigr_host_call *call)
{
    const uint32_t in = wasi_arg(call, 0);
    const uint32_t out = wasi_arg(call, 1);
    const uint32_t count = wasi_arg(call, 2);

    if (count == 0)
        return seigr__wasi_answer(call, RUN_INVAL);
    if (!wasi_has(call, in, (uint64_t)count * 48) ||
        !wasi_has(call, out, (uint64_t)count * 32) ||
        !wasi_has(call, wasi_arg(call, 3), 4))
        return seigr__wasi_answer(call, RUN_FAULT);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t event[32] = {0};

        memcpy(event, wasi_bytes(call, in + 48 * i, 8).ptr, 8); /* userdata */
        event[10] = *wasi_bytes(call, in + 48 * i + 8, 1).ptr;  /* its type */
        seigr__wasi_put(call, out + 32 * i, event, sizeof(event));
    }
    seigr__wasi_put_uint(call, wasi_arg(call, 3), count, 4);
    return seigr__wasi_answer(call, RUN_SUCCESS);
}

int seigr__wasi_proc_exit(seigr_host_call *call)
{
    wasi_run(call)->exit_code = wasi_arg(call, 0);
    return SEIGR_HOST_EXIT;
}

int seigr__wasi_sched_yield(seigr_host_call *call)
{
    call->values[0] = RUN_SUCCESS;
    return SEIGR_HOST_YIELD;
}

int seigr__wasi_nosys(seigr_host_call *call)
{
    return seigr__wasi_answer(call, RUN_NOSYS);
}
