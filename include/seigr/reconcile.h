/* SPDX-License-Identifier: MIT */
/*
 * reconcile.h - what two sets of IDs do not have in common, found in one
 * stream of symbols: a rateless invertible Bloom lookup table (Yang, Gilad,
 * Alizadeh, 2024), keyed with SipHash.
 *
 * One side sends symbols of its set, from the first on, until the other,
 * which subtracts those of its own, has the whole difference. It takes about
 * 1.4 symbols of 43 bytes a difference, however large the sets are. Where a
 * bound is reached first, the sets are taken apart by a prefix of the senary
 * index, and each part is done by itself.
 *
 * The key is drawn anew for each exchange, so that nobody can have put IDs in
 * a store that hinder it. A peer that sends wrong symbols wins a refusal, or
 * a difference that is not one: what is fetched because of it is verified
 * like anything.
 *
 * Threads: functions without a handle may be called from any thread.
 */
#ifndef SEIGR_RECONCILE_H
#define SEIGR_RECONCILE_H

#include "seigr/base.h" /* seigr_id, spans, context */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_RECONCILE_SYMBOLS_MAX ((uint64_t)1 << 24)
#define SEIGR_SYMBOL_LEN_MAX 50u /* bytes of one on the wire */

/* A sum over the IDs that fall in it. */
typedef struct seigr_symbol {
    uint8_t sum[SEIGR_ID_LEN]; /* exclusive or */
    uint64_t check;            /* exclusive or of their hashes */
    int64_t count;
} seigr_symbol;

/* A set of IDs, in any order, each once. */
typedef struct seigr_id_source {
    uint32_t struct_size;
    uint32_t reserved;        /* zero */
    int (*rewind)(void *ctx); /* to the first: 0, SEIGR_E_* */
    int (*next)(const seigr_id **out, void *ctx); /* 1 and one, borrowed until
                                        the next call; 0: no more; SEIGR_E_* */
    void *ctx;
} seigr_id_source;

/* A difference. */
typedef struct seigr_difference {
    seigr_id id;
    uint32_t is_ours;  /* 1: the other side lacks it; 0: we do */
    uint32_t reserved; /* zero */
} seigr_difference;

/*
 * Compute symbols of a set.
 *
 *   key          of the exchange.
 *   source       gone through once.
 *   from, count  which symbols; from + count at most
 *                SEIGR_RECONCILE_SYMBOLS_MAX.
 *   out          room for count.
 *
 * Returns 0; SEIGR_E_INVAL; what the source returns.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_reconcile_symbols(const uint64_t key[2], const seigr_id_source *source,
                        uint64_t from, uint64_t count, seigr_symbol *out);

/*
 * Find the differences of two sets from their first symbols.
 *
 *   context  needs allocator.
 *   theirs   count symbols of the other side, from the first on.
 *   ours     as many of our own; overwritten, whatever is returned.
 *   out      room for count differences.
 *   count_out  receives how many there are.
 *
 * Returns 0; SEIGR_E_AGAIN where more symbols are needed; SEIGR_E_FORMAT for
 * symbols that are of no set; SEIGR_E_NOMEM; SEIGR_E_INVAL. out then holds
 * nothing of use.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_reconcile_decode(const seigr_context *context, const uint64_t key[2],
                       const seigr_symbol *theirs, seigr_symbol *ours,
                       uint64_t count, seigr_difference *out,
                       uint64_t *count_out);

/*
 * Write a symbol: sum, check (8 bytes, big-endian), count (zigzag, LEB128).
 *
 *   out  room for SEIGR_SYMBOL_LEN_MAX bytes.
 *
 * Returns the length.
 */
SEIGR_API size_t seigr_symbol_encode(const seigr_symbol *symbol, uint8_t *out);

/*
 * Read a symbol.
 *
 *   bytes  moved behind what was read; as it was on failure.
 *   out    untouched on failure.
 *
 * Returns 0; SEIGR_E_TRUNCATED; SEIGR_E_FORMAT for a count that is not of
 * least length or no 64-bit number.
 */
SEIGR_API SEIGR_MUST_USE int seigr_symbol_decode(seigr_span *bytes,
                                                 seigr_symbol *out);

#ifdef __cplusplus
}
#endif

#endif
