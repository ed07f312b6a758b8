/* SPDX-License-Identifier: MIT */
/*
 * tool_help.h - what the table says, to people and to shells.
 */
#ifndef SEIGR_TOOL_HELP_H
#define SEIGR_TOOL_HELP_H

#include "tool_table.h" /* struct tool_command */

#include <stdio.h> /* FILE */

/* The list of commands; of a group's members where group is not NULL. */
void tool_help_list(FILE *file, const char *group);

/* One command: usage, what it does, options, examples. */
void tool_help_print(FILE *file, const struct tool_command *command);

/* What a shell or man reads: "man", "bash", "zsh", "fish". Returns an exit
 * code. */
int tool_help_generate(const char *what);

#endif
