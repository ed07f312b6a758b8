/* SPDX-License-Identifier: MIT */
/*
 * run_again.h - results run again from the bundle that holds them.
 */
#ifndef SEIGR_RUN_AGAIN_H
#define SEIGR_RUN_AGAIN_H

#include "tool.h" /* struct tool */

#include <jansson.h> /* json_t */

/*
 * Run the task of every result in a bundle again, and compare status, fuel,
 * output, files and every state root. Each is said on a line.
 *
 *   results  receives an entry a result; NULL unless JSON is the answer.
 *
 * Returns an exit code: TOOL_EXIT_DIFFERS where a result is not what its task
 * comes to, TOOL_EXIT_MISSING where what the task needs is not in the bundle.
 */
int replay_file(struct tool *tool, const char *path, json_t *results);

#endif
