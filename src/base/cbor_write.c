/* SPDX-License-Identifier: MIT */
/*
 * cbor_write.c - writes CBOR through libcbor's streaming encoders.
 *
 * Invariants:
 *   (1) nothing is written at or past the end of the room.
 *   (2) len is what the whole would take, whether it fits or not.
 */
#include "cbor_write.h" /* seigr__cbor_write_* */

#include <assert.h> /* assert */
#include <cbor.h>   /* cbor_encode_* */
#include <string.h> /* memcpy, strlen */

#define CBOR_HEAD_MAX 9u

void seigr__cbor_write_init(seigr__cbor_writer *w, seigr_buf out)
{
    assert(out.ptr != NULL || out.len == 0);
    w->out = out;
    w->len = 0;
}

void seigr__cbor_write_raw(seigr__cbor_writer *w, seigr_span bytes)
{
    assert(bytes.len <= SIZE_MAX - w->len); /* (2) */
    if (bytes.len > 0 && w->len <= w->out.len &&
        bytes.len <= w->out.len - w->len) /* (1) */
        memcpy(w->out.ptr + w->len, bytes.ptr, bytes.len);
    w->len += bytes.len;
}

static void cbor_write_head(seigr__cbor_writer *w, const uint8_t *head,
                            size_t len)
{
    assert(len > 0 && len <= CBOR_HEAD_MAX);
    seigr__cbor_write_raw(w, (seigr_span){head, len});
}

void seigr__cbor_write_uint(seigr__cbor_writer *w, uint64_t value)
{
    uint8_t head[CBOR_HEAD_MAX];

    cbor_write_head(w, head, cbor_encode_uint(value, head, sizeof(head)));
}

void seigr__cbor_write_int(seigr__cbor_writer *w, int64_t value)
{
    uint8_t head[CBOR_HEAD_MAX];

    if (value >= 0)
        seigr__cbor_write_uint(w, (uint64_t)value);
    else
        cbor_write_head(
            w, head,
            cbor_encode_negint((uint64_t)(-1 - value), head, sizeof(head)));
}

void seigr__cbor_write_bytes_head(seigr__cbor_writer *w, size_t len)
{
    uint8_t head[CBOR_HEAD_MAX];

    cbor_write_head(w, head,
                    cbor_encode_bytestring_start(len, head, sizeof(head)));
}

void seigr__cbor_write_bytes(seigr__cbor_writer *w, seigr_span bytes)
{
    seigr__cbor_write_bytes_head(w, bytes.len);
    seigr__cbor_write_raw(w, bytes);
}

void seigr__cbor_write_text(seigr__cbor_writer *w, seigr_span text)
{
    uint8_t head[CBOR_HEAD_MAX];

    assert(text.ptr != NULL || text.len == 0);
    cbor_write_head(w, head,
                    cbor_encode_string_start(text.len, head, sizeof(head)));
    seigr__cbor_write_raw(w, text);
}

void seigr__cbor_write_string(seigr__cbor_writer *w, const char *text)
{
    const void *bytes = text;

    assert(text != NULL);
    seigr__cbor_write_text(w, (seigr_span){bytes, strlen(text)});
}

void seigr__cbor_write_array(seigr__cbor_writer *w, size_t count)
{
    uint8_t head[CBOR_HEAD_MAX];

    cbor_write_head(w, head,
                    cbor_encode_array_start(count, head, sizeof(head)));
}

void seigr__cbor_write_map(seigr__cbor_writer *w, size_t count)
{
    uint8_t head[CBOR_HEAD_MAX];

    cbor_write_head(w, head, cbor_encode_map_start(count, head, sizeof(head)));
}

void seigr__cbor_write_tag(seigr__cbor_writer *w, uint64_t tag)
{
    uint8_t head[CBOR_HEAD_MAX];

    cbor_write_head(w, head, cbor_encode_tag(tag, head, sizeof(head)));
}

void seigr__cbor_write_nil(seigr__cbor_writer *w)
{
    uint8_t head[CBOR_HEAD_MAX];

    cbor_write_head(w, head, cbor_encode_null(head, sizeof(head)));
}

void seigr__cbor_write_bool(seigr__cbor_writer *w, int value)
{
    uint8_t head[CBOR_HEAD_MAX];

    assert(value == 0 || value == 1);
    cbor_write_head(w, head, cbor_encode_bool(value != 0, head, sizeof(head)));
}

int seigr__cbor_write_done(const seigr__cbor_writer *w)
{
    assert(w != NULL);
    return w->len <= w->out.len ? 0 : SEIGR_E_ROOM;
}
