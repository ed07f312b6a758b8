/* SPDX-License-Identifier: MIT */
/*
 * senary.h - base 6: text of bytes, addresses with check digits, packed digits,
 * cells for noisy media, integers.
 *
 * What it is: the codecs of FORMATS.md section 1. What is read is refused
 * unless a writer of this format would have written it; there is one text
 * for each run of bytes. What it is not: encryption, compression, or a proof
 * of anything. Check digits find slips of the hand, never an adversary.
 *
 * Threads: functions without an encoder or decoder may be called from any
 * thread; an encoder or decoder is used by one at a time.
 */
#ifndef SEIGR_SENARY_H
#define SEIGR_SENARY_H

#include "seigr/base.h" /* spans, status codes, seigr_id, seigr_public_key */

#ifdef __cplusplus
extern "C" {
#endif

/* --- Text: 8 bytes are 25 digits, FORMATS 1.1 ------------------------ */

#define SEIGR_SENARY_BLOCK_BYTES 8u   /* bytes of a full block */
#define SEIGR_SENARY_BLOCK_DIGITS 25u /* its digits */

/* Digits of len bytes. Wraps where len is above SIZE_MAX / 25 * 8. */
#define SEIGR_SENARY_TEXT_LEN(len)                                             \
    ((size_t)(len) / 8u * 25u +                                                \
     ((size_t)(len) % 8u != 0 ? (size_t)(len) % 8u * 3u + 1u : 0u))

/*
 * Write bytes as digits '0' to '5'.
 *
 *   out      room for SEIGR_SENARY_TEXT_LEN(bytes.len) digits, not
 *            overlapping bytes; {NULL, 0} asks for the length. No NUL is
 *            written.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched; SEIGR_E_LIMIT
 * where the length passes size_t.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_senary_encode(seigr_span bytes, seigr_buf out, size_t *len_out);

/*
 * Read digits back to bytes.
 *
 *   digits   nothing but digits: no NUL, no line end.
 *   out      room for the bytes, not overlapping digits; {NULL, 0} asks for
 *            the length.
 *   len_out  receives the length written or needed.
 *   error    may be NULL; offset is of the first character that is no digit,
 *            or that makes its block too large; digits.len for a bad length.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched; SEIGR_E_FORMAT,
 * after which *len_out is untouched and the content of out is unspecified.
 */
SEIGR_API SEIGR_MUST_USE int seigr_senary_decode(seigr_span digits,
                                                 seigr_buf out, size_t *len_out,
                                                 seigr_error *error);

/*
 * Which of its ways to convert the text codec takes on this processor. All
 * give the same bytes; this is for reports.
 *
 * Returns a static string: "avx512", "avx2", "neon" or "scalar".
 */
SEIGR_API const char *seigr_senary_path(void);

/* Writes a stream of bytes as digits, in pieces of any length. */
typedef struct seigr_senary_encoder {
    uint32_t private_held_len;
    uint8_t private_held[12]; /* bytes that wait for their block */
} seigr_senary_encoder;

/*
 * Begin a stream. An encoder needs no fini.
 */
SEIGR_API void seigr_senary_encoder_init(seigr_senary_encoder *encoder);

/*
 * Take bytes, write the digits of every block that they complete.
 *
 *   bytes    moved behind what was taken: all of it where out has room for
 *            SEIGR_SENARY_TEXT_LEN(bytes->len + 7) digits.
 *   len_out  receives the digits written, 0 where the bytes only wait.
 *
 * Returns 0, with bytes left over where room ran out: call again with fresh
 * room. SEIGR_E_ROOM where out cannot take the next block, of 25 digits;
 * nothing was taken then.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_senary_encoder_step(seigr_senary_encoder *encoder, seigr_span *bytes,
                          seigr_buf out, size_t *len_out);

/*
 * End the stream: write the digits of the bytes that still wait.
 *
 *   out      room for 22 digits always suffices.
 *   len_out  receives the length written or needed.
 *
 * Returns 0, and the encoder is as after init; SEIGR_E_ROOM with *len_out set
 * and nothing else changed.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_senary_encoder_finish(seigr_senary_encoder *encoder, seigr_buf out,
                            size_t *len_out);

/* Reads a stream of digits, in pieces of any length. */
typedef struct seigr_senary_decoder {
    uint64_t private_offset; /* digits of whole blocks taken */
    uint32_t private_held_len;
    uint32_t private_refused;
    uint8_t private_held[32]; /* digits that wait for their block */
} seigr_senary_decoder;

/*
 * Begin a stream. A decoder needs no fini.
 */
SEIGR_API void seigr_senary_decoder_init(seigr_senary_decoder *decoder);

/*
 * Take digits, write the bytes of every block that they complete. A digit is
 * checked when its block is complete or the stream ends.
 *
 *   digits   moved behind what was taken.
 *   len_out  receives the bytes written.
 *   error    may be NULL; offset counts from the start of the stream.
 *
 * Returns 0, with digits left over where room ran out; SEIGR_E_ROOM where out
 * cannot take the next block, of 8 bytes; nothing was taken then.
 * SEIGR_E_FORMAT as seigr_senary_decode(): *digits and *len_out are
 * untouched, the content of out is unspecified, and the stream stays refused:
 * every further call answers SEIGR_E_FORMAT until init.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_senary_decoder_step(seigr_senary_decoder *decoder, seigr_span *digits,
                          seigr_buf out, size_t *len_out, seigr_error *error);

/*
 * End the stream: write the bytes of the digits that still wait.
 *
 *   out      room for 7 bytes always suffices.
 *   len_out  receives the length written or needed.
 *   error    may be NULL; offset counts from the start of the stream.
 *
 * Returns 0, and the decoder is as after init; SEIGR_E_ROOM with *len_out set
 * and nothing else changed; SEIGR_E_FORMAT, after which the stream stays
 * refused.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_senary_decoder_finish(seigr_senary_decoder *decoder, seigr_buf out,
                            size_t *len_out, seigr_error *error);

/* --- Check digits and addresses, FORMATS 1.2 ------------------------- */

#define SEIGR_SENARY_CHECK_DIGITS 6u

/*
 * Make the check digits of a run of digits. Any one wrong digit and any two
 * digits that changed places are caught, in up to 46,642 digits, check
 * included.
 *
 *   out  receives 6 digits, no NUL.
 *
 * Returns 0 or SEIGR_E_FORMAT with the offset of the first character that is
 * no digit; out is untouched then.
 */
SEIGR_API SEIGR_MUST_USE int seigr_senary_check_encode(
    seigr_span digits, char out[SEIGR_SENARY_CHECK_DIGITS], seigr_error *error);

/*
 * Check a run of digits that ends with its 6 check digits.
 *
 *   error  may be NULL; where exactly one digit or one pair of neighbours can
 *          explain the mismatch, text names it and offset is its place, as a
 *          hint of where to look; else the offset is that of the check digits.
 *
 * Returns 0; SEIGR_E_FORMAT (a character that is no digit, fewer than 6
 * digits, check digits of 46,643 or more, a mismatch).
 */
SEIGR_API SEIGR_MUST_USE int seigr_senary_check_verify(seigr_span digits,
                                                       seigr_error *error);

/* "seigr:", 100 digits, 6 check digits; the NUL not counted. */
#define SEIGR_ADDRESS_LEN 112u

/* Two groups of six digits with '-' between; the NUL not counted. */
#define SEIGR_ADDRESS_SHORT_LEN 13u

/*
 * Write the address of a capsule.
 *
 *   out  receives SEIGR_ADDRESS_LEN characters and a NUL.
 */
SEIGR_API void seigr_address_encode_id(const seigr_id *id,
                                       char out[SEIGR_ADDRESS_LEN + 1]);

/*
 * Write the address of an identity.
 *
 *   out  receives SEIGR_ADDRESS_LEN characters and a NUL.
 */
SEIGR_API void seigr_address_encode_key(const seigr_public_key *key,
                                        char out[SEIGR_ADDRESS_LEN + 1]);

/*
 * Write the short form of a capsule's address: for people to tell things
 * apart, never for trust.
 *
 *   out  receives SEIGR_ADDRESS_SHORT_LEN characters and a NUL.
 */
SEIGR_API void seigr_address_short_id(const seigr_id *id,
                                      char out[SEIGR_ADDRESS_SHORT_LEN + 1]);

/*
 * Write the short form of an identity's address.
 *
 *   out  receives SEIGR_ADDRESS_SHORT_LEN characters and a NUL.
 */
SEIGR_API void seigr_address_short_key(const seigr_public_key *key,
                                       char out[SEIGR_ADDRESS_SHORT_LEN + 1]);

/*
 * Read the address of a capsule. One '-' or space may stand between two
 * digits; nothing may stand before or after the address.
 *
 *   error  may be NULL; offset is of the first bad character of text; for
 *          check digits that do not match as seigr_senary_check_verify().
 *
 * Returns 0; SEIGR_E_FORMAT, and out is untouched.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_address_decode_id(seigr_span text, seigr_id *out, seigr_error *error);

/*
 * Read the address of an identity. That it is a usable Ed25519 key is for
 * the crypto room to say.
 *
 *   error  as seigr_address_decode_id().
 *
 * Returns 0; SEIGR_E_FORMAT, and out is untouched.
 */
SEIGR_API SEIGR_MUST_USE int seigr_address_decode_key(seigr_span text,
                                                      seigr_public_key *out,
                                                      seigr_error *error);

#define SEIGR_PREFIX_DIGITS_MIN 6u
#define SEIGR_PREFIX_DIGITS_MAX 106u /* a whole address */

/*
 * The first digits of an address, as somebody typed them: for finding, never
 * for trust. 12 digits can be ground in minutes.
 */
typedef struct seigr_prefix {
    uint32_t digit_count; /* 6 to 106; above 100 are check digits */
    char digits[SEIGR_PREFIX_DIGITS_MAX + 2]; /* '0' to '5', then NUL */
} seigr_prefix;

/*
 * Read a typed prefix: 6 to 106 digits, "seigr:" before them or not, one '-'
 * or space between two digits or not.
 *
 *   error  may be NULL; offset is of the first bad character of text.
 *
 * Returns 0; SEIGR_E_FORMAT, also where no address begins so, and where 106
 * digits do not match their check digits. out is untouched then.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_prefix_decode(seigr_span text, seigr_prefix *out, seigr_error *error);

/*
 * Whether the address of these 32 bytes begins with the prefix.
 *
 * Returns 1 or 0.
 */
SEIGR_API SEIGR_MUST_USE int seigr_prefix_match(const seigr_prefix *prefix,
                                                const uint8_t bytes[32]);

/*
 * The least and the greatest 32 bytes, in byte order, whose address begins
 * with the prefix: what an ordered index is asked for. Digits above 100 are
 * check digits and narrow nothing; ask seigr_prefix_match() as well.
 *
 *   first, last  receive 32 bytes each.
 */
SEIGR_API void seigr_prefix_range(const seigr_prefix *prefix, uint8_t first[32],
                                  uint8_t last[32]);

/* --- Packed digits: three to a byte, FORMATS 1.3 --------------------- */

/* Bytes of digit_count packed digits. */
#define SEIGR_PACKED_LEN(digit_count)                                          \
    ((size_t)(digit_count) / 3u + ((size_t)(digit_count) % 3u != 0))

/*
 * Pack digits. A long run may be packed in pieces of a multiple of 3 digits,
 * the last of any length.
 *
 *   digits   characters '0' to '5'.
 *   out      room for SEIGR_PACKED_LEN(digits.len) bytes, not overlapping
 *            digits; {NULL, 0} asks for the length.
 *   len_out  receives the length written or needed.
 *   error    may be NULL; offset is of the first character that is no digit.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched; SEIGR_E_FORMAT,
 * after which *len_out is untouched and the content of out is unspecified.
 */
SEIGR_API SEIGR_MUST_USE int seigr_packed_encode(seigr_span digits,
                                                 seigr_buf out, size_t *len_out,
                                                 seigr_error *error);

/*
 * Unpack digits.
 *
 *   packed       SEIGR_PACKED_LEN(digit_count) bytes, fill digits zero.
 *   digit_count  travels beside the bytes; they do not tell it.
 *   out          room for digit_count characters, not overlapping packed;
 *                {NULL, 0} asks for the length.
 *   len_out      receives digit_count.
 *   error        may be NULL; offset is of the first bad byte.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched; SEIGR_E_FORMAT
 * (another number of bytes, a byte of 216 or more, fill digits that are not
 * zero), after which *len_out is untouched and the content of out is
 * unspecified.
 */
SEIGR_API SEIGR_MUST_USE int seigr_packed_decode(seigr_span packed,
                                                 size_t digit_count,
                                                 seigr_buf out, size_t *len_out,
                                                 seigr_error *error);

/* --- Seigr Cells: for noisy and hand-typed media, FORMATS 1.4 -------- */

#define SEIGR_CELL_DIGITS 6u        /* 3 of data, 1 check, 2 position */
#define SEIGR_CELLS_BLOCK_BYTES 31u /* bytes of a full block */
#define SEIGR_CELLS_BLOCK_COUNT 32u /* its cells */
#define SEIGR_CELLS_BLOCK_DIGITS 192u

/* Digits of len bytes. Wraps where len is above SIZE_MAX / 192 * 31. */
#define SEIGR_CELLS_LEN(len)                                                   \
    (((size_t)(len) / 31u * 32u +                                              \
      ((size_t)(len) % 31u != 0 ? (size_t)(len) % 31u + 1u : 0u)) *            \
     6u)

/*
 * Write bytes as cells. A stream is written in pieces of a multiple of 31
 * bytes, the last of any length.
 *
 * Truncation of cells is not found by their reader: a count of bytes and a
 * digest have to travel with them.
 *
 *   first_cell  cells of the stream in front of these: a multiple of 32.
 *   out         room for SEIGR_CELLS_LEN(bytes.len) digits, not overlapping
 *               bytes; {NULL, 0} asks for the length.
 *   len_out     receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched; SEIGR_E_LIMIT
 * where the length passes size_t.
 */
SEIGR_API SEIGR_MUST_USE int seigr_cells_encode(seigr_span bytes,
                                                uint64_t first_cell,
                                                seigr_buf out, size_t *len_out);

/*
 * Read cells back to bytes. A stream is read in pieces of a multiple of 32
 * cells, the last of any length.
 *
 *   digits      whole cells, nothing between them.
 *   first_cell  cells of the stream in front of these: a multiple of 32.
 *   out         room for the bytes, not overlapping digits; {NULL, 0} asks for
 *               the length.
 *   len_out     receives the length written or needed.
 *   error       may be NULL; text has the number of the cell in the stream,
 *               the first being cell 0; offset counts from the start of
 *               digits.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched; SEIGR_E_FORMAT
 * (a character that is no digit, half a cell, a wrong check digit or
 * position, a count of cells that is 1 mod 32, a block that is too large),
 * after which *len_out is untouched and the content of out is unspecified.
 */
SEIGR_API SEIGR_MUST_USE int seigr_cells_decode(seigr_span digits,
                                                uint64_t first_cell,
                                                seigr_buf out, size_t *len_out,
                                                seigr_error *error);

/* --- Senary integers, FORMATS 1.5 ------------------------------------ */

/*
 * Add two runs of digits place by place modulo 6, without carry. The shorter
 * is padded with zeros in front; the length of the longer is kept.
 *
 *   out      room for the longer; may be a's or b's own bytes only where that
 *            is the longer. {NULL, 0} asks for the length.
 *   len_out  receives the length written or needed.
 *   error    may be NULL; offset is of the first character that is no digit,
 *            in a, or where a has none, in b.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set; SEIGR_E_FORMAT. Outputs other
 * than *len_out are untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_digits_add(seigr_span a, seigr_span b,
                                              seigr_buf out, size_t *len_out,
                                              seigr_error *error);

/*
 * Subtract b from a place by place modulo 6, without borrow.
 *
 *   out, len_out, error  as seigr_digits_add().
 *
 * Returns as seigr_digits_add().
 */
SEIGR_API SEIGR_MUST_USE int seigr_digits_subtract(seigr_span a, seigr_span b,
                                                   seigr_buf out,
                                                   size_t *len_out,
                                                   seigr_error *error);

/*
 * An unsigned integer of any length. It holds memory of the allocator that it
 * was made with. Reading may go on in several threads, changing in one.
 */
typedef struct seigr_integer seigr_integer;

/*
 * Make an integer, zero.
 *
 *   context  needs allocator, which is borrowed until the integer is freed;
 *            every result that the integer receives takes its memory there.
 *   out      caller releases with seigr_integer_free().
 *
 * Returns 0, SEIGR_E_NOMEM or SEIGR_E_INVAL; *out is untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_new(const seigr_context *context,
                                               seigr_integer **out);

/*
 * Release an integer. NULL is fine.
 */
SEIGR_API void seigr_integer_free(seigr_integer *integer);

/*
 * Give an integer a value.
 *
 * Returns 0, or SEIGR_E_NOMEM and it is unchanged.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_set_u64(seigr_integer *integer,
                                                   uint64_t value);

/*
 * Read an integer from digits, most significant first, in time linear in
 * their number.
 *
 *   digits  '0' to '5', no leading zero; zero is "0".
 *   error   may be NULL; offset is of the first bad character.
 *
 * Returns 0; SEIGR_E_FORMAT; SEIGR_E_NOMEM. It is unchanged on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_decode(seigr_integer *integer,
                                                  seigr_span digits,
                                                  seigr_error *error);

/*
 * Write an integer as digits, no leading zero, in time linear in their
 * number.
 *
 *   out      room for the digits; {NULL, 0} asks for the length. No NUL is
 *            written.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and out untouched.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_encode(const seigr_integer *integer,
                                                  seigr_buf out,
                                                  size_t *len_out);

/*
 * Compare two integers.
 *
 * Returns -1, 0 or 1 where a is less than, equal to or greater than b.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_compare(const seigr_integer *a,
                                                   const seigr_integer *b);

/*
 * a + b.
 *
 *   out  may be a or b.
 *
 * Returns 0; SEIGR_E_NOMEM, and out is unchanged.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_add(const seigr_integer *a,
                                               const seigr_integer *b,
                                               seigr_integer *out);

/*
 * a - b.
 *
 *   out    may be a or b.
 *   error  may be NULL.
 *
 * Returns 0; SEIGR_E_LIMIT where b is greater than a; SEIGR_E_NOMEM. out is
 * unchanged on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_subtract(const seigr_integer *a,
                                                    const seigr_integer *b,
                                                    seigr_integer *out,
                                                    seigr_error *error);

/*
 * a * b.
 *
 *   out  may be a or b.
 *
 * Returns 0; SEIGR_E_NOMEM, and out is unchanged.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_multiply(const seigr_integer *a,
                                                    const seigr_integer *b,
                                                    seigr_integer *out);

/*
 * a / b rounded down, and what is left over.
 *
 *   quotient, remainder  either may be NULL, or a or b, but not both the same.
 *   error                may be NULL.
 *
 * Returns 0; SEIGR_E_LIMIT where b is zero; SEIGR_E_NOMEM; SEIGR_E_INVAL. Both
 * are unchanged on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_integer_divide(const seigr_integer *a,
                                                  const seigr_integer *b,
                                                  seigr_integer *quotient,
                                                  seigr_integer *remainder,
                                                  seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
