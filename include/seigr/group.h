/* SPDX-License-Identifier: MIT */
/*
 * group.h - tasks that run side by side on one machine and talk.
 *
 * Each task runs by run.h, when the scheduler (schedule.h) says so. Tasks of
 * one job (task.h) talk through channels that the tasks name: one sender, one
 * receiver, in order, never past the channel's room. What each comes to, and
 * what passes, depends on the tasks and their inputs alone, not on how many
 * run at once, how long slices are or who is faster.
 *
 *     new -> add, add, ... -> step, next_end, remove, step, ... -> free
 *
 * Threads: one at a time per group. Runs go on in the pool's threads, and
 * call the functions of their options there.
 */
#ifndef SEIGR_GROUP_H
#define SEIGR_GROUP_H

#include "seigr/base.h"     /* context, status codes */
#include "seigr/capsule.h"  /* seigr_verified */
#include "seigr/engine.h"   /* seigr_module */
#include "seigr/run.h"      /* seigr_run, seigr_run_options */
#include "seigr/schedule.h" /* seigr_scheduler_options, seigr_slice */

#ifdef __cplusplus
extern "C" {
#endif

/* Start from SEIGR_GROUP_OPTIONS_INIT. */
typedef struct seigr_group_options {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    seigr_scheduler_options scheduler;

    /*
     * May this task run here and now? NULL: whatever is verified may.
     *
     * Returns 0, or SEIGR_E_DENIED with the reason in error.
     */
    int (*admit)(const seigr_verified *task, uint64_t now_ms,
                 seigr_error *error, void *ctx);
    void *ctx;
} seigr_group_options;

#define SEIGR_GROUP_OPTIONS_INIT                                               \
    {                                                                          \
        (uint32_t)sizeof(seigr_group_options), 0,                              \
            SEIGR_SCHEDULER_OPTIONS_INIT, NULL, NULL                           \
    }

typedef struct seigr_group seigr_group;

/*
 * Begin a group.
 *
 *   context  needs allocator and crypto; borrowed until free.
 *   options  NULL: the defaults.
 *   out      caller releases with seigr_group_free().
 *
 * Returns 0, SEIGR_E_NOMEM or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_group_new(const seigr_context *context,
                                             const seigr_group_options *options,
                                             seigr_group **out);

/*
 * Release a group and its runs. NULL is fine.
 */
SEIGR_API void seigr_group_free(seigr_group *group);

/*
 * Admit a task. It begins in the next step in which every channel that it
 * names has both its ends.
 *
 *   task     borrowed until remove or free, as its bytes.
 *   module   of the task's program; borrowed until remove or free.
 *   options  of the run; NULL: the defaults. Its channel functions are the
 *            group's and must be NULL.
 *   now_ms   Unix ms.
 *   out      receives the task's number, from 0; may be NULL.
 *   error    may be NULL.
 *
 * Returns 0; SEIGR_E_DENIED; what seigr_scheduler_add() and seigr_run_new()
 * refuse; SEIGR_E_EXISTS where another task has this end of a channel;
 * SEIGR_E_MISMATCH where the other end has another room; SEIGR_E_NOMEM. The
 * group is as before after a failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_group_add(seigr_group *group, const seigr_verified *task,
                const seigr_module *module, const seigr_run_options *options,
                uint64_t now_ms, uint32_t *out, seigr_error *error);

/*
 * Let tasks run: one slice each of as many as can run at once.
 *
 *   now_ms, pool, next_out  as of seigr_scheduler_step(). Where next_out is
 *                           SEIGR_SCHEDULER_NEVER and tasks are left, they
 *                           wait for each other, for an input or for a task
 *                           that has not been added.
 *
 * Returns how many slices ran, or SEIGR_E_INVAL.
 */
SEIGR_API int seigr_group_step(seigr_group *group, uint64_t now_ms,
                               const seigr_pool *pool, uint64_t *next_out);

/*
 * Tasks that wait may find what they waited for: ask again.
 */
SEIGR_API void seigr_group_wake(seigr_group *group);

/* A task that has ended. Start from SEIGR_GROUP_END_INIT. */
typedef struct seigr_group_end {
    uint32_t struct_size;
    uint32_t task; /* its number */
    int32_t code;  /* 0: seigr_run_result() says what it came to; else as in
                      seigr_job_end: there is no result */
    uint32_t reserved;
    seigr_run *run; /* borrowed until remove or free */
} seigr_group_end;

#define SEIGR_GROUP_END_INIT                                                   \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_group_end)                       \
    }

/*
 * Take the next task that has ended.
 *
 * Returns 1 and a task, or 0.
 */
SEIGR_API int seigr_group_next_end(seigr_group *group, seigr_group_end *out);

/*
 * Forget a task whose end was taken, and release its run. Its number is free
 * for another.
 *
 * Returns 0, SEIGR_E_NOTFOUND, or SEIGR_E_AGAIN before its end was taken.
 */
SEIGR_API int seigr_group_remove(seigr_group *group, uint32_t task);

/*
 * Give tasks up that have not ended, with SEIGR_E_CANCELED: those that wait
 * for what never comes, say.
 *
 *   task  its number; UINT32_MAX: all.
 *
 * Returns how many.
 */
SEIGR_API uint32_t seigr_group_cancel(seigr_group *group, uint32_t task);

/*
 * Why a task does not go on, for people.
 *
 *   out  room for the text; cut where it is too short.
 *   len  of out, at least 1.
 *
 * Returns SEIGR_SLICE_WAITS with the channel or input in the text, or
 * SEIGR_SLICE_MORE, SEIGR_SLICE_DONE; SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_group_explain(const seigr_group *group, uint32_t task,
                                  char *out, size_t len);

/*
 * The scheduler of a group: for budgets, statistics and traces. Jobs are not
 * to be added to it. The trace's jobs are found by seigr_group_task_of().
 *
 * Returns a pointer borrowed from the group.
 */
SEIGR_API seigr_scheduler *seigr_group_scheduler(seigr_group *group);

/*
 * Which task a job of the scheduler is.
 *
 * Returns its number, or UINT32_MAX.
 */
SEIGR_API uint32_t seigr_group_task_of(const seigr_group *group, uint64_t job);

#ifdef __cplusplus
}
#endif

#endif
