/* SPDX-License-Identifier: MIT */
/*
 * run_input.c - contents come in by chunks and go out within a limit.
 */
#include "run_host.h"

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */

/* Room for the chunk of an input: as large as the largest one needs. */
static int input_room(seigr_run *run, uint32_t len)
{
    uint8_t *chunk;

    if (len <= run->chunk_room)
        return 0;
    chunk = seigr__alloc(run->context, len);
    if (chunk == NULL)
        return SEIGR_E_NOMEM;
    seigr__release(run->context, run->chunk);
    run->chunk = chunk;
    run->chunk_room = len;
    run->chunk_len = 0;
    return 0;
}

/* Have the chunk that begins at a place. */
static int input_load(seigr_run *run, uint32_t input, uint64_t at)
{
    const run_input *in = &run->inputs[input];
    const uint64_t left = in->size - at;
    const uint32_t len =
        (uint32_t)(left < RUN_CHUNK_LEN ? left : RUN_CHUNK_LEN);
    int err;

    assert(at % RUN_CHUNK_LEN == 0 && at < in->size);
    if (run->chunk_len > 0 && run->chunk_input == input && run->chunk_at == at)
        return 0;
    err = input_room(run, len);
    if (err != 0)
        return err;
    run->chunk_len = 0; /* until it is there */
    err = run->options.input_read(&in->id, at, (seigr_buf){run->chunk, len},
                                  run->options.ctx);
    if (err != 0)
        return err;
    run->chunk_len = len;
    run->chunk_input = input;
    run->chunk_at = at;
    return 0;
}

int seigr__run_input_at(seigr_run *run, uint32_t input, uint64_t at,
                        seigr_span *out)
{
    const uint64_t in = at % RUN_CHUNK_LEN;
    int err;

    assert(input < run->task.input_count);
    *out = (seigr_span){NULL, 0};
    if (at >= run->inputs[input].size)
        return 0;
    err = input_load(run, input, at - in);
    if (err != 0) {
        run->fault = err;
        return err;
    }
    *out = (seigr_span){run->chunk + in, run->chunk_len - (size_t)in};
    return 0;
}

uint32_t seigr__run_reserve(seigr_run *run, run_content *c, uint64_t end)
{
    const uint64_t most = run->task.limits.output_max;
    int err;

    assert(run->written <= most);
    if (end <= c->size)
        return RUN_SUCCESS;
    if (end - c->size > most - run->written)
        return RUN_NOSPC;
    err = seigr__run_content_reserve(run->context, c, end);
    if (err == 0)
        return RUN_SUCCESS;
    run->fault = err;
    return RUN_NOSPC;
}

void seigr__run_write(seigr_run *run, run_content *c, uint64_t at,
                      seigr_span bytes)
{
    const uint64_t before = c->size;
    const int err = seigr__run_content_write(run->context, c, at, bytes);

    assert(err == 0); /* room was reserved */
    (void)err;
    run->written += c->size - before;
}
