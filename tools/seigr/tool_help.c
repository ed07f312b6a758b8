/* SPDX-License-Identifier: MIT */
/*
 * tool_help.c - the table as help on a terminal, 79 columns wide.
 */
#include "tool_help.h" /* tool_help_print */

#include <assert.h> /* assert */
#include <stdio.h>  /* fprintf */
#include <string.h> /* strcspn */

#define HELP_WIDTH 79
#define HELP_COLUMN 26 /* where the text of an option begins */

static int help_spaces(FILE *file, int count)
{
    assert(count >= 0);
    (void)fprintf(file, "%*s", count, "");
    return count;
}

/* Print words from a column on; further lines begin at indent. An empty line
 * in text parts paragraphs. */
static void help_wrap(FILE *file, const char *text, int indent, int column)
{
    assert(column >= 0 && indent >= 0);
    while (*text != '\0') {
        const int len = (int)strcspn(text, " \n");
        const int is_end = text[len] == '\n' && text[len + 1] == '\n';

        if (column > indent && column + 1 + len > HELP_WIDTH) {
            (void)fputc('\n', file);
            column = help_spaces(file, indent);
        } else if (column > indent) {
            (void)fputc(' ', file);
            column++;
        }
        (void)fwrite(text, 1, (size_t)len, file);
        column += len;
        text += len;
        text += strspn(text, " \n");
        if (is_end) {
            (void)fputs("\n\n", file);
            column = help_spaces(file, indent);
        }
    }
    (void)fputc('\n', file);
}

static void help_option(FILE *file, const struct tool_option *option)
{
    int column = 0;

    assert(option->help != NULL);
    if (option->letter != 0)
        column += fprintf(file, "  -%c, ", option->letter);
    else
        column += fprintf(file, "      ");
    column += fprintf(file, "--%s", option->name);
    if (option->value != NULL)
        column += fprintf(file, " %s", option->value);
    if (column > HELP_COLUMN - 2) {
        (void)fputc('\n', file);
        column = 0;
    }
    column += help_spaces(file, HELP_COLUMN - column);
    help_wrap(file, option->help, HELP_COLUMN, column);
}

static void help_examples(FILE *file, const char *examples)
{
    assert(examples != NULL);
    (void)fputs("\nExamples:\n", file);
    while (*examples != '\0') {
        const int command = (int)strcspn(examples, "\t");
        const int what = (int)strcspn(examples + command, "\n");

        (void)fprintf(file, "  %.*s\n      %.*s\n", command, examples, what - 1,
                      examples + command + 1);
        examples += command + what + 1;
    }
}

void tool_help_print(FILE *file, const struct tool_command *command)
{
    assert(command != NULL);
    (void)fprintf(file, "seigr %s - %s\n\nUsage: seigr %s [OPTION]...%s%s\n\n",
                  command->name, command->summary, command->name,
                  command->operands[0] != '\0' ? " " : "", command->operands);
    help_wrap(file, command->about, 0, 0);
    (void)fputs("\nOptions:\n", file);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++)
        if (tool_takes(command, i))
            help_option(file, &tool_options[i]);
    if (command->examples != NULL)
        help_examples(file, command->examples);
}

void tool_help_list(FILE *file, const char *group)
{
    const size_t len = group != NULL ? strlen(group) : 0;

    assert(file != NULL);
    (void)fprintf(file,
                  "seigr - signed capsules of work\n\n"
                  "Usage: seigr %s%sCOMMAND [OPTION]... [OPERAND]...\n\n",
                  group != NULL ? group : "", group != NULL ? " " : "");
    for (size_t i = 0; i < tool_command_count; i++) {
        const struct tool_command *command = &tool_commands[i];

        if (group == NULL || (strncmp(command->name, group, len) == 0 &&
                              command->name[len] == ' '))
            (void)fprintf(file, "  %-16s %s\n", command->name,
                          command->summary);
    }
    (void)fputs("\n\"seigr COMMAND --help\" says more of a command.\n\n"
                "Exit codes:\n",
                file);
    for (size_t i = 0; i < tool_exit_count; i++)
        (void)fprintf(file, "  %2d  %s\n", tool_exits[i].code,
                      tool_exits[i].meaning);
    (void)fputs(
        "  of several the worst, in the order 41, 15, 11, 13, 12, 14, 24,\n"
        "  23, 22, 20, 21, 10, 40, 42, then 1\n",
        file);
}
