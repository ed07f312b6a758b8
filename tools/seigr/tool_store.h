/* SPDX-License-Identifier: MIT */
/*
 * tool_store.h - the user's store.
 */
#ifndef SEIGR_TOOL_STORE_H
#define SEIGR_TOOL_STORE_H

#include "tool.h" /* struct tool */

#include "seigr/sys/disk.h" /* SEIGR_DISK_* */

/* Open the store that --store, SEIGR_STORE or SEIGR_HOME names, SEIGR_DISK_*.
 * Returns an exit code; closed with seigr_store_close(). */
int tool_store_open(struct tool *tool, uint32_t flags, seigr_store **out);

/* Where it is, released with free(); NULL after the sentence was said. */
char *tool_store_path(struct tool *tool);

/* The exit code that a status of a store stands for. */
int tool_store_exit(int status);

/* Say what the store refused. Returns the exit code. */
int tool_store_fail(struct tool *tool, int status, const seigr_error *error);

/* The one capsule whose address begins so. Returns an exit code. */
int tool_store_find(struct tool *tool, seigr_store_txn *txn, const char *text,
                    seigr_id *out);

/* What store_take.c takes of a file. */
struct store_taken {
    size_t capsules; /* in the file */
    size_t news;     /* that were not kept before */
    size_t forks;    /* proofs that were found */
    size_t mended;   /* capsules that were damaged */
    int is_repair;   /* mend what is kept, keep nothing new */
};

/* Keep the capsules and content of a file in one transaction, or mend what
 * is kept by them. Returns an exit code. */
int store_take(struct tool *tool, seigr_store *store, const char *path,
               struct store_taken *taken);

#endif
