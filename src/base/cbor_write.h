/* SPDX-License-Identifier: MIT */
/*
 * cbor_write.h - writes core deterministic CBOR (RFC 8949, 4.2.1) into the
 * caller's room, or only counts where there is none.
 *
 * Heads are libcbor's encoders', which never ask for memory. The writer does
 * not order map keys: callers write them ascending.
 */
#ifndef SEIGR_SRC_BASE_CBOR_WRITE_H
#define SEIGR_SRC_BASE_CBOR_WRITE_H

#include "seigr/base.h" /* seigr_span, seigr_buf */

/* len counts on past the room; what does not fit is not written. */
typedef struct seigr__cbor_writer {
    seigr_buf out;
    size_t len;
} seigr__cbor_writer;

void seigr__cbor_write_init(seigr__cbor_writer *w, seigr_buf out);

void seigr__cbor_write_uint(seigr__cbor_writer *w, uint64_t value);
void seigr__cbor_write_int(seigr__cbor_writer *w, int64_t value);
void seigr__cbor_write_bytes(seigr__cbor_writer *w, seigr_span bytes);
void seigr__cbor_write_text(seigr__cbor_writer *w, seigr_span text);
/* text without its NUL */
void seigr__cbor_write_string(seigr__cbor_writer *w, const char *text);
void seigr__cbor_write_array(seigr__cbor_writer *w, size_t count);
void seigr__cbor_write_map(seigr__cbor_writer *w, size_t count);
void seigr__cbor_write_tag(seigr__cbor_writer *w, uint64_t tag);
void seigr__cbor_write_nil(seigr__cbor_writer *w);
void seigr__cbor_write_bool(seigr__cbor_writer *w, int value);

/* The head of a byte string whose content the caller writes behind it, with
 * seigr__cbor_write_raw() or by itself. */
void seigr__cbor_write_bytes_head(seigr__cbor_writer *w, size_t len);

/* Bytes that are CBOR already, or a string's content. */
void seigr__cbor_write_raw(seigr__cbor_writer *w, seigr_span bytes);

/* 0 when all of it was written, else SEIGR_E_ROOM. */
int seigr__cbor_write_done(const seigr__cbor_writer *w);

#endif
