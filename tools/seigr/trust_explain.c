/* SPDX-License-Identifier: MIT */
/*
 * trust_explain.c - seigr trust explain: one decision, the path that led to
 * it, and what would change it.
 */
#include "tool_json.h"  /* tool_json_new */
#include "tool_key.h"   /* tool_key_parse */
#include "tool_trust.h" /* tool_trust_settle */

#include <string.h> /* strlen */

/* What is asked, with what it points to. */
struct explain {
    struct tool *tool;
    struct tool_trust set;
    struct tool_roots roots;
    seigr_question question;
    seigr_public_key key;
    seigr_id id;
    uint64_t as_of_ms;
    uint64_t minimum;
};

/* Who: --key, or the capsule of --capsule. Returns an exit code. */
static int explain_who(struct explain *explain)
{
    struct tool *tool = explain->tool;
    const char *key = tool_args_value(&tool->args, TOOL_KEY);
    const char *capsule = tool_args_value(&tool->args, TOOL_CAPSULE);
    seigr_error error = SEIGR_ERROR_INIT;

    if ((key != NULL) == (capsule != NULL))
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "say about whom: --key KEY, or --capsule ADDRESS");
    if (key != NULL) {
        explain->question.key = &explain->key;
        return tool_key_parse(tool, key, &explain->key);
    }
    if (seigr_address_decode_id(
            (seigr_span){(const uint8_t *)capsule, strlen(capsule)},
            &explain->id, &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_USAGE, capsule, &error);
    for (size_t i = 0; i < explain->set.count; i++)
        if (memcmp(seigr_verified_id(&explain->set.capsules[i]), &explain->id,
                   sizeof(explain->id)) == 0)
            explain->question.capsule = &explain->set.capsules[i];
    if (explain->question.capsule != NULL)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "the capsule of --capsule is in none of the files");
}

/* What, and when. Returns an exit code. */
static int explain_what(struct explain *explain)
{
    struct tool *tool = explain->tool;
    const seigr_clock *clock = tool->context.clock;
    const char *resource = tool_args_value(&tool->args, TOOL_RESOURCE);
    seigr_question *q = &explain->question;
    int code = tool_trust_scope(tool, 0, &q->scope);

    if (code == TOOL_EXIT_FINE && (q->scope & (q->scope - 1)) != 0)
        code = tool_fail(tool, TOOL_EXIT_USAGE,
                         "--scope is one word here: one question at a time");
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_time(tool, TOOL_AS_OF, &explain->as_of_ms);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_USES, 0, &q->use_count);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_FUEL, 0, &q->fuel);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_MEMORY, 0, &q->memory);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_number(tool, TOOL_WEIGHT, 0, &explain->minimum);
    if (code == TOOL_EXIT_FINE && explain->minimum > 1000)
        code = tool_fail(tool, TOOL_EXIT_USAGE, "--weight is from 1 to 1000");
    if (resource != NULL)
        q->resource = (seigr_span){(const uint8_t *)resource, strlen(resource)};
    q->now_ms =
        explain->as_of_ms != 0 ? explain->as_of_ms : clock->unix_ms(clock->ctx);
    return code;
}

static const char *explain_step_name(uint32_t type)
{
    switch (type) {
    case SEIGR_STEP_ANCHOR:
        return "anchor";
    case SEIGR_STEP_ROTATION:
        return "rotation";
    case SEIGR_STEP_GRANT:
        return "grant";
    }
    return "attestation";
}

static json_t *explain_json(const struct explain *explain,
                            const seigr_answer *answer)
{
    json_t *json = tool_json_new("trust-explain");
    json_t *path = json_array();

    tool_json_set(json, "allowed",
                  json_boolean(answer->why < SEIGR_WHY_NO_PATH));
    tool_json_set(json, "why", json_string(seigr_why_name(answer->why)));
    tool_json_set(json, "text", json_string(answer->text));
    tool_json_set(json, "change", json_string(answer->change));
    tool_json_set(json, "weight", json_integer(answer->weight));
    tool_json_set(json, "now_ms", tool_json_number(answer->now_ms));
    tool_json_set(json, "capsules",
                  json_integer((json_int_t)explain->set.count));
    if (answer->has_id)
        tool_json_set(json, "decided_by", tool_json_id(&answer->id));
    for (uint32_t i = 0; i < answer->step_count; i++) {
        const seigr_trust_step *step = &answer->steps[i];
        json_t *one = json_object();

        tool_json_set(one, "step", json_string(explain_step_name(step->type)));
        tool_json_set(one, "key", tool_json_key(&step->key));
        if (step->type != SEIGR_STEP_ANCHOR)
            tool_json_set(one, "capsule", tool_json_id(&step->id));
        (void)json_array_append_new(path, one);
    }
    tool_json_set(json, "path", path);
    return json;
}

static void explain_say(const struct explain *explain,
                        const seigr_answer *answer)
{
    const struct tool *tool = explain->tool;
    const int is_allowed = answer->why < SEIGR_WHY_NO_PATH;
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];

    tool_color(tool, is_allowed ? TOOL_GREEN : TOOL_RED);
    tool_say(tool, "%s", is_allowed ? "allowed" : "refused");
    tool_color(tool, TOOL_PLAIN);
    tool_say(tool, ": %s", answer->text);
    tool_line(tool);
    for (uint32_t i = 0; i < answer->step_count; i++) {
        const seigr_trust_step *step = &answer->steps[i];

        seigr_did_key_encode(&step->key, did);
        tool_say(tool, "  %-11s  %s", explain_step_name(step->type), did);
        tool_line(tool);
        if (step->type == SEIGR_STEP_ANCHOR)
            continue;
        seigr_address_encode_id(&step->id, address);
        tool_say(tool, "    by %s", address);
        tool_line(tool);
    }
    tool_say(tool, "  it would take, to change this: %s", answer->change);
    tool_line(tool);
}

static int explain_decide(struct explain *explain)
{
    struct tool *tool = explain->tool;
    seigr_answer answer = SEIGR_ANSWER_INIT;
    const int err =
        seigr_trust_decide(explain->set.trust, &explain->question, &answer);

    if (err == SEIGR_E_INVAL)
        return tool_fail(tool, TOOL_EXIT_USAGE, "%s", seigr_strerror(err));
    if (tool->is_json)
        tool_json_print(explain_json(explain, &answer));
    explain_say(explain, &answer);
    if (err == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool,
                     answer.why == SEIGR_WHY_EXPIRED ? TOOL_EXIT_EXPIRED
                                                     : TOOL_EXIT_TRUST,
                     "refused: %s", answer.text);
}

int cmd_trust_explain(struct tool *tool)
{
    struct explain explain = {.tool = tool, .question = SEIGR_QUESTION_INIT};
    int code = tool_roots_read(tool, &explain.roots);

    for (size_t i = 0; code == TOOL_EXIT_FINE && i < tool->args.operand_count;
         i++)
        code = tool_trust_read(tool, &explain.set, tool->args.operands[i]);
    if (code == TOOL_EXIT_FINE)
        code = explain_who(&explain);
    if (code == TOOL_EXIT_FINE)
        code = explain_what(&explain);
    if (code == TOOL_EXIT_FINE)
        code = tool_trust_settle(tool, &explain.set, &explain.roots,
                                 (uint32_t)explain.minimum, explain.as_of_ms);
    if (code == TOOL_EXIT_FINE)
        code = explain_decide(&explain);
    tool_trust_fini(&explain.set);
    tool_roots_fini(tool, &explain.roots);
    return code;
}
