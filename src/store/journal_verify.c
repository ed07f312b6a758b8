/* SPDX-License-Identifier: MIT */
/*
 * journal_verify.c - checks receipts of an execution log, offline and without
 * a heap (RFC 9942, FORMATS 7).
 *
 * Invariants:
 *   (1) everything in a receipt but algorithm, key, proof and signature is
 *       constant and compared, so that a receipt has one form.
 */
#include "journal_receipt.h" /* seigr__journal_* */

#include "base/cbor.h"  /* the strict reader */
#include "base/error.h" /* seigr__fail, seigr__error_shift */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

void seigr__journal_header(uint8_t out[SEIGR__JOURNAL_HEADER_LEN], uint8_t alg,
                           const seigr_public_key *key)
{
    static const uint8_t tail[] =
        "\x10\x75" SEIGR_JOURNAL_RECEIPT_TYPE "\x19\x01\x8b\x01";

    assert(SEIGR__JOURNAL_KID_AT + 32u + sizeof(tail) - 1 + 1 ==
           SEIGR__JOURNAL_HEADER_LEN + 1);
    memcpy(out, "\xa4\x01", 2);
    out[SEIGR__JOURNAL_ALG_AT] = alg;
    memcpy(out + 3, "\x04\x58\x20", 3);
    memcpy(out + SEIGR__JOURNAL_KID_AT, key->bytes, sizeof(key->bytes));
    memcpy(out + SEIGR__JOURNAL_KID_AT + 32, tail, sizeof(tail) - 1);
}

void seigr__journal_signed(uint8_t out[SEIGR__JOURNAL_SIGNED_LEN],
                           const uint8_t header[SEIGR__JOURNAL_HEADER_LEN],
                           const seigr_hash *root)
{
    memcpy(out, "\x84\x6aSignature1\x58\x41", 14);
    memcpy(out + 14, header, SEIGR__JOURNAL_HEADER_LEN);
    memcpy(out + 14 + SEIGR__JOURNAL_HEADER_LEN, "\x40\x58\x20", 3);
    memcpy(out + SEIGR__JOURNAL_SIGNED_LEN - 32, root->bytes, 32);
}

/* What a receipt holds, its spans borrowed from it. */
struct receipt {
    seigr_span header;
    seigr_span proof;
    seigr_span signature;
};

/* A head that must say this. */
static int verify_expect(seigr__cbor *r,
                         int (*read)(seigr__cbor *r, uint64_t *out),
                         uint64_t want, const char *what)
{
    const size_t at = r->at;
    uint64_t found;
    const int err = read(r, &found);

    if (err == 0 && found != want)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "%s is %llu where a receipt has %llu", what,
                           (unsigned long long)found, (unsigned long long)want);
    return err;
}

static int verify_label(seigr__cbor *r, int64_t want)
{
    const size_t at = r->at;
    int64_t found;
    const int err = seigr__cbor_int(r, &found);

    if (err == 0 && found != want)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "another label stands where a receipt has its "
                           "proofs");
    return err;
}

/* d2 84 R {396: {-1: [proof]}} nil signature */
static int verify_split(seigr_span bytes, struct receipt *out,
                        seigr_error *error)
{
    seigr__cbor r;
    int err;

    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, error);
    err = verify_expect(&r, seigr__cbor_tag, 18, "the tag");
    if (err == 0)
        err = verify_expect(&r, seigr__cbor_array, 4, "the count of parts");
    if (err == 0)
        err = seigr__cbor_bytes(&r, &out->header);
    if (err == 0)
        err = verify_expect(&r, seigr__cbor_map, 1, "the count of headers");
    if (err == 0)
        err = verify_label(&r, 396);
    if (err == 0)
        err = verify_expect(&r, seigr__cbor_map, 1, "the count of proof types");
    if (err == 0)
        err = verify_label(&r, -1);
    if (err == 0)
        err = verify_expect(&r, seigr__cbor_array, 1, "the count of proofs");
    if (err == 0)
        err = seigr__cbor_bytes(&r, &out->proof);
    if (err == 0)
        err = seigr__cbor_nil(&r);
    if (err == 0)
        err = seigr__cbor_bytes(&r, &out->signature);
    return err != 0 ? err : seigr__cbor_done(&r);
}

/* (1) */
static int verify_header(seigr_span header, uint64_t offset,
                         seigr_public_key *issuer, seigr_error *error)
{
    uint8_t expected[SEIGR__JOURNAL_HEADER_LEN];
    uint8_t alg;

    if (header.len != sizeof(expected))
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "the protected header has %zu bytes, that of a "
                           "log's receipt has 65",
                           header.len);
    alg = header.ptr[SEIGR__JOURNAL_ALG_AT];
    memcpy(issuer->bytes, header.ptr + SEIGR__JOURNAL_KID_AT,
           sizeof(issuer->bytes));
    seigr__journal_header(expected, alg, issuer);
    if (memcmp(header.ptr, expected, sizeof(expected)) != 0)
        return seigr__fail(error, SEIGR_E_FORMAT, offset,
                           "the protected header is not that of a log's "
                           "receipt");
    if (alg != SEIGR__JOURNAL_EDDSA && alg != SEIGR__JOURNAL_ED25519)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED,
                           offset + SEIGR__JOURNAL_ALG_AT,
                           "the receipt's algorithm is not Ed25519");
    return 0;
}

static int verify_path(seigr__cbor *r, seigr_hash *path, size_t *count_out)
{
    const size_t at = r->at;
    seigr_span node;
    uint64_t count;
    int err = seigr__cbor_array(r, &count);

    if (err == 0 && count > SEIGR_MERKLE_PATH_MAX)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "a path of %llu nodes is past what a log has",
                           (unsigned long long)count);
    for (uint64_t i = 0; err == 0 && i < count; i++) {
        err = seigr__cbor_bytes(r, &node);
        if (err == 0 && node.len != sizeof(path[i].bytes))
            return seigr__fail(
                r->error, SEIGR_E_FORMAT, (uint64_t)(node.ptr - r->start),
                "a node of the proof is of %zu bytes, not 32", node.len);
        if (err == 0)
            memcpy(path[i].bytes, node.ptr, node.len);
    }
    if (err == 0)
        *count_out = (size_t)count;
    return err;
}

/* The root to which the proof leads from an ID. */
static int verify_proof(const seigr_context *context, const seigr_id *id,
                        seigr_span proof, seigr_journal_receipt_info *out,
                        seigr_error *error)
{
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    size_t count = 0;
    seigr_hash leaf;
    seigr__cbor r;
    int err;

    seigr__cbor_init(&r, proof, SEIGR__CBOR_DETERMINISTIC, error);
    err =
        verify_expect(&r, seigr__cbor_array, 3, "the count of a proof's parts");
    if (err == 0)
        err = seigr__cbor_uint(&r, &out->size);
    if (err == 0)
        err = seigr__cbor_uint(&r, &out->index);
    if (err == 0)
        err = verify_path(&r, path, &count);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err != 0)
        return err;
    seigr_merkle_hash_leaf(context, (seigr_span){id->bytes, sizeof(id->bytes)},
                           &leaf);
    return seigr_merkle_root_from_path(context, &leaf, out->index, out->size,
                                       path, count, &out->root, error);
}

int seigr_journal_receipt_verify(const seigr_context *context,
                                 const seigr_id *id, seigr_span receipt,
                                 seigr_journal_receipt_info *out,
                                 seigr_error *error)
{
    seigr_journal_receipt_info info = SEIGR_JOURNAL_RECEIPT_INFO_INIT;
    uint8_t message[SEIGR__JOURNAL_SIGNED_LEN];
    struct receipt parts;
    int err;

    if (context == NULL || id == NULL || out == NULL ||
        out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    err = verify_split(receipt, &parts, error);
    if (err != 0)
        return err;
    if (parts.signature.len != SEIGR_SIGNATURE_LEN)
        return seigr__fail(error, SEIGR_E_FORMAT,
                           (uint64_t)(parts.signature.ptr - receipt.ptr),
                           "the signature has %zu bytes, not 64",
                           parts.signature.len);
    err =
        verify_header(parts.header, (uint64_t)(parts.header.ptr - receipt.ptr),
                      &info.issuer, error);
    if (err != 0)
        return err;
    err = verify_proof(context, id, parts.proof, &info, error);
    if (err != 0) {
        seigr__error_shift(error, (uint64_t)(parts.proof.ptr - receipt.ptr));
        return err;
    }
    seigr__journal_signed(message, parts.header.ptr, &info.root);
    if (context->crypto->ed25519_verify(parts.signature.ptr, message,
                                        sizeof(message), info.issuer.bytes,
                                        context->crypto->ctx) != 0)
        return seigr__fail(error, SEIGR_E_SIGNATURE, SEIGR_NO_OFFSET,
                           "the receipt's signature is not of this ID, path "
                           "and key");
    *out = info;
    return 0;
}
