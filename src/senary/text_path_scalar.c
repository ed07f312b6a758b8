/* SPDX-License-Identifier: MIT */
/*
 * text_path_scalar.c - the answer of a processor without a path of its own.
 */
#include "text.h" /* seigr__text_path_get */

const seigr__text_path *seigr__text_path_get(void)
{
    return &seigr__text_scalar;
}
