/* SPDX-License-Identifier: MIT */
/*
 * run_help.h - tasks and runs for the engine's tests.
 */
#ifndef SEIGR_TESTS_ENGINE_RUN_HELP_H
#define SEIGR_TESTS_ENGINE_RUN_HELP_H

#include "machine.h"

#include "seigr/run.h"

#define HELP_INPUTS 4u

/* Contents of inputs by their number, which is the first byte of the ID. */
typedef struct help_world {
    seigr_span contents[HELP_INPUTS];
    uint32_t missing; /* a bit for each */
    uint32_t late;    /* reads that answer "not here yet" */
    uint32_t reads;
    char log[4096];
    size_t log_len;
    uint32_t roots;
} help_world;

/* A task that a test describes; paths and texts end with NULL. */
typedef struct help_task {
    const char *entry;
    const char *paths[HELP_INPUTS + 1];
    const char *arguments[8];
    const char *environment[4];
    const char *seed;
    const seigr_task_channel *channels;
    uint32_t channel_count;
    uint32_t priority;
    uint64_t deadline_ms;
    uint8_t job;
    uint64_t clock_ns;
    seigr_task_limits limits;
} help_task;

/* Seal the task; it stays until the program ends. */
const seigr_verified *help_seal_task(const help_task *task);

seigr_run_options help_options(help_world *world);

/* A run, or the test fails. */
seigr_run *help_run(const help_task *task, const seigr_module *module,
                    help_world *world);

/* To the end, in slices. */
seigr_result help_finish(seigr_run *run, uint64_t slice);

/* The same outcome, roots and contents. */
void help_same_result(const seigr_run *a, const seigr_run *b);

/* The output as a string, kept until the program ends. */
const char *help_output(const seigr_run *run);

/* A guest of tests/guest, or the test is skipped. */
seigr_module *help_guest(const char *name);

/* A run's state as bytes. */
typedef struct help_state {
    seigr_task_state state;
    uint8_t *bytes;
    size_t len;
    size_t room;
} help_state;

void help_save(seigr_run *run, help_state *out);
int help_load(seigr_run *run, const help_state *state, seigr_error *error);
void help_state_free(help_state *state);

#endif
