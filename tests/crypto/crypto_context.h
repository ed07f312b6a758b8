/* SPDX-License-Identifier: MIT */
/* A context for this room's tests: libsodium and, if given, a counted heap. */
#ifndef SEIGR_TESTS_CRYPTO_CONTEXT_H
#define SEIGR_TESTS_CRYPTO_CONTEXT_H

#include "support.h"

#include "seigr/crypto.h"

static inline seigr_context crypto_context(const support_memory *memory)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = seigr_crypto_sodium();
    assert_non_null(context.crypto);
    if (memory != NULL)
        context.allocator = &memory->allocator;
    return context;
}

static inline seigr_span crypto_text(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0')
        len++;
    return (seigr_span){(const uint8_t *)text, len};
}

#endif
