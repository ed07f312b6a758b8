/* SPDX-License-Identifier: MIT */
/*
 * journal.h - the execution log: which capsule was kept after which, in an
 * append-only tree whose root a checkpoint signs (FORMATS 7, docs/spec/log.md).
 *
 * What it is: the RFC 9162 tree over the IDs of a log that somebody else
 * keeps, its roots at any size, proofs, and receipts (RFC 9942) that other
 * tools verify. It holds nothing itself: the entries and a table of inner
 * nodes, one for 16 entries, are handed in. What it is not: the signature
 * under a root (checkpoint.h).
 *
 * Threads: functions may be called from any thread; a source is used by one
 * at a time.
 */
#ifndef SEIGR_JOURNAL_H
#define SEIGR_JOURNAL_H

#include "seigr/base.h"   /* spans, status codes, seigr_id */
#include "seigr/crypto.h" /* seigr_merkle, seigr_signer */

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a journal stands on. Every function returns 0 or a status code, which
 * ends the call that asked and is returned. A node stands at a level that is
 * a multiple of SEIGR_JOURNAL_STEP, above 0: node `index` of level k is the
 * head of the entries from index * 2^k on, 2^k of them.
 */
typedef struct seigr_journal_source {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    /* Exactly count entries from number first on, which are there. */
    int (*entries)(uint64_t first, seigr_id *out, size_t count, void *ctx);
    /* A node that was put. */
    int (*node_get)(uint32_t level, uint64_t index, seigr_hash *out, void *ctx);
    /* Keep a node. Appending alone asks. */
    int (*node_put)(uint32_t level, uint64_t index, const seigr_hash *node,
                    void *ctx);
    void *ctx;
} seigr_journal_source;

#define SEIGR_JOURNAL_STEP 4u

#define SEIGR_JOURNAL_SOURCE_INIT                                              \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_journal_source)                  \
    }

/*
 * Come back to a log of so many entries: what seigr_journal_append() goes on
 * from. A program that keeps the tree itself need not.
 *
 *   context   needs crypto with sha256.
 *   tree_out  receives the right edge; untouched on failure.
 *
 * Returns 0; SEIGR_E_LIMIT; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_journal_open(const seigr_context *context,
                   const seigr_journal_source *source, uint64_t size,
                   seigr_merkle *tree_out);

/*
 * An entry was added to the log as number tree->count: bring the tree and the
 * table of nodes up to date.
 *
 *   context  needs crypto with sha256.
 *   tree     the right edge, from seigr_merkle_init() or
 *            seigr_journal_open(); as before on failure.
 *   id       the entry.
 *
 * Returns 0; SEIGR_E_LIMIT at 2^48 - 1 entries; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_journal_append(const seigr_context *context,
                     const seigr_journal_source *source, seigr_merkle *tree,
                     const seigr_id *id);

/*
 * The root of the log when it had so many entries.
 *
 *   size  0 to the entries that are there.
 *
 * Returns 0; SEIGR_E_LIMIT; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_journal_root(const seigr_context *context,
                   const seigr_journal_source *source, uint64_t size,
                   seigr_hash *out);

/*
 * Prove that an entry is in the log of so many entries, for
 * seigr_merkle_verify_inclusion(), whose leaf is SHA-256(0x00 || ID).
 *
 *   index      of the entry, below size.
 *   path       room for SEIGR_MERKLE_PATH_MAX nodes.
 *   count_out  receives how many were written.
 *
 * Returns 0; SEIGR_E_INVAL where index is not below size; what the source
 * returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_journal_inclusion(const seigr_context *context,
                        const seigr_journal_source *source, uint64_t index,
                        uint64_t size, seigr_hash *path, size_t *count_out);

/*
 * Prove that the log of `first` entries is the beginning of that of `second`,
 * for seigr_merkle_verify_consistency().
 *
 *   path, count_out  as above.
 *
 * Returns 0; SEIGR_E_INVAL where first is 0 or above second; what the source
 * returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_journal_consistency(const seigr_context *context,
                          const seigr_journal_source *source, uint64_t first,
                          uint64_t second, seigr_hash *path, size_t *count_out);

/* --- Receipts ---------------------------------------------------------- */

/* The type that a receipt states, and the bytes that one has at most. */
#define SEIGR_JOURNAL_RECEIPT_TYPE "application/seigr-log"
#define SEIGR_JOURNAL_RECEIPT_MAX 1900u

/*
 * Sign a receipt: a COSE Receipt (RFC 9942) that an entry is in the log of so
 * many entries.
 *
 *   context        needs crypto with sha256.
 *   index, size    as for seigr_journal_inclusion().
 *   signer         the node's key.
 *   out, len_out   room for SEIGR_JOURNAL_RECEIPT_MAX; {NULL, 0} asks for the
 *                  length needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set; SEIGR_E_INVAL where index is not
 * below size; SEIGR_E_KEY from the signer; what the source returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_journal_receipt(const seigr_context *context,
                      const seigr_journal_source *source, uint64_t index,
                      uint64_t size, const seigr_signer *signer, seigr_buf out,
                      size_t *len_out, seigr_error *error);

/* A receipt that was checked. Start from SEIGR_JOURNAL_RECEIPT_INFO_INIT. The
 * signature is over the root; index and size are facts only if a checkpoint
 * of the issuer states this root with this size. */
typedef struct seigr_journal_receipt_info {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    seigr_public_key issuer;
    uint64_t index;
    uint64_t size;
    seigr_hash root;
} seigr_journal_receipt_info;

#define SEIGR_JOURNAL_RECEIPT_INFO_INIT                                        \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_journal_receipt_info)            \
    }

/*
 * Check a receipt for an ID. It needs no log, no store and no heap.
 *
 *   context  needs crypto.
 *   id       what the receipt is said to be about.
 *   receipt  exactly its bytes, from anybody.
 *   out      untouched on failure.
 *   error    may be NULL; offset counts in receipt.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED; SEIGR_E_UNSUPPORTED for
 * another algorithm or tree; SEIGR_E_SIGNATURE, also where the receipt is of
 * another ID.
 */
SEIGR_API SEIGR_MUST_USE int seigr_journal_receipt_verify(
    const seigr_context *context, const seigr_id *id, seigr_span receipt,
    seigr_journal_receipt_info *out, seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
