/* SPDX-License-Identifier: MIT */
/*
 * cmd_version.c - seigr version, seigr help.
 */
#include "tool.h"      /* struct tool */
#include "tool_help.h" /* tool_help_print */
#include "tool_json.h" /* tool_json_new */

#include <string.h> /* strcmp */

int cmd_version(struct tool *tool)
{
    if (tool->is_json) {
        json_t *json = tool_json_new("version");

        tool_json_set(json, "command", json_string(SEIGR_TOOL_VERSION));
        tool_json_set(json, "library", json_string(seigr_version()));
        tool_json_print(json);
        return TOOL_EXIT_FINE;
    }
    (void)printf("seigr %s\n", SEIGR_TOOL_VERSION);
    if (strcmp(SEIGR_TOOL_VERSION, seigr_version()) != 0)
        (void)printf("libseigr %s\n", seigr_version());
    return TOOL_EXIT_FINE;
}

int cmd_help(struct tool *tool)
{
    const struct tool_args *args = &tool->args;
    const struct tool_command *command;
    size_t used = 0;

    if (args->operand_count == 0) {
        tool_help_list(stdout, NULL);
        return TOOL_EXIT_FINE;
    }
    command = tool_args_find(args->operands, args->operand_count, &used);
    if (command != NULL && used == args->operand_count) {
        tool_help_print(stdout, command);
        return TOOL_EXIT_FINE;
    }
    if (command == NULL && args->operand_count == 1 &&
        tool_args_is_group(args->operands[0])) {
        tool_help_list(stdout, args->operands[0]);
        return TOOL_EXIT_FINE;
    }
    return tool_fail(tool, TOOL_EXIT_USAGE, "there is no command %s",
                     args->operands[args->operand_count - 1]);
}
