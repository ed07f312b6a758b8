/* SPDX-License-Identifier: MIT */
/*
 * senary_reference.h - FORMATS 1.1 and 1.2 once more, the slow way: numbers
 * are arrays of bytes, divided by hand. It shares nothing with the library.
 */
#ifndef SEIGR_TESTS_SENARY_REFERENCE_H
#define SEIGR_TESTS_SENARY_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* The text of bytes, with a NUL. Returns its length. */
size_t reference_text(const uint8_t *bytes, size_t len, char *digits);

/* Whether a run of digits that ends with its check is good. */
int reference_check(const char *digits, size_t len);

#endif
