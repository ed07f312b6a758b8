/* SPDX-License-Identifier: MIT */
/*
 * store.h - keeps verified capsules under their identity.
 *
 * Only a verified capsule can be put in, and only content that a kept
 * capsule names, so a store never fills with what nobody signed. What comes
 * out is bytes again: they hash to their identity, but others can write to a
 * disk, so decode and verify them before use. Where bytes are kept is up to a
 * backend: memory here, a disk in seigr/sys/disk.h, others by
 * seigr/sys/store_backend.h.
 *
 * Threads: one at a time per store; distinct stores are independent.
 */
#ifndef SEIGR_STORE_H
#define SEIGR_STORE_H

#include "seigr/base.h"              /* seigr_span, seigr_id, SEIGR_E_* */
#include "seigr/body.h"              /* seigr_body_leaves */
#include "seigr/capsule.h"           /* seigr_verified */
#include "seigr/checkpoint.h"        /* seigr_checkpoint */
#include "seigr/index.h"             /* seigr_index_source */
#include "seigr/journal.h"           /* seigr_journal_source */
#include "seigr/senary.h"            /* seigr_prefix */
#include "seigr/sys/store_backend.h" /* seigr_store_backend */

#ifdef __cplusplus
extern "C" {
#endif

/* --- Opening ---------------------------------------------------------- */

typedef struct seigr_store seigr_store;

/* Start from SEIGR_STORE_OPTIONS_INIT. Fields are only ever appended, and
 * struct_size says which of them the caller was compiled with. */
typedef struct seigr_store_options {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    /* Sum of the bytes of capsules, leaf lists and chunks that may be kept,
     * beside what seigr_store_limit() has set; 0: no bound. */
    uint64_t size_bytes_max;
} seigr_store_options;

#define SEIGR_STORE_OPTIONS_INIT                                               \
    {                                                                          \
        (uint32_t)sizeof(seigr_store_options), 0, 0                            \
    }

/*
 * Begin to use what a backend keeps.
 *
 *   context  needs allocator and crypto with sha256; borrowed until close.
 *   backend  copied and taken over: closed with the store, and after a
 *            failure too.
 *   options  NULL for the defaults; copied.
 *   out      released with seigr_store_close(); untouched on failure.
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_open(
    const seigr_context *context, const seigr_store_backend *backend,
    const seigr_store_options *options, seigr_store **out, seigr_error *error);

/*
 * End, when no transaction and no collection is open. NULL is fine.
 */
SEIGR_API void seigr_store_close(seigr_store *store);

/* --- Transactions ----------------------------------------------------- */

/*
 * A state of the store, as it was when the transaction began, with what the
 * transaction itself changed since. Everything below reads and writes in
 * one. Several that read can be open beside one that writes.
 */
typedef struct seigr_store_txn seigr_store_txn;

/*
 * Begin a transaction.
 *
 *   mode  SEIGR_STORE_READ or SEIGR_STORE_WRITE, which waits until no other
 *         process writes.
 *   out   ended by seigr_store_commit() or seigr_store_abort().
 *
 * Returns 0; SEIGR_E_AGAIN where a transaction of this store that writes is
 * open, or where the backend holds no further snapshot; SEIGR_E_UNSUPPORTED
 * on a medium that is read-only; SEIGR_E_IO; SEIGR_E_FULL; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_begin(seigr_store *store,
                                               uint32_t mode,
                                               seigr_store_txn **out,
                                               seigr_error *error);

/*
 * Make all changes durable, together. The transaction is ended in any case.
 *
 *   txn  one that reads is only ended.
 *
 * Returns 0; SEIGR_E_FULL, SEIGR_E_IO: the store is as before the
 * transaction; what failed in the transaction before: then nothing of it is
 * kept.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_commit(seigr_store_txn *txn,
                                                seigr_error *error);

/*
 * End without a change. NULL is fine.
 */
SEIGR_API void seigr_store_abort(seigr_store_txn *txn);

/* --- Putting ---------------------------------------------------------- */

/* What became of a capsule. Start from SEIGR_STORE_PUT_INFO_INIT. */
typedef struct seigr_store_put_info {
    uint32_t struct_size;
    uint32_t is_new;    /* 0: it was there already, and nothing changed */
    uint32_t fork_type; /* SEIGR_FORK_* where this put showed a fork, else 0 */
    uint32_t reserved;
    seigr_id fork_with; /* the other capsule of the proof, if fork_type */
} seigr_store_put_info;

#define SEIGR_STORE_PUT_INFO_INIT                                              \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_store_put_info)                  \
    }

/*
 * Keep capsules in a transaction of their own: all of them or none. Putting
 * one that is kept already succeeds and changes nothing.
 *
 *   capsules  copied: may be released as soon as this returns.
 *   infos     NULL, or as many as capsules: receive what became of each;
 *             untouched on failure.
 *
 * Returns 0 when they are durable; as seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_put_all(seigr_store *store,
                                                 const seigr_verified *capsules,
                                                 size_t count,
                                                 seigr_store_put_info *infos,
                                                 seigr_error *error);

/*
 * Keep a capsule. One that forks its issuer's chain is kept beside the other,
 * and the two are kept as a proof. One that is there but damaged is not
 * mended: see seigr_store_mend().
 *
 *   txn      one that writes.
 *   capsule  copied.
 *   info     may be NULL; untouched on failure.
 *
 * Returns 0; SEIGR_E_FULL where the bound would be passed, or from the
 * backend; SEIGR_E_LIMIT where the backend takes none so long; SEIGR_E_IO.
 * After a failure but SEIGR_E_FULL by the bound, SEIGR_E_LIMIT or
 * SEIGR_E_INVAL the transaction can only be aborted.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_put(seigr_store_txn *txn,
                                             const seigr_verified *capsule,
                                             seigr_store_put_info *info,
                                             seigr_error *error);

/*
 * Replace the damaged bytes of a capsule that is kept.
 *
 * Returns 1 where they were damaged and are replaced, 0 where they are good;
 * SEIGR_E_NOTFOUND where the capsule is not kept; as seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_mend(seigr_store_txn *txn,
                                              const seigr_verified *capsule,
                                              seigr_error *error);

/*
 * Keep the leaf list of a body that a kept capsule names by its root. It must
 * come before the chunks. One that is kept already is read again and mended
 * where it is damaged.
 *
 *   body    of the capsule, form SEIGR_BODY_ROOT.
 *   leaves  array or get; borrowed until this returns.
 *
 * Returns 0; SEIGR_E_NOTFOUND where no kept capsule names the root;
 * SEIGR_E_MISMATCH where the head of the list is another; what get returned;
 * as seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_put_leaves(seigr_store_txn *txn, const seigr_body *body,
                       const seigr_body_leaves *leaves, seigr_error *error);

/*
 * Keep a chunk that a kept leaf list names. One that is kept already is read
 * again and mended where it is damaged.
 *
 *   chunk  1 to SEIGR_BODY_CHUNK_LEN bytes; copied.
 *
 * Returns 0; SEIGR_E_NOTFOUND where no kept leaf list names it; as
 * seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_put_chunk(seigr_store_txn *txn,
                                                   seigr_span chunk,
                                                   seigr_error *error);

/* --- Getting ---------------------------------------------------------- */

/*
 * Whether a capsule is kept.
 *
 * Returns 1 or 0; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_has(seigr_store_txn *txn,
                                             const seigr_id *id);

/*
 * Get a capsule's bytes back. They hash to the identity; their signature is
 * not looked at: they go through the door again.
 *
 *   out      room; {NULL, 0} asks for the length. SEIGR_STORE_VALUE_MAX is
 *            always enough.
 *   len_out  receives the length; also with SEIGR_E_ROOM.
 *   error    may be NULL.
 *
 * Returns 0; SEIGR_E_NOTFOUND; SEIGR_E_ROOM with the content of out
 * unspecified; SEIGR_E_CORRUPT where the bytes are not the capsule's;
 * SEIGR_E_AGAIN where the transaction is too old and must begin anew;
 * SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_get(seigr_store_txn *txn,
                                             const seigr_id *id, seigr_buf out,
                                             size_t *len_out,
                                             seigr_error *error);

/*
 * Get a capsule of a log number: the order in which capsules were kept.
 *
 *   number  from 0; a capsule that was removed has kept its number.
 *
 * Returns 0; SEIGR_E_NOTFOUND past the end of the log; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_at(seigr_store_txn *txn,
                                            uint64_t number, seigr_id *out);

/*
 * Get some leaves of a body's list.
 *
 *   first      the first leaf wanted.
 *   out        room for as many as are wanted.
 *   count_out  receives how many there are, less than room at the end.
 *
 * Returns 0; SEIGR_E_NOTFOUND where no list of this body is kept;
 * SEIGR_E_CORRUPT; SEIGR_E_AGAIN; SEIGR_E_IO. That the list is whole is for
 * seigr_body_check to say.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_get_leaves(seigr_store_txn *txn, const seigr_hash *root,
                       uint64_t first, seigr_hash *out, size_t room,
                       size_t *count_out);

/*
 * Get a chunk. It hashes to its leaf.
 *
 *   out      room; {NULL, 0} asks for the length.
 *   len_out  receives the length; also with SEIGR_E_ROOM.
 *
 * Returns as seigr_store_get().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_get_chunk(seigr_store_txn *txn, const seigr_hash *leaf,
                      seigr_buf out, size_t *len_out, seigr_error *error);

/* --- Finding ---------------------------------------------------------- */

/*
 * A range of what is kept, and how far it was read. A plain value, made by
 * one of the functions below and used up by seigr_store_next(); what changes
 * meanwhile in the transaction may or may not be met.
 */
typedef struct seigr_store_cursor {
    uint32_t private_table;
    uint32_t private_is_end;
    uint8_t private_at[SEIGR_STORE_KEY_MAX];
    uint8_t private_last[SEIGR_STORE_KEY_MAX];
} seigr_store_cursor;

/*
 * All capsules, ascending by ID.
 *
 *   prefix  of their addresses; NULL: all. Digits above 100 are not looked
 *           at.
 */
SEIGR_API void seigr_store_by_id(seigr_store_cursor *cursor,
                                 const seigr_prefix *prefix);

/* Everything in seigr_store_by_chain(). */
#define SEIGR_STORE_ANY UINT64_MAX

/*
 * The capsules of an issuer, ascending by stream and sequence; where a chain
 * forks, those of one sequence in the order of keeping.
 *
 *   stream          which, or SEIGR_STORE_ANY for all of them: then first is
 *                   not looked at.
 *   sequence_first  begin with this sequence; 0: the first.
 */
SEIGR_API void seigr_store_by_chain(seigr_store_cursor *cursor,
                                    const seigr_public_key *issuer,
                                    uint64_t stream, uint64_t sequence_first);

/*
 * The capsules of a kind, in the order of keeping.
 */
SEIGR_API void seigr_store_by_kind(seigr_store_cursor *cursor, uint32_t kind);

/*
 * The capsules with a label, in the order of keeping for each value.
 *
 *   context  needs crypto with sha256.
 *   value    NULL: of any value.
 */
SEIGR_API void seigr_store_by_label(const seigr_context *context,
                                    seigr_store_cursor *cursor, seigr_span key,
                                    const seigr_span *value);

/*
 * The capsules that link to one, kept or not: its children. Those that name
 * it as previous are found by its chain.
 *
 *   role  SEIGR_ROLE_*, 0: any; then they come by role.
 */
SEIGR_API void seigr_store_by_link(seigr_store_cursor *cursor,
                                   const seigr_id *target, uint32_t role);

/*
 * The capsules of a time as their issuers claim it, ascending.
 *
 *   first_ms, last_ms  both in the range.
 */
SEIGR_API void seigr_store_by_time(seigr_store_cursor *cursor,
                                   uint64_t first_ms, uint64_t last_ms);

/*
 * The capsules that name a body by its root, in the order of keeping.
 */
SEIGR_API void seigr_store_by_body(seigr_store_cursor *cursor,
                                   const seigr_hash *root);

/*
 * The IDs that are pinned, ascending, kept or not.
 */
SEIGR_API void seigr_store_by_pin(seigr_store_cursor *cursor);

/*
 * Step to the next.
 *
 *   out  receives an ID.
 *
 * Returns 1, or 0 at the end; SEIGR_E_CORRUPT where what was found is
 * nowhere in the log; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_next(seigr_store_txn *txn,
                                              seigr_store_cursor *cursor,
                                              seigr_id *out);

/* Two kept capsules that prove a fork, for anyone to check. */
typedef struct seigr_store_fork {
    seigr_id first; /* the lower ID */
    seigr_id second;
    uint32_t type; /* SEIGR_FORK_* */
    uint32_t reserved;
} seigr_store_fork;

/*
 * Step to the next proof of a fork, ascending by IDs.
 *
 *   fork  zeros before the first call, then the one before.
 *
 * Returns 1, or 0 at the end; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_next_fork(seigr_store_txn *txn,
                                                   seigr_store_fork *fork);

/* --- Pins and collection ---------------------------------------------- */

/*
 * Pin a capsule: what it comes from and its content are never collected.
 *
 *   id  need not be kept yet.
 *
 * Returns 0; as seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_pin(seigr_store_txn *txn, const seigr_id *id, seigr_error *error);

/*
 * Take a pin away. One that is not there is fine.
 *
 * Returns 0; as seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_unpin(seigr_store_txn *txn, const seigr_id *id, seigr_error *error);

/*
 * Whether an ID is pinned itself.
 *
 * Returns 1 or 0; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_is_pinned(seigr_store_txn *txn,
                                                   const seigr_id *id);

/*
 * A collection: finds what no pin reaches, then removes it.
 *
 * Kept is what is pinned; the proofs of forks; every IDENTITY, GRANT,
 * REVOCATION and CHECKPOINT; what was put after the collection began; what
 * any of these links to or has as previous, near or far; and the bodies of
 * all these. It needs two bits for each entry of the log.
 */
typedef struct seigr_store_collection seigr_store_collection;

/* How far a collection is. Start from SEIGR_STORE_PROGRESS_INIT. */
typedef struct seigr_store_progress {
    uint32_t struct_size;
    uint32_t is_done;
    uint64_t reached_count;   /* capsules found to be kept */
    uint64_t capsule_removed; /* capsules removed so far */
    uint64_t chunk_removed;   /* chunks removed so far */
    uint64_t byte_removed;    /* bytes of both */
} seigr_store_progress;

#define SEIGR_STORE_PROGRESS_INIT                                              \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_store_progress)                  \
    }

/*
 * Begin a collection. Nothing is removed yet.
 *
 *   out  released with seigr_store_collection_free().
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_IO; SEIGR_E_UNSUPPORTED on a medium that
 * is read-only; SEIGR_E_AGAIN within a transaction that writes.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_collection_new(seigr_store *store, seigr_store_collection **out,
                           seigr_error *error);

/*
 * Collect some more, in a transaction of its own. Between steps everything
 * else may be done, by other processes too; what is put or pinned meanwhile
 * is kept with all that it reaches.
 *
 *   budget    capsules to look at, at least 1.
 *   progress  may be NULL.
 *
 * Returns 1 where there is more to do, 0 at the end; as seigr_store_commit().
 * After a failure the step can be made again.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_collection_step(seigr_store_collection *collection, uint32_t budget,
                            seigr_store_progress *progress, seigr_error *error);

/*
 * Stop a collection: what was removed stays so, the rest is kept. NULL is
 * fine.
 */
SEIGR_API void seigr_store_collection_free(seigr_store_collection *collection);

/* --- The index and the log --------------------------------------------- */

/*
 * Bring the senary index and the tree of the log up to date, and say what a
 * CHECKPOINT capsule of this store would sign. The work grows with what came
 * and went since the last time.
 *
 *   txn  one that writes and is then committed; one that reads where nothing
 *        came since.
 *   out  from SEIGR_CHECKPOINT_INIT; untouched on failure.
 *
 * Returns 0; SEIGR_E_AGAIN where it is not up to date and txn only reads;
 * SEIGR_E_CORRUPT where index or log are damaged; SEIGR_E_NOMEM; as
 * seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_state(seigr_store_txn *txn,
                                               seigr_checkpoint *out,
                                               seigr_error *error);

/*
 * The index as seigr_index_*() read it: sums, counts, walks and proofs by
 * prefix. Good after seigr_store_state().
 *
 *   txn  borrowed as long as out is used.
 */
SEIGR_API void seigr_store_index(seigr_store_txn *txn, seigr_index_source *out);

/*
 * The log as seigr_journal_*() read it: roots, proofs, receipts. Good after
 * seigr_store_state().
 *
 *   txn  borrowed as long as out is used.
 */
SEIGR_API void seigr_store_journal(seigr_store_txn *txn,
                                   seigr_journal_source *out);

/* --- What there is ---------------------------------------------------- */

/* Start from SEIGR_STORE_STATS_INIT. */
typedef struct seigr_store_stats {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t capsule_count;
    uint64_t capsule_bytes;
    uint64_t chunk_count;
    uint64_t chunk_bytes;
    uint64_t leaves_bytes; /* of leaf lists */
    uint64_t log_size;     /* entries, removed capsules counted */
    uint64_t pin_count;
    uint64_t fork_count;
    uint64_t size_bytes_max; /* the bound that holds; 0: none */
} seigr_store_stats;

#define SEIGR_STORE_STATS_INIT                                                 \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_store_stats)                     \
    }

/*
 * Count what is kept.
 *
 * Returns 0; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_stat(seigr_store_txn *txn,
                                              seigr_store_stats *out);

/*
 * Let the backend look for damage of its own that reading what is kept does
 * not show: bytes between objects, what was lost without its name.
 *
 *   damage, ctx  told of each place, borrowed until it returns; a status other
 *                than 0 ends the call and is returned.
 *
 * Returns 0, also where the backend has nothing to look at; SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_check(seigr_store_txn *txn,
                  int (*damage)(const char *text, void *ctx), void *ctx);

/*
 * Set the bound that the store keeps for whoever opens it.
 *
 *   size_bytes_max  bytes of capsules, leaf lists and chunks; 0: no bound. A
 *                   bound below what is kept removes nothing.
 *
 * Returns 0; as seigr_store_put().
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_limit(seigr_store_txn *txn,
                                               uint64_t size_bytes_max,
                                               seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
