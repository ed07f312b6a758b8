/* SPDX-License-Identifier: MIT */
/*
 * fuzz_roots.c - the roots file.
 *
 * A refusal has a code, a sentence that names a line, and a place; what is
 * read are anchors that a set takes.
 */
#include "fuzz.h"

#include "seigr/trust.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static seigr_anchor anchors[64];
    const seigr_span text = {data, size};
    seigr_error error = SEIGR_ERROR_INIT;
    size_t count = 0;
    int err = seigr_roots_read(text, anchors, 64, &count, &error);

    if (err == SEIGR_E_ROOM) {
        FUZZ_REQUIRE(count > 64 && count <= size);
        return 0;
    }
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err);
        FUZZ_REQUIRE(strncmp(error.text, "line ", 5) == 0);
        FUZZ_REQUIRE(error.offset <= size);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        FUZZ_REQUIRE(anchors[i].scope > 0 &&
                     anchors[i].scope <= SEIGR_SCOPE_ALL);
        FUZZ_REQUIRE(anchors[i].weight > 0 && anchors[i].weight <= 1000);
    }
    return 0;
}
