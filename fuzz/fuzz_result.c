/* SPDX-License-Identifier: MIT */
/*
 * fuzz_result.c - the payload of a RESULT capsule, its detail above all.
 *
 * A refusal has a code, a sentence and a place and leaves the view as it was;
 * what is taken walks to its end inside the bytes and, written again, is the
 * same but for fields that nobody knows.
 */
#include "fuzz.h"

#include "capsule/payload.h"
#include "seigr/task.h"

#include <string.h>

static seigr_context result_context(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.crypto = seigr_crypto_sodium();
    return context;
}

static void result_again(const uint8_t *again, size_t len, seigr_span detail)
{
    FUZZ_REQUIRE(len <= detail.len); /* less: unknown fields are not in it */
    FUZZ_REQUIRE(len != detail.len || memcmp(again, detail.ptr, len) == 0);
}

static void result_check(const seigr_result *result,
                         const seigr_capsule *capsule)
{
    const seigr_context context = result_context();
    uint8_t *room = malloc(capsule->detail.len + 1);
    seigr_task_file file;
    size_t cursor = 0;
    size_t len;

    FUZZ_REQUIRE(room != NULL);
    FUZZ_REQUIRE(capsule->body.size == result->outcome.output_size);
    for (uint32_t i = 0; i < result->outcome.file_count; i++) {
        FUZZ_REQUIRE(seigr_task_next_file(&result->outcome, &cursor, &file) ==
                     1);
        FUZZ_REQUIRE(seigr_task_path_is_good(file.path));
    }
    FUZZ_REQUIRE(seigr_task_next_file(&result->outcome, &cursor, &file) == 0);
    FUZZ_REQUIRE(seigr_result_encode(&context, result,
                                     (seigr_buf){room, capsule->detail.len + 1},
                                     &len, NULL) == 0);
    result_again(room, len, capsule->detail);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_result view;
    seigr_result before;
    const seigr_context context = result_context();
    int err;

    memset(&view, 0x5a, sizeof(view));
    before = view;
    capsule.bytes = capsule.payload = (seigr_span){data, size};
    if (seigr__payload_read(seigr_crypto_sodium(), capsule.payload, data,
                            &capsule, NULL) != 0 ||
        capsule.kind != SEIGR_KIND_RESULT)
        return 0;
    err = seigr_result_decode(&context, &capsule, &view, &error);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        FUZZ_REQUIRE(memcmp(&view, &before, sizeof(view)) == 0);
        return 0;
    }
    result_check(&view, &capsule);
    return 0;
}
