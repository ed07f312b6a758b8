/* SPDX-License-Identifier: MIT */
/*
 * alloc.h - memory through the context's allocator, and no other way.
 */
#ifndef SEIGR_SRC_BASE_ALLOC_H
#define SEIGR_SRC_BASE_ALLOC_H

#include "seigr/base.h" /* seigr_context */

/* len bytes, or NULL: no allocator, len 0, or none to be had. */
void *seigr__alloc(const seigr_context *context, size_t len);

/* count * size zeroed bytes, or NULL; the product may not wrap. */
void *seigr__alloc_zero(const seigr_context *context, size_t count,
                        size_t size);

/* Give back what seigr__alloc*() gave. NULL is fine. */
void seigr__release(const seigr_context *context, void *ptr);

#endif
