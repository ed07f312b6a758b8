/* SPDX-License-Identifier: MIT */
/*
 * disk_open.c - making and opening the folder of a store.
 *
 * A lock on byte 0 of FOLDER/lock says who is here: shared by each process
 * that has the store open, exclusive while the database is judged, built
 * again or closed for good. Of the processes that wait for the first one,
 * each finds the database as that one left it.
 */
#define _GNU_SOURCE /* F_OFD_SETLK: locks of a descriptor, not of a process */

#include "disk.h"  /* struct disk */
#include "files.h" /* seigr__files_fail */

#include "base/alloc.h"     /* seigr__alloc_zero */
#include "base/error.h"     /* seigr__fail */
#include "seigr/crypto.h"   /* seigr_random_fill */
#include "seigr/sys/disk.h" /* seigr_disk_open */

#include <errno.h>    /* errno */
#include <fcntl.h>    /* openat */
#include <stdlib.h>   /* getenv, mkdtemp */
#include <string.h>   /* memcmp */
#include <sys/stat.h> /* mkdir */
#include <unistd.h>   /* read */

#define OPEN_MAGIC "seigr store 1\n"
#define OPEN_FORMAT_LEN 64u /* magic 14, id 32, its sum 16, 2 line ends */
/* Room for the database to grow into: addresses, no memory. */
#define OPEN_MAP_LEN (sizeof(size_t) > 4 ? (size_t)64 << 30 : (size_t)512 << 20)

/* A refusal on a path. */
static int open_fail(const struct disk *disk, int number, const char *what,
                     seigr_error *error)
{
    int err = seigr__files_fail(error, number, what, disk->path);

    if (number == EACCES || number == EPERM || number == EROFS)
        err = SEIGR_E_DENIED;
    if (error != NULL)
        error->code = err;
    return err;
}

/* --- The format file ------------------------------------------------------ */

static int open_digit(uint8_t c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static void open_hex(uint64_t value, uint8_t out[16])
{
    for (unsigned i = 0; i < 16; i++)
        out[i] = (uint8_t) "0123456789abcdef"[value >> (60 - 4 * i) & 15];
}

static int open_unhex(const uint8_t in[16], uint64_t *out)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 16; i++) {
        if (open_digit(in[i]) < 0)
            return -1;
        value = value << 4 | (uint64_t)open_digit(in[i]);
    }
    *out = value;
    return 0;
}

/* The sum by which a damaged id is known. */
static uint64_t open_id_sum(const struct disk *disk)
{
    return seigr__disk_chain(disk, 0, 0);
}

static void open_format_text(const struct disk *disk,
                             uint8_t out[OPEN_FORMAT_LEN])
{
    memcpy(out, OPEN_MAGIC, 14);
    open_hex(disk->key[0], out + 14);
    open_hex(disk->key[1], out + 30);
    out[46] = ' ';
    open_hex(open_id_sum(disk), out + 47);
    out[63] = '\n';
}

static int open_format_read(struct disk *disk, seigr_error *error)
{
    uint8_t text[OPEN_FORMAT_LEN + 1];
    uint64_t sum = 0;
    const int fd = openat(disk->folder, "format", O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0 && errno == ENOENT)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "there is no store in %s; make one with "
                           "\"seigr store init\"",
                           disk->path);
    if (fd < 0)
        return open_fail(disk, errno, "open the store", error);
    n = read(fd, text, sizeof(text));
    (void)close(fd);
    if (n < 0)
        return open_fail(disk, errno, "read the store", error);
    if (n < 12 || memcmp(text, OPEN_MAGIC, 12) != 0)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "%s belongs to another application: its file "
                           "\"format\" is not that of a store",
                           disk->path);
    if (n < 14 || memcmp(text, OPEN_MAGIC, 14) != 0)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "the store in %s is of a newer format; use a newer "
                           "version of this program",
                           disk->path);
    if (n != OPEN_FORMAT_LEN || open_unhex(text + 14, &disk->key[0]) != 0 ||
        open_unhex(text + 30, &disk->key[1]) != 0 ||
        open_unhex(text + 47, &sum) != 0 || sum != open_id_sum(disk))
        return seigr__fail(error, SEIGR_E_CORRUPT, SEIGR_NO_OFFSET,
                           "the file \"format\" in %s is damaged", disk->path);
    return 0;
}

/* --- Making --------------------------------------------------------------- */

static int open_create(struct disk *disk, seigr_error *error)
{
    uint8_t head[DISK_SEGMENT_HEAD_LEN];
    uint8_t text[OPEN_FORMAT_LEN];
    char name[DISK_NAME_LEN + 1];
    int err = seigr_random_fill(disk->context, (uint8_t *)disk->key,
                                sizeof(disk->key));

    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "no randomness could be had");
    if (faccessat(disk->folder, "format", F_OK, 0) == 0)
        return seigr__fail(error, SEIGR_E_EXISTS, SEIGR_NO_OFFSET,
                           "there is a store in %s already", disk->path);
    seigr__disk_segment_head(disk, 0, head);
    seigr__disk_segment_name(0, name);
    open_format_text(disk, text);
    if (faccessat(disk->folder, name, F_OK, 0) == 0)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "%s holds segments of a store whose file "
                           "\"format\" is lost",
                           disk->path);
    /* The store is there when its format is: that comes last. */
    if (seigr__disk_file_write(disk, name, (seigr_span){head, sizeof(head)}) !=
            0 ||
        seigr__disk_file_write(disk, "format",
                               (seigr_span){text, sizeof(text)}) != 0) {
        err = open_fail(disk, errno, "make a store in", error);
        (void)unlinkat(disk->folder, name, 0);
    }
    return err;
}

/* --- Locks ---------------------------------------------------------------- */

/* Returns 0 or -1, errno set. */
static int open_lock(struct disk *disk, int type, int wait)
{
    struct flock lock = {0};
    int err;

    lock.l_type = (short)type;
    lock.l_whence = SEEK_SET;
    lock.l_len = 1;
    do {
        err = fcntl(disk->lock, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
    } while (err != 0 && errno == EINTR);
    return err;
}

/* --- The database --------------------------------------------------------- */

static const char *const open_tables[SEIGR_STORE_TABLE_COUNT] = {
    "state", "capsule", "chunk",   "leaves", "log",   "pin",  "fork",
    "meta",  "node",    "lognode", "mark",   "chain", "kind", "label",
    "link",  "time",    "body",    "use",    "gone",
};

static int open_dbis(struct disk *disk, seigr_error *error)
{
    const int is_read = (disk->flags & SEIGR__DISK_INDEX_READ) != 0;
    MDB_txn *txn;
    int err = mdb_txn_begin(disk->env, NULL, is_read ? MDB_RDONLY : 0, &txn);

    if (err == 0) {
        for (unsigned t = 0; err == 0 && t < SEIGR_STORE_TABLE_COUNT; t++)
            err = mdb_dbi_open(txn, open_tables[t], is_read ? 0 : MDB_CREATE,
                               &disk->dbi[t]);
        if (err == 0)
            err = mdb_txn_commit(txn);
        else
            mdb_txn_abort(txn);
    }
    return err == 0 ? 0
                    : seigr__disk_mdb_fail(error, err, "open the index of",
                                           disk->path);
}

/* Open the database in a folder. */
static int open_env(struct disk *disk, const char *folder, seigr_error *error)
{
    const size_t len = strlen(folder);
    char *path = seigr__alloc(disk->context, len + sizeof("/index.mdb"));
    unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | MDB_NOSYNC;
    int err;

    if (path == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory to open a store");
    memcpy(path, folder, len);
    memcpy(path + len, "/index.mdb", sizeof("/index.mdb"));
    if ((disk->flags & SEIGR__DISK_INDEX_READ) != 0)
        flags |= MDB_RDONLY;
    err = mdb_env_create(&disk->env);
    if (err == 0)
        err = mdb_env_set_maxdbs(disk->env, SEIGR_STORE_TABLE_COUNT);
    if (err == 0)
        err = mdb_env_set_mapsize(disk->env, OPEN_MAP_LEN);
    if (err == 0)
        err = mdb_env_open(disk->env, path, flags, 0666);
    seigr__release(disk->context, path);
    if (err == EOPNOTSUPP)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "this system has no robust mutexes, which the index "
                           "of a store needs");
    if (err != 0)
        return seigr__disk_mdb_fail(error, err, "open the index of",
                                    disk->path);
    return open_dbis(disk, error);
}

static void open_env_close(struct disk *disk)
{
    if (disk->env != NULL)
        mdb_env_close(disk->env);
    disk->env = NULL;
}

/* Nobody else is here: believe the database or build it again. */
static int open_alone(struct disk *disk, seigr_error *error)
{
    uint64_t acknowledged;
    const int is_trusted = seigr__disk_is_trusted(disk, &acknowledged) &&
                           (disk->flags & SEIGR_DISK_REBUILD) == 0;
    int err;

    if (!is_trusted) {
        /* The state goes last, so that a try that is cut short is known. */
        (void)unlinkat(disk->folder, "index.mdb", 0);
        (void)unlinkat(disk->folder, "index.mdb-lock", 0);
    }
    err = open_env(disk, disk->path, error);
    if (err == 0 && !is_trusted)
        err = seigr__disk_replay(disk, 1, acknowledged, error);
    else if (err == 0)
        err = seigr__disk_replay(disk, 0, 0, error);
    if (err == 0 && !is_trusted)
        seigr__disk_mark_clean(disk);
    return err;
}

static int open_shared(struct disk *disk, seigr_error *error)
{
    int err;

    if (open_lock(disk, F_WRLCK, 0) != 0) {
        if ((disk->flags & SEIGR_DISK_REBUILD) != 0)
            return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                               "another process has the store in %s open",
                               disk->path);
        if (open_lock(disk, F_RDLCK, 1) != 0)
            return open_fail(disk, errno, "lock the store", error);
        return open_env(disk, disk->path, error);
    }
    err = open_alone(disk, error);
    if (err == 0 && open_lock(disk, F_RDLCK, 1) != 0)
        err = open_fail(disk, errno, "lock the store", error);
    return err;
}

/* A database of one's own, which goes when the program ends. */
static int open_elsewhere(struct disk *disk, uint64_t acknowledged,
                          seigr_error *error)
{
    const char *base = getenv("TMPDIR");
    char folder[256];
    size_t len;
    int err;

    if (base == NULL || strlen(base) > 200)
        base = "/tmp";
    len = strlen(base);
    memcpy(folder, base, len);
    memcpy(folder + len, "/seigr-index-XXXXXX", sizeof("/seigr-index-XXXXXX"));
    if (mkdtemp(folder) == NULL)
        return seigr__files_fail(error, errno, "make a folder in", base);
    disk->flags &= ~SEIGR__DISK_INDEX_READ;
    disk->flags |= SEIGR__DISK_INDEX_OWN;
    err = open_env(disk, folder, error);
    len = strlen(folder);
    memcpy(folder + len, "/index.mdb", sizeof("/index.mdb"));
    (void)unlink(folder);
    memcpy(folder + len, "/index.mdb-lock", sizeof("/index.mdb-lock"));
    (void)unlink(folder);
    folder[len] = '\0';
    (void)rmdir(folder);
    return err == 0 ? seigr__disk_replay(disk, 1, acknowledged, error) : err;
}

/* Change nothing. */
static int open_read_only(struct disk *disk, seigr_error *error)
{
    uint64_t acknowledged;
    int is_trusted;
    int err;

    disk->flags |= SEIGR__DISK_CANNOT_WRITE | SEIGR__DISK_INDEX_READ;
    if (disk->lock >= 0 && open_lock(disk, F_RDLCK, 1) != 0)
        return open_fail(disk, errno, "lock the store", error);
    is_trusted = seigr__disk_is_trusted(disk, &acknowledged);
    if (disk->lock >= 0 && is_trusted &&
        (disk->flags & SEIGR_DISK_REBUILD) == 0 &&
        faccessat(disk->folder, "index.mdb-lock", W_OK, 0) == 0) {
        err = open_env(disk, disk->path, error);
        if (err == 0)
            return 0;
        open_env_close(disk);
    }
    return open_elsewhere(disk, acknowledged, error);
}

/* --- Opening -------------------------------------------------------------- */

static int open_folder(struct disk *disk, seigr_error *error)
{
    const int is_new = (disk->flags & SEIGR_DISK_CREATE) != 0;
    const int is_read = (disk->flags & SEIGR_DISK_READ_ONLY) != 0;
    int err;

    if (is_new && mkdir(disk->path, 0777) != 0 && errno != EEXIST)
        return open_fail(disk, errno, "make the folder", error);
    disk->folder = open(disk->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (disk->folder < 0 && (errno == ENOENT || errno == ENOTDIR))
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "there is no store in %s; make one with "
                           "\"seigr store init\"",
                           disk->path);
    if (disk->folder < 0)
        return open_fail(disk, errno, "open the store", error);
    if (is_new) {
        err = open_create(disk, error);
        if (err != 0)
            return err;
    }
    err = open_format_read(disk, error);
    if (err != 0)
        return err;
    disk->lock =
        openat(disk->folder, "lock",
               (is_read ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0666);
    if (disk->lock < 0 && !is_read)
        return open_fail(disk, errno, "write to the store", error);
    return is_read ? open_read_only(disk, error) : open_shared(disk, error);
}

void seigr__disk_close(void *ctx)
{
    struct disk *disk = ctx;

    if (disk->env != NULL && disk->is_dirty && open_lock(disk, F_WRLCK, 0) == 0)
        seigr__disk_mark_clean(disk);
    open_env_close(disk);
    for (unsigned i = 0; i < DISK_FDS; i++) {
        if (disk->fds[i].fd >= 0)
            (void)close(disk->fds[i].fd);
    }
    if (disk->lock >= 0)
        (void)close(disk->lock);
    if (disk->folder >= 0)
        (void)close(disk->folder);
    seigr__release(disk->context, disk->path);
    seigr__release(disk->context, disk);
}

int seigr__disk_open(const seigr_context *context, const char *path,
                     uint32_t flags,
                     const struct seigr__disk_settings *settings,
                     seigr_store_backend *out, seigr_error *error)
{
    struct disk *disk;
    size_t len;
    int err;

    if (context == NULL || context->crypto == NULL || path == NULL ||
        out == NULL || flags > 7 ||
        (flags & (SEIGR_DISK_CREATE | SEIGR_DISK_READ_ONLY)) ==
            (SEIGR_DISK_CREATE | SEIGR_DISK_READ_ONLY))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_disk_open: an argument is missing");
    len = strlen(path) + 1;
    disk = seigr__alloc_zero(context, 1, sizeof(*disk));
    if (disk != NULL)
        disk->path = seigr__alloc(context, len);
    if (disk == NULL || disk->path == NULL) {
        seigr__release(context, disk);
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory to open a store");
    }
    memcpy(disk->path, path, len);
    disk->context = context;
    disk->flags = flags;
    disk->segment_len = settings->segment_len;
    disk->folder = -1;
    disk->lock = -1;
    for (unsigned i = 0; i < DISK_FDS; i++)
        disk->fds[i].fd = -1;
    seigr__disk_boot_read(disk, settings->boot_id);
    err = open_folder(disk, error);
    if (err != 0) {
        seigr__disk_close(disk);
        return err;
    }
    seigr__disk_backend_fill(disk, &disk->table);
    *out = disk->table;
    return 0;
}

int seigr_disk_open(const seigr_context *context, const char *path,
                    uint32_t flags, seigr_store_backend *out,
                    seigr_error *error)
{
    const struct seigr__disk_settings settings = {
        "/proc/sys/kernel/random/boot_id", DISK_SEGMENT_LEN};

    return seigr__disk_open(context, path, flags, &settings, out, error);
}
