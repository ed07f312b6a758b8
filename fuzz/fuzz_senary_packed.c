/* SPDX-License-Identifier: MIT */
/*
 * Packed digits. Byte 0 says how many digits fewer than three a byte there
 * are; what is read is packed to the same bytes again.
 */
#include "fuzz.h"

#include "seigr/senary.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_span packed;
    uint8_t *digits;
    uint8_t *back;
    size_t count;
    size_t n;

    if (size == 0)
        return 0;
    packed = (seigr_span){data + 1, size - 1};
    count = 3 * packed.len > data[0] % 8u ? 3 * packed.len - data[0] % 8u : 0;
    digits = malloc(count + 1);
    back = malloc(size);
    FUZZ_REQUIRE(digits != NULL && back != NULL);
    if (seigr_packed_decode(packed, count, (seigr_buf){digits, count}, &n,
                            &error) == 0) {
        FUZZ_REQUIRE(n == count);
        FUZZ_REQUIRE(seigr_packed_encode((seigr_span){digits, n},
                                         (seigr_buf){back, packed.len}, &n,
                                         NULL) == 0);
        FUZZ_REQUIRE(n == packed.len && memcmp(back, packed.ptr, n) == 0);
    } else {
        FUZZ_REQUIRE(error.offset <= packed.len && error.text[0] != '\0');
    }
    free(back);
    free(digits);
    return 0;
}
