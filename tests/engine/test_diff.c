/* SPDX-License-Identifier: MIT */
/*
 * Random modules with the behaviour that V8 gave them, and traces of real
 * ones: results, traps, what they logged, pages, and the whole memory.
 *
 * The real modules are read from $SEIGR_REAL_MODULES, where extract_real.cjs
 * puts them; without it that test is skipped.
 */
#include "machine.h"

#include "seigr/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a module called of the host's, to compare with what it should. */
struct diff_log {
    const json_t *expected; /* array of {type, value} or of calls */
    size_t count;
    seigr_instance *instance;
    const char *where;
};

static int diff_logged(seigr_host_call *call, const char *type)
{
    struct diff_log *log = call->ctx;
    const json_t *entry = json_array_get(log->expected, log->count++);

    if (entry == NULL || strcmp(support_string(entry, "type"), type) != 0 ||
        machine_bits(support_string(entry, "value")) != call->values[0])
        fail_msg("%s: entry %zu of the log differs", log->where, log->count);
    return SEIGR_HOST_OK;
}

static int diff_log_i32(seigr_host_call *call)
{
    return diff_logged(call, "i32");
}

static int diff_log_i64(seigr_host_call *call)
{
    return diff_logged(call, "i64");
}

static int diff_log_f32(seigr_host_call *call)
{
    return diff_logged(call, "f32");
}

static int diff_log_f64(seigr_host_call *call)
{
    return diff_logged(call, "f64");
}

static const seigr_host_function diff_functions[] = {
    {"fuzzing-support", "log-i32", "i:", NULL, diff_log_i32},
    {"fuzzing-support", "log-i64", "I:", NULL, diff_log_i64},
    {"fuzzing-support", "log-f32", "f:", NULL, diff_log_f32},
    {"fuzzing-support", "log-f64", "F:", NULL, diff_log_f64},
};

static int diff_same(seigr_span name, const char *text)
{
    return name.len == strlen(text) && memcmp(name.ptr, text, name.len) == 0;
}

static seigr_instance *diff_instance(const seigr_module *module,
                                     struct diff_log *log)
{
    seigr_extern imports[8];
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_instance *instance = NULL;
    seigr_module_entry entry;
    uint32_t count = 0;

    memset(imports, 0, sizeof(imports));
    while (seigr_module_import(module, count, &entry)) {
        assert_true(count < 8);
        for (size_t i = 0; i < 4; i++)
            if (diff_same(entry.name, diff_functions[i].name))
                imports[count].host = &diff_functions[i];
        imports[count++].ctx = log;
    }
    if (seigr_instance_new(machine_context(), module, NULL, imports, count,
                           &instance, &error) != 0)
        fail_msg("%s: %s", log->where, error.text);
    return instance;
}

static void diff_memory(seigr_instance *instance, const json_t *step,
                        const char *where)
{
    const seigr_span memory = seigr_instance_memory(instance);
    const json_t *pages = json_object_get(step, "pages");
    seigr_hash hash;

    if (pages == NULL)
        return; /* the module has no memory */
    assert_int_equal(memory.len / SEIGR_WASM_PAGE_LEN,
                     json_integer_value(pages));
    seigr_sha256(machine_context(), memory, &hash);
    if (memcmp(hash.bytes, support_hex_of(step, "mem").ptr, 32) != 0)
        fail_msg("%s: memory differs", where);
}

static void diff_results(seigr_instance *instance, const json_t *expected,
                         const char *where)
{
    uint64_t results[8];
    const int count = seigr_instance_results(instance, results, 8);

    assert_int_equal(count, json_array_size(expected));
    for (int i = 0; i < count; i++) {
        const json_t *value = json_array_get(expected, (size_t)i);

        if (machine_bits(support_string(value, "value")) != results[i])
            fail_msg("%s: result differs", where);
    }
}

static void diff_step(seigr_instance *instance, struct diff_log *log,
                      const json_t *step, uint64_t slice, int memory)
{
    const json_t *trap = json_object_get(step, "trap");
    uint64_t zeros[16] = {0};
    seigr_outcome outcome;

    log->expected = json_object_get(step, "log");
    log->count = 0;
    (void)machine_call(instance, "hangLimitInitializer", NULL, 0, slice);
    outcome = machine_call(
        instance, support_string(step, "call"), zeros,
        (uint32_t)json_array_size(json_object_get(step, "params")), slice);
    if ((outcome.status == SEIGR_RUN_TRAPPED) != (trap != NULL))
        fail_msg("%s %s: %s", log->where, support_string(step, "call"),
                 seigr_trap_text(outcome.trap));
    if (trap == NULL)
        diff_results(instance, json_object_get(step, "result"), log->where);
    assert_int_equal(log->count, json_array_size(log->expected));
    if (memory)
        diff_memory(instance, step, log->where);
}

/* In slices only the memory after the last step is compared: it takes the
 * most time. */
static size_t diff_module(const json_t *expected, uint64_t slice,
                          uint64_t *fuel)
{
    const json_t *steps = json_object_get(expected, "steps");
    const char *file = support_string(expected, "file");
    struct diff_log log = {NULL, 0, NULL, file};
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_instance *instance;
    seigr_module *module;
    char path[256];

    snprintf(path, sizeof(path), "wasm-diff/%s", file);
    module = machine_module(machine_vector(path));
    instance = diff_instance(module, &log);
    (void)machine_run(instance, slice);
    for (size_t i = 0; i < json_array_size(steps); i++)
        diff_step(instance, &log, json_array_get(steps, i), slice,
                  slice == 0 || i + 1 == json_array_size(steps));
    assert_ok(seigr_instance_step(instance, 0, &outcome));
    *fuel += outcome.fuel_used;
    seigr_instance_free(instance);
    seigr_module_free(module);
    return json_array_size(steps);
}

/* The first modules, all of them at most. */
static size_t diff_first(size_t modules, uint64_t slice, uint64_t *fuel)
{
    json_t *expected = support_vectors("wasm-diff/expected.json");
    size_t count = 0;

    *fuel = 0;
    for (size_t i = 0; i < modules && i < json_array_size(expected); i++)
        count += diff_module(json_array_get(expected, i), slice, fuel);
    json_decref(expected);
    return count;
}

void test_engine_diff__random_modules_do_what_v8_does(void **state)
{
    uint64_t fuel;
    const size_t count = diff_first(SIZE_MAX, 0, &fuel);

    (void)state;
    support_count("wasm-diff", count);
    assert_true(count > 0);
}

void test_engine_diff__slices_change_nothing(void **state)
{
    const size_t modules = support_scaled(1000);
    uint64_t whole;
    uint64_t sliced;

    (void)state;
    (void)diff_first(modules, 0, &whole);
    (void)diff_first(modules, 3, &sliced);
    assert_int_equal(sliced, whole);
    (void)diff_first(modules, 1000, &sliced);
    assert_int_equal(sliced, whole);
}

/* --- traces of real modules -------------------------------------------- */

static void real_write(seigr_instance *instance, const json_t *writes)
{
    for (size_t i = 0; i < json_array_size(writes); i++) {
        const json_t *write = json_array_get(writes, i);
        const json_t *at = json_array_get(write, 0);
        const json_t *hex = json_array_get(write, 1);

        assert_ok(seigr_instance_write(instance,
                                       (uint64_t)json_integer_value(at),
                                       support_hex(json_string_value(hex))));
    }
}

/* Any import: compared with the record, answered from it. */
static int real_import(seigr_host_call *call)
{
    struct diff_log *log = call->ctx;
    const json_t *entry = json_array_get(log->expected, log->count++);
    const json_t *args = json_object_get(entry, "args");
    const json_t *result = json_object_get(entry, "result");

    if (entry == NULL)
        fail_msg("%s: more calls to the host than recorded", log->where);
    for (size_t i = 0; i < json_array_size(args); i++)
        if (machine_bits(support_string(json_array_get(args, i), "value")) !=
            call->values[i])
            fail_msg("%s: an argument to the host differs", log->where);
    real_write(call->instance, json_object_get(entry, "writes"));
    if (json_array_size(result) > 0)
        call->values[0] =
            machine_bits(support_string(json_array_get(result, 0), "value"));
    return SEIGR_HOST_OK;
}

/* A host function for each import of the module, of that import's type. */
static uint32_t real_imports(const seigr_module *module, struct diff_log *log,
                             seigr_host_function *functions, char types[][32],
                             seigr_extern *imports)
{
    seigr_module_entry entry;
    uint32_t count = 0;

    while (seigr_module_import(module, count, &entry)) {
        char *type = types[count];

        assert_true(count < 16 && entry.params.len + entry.results.len < 30);
        for (size_t i = 0; i < entry.params.len; i++)
            *type++ = "FfIi"[entry.params.ptr[i] - SEIGR_WASM_F64];
        *type++ = ':';
        for (size_t i = 0; i < entry.results.len; i++)
            *type++ = "FfIi"[entry.results.ptr[i] - SEIGR_WASM_F64];
        *type = '\0';
        functions[count] =
            (seigr_host_function){"", "", types[count], NULL, real_import};
        imports[count].host = &functions[count];
        imports[count++].ctx = log;
    }
    return count;
}

/* A real module under way. */
typedef struct real_run {
    const char *path;
    seigr_module *module;
    seigr_instance *instance;
    seigr_extern imports[16];
    uint32_t import_count;
    struct diff_log log;
    uint64_t slice;
    support_rng rng;
    uint64_t between;   /* fuel between moves on average; 0: no moves */
    uint64_t left;      /* fuel until the next one */
    size_t moves;       /* to a new instance so far */
    size_t processes;   /* to a new process so far */
    size_t process_max; /* as many at most */
} real_run;

static seigr_instance *real_instance(const real_run *run)
{
    seigr_instance *instance = NULL;
    seigr_error error = SEIGR_ERROR_INIT;

    if (seigr_instance_new(machine_context(), run->module, NULL, run->imports,
                           run->import_count, &instance, &error) != 0)
        fail_msg("%s: %s", run->log.where, error.text);
    return instance;
}

static void real_write_file(char *path, const uint8_t *bytes, size_t len)
{
    const int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_ok(fclose(file));
}

/* The root that another process comes to from this state with that fuel. */
static void real_elsewhere(const real_run *run, const machine_state *state,
                           unsigned fuel, char root[65])
{
    char rest[] = "/tmp/seigr-rest-XXXXXX";
    char pages[] = "/tmp/seigr-pages-XXXXXX";
    char command[8192];
    FILE *pipe;

    real_write_file(rest, state->rest, state->rest_len);
    real_write_file(pages, state->pages,
                    state->page_count * SEIGR_STATE_PAGE_LEN);
    snprintf(command, sizeof(command), "'%s' '%s' %s %s %u",
             getenv("SEIGR_WASM_RESUME"), run->path, rest, pages, fuel);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    if (fscanf(pipe, "%64s", root) != 1)
        root[0] = '\0';
    assert_ok(pclose(pipe));
    remove(rest);
    remove(pages);
}

static int real_no_import(seigr_host_call *call)
{
    (void)call;
    return SEIGR_HOST_TRAP;
}

/* Here and in another process, from one state: the same root. */
static void real_compare(const real_run *run, const machine_state *state)
{
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    const unsigned fuel = 20000;
    seigr_host_function functions[16];
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    real_run alone = *run;
    seigr_hash root;
    char there[65];
    char here[65];

    for (uint32_t i = 0; i < run->import_count; i++) {
        functions[i] = *run->imports[i].host;
        functions[i].call = real_no_import;
        alone.imports[i].host = &functions[i];
    }
    alone.instance = real_instance(&alone);
    (void)machine_give(state, alone.instance);
    assert_ok(seigr_instance_step(alone.instance, fuel, &outcome));
    assert_ok(seigr_state_root(alone.instance, &info, &root));
    for (size_t i = 0; i < sizeof(root.bytes); i++)
        snprintf(here + 2 * i, 3, "%02x", root.bytes[i]);
    real_elsewhere(run, state, fuel, there);
    assert_string_equal(there, here);
    seigr_instance_free(alone.instance);
}

static void real_move(real_run *run)
{
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    machine_state state = machine_take(run->instance);
    seigr_instance *other = real_instance(run);
    seigr_hash before;
    seigr_hash after;

    assert_ok(seigr_state_root(run->instance, &info, &before));
    after = machine_give(&state, other);
    assert_memory_equal(&after, &before, sizeof(after));
    if (run->processes < run->process_max) {
        real_compare(run, &state);
        run->processes++;
    }
    seigr_instance_free(run->instance);
    run->instance = other;
    run->moves++;
    machine_drop(&state);
}

/* The call that is asked for, to its end. */
static seigr_outcome real_finish(real_run *run)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    if (run->between == 0)
        return machine_run(run->instance, run->slice);
    assert_ok(seigr_instance_step(run->instance, 0, &outcome));
    for (;;) {
        const uint64_t before = outcome.fuel_used;

        assert_ok(seigr_instance_step(run->instance, run->left, &outcome));
        if (outcome.status != SEIGR_RUN_OUT_OF_FUEL) {
            run->left -= outcome.fuel_used - before;
            return outcome;
        }
        if (outcome.fuel_used == before && run->left != 0) {
            run->left *= 2; /* too little for one instruction */
            continue;
        }
        real_move(run);
        run->left =
            support_random_below(&run->rng, 2 * (size_t)run->between) + 1;
    }
}

static void real_call(real_run *run, const json_t *step)
{
    const json_t *args = json_object_get(step, "args");
    const json_t *grow = json_object_get(step, "host_grow_to");
    const char *name = support_string(step, "call");
    uint64_t values[16];
    seigr_extern found;

    if (grow != NULL) {
        const size_t pages = seigr_instance_memory(run->instance).len / 65536;

        assert_true(seigr_instance_grow(
                        run->instance,
                        (uint32_t)((size_t)json_integer_value(grow) - pages)) >=
                    0);
    }
    real_write(run->instance, json_object_get(step, "writes"));
    for (size_t i = 0; i < json_array_size(args); i++)
        values[i] =
            machine_bits(support_string(json_array_get(args, i), "value"));
    assert_ok(seigr_instance_export(
        run->instance, (seigr_span){(const uint8_t *)name, strlen(name)},
        &found, NULL));
    assert_ok(seigr_instance_call(run->instance, found.index, values,
                                  (uint32_t)json_array_size(args), NULL));
    assert_int_equal(real_finish(run).status, SEIGR_RUN_DONE);
    diff_results(run->instance, json_object_get(step, "result"),
                 run->log.where);
    assert_int_equal(run->log.count, json_array_size(run->log.expected));
}

static size_t real_steps(real_run *run, const json_t *steps)
{
    run->instance = real_instance(run);
    assert_int_equal(machine_run(run->instance, run->slice).status,
                     SEIGR_RUN_DONE);
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *step = json_array_get(steps, i);

        run->log.expected = json_object_get(step, "imports");
        run->log.count = 0;
        if (json_object_get(step, "call") != NULL)
            real_call(run, step);
        diff_memory(run->instance, step, run->log.where);
    }
    return json_array_size(steps);
}

/* Whole, in slices, and moved about a thousand times. */
static size_t real_module(const char *dir, const char *name, size_t *moves,
                          size_t *processes)
{
    static seigr_host_function functions[16];
    static char types[16][32];
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    real_run run;
    seigr_hash hash;
    seigr_span bytes;
    json_t *trace;
    char path[4096];
    size_t count;

    memset(&run, 0, sizeof(run));
    run.log.where = name;
    run.rng.state = 20261127;
    snprintf(path, sizeof(path), "wasm-real/%s.trace.json", name);
    trace = support_vectors(path);
    snprintf(path, sizeof(path), "%s/%s.wasm", dir, name);
    run.path = path;
    bytes = support_file(path);
    seigr_sha256(machine_context(), bytes, &hash);
    assert_memory_equal(hash.bytes, support_hex_of(trace, "sha256").ptr, 32);
    run.module = machine_module(bytes);
    run.import_count =
        real_imports(run.module, &run.log, functions, types, run.imports);
    count = real_steps(&run, json_object_get(trace, "steps"));
    assert_ok(seigr_instance_step(run.instance, 0, &outcome));
    seigr_instance_free(run.instance);
    run.slice = 997;
    (void)real_steps(&run, json_object_get(trace, "steps"));
    seigr_instance_free(run.instance);
    run.slice = 0;
    run.between = outcome.fuel_used / 1100 + 1;
    run.process_max = getenv("SEIGR_WASM_RESUME") == NULL ? 0 : 50;
    (void)real_steps(&run, json_object_get(trace, "steps"));
    seigr_instance_free(run.instance);
    *moves += run.moves;
    *processes += run.processes;
    printf("count moves-%s %zu\n", name, run.moves);
    seigr_module_free(run.module);
    json_decref(trace);
    return count;
}

void test_engine_diff__real_modules_do_what_v8_does(void **state)
{
    static const char *const names[] = {
        "as-chacha20poly1305", "blake2b-wasm", "cjs-module-lexer",
        "hash-wasm-argon2",    "llhttp",       "long",
        "source-map",
    };
    const char *dir = getenv("SEIGR_REAL_MODULES");
    size_t count = 0;
    size_t moves = 0;
    size_t processes = 0;

    (void)state;
    if (dir == NULL) {
        printf("skipped: wasm-real, set SEIGR_REAL_MODULES\n");
        skip();
        return; /* skip() does not come back */
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        count += real_module(dir, names[i], &moves, &processes);
    support_count("wasm-real", count);
    support_count("wasm-real moves to a new instance", moves);
    support_count("wasm-real moves to a new process", processes);
}
