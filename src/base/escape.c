/* SPDX-License-Identifier: MIT */
/*
 * escape.c - text of strangers, made safe to show.
 *
 * Invariants:
 *   (1) of text only printable characters come out as they are: controls
 *       (C0, DEL, C1), line and paragraph separators, characters that turn
 *       the direction of text or have no width, and bytes that are no UTF-8
 *       become an escape; so do no others.
 */
#include "seigr/base.h" /* seigr_escape_step */

#include "error.h" /* seigr__format */
#include "utf8.h"  /* seigr__utf8_check */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

/* Characters that a terminal or a reader would act on (1). */
static int escape_is_active(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

/* The length of the character that text begins with, 0 where it is none. */
static size_t escape_character(seigr_span text, uint32_t *c)
{
    static const uint8_t first_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const uint8_t first = text.ptr[0];
    const size_t len = first < 0x80   ? 1
                       : first < 0xe0 ? 2
                       : first < 0xf0 ? 3
                                      : 4;

    assert(text.len > 0);
    if (len > text.len || seigr__utf8_check((seigr_span){text.ptr, len}) != len)
        return 0;
    *c = first & first_mask[len];
    for (size_t i = 1; i < len; i++)
        *c = *c << 6 | (text.ptr[i] & 0x3fu);
    return len;
}

size_t seigr_escape_step(seigr_span *text, uint32_t flags,
                         char out[SEIGR_ESCAPE_LEN])
{
    uint32_t c = 0;
    size_t used;
    size_t len;

    if (text->len == 0)
        return 0;
    used = escape_character(*text, &c);
    if (used == 0) {
        len = seigr__format(out, SEIGR_ESCAPE_LEN, "\\x{%02x}",
                            (unsigned)text->ptr[0]);
        used = 1;
    } else if (escape_is_active(c)) {
        len = seigr__format(out, SEIGR_ESCAPE_LEN, "\\u{%x}", (unsigned)c);
    } else if ((flags & SEIGR_ESCAPE_QUOTED) && (c == '"' || c == '\\')) {
        out[0] = '\\';
        out[1] = (char)c;
        len = 2;
    } else {
        memcpy(out, text->ptr, used);
        len = used;
    }
    assert(len > 0 && len <= SEIGR_ESCAPE_LEN);
    text->ptr += used;
    text->len -= used;
    return len;
}
