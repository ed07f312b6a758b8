/* SPDX-License-Identifier: MIT */
/*
 * batch.c - seals up to 65,536 capsules with one signature (FORMATS 3).
 *
 * Drafts are added one after another, each getting its identity at once, so
 * that the next can name it. The seal signs the root of the RFC 9162 tree
 * over all of them; then each capsule can be had with its receipt.
 *
 * Payloads stand in blocks, each behind the head of its byte string, which is
 * of 1 to 5 bytes:
 *
 *   | used, size | head payload | head payload | ... free |
 *
 * Invariants:
 *   (1) leaves[i] is the identity of capsule i, and payloads[i] its bytes,
 *       head included; both are never moved apart.
 *   (2) nothing is added after the seal, so that receipts stay true.
 *   (3) an add that fails leaves the batch as it was.
 */
#include "envelope.h" /* seigr__batch_head_write */
#include "payload.h"  /* seigr__payload_write */
#include "receipt.h"  /* seigr__receipt_signed */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

/* Blocks double from the first to the last, so that a small batch on a board
 * takes little and a large one few of them. */
#define BATCH_BLOCK_FIRST 1024u
#define BATCH_BLOCK_MAX 65536u
#define BATCH_CAPACITY_FIRST 16u
#define BATCH_HEAD_MAX 5u /* of a payload's byte string */

struct batch_block {
    struct batch_block *next; /* the one before it */
    size_t used;
    size_t size;
    uint8_t bytes[];
};

struct seigr_batch {
    const seigr_context *context;
    seigr_signer signer;
    seigr_sha256_state leaf_start; /* of 0x00 and what all leaves share */
    uint8_t receipt_head[SEIGR__RECEIPT_HEAD_LEN]; /* of every receipt */
    uint8_t signature[SEIGR_SIGNATURE_LEN];
    int32_t alg;
    uint32_t count;
    uint32_t capacity;
    uint32_t is_sealed;
    seigr_hash *leaves; /* once sealed: all nodes of the tree */
    seigr_span *payloads;
    struct batch_block *blocks;
};

static int batch_is_usable(const seigr_context *context,
                           const seigr_signer *signer, int32_t alg)
{
    return context != NULL && context->crypto != NULL &&
           context->crypto->sha256 != NULL &&
           context->crypto->sha256_init != NULL && signer != NULL &&
           signer->sign != NULL &&
           (alg == SEIGR_ALG_EDDSA || alg == SEIGR_ALG_ED25519);
}

/* The Sig_structures of a batch begin alike: hash that once. */
static void batch_leaf_start(seigr_batch *batch)
{
    const seigr_crypto *crypto = batch->context->crypto;
    uint8_t start[1 + SEIGR__SIGNED_OVER_LEN];

    assert(batch->count == 0);
    start[0] = 0x00;
    seigr__signed_over_write(start + 1, batch->alg, &batch->signer.key);
    crypto->sha256_init(&batch->leaf_start, crypto->ctx);
    crypto->sha256_update(&batch->leaf_start, start, sizeof(start),
                          crypto->ctx);
}

int seigr_batch_new(const seigr_context *context, const seigr_signer *signer,
                    int32_t alg, seigr_batch **out)
{
    seigr_batch *batch;

    if (alg == 0)
        alg = SEIGR_ALG_EDDSA;
    if (out == NULL || !batch_is_usable(context, signer, alg))
        return SEIGR_E_INVAL;
    batch = seigr__alloc_zero(context, 1, sizeof(*batch));
    if (batch == NULL)
        return SEIGR_E_NOMEM;
    batch->context = context;
    batch->signer = *signer;
    batch->alg = alg;
    seigr__receipt_head_write(batch->receipt_head, alg, &signer->key);
    batch_leaf_start(batch);
    *out = batch;
    return 0;
}

void seigr_batch_free(seigr_batch *batch)
{
    const seigr_context *context;

    if (batch == NULL)
        return;
    context = batch->context;
    while (batch->blocks != NULL) {
        struct batch_block *block = batch->blocks;

        batch->blocks = block->next;
        seigr__release(context, block);
    }
    seigr__release(context, batch->payloads);
    seigr__release(context, batch->leaves);
    seigr__release(context, batch);
}

/* Room for one more leaf and its payload's place. */
static int batch_grow(seigr_batch *batch)
{
    const uint32_t capacity =
        batch->capacity == 0 ? BATCH_CAPACITY_FIRST : batch->capacity * 2;
    seigr_hash *leaves;
    seigr_span *payloads;

    assert(batch->count <= batch->capacity);
    if (batch->count < batch->capacity)
        return 0;
    leaves = seigr__alloc_zero(batch->context, capacity, sizeof(*leaves));
    payloads = seigr__alloc_zero(batch->context, capacity, sizeof(*payloads));
    if (leaves == NULL || payloads == NULL) {
        seigr__release(batch->context, leaves);
        seigr__release(batch->context, payloads);
        return SEIGR_E_NOMEM;
    }
    if (batch->count > 0) {
        memcpy(leaves, batch->leaves, batch->count * sizeof(*leaves));
        memcpy(payloads, batch->payloads, batch->count * sizeof(*payloads));
    }
    seigr__release(batch->context, batch->leaves);
    seigr__release(batch->context, batch->payloads);
    batch->leaves = leaves;
    batch->payloads = payloads;
    batch->capacity = capacity;
    return 0;
}

/* What is free of the last block. */
static seigr_buf batch_room(const seigr_batch *batch)
{
    struct batch_block *block = batch->blocks;

    if (block == NULL)
        return (seigr_buf){NULL, 0};
    assert(block->used <= block->size);
    return (seigr_buf){block->bytes + block->used, block->size - block->used};
}

/* A new block that has len bytes free. */
static int batch_add_block(seigr_batch *batch, size_t len)
{
    size_t size =
        batch->blocks == NULL ? BATCH_BLOCK_FIRST : 2 * batch->blocks->size;
    struct batch_block *block;

    assert(len <= BATCH_HEAD_MAX + SEIGR_CAPSULE_PAYLOAD_MAX);
    if (size > BATCH_BLOCK_MAX)
        size = BATCH_BLOCK_MAX;
    if (size < len)
        size = len;
    block = seigr__alloc(batch->context, sizeof(*block) + size);
    if (block == NULL)
        return SEIGR_E_NOMEM;
    block->next = batch->blocks;
    block->used = 0;
    block->size = size;
    batch->blocks = block;
    return 0;
}

/*
 * Write a draft's payload and its head where room is free. Written once where
 * it fits, which is nearly always.
 */
static int batch_write(seigr_batch *batch, const seigr_draft *draft,
                       seigr_span *payload, seigr_error *error)
{
    seigr_buf room = batch_room(batch);
    seigr_buf rest = {NULL, 0};
    size_t len;
    int err;

    assert(batch->count < SEIGR_BATCH_COUNT_MAX && !batch->is_sealed);
    if (room.len > BATCH_HEAD_MAX)
        rest =
            (seigr_buf){room.ptr + BATCH_HEAD_MAX, room.len - BATCH_HEAD_MAX};
    err = seigr__payload_write(draft, rest, &len, error);
    if (err != 0)
        return err;
    if (len > rest.len) {
        if (batch_add_block(batch, BATCH_HEAD_MAX + len) != 0)
            return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                               "no memory for one more capsule");
        return batch_write(batch, draft, payload, error);
    }
    payload->len = seigr__head_len(len) + len;
    payload->ptr = rest.ptr - seigr__head_len(len);
    seigr__head_write(rest.ptr - seigr__head_len(len), 0x40, len);
    return seigr__payload_check(batch->context->crypto,
                                (seigr_span){rest.ptr, len}, error);
}

static void batch_leaf(const seigr_batch *batch, seigr_span payload,
                       seigr_hash *out)
{
    const seigr_crypto *crypto = batch->context->crypto;
    seigr_sha256_state state = batch->leaf_start;

    assert(payload.len > 1); /* a head and what is behind it */
    crypto->sha256_update(&state, payload.ptr, payload.len, crypto->ctx);
    crypto->sha256_final(&state, out->bytes, crypto->ctx);
}

static int batch_check_add(const seigr_batch *batch, const seigr_draft *draft,
                           seigr_error *error)
{
    if (batch == NULL || draft == NULL || batch->is_sealed ||
        (draft->alg != 0 && draft->alg != batch->alg))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "the batch is sealed, or of another algorithm");
    if (batch->count == SEIGR_BATCH_COUNT_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "a batch is of at most 65536 capsules");
    return 0;
}

int seigr_batch_add(seigr_batch *batch, const seigr_draft *draft,
                    seigr_id *id_out, seigr_error *error)
{
    seigr_span payload = {NULL, 0};
    seigr_hash *leaf;
    int err = batch_check_add(batch, draft, error);

    if (err == 0)
        err = batch_write(batch, draft, &payload, error);
    if (err == 0 && batch_grow(batch) != 0)
        err = seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                          "no memory for one more capsule");
    if (err != 0)
        return err; /* (3): what was written is still free */
    leaf = &batch->leaves[batch->count];
    assert(batch->count < batch->capacity);
    batch->blocks->used =
        (size_t)(payload.ptr + payload.len - batch->blocks->bytes);
    assert(batch->blocks->used <= batch->blocks->size);
    batch->payloads[batch->count] = payload; /* (1) */
    batch_leaf(batch, payload, leaf);
    if (id_out != NULL)
        memcpy(id_out->bytes, leaf->bytes, sizeof(id_out->bytes));
    batch->count++;
    return 0;
}

uint32_t seigr_batch_count(const seigr_batch *batch)
{
    return batch == NULL ? 0 : batch->count;
}

int seigr_batch_seal(seigr_batch *batch, seigr_error *error)
{
    uint8_t message[SEIGR__RECEIPT_SIGNED_LEN];
    seigr_hash *nodes;
    size_t node_count;

    if (batch == NULL || batch->is_sealed)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "there is no batch that is open");
    if (batch->count < 2)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "a batch is of two capsules or more");
    node_count = seigr_merkle_node_count(batch->count);
    nodes = seigr__alloc_zero(batch->context, node_count, sizeof(*nodes));
    if (nodes == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for the tree");
    assert(node_count > batch->count);
    memcpy(nodes, batch->leaves, batch->count * sizeof(*nodes));
    seigr_merkle_build(batch->context, nodes, batch->count);
    seigr__receipt_signed(message,
                          batch->receipt_head + SEIGR__RECEIPT_PROTECTED_AT,
                          nodes[node_count - 1].bytes);
    if (batch->signer.sign(batch->signature,
                           (seigr_span){message, sizeof(message)},
                           batch->signer.ctx) != 0) {
        seigr__release(batch->context, nodes);
        return seigr__fail(error, SEIGR_E_KEY, SEIGR_NO_OFFSET,
                           "the signer gave no signature");
    }
    seigr__release(batch->context, batch->leaves);
    batch->leaves = nodes;
    batch->is_sealed = 1; /* (2) */
    return 0;
}

/* Bytes of [tree-size, leaf-index, [path...]]. */
static size_t batch_proof_len(const seigr_batch *batch, uint32_t index,
                              size_t path_count)
{
    assert(path_count >= 1 && path_count <= SEIGR__PATH_COUNT_MAX);
    return 1 + seigr__head_len(batch->count) + seigr__head_len(index) +
           seigr__head_len(path_count) + SEIGR__NODE_LEN * path_count;
}

/* Write it. Returns what is behind. */
static uint8_t *batch_write_proof(uint8_t *at, const seigr_batch *batch,
                                  uint32_t index, const seigr_hash *path,
                                  size_t path_count)
{
    assert(batch->is_sealed && index < batch->count); /* (2) */
    *at++ = 0x83;
    at += seigr__head_write(at, 0x00, batch->count);
    at += seigr__head_write(at, 0x00, index);
    at += seigr__head_write(at, 0x80, path_count);
    for (size_t i = 0; i < path_count; i++, at += SEIGR__NODE_LEN) {
        at[0] = 0x58;
        at[1] = 0x20;
        memcpy(at + 2, path[i].bytes, sizeof(path[i].bytes));
    }
    return at;
}

/* Bytes of a receipt with a proof of so many. */
static size_t batch_receipt_len(size_t proof_len)
{
    assert(proof_len > 0);
    return SEIGR__RECEIPT_HEAD_LEN + seigr__head_len(proof_len) + proof_len +
           1 + SEIGR__TAIL_LEN;
}

int seigr_batch_encode(const seigr_batch *batch, uint32_t index, seigr_buf out,
                       size_t *len_out)
{
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    uint8_t *at = out.ptr;
    size_t proof_len;
    size_t receipt_len;
    size_t path_count;

    if (batch == NULL || !batch->is_sealed || index >= batch->count ||
        len_out == NULL ||
        seigr_merkle_inclusion(batch->leaves, batch->count, index, path,
                               &path_count) != 0)
        return SEIGR_E_INVAL;
    assert(path_count == seigr__path_count(index, batch->count));
    proof_len = batch_proof_len(batch, index, path_count);
    receipt_len = batch_receipt_len(proof_len);
    *len_out = SEIGR__BATCH_HEAD_LEN + 2 + SEIGR__PROTECTED_LEN +
               batch->payloads[index].len + seigr__head_len(receipt_len) +
               receipt_len;
    if (*len_out > out.len)
        return SEIGR_E_ROOM;
    at += seigr__batch_head_write(at, batch->alg, &batch->signer.key);
    memcpy(at, batch->payloads[index].ptr, batch->payloads[index].len);
    at += batch->payloads[index].len;
    at += seigr__head_write(at, 0x40, receipt_len);
    memcpy(at, batch->receipt_head, SEIGR__RECEIPT_HEAD_LEN);
    at += SEIGR__RECEIPT_HEAD_LEN;
    at += seigr__head_write(at, 0x40, proof_len);
    at = batch_write_proof(at, batch, index, path, path_count);
    memcpy(at, "\xf6\x58\x40", 3); /* nil: the root is not attached */
    memcpy(at + 3, batch->signature, sizeof(batch->signature));
    assert(at + 3 + sizeof(batch->signature) == out.ptr + *len_out);
    return 0;
}
