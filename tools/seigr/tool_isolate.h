/* SPDX-License-Identifier: MIT */
/*
 * tool_isolate.h - this process gives up the machine.
 */
#ifndef SEIGR_TOOL_ISOLATE_H
#define SEIGR_TOOL_ISOLATE_H

#include "tool.h" /* struct tool */

/*
 * From here on: no file is opened, no program begun, no connection made, and
 * memory is never run as code. What is open stays open. Any other call to the
 * system ends the process.
 *
 * Returns an exit code; what the system lacks is said.
 */
int tool_isolate(struct tool *tool);

#endif
