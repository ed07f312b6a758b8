/* SPDX-License-Identifier: MIT */
/*
 * fuzz_payload.c - the canonical payload reader.
 *
 * A refusal has a code, a sentence and a place; a view lies inside the bytes
 * and walks to its end; and what the view says, written again, is the same
 * bytes but for fields that nobody knows.
 */
#include "fuzz.h"

#include "capsule/payload.h"
#include "seigr/crypto.h"

#include <string.h>

#define PAYLOAD_LIST_MAX 64u

static seigr_link payload_links[PAYLOAD_LIST_MAX];
static seigr_label payload_labels[PAYLOAD_LIST_MAX];

static void payload_require_inside(seigr_span part, const uint8_t *data,
                                   size_t size)
{
    if (part.ptr == NULL)
        return;
    FUZZ_REQUIRE(part.ptr >= data && part.ptr <= data + size);
    FUZZ_REQUIRE(part.len <= size - (size_t)(part.ptr - data));
}

static void payload_walk(const seigr_capsule *view, const uint8_t *data,
                         size_t size)
{
    size_t cursor = 0;
    seigr_link link;
    seigr_label label;

    for (uint32_t i = 0; i < view->link_count; i++) {
        FUZZ_REQUIRE(seigr_capsule_next_link(view, &cursor, &link) == 1);
        FUZZ_REQUIRE(link.role > 0 && link.role <= INT32_MAX);
        if (i < PAYLOAD_LIST_MAX)
            payload_links[i] = link;
    }
    FUZZ_REQUIRE(seigr_capsule_next_link(view, &cursor, &link) == 0);
    cursor = 0;
    for (uint32_t i = 0; i < view->label_count; i++) {
        FUZZ_REQUIRE(seigr_capsule_next_label(view, &cursor, &label) == 1);
        payload_require_inside(label.key, data, size);
        payload_require_inside(label.value, data, size);
        if (i < PAYLOAD_LIST_MAX)
            payload_labels[i] = label;
    }
    FUZZ_REQUIRE(seigr_capsule_next_label(view, &cursor, &label) == 0);
}

static void payload_write_again(const seigr_capsule *view, const uint8_t *data,
                                size_t size)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t *again = malloc(size + 1);
    size_t len;

    if (again == NULL || view->link_count > PAYLOAD_LIST_MAX ||
        view->label_count > PAYLOAD_LIST_MAX) {
        free(again);
        return;
    }
    draft.kind = view->kind;
    draft.name = view->name;
    draft.created_ms = view->created_ms;
    draft.sequence = view->sequence;
    draft.stream = view->stream;
    draft.previous = view->has_previous ? &view->previous : NULL;
    draft.links = payload_links;
    draft.link_count = view->link_count;
    draft.labels = payload_labels;
    draft.label_count = view->label_count;
    draft.body = view->body;
    if (seigr__detail_of_kind(view->kind) != SEIGR__DETAIL_ANY)
        draft.detail = view->detail;
    FUZZ_REQUIRE(seigr__payload_write(&draft, (seigr_buf){again, size}, &len,
                                      NULL) == 0);
    FUZZ_REQUIRE(len <= size); /* less: unknown fields are not in it */
    FUZZ_REQUIRE(len != size || memcmp(again, data, len) == 0);
    FUZZ_REQUIRE(seigr__payload_check(seigr_crypto_sodium(),
                                      (seigr_span){again, len}, NULL) == 0);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_capsule view;
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    memset(&view, 0, sizeof(view));
    err = seigr__payload_read(seigr_crypto_sodium(), (seigr_span){data, size},
                              data, &view, &error);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        return 0;
    }
    FUZZ_REQUIRE(view.kind > 0 && view.sequence > 0);
    FUZZ_REQUIRE(view.has_previous == (view.sequence > 1));
    payload_require_inside(view.name, data, size);
    payload_require_inside(view.body.media_type, data, size);
    payload_require_inside(view.body.content, data, size);
    payload_require_inside(view.detail, data, size);
    payload_walk(&view, data, size);
    payload_write_again(&view, data, size);
    return 0;
}
