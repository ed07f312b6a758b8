/* SPDX-License-Identifier: MIT */
/*
 * tool_progress.h - how far long work is, on the terminal.
 */
#ifndef SEIGR_TOOL_PROGRESS_H
#define SEIGR_TOOL_PROGRESS_H

#include "tool.h" /* struct tool */

/* One line on standard error, drawn over and over, gone at the end. */
struct tool_progress {
    const struct tool *tool;
    const char *name;   /* of what is worked on */
    uint64_t start_ns;  /* 0: it shows nothing */
    uint64_t drawn_ns;  /* when it was drawn last; 0: not yet */
    uint64_t before;    /* bytes of files that are done */
    uint64_t all_total; /* of all files; 0: not known */
};

/* It shows on a terminal after a second, with --progress always and at once,
 * with --quiet never. */
void tool_progress_init(struct tool_progress *progress, const struct tool *tool,
                        const char *name, uint64_t all_total);

/* As seigr_body_options wants it; ctx is the progress. Returns 1 where a
 * signal asks to stop. */
int tool_progress_step(uint64_t done, uint64_t total, void *ctx);

/* Another file begins, so much being done before it. */
void tool_progress_next(struct tool_progress *progress, const char *name,
                        uint64_t before);

/* Take the line away. */
void tool_progress_fini(struct tool_progress *progress);

/* 1536 becomes "1.5 KiB". */
#define TOOL_SIZE_LEN 16u
void tool_progress_size(uint64_t bytes, char out[TOOL_SIZE_LEN]);

#endif
