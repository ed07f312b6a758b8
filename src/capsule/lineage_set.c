/* SPDX-License-Identifier: MIT */
/*
 * lineage_set.c - making a lineage and filling it.
 *
 * It copies what it needs of each capsule and works nothing out; that is
 * lineage_settle.c. Relied on by the other files:
 *   (1) Every ID seen has one point; points, capsules and edges never move
 *       relative to each other, so that their numbers stay good.
 *   (2) The edges of a capsule stand together, previous first.
 *   (3) Room for all of a capsule is made before any of it is written: an
 *       add that fails changes nothing that can be seen.
 *   (4) The table has a free slot, so that looking up ends.
 */
#include "lineage_graph.h" /* struct seigr_lineage */

#include "base/alloc.h"       /* seigr__alloc */
#include "base/error.h"       /* seigr__fail */
#include "base/siphash.h"     /* seigr__siphash */
#include "seigr/sys/crypto.h" /* random of the table */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

static int set_random(const seigr_context *context, uint64_t key[2])
{
    uint8_t bytes[16];
    int err;

    if (context->random != NULL)
        err = context->random->fill(bytes, sizeof(bytes), context->random->ctx);
    else if (context->crypto != NULL && context->crypto->random != NULL)
        err =
            context->crypto->random(bytes, sizeof(bytes), context->crypto->ctx);
    else
        return SEIGR_E_INVAL;
    if (err != 0)
        return SEIGR_E_RANDOM;
    memcpy(key, bytes, sizeof(bytes));
    return 0;
}

/* A bound as asked for: 0 and what is above the highest are the highest. */
static uint32_t set_bound(uint32_t asked, uint32_t highest)
{
    assert(highest > 0);
    return asked == 0 || asked > highest ? highest : asked;
}

int seigr_lineage_new(const seigr_context *context,
                      const seigr_lineage_options *options, seigr_lineage **out)
{
    const seigr_lineage_options defaults = SEIGR_LINEAGE_OPTIONS_INIT;
    seigr_lineage *lineage;
    uint64_t key[2];
    int err;

    if (context == NULL || context->allocator == NULL || out == NULL ||
        (options != NULL && options->struct_size < sizeof(*options)))
        return SEIGR_E_INVAL;
    if (options == NULL)
        options = &defaults;
    err = set_random(context, key);
    if (err != 0)
        return err;
    lineage = seigr__alloc_zero(context, 1, sizeof(*lineage));
    if (lineage == NULL)
        return SEIGR_E_NOMEM;
    lineage->context = *context;
    lineage->options = *options;
    lineage->options.capsule_max =
        set_bound(options->capsule_max, SEIGR_LINEAGE_CAPSULE_MAX);
    lineage->options.link_max =
        set_bound(options->link_max, SEIGR_LINEAGE_LINK_MAX);
    memcpy(lineage->key, key, sizeof(key));
    *out = lineage;
    return 0;
}

void seigr_lineage_free(seigr_lineage *lineage)
{
    seigr_context context;

    if (lineage == NULL)
        return;
    context = lineage->context;
    seigr__lineage_unsettle(lineage);
    seigr__release(&context, lineage->points);
    seigr__release(&context, lineage->edges);
    seigr__release(&context, lineage->capsules);
    seigr__release(&context, lineage->names);
    seigr__release(&context, lineage->slots);
    seigr__release(&context, lineage);
}

/* --- The table ------------------------------------------------------- */

/* The slot of an ID: its own, or the free one where it belongs (4). */
static uint32_t set_slot(const seigr_lineage *lineage,
                         const struct lineage_slot *slots, uint32_t slot_count,
                         const seigr_id *id, uint32_t *tag_out)
{
    uint64_t hash = seigr__siphash(lineage->key, id->bytes, sizeof(id->bytes));
    uint32_t tag = (uint32_t)(hash >> 32);
    uint32_t at = (uint32_t)hash & (slot_count - 1);

    assert((slot_count & (slot_count - 1)) == 0);
    while (slots[at].point != LINEAGE_NONE) {
        if (slots[at].tag == tag &&
            memcmp(&lineage->points[slots[at].point].id, id, sizeof(*id)) == 0)
            break;
        at = (at + 1) & (slot_count - 1);
    }
    *tag_out = tag;
    return at;
}

uint32_t seigr__lineage_point(const seigr_lineage *lineage, const seigr_id *id)
{
    uint32_t tag;

    assert(lineage != NULL);
    if (lineage->slot_count == 0)
        return LINEAGE_NONE;
    return lineage
        ->slots[set_slot(lineage, lineage->slots, lineage->slot_count, id,
                         &tag)]
        .point;
}

/* The point of an ID, made where there is none; room is there (3). */
static uint32_t set_take_point(seigr_lineage *lineage, const seigr_id *id)
{
    uint32_t tag;
    uint32_t at =
        set_slot(lineage, lineage->slots, lineage->slot_count, id, &tag);
    struct lineage_slot *slot = &lineage->slots[at];

    if (slot->point == LINEAGE_NONE) {
        assert(lineage->point_count < lineage->point_room);
        slot->tag = tag;
        slot->point = lineage->point_count;
        lineage->points[lineage->point_count].id = *id;
        lineage->points[lineage->point_count].capsule = LINEAGE_NONE;
        lineage->point_count++;
    }
    return slot->point;
}

/* Room in the table for count points, at most three quarters full. */
static int set_reserve_slots(seigr_lineage *lineage, uint32_t count)
{
    uint32_t slot_count = lineage->slot_count == 0 ? 64 : lineage->slot_count;
    struct lineage_slot *slots;

    assert(lineage->slot_count == 0 ||
           (lineage->slot_count & (lineage->slot_count - 1)) == 0);
    while (count > slot_count - slot_count / 4)
        slot_count *= 2; /* count is below 2^27 */
    if (slot_count == lineage->slot_count)
        return 0;
    slots =
        seigr__alloc(&lineage->context, (size_t)slot_count * sizeof(*slots));
    if (slots == NULL)
        return SEIGR_E_NOMEM;
    memset(slots, 0xff, (size_t)slot_count * sizeof(*slots));
    for (uint32_t i = 0; i < lineage->point_count; i++) {
        uint32_t tag;
        uint32_t at =
            set_slot(lineage, slots, slot_count, &lineage->points[i].id, &tag);

        slots[at].tag = tag;
        slots[at].point = i;
    }
    seigr__release(&lineage->context, lineage->slots);
    lineage->slots = slots;
    lineage->slot_count = slot_count;
    return 0;
}

/* --- Room ------------------------------------------------------------ */

/*
 * Memory with room for more items behind the count that items holds: items
 * itself where it has it, else twice as much, items being released. NULL:
 * none was to be had, and items stays.
 */
static void *set_grown(const seigr_context *context, void *items,
                       size_t item_len, size_t count, size_t more, size_t *room)
{
    size_t wanted = *room < 32 ? 64 : *room * 2;
    void *grown;

    assert(count <= *room);
    if (items != NULL && more <= *room - count)
        return items;
    if (wanted < count + more)
        wanted = count + more;
    if (wanted > SIZE_MAX / item_len)
        return NULL;
    grown = seigr__alloc(context, wanted * item_len);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, items, count * item_len);
    seigr__release(context, items);
    *room = wanted;
    return grown;
}

/* Room for one more capsule with this many edges (3). */
static int set_reserve(seigr_lineage *lineage, uint32_t edge_count,
                       size_t name_len)
{
    const seigr_context *context = &lineage->context;
    void *grown;

    grown =
        set_grown(context, lineage->points, sizeof(*lineage->points),
                  lineage->point_count, edge_count + 1, &lineage->point_room);
    if (grown == NULL)
        return SEIGR_E_NOMEM;
    lineage->points = grown;
    grown = set_grown(context, lineage->edges, sizeof(*lineage->edges),
                      lineage->edge_count, edge_count, &lineage->edge_room);
    if (grown == NULL)
        return SEIGR_E_NOMEM;
    lineage->edges = grown;
    grown = set_grown(context, lineage->capsules, sizeof(*lineage->capsules),
                      lineage->capsule_count, 1, &lineage->capsule_room);
    if (grown == NULL)
        return SEIGR_E_NOMEM;
    lineage->capsules = grown;
    grown = set_grown(context, lineage->names, 1, lineage->name_count, name_len,
                      &lineage->name_room);
    if (grown == NULL)
        return SEIGR_E_NOMEM;
    lineage->names = grown;
    return set_reserve_slots(lineage, lineage->point_count + edge_count + 1);
}

/* --- Adding ---------------------------------------------------------- */

static int set_has(const seigr_lineage *lineage, const seigr_id *id)
{
    uint32_t point = seigr__lineage_point(lineage, id);

    assert(id != NULL);
    return point != LINEAGE_NONE &&
           lineage->points[point].capsule != LINEAGE_NONE;
}

static void set_take_edge(seigr_lineage *lineage, const seigr_id *to,
                          uint32_t role)
{
    struct lineage_edge *edge = &lineage->edges[lineage->edge_count];

    assert(lineage->edge_count < lineage->edge_room);
    edge->to = set_take_point(lineage, to);
    edge->role = role;
    lineage->edge_count++;
}

/* Write a capsule down; there is room (3), and it is not there. */
static void set_take(seigr_lineage *lineage, const seigr_capsule *view,
                     const seigr_id *id)
{
    struct lineage_capsule *capsule =
        &lineage->capsules[lineage->capsule_count];
    size_t cursor = 0;
    seigr_link link;

    capsule->issuer = view->issuer;
    capsule->stream = view->stream;
    capsule->sequence = view->sequence;
    capsule->created_ms = view->created_ms;
    capsule->kind = view->kind;
    capsule->has_previous = view->has_previous != 0;
    capsule->name_at = lineage->name_count;
    capsule->name_len = (uint32_t)view->name.len;
    if (view->name.len > 0)
        memcpy(lineage->names + lineage->name_count, view->name.ptr,
               view->name.len);
    lineage->name_count += view->name.len;
    capsule->point = set_take_point(lineage, id);
    capsule->edge_first = lineage->edge_count;
    if (view->has_previous) /* (2) */
        set_take_edge(lineage, &view->previous, SEIGR_LINEAGE_PREVIOUS);
    while (seigr_capsule_next_link(view, &cursor, &link) == 1)
        set_take_edge(lineage, &link.id, link.role);
    capsule->edge_count = lineage->edge_count - capsule->edge_first;
    lineage->points[capsule->point].capsule = lineage->capsule_count;
    lineage->capsule_count++;
}

int seigr_lineage_add(seigr_lineage *lineage, const seigr_verified *capsule,
                      seigr_error *error)
{
    const seigr_capsule *view;
    const seigr_id *id;
    uint32_t edges;

    if (lineage == NULL || capsule == NULL)
        return SEIGR_E_INVAL;
    view = seigr_verified_capsule(capsule);
    id = seigr_verified_id(capsule);
    assert(view->name.len <= SEIGR_CAPSULE_NAME_MAX);
    if (set_has(lineage, id))
        return 0;
    edges = view->link_count + (view->has_previous != 0);
    if (lineage->capsule_count >= lineage->options.capsule_max)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "the lineage has its %u capsules already",
                           lineage->options.capsule_max);
    if (edges > lineage->options.link_max - lineage->edge_count)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "%u links on top of %u pass the lineage's bound "
                           "of %u",
                           edges, lineage->edge_count,
                           lineage->options.link_max);
    if (set_reserve(lineage, edges, view->name.len) != 0)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a capsule with %u links", edges);
    seigr__lineage_unsettle(lineage);
    set_take(lineage, view, id);
    return 0;
}

void seigr_lineage_refuse(seigr_lineage *lineage, int code, const seigr_id *id)
{
    struct lineage_refused *refused;

    if (lineage == NULL || code >= 0)
        return;
    refused = code == SEIGR_E_SIGNATURE || code == SEIGR_E_KEY
                  ? &lineage->refused_signature
                  : &lineage->refused_bytes;
    refused->count++;
    if (id == NULL ||
        (refused->has_id && memcmp(id, &refused->id, sizeof(*id)) >= 0))
        return;
    refused->has_id = 1;
    refused->id = *id;
}

uint32_t seigr_lineage_count(const seigr_lineage *lineage)
{
    return lineage == NULL ? 0 : lineage->capsule_count;
}
