/* SPDX-License-Identifier: MIT */
/*
 * run_content.c - what a program writes, in chunks that know their hash.
 *
 * Invariants:
 *   (1) all chunks but the last are of 64 KiB; the last has room bytes.
 *   (2) what stands in a chunk behind the content's size is zero.
 *   (3) leaves[i] is chunk i's hash where hashed[i] is set.
 */
#include "run_content.h"

#include "base/alloc.h"   /* seigr__alloc */
#include "seigr/crypto.h" /* seigr_merkle */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define CONTENT_ROOM_MIN 256u

/* Room for more entries in the three arrays. */
static int content_arrays(const seigr_context *context, run_content *c,
                          uint32_t count)
{
    uint32_t cap = c->cap == 0 ? 4 : c->cap;
    uint8_t **chunks;
    seigr_hash *leaves;
    uint8_t *hashed;

    if (count <= c->cap)
        return 0;
    while (cap < count)
        cap *= 2;
    chunks = seigr__alloc_zero(context, cap, sizeof(*chunks));
    leaves = seigr__alloc_zero(context, cap, sizeof(*leaves));
    hashed = seigr__alloc_zero(context, cap, 1);
    if (chunks == NULL || leaves == NULL || hashed == NULL) {
        seigr__release(context, chunks);
        seigr__release(context, leaves);
        seigr__release(context, hashed);
        return SEIGR_E_NOMEM;
    }
    if (c->count > 0) {
        memcpy(chunks, c->chunks, c->count * sizeof(*chunks));
        memcpy(leaves, c->leaves, c->count * sizeof(*leaves));
        memcpy(hashed, c->hashed, c->count);
    }
    seigr__release(context, c->chunks);
    seigr__release(context, c->leaves);
    seigr__release(context, c->hashed);
    c->chunks = chunks;
    c->leaves = leaves;
    c->hashed = hashed;
    c->cap = cap;
    return 0;
}

/* Make the last chunk at least so large. */
static int content_enlarge(const seigr_context *context, run_content *c,
                           uint32_t len)
{
    uint32_t room = CONTENT_ROOM_MIN;
    uint8_t *chunk;

    assert(c->count > 0 && len <= RUN_CHUNK_LEN);
    if (len <= c->room)
        return 0;
    while (room < len)
        room *= 2;
    chunk = seigr__alloc_zero(context, room, 1); /* (2) */
    if (chunk == NULL)
        return SEIGR_E_NOMEM;
    memcpy(chunk, c->chunks[c->count - 1], c->room);
    seigr__release(context, c->chunks[c->count - 1]);
    c->chunks[c->count - 1] = chunk;
    c->room = room;
    return 0;
}

static int content_append_chunk(const seigr_context *context, run_content *c)
{
    uint8_t *chunk = seigr__alloc_zero(context, CONTENT_ROOM_MIN, 1);

    assert(c->count < c->cap);
    if (chunk == NULL)
        return SEIGR_E_NOMEM;
    c->chunks[c->count] = chunk;
    c->hashed[c->count] = 0;
    c->count++;
    c->room = CONTENT_ROOM_MIN;
    return 0;
}

int seigr__run_content_reserve(const seigr_context *context, run_content *c,
                               uint64_t size)
{
    const uint32_t count =
        (uint32_t)((size + RUN_CHUNK_LEN - 1) / RUN_CHUNK_LEN);
    int err = content_arrays(context, c, count);

    while (err == 0 && c->count < count) {
        if (c->count > 0)
            err = content_enlarge(context, c, RUN_CHUNK_LEN); /* (1) */
        if (err == 0)
            err = content_append_chunk(context, c);
    }
    if (err == 0 && count > 0 && c->count == count)
        err = content_enlarge(
            context, c,
            (uint32_t)(size - (uint64_t)(count - 1) * RUN_CHUNK_LEN));
    return err;
}

/* Forget the hashes of what changes from a place on. */
static void content_touch(run_content *c, uint64_t at, uint64_t end)
{
    const uint64_t from = at / RUN_CHUNK_LEN;

    for (uint64_t i = from; i < c->count && i * RUN_CHUNK_LEN < end; i++)
        c->hashed[i] = 0; /* (3) */
}

int seigr__run_content_write(const seigr_context *context, run_content *c,
                             uint64_t at, seigr_span bytes)
{
    const uint64_t end = at + bytes.len;
    int err;

    assert(at <= c->size && end >= at);
    if (bytes.len == 0)
        return 0;
    err = seigr__run_content_reserve(context, c, end > c->size ? end : c->size);
    if (err != 0)
        return err;
    content_touch(c, at, end);
    while (bytes.len > 0) {
        const size_t in = (size_t)(at % RUN_CHUNK_LEN);
        const size_t most = RUN_CHUNK_LEN - in;
        const size_t len = bytes.len < most ? bytes.len : most;

        memcpy(c->chunks[at / RUN_CHUNK_LEN] + in, bytes.ptr, len);
        bytes.ptr += len;
        bytes.len -= len;
        at += len;
    }
    if (end > c->size)
        c->size = end;
    return 0;
}

/* Give back whole chunks behind a size, and clear the rest (2). */
static void content_cut(const seigr_context *context, run_content *c,
                        uint64_t size)
{
    const uint32_t count =
        (uint32_t)((size + RUN_CHUNK_LEN - 1) / RUN_CHUNK_LEN);
    const uint32_t in = (uint32_t)(size % RUN_CHUNK_LEN);

    assert(size < c->size);
    while (c->count > count) {
        seigr__release(context, c->chunks[--c->count]);
        c->room = RUN_CHUNK_LEN; /* (1) */
    }
    if (in != 0 && in < c->room)
        memset(c->chunks[count - 1] + in, 0, c->room - in);
    if (in != 0)
        c->hashed[count - 1] = 0;
    c->size = size;
}

int seigr__run_content_resize(const seigr_context *context, run_content *c,
                              uint64_t size)
{
    int err;

    if (size < c->size) {
        content_cut(context, c, size);
        return 0;
    }
    err = seigr__run_content_reserve(context, c, size);
    if (err != 0)
        return err;
    content_touch(c, c->size, size);
    c->size = size;
    return 0;
}

seigr_span seigr__run_content_at(const run_content *c, uint64_t at)
{
    const uint64_t in = at % RUN_CHUNK_LEN;
    const uint64_t left = at < c->size ? c->size - at : 0;
    const uint64_t most = RUN_CHUNK_LEN - in;

    if (left == 0)
        return (seigr_span){NULL, 0};
    return (seigr_span){c->chunks[at / RUN_CHUNK_LEN] + in,
                        (size_t)(left < most ? left : most)};
}

void seigr__run_content_head(const seigr_context *context, run_content *c,
                             seigr_hash *out)
{
    seigr_merkle tree;
    int err = 0;

    seigr_merkle_init(&tree);
    for (uint64_t at = 0; at < c->size; at += RUN_CHUNK_LEN) {
        const uint64_t i = at / RUN_CHUNK_LEN;

        if (!c->hashed[i])
            seigr_merkle_hash_leaf(context, seigr__run_content_at(c, at),
                                   &c->leaves[i]);
        c->hashed[i] = 1;
        if (err == 0)
            err = seigr_merkle_add(context, &tree, &c->leaves[i]);
    }
    assert(err == 0); /* memory holds fewer chunks than a tree leaves */
    (void)err;
    seigr_merkle_root(context, &tree, out);
}

void seigr__run_content_fini(const seigr_context *context, run_content *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        seigr__release(context, c->chunks[i]);
    seigr__release(context, c->chunks);
    seigr__release(context, c->leaves);
    seigr__release(context, c->hashed);
    memset(c, 0, sizeof(*c));
}
