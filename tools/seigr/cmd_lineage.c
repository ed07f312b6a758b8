/* SPDX-License-Identifier: MIT */
/*
 * cmd_lineage.c - seigr lineage: how the capsules of some files hang
 * together.
 *
 * All files are one lineage: what one names and another has is no gap. A
 * capsule that is refused is said and left out; those that are good are
 * still shown.
 */
#include "lineage_json.h"  /* lineage_json_set */
#include "lineage_proof.h" /* lineage_proof_write */
#include "lineage_svg.h"   /* lineage_svg_write */
#include "lineage_view.h"  /* struct lineage_view */
#include "tool.h"          /* struct tool */
#include "tool_source.h"   /* tool_source_read */

#include <assert.h> /* assert */
#include <string.h> /* strcmp */

struct lineage {
    struct tool *tool;
    const char *name; /* of the file being read */
    seigr_lineage *set;
};

static int lineage_item(const struct tool_item *item, void *ctx)
{
    struct lineage *lineage = ctx;
    seigr_error error = item->error;
    int err;

    assert(item != NULL);
    if (item->verified == NULL) {
        if (error.offset == SEIGR_NO_OFFSET)
            error.offset = item->offset;
        seigr_lineage_refuse(lineage->set, error.code, NULL);
        (void)tool_fail_error(lineage->tool, tool_exit_of(error.code),
                              lineage->name, &error);
        return 0;
    }
    err = seigr_lineage_add(lineage->set, item->verified, &error);
    if (err < 0)
        (void)tool_fail_error(lineage->tool, TOOL_EXIT_FAILURE, lineage->name,
                              &error);
    return err;
}

static void lineage_read(struct lineage *lineage, const char *path)
{
    const struct tool_source_visitor visitor = {NULL, lineage_item, NULL,
                                                lineage, 0};
    struct tool_source_end end;

    assert(path != NULL);
    lineage->name = tool_source_name(path);
    tool_source_read(lineage->tool, path, &visitor, &end);
    if (end.exit == TOOL_EXIT_FINE)
        return;
    seigr_lineage_refuse(lineage->set, end.error.code, NULL);
    (void)tool_fail_error(lineage->tool, end.exit, lineage->name, &end.error);
}

static int lineage_write(const char *text, size_t len, void *ctx)
{
    assert(ctx != NULL);
    return fwrite(text, 1, len, ctx) == len ? 0 : SEIGR_E_IO;
}

static void lineage_print_json(const struct lineage *lineage,
                               const struct lineage_view *view)
{
    json_t *json = tool_json_new("lineage");

    lineage_json_set(json, lineage->set, view->has);
    tool_json_set(json, "exit", json_integer(lineage->tool->exit));
    tool_json_print(json);
}

static void lineage_print(const struct lineage *lineage,
                          const struct lineage_view *view)
{
    struct tool *tool = lineage->tool;
    int err = 0;

    if (tool_args_count(&tool->args, TOOL_SVG) > 0)
        (void)lineage_svg_write(tool, view, stdout);
    else if (tool_args_count(&tool->args, TOOL_DOT) > 0 &&
             view->what != LINEAGE_VIEW_ALL)
        lineage_view_dot(view, stdout);
    else if (tool_args_count(&tool->args, TOOL_DOT) > 0)
        err = seigr_lineage_write_dot(lineage->set, lineage_write, stdout);
    else if (tool->is_json)
        lineage_print_json(lineage, view);
    else if (view->what != LINEAGE_VIEW_ALL)
        lineage_view_tree(tool, view);
    else if (!tool->is_quiet)
        err = seigr_lineage_write_text(lineage->set, lineage_write, stdout);
    assert(err == 0 || err == SEIGR_E_IO); /* tool_fini() says it */
    (void)err;
}

/* A broken chain or a fork is a failure; what is missing is none. */
static void lineage_judge(const struct lineage *lineage)
{
    static const uint32_t asked[] = {SEIGR_PROPERTY_CHAINS,
                                     SEIGR_PROPERTY_FORKS};
    seigr_verdict_line line;

    assert(lineage->set != NULL);
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
        if (seigr_lineage_verdict(lineage->set, asked[i], &line) == 0 &&
            line.status == SEIGR_VERDICT_BROKEN)
            (void)tool_fail(lineage->tool, TOOL_EXIT_LINEAGE, "%s", line.text);
}

/* Options that do not go together. */
static int lineage_usage(struct tool *tool)
{
    const struct tool_args *args = &tool->args;

    if (lineage_view_usage(tool) != TOOL_EXIT_FINE)
        return tool->exit;
    for (size_t i = 0; i < args->operand_count; i++)
        if (tool_args_count(args, TOOL_PROOF) > 0 &&
            strcmp(args->operands[i], "-") == 0)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--proof reads files twice, which standard input "
                             "cannot be");
    return TOOL_EXIT_FINE;
}

/* The part that is asked for; of a path the proof is its capsules. */
static void lineage_answer(struct lineage *lineage)
{
    struct tool *tool = lineage->tool;
    const char *proof = tool_args_value(&tool->args, TOOL_PROOF);
    struct lineage_view view;

    if (lineage_view_init(tool, lineage->set, &view) == TOOL_EXIT_FINE) {
        if (proof != NULL)
            lineage_proof_write(tool, &view, proof);
        lineage_print(lineage, &view);
    }
    lineage_view_fini(&view);
}

int cmd_lineage(struct tool *tool)
{
    struct lineage lineage = {.tool = tool};

    if (lineage_usage(tool) != TOOL_EXIT_FINE)
        return tool->exit;
    if (seigr_lineage_new(&tool->context, NULL, &lineage.set) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    for (size_t i = 0; i < tool->args.operand_count && !tool_is_stopped(); i++)
        lineage_read(&lineage, tool->args.operands[i]);
    if (seigr_lineage_settle(lineage.set) != 0) {
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    } else {
        lineage_judge(&lineage);
        lineage_answer(&lineage);
    }
    seigr_lineage_free(lineage.set);
    return tool->exit;
}
