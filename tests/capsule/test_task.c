/* SPDX-License-Identifier: MIT */
/*
 * What TASK, RESULT, STATE, MESSAGE and DISPUTE capsules say: golden cases, and
 * protobuf-c as the oracle of drafts and of what the readers take.
 */
#include "capsule_help.h"

#include "seigr/task.h"
#include <seigr/v1/capsule.pb-c.h>

#include <stdlib.h>
#include <string.h>

/* One capsule's detail, read by the function of its kind. */
typedef struct task_view {
    seigr_task task;
    seigr_result result;
    seigr_task_state state;
    seigr_transcript transcript;
    seigr_dispute dispute;
} task_view;

static int task_read_kind(const seigr_capsule *capsule, task_view *out,
                          seigr_error *error)
{
    const seigr_context context = help_context(NULL);

    memset(out, 0, sizeof(*out));
    switch (capsule->kind) {
    case SEIGR_KIND_TASK:
        return seigr_task_decode(capsule, &out->task, error);
    case SEIGR_KIND_RESULT:
        return seigr_result_decode(&context, capsule, &out->result, error);
    case SEIGR_KIND_STATE:
        return seigr_task_state_decode(capsule, &out->state, error);
    case SEIGR_KIND_MESSAGE:
        return seigr_transcript_decode(&context, capsule, &out->transcript,
                                       error);
    case SEIGR_KIND_DISPUTE:
        return seigr_dispute_decode(capsule, &out->dispute, error);
    }
    fail_msg("kind %u", (unsigned)capsule->kind);
    return 0;
}

static void task_same_bytes(ProtobufCBinaryData theirs, const void *ours,
                            size_t len)
{
    assert_int_equal(theirs.len, len);
    if (len > 0)
        assert_memory_equal(theirs.data, ours, len);
}

static void task_same_text(const char *theirs, seigr_span ours)
{
    assert_int_equal(strlen(theirs), ours.len);
    if (ours.len > 0)
        assert_memory_equal(theirs, ours.ptr, ours.len);
}

static void task_oracle_service(const Seigr__V1__Service *t,
                                const seigr_task *o)
{
    size_t cursor = 0;
    seigr_label need;

    if (t == NULL) {
        assert_int_equal(o->service.priority, 0);
        assert_int_equal(o->need_count, 0);
        return;
    }
    assert_int_equal(t->priority, o->service.priority);
    assert_int_equal(t->deadline_ms, o->service.deadline_ms);
    assert_int_equal(t->replication, o->service.replication);
    assert_int_equal(t->target_error_ppb, o->service.target_error_ppb);
    assert_int_equal(t->n_needs, o->need_count);
    for (size_t i = 0; i < t->n_needs; i++) {
        assert_int_equal(seigr_task_next_need(o, &cursor, &need), 1);
        task_same_text(t->needs[i]->key, need.key);
        task_same_text(t->needs[i]->value, need.value);
    }
    assert_int_equal(seigr_task_next_need(o, &cursor, &need), 0);
}

static void task_oracle_channels(const Seigr__V1__Task *t, const seigr_task *o)
{
    size_t cursor = 0;
    seigr_task_channel end;

    assert_int_equal(t->n_channels, o->channel_count);
    for (size_t i = 0; i < t->n_channels; i++) {
        assert_int_equal(seigr_task_next_channel(o, &cursor, &end), 1);
        task_same_text(t->channels[i]->name, end.name);
        assert_int_equal(t->channels[i]->direction, end.direction);
        assert_int_equal(t->channels[i]->room, end.room);
    }
    assert_int_equal(seigr_task_next_channel(o, &cursor, &end), 0);
    task_same_bytes(t->job, &o->job, o->channel_count > 0 ? 32 : 0);
}

static void task_oracle_task(const Seigr__V1__Task *t, const seigr_task *o)
{
    seigr_task_cursor inputs = {0, 0};
    size_t arguments = 0;
    size_t variables = 0;
    seigr_task_input input;
    seigr_span text;

    task_same_text(t->entry, o->entry);
    assert_int_equal(t->n_arguments, o->argument_count);
    for (size_t i = 0; i < t->n_arguments; i++) {
        assert_int_equal(seigr_task_next_argument(o, &arguments, &text), 1);
        task_same_text(t->arguments[i], text);
    }
    assert_int_equal(seigr_task_next_argument(o, &arguments, &text), 0);
    assert_int_equal(t->n_environment, o->environment_count);
    for (size_t i = 0; i < t->n_environment; i++) {
        assert_int_equal(seigr_task_next_variable(o, &variables, &text), 1);
        task_same_text(t->environment[i], text);
    }
    assert_int_equal(seigr_task_next_variable(o, &variables, &text), 0);
    assert_int_equal(t->n_inputs, o->input_count);
    for (size_t i = 0; i < t->n_inputs; i++) {
        assert_int_equal(seigr_task_next_input(o, &inputs, &input), 1);
        task_same_text(t->inputs[i], input.path);
    }
    assert_int_equal(seigr_task_next_input(o, &inputs, &input), 0);
    assert_int_equal(t->limits->fuel, o->limits.fuel);
    assert_int_equal(t->limits->memory_pages, o->limits.memory_pages);
    assert_int_equal(t->limits->depth, o->limits.depth);
    assert_int_equal(t->limits->slots, o->limits.slots);
    assert_int_equal(t->limits->output, o->limits.output_max);
    assert_int_equal(t->limits->checkpoint_every, o->limits.checkpoint_every);
    task_same_bytes(t->seed, o->seed.ptr, o->seed.len);
    assert_int_equal(t->clock_ns, o->clock_ns);
    task_oracle_service(t->service, o);
    task_oracle_channels(t, o);
}

static void task_oracle_outcome(const Seigr__V1__Outcome *t,
                                const seigr_task_outcome *o)
{
    size_t cursor = 0;
    seigr_task_file file;

    assert_int_equal(t->status, o->status);
    assert_int_equal(t->exit_code, o->exit_code);
    assert_int_equal(t->trap, o->trap);
    assert_int_equal(t->function, o->function);
    assert_int_equal(t->offset, o->offset);
    assert_int_equal(t->fuel_used, o->fuel_used);
    task_same_bytes(t->root, &o->root, 32);
    assert_int_equal(t->output_size, o->output_size);
    task_same_bytes(t->output, &o->output, 32);
    task_same_bytes(t->transcript, &o->transcript, o->has_transcript ? 32 : 0);
    assert_int_equal(t->n_files, o->file_count);
    for (size_t i = 0; i < t->n_files; i++) {
        assert_int_equal(seigr_task_next_file(o, &cursor, &file), 1);
        task_same_text(t->files[i]->path, file.path);
        assert_int_equal(t->files[i]->size, file.size);
        task_same_bytes(t->files[i]->head, &file.head, 32);
    }
    assert_int_equal(seigr_task_next_file(o, &cursor, &file), 0);
}

static void task_oracle_claim(const Seigr__V1__Claim *t,
                              const seigr_task_claim *o)
{
    task_same_bytes(t->root, &o->root, 32);
    assert_int_equal(t->ended, o->ended);
}

/* Compare one detail with the oracle's. Returns its message. */
static const ProtobufCMessage *task_oracle_kind(const Seigr__V1__Capsule *t,
                                                const task_view *o)
{
    switch (t->kind) {
    case SEIGR__V1__KIND__KIND_TASK:
        task_oracle_task(t->task, &o->task);
        return &t->task->base;
    case SEIGR__V1__KIND__KIND_RESULT:
        task_oracle_outcome(t->result->outcome, &o->result.outcome);
        assert_int_equal(t->result->root_count, o->result.root_count);
        task_same_bytes(t->result->roots_head, &o->result.roots_head, 32);
        task_same_bytes(t->result->roots, o->result.roots.ptr,
                        o->result.roots.len);
        return &t->result->base;
    case SEIGR__V1__KIND__KIND_STATE:
        assert_int_equal(t->state->fuel_used, o->state.fuel_used);
        task_same_bytes(t->state->root, &o->state.root, 32);
        assert_int_equal(t->state->checkpoint, o->state.checkpoint);
        assert_int_equal(t->state->memory_pages, o->state.memory_pages);
        assert_int_equal(t->state->record_len, o->state.record_len);
        return &t->state->base;
    case SEIGR__V1__KIND__KIND_MESSAGE:
        assert_int_equal(t->message->sent_count, o->transcript.sent_count);
        assert_int_equal(t->message->received_count,
                         o->transcript.received_count);
        task_same_bytes(t->message->digest, &o->transcript.digest, 32);
        return &t->message->base;
    default:
        assert_int_equal(t->dispute->checkpoint, o->dispute.checkpoint);
        task_same_bytes(t->dispute->root, &o->dispute.root, 32);
        task_oracle_claim(t->dispute->claim_a, &o->dispute.claim_a);
        task_oracle_claim(t->dispute->claim_b, &o->dispute.claim_b);
        task_oracle_claim(t->dispute->found, &o->dispute.found);
        assert_int_equal(t->dispute->outcome != NULL, o->dispute.found.ended);
        if (t->dispute->outcome != NULL)
            task_oracle_outcome(t->dispute->outcome, &o->dispute.outcome);
        assert_int_equal(t->dispute->verdict, o->dispute.verdict);
        return &t->dispute->base;
    }
}

/* What protobuf-c makes of a detail is what our reader makes of it, and it
 * packs the same bytes where it keeps all there is in order. */
static void task_oracle(const seigr_capsule *capsule, const task_view *ours,
                        int judged)
{
    Seigr__V1__Capsule *theirs = seigr__v1__capsule__unpack(
        NULL, capsule->payload.len, capsule->payload.ptr);
    const ProtobufCMessage *detail;
    uint8_t *packed = malloc(capsule->detail.len + 1);

    assert_non_null(theirs);
    assert_non_null(packed);
    detail = task_oracle_kind(theirs, ours);
    assert_int_equal(protobuf_c_message_get_packed_size(detail),
                     capsule->detail.len);
    protobuf_c_message_pack(detail, packed);
    if (judged)
        assert_memory_equal(packed, capsule->detail.ptr, capsule->detail.len);
    free(packed);
    seigr__v1__capsule__free_unpacked(theirs, NULL);
}

void test_capsule_task__golden_details(void **state)
{
    json_t *file = support_golden("details.json");
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    task_view view;
    size_t i;
    size_t k;
    json_t *one;

    (void)state;
    json_array_foreach(json_object_get(file, "valid"), i, one)
    {
        const seigr_capsule *capsule = seigr_verified_capsule(&verified);

        assert_ok(
            help_verdict(support_hex_of(one, "capsule"), &verified, &error));
        if (task_read_kind(capsule, &view, &error) != 0)
            fail_msg("'%s' is refused: %s", support_string(one, "why"),
                     error.text);
        task_oracle(capsule, &view, 1);
    }
    json_array_foreach(json_object_get(file, "invalid"), k, one)
    {
        const seigr_span bytes = support_hex_of(one, "capsule");
        const char *why = support_string(one, "why");
        task_view untouched;
        int err;

        error = (seigr_error)SEIGR_ERROR_INIT;
        if (help_verdict(bytes, &verified, &error) != 0) {
            assert_non_null(strstr(why, "16 to 31")); /* the door's rule */
            continue;
        }
        memset(&untouched, 0, sizeof(untouched));
        err = task_read_kind(seigr_verified_capsule(&verified), &view, &error);
        if (err == 0)
            fail_msg("'%s' is accepted", why);
        assert_memory_equal(&view, &untouched, sizeof(view));
        assert_int_equal(error.code, err);
        assert_true(strlen(error.text) > 10 && error.offset <= bytes.len);
    }
    assert_true(i > 20 && k > 60);
    support_count("seigr.details", i + k);
    json_decref(file);
}

/* --- drafts ------------------------------------------------------------ */

#define TASK_LIST 6

static uint64_t task_number(support_rng *rng)
{
    return support_random(rng) >> support_random_below(rng, 64);
}

static void task_hash(support_rng *rng, seigr_hash *out)
{
    support_random_bytes(rng, out->bytes, sizeof(out->bytes));
}

static seigr_span task_text(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

static const char *const task_paths[TASK_LIST] = {"a",   "b/c", "b/d/e",
                                                  "b.d", "c",   "\xc3\xa9"};
static const char *const task_arguments[TASK_LIST] = {"prog", "", "-v",
                                                      "a b",  "", "x=y"};
static const char *const task_variables[TASK_LIST] = {
    "A=", "PATH=/bin", "A=b=c", "X= ", "\xc3\xa9=1", "A="};

static void task_draft_random(support_rng *rng, seigr_task_draft *d,
                              seigr_span *texts, seigr_label *needs,
                              seigr_task_channel *channels)
{
    *d = (seigr_task_draft)SEIGR_TASK_DRAFT_INIT;
    for (size_t i = 0; i < TASK_LIST; i++) {
        texts[i] = task_text(task_paths[i]);
        texts[TASK_LIST + i] = task_text(task_arguments[i]);
        texts[2 * TASK_LIST + i] = task_text(task_variables[i]);
    }
    d->inputs = texts;
    d->arguments = texts + TASK_LIST;
    d->environment = texts + 2 * TASK_LIST;
    d->needs = needs;
    d->input_count = (uint32_t)support_random_below(rng, TASK_LIST + 1);
    d->argument_count = (uint32_t)support_random_below(rng, TASK_LIST + 1);
    d->environment_count = (uint32_t)support_random_below(rng, TASK_LIST + 1);
    d->need_count = (uint32_t)support_random_below(rng, 3);
    if (support_random(rng) % 2)
        d->entry = task_text("main");
    d->seed = (seigr_span){(const uint8_t *)"seed of some length",
                           support_random_below(rng, 19)};
    d->clock_ns = task_number(rng);
    d->limits.fuel = task_number(rng) | 1;
    d->limits.output_max = task_number(rng);
    d->limits.checkpoint_every =
        support_random(rng) % 2 ? (d->limits.fuel >> 20) + 1 : 0;
    d->limits.memory_pages = (uint32_t)support_random_below(rng, 65537);
    d->limits.depth = (uint32_t)task_number(rng);
    d->limits.slots = (uint32_t)task_number(rng);
    if (support_random(rng) % 2) {
        d->service.priority = (uint32_t)support_random_below(rng, 6);
        d->service.deadline_ms = task_number(rng);
        d->service.replication = (uint32_t)support_random_below(rng, 4);
        if (d->service.replication == 0)
            d->service.target_error_ppb =
                (uint32_t)support_random_below(rng, 1000000001);
    }
    d->channel_count = (uint32_t)support_random_below(rng, TASK_LIST + 1);
    for (size_t i = 0; i < TASK_LIST; i++) {
        channels[i].name = task_text(task_paths[i / 2]);
        channels[i].direction = 1 + (uint32_t)i % 2;
        channels[i].room = i == 3 ? 0 : 64u << support_random_below(rng, 19);
    }
    d->channels = channels;
    if (d->channel_count > 0)
        task_hash(rng, &d->job);
}

/* Seal a detail as a capsule of its kind and read that. */
static void task_seal_and_read(seigr_draft *draft, task_view *view)
{
    static help_key key;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;

    help_key_init(&key, 1);
    draft->sequence = 1;
    assert_ok(help_verdict(help_seal(&key, draft, NULL), &verified, &error));
    if (task_read_kind(seigr_verified_capsule(&verified), view, &error) != 0)
        fail_msg("refused: %s", error.text);
    task_oracle(seigr_verified_capsule(&verified), view, 1);
}

void test_capsule_task__drafts_of_transcripts(void **state)
{
    const seigr_context context = help_context(NULL);
    support_rng rng = {0x7a1c};

    (void)state;
    for (int i = 0; i < 200; i++) {
        seigr_transcript said = SEIGR_TRANSCRIPT_INIT;
        seigr_link link = {{{4}}, SEIGR_ROLE_TASK};
        seigr_draft draft = SEIGR_DRAFT_INIT;
        static uint8_t body[4096];
        uint8_t detail[64];
        task_view view;
        size_t at = 0;
        size_t len;

        for (size_t k = support_random_below(&rng, 12); k > 0; k--) {
            seigr_transcript_entry entry = {
                1 + (uint32_t)support_random_below(&rng, 3),
                (uint32_t)support_random_below(&rng, 256),
                {body + at + SEIGR_TRANSCRIPT_HEAD_LEN,
                 support_random_below(&rng, 300)}};

            if (entry.what == SEIGR_TRANSCRIPT_CLOSED)
                entry.bytes.len = 0;
            seigr_transcript_head(&entry, body + at);
            at += SEIGR_TRANSCRIPT_HEAD_LEN;
            support_random_bytes(&rng, body + at, entry.bytes.len);
            at += entry.bytes.len;
            seigr_transcript_add(&context, &entry, &said.digest);
            said.sent_count += entry.what == SEIGR_TRANSCRIPT_SENT;
            said.received_count += entry.what != SEIGR_TRANSCRIPT_SENT;
        }
        assert_ok(seigr_transcript_encode(
            &said, (seigr_buf){detail, sizeof(detail)}, &len, NULL));
        draft.kind = SEIGR_KIND_MESSAGE;
        draft.links = &link;
        draft.link_count = 1;
        draft.detail = (seigr_span){detail, len};
        draft.body.form = SEIGR_BODY_INLINE;
        draft.body.content = (seigr_span){body, at};
        task_seal_and_read(&draft, &view);
        assert_int_equal(view.transcript.task.bytes[0], 4);
    }
}

void test_capsule_task__drafts_of_tasks(void **state)
{
    seigr_label needs[2] = {{task_text("cpu"), task_text("fast")},
                            {task_text("gpu"), task_text("")}};
    support_rng rng = {0x7a5c};
    seigr_span texts[3 * TASK_LIST];
    seigr_task_channel channels[TASK_LIST];

    (void)state;
    for (int i = 0; i < 300; i++) {
        seigr_task_draft d;
        seigr_draft draft = SEIGR_DRAFT_INIT;
        seigr_link links[TASK_LIST + 2] = {{{{9}}, SEIGR_ROLE_PROGRAM}};
        uint8_t detail[1024];
        task_view view;
        seigr_task_cursor cursor = {0, 0};
        seigr_task_input input;
        size_t len;
        size_t need;

        task_draft_random(&rng, &d, texts, needs, channels);
        assert_int_equal(
            seigr_task_encode(&d, (seigr_buf){NULL, 0}, &need, NULL),
            SEIGR_E_ROOM);
        assert_ok(seigr_task_encode(&d, (seigr_buf){detail, need}, &len, NULL));
        assert_int_equal(len, need);
        for (uint32_t k = 0; k <= d.input_count; k++) {
            links[k + 1].role = SEIGR_ROLE_INPUT;
            links[k + 1].id.bytes[0] = (uint8_t)k;
        }
        links[d.input_count + 1].role = SEIGR_ROLE_GRANT;
        draft.kind = SEIGR_KIND_TASK;
        draft.links = links;
        draft.link_count = d.input_count + 2;
        draft.detail = (seigr_span){detail, len};
        task_seal_and_read(&draft, &view);
        assert_int_equal(view.task.program.bytes[0], 9);
        assert_int_equal(view.task.grant_count, 1);
        for (uint32_t k = 0; k < d.input_count; k++) {
            assert_int_equal(seigr_task_next_input(&view.task, &cursor, &input),
                             1);
            assert_int_equal(input.id.bytes[0], k);
            assert_int_equal(seigr_task_path_compare(input.path, d.inputs[k]),
                             0);
        }
    }
}

static void task_outcome_random(support_rng *rng, seigr_task_outcome *o,
                                seigr_task_file *files)
{
    *o = (seigr_task_outcome)SEIGR_TASK_OUTCOME_INIT;
    o->status = (uint32_t)support_random_below(rng, 4) + 1;
    if (o->status == SEIGR_RESULT_EXITED)
        o->exit_code = (uint32_t)support_random_below(rng, 3);
    if (o->status == SEIGR_RESULT_TRAPPED) {
        o->trap = (uint32_t)support_random_below(rng, 11) + 1;
        o->function = (uint32_t)task_number(rng);
        o->offset = task_number(rng);
    }
    o->fuel_used = task_number(rng);
    task_hash(rng, &o->root);
    o->file_count = (uint32_t)support_random_below(rng, TASK_LIST + 1);
    o->files = files;
    for (size_t i = 0; i < TASK_LIST; i++) {
        files[i].path = task_text(task_paths[i]);
        files[i].size = task_number(rng);
        task_hash(rng, &files[i].head);
    }
    o->has_transcript = (uint32_t)support_random_below(rng, 2);
    if (o->has_transcript)
        task_hash(rng, &o->transcript);
}

/* A body, and what the outcome says of it. */
static void task_body_random(support_rng *rng, seigr_body *body,
                             seigr_task_outcome *o)
{
    static uint8_t content[300];
    const seigr_context context = help_context(NULL);
    seigr_span none = {NULL, 0};

    memset(body, 0, sizeof(*body));
    body->form = (uint32_t)support_random_below(rng, 3);
    seigr_sha256(&context, none, &o->output);
    if (body->form == SEIGR_BODY_INLINE) {
        body->content = (seigr_span){content, support_random_below(rng, 300)};
        support_random_bytes(rng, content, sizeof(content));
        body->size = body->content.len;
        if (body->size > 0)
            seigr_merkle_hash_leaf(&context, body->content, &o->output);
    } else if (body->form == SEIGR_BODY_ROOT) {
        body->size = 65537 + support_random_below(rng, 1u << 30);
        task_hash(rng, &body->root);
        o->output = body->root;
    }
    o->output_size = body->size;
}

void test_capsule_task__drafts_of_results(void **state)
{
    static uint8_t roots[2000 * 32];
    static uint8_t detail[65536];
    const seigr_context context = help_context(NULL);
    support_rng rng = {0x2e5};

    (void)state;
    support_random_bytes(&rng, roots, sizeof(roots));
    for (int i = 0; i < 300; i++) {
        seigr_result r = SEIGR_RESULT_INIT;
        seigr_task_file files[TASK_LIST];
        seigr_draft draft = SEIGR_DRAFT_INIT;
        seigr_link links[TASK_LIST + 1] = {{{{9}}, SEIGR_ROLE_TASK}};
        seigr_hash head;
        task_view view;
        size_t len;

        task_outcome_random(&rng, &r.outcome, files);
        task_body_random(&rng, &draft.body, &r.outcome);
        r.root_count = (uint32_t)support_random_below(&rng, 2000);
        r.roots = (seigr_span){roots, (size_t)r.root_count * 32};
        assert_ok(seigr_result_encode(
            &context, &r, (seigr_buf){detail, sizeof(detail)}, &len, NULL));
        for (uint32_t k = 0; k < r.outcome.file_count; k++)
            links[k + 1].role = SEIGR_ROLE_MEMBER;
        draft.kind = SEIGR_KIND_RESULT;
        draft.links = links;
        draft.link_count = r.outcome.file_count + 1;
        draft.detail = (seigr_span){detail, len};
        task_seal_and_read(&draft, &view);
        seigr_result_roots_head(&context, r.roots, &r.outcome.root, &head);
        assert_memory_equal(&head, &view.result.roots_head, 32);
        assert_int_equal(view.result.task.bytes[0], 9);
        assert_int_equal(view.result.roots.len,
                         r.root_count > 1024 ? 0 : r.roots.len);
    }
}

static void task_dispute_random(support_rng *rng, seigr_dispute *d,
                                seigr_task_file *files)
{
    *d = (seigr_dispute)SEIGR_DISPUTE_INIT;
    task_hash(rng, &d->root);
    task_hash(rng, &d->claim_a.root);
    task_hash(rng, &d->claim_b.root);
    d->checkpoint = (uint32_t)support_random_below(rng, 1u << 20);
    d->claim_a.ended = (uint32_t)support_random_below(rng, 2);
    d->claim_b.ended = (uint32_t)support_random_below(rng, 2);
    d->verdict = (uint32_t)support_random_below(rng, 3) + 1;
    if (d->verdict == SEIGR_DISPUTE_BOTH)
        task_hash(rng, &d->found.root);
    else
        d->found = d->verdict == SEIGR_DISPUTE_A ? d->claim_b : d->claim_a;
    if (d->found.ended) {
        task_outcome_random(rng, &d->outcome, files);
        d->outcome.root = d->found.root;
    }
}

void test_capsule_task__drafts_of_states_and_disputes(void **state)
{
    support_rng rng = {0xd15};
    static const uint8_t content[100];

    (void)state;
    for (int i = 0; i < 300; i++) {
        seigr_dispute d;
        seigr_task_state s = SEIGR_TASK_STATE_INIT;
        seigr_task_file files[TASK_LIST];
        seigr_draft draft = SEIGR_DRAFT_INIT;
        seigr_link links[4] = {{{{1}}, SEIGR_ROLE_TASK},
                               {{{2}}, SEIGR_ROLE_EVIDENCE},
                               {{{3}}, SEIGR_ROLE_EVIDENCE},
                               {{{4}}, SEIGR_ROLE_STATE}};
        uint8_t detail[2048];
        task_view view;

        task_dispute_random(&rng, &d, files);
        draft.detail.ptr = detail;
        assert_ok(seigr_dispute_encode(&d, (seigr_buf){detail, sizeof(detail)},
                                       &draft.detail.len, NULL));
        draft.kind = SEIGR_KIND_DISPUTE;
        draft.links = links;
        draft.link_count = 3 + support_random_below(&rng, 2);
        task_seal_and_read(&draft, &view);
        assert_int_equal(view.dispute.a.bytes[0], 2);
        assert_int_equal(view.dispute.b.bytes[0], 3);
        assert_int_equal(view.dispute.has_state, draft.link_count - 3);

        s.fuel_used = task_number(&rng);
        s.checkpoint = (uint32_t)support_random_below(&rng, 1u << 20);
        task_hash(&rng, &s.root);
        s.record_len = support_random_below(&rng, 100) + 1;
        draft.body.form = SEIGR_BODY_INLINE;
        draft.body.content = (seigr_span){content, (size_t)s.record_len};
        if (i % 2) {
            s.memory_pages = (uint32_t)support_random_below(&rng, 1000) + 1;
            draft.body.form = SEIGR_BODY_ROOT;
            draft.body.size = s.memory_pages * 65536 + s.record_len;
        }
        assert_ok(seigr_task_state_encode(
            &s, (seigr_buf){detail, sizeof(detail)}, &draft.detail.len, NULL));
        draft.kind = SEIGR_KIND_STATE;
        task_seal_and_read(&draft, &view);
        assert_int_equal(view.state.task.bytes[0], 1);
    }
}

void test_capsule_task__drafts_that_break_a_rule(void **state)
{
    const seigr_span unsorted[2] = {task_text("b"), task_text("a")};
    const seigr_context context = help_context(NULL);
    seigr_task_draft d = SEIGR_TASK_DRAFT_INIT;
    seigr_result r = SEIGR_RESULT_INIT;
    seigr_dispute p = SEIGR_DISPUTE_INIT;
    seigr_task_state s = SEIGR_TASK_STATE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    uint8_t room[512];
    const seigr_buf out = {room, sizeof(room)};
    size_t len = 77;

    (void)state;
    assert_int_equal(seigr_task_encode(&d, out, &len, &error), SEIGR_E_FORMAT);
    assert_non_null(strstr(error.text, "Limits.fuel"));
    assert_true(error.offset == SEIGR_NO_OFFSET);
    d.limits.fuel = 1;
    d.inputs = unsorted;
    d.input_count = 2;
    assert_int_equal(seigr_task_encode(&d, out, &len, &error), SEIGR_E_FORMAT);
    d.input_count = 0;
    d.service.priority = 6;
    assert_int_equal(seigr_task_encode(&d, out, &len, &error), SEIGR_E_LIMIT);
    assert_int_equal(seigr_result_encode(&context, &r, out, &len, &error),
                     SEIGR_E_FORMAT);
    r.root_count = 1; /* but no roots */
    assert_int_equal(seigr_result_encode(&context, &r, out, &len, &error),
                     SEIGR_E_INVAL);
    p.verdict = SEIGR_DISPUTE_A;
    assert_int_equal(seigr_dispute_encode(&p, out, &len, &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(seigr_task_state_encode(&s, out, &len, &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(len, 77);
}

void test_capsule_task__paths_in_order(void **state)
{
    static const char *const ascending[] = {"a",  "a/b", "a/b/c", "a/c", "a!",
                                            "a-", "a.b", "aa",    "b"};
    const size_t count = sizeof(ascending) / sizeof(ascending[0]);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(seigr_task_path_is_good(task_text(ascending[i])), 1);
        for (size_t k = 0; k < count; k++) {
            const int order = seigr_task_path_compare(task_text(ascending[i]),
                                                      task_text(ascending[k]));

            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
    assert_int_equal(seigr_task_path_is_good((seigr_span){NULL, 0}), 0);
    assert_int_equal(seigr_task_path_is_good(task_text("..a/b..")), 1);
}

void test_capsule_task__another_kind_is_the_callers_mistake(void **state)
{
    const seigr_context context = help_context(NULL);
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    task_view view;

    (void)state;
    capsule.kind = SEIGR_KIND_DATA;
    assert_int_equal(seigr_task_decode(&capsule, &view.task, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_result_decode(&context, &capsule, &view.result, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(seigr_task_state_decode(&capsule, &view.state, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_dispute_decode(&capsule, &view.dispute, NULL),
                     SEIGR_E_INVAL);
}
