/* SPDX-License-Identifier: MIT */
/*
 * tool.h - what every command is handed: the library's context, the command
 * line, and where to say things.
 */
#ifndef SEIGR_TOOL_H
#define SEIGR_TOOL_H

#include "tool_args.h" /* struct tool_args */

#include "seigr/seigr.h"     /* the library */
#include "seigr/sys/posix.h" /* context, files, SEIGR_HOME */

#include <stdio.h> /* FILE */

/* Exit codes, documented in docs/COMMAND.md. */
#define TOOL_EXIT_FINE 0
#define TOOL_EXIT_FAILURE 1
#define TOOL_EXIT_USAGE 2
#define TOOL_EXIT_NO_CAPSULE 10
#define TOOL_EXIT_SIGNATURE 11
#define TOOL_EXIT_TRUST 12
#define TOOL_EXIT_LINEAGE 13
#define TOOL_EXIT_EXPIRED 14
#define TOOL_EXIT_MALFORMED 15
#define TOOL_EXIT_TRAPPED 20
#define TOOL_EXIT_OUT_OF_FUEL 21
#define TOOL_EXIT_REFUSED 22
#define TOOL_EXIT_MISSING 23
#define TOOL_EXIT_DIFFERS 24
#define TOOL_EXIT_NO_STORE 40
#define TOOL_EXIT_DAMAGED 41
#define TOOL_EXIT_STORE_FULL 42

struct tool {
    seigr_context context;
    seigr_log log;
    struct tool_args args;
    int is_json;  /* the answer is JSON */
    int is_quiet; /* nothing but errors */
    int has_color;
    int exit;               /* the worst so far, TOOL_EXIT_* */
    seigr_posix_pool *pool; /* of tool_pool() */
};

/* Fill tool from its command line, already read. Returns an exit code. */
int tool_init(struct tool *tool);

/* Flush, say what could not be written, end by the signal that came, if one
 * did. Returns the exit code. */
int tool_fini(struct tool *tool);

/* All processors, for work that is worth it; NULL where there is none. */
const seigr_pool *tool_pool(struct tool *tool);

/* The worse of two exit codes: 41, 15, 11, 13, 12, 14, those of programs, 10,
 * 40, 42, then others. */
int tool_worse(int a, int b);

/* A signal asked to stop: end soon, leaving nothing half-made. */
int tool_is_stopped(void);

/* The exit code that a status of decoding or verifying stands for. */
int tool_exit_of(int status);

#if defined(__GNUC__)
#define TOOL_FORMAT(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define TOOL_FORMAT(fmt, args)
#endif

/* Print to standard output for people, shown as seigr_escape_step() shows;
 * nothing with --quiet or --json. A line end must come from tool_line(). */
void tool_say(const struct tool *tool, const char *format, ...)
    TOOL_FORMAT(2, 3);
void tool_line(const struct tool *tool);

/* Begin and end a colour on standard output, where there is any. */
#define TOOL_GREEN "32"
#define TOOL_RED "31"
#define TOOL_BOLD "1"
#define TOOL_PLAIN "0"
void tool_color(const struct tool *tool, const char *color);

/* One sentence on standard error, nothing with --quiet. */
void tool_note(const struct tool *tool, const char *format, ...)
    TOOL_FORMAT(2, 3);

/* One sentence on standard error; remembers and returns the exit code. */
int tool_fail(struct tool *tool, int code, const char *format, ...)
    TOOL_FORMAT(3, 4);

/* The same with what the library refused, and where. name may be NULL. */
int tool_fail_error(struct tool *tool, int code, const char *name,
                    const seigr_error *error);

/* Text of the user or of a stranger, shown safely, on any stream. */
void tool_put_escaped(FILE *file, seigr_span text, uint32_t flags);

/*
 * Whether a bundle may be written to path, "-" for standard output: not to a
 * terminal, not with --json on standard output, and over a file that is no
 * capsule only with --force. Returns an exit code.
 */
int tool_output_check(struct tool *tool, const char *path);

/* Begin a file, or standard output for "-". Returns an exit code. */
int tool_output_open(struct tool *tool, const char *path, seigr_output **out);

/* Whether a name is a path below a folder, and not out of it. */
int tool_is_path_below(seigr_span name);

/* What to do about a refusal, to stand behind its sentence; may be empty. */
const char *tool_advice(int code);

/* The plain digest of a body's content, as its capsule says it or counted
 * from what is inline. Returns 0 where neither is there. */
int tool_body_sha256(const struct tool *tool, const seigr_body *body,
                     seigr_hash *out);

#endif
