/* SPDX-License-Identifier: MIT */
/*
 * pb_write.h - writing canonical protobuf into the caller's room.
 *
 * The caller puts fields in ascending order; what has its default is left
 * out. A writer without room counts.
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

/* Puts the fields of one message. */
typedef void seigr__pb_put(seigr__pb_writer *w, const void *message);

/* An embedded message: put is called to count it, then to write it. */
void seigr__pb_put_message(seigr__pb_writer *w, unsigned number,
                           seigr__pb_put *put, const void *message);

#endif
