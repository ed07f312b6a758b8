/* SPDX-License-Identifier: MIT */
/*
 * tool_args.h - the command line, read by the table.
 */
#ifndef SEIGR_TOOL_ARGS_H
#define SEIGR_TOOL_ARGS_H

#include "tool_table.h" /* struct tool_command */

struct tool_given {
    enum tool_option_id option;
    const char *value; /* NULL for an option without one */
};

/* What was typed. Strings are borrowed from argv. */
struct tool_args {
    const struct tool_command *command; /* NULL: none was named */
    const char **operands;
    size_t operand_count;
    struct tool_given *given; /* in their order */
    size_t given_count;
};

/* Room for the sentence of a refused command line. */
#define TOOL_ARGS_TEXT_LEN 512u

/*
 * Read a command line.
 *
 *   out   released with tool_args_fini(), after a failure too.
 *   text  receives the sentence of a refusal.
 *
 * Returns 0, or -1 where it is wrong.
 */
int tool_args_init(struct tool_args *out, int argc, char **argv,
                   char text[TOOL_ARGS_TEXT_LEN]);

void tool_args_fini(struct tool_args *args);

/* How often an option was given. */
size_t tool_args_count(const struct tool_args *args,
                       enum tool_option_id option);

/* The last value given to an option, NULL if it was not given. */
const char *tool_args_value(const struct tool_args *args,
                            enum tool_option_id option);

/* The values of an option, one after another: at is 0 before the first call.
 * NULL after the last. */
const char *tool_args_next(const struct tool_args *args,
                           enum tool_option_id option, size_t *at);

/* The command whose name these words begin with, and how many of them; NULL
 * where there is none. */
const struct tool_command *tool_args_find(const char *const *words,
                                          size_t count, size_t *used);

/* Whether there are commands whose name has this as its first word. */
int tool_args_is_group(const char *word);

#endif
