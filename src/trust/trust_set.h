/* SPDX-License-Identifier: MIT */
/*
 * trust_set.h - the set behind seigr/trust.h, as its files see it.
 *
 *     put ----> records, as they came
 *     settle -> by_id, by_issuer, by_about: three orders of the same records
 *               and what follows from them (flags)
 *     decide -> line, standing, chain of grants, web
 *
 * Invariants:
 *   (1) an answer reads records through the three orders alone, so that it
 *       does not depend on the order of putting.
 *   (2) what restricts (a revocation, a key's end, a fork) is looked at
 *       without asking whether its signer was revoked since; what grants is
 *       not. Adding a revocation never allows more.
 *   (3) nothing recurses, and every walk is bounded by what is there.
 */
#ifndef SEIGR_SRC_TRUST_TRUST_SET_H
#define SEIGR_SRC_TRUST_TRUST_SET_H

#include "seigr/trust.h" /* the public side */

#define SEIGR__TRUST_NEVER UINT64_MAX
#define SEIGR__TRUST_NONE UINT32_MAX

#define SEIGR__TRUST_WORLD 1u    /* it counts, as of the time asked */
#define SEIGR__TRUST_FIRST 2u    /* the first word of its key */
#define SEIGR__TRUST_ROTATES 4u  /* its key took the place of another */
#define SEIGR__TRUST_RECOVERS 8u /* the same, by recovery keys */
#define SEIGR__TRUST_FOLLOWS 16u /* and stands in its place */
#define SEIGR__TRUST_FORKED 32u  /* at or after a fork of its stream */
#define SEIGR__TRUST_SPLIT 64u   /* its key has a fork somewhere */
#define SEIGR__TRUST_RETIRES 128u
#define SEIGR__TRUST_BEFORE 256u  /* in a stream with a fork, before it */
#define SEIGR__TRUST_LIMITED 512u /* something restricts it or its key */

/* A capsule that was put. */
struct seigr__trust_record {
    seigr_id id;
    seigr_id previous;
    seigr_public_key issuer;
    uint64_t stream;
    uint64_t sequence;
    uint64_t created_ms;
    uint64_t seen_ms;   /* earliest witness but its issuer, or NEVER */
    uint64_t first_ms;  /* earliest witness, or NEVER */
    uint64_t second_ms; /* earliest one of another key than that */
    const seigr_public_key *first; /* who that was */
    const uint8_t *about; /* 32 bytes: key or ID that a statement is about,
                             NULL: none */
    seigr_span detail;
    seigr_span links;
    uint64_t expires_ms; /* of an attestation */
    uint32_t scope;
    uint32_t weight;
    uint32_t kind;
    uint32_t flags;
    uint32_t has_previous;
    uint32_t link_count;
};

/* What the web knows of the subject whose statements begin at a place of
 * by_about. */
struct seigr__trust_node {
    uint32_t weight;     /* best, 0: none */
    uint32_t from;       /* record of the last attestation of that path */
    uint32_t introduces; /* best of paths that may go on */
    uint32_t introduced; /* record of the last attestation of that path */
    uint32_t slot;       /* in the next frontier, NONE: not there */
    uint32_t reserved;
};

struct seigr__trust_front {
    uint32_t node;
    uint32_t weight;
};

/* A run of one of the orders. */
struct seigr__trust_range {
    uint32_t first;
    uint32_t end;
};

/* A checkpoint had seen a capsule. */
struct seigr__trust_seen {
    seigr_id id;
    uint64_t at_ms;
    seigr_public_key witness;
};

struct seigr_trust {
    seigr_context context;
    seigr_trust_options options;
    uint32_t record_count;
    uint32_t anchor_count;
    uint32_t seen_count;
    uint32_t world_count; /* entries of the three orders */
    uint32_t about_count; /* entries of by_about */
    uint32_t is_settled;
    uint32_t mark;                  /* of the walk that is going on */
    struct seigr__trust_range sets; /* of by_about */
    uint32_t web_scope;             /* that nodes hold, 0: none */
    uint64_t web_from_ms;           /* nodes hold for times from here */
    uint64_t web_until_ms;          /* to before here */
    uint64_t as_of_ms;
    uint64_t clock_ms; /* the latest time of an anchor's clock */
    uint64_t cost;
    struct seigr__trust_record *records;
    seigr_anchor *anchors;
    struct seigr__trust_seen *seen;
    uint32_t *by_id;
    uint32_t *by_issuer;
    uint32_t *by_about;
    uint32_t *marks;
    uint32_t *queue;
    struct seigr__trust_node *nodes;
    struct seigr__trust_front *fronts[2];
};

/* --- trust_order.c ----------------------------------------------------- */

typedef int seigr__trust_compare(const seigr_trust *trust, uint32_t a,
                                 uint32_t b);

/* Heap sort of record numbers. */
void seigr__trust_sort(const seigr_trust *trust, uint32_t *items, size_t count,
                       seigr__trust_compare *compare);

seigr__trust_compare seigr__trust_by_id;
seigr__trust_compare seigr__trust_by_chain;  /* issuer, stream, sequence */
seigr__trust_compare seigr__trust_by_issuer; /* issuer, kind, stream... */
seigr__trust_compare seigr__trust_by_about;  /* about, kind, ID */
seigr__trust_compare seigr__trust_by_time;   /* created_ms, ID */

/* The record of an ID that counts, or NONE. */
uint32_t seigr__trust_find(seigr_trust *trust, const uint8_t id[32]);

/* Records of a kind by an issuer; entries of by_issuer. */
struct seigr__trust_range seigr__trust_issued(seigr_trust *trust,
                                              const seigr_public_key *issuer,
                                              uint32_t kind);

/* All records by an issuer; entries of by_issuer. */
struct seigr__trust_range seigr__trust_of(seigr_trust *trust,
                                          const seigr_public_key *issuer);

/* Statements of a kind about a key or an ID; entries of by_about. */
struct seigr__trust_range
seigr__trust_about(seigr_trust *trust, const uint8_t about[32], uint32_t kind);

/* What a revocation set is about. */
extern const uint8_t seigr__trust_set_mark[32];

/* --- trust_walk.c ------------------------------------------------------ */

/* Begin a walk: nothing is marked. */
void seigr__trust_walk_begin(seigr_trust *trust);

/* Mark a record and queue it, unless it was. count grows. */
void seigr__trust_walk_put(seigr_trust *trust, uint32_t record,
                           uint32_t *count);

/* Queue what a record names: previous and links. */
void seigr__trust_walk_parents(seigr_trust *trust, uint32_t record,
                               uint32_t *count);

/* Is a capsule one of a list of last ones, or an ancestor of one? */
int seigr__trust_is_covered(seigr_trust *trust, seigr_span last,
                            const seigr_id *id);

/* --- trust_line.c ------------------------------------------------------ */

/* The scopes that anchors give a key itself. */
uint32_t seigr__trust_anchor_scope(const seigr_trust *trust,
                                   const seigr_public_key *key);

/* The first word of a key, or NONE. */
uint32_t seigr__trust_first_word(seigr_trust *trust,
                                 const seigr_public_key *key);

/* The keys in whose place one stands, itself first. */
struct seigr__trust_line {
    uint32_t count;
    uint32_t words[SEIGR_TRUST_ROTATION_MAX]; /* words[i] puts keys[i] in the
                                                 place of keys[i + 1] */
    seigr_public_key keys[SEIGR_TRUST_ROTATION_MAX + 1];
};

/* is_raw: without asking whether words were revoked; for restrictions. */
void seigr__trust_line_of(seigr_trust *trust, const seigr_public_key *key,
                          int is_raw, struct seigr__trust_line *out);

/* The place of a key in a line, or NONE. */
uint32_t seigr__trust_line_find(const struct seigr__trust_line *line,
                                const seigr_public_key *key);

/* The place of the first key of a line with an anchor of all this scope. */
uint32_t seigr__trust_line_anchor(const seigr_trust *trust,
                                  const struct seigr__trust_line *line,
                                  uint32_t scope);

/* The record of the word by which a key is followed, or NONE. */
uint32_t seigr__trust_follower(seigr_trust *trust, const seigr_public_key *key);

/* --- trust_standing.c -------------------------------------------------- */

/* A capsule of a key; id NULL: what the key signs from now on. */
struct seigr__trust_act {
    const seigr_public_key *key;
    const seigr_id *id;
    uint64_t seen_ms;
    uint32_t flags; /* of its record */
    uint32_t reserved;
};

struct seigr__trust_act seigr__trust_act_of(const seigr_trust *trust,
                                            uint32_t record);

/* Is it good? 0, or SEIGR_WHY_* and the record that says so (or NONE). */
uint32_t seigr__trust_standing(seigr_trust *trust,
                               const struct seigr__trust_act *act,
                               uint32_t *by);

/* --- trust_chain.c, trust_web.c ---------------------------------------- */

/* The chain of a grant: 0 and the answer's steps, or SEIGR_WHY_*. */
uint32_t seigr__trust_chain(seigr_trust *trust, const seigr_question *question,
                            const struct seigr__trust_line *line,
                            const seigr_id *grant, seigr_answer *answer);

/* The weight of a line of keys for a scope at a time. */
uint32_t seigr__trust_weight(seigr_trust *trust, uint32_t scope,
                             uint64_t now_ms,
                             const struct seigr__trust_line *line,
                             seigr_answer *answer);

/* --- trust_answer.c ---------------------------------------------------- */

/* Add a step to the path. */
void seigr__trust_step(seigr_answer *answer, uint32_t type, uint32_t weight,
                       const seigr_id *id, const seigr_public_key *key);

/* The steps by which keys[from] down to keys[to] of a line follow. */
void seigr__trust_line_steps(const seigr_trust *trust,
                             const struct seigr__trust_line *line,
                             uint32_t from, uint32_t to, seigr_answer *answer);

/* Write the two sentences. */
void seigr__trust_say(const seigr_trust *trust, const seigr_question *question,
                      seigr_answer *answer);

#endif
