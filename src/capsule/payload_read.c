/* SPDX-License-Identifier: MIT */
/*
 * payload_read.c - reads the payload of a capsule (FORMATS 2.3).
 *
 * It makes a view and asks for no memory. It knows nothing of the envelope,
 * and of a detail message only the form: the room that acts on it reads it.
 *
 * Invariants:
 *   (1) what passes is the only encoding of its content: a canonical writer
 *       gives the same bytes.
 *   (2) spans of the view lie inside the payload.
 *   (3) links and labels of the view are whole fields that have been checked:
 *       walking them cannot fail.
 */
#include "payload.h" /* seigr__payload_read */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

static const seigr__pb_field payload_capsule_fields[] = {
    {SEIGR__CAPSULE_KIND, SEIGR__PB_ENUM, 0, "kind"},
    {SEIGR__CAPSULE_NAME, SEIGR__PB_STRING, 0, "name"},
    {SEIGR__CAPSULE_CREATED_MS, SEIGR__PB_UINT64, 0, "created_ms"},
    {SEIGR__CAPSULE_SEQUENCE, SEIGR__PB_UINT64, 0, "sequence"},
    {SEIGR__CAPSULE_PREVIOUS, SEIGR__PB_BYTES, 0, "previous"},
    {SEIGR__CAPSULE_LINKS, SEIGR__PB_MESSAGE, SEIGR__PB_REPEATED, "links"},
    {SEIGR__CAPSULE_LABELS, SEIGR__PB_MESSAGE, SEIGR__PB_REPEATED, "labels"},
    {SEIGR__CAPSULE_BODY, SEIGR__PB_MESSAGE, 0, "body"},
    {SEIGR__CAPSULE_STREAM, SEIGR__PB_UINT64, 0, "stream"},
    {16, SEIGR__PB_MESSAGE, 0, "identity"},
    {17, SEIGR__PB_MESSAGE, 0, "task"},
    {18, SEIGR__PB_MESSAGE, 0, "result"},
    {19, SEIGR__PB_MESSAGE, 0, "state"},
    {20, SEIGR__PB_MESSAGE, 0, "grant"},
    {21, SEIGR__PB_MESSAGE, 0, "revocation"},
    {22, SEIGR__PB_MESSAGE, 0, "attestation"},
    {23, SEIGR__PB_MESSAGE, 0, "checkpoint"},
    {24, SEIGR__PB_MESSAGE, 0, "message"},
    {25, SEIGR__PB_MESSAGE, 0, "boot"},
    {26, SEIGR__PB_MESSAGE, 0, "announcement"},
    {27, SEIGR__PB_MESSAGE, 0, "dispute"},
};

static const seigr__pb_field payload_link_fields[] = {
    {SEIGR__LINK_ID, SEIGR__PB_BYTES, 0, "id"},
    {SEIGR__LINK_ROLE, SEIGR__PB_ENUM, 0, "role"},
};

static const seigr__pb_field payload_label_fields[] = {
    {SEIGR__LABEL_KEY, SEIGR__PB_STRING, 0, "key"},
    {SEIGR__LABEL_VALUE, SEIGR__PB_STRING, 0, "value"},
};

static const seigr__pb_field payload_body_fields[] = {
    {SEIGR__BODY_MEDIA_TYPE, SEIGR__PB_STRING, 0, "media_type"},
    {SEIGR__BODY_SIZE, SEIGR__PB_UINT64, 0, "size"},
    {SEIGR__BODY_INLINE, SEIGR__PB_BYTES, SEIGR__PB_PRESENCE, "inline"},
    {SEIGR__BODY_ROOT, SEIGR__PB_BYTES, SEIGR__PB_PRESENCE, "root"},
    {SEIGR__BODY_SHA256, SEIGR__PB_BYTES, SEIGR__PB_PRESENCE, "sha256"},
};

#define PAYLOAD_MESSAGE(name, fields)                                          \
    {                                                                          \
        name, fields, (uint32_t)(sizeof(fields) / sizeof(fields[0])), 1        \
    }

const seigr__pb_message seigr__pb_capsule =
    PAYLOAD_MESSAGE("Capsule", payload_capsule_fields);
const seigr__pb_message seigr__pb_link =
    PAYLOAD_MESSAGE("Link", payload_link_fields);
const seigr__pb_message seigr__pb_label =
    PAYLOAD_MESSAGE("Label", payload_label_fields);
const seigr__pb_message seigr__pb_body =
    PAYLOAD_MESSAGE("Body", payload_body_fields);

unsigned seigr__detail_of_kind(uint32_t kind)
{
    static const uint8_t fields[] = {
        [SEIGR_KIND_DATA] = SEIGR__DETAIL_NONE,
        [SEIGR_KIND_PROGRAM] = SEIGR__DETAIL_NONE,
        [SEIGR_KIND_TASK] = 17,
        [SEIGR_KIND_RESULT] = 18,
        [SEIGR_KIND_STATE] = 19,
        [SEIGR_KIND_MESSAGE] = 24,
        [SEIGR_KIND_IDENTITY] = 16,
        [SEIGR_KIND_GRANT] = 20,
        [SEIGR_KIND_REVOCATION] = 21,
        [SEIGR_KIND_ATTESTATION] = 22,
        [SEIGR_KIND_CHECKPOINT] = 23,
        [SEIGR_KIND_BOOT] = 25,
        [SEIGR_KIND_ANNOUNCEMENT] = 26,
        [SEIGR_KIND_DISPUTE] = 27,
    };

    if (kind == 0 || kind > SEIGR_KIND_DISPUTE)
        return SEIGR__DETAIL_ANY;
    return fields[kind];
}

/* Copy a field of 32 bytes, or refuse it. */
static int payload_hash(const seigr__pb *r, const seigr__pb_value *value,
                        uint8_t out[32])
{
    assert(value->bytes.ptr != NULL || value->bytes.len == 0);
    if (value->bytes.len != 32)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "it is not of 32 bytes");
    memcpy(out, value->bytes.ptr, 32);
    return 0;
}

/* One link, checked whole. */
static int payload_link(const seigr__pb *capsule, seigr_span bytes,
                        seigr_link *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int has_id = 0;
    int err;

    out->role = 0;
    seigr__pb_init(&r, &seigr__pb_link, bytes, capsule->origin, capsule->error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        if (value.number == SEIGR__LINK_ID) {
            err = payload_hash(&r, &value, out->id.bytes);
            if (err != 0)
                return err;
            has_id = 1;
        } else if (value.number == SEIGR__LINK_ROLE) {
            out->role = (uint32_t)value.integer;
        }
    }
    if (err != 0)
        return err;
    if (!has_id)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "id", "it is missing");
    if (out->role == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "role", "it is missing");
    return 0;
}

/* One label, checked whole. */
static int payload_label(const seigr__pb *capsule, seigr_span bytes,
                         seigr_label *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int err;

    out->key = (seigr_span){NULL, 0};
    out->value = (seigr_span){NULL, 0};
    seigr__pb_init(&r, &seigr__pb_label, bytes, capsule->origin,
                   capsule->error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        if (value.number == SEIGR__LABEL_KEY)
            out->key = value.bytes;
        else if (value.number == SEIGR__LABEL_VALUE)
            out->value = value.bytes;
    }
    return err;
}

/* Below 0, 0 or above 0 as a comes before b, bytewise. */
static int payload_compare(seigr_span a, seigr_span b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);

    assert(a.ptr != NULL || a.len == 0);
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

/* Which rule of FORMATS 2.3 or 4 does the body's size break? */
static int payload_body_size(const seigr__pb *r, const seigr_body *body)
{
    switch (body->form) {
    case SEIGR_BODY_NONE:
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "inline",
                                  "neither it nor root is there");
    case SEIGR_BODY_INLINE:
        if (body->size != body->content.len)
            return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "size",
                                      "it is not the length of inline");
        if (body->content.len > SEIGR_CAPSULE_INLINE_MAX)
            return seigr__pb_fail_end(r, SEIGR_E_LIMIT, "inline",
                                      "it is longer than 65536 bytes");
        return 0;
    }
    assert(body->form == SEIGR_BODY_ROOT);
    if (body->size <= SEIGR_CAPSULE_INLINE_MAX)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "root",
                                  "content of at most 65536 bytes is inline");
    if (body->size > SEIGR__BODY_SIZE_MAX)
        return seigr__pb_fail_end(r, SEIGR_E_LIMIT, "size",
                                  "it is past 2^36 bytes");
    return 0;
}

static int payload_body_field(const seigr__pb *r, const seigr__pb_value *value,
                              seigr_body *out)
{
    switch (value->number) {
    case SEIGR__BODY_MEDIA_TYPE:
        out->media_type = value->bytes;
        return 0;
    case SEIGR__BODY_SIZE:
        out->size = value->integer;
        return 0;
    case SEIGR__BODY_INLINE:
        out->form = SEIGR_BODY_INLINE;
        out->content = value->bytes;
        return 0;
    case SEIGR__BODY_ROOT:
        if (out->form != SEIGR_BODY_NONE)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "inline is there as well");
        out->form = SEIGR_BODY_ROOT;
        return payload_hash(r, value, out->root.bytes);
    case SEIGR__BODY_SHA256:
        out->has_sha256 = 1;
        return payload_hash(r, value, out->sha256.bytes);
    }
    return 0;
}

static int payload_body(const seigr__pb *capsule, seigr_span bytes,
                        seigr_body *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int err;

    seigr__pb_init(&r, &seigr__pb_body, bytes, capsule->origin, capsule->error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = payload_body_field(&r, &value, out);
        if (err != 0)
            return err;
    }
    return err != 0 ? err : payload_body_size(&r, out);
}

/* Fields 16 to 31: one at most; whether it is the right one, payload_rules()
 * says. Messages defined by FORMATS 2.3 are canonical, others not looked at. */
static int payload_detail(const seigr__pb *r, const seigr__pb_value *value,
                          seigr_capsule *out)
{
    assert(value->number >= SEIGR__CAPSULE_DETAIL_MIN);
    out->detail_field = value->number;
    out->detail = value->bytes;
    if (value->field == NULL)
        return 0;
    return seigr__pb_check(&(seigr__pb_message){value->field->name, NULL, 0, 0},
                           value->bytes, r->origin, r->error);
}

static int payload_next_label(const seigr__pb *r, const seigr__pb_value *value,
                              seigr_span *last_key, seigr_capsule *out)
{
    seigr_label label;
    const int err = payload_label(r, value->bytes, &label);
    int order;

    if (err != 0)
        return err;
    if (out->label_count > 0) {
        order = payload_compare(*last_key, label.key);
        if (order >= 0)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  order == 0 ? "two have the same key"
                                             : "they are not sorted by key");
    }
    *last_key = label.key;
    out->label_count++;
    return 0;
}

/* A repeated field's span grows to the end of its latest entry. */
static void payload_extend(seigr_span *span, const seigr__pb *r,
                           const seigr__pb_value *value)
{
    assert(r->at > value->tag);
    if (span->ptr == NULL)
        span->ptr = value->tag;
    span->len = (size_t)(r->at - span->ptr);
}

static int payload_field(const seigr__pb *r, const seigr__pb_value *value,
                         seigr_span *last_key, seigr_capsule *out)
{
    seigr_link link;

    switch (value->number) {
    case SEIGR__CAPSULE_KIND:
        out->kind = (uint32_t)value->integer;
        return 0;
    case SEIGR__CAPSULE_NAME:
        out->name = value->bytes;
        if (value->bytes.len > SEIGR_CAPSULE_NAME_MAX)
            return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                                  "it is longer than 255 bytes");
        return 0;
    case SEIGR__CAPSULE_CREATED_MS:
        out->created_ms = value->integer;
        return 0;
    case SEIGR__CAPSULE_SEQUENCE:
        out->sequence = value->integer;
        return 0;
    case SEIGR__CAPSULE_PREVIOUS:
        out->has_previous = 1;
        return payload_hash(r, value, out->previous.bytes);
    case SEIGR__CAPSULE_LINKS:
        payload_extend(&out->links, r, value);
        out->link_count++;
        return payload_link(r, value->bytes, &link);
    case SEIGR__CAPSULE_LABELS:
        payload_extend(&out->labels, r, value);
        return payload_next_label(r, value, last_key, out);
    case SEIGR__CAPSULE_BODY:
        return payload_body(r, value->bytes, &out->body);
    case SEIGR__CAPSULE_STREAM:
        out->stream = value->integer;
        return 0;
    }
    if (value->number >= SEIGR__CAPSULE_DETAIL_MIN &&
        value->number <= SEIGR__CAPSULE_DETAIL_MAX)
        return payload_detail(r, value, out);
    return 0; /* unknown: kept in the bytes */
}

/* A known kind has the detail of its name, and no other. */
static int payload_detail_rule(const seigr__pb *r, const seigr_capsule *c)
{
    const unsigned detail = seigr__detail_of_kind(c->kind);

    assert(c->kind > 0 && c->detail_field <= SEIGR__CAPSULE_DETAIL_MAX);
    if (detail == SEIGR__DETAIL_ANY || detail == c->detail_field)
        return 0;
    if (detail == SEIGR__DETAIL_NONE)
        return seigr__fail(r->error, SEIGR_E_FORMAT,
                           (uint64_t)(r->end - r->origin),
                           "Capsule: kind %u has no detail, field %u is there",
                           (unsigned)c->kind, (unsigned)c->detail_field);
    return seigr__fail(
        r->error, SEIGR_E_FORMAT, (uint64_t)(r->end - r->origin),
        "Capsule: kind %u has the detail of field %u, %s", (unsigned)c->kind,
        detail, c->detail_field == 0 ? "which is missing" : "another is there");
}

/* The rules that need more than one field. */
static int payload_rules(const seigr__pb *r, const seigr_capsule *c)
{
    assert(r->at == r->end);
    if (c->kind == 0)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "kind", "it is missing");
    if (c->sequence == 0)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "sequence",
                                  "it is missing");
    if (c->sequence == 1 && c->has_previous)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "previous",
                                  "there is none before sequence 1");
    if (c->sequence > 1 && !c->has_previous)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "previous",
                                  "it is missing above sequence 1");
    return payload_detail_rule(r, c);
}

/* An inline body is what its own digest says. */
static int payload_digest(const seigr_crypto *crypto, const seigr__pb *r,
                          const seigr_body *body)
{
    uint8_t digest[32];

    assert(crypto != NULL);
    if (body->form != SEIGR_BODY_INLINE || !body->has_sha256)
        return 0;
    if (crypto == NULL || crypto->sha256 == NULL)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "Body.sha256: there is no SHA-256 to compare with");
    crypto->sha256(digest, body->content.ptr, body->content.len, crypto->ctx);
    if (memcmp(digest, body->sha256.bytes, sizeof(digest)) == 0)
        return 0;
    return seigr__fail(r->error, SEIGR_E_MISMATCH,
                       (uint64_t)(body->content.ptr - r->origin),
                       "Body.sha256: the inline content has another digest");
}

int seigr__payload_read(const seigr_crypto *crypto, seigr_span payload,
                        const uint8_t *origin, seigr_capsule *out,
                        seigr_error *error)
{
    seigr__pb r;
    seigr__pb_value value;
    seigr_span last_key = {NULL, 0};
    int err;

    assert(out->kind == 0 && out->links.ptr == NULL); /* zeroed */
    if (payload.len > SEIGR_CAPSULE_PAYLOAD_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT,
                           (uint64_t)(payload.ptr - origin),
                           "the payload is longer than 1 MiB");
    seigr__pb_init(&r, &seigr__pb_capsule, payload, origin, error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = payload_field(&r, &value, &last_key, out);
        if (err != 0)
            return err;
    }
    if (err == 0)
        err = payload_rules(&r, out);
    if (err == 0)
        err = payload_digest(crypto, &r, &out->body);
    return err;
}

/* The next entry of a repeated field that has been read before (3). */
static int payload_walk(seigr_span entries, size_t *cursor, seigr__pb *r,
                        seigr__pb_value *value)
{
    seigr_span rest;

    assert(entries.ptr != NULL || entries.len == 0);
    if (*cursor >= entries.len)
        return 0;
    rest = (seigr_span){entries.ptr + *cursor, entries.len - *cursor};
    seigr__pb_init(r, &seigr__pb_capsule, rest, entries.ptr, NULL);
    if (seigr__pb_next(r, value) != 1)
        return 0;
    *cursor = (size_t)(r->at - entries.ptr);
    return 1;
}

int seigr_capsule_next_link(const seigr_capsule *capsule, size_t *cursor,
                            seigr_link *out)
{
    seigr__pb r;
    seigr__pb_value value;

    if (capsule == NULL || cursor == NULL || out == NULL ||
        !payload_walk(capsule->links, cursor, &r, &value))
        return 0;
    return payload_link(&r, value.bytes, out) == 0;
}

int seigr_capsule_next_label(const seigr_capsule *capsule, size_t *cursor,
                             seigr_label *out)
{
    seigr__pb r;
    seigr__pb_value value;

    if (capsule == NULL || cursor == NULL || out == NULL ||
        !payload_walk(capsule->labels, cursor, &r, &value))
        return 0;
    return payload_label(&r, value.bytes, out) == 0;
}
