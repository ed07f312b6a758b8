/* SPDX-License-Identifier: MIT */
/*
 * trust_order.c - the three orders of a set, and finding in them.
 *
 * Heap sort: no input makes it slow, it recurses nowhere and takes no memory.
 */
#include "trust_set.h" /* struct seigr_trust */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* What is about a revocation set: no key and no hash. */
const uint8_t seigr__trust_set_mark[32] = "the keys and IDs of a set";

static int order_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int order_ids(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    return memcmp(&trust->records[a].id, &trust->records[b].id, SEIGR_ID_LEN);
}

/* Of one ID the record put first; all are the same. */
int seigr__trust_by_id(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    const int order = order_ids(trust, a, b);

    return order != 0 ? order : order_u64(a, b);
}

static int order_issuers(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    return memcmp(&trust->records[a].issuer, &trust->records[b].issuer, 32);
}

/* Stream 0 is the first of a key, the others are numbered at random. */
static int order_places(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    const struct seigr__trust_record *x = &trust->records[a];
    const struct seigr__trust_record *y = &trust->records[b];
    int order = order_u64(x->stream, y->stream);

    if (order == 0)
        order = order_u64(x->sequence, y->sequence);
    return order != 0 ? order : order_ids(trust, a, b);
}

int seigr__trust_by_chain(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    const int order = order_issuers(trust, a, b);

    return order != 0 ? order : order_places(trust, a, b);
}

int seigr__trust_by_issuer(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    int order = order_issuers(trust, a, b);

    if (order == 0)
        order = order_u64(trust->records[a].kind, trust->records[b].kind);
    return order != 0 ? order : order_places(trust, a, b);
}

int seigr__trust_by_about(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    const struct seigr__trust_record *x = &trust->records[a];
    const struct seigr__trust_record *y = &trust->records[b];
    int order = memcmp(x->about, y->about, 32);

    if (order == 0)
        order = order_u64(x->kind, y->kind);
    return order != 0 ? order : order_ids(trust, a, b);
}

int seigr__trust_by_time(const seigr_trust *trust, uint32_t a, uint32_t b)
{
    const int order =
        order_u64(trust->records[a].created_ms, trust->records[b].created_ms);

    return order != 0 ? order : order_ids(trust, a, b);
}

/* Let the item at a place sink to where it belongs. */
static void order_sink(const seigr_trust *trust, uint32_t *items, size_t at,
                       size_t count, seigr__trust_compare *compare)
{
    const uint32_t item = items[at];
    size_t child;

    while ((child = 2 * at + 1) < count) {
        if (child + 1 < count &&
            compare(trust, items[child], items[child + 1]) < 0)
            child++;
        if (compare(trust, item, items[child]) >= 0)
            break;
        items[at] = items[child];
        at = child;
    }
    items[at] = item;
}

void seigr__trust_sort(const seigr_trust *trust, uint32_t *items, size_t count,
                       seigr__trust_compare *compare)
{
    for (size_t i = count / 2; i > 0; i--)
        order_sink(trust, items, i - 1, count, compare);
    for (size_t end = count; end > 1; end--) {
        const uint32_t last = items[end - 1];

        items[end - 1] = items[0];
        items[0] = last;
        order_sink(trust, items, 0, end - 1, compare);
    }
}

uint32_t seigr__trust_find(seigr_trust *trust, const uint8_t id[32])
{
    uint32_t low = 0;
    uint32_t high = trust->world_count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const uint32_t at = trust->by_id[middle];
        const int order = memcmp(trust->records[at].id.bytes, id, 32);

        trust->cost++;
        if (order == 0)
            return at;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SEIGR__TRUST_NONE;
}

/* Is an entry of an order before (key, kind)? */
static int order_is_before(seigr_trust *trust, int is_about, uint32_t entry,
                           const uint8_t key[32], uint32_t kind)
{
    const uint32_t at =
        is_about ? trust->by_about[entry] : trust->by_issuer[entry];
    const struct seigr__trust_record *r = &trust->records[at];
    const int order = memcmp(is_about ? r->about : r->issuer.bytes, key, 32);

    trust->cost++;
    return order < 0 || (order == 0 && r->kind < kind);
}

/* The first entry from low on that is not before (key, kind). What is looked
 * for is near low as often as not: steps double until they are past it. */
static uint32_t order_lower(seigr_trust *trust, int is_about, uint32_t low,
                            const uint8_t key[32], uint32_t kind)
{
    const uint32_t end = is_about ? trust->about_count : trust->world_count;
    uint32_t step = low == 0 ? end : 1; /* from the beginning: anywhere */
    uint32_t high;

    while (step < end - low &&
           order_is_before(trust, is_about, low + step, key, kind)) {
        low += step;
        step = step > end / 2 ? end : step * 2;
    }
    high = step < end - low ? low + step : end;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (order_is_before(trust, is_about, middle, key, kind))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Entries from (key, first) to before (key, end). */
static struct seigr__trust_range order_range(seigr_trust *trust, int is_about,
                                             const uint8_t key[32],
                                             uint32_t first, uint32_t end)
{
    struct seigr__trust_range range;

    assert(first < end);
    range.first = order_lower(trust, is_about, 0, key, first);
    range.end = order_lower(trust, is_about, range.first, key, end);
    return range;
}

struct seigr__trust_range seigr__trust_issued(seigr_trust *trust,
                                              const seigr_public_key *issuer,
                                              uint32_t kind)
{
    return order_range(trust, 0, issuer->bytes, kind, kind + 1);
}

struct seigr__trust_range seigr__trust_of(seigr_trust *trust,
                                          const seigr_public_key *issuer)
{
    return order_range(trust, 0, issuer->bytes, 0, UINT32_MAX);
}

struct seigr__trust_range
seigr__trust_about(seigr_trust *trust, const uint8_t about[32], uint32_t kind)
{
    return order_range(trust, 1, about, kind, kind + 1);
}
