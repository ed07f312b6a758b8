/* SPDX-License-Identifier: MIT */
/*
 * fuzz_grant.c - the reader of grant details.
 *
 * A refusal has a code, a sentence and a place; what a view says, written
 * again, is the same bytes but for fields that nobody knows.
 */
#include "fuzz.h"

#include "trust/statement_fields.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_grant view;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t *again;
    size_t len = 0;
    int err = seigr__grant_read((seigr_span){data, size}, &view, &error);

    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        return 0;
    }
    again = malloc(size + 1);
    if (again == NULL)
        return 0;
    FUZZ_REQUIRE(
        seigr_grant_encode(&view, (seigr_buf){again, size}, &len, NULL) == 0);
    FUZZ_REQUIRE(len <= size); /* less: unknown fields are not in it */
    FUZZ_REQUIRE(len != size || memcmp(again, data, len) == 0);
    free(again);
    return 0;
}
