/* SPDX-License-Identifier: MIT */
/*
 * cose_sign.c - writes and signs a COSE_Sign1 in deterministic CBOR.
 *
 * Invariants:
 *   (1) nothing is signed that seigr_cose_sign1_decode() does not take.
 *   (2) the entries are in the order in which they are written: the
 *       protected bucket first, labels as RFC 8949 4.2.1 sorts them.
 */
#include "base/alloc.h"      /* seigr__alloc */
#include "base/cbor.h"       /* seigr__cbor_skip */
#include "base/cbor_write.h" /* seigr__cbor_write_* */
#include "base/error.h"      /* seigr__fail */
#include "seigr/cose.h"      /* seigr_cose_sign1_sign */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define COSE_TAG_SIGN1 18u

#define COSE_FORM_NUMBER 0u
#define COSE_FORM_BYTES 1u
#define COSE_FORM_TEXT 2u
#define COSE_FORM_ITEM 3u

struct cose_entry {
    int64_t label;
    int64_t number;
    seigr_span value;
    uint32_t form;
    uint32_t is_unprotected;
};

struct cose_entries {
    struct cose_entry at[SEIGR_COSE_HEADERS_MAX];
    size_t count;
    size_t protected_count;
};

/* RFC 8949, 4.2.1 for integers: 0, 1, ... then -1, -2, ... */
static int cose_label_before(int64_t a, int64_t b)
{
    if ((a < 0) != (b < 0))
        return b < 0;
    return a < 0 ? a > b : a < b;
}

static int cose_entry_before(const struct cose_entry *a,
                             const struct cose_entry *b)
{
    if (a->is_unprotected != b->is_unprotected)
        return b->is_unprotected != 0;
    return cose_label_before(a->label, b->label);
}

/* Put an entry where it belongs (2). */
static int cose_entry_add(struct cose_entries *entries,
                          const struct cose_entry *entry, seigr_error *error)
{
    size_t at = entries->count;

    assert(entries->count <= SEIGR_COSE_HEADERS_MAX);
    if (entries->count == SEIGR_COSE_HEADERS_MAX)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "more than %u header parameters",
                           SEIGR_COSE_HEADERS_MAX);
    for (size_t i = 0; i < entries->count; i++) {
        if (entries->at[i].label == entry->label)
            return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                               "a header label stands twice");
    }
    for (; at > 0 && cose_entry_before(entry, &entries->at[at - 1]); at--)
        entries->at[at] = entries->at[at - 1];
    entries->at[at] = *entry;
    entries->count++;
    entries->protected_count += !entry->is_unprotected;
    return 0;
}

static int cose_headers_add(struct cose_entries *entries,
                            const seigr_cose_header *headers, size_t count,
                            uint32_t is_unprotected, seigr_error *error)
{
    int err = 0;

    assert(headers != NULL || count == 0);
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct cose_entry entry = {headers[i].label, 0, headers[i].value,
                                         COSE_FORM_ITEM, is_unprotected};
        seigr__cbor r;

        seigr__cbor_init(&r, entry.value, SEIGR__CBOR_DETERMINISTIC, error);
        err = seigr__cbor_skip(&r, NULL);
        if (err == 0)
            err = seigr__cbor_done(&r);
        if (err == 0 && entry.label == 0)
            err = seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                              "header label 0 is reserved");
        if (err == 0)
            err = cose_entry_add(entries, &entry, error);
    }
    return err;
}

static int cose_collect(const seigr_cose_draft *draft,
                        struct cose_entries *entries, seigr_error *error)
{
    const struct cose_entry alg = {.label = SEIGR_COSE_LABEL_ALG,
                                   .number = draft->alg != 0 ? draft->alg
                                                             : SEIGR_COSE_EDDSA,
                                   .form = COSE_FORM_NUMBER};
    const struct cose_entry type = {.label = SEIGR_COSE_LABEL_CONTENT_TYPE,
                                    .value = draft->content_type,
                                    .form = COSE_FORM_TEXT};
    const struct cose_entry kid = {
        .label = SEIGR_COSE_LABEL_KID,
        .value = draft->kid,
        .form = COSE_FORM_BYTES,
        .is_unprotected = (draft->flags & SEIGR_COSE_KID_UNPROTECTED) != 0};
    int err;

    entries->count = 0;
    entries->protected_count = 0;
    if (alg.number != SEIGR_COSE_EDDSA && alg.number != SEIGR_COSE_ED25519)
        return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                           "the algorithm is neither -8 (EdDSA) nor -19 "
                           "(Ed25519)");
    err = cose_entry_add(entries, &alg, error);
    if (err == 0 && draft->content_type.ptr != NULL)
        err = cose_entry_add(entries, &type, error);
    if (err == 0 && draft->kid.ptr != NULL)
        err = cose_entry_add(entries, &kid, error);
    if (err == 0)
        err = cose_headers_add(entries, draft->protected_headers,
                               draft->protected_count, 0, error);
    if (err == 0)
        err = cose_headers_add(entries, draft->unprotected_headers,
                               draft->unprotected_count, 1, error);
    return err;
}

static void cose_write_bucket(seigr__cbor_writer *w,
                              const struct cose_entry *entries, size_t count)
{
    seigr__cbor_write_map(w, count);
    for (size_t i = 0; i < count; i++) {
        seigr__cbor_write_int(w, entries[i].label);
        switch (entries[i].form) {
        case COSE_FORM_NUMBER:
            seigr__cbor_write_int(w, entries[i].number);
            break;
        case COSE_FORM_BYTES:
            seigr__cbor_write_bytes(w, entries[i].value);
            break;
        case COSE_FORM_TEXT:
            seigr__cbor_write_text(w, entries[i].value);
            break;
        case COSE_FORM_ITEM:
            seigr__cbor_write_raw(w, entries[i].value);
            break;
        }
    }
}

/* All of the message up to the content of the signature. */
static void cose_write_message(seigr__cbor_writer *w,
                               const seigr_cose_draft *draft,
                               const struct cose_entries *entries)
{
    const size_t split = entries->protected_count;
    seigr__cbor_writer count;

    assert(split >= 1 && split <= entries->count); /* alg is there */
    seigr__cbor_write_init(&count, (seigr_buf){NULL, 0});
    cose_write_bucket(&count, entries->at, split);
    if ((draft->flags & SEIGR_COSE_UNTAGGED) == 0)
        seigr__cbor_write_tag(w, COSE_TAG_SIGN1);
    seigr__cbor_write_array(w, 4);
    seigr__cbor_write_bytes_head(w, count.len);
    cose_write_bucket(w, entries->at, split);
    cose_write_bucket(w, entries->at + split, entries->count - split);
    if ((draft->flags & SEIGR_COSE_DETACHED) != 0)
        seigr__cbor_write_nil(w);
    else
        seigr__cbor_write_bytes(w, draft->payload);
    seigr__cbor_write_bytes_head(w, SEIGR_SIGNATURE_LEN);
}

/*
 * room holds the message, of len bytes, whose signature is still to come;
 * what is signed is made behind it.
 */
static int cose_sign_message(const seigr_cose_draft *draft,
                             const seigr_signer *signer, seigr_buf room,
                             size_t len, seigr_error *error)
{
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    const seigr_buf behind = {room.ptr + len, room.len - len};
    uint8_t *signature = room.ptr + len - SEIGR_SIGNATURE_LEN;
    size_t signed_len;
    int err;

    assert(room.len >= len && len > SEIGR_SIGNATURE_LEN);
    memset(signature, 0, SEIGR_SIGNATURE_LEN);
    err = seigr_cose_sign1_decode((seigr_span){room.ptr, len},
                                  (seigr_buf){NULL, 0}, &view, error); /* (1) */
    if (err != 0)
        return err;
    options.flags = draft->flags & SEIGR_COSE_DETACHED;
    options.external_aad = draft->external_aad;
    options.payload = draft->payload;
    err = seigr_cose_sign1_signed_bytes(&view, &options, behind, &signed_len,
                                        error);
    assert(err == 0);
    err = signer->sign(signature, (seigr_span){behind.ptr, signed_len},
                       signer->ctx);
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the signer gave no signature");
    return 0;
}

static int cose_draft_is_valid(const seigr_cose_draft *draft)
{
    return draft != NULL && draft->struct_size >= sizeof(*draft) &&
           (draft->payload.ptr != NULL || draft->payload.len == 0) &&
           (draft->external_aad.ptr != NULL || draft->external_aad.len == 0) &&
           (draft->protected_headers != NULL || draft->protected_count == 0) &&
           (draft->unprotected_headers != NULL ||
            draft->unprotected_count == 0);
}

int seigr_cose_sign1_sign(const seigr_context *context,
                          const seigr_cose_draft *draft,
                          const seigr_signer *signer, seigr_buf out,
                          size_t *len_out, seigr_error *error)
{
    struct cose_entries entries;
    seigr__cbor_writer w;
    seigr_buf room;
    size_t attached;
    size_t len;
    int err;

    if (context == NULL || !cose_draft_is_valid(draft) || signer == NULL ||
        len_out == NULL || (out.ptr == NULL && out.len > 0))
        return SEIGR_E_INVAL;
    err = cose_collect(draft, &entries, error);
    if (err != 0)
        return err;
    seigr__cbor_write_init(&w, (seigr_buf){NULL, 0});
    cose_write_message(&w, draft, &entries);
    len = w.len + SEIGR_SIGNATURE_LEN;
    attached =
        (draft->flags & SEIGR_COSE_DETACHED) != 0 ? 0 : draft->payload.len;
    if (out.len < len) {
        *len_out = len;
        return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                           "the message takes %zu bytes, %zu are given", len,
                           out.len);
    }
    /* The protected bucket is a part of the message without its payload. */
    room.len =
        len + SEIGR_COSE_SCRATCH_LEN(len - attached, draft->external_aad.len,
                                     draft->payload.len);
    room.ptr = seigr__alloc(context, room.len);
    if (room.ptr == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "%zu bytes to sign could not be had", room.len);
    seigr__cbor_write_init(&w, room);
    cose_write_message(&w, draft, &entries);
    assert(w.len + SEIGR_SIGNATURE_LEN == len);
    err = cose_sign_message(draft, signer, room, len, error);
    if (err == 0) {
        memcpy(out.ptr, room.ptr, len);
        *len_out = len;
    }
    seigr__release(context, room.ptr);
    return err;
}
