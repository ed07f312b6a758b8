/* SPDX-License-Identifier: MIT */
/*
 * fuzz_wasi.c - what a program can ask of its host, with any arguments.
 *
 * The input is 4 KiB of guest memory, then calls: which one, and its
 * arguments. After each the trees are in order and within their limits; a
 * call that waits has changed nothing; and a run that was written down is
 * taken up with the same root.
 */
#include "run_world.h"

#include <string.h>

#define WASI_PAGE 4096u
#define WASI_CALLS_MAX 64u
#define WASI_COST_MAX 1000000u

/* What must hold between two calls. */
static void wasi_check(const seigr_run *run)
{
    uint64_t written = run->output.size;
    uint32_t open = 0;

    FUZZ_REQUIRE(run->node_count <= SEIGR_TASK_LIST_MAX);
    for (uint32_t i = 0; i < run->node_count; i++) {
        const run_node *node = run->nodes[i];
        const seigr_span path = {node->path, node->len};

        FUZZ_REQUIRE(seigr_task_path_is_good(path));
        if (i > 0)
            FUZZ_REQUIRE(
                seigr_task_path_compare((seigr_span){run->nodes[i - 1]->path,
                                                     run->nodes[i - 1]->len},
                                        path) < 0);
        written += node->content.size;
        open += node->open_count;
    }
    FUZZ_REQUIRE(written == run->written && written <= WASI_OUTPUT_MAX);
    for (uint32_t i = 0; i < RUN_FD_COUNT; i++)
        open -= run->fds[i].node != NULL;
    FUZZ_REQUIRE(open == 0);
}

static uint32_t wasi_count(const seigr_host_function *table)
{
    uint32_t count = 0;

    while (table[count].name != NULL)
        count++;
    return count;
}

/* A call from the bytes of the input. Returns how many it took. */
static size_t wasi_call(seigr_run *run, const uint8_t *data, size_t size)
{
    const uint32_t own = wasi_count(seigr__run_own);
    const uint32_t which = data[0] % (wasi_count(seigr__run_wasi) + own);
    const seigr_host_function *f =
        which < own ? &seigr__run_own[which] : &seigr__run_wasi[which - own];
    seigr_host_call call = {run->instance, NULL, 5, 100000, run};
    uint64_t values[16] = {0};
    size_t at = 1;
    size_t n = 0;

    for (; f->type[n] != ':' && at + 2 <= size; n++, at += 2)
        values[n] = (uint64_t)data[at] | (uint64_t)(data[at + 1] & 0x7f) << 8;
    if (n > 0 && at < size && data[at] > 250) /* something large */
        values[n - 1] = f->type[n - 1] == 'i' ? UINT32_MAX - data[at]
                                              : UINT64_MAX - data[at];
    call.values = values;
    if (f->cost != NULL && f->cost(&call) > WASI_COST_MAX)
        return at;
    for (int again = 0; f->call(&call) == SEIGR_HOST_WAIT; again++) {
        FUZZ_REQUIRE(run->fault == SEIGR_E_AGAIN && again < 3);
        run->fault = 0;
    }
    return at;
}

/* --- written down and taken up ----------------------------------------- */

struct wasi_body {
    uint8_t bytes[1 << 21];
    size_t len;
};

static int wasi_write(seigr_span piece, void *ctx)
{
    struct wasi_body *b = ctx;

    FUZZ_REQUIRE(piece.len <= sizeof(b->bytes) - b->len);
    memcpy(b->bytes + b->len, piece.ptr, piece.len);
    b->len += piece.len;
    return 0;
}

static int wasi_read(uint64_t at, seigr_buf out, void *ctx)
{
    const struct wasi_body *b = ctx;

    FUZZ_REQUIRE(at <= b->len && out.len <= b->len - at);
    memcpy(out.ptr, b->bytes + at, out.len);
    return 0;
}

static void wasi_again(seigr_run *run, const seigr_module *module)
{
    static struct wasi_body body;
    uint32_t reads = 0;
    seigr_task_state state;
    seigr_run *again;
    seigr_hash root;

    body.len = 0;
    FUZZ_REQUIRE(seigr_run_save(run, wasi_write, &body, &state) == 0);
    again = wasi_run_new(module, &reads);
    FUZZ_REQUIRE(
        seigr_run_load(again, &state, body.len, wasi_read, &body, NULL) == 0);
    wasi_check(again);
    FUZZ_REQUIRE(seigr_run_root(again, &root) == 0);
    FUZZ_REQUIRE(memcmp(&root, &state.root, sizeof(root)) == 0);
    seigr_run_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t memory = size < WASI_PAGE ? size : WASI_PAGE;
    seigr_module *module = NULL;
    uint32_t reads = 0;
    seigr_run *run;
    size_t at = memory;

    FUZZ_REQUIRE(seigr_module_new(wasi_context(),
                                  (seigr_span){(const uint8_t *)wasi_program,
                                               sizeof(wasi_program) - 1},
                                  NULL, &module, NULL) == 0);
    run = wasi_run_new(module, &reads);
    if (memory > 0)
        FUZZ_REQUIRE(seigr_instance_write(run->instance, 0,
                                          (seigr_span){data, memory}) == 0);
    for (uint32_t i = 0; i < WASI_CALLS_MAX && at < size; i++) {
        at += wasi_call(run, data + at, size - at);
        wasi_check(run);
    }
    wasi_again(run, module);
    seigr_run_free(run);
    seigr_module_free(module);
    return 0;
}
