/* SPDX-License-Identifier: MIT */
/*
 * wasm_reader.h - reading a module's bytes: integers, names, lengths.
 *
 * Each reader moves behind what it read, or fails with a sentence and the
 * offset of the first bad byte, and then gives 0. LEB128 of one byte, nearly
 * all of them, is read inline.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_READER_H
#define SEIGR_SRC_ENGINE_WASM_READER_H

#include "base/error.h" /* seigr__fail */
#include "seigr/base.h" /* seigr_span, seigr_error */

typedef struct wasm_reader {
    const uint8_t *bytes; /* the module; offsets count from here */
    size_t at;            /* next byte */
    size_t end;           /* behind the part that may be read */
    seigr_error *error;   /* may be NULL */
} wasm_reader;

/* Multi-byte forms of the readers below. */
int seigr__wasm_leb(wasm_reader *r, unsigned bits, unsigned is_signed,
                    uint64_t *out);

/* A vector's length, of items that take at least item_min bytes each. */
int seigr__wasm_count(wasm_reader *r, uint32_t max, uint32_t item_min,
                      const char *what, uint32_t *out);

/* A name: length and UTF-8. */
int seigr__wasm_name(wasm_reader *r, uint32_t max, seigr_span *out);

/* Pass over the immediates of an instruction of which opcode was read;
 * the code must be valid. */
void seigr__wasm_skip(wasm_reader *r, unsigned opcode);

static inline int seigr__wasm_byte(wasm_reader *r, uint32_t *out)
{
    *out = 0;
    if (r->at >= r->end)
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, r->at,
                           "unexpected end: a byte is missing");
    *out = r->bytes[r->at++];
    return 0;
}

static inline int seigr__wasm_u32(wasm_reader *r, uint32_t *out)
{
    uint64_t wide = 0;
    int err;

    if (r->at < r->end && r->bytes[r->at] < 0x80) {
        *out = r->bytes[r->at++];
        return 0;
    }
    err = seigr__wasm_leb(r, 32, 0, &wide);
    *out = (uint32_t)wide;
    return err;
}

/* A signed integer of that many bits, sign-extended to 64. */
static inline int seigr__wasm_signed(wasm_reader *r, unsigned bits,
                                     int64_t *out)
{
    uint64_t wide = 0;
    int err;

    if (r->at < r->end && r->bytes[r->at] < 0x80) {
        const int64_t byte = r->bytes[r->at++];

        *out = byte < 0x40 ? byte : byte - 0x80;
        return 0;
    }
    err = seigr__wasm_leb(r, bits, 1, &wide);
    *out = (int64_t)wide;
    return err;
}

#endif
