/* SPDX-License-Identifier: MIT */
/*
 * body_group.c - several chunks at once, through the caller's pool.
 *
 * Chunks are hashed where they lie in the caller's memory. The digest of the
 * whole cannot be cut, so it runs as one more part beside them. A file of
 * its own, so that the room for a group's leaves is on the stack only where
 * there is a pool.
 */
#include "body_stream.h" /* seigr_body_stream */

#include <assert.h> /* assert */

#define GROUP_MAX 64u /* chunks, 4 MiB */

struct group {
    seigr_body_stream *stream;
    const uint8_t *content;
    uint32_t count;
    seigr_hash leaves[GROUP_MAX];
};

/* Part 0 is the digest of the whole where it is wanted, the others chunks. */
static void group_part(uint32_t index, void *arg)
{
    struct group *group = arg;
    seigr_body_stream *stream = group->stream;
    const seigr_crypto *crypto = stream->private_context->crypto;

    if (stream->private_want_whole && index-- == 0) {
        crypto->sha256_update(&stream->private_whole, group->content,
                              (size_t)group->count * SEIGR_BODY_CHUNK_LEN,
                              crypto->ctx);
        return;
    }
    assert(index < group->count);
    seigr_merkle_hash_leaf(
        stream->private_context,
        (seigr_span){group->content + (size_t)index * SEIGR_BODY_CHUNK_LEN,
                     SEIGR_BODY_CHUNK_LEN},
        &group->leaves[index]);
}

int seigr__body_group(seigr_body_stream *stream, seigr_span *content,
                      const seigr__body_sink *sink, seigr_error *error)
{
    const seigr_pool *pool = stream->private_options.pool;
    const size_t chunks = content->len / SEIGR_BODY_CHUNK_LEN;
    struct group group;
    int err = 0;

    assert(chunks > 0 && stream->private_used == 0);
    group.stream = stream;
    group.content = content->ptr;
    group.count = chunks < GROUP_MAX ? (uint32_t)chunks : GROUP_MAX;
    pool->run(group.count + (stream->private_want_whole != 0), group_part,
              &group, pool->ctx);
    for (uint32_t i = 0; i < group.count && err == 0; i++) {
        stream->private_at += SEIGR_BODY_CHUNK_LEN;
        err = seigr__body_stream_leaf(stream, &group.leaves[i], sink, error);
    }
    content->ptr += (size_t)group.count * SEIGR_BODY_CHUNK_LEN;
    content->len -= (size_t)group.count * SEIGR_BODY_CHUNK_LEN;
    return err;
}
