/* SPDX-License-Identifier: MIT */
/*
 * cmd_export.c - seigr bundle export: capsules of several files as one
 * bundle, parents first.
 *
 * Invariants:
 *   (1) what is refused in any file ends it: nothing is written then.
 *   (2) what is written has come through the door a second time, from the
 *       bytes that were kept.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool.h"        /* struct tool */
#include "tool_json.h"   /* tool_json_new */
#include "tool_source.h" /* tool_source_read */
#include "tool_spool.h"  /* struct tool_spool */

#include <assert.h>    /* assert */
#include <stdlib.h>    /* realloc */
#include <string.h>    /* memcmp */
#include <sys/types.h> /* off_t */

/* A capsule whose bytes wait in a nameless file. */
struct export_capsule {
    seigr_id id;
    uint64_t at;
    size_t len;
};

struct export
{
    struct tool *tool;
    const char *name; /* of the file being read */
    const char *path; /* of the bundle */
    FILE *file;       /* the capsules' bytes */
    uint64_t file_len;
    struct export_capsule *capsules; /* sorted by ID after reading */
    size_t count;
    size_t room;
    seigr_lineage *lineage;
    struct tool_spool spool;
    uint8_t *chosen; /* by position in the lineage */
    seigr_id *roots;
    size_t root_count;
    seigr_output *output;
    size_t written;
    size_t without_content;
    uint8_t *bytes; /* of the capsule being written */
};

static int export_no_memory(const struct export *export)
{
    return tool_fail(export->tool, TOOL_EXIT_FAILURE,
                     "memory could not be had");
}

/* --- Reading -------------------------------------------------------------- */

static int export_keep(struct export *export, const seigr_verified *capsule)
{
    const seigr_span bytes = seigr_verified_bytes(capsule);

    if (export->count == export->room) {
        const size_t room = export->room == 0 ? 64 : export->room * 2;
        struct export_capsule *capsules =
            realloc(export->capsules, room * sizeof(*capsules));

        if (capsules == NULL)
            return export_no_memory(export);
        export->capsules = capsules;
        export->room = room;
    }
    if (fwrite(bytes.ptr, 1, bytes.len, export->file) != bytes.len)
        return tool_fail(export->tool, TOOL_EXIT_FAILURE,
                         "capsules cannot be kept until they are written; make "
                         "room where TMPDIR is");
    export->capsules[export->count++] = (struct export_capsule){
        *seigr_verified_id(capsule), export->file_len, bytes.len};
    export->file_len += bytes.len;
    return TOOL_EXIT_FINE;
}

static int export_item(const struct tool_item *item, void *ctx)
{
    struct export *export = ctx;
    const uint32_t before = seigr_lineage_count(export->lineage);
    seigr_error error = item->error;

    assert(item != NULL);
    if (item->verified == NULL) { /* (1) */
        if (error.offset == SEIGR_NO_OFFSET)
            error.offset = item->offset;
        return tool_fail_error(export->tool, tool_exit_of(error.code),
                               export->name, &error);
    }
    if (seigr_lineage_add(export->lineage, item->verified, &error) != 0)
        return tool_fail_error(export->tool, TOOL_EXIT_FAILURE, export->name,
                               &error);
    if (seigr_lineage_count(export->lineage) == before)
        return TOOL_EXIT_FINE; /* another file had it */
    return export_keep(export, item->verified);
}

static int export_content(const seigr_bundle_event *event, void *ctx)
{
    struct export *export = ctx;

    assert(event != NULL);
    return tool_spool_take(&export->spool, event);
}

static int export_compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(seigr_id));
}

static int export_read(struct export *export)
{
    const struct tool_source_visitor visitor = {NULL, export_item,
                                                export_content, export, 1};
    struct tool *tool = export->tool;

    for (size_t i = 0; i < tool->args.operand_count; i++) {
        struct tool_source_end end;

        export->name = tool_source_name(tool->args.operands[i]);
        tool_source_read(tool, tool->args.operands[i], &visitor, &end);
        if (end.exit != TOOL_EXIT_FINE)
            (void)tool_fail_error(tool, end.exit, export->name, &end.error);
        if (tool->exit != TOOL_EXIT_FINE)
            return tool->exit;
    }
    qsort(export->capsules, export->count, sizeof(*export->capsules),
          export_compare);
    if (seigr_lineage_settle(export->lineage) != 0)
        return export_no_memory(export);
    return TOOL_EXIT_FINE;
}

/* --- Choosing ------------------------------------------------------------- */

static int export_add_root(struct export *export, const seigr_id *id)
{
    assert(export->root_count <= SEIGR_BUNDLE_ROOTS_MAX);
    if (export->root_count == SEIGR_BUNDLE_ROOTS_MAX)
        return tool_fail(export->tool, TOOL_EXIT_FAILURE,
                         "a bundle names at most %u roots; choose with --only",
                         SEIGR_BUNDLE_ROOTS_MAX);
    export->roots[export->root_count++] = *id;
    return TOOL_EXIT_FINE;
}

/* A capsule and everything that it comes from. */
static int export_choose_closure(struct export *export, uint32_t index)
{
    const uint32_t count = seigr_lineage_count(export->lineage);
    uint32_t *positions = malloc(count * sizeof(*positions));
    size_t found = 0;

    assert(index < count);
    if (positions == NULL ||
        seigr_lineage_ancestors(export->lineage, index, positions, count,
                                &found) != 0) {
        free(positions);
        return export_no_memory(export);
    }
    export->chosen[index] = 1;
    for (size_t i = 0; i < found; i++)
        export->chosen[positions[i]] = 1;
    free(positions);
    return TOOL_EXIT_FINE;
}

/* The one capsule whose address begins so. */
static int export_choose_only(struct export *export, const char *text)
{
    struct tool *tool = export->tool;
    const seigr_span span = {(const uint8_t *)text, strlen(text)};
    const uint32_t count = seigr_lineage_count(export->lineage);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_lineage_capsule at;
    seigr_prefix prefix;
    uint32_t index = 0;
    size_t found = 0;
    int code;

    assert(text != NULL);
    if (seigr_prefix_decode(span, &prefix, &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_USAGE, text, &error);
    for (uint32_t i = 0; i < count; i++) {
        (void)seigr_lineage_at(export->lineage, i, &at);
        if (!seigr_prefix_match(&prefix, at.id.bytes))
            continue;
        index = i;
        found++;
    }
    if (found != 1)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", text,
                         found == 0 ? "no capsule has such an address"
                                    : "several capsules have such an address; "
                                      "give more digits");
    (void)seigr_lineage_at(export->lineage, index, &at);
    code = export_add_root(export, &at.id);
    return code != TOOL_EXIT_FINE ? code : export_choose_closure(export, index);
}

/* Without --only all of them; the roots are those that no other names. */
static int export_choose(struct export *export)
{
    const struct tool_args *args = &export->tool->args;
    const uint32_t count = seigr_lineage_count(export->lineage);
    const char *text;
    size_t at = 0;
    int code = TOOL_EXIT_FINE;

    export->chosen = calloc((size_t)count + 1, 1);
    export->roots = malloc(SEIGR_BUNDLE_ROOTS_MAX * sizeof(*export->roots));
    if (export->chosen == NULL || export->roots == NULL)
        return export_no_memory(export);
    while (code == TOOL_EXIT_FINE &&
           (text = tool_args_next(args, TOOL_ONLY, &at)) != NULL)
        code = export_choose_only(export, text);
    if (tool_args_count(args, TOOL_ONLY) > 0)
        return code;
    memset(export->chosen, 1, count);
    for (uint32_t i = 0; code == TOOL_EXIT_FINE && i < count; i++) {
        seigr_lineage_capsule capsule;

        (void)seigr_lineage_at(export->lineage, i, &capsule);
        if (capsule.child_count == 0)
            code = export_add_root(export, &capsule.id);
    }
    return code;
}

/* --- Writing -------------------------------------------------------------- */

static int export_sink(seigr_span bytes, void *ctx)
{
    struct export *export = ctx;
    seigr_error error = SEIGR_ERROR_INIT;
    int err = seigr_output_write(export->output, bytes, &error);

    assert(export->output != NULL);
    if (err < 0)
        (void)tool_fail_error(export->tool, TOOL_EXIT_FAILURE, NULL, &error);
    return err;
}

static int export_content_sink(seigr_span bytes, void *ctx)
{
    return seigr_bundle_writer_content(ctx, bytes, NULL) == 0 ? 0 : -1;
}

static int export_put_content(struct export *export,
                              seigr_bundle_writer *writer,
                              const seigr_body *body)
{
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_span list;
    int err;

    if (!tool_spool_has(&export->spool, body)) {
        export->without_content++;
        return TOOL_EXIT_FINE;
    }
    list = tool_spool_leaves(&export->spool, body);
    leaves.array_max = list.len / sizeof(seigr_hash);
    leaves.array = malloc(list.len);
    if (leaves.array == NULL)
        return export_no_memory(export);
    memcpy(leaves.array, list.ptr, list.len);
    err = seigr_bundle_writer_body(writer, &leaves, NULL);
    free(leaves.array);
    if (err == SEIGR_E_INVAL) /* a capsule before it has the same content */
        return TOOL_EXIT_FINE;
    if (err < 0)
        return tool_fail(export->tool, TOOL_EXIT_FAILURE, "%s",
                         seigr_strerror(err));
    return tool_spool_write(&export->spool, body, export->path,
                            export_content_sink, writer);
}

static int export_load(struct export *export, const seigr_id *id,
                       seigr_verified *verified)
{
    const struct export_capsule *kept = bsearch(
        id, export->capsules, export->count, sizeof(*kept), export_compare);
    const seigr_context *context = &export->tool->context;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_span bytes;

    assert(export->count > 0);
    if (kept == NULL)
        return SEIGR_E_NOTFOUND;
    free(export->bytes);
    export->bytes = malloc(kept->len);
    if (export->bytes == NULL)
        return SEIGR_E_NOMEM;
    if (fseeko(export->file, (off_t)kept->at, SEEK_SET) != 0 ||
        fread(export->bytes, 1, kept->len, export->file) != kept->len)
        return SEIGR_E_IO;
    bytes = (seigr_span){export->bytes, kept->len};
    if (seigr_capsule_decode(context, bytes, &capsule, NULL) != 0) /* (2) */
        return SEIGR_E_IO;
    return seigr_capsule_verify(context, &capsule, (seigr_buf){NULL, 0},
                                verified, NULL);
}

static int export_put(struct export *export, seigr_bundle_writer *writer,
                      uint32_t index)
{
    struct tool *tool = export->tool;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_lineage_capsule at;
    seigr_verified verified;
    int err = seigr_lineage_at(export->lineage, index, &at);

    assert(writer != NULL);
    if (err == 0)
        err = export_load(export, &at.id, &verified);
    if (err == 0)
        err = seigr_bundle_writer_put(writer, &verified, &error);
    if (err < 0 && tool->exit != TOOL_EXIT_FINE)
        return tool->exit; /* the sink has said it */
    if (err < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s",
                         error.code != 0 ? error.text : seigr_strerror(err));
    export->written++;
    if (seigr_verified_capsule(&verified)->body.form != SEIGR_BODY_ROOT)
        return TOOL_EXIT_FINE;
    return export_put_content(export, writer,
                              &seigr_verified_capsule(&verified)->body);
}

static int export_write(struct export *export)
{
    struct tool *tool = export->tool;
    const uint32_t count = seigr_lineage_count(export->lineage);
    seigr_bundle_writer *writer = NULL;
    seigr_error error = SEIGR_ERROR_INIT;
    int code = TOOL_EXIT_FINE;
    int err = seigr_bundle_writer_new(&tool->context, export->roots,
                                      export->root_count, &writer, export_sink,
                                      export);

    if (err < 0)
        return tool->exit != TOOL_EXIT_FINE
                   ? tool->exit
                   : tool_fail(tool, TOOL_EXIT_FAILURE, "%s",
                               seigr_strerror(err));
    for (uint32_t i = 0; i < count && code == TOOL_EXIT_FINE; i++) {
        if (tool_is_stopped())
            code = tool_fail(tool, TOOL_EXIT_FAILURE, "stopped");
        else if (export->chosen[i])
            code = export_put(export, writer, i);
    }
    if (code == TOOL_EXIT_FINE &&
        seigr_bundle_writer_finish(writer, export->roots, export->root_count,
                                   &error) != 0)
        code = tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    seigr_bundle_writer_free(writer);
    return code;
}

static int export_save(struct export *export)
{
    struct tool *tool = export->tool;
    seigr_error error = SEIGR_ERROR_INIT;
    int code;

    if (tool_output_open(tool, export->path, &export->output) != TOOL_EXIT_FINE)
        return tool->exit;
    code = export_write(export);
    if (code == TOOL_EXIT_FINE &&
        seigr_output_commit(export->output, &error) != 0)
        code = tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    seigr_output_close(export->output);
    return code;
}

static void export_say(const struct export *export)
{
    const struct tool *tool = export->tool;

    if (tool->is_json) {
        json_t *json = tool_json_new("bundle-export");
        json_t *roots = json_array();

        for (size_t i = 0; i < export->root_count; i++)
            (void)json_array_append_new(roots, tool_json_id(&export->roots[i]));
        tool_json_set(json, "file",
                      tool_json_text((seigr_span){(const uint8_t *)export->path,
                                                  strlen(export->path)}));
        tool_json_set(json, "capsules", tool_json_number(export->written));
        tool_json_set(json, "roots", roots);
        tool_json_set(json, "without_content",
                      tool_json_number(export->without_content));
        tool_json_print(json);
    } else if (strcmp(export->path, "-") != 0) {
        tool_say(tool, "wrote %zu capsule%s into %s", export->written,
                 export->written == 1 ? "" : "s", export->path);
        if (export->without_content > 0)
            tool_say(tool, ", %zu without content that is elsewhere",
                     export->without_content);
        tool_line(tool);
    }
}

int cmd_bundle_export(struct tool *tool)
{
    struct export export = {.tool = tool};
    int code;

    export.path = tool_args_value(&tool->args, TOOL_OUTPUT);
    if (export.path == NULL)
        export.path = "-";
    code = tool_output_check(tool, export.path);
    if (code != TOOL_EXIT_FINE)
        return code;
    tool_spool_init(&export.spool, tool);
    export.file = tmpfile();
    if (export.file == NULL ||
        seigr_lineage_new(&tool->context, NULL, &export.lineage) != 0)
        code = tool_fail(tool, TOOL_EXIT_FAILURE,
                         "capsules cannot be kept until they are written; make "
                         "room where TMPDIR is");
    if (code == TOOL_EXIT_FINE)
        code = export_read(&export);
    if (code == TOOL_EXIT_FINE)
        code = export_choose(&export);
    if (code == TOOL_EXIT_FINE)
        code = export_save(&export);
    if (code == TOOL_EXIT_FINE)
        export_say(&export);
    if (export.file != NULL)
        (void)fclose(export.file);
    seigr_lineage_free(export.lineage);
    tool_spool_fini(&export.spool);
    free(export.capsules);
    free(export.chosen);
    free(export.roots);
    free(export.bytes);
    return code;
}
