/* SPDX-License-Identifier: MIT */
/*
 * Programs stop before every instruction, go on in a new instance, and come
 * to the roots, fuel and results that they have on every machine.
 */
#include "harness.h"

#include "seigr/crypto.h"
#include "seigr/engine.h"
#include "seigr/sys/arena.h"

#include <string.h> /* memset */

/* What a guest with three pages takes twice, and snapshots. */
#define ROOM (1536u * 1024u)
#define REST_MAX 8192u

static uint8_t engine_room[ROOM];
static uint8_t engine_rest[REST_MAX];

static int engine_mix(seigr_host_call *call)
{
    call->values[0] = call->values[0] * 0x9e3779b97f4a7c15u + call->values[1] +
                      call->fuel_used;
    return SEIGR_HOST_OK;
}

static uint64_t engine_mix_cost(const seigr_host_call *call)
{
    return call->values[1] + 2;
}

static int engine_note(seigr_host_call *call)
{
    const uint8_t byte = (uint8_t)call->values[0];

    return seigr_instance_write(call->instance, 128, (seigr_span){&byte, 1}) ==
                   0
               ? SEIGR_HOST_OK
               : SEIGR_HOST_TRAP;
}

static const seigr_host_function engine_hosts[] = {
    {"test", "mix", "Ii:I", engine_mix_cost, engine_mix},
    {"test", "note", "i:", NULL, engine_note},
};

static seigr_instance *engine_instance(const seigr_context *context,
                                       const seigr_module *module)
{
    const seigr_extern imports[2] = {
        {SEIGR_WASM_FUNCTION, 0, NULL, &engine_hosts[0], NULL},
        {SEIGR_WASM_FUNCTION, 0, NULL, &engine_hosts[1], NULL},
    };
    seigr_instance_options options = SEIGR_INSTANCE_OPTIONS_INIT;
    seigr_instance *instance = NULL;

    options.pages_max = 4;
    options.slots_max = 4096;
    options.depth_max = 256;
    (void)!seigr_instance_new(context, module, &options, imports, 2, &instance,
                              NULL);
    return instance;
}

static seigr_state_info engine_info(void)
{
    static const uint8_t host[] = {0x82, 0x01, 0x43, 'a', 'b', 'c'};
    seigr_state_info info = SEIGR_STATE_INFO_INIT;

    memset(info.program.bytes, 0x11, sizeof(info.program.bytes));
    memset(info.task.bytes, 0x22, sizeof(info.task.bytes));
    info.host = (seigr_span){host, sizeof(host)};
    return info;
}

/* One step of an instruction at least; calls run when it is time to. Returns
 * 0 when all is done. */
static int engine_advance(seigr_instance *instance, int *called)
{
    static const seigr_span run = {(const uint8_t *)"run", 3};
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_extern found;
    uint64_t before;
    uint64_t fuel = 1;

    if (seigr_instance_step(instance, 0, &outcome) != 0)
        return 0;
    before = outcome.fuel_used;
    for (;
         outcome.status == SEIGR_RUN_OUT_OF_FUEL && outcome.fuel_used == before;
         fuel *= 2)
        if (seigr_instance_step(instance, fuel, &outcome) != 0)
            return 0;
    if (outcome.status == SEIGR_RUN_OUT_OF_FUEL)
        return 1;
    if (*called || seigr_instance_export(instance, run, &found, NULL) != 0)
        return 0;
    *called = 1;
    return seigr_instance_call(instance, found.index, NULL, 0, NULL) == 0;
}

/* Pages are found in the memory of the instance that is left. */
struct engine_from {
    const seigr_context *context;
    seigr_span memory;
};

static int engine_page(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    const struct engine_from *from = ctx;
    seigr_hash found;

    for (size_t at = 0; at < from->memory.len; at += SEIGR_STATE_PAGE_LEN) {
        *page = (seigr_span){from->memory.ptr + at, SEIGR_STATE_PAGE_LEN};
        seigr_merkle_hash_leaf(from->context, *page, &found);
        if (memcmp(&found, hash, sizeof(found)) == 0)
            return 0;
    }
    return SEIGR_E_NOTFOUND;
}

/* Take an instance's state up in a new one; NULL if that fails. */
static seigr_instance *engine_elsewhere(const seigr_context *context,
                                        const seigr_module *module,
                                        seigr_instance *instance)
{
    const seigr_state_info info = engine_info();
    struct engine_from from = {context, seigr_instance_memory(instance)};
    seigr_instance *other = engine_instance(context, module);
    size_t len = 0;

    if (seigr_snapshot_encode(instance, &info, NULL, NULL,
                              (seigr_buf){engine_rest, sizeof(engine_rest)},
                              &len) != 0 ||
        seigr_snapshot_restore(other, (seigr_span){engine_rest, len},
                               engine_page, &from, NULL, NULL, NULL) != 0) {
        seigr_instance_free(other);
        other = NULL;
    }
    seigr_instance_free(instance);
    return other;
}

/* Every 40th stop is a move: hashing is slow on a board. */
static void engine_trace(const seigr_context *context,
                         const struct engine_case *c, size_t index)
{
    const seigr_state_info info = engine_info();
    const seigr_crypto *crypto = context->crypto;
    seigr_module *module = NULL;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_sha256_state all;
    seigr_instance *instance;
    seigr_hash root;
    uint64_t result = 0;
    uint64_t stops = 0;
    int called = 0;

    support_check(seigr_module_new(context, c->module, NULL, &module, NULL) ==
                      0,
                  "engine", index);
    instance = engine_instance(context, module);
    crypto->sha256_init(&all, crypto->ctx);
    do {
        if (++stops % 40 == 0)
            instance = engine_elsewhere(context, module, instance);
        support_check(instance != NULL &&
                          seigr_state_root(instance, &info, &root) == 0,
                      "engine", index);
        if (instance == NULL)
            break;
        crypto->sha256_update(&all, root.bytes, 32, crypto->ctx);
    } while (engine_advance(instance, &called));
    if (instance != NULL) {
        crypto->sha256_final(&all, root.bytes, crypto->ctx);
        support_check(support_equal((seigr_span){root.bytes, 32}, c->roots),
                      "engine", index);
        support_check(seigr_instance_step(instance, 0, &outcome) == 0 &&
                          outcome.fuel_used == c->fuel && stops == c->stops,
                      "engine", index);
        support_check(seigr_instance_results(instance, &result, 1) == 1 &&
                          result == c->result,
                      "engine", index);
    }
    seigr_instance_free(instance);
    seigr_module_free(module);
}

void test_board_edge_engine__golden_roots(void **state)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_arena *arena = NULL;

    (void)state;
    support_check(seigr_arena_init(engine_room, sizeof(engine_room), &arena) ==
                      0,
                  "engine", 0);
    context.allocator = seigr_arena_allocator(arena);
    context.crypto = seigr_crypto_sodium_node();
    for (size_t i = 0; i < engine_case_count; i++)
        engine_trace(&context, &engine_cases[i], i);
    support_count("engine", engine_case_count);
}
