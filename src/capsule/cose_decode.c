/* SPDX-License-Identifier: MIT */
/*
 * cose_decode.c - reads a COSE_Sign1 of other people into a view.
 *
 *   18([protected: bstr, unprotected: map, payload: bstr / nil,
 *       signature: bstr])                              RFC 9052, 4.2
 *
 * It verifies nothing and chooses no key.
 *
 * Invariants:
 *   (1) a view is written only when all of the bytes were read.
 *   (2) protected_header is empty exactly if the bucket is: both of its
 *       empty forms are signed as a byte string of length 0 (RFC 9052, 4.4).
 */
#include "cose_headers.h" /* seigr__cose_bucket */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */

#define COSE_TAG_SIGN1 18u

static int cose_read_tag(seigr__cbor *r, seigr_cose_sign1 *view)
{
    const size_t at = r->at;
    uint64_t tag;
    int err;

    if (seigr__cbor_peek(r) != SEIGR__CBOR_TAG)
        return 0;
    err = seigr__cbor_tag(r, &tag);
    if (err != 0)
        return err;
    if (tag != COSE_TAG_SIGN1)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "tag %llu is not that of a COSE_Sign1",
                           (unsigned long long)tag);
    view->flags |= SEIGR_COSE_TAGGED;
    return 0;
}

/* Offsets of a refusal inside the protected bucket count from its start. */
static void cose_shift(const seigr__cbor *r, seigr_span content)
{
    const uintptr_t start = (uintptr_t)r->start;
    const uintptr_t ptr = (uintptr_t)content.ptr;

    assert(content.len > 0);
    if (r->error == NULL)
        return;
    if (ptr >= start && ptr - start <= r->end)
        seigr__error_shift(r->error, ptr - start);
    else
        r->error->offset = SEIGR_NO_OFFSET; /* it was joined in the room */
}

static int cose_read_protected(seigr__cbor *r, seigr_buf *room,
                               struct seigr__cose_labels *labels,
                               seigr_cose_sign1 *view)
{
    seigr__cbor inner;
    seigr_span content;
    int err = seigr__cbor_join(r, SEIGR__CBOR_BYTES, room, &content);

    if (err != 0)
        return err;
    view->protected_header = content;
    if (content.len == 0)
        return 0;
    seigr__cbor_init(&inner, content, SEIGR__CBOR_WELL_FORMED, r->error);
    err = seigr__cose_bucket(&inner, 1, room, labels, view);
    if (err == 0)
        err = seigr__cbor_done(&inner);
    if (err != 0)
        cose_shift(r, content);
    if (labels->count == 0)
        view->protected_header.len = 0; /* (2) */
    return err;
}

static int cose_read_unprotected(seigr__cbor *r, seigr_buf *room,
                                 struct seigr__cose_labels *labels,
                                 seigr_cose_sign1 *view)
{
    const size_t at = r->at;
    const int err = seigr__cose_bucket(r, 0, room, labels, view);

    assert(err != 0 || r->at > at);
    view->unprotected_header = (seigr_span){r->start + at, r->at - at};
    return err;
}

static int cose_read_payload(seigr__cbor *r, seigr_buf *room,
                             seigr_cose_sign1 *view)
{
    if (seigr__cbor_peek(r) != SEIGR__CBOR_SIMPLE)
        return seigr__cbor_join(r, SEIGR__CBOR_BYTES, room, &view->payload);
    view->flags |= SEIGR_COSE_DETACHED;
    return seigr__cbor_nil(r);
}

/* There must be one more element of the array. */
static int cose_next(seigr__cbor *r, uint64_t *left)
{
    const int more = seigr__cbor_next(r, left);

    assert(left != NULL);
    if (more < 0)
        return more;
    return more == 1 ? 0
                     : seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                        "a COSE_Sign1 has four elements");
}

static int cose_read_array(seigr__cbor *r, seigr_buf *room,
                           struct seigr__cose_labels *labels,
                           seigr_cose_sign1 *view)
{
    uint64_t left;
    int err = seigr__cbor_open(r, SEIGR__CBOR_ARRAY, &left);

    if (err == 0)
        err = cose_next(r, &left);
    if (err == 0)
        err = cose_read_protected(r, room, labels, view);
    if (err == 0)
        err = cose_next(r, &left);
    if (err == 0)
        err = cose_read_unprotected(r, room, labels, view);
    if (err == 0)
        err = cose_next(r, &left);
    if (err == 0)
        err = cose_read_payload(r, room, view);
    if (err == 0)
        err = cose_next(r, &left);
    if (err == 0)
        err = seigr__cbor_join(r, SEIGR__CBOR_BYTES, room, &view->signature);
    if (err != 0)
        return err;
    err = seigr__cbor_next(r, &left);
    if (err == 1)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "a COSE_Sign1 has four elements");
    return err;
}

int seigr_cose_sign1_decode(seigr_span bytes, seigr_buf room,
                            seigr_cose_sign1 *out, seigr_error *error)
{
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    struct seigr__cose_labels labels;
    seigr__cbor r;
    int err;

    if (out == NULL || out->struct_size < sizeof(*out) ||
        (bytes.ptr == NULL && bytes.len > 0) ||
        (room.ptr == NULL && room.len > 0))
        return SEIGR_E_INVAL;
    labels.count = 0;
    labels.protected_count = 0;
    seigr__cbor_init(&r, bytes, SEIGR__CBOR_WELL_FORMED, error);
    err = cose_read_tag(&r, &view);
    if (err == 0)
        err = cose_read_array(&r, &room, &labels, &view);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0)
        *out = view; /* (1) */
    return err;
}

/* 1 and the value, or 0. The bucket has been read before. */
static int cose_find_in(seigr_span bucket, int64_t label, seigr_span *value)
{
    struct seigr__cose_label found;
    seigr__cbor r;
    uint64_t left;

    assert(value != NULL);
    seigr__cbor_init(&r, bucket, SEIGR__CBOR_WELL_FORMED, NULL);
    if (bucket.len == 0 || seigr__cbor_open(&r, SEIGR__CBOR_MAP, &left) != 0)
        return 0;
    while (seigr__cbor_next(&r, &left) == 1) {
        if (seigr__cose_label(&r, &found) != 0 ||
            seigr__cbor_skip(&r, value) != 0)
            return 0;
        if (seigr__cose_label_is(&found, label))
            return 1;
    }
    return 0;
}

int seigr_cose_sign1_find(const seigr_cose_sign1 *message, int64_t label,
                          seigr_span *value_out, uint32_t *is_protected_out)
{
    seigr_span value;
    uint32_t is_protected = 1;

    if (message == NULL || value_out == NULL)
        return SEIGR_E_INVAL;
    if (!cose_find_in(message->protected_header, label, &value)) {
        is_protected = 0;
        if (!cose_find_in(message->unprotected_header, label, &value))
            return SEIGR_E_NOTFOUND;
    }
    *value_out = value;
    if (is_protected_out != NULL)
        *is_protected_out = is_protected;
    return 0;
}
