/* SPDX-License-Identifier: MIT */
/*
 * measure_edge.c - public calls of the edge profile that verify has not.
 */
#include "measure.h"

#include "board_vectors.h" /* capsule_cases, issuer_cases */
#include "seigr/seigr.h"
#include "seigr/senary.h"
#include "seigr/sys/arena.h"
#include "seigr/sys/store_backend.h"

#include <string.h> /* memset */

static uint64_t memory[(65536 + 65536) / 8];
static uint8_t room[1024];
static const seigr_buf whole_room = {room, sizeof(room)};
static uint8_t digits[100];
static const seigr_span hundred = {digits, sizeof(digits)};
static size_t len;
static size_t cells_len;
static seigr_keypair keypair;
static seigr_keypair_signer_state state;
static seigr_verified verified;

/*
 * run(n): for each number from n down to 1, a store, and its square to a sum.
 * 13 instructions of the guest's a turn.
 */
static const uint8_t program[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01,
    0x60, 0x01, 0x7f, 0x01, 0x7f, 0x03, 0x02, 0x01, 0x00, 0x05, 0x03,
    0x01, 0x00, 0x01, 0x07, 0x07, 0x01, 0x03, 0x72, 0x75, 0x6e, 0x00,
    0x00, 0x0a, 0x29, 0x01, 0x27, 0x01, 0x01, 0x7f, 0x03, 0x40, 0x20,
    0x00, 0x41, 0xfc, 0x07, 0x71, 0x20, 0x01, 0x36, 0x02, 0x00, 0x20,
    0x01, 0x20, 0x00, 0x20, 0x00, 0x6c, 0x6a, 0x21, 0x01, 0x20, 0x00,
    0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b, 0x20, 0x01, 0x0b};

/* Always the same, so that counts are. */
static int no_random(uint8_t *out, size_t wanted, void *ctx)
{
    (void)ctx;
    memset(out, 7, wanted);
    return 0;
}

/* On an arena that begins anew with each call that asks for it. */
static const seigr_context *fresh(void)
{
    static seigr_context value = SEIGR_CONTEXT_INIT;
    static const seigr_random random = {sizeof(random), 0, no_random, NULL};
    seigr_arena *arena;

    if (seigr_arena_init(memory, sizeof(memory), &arena) != 0)
        return NULL;
    value.allocator = seigr_arena_allocator(arena);
    value.crypto = seigr_crypto_sodium_node();
    value.random = &random;
    return &value;
}

/* --- senary and keys --------------------------------------------------- */

static int run_cells_encode(void)
{
    return seigr_cells_encode((seigr_span){memset(digits, '3', 32), 32}, 0,
                              whole_room, &cells_len);
}

static int run_cells_decode(void)
{
    uint8_t out[64];

    return seigr_cells_decode((seigr_span){room, cells_len}, 0,
                              (seigr_buf){out, sizeof(out)}, &len, NULL);
}

static int run_packed(void)
{
    memset(digits, '3', sizeof(digits));
    return seigr_packed_encode(hundred, whole_room, &len, NULL);
}

/* All four of 100 digits, divided by two of them: the numbers' making, too. */
static int run_integers(void)
{
    const seigr_context *context = fresh();
    seigr_integer *n[4];
    int err = 0;

    for (int i = 0; i < 4 && err == 0; i++)
        err = seigr_integer_new(context, &n[i]);
    if (err == 0)
        err = seigr_integer_decode(n[0], hundred, NULL);
    if (err == 0)
        err = seigr_integer_decode(n[1], (seigr_span){digits, 50}, NULL);
    if (err == 0)
        err = seigr_integer_multiply(n[0], n[1], n[2]);
    return err != 0 ? err : seigr_integer_divide(n[2], n[0], n[1], n[3], NULL);
}

static int run_keypair(void)
{
    return seigr_keypair_init_seed(fresh(), issuer_cases[0].seed.ptr, &keypair);
}

static int run_did_key(void)
{
    const seigr_signer signer = seigr_keypair_signer(fresh(), &keypair, &state);
    char out[SEIGR_DID_KEY_LEN + 1];

    seigr_did_key_encode(&signer.key, out);
    return out[0] != 'd';
}

/* --- capsules ---------------------------------------------------------- */

static seigr_draft reading(uint32_t number)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;

    draft.kind = SEIGR_KIND_DATA;
    draft.sequence = 1;
    draft.created_ms = number;
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.content = (seigr_span){digits, 32};
    return draft;
}

static int run_seal(void)
{
    const seigr_context *context = fresh();
    const seigr_signer signer = seigr_keypair_signer(context, &keypair, &state);
    const seigr_draft draft = reading(0);

    return seigr_capsule_seal(context, &draft, &signer, whole_room, &len, NULL,
                              NULL);
}

static int run_batch(void)
{
    const seigr_context *context = fresh();
    const seigr_signer signer = seigr_keypair_signer(context, &keypair, &state);
    seigr_batch *batch;
    seigr_id id;
    int err = seigr_batch_new(context, &signer, 0, &batch);

    for (uint32_t i = 0; i < 8 && err == 0; i++) {
        const seigr_draft draft = reading(i);

        err = seigr_batch_add(batch, &draft, &id, NULL);
    }
    return err != 0 ? err : seigr_batch_seal(batch, NULL);
}

static int run_open(void)
{
    return seigr_capsule_open(fresh(), capsule_cases[1].capsule, whole_room,
                              &verified, NULL);
}

static int run_lineage(void)
{
    seigr_lineage *lineage;
    int err = seigr_lineage_new(fresh(), NULL, &lineage);

    if (err == 0)
        err = seigr_lineage_add(lineage, &verified, NULL);
    return err != 0 ? err : seigr_lineage_settle(lineage);
}

static int run_store(void)
{
    const seigr_context *context = fresh();
    seigr_store_backend backend;
    seigr_store *store;
    int err = seigr_store_memory(context, &backend);

    if (err == 0)
        err = seigr_store_open(context, &backend, NULL, &store, NULL);
    return err != 0 ? err
                    : seigr_store_put_all(store, &verified, 1, NULL, NULL);
}

/* --- engine ------------------------------------------------------------ */

static const seigr_context *module_context;
static seigr_module *module;
static seigr_instance *instance;

static int run_module(void)
{
    module_context = fresh();
    return seigr_module_new(module_context,
                            (seigr_span){program, sizeof(program)}, NULL,
                            &module, NULL);
}

static int run_instance(void)
{
    const int err = run_module();

    return err != 0 ? err
                    : seigr_instance_new(module_context, module, NULL, NULL, 0,
                                         &instance, NULL);
}

static int run_step(void)
{
    const uint64_t turns = 1000;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    int err = seigr_instance_step(instance, UINT64_MAX, &outcome);

    if (err == 0)
        err = seigr_instance_call(instance, 0, &turns, 1, NULL);
    if (err == 0)
        err = seigr_instance_step(instance, UINT64_MAX, &outcome);
    return err != 0 ? err : outcome.status != SEIGR_RUN_DONE;
}

static int run_root(void)
{
    static const seigr_state_info info = {.struct_size = sizeof(info)};
    seigr_hash root;

    return seigr_state_root(instance, &info, &root);
}

/* A call may rest on what the ones before it left. */
const struct measure_call measure_edge_calls[] = {
    {"seigr_cells_encode", "32-bytes", run_cells_encode},
    {"seigr_cells_decode", "32-bytes", run_cells_decode},
    {"seigr_packed_encode", "100-digits", run_packed},
    {"seigr_integer_divide", "new,decode,multiply", run_integers},
    {"seigr_keypair_init_seed", "seed", run_keypair},
    {"seigr_did_key_encode", "key", run_did_key},
    {"seigr_capsule_seal", "32-byte-body", run_seal},
    {"seigr_batch_seal", "new,add-8", run_batch},
    {"seigr_capsule_open", "273-bytes", run_open},
    {"seigr_lineage_settle", "new,add-1", run_lineage},
    {"seigr_store_put_all", "memory,1-capsule", run_store},
    {"seigr_module_new", "of-a-small-loop", run_module},
    {"seigr_instance_new", "with-its-module", run_instance},
    {"seigr_instance_step", "1000-turns", run_step},
    {"seigr_state_root", "after-it", run_root},
    {NULL, NULL, NULL},
};
