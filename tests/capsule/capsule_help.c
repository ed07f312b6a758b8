/* SPDX-License-Identifier: MIT */
#include "capsule_help.h"

#include "envelope.h"

#include <stdlib.h>
#include <string.h>

seigr_context help_context(const seigr_allocator *allocator)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = allocator;
    context.crypto = seigr_crypto_sodium();
    assert_non_null(context.crypto);
    return context;
}

static uint8_t *help_block(size_t len)
{
    static void **blocks;
    static size_t count;
    uint8_t *block = malloc(len == 0 ? 1 : len);

    blocks = realloc(blocks, (count + 1) * sizeof(*blocks));
    assert_non_null(block);
    assert_non_null(blocks);
    blocks[count++] = block;
    return block;
}

seigr_span help_copy(seigr_span bytes)
{
    uint8_t *copy = help_block(bytes.len);

    if (bytes.len > 0)
        memcpy(copy, bytes.ptr, bytes.len);
    return (seigr_span){copy, bytes.len};
}

seigr_span help_payload(seigr_span capsule)
{
    seigr_capsule view;

    memset(&view, 0, sizeof(view));
    assert_ok(seigr__envelope_parse(capsule, &view, NULL));
    return view.payload;
}

/* In place, in a block with headroom. Returns the status. */
static int help_in_place(const seigr_context *context, seigr_span bytes,
                         seigr_id *id)
{
    const size_t len = SEIGR_CAPSULE_HEADROOM + bytes.len;
    uint8_t *block = malloc(len);
    uint8_t *before = malloc(len);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_verified verified;
    int err;

    assert_non_null(block);
    assert_non_null(before);
    memset(block, 0x5a, SEIGR_CAPSULE_HEADROOM);
    memcpy(block + SEIGR_CAPSULE_HEADROOM, bytes.ptr, bytes.len);
    memcpy(before, block, len);
    assert_ok(seigr_capsule_decode(
        context, (seigr_span){block + SEIGR_CAPSULE_HEADROOM, bytes.len}, &view,
        NULL));
    err = seigr_capsule_verify_in_place(context, &view, (seigr_buf){block, len},
                                        NULL, &verified, NULL);
    assert_memory_equal(block, before, len); /* restored, whatever came out */
    if (err == 0)
        *id = *seigr_verified_id(&verified);
    free(before);
    free(block);
    return err;
}

/* Twice with a memory: the second time from it. */
static int help_cached(const seigr_context *context, const seigr_capsule *view,
                       seigr_buf scratch, seigr_id *id)
{
    seigr_receipt_cache_options options = SEIGR_RECEIPT_CACHE_OPTIONS_INIT;
    seigr_receipt_cache *cache;
    seigr_verified verified;
    uint8_t *memory;
    int first;
    int second;

    options.node_max = 8;
    memory = malloc(seigr_receipt_cache_size(&options));
    assert_non_null(memory);
    assert_ok(seigr_receipt_cache_init(
        memory, seigr_receipt_cache_size(&options), &options, &cache));
    first = seigr_capsule_verify_cached(context, view, scratch, cache,
                                        &verified, NULL);
    second = seigr_capsule_verify_cached(context, view, scratch, cache,
                                         &verified, NULL);
    assert_int_equal(first, second);
    if (first == 0)
        *id = *seigr_verified_id(&verified);
    free(memory);
    return first;
}

int help_verdict(seigr_span bytes, seigr_verified *out, seigr_error *error)
{
    const seigr_context context = help_context(NULL);
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_id id;
    seigr_buf scratch;
    int err;

    bytes = help_copy(bytes);
    err = seigr_capsule_decode(&context, bytes, &view, error);
    if (err != 0)
        return err;
    scratch.len = SEIGR_CAPSULE_SCRATCH_LEN(view.payload.len);
    scratch.ptr = malloc(scratch.len);
    assert_non_null(scratch.ptr);
    err = seigr_capsule_verify(&context, &view, scratch, out, error);
    assert_int_equal(help_in_place(&context, bytes, &id), err);
    if (err == 0)
        assert_memory_equal(&id, seigr_verified_id(out), sizeof(id));
    assert_int_equal(help_cached(&context, &view, scratch, &id), err);
    if (err == 0)
        assert_memory_equal(&id, seigr_verified_id(out), sizeof(id));
    free(scratch.ptr);
    return err;
}
