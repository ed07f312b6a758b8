/* SPDX-License-Identifier: MIT */
/*
 * context.c - the context of a program on a POSIX system: malloc, the
 * system's clocks, libsodium.
 */
#define _POSIX_C_SOURCE 200809L

#include "seigr/sys/posix.h" /* seigr_posix_context */

#include <assert.h> /* assert */
#include <stdlib.h> /* malloc, free */
#include <time.h>   /* clock_gettime */

static void *context_alloc(size_t len, void *ctx)
{
    assert(len > 0);
    (void)ctx;
    return malloc(len);
}

static void context_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static const seigr_allocator context_allocator = {
    sizeof(seigr_allocator), 0, context_alloc, context_release, NULL,
};

/* Time before 1970 is a clock that was never set: it counts as 0. */
static uint64_t context_unix_ms(void *ctx)
{
    struct timespec now;

    (void)ctx;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t context_monotonic_ns(void *ctx)
{
    struct timespec now = {0, 0};
    int err;

    (void)ctx;
    err = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(err == 0);
    (void)err;
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static const seigr_clock context_clock = {
    sizeof(seigr_clock), 0, context_unix_ms, context_monotonic_ns, NULL,
};

static int context_random_fill(uint8_t *out, size_t len, void *ctx)
{
    const seigr_crypto *crypto = seigr_crypto_default();

    assert(out != NULL || len == 0);
    (void)ctx;
    if (crypto == NULL)
        return SEIGR_E_RANDOM;
    return crypto->random(out, len, crypto->ctx);
}

static const seigr_random context_random = {
    sizeof(seigr_random),
    0,
    context_random_fill,
    NULL,
};

int seigr_posix_context(seigr_context *out)
{
    const seigr_crypto *crypto = seigr_crypto_default();

    if (out == NULL)
        return SEIGR_E_INVAL;
    if (crypto == NULL)
        return SEIGR_E_RANDOM;
    *out = (seigr_context)SEIGR_CONTEXT_INIT;
    out->allocator = &context_allocator;
    out->clock = &context_clock;
    out->random = &context_random;
    out->crypto = crypto;
    return 0;
}
