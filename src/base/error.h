/* SPDX-License-Identifier: MIT */
/*
 * error.h - writing a refusal: code, offset and one sentence.
 */
#ifndef SEIGR_SRC_BASE_ERROR_H
#define SEIGR_SRC_BASE_ERROR_H

#include "seigr/base.h" /* seigr_error */

#if defined(__GNUC__)
#define SEIGR__FORMAT(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define SEIGR__FORMAT(fmt, args)
#endif

/*
 * Fill error, if there is one, and return code.
 *
 *   format  of printf's conversions only %s %c %d %u %zu %llu %x %02x %%;
 *           no libc is called, so that the verify profile needs none.
 */
int seigr__fail(seigr_error *error, int code, uint64_t offset,
                const char *format, ...) SEIGR__FORMAT(4, 5);

/*
 * Write text into room characters, NUL included; what does not fit is cut.
 *
 *   format  as of seigr__fail().
 *
 * Returns the length without the NUL.
 */
size_t seigr__format(char *out, size_t room, const char *format, ...)
    SEIGR__FORMAT(3, 4);

/* Move the offset of a refusal made on a part of the input. */
void seigr__error_shift(seigr_error *error, uint64_t by);

#endif
