/* SPDX-License-Identifier: MIT */
/*
 * index_verify.c - checks proofs of the senary index, offline and without a
 * heap (FORMATS 6).
 *
 * Invariants:
 *   (1) `want` is what the root commits to for the prefix at this depth: each
 *       level is hashed and compared before anything in it is used.
 *   (2) an inner node counts more than 36 and a leaf at most 36, so that a
 *       set has one form and a proof one length.
 */
#include "index_node.h" /* seigr__index_* */

#include "base/cbor.h"  /* the strict reader */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

static int verify_is_zero(const seigr_hash *digest)
{
    static const seigr_hash zero;

    return memcmp(digest->bytes, zero.bytes, sizeof(zero.bytes)) == 0;
}

/* One (count, digest) of a level; count 0 goes with the zero digest alone. */
static int verify_sum(seigr__cbor *r, seigr_index_sum *out)
{
    const size_t at = r->at;
    seigr_span digest;
    int err = seigr__cbor_uint(r, &out->count);

    if (err == 0)
        err = seigr__cbor_bytes(r, &digest);
    if (err != 0)
        return err;
    if (digest.len != sizeof(out->digest.bytes))
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "a digest has %zu bytes, not 32", digest.len);
    memcpy(out->digest.bytes, digest.ptr, digest.len);
    if ((out->count == 0) != verify_is_zero(&out->digest))
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "a count of 0 and the digest of an empty set do "
                           "not stand together");
    return 0;
}

/* The six sums of a level, which add up without wrapping. */
static int verify_level_read(seigr__cbor *r, seigr_index_node *out)
{
    const size_t at = r->at;
    seigr_index_sum sum;
    uint64_t total = 0;
    uint64_t items;
    int err = seigr__cbor_array(r, &items);

    if (err != 0)
        return err;
    if (items != 2 * SEIGR__INDEX_BASE)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "a level has %llu items, not 12",
                           (unsigned long long)items);
    for (unsigned digit = 0; digit < SEIGR__INDEX_BASE; digit++) {
        err = verify_sum(r, &sum);
        if (err != 0)
            return err;
        if (sum.count > UINT64_MAX - total)
            return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                               "the counts of a level are past 2^64");
        total += sum.count;
        seigr__index_node_set(out, digit, &sum);
    }
    return 0;
}

/* (1) */
static int verify_compare(seigr__cbor *r, size_t at, const seigr_index_sum *sum,
                          const seigr_index_sum *want)
{
    if (sum->count != want->count)
        return seigr__fail(r->error, SEIGR_E_MISMATCH, at,
                           "it counts %llu IDs where %llu are promised",
                           (unsigned long long)sum->count,
                           (unsigned long long)want->count);
    if (memcmp(sum->digest.bytes, want->digest.bytes,
               sizeof(sum->digest.bytes)) != 0)
        return seigr__fail(r->error, SEIGR_E_MISMATCH, at,
                           "it does not lead to the root");
    return 0;
}

/* One level down: want becomes what is promised for the ID's next digit. */
static int verify_level(const seigr_context *context, seigr__cbor *r,
                        const seigr_id *id, uint32_t depth,
                        seigr_index_sum *want)
{
    const size_t at = r->at;
    seigr_index_node node;
    seigr_index_sum sum;
    int err = verify_level_read(r, &node);

    if (err != 0)
        return err;
    seigr__index_node_sum(context, &node, &sum);
    err = verify_compare(r, at, &sum, want);
    if (err != 0)
        return err;
    if (sum.count <= SEIGR_INDEX_LEAF_MAX)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "an inner node counts %llu IDs, which a leaf holds",
                           (unsigned long long)sum.count); /* (2) */
    seigr__index_node_get(&node, seigr__index_digit(id, depth), want);
    return 0;
}

/* The range of IDs that begin with the first digits of an ID. */
static void verify_range(const seigr_id *id, uint32_t depth, seigr_id *first,
                         seigr_id *last)
{
    seigr_prefix prefix = {depth, ""};

    assert(depth <= SEIGR_INDEX_DIGITS_MAX);
    for (uint32_t place = 0; place < depth; place++)
        prefix.digits[place] = (char)('0' + seigr__index_digit(id, place));
    seigr_prefix_range(&prefix, first->bytes, last->bytes);
}

/* The IDs of a leaf ascend and are under its prefix. */
static int verify_leaf_ids(seigr__cbor *r, seigr_span ids, const seigr_id *id,
                           uint32_t depth)
{
    seigr_id first;
    seigr_id last;

    verify_range(id, depth, &first, &last);
    for (size_t i = 0; i < ids.len; i += SEIGR_ID_LEN) {
        const uint8_t *at = ids.ptr + i;
        const uint64_t offset = (uint64_t)(at - r->start);

        if (i > 0 && memcmp(at - SEIGR_ID_LEN, at, SEIGR_ID_LEN) >= 0)
            return seigr__fail(r->error, SEIGR_E_FORMAT, offset,
                               "the IDs of the leaf do not ascend");
        if (memcmp(at, first.bytes, SEIGR_ID_LEN) < 0 ||
            memcmp(at, last.bytes, SEIGR_ID_LEN) > 0)
            return seigr__fail(r->error, SEIGR_E_FORMAT, offset,
                               "an ID of the leaf has another prefix");
    }
    return 0;
}

static int verify_has(seigr_span ids, const seigr_id *id)
{
    for (size_t i = 0; i < ids.len; i += SEIGR_ID_LEN) {
        if (memcmp(ids.ptr + i, id->bytes, SEIGR_ID_LEN) == 0)
            return 1;
    }
    return 0;
}

static int verify_leaf(const seigr_context *context, seigr__cbor *r,
                       const seigr_id *id, uint32_t depth,
                       const seigr_index_sum *want, uint32_t *is_present_out)
{
    const size_t at = r->at;
    seigr_index_sum sum;
    seigr_span ids;
    int err = seigr__cbor_bytes(r, &ids);

    if (err == 0)
        err = seigr__cbor_done(r);
    if (err != 0)
        return err;
    if (ids.len % SEIGR_ID_LEN != 0 ||
        ids.len / SEIGR_ID_LEN > SEIGR_INDEX_LEAF_MAX)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "the leaf has %zu bytes, not 32 for each of at "
                           "most 36 IDs",
                           ids.len); /* (2) */
    err = verify_leaf_ids(r, ids, id, depth);
    if (err != 0)
        return err;
    seigr__index_leaf_sum(context, ids.ptr, ids.len / SEIGR_ID_LEN, &sum);
    err = verify_compare(r, at, &sum, want);
    if (err == 0)
        *is_present_out = (uint32_t)verify_has(ids, id);
    return err;
}

/* [1, levels... */
static int verify_head(seigr__cbor *r, uint64_t *levels)
{
    uint64_t count;
    uint64_t version;
    int err = seigr__cbor_array(r, &count);

    if (err == 0 && count != 3)
        return seigr__fail(r->error, SEIGR_E_FORMAT, 0,
                           "a proof has 3 items, here are %llu",
                           (unsigned long long)count);
    if (err == 0)
        err = seigr__cbor_uint(r, &version);
    if (err == 0 && version != 1)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, 1,
                           "the proof is of version %llu, 1 is known here",
                           (unsigned long long)version);
    if (err == 0)
        err = seigr__cbor_array(r, levels);
    if (err == 0 && *levels > SEIGR_INDEX_DIGITS_MAX)
        return seigr__fail(r->error, SEIGR_E_FORMAT, 2,
                           "an ID has no %llu digits",
                           (unsigned long long)*levels);
    return err;
}

int seigr_index_verify(const seigr_context *context,
                       const seigr_index_sum *root, const seigr_id *id,
                       seigr_span proof, uint32_t *is_present_out,
                       seigr_error *error)
{
    seigr_index_sum want;
    uint64_t levels;
    seigr__cbor r;
    int err;

    if (context == NULL || root == NULL || id == NULL || is_present_out == NULL)
        return SEIGR_E_INVAL;
    want = *root;
    seigr__cbor_init(&r, proof, SEIGR__CBOR_DETERMINISTIC, error);
    err = verify_head(&r, &levels);
    for (uint32_t depth = 0; err == 0 && depth < levels; depth++)
        err = verify_level(context, &r, id, depth, &want);
    if (err != 0)
        return err;
    return verify_leaf(context, &r, id, (uint32_t)levels, &want,
                       is_present_out);
}
