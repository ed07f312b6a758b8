/* SPDX-License-Identifier: MIT */
/*
 * Sealing: what comes out goes in at our own door and is what was meant, and
 * no draft that breaks a rule is signed.
 */
#include "capsule_help.h"

#include "base/cbor_write.h"

#include <string.h>

/* A signer that counts, and fails on request. */
struct seal_signer {
    int calls;
    int status;
};

static int seal_sign(uint8_t signature[SEIGR_SIGNATURE_LEN], seigr_span message,
                     void *ctx)
{
    struct seal_signer *signer = ctx;

    (void)message;
    signer->calls++;
    memset(signature, 0x11, SEIGR_SIGNATURE_LEN);
    return signer->status;
}

static seigr_signer seal_signer_of(struct seal_signer *state)
{
    seigr_signer signer = {
        (uint32_t)sizeof(signer), 0, {{3}}, seal_sign, state};

    return signer;
}

/* Of a view its draft again. Unknown fields are not in it. */
static void seal_draft_of(const seigr_capsule *capsule, help_draft *d)
{
    size_t cursor = 0;

    assert_in_range(capsule->link_count, 0, 8); /* what help_draft holds */
    assert_in_range(capsule->label_count, 0, 8);
    memset(d, 0, sizeof(*d));
    d->draft = (seigr_draft)SEIGR_DRAFT_INIT;
    d->draft.kind = capsule->kind;
    d->draft.name = capsule->name;
    d->draft.created_ms = capsule->created_ms;
    d->draft.sequence = capsule->sequence;
    d->draft.stream = capsule->stream;
    d->draft.previous = capsule->has_previous ? &capsule->previous : NULL;
    d->draft.links = d->links;
    d->draft.link_count = capsule->link_count;
    for (uint32_t i = 0; i < capsule->link_count; i++)
        (void)seigr_capsule_next_link(capsule, &cursor, &d->links[i]);
    cursor = 0;
    d->draft.labels = d->labels;
    d->draft.label_count = capsule->label_count;
    for (uint32_t i = 0; i < capsule->label_count; i++)
        (void)seigr_capsule_next_label(capsule, &cursor, &d->labels[i]);
    d->draft.body = capsule->body;
    d->draft.detail = capsule->detail;
    d->draft.alg = capsule->alg;
}

/* Ed25519 is deterministic: the same draft and seed are the same bytes. */
void test_capsule_seal__golden_capsules_again(void **state)
{
    json_t *file = support_golden("capsules.json");
    const seigr_span seed = support_hex_of(file, "seed");
    size_t i;
    json_t *one;
    help_key key;

    (void)state;
    help_key_init(&key, 0);
    assert_int_equal(seed.len, SEIGR_SEED_LEN);
    assert_ok(seigr_keypair_init_seed(&key.context, seed.ptr, &key.keypair));
    key.signer = seigr_keypair_signer(&key.context, &key.keypair, &key.state);
    json_array_foreach(json_object_get(file, "valid"), i, one)
    {
        const seigr_span bytes = support_hex_of(one, "capsule");
        seigr_capsule view = SEIGR_CAPSULE_INIT;
        help_draft d;
        seigr_span again;
        seigr_id id;

        assert_ok(seigr_capsule_decode(&key.context, bytes, &view, NULL));
        seal_draft_of(&view, &d);
        again = help_seal(&key, &d.draft, &id);
        assert_int_equal(again.len, bytes.len);
        assert_memory_equal(again.ptr, bytes.ptr, bytes.len);
        assert_memory_equal(id.bytes, support_hex_of(one, "id").ptr, 32);
    }
    json_decref(file);
}

void test_capsule_seal__random_drafts_come_back(void **state)
{
    support_rng rng = {0x5ea1};
    help_key key;

    (void)state;
    printf("seed %#llx\n", (unsigned long long)rng.state);
    help_key_init(&key, 1);
    for (int i = 0; i < 300; i++) {
        help_draft d;
        seigr_verified verified;
        seigr_id id;
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_span bytes;

        help_draft_random(&d, &rng);
        bytes = help_seal(&key, &d.draft, &id);
        if (help_verdict(bytes, &verified, &error) != 0)
            fail_msg("draft %d: %s", i, error.text);
        assert_memory_equal(&id, seigr_verified_id(&verified), sizeof(id));
        help_assert_same(seigr_verified_capsule(&verified), &d.draft);
        assert_true(bytes.len <=
                    seigr_verified_capsule(&verified)->payload.len +
                        SEIGR_CAPSULE_OVERHEAD_MAX);
    }
}

/* The same bytes by libcbor's encoders. */
void test_capsule_seal__envelope_is_what_libcbor_writes(void **state)
{
    static const size_t lens[] = {0, 1, 23, 24, 255, 256, 65535, 65536, 70000};
    static uint8_t payload[70000];
    static uint8_t ours[70200];
    static uint8_t theirs[70200];
    struct seal_signer counter = {0, 0};
    const seigr_signer signer = seal_signer_of(&counter);
    const seigr_context context = help_context(NULL);
    uint8_t signature[SEIGR_SIGNATURE_LEN];

    (void)state;
    memset(signature, 0x11, sizeof(signature));
    for (size_t i = 0; i < 2 * sizeof(lens) / sizeof(lens[0]); i++) {
        const int32_t alg = i % 2 ? SEIGR_ALG_ED25519 : SEIGR_ALG_EDDSA;
        const seigr_span content = {payload, lens[i / 2]};
        uint8_t header[100];
        seigr__cbor_writer w;
        size_t header_len;
        size_t len;

        seigr__cbor_write_init(&w, (seigr_buf){header, sizeof(header)});
        seigr__cbor_write_map(&w, 3);
        seigr__cbor_write_int(&w, 1);
        seigr__cbor_write_int(&w, alg);
        seigr__cbor_write_int(&w, 4);
        seigr__cbor_write_bytes(&w, (seigr_span){signer.key.bytes, 32});
        seigr__cbor_write_int(&w, 16);
        seigr__cbor_write_string(&w, "application/seigr-capsule");
        header_len = w.len;
        seigr__cbor_write_init(&w, (seigr_buf){theirs, sizeof(theirs)});
        seigr__cbor_write_tag(&w, 18);
        seigr__cbor_write_array(&w, 4);
        seigr__cbor_write_bytes(&w, (seigr_span){header, header_len});
        seigr__cbor_write_map(&w, 0);
        seigr__cbor_write_bytes(&w, content);
        seigr__cbor_write_bytes(&w, (seigr_span){signature, sizeof(signature)});
        assert_ok(seigr_capsule_frame(&context, content, alg, &signer,
                                      (seigr_buf){ours, sizeof(ours)}, &len,
                                      NULL, NULL));
        assert_int_equal(len, w.len);
        assert_memory_equal(ours, theirs, len);
    }
}

void test_capsule_seal__room_is_asked_for_before_signing(void **state)
{
    struct seal_signer counter = {0, 0};
    const seigr_signer signer = seal_signer_of(&counter);
    const seigr_context context = help_context(NULL);
    uint8_t out[1000];
    seigr_error error = SEIGR_ERROR_INIT;
    help_draft d;
    size_t need;
    size_t len;

    (void)state;
    help_draft_small(&d);
    assert_int_equal(seigr_capsule_seal(&context, &d.draft, &signer,
                                        (seigr_buf){NULL, 0}, &need, NULL,
                                        &error),
                     SEIGR_E_ROOM);
    assert_int_equal(seigr_capsule_seal(&context, &d.draft, &signer,
                                        (seigr_buf){out, need - 1}, &len, NULL,
                                        &error),
                     SEIGR_E_ROOM);
    assert_int_equal(len, need);
    assert_int_equal(counter.calls, 0);
    out[need] = 0xee;
    assert_ok(seigr_capsule_seal(&context, &d.draft, &signer,
                                 (seigr_buf){out, need}, &len, NULL, &error));
    assert_int_equal(len, need);
    assert_int_equal(counter.calls, 1);
    assert_int_equal(out[need], 0xee);
}

void test_capsule_seal__two_halves_make_the_whole(void **state)
{
    support_rng rng = {0x4a1f};
    help_key key;

    (void)state;
    help_key_init(&key, 2);
    for (int i = 0; i < 50; i++) {
        static uint8_t payload[8192];
        static uint8_t out[8400];
        help_draft d;
        seigr_span whole;
        seigr_id id;
        seigr_id id2;
        size_t len;
        size_t asked;

        help_draft_random(&d, &rng);
        whole = help_seal(&key, &d.draft, &id);
        assert_int_equal(seigr_capsule_payload_encode(&key.context, &d.draft,
                                                      (seigr_buf){NULL, 0},
                                                      &asked, NULL),
                         SEIGR_E_ROOM);
        assert_ok(seigr_capsule_payload_encode(
            &key.context, &d.draft, (seigr_buf){payload, sizeof(payload)}, &len,
            NULL));
        assert_int_equal(len, asked);
        assert_ok(seigr_capsule_frame(
            &key.context, (seigr_span){payload, len}, d.draft.alg, &key.signer,
            (seigr_buf){out, sizeof(out)}, &len, &id2, NULL));
        assert_int_equal(len, whole.len);
        assert_memory_equal(out, whole.ptr, len);
        assert_memory_equal(&id, &id2, sizeof(id));
    }
}

/* A draft is spoilt in one place; the refusal names the field. */
static void seal_refused(const help_draft *d, int code, const char *field)
{
    struct seal_signer counter = {0, 0};
    const seigr_signer signer = seal_signer_of(&counter);
    const seigr_context context = help_context(NULL);
    static uint8_t out[SEIGR_CAPSULE_PAYLOAD_MAX + SEIGR_CAPSULE_OVERHEAD_MAX];
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id = {{0}};
    seigr_id zero = {{0}};
    size_t len = 0;
    const int err =
        seigr_capsule_seal(&context, &d->draft, &signer,
                           (seigr_buf){out, sizeof(out)}, &len, &id, &error);

    if (err != code || strstr(error.text, field) == NULL)
        fail_msg("%d, '%s' instead of %d, '%s'", err, error.text, code, field);
    assert_int_equal(error.code, code);
    assert_int_equal(counter.calls, 0); /* nothing was signed */
    assert_memory_equal(&id, &zero, sizeof(id));
}

void test_capsule_seal__broken_drafts_are_refused_by_field(void **state)
{
    static uint8_t big[SEIGR_CAPSULE_PAYLOAD_MAX];
    help_draft d;

    (void)state;
    help_draft_small(&d);
    d.draft.kind = 0;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.kind");
    d.draft.kind = 0x80000000u;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.kind");
    d.draft.kind = SEIGR_KIND_PROGRAM;
    d.draft.detail = (seigr_span){big, 1};
    seal_refused(&d, SEIGR_E_FORMAT, "kind 2 has no detail");
    d.draft.kind = 99;
    seal_refused(&d, SEIGR_E_FORMAT, "kind 99 has no detail");
    d.draft.kind = SEIGR_KIND_TASK; /* detail is no message */
    seal_refused(&d, SEIGR_E_FORMAT, "task");
    help_draft_small(&d);
    d.draft.sequence = 0;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.sequence");
    d.draft.sequence = 2;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.previous");
    d.draft.sequence = 1;
    d.draft.previous = &d.previous;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.previous");
    help_draft_small(&d);
    d.text[0] = 0xff;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.name");
    memset(big, 'n', 256);
    d.draft.name = (seigr_span){big, 256};
    seal_refused(&d, SEIGR_E_LIMIT, "Capsule.name");
    help_draft_small(&d);
    d.links[0].role = 0;
    seal_refused(&d, SEIGR_E_FORMAT, "Link.role");
    d.links[0].role = 0x80000000u;
    seal_refused(&d, SEIGR_E_FORMAT, "Link.role");
    help_draft_small(&d);
    d.labels[1] = d.labels[0];
    d.draft.label_count = 2;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.labels");
    d.labels[1].key.len = 2;
    seal_refused(&d, SEIGR_E_FORMAT, "Capsule.labels");
    help_draft_small(&d);
    d.draft.body.content = (seigr_span){big, SEIGR_CAPSULE_INLINE_MAX + 1};
    seal_refused(&d, SEIGR_E_LIMIT, "Body.inline");
    help_draft_small(&d);
    d.draft.body.size = 6;
    seal_refused(&d, SEIGR_E_FORMAT, "Body.size");
    d.draft.body.size = 5;
    d.draft.body.has_sha256 = 1;
    seal_refused(&d, SEIGR_E_MISMATCH, "Body.sha256");
    d.draft.body.form = SEIGR_BODY_ROOT;
    d.draft.body.size = 65536;
    seal_refused(&d, SEIGR_E_FORMAT, "Body.root");
    d.draft.body.size = ((uint64_t)1 << 36) + 1;
    seal_refused(&d, SEIGR_E_LIMIT, "Body.size");
    help_draft_small(&d);
    d.draft.alg = -7;
    seal_refused(&d, SEIGR_E_UNSUPPORTED, "algorithm");
    help_draft_small(&d);
    memset(big, 'n', sizeof(big));
    d.labels[0].value = (seigr_span){big, sizeof(big)};
    seal_refused(&d, SEIGR_E_LIMIT, "1 MiB");
}

void test_capsule_seal__callers_mistakes(void **state)
{
    help_draft d;

    (void)state;
    help_draft_small(&d);
    d.draft.struct_size = 4;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
    help_draft_small(&d);
    d.draft.name.ptr = NULL;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
    help_draft_small(&d);
    d.draft.links = NULL;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
    help_draft_small(&d);
    d.draft.labels = NULL;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
    help_draft_small(&d);
    d.labels[0].key.ptr = NULL;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
    help_draft_small(&d);
    d.draft.body.form = 3;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
    help_draft_small(&d);
    d.draft.link_count = SIZE_MAX / 2; /* never read: it cannot be there */
    d.draft.links = NULL;
    seal_refused(&d, SEIGR_E_INVAL, "draft");
}

/* No memory is asked for, and a signer that fails leaves no capsule. */
void test_capsule_seal__signer_fails(void **state)
{
    struct seal_signer counter = {0, SEIGR_E_KEY};
    const seigr_signer signer = seal_signer_of(&counter);
    const seigr_context context = help_context(NULL);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    uint8_t out[1000] = {0};
    help_draft d;
    size_t len = 7;

    (void)state;
    help_draft_small(&d);
    assert_int_equal(seigr_capsule_seal(&context, &d.draft, &signer,
                                        (seigr_buf){out, sizeof(out)}, &len,
                                        NULL, &error),
                     SEIGR_E_KEY);
    assert_int_equal(counter.calls, 1);
    assert_int_equal(len, 7);
    for (len = 0; len <= sizeof(out); len++)
        assert_true(seigr_capsule_decode(&context, (seigr_span){out, len},
                                         &view, NULL) < 0);
}
