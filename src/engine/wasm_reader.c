/* SPDX-License-Identifier: MIT */
/*
 * wasm_reader.c - the parts of a module's grammar that every section uses.
 *
 * It knows integers, names, counts and the length of instructions; it does
 * not know what they mean.
 *
 * Invariants:
 *   (1) at <= end, and nothing at or behind end is read.
 *   (2) a count that is returned fits in the bytes that are left, so that
 *       whoever allocates by it allocates in proportion to the input.
 */
#include "wasm_reader.h"

#include "wasm_opcode.h" /* opcodes, to know their immediates */

#include <assert.h> /* assert */

int seigr__wasm_leb(wasm_reader *r, unsigned bits, unsigned is_signed,
                    uint64_t *out)
{
    const size_t start = r->at;
    uint64_t value = 0;
    unsigned shift = 0;

    for (;;) {
        uint8_t byte;

        if (r->at >= r->end)
            return seigr__fail(r->error, SEIGR_E_TRUNCATED, start,
                               "unexpected end: an integer is cut off");
        byte = r->bytes[r->at++];
        if (shift + 7 > bits) { /* the last byte that may be there */
            const unsigned used = bits - shift;
            const uint8_t mask = (uint8_t)(0x7fu << (used - is_signed)) & 0x7fu;
            const uint8_t rest = byte & mask;

            if (byte & 0x80)
                return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                                   "integer representation too long");
            if (rest != 0 && !(is_signed && rest == mask))
                return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                                   "integer too large for %u bits", bits);
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) == 0) {
            if (is_signed && shift < 64 && (byte & 0x40))
                value |= ~(uint64_t)0 << shift;
            *out = value;
            return 0;
        }
    }
}

int seigr__wasm_count(wasm_reader *r, uint32_t max, uint32_t item_min,
                      const char *what, uint32_t *out)
{
    const size_t start = r->at;
    uint32_t count;
    int err = seigr__wasm_u32(r, &count);

    if (err < 0)
        return err;
    assert(r->at <= r->end && item_min > 0);
    if (count > (r->end - r->at) / item_min) /* (2) */
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, start,
                           "unexpected end: %u %s do not fit in what is left",
                           count, what);
    if (count > max)
        return seigr__fail(r->error, SEIGR_E_LIMIT, start,
                           "%u %s, the limit is %u", count, what, max);
    *out = count;
    return 0;
}

/* Bytes of the UTF-8 sequence at the start of text (RFC 3629), 0: none. */
static size_t reader_utf8(const uint8_t *text, size_t len)
{
    const uint8_t lead = text[0];
    uint8_t low = 0x80;
    uint8_t high = 0xbf;
    size_t n;

    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    n = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead == 0xe0)
        low = 0xa0; /* overlong */
    else if (lead == 0xed)
        high = 0x9f; /* surrogates */
    else if (lead == 0xf0)
        low = 0x90; /* overlong */
    else if (lead == 0xf4)
        high = 0x8f; /* above U+10FFFF */
    if (len < n || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

int seigr__wasm_name(wasm_reader *r, uint32_t max, seigr_span *out)
{
    uint32_t len;
    int err = seigr__wasm_count(r, max, 1, "bytes of a name", &len);

    if (err < 0)
        return err;
    for (size_t i = 0; i < len;) {
        const size_t n = reader_utf8(r->bytes + r->at + i, len - i);

        if (n == 0)
            return seigr__fail(r->error, SEIGR_E_FORMAT, r->at + i,
                               "malformed UTF-8 encoding in a name");
        i += n;
    }
    *out = (seigr_span){r->bytes + r->at, len};
    r->at += len;
    return 0;
}

static void reader_skip_leb(wasm_reader *r)
{
    while (r->at < r->end && (r->bytes[r->at++] & 0x80) != 0)
        ;
}

static void reader_skip_prefixed(wasm_reader *r)
{
    uint32_t sub = 0;

    (void)seigr__wasm_u32(r, &sub);
    if (sub < WASM_MEMORY_INIT)
        return;
    if (sub != WASM_DATA_DROP && sub != WASM_ELEM_DROP &&
        sub != WASM_MEMORY_FILL)
        reader_skip_leb(r);
    reader_skip_leb(r);
}

void seigr__wasm_skip(wasm_reader *r, unsigned opcode)
{
    uint32_t count = 0;

    switch (wasm_opcode_shape(opcode)) {
    case WASM_SHAPE_NONE:
        break;
    case WASM_SHAPE_LEB:
        reader_skip_leb(r);
        break;
    case WASM_SHAPE_TWO_LEBS:
        reader_skip_leb(r);
        reader_skip_leb(r);
        break;
    case WASM_SHAPE_F32:
        r->at += 4;
        break;
    case WASM_SHAPE_F64:
        r->at += 8;
        break;
    case WASM_SHAPE_TABLE:
        (void)seigr__wasm_u32(r, &count);
        for (uint32_t i = 0; i <= count && r->at < r->end; i++)
            reader_skip_leb(r);
        break;
    case WASM_SHAPE_PREFIXED:
        reader_skip_prefixed(r);
        break;
    }
    assert(r->at <= r->end);
}
