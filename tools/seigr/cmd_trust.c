/* SPDX-License-Identifier: MIT */
/*
 * cmd_trust.c - seigr trust add, list, remove: the anchors in the roots file.
 *
 * What changes trust takes a whole key, never a beginning of one: a beginning
 * can be made to order.
 */
#include "tool.h"       /* struct tool */
#include "tool_json.h"  /* tool_json_new */
#include "tool_key.h"   /* tool_key_parse */
#include "tool_trust.h" /* tool_roots_read */

#include <string.h> /* memcmp */

static void trust_say_anchor(const struct tool *tool,
                             const seigr_anchor *anchor)
{
    char did[SEIGR_DID_KEY_LEN + 1];
    char scope[SEIGR_SCOPE_TEXT_LEN + 1];

    seigr_did_key_encode(&anchor->key, did);
    seigr_scope_print(anchor->scope, scope);
    tool_say(tool, "%s %s %u", did, scope, anchor->weight);
    tool_line(tool);
}

static json_t *trust_json_anchor(const seigr_anchor *anchor)
{
    char scope[SEIGR_SCOPE_TEXT_LEN + 1];
    json_t *json = json_object();

    seigr_scope_print(anchor->scope, scope);
    tool_json_set(json, "key", tool_json_key(&anchor->key));
    tool_json_set(json, "scope", json_string(scope));
    tool_json_set(json, "weight", json_integer(anchor->weight));
    return json;
}

/* The file anew: what pieces say, whole or not at all. */
static int trust_rewrite(struct tool *tool, const char *path,
                         const seigr_span *pieces, size_t count)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_output *output = NULL;
    int err = seigr_output_open(&tool->context, path, 0, &output, &error);

    for (size_t i = 0; err == 0 && i < count; i++)
        err = seigr_output_write(output, pieces[i], &error);
    if (err == 0)
        err = seigr_output_sync(output, &error);
    if (err == 0)
        err = seigr_output_commit(output, &error);
    seigr_output_close(output);
    return err == 0 ? TOOL_EXIT_FINE
                    : tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
}

static int trust_answer(struct tool *tool, const char *name, const char *path,
                        const seigr_anchor *anchor)
{
    if (tool->is_json) {
        json_t *json = tool_json_new(name);

        tool_json_set(json, "file", json_string(path));
        tool_json_set(json, "anchor", trust_json_anchor(anchor));
        tool_json_print(json);
    }
    trust_say_anchor(tool, anchor);
    return TOOL_EXIT_FINE;
}

static int trust_add(struct tool *tool, const seigr_anchor *anchor)
{
    struct tool_roots roots;
    char line[SEIGR_DID_KEY_LEN + SEIGR_SCOPE_TEXT_LEN + 16];
    char did[SEIGR_DID_KEY_LEN + 1];
    char scope[SEIGR_SCOPE_TEXT_LEN + 1];
    seigr_span pieces[3];
    int code = tool_roots_read(tool, &roots);

    for (size_t i = 0; code == TOOL_EXIT_FINE && i < roots.anchor_count; i++)
        if (memcmp(&roots.anchors[i], anchor, sizeof(*anchor)) == 0)
            code = tool_fail(tool, TOOL_EXIT_FAILURE,
                             "%s says so already; nothing was changed",
                             roots.path);
    if (code == TOOL_EXIT_FINE) {
        const size_t len = roots.text.len;
        const size_t is_cut = len > 0 && roots.text.ptr[len - 1] != '\n';

        seigr_did_key_encode(&anchor->key, did);
        seigr_scope_print(anchor->scope, scope);
        (void)snprintf(line, sizeof(line), "%s %s %u\n", did, scope,
                       anchor->weight);
        pieces[0] = (seigr_span){roots.text.ptr, len};
        pieces[1] = (seigr_span){(const uint8_t *)"\n", is_cut};
        pieces[2] = (seigr_span){(const uint8_t *)line, strlen(line)};
        code = trust_rewrite(tool, roots.path, pieces, 3);
    }
    if (code == TOOL_EXIT_FINE)
        code = trust_answer(tool, "trust-add", roots.path, anchor);
    tool_roots_fini(tool, &roots);
    return code;
}

int cmd_trust_add(struct tool *tool)
{
    seigr_anchor anchor = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    uint64_t weight = 1000;
    int code = tool_key_parse(tool, tool->args.operands[0], &anchor.key);

    if (code == TOOL_EXIT_FINE)
        code = tool_trust_scope(tool, SEIGR_SCOPE_ALL, &anchor.scope);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_WEIGHT, 1000, &weight);
    if (code == TOOL_EXIT_FINE && (weight == 0 || weight > 1000))
        code = tool_fail(tool, TOOL_EXIT_USAGE, "--weight is from 1 to 1000");
    if (code != TOOL_EXIT_FINE)
        return code;
    anchor.weight = (uint32_t)weight;
    return trust_add(tool, &anchor);
}

int cmd_trust_list(struct tool *tool)
{
    struct tool_roots roots;
    json_t *json = NULL;
    json_t *anchors = NULL;
    int code = tool_roots_read(tool, &roots);

    if (code == TOOL_EXIT_FINE && tool->is_json) {
        json = tool_json_new("trust-list");
        anchors = json_array();
        tool_json_set(json, "file", json_string(roots.path));
        tool_json_set(json, "anchors", anchors);
    }
    for (size_t i = 0; code == TOOL_EXIT_FINE && i < roots.anchor_count; i++) {
        trust_say_anchor(tool, &roots.anchors[i]);
        if (anchors != NULL)
            (void)json_array_append_new(anchors,
                                        trust_json_anchor(&roots.anchors[i]));
    }
    if (code == TOOL_EXIT_FINE && roots.anchor_count == 0) {
        tool_say(tool, "%s has no anchors: everything is refused", roots.path);
        tool_line(tool);
    }
    if (json != NULL)
        tool_json_print(json);
    tool_roots_fini(tool, &roots);
    return code;
}

/* Whether a line of the file is an anchor of this key. */
static int trust_is_of(seigr_span line, const seigr_public_key *key)
{
    seigr_anchor anchor;
    size_t count = 0;

    return seigr_roots_read(line, &anchor, 1, &count, NULL) == 0 &&
           count == 1 && memcmp(&anchor.key, key, sizeof(*key)) == 0;
}

/* Close the gaps that lines of this key leave. Returns how many there were. */
static size_t trust_cut(seigr_buf *text, const seigr_public_key *key)
{
    size_t kept = 0;
    size_t cut = 0;
    size_t at = 0;

    while (at < text->len) {
        const uint8_t *end = memchr(text->ptr + at, '\n', text->len - at);
        const size_t len =
            end == NULL ? text->len - at : (size_t)(end - text->ptr) + 1 - at;

        if (trust_is_of((seigr_span){text->ptr + at, len}, key)) {
            cut++;
        } else {
            memmove(text->ptr + kept, text->ptr + at, len);
            kept += len;
        }
        at += len;
    }
    text->len = kept;
    return cut;
}

int cmd_trust_remove(struct tool *tool)
{
    struct tool_roots roots;
    seigr_public_key key;
    seigr_span piece;
    size_t cut = 0;
    int code = tool_key_parse(tool, tool->args.operands[0], &key);

    if (code != TOOL_EXIT_FINE)
        return code;
    code = tool_roots_read(tool, &roots);
    if (code == TOOL_EXIT_FINE)
        cut = trust_cut(&roots.text, &key);
    if (code == TOOL_EXIT_FINE && cut == 0)
        code = tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s has no anchor of this key", roots.path);
    piece = (seigr_span){roots.text.ptr, roots.text.len};
    if (code == TOOL_EXIT_FINE)
        code = trust_rewrite(tool, roots.path, &piece, 1);
    if (code == TOOL_EXIT_FINE) {
        if (tool->is_json) {
            json_t *json = tool_json_new("trust-remove");

            tool_json_set(json, "file", json_string(roots.path));
            tool_json_set(json, "removed", json_integer((json_int_t)cut));
            tool_json_print(json);
        }
        tool_say(tool, "removed from %s", roots.path);
        tool_line(tool);
    }
    tool_roots_fini(tool, &roots);
    return code;
}
