/* SPDX-License-Identifier: MIT */
/*
 * trust_web.c - how much weight attestations give.
 *
 * Weights multiply along a path and the best path counts; paths never add
 * up. The search goes out from the anchors, so that nobody whom no path
 * reaches is visited: what strangers say of each other costs nothing.
 *
 * Invariants:
 *   (1) a frontier holds a subject once, so that it has room for all.
 *   (2) a path that is used has at most SEIGR_TRUST_PATH_MAX attestations: a
 *       frontier's weights are those of the step before, not of its own.
 */
#include "trust_set.h" /* struct seigr_trust */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

/* One search. */
struct web {
    uint32_t scope;
    uint64_t now_ms;
    struct seigr__trust_front *next; /* frontier of the step to come */
    uint32_t next_count;
};

/* The node of a subject: where its attestations begin in by_about. */
static uint32_t web_node(seigr_trust *trust, const uint8_t subject[32])
{
    const struct seigr__trust_range range =
        seigr__trust_about(trust, subject, SEIGR_KIND_ATTESTATION);

    return range.first < range.end ? range.first : SEIGR__TRUST_NONE;
}

/* Times for which this search holds end where one of its attestations does. */
static int web_is_over(seigr_trust *trust, uint64_t expires_ms, uint64_t now_ms)
{
    if (expires_ms == 0)
        return 0;
    if (now_ms == 0)
        return 1; /* nobody knows */
    if (expires_ms <= now_ms) {
        if (expires_ms > trust->web_from_ms)
            trust->web_from_ms = expires_ms;
        return 1;
    }
    if (expires_ms < trust->web_until_ms)
        trust->web_until_ms = expires_ms;
    return 0;
}

/* A subject is reached by an attestation with this weight. */
static void web_reach(seigr_trust *trust, struct web *web, uint32_t record,
                      uint32_t weight)
{
    const struct seigr__trust_record *r = &trust->records[record];
    const uint32_t at = web_node(trust, r->about);
    struct seigr__trust_node *node;

    assert(at != SEIGR__TRUST_NONE);
    node = &trust->nodes[at];
    if (weight > node->weight) {
        node->weight = weight;
        node->from = record;
    }
    if ((r->scope & SEIGR_SCOPE_INTRODUCE) == 0 || weight <= node->introduces)
        return;
    node->introduces = weight;
    node->introduced = record;
    if (node->slot == SEIGR__TRUST_NONE) {
        assert(web->next_count < trust->record_count); /* (1) */
        node->slot = web->next_count++;
    }
    web->next[node->slot] = (struct seigr__trust_front){at, weight};
}

/* What a key attests, and the keys that follow it. */
static void web_expand(seigr_trust *trust, struct web *web,
                       const seigr_public_key *key, uint32_t weight)
{
    const seigr_public_key *at = key;

    for (uint32_t i = 0; i <= SEIGR_TRUST_ROTATION_MAX; i++) {
        const struct seigr__trust_range range =
            seigr__trust_issued(trust, at, SEIGR_KIND_ATTESTATION);
        struct seigr__trust_act act;
        uint32_t word;
        uint32_t by;

        for (uint32_t k = range.first; k < range.end; k++) {
            const uint32_t record = trust->by_issuer[k];
            const struct seigr__trust_record *r = &trust->records[record];

            trust->cost++;
            act = seigr__trust_act_of(trust, record);
            if ((r->scope & web->scope) == 0 ||
                web_is_over(trust, r->expires_ms, web->now_ms) ||
                seigr__trust_standing(trust, &act, &by) != 0)
                continue;
            web_reach(trust, web, record, weight * r->weight / 1000);
        }
        word = seigr__trust_follower(trust, at);
        if (word == SEIGR__TRUST_NONE)
            return;
        act = seigr__trust_act_of(trust, word);
        if (seigr__trust_standing(trust, &act, &by) != 0)
            return;
        at = &trust->records[word].issuer;
    }
}

static void web_step(seigr_trust *trust, struct web *web,
                     const struct seigr__trust_front *front, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        seigr_public_key key;

        memcpy(&key, trust->records[trust->by_about[front[i].node]].about,
               sizeof(key));
        web_expand(trust, web, &key, front[i].weight); /* (2) */
    }
}

/* The first step: what anchors attest. */
static void web_begin(seigr_trust *trust, struct web *web)
{
    const uint32_t needed = web->scope | SEIGR_SCOPE_INTRODUCE;

    for (uint32_t i = 0; i < trust->anchor_count; i++)
        if ((trust->anchors[i].scope & needed) == needed)
            web_expand(trust, web, &trust->anchors[i].key,
                       trust->anchors[i].weight);
}

/* Fill the nodes for a scope and a time, unless they hold already. */
static void web_search(seigr_trust *trust, uint32_t scope, uint64_t now_ms)
{
    struct web web = {.scope = scope, .now_ms = now_ms};
    uint32_t count;

    if (trust->web_scope == scope && now_ms >= trust->web_from_ms &&
        now_ms < trust->web_until_ms)
        return;
    trust->web_scope = scope;
    trust->web_from_ms = now_ms == 0 ? 0 : 1;
    trust->web_until_ms = now_ms == 0 ? 1 : SEIGR__TRUST_NEVER;
    for (uint32_t i = 0; i < trust->about_count; i++)
        trust->nodes[i] = (struct seigr__trust_node){
            0, SEIGR__TRUST_NONE, 0, SEIGR__TRUST_NONE, SEIGR__TRUST_NONE, 0};
    web.next = trust->fronts[0];
    web_begin(trust, &web);
    for (uint32_t i = 1; i < SEIGR_TRUST_PATH_MAX; i++) {
        const struct seigr__trust_front *front = web.next;

        count = web.next_count;
        for (uint32_t k = 0; k < count; k++)
            trust->nodes[front[k].node].slot = SEIGR__TRUST_NONE;
        web.next = trust->fronts[i % 2];
        web.next_count = 0;
        web_step(trust, &web, front, count);
    }
}

/* The path to a subject, put down from its end. It is walked twice: to find
 * its length, then its steps from the anchor on. */
static void web_steps(seigr_trust *trust, uint32_t node, seigr_answer *answer)
{
    uint32_t path[SEIGR_TRUST_PATH_MAX];
    uint32_t count = 0;
    uint32_t record = trust->nodes[node].from;
    struct seigr__trust_line line;
    uint32_t at;

    while (record != SEIGR__TRUST_NONE && count < SEIGR_TRUST_PATH_MAX) {
        path[count++] = record;
        seigr__trust_line_of(trust, &trust->records[record].issuer, 0, &line);
        at = seigr__trust_line_anchor(trust, &line,
                                      trust->web_scope | SEIGR_SCOPE_INTRODUCE);
        if (at != SEIGR__TRUST_NONE)
            break;
        record = SEIGR__TRUST_NONE;
        for (uint32_t i = 0; i < line.count; i++) {
            const uint32_t from = web_node(trust, line.keys[i].bytes);

            if (from != SEIGR__TRUST_NONE &&
                trust->nodes[from].introduces > 0) {
                record = trust->nodes[from].introduced;
                break;
            }
        }
    }
    if (count > 0) {
        at = seigr__trust_line_anchor(trust, &line,
                                      trust->web_scope | SEIGR_SCOPE_INTRODUCE);
        if (at != SEIGR__TRUST_NONE)
            seigr__trust_step(answer, SEIGR_STEP_ANCHOR, 0, NULL,
                              &line.keys[at]);
    }
    while (count > 0) {
        const struct seigr__trust_record *r = &trust->records[path[--count]];
        seigr_public_key key;

        memcpy(&key, r->about, sizeof(key));
        seigr__trust_step(answer, SEIGR_STEP_ATTESTATION, r->weight, &r->id,
                          &key);
    }
}

uint32_t seigr__trust_weight(seigr_trust *trust, uint32_t scope,
                             uint64_t now_ms,
                             const struct seigr__trust_line *line,
                             seigr_answer *answer)
{
    uint32_t best = 0;
    uint32_t place = 0;
    uint32_t best_node = SEIGR__TRUST_NONE;

    web_search(trust, scope, now_ms);
    for (uint32_t i = 0; i < line->count; i++) {
        const uint32_t node = web_node(trust, line->keys[i].bytes);

        if (node == SEIGR__TRUST_NONE || trust->nodes[node].weight <= best)
            continue;
        best = trust->nodes[node].weight;
        best_node = node;
        place = i;
    }
    if (best_node != SEIGR__TRUST_NONE) {
        web_steps(trust, best_node, answer);
        seigr__trust_line_steps(trust, line, place, 0, answer);
    }
    return best;
}
