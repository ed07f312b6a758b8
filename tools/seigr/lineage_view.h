/* SPDX-License-Identifier: MIT */
/*
 * lineage_view.h - a part of a lineage: what a capsule comes from, what comes
 * from it, or the ways from one to another.
 */
#ifndef SEIGR_LINEAGE_VIEW_H
#define SEIGR_LINEAGE_VIEW_H

#include "tool.h" /* struct tool */

#define LINEAGE_VIEW_ALL 0u
#define LINEAGE_VIEW_ANCESTORS 1u
#define LINEAGE_VIEW_DESCENDANTS 2u
#define LINEAGE_VIEW_PATH 3u

struct lineage_view {
    seigr_lineage *lineage; /* settled; borrowed */
    uint32_t what;          /* LINEAGE_VIEW_* */
    uint8_t *has;           /* of each position, 1: it is shown */
    uint32_t count;         /* that are shown */
    uint32_t root;          /* where a tree begins */
    uint32_t end;           /* of LINEAGE_VIEW_PATH: the ancestor */
};

/*
 * Choose by --ancestors, --descendants or --path, all of it where none is
 * given. Returns an exit code; released with lineage_view_fini(), after a
 * failure too.
 */
int lineage_view_init(struct tool *tool, seigr_lineage *lineage,
                      struct lineage_view *out);

void lineage_view_fini(struct lineage_view *view);

/* Whether options that choose a part go together. Returns an exit code. */
int lineage_view_usage(struct tool *tool);

/* A shortest path from root to end, released with free(). NULL: no memory. */
seigr_lineage_step *lineage_view_path(const struct lineage_view *view,
                                      size_t *count_out);

/* Write the part as a tree: from its root, what is linked to below what links
 * to it, or the other way round; a capsule that comes again stands alone. */
void lineage_view_tree(const struct tool *tool,
                       const struct lineage_view *view);

/* Write the part as a graph in the DOT language. */
void lineage_view_dot(const struct lineage_view *view, FILE *out);

/* What a role is called, "previous" for the step within a chain; text for
 * one without a name. */
const char *lineage_view_role(uint32_t role, char text[24]);

#endif
