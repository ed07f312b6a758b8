/* SPDX-License-Identifier: MIT */
/*
 * import_folder.c - files under a hidden name until all of them are there.
 *
 * Invariants:
 *   (1) every file is new and below the folder: O_EXCL, and no symbolic link
 *       is made in it or followed.
 *   (2) everything is synced before the folder gets its name.
 */
#define _XOPEN_SOURCE 700

#include "import_folder.h" /* struct import_folder */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* openat */
#include <ftw.h>      /* nftw */
#include <stdlib.h>   /* malloc, mkdtemp */
#include <string.h>   /* strlen */
#include <sys/stat.h> /* mkdirat */
#include <unistd.h>   /* write */

static int folder_fail(const struct import_folder *folder, const char *what)
{
    const int is_within = strcmp(what, folder->path) != 0;

    assert(what != NULL);
    return tool_fail(
        folder->tool, TOOL_EXIT_FAILURE, "cannot write %s%s%s: %s",
        is_within ? folder->path : "", is_within ? "/" : "", what,
        errno == ENOSPC || errno == EDQUOT
            ? "the disk is full; make room and try again"
        : errno == EFBIG        ? "the file would pass the size allowed "
                                  "here"
        : errno == EACCES       ? "permission denied; change who may use it"
        : errno == ENOENT       ? "its folder is not there"
        : errno == ENOTDIR      ? "another capsule has a part of its "
                                  "name"
        : errno == EEXIST       ? "it is there already"
        : errno == ENAMETOOLONG ? "a part of its name is too long for this disk"
                                : "the system refuses it");
}

int import_folder_check(struct tool *tool, const char *path)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "%s is there, so it is kept: name a new folder with -o",
                     path);
}

int import_folder_init(struct import_folder *folder, struct tool *tool,
                       const char *path)
{
    static const char hidden[] = ".seigr-XXXXXX";
    const char *slash = strrchr(path, '/');
    const size_t base = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    mode_t mask;

    assert(folder != NULL);
    *folder = (struct import_folder){
        .tool = tool, .path = path, .root = -1, .fd = -1};
    folder->temp = malloc(base + sizeof(hidden));
    if (folder->temp == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    memcpy(folder->temp, path, base);
    memcpy(folder->temp + base, hidden, sizeof(hidden));
    if (mkdtemp(folder->temp) == NULL) {
        int code = folder_fail(folder, path);

        free(folder->temp);
        folder->temp = NULL;
        return code;
    }
    folder->root =
        open(folder->temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder->root < 0)
        return folder_fail(folder, path);
    mask = umask(0); /* mkdtemp() makes it 0700 */
    (void)umask(mask);
    if (fchmod(folder->root, 0777 & ~mask) != 0)
        return folder_fail(folder, path);
    return TOOL_EXIT_FINE;
}

int import_folder_begin(struct import_folder *folder, const char *name)
{
    char *path = strdup(name);

    assert(folder != NULL);
    if (path == NULL)
        return tool_fail(folder->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    for (char *at = strchr(path, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdirat(folder->root, path, 0777) != 0 && errno != EEXIST) {
            free(path);
            return folder_fail(folder, name);
        }
        *at = '/';
    }
    free(path);
    folder->name = name;
    folder->fd = openat(folder->root, name,
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                        0666); /* (1) */
    return folder->fd < 0 ? folder_fail(folder, name) : TOOL_EXIT_FINE;
}

int import_folder_write(seigr_span bytes, void *ctx)
{
    struct import_folder *folder = ctx;

    assert(bytes.ptr != NULL || bytes.len == 0);
    while (bytes.len > 0) {
        ssize_t n = write(folder->fd, bytes.ptr, bytes.len);

        if (n <= 0) {
            (void)folder_fail(folder, folder->name);
            return -1;
        }
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return 0;
}

int import_folder_end(struct import_folder *folder)
{
    const int err = fsync(folder->fd); /* (2) */
    int code = TOOL_EXIT_FINE;

    if (err != 0)
        code = folder_fail(folder, folder->name);
    (void)close(folder->fd);
    folder->fd = -1;
    return code;
}

/* Sync a folder's entries; files were synced when they ended. */
static int folder_sync_one(const char *path, const struct stat *st, int type,
                           struct FTW *at)
{
    int fd;
    int err;

    assert(path != NULL);
    (void)st;
    (void)at;
    if (type != FTW_D && type != FTW_DP)
        return 0;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    err = fsync(fd);
    (void)close(fd);
    return err != 0 && errno != EINVAL ? -1 : 0;
}

/* The folder in which the new one stands. */
static int folder_sync_parent(const struct import_folder *folder)
{
    const char *slash = strrchr(folder->path, '/');
    char *parent = slash == NULL ? strdup(".")
                   : slash == folder->path
                       ? strdup("/")
                       : strndup(folder->path, (size_t)(slash - folder->path));
    int err = -1;

    if (parent != NULL)
        err = folder_sync_one(parent, NULL, FTW_D, NULL);
    free(parent);
    return err;
}

int import_folder_commit(struct import_folder *folder)
{
    assert(folder != NULL);
    if (nftw(folder->temp, folder_sync_one, 16, FTW_PHYS | FTW_DEPTH) != 0)
        return folder_fail(folder, folder->path);
    if (import_folder_check(folder->tool, folder->path) != TOOL_EXIT_FINE)
        return TOOL_EXIT_FAILURE;
    /* A folder that came meanwhile is replaced only if it is empty. */
    if (rename(folder->temp, folder->path) != 0)
        return folder_fail(folder, folder->path);
    free(folder->temp);
    folder->temp = NULL;
    return folder_sync_parent(folder) == 0 ? TOOL_EXIT_FINE
                                           : folder_fail(folder, folder->path);
}

static int folder_remove_one(const char *path, const struct stat *st, int type,
                             struct FTW *at)
{
    assert(path != NULL);
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void import_folder_fini(struct import_folder *folder)
{
    assert(folder != NULL);
    if (folder->fd >= 0)
        (void)close(folder->fd);
    if (folder->root >= 0)
        (void)close(folder->root);
    if (folder->temp != NULL)
        (void)nftw(folder->temp, folder_remove_one, 16, FTW_PHYS | FTW_DEPTH);
    free(folder->temp);
}
