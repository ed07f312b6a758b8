/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what every fuzz target includes.
 */
#ifndef SEIGR_FUZZ_H
#define SEIGR_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The door under test. Returns 0; aborts on a finding. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise is a finding, in every build type. */
#define FUZZ_REQUIRE(condition)                                                \
    do {                                                                       \
        if (!(condition))                                                      \
            abort();                                                           \
    } while (0)

#endif
