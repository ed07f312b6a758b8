/* SPDX-License-Identifier: MIT */
/*
 * address.h - reading digits as people type them.
 */
#ifndef SEIGR_SRC_SENARY_ADDRESS_H
#define SEIGR_SRC_SENARY_ADDRESS_H

#include "seigr/senary.h" /* SEIGR_ADDRESS_LEN */

#define SEIGR__ADDRESS_DIGITS 106u /* 100 and their check digits */
#define SEIGR__ADDRESS_ID_DIGITS 100u

/* The 106 digits of 32 bytes. */
void seigr__address_digits(const uint8_t bytes[32],
                           uint8_t digits[SEIGR__ADDRESS_DIGITS]);

/* Digits as they were typed, and where each of them stands in the text. */
typedef struct seigr__typed {
    size_t digit_count;
    uint8_t digits[SEIGR__ADDRESS_DIGITS];
    uint8_t at[SEIGR__ADDRESS_DIGITS]; /* at most 6 + 2 * 106 - 1 */
} seigr__typed;

/* Whether text begins with "seigr:". */
int seigr__address_scheme(seigr_span text);

/*
 * Read digits, one '-' or space between two of them, from offset start to the
 * end of the text, at most 106. Returns 0 or SEIGR_E_FORMAT.
 */
int seigr__address_typed(seigr_span text, size_t start, seigr__typed *out,
                         seigr_error *error);

/* Check 106 digits: each block in its bounds, and the check digits. */
int seigr__address_check(const seigr__typed *typed, seigr_error *error);

#endif
