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

/* Room for a tag and a number, wherever they end. */
#define PB_PAIR_MAX 20u

static void pb_write_count(seigr__pb_writer *w, size_t len)
{
    w->len = len > SIZE_MAX - w->len ? SIZE_MAX : w->len + len; /* (2) */
}

static void pb_write_raw(seigr__pb_writer *w, const uint8_t *bytes, size_t len)
{
    assert(w->out != NULL || w->room == 0);
    if (w->len <= w->room && len <= w->room - w->len && len > 0) /* (1) */
        memcpy(w->out + w->len, bytes, len);
    pb_write_count(w, len);
}

static size_t pb_write_varint_len(uint64_t value)
{
    size_t len = 1;

    for (; value >= 0x80; value >>= 7)
        len++;
    return len;
}

static size_t pb_write_varint(uint8_t *out, uint64_t value)
{
    size_t len = 0;

    assert(out != NULL);
    for (; value >= 0x80; value >>= 7)
        out[len++] = (uint8_t)(value | 0x80);
    out[len++] = (uint8_t)value;
    return len;
}

/* A tag and the number behind it. */
static void pb_write_pair(seigr__pb_writer *w, unsigned number, unsigned wire,
                          uint64_t value)
{
    const uint64_t tag = (uint64_t)number << 3 | wire;
    uint8_t pair[PB_PAIR_MAX];
    size_t len;

    assert(number > 0);
    if (w->room == 0) {
        pb_write_count(w,
                       pb_write_varint_len(tag) + pb_write_varint_len(value));
    } else if (w->len <= w->room && w->room - w->len >= PB_PAIR_MAX) {
        w->len += pb_write_varint(w->out + w->len, tag); /* (1) */
        w->len += pb_write_varint(w->out + w->len, value);
    } else {
        len = pb_write_varint(pair, tag);
        len += pb_write_varint(pair + len, value);
        pb_write_raw(w, pair, len);
    }
}

void seigr__pb_put_uint(seigr__pb_writer *w, unsigned number, uint64_t value)
{
    assert(number > 0);
    if (value != 0)
        pb_write_pair(w, number, SEIGR__PB_VARINT, value);
}

void seigr__pb_put_present(seigr__pb_writer *w, unsigned number,
                           seigr_span bytes)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    pb_write_pair(w, number, SEIGR__PB_LEN, bytes.len);
    pb_write_raw(w, bytes.ptr, bytes.len);
}

void seigr__pb_put_bytes(seigr__pb_writer *w, unsigned number, seigr_span bytes)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    if (bytes.len > 0)
        seigr__pb_put_present(w, number, bytes);
}

void seigr__pb_put_message(seigr__pb_writer *w, unsigned number,
                           seigr__pb_put *put, const void *message)
{
    seigr__pb_writer count = {NULL, 0, 0};

    assert(put != NULL && message != NULL);
    put(&count, message);
    pb_write_pair(w, number, SEIGR__PB_LEN, count.len);
    if (w->room == 0)
        pb_write_count(w, count.len); /* nobody would see it written */
    else
        put(w, message);
}
