/* SPDX-License-Identifier: MIT */
#include "capsule_help.h"

#include "envelope.h"

#include <stdlib.h>
#include <string.h>

seigr_context help_context(const seigr_allocator *allocator)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = allocator;
    context.crypto = seigr_crypto_sodium();
    assert_non_null(context.crypto);
    return context;
}

static uint8_t *help_block(size_t len)
{
    static void **blocks;
    static size_t count;
    uint8_t *block = malloc(len == 0 ? 1 : len);

    blocks = realloc(blocks, (count + 1) * sizeof(*blocks));
    assert_non_null(block);
    assert_non_null(blocks);
    blocks[count++] = block;
    return block;
}

seigr_span help_copy(seigr_span bytes)
{
    uint8_t *copy = help_block(bytes.len);

    if (bytes.len > 0)
        memcpy(copy, bytes.ptr, bytes.len);
    return (seigr_span){copy, bytes.len};
}

void help_key_init(help_key *key, uint8_t seed)
{
    uint8_t bytes[SEIGR_SEED_LEN];

    memset(bytes, seed, sizeof(bytes));
    key->context = help_context(NULL);
    assert_ok(seigr_keypair_init_seed(&key->context, bytes, &key->keypair));
    key->signer =
        seigr_keypair_signer(&key->context, &key->keypair, &key->state);
}

/* UTF-8 of up to len_max bytes, some of it not ASCII, some of it NUL. */
static seigr_span help_text(support_rng *rng, uint8_t **at, size_t len_max)
{
    static const char *const pieces[] = {
        "a", "Z", "0", " ", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8c\xb1"};
    seigr_span text = {*at, 0};
    size_t len = support_random(rng) % (len_max + 1);

    while (text.len < len) {
        const char *piece = pieces[support_random(rng) % 7];

        if (text.len + strlen(piece) > len)
            break;
        memcpy(*at, piece, strlen(piece));
        *at += strlen(piece);
        text.len += strlen(piece);
    }
    return text;
}

static int help_label_order(const void *a, const void *b)
{
    const seigr_label *x = a;
    const seigr_label *y = b;
    const size_t len = x->key.len < y->key.len ? x->key.len : y->key.len;
    const int order = memcmp(x->key.ptr, y->key.ptr, len);

    return order != 0 ? order
                      : (x->key.len > y->key.len) - (x->key.len < y->key.len);
}

static void help_draft_labels(help_draft *d, support_rng *rng, uint8_t **at)
{
    size_t kept = 0;
    const size_t count = support_random(rng) % 8;

    for (size_t i = 0; i < count; i++) {
        d->labels[i].key = help_text(rng, at, 12);
        d->labels[i].value = help_text(rng, at, 40);
    }
    qsort(d->labels, count, sizeof(d->labels[0]), help_label_order);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 &&
            help_label_order(&d->labels[kept - 1], &d->labels[i]) == 0)
            continue;
        d->labels[kept++] = d->labels[i];
    }
    d->draft.labels = d->labels;
    d->draft.label_count = kept;
}

static void help_draft_body(help_draft *d, support_rng *rng, uint8_t **at)
{
    seigr_body *body = &d->draft.body;

    body->form = (uint32_t)(support_random(rng) % 3);
    if (body->form == SEIGR_BODY_NONE)
        return;
    body->media_type = help_text(rng, at, 30);
    if (body->form == SEIGR_BODY_ROOT) {
        support_random_bytes(rng, body->root.bytes, 32);
        body->size = 65537 + (support_random(rng) >> 29);
        body->has_sha256 = (uint32_t)(support_random(rng) % 2);
        support_random_bytes(rng, body->sha256.bytes, 32);
        return;
    }
    body->content.ptr = d->content;
    body->content.len = support_random(rng) % (sizeof(d->content) + 1);
    support_random_bytes(rng, d->content, body->content.len);
    body->size = body->content.len;
    body->has_sha256 = (uint32_t)(support_random(rng) % 2);
    if (body->has_sha256) {
        const seigr_context context = help_context(NULL);

        seigr_sha256(&context, body->content, &body->sha256);
    }
}

void help_draft_random(help_draft *d, support_rng *rng)
{
    static const uint8_t detail[] = {0x08, 0x01, 0x12, 0x01, 'x'};
    uint8_t *at = d->text;

    memset(d, 0, sizeof(*d));
    d->draft = (seigr_draft)SEIGR_DRAFT_INIT;
    d->draft.kind = (uint32_t)(support_random(rng) % 15 + 1);
    if (d->draft.kind == 15) /* unknown */
        d->draft.kind = (uint32_t)(support_random(rng) >> 33) | 16;
    d->draft.name = help_text(rng, &at, 255);
    d->draft.created_ms = support_random(rng) >> (support_random(rng) % 64);
    d->draft.sequence = 1;
    if (support_random(rng) % 2 == 0) {
        d->draft.sequence =
            (support_random(rng) >> (support_random(rng) % 62)) | 2;
        support_random_bytes(rng, d->previous.bytes, 32);
        d->draft.previous = &d->previous;
    }
    d->draft.stream = support_random(rng) % 2 ? support_random(rng) : 0;
    d->draft.links = d->links;
    d->draft.link_count = support_random(rng) % 9;
    for (size_t i = 0; i < d->draft.link_count; i++) {
        support_random_bytes(rng, d->links[i].id.bytes, 32);
        d->links[i].role = (uint32_t)(support_random(rng) >> 33) | 1;
    }
    help_draft_labels(d, rng, &at);
    help_draft_body(d, rng, &at);
    if (d->draft.kind > 2 && d->draft.kind <= SEIGR_KIND_DISPUTE &&
        support_random(rng) % 2) {
        memcpy(d->detail, detail, sizeof(detail));
        d->draft.detail = (seigr_span){d->detail, sizeof(detail)};
    }
    d->draft.alg = support_random(rng) % 4 == 0 ? SEIGR_ALG_ED25519 : 0;
    assert_true(at <= d->text + sizeof(d->text));
}

void help_draft_small(help_draft *d)
{
    memset(d, 0, sizeof(*d));
    memcpy(d->text, "namekeyvaluetext/plain", 22);
    memcpy(d->content, "hello", 5);
    d->links[0].id.bytes[0] = 7;
    d->links[0].role = SEIGR_ROLE_PARENT;
    d->labels[0].key = (seigr_span){d->text + 4, 3};
    d->labels[0].value = (seigr_span){d->text + 7, 5};
    d->draft = (seigr_draft)SEIGR_DRAFT_INIT;
    d->draft.kind = SEIGR_KIND_DATA;
    d->draft.name = (seigr_span){d->text, 4};
    d->draft.created_ms = 1764000000000;
    d->draft.sequence = 1;
    d->draft.links = d->links;
    d->draft.link_count = 1;
    d->draft.labels = d->labels;
    d->draft.label_count = 1;
    d->draft.body.form = SEIGR_BODY_INLINE;
    d->draft.body.media_type = (seigr_span){d->text + 12, 10};
    d->draft.body.content = (seigr_span){d->content, 5};
}

seigr_span help_seal(const help_key *key, const seigr_draft *draft,
                     seigr_id *id_out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf out = {NULL, 0};
    size_t len;

    assert_int_equal(seigr_capsule_seal(&key->context, draft, &key->signer, out,
                                        &len, id_out, &error),
                     SEIGR_E_ROOM);
    out = (seigr_buf){help_block(len), len};
    if (seigr_capsule_seal(&key->context, draft, &key->signer, out, &len,
                           id_out, &error) != 0)
        fail_msg("not sealed: %s", error.text);
    assert_int_equal(len, out.len);
    return (seigr_span){out.ptr, len};
}

static void help_assert_span(seigr_span a, seigr_span b)
{
    assert_int_equal(a.len, b.len);
    if (a.len > 0)
        assert_memory_equal(a.ptr, b.ptr, a.len);
}

static void help_assert_body(const seigr_body *a, const seigr_body *b)
{
    assert_int_equal(a->form, b->form);
    assert_int_equal(a->has_sha256, b->has_sha256);
    help_assert_span(a->media_type, b->media_type);
    help_assert_span(a->content, b->content);
    assert_int_equal(a->size,
                     b->form == SEIGR_BODY_INLINE ? b->content.len : b->size);
    assert_memory_equal(&a->root, &b->root, sizeof(a->root));
    if (a->has_sha256)
        assert_memory_equal(&a->sha256, &b->sha256, sizeof(a->sha256));
}

void help_assert_same(const seigr_capsule *capsule, const seigr_draft *draft)
{
    size_t cursor = 0;
    seigr_link link;
    seigr_label label;

    assert_int_equal(capsule->kind, draft->kind);
    help_assert_span(capsule->name, draft->name);
    assert_int_equal(capsule->created_ms, draft->created_ms);
    assert_int_equal(capsule->sequence, draft->sequence);
    assert_int_equal(capsule->stream, draft->stream);
    assert_int_equal(capsule->has_previous, draft->previous != NULL);
    if (draft->previous != NULL)
        assert_memory_equal(&capsule->previous, draft->previous,
                            sizeof(seigr_id));
    assert_int_equal(capsule->link_count, draft->link_count);
    for (size_t i = 0; i < draft->link_count; i++) {
        assert_int_equal(seigr_capsule_next_link(capsule, &cursor, &link), 1);
        assert_int_equal(link.role, draft->links[i].role);
        assert_memory_equal(&link.id, &draft->links[i].id, sizeof(seigr_id));
    }
    assert_int_equal(seigr_capsule_next_link(capsule, &cursor, &link), 0);
    cursor = 0;
    assert_int_equal(capsule->label_count, draft->label_count);
    for (size_t i = 0; i < draft->label_count; i++) {
        assert_int_equal(seigr_capsule_next_label(capsule, &cursor, &label), 1);
        help_assert_span(label.key, draft->labels[i].key);
        help_assert_span(label.value, draft->labels[i].value);
    }
    assert_int_equal(seigr_capsule_next_label(capsule, &cursor, &label), 0);
    help_assert_body(&capsule->body, &draft->body);
    help_assert_span(capsule->detail, draft->detail);
}

seigr_span help_payload(seigr_span capsule)
{
    seigr_capsule view;

    memset(&view, 0, sizeof(view));
    assert_ok(seigr__envelope_parse(capsule, &view, NULL));
    return view.payload;
}

/* In place, in a block with headroom. Returns the status. */
static int help_in_place(const seigr_context *context, seigr_span bytes,
                         seigr_id *id)
{
    const size_t len = SEIGR_CAPSULE_HEADROOM + bytes.len;
    uint8_t *block = malloc(len);
    uint8_t *before = malloc(len);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_verified verified;
    int err;

    assert_non_null(block);
    assert_non_null(before);
    memset(block, 0x5a, SEIGR_CAPSULE_HEADROOM);
    memcpy(block + SEIGR_CAPSULE_HEADROOM, bytes.ptr, bytes.len);
    memcpy(before, block, len);
    assert_ok(seigr_capsule_decode(
        context, (seigr_span){block + SEIGR_CAPSULE_HEADROOM, bytes.len}, &view,
        NULL));
    err = seigr_capsule_verify_in_place(context, &view, (seigr_buf){block, len},
                                        NULL, &verified, NULL);
    assert_memory_equal(block, before, len); /* restored, whatever came out */
    if (err == 0)
        *id = *seigr_verified_id(&verified);
    free(before);
    free(block);
    return err;
}

/* Twice with a memory: the second time from it. */
static int help_cached(const seigr_context *context, const seigr_capsule *view,
                       seigr_buf scratch, seigr_id *id)
{
    seigr_receipt_cache_options options = SEIGR_RECEIPT_CACHE_OPTIONS_INIT;
    seigr_receipt_cache *cache;
    seigr_verified verified;
    uint8_t *memory;
    int first;
    int second;

    options.node_max = 8;
    memory = malloc(seigr_receipt_cache_size(&options));
    assert_non_null(memory);
    assert_ok(seigr_receipt_cache_init(
        memory, seigr_receipt_cache_size(&options), &options, &cache));
    first = seigr_capsule_verify_cached(context, view, scratch, cache,
                                        &verified, NULL);
    second = seigr_capsule_verify_cached(context, view, scratch, cache,
                                         &verified, NULL);
    assert_int_equal(first, second);
    if (first == 0)
        *id = *seigr_verified_id(&verified);
    free(memory);
    return first;
}

static int help_each_way(seigr_span bytes, seigr_verified *out,
                         seigr_error *error)
{
    const seigr_context context = help_context(NULL);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_id id;
    seigr_buf scratch;
    int err;

    bytes = help_copy(bytes);
    err = seigr_capsule_decode(&context, bytes, &view, error);
    if (err != 0)
        return err;
    scratch.len = SEIGR_CAPSULE_SCRATCH_LEN(view.payload.len);
    scratch.ptr = malloc(scratch.len);
    assert_non_null(scratch.ptr);
    err = seigr_capsule_verify(&context, &view, scratch, out, error);
    assert_int_equal(help_in_place(&context, bytes, &id), err);
    if (err == 0)
        assert_memory_equal(&id, seigr_verified_id(out), sizeof(id));
    assert_int_equal(help_cached(&context, &view, scratch, &id), err);
    if (err == 0)
        assert_memory_equal(&id, seigr_verified_id(out), sizeof(id));
    free(scratch.ptr);
    return err;
}

int help_verdict(seigr_span bytes, seigr_verified *out, seigr_error *error)
{
    const seigr_context context = help_context(NULL);
    const seigr_span copy = help_copy(bytes);
    const size_t len = SEIGR_CAPSULE_SCRATCH_LEN(bytes.len);
    const seigr_buf scratch = {malloc(len), len};
    seigr_error said = SEIGR_ERROR_INIT;
    seigr_verified opened;
    int err;

    assert_non_null(scratch.ptr);
    err = help_each_way(bytes, out, error);
    assert_int_equal(
        seigr_capsule_open(&context, copy, scratch, &opened, &said), err);
    if (err == 0)
        assert_memory_equal(seigr_verified_id(&opened), seigr_verified_id(out),
                            sizeof(seigr_id));
    else if (error != NULL)
        assert_string_equal(said.text, error->text);
    free(scratch.ptr);
    return err;
}
