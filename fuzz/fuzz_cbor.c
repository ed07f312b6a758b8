/* SPDX-License-Identifier: MIT */
/*
 * fuzz_cbor.c - the CBOR reader against libcbor's stream decoder.
 *
 * Head by head both must read the same, and what the deterministic mode
 * accepts must come out byte for byte when it is written again.
 */
#include "fuzz.h"

#include "base/cbor.h"
#include "base/cbor_head.h"
#include "base/cbor_write.h"

#include <cbor.h>
#include <string.h>

/* What libcbor saw in one step. */
struct peer_event {
    int major; /* -1: nothing; SEIGR__CBOR_* */
    int indefinite;
    uint64_t value;
    const uint8_t *content;
};

static void peer_set(void *ctx, int major, uint64_t value)
{
    struct peer_event *event = ctx;

    FUZZ_REQUIRE(event->major == -1);
    event->major = major;
    event->value = value;
}

static void peer_u8(void *ctx, uint8_t v)
{
    peer_set(ctx, SEIGR__CBOR_UINT, v);
}

static void peer_u16(void *ctx, uint16_t v)
{
    peer_set(ctx, SEIGR__CBOR_UINT, v);
}

static void peer_u32(void *ctx, uint32_t v)
{
    peer_set(ctx, SEIGR__CBOR_UINT, v);
}

static void peer_u64(void *ctx, uint64_t v)
{
    peer_set(ctx, SEIGR__CBOR_UINT, v);
}

static void peer_n8(void *ctx, uint8_t v)
{
    peer_set(ctx, SEIGR__CBOR_NINT, v);
}

static void peer_n16(void *ctx, uint16_t v)
{
    peer_set(ctx, SEIGR__CBOR_NINT, v);
}

static void peer_n32(void *ctx, uint32_t v)
{
    peer_set(ctx, SEIGR__CBOR_NINT, v);
}

static void peer_n64(void *ctx, uint64_t v)
{
    peer_set(ctx, SEIGR__CBOR_NINT, v);
}

static void peer_bytes(void *ctx, cbor_data data, size_t len)
{
    peer_set(ctx, SEIGR__CBOR_BYTES, len);
    ((struct peer_event *)ctx)->content = data;
}

static void peer_text(void *ctx, cbor_data data, size_t len)
{
    peer_set(ctx, SEIGR__CBOR_TEXT, len);
    ((struct peer_event *)ctx)->content = data;
}

static void peer_array(void *ctx, size_t count)
{
    peer_set(ctx, SEIGR__CBOR_ARRAY, count);
}

static void peer_map(void *ctx, size_t count)
{
    peer_set(ctx, SEIGR__CBOR_MAP, count);
}

static void peer_tag(void *ctx, uint64_t tag)
{
    peer_set(ctx, SEIGR__CBOR_TAG, tag);
}

static void peer_open(void *ctx, int major)
{
    peer_set(ctx, major, 0);
    ((struct peer_event *)ctx)->indefinite = 1;
}

static void peer_open_bytes(void *ctx)
{
    peer_open(ctx, SEIGR__CBOR_BYTES);
}

static void peer_open_text(void *ctx)
{
    peer_open(ctx, SEIGR__CBOR_TEXT);
}

static void peer_open_array(void *ctx)
{
    peer_open(ctx, SEIGR__CBOR_ARRAY);
}

static void peer_open_map(void *ctx)
{
    peer_open(ctx, SEIGR__CBOR_MAP);
}

static void peer_break(void *ctx)
{
    peer_open(ctx, SEIGR__CBOR_SIMPLE);
}

static void peer_float(void *ctx, float v)
{
    (void)v;
    peer_set(ctx, SEIGR__CBOR_SIMPLE, 0);
}

static void peer_double(void *ctx, double v)
{
    (void)v;
    peer_set(ctx, SEIGR__CBOR_SIMPLE, 0);
}

static void peer_bool(void *ctx, bool v)
{
    peer_set(ctx, SEIGR__CBOR_SIMPLE, v ? 21 : 20);
}

static void peer_null(void *ctx)
{
    peer_set(ctx, SEIGR__CBOR_SIMPLE, 22);
}

static void peer_undefined(void *ctx)
{
    peer_set(ctx, SEIGR__CBOR_SIMPLE, 23);
}

static const struct cbor_callbacks peer_callbacks = {
    .uint8 = peer_u8,
    .uint16 = peer_u16,
    .uint32 = peer_u32,
    .uint64 = peer_u64,
    .negint8 = peer_n8,
    .negint16 = peer_n16,
    .negint32 = peer_n32,
    .negint64 = peer_n64,
    .byte_string = peer_bytes,
    .byte_string_start = peer_open_bytes,
    .string = peer_text,
    .string_start = peer_open_text,
    .array_start = peer_array,
    .indef_array_start = peer_open_array,
    .map_start = peer_map,
    .indef_map_start = peer_open_map,
    .tag = peer_tag,
    .float2 = peer_float,
    .float4 = peer_float,
    .float8 = peer_double,
    .boolean = peer_bool,
    .null = peer_null,
    .undefined = peer_undefined,
    .indef_break = peer_break,
};

/* libcbor 0.8 knows neither one-byte tags 6..20 nor simple values other than
 * 20..23. */
static int peer_lacks(const struct seigr__cbor_head *head)
{
    if (head->major == SEIGR__CBOR_TAG)
        return head->len == 1 && head->value >= 6 && head->value <= 20;
    return head->major == SEIGR__CBOR_SIMPLE && !head->indefinite &&
           head->info <= 24 && (head->info < 20 || head->info > 23);
}

static int is_string(const struct seigr__cbor_head *head)
{
    return (head->major == SEIGR__CBOR_BYTES ||
            head->major == SEIGR__CBOR_TEXT) &&
           !head->indefinite;
}

/* One head by both. Returns its length with content, 0 if refused. */
static size_t compare_step(const seigr__cbor *r)
{
    struct peer_event event = {-1, 0, 0, NULL};
    struct seigr__cbor_head head;
    struct cbor_decoder_result peer;
    const int err = seigr__cbor_head_read(r, &head);
    size_t len;

    peer = cbor_stream_decode(r->start + r->at, r->end - r->at, &peer_callbacks,
                              &event);
    if (err == SEIGR_E_FORMAT)
        FUZZ_REQUIRE(peer.status == CBOR_DECODER_ERROR);
    if (err != 0)
        return 0;
    len = head.len + (is_string(&head) ? (size_t)head.value : 0);
    if (peer_lacks(&head))
        return len;
    FUZZ_REQUIRE(peer.status == CBOR_DECODER_FINISHED && peer.read == len);
    FUZZ_REQUIRE(event.major == head.major);
    FUZZ_REQUIRE(event.indefinite == head.indefinite);
    if (head.major != SEIGR__CBOR_SIMPLE || head.info < 24)
        FUZZ_REQUIRE(event.value == head.value);
    if (is_string(&head))
        FUZZ_REQUIRE(event.content == r->start + r->at + head.len);
    return len;
}

/* Write again what deterministic mode read. */
static void write_again(const uint8_t *data, size_t size)
{
    uint8_t *out = malloc(size + 1);
    seigr__cbor_writer w;
    seigr__cbor r;
    struct seigr__cbor_head head;

    FUZZ_REQUIRE(out != NULL);
    seigr__cbor_write_init(&w, (seigr_buf){out, size});
    seigr__cbor_init(&r, (seigr_span){data, size}, SEIGR__CBOR_DETERMINISTIC,
                     NULL);
    while (r.at < r.end) {
        FUZZ_REQUIRE(seigr__cbor_head_read(&r, &head) == 0);
        if (head.major == SEIGR__CBOR_UINT)
            seigr__cbor_write_uint(&w, head.value);
        else if (head.major == SEIGR__CBOR_NINT && head.value <= INT64_MAX)
            seigr__cbor_write_int(&w, -1 - (int64_t)head.value);
        else if (head.major == SEIGR__CBOR_ARRAY)
            seigr__cbor_write_array(&w, (size_t)head.value);
        else if (head.major == SEIGR__CBOR_MAP)
            seigr__cbor_write_map(&w, (size_t)head.value);
        else if (head.major == SEIGR__CBOR_TAG)
            seigr__cbor_write_tag(&w, head.value);
        else if (head.major == SEIGR__CBOR_BYTES)
            seigr__cbor_write_bytes_head(&w, (size_t)head.value);
        else
            seigr__cbor_write_raw(&w, (seigr_span){data + r.at, head.len});
        r.at += head.len;
        if (is_string(&head)) {
            seigr__cbor_write_raw(
                &w, (seigr_span){data + r.at, (size_t)head.value});
            r.at += (size_t)head.value;
        }
    }
    FUZZ_REQUIRE(seigr__cbor_write_done(&w) == 0 && w.len == size);
    FUZZ_REQUIRE(memcmp(out, data, size) == 0);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr__cbor strict;
    seigr__cbor formed;
    seigr__cbor r;
    int strict_err;
    int formed_err;

    seigr__cbor_init(&strict, (seigr_span){data, size},
                     SEIGR__CBOR_DETERMINISTIC, &error);
    seigr__cbor_init(&formed, (seigr_span){data, size}, SEIGR__CBOR_WELL_FORMED,
                     NULL);
    strict_err = seigr__cbor_skip(&strict, NULL);
    FUZZ_REQUIRE(strict_err == 0 || (error.code == strict_err &&
                                     error.offset <= size && error.text[0]));
    FUZZ_REQUIRE(strict_err == 0 || strict.at == 0);
    formed_err = seigr__cbor_skip(&formed, NULL);
    FUZZ_REQUIRE(formed.at <= size);
    if (strict_err == 0) {
        FUZZ_REQUIRE(formed_err == 0 && formed.at == strict.at);
        write_again(data, strict.at);
    }
    seigr__cbor_init(&r, (seigr_span){data, size}, SEIGR__CBOR_WELL_FORMED,
                     NULL);
    while (r.at < size) {
        const size_t len = compare_step(&r);

        if (len == 0)
            break;
        r.at += len;
    }
    /* What was passed over as a whole is made of heads that both read. */
    FUZZ_REQUIRE(formed_err != 0 || r.at >= formed.at);
    return 0;
}
