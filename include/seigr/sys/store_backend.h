/* SPDX-License-Identifier: MIT */
/*
 * sys/store_backend.h - where a store keeps its bytes: one table of functions
 * that memory, a disk and flash fill.
 *
 * A backend keeps objects: bytes under a key of fixed length, in tables by
 * name space. It reads no capsule by itself and decides nothing. The store
 * above it puts and removes objects in transactions and asks for them by key
 * or in order of their keys. Rows, which make capsules found by something
 * else than their ID, are a function of the objects: a backend derives them
 * with seigr_store_rows(), when an object comes and goes or each time it is
 * asked, and no row is ever handed to it.
 *
 *   objects   what counts: kept as they came, durable when commit returns
 *   caches    can be lost together, as a whole, and are then made again;
 *             never one of them without the others
 *   rows      keys without a value, derived from objects
 *
 * Threads: one at a time per backend. This header may change in a minor
 * version.
 */
#ifndef SEIGR_SYS_STORE_BACKEND_H
#define SEIGR_SYS_STORE_BACKEND_H

#include "seigr/base.h" /* context, spans, status codes */

#ifdef __cplusplus
extern "C" {
#endif

/* --- Tables ----------------------------------------------------------- */

/*
 * Numbers in keys are big-endian, so that keys sort as numbers do; a log
 * number is the 8-byte number of the capsule's entry in the log, from 0.
 *
 *   table     key, bytes                              value
 *   CAPSULE   ID 32                                   log number 8, capsule
 *   CHUNK     leaf hash 32                            chunk, 1 to 65,536
 *   LEAVES    body root 32, piece 4                   leaf hashes, 2,048 or,
 *                                                     in the last piece, less
 *   LOG       log number 8                            ID 32
 *   PIN       ID 32                                   nothing
 *   FORK      ID 32, ID 32                            type 1, SEIGR_FORK_*
 *   META      name 8                                  at most 64 bytes
 *
 *   NODE      prefix: digits packed 34, their count 1 node of the index 240
 *   LOGNODE   level 1, index 8                        node of the log 32
 *   MARK      name 8                                  at most 64 bytes
 *
 *   CHAIN     issuer 32, stream 8, sequence 8, log number 8
 *   KIND      kind 4, log number 8
 *   LABEL     SHA-256 of key, first 16, of value, first 16, log number 8
 *   LINK      ID linked to 32, role 4, log number 8
 *   TIME      created_ms 8, log number 8
 *   BODY      body root 32, log number 8
 *   USE       leaf hash 32, body root 32
 *   GONE      log number 8 of a capsule that was removed
 */
#define SEIGR_STORE_CAPSULE 1u
#define SEIGR_STORE_CHUNK 2u
#define SEIGR_STORE_LEAVES 3u
#define SEIGR_STORE_LOG 4u
#define SEIGR_STORE_PIN 5u
#define SEIGR_STORE_FORK 6u
#define SEIGR_STORE_META 7u
#define SEIGR_STORE_NODE 8u /* the first cache */
#define SEIGR_STORE_LOGNODE 9u
#define SEIGR_STORE_MARK 10u
#define SEIGR_STORE_CHAIN 11u /* the first table of rows */
#define SEIGR_STORE_KIND 12u
#define SEIGR_STORE_LABEL 13u
#define SEIGR_STORE_LINK 14u
#define SEIGR_STORE_TIME 15u
#define SEIGR_STORE_BODY 16u
#define SEIGR_STORE_USE 17u
#define SEIGR_STORE_GONE 18u
#define SEIGR_STORE_TABLE_COUNT 19u /* 0 is no table */

#define SEIGR_STORE_KEY_MAX 64u
/* The longest value: a capsule with its log number. */
#define SEIGR_STORE_VALUE_MAX 1051000u
#define SEIGR_STORE_PIECE_LEAVES 2048u /* of a body, in one LEAVES object */

/*
 * How long the keys of a table are.
 *
 * Returns the length, 0 for a number that is no table.
 */
SEIGR_API uint32_t seigr_store_key_len(uint32_t table);

/*
 * The rows of an object.
 *
 *   context  needs crypto with sha256.
 *   table    of the object: CAPSULE and LEAVES have rows, others none.
 *   key      of the object.
 *   value    of the object, whole.
 *   row      called once for each row, in any order; one row may come twice.
 *            A status other than 0 ends the call and is returned.
 *
 * Returns 0; SEIGR_E_CORRUPT where the value is no capsule and no leaves.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_store_rows(const seigr_context *context, uint32_t table,
                 const uint8_t *key, seigr_span value,
                 int (*row)(uint32_t table, const uint8_t *key, void *ctx),
                 void *ctx);

/* --- The table of functions ------------------------------------------- */

/* What a table holds. */
typedef struct seigr_store_totals {
    uint64_t count; /* keys */
    uint64_t bytes; /* of values; 0 for rows and caches */
} seigr_store_totals;

#define SEIGR_STORE_READ 0u
#define SEIGR_STORE_WRITE 1u

/*
 * A backend. Each function returns 0 or a status code; error may be NULL
 * wherever it is taken. A transaction sees the state in which it began, and
 * what it changed itself.
 */
typedef struct seigr_store_backend {
    uint32_t struct_size;
    uint32_t reserved; /* zero */

    /*
     * Begin a transaction, SEIGR_STORE_READ or SEIGR_STORE_WRITE, after the
     * last that was committed. One that writes waits until it is the only
     * one; SEIGR_E_AGAIN where the caller itself has it open, or where no
     * further snapshot can be held; SEIGR_E_UNSUPPORTED where nothing can be
     * written.
     */
    int (*begin)(uint32_t mode, void **out, seigr_error *error, void *ctx);

    /*
     * Make all changes durable and seen, at once and together. The
     * transaction ends in any case: after a failure nothing of it is seen.
     */
    int (*commit)(void *txn, seigr_error *error, void *ctx);

    /* End without a change. */
    void (*abort)(void *txn, void *ctx);

    /*
     * Read a value from byte `at` on: as much of it as there is and out has
     * room for. len_out receives the length of the whole value.
     * SEIGR_E_NOTFOUND; SEIGR_E_CORRUPT where the bytes are not as they were
     * written, as far as the backend can tell, out being of no use then;
     * SEIGR_E_AGAIN where the snapshot has become too old.
     */
    int (*get)(void *txn, uint32_t table, const uint8_t *key, uint64_t at,
               seigr_buf out, uint64_t *len_out, void *ctx);

    /*
     * The first keys of a table from `from` on, it included, ascending, one
     * behind the other: at most room of them, and none exactly if there is
     * none. Less than room says nothing of what follows.
     */
    int (*keys)(void *txn, uint32_t table, const uint8_t *from, uint8_t *out,
                size_t room, size_t *count_out, void *ctx);

    /* What a table holds, without counting it. For rows count may be 0. */
    int (*totals)(void *txn, uint32_t table, seigr_store_totals *out,
                  void *ctx);

    /*
     * Put an object or a cache in the place of what has its key. The value
     * is its parts one behind the other; copied. SEIGR_E_FULL; SEIGR_E_LIMIT
     * where it is longer than this backend takes. After a failure the
     * transaction can only be aborted.
     */
    int (*put)(void *txn, uint32_t table, const uint8_t *key,
               const seigr_span *parts, size_t part_count, seigr_error *error,
               void *ctx);

    /*
     * Remove an object, a cache, or a row of GONE; what is not there is
     * fine. With a CAPSULE its rows go and its row of GONE comes, unless all
     * caches go instead; also where its bytes are damaged, as far as its rows
     * can be known then. As put after a failure.
     */
    int (*remove)(void *txn, uint32_t table, const uint8_t *key,
                  seigr_error *error, void *ctx);

    /*
     * Give back room of what was removed, a bounded amount of work outside
     * of any transaction. Returns 1 where there is more to do, 0, or a
     * status code. May be NULL.
     */
    int (*tidy)(seigr_error *error, void *ctx);

    /*
     * Look for damage that reading objects does not show: tell each place
     * and go on. May be NULL.
     */
    int (*check)(void *txn, int (*damage)(const char *text, void *arg),
                 void *arg, void *ctx);

    /* Release the backend. NULL where there is nothing to release. */
    void (*close)(void *ctx);
    void *ctx;
} seigr_store_backend;

#define SEIGR_STORE_BACKEND_INIT                                               \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_store_backend)                   \
    }

/*
 * A backend in memory. It keeps every version that an open transaction may
 * still see.
 *
 *   context  needs allocator and crypto with sha256; borrowed until close.
 *   out      seigr_store_open() takes it over; else it is released with its
 *            close. Untouched on failure.
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_store_memory(const seigr_context *context,
                                                seigr_store_backend *out);

#ifdef __cplusplus
}
#endif

#endif
