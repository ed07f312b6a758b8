/* SPDX-License-Identifier: MIT */
/*
 * cmd_replay.c - seigr replay: results run again and compared.
 */
#include "run_again.h" /* replay_file */
#include "tool.h"      /* struct tool */
#include "tool_json.h" /* tool_json_new */

int cmd_replay(struct tool *tool)
{
    json_t *json = NULL;
    json_t *results = NULL;
    int code;

    if (tool->is_json) {
        json = tool_json_new("replay");
        tool_json_set(json, "results", json_array());
        results = json_object_get(json, "results");
    }
    code = replay_file(tool, tool->args.operands[0], results);
    if (json != NULL) {
        tool_json_set(json, "exit", json_integer(code));
        tool_json_print(json);
    }
    return code;
}
