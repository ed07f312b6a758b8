/* SPDX-License-Identifier: MIT */
/*
 * lineage_proof.h - the capsules that prove forks, as a bundle.
 */
#ifndef SEIGR_LINEAGE_PROOF_H
#define SEIGR_LINEAGE_PROOF_H

#include "tool.h" /* struct tool */

/*
 * Take from the operands' files the capsules that prove the forks of a
 * settled lineage, and write them to a bundle; no file where there is no
 * fork. What fails is said.
 */
void lineage_proof_write(struct tool *tool, const seigr_lineage *lineage,
                         const char *path);

#endif
