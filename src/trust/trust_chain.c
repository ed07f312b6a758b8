/* SPDX-License-Identifier: MIT */
/*
 * trust_chain.c - a chain of grants, from the one that is used up to an
 * anchor's, then each link from there down.
 */
#include "trust_set.h" /* struct seigr_trust */

#include "statement_fields.h" /* seigr__grant_read, seigr__statement_compare */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* The chain, the grant that is used first. */
struct chain {
    uint32_t count;
    uint32_t records[SEIGR_TRUST_CHAIN_MAX];
};

static uint32_t chain_refuse(seigr_answer *answer, uint32_t why,
                             const seigr_id *id)
{
    answer->has_id = 1;
    answer->id = *id;
    return why;
}

/* Of a record that was read when it was put. */
static void chain_read(const seigr_trust *trust, uint32_t record,
                       seigr_grant *out)
{
    const struct seigr__trust_record *r = &trust->records[record];
    const seigr_capsule view = {.kind = SEIGR_KIND_GRANT,
                                .detail = r->detail,
                                .links = r->links,
                                .link_count = r->link_count};
    const int err = seigr_grant_read(&view, out, NULL);

    assert(err == 0);
    (void)err;
}

/* From a grant to the one without a parent. */
static uint32_t chain_climb(seigr_trust *trust, const seigr_id *id,
                            struct chain *out, seigr_answer *answer)
{
    seigr_id at = *id;
    seigr_grant grant;

    out->count = 0;
    do {
        const uint32_t record = seigr__trust_find(trust, at.bytes);

        if (record == SEIGR__TRUST_NONE ||
            trust->records[record].kind != SEIGR_KIND_GRANT)
            return chain_refuse(answer, SEIGR_WHY_CHAIN_GAP, &at);
        if (out->count == SEIGR_TRUST_CHAIN_MAX)
            return chain_refuse(answer, SEIGR_WHY_CHAIN_LONG, &at);
        out->records[out->count++] = record;
        chain_read(trust, record, &grant);
        at = grant.parent;
    } while (grant.has_parent);
    return 0;
}

/* Is a bound not wider than its parent's? 0 is none. */
static int chain_is_bound(uint64_t inner, uint64_t outer)
{
    return outer == 0 || (inner != 0 && inner <= outer);
}

static int chain_labels_include(const seigr_grant *outer,
                                const seigr_grant *inner)
{
    uint32_t k = 0;

    for (uint32_t i = 0; i < outer->label_count; i++) {
        while (k < inner->label_count &&
               seigr__statement_compare(inner->labels[k].key,
                                        outer->labels[i].key) < 0)
            k++;
        if (k == inner->label_count ||
            seigr__statement_compare(inner->labels[k].key,
                                     outer->labels[i].key) != 0 ||
            seigr__statement_compare(inner->labels[k].value,
                                     outer->labels[i].value) != 0)
            return 0;
    }
    return 1;
}

int seigr_grant_narrows(const seigr_grant *inner, const seigr_grant *outer)
{
    return inner != NULL && outer != NULL &&
           (inner->scope & ~outer->scope) == 0 &&
           seigr_resource_includes(outer->resource, inner->resource) &&
           chain_is_bound(inner->expires_ms, outer->expires_ms) &&
           chain_is_bound(inner->use_max, outer->use_max) &&
           chain_is_bound(inner->fuel_max, outer->fuel_max) &&
           chain_is_bound(inner->memory_max, outer->memory_max) &&
           chain_labels_include(outer, inner) &&
           inner->delegation_max < outer->delegation_max;
}

static uint32_t chain_time(const seigr_grant *grant, uint64_t now_ms)
{
    if (grant->expires_ms == 0)
        return 0;
    if (now_ms == 0)
        return SEIGR_WHY_NO_CLOCK;
    return now_ms >= grant->expires_ms ? SEIGR_WHY_EXPIRED : 0;
}

/* May the issuer of a link have issued it? The first is of an anchor, the
 * others of the audience of the one before. */
static uint32_t chain_issuer(seigr_trust *trust, uint32_t record,
                             const seigr_grant *grant,
                             const seigr_grant *parent, seigr_answer *answer)
{
    struct seigr__trust_line line;
    uint32_t at;

    seigr__trust_line_of(trust, &trust->records[record].issuer, 0, &line);
    at = parent == NULL ? seigr__trust_line_anchor(trust, &line, grant->scope)
                        : seigr__trust_line_find(&line, &parent->audience);
    if (at == SEIGR__TRUST_NONE)
        return parent == NULL ? SEIGR_WHY_NOT_ANCHORED : SEIGR_WHY_NOT_ISSUER;
    if (parent == NULL)
        seigr__trust_step(answer, SEIGR_STEP_ANCHOR, 0, NULL, &line.keys[at]);
    seigr__trust_line_steps(trust, &line, at, 0, answer);
    return 0;
}

/* One link, below its parent or the first. */
static uint32_t chain_link(seigr_trust *trust, uint32_t record,
                           const seigr_grant *grant, const seigr_grant *parent,
                           seigr_answer *answer)
{
    const struct seigr__trust_record *r = &trust->records[record];
    const struct seigr__trust_act act = seigr__trust_act_of(trust, record);
    uint32_t by;
    uint32_t why = seigr__trust_standing(trust, &act, &by);

    if (why != 0)
        return chain_refuse(answer, why,
                            by == SEIGR__TRUST_NONE ? &r->id
                                                    : &trust->records[by].id);
    why = chain_time(grant, answer->now_ms);
    if (why == SEIGR_WHY_EXPIRED)
        answer->expires_ms = grant->expires_ms;
    if (why == 0)
        why = chain_issuer(trust, record, grant, parent, answer);
    if (why == 0 && parent != NULL && !seigr_grant_narrows(grant, parent))
        why = SEIGR_WHY_WIDENED;
    if (why != 0)
        return chain_refuse(answer, why, &r->id);
    seigr__trust_step(answer, SEIGR_STEP_GRANT, 0, &r->id, &grant->audience);
    return 0;
}

/* Does who uses the grant carry its labels? */
static int chain_is_labelled(const seigr_verified *capsule,
                             const seigr_grant *grant)
{
    seigr_grant own = SEIGR_GRANT_INIT;
    size_t cursor = 0;
    seigr_label label;

    if (grant->label_count == 0)
        return 1;
    if (capsule == NULL)
        return 0;
    /* Of the capsule's labels those that matter: the grant's keys. */
    while (seigr_capsule_next_label(seigr_verified_capsule(capsule), &cursor,
                                    &label))
        for (uint32_t i = 0; i < grant->label_count; i++)
            if (seigr__statement_compare(grant->labels[i].key, label.key) == 0)
                own.labels[own.label_count++] = label;
    return chain_labels_include(grant, &own);
}

/* Does the grant say what is asked? */
static uint32_t chain_use(const seigr_question *question,
                          const struct seigr__trust_line *line,
                          const seigr_grant *grant)
{
    if (seigr__trust_line_find(line, &grant->audience) == SEIGR__TRUST_NONE)
        return SEIGR_WHY_AUDIENCE;
    if ((grant->scope & question->scope) != question->scope)
        return SEIGR_WHY_SCOPE;
    if (!seigr_resource_includes(grant->resource, question->resource))
        return SEIGR_WHY_RESOURCE;
    if (!chain_is_labelled(question->capsule, grant))
        return SEIGR_WHY_LABELS;
    if (grant->fuel_max != 0 && question->fuel > grant->fuel_max)
        return SEIGR_WHY_FUEL;
    if (grant->memory_max != 0 && question->memory > grant->memory_max)
        return SEIGR_WHY_MEMORY;
    if (grant->use_max != 0 && question->use_count >= grant->use_max)
        return SEIGR_WHY_USES;
    return 0;
}

uint32_t seigr__trust_chain(seigr_trust *trust, const seigr_question *question,
                            const struct seigr__trust_line *line,
                            const seigr_id *id, seigr_answer *answer)
{
    struct chain chain;
    seigr_grant grants[2]; /* a link and its parent, in turn */
    const seigr_grant *grant = NULL;
    uint32_t why = chain_climb(trust, id, &chain, answer);

    for (uint32_t i = chain.count; why == 0 && i-- > 0;) {
        const seigr_grant *parent = grant;

        chain_read(trust, chain.records[i], &grants[i % 2]);
        grant = &grants[i % 2];
        why = chain_link(trust, chain.records[i], grant, parent, answer);
    }
    if (why != 0)
        return why;
    assert(grant != NULL);
    why = chain_use(question, line, grant);
    if (why != 0)
        return chain_refuse(answer, why, id);
    answer->expires_ms = grant->expires_ms;
    answer->use_max = grant->use_max;
    answer->fuel_max = grant->fuel_max;
    answer->memory_max = grant->memory_max;
    seigr__trust_line_steps(
        trust, line, seigr__trust_line_find(line, &grant->audience), 0, answer);
    return 0;
}
