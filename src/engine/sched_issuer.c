/* SPDX-License-Identifier: MIT */
/*
 * sched_issuer.c - what each issuer may use.
 *
 * Fuel is taken from a budget before a slice runs, and what the slice leaves
 * is given back: slices that run at once cannot pass it together. Fuel that
 * is for ever is reserved when a job is added, so that a job which is added
 * can also end.
 *
 * Invariants:
 *   (1) of a budget with a bound, fuel_used <= fuel_max and
 *       memory_len <= memory_max, but for a budget that was lowered.
 *   (2) an issuer is forgotten only when forgetting gives it nothing.
 */
#include "sched.h"

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static void sched_issuer_roll(const seigr_scheduler *s, sched_issuer *issuer)
{
    const uint64_t period = issuer->budget.period_ms;

    if (period == 0 || s->now_ms - issuer->period_ms < period)
        return;
    issuer->period_ms += (s->now_ms - issuer->period_ms) / period * period;
    issuer->fuel_used = 0;
}

static uint64_t sched_issuer_left(const seigr_scheduler *s,
                                  sched_issuer *issuer)
{
    if (issuer->budget.fuel_max == 0)
        return UINT64_MAX;
    sched_issuer_roll(s, issuer);
    if (issuer->fuel_used >= issuer->budget.fuel_max)
        return 0;
    return issuer->budget.fuel_max - issuer->fuel_used;
}

static int sched_issuer_is_idle(const seigr_scheduler *s, sched_issuer *issuer)
{
    sched_issuer_roll(s, issuer);
    return !issuer->is_own && issuer->job_count == 0 &&
           (issuer->budget.fuel_max == 0 || issuer->fuel_used == 0); /* (2) */
}

uint32_t seigr__sched_issuer(seigr_scheduler *s, const seigr_public_key *key)
{
    uint32_t unused = SCHED_NONE;
    sched_issuer *issuer;

    for (uint32_t i = 0; i < s->options.issuer_max; i++) {
        issuer = &s->issuers[i];
        if (issuer->is_known && memcmp(&issuer->key, key, sizeof(*key)) == 0)
            return i;
        if (unused == SCHED_NONE &&
            (!issuer->is_known || sched_issuer_is_idle(s, issuer)))
            unused = i;
        if (!issuer->is_known)
            break; /* all behind it are unused too */
    }
    if (unused == SCHED_NONE)
        return SCHED_NONE;
    issuer = &s->issuers[unused];
    memset(issuer, 0, sizeof(*issuer));
    issuer->key = *key;
    issuer->budget = s->options.budget;
    issuer->period_ms = s->now_ms;
    issuer->is_known = 1;
    seigr__sched_list_init(&issuer->parked);
    return unused;
}

int seigr__sched_afford(seigr_scheduler *s, uint32_t slot, const seigr_job *job,
                        seigr_error *error)
{
    sched_issuer *issuer = &s->issuers[slot];
    const seigr_budget *budget = &issuer->budget;
    const uint64_t left = sched_issuer_left(s, issuer);

    if (budget->job_max != 0 && issuer->job_count >= budget->job_max)
        return seigr__fail(error, SEIGR_E_QUOTA, SEIGR_NO_OFFSET,
                           "its issuer has %u jobs here, as many as it may",
                           issuer->job_count);
    if (budget->memory_max != 0 &&
        (issuer->memory_len > budget->memory_max ||
         job->memory_len > budget->memory_max - issuer->memory_len))
        return seigr__fail(
            error, SEIGR_E_QUOTA, SEIGR_NO_OFFSET,
            "it asks for %llu bytes of memory; its issuer uses %llu of %llu",
            (unsigned long long)job->memory_len,
            (unsigned long long)issuer->memory_len,
            (unsigned long long)budget->memory_max);
    if (budget->fuel_max != 0 && budget->period_ms == 0 &&
        (left == 0 || job->fuel_max > left))
        return seigr__fail(
            error, SEIGR_E_QUOTA, SEIGR_NO_OFFSET,
            "it asks for %llu of fuel; its issuer has %llu left of %llu",
            (unsigned long long)job->fuel_max, (unsigned long long)left,
            (unsigned long long)budget->fuel_max);
    return 0;
}

void seigr__sched_enter(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_issuer *issuer = &s->issuers[job->issuer];

    issuer->job_count++;
    issuer->memory_len += job->job.memory_len;
    job->reserved = 0;
    if (issuer->budget.fuel_max != 0 && issuer->budget.period_ms == 0)
        job->reserved = job->job.fuel_max;
    issuer->fuel_used += job->reserved;
}

void seigr__sched_leave(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_issuer *issuer = &s->issuers[job->issuer];
    uint64_t unused = 0;

    assert(issuer->job_count > 0);
    assert(issuer->memory_len >= job->job.memory_len);
    issuer->job_count--;
    issuer->memory_len -= job->job.memory_len;
    if (job->reserved > job->fuel_used)
        unused = job->reserved - job->fuel_used;
    /* A budget that was changed in between may have begun anew. */
    issuer->fuel_used -=
        unused < issuer->fuel_used ? unused : issuer->fuel_used;
}

uint64_t seigr__sched_grant(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_issuer *issuer = &s->issuers[job->issuer];
    uint64_t fuel = s->options.slice_fuel;
    uint64_t left;

    /* A job at its own bound needs a slice to find that out. */
    if (job->job.fuel_max != 0) {
        left = job->job.fuel_max > job->fuel_used
                   ? job->job.fuel_max - job->fuel_used
                   : 1;
        fuel = fuel < left ? fuel : left;
    }
    if (job->reserved == 0) {
        left = sched_issuer_left(s, issuer);
        fuel = fuel < left ? fuel : left;
        issuer->fuel_used += fuel;
    }
    job->granted = fuel;
    return fuel;
}

void seigr__sched_settle(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_issuer *issuer = &s->issuers[job->issuer];

    assert(job->used <= job->granted);
    if (job->reserved == 0) {
        assert(issuer->fuel_used >= job->granted);
        issuer->fuel_used -= job->granted - job->used;
    }
    job->fuel_used += job->used;
}

int seigr__sched_park(seigr_scheduler *s, uint32_t slot)
{
    sched_job *job = &s->jobs[slot];
    sched_issuer *issuer = &s->issuers[job->issuer];

    if (issuer->budget.period_ms == 0)
        return SEIGR_E_QUOTA;
    if (issuer->parked.first == SCHED_NONE)
        s->parked_count++;
    seigr__sched_push(s, &issuer->parked, slot);
    job->state = SCHED_PARKED;
    return 0;
}

void seigr__sched_unpark(seigr_scheduler *s, uint32_t slot)
{
    sched_issuer *issuer = &s->issuers[s->jobs[slot].issuer];

    assert(s->jobs[slot].state == SCHED_PARKED && s->parked_count > 0);
    seigr__sched_unlink(s, &issuer->parked, slot);
    if (issuer->parked.first == SCHED_NONE)
        s->parked_count--;
}

uint64_t seigr__sched_periods(seigr_scheduler *s)
{
    uint64_t next = SEIGR_SCHEDULER_NEVER;

    for (uint32_t i = 0; s->parked_count > 0 && i < s->options.issuer_max;
         i++) {
        sched_issuer *issuer = &s->issuers[i];
        uint64_t end = SEIGR_SCHEDULER_NEVER;

        if (!issuer->is_known || issuer->parked.first == SCHED_NONE)
            continue;
        while (sched_issuer_left(s, issuer) > 0 &&
               issuer->parked.first != SCHED_NONE) {
            const uint32_t slot = issuer->parked.first;

            seigr__sched_unpark(s, slot);
            seigr__sched_ready(s, slot);
        }
        if (issuer->parked.first == SCHED_NONE)
            continue;
        if (issuer->budget.period_ms <
            SEIGR_SCHEDULER_NEVER - issuer->period_ms)
            end = issuer->period_ms + issuer->budget.period_ms;
        next = end < next ? end : next;
    }
    return next;
}
