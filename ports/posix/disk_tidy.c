/* SPDX-License-Identifier: MIT */
/*
 * disk_tidy.c - room given back, and damage looked for.
 *
 * A segment of which less than half lives is copied to the end, record by
 * record, and removed. Of records that say what is dead those are copied
 * whose victim stands in another segment that is still there: otherwise a
 * database that is built again would bring it back.
 */
#define _POSIX_C_SOURCE 200809L

#include "disk.h"  /* struct disk */
#include "files.h" /* seigr__files_fail */

#include "base/alloc.h" /* seigr__release */
#include "base/error.h" /* seigr__format */

#include <errno.h>    /* errno */
#include <fcntl.h>    /* fstatat */
#include <string.h>   /* memcmp */
#include <sys/mman.h> /* mmap */
#include <sys/stat.h> /* fstat */
#include <unistd.h>   /* unlinkat */

/* Look at a segment in memory. */
struct tidy_map {
    uint32_t segment;
    seigr_span bytes;
};

static int tidy_map(struct disk *disk, uint32_t segment, struct tidy_map *out)
{
    struct stat st;
    void *map;
    int fd;
    int err = seigr__disk_segment_fd(disk, segment, &fd);

    *out = (struct tidy_map){segment, {NULL, 0}};
    if (err == 0 && fstat(fd, &st) != 0)
        err = SEIGR_E_IO;
    if (err != 0 || st.st_size == 0)
        return err;
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return SEIGR_E_IO;
    out->bytes = (seigr_span){map, (size_t)st.st_size};
    return 0;
}

static void tidy_unmap(struct tidy_map *map)
{
    if (map->bytes.ptr != NULL)
        (void)munmap((void *)(uintptr_t)map->bytes.ptr, map->bytes.len);
}

/* --- Giving back room ----------------------------------------------------- */

/* Bytes of a segment that live. */
static uint64_t tidy_live(struct disk_txn *txn, uint32_t segment)
{
    uint8_t key[5] = {'s'};
    MDB_val k = {sizeof(key), key};
    MDB_val v;

    seigr__disk_write_u32(key + 1, segment);
    return mdb_get(txn->inner, txn->disk->dbi[0], &k, &v) == 0 && v.mv_size == 8
               ? seigr__disk_read_u64(v.mv_data)
               : 0;
}

static int tidy_exists(const struct disk *disk, uint32_t segment)
{
    char name[DISK_NAME_LEN + 1];
    struct stat st;

    seigr__disk_segment_name(segment, name);
    return fstatat(disk->folder, name, &st, 0) == 0;
}

/* A record that is to outlive its segment goes to the end. */
static int tidy_copy(struct disk_txn *txn, uint32_t segment,
                     const struct disk_record *record, seigr_error *error)
{
    const seigr_span part = {record->value, record->value_len};
    struct disk_place place;
    struct disk_row row;
    const uint8_t *copy;
    int err;

    if (record->op == DISK_OP_KILL) {
        const uint32_t victim = seigr__disk_read_u32(record->value);

        return victim == segment || !tidy_exists(txn->disk, victim)
                   ? 0
                   : seigr__disk_append(txn, record->table, DISK_OP_KILL,
                                        record->key, &part, 1, &place, &copy,
                                        error);
    }
    if (record->op != DISK_OP_PUT)
        return 0;
    err = seigr__disk_row_find(txn, record->table, record->key, &row);
    if (err == SEIGR_E_NOTFOUND || (err == 0 && (row.place.segment != segment ||
                                                 row.place.at != record->at)))
        return 0;
    if (err == 0)
        err = seigr__disk_append(txn, record->table, DISK_OP_PUT, record->key,
                                 &part, 1, &place, &copy, error);
    if (err == 0)
        err = seigr__disk_apply_put(txn, record->table, record->key, copy,
                                    record->value_len, place, error);
    return err;
}

/* Copy what lives. Returns 1, 0 where damage is in the way, or a status. */
static int tidy_copy_all(struct disk_txn *txn, const struct tidy_map *map,
                         seigr_error *error)
{
    uint64_t at = DISK_SEGMENT_HEAD_LEN;

    while (at < map->bytes.len) {
        struct disk_record record;
        int err;

        if (seigr__disk_record_read(txn->disk, map->segment, map->bytes, at,
                                    &record) != DISK_RECORD_GOOD)
            break;
        err = tidy_copy(txn, map->segment, &record, error);
        if (err != 0)
            return err;
        at += record.len;
    }
    /* All that lived has moved, or something of it was not found. */
    for (size_t i = 0; i < txn->change_count; i++) {
        if (txn->changes[i].segment == map->segment)
            return tidy_live(txn, map->segment) +
                       (uint64_t)txn->changes[i].live ==
                   0;
    }
    return tidy_live(txn, map->segment) == 0;
}

static int tidy_commit(struct disk *disk, void *txn, uint32_t segment,
                       seigr_error *error)
{
    char name[DISK_NAME_LEN + 1];
    const int err = disk->table.commit(txn, error, disk);

    if (err != 0)
        return err;
    seigr__disk_segment_forget(disk, segment);
    seigr__disk_segment_name(segment, name);
    if (unlinkat(disk->folder, name, 0) != 0 || fsync(disk->folder) != 0)
        return seigr__files_fail(error, errno, "remove a segment in",
                                 disk->path);
    return 1;
}

static int tidy_segment(struct disk *disk, uint32_t segment, seigr_error *error)
{
    struct tidy_map map;
    void *inner;
    int err = disk->table.begin(SEIGR_STORE_WRITE, &inner, error, disk);

    if (err != 0)
        return err;
    err = tidy_map(disk, segment, &map);
    if (err == 0)
        err = tidy_copy_all(inner, &map, error);
    tidy_unmap(&map);
    if (err == 1)
        return tidy_commit(disk, inner, segment, error);
    disk->table.abort(inner, disk);
    return err;
}

/* The first segment of which less than half lives. Returns 1 or 0. */
static int tidy_choose(struct disk_txn *txn, const uint32_t *list, size_t count,
                       uint32_t from, uint32_t *out)
{
    for (size_t i = 0; i < count; i++) {
        char name[DISK_NAME_LEN + 1];
        struct stat st;

        if (list[i] < from || list[i] >= txn->state.end.segment)
            continue;
        seigr__disk_segment_name(list[i], name);
        if (fstatat(txn->disk->folder, name, &st, 0) != 0 ||
            tidy_live(txn, list[i]) * 2 >= (uint64_t)st.st_size)
            continue;
        *out = list[i];
        return 1;
    }
    return 0;
}

int seigr__disk_tidy(seigr_error *error, void *ctx)
{
    struct disk *disk = ctx;
    struct disk_txn *txn;
    uint32_t *list = NULL;
    uint32_t segment = 0;
    size_t count = 0;
    int err = seigr__disk_segment_list(disk, &list, &count, error);

    if (err == 0)
        err = seigr__disk_begin(disk, SEIGR_STORE_READ, &txn, error);
    if (err == 0) {
        err = tidy_choose(txn, list, count, disk->tidied, &segment);
        seigr__disk_end(txn);
    }
    seigr__release(disk->context, list);
    if (err != 1) {
        disk->tidied = 0;
        return err;
    }
    disk->tidied = segment + 1; /* and not again in this round */
    err = tidy_segment(disk, segment, error);
    return err < 0 ? err : 1;
}

/* --- Damage --------------------------------------------------------------- */

struct tidy_check {
    struct disk_txn *txn;
    int (*damage)(const char *text, void *arg);
    void *arg;
};

static int check_tell(const struct tidy_check *check, uint32_t segment,
                      uint64_t at, uint64_t end)
{
    char text[160];
    char name[DISK_NAME_LEN + 1];

    seigr__disk_segment_name(segment, name);
    (void)seigr__format(text, sizeof(text),
                        "%s, bytes %llu to %llu: these are not the bytes that "
                        "were written",
                        name, (unsigned long long)at, (unsigned long long)end);
    return check->damage(text, check->arg);
}

/* Behind a record that is damaged, but dead since something took its place:
 * the next; else 0. */
static uint64_t check_dead(const struct tidy_check *check,
                           const struct tidy_map *map, uint64_t at)
{
    const struct disk *disk = check->txn->disk;
    struct disk_record record;
    struct disk_record next;
    struct disk_row row;
    int err;

    if (seigr__disk_record_read(disk, map->segment, map->bytes, at, &record) !=
            DISK_RECORD_NAMED ||
        record.op != DISK_OP_PUT ||
        seigr__disk_record_read(disk, map->segment, map->bytes, at + record.len,
                                &next) != DISK_RECORD_GOOD)
        return 0;
    err = seigr__disk_row_find(check->txn, record.table, record.key, &row);
    return err == SEIGR_E_NOTFOUND ||
                   (err == 0 &&
                    (row.place.segment != map->segment || row.place.at != at))
               ? at + record.len
               : 0;
}

/* Every record up to the last commit has its sum, or is dead. */
static int check_records(const struct tidy_check *check,
                         const struct tidy_map *map, int is_end, uint64_t len)
{
    const struct disk *disk = check->txn->disk;
    struct disk_record record;
    uint64_t at = DISK_SEGMENT_HEAD_LEN;
    int err = 0;

    while (err == 0 && at < len) {
        const uint64_t bad = at;
        const uint64_t dead = check_dead(check, map, at);

        if (dead != 0) {
            at = dead;
            continue;
        }
        while (at < len &&
               seigr__disk_record_read(disk, map->segment, map->bytes, at,
                                       &record) != DISK_RECORD_GOOD)
            at++;
        /* What a transaction that failed left behind the end is no damage. */
        if (at > bad && (is_end || at < len))
            err = check_tell(check, map->segment, bad, at);
        if (at < len)
            at += record.len;
    }
    return err;
}

static int check_segment(const struct tidy_check *check,
                         const struct tidy_map *map)
{
    const struct disk_place end = check->txn->state.end;
    const int is_end = map->segment == end.segment;
    const uint64_t want = is_end ? end.at : map->bytes.len;
    uint8_t head[DISK_SEGMENT_HEAD_LEN];
    int err = 0;

    seigr__disk_segment_head(check->txn->disk, map->segment, head);
    if (map->bytes.len < sizeof(head) ||
        memcmp(map->bytes.ptr, head, sizeof(head)) != 0)
        err = check_tell(check, map->segment, 0, sizeof(head));
    if (err == 0)
        err = check_records(check, map, is_end,
                            want < map->bytes.len ? want : map->bytes.len);
    if (err == 0 && map->bytes.len < want)
        err = check_tell(check, map->segment, map->bytes.len, want);
    return err;
}

/* What could not be read when the database was built. */
static int check_noted(const struct tidy_check *check)
{
    uint8_t key[1] = {'d'};
    MDB_val k = {sizeof(key), key};
    MDB_val v;
    MDB_cursor *cursor;
    int err =
        mdb_cursor_open(check->txn->inner, check->txn->disk->dbi[0], &cursor);

    if (err != 0)
        return SEIGR_E_CORRUPT;
    err = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);
    while (err == 0 && k.mv_size == 1 + DISK_PLACE_LEN &&
           *(const uint8_t *)k.mv_data == 'd') {
        const struct disk_place place =
            seigr__disk_place_read((const uint8_t *)k.mv_data + 1);

        if (!tidy_exists(check->txn->disk, place.segment))
            err = check_tell(check, place.segment, place.at,
                             place.at + seigr__disk_read_u64(v.mv_data));
        if (err == 0)
            err = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return err == MDB_NOTFOUND ? 0 : err;
}

int seigr__disk_check(void *inner, int (*damage)(const char *text, void *arg),
                      void *arg, void *ctx)
{
    struct disk *disk = ctx;
    const struct tidy_check check = {inner, damage, arg};
    uint32_t *list = NULL;
    size_t count = 0;
    int err = seigr__disk_segment_list(disk, &list, &count, NULL);

    for (size_t i = 0; err == 0 && i < count; i++) {
        struct tidy_map map;

        if (list[i] > check.txn->state.end.segment)
            break;
        err = tidy_map(disk, list[i], &map);
        if (err == 0)
            err = check_segment(&check, &map);
        tidy_unmap(&map);
    }
    seigr__release(disk->context, list);
    return err == 0 ? check_noted(&check) : err;
}
