/* SPDX-License-Identifier: MIT */
/*
 * home_key.c - the key file in SEIGR_HOME.
 *
 * Invariants:
 *   (1) the file is 0600 from its first byte on, and one that is not is
 *       refused before it is read.
 *   (2) a key is never replaced.
 */
#define _POSIX_C_SOURCE 200809L

#include "home.h"   /* struct seigr_home */
#include "output.h" /* seigr__output_open */

#include "base/error.h" /* seigr__fail */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* open */
#include <sys/stat.h> /* fstat */
#include <unistd.h>   /* access, close */

static int home_key_write(const seigr_home *home, seigr_span bytes,
                          seigr_error *error)
{
    seigr_output *output;
    int err = seigr__output_open(home->files, home->context, home->key_path,
                                 SEIGR_OUTPUT_KEEP | SEIGR_OUTPUT_SECRET,
                                 &output, error); /* (1), (2) */

    assert(bytes.len > 0);
    if (err < 0)
        return err;
    err = seigr_output_write(output, bytes, error);
    if (err == 0)
        err = seigr_output_commit(output, error);
    seigr_output_close(output);
    return err;
}

int seigr_home_key_create(seigr_home *home, const seigr_keypair *keypair,
                          seigr_span passphrase, uint32_t flags,
                          seigr_error *error)
{
    uint8_t bytes[SEIGR_KEYFILE_LEN_MAX];
    seigr_public_key key;
    size_t len = 0;
    int err;

    if (home == NULL || keypair == NULL)
        return SEIGR_E_INVAL;
    /* Asked before the slow work; the commit decides. */
    if (access(home->key_path, F_OK) == 0)
        return seigr__files_fail(error, EEXIST, "write", home->key_path);
    err = seigr_keyfile_encode(home->context, keypair, passphrase, NULL,
                               (seigr_buf){bytes, sizeof(bytes)}, &len, error);
    if (err == 0)
        err = home_key_write(home, (seigr_span){bytes, len}, error);
    home->context->crypto->wipe(bytes, sizeof(bytes),
                                home->context->crypto->ctx);
    if (err < 0 || !(flags & SEIGR_HOME_KEY_NEW))
        return err;
    key = seigr_keypair_public(keypair);
    return seigr__stream_begin_first(home, &key, error);
}

/* Open the key file, having seen that it is its owner's alone (1). */
static int home_key_open(const seigr_home *home, int *fd_out,
                         seigr_error *error)
{
    const char *path = home->key_path;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int err = 0;

    assert(fd_out != NULL);
    if (fd < 0 && errno == ENOENT)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "there is no key in %s", home->path);
    if (fd < 0)
        return seigr__files_fail(error, errno, "open", path);
    if (fstat(fd, &st) != 0)
        err = seigr__files_fail(error, errno, "read", path);
    else if (!S_ISREG(st.st_mode))
        err = seigr__fail(error, SEIGR_E_DENIED, SEIGR_NO_OFFSET,
                          "the key is no regular file: %s", path);
    else if (st.st_mode & 077)
        err = seigr__fail(error, SEIGR_E_DENIED, SEIGR_NO_OFFSET,
                          "the key file can be used by others and was not "
                          "read; if nobody has, type: chmod 600 %s",
                          path);
    if (err < 0)
        (void)close(fd);
    else
        *fd_out = fd;
    return err;
}

static int home_key_read(const seigr_home *home, seigr_buf *bytes,
                         seigr_error *error)
{
    int fd = -1;
    int err = home_key_open(home, &fd, error);

    assert(bytes->ptr == NULL);
    if (err < 0)
        return err;
    err = seigr_posix_read_fd(home->context, fd, home->key_path,
                              SEIGR_KEYFILE_LEN_MAX, bytes, error);
    (void)close(fd);
    return err;
}

int seigr_home_key_inspect(const seigr_home *home, seigr_keyfile_info *out,
                           seigr_error *error)
{
    seigr_buf bytes = {NULL, 0};
    int err;

    if (home == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = home_key_read(home, &bytes, error);
    if (err < 0)
        return err;
    err = seigr_keyfile_inspect((seigr_span){bytes.ptr, bytes.len}, out, error);
    seigr_posix_release(home->context, &bytes);
    return err;
}

int seigr_home_key_load(const seigr_home *home, seigr_span passphrase,
                        seigr_keypair *out, seigr_error *error)
{
    seigr_buf bytes = {NULL, 0};
    int err;

    if (home == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err = home_key_read(home, &bytes, error);
    if (err < 0)
        return err;
    err =
        seigr_keyfile_decode(home->context, (seigr_span){bytes.ptr, bytes.len},
                             passphrase, out, error);
    seigr_posix_release(home->context, &bytes);
    return err;
}
