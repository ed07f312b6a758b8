/* SPDX-License-Identifier: MIT */
/*
 * id_set.c - a hash table of identities that nobody can make slow.
 *
 * Invariants:
 *   (1) at most 3 of 4 slots are used, so that every search ends.
 */
#include "id_set.h" /* struct seigr__id_set */

#include "base/alloc.h"   /* seigr__alloc_zero */
#include "base/siphash.h" /* seigr__siphash */

#include "seigr/sys/crypto.h" /* random */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memcmp */

#define ID_SET_SLOTS_MIN 64u

int seigr__id_set_init(struct seigr__id_set *set, const seigr_context *context)
{
    uint8_t *key = (uint8_t *)set->key;
    const seigr_random *random = context->random;

    memset(set, 0, sizeof(*set));
    set->context = context;
    if (random != NULL)
        return random->fill(key, sizeof(set->key), random->ctx);
    if (context->crypto == NULL || context->crypto->random == NULL)
        return SEIGR_E_RANDOM;
    return context->crypto->random(key, sizeof(set->key), context->crypto->ctx);
}

void seigr__id_set_fini(struct seigr__id_set *set)
{
    assert(set != NULL);
    if (set->slot_count > 0) {
        seigr__release(set->context, set->ids);
        seigr__release(set->context, set->values);
    }
    set->slot_count = 0;
    set->used_count = 0;
}

/* The slot of an identity, or the empty one where it belongs. */
static size_t id_set_find(const struct seigr__id_set *set,
                          const uint8_t id[SEIGR_ID_LEN])
{
    const size_t mask = set->slot_count - 1;
    size_t at = (size_t)seigr__siphash(set->key, id, SEIGR_ID_LEN) & mask;

    assert(set->used_count < set->slot_count); /* (1) */
    while (set->values[at] != 0 && memcmp(set->ids[at], id, SEIGR_ID_LEN) != 0)
        at = (at + 1) & mask;
    return at;
}

static int id_set_grow(struct seigr__id_set *set)
{
    struct seigr__id_set grown = *set;
    const size_t slots =
        set->slot_count == 0 ? ID_SET_SLOTS_MIN : set->slot_count * 2;

    grown.slot_count = slots;
    grown.ids = seigr__alloc_zero(set->context, slots, sizeof(*grown.ids));
    grown.values = seigr__alloc_zero(set->context, slots, 1);
    if (grown.ids == NULL || grown.values == NULL) {
        seigr__release(set->context, grown.ids);
        seigr__release(set->context, grown.values);
        return SEIGR_E_NOMEM;
    }
    for (size_t i = 0; i < set->slot_count; i++) {
        size_t at;

        if (set->values[i] == 0)
            continue;
        at = id_set_find(&grown, set->ids[i]);
        memcpy(grown.ids[at], set->ids[i], SEIGR_ID_LEN);
        grown.values[at] = set->values[i];
    }
    grown.used_count = set->used_count;
    seigr__id_set_fini(set);
    *set = grown;
    return 0;
}

uint8_t seigr__id_set_get(const struct seigr__id_set *set,
                          const uint8_t id[SEIGR_ID_LEN])
{
    assert(set != NULL);
    return set->slot_count == 0 ? 0 : set->values[id_set_find(set, id)];
}

int seigr__id_set_put(struct seigr__id_set *set, const uint8_t id[SEIGR_ID_LEN],
                      uint8_t value)
{
    size_t at;

    assert(value != 0);
    if (set->used_count + 1 > set->slot_count / 4 * 3) { /* (1) */
        int err = id_set_grow(set);

        if (err < 0)
            return err;
    }
    at = id_set_find(set, id);
    if (set->values[at] == 0) {
        memcpy(set->ids[at], id, SEIGR_ID_LEN);
        set->used_count++;
    }
    set->values[at] = value;
    return 0;
}
