/* SPDX-License-Identifier: MIT */
/*
 * pb.c - reads canonical protobuf one field at a time.
 *
 * It checks form: order, uniqueness, least length, type, defaults, UTF-8.
 * What the values mean is its caller's matter, and so is what stands inside
 * an embedded message.
 *
 * Invariants:
 *   (1) origin <= at <= end, and no byte at or past end is read.
 *   (2) numbers of fields never go down, and repeat only where the field is
 *       repeated or unknown.
 *   (3) a call that fails does not move the reader.
 */
#include "pb.h" /* seigr__pb */

#include "base/error.h" /* seigr__fail */
#include "base/utf8.h"  /* seigr__utf8_check */

#include <assert.h> /* assert */

#define PB_NUMBER_MAX 0x1fffffffu /* of a field: 29 bits */

#define PB_VARINT_MAX 10u /* bytes of a varint */

#define PB_TYPE_WIRE(type) ((type)&7u)

/* A varint was read: its bytes, or what is wrong with it. */
#define PB_VARINT_CUT 0
#define PB_VARINT_LONG (-1) /* past 64 bits */
#define PB_VARINT_FORM (-2) /* not of least length */

void seigr__pb_init(seigr__pb *r, const seigr__pb_message *message,
                    seigr_span bytes, const uint8_t *origin, seigr_error *error)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    r->message = message;
    r->at = bytes.ptr;
    r->end = bytes.len == 0 ? bytes.ptr : bytes.ptr + bytes.len;
    r->origin = origin;
    r->error = error;
    r->last = 0;
    r->next_field = 0;
}

static int pb_fail_at(const seigr__pb *r, int code, const uint8_t *at,
                      const seigr__pb_field *field, uint32_t number,
                      const char *what)
{
    const uint64_t offset = (uint64_t)(at - r->origin);

    assert(at >= r->origin && at <= r->end);
    if (field != NULL)
        return seigr__fail(r->error, code, offset, "%s.%s: %s",
                           r->message->name, field->name, what);
    return seigr__fail(r->error, code, offset, "%s, field %u: %s",
                       r->message->name, (unsigned)number, what);
}

int seigr__pb_fail(const seigr__pb *r, int code, const seigr__pb_value *value,
                   const char *what)
{
    assert(value != NULL);
    return pb_fail_at(r, code, value->tag, value->field, value->number, what);
}

int seigr__pb_fail_end(const seigr__pb *r, int code, const char *field,
                       const char *what)
{
    assert(r->origin <= r->end && field != NULL);
    return seigr__fail(r->error, code, (uint64_t)(r->end - r->origin),
                       "%s.%s: %s", r->message->name, field, what);
}

/* A varint of more than one byte. Returns its bytes or PB_VARINT_*. */
static int pb_varint_long(const uint8_t *at, const uint8_t *end, uint64_t *out)
{
    const size_t left = (size_t)(end - at);
    uint64_t value = 0;
    unsigned i;

    assert(at <= end);
    for (i = 0; i < left && i < PB_VARINT_MAX; i++) { /* (1) */
        value |= (uint64_t)(at[i] & 0x7f) << (7 * i);
        if (at[i] < 0x80)
            break;
    }
    if (i == PB_VARINT_MAX || (i == PB_VARINT_MAX - 1 && i < left && at[i] > 1))
        return PB_VARINT_LONG;
    if (i == left)
        return PB_VARINT_CUT;
    if (at[i] == 0 && i > 0)
        return PB_VARINT_FORM;
    *out = value;
    return (int)i + 1;
}

/* Most are of one byte. */
static inline int pb_varint(const uint8_t *at, const uint8_t *end,
                            uint64_t *out)
{
    assert(at <= end);
    if (at == end || *at >= 0x80)
        return pb_varint_long(at, end, out);
    *out = *at;
    return 1;
}

static const char *pb_varint_refusal(int status)
{
    assert(status <= 0);
    if (status == PB_VARINT_CUT)
        return "the message ends inside it";
    if (status == PB_VARINT_LONG)
        return "the number is wider than 64 bits";
    return "the number is not in its shortest form";
}

/* A tag that is none. */
static int pb_fail_tag(const seigr__pb *r, int len, uint64_t tag)
{
    const uint64_t offset = (uint64_t)(r->at - r->origin);

    assert(r->at >= r->origin && r->at <= r->end);
    if (len <= 0)
        return seigr__fail(r->error, SEIGR_E_FORMAT, offset, "%s, a tag: %s",
                           r->message->name, pb_varint_refusal(len));
    return seigr__fail(r->error, SEIGR_E_FORMAT, offset,
                       "%s: %llu is no number of a field", r->message->name,
                       (unsigned long long)(tag >> 3));
}

/* The tag's number and wire type. Returns its bytes or a refusal. */
static inline int pb_tag(const seigr__pb *r, seigr__pb_value *v)
{
    uint64_t tag = 0;
    const int len = pb_varint(r->at, r->end, &tag);

    assert(r->at < r->end);
    v->tag = r->at;
    v->number = (uint32_t)(tag >> 3);
    v->wire = (uint32_t)(tag & 7);
    if (len > 0 && tag >> 3 != 0 && tag >> 3 <= PB_NUMBER_MAX)
        return len;
    return pb_fail_tag(r, len, tag);
}

/* A field whose number is not above that of the one before. */
static int pb_not_above(const seigr__pb *r, const seigr__pb_value *v)
{
    assert(v->number <= r->last);
    if (v->number < r->last)
        return seigr__fail(
            r->error, SEIGR_E_FORMAT, (uint64_t)(v->tag - r->origin),
            "%s: field %u stands after field %u", r->message->name,
            (unsigned)v->number, (unsigned)r->last);
    if (v->field != NULL && (v->field->flags & SEIGR__PB_REPEATED) == 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, v, "it is there twice");
    return 0;
}

/* (2), and the field's entry in the table. */
static inline int pb_place(const seigr__pb *r, seigr__pb_value *v,
                           uint32_t *next_field)
{
    const seigr__pb_message *m = r->message;
    const uint32_t count = m->field_count;
    uint32_t i = r->next_field;
    int err = 0;

    assert(i <= count);
    while (i < count && m->fields[i].number < v->number)
        i++;
    *next_field = i;
    v->field =
        i < count && m->fields[i].number == v->number ? &m->fields[i] : NULL;
    if (v->number <= r->last)
        err = pb_not_above(r, v);
    if (err == 0 && r->last >= 16 && v->number <= 31 && m->one_of_16_to_31)
        err = seigr__pb_fail(r, SEIGR_E_FORMAT, v,
                             "a second one of the fields 16 to 31");
    return err;
}

static int pb_fixed(const seigr__pb *r, seigr__pb_value *v, const uint8_t **at,
                    unsigned len)
{
    uint64_t bits = 0;

    assert(len == 4 || len == 8);
    if ((size_t)(r->end - *at) < len)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, v,
                              "the message ends inside it");
    for (unsigned i = 0; i < len; i++)
        bits |= (uint64_t)(*at)[i] << (8 * i);
    v->integer = bits;
    *at += len;
    return 0;
}

/* Wire types 1 and 5, and those that are none. */
static int pb_read_rare(const seigr__pb *r, seigr__pb_value *v,
                        const uint8_t **at)
{
    assert(*at <= r->end);
    if (v->wire == SEIGR__PB_FIXED64)
        return pb_fixed(r, v, at, 8);
    if (v->wire == SEIGR__PB_FIXED32)
        return pb_fixed(r, v, at, 4);
    return seigr__pb_fail(r, SEIGR_E_FORMAT, v,
                          v->wire == 3 || v->wire == 4
                              ? "groups are not used"
                              : "there is no such wire type");
}

/* The value behind the tag: form only. */
static inline int pb_read(const seigr__pb *r, seigr__pb_value *v,
                          const uint8_t **at)
{
    uint64_t number;
    int len;

    assert(*at <= r->end);
    v->integer = 0;
    v->bytes = (seigr_span){NULL, 0};
    if (v->wire != SEIGR__PB_VARINT && v->wire != SEIGR__PB_LEN)
        return pb_read_rare(r, v, at);
    len = pb_varint(*at, r->end, &number);
    if (len <= 0)
        return pb_fail_at(r, SEIGR_E_FORMAT, *at, v->field, v->number,
                          pb_varint_refusal(len));
    if (v->wire == SEIGR__PB_VARINT) {
        v->integer = number;
        *at += len;
        return 0;
    }
    if (number > (uint64_t)(r->end - *at - len))
        return pb_fail_at(r, SEIGR_E_FORMAT, *at, v->field, v->number,
                          "it is longer than the message");
    v->bytes = (seigr_span){*at + len, (size_t)number};
    *at += len + (ptrdiff_t)number;
    return 0;
}

/* Is the value inside the field's type? NULL, or what is wrong. */
static const char *pb_type_refusal(const seigr__pb_value *v)
{
    switch (v->field->type) {
    case SEIGR__PB_UINT32:
        return v->integer > UINT32_MAX ? "the number is wider than 32 bits"
                                       : NULL;
    case SEIGR__PB_ENUM:
        return v->integer > INT32_MAX ? "the number is past 2^31-1" : NULL;
    case SEIGR__PB_BOOL:
        return v->integer > 1 ? "neither true nor false" : NULL;
    }
    return NULL;
}

static int pb_text(const seigr__pb *r, const seigr__pb_value *v)
{
    const size_t good = seigr__utf8_check(v->bytes);

    assert(v->field->type == SEIGR__PB_STRING);
    if (good == v->bytes.len)
        return 0;
    return pb_fail_at(r, SEIGR_E_FORMAT, v->bytes.ptr + good, v->field,
                      v->number, "the text is not valid UTF-8");
}

/* What a known field must be besides well formed. */
static int pb_known(const seigr__pb *r, const seigr__pb_value *v)
{
    const unsigned type = v->field->type;
    const char *what;

    assert(v->field->number == v->number);
    if (v->wire != PB_TYPE_WIRE(type))
        return seigr__pb_fail(r, SEIGR_E_FORMAT, v,
                              "it has the wire type of another type");
    what = pb_type_refusal(v);
    if (what != NULL)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, v, what);
    if (v->field->flags == 0 && type != SEIGR__PB_MESSAGE && v->integer == 0 &&
        v->bytes.len == 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, v,
                              "a default value is written");
    return type == SEIGR__PB_STRING ? pb_text(r, v) : 0;
}

int seigr__pb_next(seigr__pb *r, seigr__pb_value *out)
{
    const uint8_t *at;
    uint32_t next_field;
    int len;
    int err;

    assert(r->at <= r->end); /* (1) */
    if (r->at == r->end)
        return 0;
    len = pb_tag(r, out);
    if (len < 0)
        return len;
    at = r->at + len;
    err = pb_place(r, out, &next_field);
    if (err == 0)
        err = pb_read(r, out, &at);
    if (err == 0 && out->field != NULL)
        err = pb_known(r, out);
    if (err != 0)
        return err;                     /* (3) */
    assert(at > r->at && at <= r->end); /* (1) */
    r->at = at;
    r->last = out->number;
    r->next_field = next_field;
    return 1;
}

int seigr__pb_check(const seigr__pb_message *message, seigr_span bytes,
                    const uint8_t *origin, seigr_error *error)
{
    seigr__pb r;
    seigr__pb_value value;
    int err;

    assert(bytes.ptr != NULL || bytes.len == 0);
    seigr__pb_init(&r, message, bytes, origin, error);
    do {
        err = seigr__pb_next(&r, &value);
    } while (err == 1);
    return err;
}
