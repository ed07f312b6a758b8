/* SPDX-License-Identifier: MIT */
/*
 * fuzz_body.c - content and leaf lists that differ from what was sealed.
 *
 * The input says how long a body is, in which pieces it comes, and what is
 * changed on the way: bytes of the leaf list, bytes of the content, their
 * lengths. Nothing changed is accepted, whatever the pieces; anything changed
 * is refused, and a wrong chunk is named by its true place.
 */
#include "fuzz.h"

#include "seigr/body.h"
#include "seigr/crypto.h"

#include <string.h>

#define FUZZ_SIZE_MAX (5u * SEIGR_BODY_CHUNK_LEN)
#define FUZZ_LEAF_MAX (FUZZ_SIZE_MAX / SEIGR_BODY_CHUNK_LEN)

static const uint8_t *fuzz_data;
static size_t fuzz_size;

static uint32_t fuzz_number(unsigned bytes)
{
    uint32_t value = 0;

    while (bytes-- > 0) {
        value <<= 8;
        if (fuzz_size > 0) {
            value |= *fuzz_data++;
            fuzz_size--;
        }
    }
    return value;
}

static void fuzz_run(uint32_t count, void (*part)(uint32_t index, void *arg),
                     void *arg, void *ctx)
{
    (void)ctx;
    while (count > 0)
        part(--count, arg);
}

/* Hand bytes over in pieces; what the first refusal was. */
static int fuzz_feed(seigr_body_check *check,
                     int (*take)(seigr_body_check *, seigr_span, seigr_error *),
                     seigr_span bytes, size_t piece, seigr_error *error)
{
    int err = 0;

    for (size_t at = 0; err == 0 && at < bytes.len; at += piece) {
        size_t len = bytes.len - at < piece ? bytes.len - at : piece;

        err = take(check, (seigr_span){bytes.ptr + at, len}, error);
    }
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_pool pool = {(uint32_t)sizeof(pool), 3, fuzz_run, NULL};
    static uint8_t content[FUZZ_SIZE_MAX + 1];
    static seigr_hash leaves[FUZZ_LEAF_MAX];
    static uint8_t list[sizeof(leaves) + 1];
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_body_leaves room = SEIGR_BODY_LEAVES_INIT;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_body_writer writer;
    seigr_body_check check;
    seigr_body body;
    size_t len, list_len, piece;
    uint32_t flags, at;
    int err, changed_list, changed_content;

    fuzz_data = data;
    fuzz_size = size;
    context.crypto = seigr_crypto_default();
    room.array = leaves;
    room.array_max = FUZZ_LEAF_MAX;
    options.leaves = &room;
    memset(&body, 0, sizeof(body));
    flags = fuzz_number(1);
    len = fuzz_number(3) % (FUZZ_SIZE_MAX + 1);
    piece = 1 + fuzz_number(3) % FUZZ_SIZE_MAX;
    if (piece < 4096)
        piece += 4096; /* time, not depth */
    memset(content, (int)fuzz_number(1), sizeof(content));
    for (size_t c = 0; c < FUZZ_LEAF_MAX; c++)
        content[c * SEIGR_BODY_CHUNK_LEN] = (uint8_t)c;
    options.want_sha256 = flags & 1;
    options.pool = flags & 2 ? &pool : NULL;
    FUZZ_REQUIRE(seigr_body_writer_init(&writer, &context, &options) == 0);
    FUZZ_REQUIRE(
        seigr_body_writer_put(&writer, (seigr_span){content, len}, NULL) == 0);
    FUZZ_REQUIRE(seigr_body_writer_finish(&writer, &body, NULL) == 0);
    if (body.form == SEIGR_BODY_INLINE)
        return 0; /* that is fuzz_payload's */

    list_len = (size_t)seigr_body_chunk_count(len) * 32;
    memcpy(list, leaves, list_len);
    at = fuzz_number(3);
    changed_content = (flags & 4) != 0;
    if (changed_content)
        content[at % len] ^= (uint8_t)(1 + fuzz_number(1) % 255);
    changed_list = (flags & 8) != 0;
    if (changed_list)
        list[fuzz_number(2) % list_len] ^= (uint8_t)(1 + fuzz_number(1) % 255);
    FUZZ_REQUIRE(
        seigr_body_check_init(&check, &context, &body, &options, &error) == 0);
    err = 0;
    if (flags & 16) {
        size_t given = list_len + ((flags & 32) != 0);

        err = fuzz_feed(&check, seigr_body_check_leaves,
                        (seigr_span){list, given}, piece % 97 + 1, &error);
        FUZZ_REQUIRE((err != 0) == (changed_list || given > list_len));
    }
    if (err == 0) {
        size_t given = len + ((flags & 64) != 0) - ((flags & 128) != 0);

        err = fuzz_feed(&check, seigr_body_check_put,
                        (seigr_span){content, given}, piece, &error);
        if (err != 0 && (flags & 16) && changed_content)
            FUZZ_REQUIRE(error.offset == at % len / SEIGR_BODY_CHUNK_LEN *
                                             SEIGR_BODY_CHUNK_LEN);
        if (err == 0)
            err = seigr_body_check_done(&check, &error);
        FUZZ_REQUIRE((err != 0) == (changed_content || given != len));
    }
    FUZZ_REQUIRE(err == 0 || seigr_body_check_done(&check, NULL) == err);
    return 0;
}
