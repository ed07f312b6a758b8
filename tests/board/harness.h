/* SPDX-License-Identifier: MIT */
/*
 * harness.h - what tests on a board stand on: the shape of the host's tests
 * without cmocka, files or a heap. A test is one function
 *     void test_board_<subject>__<case>(void **state)
 * collected by the same script. A broken check names its place and the test
 * goes on; the program's exit status is 1 then.
 */
#ifndef SEIGR_TESTS_BOARD_HARNESS_H
#define SEIGR_TESTS_BOARD_HARNESS_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

#include "board_vectors.h" /* *_cases, made by vectors.py */
#include "seigr/base.h"    /* seigr_span */

/* Named as in cmocka, for cmake/collect_tests.awk. */
struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};
#define cmocka_unit_test(function)                                             \
    {                                                                          \
#function, function                                                    \
    }

extern const struct CMUnitTest support_tests[];
extern const size_t support_test_count;
extern const char support_room[];

/* Check case number index of a family; say so where it does not hold. */
#define support_check(condition, family, index)                                \
    support_check_at((condition) != 0, #condition, (family), (index))

void support_check_at(int holds, const char *condition, const char *family,
                      size_t index);

/* Say how many cases of a family ran; none is a failure. */
void support_count(const char *family, size_t count);

int support_equal(seigr_span a, seigr_span b);

/* Room that tests share, larger than any golden capsule. */
extern uint8_t support_room_bytes[65536 + 1024];

#endif
