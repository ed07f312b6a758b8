/* SPDX-License-Identifier: MIT */
/*
 * disk_trust.c - whether the database can be believed, or is built again.
 *
 *   index.state   "clean NUMBER DEVICE INODE SIZE MTIME_S MTIME_NS CTIME_S
 *                 CTIME_NS": closed by the last process, synced, not touched
 *                 since
 *                 "dirty BOOT": used in this run of the system
 *
 * LMDB is not synced while it is used: a system that goes down leaves it in
 * any state, and its pages carry no sums. Within one run of the system what a
 * process wrote stays written, also when the process is killed.
 */
#define _POSIX_C_SOURCE 200809L

#include "disk.h" /* struct disk */

#include "base/error.h" /* seigr__format */
#include "files.h"      /* seigr__files_fail */

#include <errno.h>    /* errno */
#include <fcntl.h>    /* openat */
#include <stdio.h>    /* snprintf */
#include <string.h>   /* memcmp */
#include <sys/stat.h> /* fstatat */
#include <unistd.h>   /* read */

#define TRUST_LEN 256u

void seigr__disk_boot_read(struct disk *disk, const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    memset(disk->boot, '?', sizeof(disk->boot));
    if (fd < 0)
        return;
    if (read(fd, disk->boot, sizeof(disk->boot)) < 0)
        memset(disk->boot, '?', sizeof(disk->boot));
    (void)close(fd);
}

int seigr__disk_file_write(struct disk *disk, const char *name,
                           seigr_span bytes)
{
    char temp[32];
    int fd;
    int err;

    (void)snprintf(temp, sizeof(temp), ".seigr-%ld", (long)getpid());
    fd = openat(disk->folder, temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                0666);
    if (fd < 0)
        return -1;
    err = seigr__files_write_all(&seigr__files_system, fd, bytes);
    if (err == 0)
        err = fsync(fd);
    if (close(fd) != 0)
        err = -1;
    if (err == 0)
        err = renameat(disk->folder, temp, disk->folder, name);
    if (err == 0)
        return fsync(disk->folder);
    (void)unlinkat(disk->folder, temp, 0);
    return -1;
}

static size_t trust_read(const struct disk *disk, char out[TRUST_LEN])
{
    const int fd = openat(disk->folder, "index.state", O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return 0;
    n = read(fd, out, TRUST_LEN - 1);
    (void)close(fd);
    out[n < 0 ? 0 : n] = '\0';
    return n < 0 ? 0 : (size_t)n;
}

static size_t trust_clean_text(const struct disk *disk, uint64_t number,
                               char out[TRUST_LEN])
{
    struct stat st;
    int n;

    if (fstatat(disk->folder, "index.mdb", &st, 0) != 0)
        return 0;
    n = snprintf(out, TRUST_LEN,
                 "clean %llu %llu %llu %llu %lld %ld %lld %ld\n",
                 (unsigned long long)number, (unsigned long long)st.st_dev,
                 (unsigned long long)st.st_ino, (unsigned long long)st.st_size,
                 (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec,
                 (long long)st.st_ctim.tv_sec, (long)st.st_ctim.tv_nsec);
    return n < 0 ? 0 : (size_t)n;
}

static size_t trust_dirty_text(const struct disk *disk, char out[TRUST_LEN])
{
    memcpy(out, "dirty ", 6);
    memcpy(out + 6, disk->boot, sizeof(disk->boot));
    out[6 + sizeof(disk->boot)] = '\n';
    return 6 + sizeof(disk->boot) + 1;
}

int seigr__disk_is_trusted(struct disk *disk, uint64_t *acknowledged)
{
    char is[TRUST_LEN];
    char want[TRUST_LEN];
    const size_t len = trust_read(disk, is);
    uint64_t number = 0;

    *acknowledged = 0;
    if (len > 6 && memcmp(is, "dirty ", 6) == 0)
        return faccessat(disk->folder, "index.mdb", F_OK, 0) == 0 &&
               trust_dirty_text(disk, want) == len &&
               memcmp(is, want, len) == 0 && disk->boot[0] != '?';
    if (len < 7 || memcmp(is, "clean ", 6) != 0)
        return 0;
    for (const char *at = is + 6; *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (uint64_t)(*at - '0');
    *acknowledged = number;
    return trust_clean_text(disk, number, want) == len &&
           memcmp(is, want, len) == 0;
}

int seigr__disk_mark_dirty(struct disk *disk, seigr_error *error)
{
    char is[TRUST_LEN];
    char want[TRUST_LEN];
    const size_t len = trust_dirty_text(disk, want);

    if (disk->is_dirty)
        return 0;
    if (trust_read(disk, is) != len || memcmp(is, want, len) != 0) {
        const seigr_span bytes = {(const uint8_t *)want, len};

        if (seigr__disk_file_write(disk, "index.state", bytes) != 0)
            return seigr__files_fail(error, errno, "write to", disk->path);
    }
    disk->is_dirty = 1;
    return 0;
}

void seigr__disk_mark_clean(struct disk *disk)
{
    char text[TRUST_LEN];
    struct disk_txn *txn;
    uint64_t number;

    if (seigr__disk_begin(disk, SEIGR_STORE_READ, &txn, NULL) != 0)
        return;
    number = txn->state.number;
    seigr__disk_end(txn);
    if (mdb_env_sync(disk->env, 1) == 0) {
        const seigr_span bytes = {(const uint8_t *)text,
                                  trust_clean_text(disk, number, text)};

        if (bytes.len > 0)
            (void)seigr__disk_file_write(disk, "index.state", bytes);
    }
}
