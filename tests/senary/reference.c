/* SPDX-License-Identifier: MIT */
#include "senary_reference.h"

#include <string.h>

/* Divide a big-endian number by 6 in place. Returns the remainder. */
static unsigned reference_div6(uint8_t *number, size_t len)
{
    unsigned rest = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned x = rest * 256 + number[i];

        number[i] = (uint8_t)(x / 6);
        rest = x % 6;
    }
    return rest;
}

size_t reference_text(const uint8_t *bytes, size_t len, char *digits)
{
    size_t written = 0;

    for (size_t at = 0; at < len; at += 8) {
        uint8_t block[8];
        size_t n = len - at < 8 ? len - at : 8;

        memcpy(block, bytes + at, n);
        for (size_t i = 3 * n + 1; i > 0; i--)
            digits[written + i - 1] = (char)('0' + reference_div6(block, n));
        written += 3 * n + 1;
    }
    digits[written] = '\0';
    return written;
}

int reference_check(const char *digits, size_t len)
{
    unsigned long check = 0;
    unsigned long rest = 0;

    for (size_t i = 0; i < len; i++) {
        rest = (rest * 6 + (unsigned long)(digits[i] - '0')) % 46643;
        if (i + 6 >= len)
            check = check * 6 + (unsigned long)(digits[i] - '0');
    }
    return rest == 1 && check < 46643;
}
