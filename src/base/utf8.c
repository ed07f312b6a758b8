/* SPDX-License-Identifier: MIT */
/*
 * utf8.c - checks that bytes are UTF-8 (RFC 3629, section 4).
 *
 * It decodes nothing and knows nothing of normal forms.
 *
 * Invariants:
 *   (1) no byte at or past the end is read.
 */
#include "utf8.h" /* seigr__utf8_check */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define UTF8_HIGH_BITS 0x8080808080808080u

/* Length of the run of ASCII at the start of text. */
static size_t utf8_ascii(const uint8_t *text, size_t len)
{
    size_t at = 0;
    uint64_t word;

    assert(text != NULL || len == 0);
    for (; len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text + at, sizeof(word));
        if ((word & UTF8_HIGH_BITS) != 0)
            break;
    }
    while (at < len && text[at] < 0x80)
        at++;
    return at;
}

/*
 * Length of the sequence that begins with a byte above 0x7f, 0 where there
 * is none. What is excluded hides in the range of the second byte:
 *
 *   E0 A0..BF (no overlong), ED 80..9F (no surrogates),
 *   F0 90..BF (no overlong), F4 80..8F (up to U+10FFFF)
 */
static size_t utf8_sequence(const uint8_t *text, size_t len)
{
    const uint8_t first = text[0];
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t need;

    assert(first >= 0x80 && len > 0);
    if (first < 0xc2 || first > 0xf4)
        return 0;
    need = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (len < need)
        return 0; /* (1) */
    if (first == 0xe0)
        low = 0xa0;
    else if (first == 0xed)
        high = 0x9f;
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f;
    if (text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    return need;
}

size_t seigr__utf8_check(seigr_span text)
{
    size_t at = 0;

    assert(text.ptr != NULL || text.len == 0);
    while (at < text.len) {
        size_t len;

        at += utf8_ascii(text.ptr + at, text.len - at);
        if (at == text.len)
            break;
        len = utf8_sequence(text.ptr + at, text.len - at);
        if (len == 0)
            break;
        at += len;
    }
    return at;
}
