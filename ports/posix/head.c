/* SPDX-License-Identifier: MIT */
/*
 * head.c - a stream's head as bytes, with a digest against bad disks.
 */
#include "head.h" /* struct seigr__head */

#include "base/cbor.h" /* seigr__cbor */

#include <assert.h> /* assert */
#include <cbor.h>   /* cbor_encode_uint */
#include <string.h> /* memcpy */

#define HEAD_VERSION 1u
#define HEAD_ITEMS 10u

static size_t head_put_uint(uint8_t *out, size_t at, uint64_t value)
{
    return at + cbor_encode_uint(value, out + at, SEIGR__HEAD_LEN_MAX - at);
}

static size_t head_put_bytes(uint8_t *out, size_t at, const uint8_t bytes[32])
{
    at += cbor_encode_bytestring_start(32, out + at, SEIGR__HEAD_LEN_MAX - at);
    assert(at + 32 <= SEIGR__HEAD_LEN_MAX);
    memcpy(out + at, bytes, 32);
    return at + 32;
}

size_t seigr__head_encode(const seigr_context *context,
                          const struct seigr__head *head,
                          uint8_t out[SEIGR__HEAD_LEN_MAX])
{
    size_t at = cbor_encode_array_start(HEAD_ITEMS, out, SEIGR__HEAD_LEN_MAX);
    seigr_hash digest;

    at = head_put_uint(out, at, HEAD_VERSION);
    at = head_put_bytes(out, at, head->issuer.bytes);
    at = head_put_uint(out, at, head->stream);
    at = head_put_uint(out, at, head->sequence);
    if (head->sequence == 0)
        at += cbor_encode_null(out + at, SEIGR__HEAD_LEN_MAX - at);
    else
        at = head_put_bytes(out, at, head->id.bytes);
    at = head_put_bytes(out, at, head->place.machine.bytes);
    at = head_put_uint(out, at, head->place.device);
    at = head_put_uint(out, at, head->place.inode);
    at = head_put_uint(out, at, head->place.born_ns);
    seigr_sha256(context, (seigr_span){out, at}, &digest);
    return head_put_bytes(out, at, digest.bytes);
}

static int head_get_bytes(seigr__cbor *r, uint8_t out[32])
{
    seigr_span bytes;
    int err = seigr__cbor_bytes(r, &bytes);

    if (err < 0)
        return err;
    if (bytes.len != 32)
        return SEIGR_E_FORMAT;
    memcpy(out, bytes.ptr, 32);
    return 0;
}

/* What stands before the digest. */
static int head_get_fields(seigr__cbor *r, struct seigr__head *head)
{
    uint64_t version = 0;
    uint64_t count = 0;
    int err = seigr__cbor_array(r, &count);

    if (err == 0)
        err = seigr__cbor_uint(r, &version);
    if (err == 0 && (count != HEAD_ITEMS || version != HEAD_VERSION))
        err = SEIGR_E_UNSUPPORTED;
    if (err == 0)
        err = head_get_bytes(r, head->issuer.bytes);
    if (err == 0)
        err = seigr__cbor_uint(r, &head->stream);
    if (err == 0)
        err = seigr__cbor_uint(r, &head->sequence);
    if (err == 0)
        err = head->sequence == 0 ? seigr__cbor_nil(r)
                                  : head_get_bytes(r, head->id.bytes);
    if (err == 0)
        err = head_get_bytes(r, head->place.machine.bytes);
    if (err == 0)
        err = seigr__cbor_uint(r, &head->place.device);
    if (err == 0)
        err = seigr__cbor_uint(r, &head->place.inode);
    if (err == 0)
        err = seigr__cbor_uint(r, &head->place.born_ns);
    return err;
}

int seigr__head_decode(const seigr_context *context, seigr_span bytes,
                       struct seigr__head *out)
{
    struct seigr__head head = {.sequence = 0};
    uint8_t kept[32];
    seigr_hash digest;
    seigr__cbor r;
    int err;

    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, NULL);
    err = head_get_fields(&r, &head);
    if (err < 0)
        return err;
    seigr_sha256(context, (seigr_span){bytes.ptr, r.at}, &digest);
    err = head_get_bytes(&r, kept);
    if (err == 0)
        err = seigr__cbor_done(&r);
    if (err == 0 && memcmp(kept, digest.bytes, sizeof(kept)) != 0)
        err = SEIGR_E_CORRUPT;
    if (err == 0)
        *out = head;
    return err;
}
