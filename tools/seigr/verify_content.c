/* SPDX-License-Identifier: MIT */
/*
 * verify_content.c - finding content and holding it against its capsules.
 *
 * The content of F.seigr is F; where F is a folder, a member's content is the
 * file of its name in F. --content says another F. A stranger chose the
 * names: one that leads out of the folder is not followed.
 */
#define _GNU_SOURCE /* tdestroy */

#include "verify_content.h" /* struct verify_content */

#include "tool_content.h" /* tool_content_check */
#include "tool_json.h"    /* tool_json_set */

#include <assert.h>   /* assert */
#include <search.h>   /* tsearch */
#include <stdlib.h>   /* malloc */
#include <string.h>   /* memcmp */
#include <sys/stat.h> /* stat */

/* How the content of one body stands. */
struct content_finding {
    const char *status; /* "holds", "mismatch", "missing", "not asked" */
    const char *where;  /* "bundle", a path, or NULL */
    int code;
};

/* --- What capsules name -------------------------------------------------- */

static char *content_copy_text(seigr_span text)
{
    char *copy = malloc(text.len + 1);

    if (copy == NULL)
        return NULL;
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

int verify_content_note(struct verify_content *content,
                        const seigr_verified *capsule)
{
    const seigr_capsule *view = seigr_verified_capsule(capsule);
    struct verify_body *body;

    assert(content != NULL);
    if (view->body.form != SEIGR_BODY_ROOT)
        return 0;
    if (content->count == content->room) {
        const size_t room = content->room == 0 ? 16 : content->room * 2;
        struct verify_body *bodies =
            realloc(content->bodies, room * sizeof(*bodies));

        if (bodies == NULL)
            return -1;
        content->bodies = bodies;
        content->room = room;
    }
    body = &content->bodies[content->count];
    *body = (struct verify_body){.id = *seigr_verified_id(capsule),
                                 .body = view->body};
    body->body.media_type = (seigr_span){NULL, 0};
    body->name = content_copy_text(view->name);
    if (body->name == NULL)
        return -1;
    content->count++;
    if (tool_is_path_below(view->name))
        body->path = content_copy_text(view->name);
    return tool_is_path_below(view->name) && body->path == NULL ? -1 : 0;
}

static int content_compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(seigr_hash));
}

int verify_content_met(struct verify_content *content, const seigr_hash *root)
{
    seigr_hash *copy = malloc(sizeof(*copy));

    assert(content != NULL && root != NULL);
    if (copy == NULL)
        return -1;
    *copy = *root;
    if (tsearch(copy, &content->met, content_compare) != NULL)
        return 0;
    free(copy);
    return -1;
}

void verify_content_fini(struct verify_content *content)
{
    assert(content != NULL);
    for (size_t i = 0; i < content->count; i++) {
        free(content->bodies[i].name);
        free(content->bodies[i].path);
    }
    free(content->bodies);
    tdestroy(content->met, free);
}

/* --- Where content is ---------------------------------------------------- */

/* What --content says, else the bundle's path without its ending; NULL where
 * there is none. Released with free(). */
static char *content_base(const struct tool *tool, const char *bundle)
{
    static const char ending[] = ".seigr";
    const char *given = tool_args_value(&tool->args, TOOL_CONTENT);
    const size_t len = strlen(bundle);
    const size_t ending_len = sizeof(ending) - 1;

    if (given != NULL)
        return strdup(given);
    if (len <= ending_len || strcmp(bundle + len - ending_len, ending) != 0)
        return NULL;
    return strndup(bundle, len - ending_len);
}

static int content_is_root(const struct verify_body *body,
                           const seigr_id *roots, size_t root_count)
{
    for (size_t i = 0; i < root_count; i++)
        if (memcmp(&roots[i], &body->id, sizeof(body->id)) == 0)
            return 1;
    return roots == NULL;
}

/* The file that should hold a body, NULL where none can be named. Released
 * with free(). */
static char *content_path(const char *base, const struct verify_body *body,
                          int is_root)
{
    struct stat st;
    size_t len;
    char *path;

    if (base == NULL)
        return NULL;
    if (stat(base, &st) != 0 || !S_ISDIR(st.st_mode))
        return is_root ? strdup(base) : NULL;
    if (body->path == NULL)
        return NULL;
    len = strlen(base) + strlen(body->path) + 2;
    path = malloc(len);
    if (path != NULL)
        (void)snprintf(path, len, "%s/%s", base, body->path);
    return path;
}

/* --- Checking ------------------------------------------------------------ */

struct content_checker {
    struct verify_content *content;
    const char *base;
    verify_content_refusal refuse;
    void *ctx;
};

/* Hold the file against the body. text receives a refusal. */
static void content_check_file(const struct content_checker *checker,
                               const struct verify_body *body, const char *path,
                               struct content_finding *out, char *text,
                               size_t text_len)
{
    struct tool *tool = checker->content->tool;
    seigr_error error = SEIGR_ERROR_INIT;
    struct tool_progress progress;
    int err;

    tool_progress_init(&progress, tool, path, body->body.size);
    err = tool_content_check(tool, path, &body->body, &progress, &error);
    tool_progress_fini(&progress);
    out->where = path;
    out->status = "holds";
    if (err == 0)
        return;
    if (err == SEIGR_E_MISMATCH || err == SEIGR_E_TRUNCATED) {
        out->status = "mismatch";
        out->code = TOOL_EXIT_SIGNATURE;
        (void)snprintf(text, text_len,
                       "%s is not the content that was signed: "
                       "%s",
                       path, error.text);
        return;
    }
    out->status = "missing";
    out->code = TOOL_EXIT_FAILURE;
    (void)snprintf(text, text_len, "the content of %s %s: %s",
                   body->name[0] != '\0' ? body->name : "a capsule",
                   err == SEIGR_E_NOTFOUND
                       ? "is not there; name it with --content, or give "
                         "--no-content"
                   : err == SEIGR_E_CANCELED ? "was not checked to its end"
                                             : "cannot be read",
                   path);
}

static void content_check_one(const struct content_checker *checker,
                              const struct verify_body *body, int is_root,
                              struct content_finding *out, json_t *json)
{
    struct tool *tool = checker->content->tool;
    char text[1024] = "";
    char *path = NULL;

    *out = (struct content_finding){"not asked", NULL, TOOL_EXIT_FINE};
    if (tfind(&body->body.root, &checker->content->met, content_compare) !=
        NULL) {
        out->status = "holds";
        out->where = "bundle";
    } else if (tool_args_count(&tool->args, TOOL_NO_CONTENT) == 0) {
        path = content_path(checker->base, body, is_root);
        if (path != NULL) {
            content_check_file(checker, body, path, out, text, sizeof(text));
        } else {
            out->status = "missing";
            out->code = TOOL_EXIT_FAILURE;
            (void)snprintf(text, sizeof(text),
                           "the content of %s is not in the bundle; name it "
                           "with --content, or give --no-content",
                           body->name[0] != '\0' ? body->name : "a capsule");
        }
    }
    if (out->code != TOOL_EXIT_FINE)
        checker->refuse(out->code, text, checker->ctx);
    if (json != NULL) {
        json_t *entry = json_object();

        tool_json_set(entry, "address", tool_json_id(&body->id));
        tool_json_set(entry, "status", json_string(out->status));
        tool_json_set(entry, "where",
                      out->where == NULL ? json_null()
                                         : tool_json_text((seigr_span){
                                               (const uint8_t *)out->where,
                                               strlen(out->where)}));
        (void)json_array_append_new(json, entry);
    }
    free(path);
    out->where = NULL;
}

void verify_content_finish(struct verify_content *content, const char *bundle,
                           const seigr_id *roots, size_t root_count,
                           json_t *json, verify_content_refusal refuse,
                           void *ctx)
{
    struct tool *tool = content->tool;
    char *base = content_base(tool, bundle);
    const struct content_checker checker = {content, base, refuse, ctx};
    size_t holds = 0;
    size_t broken = 0;
    size_t missing = 0;

    for (size_t i = 0; i < content->count && !tool_is_stopped(); i++) {
        const struct verify_body *body = &content->bodies[i];
        struct content_finding finding;

        content_check_one(&checker, body,
                          content_is_root(body, roots, root_count), &finding,
                          json);
        holds += strcmp(finding.status, "holds") == 0;
        broken += finding.code == TOOL_EXIT_SIGNATURE;
        missing += finding.code == TOOL_EXIT_FAILURE;
    }
    free(base);
    if (content->count == 0)
        return;
    tool_say(tool, "  %-12s ", "content");
    tool_color(tool, broken > 0                ? TOOL_RED
                     : holds == content->count ? TOOL_GREEN
                                               : TOOL_PLAIN);
    tool_say(tool, "%s",
             broken > 0                ? "broken"
             : missing > 0             ? "open"
             : holds == content->count ? "holds"
                                       : "not asked");
    tool_color(tool, TOOL_PLAIN);
    if (holds < content->count)
        tool_say(tool, ": of %zu bodies %zu hold, %zu do not, %zu are not here",
                 content->count, holds, broken,
                 content->count - holds - broken);
    tool_line(tool);
}
