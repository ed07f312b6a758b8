/* SPDX-License-Identifier: MIT */
/*
 * Tasks run: what programs see, what a run comes to, and that it is the same
 * however it was cut.
 */
#include "run_help.h"

#include "run_random.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static uint8_t run_large[150000];

static help_world run_world(void)
{
    help_world world = {0};

    for (size_t i = 0; i < sizeof(run_large); i++)
        run_large[i] = (uint8_t)(i * 7 + i / 1000);
    world.contents[0] = (seigr_span){run_large, sizeof(run_large)};
    world.contents[1] = (seigr_span){(const uint8_t *)"a\nline two\n", 11};
    return world;
}

static help_task run_files_task(void)
{
    return (help_task){
        .paths = {"data/large", "stdin"},
        .arguments = {"files", "-x", "", "\xc3\xa9"},
        .environment = {"MODE=loud"},
        .seed = "seed",
        .clock_ns = 1764000000000000000u,
        .limits = {.fuel = 100000000, .checkpoint_every = 5000},
    };
}

/* The first random bytes with the seed "seed", in hex. */
static const char *run_files_random(void)
{
    static const uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
    static const uint8_t zeros[16];
    static char hex[33];
    uint8_t key[32];
    uint8_t bytes[16];

    assert_ok(
        crypto_hash_sha256(key, (const uint8_t *)"seigr-random/1seed", 18));
    assert_ok(crypto_stream_chacha20_ietf_xor(bytes, zeros, sizeof(bytes),
                                              nonce, key));
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return hex;
}

/* What tests/guest/files.c prints. */
static const char run_files_output[] =
    "argument 'files'\nargument '-x'\nargument ''\nargument '\xc3\xa9'\n"
    "MODE is 'loud'\nstdin: a\nstdin: line two\n"
    "time 1764000000, later 1\n";
static const char run_files_rest[] =
    "/: data/ stdin\ndata: large\nnothing: No such file or directory\n"
    "/output:\nmkdir: ok\nmkdir again: File exists\n"
    "mkdir deep: No such file or directory\n"
    "mkdir among inputs: Read-only file system\n"
    "close: ok\ncopied 150000\n"
    "copy data/large data/copy: Read-only file system\n"
    "read 5 'WORLD' at 11\nappend: ok\ntruncate: ok\nstat: ok\n"
    "size 8, mtime 1764000000\nstat input: ok\nsize 150000\nrename: ok\n"
    "rmdir full: Directory not empty\nclose: ok\ncopied 8\nunlink: ok\n"
    "unlink again: No such file or directory\n"
    "unlink input: Read-only file system\nmkdir: ok\nrmdir: ok\n"
    "up: Capabilities insufficient\n/output: sub/\n"
    "/output/sub: copy sought\n";

void test_engine_run__a_program_with_files(void **state)
{
    seigr_module *module = help_guest("files");
    const help_task task = run_files_task();
    help_world world = run_world();
    seigr_run *run = help_run(&task, module, &world);
    const seigr_result result = help_finish(run, 0);
    const char *output = help_output(run);

    (void)state;
    assert_int_equal(result.outcome.status, SEIGR_RESULT_EXITED);
    assert_int_equal(result.outcome.exit_code, 7);
    assert_memory_equal(output, run_files_output, strlen(run_files_output));
    output += strlen(run_files_output);
    assert_memory_equal(output, run_files_random(), 32);
    assert_string_equal(strchr(output, '\n') + 1, run_files_rest);
    assert_string_equal(world.log, "0:to people\n");
    assert_int_equal(result.outcome.file_count, 2);
    assert_memory_equal(result.outcome.files[0].path.ptr, "sub/copy", 8);
    assert_int_equal(result.outcome.files[0].size, 150000);
    assert_memory_equal(result.outcome.files[1].path.ptr, "sub/sought", 10);
    assert_memory_equal(seigr_run_content(run, 2, 0).ptr, "hello WO", 8);
    assert_memory_equal(seigr_run_content(run, 1, 65536).ptr, run_large + 65536,
                        65536);
    assert_int_equal(result.root_count, result.outcome.fuel_used / 5000);
    assert_int_equal(world.roots, result.root_count);
    seigr_run_free(run);
    seigr_module_free(module);
}

void test_engine_run__randomness_is_chacha20(void **state)
{
    uint8_t key[32];
    uint8_t zeros[1000] = {0};
    uint8_t want[1000];
    uint8_t have[1000];
    static const uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
    support_rng rng = {0xc4a};

    (void)state;
    for (int i = 0; i < 200; i++) {
        const size_t at = support_random_below(&rng, sizeof(have));
        const size_t len = support_random_below(&rng, sizeof(have) - at);

        support_random_bytes(&rng, key, sizeof(key));
        assert_ok(crypto_stream_chacha20_ietf_xor(want, zeros, sizeof(want),
                                                  nonce, key));
        seigr__run_random(key, at, have, len);
        assert_memory_equal(have, want + at, len);
    }
}

void test_engine_run__slices_and_late_inputs_do_not_show(void **state)
{
    seigr_module *module = help_guest("files");
    const help_task task = run_files_task();
    help_world world = run_world();
    seigr_run *whole = help_run(&task, module, &world);
    support_rng rng = {0x51ce};

    (void)state;
    help_finish(whole, 0);
    for (int i = 0; i < 6; i++) {
        seigr_run *run;

        world.log_len = 0;
        world.late = 20;
        run = help_run(&task, module, &world);
        help_finish(run, 1 + (support_random(&rng) >> (40 + 4 * i)));
        help_same_result(whole, run);
        seigr_run_free(run);
    }
    seigr_run_free(whole);
    seigr_module_free(module);
}

/* Stop at a fuel, write down, take up in a new run, end. */
static void run_cut(const help_task *task, const seigr_module *module,
                    const seigr_run *whole, uint64_t stop, help_state *s)
{
    help_world world = run_world();
    seigr_run *run = help_run(task, module, &world);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_run *again;

    while (outcome.fuel_used < stop) {
        const uint64_t before = outcome.fuel_used;

        assert_ok(seigr_run_step(run, stop - before, &outcome));
        if (outcome.fuel_used == before ||
            (outcome.status != SEIGR_RUN_YIELDED))
            break;
    }
    if (outcome.status != SEIGR_RUN_YIELDED) {
        seigr_run_free(run);
        return;
    }
    help_save(run, s);
    seigr_run_free(run);
    world.log_len = 0;
    again = help_run(task, module, &world);
    if (help_load(again, s, &error) != 0)
        fail_msg("at %llu: %s", (unsigned long long)stop, error.text);
    help_finish(again, 0);
    help_same_result(whole, again);
    seigr_run_free(again);
}

void test_engine_run__goes_on_in_a_new_run(void **state)
{
    seigr_module *module = help_guest("files");
    const help_task task = run_files_task();
    help_world world = run_world();
    seigr_run *whole = help_run(&task, module, &world);
    const uint64_t used = help_finish(whole, 0).outcome.fuel_used;
    const size_t count = support_scaled(60);
    support_rng rng = {0x60e5};
    help_state s = {0};

    (void)state;
    run_cut(&task, module, whole, 0, &s);
    for (size_t i = 0; i < count; i++)
        run_cut(&task, module, whole, support_random(&rng) % used, &s);
    help_state_free(&s);
    seigr_run_free(whole);
    seigr_module_free(module);
}

void test_engine_run__goes_on_at_every_instruction(void **state)
{
    seigr_module *module =
        machine_module(support_file(SEIGR_TEST_SOURCE "/engine/data/run.wasm"));
    help_task task = {.entry = "write",
                      .seed = "s",
                      .limits = {.fuel = 60000, .checkpoint_every = 700}};
    help_world world = run_world();
    seigr_run *whole = help_run(&task, module, &world);
    const uint64_t used = help_finish(whole, 0).outcome.fuel_used;
    help_state s = {0};

    (void)state;
    for (uint64_t stop = 0; stop < used; stop++)
        if (stop < 200 || stop % 41 == 0)
            run_cut(&task, module, whole, stop, &s);
    help_state_free(&s);
    seigr_run_free(whole);
    seigr_module_free(module);
}

/* The other process: take the state up, end, and say what it came to. */
static void run_other(const help_task *task, const seigr_module *module,
                      const help_state *s, int out)
{
    static uint8_t detail[70000];
    help_world world = run_world();
    seigr_run *run = help_run(task, module, &world);
    seigr_result result;
    size_t len = 0;

    if (help_load(run, s, NULL) == 0) {
        result = help_finish(run, 0);
        if (seigr_result_encode(machine_context(), &result,
                                (seigr_buf){detail, sizeof(detail)}, &len,
                                NULL) != 0 ||
            write(out, detail, len) != (ssize_t)len)
            len = 0;
    }
    _exit(len == 0);
}

void test_engine_run__goes_on_in_another_process(void **state)
{
    static uint8_t want[70000];
    static uint8_t have[70000];
    seigr_module *module = help_guest("files");
    const help_task task = run_files_task();
    help_world world = run_world();
    seigr_run *whole = help_run(&task, module, &world);
    const seigr_result result = help_finish(whole, 0);
    support_rng rng = {0x9c0};
    help_state s = {0};
    size_t len;

    (void)state;
    assert_ok(seigr_result_encode(machine_context(), &result,
                                  (seigr_buf){want, sizeof(want)}, &len, NULL));
    for (size_t i = support_scaled(10); i > 0; i--) {
        const uint64_t stop =
            support_random(&rng) % (result.outcome.fuel_used - 20000);
        seigr_run *run = help_run(&task, module, &world);
        seigr_outcome outcome = SEIGR_OUTCOME_INIT;
        size_t got = 0;
        ssize_t n;
        int status;
        int ends[2];
        pid_t child;

        while (outcome.fuel_used < stop)
            assert_ok(seigr_run_step(run, 10000, &outcome));
        help_save(run, &s);
        seigr_run_free(run);
        assert_ok(pipe(ends));
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            run_other(&task, module, &s, ends[1]);
        (void)close(ends[1]);
        while ((n = read(ends[0], have + got, sizeof(have) - got)) > 0)
            got += (size_t)n;
        (void)close(ends[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_int_equal(got, len);
        assert_memory_equal(have, want, len);
    }
    help_state_free(&s);
    seigr_run_free(whole);
    seigr_module_free(module);
}

/* FORMATS 8: root k is of the state in which a run with fuel k * every
 * stops. */
void test_engine_run__roots_are_those_of_shorter_runs(void **state)
{
    seigr_module *module =
        machine_module(support_file(SEIGR_TEST_SOURCE "/engine/data/run.wasm"));
    help_task task = {.entry = "write",
                      .seed = "s",
                      .limits = {.fuel = 60000, .checkpoint_every = 700}};
    help_world world = run_world();
    seigr_run *whole = help_run(&task, module, &world);
    const seigr_result result = help_finish(whole, 777);

    (void)state;
    assert_int_equal(result.outcome.status, SEIGR_RESULT_DONE);
    assert_true(result.root_count > 20);
    for (uint32_t k = 1; k <= result.root_count; k++) {
        seigr_run *run = help_run(&task, module, &world);
        seigr_outcome outcome = SEIGR_OUTCOME_INIT;
        seigr_hash root;
        uint64_t before;

        do { /* until nothing more fits below k * every */
            before = outcome.fuel_used;
            assert_ok(seigr_run_step(run, k * 700u - before, &outcome));
        } while (outcome.fuel_used != before);
        assert_ok(seigr_run_root(run, &root));
        assert_memory_equal(&root, result.roots.ptr + (k - 1) * 32, 32);
        seigr_run_free(run);
    }
    seigr_run_free(whole);
    seigr_module_free(module);
}

void test_engine_run__how_runs_end(void **state)
{
    static const struct {
        const char *entry;
        uint64_t fuel;
        uint64_t output_max;
        uint32_t status;
        uint32_t trap;
        uint64_t used;
    } cases[] = {
        {NULL, 100, 0, SEIGR_RESULT_DONE, 0, 6},
        {NULL, 6, 0, SEIGR_RESULT_DONE, 0, 6},
        {NULL, 5, 0, SEIGR_RESULT_OUT_OF_FUEL, 0, 5},
        {NULL, 1, 0, SEIGR_RESULT_OUT_OF_FUEL, 0, 1},
        {"trap", 100, 0, SEIGR_RESULT_TRAPPED, SEIGR_TRAP_UNREACHABLE, 3},
        {"loop", 1000, 0, SEIGR_RESULT_OUT_OF_FUEL, 0, 1000},
        {"flood", 10000000, 100000, SEIGR_RESULT_TRAPPED,
         SEIGR_TRAP_UNREACHABLE, 0},
    };
    seigr_module *module =
        machine_module(support_file(SEIGR_TEST_SOURCE "/engine/data/run.wasm"));

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        help_task task = {.entry = cases[i].entry,
                          .limits = {.fuel = cases[i].fuel,
                                     .output_max = cases[i].output_max}};
        help_world world = run_world();
        seigr_run *run = help_run(&task, module, &world);
        const seigr_result result = help_finish(run, 0);

        assert_int_equal(result.outcome.status, cases[i].status);
        assert_int_equal(result.outcome.trap, cases[i].trap);
        if (cases[i].used != 0)
            assert_int_equal(result.outcome.fuel_used, cases[i].used);
        if (cases[i].output_max != 0)
            assert_int_equal(result.outcome.output_size, 60000);
        seigr_run_free(run);
    }
    seigr_module_free(module);
}

void test_engine_run__what_is_missing_is_named(void **state)
{
    static const struct {
        const char *entry;
        uint32_t pages;
        uint32_t missing;
        int code;
        const char *text;
    } cases[] = {
        {NULL, 0, 2, SEIGR_E_NOTFOUND, "\"b\\u{7}c\""},
        {NULL, 0, 3, SEIGR_E_NOTFOUND, "2 inputs are not here, the first is"},
        {"nowhere", 0, 0, SEIGR_E_NOTFOUND, "exports no \"nowhere\""},
        {"params", 0, 0, SEIGR_E_MISMATCH, "without parameters"},
        {"memory", 0, 0, SEIGR_E_MISMATCH, "no function"},
    };
    seigr_module *module =
        machine_module(support_file(SEIGR_TEST_SOURCE "/engine/data/run.wasm"));

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const help_task task = {.entry = cases[i].entry,
                                .paths = {"a", "b\ac"},
                                .limits = {.fuel = 1}};
        help_world world = run_world();
        const seigr_run_options options = help_options(&world);
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_run *run = NULL;

        world.missing = cases[i].missing;
        assert_int_equal(seigr_run_new(machine_context(), help_seal_task(&task),
                                       module, &options, &run, &error),
                         cases[i].code);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("%s", error.text);
        assert_null(run);
    }
    seigr_module_free(module);
}

void test_engine_run__missing_imports_are_named(void **state)
{
    seigr_module *hosts = machine_module(
        support_file(SEIGR_TEST_SOURCE "/engine/data/hosts.wasm"));
    const help_task task = {.limits = {.fuel = 1}};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_run *run = NULL;
    seigr_module_entry entry;

    (void)state;
    assert_int_equal(seigr_module_export(hosts, 0, &entry), 1);
    {
        char name[64];
        help_task t = task;

        snprintf(name, sizeof(name), "%.*s", (int)entry.name.len,
                 entry.name.ptr);
        t.entry = name;
        if (entry.kind != SEIGR_WASM_FUNCTION || entry.params.len != 0)
            t.entry = NULL;
        assert_true(seigr_run_new(machine_context(), help_seal_task(&t), hosts,
                                  NULL, &run, &error) < 0);
    }
    assert_null(run);
    assert_true(strlen(error.text) > 10);
    seigr_module_free(hosts);
    assert_null(seigr_run_import((seigr_span){(const uint8_t *)"seigr", 5},
                                 (seigr_span){(const uint8_t *)"x", 1}));
    assert_string_equal(
        seigr_run_import((seigr_span){(const uint8_t *)"seigr", 5},
                         (seigr_span){(const uint8_t *)"log", 3}),
        "iii:i");
}

static const char run_own_output[] =
    "2 inputs, data/large is 0 of 150000 bytes\n-44 -44\nlink 0 1 -44 -44\n"
    "read 65536\nread 65536\nread 18928\nin all 150000, then 0\nraw\n"
    "-21\n-28\nused 1\n";

void test_engine_run__functions_of_seigr(void **state)
{
    seigr_module *module = help_guest("own");
    help_task task = run_files_task();
    help_world world = run_world();
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_run *run = help_run(&task, module, &world);
    int hints = 0;

    (void)state;
    do {
        assert_ok(seigr_run_step(run, UINT64_MAX, &outcome));
        hints += seigr_run_hinted(run);
    } while (outcome.status == SEIGR_RUN_YIELDED);
    assert_int_equal(outcome.status, SEIGR_RUN_DONE);
    assert_string_equal(help_output(run), run_own_output);
    assert_int_equal(hints, 1);
    assert_int_equal(seigr_run_hinted(run), 0);
    assert_string_equal(world.log, "3:a word");
    assert_int_equal(world.reads, 3);
    seigr_run_free(run);
    seigr_module_free(module);
}

/* --- out of memory ------------------------------------------------------- */

struct run_memory_case {
    const seigr_verified *task;
    seigr_module *module;
    const seigr_run *whole;
};

static int run_take(seigr_span piece, void *ctx)
{
    size_t *len = ctx;

    *len += piece.len;
    return 0;
}

/* Step and write down to the end. Where memory failed once the run goes on. */
static int run_steps(const support_memory *memory, seigr_run *run)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_task_state saved;
    size_t len = 0;
    int err;

    do {
        err = seigr_run_step(run, 3000, &outcome);
        if (err == 0 && outcome.status == SEIGR_RUN_YIELDED)
            err = seigr_run_save(run, run_take, &len, &saved);
    } while ((err == SEIGR_E_NOMEM && !memory->fail_after) ||
             (err == 0 && outcome.status == SEIGR_RUN_YIELDED));
    return err;
}

/* Also where the engine made do with less, the failure counts. */
static int run_with_memory(support_memory *memory, void *arg)
{
    const struct run_memory_case *c = arg;
    seigr_context context = *machine_context();
    help_world world = run_world();
    const seigr_run_options options = help_options(&world);
    seigr_run *run = NULL;
    int err;

    context.allocator = &memory->allocator;
    err = seigr_run_new(&context, c->task, c->module, &options, &run, NULL);
    if (err == 0)
        err = run_steps(memory, run);
    if (err == 0) {
        help_same_result(c->whole, run);
        if (memory->total_count >= memory->fail_at)
            err = SEIGR_E_NOMEM;
    }
    seigr_run_free(run);
    return err;
}

void test_engine_run__every_allocation_fails(void **state)
{
    help_task task = {.entry = "write",
                      .paths = {"a", "stdin"},
                      .arguments = {"x"},
                      .environment = {"A=b"},
                      .limits = {.fuel = 60000, .checkpoint_every = 1000}};
    help_world world = run_world();
    struct run_memory_case c;
    seigr_run *whole;

    (void)state;
    c.task = help_seal_task(&task);
    c.module =
        machine_module(support_file(SEIGR_TEST_SOURCE "/engine/data/run.wasm"));
    whole = help_run(&task, c.module, &world);
    help_finish(whole, 0);
    c.whole = whole;
    support_each_allocation(run_with_memory, &c);
    seigr_run_free(whole);
    seigr_module_free(c.module);
}

/* --- states that are none ------------------------------------------------- */

/* Zeros behind a content or in a page of zeros, and roots of before, are not
 * under the root of the state. */
static int run_is_unbound(const help_state *s, size_t at)
{
    const size_t record = s->len - (size_t)s->state.record_len;

    return at < record ? s->bytes[at] == 0 : 1;
}

void test_engine_run__damaged_states_are_refused(void **state)
{
    seigr_module *module = help_guest("files");
    const help_task task = run_files_task();
    help_world world = run_world();
    seigr_run *run = help_run(&task, module, &world);
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    support_rng rng = {0xda3};
    help_state s = {0};
    const size_t count = support_scaled(300);

    (void)state;
    while (outcome.fuel_used < 60000)
        assert_ok(seigr_run_step(run, 10000, &outcome));
    help_save(run, &s);
    seigr_run_free(run);
    for (size_t i = 0; i < count; i++) {
        /* half of them where everything but memory stands */
        const size_t from = i % 2 ? s.len - (size_t)s.state.record_len : 0;
        const size_t at = from + support_random_below(&rng, s.len - from);
        const uint8_t bit = (uint8_t)(1u << support_random_below(&rng, 8));
        seigr_error error = SEIGR_ERROR_INIT;
        int err;

        s.bytes[at] ^= bit;
        run = help_run(&task, module, &world);
        err = help_load(run, &s, &error);
        if (err == 0) {
            /* padding, or an earlier root: only that is not in the root */
            assert_true(at < s.len);
            s.bytes[at] ^= bit;
            seigr_run_free(run);
            run = NULL;
            assert_true(run_is_unbound(&s, at));
            continue;
        }
        assert_true(err < 0 && error.code == err && error.text[0] != '\0');
        seigr_run_free(run);
        s.bytes[at] ^= bit;
    }
    s.state.fuel_used++;
    run = help_run(&task, module, &world);
    assert_int_equal(help_load(run, &s, NULL), SEIGR_E_MISMATCH);
    seigr_run_free(run);
    s.state.fuel_used--;
    s.state.root.bytes[3] ^= 1;
    run = help_run(&task, module, &world);
    assert_int_equal(help_load(run, &s, NULL), SEIGR_E_MISMATCH);
    seigr_run_free(run);
    help_state_free(&s);
    seigr_module_free(module);
}
