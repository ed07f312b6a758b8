/* SPDX-License-Identifier: MIT */
/*
 * text_stream.c - the text codec in pieces of any length (FORMATS 1.1).
 *
 * Invariants:
 *   (1) Less than a block is held between two calls.
 *   (2) A refused stream stays refused: private_refused is set on every way
 *       out with SEIGR_E_FORMAT.
 */
#include "text.h" /* seigr__text_path, seigr__text_refuse */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

/* Complete the held block from in. Returns its new length. */
static uint32_t text_hold(uint8_t *held, uint32_t held_len, size_t block_len,
                          seigr_span *in)
{
    size_t n = block_len - held_len;

    assert(held_len < block_len); /* (1) */
    if (n > in->len)
        n = in->len;
    if (n != 0) { /* in may be empty, without a pointer */
        memcpy(held + held_len, in->ptr, n);
        in->ptr += n;
        in->len -= n;
    }
    return held_len + (uint32_t)n;
}

void seigr_senary_encoder_init(seigr_senary_encoder *encoder)
{
    encoder->private_held_len = 0;
}

int seigr_senary_encoder_step(seigr_senary_encoder *encoder, seigr_span *bytes,
                              seigr_buf out, size_t *len_out)
{
    size_t room = out.len / BLOCK_DIGITS;
    size_t done = 0;
    size_t blocks;

    if (encoder == NULL || bytes == NULL ||
        seigr__text_bad_args(*bytes, out, len_out))
        return SEIGR_E_INVAL;
    if (room == 0 && bytes->len >= BLOCK_BYTES - encoder->private_held_len)
        return SEIGR_E_ROOM;
    if (encoder->private_held_len != 0) {
        encoder->private_held_len =
            text_hold(encoder->private_held, encoder->private_held_len,
                      BLOCK_BYTES, bytes);
        if (encoder->private_held_len < BLOCK_BYTES)
            goto done;
        seigr__text_encode_block(encoder->private_held, BLOCK_BYTES, out.ptr);
        encoder->private_held_len = 0;
        done = 1;
    }
    blocks = bytes->len / BLOCK_BYTES;
    if (blocks > room - done)
        blocks = room - done;
    if (blocks != 0) {
        seigr__text_path_at(0)->encode(bytes->ptr, blocks,
                                       out.ptr + done * BLOCK_DIGITS);
        done += blocks;
        bytes->ptr += blocks * BLOCK_BYTES;
        bytes->len -= blocks * BLOCK_BYTES;
    }
    if (bytes->len < BLOCK_BYTES)
        encoder->private_held_len =
            text_hold(encoder->private_held, 0, BLOCK_BYTES, bytes);
done:
    *len_out = done * BLOCK_DIGITS;
    return 0;
}

int seigr_senary_encoder_finish(seigr_senary_encoder *encoder, seigr_buf out,
                                size_t *len_out)
{
    size_t need;

    if (encoder == NULL || (out.ptr == NULL && out.len != 0) || len_out == NULL)
        return SEIGR_E_INVAL;
    need = seigr__text_block_digits(encoder->private_held_len);
    *len_out = need;
    if (out.len < need)
        return SEIGR_E_ROOM;
    if (need != 0)
        seigr__text_encode_block(encoder->private_held,
                                 encoder->private_held_len, out.ptr);
    encoder->private_held_len = 0;
    return 0;
}

void seigr_senary_decoder_init(seigr_senary_decoder *decoder)
{
    decoder->private_offset = 0;
    decoder->private_held_len = 0;
    decoder->private_refused = 0;
}

static int text_still_refused(const seigr_senary_decoder *decoder,
                              seigr_error *error)
{
    return seigr__fail(error, SEIGR_E_FORMAT, decoder->private_offset,
                       "the stream was refused before");
}

/* Decode the block that text_hold() completed. */
static int text_decode_held(seigr_senary_decoder *decoder, uint8_t *bytes,
                            seigr_error *error)
{
    assert(decoder->private_held_len == BLOCK_DIGITS);
    if (seigr__text_scalar.decode(decoder->private_held, 1, bytes) != 1) {
        decoder->private_refused = 1;
        return seigr__text_refuse(decoder->private_held, BLOCK_DIGITS,
                                  decoder->private_offset, error);
    }
    decoder->private_held_len = 0;
    decoder->private_offset += BLOCK_DIGITS;
    return 0;
}

int seigr_senary_decoder_step(seigr_senary_decoder *decoder, seigr_span *digits,
                              seigr_buf out, size_t *len_out,
                              seigr_error *error)
{
    size_t room = out.len / BLOCK_BYTES;
    size_t done = 0;
    size_t blocks;
    seigr_span rest;

    if (decoder == NULL || digits == NULL ||
        seigr__text_bad_args(*digits, out, len_out))
        return SEIGR_E_INVAL;
    if (decoder->private_refused)
        return text_still_refused(decoder, error);
    if (room == 0 && digits->len >= BLOCK_DIGITS - decoder->private_held_len)
        return SEIGR_E_ROOM;
    rest = *digits;
    if (decoder->private_held_len != 0) {
        decoder->private_held_len =
            text_hold(decoder->private_held, decoder->private_held_len,
                      BLOCK_DIGITS, &rest);
        if (decoder->private_held_len < BLOCK_DIGITS)
            goto done;
        if (text_decode_held(decoder, out.ptr, error) != 0)
            return SEIGR_E_FORMAT;
        done = 1;
    }
    blocks = rest.len / BLOCK_DIGITS;
    if (blocks > room - done)
        blocks = room - done;
    if (blocks != 0) {
        if (seigr__text_path_at(0)->decode(
                rest.ptr, blocks, out.ptr + done * BLOCK_BYTES) != blocks) {
            decoder->private_refused = 1;
            return seigr__text_refuse(rest.ptr, blocks * BLOCK_DIGITS,
                                      decoder->private_offset, error);
        }
        done += blocks;
        rest.ptr += blocks * BLOCK_DIGITS;
        rest.len -= blocks * BLOCK_DIGITS;
        decoder->private_offset += blocks * BLOCK_DIGITS;
    }
    if (rest.len < BLOCK_DIGITS)
        decoder->private_held_len =
            text_hold(decoder->private_held, 0, BLOCK_DIGITS, &rest);
done:
    *digits = rest;
    *len_out = done * BLOCK_BYTES;
    return 0;
}

int seigr_senary_decoder_finish(seigr_senary_decoder *decoder, seigr_buf out,
                                size_t *len_out, seigr_error *error)
{
    size_t held;
    size_t need;

    if (decoder == NULL || (out.ptr == NULL && out.len != 0) || len_out == NULL)
        return SEIGR_E_INVAL;
    if (decoder->private_refused)
        return text_still_refused(decoder, error);
    held = decoder->private_held_len;
    need = seigr__text_block_bytes(held);
    if (seigr__text_refuse(decoder->private_held, held, decoder->private_offset,
                           error) != 0) {
        decoder->private_refused = 1;
        return SEIGR_E_FORMAT;
    }
    *len_out = need;
    if (out.len < need)
        return SEIGR_E_ROOM;
    seigr__text_decode_tail(decoder->private_held, held, out.ptr);
    seigr_senary_decoder_init(decoder);
    return 0;
}
