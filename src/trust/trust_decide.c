/* SPDX-License-Identifier: MIT */
/*
 * trust_decide.c - one question, one answer.
 *
 *     standing of who acts -> an anchor? -> a chain of grants? -> the web?
 *
 * The first that allows is the answer; the default is to refuse.
 */
#include "trust_set.h" /* struct seigr_trust */

#include <assert.h> /* assert */
#include <string.h> /* memset */

static int decide_is_good(const seigr_trust *trust,
                          const seigr_question *question,
                          const seigr_answer *answer)
{
    if (trust == NULL || question == NULL || answer == NULL ||
        !trust->is_settled || question->struct_size < sizeof(seigr_question) ||
        answer->struct_size < sizeof(seigr_answer))
        return 0;
    return question->scope != 0 && (question->scope & ~SEIGR_SCOPE_ALL) == 0 &&
           (question->scope & (question->scope - 1)) == 0 &&
           (question->capsule != NULL) != (question->key != NULL) &&
           (question->resource.ptr != NULL || question->resource.len == 0);
}

static void decide_begin(seigr_trust *trust, const seigr_question *question,
                         seigr_answer *answer)
{
    const uint32_t size = answer->struct_size;

    memset(answer, 0, sizeof(*answer));
    answer->struct_size = size;
    answer->now_ms = question->now_ms;
    /* An anchor's clock was here already: it cannot be earlier. */
    if (question->now_ms != 0 && trust->clock_ms > question->now_ms)
        answer->now_ms = trust->clock_ms;
    trust->cost = 0;
}

/* Who acts: a capsule of the set, one that is not in it, or a key alone. */
static struct seigr__trust_act decide_act(seigr_trust *trust,
                                          const seigr_question *question)
{
    struct seigr__trust_act act = {question->key, NULL, SEIGR__TRUST_NEVER,
                                   SEIGR__TRUST_LIMITED, 0};
    struct seigr__trust_range own;
    uint32_t at;

    if (question->capsule != NULL) {
        act.id = seigr_verified_id(question->capsule);
        act.key = &seigr_verified_capsule(question->capsule)->issuer;
        at = seigr__trust_find(trust, act.id->bytes);
        if (at != SEIGR__TRUST_NONE)
            return seigr__trust_act_of(trust, at);
    }
    /* A fork is written on every capsule of its key. */
    own = seigr__trust_of(trust, act.key);
    if (own.first < own.end)
        act.flags |= trust->records[trust->by_issuer[own.first]].flags &
                     SEIGR__TRUST_SPLIT;
    return act;
}

/* As of a past time, a capsule that was not shown to be there then. */
static int decide_is_unseen(const seigr_trust *trust,
                            const struct seigr__trust_act *act)
{
    return trust->as_of_ms != 0 && act->id != NULL &&
           (act->flags & SEIGR__TRUST_WORLD) == 0;
}

static uint32_t decide_chain(seigr_trust *trust, const seigr_question *question,
                             const struct seigr__trust_line *line,
                             const seigr_id *grant, seigr_answer *answer)
{
    uint32_t why;

    answer->step_count = 0;
    answer->has_id = 0;
    answer->expires_ms = 0;
    why = seigr__trust_chain(trust, question, line, grant, answer);
    return why == 0 ? SEIGR_WHY_GRANT : why;
}

/* The grants that a capsule names, until one allows. Returns 0 where it names
 * none, else why the last one does not. */
static uint32_t decide_linked(seigr_trust *trust,
                              const seigr_question *question,
                              const struct seigr__trust_line *line,
                              seigr_answer *answer)
{
    const seigr_capsule *capsule = seigr_verified_capsule(question->capsule);
    uint32_t tried = 0;
    uint32_t why = 0;
    size_t cursor = 0;
    seigr_link link;

    if (capsule->kind == SEIGR_KIND_GRANT)
        return 0; /* it names its own parent */
    while (why != SEIGR_WHY_GRANT && tried < SEIGR_TRUST_GRANTS_MAX &&
           seigr_capsule_next_link(capsule, &cursor, &link)) {
        if (link.role != SEIGR_ROLE_GRANT)
            continue;
        why = decide_chain(trust, question, line, &link.id, answer);
        tried++;
    }
    return why;
}

/* Every grant for one of these keys, until one allows. Returns NO_PATH where
 * none is there, else why the last one does not. */
static uint32_t decide_any_grant(seigr_trust *trust,
                                 const seigr_question *question,
                                 const struct seigr__trust_line *line,
                                 seigr_answer *answer)
{
    uint32_t why = SEIGR_WHY_NO_PATH;
    uint32_t tried = 0;

    for (uint32_t i = 0; i < line->count; i++) {
        const struct seigr__trust_range range =
            seigr__trust_about(trust, line->keys[i].bytes, SEIGR_KIND_GRANT);

        for (uint32_t k = range.first;
             k < range.end && tried < SEIGR_TRUST_GRANTS_MAX; k++, tried++) {
            why = decide_chain(trust, question, line,
                               &trust->records[trust->by_about[k]].id, answer);
            if (why == SEIGR_WHY_GRANT)
                return why;
        }
    }
    return why;
}

static uint32_t decide_minimum(const seigr_trust *trust, uint32_t scope)
{
    uint32_t bit = 0;

    while (scope >> bit != 1)
        bit++;
    assert(bit < 8);
    return trust->options.weight_min[bit];
}

/* Attestations, where the policy lets them decide. Returns 0 where they are
 * not asked or say nothing; what a chain was refused for stays then. */
static uint32_t decide_web(seigr_trust *trust, const seigr_question *question,
                           const struct seigr__trust_line *line,
                           seigr_answer *answer)
{
    const uint32_t minimum = decide_minimum(trust, question->scope);

    if (minimum == 0)
        return 0;
    answer->step_count = 0;
    answer->weight = seigr__trust_weight(trust, question->scope, answer->now_ms,
                                         line, answer);
    if (answer->weight < minimum)
        return answer->weight > 0 ? SEIGR_WHY_WEIGHT : 0;
    answer->has_id = 0;
    answer->expires_ms = 0;
    return SEIGR_WHY_WEB;
}

/* Who may, when what it signed is good. */
static uint32_t decide_path(seigr_trust *trust, const seigr_question *question,
                            const seigr_public_key *key, seigr_answer *answer)
{
    struct seigr__trust_line line;
    uint32_t why;
    uint32_t web;
    uint32_t at;

    seigr__trust_line_of(trust, key, 0, &line);
    at = seigr__trust_line_anchor(trust, &line, question->scope);
    if (at != SEIGR__TRUST_NONE) {
        seigr__trust_step(answer, SEIGR_STEP_ANCHOR, 0, NULL, &line.keys[at]);
        seigr__trust_line_steps(trust, &line, at, 0, answer);
        return SEIGR_WHY_ANCHOR;
    }
    if (question->grant != NULL)
        return decide_chain(trust, question, &line, question->grant, answer);
    why = question->capsule == NULL
              ? 0
              : decide_linked(trust, question, &line, answer);
    if (why != 0)
        return why;
    why = decide_any_grant(trust, question, &line, answer);
    if (why == SEIGR_WHY_GRANT)
        return why;
    web = decide_web(trust, question, &line, answer);
    if (web == SEIGR_WHY_WEB)
        return web;
    return why == SEIGR_WHY_NO_PATH && web != 0 ? web : why;
}

int seigr_trust_decide(seigr_trust *trust, const seigr_question *question,
                       seigr_answer *answer)
{
    struct seigr__trust_act act;
    uint32_t by;

    if (!decide_is_good(trust, question, answer))
        return SEIGR_E_INVAL;
    decide_begin(trust, question, answer);
    act = decide_act(trust, question);
    by = SEIGR__TRUST_NONE;
    answer->why = decide_is_unseen(trust, &act)
                      ? SEIGR_WHY_UNSEEN
                      : seigr__trust_standing(trust, &act, &by);
    if (answer->why == 0)
        answer->why = decide_path(trust, question, act.key, answer);
    else if (by != SEIGR__TRUST_NONE) {
        answer->has_id = 1;
        answer->id = trust->records[by].id;
    }
    answer->cost = trust->cost;
    seigr__trust_say(trust, question, answer);
    if (answer->why < SEIGR_WHY_NO_PATH)
        return 0;
    answer->step_count = 0; /* it led nowhere */
    return answer->why == SEIGR_WHY_USES ? SEIGR_E_QUOTA : SEIGR_E_DENIED;
}
