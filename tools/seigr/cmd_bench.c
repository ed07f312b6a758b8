/* SPDX-License-Identifier: MIT */
/*
 * cmd_bench.c - seigr bench: run the benchmark programs and set what they
 * measured side by side.
 *
 * The programs are not part of the command: they stand where the command was
 * installed, or in the folder in which it was built, or where --from says.
 * Each runs alone on one processor; one that wants all takes them by itself.
 */
#define _GNU_SOURCE /* sched_setaffinity, asprintf */

#include "figures.h"   /* struct figures */
#include "tool_json.h" /* tool_json_new */

#include <assert.h>      /* assert */
#include <dirent.h>      /* scandir */
#include <errno.h>       /* errno */
#include <math.h>        /* isfinite */
#include <sched.h>       /* sched_setaffinity */
#include <signal.h>      /* kill */
#include <stdlib.h>      /* realpath */
#include <string.h>      /* strcmp */
#include <sys/utsname.h> /* uname */
#include <sys/wait.h>    /* waitpid */
#include <unistd.h>      /* access */

#define BENCH_PREFIX "bench_"
#define BENCH_PREFIX_LEN 6u
#define BENCH_LINES 2u /* that describe machine and measurement */

struct bench {
    struct tool *tool;
    char *folder;             /* of the programs */
    struct dirent **programs; /* sorted by name */
    int program_count;
    const char *seconds;
    unsigned long runs;
    char *lines[BENCH_LINES];
    struct figures figures;
};

/* --- Where the programs are ------------------------------------------------
 */

static int bench_is_program(const struct dirent *entry)
{
    return strncmp(entry->d_name, BENCH_PREFIX, BENCH_PREFIX_LEN) == 0 &&
           strchr(entry->d_name, '.') == NULL;
}

/* A folder beside the one in which this command lies; released with free(). */
static char *bench_beside(const char *path)
{
    char self[4096];
    const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *joined = NULL;
    char *found;
    char *slash;

    assert(path != NULL);
    if (len <= 0)
        return NULL;
    self[len] = '\0';
    slash = strrchr(self, '/');
    if (slash == NULL)
        return NULL;
    *slash = '\0';
    if (asprintf(&joined, "%s/%s", self, path) < 0)
        return NULL;
    found = realpath(joined, NULL);
    free(joined);
    return found;
}

/* In a folder of builds stands the cache of CMake; any other "bench" that
 * happens to be above the command is none of ours. */
static char *bench_find_folder(const struct tool *tool)
{
    const char *from = tool_args_value(&tool->args, TOOL_FROM);
    char *folder;
    char *cache;

    if (from != NULL)
        return strdup(from);
    folder = bench_beside(SEIGR_TOOL_BENCH);
    if (folder != NULL)
        return folder;
    cache = bench_beside("../../CMakeCache.txt");
    if (cache != NULL)
        folder = bench_beside("../../bench");
    free(cache);
    return folder;
}

static int bench_find_programs(struct bench *bench)
{
    struct tool *tool = bench->tool;

    bench->folder = bench_find_folder(tool);
    if (bench->folder == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the benchmark programs are not installed: install "
                         "the package seigr-bench, or name their folder with "
                         "--from");
    bench->program_count =
        scandir(bench->folder, &bench->programs, bench_is_program, alphasort);
    if (bench->program_count < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", bench->folder,
                         strerror(errno));
    if (bench->program_count == 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s holds no benchmark program; name another folder "
                         "with --from",
                         bench->folder);
    return TOOL_EXIT_FINE;
}

static const char *bench_subject(const struct bench *bench, int index)
{
    assert(index >= 0 && index < bench->program_count);
    return bench->programs[index]->d_name + BENCH_PREFIX_LEN;
}

/* Whether a subject was asked for; all are where none was named. */
static int bench_is_wanted(const struct bench *bench, const char *subject)
{
    const struct tool_args *args = &bench->tool->args;

    assert(subject != NULL);
    for (size_t i = 0; i < args->operand_count; i++)
        if (strcmp(args->operands[i], subject) == 0)
            return 1;
    return args->operand_count == 0;
}

static int bench_check_subjects(struct bench *bench)
{
    const struct tool_args *args = &bench->tool->args;

    for (size_t i = 0; i < args->operand_count; i++) {
        int at = 0;

        while (at < bench->program_count &&
               strcmp(bench_subject(bench, at), args->operands[i]) != 0)
            at++;
        if (at == bench->program_count)
            return tool_fail(bench->tool, TOOL_EXIT_USAGE,
                             "there is no benchmark of \"%s\" in %s",
                             args->operands[i], bench->folder);
    }
    return TOOL_EXIT_FINE;
}

/* --- Running them ----------------------------------------------------------
 */

/* In the new process: the first processor that it may use, and no other. */
static void bench_pin(void)
{
    cpu_set_t set;
    cpu_set_t one;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return;
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &set)) {
            CPU_SET(i, &one);
            (void)sched_setaffinity(0, sizeof(one), &one);
            return;
        }
}

/* Start a program. Returns its number and what it prints, or -1. */
static pid_t bench_start(const char *path, const char *seconds, FILE **said)
{
    int ends[2];
    pid_t child;

    assert(said != NULL);
    if (pipe(ends) != 0)
        return -1;
    *said = fdopen(ends[0], "r");
    child = *said == NULL ? -1 : fork();
    if (child == 0) {
        bench_pin();
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl(path, path, seconds, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    if (child < 0 && *said != NULL)
        (void)fclose(*said);
    else if (child < 0)
        (void)close(ends[0]);
    return child;
}

/* What a program prints, until it ends or somebody stops us. */
static int bench_read(struct bench *bench, const char *subject, FILE *said)
{
    char *line = NULL;
    size_t room = 0;
    int err = 0;

    assert(said != NULL);
    while (err == 0 && !tool_is_stopped() && getline(&line, &room, said) > 0) {
        err = figures_add(&bench->figures, subject, line);
        if (err == -1)
            err =
                tool_fail(bench->tool, TOOL_EXIT_FAILURE,
                          "bench_%s printed a line that is no figure", subject);
        else if (err == -2)
            err = tool_fail(bench->tool, TOOL_EXIT_FAILURE,
                            "memory could not be had");
    }
    free(line);
    return err;
}

static int bench_run_one(struct bench *bench, const char *subject)
{
    struct tool *tool = bench->tool;
    char *path = NULL;
    FILE *said = NULL;
    pid_t child = -1;
    int status = 0;
    int err;

    assert(bench->folder != NULL);
    if (asprintf(&path, "%s/" BENCH_PREFIX "%s", bench->folder, subject) >= 0)
        child = bench_start(path, bench->seconds, &said);
    free(path);
    if (child < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "bench_%s cannot be run: %s",
                         subject, strerror(errno));
    err = bench_read(bench, subject, said);
    (void)fclose(said);
    if (err != 0 || tool_is_stopped())
        (void)kill(child, SIGTERM);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        (void)kill(child, SIGTERM);
    if (tool_is_stopped())
        return TOOL_EXIT_FAILURE; /* and tool_fini() ends as the signal does */
    if (err == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
        err = tool_fail(tool, TOOL_EXIT_FAILURE,
                        "bench_%s in %s failed; run it alone to see why",
                        subject, bench->folder);
    return err;
}

/* Run after run over all programs, so that each sees the same weather. */
static int bench_run_all(struct bench *bench)
{
    const int is_shown = !bench->tool->is_quiet && isatty(STDERR_FILENO);
    int err = 0;

    assert(bench->runs > 0);
    for (unsigned long run = 1; err == 0 && run <= bench->runs; run++) {
        for (int i = 0; err == 0 && i < bench->program_count; i++) {
            const char *subject = bench_subject(bench, i);

            if (!bench_is_wanted(bench, subject))
                continue;
            if (is_shown)
                (void)fprintf(stderr, "\rrun %lu of %lu: %s\033[K", run,
                              bench->runs, subject);
            err = bench_run_one(bench, subject);
        }
    }
    if (is_shown)
        (void)fputs("\r\033[K", stderr);
    return err;
}

/* --- What was measured on --------------------------------------------------
 */

static void bench_processor(char *out, size_t room)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[512];

    assert(room > 0);
    (void)snprintf(out, room, "unnamed processor");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        colon += 1 + strspn(colon + 1, " ");
        (void)snprintf(out, room, "%.*s", (int)strcspn(colon, "\n"), colon);
        break;
    }
    if (file != NULL)
        (void)fclose(file);
}

static int bench_describe(struct bench *bench)
{
#if defined(__OPTIMIZE__)
    const char *how = "optimised";
#else
    const char *how = "not optimised";
#endif
    char processor[256];
    struct utsname os = {0};
    double load = 0;

    bench_processor(processor, sizeof(processor));
    (void)uname(&os);
    (void)getloadavg(&load, 1);
    if (asprintf(&bench->lines[0], "%s, %ld processors, load %.2f, %s %s %s",
                 processor, sysconf(_SC_NPROCESSORS_ONLN), load, os.sysname,
                 os.release, os.machine) < 0 ||
        asprintf(&bench->lines[1],
                 "seigr %s, %s, by a compiler of version %s; median of %lu "
                 "run%s, %s s a figure, one processor",
                 SEIGR_TOOL_VERSION, how, __VERSION__, bench->runs,
                 bench->runs == 1 ? "" : "s", bench->seconds) < 0)
        return tool_fail(bench->tool, TOOL_EXIT_FAILURE,
                         "memory could not be had");
    return TOOL_EXIT_FINE;
}

/* --- The command -----------------------------------------------------------
 */

static int bench_options(struct bench *bench)
{
    struct tool *tool = bench->tool;
    const char *runs = tool_args_value(&tool->args, TOOL_RUNS);
    const char *seconds = tool_args_value(&tool->args, TOOL_SECONDS);
    double each;
    char *end;

    bench->runs = 5;
    bench->seconds = "0.2";
    if (runs != NULL) {
        bench->runs = strtoul(runs, &end, 10);
        if (*runs < '0' || *runs > '9' || *end != '\0' || bench->runs < 1 ||
            bench->runs > FIGURE_RUNS_MAX)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--runs takes a number from 1 to %u, not \"%s\"",
                             FIGURE_RUNS_MAX, runs);
    }
    if (seconds != NULL) {
        each = strtod(seconds, &end);
        if (*seconds < '0' || *seconds > '9' || *end != '\0' ||
            !(each > 0 && each <= 60) || strlen(seconds) > 16)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--seconds takes a number above 0, at most 60, "
                             "not \"%s\"",
                             seconds);
        bench->seconds = seconds;
    }
    return TOOL_EXIT_FINE;
}

static void bench_answer(struct bench *bench)
{
    struct tool *tool = bench->tool;
    json_t *json;

    assert(bench->lines[0] != NULL);
    if (!tool->is_json) {
        for (size_t i = 0; i < BENCH_LINES; i++) {
            tool_say(tool, "%s", bench->lines[i]);
            tool_line(tool);
        }
        figures_print(tool, &bench->figures);
        return;
    }
    json = tool_json_new("bench");
    tool_json_set(json, "machine", json_string(bench->lines[0]));
    tool_json_set(json, "measurement", json_string(bench->lines[1]));
    tool_json_set(json, "figures", figures_json(&bench->figures));
    tool_json_print(json);
}

static int bench_plot(struct bench *bench, seigr_output *plot)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int err = figures_plot(&bench->figures, (const char *const *)bench->lines,
                           BENCH_LINES, plot, &error);

    assert(plot != NULL);
    if (err == SEIGR_E_NOTFOUND)
        return tool_fail(bench->tool, TOOL_EXIT_FAILURE,
                         "there is nothing to draw: no figure has a peer "
                         "beside it");
    if (err == 0)
        err = seigr_output_commit(plot, &error);
    return err == 0
               ? TOOL_EXIT_FINE
               : tool_fail_error(bench->tool, TOOL_EXIT_FAILURE, NULL, &error);
}

static void bench_fini(struct bench *bench)
{
    for (int i = 0; i < bench->program_count; i++)
        free(bench->programs[i]);
    free(bench->programs);
    free(bench->folder);
    for (size_t i = 0; i < BENCH_LINES; i++)
        free(bench->lines[i]);
    figures_fini(&bench->figures);
}

int cmd_bench(struct tool *tool)
{
    const char *path = tool_args_value(&tool->args, TOOL_PLOT);
    struct bench bench = {.tool = tool};
    seigr_output *plot = NULL;
    int err = bench_options(&bench);

    if (err == 0 && path != NULL)
        err = tool_output_check(tool, path);
    if (err == 0 && path != NULL)
        err = tool_output_open(tool, path, &plot);
    if (err == 0)
        err = bench_find_programs(&bench);
    if (err == 0)
        err = bench_check_subjects(&bench);
    if (err == 0)
        err = bench_run_all(&bench);
    if (err == 0)
        err = bench_describe(&bench);
    if (err == 0)
        bench_answer(&bench);
    if (err == 0 && plot != NULL)
        err = bench_plot(&bench, plot);
    seigr_output_close(plot);
    bench_fini(&bench);
    return err;
}
