/* SPDX-License-Identifier: MIT */
/*
 * channel.h - messages from one job to another, in order.
 *
 * A channel has one sender and one receiver. Who reads waits until there is
 * a message, who writes until there is room; nothing can be asked without
 * waiting. So what passes through is a function of what the two do, never of
 * when they do it (Kahn, 1974).
 *
 *     released <= taken <= shown <= written <= released + room
 *        |          |        |         |
 *        |          |        |         +-- the sender's, within a slice
 *        |          |        +------------ moves between slices
 *        |          +--------------------- the receiver's, within a slice
 *        +-------------------------------- moves between slices
 *
 * Places count all bytes since the beginning; each is moved by one side
 * alone, so that the two can run at once without a lock.
 */
#ifndef SEIGR_SRC_ENGINE_CHANNEL_H
#define SEIGR_SRC_ENGINE_CHANNEL_H

#include "seigr/base.h" /* seigr_context, seigr_span */

/* Bytes that a channel may hold: its messages and 4 more for each. */
#define SEIGR__CHANNEL_ROOM_MIN 64u
#define SEIGR__CHANNEL_ROOM_MAX 16777216u
#define SEIGR__CHANNEL_HEAD_LEN 4u

typedef struct seigr__channel {
    const seigr_context *context;
    uint8_t *bytes;
    uint32_t room;
    uint32_t is_ended;   /* the sender's: it writes no more */
    uint32_t is_closed;  /* so the receiver sees */
    uint32_t is_leaving; /* the receiver's: it reads no more */
    uint32_t is_left;    /* so the sender sees: what it writes vanishes */
    uint32_t reserved;
    uint64_t released;
    uint64_t taken;
    uint64_t shown;
    uint64_t written;
    uint64_t sent_count; /* messages */
    uint64_t taken_count;
} seigr__channel;

/* Returns 0, SEIGR_E_NOMEM, or SEIGR_E_INVAL for a room out of bounds. */
int seigr__channel_init(seigr__channel *channel, const seigr_context *context,
                        uint32_t room);
void seigr__channel_fini(seigr__channel *channel);

/* --- the sender's side, within its slice ------------------------------ */

/* The longest message that can ever pass. */
uint32_t seigr__channel_message_max(const seigr__channel *channel);

/*
 * Write a message.
 *
 * Returns 0; SEIGR_E_AGAIN, nothing written: there is no room yet;
 * SEIGR_E_LIMIT, nothing written: it is longer than any may be.
 */
int seigr__channel_send(seigr__channel *channel, seigr_span message);

/* The sender writes no more. */
void seigr__channel_end(seigr__channel *channel);

/* --- the receiver's side, within its slice ---------------------------- */

/*
 * The length of the next message.
 *
 * Returns 0; SEIGR_E_AGAIN: there is none yet; SEIGR_E_NOTFOUND: there will
 * be none any more.
 */
int seigr__channel_next(const seigr__channel *channel, uint32_t *len);

/* Copy the next message, of which there is one, to room for its length, and
 * take it out. */
void seigr__channel_take(seigr__channel *channel, uint8_t *out);

/* The receiver reads no more. */
void seigr__channel_leave(seigr__channel *channel);

/* --- between slices ---------------------------------------------------- */

#define SEIGR__CHANNEL_WAKE_SENDER 1u
#define SEIGR__CHANNEL_WAKE_RECEIVER 2u

/* Show each side what the other did. Returns whom that can help. */
uint32_t seigr__channel_settle(seigr__channel *channel);

#endif
