/* SPDX-License-Identifier: MIT */
/*
 * cmd_import.c - seigr bundle import: everything in a bundle is checked, and
 * then its files are taken out, all or none.
 *
 * Invariants:
 *   (1) no file is written before every capsule, link and content of the
 *       bundle has been checked.
 *   (2) no file is written outside the folder: a name that leads out of it,
 *       or that two capsules have, is refused.
 *   (3) the folder gets its name when it is whole.
 */
#define _XOPEN_SOURCE 700

#include "import_folder.h" /* struct import_folder */
#include "tool.h"          /* struct tool */
#include "tool_json.h"     /* tool_json_new */
#include "tool_key.h"      /* tool_key_parse */
#include "tool_source.h"   /* tool_source_read */
#include "tool_spool.h"    /* struct tool_spool */

#include <assert.h> /* assert */
#include <stdlib.h> /* malloc */
#include <string.h> /* memcmp */

/* A capsule with content. */
struct import_item {
    char *path; /* in the folder */
    seigr_body body;
    uint8_t *bytes; /* inline content, ours */
};

struct import {
    struct tool *tool;
    const char *name;
    struct import_item *items;
    size_t count;
    size_t room;
    size_t capsules;
    seigr_lineage *lineage;
    seigr_bundle_order *order;
    seigr_id *roots;
    size_t root_count;
    struct tool_spool spool;
    int has_by;
    seigr_public_key by;
};

static int import_no_memory(const struct import *import)
{
    return tool_fail(import->tool, TOOL_EXIT_FAILURE,
                     "memory could not be had");
}

/* --- Reading -------------------------------------------------------------- */

static int import_header(const seigr_id *roots, size_t count, void *ctx)
{
    struct import *import = ctx;

    assert(roots != NULL || count == 0);
    import->roots = malloc((count + 1) * sizeof(*roots));
    if (import->roots == NULL)
        return import_no_memory(import);
    if (count > 0)
        memcpy(import->roots, roots, count * sizeof(*roots));
    import->root_count = count;
    return 0;
}

/* The name of the capsule's file: its own, else its short address. */
static char *import_path(const seigr_verified *capsule)
{
    const seigr_capsule *view = seigr_verified_capsule(capsule);
    char *path = malloc(view->name.len + SEIGR_ADDRESS_SHORT_LEN + 1);

    assert(view != NULL);
    if (path == NULL)
        return NULL;
    if (view->name.len == 0) {
        seigr_address_short_id(seigr_verified_id(capsule), path);
        return path;
    }
    memcpy(path, view->name.ptr, view->name.len);
    path[view->name.len] = '\0';
    return path;
}

static int import_keep(struct import *import, const seigr_verified *capsule)
{
    const seigr_capsule *view = seigr_verified_capsule(capsule);
    struct import_item *item;

    if (view->body.form == SEIGR_BODY_NONE)
        return TOOL_EXIT_FINE;
    if (view->name.len > 0 && !tool_is_path_below(view->name)) /* (2) */
        return tool_fail(import->tool, TOOL_EXIT_FAILURE,
                         "%s: the name of a capsule leads out of the folder: "
                         "%.*s",
                         import->name, (int)view->name.len,
                         (const char *)view->name.ptr);
    if (import->count == import->room) {
        const size_t room = import->room == 0 ? 64 : import->room * 2;
        struct import_item *items =
            realloc(import->items, room * sizeof(*items));

        if (items == NULL)
            return import_no_memory(import);
        import->items = items;
        import->room = room;
    }
    item = &import->items[import->count];
    *item = (struct import_item){.path = import_path(capsule),
                                 .bytes = malloc(view->body.content.len + 1),
                                 .body = view->body};
    import->count++;
    if (item->path == NULL || item->bytes == NULL)
        return import_no_memory(import);
    if (view->body.content.len > 0)
        memcpy(item->bytes, view->body.content.ptr, view->body.content.len);
    item->body.content.ptr = item->bytes;
    item->body.media_type = (seigr_span){NULL, 0};
    return TOOL_EXIT_FINE;
}

static int import_item(const struct tool_item *item, void *ctx)
{
    struct import *import = ctx;
    struct tool *tool = import->tool;
    seigr_error error = item->error;
    int err;

    assert(item != NULL);
    if (item->verified == NULL) {
        if (error.offset == SEIGR_NO_OFFSET)
            error.offset = item->offset;
        return tool_fail_error(tool, tool_exit_of(error.code), import->name,
                               &error);
    }
    if (import->has_by &&
        memcmp(&item->capsule->issuer, &import->by, sizeof(import->by)) != 0)
        return tool_fail(tool, TOOL_EXIT_TRUST,
                         "%s: another key signed a capsule (at byte %llu)",
                         import->name, (unsigned long long)item->offset);
    if (seigr_bundle_order_has(import->order,
                               seigr_verified_id(item->verified)))
        return TOOL_EXIT_FINE; /* it stood before */
    err = seigr_bundle_order_put(import->order, item->verified, &error);
    if (err == 0)
        err = seigr_lineage_add(import->lineage, item->verified, &error);
    if (err < 0) {
        error.offset = item->offset;
        return tool_fail_error(tool, tool_exit_of(err), import->name, &error);
    }
    import->capsules++;
    return import_keep(import, item->verified);
}

static int import_content(const seigr_bundle_event *event, void *ctx)
{
    struct import *import = ctx;

    assert(event != NULL);
    return tool_spool_take(&import->spool, event);
}

/* --- Checking ------------------------------------------------------------- */

static int import_check_roots(const struct import *import)
{
    char address[SEIGR_ADDRESS_LEN + 1];

    for (size_t i = 0; i < import->root_count; i++) {
        if (seigr_bundle_order_has(import->order, &import->roots[i]))
            continue;
        seigr_address_encode_id(&import->roots[i], address);
        return tool_fail(import->tool, TOOL_EXIT_LINEAGE,
                         "%s: the root is not in it: %s", import->name,
                         address);
    }
    return TOOL_EXIT_FINE;
}

/* What a capsule links to must be in the bundle; what continues another
 * stream, or stood before it in its own, need not. */
static int import_check_links(const struct import *import)
{
    const uint32_t count = seigr_lineage_gap_count(import->lineage);
    char address[SEIGR_ADDRESS_LEN + 1];
    char from[SEIGR_ADDRESS_SHORT_LEN + 1];
    int code = TOOL_EXIT_FINE;

    assert(import->lineage != NULL);
    if (tool_args_count(&import->tool->args, TOOL_PARTIAL) > 0)
        return TOOL_EXIT_FINE;
    for (uint32_t i = 0; i < count; i++) {
        seigr_lineage_capsule capsule;
        seigr_lineage_gap gap;

        (void)seigr_lineage_gap_at(import->lineage, i, &gap);
        if (gap.type != SEIGR_GAP_LINK || gap.role == SEIGR_ROLE_CONTINUES)
            continue;
        (void)seigr_lineage_at(import->lineage, gap.from, &capsule);
        seigr_address_short_id(&capsule.id, from);
        seigr_address_encode_id(&gap.id, address);
        code = tool_fail(import->tool, TOOL_EXIT_LINEAGE,
                         "%s: capsule %s links to what is not in it, role %s: "
                         "%s",
                         import->name, from,
                         seigr_role_name(gap.role) != NULL
                             ? seigr_role_name(gap.role)
                             : "unknown",
                         address);
    }
    return code;
}

static int import_check_chains(const struct import *import)
{
    static const uint32_t asked[] = {SEIGR_PROPERTY_CHAINS,
                                     SEIGR_PROPERTY_FORKS};
    seigr_verdict_line line;
    int code = TOOL_EXIT_FINE;

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
        if (seigr_lineage_verdict(import->lineage, asked[i], &line) == 0 &&
            line.status == SEIGR_VERDICT_BROKEN)
            code = tool_fail(import->tool, TOOL_EXIT_LINEAGE, "%s: %s",
                             import->name, line.text);
    return code;
}

static int import_compare(const void *a, const void *b)
{
    return strcmp(((const struct import_item *)a)->path,
                  ((const struct import_item *)b)->path);
}

/* Content is all there and right, and no name is given twice (2). */
static int import_check_content(struct import *import)
{
    int code = TOOL_EXIT_FINE;

    if (import->count > 0)
        qsort(import->items, import->count, sizeof(*import->items),
              import_compare);
    for (size_t i = 0; i < import->count && code == TOOL_EXIT_FINE; i++) {
        const struct import_item *item = &import->items[i];

        if (i > 0 && import_compare(&item[-1], item) == 0)
            code = tool_fail(import->tool, TOOL_EXIT_FAILURE,
                             "%s: two capsules have one name: %s", import->name,
                             item->path);
        else if (item->body.form == SEIGR_BODY_ROOT)
            code = tool_spool_write(&import->spool, &item->body, item->path,
                                    NULL, NULL);
    }
    return code;
}

static int import_check(struct import *import)
{
    int code = import_check_roots(import);

    if (code == TOOL_EXIT_FINE && seigr_lineage_settle(import->lineage) != 0)
        code = import_no_memory(import);
    if (code == TOOL_EXIT_FINE)
        code = import_check_chains(import);
    if (code == TOOL_EXIT_FINE)
        code = import_check_links(import);
    if (code == TOOL_EXIT_FINE)
        code = import_check_content(import);
    return code;
}

/* --- Writing -------------------------------------------------------------- */

static int import_write(struct import *import, const char *to)
{
    struct import_folder folder;
    int code = import_folder_init(&folder, import->tool, to);

    assert(to != NULL);
    for (size_t i = 0; i < import->count && code == TOOL_EXIT_FINE; i++) {
        const struct import_item *item = &import->items[i];

        code = import_folder_begin(&folder, item->path);
        if (code == TOOL_EXIT_FINE && item->body.form == SEIGR_BODY_INLINE)
            code = import_folder_write(item->body.content, &folder) == 0
                       ? TOOL_EXIT_FINE
                       : import->tool->exit;
        else if (code == TOOL_EXIT_FINE)
            code = tool_spool_write(&import->spool, &item->body, item->path,
                                    import_folder_write, &folder);
        if (code == TOOL_EXIT_FINE)
            code = import_folder_end(&folder);
    }
    if (code == TOOL_EXIT_FINE)
        code = import_folder_commit(&folder); /* (3) */
    import_folder_fini(&folder);
    return code;
}

static void import_say(const struct import *import, const char *to)
{
    const struct tool *tool = import->tool;

    if (tool->is_json) {
        json_t *json = tool_json_new("bundle-import");

        tool_json_set(
            json, "folder",
            tool_json_text((seigr_span){(const uint8_t *)to, strlen(to)}));
        tool_json_set(json, "capsules", tool_json_number(import->capsules));
        tool_json_set(json, "files", tool_json_number(import->count));
        tool_json_print(json);
        return;
    }
    tool_say(tool, "took %zu file%s of %zu capsule%s into %s", import->count,
             import->count == 1 ? "" : "s", import->capsules,
             import->capsules == 1 ? "" : "s", to);
    tool_line(tool);
}

static int import_read(struct import *import, const char *path)
{
    const struct tool_source_visitor visitor = {import_header, import_item,
                                                import_content, import, 0};
    struct tool *tool = import->tool;
    struct tool_source_end end;

    assert(path != NULL);
    if (seigr_lineage_new(&tool->context, NULL, &import->lineage) != 0 ||
        seigr_bundle_order_new(&tool->context, &import->order) != 0)
        return import_no_memory(import);
    tool_source_read(tool, path, &visitor, &end);
    if (end.exit != TOOL_EXIT_FINE)
        (void)tool_fail_error(tool, end.exit, import->name, &end.error);
    return tool->exit;
}

int cmd_bundle_import(struct tool *tool)
{
    const char *path = tool->args.operands[0];
    const char *to = tool_args_value(&tool->args, TOOL_OUTPUT);
    const char *by = tool_args_value(&tool->args, TOOL_BY);
    struct import import = {.tool = tool, .name = tool_source_name(path)};
    int code = TOOL_EXIT_FINE;

    if (to == NULL || strcmp(to, "-") == 0)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "say into which new folder, with -o FOLDER");
    if (by != NULL)
        code = tool_key_parse(tool, by, &import.by);
    import.has_by = by != NULL;
    tool_spool_init(&import.spool, tool);
    if (code == TOOL_EXIT_FINE)
        code = import_folder_check(tool, to);
    if (code == TOOL_EXIT_FINE)
        code = import_read(&import, path);
    if (code == TOOL_EXIT_FINE)
        code = import_check(&import); /* (1) */
    if (code == TOOL_EXIT_FINE)
        code = import_write(&import, to);
    if (code == TOOL_EXIT_FINE)
        import_say(&import, to);
    for (size_t i = 0; i < import.count; i++) {
        free(import.items[i].path);
        free(import.items[i].bytes);
    }
    free(import.items);
    free(import.roots);
    seigr_lineage_free(import.lineage);
    seigr_bundle_order_free(import.order);
    tool_spool_fini(&import.spool);
    return code;
}
