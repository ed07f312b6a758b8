/* SPDX-License-Identifier: MIT */
/*
 * sys/pool.h - several processors, handed in.
 *
 * The library starts no thread. Where work falls into equal parts that do
 * not depend on each other, it hands them to a pool, if the caller gave one;
 * without one it does them itself, with the same result. A port fills this
 * table; ports/posix does so with POSIX threads. This header may change in a
 * minor version.
 */
#ifndef SEIGR_SYS_POOL_H
#define SEIGR_SYS_POOL_H

#include "seigr/base.h" /* uint32_t */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct seigr_pool {
    uint32_t struct_size;
    uint32_t width; /* parts that run at once, at least 1 */

    /*
     * Call part(index, arg) once for each index below count, in any order,
     * on any threads, the caller's among them; return when the last has
     * returned. It cannot fail: what no thread takes the caller's does.
     * Several callers may be in it at once.
     */
    void (*run)(uint32_t count, void (*part)(uint32_t index, void *arg),
                void *arg, void *ctx);
    void *ctx;
} seigr_pool;

#ifdef __cplusplus
}
#endif

#endif
