/* SPDX-License-Identifier: MIT */
/*
 * Stop and go on: five programs are stopped before every instruction,
 * written down, taken up by a new instance, and must end the same.
 */
#include "machine.h"

#include "seigr/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const snapshot_programs[] = {"calls", "bytes", "tables",
                                                "blocks", "hosts"};

#define PROGRAM_COUNT (sizeof(snapshot_programs) / sizeof(char *))

/* --- host functions of hosts.wat --------------------------------------- */

static uint64_t snapshot_mix_cost(const seigr_host_call *call)
{
    return call->values[1] + 2;
}

static int snapshot_mix(seigr_host_call *call)
{
    call->values[0] = call->values[0] * 0x9e3779b97f4a7c15u + call->values[1] +
                      call->fuel_used;
    return SEIGR_HOST_OK;
}

static int snapshot_note(seigr_host_call *call)
{
    return seigr_instance_write(call->instance, 128,
                                (seigr_span){(uint8_t *)call->values, 1}) == 0
               ? SEIGR_HOST_OK
               : SEIGR_HOST_TRAP;
}

static const seigr_host_function snapshot_hosts[] = {
    {"test", "mix", "Ii:I", snapshot_mix_cost, snapshot_mix},
    {"test", "note", "i:", NULL, snapshot_note},
};

/* --- pages by their hash ----------------------------------------------- */

#define PAGES_MAX 4096u

typedef struct snapshot_pages {
    size_t count;
    seigr_hash hashes[PAGES_MAX];
    uint8_t bytes[PAGES_MAX][SEIGR_STATE_PAGE_LEN];
} snapshot_pages;

static int snapshot_put(const seigr_hash *hash, seigr_span page, void *ctx)
{
    snapshot_pages *pages = ctx;

    for (size_t i = 0; i < pages->count; i++)
        if (memcmp(&pages->hashes[i], hash, sizeof(*hash)) == 0)
            return 0;
    assert_true(pages->count < PAGES_MAX);
    pages->hashes[pages->count] = *hash;
    memcpy(pages->bytes[pages->count++], page.ptr, page.len);
    return 0;
}

static int snapshot_get(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    snapshot_pages *pages = ctx;

    for (size_t i = 0; i < pages->count; i++) {
        if (memcmp(&pages->hashes[i], hash, sizeof(*hash)) != 0)
            continue;
        *page = (seigr_span){pages->bytes[i], SEIGR_STATE_PAGE_LEN};
        return 0;
    }
    return SEIGR_E_NOTFOUND;
}

/* --- running ----------------------------------------------------------- */

static seigr_module *snapshot_module(const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), SEIGR_TEST_SOURCE "/engine/data/%s.wasm",
             name);
    return machine_module(support_file(path));
}

static seigr_instance *snapshot_instance(const seigr_module *module)
{
    const seigr_extern imports[2] = {
        {SEIGR_WASM_FUNCTION, 0, NULL, &snapshot_hosts[0], NULL},
        {SEIGR_WASM_FUNCTION, 0, NULL, &snapshot_hosts[1], NULL},
    };
    seigr_instance *instance = NULL;

    assert_ok(seigr_instance_new(machine_context(), module, NULL, imports, 2,
                                 &instance, NULL));
    return instance;
}

static seigr_state_info snapshot_info(void)
{
    static const uint8_t host[] = {0x82, 0x01, 0x43, 'a', 'b', 'c'};
    seigr_state_info info = SEIGR_STATE_INFO_INIT;

    memset(info.program.bytes, 0x11, sizeof(info.program.bytes));
    memset(info.task.bytes, 0x22, sizeof(info.task.bytes));
    info.host = (seigr_span){host, sizeof(host)};
    return info;
}

static seigr_hash snapshot_root(seigr_instance *instance)
{
    const seigr_state_info info = snapshot_info();
    seigr_hash root;

    assert_ok(seigr_state_root(instance, &info, &root));
    return root;
}

/* One step of at least one instruction, calling run when it is time to.
 * Returns 0 when all is done. */
static int snapshot_advance(seigr_instance *instance, uint64_t fuel,
                            int *called)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t before;

    assert_ok(seigr_instance_step(instance, 0, &outcome));
    before = outcome.fuel_used;
    while (outcome.status == SEIGR_RUN_OUT_OF_FUEL &&
           outcome.fuel_used == before) {
        assert_ok(seigr_instance_step(instance, fuel, &outcome));
        fuel *= 2;
    }
    if (outcome.status == SEIGR_RUN_OUT_OF_FUEL)
        return 1;
    assert_int_equal(outcome.status, SEIGR_RUN_DONE);
    if (*called)
        return 0;
    *called = 1;
    seigr_extern found;
    assert_ok(seigr_instance_export(
        instance, (seigr_span){(const uint8_t *)"run", 3}, &found, NULL));
    assert_ok(seigr_instance_call(instance, found.index, NULL, 0, NULL));
    return 1;
}

typedef struct snapshot_end {
    uint64_t result;
    uint64_t fuel;
    seigr_hash root;
} snapshot_end;

static snapshot_end snapshot_finish(seigr_instance *instance, uint64_t slice,
                                    int called)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    snapshot_end end;

    while (snapshot_advance(instance, slice, &called))
        ;
    assert_int_equal(seigr_instance_results(instance, &end.result, 1), 1);
    assert_ok(seigr_instance_step(instance, 0, &outcome));
    end.fuel = outcome.fuel_used;
    end.root = snapshot_root(instance);
    return end;
}

/* Write a snapshot into room that is given back by the caller. */
static seigr_span snapshot_take(seigr_instance *instance, snapshot_pages *pages)
{
    const seigr_state_info info = snapshot_info();
    size_t len = 0;
    uint8_t *room;

    assert_int_equal(seigr_snapshot_encode(instance, &info, snapshot_put, pages,
                                           (seigr_buf){NULL, 0}, &len),
                     SEIGR_E_ROOM);
    room = malloc(len);
    assert_non_null(room);
    assert_ok(seigr_snapshot_encode(instance, &info, snapshot_put, pages,
                                    (seigr_buf){room, len}, &len));
    return (seigr_span){room, len};
}

static seigr_instance *snapshot_restored(const seigr_module *module,
                                         seigr_span bytes,
                                         snapshot_pages *pages,
                                         seigr_hash *root)
{
    seigr_instance *instance = snapshot_instance(module);
    seigr_error error = SEIGR_ERROR_INIT;

    if (seigr_snapshot_restore(instance, bytes, snapshot_get, pages, NULL, root,
                               &error) != 0)
        fail_msg("restore: %s at %llu", error.text,
                 (unsigned long long)error.offset);
    return instance;
}

/* Take up a snapshot of an instance elsewhere, and compare the end. */
static void snapshot_elsewhere(const seigr_module *module,
                               seigr_instance *instance, int called,
                               snapshot_pages *pages, const snapshot_end *want)
{
    const seigr_span bytes = snapshot_take(instance, pages);
    const seigr_hash before = snapshot_root(instance);
    seigr_hash root;
    seigr_instance *other = snapshot_restored(module, bytes, pages, &root);
    seigr_span again;
    snapshot_end end;

    assert_memory_equal(&root, &before, sizeof(root));
    root = snapshot_root(other);
    assert_memory_equal(&root, &before, sizeof(root));
    assert_ok(seigr_snapshot_root(machine_context(), bytes, &root, NULL));
    assert_memory_equal(&root, &before, sizeof(root));
    again = snapshot_take(other, pages);
    assert_int_equal(again.len, bytes.len);
    assert_memory_equal(again.ptr, bytes.ptr, bytes.len);
    end = snapshot_finish(other, UINT64_C(1) << 40, called);
    assert_int_equal(end.result, want->result);
    assert_int_equal(end.fuel, want->fuel);
    assert_memory_equal(&end.root, &want->root, sizeof(end.root));
    seigr_instance_free(other);
    free((void *)(uintptr_t)bytes.ptr);
    free((void *)(uintptr_t)again.ptr);
}

void test_engine_snapshot__stops_before_every_instruction(void **state)
{
    static snapshot_pages pages;
    size_t stops = 0;

    (void)state;
    for (size_t i = 0; i < PROGRAM_COUNT; i++) {
        seigr_module *module = snapshot_module(snapshot_programs[i]);
        seigr_instance *whole = snapshot_instance(module);
        seigr_instance *stepped = snapshot_instance(module);
        const snapshot_end want = snapshot_finish(whole, UINT64_C(1) << 40, 0);
        int called = 0;

        pages.count = 0;
        do {
            snapshot_elsewhere(module, stepped, called, &pages, &want);
            stops++;
        } while (snapshot_advance(stepped, 1, &called));
        seigr_instance_free(whole);
        seigr_instance_free(stepped);
        seigr_module_free(module);
    }
    support_count("stops in five programs", stops);
}

/* State roots do not depend on how a state was come to. */
void test_engine_snapshot__roots_agree_for_every_slice(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROGRAM_COUNT; i++) {
        static const uint64_t slices[] = {1, 2, 3, 17, 1000};
        seigr_module *module = snapshot_module(snapshot_programs[i]);
        snapshot_end first;

        for (size_t k = 0; k < 5; k++) {
            seigr_instance *instance = snapshot_instance(module);
            const snapshot_end end = snapshot_finish(instance, slices[k], 0);

            if (k == 0)
                first = end;
            assert_memory_equal(&end.root, &first.root, sizeof(end.root));
            assert_int_equal(end.fuel, first.fuel);
            seigr_instance_free(instance);
        }
        seigr_module_free(module);
    }
}

/* Every byte of a snapshot changed in turn: refused, or a state that runs
 * within its bounds. */
void test_engine_snapshot__damage_is_contained(void **state)
{
    static snapshot_pages pages;
    size_t refused = 0;
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < PROGRAM_COUNT; i++) {
        seigr_module *module = snapshot_module(snapshot_programs[i]);
        seigr_instance *instance = snapshot_instance(module);
        int called = 0;

        pages.count = 0;
        for (int n = 0; n < 60; n++)
            (void)snapshot_advance(instance, 1, &called);
        const seigr_span bytes = snapshot_take(instance, &pages);
        uint8_t *changed = malloc(bytes.len);

        assert_non_null(changed);
        for (size_t at = 0; at < bytes.len; at++) {
            for (unsigned flip = 1; flip < 256; flip <<= 1) {
                seigr_error error = SEIGR_ERROR_INIT;
                seigr_outcome outcome = SEIGR_OUTCOME_INIT;
                seigr_instance *other = snapshot_instance(module);

                memcpy(changed, bytes.ptr, bytes.len);
                changed[at] ^= (uint8_t)flip;
                if (seigr_snapshot_restore(
                        other, (seigr_span){changed, bytes.len}, snapshot_get,
                        &pages, NULL, NULL, &error) != 0) {
                    assert_string_not_equal(error.text, "");
                    refused++;
                } else {
                    assert_ok(seigr_instance_step(other, 5000, &outcome));
                    taken++;
                }
                seigr_instance_free(other);
            }
        }
        free(changed);
        free((void *)(uintptr_t)bytes.ptr);
        seigr_instance_free(instance);
        seigr_module_free(module);
    }
    support_count("damaged snapshots refused", refused);
    support_count("damaged snapshots contained", taken);
    assert_true(refused > taken);
}

void test_engine_snapshot__every_cut_is_refused(void **state)
{
    static snapshot_pages pages;
    seigr_module *module = snapshot_module("calls");
    seigr_instance *instance = snapshot_instance(module);
    int called = 0;

    (void)state;
    for (int n = 0; n < 40; n++)
        (void)snapshot_advance(instance, 1, &called);
    const seigr_span bytes = snapshot_take(instance, &pages);

    for (size_t len = 0; len < bytes.len; len++) {
        seigr_instance *other = snapshot_instance(module);
        uint8_t *part = malloc(len + 1);

        assert_non_null(part);
        memcpy(part, bytes.ptr, len);
        assert_true(seigr_snapshot_restore(other, (seigr_span){part, len},
                                           snapshot_get, &pages, NULL, NULL,
                                           NULL) < 0);
        free(part);
        seigr_instance_free(other);
    }
    free((void *)(uintptr_t)bytes.ptr);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

/* A page that changed once is put once; the others are not put again. */
void test_engine_snapshot__only_changed_pages_are_put(void **state)
{
    static snapshot_pages pages;
    seigr_module *module = snapshot_module("bytes");
    seigr_instance *instance = snapshot_instance(module);
    const snapshot_end end = snapshot_finish(instance, UINT64_C(1) << 40, 0);

    (void)state;
    (void)end;
    free((void *)(uintptr_t)snapshot_take(instance, &pages).ptr);
    pages.count = 0;
    free((void *)(uintptr_t)snapshot_take(instance, &pages).ptr);
    assert_int_equal(pages.count, 0);
    assert_ok(seigr_instance_write(instance, 4095,
                                   (seigr_span){(const uint8_t *)"xy", 2}));
    free((void *)(uintptr_t)snapshot_take(instance, &pages).ptr);
    assert_int_equal(pages.count, 2);
    seigr_instance_free(instance);
    seigr_module_free(module);
}

/* What each program comes to, and the hash of its roots before every
 * instruction one after another, is the same on every machine. */
static void snapshot_trace(const char *name, json_t *golden)
{
    const seigr_crypto *crypto = machine_context()->crypto;
    const seigr_state_info info = snapshot_info();
    seigr_module *module = snapshot_module(name);
    seigr_instance *instance = snapshot_instance(module);
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_sha256_state all;
    seigr_hash root;
    uint64_t result;
    json_int_t stops = 0;
    int called = 0;

    crypto->sha256_init(&all, crypto->ctx);
    do {
        root = snapshot_root(instance);
        crypto->sha256_update(&all, root.bytes, 32, crypto->ctx);
        stops++;
    } while (snapshot_advance(instance, 1, &called));
    assert_ok(seigr_state_root(instance, &info, &root));
    assert_memory_equal(root.bytes, support_hex_of(golden, "root").ptr, 32);
    crypto->sha256_final(&all, root.bytes, crypto->ctx);
    assert_memory_equal(root.bytes, support_hex_of(golden, "roots").ptr, 32);
    assert_ok(seigr_instance_step(instance, 0, &outcome));
    assert_int_equal(outcome.fuel_used,
                     machine_bits(support_string(golden, "fuel")));
    assert_int_equal(seigr_instance_results(instance, &result, 1), 1);
    assert_int_equal(result, machine_bits(support_string(golden, "result")));
    assert_int_equal(stops,
                     json_integer_value(json_object_get(golden, "stops")));
    seigr_instance_free(instance);
    seigr_module_free(module);
}

void test_engine_snapshot__roots_are_golden(void **state)
{
    json_t *golden = support_golden("engine_roots.json");

    (void)state;
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        snapshot_trace(snapshot_programs[i],
                       json_object_get(golden, snapshot_programs[i]));
    support_count("programs with golden roots", PROGRAM_COUNT);
    json_decref(golden);
}

/* --- the end ----------------------------------------------------------- */

static int snapshot_exit(seigr_host_call *call)
{
    (void)call;
    return SEIGR_HOST_EXIT;
}

/* The root of an instance that is over, run in slices of so much fuel. */
static seigr_hash snapshot_over(const char *hex, uint64_t slice,
                                uint32_t status)
{
    static const seigr_host_function host = {"t", "e", ":", NULL,
                                             snapshot_exit};
    const seigr_extern import = {SEIGR_WASM_FUNCTION, 0, NULL, &host, NULL};
    const seigr_state_info info = snapshot_info();
    seigr_module *module = machine_module(support_hex(hex));
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_instance *instance = NULL;
    seigr_hash root;
    size_t len = 0;

    assert_ok(seigr_instance_new(machine_context(), module, NULL, &import, 1,
                                 &instance, NULL));
    outcome = machine_run(instance, slice);
    if (outcome.status == SEIGR_RUN_DONE) {
        assert_ok(seigr_instance_call(instance, 1, NULL, 0, NULL));
        outcome = machine_run(instance, slice);
    }
    assert_int_equal(outcome.status, status);
    root = snapshot_root(instance);
    assert_int_equal(seigr_snapshot_encode(instance, &info, NULL, NULL,
                                           (seigr_buf){NULL, 0}, &len),
                     SEIGR_E_CANCELED);
    assert_int_equal(seigr_instance_step(instance, 1, &outcome), SEIGR_E_INVAL);
    seigr_instance_free(instance);
    seigr_module_free(module);
    return root;
}

/* What is over has no frames, whichever way it ran: one root. */
void test_engine_snapshot__what_is_over_has_a_root(void **state)
{
    static const struct {
        const char *hex;
        uint32_t status;
    } cases[] = {
        /* a start function that traps behind an operand */
        {"0061736d01000000010401600000030201000801000a0801060041071a000b",
         SEIGR_RUN_TRAPPED},
        /* one that traps in a call */
        {"0061736d010000000104016000000303020000080100"
         "0a0d020700410710011a0b0300000b",
         SEIGR_RUN_TRAPPED},
        /* a function that calls a host function that exits */
        {"0061736d0100000001040160000002070101740165000003020100"
         "0a0601040010000b",
         SEIGR_RUN_EXITED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const seigr_hash whole =
            snapshot_over(cases[i].hex, 0, cases[i].status);
        const seigr_hash sliced =
            snapshot_over(cases[i].hex, 1, cases[i].status);

        assert_memory_equal(&whole, &sliced, sizeof(whole));
    }
}
