/* SPDX-License-Identifier: MIT */
/*
 * disk_index.c - what a record does to the database.
 *
 * Putting and replaying call the same functions, so that a database that was
 * built again is the one that was lost.
 *
 *   object    key -> place 12 | length 4 | the value, or its first 8 bytes
 *   cache     key -> value
 *   row       key -> nothing
 *   dbi 0     "state" -> struct disk_state; "s" segment 4 -> living bytes 8;
 *             "d" place 12 -> length 8 of what could not be read there
 */
#include "disk.h" /* struct disk */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */
#include "files.h"      /* seigr__files_fail */

#include <assert.h> /* assert */
#include <errno.h>  /* ENOMEM */
#include <string.h> /* memcpy */

#define INDEX_INLINE_LEN 64u
#define INDEX_HEAD_LEN 8u /* of a value that is longer */
#define INDEX_ROW_MAX (DISK_PLACE_LEN + 4u + INDEX_INLINE_LEN)

int seigr__disk_mdb_fail(seigr_error *error, int number, const char *what,
                         const char *path)
{
    if (number > 0)
        return seigr__files_fail(error, number, what, path);
    if (number == MDB_MAP_FULL)
        return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                           "the index of the store has no room left");
    if (number == MDB_TXN_FULL)
        return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                           "there are too many changes in one transaction");
    if (number == MDB_READERS_FULL)
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "too many transactions read at once");
    if (number == SEIGR_E_CORRUPT)
        return seigr__fail(error, number, SEIGR_NO_OFFSET,
                           "the value is not what its table holds");
    return seigr__fail(error, SEIGR_E_CORRUPT, SEIGR_NO_OFFSET,
                       "the index of the store is damaged: %s",
                       mdb_strerror(number));
}

static int index_fail(const struct disk_txn *txn, int number,
                      seigr_error *error)
{
    return seigr__disk_mdb_fail(error, number, "change the index of",
                                txn->disk->path);
}

static int index_set(struct disk_txn *txn, uint32_t table, const void *key,
                     size_t key_len, const void *value, size_t value_len)
{
    MDB_val k = {key_len, (void *)(uintptr_t)key};
    MDB_val v = {value_len, (void *)(uintptr_t)value};

    return mdb_put(txn->inner, txn->disk->dbi[table], &k, &v, 0);
}

static int index_unset(struct disk_txn *txn, uint32_t table, const void *key,
                       size_t key_len)
{
    MDB_val k = {key_len, (void *)(uintptr_t)key};
    const int err = mdb_del(txn->inner, txn->disk->dbi[table], &k, NULL);

    return err == MDB_NOTFOUND ? 0 : err;
}

/* --- The state ------------------------------------------------------------ */

int seigr__disk_state_load(struct disk_txn *txn, seigr_error *error)
{
    MDB_val k = {5, (void *)(uintptr_t) "state"};
    MDB_val v;
    const int err = mdb_get(txn->inner, txn->disk->dbi[0], &k, &v);

    if (err == MDB_NOTFOUND) { /* nothing was replayed yet */
        memset(&txn->state, 0, sizeof(txn->state));
        txn->state.end.at = DISK_SEGMENT_HEAD_LEN;
        return 0;
    }
    if (err != 0)
        return seigr__disk_mdb_fail(error, err, "read the index of",
                                    txn->disk->path);
    if (v.mv_size != sizeof(txn->state))
        return seigr__fail(error, SEIGR_E_CORRUPT, SEIGR_NO_OFFSET,
                           "the index of the store is damaged");
    memcpy(&txn->state, v.mv_data, sizeof(txn->state));
    return 0;
}

/* Note that bytes of a segment came to live or died. */
static int index_live(struct disk_txn *txn, uint32_t segment, int64_t live)
{
    for (size_t i = txn->change_count; i-- > 0;) {
        if (txn->changes[i].segment == segment) {
            txn->changes[i].live += live;
            return 0;
        }
    }
    if (txn->change_count == txn->change_room) {
        const size_t room = txn->change_room * 2 + 8;
        struct disk_change *changes =
            seigr__alloc(txn->disk->context, room * sizeof(*changes));

        if (changes == NULL)
            return ENOMEM;
        if (txn->change_count > 0)
            memcpy(changes, txn->changes, txn->change_count * sizeof(*changes));
        seigr__release(txn->disk->context, txn->changes);
        txn->changes = changes;
        txn->change_room = room;
    }
    txn->changes[txn->change_count++] = (struct disk_change){segment, live};
    return 0;
}

static int index_keep_live(struct disk_txn *txn, const struct disk_change *c)
{
    uint8_t key[5] = {'s'};
    uint8_t value[8] = {0};
    MDB_val k = {sizeof(key), key};
    MDB_val v;
    int err;

    seigr__disk_write_u32(key + 1, c->segment);
    err = mdb_get(txn->inner, txn->disk->dbi[0], &k, &v);
    if (err == 0 && v.mv_size == sizeof(value))
        memcpy(value, v.mv_data, sizeof(value));
    else if (err != MDB_NOTFOUND)
        return err == 0 ? MDB_CORRUPTED : err;
    seigr__disk_write_u64(value,
                          seigr__disk_read_u64(value) + (uint64_t)c->live);
    return index_set(txn, 0, key, sizeof(key), value, sizeof(value));
}

int seigr__disk_state_keep(struct disk_txn *txn, seigr_error *error)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < txn->change_count; i++)
        err = index_keep_live(txn, &txn->changes[i]);
    txn->change_count = 0;
    if (err == 0)
        err = index_set(txn, 0, "state", 5, &txn->state, sizeof(txn->state));
    return err == 0 ? 0 : index_fail(txn, err, error);
}

/* --- Rows ----------------------------------------------------------------- */

int seigr__disk_row_find(struct disk_txn *txn, uint32_t table,
                         const uint8_t *key, struct disk_row *out)
{
    MDB_val k = {seigr_store_key_len(table), (void *)(uintptr_t)key};
    MDB_val v = {0, NULL};
    const int err = mdb_get(txn->inner, txn->disk->dbi[table], &k, &v);
    const uint8_t *bytes = v.mv_data;

    if (err == MDB_NOTFOUND)
        return SEIGR_E_NOTFOUND;
    if (err != 0)
        return SEIGR_E_CORRUPT;
    if (table > DISK_OBJECT_TABLES) { /* a cache or a row */
        *out = (struct disk_row){{0, 0}, v.mv_size, {bytes, v.mv_size}};
        return 0;
    }
    if (v.mv_size < DISK_PLACE_LEN + 4)
        return SEIGR_E_CORRUPT;
    out->place = seigr__disk_place_read(bytes);
    out->len = seigr__disk_read_u32(bytes + DISK_PLACE_LEN);
    out->head = (seigr_span){bytes + DISK_PLACE_LEN + 4,
                             v.mv_size - DISK_PLACE_LEN - 4};
    return 0;
}

/* A leaf list has no hash to hold it against but the sum of its record. */
static int value_check(struct disk_txn *txn, size_t record_len,
                       struct disk_place place)
{
    const seigr_context *context = txn->disk->context;
    uint8_t *bytes = seigr__alloc(context, record_len);
    struct disk_record record;
    int err;

    if (bytes == NULL)
        return SEIGR_E_NOMEM;
    err = seigr__disk_segment_read(txn->disk, place,
                                   (seigr_buf){bytes, record_len});
    if (err == 0 && seigr__disk_record_check(txn->disk, place,
                                             (seigr_span){bytes, record_len},
                                             &record) != DISK_RECORD_GOOD)
        err = SEIGR_E_CORRUPT;
    seigr__release(context, bytes);
    return err;
}

int seigr__disk_value_read(struct disk_txn *txn, uint32_t table, size_t key_len,
                           const struct disk_row *row, uint64_t at,
                           seigr_buf out)
{
    struct disk_place place = row->place;
    const uint64_t head = DISK_RECORD_HEAD_LEN + (uint64_t)key_len;
    size_t len;

    if (at >= row->len)
        return 0;
    len = row->len - at < out.len ? (size_t)(row->len - at) : out.len;
    if (len == 0)
        return 0;
    if (at + len <= row->head.len) {
        memcpy(out.ptr, row->head.ptr + at, len);
        return 0;
    }
    if (txn->is_writer && place.segment == txn->start.segment &&
        (txn->used > 0 || txn->flushed > 0) &&
        place.at >= txn->start.at + txn->flushed) {
        memcpy(out.ptr,
               txn->buffer + (place.at - txn->start.at - txn->flushed) + head +
                   at,
               len);
        return 0;
    }
    if (table == SEIGR_STORE_LEAVES) {
        const int err = value_check(txn, (size_t)(head + row->len), place);

        if (err != 0)
            return err;
    }
    place.at += head + at;
    return seigr__disk_segment_read(txn->disk, place,
                                    (seigr_buf){out.ptr, len});
}

static int index_row_add(uint32_t table, const uint8_t *key, void *ctx)
{
    return index_set(ctx, table, key, seigr_store_key_len(table), NULL, 0);
}

static int index_row_remove(uint32_t table, const uint8_t *key, void *ctx)
{
    return index_unset(ctx, table, key, seigr_store_key_len(table));
}

static int index_has_rows(uint32_t table)
{
    return table == SEIGR_STORE_CAPSULE || table == SEIGR_STORE_LEAVES;
}

/* An object that was there is there no more, or elsewhere. */
static int index_uncount(struct disk_txn *txn, uint32_t table,
                         const struct disk_row *row)
{
    seigr_store_totals *totals = &txn->state.totals[table];

    if (table != SEIGR_STORE_LOG)
        totals->count--;
    totals->bytes -= row->len;
    return index_live(txn, row->place.segment,
                      -(int64_t)(DISK_RECORD_HEAD_LEN +
                                 seigr_store_key_len(table) + row->len));
}

static int index_count(struct disk_txn *txn, uint32_t table, const uint8_t *key,
                       size_t value_len, struct disk_place place)
{
    seigr_store_totals *totals = &txn->state.totals[table];

    /* A log whose entries were damaged goes on behind its last. */
    if (table != SEIGR_STORE_LOG)
        totals->count++;
    else if (seigr__disk_read_u64(key) >= totals->count)
        totals->count = seigr__disk_read_u64(key) + 1;
    totals->bytes += value_len;
    return index_live(txn, place.segment,
                      (int64_t)(DISK_RECORD_HEAD_LEN +
                                seigr_store_key_len(table) + value_len));
}

int seigr__disk_apply_put(struct disk_txn *txn, uint32_t table,
                          const uint8_t *key, const uint8_t *value,
                          size_t value_len, struct disk_place place,
                          seigr_error *error)
{
    const size_t key_len = seigr_store_key_len(table);
    const size_t head =
        value_len <= INDEX_INLINE_LEN ? value_len : INDEX_HEAD_LEN;
    uint8_t bytes[INDEX_ROW_MAX];
    struct disk_row old;
    int err = seigr__disk_row_find(txn, table, key, &old);

    assert(table > 0 && table <= DISK_OBJECT_TABLES);
    if (err == 0)
        err = index_uncount(txn, table, &old);
    else if (err == SEIGR_E_NOTFOUND)
        err = 0;
    else
        err = MDB_CORRUPTED;
    if (err == 0)
        err = index_count(txn, table, key, value_len, place);
    seigr__disk_place_write(bytes, place);
    seigr__disk_write_u32(bytes + DISK_PLACE_LEN, (uint32_t)value_len);
    memset(bytes + DISK_PLACE_LEN + 4, 0, head);
    if (value != NULL && head > 0)
        memcpy(bytes + DISK_PLACE_LEN + 4, value, head);
    if (err == 0)
        err = index_set(txn, table, key, key_len, bytes,
                        DISK_PLACE_LEN + 4 + head);
    if (err == 0 && value != NULL && index_has_rows(table)) {
        err = seigr_store_rows(txn->disk->context, table, key,
                               (seigr_span){value, value_len}, index_row_add,
                               txn);
        if (err == SEIGR_E_CORRUPT && txn->is_replay)
            err = 0; /* damaged where no sum shows it; fsck names it */
    }
    return err == 0 ? 0 : index_fail(txn, err, error);
}

/* Take away the rows of an object, as far as its bytes can be read. */
static int index_drop_rows(struct disk_txn *txn, uint32_t table,
                           const uint8_t *key, const struct disk_row *row)
{
    const seigr_context *context = txn->disk->context;
    uint8_t *value = seigr__alloc(context, (size_t)row->len + 1);
    int err;

    if (value == NULL)
        return ENOMEM;
    err = seigr__disk_value_read(txn, table, seigr_store_key_len(table), row, 0,
                                 (seigr_buf){value, (size_t)row->len});
    if (err == 0)
        err = seigr_store_rows(context, table, key,
                               (seigr_span){value, (size_t)row->len},
                               index_row_remove, txn);
    seigr__release(context, value);
    return err == SEIGR_E_CORRUPT || err == SEIGR_E_AGAIN || err == SEIGR_E_IO
               ? 0
               : err;
}

int seigr__disk_apply_kill(struct disk_txn *txn, uint32_t table,
                           const uint8_t *key, struct disk_place victim,
                           seigr_error *error)
{
    uint8_t number[8] = {0};
    struct disk_row row;
    int has_number;
    int err = seigr__disk_row_find(txn, table, key, &row);

    if (err == SEIGR_E_NOTFOUND ||
        (err == 0 &&
         (row.place.segment != victim.segment || row.place.at != victim.at)))
        return 0;
    if (err != 0)
        return index_fail(txn, MDB_CORRUPTED, error);
    has_number = table == SEIGR_STORE_CAPSULE && row.head.len >= sizeof(number);
    if (has_number)
        memcpy(number, row.head.ptr, sizeof(number));
    err = index_uncount(txn, table, &row);
    if (err == 0 && index_has_rows(table))
        err = index_drop_rows(txn, table, key, &row);
    if (err == 0)
        err = index_unset(txn, table, key, seigr_store_key_len(table));
    if (err == 0 && has_number)
        err = index_row_add(SEIGR_STORE_GONE, number, txn);
    return err == 0 ? 0 : index_fail(txn, err, error);
}
