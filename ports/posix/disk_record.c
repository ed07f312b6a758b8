/* SPDX-License-Identifier: MIT */
/*
 * disk_record.c - the bytes of a segment: heads, records and their sums.
 *
 * A sum tells what a disk did to a record, not what an attacker did: what is
 * kept is signed or named by its hash.
 */
#include "disk.h" /* struct disk */

#include "base/siphash.h" /* seigr__siphash */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

void seigr__disk_write_u32(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

void seigr__disk_write_u64(uint8_t *out, uint64_t value)
{
    seigr__disk_write_u32(out, (uint32_t)(value >> 32));
    seigr__disk_write_u32(out + 4, (uint32_t)value);
}

uint32_t seigr__disk_read_u32(const uint8_t *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 |
           (uint32_t)in[2] << 8 | in[3];
}

uint64_t seigr__disk_read_u64(const uint8_t *in)
{
    return (uint64_t)seigr__disk_read_u32(in) << 32 |
           seigr__disk_read_u32(in + 4);
}

void seigr__disk_place_write(uint8_t out[DISK_PLACE_LEN],
                             struct disk_place place)
{
    seigr__disk_write_u32(out, place.segment);
    seigr__disk_write_u64(out + 4, place.at);
}

struct disk_place seigr__disk_place_read(const uint8_t in[DISK_PLACE_LEN])
{
    return (struct disk_place){seigr__disk_read_u32(in),
                               seigr__disk_read_u64(in + 4)};
}

void seigr__disk_segment_head(const struct disk *disk, uint32_t segment,
                              uint8_t out[DISK_SEGMENT_HEAD_LEN])
{
    memcpy(out, "seigrsg1", 8);
    seigr__disk_write_u64(out + 8, segment);
    seigr__disk_write_u64(out + 16, seigr__siphash(disk->key, out, 16));
}

/* The sum of a record at a place. */
static uint64_t record_sum(const struct disk *disk, struct disk_place place,
                           const uint8_t *record, size_t len)
{
    uint8_t head[DISK_RECORD_HEAD_LEN];
    uint64_t key[2];

    /* The head with the place in it makes the key for what is behind it. */
    memcpy(head, record, 8);
    seigr__disk_write_u64(head + 8, (uint64_t)place.segment << 40 ^ place.at);
    key[0] = seigr__siphash(disk->key, head, sizeof(head));
    key[1] = disk->key[1] ^ key[0];
    return seigr__siphash(key, record + DISK_RECORD_HEAD_LEN,
                          len - DISK_RECORD_HEAD_LEN);
}

uint64_t seigr__disk_record_seal(const struct disk *disk,
                                 struct disk_place place, uint8_t *record,
                                 uint32_t table, uint32_t op, size_t value_len)
{
    const uint32_t key_len = seigr_store_key_len(table);
    uint64_t sum;

    seigr__disk_write_u32(record, (uint32_t)value_len);
    record[4] = (uint8_t)table;
    record[5] = (uint8_t)op;
    record[6] = (uint8_t)key_len;
    record[7] = 0;
    sum = record_sum(disk, place, record,
                     DISK_RECORD_HEAD_LEN + key_len + value_len);
    seigr__disk_write_u64(record + 8, sum);
    return sum;
}

uint64_t seigr__disk_chain(const struct disk *disk, uint64_t chain,
                           uint64_t sum)
{
    uint8_t bytes[16];

    seigr__disk_write_u64(bytes, chain);
    seigr__disk_write_u64(bytes + 8, sum);
    return seigr__siphash(disk->key, bytes, sizeof(bytes));
}

/* May these be the first 8 bytes of a record? */
static int record_is_likely(const uint8_t *head)
{
    const uint32_t value_len = seigr__disk_read_u32(head);
    const uint32_t table = head[4];
    const uint32_t op = head[5];

    if (head[7] != 0 || head[6] != seigr_store_key_len(table))
        return 0;
    if (op == DISK_OP_COMMIT)
        return table == 0 && value_len == DISK_COMMIT_LEN;
    if (table == 0 || table > DISK_OBJECT_TABLES)
        return 0;
    return op == DISK_OP_PUT    ? value_len <= SEIGR_STORE_VALUE_MAX
           : op == DISK_OP_KILL ? value_len == DISK_PLACE_LEN
                                : 0;
}

int seigr__disk_record_check(const struct disk *disk, struct disk_place place,
                             seigr_span bytes, struct disk_record *out)
{
    const uint8_t *record = bytes.ptr;
    uint64_t len;

    if (bytes.len < DISK_RECORD_HEAD_LEN || !record_is_likely(record))
        return 0;
    len = DISK_RECORD_HEAD_LEN + (uint64_t)record[6] +
          seigr__disk_read_u32(record);
    if (len > bytes.len)
        return 0;
    *out = (struct disk_record){
        record[4],
        record[5],
        place.at,
        len,
        seigr__disk_read_u64(record + 8),
        record + DISK_RECORD_HEAD_LEN,
        record[6],
        record + DISK_RECORD_HEAD_LEN + record[6],
        seigr__disk_read_u32(record),
    };
    assert(out->key + out->key_len == out->value);
    return record_sum(disk, place, record, (size_t)len) == out->sum
               ? DISK_RECORD_GOOD
               : DISK_RECORD_NAMED;
}

int seigr__disk_record_read(const struct disk *disk, uint32_t segment,
                            seigr_span bytes, uint64_t at,
                            struct disk_record *out)
{
    if (at > bytes.len)
        return 0;
    return seigr__disk_record_check(
        disk, (struct disk_place){segment, at},
        (seigr_span){bytes.ptr + at, bytes.len - (size_t)at}, out);
}
