/* SPDX-License-Identifier: MIT */
/*
 * memory_call.h - one public call, made while its memory fails.
 *
 * Every public function that may take memory from a context's allocator has a
 * test here, test_memory_of_<room>__<function without seigr_>, in the file of
 * its room: tests/house/memory.sh finds those functions in the compiled
 * library and refuses a room of which one is missing.
 */
#ifndef SEIGR_TESTS_MEMORY_CALL_H
#define SEIGR_TESTS_MEMORY_CALL_H

#include "support.h"

#define MEMORY_RESULT_LEN 2048u

/* What a call needs and gives. A room's own begins with this. */
struct memory_world {
    support_memory memory;
    seigr_context context; /* on memory, with libsodium; the same random
                              numbers in every run */
    support_rng rng;
    seigr_random random;
    int has_failed;                    /* the call failed, for the last time */
    uint8_t result[MEMORY_RESULT_LEN]; /* of finish: what came of it */
};

/* After a failed call the object is only good for being released. */
#define MEMORY_ENDS 1u
/* Where one allocation fails, the call makes do without it. */
#define MEMORY_SPARES 2u

struct memory_case {
    void (*make)(void *world);   /* what the call needs; NULL: nothing */
    int (*call)(void *world);    /* that one call, its status */
    void (*finish)(void *world); /* write result, release everything */
    uint32_t flags;              /* MEMORY_* */
};

/*
 * Make the call with its 1st, 2nd, nth allocation failing, once and ever
 * after. It must answer SEIGR_E_NOMEM, leave every byte of the world as it
 * was, and do the same as ever when it is called again with memory. At the
 * end nothing is left allocated. A call that takes no memory fails the test.
 *
 *   world  len bytes, beginning with a struct memory_world.
 */
void memory_each(const struct memory_case *c, void *world, size_t len);

#endif
