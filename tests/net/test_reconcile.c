/* SPDX-License-Identifier: MIT */
/* Differences of sets of many sizes, their cost in bytes, and symbols that
 * are of no set. */
#include "net_help.h"

#include "seigr/reconcile.h"

#include <stdlib.h>
#include <string.h>

/* IDs from a sequence: first..first + count, then extra ones. */
struct set {
    seigr_id_source source;
    uint64_t first;
    uint64_t count;
    uint64_t at;
    seigr_id id;
};

static seigr_id reconcile_id(uint64_t number)
{
    support_rng rng = {number * 1000003};
    seigr_id id;

    support_random_bytes(&rng, id.bytes, sizeof(id.bytes));
    return id;
}

static int reconcile_rewind(void *ctx)
{
    struct set *set = ctx;

    set->at = 0;
    return 0;
}

static int reconcile_next(const seigr_id **out, void *ctx)
{
    struct set *set = ctx;

    if (set->at == set->count)
        return 0;
    set->id = reconcile_id(set->first + set->at++);
    *out = &set->id;
    return 1;
}

static void reconcile_set(struct set *set, uint64_t first, uint64_t count)
{
    memset(set, 0, sizeof(*set));
    set->source = (seigr_id_source){(uint32_t)sizeof(seigr_id_source), 0,
                                    reconcile_rewind, reconcile_next, set};
    set->first = first;
    set->count = count;
}

static const uint64_t reconcile_key[2] = {11, 22};

/* Two sets that share their middle; returns the bytes that were sent. */
static size_t reconcile_run(uint64_t shared, uint64_t mine, uint64_t others)
{
    support_memory memory;
    seigr_context context = SEIGR_CONTEXT_INIT;
    struct set a;
    struct set b;
    size_t sent = 0;
    uint64_t found = 0;
    uint64_t count = 32;

    support_memory_init(&memory);
    context.allocator = &memory.allocator;
    reconcile_set(&a, 1000, mine + shared);
    reconcile_set(&b, 1000 + mine, shared + others);
    for (;; count += count / 8) { /* sent in small steps, decoded at each */
        seigr_symbol *ours = calloc(count, sizeof(*ours));
        seigr_symbol *theirs = calloc(count, sizeof(*theirs));
        seigr_difference *out = calloc(count, sizeof(*out));
        uint64_t of_ours = 0;
        int err;

        assert_ok(
            seigr_reconcile_symbols(reconcile_key, &a.source, 0, count, ours));
        assert_ok(seigr_reconcile_symbols(reconcile_key, &b.source, 0,
                                          count / 2, theirs));
        assert_ok(seigr_reconcile_symbols(reconcile_key, &b.source, count / 2,
                                          count - count / 2,
                                          theirs + count / 2));
        sent = 0;
        for (uint64_t i = 0; i < count; i++) {
            uint8_t bytes[SEIGR_SYMBOL_LEN_MAX];
            const size_t len = seigr_symbol_encode(&theirs[i], bytes);
            seigr_span span = {bytes, len};

            sent += len;
            memset(&theirs[i], 0xff, sizeof(theirs[i]));
            assert_ok(seigr_symbol_decode(&span, &theirs[i]));
            assert_int_equal(span.len, 0);
        }
        err = seigr_reconcile_decode(&context, reconcile_key, theirs, ours,
                                     count, out, &found);
        for (uint64_t i = 0; err == 0 && i < found; i++) {
            uint64_t n = out[i].is_ours ? 1000 : 1000 + mine + shared;
            const uint64_t end = n + (out[i].is_ours ? mine : others);

            of_ours += out[i].is_ours;
            for (; n < end; n++) {
                const seigr_id id = reconcile_id(n);

                if (memcmp(&id, &out[i].id, sizeof(id)) == 0)
                    break;
            }
            assert_true(n < end);
        }
        free(ours);
        free(theirs);
        free(out);
        if (err == SEIGR_E_AGAIN)
            continue;
        assert_ok(err);
        assert_int_equal(found, mine + others);
        assert_int_equal(of_ours, mine);
        assert_int_equal(memory.live_count, 0);
        return sent;
    }
}

/* GOALS: 65 bytes a difference and 4 KiB. */
void test_net_reconcile__differences_and_what_they_cost(void **state)
{
    static const uint64_t cases[][3] = {
        {0, 0, 0},       {0, 1, 0},        {0, 0, 1},         {1, 1, 1},
        {100, 5, 0},     {0, 50, 50},      {1000, 10, 3},     {3000, 0, 100},
        {20000, 50, 50}, {2000, 300, 400}, {3000, 1000, 1000}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const size_t sent =
            reconcile_run(cases[i][0], cases[i][1], cases[i][2]);

        assert_true(sent <= 65 * (cases[i][1] + cases[i][2]) + 4096);
    }
}

/* Symbols that are of no set end in a refusal or a wish for more. */
void test_net_reconcile__symbols_of_no_set(void **state)
{
    support_memory memory;
    seigr_context context = SEIGR_CONTEXT_INIT;
    support_rng rng = {4};
    size_t refused = 0;

    (void)state;
    support_memory_init(&memory);
    context.allocator = &memory.allocator;
    for (unsigned i = 0; i < 2000; i++) {
        seigr_symbol ours[40];
        seigr_symbol theirs[40];
        seigr_difference out[40];
        uint64_t count;
        struct set set;
        int err;

        reconcile_set(&set, i, 10);
        assert_ok(
            seigr_reconcile_symbols(reconcile_key, &set.source, 0, 40, ours));
        reconcile_set(&set, i + 3, 10);
        assert_ok(
            seigr_reconcile_symbols(reconcile_key, &set.source, 0, 40, theirs));
        for (unsigned k = 0; k <= i % 20; k++) {
            /* Whole symbols at other places, so that single IDs stand where
             * they do not fall; or any bits. */
            if (i % 2 == 0)
                theirs[support_random_below(&rng, 40)] =
                    theirs[support_random_below(&rng, 40)];
            else
                support_random_bytes(
                    &rng, (uint8_t *)&theirs[support_random_below(&rng, 40)],
                    48);
        }
        err = seigr_reconcile_decode(&context, reconcile_key, theirs, ours, 40,
                                     out, &count);
        assert_true(err == 0 || err == SEIGR_E_AGAIN || err == SEIGR_E_FORMAT);
        refused += err != 0;
    }
    assert_true(refused > 1000);
    assert_true(memory.largest_bytes <= 40 * 8);
    assert_int_equal(memory.live_count, 0);
}

void test_net_reconcile__counts_on_the_wire(void **state)
{
    static const int64_t counts[] = {0,   1,   -1,        63,       64,
                                     -64, -65, INT64_MAX, INT64_MIN};
    seigr_symbol symbol = {{1}, 2, 0};

    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        uint8_t bytes[SEIGR_SYMBOL_LEN_MAX + 1];
        seigr_symbol read;
        seigr_span span;
        size_t len;

        symbol.count = counts[i];
        len = seigr_symbol_encode(&symbol, bytes);
        for (size_t cut = 0; cut < len; cut++) {
            span = (seigr_span){bytes, cut};
            assert_int_equal(seigr_symbol_decode(&span, &read),
                             SEIGR_E_TRUNCATED);
            assert_int_equal(span.len, cut);
        }
        span = (seigr_span){bytes, len};
        assert_ok(seigr_symbol_decode(&span, &read));
        assert_memory_equal(&read, &symbol, sizeof(read));
        bytes[len - 1] |= 0x80; /* one byte longer than it need be */
        bytes[len] = 0;
        span = (seigr_span){bytes, len + 1};
        assert_int_equal(seigr_symbol_decode(&span, &read), SEIGR_E_FORMAT);
    }
}

static int reconcile_once(support_memory *memory, void *arg)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_symbol ours[4] = {{{0}, 0, 0}};
    const seigr_symbol theirs[4] = {{{0}, 0, 0}};
    seigr_difference out[4];
    uint64_t count;

    (void)arg;
    context.allocator = &memory->allocator;
    return seigr_reconcile_decode(&context, reconcile_key, theirs, ours, 4, out,
                                  &count);
}

void test_net_reconcile__every_allocation_may_fail(void **state)
{
    (void)state;
    support_each_allocation(reconcile_once, NULL);
}
