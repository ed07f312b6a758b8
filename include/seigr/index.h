/* SPDX-License-Identifier: MIT */
/*
 * index.h - the senary index: one digest over a set of IDs, and proofs that
 * an ID is in the set or is not (FORMATS 6, docs/spec/index.md).
 *
 * What it is: a Merkle trie of base 6 over IDs that somebody else keeps in
 * order. It holds nothing itself: the IDs and a table of inner nodes are
 * handed in, so that an index of any size needs a few KiB of memory. What it
 * is not: a way to get capsules, or a judgement about who built the trie.
 *
 * Threads: functions may be called from any thread; a source is used by one
 * at a time.
 */
#ifndef SEIGR_INDEX_H
#define SEIGR_INDEX_H

#include "seigr/base.h"   /* seigr_id, seigr_hash, spans, status codes */
#include "seigr/senary.h" /* seigr_prefix */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_INDEX_DIGITS_MAX 100u /* of a prefix: a whole ID */
#define SEIGR_INDEX_LEAF_MAX 36u    /* IDs of a leaf; more make an inner node */
#define SEIGR_INDEX_NODE_LEN 240u   /* six times count and digest */
/* No proof is longer: 100 levels and a leaf. */
#define SEIGR_INDEX_PROOF_MAX 27200u

/* A set of IDs, as the index sums it up. */
typedef struct seigr_index_sum {
    uint64_t count;
    seigr_hash digest; /* 32 zero bytes where count is 0 */
} seigr_index_sum;

/*
 * An inner node: for each digit 0 to 5 the count of IDs below it, 8 bytes
 * big-endian, and their digest. Only prefixes with more than
 * SEIGR_INDEX_LEAF_MAX IDs have one. Its bytes are what a table keeps.
 */
typedef struct seigr_index_node {
    uint8_t bytes[SEIGR_INDEX_NODE_LEN];
} seigr_index_node;

/*
 * What an index stands on: sorted IDs and a table of inner nodes. A prefix
 * here has 0 to SEIGR_INDEX_DIGITS_MAX digits. Every function returns 0 or a
 * status code, which ends the call that asked and is returned.
 */
typedef struct seigr_index_source {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    /* IDs from `from` on, it included, in ascending order, each once: as many
     * as there are, at most room. */
    int (*ids)(const seigr_id *from, seigr_id *out, size_t room,
               size_t *count_out, void *ctx);
    /* The node of a prefix; SEIGR_E_NOTFOUND where there is none. */
    int (*node_get)(const seigr_prefix *prefix, seigr_index_node *out,
                    void *ctx);
    /* Keep a node, in the place of an earlier one. Refreshing alone asks. */
    int (*node_put)(const seigr_prefix *prefix, const seigr_index_node *node,
                    void *ctx);
    /* Forget a node that is there. Refreshing alone asks. */
    int (*node_remove)(const seigr_prefix *prefix, void *ctx);
    void *ctx;
} seigr_index_source;

#define SEIGR_INDEX_SOURCE_INIT                                                \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_index_source)                    \
    }

/*
 * Bring the table of nodes up to date with the IDs. Until then everything
 * below answers wrongly or with SEIGR_E_CORRUPT; a store refreshes when it
 * is asked for a root, not at every change. With an empty table the whole
 * index is built, whatever touched says.
 *
 *   context  needs crypto with sha256.
 *   touched  the IDs that came or went since the last time, ascending; one
 *            that came and went again does no harm.
 *
 * Returns 0; SEIGR_E_INVAL where touched does not ascend; SEIGR_E_CORRUPT
 * where the source does not keep its promises; what the source returned.
 * After a failure the table is of no use unless the caller takes the
 * changes back.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_index_refresh(const seigr_context *context,
                    const seigr_index_source *source, const seigr_id *touched,
                    size_t touched_count);

/*
 * The count and digest of the IDs under a prefix; those of all IDs, which is
 * the root, under the prefix of no digits.
 *
 *   context  needs crypto with sha256.
 *   prefix   NULL: no digits. Digits above 100 are not looked at.
 *   out      untouched on failure.
 *
 * Returns 0; SEIGR_E_CORRUPT; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_index_sum_of(const seigr_context *context,
                   const seigr_index_source *source, const seigr_prefix *prefix,
                   seigr_index_sum *out);

/*
 * Count the IDs of a range, in one step a digit of depth.
 *
 *   first, last  both in the range; an empty range where first is above last.
 *
 * Returns 0; SEIGR_E_CORRUPT; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int seigr_index_count(const seigr_index_source *source,
                                               const seigr_id *first,
                                               const seigr_id *last,
                                               uint64_t *count_out);

/*
 * Read the IDs under a prefix, ascending.
 *
 *   prefix     NULL: all IDs. Digits above 100 are not looked at.
 *   after      start behind this ID; NULL: at the first.
 *   out        room for as many IDs as are wanted.
 *   count_out  receives how many were written; less than room: the end.
 *
 * Returns 0, or what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int seigr_index_walk(const seigr_index_source *source,
                                              const seigr_prefix *prefix,
                                              const seigr_id *after,
                                              seigr_id *out, size_t room,
                                              size_t *count_out);

/*
 * Prove that an ID is in the set, or that it is not.
 *
 *   out      room for the proof, SEIGR_INDEX_PROOF_MAX at most; {NULL, 0}
 *            asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set and the content of out
 * unspecified; SEIGR_E_CORRUPT; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int seigr_index_prove(const seigr_index_source *source,
                                               const seigr_id *id,
                                               seigr_buf out, size_t *len_out);

/*
 * Check a proof. It needs no index, no store and no heap. It holds against
 * this root alone: that whoever signed the root built the trie honestly is
 * shown only by building it again.
 *
 *   context         needs crypto with sha256.
 *   root            as a checkpoint states it.
 *   proof           as seigr_index_prove() wrote it, from anybody.
 *   is_present_out  receives 1 or 0: the ID is in the set or is not.
 *   error           may be NULL; offset counts in proof.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED for bytes that are no proof
 * for this ID; SEIGR_E_MISMATCH for a proof of another root.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_index_verify(const seigr_context *context, const seigr_index_sum *root,
                   const seigr_id *id, seigr_span proof,
                   uint32_t *is_present_out, seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
