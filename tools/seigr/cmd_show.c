/* SPDX-License-Identifier: MIT */
/*
 * cmd_show.c - seigr show: every field of capsules, or their content.
 *
 * Fields are shown of capsules with a bad signature too, marked as such.
 * Content is given out only when it is signed.
 */
#include "tool.h"        /* struct tool */
#include "tool_json.h"   /* tool_json_capsule */
#include "tool_source.h" /* tool_source_read */
#include "tool_spool.h"  /* struct tool_spool */
#include "tool_time.h"   /* tool_time_print */

#include <assert.h> /* assert */
#include <stdlib.h> /* malloc */
#include <string.h> /* memcpy */

struct show {
    struct tool *tool;
    const char *name;
    int exit;
    int has_only;
    seigr_prefix only;
    size_t count;     /* capsules shown */
    json_t *capsules; /* NULL unless JSON is the answer */
    int wants_body;
    seigr_body body; /* of the capsule that is meant */
    uint8_t *inline_bytes;
    size_t body_count;
    struct tool_spool spool;
};

/* --- Fields ------------------------------------------------------------- */

/* A label's column and what follows it, shown safely. */
static void show_text(const struct show *show, const char *label,
                      seigr_span text)
{
    assert(label != NULL);
    tool_say(show->tool, "  %-10s ", label);
    if (!show->tool->is_quiet && !show->tool->is_json) {
        (void)putchar('"');
        tool_put_escaped(stdout, text, SEIGR_ESCAPE_QUOTED);
        (void)putchar('"');
    }
    tool_line(show->tool);
}

static void show_signer(const struct show *show, const seigr_public_key *key)
{
    const struct tool *tool = show->tool;
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];

    assert(key != NULL);
    seigr_address_encode_key(key, address);
    seigr_did_key_encode(key, did);
    tool_say(tool, "  signer     %s", did);
    tool_line(tool);
    tool_say(tool, "             %s", address);
    tool_line(tool);
}

static void show_links(const struct show *show, const seigr_capsule *capsule)
{
    const struct tool *tool = show->tool;
    char address[SEIGR_ADDRESS_LEN + 1];
    seigr_link link;
    size_t cursor = 0;

    while (seigr_capsule_next_link(capsule, &cursor, &link) == 1) {
        const char *role = seigr_role_name(link.role);

        seigr_address_encode_id(&link.id, address);
        if (role != NULL)
            tool_say(tool, "  link       %s %s", role, address);
        else
            tool_say(tool, "  link       role %u %s", link.role, address);
        tool_line(tool);
    }
}

static void show_labels(const struct show *show, const seigr_capsule *capsule)
{
    const struct tool *tool = show->tool;
    seigr_label label;
    size_t cursor = 0;

    while (seigr_capsule_next_label(capsule, &cursor, &label) == 1) {
        if (tool->is_quiet || tool->is_json)
            return;
        (void)fputs("  label      \"", stdout);
        tool_put_escaped(stdout, label.key, SEIGR_ESCAPE_QUOTED);
        (void)fputs("\" = \"", stdout);
        tool_put_escaped(stdout, label.value, SEIGR_ESCAPE_QUOTED);
        (void)fputs("\"\n", stdout);
    }
}

static void show_hash(const struct show *show, const char *label,
                      const seigr_hash *hash)
{
    char hex[65];

    assert(label != NULL && hash != NULL);
    for (size_t i = 0; i < sizeof(hash->bytes); i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", hash->bytes[i]);
    tool_say(show->tool, "  %-10s %s", label, hex);
    tool_line(show->tool);
}

static void show_body(const struct show *show, const seigr_body *body)
{
    seigr_hash sha256;

    assert(body != NULL);
    if (body->form == SEIGR_BODY_NONE) {
        tool_say(show->tool, "  body       none");
        tool_line(show->tool);
        return;
    }
    tool_say(show->tool, "  body       %llu bytes, %s",
             (unsigned long long)body->size,
             body->form == SEIGR_BODY_INLINE ? "inline" : "by its root");
    tool_line(show->tool);
    if (body->media_type.len > 0)
        show_text(show, "media type", body->media_type);
    if (body->form == SEIGR_BODY_ROOT)
        show_hash(show, "root", &body->root);
    if (tool_body_sha256(show->tool, body, &sha256))
        show_hash(show, "sha256", &sha256);
}

static void show_chain(const struct show *show, const seigr_capsule *capsule)
{
    const struct tool *tool = show->tool;
    char address[SEIGR_ADDRESS_LEN + 1] = "none, it is the first";
    char when[TOOL_TIME_LEN] = "not said";

    if (capsule->created_ms > 0)
        tool_time_print(capsule->created_ms, when);
    tool_say(tool, "  created    %s%s", when,
             capsule->created_ms > 0 ? ", as the signer says" : "");
    tool_line(tool);
    tool_say(tool, "  stream     %llu", (unsigned long long)capsule->stream);
    tool_line(tool);
    tool_say(tool, "  sequence   %llu", (unsigned long long)capsule->sequence);
    tool_line(tool);
    if (capsule->has_previous)
        seigr_address_encode_id(&capsule->previous, address);
    tool_say(tool, "  previous   %s", address);
    tool_line(tool);
}

static void show_fields(const struct show *show, const struct tool_item *item)
{
    const struct tool *tool = show->tool;
    const seigr_capsule *capsule = item->capsule;
    const char *kind = seigr_kind_name(capsule->kind);
    char address[SEIGR_ADDRESS_LEN + 1] = "with a bad signature";

    assert(capsule != NULL);
    if (item->verified != NULL)
        seigr_address_encode_id(seigr_verified_id(item->verified), address);
    tool_color(tool, TOOL_BOLD);
    tool_say(tool, "capsule %s", address);
    tool_color(tool, TOOL_PLAIN);
    tool_line(tool);
    show_signer(show, &capsule->issuer);
    tool_say(tool, "  signature  %s%s",
             item->verified != NULL ? "good" : "BAD: ",
             item->verified != NULL ? "" : item->error.text);
    tool_say(tool, "%s", capsule->receipt.len > 0 ? ", of a batch" : "");
    tool_line(tool);
    if (kind != NULL)
        tool_say(tool, "  kind       %s", kind);
    else
        tool_say(tool, "  kind       %u", capsule->kind);
    tool_line(tool);
    show_text(show, "name", capsule->name);
    show_chain(show, capsule);
    show_links(show, capsule);
    show_labels(show, capsule);
    show_body(show, &capsule->body);
    if (capsule->detail_field != 0) {
        tool_say(tool, "  detail     field %u, %zu bytes",
                 capsule->detail_field, capsule->detail.len);
        tool_line(tool);
    }
    tool_say(tool, "  size       %zu bytes, at byte %llu", capsule->bytes.len,
             (unsigned long long)item->offset);
    tool_line(tool);
}

/* --- Content ------------------------------------------------------------ */

/* Remember the body of the capsule that is meant, its inline content copied. */
static int show_keep_body(struct show *show, const struct tool_item *item)
{
    const seigr_body *body = &item->capsule->body;
    uint8_t *copy;

    assert(body != NULL);
    if (body->form == SEIGR_BODY_NONE || item->verified == NULL)
        return 0;
    show->body_count++;
    if (show->body_count > 1)
        return 0; /* refused at the end */
    copy = malloc(body->content.len + 1);
    if (copy == NULL) {
        show->exit =
            tool_fail(show->tool, TOOL_EXIT_FAILURE, "memory could not be had");
        return -1;
    }
    if (body->content.len > 0)
        memcpy(copy, body->content.ptr, body->content.len);
    show->inline_bytes = copy;
    show->body = *body;
    show->body.content.ptr = copy;
    show->body.media_type = (seigr_span){NULL, 0};
    return 0;
}

/* Content comes behind the first capsule that names it, which need not be the
 * one that is meant: all of it is kept until the end. */
static int show_content(const seigr_bundle_event *event, void *ctx)
{
    struct show *show = ctx;

    assert(event != NULL);
    if (!show->wants_body)
        return 0;
    return tool_spool_take(&show->spool, event) == TOOL_EXIT_FINE ? 0 : -1;
}

static int show_sink(seigr_span bytes, void *ctx)
{
    return fwrite(bytes.ptr, 1, bytes.len, ctx) == bytes.len ? 0 : -1;
}

static int show_write_body(struct show *show)
{
    if (show->body_count == 0)
        return tool_fail(show->tool, TOOL_EXIT_FAILURE,
                         "%s: no capsule in it has content", show->name);
    if (show->body_count > 1)
        return tool_fail(show->tool, TOOL_EXIT_USAGE,
                         "%s: several capsules in it have content; say which "
                         "with --only",
                         show->name);
    if (show->body.form == SEIGR_BODY_INLINE) {
        (void)fwrite(show->body.content.ptr, 1, show->body.content.len, stdout);
        return TOOL_EXIT_FINE;
    }
    if (!tool_spool_has(&show->spool, &show->body))
        return tool_fail(show->tool, TOOL_EXIT_FAILURE,
                         "%s: the content is not in it, but where it was "
                         "sealed",
                         show->name);
    return tool_spool_write(&show->spool, &show->body, show->name, show_sink,
                            stdout);
}

/* --- Reading ------------------------------------------------------------ */

static int show_is_meant(const struct show *show, const struct tool_item *item)
{
    assert(item != NULL);
    if (!show->has_only)
        return 1;
    return item->verified != NULL &&
           seigr_prefix_match(&show->only,
                              seigr_verified_id(item->verified)->bytes);
}

static int show_item(const struct tool_item *item, void *ctx)
{
    struct show *show = ctx;

    assert(item != NULL);
    if (!show_is_meant(show, item))
        return 0;
    show->count++;
    if (item->verified == NULL) {
        show->exit = tool_worse(
            show->exit,
            tool_fail(show->tool, tool_exit_of(item->error.code),
                      "%s: the capsule is refused: %s (at byte %llu)%s",
                      show->name, item->error.text,
                      (unsigned long long)item->offset,
                      tool_advice(tool_exit_of(item->error.code))));
    }
    if (show->wants_body)
        return show_keep_body(show, item);
    if (show->capsules != NULL)
        return json_array_append_new(show->capsules,
                                     tool_json_item(show->tool, item));
    show_fields(show, item);
    return 0;
}

static int show_only(struct show *show)
{
    const char *text = tool_args_value(&show->tool->args, TOOL_ONLY);
    seigr_error error = SEIGR_ERROR_INIT;

    if (text == NULL)
        return TOOL_EXIT_FINE;
    if (tool_args_count(&show->tool->args, TOOL_ONLY) > 1)
        return tool_fail(show->tool, TOOL_EXIT_USAGE,
                         "--only is given more than once");
    show->has_only = 1;
    if (seigr_prefix_decode((seigr_span){(const uint8_t *)text, strlen(text)},
                            &show->only, &error) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail_error(show->tool, TOOL_EXIT_USAGE, text, &error);
}

int cmd_show(struct tool *tool)
{
    const char *path = tool->args.operands[0];
    struct show show = {.tool = tool, .name = tool_source_name(path)};
    const struct tool_source_visitor visitor = {NULL, show_item, show_content,
                                                &show, 0};
    struct tool_source_end end;
    json_t *json = NULL;

    show.wants_body = tool_args_count(&tool->args, TOOL_BODY) > 0;
    show.exit = show_only(&show);
    if (show.exit != TOOL_EXIT_FINE)
        return show.exit;
    if (show.wants_body && tool->is_json)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--body writes bytes, which --json cannot hold");
    if (tool->is_json) {
        json = tool_json_new("show");
        tool_json_set(
            json, "file",
            tool_json_text((seigr_span){(const uint8_t *)path, strlen(path)}));
        tool_json_set(json, "capsules", json_array());
        show.capsules = json_object_get(json, "capsules");
    }
    tool_spool_init(&show.spool, tool);
    tool_source_read(tool, path, &visitor, &end);
    if (end.exit != TOOL_EXIT_FINE)
        show.exit = tool_worse(
            show.exit, tool_fail_error(tool, end.exit, show.name, &end.error));
    else if (show.count == 0 && show.has_only)
        show.exit =
            tool_fail(tool, TOOL_EXIT_FAILURE,
                      "%s: no capsule in it has such an address", show.name);
    if (show.wants_body && show.exit == TOOL_EXIT_FINE)
        show.exit = show_write_body(&show);
    tool_spool_fini(&show.spool);
    free(show.inline_bytes);
    if (json != NULL) {
        tool_json_set(json, "exit", json_integer(show.exit));
        tool_json_print(json);
    }
    return show.exit;
}
