/* SPDX-License-Identifier: MIT */
/*
 * cbor.c - reads one CBOR item at a time (RFC 8949), strict and bounded.
 *
 * It reads heads and strings, builds no tree and asks for no memory. Passing
 * over whole items is in cbor_skip.c; writing is libcbor's.
 *
 * Invariants:
 *   (1) start <= at <= end, and no byte at or past end is read.
 *   (2) a call that fails does not move the reader.
 *   (3) in deterministic mode nothing passes that RFC 8949, 4.2.1 forbids.
 *   (4) a string's length, and the least length of an array's or a map's
 *       items, fit the bytes that are left: counts never exceed the input.
 */
#include "cbor_head.h" /* seigr__cbor_head_read */
#include "error.h"     /* seigr__fail */
#include "utf8.h"      /* seigr__utf8_check */

#include <assert.h> /* assert */

static const char *const cbor_type_names[] = {
    "an unsigned integer",
    "a negative integer",
    "a byte string",
    "a text string",
    "an array",
    "a map",
    "a tag",
    "a simple value",
};

void seigr__cbor_init(seigr__cbor *r, seigr_span bytes, uint32_t mode,
                      seigr_error *error)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    r->start = bytes.ptr;
    r->at = 0;
    r->end = bytes.len;
    r->mode = mode;
    r->error = error;
}

int seigr__cbor_fail(seigr__cbor *r, int code, const char *what)
{
    assert(r != NULL);
    return seigr__fail(r->error, code, r->at, "%s", what);
}

/* The argument of 1, 2, 4 or 8 bytes, big-endian. */
static uint64_t cbor_argument(const uint8_t *bytes, size_t len)
{
    uint64_t value = 0;

    assert(len <= sizeof(value));
    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* RFC 8949, 4.2.1: the shortest head. len is the argument's. */
static int cbor_argument_is_shortest(uint64_t value, size_t len)
{
    assert(len == 1 || len == 2 || len == 4 || len == 8);
    if (len == 1)
        return value >= 24;
    return value >> (len * 4) != 0; /* needs more than half of its bytes */
}

/* (4): what a head promises is not there. */
static int cbor_promise_broken(const seigr__cbor *r,
                               const struct seigr__cbor_head *head)
{
    const unsigned long long left = r->end - r->at - head->len;
    const unsigned long long value = head->value;
    const char *name = cbor_type_names[head->major];

    assert(head->len <= r->end - r->at);
    if (head->major == SEIGR__CBOR_BYTES || head->major == SEIGR__CBOR_TEXT)
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, r->at,
                           "%s of %llu bytes begins where %llu are left", name,
                           value, left);
    return seigr__fail(r->error, SEIGR_E_TRUNCATED, r->at,
                       "%s of %llu entries begins where %llu bytes are left",
                       name, value, left);
}

/* RFC 8949, 3: additional information 28..30 is reserved; 31 is a length
 * that comes later, which integers and tags have not. */
static int cbor_head_special(const seigr__cbor *r,
                             struct seigr__cbor_head *head)
{
    assert(head->info >= 24 && head->info <= 31);
    if (head->info < 31)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "the head %02x uses a reserved length",
                           (unsigned)r->start[r->at]);
    if (head->major < SEIGR__CBOR_BYTES || head->major == SEIGR__CBOR_TAG)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "%s cannot have an indefinite length",
                           cbor_type_names[head->major]);
    if (r->mode == SEIGR__CBOR_DETERMINISTIC)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "indefinite lengths are not deterministic CBOR");
    head->indefinite = 1;
    head->value = 0;
    return 0;
}

static int cbor_head_argument(const seigr__cbor *r,
                              struct seigr__cbor_head *head)
{
    const size_t len = (size_t)1 << (head->info - 24);

    assert(head->info >= 24 && head->info <= 27);
    if (r->end - r->at - 1 < len)
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, r->at,
                           "the bytes end inside the head of %s",
                           cbor_type_names[head->major]);
    head->len = 1 + len;
    head->value = cbor_argument(r->start + r->at + 1, len);
    if (head->major == SEIGR__CBOR_SIMPLE) {
        if (len == 1 && head->value < 32) /* RFC 8949, 3.3 */
            return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                               "simple value %llu takes one byte, not two",
                               (unsigned long long)head->value);
        return 0;
    }
    if (r->mode == SEIGR__CBOR_DETERMINISTIC &&
        !cbor_argument_is_shortest(head->value, len))
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "the number %llu is not in its shortest form",
                           (unsigned long long)head->value);
    return 0;
}

int seigr__cbor_head_read(const seigr__cbor *r, struct seigr__cbor_head *head)
{
    size_t left = r->end - r->at;
    int err = 0;

    assert(r->at <= r->end); /* (1) */
    if (left == 0)
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, r->at,
                           "the bytes end where an item should begin");
    head->major = r->start[r->at] >> 5;
    head->info = r->start[r->at] & 31;
    head->indefinite = 0;
    head->len = 1;
    head->value = head->info;
    if (head->info >= 24) {
        err = head->info >= 28 ? cbor_head_special(r, head)
                               : cbor_head_argument(r, head);
        if (err != 0)
            return err;
    }
    left -= head->len;
    if (head->major == SEIGR__CBOR_MAP)
        left /= 2; /* an entry takes two bytes at least */
    if (head->value > left && head->major >= SEIGR__CBOR_BYTES &&
        head->major <= SEIGR__CBOR_MAP)
        return cbor_promise_broken(r, head); /* (4) */
    return 0;
}

int seigr__cbor_text_check(const seigr__cbor *r, seigr_span text)
{
    const size_t good = seigr__utf8_check(text);

    assert(text.ptr >= r->start);
    if (good == text.len)
        return 0;
    return seigr__fail(r->error, SEIGR_E_FORMAT,
                       (uint64_t)(text.ptr - r->start) + good,
                       "the text is not valid UTF-8");
}

int seigr__cbor_peek(const seigr__cbor *r)
{
    assert(r->at <= r->end);
    if (r->at == r->end)
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, r->at,
                           "the bytes end where an item should begin");
    return r->start[r->at] >> 5;
}

int seigr__cbor_expected(const seigr__cbor *r, unsigned major,
                         const struct seigr__cbor_head *head)
{
    assert(major < 8 && head->major != major);
    return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                       "%s is expected, %s is there", cbor_type_names[major],
                       cbor_type_names[head->major]);
}

/* A head of the major type that is asked for, of definite length. */
static int cbor_expect(seigr__cbor *r, unsigned major,
                       struct seigr__cbor_head *head)
{
    const int err = seigr__cbor_head_read(r, head);

    assert(major <= SEIGR__CBOR_SIMPLE);
    if (err != 0)
        return err;
    if (head->major != major)
        return seigr__fail(
            r->error, SEIGR_E_FORMAT, r->at, "%s is expected, %s is there",
            cbor_type_names[major], cbor_type_names[head->major]);
    if (head->indefinite)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "%s of indefinite length is not accepted here",
                           cbor_type_names[major]);
    return 0;
}

/* An item that is all head. */
static int cbor_number(seigr__cbor *r, unsigned major, uint64_t *out)
{
    struct seigr__cbor_head head = {0};
    const int err = cbor_expect(r, major, &head);

    assert(out != NULL);
    if (err != 0)
        return err;
    r->at += head.len;
    *out = head.value;
    return 0;
}

int seigr__cbor_uint(seigr__cbor *r, uint64_t *out)
{
    return cbor_number(r, SEIGR__CBOR_UINT, out);
}

int seigr__cbor_int(seigr__cbor *r, int64_t *out)
{
    struct seigr__cbor_head head = {0};
    int err = seigr__cbor_head_read(r, &head);

    assert(r != NULL && out != NULL);
    if (err != 0)
        return err;
    if (head.major > SEIGR__CBOR_NINT)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "an integer is expected, %s is there",
                           cbor_type_names[head.major]);
    if (head.value > INT64_MAX)
        return seigr__fail(r->error, SEIGR_E_LIMIT, r->at,
                           "the integer does not fit 64 bits with a sign");
    r->at += head.len;
    *out = head.major == SEIGR__CBOR_UINT ? (int64_t)head.value
                                          : -1 - (int64_t)head.value;
    return 0;
}

int seigr__cbor_bytes(seigr__cbor *r, seigr_span *out)
{
    struct seigr__cbor_head head = {0};
    const int err = cbor_expect(r, SEIGR__CBOR_BYTES, &head);

    if (err != 0)
        return err;
    r->at += head.len;
    *out = (seigr_span){r->start + r->at, (size_t)head.value};
    r->at += out->len;
    assert(r->at <= r->end); /* (1) by (4) */
    return 0;
}

int seigr__cbor_text(seigr__cbor *r, seigr_span *out)
{
    struct seigr__cbor_head head = {0};
    seigr_span text;
    int err = cbor_expect(r, SEIGR__CBOR_TEXT, &head);

    if (err != 0)
        return err;
    text = (seigr_span){r->start + r->at + head.len, (size_t)head.value};
    err = seigr__cbor_text_check(r, text);
    if (err != 0)
        return err;
    r->at += head.len + text.len;
    assert(r->at <= r->end); /* (1) by (4) */
    *out = text;
    return 0;
}

int seigr__cbor_array(seigr__cbor *r, uint64_t *count)
{
    return cbor_number(r, SEIGR__CBOR_ARRAY, count);
}

int seigr__cbor_map(seigr__cbor *r, uint64_t *count)
{
    return cbor_number(r, SEIGR__CBOR_MAP, count);
}

int seigr__cbor_tag(seigr__cbor *r, uint64_t *out)
{
    return cbor_number(r, SEIGR__CBOR_TAG, out);
}

/* One of the simple values first..last of one byte, or "what is expected". */
static int cbor_simple(seigr__cbor *r, uint8_t first, uint8_t last,
                       const char *what, uint8_t *out)
{
    struct seigr__cbor_head head = {0};
    const int err = seigr__cbor_head_read(r, &head);

    assert(first <= last && last < 32);
    if (err != 0)
        return err;
    if (head.major != SEIGR__CBOR_SIMPLE || head.info < first ||
        head.info > last)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "%s is expected, %s is there", what,
                           cbor_type_names[head.major]);
    r->at += head.len;
    *out = head.info;
    return 0;
}

int seigr__cbor_nil(seigr__cbor *r)
{
    uint8_t value = 0;

    return cbor_simple(r, 22, 22, "nil", &value);
}

int seigr__cbor_bool(seigr__cbor *r, int *out)
{
    uint8_t value = 0;
    const int err = cbor_simple(r, 20, 21, "true or false", &value);

    assert(out != NULL);
    if (err == 0)
        *out = value == 21;
    return err;
}

int seigr__cbor_done(seigr__cbor *r)
{
    assert(r->at <= r->end);
    if (r->at == r->end)
        return 0;
    return seigr__cbor_fail(r, SEIGR_E_FORMAT, "bytes follow the item");
}
