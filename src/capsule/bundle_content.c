/* SPDX-License-Identifier: MIT */
/*
 * bundle_content.c - which byte string is due in a bundle, and is it right?
 *
 * Each chunk stands in the file once. A body that has a chunk again, or that
 * shares one with an earlier body, goes on with its next new one. Invariants:
 *   (1) In CHUNKS the leaf list is the body's, next is below its count, and
 *       the chunk of next has not come.
 *   (2) Of what a head promises nothing is allocated; the list is kept in
 *       the memory in which it arrived.
 */
#include "bundle_content.h" /* struct seigr__bundle_content */

#include "base/alloc.h" /* seigr__release */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memset */

int seigr__bundle_content_init(struct seigr__bundle_content *content,
                               const seigr_context *context)
{
    int err;

    memset(content, 0, sizeof(*content));
    content->context = context;
    err = seigr__id_set_init(&content->roots, context);
    if (err == 0)
        err = seigr__id_set_init(&content->chunks, context);
    return err;
}

void seigr__bundle_content_fini(struct seigr__bundle_content *content)
{
    seigr__id_set_fini(&content->roots);
    seigr__id_set_fini(&content->chunks);
    seigr__release(content->context, content->list);
}

static uint64_t content_count(const struct seigr__bundle_content *content)
{
    return seigr_body_chunk_count(content->body.size);
}

size_t seigr__bundle_content_due(const struct seigr__bundle_content *content)
{
    if (content->state == SEIGR__CONTENT_LIST)
        return (size_t)content_count(content) * sizeof(seigr_hash);
    if (content->state == SEIGR__CONTENT_CHUNKS)
        return seigr_body_chunk_len(content->body.size, content->next);
    return 0;
}

int seigr__bundle_content_name(struct seigr__bundle_content *content,
                               const seigr_body *body, seigr_error *error)
{
    assert(content->state != SEIGR__CONTENT_CHUNKS);
    seigr__release(content->context, content->list);
    content->list = NULL;
    content->state = SEIGR__CONTENT_NONE;
    if (body->form != SEIGR_BODY_ROOT || body->size > SEIGR_BODY_SIZE_MAX ||
        seigr__id_set_get(&content->roots, body->root.bytes) != 0)
        return 0;
    if (seigr__id_set_put(&content->roots, body->root.bytes, 1) != 0)
        return seigr__fail(error, SEIGR_E_NOMEM, 0, "no memory for a body");
    content->body = *body;
    content->state = SEIGR__CONTENT_LIST;
    return 0;
}

/* The content is whole: is its digest what the capsule says, if it can be
 * told? */
static int content_close(struct seigr__bundle_content *content,
                         seigr_error *error)
{
    const seigr_crypto *crypto = content->context->crypto;
    seigr_hash digest;

    content->state = SEIGR__CONTENT_NONE;
    content->sha256_held = content->body.has_sha256 && content->in_row;
    if (!content->sha256_held)
        return 0;
    crypto->sha256_final(&content->whole, digest.bytes, crypto->ctx);
    if (memcmp(&digest, &content->body.sha256, sizeof(digest)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, 0,
                           "the content does not have the sha256 that the "
                           "capsule says");
    return 0;
}

/* Go on to the next chunk that has not come (1), or to the end. */
static int content_go_on(struct seigr__bundle_content *content,
                         seigr_error *error)
{
    const uint64_t count = content_count(content);

    while (content->next < count &&
           seigr__id_set_get(&content->chunks,
                             content->leaves[content->next].bytes) != 0) {
        content->next++;
        content->in_row = 0;
    }
    return content->next == count ? content_close(content, error) : 0;
}

int seigr__bundle_content_list(struct seigr__bundle_content *content,
                               uint8_t *memory, size_t at, seigr_error *error)
{
    const seigr_crypto *crypto = content->context->crypto;
    const size_t len = seigr__bundle_content_due(content);
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_body_leaves room = SEIGR_BODY_LEAVES_INIT;
    int err;

    assert(content->state == SEIGR__CONTENT_LIST && content->list == NULL);
    content->leaves = (seigr_hash *)(void *)(memory + at);
    room.array = content->leaves; /* each is put where it stands (2) */
    room.array_max = content_count(content);
    options.leaves = &room;
    err = seigr_body_check_init(&content->check, content->context,
                                &content->body, &options, error);
    if (err == 0)
        err = seigr_body_check_leaves(&content->check,
                                      (seigr_span){memory + at, len}, error);
    if (err != 0)
        return err;
    content->list = memory;
    content->state = SEIGR__CONTENT_CHUNKS;
    content->next = 0;
    content->in_row = 1;
    crypto->sha256_init(&content->whole, crypto->ctx);
    err = content_go_on(content, error);
    if (err != 0)
        content->list = NULL; /* it stays the caller's */
    return err;
}

int seigr__bundle_content_chunk(struct seigr__bundle_content *content,
                                seigr_span chunk, seigr_error *error)
{
    const seigr_crypto *crypto = content->context->crypto;
    int err;

    assert(content->state == SEIGR__CONTENT_CHUNKS); /* (1) */
    err = seigr_body_check_chunk(&content->check, content->next, chunk, error);
    if (err != 0)
        return err;
    if (seigr__id_set_put(&content->chunks,
                          content->leaves[content->next].bytes, 1) != 0)
        return seigr__fail(error, SEIGR_E_NOMEM, 0, "no memory for a chunk");
    if (content->in_row && content->body.has_sha256)
        crypto->sha256_update(&content->whole, chunk.ptr, chunk.len,
                              crypto->ctx);
    content->next++;
    return content_go_on(content, error);
}

int seigr__bundle_content_wrong_len(const struct seigr__bundle_content *content,
                                    uint64_t len, seigr_error *error)
{
    if (content->state == SEIGR__CONTENT_LIST)
        return seigr__fail(error, SEIGR_E_MISMATCH, 0,
                           "a leaf list of %llu bytes, the body has %llu "
                           "leaves of 32",
                           (unsigned long long)len,
                           (unsigned long long)content_count(content));
    if (content->state == SEIGR__CONTENT_CHUNKS)
        return seigr__fail(error, SEIGR_E_MISMATCH, 0,
                           "chunk %llu has %llu bytes, %zu are due",
                           (unsigned long long)content->next,
                           (unsigned long long)len,
                           seigr__bundle_content_due(content));
    return seigr__fail(error, SEIGR_E_FORMAT, 0,
                       "content where none is due: it stands once, behind the "
                       "first capsule that names it");
}

int seigr__bundle_content_end(const struct seigr__bundle_content *content,
                              seigr_error *error)
{
    if (content->state != SEIGR__CONTENT_CHUNKS)
        return 0;
    return seigr__fail(error, SEIGR_E_TRUNCATED, 0,
                       "chunk %llu of %llu is missing",
                       (unsigned long long)content->next,
                       (unsigned long long)content_count(content));
}
