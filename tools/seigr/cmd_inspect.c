/* SPDX-License-Identifier: MIT */
/*
 * cmd_inspect.c - seigr inspect: what a program imports and exports, and
 * whether it can run.
 */
#include "run_job.h"   /* run_job_init */
#include "tool.h"      /* struct tool */
#include "tool_json.h" /* tool_json_new */

#include <stdlib.h> /* free */

static const char *const inspect_kinds[] = {"function", "table", "memory",
                                            "global"};

/* "(i32 i64) -> (i32)" of a function. */
static void inspect_types(const struct tool *tool, seigr_span types)
{
    for (size_t i = 0; i < types.len; i++) {
        const uint8_t t = types.ptr[i];

        tool_say(tool, "%s%s", i == 0 ? "" : " ",
                 t == SEIGR_WASM_I32   ? "i32"
                 : t == SEIGR_WASM_I64 ? "i64"
                 : t == SEIGR_WASM_F32 ? "f32"
                                       : "f64");
    }
}

static void inspect_name(const struct tool *tool, seigr_span name)
{
    if (!tool->is_quiet && !tool->is_json)
        tool_put_escaped(stdout, name, 0);
}

static void inspect_say(const struct tool *tool, const char *what,
                        const seigr_module_entry *entry)
{
    tool_say(tool, "  %s %s ", what, inspect_kinds[entry->kind]);
    if (entry->module.ptr != NULL) {
        inspect_name(tool, entry->module);
        tool_say(tool, " ");
    }
    inspect_name(tool, entry->name);
    if (entry->kind == SEIGR_WASM_FUNCTION) {
        tool_say(tool, " (");
        inspect_types(tool, entry->params);
        tool_say(tool, ") -> (");
        inspect_types(tool, entry->results);
        tool_say(tool, ")");
    }
}

static void inspect_put(json_t *list, const seigr_module_entry *entry)
{
    json_t *json = json_object();

    if (entry->module.ptr != NULL)
        tool_json_set(json, "module", tool_json_text(entry->module));
    tool_json_set(json, "name", tool_json_text(entry->name));
    tool_json_set(json, "kind", json_string(inspect_kinds[entry->kind]));
    (void)json_array_append_new(list, json);
}

/* Returns how many imports a task could not give. */
static unsigned inspect_imports(struct tool *tool, const seigr_module *module,
                                json_t *list)
{
    seigr_module_entry entry;
    unsigned missing = 0;

    for (uint32_t i = 0; seigr_module_import(module, i, &entry) == 1; i++) {
        const int is_here = entry.kind == SEIGR_WASM_FUNCTION &&
                            seigr_run_import(entry.module, entry.name) != NULL;

        missing += !is_here;
        inspect_say(tool, "imports", &entry);
        if (!is_here)
            tool_say(tool, "   -- not here");
        tool_line(tool);
        if (list != NULL)
            inspect_put(list, &entry);
    }
    return missing;
}

static void inspect_exports(struct tool *tool, const seigr_module *module,
                            json_t *list)
{
    seigr_module_entry entry;

    for (uint32_t i = 0; seigr_module_export(module, i, &entry) == 1; i++) {
        inspect_say(tool, "exports", &entry);
        tool_line(tool);
        if (list != NULL)
            inspect_put(list, &entry);
    }
}

static int inspect_program(struct tool *tool, struct run_job *job, json_t *json)
{
    unsigned missing;

    tool_say(tool, "%s: a valid program of %zu bytes", job->name,
             job->program.len);
    tool_line(tool);
    missing =
        inspect_imports(tool, job->module, json_object_get(json, "imports"));
    inspect_exports(tool, job->module, json_object_get(json, "exports"));
    if (missing == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_REFUSED,
                     "%s: %u of its imports are not here: it cannot run as a "
                     "task",
                     job->name, missing);
}

int cmd_inspect(struct tool *tool)
{
    const char *path = tool->args.operands[0];
    struct run_job job = {.tool = tool};
    seigr_buf program;
    json_t *json = NULL;
    int code = run_read_file(tool, path, &program);

    if (code != TOOL_EXIT_FINE)
        return code;
    code =
        run_job_init(&job, tool, path, (seigr_span){program.ptr, program.len});
    if (tool->is_json) {
        json = tool_json_new("inspect");
        tool_json_set(json, "imports", json_array());
        tool_json_set(json, "exports", json_array());
    }
    if (code == TOOL_EXIT_FINE)
        code = inspect_program(tool, &job, json);
    if (json != NULL) {
        tool_json_set(json, "exit", json_integer(code));
        tool_json_print(json);
    }
    run_job_fini(&job);
    free(program.ptr);
    return code;
}
