/* SPDX-License-Identifier: MIT */
/*
 * envelope_parse.c - reads the bytes around a payload item by item, and says
 * what is wrong and where.
 *
 * Nothing comes here but where envelope.c found something else than the one
 * encoding that there is. Form alone is checked: no signature, no payload.
 *
 * Invariants:
 *   (1) spans of what is read lie inside the bytes.
 *   (2) offsets of refusals count from the start of the capsule.
 */
#include "envelope.h" /* seigr__envelope_parse */

#include "base/cbor.h"  /* seigr__cbor */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

/* A constant text, without its NUL. */
#define ENVELOPE_TEXT(text)                                                    \
    (seigr_span)                                                               \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

/* The content of a byte string, to be read with offsets of the whole. */
static seigr__cbor envelope_inside(const seigr__cbor *r, seigr_span content)
{
    seigr__cbor inside = *r;

    inside.at = (size_t)(content.ptr - r->start);
    inside.end = inside.at + content.len;
    assert(inside.end <= r->end);
    return inside;
}

/* What ends too early inside a whole string is wrong, not cut. */
static int envelope_inside_status(const seigr__cbor *r, int err)
{
    assert(err <= 0);
    if (err != SEIGR_E_TRUNCATED)
        return err;
    if (r->error != NULL)
        r->error->code = SEIGR_E_FORMAT;
    return SEIGR_E_FORMAT;
}

/* The head of an array or a map of exactly so many. */
static int envelope_count(seigr__cbor *r,
                          int (*read)(seigr__cbor *r, uint64_t *count),
                          uint64_t wanted, const char *what)
{
    const size_t at = r->at;
    uint64_t count;
    const int err = read(r, &count);

    assert(read != NULL);
    if (err != 0 || count == wanted)
        return err;
    return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                       "%s has %llu items, not %llu", what,
                       (unsigned long long)count, (unsigned long long)wanted);
}

/* Exactly this label comes next. */
static int envelope_label(seigr__cbor *r, int wanted)
{
    const size_t at = r->at;
    int64_t label;
    const int err = seigr__cbor_int(r, &label);

    assert(r->at <= r->end);
    if (err != 0 || label == wanted)
        return err;
    r->at = at;
    return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                       "a header has another label where label %d belongs",
                       wanted);
}

static int envelope_algorithm(seigr__cbor *r, int32_t *out)
{
    const size_t at = r->at;
    int64_t alg;
    int err = envelope_label(r, 1);

    if (err != 0)
        return err;
    err = seigr__cbor_int(r, &alg);
    if (err != 0)
        return err;
    if (alg != SEIGR_ALG_EDDSA && alg != SEIGR_ALG_ED25519)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, at + 1,
                           "the algorithm is neither -8 (EdDSA) nor -19 "
                           "(Ed25519)");
    *out = (int32_t)alg;
    return 0;
}

static int envelope_key(seigr__cbor *r, seigr_public_key *out)
{
    seigr_span kid;
    int err = envelope_label(r, 4);

    if (err != 0)
        return err;
    err = seigr__cbor_bytes(r, &kid);
    if (err != 0)
        return err;
    if (kid.len != sizeof(out->bytes))
        return seigr__fail(r->error, SEIGR_E_FORMAT,
                           (uint64_t)(kid.ptr - r->start),
                           "the key is of %zu bytes, not 32", kid.len);
    memcpy(out->bytes, kid.ptr, sizeof(out->bytes));
    return 0;
}

static int envelope_type(seigr__cbor *r, seigr_span wanted)
{
    seigr_span type;
    int err = envelope_label(r, 16);

    assert(wanted.len > 0);
    if (err != 0)
        return err;
    err = seigr__cbor_text(r, &type);
    if (err != 0)
        return err;
    if (type.len != wanted.len || memcmp(type.ptr, wanted.ptr, type.len) != 0)
        return seigr__fail(r->error, SEIGR_E_FORMAT,
                           (uint64_t)(type.ptr - r->start),
                           "the type is not %s", (const char *)wanted.ptr);
    return 0;
}

/* A protected header up to its type: what capsules and receipts share. */
static int envelope_header(seigr__cbor *r, uint64_t label_count,
                           seigr_span type, int32_t *alg, seigr_public_key *key)
{
    int err =
        envelope_count(r, seigr__cbor_map, label_count, "the protected header");

    assert(label_count >= 3);
    if (err == 0)
        err = envelope_algorithm(r, alg);
    if (err == 0)
        err = envelope_key(r, key);
    if (err == 0)
        err = envelope_type(r, type);
    return err;
}

static int envelope_protected(seigr__cbor *r, seigr_capsule *out)
{
    seigr__cbor inside;
    int err = seigr__cbor_bytes(r, &out->protected_header);

    if (err != 0)
        return err;
    inside = envelope_inside(r, out->protected_header);
    err = envelope_header(&inside, 3, ENVELOPE_TEXT(SEIGR__CAPSULE_TYPE),
                          &out->alg, &out->issuer);
    if (err == 0)
        err = seigr__cbor_done(&inside);
    return envelope_inside_status(r, err);
}

static int envelope_payload(seigr__cbor *r, seigr_span *out)
{
    const int err = seigr__cbor_bytes(r, out);

    if (err == 0 && out->len > SEIGR_CAPSULE_PAYLOAD_MAX)
        return seigr__fail(r->error, SEIGR_E_LIMIT,
                           (uint64_t)(out->ptr - r->start),
                           "the payload is longer than 1 MiB");
    return err;
}

static int envelope_signature(seigr__cbor *r, seigr_span *out)
{
    const int err = seigr__cbor_bytes(r, out);

    if (err == 0 && out->len != SEIGR_SIGNATURE_LEN)
        return seigr__fail(r->error, SEIGR_E_FORMAT,
                           (uint64_t)(out->ptr - r->start),
                           "the signature is of %zu bytes, not 64", out->len);
    return err;
}

int seigr__envelope_parse(seigr_span bytes, seigr_capsule *out,
                          seigr_error *error)
{
    seigr__cbor r;
    uint64_t tag;
    int err;

    assert(bytes.ptr != NULL || bytes.len == 0);
    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, error);
    out->bytes = bytes;
    out->signature = (seigr_span){NULL, 0};
    out->receipt = (seigr_span){NULL, 0};
    err = seigr__cbor_tag(&r, &tag);
    if (err == 0 && tag != SEIGR__TAG_SIGN1 && tag != SEIGR__TAG_BATCH)
        err = seigr__fail(error, SEIGR_E_FORMAT, 0,
                          "the tag %llu is no capsule's",
                          (unsigned long long)tag);
    if (err == 0)
        err = envelope_count(&r, seigr__cbor_array,
                             tag == SEIGR__TAG_SIGN1 ? 4 : 3, "the capsule");
    if (err == 0)
        err = envelope_protected(&r, out);
    if (err == 0 && tag == SEIGR__TAG_SIGN1)
        err = envelope_count(&r, seigr__cbor_map, 0, "the unprotected header");
    if (err == 0)
        err = envelope_payload(&r, &out->payload);
    if (err == 0 && tag == SEIGR__TAG_SIGN1)
        err = envelope_signature(&r, &out->signature);
    else if (err == 0)
        err = seigr__cbor_bytes(&r, &out->receipt);
    return err != 0 ? err : seigr__cbor_done(&r);
}

/* Protected header of a receipt: the capsule's algorithm and key, and the
 * tree's algorithm (RFC 9942, 395), 1: RFC 9162 with SHA-256. */
static int envelope_receipt_protected(seigr__cbor *r,
                                      const seigr_capsule *capsule,
                                      seigr_span *out)
{
    seigr_public_key key;
    seigr__cbor inside;
    int32_t alg;
    uint64_t tree;
    int err = seigr__cbor_bytes(r, out);

    if (err != 0)
        return err;
    inside = envelope_inside(r, *out);
    err = envelope_header(&inside, 4, ENVELOPE_TEXT(SEIGR__BATCH_TYPE), &alg,
                          &key);
    if (err == 0)
        err = envelope_label(&inside, 395);
    if (err == 0)
        err = seigr__cbor_uint(&inside, &tree);
    if (err == 0)
        err = seigr__cbor_done(&inside);
    if (err != 0)
        return err;
    if (tree != 1)
        return seigr__cbor_fail(&inside, SEIGR_E_UNSUPPORTED,
                                "the receipt's tree is not RFC 9162 with "
                                "SHA-256");
    if (alg != capsule->alg)
        return seigr__cbor_fail(&inside, SEIGR_E_FORMAT,
                                "the receipt has another algorithm than its "
                                "capsule");
    if (memcmp(key.bytes, capsule->issuer.bytes, sizeof(key.bytes)) != 0)
        return seigr__cbor_fail(&inside, SEIGR_E_FORMAT,
                                "the receipt is of another key than its "
                                "capsule");
    return 0;
}

static int envelope_proof_place(seigr__cbor *r, seigr__receipt *out)
{
    uint64_t size;
    uint64_t index;
    int err = seigr__cbor_uint(r, &size);

    if (err == 0)
        err = seigr__cbor_uint(r, &index);
    if (err != 0)
        return err;
    if (size < SEIGR_BATCH_COUNT_MIN)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "a batch is of two capsules or more");
    if (size > SEIGR_BATCH_COUNT_MAX)
        return seigr__cbor_fail(r, SEIGR_E_LIMIT,
                                "a batch is of at most 65536 capsules");
    if (index >= size)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "the proof is for leaf %llu of a tree of %llu",
                           (unsigned long long)index, (unsigned long long)size);
    out->tree_size = (uint32_t)size;
    out->leaf_index = (uint32_t)index;
    return 0;
}

/* [tree-size, leaf-index, [path...]] */
static int envelope_proof(seigr__cbor *r, seigr__receipt *out)
{
    seigr_span node;
    int err = envelope_count(r, seigr__cbor_array, 3, "the proof");

    if (err == 0)
        err = envelope_proof_place(r, out);
    if (err != 0)
        return err;
    out->path_count = seigr__path_count(out->leaf_index, out->tree_size);
    assert(out->path_count <= SEIGR__PATH_COUNT_MAX);
    err = envelope_count(r, seigr__cbor_array, out->path_count,
                         "the path of the proof");
    if (err != 0)
        return err;
    out->path = r->start + r->at;
    for (uint32_t i = 0; i < out->path_count; i++) {
        err = seigr__cbor_bytes(r, &node);
        if (err != 0)
            return err;
        if (node.len != 32)
            return seigr__fail(
                r->error, SEIGR_E_FORMAT, (uint64_t)(node.ptr - r->start),
                "a node of the proof is of %zu bytes, not 32", node.len);
    }
    return seigr__cbor_done(r);
}

/* {396: {-1: [proof]}} (RFC 9942: verifiable data proofs, inclusion) */
static int envelope_proofs(seigr__cbor *r, seigr__receipt *out)
{
    seigr_span proof;
    seigr__cbor inside;
    int err = envelope_count(r, seigr__cbor_map, 1,
                             "the receipt's unprotected header");

    if (err == 0)
        err = envelope_label(r, 396);
    if (err == 0)
        err = envelope_count(r, seigr__cbor_map, 1, "the map of proofs");
    if (err == 0)
        err = envelope_label(r, -1);
    if (err == 0)
        err = envelope_count(r, seigr__cbor_array, 1, "the list of proofs");
    if (err == 0)
        err = seigr__cbor_bytes(r, &proof);
    if (err != 0)
        return err;
    inside = envelope_inside(r, proof);
    return envelope_proof(&inside, out);
}

int seigr__receipt_parse(const seigr_capsule *capsule, seigr__receipt *out,
                         seigr_error *error)
{
    seigr__cbor whole;
    seigr__cbor r;
    seigr_span signature = {NULL, 0};
    uint64_t tag;
    int err;

    assert(capsule->receipt.ptr != NULL);
    seigr__cbor_init(&whole, capsule->bytes, SEIGR__CBOR_DETERMINISTIC, error);
    r = envelope_inside(&whole, capsule->receipt);
    err = seigr__cbor_tag(&r, &tag);
    if (err == 0 && tag != SEIGR__TAG_SIGN1)
        err = seigr__fail(error, SEIGR_E_FORMAT, r.at,
                          "the receipt has the tag %llu, not 18",
                          (unsigned long long)tag);
    if (err == 0)
        err = envelope_count(&r, seigr__cbor_array, 4, "the receipt");
    if (err == 0)
        err = envelope_receipt_protected(&r, capsule, &out->protected_header);
    if (err == 0)
        err = envelope_proofs(&r, out);
    if (err == 0)
        err = seigr__cbor_nil(&r); /* the root is not attached */
    if (err == 0)
        err = envelope_signature(&r, &signature);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0)
        out->signature = signature.ptr;
    return envelope_inside_status(&r, err);
}
