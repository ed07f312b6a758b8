/* SPDX-License-Identifier: MIT */
/*
 * cmd_run.c - seigr run: a program with its inputs as a task, and what it
 * came to as a result, in one bundle.
 */
#define _POSIX_C_SOURCE 200809L

#include "run_job.h"      /* struct run_job */
#include "run_seal.h"     /* struct run_seal */
#include "tool.h"         /* struct tool */
#include "tool_content.h" /* struct tool_content */
#include "tool_isolate.h" /* tool_isolate */
#include "tool_json.h"    /* tool_json_new */

#include <errno.h>    /* errno */
#include <fcntl.h>    /* open */
#include <signal.h>   /* kill */
#include <stdlib.h>   /* calloc, qsort */
#include <string.h>   /* strchr */
#include <sys/wait.h> /* waitpid */
#include <unistd.h>   /* fork */

#define RUN_FUEL 10000000000u

/* What the command line asks for. */
struct run {
    struct tool *tool;
    const char *path;  /* of the program */
    const char *name;  /* its last part */
    seigr_buf program; /* released with free() */
    size_t input_count;
    struct run_file *files;      /* inputs, ascending by path */
    struct tool_content content; /* of the program */
    seigr_span *texts;           /* of the task's lists */
    seigr_task_draft draft;
    struct tool_progress *progress;
};

static seigr_span run_span(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

/* --- Options ------------------------------------------------------------- */

static int run_number(struct tool *tool, enum tool_option_id option,
                      uint64_t most, uint64_t *out)
{
    const char *text = tool_args_value(&tool->args, option);
    char *end;
    unsigned long long value;

    if (text == NULL)
        return TOOL_EXIT_FINE;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' ||
        value > most)
        return tool_fail(
            tool, TOOL_EXIT_USAGE, "--%s %s: it is a number up to %llu",
            tool_options[option].name, text, (unsigned long long)most);
    *out = value;
    return TOOL_EXIT_FINE;
}

/* --fuel, --mem and so on. */
static int run_limits(struct run *run)
{
    seigr_task_limits *limits = &run->draft.limits;
    uint64_t pages = 0;
    int code;

    limits->fuel = RUN_FUEL;
    code = run_number(run->tool, TOOL_FUEL, UINT64_MAX, &limits->fuel);
    if (code == TOOL_EXIT_FINE)
        code = run_number(run->tool, TOOL_MEM, SEIGR_TASK_PAGES_MAX, &pages);
    if (code == TOOL_EXIT_FINE)
        code = run_number(run->tool, TOOL_CHECKPOINT_EVERY, UINT64_MAX,
                          &limits->checkpoint_every);
    limits->memory_pages = (uint32_t)pages;
    return code;
}

/* The values of an option as a list of the task. */
static uint32_t run_list(struct run *run, enum tool_option_id option,
                         seigr_span *out)
{
    const char *text;
    size_t at = 0;
    uint32_t count = 0;

    while ((text = tool_args_next(&run->tool->args, option, &at)) != NULL)
        out[count++] = run_span(text);
    return count;
}

static int run_compare_files(const void *a, const void *b)
{
    const struct run_file *x = a;
    const struct run_file *y = b;

    return seigr_task_path_compare(x->path, y->path);
}

/* FILE, or PATH=FILE: under which path the program finds it. */
static int run_input(struct run *run, const char *text, struct run_file *file)
{
    const char *equals = strchr(text, '=');
    const char *slash = strrchr(text, '/');

    file->file = equals == NULL ? text : equals + 1;
    file->path = run_span(slash == NULL ? text : slash + 1);
    if (equals != NULL)
        file->path =
            (seigr_span){(const uint8_t *)text, (size_t)(equals - text)};
    if (seigr_task_path_is_good(file->path))
        return TOOL_EXIT_FINE;
    return tool_fail(run->tool, TOOL_EXIT_USAGE,
                     "--input %s: a program cannot find it under this path; "
                     "write it as PATH=FILE",
                     text);
}

static int run_inputs(struct run *run)
{
    struct tool *tool = run->tool;
    const size_t count = tool_args_count(&tool->args, TOOL_INPUT);
    const char *text;
    size_t at = 0;
    int code = TOOL_EXIT_FINE;

    run->files = calloc(count + 1, sizeof(*run->files));
    if (run->files == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    while (code == TOOL_EXIT_FINE &&
           (text = tool_args_next(&tool->args, TOOL_INPUT, &at)) != NULL) {
        run->files[run->input_count].content.fd = -1;
        code = run_input(run, text, &run->files[run->input_count++]);
    }
    qsort(run->files, run->input_count, sizeof(*run->files), run_compare_files);
    for (size_t i = 0; code == TOOL_EXIT_FINE && i < run->input_count; i++) {
        struct run_file *file = &run->files[i];
        const int fd = open(file->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

        if (i > 0 && run_compare_files(file - 1, file) == 0)
            code = tool_fail(tool, TOOL_EXIT_USAGE,
                             "--input: two have the path %.*s",
                             (int)file->path.len, (const char *)file->path.ptr);
        else if (fd < 0)
            code = tool_fail(tool, TOOL_EXIT_MISSING,
                             "%s: this input cannot be read", file->file);
        else
            code = tool_content_init(&file->content, tool, fd, file->file,
                                     run->progress);
    }
    return code;
}

/* The task as the options tell it. */
static int run_draft(struct run *run)
{
    const struct tool_args *args = &run->tool->args;
    const size_t arguments = tool_args_count(args, TOOL_ARG) + 1;
    const size_t variables = tool_args_count(args, TOOL_ENV);
    const char *entry = tool_args_value(args, TOOL_ENTRY);
    const char *seed = tool_args_value(args, TOOL_SEED);
    seigr_span *at;

    run->draft = (seigr_task_draft)SEIGR_TASK_DRAFT_INIT;
    run->texts = calloc(arguments + variables + run->input_count + 1,
                        sizeof(*run->texts));
    if (run->texts == NULL)
        return tool_fail(run->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    at = run->texts;
    run->draft.arguments = at;
    *at = run_span(run->name);
    run->draft.argument_count = run_list(run, TOOL_ARG, at + 1) + 1;
    at += run->draft.argument_count;
    run->draft.environment = at;
    run->draft.environment_count = run_list(run, TOOL_ENV, at);
    at += run->draft.environment_count;
    run->draft.inputs = at;
    run->draft.input_count = (uint32_t)run->input_count;
    for (size_t i = 0; i < run->input_count; i++)
        at[i] = run->files[i].path;
    if (entry != NULL)
        run->draft.entry = run_span(entry);
    if (seed != NULL)
        run->draft.seed = run_span(seed);
    return run_limits(run);
}

/* --- The answer ---------------------------------------------------------- */

static int run_put_output(const struct run *run, const struct run_ended *ended)
{
    if (run->tool->is_json || run_ended_copy(ended, 0, stdout) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(run->tool, TOOL_EXIT_FAILURE,
                     "the output cannot be written");
}

static const char *run_status(uint32_t status)
{
    static const char *const names[] = {"", "done", "exited", "trapped",
                                        "out of fuel"};

    return names[status];
}

static void run_answer(struct run *run, const struct run_seal *seal,
                       const seigr_result *result, int code)
{
    struct tool *tool = run->tool;
    json_t *json;

    if (!tool->is_json)
        return;
    json = tool_json_new("run");
    tool_json_set(json, "status",
                  json_string(run_status(result->outcome.status)));
    tool_json_set(json, "fuel", tool_json_number(result->outcome.fuel_used));
    tool_json_set(json, "output_size",
                  tool_json_number(result->outcome.output_size));
    tool_json_set(json, "files", tool_json_number(result->outcome.file_count));
    tool_json_set(json, "checkpoints", tool_json_number(result->root_count));
    if (seal->path != NULL) {
        tool_json_set(json, "file", tool_json_text(run_span(seal->path)));
        tool_json_set(json, "address", tool_json_id(&seal->result));
    }
    tool_json_set(json, "exit", json_integer(code));
    tool_json_print(json);
}

/* What is left to say where a bundle was written. */
static void run_say(const struct run *run, const struct run_seal *seal,
                    const seigr_result *result)
{
    char address[SEIGR_ADDRESS_LEN + 1];

    if (seal->path == NULL) {
        if (result->outcome.file_count > 0)
            tool_note(run->tool, "it left %u file%s, which -o would have kept",
                      result->outcome.file_count,
                      result->outcome.file_count == 1 ? "" : "s");
        return;
    }
    seigr_address_encode_id(&seal->result, address);
    tool_note(run->tool, "%llu fuel, sealed into %s as %s",
              (unsigned long long)result->outcome.fuel_used, seal->path,
              address);
}

/* --- The run ------------------------------------------------------------- */

/* To the end, and what it came to into a file. Returns an exit code. */
static int run_to_end(const struct run *run, struct run_job *job, FILE *file)
{
    int ended;
    int code = run_job_go(job, UINT64_MAX, &ended);

    if (code == TOOL_EXIT_FINE && run_ended_put(job->run, file) != 0)
        code = tool_fail(run->tool, TOOL_EXIT_FAILURE,
                         "%s: there is no room for what it came to; make room "
                         "where TMPDIR is",
                         run->name);
    return code;
}

/* The same in a process of its own that has given up the machine and the
 * keys. What it leaves in the file is read as from a stranger. */
static int run_isolated(const struct run *run, struct run_job *job,
                        struct run_seal *seal, FILE *file)
{
    struct tool *tool = run->tool;
    const pid_t child = fork();
    int status = 0;
    int code;

    if (child == 0) {
        run_seal_forget(seal);
        code = tool_isolate(tool);
        if (code == TOOL_EXIT_FINE)
            code = run_to_end(run, job, file);
        _exit(code);
    }
    while (child > 0 && waitpid(child, &status, 0) != child)
        if (tool_is_stopped())
            (void)kill(child, SIGKILL);
    if (child > 0 && WIFEXITED(status)) {
        code = WEXITSTATUS(status);
        if (code != TOOL_EXIT_FINE)
            tool->exit = code; /* the sentence was said */
        return code;
    }
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "%s: the process that ran it was stopped by the system",
                     run->name);
}

static int run_finish(struct run *run, struct run_job *job,
                      struct run_seal *seal, FILE *file)
{
    struct run_ended ended;
    int code = run_ended_get(&ended, run->tool, file);

    if (code == TOOL_EXIT_FINE)
        code = run_seal_result(seal, &ended);
    if (code == TOOL_EXIT_FINE)
        code = run_put_output(run, &ended);
    if (code == TOOL_EXIT_FINE) {
        run_say(run, seal, &ended.result);
        code = run_job_verdict(job, &ended.result.outcome);
        run_answer(run, seal, &ended.result, code);
    }
    run_ended_fini(&ended);
    return code;
}

static int run_go(struct run *run, struct run_job *job, struct run_seal *seal)
{
    const int is_isolated = tool_args_count(&run->tool->args, TOOL_ISOLATE) > 0;
    FILE *file = tmpfile();
    int code;

    if (file == NULL)
        return tool_fail(run->tool, TOOL_EXIT_FAILURE,
                         "no file can be made for what the program writes");
    code = run_seal_task(seal, &run->draft, &run->content, run->files,
                         run->input_count);
    if (code == TOOL_EXIT_FINE)
        code =
            run_job_begin(job, &seal->task, seal->contents, run->input_count);
    if (code == TOOL_EXIT_FINE)
        code = is_isolated ? run_isolated(run, job, seal, file)
                           : run_to_end(run, job, file);
    if (code == TOOL_EXIT_FINE)
        code = run_finish(run, job, seal, file);
    (void)fclose(file);
    return code;
}

static int run_all(struct run *run, struct run_job *job)
{
    struct run_seal seal = {.tool = run->tool};
    int fd;
    int code = run_read_file(run->tool, run->path, &run->program);

    if (code == TOOL_EXIT_FINE)
        code = run_job_init(job, run->tool, run->name,
                            (seigr_span){run->program.ptr, run->program.len});
    job->is_traced = tool_args_count(&run->tool->args, TOOL_TRACE) > 0;
    if (code == TOOL_EXIT_FINE)
        code = run_inputs(run);
    if (code == TOOL_EXIT_FINE)
        code = run_draft(run);
    if (code != TOOL_EXIT_FINE)
        return code;
    fd = open(run->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return tool_fail(run->tool, TOOL_EXIT_FAILURE, "%s: it cannot be read",
                         run->path);
    code = tool_content_init(&run->content, run->tool, fd, run->path,
                             run->progress);
    if (code == TOOL_EXIT_FINE)
        code = run_seal_open(&seal, run->tool, run->name, run->progress);
    if (code == TOOL_EXIT_FINE)
        code = run_go(run, job, &seal);
    run_seal_close(&seal);
    return code;
}

int cmd_run(struct tool *tool)
{
    const char *path = tool->args.operands[0];
    const char *slash = strrchr(path, '/');
    struct tool_progress progress = {0};
    struct run run = {.tool = tool,
                      .path = path,
                      .name = slash == NULL ? path : slash + 1,
                      .content = {.fd = -1},
                      .progress = &progress};
    struct run_job job = {.tool = tool};
    int code;

    tool_progress_init(&progress, tool, run.name, 0);
    code = run_all(&run, &job);
    tool_progress_fini(&progress);
    run_job_fini(&job);
    tool_content_fini(&run.content);
    for (size_t i = 0; i < run.input_count; i++)
        tool_content_fini(&run.files[i].content);
    free(run.files);
    free(run.texts);
    free(run.program.ptr);
    return code;
}
