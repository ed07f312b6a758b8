/* SPDX-License-Identifier: MIT */
/*
 * disk_backend.c - the functions of seigr/sys/store_backend.h on a disk.
 *
 * A transaction that writes is one of LMDB: what it changes is in the
 * database of that transaction at once, and in the buffer of the segment.
 * commit makes the segment durable first; the database follows.
 */
#define _POSIX_C_SOURCE 200809L

#include "disk.h"  /* struct disk */
#include "files.h" /* seigr__files_fail */

#include "base/alloc.h" /* seigr__alloc_zero */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <errno.h>  /* ENOMEM */
#include <string.h> /* memcpy */

int seigr__disk_begin(struct disk *disk, uint32_t mode, struct disk_txn **out,
                      seigr_error *error)
{
    struct disk_txn *txn = seigr__alloc_zero(disk->context, 1, sizeof(*txn));
    int err;

    if (txn == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a transaction");
    txn->disk = disk;
    txn->is_writer = mode == SEIGR_STORE_WRITE;
    err = mdb_txn_begin(disk->env, NULL, txn->is_writer ? 0 : MDB_RDONLY,
                        &txn->inner);
    if (err != 0)
        err = seigr__disk_mdb_fail(error, err, "read the index of", disk->path);
    else
        err = seigr__disk_state_load(txn, error);
    if (err != 0) {
        seigr__disk_end(txn);
        return err;
    }
    if (txn->is_writer)
        disk->writer = txn;
    *out = txn;
    return 0;
}

void seigr__disk_end(struct disk_txn *txn)
{
    struct disk *disk = txn->disk;

    if (txn->inner != NULL)
        mdb_txn_abort(txn->inner);
    if (disk->writer == txn)
        disk->writer = NULL;
    seigr__release(disk->context, txn->changes);
    seigr__release(disk->context, txn->buffer);
    seigr__release(disk->context, txn);
}

static int backend_begin(uint32_t mode, void **out, seigr_error *error,
                         void *ctx)
{
    struct disk *disk = ctx;
    struct disk_txn *txn = NULL;
    int err;

    if (mode == SEIGR_STORE_WRITE) {
        if ((disk->flags & SEIGR_DISK_READ_ONLY) != 0 &&
            (disk->flags & SEIGR__DISK_INDEX_OWN) == 0)
            return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                               "%s is opened for reading only", disk->path);
        if (disk->writer != NULL)
            return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                               "a transaction writes already");
        err = (disk->flags & SEIGR_DISK_READ_ONLY) != 0
                  ? 0
                  : seigr__disk_mark_dirty(disk, error);
        if (err != 0)
            return err;
    }
    err = seigr__disk_begin(disk, mode, &txn, error);
    if (err == 0)
        *out = txn;
    return err;
}

static void backend_abort(void *inner, void *ctx)
{
    struct disk_txn *txn = inner;

    (void)ctx;
    if (txn->is_writer)
        seigr__disk_append_abort(txn);
    seigr__disk_end(txn);
}

static int backend_commit(void *inner, seigr_error *error, void *ctx)
{
    struct disk *disk = ctx;
    struct disk_txn *txn = inner;
    int err = 0;

    assert(disk->writer == txn);
    if (txn->record_count > 0)
        err = seigr__disk_append_commit(txn, error);
    if (err == 0)
        err = seigr__disk_state_keep(txn, error);
    if (err == 0) {
        const int number = mdb_txn_commit(txn->inner);

        txn->inner = NULL;
        if (number != 0)
            err = seigr__disk_mdb_fail(error, number, "write the index of",
                                       disk->path);
    }
    if (err != 0)
        seigr__disk_append_abort(txn);
    seigr__disk_end(txn);
    return err;
}

static int backend_get(void *inner, uint32_t table, const uint8_t *key,
                       uint64_t at, seigr_buf out, uint64_t *len_out, void *ctx)
{
    struct disk_txn *txn = inner;
    struct disk_row row;
    int err = seigr__disk_row_find(txn, table, key, &row);

    (void)ctx;
    if (err == 0)
        err = seigr__disk_value_read(txn, table, seigr_store_key_len(table),
                                     &row, at, out);
    if (err == 0)
        *len_out = row.len;
    return err;
}

static int backend_keys(void *inner, uint32_t table, const uint8_t *from,
                        uint8_t *out, size_t room, size_t *count_out, void *ctx)
{
    const struct disk *disk = ctx;
    struct disk_txn *txn = inner;
    const uint32_t len = seigr_store_key_len(table);
    MDB_val k = {len, (void *)(uintptr_t)from};
    MDB_val v;
    MDB_cursor *cursor;
    size_t count = 0;
    int err = mdb_cursor_open(txn->inner, disk->dbi[table], &cursor);

    if (err != 0)
        return err == ENOMEM ? SEIGR_E_NOMEM : SEIGR_E_CORRUPT;
    err = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    while (err == 0 && count < room && k.mv_size == len) {
        memcpy(out + count++ * len, k.mv_data, len);
        if (count < room)
            err = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    if (err != 0 && err != MDB_NOTFOUND)
        return SEIGR_E_CORRUPT;
    *count_out = count;
    return 0;
}

static int backend_totals(void *inner, uint32_t table, seigr_store_totals *out,
                          void *ctx)
{
    const struct disk *disk = ctx;
    struct disk_txn *txn = inner;
    MDB_stat stat;

    if (table <= DISK_OBJECT_TABLES) {
        *out = txn->state.totals[table];
        return 0;
    }
    if (mdb_stat(txn->inner, disk->dbi[table], &stat) != 0)
        return SEIGR_E_CORRUPT;
    *out = (seigr_store_totals){stat.ms_entries, 0};
    return 0;
}

/* --- Changing ------------------------------------------------------------- */

static int backend_put_cache(struct disk_txn *txn, uint32_t table,
                             const uint8_t *key, const seigr_span *parts,
                             size_t part_count, seigr_error *error)
{
    struct disk *disk = txn->disk;
    MDB_val k = {seigr_store_key_len(table), (void *)(uintptr_t)key};
    MDB_val v = {0, NULL};
    uint8_t *at;
    int err;

    for (size_t i = 0; i < part_count; i++)
        v.mv_size += parts[i].len;
    err = mdb_put(txn->inner, disk->dbi[table], &k, &v, MDB_RESERVE);
    if (err != 0)
        return seigr__disk_mdb_fail(error, err, "change the index of",
                                    disk->path);
    at = v.mv_data;
    for (size_t i = 0; i < part_count; i++) {
        memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return 0;
}

/* Write down that the object of a key is dead, where there is one. */
static int backend_kill(struct disk_txn *txn, uint32_t table,
                        const uint8_t *key, struct disk_place *victim,
                        seigr_error *error)
{
    uint8_t value[DISK_PLACE_LEN];
    const seigr_span part = {value, sizeof(value)};
    struct disk_row row;
    struct disk_place place;
    const uint8_t *copy;
    const int err = seigr__disk_row_find(txn, table, key, &row);

    if (err != 0)
        return err;
    *victim = row.place;
    seigr__disk_place_write(value, row.place);
    return seigr__disk_append(txn, table, DISK_OP_KILL, key, &part, 1, &place,
                              &copy, error);
}

static int backend_put(void *inner, uint32_t table, const uint8_t *key,
                       const seigr_span *parts, size_t part_count,
                       seigr_error *error, void *ctx)
{
    struct disk_txn *txn = inner;
    struct disk_place place;
    const uint8_t *value;
    size_t value_len = 0;
    int err;

    (void)ctx;
    assert(txn->is_writer && table < SEIGR_STORE_CHAIN);
    if (table > DISK_OBJECT_TABLES)
        return backend_put_cache(txn, table, key, parts, part_count, error);
    if ((txn->disk->flags & SEIGR_DISK_READ_ONLY) != 0)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "%s is opened for reading only", txn->disk->path);
    for (size_t i = 0; i < part_count; i++)
        value_len += parts[i].len;
    if (value_len > SEIGR_STORE_VALUE_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "a value of %zu bytes is too long", value_len);
    /* The one that it replaces is dead, also when this is read again. */
    err = backend_kill(txn, table, key, &place, error);
    if (err != 0 && err != SEIGR_E_NOTFOUND)
        return err;
    err = seigr__disk_append(txn, table, DISK_OP_PUT, key, parts, part_count,
                             &place, &value, error);
    if (err != 0)
        return err;
    return seigr__disk_apply_put(txn, table, key, value, value_len, place,
                                 error);
}

static int backend_remove(void *inner, uint32_t table, const uint8_t *key,
                          seigr_error *error, void *ctx)
{
    struct disk *disk = ctx;
    struct disk_txn *txn = inner;
    struct disk_place victim;
    int err;

    if (table > DISK_OBJECT_TABLES) {
        MDB_val k = {seigr_store_key_len(table), (void *)(uintptr_t)key};

        err = mdb_del(txn->inner, disk->dbi[table], &k, NULL);
        return err == 0 || err == MDB_NOTFOUND
                   ? 0
                   : seigr__disk_mdb_fail(error, err, "change the index of",
                                          disk->path);
    }
    if ((disk->flags & SEIGR_DISK_READ_ONLY) != 0)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "%s is opened for reading only", disk->path);
    err = backend_kill(txn, table, key, &victim, error);
    if (err != 0)
        return err == SEIGR_E_NOTFOUND ? 0 : err;
    return seigr__disk_apply_kill(txn, table, key, victim, error);
}

void seigr__disk_backend_fill(struct disk *disk, seigr_store_backend *out)
{
    *out = (seigr_store_backend){
        (uint32_t)sizeof(*out),
        0,
        backend_begin,
        backend_commit,
        backend_abort,
        backend_get,
        backend_keys,
        backend_totals,
        backend_put,
        backend_remove,
        (disk->flags & SEIGR_DISK_READ_ONLY) != 0 ? NULL : seigr__disk_tidy,
        seigr__disk_check,
        seigr__disk_close,
        disk,
    };
}
