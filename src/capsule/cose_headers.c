/* SPDX-License-Identifier: MIT */
/*
 * cose_headers.c - reads header parameters (RFC 9052, 3 and 3.1).
 *
 * It checks the types of the parameters that RFC 9052 defines and passes over
 * the values of others, which must be well formed.
 *
 * Invariants:
 *   (1) no label stands twice, in one bucket or in both: labels are compared
 *       by what they are, not by how they are encoded.
 *   (2) what is compared with what is bounded by SEIGR_COSE_HEADERS_MAX.
 */
#include "cose_headers.h" /* seigr__cose_bucket */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

#define COSE_LABEL_IV 5
#define COSE_LABEL_PARTIAL_IV 6

int seigr__cose_label(seigr__cbor *r, struct seigr__cose_label *out)
{
    const int major = seigr__cbor_peek(r);
    int64_t number;
    int err;

    assert(out != NULL);
    if (major < 0)
        return major;
    memset(out, 0, sizeof(*out));
    out->major = (uint32_t)major;
    if (major == SEIGR__CBOR_TEXT)
        return seigr__cbor_text(r, &out->text); /* never in chunks */
    if (major == SEIGR__CBOR_UINT)
        return seigr__cbor_uint(r, &out->value);
    if (major != SEIGR__CBOR_NINT)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "a header label is neither a number nor text");
    err = seigr__cbor_int(r, &number);
    if (err == 0)
        out->value = (uint64_t)(-1 - number);
    return err;
}

int seigr__cose_label_is(const struct seigr__cose_label *label, int64_t number)
{
    assert(label != NULL);
    if (number >= 0)
        return label->major == SEIGR__CBOR_UINT &&
               label->value == (uint64_t)number;
    return label->major == SEIGR__CBOR_NINT &&
           label->value == (uint64_t)(-1 - number);
}

static int cose_labels_equal(const struct seigr__cose_label *a,
                             const struct seigr__cose_label *b)
{
    assert(a != NULL && b != NULL);
    return a->major == b->major && a->value == b->value &&
           a->text.len == b->text.len &&
           (a->text.len == 0 ||
            memcmp(a->text.ptr, b->text.ptr, a->text.len) == 0);
}

static int cose_labels_have(const struct seigr__cose_labels *labels,
                            size_t count, const struct seigr__cose_label *label)
{
    assert(count <= labels->count);
    for (size_t i = 0; i < count; i++) {
        if (cose_labels_equal(&labels->at[i], label))
            return 1;
    }
    return 0;
}

/* (1) (2) */
static int cose_labels_add(seigr__cbor *r, size_t at,
                           struct seigr__cose_labels *labels,
                           const struct seigr__cose_label *label)
{
    assert(labels->count <= SEIGR_COSE_HEADERS_MAX);
    if (labels->count == SEIGR_COSE_HEADERS_MAX)
        return seigr__fail(r->error, SEIGR_E_LIMIT, at,
                           "the message has more than %u header parameters",
                           SEIGR_COSE_HEADERS_MAX);
    if (cose_labels_have(labels, labels->count, label))
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "a header label stands twice");
    labels->at[labels->count++] = *label;
    return 0;
}

/* A number that is no algorithm, or text, leaves alg at 0. */
static int cose_read_alg(seigr__cbor *r, int is_protected,
                         seigr_cose_sign1 *view)
{
    const int major = seigr__cbor_peek(r);

    if (!is_protected)
        view->flags |= SEIGR_COSE_ALG_UNPROTECTED;
    if (major != SEIGR__CBOR_UINT && major != SEIGR__CBOR_NINT &&
        major != SEIGR__CBOR_TEXT)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "the algorithm is neither a number nor text");
    if (major == SEIGR__CBOR_TEXT)
        return seigr__cbor_skip(r, NULL);
    return seigr__cbor_int(r, &view->alg);
}

static int cose_read_kid(seigr__cbor *r, int is_protected, seigr_buf *room,
                         seigr_cose_sign1 *view)
{
    if (!is_protected)
        view->flags |= SEIGR_COSE_KID_UNPROTECTED;
    return seigr__cbor_join(r, SEIGR__CBOR_BYTES, room, &view->kid);
}

static int cose_read_content_type(seigr__cbor *r)
{
    const int major = seigr__cbor_peek(r);

    if (major != SEIGR__CBOR_UINT && major != SEIGR__CBOR_TEXT)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "the content type is neither a number nor "
                                "text");
    return seigr__cbor_skip(r, NULL);
}

static int cose_read_bytes(seigr__cbor *r)
{
    if (seigr__cbor_peek(r) != SEIGR__CBOR_BYTES)
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "an initialisation vector is no byte string");
    return seigr__cbor_skip(r, NULL);
}

static int cose_read_value(seigr__cbor *r, int is_protected, seigr_buf *room,
                           const struct seigr__cose_label *label,
                           seigr_cose_sign1 *view)
{
    assert(label->major <= SEIGR__CBOR_TEXT);
    if (label->major != SEIGR__CBOR_UINT)
        return seigr__cbor_skip(r, NULL);
    switch (label->value) {
    case SEIGR_COSE_LABEL_ALG:
        return cose_read_alg(r, is_protected, view);
    case SEIGR_COSE_LABEL_CRIT:
        if (!is_protected)
            return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                    "crit is not in the protected bucket");
        return seigr__cbor_skip(r, NULL); /* its labels come afterwards */
    case SEIGR_COSE_LABEL_CONTENT_TYPE:
        return cose_read_content_type(r);
    case SEIGR_COSE_LABEL_KID:
        return cose_read_kid(r, is_protected, room, view);
    case COSE_LABEL_IV:
    case COSE_LABEL_PARTIAL_IV:
        return cose_read_bytes(r);
    default:
        return seigr__cbor_skip(r, NULL);
    }
}

/* RFC 9052, 3.1: one label at least, each of the protected bucket. */
static int cose_check_crit(seigr__cbor *r,
                           const struct seigr__cose_labels *labels)
{
    uint64_t left;
    size_t count = 0;
    int err = seigr__cbor_open(r, SEIGR__CBOR_ARRAY, &left);

    while (err == 0 && (err = seigr__cbor_next(r, &left)) == 1) {
        const size_t at = r->at;
        struct seigr__cose_label label;

        err = seigr__cose_label(r, &label);
        if (err == 0 &&
            !cose_labels_have(labels, labels->protected_count, &label))
            err = seigr__fail(r->error, SEIGR_E_FORMAT, at,
                              "crit names a label that is not in the "
                              "protected bucket");
        count++;
    }
    if (err == 0 && count == 0)
        err = seigr__cbor_fail(r, SEIGR_E_FORMAT, "crit names no label");
    return err;
}

static int cose_ivs_exclude(seigr__cbor *r,
                            const struct seigr__cose_labels *labels)
{
    const struct seigr__cose_label iv = {.value = COSE_LABEL_IV};
    const struct seigr__cose_label partial = {.value = COSE_LABEL_PARTIAL_IV};

    assert(labels->count <= SEIGR_COSE_HEADERS_MAX);
    if (cose_labels_have(labels, labels->count, &iv) &&
        cose_labels_have(labels, labels->count, &partial))
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "IV and Partial IV exclude each other");
    return 0;
}

int seigr__cose_bucket(seigr__cbor *r, int is_protected, seigr_buf *room,
                       struct seigr__cose_labels *labels,
                       seigr_cose_sign1 *view)
{
    seigr__cbor crit;
    int has_crit = 0;
    uint64_t left;
    int err = seigr__cbor_open(r, SEIGR__CBOR_MAP, &left);

    assert(r != NULL && labels != NULL);
    while (err == 0 && (err = seigr__cbor_next(r, &left)) == 1) {
        const size_t at = r->at;
        struct seigr__cose_label label;

        err = seigr__cose_label(r, &label);
        if (err == 0)
            err = cose_labels_add(r, at, labels, &label);
        if (err != 0)
            return err;
        if (seigr__cose_label_is(&label, SEIGR_COSE_LABEL_CRIT)) {
            crit = *r;
            has_crit = 1;
        }
        err = cose_read_value(r, is_protected, room, &label, view);
    }
    if (err != 0)
        return err;
    if (is_protected)
        labels->protected_count = labels->count;
    if (has_crit)
        err = cose_check_crit(&crit, labels);
    return err != 0 ? err : cose_ivs_exclude(r, labels);
}
