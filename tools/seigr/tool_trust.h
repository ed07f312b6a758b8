/* SPDX-License-Identifier: MIT */
/*
 * tool_trust.h - the user's anchors, and the capsules of files as a set that
 * decides.
 */
#ifndef SEIGR_TOOL_TRUST_H
#define SEIGR_TOOL_TRUST_H

#include "tool.h" /* struct tool */

/* A roots file as it is. */
struct tool_roots {
    char *path;
    seigr_buf text; /* {NULL, 0}: there is no file, or it is empty */
    seigr_anchor *anchors;
    size_t anchor_count;
};

/*
 * Read the anchors: of --roots, else of the file roots in SEIGR_HOME, which
 * may be absent. Returns an exit code; released with tool_roots_fini(), after
 * a failure too.
 */
int tool_roots_read(struct tool *tool, struct tool_roots *out);

void tool_roots_fini(const struct tool *tool, struct tool_roots *roots);

/* Capsules that are kept, to be decided about. Start from zeros. */
struct tool_trust {
    seigr_verified *capsules;
    seigr_buf *bytes; /* of each */
    size_t count;
    seigr_trust *trust; /* NULL until tool_trust_settle() */
    void *memory;
};

/* Keep a copy of a verified capsule. Returns an exit code. */
int tool_trust_keep(struct tool *tool, struct tool_trust *set,
                    const seigr_verified *capsule);

/* Keep every capsule of a file. Returns an exit code. */
int tool_trust_read(struct tool *tool, struct tool_trust *set,
                    const char *path);

/*
 * Put what was kept, with these anchors, and settle it.
 *
 *   minimum   that attestations must reach, 0: they decide nothing.
 *   as_of_ms  0: now.
 *
 * Returns an exit code.
 */
int tool_trust_settle(struct tool *tool, struct tool_trust *set,
                      const struct tool_roots *roots, uint32_t minimum,
                      uint64_t as_of_ms);

void tool_trust_fini(struct tool_trust *set);

/* A number of an option; fallback where it was not given. Returns an exit
 * code. */
int tool_trust_number(struct tool *tool, enum tool_option_id option,
                      uint64_t fallback, uint64_t *out);

/* A time of an option, 0 where it was not given. Returns an exit code. */
int tool_trust_time(struct tool *tool, enum tool_option_id option,
                    uint64_t *out);

/* The scope of --scope. Returns an exit code. */
int tool_trust_scope(struct tool *tool, uint32_t fallback, uint32_t *out);

#endif
