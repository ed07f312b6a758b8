/* SPDX-License-Identifier: MIT */
/*
 * store_txn.c - opening a store, and its transactions.
 *
 * Invariants, relied on by every file of this room:
 *   (1) at most one transaction of a store writes, and store->writer is it.
 *   (2) a transaction in which the backend failed a change is never
 *       committed: a part of a change is never seen.
 */
#include "store_txn.h" /* struct seigr_store */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */

/* What the store keeps for whoever opens it. */
static const uint8_t store_limit_key[8] = {'l', 'i', 'm', 'i', 't', 0, 0, 0};

static int store_backend_is_whole(const seigr_store_backend *backend)
{
    return backend->struct_size >= sizeof(*backend) && backend->begin != NULL &&
           backend->commit != NULL && backend->abort != NULL &&
           backend->get != NULL && backend->keys != NULL &&
           backend->totals != NULL && backend->put != NULL &&
           backend->remove != NULL;
}

static int store_open(const seigr_context *context,
                      const seigr_store_backend *backend,
                      const seigr_store_options *options, seigr_store **out,
                      seigr_error *error)
{
    static const seigr_store_options defaults = SEIGR_STORE_OPTIONS_INIT;
    seigr_store *store;

    if (context == NULL || context->crypto == NULL ||
        context->crypto->sha256 == NULL || out == NULL ||
        !store_backend_is_whole(backend) ||
        (options != NULL && options->struct_size < sizeof(*options)))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_open: an argument is missing");
    store = seigr__alloc_zero(context, 1, sizeof(*store));
    if (store == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory to open a store");
    store->context = context;
    store->backend = *backend;
    store->options = options == NULL ? defaults : *options;
    *out = store;
    return 0;
}

int seigr_store_open(const seigr_context *context,
                     const seigr_store_backend *backend,
                     const seigr_store_options *options, seigr_store **out,
                     seigr_error *error)
{
    int err;

    if (backend == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_open: there is no backend");
    err = store_open(context, backend, options, out, error);
    if (err != 0 && backend->close != NULL)
        backend->close(backend->ctx);
    return err;
}

void seigr_store_close(seigr_store *store)
{
    if (store == NULL)
        return;
    assert(store->open_count == 0 && store->writer == NULL);
    if (store->backend.close != NULL)
        store->backend.close(store->backend.ctx);
    seigr__release(store->context, store);
}

int seigr_store_begin(seigr_store *store, uint32_t mode, seigr_store_txn **out,
                      seigr_error *error)
{
    seigr_store_txn *txn;
    int err;

    if (store == NULL || out == NULL || mode > SEIGR_STORE_WRITE)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_begin: an argument is missing");
    if (mode == SEIGR_STORE_WRITE && store->writer != NULL) /* (1) */
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "a transaction of this store writes already");
    txn = seigr__alloc_zero(store->context, 1, sizeof(*txn));
    if (txn == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a transaction");
    err = store->backend.begin(mode, &txn->inner, error, store->backend.ctx);
    if (err != 0) {
        seigr__release(store->context, txn);
        return err;
    }
    txn->store = store;
    txn->mode = mode;
    if (mode == SEIGR_STORE_WRITE)
        store->writer = txn;
    store->open_count++;
    *out = txn;
    return 0;
}

static void store_end(seigr_store_txn *txn)
{
    seigr_store *store = txn->store;

    assert(store->open_count > 0);
    if (store->writer == txn)
        store->writer = NULL;
    store->open_count--;
    seigr__release(store->context, txn);
}

int seigr_store_commit(seigr_store_txn *txn, seigr_error *error)
{
    const seigr_store_backend *backend;
    int err;

    if (txn == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_commit: there is no transaction");
    backend = &txn->store->backend;
    err = txn->failed;
    if (err != 0) { /* (2) */
        backend->abort(txn->inner, backend->ctx);
        err = seigr__fail(error, err, SEIGR_NO_OFFSET,
                          "a change in this transaction failed before");
    } else if (txn->mode == SEIGR_STORE_READ) {
        backend->abort(txn->inner, backend->ctx);
    } else {
        err = backend->commit(txn->inner, error, backend->ctx);
    }
    store_end(txn);
    return err;
}

void seigr_store_abort(seigr_store_txn *txn)
{
    if (txn == NULL)
        return;
    txn->store->backend.abort(txn->inner, txn->store->backend.ctx);
    store_end(txn);
}

/* --- On a transaction ----------------------------------------------------- */

int seigr__store_writable(const seigr_store_txn *txn, seigr_error *error)
{
    if (txn == NULL || txn->mode != SEIGR_STORE_WRITE)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "the transaction is none that writes");
    if (txn->failed != 0)
        return seigr__fail(error, txn->failed, SEIGR_NO_OFFSET,
                           "a change in this transaction failed before");
    return 0;
}

int seigr__store_read(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                      uint64_t at, seigr_buf out, uint64_t *len_out)
{
    const seigr_store_backend *backend = &txn->store->backend;

    return backend->get(txn->inner, table, key, at, out, len_out, backend->ctx);
}

int seigr__store_keys(seigr_store_txn *txn, uint32_t table, const uint8_t *from,
                      uint8_t *out, size_t room, size_t *count_out)
{
    const seigr_store_backend *backend = &txn->store->backend;

    return backend->keys(txn->inner, table, from, out, room, count_out,
                         backend->ctx);
}

int seigr__store_totals(seigr_store_txn *txn, uint32_t table,
                        seigr_store_totals *out)
{
    const seigr_store_backend *backend = &txn->store->backend;

    return backend->totals(txn->inner, table, out, backend->ctx);
}

int seigr__store_write(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                       const seigr_span *parts, size_t part_count,
                       seigr_error *error)
{
    const seigr_store_backend *backend = &txn->store->backend;
    int err;

    assert(txn->mode == SEIGR_STORE_WRITE);
    if (txn->failed != 0)
        return txn->failed;
    err = backend->put(txn->inner, table, key, parts, part_count, error,
                       backend->ctx);
    if (err != SEIGR_E_LIMIT) /* which is said before anything is done */
        txn->failed = err;
    return err;
}

int seigr__store_remove(seigr_store_txn *txn, uint32_t table,
                        const uint8_t *key, seigr_error *error)
{
    const seigr_store_backend *backend = &txn->store->backend;

    assert(txn->mode == SEIGR_STORE_WRITE);
    if (txn->failed == 0)
        txn->failed =
            backend->remove(txn->inner, table, key, error, backend->ctx);
    return txn->failed;
}

int seigr__store_has_key(seigr_store_txn *txn, uint32_t table,
                         const uint8_t *key)
{
    const seigr_buf none = {NULL, 0};
    uint64_t len;
    const int err = seigr__store_read(txn, table, key, 0, none, &len);

    return err == 0 ? 1 : err == SEIGR_E_NOTFOUND ? 0 : err;
}

int seigr__store_has_prefix(seigr_store_txn *txn, uint32_t table,
                            const uint8_t *prefix, size_t len)
{
    uint8_t key[SEIGR_STORE_KEY_MAX] = {0};
    uint8_t found[SEIGR_STORE_KEY_MAX];
    size_t count;
    int err;

    assert(len <= seigr_store_key_len(table));
    memcpy(key, prefix, len);
    err = seigr__store_keys(txn, table, key, found, 1, &count);
    if (err != 0)
        return err;
    return count > 0 && memcmp(found, prefix, len) == 0;
}

int seigr__store_number(seigr_store_txn *txn, const seigr_id *id, uint64_t *out)
{
    uint8_t bytes[SEIGR__STORE_NUMBER_LEN];
    uint64_t len;
    const int err = seigr__store_read(txn, SEIGR_STORE_CAPSULE, id->bytes, 0,
                                      (seigr_buf){bytes, sizeof(bytes)}, &len);

    if (err != 0)
        return err;
    if (len < sizeof(bytes))
        return SEIGR_E_CORRUPT;
    *out = seigr__store_read_u64(bytes);
    return 0;
}

/* --- Bounds and figures --------------------------------------------------- */

/* The lower of the bounds of the options and of the store; 0: none. */
static int store_bound(seigr_store_txn *txn, uint64_t *out)
{
    uint64_t bound = txn->store->options.size_bytes_max;
    uint64_t kept;
    uint8_t bytes[8];
    uint64_t len;
    int err = seigr__store_read(txn, SEIGR_STORE_META, store_limit_key, 0,
                                (seigr_buf){bytes, sizeof(bytes)}, &len);

    if (err != 0 && err != SEIGR_E_NOTFOUND)
        return err;
    if (err == 0 && len != sizeof(bytes))
        return SEIGR_E_CORRUPT;
    kept = err == 0 ? seigr__store_read_u64(bytes) : 0;
    if (bound == 0 || (kept != 0 && kept < bound))
        bound = kept;
    *out = bound;
    return 0;
}

int seigr_store_stat(seigr_store_txn *txn, seigr_store_stats *out)
{
    seigr_store_totals totals[SEIGR_STORE_FORK + 1];
    uint64_t bound;
    int err;

    if (txn == NULL || out == NULL || out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    err = store_bound(txn, &bound);
    for (uint32_t t = SEIGR_STORE_CAPSULE; err == 0 && t <= SEIGR_STORE_FORK;
         t++)
        err = seigr__store_totals(txn, t, &totals[t]);
    if (err != 0)
        return err;
    out->capsule_count = totals[SEIGR_STORE_CAPSULE].count;
    out->capsule_bytes = totals[SEIGR_STORE_CAPSULE].bytes -
                         SEIGR__STORE_NUMBER_LEN * out->capsule_count;
    out->chunk_count = totals[SEIGR_STORE_CHUNK].count;
    out->chunk_bytes = totals[SEIGR_STORE_CHUNK].bytes;
    out->leaves_bytes = totals[SEIGR_STORE_LEAVES].bytes;
    out->log_size = totals[SEIGR_STORE_LOG].count;
    out->pin_count = totals[SEIGR_STORE_PIN].count;
    out->fork_count = totals[SEIGR_STORE_FORK].count;
    out->size_bytes_max = bound;
    return 0;
}

int seigr_store_check(seigr_store_txn *txn,
                      int (*damage)(const char *text, void *ctx), void *ctx)
{
    const seigr_store_backend *backend;

    if (txn == NULL || damage == NULL)
        return SEIGR_E_INVAL;
    backend = &txn->store->backend;
    return backend->check == NULL
               ? 0
               : backend->check(txn->inner, damage, ctx, backend->ctx);
}

int seigr__store_room(seigr_store_txn *txn, uint64_t len, seigr_error *error)
{
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;
    uint64_t used;
    uint64_t bound;
    int err = store_bound(txn, &bound);

    if (err != 0 || bound == 0)
        return err;
    err = seigr_store_stat(txn, &stats);
    if (err != 0)
        return err;
    used = stats.capsule_bytes + stats.chunk_bytes + stats.leaves_bytes;
    if (used <= bound && len <= bound - used)
        return 0;
    return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                       "%llu more bytes would pass the store's bound of %llu "
                       "bytes, of which %llu are used",
                       (unsigned long long)len, (unsigned long long)bound,
                       (unsigned long long)used);
}

int seigr_store_limit(seigr_store_txn *txn, uint64_t size_bytes_max,
                      seigr_error *error)
{
    uint8_t bytes[8];
    const seigr_span value = {bytes, sizeof(bytes)};
    const int err = seigr__store_writable(txn, error);

    if (err != 0)
        return err;
    seigr__store_write_u64(bytes, size_bytes_max);
    return seigr__store_write(txn, SEIGR_STORE_META, store_limit_key, &value, 1,
                              error);
}
