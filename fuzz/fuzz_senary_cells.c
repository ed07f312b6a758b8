/* SPDX-License-Identifier: MIT */
/*
 * Seigr Cells: what is read is written as the same cells again. Byte 0 is the
 * block of the stream at which the cells start.
 */
#include "fuzz.h"

#include "seigr/senary.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_span cells;
    uint64_t first;
    uint8_t *bytes;
    uint8_t *back;
    size_t n;

    if (size == 0)
        return 0;
    cells = (seigr_span){data + 1, size - 1};
    first = (uint64_t)data[0] * SEIGR_CELLS_BLOCK_COUNT;
    bytes = malloc(size);
    back = malloc(size);
    FUZZ_REQUIRE(bytes != NULL && back != NULL);
    if (seigr_cells_decode(cells, first, (seigr_buf){bytes, size}, &n,
                           &error) == 0) {
        FUZZ_REQUIRE(n < size);
        FUZZ_REQUIRE(seigr_cells_encode((seigr_span){bytes, n}, first,
                                        (seigr_buf){back, size}, &n) == 0);
        FUZZ_REQUIRE(n == cells.len && memcmp(back, cells.ptr, n) == 0);
    } else {
        FUZZ_REQUIRE(error.offset <= cells.len && error.text[0] != '\0');
    }
    free(back);
    free(bytes);
    return 0;
}
