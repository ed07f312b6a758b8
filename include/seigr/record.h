/* SPDX-License-Identifier: MIT */
/*
 * record.h - what peers say to each other inside a link: one CBOR array a
 * record, [type, field...], described in docs/spec/net.cddl.
 *
 * Types below SEIGR_RECORD_FREE belong to the link, and one that is not known
 * is refused. Of the others a peer skips what it does not know, so that newer
 * peers can say more. A known type has exactly its fields.
 *
 * Threads: functions without a handle may be called from any thread.
 */
#ifndef SEIGR_RECORD_H
#define SEIGR_RECORD_H

#include "seigr/base.h" /* spans, status codes */

#ifdef __cplusplus
extern "C" {
#endif

/* Of the link itself. */
#define SEIGR_RECORD_REKEY 0u
#define SEIGR_RECORD_HELLO 1u /* lowest and highest version, bounds */
#define SEIGR_RECORD_PING 2u  /* number */
#define SEIGR_RECORD_PONG 3u  /* number */
#define SEIGR_RECORD_CLOSE 4u
#define SEIGR_RECORD_ERROR 5u /* code, its sign taken off; text */
#define SEIGR_RECORD_FREE 16u /* the first that is not the link's */

/* Who is there. */
#define SEIGR_RECORD_PROBE 16u     /* number members */
#define SEIGR_RECORD_ALIVE 17u     /* number members */
#define SEIGR_RECORD_PROBE_FOR 18u /* number key members */
#define SEIGR_RECORD_MEMBERS 19u   /* members */

/* Capsules, chunks, leaf lists and pages; a space is SEIGR_SPACE_*. */
#define SEIGR_RECORD_HAVE 32u    /* ids */
#define SEIGR_RECORD_WANT 33u    /* space ids */
#define SEIGR_RECORD_GIVE 34u    /* space id bytes */
#define SEIGR_RECORD_MISSING 35u /* space ids */
#define SEIGR_RECORD_SYNC 36u    /* session prefix_len prefix count */
#define SEIGR_RECORD_SYMBOLS 37u /* session from bytes */
#define SEIGR_RECORD_SYNCED 38u  /* session status ids */

/* Tasks. */
#define SEIGR_RECORD_OFFER 48u      /* task lease_ms */
#define SEIGR_RECORD_ACCEPT 49u     /* task */
#define SEIGR_RECORD_DECLINE 50u    /* task code text */
#define SEIGR_RECORD_HEARTBEAT 51u  /* task fuel */
#define SEIGR_RECORD_COMMIT 52u     /* task hash */
#define SEIGR_RECORD_REVEAL 53u     /* task salt result */
#define SEIGR_RECORD_CANCEL 54u     /* task */
#define SEIGR_RECORD_STATE 55u      /* task fuel capsule */
#define SEIGR_RECORD_ROOTS_WANT 56u /* task from count */
#define SEIGR_RECORD_ROOTS 57u      /* task from hashes */

#define SEIGR_SPACE_CAPSULE 1u
#define SEIGR_SPACE_CHUNK 2u
#define SEIGR_SPACE_LEAVES 3u
#define SEIGR_SPACE_PAGE 4u

#define SEIGR_RECORD_FIELDS_MAX 4u
#define SEIGR_RECORD_IDS_MAX 2048u /* in one field */
#define SEIGR_RECORD_TEXT_MAX 255u /* bytes of a text */

/* A field: number where it is a number, else bytes. */
typedef struct seigr_field {
    uint64_t number;
    seigr_span bytes; /* of an item the CBOR of it */
} seigr_field;

/* A record. Start from SEIGR_RECORD_INIT. */
typedef struct seigr_record {
    uint32_t struct_size;
    uint32_t type;     /* SEIGR_RECORD_*, or one that is not known */
    uint32_t known;    /* 1: fields are read; 0: they were passed over */
    uint32_t reserved; /* zero */
    seigr_field fields[SEIGR_RECORD_FIELDS_MAX];
} seigr_record;

#define SEIGR_RECORD_INIT                                                      \
    {                                                                          \
        (uint32_t)sizeof(seigr_record), 0, 0, 0,                               \
        {                                                                      \
            {                                                                  \
                0,                                                             \
                {                                                              \
                    NULL, 0                                                    \
                }                                                              \
            }                                                                  \
        }                                                                      \
    }

/*
 * Read a record.
 *
 *   bytes  one record without its length; the fields of out are borrowed
 *          from it.
 *   out    from SEIGR_RECORD_INIT; untouched on failure.
 *
 * Returns 0, also for a type from SEIGR_RECORD_FREE that is not known;
 * SEIGR_E_FORMAT or SEIGR_E_TRUNCATED for what is not such a record;
 * SEIGR_E_LIMIT for a field past its bound; SEIGR_E_UNSUPPORTED for a type
 * of the link's that is not known.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_record_decode(seigr_span bytes, seigr_record *out, seigr_error *error);

/*
 * Write a record.
 *
 *   record   of a known type, its fields in their order.
 *   out      room; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM, with *len_out set; SEIGR_E_INVAL for a type that
 * is not known or fields that decoding would refuse.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_record_encode(const seigr_record *record, seigr_buf out, size_t *len_out);

/*
 * The name of a record's type, for people.
 *
 * Returns a static string; "unknown" for a type that is not known.
 */
SEIGR_API const char *seigr_record_name(uint32_t type);

#ifdef __cplusplus
}
#endif

#endif
