/* SPDX-License-Identifier: MIT */
#include "memory_call.h"

#include "seigr/crypto.h"
#include "seigr/engine.h"
#include "seigr/schedule.h"

#include <stdio.h>
#include <string.h>

/* A program that writes and grows its memory (tests/engine/data). */
struct engine_world {
    struct memory_world base;
    seigr_span bytes;
    seigr_module *module;
    seigr_instance *instance;
    seigr_instance *other; /* in the middle of a run */
    seigr_scheduler *scheduler;
    seigr_state_info info;
    seigr_hash root;
    int64_t pages;
    uint8_t snapshot[1024];
    size_t snapshot_len;
};

static seigr_span engine_bytes(void)
{
    static seigr_span bytes;
    char path[4096];

    if (bytes.ptr == NULL) {
        snprintf(path, sizeof(path), "%s/engine/data/bytes.wasm",
                 SEIGR_TEST_SOURCE);
        bytes = support_file(path);
    }
    return bytes;
}

static void engine_make(void *world)
{
    struct engine_world *w = world;

    w->bytes = engine_bytes();
    w->info.struct_size = (uint32_t)sizeof(w->info);
}

/* The result: what the program said, how it ended, its memory's beginning. */
static void engine_finish(void *world)
{
    struct engine_world *w = world;
    uint64_t value = 0;

    memcpy(w->base.result, &w->root, sizeof(w->root));
    memcpy(w->base.result + 32, w->snapshot, w->snapshot_len);
    if (w->instance != NULL) {
        (void)seigr_instance_results(w->instance, &value, 1);
        memcpy(w->base.result + 1100, &value, sizeof(value));
        memcpy(w->base.result + 1108, &w->pages, sizeof(w->pages));
    }
    seigr_scheduler_free(w->scheduler);
    seigr_instance_free(w->other);
    seigr_instance_free(w->instance);
    seigr_module_free(w->module);
}

static void engine_each(void (*make)(void *world), int (*call)(void *world),
                        uint32_t flags)
{
    const struct memory_case c = {make, call, engine_finish, flags};
    static struct engine_world world;

    memory_each(&c, &world, sizeof(world));
}

static int engine_module_new(void *world)
{
    struct engine_world *w = world;

    return seigr_module_new(&w->base.context, w->bytes, NULL, &w->module, NULL);
}

void test_memory_of_engine__module_new(void **state)
{
    (void)state;
    engine_each(engine_make, engine_module_new, 0);
}

static void engine_make_module(void *world)
{
    engine_make(world);
    assert_ok(engine_module_new(world));
}

static int engine_instance_new(void *world)
{
    struct engine_world *w = world;

    return seigr_instance_new(&w->base.context, w->module, NULL, NULL, 0,
                              &w->instance, NULL);
}

void test_memory_of_engine__instance_new(void **state)
{
    (void)state;
    engine_each(engine_make_module, engine_instance_new, 0);
}

/* Its segments are in place, and nothing is called. */
static void engine_initialise(struct engine_world *w)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    assert_ok(engine_module_new(w));
    assert_ok(engine_instance_new(w));
    assert_ok(seigr_instance_step(w->instance, 1000, &outcome));
    assert_int_equal(outcome.status, SEIGR_RUN_DONE);
}

static void engine_make_instance(void *world)
{
    engine_make(world);
    engine_initialise(world);
}

static int engine_instance_call(void *world)
{
    struct engine_world *w = world;

    return seigr_instance_call(w->instance, 0, NULL, 0, NULL);
}

/* A function of 300 parameters, for which the first stack is too short. */
static void engine_make_wide(void *world)
{
    static const uint8_t head[] = {0,    'a',  's',  'm',  1,    0,    0,   0,
                                   0x01, 0xb1, 0x02, 0x01, 0x60, 0xac, 0x02};
    static const uint8_t tail[] = {0x00,                         /* results */
                                   0x03, 0x02, 0x01, 0x00,       /* it */
                                   0x0a, 0x04, 0x01, 0x02, 0x00, /* its code */
                                   0x0b};
    static uint8_t bytes[sizeof(head) + 300 + sizeof(tail)];
    struct engine_world *w = world;

    engine_make(world);
    memcpy(bytes, head, sizeof(head));
    memset(bytes + sizeof(head), 0x7f, 300);
    memcpy(bytes + sizeof(head) + 300, tail, sizeof(tail));
    w->bytes = (seigr_span){bytes, sizeof(bytes)};
    engine_initialise(w);
}

static int engine_instance_call_wide(void *world)
{
    static const uint64_t args[300];
    struct engine_world *w = world;

    return seigr_instance_call(w->instance, 0, args, 300, NULL);
}

void test_memory_of_engine__instance_call(void **state)
{
    (void)state;
    engine_each(engine_make_wide, engine_instance_call_wide, 0);
}

static int engine_instance_grow(void *world)
{
    struct engine_world *w = world;
    const int64_t pages = seigr_instance_grow(w->instance, 1);

    if (pages < 0)
        return SEIGR_E_NOMEM;
    w->pages = pages;
    return 0;
}

void test_memory_of_engine__instance_grow(void **state)
{
    (void)state;
    engine_each(engine_make_instance, engine_instance_grow, MEMORY_SPARES);
}

static void engine_make_called(void *world)
{
    engine_make_instance(world);
    assert_ok(engine_instance_call(world));
}

static int engine_instance_step(void *world)
{
    struct engine_world *w = world;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    const int err = seigr_instance_step(w->instance, 1000000, &outcome);

    if (err == 0)
        assert_int_equal(outcome.status, SEIGR_RUN_DONE);
    return err;
}

void test_memory_of_engine__instance_step(void **state)
{
    (void)state;
    engine_each(engine_make_called, engine_instance_step, MEMORY_SPARES);
}

/* --- States ----------------------------------------------------------- */

static void engine_make_half_run(void *world)
{
    struct engine_world *w = world;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;

    engine_make_called(world);
    assert_ok(seigr_instance_step(w->instance, 45, &outcome));
    assert_int_equal(outcome.status, SEIGR_RUN_OUT_OF_FUEL);
}

static int engine_state_root(void *world)
{
    struct engine_world *w = world;

    return seigr_state_root(w->instance, &w->info, &w->root);
}

void test_memory_of_engine__state_root(void **state)
{
    (void)state;
    engine_each(engine_make_half_run, engine_state_root, 0);
}

static int engine_snapshot_encode(void *world)
{
    struct engine_world *w = world;

    return seigr_snapshot_encode(w->instance, &w->info, NULL, NULL,
                                 (seigr_buf){w->snapshot, sizeof(w->snapshot)},
                                 &w->snapshot_len);
}

void test_memory_of_engine__snapshot_encode(void **state)
{
    (void)state;
    engine_each(engine_make_half_run, engine_snapshot_encode, 0);
}

/* Pages are those of the instance that was stopped. */
static int engine_page(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    struct engine_world *w = ctx;
    const seigr_span memory = seigr_instance_memory(w->other);

    for (size_t at = 0; at < memory.len; at += SEIGR_STATE_PAGE_LEN) {
        seigr_hash leaf;

        *page = (seigr_span){memory.ptr + at, SEIGR_STATE_PAGE_LEN};
        seigr_merkle_hash_leaf(&w->base.context, *page, &leaf);
        if (memcmp(&leaf, hash, sizeof(leaf)) == 0)
            return 0;
    }
    return SEIGR_E_NOTFOUND;
}

static void engine_make_snapshot(void *world)
{
    struct engine_world *w = world;

    engine_make_half_run(world);
    assert_ok(engine_snapshot_encode(world));
    w->other = w->instance;
    assert_ok(engine_instance_new(world));
}

static int engine_snapshot_restore(void *world)
{
    struct engine_world *w = world;

    return seigr_snapshot_restore(w->instance,
                                  (seigr_span){w->snapshot, w->snapshot_len},
                                  engine_page, w, NULL, &w->root, NULL);
}

void test_memory_of_engine__snapshot_restore(void **state)
{
    (void)state;
    engine_each(engine_make_snapshot, engine_snapshot_restore, MEMORY_ENDS);
}

/* --- Scheduler -------------------------------------------------------- */

static int engine_scheduler_new(void *world)
{
    struct engine_world *w = world;

    return seigr_scheduler_new(&w->base.context, NULL, &w->scheduler);
}

void test_memory_of_engine__scheduler_new(void **state)
{
    (void)state;
    engine_each(engine_make, engine_scheduler_new, 0);
}
