/* SPDX-License-Identifier: MIT */
/*
 * lineage_view.c - chooses a part of a lineage, and writes it as a tree or as
 * a graph.
 */
#include "lineage_view.h" /* struct lineage_view */

#include <assert.h> /* assert */
#include <stdlib.h> /* calloc */
#include <string.h> /* strstr */

#define VIEW_DEPTH_MAX 200u /* of a tree; deeper it is cut and says so */

/* --- Choosing ------------------------------------------------------------ */

int lineage_view_usage(struct tool *tool)
{
    const struct tool_args *args = &tool->args;
    const size_t parts = tool_args_count(args, TOOL_ANCESTORS) +
                         tool_args_count(args, TOOL_DESCENDANTS) +
                         tool_args_count(args, TOOL_PATH);

    if (parts > 1)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "give one of --ancestors, --descendants and --path");
    if (tool_args_count(args, TOOL_DOT) + tool_args_count(args, TOOL_SVG) +
            (size_t)tool->is_json >
        1)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--dot, --svg and --json are three answers; choose "
                         "one");
    return TOOL_EXIT_FINE;
}

/* The one capsule whose address begins so. */
static int view_find(struct tool *tool, const struct lineage_view *view,
                     const char *text, size_t len, uint32_t *out)
{
    const uint32_t count = seigr_lineage_count(view->lineage);
    const seigr_span span = {(const uint8_t *)text, len};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_lineage_capsule capsule;
    seigr_prefix prefix;
    uint32_t found = 0;

    if (seigr_prefix_decode(span, &prefix, &error) != 0)
        return tool_fail(tool, TOOL_EXIT_USAGE, "%.*s: %s", (int)len, text,
                         error.text);
    for (uint32_t i = 0; i < count; i++) {
        if (seigr_lineage_at(view->lineage, i, &capsule) != 0 ||
            !seigr_prefix_match(&prefix, capsule.id.bytes))
            continue;
        *out = i;
        found++;
    }
    if (found == 0)
        return tool_fail(tool, TOOL_EXIT_NO_CAPSULE,
                         "%.*s: no capsule's address begins so", (int)len,
                         text);
    if (found > 1)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "%.*s: the addresses of %u capsules begin so; give "
                         "more digits",
                         (int)len, text, (unsigned)found);
    return TOOL_EXIT_FINE;
}

static int view_no_memory(struct tool *tool)
{
    return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
}

/* Add 1 to the mark of each that a capsule comes from, or that come from it,
 * and of itself. */
static int view_mark(struct tool *tool, struct lineage_view *view, uint32_t at,
                     int is_up)
{
    const uint32_t count = seigr_lineage_count(view->lineage);
    uint32_t *found = malloc((count + (size_t)1) * sizeof(*found));
    size_t n = 0;
    int err;

    if (found == NULL)
        return view_no_memory(tool);
    err = is_up
              ? seigr_lineage_ancestors(view->lineage, at, found, count, &n)
              : seigr_lineage_descendants(view->lineage, at, found, count, &n);
    assert(err == 0); /* at is there, and there is room for all */
    for (size_t i = 0; err == 0 && i < n; i++)
        view->has[found[i]]++;
    view->has[at]++;
    free(found);
    return TOOL_EXIT_FINE;
}

/* "DESCENDANT..ANCESTOR" */
static int view_choose_path(struct tool *tool, struct lineage_view *view,
                            const char *text)
{
    const char *dots = strstr(text, "..");
    size_t count;
    int code;

    if (dots == NULL)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--path takes two addresses, DESCENDANT..ANCESTOR");
    code = view_find(tool, view, text, (size_t)(dots - text), &view->root);
    if (code == TOOL_EXIT_FINE)
        code = view_find(tool, view, dots + 2, strlen(dots + 2), &view->end);
    if (code == TOOL_EXIT_FINE)
        code = view_mark(tool, view, view->root, 1);
    if (code == TOOL_EXIT_FINE)
        code = view_mark(tool, view, view->end, 0);
    if (code != TOOL_EXIT_FINE)
        return code;
    /* On a way from one to the other is what is an ancestor and a descendant,
     * both ends counted. */
    for (uint32_t i = 0; i < seigr_lineage_count(view->lineage); i++)
        view->has[i] = view->has[i] == 2;
    if (seigr_lineage_path(view->lineage, view->root, view->end, NULL, 0,
                           &count) == SEIGR_E_NOTFOUND)
        return tool_fail(tool, TOOL_EXIT_LINEAGE,
                         "the first of --path does not come from the second");
    return TOOL_EXIT_FINE;
}

static int view_choose(struct tool *tool, struct lineage_view *view)
{
    const char *up = tool_args_value(&tool->args, TOOL_ANCESTORS);
    const char *down = tool_args_value(&tool->args, TOOL_DESCENDANTS);
    const char *path = tool_args_value(&tool->args, TOOL_PATH);
    const char *text = up != NULL ? up : down;
    int code;

    if (path != NULL) {
        view->what = LINEAGE_VIEW_PATH;
        return view_choose_path(tool, view, path);
    }
    if (text == NULL) {
        memset(view->has, 1, seigr_lineage_count(view->lineage));
        return TOOL_EXIT_FINE;
    }
    view->what = up != NULL ? LINEAGE_VIEW_ANCESTORS : LINEAGE_VIEW_DESCENDANTS;
    code = view_find(tool, view, text, strlen(text), &view->root);
    return code == TOOL_EXIT_FINE
               ? view_mark(tool, view, view->root, up != NULL)
               : code;
}

int lineage_view_init(struct tool *tool, seigr_lineage *lineage,
                      struct lineage_view *out)
{
    const uint32_t count = seigr_lineage_count(lineage);
    int code;

    memset(out, 0, sizeof(*out));
    out->lineage = lineage;
    out->has = calloc(count + (size_t)1, 1);
    if (out->has == NULL)
        return view_no_memory(tool);
    code = view_choose(tool, out);
    for (uint32_t i = 0; i < count; i++)
        out->count += out->has[i] != 0;
    return code;
}

void lineage_view_fini(struct lineage_view *view)
{
    free(view->has);
    view->has = NULL;
}

seigr_lineage_step *lineage_view_path(const struct lineage_view *view,
                                      size_t *count_out)
{
    seigr_lineage_step *steps;
    int err = seigr_lineage_path(view->lineage, view->root, view->end, NULL, 0,
                                 count_out);

    assert(err == SEIGR_E_ROOM); /* there is one: it was chosen */
    steps = malloc(*count_out * sizeof(*steps));
    if (steps == NULL)
        return NULL;
    err = seigr_lineage_path(view->lineage, view->root, view->end, steps,
                             *count_out, count_out);
    assert(err == 0);
    (void)err;
    return steps;
}

/* --- As a tree ----------------------------------------------------------- */

const char *lineage_view_role(uint32_t role, char text[24])
{
    const char *name =
        role == SEIGR_LINEAGE_PREVIOUS ? "previous" : seigr_role_name(role);

    if (name != NULL)
        return name;
    (void)snprintf(text, 24, "role %u", (unsigned)role);
    return text;
}

struct tree {
    const struct tool *tool;
    const struct lineage_view *view;
    uint8_t *is_shown; /* of each position */
};

static void tree_say_capsule(struct tree *tree, uint32_t at)
{
    const struct tool *tool = tree->tool;
    char address[SEIGR_ADDRESS_SHORT_LEN + 1];
    seigr_lineage_capsule capsule;
    const char *kind;

    if (seigr_lineage_at(tree->view->lineage, at, &capsule) != 0)
        return;
    seigr_address_short_id(&capsule.id, address);
    kind = seigr_kind_name(capsule.kind);
    if (kind != NULL)
        tool_say(tool, "%s %s ", address, kind);
    else
        tool_say(tool, "%s kind %u ", address, (unsigned)capsule.kind);
    if (!tool->is_quiet)
        tool_put_escaped(stdout, capsule.name, 0);
    if (tree->is_shown[at])
        tool_say(tool, " (above)");
    tool_line(tool);
}

static void tree_say_step(struct tree *tree, uint32_t depth, uint32_t role)
{
    char text[24];

    for (uint32_t i = 0; i < depth; i++)
        tool_say(tree->tool, "  ");
    if (depth > 0)
        tool_say(tree->tool, "%s ", lineage_view_role(role, text));
}

/* A line for what is named and not there. */
static void tree_say_absent(struct tree *tree, uint32_t depth,
                            const seigr_lineage_link *link)
{
    char address[SEIGR_ADDRESS_LEN + 1];

    seigr_address_encode_id(&link->id, address);
    tree_say_step(tree, depth, link->role);
    tool_say(tree->tool, "%s not here", address);
    tool_line(tree->tool);
}

static void tree_capsule(struct tree *tree, uint32_t at, uint32_t depth,
                         uint32_t role);

static void tree_link(struct tree *tree, uint32_t depth,
                      const seigr_lineage_link *link)
{
    const struct lineage_view *view = tree->view;

    if (link->index == SEIGR_LINEAGE_ABSENT) {
        if (view->what != LINEAGE_VIEW_PATH)
            tree_say_absent(tree, depth, link);
    } else if (view->has[link->index]) {
        tree_capsule(tree, link->index, depth, link->role);
    }
}

/* What it was made from first, then the chain. */
static void tree_links(struct tree *tree, uint32_t at, uint32_t depth)
{
    const seigr_lineage *lineage = tree->view->lineage;
    seigr_lineage_link link;

    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; seigr_lineage_link_at(lineage, at, i, &link) == 0;
             i++) {
            if ((link.role == SEIGR_LINEAGE_PREVIOUS) == pass)
                tree_link(tree, depth, &link);
        }
    }
}

/* The role by which a child names a capsule: previous only if it is all. */
static uint32_t tree_role_of(const struct lineage_view *view, uint32_t child,
                             uint32_t at)
{
    seigr_lineage_link link;

    for (uint32_t i = 0;
         seigr_lineage_link_at(view->lineage, child, i, &link) == 0; i++) {
        if (link.index == at && link.role != SEIGR_LINEAGE_PREVIOUS)
            return link.role;
    }
    return SEIGR_LINEAGE_PREVIOUS;
}

static void tree_children(struct tree *tree, uint32_t at, uint32_t depth)
{
    const struct lineage_view *view = tree->view;
    uint32_t before = SEIGR_LINEAGE_ABSENT;
    uint32_t child;

    for (uint32_t i = 0;
         seigr_lineage_child_at(view->lineage, at, i, &child) == 0; i++) {
        if (view->has[child] && child != before)
            tree_capsule(tree, child, depth, tree_role_of(view, child, at));
        before = child;
    }
}

static void tree_capsule(struct tree *tree, uint32_t at, uint32_t depth,
                         uint32_t role)
{
    const int again = tree->is_shown[at];

    tree_say_step(tree, depth, role);
    tree_say_capsule(tree, at);
    tree->is_shown[at] = 1;
    if (again)
        return;
    if (depth == VIEW_DEPTH_MAX) {
        tree_say_step(tree, depth, role);
        tool_say(tree->tool, "... and so on; ask for this one");
        tool_line(tree->tool);
    } else if (tree->view->what == LINEAGE_VIEW_DESCENDANTS) {
        tree_children(tree, at, depth + 1);
    } else {
        tree_links(tree, at, depth + 1);
    }
}

void lineage_view_tree(const struct tool *tool, const struct lineage_view *view)
{
    struct tree tree = {tool, view, NULL};

    assert(view->what != LINEAGE_VIEW_ALL);
    tree.is_shown = calloc(seigr_lineage_count(view->lineage), 1);
    if (tree.is_shown == NULL)
        return;
    tree_capsule(&tree, view->root, 0, SEIGR_LINEAGE_PREVIOUS);
    free(tree.is_shown);
}

/* --- As a graph ---------------------------------------------------------- */

void lineage_view_dot(const struct lineage_view *view, FILE *out)
{
    char address[SEIGR_ADDRESS_SHORT_LEN + 1];
    char text[24];
    seigr_lineage_capsule capsule;
    seigr_lineage_link link;

    (void)fprintf(out, "digraph lineage {\n");
    for (uint32_t i = 0; seigr_lineage_at(view->lineage, i, &capsule) == 0;
         i++) {
        if (!view->has[i])
            continue;
        seigr_address_short_id(&capsule.id, address);
        (void)fprintf(out, "  c%u [shape=box, label=\"%s\\n", (unsigned)i,
                      address);
        tool_put_escaped(out, capsule.name, SEIGR_ESCAPE_QUOTED);
        (void)fprintf(out, "\"];\n");
        for (uint32_t k = 0;
             seigr_lineage_link_at(view->lineage, i, k, &link) == 0; k++) {
            if (link.index != SEIGR_LINEAGE_ABSENT && view->has[link.index])
                (void)fprintf(out, "  c%u -> c%u [label=\"%s\"];\n",
                              (unsigned)i, (unsigned)link.index,
                              lineage_view_role(link.role, text));
        }
    }
    (void)fprintf(out, "}\n");
}
