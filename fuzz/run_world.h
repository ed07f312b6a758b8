/* SPDX-License-Identifier: MIT */
/*
 * run_world.h - a program, a task with three inputs and a run of it, for the
 * targets that look at runs.
 */
#ifndef SEIGR_FUZZ_RUN_WORLD_H
#define SEIGR_FUZZ_RUN_WORLD_H

#include "fuzz.h"

#include "engine/run_host.h"
#include "seigr/crypto.h"

#include <string.h>

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

static inline seigr_run *wasi_run_new(const seigr_module *module,
                                      uint32_t *reads)
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

#endif
