/* SPDX-License-Identifier: MIT */
/*
 * index_prove.c - writes proofs of the senary index.
 *
 *   [1, [level, ...], leaf]
 *   level = [count 0, digest 0, ..., count 5, digest 5]
 *   leaf  = the IDs, 32 bytes each, ascending
 *
 * The first level is that of the root; an index that is a leaf has none.
 */
#include "base/cbor_write.h" /* seigr__cbor_write_* */

#include "index_read.h" /* seigr__index_* */

#include <assert.h> /* assert */

static void prove_level(seigr__cbor_writer *w, const seigr_index_node *node)
{
    seigr_index_sum sum;

    seigr__cbor_write_array(w, (size_t)2 * SEIGR__INDEX_BASE);
    for (unsigned digit = 0; digit < SEIGR__INDEX_BASE; digit++) {
        seigr__index_node_get(node, digit, &sum);
        seigr__cbor_write_uint(w, sum.count);
        seigr__cbor_write_bytes(
            w, (seigr_span){sum.digest.bytes, sizeof(sum.digest.bytes)});
    }
}

/* The nodes above an ID; at becomes the prefix of its leaf. Without a writer
 * they are only counted. */
static int prove_levels(const seigr_index_source *source, const seigr_id *id,
                        seigr__cbor_writer *w, seigr_prefix *at)
{
    seigr_index_node node;
    int err;

    *at = (seigr_prefix){0, ""};
    while ((err = seigr__index_node_read(source, at, &node)) == 0) {
        if (w != NULL)
            prove_level(w, &node);
        if (!seigr__index_enter(at, seigr__index_digit(id, at->digit_count)))
            assert(0); /* an ID begins so */
    }
    return err == SEIGR_E_NOTFOUND ? 0 : err;
}

int seigr_index_prove(const seigr_index_source *source, const seigr_id *id,
                      seigr_buf out, size_t *len_out)
{
    seigr__index_leaf leaf;
    seigr__cbor_writer w;
    seigr_prefix at;
    int err;

    if (source == NULL || id == NULL || len_out == NULL ||
        (out.ptr == NULL && out.len != 0))
        return SEIGR_E_INVAL;
    err = prove_levels(source, id, NULL, &at);
    if (err != 0)
        return err;
    seigr__cbor_write_init(&w, out);
    seigr__cbor_write_array(&w, 3);
    seigr__cbor_write_uint(&w, 1);
    seigr__cbor_write_array(&w, at.digit_count);
    err = prove_levels(source, id, &w, &at);
    if (err == 0)
        err = seigr__index_leaf_read(source, &at, &leaf);
    if (err != 0)
        return err;
    if (leaf.count > SEIGR_INDEX_LEAF_MAX)
        return SEIGR_E_CORRUPT;
    seigr__cbor_write_bytes(
        &w, (seigr_span){leaf.ids[0].bytes, leaf.count * SEIGR_ID_LEN});
    assert(w.len <= SEIGR_INDEX_PROOF_MAX);
    *len_out = w.len;
    return seigr__cbor_write_done(&w);
}
