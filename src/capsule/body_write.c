/* SPDX-License-Identifier: MIT */
/*
 * body_write.c - content into the body of a draft.
 */
#include "body_stream.h" /* seigr_body_stream */

#include "base/error.h" /* seigr__fail */

int seigr_body_writer_init(seigr_body_writer *writer,
                           const seigr_context *context,
                           const seigr_body_options *options)
{
    int err;

    if (writer == NULL)
        return SEIGR_E_INVAL;
    err = seigr__body_stream_init(&writer->private_stream, context, options);
    if (err == 0 && options != NULL)
        writer->private_stream.private_want_whole = options->want_sha256 != 0;
    return err;
}

static int write_leaf(void *owner, uint64_t index, const seigr_hash *leaf,
                      seigr_error *error)
{
    const seigr_body_writer *writer = owner;

    return seigr__body_keep(&writer->private_stream.private_leaves, index, leaf,
                            error);
}

int seigr_body_writer_put(seigr_body_writer *writer, seigr_span content,
                          seigr_error *error)
{
    const seigr__body_sink sink = {write_leaf, writer};
    seigr_body_stream *stream;

    if (writer == NULL || (content.ptr == NULL && content.len != 0))
        return SEIGR_E_INVAL;
    stream = &writer->private_stream;
    if (stream->private_failed != 0)
        return seigr__body_stream_failed(stream, error);
    if (content.len > SEIGR_BODY_SIZE_MAX - stream->private_at)
        return seigr__body_stream_fail(
            stream, seigr__fail(error, SEIGR_E_LIMIT, SEIGR_BODY_SIZE_MAX,
                                "the content is longer than 2^36 bytes"));
    return seigr__body_stream_put(stream, content, &sink, error);
}

int seigr_body_writer_finish(seigr_body_writer *writer, seigr_body *body,
                             seigr_error *error)
{
    const seigr__body_sink sink = {write_leaf, writer};
    seigr_body_stream *stream;
    const seigr_crypto *crypto;
    int err;

    if (writer == NULL || body == NULL)
        return SEIGR_E_INVAL;
    stream = &writer->private_stream;
    if (stream->private_failed != 0)
        return seigr__body_stream_failed(stream, error);
    err = seigr__body_stream_end(stream, &sink, error);
    if (err != 0)
        return err;
    crypto = stream->private_context->crypto;
    body->form = stream->private_at > SEIGR_BODY_CHUNK_LEN ? SEIGR_BODY_ROOT
                                                           : SEIGR_BODY_INLINE;
    body->size = stream->private_at;
    body->content = (seigr_span){NULL, 0};
    seigr_merkle_root(stream->private_context, &stream->private_head,
                      &body->root);
    body->has_sha256 = stream->private_want_whole;
    if (body->has_sha256)
        crypto->sha256_final(&stream->private_whole, body->sha256.bytes,
                             crypto->ctx);
    (void)seigr__body_stream_fail(stream, SEIGR_E_INVAL); /* it has ended */
    return 0;
}
