/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - is this text?
 */
#ifndef SEIGR_SRC_BASE_UTF8_H
#define SEIGR_SRC_BASE_UTF8_H

#include "seigr/base.h" /* seigr_span */

/*
 * The offset of the first byte that is not part of a valid UTF-8 sequence
 * (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF), or
 * text.len where all of it is valid.
 */
size_t seigr__utf8_check(seigr_span text);

#endif
