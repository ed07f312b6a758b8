/* SPDX-License-Identifier: MIT */
/*
 * lineage.h - how capsules hang together: the graph of their links, each
 * issuer's numbered chains, what is missing, and proofs of forks.
 *
 * What it is: a set that takes verified capsules in any order, remembers of
 * each only what lineage needs (no content), and answers questions about
 * them (FORMATS.md 2.4 and 5). Every answer depends on the set alone, never
 * on the order of adding. What it is not: a store (it gives no bytes back)
 * or a judge (a verdict is a list, one line a property, never one badge).
 *
 * Memory: everything comes from the context's allocator. A capsule takes
 * about 180 bytes and its name, a link 15 more, 100 where what it names is
 * not there; up to twice that where room has just grown. Time: adding is
 * constant a link, settling n log n; nothing recurses. The table is keyed
 * from the context's randomness, so that chosen IDs cannot slow it down.
 *
 * Threads: one at a time per lineage; distinct lineages are independent.
 */
#ifndef SEIGR_LINEAGE_H
#define SEIGR_LINEAGE_H

#include "seigr/base.h"    /* spans, context, status codes, seigr_id */
#include "seigr/capsule.h" /* seigr_verified, seigr_link, roles, kinds */

#ifdef __cplusplus
extern "C" {
#endif

/* --- The set ---------------------------------------------------------- */

/* What a lineage takes where its options say nothing. */
#define SEIGR_LINEAGE_CAPSULE_MAX 16777216u
#define SEIGR_LINEAGE_LINK_MAX 67108864u

typedef struct seigr_lineage seigr_lineage;

/* Start from SEIGR_LINEAGE_OPTIONS_INIT. */
typedef struct seigr_lineage_options {
    uint32_t struct_size;
    uint32_t capsule_max; /* 0: SEIGR_LINEAGE_CAPSULE_MAX, the highest */
    uint32_t link_max;    /* of all capsules, previous counted as a link;
                             0: SEIGR_LINEAGE_LINK_MAX, the highest */
    uint32_t reserved;    /* zero */
} seigr_lineage_options;

#define SEIGR_LINEAGE_OPTIONS_INIT                                             \
    {                                                                          \
        (uint32_t)sizeof(seigr_lineage_options), 0, 0, 0                       \
    }

/*
 * Make an empty lineage.
 *
 *   context  needs allocator, and random or a crypto table with random;
 *            copied, its tables borrowed until seigr_lineage_free().
 *   options  NULL for the defaults; copied.
 *   out      caller releases with seigr_lineage_free(); untouched on failure.
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_RANDOM; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_lineage_new(const seigr_context *context,
                  const seigr_lineage_options *options, seigr_lineage **out);

/*
 * Release a lineage. NULL is fine.
 */
SEIGR_API void seigr_lineage_free(seigr_lineage *lineage);

/*
 * Add a capsule. One whose ID is there already changes nothing: the first
 * stays. What was answered before is forgotten: settle again.
 *
 *   capsule  copied, as far as lineage needs it.
 *   error    may be NULL.
 *
 * Returns 0; SEIGR_E_LIMIT past a bound of the options; SEIGR_E_NOMEM. After
 * a failure the set is as before.
 */
SEIGR_API SEIGR_MUST_USE int seigr_lineage_add(seigr_lineage *lineage,
                                               const seigr_verified *capsule,
                                               seigr_error *error);

/*
 * Tell that a capsule of this lineage was refused at the door, so that the
 * verdict says so.
 *
 *   code  why: SEIGR_E_SIGNATURE and SEIGR_E_KEY count against signatures,
 *         every other code against integrity.
 *   id    of the capsule, NULL where it is not known; copied.
 */
SEIGR_API void seigr_lineage_refuse(seigr_lineage *lineage, int code,
                                    const seigr_id *id);

/*
 * Work out the answers to everything below, which answers as if nothing
 * were there until this has been called after the last add. Settling what
 * is settled does nothing.
 *
 * Returns 0; SEIGR_E_NOMEM, with no answers and the set as before.
 */
SEIGR_API SEIGR_MUST_USE int seigr_lineage_settle(seigr_lineage *lineage);

/* --- Capsules in order ------------------------------------------------ */

/*
 * The capsules that are there.
 *
 * Returns their number, settled or not.
 */
SEIGR_API uint32_t seigr_lineage_count(const seigr_lineage *lineage);

/* One capsule of a lineage. */
typedef struct seigr_lineage_capsule {
    seigr_id id;
    seigr_public_key issuer;
    uint64_t stream;
    uint64_t sequence;
    uint64_t created_ms; /* the issuer's claim */
    uint32_t kind;       /* SEIGR_KIND_* or unknown */
    uint32_t link_count; /* for seigr_lineage_link_at() */
    uint32_t child_count;
    uint32_t reserved;
    seigr_span name; /* borrowed until the next add or free */
} seigr_lineage_capsule;

/*
 * The capsule at a position of the order: whatever a capsule links to, and
 * the one before it in its chain, stands before it; where that leaves a
 * choice, the lower ID is first.
 *
 *   index  from 0, below seigr_lineage_count().
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_at(const seigr_lineage *lineage, uint32_t index,
                               seigr_lineage_capsule *out);

/*
 * Find a capsule's position in the order.
 *
 * Returns 0; SEIGR_E_NOTFOUND, for an ID that is only named by others too.
 */
SEIGR_API int seigr_lineage_find(const seigr_lineage *lineage,
                                 const seigr_id *id, uint32_t *index_out);

/* Role of the step from a capsule to the one before it in its chain. */
#define SEIGR_LINEAGE_PREVIOUS 0u
/* Index of what is not there. */
#define SEIGR_LINEAGE_ABSENT UINT32_MAX

/* A link as the lineage sees it. */
typedef struct seigr_lineage_link {
    seigr_id id;    /* what is linked to */
    uint32_t role;  /* SEIGR_LINEAGE_PREVIOUS or SEIGR_ROLE_* */
    uint32_t index; /* its position, or SEIGR_LINEAGE_ABSENT */
} seigr_lineage_link;

/*
 * A link of the capsule at index: previous first where there is one, then
 * the links as the capsule has them.
 *
 *   number  from 0, below the capsule's link_count.
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_link_at(const seigr_lineage *lineage,
                                    uint32_t index, uint32_t number,
                                    seigr_lineage_link *out);

/*
 * A capsule that names the one at index, ascending by ID; one that names it
 * several times comes as often.
 *
 *   number  from 0, below the capsule's child_count.
 *
 * Returns 0 and the child's position, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_child_at(const seigr_lineage *lineage,
                                     uint32_t index, uint32_t number,
                                     uint32_t *index_out);

/* --- What is missing -------------------------------------------------- */

#define SEIGR_GAP_LINK 1u /* a link to what is not there */
#define SEIGR_GAP_PREVIOUS                                                     \
    2u                        /* a previous that is not there, beside others   \
                                 of its sequence that are */
#define SEIGR_GAP_SEQUENCE 3u /* sequences of a chain that are not there */

/* One gap: the capsule that shows it, and what is missing. */
typedef struct seigr_lineage_gap {
    uint32_t type; /* SEIGR_GAP_* */
    uint32_t role; /* SEIGR_ROLE_* of a LINK, else SEIGR_LINEAGE_PREVIOUS */
    uint32_t from; /* position of the capsule that names it; for SEQUENCE
                      the one with sequence_last + 1 and the lowest ID */
    uint32_t has_id;
    seigr_id id;             /* what is not there; for SEQUENCE the ID of
                                sequence_last, if has_id */
    seigr_public_key issuer; /* of the chain; zeros for LINK */
    uint64_t stream;         /* of the chain */
    uint64_t sequence_first; /* missing, from and to; 0 for LINK */
    uint64_t sequence_last;
} seigr_lineage_gap;

/*
 * The gaps: first those of links in the order of the capsules, then those of
 * chains by issuer, stream and sequence. Whatever is named and not there is
 * in at least one.
 *
 * Returns their number.
 */
SEIGR_API uint32_t seigr_lineage_gap_count(const seigr_lineage *lineage);

/*
 * One gap.
 *
 *   number  from 0, below seigr_lineage_gap_count().
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_gap_at(const seigr_lineage *lineage,
                                   uint32_t number, seigr_lineage_gap *out);

/* --- Chains and forks ------------------------------------------------- */

/* The capsules of one issuer and stream. */
typedef struct seigr_lineage_chain {
    seigr_public_key issuer;
    uint64_t stream;
    uint64_t sequence_first; /* lowest that is there */
    uint64_t sequence_last;  /* highest that is there */
    uint32_t capsule_count;
    uint32_t range_count; /* runs of sequences that are there */
    uint32_t fork_count;  /* proofs among its capsules */
    uint32_t reserved;
} seigr_lineage_chain;

/*
 * The chains, ascending by issuer and stream. Streams that nobody here
 * names cannot be known of.
 *
 * Returns their number.
 */
SEIGR_API uint32_t seigr_lineage_chain_count(const seigr_lineage *lineage);

/*
 * One chain.
 *
 *   number  from 0, below seigr_lineage_chain_count().
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_chain_at(const seigr_lineage *lineage,
                                     uint32_t number, seigr_lineage_chain *out);

/*
 * A run of sequences of a chain of which each is there.
 *
 *   chain   from 0, below seigr_lineage_chain_count().
 *   number  from 0, below the chain's range_count; ascending.
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_range_at(const seigr_lineage *lineage,
                                     uint32_t chain, uint32_t number,
                                     uint64_t *first_out, uint64_t *last_out);

/* Two capsules that prove that an issuer broke a chain. */
typedef struct seigr_lineage_fork {
    uint32_t type;  /* SEIGR_FORK_* of seigr/capsule.h */
    uint32_t first; /* position of the one with the lower sequence, or of
                       the lower ID where both have one */
    uint32_t second;
    uint32_t reserved;
} seigr_lineage_fork;

/*
 * The proofs that the set holds, by issuer, stream and sequence. Of k
 * capsules that share a sequence there are k - 1, each with the lowest ID.
 * The bytes of the two capsules are the proof: whoever verifies both and
 * asks seigr_fork_check() knows as much as the lineage.
 *
 * Returns their number.
 */
SEIGR_API uint32_t seigr_lineage_fork_count(const seigr_lineage *lineage);

/*
 * One proof.
 *
 *   number  from 0, below seigr_lineage_fork_count().
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_lineage_fork_at(const seigr_lineage *lineage,
                                    uint32_t number, seigr_lineage_fork *out);

/* --- Relations -------------------------------------------------------- */

/*
 * Everything that a capsule comes from, as far as it is there.
 *
 *   index      the capsule's position; it is not among its ancestors.
 *   out        receives positions, ascending; may be NULL if room is 0.
 *   room       items of out.
 *   count_out  receives the number written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *count_out set and out unspecified;
 * SEIGR_E_NOTFOUND.
 */
SEIGR_API SEIGR_MUST_USE int seigr_lineage_ancestors(seigr_lineage *lineage,
                                                     uint32_t index,
                                                     uint32_t *out, size_t room,
                                                     size_t *count_out);

/*
 * Everything that comes from a capsule. As seigr_lineage_ancestors().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_lineage_descendants(seigr_lineage *lineage, uint32_t index, uint32_t *out,
                          size_t room, size_t *count_out);

/* A capsule on a path, and the role by which the one before names it. */
typedef struct seigr_lineage_step {
    uint32_t index;
    uint32_t role; /* SEIGR_LINEAGE_PREVIOUS for the first step */
} seigr_lineage_step;

/*
 * A shortest path from a capsule to one that it comes from. Of several, the
 * one that takes the earlier links.
 *
 *   from, to   positions; from is the descendant.
 *   out        receives the steps, from and to included; may be NULL if room
 *              is 0.
 *   count_out  receives the number written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *count_out set and out untouched;
 * SEIGR_E_NOTFOUND where to is no ancestor.
 */
SEIGR_API SEIGR_MUST_USE int seigr_lineage_path(seigr_lineage *lineage,
                                                uint32_t from, uint32_t to,
                                                seigr_lineage_step *out,
                                                size_t room, size_t *count_out);

/* --- The verdict ------------------------------------------------------ */

#define SEIGR_PROPERTY_INTEGRITY 1u    /* every ID is of its bytes */
#define SEIGR_PROPERTY_SIGNATURES 2u   /* every capsule is signed */
#define SEIGR_PROPERTY_CHAINS 3u       /* each names the one before it */
#define SEIGR_PROPERTY_FORKS 4u        /* no issuer signed two histories */
#define SEIGR_PROPERTY_REVOCATION 5u   /* not asked here */
#define SEIGR_PROPERTY_GRANTS 6u       /* not asked here */
#define SEIGR_PROPERTY_COMPLETENESS 7u /* all that is named is there */
#define SEIGR_PROPERTY_REPLAY 8u       /* not asked here */
#define SEIGR_PROPERTY_COUNT 8u

#define SEIGR_VERDICT_HOLDS 1u
#define SEIGR_VERDICT_BROKEN 2u
#define SEIGR_VERDICT_OPEN 3u /* what is missing could decide it */
#define SEIGR_VERDICT_NOT_ASKED 4u

#define SEIGR_VERDICT_TEXT_LEN 152u

/* One line of a verdict. */
typedef struct seigr_verdict_line {
    uint32_t property; /* SEIGR_PROPERTY_* */
    uint32_t status;   /* SEIGR_VERDICT_* */
    uint32_t count;    /* findings that make it BROKEN or OPEN */
    uint32_t has_id;
    seigr_id id; /* the capsule that decides it, if has_id: the first of the
                    findings */
    char text[SEIGR_VERDICT_TEXT_LEN]; /* one sentence, NUL-terminated */
} seigr_verdict_line;

/*
 * One line of the verdict.
 *
 *   property  SEIGR_PROPERTY_*.
 *
 * Returns 0; SEIGR_E_NOTFOUND for another property or before settling.
 */
SEIGR_API SEIGR_MUST_USE int seigr_lineage_verdict(const seigr_lineage *lineage,
                                                   uint32_t property,
                                                   seigr_verdict_line *out);

/*
 * A property's name: "integrity".
 *
 * Returns a static string; "unknown" for another number.
 */
SEIGR_API const char *seigr_property_name(uint32_t property);

/*
 * A status's name: "holds", "broken", "open", "not asked".
 *
 * Returns a static string; "unknown" for another number.
 */
SEIGR_API const char *seigr_verdict_name(uint32_t status);

/* --- For people ------------------------------------------------------- */

/* Where text goes, piece by piece, borrowed until it returns. Returns 0, or
 * a negative status code, which ends the call that writes and is returned. */
typedef int (*seigr_text_sink)(const char *text, size_t len, void *ctx);

/*
 * Write the lineage as text: capsules in order with their links, chains,
 * gaps, forks, verdict; a line each. Names are written so that nothing in
 * them reaches a terminal as a control: see docs/spec/lineage.md.
 *
 * Returns 0, or what the sink returned; SEIGR_E_INVAL before settling.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_lineage_write_text(const seigr_lineage *lineage, seigr_text_sink sink,
                         void *ctx);

/*
 * Write the lineage as a graph in the DOT language of Graphviz: a node a
 * capsule, dashed where it is only named, an edge a link, from the capsule
 * that names to the one named.
 *
 * Returns 0, or what the sink returned; SEIGR_E_INVAL before settling.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_lineage_write_dot(const seigr_lineage *lineage, seigr_text_sink sink,
                        void *ctx);

#ifdef __cplusplus
}
#endif

#endif
