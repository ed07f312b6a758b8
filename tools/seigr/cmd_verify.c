/* SPDX-License-Identifier: MIT */
/*
 * cmd_verify.c - seigr verify: is it what it says, and by whom?
 *
 * A signature is a fact about bytes, and so is how capsules hang together.
 * Whether to trust a signer is another question, answered only when --by,
 * --roots or --as-of asks it.
 */
#include "lineage_json.h"   /* lineage_json_line */
#include "run_again.h"      /* replay_file */
#include "tool.h"           /* struct tool */
#include "tool_json.h"      /* tool_json_new */
#include "tool_key.h"       /* tool_key_parse */
#include "tool_source.h"    /* tool_source_read */
#include "verify_content.h" /* struct verify_content */
#include "verify_seen.h"    /* struct verify_seen */
#include "verify_trust.h"   /* struct verify_policy */

#include <assert.h> /* assert */
#include <stdlib.h> /* realloc */
#include <string.h> /* memcmp */

/* What is asked of all files. */
struct verify {
    struct tool *tool;
    int has_by;
    seigr_public_key by;
    struct verify_policy policy;
};

/* One file being verified. */
struct verify_file {
    const struct verify *verify;
    const char *name;
    int exit;
    size_t good_count;
    seigr_public_key signer; /* of the capsule printed last */
    seigr_lineage *lineage;
    seigr_bundle_order *order;
    struct verify_content content;
    struct verify_seen seen;
    struct tool_trust kept; /* where the policy is asked */
    int is_trusted;         /* by the policy */
    seigr_id *roots;        /* NULL: a bare capsule */
    size_t root_count;
    json_t *json; /* NULL unless JSON is the answer */
};

static void verify_refuse(struct verify_file *file, int code, const char *text,
                          uint64_t offset)
{
    struct tool *tool = file->verify->tool;
    json_t *refusal;

    assert(code != TOOL_EXIT_FINE && text != NULL);
    file->exit = tool_worse(file->exit, code);
    if (offset == SEIGR_NO_OFFSET)
        (void)tool_fail(tool, code, "%s: %s", file->name, text);
    else
        (void)tool_fail(tool, code, "%s: %s (at byte %llu)%s", file->name, text,
                        (unsigned long long)offset, tool_advice(code));
    if (file->json == NULL)
        return;
    refusal = json_object();
    tool_json_set(refusal, "exit", json_integer(code));
    tool_json_set(
        refusal, "text",
        tool_json_text((seigr_span){(const uint8_t *)text, strlen(text)}));
    if (offset != SEIGR_NO_OFFSET)
        tool_json_set(refusal, "offset", tool_json_number(offset));
    (void)json_array_append_new(json_object_get(file->json, "refusals"),
                                refusal);
}

/* --- One capsule -------------------------------------------------------- */

static void verify_say_signer(struct verify_file *file,
                              const seigr_public_key *key)
{
    const struct tool *tool = file->verify->tool;
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];

    assert(key != NULL);
    if (file->good_count > 0 && memcmp(key, &file->signer, sizeof(*key)) == 0)
        return;
    file->signer = *key;
    seigr_address_encode_key(key, address);
    seigr_did_key_encode(key, did);
    tool_say(tool, "  signed by %s", did);
    tool_line(tool);
    tool_say(tool, "            %s", address);
    tool_line(tool);
}

static void verify_say_capsule(struct verify_file *file,
                               const seigr_verified *verified)
{
    const struct tool *tool = file->verify->tool;
    const seigr_capsule *capsule = seigr_verified_capsule(verified);
    const char *kind = seigr_kind_name(capsule->kind);
    char address[SEIGR_ADDRESS_SHORT_LEN + 1];

    verify_say_signer(file, &capsule->issuer);
    seigr_address_short_id(seigr_verified_id(verified), address);
    if (kind != NULL)
        tool_say(tool, "    %s  %-8s ", address, kind);
    else
        tool_say(tool, "    %s  kind %u ", address, capsule->kind);
    if (!tool->is_quiet && !tool->is_json)
        tool_put_escaped(stdout, capsule->name, 0);
    tool_line(tool);
}

static void verify_trust(struct verify_file *file, const seigr_capsule *capsule)
{
    const struct verify *verify = file->verify;
    char text[160];
    char did[SEIGR_DID_KEY_LEN + 1];

    assert(capsule != NULL);
    if (!verify->has_by ||
        memcmp(&capsule->issuer, &verify->by, sizeof(verify->by)) == 0)
        return;
    seigr_did_key_encode(&capsule->issuer, did);
    (void)snprintf(text, sizeof(text),
                   "another key signed it, %s, not the one of --by", did);
    verify_refuse(file, TOOL_EXIT_TRUST, text, SEIGR_NO_OFFSET);
}

static int verify_no_memory(struct verify_file *file)
{
    verify_refuse(file, TOOL_EXIT_FAILURE, "memory could not be had",
                  SEIGR_NO_OFFSET);
    return SEIGR_E_NOMEM;
}

static int verify_item(const struct tool_item *item, void *ctx)
{
    struct verify_file *file = ctx;
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    assert(item != NULL);
    if (file->json != NULL)
        (void)json_array_append_new(json_object_get(file->json, "capsules"),
                                    tool_json_item(file->verify->tool, item));
    if (item->verified == NULL) {
        char text[SEIGR_ERROR_TEXT_LEN + 64];

        (void)snprintf(text, sizeof(text), "the capsule is refused: %s",
                       item->error.text);
        verify_refuse(file, tool_exit_of(item->error.code), text, item->offset);
        seigr_lineage_refuse(file->lineage, item->error.code, NULL);
        return 0;
    }
    verify_say_capsule(file, item->verified);
    verify_trust(file, item->capsule);
    file->good_count++;
    if (file->verify->policy.is_asked &&
        tool_trust_keep(file->verify->tool, &file->kept, item->verified) !=
            TOOL_EXIT_FINE)
        return SEIGR_E_NOMEM;
    if (verify_content_note(&file->content, item->verified) != 0)
        return verify_no_memory(file);
    err = verify_seen_note(&file->seen, item->verified, &error);
    if (err == SEIGR_E_NOMEM)
        return verify_no_memory(file);
    if (err != 0)
        verify_refuse(file, tool_exit_of(err), error.text, item->offset);
    err = seigr_bundle_order_put(file->order, item->verified, &error);
    if (err < 0)
        verify_refuse(file, tool_exit_of(err), error.text, item->offset);
    if (err == 0 || err == SEIGR_E_LINEAGE)
        err = seigr_lineage_add(file->lineage, item->verified, &error);
    if (err < 0)
        verify_refuse(file, TOOL_EXIT_FAILURE, error.text, SEIGR_NO_OFFSET);
    return err;
}

static int verify_header(const seigr_id *roots, size_t count, void *ctx)
{
    struct verify_file *file = ctx;

    assert(roots != NULL || count == 0);
    for (size_t i = 0; file->json != NULL && i < count; i++)
        (void)json_array_append_new(json_object_get(file->json, "roots"),
                                    tool_json_id(&roots[i]));
    file->roots = malloc((count + 1) * sizeof(*roots));
    if (file->roots == NULL)
        return verify_no_memory(file);
    if (count > 0)
        memcpy(file->roots, roots, count * sizeof(*roots));
    file->root_count = count;
    return 0;
}

static int verify_body(const seigr_bundle_event *event, void *ctx)
{
    struct verify_file *file = ctx;

    assert(event != NULL);
    if (event->type == SEIGR_BUNDLE_BODY &&
        verify_content_met(&file->content, &event->root) != 0)
        return verify_no_memory(file);
    return 0;
}

/* --- All capsules ------------------------------------------------------- */

/* Every root must be in it. Where a capsule was refused it may have been that
 * one: the refusal says enough. */
static void verify_roots(struct verify_file *file)
{
    if (file->exit == TOOL_EXIT_SIGNATURE || file->exit == TOOL_EXIT_MALFORMED)
        return;
    for (size_t i = 0; i < file->root_count; i++) {
        char text[SEIGR_ADDRESS_LEN + 64];
        char address[SEIGR_ADDRESS_LEN + 1];

        if (seigr_bundle_order_has(file->order, &file->roots[i]))
            continue;
        seigr_address_encode_id(&file->roots[i], address);
        (void)snprintf(text, sizeof(text), "the root is not in it: %s",
                       address);
        verify_refuse(file, TOOL_EXIT_LINEAGE, text, SEIGR_NO_OFFSET);
    }
}

static const char *verify_status_color(uint32_t status)
{
    return status == SEIGR_VERDICT_HOLDS    ? TOOL_GREEN
           : status == SEIGR_VERDICT_BROKEN ? TOOL_RED
                                            : TOOL_PLAIN;
}

static void verify_say_line(struct verify_file *file,
                            const seigr_verdict_line *line)
{
    const struct tool *tool = file->verify->tool;

    assert(line != NULL);
    /* What is missing is no fault: FORMATS 5. */
    const int is_gap = line->property == SEIGR_PROPERTY_COMPLETENESS;

    tool_say(tool, "  %-12s ", seigr_property_name(line->property));
    tool_color(tool, is_gap ? TOOL_PLAIN : verify_status_color(line->status));
    tool_say(tool, "%s",
             is_gap && line->status == SEIGR_VERDICT_BROKEN
                 ? "open"
                 : seigr_verdict_name(line->status));
    tool_color(tool, TOOL_PLAIN);
    if (line->status != SEIGR_VERDICT_HOLDS)
        tool_say(tool, ": %s", line->text);
    tool_line(tool);
}

static void verify_put_line(struct verify_file *file,
                            const seigr_verdict_line *line)
{
    assert(line != NULL);
    if (file->json != NULL)
        (void)json_array_append_new(json_object_get(file->json, "lineage"),
                                    lineage_json_line(line));
}

/* The verdict, a line a property; a broken chain or fork is refused. */
static void verify_lineage(struct verify_file *file)
{
    seigr_verdict_line line;

    assert(file->lineage != NULL);
    if (seigr_lineage_settle(file->lineage) != 0) {
        (void)verify_no_memory(file);
        return;
    }
    for (uint32_t p = 1; p <= SEIGR_PROPERTY_COUNT; p++) {
        if (seigr_lineage_verdict(file->lineage, p, &line) != 0)
            continue;
        verify_put_line(file, &line);
        if (line.status == SEIGR_VERDICT_NOT_ASKED)
            continue;
        verify_say_line(file, &line);
        if (line.status == SEIGR_VERDICT_BROKEN &&
            (p == SEIGR_PROPERTY_CHAINS || p == SEIGR_PROPERTY_FORKS))
            verify_refuse(file, TOOL_EXIT_LINEAGE, line.text, SEIGR_NO_OFFSET);
    }
}

static void verify_own_line(struct verify_file *file, const char *name,
                            const seigr_verdict_line *line)
{
    const struct tool *tool = file->verify->tool;
    json_t *json;

    if (file->json != NULL) {
        json = lineage_json_line(line);
        tool_json_set(json, "property", json_string(name));
        (void)json_array_append_new(json_object_get(file->json, "lineage"),
                                    json);
    }
    if (line->status == SEIGR_VERDICT_NOT_ASKED)
        return;
    tool_say(tool, "  %-12s ", name);
    tool_color(tool, verify_status_color(line->status));
    tool_say(tool, "%s", seigr_verdict_name(line->status));
    tool_color(tool, TOOL_PLAIN);
    if (line->status != SEIGR_VERDICT_HOLDS)
        tool_say(tool, ": %s", line->text);
    tool_line(tool);
}

/* What checkpoints say of their logs. */
static void verify_seen(struct verify_file *file)
{
    seigr_verdict_line line;

    verify_seen_consistency(&file->seen, &line);
    verify_own_line(file, "consistency", &line);
    if (line.status == SEIGR_VERDICT_BROKEN)
        verify_refuse(file, TOOL_EXIT_LINEAGE, line.text, SEIGR_NO_OFFSET);
}

/* Name the first link that leads nowhere, once something else is broken: it
 * tells which capsule is not what it was. */
static void verify_first_break(struct verify_file *file)
{
    const struct tool *tool = file->verify->tool;
    char from[SEIGR_ADDRESS_LEN + 1] = "the file's header";
    char to[SEIGR_ADDRESS_LEN + 1];
    char role[32] = "root";
    seigr_lineage_gap gap;
    seigr_lineage_capsule capsule;
    json_t *json;
    size_t i = 0;

    if (file->good_count == 0 || (file->exit != TOOL_EXIT_SIGNATURE &&
                                  file->exit != TOOL_EXIT_MALFORMED))
        return;
    if (seigr_lineage_gap_at(file->lineage, 0, &gap) == 0 && gap.has_id &&
        seigr_lineage_at(file->lineage, gap.from, &capsule) == 0) {
        const char *name = gap.role == SEIGR_LINEAGE_PREVIOUS
                               ? "previous"
                               : seigr_role_name(gap.role);

        seigr_address_encode_id(&capsule.id, from);
        seigr_address_encode_id(&gap.id, to);
        (void)snprintf(role, sizeof(role), "%s", name != NULL ? name : "link");
    } else {
        while (i < file->root_count &&
               seigr_bundle_order_has(file->order, &file->roots[i]))
            i++;
        if (i == file->root_count)
            return;
        seigr_address_encode_id(&file->roots[i], to);
    }
    tool_say(tool, "  first broken link: %s names %s as %s", from, to, role);
    tool_line(tool);
    if (file->json == NULL)
        return;
    json = json_object();
    tool_json_set(json, "from", json_string(from));
    tool_json_set(json, "role", json_string(role));
    tool_json_set(json, "address", json_string(to));
    tool_json_set(file->json, "first_broken_link", json);
}

static void verify_refuse_content(int code, const char *text, void *ctx)
{
    verify_refuse(ctx, code, text, SEIGR_NO_OFFSET);
}

static const char *verify_trust_text(const struct verify_file *file)
{
    const struct verify *verify = file->verify;

    if (!verify->has_by && !verify->policy.is_asked)
        return "not asked";
    if (file->exit != TOOL_EXIT_FINE ||
        (verify->policy.is_asked && !file->is_trusted))
        return "no";
    return verify->policy.is_asked ? "by your anchors"
                                   : "signed by the key of --by";
}

static void verify_policy_of(struct verify_file *file)
{
    const struct verify *verify = file->verify;

    if (verify->policy.is_asked && file->good_count > 0)
        file->is_trusted = verify_trust_decide(
            verify->tool, &verify->policy, &file->kept,
            file->json == NULL ? NULL
                               : json_object_get(file->json, "decisions"),
            file->json == NULL ? NULL : json_object_get(file->json, "evidence"),
            verify_refuse_content, file);
}

static void verify_end(struct verify_file *file, const char *path,
                       const struct tool_source_end *end)
{
    const struct tool *tool = file->verify->tool;
    const char *trust;

    assert(path != NULL);
    if (end->exit != TOOL_EXIT_FINE)
        verify_refuse(file, end->exit, end->error.text, end->error.offset);
    if (end->exit == TOOL_EXIT_FINE || file->good_count > 0) {
        verify_roots(file);
        verify_lineage(file);
        verify_seen(file);
        verify_first_break(file);
    }
    if (end->exit == TOOL_EXIT_FINE)
        verify_content_finish(
            &file->content, path, file->roots, file->root_count,
            file->json == NULL ? NULL : json_object_get(file->json, "content"),
            verify_refuse_content, file);
    verify_policy_of(file);
    trust = verify_trust_text(file);
    if (file->good_count > 0) {
        tool_say(tool, "  trust: %s", trust);
        tool_line(tool);
    }
    if (file->json != NULL) {
        tool_json_set(file->json, "trust", json_string(trust));
        tool_json_set(file->json, "exit", json_integer(file->exit));
    }
}

/* The property that is only looked at where it is asked for: it runs what
 * strangers wrote. */
static void verify_replay(struct verify_file *file, const char *path)
{
    if (file->json != NULL)
        tool_json_set(file->json, "replay", json_array());
    file->exit = replay_file(
        file->verify->tool, path,
        file->json == NULL ? NULL : json_object_get(file->json, "replay"));
    if (file->json != NULL)
        tool_json_set(file->json, "exit", json_integer(file->exit));
}

static void verify_one(struct verify *verify, const char *path, json_t *files)
{
    struct tool *tool = verify->tool;
    struct verify_file file = {.verify = verify,
                               .name = tool_source_name(path),
                               .content = {.tool = tool}};
    const struct tool_source_visitor visitor = {verify_header, verify_item,
                                                verify_body, &file, 0};
    struct tool_source_end end;

    assert(path != NULL);
    if (seigr_lineage_new(&tool->context, NULL, &file.lineage) != 0 ||
        seigr_bundle_order_new(&tool->context, &file.order) != 0) {
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
        goto done;
    }
    if (files != NULL) {
        file.json = json_object();
        tool_json_set(
            file.json, "file",
            tool_json_text((seigr_span){(const uint8_t *)path, strlen(path)}));
        tool_json_set(file.json, "roots", json_array());
        tool_json_set(file.json, "capsules", json_array());
        tool_json_set(file.json, "refusals", json_array());
        tool_json_set(file.json, "lineage", json_array());
        tool_json_set(file.json, "content", json_array());
        if (verify->policy.is_asked) {
            tool_json_set(file.json, "decisions", json_array());
            tool_json_set(file.json, "evidence", json_object());
        }
        (void)json_array_append_new(files, file.json);
    }
    tool_say(tool, "%s", file.name);
    tool_line(tool);
    tool_source_read(tool, path, &visitor, &end);
    verify_end(&file, path, &end);
    if (tool_args_count(&tool->args, TOOL_REPLAY) > 0 &&
        file.exit == TOOL_EXIT_FINE)
        verify_replay(&file, path);
done:
    verify_content_fini(&file.content);
    tool_trust_fini(&file.kept);
    verify_seen_fini(&file.seen);
    seigr_lineage_free(file.lineage);
    seigr_bundle_order_free(file.order);
    free(file.roots);
}

int cmd_verify(struct tool *tool)
{
    const char *by = tool_args_value(&tool->args, TOOL_BY);
    struct verify verify = {.tool = tool};
    json_t *json = NULL;
    json_t *files = NULL;
    int code;

    if (tool_args_value(&tool->args, TOOL_CONTENT) != NULL &&
        tool->args.operand_count > 1)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--content is of one bundle; give one FILE");
    if (by != NULL) {
        code = tool_key_parse(tool, by, &verify.by);
        if (code != TOOL_EXIT_FINE)
            return code;
        verify.has_by = 1;
    }
    code = verify_policy_init(tool, &verify.policy);
    if (code != TOOL_EXIT_FINE) {
        verify_policy_fini(tool, &verify.policy);
        return code;
    }
    if (tool->is_json) {
        json = tool_json_new("verify");
        tool_json_set(json, "files", json_array());
        files = json_object_get(json, "files");
    }
    for (size_t i = 0; i < tool->args.operand_count && !tool_is_stopped(); i++)
        verify_one(&verify, tool->args.operands[i], files);
    if (json != NULL) {
        tool_json_set(json, "exit", json_integer(tool->exit));
        tool_json_print(json);
    }
    verify_policy_fini(tool, &verify.policy);
    return tool->exit;
}
