/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "seigr/capsule.h"
#include "seigr/cose.h"

#include "base/cbor.h"

#include <string.h>

struct scitt_fixture {
    support_memory memory;
    seigr_context context;
    seigr_keypair pair;
    seigr_keypair_signer_state signer_state;
    seigr_signer signer;
    uint8_t bytes[4096];
    size_t len;
};

static seigr_span scitt_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

static void scitt_setup(struct scitt_fixture *f)
{
    uint8_t seed[32] = {9};

    support_memory_init(&f->memory);
    f->context = (seigr_context)SEIGR_CONTEXT_INIT;
    f->context.crypto = seigr_crypto_default();
    f->context.allocator = &f->memory.allocator;
    assert_ok(seigr_keypair_init_seed(&f->context, seed, &f->pair));
    f->signer = seigr_keypair_signer(&f->context, &f->pair, &f->signer_state);
}

static int scitt_make(struct scitt_fixture *f, seigr_span subject,
                      seigr_span payload, seigr_error *error)
{
    return seigr_scitt_sign(
        &f->context, subject, (seigr_span){NULL, 0}, payload, &f->signer,
        (seigr_buf){f->bytes, sizeof(f->bytes)}, &f->len, error);
}

static int scitt_check(const struct scitt_fixture *f, size_t len,
                       seigr_scitt_statement *out, seigr_error *error)
{
    static uint8_t scratch[8192];

    *error = (seigr_error)SEIGR_ERROR_INIT;
    return seigr_scitt_verify(&f->context, (seigr_span){f->bytes, len},
                              (seigr_buf){scratch, len + 48}, out, error);
}

/* A golden capsule, signed once more, comes out the same and verifies. */
void test_capsule_scitt__a_capsule_as_a_statement(void **state)
{
    json_t *golden = support_golden("capsules.json");
    const json_t *first = json_array_get(json_object_get(golden, "valid"), 0);
    const seigr_span bytes = support_hex_of(first, "capsule");
    seigr_scitt_statement statement = SEIGR_SCITT_STATEMENT_INIT;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_verified verified;
    struct scitt_fixture f;
    seigr_error error;

    (void)state;
    scitt_setup(&f);
    assert_ok(scitt_make(&f, scitt_text("urn:example:work"), bytes, NULL));
    assert_ok(scitt_check(&f, f.len, &statement, &error));
    assert_memory_equal(&statement.issuer, &f.signer.key, 32);
    assert_int_equal(statement.subject.len, 16);
    assert_memory_equal(statement.subject.ptr, "urn:example:work", 16);
    assert_int_equal(statement.content_type.len,
                     strlen(SEIGR_SCITT_CAPSULE_TYPE));
    assert_int_equal(statement.payload.len, bytes.len);
    assert_memory_equal(statement.payload.ptr, bytes.ptr, bytes.len);
    assert_ok(
        seigr_capsule_decode(&f.context, statement.payload, &capsule, &error));
    assert_ok(seigr_capsule_verify(&f.context, &capsule, (seigr_buf){NULL, 0},
                                   &verified, &error));
    assert_int_equal(f.memory.live_count, 0);
    json_decref(golden);
}

/* The layout is the one that docs/spec/cose.md draws. */
void test_capsule_scitt__layout(void **state)
{
    struct scitt_fixture f;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    char did[SEIGR_DID_KEY_LEN + 1];
    seigr__cbor r;
    seigr_span span;
    uint64_t number;
    int64_t alg;

    (void)state;
    scitt_setup(&f);
    assert_ok(scitt_make(&f, scitt_text("s"), scitt_text("payload"), NULL));
    assert_ok(seigr_cose_sign1_decode((seigr_span){f.bytes, f.len},
                                      (seigr_buf){NULL, 0}, &view, NULL));
    assert_int_equal(view.flags, SEIGR_COSE_TAGGED);
    assert_int_equal(view.unprotected_header.len, 1);
    seigr_did_key_encode(&f.signer.key, did);
    seigr__cbor_init(&r, view.protected_header, SEIGR__CBOR_DETERMINISTIC,
                     NULL);
    assert_ok(seigr__cbor_map(&r, &number));
    assert_int_equal(number, 4);
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_ok(seigr__cbor_int(&r, &alg));
    assert_int_equal(number, 1);
    assert_int_equal(alg, -8);
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_ok(seigr__cbor_bytes(&r, &span));
    assert_int_equal(number, 4);
    assert_memory_equal(span.ptr, &f.signer.key, 32);
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_int_equal(number, 15);
    assert_ok(seigr__cbor_map(&r, &number));
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_ok(seigr__cbor_text(&r, &span));
    assert_int_equal(span.len, SEIGR_DID_KEY_LEN);
    assert_memory_equal(span.ptr, did, span.len);
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_ok(seigr__cbor_text(&r, &span));
    assert_ok(seigr__cbor_uint(&r, &number));
    assert_int_equal(number, 16);
    assert_ok(seigr__cbor_text(&r, &span));
    assert_ok(seigr__cbor_done(&r));
}

void test_capsule_scitt__no_change_goes_unnoticed(void **state)
{
    seigr_scitt_statement statement = SEIGR_SCITT_STATEMENT_INIT;
    struct scitt_fixture f;
    seigr_error error;

    (void)state;
    scitt_setup(&f);
    assert_ok(
        scitt_make(&f, scitt_text("subject"), scitt_text("payload"), NULL));
    for (size_t bit = 0; bit < f.len * 8; bit++) {
        int err;

        f.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        err = scitt_check(&f, f.len, &statement, &error);
        if (err == 0)
            fail_msg("bit %zu makes no difference", bit);
        assert_int_equal(error.code, err);
        assert_true(error.text[0] != '\0');
        assert_true(error.offset <= f.len || error.offset == SEIGR_NO_OFFSET);
        f.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < f.len; len++)
        assert_int_equal(scitt_check(&f, len, &statement, &error),
                         SEIGR_E_TRUNCATED);
    assert_int_equal(statement.payload.len, 0); /* untouched */
}

static int scitt_sign_as(struct scitt_fixture *f,
                         const seigr_cose_header *headers, size_t count,
                         seigr_span kid, uint32_t flags)
{
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_scitt_statement statement = SEIGR_SCITT_STATEMENT_INIT;
    seigr_error error;

    draft.flags = flags;
    draft.kid = kid;
    draft.protected_headers = headers;
    draft.protected_count = count;
    draft.payload = scitt_text("payload");
    assert_ok(seigr_cose_sign1_sign(&f->context, &draft, &f->signer,
                                    (seigr_buf){f->bytes, sizeof(f->bytes)},
                                    &f->len, NULL));
    return scitt_check(f, f->len, &statement, &error);
}

/* Well signed, but not a statement as they are written here. */
void test_capsule_scitt__other_messages(void **state)
{
    struct scitt_fixture f;
    struct scitt_fixture other;
    char did[SEIGR_DID_KEY_LEN + 1];
    uint8_t claims[80] = {0xa2, 0x01, 0x78, 56};
    seigr_cose_header headers[3] = {
        {15, {claims, 63}}, {16, support_hex("6161")}, {20, support_hex("00")}};
    seigr_span kid;

    (void)state;
    scitt_setup(&f);
    kid = (seigr_span){f.signer.key.bytes, 32};
    seigr_did_key_encode(&f.signer.key, did);
    memcpy(claims + 4, did, 56);
    memcpy(claims + 60, "\x02\x61s", 3);
    assert_ok(scitt_sign_as(&f, headers, 2, kid, 0));
    assert_int_equal(scitt_sign_as(&f, headers, 3, kid, 0), SEIGR_E_FORMAT);
    assert_int_equal(scitt_sign_as(&f, headers, 1, kid, 0), SEIGR_E_FORMAT);
    assert_int_equal(scitt_sign_as(&f, headers, 2, (seigr_span){NULL, 0}, 0),
                     SEIGR_E_FORMAT);
    assert_int_equal(
        scitt_sign_as(&f, headers, 2, (seigr_span){kid.ptr, 31}, 0),
        SEIGR_E_FORMAT);
    assert_int_equal(
        scitt_sign_as(&f, headers, 2, kid, SEIGR_COSE_KID_UNPROTECTED),
        SEIGR_E_FORMAT);
    assert_int_equal(scitt_sign_as(&f, headers, 2, kid, SEIGR_COSE_UNTAGGED),
                     SEIGR_E_FORMAT);
    assert_int_equal(scitt_sign_as(&f, headers, 2, kid, SEIGR_COSE_DETACHED),
                     SEIGR_E_FORMAT);
    claims[62] = 0xff; /* the subject is no text */
    assert_int_equal(
        seigr_cose_sign1_sign(
            &f.context,
            &(seigr_cose_draft){.struct_size = sizeof(seigr_cose_draft),
                                .protected_headers = headers,
                                .protected_count = 1},
            &f.signer, (seigr_buf){f.bytes, sizeof(f.bytes)}, &f.len, NULL),
        SEIGR_E_FORMAT);
    claims[62] = 's';
    /* The issuer names another key than the kid: signed by either, refused. */
    scitt_setup(&other);
    other.pair.secret[0] ^= 1;
    assert_ok(seigr_keypair_init_seed(&other.context, other.pair.secret,
                                      &other.pair));
    other.signer.key = seigr_keypair_public(&other.pair);
    assert_int_equal(scitt_sign_as(&f, headers, 2,
                                   (seigr_span){other.signer.key.bytes, 32}, 0),
                     SEIGR_E_KEY);
    assert_int_equal(scitt_sign_as(&other, headers, 2, kid, 0),
                     SEIGR_E_SIGNATURE);
}

void test_capsule_scitt__bounds_of_the_subject(void **state)
{
    struct scitt_fixture f;
    uint8_t text[SEIGR_SCITT_SUBJECT_MAX + 1];
    seigr_scitt_statement statement = SEIGR_SCITT_STATEMENT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    const seigr_span payload = {NULL, 0};

    (void)state;
    scitt_setup(&f);
    memset(text, 'x', sizeof(text));
    assert_int_equal(scitt_make(&f, (seigr_span){text, 0}, payload, &error),
                     SEIGR_E_LIMIT);
    assert_int_equal(
        scitt_make(&f, (seigr_span){text, sizeof(text)}, payload, &error),
        SEIGR_E_LIMIT);
    assert_string_equal(error.text,
                        "the subject has 256 bytes, 1 to 255 are taken");
    assert_ok(
        scitt_make(&f, (seigr_span){text, sizeof(text) - 1}, payload, &error));
    assert_ok(scitt_check(&f, f.len, &statement, &error));
    assert_int_equal(statement.subject.len, 255);
    text[7] = 0xc0;
    assert_int_equal(scitt_make(&f, (seigr_span){text, 9}, payload, &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(seigr_scitt_sign(&f.context, scitt_text("s"), payload,
                                      payload, NULL, (seigr_buf){NULL, 0},
                                      &f.len, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_scitt_verify(&f.context, payload,
                                        (seigr_buf){NULL, 0}, NULL, NULL),
                     SEIGR_E_INVAL);
}
