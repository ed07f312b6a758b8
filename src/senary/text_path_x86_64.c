/* SPDX-License-Identifier: MIT */
/*
 * text_path_x86_64.c - the paths of this x86-64 processor.
 *
 * It is asked anew on each call: the compiler's runtime reads the processor
 * once before main(), and asking it is a load and a test.
 */
#include "text.h" /* seigr__text_path_at */

#include <stddef.h> /* NULL */

static int path_has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512ifma") &&
           __builtin_cpu_supports("avx512vbmi");
}

const seigr__text_path *seigr__text_path_at(unsigned index)
{
    static const seigr__text_path *const paths[] = {
        &seigr__text_avx512, &seigr__text_avx2, &seigr__text_scalar, NULL};
    unsigned first = 2;

    if (__builtin_cpu_supports("avx2"))
        first = path_has_avx512() ? 0 : 1;
    return index <= 3 - first ? paths[first + index] : NULL;
}
