/* SPDX-License-Identifier: MIT */
/*
 * cmd_seal.c - seigr seal: a file, a folder or standard input into a bundle.
 */
#define _XOPEN_SOURCE 700 /* realpath */

#include "seal_plan.h"    /* struct seal_plan */
#include "sealer.h"       /* struct sealer */
#include "tool.h"         /* struct tool */
#include "tool_content.h" /* struct tool_content */
#include "tool_json.h"    /* tool_json_new */
#include "tool_key.h"     /* tool_key_home */
#include "tool_time.h"    /* tool_time_parse */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* AT_FDCWD */
#include <stdlib.h>   /* malloc, realpath */
#include <string.h>   /* strcmp */
#include <strings.h>  /* strcasecmp */
#include <sys/stat.h> /* stat */
#include <unistd.h>   /* isatty */

/* What the command line asks for. */
struct seal {
    struct tool *tool;
    seigr_home *home;
    const char *path;  /* of what is sealed; "-": standard input */
    char *path_made;   /* released with free() */
    char *output;      /* released with free() */
    const char *name;  /* of the capsule */
    seigr_draft draft; /* of the capsule that everything is about */
    seigr_label *labels;
    seigr_link *links; /* with room for one more */
    struct tool_progress *progress;
    int is_folder;
    int has_embed;
};

static seigr_span seal_span(const char *text)
{
    assert(text != NULL);
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

/* --- Options ------------------------------------------------------------ */

static int seal_compare_labels(const void *a, const void *b)
{
    const seigr_label *x = a;
    const seigr_label *y = b;
    const size_t len = x->key.len < y->key.len ? x->key.len : y->key.len;
    const int order = memcmp(x->key.ptr, y->key.ptr, len);

    if (order != 0)
        return order;
    return x->key.len < y->key.len ? -1 : x->key.len > y->key.len;
}

static int seal_labels(struct seal *seal)
{
    struct tool *tool = seal->tool;
    const size_t count = tool_args_count(&tool->args, TOOL_LABEL);
    const char *text;
    size_t at = 0;
    size_t n = 0;

    seal->labels = calloc(count + 1, sizeof(*seal->labels));
    if (seal->labels == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    while ((text = tool_args_next(&tool->args, TOOL_LABEL, &at)) != NULL) {
        const char *equals = strchr(text, '=');

        if (equals == NULL || equals == text)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--label %s: write it as KEY=VALUE", text);
        seal->labels[n].key =
            (seigr_span){(const uint8_t *)text, (size_t)(equals - text)};
        seal->labels[n++].value = seal_span(equals + 1);
    }
    qsort(seal->labels, n, sizeof(*seal->labels), seal_compare_labels);
    for (size_t i = 1; i < n; i++)
        if (seal_compare_labels(&seal->labels[i - 1], &seal->labels[i]) == 0)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--label %.*s is given more than once",
                             (int)seal->labels[i].key.len,
                             (const char *)seal->labels[i].key.ptr);
    seal->draft.labels = seal->labels;
    seal->draft.label_count = n;
    return TOOL_EXIT_FINE;
}

static uint32_t seal_role(const char *text, size_t len)
{
    assert(text != NULL);
    for (uint32_t role = 1; seigr_role_name(role) != NULL; role++) {
        const char *name = seigr_role_name(role);

        if (strlen(name) == len && strncasecmp(name, text, len) == 0)
            return role;
    }
    return 0;
}

static int seal_link(struct seal *seal, const char *text)
{
    struct tool *tool = seal->tool;
    const char *equals = strchr(text, '=');
    seigr_link *link = &seal->links[seal->draft.link_count];
    seigr_error error = SEIGR_ERROR_INIT;

    if (equals == NULL)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--link %s: write it as ROLE=ADDRESS", text);
    link->role = seal_role(text, (size_t)(equals - text));
    if (link->role == 0)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--link %.*s: there is no such role",
                         (int)(equals - text), text);
    if (seigr_address_decode_id(seal_span(equals + 1), &link->id, &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_USAGE, equals + 1, &error);
    seal->draft.link_count++;
    return TOOL_EXIT_FINE;
}

static int seal_links(struct seal *seal)
{
    struct tool *tool = seal->tool;
    const size_t count = tool_args_count(&tool->args, TOOL_LINK);
    const char *text;
    size_t at = 0;
    int code = TOOL_EXIT_FINE;

    seal->links = calloc(count + 1, sizeof(*seal->links));
    if (seal->links == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    while (code == TOOL_EXIT_FINE &&
           (text = tool_args_next(&tool->args, TOOL_LINK, &at)) != NULL)
        code = seal_link(seal, text);
    return code;
}

static int seal_created(struct seal *seal)
{
    const seigr_clock *clock = seal->tool->context.clock;
    const char *text = tool_args_value(&seal->tool->args, TOOL_CREATED);

    assert(clock != NULL);
    if (text == NULL)
        seal->draft.created_ms = clock->unix_ms(clock->ctx);
    else if (tool_time_parse(text, &seal->draft.created_ms) != 0)
        return tool_fail(seal->tool, TOOL_EXIT_USAGE,
                         "--created %s: write it as 2026-01-31T12:00:00Z or "
                         "@SECONDS",
                         text);
    return TOOL_EXIT_FINE;
}

static int seal_options(struct seal *seal)
{
    const struct tool_args *args = &seal->tool->args;
    const char *kind = tool_args_value(args, TOOL_KIND);
    const char *media = tool_args_value(args, TOOL_MEDIA_TYPE);
    int code;

    seal->draft = (seigr_draft)SEIGR_DRAFT_INIT;
    seal->draft.kind = kind != NULL && strcmp(kind, "program") == 0
                           ? SEIGR_KIND_PROGRAM
                           : SEIGR_KIND_DATA;
    if (media != NULL)
        seal->draft.body.media_type = seal_span(media);
    code = seal_labels(seal);
    if (code == TOOL_EXIT_FINE)
        code = seal_links(seal);
    if (code == TOOL_EXIT_FINE)
        code = seal_created(seal);
    return code;
}

/* --- Names -------------------------------------------------------------- */

/* Where a path has no name of its own, as "." and "..", its real one. Slashes
 * at the end are dropped. */
static int seal_path(struct seal *seal, const char *path)
{
    size_t len = strlen(path);
    const char *name;

    assert(path != NULL);
    while (len > 1 && path[len - 1] == '/')
        len--;
    seal->path_made = malloc(len + 1);
    if (seal->path_made == NULL)
        return -1;
    memcpy(seal->path_made, path, len);
    seal->path_made[len] = '\0';
    name = strrchr(seal->path_made, '/');
    name = name == NULL ? seal->path_made : name + 1;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        char *real = realpath(seal->path_made, NULL);

        if (real == NULL)
            return -1;
        free(seal->path_made);
        seal->path_made = real;
    }
    seal->path = seal->path_made;
    return 0;
}

static int seal_names(struct seal *seal)
{
    struct tool *tool = seal->tool;
    const char *path = tool->args.operands[0];
    const char *output = tool_args_value(&tool->args, TOOL_OUTPUT);
    const int is_stdin = strcmp(path, "-") == 0;
    size_t len;

    if (is_stdin)
        seal->path = path;
    else if (path[0] == '\0' || seal_path(seal, path) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: there is no such file",
                         path);
    seal->name = tool_args_value(&tool->args, TOOL_NAME);
    if (seal->name == NULL && is_stdin)
        seal->name = "";
    if (seal->name == NULL) {
        const char *slash = strrchr(seal->path, '/');

        seal->name = slash == NULL ? seal->path : slash + 1;
    }
    seal->draft.name = seal_span(seal->name);
    len = strlen(seal->path) + sizeof(".seigr");
    if (output != NULL)
        len = strlen(output) + 1;
    seal->output = malloc(len);
    if (seal->output == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    if (output != NULL)
        (void)snprintf(seal->output, len, "%s", output);
    else if (is_stdin)
        (void)snprintf(seal->output, len, "-");
    else
        (void)snprintf(seal->output, len, "%s.seigr", seal->path);
    return TOOL_EXIT_FINE;
}

/* --- Sealing ------------------------------------------------------------ */

static void seal_say(const struct seal *seal, const struct sealer *sealer,
                     const seigr_id *id)
{
    const struct tool *tool = seal->tool;
    char address[SEIGR_ADDRESS_LEN + 1];

    if (strcmp(seal->output, "-") == 0)
        return;
    if (tool->is_json) {
        json_t *json = tool_json_new("seal");

        tool_json_set(json, "file", tool_json_text(seal_span(seal->output)));
        tool_json_set(json, "address", tool_json_id(id));
        tool_json_set(json, "signer", tool_json_key(&sealer->signer.key));
        tool_json_set(json, "capsules", tool_json_number(sealer->count));
        tool_json_set(
            json, "stream",
            json_sprintf("%llu", (unsigned long long)sealer->stream_number));
        tool_json_set(json, "sequence", tool_json_number(sealer->sequence));
        tool_json_print(json);
        return;
    }
    seigr_address_encode_id(id, address);
    tool_say(tool, "%s", address);
    tool_line(tool);
    tool_say(tool, "sealed %s into %s, %zu capsule%s",
             tool_args_value(&tool->args, TOOL_NAME) != NULL ||
                     seal->name[0] == '\0'
                 ? "it"
                 : seal->name,
             seal->output, sealer->count, sealer->count == 1 ? "" : "s");
    tool_line(tool);
}

/* A capsule of content, with the content where it is asked for. */
static int seal_content(const struct seal *seal, struct sealer *sealer,
                        seigr_draft *draft, seigr_link *links,
                        const struct tool_content *content, seigr_id *id_out)
{
    const seigr_span media_type = draft->body.media_type;
    int code;

    assert(draft != NULL);
    draft->body = content->body;
    draft->body.media_type = media_type;
    code = sealer_add(sealer, draft, links, content->name, id_out);
    if (code == TOOL_EXIT_FINE && content->body.form == SEIGR_BODY_ROOT &&
        (seal->has_embed || content->is_copy))
        code = sealer_embed(sealer, content, seal->progress);
    return code;
}

/* What a path leads to may be a pipe as well. */
static int seal_open_one(const struct seal *seal, int *fd)
{
    assert(fd != NULL);
    *fd = strcmp(seal->path, "-") == 0
              ? STDIN_FILENO
              : open(seal->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (*fd >= 0)
        return TOOL_EXIT_FINE;
    return tool_fail(seal->tool, TOOL_EXIT_FAILURE, "%s: %s", seal->path,
                     errno == EINTR    ? "stopped"
                     : errno == EACCES ? "permission to read it is denied"
                                       : "it cannot be read");
}

static int seal_one(struct seal *seal)
{
    struct tool *tool = seal->tool;
    struct tool_content content = {.fd = -1};
    struct sealer sealer = {.tool = tool};
    seigr_id id;
    int fd;
    int code = seal_open_one(seal, &fd);

    if (code != TOOL_EXIT_FINE)
        return code;
    /* All of it is read before other writers are made to wait. */
    code = tool_content_init(&content, tool, fd,
                             fd == STDIN_FILENO ? "standard input" : seal->path,
                             seal->progress);
    if (code == TOOL_EXIT_FINE && fd == STDIN_FILENO)
        seal->has_embed = 1; /* it has no name to be found by */
    if (code == TOOL_EXIT_FINE)
        code = sealer_open(&sealer, tool, seal->home, seal->output);
    if (code == TOOL_EXIT_FINE)
        code = seal_content(seal, &sealer, &seal->draft, seal->links, &content,
                            &id);
    if (code == TOOL_EXIT_FINE)
        code = sealer_finish(&sealer, &id);
    tool_progress_fini(seal->progress);
    if (code == TOOL_EXIT_FINE)
        seal_say(seal, &sealer, &id);
    sealer_close(&sealer);
    tool_content_fini(&content);
    return code;
}

static int seal_member(struct seal *seal, struct sealer *sealer,
                       const struct seal_plan *plan, const char *path,
                       seigr_id *id_out)
{
    struct tool_content content = {.fd = -1};
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_link continues[1];
    int fd;
    int code = seal_plan_open(seal->tool, plan->folder, path, &fd);

    if (code != TOOL_EXIT_FINE)
        return code;
    code = tool_content_init(&content, seal->tool, fd, path, seal->progress);
    if (code == TOOL_EXIT_FINE) {
        draft.kind = SEIGR_KIND_DATA;
        draft.name = seal_span(path);
        draft.created_ms = seal->draft.created_ms;
        code = seal_content(seal, sealer, &draft, continues, &content, id_out);
        seal->progress->before += content.body.size;
    }
    tool_content_fini(&content);
    return code;
}

/* Seal the plan's files; their links stand in links, in the same order. */
static int seal_members(struct seal *seal, struct sealer *sealer,
                        const struct seal_plan *plan, seigr_link *links)
{
    assert(plan != NULL);
    for (size_t i = 0; i < plan->paths.count; i++) {
        int code = TOOL_EXIT_FINE;

        if (tool_is_stopped())
            code = tool_fail(seal->tool, TOOL_EXIT_FAILURE, "stopped");
        if (code == TOOL_EXIT_FINE)
            code = seal_member(seal, sealer, plan, plan->paths.items[i],
                               &links[i].id);
        links[i].role = SEIGR_ROLE_MEMBER;
        if (code != TOOL_EXIT_FINE)
            return code;
    }
    return TOOL_EXIT_FINE;
}

/* Whether one capsule can link so many. */
static int seal_check_count(struct seal *seal, seigr_link *links, size_t count)
{
    seigr_draft draft = seal->draft;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len = 0;
    int err;

    assert(links != NULL);
    for (size_t i = 0; i < count; i++)
        links[i].role = SEIGR_ROLE_MEMBER;
    draft.sequence = 1;
    draft.links = links;
    draft.link_count = count;
    err = seigr_capsule_payload_encode(&seal->tool->context, &draft,
                                       (seigr_buf){NULL, 0}, &len, &error);
    /* The numbers of a stream take 70 bytes at most. */
    if ((err == 0 || err == SEIGR_E_ROOM) &&
        len + 70 <= SEIGR_CAPSULE_PAYLOAD_MAX)
        return TOOL_EXIT_FINE;
    if (err < 0 && err != SEIGR_E_ROOM && err != SEIGR_E_LIMIT)
        return tool_fail_error(seal->tool, TOOL_EXIT_FAILURE, seal->name,
                               &error);
    return tool_fail(seal->tool, TOOL_EXIT_FAILURE,
                     "%s: its %zu files are more than one capsule can link; "
                     "seal its folders one by one",
                     seal->path, count);
}

static int seal_planned(struct seal *seal, const struct seal_plan *plan)
{
    const size_t count = plan->paths.count + seal->draft.link_count;
    seigr_link *links = calloc(count + 1, sizeof(*links));
    struct sealer sealer;
    seigr_id id;
    int code;

    if (links == NULL)
        return tool_fail(seal->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    code = seal_check_count(seal, links, count);
    if (code != TOOL_EXIT_FINE) {
        free(links);
        return code;
    }
    seal->progress->all_total = plan->size;
    code = sealer_open(&sealer, seal->tool, seal->home, seal->output);
    if (code == TOOL_EXIT_FINE)
        code = seal_members(seal, &sealer, plan, links);
    if (code == TOOL_EXIT_FINE) {
        if (seal->draft.link_count > 0)
            memcpy(links + plan->paths.count, seal->links,
                   seal->draft.link_count * sizeof(*links));
        seal->draft.link_count = count;
        code = sealer_add(&sealer, &seal->draft, links, seal->path, &id);
    }
    if (code == TOOL_EXIT_FINE)
        code = sealer_finish(&sealer, &id);
    tool_progress_fini(seal->progress);
    if (code == TOOL_EXIT_FINE)
        seal_say(seal, &sealer, &id);
    sealer_close(&sealer);
    free(links);
    return code;
}

static int seal_folder(struct seal *seal)
{
    struct tool *tool = seal->tool;
    struct seal_plan plan;
    int code;

    if (seal->draft.body.media_type.len > 0)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--media-type is of a file's content; %s is a folder",
                         seal->path);
    plan.output = seal_file_id_of(seal->output);
    plan.key = seal_file_id_of(seigr_home_key_path(seal->home));
    code = seal_plan_init(&plan, tool, seal->path);
    if (code == TOOL_EXIT_FINE && plan.refused > 0)
        code = tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s: nothing was sealed; leave out what is named "
                         "above with --exclude",
                         seal->path);
    if (code == TOOL_EXIT_FINE)
        code = seal_planned(seal, &plan);
    seal_plan_fini(&plan);
    return code;
}

/* What the path leads to. */
static int seal_path_kind(struct seal *seal)
{
    struct tool *tool = seal->tool;
    struct seal_file_id key;
    struct stat st;

    if (strcmp(seal->path, "-") == 0)
        return TOOL_EXIT_FINE;
    if (stat(seal->path, &st) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", seal->path,
                         errno == ENOENT   ? "there is no such file"
                         : errno == EACCES ? "permission to read it is denied"
                                           : "it cannot be read");
    seal->is_folder = S_ISDIR(st.st_mode);
    if (!seal->is_folder && tool_args_count(&tool->args, TOOL_EXCLUDE) > 0)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--exclude is for folders; %s is none", seal->path);
    key = seal_file_id_of(seigr_home_key_path(seal->home));
    if (key.is_there && key.device == st.st_dev && key.inode == st.st_ino)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s: it is your key, which is for nobody else",
                         seal->path);
    return TOOL_EXIT_FINE;
}

int cmd_seal(struct tool *tool)
{
    struct tool_progress progress;
    struct seal seal = {.tool = tool, .progress = &progress};
    int code = seal_options(&seal);

    if (code == TOOL_EXIT_FINE)
        code = seal_names(&seal);
    if (code == TOOL_EXIT_FINE)
        code = tool_output_check(tool, seal.output);
    if (code == TOOL_EXIT_FINE) {
        seal.home = tool_key_home(tool);
        code = seal.home == NULL ? TOOL_EXIT_FAILURE : seal_path_kind(&seal);
    }
    if (code == TOOL_EXIT_FINE) {
        seal.has_embed = tool_args_count(&tool->args, TOOL_EMBED) > 0;
        tool_progress_init(&progress, tool, seal.path, 0);
        code = seal.is_folder ? seal_folder(&seal) : seal_one(&seal);
        tool_progress_fini(&progress);
    }
    seigr_home_close(seal.home);
    free(seal.path_made);
    free(seal.output);
    free(seal.labels);
    free(seal.links);
    return code;
}
