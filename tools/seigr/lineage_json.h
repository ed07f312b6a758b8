/* SPDX-License-Identifier: MIT */
/*
 * lineage_json.h - a lineage as JSON.
 */
#ifndef SEIGR_LINEAGE_JSON_H
#define SEIGR_LINEAGE_JSON_H

#include "tool_json.h" /* json_t */

/* Set capsules, chains, gaps, forks and verdict of a settled lineage; of
 * capsules those alone whose position has a 1. */
void lineage_json_set(json_t *json, const seigr_lineage *lineage,
                      const uint8_t *has);

/* One line of a verdict. */
json_t *lineage_json_line(const seigr_verdict_line *line);

#endif
