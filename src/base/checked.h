/* SPDX-License-Identifier: MIT */
/*
 * checked.h - arithmetic on lengths that come from outside.
 *
 * Each returns 0 and writes the result, or -1 and writes nothing where it
 * would wrap.
 */
#ifndef SEIGR_SRC_BASE_CHECKED_H
#define SEIGR_SRC_BASE_CHECKED_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

static inline int seigr__add_size(size_t a, size_t b, size_t *out)
{
    if (b > SIZE_MAX - a)
        return -1;
    *out = a + b;
    return 0;
}

static inline int seigr__mul_size(size_t a, size_t b, size_t *out)
{
    if (a != 0 && b > SIZE_MAX / a)
        return -1;
    *out = a * b;
    return 0;
}

static inline int seigr__add_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (b > UINT64_MAX - a)
        return -1;
    *out = a + b;
    return 0;
}

static inline int seigr__mul_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    if (a != 0 && b > UINT64_MAX / a)
        return -1;
    *out = a * b;
    return 0;
}

#endif
