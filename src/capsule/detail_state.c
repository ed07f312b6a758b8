/* SPDX-License-Identifier: MIT */
/*
 * detail_state.c - reads and writes what a STATE capsule says.
 *
 * Invariant:
 *   (1) what is written has passed the reader.
 */
#include "detail.h"     /* seigr__detail_* */
#include "seigr/body.h" /* SEIGR_BODY_CHUNK_LEN */
#include "seigr/task.h" /* seigr_task_state */

#include "base/error.h" /* seigr__fail */

enum {
    STATE_FUEL_USED = 1,
    STATE_ROOT = 2,
    STATE_CHECKPOINT = 3,
    STATE_MEMORY_PAGES = 4,
    STATE_RECORD_LEN = 5
};

static const seigr__pb_field state_fields[] = {
    {STATE_FUEL_USED, SEIGR__PB_UINT64, 0, "fuel_used"},
    {STATE_ROOT, SEIGR__PB_BYTES, 0, "root"},
    {STATE_CHECKPOINT, SEIGR__PB_UINT32, 0, "checkpoint"},
    {STATE_MEMORY_PAGES, SEIGR__PB_UINT32, 0, "memory_pages"},
    {STATE_RECORD_LEN, SEIGR__PB_UINT64, 0, "record_len"},
};

static const seigr__pb_message state_message =
    SEIGR__PB_TABLE("State", state_fields);

static int state_field(const seigr__pb *r, const seigr__pb_value *value,
                       int *has_root, seigr_task_state *out)
{
    switch (value->number) {
    case STATE_FUEL_USED:
        out->fuel_used = value->integer;
        return 0;
    case STATE_ROOT:
        *has_root = 1;
        return seigr__detail_hash(r, value, &out->root);
    case STATE_CHECKPOINT:
        out->checkpoint = (uint32_t)value->integer;
        return seigr__detail_at_most(r, value, SEIGR_TASK_ROOTS_MAX,
                                     "a run has at most 2^20");
    case STATE_MEMORY_PAGES:
        out->memory_pages = (uint32_t)value->integer;
        return seigr__detail_at_most(r, value, SEIGR_TASK_PAGES_MAX,
                                     "a memory has at most 65536 pages");
    case STATE_RECORD_LEN:
        out->record_len = value->integer;
        return 0;
    }
    return 0; /* unknown */
}

static int state_read(seigr__pb *r, seigr_task_state *out)
{
    seigr__pb_value value;
    int has_root = 0;
    int err;

    while ((err = seigr__pb_next(r, &value)) == 1) {
        err = state_field(r, &value, &has_root, out);
        if (err != 0)
            return err;
    }
    if (err == 0 && !has_root)
        err = seigr__pb_fail_end(r, SEIGR_E_FORMAT, "root", "it is missing");
    if (err == 0 && out->record_len == 0)
        err = seigr__pb_fail_end(r, SEIGR_E_FORMAT, "record_len",
                                 "it is missing");
    return err;
}

/* Memory and contents fill whole chunks before the record. */
static int state_body(const seigr_capsule *capsule,
                      const seigr_task_state *state, seigr_error *error)
{
    const uint64_t size = capsule->body.size;
    const uint64_t memory =
        (uint64_t)state->memory_pages * SEIGR_BODY_CHUNK_LEN;

    if (state->record_len <= size && size - state->record_len >= memory &&
        (size - state->record_len) % SEIGR_BODY_CHUNK_LEN == 0)
        return 0;
    return seigr__detail_fail(capsule, SEIGR_E_MISMATCH, error,
                              "State.record_len: memory, contents and record "
                              "do not make up the body");
}

int seigr_task_state_decode(const seigr_capsule *capsule, seigr_task_state *out,
                            seigr_error *error)
{
    seigr__pb r;
    seigr_task_state state = SEIGR_TASK_STATE_INIT;
    int err;

    if (out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__detail_open(&r, &state_message, capsule, SEIGR_KIND_STATE,
                             error);
    if (err == 0)
        err = state_read(&r, &state);
    if (err == 0)
        err = seigr__detail_one_link(capsule, SEIGR_ROLE_TASK, &state.task,
                                     error);
    if (err == 0)
        err = state_body(capsule, &state, error);
    if (err == 0)
        *out = state;
    return err;
}

static int state_check(seigr_span bytes, seigr_error *error)
{
    seigr__pb r;
    seigr_task_state state = SEIGR_TASK_STATE_INIT;

    seigr__pb_init(&r, &state_message, bytes, bytes.ptr, error);
    return state_read(&r, &state);
}

int seigr_task_state_encode(const seigr_task_state *state, seigr_buf out,
                            size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};

    if (state == NULL || state->struct_size < sizeof(*state) || len_out == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_task_state_encode: an argument is missing");
    seigr__pb_put_uint(&w, STATE_FUEL_USED, state->fuel_used);
    seigr__pb_put_bytes(&w, STATE_ROOT, (seigr_span){state->root.bytes, 32});
    seigr__pb_put_uint(&w, STATE_CHECKPOINT, state->checkpoint);
    seigr__pb_put_uint(&w, STATE_MEMORY_PAGES, state->memory_pages);
    seigr__pb_put_uint(&w, STATE_RECORD_LEN, state->record_len);
    return seigr__detail_finish(&w, len_out, state_check, error); /* (1) */
}
