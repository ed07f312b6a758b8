/* SPDX-License-Identifier: MIT */
/*
 * bundle_body.c - bodies one after another, each chunk once in the file.
 *
 * Invariants:
 *   (1) a leaf counts only after the list's head was the root.
 *   (2) a chunk is remembered only after it was found to be its leaf's.
 *   (3) room for leaves grows by what has come, never by what size promises.
 */
#include "bundle_body.h" /* struct seigr__bundle_body */

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define BUNDLE_LEAF_LEN 32u
#define BUNDLE_LEAVES_MIN 64u
#define BUNDLE_MET 1u

void seigr__bundle_body_init(struct seigr__bundle_body *body,
                             const seigr_context *context)
{
    assert(body != NULL);
    body->context = context;
}

void seigr__bundle_body_fini(struct seigr__bundle_body *body)
{
    assert(body != NULL);
    if (body->has_sets) {
        seigr__id_set_fini(&body->roots);
        seigr__id_set_fini(&body->chunks);
    }
    seigr__release(body->context, body->leaves);
}

/* --- The leaf list as the check keeps it ------------------------------ */

static int bundle_leaf_put(uint64_t index, const seigr_hash *leaf, void *ctx)
{
    struct seigr__bundle_body *body = ctx;

    assert(index == body->leaf_count);
    if (body->leaf_count == body->leaf_room) { /* (3) */
        const size_t room =
            body->leaf_room == 0 ? BUNDLE_LEAVES_MIN : body->leaf_room * 2;
        seigr_hash *leaves =
            seigr__alloc(body->context, room * sizeof(*leaves));

        if (leaves == NULL)
            return SEIGR_E_NOMEM;
        if (body->leaf_count > 0)
            memcpy(leaves, body->leaves, body->leaf_count * sizeof(*leaves));
        seigr__release(body->context, body->leaves);
        body->leaves = leaves;
        body->leaf_room = room;
    }
    body->leaves[index] = *leaf;
    body->leaf_count++;
    return 0;
}

static int bundle_leaf_get(uint64_t index, seigr_hash *leaf, void *ctx)
{
    const struct seigr__bundle_body *body = ctx;

    assert(index < body->leaf_count);
    *leaf = body->leaves[index];
    return 0;
}

/* --- Bodies ------------------------------------------------------------ */

int seigr__bundle_body_name(struct seigr__bundle_body *body,
                            const seigr_body *named)
{
    int err = 0;

    assert(named->form == SEIGR_BODY_ROOT);
    if (!body->has_sets) {
        err = seigr__id_set_init(&body->roots, body->context);
        if (err == 0)
            err = seigr__id_set_init(&body->chunks, body->context);
        if (err < 0)
            return err;
        body->has_sets = 1;
    }
    if (seigr__id_set_get(&body->roots, named->root.bytes) == BUNDLE_MET)
        return 0;
    err = seigr__id_set_put(&body->roots, named->root.bytes, BUNDLE_MET);
    if (err < 0)
        return err;
    body->body = *named;
    body->body.media_type = (seigr_span){NULL, 0}; /* borrowed no longer */
    body->chunk_count = seigr_body_chunk_count(named->size);
    return 1;
}

int seigr__bundle_body_begin(struct seigr__bundle_body *body,
                             seigr_error *error)
{
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;

    assert(body != NULL);
    leaves.put = bundle_leaf_put;
    leaves.get = bundle_leaf_get;
    leaves.ctx = body;
    options.leaves = &leaves;
    body->list_left = body->chunk_count * BUNDLE_LEAF_LEN;
    body->index = 0;
    body->leaf_count = 0;
    body->is_in_sequence = 1;
    return seigr_body_check_init(&body->check, body->context, &body->body,
                                 &options, error);
}

int seigr__bundle_body_leaves(struct seigr__bundle_body *body, seigr_span bytes,
                              seigr_error *error)
{
    assert(bytes.len <= body->list_left);
    body->list_left -= bytes.len;
    return seigr_body_check_leaves(&body->check, bytes, error); /* (1) */
}

int seigr__bundle_body_is_repeat(const struct seigr__bundle_body *body)
{
    assert(body->list_left == 0 && body->index < body->chunk_count);
    return seigr__id_set_get(&body->chunks, body->leaves[body->index].bytes) ==
           BUNDLE_MET;
}

int seigr__bundle_body_chunk(struct seigr__bundle_body *body, seigr_span chunk,
                             seigr_error *error)
{
    const uint8_t *leaf = body->leaves[body->index].bytes;
    int err;

    assert(chunk.ptr != NULL || chunk.len == 0);
    if (body->is_in_sequence)
        err = seigr_body_check_put(&body->check, chunk, error);
    else
        err = seigr_body_check_chunk(&body->check, body->index, chunk, error);
    if (err == 0)
        err = seigr__id_set_put(&body->chunks, leaf, BUNDLE_MET); /* (2) */
    if (err == 0)
        body->index++;
    return err;
}

int seigr__bundle_body_repeat(struct seigr__bundle_body *body, seigr_span chunk,
                              seigr_error *error)
{
    int err = 0;

    assert(body != NULL);
    assert(chunk.ptr != NULL || chunk.len == 0);
    if (chunk.len == 0)
        body->is_in_sequence = 0;
    else if (body->is_in_sequence)
        err = seigr_body_check_put(&body->check, chunk, error);
    if (err == 0)
        body->index++;
    return err;
}

int seigr__bundle_body_done(struct seigr__bundle_body *body, seigr_error *error)
{
    assert(body->index == body->chunk_count);
    return body->is_in_sequence ? seigr_body_check_done(&body->check, error)
                                : 0;
}
