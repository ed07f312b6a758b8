/* SPDX-License-Identifier: MIT */
/*
 * fuzz_transcript.c - transcripts, and the payloads of MESSAGE capsules.
 *
 * The first byte chooses. Entries lie inside the bytes and are the same when
 * written again; a refusal has a code, a sentence and a place.
 */
#include "fuzz.h"

#include "capsule/payload.h"
#include "seigr/task.h"

#include <string.h>

static void transcript_walk(seigr_span all)
{
    seigr_transcript_entry entry;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_span rest = all;
    int err;

    for (;;) {
        const uint8_t *at = rest.ptr;
        uint8_t head[SEIGR_TRANSCRIPT_HEAD_LEN];

        err = seigr_transcript_next(&rest, &entry, &error);
        if (err != 1)
            break;
        FUZZ_REQUIRE(entry.bytes.ptr == at + sizeof(head));
        FUZZ_REQUIRE(entry.bytes.ptr + entry.bytes.len == rest.ptr);
        seigr_transcript_head(&entry, head);
        FUZZ_REQUIRE(memcmp(head, at, sizeof(head)) == 0);
    }
    FUZZ_REQUIRE((err == 0) == (rest.len == 0));
    FUZZ_REQUIRE(err == 0 || (error.code == err && error.text[0] != '\0' &&
                              error.offset <= rest.len));
}

static void transcript_message(seigr_span payload)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_transcript view = SEIGR_TRANSCRIPT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t again[64];
    size_t len;
    int err;

    context.crypto = seigr_crypto_sodium();
    capsule.bytes = capsule.payload = payload;
    if (seigr__payload_read(context.crypto, payload, payload.ptr, &capsule,
                            NULL) != 0 ||
        capsule.kind != SEIGR_KIND_MESSAGE)
        return;
    err = seigr_transcript_decode(&context, &capsule, &view, &error);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= payload.len);
        return;
    }
    FUZZ_REQUIRE(seigr_transcript_encode(&view,
                                         (seigr_buf){again, sizeof(again)},
                                         &len, NULL) == 0);
    FUZZ_REQUIRE(len != capsule.detail.len ||
                 memcmp(again, capsule.detail.ptr, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] % 2 == 0)
        transcript_walk((seigr_span){data + 1, size - 1});
    else
        transcript_message((seigr_span){data + 1, size - 1});
    return 0;
}
