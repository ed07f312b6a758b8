/* SPDX-License-Identifier: MIT */
/*
 * check.h - check digits over digits that are known to be digits.
 */
#ifndef SEIGR_SRC_SENARY_CHECK_H
#define SEIGR_SRC_SENARY_CHECK_H

#include "seigr/senary.h" /* SEIGR_SENARY_CHECK_DIGITS */

/* The 6 check digits of digit_count digits. */
void seigr__check_put(const uint8_t *digits, size_t digit_count, uint8_t *out);

/*
 * What can have happened to digits whose check does not match. index is of
 * the one digit that may be wrong, or of the first of two neighbours that may
 * have changed places.
 */
#define SEIGR__CHECK_GOOD 0    /* it matches */
#define SEIGR__CHECK_DIGIT 1   /* exactly one digit explains it */
#define SEIGR__CHECK_SWAP 2    /* exactly one pair of neighbours does */
#define SEIGR__CHECK_UNKNOWN 3 /* no such explanation, or several */
#define SEIGR__CHECK_RANGE 4   /* check digits of 46643 or more */

/* Check digits that end with their check; digit_count >= 6. */
int seigr__check_diagnose(const uint8_t *digits, size_t digit_count,
                          size_t *index);

/* The refusal that belongs to a diagnosis other than GOOD; offset is of
 * digits[index], check_offset of the first check digit. */
int seigr__check_refuse(int diagnosis, size_t index, uint64_t offset,
                        uint64_t check_offset, seigr_error *error);

#endif
