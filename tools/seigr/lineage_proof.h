/* SPDX-License-Identifier: MIT */
/*
 * lineage_proof.h - the capsules that prove forks, or a descent, as a bundle.
 */
#ifndef SEIGR_LINEAGE_PROOF_H
#define SEIGR_LINEAGE_PROOF_H

#include "lineage_view.h" /* struct lineage_view */

/*
 * Take from the operands' files the capsules that prove something, and write
 * them to a bundle. Of a view of a path that is a shortest path: the
 * descendant is its root, and each capsule names the next. Else it is the
 * forks of the lineage, each capsule a root; no file where there is no fork.
 * What fails is said.
 */
void lineage_proof_write(struct tool *tool, const struct lineage_view *view,
                         const char *path);

#endif
