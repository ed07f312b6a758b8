/* SPDX-License-Identifier: MIT */
/*
 * disk_segment.c - segment files: read, appended to, made durable.
 *
 * Invariants:
 *   (1) bytes before the end of the last commit are never written again.
 *   (2) a commit is acknowledged after its bytes, and the name of a segment
 *       that it began, are durable.
 */
#define _POSIX_C_SOURCE 200809L

#include "disk.h"  /* struct disk */
#include "files.h" /* seigr__files_fail */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <dirent.h> /* readdir */
#include <errno.h>  /* errno */
#include <fcntl.h>  /* openat */
#include <stdlib.h> /* qsort, strtoul */
#include <string.h> /* memcpy */
#include <unistd.h> /* pread, pwrite */

void seigr__disk_segment_name(uint32_t segment, char out[DISK_NAME_LEN + 1])
{
    (void)seigr__format(out, DISK_NAME_LEN + 1, "%02x%02x%02x%02x.segment",
                        segment >> 24, segment >> 16 & 255, segment >> 8 & 255,
                        segment & 255);
}

void seigr__disk_segment_forget(struct disk *disk, uint32_t segment)
{
    const uint32_t slot = segment % DISK_FDS;

    if (disk->fds[slot].fd >= 0 && disk->fds[slot].segment == segment) {
        (void)close(disk->fds[slot].fd);
        disk->fds[slot].fd = -1;
    }
}

static int segment_open(struct disk *disk, uint32_t segment, int flags,
                        int *out)
{
    const uint32_t slot = segment % DISK_FDS;
    char name[DISK_NAME_LEN + 1];
    int fd;

    seigr__disk_segment_name(segment, name);
    fd = openat(disk->folder, name, flags | O_CLOEXEC, 0666);
    if (fd < 0)
        return -1;
    if (disk->fds[slot].fd >= 0)
        (void)close(disk->fds[slot].fd);
    disk->fds[slot].segment = segment;
    disk->fds[slot].fd = fd;
    *out = fd;
    return 0;
}

int seigr__disk_segment_fd(struct disk *disk, uint32_t segment, int *out)
{
    const uint32_t slot = segment % DISK_FDS;
    const int mode =
        (disk->flags & SEIGR__DISK_CANNOT_WRITE) != 0 ? O_RDONLY : O_RDWR;

    if (disk->fds[slot].fd >= 0 && disk->fds[slot].segment == segment) {
        *out = disk->fds[slot].fd;
        return 0;
    }
    if (segment_open(disk, segment, mode, out) == 0)
        return 0;
    return errno == ENOENT ? SEIGR_E_AGAIN : SEIGR_E_IO;
}

int seigr__disk_segment_read(struct disk *disk, struct disk_place place,
                             seigr_buf out)
{
    size_t done = 0;
    int fd;
    const int err = seigr__disk_segment_fd(disk, place.segment, &fd);

    if (err != 0)
        return err;
    while (done < out.len) {
        const ssize_t n =
            pread(fd, out.ptr + done, out.len - done, (off_t)(place.at + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return SEIGR_E_IO;
        if (n == 0)
            return SEIGR_E_CORRUPT;
        done += (size_t)n;
    }
    return 0;
}

static int segment_order(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The number of a segment's name; -1 where it is none. */
static int64_t segment_number(const char *name)
{
    char again[DISK_NAME_LEN + 1];
    const uint32_t number = (uint32_t)strtoul(name, NULL, 16);

    seigr__disk_segment_name(number, again);
    return strcmp(name, again) == 0 ? (int64_t)number : -1;
}

int seigr__disk_segment_list(struct disk *disk, uint32_t **out,
                             size_t *count_out, seigr_error *error)
{
    const int fd =
        openat(disk->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    uint32_t *list = NULL;
    size_t count = 0;
    size_t room = 0;
    const struct dirent *entry;

    if (dir == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return seigr__files_fail(error, errno, "list", disk->path);
    }
    while ((entry = readdir(dir)) != NULL) {
        const int64_t number = segment_number(entry->d_name);

        if (number < 0)
            continue;
        if (count == room) {
            uint32_t *more =
                seigr__alloc(disk->context, (2 * room + 16) * sizeof(*more));

            if (more == NULL)
                break;
            if (count > 0)
                memcpy(more, list, count * sizeof(*more));
            seigr__release(disk->context, list);
            list = more;
            room = 2 * room + 16;
        }
        list[count++] = (uint32_t)number;
    }
    (void)closedir(dir);
    if (entry != NULL) {
        seigr__release(disk->context, list);
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for the list of segments");
    }
    if (count > 0)
        qsort(list, count, sizeof(*list), segment_order);
    *out = list;
    *count_out = count;
    return 0;
}

/* --- Appending ------------------------------------------------------------ */

/* Where the next byte of a transaction goes. */
static uint64_t append_at(const struct disk_txn *txn)
{
    return txn->start.at + txn->flushed + txn->used;
}

static int append_flush(struct disk_txn *txn, seigr_error *error)
{
    struct disk *disk = txn->disk;
    size_t done = 0;
    int fd;
    const int err = seigr__disk_segment_fd(disk, txn->start.segment, &fd);

    if (err != 0)
        return seigr__files_fail(error, errno, "write a segment in",
                                 disk->path);
    while (done < txn->used) {
        const ssize_t n = pwrite(fd, txn->buffer + done, txn->used - done,
                                 (off_t)(txn->start.at + txn->flushed + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return seigr__files_fail(error, n == 0 ? ENOSPC : errno,
                                     "write a segment in", disk->path);
        done += (size_t)n;
    }
    txn->flushed += txn->used;
    txn->used = 0;
    return 0;
}

static int append_room(struct disk_txn *txn, size_t len, seigr_error *error)
{
    size_t room = txn->room < 65536 ? 65536 : txn->room;
    uint8_t *buffer;

    if (txn->used > 0 && txn->used + len > DISK_BUFFER_LEN) {
        const int err = append_flush(txn, error);

        if (err != 0)
            return err;
    }
    while (room < txn->used + len)
        room *= 2;
    if (room == txn->room)
        return 0;
    buffer = seigr__alloc(txn->disk->context, room);
    if (buffer == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a transaction");
    if (txn->used > 0)
        memcpy(buffer, txn->buffer, txn->used);
    seigr__release(txn->disk->context, txn->buffer);
    txn->buffer = buffer;
    txn->room = room;
    return 0;
}

/* The first record of a transaction: in which segment? */
static int append_start(struct disk_txn *txn, seigr_error *error)
{
    struct disk *disk = txn->disk;
    int fd;
    int err;

    txn->start = txn->state.end;
    if (txn->state.end.at < disk->segment_len)
        return 0;
    err = append_room(txn, DISK_SEGMENT_HEAD_LEN, error);
    if (err != 0)
        return err;
    txn->start = (struct disk_place){txn->state.end.segment + 1, 0};
    if (segment_open(disk, txn->start.segment, O_RDWR | O_CREAT | O_TRUNC,
                     &fd) != 0)
        return seigr__files_fail(error, errno, "make a segment in", disk->path);
    txn->is_new_segment = 1;
    seigr__disk_segment_head(disk, txn->start.segment, txn->buffer);
    txn->used = DISK_SEGMENT_HEAD_LEN;
    return 0;
}

int seigr__disk_append(struct disk_txn *txn, uint32_t table, uint32_t op,
                       const uint8_t *key, const seigr_span *parts,
                       size_t part_count, struct disk_place *place_out,
                       const uint8_t **value_out, seigr_error *error)
{
    const size_t key_len = seigr_store_key_len(table);
    size_t value_len = 0;
    uint8_t *record;
    uint8_t *at;
    int err = 0;

    for (size_t i = 0; i < part_count; i++)
        value_len += parts[i].len;
    if (txn->used == 0 && txn->flushed == 0)
        err = append_start(txn, error);
    if (err == 0)
        err =
            append_room(txn, DISK_RECORD_HEAD_LEN + key_len + value_len, error);
    if (err != 0)
        return err;
    *place_out = (struct disk_place){txn->start.segment, append_at(txn)};
    record = txn->buffer + txn->used;
    at = record + DISK_RECORD_HEAD_LEN;
    assert(key != NULL || key_len == 0);
    if (key != NULL)
        memcpy(at, key, key_len);
    at += key_len;
    *value_out = at;
    for (size_t i = 0; i < part_count; i++) {
        if (parts[i].len > 0)
            memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    txn->chain =
        seigr__disk_chain(txn->disk, txn->chain,
                          seigr__disk_record_seal(txn->disk, *place_out, record,
                                                  table, op, value_len));
    txn->used += (size_t)(at - record);
    txn->record_count++;
    return 0;
}

int seigr__disk_append_commit(struct disk_txn *txn, seigr_error *error)
{
    struct disk *disk = txn->disk;
    uint8_t value[DISK_COMMIT_LEN];
    const seigr_span part = {value, sizeof(value)};
    const uint8_t *copy;
    struct disk_place place;
    int fd;
    int err;

    assert(txn->record_count > 0);
    seigr__disk_write_u64(
        value,
        txn->start.at + (txn->is_new_segment ? DISK_SEGMENT_HEAD_LEN : 0));
    seigr__disk_write_u32(value + 8, txn->record_count);
    seigr__disk_write_u64(value + 12, txn->chain);
    seigr__disk_write_u64(value + 20, txn->state.number + 1);
    err = seigr__disk_append(txn, 0, DISK_OP_COMMIT, NULL, &part, 1, &place,
                             &copy, error);
    if (err == 0)
        err = append_flush(txn, error);
    if (err == 0)
        err = seigr__disk_segment_fd(disk, txn->start.segment, &fd);
    if (err != 0)
        return err;
    if (fdatasync(fd) != 0 ||
        (txn->is_new_segment && fsync(disk->folder) != 0)) /* (2) */
        return seigr__files_fail(error, errno, "make durable what is in",
                                 disk->path);
    txn->state.end = (struct disk_place){txn->start.segment, append_at(txn)};
    txn->state.number++;
    return 0;
}

void seigr__disk_append_abort(struct disk_txn *txn)
{
    struct disk *disk = txn->disk;
    char name[DISK_NAME_LEN + 1];
    int fd;

    if (txn->is_new_segment) {
        seigr__disk_segment_forget(disk, txn->start.segment);
        seigr__disk_segment_name(txn->start.segment, name);
        (void)unlinkat(disk->folder, name, 0);
    } else if ((txn->flushed > 0 || txn->used > 0) &&
               seigr__disk_segment_fd(disk, txn->start.segment, &fd) == 0) {
        /* Where this fails too, the records are whole or not: reading
         * finds out. */
        if (ftruncate(fd, (off_t)txn->start.at) == 0)
            (void)fdatasync(fd);
    }
}
