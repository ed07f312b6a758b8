/* SPDX-License-Identifier: MIT */
/*
 * trust_set.c - making a set in the caller's memory, and putting capsules.
 *
 * Invariants:
 *   (1) a statement is read whole when it is put; reading it again cannot
 *       fail.
 */
#include "trust_set.h" /* struct seigr_trust */

#include "base/checked.h"     /* seigr__add_size */
#include "base/error.h"       /* seigr__fail */
#include "statement_fields.h" /* seigr__*_read */

#include <assert.h> /* assert */
#include <string.h> /* memset */

/* Bytes of one array, a multiple of 8. */
static int set_add(size_t *total, size_t count, size_t size)
{
    size_t len;

    if (seigr__mul_size(count, size, &len) != 0 || len > SIZE_MAX - 7)
        return -1;
    return seigr__add_size(*total, (len + 7) & ~(size_t)7, total);
}

static int set_options_are_good(const seigr_trust_options *options)
{
    return options != NULL &&
           options->struct_size >= sizeof(seigr_trust_options) &&
           options->capsule_max > 0 &&
           options->capsule_max <= SEIGR_TRUST_CAPSULE_MAX &&
           options->anchor_max <= SEIGR_TRUST_ANCHOR_MAX &&
           options->seen_max <= SEIGR_TRUST_CAPSULE_MAX;
}

size_t seigr_trust_size(const seigr_trust_options *options)
{
    size_t total = 0;
    size_t n;

    if (!set_options_are_good(options))
        return 0;
    n = options->capsule_max;
    if (set_add(&total, 1, sizeof(seigr_trust)) != 0 ||
        set_add(&total, n, sizeof(struct seigr__trust_record)) != 0 ||
        set_add(&total, n, sizeof(struct seigr__trust_node)) != 0 ||
        set_add(&total, 2 * n, sizeof(struct seigr__trust_front)) != 0 ||
        set_add(&total, 5 * n, sizeof(uint32_t)) != 0 ||
        set_add(&total, options->anchor_max, sizeof(seigr_anchor)) != 0 ||
        set_add(&total, options->seen_max, sizeof(struct seigr__trust_seen)) !=
            0)
        return 0;
    return total;
}

/* Take one array from the front of what is left. */
static void *set_take(uint8_t **at, size_t count, size_t size)
{
    void *taken = *at;

    *at += (count * size + 7) & ~(size_t)7;
    return taken;
}

int seigr_trust_init(void *memory, size_t len, const seigr_context *context,
                     const seigr_trust_options *options, seigr_trust **out)
{
    const size_t needed = seigr_trust_size(options);
    uint8_t *at = memory;
    seigr_trust *trust;
    size_t n;

    if (memory == NULL || context == NULL || context->crypto == NULL ||
        out == NULL || needed == 0 || (uintptr_t)memory % 8 != 0)
        return SEIGR_E_INVAL;
    if (len < needed)
        return SEIGR_E_ROOM;
    n = options->capsule_max;
    trust = set_take(&at, 1, sizeof(*trust));
    memset(trust, 0, sizeof(*trust));
    trust->context = *context;
    trust->options = *options;
    trust->records = set_take(&at, n, sizeof(*trust->records));
    trust->nodes = set_take(&at, n, sizeof(*trust->nodes));
    trust->fronts[0] = set_take(&at, 2 * n, sizeof(*trust->fronts[0]));
    trust->fronts[1] = trust->fronts[0] + n;
    trust->by_id = set_take(&at, 5 * n, sizeof(uint32_t));
    trust->by_issuer = trust->by_id + n;
    trust->by_about = trust->by_issuer + n;
    trust->marks = trust->by_about + n;
    trust->queue = trust->marks + n;
    trust->anchors =
        set_take(&at, options->anchor_max, sizeof(*trust->anchors));
    trust->seen = set_take(&at, options->seen_max, sizeof(*trust->seen));
    assert((size_t)(at - (uint8_t *)memory) == needed);
    *out = trust;
    return 0;
}

/* Kept sorted by key, so that they are found. */
int seigr_trust_anchor(seigr_trust *trust, const seigr_anchor *anchor)
{
    uint32_t at;

    if (trust == NULL || anchor == NULL || anchor->scope == 0 ||
        anchor->weight == 0 || anchor->weight > SEIGR_STATEMENT_WEIGHT_MAX)
        return SEIGR_E_INVAL;
    if (trust->anchor_count == trust->options.anchor_max)
        return SEIGR_E_FULL;
    for (at = trust->anchor_count; at > 0; at--) {
        if (memcmp(&trust->anchors[at - 1], anchor, sizeof(*anchor)) <= 0)
            break;
        trust->anchors[at] = trust->anchors[at - 1];
    }
    trust->anchors[at] = *anchor;
    trust->anchor_count++;
    trust->is_settled = 0;
    return 0;
}

/* What a REVOCATION is about. Returns as seigr_trust_put(). */
static int set_read_revocation(struct seigr__trust_record *r,
                               seigr_error *error)
{
    seigr_revocation view;
    const int err = seigr__revocation_read(r->detail, &view, error);

    if (err != 0)
        return err;
    /* key and capsule are the first field: its bytes stand after tag and
     * length. */
    r->about = view.type == SEIGR_REVOKES_SET ? seigr__trust_set_mark
                                              : r->detail.ptr + 2;
    return 0;
}

static int set_read_identity(struct seigr__trust_record *r, seigr_error *error)
{
    seigr_identity view;
    const int err = seigr__identity_read(r->detail, &view, error);

    if (err != 0)
        return err;
    if (view.is_retired)
        r->flags |= SEIGR__TRUST_RETIRES;
    if (view.has_previous)
        r->about = seigr__identity_previous(r->detail);
    return 0;
}

/* (1). What is needed at every decision is kept with the record. */
static int set_read(const seigr_capsule *capsule, struct seigr__trust_record *r,
                    seigr_error *error)
{
    seigr_grant grant;
    seigr_attestation attestation;
    int err;

    switch (capsule->kind) {
    case SEIGR_KIND_IDENTITY:
        return set_read_identity(r, error);
    case SEIGR_KIND_REVOCATION:
        return set_read_revocation(r, error);
    case SEIGR_KIND_GRANT:
        err = seigr_grant_read(capsule, &grant, error);
        r->about = r->detail.ptr + 2; /* audience is the first field */
        return err;
    case SEIGR_KIND_ATTESTATION:
        err = seigr__attestation_read(r->detail, &attestation, error);
        if (err != 0)
            return err;
        r->about = r->detail.ptr + 2; /* subject is the first field */
        r->scope = attestation.scope;
        r->weight = attestation.weight;
        r->expires_ms = attestation.expires_ms;
        return 0;
    }
    return 0;
}

int seigr_trust_put(seigr_trust *trust, const seigr_verified *capsule,
                    seigr_error *error)
{
    struct seigr__trust_record record;
    const seigr_capsule *view;
    int err;

    if (trust == NULL || capsule == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_trust_put: an argument is missing");
    if (trust->record_count == trust->options.capsule_max)
        return seigr__fail(error, SEIGR_E_FULL, SEIGR_NO_OFFSET,
                           "the set has room for %u capsules",
                           (unsigned)trust->options.capsule_max);
    view = seigr_verified_capsule(capsule);
    memset(&record, 0, sizeof(record));
    record.id = *seigr_verified_id(capsule);
    record.issuer = view->issuer;
    record.previous = view->previous;
    record.has_previous = view->has_previous;
    record.stream = view->stream;
    record.sequence = view->sequence;
    record.created_ms = view->created_ms;
    record.kind = view->kind;
    record.detail = view->detail;
    record.links = view->links;
    record.link_count = view->link_count;
    err = set_read(view, &record, error);
    if (err != 0)
        return err;
    trust->records[trust->record_count] = record;
    trust->marks[trust->record_count] = 0;
    trust->record_count++;
    trust->is_settled = 0;
    return 0;
}

int seigr_trust_seen(const seigr_trust *trust, const seigr_id *id,
                     uint64_t *at_ms_out)
{
    uint64_t at_ms = SEIGR__TRUST_NEVER;

    if (trust == NULL || id == NULL || at_ms_out == NULL || !trust->is_settled)
        return 0;
    for (uint32_t i = 0; i < trust->record_count; i++)
        if (memcmp(&trust->records[i].id, id, sizeof(*id)) == 0 &&
            trust->records[i].seen_ms < at_ms)
            at_ms = trust->records[i].seen_ms;
    if (at_ms == SEIGR__TRUST_NEVER)
        return 0;
    *at_ms_out = at_ms;
    return 1;
}
