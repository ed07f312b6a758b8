/* SPDX-License-Identifier: MIT */
/*
 * flash.h - the inside of the flash backend.
 *
 *   block    | header 40 | record | record | ...            erased: 0xff
 *   header   magic 4, version 4, block_size 4, block_count 4, seq 8, tail 8,
 *            program_size 4, crc 4
 *   record   | head 20 | key | value | 0xff up to a unit |
 *   head     0x53, type 1, table 1, key_len 1, value_len 4, txn 4,
 *            crc of the value 4, crc of these 16, the key and seq 4
 *
 * Numbers are little-endian. seq counts the blocks that were begun; a unit is
 * what is programmed together, 8 bytes at least. Blocks are begun in the order
 * of the ring, so those in use are one run of it:
 *
 *     free ... | tail block | ... | ... | head block | free ...
 *
 *   PUT, REMOVE  a change of transaction txn; counts with its COMMIT
 *   COMMIT       the key is the seq of the tail block, 8 bytes
 *   COPY         a live PUT of the tail block, written again; counts with
 *                its FREED
 *   FREED        all copies up to number txn count; the key as of COMMIT
 *
 * Invariants:
 *   (1) the log from the tail block of the last COMMIT or FREED on is whole:
 *       replayed in order it gives what is kept.
 *   (2) a REMOVE stands behind every record of its key that counts: it is
 *       written when its transaction ends, and nothing is copied from there
 *       to its COMMIT. So in the tail block it has nothing left to remove.
 *   (3) a block is erased only after a COMMIT or FREED says that it is free,
 *       or if it was begun after the last of them.
 *   (4) after a device was opened nothing is written to a block that was begun
 *       before: its end may be half programmed and yet read as erased.
 */
#ifndef SEIGR_SRC_STORE_FLASH_H
#define SEIGR_SRC_STORE_FLASH_H

#include "seigr/sys/flash.h" /* seigr_flash_device */

#define SEIGR__FLASH_BLOCK_HEAD 40u
#define SEIGR__FLASH_HEAD 20u
#define SEIGR__FLASH_VERSION 1u

#define SEIGR__FLASH_PUT 1u
#define SEIGR__FLASH_REMOVE 2u
#define SEIGR__FLASH_COMMIT 3u
#define SEIGR__FLASH_COPY 4u
#define SEIGR__FLASH_FREED 5u

#define SEIGR__FLASH_READERS 4u /* snapshots at a time */
#define SEIGR__FLASH_NOWHERE UINT32_MAX

/* A place: table in the high 5 bits, then the number of the unit. */
typedef struct seigr__flash_slot {
    uint32_t hash; /* of table and key */
    uint32_t at;   /* SEIGR__FLASH_NOWHERE: the slot is free */
} seigr__flash_slot;

/* A change of the open transaction. */
typedef struct seigr__flash_change {
    uint32_t hash;
    uint32_t at; /* the new record; of a removal one with the same key */
    uint32_t is_remove;
} seigr__flash_change;

typedef struct seigr__flash_reader {
    uint32_t is_open;
    uint32_t generation;
} seigr__flash_reader;

typedef struct seigr__flash {
    const seigr_context *context;
    seigr_flash_device device;
    seigr_flash_options options;
    uint32_t unit;

    uint32_t head_block;
    uint32_t head_at; /* where the next record goes; block_size: nowhere */
    uint64_t head_seq;
    uint64_t last_seq; /* highest that any block has */
    uint32_t tail_block;
    uint64_t tail_seq;
    uint32_t *bad;      /* a bit for each block that failed since the opening */
    uint32_t bad_count; /* their number */

    uint32_t txn_next;   /* number of the next transaction */
    uint32_t copy_next;  /* number of the next FREED */
    uint32_t generation; /* commits since it was opened */

    seigr__flash_slot *slots; /* open addressing, linear */
    uint32_t slot_count;
    uint32_t object_count;
    uint64_t live_bytes; /* of records that count */
    seigr_store_totals totals[SEIGR_STORE_TABLE_COUNT];

    uint32_t is_writing;
    int32_t failed;     /* status that spoilt the open transaction */
    uint64_t write_seq; /* head_seq when it began */
    seigr__flash_change *changes;
    uint32_t change_count;
    uint32_t staged_count; /* objects as the transaction sees them */
    uint64_t staged_bytes; /* live bytes likewise */
    seigr_store_totals staged[SEIGR_STORE_TABLE_COUNT];

    seigr__flash_reader readers[SEIGR__FLASH_READERS];
    uint8_t *value; /* options.value_max bytes, for rows */
    uint8_t stage[SEIGR_FLASH_PROGRAM_SIZE_MAX];
} seigr__flash;

/* A record that was found. */
typedef struct seigr__flash_record {
    uint32_t block;
    uint32_t at;
    uint32_t type;
    uint32_t table;
    uint32_t key_len;
    uint32_t value_len;
    uint32_t txn;
    uint32_t value_crc;
    uint8_t key[SEIGR_STORE_KEY_MAX];
} seigr__flash_record;

typedef struct seigr__flash_header {
    uint64_t seq;
    uint64_t tail;
} seigr__flash_header;

/* --- flash_record.c: bytes on the device -------------------------------- */

uint32_t seigr__flash_crc(uint32_t crc, const uint8_t *bytes, size_t len);
uint32_t seigr__flash_hash(uint32_t table, const uint8_t *key, size_t len);
uint64_t seigr__flash_u64(const uint8_t *bytes);
void seigr__flash_put_u64(uint8_t *out, uint64_t value);

/* Bytes of a block that a record takes. */
uint64_t seigr__flash_record_len(const seigr__flash *f, uint64_t key_len,
                                 uint64_t value_len);

/* Returns 0; SEIGR_E_NOTFOUND for what is no header of ours;
 * SEIGR_E_UNSUPPORTED, SEIGR_E_FORMAT for one of another version or geometry;
 * SEIGR_E_IO. */
int seigr__flash_header_read(const seigr_flash_device *device, uint32_t block,
                             seigr__flash_header *out);
int seigr__flash_header_write(const seigr_flash_device *device, uint32_t block,
                              const seigr__flash_header *header,
                              uint8_t stage[SEIGR_FLASH_PROGRAM_SIZE_MAX]);

/* Where the first record of a block stands. */
uint32_t seigr__flash_first(uint32_t unit);

/* The unit of a device. */
uint32_t seigr__flash_unit(const seigr_flash_device *device);

/* The record at a place of a block. Returns 1; 0 where the block ends or all
 * is erased from there; SEIGR_E_CORRUPT where no record is; SEIGR_E_IO. */
int seigr__flash_record_read(const seigr__flash *f, uint32_t block,
                             uint64_t seq, uint32_t at,
                             seigr__flash_record *out);

/* The record of a slot's place, whose block is not looked at again. */
int seigr__flash_record_at(const seigr__flash *f, uint32_t place,
                           seigr__flash_record *out);

/* 1 where a piece of a block is erased, 0 where not, SEIGR_E_IO. */
int seigr__flash_is_erased(const seigr__flash *f, uint32_t block, uint32_t at,
                           uint32_t len);

uint32_t seigr__flash_place(const seigr__flash *f, uint32_t table,
                            uint32_t block, uint32_t at);
uint32_t seigr__flash_place_table(uint32_t place);
uint32_t seigr__flash_place_bare(uint32_t place); /* without the table */

/* Some bytes of a value. */
int seigr__flash_value_read(const seigr__flash *f,
                            const seigr__flash_record *record, uint32_t from,
                            uint8_t *out, size_t len);

/* --- flash_log.c: the ring ----------------------------------------------- */

/* What is appended: its value is parts, or copied from another record. */
typedef struct seigr__flash_entry {
    uint32_t type;
    uint32_t table;
    uint32_t txn;
    uint32_t key_len;
    const uint8_t *key;
    const seigr_span *parts;
    size_t part_count;
    const seigr__flash_record *copied;
} seigr__flash_entry;

/* Make room for a record of so many bytes, collecting where needed.
 * SEIGR_E_FULL; SEIGR_E_DENIED; SEIGR_E_IO. */
int seigr__flash_make_room(seigr__flash *f, uint64_t len);

/* Make sure that so many bytes of short records can be appended without
 * collecting. As above. */
int seigr__flash_make_ready(seigr__flash *f, uint64_t len);

/* Append a record for which there is room or a free block. place_out may be
 * NULL. */
int seigr__flash_append(seigr__flash *f, const seigr__flash_entry *entry,
                        uint32_t *place_out);

/* Append COMMIT or FREED, after which the tail block is that of tail_seq. */
int seigr__flash_append_end(seigr__flash *f, uint32_t type, uint32_t txn,
                            uint64_t tail_seq);

/* Copy what is live in the tail block and free it. 0; SEIGR_E_FULL where it
 * cannot be freed; a status. */
int seigr__flash_collect(seigr__flash *f);

/* Bytes of live records that may be kept. */
uint64_t seigr__flash_capacity(const seigr__flash *f);

/* --- flash_index.c: which record counts ---------------------------------- */

void seigr__flash_index_init(seigr__flash *f);

/* The slot of a key. Returns 1, or 0 and where it would stand; SEIGR_E_IO. */
int seigr__flash_index_find(const seigr__flash *f, uint32_t hash,
                            uint32_t table, const uint8_t *key,
                            uint32_t *slot_out);

/* Let a record count. SEIGR_E_LIMIT past object_max. */
int seigr__flash_index_put(seigr__flash *f, const seigr__flash_record *record);

/* Let no record of a key count. One that is not there is fine. */
int seigr__flash_index_remove(seigr__flash *f, uint32_t table,
                              const uint8_t *key, uint32_t key_len);

/* Let a record that cannot be read count no more. */
void seigr__flash_index_forget(seigr__flash *f, seigr__flash_slot *slot);

/* Make the changes of the open transaction count. */
int seigr__flash_index_apply(seigr__flash *f);

/* --- flash_open.c, flash_backend.c --------------------------------------- */

int seigr__flash_recover(seigr__flash *f, seigr_error *error);
void seigr__flash_table(seigr__flash *f, seigr_store_backend *out);

#endif
