/* SPDX-License-Identifier: MIT */
/*
 * payload_write.c - writes the payload of a draft (FORMATS 2.3).
 *
 * It writes what the draft says. Whether that obeys the rules, the reader
 * says, which looks at every payload before it is signed: there is one list
 * of rules, and no capsule of ours that our own door refuses.
 *
 * Invariants:
 *   (1) fields are put in ascending order.
 *   (2) the length that is counted is the length that is written.
 */
#include "payload.h"  /* seigr__payload_write, numbers of fields */
#include "pb_write.h" /* seigr__pb_put_* */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memset */

static int payload_span_is_there(seigr_span span)
{
    return span.ptr != NULL || span.len == 0;
}

/* Is everything there that the draft points to? */
static int payload_draft_is_whole(const seigr_draft *draft)
{
    if (draft == NULL || draft->struct_size < sizeof(seigr_draft) ||
        !payload_span_is_there(draft->name) ||
        !payload_span_is_there(draft->detail) ||
        !payload_span_is_there(draft->body.media_type) ||
        !payload_span_is_there(draft->body.content) ||
        draft->body.form > SEIGR_BODY_ROOT ||
        (draft->links == NULL && draft->link_count != 0) ||
        (draft->labels == NULL && draft->label_count != 0))
        return 0;
    for (size_t i = 0; i < draft->label_count; i++) {
        if (!payload_span_is_there(draft->labels[i].key) ||
            !payload_span_is_there(draft->labels[i].value))
            return 0;
    }
    return 1;
}

static void payload_put_link(seigr__pb_writer *w, const void *message)
{
    const seigr_link *link = message;

    seigr__pb_put_bytes(w, SEIGR__LINK_ID,
                        (seigr_span){link->id.bytes, SEIGR_ID_LEN});
    seigr__pb_put_uint(w, SEIGR__LINK_ROLE, link->role);
}

static void payload_put_label(seigr__pb_writer *w, const void *message)
{
    const seigr_label *label = message;

    assert(label != NULL);
    seigr__pb_put_bytes(w, SEIGR__LABEL_KEY, label->key);
    seigr__pb_put_bytes(w, SEIGR__LABEL_VALUE, label->value);
}

static void payload_put_body(seigr__pb_writer *w, const void *message)
{
    const seigr_body *body = message;
    uint64_t size = body->size;

    assert(body->form != SEIGR_BODY_NONE);
    if (body->form == SEIGR_BODY_INLINE && size == 0)
        size = body->content.len;
    seigr__pb_put_bytes(w, SEIGR__BODY_MEDIA_TYPE, body->media_type);
    seigr__pb_put_uint(w, SEIGR__BODY_SIZE, size);
    if (body->form == SEIGR_BODY_INLINE)
        seigr__pb_put_present(w, SEIGR__BODY_INLINE, body->content);
    else
        seigr__pb_put_present(w, SEIGR__BODY_ROOT,
                              (seigr_span){body->root.bytes, 32});
    if (body->has_sha256)
        seigr__pb_put_present(w, SEIGR__BODY_SHA256,
                              (seigr_span){body->sha256.bytes, 32});
}

static void payload_put(seigr__pb_writer *w, const seigr_draft *draft)
{
    const unsigned detail = seigr__detail_of_kind(draft->kind);

    seigr__pb_put_uint(w, SEIGR__CAPSULE_KIND, draft->kind); /* (1) */
    seigr__pb_put_bytes(w, SEIGR__CAPSULE_NAME, draft->name);
    seigr__pb_put_uint(w, SEIGR__CAPSULE_CREATED_MS, draft->created_ms);
    seigr__pb_put_uint(w, SEIGR__CAPSULE_SEQUENCE, draft->sequence);
    if (draft->previous != NULL)
        seigr__pb_put_bytes(w, SEIGR__CAPSULE_PREVIOUS,
                            (seigr_span){draft->previous->bytes, SEIGR_ID_LEN});
    for (size_t i = 0; i < draft->link_count; i++)
        seigr__pb_put_message(w, SEIGR__CAPSULE_LINKS, payload_put_link,
                              &draft->links[i]);
    for (size_t i = 0; i < draft->label_count; i++)
        seigr__pb_put_message(w, SEIGR__CAPSULE_LABELS, payload_put_label,
                              &draft->labels[i]);
    if (draft->body.form != SEIGR_BODY_NONE)
        seigr__pb_put_message(w, SEIGR__CAPSULE_BODY, payload_put_body,
                              &draft->body);
    seigr__pb_put_uint(w, SEIGR__CAPSULE_STREAM, draft->stream);
    if (detail != SEIGR__DETAIL_NONE && detail != SEIGR__DETAIL_ANY)
        seigr__pb_put_present(w, detail, draft->detail);
}

int seigr__payload_write(const seigr_draft *draft, seigr_buf out, size_t *len,
                         seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};
    unsigned detail;

    assert(draft != NULL && len != NULL);
    assert(out.ptr != NULL || out.len == 0);
    if (!payload_draft_is_whole(draft))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "the draft lacks what it points to");
    detail = seigr__detail_of_kind(draft->kind);
    if (draft->detail.len > 0 &&
        (detail == SEIGR__DETAIL_NONE || detail == SEIGR__DETAIL_ANY))
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "Capsule: kind %u has no detail known here",
                           (unsigned)draft->kind);
    payload_put(&w, draft);
    if (w.len > SEIGR_CAPSULE_PAYLOAD_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "the payload would be longer than 1 MiB");
    *len = w.len;
    return 0;
}

int seigr__payload_check(const seigr_crypto *crypto, seigr_span payload,
                         seigr_error *error)
{
    seigr_capsule view;
    int err;

    assert(payload.ptr != NULL);
    memset(&view, 0, sizeof(view));
    err = seigr__payload_read(crypto, payload, payload.ptr, &view, error);
    if (err != 0 && error != NULL)
        error->offset = SEIGR_NO_OFFSET; /* the caller has no bytes yet */
    return err;
}

int seigr_capsule_payload_encode(const seigr_context *context,
                                 const seigr_draft *draft, seigr_buf out,
                                 size_t *len_out, seigr_error *error)
{
    size_t len;
    int err;

    if (context == NULL || len_out == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_capsule_payload_encode: an argument is "
                           "missing");
    err = seigr__payload_write(draft, out, &len, error);
    if (err != 0)
        return err;
    if (len > out.len) {
        *len_out = len;
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "the payload takes %zu bytes", len);
    }
    err = seigr__payload_check(context->crypto, (seigr_span){out.ptr, len},
                               error);
    if (err == 0)
        *len_out = len; /* (2) */
    return err;
}
