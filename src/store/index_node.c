/* SPDX-License-Identifier: MIT */
/*
 * index_node.c - digits, leaves and nodes of the senary index (FORMATS 6).
 *
 * It asks for nothing but SHA-256: who checks a proof needs no more.
 */
#include "index_node.h" /* seigr__index_* */

#include "senary/text.h" /* seigr__text_encode_block */

#include "seigr/crypto.h" /* seigr_crypto */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memset */

#define NODE_SUM_LEN 40u

unsigned seigr__index_digit(const seigr_id *id, uint32_t place)
{
    uint8_t digits[BLOCK_DIGITS];

    assert(place < SEIGR_INDEX_DIGITS_MAX);
    seigr__text_encode_block(id->bytes + place / BLOCK_DIGITS * BLOCK_BYTES,
                             BLOCK_BYTES, digits);
    return digits[place % BLOCK_DIGITS] - (unsigned)'0';
}

static void index_hash(const seigr_context *context, uint8_t prefix,
                       const uint8_t *bytes, size_t len, seigr_hash *out)
{
    const seigr_crypto *crypto = context->crypto;
    seigr_sha256_state running;

    crypto->sha256_init(&running, crypto->ctx);
    crypto->sha256_update(&running, &prefix, 1, crypto->ctx);
    crypto->sha256_update(&running, bytes, len, crypto->ctx);
    crypto->sha256_final(&running, out->bytes, crypto->ctx);
}

void seigr__index_leaf_sum(const seigr_context *context, const uint8_t *ids,
                           size_t count, seigr_index_sum *out)
{
    assert(count <= SEIGR_INDEX_LEAF_MAX);
    out->count = count;
    if (count == 0)
        memset(out->digest.bytes, 0, sizeof(out->digest.bytes));
    else
        index_hash(context, 0x10, ids, count * SEIGR_ID_LEN, &out->digest);
}

void seigr__index_node_sum(const seigr_context *context,
                           const seigr_index_node *node, seigr_index_sum *out)
{
    seigr_index_sum child;

    out->count = 0;
    for (unsigned digit = 0; digit < SEIGR__INDEX_BASE; digit++) {
        seigr__index_node_get(node, digit, &child);
        out->count += child.count;
    }
    index_hash(context, 0x11, node->bytes, sizeof(node->bytes), &out->digest);
}

void seigr__index_node_get(const seigr_index_node *node, unsigned digit,
                           seigr_index_sum *out)
{
    const uint8_t *at = node->bytes + digit * NODE_SUM_LEN;

    assert(digit < SEIGR__INDEX_BASE);
    out->count = 0;
    for (unsigned i = 0; i < 8; i++)
        out->count = out->count << 8 | at[i];
    memcpy(out->digest.bytes, at + 8, sizeof(out->digest.bytes));
}

void seigr__index_node_set(seigr_index_node *node, unsigned digit,
                           const seigr_index_sum *sum)
{
    uint8_t *at = node->bytes + digit * NODE_SUM_LEN;

    assert(digit < SEIGR__INDEX_BASE);
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(sum->count >> (56 - 8 * i));
    memcpy(at + 8, sum->digest.bytes, sizeof(sum->digest.bytes));
}
