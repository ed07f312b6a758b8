/* SPDX-License-Identifier: MIT */
/*
 * fuzz_wasi.c - what a program can ask of its host, with any arguments.
 *
 * The input is 4 KiB of guest memory, then calls: which one, and its
 * arguments. After each the trees are in order and within their limits; a
 * call that waits has changed nothing; and a run that was written down is
 * taken up with the same root.
 */
#include "fuzz.h"

#include "engine/run_host.h"
#include "seigr/crypto.h"

#include <string.h>

#define WASI_PAGE 4096u
#define WASI_CALLS_MAX 64u
#define WASI_COST_MAX 1000000u
#define WASI_OUTPUT_MAX 300000u

/* (module (memory 2) (func) (export "_start" (func 0))) */
static const char wasi_program[] = "\0asm\1\0\0\0"
                                   "\1\4\1\x60\0\0"
                                   "\3\2\1\0"
                                   "\5\3\1\0\2"
                                   "\7\n\1\6_start\0\0"
                                   "\n\4\1\2\0\v";

static void *wasi_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void wasi_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static const seigr_allocator wasi_allocator = {
    (uint32_t)sizeof(seigr_allocator), 0, wasi_alloc, wasi_release, NULL};

static const seigr_context *wasi_context(void)
{
    static seigr_context context;

    if (context.struct_size == 0) {
        context = (seigr_context)SEIGR_CONTEXT_INIT;
        context.allocator = &wasi_allocator;
        context.crypto = seigr_crypto_sodium();
    }
    return &context;
}

static seigr_span wasi_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

static size_t wasi_detail(uint8_t *out, size_t room)
{
    const seigr_span paths[3] = {wasi_text("a/b"), wasi_text("a/c"),
                                 wasi_text("stdin")};
    const seigr_span arguments[2] = {wasi_text("x"), wasi_text("")};
    seigr_task_draft draft = SEIGR_TASK_DRAFT_INIT;
    size_t len;

    draft.inputs = paths;
    draft.input_count = 3;
    draft.arguments = arguments;
    draft.argument_count = 2;
    draft.limits.fuel = 1000000;
    draft.limits.output_max = WASI_OUTPUT_MAX;
    FUZZ_REQUIRE(
        seigr_task_encode(&draft, (seigr_buf){out, room}, &len, NULL) == 0);
    return len;
}

static const seigr_verified *wasi_task(void)
{
    static uint8_t bytes[2048];
    static seigr_verified verified;
    const seigr_link links[4] = {{{{7}}, SEIGR_ROLE_PROGRAM},
                                 {{{0}}, SEIGR_ROLE_INPUT},
                                 {{{1}}, SEIGR_ROLE_INPUT},
                                 {{{2}}, SEIGR_ROLE_INPUT}};
    const uint8_t seed[SEIGR_SEED_LEN] = {1};
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_keypair_signer_state state;
    seigr_keypair keypair;
    seigr_signer signer;
    uint8_t detail[256];
    size_t len;

    if (bytes[0] != 0)
        return &verified;
    FUZZ_REQUIRE(seigr_keypair_init_seed(wasi_context(), seed, &keypair) == 0);
    signer = seigr_keypair_signer(wasi_context(), &keypair, &state);
    draft.kind = SEIGR_KIND_TASK;
    draft.sequence = 1;
    draft.links = links;
    draft.link_count = 4;
    draft.detail = (seigr_span){detail, wasi_detail(detail, sizeof(detail))};
    FUZZ_REQUIRE(seigr_capsule_seal(wasi_context(), &draft, &signer,
                                    (seigr_buf){bytes, sizeof(bytes)}, &len,
                                    NULL, NULL) == 0);
    FUZZ_REQUIRE(seigr_capsule_decode(wasi_context(), (seigr_span){bytes, len},
                                      &view, NULL) == 0);
    FUZZ_REQUIRE(seigr_capsule_verify(wasi_context(), &view,
                                      (seigr_buf){NULL, 0}, &verified,
                                      NULL) == 0);
    return &verified;
}

/* Inputs of 0, 10 and 70,000 bytes; each third read is late. */
static int wasi_input_size(const seigr_id *id, uint64_t *size, void *ctx)
{
    (void)ctx;
    *size = id->bytes[0] == 0 ? 0 : id->bytes[0] == 1 ? 10 : 70000;
    return 0;
}

static int wasi_input_read(const seigr_id *id, uint64_t at, seigr_buf out,
                           void *ctx)
{
    uint32_t *reads = ctx;

    FUZZ_REQUIRE(at % 65536 == 0 && id->bytes[0] < 3);
    if (++*reads % 3 == 0)
        return SEIGR_E_AGAIN;
    memset(out.ptr, id->bytes[0], out.len);
    return 0;
}

static seigr_run *wasi_run_new(const seigr_module *module, uint32_t *reads)
{
    seigr_run_options options = SEIGR_RUN_OPTIONS_INIT;
    seigr_run *run = NULL;

    options.input_size = wasi_input_size;
    options.input_read = wasi_input_read;
    options.ctx = reads;
    FUZZ_REQUIRE(seigr_run_new(wasi_context(), wasi_task(), module, &options,
                               &run, NULL) == 0);
    return run;
}

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
