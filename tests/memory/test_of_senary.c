/* SPDX-License-Identifier: MIT */
#include "memory_call.h"

#include "seigr/senary.h"

#include <string.h>

/* a and b are numbers of many limbs, c and d receive what comes of them. */
struct senary_world {
    struct memory_world base;
    seigr_integer *a;
    seigr_integer *b;
    seigr_integer *c;
    seigr_integer *d;
};

static seigr_span senary_digits(char digit, size_t len)
{
    static char text[2][2000];
    char *digits = text[digit == '5'];

    assert_true(len <= sizeof(text[0]));
    memset(digits, digit, len);
    return (seigr_span){(const uint8_t *)digits, len};
}

static void senary_make(void *world)
{
    struct senary_world *w = world;
    seigr_integer **all[] = {&w->a, &w->b, &w->c, &w->d};

    for (size_t i = 0; i < 4; i++)
        assert_ok(seigr_integer_new(&w->base.context, all[i]));
    assert_ok(seigr_integer_decode(w->a, senary_digits('5', 1500), NULL));
    assert_ok(seigr_integer_decode(w->b, senary_digits('1', 700), NULL));
}

/* The result: c behind d, as digits. */
static void senary_finish(void *world)
{
    struct senary_world *w = world;
    seigr_buf room = {w->base.result, sizeof(w->base.result)};
    seigr_integer *all[] = {w->a, w->b, w->c, w->d};
    size_t len;

    for (size_t i = 0; i < 4; i++) {
        if (i >= 2 && all[i] != NULL &&
            seigr_integer_encode(all[i], room, &len) == 0) {
            room.ptr += len;
            room.len -= len;
        }
        seigr_integer_free(all[i]);
    }
}

static void senary_each(void (*make)(void *world), int (*call)(void *world))
{
    const struct memory_case c = {make, call, senary_finish, 0};
    struct senary_world world;

    memory_each(&c, &world, sizeof(world));
}

static int senary_new(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_new(&w->base.context, &w->c);
}

void test_memory_of_senary__integer_new(void **state)
{
    (void)state;
    senary_each(NULL, senary_new);
}

static int senary_set(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_set_u64(w->c, UINT64_MAX);
}

void test_memory_of_senary__integer_set_u64(void **state)
{
    (void)state;
    senary_each(senary_make, senary_set);
}

static int senary_decode(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_decode(w->c, senary_digits('1', 900), NULL);
}

void test_memory_of_senary__integer_decode(void **state)
{
    (void)state;
    senary_each(senary_make, senary_decode);
}

static int senary_add(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_add(w->a, w->b, w->c);
}

void test_memory_of_senary__integer_add(void **state)
{
    (void)state;
    senary_each(senary_make, senary_add);
}

static int senary_subtract(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_subtract(w->a, w->b, w->c, NULL);
}

void test_memory_of_senary__integer_subtract(void **state)
{
    (void)state;
    senary_each(senary_make, senary_subtract);
}

static int senary_multiply(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_multiply(w->b, w->b, w->c);
}

void test_memory_of_senary__integer_multiply(void **state)
{
    (void)state;
    senary_each(senary_make, senary_multiply);
}

static int senary_divide(void *world)
{
    struct senary_world *w = world;

    return seigr_integer_divide(w->a, w->b, w->c, w->d, NULL);
}

void test_memory_of_senary__integer_divide(void **state)
{
    (void)state;
    senary_each(senary_make, senary_divide);
}
