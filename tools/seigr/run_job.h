/* SPDX-License-Identifier: MIT */
/*
 * run_job.h - a task with all that it takes, run to its end: what
 * "seigr run" and "seigr replay" share.
 */
#ifndef SEIGR_RUN_JOB_H
#define SEIGR_RUN_JOB_H

#include "tool.h" /* struct tool */

/* Content that a run can read from any place. */
struct run_content {
    seigr_id id;      /* of its capsule */
    seigr_span bytes; /* where it is in memory */
    int fd;           /* else; -1: in memory */
    int64_t start;    /* where it begins in fd */
    uint64_t size;    /* bytes */
};

struct run_job {
    struct tool *tool;
    const char *name;     /* of the program, for sentences */
    seigr_span program;   /* borrowed */
    seigr_module *module; /* of program */
    const seigr_verified *task;
    const struct run_content *inputs; /* borrowed */
    size_t input_count;
    int is_traced;
    int is_silent; /* what the program says to people is not shown */
    seigr_run *run;
};

/*
 * Decode and validate the program. Returns an exit code; released with
 * run_job_fini(), after a failure too.
 */
int run_job_init(struct run_job *job, struct tool *tool, const char *name,
                 seigr_span program);

/* Make the run. Returns an exit code. */
int run_job_begin(struct run_job *job, const seigr_verified *task,
                  const struct run_content *inputs, size_t input_count);

/*
 * Go on to the end, or until so much fuel is used in all.
 *
 *   stop       UINT64_MAX: to the end.
 *   ended_out  receives 1 at the end, 0 where it stopped.
 *
 * Returns an exit code.
 */
int run_job_go(struct run_job *job, uint64_t stop, int *ended_out);

/* The exit code that an outcome stands for, with its sentence said. */
int run_job_verdict(struct run_job *job, const seigr_task_outcome *outcome);

void run_job_fini(struct run_job *job);

/* A whole file in memory, released with free(). Returns an exit code. */
int run_read_file(struct tool *tool, const char *path, seigr_buf *out);

#endif
