/* SPDX-License-Identifier: MIT */
/*
 * body_check.c - content against the body of a verified capsule.
 *
 * Invariants:
 *   (1) A leaf is compared with only after the whole list has come and its
 *       head is the root that the capsule's signature covers.
 *   (2) Content in sequence builds its own head from what really came, and
 *       the end compares that with the root too: a leaf list that is not
 *       given back as it was put cannot make wrong content right.
 *   (3) A check that failed stays failed.
 */
#include "body_stream.h" /* seigr_body_stream */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static int check_same(const seigr_hash *a, const seigr_hash *b)
{
    assert(a != NULL && b != NULL);
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* Leaves of the body; none where it is inline. */
static uint64_t check_leaf_count(const seigr_body_check *check)
{
    return check->private_body.form == SEIGR_BODY_ROOT
               ? seigr_body_chunk_count(check->private_body.size)
               : 0;
}

/* A body's form, size and the room for its leaves go together. */
static int check_shape(const seigr_body *body,
                       const seigr_body_options *options, seigr_error *error)
{
    const seigr_body_leaves *leaves = options == NULL ? NULL : options->leaves;

    if (body->form == SEIGR_BODY_NONE)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "the capsule has no body");
    if (body->size > SEIGR_BODY_SIZE_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "the body is longer than 2^36 bytes");
    if (body->form == SEIGR_BODY_INLINE
            ? body->size != body->content.len
            : body->form != SEIGR_BODY_ROOT ||
                  body->size <= SEIGR_CAPSULE_INLINE_MAX)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "a body of this form cannot have %llu bytes",
                           (unsigned long long)body->size);
    if (leaves != NULL && leaves->array != NULL &&
        body->form == SEIGR_BODY_ROOT &&
        leaves->array_max < seigr_body_chunk_count(body->size))
        return seigr__fail(
            error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
            "room for %llu leaves, the body has %llu",
            (unsigned long long)leaves->array_max,
            (unsigned long long)seigr_body_chunk_count(body->size));
    return 0;
}

int seigr_body_check_init(seigr_body_check *check, const seigr_context *context,
                          const seigr_body *body,
                          const seigr_body_options *options, seigr_error *error)
{
    int err;

    if (check == NULL || body == NULL)
        return SEIGR_E_INVAL;
    memset(check, 0, sizeof(*check));
    err = seigr__body_stream_init(&check->private_stream, context, options);
    if (err == 0)
        err = check_shape(body, options, error);
    if (err != 0)
        return err;
    check->private_body = *body;
    check->private_stream.private_total = body->size;
    check->private_stream.private_want_whole =
        body->form == SEIGR_BODY_ROOT && body->has_sha256;
    return 0;
}

/* --- The leaf list --------------------------------------------------- */

static int check_get(const seigr_body_check *check, uint64_t index,
                     seigr_hash *out)
{
    const seigr_body_leaves *leaves = &check->private_stream.private_leaves;

    assert(index < check_leaf_count(check));
    if (leaves->array == NULL)
        return leaves->get(index, out, leaves->ctx);
    *out = leaves->array[index];
    return 0;
}

int seigr_body_check_leaf(const seigr_body_check *check, uint64_t index,
                          seigr_hash *out)
{
    if (check == NULL || out == NULL)
        return SEIGR_E_INVAL;
    if (!check->private_listed || index >= check_leaf_count(check))
        return SEIGR_E_NOTFOUND;
    return check_get(check, index, out);
}

/* A whole leaf has come. */
static int check_take_leaf(seigr_body_check *check, seigr_error *error)
{
    seigr_body_stream *stream = &check->private_stream;
    int err;

    assert(!check->private_listed);
    err = seigr__body_keep(&stream->private_leaves, stream->private_head.count,
                           &check->private_leaf, error);
    if (err != 0)
        return err;
    return seigr_merkle_add(stream->private_context, &stream->private_head,
                            &check->private_leaf);
}

/* The whole list has come: is it the body's? (1) */
static int check_list(seigr_body_check *check, seigr_error *error)
{
    seigr_body_stream *stream = &check->private_stream;
    seigr_hash head;

    assert(stream->private_head.count == check_leaf_count(check));
    seigr_merkle_root(stream->private_context, &stream->private_head, &head);
    if (!check_same(&head, &check->private_body.root))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the head of the leaf list is not the body's root");
    check->private_listed = 1;
    seigr_merkle_init(&stream->private_head); /* for the content (2) */
    return 0;
}

/* 1 where leaves can be kept and given back. */
static int check_keeps(const seigr_body_leaves *leaves)
{
    assert(leaves != NULL);
    return leaves->array != NULL ||
           (leaves->put != NULL && leaves->get != NULL);
}

int seigr_body_check_leaves(seigr_body_check *check, seigr_span bytes,
                            seigr_error *error)
{
    const size_t leaf_len = sizeof(check->private_leaf);
    seigr_body_stream *stream;
    uint64_t list_len;
    int err = 0;

    if (check == NULL || (bytes.ptr == NULL && bytes.len != 0) ||
        !check_keeps(&check->private_stream.private_leaves) ||
        check->private_stream.private_at != 0)
        return SEIGR_E_INVAL;
    stream = &check->private_stream;
    if (stream->private_failed != 0)
        return seigr__body_stream_failed(stream, error);
    list_len = check_leaf_count(check) * leaf_len;
    if (bytes.len > list_len - check->private_list_len)
        return seigr__body_stream_fail(
            stream, seigr__fail(error, SEIGR_E_MISMATCH, list_len,
                                "the leaf list goes on past the %llu leaves of "
                                "the body",
                                (unsigned long long)check_leaf_count(check)));
    while (bytes.len > 0 && err == 0) {
        size_t at = check->private_list_len % leaf_len;
        size_t len = bytes.len < leaf_len - at ? bytes.len : leaf_len - at;

        memcpy(check->private_leaf.bytes + at, bytes.ptr, len);
        bytes.ptr += len;
        bytes.len -= len;
        check->private_list_len += len;
        if (at + len == leaf_len)
            err = check_take_leaf(check, error);
        if (err == 0 && check->private_list_len == list_len)
            err = check_list(check, error);
    }
    return err == 0 ? 0 : seigr__body_stream_fail(stream, err);
}

/* --- Chunks ---------------------------------------------------------- */

/* Say of a wrong chunk what it is: another of this body, or none. */
static int check_wrong_chunk(const seigr_body_check *check, uint64_t index,
                             const seigr_hash *leaf, seigr_error *error)
{
    const uint64_t count = check_leaf_count(check);
    seigr_hash other;

    assert(index < check_leaf_count(check));
    for (uint64_t i = 0; error != NULL && i < count; i++)
        if (check_get(check, i, &other) == 0 && check_same(&other, leaf))
            return seigr__fail(
                error, SEIGR_E_MISMATCH, index * SEIGR_BODY_CHUNK_LEN,
                "where chunk %llu belongs, at byte %llu, stands chunk %llu: "
                "chunks are out of order",
                (unsigned long long)index,
                (unsigned long long)(index * SEIGR_BODY_CHUNK_LEN),
                (unsigned long long)i);
    return seigr__fail(error, SEIGR_E_MISMATCH, index * SEIGR_BODY_CHUNK_LEN,
                       "chunk %llu, at byte %llu, is not what the leaf list "
                       "says",
                       (unsigned long long)index,
                       (unsigned long long)(index * SEIGR_BODY_CHUNK_LEN));
}

static int check_compare(const seigr_body_check *check, uint64_t index,
                         const seigr_hash *leaf, seigr_error *error)
{
    seigr_hash expected;
    int err = check_get(check, index, &expected);

    assert(check->private_listed && index < check_leaf_count(check));
    if (err != 0)
        return err;
    if (!check_same(leaf, &expected))
        return check_wrong_chunk(check, index, leaf, error);
    return 0;
}

int seigr_body_check_chunk(const seigr_body_check *check, uint64_t index,
                           seigr_span chunk, seigr_error *error)
{
    uint32_t len;
    seigr_hash leaf;

    if (check == NULL || (chunk.ptr == NULL && chunk.len != 0))
        return SEIGR_E_INVAL;
    if (!check->private_listed)
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "the leaf list has not come");
    if (index >= check_leaf_count(check))
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "there is no chunk %llu, the body has %llu",
                           (unsigned long long)index,
                           (unsigned long long)check_leaf_count(check));
    len = seigr_body_chunk_len(check->private_body.size, index);
    if (chunk.len != len)
        return seigr__fail(
            error, SEIGR_E_MISMATCH, index * SEIGR_BODY_CHUNK_LEN,
            "chunk %llu, at byte %llu, has %zu bytes, %u are "
            "due",
            (unsigned long long)index,
            (unsigned long long)(index * SEIGR_BODY_CHUNK_LEN), chunk.len, len);
    seigr_merkle_hash_leaf(check->private_stream.private_context, chunk, &leaf);
    return check_compare(check, index, &leaf, error);
}

/* --- Content in sequence --------------------------------------------- */

static int check_leaf(void *owner, uint64_t index, const seigr_hash *leaf,
                      seigr_error *error)
{
    const seigr_body_check *check = owner;

    return check->private_listed ? check_compare(check, index, leaf, error) : 0;
}

/* Content beside the one that stands in the capsule. */
static int check_inline(seigr_body_check *check, seigr_span content,
                        seigr_error *error)
{
    seigr_body_stream *stream = &check->private_stream;
    const seigr_span due = check->private_body.content;

    assert(check->private_body.form == SEIGR_BODY_INLINE);
    assert(content.len <= due.len - stream->private_at);
    for (size_t i = 0; i < content.len; i++)
        if (content.ptr[i] != due.ptr[(size_t)stream->private_at + i])
            return seigr__fail(error, SEIGR_E_MISMATCH, stream->private_at + i,
                               "byte %llu is not that of the capsule",
                               (unsigned long long)(stream->private_at + i));
    stream->private_at += content.len;
    return 0;
}

int seigr_body_check_put(seigr_body_check *check, seigr_span content,
                         seigr_error *error)
{
    const seigr__body_sink sink = {check_leaf, check};
    seigr_body_stream *stream;
    seigr_span due = content;
    uint64_t room;
    int err;

    if (check == NULL || (content.ptr == NULL && content.len != 0))
        return SEIGR_E_INVAL;
    stream = &check->private_stream;
    if (stream->private_failed != 0)
        return seigr__body_stream_failed(stream, error);
    if (check->private_list_len > 0 && !check->private_listed)
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "the leaf list has not come whole");
    room = check->private_body.size - stream->private_at;
    if (content.len > room)
        due.len = (size_t)room;
    if (check->private_body.form == SEIGR_BODY_INLINE)
        err = check_inline(check, due, error);
    else
        err = seigr__body_stream_put(stream, due, &sink, error);
    if (err == 0 && due.len > 0 && due.len == room)
        err = seigr__body_stream_end(stream, &sink, error);
    if (err == 0 && content.len > room)
        err = seigr__fail(error, SEIGR_E_MISMATCH, check->private_body.size,
                          "the content goes on past the %llu bytes that the "
                          "capsule says",
                          (unsigned long long)check->private_body.size);
    return err == 0 ? 0 : seigr__body_stream_fail(stream, err);
}

/* Root and digest of what came, which was all of it. */
static int check_whole(const seigr_body_check *check, seigr_error *error)
{
    const seigr_body_stream *stream = &check->private_stream;
    const seigr_crypto *crypto = stream->private_context->crypto;
    seigr_sha256_state whole = stream->private_whole;
    seigr_hash hash;

    if (check->private_body.form == SEIGR_BODY_INLINE)
        return 0;
    seigr_merkle_root(stream->private_context, &stream->private_head, &hash);
    if (!check_same(&hash, &check->private_body.root)) /* (2) */
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the content does not have the root that the "
                           "capsule says");
    if (!stream->private_want_whole)
        return 0;
    crypto->sha256_final(&whole, hash.bytes, crypto->ctx);
    if (!check_same(&hash, &check->private_body.sha256))
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the content does not have the sha256 that the "
                           "capsule says");
    return 0;
}

int seigr_body_check_done(seigr_body_check *check, seigr_error *error)
{
    seigr_body_stream *stream;
    int err;

    if (check == NULL)
        return SEIGR_E_INVAL;
    stream = &check->private_stream;
    if (stream->private_failed != 0)
        return seigr__body_stream_failed(stream, error);
    if (stream->private_at < check->private_body.size)
        err = seigr__fail(
            error, SEIGR_E_TRUNCATED, stream->private_at,
            "the content ends after %llu of %llu bytes, in chunk %llu",
            (unsigned long long)stream->private_at,
            (unsigned long long)check->private_body.size,
            (unsigned long long)(stream->private_at / SEIGR_BODY_CHUNK_LEN));
    else
        err = check_whole(check, error);
    return err == 0 ? 0 : seigr__body_stream_fail(stream, err);
}
