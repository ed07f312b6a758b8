/* SPDX-License-Identifier: MIT */
/*
 * members.h - who is there: failure detection and its spreading among peers
 * that links join, after SWIM (Das, Gupta, Motivala, 2002).
 *
 * What it is: a state machine. Links that open and end, records and the time
 * go in; records to send, a deadline and a list of members come out. What it
 * is not: a judgement of trust; anybody can say that a member is there.
 *
 * What a peer says of itself over its own link stands above what others say
 * of it; what others say is a rumour, and a member that is rumoured to be
 * dead answers with a greater incarnation. So a liar can make others ask, not
 * make a member that answers disappear.
 *
 * Threads: one at a time per handle.
 */
#ifndef SEIGR_MEMBERS_H
#define SEIGR_MEMBERS_H

#include "seigr/net.h" /* seigr_now, seigr_record */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_MEMBER_ALIVE 0u
#define SEIGR_MEMBER_SUSPECT 1u /* does not answer; time runs */
#define SEIGR_MEMBER_DEAD 2u
#define SEIGR_MEMBER_LEFT 3u /* said goodbye */

/* Room for one record of seigr_members_next(). */
#define SEIGR_MEMBERS_ROOM 4096u

typedef struct seigr_members seigr_members;

/* Start from SEIGR_MEMBERS_OPTIONS_INIT. */
typedef struct seigr_members_options {
    uint32_t struct_size;
    uint32_t member_max; /* that are remembered, up to 65536 */
    uint32_t period_ms;  /* from one probe to the next */
    uint32_t answer_ms;  /* to an answer; then others are asked as long */
    uint32_t suspect_ms; /* from suspect to dead */
    uint32_t helpers;    /* that are asked, up to 8 */
} seigr_members_options;

#define SEIGR_MEMBERS_OPTIONS_INIT                                             \
    {                                                                          \
        (uint32_t)sizeof(seigr_members_options), 1024u, 2000u, 1000u, 10000u,  \
            3u                                                                 \
    }

/* What is known of a member. Start from SEIGR_MEMBER_INIT. */
typedef struct seigr_member {
    uint32_t struct_size;
    uint32_t state; /* SEIGR_MEMBER_* */
    uint64_t incarnation;
    uint64_t since_ms;  /* monotonic, of the state */
    uint32_t links;     /* open links to it */
    uint32_t is_proved; /* 1: it once had a link to us; 0: a rumour */
    seigr_public_key kid;
} seigr_member;

#define SEIGR_MEMBER_INIT                                                      \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_member)                          \
    }

/*
 * Make a list with oneself in it.
 *
 *   context  needs allocator and randomness; borrowed until it is freed.
 *   self     copied.
 *   options  NULL: the defaults.
 *   out      caller releases with seigr_members_free().
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_RANDOM; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_members_new(const seigr_context *context, const seigr_public_key *self,
                  const seigr_members_options *options, seigr_now now,
                  seigr_members **out);

/*
 * Release a list.
 *
 *   members  NULL is fine.
 */
SEIGR_API void seigr_members_free(seigr_members *members);

/*
 * A link to a peer has opened (is_up 1) or ended (0). There may be several.
 *
 *   kid  proved by the link.
 *
 * Returns 0; SEIGR_E_FULL where the list has no place for it: the link should
 * then be ended.
 */
SEIGR_API SEIGR_MUST_USE int seigr_members_link(seigr_members *members,
                                                seigr_now now,
                                                const seigr_public_key *kid,
                                                int is_up);

/*
 * Take a record of types 16 to 19 from a peer.
 *
 *   from  proved by the link that it came over.
 *
 * Returns 0; SEIGR_E_FORMAT or SEIGR_E_LIMIT for a list that is none: the
 * link should then be ended; SEIGR_E_INVAL for another type, or from one
 * that has no link. Nothing changes on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_members_receive(seigr_members *members,
                                                   seigr_now now,
                                                   const seigr_public_key *from,
                                                   const seigr_record *record,
                                                   seigr_error *error);

/*
 * Let time pass. Call when the deadline is reached, then take the records.
 *
 *   next_ms  receives the monotonic time of the next deadline.
 */
SEIGR_API void seigr_members_step(seigr_members *members, seigr_now now,
                                  uint64_t *next_ms);

/*
 * Take the next record that is to be sent.
 *
 *   room    of SEIGR_MEMBERS_ROOM bytes; record is borrowed from it.
 *   to      receives to whom; one that has a link.
 *
 * Returns 0; SEIGR_E_AGAIN where there is none.
 */
SEIGR_API SEIGR_MUST_USE int seigr_members_next(seigr_members *members,
                                                seigr_now now, seigr_buf room,
                                                seigr_public_key *to,
                                                seigr_record *record);

/*
 * How many members are known, oneself included.
 *
 * Returns the count.
 */
SEIGR_API size_t seigr_members_count(const seigr_members *members);

/*
 * A member by its place in the order of keys.
 *
 *   index  below the count.
 *   out    from SEIGR_MEMBER_INIT.
 *
 * Returns 0 or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_members_get(const seigr_members *members,
                                               size_t index, seigr_member *out);

/*
 * A member by its key.
 *
 *   out  from SEIGR_MEMBER_INIT; untouched on failure.
 *
 * Returns 0 or SEIGR_E_NOTFOUND.
 */
SEIGR_API SEIGR_MUST_USE int seigr_members_find(const seigr_members *members,
                                                const seigr_public_key *kid,
                                                seigr_member *out);

#ifdef __cplusplus
}
#endif

#endif
