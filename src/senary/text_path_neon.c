/* SPDX-License-Identifier: MIT */
/*
 * text_path_neon.c - the paths where every processor of the target has NEON.
 */
#include "text.h" /* seigr__text_path_at */

#include <stddef.h> /* NULL */

const seigr__text_path *seigr__text_path_at(unsigned index)
{
    static const seigr__text_path *const paths[] = {&seigr__text_neon,
                                                    &seigr__text_scalar, NULL};

    return index < 2 ? paths[index] : NULL;
}
