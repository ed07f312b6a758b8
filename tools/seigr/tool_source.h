/* SPDX-License-Identifier: MIT */
/*
 * tool_source.h - the capsules of a file, one after another.
 */
#ifndef SEIGR_TOOL_SOURCE_H
#define SEIGR_TOOL_SOURCE_H

#include "tool.h" /* struct tool */

/* One capsule as it is read. Everything is borrowed until the next one. */
struct tool_item {
    const seigr_capsule *capsule;
    const seigr_verified *verified; /* NULL where error says why not */
    uint64_t offset;                /* of the capsule in the file */
    seigr_error error;
};

/* What a command does with what is read. Each returns 0 to go on. */
struct tool_source_visitor {
    int (*header)(const seigr_id *roots, size_t count, void *ctx);
    int (*item)(const struct tool_item *item, void *ctx);
    /* SEIGR_BUNDLE_LEAVES to SEIGR_BUNDLE_BODY; may be NULL. */
    int (*content)(const seigr_bundle_event *event, void *ctx);
    void *ctx;
    int is_whole; /* refuse children before parents and missing roots */
};

/* A file that was read as far as it goes. */
struct tool_source_end {
    int exit;          /* TOOL_EXIT_*: how reading ended */
    seigr_error error; /* why, unless exit is fine or the visitor stopped */
};

/*
 * Read a bundle or a bare capsule, "-" for standard input, verify each
 * capsule and hand it to the visitor.
 */
void tool_source_read(struct tool *tool, const char *path,
                      const struct tool_source_visitor *visitor,
                      struct tool_source_end *end);

/* What to call a file in sentences. */
const char *tool_source_name(const char *path);

#endif
