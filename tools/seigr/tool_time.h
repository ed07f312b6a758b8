/* SPDX-License-Identifier: MIT */
/*
 * tool_time.h - times as people write them, always in UTC.
 */
#ifndef SEIGR_TOOL_TIME_H
#define SEIGR_TOOL_TIME_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

#define TOOL_TIME_LEN 40u

/* "2026-01-31 12:00:00.000 UTC". */
void tool_time_print(uint64_t unix_ms, char out[TOOL_TIME_LEN]);

/*
 * Read "2026-01-31T12:00:00Z" (RFC 3339, fractions of a second and offsets
 * such as +01:00 too) or "@SECONDS". Returns 0, or -1 where it is neither or
 * before 1970.
 */
int tool_time_parse(const char *text, uint64_t *unix_ms);

#endif
