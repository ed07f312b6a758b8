/* SPDX-License-Identifier: MIT */
/*
 * text.h - the text codec's inside: blocks, and the paths that convert runs
 * of full blocks.
 *
 *     8 bytes, big-endian              25 digits, most significant first
 *   +----+----+-- --+----+           +---+------------+------------+
 *   | b0 | b1 | ... | b7 |   <-->    | 1 |     12     |     12     |
 *   +----+----+-- --+----+           +---+------------+------------+
 *      one number v < 2^64            v/6^24  v/6^12%6^12   v%6^12
 */
#ifndef SEIGR_SRC_SENARY_TEXT_H
#define SEIGR_SRC_SENARY_TEXT_H

#include "seigr/senary.h" /* SEIGR_SENARY_BLOCK_* */

/* One way to convert full blocks. All of them give the same bytes. */
typedef struct seigr__text_path {
    const char *name;
    void (*encode)(const uint8_t *bytes, size_t block_count, uint8_t *digits);
    /*
     * Decode blocks in order up to the first that is refused. Returns
     * block_count, or a number of blocks that are good: the next one or one
     * soon after it is not, and seigr__text_refuse() says which and why.
     * Bytes behind those of the good blocks may have been written.
     */
    size_t (*decode)(const uint8_t *digits, size_t block_count, uint8_t *bytes);
} seigr__text_path;

extern const seigr__text_path seigr__text_scalar;
extern const seigr__text_path seigr__text_avx2;
extern const seigr__text_path seigr__text_avx512;
extern const seigr__text_path seigr__text_neon;

/*
 * The paths that this processor can take, the fastest first and the scalar
 * last; NULL behind it. The codec takes that of index 0.
 */
const seigr__text_path *seigr__text_path_at(unsigned index);

#define BLOCK_BYTES SEIGR_SENARY_BLOCK_BYTES
#define BLOCK_DIGITS SEIGR_SENARY_BLOCK_DIGITS

/* Digits of a block of 0 to 8 bytes. */
size_t seigr__text_block_digits(size_t byte_count);

/* Bytes of a block of so many digits; BLOCK_BYTES + 1: there is none. */
size_t seigr__text_block_bytes(size_t digit_count);

/* One block of 0 to 8 bytes as digits. */
void seigr__text_encode_block(const uint8_t *bytes, size_t byte_count,
                              uint8_t *digits);

/* The last block, of 0 to 22 good digits, as bytes. */
void seigr__text_decode_tail(const uint8_t *digits, size_t digit_count,
                             uint8_t *bytes);

/* Where digits first pass those of the largest block of byte_count bytes;
 * digit_count where they do not. They may be only the start of a block. */
size_t seigr__text_excess(const uint8_t *digits, size_t digit_count,
                          size_t byte_count);

/* Refuse one character. Returns SEIGR_E_FORMAT. */
int seigr__text_refuse_char(uint8_t c, uint64_t offset, seigr_error *error);

/* Refuse the first character of a run that is no digit. Returns 0 or
 * SEIGR_E_FORMAT. */
int seigr__text_digits_only(seigr_span digits, seigr_error *error);

/*
 * Say what is wrong first in a run of blocks that starts at offset. Returns
 * SEIGR_E_FORMAT, or 0 where nothing is.
 */
int seigr__text_refuse(const uint8_t *digits, size_t digit_count,
                       uint64_t offset, seigr_error *error);

/* Whether a span and a buffer break the contract. */
int seigr__text_bad_args(seigr_span in, seigr_buf out, const void *len_out);

#endif
