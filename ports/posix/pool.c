/* SPDX-License-Identifier: MIT */
/*
 * pool.c - seigr_pool on POSIX threads.
 *
 * A run stands in a list while it has parts that nobody has taken; threads
 * take one part after another from the first. The caller works on its own
 * run too, so that a run ends even without threads, and may itself be a part
 * of another. Invariants, all under the lock:
 *   (1) A run is in the list exactly while taken < count.
 *   (2) A run is left by its caller only when done == count: nobody else
 *       knows it then, and it lies on the caller's stack.
 */
#include "seigr/sys/posix.h" /* seigr_posix_pool */

#include "base/alloc.h" /* seigr__alloc_zero */

#include <assert.h>
#include <pthread.h>
#include <unistd.h>

#define POOL_WIDTH_MAX 256u

struct pool_run {
    struct pool_run *next;
    void (*part)(uint32_t index, void *arg);
    void *arg;
    uint32_t count;
    uint32_t taken;
    uint32_t done;
};

struct seigr_posix_pool {
    seigr_pool table;
    const seigr_context *context;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* a run came, or the end */
    pthread_cond_t ended; /* a run is done */
    struct pool_run *runs;
    uint32_t thread_count;
    int ending;
    pthread_t threads[];
};

static void pool_unlink(struct seigr_posix_pool *pool, struct pool_run *run)
{
    struct pool_run **at = &pool->runs;

    assert(pool->runs != NULL);
    while (*at != run)
        at = &(*at)->next;
    *at = run->next;
}

/* Do one part of a run, the lock being held before and after. */
static void pool_do_part(struct seigr_posix_pool *pool, struct pool_run *run)
{
    uint32_t index = run->taken++;

    assert(index < run->count);
    if (run->taken == run->count)
        pool_unlink(pool, run); /* (1) */
    pthread_mutex_unlock(&pool->lock);
    run->part(index, run->arg);
    pthread_mutex_lock(&pool->lock);
    if (++run->done == run->count)
        pthread_cond_broadcast(&pool->ended);
}

static void *pool_thread(void *arg)
{
    struct seigr_posix_pool *pool = arg;

    pthread_mutex_lock(&pool->lock);
    while (!pool->ending) {
        if (pool->runs != NULL)
            pool_do_part(pool, pool->runs);
        else
            pthread_cond_wait(&pool->work, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void pool_run(uint32_t count, void (*part)(uint32_t index, void *arg),
                     void *arg, void *ctx)
{
    struct seigr_posix_pool *pool = ctx;
    struct pool_run run = {NULL, part, arg, count, 0, 0};

    assert(part != NULL);
    if (count == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    run.next = pool->runs;
    pool->runs = &run;
    if (count > 1)
        pthread_cond_broadcast(&pool->work);
    while (run.taken < run.count)
        pool_do_part(pool, &run);
    while (run.done < run.count)
        pthread_cond_wait(&pool->ended, &pool->lock);
    pthread_mutex_unlock(&pool->lock); /* (2) */
}

static uint32_t pool_width(uint32_t asked)
{
    long processors;

    if (asked == 0) {
        processors = sysconf(_SC_NPROCESSORS_ONLN);
        asked = processors < 1 ? 1 : (uint32_t)processors;
    }
    return asked < POOL_WIDTH_MAX ? asked : POOL_WIDTH_MAX;
}

int seigr_posix_pool_new(const seigr_context *context, uint32_t width,
                         seigr_posix_pool **out)
{
    seigr_posix_pool *pool;

    if (context == NULL || context->allocator == NULL || out == NULL)
        return SEIGR_E_INVAL;
    width = pool_width(width);
    pool = seigr__alloc_zero(
        context, 1, sizeof(*pool) + (width - 1) * sizeof(pool->threads[0]));
    if (pool == NULL)
        return SEIGR_E_NOMEM;
    pool->context = context;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->ended, NULL);
    while (pool->thread_count < width - 1 &&
           pthread_create(&pool->threads[pool->thread_count], NULL, pool_thread,
                          pool) == 0)
        pool->thread_count++;
    pool->table.struct_size = (uint32_t)sizeof(pool->table);
    pool->table.width = pool->thread_count + 1;
    pool->table.run = pool_run;
    pool->table.ctx = pool;
    *out = pool;
    return 0;
}

const seigr_pool *seigr_posix_pool_table(const seigr_posix_pool *pool)
{
    assert(pool != NULL);
    return &pool->table;
}

void seigr_posix_pool_free(seigr_posix_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    assert(pool->runs == NULL);
    pool->ending = 1;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->ended);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    seigr__release(pool->context, pool);
}
