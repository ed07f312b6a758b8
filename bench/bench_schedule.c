/* SPDX-License-Identifier: MIT */
/*
 * bench_schedule.c - jobs through the scheduler alone, tasks from admission to
 * outcome, messages from task to task beside a pipe between two processes,
 * 10,000 tasks resident, and how long an urgent one waits behind them.
 *
 *     bench_schedule [SECONDS]
 */
#include "seigr/group.h"
#include "seigr/sys/posix.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BENCH_RESIDENT 10000u
#define BENCH_MESSAGE 64u

static size_t bench_live;

static void *bench_alloc(size_t len, void *ctx)
{
    size_t *block = malloc(len + 16);

    (void)ctx;
    if (block == NULL)
        return NULL;
    *block = len;
    bench_live += len;
    return (uint8_t *)block + 16;
}

static void bench_release(void *ptr, void *ctx)
{
    size_t *block;

    (void)ctx;
    if (ptr == NULL)
        return;
    block = (size_t *)(void *)((uint8_t *)ptr - 16);
    bench_live -= *block;
    free(block);
}

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void bench_must(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench_schedule: %s\n", what);
    exit(1);
}

/* --- programs -------------------------------------------------------------
 *
 * (module
 *   (import "seigr" "send" (func (param i32 i32 i32) (result i32)))
 *   (import "seigr" "receive" (func (param i32 i32 i32) (result i32)))
 *   (memory 1)
 *   (func (export "none"))
 *   (func (export "loop") (loop (br 0)))
 *   (func (export "send") (loop (drop (call 0 (i32.const 0) (i32.const 0)
 *                                             (i32.const 64))) (br 0)))
 *   (func (export "receive") (loop (drop (call 1 (i32.const 0) (i32.const 0)
 *                                                (i32.const 64))) (br 0))))
 */
static const uint8_t bench_program[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0b, 0x02, 0x60,
    0x03, 0x7f, 0x7f, 0x7f, 0x01, 0x7f, 0x60, 0x00, 0x00, 0x02, 0x1e, 0x02,
    0x05, 0x73, 0x65, 0x69, 0x67, 0x72, 0x04, 0x73, 0x65, 0x6e, 0x64, 0x00,
    0x00, 0x05, 0x73, 0x65, 0x69, 0x67, 0x72, 0x07, 0x72, 0x65, 0x63, 0x65,
    0x69, 0x76, 0x65, 0x00, 0x00, 0x03, 0x05, 0x04, 0x01, 0x01, 0x01, 0x01,
    0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x20, 0x04, 0x04, 0x6e, 0x6f, 0x6e,
    0x65, 0x00, 0x02, 0x04, 0x6c, 0x6f, 0x6f, 0x70, 0x00, 0x03, 0x04, 0x73,
    0x65, 0x6e, 0x64, 0x00, 0x04, 0x07, 0x72, 0x65, 0x63, 0x65, 0x69, 0x76,
    0x65, 0x00, 0x05, 0x0a, 0x30, 0x04, 0x02, 0x00, 0x0b, 0x07, 0x00, 0x03,
    0x40, 0x0c, 0x00, 0x0b, 0x0b, 0x11, 0x00, 0x03, 0x40, 0x41, 0x00, 0x41,
    0x00, 0x41, 0xc0, 0x00, 0x10, 0x00, 0x1a, 0x0c, 0x00, 0x0b, 0x0b, 0x11,
    0x00, 0x03, 0x40, 0x41, 0x00, 0x41, 0x00, 0x41, 0xc0, 0x00, 0x10, 0x01,
    0x1a, 0x0c, 0x00, 0x0b, 0x0b};

struct bench_task {
    seigr_verified verified;
    uint8_t bytes[600];
};

static struct bench_task *bench_task_new(const seigr_context *context,
                                         const char *entry, uint32_t direction,
                                         uint32_t priority)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {3};
    const seigr_task_channel end = {{(const uint8_t *)"c", 1}, direction, 0};
    const seigr_link link = {{{9}}, SEIGR_ROLE_PROGRAM};
    struct bench_task *task = malloc(sizeof(*task));
    seigr_task_draft said = SEIGR_TASK_DRAFT_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_keypair_signer_state state;
    seigr_keypair key;
    seigr_signer signer;
    uint8_t detail[256];
    size_t len = 0;

    bench_must(task != NULL &&
                   seigr_keypair_init_seed(context, seed, &key) == 0,
               "no key");
    said.entry = (seigr_span){(const uint8_t *)entry, strlen(entry)};
    said.limits.fuel = UINT64_MAX / 2;
    said.limits.memory_pages = 1;
    said.limits.output_max = 1;
    said.service.priority = priority;
    said.channels = &end;
    said.channel_count = direction != 0;
    bench_must(seigr_task_encode(&said, (seigr_buf){detail, sizeof(detail)},
                                 &len, NULL) == 0,
               "no task");
    draft.kind = SEIGR_KIND_TASK;
    draft.sequence = 1;
    draft.links = &link;
    draft.link_count = 1;
    draft.detail = (seigr_span){detail, len};
    signer = seigr_keypair_signer(context, &key, &state);
    bench_must(seigr_capsule_seal(context, &draft, &signer,
                                  (seigr_buf){task->bytes, sizeof(task->bytes)},
                                  &len, NULL, NULL) == 0 &&
                   seigr_capsule_decode(context, (seigr_span){task->bytes, len},
                                        &view, NULL) == 0 &&
                   seigr_capsule_verify(context, &view, (seigr_buf){NULL, 0},
                                        &task->verified, NULL) == 0,
               "no capsule");
    return task;
}

static seigr_group *bench_group(const seigr_context *context, uint64_t slice)
{
    seigr_group_options options = SEIGR_GROUP_OPTIONS_INIT;
    seigr_group *group = NULL;

    options.scheduler.job_max = BENCH_RESIDENT + 1;
    options.scheduler.slice_fuel = slice;
    bench_must(seigr_group_new(context, &options, &group) == 0, "no group");
    return group;
}

/* --- figures ---------------------------------------------------------------
 */

static int bench_slice(uint64_t fuel, uint64_t *used, void *ctx)
{
    (void)fuel;
    (void)ctx;
    *used = 1;
    return SEIGR_SLICE_DONE;
}

static void bench_scheduler(const seigr_context *context, double seconds)
{
    seigr_job job = SEIGR_JOB_INIT;
    seigr_job_end end = SEIGR_JOB_END_INIT;
    seigr_scheduler *s = NULL;
    const double start = bench_now();
    uint64_t count = 0;
    double took;

    bench_must(seigr_scheduler_new(context, NULL, &s) == 0, "no scheduler");
    job.slice = bench_slice;
    do {
        for (int i = 0; i < 1000; i++) {
            job.priority = (uint32_t)i % SEIGR_PRIORITY_COUNT;
            job.deadline_ms = i % 3 == 0 ? (uint64_t)i + 1 : 0;
            bench_must(seigr_scheduler_add(s, &job, 1, NULL, NULL) == 0, "add");
        }
        for (int i = 0; i < 1000; i++)
            bench_must(seigr_scheduler_step(s, 1, NULL, NULL) == 1, "step");
        while (seigr_scheduler_next_end(s, &end))
            count++;
        took = bench_now() - start;
    } while (took < seconds);
    printf("schedule.job %.0f /s\n", (double)count / took);
    seigr_scheduler_free(s);
}

static void bench_dispatch(const seigr_context *context,
                           const seigr_module *module, double seconds)
{
    const struct bench_task *task = bench_task_new(context, "none", 0, 2);
    seigr_group *group = bench_group(context, 1000000);
    seigr_group_end end = SEIGR_GROUP_END_INIT;
    const double start = bench_now();
    uint64_t count = 0;
    double took;

    do {
        for (int i = 0; i < 100; i++)
            bench_must(seigr_group_add(group, &task->verified, module, NULL, 1,
                                       NULL, NULL) == 0,
                       "add");
        while (seigr_group_step(group, 1, NULL, NULL) > 0)
            ;
        while (seigr_group_next_end(group, &end)) {
            seigr_result result;

            bench_must(end.code == 0 && seigr_run_result(end.run, &result) == 0,
                       "result");
            bench_must(seigr_group_remove(group, end.task) == 0, "remove");
            count++;
        }
        took = bench_now() - start;
    } while (took < seconds);
    printf("schedule.dispatch %.0f /s\n", (double)count / took);
    seigr_group_free(group);
}

static void bench_messages(const seigr_context *context,
                           const seigr_module *module, double seconds)
{
    const struct bench_task *a =
        bench_task_new(context, "send", SEIGR_CHANNEL_SEND, 2);
    const struct bench_task *b =
        bench_task_new(context, "receive", SEIGR_CHANNEL_RECEIVE, 2);
    seigr_group *group = bench_group(context, 100000);
    seigr_scheduler_stats stats = SEIGR_SCHEDULER_STATS_INIT;
    double start;
    double took;

    bench_must(seigr_group_add(group, &a->verified, module, NULL, 1, NULL,
                               NULL) == 0 &&
                   seigr_group_add(group, &b->verified, module, NULL, 1, NULL,
                                   NULL) == 0,
               "add");
    start = bench_now();
    do {
        for (int i = 0; i < 100; i++)
            (void)seigr_group_step(group, 1, NULL, NULL);
        took = bench_now() - start;
    } while (took < seconds);
    (void)seigr_scheduler_stats_get(seigr_group_scheduler(group), &stats);
    /* A round of either costs 6 and 1 + 64 + 64 / 4 for the call. */
    printf("schedule.messages %.0f /s\n",
           (double)stats.fuel_used[2] / 2 / 87 / took);
    seigr_group_free(group);
}

/* The peer: the same messages through a pipe, one write and one read each. */
static void bench_pipe(double seconds)
{
    uint8_t message[BENCH_MESSAGE] = {0};
    const double start = bench_now();
    uint64_t count = 0;
    double took = 0;
    int ends[2];
    pid_t child;

    bench_must(pipe(ends) == 0, "no pipe");
    fflush(stdout);
    child = fork();
    bench_must(child >= 0, "no process");
    if (child == 0) {
        close(ends[1]);
        while (read(ends[0], message, sizeof(message)) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    while (took < seconds) {
        for (int i = 0; i < 1000; i++)
            bench_must(write(ends[1], message, sizeof(message)) ==
                           (ssize_t)sizeof(message),
                       "write");
        count += 1000;
        took = bench_now() - start;
    }
    close(ends[1]);
    (void)waitpid(child, NULL, 0);
    printf("schedule.messages.pipe %.0f /s\n", (double)count / took);
}

static void bench_resident(const seigr_context *context,
                           const seigr_module *module)
{
    const struct bench_task *low = bench_task_new(context, "loop", 0, 0);
    const struct bench_task *high = bench_task_new(context, "none", 0, 5);
    seigr_group *group = bench_group(context, 20000);
    const size_t before = bench_live;
    double worst = 0;

    for (uint32_t i = 0; i < BENCH_RESIDENT; i++)
        bench_must(seigr_group_add(group, &low->verified, module, NULL, 1, NULL,
                                   NULL) == 0,
                   "add");
    for (uint32_t i = 0; i < BENCH_RESIDENT; i++)
        (void)seigr_group_step(group, 1, NULL, NULL);
    printf("schedule.resident %.0f bytes\n",
           (double)(bench_live - before) / BENCH_RESIDENT);
    for (int i = 0; i < 200; i++) {
        seigr_group_end end = SEIGR_GROUP_END_INIT;
        const double start = bench_now();

        bench_must(seigr_group_add(group, &high->verified, module, NULL, 1,
                                   NULL, NULL) == 0,
                   "add");
        while (!seigr_group_next_end(group, &end))
            (void)seigr_group_step(group, 1, NULL, NULL);
        if (bench_now() - start > worst)
            worst = bench_now() - start;
        bench_must(seigr_group_remove(group, end.task) == 0, "remove");
        (void)seigr_group_step(group, 1, NULL, NULL);
    }
    printf("schedule.urgent.worst %.1f us\n", worst * 1e6);
    seigr_group_free(group);
}

int main(int argc, char **argv)
{
    static const seigr_allocator allocator = {sizeof(allocator), 0, bench_alloc,
                                              bench_release, NULL};
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1.0;
    seigr_module *module = NULL;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_context context;

    bench_must(seigr_posix_context(&context) == 0, "no context");
    context.allocator = &allocator;
    bench_scheduler(&context, seconds);
    bench_must(seigr_module_new(
                   &context, (seigr_span){bench_program, sizeof(bench_program)},
                   NULL, &module, &error) == 0,
               error.text);
    bench_dispatch(&context, module, seconds);
    bench_messages(&context, module, seconds);
    bench_pipe(seconds);
    bench_resident(&context, module);
    seigr_module_free(module);
    return 0;
}
