/* SPDX-License-Identifier: MIT */
/* COSE_Sign1 both ways, and each refusal. */
#include "support.h"

#include "seigr/cose.h"

#include <stdlib.h>
#include <string.h>

struct cose_fixture {
    seigr_context context;
    seigr_keypair pair;
    seigr_keypair_signer_state signer_state;
    seigr_signer signer;
    uint8_t message[4096];
    size_t len;
};

static seigr_span cose_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

static void cose_setup(struct cose_fixture *f, const support_memory *memory)
{
    uint8_t seed[32] = {7};

    f->context = (seigr_context)SEIGR_CONTEXT_INIT;
    f->context.crypto = seigr_crypto_default();
    assert_non_null(f->context.crypto);
    if (memory != NULL)
        f->context.allocator = &memory->allocator;
    assert_ok(seigr_keypair_init_seed(&f->context, seed, &f->pair));
    f->signer = seigr_keypair_signer(&f->context, &f->pair, &f->signer_state);
}

static int cose_sign(struct cose_fixture *f, const seigr_cose_draft *draft,
                     seigr_error *error)
{
    return seigr_cose_sign1_sign(&f->context, draft, &f->signer,
                                 (seigr_buf){f->message, sizeof(f->message)},
                                 &f->len, error);
}

static int cose_check(const struct cose_fixture *f, seigr_span bytes,
                      const seigr_cose_verify_options *options,
                      seigr_error *error)
{
    static uint8_t room[8192];
    static uint8_t scratch[8192];
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    const int err = seigr_cose_sign1_decode(
        bytes, (seigr_buf){room, sizeof(room)}, &view, error);

    if (err != 0)
        return err;
    return seigr_cose_sign1_verify(&f->context, &view, &f->signer.key, options,
                                   (seigr_buf){scratch, sizeof(scratch)},
                                   error);
}

void test_capsule_cose__writes_what_it_reads(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    const seigr_cose_header protected_headers[] = {{-70000, support_hex("f5")},
                                                   {40, support_hex("820102")}};
    const seigr_cose_header unprotected[] = {{99, support_hex("6161")},
                                             {-1, support_hex("00")}};
    seigr_span value;
    uint32_t is_protected;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.alg = SEIGR_COSE_ED25519;
    draft.kid = cose_text("key");
    draft.content_type = cose_text("text/plain");
    draft.protected_headers = protected_headers;
    draft.protected_count = 2;
    draft.unprotected_headers = unprotected;
    draft.unprotected_count = 2;
    draft.payload = cose_text("content");
    draft.external_aad = cose_text("outside");
    assert_ok(cose_sign(&f, &draft, NULL));
    assert_ok(seigr_cose_sign1_decode((seigr_span){f.message, f.len},
                                      (seigr_buf){NULL, 0}, &view, NULL));
    assert_int_equal(view.flags, SEIGR_COSE_TAGGED);
    assert_int_equal(view.alg, -19);
    assert_int_equal(view.kid.len, 3);
    assert_int_equal(view.payload.len, 7);
    assert_memory_equal(view.protected_header.ptr,
                        support_hex("a50132036a746578742f706c61696e04436b"
                                    "657918288201023a0001116ff5")
                            .ptr,
                        view.protected_header.len);
    assert_ok(seigr_cose_sign1_find(&view, 40, &value, &is_protected));
    assert_int_equal(is_protected, 1);
    assert_memory_equal(value.ptr, "\x82\1\2", 3);
    assert_ok(seigr_cose_sign1_find(&view, -1, &value, &is_protected));
    assert_int_equal(is_protected, 0);
    assert_int_equal(seigr_cose_sign1_find(&view, 5, &value, NULL),
                     SEIGR_E_NOTFOUND);
    /* Scratch from the allocator, and given back. */
    options.external_aad = draft.external_aad;
    assert_ok(seigr_cose_sign1_verify(&f.context, &view, &f.signer.key,
                                      &options, (seigr_buf){NULL, 0}, NULL));
    assert_int_equal(memory.live_count, 0);
    options.external_aad = cose_text("outsidf");
    assert_int_equal(seigr_cose_sign1_verify(&f.context, &view, &f.signer.key,
                                             &options, (seigr_buf){NULL, 0},
                                             NULL),
                     SEIGR_E_SIGNATURE);
}

void test_capsule_cose__every_form_of_a_draft(void **state)
{
    support_memory memory;
    struct cose_fixture f;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    for (uint32_t form = 0; form < 8; form++) {
        seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
        seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
        seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
        uint32_t expected = SEIGR_COSE_TAGGED;

        draft.kid = cose_text("k");
        draft.payload = cose_text("payload");
        if ((form & 1) != 0) {
            draft.flags |= SEIGR_COSE_UNTAGGED;
            expected = 0;
        }
        if ((form & 2) != 0) {
            draft.flags |= SEIGR_COSE_DETACHED;
            expected |= SEIGR_COSE_DETACHED;
            options.flags = SEIGR_COSE_DETACHED;
            options.payload = draft.payload;
        }
        if ((form & 4) != 0) {
            draft.flags |= SEIGR_COSE_KID_UNPROTECTED;
            expected |= SEIGR_COSE_KID_UNPROTECTED;
        }
        assert_ok(cose_sign(&f, &draft, NULL));
        assert_ok(seigr_cose_sign1_decode((seigr_span){f.message, f.len},
                                          (seigr_buf){NULL, 0}, &view, NULL));
        assert_int_equal(view.flags, expected);
        assert_int_equal(view.payload.len, (form & 2) != 0 ? 0 : 7);
        assert_ok(
            cose_check(&f, (seigr_span){f.message, f.len}, &options, NULL));
    }
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_cose__detached_and_given(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.flags = SEIGR_COSE_DETACHED;
    assert_ok(cose_sign(&f, &draft, NULL));
    assert_int_equal(
        cose_check(&f, (seigr_span){f.message, f.len}, NULL, &error),
        SEIGR_E_NOTFOUND);
    assert_string_equal(error.text, "the payload is detached and was not "
                                    "given");
    options.flags = SEIGR_COSE_DETACHED; /* it is empty, and given */
    assert_ok(cose_check(&f, (seigr_span){f.message, f.len}, &options, NULL));
    draft.flags = 0;
    assert_ok(cose_sign(&f, &draft, NULL));
    assert_int_equal(
        cose_check(&f, (seigr_span){f.message, f.len}, &options, &error),
        SEIGR_E_FORMAT);
}

static void cose_refused(const char *hex, int code, uint64_t offset,
                         const char *text)
{
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t room[256];

    assert_int_equal(seigr_cose_sign1_decode(support_hex(hex),
                                             (seigr_buf){room, sizeof(room)},
                                             &view, &error),
                     code);
    assert_string_equal(error.text, text);
    assert_int_equal(error.offset, offset);
    assert_int_equal(view.signature.len, 0);
}

void test_capsule_cose__refusals_say_what_and_where(void **state)
{
    (void)state;
    cose_refused("d18440a0f640", SEIGR_E_FORMAT, 0,
                 "tag 17 is not that of a COSE_Sign1");
    cose_refused("8340a0f6", SEIGR_E_FORMAT, 4,
                 "a COSE_Sign1 has four elements");
    cose_refused("8540a0f64000", SEIGR_E_FORMAT, 5,
                 "a COSE_Sign1 has four elements");
    cose_refused("9f40a0f6ff", SEIGR_E_FORMAT, 5,
                 "a COSE_Sign1 has four elements");
    cose_refused("8440a0f64000", SEIGR_E_FORMAT, 5, "bytes follow the item");
    cose_refused("8444a1012700a0f640", SEIGR_E_FORMAT, 5,
                 "bytes follow the item");
    cose_refused("8446a20127012600a0f640", SEIGR_E_FORMAT, 5,
                 "a header label stands twice");
    cose_refused("8443a10127a1180126f640", SEIGR_E_FORMAT, 6,
                 "a header label stands twice");
    cose_refused("8443a10127a2616100616101f640", SEIGR_E_FORMAT, 9,
                 "a header label stands twice");
    cose_refused("8440a1410000f640", SEIGR_E_FORMAT, 3,
                 "a header label is neither a number nor text");
    cose_refused("8440a10280f640", SEIGR_E_FORMAT, 4,
                 "crit is not in the protected bucket");
    cose_refused("8444a1028103a0f640", SEIGR_E_FORMAT, 5,
                 "crit names a label that is not in the protected bucket");
    cose_refused("8443a10280a0f640", SEIGR_E_FORMAT, 5, "crit names no label");
    cose_refused("8440a10140f640", SEIGR_E_FORMAT, 4,
                 "the algorithm is neither a number nor text");
    cose_refused("8440a103f6f640", SEIGR_E_FORMAT, 4,
                 "the content type is neither a number nor text");
    cose_refused("8440a105f6f640", SEIGR_E_FORMAT, 4,
                 "an initialisation vector is no byte string");
    cose_refused("8440a205400640f640", SEIGR_E_FORMAT, 7,
                 "IV and Partial IV exclude each other");
    cose_refused("8440a104f6f640", SEIGR_E_FORMAT, 4,
                 "a byte string is expected, a simple value is there");
    cose_refused("8440a0f740", SEIGR_E_FORMAT, 3,
                 "nil is expected, a simple value is there");
    /* Inside a protected bucket in chunks there is no offset to give. */
    cose_refused("845f42a1024180ffa0f640", SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                 "crit names no label");
}

void test_capsule_cose__too_many_headers(void **state)
{
    uint8_t message[300] = {0x84, 0x40, 0xb8};
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    for (unsigned count = SEIGR_COSE_HEADERS_MAX;
         count <= SEIGR_COSE_HEADERS_MAX + 1; count++) {
        size_t at = 3;
        int err;

        message[at++] = (uint8_t)count;
        for (unsigned i = 0; i < count; i++) {
            message[at++] = 0x18;
            message[at++] = (uint8_t)(24 + i);
            message[at++] = 0x00;
        }
        message[at++] = 0xf6;
        message[at++] = 0x40;
        err = seigr_cose_sign1_decode((seigr_span){message, at},
                                      (seigr_buf){NULL, 0}, &view, &error);
        assert_int_equal(err,
                         count > SEIGR_COSE_HEADERS_MAX ? SEIGR_E_LIMIT : 0);
    }
    assert_string_equal(error.text,
                        "the message has more than 64 header parameters");
}

/* The same message, each string of it in chunks: one byte, nothing, rest. */
void test_capsule_cose__strings_in_chunks(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t message[512] = {0xd2, 0x9f};
    uint8_t room[512];
    seigr_span parts[3];
    size_t at = 2;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.payload = cose_text("This is the content.");
    draft.content_type = cose_text("text/plain");
    assert_ok(cose_sign(&f, &draft, NULL));
    assert_ok(seigr_cose_sign1_decode((seigr_span){f.message, f.len},
                                      (seigr_buf){NULL, 0}, &view, NULL));
    parts[0] = view.protected_header;
    parts[1] = view.payload;
    parts[2] = view.signature;
    for (int i = 0; i < 3; i++) {
        message[at++] = 0x5f;
        message[at++] = 0x41;
        message[at++] = parts[i].ptr[0];
        message[at++] = 0x40;
        message[at++] = 0x58;
        message[at++] = (uint8_t)(parts[i].len - 1);
        memcpy(message + at, parts[i].ptr + 1, parts[i].len - 1);
        at += parts[i].len - 1;
        message[at++] = 0xff;
        if (i == 0) {
            message[at++] = 0xbf; /* an empty bucket, and kid in chunks */
            memcpy(message + at,
                   "\x04\x5f\x41k\x41i\x41"
                   "d\xff\xff",
                   10);
            at += 10;
        }
    }
    message[at++] = 0xff;
    assert_ok(cose_check(&f, (seigr_span){message, at}, NULL, &error));
    assert_ok(seigr_cose_sign1_decode((seigr_span){message, at},
                                      (seigr_buf){room, at}, &view, NULL));
    assert_int_equal(view.kid.len, 3);
    assert_memory_equal(view.kid.ptr, "kid", 3);
    assert_memory_equal(view.payload.ptr, draft.payload.ptr, view.payload.len);
    /* Any smaller room is refused, and nothing is written past it. */
    for (size_t len = 0; len < 64 + 20 + 3 + parts[0].len; len++) {
        memset(room, 0xee, sizeof(room));
        assert_int_equal(seigr_cose_sign1_decode((seigr_span){message, at},
                                                 (seigr_buf){room, len}, &view,
                                                 &error),
                         SEIGR_E_ROOM);
        assert_int_equal(room[len], 0xee);
    }
}

void test_capsule_cose__no_change_goes_unnoticed(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t unsigned_bits = 0;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.kid = cose_text("kid");
    draft.flags = SEIGR_COSE_KID_UNPROTECTED;
    draft.payload = cose_text("payload");
    assert_ok(cose_sign(&f, &draft, NULL));
    for (size_t bit = 0; bit < f.len * 8; bit++) {
        f.message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (cose_check(&f, (seigr_span){f.message, f.len}, NULL, &error) == 0)
            unsigned_bits++;
        f.message[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    /* The unprotected bucket is not signed: kid's three bytes, and as a label
     * 4 may become many others. Nothing else may pass. */
    assert_in_range(unsigned_bits, 24, 24 + 16);
    for (size_t len = 0; len < f.len; len++)
        assert_int_equal(
            cose_check(&f, (seigr_span){f.message, len}, NULL, &error),
            SEIGR_E_TRUNCATED);
}

void test_capsule_cose__critical_headers(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    const int64_t understood[] = {-500, 100};
    /* crit names 100, or a text label that cannot be written here. */
    const seigr_cose_header headers[] = {{2, support_hex("811864")},
                                         {100, support_hex("01")}};
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.protected_headers = headers;
    draft.protected_count = 2;
    assert_ok(cose_sign(&f, &draft, NULL));
    assert_int_equal(
        cose_check(&f, (seigr_span){f.message, f.len}, NULL, &error),
        SEIGR_E_UNSUPPORTED);
    assert_string_equal(error.text, "a header parameter is critical and not "
                                    "understood");
    options.understood = understood;
    options.understood_count = 1;
    assert_int_equal(
        cose_check(&f, (seigr_span){f.message, f.len}, &options, &error),
        SEIGR_E_UNSUPPORTED);
    options.understood_count = 2;
    assert_ok(cose_check(&f, (seigr_span){f.message, f.len}, &options, NULL));
    /* A crit without what it names is not signed. */
    draft.protected_count = 1;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
}

void test_capsule_cose__drafts_that_are_refused(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_cose_header header = {1, support_hex("26")};
    seigr_cose_header many[SEIGR_COSE_HEADERS_MAX];

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.unprotected_headers = &header;
    draft.unprotected_count = 1;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
    assert_string_equal(error.text, "a header label stands twice");
    header.label = 0;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
    header = (seigr_cose_header){9, support_hex("1800")};
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
    header.value = support_hex("0000");
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
    header.value = support_hex("");
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_TRUNCATED);
    header = (seigr_cose_header){4, support_hex("00")}; /* kid is bytes */
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
    draft.alg = -7;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_UNSUPPORTED);
    draft.alg = 0;
    draft.content_type = (seigr_span){(const uint8_t *)"\xff", 1};
    draft.unprotected_count = 0;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_FORMAT);
    draft.content_type = (seigr_span){NULL, 0};
    for (size_t i = 0; i < SEIGR_COSE_HEADERS_MAX; i++)
        many[i] = (seigr_cose_header){100 + (int64_t)i, support_hex("00")};
    draft.protected_headers = many;
    draft.protected_count = SEIGR_COSE_HEADERS_MAX - 1;
    assert_ok(cose_sign(&f, &draft, &error));
    draft.protected_count++;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_LIMIT);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_cose__headers_stand_in_order(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    support_rng rng = {9052};

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    for (int round = 0; round < 200; round++) {
        seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
        seigr_cose_header headers[12];
        seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
        seigr_span value;

        for (size_t i = 0; i < 12; i++)
            headers[i] = (seigr_cose_header){
                (int64_t)(support_random(&rng) >> (support_random(&rng) % 64)) *
                    (i % 2 != 0 ? -1 : 1),
                support_hex("00")};
        draft.kid = cose_text("kid");
        draft.protected_headers = headers;
        draft.protected_count = 6;
        draft.unprotected_headers = headers + 6;
        draft.unprotected_count = 6;
        if (cose_sign(&f, &draft, NULL) != 0)
            continue; /* a label stands twice, or is taken */
        assert_ok(seigr_cose_sign1_decode((seigr_span){f.message, f.len},
                                          (seigr_buf){NULL, 0}, &view, NULL));
        for (size_t i = 0; i < 12; i++)
            assert_ok(
                seigr_cose_sign1_find(&view, headers[i].label, &value, NULL));
        assert_ok(cose_check(&f, (seigr_span){f.message, f.len}, NULL, NULL));
    }
}

void test_capsule_cose__asks_for_room(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    uint8_t out[256];
    size_t need = 0;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    draft.payload = cose_text("payload");
    assert_int_equal(seigr_cose_sign1_sign(&f.context, &draft, &f.signer,
                                           (seigr_buf){NULL, 0}, &need, NULL),
                     SEIGR_E_ROOM);
    assert_int_equal(memory.total_count, 0); /* nothing was signed */
    memset(out, 0xee, sizeof(out));
    assert_int_equal(seigr_cose_sign1_sign(&f.context, &draft, &f.signer,
                                           (seigr_buf){out, need - 1}, &need,
                                           NULL),
                     SEIGR_E_ROOM);
    assert_int_equal(out[0], 0xee);
    assert_ok(seigr_cose_sign1_sign(&f.context, &draft, &f.signer,
                                    (seigr_buf){out, need}, &need, NULL));
    assert_int_equal(out[need], 0xee);
}

static int cose_out_of_memory(support_memory *memory, void *arg)
{
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    int err;

    (void)arg;
    cose_setup(&f, memory);
    draft.payload = cose_text("payload");
    memset(f.message, 0xee, sizeof(f.message));
    err = cose_sign(&f, &draft, NULL);
    if (err != 0) {
        assert_int_equal(f.message[0], 0xee);
        return err;
    }
    assert_ok(seigr_cose_sign1_decode((seigr_span){f.message, f.len},
                                      (seigr_buf){NULL, 0}, &view, NULL));
    return seigr_cose_sign1_verify(&f.context, &view, &f.signer.key, NULL,
                                   (seigr_buf){NULL, 0}, NULL);
}

void test_capsule_cose__out_of_memory(void **state)
{
    (void)state;
    support_each_allocation(cose_out_of_memory, NULL);
}

static int cose_no_signature(uint8_t signature[64], seigr_span message,
                             void *ctx)
{
    (void)signature, (void)message, (void)ctx;
    return SEIGR_E_KEY;
}

void test_capsule_cose__a_signer_that_fails(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    f.signer.sign = cose_no_signature;
    memset(f.message, 0xee, sizeof(f.message));
    f.len = 7;
    assert_int_equal(cose_sign(&f, &draft, &error), SEIGR_E_KEY);
    assert_int_equal(f.len, 7);
    assert_string_equal(error.text, "the signer gave no signature");
    assert_int_equal(f.message[0], 0xee);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_cose__mistakes_of_the_caller(void **state)
{
    support_memory memory;
    struct cose_fixture f;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    const seigr_buf none = {NULL, 0};
    const seigr_span bytes = support_hex("8440a0f640");
    seigr_span value;
    size_t len;

    (void)state;
    support_memory_init(&memory);
    cose_setup(&f, &memory);
    assert_int_equal(seigr_cose_sign1_decode(bytes, none, NULL, NULL),
                     SEIGR_E_INVAL);
    view.struct_size = 1;
    assert_int_equal(seigr_cose_sign1_decode(bytes, none, &view, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_cose_sign1_find(NULL, 1, &value, NULL),
                     SEIGR_E_INVAL);
    options.struct_size = 1;
    assert_int_equal(seigr_cose_sign1_verify(&f.context, &view, &f.signer.key,
                                             &options, none, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_cose_sign1_verify(&f.context, &view, NULL, NULL, none, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_cose_sign1_signed_bytes(&view, &options, none, &len, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_cose_sign1_sign(&f.context, NULL, &f.signer, none, &len, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_cose_sign1_sign(&f.context, &draft, &f.signer, none, NULL, NULL),
        SEIGR_E_INVAL);
    draft.struct_size = 1;
    assert_int_equal(
        seigr_cose_sign1_sign(&f.context, &draft, &f.signer, none, &len, NULL),
        SEIGR_E_INVAL);
}
