/* SPDX-License-Identifier: MIT */
/*
 * Programs of anyone's run within their bounds, and the same whole, in
 * slices, and taken up from a snapshot: results, traps, fuel and state roots.
 */
#include "fuzz.h"

#include <string.h>

#include "seigr/crypto.h"
#include "seigr/engine.h"

#define RUN_FUEL 20000u
#define RUN_CALLS 8u
#define RUN_IMPORTS 64u
#define RUN_VALUES 1000u

static void *run_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void run_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

/* A host function for whatever type is imported: it counts, and changes a
 * byte of memory. */
static int run_host(seigr_host_call *call)
{
    const uint8_t byte = (uint8_t)call->fuel_used;

    (void)!seigr_instance_write(call->instance, 100, (seigr_span){&byte, 1});
    return SEIGR_HOST_OK;
}

typedef struct run_hosts {
    seigr_host_function functions[RUN_IMPORTS];
    char types[RUN_IMPORTS][2 * RUN_VALUES + 2];
    seigr_extern externs[RUN_IMPORTS];
    uint32_t count;
} run_hosts;

/* 0 when every import is a function. */
static int run_link(const seigr_module *module, run_hosts *hosts)
{
    seigr_module_entry entry;

    for (hosts->count = 0; seigr_module_import(module, hosts->count, &entry);
         hosts->count++) {
        const uint32_t i = hosts->count;
        char *type = hosts->types[i];

        if (i == RUN_IMPORTS || entry.kind != SEIGR_WASM_FUNCTION ||
            entry.results.len > 1)
            return -1;
        for (size_t k = 0; k < entry.params.len; k++)
            *type++ = "FfIi"[entry.params.ptr[k] - SEIGR_WASM_F64];
        *type++ = ':';
        if (entry.results.len == 1) {
            /* Its result is its first argument: there must be one. */
            if (entry.params.len == 0 ||
                entry.params.ptr[0] != entry.results.ptr[0])
                return -1;
            *type++ = "FfIi"[entry.results.ptr[0] - SEIGR_WASM_F64];
        }
        *type = '\0';
        hosts->functions[i] =
            (seigr_host_function){"", "", hosts->types[i], NULL, run_host};
        hosts->externs[i] = (seigr_extern){SEIGR_WASM_FUNCTION, 0, NULL,
                                           &hosts->functions[i], NULL};
    }
    return 0;
}

typedef struct run_pages {
    size_t count;
    seigr_hash hashes[64];
    uint8_t bytes[64][SEIGR_STATE_PAGE_LEN];
} run_pages;

static int run_put(const seigr_hash *hash, seigr_span page, void *ctx)
{
    run_pages *pages = ctx;

    if (pages->count == 64)
        return SEIGR_E_FULL;
    pages->hashes[pages->count] = *hash;
    memcpy(pages->bytes[pages->count++], page.ptr, page.len);
    return 0;
}

static int run_get(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    run_pages *pages = ctx;

    for (size_t i = 0; i < pages->count; i++)
        if (memcmp(&pages->hashes[i], hash, sizeof(*hash)) == 0) {
            *page = (seigr_span){pages->bytes[i], SEIGR_STATE_PAGE_LEN};
            return 0;
        }
    return SEIGR_E_NOTFOUND;
}

static seigr_instance *run_instance(const seigr_context *context,
                                    const seigr_module *module,
                                    const run_hosts *hosts)
{
    seigr_instance_options options = SEIGR_INSTANCE_OPTIONS_INIT;
    seigr_instance *instance = NULL;

    options.pages_max = 16;
    options.table_max = 4096;
    options.depth_max = 100;
    options.slots_max = 20000;
    (void)!seigr_instance_new(context, module, &options, hosts->externs,
                              hosts->count, &instance, NULL);
    return instance;
}

/* Take the instance's state up in a new one, and free the old one. */
static seigr_instance *run_elsewhere(const seigr_context *context,
                                     const seigr_module *module,
                                     const run_hosts *hosts,
                                     seigr_instance *instance)
{
    static run_pages pages;
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_instance *other;
    seigr_hash root;
    uint8_t *bytes;
    size_t len = 0;

    pages.count = 0;
    (void)!seigr_snapshot_encode(instance, &info, NULL, NULL,
                                 (seigr_buf){NULL, 0}, &len);
    bytes = malloc(len);
    FUZZ_REQUIRE(bytes != NULL);
    if (seigr_snapshot_encode(instance, &info, run_put, &pages,
                              (seigr_buf){bytes, len}, &len) != 0) {
        free(bytes); /* more pages than there is room for here */
        return instance;
    }
    other = run_instance(context, module, hosts);
    FUZZ_REQUIRE(other != NULL);
    FUZZ_REQUIRE(seigr_snapshot_restore(other, (seigr_span){bytes, len},
                                        run_get, &pages, NULL, &root,
                                        NULL) == 0);
    free(bytes);
    seigr_instance_free(instance);
    return other;
}

typedef struct run_end {
    uint32_t statuses[RUN_CALLS + 1];
    uint32_t traps[RUN_CALLS + 1];
    uint64_t fuel;
    seigr_hash root;
} run_end;

/* Run until it stops for another reason than fuel, in slices that grow; the
 * last one has all of it. */
static seigr_outcome run_step(const seigr_context *context,
                              const seigr_module *module,
                              const run_hosts *hosts, seigr_instance **instance,
                              uint64_t slice)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    for (;;) {
        FUZZ_REQUIRE(seigr_instance_step(*instance, slice, &outcome) == 0);
        if (outcome.status != SEIGR_RUN_OUT_OF_FUEL || slice == RUN_FUEL)
            return outcome;
        *instance = run_elsewhere(context, module, hosts, *instance);
        slice = slice * 2 + 1 < RUN_FUEL ? slice * 2 + 1 : RUN_FUEL;
    }
}

/* Whole, or in slices that move from instance to instance: one budget. */
static int run_all(const seigr_context *context, const seigr_module *module,
                   const run_hosts *hosts, int slices, run_end *end)
{
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_instance *instance = run_instance(context, module, hosts);
    seigr_outcome outcome;
    seigr_module_entry entry;
    uint32_t calls = 0;

    memset(end, 0, sizeof(*end));
    if (instance == NULL)
        return -1;
    outcome =
        run_step(context, module, hosts, &instance, slices ? 5 : RUN_FUEL);
    end->statuses[RUN_CALLS] = outcome.status;
    for (uint32_t i = 0;
         outcome.status != SEIGR_RUN_OUT_OF_FUEL && calls < RUN_CALLS &&
         seigr_module_export(module, i, &entry);
         i++) {
        static const uint64_t zeros[RUN_VALUES];

        if (entry.kind != SEIGR_WASM_FUNCTION ||
            seigr_instance_call(instance, entry.index, zeros,
                                (uint32_t)entry.params.len, NULL) != 0)
            continue;
        outcome =
            run_step(context, module, hosts, &instance, slices ? 3 : RUN_FUEL);
        end->statuses[calls] = outcome.status;
        end->traps[calls++] = outcome.trap;
        end->fuel = outcome.fuel_used;
    }
    if (outcome.status == SEIGR_RUN_OUT_OF_FUEL)
        end->fuel = 0; /* slices end elsewhere: not comparable */
    (void)!seigr_state_root(instance, &info, &end->root);
    seigr_instance_free(instance);
    return outcome.status == SEIGR_RUN_OUT_OF_FUEL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              run_alloc, run_release, NULL};
    static run_hosts hosts;
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_module *module = NULL;
    run_end whole;
    run_end sliced;

    context.allocator = &allocator;
    context.crypto = seigr_crypto_sodium();
    if (seigr_module_new(&context, (seigr_span){data, size}, NULL, &module,
                         NULL) != 0)
        return 0;
    if (run_link(module, &hosts) == 0 &&
        run_all(&context, module, &hosts, 0, &whole) == 0 &&
        run_all(&context, module, &hosts, 1, &sliced) == 0)
        FUZZ_REQUIRE(memcmp(&whole, &sliced, sizeof(whole)) == 0);
    seigr_module_free(module);
    return 0;
}
