/* SPDX-License-Identifier: MIT */
/*
 * flash_log.c - the ring of blocks: records appended, the oldest block
 * collected. Invariants are cited from flash.h.
 *
 * Collecting copies what is live in the tail block to the head, in its order,
 * so that it takes one block at most to free one. Those that are kept free
 * are for that: a transaction begins a block only where more are left.
 */
#include "flash.h" /* seigr__flash */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memset */

#define LOG_FREE_MIN 3u /* blocks that only collecting and ends may take */
#define LOG_TRIES 3u    /* blocks that are tried for a record */

static int log_is_bad(const seigr__flash *f, uint32_t block)
{
    return (f->bad[block / 32] >> block % 32 & 1) != 0;
}

/* A block that failed is not tried again before the device is opened anew. */
static void log_set_bad(seigr__flash *f, uint32_t block)
{
    if (!log_is_bad(f, block))
        f->bad_count++;
    f->bad[block / 32] |= 1u << block % 32;
}

static uint32_t log_free_count(const seigr__flash *f)
{
    const uint32_t n = f->device.block_count;
    uint32_t count = 0;

    for (uint32_t i = (f->head_block + 1) % n; i != f->tail_block;
         i = (i + 1) % n)
        count += !log_is_bad(f, i);
    return count;
}

static int log_fits(const seigr__flash *f, uint64_t len)
{
    return len <= f->device.block_size - f->head_at;
}

uint64_t seigr__flash_capacity(const seigr__flash *f)
{
    const uint64_t payload = f->device.block_size - seigr__flash_first(f->unit);
    const uint64_t kept = LOG_FREE_MIN + 1u + f->bad_count;

    if (f->device.block_count <= kept)
        return 0;
    /* An eighth is left at the ends of blocks, where records do not fit. */
    return (f->device.block_count - kept) * (payload - payload / 8);
}

/* Begin the next block of the ring that can be erased and programmed. */
static int log_begin_block(seigr__flash *f)
{
    const uint32_t n = f->device.block_count;
    seigr__flash_header header;
    uint32_t block = f->head_block;
    uint64_t seq = f->last_seq;

    for (;;) {
        block = (block + 1) % n;
        seq++;
        if (block == f->tail_block)
            return SEIGR_E_FULL;
        if (log_is_bad(f, block))
            continue;
        if (seigr__flash_header_read(&f->device, block, &header) == 0 &&
            header.seq > f->last_seq)
            return SEIGR_E_DENIED; /* somebody else began it */
        header = (seigr__flash_header){seq, f->tail_seq};
        if (f->device.erase(block, f->device.ctx) == 0 && /* (3) */
            seigr__flash_header_write(&f->device, block, &header, f->stage) ==
                0)
            break;
        log_set_bad(f, block);
    }
    f->head_block = block;
    f->head_seq = seq;
    f->last_seq = seq;
    f->head_at = seigr__flash_first(f->unit);
    return 0;
}

/* A record on its way to the device. */
struct log_out {
    seigr__flash *f;
    uint32_t at;
    uint32_t fill; /* bytes of the stage */
};

static int log_flush(struct log_out *out)
{
    seigr__flash *f = out->f;
    const uint32_t len = (out->fill + f->unit - 1) / f->unit * f->unit;
    int err = 0;

    assert(len <= sizeof(f->stage) && out->at + len <= f->device.block_size);
    memset(f->stage + out->fill, 0xff, len - out->fill);
    if (len > 0)
        err = f->device.program(f->head_block, out->at, f->stage, len,
                                f->device.ctx);
    out->at += len;
    out->fill = 0;
    return err == 0 ? 0 : SEIGR_E_IO;
}

static int log_push(struct log_out *out, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        const size_t room = sizeof(out->f->stage) - out->fill;
        const size_t n = len < room ? len : room;

        memcpy(out->f->stage + out->fill, bytes, n);
        out->fill += (uint32_t)n;
        bytes += n;
        len -= n;
        if (out->fill == sizeof(out->f->stage) && log_flush(out) != 0)
            return SEIGR_E_IO;
    }
    return 0;
}

static int log_push_copied(struct log_out *out,
                           const seigr__flash_record *record)
{
    uint8_t bytes[64];

    for (uint32_t from = 0; from < record->value_len;) {
        const uint32_t left = record->value_len - from;
        const uint32_t n =
            left < sizeof(bytes) ? left : (uint32_t)sizeof(bytes);

        if (seigr__flash_value_read(out->f, record, from, bytes, n) != 0 ||
            log_push(out, bytes, n) != 0)
            return SEIGR_E_IO;
        from += n;
    }
    return 0;
}

static uint64_t log_value_len(const seigr__flash_entry *entry)
{
    uint64_t len = 0;

    if (entry->copied != NULL)
        return entry->copied->value_len;
    for (size_t i = 0; i < entry->part_count; i++)
        len += entry->parts[i].len;
    return len;
}

static uint32_t log_value_crc(const seigr__flash_entry *entry)
{
    uint32_t crc = 0;

    if (entry->copied != NULL) /* of damage too: it stays to be seen */
        return entry->copied->value_crc;
    for (size_t i = 0; i < entry->part_count; i++)
        crc = seigr__flash_crc(crc, entry->parts[i].ptr, entry->parts[i].len);
    return crc;
}

static void log_put_u32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

static void log_head(const seigr__flash *f, const seigr__flash_entry *entry,
                     uint8_t head[SEIGR__FLASH_HEAD])
{
    uint8_t number[8];
    uint32_t crc;

    head[0] = 0x53;
    head[1] = (uint8_t)entry->type;
    head[2] = (uint8_t)entry->table;
    head[3] = (uint8_t)entry->key_len;
    log_put_u32(head + 4, (uint32_t)log_value_len(entry));
    log_put_u32(head + 8, entry->txn);
    log_put_u32(head + 12, log_value_crc(entry));
    seigr__flash_put_u64(number, f->head_seq);
    crc = seigr__flash_crc(0, head, 16);
    crc = seigr__flash_crc(crc, entry->key, entry->key_len);
    log_put_u32(head + 16, seigr__flash_crc(crc, number, sizeof(number)));
}

/* Program a record at the head, which has room for it. */
static int log_write(seigr__flash *f, const seigr__flash_entry *entry)
{
    struct log_out out = {f, f->head_at, 0};
    uint8_t head[SEIGR__FLASH_HEAD];
    const int erased =
        seigr__flash_is_erased(f, f->head_block, f->head_at, SEIGR__FLASH_HEAD);
    int err;

    if (erased < 0)
        return erased;
    if (!erased)
        return SEIGR_E_DENIED; /* somebody else wrote here */
    log_head(f, entry, head);
    err = log_push(&out, head, sizeof(head));
    if (err == 0)
        err = log_push(&out, entry->key, entry->key_len);
    if (err == 0 && entry->copied != NULL)
        err = log_push_copied(&out, entry->copied);
    for (size_t i = 0; err == 0 && i < entry->part_count; i++)
        err = log_push(&out, entry->parts[i].ptr, entry->parts[i].len);
    return err == 0 ? log_flush(&out) : err;
}

int seigr__flash_append(seigr__flash *f, const seigr__flash_entry *entry,
                        uint32_t *place_out)
{
    const uint64_t len =
        seigr__flash_record_len(f, entry->key_len, log_value_len(entry));
    int err = SEIGR_E_IO;

    assert(len <= f->device.block_size - seigr__flash_first(f->unit));
    for (unsigned i = 0; i < LOG_TRIES && err == SEIGR_E_IO; i++) {
        err = log_fits(f, len) ? 0 : log_begin_block(f);
        if (err != 0)
            return err;
        err = log_write(f, entry);
        if (err == 0)
            break;
        /* What was written of it is followed by the whole. */
        f->head_at = f->device.block_size;
        if (err == SEIGR_E_IO)
            log_set_bad(f, f->head_block);
    }
    if (err != 0)
        return err;
    if (place_out != NULL)
        *place_out =
            seigr__flash_place(f, entry->table, f->head_block, f->head_at);
    f->head_at += (uint32_t)len;
    return 0;
}

int seigr__flash_append_end(seigr__flash *f, uint32_t type, uint32_t txn,
                            uint64_t tail_seq)
{
    uint8_t key[8];
    seigr__flash_entry entry = {
        .type = type, .txn = txn, .key = key, .key_len = sizeof(key)};

    assert(type == SEIGR__FLASH_COMMIT || type == SEIGR__FLASH_FREED);
    seigr__flash_put_u64(key, tail_seq);
    return seigr__flash_append(f, &entry, NULL);
}

/* The slot with the lowest place in the tail block at or behind `from`. */
static seigr__flash_slot *log_next_live(const seigr__flash *f, uint32_t from)
{
    const uint32_t low = seigr__flash_place(f, 0, f->tail_block, from);
    const uint32_t high = seigr__flash_place(f, 0, f->tail_block, 0) +
                          f->device.block_size / f->unit;
    seigr__flash_slot *best = NULL;
    uint32_t best_place = high;

    for (uint32_t i = 0; i < f->slot_count; i++) {
        const uint32_t place = seigr__flash_place_bare(f->slots[i].at);

        if (f->slots[i].at == SEIGR__FLASH_NOWHERE || place < low ||
            place >= best_place)
            continue;
        best = &f->slots[i];
        best_place = place;
    }
    return best;
}

/* Copy one live record, and let everything that names its place follow. */
static int log_copy(seigr__flash *f, seigr__flash_slot *slot,
                    const seigr__flash_record *record)
{
    const seigr__flash_entry entry = {.type = SEIGR__FLASH_COPY,
                                      .table = record->table,
                                      .txn = f->copy_next,
                                      .key = record->key,
                                      .key_len = record->key_len,
                                      .copied = record};
    const uint32_t old = slot->at;
    uint32_t place = 0;
    const int err = seigr__flash_append(f, &entry, &place);

    if (err != 0)
        return err;
    slot->at = place;
    for (uint32_t i = 0; i < f->change_count; i++) {
        if (f->changes[i].at == old)
            f->changes[i].at = place;
    }
    return 0;
}

/* Where a record is damaged nobody can say whose it was: it counts no more,
 * and the capsule is missing from its log. */
static int log_copy_all(seigr__flash *f)
{
    seigr__flash_record record;
    seigr__flash_slot *slot;
    uint32_t from = 0;

    while ((slot = log_next_live(f, from)) != NULL) {
        const uint32_t units = seigr__flash_place_bare(slot->at) -
                               seigr__flash_place(f, 0, f->tail_block, 0);
        int err = seigr__flash_record_read(f, f->tail_block, f->tail_seq,
                                           units * f->unit, &record);

        from = units * f->unit + f->unit;
        if (err == 0 || err == SEIGR_E_CORRUPT)
            seigr__flash_index_forget(f, slot);
        else if (err == 1)
            err = log_copy(f, slot, &record);
        if (err < 0 && err != SEIGR_E_CORRUPT)
            return err;
    }
    return 0;
}

/* The block in use behind the tail block. */
static int log_next_block(const seigr__flash *f, uint32_t *block_out,
                          uint64_t *seq_out)
{
    const uint32_t n = f->device.block_count;
    seigr__flash_header header;

    for (uint32_t i = 1; i < n; i++) {
        const uint32_t block = (f->tail_block + i) % n;
        const int err = seigr__flash_header_read(&f->device, block, &header);

        if (err == SEIGR_E_IO)
            return err;
        if (err != 0 || header.seq <= f->tail_seq || header.seq > f->head_seq)
            continue; /* a bad one that was passed over */
        *block_out = block;
        *seq_out = header.seq;
        return 0;
    }
    return SEIGR_E_CORRUPT;
}

int seigr__flash_collect(seigr__flash *f)
{
    uint32_t block = 0;
    uint64_t seq = 0;
    int err;

    if (f->tail_seq >= (f->is_writing ? f->write_seq : f->head_seq))
        return SEIGR_E_FULL;
    err = log_copy_all(f);
    if (err == 0)
        err = log_next_block(f, &block, &seq);
    if (err == 0)
        err = seigr__flash_append_end(f, SEIGR__FLASH_FREED, f->copy_next, seq);
    if (err != 0)
        return err; /* the copies count with the FREED that comes yet */
    f->copy_next++;
    f->tail_block = block;
    f->tail_seq = seq;
    return 0;
}

int seigr__flash_make_room(seigr__flash *f, uint64_t len)
{
    for (uint32_t i = 0; i <= 3 * f->device.block_count; i++) {
        int err;

        if (log_fits(f, len))
            return 0;
        err = log_free_count(f) > LOG_FREE_MIN ? log_begin_block(f)
                                               : seigr__flash_collect(f);
        if (err != 0)
            return err;
    }
    return SEIGR_E_FULL;
}

int seigr__flash_make_ready(seigr__flash *f, uint64_t len)
{
    const uint64_t payload = f->device.block_size - seigr__flash_first(f->unit);
    const uint64_t longest = seigr__flash_record_len(f, SEIGR_STORE_KEY_MAX, 0);
    const uint64_t blocks = len / (payload - longest) + 1;

    for (uint32_t i = 0; i <= 3 * f->device.block_count; i++) {
        int err;

        if (log_free_count(f) > blocks)
            return 0;
        err = seigr__flash_collect(f);
        if (err != 0)
            return err;
    }
    return SEIGR_E_FULL;
}
