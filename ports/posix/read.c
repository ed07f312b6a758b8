/* SPDX-License-Identifier: MIT */
/*
 * read.c - files and pipes read whole, up to a bound.
 *
 * Invariants:
 *   (1) no more memory is taken than twice what was read and one block.
 *   (2) what is given back has been overwritten: it may hold a secret.
 */
#define _POSIX_C_SOURCE 200809L

#include "seigr/sys/posix.h" /* seigr_posix_read_file */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */
#include "files.h"      /* seigr__files_fail */

#include <assert.h> /* assert */
#include <errno.h>  /* errno */
#include <fcntl.h>  /* open */
#include <string.h> /* memcpy */
#include <unistd.h> /* read, close */

#define READ_BLOCK 16384u

/* Room for at least one byte more, doubling. */
static int read_grow(const seigr_context *context, seigr_buf *room, size_t used)
{
    size_t len = room->len == 0 ? READ_BLOCK : room->len * 2;
    uint8_t *ptr;

    assert(used <= room->len);
    if (used < room->len)
        return 0;
    if (len < room->len)
        return SEIGR_E_NOMEM;
    ptr = seigr__alloc(context, len);
    if (ptr == NULL)
        return SEIGR_E_NOMEM;
    if (used > 0)
        memcpy(ptr, room->ptr, used);
    seigr_posix_release(context, room);
    room->ptr = ptr;
    room->len = len;
    return 0;
}

/* Takes one byte more than len_max, so as to know that there is one. */
static int read_all(const seigr_context *context, int fd, size_t len_max,
                    const char *name, seigr_buf *room, size_t *len,
                    seigr_error *error)
{
    assert(fd >= 0);
    for (;;) {
        size_t want;
        ssize_t n;

        if (*len > len_max)
            return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                               "%s is longer than %zu bytes", name, len_max);
        if (read_grow(context, room, *len) < 0)
            return seigr__files_fail(error, ENOMEM, "read", name);
        want = room->len - *len;
        if (want - 1 > len_max - *len)
            want = len_max - *len + 1;
        n = read(fd, room->ptr + *len, want);
        if (n < 0)
            return seigr__files_fail(error, errno, "read", name);
        if (n == 0)
            return 0;
        *len += (size_t)n;
    }
}

int seigr_posix_read_fd(const seigr_context *context, int fd, const char *name,
                        size_t len_max, seigr_buf *out, seigr_error *error)
{
    seigr_buf room = {NULL, 0};
    size_t len = 0;
    int err;

    if (context == NULL || fd < 0 || name == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = read_all(context, fd, len_max, name, &room, &len, error);
    if (err < 0 || len == 0) {
        seigr_posix_release(context, &room);
        if (err < 0)
            return err;
    }
    out->ptr = room.ptr;
    out->len = len;
    return 0;
}

int seigr_posix_read_file(const seigr_context *context, const char *path,
                          size_t len_max, seigr_buf *out, seigr_error *error)
{
    int err;
    int fd;

    if (context == NULL || path == NULL || out == NULL)
        return SEIGR_E_INVAL;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return seigr__files_fail(error, errno, "open", path);
    err = seigr_posix_read_fd(context, fd, path, len_max, out, error);
    (void)close(fd); /* nothing was written */
    return err;
}

void seigr_posix_release(const seigr_context *context, seigr_buf *buf)
{
    if (buf == NULL || buf->ptr == NULL)
        return;
    assert(context != NULL);
    if (context->crypto != NULL)
        context->crypto->wipe(buf->ptr, buf->len, context->crypto->ctx); /*(2)*/
    seigr__release(context, buf->ptr);
    buf->ptr = NULL;
    buf->len = 0;
}
