/* SPDX-License-Identifier: MIT */
/*
 * The text codec. Byte 0 is the length of the pieces in which the rest is
 * read as a stream; the answer must be that of reading it at once.
 */
#include "fuzz.h"

#include "seigr/senary.h"

#include <string.h>

static int text_stream(seigr_span digits, size_t piece, uint8_t *out,
                       size_t *len, seigr_error *error)
{
    seigr_senary_decoder decoder;
    size_t written = 0;
    size_t n;
    int err;

    seigr_senary_decoder_init(&decoder);
    while (digits.len > 0) {
        size_t part = piece < digits.len ? piece : digits.len;
        seigr_span in = {digits.ptr, part};

        err = seigr_senary_decoder_step(
            &decoder, &in, (seigr_buf){out + written, digits.len + 8}, &n,
            error);
        if (err != 0)
            return err;
        FUZZ_REQUIRE(in.len == 0);
        written += n;
        digits.ptr += part;
        digits.len -= part;
    }
    err = seigr_senary_decoder_finish(&decoder, (seigr_buf){out + written, 7},
                                      &n, error);
    *len = written + n;
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_error whole = SEIGR_ERROR_INIT;
    seigr_error parts = SEIGR_ERROR_INIT;
    seigr_span digits;
    uint8_t *out;
    uint8_t *back;
    size_t n;
    size_t m;
    int err;

    if (size == 0)
        return 0;
    digits = (seigr_span){data + 1, size - 1};
    out = malloc(size + 8);
    back = malloc(2 * size + 16);
    FUZZ_REQUIRE(out != NULL && back != NULL);
    err = seigr_senary_decode(digits, (seigr_buf){out, size + 8}, &n, &whole);
    FUZZ_REQUIRE(err == text_stream(digits, data[0] + 1u, back, &m, &parts));
    if (err == 0) {
        FUZZ_REQUIRE(n == m && memcmp(out, back, n) == 0);
        FUZZ_REQUIRE(seigr_senary_encode((seigr_span){out, n},
                                         (seigr_buf){back, size}, &m) == 0);
        FUZZ_REQUIRE(m == digits.len && memcmp(back, digits.ptr, m) == 0);
    } else {
        FUZZ_REQUIRE(err == SEIGR_E_FORMAT && whole.offset == parts.offset);
        FUZZ_REQUIRE(whole.offset <= digits.len);
    }
    free(back);
    free(out);
    return 0;
}
