/* SPDX-License-Identifier: MIT */
/*
 * store_txn.h - a store and its transactions, as the files of this room see
 * them.
 */
#ifndef SEIGR_SRC_STORE_STORE_TXN_H
#define SEIGR_SRC_STORE_STORE_TXN_H

#include "store_keys.h" /* keys */

#include "seigr/store.h" /* the interface */

struct seigr_store {
    const seigr_context *context;
    seigr_store_backend backend;
    seigr_store_options options;
    seigr_store_txn *writer; /* the transaction that writes, or NULL */
    uint64_t open_count;     /* transactions */
};

struct seigr_store_txn {
    seigr_store *store;
    void *inner;    /* the backend's */
    uint32_t mode;  /* SEIGR_STORE_READ or SEIGR_STORE_WRITE */
    int32_t failed; /* what made it unfit for committing, or 0 */
};

/* Whether txn can be written: 0, SEIGR_E_INVAL, or how it failed before. */
int seigr__store_writable(const seigr_store_txn *txn, seigr_error *error);

/* The backend's functions, on a transaction. What fails in put and remove
 * fails the transaction. */
int seigr__store_read(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                      uint64_t at, seigr_buf out, uint64_t *len_out);
int seigr__store_keys(seigr_store_txn *txn, uint32_t table, const uint8_t *from,
                      uint8_t *out, size_t room, size_t *count_out);
int seigr__store_totals(seigr_store_txn *txn, uint32_t table,
                        seigr_store_totals *out);
int seigr__store_write(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                       const seigr_span *parts, size_t part_count,
                       seigr_error *error);
int seigr__store_remove(seigr_store_txn *txn, uint32_t table,
                        const uint8_t *key, seigr_error *error);

/* Whether there is a key: 1, 0 or a status. */
int seigr__store_has_key(seigr_store_txn *txn, uint32_t table,
                         const uint8_t *key);

/* Whether a table has a key that begins with these bytes: 1, 0 or a status. */
int seigr__store_has_prefix(seigr_store_txn *txn, uint32_t table,
                            const uint8_t *prefix, size_t len);

/* The log number of a kept capsule; SEIGR_E_NOTFOUND. */
int seigr__store_number(seigr_store_txn *txn, const seigr_id *id,
                        uint64_t *out);

/* Is there room for len more bytes? 0, SEIGR_E_FULL or a status. */
int seigr__store_room(seigr_store_txn *txn, uint64_t len, seigr_error *error);

/* A capsule's bytes in memory of the context's allocator, which *bytes owns,
 * released by the caller; decoded and holding its identity. 0; SEIGR_E_NOMEM;
 * as seigr_store_get(). */
int seigr__store_recall(seigr_store_txn *txn, const seigr_id *id,
                        seigr_buf *bytes, seigr_capsule *out,
                        seigr_error *error);

#endif
