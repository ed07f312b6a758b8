/* SPDX-License-Identifier: MIT */
/*
 * journal_receipt.c - signs receipts for entries of an execution log.
 */
#include "journal_receipt.h" /* seigr__journal_* */

#include "base/cbor_write.h" /* seigr__cbor_write_* */
#include "base/error.h"      /* seigr__fail */

#include <assert.h> /* assert */

#define RECEIPT_PROOF_MAX (1u + 9u + 9u + 2u + SEIGR_MERKLE_PATH_MAX * 34u)

struct receipt_draft {
    uint64_t index;
    uint64_t size;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    size_t path_count;
};

static void receipt_write_proof(seigr__cbor_writer *w,
                                const struct receipt_draft *d)
{
    seigr__cbor_write_array(w, 3);
    seigr__cbor_write_uint(w, d->size);
    seigr__cbor_write_uint(w, d->index);
    seigr__cbor_write_array(w, d->path_count);
    for (size_t i = 0; i < d->path_count; i++)
        seigr__cbor_write_bytes(
            w, (seigr_span){d->path[i].bytes, sizeof(d->path[i].bytes)});
}

static void receipt_write(seigr__cbor_writer *w, const struct receipt_draft *d,
                          const uint8_t *header, const uint8_t *signature)
{
    uint8_t proof[RECEIPT_PROOF_MAX];
    seigr__cbor_writer inside;

    seigr__cbor_write_init(&inside, (seigr_buf){proof, sizeof(proof)});
    receipt_write_proof(&inside, d);
    assert(seigr__cbor_write_done(&inside) == 0);
    seigr__cbor_write_tag(w, 18);
    seigr__cbor_write_array(w, 4);
    seigr__cbor_write_bytes(w, (seigr_span){header, SEIGR__JOURNAL_HEADER_LEN});
    seigr__cbor_write_map(w, 1);
    seigr__cbor_write_uint(w, 396); /* verifiable data proofs (RFC 9942) */
    seigr__cbor_write_map(w, 1);
    seigr__cbor_write_int(w, -1); /* of inclusion */
    seigr__cbor_write_array(w, 1);
    seigr__cbor_write_bytes(w, (seigr_span){proof, inside.len});
    seigr__cbor_write_nil(w); /* the root is not attached */
    seigr__cbor_write_bytes(w, (seigr_span){signature, SEIGR_SIGNATURE_LEN});
}

/* The path, and the root that is signed. */
static int receipt_draft(const seigr_context *context,
                         const seigr_journal_source *source,
                         struct receipt_draft *d, seigr_hash *root)
{
    int err = seigr_journal_inclusion(context, source, d->index, d->size,
                                      d->path, &d->path_count);

    if (err == 0)
        err = seigr_journal_root(context, source, d->size, root);
    return err;
}

int seigr_journal_receipt(const seigr_context *context,
                          const seigr_journal_source *source, uint64_t index,
                          uint64_t size, const seigr_signer *signer,
                          seigr_buf out, size_t *len_out, seigr_error *error)
{
    struct receipt_draft d = {.index = index, .size = size};
    uint8_t header[SEIGR__JOURNAL_HEADER_LEN];
    uint8_t message[SEIGR__JOURNAL_SIGNED_LEN];
    uint8_t signature[SEIGR_SIGNATURE_LEN] = {0};
    seigr__cbor_writer w;
    seigr_hash root;
    int err;

    if (signer == NULL || len_out == NULL || (out.ptr == NULL && out.len != 0))
        return SEIGR_E_INVAL;
    err = receipt_draft(context, source, &d, &root);
    if (err != 0)
        return err;
    seigr__journal_header(header, SEIGR__JOURNAL_EDDSA, &signer->key);
    seigr__cbor_write_init(&w, (seigr_buf){NULL, 0});
    receipt_write(&w, &d, header, signature);
    assert(w.len <= SEIGR_JOURNAL_RECEIPT_MAX);
    *len_out = w.len;
    if (w.len > out.len)
        return SEIGR_E_ROOM;
    seigr__journal_signed(message, header, &root);
    err = signer->sign(signature, (seigr_span){message, sizeof(message)},
                       signer->ctx);
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the signer did not sign the receipt");
    seigr__cbor_write_init(&w, out);
    receipt_write(&w, &d, header, signature);
    return seigr__cbor_write_done(&w);
}
