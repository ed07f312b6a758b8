/* SPDX-License-Identifier: MIT */
/*
 * fuzz_run_load.c - taking up a run from the body of a STATE capsule.
 *
 * The input changes a good state: pairs of a place, counted from the end, and
 * what is turned there; its first byte says whether the capsule names the
 * root that the changed snapshot has. What is refused has a code and a
 * sentence; what is taken up has the root that was named, and runs on.
 */
#include "run_world.h"

#include "base/cbor.h"

#define LOAD_BODY_MAX (1u << 19)

struct load_body {
    uint8_t bytes[LOAD_BODY_MAX];
    size_t len;
};

static int load_write(seigr_span piece, void *ctx)
{
    struct load_body *b = ctx;

    FUZZ_REQUIRE(piece.len <= sizeof(b->bytes) - b->len);
    memcpy(b->bytes + b->len, piece.ptr, piece.len);
    b->len += piece.len;
    return 0;
}

static int load_read(uint64_t at, seigr_buf out, void *ctx)
{
    const struct load_body *b = ctx;

    FUZZ_REQUIRE(at <= b->len && out.len <= b->len - at);
    memcpy(out.ptr, b->bytes + at, out.len);
    return 0;
}

/* Something of each kind: a folder, a file, descriptors, output. */
static void load_touch(seigr_run *run)
{
    run_place place = {1, 0, 3, "sub"};
    run_node *node = NULL;

    FUZZ_REQUIRE(seigr__run_node_new(run, &place, 1, &node) == 0);
    memcpy(place.path, "sub/f", 5);
    place.len = 5;
    FUZZ_REQUIRE(seigr__run_node_new(run, &place, 0, &node) == 0);
    FUZZ_REQUIRE(seigr__run_reserve(run, &node->content, 10) == 0);
    seigr__run_write(run, &node->content, 0,
                     (seigr_span){(const uint8_t *)"0123456789", 10});
    run->fds[5] = (run_fd){RUN_FD_FILE, RUN_FD_WRITE, 3, node, 0, 0};
    node->open_count++;
    run->fds[7] = (run_fd){RUN_FD_INPUT_FILE, 0, 2, NULL, 1, 0};
    FUZZ_REQUIRE(seigr__run_reserve(run, &run->output, 5) == 0);
    seigr__run_write(run, &run->output, 0,
                     (seigr_span){(const uint8_t *)"hello", 5});
    run->random_at = 99;
}

static void load_original(const seigr_module *module, struct load_body *body,
                          seigr_task_state *state)
{
    uint32_t reads = 0;
    seigr_run *run = wasi_run_new(module, &reads);

    load_touch(run);
    FUZZ_REQUIRE(seigr_run_save(run, load_write, body, state) == 0);
    seigr_run_free(run);
}

/* The root of the snapshot that now stands in the body, if it has one. */
static void load_name_root(const struct load_body *body,
                           seigr_task_state *state)
{
    const size_t len = (size_t)state->record_len;
    seigr_span snapshot;
    seigr_hash root;
    uint64_t count;
    seigr__cbor r;

    seigr__cbor_init(&r, (seigr_span){body->bytes + (body->len - len), len},
                     SEIGR__CBOR_DETERMINISTIC, NULL);
    if (seigr__cbor_array(&r, &count) != 0 ||
        seigr__cbor_bytes(&r, &snapshot) != 0 ||
        seigr_snapshot_root(wasi_context(), snapshot, &root, NULL) != 0)
        return;
    state->root = root;
}

static void load_try(const seigr_module *module, struct load_body *body,
                     const seigr_task_state *state)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint32_t reads = 0;
    seigr_run *run = wasi_run_new(module, &reads);
    seigr_hash root;
    const int err =
        seigr_run_load(run, state, body->len, load_read, body, &error);

    if (err == 0) {
        FUZZ_REQUIRE(seigr_run_root(run, &root) == 0);
        FUZZ_REQUIRE(memcmp(&root, &state->root, sizeof(root)) == 0);
        FUZZ_REQUIRE(seigr_run_step(run, 1000, &outcome) == 0);
    } else {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
    }
    seigr_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct load_body body;
    seigr_module *module = NULL;
    seigr_task_state state;

    FUZZ_REQUIRE(seigr_module_new(wasi_context(),
                                  (seigr_span){(const uint8_t *)wasi_program,
                                               sizeof(wasi_program) - 1},
                                  NULL, &module, NULL) == 0);
    body.len = 0;
    load_original(module, &body, &state);
    for (size_t i = 1; i + 3 <= size; i += 3) {
        const size_t back = (size_t)data[i] | (size_t)data[i + 1] << 8;

        if (back < body.len)
            body.bytes[body.len - 1 - back] ^= data[i + 2];
    }
    if (size > 0 && (data[0] & 1) != 0)
        load_name_root(&body, &state);
    load_try(module, &body, &state);
    seigr_module_free(module);
    return 0;
}
