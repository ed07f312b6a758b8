/* SPDX-License-Identifier: MIT */
/*
 * run_ended.h - what a run came to, in a file: out of the process that ran
 * it, which may be one that nobody trusts.
 */
#ifndef SEIGR_RUN_ENDED_H
#define SEIGR_RUN_ENDED_H

#include "tool.h" /* struct tool */

/* A result and its contents. Released with run_ended_fini(). */
struct run_ended {
    seigr_result result;    /* its spans and files are in bytes and files */
    seigr_task_file *files; /* of the outcome */
    uint8_t *bytes;         /* roots, paths */
    FILE *file;             /* borrowed; holds the contents */
    int64_t start;          /* of the output in file; files stand behind it */
};

/* Write what a run that has ended came to. Returns 0, or -1. */
int run_ended_put(const seigr_run *run, FILE *file);

/* Read it back from the start of the file, as from a stranger. Returns an exit
 * code. */
int run_ended_get(struct run_ended *ended, struct tool *tool, FILE *file);

/* Copy a content to a file: 0 the output, from 1 the files. Returns 0, or
 * -1. */
int run_ended_copy(const struct run_ended *ended, uint32_t index, FILE *out);

void run_ended_fini(struct run_ended *ended);

#endif
