/* SPDX-License-Identifier: MIT */
/*
 * seal_plan.h - which files of a folder are to be sealed, seen before
 * anything is.
 */
#ifndef SEIGR_SEAL_PLAN_H
#define SEIGR_SEAL_PLAN_H

#include "tool.h" /* struct tool */

#include <sys/types.h> /* dev_t, ino_t */

/* A file that is never sealed: the output, the key. */
struct seal_file_id {
    dev_t device;
    ino_t inode;
    int is_there;
};

/* Strings, each released with free(). */
struct seal_list {
    char **items;
    size_t count;
    size_t room;
};

struct seal_plan {
    int folder;                 /* descriptor of the folder */
    struct seal_list paths;     /* relative to it, ascending by their bytes */
    size_t refused;             /* what cannot be sealed, each named already */
    uint64_t size;              /* bytes of all files */
    struct seal_file_id output; /* passed over */
    struct seal_file_id key;    /* refused */
};

/* Which file a path leads to, if to any. */
struct seal_file_id seal_file_id_of(const char *path);

/*
 * List the files of a folder. What cannot be sealed is named on standard
 * error, and refused counts it.
 *
 *   plan  output and key are set by the caller; released with
 *         seal_plan_fini(), after a failure too.
 *
 * Returns an exit code.
 */
int seal_plan_init(struct seal_plan *plan, struct tool *tool, const char *path);

void seal_plan_fini(struct seal_plan *plan);

/*
 * Open a file to be sealed.
 *
 *   folder, path  as for openat().
 *   fd            receives the descriptor.
 *
 * Returns an exit code.
 */
int seal_plan_open(struct tool *tool, int folder, const char *path, int *fd);

#endif
