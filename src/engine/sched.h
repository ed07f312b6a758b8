/* SPDX-License-Identifier: MIT */
/*
 * sched.h - what the files of the scheduler share.
 *
 *     add --> READY <-----------+--------------+
 *               |  take         | wake         | period over
 *               v               |              |
 *            RUNNING --waits--> WAITS        PARKED
 *               |  ^               |            ^
 *               |  +---more--------(------------+ no fuel in its budget
 *               v                  v
 *             ENDED  <--- late, canceled
 *
 * Jobs are numbers of slots, so that all memory is taken once.
 */
#ifndef SEIGR_SRC_ENGINE_SCHED_H
#define SEIGR_SRC_ENGINE_SCHED_H

#include "seigr/schedule.h" /* seigr_job, seigr_budget */

#define SCHED_NONE UINT32_MAX

#define SCHED_FREE 0u
#define SCHED_READY 1u
#define SCHED_RUNNING 2u
#define SCHED_WAITS 3u
#define SCHED_PARKED 4u
#define SCHED_ENDED 5u

/* A turn costs its level at least so much fuel. */
#define SCHED_TURN_FUEL 64u

/* While jobs without a deadline are ready, every so manieth turn of their
 * level is theirs. */
#define SCHED_PLAIN_TURN 4u

typedef struct sched_job {
    seigr_job job;
    uint64_t number; /* as the caller knows it */
    uint64_t fuel_used;
    uint64_t slice_count;
    uint64_t granted;  /* RUNNING: fuel of the slice */
    uint64_t used;     /* RUNNING: what it used of it */
    uint64_t reserved; /* of an issuer's fuel for ever */
    uint32_t state;    /* SCHED_* */
    uint32_t issuer;
    uint32_t previous; /* in the one list that it is in */
    uint32_t next;
    uint32_t ready_at;    /* its place in its level's heap, or NONE */
    uint32_t deadline_at; /* its place among the deadlines, or NONE */
    uint32_t is_woken;    /* while it ran */
    int32_t code;
} sched_job;

typedef struct sched_list {
    uint32_t first;
    uint32_t last;
} sched_list;

/* Slots, the earliest deadline first; of equals the oldest job. */
typedef struct sched_heap {
    uint32_t *slots;
    uint32_t count;
    uint32_t of_deadlines; /* which place of a job is its place in here */
} sched_heap;

typedef struct sched_level {
    sched_heap urgent; /* with a deadline */
    sched_list plain;  /* without, in turn */
    uint64_t pass;     /* fuel had, by the level's share; wraps */
    uint64_t turns;
} sched_level;

typedef struct sched_issuer {
    seigr_public_key key;
    seigr_budget budget;
    uint64_t fuel_used; /* in the period, or for ever, with reservations */
    uint64_t period_ms; /* when the period began, Unix ms */
    uint64_t memory_len;
    uint32_t job_count;
    uint32_t is_known; /* the slot is used */
    uint32_t is_own;   /* the budget was given to it by name */
    uint32_t reserved;
    sched_list parked;
} sched_issuer;

struct seigr_scheduler {
    const seigr_context *context;
    seigr_scheduler_options options;
    sched_job *jobs;
    sched_issuer *issuers;
    uint32_t *lanes; /* slots of the slices that run at once */
    sched_level levels[SEIGR_PRIORITY_COUNT];
    sched_heap deadlines; /* of all resident jobs that have one */
    sched_list unused;
    sched_list ended;
    uint64_t now_ms;
    uint64_t pass;   /* of the level whose turn was last */
    uint64_t number; /* of the job added last */
    uint64_t step_count;
    uint32_t parked_count; /* issuers that have parked jobs */
    uint32_t lane_count;
    seigr_scheduler_stats stats;
    void (*trace)(const seigr_slice *slice, void *ctx);
    void *trace_ctx;
};

/* --- sched_queue.c: lists, heaps, whose turn it is -------------------- */

void seigr__sched_list_init(sched_list *list);
void seigr__sched_push(seigr_scheduler *s, sched_list *list, uint32_t slot);
void seigr__sched_unlink(seigr_scheduler *s, sched_list *list, uint32_t slot);

void seigr__sched_heap_put(seigr_scheduler *s, sched_heap *heap, uint32_t slot);
void seigr__sched_heap_take(seigr_scheduler *s, sched_heap *heap,
                            uint32_t slot);

/* Put a job where it waits for its turn. */
void seigr__sched_ready(seigr_scheduler *s, uint32_t slot);

/* Take a READY job from where it waits for its turn. */
void seigr__sched_unready(seigr_scheduler *s, uint32_t slot);

/* The job whose turn it is, taken; SCHED_NONE where none is ready. */
uint32_t seigr__sched_pick(seigr_scheduler *s);

/* A job of this level had fuel, or gives some back. */
void seigr__sched_charge(seigr_scheduler *s, uint32_t level, uint64_t fuel);
void seigr__sched_refund(seigr_scheduler *s, uint32_t level, uint64_t fuel);

int seigr__sched_is_ready(const seigr_scheduler *s);

/* --- sched_issuer.c: budgets ------------------------------------------ */

/* An issuer's slot, made where there is none; SCHED_NONE: all are used. */
uint32_t seigr__sched_issuer(seigr_scheduler *s, const seigr_public_key *key);

/* Would this job pass its issuer's budget? 0 or SEIGR_E_QUOTA. */
int seigr__sched_afford(seigr_scheduler *s, uint32_t issuer,
                        const seigr_job *job, seigr_error *error);

/* A job becomes its issuer's, or is so no more. */
void seigr__sched_enter(seigr_scheduler *s, uint32_t slot);
void seigr__sched_leave(seigr_scheduler *s, uint32_t slot);

/* Fuel that a job may have now, at most a slice, taken from its issuer's. */
uint64_t seigr__sched_grant(seigr_scheduler *s, uint32_t slot);
void seigr__sched_settle(seigr_scheduler *s, uint32_t slot);

/* A job whose issuer has no fuel: waits for the next period.
 * Returns 0, or SEIGR_E_QUOTA where there will be none. */
int seigr__sched_park(seigr_scheduler *s, uint32_t slot);
void seigr__sched_unpark(seigr_scheduler *s, uint32_t slot);

/* Make ready whose issuer's next period has begun. Returns when the next
 * one begins, or SEIGR_SCHEDULER_NEVER. */
uint64_t seigr__sched_periods(seigr_scheduler *s);

#endif
