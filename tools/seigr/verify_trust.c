/* SPDX-License-Identifier: MIT */
/*
 * verify_trust.c - identity, revocation and grants, each a line of its own
 * with the capsule that decides it.
 */
#include "verify_trust.h" /* struct verify_policy */

#include "tool_json.h" /* tool_json_id */

#include <stdlib.h> /* qsort */
#include <string.h> /* memset */

/* One line: how many capsules it is broken for, and the first of them. */
struct verify_property {
    const char *name;
    size_t broken_count;
    char text[SEIGR_ERROR_TEXT_LEN];
};

#define VERIFY_IDENTITY 0
#define VERIFY_REVOCATION 1
#define VERIFY_GRANTS 2
#define VERIFY_INCLUSION 3 /* asked with --as-of alone */
#define VERIFY_PROPERTIES 4

int verify_policy_init(struct tool *tool, struct verify_policy *policy)
{
    int code;

    memset(policy, 0, sizeof(*policy));
    policy->is_asked = tool_args_count(&tool->args, TOOL_ROOTS) > 0 ||
                       tool_args_count(&tool->args, TOOL_AS_OF) > 0;
    if (!policy->is_asked) {
        if (tool_args_count(&tool->args, TOOL_SCOPE) > 0)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--scope goes with --roots or --as-of");
        return TOOL_EXIT_FINE;
    }
    code = tool_trust_time(tool, TOOL_AS_OF, &policy->as_of_ms);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_scope(tool, SEIGR_SCOPE_ADMIT, &policy->scope);
    if (code == TOOL_EXIT_FINE && (policy->scope & (policy->scope - 1)) != 0)
        code = tool_fail(tool, TOOL_EXIT_USAGE,
                         "--scope is one word here: one question at a time");
    return code == TOOL_EXIT_FINE ? tool_roots_read(tool, &policy->roots)
                                  : code;
}

void verify_policy_fini(const struct tool *tool, struct verify_policy *policy)
{
    if (policy->is_asked)
        tool_roots_fini(tool, &policy->roots);
}

/* Which line a reason breaks, or VERIFY_PROPERTIES for none. */
static unsigned verify_property_of(uint32_t why)
{
    switch (why) {
    case SEIGR_WHY_REVOKED:
        return VERIFY_REVOCATION;
    case SEIGR_WHY_ROTATED:
    case SEIGR_WHY_RETIRED:
    case SEIGR_WHY_FORKED:
        return VERIFY_IDENTITY;
    case SEIGR_WHY_UNSEEN:
        return VERIFY_INCLUSION;
    case SEIGR_WHY_NO_PATH:
    case SEIGR_WHY_WEIGHT:
        return VERIFY_PROPERTIES;
    }
    return why < SEIGR_WHY_NO_PATH ? VERIFY_PROPERTIES : VERIFY_GRANTS;
}

static json_t *verify_decision(const seigr_id *id, const seigr_answer *answer)
{
    json_t *json = json_object();

    tool_json_set(json, "address", tool_json_id(id));
    tool_json_set(json, "allowed",
                  json_boolean(answer->why < SEIGR_WHY_NO_PATH));
    tool_json_set(json, "why", json_string(seigr_why_name(answer->why)));
    tool_json_set(json, "text", json_string(answer->text));
    if (answer->has_id)
        tool_json_set(json, "decided_by", tool_json_id(&answer->id));
    return json;
}

static void verify_say_property(const struct tool *tool,
                                const struct verify_property *property)
{
    const int is_broken = property->broken_count > 0;

    tool_say(tool, "  %-12s ", property->name);
    tool_color(tool, is_broken ? TOOL_RED : TOOL_GREEN);
    tool_say(tool, "%s", is_broken ? "broken" : "holds");
    tool_color(tool, TOOL_PLAIN);
    if (is_broken)
        tool_say(tool, ": %zu, first %s", property->broken_count,
                 property->text);
    tool_line(tool);
}

/* One capsule. Returns its reason. */
static uint32_t verify_ask(const struct verify_policy *policy,
                           struct tool_trust *set, size_t number,
                           uint64_t now_ms, seigr_answer *answer)
{
    seigr_question question = SEIGR_QUESTION_INIT;
    int err;

    question.scope = policy->scope;
    question.capsule = &set->capsules[number];
    question.now_ms = policy->as_of_ms != 0 ? policy->as_of_ms : now_ms;
    err = seigr_trust_decide(set->trust, &question, answer);
    return err == SEIGR_E_INVAL ? SEIGR_WHY_NO_PATH : answer->why;
}

/* As of a past time the checkpoints of anchors with scope time are the
 * witnesses: nobody need have seen them. */
static int verify_is_witness(const struct verify_policy *policy,
                             const seigr_verified *verified)
{
    const seigr_capsule *capsule = seigr_verified_capsule(verified);

    if (policy->as_of_ms == 0 || capsule->kind != SEIGR_KIND_CHECKPOINT)
        return 0;
    for (size_t i = 0; i < policy->roots.anchor_count; i++) {
        const seigr_anchor *anchor = &policy->roots.anchors[i];

        if ((anchor->scope & SEIGR_SCOPE_TIME) != 0 &&
            memcmp(&anchor->key, &capsule->issuer, sizeof(anchor->key)) == 0)
            return 1;
    }
    return 0;
}

/* --- Evidence ----------------------------------------------------------- */

/* What the RESULT and DISPUTE capsules of a file prove of workers. */
struct verify_evidence {
    size_t result_count;
    size_t agree_count;   /* pairs of two issuers, one task after another */
    size_t differ_count;  /* pairs, of which one is wrong */
    size_t dispute_count; /* that say what the results say */
    size_t broken_count;  /* that do not, or whose results are not there */
};

static int verify_task_of(const seigr_capsule *capsule, seigr_id *out)
{
    size_t cursor = 0;
    seigr_link link;

    while (seigr_capsule_next_link(capsule, &cursor, &link))
        if (link.role == SEIGR_ROLE_TASK) {
            *out = link.id;
            return 1;
        }
    return 0;
}

/* A RESULT, and the task by which it is sorted. */
struct verify_result {
    seigr_id task;
    const seigr_verified *capsule;
};

static int verify_result_order(const void *a, const void *b)
{
    return memcmp(a, b, SEIGR_ID_LEN);
}

/* Each result with the one before it of the same task. */
static void verify_results(struct tool *tool, const struct tool_trust *set,
                           struct verify_result *results,
                           struct verify_evidence *out)
{
    for (size_t i = 0; i < set->count; i++) {
        const seigr_capsule *c = seigr_verified_capsule(&set->capsules[i]);
        struct verify_result *r = &results[out->result_count];

        if (c->kind != SEIGR_KIND_RESULT || !verify_task_of(c, &r->task))
            continue;
        r->capsule = &set->capsules[i];
        out->result_count++;
    }
    if (out->result_count > 0)
        qsort(results, out->result_count, sizeof(*results),
              verify_result_order);
    for (size_t i = 1; i < out->result_count; i++) {
        int agree;

        if (verify_result_order(&results[i - 1], &results[i]) != 0)
            continue;
        agree = seigr_reputation_agree(&tool->context, results[i - 1].capsule,
                                       results[i].capsule, NULL);
        out->agree_count += agree == 1;
        out->differ_count += agree == 0;
    }
}

static const seigr_verified *verify_find(const struct tool_trust *set,
                                         const seigr_id *id)
{
    for (size_t i = 0; i < set->count; i++)
        if (memcmp(seigr_verified_id(&set->capsules[i]), id, sizeof(*id)) == 0)
            return &set->capsules[i];
    return NULL;
}

static void verify_disputes(struct tool *tool, const struct tool_trust *set,
                            struct verify_evidence *out)
{
    for (size_t i = 0; i < set->count; i++) {
        const seigr_verified *dispute = &set->capsules[i];
        seigr_dispute view = SEIGR_DISPUTE_INIT;
        const seigr_verified *a;
        const seigr_verified *b;
        uint32_t wrong;

        if (seigr_dispute_decode(seigr_verified_capsule(dispute), &view,
                                 NULL) != 0)
            continue;
        a = verify_find(set, &view.a);
        b = verify_find(set, &view.b);
        if (a != NULL && b != NULL &&
            seigr_reputation_dispute(&tool->context, dispute, a, b, &wrong,
                                     NULL) == 0)
            out->dispute_count++;
        else
            out->broken_count++;
    }
}

/* One line, where there is any evidence. */
static void verify_say_evidence(struct tool *tool, const struct tool_trust *set,
                                json_t *json)
{
    struct verify_evidence e = {0, 0, 0, 0, 0};
    struct verify_result *results = malloc((set->count + 1) * sizeof(*results));

    if (results == NULL) {
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
        return;
    }
    verify_results(tool, set, results, &e);
    free(results);
    verify_disputes(tool, set, &e);
    if (json != NULL) {
        tool_json_set(json, "results",
                      json_integer((json_int_t)e.result_count));
        tool_json_set(json, "agree", json_integer((json_int_t)e.agree_count));
        tool_json_set(json, "differ", json_integer((json_int_t)e.differ_count));
        tool_json_set(json, "proved",
                      json_integer((json_int_t)e.dispute_count));
        tool_json_set(json, "unproved",
                      json_integer((json_int_t)e.broken_count));
    }
    if (e.result_count + e.dispute_count + e.broken_count == 0)
        return;
    tool_say(tool,
             "  evidence     %zu results: %zu pairs agree, %zu differ; %zu "
             "disputes hold, %zu do not",
             e.result_count, e.agree_count, e.differ_count, e.dispute_count,
             e.broken_count);
    tool_line(tool);
}

int verify_trust_decide(struct tool *tool, const struct verify_policy *policy,
                        struct tool_trust *set, json_t *json, json_t *evidence,
                        verify_trust_refuse *refuse, void *ctx)
{
    struct verify_property lines[VERIFY_PROPERTIES] = {{"identity", 0, ""},
                                                       {"revocation", 0, ""},
                                                       {"grants", 0, ""},
                                                       {"inclusion", 0, ""}};
    const unsigned asked =
        policy->as_of_ms != 0 ? VERIFY_PROPERTIES : VERIFY_INCLUSION;
    const seigr_clock *clock = tool->context.clock;
    const uint64_t now_ms = clock->unix_ms(clock->ctx);
    size_t refused = 0;

    if (tool_trust_settle(tool, set, &policy->roots, 0, policy->as_of_ms) !=
        TOOL_EXIT_FINE)
        return 0;
    for (size_t i = 0; i < set->count; i++) {
        const seigr_id *id = seigr_verified_id(&set->capsules[i]);
        seigr_answer answer = SEIGR_ANSWER_INIT;
        const uint32_t why = verify_ask(policy, set, i, now_ms, &answer);
        const unsigned line = verify_property_of(why);
        char text[SEIGR_ERROR_TEXT_LEN + 32];
        char address[SEIGR_ADDRESS_SHORT_LEN + 1];

        if (verify_is_witness(policy, &set->capsules[i]))
            continue;
        if (json != NULL)
            (void)json_array_append_new(json, verify_decision(id, &answer));
        if (why < SEIGR_WHY_NO_PATH)
            continue;
        seigr_address_short_id(id, address);
        (void)snprintf(text, sizeof(text), "%s: %s", address, answer.text);
        if (line < VERIFY_PROPERTIES && lines[line].broken_count++ == 0)
            (void)snprintf(lines[line].text, sizeof(lines[line].text), "%.*s",
                           (int)sizeof(lines[line].text) - 1, text);
        if (refused++ == 0)
            refuse(why == SEIGR_WHY_EXPIRED ? TOOL_EXIT_EXPIRED
                                            : TOOL_EXIT_TRUST,
                   text, ctx);
    }
    for (size_t i = 0; i < asked; i++)
        verify_say_property(tool, &lines[i]);
    verify_say_evidence(tool, set, evidence);
    return refused == 0;
}
