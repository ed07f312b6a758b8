/* SPDX-License-Identifier: MIT */
/*
 * Limits, refusals, fuel's rules, and memory that is not to be had.
 */
#include "machine.h"

#include "seigr/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static seigr_span engine_file(const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), SEIGR_TEST_SOURCE "/engine/data/%s.wasm",
             name);
    return support_file(path);
}

/* --- refusals ---------------------------------------------------------- */

/* A module of a header and the sections given in hex. */
static int engine_refused(const char *sections, seigr_error *error)
{
    seigr_module *module = NULL;
    char hex[2048];
    int err;

    snprintf(hex, sizeof(hex), "0061736d01000000%s", sections);
    *error = (seigr_error)SEIGR_ERROR_INIT;
    err = seigr_module_new(machine_context(), support_hex(hex), NULL, &module,
                           error);
    seigr_module_free(module);
    return err;
}

void test_engine_engine__refusals_name_feature_and_offset(void **state)
{
    static const struct {
        const char *sections;
        int code;
        uint64_t offset;
        const char *text;
    } cases[] = {
        {"0d0100", SEIGR_E_UNSUPPORTED, 8, "exception handling"},
        {"0504010300 01", SEIGR_E_UNSUPPORTED, 11, "threads"},
        {"050401040001", SEIGR_E_UNSUPPORTED, 11, "64-bit"},
        {"05050200010001", SEIGR_E_UNSUPPORTED, 13, "multiple memories"},
        {"0105016001 7b00", SEIGR_E_UNSUPPORTED, 13, "SIMD"},
        {"0105016001 6f00", SEIGR_E_UNSUPPORTED, 13, "reference types"},
        {"0104015f0000", SEIGR_E_UNSUPPORTED, 11, "garbage collection"},
        {"040702700000700000", SEIGR_E_UNSUPPORTED, 14, "multiple tables"},
        {"010401600000 03020100 0a06010400 fd0c0b", SEIGR_E_UNSUPPORTED, 23,
         "SIMD"},
        {"010401600000 03020100 0a06010400 12000b", SEIGR_E_UNSUPPORTED, 23,
         "tail calls"},
        {"010401600000 03020100 0a06010400 fe000b", SEIGR_E_UNSUPPORTED, 23,
         "threads"},
        {"010401600000 03020100 0a06010400 ff000b", SEIGR_E_FORMAT, 23,
         "illegal opcode 0xff"},
        {"010401600000 03020100 0a05010300 1a0b", SEIGR_E_FORMAT, 23,
         "operand is missing"},
        {"010401600000 03020100", SEIGR_E_FORMAT, 17, "no room for bodies"},
        {"0b", SEIGR_E_TRUNCATED, 9, "unexpected end"},
    };
    seigr_error error;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char hex[256];
        size_t n = 0;

        for (const char *c = cases[i].sections; *c != '\0'; c++)
            if (*c != ' ')
                hex[n++] = *c;
        hex[n] = '\0';
        if (engine_refused(hex, &error) != cases[i].code ||
            strstr(error.text, cases[i].text) == NULL ||
            error.offset != cases[i].offset)
            fail_msg("case %zu: %d at %llu: %s", i, error.code,
                     (unsigned long long)error.offset, error.text);
    }
}

void test_engine_engine__limits_refuse(void **state)
{
    static const struct {
        size_t field;
        uint32_t value;
        const char *text;
    } cases[] = {
        {offsetof(seigr_module_limits, size_max), 100, "bytes"},
        {offsetof(seigr_module_limits, type_max), 2, "types"},
        {offsetof(seigr_module_limits, function_max), 5, "functions"},
        {offsetof(seigr_module_limits, global_max), 1, "globals"},
        {offsetof(seigr_module_limits, element_max), 1, "element segments"},
        {offsetof(seigr_module_limits, param_max), 0, "parameters"},
        {offsetof(seigr_module_limits, local_max), 1, "locals"},
        {offsetof(seigr_module_limits, height_max), 2, "operands"},
        {offsetof(seigr_module_limits, body_max), 8, "body"},
        {offsetof(seigr_module_limits, nesting_max), 0, "blocks"},
        {offsetof(seigr_module_limits, export_max), 0, "exports"},
        {offsetof(seigr_module_limits, name_max), 2, "name"},
    };
    const seigr_span bytes = engine_file("tables");

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seigr_module_limits limits = SEIGR_MODULE_LIMITS_INIT;
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_module *module = NULL;
        int err;

        memcpy((char *)&limits + cases[i].field, &cases[i].value, 4);
        err = seigr_module_new(machine_context(), bytes, &limits, &module,
                               &error);
        if (err != SEIGR_E_LIMIT || strstr(error.text, cases[i].text) == NULL)
            fail_msg("case %zu: %d %s", i, err, error.text);
        limits = (seigr_module_limits)SEIGR_MODULE_LIMITS_INIT;
        memset((char *)&limits + cases[i].field, 0xff, 4);
        assert_int_equal(
            seigr_module_new(machine_context(), bytes, &limits, &module, NULL),
            SEIGR_E_INVAL);
    }
}

void test_engine_engine__a_missing_import_is_named(void **state)
{
    seigr_module *module = machine_module(engine_file("hosts"));
    seigr_instance *instance = NULL;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    assert_int_equal(seigr_instance_new(machine_context(), module, NULL, NULL,
                                        0, &instance, &error),
                     SEIGR_E_NOTFOUND);
    assert_string_equal(error.text, "import test.mix: unknown import");
    seigr_module_free(module);
}

/* --- fuel -------------------------------------------------------------- */

/* Fuel that a body costs, of function 0 of type () -> (). */
static uint64_t engine_cost(const char *body_hex)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_instance *instance = NULL;
    seigr_module *module;
    char hex[1024];
    size_t len = strlen(body_hex) / 2;

    /* A type, a function, a table of 4, a memory of 1 to 2 pages, one passive
     * element segment of 9 functions, one passive data segment of 9 bytes. */
    snprintf(hex, sizeof(hex),
             "0061736d01000000010401600000030201000404017000"
             "1405040101010209"
             "0d0101000900000000000000000"
             "00c0101"
             "0a%02zx01%02zx%s"
             "0b0c010109010203040506070809",
             len + 2, len, body_hex);
    module = machine_module(support_hex(hex));
    assert_ok(seigr_instance_new(machine_context(), module, NULL, NULL, 0,
                                 &instance, NULL));
    outcome = machine_run(instance, 0);
    assert_int_equal(outcome.fuel_used, 0);
    assert_ok(seigr_instance_call(instance, 0, NULL, 0, NULL));
    outcome = machine_run(instance, 0);
    /* Slices must agree; a call of the entry costs 1 + locals / 8. */
    assert_ok(seigr_instance_call(instance, 0, NULL, 0, NULL));
    assert_int_equal(machine_run(instance, 1).fuel_used, 2 * outcome.fuel_used);
    seigr_instance_free(instance);
    seigr_module_free(module);
    return outcome.fuel_used;
}

void test_engine_engine__instructions_cost_what_is_said(void **state)
{
    (void)state;
    assert_int_equal(engine_cost("000b"), 1);     /* nothing: the call */
    assert_int_equal(engine_cost("0001010b"), 3); /* two nops */
    /* block, loop and end cost nothing; if and br cost 1 */
    assert_int_equal(engine_cost("000240034001"
                                 "0b0b0b"),
                     2);
    assert_int_equal(engine_cost("00410104400105010b0b"), 4);
    assert_int_equal(engine_cost("0041000440010501010b0b"), 5);
    assert_int_equal(engine_cost("0002400c000b0b"), 2);
    /* a branch out of the function leaves what is behind it unpaid */
    assert_int_equal(engine_cost("0041010d0001010b"), 3);
    assert_int_equal(engine_cost("0041000d0001010b"), 5);
    assert_int_equal(engine_cost("00024041010d0101010b010b"), 3);
    assert_int_equal(engine_cost("00410041010e010000010b"), 4);
    /* 17 locals: floor(17 / 8) more for the call */
    assert_int_equal(engine_cost("01117f0b"), 3);
    /* memory.fill of 16 bytes: three constants, 1 + 2 */
    assert_int_equal(engine_cost("00410041004110fc0b000b"), 1 + 3 + 3);
    /* memory.copy of 15: 1 + 1 */
    assert_int_equal(engine_cost("0041004100410ffc0a00000b"), 1 + 3 + 2);
    /* memory.init of 9: 1 + 1 */
    assert_int_equal(engine_cost("00410041004109fc0800000b"), 1 + 3 + 2);
    /* table.init of 9: 1 + 1; table.copy of 8: 1 + 1 */
    assert_int_equal(engine_cost("00410041004109fc0c00000b"), 1 + 3 + 2);
    assert_int_equal(engine_cost("00410041014108fc0e00000b"), 1 + 3 + 2);
    /* data.drop and elem.drop: 1 */
    assert_int_equal(engine_cost("00fc0900fc0d000b"), 1 + 2);
    /* memory.grow past the maximum: 1; of no page: 1 */
    assert_int_equal(engine_cost("0041e4004000"
                                 "1a0b"),
                     1 + 3);
    assert_int_equal(engine_cost("00410040001a0b"), 1 + 3);
}

void test_engine_engine__growing_costs_by_the_page(void **state)
{
    seigr_module *module = machine_module(engine_file("bytes"));
    seigr_instance *instance = NULL;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    (void)state;
    assert_ok(seigr_instance_new(machine_context(), module, NULL, NULL, 0,
                                 &instance, NULL));
    /* The active segment has 16 bytes: 1 + 2, and nothing for the other. */
    assert_ok(seigr_instance_step(instance, 2, &outcome));
    assert_int_equal(outcome.status, SEIGR_RUN_OUT_OF_FUEL);
    assert_int_equal(outcome.fuel_used, 0);
    assert_ok(seigr_instance_step(instance, 3, &outcome));
    assert_int_equal(outcome.status, SEIGR_RUN_DONE);
    assert_int_equal(outcome.fuel_used, 3);
    outcome = machine_call(instance, "run", NULL, 0, 0);
    assert_true(outcome.fuel_used > 1025);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

void test_engine_engine__depth_and_slots_are_exact(void **state)
{
    seigr_module *module = machine_module(engine_file("calls"));
    seigr_instance_options options = SEIGR_INSTANCE_OPTIONS_INIT;
    seigr_outcome outcome;

    (void)state;
    for (uint32_t depth = 1; depth < 12; depth++) {
        seigr_instance *instance = NULL;

        options.depth_max = depth;
        assert_ok(seigr_instance_new(machine_context(), module, &options, NULL,
                                     0, &instance, NULL));
        outcome = machine_run(instance, 0);
        outcome = machine_call(instance, "run", NULL, 0, 0);
        /* odd(9) is eleven frames deep, run's and the last even's too. */
        assert_int_equal(outcome.status,
                         depth < 11 ? SEIGR_RUN_TRAPPED : SEIGR_RUN_DONE);
        if (depth < 11)
            assert_int_equal(outcome.trap, SEIGR_TRAP_STACK);
        seigr_instance_free(instance);
    }
    seigr_module_free(module);
}

/* --- memory that is not to be had -------------------------------------- */

struct engine_oom {
    seigr_span bytes;
    int snapshot;
};

static int engine_no_page(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    const uint8_t *memory = ctx;
    seigr_hash found;

    for (size_t at = 0; at < 3 * 65536; at += SEIGR_STATE_PAGE_LEN) {
        seigr_merkle_hash_leaf(machine_context(),
                               (seigr_span){memory + at, SEIGR_STATE_PAGE_LEN},
                               &found);
        if (memcmp(&found, hash, sizeof(found)) != 0)
            continue;
        *page = (seigr_span){memory + at, SEIGR_STATE_PAGE_LEN};
        return 0;
    }
    return SEIGR_E_NOTFOUND;
}

static int engine_oom_restore(const seigr_context *context,
                              const seigr_module *module,
                              seigr_instance *instance)
{
    static uint8_t bytes[65536];
    static uint8_t memory[3 * 65536];
    const seigr_state_info info = SEIGR_STATE_INFO_INIT;
    const seigr_span now = seigr_instance_memory(instance);
    seigr_instance *other = NULL;
    size_t len = 0;
    int err = seigr_snapshot_encode(instance, &info, NULL, NULL,
                                    (seigr_buf){bytes, sizeof(bytes)}, &len);

    memset(memory, 0, sizeof(memory));
    if (now.len > 0)
        memcpy(memory, now.ptr, now.len);
    if (err == 0)
        err = seigr_instance_new(context, module, NULL, NULL, 0, &other, NULL);
    if (err == 0)
        err = seigr_snapshot_restore(other, (seigr_span){bytes, len},
                                     engine_no_page, memory, NULL, NULL, NULL);
    seigr_instance_free(other);
    return err;
}

static int engine_oom_run(support_memory *memory, void *arg)
{
    const struct engine_oom *oom = arg;
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_instance *instance = NULL;
    seigr_module *module = NULL;
    seigr_extern found;
    int err;

    context.allocator = &memory->allocator;
    context.crypto = seigr_crypto_sodium();
    err = seigr_module_new(&context, oom->bytes, NULL, &module, NULL);
    if (err == 0)
        err = seigr_instance_new(&context, module, NULL, NULL, 0, &instance,
                                 NULL);
    if (err == 0)
        err = seigr_instance_step(instance, 1000000, &outcome);
    if (err == 0)
        err = seigr_instance_export(
            instance, (seigr_span){(const uint8_t *)"run", 3}, &found, NULL);
    if (err == 0)
        err = seigr_instance_call(instance, found.index, NULL, 0, NULL);
    if (err == 0 && oom->snapshot) {
        err = seigr_instance_step(instance, 45, &outcome);
        if (err == 0)
            err = engine_oom_restore(&context, module, instance);
    }
    if (err == 0)
        err = seigr_instance_step(instance, 1000000, &outcome);
    if (err == 0)
        assert_int_equal(outcome.status, SEIGR_RUN_DONE);
    seigr_instance_free(instance);
    seigr_module_free(module);
    /* Growing memory asks again for less when it cannot have more than it
     * needs: that one failure does no harm. */
    if (err == 0 && memory->fail_at != 0 && !memory->fail_after &&
        memory->total_count >= memory->fail_at)
        err = SEIGR_E_NOMEM;
    return err;
}

void test_engine_engine__every_allocation_may_fail(void **state)
{
    static const char *const names[] = {"calls", "bytes", "tables", "blocks"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct engine_oom oom = {engine_file(names[i]), 0};

        support_each_allocation(engine_oom_run, &oom);
        oom.snapshot = 1;
        support_each_allocation(engine_oom_run, &oom);
    }
}

/* A step that finds no memory stops before the instruction and goes on when
 * there is some. */
void test_engine_engine__a_step_without_memory_goes_on(void **state)
{
    const seigr_span bytes = engine_file("bytes");
    seigr_outcome want = SEIGR_OUTCOME_INIT;
    uint64_t result_want = 0;

    (void)state;
    for (size_t fail = 0; fail < 4; fail++) {
        seigr_context context = SEIGR_CONTEXT_INIT;
        seigr_outcome outcome = SEIGR_OUTCOME_INIT;
        support_memory memory;
        seigr_instance *instance = NULL;
        seigr_module *module = NULL;
        uint64_t result = 0;
        size_t failures = 0;

        support_memory_init(&memory);
        context.allocator = &memory.allocator;
        assert_ok(seigr_module_new(&context, bytes, NULL, &module, NULL));
        assert_ok(seigr_instance_new(&context, module, NULL, NULL, 0, &instance,
                                     NULL));
        assert_ok(seigr_instance_step(instance, 1000, &outcome));
        assert_ok(seigr_instance_call(instance, 0, NULL, 0, NULL));
        memory.fail_at = fail == 0 ? 0 : memory.total_count + fail;
        while (seigr_instance_step(instance, 1000000, &outcome) ==
               SEIGR_E_NOMEM)
            failures++;
        assert_int_equal(outcome.status, SEIGR_RUN_DONE);
        assert_int_equal(seigr_instance_results(instance, &result, 1), 1);
        if (fail == 0) {
            want = outcome;
            result_want = result;
        }
        assert_true(failures <= 1);
        assert_int_equal(outcome.fuel_used, want.fuel_used);
        assert_int_equal(result, result_want);
        seigr_instance_free(instance);
        seigr_module_free(module);
        assert_int_equal(memory.live_count, 0);
    }
}

void test_engine_engine__module_memory_is_bounded(void **state)
{
    static const char *const names[] = {"calls", "bytes", "tables", "blocks",
                                        "hosts"};

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        const seigr_span bytes = engine_file(names[i]);
        seigr_context context = SEIGR_CONTEXT_INIT;
        support_memory memory;
        seigr_module *module = NULL;

        support_memory_init(&memory);
        context.allocator = &memory.allocator;
        assert_ok(seigr_module_new(&context, bytes, NULL, &module, NULL));
        assert_true(memory.peak_bytes <= bytes.len * SEIGR_MODULE_MEMORY_TIMES +
                                             SEIGR_MODULE_MEMORY_BASE);
        seigr_module_free(module);
        assert_int_equal(memory.live_count, 0);
    }
}
