/* SPDX-License-Identifier: MIT */
/*
 * Addresses and prefixes: what is read is an address of what was read.
 */
#include "fuzz.h"

#include "seigr/senary.h"

#include <string.h>

/* The text without what may stand between two digits. */
static size_t address_strip(seigr_span text, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '-' && text.ptr[i] != ' ')
            out[n++] = (char)text.ptr[i];
    return n;
}

static void address_try_prefix(seigr_span text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_prefix prefix;
    uint8_t first[32];
    uint8_t last[32];

    if (seigr_prefix_decode(text, &prefix, &error) != 0) {
        FUZZ_REQUIRE(error.offset <= text.len && error.text[0] != '\0');
        return;
    }
    seigr_prefix_range(&prefix, first, last);
    FUZZ_REQUIRE(memcmp(first, last, 32) <= 0);
    if (prefix.digit_count > 100)
        return; /* check digits: perhaps nobody's */
    FUZZ_REQUIRE(seigr_prefix_match(&prefix, first));
    FUZZ_REQUIRE(seigr_prefix_match(&prefix, last));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_span text = {data, size};
    seigr_error error = SEIGR_ERROR_INIT;
    char written[SEIGR_ADDRESS_LEN + 1];
    char *stripped = malloc(size + 1);
    seigr_id id;

    FUZZ_REQUIRE(stripped != NULL);
    if (seigr_address_decode_id(text, &id, &error) == 0) {
        seigr_address_encode_id(&id, written);
        FUZZ_REQUIRE(address_strip(text, stripped) == SEIGR_ADDRESS_LEN);
        FUZZ_REQUIRE(memcmp(stripped, written, SEIGR_ADDRESS_LEN) == 0);
    } else {
        FUZZ_REQUIRE(error.offset <= size && error.text[0] != '\0');
    }
    address_try_prefix(text);
    free(stripped);
    return 0;
}
