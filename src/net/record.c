/* SPDX-License-Identifier: MIT */
/*
 * record.c - records from and to bytes, by one table.
 *
 * Invariants:
 *   (1) what decodes is what encoding its fields gives: one form each.
 *   (2) nothing is allocated, and no field is longer than its record.
 */
#include "seigr/record.h" /* seigr_record */

#include "base/cbor.h"       /* seigr__cbor */
#include "base/cbor_write.h" /* seigr__cbor_write */
#include "base/error.h"      /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* strlen */

/*
 * The fields, a letter each: u number, k key, ID or hash of 32 bytes, i any
 * count of these in one string, b bytes, t text, c an item of CBOR.
 */
static const struct record_type {
    uint32_t type;
    const char *name;
    const char *fields;
} record_types[] = {
    {SEIGR_RECORD_REKEY, "rekey", ""},
    {SEIGR_RECORD_HELLO, "hello", "uuuu"},
    {SEIGR_RECORD_PING, "ping", "u"},
    {SEIGR_RECORD_PONG, "pong", "u"},
    {SEIGR_RECORD_CLOSE, "close", ""},
    {SEIGR_RECORD_ERROR, "error", "ut"},
    {SEIGR_RECORD_PROBE, "probe", "uc"},
    {SEIGR_RECORD_ALIVE, "alive", "uc"},
    {SEIGR_RECORD_PROBE_FOR, "probe-for", "ukc"},
    {SEIGR_RECORD_MEMBERS, "members", "c"},
    {SEIGR_RECORD_HAVE, "have", "i"},
    {SEIGR_RECORD_WANT, "want", "ui"},
    {SEIGR_RECORD_GIVE, "give", "ukb"},
    {SEIGR_RECORD_MISSING, "missing", "ui"},
    {SEIGR_RECORD_SYNC, "sync", "uubu"},
    {SEIGR_RECORD_SYMBOLS, "symbols", "uub"},
    {SEIGR_RECORD_SYNCED, "synced", "uui"},
    {SEIGR_RECORD_OFFER, "offer", "ku"},
    {SEIGR_RECORD_ACCEPT, "accept", "k"},
    {SEIGR_RECORD_DECLINE, "decline", "kut"},
    {SEIGR_RECORD_HEARTBEAT, "heartbeat", "ku"},
    {SEIGR_RECORD_COMMIT, "commit", "kk"},
    {SEIGR_RECORD_REVEAL, "reveal", "kkk"},
    {SEIGR_RECORD_CANCEL, "cancel", "k"},
    {SEIGR_RECORD_STATE, "state", "kuk"},
    {SEIGR_RECORD_ROOTS_WANT, "roots-want", "kuu"},
    {SEIGR_RECORD_ROOTS, "roots", "kui"},
};

static const struct record_type *record_find(uint64_t type)
{
    const size_t count = sizeof(record_types) / sizeof(record_types[0]);

    for (size_t i = 0; i < count; i++) {
        if (record_types[i].type == type)
            return &record_types[i];
    }
    return NULL;
}

const char *seigr_record_name(uint32_t type)
{
    const struct record_type *known = record_find(type);

    return known == NULL ? "unknown" : known->name;
}

/* Is a string as its letter says? Returns 0 or the code of the refusal. */
static int record_check(char kind, size_t len)
{
    switch (kind) {
    case 'k':
        return len == 32 ? 0 : SEIGR_E_FORMAT;
    case 'i':
        if (len % 32 != 0)
            return SEIGR_E_FORMAT;
        return len / 32 <= SEIGR_RECORD_IDS_MAX ? 0 : SEIGR_E_LIMIT;
    case 't':
        return len <= SEIGR_RECORD_TEXT_MAX ? 0 : SEIGR_E_LIMIT;
    default:
        return 0;
    }
}

static int record_read_field(seigr__cbor *r, char kind, seigr_field *out)
{
    const seigr__cbor before = *r;
    int err;

    if (kind == 'u')
        return seigr__cbor_uint(r, &out->number);
    if (kind == 'c')
        return seigr__cbor_skip(r, &out->bytes);
    err = kind == 't' ? seigr__cbor_text(r, &out->bytes)
                      : seigr__cbor_bytes(r, &out->bytes);
    if (err != 0)
        return err;
    err = record_check(kind, out->bytes.len);
    if (err == 0)
        return 0;
    *r = before;
    return seigr__cbor_fail(r, err,
                            err == SEIGR_E_LIMIT
                                ? "the field is longer than its bound"
                                : "the field is not of 32 bytes each");
}

static int record_read_fields(seigr__cbor *r, const struct record_type *known,
                              uint64_t count, seigr_record *out)
{
    if (count != strlen(known->fields))
        return seigr__cbor_fail(r, SEIGR_E_FORMAT,
                                "a record of this type has another number of "
                                "fields");
    for (size_t i = 0; i < count; i++) {
        const int err = record_read_field(r, known->fields[i], &out->fields[i]);

        if (err != 0)
            return err;
    }
    out->known = 1;
    return 0;
}

static int record_skip_fields(seigr__cbor *r, uint64_t count)
{
    int err = 0;

    for (; err == 0 && count > 0; count--)
        err = seigr__cbor_skip(r, NULL);
    return err;
}

int seigr_record_decode(seigr_span bytes, seigr_record *out, seigr_error *error)
{
    seigr_record record = SEIGR_RECORD_INIT;
    const struct record_type *known;
    seigr__cbor r;
    uint64_t count;
    uint64_t type;
    int err;

    if (out == NULL || (bytes.ptr == NULL && bytes.len > 0))
        return SEIGR_E_INVAL;
    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, error);
    err = seigr__cbor_array(&r, &count);
    if (err == 0 && count == 0)
        err = seigr__cbor_fail(&r, SEIGR_E_FORMAT, "a record without a type");
    if (err == 0)
        err = seigr__cbor_uint(&r, &type);
    if (err != 0)
        return err;
    if (type > UINT32_MAX)
        return seigr__cbor_fail(&r, SEIGR_E_LIMIT, "a type past 32 bits");
    record.type = (uint32_t)type;
    known = record_find(type);
    if (known == NULL && type < SEIGR_RECORD_FREE)
        return seigr__cbor_fail(&r, SEIGR_E_UNSUPPORTED,
                                "a record of the link of unknown type");
    err = known != NULL ? record_read_fields(&r, known, count - 1, &record)
                        : record_skip_fields(&r, count - 1);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0)
        *out = record;
    return err;
}

static int record_write_field(seigr__cbor_writer *w, char kind,
                              const seigr_field *field)
{
    if (kind == 'u')
        seigr__cbor_write_uint(w, field->number);
    else if (kind == 'c')
        seigr__cbor_write_raw(w, field->bytes);
    else if (record_check(kind, field->bytes.len) != 0)
        return SEIGR_E_INVAL;
    else if (kind == 't')
        seigr__cbor_write_text(w, field->bytes);
    else
        seigr__cbor_write_bytes(w, field->bytes);
    return 0;
}

int seigr_record_encode(const seigr_record *record, seigr_buf out,
                        size_t *len_out)
{
    const struct record_type *known;
    seigr__cbor_writer w;
    size_t count;

    if (record == NULL || len_out == NULL)
        return SEIGR_E_INVAL;
    known = record_find(record->type);
    if (known == NULL)
        return SEIGR_E_INVAL;
    count = strlen(known->fields);
    assert(count <= SEIGR_RECORD_FIELDS_MAX);
    seigr__cbor_write_init(&w, out);
    seigr__cbor_write_array(&w, count + 1);
    seigr__cbor_write_uint(&w, record->type);
    for (size_t i = 0; i < count; i++) {
        const int err =
            record_write_field(&w, known->fields[i], &record->fields[i]);

        if (err != 0)
            return err;
    }
    *len_out = w.len;
    return seigr__cbor_write_done(&w);
}
