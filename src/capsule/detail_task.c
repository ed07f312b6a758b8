/* SPDX-License-Identifier: MIT */
/*
 * detail_task.c - reads and writes what a TASK capsule says.
 *
 * Invariants:
 *   (1) spans of a view lie inside the capsule, and their entries have been
 *       checked: walking them cannot fail.
 *   (2) what is written has passed the reader.
 */
#include "detail.h"     /* seigr__detail_* */
#include "seigr/task.h" /* seigr_task */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memchr, memcmp */

enum {
    TASK_ENTRY = 1,
    TASK_ARGUMENTS = 2,
    TASK_ENVIRONMENT = 3,
    TASK_INPUTS = 4,
    TASK_LIMITS = 5,
    TASK_SEED = 6,
    TASK_CLOCK_NS = 7,
    TASK_SERVICE = 8,
    TASK_CHANNELS = 9,
    TASK_JOB = 10,

    LIMITS_FUEL = 1,
    LIMITS_MEMORY_PAGES = 2,
    LIMITS_DEPTH = 3,
    LIMITS_SLOTS = 4,
    LIMITS_OUTPUT = 5,
    LIMITS_CHECKPOINT_EVERY = 6,

    SERVICE_PRIORITY = 1,
    SERVICE_DEADLINE_MS = 2,
    SERVICE_REPLICATION = 3,
    SERVICE_TARGET_ERROR_PPB = 4,
    SERVICE_NEEDS = 5,

    NEED_KEY = 1,
    NEED_VALUE = 2
};

static const seigr__pb_field task_fields[] = {
    {TASK_ENTRY, SEIGR__PB_STRING, 0, "entry"},
    {TASK_ARGUMENTS, SEIGR__PB_STRING, SEIGR__PB_REPEATED, "arguments"},
    {TASK_ENVIRONMENT, SEIGR__PB_STRING, SEIGR__PB_REPEATED, "environment"},
    {TASK_INPUTS, SEIGR__PB_STRING, SEIGR__PB_REPEATED, "inputs"},
    {TASK_LIMITS, SEIGR__PB_MESSAGE, 0, "limits"},
    {TASK_SEED, SEIGR__PB_BYTES, 0, "seed"},
    {TASK_CLOCK_NS, SEIGR__PB_UINT64, 0, "clock_ns"},
    {TASK_SERVICE, SEIGR__PB_MESSAGE, 0, "service"},
    {TASK_CHANNELS, SEIGR__PB_MESSAGE, SEIGR__PB_REPEATED, "channels"},
    {TASK_JOB, SEIGR__PB_BYTES, 0, "job"},
};

static const seigr__pb_field task_limits_fields[] = {
    {LIMITS_FUEL, SEIGR__PB_UINT64, 0, "fuel"},
    {LIMITS_MEMORY_PAGES, SEIGR__PB_UINT32, 0, "memory_pages"},
    {LIMITS_DEPTH, SEIGR__PB_UINT32, 0, "depth"},
    {LIMITS_SLOTS, SEIGR__PB_UINT32, 0, "slots"},
    {LIMITS_OUTPUT, SEIGR__PB_UINT64, 0, "output"},
    {LIMITS_CHECKPOINT_EVERY, SEIGR__PB_UINT64, 0, "checkpoint_every"},
};

static const seigr__pb_field task_service_fields[] = {
    {SERVICE_PRIORITY, SEIGR__PB_UINT32, 0, "priority"},
    {SERVICE_DEADLINE_MS, SEIGR__PB_UINT64, 0, "deadline_ms"},
    {SERVICE_REPLICATION, SEIGR__PB_UINT32, 0, "replication"},
    {SERVICE_TARGET_ERROR_PPB, SEIGR__PB_UINT32, 0, "target_error_ppb"},
    {SERVICE_NEEDS, SEIGR__PB_MESSAGE, SEIGR__PB_REPEATED, "needs"},
};

static const seigr__pb_field task_need_fields[] = {
    {NEED_KEY, SEIGR__PB_STRING, 0, "key"},
    {NEED_VALUE, SEIGR__PB_STRING, 0, "value"},
};

static const seigr__pb_message task_message =
    SEIGR__PB_TABLE("Task", task_fields);
static const seigr__pb_message task_limits_message =
    SEIGR__PB_TABLE("Limits", task_limits_fields);
static const seigr__pb_message task_service_message =
    SEIGR__PB_TABLE("Service", task_service_fields);
static const seigr__pb_message task_need_message =
    SEIGR__PB_TABLE("Label", task_need_fields);

/* What reading keeps from one entry of a list to the next. */
struct task_reader {
    seigr__pb pb;
    seigr_span last_input;
    int has_limits;
    int has_job;
};

static int task_limit(const seigr__pb *r, const seigr__pb_value *value,
                      seigr_task_limits *out)
{
    switch (value->number) {
    case LIMITS_FUEL:
        out->fuel = value->integer;
        return 0;
    case LIMITS_MEMORY_PAGES:
        out->memory_pages = (uint32_t)value->integer;
        return seigr__detail_at_most(r, value, SEIGR_TASK_PAGES_MAX,
                                     "a memory has at most 65536 pages");
    case LIMITS_DEPTH:
        out->depth = (uint32_t)value->integer;
        return 0;
    case LIMITS_SLOTS:
        out->slots = (uint32_t)value->integer;
        return 0;
    case LIMITS_OUTPUT:
        out->output_max = value->integer;
        return 0;
    case LIMITS_CHECKPOINT_EVERY:
        out->checkpoint_every = value->integer;
        return 0;
    }
    return 0; /* unknown */
}

static int task_limits(const seigr__pb *outer, const seigr__pb_value *field,
                       seigr_task_limits *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int err;

    seigr__detail_enter(&r, outer, &task_limits_message, field);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = task_limit(&r, &value, out);
        if (err != 0)
            return err;
    }
    if (err != 0)
        return err;
    if (out->fuel == 0)
        return seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "fuel", "it is missing");
    if (out->checkpoint_every != 0 &&
        out->fuel / out->checkpoint_every > SEIGR_TASK_ROOTS_MAX)
        return seigr__pb_fail_end(&r, SEIGR_E_LIMIT, "checkpoint_every",
                                  "so much fuel passes more than 2^20 of them");
    return 0;
}

static int task_need(const seigr__pb *outer, seigr_span bytes, seigr_label *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int err;

    seigr__pb_init(&r, &task_need_message, bytes, outer->origin, outer->error);
    *out = (seigr_label){{NULL, 0}, {NULL, 0}};
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        if (value.number == NEED_KEY)
            out->key = value.bytes;
        else if (value.number == NEED_VALUE)
            out->value = value.bytes;
    }
    if (err == 0 && out->key.len == 0)
        err = seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "key", "it is missing");
    return err;
}

static int task_order(seigr_span a, seigr_span b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int task_next_need(const seigr__pb *r, const seigr__pb_value *value,
                          seigr_span *last, seigr_task *out)
{
    seigr_label need;
    const int err = task_need(r, value->bytes, &need);

    if (err != 0)
        return err;
    if (out->need_count++ == SEIGR_TASK_NEEDS_MAX)
        return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                              "there are more than 64");
    if (last->len > 0 && task_order(*last, need.key) >= 0)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                              "they are not sorted by key, each once");
    *last = need.key;
    return 0;
}

static int task_service_field(const seigr__pb *r, const seigr__pb_value *value,
                              seigr_span *last_key, seigr_task *out)
{
    switch (value->number) {
    case SERVICE_PRIORITY:
        out->service.priority = (uint32_t)value->integer;
        return seigr__detail_at_most(r, value, SEIGR_TASK_PRIORITY_MAX,
                                     "priorities are 0 to 5");
    case SERVICE_DEADLINE_MS:
        out->service.deadline_ms = value->integer;
        return 0;
    case SERVICE_REPLICATION:
        out->service.replication = (uint32_t)value->integer;
        return 0;
    case SERVICE_TARGET_ERROR_PPB:
        out->service.target_error_ppb = (uint32_t)value->integer;
        if (out->service.replication != 0)
            return seigr__pb_fail(r, SEIGR_E_FORMAT, value,
                                  "replication is said already");
        return seigr__detail_at_most(r, value, 1000000000u,
                                     "it is more than one");
    case SERVICE_NEEDS:
        return task_next_need(r, value, last_key, out);
    }
    return 0; /* unknown */
}

static int task_service(const seigr__pb *outer, const seigr__pb_value *field,
                        seigr_task *out)
{
    seigr__pb r;
    seigr__pb_value value;
    seigr_span last_key = {NULL, 0};
    int err;

    if (field->bytes.len == 0)
        return seigr__pb_fail(outer, SEIGR_E_FORMAT, field,
                              "a default value is written");
    out->private_service = field->bytes;
    seigr__detail_enter(&r, outer, &task_service_message, field);
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        err = task_service_field(&r, &value, &last_key, out);
        if (err != 0)
            return err;
    }
    return err;
}

/* An argument, or "NAME=value" of the environment. */
static int task_text(const seigr__pb *r, const seigr__pb_value *value,
                     uint32_t *count, seigr_span *entries)
{
    const uint8_t *equals;

    seigr__detail_extend(entries, r, value);
    if ((*count)++ == SEIGR_TASK_LIST_MAX)
        return seigr__pb_fail(r, SEIGR_E_LIMIT, value,
                              "there are more than 4096");
    if (value->bytes.len > 0 &&
        memchr(value->bytes.ptr, 0, value->bytes.len) != NULL)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value, "it contains a NUL");
    if (value->number != TASK_ENVIRONMENT)
        return 0;
    equals = value->bytes.len == 0
                 ? NULL
                 : memchr(value->bytes.ptr, '=', value->bytes.len);
    if (equals == NULL || equals == value->bytes.ptr)
        return seigr__pb_fail(r, SEIGR_E_FORMAT, value, "it is not NAME=value");
    return 0;
}

static int task_input(struct task_reader *t, const seigr__pb_value *value,
                      seigr_task *out)
{
    const int err =
        seigr__detail_path(&t->pb, value, value->bytes, t->last_input);

    if (err != 0)
        return err;
    t->last_input = value->bytes;
    seigr__detail_extend(&out->private_inputs, &t->pb, value);
    if (out->input_count++ == SEIGR_TASK_LIST_MAX)
        return seigr__pb_fail(&t->pb, SEIGR_E_LIMIT, value,
                              "there are more than 4096");
    return 0;
}

static int task_field(struct task_reader *t, const seigr__pb_value *value,
                      seigr_task *out)
{
    switch (value->number) {
    case TASK_ENTRY:
        out->entry = value->bytes;
        return 0;
    case TASK_ARGUMENTS:
        return task_text(&t->pb, value, &out->argument_count,
                         &out->private_arguments);
    case TASK_ENVIRONMENT:
        return task_text(&t->pb, value, &out->environment_count,
                         &out->private_environment);
    case TASK_INPUTS:
        return task_input(t, value, out);
    case TASK_LIMITS:
        t->has_limits = 1;
        return task_limits(&t->pb, value, &out->limits);
    case TASK_SEED:
        out->seed = value->bytes;
        if (value->bytes.len > SEIGR_TASK_SEED_MAX)
            return seigr__pb_fail(&t->pb, SEIGR_E_LIMIT, value,
                                  "it is longer than 64 bytes");
        return 0;
    case TASK_CLOCK_NS:
        out->clock_ns = value->integer;
        return 0;
    case TASK_SERVICE:
        return task_service(&t->pb, value, out);
    case TASK_CHANNELS:
        seigr__detail_extend(&out->private_channels, &t->pb, value);
        return seigr__channel_read(&t->pb, value, out);
    case TASK_JOB:
        t->has_job = 1;
        return seigr__detail_hash(&t->pb, value, &out->job);
    }
    return 0; /* unknown: kept in the bytes */
}

/* The message alone; the links are looked at by seigr_task_decode(). */
static int task_read(struct task_reader *t, seigr_task *out)
{
    seigr__pb_value value;
    int err;

    while ((err = seigr__pb_next(&t->pb, &value)) == 1) {
        err = task_field(t, &value, out);
        if (err != 0)
            return err;
    }
    if (err == 0 && !t->has_limits)
        err = seigr__pb_fail_end(&t->pb, SEIGR_E_FORMAT, "limits",
                                 "it is missing");
    if (err == 0 && t->has_job != (out->channel_count > 0))
        err = seigr__pb_fail_end(&t->pb, SEIGR_E_FORMAT, "job",
                                 "it stands exactly where channels do");
    return err;
}

int seigr_task_decode(const seigr_capsule *capsule, seigr_task *out,
                      seigr_error *error)
{
    struct task_reader t = {0};
    seigr_task task = {.struct_size = (uint32_t)sizeof(seigr_task)};
    uint32_t inputs;
    int err;

    if (out == NULL)
        return SEIGR_E_INVAL;
    err = seigr__detail_open(&t.pb, &task_message, capsule, SEIGR_KIND_TASK,
                             error);
    if (err == 0)
        err = task_read(&t, &task);
    if (err == 0)
        err = seigr__detail_one_link(capsule, SEIGR_ROLE_PROGRAM, &task.program,
                                     error);
    if (err != 0)
        return err;
    inputs = seigr__detail_links(capsule, SEIGR_ROLE_INPUT, NULL);
    if (inputs != task.input_count)
        return seigr__fail(
            error, SEIGR_E_FORMAT,
            (uint64_t)(capsule->payload.ptr - capsule->bytes.ptr),
            "Task.inputs: %u paths and %u links of role INPUT",
            (unsigned)task.input_count, (unsigned)inputs);
    task.grant_count = seigr__detail_links(capsule, SEIGR_ROLE_GRANT, NULL);
    task.private_links = capsule->links;
    *out = task;
    return 0;
}

int seigr_task_next_input(const seigr_task *task, seigr_task_cursor *cursor,
                          seigr_task_input *out)
{
    seigr_capsule links = SEIGR_CAPSULE_INIT;
    seigr__pb_value value;
    seigr_link link;

    if (task == NULL || cursor == NULL || out == NULL ||
        !seigr__detail_walk(&task_message, task->private_inputs, &cursor->entry,
                            &value))
        return 0;
    links.links = task->private_links;
    while (seigr_capsule_next_link(&links, &cursor->link, &link) == 1) {
        if (link.role != SEIGR_ROLE_INPUT)
            continue;
        out->id = link.id;
        out->path = value.bytes;
        return 1;
    }
    return 0;
}

int seigr_task_next_argument(const seigr_task *task, size_t *cursor,
                             seigr_span *out)
{
    seigr__pb_value value;

    if (task == NULL || cursor == NULL || out == NULL ||
        !seigr__detail_walk(&task_message, task->private_arguments, cursor,
                            &value))
        return 0;
    *out = value.bytes;
    return 1;
}

int seigr_task_next_variable(const seigr_task *task, size_t *cursor,
                             seigr_span *out)
{
    seigr__pb_value value;

    if (task == NULL || cursor == NULL || out == NULL ||
        !seigr__detail_walk(&task_message, task->private_environment, cursor,
                            &value))
        return 0;
    *out = value.bytes;
    return 1;
}

int seigr_task_next_need(const seigr_task *task, size_t *cursor,
                         seigr_label *out)
{
    seigr__pb_value value;
    seigr__pb r;

    if (task == NULL || cursor == NULL || out == NULL)
        return 0;
    seigr__pb_init(&r, &task_service_message, task->private_service,
                   task->private_service.ptr, NULL);
    while (seigr__detail_walk(&task_service_message, task->private_service,
                              cursor, &value)) {
        if (value.number == SERVICE_NEEDS)
            return task_need(&r, value.bytes, out) == 0;
    }
    return 0;
}

int seigr_task_next_channel(const seigr_task *task, size_t *cursor,
                            seigr_task_channel *out)
{
    seigr__pb_value value;
    seigr__pb r;

    if (task == NULL || cursor == NULL || out == NULL ||
        !seigr__detail_walk(&task_message, task->private_channels, cursor,
                            &value))
        return 0;
    seigr__pb_init(&r, &task_message, value.bytes, value.bytes.ptr, NULL);
    return seigr__channel_view(&r, value.bytes, out) == 0;
}

/* --- writing ----------------------------------------------------------- */

static void task_put_limits(seigr__pb_writer *w, const void *message)
{
    const seigr_task_limits *limits = message;

    seigr__pb_put_uint(w, LIMITS_FUEL, limits->fuel);
    seigr__pb_put_uint(w, LIMITS_MEMORY_PAGES, limits->memory_pages);
    seigr__pb_put_uint(w, LIMITS_DEPTH, limits->depth);
    seigr__pb_put_uint(w, LIMITS_SLOTS, limits->slots);
    seigr__pb_put_uint(w, LIMITS_OUTPUT, limits->output_max);
    seigr__pb_put_uint(w, LIMITS_CHECKPOINT_EVERY, limits->checkpoint_every);
}

static void task_put_need(seigr__pb_writer *w, const void *message)
{
    const seigr_label *need = message;

    seigr__pb_put_bytes(w, NEED_KEY, need->key);
    seigr__pb_put_bytes(w, NEED_VALUE, need->value);
}

static void task_put_service(seigr__pb_writer *w, const void *message)
{
    const seigr_task_draft *draft = message;
    const seigr_task_service *service = &draft->service;

    seigr__pb_put_uint(w, SERVICE_PRIORITY, service->priority);
    seigr__pb_put_uint(w, SERVICE_DEADLINE_MS, service->deadline_ms);
    seigr__pb_put_uint(w, SERVICE_REPLICATION, service->replication);
    seigr__pb_put_uint(w, SERVICE_TARGET_ERROR_PPB, service->target_error_ppb);
    for (uint32_t i = 0; i < draft->need_count; i++)
        seigr__pb_put_message(w, SERVICE_NEEDS, task_put_need,
                              &draft->needs[i]);
}

static void task_put_list(seigr__pb_writer *w, unsigned number,
                          const seigr_span *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        seigr__pb_put_present(w, number, list[i]);
}

static void task_put(seigr__pb_writer *w, const seigr_task_draft *draft)
{
    seigr__pb_writer service = {NULL, 0, 0};

    seigr__pb_put_bytes(w, TASK_ENTRY, draft->entry);
    task_put_list(w, TASK_ARGUMENTS, draft->arguments, draft->argument_count);
    task_put_list(w, TASK_ENVIRONMENT, draft->environment,
                  draft->environment_count);
    task_put_list(w, TASK_INPUTS, draft->inputs, draft->input_count);
    seigr__pb_put_message(w, TASK_LIMITS, task_put_limits, &draft->limits);
    seigr__pb_put_bytes(w, TASK_SEED, draft->seed);
    seigr__pb_put_uint(w, TASK_CLOCK_NS, draft->clock_ns);
    task_put_service(&service, draft);
    if (service.len > 0)
        seigr__pb_put_message(w, TASK_SERVICE, task_put_service, draft);
    for (uint32_t i = 0; i < draft->channel_count; i++)
        seigr__pb_put_message(w, TASK_CHANNELS, seigr__channel_put,
                              &draft->channels[i]);
    if (draft->channel_count > 0)
        seigr__pb_put_bytes(w, TASK_JOB, (seigr_span){draft->job.bytes, 32});
}

static int task_list_is_whole(const seigr_span *list, uint32_t count)
{
    if (list == NULL)
        return count == 0;
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].ptr == NULL && list[i].len != 0)
            return 0;
    }
    return 1;
}

/* Is everything there that the draft points to? */
static int task_draft_is_whole(const seigr_task_draft *draft)
{
    if (draft == NULL || draft->struct_size < sizeof(*draft) ||
        !task_list_is_whole(draft->inputs, draft->input_count) ||
        !task_list_is_whole(draft->arguments, draft->argument_count) ||
        !task_list_is_whole(draft->environment, draft->environment_count) ||
        !task_list_is_whole(&draft->entry, 1) ||
        !task_list_is_whole(&draft->seed, 1) ||
        !seigr__channel_is_whole(draft->channels, draft->channel_count) ||
        (draft->needs == NULL && draft->need_count != 0))
        return 0;
    for (uint32_t i = 0; i < draft->need_count; i++) {
        if (!task_list_is_whole(&draft->needs[i].key, 1) ||
            !task_list_is_whole(&draft->needs[i].value, 1))
            return 0;
    }
    return 1;
}

static int task_check(seigr_span bytes, seigr_error *error)
{
    struct task_reader t = {0};
    seigr_task task = {.struct_size = (uint32_t)sizeof(seigr_task)};

    seigr__pb_init(&t.pb, &task_message, bytes, bytes.ptr, error);
    return task_read(&t, &task);
}

int seigr_task_encode(const seigr_task_draft *draft, seigr_buf out,
                      size_t *len_out, seigr_error *error)
{
    seigr__pb_writer w = {out.ptr, out.len, 0};

    if (len_out == NULL || !task_draft_is_whole(draft))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_task_encode: an argument is missing");
    task_put(&w, draft);
    return seigr__detail_finish(&w, len_out, task_check, error); /* (2) */
}
