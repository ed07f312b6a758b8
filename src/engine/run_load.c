/* SPDX-License-Identifier: MIT */
/*
 * run_load.c - takes a run up from the body of a STATE capsule.
 *
 * Nothing of it is trusted: the engine checks its part (wasm_restore.c), here
 * is the host's, and at the end the whole must have the root that the capsule
 * says.
 */
#include "run_host.h"

#include "base/alloc.h" /* seigr__alloc */
#include "base/cbor.h"  /* seigr__cbor */
#include "base/error.h" /* seigr__fail */
#include "seigr/body.h" /* SEIGR_BODY_SIZE_MAX */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

#define LOAD_RECORD_MAX 268435456u /* bytes */

/* The body, and where its parts begin. */
typedef struct load_body {
    seigr_run *run;
    int (*read)(uint64_t at, seigr_buf out, void *ctx);
    void *ctx;
    seigr_error *error;
    uint64_t at;  /* of the next content */
    uint64_t end; /* of contents: where the record begins */
    seigr_span leaves;
    size_t page; /* the first that was not asked for */
    uint8_t bytes[SEIGR_STATE_PAGE_LEN];
} load_body;

static int load_fail(load_body *b, int code, const char *what)
{
    return seigr__fail(b->error, code, SEIGR_NO_OFFSET, "the state: %s", what);
}

/* The page of a leaf hash. They are asked for in order, zeros left out. */
static int load_page(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    load_body *b = ctx;
    const size_t count = b->leaves.len / sizeof(hash->bytes);
    int err;

    while (b->page < count &&
           memcmp(b->leaves.ptr + b->page * sizeof(hash->bytes), hash->bytes,
                  sizeof(hash->bytes)) != 0)
        b->page++;
    if (b->page == count)
        return SEIGR_E_NOTFOUND;
    err = b->read((uint64_t)b->page * SEIGR_STATE_PAGE_LEN,
                  (seigr_buf){b->bytes, sizeof(b->bytes)}, b->ctx);
    b->page++;
    *page = (seigr_span){b->bytes, sizeof(b->bytes)};
    return err;
}

/* A content of so many bytes with this head, from the body's next chunks. */
static int load_content(load_body *b, run_content *c, uint64_t size,
                        seigr_span head)
{
    seigr_run *run = b->run;
    const uint64_t padded =
        (size + RUN_CHUNK_LEN - 1) / RUN_CHUNK_LEN * RUN_CHUNK_LEN;
    seigr_hash have;
    int err = 0;

    if (size > run->task.limits.output_max - run->written)
        return load_fail(b, SEIGR_E_LIMIT, "it has more output than allowed");
    if (padded > b->end - b->at)
        return load_fail(b, SEIGR_E_FORMAT, "it ends before a content does");
    for (uint64_t at = 0; err == 0 && at < size;) {
        const uint64_t left = size - at;
        const size_t len =
            left < sizeof(b->bytes) ? (size_t)left : sizeof(b->bytes);

        err = b->read(b->at + at, (seigr_buf){b->bytes, len}, b->ctx);
        if (err == 0)
            err = seigr__run_content_write(run->context, c, at,
                                           (seigr_span){b->bytes, len});
        at += len;
    }
    if (err != 0)
        return err;
    run->written += size;
    b->at += padded;
    seigr__run_content_head(run->context, c, &have);
    if (head.len == sizeof(have) && memcmp(&have, head.ptr, sizeof(have)) == 0)
        return 0;
    return load_fail(b, SEIGR_E_MISMATCH, "a content has another head");
}

static int load_array(seigr__cbor *r, uint64_t most, uint64_t *count)
{
    const int err = seigr__cbor_array(r, count);

    if (err == 0 && *count > most)
        return seigr__cbor_fail(r, SEIGR_E_LIMIT, "an array is too long");
    return err;
}

static int load_count(seigr__cbor *r, uint64_t want)
{
    uint64_t count;
    const int err = seigr__cbor_array(r, &count);

    if (err == 0 && count != want)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "an array is of another length");
    return err;
}

static int load_uint(seigr__cbor *r, uint64_t most, uint64_t *out)
{
    const int err = seigr__cbor_uint(r, out);

    if (err == 0 && *out > most)
        return seigr__cbor_fail(r, SEIGR_E_LIMIT, "a number is too large");
    return err;
}

/* --- descriptors -------------------------------------------------------- */

/* What a descriptor's path must lead to. */
static int load_fd_target(seigr_run *run, run_fd *fd, seigr_span path)
{
    const int is_output = fd->kind == RUN_FD_FILE || fd->kind == RUN_FD_FOLDER;
    const int is_folder =
        fd->kind == RUN_FD_INPUT_FOLDER || fd->kind == RUN_FD_FOLDER;
    run_place place = {(uint32_t)is_output, 0, (uint32_t)path.len, {0}};
    run_found found;

    if (fd->kind <= RUN_FD_STDERR)
        return path.len == 0 ? 0 : SEIGR_E_FORMAT;
    if (path.len > SEIGR_TASK_PATH_MAX)
        return SEIGR_E_FORMAT;
    if (path.len > 0)
        memcpy(place.path, path.ptr, path.len);
    seigr__run_find(run, &place, &found);
    if (!found.is_there || found.is_folder != (uint32_t)is_folder)
        return SEIGR_E_FORMAT;
    fd->node = found.node;
    fd->input = found.input;
    fd->len = fd->kind == RUN_FD_INPUT_FOLDER ? place.len : 0;
    if (fd->node != NULL)
        fd->node->open_count++;
    return 0;
}

/* Can a descriptor have these flags and stand there? */
static int load_fd_is_good(const run_fd *fd)
{
    if (fd->kind == RUN_FD_FILE)
        return 1;
    if (fd->flags != 0)
        return 0;
    return fd->kind == RUN_FD_STDIN || fd->kind == RUN_FD_INPUT_FILE ||
           fd->offset == 0;
}

static int load_fd(load_body *b, seigr__cbor *r, uint32_t stdin_input,
                   run_fd *fd)
{
    uint64_t kind;
    uint64_t flags;
    seigr_span path;
    int err;

    *fd = (run_fd){.kind = RUN_FD_CLOSED};
    if (seigr__cbor_peek(r) == (int)SEIGR__CBOR_SIMPLE)
        return seigr__cbor_nil(r);
    err = load_count(r, 4);
    if (err == 0)
        err = load_uint(r, RUN_FD_FOLDER, &kind);
    if (err == 0)
        err = load_uint(r, RUN_FD_FLAGS, &flags);
    if (err == 0)
        err = load_uint(r, INT64_MAX, &fd->offset);
    if (err == 0)
        err = seigr__cbor_bytes(r, &path);
    if (err != 0)
        return err;
    fd->kind = (uint32_t)kind;
    fd->flags = (uint32_t)flags;
    if (fd->kind == RUN_FD_STDIN)
        fd->input = stdin_input;
    err = load_fd_target(b->run, fd, path);
    if (err == 0 && load_fd_is_good(fd))
        return 0;
    return load_fail(b, SEIGR_E_FORMAT, "a descriptor is of nothing");
}

static int load_fds(load_body *b, seigr__cbor *r)
{
    const uint32_t stdin_input = b->run->fds[RUN_FD_STDIN].input;
    run_fd *fds = b->run->fds;
    uint64_t count;
    int err = load_array(r, RUN_FD_COUNT, &count);

    for (uint32_t i = 0; err == 0 && i < RUN_FD_COUNT; i++) {
        if (i < count)
            err = load_fd(b, r, stdin_input, &fds[i]);
        else
            fds[i] = (run_fd){.kind = RUN_FD_CLOSED};
    }
    if (err == 0 && count > 0 && fds[count - 1].kind == RUN_FD_CLOSED)
        err = load_fail(b, SEIGR_E_FORMAT, "a closed descriptor is the last");
    return err;
}

/* --- files -------------------------------------------------------------- */

static int load_node(load_body *b, seigr__cbor *r, seigr_span *last)
{
    run_place place = {1, 0, 0, {0}};
    seigr_span path;
    seigr_span head;
    uint64_t count;
    uint64_t size = 0;
    run_node *node;
    int err = load_array(r, 3, &count);

    if (err == 0)
        err = seigr__cbor_bytes(r, &path);
    if (err == 0 && count == 3)
        err = load_uint(r, SEIGR_BODY_SIZE_MAX, &size);
    if (err == 0 && count == 3)
        err = seigr__cbor_bytes(r, &head);
    if (err != 0)
        return err;
    if ((count != 1 && count != 3) || !seigr_task_path_is_good(path) ||
        (last->ptr != NULL && seigr_task_path_compare(*last, path) >= 0))
        return load_fail(b, SEIGR_E_FORMAT, "its files are not in order");
    memcpy(place.path, path.ptr, path.len);
    place.len = (uint32_t)path.len;
    *last = path;
    if (!seigr__run_has_parent(b->run, &place))
        return load_fail(b, SEIGR_E_FORMAT, "a file is in no folder");
    (void)seigr__run_node_new(b->run, &place, count == 1, &node);
    if (b->run->fault != 0)
        return b->run->fault;
    return count == 1 ? 0 : load_content(b, &node->content, size, head);
}

static int load_nodes(load_body *b, seigr__cbor *r)
{
    seigr_span last = {NULL, 0};
    uint64_t count;
    int err = load_array(r, SEIGR_TASK_LIST_MAX, &count);

    for (uint64_t i = 0; err == 0 && i < count; i++)
        err = load_node(b, r, &last);
    return err;
}

/* --- the whole ---------------------------------------------------------- */

/* Descriptors name files, which stand behind them: read again. */
static int load_host(load_body *b, seigr_span host)
{
    seigr_run *run = b->run;
    seigr__cbor r;
    seigr__cbor fds;
    seigr_span head;
    uint64_t version;
    uint64_t called;
    uint64_t size;
    int err;

    seigr__cbor_init(&r, host, SEIGR__CBOR_DETERMINISTIC, b->error);
    err = load_count(&r, run->task.channel_count > 0 ? 7 : 6);
    if (err == 0)
        err = load_uint(&r, 1, &version);
    if (err == 0)
        err = load_uint(&r, UINT64_MAX, &run->random_at);
    if (err == 0)
        err = load_uint(&r, 1, &called);
    fds = r;
    if (err == 0)
        err = seigr__cbor_skip(&r, NULL);
    if (err == 0)
        err = load_count(&r, 2);
    if (err == 0)
        err = load_uint(&r, SEIGR_BODY_SIZE_MAX, &size);
    if (err == 0)
        err = seigr__cbor_bytes(&r, &head);
    if (err == 0)
        err = load_content(b, &run->output, size, head);
    if (err == 0)
        err = load_nodes(b, &r);
    if (err == 0 && run->task.channel_count > 0)
        err = seigr__run_talk_get(&r, run);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0)
        err = load_fds(b, &fds);
    if (err != 0)
        return err;
    if (version != 1)
        return load_fail(b, SEIGR_E_UNSUPPORTED, "its version is another");
    if (b->at != b->end)
        return load_fail(b, SEIGR_E_FORMAT, "contents are left over");
    run->called = (uint32_t)called;
    return 0;
}

/* [snapshot, roots], and from the snapshot what is needed of it here. */
static int load_record(load_body *b, seigr_span record, seigr_span *snapshot,
                       uint64_t *fuel_used)
{
    seigr_run *run = b->run;
    seigr_span roots;
    seigr_span skipped;
    uint64_t number;
    seigr__cbor r;
    int err;

    seigr__cbor_init(&r, record, SEIGR__CBOR_DETERMINISTIC, b->error);
    err = load_count(&r, 2);
    if (err == 0)
        err = seigr__cbor_bytes(&r, snapshot);
    if (err == 0)
        err = seigr__cbor_bytes(&r, &roots);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err != 0)
        return err;
    if (roots.len % sizeof(*run->roots) != 0 ||
        roots.len / sizeof(*run->roots) > SEIGR_TASK_ROOTS_MAX)
        return load_fail(b, SEIGR_E_FORMAT, "its roots are no list of roots");
    seigr__cbor_init(&r, *snapshot, SEIGR__CBOR_DETERMINISTIC, b->error);
    err = load_count(&r, 2);
    skipped = (seigr_span){NULL, 0};
    if (err == 0)
        err = seigr__cbor_skip(&r, &skipped);
    if (err == 0)
        err = seigr__cbor_bytes(&r, &b->leaves);
    if (err != 0)
        return err;
    seigr__cbor_init(&r, skipped, SEIGR__CBOR_DETERMINISTIC, b->error);
    err = seigr__cbor_array(&r, &number); /* the engine checks the rest */
    for (int i = 0; err == 0 && i < 3; i++)
        err = seigr__cbor_skip(&r, NULL);
    if (err == 0)
        err = seigr__cbor_uint(&r, fuel_used);
    if (err == 0)
        err = seigr__run_roots_room(
            run, (uint32_t)(roots.len / sizeof(*run->roots)));
    if (err != 0)
        return err;
    run->root_count = (uint32_t)(roots.len / sizeof(*run->roots));
    if (roots.len > 0)
        memcpy(run->roots, roots.ptr, roots.len);
    return 0;
}

/* Does what the capsule says go with what is in it? */
static int load_check(load_body *b, const seigr_task_state *state,
                      const seigr_state_info *info, uint64_t fuel_used)
{
    const seigr_run *run = b->run;
    const seigr_task_limits *limits = &run->task.limits;
    const uint64_t most = limits->checkpoint_every == 0
                              ? 0
                              : limits->fuel / limits->checkpoint_every;

    if (memcmp(&info->task, &run->task_id, sizeof(info->task)) != 0 ||
        memcmp(&info->program, &run->task.program, sizeof(info->program)) != 0)
        return load_fail(b, SEIGR_E_MISMATCH, "it is of another task");
    if (b->leaves.len / sizeof(seigr_hash) !=
        (uint64_t)state->memory_pages *
            (SEIGR_WASM_PAGE_LEN / SEIGR_STATE_PAGE_LEN))
        return load_fail(b, SEIGR_E_MISMATCH, "its memory is another");
    if (fuel_used != state->fuel_used || fuel_used > limits->fuel)
        return load_fail(b, SEIGR_E_MISMATCH, "its fuel is another");
    if (run->root_count > most ||
        (run->root_count < most &&
         (run->root_count + 1u) * limits->checkpoint_every < fuel_used) ||
        state->checkpoint > run->root_count)
        return load_fail(b, SEIGR_E_MISMATCH,
                         "its roots do not go with its fuel");
    return 0;
}

static int load_parts(load_body *b, const seigr_task_state *state,
                      seigr_span record)
{
    seigr_run *run = b->run;
    seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_span snapshot;
    seigr_hash root;
    uint64_t fuel_used = 0;
    int err = load_record(b, record, &snapshot, &fuel_used);

    if (err == 0)
        err = seigr_snapshot_restore(run->instance, snapshot, load_page, b,
                                     &info, &root, b->error);
    if (err == 0)
        err = load_check(b, state, &info, fuel_used);
    if (err == 0)
        err = load_host(b, info.host);
    if (err != 0)
        return err;
    if (memcmp(&root, &state->root, sizeof(root)) != 0)
        return load_fail(b, SEIGR_E_MISMATCH, "its root is another");
    run->at.fuel_used = fuel_used;
    run->at.status = SEIGR_RUN_YIELDED;
    return 0;
}

static int load_begin(load_body *b, const seigr_task_state *state,
                      uint64_t body_size)
{
    const uint64_t memory = (uint64_t)state->memory_pages * RUN_CHUNK_LEN;
    uint8_t *record;
    int err;

    if (state->record_len == 0 || state->record_len > LOAD_RECORD_MAX ||
        state->record_len > body_size || body_size - state->record_len < memory)
        return load_fail(b, SEIGR_E_FORMAT, "its record does not fit its body");
    b->at = memory;
    b->end = body_size - state->record_len;
    record = seigr__alloc(b->run->context, (size_t)state->record_len);
    if (record == NULL)
        return SEIGR_E_NOMEM;
    err =
        b->read(b->end, (seigr_buf){record, (size_t)state->record_len}, b->ctx);
    if (err == 0)
        err = load_parts(b, state,
                         (seigr_span){record, (size_t)state->record_len});
    seigr__release(b->run->context, record);
    return err;
}

int seigr_run_load(seigr_run *run, const seigr_task_state *state,
                   uint64_t body_size,
                   int (*read)(uint64_t at, seigr_buf out, void *ctx),
                   void *ctx, seigr_error *error)
{
    load_body b = {.run = run, .read = read, .ctx = ctx, .error = error};
    int err;

    if (run == NULL || state == NULL || read == NULL ||
        run->at.fuel_used != 0 || run->called)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_run_load: an argument is missing, or the "
                           "run has begun");
    err = load_begin(&b, state, body_size);
    if (err == SEIGR_E_NOMEM)
        return load_fail(&b, err, "there is no memory for it");
    return err;
}
