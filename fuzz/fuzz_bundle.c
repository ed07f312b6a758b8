/* SPDX-License-Identifier: MIT */
/*
 * fuzz_bundle.c - bundles in pieces.
 *
 * The length of the pieces changes nothing of what is read or refused, but for
 * how much of a leaf list is seen before it is found to be wrong; no
 * allocation passes twice the input and 4 KiB; nothing is left allocated.
 */
#include "fuzz.h"

#include "seigr/bundle.h"
#include "seigr/crypto.h"

struct bundle_memory {
    size_t live_count;
    size_t largest;
};

static void *bundle_alloc(size_t len, void *ctx)
{
    struct bundle_memory *memory = ctx;

    memory->live_count++;
    if (len > memory->largest)
        memory->largest = len;
    return malloc(len);
}

static void bundle_release(void *ptr, void *ctx)
{
    struct bundle_memory *memory = ctx;

    if (ptr != NULL)
        memory->live_count--;
    free(ptr);
}

/* What reading said, as one number, and how it ended. */
struct bundle_outcome {
    uint64_t sum;
    uint64_t leaves; /* of a list that no other event has followed */
    uint64_t offset;
    int err;
};

static void bundle_add(struct bundle_outcome *out,
                       const seigr_bundle_event *event)
{
    uint64_t sum = out->sum;

    if (event->type == SEIGR_BUNDLE_LEAVES) { /* in as many as it arrives */
        for (size_t i = 0; i < event->bytes.len; i++)
            out->leaves = out->leaves * 31 + event->bytes.ptr[i];
        return;
    }
    sum = sum * 31 + out->leaves;
    out->leaves = 0;
    sum = sum * 31 + event->type + event->offset + event->index +
          event->leaf.bytes[0] + event->is_whole;
    for (size_t i = 0; i < event->root_count; i++)
        sum = sum * 31 + event->roots[i].bytes[0];
    if (event->type == SEIGR_BUNDLE_CAPSULE)
        sum = sum * 31 + event->capsule.kind + event->capsule.sequence +
              event->capsule.bytes.len;
    out->sum = sum;
}

static void bundle_run(const seigr_context *context, const uint8_t *data,
                       size_t size, size_t piece_len,
                       struct bundle_outcome *out)
{
    seigr_bundle_event event = SEIGR_BUNDLE_EVENT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_bundle_reader *reader;
    size_t at = 0;
    int err;

    out->sum = 0;
    out->leaves = 0;
    FUZZ_REQUIRE(seigr_bundle_reader_new(context, &reader) == 0);
    do {
        seigr_span piece = {data + at, size - at};

        if (piece.len > piece_len)
            piece.len = piece_len;
        at += piece.len;
        while ((err = seigr_bundle_reader_step(reader, &piece, &event,
                                               &error)) == 1)
            bundle_add(out, &event);
        FUZZ_REQUIRE(err < 0 || piece.len == 0);
    } while (err == 0 && at < size);
    if (err == 0)
        err = seigr_bundle_reader_finish(reader, &error);
    FUZZ_REQUIRE(err == 0 || (error.code == err && error.text[0] != '\0'));
    FUZZ_REQUIRE(err == 0 || error.offset <= size);
    out->err = err;
    out->offset = error.offset;
    seigr_bundle_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bundle_memory memory = {0, 0};
    const seigr_allocator allocator = {
        sizeof(allocator), 0, bundle_alloc, bundle_release, &memory,
    };
    seigr_context context = SEIGR_CONTEXT_INIT;
    struct bundle_outcome whole;
    struct bundle_outcome pieces;

    context.allocator = &allocator;
    context.crypto = seigr_crypto_sodium();
    FUZZ_REQUIRE(context.crypto != NULL);
    bundle_run(&context, data, size, size + 1, &whole);
    bundle_run(&context, data, size, size % 13 + 1, &pieces);
    FUZZ_REQUIRE(whole.sum == pieces.sum && whole.err == pieces.err &&
                 whole.offset == pieces.offset);
    FUZZ_REQUIRE(memory.live_count == 0);
    FUZZ_REQUIRE(memory.largest <= 2 * size + 4096);
    return 0;
}
