/* SPDX-License-Identifier: MIT */
/*
 * store_get.c - what is kept becomes bytes again (the arrow "recall").
 *
 * The key of a capsule and of a chunk is the hash of its value: that is
 * checked here each time, for anybody can write to a disk. Whether a
 * signature is good is for the door to say.
 */
#include "store_txn.h" /* struct seigr_store_txn */

#include "base/alloc.h"       /* seigr__alloc */
#include "base/error.h"       /* seigr__fail */
#include "capsule/envelope.h" /* seigr__capsule_id */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

int seigr_store_has(seigr_store_txn *txn, const seigr_id *id)
{
    if (txn == NULL || id == NULL)
        return SEIGR_E_INVAL;
    return seigr__store_has_key(txn, SEIGR_STORE_CAPSULE, id->bytes);
}

/* Do these bytes have this identity? */
static int get_check(const seigr_store_txn *txn, const seigr_id *id,
                     seigr_span bytes, seigr_capsule *out, seigr_error *error)
{
    const seigr_context *context = txn->store->context;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_id is;

    if (seigr_capsule_decode(context, bytes, &capsule, NULL) == 0) {
        seigr__capsule_id(context->crypto, &capsule, &is);
        if (memcmp(&is, id, sizeof(is)) == 0) {
            *out = capsule;
            return 0;
        }
    }
    return seigr__fail(error, SEIGR_E_CORRUPT, SEIGR_NO_OFFSET,
                       "the kept bytes are not the capsule's");
}

/* The status of a read as a sentence. */
static int get_fail(int err, const char *what, seigr_error *error)
{
    assert(err != 0);
    if (err == SEIGR_E_NOTFOUND)
        return seigr__fail(error, err, SEIGR_NO_OFFSET, "%s is not kept here",
                           what);
    if (err == SEIGR_E_CORRUPT)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the kept bytes of %s are damaged", what);
    return seigr__fail(error, err, SEIGR_NO_OFFSET, "%s cannot be read", what);
}

/* Read a value from byte `at` on into room that must be enough for it. */
static int get_whole(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                     uint64_t at, seigr_buf out, size_t *len_out,
                     const char *what, seigr_error *error)
{
    uint64_t len;
    const int err = seigr__store_read(txn, table, key, at, out, &len);

    if (err != 0)
        return get_fail(err, what, error);
    if (len <= at || len > SEIGR_STORE_VALUE_MAX)
        return get_fail(SEIGR_E_CORRUPT, what, error);
    *len_out = (size_t)(len - at);
    if (out.len < len - at)
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "%s has %llu bytes", what,
                           (unsigned long long)(len - at));
    return 0;
}

int seigr_store_get(seigr_store_txn *txn, const seigr_id *id, seigr_buf out,
                    size_t *len_out, seigr_error *error)
{
    seigr_capsule capsule;
    int err;

    if (txn == NULL || id == NULL || len_out == NULL)
        return SEIGR_E_INVAL;
    err =
        get_whole(txn, SEIGR_STORE_CAPSULE, id->bytes, SEIGR__STORE_NUMBER_LEN,
                  out, len_out, "the capsule", error);
    if (err != 0)
        return err;
    return get_check(txn, id, (seigr_span){out.ptr, *len_out}, &capsule, error);
}

int seigr__store_recall(seigr_store_txn *txn, const seigr_id *id,
                        seigr_buf *bytes, seigr_capsule *out,
                        seigr_error *error)
{
    const seigr_context *context = txn->store->context;
    size_t len;
    int err = seigr_store_get(txn, id, (seigr_buf){NULL, 0}, &len, error);

    if (err != SEIGR_E_ROOM)
        return err;
    if (bytes->len < len) {
        seigr__release(context, bytes->ptr);
        bytes->ptr = seigr__alloc(context, len);
        bytes->len = bytes->ptr == NULL ? 0 : len;
    }
    if (bytes->ptr == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a capsule of %zu bytes", len);
    err =
        get_whole(txn, SEIGR_STORE_CAPSULE, id->bytes, SEIGR__STORE_NUMBER_LEN,
                  *bytes, &len, "the capsule", error);
    if (err != 0)
        return err;
    return get_check(txn, id, (seigr_span){bytes->ptr, len}, out, error);
}

int seigr_store_at(seigr_store_txn *txn, uint64_t number, seigr_id *out)
{
    uint8_t key[8];
    seigr_id id;
    uint64_t len;
    int err;

    if (txn == NULL || out == NULL)
        return SEIGR_E_INVAL;
    seigr__store_write_u64(key, number);
    err = seigr__store_read(txn, SEIGR_STORE_LOG, key, 0,
                            (seigr_buf){id.bytes, sizeof(id.bytes)}, &len);
    if (err != 0)
        return err;
    if (len != sizeof(id.bytes))
        return SEIGR_E_CORRUPT;
    *out = id;
    return 0;
}

int seigr_store_get_leaves(seigr_store_txn *txn, const seigr_hash *root,
                           uint64_t first, seigr_hash *out, size_t room,
                           size_t *count_out)
{
    size_t count = 0;

    if (txn == NULL || root == NULL || count_out == NULL ||
        (out == NULL && room > 0))
        return SEIGR_E_INVAL;
    while (count < room) {
        const uint64_t at = first + count;
        const uint32_t within = (uint32_t)(at % SEIGR_STORE_PIECE_LEAVES);
        uint8_t key[36];
        uint64_t len;
        uint64_t got;
        int err;

        if (at >= SEIGR_BODY_CHUNK_MAX)
            break;
        memcpy(key, root->bytes, 32);
        seigr__store_write_u32(key + 32,
                               (uint32_t)(at / SEIGR_STORE_PIECE_LEAVES));
        err = seigr__store_read(
            txn, SEIGR_STORE_LEAVES, key, 32u * within,
            (seigr_buf){out[count].bytes, 32 * (room - count)}, &len);
        if (err == SEIGR_E_NOTFOUND && at >= SEIGR_STORE_PIECE_LEAVES)
            break; /* behind the last piece */
        if (err != 0)
            return err;
        if (len % 32 != 0 || len > SEIGR__STORE_PIECE_LEN)
            return SEIGR_E_CORRUPT;
        got = len / 32 > within ? len / 32 - within : 0;
        count += got < room - count ? (size_t)got : room - count;
        if (len < SEIGR__STORE_PIECE_LEN)
            break; /* the last piece */
    }
    *count_out = count;
    return 0;
}

int seigr_store_get_chunk(seigr_store_txn *txn, const seigr_hash *leaf,
                          seigr_buf out, size_t *len_out, seigr_error *error)
{
    seigr_hash is;
    int err;

    if (txn == NULL || leaf == NULL || len_out == NULL)
        return SEIGR_E_INVAL;
    err = get_whole(txn, SEIGR_STORE_CHUNK, leaf->bytes, 0, out, len_out,
                    "the chunk", error);
    if (err != 0)
        return err;
    seigr_merkle_hash_leaf(txn->store->context, (seigr_span){out.ptr, *len_out},
                           &is);
    if (memcmp(&is, leaf, sizeof(is)) != 0)
        return get_fail(SEIGR_E_CORRUPT, "the chunk", error);
    return 0;
}
