/* SPDX-License-Identifier: MIT */
/*
 * What random modules do, a line each call, as trace.mjs writes it of V8:
 *
 *     NAME EXPORT ok|trap RESULT... log COUNT SHA256 memory PAGES SHA256
 *
 * Each module runs twice: whole, and in steps that grow, of which every call
 * moves the instance into a new one through a snapshot. Fuel and state roots
 * of the two must be equal; if not, the exit status is 1 and NAME is said.
 *
 *     seigr_wasm_trace FILE...
 */
#include "seigr/crypto.h"
#include "seigr/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_FUEL 1000000000u
#define TRACE_IMPORTS 8u

static void *trace_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void trace_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

typedef struct trace {
    seigr_context context;
    const char *name;
    seigr_module *module;
    seigr_instance *instance;
    int in_steps;
    seigr_sha256_state log;
    unsigned log_count;
    uint8_t *pages; /* of the snapshot under way, by their hash */
    seigr_hash *hashes;
    size_t page_count;
} trace;

static void trace_fail(const trace *t, const char *what, long long code)
{
    fprintf(stderr, "%s: %s (%lld)\n", t->name, what, code);
    exit(1);
}

/* --- the host ---------------------------------------------------------- */

static int trace_log(seigr_host_call *call, const char *type)
{
    trace *t = call->ctx;
    char line[64];
    const int len = snprintf(line, sizeof(line), "%s %llu\n", type,
                             (unsigned long long)call->values[0]);

    t->context.crypto->sha256_update(&t->log, (const uint8_t *)line,
                                     (size_t)len, t->context.crypto->ctx);
    t->log_count++;
    return SEIGR_HOST_OK;
}

static int trace_log_i32(seigr_host_call *call)
{
    return trace_log(call, "i32");
}

static int trace_log_i64(seigr_host_call *call)
{
    return trace_log(call, "i64");
}

static int trace_log_f32(seigr_host_call *call)
{
    return trace_log(call, "f32");
}

static int trace_log_f64(seigr_host_call *call)
{
    return trace_log(call, "f64");
}

static const seigr_host_function trace_functions[] = {
    {"fuzzing-support", "log-i32", "i:", NULL, trace_log_i32},
    {"fuzzing-support", "log-i64", "I:", NULL, trace_log_i64},
    {"fuzzing-support", "log-f32", "f:", NULL, trace_log_f32},
    {"fuzzing-support", "log-f64", "F:", NULL, trace_log_f64},
};

static seigr_instance *trace_instance(trace *t)
{
    seigr_extern imports[TRACE_IMPORTS];
    seigr_instance *instance = NULL;
    seigr_module_entry entry;
    uint32_t count = 0;
    int err;

    memset(imports, 0, sizeof(imports));
    for (;
         count < TRACE_IMPORTS && seigr_module_import(t->module, count, &entry);
         count++)
        for (size_t i = 0; i < 4; i++)
            if (entry.name.len == strlen(trace_functions[i].name) &&
                memcmp(entry.name.ptr, trace_functions[i].name,
                       entry.name.len) == 0) {
                imports[count].host = &trace_functions[i];
                imports[count].ctx = t;
            }
    err = seigr_instance_new(&t->context, t->module, NULL, imports, count,
                             &instance, NULL);
    if (err != 0)
        trace_fail(t, "no instance", err);
    return instance;
}

/* --- moving ------------------------------------------------------------ */

static int trace_put(const seigr_hash *hash, seigr_span page, void *ctx)
{
    trace *t = ctx;

    t->hashes[t->page_count] = *hash;
    memcpy(t->pages + t->page_count++ * SEIGR_STATE_PAGE_LEN, page.ptr,
           page.len);
    return 0;
}

static int trace_get(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    trace *t = ctx;

    for (size_t i = 0; i < t->page_count; i++) {
        if (memcmp(&t->hashes[i], hash, sizeof(*hash)) != 0)
            continue;
        *page = (seigr_span){t->pages + i * SEIGR_STATE_PAGE_LEN,
                             SEIGR_STATE_PAGE_LEN};
        return 0;
    }
    return SEIGR_E_NOTFOUND;
}

static void trace_move(trace *t)
{
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    const size_t pages =
        seigr_instance_memory(t->instance).len / SEIGR_STATE_PAGE_LEN + 1;
    seigr_instance *other = trace_instance(t);
    uint8_t *bytes;
    size_t len = 0;
    int err;

    (void)!seigr_snapshot_encode(t->instance, &info, NULL, NULL,
                                 (seigr_buf){NULL, 0}, &len);
    bytes = malloc(len);
    t->pages = malloc(pages * SEIGR_STATE_PAGE_LEN);
    t->hashes = malloc(pages * sizeof(*t->hashes));
    t->page_count = 0;
    if (bytes == NULL || t->pages == NULL || t->hashes == NULL)
        trace_fail(t, "no memory", 0);
    err = seigr_snapshot_encode(t->instance, &info, trace_put, t,
                                (seigr_buf){bytes, len}, &len);
    if (err == 0)
        err = seigr_snapshot_restore(other, (seigr_span){bytes, len}, trace_get,
                                     t, NULL, NULL, NULL);
    if (err != 0)
        trace_fail(t, "a snapshot is not taken up", err);
    seigr_instance_free(t->instance);
    t->instance = other;
    free(bytes);
    free(t->pages);
    free(t->hashes);
}

/* --- calls ------------------------------------------------------------- */

static seigr_outcome trace_run(trace *t)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t fuel = t->in_steps ? 3 : TRACE_FUEL;
    int moved = 0;

    for (;;) {
        const int err = seigr_instance_step(t->instance, fuel, &outcome);

        if (err != 0)
            trace_fail(t, "a step fails", err);
        if (outcome.status != SEIGR_RUN_OUT_OF_FUEL)
            return outcome;
        if (!t->in_steps)
            trace_fail(t, "out of fuel", 0);
        if (outcome.fuel_used % 4 != 0 && !moved) {
            trace_move(t);
            moved = 1;
        }
        fuel = fuel * 3 + 1;
    }
}

static seigr_outcome trace_call(trace *t, uint32_t function, uint32_t params)
{
    static const uint64_t zeros[1000];
    const int err =
        seigr_instance_call(t->instance, function, zeros, params, NULL);

    if (err != 0)
        trace_fail(t, "a call fails", err);
    return trace_run(t);
}

static void trace_hex(const uint8_t *bytes)
{
    for (size_t i = 0; i < 32; i++)
        printf("%02x", bytes[i]);
}

static void trace_print(trace *t, const seigr_module_entry *entry,
                        const seigr_outcome *outcome)
{
    const seigr_span memory = seigr_instance_memory(t->instance);
    const int trapped = outcome->status == SEIGR_RUN_TRAPPED;
    uint64_t results[16] = {0};
    seigr_hash hash;

    printf("%s %.*s %s", t->name, (int)entry->name.len, entry->name.ptr,
           trapped ? "trap" : "ok");
    if (!trapped)
        (void)seigr_instance_results(t->instance, results, 16);
    for (size_t i = 0; i < entry->results.len && !trapped; i++)
        printf(" %llu", (unsigned long long)results[i]);
    t->context.crypto->sha256_final(&t->log, hash.bytes,
                                    t->context.crypto->ctx);
    printf(" log %u ", t->log_count);
    trace_hex(hash.bytes);
    printf(" memory %zu ", memory.len / SEIGR_WASM_PAGE_LEN);
    seigr_sha256(&t->context, memory, &hash);
    trace_hex(hash.bytes);
    putchar('\n');
}

/* Every exported function, with what limits its loops wound up before.
 * Returns the fuel used; root is of the end. */
static uint64_t trace_calls(trace *t, seigr_hash *root)
{
    static const char limiter[] = "hangLimitInitializer";
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_outcome outcome;
    seigr_module_entry entry;
    seigr_extern limit;
    int has_limit;

    t->instance = trace_instance(t);
    outcome = trace_run(t);
    has_limit = seigr_instance_export(
                    t->instance,
                    (seigr_span){(const uint8_t *)limiter, sizeof(limiter) - 1},
                    &limit, NULL) == 0;
    for (uint32_t i = 0; seigr_module_export(t->module, i, &entry); i++) {
        if (entry.kind != SEIGR_WASM_FUNCTION ||
            (has_limit && entry.index == limit.index))
            continue;
        if (has_limit)
            (void)trace_call(t, limit.index, 0);
        t->context.crypto->sha256_init(&t->log, t->context.crypto->ctx);
        t->log_count = 0;
        outcome = trace_call(t, entry.index, (uint32_t)entry.params.len);
        if (!t->in_steps)
            trace_print(t, &entry, &outcome);
    }
    if (seigr_state_root(t->instance, &info, root) != 0)
        trace_fail(t, "no root", 0);
    seigr_instance_free(t->instance);
    return outcome.fuel_used;
}

static seigr_span trace_file(const char *path)
{
    static uint8_t bytes[1u << 22];
    FILE *file = fopen(path, "rb");
    const size_t len = file == NULL ? 0 : fread(bytes, 1, sizeof(bytes), file);

    if (file == NULL || len == sizeof(bytes)) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return (seigr_span){bytes, len};
}

static void trace_module(trace *t, const char *path)
{
    const char *slash = strrchr(path, '/');
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_hash roots[2];
    uint64_t fuel;

    t->name = slash == NULL ? path : slash + 1;
    if (seigr_module_new(&t->context, trace_file(path), NULL, &t->module,
                         &error) != 0)
        trace_fail(t, error.text, (long long)error.offset);
    t->in_steps = 0;
    fuel = trace_calls(t, &roots[0]);
    t->in_steps = 1;
    if (trace_calls(t, &roots[1]) != fuel)
        trace_fail(t, "fuel differs in steps from", (long long)fuel);
    if (memcmp(&roots[0], &roots[1], sizeof(roots[0])) != 0)
        trace_fail(t, "the root differs in steps", 0);
    seigr_module_free(t->module);
}

int main(int argc, char **argv)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              trace_alloc, trace_release, NULL};
    static trace t;

    t.context = (seigr_context)SEIGR_CONTEXT_INIT;
    t.context.allocator = &allocator;
    t.context.crypto = seigr_crypto_default();
    for (int i = 1; i < argc; i++)
        trace_module(&t, argv[i]);
    return 0;
}
