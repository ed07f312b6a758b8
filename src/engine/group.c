/* SPDX-License-Identifier: MIT */
/*
 * group.c - tasks that run side by side and talk.
 *
 * Invariants:
 *   (1) a channel is shown to its two ends only between steps, in the order
 *       of the lanes that ran; nothing else passes from task to task.
 *   (2) fuel that the scheduler counted for a task is at least what its run
 *       has used: where one instruction costs more than a slice, slices are
 *       paid for ahead.
 *   (3) the end of a channel is shown only by a task that has a result. Where
 *       one has none, the others of its job get none either.
 */
#include "channel.h"  /* seigr__channel */
#include "run_host.h" /* struct seigr_run */
#include "sched.h"    /* the lanes of a step */

#include "base/alloc.h" /* seigr__alloc_zero */
#include "base/error.h" /* seigr__fail, seigr__format */

#include "seigr/group.h" /* seigr_group */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

struct group_member;

/* A channel, with both its ends or waiting for the other. */
typedef struct group_channel {
    seigr__channel channel;
    struct group_member *sender; /* NULL: not here yet, or gone */
    struct group_member *receiver;
    struct group_channel *next;
    seigr_hash job;
    uint32_t room;
    uint32_t had; /* SEIGR_CHANNEL_*, or both: ends that were taken */
    uint32_t name_len;
    uint8_t name[SEIGR_TASK_CHANNEL_NAME_MAX];
} group_channel;

typedef struct group_member {
    seigr_group *group;
    seigr_run *run;
    group_channel **channels; /* by handle */
    uint8_t *message;         /* room for one received */
    uint64_t job;             /* of the scheduler */
    uint64_t paid;            /* fuel that the scheduler counted */
    uint32_t number;
    uint32_t unpaired; /* channels without their other end */
    uint32_t state;    /* SEIGR_SLICE_* */
    uint32_t is_taken; /* its end was taken */
} group_member;

struct seigr_group {
    const seigr_context *context;
    seigr_group_options options;
    seigr_scheduler *scheduler;
    group_member **members; /* NULL: a number that is free */
    group_channel *channels;
    uint32_t count; /* numbers that were given */
    uint32_t room;
    uint32_t free_from; /* no number below is free */
    uint32_t reserved;
};

/* --- new and free ------------------------------------------------------- */

int seigr_group_new(const seigr_context *context,
                    const seigr_group_options *options, seigr_group **out)
{
    static const seigr_group_options defaults = SEIGR_GROUP_OPTIONS_INIT;
    seigr_group *group;
    int err;

    if (options == NULL)
        options = &defaults;
    if (context == NULL || context->allocator == NULL ||
        context->crypto == NULL || out == NULL ||
        options->struct_size < sizeof(*options))
        return SEIGR_E_INVAL;
    group = seigr__alloc_zero(context, 1, sizeof(*group));
    if (group == NULL)
        return SEIGR_E_NOMEM;
    group->context = context;
    group->options = *options;
    err = seigr_scheduler_new(context, &options->scheduler, &group->scheduler);
    if (err < 0) {
        seigr__release(context, group);
        return err;
    }
    *out = group;
    return 0;
}

static void group_free_member(group_member *member)
{
    const seigr_context *context = member->group->context;

    seigr_run_free(member->run);
    seigr__release(context, member->channels);
    seigr__release(context, member->message);
    seigr__release(context, member);
}

static void group_free_channel(const seigr_context *context,
                               group_channel *channel)
{
    seigr__channel_fini(&channel->channel);
    seigr__release(context, channel);
}

void seigr_group_free(seigr_group *group)
{
    if (group == NULL)
        return;
    for (uint32_t i = 0; i < group->count; i++)
        if (group->members[i] != NULL)
            group_free_member(group->members[i]);
    while (group->channels != NULL) {
        group_channel *channel = group->channels;

        group->channels = channel->next;
        group_free_channel(group->context, channel);
    }
    seigr_scheduler_free(group->scheduler);
    seigr__release(group->context, group->members);
    seigr__release(group->context, group);
}

/* --- what a run does with its channels, within its slice ---------------- */

static int group_send(uint32_t handle, seigr_span message, void *ctx)
{
    const group_member *member = ctx;

    return seigr__channel_send(&member->channels[handle]->channel, message);
}

static int group_receive(uint32_t handle, seigr_span *message, void *ctx)
{
    const group_member *member = ctx;
    seigr__channel *channel = &member->channels[handle]->channel;
    uint32_t len = 0;
    const int err = seigr__channel_next(channel, &len);

    if (err != 0)
        return err;
    seigr__channel_take(channel, member->message);
    *message = (seigr_span){member->message, len};
    return 0;
}

/* The run has a result: nothing more comes from it (3). */
static void group_hang_up(const group_member *member)
{
    const seigr_run *run = member->run;

    for (uint32_t i = 0; i < run->task.channel_count; i++) {
        if (run->ends[i].direction == SEIGR_CHANNEL_SEND)
            seigr__channel_end(&member->channels[i]->channel);
        else
            seigr__channel_leave(&member->channels[i]->channel);
    }
}

/* What of a slice the scheduler is to count (2). */
static uint64_t group_used(group_member *member, uint64_t fuel,
                           const seigr_outcome *outcome)
{
    uint64_t used = 0;

    if (outcome->fuel_used > member->paid)
        used = outcome->fuel_used - member->paid;
    else if (outcome->status == SEIGR_RUN_YIELDED)
        used = fuel;
    used = used < fuel ? used : fuel;
    member->paid += used;
    return used;
}

static int group_slice(uint64_t fuel, uint64_t *used, void *ctx)
{
    group_member *member = ctx;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    int err;

    member->state = SEIGR_SLICE_WAITS;
    if (member->unpaired > 0)
        return SEIGR_SLICE_WAITS;
    err = seigr_run_step(member->run, fuel, &outcome);
    if (err < 0) {
        member->state = SEIGR_SLICE_DONE;
        return err;
    }
    *used = group_used(member, fuel, &outcome);
    if (outcome.status == SEIGR_RUN_WAITING)
        return SEIGR_SLICE_WAITS;
    member->state = SEIGR_SLICE_MORE;
    if (outcome.status == SEIGR_RUN_YIELDED)
        return SEIGR_SLICE_MORE;
    group_hang_up(member);
    member->state = SEIGR_SLICE_DONE;
    return SEIGR_SLICE_DONE;
}

/* --- add ---------------------------------------------------------------- */

static int group_is_of(const group_channel *channel, const seigr_hash *job,
                       seigr_span name)
{
    return channel->name_len == name.len &&
           memcmp(&channel->job, job, sizeof(*job)) == 0 &&
           memcmp(channel->name, name.ptr, name.len) == 0;
}

static group_channel *group_find(const seigr_group *group,
                                 const seigr_hash *job, seigr_span name)
{
    group_channel *channel = group->channels;

    while (channel != NULL && !group_is_of(channel, job, name))
        channel = channel->next;
    return channel;
}

/* The channel of an end, made where it is not there. It is not yet taken. */
static int group_open(seigr_group *group, const seigr_hash *job,
                      const seigr_task_channel *end, group_channel **out,
                      seigr_error *error)
{
    group_channel *channel = group_find(group, job, end->name);
    int err;

    if (channel != NULL) {
        *out = channel;
        if (channel->room != end->room)
            return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                               "a channel has room for %u bytes at one end "
                               "and %u at the other",
                               channel->room, end->room);
        if (channel->had & end->direction)
            return seigr__fail(error, SEIGR_E_EXISTS, SEIGR_NO_OFFSET,
                               "another task has this end of a channel");
        return 0;
    }
    channel = seigr__alloc_zero(group->context, 1, sizeof(*channel));
    if (channel == NULL)
        return SEIGR_E_NOMEM;
    err = seigr__channel_init(&channel->channel, group->context, end->room);
    if (err < 0) {
        seigr__release(group->context, channel);
        return err;
    }
    channel->job = *job;
    channel->name_len = (uint32_t)end->name.len;
    memcpy(channel->name, end->name.ptr, end->name.len);
    channel->room = end->room;
    channel->next = group->channels;
    group->channels = channel;
    *out = channel;
    return 0;
}

/* Forget channels of which neither end is taken. */
static void group_sweep(seigr_group *group)
{
    group_channel **at = &group->channels;

    while (*at != NULL) {
        group_channel *channel = *at;

        if (channel->sender == NULL && channel->receiver == NULL) {
            *at = channel->next;
            group_free_channel(group->context, channel);
        } else {
            at = &channel->next;
        }
    }
}

static int group_open_all(seigr_group *group, group_member *member,
                          seigr_error *error)
{
    const seigr_run *run = member->run;
    const uint32_t count = run->task.channel_count;
    uint32_t room = 0;
    int err = 0;

    if (count == 0)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (run->ends[i].direction == SEIGR_CHANNEL_RECEIVE &&
            run->ends[i].room > room)
            room = run->ends[i].room;
    member->channels =
        seigr__alloc_zero(group->context, count, sizeof(*member->channels));
    if (room > 0)
        member->message = seigr__alloc(group->context, room);
    if (member->channels == NULL || (room > 0 && member->message == NULL))
        return SEIGR_E_NOMEM;
    for (uint32_t i = 0; err == 0 && i < count; i++) {
        const seigr_task_channel end = {
            run->ends[i].name, run->ends[i].direction, run->ends[i].room};

        err = group_open(group, &run->task.job, &end, &member->channels[i],
                         error);
    }
    return err;
}

static int group_schedule(seigr_group *group, group_member *member,
                          const seigr_verified *task, uint64_t now_ms,
                          seigr_error *error)
{
    const seigr_task *said = &member->run->task;
    seigr_job job = SEIGR_JOB_INIT;

    job.priority = said->service.priority;
    job.issuer = seigr_verified_capsule(task)->issuer;
    job.deadline_ms = said->service.deadline_ms;
    job.fuel_max = said->limits.fuel;
    job.memory_len = (uint64_t)said->limits.memory_pages * SEIGR_WASM_PAGE_LEN +
                     said->limits.output_max;
    job.slice = group_slice;
    job.ctx = member;
    return seigr_scheduler_add(group->scheduler, &job, now_ms, &member->job,
                               error);
}

/* Have a number: the first that is free. */
static int group_number(seigr_group *group)
{
    const uint32_t room = group->room == 0 ? 16 : 2 * group->room;
    group_member **members;

    while (group->free_from < group->count &&
           group->members[group->free_from] != NULL)
        group->free_from++;
    if (group->free_from < group->room)
        return 0;
    members = seigr__alloc_zero(group->context, room, sizeof(*members));
    if (members == NULL)
        return SEIGR_E_NOMEM;
    if (group->count > 0)
        memcpy(members, group->members, group->count * sizeof(*members));
    seigr__release(group->context, group->members);
    group->members = members;
    group->room = room;
    return 0;
}

/* Take the ends of channels: from here on nothing can fail. */
static void group_pair(group_member *member)
{
    const seigr_run *run = member->run;

    for (uint32_t i = 0; i < run->task.channel_count; i++) {
        group_channel *channel = member->channels[i];
        group_member *other;

        channel->had |= run->ends[i].direction;
        if (run->ends[i].direction == SEIGR_CHANNEL_SEND)
            channel->sender = member;
        else
            channel->receiver = member;
        member->unpaired++;
        if (channel->had != (SEIGR_CHANNEL_SEND | SEIGR_CHANNEL_RECEIVE))
            continue;
        other = channel->sender == member ? channel->receiver : channel->sender;
        member->unpaired--;
        if (other == NULL)
            continue; /* it was given up before it began */
        other->unpaired--;
        if (other->unpaired == 0 && other != member)
            (void)seigr_scheduler_wake(member->group->scheduler, other->job);
    }
}

static int group_fill(seigr_group *group, group_member *member,
                      const seigr_verified *task, const seigr_module *module,
                      const seigr_run_options *options, uint64_t now_ms,
                      seigr_error *error)
{
    seigr_run_options own = SEIGR_RUN_OPTIONS_INIT;
    int err;

    if (options != NULL)
        own = *options;
    own.send = group_send;
    own.receive = group_receive;
    own.channel_ctx = member;
    err =
        seigr_run_new(group->context, task, module, &own, &member->run, error);
    if (err == 0)
        err = group_open_all(group, member, error);
    if (err == 0)
        err = group_number(group);
    if (err == 0)
        err = group_schedule(group, member, task, now_ms, error);
    return err;
}

int seigr_group_add(seigr_group *group, const seigr_verified *task,
                    const seigr_module *module,
                    const seigr_run_options *options, uint64_t now_ms,
                    uint32_t *out, seigr_error *error)
{
    group_member *member;
    int err;

    if (group == NULL || task == NULL || module == NULL ||
        (options != NULL &&
         (options->struct_size < sizeof(*options) || options->send != NULL ||
          options->receive != NULL)))
        return SEIGR_E_INVAL;
    if (group->options.admit != NULL) {
        err = group->options.admit(task, now_ms, error, group->options.ctx);
        if (err < 0)
            return err;
    }
    member = seigr__alloc_zero(group->context, 1, sizeof(*member));
    if (member == NULL)
        return SEIGR_E_NOMEM;
    member->group = group;
    member->state = SEIGR_SLICE_MORE;
    err = group_fill(group, member, task, module, options, now_ms, error);
    if (err < 0) {
        group_free_member(member);
        group_sweep(group);
        return err;
    }
    member->number = group->free_from;
    group->members[member->number] = member;
    if (member->number == group->count)
        group->count++;
    group_pair(member);
    if (out != NULL)
        *out = member->number;
    return 0;
}

/* --- step --------------------------------------------------------------- */

/* Show both ends of a task's channels what the other did (1). */
static void group_settle(const group_member *member)
{
    for (uint32_t i = 0; i < member->run->task.channel_count; i++) {
        group_channel *channel = member->channels[i];
        const uint32_t wake = seigr__channel_settle(&channel->channel);
        seigr_scheduler *scheduler = member->group->scheduler;

        if (wake & SEIGR__CHANNEL_WAKE_SENDER && channel->sender != NULL)
            (void)seigr_scheduler_wake(scheduler, channel->sender->job);
        if (wake & SEIGR__CHANNEL_WAKE_RECEIVER && channel->receiver != NULL)
            (void)seigr_scheduler_wake(scheduler, channel->receiver->job);
    }
}

int seigr_group_step(seigr_group *group, uint64_t now_ms,
                     const seigr_pool *pool, uint64_t *next_out)
{
    seigr_scheduler *s;
    int ran;

    if (group == NULL)
        return SEIGR_E_INVAL;
    s = group->scheduler;
    ran = seigr_scheduler_step(s, now_ms, pool, next_out);
    for (int i = 0; i < ran; i++)
        group_settle(s->jobs[s->lanes[i]].job.ctx);
    if (next_out != NULL && seigr__sched_is_ready(s))
        *next_out = now_ms; /* somebody was woken */
    return ran;
}

void seigr_group_wake(seigr_group *group)
{
    for (uint32_t i = 0; group != NULL && i < group->count; i++)
        if (group->members[i] != NULL)
            (void)seigr_scheduler_wake(group->scheduler,
                                       group->members[i]->job);
}

/* One of a job has no result: then the others get none (3). */
static void group_give_up(seigr_group *group, const group_member *member)
{
    if (member->run->task.channel_count == 0)
        return;
    for (uint32_t i = 0; i < group->count; i++) {
        const group_member *other = group->members[i];

        if (other != NULL && other->run->task.channel_count > 0 &&
            memcmp(&other->run->task.job, &member->run->task.job,
                   sizeof(member->run->task.job)) == 0)
            (void)seigr_scheduler_cancel(group->scheduler, other->job);
    }
}

int seigr_group_next_end(seigr_group *group, seigr_group_end *out)
{
    seigr_job_end end = SEIGR_JOB_END_INIT;
    group_member *member;

    if (group == NULL || out == NULL ||
        !seigr_scheduler_next_end(group->scheduler, &end))
        return 0;
    member = end.ctx;
    assert(!member->is_taken);
    member->is_taken = 1;
    member->state = SEIGR_SLICE_DONE;
    if (end.code != 0)
        group_give_up(group, member);
    *out = (seigr_group_end)SEIGR_GROUP_END_INIT;
    out->task = member->number;
    out->code = end.code;
    out->run = member->run;
    return 1;
}

static group_member *group_member_of(const seigr_group *group, uint32_t task)
{
    if (group == NULL || task >= group->count)
        return NULL;
    return group->members[task];
}

int seigr_group_remove(seigr_group *group, uint32_t task)
{
    group_member *member = group_member_of(group, task);

    if (member == NULL)
        return SEIGR_E_NOTFOUND;
    if (!member->is_taken)
        return SEIGR_E_AGAIN;
    for (uint32_t i = 0; i < member->run->task.channel_count; i++) {
        group_channel *channel = member->channels[i];

        if (channel->sender == member)
            channel->sender = NULL;
        if (channel->receiver == member)
            channel->receiver = NULL;
    }
    if (member->run->task.channel_count > 0)
        group_sweep(group);
    group_free_member(member);
    group->members[task] = NULL;
    if (task < group->free_from)
        group->free_from = task;
    return 0;
}

uint32_t seigr_group_cancel(seigr_group *group, uint32_t task)
{
    uint32_t count = 0;

    for (uint32_t i = 0; group != NULL && i < group->count; i++)
        if ((task == UINT32_MAX || task == i) && group->members[i] != NULL &&
            seigr_scheduler_cancel(group->scheduler, group->members[i]->job) ==
                0)
            count++;
    return count;
}

static seigr_span group_name(const group_channel *channel)
{
    return (seigr_span){channel->name, channel->name_len};
}

/* --- looking ------------------------------------------------------------ */

int seigr_group_explain(const seigr_group *group, uint32_t task, char *out,
                        size_t len)
{
    char name[RUN_SHOWN_LEN];
    const group_member *member;
    const group_channel *channel;

    member = group_member_of(group, task);
    if (member == NULL || out == NULL || len == 0)
        return SEIGR_E_NOTFOUND;
    out[0] = '\0';
    if (member->state != SEIGR_SLICE_WAITS)
        return (int)member->state;
    for (uint32_t i = 0;
         member->unpaired > 0 && i < member->run->task.channel_count; i++) {
        channel = member->channels[i];
        if (channel->had == (SEIGR_CHANNEL_SEND | SEIGR_CHANNEL_RECEIVE))
            continue;
        seigr__run_shown(group_name(channel), name);
        (void)seigr__format(out, len, "nobody has the other end of \"%s\"",
                            name);
        return SEIGR_SLICE_WAITS;
    }
    if (member->run->waits_for == UINT32_MAX) {
        (void)seigr__format(out, len, "it waits for an input");
        return SEIGR_SLICE_WAITS;
    }
    channel = member->channels[member->run->waits_for];
    seigr__run_shown(group_name(channel), name);
    (void)seigr__format(out, len,
                        channel->receiver == member
                            ? "it waits for a message from \"%s\""
                            : "it waits for room in \"%s\"",
                        name);
    return SEIGR_SLICE_WAITS;
}

seigr_scheduler *seigr_group_scheduler(seigr_group *group)
{
    return group == NULL ? NULL : group->scheduler;
}

uint32_t seigr_group_task_of(const seigr_group *group, uint64_t job)
{
    for (uint32_t i = 0; group != NULL && i < group->count; i++)
        if (group->members[i] != NULL && group->members[i]->job == job)
            return i;
    return UINT32_MAX;
}
