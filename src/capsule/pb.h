/* SPDX-License-Identifier: MIT */
/*
 * pb.h - reading canonical protobuf, strict, bounded, without a heap.
 *
 * A message is read with a table of its fields. What a canonical writer
 * would not have written is refused (FORMATS 2.3), what the table does not
 * know is kept: its form is checked, its content is not. Every room reads
 * its own detail messages with a table of its own.
 *
 *     while ((err = seigr__pb_next(&r, &value)) == 1)
 *         switch (value.number) { ... }
 *     if (err != 0)
 *         return err;
 */
#ifndef SEIGR_SRC_CAPSULE_PB_H
#define SEIGR_SRC_CAPSULE_PB_H

#include "seigr/base.h" /* seigr_span, seigr_error */

/* Wire types that exist here; groups do not. */
#define SEIGR__PB_VARINT 0u
#define SEIGR__PB_FIXED64 1u
#define SEIGR__PB_LEN 2u
#define SEIGR__PB_FIXED32 5u

/* Types of fields. The wire type stands in the low three bits. */
#define SEIGR__PB_UINT64 (0x00u | SEIGR__PB_VARINT) /* int64, sint64 too */
#define SEIGR__PB_UINT32 (0x10u | SEIGR__PB_VARINT) /* sint32 too */
#define SEIGR__PB_ENUM (0x20u | SEIGR__PB_VARINT)   /* 0 to 2^31-1 */
#define SEIGR__PB_BOOL (0x30u | SEIGR__PB_VARINT)
#define SEIGR__PB_BITS64 (0x40u | SEIGR__PB_FIXED64) /* fixed64, double */
#define SEIGR__PB_BITS32 (0x50u | SEIGR__PB_FIXED32) /* fixed32, float */
#define SEIGR__PB_STRING (0x60u | SEIGR__PB_LEN)     /* UTF-8 */
#define SEIGR__PB_BYTES (0x70u | SEIGR__PB_LEN)
#define SEIGR__PB_MESSAGE (0x80u | SEIGR__PB_LEN)

/* How often a field stands. Without a flag: once, or absent when default. */
#define SEIGR__PB_PRESENCE 1u /* optional, oneof: its default is written */
#define SEIGR__PB_REPEATED 2u /* any number of times, adjacent */

typedef struct seigr__pb_field {
    uint8_t number; /* of the field, 1 to 255 */
    uint8_t type;   /* SEIGR__PB_UINT64 and so on */
    uint8_t flags;
    const char *name;
} seigr__pb_field;

typedef struct seigr__pb_message {
    const char *name;
    const seigr__pb_field *fields; /* ascending by number */
    uint32_t field_count;
    uint32_t one_of_16_to_31; /* at most one field of these numbers */
} seigr__pb_message;

/* A place in a message. */
typedef struct seigr__pb {
    const seigr__pb_message *message;
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *origin; /* offsets of refusals count from here */
    seigr_error *error;    /* may be NULL */
    uint32_t last;         /* number of the last field, 0: none yet */
    uint32_t next_field;   /* the first of the table that is not below last */
} seigr__pb;

/* One field. */
typedef struct seigr__pb_value {
    const seigr__pb_field *field; /* NULL: unknown */
    uint32_t number;              /* of the field */
    uint32_t wire;                /* SEIGR__PB_VARINT and so on */
    const uint8_t *tag;           /* where it begins */
    uint64_t integer;             /* wire types 0, 1, 5 */
    seigr_span bytes;             /* content of wire type 2, else empty */
} seigr__pb_value;

/* Begin a message that is the whole of bytes. origin is at or before it. */
void seigr__pb_init(seigr__pb *r, const seigr__pb_message *message,
                    seigr_span bytes, const uint8_t *origin,
                    seigr_error *error);

/*
 * Read the next field and move behind it.
 *
 * Returns 1 and a field; 0 at the end; SEIGR_E_FORMAT, not moving.
 */
int seigr__pb_next(seigr__pb *r, seigr__pb_value *out);

/*
 * Read a message to its end: nothing but its form.
 *
 * Returns 0 or SEIGR_E_FORMAT.
 */
int seigr__pb_check(const seigr__pb_message *message, seigr_span bytes,
                    const uint8_t *origin, seigr_error *error);

/* Refuse a field for what it contains: "Message.field: what". */
int seigr__pb_fail(const seigr__pb *r, int code, const seigr__pb_value *value,
                   const char *what);

/* Refuse a message for what it lacks, at its end: "Message.field: what". */
int seigr__pb_fail_end(const seigr__pb *r, int code, const char *field,
                       const char *what);

#endif
