/* SPDX-License-Identifier: MIT */
/*
 * store_body.c - content over 64 KiB: leaf lists and chunks, each in a name
 * space of its own (FORMATS 4).
 *
 * Invariants:
 *   (1) a leaf list is kept only where a kept capsule names its head, a chunk
 *       only where a kept leaf list names it.
 */
#include "store_txn.h" /* struct seigr_store_txn */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static int body_leaf(const seigr_body_leaves *leaves, uint64_t index,
                     seigr_hash *out)
{
    if (leaves->array == NULL)
        return leaves->get(index, out, leaves->ctx);
    if (index >= leaves->array_max)
        return SEIGR_E_MISMATCH;
    *out = leaves->array[index];
    return 0;
}

/* Is the head of the list the body's root? */
static int body_check_head(const seigr_context *context, const seigr_body *body,
                           const seigr_body_leaves *leaves, uint64_t count,
                           seigr_error *error)
{
    seigr_merkle tree;
    seigr_hash head;
    int err = 0;

    seigr_merkle_init(&tree);
    for (uint64_t i = 0; err == 0 && i < count; i++) {
        seigr_hash leaf;

        err = body_leaf(leaves, i, &leaf);
        if (err == 0)
            err = seigr_merkle_add(context, &tree, &leaf);
    }
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the leaf list cannot be read");
    seigr_merkle_root(context, &tree, &head);
    if (memcmp(&head, &body->root, sizeof(head)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the leaf list is not the body's");
    return 0;
}

/* Are these the bytes that are kept? Returns 1; 0 where others are, or
 * damaged ones; SEIGR_E_NOTFOUND or a status. room is as long as bytes. */
static int body_is_kept(seigr_store_txn *txn, uint32_t table,
                        const uint8_t *key, seigr_span bytes, uint8_t *room)
{
    uint64_t len;
    const int err = seigr__store_read(txn, table, key, 0,
                                      (seigr_buf){room, bytes.len}, &len);

    if (err == SEIGR_E_CORRUPT)
        return 0;
    if (err != 0)
        return err;
    return len == bytes.len && memcmp(room, bytes.ptr, bytes.len) == 0;
}

/* Keep bytes unless they are there. room is as long as bytes. */
static int body_keep(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                     seigr_span bytes, uint8_t *room, seigr_error *error)
{
    int err = body_is_kept(txn, table, key, bytes, room);

    if (err == 1)
        return 0;
    if (err == SEIGR_E_NOTFOUND)
        err = seigr__store_room(txn, bytes.len, error);
    else if (err < 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the store cannot be read");
    if (err != 0)
        return err;
    return seigr__store_write(txn, table, key, &bytes, 1, error);
}

/* Keep the list in pieces. room holds two of them. */
static int body_keep_pieces(seigr_store_txn *txn, const seigr_body *body,
                            const seigr_body_leaves *leaves, uint64_t count,
                            seigr_hash *room, seigr_error *error)
{
    uint8_t key[36];
    int err = 0;

    memcpy(key, body->root.bytes, 32);
    for (uint64_t at = 0; err == 0 && at < count;) {
        size_t n = 0;

        seigr__store_write_u32(key + 32,
                               (uint32_t)(at / SEIGR_STORE_PIECE_LEAVES));
        while (err == 0 && n < SEIGR_STORE_PIECE_LEAVES && at < count)
            err = body_leaf(leaves, at++, &room[n++]);
        if (err != 0)
            return seigr__fail(error, err, SEIGR_NO_OFFSET,
                               "the leaf list cannot be read");
        err = body_keep(txn, SEIGR_STORE_LEAVES, key,
                        (seigr_span){room[0].bytes, 32 * n},
                        room[SEIGR_STORE_PIECE_LEAVES].bytes, error);
    }
    return err;
}

int seigr_store_put_leaves(seigr_store_txn *txn, const seigr_body *body,
                           const seigr_body_leaves *leaves, seigr_error *error)
{
    const seigr_context *context;
    seigr_hash *room;
    uint64_t count;
    int err = seigr__store_writable(txn, error);

    if (err != 0)
        return err;
    if (body == NULL || leaves == NULL || body->form != SEIGR_BODY_ROOT ||
        body->size > SEIGR_BODY_SIZE_MAX ||
        (leaves->array == NULL && leaves->get == NULL))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_put_leaves: an argument is missing");
    context = txn->store->context;
    err = seigr__store_has_prefix(txn, SEIGR_STORE_BODY, body->root.bytes, 32);
    if (err <= 0) /* (1) */
        return seigr__fail(error, err == 0 ? SEIGR_E_NOTFOUND : err,
                           SEIGR_NO_OFFSET,
                           "no kept capsule names this content");
    count = seigr_body_chunk_count(body->size);
    err = body_check_head(context, body, leaves, count, error);
    if (err != 0)
        return err;
    room = seigr__alloc(context, (size_t)2 * SEIGR__STORE_PIECE_LEN);
    if (room == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a leaf list");
    err = body_keep_pieces(txn, body, leaves, count, room, error);
    seigr__release(context, room);
    return err;
}

int seigr_store_put_chunk(seigr_store_txn *txn, seigr_span chunk,
                          seigr_error *error)
{
    const seigr_context *context;
    seigr_hash leaf;
    uint8_t *room;
    int err = seigr__store_writable(txn, error);

    if (err != 0)
        return err;
    if (chunk.ptr == NULL || chunk.len == 0 || chunk.len > SEIGR_BODY_CHUNK_LEN)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_put_chunk: this is no chunk");
    context = txn->store->context;
    seigr_merkle_hash_leaf(context, chunk, &leaf);
    err = seigr__store_has_prefix(txn, SEIGR_STORE_USE, leaf.bytes, 32);
    if (err <= 0) /* (1) */
        return seigr__fail(error, err == 0 ? SEIGR_E_NOTFOUND : err,
                           SEIGR_NO_OFFSET,
                           "no kept leaf list names the chunk");
    room = seigr__alloc(context, chunk.len);
    if (room == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory to compare a chunk");
    err = body_keep(txn, SEIGR_STORE_CHUNK, leaf.bytes, chunk, room, error);
    seigr__release(context, room);
    return err;
}
