/* SPDX-License-Identifier: MIT */
/*
 * head.c - a stream's head as bytes, with a digest against bad disks.
 */
#include "head.h" /* struct seigr__head */

#include "base/cbor.h"       /* seigr__cbor */
#include "base/cbor_write.h" /* seigr__cbor_writer */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define HEAD_VERSION 1u
#define HEAD_ITEMS 10u

static void head_put_bytes(seigr__cbor_writer *w, const uint8_t bytes[32])
{
    seigr__cbor_write_bytes(w, (seigr_span){bytes, 32});
}

size_t seigr__head_encode(const seigr_context *context,
                          const struct seigr__head *head,
                          uint8_t out[SEIGR__HEAD_LEN_MAX])
{
    seigr__cbor_writer w;
    seigr_hash digest;

    seigr__cbor_write_init(&w, (seigr_buf){out, SEIGR__HEAD_LEN_MAX});
    seigr__cbor_write_array(&w, HEAD_ITEMS);
    seigr__cbor_write_uint(&w, HEAD_VERSION);
    head_put_bytes(&w, head->issuer.bytes);
    seigr__cbor_write_uint(&w, head->stream);
    seigr__cbor_write_uint(&w, head->sequence);
    if (head->sequence == 0)
        seigr__cbor_write_nil(&w);
    else
        head_put_bytes(&w, head->id.bytes);
    head_put_bytes(&w, head->place.machine.bytes);
    seigr__cbor_write_uint(&w, head->place.device);
    seigr__cbor_write_uint(&w, head->place.inode);
    seigr__cbor_write_uint(&w, head->place.born_ns);
    seigr_sha256(context, (seigr_span){out, w.len}, &digest);
    head_put_bytes(&w, digest.bytes);
    assert(seigr__cbor_write_done(&w) == 0);
    return w.len;
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

    assert(out != NULL);
    assert(bytes.ptr != NULL || bytes.len == 0);
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
