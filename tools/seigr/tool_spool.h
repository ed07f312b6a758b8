/* SPDX-License-Identifier: MIT */
/*
 * tool_spool.h - content taken out of a bundle, waiting in a nameless file
 * until everything that vouches for it has been seen.
 */
#ifndef SEIGR_TOOL_SPOOL_H
#define SEIGR_TOOL_SPOOL_H

#include "tool.h" /* struct tool */

struct tool_spool {
    struct tool *tool;
    FILE *file;   /* the chunks; NULL before the first */
    uint64_t len; /* of file */
    void *chunks; /* a tree: where each is, by leaf */
    void *bodies; /* a tree: leaf lists, by root */
};

/* No file is made before there is content. */
void tool_spool_init(struct tool_spool *spool, struct tool *tool);

void tool_spool_fini(struct tool_spool *spool);

/* Keep what a reader's event brings, SEIGR_BUNDLE_LEAVES to
 * SEIGR_BUNDLE_BODY. Returns an exit code. */
int tool_spool_take(struct tool_spool *spool, const seigr_bundle_event *event);

/* Whether the content of a body is here. */
int tool_spool_has(const struct tool_spool *spool, const seigr_body *body);

/* The leaf list of a body whose content is here. */
seigr_span tool_spool_leaves(const struct tool_spool *spool,
                             const seigr_body *body);

/* Where content goes. Returns 0, or -1 where it could not. */
typedef int (*tool_spool_sink)(seigr_span bytes, void *ctx);

/*
 * Hold the content against the body once more, its digest included, and then
 * write it.
 *
 *   name  what sentences call it.
 *   sink  NULL: it is only checked.
 *
 * Returns an exit code.
 */
int tool_spool_write(struct tool_spool *spool, const seigr_body *body,
                     const char *name, tool_spool_sink sink, void *ctx);

#endif
