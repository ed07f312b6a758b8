/* SPDX-License-Identifier: MIT */
/*
 * body_stream.c - content of any length in, a leaf for each chunk out.
 *
 * What a leaf is good for is not known here; the writer keeps it, the check
 * compares it. Invariants:
 *   (1) private_at counts what came; private_used of it are in the chunk
 *       that is not whole, always less than a chunk.
 *   (2) A leaf reaches the sink before the head, and only once; after a
 *       failure none does.
 */
#include "body_stream.h" /* seigr_body_stream */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memset */

/* Chunks between two calls of progress: 1 MiB. */
#define STREAM_PROGRESS_CHUNKS 16u

uint64_t seigr_body_chunk_count(uint64_t size)
{
    return size / SEIGR_BODY_CHUNK_LEN + (size % SEIGR_BODY_CHUNK_LEN != 0);
}

uint32_t seigr_body_chunk_len(uint64_t size, uint64_t index)
{
    uint64_t whole = size / SEIGR_BODY_CHUNK_LEN;

    if (index < whole)
        return SEIGR_BODY_CHUNK_LEN;
    return index == whole ? (uint32_t)(size % SEIGR_BODY_CHUNK_LEN) : 0;
}

int seigr__body_stream_init(seigr_body_stream *stream,
                            const seigr_context *context,
                            const seigr_body_options *options)
{
    const seigr_body_options defaults = SEIGR_BODY_OPTIONS_INIT;

    assert(stream != NULL);
    if (options == NULL)
        options = &defaults;
    if (context == NULL || context->crypto == NULL ||
        options->struct_size < sizeof(*options) ||
        (options->leaves != NULL &&
         options->leaves->struct_size < sizeof(*options->leaves)))
        return SEIGR_E_INVAL;
    if (context->crypto->sha256 == NULL || context->crypto->sha256_init == NULL)
        return SEIGR_E_UNSUPPORTED;
    memset(stream, 0, sizeof(*stream));
    stream->private_context = context;
    stream->private_options = *options;
    if (options->leaves != NULL)
        stream->private_leaves = *options->leaves;
    stream->private_total = options->size_expected;
    seigr_merkle_init(&stream->private_head);
    context->crypto->sha256_init(&stream->private_whole, context->crypto->ctx);
    return 0;
}

int seigr__body_stream_fail(seigr_body_stream *stream, int code)
{
    assert(code < 0);
    stream->private_failed = code;
    return code;
}

int seigr__body_stream_failed(const seigr_body_stream *stream,
                              seigr_error *error)
{
    assert(stream != NULL);
    return seigr__fail(error, stream->private_failed, SEIGR_NO_OFFSET,
                       "the content was refused before: %s",
                       seigr_strerror(stream->private_failed));
}

int seigr__body_keep(const seigr_body_leaves *leaves, uint64_t index,
                     const seigr_hash *leaf, seigr_error *error)
{
    assert(leaves != NULL && leaf != NULL);
    if (leaves->array == NULL)
        return leaves->put == NULL ? 0 : leaves->put(index, leaf, leaves->ctx);
    if (index >= leaves->array_max)
        return seigr__fail(error, SEIGR_E_ROOM, index * SEIGR_BODY_CHUNK_LEN,
                           "there is room for %llu leaves",
                           (unsigned long long)leaves->array_max);
    leaves->array[index] = *leaf;
    return 0;
}

static int stream_progress(const seigr_body_stream *stream, seigr_error *error)
{
    const seigr_body_options *options = &stream->private_options;

    if (options->progress == NULL ||
        options->progress(stream->private_at, stream->private_total,
                          options->ctx) == 0)
        return 0;
    return seigr__fail(error, SEIGR_E_CANCELED, stream->private_at,
                       "stopped on request after %llu bytes",
                       (unsigned long long)stream->private_at);
}

int seigr__body_stream_leaf(seigr_body_stream *stream, const seigr_hash *leaf,
                            const seigr__body_sink *sink, seigr_error *error)
{
    uint64_t index = stream->private_head.count;
    int err;

    assert(sink != NULL);
    err = sink->leaf(sink->owner, index, leaf, error); /* (2) */
    if (err == 0)
        err = seigr_merkle_add(stream->private_context, &stream->private_head,
                               leaf);
    if (err == 0 && (index + 1) % STREAM_PROGRESS_CHUNKS == 0)
        err = stream_progress(stream, error);
    return err;
}

/* The chunk that came is whole, or the last. */
static int stream_close_chunk(seigr_body_stream *stream,
                              const seigr__body_sink *sink, seigr_error *error)
{
    const seigr_crypto *crypto = stream->private_context->crypto;
    seigr_hash leaf;

    assert(stream->private_used <= SEIGR_BODY_CHUNK_LEN);
    crypto->sha256_final(&stream->private_chunk, leaf.bytes, crypto->ctx);
    stream->private_used = 0;
    return seigr__body_stream_leaf(stream, &leaf, sink, error);
}

/* As much as the chunk that is coming takes; moves behind it. */
static int stream_piece(seigr_body_stream *stream, seigr_span *content,
                        const seigr__body_sink *sink, seigr_error *error)
{
    static const uint8_t leaf_prefix = 0x00; /* RFC 9162, 2.1.1 */
    const seigr_crypto *crypto = stream->private_context->crypto;
    size_t room = SEIGR_BODY_CHUNK_LEN - stream->private_used;
    size_t len = content->len < room ? content->len : room;

    assert(stream->private_used < SEIGR_BODY_CHUNK_LEN); /* (1) */
    if (stream->private_used == 0) {
        crypto->sha256_init(&stream->private_chunk, crypto->ctx);
        crypto->sha256_update(&stream->private_chunk, &leaf_prefix, 1,
                              crypto->ctx);
    }
    crypto->sha256_update(&stream->private_chunk, content->ptr, len,
                          crypto->ctx);
    if (stream->private_want_whole)
        crypto->sha256_update(&stream->private_whole, content->ptr, len,
                              crypto->ctx);
    content->ptr += len;
    content->len -= len;
    stream->private_at += len;
    stream->private_used += (uint32_t)len;
    if (stream->private_used < SEIGR_BODY_CHUNK_LEN)
        return 0;
    return stream_close_chunk(stream, sink, error);
}

int seigr__body_stream_put(seigr_body_stream *stream, seigr_span content,
                           const seigr__body_sink *sink, seigr_error *error)
{
    assert(stream != NULL);
    assert(content.ptr != NULL || content.len == 0);
    while (content.len > 0) {
        int err;

        if (stream->private_options.pool != NULL && stream->private_used == 0 &&
            content.len >= 2 * SEIGR_BODY_CHUNK_LEN)
            err = seigr__body_group(stream, &content, sink, error);
        else
            err = stream_piece(stream, &content, sink, error);
        if (err != 0)
            return seigr__body_stream_fail(stream, err);
    }
    return 0;
}

int seigr__body_stream_end(seigr_body_stream *stream,
                           const seigr__body_sink *sink, seigr_error *error)
{
    int err = 0;

    assert(stream != NULL);
    if (stream->private_used > 0)
        err = stream_close_chunk(stream, sink, error);
    if (err == 0)
        err = stream_progress(stream, error);
    return err == 0 ? 0 : seigr__body_stream_fail(stream, err);
}
