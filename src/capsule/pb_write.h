/* SPDX-License-Identifier: MIT */
/*
 * pb_write.h - writing canonical protobuf into the caller's room.
 *
 * The caller puts fields in ascending order; what has its default is left
 * out. A writer without room counts: so the length of an embedded message is
 * known before its head is written.
 *
 *     seigr__pb_writer count = {NULL, 0, 0};
 *     write_it(&count, thing);
 *     seigr__pb_put_head(w, 8, count.len);
 *     write_it(w, thing);
 */
#ifndef SEIGR_SRC_CAPSULE_PB_WRITE_H
#define SEIGR_SRC_CAPSULE_PB_WRITE_H

#include "seigr/base.h" /* seigr_span */

typedef struct seigr__pb_writer {
    uint8_t *out;
    size_t room; /* bytes of out */
    size_t len;  /* bytes put, written or not; SIZE_MAX: past counting */
} seigr__pb_writer;

/* A varint field, unless value is 0. */
void seigr__pb_put_uint(seigr__pb_writer *w, unsigned number, uint64_t value);

/* A string or bytes field, unless it is empty. */
void seigr__pb_put_bytes(seigr__pb_writer *w, unsigned number,
                         seigr_span bytes);

/* The same with presence: also when it is empty. */
void seigr__pb_put_present(seigr__pb_writer *w, unsigned number,
                           seigr_span bytes);

/* Tag and length of an embedded message of len bytes, which follow. */
void seigr__pb_put_head(seigr__pb_writer *w, unsigned number, size_t len);

#endif
