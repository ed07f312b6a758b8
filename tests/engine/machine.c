/* SPDX-License-Identifier: MIT */
/*
 * machine.c - modules and instances for the engine's tests.
 */
#include "machine.h"

#include "seigr/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const seigr_context *machine_context(void)
{
    static support_memory memory;
    static seigr_context context;

    if (context.struct_size == 0) {
        support_memory_init(&memory);
        context = (seigr_context)SEIGR_CONTEXT_INIT;
        context.allocator = &memory.allocator;
        context.crypto = seigr_crypto_default();
    }
    return &context;
}

seigr_module *machine_module(seigr_span bytes)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module *module = NULL;

    if (seigr_module_new(machine_context(), bytes, NULL, &module, &error) != 0)
        fail_msg("module refused at %llu: %s", (unsigned long long)error.offset,
                 error.text);
    return module;
}

seigr_span machine_vector(const char *name)
{
    const char *dir = support_vectors_dir();
    char path[4096];

    if (dir == NULL) {
        printf("skipped: %s is not there, set SEIGR_VECTORS\n", name);
        skip();
        return (seigr_span){NULL, 0}; /* skip() does not come back */
    }
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return support_file(path);
}

seigr_outcome machine_run(seigr_instance *instance, uint64_t slice)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    do {
        const uint64_t before = outcome.fuel_used;

        assert_ok(seigr_instance_step(instance, slice == 0 ? INT64_MAX : slice,
                                      &outcome));
        /* A slice that is too small for one instruction grows. */
        if (slice != 0 && outcome.fuel_used == before)
            slice *= 2;
    } while (outcome.status == SEIGR_RUN_OUT_OF_FUEL);
    return outcome;
}

seigr_outcome machine_call(seigr_instance *instance, const char *name,
                           const uint64_t *args, uint32_t count, uint64_t slice)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_extern found;

    if (seigr_instance_export(instance,
                              (seigr_span){(const uint8_t *)name, strlen(name)},
                              &found, &error) != 0 ||
        seigr_instance_call(instance, found.index, args, count, &error) != 0)
        fail_msg("%s", error.text);
    return machine_run(instance, slice);
}

machine_state machine_take(seigr_instance *instance)
{
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    const seigr_span memory = seigr_instance_memory(instance);
    machine_state state;

    memset(&state, 0, sizeof(state));
    assert_int_equal(seigr_snapshot_encode(instance, &info, NULL, NULL,
                                           (seigr_buf){NULL, 0},
                                           &state.rest_len),
                     SEIGR_E_ROOM);
    state.page_count = memory.len / SEIGR_STATE_PAGE_LEN;
    state.rest = malloc(state.rest_len);
    state.pages = malloc(memory.len + 1);
    state.hashes = malloc((state.page_count + 1) * sizeof(*state.hashes));
    assert_true(state.rest != NULL && state.pages != NULL &&
                state.hashes != NULL);
    assert_ok(seigr_snapshot_encode(instance, &info, NULL, NULL,
                                    (seigr_buf){state.rest, state.rest_len},
                                    &state.rest_len));
    if (memory.len > 0)
        memcpy(state.pages, memory.ptr, memory.len);
    /* The snapshot ends with their hashes. */
    memcpy(state.hashes,
           state.rest + state.rest_len -
               state.page_count * sizeof(*state.hashes),
           state.page_count * sizeof(*state.hashes));
    return state;
}

static int machine_get(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    machine_state *state = ctx;

    /* They are asked for in order: begin behind the last one. */
    for (size_t n = 0; n < state->page_count; n++) {
        const size_t i = (state->next + n) % state->page_count;

        if (memcmp(&state->hashes[i], hash, sizeof(*hash)) != 0)
            continue;
        state->next = i + 1;
        *page = (seigr_span){state->pages + i * SEIGR_STATE_PAGE_LEN,
                             SEIGR_STATE_PAGE_LEN};
        return 0;
    }
    return SEIGR_E_NOTFOUND;
}

seigr_hash machine_give(const machine_state *state, seigr_instance *instance)
{
    machine_state from = *state;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_hash root;

    if (seigr_snapshot_restore(instance,
                               (seigr_span){state->rest, state->rest_len},
                               machine_get, &from, NULL, &root, &error) != 0)
        fail_msg("restore: %s", error.text);
    return root;
}

void machine_drop(machine_state *state)
{
    free(state->rest);
    free(state->pages);
    free(state->hashes);
}

seigr_span machine_spectest(void)
{
    return support_file(SEIGR_TEST_SOURCE "/engine/data/spectest.wasm");
}

uint64_t machine_bits(const char *text)
{
    return strtoull(text, NULL, 10);
}
