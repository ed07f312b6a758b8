/* SPDX-License-Identifier: MIT */
/*
 * flash_backend.c - the table of seigr/sys/store_backend.h over the log.
 *
 * A transaction that writes appends its puts as they come and its removals
 * when it ends (flash.h (2)). What it sees is what counts, with its changes
 * over it. A transaction that reads sees what counts as long as nothing was
 * committed since it began; then it is too old.
 *
 * Rows are not kept: they are derived from the capsules each time they are
 * asked for, so a question reads the whole store.
 *
 * Invariants:
 *   (1) staged_* are what counts with the changes of the open transaction.
 *   (2) removing a capsule puts a GONE in its place, in one transaction.
 */
#include "flash.h" /* seigr__flash */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy, memmove */

/* --- Transactions -------------------------------------------------------- */

static int backend_fail(seigr_error *error, int code)
{
    const char *text = "the device failed";

    if (code == SEIGR_E_FULL)
        text = "the device is full";
    else if (code == SEIGR_E_DENIED)
        text = "somebody else writes to the device; open it again";
    else if (code == SEIGR_E_CORRUPT)
        text = "the device is damaged";
    return seigr__fail(error, code, SEIGR_NO_OFFSET, "%s", text);
}

static int backend_begin_read(seigr__flash *f, void **out)
{
    for (unsigned i = 0; i < SEIGR__FLASH_READERS; i++) {
        if (f->readers[i].is_open)
            continue;
        f->readers[i].is_open = 1;
        f->readers[i].generation = f->generation;
        *out = &f->readers[i];
        return 0;
    }
    return SEIGR_E_AGAIN;
}

static int backend_begin(uint32_t mode, void **out, seigr_error *error,
                         void *ctx)
{
    seigr__flash *f = ctx;

    if (mode == SEIGR_STORE_READ)
        return backend_begin_read(f, out) == 0
                   ? 0
                   : seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                                 "no more than %u transactions read at a time",
                                 SEIGR__FLASH_READERS);
    if (f->is_writing)
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "a transaction that writes is open");
    f->is_writing = 1;
    f->failed = 0;
    f->write_seq = f->head_seq;
    f->change_count = 0;
    f->staged_count = f->object_count; /* (1) */
    f->staged_bytes = f->live_bytes;
    memcpy(f->staged, f->totals, sizeof(f->staged));
    *out = f;
    return 0;
}

static void backend_end(seigr__flash *f, void *txn)
{
    if (txn == f) {
        assert(f->is_writing);
        f->is_writing = 0;
        f->change_count = 0;
        f->txn_next++;
    } else {
        ((seigr__flash_reader *)txn)->is_open = 0;
    }
}

static void backend_abort(void *txn, void *ctx)
{
    backend_end(ctx, txn);
}

/* Is the transaction's state still there to be seen? */
static int backend_is_current(const seigr__flash *f, const void *txn)
{
    return txn == f ||
           ((const seigr__flash_reader *)txn)->generation == f->generation;
}

/* --- Reading ------------------------------------------------------------- */

/* The last change of a key. Returns 1 and its number, 0, or a status. */
static int backend_find_change(const seigr__flash *f, uint32_t hash,
                               uint32_t table, const uint8_t *key,
                               uint32_t *change_out)
{
    seigr__flash_record record;

    for (uint32_t i = f->change_count; i-- > 0;) {
        int err;

        if (f->changes[i].hash != hash ||
            seigr__flash_place_table(f->changes[i].at) != table)
            continue;
        err = seigr__flash_record_at(f, f->changes[i].at, &record);
        if (err != 0)
            return err;
        if (memcmp(record.key, key, record.key_len) != 0)
            continue;
        *change_out = i;
        return 1;
    }
    return 0;
}

/* The record of a key as a transaction sees it. SEIGR_E_NOTFOUND. */
static int backend_find(const seigr__flash *f, int is_writer, uint32_t table,
                        const uint8_t *key, seigr__flash_record *out)
{
    const uint32_t hash =
        seigr__flash_hash(table, key, seigr_store_key_len(table));
    uint32_t at;
    int err = 0;

    if (is_writer)
        err = backend_find_change(f, hash, table, key, &at);
    if (err == 1)
        return f->changes[at].is_remove
                   ? SEIGR_E_NOTFOUND
                   : seigr__flash_record_at(f, f->changes[at].at, out);
    if (err == 0)
        err = seigr__flash_index_find(f, hash, table, key, &at);
    if (err == 1)
        return seigr__flash_record_at(f, f->slots[at].at, out);
    return err == 0 ? SEIGR_E_NOTFOUND : err;
}

static int backend_get(void *txn, uint32_t table, const uint8_t *key,
                       uint64_t at, seigr_buf out, uint64_t *len_out, void *ctx)
{
    const seigr__flash *f = ctx;
    seigr__flash_record record;
    size_t n;
    int err;

    if (!backend_is_current(f, txn))
        return SEIGR_E_AGAIN;
    err = backend_find(f, txn == f, table, key, &record);
    if (err != 0)
        return err;
    *len_out = record.value_len;
    if (at >= record.value_len)
        return 0;
    n = record.value_len - (size_t)at;
    if (n > out.len)
        n = out.len;
    err = seigr__flash_value_read(f, &record, (uint32_t)at, out.ptr, n);
    if (err == 0 && n == record.value_len &&
        seigr__flash_crc(0, out.ptr, n) != record.value_crc)
        return SEIGR_E_CORRUPT;
    return err;
}

static int backend_totals(void *txn, uint32_t table, seigr_store_totals *out,
                          void *ctx)
{
    const seigr__flash *f = ctx;

    if (table == 0 || table >= SEIGR_STORE_TABLE_COUNT)
        return SEIGR_E_INVAL;
    *out = txn == f ? f->staged[table] : f->totals[table];
    return 0;
}

/* --- The end of a transaction --------------------------------------------- */

/* Append a removal, unless its key was changed again. */
static int backend_append_remove(seigr__flash *f, uint32_t number)
{
    const seigr__flash_change *change = &f->changes[number];
    seigr__flash_entry entry = {.type = SEIGR__FLASH_REMOVE,
                                .txn = f->txn_next};
    seigr__flash_record record;
    uint32_t last = number;
    int err = seigr__flash_record_at(f, change->at, &record);

    if (err == 0)
        err = backend_find_change(f, change->hash, record.table, record.key,
                                  &last);
    if (err < 0 || last != number)
        return err < 0 ? err : 0;
    entry.table = record.table;
    entry.key = record.key;
    entry.key_len = record.key_len;
    return seigr__flash_append(f, &entry, NULL);
}

/* Append the removals (flash.h (2)), then COMMIT. */
static int backend_append_end(seigr__flash *f)
{
    const uint64_t longest = seigr__flash_record_len(f, SEIGR_STORE_KEY_MAX, 0);
    uint64_t count = 1;
    int err;

    for (uint32_t i = 0; i < f->change_count; i++)
        count += f->changes[i].is_remove;
    err = seigr__flash_make_ready(f, count * longest);
    for (uint32_t i = 0; err == 0 && i < f->change_count; i++) {
        if (f->changes[i].is_remove)
            err = backend_append_remove(f, i);
    }
    return err == 0 ? seigr__flash_append_end(f, SEIGR__FLASH_COMMIT,
                                              f->txn_next, f->tail_seq)
                    : err;
}

static int backend_commit(void *txn, seigr_error *error, void *ctx)
{
    seigr__flash *f = ctx;
    int err;

    if (txn != f || f->change_count == 0) {
        err = txn == f ? f->failed : 0;
        backend_end(f, txn);
        return err == 0 ? 0 : backend_fail(error, err);
    }
    err = f->failed != 0 ? f->failed : backend_append_end(f);
    if (err == 0) {
        f->generation++;
        err = seigr__flash_index_apply(f);
        assert(err != 0 || f->object_count == f->staged_count);
    }
    backend_end(f, txn);
    return err == 0 ? 0 : backend_fail(error, err);
}

/* --- Keys in order ------------------------------------------------------- */

/* The lowest keys that were met, at or above `from`. */
struct lowest {
    const seigr__flash *f;
    uint32_t table;
    uint32_t key_len;
    const uint8_t *from;
    uint8_t *keys;
    size_t room;
    size_t count;
};

static int lowest_take(uint32_t table, const uint8_t *key, void *ctx)
{
    struct lowest *low = ctx;
    const size_t len = low->key_len;
    size_t at;

    if (table != low->table || memcmp(key, low->from, len) < 0)
        return 0;
    for (at = low->count; at > 0; at--) {
        const int order = memcmp(low->keys + (at - 1) * len, key, len);

        if (order == 0)
            return 0;
        if (order < 0)
            break;
    }
    if (at == low->room)
        return 0;
    if (low->count == low->room)
        low->count--;
    memmove(low->keys + (at + 1) * len, low->keys + at * len,
            (low->count - at) * len);
    memcpy(low->keys + at * len, key, len);
    low->count++;
    return 0;
}

/* The table whose objects have rows in a table of rows. */
static uint32_t backend_table_of(uint32_t table)
{
    if (table < SEIGR_STORE_CHAIN || table == SEIGR_STORE_GONE)
        return table;
    return table == SEIGR_STORE_USE ? SEIGR_STORE_LEAVES : SEIGR_STORE_CAPSULE;
}

/* Meet an object: its key, or its rows. One with damage has none. */
static int backend_meet(struct lowest *low, uint32_t place)
{
    const seigr__flash *f = low->f;
    seigr__flash_record record;
    int err = seigr__flash_record_at(f, place, &record);

    if (err != 0)
        return err == SEIGR_E_CORRUPT ? 0 : err;
    if (record.table == low->table)
        return lowest_take(record.table, record.key, low);
    if (record.value_len > f->options.value_max)
        return 0; /* written with more memory */
    err = seigr__flash_value_read(f, &record, 0, f->value, record.value_len);
    if (err != 0)
        return err;
    if (seigr__flash_crc(0, f->value, record.value_len) != record.value_crc)
        return 0;
    err = seigr_store_rows(f->context, record.table, record.key,
                           (seigr_span){f->value, record.value_len},
                           lowest_take, low);
    return err == SEIGR_E_CORRUPT ? 0 : err;
}

/* Does the open transaction change the object of a slot? 1, 0, a status. */
static int backend_is_changed(const seigr__flash *f,
                              const seigr__flash_slot *slot)
{
    seigr__flash_record record;
    uint32_t change;
    int err;

    if (f->change_count == 0)
        return 0;
    err = seigr__flash_record_at(f, slot->at, &record);
    if (err != 0)
        return err == SEIGR_E_CORRUPT ? 0 : err;
    return backend_find_change(f, slot->hash, record.table, record.key,
                               &change);
}

static int backend_meet_slots(struct lowest *low, int is_writer, uint32_t table)
{
    const seigr__flash *f = low->f;

    for (uint32_t i = 0; i < f->slot_count; i++) {
        int err;

        if (f->slots[i].at == SEIGR__FLASH_NOWHERE ||
            seigr__flash_place_table(f->slots[i].at) != table)
            continue;
        err = is_writer ? backend_is_changed(f, &f->slots[i]) : 0;
        if (err == 0)
            err = backend_meet(low, f->slots[i].at);
        if (err < 0)
            return err;
    }
    return 0;
}

/* The objects that the open transaction put and did not change again. */
static int backend_meet_changes(struct lowest *low, uint32_t table)
{
    const seigr__flash *f = low->f;
    seigr__flash_record record;

    for (uint32_t i = 0; i < f->change_count; i++) {
        uint32_t last = i;
        int err;

        if (f->changes[i].is_remove ||
            seigr__flash_place_table(f->changes[i].at) != table)
            continue;
        err = seigr__flash_record_at(f, f->changes[i].at, &record);
        if (err == 0)
            err = backend_find_change(f, f->changes[i].hash, table, record.key,
                                      &last);
        if (err >= 0 && last == i)
            err = backend_meet(low, f->changes[i].at);
        if (err < 0)
            return err;
    }
    return 0;
}

static int backend_keys(void *txn, uint32_t table, const uint8_t *from,
                        uint8_t *out, size_t room, size_t *count_out, void *ctx)
{
    const seigr__flash *f = ctx;
    struct lowest low = {f,    table, seigr_store_key_len(table), from, out,
                         room, 0};
    const uint32_t objects = backend_table_of(table);
    int err;

    if (low.key_len == 0)
        return SEIGR_E_INVAL;
    if (!backend_is_current(f, txn))
        return SEIGR_E_AGAIN;
    err = backend_meet_slots(&low, txn == f, objects);
    if (err == 0 && txn == f)
        err = backend_meet_changes(&low, objects);
    if (err == 0)
        *count_out = low.count;
    return err;
}

/* --- Changes ------------------------------------------------------------- */

/* Count a record in or out of what the transaction sees (1). */
static void backend_stage(seigr__flash *f, uint32_t table, uint32_t value_len,
                          int in)
{
    const uint64_t len =
        seigr__flash_record_len(f, seigr_store_key_len(table), value_len);
    const uint64_t bytes = table < SEIGR_STORE_NODE ? value_len : 0;
    seigr_store_totals *totals = &f->staged[table];

    f->staged_count += in ? 1u : UINT32_MAX;
    f->staged_bytes += in ? len : 0 - len;
    totals->count += in ? 1u : UINT64_MAX;
    totals->bytes += in ? bytes : 0 - bytes;
}

static int backend_change(seigr__flash *f, uint32_t table, const uint8_t *key,
                          uint32_t place, uint32_t is_remove)
{
    if (f->change_count == f->options.change_max)
        return SEIGR_E_LIMIT;
    f->changes[f->change_count++] = (seigr__flash_change){
        seigr__flash_hash(table, key, seigr_store_key_len(table)), place,
        is_remove};
    return 0;
}

/* Nothing can be done in a transaction after a failure but to abort it. */
static int backend_spoil(seigr__flash *f, int code, seigr_error *error)
{
    f->failed = code;
    if (code == SEIGR_E_LIMIT)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "a transaction has at most %u changes here",
                           (unsigned)f->options.change_max);
    return backend_fail(error, code);
}

/* Would what counts after a put fit the memory and the device? */
static int backend_has_room(const seigr__flash *f, uint32_t table,
                            uint32_t value_len, const seigr__flash_record *old)
{
    const uint64_t len =
        seigr__flash_record_len(f, seigr_store_key_len(table), value_len);
    const uint64_t old_len =
        old == NULL ? 0
                    : seigr__flash_record_len(f, old->key_len, old->value_len);

    return f->staged_count - (old != NULL) < f->options.object_max &&
           f->staged_bytes - old_len + len <= seigr__flash_capacity(f);
}

static int backend_append_put(seigr__flash *f, const seigr__flash_entry *entry,
                              uint32_t value_len)
{
    seigr__flash_record old;
    const int found = backend_find(f, 1, entry->table, entry->key, &old);
    uint32_t place = 0;
    int err;

    if (found != 0 && found != SEIGR_E_NOTFOUND)
        return found;
    if (!backend_has_room(f, entry->table, value_len, found == 0 ? &old : NULL))
        return SEIGR_E_FULL;
    if (f->change_count == f->options.change_max)
        return SEIGR_E_LIMIT;
    err = seigr__flash_make_room(
        f, seigr__flash_record_len(f, entry->key_len, value_len));
    if (err == 0)
        err = seigr__flash_append(f, entry, &place);
    if (err != 0)
        return err;
    if (found == 0)
        backend_stage(f, entry->table, old.value_len, 0);
    backend_stage(f, entry->table, value_len, 1);
    return backend_change(f, entry->table, entry->key, place, 0);
}

static int backend_put(void *txn, uint32_t table, const uint8_t *key,
                       const seigr_span *parts, size_t part_count,
                       seigr_error *error, void *ctx)
{
    seigr__flash *f = ctx;
    const seigr__flash_entry entry = {.type = SEIGR__FLASH_PUT,
                                      .table = table,
                                      .txn = f->txn_next,
                                      .key = key,
                                      .key_len = seigr_store_key_len(table),
                                      .parts = parts,
                                      .part_count = part_count};
    uint64_t len = 0;
    int err;

    if (txn != f || entry.key_len == 0)
        return SEIGR_E_INVAL;
    if (f->failed != 0)
        return backend_fail(error, f->failed);
    for (size_t i = 0; i < part_count; i++)
        len += parts[i].len;
    if (len > f->options.value_max)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "%llu bytes are more than the %u of a value here",
                           (unsigned long long)len,
                           (unsigned)f->options.value_max);
    err = backend_append_put(f, &entry, (uint32_t)len);
    return err == 0 ? 0 : backend_spoil(f, err, error);
}

/* (2) The number in front of a capsule, whatever became of the rest. */
static int backend_put_gone(seigr__flash *f, const seigr__flash_record *capsule)
{
    uint8_t number[8];
    const seigr__flash_entry entry = {.type = SEIGR__FLASH_PUT,
                                      .table = SEIGR_STORE_GONE,
                                      .txn = f->txn_next,
                                      .key = number,
                                      .key_len = sizeof(number)};
    int err;

    if (capsule->value_len < sizeof(number))
        return 0;
    err = seigr__flash_value_read(f, capsule, 0, number, sizeof(number));
    return err == 0 ? backend_append_put(f, &entry, 0) : err;
}

static int backend_remove(void *txn, uint32_t table, const uint8_t *key,
                          seigr_error *error, void *ctx)
{
    seigr__flash *f = ctx;
    seigr__flash_record record;
    int err;

    if (txn != f || seigr_store_key_len(table) == 0)
        return SEIGR_E_INVAL;
    if (f->failed != 0)
        return backend_fail(error, f->failed);
    err = backend_find(f, 1, table, key, &record);
    if (err == SEIGR_E_NOTFOUND)
        return 0;
    if (err == 0 && table == SEIGR_STORE_CAPSULE) {
        err = backend_put_gone(f, &record);
        if (err == 0) /* it may have been copied meanwhile */
            err = backend_find(f, 1, table, key, &record);
    }
    if (err == 0)
        err = backend_change(
            f, table, key,
            seigr__flash_place(f, table, record.block, record.at), 1);
    if (err != 0)
        return backend_spoil(f, err, error);
    backend_stage(f, table, record.value_len, 0);
    return 0;
}

/* --- Checking; there is no tidying: room is made when it is needed ---------
 */

/* Tell of a place that is no record. */
static int backend_tell(const seigr__flash *f, uint32_t block, uint32_t at,
                        int (*damage)(const char *text, void *arg), void *arg)
{
    const uint32_t behind = at + SEIGR_FLASH_PROGRAM_SIZE_MAX;
    char text[96];
    int erased = 1;

    /* A power cut leaves one piece half written and nothing behind it. */
    if (behind < f->device.block_size)
        erased = seigr__flash_is_erased(f, block, behind,
                                        f->device.block_size - behind);
    if (erased != 0)
        return erased < 0 ? erased : 0;
    seigr__format(text, sizeof(text),
                  "block %u: from byte %u on its records cannot be read",
                  (unsigned)block, (unsigned)at);
    return damage(text, arg);
}

static int backend_check(void *txn, int (*damage)(const char *text, void *arg),
                         void *arg, void *ctx)
{
    const seigr__flash *f = ctx;
    seigr__flash_record record;
    seigr__flash_header header;

    (void)txn;
    for (uint32_t block = 0; block < f->device.block_count; block++) {
        uint32_t at = seigr__flash_first(f->unit);
        int err = seigr__flash_header_read(&f->device, block, &header);

        if (err == SEIGR_E_IO)
            return err;
        if (err != 0 || header.seq < f->tail_seq || header.seq > f->head_seq)
            continue;
        while ((err = seigr__flash_record_read(f, block, header.seq, at,
                                               &record)) == 1)
            at += (uint32_t)seigr__flash_record_len(f, record.key_len,
                                                    record.value_len);
        if (err == SEIGR_E_CORRUPT)
            err = backend_tell(f, block, at, damage, arg);
        if (err != 0)
            return err;
    }
    return 0;
}

void seigr__flash_table(seigr__flash *f, seigr_store_backend *out)
{
    *out = (seigr_store_backend)SEIGR_STORE_BACKEND_INIT;
    out->begin = backend_begin;
    out->commit = backend_commit;
    out->abort = backend_abort;
    out->get = backend_get;
    out->keys = backend_keys;
    out->totals = backend_totals;
    out->put = backend_put;
    out->remove = backend_remove;
    out->check = backend_check;
    out->ctx = f;
}
