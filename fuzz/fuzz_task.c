/* SPDX-License-Identifier: MIT */
/*
 * fuzz_task.c - the payload of a TASK capsule, its detail above all.
 *
 * A refusal has a code, a sentence and a place and leaves the view as it was;
 * what is taken walks to its end inside the bytes and, written again, is the
 * same but for fields that nobody knows.
 */
#include "fuzz.h"

#include "capsule/payload.h"
#include "seigr/task.h"

#include <string.h>

#define TASK_MOST 32u

static void task_require_inside(seigr_span part, seigr_span whole)
{
    if (part.ptr == NULL)
        return;
    FUZZ_REQUIRE(part.ptr >= whole.ptr && part.ptr <= whole.ptr + whole.len);
    FUZZ_REQUIRE(part.len <= whole.len - (size_t)(part.ptr - whole.ptr));
}

/* Walk a list to its end, keeping the first of it. */
static void task_list(const seigr_task *task, uint32_t count,
                      int (*next)(const seigr_task *task, size_t *cursor,
                                  seigr_span *out),
                      seigr_span whole, seigr_span *kept)
{
    size_t cursor = 0;
    seigr_span text;

    for (uint32_t i = 0; i < count; i++) {
        FUZZ_REQUIRE(next(task, &cursor, &text) == 1);
        task_require_inside(text, whole);
        FUZZ_REQUIRE(text.len == 0 || memchr(text.ptr, 0, text.len) == NULL);
        if (i < TASK_MOST)
            kept[i] = text;
    }
    FUZZ_REQUIRE(next(task, &cursor, &text) == 0);
}

static void task_inputs(const seigr_task *task, seigr_span whole,
                        seigr_span *kept)
{
    seigr_task_cursor cursor = {0, 0};
    seigr_task_input input;

    for (uint32_t i = 0; i < task->input_count; i++) {
        FUZZ_REQUIRE(seigr_task_next_input(task, &cursor, &input) == 1);
        task_require_inside(input.path, whole);
        FUZZ_REQUIRE(seigr_task_path_is_good(input.path));
        if (i < TASK_MOST)
            kept[i] = input.path;
    }
    FUZZ_REQUIRE(seigr_task_next_input(task, &cursor, &input) == 0);
}

static void task_needs(const seigr_task *task, seigr_label *kept)
{
    size_t cursor = 0;
    seigr_label need;

    for (uint32_t i = 0; i < task->need_count; i++) {
        FUZZ_REQUIRE(seigr_task_next_need(task, &cursor, &need) == 1);
        FUZZ_REQUIRE(need.key.len > 0);
        if (i < TASK_MOST)
            kept[i] = need;
    }
    FUZZ_REQUIRE(seigr_task_next_need(task, &cursor, &need) == 0);
}

static void task_channels(const seigr_task *task, seigr_span whole,
                          seigr_task_channel *kept)
{
    seigr_task_channel end;
    size_t cursor = 0;

    for (uint32_t i = 0; i < task->channel_count; i++) {
        FUZZ_REQUIRE(seigr_task_next_channel(task, &cursor, &end) == 1);
        FUZZ_REQUIRE(end.name.len > 0 && end.direction >= 1 &&
                     end.direction <= 2);
        task_require_inside(end.name, whole);
        if (i < TASK_MOST)
            kept[i] = end;
    }
    FUZZ_REQUIRE(seigr_task_next_channel(task, &cursor, &end) == 0);
}

static void task_again(const uint8_t *again, size_t len, seigr_span detail)
{
    FUZZ_REQUIRE(len <= detail.len); /* less: unknown fields are not in it */
    FUZZ_REQUIRE(len != detail.len || memcmp(again, detail.ptr, len) == 0);
}

static void task_check(const seigr_task *task, const seigr_capsule *capsule)
{
    static seigr_span texts[3][TASK_MOST];
    static seigr_label needs[TASK_MOST];
    static seigr_task_channel channels[TASK_MOST];
    seigr_task_draft draft = SEIGR_TASK_DRAFT_INIT;
    uint8_t *room = malloc(capsule->detail.len + 1);
    size_t len;

    FUZZ_REQUIRE(room != NULL);
    task_inputs(task, capsule->detail, texts[0]);
    task_list(task, task->argument_count, seigr_task_next_argument,
              capsule->detail, texts[1]);
    task_list(task, task->environment_count, seigr_task_next_variable,
              capsule->detail, texts[2]);
    task_needs(task, needs);
    task_channels(task, capsule->detail, channels);
    draft.inputs = texts[0];
    draft.input_count = task->input_count;
    draft.arguments = texts[1];
    draft.argument_count = task->argument_count;
    draft.environment = texts[2];
    draft.environment_count = task->environment_count;
    draft.needs = needs;
    draft.need_count = task->need_count;
    draft.entry = task->entry;
    draft.seed = task->seed;
    draft.clock_ns = task->clock_ns;
    draft.limits = task->limits;
    draft.service = task->service;
    draft.channels = channels;
    draft.channel_count = task->channel_count;
    draft.job = task->job;
    if (task->channel_count <= TASK_MOST && task->input_count <= TASK_MOST &&
        task->argument_count <= TASK_MOST &&
        task->environment_count <= TASK_MOST && task->need_count <= TASK_MOST) {
        FUZZ_REQUIRE(seigr_task_encode(
                         &draft, (seigr_buf){room, capsule->detail.len + 1},
                         &len, NULL) == 0);
        task_again(room, len, capsule->detail);
    }
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_task view;
    seigr_task before;
    int err;

    memset(&view, 0x5a, sizeof(view));
    before = view;
    capsule.bytes = capsule.payload = (seigr_span){data, size};
    if (seigr__payload_read(seigr_crypto_sodium(), capsule.payload, data,
                            &capsule, NULL) != 0 ||
        capsule.kind != SEIGR_KIND_TASK)
        return 0;
    err = seigr_task_decode(&capsule, &view, &error);
    if (err != 0) {
        FUZZ_REQUIRE(error.code == err && error.text[0] != '\0');
        FUZZ_REQUIRE(error.offset <= size);
        FUZZ_REQUIRE(memcmp(&view, &before, sizeof(view)) == 0);
        return 0;
    }
    task_check(&view, &capsule);
    return 0;
}
