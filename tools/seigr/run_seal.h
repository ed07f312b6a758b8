/* SPDX-License-Identifier: MIT */
/*
 * run_seal.h - program, inputs, task and result as capsules.
 */
#ifndef SEIGR_RUN_SEAL_H
#define SEIGR_RUN_SEAL_H

#include "run_ended.h"    /* struct run_ended */
#include "run_job.h"      /* struct run_content */
#include "sealer.h"       /* struct sealer */
#include "tool_content.h" /* struct tool_content */

/* An input of the command line. */
struct run_file {
    const char *file; /* what is read */
    seigr_span path;  /* under which the program finds it */
    struct tool_content content;
};

/*
 * With -o the user's key signs, and all goes into a bundle. Without it a key
 * that is thrown away does: the run is the same, and nothing is kept.
 *
 *     open -> task -> (the run) -> result -> close
 */
struct run_seal {
    struct tool *tool;
    const char *name; /* of the program */
    const char *path; /* of the bundle; NULL: none */
    uint64_t created_ms;
    struct tool_progress *progress;
    seigr_home *home;
    struct sealer sealer;
    seigr_keypair keypair; /* thrown away */
    seigr_keypair_signer_state signer_state;
    uint8_t *room;                /* for one capsule */
    uint8_t *task_bytes;          /* that task borrows */
    seigr_verified task;          /* from run_seal_task() on */
    struct run_content *contents; /* of the inputs, as a run reads them */
    seigr_id result;              /* from run_seal_result() on */
};

/* Returns an exit code; released with run_seal_close(), after a failure too. */
int run_seal_open(struct run_seal *seal, struct tool *tool, const char *name,
                  struct tool_progress *progress);

/* Seal program, inputs and task. Returns an exit code. */
int run_seal_task(struct run_seal *seal, const seigr_task_draft *draft,
                  const struct tool_content *program,
                  const struct run_file *files, size_t file_count);

/* Seal files and result of a run that has ended, and end the bundle. Returns
 * an exit code. */
int run_seal_result(struct run_seal *seal, const struct run_ended *ended);

/* Wipe the keys: in a process that is to run what strangers wrote. */
void run_seal_forget(struct run_seal *seal);

void run_seal_close(struct run_seal *seal);

#endif
