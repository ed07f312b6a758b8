/* SPDX-License-Identifier: MIT */
/*
 * index_refresh.c - brings the nodes of an index up to date.
 *
 * It visits the prefixes of the IDs that were touched and no others, each
 * once, children before their parent. Depth is that of the IDs' common
 * prefixes: about 8 for a million random IDs, 100 at most; a step takes
 * about half a KiB of stack.
 *
 * Invariants:
 *   (1) afterwards a prefix has a node exactly if more than
 *       SEIGR_INDEX_LEAF_MAX IDs are under it. One that falls to a leaf had
 *       an ID touched under each of its nodes, so all of them are removed.
 *   (2) a prefix without a node was a leaf, so what is under it is few IDs
 *       and those touched: it is built from the IDs alone.
 */
#include "index_read.h" /* seigr__index_* */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memset */

struct refresh {
    const seigr_context *context;
    const seigr_index_source *source;
    const seigr_id *touched;
    seigr_prefix at;
    seigr__index_leaf leaf; /* once, not in the frame of each step */
};

/* Sum up the IDs under the prefix if a leaf holds them. Returns 1 and a sum,
 * 0 where they are too many, or a status. */
static int refresh_leaf(struct refresh *r, seigr_index_sum *out)
{
    const int err = seigr__index_leaf_read(r->source, &r->at, &r->leaf);

    if (err != 0)
        return err;
    if (r->leaf.count > SEIGR_INDEX_LEAF_MAX)
        return r->at.digit_count < SEIGR_INDEX_DIGITS_MAX ? 0 : SEIGR_E_CORRUPT;
    seigr__index_leaf_sum(r->context, r->leaf.ids[0].bytes, r->leaf.count, out);
    return 1;
}

static int refresh_keep(struct refresh *r, const seigr_index_node *node,
                        seigr_index_sum *out)
{
    seigr__index_node_sum(r->context, node, out);
    return r->source->node_put(&r->at, node, r->source->ctx);
}

/* Sum up the IDs under the prefix without looking at nodes (2). */
static int refresh_build(struct refresh *r, seigr_index_sum *out)
{
    seigr_index_node node;
    seigr_index_sum sum;
    int err = refresh_leaf(r, out);

    if (err != 0)
        return err == 1 ? 0 : err;
    memset(&node, 0, sizeof(node));
    for (unsigned digit = 0; digit < SEIGR__INDEX_BASE; digit++) {
        if (!seigr__index_enter(&r->at, digit))
            continue;
        err = refresh_build(r, &sum);
        seigr__index_leave(&r->at);
        if (err != 0)
            return err;
        seigr__index_node_set(&node, digit, &sum);
    }
    return refresh_keep(r, &node, out);
}

/* Behind the last of touched[from, to) that have this digit here. */
static size_t refresh_run(const struct refresh *r, size_t from, size_t to,
                          unsigned digit)
{
    while (from < to &&
           seigr__index_digit(&r->touched[from], r->at.digit_count) == digit)
        from++;
    return from;
}

static int refresh_update(struct refresh *r, size_t from, size_t to,
                          seigr_index_sum *out);

/* Bring the six sums of a node up to date. */
static int refresh_children(struct refresh *r, size_t from, size_t to,
                            seigr_index_node *node)
{
    seigr_index_sum sum;
    int err;

    while (from < to) {
        const unsigned digit =
            seigr__index_digit(&r->touched[from], r->at.digit_count);
        const size_t next = refresh_run(r, from, to, digit);

        assert(next > from);
        if (!seigr__index_enter(&r->at, digit))
            assert(0); /* an ID begins so */
        err = refresh_update(r, from, next, &sum);
        seigr__index_leave(&r->at);
        if (err != 0)
            return err;
        seigr__index_node_set(node, digit, &sum);
        from = next;
    }
    return 0;
}

/* Sum up the IDs under the prefix, of which touched[from, to) changed. */
static int refresh_update(struct refresh *r, size_t from, size_t to,
                          seigr_index_sum *out)
{
    seigr_index_node node;
    int err = seigr__index_node_read(r->source, &r->at, &node);

    if (err == SEIGR_E_NOTFOUND)
        return refresh_build(r, out); /* (2) */
    if (err == 0)
        err = refresh_children(r, from, to, &node);
    if (err != 0)
        return err;
    seigr__index_node_sum(r->context, &node, out);
    if (out->count > SEIGR_INDEX_LEAF_MAX)
        return r->source->node_put(&r->at, &node, r->source->ctx);
    err = r->source->node_remove(&r->at, r->source->ctx); /* (1) */
    if (err != 0)
        return err;
    err = refresh_leaf(r, out);
    if (err == 0)
        return SEIGR_E_CORRUPT; /* more IDs than were touched */
    return err == 1 ? 0 : err;
}

int seigr_index_refresh(const seigr_context *context,
                        const seigr_index_source *source,
                        const seigr_id *touched, size_t touched_count)
{
    struct refresh r;
    seigr_index_sum sum;

    if (context == NULL || source == NULL ||
        (touched == NULL && touched_count != 0))
        return SEIGR_E_INVAL;
    for (size_t i = 1; i < touched_count; i++) {
        if (memcmp(touched[i - 1].bytes, touched[i].bytes, SEIGR_ID_LEN) > 0)
            return SEIGR_E_INVAL;
    }
    r.context = context;
    r.source = source;
    r.touched = touched;
    r.at = (seigr_prefix){0, ""};
    return refresh_update(&r, 0, touched_count, &sum);
}
