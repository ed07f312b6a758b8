/* SPDX-License-Identifier: MIT */
/*
 * trust_line.c - the keys in whose place a key stands, and who is an anchor.
 */
#include "trust_set.h" /* struct seigr_trust */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static int line_same(const seigr_public_key *a, const seigr_public_key *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* Anchors are sorted by key. */
uint32_t seigr__trust_anchor_scope(const seigr_trust *trust,
                                   const seigr_public_key *key)
{
    uint32_t low = 0;
    uint32_t high = trust->anchor_count;
    uint32_t scope = 0;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (memcmp(&trust->anchors[middle].key, key, sizeof(*key)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (;
         low < trust->anchor_count && line_same(&trust->anchors[low].key, key);
         low++)
        scope |= trust->anchors[low].scope;
    return scope;
}

uint32_t seigr__trust_first_word(seigr_trust *trust,
                                 const seigr_public_key *key)
{
    const struct seigr__trust_range range =
        seigr__trust_issued(trust, key, SEIGR_KIND_IDENTITY);

    for (uint32_t i = range.first; i < range.end; i++) {
        trust->cost++;
        if (trust->records[trust->by_issuer[i]].flags & SEIGR__TRUST_FIRST)
            return trust->by_issuer[i];
    }
    return SEIGR__TRUST_NONE;
}

void seigr__trust_line_of(seigr_trust *trust, const seigr_public_key *key,
                          int is_raw, struct seigr__trust_line *out)
{
    out->keys[0] = *key;
    for (out->count = 1; out->count <= SEIGR_TRUST_ROTATION_MAX; out->count++) {
        const seigr_public_key *at = &out->keys[out->count - 1];
        const uint32_t word = seigr__trust_first_word(trust, at);
        const struct seigr__trust_record *r;
        struct seigr__trust_act act;
        uint32_t by;

        if (word == SEIGR__TRUST_NONE)
            return;
        r = &trust->records[word];
        if ((r->flags & SEIGR__TRUST_FOLLOWS) == 0)
            return;
        act = seigr__trust_act_of(trust, word);
        if (!is_raw && seigr__trust_standing(trust, &act, &by) != 0)
            return;
        out->words[out->count - 1] = word;
        memcpy(&out->keys[out->count], r->about, sizeof(*at));
    }
}

uint32_t seigr__trust_line_find(const struct seigr__trust_line *line,
                                const seigr_public_key *key)
{
    assert(line->count > 0);
    for (uint32_t i = 0; i < line->count; i++)
        if (line_same(&line->keys[i], key))
            return i;
    return SEIGR__TRUST_NONE;
}

uint32_t seigr__trust_line_anchor(const seigr_trust *trust,
                                  const struct seigr__trust_line *line,
                                  uint32_t scope)
{
    assert(scope != 0);
    for (uint32_t i = 0; i < line->count; i++)
        if ((seigr__trust_anchor_scope(trust, &line->keys[i]) & scope) == scope)
            return i;
    return SEIGR__TRUST_NONE;
}

uint32_t seigr__trust_follower(seigr_trust *trust, const seigr_public_key *key)
{
    const struct seigr__trust_range range =
        seigr__trust_about(trust, key->bytes, SEIGR_KIND_IDENTITY);

    for (uint32_t i = range.first; i < range.end; i++) {
        trust->cost++;
        if (trust->records[trust->by_about[i]].flags & SEIGR__TRUST_FOLLOWS)
            return trust->by_about[i];
    }
    return SEIGR__TRUST_NONE;
}
