/* SPDX-License-Identifier: MIT */
/*
 * fuzz_dispute.c - the payload of a DISPUTE capsule, its detail above all.
 *
 * A refusal has a code, a sentence and a place and leaves the view as it was;
 * what is taken walks to its end inside the bytes and, written again, is the
 * same but for fields that nobody knows.
 */
#include "fuzz.h"

#include "capsule/payload.h"
#include "seigr/task.h"

#include <string.h>

static void dispute_again(const uint8_t *again, size_t len, seigr_span detail)
{
    FUZZ_REQUIRE(len <= detail.len); /* less: unknown fields are not in it */
    FUZZ_REQUIRE(len != detail.len || memcmp(again, detail.ptr, len) == 0);
}

static void dispute_check(const seigr_dispute *dispute,
                          const seigr_capsule *capsule)
{
    uint8_t *room = malloc(capsule->detail.len + 1);
    size_t len;

    FUZZ_REQUIRE(room != NULL);
    FUZZ_REQUIRE(dispute->verdict >= 1 && dispute->verdict <= 3);
    FUZZ_REQUIRE(memcmp(&dispute->a, &dispute->b, 32) != 0);
    FUZZ_REQUIRE(seigr_dispute_encode(
                     dispute, (seigr_buf){room, capsule->detail.len + 1}, &len,
                     NULL) == 0);
    dispute_again(room, len, capsule->detail);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_dispute view;
    seigr_dispute before;
    int err;

    memset(&view, 0x5a, sizeof(view));
    before = view;
    capsule.bytes = capsule.payload = (seigr_span){data, size};
    if (seigr__payload_read(seigr_crypto_sodium(), capsule.payload, data,
                            &capsule, NULL) != 0 ||
        capsule.kind != SEIGR_KIND_DISPUTE)
        return 0;
    err = seigr_dispute_decode(&capsule, &view, &error);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        FUZZ_REQUIRE(memcmp(&view, &before, sizeof(view)) == 0);
        return 0;
    }
    dispute_check(&view, &capsule);
    return 0;
}
