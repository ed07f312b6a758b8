/* SPDX-License-Identifier: MIT */
/*
 * protobuf-c as the oracle: what our reader takes it unpacks to the same
 * values, and where it knows every field it packs the same bytes. Against
 * drafts of any kind, golden payloads, and both of them mutated.
 *
 * It cannot judge three things: it packs unknown fields behind the known ones,
 * its strings end at the first NUL, and it reads the inside of a detail, which
 * here the room that acts on it does.
 */
#include "capsule_help.h"

#include "payload.h"
#include <seigr/v1/capsule.pb-c.h>

#include <stdlib.h>
#include <string.h>

static int oracle_text_has_nul(const char *text, seigr_span ours)
{
    if (ours.len > 0)
        assert_memory_equal(text, ours.ptr, ours.len);
    return strlen(text) != ours.len;
}

static void oracle_compare_binary(ProtobufCBinaryData theirs,
                                  const uint8_t *ours, size_t len)
{
    assert_int_equal(theirs.len, len);
    if (len > 0)
        assert_memory_equal(theirs.data, ours, len);
}

/* Returns how much of it the oracle cannot judge. */
static size_t oracle_compare_lists(const Seigr__V1__Capsule *theirs,
                                   const seigr_capsule *ours)
{
    size_t unjudged = 0;
    size_t cursor = 0;
    seigr_link link;
    seigr_label label;

    assert_int_equal(theirs->n_links, ours->link_count);
    for (size_t i = 0; i < theirs->n_links; i++) {
        assert_int_equal(seigr_capsule_next_link(ours, &cursor, &link), 1);
        oracle_compare_binary(theirs->links[i]->id, link.id.bytes, 32);
        assert_int_equal(theirs->links[i]->role, link.role);
        unjudged += theirs->links[i]->base.n_unknown_fields;
    }
    assert_int_equal(seigr_capsule_next_link(ours, &cursor, &link), 0);
    cursor = 0;
    assert_int_equal(theirs->n_labels, ours->label_count);
    for (size_t i = 0; i < theirs->n_labels; i++) {
        const Seigr__V1__Label *t = theirs->labels[i];

        assert_int_equal(seigr_capsule_next_label(ours, &cursor, &label), 1);
        unjudged += (size_t)oracle_text_has_nul(t->key, label.key);
        unjudged += (size_t)oracle_text_has_nul(t->value, label.value);
        unjudged += t->base.n_unknown_fields;
    }
    assert_int_equal(seigr_capsule_next_label(ours, &cursor, &label), 0);
    return unjudged;
}

static size_t oracle_compare_body(const Seigr__V1__Body *theirs,
                                  const seigr_body *ours)
{
    if (theirs == NULL) {
        assert_int_equal(ours->form, SEIGR_BODY_NONE);
        return 0;
    }
    assert_int_equal(theirs->size, ours->size);
    if (ours->form == SEIGR_BODY_INLINE) {
        assert_int_equal(theirs->content_case, SEIGR__V1__BODY__CONTENT_INLINE);
        oracle_compare_binary(theirs->inline_, ours->content.ptr,
                              ours->content.len);
    } else {
        assert_int_equal(theirs->content_case, SEIGR__V1__BODY__CONTENT_ROOT);
        oracle_compare_binary(theirs->root, ours->root.bytes, 32);
    }
    assert_int_equal(theirs->digest_case != 0, ours->has_sha256);
    if (ours->has_sha256)
        oracle_compare_binary(theirs->sha256, ours->sha256.bytes, 32);
    return (size_t)oracle_text_has_nul(theirs->media_type, ours->media_type) +
           theirs->base.n_unknown_fields;
}

static void oracle_repack(const Seigr__V1__Capsule *theirs, seigr_span payload,
                          int judged)
{
    const size_t len = seigr__v1__capsule__get_packed_size(theirs);
    uint8_t *packed = malloc(len + 1);

    assert_non_null(packed);
    if (judged) {
        assert_int_equal(len, payload.len);
        assert_int_equal(seigr__v1__capsule__pack(theirs, packed), len);
        assert_memory_equal(packed, payload.ptr, len);
    }
    free(packed);
}

/* Returns 1 if our reader takes the payload; the oracle then agrees. */
static int oracle_ask(seigr_span payload, size_t *judged_count)
{
    const seigr_context context = help_context(NULL);
    seigr_capsule ours;
    seigr_error error = SEIGR_ERROR_INIT;
    Seigr__V1__Capsule *theirs;
    size_t unjudged;
    int err;

    memset(&ours, 0, sizeof(ours));
    err = seigr__payload_read(context.crypto, payload, payload.ptr, &ours,
                              &error);
    if (err != 0) {
        assert_int_equal(error.code, err);
        assert_true(error.offset <= payload.len);
        return 0;
    }
    theirs = seigr__v1__capsule__unpack(NULL, payload.len, payload.ptr);
    if (theirs == NULL) { /* the door leaves what a detail says to its room */
        assert_true(ours.detail.len > 0);
        return 1;
    }
    assert_int_equal(theirs->kind, ours.kind);
    assert_int_equal(theirs->created_ms, ours.created_ms);
    assert_int_equal(theirs->sequence, ours.sequence);
    assert_int_equal(theirs->stream, ours.stream);
    oracle_compare_binary(theirs->previous, ours.previous.bytes,
                          ours.has_previous ? 32 : 0);
    unjudged = (size_t)oracle_text_has_nul(theirs->name, ours.name);
    unjudged += oracle_compare_lists(theirs, &ours);
    unjudged += oracle_compare_body(theirs->body, &ours.body);
    unjudged += ours.detail.len + theirs->base.n_unknown_fields;
    oracle_repack(theirs, payload, unjudged == 0);
    *judged_count += unjudged == 0;
    seigr__v1__capsule__free_unpacked(theirs, NULL);
    return 1;
}

/* Change, lose or gain a few bytes. */
static seigr_span oracle_mutate(seigr_span from, uint8_t *room,
                                support_rng *rng)
{
    size_t len = from.len;

    memcpy(room, from.ptr, len);
    for (uint64_t n = support_random(rng) % 3 + 1; n > 0 && len > 0; n--) {
        const size_t at = support_random(rng) % len;

        switch (support_random(rng) % 4) {
        case 0:
            room[at] ^= (uint8_t)(1u << (support_random(rng) % 8));
            break;
        case 1:
            room[at] = (uint8_t)support_random(rng);
            break;
        case 2:
            memmove(room + at, room + at + 1, len - at - 1);
            len--;
            break;
        case 3:
            memmove(room + at + 1, room + at, len - at);
            len++;
            break;
        }
    }
    return (seigr_span){room, len};
}

void test_capsule_oracle__drafts_and_their_mutants(void **state)
{
    static uint8_t payload[8192];
    static uint8_t room[8200];
    support_rng rng = {0x09ac1e};
    const seigr_context context = help_context(NULL);
    size_t taken = 0;
    size_t judged = 0;

    (void)state;
    printf("seed %#llx\n", (unsigned long long)rng.state);
    for (int i = 0; i < 400; i++) {
        help_draft d;
        size_t len;

        help_draft_random(&d, &rng);
        if (i % 2 && d.draft.body.form == SEIGR_BODY_INLINE) {
            /* small, so that mutants hit the structure */
            d.draft.body.content.len %= 8;
            d.draft.body.size = d.draft.body.content.len;
            d.draft.body.has_sha256 = 0;
        }
        assert_ok(seigr_capsule_payload_encode(
            &context, &d.draft, (seigr_buf){payload, sizeof(payload)}, &len,
            NULL));
        assert_int_equal(oracle_ask((seigr_span){payload, len}, &judged), 1);
        for (int k = 0; k < 50; k++)
            taken += (size_t)oracle_ask(
                oracle_mutate((seigr_span){payload, len}, room, &rng), &judged);
    }
    assert_true(taken > 1000 && judged > 1000);
    support_count("oracle.mutants-taken", taken);
    support_count("oracle.repacked", judged);
}

void test_capsule_oracle__golden_payloads(void **state)
{
    json_t *file = support_golden("payloads.json");
    size_t judged = 0;
    size_t i;
    json_t *one;

    (void)state;
    json_array_foreach(json_object_get(file, "valid"), i, one)
    {
        const seigr_span capsule = support_hex_of(one, "capsule");

        assert_int_equal(oracle_ask(help_payload(capsule), &judged), 1);
    }
    json_array_foreach(json_object_get(file, "invalid"), i, one)
    {
        const seigr_span capsule = support_hex_of(one, "capsule");

        assert_int_equal(oracle_ask(help_payload(capsule), &judged), 0);
    }
    assert_true(judged > 0);
    json_decref(file);
}
