/* SPDX-License-Identifier: MIT */
/*
 * run_ended.c - a result on its way between two processes of one machine.
 *
 *   head | roots | a record and its path for each file | output | files
 */
#define _POSIX_C_SOURCE 200809L

#include "run_ended.h" /* struct run_ended */

#include <stdlib.h> /* malloc */
#include <string.h> /* memcpy */

/* Numbers and hashes alone: no pointer leaves a process. */
struct ended_head {
    uint64_t offset;
    uint64_t fuel_used;
    uint64_t output_size;
    uint32_t status;
    uint32_t exit_code;
    uint32_t trap;
    uint32_t function;
    uint32_t root_count;
    uint32_t file_count;
    seigr_hash root;
    seigr_hash output;
};

struct ended_file {
    uint64_t size;
    uint64_t path_len;
    seigr_hash head;
};

static int ended_write(FILE *file, const void *bytes, size_t len)
{
    return len == 0 || fwrite(bytes, 1, len, file) == len ? 0 : -1;
}

static int ended_read(FILE *file, void *bytes, size_t len)
{
    return len == 0 || fread(bytes, 1, len, file) == len ? 0 : -1;
}

/* --- Writing ------------------------------------------------------------- */

static int ended_put_content(const seigr_run *run, uint32_t index,
                             uint64_t size, FILE *file)
{
    for (uint64_t at = 0; at < size;) {
        const seigr_span piece = seigr_run_content(run, index, at);

        if (ended_write(file, piece.ptr, piece.len) != 0)
            return -1;
        at += piece.len;
    }
    return 0;
}

static int ended_put_files(const seigr_task_outcome *outcome, FILE *file)
{
    for (uint32_t i = 0; i < outcome->file_count; i++) {
        const seigr_task_file *f = &outcome->files[i];
        const struct ended_file record = {f->size, f->path.len, f->head};

        if (ended_write(file, &record, sizeof(record)) != 0 ||
            ended_write(file, f->path.ptr, f->path.len) != 0)
            return -1;
    }
    return 0;
}

int run_ended_put(const seigr_run *run, FILE *file)
{
    struct ended_head head = {0};
    const seigr_task_outcome *o;
    seigr_result result;
    int err;

    if (seigr_run_result(run, &result) != 0)
        return -1;
    o = &result.outcome;
    head.offset = o->offset;
    head.fuel_used = o->fuel_used;
    head.output_size = o->output_size;
    head.status = o->status;
    head.exit_code = o->exit_code;
    head.trap = o->trap;
    head.function = o->function;
    head.root_count = result.root_count;
    head.file_count = o->file_count;
    head.root = o->root;
    head.output = o->output;
    err = ended_write(file, &head, sizeof(head));
    if (err == 0)
        err = ended_write(file, result.roots.ptr, result.roots.len);
    if (err == 0)
        err = ended_put_files(o, file);
    if (err == 0)
        err = ended_put_content(run, 0, o->output_size, file);
    for (uint32_t i = 0; err == 0 && i < o->file_count; i++)
        err = ended_put_content(run, i + 1, o->files[i].size, file);
    return err != 0 || fflush(file) != 0 ? -1 : 0;
}

/* --- Reading ------------------------------------------------------------- */

static int ended_get_file(struct run_ended *ended, FILE *file, uint32_t i)
{
    uint8_t *path = ended->bytes +
                    (size_t)ended->result.root_count * sizeof(seigr_hash) +
                    (size_t)i * SEIGR_TASK_PATH_MAX;
    struct ended_file record;

    if (ended_read(file, &record, sizeof(record)) != 0 ||
        record.path_len > SEIGR_TASK_PATH_MAX ||
        ended_read(file, path, (size_t)record.path_len) != 0)
        return -1;
    ended->files[i].path = (seigr_span){path, (size_t)record.path_len};
    ended->files[i].size = record.size;
    ended->files[i].head = record.head;
    return seigr_task_path_is_good(ended->files[i].path) ? 0 : -1;
}

static int ended_get_lists(struct run_ended *ended, FILE *file)
{
    seigr_result *result = &ended->result;
    const uint32_t count = result->outcome.file_count;
    const size_t roots = (size_t)result->root_count * sizeof(seigr_hash);

    if (result->root_count > SEIGR_TASK_ROOTS_MAX ||
        count > SEIGR_TASK_LIST_MAX)
        return -1;
    ended->bytes = malloc(roots + (size_t)count * SEIGR_TASK_PATH_MAX + 1);
    ended->files = calloc(count + 1u, sizeof(*ended->files));
    if (ended->bytes == NULL || ended->files == NULL ||
        ended_read(file, ended->bytes, roots) != 0)
        return -1;
    result->roots = (seigr_span){ended->bytes, roots};
    result->outcome.files = ended->files;
    for (uint32_t i = 0; i < count; i++)
        if (ended_get_file(ended, file, i) != 0)
            return -1;
    return 0;
}

static void ended_take_head(struct run_ended *ended,
                            const struct ended_head *head)
{
    seigr_task_outcome *o = &ended->result.outcome;

    o->offset = head->offset;
    o->fuel_used = head->fuel_used;
    o->output_size = head->output_size;
    o->status = head->status;
    o->exit_code = head->exit_code;
    o->trap = head->trap;
    o->function = head->function;
    o->root = head->root;
    o->output = head->output;
    o->file_count = head->file_count;
    ended->result.root_count = head->root_count;
}

int run_ended_get(struct run_ended *ended, struct tool *tool, FILE *file)
{
    static uint8_t detail[SEIGR_CAPSULE_PAYLOAD_MAX];
    struct ended_head head;
    size_t len;

    *ended = (struct run_ended){.result = SEIGR_RESULT_INIT, .file = file};
    if (fseeko(file, 0, SEEK_SET) == 0 &&
        ended_read(file, &head, sizeof(head)) == 0) {
        ended_take_head(ended, &head);
        if (ended_get_lists(ended, file) == 0 &&
            seigr_result_encode(&tool->context, &ended->result,
                                (seigr_buf){detail, sizeof(detail)}, &len,
                                NULL) == 0) {
            ended->start = (int64_t)ftello(file);
            return TOOL_EXIT_FINE;
        }
    }
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "what the run came to cannot be read back");
}

int run_ended_copy(const struct run_ended *ended, uint32_t index, FILE *out)
{
    const seigr_task_outcome *o = &ended->result.outcome;
    uint64_t size = o->output_size;
    int64_t at = ended->start;
    static uint8_t room[65536];

    for (uint32_t i = 0; i < index; i++) {
        at += (int64_t)size;
        size = ended->files[i].size;
    }
    if (fseeko(ended->file, (off_t)at, SEEK_SET) != 0)
        return -1;
    while (size > 0) {
        const size_t len = size < sizeof(room) ? (size_t)size : sizeof(room);

        if (ended_read(ended->file, room, len) != 0 ||
            ended_write(out, room, len) != 0)
            return -1;
        size -= len;
    }
    return 0;
}

void run_ended_fini(struct run_ended *ended)
{
    free(ended->files);
    free(ended->bytes);
    ended->files = NULL;
    ended->bytes = NULL;
}
