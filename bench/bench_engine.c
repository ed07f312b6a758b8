/* SPDX-License-Identifier: MIT */
/*
 * bench_engine.c - the WebAssembly engine: running, starting, snapshots.
 *
 *     bench_engine [SECONDS]
 *
 * run_* is what a guest's round takes with exact fuel on, beside wabt's
 * interpreter and Node's compiler where those are installed; they run in
 * processes of their own, of which the start is taken off. fuel_* is fuel in
 * a second. start_* decodes, validates, translates, instantiates and frees a
 * module of so many bytes. snapshot_* is of 16 MiB of which 1 % changed.
 */
#include "engine_programs.h"
#include "seigr/crypto.h"
#include "seigr/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static size_t bench_live;

static void *bench_alloc(size_t len, void *ctx)
{
    size_t *block = malloc(len + 16);

    (void)ctx;
    if (block == NULL)
        return NULL;
    *block = len;
    bench_live += len;
    return block + 16 / sizeof(*block);
}

static void bench_release(void *ptr, void *ctx)
{
    size_t *block = (size_t *)ptr - 16 / sizeof(*block);

    (void)ctx;
    bench_live -= *block;
    free(block);
}

static const seigr_allocator bench_allocator = {
    (uint32_t)sizeof(bench_allocator), 0, bench_alloc, bench_release, NULL};
static seigr_context bench_context = SEIGR_CONTEXT_INIT;

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void bench_require(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench_engine: %s\n", what);
    exit(1);
}

static seigr_module *bench_module(seigr_span bytes)
{
    seigr_module *module = NULL;

    bench_require(
        seigr_module_new(&bench_context, bytes, NULL, &module, NULL) == 0,
        "a module is refused");
    return module;
}

static seigr_instance *bench_instance(const seigr_module *module)
{
    seigr_instance *instance = NULL;

    bench_require(seigr_instance_new(&bench_context, module, NULL, NULL, 0,
                                     &instance, NULL) == 0,
                  "no instance");
    return instance;
}

static seigr_outcome bench_step(seigr_instance *instance)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    bench_require(seigr_instance_step(instance, INT64_MAX, &outcome) == 0 &&
                      outcome.status == SEIGR_RUN_DONE,
                  "a step fails");
    return outcome;
}

/* --- running ----------------------------------------------------------- */

static const struct bench_program {
    const char *name;
    const char *unit;
    double rounds; /* that the argument stands for */
    uint64_t argument;
    seigr_span bytes;
    seigr_span once; /* the same, calling itself with the argument */
    seigr_span idle; /* and with 0 */
} bench_programs[] = {
#define BENCH_PROGRAM(name, unit, rounds)                                      \
    {                                                                          \
#name, unit, rounds, BENCH_##name,                                     \
            {program_##name, sizeof(program_##name) },                         \
             {program_once_##name, sizeof(program_once_##name) },              \
        {                                                                      \
            program_idle_##name, sizeof(program_idle_##name)                   \
        }                                                                      \
    }
    BENCH_PROGRAM(fib, "us_a_call", 1),
    BENCH_PROGRAM(sha256, "us_a_KiB", BENCH_sha256),
    BENCH_PROGRAM(matmul, "us_a_product", BENCH_matmul),
    BENCH_PROGRAM(sieve, "us_a_sieve", BENCH_sieve),
    BENCH_PROGRAM(nbody, "us_a_step", BENCH_nbody),
    BENCH_PROGRAM(mixed, "us_a_round", BENCH_mixed),
};

static double bench_call(seigr_instance *instance, uint64_t argument,
                         uint64_t *fuel)
{
    static const seigr_span name = {(const uint8_t *)"run", 3};
    seigr_outcome before = SEIGR_OUTCOME_INIT;
    seigr_outcome after;
    seigr_extern run;
    double start;

    bench_require(
        seigr_instance_export(instance, name, &run, NULL) == 0 &&
            seigr_instance_step(instance, INT64_MAX, &before) == 0 &&
            seigr_instance_call(instance, run.index, &argument, 1, NULL) == 0,
        "no call");
    start = bench_now();
    after = bench_step(instance);
    *fuel = after.fuel_used - before.fuel_used;
    return bench_now() - start;
}

/* Whether a command is on the path. */
static int bench_has(const char *command)
{
    char line[256];

    snprintf(line, sizeof(line), "command -v %s >/dev/null 2>&1", command);
    return system(line) == 0;
}

/* Write a program where another process reads it. */
static void bench_file(char *path, seigr_span bytes)
{
    const int fd = mkstemp(path);

    bench_require(fd >= 0 &&
                      write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len,
                  "no file");
    close(fd);
}

/* Seconds that wasm-interp takes to start and run all that is exported. */
static double bench_wabt(seigr_span bytes)
{
    char path[] = "/tmp/seigr-bench-XXXXXX";
    char line[256];
    double best = 1e9;

    bench_file(path, bytes);
    snprintf(line, sizeof(line),
             "wasm-interp %s --run-all-exports >/dev/null 2>&1", path);
    for (int i = 0; i < 5; i++) {
        const double start = bench_now();
        double t;

        bench_require(system(line) == 0, "wasm-interp fails");
        t = bench_now() - start;
        best = t < best ? t : best;
    }
    remove(path);
    return best;
}

/* Seconds that Node takes for a call, once it is compiled. */
static double bench_node(seigr_span bytes, uint64_t argument)
{
    char path[] = "/tmp/seigr-bench-XXXXXX";
    char line[512];
    double seconds = 0;
    FILE *pipe;

    bench_file(path, bytes);
    snprintf(line, sizeof(line),
             "node -e 'const {run} = new WebAssembly.Instance(new "
             "WebAssembly.Module(require(\"fs\").readFileSync(\"%s\")))"
             ".exports; const f = () => { const t = performance.now(); "
             "run(%llu); return performance.now() - t; }; let best = f(); "
             "for (let i = 0; i < 20; i++) best = Math.min(best, f()); "
             "console.log(best / 1000)'",
             path, (unsigned long long)argument);
    pipe = popen(line, "r");
    bench_require(pipe != NULL && fscanf(pipe, "%lf", &seconds) == 1,
                  "node fails");
    pclose(pipe);
    remove(path);
    return seconds;
}

static void bench_peers(const struct bench_program *p)
{
    if (bench_has("wasm-interp"))
        printf("run_%s:wasm-interp %.2f %s\n", p->name,
               (bench_wabt(p->once) - bench_wabt(p->idle)) / p->rounds * 1e6,
               p->unit);
    if (bench_has("node"))
        printf("run_%s:node %.2f %s\n", p->name,
               bench_node(p->bytes, p->argument) / p->rounds * 1e6, p->unit);
}

static void bench_run(const struct bench_program *p, double seconds)
{
    seigr_module *module = bench_module(p->bytes);
    seigr_instance *instance = bench_instance(module);
    const double end = bench_now() + seconds;
    double best = 1e9;
    uint64_t fuel = 0;

    (void)bench_step(instance);
    do {
        const double t = bench_call(instance, p->argument, &fuel);

        best = t < best ? t : best;
    } while (bench_now() < end);
    printf("run_%s %.2f %s\n", p->name, best / p->rounds * 1e6, p->unit);
    printf("fuel_%s %.1f M/s\n", p->name, (double)fuel / best * 1e-6);
    bench_peers(p);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

/* --- starting ---------------------------------------------------------- */

static void bench_start(seigr_span bytes, double seconds)
{
    const double end = bench_now() + seconds;
    double best = 1e9;

    do {
        const double start = bench_now();
        seigr_module *module = bench_module(bytes);
        seigr_instance *instance = bench_instance(module);
        double t;

        (void)bench_step(instance);
        seigr_instance_free(instance);
        seigr_module_free(module);
        t = bench_now() - start;
        best = t < best ? t : best;
    } while (bench_now() < end);
    printf("start_%zu_bytes %.2f us\n", bytes.len, best * 1e6);
}

/* What an instance takes besides its module and the guest's own memory. */
static void bench_memory(seigr_span bytes)
{
    const size_t before = bench_live;
    seigr_module *module = bench_module(bytes);
    const size_t made = bench_live;
    seigr_instance *instance = bench_instance(module);

    printf("memory_module_of_%zu %zu bytes\n", bytes.len, made - before);
    printf("memory_instance_of_%zu %zu bytes\n", bytes.len,
           bench_live - made - seigr_instance_memory(instance).len);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

/* --- snapshots --------------------------------------------------------- */

static int bench_put(const seigr_hash *hash, seigr_span page, void *ctx)
{
    size_t *len = ctx;

    (void)hash;
    *len += page.len;
    return 0;
}

/* Change so many pages of the memory, and write down what changed. */
static double bench_snapshot(seigr_instance *instance, uint32_t pages,
                             seigr_buf room, size_t *len)
{
    static uint8_t byte;
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    size_t rest = 0;
    double start;

    byte = (uint8_t)(byte % 255 + 1); /* never a page of zeros */
    for (uint32_t i = 0; i < pages; i++)
        bench_require(seigr_instance_write(instance, (uint64_t)i * 100 * 4096,
                                           (seigr_span){&byte, 1}) == 0,
                      "no write");
    *len = 0;
    start = bench_now();
    bench_require(seigr_snapshot_encode(instance, &info, bench_put, len, room,
                                        &rest) == 0,
                  "no snapshot");
    *len += rest;
    return bench_now() - start;
}

static void bench_snapshots(double seconds)
{
    /* A memory of 256 pages. */
    static const uint8_t bytes[] = {0, 'a', 's', 'm', 1, 0,    0,
                                    0, 5,   4,   1,   0, 0x80, 2};
    seigr_module *module = bench_module((seigr_span){bytes, sizeof(bytes)});
    seigr_instance *instance = bench_instance(module);
    const double end = bench_now() + seconds;
    const size_t room = 1u << 20;
    uint8_t *out = malloc(room);
    double best = 1e9;
    size_t len = 0;

    bench_require(out != NULL, "no memory");
    (void)bench_step(instance);
    printf("snapshot_first %.1f us\n",
           bench_snapshot(instance, 41, (seigr_buf){out, room}, &len) * 1e6);
    do {
        const double t =
            bench_snapshot(instance, 41, (seigr_buf){out, room}, &len);

        best = t < best ? t : best;
    } while (bench_now() < end);
    printf("snapshot_of_1_percent %.1f us\n", best * 1e6);
    printf("snapshot_of_1_percent_bytes %zu bytes\n", len);
    free(out);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 0.5;
    const seigr_span small = {program_fib, sizeof(program_fib)};
    const seigr_span large = {program_all, sizeof(program_all)};

    bench_context.allocator = &bench_allocator;
    bench_context.crypto = seigr_crypto_default();
    for (size_t i = 0; i < sizeof(bench_programs) / sizeof(bench_programs[0]);
         i++)
        bench_run(&bench_programs[i], seconds);
    bench_start(small, seconds);
    bench_start(large, seconds);
    bench_memory(small);
    bench_memory(large);
    bench_snapshots(seconds);
    return 0;
}
