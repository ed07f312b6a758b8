/* SPDX-License-Identifier: MIT */
/*
 * detail_outcome.c - what a run came to, as RESULT and DISPUTE hold it.
 *
 * Invariant:
 *   (1) the files of an outcome that was read have been checked: walking
 *       them cannot fail.
 */
#include "detail.h"     /* seigr__detail_* */
#include "seigr/task.h" /* seigr_task_outcome */

#include <assert.h> /* assert */

enum {
    OUTCOME_STATUS = 1,
    OUTCOME_EXIT_CODE = 2,
    OUTCOME_TRAP = 3,
    OUTCOME_FUNCTION = 4,
    OUTCOME_OFFSET = 5,
    OUTCOME_FUEL_USED = 6,
    OUTCOME_ROOT = 7,
    OUTCOME_OUTPUT_SIZE = 8,
    OUTCOME_OUTPUT = 9,
    OUTCOME_FILES = 10,
    OUTCOME_TRANSCRIPT = 11,

    FILE_PATH = 1,
    FILE_SIZE = 2,
    FILE_HEAD = 3
};

static const seigr__pb_field outcome_fields[] = {
    {OUTCOME_STATUS, SEIGR__PB_ENUM, 0, "status"},
    {OUTCOME_EXIT_CODE, SEIGR__PB_UINT32, 0, "exit_code"},
    {OUTCOME_TRAP, SEIGR__PB_ENUM, 0, "trap"},
    {OUTCOME_FUNCTION, SEIGR__PB_UINT32, 0, "function"},
    {OUTCOME_OFFSET, SEIGR__PB_UINT64, 0, "offset"},
    {OUTCOME_FUEL_USED, SEIGR__PB_UINT64, 0, "fuel_used"},
    {OUTCOME_ROOT, SEIGR__PB_BYTES, 0, "root"},
    {OUTCOME_OUTPUT_SIZE, SEIGR__PB_UINT64, 0, "output_size"},
    {OUTCOME_OUTPUT, SEIGR__PB_BYTES, 0, "output"},
    {OUTCOME_FILES, SEIGR__PB_MESSAGE, SEIGR__PB_REPEATED, "files"},
    {OUTCOME_TRANSCRIPT, SEIGR__PB_BYTES, 0, "transcript"},
};

static const seigr__pb_field outcome_file_fields[] = {
    {FILE_PATH, SEIGR__PB_STRING, 0, "path"},
    {FILE_SIZE, SEIGR__PB_UINT64, 0, "size"},
    {FILE_HEAD, SEIGR__PB_BYTES, 0, "head"},
};

static const seigr__pb_message outcome_message =
    SEIGR__PB_TABLE("Outcome", outcome_fields);
static const seigr__pb_message outcome_file_message =
    SEIGR__PB_TABLE("File", outcome_file_fields);

/* What reading keeps from one field to the next. */
struct outcome_reader {
    seigr__pb pb;
    seigr_span last_path;
    int has_root;
    int has_output;
};

static int outcome_file(const seigr__pb *outer, seigr_span bytes,
                        seigr_span last_path, seigr_task_file *out)
{
    seigr__pb r;
    seigr__pb_value value;
    int has_head = 0;
    int err;

    seigr__pb_init(&r, &outcome_file_message, bytes, outer->origin,
                   outer->error);
    *out = (seigr_task_file){{NULL, 0}, 0, {{0}}};
    while ((err = seigr__pb_next(&r, &value)) == 1) {
        if (value.number == FILE_PATH) {
            out->path = value.bytes;
            err = seigr__detail_path(&r, &value, value.bytes, last_path);
        } else if (value.number == FILE_SIZE) {
            out->size = value.integer;
            err = 0;
        } else if (value.number == FILE_HEAD) {
            has_head = 1;
            err = seigr__detail_hash(&r, &value, &out->head);
        } else {
            err = 0; /* unknown */
        }
        if (err != 0)
            return err;
    }
    if (err == 0 && out->path.ptr == NULL)
        err = seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "path", "it is missing");
    if (err == 0 && !has_head)
        err = seigr__pb_fail_end(&r, SEIGR_E_FORMAT, "head", "it is missing");
    return err;
}

static int outcome_next_file(struct outcome_reader *o,
                             const seigr__pb_value *value,
                             seigr_task_outcome *out)
{
    seigr_task_file file;
    const int err = outcome_file(&o->pb, value->bytes, o->last_path, &file);

    if (err != 0)
        return err;
    o->last_path = file.path;
    seigr__detail_extend(&out->private_files, &o->pb, value);
    if (out->file_count++ == SEIGR_TASK_LIST_MAX)
        return seigr__pb_fail(&o->pb, SEIGR_E_LIMIT, value,
                              "there are more than 4096");
    return 0;
}

static int outcome_hash(struct outcome_reader *o, const seigr__pb_value *value,
                        seigr_task_outcome *out)
{
    switch (value->number) {
    case OUTCOME_ROOT:
        o->has_root = 1;
        return seigr__detail_hash(&o->pb, value, &out->root);
    case OUTCOME_OUTPUT:
        o->has_output = 1;
        return seigr__detail_hash(&o->pb, value, &out->output);
    case OUTCOME_TRANSCRIPT:
        out->has_transcript = 1;
        return seigr__detail_hash(&o->pb, value, &out->transcript);
    }
    return 0; /* unknown */
}

static int outcome_field(struct outcome_reader *o, const seigr__pb_value *value,
                         seigr_task_outcome *out)
{
    switch (value->number) {
    case OUTCOME_STATUS:
        out->status = (uint32_t)value->integer;
        return seigr__detail_at_most(&o->pb, value, SEIGR_RESULT_OUT_OF_FUEL,
                                     "there is no such status");
    case OUTCOME_EXIT_CODE:
        out->exit_code = (uint32_t)value->integer;
        return 0;
    case OUTCOME_TRAP:
        out->trap = (uint32_t)value->integer;
        return 0;
    case OUTCOME_FUNCTION:
        out->function = (uint32_t)value->integer;
        return 0;
    case OUTCOME_OFFSET:
        out->offset = value->integer;
        return 0;
    case OUTCOME_FUEL_USED:
        out->fuel_used = value->integer;
        return 0;
    case OUTCOME_OUTPUT_SIZE:
        out->output_size = value->integer;
        return 0;
    case OUTCOME_FILES:
        return outcome_next_file(o, value, out);
    }
    return outcome_hash(o, value, out);
}

/* What goes with which status. */
static int outcome_status(const struct outcome_reader *o,
                          const seigr_task_outcome *out)
{
    const int trapped = out->status == SEIGR_RESULT_TRAPPED;

    if (out->status == 0)
        return seigr__pb_fail_end(&o->pb, SEIGR_E_FORMAT, "status",
                                  "it is missing");
    if (out->exit_code != 0 && out->status != SEIGR_RESULT_EXITED)
        return seigr__pb_fail_end(&o->pb, SEIGR_E_FORMAT, "exit_code",
                                  "there is none with this status");
    if ((out->trap != 0) != trapped)
        return seigr__pb_fail_end(&o->pb, SEIGR_E_FORMAT, "trap",
                                  "it goes with the status TRAPPED alone");
    if (!trapped && (out->function != 0 || out->offset != 0))
        return seigr__pb_fail_end(&o->pb, SEIGR_E_FORMAT, "offset",
                                  "it goes with the status TRAPPED alone");
    return 0;
}

static int outcome_rules(const struct outcome_reader *o,
                         const seigr_task_outcome *out)
{
    if (!o->has_root)
        return seigr__pb_fail_end(&o->pb, SEIGR_E_FORMAT, "root",
                                  "it is missing");
    if (!o->has_output)
        return seigr__pb_fail_end(&o->pb, SEIGR_E_FORMAT, "output",
                                  "it is missing");
    return outcome_status(o, out);
}

int seigr__outcome_read(const seigr__pb *outer, const seigr__pb_value *value,
                        seigr_task_outcome *out)
{
    struct outcome_reader o = {0};
    seigr__pb_value field;
    int err;

    assert(out != NULL);
    *out = (seigr_task_outcome)SEIGR_TASK_OUTCOME_INIT;
    seigr__detail_enter(&o.pb, outer, &outcome_message, value);
    while ((err = seigr__pb_next(&o.pb, &field)) == 1) {
        err = outcome_field(&o, &field, out);
        if (err != 0)
            return err;
    }
    return err != 0 ? err : outcome_rules(&o, out);
}

int seigr_task_next_file(const seigr_task_outcome *outcome, size_t *cursor,
                         seigr_task_file *out)
{
    seigr__pb_value value;
    seigr__pb r;

    if (outcome == NULL || cursor == NULL || out == NULL ||
        !seigr__detail_walk(&outcome_message, outcome->private_files, cursor,
                            &value))
        return 0;
    seigr__pb_init(&r, &outcome_message, value.bytes, value.bytes.ptr, NULL);
    return outcome_file(&r, value.bytes, (seigr_span){NULL, 0}, out) == 0;
}

/* --- writing ----------------------------------------------------------- */

static void outcome_put_file(seigr__pb_writer *w, const void *message)
{
    const seigr_task_file *file = message;

    seigr__pb_put_bytes(w, FILE_PATH, file->path);
    seigr__pb_put_uint(w, FILE_SIZE, file->size);
    seigr__pb_put_bytes(w, FILE_HEAD, (seigr_span){file->head.bytes, 32});
}

/* Files stand in an array, or are those of an outcome that was read. */
static void outcome_put_files(seigr__pb_writer *w,
                              const seigr_task_outcome *outcome)
{
    seigr_task_file file;
    size_t cursor = 0;

    for (uint32_t i = 0; i < outcome->file_count; i++) {
        if (outcome->files != NULL)
            file = outcome->files[i];
        else if (seigr_task_next_file(outcome, &cursor, &file) != 1)
            return;
        seigr__pb_put_message(w, OUTCOME_FILES, outcome_put_file, &file);
    }
}

void seigr__outcome_put(seigr__pb_writer *w, const void *message)
{
    const seigr_task_outcome *outcome = message;

    seigr__pb_put_uint(w, OUTCOME_STATUS, outcome->status);
    seigr__pb_put_uint(w, OUTCOME_EXIT_CODE, outcome->exit_code);
    seigr__pb_put_uint(w, OUTCOME_TRAP, outcome->trap);
    seigr__pb_put_uint(w, OUTCOME_FUNCTION, outcome->function);
    seigr__pb_put_uint(w, OUTCOME_OFFSET, outcome->offset);
    seigr__pb_put_uint(w, OUTCOME_FUEL_USED, outcome->fuel_used);
    seigr__pb_put_bytes(w, OUTCOME_ROOT, (seigr_span){outcome->root.bytes, 32});
    seigr__pb_put_uint(w, OUTCOME_OUTPUT_SIZE, outcome->output_size);
    seigr__pb_put_bytes(w, OUTCOME_OUTPUT,
                        (seigr_span){outcome->output.bytes, 32});
    outcome_put_files(w, outcome);
    if (outcome->has_transcript)
        seigr__pb_put_bytes(w, OUTCOME_TRANSCRIPT,
                            (seigr_span){outcome->transcript.bytes, 32});
}

int seigr__outcome_is_whole(const seigr_task_outcome *outcome)
{
    assert(outcome != NULL);
    if (outcome->struct_size < sizeof(*outcome))
        return 0;
    if (outcome->files == NULL)
        return outcome->file_count == 0 || outcome->private_files.ptr != NULL;
    for (uint32_t i = 0; i < outcome->file_count; i++) {
        if (outcome->files[i].path.ptr == NULL)
            return 0;
    }
    return 1;
}
