/* SPDX-License-Identifier: MIT */
/*
 * statement_write.c - writes the four statements.
 *
 * What is written is read again before it is handed out: there is one list of
 * rules, the reader's.
 */
#include "statement_fields.h" /* numbers, seigr__*_read */

#include "base/error.h"       /* seigr__fail */
#include "capsule/payload.h"  /* SEIGR__LABEL_* */
#include "capsule/pb_write.h" /* seigr__pb_put_* */

#include <assert.h> /* assert */

static int statement_is_there(seigr_span span)
{
    return span.ptr != NULL || span.len == 0;
}

static int statement_invalid(seigr_error *error)
{
    return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                       "the statement lacks what it points to");
}

/* Room for what was counted? Returns 0, or SEIGR_E_ROOM. */
static int statement_room(const seigr__pb_writer *w, size_t *len_out,
                          seigr_error *error)
{
    if (w->len <= w->room)
        return 0;
    *len_out = w->len;
    return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                       "the statement takes %zu bytes", w->len);
}

static int statement_done(int err, size_t len, size_t *len_out,
                          seigr_error *error)
{
    if (err == 0)
        *len_out = len;
    else if (error != NULL)
        error->offset = SEIGR_NO_OFFSET; /* the caller has no bytes yet */
    return err;
}

int seigr_identity_encode(const seigr_identity *identity, seigr_buf out,
                          size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    seigr_identity view;
    int err;

    if (identity == NULL || len_out == NULL ||
        !statement_is_there(identity->name) ||
        !statement_is_there(identity->device_class) ||
        !statement_is_there(identity->recovery_keys) ||
        !statement_is_there(identity->approvals) ||
        !statement_is_there(identity->last))
        return statement_invalid(error);
    seigr__pb_put_bytes(&w, SEIGR__IDENTITY_NAME, identity->name);
    seigr__pb_put_bytes(&w, SEIGR__IDENTITY_DEVICE_CLASS,
                        identity->device_class);
    if (identity->has_previous)
        seigr__pb_put_bytes(&w, SEIGR__IDENTITY_PREVIOUS_KEY,
                            (seigr_span){identity->previous.bytes, 32});
    if (identity->has_next)
        seigr__pb_put_bytes(&w, SEIGR__IDENTITY_NEXT_HASH,
                            (seigr_span){identity->next.bytes, 32});
    seigr__pb_put_uint(&w, SEIGR__IDENTITY_RECOVERY_THRESHOLD,
                       identity->recovery_threshold);
    seigr__pb_put_bytes(&w, SEIGR__IDENTITY_RECOVERY_KEYS,
                        identity->recovery_keys);
    seigr__pb_put_bytes(&w, SEIGR__IDENTITY_APPROVALS, identity->approvals);
    seigr__pb_put_uint(&w, SEIGR__IDENTITY_RETIRED, identity->is_retired != 0);
    seigr__pb_put_bytes(&w, SEIGR__IDENTITY_LAST, identity->last);
    err = statement_room(&w, len_out, error);
    if (err != 0)
        return err;
    err = seigr__identity_read((seigr_span){out.ptr, w.len}, &view, error);
    return statement_done(err, w.len, len_out, error);
}

static void statement_put_label(seigr__pb_writer *w, const void *message)
{
    const seigr_label *label = message;

    seigr__pb_put_bytes(w, SEIGR__LABEL_KEY, label->key);
    seigr__pb_put_bytes(w, SEIGR__LABEL_VALUE, label->value);
}

static int statement_grant_is_whole(const seigr_grant *grant)
{
    if (grant == NULL || !statement_is_there(grant->resource) ||
        grant->label_count > SEIGR_STATEMENT_LABELS_MAX)
        return 0;
    for (uint32_t i = 0; i < grant->label_count; i++)
        if (!statement_is_there(grant->labels[i].key) ||
            !statement_is_there(grant->labels[i].value))
            return 0;
    return 1;
}

int seigr_grant_encode(const seigr_grant *grant, seigr_buf out, size_t *len_out,
                       seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    seigr_grant view;
    int err;

    if (!statement_grant_is_whole(grant) || len_out == NULL)
        return statement_invalid(error);
    seigr__pb_put_bytes(&w, SEIGR__GRANT_AUDIENCE,
                        (seigr_span){grant->audience.bytes, 32});
    seigr__pb_put_uint(&w, SEIGR__GRANT_SCOPE, grant->scope);
    seigr__pb_put_bytes(&w, SEIGR__GRANT_RESOURCE, grant->resource);
    seigr__pb_put_uint(&w, SEIGR__GRANT_EXPIRES_MS, grant->expires_ms);
    seigr__pb_put_uint(&w, SEIGR__GRANT_USE_MAX, grant->use_max);
    seigr__pb_put_uint(&w, SEIGR__GRANT_FUEL_MAX, grant->fuel_max);
    seigr__pb_put_uint(&w, SEIGR__GRANT_MEMORY_MAX, grant->memory_max);
    for (uint32_t i = 0; i < grant->label_count; i++)
        seigr__pb_put_message(&w, SEIGR__GRANT_LABELS, statement_put_label,
                              &grant->labels[i]);
    seigr__pb_put_uint(&w, SEIGR__GRANT_DELEGATION_MAX, grant->delegation_max);
    err = statement_room(&w, len_out, error);
    if (err != 0)
        return err;
    err = seigr__grant_read((seigr_span){out.ptr, w.len}, &view, error);
    return statement_done(err, w.len, len_out, error);
}

int seigr_revocation_encode(const seigr_revocation *revocation, seigr_buf out,
                            size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    seigr_revocation view;
    int err;

    if (revocation == NULL || len_out == NULL ||
        !statement_is_there(revocation->set) ||
        !statement_is_there(revocation->last) ||
        !statement_is_there(revocation->reason))
        return statement_invalid(error);
    if (revocation->type == SEIGR_REVOKES_KEY)
        seigr__pb_put_bytes(&w, SEIGR__REVOCATION_KEY,
                            (seigr_span){revocation->key.bytes, 32});
    else if (revocation->type == SEIGR_REVOKES_CAPSULE)
        seigr__pb_put_bytes(&w, SEIGR__REVOCATION_CAPSULE,
                            (seigr_span){revocation->capsule.bytes, 32});
    else
        seigr__pb_put_bytes(&w, SEIGR__REVOCATION_SET, revocation->set);
    seigr__pb_put_bytes(&w, SEIGR__REVOCATION_LAST, revocation->last);
    seigr__pb_put_bytes(&w, SEIGR__REVOCATION_REASON, revocation->reason);
    err = statement_room(&w, len_out, error);
    if (err != 0)
        return err;
    err = seigr__revocation_read((seigr_span){out.ptr, w.len}, &view, error);
    return statement_done(err, w.len, len_out, error);
}

int seigr_attestation_encode(const seigr_attestation *attestation,
                             seigr_buf out, size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    seigr_attestation view;
    int err;

    if (attestation == NULL || len_out == NULL ||
        !statement_is_there(attestation->statement))
        return statement_invalid(error);
    seigr__pb_put_bytes(&w, SEIGR__ATTESTATION_SUBJECT,
                        (seigr_span){attestation->subject.bytes, 32});
    seigr__pb_put_uint(&w, SEIGR__ATTESTATION_SCOPE, attestation->scope);
    seigr__pb_put_uint(&w, SEIGR__ATTESTATION_WEIGHT, attestation->weight);
    seigr__pb_put_uint(&w, SEIGR__ATTESTATION_EXPIRES_MS,
                       attestation->expires_ms);
    seigr__pb_put_bytes(&w, SEIGR__ATTESTATION_STATEMENT,
                        attestation->statement);
    err = statement_room(&w, len_out, error);
    if (err != 0)
        return err;
    err = seigr__attestation_read((seigr_span){out.ptr, w.len}, &view, error);
    return statement_done(err, w.len, len_out, error);
}
