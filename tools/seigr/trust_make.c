/* SPDX-License-Identifier: MIT */
/*
 * trust_make.c - seigr trust identity, rotate, grant, revoke, attest: the
 * statements that a user makes, each a capsule in a bundle of its own.
 */
#include "sealer.h"     /* sealer_open */
#include "tool_json.h"  /* tool_json_id */
#include "tool_key.h"   /* tool_key_parse */
#include "tool_time.h"  /* tool_time_parse */
#include "tool_trust.h" /* tool_trust_number */

#include <stdlib.h> /* calloc */
#include <string.h> /* strlen */

#define MAKE_ROOM_LEN 16384u

/* A statement being made. */
struct make {
    struct tool *tool;
    uint8_t detail[MAKE_ROOM_LEN];
    uint8_t last[SEIGR_STATEMENT_LAST_MAX * SEIGR_STATEMENT_LAST_LEN];
    seigr_link links[4]; /* one more is the sealer's */
    seigr_draft draft;
};

static seigr_span make_text(const struct tool *tool, enum tool_option_id option)
{
    const char *text = tool_args_value(&tool->args, option);

    return (seigr_span){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

static int make_refused(struct tool *tool, const seigr_error *error)
{
    return tool_fail(tool, TOOL_EXIT_USAGE, "%s", error->text);
}

static void make_begin(struct make *make, struct tool *tool, uint32_t kind)
{
    const seigr_clock *clock = tool->context.clock;

    memset(make, 0, sizeof(*make));
    make->tool = tool;
    make->draft = (seigr_draft)SEIGR_DRAFT_INIT;
    make->draft.kind = kind;
    make->draft.created_ms = clock->unix_ms(clock->ctx);
}

/* --- Sealing ------------------------------------------------------------ */

static void make_answer(const struct make *make, const seigr_id *id,
                        const char *path)
{
    const struct tool *tool = make->tool;
    char address[SEIGR_ADDRESS_LEN + 1];

    seigr_address_encode_id(id, address);
    if (tool->is_json) {
        json_t *json = tool_json_new("trust-statement");

        tool_json_set(json, "id", tool_json_id(id));
        tool_json_set(json, "kind",
                      json_string(seigr_kind_name(make->draft.kind)));
        tool_json_set(json, "file", json_string(path));
        tool_json_print(json);
        return;
    }
    if (strcmp(path, "-") == 0)
        return; /* the bundle is the answer */
    tool_say(tool, "%s", address);
    tool_line(tool);
    tool_say(tool, "%s in %s", seigr_kind_name(make->draft.kind), path);
    tool_line(tool);
}

static int make_seal(struct make *make, size_t len)
{
    struct tool *tool = make->tool;
    const char *path = tool_args_value(&tool->args, TOOL_OUTPUT);
    struct sealer sealer = {.tool = tool};
    seigr_home *home;
    seigr_id id;
    int code;

    if (path == NULL)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "say where to write the capsule: -o FILE.seigr");
    code = tool_output_check(tool, path);
    if (code != TOOL_EXIT_FINE)
        return code;
    home = tool_key_home(tool);
    if (home == NULL)
        return TOOL_EXIT_FAILURE;
    make->draft.detail = (seigr_span){make->detail, len};
    code = sealer_open(&sealer, tool, home, path);
    if (code == TOOL_EXIT_FINE)
        code = sealer_add(&sealer, &make->draft, make->links, "the statement",
                          &id);
    if (code == TOOL_EXIT_FINE)
        code = sealer_finish(&sealer, &id);
    sealer_close(&sealer);
    seigr_home_close(home);
    if (code == TOOL_EXIT_FINE)
        make_answer(make, &id, path);
    return code;
}

/* --- Last good capsules ------------------------------------------------- */

/* Of the capsules of --last files: the last of each stream of a key. Returns
 * an exit code. */
static int make_last(struct make *make, const seigr_public_key *key,
                     seigr_span *out)
{
    struct tool *tool = make->tool;
    static seigr_last last[SEIGR_STATEMENT_LAST_MAX];
    struct tool_trust set = {0};
    size_t count = 0;
    size_t at = 0;
    const char *path;
    int code = TOOL_EXIT_FINE;

    while (code == TOOL_EXIT_FINE &&
           (path = tool_args_next(&tool->args, TOOL_LAST, &at)) != NULL)
        code = tool_trust_read(tool, &set, path);
    for (size_t i = 0; code == TOOL_EXIT_FINE && i < set.count; i++) {
        const seigr_capsule *c = seigr_verified_capsule(&set.capsules[i]);
        size_t k = 0;

        if (memcmp(&c->issuer, key, sizeof(*key)) != 0)
            continue;
        while (k < count && last[k].stream < c->stream)
            k++;
        if (k == count || last[k].stream != c->stream) {
            if (count == SEIGR_STATEMENT_LAST_MAX) {
                code = tool_fail(tool, TOOL_EXIT_USAGE,
                                 "--last: there are more than %u streams",
                                 SEIGR_STATEMENT_LAST_MAX);
                break;
            }
            memmove(&last[k + 1], &last[k], (count - k) * sizeof(*last));
            count++;
            last[k].sequence = 0;
        }
        if (c->sequence > last[k].sequence)
            last[k] = (seigr_last){c->stream, c->sequence,
                                   *seigr_verified_id(&set.capsules[i])};
    }
    tool_trust_fini(&set);
    if (code != TOOL_EXIT_FINE)
        return code;
    if (count == 0 && tool_args_count(&tool->args, TOOL_LAST) > 0)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--last: no capsule there is of this key");
    if (seigr_last_encode(last, count,
                          (seigr_buf){make->last, sizeof(make->last)}) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "--last cannot be written");
    *out = (seigr_span){make->last, count * SEIGR_STATEMENT_LAST_LEN};
    return TOOL_EXIT_FINE;
}

/* --- Identities --------------------------------------------------------- */

static int make_key_order(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

/* --next KEY and --recovery KEY..., --threshold. Returns an exit code. */
static int make_succession(struct tool *tool, seigr_identity *identity,
                           seigr_public_key keys[SEIGR_STATEMENT_KEYS_MAX])
{
    const char *next = tool_args_value(&tool->args, TOOL_NEXT);
    uint64_t threshold = 0;
    seigr_public_key key;
    const char *text;
    size_t count = 0;
    size_t at = 0;
    int code = TOOL_EXIT_FINE;

    if (next != NULL) {
        code = tool_key_parse(tool, next, &key);
        identity->has_next = 1;
        seigr_sha256(&tool->context, (seigr_span){key.bytes, 32},
                     &identity->next);
    }
    while (code == TOOL_EXIT_FINE &&
           (text = tool_args_next(&tool->args, TOOL_RECOVERY, &at)) != NULL) {
        if (count == SEIGR_STATEMENT_KEYS_MAX)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--recovery is given at most 8 times");
        code = tool_key_parse(tool, text, &keys[count++]);
    }
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_THRESHOLD, count, &threshold);
    if (code == TOOL_EXIT_FINE && (threshold > count))
        code = tool_fail(tool, TOOL_EXIT_USAGE,
                         "--threshold is at most the count of --recovery");
    if (count > 0)
        qsort(keys, count, sizeof(keys[0]), make_key_order);
    identity->recovery_threshold = (uint32_t)threshold;
    identity->recovery_keys = (seigr_span){keys[0].bytes, count * 32};
    return code;
}

/* The user's own key, without its passphrase. Returns an exit code. */
static int make_own_key(struct tool *tool, seigr_public_key *out)
{
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_home *home = tool_key_home(tool);
    int code;

    if (home == NULL)
        return TOOL_EXIT_FAILURE;
    code = tool_key_inspect(tool, home, &info);
    seigr_home_close(home);
    *out = info.key;
    return code;
}

/* The approvals of --approval files, ascending by key. Returns an exit
 * code. */
static int make_approvals(
    struct tool *tool,
    uint8_t room[SEIGR_STATEMENT_KEYS_MAX * SEIGR_STATEMENT_APPROVAL_LEN],
    seigr_span *out)
{
    const char *path;
    size_t count = 0;
    size_t at = 0;

    while ((path = tool_args_next(&tool->args, TOOL_APPROVAL, &at)) != NULL) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_buf bytes = {NULL, 0};
        size_t len;

        if (count == SEIGR_STATEMENT_KEYS_MAX)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--approval is given at most 8 times");
        if (seigr_posix_read_file(&tool->context, path,
                                  SEIGR_STATEMENT_APPROVAL_LEN, &bytes,
                                  &error) != 0)
            return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
        len = bytes.len;
        if (len == SEIGR_STATEMENT_APPROVAL_LEN)
            memcpy(room + count++ * len, bytes.ptr, len);
        seigr_posix_release(&tool->context, &bytes);
        if (len != SEIGR_STATEMENT_APPROVAL_LEN)
            return tool_fail(tool, TOOL_EXIT_MALFORMED,
                             "%s is no approval: it has %zu bytes, not 96",
                             path, len);
    }
    qsort(room, count, SEIGR_STATEMENT_APPROVAL_LEN, make_key_order);
    *out = (seigr_span){room, count * SEIGR_STATEMENT_APPROVAL_LEN};
    return TOOL_EXIT_FINE;
}

static int make_identity(struct tool *tool, const seigr_public_key *previous)
{
    static uint8_t
        approvals[SEIGR_STATEMENT_KEYS_MAX * SEIGR_STATEMENT_APPROVAL_LEN];
    static struct make make;
    seigr_identity identity = SEIGR_IDENTITY_INIT;
    seigr_public_key keys[SEIGR_STATEMENT_KEYS_MAX];
    seigr_public_key own;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len = 0;
    int code = make_succession(tool, &identity, keys);

    make_begin(&make, tool, SEIGR_KIND_IDENTITY);
    identity.name = make_text(tool, TOOL_NAME);
    identity.device_class = make_text(tool, TOOL_CLASS);
    identity.is_retired = tool_args_count(&tool->args, TOOL_RETIRE) > 0;
    if (code == TOOL_EXIT_FINE && previous != NULL) {
        identity.has_previous = 1;
        identity.previous = *previous;
        code = make_last(&make, previous, &identity.last);
        if (code == TOOL_EXIT_FINE)
            code = make_approvals(tool, approvals, &identity.approvals);
    } else if (code == TOOL_EXIT_FINE && identity.is_retired) {
        code = make_own_key(tool, &own);
        if (code == TOOL_EXIT_FINE)
            code = make_last(&make, &own, &identity.last);
    }
    if (code != TOOL_EXIT_FINE)
        return code;
    if (seigr_identity_encode(&identity,
                              (seigr_buf){make.detail, sizeof(make.detail)},
                              &len, &error) != 0)
        return make_refused(tool, &error);
    return make_seal(&make, len);
}

int cmd_trust_identity(struct tool *tool)
{
    if (tool_args_count(&tool->args, TOOL_RETIRE) == 0 &&
        tool_args_count(&tool->args, TOOL_LAST) > 0)
        return tool_fail(tool, TOOL_EXIT_USAGE, "--last goes with --retire");
    return make_identity(tool, NULL);
}

int cmd_trust_rotate(struct tool *tool)
{
    seigr_public_key previous;
    int code = tool_key_parse(tool, tool->args.operands[0], &previous);

    return code != TOOL_EXIT_FINE ? code : make_identity(tool, &previous);
}

/* The approval itself, 96 bytes that anybody may see. */
static int make_approval_file(struct tool *tool, const char *path,
                              const uint8_t *approval)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_output *output = NULL;
    int code = tool_output_open(tool, path, &output);
    int err = 0;

    if (code != TOOL_EXIT_FINE)
        return code;
    err = seigr_output_write(
        output, (seigr_span){approval, SEIGR_STATEMENT_APPROVAL_LEN}, &error);
    if (err == 0)
        err = seigr_output_sync(output, &error);
    if (err == 0)
        err = seigr_output_commit(output, &error);
    seigr_output_close(output);
    return err == 0 ? TOOL_EXIT_FINE
                    : tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
}

int cmd_trust_approve(struct tool *tool)
{
    const char *path = tool_args_value(&tool->args, TOOL_OUTPUT);
    uint8_t approval[SEIGR_STATEMENT_APPROVAL_LEN];
    seigr_keypair_signer_state state;
    seigr_public_key previous;
    seigr_public_key key;
    seigr_keypair keypair;
    seigr_signer signer;
    seigr_home *home;
    int code = tool_key_parse(tool, tool->args.operands[0], &previous);

    if (code == TOOL_EXIT_FINE)
        code = tool_key_parse(tool, tool->args.operands[1], &key);
    if (code == TOOL_EXIT_FINE && path == NULL)
        code = tool_fail(tool, TOOL_EXIT_USAGE,
                         "say where to write the approval: -o FILE");
    if (code != TOOL_EXIT_FINE)
        return code;
    home = tool_key_home(tool);
    if (home == NULL)
        return TOOL_EXIT_FAILURE;
    code = tool_key_load(tool, home, &keypair);
    seigr_home_close(home);
    if (code != TOOL_EXIT_FINE)
        return code;
    signer = seigr_keypair_signer(&tool->context, &keypair, &state);
    if (seigr_identity_approve(&signer, &previous, &key, approval) != 0)
        code = tool_fail(tool, TOOL_EXIT_FAILURE, "the key does not sign");
    seigr_keypair_fini(&tool->context, &keypair);
    if (code == TOOL_EXIT_FINE)
        code = make_approval_file(tool, path, approval);
    if (code == TOOL_EXIT_FINE && strcmp(path, "-") != 0) {
        tool_say(tool, "approved in %s", path);
        tool_line(tool);
    }
    return code;
}

/* --- Grants ------------------------------------------------------------- */

static int make_order(seigr_span a, seigr_span b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* --label KEY=VALUE, sorted. Returns an exit code. */
static int make_labels(struct tool *tool, seigr_grant *grant)
{
    const char *text;
    size_t at = 0;

    while ((text = tool_args_next(&tool->args, TOOL_LABEL, &at)) != NULL) {
        const char *equals = strchr(text, '=');
        seigr_label label;
        uint32_t k = grant->label_count;

        if (equals == NULL)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--label %s: write it as KEY=VALUE", text);
        if (k == SEIGR_STATEMENT_LABELS_MAX)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--label is given at most 8 times");
        label.key =
            (seigr_span){(const uint8_t *)text, (size_t)(equals - text)};
        label.value =
            (seigr_span){(const uint8_t *)equals + 1, strlen(equals + 1)};
        for (; k > 0 && make_order(grant->labels[k - 1].key, label.key) > 0;
             k--)
            grant->labels[k] = grant->labels[k - 1];
        grant->labels[k] = label;
        grant->label_count++;
    }
    return TOOL_EXIT_FINE;
}

/* The numbers of a grant. Returns an exit code. */
static int make_bounds(struct tool *tool, seigr_grant *grant)
{
    uint64_t delegations = 0;
    int code = tool_trust_time(tool, TOOL_EXPIRES, &grant->expires_ms);

    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_USES, 0, &grant->use_max);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_FUEL, 0, &grant->fuel_max);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_MEMORY, 0, &grant->memory_max);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_DELEGATIONS, 0, &delegations);
    if (code == TOOL_EXIT_FINE && delegations >= SEIGR_TRUST_CHAIN_MAX)
        code = tool_fail(tool, TOOL_EXIT_USAGE,
                         "--delegations is at most 7: a chain has at most 8 "
                         "grants");
    grant->delegation_max = (uint32_t)delegations;
    return code;
}

/* A capsule by its whole address. Returns an exit code. */
static int make_address(struct tool *tool, const char *text, seigr_id *out)
{
    seigr_error error = SEIGR_ERROR_INIT;

    if (seigr_address_decode_id(
            (seigr_span){(const uint8_t *)text, strlen(text)}, out, &error) ==
        0)
        return TOOL_EXIT_FINE;
    return tool_fail_error(tool, TOOL_EXIT_USAGE, text, &error);
}

int cmd_trust_grant(struct tool *tool)
{
    static struct make make;
    const char *parent = tool_args_value(&tool->args, TOOL_PARENT);
    seigr_grant grant = SEIGR_GRANT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len = 0;
    int code = tool_key_parse(tool, tool->args.operands[0], &grant.audience);

    make_begin(&make, tool, SEIGR_KIND_GRANT);
    grant.resource = make_text(tool, TOOL_RESOURCE);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_scope(tool, 0, &grant.scope);
    if (code == TOOL_EXIT_FINE)
        code = make_bounds(tool, &grant);
    if (code == TOOL_EXIT_FINE)
        code = make_labels(tool, &grant);
    if (code == TOOL_EXIT_FINE && parent != NULL) {
        code = make_address(tool, parent, &make.links[0].id);
        make.links[0].role = SEIGR_ROLE_GRANT;
        make.draft.link_count = 1;
    }
    if (code != TOOL_EXIT_FINE)
        return code;
    if (seigr_grant_encode(&grant,
                           (seigr_buf){make.detail, sizeof(make.detail)}, &len,
                           &error) != 0)
        return make_refused(tool, &error);
    return make_seal(&make, len);
}

/* --- Revocations and attestations --------------------------------------- */

int cmd_trust_revoke(struct tool *tool)
{
    static struct make make;
    const char *what = tool->args.operands[0];
    seigr_revocation revocation = SEIGR_REVOCATION_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len = 0;
    int code;

    make_begin(&make, tool, SEIGR_KIND_REVOCATION);
    revocation.reason = make_text(tool, TOOL_REASON);
    if (strncmp(what, "did:", 4) == 0) {
        revocation.type = SEIGR_REVOKES_KEY;
        code = tool_key_parse(tool, what, &revocation.key);
        if (code == TOOL_EXIT_FINE)
            code = make_last(&make, &revocation.key, &revocation.last);
    } else {
        revocation.type = SEIGR_REVOKES_CAPSULE;
        code = make_address(tool, what, &revocation.capsule);
        if (code == TOOL_EXIT_FINE &&
            tool_args_count(&tool->args, TOOL_LAST) > 0)
            code = tool_fail(tool, TOOL_EXIT_USAGE,
                             "--last goes with a key, a did:key");
    }
    if (code != TOOL_EXIT_FINE)
        return code;
    if (seigr_revocation_encode(&revocation,
                                (seigr_buf){make.detail, sizeof(make.detail)},
                                &len, &error) != 0)
        return make_refused(tool, &error);
    return make_seal(&make, len);
}

int cmd_trust_attest(struct tool *tool)
{
    static struct make make;
    seigr_attestation attestation = SEIGR_ATTESTATION_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint64_t weight = 0;
    size_t len = 0;
    int code =
        tool_key_parse(tool, tool->args.operands[0], &attestation.subject);

    make_begin(&make, tool, SEIGR_KIND_ATTESTATION);
    attestation.statement = make_text(tool, TOOL_REASON);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_scope(tool, 0, &attestation.scope);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_WEIGHT, 1000, &weight);
    if (code == TOOL_EXIT_FINE && (weight == 0 || weight > 1000))
        code = tool_fail(tool, TOOL_EXIT_USAGE, "--weight is from 1 to 1000");
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_time(tool, TOOL_EXPIRES, &attestation.expires_ms);
    if (code != TOOL_EXIT_FINE)
        return code;
    attestation.weight = (uint32_t)weight;
    if (seigr_attestation_encode(&attestation,
                                 (seigr_buf){make.detail, sizeof(make.detail)},
                                 &len, &error) != 0)
        return make_refused(tool, &error);
    return make_seal(&make, len);
}
