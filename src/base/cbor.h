/* SPDX-License-Identifier: MIT */
/*
 * cbor.h - the reader at the door: strict, bounded, without a heap.
 *
 * It reads one item head after another from bytes that nobody vouches for.
 * In SEIGR__CBOR_DETERMINISTIC mode it refuses everything that is not core
 * deterministic CBOR (RFC 8949, 4.2.1); in SEIGR__CBOR_WELL_FORMED mode it
 * takes any well-formed item, for messages of other people.
 */
#ifndef SEIGR_SRC_BASE_CBOR_H
#define SEIGR_SRC_BASE_CBOR_H

#include "seigr/base.h" /* seigr_span, seigr_error */

#define SEIGR__CBOR_DEPTH_MAX 16u

#define SEIGR__CBOR_DETERMINISTIC 0u
#define SEIGR__CBOR_WELL_FORMED 1u

/* Major types, RFC 8949 3.1. */
#define SEIGR__CBOR_UINT 0u
#define SEIGR__CBOR_NINT 1u
#define SEIGR__CBOR_BYTES 2u
#define SEIGR__CBOR_TEXT 3u
#define SEIGR__CBOR_ARRAY 4u
#define SEIGR__CBOR_MAP 5u
#define SEIGR__CBOR_TAG 6u
#define SEIGR__CBOR_SIMPLE 7u /* simple values and floats */

/* A place in bytes. Copy it with = to look ahead. */
typedef struct seigr__cbor {
    const uint8_t *start;
    size_t at;  /* next byte */
    size_t end; /* bytes in all */
    uint32_t mode;
    seigr_error *error; /* may be NULL */
} seigr__cbor;

void seigr__cbor_init(seigr__cbor *r, seigr_span bytes, uint32_t mode,
                      seigr_error *error);

/* The major type of the next item, or SEIGR_E_TRUNCATED at the end. */
int seigr__cbor_peek(const seigr__cbor *r);

/*
 * Each reads one item of its type and moves behind it, or fails with a
 * sentence that says what was expected and what is there, and does not move.
 * Arrays and maps: only the head is read; count is of items or pairs. Heads
 * of indefinite length are refused by these in both modes.
 */
int seigr__cbor_uint(seigr__cbor *r, uint64_t *out);
int seigr__cbor_int(seigr__cbor *r, int64_t *out);
int seigr__cbor_bytes(seigr__cbor *r, seigr_span *out);
int seigr__cbor_text(seigr__cbor *r, seigr_span *out); /* valid UTF-8 */
int seigr__cbor_array(seigr__cbor *r, uint64_t *count);
int seigr__cbor_map(seigr__cbor *r, uint64_t *count);
int seigr__cbor_tag(seigr__cbor *r, uint64_t *out);
int seigr__cbor_nil(seigr__cbor *r);
int seigr__cbor_bool(seigr__cbor *r, int *out);

/*
 * Pass over one whole item, checking all of it: form, depth, UTF-8, and in
 * deterministic mode order and uniqueness of map keys, shortest floats.
 * out, when not NULL, receives its bytes.
 */
int seigr__cbor_skip(seigr__cbor *r, seigr_span *out);

/* A count that is not known before the end. */
#define SEIGR__CBOR_INDEFINITE UINT64_MAX

/*
 * The head of an array or a map of either form: *count is of items or pairs,
 * or SEIGR__CBOR_INDEFINITE, in well-formed mode only.
 */
int seigr__cbor_open(seigr__cbor *r, unsigned major, uint64_t *count);

/*
 * Is there another item, or pair, in a container that was opened? Returns 1
 * and counts down; 0 behind the last, a break passed over; or SEIGR_E_*.
 */
int seigr__cbor_next(seigr__cbor *r, uint64_t *count);

/*
 * A byte or text string of either form. One of definite length is borrowed
 * from the bytes; chunks are joined at the start of room, which then begins
 * behind them. SEIGR_E_ROOM if it is too small: as long as the bytes is
 * enough for everything in them.
 */
int seigr__cbor_join(seigr__cbor *r, unsigned major, seigr_buf *room,
                     seigr_span *out);

/* 0 when nothing is left, else SEIGR_E_FORMAT "bytes follow the item". */
int seigr__cbor_done(seigr__cbor *r);

/* Fail at the reader's place. */
int seigr__cbor_fail(seigr__cbor *r, int code, const char *what);

#endif
