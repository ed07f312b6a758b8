/* SPDX-License-Identifier: MIT */
/*
 * index_read.c - answers from an index that is up to date: sums of prefixes,
 * counts of ranges, walks.
 *
 * Invariants:
 *   (1) a prefix has a node exactly if more than SEIGR_INDEX_LEAF_MAX IDs are
 *       under it, so what has none is read as a leaf.
 *   (2) what a source answers is checked where a wrong answer would lead out
 *       of an array; it is not believed to be right.
 */
#include "index_read.h" /* seigr__index_* */

#include "senary/text.h" /* seigr__text_excess */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static int index_compare(const seigr_id *a, const seigr_id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

int seigr__index_enter(seigr_prefix *prefix, unsigned digit)
{
    const uint32_t at = prefix->digit_count;
    const uint32_t block = at - at % BLOCK_DIGITS;
    const size_t n = at + 1 - block;

    assert(at < SEIGR_INDEX_DIGITS_MAX && digit < SEIGR__INDEX_BASE);
    prefix->digits[at] = (char)('0' + digit);
    if (seigr__text_excess((const uint8_t *)prefix->digits + block, n,
                           BLOCK_BYTES) < n) {
        prefix->digits[at] = '\0';
        return 0;
    }
    prefix->digits[at + 1] = '\0';
    prefix->digit_count++;
    return 1;
}

void seigr__index_leave(seigr_prefix *prefix)
{
    assert(prefix->digit_count > 0);
    prefix->digits[--prefix->digit_count] = '\0';
}

/* Ascending, each once, none below from (2). */
static int index_ids_are_sorted(const seigr_id *from, const seigr_id *ids,
                                size_t count)
{
    if (count > 0 && index_compare(&ids[0], from) < 0)
        return 0;
    for (size_t i = 1; i < count; i++) {
        if (index_compare(&ids[i - 1], &ids[i]) >= 0)
            return 0;
    }
    return 1;
}

/* IDs of [first, last], as many as there is room for. */
static int index_range_read(const seigr_index_source *source,
                            const seigr_id *first, const seigr_id *last,
                            seigr_id *out, size_t room, size_t *count_out)
{
    size_t count = 0;
    const int err = source->ids(first, out, room, &count, source->ctx);

    if (err != 0)
        return err;
    if (count > room || !index_ids_are_sorted(first, out, count))
        return SEIGR_E_CORRUPT; /* (2) */
    while (count > 0 && index_compare(&out[count - 1], last) > 0)
        count--;
    *count_out = count;
    return 0;
}

static void index_prefix_range(const seigr_prefix *prefix, seigr_id *first,
                               seigr_id *last)
{
    const seigr_prefix all = {0, ""};

    seigr_prefix_range(prefix != NULL ? prefix : &all, first->bytes,
                       last->bytes);
}

int seigr__index_leaf_read(const seigr_index_source *source,
                           const seigr_prefix *prefix, seigr__index_leaf *out)
{
    seigr_id first;
    seigr_id last;

    index_prefix_range(prefix, &first, &last);
    return index_range_read(source, &first, &last, out->ids,
                            SEIGR__INDEX_READ_MAX, &out->count);
}

int seigr__index_node_read(const seigr_index_source *source,
                           const seigr_prefix *prefix, seigr_index_node *out)
{
    if (prefix->digit_count >= SEIGR_INDEX_DIGITS_MAX)
        return SEIGR_E_NOTFOUND; /* one ID at most is under it */
    return source->node_get(prefix, out, source->ctx);
}

/* Does an ID begin so? A caller's prefix has passed no reader. */
static int index_prefix_is_possible(const seigr_prefix *prefix)
{
    seigr_prefix walked = {0, ""};

    for (uint32_t i = 0; i < prefix->digit_count; i++) {
        if (prefix->digits[i] < '0' || prefix->digits[i] > '5' ||
            !seigr__index_enter(&walked, (unsigned)(prefix->digits[i] - '0')))
            return 0;
    }
    return 1;
}

/* A caller's prefix without its check digits. */
static seigr_prefix index_prefix_of(const seigr_prefix *prefix)
{
    seigr_prefix out = {0, ""};

    if (prefix != NULL) {
        out = *prefix;
        if (out.digit_count > SEIGR_INDEX_DIGITS_MAX)
            out.digit_count = SEIGR_INDEX_DIGITS_MAX;
    }
    return out;
}

int seigr_index_sum_of(const seigr_context *context,
                       const seigr_index_source *source,
                       const seigr_prefix *prefix, seigr_index_sum *out)
{
    const seigr_prefix asked = index_prefix_of(prefix);
    seigr__index_leaf leaf = {.count = 0};
    seigr_index_node node;
    int err;

    if (context == NULL || source == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (index_prefix_is_possible(&asked)) {
        err = seigr__index_node_read(source, &asked, &node);
        if (err == 0) {
            seigr__index_node_sum(context, &node, out);
            return 0;
        }
        if (err == SEIGR_E_NOTFOUND) /* (1) */
            err = seigr__index_leaf_read(source, &asked, &leaf);
        if (err != 0)
            return err;
    }
    if (leaf.count > SEIGR_INDEX_LEAF_MAX)
        return SEIGR_E_CORRUPT;
    seigr__index_leaf_sum(context, leaf.ids[0].bytes, leaf.count, out);
    return 0;
}

/* IDs of a leaf that are below an ID, or equal to it where included. */
static int index_leaf_rank(const seigr_index_source *source,
                           const seigr_prefix *prefix, const seigr_id *id,
                           int included, uint64_t *rank)
{
    seigr__index_leaf leaf;
    const int err = seigr__index_leaf_read(source, prefix, &leaf);

    if (err != 0)
        return err;
    if (leaf.count > SEIGR_INDEX_LEAF_MAX)
        return SEIGR_E_CORRUPT;
    for (size_t i = 0; i < leaf.count; i++) {
        if (index_compare(&leaf.ids[i], id) < included)
            (*rank)++;
    }
    return 0;
}

/* How many IDs are below an ID, or equal to it where included is 1. */
static int index_rank(const seigr_index_source *source, const seigr_id *id,
                      int included, uint64_t *rank)
{
    seigr_prefix at = {0, ""};
    seigr_index_node node;
    seigr_index_sum sum;
    int err;

    *rank = 0;
    while ((err = seigr__index_node_read(source, &at, &node)) == 0) {
        const unsigned digit = seigr__index_digit(id, at.digit_count);

        for (unsigned i = 0; i < digit; i++) {
            seigr__index_node_get(&node, i, &sum);
            *rank += sum.count;
        }
        if (!seigr__index_enter(&at, digit))
            assert(0); /* an ID begins so */
    }
    if (err != SEIGR_E_NOTFOUND)
        return err;
    return index_leaf_rank(source, &at, id, included, rank);
}

int seigr_index_count(const seigr_index_source *source, const seigr_id *first,
                      const seigr_id *last, uint64_t *count_out)
{
    uint64_t below = 0;
    uint64_t through = 0;
    int err;

    if (source == NULL || first == NULL || last == NULL || count_out == NULL)
        return SEIGR_E_INVAL;
    if (index_compare(first, last) <= 0) {
        err = index_rank(source, first, 0, &below);
        if (err == 0)
            err = index_rank(source, last, 1, &through);
        if (err != 0)
            return err;
        if (through < below)
            return SEIGR_E_CORRUPT; /* (2) */
    }
    *count_out = through - below;
    return 0;
}

/* The ID behind an ID. Returns 0 behind the last. */
static int index_successor(seigr_id *id)
{
    for (size_t i = SEIGR_ID_LEN; i-- > 0;) {
        if (++id->bytes[i] != 0)
            return 1;
    }
    return 0;
}

int seigr_index_walk(const seigr_index_source *source,
                     const seigr_prefix *prefix, const seigr_id *after,
                     seigr_id *out, size_t room, size_t *count_out)
{
    const seigr_prefix asked = index_prefix_of(prefix);
    seigr_id first;
    seigr_id last;

    if (source == NULL || count_out == NULL || (out == NULL && room != 0))
        return SEIGR_E_INVAL;
    *count_out = 0;
    if (room == 0 || !index_prefix_is_possible(&asked))
        return 0;
    index_prefix_range(&asked, &first, &last);
    if (after != NULL && index_compare(after, &first) >= 0) {
        first = *after;
        if (!index_successor(&first) || index_compare(&first, &last) > 0)
            return 0;
    }
    return index_range_read(source, &first, &last, out, room, count_out);
}
