/* SPDX-License-Identifier: MIT */
/*
 * pb_write.c - writes canonical protobuf.
 *
 * It does not see the order of fields: whoever calls it does, and the reader
 * (pb.c) checks.
 *
 * Invariants:
 *   (1) nothing is written at or past out + room.
 *   (2) len counts what was put even where it was not written, and stays at
 *       SIZE_MAX once it would pass it.
 */
#include "pb_write.h" /* seigr__pb_writer */

#include "pb.h" /* SEIGR__PB_VARINT, SEIGR__PB_LEN */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define PB_VARINT_MAX 10u

static void pb_write_raw(seigr__pb_writer *w, const uint8_t *bytes, size_t len)
{
    if (len > SIZE_MAX - w->len) {
        w->len = SIZE_MAX; /* (2) */
        return;
    }
    if (w->len <= w->room && len <= w->room - w->len && len > 0) /* (1) */
        memcpy(w->out + w->len, bytes, len);
    w->len += len;
}

static size_t pb_write_varint(uint8_t *out, uint64_t value)
{
    size_t len = 0;

    for (; value >= 0x80; value >>= 7)
        out[len++] = (uint8_t)(value | 0x80);
    out[len++] = (uint8_t)value;
    return len;
}

/* A tag and the number behind it. */
static void pb_write_pair(seigr__pb_writer *w, unsigned number, unsigned wire,
                          uint64_t value)
{
    uint8_t pair[2 * PB_VARINT_MAX];
    size_t len;

    assert(number > 0);
    len = pb_write_varint(pair, (uint64_t)number << 3 | wire);
    len += pb_write_varint(pair + len, value);
    pb_write_raw(w, pair, len);
}

void seigr__pb_put_uint(seigr__pb_writer *w, unsigned number, uint64_t value)
{
    if (value != 0)
        pb_write_pair(w, number, SEIGR__PB_VARINT, value);
}

void seigr__pb_put_head(seigr__pb_writer *w, unsigned number, size_t len)
{
    pb_write_pair(w, number, SEIGR__PB_LEN, len);
}

void seigr__pb_put_present(seigr__pb_writer *w, unsigned number,
                           seigr_span bytes)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    seigr__pb_put_head(w, number, bytes.len);
    pb_write_raw(w, bytes.ptr, bytes.len);
}

void seigr__pb_put_bytes(seigr__pb_writer *w, unsigned number, seigr_span bytes)
{
    if (bytes.len > 0)
        seigr__pb_put_present(w, number, bytes);
}
