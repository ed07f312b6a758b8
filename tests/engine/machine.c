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

seigr_span machine_spectest(void)
{
    return support_file(SEIGR_TEST_SOURCE "/engine/data/spectest.wasm");
}

uint64_t machine_bits(const char *text)
{
    return strtoull(text, NULL, 10);
}
