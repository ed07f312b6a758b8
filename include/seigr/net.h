/* SPDX-License-Identifier: MIT */
/*
 * net.h - links between peers: an authenticated, encrypted stream of records
 * over any ordered stream of bytes.
 *
 * What it is: the handshake and the records of FORMATS 9 as a state machine.
 * Bytes, events and the time go in; bytes, records and the next deadline come
 * out. What it is not: sockets, clocks, threads (a driver has them), nor any
 * judgement of a peer beyond the protocol: that is asked of the caller.
 *
 *     new --> handshake --> hello --> open --> closing --> closed
 *                  |           |        |         |
 *                  +-----------+--------+---------+--> failed
 *
 * Threads: one at a time per link; distinct links are independent.
 */
#ifndef SEIGR_NET_H
#define SEIGR_NET_H

#include "seigr/base.h"   /* spans, context, status codes */
#include "seigr/crypto.h" /* seigr_signer */
#include "seigr/record.h" /* seigr_record */

#ifdef __cplusplus
extern "C" {
#endif

/* Versions of the records that are spoken here. */
#define SEIGR_NET_VERSION_MIN 1u
#define SEIGR_NET_VERSION_MAX 1u

/* The time: both clocks in ms, the first never going back. */
typedef struct seigr_now {
    uint64_t monotonic_ms;
    uint64_t unix_ms;
} seigr_now;

/* --- the key of a node's links ---------------------------------------------
 */

/* A link key is vouched for at most so long ahead (FORMATS 9). Make one for
 * less, so that a peer whose clock is behind takes it too. */
#define SEIGR_LINK_KEY_MS_MAX ((uint64_t)7 * 24 * 3600 * 1000)
#define SEIGR_LINK_KEY_MS ((uint64_t)6 * 24 * 3600 * 1000)

/* An X25519 key pair and the identity's word for it. Holds a secret: wipe it
 * with seigr_link_key_fini(). One may serve any number of links. */
typedef struct seigr_link_key {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    uint8_t secret[32];
    uint8_t public_key[32];
    seigr_public_key kid;
    uint64_t not_after_ms; /* Unix time */
    uint8_t signature[SEIGR_SIGNATURE_LEN];
} seigr_link_key;

/*
 * Make a link key and have it signed.
 *
 *   context       needs crypto and randomness.
 *   signer        the identity; asked once, within this call.
 *   not_after_ms  Unix time; peers refuse more than SEIGR_LINK_KEY_MS_MAX
 *                 ahead.
 *   out           untouched on failure.
 *
 * Returns 0; SEIGR_E_UNSUPPORTED where the table lacks a function;
 * SEIGR_E_RANDOM; what the signer returns; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_key_init(const seigr_context *context,
                                                 const seigr_signer *signer,
                                                 uint64_t not_after_ms,
                                                 seigr_link_key *out);

/*
 * Overwrite a link key.
 *
 *   context  needs crypto with wipe.
 *   key      NULL is fine.
 */
SEIGR_API void seigr_link_key_fini(const seigr_context *context,
                                   seigr_link_key *key);

/* --- links -----------------------------------------------------------------
 */

typedef struct seigr_peer_link seigr_peer_link;

#define SEIGR_LINK_INITIATOR 1u /* flag: this side opened the stream */
/* flag: the other side is a stranger. Of the responder's bytes no more leave
 * than came, and what would be more is refused, until seigr_link_vouch(). */
#define SEIGR_LINK_STRANGER 2u

#define SEIGR_LINK_FRAME_MAX 65535u
#define SEIGR_LINK_FRAME_MIN 512u /* smallest frame_len_max */
#define SEIGR_LINK_RECORD_MAX 1114112u

/* Bounds of a link. Start from SEIGR_LINK_OPTIONS_INIT. */
typedef struct seigr_link_options {
    uint32_t struct_size;
    uint32_t flags;          /* SEIGR_LINK_* */
    uint32_t frame_len_max;  /* of a message that comes, from 512 */
    uint32_t record_len_max; /* of a record that comes */
    uint32_t queue_len_max;  /* bytes of records that wait to be taken */
    uint32_t handshake_ms;   /* from the first byte to the hello */
    uint32_t silence_ms;     /* without a byte the peer is gone */
    uint32_t ping_ms;        /* without a byte it is asked; 0: never */
    uint32_t stall_ms;       /* a frame or record that began must end */
    uint32_t rate_bytes;     /* that are read in a second; 0: no bound */
    /* Who may be on the other side; NULL: anybody that proves a key. */
    const seigr_public_key *peer; /* copied */
    /* Asked before a link opens, and only then: returns 0, or SEIGR_E_* as
     * for a key that is revoked or banned. NULL: nobody is asked. */
    int (*admit)(const seigr_public_key *kid, seigr_now now, void *ctx);
    void *ctx;
} seigr_link_options;

#define SEIGR_LINK_OPTIONS_INIT                                                \
    {                                                                          \
        (uint32_t)sizeof(seigr_link_options), 0, SEIGR_LINK_FRAME_MAX,         \
            SEIGR_LINK_RECORD_MAX, 4194304u, 10000u, 90000u, 30000u, 30000u,   \
            0, NULL, NULL, NULL                                                \
    }

/* What happened. */
#define SEIGR_LINK_NOTHING 0u /* the bytes are used up */
#define SEIGR_LINK_OPENED 1u  /* records may be sent */
#define SEIGR_LINK_RECORD 2u  /* record is there */
#define SEIGR_LINK_PAUSED 3u  /* the rate is reached: bytes are left */
#define SEIGR_LINK_CLOSED 4u  /* the peer closed, or told why it breaks off */

/* Start from SEIGR_LINK_EVENT_INIT. */
typedef struct seigr_link_event {
    uint32_t struct_size;
    uint32_t type;       /* SEIGR_LINK_* */
    int32_t code;        /* CLOSED: what the peer says, 0 for a close */
    uint32_t reserved;   /* zero */
    uint64_t resume_ms;  /* PAUSED: monotonic time to go on */
    seigr_span bytes;    /* RECORD: as it came, borrowed until the next call;
                            CLOSED: the peer's text */
    seigr_record record; /* RECORD: borrowed from bytes */
} seigr_link_event;

#define SEIGR_LINK_EVENT_INIT                                                  \
    {                                                                          \
        (uint32_t)sizeof(seigr_link_event), 0, 0, 0, 0, {NULL, 0},             \
            SEIGR_RECORD_INIT                                                  \
    }

/*
 * Make a link.
 *
 *   context  needs allocator, crypto, randomness; borrowed until it is freed.
 *   key      copied.
 *   options  NULL: the defaults, as responder.
 *   out      caller releases with seigr_link_free().
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_RANDOM; SEIGR_E_KEY for a key that X25519
 * refuses; SEIGR_E_UNSUPPORTED where the table lacks a function;
 * SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_new(const seigr_context *context,
                                            const seigr_link_key *key,
                                            const seigr_link_options *options,
                                            seigr_now now,
                                            seigr_peer_link **out);

/*
 * Release a link and wipe its keys. What waits is lost.
 *
 *   link  NULL is fine.
 */
SEIGR_API void seigr_link_free(seigr_peer_link *link);

/*
 * Hand in bytes that came. Returns at the first event: call again as long as
 * bytes are left, and once more until it says SEIGR_LINK_NOTHING.
 *
 *   bytes  moved behind what was used; all of it, except at PAUSED.
 *   event  from SEIGR_LINK_EVENT_INIT; overwritten.
 *
 * Returns 0, or the reason why the link failed: SEIGR_E_FRAME, _FORMAT,
 * _SIGNATURE, _KEY, _LIMIT, _DENIED, _UNSUPPORTED, _NOMEM or what admit
 * returned. A link that failed stays so and answers the same; where the
 * peer has proved its key, one more record tells it why: take what is to be
 * sent, then end the stream.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_receive(seigr_peer_link *link,
                                                seigr_now now,
                                                seigr_span *bytes,
                                                seigr_link_event *event);

/*
 * Take the bytes that are to be sent, in order. Call until there are none.
 *
 *   out      room for at least 512 bytes; the more, the fewer messages.
 *   len_out  receives how many were written; 0: nothing waits.
 *
 * Returns 0; SEIGR_E_ROOM; SEIGR_E_LIMIT where no more may be sealed.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_take(seigr_peer_link *link,
                                             seigr_now now, seigr_buf out,
                                             size_t *len_out);

/*
 * Queue a record.
 *
 *   record  as for seigr_record_encode(); copied.
 *
 * Returns 0; SEIGR_E_AGAIN before the link is open; SEIGR_E_FULL where the
 * queue is; SEIGR_E_QUOTA where a stranger would be sent more than it sent;
 * SEIGR_E_LIMIT for more than the peer takes; SEIGR_E_CANCELED once the link
 * is closing or failed; SEIGR_E_NOMEM; SEIGR_E_INVAL. Nothing is queued on
 * failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_send(seigr_peer_link *link,
                                             const seigr_record *record);

/*
 * Let time pass: deadlines and pings. Call when the deadline is reached.
 *
 *   next_ms  receives the monotonic time of the next deadline; UINT64_MAX:
 *            none.
 *
 * Returns 0, or as seigr_link_receive() where a deadline has passed.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_step(seigr_peer_link *link,
                                             seigr_now now, uint64_t *next_ms);

/*
 * Say goodbye: what waits is still sent, then a close.
 *
 *   link  that is open; of any other nothing is sent.
 */
SEIGR_API void seigr_link_close(seigr_peer_link *link);

/*
 * Break off for a reason of the caller's: a key that was revoked, a ban.
 *
 *   code  SEIGR_E_*.
 *   text  one sentence, which the peer is told; copied.
 */
SEIGR_API void seigr_link_refuse(seigr_peer_link *link, int code,
                                 const char *text);

/*
 * The stream has ended.
 *
 * Returns 0 where the peer had said so before, else SEIGR_E_TRUNCATED.
 */
SEIGR_API SEIGR_MUST_USE int seigr_link_end(seigr_peer_link *link);

/*
 * The other side is no stranger any more: it may be sent any amount.
 *
 *   link  with SEIGR_LINK_STRANGER.
 */
SEIGR_API void seigr_link_vouch(seigr_peer_link *link);

/*
 * Who is on the other side.
 *
 * Returns the key, borrowed until the link is freed, or NULL before it was
 * proved.
 */
SEIGR_API const seigr_public_key *seigr_link_peer(const seigr_peer_link *link);

/*
 * Why the link failed.
 *
 * Returns the reason, borrowed until the link is freed; its code is 0 as long
 * as the link has not.
 */
SEIGR_API const seigr_error *seigr_link_error(const seigr_peer_link *link);

/* What went over a link. Start from SEIGR_LINK_INFO_INIT. */
typedef struct seigr_link_info {
    uint32_t struct_size;
    uint32_t version;  /* of the records; 0 before the hello */
    uint64_t bytes_in; /* of the stream */
    uint64_t bytes_out;
    uint64_t records_in; /* without the link's own */
    uint64_t records_out;
    uint64_t queued; /* bytes of records that wait */
    uint64_t rekeys_in;
    uint64_t rekeys_out;
    uint64_t round_trip_ms; /* of the last ping; UINT64_MAX: none yet */
} seigr_link_info;

#define SEIGR_LINK_INFO_INIT                                                   \
    {                                                                          \
        (uint32_t)sizeof(seigr_link_info), 0, 0, 0, 0, 0, 0, 0, 0, 0           \
    }

/*
 * What went over a link so far.
 *
 *   out  from SEIGR_LINK_INFO_INIT.
 */
SEIGR_API void seigr_link_get_info(const seigr_peer_link *link,
                                   seigr_link_info *out);

#ifdef __cplusplus
}
#endif

#endif
