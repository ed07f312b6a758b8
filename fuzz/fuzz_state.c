/* SPDX-License-Identifier: MIT */
/*
 * fuzz_state.c - the payload of a STATE capsule, its detail above all.
 *
 * A refusal has a code, a sentence and a place and leaves the view as it was;
 * what is taken walks to its end inside the bytes and, written again, is the
 * same but for fields that nobody knows.
 */
#include "fuzz.h"

#include "capsule/payload.h"
#include "seigr/task.h"

#include <string.h>

static void state_again(const uint8_t *again, size_t len, seigr_span detail)
{
    FUZZ_REQUIRE(len <= detail.len); /* less: unknown fields are not in it */
    FUZZ_REQUIRE(len != detail.len || memcmp(again, detail.ptr, len) == 0);
}

static void state_check(const seigr_task_state *state,
                        const seigr_capsule *capsule)
{
    uint8_t room[128];
    size_t len;

    FUZZ_REQUIRE(state->record_len > 0);
    FUZZ_REQUIRE(state->record_len + state->memory_pages * (uint64_t)65536 <=
                 capsule->body.size);
    FUZZ_REQUIRE(seigr_task_state_encode(state, (seigr_buf){room, sizeof(room)},
                                         &len, NULL) == 0);
    state_again(room, len, capsule->detail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_task_state view;
    seigr_task_state before;
    int err;

    memset(&view, 0x5a, sizeof(view));
    before = view;
    capsule.bytes = capsule.payload = (seigr_span){data, size};
    if (seigr__payload_read(seigr_crypto_sodium(), capsule.payload, data,
                            &capsule, NULL) != 0 ||
        capsule.kind != SEIGR_KIND_STATE)
        return 0;
    err = seigr_task_state_decode(&capsule, &view, &error);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        FUZZ_REQUIRE(memcmp(&view, &before, sizeof(view)) == 0);
        return 0;
    }
    state_check(&view, &capsule);
    return 0;
}
