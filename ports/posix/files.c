/* SPDX-License-Identifier: MIT */
/*
 * files.c - the system calls behind files.h, and what errno means to people.
 */
#define _POSIX_C_SOURCE 200809L

#include "files.h" /* struct seigr__files */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <errno.h>  /* errno */
#include <fcntl.h>  /* openat */
#include <stdio.h>  /* renameat */
#include <string.h> /* strlen */
#include <unistd.h> /* write, fsync, linkat */

static int files_open(int dir, const char *name, int flags, mode_t mode,
                      void *ctx)
{
    assert(name != NULL);
    (void)ctx;
    return openat(dir, name, flags, mode);
}

static int files_close(int fd, void *ctx)
{
    assert(fd >= 0);
    (void)ctx;
    return close(fd);
}

static ssize_t files_write(int fd, const void *bytes, size_t len, void *ctx)
{
    assert(bytes != NULL && len > 0);
    (void)ctx;
    return write(fd, bytes, len);
}

static ssize_t files_pwrite(int fd, const void *bytes, size_t len, off_t at,
                            void *ctx)
{
    assert(at >= 0);
    (void)ctx;
    return pwrite(fd, bytes, len, at);
}

static int files_sync(int fd, void *ctx)
{
    assert(fd >= 0);
    (void)ctx;
    return fsync(fd);
}

static int files_link(int from_dir, const char *from, int dir, const char *to,
                      int flags, void *ctx)
{
    assert(from != NULL && to != NULL);
    (void)ctx;
    return linkat(from_dir, from, dir, to, flags);
}

static int files_rename(int dir, const char *from, const char *to, void *ctx)
{
    assert(from != NULL && to != NULL);
    (void)ctx;
    return renameat(dir, from, dir, to);
}

static int files_unlink(int dir, const char *name, void *ctx)
{
    assert(name != NULL);
    (void)ctx;
    return unlinkat(dir, name, 0);
}

const struct seigr__files seigr__files_system = {
    files_open, files_close,  files_write,  files_pwrite, files_sync,
    files_link, files_rename, files_unlink, NULL,
};

struct files_reason {
    int number;
    int code;
    const char *text;
};

/* What people meet. strerror() is not used: it speaks the C library's
 * words, and not safely from several threads. */
static const struct files_reason files_reasons[] = {
    {ENOENT, SEIGR_E_NOTFOUND, "it is not there"},
    {ENOTDIR, SEIGR_E_NOTFOUND, "a part of the path is no folder"},
    {EEXIST, SEIGR_E_EXISTS, "it exists already"},
    {EACCES, SEIGR_E_IO,
     "permission denied; change who may use it, or name another place"},
    {EPERM, SEIGR_E_IO, "the system does not permit it"},
    {EROFS, SEIGR_E_IO, "the file system is read-only; name another place"},
    {EBADF, SEIGR_E_IO, "it is closed"},
    {EISDIR, SEIGR_E_IO, "it is a folder"},
    {ELOOP, SEIGR_E_IO, "too many symbolic links"},
    {ENAMETOOLONG, SEIGR_E_IO, "the name is too long"},
    {ENXIO, SEIGR_E_IO, "nobody is at the other end"},
    {EPIPE, SEIGR_E_IO, "the reader has gone"},
    {EIO, SEIGR_E_IO, "the device reports an error"},
    {EMFILE, SEIGR_E_IO, "too many files are open"},
    {ENFILE, SEIGR_E_IO, "too many files are open in the system"},
    {ETXTBSY, SEIGR_E_IO, "it is being run"},
    {EBUSY, SEIGR_E_IO, "it is in use"},
    {EXDEV, SEIGR_E_IO, "it is on another file system"},
    {ENOSPC, SEIGR_E_FULL, "the disk is full; make room and try again"},
    {EDQUOT, SEIGR_E_FULL,
     "your disk quota is used up; make room and try "
     "again"},
    {EFBIG, SEIGR_E_FULL, "the file would pass the size allowed here"},
    {ENOMEM, SEIGR_E_NOMEM, "memory could not be had"},
    {EINTR, SEIGR_E_CANCELED, "it was interrupted"},
};

/* Bytes of a path that a sentence has room for. */
#define FILES_PATH_MAX 120u

int seigr__files_fail(seigr_error *error, int number, const char *what,
                      const char *path)
{
    const size_t count = sizeof(files_reasons) / sizeof(files_reasons[0]);
    const size_t len = strlen(path);

    assert(number > 0 && what != NULL);
    if (number == ENOENT && strcmp(what, "write") == 0)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "cannot write %s: its folder is not there; make it "
                           "first",
                           len > FILES_PATH_MAX ? path + len - FILES_PATH_MAX
                                                : path);
    if (len > FILES_PATH_MAX)
        path += len - FILES_PATH_MAX; /* its end tells more */
    for (size_t i = 0; i < count; i++) {
        if (files_reasons[i].number == number)
            return seigr__fail(error, files_reasons[i].code, SEIGR_NO_OFFSET,
                               "cannot %s %s: %s", what, path,
                               files_reasons[i].text);
    }
    return seigr__fail(error, SEIGR_E_IO, SEIGR_NO_OFFSET,
                       "cannot %s %s: system error %d", what, path, number);
}

int seigr__files_write_all(const struct seigr__files *files, int fd,
                           seigr_span bytes)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    while (bytes.len > 0) {
        ssize_t n = files->write(fd, bytes.ptr, bytes.len, files->ctx);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = EIO;
        if (n <= 0)
            return -1;
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return 0;
}

int seigr__files_sync_folder(const struct seigr__files *files, int dir)
{
    assert(files != NULL);
    if (files->sync(dir, files->ctx) == 0)
        return 0;
    /* Some file systems cannot sync a folder and say so. */
    return errno == EINVAL || errno == ENOTSUP ? 0 : -1;
}
