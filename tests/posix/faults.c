/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#define _GNU_SOURCE

#include "faults.h"

#include "seigr/sys/posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int faults_is_due(faults *f, char call)
{
    const size_t at = strlen(f->log);

    if (at + 1 < sizeof(f->log))
        f->log[at] = call;
    f->call_count++;
    if (f->fail_at == 0 || f->call_count < f->fail_at ||
        (f->call_count > f->fail_at && !f->fail_after))
        return 0;
    errno = f->error;
    return 1;
}

static int faults_open(int dir, const char *name, int flags, mode_t mode,
                       void *ctx)
{
    faults *f = ctx;

    if (f->no_nameless && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return faults_is_due(f, 'o') ? -1 : openat(dir, name, flags, mode);
}

static int faults_close(int fd, void *ctx)
{
    (void)ctx;
    return close(fd);
}

static ssize_t faults_write(int fd, const void *bytes, size_t len, void *ctx)
{
    faults *f = ctx;

    if (f->short_writes && len > 7)
        len = 7;
    return faults_is_due(f, 'w') ? -1 : write(fd, bytes, len);
}

static ssize_t faults_pwrite(int fd, const void *bytes, size_t len, off_t at,
                             void *ctx)
{
    return faults_is_due(ctx, 'p') ? -1 : pwrite(fd, bytes, len, at);
}

static int faults_sync(int fd, void *ctx)
{
    return faults_is_due(ctx, 's') ? -1 : fsync(fd);
}

static int faults_link(int from_dir, const char *from, int dir, const char *to,
                       int flags, void *ctx)
{
    return faults_is_due(ctx, 'l') ? -1
                                   : linkat(from_dir, from, dir, to, flags);
}

static int faults_rename(int dir, const char *from, const char *to, void *ctx)
{
    return faults_is_due(ctx, 'r') ? -1 : renameat(dir, from, dir, to);
}

static int faults_unlink(int dir, const char *name, void *ctx)
{
    return faults_is_due(ctx, 'u') ? -1 : unlinkat(dir, name, 0);
}

void faults_init(faults *f)
{
    *f = (faults){.error = EIO};
    f->files = (struct seigr__files){
        faults_open,   faults_close,  faults_write,
        faults_pwrite, faults_sync,   faults_link,
        faults_rename, faults_unlink, f,
    };
}

void faults_folder_make(char out[64])
{
    strcpy(out, "/tmp/seigr-test-XXXXXX");
    assert_non_null(mkdtemp(out));
}

static int faults_remove(const char *path, const struct stat *st, int type,
                         struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void faults_folder_remove(const char *path)
{
    assert_int_equal(nftw(path, faults_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *faults_path(const char *folder, const char *name, char out[256])
{
    snprintf(out, 256, "%s/%s", folder, name);
    return out;
}

size_t faults_folder_count(const char *path)
{
    DIR *dir = opendir(path);
    size_t count = 0;

    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2; /* . and .. */
}

void faults_write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

void faults_assert_file(const char *path, const char *text)
{
    seigr_span bytes = support_file(path);

    assert_int_equal(bytes.len, strlen(text));
    assert_memory_equal(bytes.ptr, text, bytes.len);
}

seigr_context faults_context(void)
{
    seigr_context context;

    assert_ok(seigr_posix_context(&context));
    return context;
}
