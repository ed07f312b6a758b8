/* SPDX-License-Identifier: MIT */
/*
 * member_table.h - the list behind seigr/members.h; members.c and
 * member_table.c share it.
 */
#ifndef SEIGR_SRC_NET_MEMBER_TABLE_H
#define SEIGR_SRC_NET_MEMBER_TABLE_H

#include "seigr/members.h" /* seigr_members */

/* Incarnations end here: a rumour of death must be below, so that there is
 * always an answer to it. */
#define SEIGR__INCARNATION_MAX ((uint64_t)1 << 62)
#define SEIGR__MEMBER_SPREADS 8u /* how often a change is passed on */
#define SEIGR__MEMBER_ACTIONS 128u
#define SEIGR__MEMBER_RELAYS 32u
#define SEIGR__MEMBER_RUMOURS                                                  \
    24u                          /* news in a record that probes or answers    \
                                  */
#define SEIGR__MEMBER_OTHERS 12u /* what is no news fills one up to so many */
#define SEIGR__MEMBER_LISTED 64u /* in one record that lists */

struct seigr__member {
    seigr_member view;  /* what others are shown */
    uint64_t probe_ms;  /* it was asked; 0: it owes no answer */
    uint64_t probe;     /* number of that */
    uint32_t spreads;   /* left */
    uint32_t is_helped; /* others were asked for it */
};

/* A record to be made when it is taken. */
struct seigr__member_action {
    seigr_public_key to;
    seigr_public_key about; /* PROBE_FOR; MEMBERS: those behind this key */
    uint64_t number;
    uint32_t type;
    uint32_t rumour; /* state of about to tell; 0: none */
};

/* We ask for somebody else. */
struct seigr__member_relay {
    seigr_public_key asker;
    seigr_public_key about;
    uint64_t theirs; /* number */
    uint64_t ours;
};

struct seigr_members {
    const seigr_context *context;
    seigr_members_options options;
    seigr_public_key self;
    struct seigr__member *list; /* in the order of keys */
    size_t count;
    uint64_t random;
    uint64_t number;    /* of the last probe */
    uint64_t period_ms; /* of the next probe */
    struct seigr__member_action actions[SEIGR__MEMBER_ACTIONS];
    size_t action_head;
    size_t action_count;
    struct seigr__member_relay relays[SEIGR__MEMBER_RELAYS];
    size_t relay_next;
};

/* The place of a key, or of the first behind it. */
size_t seigr__member_place(const seigr_members *members,
                           const seigr_public_key *kid);

/* The member of a key, or NULL. */
struct seigr__member *seigr__member_find(const seigr_members *members,
                                         const seigr_public_key *kid);

/* The same, put in the list where it is not there. The longest dead without a
 * link makes place for it, and for one that is proved any rumour; NULL where
 * none does. Pointers to others become stale. */
struct seigr__member *seigr__member_add(seigr_members *members, seigr_now now,
                                        const seigr_public_key *kid,
                                        int is_proved);

/* A random number below limit, which is not 0. */
size_t seigr__member_random(seigr_members *members, size_t limit);

#endif
