/* SPDX-License-Identifier: MIT */
/*
 * flash_index.c - which record of a key counts, in the memory that the caller
 * gave: 8 bytes an object, keys read from the device to be compared.
 *
 * Invariants:
 *   (1) from a key's first slot to its own no slot is free.
 *   (2) totals, object_count and live_bytes are those of the records that
 *       have a slot.
 */
#include "flash.h" /* seigr__flash */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memset */

void seigr__flash_index_init(seigr__flash *f)
{
    memset(f->slots, 0xff, f->slot_count * sizeof(*f->slots));
    memset(f->totals, 0, sizeof(f->totals));
    f->object_count = 0;
    f->live_bytes = 0;
}

/* Is it the record of this key at a place? Returns 1, 0 or a status. */
static int index_is_key(const seigr__flash *f, uint32_t place, uint32_t table,
                        const uint8_t *key)
{
    seigr__flash_record record;
    int err;

    if (seigr__flash_place_table(place) != table)
        return 0;
    err = seigr__flash_record_at(f, place, &record);
    if (err == SEIGR_E_CORRUPT)
        return 0; /* nobody knows any more whose it is */
    if (err != 0)
        return err;
    return record.table == table &&
           memcmp(record.key, key, record.key_len) == 0;
}

int seigr__flash_index_find(const seigr__flash *f, uint32_t hash,
                            uint32_t table, const uint8_t *key,
                            uint32_t *slot_out)
{
    uint32_t i = hash % f->slot_count;

    assert(f->object_count < f->slot_count);
    for (; f->slots[i].at != SEIGR__FLASH_NOWHERE;
         i = (i + 1) % f->slot_count) {
        int found;

        if (f->slots[i].hash != hash)
            continue;
        found = index_is_key(f, f->slots[i].at, table, key);
        if (found != 0) {
            *slot_out = i;
            return found;
        }
    }
    *slot_out = i;
    return 0;
}

/* Count a record in or out (2). */
static void index_account(seigr__flash *f, const seigr__flash_record *record,
                          int in)
{
    const uint64_t len =
        seigr__flash_record_len(f, record->key_len, record->value_len);
    const uint64_t bytes =
        record->table < SEIGR_STORE_NODE ? record->value_len : 0;
    seigr_store_totals *totals = &f->totals[record->table];

    if (in) {
        f->object_count++;
        f->live_bytes += len;
        totals->count++;
        totals->bytes += bytes;
    } else {
        f->object_count--;
        f->live_bytes -= len;
        totals->count--;
        totals->bytes -= bytes;
    }
}

int seigr__flash_index_put(seigr__flash *f, const seigr__flash_record *record)
{
    const uint32_t hash =
        seigr__flash_hash(record->table, record->key, record->key_len);
    seigr__flash_record old;
    uint32_t slot;
    int err =
        seigr__flash_index_find(f, hash, record->table, record->key, &slot);

    if (err == 1) {
        err = seigr__flash_record_at(f, f->slots[slot].at, &old);
        if (err != 0)
            return err;
        index_account(f, &old, 0);
    } else if (err == 0 && f->object_count >= f->options.object_max) {
        return SEIGR_E_LIMIT;
    }
    if (err < 0)
        return err;
    f->slots[slot].hash = hash;
    f->slots[slot].at =
        seigr__flash_place(f, record->table, record->block, record->at);
    index_account(f, record, 1);
    return 0;
}

/* Free a slot; those behind it that may move up do (1). */
static void index_close_gap(seigr__flash *f, uint32_t gap)
{
    uint32_t i = gap;

    for (;;) {
        uint32_t home;

        i = (i + 1) % f->slot_count;
        if (f->slots[i].at == SEIGR__FLASH_NOWHERE)
            break;
        home = f->slots[i].hash % f->slot_count;
        /* Stays if its home is behind the gap and not behind itself. */
        if ((i + f->slot_count - home) % f->slot_count <
            (i + f->slot_count - gap) % f->slot_count)
            continue;
        f->slots[gap] = f->slots[i];
        gap = i;
    }
    f->slots[gap].at = SEIGR__FLASH_NOWHERE;
}

int seigr__flash_index_remove(seigr__flash *f, uint32_t table,
                              const uint8_t *key, uint32_t key_len)
{
    const uint32_t hash = seigr__flash_hash(table, key, key_len);
    seigr__flash_record old;
    uint32_t slot;
    int err = seigr__flash_index_find(f, hash, table, key, &slot);

    if (err <= 0)
        return err;
    err = seigr__flash_record_at(f, f->slots[slot].at, &old);
    if (err != 0)
        return err;
    index_account(f, &old, 0);
    index_close_gap(f, slot);
    return 0;
}

void seigr__flash_index_forget(seigr__flash *f, seigr__flash_slot *slot)
{
    const uint32_t table = seigr__flash_place_table(slot->at);

    assert(f->totals[table].count > 0);
    f->object_count--;
    f->totals[table].count--; /* its bytes nobody knows */
    index_close_gap(f, (uint32_t)(slot - f->slots));
}

int seigr__flash_index_apply(seigr__flash *f)
{
    seigr__flash_record record;

    for (uint32_t i = 0; i < f->change_count; i++) {
        const seigr__flash_change *change = &f->changes[i];
        int err = seigr__flash_record_at(f, change->at, &record);

        if (err == 0 && change->is_remove)
            err = seigr__flash_index_remove(f, record.table, record.key,
                                            record.key_len);
        else if (err == 0)
            err = seigr__flash_index_put(f, &record);
        if (err != 0)
            return err;
    }
    return 0;
}
