/* SPDX-License-Identifier: MIT */
/*
 * fuzz_record.c - the door: one record of a link.
 *
 * What decodes encodes to the same bytes; a refusal says why and where.
 */
#include "fuzz.h"

#include "seigr/record.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_record record = SEIGR_RECORD_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    const int err =
        seigr_record_decode((seigr_span){data, size}, &record, &error);
    uint8_t *out;
    size_t len;

    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        return 0;
    }
    FUZZ_REQUIRE(record.known != 0 || record.type >= SEIGR_RECORD_FREE);
    if (record.known == 0)
        return 0;
    out = malloc(size);
    FUZZ_REQUIRE(out != NULL);
    FUZZ_REQUIRE(seigr_record_encode(&record, (seigr_buf){out, size}, &len) ==
                 0);
    FUZZ_REQUIRE(len == size && memcmp(out, data, size) == 0);
    free(out);
    return 0;
}
