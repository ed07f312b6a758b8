/* SPDX-License-Identifier: MIT */
/*
 * tool_main.c - the seigr command: read the line, run the command, end.
 */
#include "tool.h" /* struct tool */

#include "tool_help.h" /* tool_help_print */

#include <string.h> /* memset */

int main(int argc, char **argv)
{
    char text[TOOL_ARGS_TEXT_LEN];
    struct tool tool;

    memset(&tool, 0, sizeof(tool));
    if (argc == 3 && strcmp(argv[1], "--generate") == 0)
        return tool_help_generate(argv[2]);
    if (tool_args_init(&tool.args, argc, argv, text) != 0) {
        const char *topic = "";

        if (tool.args.command != NULL)
            topic = tool.args.command->name;
        else if (argc > 1 && tool_args_is_group(argv[1]))
            topic = argv[1];
        (void)tool_fail(&tool, TOOL_EXIT_USAGE, "%s; see \"seigr help%s%s\"",
                        text, topic[0] != '\0' ? " " : "", topic);
        tool_args_fini(&tool.args);
        return TOOL_EXIT_USAGE;
    }
    if (tool_init(&tool) == TOOL_EXIT_FINE) {
        if (tool_args_count(&tool.args, TOOL_HELP) > 0)
            tool_help_print(stdout, tool.args.command);
        else
            tool.exit = tool_worse(tool.exit, tool.args.command->run(&tool));
    }
    return tool_fini(&tool);
}
