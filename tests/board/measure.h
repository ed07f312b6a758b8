/* SPDX-License-Identifier: MIT */
/*
 * measure.h - public calls of which stack and instructions are counted.
 */
#ifndef SEIGR_TESTS_BOARD_MEASURE_H
#define SEIGR_TESTS_BOARD_MEASURE_H

#include <stddef.h> /* size_t */

struct measure_call {
    const char *name;  /* the public function */
    const char *input; /* what it is given, in a word or two */
    int (*run)(void);  /* one call; 0 when it did what it should */
};

/* Ends with a NULL name. A profile has the tables up to its own. */
extern const struct measure_call measure_verify_calls[];
extern const struct measure_call measure_edge_calls[];
extern const struct measure_call measure_trust_calls[];

#endif
