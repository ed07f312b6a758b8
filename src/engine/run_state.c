/* SPDX-License-Identifier: MIT */
/*
 * run_state.c - a run as bytes: the host's part of a state, and the body of a
 * STATE capsule (docs/spec/task.md, docs/spec/wasi.md).
 *
 *   host   = [1, random, called, [fds], [output size, head], [nodes]], and
 *            [talk] behind them where the task has channels
 *   fd     = nil / [kind, flags, offset, path]
 *   node   = [path] / [path, size, head]
 *   record = [snapshot, roots]
 *
 * Invariant:
 *   (1) equal states give equal bytes, whatever way they were come to.
 */
#include "run_host.h"

#include "base/alloc.h"      /* seigr__alloc */
#include "base/cbor_write.h" /* seigr__cbor_write_* */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

#define STATE_VERSION 1u

static seigr_span state_fd_path(const seigr_run *run, const run_fd *fd)
{
    if (fd->kind == RUN_FD_INPUT_FILE)
        return run->inputs[fd->input].path;
    if (fd->kind == RUN_FD_INPUT_FOLDER && fd->len > 0)
        return (seigr_span){run->inputs[fd->input].path.ptr, fd->len};
    if (fd->node != NULL)
        return (seigr_span){fd->node->path, fd->node->len};
    return (seigr_span){NULL, 0};
}

static void state_fds(seigr__cbor_writer *w, const seigr_run *run)
{
    uint32_t count = RUN_FD_COUNT;

    while (count > 0 && run->fds[count - 1].kind == RUN_FD_CLOSED)
        count--;
    seigr__cbor_write_array(w, count);
    for (uint32_t i = 0; i < count; i++) {
        const run_fd *fd = &run->fds[i];

        if (fd->kind == RUN_FD_CLOSED) {
            seigr__cbor_write_nil(w);
            continue;
        }
        seigr__cbor_write_array(w, 4);
        seigr__cbor_write_uint(w, fd->kind);
        seigr__cbor_write_uint(w, fd->flags);
        seigr__cbor_write_uint(w, fd->offset);
        seigr__cbor_write_bytes(w, state_fd_path(run, fd));
    }
}

static void state_content(seigr__cbor_writer *w, seigr_run *run, run_content *c)
{
    seigr_hash head;

    seigr__run_content_head(run->context, c, &head);
    seigr__cbor_write_uint(w, c->size);
    seigr__cbor_write_bytes(w, (seigr_span){head.bytes, sizeof(head.bytes)});
}

static void state_nodes(seigr__cbor_writer *w, seigr_run *run)
{
    seigr__cbor_write_array(w, run->node_count);
    for (uint32_t i = 0; i < run->node_count; i++) {
        run_node *node = run->nodes[i];

        seigr__cbor_write_array(w, node->is_folder ? 1 : 3);
        seigr__cbor_write_bytes(w, (seigr_span){node->path, node->len});
        if (!node->is_folder)
            state_content(w, run, &node->content);
    }
}

static size_t state_host(seigr_run *run, seigr_buf out)
{
    seigr__cbor_writer w;

    seigr__cbor_write_init(&w, out);
    seigr__cbor_write_array(&w, run->task.channel_count > 0 ? 7 : 6);
    seigr__cbor_write_uint(&w, STATE_VERSION);
    seigr__cbor_write_uint(&w, run->random_at);
    seigr__cbor_write_uint(&w, run->called);
    state_fds(&w, run);
    seigr__cbor_write_array(&w, 2);
    state_content(&w, run, &run->output);
    state_nodes(&w, run);
    if (run->task.channel_count > 0)
        seigr__run_talk_put(&w, run);
    return w.len;
}

int seigr__run_info(seigr_run *run, seigr_state_info *out)
{
    const size_t len = state_host(run, (seigr_buf){NULL, 0});
    size_t written;
    uint8_t *host;

    if (len > run->host_room) {
        host = seigr__alloc(run->context, len);
        if (host == NULL)
            return SEIGR_E_NOMEM;
        seigr__release(run->context, run->host);
        run->host = host;
        run->host_room = (uint32_t)len;
    }
    written = state_host(run, (seigr_buf){run->host, len});
    assert(written == len);
    (void)written;
    *out = (seigr_state_info)SEIGR_STATE_INFO_INIT;
    out->program = run->task.program;
    out->task = run->task_id;
    out->host = (seigr_span){run->host, len};
    return 0;
}

/* --- the body of a STATE capsule ---------------------------------------- */

typedef int state_write(seigr_span piece, void *ctx);

static int state_zeros(uint64_t len, state_write *write, void *ctx)
{
    static const uint8_t zeros[256];
    int err = 0;

    while (err == 0 && len > 0) {
        const size_t n = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);

        err = write((seigr_span){zeros, n}, ctx);
        len -= n;
    }
    return err;
}

/* A content, filled up to whole chunks. */
static int state_write_content(const run_content *c, state_write *write,
                               void *ctx)
{
    int err = 0;

    for (uint64_t at = 0; err == 0 && at < c->size; at += RUN_CHUNK_LEN) {
        const seigr_span piece = seigr__run_content_at(c, at);

        err = write(piece, ctx);
        if (err == 0)
            err = state_zeros(RUN_CHUNK_LEN - piece.len, write, ctx);
    }
    return err;
}

static int state_write_memory(const seigr_run *run, state_write *write,
                              void *ctx)
{
    const seigr_span memory = seigr_instance_memory(run->instance);
    int err = 0;

    assert(memory.len % SEIGR_WASM_PAGE_LEN == 0);
    for (size_t at = 0; err == 0 && at < memory.len; at += SEIGR_WASM_PAGE_LEN)
        err = write((seigr_span){memory.ptr + at, SEIGR_WASM_PAGE_LEN}, ctx);
    return err;
}

/* The snapshot, in memory that the caller releases. */
static int state_snapshot(seigr_run *run, uint8_t **out, size_t *len)
{
    seigr_state_info info;
    int err = seigr__run_info(run, &info);

    if (err != 0)
        return err;
    err = seigr_snapshot_encode(run->instance, &info, NULL, NULL,
                                (seigr_buf){NULL, 0}, len);
    if (err != SEIGR_E_ROOM)
        return err;
    *out = seigr__alloc(run->context, *len);
    if (*out == NULL)
        return SEIGR_E_NOMEM;
    return seigr_snapshot_encode(run->instance, &info, NULL, NULL,
                                 (seigr_buf){*out, *len}, len);
}

/* [snapshot, roots]. A writer without room counts. */
static void state_record(const seigr_run *run, seigr_span snapshot,
                         seigr__cbor_writer *w)
{
    seigr__cbor_write_array(w, 2);
    seigr__cbor_write_bytes(w, snapshot);
    seigr__cbor_write_bytes(
        w, (seigr_span){(const uint8_t *)run->roots,
                        run->root_count * sizeof(*run->roots)});
}

static int state_write_record(seigr_run *run, seigr_span snapshot,
                              state_write *write, void *ctx,
                              uint64_t *record_len)
{
    seigr__cbor_writer w;
    uint8_t *record;
    int err;

    seigr__cbor_write_init(&w, (seigr_buf){NULL, 0});
    state_record(run, snapshot, &w);
    record = seigr__alloc(run->context, w.len);
    if (record == NULL)
        return SEIGR_E_NOMEM;
    seigr__cbor_write_init(&w, (seigr_buf){record, w.len});
    state_record(run, snapshot, &w);
    *record_len = w.len;
    err = write((seigr_span){record, w.len}, ctx);
    seigr__release(run->context, record);
    return err;
}

static int state_write_body(seigr_run *run, seigr_span snapshot,
                            state_write *write, void *ctx, uint64_t *record_len)
{
    int err = state_write_memory(run, write, ctx);

    if (err == 0)
        err = state_write_content(&run->output, write, ctx);
    for (uint32_t i = 0; err == 0 && i < run->node_count; i++)
        err = state_write_content(&run->nodes[i]->content, write, ctx);
    return err != 0 ? err
                    : state_write_record(run, snapshot, write, ctx, record_len);
}

int seigr_run_save(seigr_run *run, int (*write)(seigr_span piece, void *ctx),
                   void *ctx, seigr_task_state *out)
{
    seigr_task_state state = SEIGR_TASK_STATE_INIT;
    uint8_t *snapshot = NULL;
    size_t len = 0;
    int err;

    if (run == NULL || write == NULL || out == NULL || run->ended)
        return SEIGR_E_INVAL;
    err = seigr_run_root(run, &state.root);
    if (err == 0)
        err = state_snapshot(run, &snapshot, &len);
    if (err == 0)
        err = state_write_body(run, (seigr_span){snapshot, len}, write, ctx,
                               &state.record_len);
    seigr__release(run->context, snapshot);
    if (err != 0)
        return err;
    state.task = run->task_id;
    state.fuel_used = run->at.fuel_used;
    state.memory_pages = (uint32_t)(seigr_instance_memory(run->instance).len /
                                    SEIGR_WASM_PAGE_LEN);
    if (run->root_count > 0 && memcmp(&run->roots[run->root_count - 1],
                                      &state.root, sizeof(state.root)) == 0)
        state.checkpoint = run->root_count;
    *out = state;
    return 0;
}
