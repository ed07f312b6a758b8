/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "seigr/body.h"
#include "seigr/sys/posix.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PART_MAX 1000u

struct parts {
    uint8_t seen[PART_MAX]; /* each by its part alone */
    const seigr_pool *pool; /* for parts that run parts */
};

static void part_mark(uint32_t index, void *arg)
{
    struct parts *parts = arg;

    parts->seen[index]++;
}

static seigr_context pool_context(const support_memory *memory)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = &memory->allocator;
    context.crypto = seigr_crypto_sodium();
    return context;
}

void test_posix_pool__every_part_runs_once(void **state)
{
    static const uint32_t counts[] = {0, 1, 2, 7, PART_MAX};
    support_memory memory;
    seigr_context context;

    (void)state;
    support_memory_init(&memory);
    context = pool_context(&memory);
    for (uint32_t width = 0; width <= 5; width++) {
        seigr_posix_pool *pool = NULL;
        const seigr_pool *table;

        assert_ok(seigr_posix_pool_new(&context, width, &pool));
        table = seigr_posix_pool_table(pool);
        assert_true(table->width >= 1);
        assert_true(width == 0 || table->width <= width);
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
            struct parts parts = {{0}, NULL};

            table->run(counts[i], part_mark, &parts, table->ctx);
            for (uint32_t p = 0; p < PART_MAX; p++)
                assert_int_equal(parts.seen[p], p < counts[i]);
        }
        seigr_posix_pool_free(pool);
        assert_int_equal(memory.live_count, 0);
    }
    seigr_posix_pool_free(NULL);
}

static void part_nest(uint32_t index, void *arg)
{
    struct parts *parts = arg;
    struct parts inner = {{0}, NULL};

    parts->pool->run(9, part_mark, &inner, parts->pool->ctx);
    for (uint32_t p = 0; p < 9; p++)
        parts->seen[index] = (uint8_t)(parts->seen[index] + inner.seen[p]);
}

static void *thread_run(void *arg)
{
    struct parts *parts = arg;

    parts->pool->run(50, part_nest, parts, parts->pool->ctx);
    return NULL;
}

/* Several callers at once, and parts that are callers themselves. */
void test_posix_pool__callers_share_it(void **state)
{
    support_memory memory;
    seigr_context context;
    seigr_posix_pool *pool = NULL;
    struct parts *parts = calloc(3, sizeof(*parts));
    pthread_t threads[3];

    (void)state;
    assert_non_null(parts);
    support_memory_init(&memory);
    context = pool_context(&memory);
    assert_ok(seigr_posix_pool_new(&context, 3, &pool));
    for (size_t i = 0; i < 3; i++) {
        parts[i].pool = seigr_posix_pool_table(pool);
        assert_ok(pthread_create(&threads[i], NULL, thread_run, &parts[i]));
    }
    for (size_t i = 0; i < 3; i++) {
        assert_ok(pthread_join(threads[i], NULL));
        for (uint32_t p = 0; p < 50; p++)
            assert_int_equal(parts[i].seen[p], 9);
    }
    seigr_posix_pool_free(pool);
    free(parts);
}

/* The body is the same with threads and without. */
void test_posix_pool__bodies_are_the_same(void **state)
{
    const size_t size = 150 * (size_t)SEIGR_BODY_CHUNK_LEN + 77;
    support_memory memory;
    seigr_context context;
    seigr_posix_pool *pool = NULL;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_body bodies[2];
    uint8_t *content = malloc(size);
    support_rng rng = {5};

    (void)state;
    assert_non_null(content);
    for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t word = support_random(&rng);

        memcpy(content + i, &word, 8);
    }
    support_memory_init(&memory);
    context = pool_context(&memory);
    assert_ok(seigr_posix_pool_new(&context, 4, &pool));
    memset(bodies, 0, sizeof(bodies));
    options.want_sha256 = 1;
    for (int i = 0; i < 2; i++) {
        seigr_body_writer writer;
        seigr_body_check check;

        options.pool = i == 0 ? NULL : seigr_posix_pool_table(pool);
        assert_ok(seigr_body_writer_init(&writer, &context, &options));
        assert_ok(
            seigr_body_writer_put(&writer, (seigr_span){content, size}, NULL));
        assert_ok(seigr_body_writer_finish(&writer, &bodies[i], NULL));
        assert_ok(seigr_body_check_init(&check, &context, &bodies[0], &options,
                                        NULL));
        assert_ok(
            seigr_body_check_put(&check, (seigr_span){content, size}, NULL));
        assert_ok(seigr_body_check_done(&check, NULL));
    }
    assert_memory_equal(&bodies[0].root, &bodies[1].root, 32);
    assert_memory_equal(&bodies[0].sha256, &bodies[1].sha256, 32);
    seigr_posix_pool_free(pool);
    free(content);
}

static int pool_out_of_memory(support_memory *memory, void *arg)
{
    seigr_context context = pool_context(memory);
    seigr_posix_pool *pool = NULL;
    int err = seigr_posix_pool_new(&context, 2, &pool);

    (void)arg;
    seigr_posix_pool_free(pool);
    return err;
}

void test_posix_pool__every_allocation_fails(void **state)
{
    (void)state;
    support_each_allocation(pool_out_of_memory, NULL);
}
