/* SPDX-License-Identifier: MIT */
/*
 * disk.h - the parts of a store on disk.
 *
 *   FOLDER/format            "seigr store 1", a line; the store's id, a line
 *   FOLDER/lock              nothing in it: who is here, by locks on bytes
 *   FOLDER/00000000.segment  records, in the order of writing; then 00000001
 *   FOLDER/index.mdb         LMDB: where each record is, and the rows
 *   FOLDER/index.state       whether index.mdb can be believed
 *
 *   segment   "seigrsg1" | number 8 | sum 8 | record ... record
 *   record    | len 4 | table 1 | op 1 | key_len 1 | 0 | sum 8 | key | value |
 *
 * Numbers are big-endian. sum is SipHash-2-4, keyed by the store's id, over
 * the record with its place in the field: a record of another store, or from
 * another place, is none.
 */
#ifndef SEIGR_PORTS_POSIX_DISK_H
#define SEIGR_PORTS_POSIX_DISK_H

#include "seigr/base.h"              /* seigr_context */
#include "seigr/sys/disk.h"          /* SEIGR_DISK_* */
#include "seigr/sys/store_backend.h" /* seigr_store_backend */

#include <lmdb.h> /* MDB_env */

#define DISK_SEGMENT_HEAD_LEN 24u
#define DISK_RECORD_HEAD_LEN 16u
#define DISK_SEGMENT_LEN (64u << 20) /* a new segment begins behind this */
#define DISK_BUFFER_LEN (4u << 20)   /* of a transaction, in memory */
#define DISK_FDS 64u                 /* open segments */

#define DISK_OP_PUT 1u
#define DISK_OP_KILL 2u   /* value: place of the record that is dead */
#define DISK_OP_COMMIT 3u /* value: start 8, records 4, chain 8, number 8 */
#define DISK_COMMIT_LEN 28u

/* Tables of objects: 1 to this. */
#define DISK_OBJECT_TABLES SEIGR_STORE_META

/* Beside SEIGR_DISK_*: segments are not opened for writing. */
#define SEIGR__DISK_CANNOT_WRITE 256u
#define SEIGR__DISK_INDEX_READ 512u /* nor the database */
#define SEIGR__DISK_INDEX_OWN 1024u /* it is this process's alone */

/* Where a record is. */
struct disk_place {
    uint32_t segment;
    uint64_t at;
};
#define DISK_PLACE_LEN 12u

/* A record as it was read. */
struct disk_record {
    uint32_t table;
    uint32_t op;
    uint64_t at;
    uint64_t len; /* of all of it */
    uint64_t sum;
    const uint8_t *key;
    size_t key_len;
    const uint8_t *value;
    size_t value_len;
};

/* What LMDB keeps of the store as a whole. */
struct disk_state {
    struct disk_place end; /* behind the last commit */
    uint64_t number;       /* of the last commit */
    seigr_store_totals totals[SEIGR_STORE_TABLE_COUNT];
};

struct disk {
    const seigr_context *context;
    uint64_t key[2];      /* of sums: the store's id */
    uint32_t flags;       /* SEIGR_DISK_* */
    uint64_t segment_len; /* a new segment begins behind this */
    int folder;           /* descriptor */
    int lock;             /* descriptor, -1: none */
    char *path;
    int is_dirty; /* this process has changed the database */
    MDB_env *env;
    MDB_dbi dbi[SEIGR_STORE_TABLE_COUNT]; /* 0: the state, and segments */
    struct disk_txn *writer;
    seigr_store_backend table; /* as it was given out */
    uint32_t tidied;           /* segments below were looked at in this round */
    uint8_t boot[36];          /* which run of the system this is */
    struct {
        uint32_t segment;
        int fd; /* -1: none */
    } fds[DISK_FDS];
};

/* How many bytes of a segment live changed in a transaction. */
struct disk_change {
    uint32_t segment;
    int64_t live;
};

struct disk_txn {
    struct disk *disk;
    MDB_txn *inner;
    int is_writer;
    int is_replay; /* nothing is appended: it is being read from there */
    struct disk_state state;
    /* What is appended, behind state.end. */
    struct disk_place start;
    uint64_t flushed; /* bytes from start on that are in the file */
    uint8_t *buffer;
    size_t used;
    size_t room;
    uint32_t record_count;
    uint64_t chain;
    int is_new_segment;
    struct disk_change *changes;
    size_t change_count;
    size_t change_room;
};

/* --- disk_record.c: bytes --------------------------------------------- */

void seigr__disk_write_u32(uint8_t *out, uint32_t value);
void seigr__disk_write_u64(uint8_t *out, uint64_t value);
uint32_t seigr__disk_read_u32(const uint8_t *in);
uint64_t seigr__disk_read_u64(const uint8_t *in);
void seigr__disk_place_write(uint8_t out[DISK_PLACE_LEN],
                             struct disk_place place);
struct disk_place seigr__disk_place_read(const uint8_t in[DISK_PLACE_LEN]);

void seigr__disk_segment_head(const struct disk *disk, uint32_t segment,
                              uint8_t out[DISK_SEGMENT_HEAD_LEN]);

/* Fill a record's head and sum; key and value stand behind it. Returns the
 * sum. */
uint64_t seigr__disk_record_seal(const struct disk *disk,
                                 struct disk_place place, uint8_t *record,
                                 uint32_t table, uint32_t op, size_t value_len);

/* The chain of sums of a transaction. */
uint64_t seigr__disk_chain(const struct disk *disk, uint64_t chain,
                           uint64_t sum);

#define DISK_RECORD_GOOD 1
#define DISK_RECORD_NAMED 2 /* the head can be one, the sum is not its */
/* Read the record at `at` of a segment in memory. Returns DISK_RECORD_*, or
 * 0 where there can be none. */
int seigr__disk_record_read(const struct disk *disk, uint32_t segment,
                            seigr_span bytes, uint64_t at,
                            struct disk_record *out);

/* The same of a record that stands alone in bytes. */
int seigr__disk_record_check(const struct disk *disk, struct disk_place place,
                             seigr_span bytes, struct disk_record *out);

/* --- disk_segment.c: files -------------------------------------------- */

#define DISK_NAME_LEN 16u
void seigr__disk_segment_name(uint32_t segment, char out[DISK_NAME_LEN + 1]);

/* A descriptor, kept open; SEIGR_E_AGAIN where the file is gone. */
int seigr__disk_segment_fd(struct disk *disk, uint32_t segment, int *out);
/* Forget it. */
void seigr__disk_segment_forget(struct disk *disk, uint32_t segment);

/* Read exactly len bytes; SEIGR_E_CORRUPT where the file is shorter. */
int seigr__disk_segment_read(struct disk *disk, struct disk_place place,
                             seigr_buf out);

/* All segments there are, ascending; released by the caller. */
int seigr__disk_segment_list(struct disk *disk, uint32_t **out,
                             size_t *count_out, seigr_error *error);

/* Append to the buffer of a transaction, flushing what it has no room for.
 * The place of the record is given back. */
int seigr__disk_append(struct disk_txn *txn, uint32_t table, uint32_t op,
                       const uint8_t *key, const seigr_span *parts,
                       size_t part_count, struct disk_place *place_out,
                       const uint8_t **value_out, seigr_error *error);

/* Make what was appended durable, with its commit record. */
int seigr__disk_append_commit(struct disk_txn *txn, seigr_error *error);

/* Take back what was written of a transaction that failed. */
void seigr__disk_append_abort(struct disk_txn *txn);

/* --- disk_index.c: the database --------------------------------------- */

int seigr__disk_mdb_fail(seigr_error *error, int number, const char *what,
                         const char *path);

int seigr__disk_state_load(struct disk_txn *txn, seigr_error *error);
int seigr__disk_state_keep(struct disk_txn *txn, seigr_error *error);

/* A record of PUT or KILL comes to count. value is NULL where the record is
 * named but damaged. */
int seigr__disk_apply_put(struct disk_txn *txn, uint32_t table,
                          const uint8_t *key, const uint8_t *value,
                          size_t value_len, struct disk_place place,
                          seigr_error *error);
int seigr__disk_apply_kill(struct disk_txn *txn, uint32_t table,
                           const uint8_t *key, struct disk_place victim,
                           seigr_error *error);

/* What an object's row says. */
struct disk_row {
    struct disk_place place;
    uint64_t len;    /* of the value */
    seigr_span head; /* all of the value, or its first bytes */
};
/* 0; SEIGR_E_NOTFOUND; borrowed until the transaction's next change. */
int seigr__disk_row_find(struct disk_txn *txn, uint32_t table,
                         const uint8_t *key, struct disk_row *out);

/* The bytes of a record's value from `at` on. */
int seigr__disk_value_read(struct disk_txn *txn, uint32_t table, size_t key_len,
                           const struct disk_row *row, uint64_t at,
                           seigr_buf out);

/* --- disk_rebuild.c --------------------------------------------------- */

/* Apply what is in the segments behind state.end, and with is_whole look for
 * damage and go on behind it. acknowledged: the number of a commit that is
 * known to have been made. */
int seigr__disk_replay(struct disk *disk, int is_whole, uint64_t acknowledged,
                       seigr_error *error);

/* --- disk_backend.c --------------------------------------------------- */

void seigr__disk_backend_fill(struct disk *disk, seigr_store_backend *out);
int seigr__disk_begin(struct disk *disk, uint32_t mode, struct disk_txn **out,
                      seigr_error *error);
void seigr__disk_end(struct disk_txn *txn);

/* --- disk_open.c, disk_trust.c ---------------------------------------- */

/* Before the first change: the database cannot be believed after a power
 * cut from now on. */
int seigr__disk_mark_dirty(struct disk *disk, seigr_error *error);
/* It is whole and durable, and nobody else is here. */
void seigr__disk_mark_clean(struct disk *disk);

/* May the database be believed? acknowledged receives the number of the last
 * commit, where it is known, else 0. Returns 1 or 0. */
int seigr__disk_is_trusted(struct disk *disk, uint64_t *acknowledged);

/* Read which run of the system this is. */
void seigr__disk_boot_read(struct disk *disk, const char *path);

/* Write a file whole or not at all, durable. 0 or -1, errno set. */
int seigr__disk_file_write(struct disk *disk, const char *name,
                           seigr_span bytes);

void seigr__disk_close(void *ctx);

/* What a test changes. */
struct seigr__disk_settings {
    const char *boot_id; /* the file that says which run of the system it is */
    uint64_t segment_len;
};

/* seigr_disk_open() with other settings. */
int seigr__disk_open(const seigr_context *context, const char *path,
                     uint32_t flags,
                     const struct seigr__disk_settings *settings,
                     seigr_store_backend *out, seigr_error *error);

/* --- disk_tidy.c ------------------------------------------------------ */

int seigr__disk_tidy(seigr_error *error, void *ctx);
int seigr__disk_check(void *txn, int (*damage)(const char *text, void *arg),
                      void *arg, void *ctx);

#endif
