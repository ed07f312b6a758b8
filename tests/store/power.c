/* SPDX-License-Identifier: MIT */
/*
 * power.c - a disk that remembers what was synced and what was not.
 */
#define _GNU_SOURCE

#include "power.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define POWER_FILES 256u
#define POWER_NAMES 64u
#define POWER_SECTOR 512u
#define POWER_FILE_MAX (1u << 20)

enum power_type {
    POWER_WRITE,    /* file, at, bytes */
    POWER_TRUNCATE, /* file, at: the new length */
    POWER_SYNC,     /* file */
    POWER_NAME,     /* name means file */
    POWER_UNNAME,   /* name means nothing */
    POWER_FOLDER,   /* names are synced */
};

struct power_op {
    enum power_type type;
    size_t file;
    uint64_t at;
    seigr_span bytes;
    char name[24];
};

struct power_record {
    struct power_op *ops;
    size_t count;
    size_t room;
    size_t file_count;
    size_t fds[256]; /* file + 1 of a descriptor; 0: none */
    uint8_t is_folder[256];
    uint64_t offsets[256]; /* of write() */
    struct {
        char name[24];
        size_t file;
    } names[POWER_NAMES];
    size_t name_count;
};

static power_record *power_recording;
static size_t power_calls;
static size_t power_fail_at;
static int power_error;
static int power_forever;

/* --- Failing -------------------------------------------------------------- */

void power_fail(size_t nth, int error, int is_forever)
{
    power_calls = 0;
    power_fail_at = nth;
    power_error = error;
    power_forever = is_forever;
}

size_t power_fail_end(void)
{
    power_fail_at = 0;
    return power_calls;
}

/* Returns 1 where this call fails, 2 where it is cut short. */
static int power_is_due(void)
{
    power_calls++;
    if (power_fail_at == 0 || power_calls < power_fail_at ||
        (power_calls > power_fail_at && !power_forever))
        return 0;
    if (power_error == 0)
        return 2;
    errno = power_error;
    return 1;
}

/* --- Writing down --------------------------------------------------------- */

static struct power_op *power_add(enum power_type type, size_t file)
{
    power_record *r = power_recording;
    struct power_op *op;

    if (r->count == r->room) {
        r->room = 2 * r->room + 256;
        r->ops = realloc(r->ops, r->room * sizeof(*r->ops));
        assert_non_null(r->ops);
    }
    op = &r->ops[r->count++];
    memset(op, 0, sizeof(*op));
    op->type = type;
    op->file = file;
    return op;
}

static void power_add_name(enum power_type type, const char *name, size_t file)
{
    struct power_op *op = power_add(type, file);

    assert_true(strlen(name) < sizeof(op->name));
    strcpy(op->name, name);
}

static size_t *power_name(const char *name, int make)
{
    power_record *r = power_recording;

    for (size_t i = 0; i < r->name_count; i++) {
        if (strcmp(r->names[i].name, name) == 0)
            return &r->names[i].file;
    }
    if (!make)
        return NULL;
    assert_true(r->name_count < POWER_NAMES);
    strcpy(r->names[r->name_count].name, name);
    r->names[r->name_count].file = 0;
    return &r->names[r->name_count++].file;
}

static void power_saw_open(const char *name, int flags, int fd)
{
    power_record *r = power_recording;
    size_t *file;

    if (r == NULL || fd < 0 || fd >= 256)
        return;
    r->fds[fd] = 0;
    r->is_folder[fd] = (flags & O_DIRECTORY) != 0;
    r->offsets[fd] = 0;
    if (r->is_folder[fd] || strchr(name, '/') != NULL ||
        strncmp(name, "index.mdb", 9) == 0 || strcmp(name, "lock") == 0)
        return;
    file = power_name(name, (flags & O_CREAT) != 0);
    if (file == NULL)
        return;
    if (*file == 0) {
        *file = ++r->file_count;
        power_add_name(POWER_NAME, name, *file);
    } else if ((flags & O_TRUNC) != 0) {
        (void)power_add(POWER_TRUNCATE, *file);
    }
    r->fds[fd] = *file;
}

static size_t power_file(int fd)
{
    return power_recording == NULL || fd < 0 || fd >= 256
               ? 0
               : power_recording->fds[fd];
}

static void power_saw_write(int fd, const void *bytes, ssize_t len, uint64_t at)
{
    const size_t file = power_file(fd);
    uint8_t *copy;
    struct power_op *op;

    if (file == 0 || len <= 0)
        return;
    copy = malloc((size_t)len);
    assert_non_null(copy);
    memcpy(copy, bytes, (size_t)len);
    op = power_add(POWER_WRITE, file);
    op->at = at;
    op->bytes = (seigr_span){copy, (size_t)len};
}

static void power_saw_sync(int fd)
{
    if (power_file(fd) != 0)
        (void)power_add(POWER_SYNC, power_file(fd));
    else if (power_recording != NULL && fd >= 0 && fd < 256 &&
             power_recording->is_folder[fd])
        (void)power_add(POWER_FOLDER, 0);
}

power_record *power_record_begin(void)
{
    power_recording = calloc(1, sizeof(*power_recording));
    assert_non_null(power_recording);
    return power_recording;
}

void power_record_end(power_record *record)
{
    assert_ptr_equal(record, power_recording);
    power_recording = NULL;
}

void power_record_free(power_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        free((void *)(uintptr_t)record->ops[i].bytes.ptr);
    free(record->ops);
    free(record);
}

size_t power_record_count(const power_record *record)
{
    return record->count;
}

/* --- The calls ------------------------------------------------------------ */

/* LMDB's calls come here too. */
#define POWER_CALL __attribute__((visibility("default")))

#define POWER_NEXT(function)                                                   \
    static function##_type *next;                                              \
    if (next == NULL)                                                          \
    *(void **)&next = dlsym(RTLD_NEXT, #function)

typedef int openat_type(int, const char *, int, ...);
typedef int open_type(const char *, int, ...);
typedef int close_type(int);
typedef ssize_t write_type(int, const void *, size_t);
typedef ssize_t pwrite_type(int, const void *, size_t, off_t);
typedef ssize_t writev_type(int, const struct iovec *, int);
typedef int fsync_type(int);
typedef int fdatasync_type(int);
typedef int ftruncate_type(int, off_t);
typedef int renameat_type(int, const char *, int, const char *);
typedef int unlinkat_type(int, const char *, int);

POWER_CALL int openat(int dir, const char *name, int flags, ...)
{
    va_list list;
    mode_t mode;
    int fd;
    POWER_NEXT(openat);

    va_start(list, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    if ((flags & O_CREAT) != 0 && power_is_due() == 1)
        return -1;
    fd = next(dir, name, flags, mode);
    power_saw_open(name, flags, fd);
    return fd;
}

POWER_CALL int open(const char *name, int flags, ...)
{
    va_list list;
    mode_t mode;
    int fd;
    POWER_NEXT(open);

    va_start(list, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    fd = next(name, flags, mode);
    power_saw_open("/", flags, fd); /* a folder, or none of ours */
    return fd;
}

POWER_CALL int close(int fd)
{
    POWER_NEXT(close);

    if (power_recording != NULL && fd >= 0 && fd < 256) {
        power_recording->fds[fd] = 0;
        power_recording->is_folder[fd] = 0;
    }
    return next(fd);
}

POWER_CALL ssize_t write(int fd, const void *bytes, size_t len)
{
    ssize_t n;
    int due;
    POWER_NEXT(write);

    if (fd == STDOUT_FILENO || fd == STDERR_FILENO)
        return next(fd, bytes, len);
    due = power_is_due();
    if (due == 1)
        return -1;
    n = next(fd, bytes, due == 2 && len > 1 ? len / 2 : len);
    if (power_file(fd) != 0 && n > 0) {
        power_saw_write(fd, bytes, n, power_recording->offsets[fd]);
        power_recording->offsets[fd] += (uint64_t)n;
    }
    return n;
}

static ssize_t power_pwrite(pwrite_type *next, int fd, const void *bytes,
                            size_t len, off_t at)
{
    const int due = power_is_due();
    ssize_t n;

    if (due == 1)
        return -1;
    n = next(fd, bytes, due == 2 && len > 1 ? len / 2 : len, at);
    power_saw_write(fd, bytes, n, (uint64_t)at);
    return n;
}

POWER_CALL ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    POWER_NEXT(pwrite);

    return power_pwrite(next, fd, bytes, len, at);
}

POWER_CALL ssize_t writev(int fd, const struct iovec *parts, int count)
{
    POWER_NEXT(writev);

    return power_is_due() == 1 ? -1 : next(fd, parts, count);
}

POWER_CALL int fsync(int fd)
{
    POWER_NEXT(fsync);

    if (power_is_due() == 1 || next(fd) != 0)
        return -1;
    power_saw_sync(fd);
    return 0;
}

POWER_CALL int fdatasync(int fd)
{
    POWER_NEXT(fdatasync);

    if (power_is_due() == 1 || next(fd) != 0)
        return -1;
    power_saw_sync(fd);
    return 0;
}

POWER_CALL int ftruncate(int fd, off_t len)
{
    POWER_NEXT(ftruncate);

    if (power_is_due() == 1 || next(fd, len) != 0)
        return -1;
    if (power_file(fd) != 0)
        power_add(POWER_TRUNCATE, power_file(fd))->at = (uint64_t)len;
    return 0;
}

POWER_CALL int renameat(int from_dir, const char *from, int dir, const char *to)
{
    size_t *file;
    POWER_NEXT(renameat);

    if (power_is_due() == 1 || next(from_dir, from, dir, to) != 0)
        return -1;
    file = power_recording == NULL ? NULL : power_name(from, 0);
    if (file != NULL) {
        power_add_name(POWER_NAME, to, *file);
        *power_name(to, 1) = *file;
        power_add_name(POWER_UNNAME, from, 0);
        *power_name(from, 1) = 0;
    }
    return 0;
}

POWER_CALL int unlinkat(int dir, const char *name, int flags)
{
    size_t *file;
    POWER_NEXT(unlinkat);

    if (power_is_due() == 1 || next(dir, name, flags) != 0)
        return -1;
    file = power_recording == NULL ? NULL : power_name(name, 0);
    if (file != NULL) {
        power_add_name(POWER_UNNAME, name, 0);
        *file = 0;
    }
    return 0;
}

#if defined(__LP64__) && defined(__GLIBC__)
/* Where both names are one function, LMDB calls the other. */
POWER_CALL ssize_t power_plain_pwrite(int fd, const void *bytes, size_t len,
                                      off_t at) __asm__("pwrite");
ssize_t power_plain_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    POWER_NEXT(pwrite);

    return power_pwrite(next, fd, bytes, len, at);
}
#endif

/* --- Disks ---------------------------------------------------------------- */

struct power_disk {
    struct {
        uint8_t *bytes;
        uint64_t len;
    } files[POWER_FILES];
    struct {
        char name[24];
        size_t file;
    } names[POWER_NAMES];
    size_t name_count;
};

static void power_disk_write(struct power_disk *disk, size_t file, uint64_t at,
                             const uint8_t *bytes, size_t len)
{
    assert_true(file < POWER_FILES && at + len <= POWER_FILE_MAX);
    if (disk->files[file].bytes == NULL)
        disk->files[file].bytes = calloc(1, POWER_FILE_MAX);
    assert_non_null(disk->files[file].bytes);
    if (len > 0)
        memcpy(disk->files[file].bytes + at, bytes, len);
    if (at + len > disk->files[file].len)
        disk->files[file].len = at + len;
}

static void power_disk_truncate(struct power_disk *disk, size_t file,
                                uint64_t len)
{
    power_disk_write(disk, file, 0, NULL, 0);
    if (len < disk->files[file].len)
        memset(disk->files[file].bytes + len, 0,
               (size_t)(disk->files[file].len - len));
    disk->files[file].len = len;
}

static void power_disk_name(struct power_disk *disk, const char *name,
                            size_t file)
{
    size_t i = 0;

    while (i < disk->name_count && strcmp(disk->names[i].name, name) != 0)
        i++;
    assert_true(i < POWER_NAMES);
    if (i == disk->name_count)
        strcpy(disk->names[disk->name_count++].name, name);
    disk->names[i].file = file;
}

/* A write of which any sector may be missing, or noise. */
static void power_disk_scatter(struct power_disk *disk,
                               const struct power_op *op, unsigned kind,
                               support_rng *rng)
{
    uint64_t at = op->at;
    const uint64_t end = op->at + op->bytes.len;

    while (at < end) {
        const uint64_t next = (at / POWER_SECTOR + 1) * POWER_SECTOR;
        const size_t len = (size_t)((next < end ? next : end) - at);
        uint8_t noise[POWER_SECTOR];

        if (support_random(rng) % 2 == 0) {
            power_disk_write(disk, op->file, at, op->bytes.ptr + (at - op->at),
                             len);
        } else if (kind == POWER_GARBAGE) {
            support_random_bytes(rng, noise, len);
            power_disk_write(disk, op->file, at, noise, len);
        }
        at += len;
    }
}

static void power_disk_apply(struct power_disk *disk, const struct power_op *op)
{
    switch (op->type) {
    case POWER_WRITE:
        power_disk_write(disk, op->file, op->at, op->bytes.ptr, op->bytes.len);
        break;
    case POWER_TRUNCATE:
        power_disk_truncate(disk, op->file, op->at);
        break;
    case POWER_NAME:
    case POWER_UNNAME:
        power_disk_name(disk, op->name, op->file);
        break;
    case POWER_SYNC:
    case POWER_FOLDER:
        break;
    }
}

/* Is what this call did synced before the cut? */
static int power_is_synced(const power_record *r, size_t i, size_t cut)
{
    const struct power_op *op = &r->ops[i];
    const int is_name = op->type == POWER_NAME || op->type == POWER_UNNAME;

    for (size_t k = i + 1; k < cut; k++) {
        if (is_name
                ? r->ops[k].type == POWER_FOLDER
                : r->ops[k].type == POWER_SYNC && r->ops[k].file == op->file)
            return 1;
    }
    return 0;
}

static void power_disk_run(struct power_disk *disk, const power_record *r,
                           size_t cut, unsigned kind, support_rng *rng)
{
    for (size_t i = 0; i < cut; i++) {
        const struct power_op *op = &r->ops[i];

        if (kind == POWER_CLEAN || kind == POWER_TORN ||
            power_is_synced(r, i, cut))
            power_disk_apply(disk, op);
        else if (kind == POWER_DROPPED)
            continue;
        else if (op->type == POWER_WRITE)
            power_disk_scatter(disk, op, kind, rng);
        else if (support_random(rng) % 2 == 0)
            power_disk_apply(disk, op);
    }
    if (kind == POWER_TORN && cut < r->count &&
        r->ops[cut].type == POWER_WRITE) {
        struct power_op part = r->ops[cut];

        part.bytes.len = support_random_below(rng, part.bytes.len);
        power_disk_apply(disk, &part);
    }
}

static void power_put(const char *folder, const char *name,
                      const uint8_t *bytes, size_t len)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "wb");
    assert_non_null(file);
    if (len > 0)
        assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void power_make(const power_record *record, size_t cut, unsigned kind,
                support_rng *rng, const char *folder)
{
    static struct power_disk disk;
    uint8_t noise[3000];

    memset(&disk, 0, sizeof(disk));
    power_disk_run(&disk, record, cut, kind, rng);
    for (size_t i = 0; i < disk.name_count; i++) {
        const size_t file = disk.names[i].file;

        if (file != 0)
            power_put(folder, disk.names[i].name, disk.files[file].bytes,
                      (size_t)disk.files[file].len);
    }
    support_random_bytes(rng, noise, sizeof(noise));
    power_put(folder, "index.mdb", noise, sizeof(noise));
    power_put(folder, "index.mdb-lock", noise, sizeof(noise));
    for (size_t i = 0; i < POWER_FILES; i++)
        free(disk.files[i].bytes);
}
