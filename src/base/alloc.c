/* SPDX-License-Identifier: MIT */
/*
 * alloc.c - memory through the context's allocator.
 */
#include "alloc.h"   /* seigr__alloc */
#include "checked.h" /* seigr__mul_size */

#include <assert.h> /* assert */
#include <string.h> /* memset */

void *seigr__alloc(const seigr_context *context, size_t len)
{
    if (len == 0 || context == NULL || context->allocator == NULL)
        return NULL;
    return context->allocator->alloc(len, context->allocator->ctx);
}

void *seigr__alloc_zero(const seigr_context *context, size_t count, size_t size)
{
    size_t len;
    void *ptr;

    assert(size > 0);
    if (seigr__mul_size(count, size, &len) != 0)
        return NULL;
    ptr = seigr__alloc(context, len);
    if (ptr != NULL)
        memset(ptr, 0, len);
    return ptr;
}

void seigr__release(const seigr_context *context, void *ptr)
{
    assert(ptr == NULL || context->allocator != NULL);
    if (ptr != NULL)
        context->allocator->release(ptr, context->allocator->ctx);
}
