/* SPDX-License-Identifier: MIT */
/*
 * Integers as text: two of them, split by the first ','. What is read is
 * written alike, and the arithmetic agrees with itself.
 */
#include "fuzz.h"

#include "seigr/senary.h"

#include <string.h>

static void *integer_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void integer_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int integer_read(seigr_integer *integer, seigr_span text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t *back;
    size_t n;

    if (seigr_integer_decode(integer, text, &error) != 0) {
        FUZZ_REQUIRE(error.offset <= text.len && error.text[0] != '\0');
        return -1;
    }
    back = malloc(text.len);
    FUZZ_REQUIRE(back != NULL);
    FUZZ_REQUIRE(
        seigr_integer_encode(integer, (seigr_buf){back, text.len}, &n) == 0);
    FUZZ_REQUIRE(n == text.len && memcmp(back, text.ptr, n) == 0);
    free(back);
    return 0;
}

/* (a / b) * b + a % b = a, (a + b) - b = a. */
static void integer_check(const seigr_integer *a, const seigr_integer *b,
                          seigr_integer *c, seigr_integer *d)
{
    FUZZ_REQUIRE(seigr_integer_add(a, b, c) == 0);
    FUZZ_REQUIRE(seigr_integer_subtract(c, b, c, NULL) == 0);
    FUZZ_REQUIRE(seigr_integer_compare(c, a) == 0);
    if (seigr_integer_divide(a, b, c, d, NULL) != 0)
        return; /* b is zero */
    FUZZ_REQUIRE(seigr_integer_compare(d, b) < 0);
    FUZZ_REQUIRE(seigr_integer_multiply(c, b, c) == 0);
    FUZZ_REQUIRE(seigr_integer_add(c, d, c) == 0);
    FUZZ_REQUIRE(seigr_integer_compare(c, a) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *comma = size == 0 ? NULL : memchr(data, ',', size);
    seigr_allocator allocator = {sizeof(allocator), 0, integer_alloc,
                                 integer_release, NULL};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_integer *n[4] = {NULL, NULL, NULL, NULL};
    size_t len = comma == NULL ? size : (size_t)(comma - data);

    context.allocator = &allocator;
    for (size_t i = 0; i < 4; i++)
        FUZZ_REQUIRE(seigr_integer_new(&context, &n[i]) == 0);
    if (integer_read(n[0], (seigr_span){data, len}) == 0 && comma != NULL &&
        integer_read(n[1], (seigr_span){comma + 1, size - len - 1}) == 0)
        integer_check(n[0], n[1], n[2], n[3]);
    for (size_t i = 0; i < 4; i++)
        seigr_integer_free(n[i]);
    return 0;
}
