/* SPDX-License-Identifier: MIT */
/*
 * tool.c - the frame of every command: context, signals, sentences, the exit
 * code.
 *
 * Invariants:
 *   (1) what a stranger or the user wrote reaches a terminal only through
 *       tool_put_escaped().
 *   (2) errors go to standard error and nowhere else.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool.h" /* struct tool */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* open */
#include <signal.h>   /* sigaction */
#include <stdarg.h>   /* va_list */
#include <stdlib.h>   /* getenv */
#include <string.h>   /* strcmp */
#include <sys/stat.h> /* stat */
#include <unistd.h>   /* isatty */

/* A sentence quotes at most one path of the system. */
#define TOOL_SENTENCE_LEN 8192u

static volatile sig_atomic_t tool_stop_signal;

static void tool_stop(int number)
{
    assert(number > 0);
    tool_stop_signal = number;
}

int tool_is_stopped(void)
{
    return tool_stop_signal != 0;
}

/* The first signal is told to the command, a second one ends it at once. */
static void tool_catch_signals(void)
{
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = tool_stop;
    action.sa_flags = (int)SA_RESETHAND; /* no SA_RESTART: waits end */
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        struct sigaction before;

        /* What nohup ignores stays ignored. */
        if (sigaction(stops[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN)
            (void)sigaction(stops[i], &action, NULL);
    }
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGXFSZ, &action, NULL); /* a write says EFBIG instead */
}

static void tool_log(uint32_t level, const char *room, const char *text,
                     void *ctx)
{
    assert(text != NULL);
    (void)level;
    (void)room;
    tool_note(ctx, "%s", text);
}

static int tool_wants_color(const struct tool_args *args)
{
    const char *when = tool_args_value(args, TOOL_COLOR);
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    assert(args != NULL);
    if (when != NULL && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0 && isatty(STDOUT_FILENO);
}

/* Where one of the three standard streams is closed, a file opened later
 * would get its number and what is said. /dev/null takes it, the wrong way
 * round, so that using it fails as before. */
static void tool_hold_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

int tool_init(struct tool *tool)
{
    tool_hold_standard();
    tool->is_json = tool_args_count(&tool->args, TOOL_JSON) > 0;
    tool->is_quiet = tool_args_count(&tool->args, TOOL_QUIET) > 0;
    tool->has_color = !tool->is_json && tool_wants_color(&tool->args);
    tool->exit = TOOL_EXIT_FINE;
    if (seigr_posix_context(&tool->context) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the system gives no randomness");
    tool->log = (seigr_log){sizeof(tool->log), SEIGR_LOG_WARN, tool_log, tool};
    tool->context.log = &tool->log;
    tool_catch_signals();
    return TOOL_EXIT_FINE;
}

int tool_fini(struct tool *tool)
{
    assert(tool != NULL);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        (void)tool_fail(tool, TOOL_EXIT_FAILURE,
                        errno == ENOSPC
                            ? "cannot write standard output: the disk is full; "
                              "make room and try again"
                            : "cannot write standard output");
    seigr_posix_pool_free(tool->pool);
    tool_args_fini(&tool->args);
    if (tool_stop_signal != 0) {
        /* End as the signal ends a program, so that a shell sees it. */
        (void)signal(tool_stop_signal, SIG_DFL);
        (void)raise(tool_stop_signal);
    }
    return tool->exit;
}

const seigr_pool *tool_pool(struct tool *tool)
{
    assert(tool != NULL);
    if (tool->pool == NULL &&
        seigr_posix_pool_new(&tool->context, 0, &tool->pool) != 0)
        return NULL; /* one processor does it too */
    return seigr_posix_pool_table(tool->pool);
}

/* --- Exit codes --------------------------------------------------------- */

int tool_worse(int a, int b)
{
    /* The worst first; a failure to read one file of several is outdone by
     * what was found in the others. */
    static const int order[] = {
        TOOL_EXIT_DAMAGED,  TOOL_EXIT_MALFORMED,   TOOL_EXIT_SIGNATURE,
        TOOL_EXIT_LINEAGE,  TOOL_EXIT_TRUST,       TOOL_EXIT_EXPIRED,
        TOOL_EXIT_DIFFERS,  TOOL_EXIT_MISSING,     TOOL_EXIT_REFUSED,
        TOOL_EXIT_TRAPPED,  TOOL_EXIT_OUT_OF_FUEL, TOOL_EXIT_NO_CAPSULE,
        TOOL_EXIT_NO_STORE, TOOL_EXIT_STORE_FULL,  TOOL_EXIT_USAGE,
        TOOL_EXIT_FAILURE};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return TOOL_EXIT_FINE;
}

int tool_exit_of(int status)
{
    assert(status <= 0);
    switch (status) {
    case SEIGR_OK:
        return TOOL_EXIT_FINE;
    case SEIGR_E_SIGNATURE:
    case SEIGR_E_KEY:
        return TOOL_EXIT_SIGNATURE;
    case SEIGR_E_LINEAGE:
        return TOOL_EXIT_LINEAGE;
    case SEIGR_E_NOTFOUND:
        return TOOL_EXIT_NO_CAPSULE;
    case SEIGR_E_FORMAT:
    case SEIGR_E_TRUNCATED:
    case SEIGR_E_LIMIT:
    case SEIGR_E_UNSUPPORTED:
    case SEIGR_E_MISMATCH:
        return TOOL_EXIT_MALFORMED;
    default:
        return TOOL_EXIT_FAILURE;
    }
}

/* --- Sentences ---------------------------------------------------------- */

void tool_put_escaped(FILE *file, seigr_span text, uint32_t flags)
{
    char out[SEIGR_ESCAPE_LEN];
    size_t len;

    assert(text.ptr != NULL || text.len == 0);
    while ((len = seigr_escape_step(&text, flags, out)) > 0)
        (void)fwrite(out, 1, len, file);
}

static void tool_put(FILE *file, const char *format, va_list list)
{
    char text[TOOL_SENTENCE_LEN];
    int len = vsnprintf(text, sizeof(text), format, list);
    seigr_span span = {(const uint8_t *)text, 0};

    assert(format != NULL);
    if (len > 0)
        span.len = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
    tool_put_escaped(file, span, 0); /* (1) */
}

void tool_say(const struct tool *tool, const char *format, ...)
{
    va_list list;

    assert(tool != NULL);
    if (tool->is_quiet || tool->is_json)
        return;
    va_start(list, format);
    tool_put(stdout, format, list);
    va_end(list);
}

void tool_line(const struct tool *tool)
{
    if (!tool->is_quiet && !tool->is_json)
        (void)putchar('\n');
}

void tool_color(const struct tool *tool, const char *color)
{
    assert(color != NULL);
    if (tool->has_color && !tool->is_quiet)
        (void)printf("\033[%sm", color);
}

static void tool_complain(const char *format, va_list list)
{
    assert(format != NULL);
    (void)fflush(stdout); /* in the order of events, also on a terminal */
    (void)fputs("seigr: ", stderr);
    tool_put(stderr, format, list);
    (void)fputc('\n', stderr);
}

void tool_note(const struct tool *tool, const char *format, ...)
{
    va_list list;

    assert(tool != NULL);
    if (tool->is_quiet)
        return;
    va_start(list, format);
    tool_complain(format, list);
    va_end(list);
}

int tool_fail(struct tool *tool, int code, const char *format, ...)
{
    va_list list;

    assert(code != TOOL_EXIT_FINE);
    assert(tool != NULL);
    va_start(list, format);
    tool_complain(format, list); /* (2) */
    va_end(list);
    tool->exit = tool_worse(tool->exit, code);
    return code;
}

const char *tool_advice(int code)
{
    switch (code) {
    case TOOL_EXIT_NO_CAPSULE:
        return "; name a .seigr file";
    case TOOL_EXIT_SIGNATURE:
        return "; do not use it, ask its signer for it again";
    case TOOL_EXIT_MALFORMED:
        return "; get it again from where it came";
    }
    return "";
}

int tool_fail_error(struct tool *tool, int code, const char *name,
                    const seigr_error *error)
{
    const char *text =
        error->text[0] != '\0' ? error->text : seigr_strerror(error->code);

    assert(code != TOOL_EXIT_FINE);
    if (error->code == SEIGR_E_CANCELED)
        text = "stopped";
    if (name == NULL)
        return tool_fail(tool, code, "%s", text);
    if (error->offset == SEIGR_NO_OFFSET)
        return tool_fail(tool, code, "%s: %s", name, text);
    return tool_fail(tool, code, "%s: %s (at byte %llu)%s", name, text,
                     (unsigned long long)error->offset, tool_advice(code));
}

int tool_body_sha256(const struct tool *tool, const seigr_body *body,
                     seigr_hash *out)
{
    assert(tool != NULL && out != NULL);
    if (body->has_sha256)
        *out = body->sha256;
    else if (body->form == SEIGR_BODY_INLINE)
        seigr_sha256(&tool->context, body->content, out);
    else
        return 0;
    return 1;
}

int tool_is_path_below(seigr_span name)
{
    size_t start = 0;

    assert(name.ptr != NULL || name.len == 0);
    if (name.len == 0 || memchr(name.ptr, '\0', name.len) != NULL)
        return 0;
    for (size_t i = 0; i <= name.len; i++) {
        const size_t len = i - start;

        if (i < name.len && name.ptr[i] != '/')
            continue;
        if (len == 0 || (len == 1 && name.ptr[start] == '.') ||
            (len == 2 && name.ptr[start] == '.' && name.ptr[start + 1] == '.'))
            return 0;
        start = i + 1;
    }
    return 1;
}

/* --- Bundles that are written ------------------------------------------- */

/* A file of another kind is not replaced. */
static int tool_may_replace(const char *path)
{
    static const uint8_t bundle[] = {0xa3, 0x00, 0x65, 's', 'e', 'i', 'g', 'r'};
    uint8_t first[sizeof(bundle)];
    struct stat st;
    size_t len;
    FILE *file;

    assert(path != NULL);
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
        return 1;
    file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    len = fread(first, 1, sizeof(first), file);
    (void)fclose(file);
    return len == sizeof(first) &&
           (memcmp(first, bundle, sizeof(bundle)) == 0 ||
            (first[0] == 0xd2 && first[1] == 0x84) ||
            (first[0] == 0xd9 && first[1] == 0xcf && first[2] == 0xca));
}

int tool_output_check(struct tool *tool, const char *path)
{
    assert(tool != NULL);
    if (strcmp(path, "-") == 0) {
        if (tool->is_json)
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "--json and the capsule cannot both go to "
                             "standard output: name a file with -o");
        if (isatty(STDOUT_FILENO))
            return tool_fail(tool, TOOL_EXIT_USAGE,
                             "capsules are not for a terminal: name a file "
                             "with -o");
        return TOOL_EXIT_FINE;
    }
    if (tool_args_count(&tool->args, TOOL_FORCE) == 0 &&
        !tool_may_replace(path))
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s is there and is no capsule, so it is kept: name "
                         "another file with -o, or give --force",
                         path);
    return TOOL_EXIT_FINE;
}

int tool_output_open(struct tool *tool, const char *path, seigr_output **out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    assert(tool != NULL);
    if (strcmp(path, "-") == 0)
        err = seigr_output_open_fd(&tool->context, STDOUT_FILENO,
                                   "standard output", out, &error);
    else
        err = seigr_output_open(&tool->context, path, 0, out, &error);
    return err == 0 ? TOOL_EXIT_FINE
                    : tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
}
