/* SPDX-License-Identifier: MIT */
/*
 * fuzz_reconcile.c - the door: symbols of a peer's set.
 *
 * What decodes encodes to the same bytes; whatever came, looking for the
 * differences from a small set of ours ends, with no more of them than there
 * are symbols.
 */
#include "fuzz.h"

#include "seigr/reconcile.h"

#include <string.h>

#define SYMBOLS_MAX 64u

static void *reconcile_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void reconcile_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int reconcile_rewind(void *ctx)
{
    *(unsigned *)ctx = 0;
    return 0;
}

static int reconcile_next(const seigr_id **out, void *ctx)
{
    static const seigr_id ids[] = {{{1}}, {{2}}, {{3}}};
    unsigned *at = ctx;

    if (*at == 3)
        return 0;
    *out = &ids[(*at)++];
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              reconcile_alloc,
                                              reconcile_release, NULL};
    static const uint64_t key[2] = {11, 22};
    seigr_symbol theirs[SYMBOLS_MAX];
    seigr_symbol ours[SYMBOLS_MAX];
    seigr_difference out[SYMBOLS_MAX];
    seigr_context context = SEIGR_CONTEXT_INIT;
    unsigned at = 0;
    const seigr_id_source source = {(uint32_t)sizeof(source), 0,
                                    reconcile_rewind, reconcile_next, &at};
    seigr_span rest = {data, size};
    uint64_t count = 0;
    uint64_t found = 0;
    int err;

    while (count < SYMBOLS_MAX) {
        const uint8_t *start = rest.ptr;
        uint8_t bytes[SEIGR_SYMBOL_LEN_MAX];
        size_t len;

        if (seigr_symbol_decode(&rest, &theirs[count]) != 0)
            break;
        len = seigr_symbol_encode(&theirs[count], bytes);
        FUZZ_REQUIRE(len == (size_t)(rest.ptr - start));
        FUZZ_REQUIRE(memcmp(bytes, start, len) == 0);
        count++;
    }
    if (count == 0)
        return 0;
    context.allocator = &allocator;
    FUZZ_REQUIRE(seigr_reconcile_symbols(key, &source, 0, count, ours) == 0);
    err =
        seigr_reconcile_decode(&context, key, theirs, ours, count, out, &found);
    FUZZ_REQUIRE(err == 0 || err == SEIGR_E_AGAIN || err == SEIGR_E_FORMAT);
    FUZZ_REQUIRE(err != 0 || found <= count);
    return 0;
}
