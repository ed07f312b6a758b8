/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "seigr/sys/arena.h"

#include <string.h>

#define PIECE_MAX 64u

static uint8_t memory[8192];

static seigr_arena *fresh(size_t skip, size_t len)
{
    seigr_arena *arena = NULL;

    memset(memory, 0xa5, sizeof(memory));
    assert_ok(seigr_arena_init(memory + skip, len, &arena));
    return arena;
}

static void *take(const seigr_arena *arena, size_t len)
{
    const seigr_allocator *a = seigr_arena_allocator(arena);

    return a->alloc(len, a->ctx);
}

static void give(const seigr_arena *arena, void *ptr)
{
    const seigr_allocator *a = seigr_arena_allocator(arena);

    a->release(ptr, a->ctx);
}

/* The largest piece that can be had at once. */
static size_t largest(const seigr_arena *arena)
{
    for (size_t len = sizeof(memory); len > 0; len--) {
        void *ptr = take(arena, len);

        if (ptr != NULL) {
            give(arena, ptr);
            return len;
        }
    }
    return 0;
}

void test_base_arena__too_little_memory_is_refused(void **state)
{
    seigr_arena *arena = NULL;
    size_t len = 0;

    (void)state;
    assert_int_equal(seigr_arena_init(NULL, 100, &arena), SEIGR_E_INVAL);
    assert_int_equal(seigr_arena_init(memory, 100, NULL), SEIGR_E_INVAL);
    while (seigr_arena_init(memory, len, &arena) == SEIGR_E_ROOM)
        len++;
    assert_in_range(len, 32, 160);
    assert_non_null(take(arena, 1));
    assert_null(take(arena, 1));
}

void test_base_arena__every_start_and_length_is_aligned_and_inside(void **state)
{
    (void)state;
    for (size_t skip = 0; skip < 17; skip++) {
        for (size_t len = 300; len < 340; len++) {
            seigr_arena *arena = fresh(skip, len);
            uint8_t *ptr;

            while ((ptr = take(arena, 5)) != NULL) {
                assert_int_equal((uintptr_t)ptr % _Alignof(max_align_t), 0);
                assert_true(ptr >= memory + skip &&
                            ptr + 5 <= memory + skip + len);
                memset(ptr, 0, 5);
            }
            /* What does not belong to the arena is as it was. */
            for (size_t i = 0; i < skip; i++)
                assert_int_equal(memory[i], 0xa5);
            for (size_t i = skip + len; i < sizeof(memory); i++)
                assert_int_equal(memory[i], 0xa5);
        }
    }
}

void test_base_arena__absurd_lengths_give_nothing(void **state)
{
    seigr_arena *arena = fresh(0, sizeof(memory));
    const size_t used = seigr_arena_used(arena);

    (void)state;
    assert_null(take(arena, 0));
    assert_null(take(arena, sizeof(memory)));
    for (size_t i = 0; i < 64; i++)
        assert_null(take(arena, SIZE_MAX - i));
    assert_int_equal(seigr_arena_used(arena), used);
    give(arena, NULL);
    assert_int_equal(seigr_arena_used(arena), used);
}

/* Three pieces released in each order leave one whole again. */
void test_base_arena__neighbours_join(void **state)
{
    static const unsigned orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                          {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        seigr_arena *arena = fresh(0, 1024);
        const size_t whole = largest(arena);
        const size_t used = seigr_arena_used(arena);
        void *pieces[3];

        for (size_t k = 0; k < 3; k++) {
            pieces[k] = take(arena, 40);
            assert_non_null(pieces[k]);
        }
        for (size_t k = 0; k < 3; k++)
            give(arena, pieces[orders[i][k]]);
        assert_int_equal(largest(arena), whole);
        assert_int_equal(seigr_arena_used(arena), used);
        assert_int_equal(seigr_arena_peak(arena) >= used + 120, 1);
    }
}

/* Random use against a model: what was written stays, nothing is lost. */
void test_base_arena__random_use_keeps_every_byte(void **state)
{
    seigr_arena *arena = fresh(3, sizeof(memory) - 3);
    const size_t whole = largest(arena);
    const size_t used = seigr_arena_used(arena);
    support_rng rng = {20};
    uint8_t *pieces[PIECE_MAX] = {0};
    size_t lens[PIECE_MAX] = {0};
    size_t refused = 0;

    (void)state;
    for (size_t step = 0; step < 20000; step++) {
        const size_t i = support_random_below(&rng, PIECE_MAX);

        for (size_t k = 0; pieces[i] != NULL && k < lens[i]; k++)
            assert_int_equal(pieces[i][k], (uint8_t)i);
        give(arena, pieces[i]);
        lens[i] = 1 + support_random_below(&rng, 300);
        pieces[i] = take(arena, lens[i]);
        if (pieces[i] == NULL)
            refused++;
        else
            memset(pieces[i], (int)i, lens[i]);
    }
    assert_in_range(refused, 1, 19999);
    for (size_t i = 0; i < PIECE_MAX; i++)
        give(arena, pieces[i]);
    assert_int_equal(largest(arena), whole);
    assert_int_equal(seigr_arena_used(arena), used);
}
