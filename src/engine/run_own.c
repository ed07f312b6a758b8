/* SPDX-License-Identifier: MIT */
/*
 * run_own.c - the functions of module "seigr" (include/seigr/guest.h).
 *
 * Their answers are numbers of what they did, or an errno of WASI made
 * negative.
 */
#include "wasi.h"

#define OWN_LEVEL_MAX SEIGR_LOG_DEBUG

static int own_answer(seigr_host_call *call, int64_t value)
{
    if (wasi_run(call)->fault != 0)
        return SEIGR_HOST_WAIT;
    call->values[0] = (uint64_t)value & 0xffffffffu;
    return SEIGR_HOST_OK;
}

static int own_error(seigr_host_call *call, uint32_t err)
{
    return own_answer(call, -(int64_t)err);
}

static int own_input_count(seigr_host_call *call)
{
    return own_answer(call, wasi_run(call)->task.input_count);
}

/* By its path: its number. */
static int own_input_find(seigr_host_call *call)
{
    const uint32_t len = wasi_arg(call, 1);
    const seigr_run *run = wasi_run(call);
    run_place place = {0, 0, 0, {0}};
    run_found found;

    if (!wasi_has(call, wasi_arg(call, 0), len))
        return own_error(call, RUN_FAULT);
    if (len == 0 || len > SEIGR_TASK_PATH_MAX)
        return own_error(call, RUN_NOENT);
    memcpy(place.path, wasi_bytes(call, wasi_arg(call, 0), len).ptr, len);
    place.len = len;
    seigr__run_find(run, &place, &found);
    if (!found.is_there || found.is_folder)
        return own_error(call, RUN_NOENT);
    return own_answer(call, found.input);
}

/* By its link, the ID of a capsule: its number. */
static int own_input_by_link(seigr_host_call *call)
{
    const seigr_run *run = wasi_run(call);

    if (!wasi_has(call, wasi_arg(call, 0), SEIGR_ID_LEN))
        return own_error(call, RUN_FAULT);
    for (uint32_t i = 0; i < run->task.input_count; i++) {
        if (memcmp(run->inputs[i].id.bytes,
                   wasi_bytes(call, wasi_arg(call, 0), SEIGR_ID_LEN).ptr,
                   SEIGR_ID_LEN) == 0)
            return own_answer(call, i);
    }
    return own_error(call, RUN_NOENT);
}

static int own_input_link(seigr_host_call *call)
{
    const seigr_run *run = wasi_run(call);

    if (wasi_arg(call, 0) >= run->task.input_count)
        return own_error(call, RUN_NOENT);
    if (!wasi_has(call, wasi_arg(call, 1), SEIGR_ID_LEN))
        return own_error(call, RUN_FAULT);
    seigr__wasi_put(call, wasi_arg(call, 1),
                    run->inputs[wasi_arg(call, 0)].id.bytes, SEIGR_ID_LEN);
    return own_answer(call, 0);
}

static int own_input_size(seigr_host_call *call)
{
    const seigr_run *run = wasi_run(call);

    call->values[0] = wasi_arg(call, 0) < run->task.input_count
                          ? run->inputs[wasi_arg(call, 0)].size
                          : (uint64_t) - (int64_t)RUN_NOENT;
    return SEIGR_HOST_OK;
}

/* At most to the end of a chunk of 64 KiB. */
static int own_input_read(seigr_host_call *call)
{
    const uint32_t input = wasi_arg(call, 0);
    const uint32_t room = wasi_arg(call, 3);
    seigr_run *run = wasi_run(call);
    seigr_span from;

    if (input >= run->task.input_count)
        return own_error(call, RUN_NOENT);
    if (!wasi_has(call, wasi_arg(call, 2), room))
        return own_error(call, RUN_FAULT);
    if (seigr__run_input_at(run, input, call->values[1], &from) != 0)
        return SEIGR_HOST_WAIT;
    if (from.len > room)
        from.len = room;
    if (from.len > 0)
        seigr__wasi_put(call, wasi_arg(call, 2), from.ptr, (uint32_t)from.len);
    return own_answer(call, (int64_t)from.len);
}

static int own_output_write(seigr_host_call *call)
{
    const uint32_t len = wasi_arg(call, 1);
    seigr_run *run = wasi_run(call);
    uint32_t err;

    if (!wasi_has(call, wasi_arg(call, 0), len))
        return own_error(call, RUN_FAULT);
    err = seigr__run_reserve(run, &run->output, run->output.size + len);
    if (err != RUN_SUCCESS)
        return own_error(call, err);
    seigr__run_write(run, &run->output, run->output.size,
                     wasi_bytes(call, wasi_arg(call, 0), len));
    return own_answer(call, 0);
}

static int own_log(seigr_host_call *call)
{
    const uint32_t level = wasi_arg(call, 0);
    const uint32_t len = wasi_arg(call, 2);
    const seigr_run *run = wasi_run(call);

    if (!wasi_has(call, wasi_arg(call, 1), len))
        return own_error(call, RUN_FAULT);
    if (level < SEIGR_LOG_ERROR || level > OWN_LEVEL_MAX)
        return own_error(call, RUN_INVAL);
    if (run->options.log != NULL)
        run->options.log(level, wasi_bytes(call, wasi_arg(call, 1), len),
                         run->options.ctx);
    return own_answer(call, 0);
}

static int own_checkpoint(seigr_host_call *call)
{
    wasi_run(call)->hinted = 1;
    return SEIGR_HOST_YIELD;
}

/* Of the task, before this call. */
static int own_fuel_left(seigr_host_call *call)
{
    call->values[0] = wasi_run(call)->task.limits.fuel - call->fuel_used;
    return SEIGR_HOST_OK;
}

/* --- costs -------------------------------------------------------------- */

static uint64_t own_cost_link(const seigr_host_call *call)
{
    (void)call;
    return 512;
}

static uint64_t own_cost_find(const seigr_host_call *call)
{
    return 64 + wasi_arg(call, 1) / 8;
}

static uint64_t own_cost_read(const seigr_host_call *call)
{
    const uint32_t room = wasi_arg(call, 3);

    return (room < RUN_CHUNK_LEN ? room : RUN_CHUNK_LEN) / 8;
}

static uint64_t own_cost_write(const seigr_host_call *call)
{
    return wasi_arg(call, 1) / 8;
}

static uint64_t own_cost_log(const seigr_host_call *call)
{
    return wasi_arg(call, 2) / 8;
}

const seigr_host_function seigr__run_own[] = {
    {"seigr", "checkpoint", ":", NULL, own_checkpoint},
    {"seigr", "fuel_left", ":I", NULL, own_fuel_left},
    {"seigr", "input_by_link", "i:i", own_cost_link, own_input_by_link},
    {"seigr", "input_count", ":i", NULL, own_input_count},
    {"seigr", "input_find", "ii:i", own_cost_find, own_input_find},
    {"seigr", "input_link", "ii:i", NULL, own_input_link},
    {"seigr", "input_read", "iIii:i", own_cost_read, own_input_read},
    {"seigr", "input_size", "i:I", NULL, own_input_size},
    {"seigr", "log", "iii:i", own_cost_log, own_log},
    {"seigr", "output_write", "ii:i", own_cost_write, own_output_write},
    {NULL, NULL, NULL, NULL, NULL},
};
