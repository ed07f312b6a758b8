/* SPDX-License-Identifier: MIT */
/*
 * lineage_svg.h - a lineage drawn as an SVG.
 */
#ifndef SEIGR_LINEAGE_SVG_H
#define SEIGR_LINEAGE_SVG_H

#include "lineage_view.h" /* struct lineage_view */

/* More are not drawn: nobody would find anything. */
#define LINEAGE_SVG_MAX 2000u

/* Draw what a view shows. Returns an exit code. */
int lineage_svg_write(struct tool *tool, const struct lineage_view *view,
                      FILE *out);

#endif
