/* SPDX-License-Identifier: MIT */
/*
 * home.h - the folder behind seigr_home, for the files of this port.
 */
#ifndef SEIGR_PORTS_POSIX_HOME_H
#define SEIGR_PORTS_POSIX_HOME_H

#include "files.h"           /* struct seigr__files */
#include "seigr/sys/posix.h" /* seigr_home */

struct seigr_home {
    const seigr_context *context;
    const struct seigr__files *files;
    const char *machine_id; /* path of the machine's id */
    char *path;             /* of the folder */
    char *key_path;
    char *streams_path; /* of the folder of stream heads */
};

/* seigr_home_open() by other system calls and on another machine; both
 * borrowed until close. */
int seigr__home_open(const struct seigr__files *files, const char *machine_id,
                     const seigr_context *context, const char *path,
                     seigr_home **out, seigr_error *error);

/*
 * Make a folder and those above it, mode 0700 where they are not there.
 *
 * Returns 0 or -1, errno set.
 */
int seigr__home_make_folder(char *path);

/*
 * Begin an issuer's stream number 0 in slot "main", unless a head is kept.
 *
 * Returns as seigr_stream_commit().
 */
int seigr__stream_begin_first(seigr_home *home, const seigr_public_key *issuer,
                              seigr_error *error);

#endif
