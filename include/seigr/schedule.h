/* SPDX-License-Identifier: MIT */
/*
 * schedule.h - many jobs side by side on one machine.
 *
 * A job is anything that runs in slices paid in fuel: as a rule an instance
 * that runs a task. The scheduler says whose turn it is and for how much
 * fuel; it knows nothing of WebAssembly. It is event-driven: it polls
 * nothing, and a step says when it next has something to do, so that a board
 * can sleep. It reads no clock: the time is handed in.
 *
 * What it promises, by docs/design/schedule.md:
 *   - Six levels. While several have jobs that can run, a level gets fuel in
 *     proportion to 1, 2, 4, 8, 16, 32 for the levels 0 to 5, so that none
 *     starves. What a level does not use goes to the others.
 *   - Within a level the job with the earliest deadline runs first. Jobs
 *     without a deadline take turns; while there are both, every fourth slice
 *     is theirs.
 *   - An issuer's fuel in a period and its memory never pass its budget.
 *   - A job whose deadline passes is given back as late, whatever it waits
 *     for.
 *
 * Threads: one at a time per scheduler. Slices run on the pool's threads,
 * each job in one at a time.
 */
#ifndef SEIGR_SCHEDULE_H
#define SEIGR_SCHEDULE_H

#include "seigr/base.h"     /* context, status codes */
#include "seigr/sys/pool.h" /* seigr_pool */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_PRIORITY_COUNT 6u /* 0 (idle) to 5 (urgent) */

/* Bounds of a scheduler. */
#define SEIGR_SCHEDULER_JOBS_MAX 1048576u
#define SEIGR_SCHEDULER_ISSUERS_MAX 4096u
#define SEIGR_SCHEDULER_WIDTH_MAX 256u
#define SEIGR_SCHEDULER_SLICE_MAX 4294967296u

/* What an issuer may use. Zero: no bound. */
typedef struct seigr_budget {
    uint64_t fuel_max;   /* in a period */
    uint64_t period_ms;  /* 0: fuel_max is for ever, and a job that asks for
                            more than is left is not admitted */
    uint64_t memory_max; /* bytes, of its resident jobs together */
    uint64_t job_max;    /* resident at one time */
} seigr_budget;

/* Start from SEIGR_SCHEDULER_OPTIONS_INIT. */
typedef struct seigr_scheduler_options {
    uint32_t struct_size;
    uint32_t job_max;    /* resident at one time, 1 to ..._JOBS_MAX */
    uint32_t issuer_max; /* known at one time, 1 to ..._ISSUERS_MAX */
    uint32_t width_max;  /* slices at once, 1 to ..._WIDTH_MAX */
    uint64_t slice_fuel; /* of one turn, 1 to ..._SLICE_MAX */
    uint64_t memory_max; /* bytes, of all resident jobs; 0: no bound */
    seigr_budget budget; /* of each issuer without one of its own */
} seigr_scheduler_options;

#define SEIGR_SCHEDULER_OPTIONS_INIT                                           \
    {                                                                          \
        (uint32_t)sizeof(seigr_scheduler_options), 1024, 64, 1, 1000000, 0,    \
        {                                                                      \
            0, 0, 0, 0                                                         \
        }                                                                      \
    }

/* What a slice of a job came to. */
#define SEIGR_SLICE_MORE 0  /* it goes on with the next slice */
#define SEIGR_SLICE_WAITS 1 /* it cannot go on before it is woken */
#define SEIGR_SLICE_DONE 2  /* it has ended, one way or the other */

/*
 * A job. Start from SEIGR_JOB_INIT. Copied when it is added.
 */
typedef struct seigr_job {
    uint32_t struct_size;
    uint32_t priority;       /* 0 to 5 */
    seigr_public_key issuer; /* whose budget it uses */
    uint64_t deadline_ms;    /* Unix ms; 0: none */
    uint64_t fuel_max;       /* that it may use in all; 0: unknown */
    uint64_t memory_len;     /* bytes that it may take */

    /*
     * Run a slice, on any of the pool's threads.
     *
     *   fuel  at most so much, at least 1.
     *   used  receives what was used; at most fuel.
     *
     * Returns SEIGR_SLICE_*, or a status code below 0: this machine cannot
     * give what the job needs, and the job is given back with that code.
     */
    int (*slice)(uint64_t fuel, uint64_t *used, void *ctx);
    void *ctx; /* borrowed until the job is given back */
} seigr_job;

#define SEIGR_JOB_INIT                                                         \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_job)                             \
    }

typedef struct seigr_scheduler seigr_scheduler;

/*
 * Begin a scheduler. All its memory is taken here.
 *
 *   context  needs allocator; borrowed until free.
 *   options  NULL: the defaults.
 *   out      caller releases with seigr_scheduler_free().
 *
 * Returns 0, SEIGR_E_NOMEM, or SEIGR_E_INVAL for options out of bounds.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_scheduler_new(const seigr_context *context,
                    const seigr_scheduler_options *options,
                    seigr_scheduler **out);

/*
 * Release a scheduler; jobs that are still in it are forgotten. NULL is fine.
 */
SEIGR_API void seigr_scheduler_free(seigr_scheduler *scheduler);

/*
 * Give an issuer a budget of its own.
 *
 *   now_ms  its first period begins here.
 *
 * Returns 0; SEIGR_E_FULL with too many issuers; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_scheduler_budget(seigr_scheduler *scheduler,
                       const seigr_public_key *issuer,
                       const seigr_budget *budget, uint64_t now_ms);

/*
 * Add a job. It runs in later steps.
 *
 *   now_ms   Unix ms.
 *   job_out  receives the job's number, never used again; may be NULL.
 *   error    may be NULL; says which bound.
 *
 * Returns 0; SEIGR_E_QUOTA over the issuer's budget; SEIGR_E_FULL where the
 * scheduler itself is full; SEIGR_E_LIMIT for a deadline that has passed;
 * SEIGR_E_INVAL. Nothing has changed after a failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_scheduler_add(seigr_scheduler *scheduler, const seigr_job *job,
                    uint64_t now_ms, uint64_t *job_out, seigr_error *error);

/*
 * A job that waits can go on. One that does not wait will not, the next time
 * it says that it does. Not to be called from within a slice.
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_scheduler_wake(seigr_scheduler *scheduler, uint64_t job);

/*
 * Give a job back before it has ended, with SEIGR_E_CANCELED.
 *
 * Returns 0, or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_scheduler_cancel(seigr_scheduler *scheduler, uint64_t job);

#define SEIGR_SCHEDULER_NEVER UINT64_MAX

/*
 * Run one slice of as many jobs as can run at once, at most the width of the
 * pool and of the scheduler.
 *
 *   now_ms    Unix ms; going back is taken as standing still.
 *   pool      NULL: one slice, on the caller's thread.
 *   next_out  receives when to step again: now_ms where something can run,
 *             SEIGR_SCHEDULER_NEVER where nothing happens by itself. May be
 *             NULL.
 *
 * Returns how many slices ran, or SEIGR_E_INVAL.
 */
SEIGR_API int seigr_scheduler_step(seigr_scheduler *scheduler, uint64_t now_ms,
                                   const seigr_pool *pool, uint64_t *next_out);

/* A job that is given back. Start from SEIGR_JOB_END_INIT. */
typedef struct seigr_job_end {
    uint32_t struct_size;
    int32_t code; /* 0: it ended; SEIGR_E_LIMIT: its deadline passed;
                     SEIGR_E_QUOTA: its issuer's fuel is used up for ever;
                     SEIGR_E_CANCELED; else what its slice returned */
    uint64_t job;
    uint64_t fuel_used;
    uint64_t slice_count;
    void *ctx; /* the job's */
} seigr_job_end;

#define SEIGR_JOB_END_INIT                                                     \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_job_end)                         \
    }

/*
 * Take the next job that is given back, in the order in which they ended.
 *
 * Returns 1 and the job, which the scheduler has forgotten then; 0.
 */
SEIGR_API int seigr_scheduler_next_end(seigr_scheduler *scheduler,
                                       seigr_job_end *out);

/* What a slice was: for tracing. */
typedef struct seigr_slice {
    uint64_t step; /* the step that it was part of, from 1 */
    uint64_t job;
    uint64_t fuel_before; /* used by the job before */
    uint64_t fuel_used;
    uint32_t lane; /* of the slices that ran at once, from 0 */
    int32_t code;  /* as the slice returned */
} seigr_slice;

/*
 * Have every slice told, in the order of their lanes, after the step's
 * slices have run.
 *
 *   trace  called within seigr_scheduler_step(); NULL: no more.
 */
SEIGR_API void seigr_scheduler_trace(seigr_scheduler *scheduler,
                                     void (*trace)(const seigr_slice *slice,
                                                   void *ctx),
                                     void *ctx);

/* What a scheduler did. Start from SEIGR_SCHEDULER_STATS_INIT. */
typedef struct seigr_scheduler_stats {
    uint32_t struct_size;
    uint32_t job_count;  /* resident now, those to be taken back included */
    uint64_t memory_len; /* of resident jobs */
    uint64_t slice_count;
    uint64_t added_count;
    uint64_t done_count;
    uint64_t late_count;    /* given back after their deadline */
    uint64_t refused_count; /* not added */
    uint64_t failed_count;  /* given back with another code */
    uint64_t fuel_used[SEIGR_PRIORITY_COUNT]; /* by level */
} seigr_scheduler_stats;

#define SEIGR_SCHEDULER_STATS_INIT                                             \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_scheduler_stats)                 \
    }

/*
 * Say what a scheduler did so far.
 *
 * Returns 0 or SEIGR_E_INVAL.
 */
SEIGR_API int seigr_scheduler_stats_get(const seigr_scheduler *scheduler,
                                        seigr_scheduler_stats *out);

#ifdef __cplusplus
}
#endif

#endif
