/* SPDX-License-Identifier: MIT */
/*
 * run_job.c - runs a task: contents in, what the program says to people out.
 */
#define _POSIX_C_SOURCE 200809L

#include "run_job.h" /* struct run_job */

#include <errno.h>    /* errno */
#include <fcntl.h>    /* open */
#include <stdlib.h>   /* malloc */
#include <string.h>   /* memcmp */
#include <sys/stat.h> /* fstat */
#include <unistd.h>   /* pread */

#define RUN_SLICE 20000000u /* fuel between two looks for a signal */
#define RUN_PROGRAM_MAX 67108864

/* --- What a run asks for ------------------------------------------------- */

static const struct run_content *job_input(const struct run_job *job,
                                           const seigr_id *id)
{
    for (size_t i = 0; i < job->input_count; i++)
        if (memcmp(&job->inputs[i].id, id, sizeof(*id)) == 0)
            return &job->inputs[i];
    return NULL;
}

static int job_input_size(const seigr_id *id, uint64_t *size, void *ctx)
{
    const struct run_content *input = job_input(ctx, id);

    if (input == NULL)
        return SEIGR_E_NOTFOUND;
    *size = input->size;
    return 0;
}

static int job_input_read(const seigr_id *id, uint64_t at, seigr_buf out,
                          void *ctx)
{
    const struct run_content *input = job_input(ctx, id);
    size_t len = 0;

    if (input == NULL || at > input->size || out.len > input->size - at)
        return SEIGR_E_IO;
    if (input->fd < 0) {
        memcpy(out.ptr, input->bytes.ptr + at, out.len);
        return 0;
    }
    while (len < out.len) {
        const ssize_t n = pread(input->fd, out.ptr + len, out.len - len,
                                (off_t)input->start + (off_t)(at + len));

        if (n <= 0)
            return SEIGR_E_IO;
        len += (size_t)n;
    }
    return 0;
}

/* The standard error stream as it comes, the rest by lines. */
static void job_log(uint32_t level, seigr_span text, void *ctx)
{
    static const char *const names[] = {"", "error", "warning", "note",
                                        "detail"};
    const struct run_job *job = ctx;

    if (job->is_silent || job->tool->is_quiet)
        return;
    if (level != 0)
        fprintf(stderr, "%s %s: ", job->name, names[level]);
    while (text.len > 0) {
        const uint8_t *end = memchr(text.ptr, '\n', text.len);
        const size_t len = end == NULL ? text.len : (size_t)(end - text.ptr);

        tool_put_escaped(stderr, (seigr_span){text.ptr, len}, 0);
        if (end != NULL || level != 0)
            fputc('\n', stderr);
        text.ptr += end == NULL ? len : len + 1;
        text.len -= end == NULL ? len : len + 1;
    }
}

static void job_root(uint32_t checkpoint, uint64_t fuel_used,
                     const seigr_hash *root, void *ctx)
{
    const struct run_job *job = ctx;

    if (!job->is_traced)
        return;
    fprintf(stderr, "checkpoint %u, fuel %llu, root ", (unsigned)checkpoint,
            (unsigned long long)fuel_used);
    for (size_t i = 0; i < sizeof(root->bytes); i++)
        fprintf(stderr, "%02x", root->bytes[i]);
    fputc('\n', stderr);
}

/* --- The run ------------------------------------------------------------- */

int run_job_init(struct run_job *job, struct tool *tool, const char *name,
                 seigr_span program)
{
    seigr_error error = SEIGR_ERROR_INIT;

    *job = (struct run_job){.tool = tool, .name = name, .program = program};
    if (seigr_module_new(&tool->context, program, NULL, &job->module, &error) ==
        0)
        return TOOL_EXIT_FINE;
    if (error.code == SEIGR_E_NOMEM)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, name, &error);
    return tool_fail(tool, TOOL_EXIT_REFUSED,
                     "%s: the program is refused: %s (at byte %llu)", name,
                     error.text, (unsigned long long)error.offset);
}

/* Which exit code it is that a run cannot be made. */
static int job_refusal(const seigr_error *error)
{
    if (strstr(error->text, "input") != NULL && error->code == SEIGR_E_NOTFOUND)
        return TOOL_EXIT_MISSING;
    return error->code == SEIGR_E_NOMEM || error->code == SEIGR_E_IO
               ? TOOL_EXIT_FAILURE
               : TOOL_EXIT_REFUSED;
}

int run_job_begin(struct run_job *job, const seigr_verified *task,
                  const struct run_content *inputs, size_t input_count)
{
    seigr_run_options options = SEIGR_RUN_OPTIONS_INIT;
    seigr_error error = SEIGR_ERROR_INIT;

    job->task = task;
    job->inputs = inputs;
    job->input_count = input_count;
    options.input_size = job_input_size;
    options.input_read = job_input_read;
    options.log = job_log;
    options.root = job_root;
    options.ctx = job;
    if (seigr_run_new(&job->tool->context, task, job->module, &options,
                      &job->run, &error) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(job->tool, job_refusal(&error), "%s: %s", job->name,
                     error.text);
}

int run_job_go(struct run_job *job, uint64_t stop, int *ended_out)
{
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t stalled = 0;

    *ended_out = 0;
    do {
        const uint64_t before = outcome.fuel_used;
        const uint64_t left = stop - before;
        const int err = seigr_run_step(
            job->run, left < RUN_SLICE ? left : RUN_SLICE, &outcome);

        if (err != 0)
            return tool_fail(job->tool, TOOL_EXIT_FAILURE,
                             "%s: the run cannot go on: %s", job->name,
                             seigr_strerror(err));
        if (tool_is_stopped())
            return tool_fail(job->tool, TOOL_EXIT_FAILURE, "stopped");
        if (outcome.status != SEIGR_RUN_YIELDED) {
            *ended_out = 1;
            return TOOL_EXIT_FINE;
        }
        stalled = outcome.fuel_used == before ? stalled + 1 : 0;
        /* Near the stop an instruction may not fit any more. */
    } while (outcome.fuel_used < stop && (stalled == 0 || stop == UINT64_MAX));
    return TOOL_EXIT_FINE;
}

int run_job_verdict(struct run_job *job, const seigr_task_outcome *outcome)
{
    struct tool *tool = job->tool;

    switch (outcome->status) {
    case SEIGR_RESULT_TRAPPED:
        return tool_fail(tool, TOOL_EXIT_TRAPPED,
                         "%s trapped: %s, in function %u at byte %llu",
                         job->name, seigr_trap_text(outcome->trap),
                         outcome->function,
                         (unsigned long long)outcome->offset);
    case SEIGR_RESULT_OUT_OF_FUEL:
        return tool_fail(tool, TOOL_EXIT_OUT_OF_FUEL,
                         "%s is not done after %llu fuel; give it more with "
                         "--fuel",
                         job->name, (unsigned long long)outcome->fuel_used);
    case SEIGR_RESULT_EXITED:
        if (outcome->exit_code != 0)
            return tool_fail(tool, TOOL_EXIT_FAILURE, "%s exited with %u",
                             job->name, outcome->exit_code);
    }
    return TOOL_EXIT_FINE;
}

void run_job_fini(struct run_job *job)
{
    seigr_run_free(job->run);
    seigr_module_free(job->module);
    job->run = NULL;
    job->module = NULL;
}

int run_read_file(struct tool *tool, const char *path, seigr_buf *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    size_t len = 0;

    *out = (seigr_buf){NULL, 0};
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        if (fd >= 0)
            (void)close(fd);
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: it cannot be read",
                         path);
    }
    if (st.st_size <= RUN_PROGRAM_MAX)
        out->ptr = malloc((size_t)st.st_size + 1);
    while (out->ptr != NULL && len < (size_t)st.st_size) {
        const ssize_t n = read(fd, out->ptr + len, (size_t)st.st_size - len);

        if (n <= 0)
            break;
        len += (size_t)n;
    }
    (void)close(fd);
    out->len = len;
    if (out->ptr != NULL && len == (size_t)st.st_size)
        return TOOL_EXIT_FINE;
    free(out->ptr);
    *out = (seigr_buf){NULL, 0};
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "%s: it cannot be read, or is larger than 64 MiB", path);
}
