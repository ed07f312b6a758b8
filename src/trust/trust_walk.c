/* SPDX-License-Identifier: MIT */
/*
 * trust_walk.c - walks over what capsules name: previous and links.
 *
 * Invariants:
 *   (1) a record is queued once a walk, so that the queue has room for all.
 */
#include "trust_set.h" /* struct seigr_trust */

#include <assert.h> /* assert */
#include <string.h> /* memset */

void seigr__trust_walk_begin(seigr_trust *trust)
{
    if (trust->mark == UINT32_MAX) {
        memset(trust->marks, 0, trust->record_count * sizeof(*trust->marks));
        trust->mark = 0;
    }
    trust->mark++;
}

void seigr__trust_walk_put(seigr_trust *trust, uint32_t record, uint32_t *count)
{
    if (record == SEIGR__TRUST_NONE || trust->marks[record] == trust->mark)
        return;
    assert(*count < trust->record_count); /* (1) */
    trust->marks[record] = trust->mark;
    trust->queue[(*count)++] = record;
}

void seigr__trust_walk_parents(seigr_trust *trust, uint32_t record,
                               uint32_t *count)
{
    const struct seigr__trust_record *r = &trust->records[record];
    const seigr_capsule view = {.links = r->links, .link_count = r->link_count};
    size_t cursor = 0;
    seigr_link link;

    trust->cost++;
    if (r->has_previous)
        seigr__trust_walk_put(
            trust, seigr__trust_find(trust, r->previous.bytes), count);
    while (seigr_capsule_next_link(&view, &cursor, &link))
        seigr__trust_walk_put(trust, seigr__trust_find(trust, link.id.bytes),
                              count);
}

int seigr__trust_is_covered(seigr_trust *trust, seigr_span last,
                            const seigr_id *id)
{
    uint32_t count = 0;
    seigr_last entry;

    for (size_t i = 0; seigr_last_at(last, i, &entry); i++)
        if (memcmp(&entry.id, id, sizeof(*id)) == 0)
            return 1; /* also where it is not in the set */
    seigr__trust_walk_begin(trust);
    for (size_t i = 0; seigr_last_at(last, i, &entry); i++)
        seigr__trust_walk_put(trust, seigr__trust_find(trust, entry.id.bytes),
                              &count);
    for (uint32_t i = 0; i < count; i++) {
        if (memcmp(&trust->records[trust->queue[i]].id, id, sizeof(*id)) == 0)
            return 1;
        seigr__trust_walk_parents(trust, trust->queue[i], &count);
    }
    return 0;
}
