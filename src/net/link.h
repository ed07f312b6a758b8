/* SPDX-License-Identifier: MIT */
/*
 * link.h - what a link is made of; link*.c share it and nobody else does.
 *
 *     stream --frame--> message --open--> records in a row --decode--> event
 *     record --encode--> queue --seal--> message --frame--> stream
 *
 * A frame is a message behind its length, 2 bytes big-endian. A message
 * carries any part of the row of records, each behind its length in LEB128.
 */
#ifndef SEIGR_SRC_NET_LINK_H
#define SEIGR_SRC_NET_LINK_H

#include "noise.h"     /* seigr__noise */
#include "seigr/net.h" /* seigr_peer_link */

#define SEIGR__LINK_HEAD 2u
/* Messages under one key, FORMATS 9; the sender changes it earlier, so that a
 * record of the greatest length in the smallest messages still fits. */
#define SEIGR__LINK_KEY_MESSAGES ((uint64_t)1 << 20)
#define SEIGR__LINK_REKEY_AT (SEIGR__LINK_KEY_MESSAGES - 65536u)
#define SEIGR__LINK_REKEY_MS ((uint64_t)55 * 60 * 1000)

/* The certificate: CBOR [kid, not_after_ms, signature]. */
#define SEIGR__LINK_CERTIFICATE_MAX (1u + 34u + 9u + 66u)
/* The longest messages of the handshake: 32, then keys, tags, certificate. */
#define SEIGR__LINK_HANDSHAKE_MAX                                              \
    (32u + 48u + SEIGR__LINK_CERTIFICATE_MAX + 16u)

#define SEIGR__LINK_HANDSHAKE 0u
#define SEIGR__LINK_HELLO 1u   /* the peer is proved, not yet heard */
#define SEIGR__LINK_OPEN 2u    /* */
#define SEIGR__LINK_CLOSING 3u /* our close is queued */
#define SEIGR__LINK_CLOSED 4u  /* the peer's close came */
#define SEIGR__LINK_FAILED 5u

/* One direction: a key and what it was used for. */
typedef struct seigr__link_way {
    seigr__noise_cipher cipher;
    uint64_t count;    /* messages under the key */
    uint64_t since_ms; /* monotonic */
    uint64_t rekeys;
} seigr__link_way;

/* Bytes [head, end) of a block that grows. */
typedef struct seigr__link_queue {
    uint8_t *ptr;
    size_t head;
    size_t end;
    size_t room;
} seigr__link_queue;

struct seigr_peer_link {
    const seigr_context *context;
    seigr_link_options options;
    seigr_public_key expected; /* what options.peer points to */
    seigr_link_key key;
    seigr_public_key peer;
    uint32_t state;
    uint32_t is_proved; /* peer holds a key that was proved */
    uint32_t version;
    uint32_t is_pinged; /* a ping waits for its pong */
    uint32_t peer_frame_max;
    uint32_t peer_record_max;

    seigr__noise noise; /* until the handshake ends */
    seigr__link_way send;
    seigr__link_way receive;

    uint8_t wire[SEIGR__LINK_HEAD + SEIGR__LINK_HANDSHAKE_MAX];
    size_t wire_len;           /* of a message of the handshake to be sent */
    seigr__link_queue frame;   /* the beginning of a frame that came */
    seigr__link_queue records; /* opened, not yet handed out */
    seigr__link_queue queue;   /* records to be sent */
    size_t queue_left;         /* of the record that is being sent */

    uint64_t start_ms; /* all of these monotonic */
    uint64_t heard_ms; /* the last byte came */
    uint64_t began_ms; /* of what is not whole; UINT64_MAX: nothing is */
    uint64_t ping_ms;  /* the ping was sent */
    uint64_t rate_ms;  /* rate_left is of this time */
    uint64_t rate_left;

    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t bytes_promised; /* that a stranger was or will be sent */
    uint64_t records_in;
    uint64_t records_out;
    uint64_t round_trip_ms;
    uint64_t pings;
    seigr_error error;
};

/* link.c: fail for good, in the error that was filled, telling the peer. */
int seigr__link_fail(seigr_peer_link *link, int code);

/* Room for len bytes behind end: moves to the front, then grows to at least
 * double. Returns 0 or SEIGR_E_NOMEM. */
int seigr__link_reserve(const seigr_context *context, seigr__link_queue *queue,
                        size_t len);

/* Release a queue, wiping what it held. */
void seigr__link_drop(const seigr_context *context, seigr__link_queue *queue);

/* link_handshake.c: a whole message of the handshake. May fail the link. */
int seigr__link_handshake(seigr_peer_link *link, seigr_now now,
                          seigr_span message);

/* Write the first message of an initiator. */
int seigr__link_greet(seigr_peer_link *link);

/* link_send.c: queue a record of the link's own, in any state. */
int seigr__link_queue_record(seigr_peer_link *link, const seigr_record *record);

/* Leave of the queue only the record that has begun. */
void seigr__link_cut_queue(seigr_peer_link *link);

/* Queue our hello. */
int seigr__link_say_hello(seigr_peer_link *link);

#endif
