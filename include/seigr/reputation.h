/* SPDX-License-Identifier: MIT */
/*
 * reputation.h - how far a worker's results are believed, from checked ones
 * alone, and how often the next is checked.
 *
 * What it is: counts of results that were checked and held or did not, per
 * worker and scope, fading with time; an upper confidence bound on its error;
 * a rule for replication. Everybody computes it from RESULT, DISPUTE and fork
 * proof capsules that anybody can check again; nobody's opinion is in it. All
 * arithmetic is of integers, so that every machine has the same figures. What
 * it is not: trust in a key (trust.h), or a store of what was seen.
 *
 * Threads: everything here is a value.
 */
#ifndef SEIGR_REPUTATION_H
#define SEIGR_REPUTATION_H

#include "seigr/base.h"    /* status codes */
#include "seigr/capsule.h" /* seigr_verified */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_REPUTATION_PPB 1000000000u /* the whole, in parts of 10^9 */

/* What is known of one worker in one scope. Zero is a stranger. */
typedef struct seigr_reputation {
    uint64_t at_ms;   /* to which the counts have faded */
    uint64_t good;    /* checked results that held, in 65536ths */
    uint64_t bad;     /* that did not */
    uint32_t is_liar; /* a false result or a fork was proved: it stays */
    uint32_t reserved;
} seigr_reputation;

#define SEIGR_CHECK_GOOD 1u  /* another's result, or one's own run, agreed */
#define SEIGR_CHECK_BAD 2u   /* it was late, or gave nothing that counts */
#define SEIGR_CHECK_FALSE 3u /* a dispute or a fork proved it false */

/*
 * Take the outcome of one check in. Those that were accepted unchecked are
 * none: they say nothing.
 *
 *   check         SEIGR_CHECK_*.
 *   at_ms         of the check, by the caller's clock; in any order.
 *   half_life_ms  after which a check counts half; 0: it never fades.
 *
 * Returns 0 or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_reputation_note(seigr_reputation *reputation,
                                                   uint32_t check,
                                                   uint64_t at_ms,
                                                   uint64_t half_life_ms);

/*
 * The error rate that a worker stays below, with 95 % confidence: Wilson's
 * upper bound on what was checked. 10^9 for a stranger or a liar.
 *
 * Returns parts of 10^9.
 */
SEIGR_API uint32_t
seigr_reputation_error_max(const seigr_reputation *reputation);

/* When to check. Start from SEIGR_REPLICATION_INIT. */
typedef struct seigr_replication {
    uint32_t struct_size;
    uint32_t error_ppb; /* every result is checked until a worker's error is
                           surely below this */
    uint32_t least_ppb; /* and then at least so often */
    uint32_t reserved;  /* zero */
} seigr_replication;

#define SEIGR_REPLICATION_INIT                                                 \
    {                                                                          \
        (uint32_t)sizeof(seigr_replication), 250000000u, 20000000u, 0          \
    }

/*
 * How probably the next result of a worker is to be checked. A liar's is not
 * asked for at all.
 *
 *   replication  SEIGR_REPLICATION_INIT, or others' wishes.
 *
 * Returns parts of 10^9: all for a stranger, then falling with the square of
 * the error bound, never below least_ppb; 0 for NULL arguments.
 */
SEIGR_API uint32_t seigr_replication_chance(
    const seigr_reputation *reputation, const seigr_replication *replication);

/*
 * Do two RESULT capsules of different issuers agree on one task?
 *
 *   context  needs crypto.
 *   error    may be NULL.
 *
 * Returns 1: each is a good check of the other; 0: they differ, and one of
 * them is wrong; SEIGR_E_MISMATCH where they cannot be compared, being of
 * one issuer or of two tasks; what seigr_result_decode() refuses.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_reputation_agree(const seigr_context *context, const seigr_verified *a,
                       const seigr_verified *b, seigr_error *error);

/* Bits of what a dispute proves wrong. */
#define SEIGR_WRONG_A 1u
#define SEIGR_WRONG_B 2u

/*
 * Which of two results a DISPUTE proves wrong. What it has each of them say
 * is compared with what they say; what its judge found is proved to whoever
 * believes the judge, or runs the one interval again that it names.
 *
 *   context    needs crypto.
 *   a, b       the RESULT capsules that it names, in its order.
 *   wrong_out  receives SEIGR_WRONG_* bits; untouched on failure.
 *   error      may be NULL.
 *
 * Returns 0; SEIGR_E_MISMATCH where it is of other results, or has them say
 * what they do not; SEIGR_E_UNSUPPORTED where a result has more roots than
 * stand in it; what decoding refuses.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_reputation_dispute(const seigr_context *context,
                         const seigr_verified *dispute, const seigr_verified *a,
                         const seigr_verified *b, uint32_t *wrong_out,
                         seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
