/* SPDX-License-Identifier: MIT */
/*
 * statement_read.c - reads the four statements, each with a table of its own.
 *
 * A view is made of a whole detail; unknown fields are kept in the bytes and
 * not looked at. What only several statements together can say is not asked.
 *
 * Invariants:
 *   (1) spans of a view lie inside the detail.
 *   (2) lists of a view are whole entries, ascending, each once.
 */
#include "statement_fields.h" /* numbers, seigr__*_read */

#include "base/error.h"      /* seigr__fail */
#include "capsule/payload.h" /* seigr__pb_label */
#include "capsule/pb.h"      /* seigr__pb_next */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memcmp */

static const seigr__pb_field statement_identity_fields[] = {
    {SEIGR__IDENTITY_NAME, SEIGR__PB_STRING, 0, "name"},
    {SEIGR__IDENTITY_DEVICE_CLASS, SEIGR__PB_STRING, 0, "device_class"},
    {SEIGR__IDENTITY_PREVIOUS_KEY, SEIGR__PB_BYTES, 0, "previous_key"},
    {SEIGR__IDENTITY_NEXT_HASH, SEIGR__PB_BYTES, 0, "next_hash"},
    {SEIGR__IDENTITY_RECOVERY_THRESHOLD, SEIGR__PB_UINT32, 0,
     "recovery_threshold"},
    {SEIGR__IDENTITY_RECOVERY_KEYS, SEIGR__PB_BYTES, 0, "recovery_keys"},
    {SEIGR__IDENTITY_APPROVALS, SEIGR__PB_BYTES, 0, "approvals"},
    {SEIGR__IDENTITY_RETIRED, SEIGR__PB_BOOL, 0, "retired"},
    {SEIGR__IDENTITY_LAST, SEIGR__PB_BYTES, 0, "last"},
};

static const seigr__pb_field statement_grant_fields[] = {
    {SEIGR__GRANT_AUDIENCE, SEIGR__PB_BYTES, 0, "audience"},
    {SEIGR__GRANT_SCOPE, SEIGR__PB_UINT32, 0, "scope"},
    {SEIGR__GRANT_RESOURCE, SEIGR__PB_STRING, 0, "resource"},
    {SEIGR__GRANT_EXPIRES_MS, SEIGR__PB_UINT64, 0, "expires_ms"},
    {SEIGR__GRANT_USE_MAX, SEIGR__PB_UINT64, 0, "use_max"},
    {SEIGR__GRANT_FUEL_MAX, SEIGR__PB_UINT64, 0, "fuel_max"},
    {SEIGR__GRANT_MEMORY_MAX, SEIGR__PB_UINT64, 0, "memory_max"},
    {SEIGR__GRANT_LABELS, SEIGR__PB_MESSAGE, SEIGR__PB_REPEATED, "labels"},
    {SEIGR__GRANT_DELEGATION_MAX, SEIGR__PB_UINT32, 0, "delegation_max"},
};

static const seigr__pb_field statement_revocation_fields[] = {
    {SEIGR__REVOCATION_KEY, SEIGR__PB_BYTES, 0, "key"},
    {SEIGR__REVOCATION_CAPSULE, SEIGR__PB_BYTES, 0, "capsule"},
    {SEIGR__REVOCATION_SET, SEIGR__PB_BYTES, 0, "set"},
    {SEIGR__REVOCATION_LAST, SEIGR__PB_BYTES, 0, "last"},
    {SEIGR__REVOCATION_REASON, SEIGR__PB_STRING, 0, "reason"},
};

static const seigr__pb_field statement_attestation_fields[] = {
    {SEIGR__ATTESTATION_SUBJECT, SEIGR__PB_BYTES, 0, "subject"},
    {SEIGR__ATTESTATION_SCOPE, SEIGR__PB_UINT32, 0, "scope"},
    {SEIGR__ATTESTATION_WEIGHT, SEIGR__PB_UINT32, 0, "weight"},
    {SEIGR__ATTESTATION_EXPIRES_MS, SEIGR__PB_UINT64, 0, "expires_ms"},
    {SEIGR__ATTESTATION_STATEMENT, SEIGR__PB_STRING, 0, "statement"},
};

#define STATEMENT_MESSAGE(name, fields)                                        \
    {                                                                          \
        name, fields, (uint32_t)(sizeof(fields) / sizeof(fields[0])), 0        \
    }

static const seigr__pb_message statement_identity =
    STATEMENT_MESSAGE("Identity", statement_identity_fields);
static const seigr__pb_message statement_grant =
    STATEMENT_MESSAGE("Grant", statement_grant_fields);
static const seigr__pb_message statement_revocation =
    STATEMENT_MESSAGE("Revocation", statement_revocation_fields);
static const seigr__pb_message statement_attestation =
    STATEMENT_MESSAGE("Attestation", statement_attestation_fields);

/* --- Kinds of fields ---------------------------------------------------- */

static int statement_bytes32(const seigr__pb *r, const seigr__pb_value *value,
                             uint8_t out[32])
{
    if (value->bytes.len != 32)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "it is not of 32 bytes");
    memcpy(out, value->bytes.ptr, 32);
    return 0;
}

static int statement_text(const seigr__pb *r, const seigr__pb_value *value,
                          size_t len_max, seigr_span *out)
{
    *out = value->bytes;
    if (value->bytes.len > len_max)
        return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                              len_max == SEIGR_STATEMENT_NAME_MAX
                                  ? "it is longer than 127 bytes"
                                  : "it is longer than 255 bytes");
    return 0;
}

/* (2): entries of entry_len bytes, ascending by their first key_len. */
static int statement_list(const seigr__pb *r, const seigr__pb_value *value,
                          size_t entry_len, size_t key_len, size_t count_max,
                          seigr_span *out)
{
    const seigr_span list = value->bytes;

    assert(key_len <= entry_len && list.len > 0);
    if (list.len % entry_len != 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "it does not end with a whole entry");
    if (list.len / entry_len > count_max)
        return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                              "it has more entries than the limit");
    for (size_t at = entry_len; at < list.len; at += entry_len)
        if (memcmp(list.ptr + at - entry_len, list.ptr + at, key_len) >= 0)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "its entries are not ascending");
    *out = list;
    return 0;
}

static int statement_last(const seigr__pb *r, const seigr__pb_value *value,
                          seigr_span *out)
{
    seigr_last last;
    int err = statement_list(r, value, SEIGR_STATEMENT_LAST_LEN, 8,
                             SEIGR_STATEMENT_LAST_MAX, out);

    for (size_t i = 0; err == 0 && seigr_last_at(*out, i, &last); i++)
        if (last.sequence == 0)
            err = seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                 "a sequence in it is 0");
    return err;
}

/* --- Identity ----------------------------------------------------------- */

static int statement_identity_list(const seigr__pb *r,
                                   const seigr__pb_value *value,
                                   seigr_identity *out)
{
    switch (value->number) {
    case SEIGR__IDENTITY_RECOVERY_KEYS:
        return statement_list(r, value, 32, 32, SEIGR_STATEMENT_KEYS_MAX,
                              &out->recovery_keys);
    case SEIGR__IDENTITY_APPROVALS:
        return statement_list(r, value, SEIGR_STATEMENT_APPROVAL_LEN, 32,
                              SEIGR_STATEMENT_KEYS_MAX, &out->approvals);
    case SEIGR__IDENTITY_LAST:
        return statement_last(r, value, &out->last);
    }
    return 0;
}

static int statement_identity_field(const seigr__pb *r,
                                    const seigr__pb_value *value,
                                    seigr_identity *out)
{
    switch (value->number) {
    case SEIGR__IDENTITY_NAME:
        return statement_text(r, value, SEIGR_STATEMENT_NAME_MAX, &out->name);
    case SEIGR__IDENTITY_DEVICE_CLASS:
        return statement_text(r, value, SEIGR_STATEMENT_NAME_MAX,
                              &out->device_class);
    case SEIGR__IDENTITY_PREVIOUS_KEY:
        out->has_previous = 1;
        return statement_bytes32(r, value, out->previous.bytes);
    case SEIGR__IDENTITY_NEXT_HASH:
        out->has_next = 1;
        return statement_bytes32(r, value, out->next.bytes);
    case SEIGR__IDENTITY_RECOVERY_THRESHOLD:
        out->recovery_threshold = (uint32_t)value->integer;
        return 0;
    case SEIGR__IDENTITY_RETIRED:
        out->is_retired = 1;
        return 0;
    }
    return statement_identity_list(r, value, out);
}

static int statement_identity_rules(const seigr__pb *r,
                                    const seigr_identity *out)
{
    if (out->recovery_threshold > out->recovery_keys.len / 32 ||
        (out->recovery_threshold == 0) != (out->recovery_keys.len == 0))
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "recovery_threshold",
                                  "it is not 1 to the count of recovery_keys");
    if (out->approvals.len > 0 && !out->has_previous)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "approvals",
                                  "there is no previous_key to follow");
    if (out->last.len > 0 && !out->has_previous && !out->is_retired)
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "last",
                                  "no key ends with this");
    if (out->is_retired &&
        (out->has_previous || out->has_next || out->recovery_threshold > 0))
        return seigr__pb_fail_end(r, SEIGR_E_FORMAT, "retired",
                                  "nothing can follow a retired key");
    return 0;
}

int seigr__identity_read(seigr_span detail, seigr_identity *out,
                         seigr_error *error)
{
    seigr_identity view = SEIGR_IDENTITY_INIT;
    seigr__pb r;
    seigr__pb_value value;
    int err;

    seigr__pb_init(&r, &statement_identity, detail, detail.ptr, error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = statement_identity_field(&r, &value, &view);
        if (err != 0)
            return err;
    }
    if (err == 0)
        err = statement_identity_rules(&r, &view);
    if (err == 0)
        *out = view;
    return err;
}

const uint8_t *seigr__identity_previous(seigr_span detail)
{
    seigr__pb r;
    seigr__pb_value value;

    seigr__pb_init(&r, &statement_identity, detail, detail.ptr, NULL);
    while (seigr__pb_next(&r, &value) == 1)
        if (value.number == SEIGR__IDENTITY_PREVIOUS_KEY)
            return value.bytes.ptr;
    return NULL;
}

/* --- Grant -------------------------------------------------------------- */

/* No empty segment: "a/b", never "/a", "a//b" or "a/". */
static int statement_is_resource(seigr_span text)
{
    int is_open = 1; /* a segment has not begun */

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '/' && is_open)
            return 0;
        is_open = text.ptr[i] == '/';
    }
    return text.len == 0 || !is_open;
}

static int statement_label(const seigr__pb *r, const seigr__pb_value *value,
                           seigr_grant *out)
{
    seigr__pb inner;
    seigr__pb_value part;
    seigr_label label = {{NULL, 0}, {NULL, 0}};
    int err;

    if (out->label_count == SEIGR_STATEMENT_LABELS_MAX)
        return seigr__pb_fail(r, SEIGR_E_LIMIT, value, "there are more than 8");
    seigr__pb_init(&inner, &seigr__pb_label, value->bytes, r->origin, r->error);
    while ((err = seigr__pb_next(&inner, &part)) == 1) {
        if (part.number == SEIGR__LABEL_KEY)
            label.key = part.bytes;
        else if (part.number == SEIGR__LABEL_VALUE)
            label.value = part.bytes;
    }
    if (err != 0)
        return err;
    if (out->label_count > 0 &&
        seigr__statement_compare(out->labels[out->label_count - 1].key,
                                 label.key) >= 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "they are not sorted by key, each once");
    out->labels[out->label_count++] = label;
    return 0;
}

static int statement_grant_field(const seigr__pb *r,
                                 const seigr__pb_value *value, seigr_grant *out)
{
    switch (value->number) {
    case SEIGR__GRANT_AUDIENCE:
        return statement_bytes32(r, value, out->audience.bytes);
    case SEIGR__GRANT_SCOPE:
        out->scope = (uint32_t)value->integer;
        return 0;
    case SEIGR__GRANT_RESOURCE:
        if (!statement_is_resource(value->bytes))
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "a segment between slashes is empty");
        return statement_text(r, value, SEIGR_STATEMENT_TEXT_MAX,
                              &out->resource);
    case SEIGR__GRANT_EXPIRES_MS:
        out->expires_ms = value->integer;
        return 0;
    case SEIGR__GRANT_USE_MAX:
        out->use_max = value->integer;
        return 0;
    case SEIGR__GRANT_FUEL_MAX:
        out->fuel_max = value->integer;
        return 0;
    case SEIGR__GRANT_MEMORY_MAX:
        out->memory_max = value->integer;
        return 0;
    case SEIGR__GRANT_LABELS:
        return statement_label(r, value, out);
    case SEIGR__GRANT_DELEGATION_MAX:
        out->delegation_max = (uint32_t)value->integer;
        return 0;
    }
    return 0;
}

int seigr__grant_read(seigr_span detail, seigr_grant *out, seigr_error *error)
{
    seigr_grant view = SEIGR_GRANT_INIT;
    seigr__pb r;
    seigr__pb_value value;
    int has_audience = 0;
    int err;

    seigr__pb_init(&r, &statement_grant, detail, detail.ptr, error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        has_audience |= value.number == SEIGR__GRANT_AUDIENCE;
        err = statement_grant_field(&r, &value, &view);
        if (err != 0)
            return err;
    }
    if (err != 0)
        return err;
    if (!has_audience)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "audience",
                                  "it is missing");
    if (view.scope == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "scope", "it is missing");
    *out = view;
    return 0;
}

/* --- Revocation --------------------------------------------------------- */

static int statement_revocation_field(const seigr__pb *r,
                                      const seigr__pb_value *value,
                                      seigr_revocation *out)
{
    if (value->number <= SEIGR__REVOCATION_SET && out->type != 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "one revocation takes back one thing");
    switch (value->number) {
    case SEIGR__REVOCATION_KEY:
        out->type = SEIGR_REVOKES_KEY;
        return statement_bytes32(r, value, out->key.bytes);
    case SEIGR__REVOCATION_CAPSULE:
        out->type = SEIGR_REVOKES_CAPSULE;
        return statement_bytes32(r, value, out->capsule.bytes);
    case SEIGR__REVOCATION_SET:
        out->type = SEIGR_REVOKES_SET;
        return statement_list(r, value, 32, 32, SEIGR_STATEMENT_SET_MAX,
                              &out->set);
    case SEIGR__REVOCATION_LAST:
        if (out->type != SEIGR_REVOKES_KEY)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "it goes with a key alone");
        return statement_last(r, value, &out->last);
    case SEIGR__REVOCATION_REASON:
        return statement_text(r, value, SEIGR_STATEMENT_NAME_MAX, &out->reason);
    }
    return 0;
}

int seigr__revocation_read(seigr_span detail, seigr_revocation *out,
                           seigr_error *error)
{
    seigr_revocation view = SEIGR_REVOCATION_INIT;
    seigr__pb r;
    seigr__pb_value value;
    int err;

    seigr__pb_init(&r, &statement_revocation, detail, detail.ptr, error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = statement_revocation_field(&r, &value, &view);
        if (err != 0)
            return err;
    }
    if (err != 0)
        return err;
    if (view.type == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "key",
                                  "neither it, capsule nor set is there");
    *out = view;
    return 0;
}

/* --- Attestation -------------------------------------------------------- */

static int statement_attestation_field(const seigr__pb *r,
                                       const seigr__pb_value *value,
                                       seigr_attestation *out)
{
    switch (value->number) {
    case SEIGR__ATTESTATION_SUBJECT:
        return statement_bytes32(r, value, out->subject.bytes);
    case SEIGR__ATTESTATION_SCOPE:
        out->scope = (uint32_t)value->integer;
        return 0;
    case SEIGR__ATTESTATION_WEIGHT:
        out->weight = (uint32_t)value->integer;
        if (value->integer > SEIGR_STATEMENT_WEIGHT_MAX)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "it is past 1000 thousandths");
        return 0;
    case SEIGR__ATTESTATION_EXPIRES_MS:
        out->expires_ms = value->integer;
        return 0;
    case SEIGR__ATTESTATION_STATEMENT:
        return statement_text(r, value, SEIGR_STATEMENT_TEXT_MAX,
                              &out->statement);
    }
    return 0;
}

int seigr__attestation_read(seigr_span detail, seigr_attestation *out,
                            seigr_error *error)
{
    seigr_attestation view = SEIGR_ATTESTATION_INIT;
    seigr__pb r;
    seigr__pb_value value;
    int has_subject = 0;
    int err;

    seigr__pb_init(&r, &statement_attestation, detail, detail.ptr, error);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        has_subject |= value.number == SEIGR__ATTESTATION_SUBJECT;
        err = statement_attestation_field(&r, &value, &view);
        if (err != 0)
            return err;
    }
    if (err != 0)
        return err;
    if (!has_subject || view.scope == 0 || view.weight == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT,
                                  !has_subject      ? "subject"
                                  : view.scope == 0 ? "scope"
                                                    : "weight",
                                  "it is missing");
    *out = view;
    return 0;
}

/* --- Of capsules -------------------------------------------------------- */

static int statement_kind(const seigr_capsule *capsule, const void *out,
                          uint32_t kind, seigr_error *error)
{
    if (capsule != NULL && out != NULL && capsule->kind == kind)
        return 0;
    return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                       "the capsule is of another kind than %u",
                       (unsigned)kind);
}

int seigr_identity_read(const seigr_capsule *capsule, seigr_identity *out,
                        seigr_error *error)
{
    const int err = statement_kind(capsule, out, SEIGR_KIND_IDENTITY, error);

    return err != 0 ? err : seigr__identity_read(capsule->detail, out, error);
}

/* The parent is a link, so that lineage knows of it too. */
int seigr_grant_read(const seigr_capsule *capsule, seigr_grant *out,
                     seigr_error *error)
{
    seigr_grant view;
    seigr_link link;
    size_t cursor = 0;
    int err = statement_kind(capsule, out, SEIGR_KIND_GRANT, error);

    if (err == 0)
        err = seigr__grant_read(capsule->detail, &view, error);
    if (err != 0)
        return err;
    while (seigr_capsule_next_link(capsule, &cursor, &link)) {
        if (link.role != SEIGR_ROLE_GRANT)
            continue;
        if (view.has_parent)
            return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                               "Grant: it links to two parent grants");
        view.has_parent = 1;
        view.parent = link.id;
    }
    *out = view;
    return 0;
}

int seigr_revocation_read(const seigr_capsule *capsule, seigr_revocation *out,
                          seigr_error *error)
{
    const int err = statement_kind(capsule, out, SEIGR_KIND_REVOCATION, error);

    return err != 0 ? err : seigr__revocation_read(capsule->detail, out, error);
}

int seigr_attestation_read(const seigr_capsule *capsule, seigr_attestation *out,
                           seigr_error *error)
{
    const int err = statement_kind(capsule, out, SEIGR_KIND_ATTESTATION, error);

    return err != 0 ? err
                    : seigr__attestation_read(capsule->detail, out, error);
}
