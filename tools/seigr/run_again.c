/* SPDX-License-Identifier: MIT */
/*
 * run_again.c - takes a bundle apart and runs its results again.
 *
 * Everything comes through the door: capsules verified, content checked
 * against their bodies before a program sees it.
 */
#define _POSIX_C_SOURCE 200809L

#include "run_again.h" /* replay_file */

#include "run_job.h"     /* struct run_job */
#include "tool_json.h"   /* tool_json_set */
#include "tool_source.h" /* tool_source_read */
#include "tool_spool.h"  /* struct tool_spool */

#include <fcntl.h>  /* fcntl */
#include <stdlib.h> /* realloc */
#include <string.h> /* memcmp */
#include <unistd.h> /* close */

/* A capsule of the bundle, kept with its bytes. */
struct replay_item {
    uint8_t *bytes;
    seigr_verified verified;
};

struct replay {
    struct tool *tool;
    const char *name;
    struct replay_item *items;
    size_t count;
    size_t room;
    struct tool_spool spool;
    struct run_content *inputs; /* of the result that is run */
    size_t input_count;
    int exit;
};

/* --- Taking the bundle apart --------------------------------------------- */

static int replay_no_memory(struct replay *replay)
{
    replay->exit =
        tool_fail(replay->tool, TOOL_EXIT_FAILURE, "memory could not be had");
    return -1;
}

static int replay_keep(struct replay *replay, seigr_span bytes)
{
    struct replay_item *item;

    if (replay->count == replay->room) {
        const size_t room = replay->room == 0 ? 16 : replay->room * 2;
        struct replay_item *items =
            realloc(replay->items, room * sizeof(*items));

        if (items == NULL)
            return replay_no_memory(replay);
        replay->items = items;
        replay->room = room;
    }
    item = &replay->items[replay->count];
    item->bytes = malloc(bytes.len);
    if (item->bytes == NULL)
        return replay_no_memory(replay);
    memcpy(item->bytes, bytes.ptr, bytes.len);
    if (seigr_capsule_open(&replay->tool->context,
                           (seigr_span){item->bytes, bytes.len},
                           (seigr_buf){NULL, 0}, &item->verified, NULL) != 0) {
        free(item->bytes);
        return replay_no_memory(replay); /* it was verified a moment ago */
    }
    replay->count++;
    return 0;
}

static int replay_item(const struct tool_item *item, void *ctx)
{
    struct replay *replay = ctx;

    if (item->verified != NULL)
        return replay_keep(replay, seigr_verified_bytes(item->verified));
    replay->exit =
        tool_fail(replay->tool, tool_exit_of(item->error.code),
                  "%s: a capsule is refused: %s (at byte %llu)", replay->name,
                  item->error.text, (unsigned long long)item->offset);
    return -1;
}

static int replay_content(const seigr_bundle_event *event, void *ctx)
{
    struct replay *replay = ctx;

    if (tool_spool_take(&replay->spool, event) == TOOL_EXIT_FINE)
        return 0;
    replay->exit = replay->tool->exit;
    return -1;
}

static const struct replay_item *replay_find(const struct replay *replay,
                                             const seigr_id *id)
{
    for (size_t i = 0; i < replay->count; i++)
        if (memcmp(seigr_verified_id(&replay->items[i].verified), id,
                   sizeof(*id)) == 0)
            return &replay->items[i];
    return NULL;
}

static int replay_missing(struct replay *replay, const char *what,
                          const seigr_id *id)
{
    char address[SEIGR_ADDRESS_LEN + 1];

    seigr_address_encode_id(id, address);
    return tool_fail(replay->tool, TOOL_EXIT_MISSING, "%s: %s is not in it: %s",
                     replay->name, what, address);
}

/* --- Contents ------------------------------------------------------------ */

static int replay_write(seigr_span bytes, void *ctx)
{
    return fwrite(bytes.ptr, 1, bytes.len, ctx) == bytes.len ? 0 : -1;
}

/* Content outside of its capsule, checked and in a nameless file. */
static int replay_unspool(struct replay *replay, const seigr_body *body,
                          struct run_content *out)
{
    FILE *file = tmpfile();
    int code = TOOL_EXIT_FAILURE;

    if (file == NULL)
        return tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                         "%s: no file can be made for its content",
                         replay->name);
    code = tool_spool_write(&replay->spool, body, replay->name, replay_write,
                            file);
    if (code == TOOL_EXIT_FINE && fflush(file) != 0)
        code = tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                         "%s: there is no room for its content", replay->name);
    if (code == TOOL_EXIT_FINE) {
        out->fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
        if (out->fd < 0)
            code = tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                             "%s: its content cannot be kept", replay->name);
    }
    (void)fclose(file);
    return code;
}

static int replay_body(struct replay *replay, const char *what,
                       const seigr_id *id, struct run_content *out)
{
    const struct replay_item *item = replay_find(replay, id);
    const seigr_body *body;

    *out = (struct run_content){.id = *id, .fd = -1};
    if (item == NULL)
        return replay_missing(replay, what, id);
    body = &seigr_verified_capsule(&item->verified)->body;
    out->size = body->size;
    out->bytes = body->content;
    if (body->form != SEIGR_BODY_ROOT)
        return TOOL_EXIT_FINE;
    if (!tool_spool_has(&replay->spool, body))
        return replay_missing(replay, what, id);
    return replay_unspool(replay, body, out);
}

static void replay_close(struct run_content *content)
{
    if (content->fd >= 0)
        (void)close(content->fd);
    content->fd = -1;
}

/* The program, which is wanted in memory. */
static int replay_program(struct replay *replay, const seigr_id *id,
                          seigr_buf *out)
{
    struct run_content content;
    int code = replay_body(replay, "the program", id, &content);
    size_t len = 0;

    *out = (seigr_buf){NULL, 0};
    if (code == TOOL_EXIT_FINE) {
        out->ptr = malloc((size_t)content.size + 1);
        if (out->ptr == NULL)
            code = tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                             "memory could not be had");
    }
    if (code == TOOL_EXIT_FINE && content.fd < 0 && content.size > 0)
        memcpy(out->ptr, content.bytes.ptr, (size_t)content.size);
    while (code == TOOL_EXIT_FINE && content.fd >= 0 && len < content.size) {
        const ssize_t n = pread(content.fd, out->ptr + len,
                                (size_t)content.size - len, (off_t)len);

        if (n <= 0)
            code = tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                             "%s: its content cannot be read", replay->name);
        else
            len += (size_t)n;
    }
    out->len = (size_t)content.size;
    replay_close(&content);
    return code;
}

static int replay_inputs(struct replay *replay, const seigr_task *task)
{
    seigr_task_cursor cursor = {0, 0};
    seigr_task_input input;
    int code = TOOL_EXIT_FINE;

    replay->input_count = 0;
    replay->inputs = calloc(task->input_count + 1u, sizeof(*replay->inputs));
    if (replay->inputs == NULL)
        return tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    while (seigr_task_next_input(task, &cursor, &input) == 1) {
        const int more = replay_body(replay, "an input", &input.id,
                                     &replay->inputs[replay->input_count++]);

        if (more != TOOL_EXIT_FINE) /* and name the others */
            code = more;
    }
    return code;
}

/* --- Comparing ----------------------------------------------------------- */

/* The first thing that differs, in words. */
static const char *replay_difference(const seigr_result *told,
                                     const seigr_result *found, char *room,
                                     size_t len)
{
    const seigr_task_outcome *a = &told->outcome;
    const seigr_task_outcome *b = &found->outcome;

    for (uint32_t i = 0; i < told->root_count && i < found->root_count; i++) {
        if ((size_t)(i + 1) * 32 > told->roots.len)
            break;
        if (memcmp(told->roots.ptr + (size_t)i * 32,
                   found->roots.ptr + (size_t)i * 32, 32) == 0)
            continue;
        (void)snprintf(room, len, "state root %u", (unsigned)i + 1);
        return room;
    }
    if (a->status != b->status || a->exit_code != b->exit_code ||
        a->trap != b->trap || a->function != b->function ||
        a->offset != b->offset)
        return "how it ended";
    if (a->fuel_used != b->fuel_used || told->root_count != found->root_count)
        return "the fuel used";
    if (a->output_size != b->output_size ||
        memcmp(&a->output, &b->output, sizeof(a->output)) != 0)
        return "the output";
    if (memcmp(&a->root, &b->root, sizeof(a->root)) != 0)
        return "the state at the end";
    if (memcmp(&told->roots_head, &found->roots_head, 32) != 0)
        return "the state roots";
    return "the files";
}

static int replay_compare(struct replay *replay, const seigr_capsule *capsule,
                          const seigr_result *told, const seigr_run *run,
                          char *what, size_t what_len)
{
    uint8_t *detail = malloc(SEIGR_CAPSULE_PAYLOAD_MAX);
    seigr_result found;
    size_t len = 0;
    int same;

    if (detail == NULL || seigr_run_result(run, &found) != 0) {
        free(detail);
        return tool_fail(replay->tool, TOOL_EXIT_FAILURE,
                         "%s: the run has no result", replay->name);
    }
    same = seigr_result_encode(&replay->tool->context, &found,
                               (seigr_buf){detail, SEIGR_CAPSULE_PAYLOAD_MAX},
                               &len, NULL) == 0 &&
           len == capsule->detail.len &&
           memcmp(detail, capsule->detail.ptr, len) == 0;
    free(detail);
    if (same)
        return TOOL_EXIT_FINE;
    return tool_fail(replay->tool, TOOL_EXIT_DIFFERS,
                     "%s: the result is not what its task comes to: %s differs",
                     replay->name,
                     replay_difference(told, &found, what, what_len));
}

/* Run one task and hold the result against what it comes to. */
static int replay_run(struct replay *replay, const struct replay_item *task,
                      const seigr_capsule *capsule, const seigr_result *told)
{
    struct tool *tool = replay->tool;
    struct run_job job = {.tool = tool};
    seigr_buf program = {NULL, 0};
    char what[40];
    seigr_task view;
    seigr_error error = SEIGR_ERROR_INIT;
    int ended = 0;
    int more;
    int code;

    if (seigr_task_decode(seigr_verified_capsule(&task->verified), &view,
                          &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_MALFORMED, replay->name, &error);
    code = replay_inputs(replay, &view);
    more = replay_program(replay, &view.program, &program);
    if (code == TOOL_EXIT_FINE)
        code = more;
    if (code == TOOL_EXIT_FINE)
        code = run_job_init(&job, tool, replay->name,
                            (seigr_span){program.ptr, program.len});
    job.is_silent = 1; /* its people have read it */
    job.is_traced = tool_args_count(&tool->args, TOOL_TRACE) > 0;
    if (code == TOOL_EXIT_FINE)
        code = run_job_begin(&job, &task->verified, replay->inputs,
                             replay->input_count);
    if (code == TOOL_EXIT_FINE)
        code = run_job_go(&job, UINT64_MAX, &ended);
    if (code == TOOL_EXIT_FINE)
        code =
            replay_compare(replay, capsule, told, job.run, what, sizeof(what));
    run_job_fini(&job);
    free(program.ptr);
    for (size_t i = 0; i < replay->input_count; i++)
        replay_close(&replay->inputs[i]);
    free(replay->inputs);
    replay->inputs = NULL;
    return code;
}

/* --- One result ---------------------------------------------------------- */

static void replay_say(struct replay *replay, const seigr_id *id,
                       const seigr_result *told, int code, json_t *results)
{
    char address[SEIGR_ADDRESS_SHORT_LEN + 1];
    json_t *json;

    seigr_address_short_id(id, address);
    tool_say(replay->tool, "  %-12s ", "replay");
    if (code == TOOL_EXIT_FINE)
        tool_say(replay->tool, "holds: %s, %llu fuel, %u checkpoint%s", address,
                 (unsigned long long)told->outcome.fuel_used,
                 (unsigned)told->root_count, told->root_count == 1 ? "" : "s");
    else
        tool_say(replay->tool, "%s: %s",
                 code == TOOL_EXIT_DIFFERS ? "differs" : "not done", address);
    tool_line(replay->tool);
    if (results == NULL)
        return;
    json = json_object();
    tool_json_set(json, "address", tool_json_id(id));
    tool_json_set(json, "status",
                  json_string(code == TOOL_EXIT_FINE      ? "holds"
                              : code == TOOL_EXIT_DIFFERS ? "differs"
                                                          : "not done"));
    (void)json_array_append_new(results, json);
}

static int replay_one(struct replay *replay, const struct replay_item *item,
                      json_t *results)
{
    const seigr_capsule *capsule = seigr_verified_capsule(&item->verified);
    seigr_error error = SEIGR_ERROR_INIT;
    const struct replay_item *task;
    seigr_result told;
    int code;

    if (seigr_result_decode(&replay->tool->context, capsule, &told, &error) !=
        0)
        return tool_fail_error(replay->tool, TOOL_EXIT_MALFORMED, replay->name,
                               &error);
    task = replay_find(replay, &told.task);
    if (task == NULL)
        code = replay_missing(replay, "the task", &told.task);
    else
        code = replay_run(replay, task, capsule, &told);
    replay_say(replay, seigr_verified_id(&item->verified), &told, code,
               results);
    return code;
}

int replay_file(struct tool *tool, const char *path, json_t *results)
{
    struct replay replay = {.tool = tool, .name = tool_source_name(path)};
    const struct tool_source_visitor visitor = {NULL, replay_item,
                                                replay_content, &replay, 0};
    struct tool_source_end end;
    size_t count = 0;

    tool_spool_init(&replay.spool, tool);
    tool_source_read(tool, path, &visitor, &end);
    if (replay.exit == TOOL_EXIT_FINE && end.exit != TOOL_EXIT_FINE)
        replay.exit = tool_fail_error(tool, end.exit, replay.name, &end.error);
    for (size_t i = 0; replay.exit == TOOL_EXIT_FINE && i < replay.count; i++) {
        const struct replay_item *item = &replay.items[i];

        if (seigr_verified_capsule(&item->verified)->kind != SEIGR_KIND_RESULT)
            continue;
        count++;
        replay.exit = replay_one(&replay, item, results);
    }
    if (replay.exit == TOOL_EXIT_FINE && count == 0)
        replay.exit = tool_fail(tool, TOOL_EXIT_NO_CAPSULE,
                                "%s: there is no result in it", replay.name);
    for (size_t i = 0; i < replay.count; i++)
        free(replay.items[i].bytes);
    free(replay.items);
    tool_spool_fini(&replay.spool);
    return replay.exit;
}
