/* SPDX-License-Identifier: MIT */
/*
 * files.h - the system calls that change a disk, as one table, so that a
 * test can let any of them fail; and the sentences of errno.
 */
#ifndef SEIGR_PORTS_POSIX_FILES_H
#define SEIGR_PORTS_POSIX_FILES_H

#include "seigr/base.h" /* seigr_error */

#include <sys/types.h> /* mode_t, ssize_t, off_t */

/* Each is the system call of its name, errno included. */
struct seigr__files {
    int (*open)(int dir, const char *name, int flags, mode_t mode, void *ctx);
    int (*close)(int fd, void *ctx);
    ssize_t (*write)(int fd, const void *bytes, size_t len, void *ctx);
    ssize_t (*pwrite)(int fd, const void *bytes, size_t len, off_t at,
                      void *ctx);
    int (*sync)(int fd, void *ctx);
    int (*link)(int from_dir, const char *from, int dir, const char *to,
                int flags, void *ctx);
    int (*rename)(int dir, const char *from, const char *to, void *ctx);
    int (*unlink)(int dir, const char *name, void *ctx);
    void *ctx;
};

/* The system itself. */
extern const struct seigr__files seigr__files_system;

/*
 * Refuse with "cannot DO PATH: WHY", WHY from errno's number.
 *
 * Returns SEIGR_E_FULL where there is no room, SEIGR_E_NOTFOUND,
 * SEIGR_E_EXISTS, SEIGR_E_NOMEM, SEIGR_E_CANCELED where a signal came
 * between, else SEIGR_E_IO.
 */
int seigr__files_fail(seigr_error *error, int number, const char *what,
                      const char *path);

/* Write all of it, going on after short writes. Returns 0 or -1, errno set. */
int seigr__files_write_all(const struct seigr__files *files, int fd,
                           seigr_span bytes);

/* Make a folder's entries durable. Returns 0 or -1, errno set. */
int seigr__files_sync_folder(const struct seigr__files *files, int dir);

#endif
