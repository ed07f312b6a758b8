/* SPDX-License-Identifier: MIT */
/*
 * flash_record.c - headers and records of the flash backend, read.
 *
 * It believes nothing that it reads: lengths are compared with the block, and
 * what has a wrong check value is no record. Check values find power cuts and
 * damage; against somebody who writes to the device they do nothing.
 */
#include "flash.h" /* seigr__flash */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy, memset */

#define RECORD_MAGIC 0x53u
#define RECORD_UNIT_MIN 8u
#define RECORD_PLACE_BITS 27u
#define RECORD_PLACE_MASK ((1u << RECORD_PLACE_BITS) - 1u)

static const uint8_t record_block_magic[4] = {'S', 'G', 'F', 'L'};

/* CRC-32 of IEEE 802.3, four bits at a time. */
uint32_t seigr__flash_crc(uint32_t crc, const uint8_t *bytes, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};

    crc = ~crc;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

uint32_t seigr__flash_hash(uint32_t table, const uint8_t *key, size_t len)
{
    const uint8_t first = (uint8_t)table;

    return seigr__flash_crc(seigr__flash_crc(0, &first, 1), key, len);
}

static uint32_t record_u32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static void record_put_u32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

uint64_t seigr__flash_u64(const uint8_t *bytes)
{
    return record_u32(bytes) | (uint64_t)record_u32(bytes + 4) << 32;
}

void seigr__flash_put_u64(uint8_t *out, uint64_t value)
{
    record_put_u32(out, (uint32_t)value);
    record_put_u32(out + 4, (uint32_t)(value >> 32));
}

uint32_t seigr__flash_unit(const seigr_flash_device *device)
{
    return device->program_size > RECORD_UNIT_MIN ? device->program_size
                                                  : RECORD_UNIT_MIN;
}

static uint64_t record_round(uint64_t len, uint32_t unit)
{
    return (len + unit - 1) / unit * unit;
}

uint32_t seigr__flash_first(uint32_t unit)
{
    return (uint32_t)record_round(SEIGR__FLASH_BLOCK_HEAD, unit);
}

uint64_t seigr__flash_record_len(const seigr__flash *f, uint64_t key_len,
                                 uint64_t value_len)
{
    return record_round(SEIGR__FLASH_HEAD + key_len + value_len, f->unit);
}

int seigr__flash_header_read(const seigr_flash_device *device, uint32_t block,
                             seigr__flash_header *out)
{
    uint8_t bytes[SEIGR__FLASH_BLOCK_HEAD];

    if (device->read(block, 0, bytes, sizeof(bytes), device->ctx) != 0)
        return SEIGR_E_IO;
    if (memcmp(bytes, record_block_magic, sizeof(record_block_magic)) != 0 ||
        seigr__flash_crc(0, bytes, 36) != record_u32(bytes + 36))
        return SEIGR_E_NOTFOUND;
    if (record_u32(bytes + 4) != SEIGR__FLASH_VERSION)
        return SEIGR_E_UNSUPPORTED;
    if (record_u32(bytes + 8) != device->block_size ||
        record_u32(bytes + 12) != device->block_count ||
        record_u32(bytes + 32) != device->program_size)
        return SEIGR_E_FORMAT;
    out->seq = seigr__flash_u64(bytes + 16);
    out->tail = seigr__flash_u64(bytes + 24);
    return out->tail <= out->seq ? 0 : SEIGR_E_NOTFOUND;
}

int seigr__flash_header_write(const seigr_flash_device *device, uint32_t block,
                              const seigr__flash_header *header,
                              uint8_t stage[SEIGR_FLASH_PROGRAM_SIZE_MAX])
{
    const uint32_t len = seigr__flash_first(seigr__flash_unit(device));

    assert(len <= SEIGR_FLASH_PROGRAM_SIZE_MAX);
    memset(stage, 0xff, len);
    memcpy(stage, record_block_magic, sizeof(record_block_magic));
    record_put_u32(stage + 4, SEIGR__FLASH_VERSION);
    record_put_u32(stage + 8, device->block_size);
    record_put_u32(stage + 12, device->block_count);
    seigr__flash_put_u64(stage + 16, header->seq);
    seigr__flash_put_u64(stage + 24, header->tail);
    record_put_u32(stage + 32, device->program_size);
    record_put_u32(stage + 36, seigr__flash_crc(0, stage, 36));
    return device->program(block, 0, stage, len, device->ctx) == 0 ? 0
                                                                   : SEIGR_E_IO;
}

int seigr__flash_is_erased(const seigr__flash *f, uint32_t block, uint32_t at,
                           uint32_t len)
{
    uint8_t bytes[64];

    assert(at <= f->device.block_size && len <= f->device.block_size - at);
    while (len > 0) {
        const uint32_t n = len < sizeof(bytes) ? len : (uint32_t)sizeof(bytes);

        if (f->device.read(block, at, bytes, n, f->device.ctx) != 0)
            return SEIGR_E_IO;
        for (uint32_t i = 0; i < n; i++) {
            if (bytes[i] != 0xff)
                return 0;
        }
        at += n;
        len -= n;
    }
    return 1;
}

/* The head's check value, with the key and the block's number. */
static uint32_t record_crc(const uint8_t *head, const uint8_t *key,
                           size_t key_len, uint64_t seq)
{
    uint8_t number[8];
    uint32_t crc = seigr__flash_crc(0, head, 16);

    seigr__flash_put_u64(number, seq);
    crc = seigr__flash_crc(crc, key, key_len);
    return seigr__flash_crc(crc, number, sizeof(number));
}

/* What a head says, whether or not it is true. Returns 0 where it cannot be. */
static int record_parse(const seigr__flash *f, const uint8_t *head, uint32_t at,
                        seigr__flash_record *out)
{
    out->type = head[1];
    out->table = head[2];
    out->key_len = head[3];
    out->value_len = record_u32(head + 4);
    out->txn = record_u32(head + 8);
    out->value_crc = record_u32(head + 12);
    return head[0] == RECORD_MAGIC && out->type >= SEIGR__FLASH_PUT &&
           out->type <= SEIGR__FLASH_FREED &&
           out->table < SEIGR_STORE_TABLE_COUNT &&
           out->key_len <= SEIGR_STORE_KEY_MAX &&
           seigr__flash_record_len(f, out->key_len, out->value_len) <=
               f->device.block_size - at;
}

/* A key has its table's length; the ends of transactions have a number. */
static int record_fits(const seigr__flash_record *record)
{
    if (record->type == SEIGR__FLASH_COMMIT ||
        record->type == SEIGR__FLASH_FREED)
        return record->table == 0 && record->key_len == 8 &&
               record->value_len == 0;
    return record->table != 0 &&
           record->key_len == seigr_store_key_len(record->table) &&
           (record->type != SEIGR__FLASH_REMOVE || record->value_len == 0);
}

int seigr__flash_record_read(const seigr__flash *f, uint32_t block,
                             uint64_t seq, uint32_t at,
                             seigr__flash_record *out)
{
    uint8_t head[SEIGR__FLASH_HEAD];
    int erased;

    if (at > f->device.block_size ||
        f->device.block_size - at < SEIGR__FLASH_HEAD)
        return 0;
    if (f->device.read(block, at, head, sizeof(head), f->device.ctx) != 0)
        return SEIGR_E_IO;
    out->block = block;
    out->at = at;
    if (!record_parse(f, head, at, out)) {
        erased = seigr__flash_is_erased(f, block, at, SEIGR__FLASH_HEAD);
        return erased < 0 ? erased : erased ? 0 : SEIGR_E_CORRUPT;
    }
    if (f->device.read(block, at + SEIGR__FLASH_HEAD, out->key, out->key_len,
                       f->device.ctx) != 0)
        return SEIGR_E_IO;
    if (!record_fits(out) ||
        record_crc(head, out->key, out->key_len, seq) != record_u32(head + 16))
        return SEIGR_E_CORRUPT;
    return 1;
}

uint32_t seigr__flash_place(const seigr__flash *f, uint32_t table,
                            uint32_t block, uint32_t at)
{
    const uint64_t byte = (uint64_t)block * f->device.block_size + at;

    assert(byte % f->unit == 0 && byte / f->unit <= RECORD_PLACE_MASK);
    assert(table < SEIGR_STORE_TABLE_COUNT);
    return table << RECORD_PLACE_BITS | (uint32_t)(byte / f->unit);
}

uint32_t seigr__flash_place_table(uint32_t place)
{
    return place >> RECORD_PLACE_BITS;
}

uint32_t seigr__flash_place_bare(uint32_t place)
{
    return place & RECORD_PLACE_MASK;
}

int seigr__flash_record_at(const seigr__flash *f, uint32_t place,
                           seigr__flash_record *out)
{
    const uint64_t byte = (uint64_t)(place & RECORD_PLACE_MASK) * f->unit;
    uint8_t head[SEIGR__FLASH_HEAD];

    out->block = (uint32_t)(byte / f->device.block_size);
    out->at = (uint32_t)(byte % f->device.block_size);
    assert(out->block < f->device.block_count);
    if (f->device.read(out->block, out->at, head, sizeof(head),
                       f->device.ctx) != 0)
        return SEIGR_E_IO;
    if (!record_parse(f, head, out->at, out) || !record_fits(out))
        return SEIGR_E_CORRUPT;
    if (f->device.read(out->block, out->at + SEIGR__FLASH_HEAD, out->key,
                       out->key_len, f->device.ctx) != 0)
        return SEIGR_E_IO;
    return 0;
}

int seigr__flash_value_read(const seigr__flash *f,
                            const seigr__flash_record *record, uint32_t from,
                            uint8_t *out, size_t len)
{
    assert(from <= record->value_len && len <= record->value_len - from);
    if (len == 0)
        return 0;
    return f->device.read(record->block,
                          record->at + SEIGR__FLASH_HEAD + record->key_len +
                              from,
                          out, len, f->device.ctx) == 0
               ? 0
               : SEIGR_E_IO;
}
