/* SPDX-License-Identifier: MIT */
/*
 * disk_rebuild.c - from segments to the database: the tail after a program
 * died, or all of it.
 *
 * Invariants:
 *   (1) records count when the commit record behind them is whole, names
 *       where they begin, and carries the next number. What a transaction
 *       that failed left behind carries a number that is taken.
 *   (2) a transaction is synced before the next begins. So damage before a
 *       later commit is damage to what was kept, and is noted; damage in the
 *       last transaction is one that never came to be, unless it is known to
 *       have been acknowledged.
 */
#define _POSIX_C_SOURCE 200809L

#include "disk.h"  /* struct disk */
#include "files.h" /* seigr__files_fail */

#include "base/alloc.h" /* seigr__release */
#include "base/error.h" /* seigr__fail */

#include <errno.h>    /* errno */
#include <string.h>   /* memcpy */
#include <sys/mman.h> /* mmap */
#include <sys/stat.h> /* fstat */
#include <unistd.h>   /* fdatasync */

/* Records in one transaction of the database while it is built. */
#define REBUILD_RECORDS 20000u

struct rebuild {
    struct disk *disk;
    struct disk_txn *txn;
    int is_whole;
    uint64_t acknowledged; /* number of a commit that is known of */
    uint32_t segment;
    seigr_span bytes; /* of the segment */
    uint64_t pending; /* where records begin that wait for a commit */
    uint64_t at;
    uint64_t chain;   /* of the records since pending */
    uint32_t count;   /* of them */
    uint64_t applied; /* records since the database was committed */
    int is_damaged;   /* something since pending cannot be read */
    int is_last;      /* no later segment has a commit */
};

/* The next whole record behind a place that has none; the end if there is
 * none. */
static uint64_t rebuild_resync(const struct rebuild *r, uint64_t at)
{
    struct disk_record record;

    while (++at < r->bytes.len) {
        if (seigr__disk_record_read(r->disk, r->segment, r->bytes, at,
                                    &record) == DISK_RECORD_GOOD)
            return at;
    }
    return r->bytes.len;
}

/* Where the next record begins: behind one that is good, behind one that is
 * damaged but tells its length, or at the next that can be found. */
static uint64_t rebuild_next(const struct rebuild *r, uint64_t at, int found,
                             const struct disk_record *record)
{
    struct disk_record next;

    if (found == DISK_RECORD_GOOD)
        return at + record->len;
    if (found == DISK_RECORD_NAMED &&
        seigr__disk_record_read(r->disk, r->segment, r->bytes, at + record->len,
                                &next) == DISK_RECORD_GOOD)
        return at + record->len;
    return rebuild_resync(r, at);
}

/* Note bytes that cannot be read, and that hold what was kept. */
static int rebuild_note(struct rebuild *r, uint64_t at, uint64_t len,
                        seigr_error *error)
{
    uint8_t key[1 + DISK_PLACE_LEN] = {'d'};
    uint8_t value[8];
    MDB_val k = {sizeof(key), key};
    MDB_val v = {sizeof(value), value};
    int err;

    seigr__disk_place_write(key + 1, (struct disk_place){r->segment, at});
    seigr__disk_write_u64(value, len);
    err = mdb_put(r->txn->inner, r->disk->dbi[0], &k, &v, 0);
    return err == 0 ? 0
                    : seigr__disk_mdb_fail(error, err, "write the index of",
                                           r->disk->path);
}

static int rebuild_apply(struct rebuild *r, int found,
                         const struct disk_record *record, uint64_t at,
                         uint64_t next, seigr_error *error)
{
    const struct disk_place place = {r->segment, at};

    r->applied++;
    /* What tells its name is found by it, and then found to be damaged. */
    if (found == DISK_RECORD_NAMED && next == at + record->len &&
        record->op == DISK_OP_PUT)
        return seigr__disk_apply_put(r->txn, record->table, record->key, NULL,
                                     record->value_len, place, error);
    if (found != DISK_RECORD_GOOD)
        return rebuild_note(r, at, next - at, error);
    if (record->op == DISK_OP_PUT)
        return seigr__disk_apply_put(r->txn, record->table, record->key,
                                     record->value, record->value_len, place,
                                     error);
    if (record->op == DISK_OP_KILL)
        return seigr__disk_apply_kill(r->txn, record->table, record->key,
                                      seigr__disk_place_read(record->value),
                                      error);
    return 0;
}

/* All records from a place up to their commit count. */
static int rebuild_apply_all(struct rebuild *r, uint64_t from, uint64_t end,
                             seigr_error *error)
{
    while (from < end) {
        struct disk_record record;
        const int found = seigr__disk_record_read(r->disk, r->segment, r->bytes,
                                                  from, &record);
        const uint64_t next = rebuild_next(r, from, found, &record);
        const int err = rebuild_apply(r, found, &record, from, next, error);

        if (err != 0)
            return err;
        from = next;
    }
    return 0;
}

/* Let the database grow in steps. */
static int rebuild_breathe(struct rebuild *r, seigr_error *error)
{
    int err = seigr__disk_state_keep(r->txn, error);

    if (err == 0) {
        err = mdb_txn_commit(r->txn->inner);
        r->txn->inner = NULL;
        if (err != 0)
            return seigr__disk_mdb_fail(error, err, "write the index of",
                                        r->disk->path);
        err = mdb_txn_begin(r->disk->env, NULL, 0, &r->txn->inner);
        if (err != 0)
            return seigr__disk_mdb_fail(error, err, "write the index of",
                                        r->disk->path);
    }
    r->applied = 0;
    return err;
}

/* Does a later commit stand in this segment? */
static int rebuild_has_later(const struct rebuild *r, uint64_t at,
                             uint64_t number)
{
    struct disk_record record;

    while (at < r->bytes.len) {
        const int found =
            seigr__disk_record_read(r->disk, r->segment, r->bytes, at, &record);

        if (found == DISK_RECORD_GOOD && record.op == DISK_OP_COMMIT &&
            seigr__disk_read_u64(record.value + 20) > number)
            return 1;
        at = rebuild_next(r, at, found, &record);
    }
    return 0;
}

/* A commit record that is whole. Returns 1 where its records count, 0 where
 * it is no commit of what stands here, or a status. */
static int rebuild_commit(struct rebuild *r, const struct disk_record *commit,
                          seigr_error *error)
{
    const uint64_t start = seigr__disk_read_u64(commit->value);
    const uint64_t number = seigr__disk_read_u64(commit->value + 20);
    const uint64_t end = commit->at + commit->len;
    const int is_whole = !r->is_damaged && start == r->pending &&
                         seigr__disk_read_u32(commit->value + 8) == r->count &&
                         seigr__disk_read_u64(commit->value + 12) == r->chain;
    int err;

    if (number <= r->txn->state.number || start > commit->at) /* (1) */
        return 0;
    if (!is_whole &&
        (!r->is_whole || (number > r->acknowledged && r->is_last &&
                          !rebuild_has_later(r, end, number)))) /* (2) */
        return 0;
    err = rebuild_apply_all(r, r->pending, commit->at, error);
    if (err != 0)
        return err;
    r->txn->state.number = number;
    r->txn->state.end = (struct disk_place){r->segment, end};
    r->pending = end;
    r->chain = 0;
    r->count = 0;
    r->is_damaged = 0;
    err = r->applied < REBUILD_RECORDS ? 0 : rebuild_breathe(r, error);
    return err == 0 ? 1 : err;
}

static int rebuild_walk(struct rebuild *r, seigr_error *error)
{
    while (r->at < r->bytes.len) {
        struct disk_record record;
        const int found = seigr__disk_record_read(r->disk, r->segment, r->bytes,
                                                  r->at, &record);

        if (found != DISK_RECORD_GOOD) {
            if (!r->is_whole)
                return 0;
            r->is_damaged = 1;
        } else if (record.op == DISK_OP_COMMIT) {
            const int err = rebuild_commit(r, &record, error);

            if (err < 0)
                return err;
            if (err == 0 && !r->is_whole)
                return 0;
            if (err == 0)
                r->is_damaged = 1;
        } else {
            r->chain = seigr__disk_chain(r->disk, r->chain, record.sum);
            r->count++;
        }
        r->at = rebuild_next(r, r->at, found, &record);
    }
    return 0;
}

static int rebuild_segment(struct rebuild *r, uint64_t from, seigr_error *error)
{
    struct stat st;
    void *map;
    int fd;
    int err = seigr__disk_segment_fd(r->disk, r->segment, &fd);

    if (err == 0 && fstat(fd, &st) != 0)
        err = SEIGR_E_IO;
    if (err != 0)
        return seigr__files_fail(error, errno, "read a segment in",
                                 r->disk->path);
    if ((uint64_t)st.st_size <= from)
        return 0;
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return seigr__files_fail(error, errno, "read a segment in",
                                 r->disk->path);
    r->bytes = (seigr_span){map, (size_t)st.st_size};
    r->pending = from;
    r->at = from;
    r->chain = 0;
    r->count = 0;
    r->is_damaged = 0;
    err = rebuild_walk(r, error);
    (void)munmap(map, (size_t)st.st_size);
    return err;
}

static int rebuild_all(struct rebuild *r, const uint32_t *list, size_t count,
                       seigr_error *error)
{
    const struct disk_place start = r->txn->state.end;
    int err = 0;

    for (size_t i = 0; err == 0 && i < count; i++) {
        if (list[i] < start.segment)
            continue;
        r->segment = list[i];
        r->is_last = i + 1 == count;
        err = rebuild_segment(
            r, list[i] == start.segment ? start.at : DISK_SEGMENT_HEAD_LEN,
            error);
    }
    return err;
}

int seigr__disk_replay(struct disk *disk, int is_whole, uint64_t acknowledged,
                       seigr_error *error)
{
    struct rebuild r = {
        .disk = disk, .is_whole = is_whole, .acknowledged = acknowledged};
    uint32_t *list = NULL;
    size_t count = 0;
    int fd;
    int err = seigr__disk_segment_list(disk, &list, &count, error);

    if (err == 0)
        err = seigr__disk_begin(disk, SEIGR_STORE_WRITE, &r.txn, error);
    if (err == 0) {
        r.txn->is_replay = 1;
        err = rebuild_all(&r, list, count, error);
        /* What a program that died had not synced is synced before anybody
         * builds on it. */
        if (err == 0 && (disk->flags & SEIGR__DISK_CANNOT_WRITE) == 0 &&
            count > 0 &&
            (seigr__disk_segment_fd(disk, r.txn->state.end.segment, &fd) != 0 ||
             fdatasync(fd) != 0))
            err = seigr__files_fail(error, errno, "make durable what is in",
                                    disk->path);
        if (err == 0 && r.txn->inner != NULL)
            err = rebuild_breathe(&r, error);
        seigr__disk_end(r.txn);
    }
    seigr__release(disk->context, list);
    return err;
}
