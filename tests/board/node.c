/* SPDX-License-Identifier: MIT */
/*
 * node.c - firmware of a node: a task comes in, is verified and run with fuel,
 * and what it came to goes out as a capsule and into a store on flash.
 *
 * It needs the profile edge: no operating system, and no heap but an arena in
 * memory of its own, of which a page of 64 KiB is the program's. The task is
 * signed on the board here, by the node's own key; a real node takes it from
 * a peer and asks trust.h whether the peer may. Its flash is an array.
 *
 * Exit status: 0 when the program said what it should and the result can be
 * had from the store.
 */
#include <seigr/seigr.h>     /* the library */
#include <seigr/sys/arena.h> /* seigr_arena_init */
#include <seigr/sys/flash.h> /* seigr_flash_open */

#include <board.h> /* board_print */

#include <string.h> /* memcmp, memcpy */

#define BLOCK_LEN 2048u
#define BLOCKS 16u
#define GUEST_LEN 65536u

static uint8_t memory[GUEST_LEN + 16384];
static uint8_t flash[BLOCKS * BLOCK_LEN];
static uint64_t flash_memory[1024];
static uint8_t task_bytes[512];
static uint8_t result_bytes[1024];
static const uint8_t seed[SEIGR_SEED_LEN] = "a seed for the test, no more!!!";

/*
 * (module
 *   (import "wasi_snapshot_preview1" "fd_write"
 *     (func $write (param i32 i32 i32 i32) (result i32)))
 *   (memory (export "memory") 1)
 *   (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
 *   (func (export "_start")
 *     (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1)
 *                        (i32.const 16)))))
 */
static const uint8_t program[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0c, 0x02, 0x60,
    0x04, 0x7f, 0x7f, 0x7f, 0x7f, 0x01, 0x7f, 0x60, 0x00, 0x00, 0x02, 0x23,
    0x01, 0x16, 0x77, 0x61, 0x73, 0x69, 0x5f, 0x73, 0x6e, 0x61, 0x70, 0x73,
    0x68, 0x6f, 0x74, 0x5f, 0x70, 0x72, 0x65, 0x76, 0x69, 0x65, 0x77, 0x31,
    0x08, 0x66, 0x64, 0x5f, 0x77, 0x72, 0x69, 0x74, 0x65, 0x00, 0x00, 0x03,
    0x02, 0x01, 0x01, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x13, 0x02, 0x06,
    0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x06, 0x5f, 0x73, 0x74,
    0x61, 0x72, 0x74, 0x00, 0x01, 0x0a, 0x0f, 0x01, 0x0d, 0x00, 0x41, 0x01,
    0x41, 0x00, 0x41, 0x01, 0x41, 0x10, 0x10, 0x00, 0x1a, 0x0b, 0x0b, 0x14,
    0x01, 0x00, 0x41, 0x00, 0x0b, 0x0e, 0x08, 0x00, 0x00, 0x00, 0x06, 0x00,
    0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0a,
};

/* --- the node's flash ---------------------------------------------------- */

static int node_read(uint32_t block, uint32_t at, uint8_t *out, size_t len,
                     void *ctx)
{
    memcpy(out, (uint8_t *)ctx + block * BLOCK_LEN + at, len);
    return 0;
}

static int node_program(uint32_t block, uint32_t at, const uint8_t *bytes,
                        size_t len, void *ctx)
{
    memcpy((uint8_t *)ctx + block * BLOCK_LEN + at, bytes, len);
    return 0;
}

static int node_erase(uint32_t block, void *ctx)
{
    memset((uint8_t *)ctx + block * BLOCK_LEN, 0xff, BLOCK_LEN);
    return 0;
}

static int node_store(const seigr_context *context, seigr_store **out)
{
    const seigr_flash_options options = {sizeof(options), 64, 32, 1024};
    seigr_flash_device device = SEIGR_FLASH_DEVICE_INIT;
    seigr_store_backend backend;
    int err;

    device.block_count = BLOCKS;
    device.block_size = BLOCK_LEN;
    device.program_size = 8;
    device.read = node_read;
    device.program = node_program;
    device.erase = node_erase;
    device.ctx = flash;
    err = seigr_flash_format(&device, NULL);
    if (err == 0)
        err = seigr_flash_open(context, &device, &options, flash_memory,
                               sizeof(flash_memory), &backend, NULL);
    return err != 0 ? err
                    : seigr_store_open(context, &backend, NULL, out, NULL);
}

/* --- the task and its result --------------------------------------------- */

/* Who signs, and where the numbered stream of what was signed stands. */
struct issuer {
    seigr_signer signer;
    seigr_stream_head head;
};

/* Sign the next capsule, and take it through the same door as any other. */
static int seal(const seigr_context *context, struct issuer *issuer,
                seigr_draft *draft, seigr_buf out, seigr_verified *verified)
{
    seigr_id id;
    size_t len;
    int err = seigr_stream_head_next(&issuer->head, draft);

    if (err == 0)
        err = seigr_capsule_seal(context, draft, &issuer->signer, out, &len,
                                 &id, NULL);
    if (err == 0)
        err = seigr_stream_head_advance(&issuer->head, &id);
    return err != 0 ? err
                    : seigr_capsule_open(context, (seigr_span){out.ptr, len},
                                         (seigr_buf){NULL, 0}, verified, NULL);
}

static int make_task(const seigr_context *context, struct issuer *issuer,
                     seigr_verified *task)
{
    const seigr_buf out = {task_bytes, sizeof(task_bytes)};
    seigr_link link = {{{0}}, SEIGR_ROLE_PROGRAM};
    seigr_task_draft work = SEIGR_TASK_DRAFT_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t detail[128];
    size_t len;
    int err;

    seigr_sha256(context, (seigr_span){program, sizeof(program)},
                 (seigr_hash *)&link.id);
    work.limits.fuel = 100000;
    work.limits.memory_pages = 1;
    work.limits.depth = 64;
    work.limits.slots = 512;
    err = seigr_task_encode(&work, (seigr_buf){detail, sizeof(detail)}, &len,
                            NULL);
    draft.kind = SEIGR_KIND_TASK;
    draft.links = &link;
    draft.link_count = 1;
    draft.detail = (seigr_span){detail, len};
    return err != 0 ? err : seal(context, issuer, &draft, out, task);
}

static int make_result(const seigr_context *context, struct issuer *issuer,
                       const seigr_verified *task, const seigr_run *run,
                       seigr_verified *verified)
{
    const seigr_buf out = {result_bytes, sizeof(result_bytes)};
    seigr_link link = {*seigr_verified_id(task), SEIGR_ROLE_TASK};
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_result result;
    uint8_t detail[256];
    size_t len = 0;
    int err = seigr_run_result(run, &result);

    if (err == 0)
        err = seigr_result_encode(
            context, &result, (seigr_buf){detail, sizeof(detail)}, &len, NULL);
    draft.kind = SEIGR_KIND_RESULT;
    draft.links = &link;
    draft.link_count = 1;
    draft.detail = (seigr_span){detail, len};
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.content = seigr_run_content(run, 0, 0);
    return err != 0 ? err : seal(context, issuer, &draft, out, verified);
}

/* Run a task's program to its end, a slice of fuel at a time. */
static int work(seigr_run *run)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    int err;

    do
        err = seigr_run_step(run, 10000, &outcome);
    while (err == 0 && outcome.status == SEIGR_RUN_YIELDED);
    return err == 0 && outcome.status != SEIGR_RUN_DONE ? SEIGR_E_MISMATCH
                                                        : err;
}

static int serve(const seigr_context *context, struct issuer *issuer,
                 seigr_store *store)
{
    seigr_verified both[2];
    seigr_module *module = NULL;
    seigr_run *run = NULL;
    int err = make_task(context, issuer, &both[0]);

    if (err == 0)
        err = seigr_module_new(context, (seigr_span){program, sizeof(program)},
                               NULL, &module, NULL);
    if (err == 0)
        err = seigr_run_new(context, &both[0], module, NULL, &run, NULL);
    if (err == 0)
        err = work(run);
    if (err == 0)
        err = make_result(context, issuer, &both[0], run, &both[1]);
    if (err == 0)
        err = seigr_store_put_all(store, both, 2, NULL, NULL);
    seigr_run_free(run);
    seigr_module_free(module);
    return err;
}

/* The result of the only task, from the store. */
static int recall(seigr_store *store)
{
    seigr_store_cursor cursor;
    seigr_store_txn *txn;
    seigr_id id;
    size_t len;
    int err = seigr_store_begin(store, SEIGR_STORE_READ, &txn, NULL);

    if (err != 0)
        return err;
    seigr_store_by_kind(&cursor, SEIGR_KIND_RESULT);
    err = seigr_store_next(txn, &cursor, &id) == 1 ? 0 : SEIGR_E_NOTFOUND;
    memset(result_bytes, 0, sizeof(result_bytes));
    if (err == 0)
        err = seigr_store_get(txn, &id,
                              (seigr_buf){result_bytes, sizeof(result_bytes)},
                              &len, NULL);
    seigr_store_abort(txn);
    for (size_t i = 0; err == 0 && i + 6 < sizeof(result_bytes); i++)
        if (memcmp(result_bytes + i, "hello\n", 6) == 0)
            return 0;
    return err != 0 ? err : SEIGR_E_MISMATCH;
}

int main(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_keypair_signer_state state;
    seigr_store *store = NULL;
    seigr_keypair keypair;
    struct issuer issuer;
    seigr_arena *arena;
    int err = seigr_arena_init(memory, sizeof(memory), &arena);

    if (err != 0)
        return 1;
    context.allocator = seigr_arena_allocator(arena);
    context.crypto = seigr_crypto_sodium_node();
    if (seigr_keypair_init_seed(&context, seed, &keypair) != 0)
        return 1;
    issuer.signer = seigr_keypair_signer(&context, &keypair, &state);
    seigr_stream_head_first(&issuer.head);
    err = node_store(&context, &store);
    if (err == 0)
        err = serve(&context, &issuer, store);
    if (err == 0)
        err = recall(store);
    seigr_store_close(store);
    seigr_keypair_fini(&context, &keypair);
    board_print(err == 0 ? "ran a task: " : seigr_strerror(err));
    board_print_number(seigr_arena_peak(arena));
    board_print(" bytes of the arena at most, 65536 of them the program's\n");
    return err != 0;
}
