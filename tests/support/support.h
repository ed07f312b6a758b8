/* SPDX-License-Identifier: MIT */
/*
 * support.h - what every test stands on. Include it first: it brings cmocka
 * with what cmocka needs.
 */
#ifndef SEIGR_TESTS_SUPPORT_H
#define SEIGR_TESTS_SUPPORT_H

#include <setjmp.h> /* cmocka needs these four before it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h> /* json_t, for vectors */

#include "seigr/base.h"

/* Made by cmake/collect_tests.awk. */
extern const struct CMUnitTest support_tests[];
extern const size_t support_test_count;
extern const char support_room[];

/* --- vectors.c: conformance data ------------------------------------- */

/*
 * A JSON file of our golden cases, "senary_text.json". Never NULL: a missing
 * file fails the test. Caller releases with json_decref().
 */
json_t *support_golden(const char *name);

/*
 * A JSON file of the shared vectors, "cbor/appendix_a.json", below
 * $SEIGR_VECTORS. Where the folder is absent the test is skipped by name.
 * Caller releases with json_decref().
 */
json_t *support_vectors(const char *name);

/* The folder of the shared vectors, or NULL where it is absent. */
const char *support_vectors_dir(void);

/* A string member; fails the test if it is not there. */
const char *support_string(const json_t *object, const char *key);

/*
 * Bytes of a hex string, or of a string member of an object. Released after
 * the test program ends; len 0 gives a valid pointer.
 */
seigr_span support_hex(const char *hex);
seigr_span support_hex_of(const json_t *object, const char *key);

/* A whole file; fails the test if it cannot be read. */
seigr_span support_file(const char *path);

/* Say how many cases of a family ran: one line "count FAMILY N". */
void support_count(const char *family, size_t count);

/* --- memory.c: an allocator that counts and fails -------------------- */

typedef struct support_memory {
    seigr_allocator allocator;
    size_t live_count;  /* allocations not given back */
    size_t total_count; /* allocations asked for */
    size_t live_bytes;
    size_t peak_bytes;
    size_t largest_bytes; /* the largest single allocation */
    size_t fail_at;       /* 1: the first fails; 0: none does */
    int fail_after;       /* and every one after it fails too */
} support_memory;

void support_memory_init(support_memory *memory);

/*
 * Run body with the 1st, 2nd, nth allocation failing, once and ever after,
 * until it succeeds. body returns a status; each failing run must return
 * SEIGR_E_NOMEM and leave nothing allocated.
 */
void support_each_allocation(int (*body)(support_memory *memory, void *arg),
                             void *arg);

/* --- support.c -------------------------------------------------------- */

/* A pseudo-random sequence (splitmix64) of which the seed is printed. */
typedef struct support_rng {
    uint64_t state;
} support_rng;

uint64_t support_random(support_rng *rng);
/* At least 0, less than limit. */
size_t support_random_below(support_rng *rng, size_t limit);
void support_random_bytes(support_rng *rng, uint8_t *out, size_t len);

/*
 * How many of count random trials to run: all of them, or $SEIGR_TEST_SCALE
 * per cent where a machine is emulated and slow; at least 1.
 */
size_t support_scaled(size_t count);

#define assert_ok(expression) assert_int_equal((expression), 0)

#endif
