/* SPDX-License-Identifier: MIT */
#include "memory_call.h"

#include "seigr/crypto.h"

#include <stdlib.h>
#include <string.h>

static int memory_random(uint8_t *out, size_t len, void *ctx)
{
    support_random_bytes(ctx, out, len);
    return 0;
}

static void memory_begin(const struct memory_case *c,
                         struct memory_world *world, size_t len)
{
    memset(world, 0, len);
    support_memory_init(&world->memory);
    world->rng.state = 1;
    world->random =
        (seigr_random){sizeof(world->random), 0, memory_random, &world->rng};
    world->context.struct_size = (uint32_t)sizeof(world->context);
    world->context.allocator = &world->memory.allocator;
    world->context.crypto = seigr_crypto_sodium();
    world->context.random = &world->random;
    if (c->make != NULL)
        c->make(world);
}

static void memory_end(const struct memory_case *c, struct memory_world *world)
{
    c->finish(world);
    assert_int_equal(world->memory.live_count, 0);
}

/* Everything of a room's own: no failed call may touch it. */
static const uint8_t *memory_own(const struct memory_world *world)
{
    return (const uint8_t *)(world + 1);
}

/* The call with its nth allocation failing. Returns whether one failed. */
static int memory_fail_one(const struct memory_case *c,
                           struct memory_world *world, size_t len, size_t n,
                           int after)
{
    const size_t own_len = len - sizeof(*world);
    uint8_t *before = malloc(len);
    int has_failed;
    int err;

    assert_non_null(before);
    memory_begin(c, world, len);
    memcpy(before, memory_own(world), own_len);
    world->memory.fail_at = world->memory.total_count + n;
    world->memory.fail_after = after;
    err = c->call(world);
    has_failed = world->memory.total_count >= world->memory.fail_at;
    world->memory.fail_at = 0;
    if (has_failed && !(err == 0 && (c->flags & MEMORY_SPARES) && !after)) {
        assert_int_equal(err, SEIGR_E_NOMEM);
        assert_memory_equal(before, memory_own(world), own_len);
        world->has_failed = (c->flags & MEMORY_ENDS) != 0;
        err = world->has_failed ? 0 : c->call(world);
    }
    free(before);
    assert_int_equal(err, 0);
    memory_end(c, world);
    return has_failed;
}

void memory_each(const struct memory_case *c, void *world, size_t len)
{
    struct memory_world *base = world;
    uint8_t want[MEMORY_RESULT_LEN];
    size_t before;

    assert_true(len >= sizeof(*base));
    memory_begin(c, base, len);
    before = base->memory.total_count;
    assert_int_equal(c->call(base), 0);
    assert_true(base->memory.total_count > before);
    memory_end(c, base);
    memcpy(want, base->result, sizeof(want));
    for (int after = 0; after <= 1; after++) {
        size_t n = 1;

        while (memory_fail_one(c, base, len, n, after)) {
            if (!base->has_failed)
                assert_memory_equal(want, base->result, sizeof(want));
            n++;
        }
        assert_true(n > 1);
    }
}
