/* SPDX-License-Identifier: MIT */
/*
 * scitt.c - capsules as SCITT signed statements (RFC 9943), written and
 * checked in one form:
 *
 *   18([<<{1: alg, 4: kid, 15: {1: did:key, 2: subject}, 16: type}>>, {},
 *       payload, signature])
 *
 * Invariants:
 *   (1) kid and issuer name one key, and the signature is by it.
 */
#include "base/cbor.h"       /* the strict reader */
#include "base/cbor_write.h" /* seigr__cbor_write_* */
#include "base/error.h"      /* seigr__fail */
#include "base/utf8.h"       /* seigr__utf8_check */
#include "seigr/cose.h"      /* seigr_scitt_* */

#include <assert.h> /* assert, static_assert */
#include <string.h> /* memcmp, memcpy */

#define SCITT_CLAIM_ISSUER 1u
#define SCITT_CLAIM_SUBJECT 2u
#define SCITT_TEXT_MAX (SEIGR_SCITT_SUBJECT_MAX + 2u) /* with its head */
#define SCITT_CLAIMS_MAX                                                       \
    (1u + 1u + 2u + SEIGR_DID_KEY_LEN + 1u + SCITT_TEXT_MAX)

static_assert(SEIGR_SCITT_SUBJECT_MAX < 256, "heads are of two bytes");

static int scitt_check_text(seigr_span text, const char *what,
                            seigr_error *error)
{
    if (text.len == 0 || text.len > SEIGR_SCITT_SUBJECT_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "the %s has %zu bytes, 1 to %u are taken", what,
                           text.len, SEIGR_SCITT_SUBJECT_MAX);
    if (seigr__utf8_check(text) != text.len)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "the %s is not valid UTF-8", what);
    return 0;
}

static size_t scitt_write_claims(const seigr_public_key *key,
                                 seigr_span subject,
                                 uint8_t out[SCITT_CLAIMS_MAX])
{
    char did[SEIGR_DID_KEY_LEN + 1];
    seigr__cbor_writer w;

    seigr_did_key_encode(key, did);
    seigr__cbor_write_init(&w, (seigr_buf){out, SCITT_CLAIMS_MAX});
    seigr__cbor_write_map(&w, 2);
    seigr__cbor_write_uint(&w, SCITT_CLAIM_ISSUER);
    seigr__cbor_write_string(&w, did);
    seigr__cbor_write_uint(&w, SCITT_CLAIM_SUBJECT);
    seigr__cbor_write_text(&w, subject);
    assert(seigr__cbor_write_done(&w) == 0);
    return w.len;
}

int seigr_scitt_sign(const seigr_context *context, seigr_span subject,
                     seigr_span content_type, seigr_span payload,
                     const seigr_signer *signer, seigr_buf out, size_t *len_out,
                     seigr_error *error)
{
    static const char capsule_type[] = SEIGR_SCITT_CAPSULE_TYPE;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_header headers[2];
    uint8_t claims[SCITT_CLAIMS_MAX];
    uint8_t type[SCITT_TEXT_MAX];
    seigr__cbor_writer w;
    int err;

    if (signer == NULL)
        return SEIGR_E_INVAL;
    if (content_type.ptr == NULL)
        content_type = (seigr_span){(const uint8_t *)capsule_type,
                                    sizeof(capsule_type) - 1};
    err = scitt_check_text(subject, "subject", error);
    if (err == 0)
        err = scitt_check_text(content_type, "content type", error);
    if (err != 0)
        return err;
    headers[0].label = SEIGR_COSE_LABEL_CWT_CLAIMS;
    headers[0].value.ptr = claims;
    headers[0].value.len = scitt_write_claims(&signer->key, subject, claims);
    seigr__cbor_write_init(&w, (seigr_buf){type, sizeof(type)});
    seigr__cbor_write_text(&w, content_type);
    headers[1].label = SEIGR_COSE_LABEL_TYPE;
    headers[1].value = (seigr_span){type, w.len};
    draft.kid = (seigr_span){signer->key.bytes, sizeof(signer->key.bytes)};
    draft.protected_headers = headers;
    draft.protected_count = 2;
    draft.payload = payload;
    return seigr_cose_sign1_sign(context, &draft, signer, out, len_out, error);
}

/* The next label must be this one. */
static int scitt_expect(seigr__cbor *r, uint64_t label)
{
    const size_t at = r->at;
    uint64_t found;
    const int err = seigr__cbor_uint(r, &found);

    if (err == 0 && found != label)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "label %llu stands where a statement has %llu",
                           (unsigned long long)found,
                           (unsigned long long)label);
    return err;
}

static int scitt_expect_map(seigr__cbor *r, uint64_t entries)
{
    const size_t at = r->at;
    uint64_t count;
    const int err = seigr__cbor_map(r, &count);

    if (err == 0 && count != entries)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "the map has %llu entries where a statement has "
                           "%llu",
                           (unsigned long long)count,
                           (unsigned long long)entries);
    return err;
}

/* {1: did:key, 2: subject} */
static int scitt_read_claims(seigr__cbor *r, seigr_span *issuer,
                             seigr_scitt_statement *out)
{
    int err = scitt_expect_map(r, 2);

    if (err == 0)
        err = scitt_expect(r, SCITT_CLAIM_ISSUER);
    if (err == 0)
        err = seigr__cbor_text(r, issuer);
    if (err == 0)
        err = scitt_expect(r, SCITT_CLAIM_SUBJECT);
    if (err == 0)
        err = seigr__cbor_text(r, &out->subject);
    if (err == 0)
        err = scitt_check_text(out->subject, "subject", r->error);
    return err;
}

/* (1), but for the signature. */
static int scitt_read_issuer(seigr_span kid, seigr_span issuer,
                             seigr_scitt_statement *out, seigr_error *error)
{
    int err;

    if (kid.len != sizeof(out->issuer.bytes))
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "the kid has %zu bytes, not 32", kid.len);
    err = seigr_did_key_decode(issuer, &out->issuer, error);
    if (err != 0) {
        if (error != NULL)
            error->offset = SEIGR_NO_OFFSET; /* it counts in the text */
        return err;
    }
    if (memcmp(out->issuer.bytes, kid.ptr, kid.len) != 0)
        return seigr__fail(error, SEIGR_E_KEY, SEIGR_NO_OFFSET,
                           "the kid is not the key that the issuer names");
    return 0;
}

/* {1: alg, 4: kid, 15: claims, 16: type}; offsets count in the bucket. */
static int scitt_read_protected(seigr__cbor *r, seigr_scitt_statement *out)
{
    seigr_span kid;
    seigr_span issuer;
    int64_t alg;
    int err = scitt_expect_map(r, 4);

    if (err == 0)
        err = scitt_expect(r, SEIGR_COSE_LABEL_ALG);
    if (err == 0)
        err = seigr__cbor_int(r, &alg); /* judged when verifying */
    if (err == 0)
        err = scitt_expect(r, SEIGR_COSE_LABEL_KID);
    if (err == 0)
        err = seigr__cbor_bytes(r, &kid);
    if (err == 0)
        err = scitt_expect(r, SEIGR_COSE_LABEL_CWT_CLAIMS);
    if (err == 0)
        err = scitt_read_claims(r, &issuer, out);
    if (err == 0)
        err = scitt_expect(r, SEIGR_COSE_LABEL_TYPE);
    if (err == 0)
        err = seigr__cbor_text(r, &out->content_type);
    if (err == 0)
        err = scitt_check_text(out->content_type, "content type", r->error);
    if (err == 0)
        err = seigr__cbor_done(r);
    return err != 0 ? err : scitt_read_issuer(kid, issuer, out, r->error);
}

/* Deterministic, tagged, attached, nothing in the other bucket. */
static int scitt_check_form(seigr_span bytes, const seigr_cose_sign1 *view,
                            seigr_error *error)
{
    seigr__cbor r;
    int err;

    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, error);
    err = seigr__cbor_skip(&r, NULL);
    if (err != 0)
        return err;
    if ((view->flags & SEIGR_COSE_TAGGED) == 0)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "the statement has no tag");
    if ((view->flags & SEIGR_COSE_DETACHED) != 0)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "the statement has no payload");
    if (view->unprotected_header.len != 1)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "the statement has unprotected headers");
    return 0;
}

int seigr_scitt_verify(const seigr_context *context, seigr_span bytes,
                       seigr_buf scratch, seigr_scitt_statement *out,
                       seigr_error *error)
{
    seigr_scitt_statement statement = SEIGR_SCITT_STATEMENT_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr__cbor r;
    int err;

    if (out == NULL || out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    err = seigr_cose_sign1_decode(bytes, (seigr_buf){NULL, 0}, &view, error);
    if (err == 0)
        err = scitt_check_form(bytes, &view, error);
    if (err != 0)
        return err;
    seigr__cbor_init(&r, view.protected_header, SEIGR__CBOR_DETERMINISTIC,
                     error);
    err = scitt_read_protected(&r, &statement);
    if (err != 0) {
        seigr__error_shift(error,
                           (uint64_t)(view.protected_header.ptr - bytes.ptr));
        return err;
    }
    err = seigr_cose_sign1_verify(context, &view, &statement.issuer, NULL,
                                  scratch, error);
    if (err == 0) {
        statement.payload = view.payload;
        *out = statement;
    }
    return err;
}
