/* SPDX-License-Identifier: MIT */
/*
 * trust.h - who may do what, why, and as of when, decided offline.
 *
 * What it is: a set of verified capsules, anchors that the user chose, and a
 * function that answers one question about them at one time. The answer
 * depends on these alone, never on the order in which they came, and carries
 * the path that led to it. What it is not: a store, a clock, or a judge of
 * content. docs/design/trust.md says against whom it holds.
 *
 * Memory: all of it is the caller's, about 260 bytes a capsule; no other is
 * asked for. Capsules' bytes are borrowed. Time: settling is n log n; a
 * decision costs logarithms, the chain that is presented and, where a key
 * has ended, a walk over its ancestors.
 *
 * Threads: one at a time per set; distinct sets are independent.
 */
#ifndef SEIGR_TRUST_H
#define SEIGR_TRUST_H

#include "seigr/base.h"      /* spans, context, status codes */
#include "seigr/capsule.h"   /* seigr_verified */
#include "seigr/statement.h" /* SEIGR_SCOPE_*, what statements say */

#ifdef __cplusplus
extern "C" {
#endif

/* --- Anchors ---------------------------------------------------------- */

/* A key that the user trusts without being told by others. */
typedef struct seigr_anchor {
    seigr_public_key key;
    uint32_t scope;  /* SEIGR_SCOPE_* */
    uint32_t weight; /* thousandths, 1 to 1000: where attestations begin */
} seigr_anchor;

/*
 * Read a roots file: one anchor a line, a did:key or a whole address, then a
 * scope as words with commas ("run,accept"; "all" unless told), then a
 * weight (1000 unless told). What follows a # is a comment.
 *
 *   text       the whole file.
 *   out        room for anchors; may be NULL if room is 0.
 *   count_out  receives the number read or needed.
 *   error      may be NULL; the sentence names line and column, offset the
 *              byte.
 *
 * Returns 0; SEIGR_E_ROOM with *count_out set; SEIGR_E_FORMAT;
 * SEIGR_E_UNSUPPORTED for another kind of key.
 */
SEIGR_API SEIGR_MUST_USE int seigr_roots_read(seigr_span text,
                                              seigr_anchor *out, size_t room,
                                              size_t *count_out,
                                              seigr_error *error);

/* Characters of the longest scope in words, the NUL not counted. */
#define SEIGR_SCOPE_TEXT_LEN 64u

/*
 * Write a scope in words with commas: "run,accept"; "all" for all of them;
 * "none" where no bit has a name.
 *
 *   out  receives the words and a NUL.
 */
SEIGR_API void seigr_scope_print(uint32_t scope,
                                 char out[SEIGR_SCOPE_TEXT_LEN + 1]);

/*
 * Read a scope in words with commas.
 *
 * Returns 0; SEIGR_E_FORMAT for a word that is none.
 */
SEIGR_API SEIGR_MUST_USE int seigr_scope_parse(seigr_span text, uint32_t *out);

/* --- The set ----------------------------------------------------------- */

/* Bounds of every decision, stated where they are met. */
#define SEIGR_TRUST_CHAIN_MAX 8u     /* grants in a chain */
#define SEIGR_TRUST_ROTATION_MAX 16u /* keys that follow each other */
#define SEIGR_TRUST_PATH_MAX 4u      /* attestations in a path */
#define SEIGR_TRUST_GRANTS_MAX 64u   /* grants tried where none is named */
#define SEIGR_TRUST_CAPSULE_MAX 4194304u
#define SEIGR_TRUST_ANCHOR_MAX 65536u

typedef struct seigr_trust seigr_trust;

/* Start from SEIGR_TRUST_OPTIONS_INIT. */
typedef struct seigr_trust_options {
    uint32_t struct_size;
    uint32_t capsule_max; /* kept, from 1 */
    uint32_t anchor_max;  /* kept */
    uint32_t seen_max;    /* proofs by checkpoints kept */
    /* The weight that attestations must reach for the scope of each bit, 0:
     * they decide nothing. */
    uint32_t weight_min[8];
} seigr_trust_options;

#define SEIGR_TRUST_OPTIONS_INIT                                               \
    {                                                                          \
        (uint32_t)sizeof(seigr_trust_options), 64, 16, 16,                     \
        {                                                                      \
            0                                                                  \
        }                                                                      \
    }

/*
 * The bytes that a set takes.
 *
 * Returns the length, or 0 where the options are out of bounds.
 */
SEIGR_API size_t seigr_trust_size(const seigr_trust_options *options);

/*
 * Begin an empty set in the caller's memory. It needs no fini.
 *
 *   memory   aligned for a pointer and a uint64_t; borrowed as long as the
 *            set is used.
 *   len      at least seigr_trust_size(options).
 *   context  needs crypto with sha256 and verify; copied, its tables
 *            borrowed.
 *   options  copied.
 *
 * Returns 0; SEIGR_E_ROOM; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_trust_init(void *memory, size_t len, const seigr_context *context,
                 const seigr_trust_options *options, seigr_trust **out);

/*
 * Trust a key without being told by others.
 *
 *   anchor  copied. One key may have several.
 *
 * Returns 0; SEIGR_E_FULL; SEIGR_E_INVAL for a scope or weight of 0, or a
 * weight over 1000.
 */
SEIGR_API SEIGR_MUST_USE int seigr_trust_anchor(seigr_trust *trust,
                                                const seigr_anchor *anchor);

/*
 * Put a capsule of any kind. Putting one that is there succeeds.
 *
 *   capsule  its bytes are borrowed as long as the set is used.
 *   error    may be NULL.
 *
 * Returns 0; SEIGR_E_FULL; SEIGR_E_FORMAT or SEIGR_E_LIMIT for a statement
 * that breaks a rule of seigr/statement.h. The set is as before a failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_trust_put(seigr_trust *trust,
                                             const seigr_verified *capsule,
                                             seigr_error *error);

/*
 * Put the proof that a CHECKPOINT's log had a capsule: where its issuer is an
 * anchor with scope time, it had then seen it, and all that it comes from.
 *
 *   checkpoint  read, not kept; its created_ms is the time.
 *   id          of a capsule that is put, before or after.
 *   index       of its entry in the log.
 *   path        path_count nodes of the inclusion proof (RFC 9162).
 *
 * Returns 0; SEIGR_E_FORMAT or SEIGR_E_MISMATCH where it proves nothing;
 * SEIGR_E_FULL; SEIGR_E_INVAL. The set is as before a failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_trust_put_proof(seigr_trust *trust, const seigr_verified *checkpoint,
                      const seigr_id *id, uint64_t index,
                      const seigr_hash *path, size_t path_count,
                      seigr_error *error);

/*
 * Work out how the capsules stand to each other. Needed after a put and
 * before a decision.
 *
 *   as_of_ms  0: everything counts. Else only what an anchor with scope time
 *             had seen by then, of another issuer than itself.
 */
SEIGR_API void seigr_trust_settle(seigr_trust *trust, uint64_t as_of_ms);

/*
 * When a capsule had been seen by an anchor with scope time.
 *
 * Returns 1 and the earliest such time, or 0.
 */
SEIGR_API int seigr_trust_seen(const seigr_trust *trust, const seigr_id *id,
                               uint64_t *at_ms_out);

/* --- Decisions --------------------------------------------------------- */

/* Why. The first ones allow, the others refuse. */
#define SEIGR_WHY_ANCHOR 1u /* it is an anchor, or follows one */
#define SEIGR_WHY_GRANT 2u  /* a chain of grants leads to it */
#define SEIGR_WHY_WEB 3u    /* attestations give it enough weight */
#define SEIGR_WHY_NO_PATH 16u
#define SEIGR_WHY_REVOKED 17u
#define SEIGR_WHY_ROTATED 18u /* another key took its place */
#define SEIGR_WHY_RETIRED 19u /* the key said its last word */
#define SEIGR_WHY_FORKED 20u  /* its key signed two histories */
#define SEIGR_WHY_EXPIRED 21u
#define SEIGR_WHY_NO_CLOCK 22u /* it expires, and no time was given */
#define SEIGR_WHY_WIDENED 23u  /* a grant is wider than its parent */
#define SEIGR_WHY_CHAIN_LONG 24u
#define SEIGR_WHY_CHAIN_GAP 25u /* a grant of the chain is not there */
#define SEIGR_WHY_AUDIENCE 26u  /* the grant is for somebody else */
#define SEIGR_WHY_SCOPE 27u     /* the grant does not include it */
#define SEIGR_WHY_RESOURCE 28u
#define SEIGR_WHY_LABELS 29u
#define SEIGR_WHY_FUEL 30u
#define SEIGR_WHY_MEMORY 31u
#define SEIGR_WHY_USES 32u         /* used as often as it may be */
#define SEIGR_WHY_NOT_ANCHORED 33u /* the first grant is of no anchor */
#define SEIGR_WHY_NOT_ISSUER 34u   /* a grant is not of its parent's audience */
#define SEIGR_WHY_WEIGHT 35u       /* attestations, but too few */
#define SEIGR_WHY_UNSEEN 36u       /* as of then nobody had seen it */

/*
 * A reason's name: "expired".
 *
 * Returns a static string; "unknown" for another number.
 */
SEIGR_API const char *seigr_why_name(uint32_t why);

/* What is asked. Start from SEIGR_QUESTION_INIT. */
typedef struct seigr_question {
    uint32_t struct_size;
    uint32_t scope; /* one of SEIGR_SCOPE_ADMIT to SEIGR_SCOPE_INTRODUCE */
    /* Who: the issuer of a capsule, whose own standing then counts too, or,
     * where that is NULL, a key, asked about what it signs from now on. */
    const seigr_verified *capsule; /* borrowed */
    const seigr_public_key *key;   /* borrowed */
    const seigr_id *grant;         /* the only grant to look at; NULL: that
                                      of the capsule's link with role GRANT,
                                      else any */
    seigr_span resource;           /* what it is done to; empty: no part */
    uint64_t now_ms;               /* Unix ms; 0: there is no clock */
    uint64_t fuel;                 /* that it takes */
    uint64_t memory;               /* bytes that it takes */
    uint64_t use_count;            /* how often the grant was used before */
} seigr_question;

#define SEIGR_QUESTION_INIT                                                    \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_question)                        \
    }

#define SEIGR_STEP_ANCHOR 1u      /* key is an anchor */
#define SEIGR_STEP_ROTATION 2u    /* by capsule id, key took the place */
#define SEIGR_STEP_GRANT 3u       /* by capsule id, key may */
#define SEIGR_STEP_ATTESTATION 4u /* by capsule id, key has weight */

/* One step from an anchor towards who is asked about. */
typedef struct seigr_trust_step {
    uint32_t type;   /* SEIGR_STEP_* */
    uint32_t weight; /* of an attestation's path so far */
    seigr_id id;
    seigr_public_key key;
} seigr_trust_step;

#define SEIGR_TRUST_STEPS 16u
#define SEIGR_TRUST_CHANGE_LEN 152u

/* The answer. Start from SEIGR_ANSWER_INIT. */
typedef struct seigr_answer {
    uint32_t struct_size;
    uint32_t why;    /* SEIGR_WHY_* */
    uint32_t weight; /* of the web's best path, where it was asked */
    uint32_t has_id;
    seigr_id id;     /* the capsule that decides a refusal, if has_id */
    uint64_t now_ms; /* the time that was used, 0: none */
    uint64_t cost;   /* capsules looked at */
    /* What a grant allows, 0: no bound. */
    uint64_t expires_ms;
    uint64_t use_max;
    uint64_t fuel_max;
    uint64_t memory_max;
    uint32_t step_count; /* at most SEIGR_TRUST_STEPS are kept */
    uint32_t reserved;
    seigr_trust_step steps[SEIGR_TRUST_STEPS]; /* from the anchor on */
    char text[SEIGR_ERROR_TEXT_LEN];     /* one sentence, NUL-terminated */
    char change[SEIGR_TRUST_CHANGE_LEN]; /* what would change it */
} seigr_answer;

#define SEIGR_ANSWER_INIT                                                      \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_answer)                          \
    }

/*
 * Answer a question. The default is to refuse.
 *
 *   answer  filled for 0, SEIGR_E_DENIED and SEIGR_E_QUOTA.
 *
 * Returns 0: it may; SEIGR_E_DENIED; SEIGR_E_QUOTA where the grant is used
 * up; SEIGR_E_INVAL, also where the set is not settled.
 */
SEIGR_API SEIGR_MUST_USE int seigr_trust_decide(seigr_trust *trust,
                                                const seigr_question *question,
                                                seigr_answer *answer);

/* Characters of the resource that a task is, the NUL not counted. */
#define SEIGR_TRUST_RESOURCE_LEN 120u

/*
 * The resource that running a program is: "program/" and its address.
 *
 *   out  receives the characters and a NUL.
 */
SEIGR_API void
seigr_trust_program_resource(const seigr_id *program,
                             char out[SEIGR_TRUST_RESOURCE_LEN + 1]);

/*
 * May a task be run? Asks for scope run, with the fuel and the memory that
 * it states, of the program that it names, by the grants that it links to.
 *
 *   task       a verified TASK capsule.
 *   now_ms     as in seigr_question.
 *   use_count  how often a task was run before under the same grant.
 *   answer     as of seigr_trust_decide().
 *
 * Returns as seigr_trust_decide(); SEIGR_E_FORMAT or SEIGR_E_LIMIT where the
 * task breaks a rule of seigr/task.h.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_trust_admit(seigr_trust *trust, const seigr_verified *task,
                  uint64_t now_ms, uint64_t use_count, seigr_answer *answer);

#ifdef __cplusplus
}
#endif

#endif
