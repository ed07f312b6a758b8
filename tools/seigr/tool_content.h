/* SPDX-License-Identifier: MIT */
/*
 * tool_content.h - content of any size, on its way into a capsule or held
 * against one.
 */
#ifndef SEIGR_TOOL_CONTENT_H
#define SEIGR_TOOL_CONTENT_H

#include "tool.h"          /* struct tool */
#include "tool_progress.h" /* struct tool_progress */

/* Content that was read once: what is small is kept, of what is large only
 * its hashes. */
struct tool_content {
    struct tool *tool;
    const char *name; /* what sentences call it */
    int fd;           /* to read it again; -1 where it is small */
    int is_copy;      /* fd is a copy, for what cannot be read again */
    int64_t start;    /* where it begins in fd */
    seigr_body body;  /* for a draft; its inline content is in bytes */
    uint8_t *bytes;   /* the first SEIGR_CAPSULE_INLINE_MAX + 1 */
    seigr_hash *leaves;
    size_t leaf_count;
    size_t leaf_room;
};

/*
 * Read it to its end.
 *
 *   fd    taken over: closed with the content.
 *   name  borrowed.
 *
 * Returns an exit code; released with tool_content_fini(), after a failure
 * too.
 */
int tool_content_init(struct tool_content *content, struct tool *tool, int fd,
                      const char *name, struct tool_progress *progress);

void tool_content_fini(struct tool_content *content);

/* Write large content behind its capsule, which was put before. Returns an
 * exit code. */
int tool_content_embed(const struct tool_content *content,
                       seigr_bundle_writer *writer,
                       struct tool_progress *progress);

/*
 * Hold a file against a capsule's body.
 *
 *   error  receives what is wrong.
 *
 * Returns 0; SEIGR_E_MISMATCH, SEIGR_E_TRUNCATED; SEIGR_E_NOTFOUND where
 * there is no such file; SEIGR_E_IO.
 */
int tool_content_check(struct tool *tool, const char *path,
                       const seigr_body *body, struct tool_progress *progress,
                       seigr_error *error);

#endif
