/* SPDX-License-Identifier: MIT */
/*
 * output.c - files that appear whole or not at all.
 *
 *     open -> write, rewrite -> sync -> commit -> close
 *               any failure, or no commit -> close: no trace
 *
 * Where the system can (Linux, most file systems) the file has no name until
 * commit, so that a process killed before leaves nothing behind; elsewhere it
 * has a hidden name of its own in the same folder. To replace a file it gets
 * such a name for a moment, since only what has a name can be renamed: killed
 * between the two, a process leaves a whole file, .seigr-NUMBER.tmp. A device
 * or a pipe cannot be renamed over: what goes there is collected in a
 * nameless file first.
 *
 * Invariants:
 *   (1) the final name is given only to a file whose bytes are synced.
 *   (2) held bytes are those behind the file's end; a rewrite flushes them.
 *   (3) temp is "" unless a file of that name is ours to remove.
 */
#define _GNU_SOURCE /* O_TMPFILE */

#include "output.h" /* struct seigr__files */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* open flags */
#include <stdio.h>    /* snprintf */
#include <stdlib.h>   /* getenv, realpath */
#include <string.h>   /* strlen */
#include <sys/stat.h> /* lstat */
#include <unistd.h>   /* access */

#define OUTPUT_HELD_MAX 32768u
#define OUTPUT_TEMP_LEN 32u

struct seigr_output {
    const struct seigr__files *files;
    const seigr_context *context;
    char *path;       /* where it goes; its folder and name are cut from it */
    const char *name; /* the last part of path */
    uint64_t len;     /* bytes in the file; the held ones not counted */
    size_t held_len;
    int fd;     /* the file being made */
    int folder; /* where it gets its name; -1 with target */
    int target; /* the device or pipe it is copied to; -1 with folder */
    uint32_t flags;
    uint32_t target_is_ours; /* to close */
    uint32_t is_synced;
    char temp[OUTPUT_TEMP_LEN];
    uint8_t held[OUTPUT_HELD_MAX];
};

static int output_fail(const seigr_output *output, seigr_error *error)
{
    assert(output->path != NULL);
    return seigr__files_fail(error, errno, "write", output->path);
}

/* --- Opening ---------------------------------------------------------- */

static int output_new(const struct seigr__files *files,
                      const seigr_context *context, const char *path,
                      uint32_t flags, seigr_output **out)
{
    const size_t len = strlen(path) + 1;
    seigr_output *output = seigr__alloc_zero(context, 1, sizeof(*output));

    if (output == NULL)
        return SEIGR_E_NOMEM;
    output->path = seigr__alloc(context, len);
    if (output->path == NULL) {
        seigr__release(context, output);
        return SEIGR_E_NOMEM;
    }
    memcpy(output->path, path, len);
    output->name = output->path;
    output->files = files;
    output->context = context;
    output->flags = flags;
    output->fd = output->folder = output->target = -1;
    *out = output;
    return 0;
}

static int output_open_folder(seigr_output *output)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    const struct seigr__files *files = output->files;
    char *slash = strrchr(output->path, '/');

    assert(output->folder < 0);
    if (slash == NULL) {
        output->folder = files->open(AT_FDCWD, ".", flags, 0, files->ctx);
    } else if (slash == output->path) {
        output->name = slash + 1;
        output->folder = files->open(AT_FDCWD, "/", flags, 0, files->ctx);
    } else {
        output->name = slash + 1;
        *slash = '\0';
        output->folder =
            files->open(AT_FDCWD, output->path, flags, 0, files->ctx);
        *slash = '/';
    }
    return output->folder < 0 ? -1 : 0;
}

/* A file without a name in this folder. Returns -1 where that cannot be. */
static int output_open_nameless(const struct seigr__files *files, int folder,
                                const char *path, mode_t mode)
{
    assert(path != NULL);
#ifdef O_TMPFILE
    /* It gets its name through /proc. */
    if (access("/proc/self/fd", X_OK) == 0)
        return files->open(folder, path, O_TMPFILE | O_RDWR | O_CLOEXEC, mode,
                           files->ctx);
#endif
    (void)files;
    (void)folder;
    (void)path;
    (void)mode;
    return -1;
}

/* A new hidden name in the folder; temp is set when it is ours (3). */
static int output_open_temp(const seigr_context *context,
                            const struct seigr__files *files, int folder,
                            mode_t mode, char temp[OUTPUT_TEMP_LEN])
{
    const seigr_crypto *crypto = context->crypto;
    uint64_t number;
    int fd;

    if (crypto->random((uint8_t *)&number, sizeof(number), crypto->ctx) < 0) {
        errno = EIO;
        return -1;
    }
    (void)snprintf(temp, OUTPUT_TEMP_LEN, ".seigr-%016llx.tmp",
                   (unsigned long long)number);
    fd = files->open(folder, temp, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode,
                     files->ctx);
    if (fd < 0)
        temp[0] = '\0';
    return fd;
}

static int output_open_file(seigr_output *output)
{
    const struct seigr__files *files = output->files;
    const mode_t mode = output->flags & SEIGR_OUTPUT_SECRET ? 0600 : 0666;

    if (output_open_folder(output) < 0)
        return -1;
    output->fd = output_open_nameless(files, output->folder, ".", mode);
    if (output->fd < 0)
        output->fd = output_open_temp(output->context, files, output->folder,
                                      mode, output->temp);
    return output->fd < 0 ? -1 : 0;
}

/* Where the bytes for a device or pipe wait. */
static int output_open_waiting(seigr_output *output)
{
    const struct seigr__files *files = output->files;
    const char *path = getenv("TMPDIR");
    char temp[OUTPUT_TEMP_LEN];
    int folder;

    if (path == NULL || path[0] == '\0')
        path = "/tmp";
    output->fd = output_open_nameless(files, AT_FDCWD, path, 0600);
    if (output->fd >= 0)
        return 0;
    folder = files->open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0,
                         files->ctx);
    if (folder < 0)
        return -1;
    output->fd = output_open_temp(output->context, files, folder, 0600, temp);
    if (output->fd >= 0)
        (void)files->unlink(folder, temp, files->ctx);
    (void)files->close(folder, files->ctx);
    return output->fd < 0 ? -1 : 0;
}

static int output_open_target(seigr_output *output)
{
    const struct seigr__files *files = output->files;

    output->target = files->open(AT_FDCWD, output->path, O_WRONLY | O_CLOEXEC,
                                 0, files->ctx);
    if (output->target < 0)
        return -1;
    output->target_is_ours = 1;
    return output_open_waiting(output);
}

/* A path behind which a folder, a device or a pipe stands is not replaced;
 * a symbolic link leads to what is. resolved is released with free(). */
static int output_resolve(const char *path, char **resolved, int *is_special)
{
    struct stat st;

    assert(path[0] != 0);
    *is_special = 0;
    *resolved = NULL;
    if (stat(path, &st) != 0)
        return 0; /* new, or a link to nothing, which is replaced */
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    *is_special = !S_ISREG(st.st_mode);
    if (!*is_special && lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
        *resolved = realpath(path, NULL);
        return *resolved == NULL ? -1 : 0;
    }
    return 0;
}

int seigr__output_open(const struct seigr__files *files,
                       const seigr_context *context, const char *path,
                       uint32_t flags, seigr_output **out, seigr_error *error)
{
    seigr_output *output = NULL;
    char *resolved;
    int is_special;
    int err;

    assert(out != NULL);
    if (output_resolve(path, &resolved, &is_special) < 0)
        return seigr__files_fail(error, errno, "write", path);
    err = output_new(files, context, resolved != NULL ? resolved : path, flags,
                     &output);
    free(resolved);
    if (err < 0)
        return seigr__files_fail(error, ENOMEM, "write", path);
    err = is_special ? output_open_target(output) : output_open_file(output);
    if (err < 0) {
        err = output_fail(output, error);
        seigr_output_close(output);
        return err;
    }
    *out = output;
    return 0;
}

int seigr_output_open(const seigr_context *context, const char *path,
                      uint32_t flags, seigr_output **out, seigr_error *error)
{
    if (context == NULL || context->crypto == NULL || path == NULL ||
        path[0] == '\0' || out == NULL)
        return SEIGR_E_INVAL;
    return seigr__output_open(&seigr__files_system, context, path, flags, out,
                              error);
}

int seigr_output_open_fd(const seigr_context *context, int fd, const char *name,
                         seigr_output **out, seigr_error *error)
{
    seigr_output *output;
    int err;

    if (context == NULL || context->crypto == NULL || fd < 0 || name == NULL ||
        out == NULL)
        return SEIGR_E_INVAL;
    err = output_new(&seigr__files_system, context, name, 0, &output);
    if (err < 0)
        return seigr__files_fail(error, ENOMEM, "write", name);
    output->target = fd;
    if (output_open_waiting(output) < 0) {
        err = output_fail(output, error);
        seigr_output_close(output);
        return err;
    }
    *out = output;
    return 0;
}

int seigr__output_descriptor(const seigr_output *output)
{
    assert(output != NULL);
    return output->fd;
}

/* --- Writing ---------------------------------------------------------- */

static int output_put(seigr_output *output, seigr_span bytes,
                      seigr_error *error)
{
    assert(output->fd >= 0);
    if (seigr__files_write_all(output->files, output->fd, bytes) < 0)
        return output_fail(output, error);
    output->len += bytes.len;
    output->is_synced = 0;
    return 0;
}

static int output_flush(seigr_output *output, seigr_error *error)
{
    const seigr_span held = {output->held, output->held_len};

    assert(output->held_len <= sizeof(output->held));
    output->held_len = 0;
    return held.len == 0 ? 0 : output_put(output, held, error);
}

int seigr_output_write(seigr_output *output, seigr_span bytes,
                       seigr_error *error)
{
    int err;

    if (output == NULL || (bytes.ptr == NULL && bytes.len > 0))
        return SEIGR_E_INVAL;
    if (bytes.len > OUTPUT_HELD_MAX - output->held_len) {
        err = output_flush(output, error);
        if (err < 0)
            return err;
    }
    if (bytes.len > OUTPUT_HELD_MAX)
        return output_put(output, bytes, error);
    if (bytes.len > 0)
        memcpy(output->held + output->held_len, bytes.ptr, bytes.len);
    output->held_len += bytes.len;
    output->is_synced = 0;
    return 0;
}

int seigr_output_rewrite(seigr_output *output, uint64_t at, seigr_span bytes,
                         seigr_error *error)
{
    const struct seigr__files *files;
    int err;

    if (output == NULL || (bytes.ptr == NULL && bytes.len > 0))
        return SEIGR_E_INVAL;
    files = output->files;
    err = output_flush(output, error); /* (2) */
    if (err < 0)
        return err;
    if (at > output->len || bytes.len > output->len - at)
        return SEIGR_E_INVAL;
    while (bytes.len > 0) {
        ssize_t n = files->pwrite(output->fd, bytes.ptr, bytes.len, (off_t)at,
                                  files->ctx);

        if (n < 0)
            return output_fail(output, error);
        bytes.ptr += n;
        bytes.len -= (size_t)n;
        at += (uint64_t)n;
    }
    output->is_synced = 0;
    return 0;
}

int seigr_output_sync(seigr_output *output, seigr_error *error)
{
    int err;

    if (output == NULL)
        return SEIGR_E_INVAL;
    err = output_flush(output, error);
    if (err < 0)
        return err;
    /* What is on its way to a pipe is not kept, so it need not be durable. */
    if (output->target < 0 &&
        output->files->sync(output->fd, output->files->ctx) != 0)
        return output_fail(output, error);
    output->is_synced = 1;
    return 0;
}

/* --- Giving it its name ----------------------------------------------- */

static int output_copy_to_target(seigr_output *output, seigr_error *error)
{
    off_t at = 0;
    ssize_t n;

    assert(output->held_len == 0);
    while ((n = pread(output->fd, output->held, sizeof(output->held), at)) >
           0) {
        const seigr_span part = {output->held, (size_t)n};

        if (seigr__files_write_all(output->files, output->target, part) < 0)
            return output_fail(output, error);
        at += n;
    }
    return n < 0 ? output_fail(output, error) : 0;
}

/* Give a nameless file a name that nothing has. */
static int output_link_nameless(seigr_output *output, const char *name)
{
    const struct seigr__files *files = output->files;
    char self[32];

    assert(output->fd >= 0 && name != NULL);
    (void)snprintf(self, sizeof(self), "/proc/self/fd/%d", output->fd);
    return files->link(AT_FDCWD, self, output->folder, name, AT_SYMLINK_FOLLOW,
                       files->ctx);
}

/* Give a nameless file a hidden name, to be renamed from. */
static int output_name_temp(seigr_output *output)
{
    const seigr_crypto *crypto = output->context->crypto;
    uint64_t number;

    if (crypto->random((uint8_t *)&number, sizeof(number), crypto->ctx) < 0) {
        errno = EIO;
        return -1;
    }
    (void)snprintf(output->temp, sizeof(output->temp), ".seigr-%016llx.tmp",
                   (unsigned long long)number);
    if (output_link_nameless(output, output->temp) == 0)
        return 0;
    output->temp[0] = '\0'; /* (3) */
    return -1;
}

static int output_name(seigr_output *output)
{
    const struct seigr__files *files = output->files;

    assert(output->name != NULL);
    if (output->temp[0] == '\0') {
        if (output_link_nameless(output, output->name) == 0)
            return 0;
        if (errno != EEXIST || (output->flags & SEIGR_OUTPUT_KEEP))
            return -1;
        if (output_name_temp(output) < 0)
            return -1;
    } else if (output->flags & SEIGR_OUTPUT_KEEP) {
        /* Unlike a rename, a link replaces nothing; close removes temp. */
        return files->link(output->folder, output->temp, output->folder,
                           output->name, 0, files->ctx);
    }
    if (files->rename(output->folder, output->temp, output->name, files->ctx) !=
        0)
        return -1;
    output->temp[0] = '\0';
    return 0;
}

int seigr_output_commit(seigr_output *output, seigr_error *error)
{
    int err = 0;

    if (output == NULL)
        return SEIGR_E_INVAL;
    if (!output->is_synced) /* (1) */
        err = seigr_output_sync(output, error);
    if (err < 0)
        return err;
    if (output->target >= 0)
        return output_copy_to_target(output, error);
    if (output_name(output) < 0 ||
        seigr__files_sync_folder(output->files, output->folder) < 0)
        return output_fail(output, error);
    return 0;
}

static void output_close_fd(const seigr_output *output, int fd)
{
    if (fd >= 0)
        (void)output->files->close(fd, output->files->ctx);
}

void seigr_output_close(seigr_output *output)
{
    if (output == NULL)
        return;
    if (output->temp[0] != '\0')
        (void)output->files->unlink(output->folder, output->temp,
                                    output->files->ctx);
    output_close_fd(output, output->fd);
    output_close_fd(output, output->folder);
    if (output->target_is_ours)
        output_close_fd(output, output->target);
    /* A head or a key may have passed through. */
    output->context->crypto->wipe(output->held, sizeof(output->held),
                                  output->context->crypto->ctx);
    seigr__release(output->context, output->path);
    seigr__release(output->context, output);
}
