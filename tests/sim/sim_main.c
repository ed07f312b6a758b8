/* SPDX-License-Identifier: MIT */
/*
 * sim_main.c - seigr-sim.
 *
 *     seigr-sim [--seed N] [--count N] [--trace]
 *
 * Runs COUNT seeds from N on (1, 1). Where one fails: which invariant, the
 * faults that it takes, each needed, the last lines of its trace, and the
 * command that runs it again. Exit status 1 then, 2 for a wrong argument.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Take out every fault without which it still fails. */
static uint64_t main_shrink(struct sim *sim, uint64_t seed)
{
    uint64_t off = 0;

    for (uint32_t i = 0; i < SIM_FAULTS_MAX; i++) {
        const uint64_t tried = off | (uint64_t)1 << i;

        if (!sim_run(sim, seed, tried, 0))
            off = tried;
        sim_free(sim);
    }
    return off;
}

static void main_report(struct sim *sim, uint64_t seed)
{
    const uint64_t off = main_shrink(sim, seed);

    (void)sim_run(sim, seed, off, 0);
    printf("seed %llu fails with %u nodes: %s\n", (unsigned long long)seed,
           sim->node_count, sim->failure);
    for (uint32_t i = 0; i < sim->fault_count; i++) {
        if (sim->faults[i].is_off == 0)
            printf("  needs fault %u: kind %u node %u from %llu to %llu ms\n",
                   i, sim->faults[i].kind, sim->faults[i].node,
                   (unsigned long long)sim->faults[i].start_ms,
                   (unsigned long long)sim->faults[i].end_ms);
    }
    for (uint64_t i = sim->line_count < 24 ? 0 : sim->line_count - 24;
         i < sim->line_count; i++)
        puts(sim->lines[i % 24]);
    printf("rerun: seigr-sim --seed %llu --trace\n", (unsigned long long)seed);
    sim_free(sim);
}

static int main_usage(void)
{
    fputs("usage: seigr-sim [--seed N] [--count N] [--trace]\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct sim *sim = calloc(1, sizeof(*sim));
    uint64_t seed = 1;
    uint64_t count = 1;
    uint64_t events = 0;
    uint64_t trace = 0;
    int is_loud = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--count") == 0 && i + 1 < argc)
            count = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--trace") == 0)
            is_loud = 1;
        else
            return free(sim), main_usage();
    }
    if (sim == NULL)
        return 2;
    for (uint64_t i = 0; i < count; i++) {
        const int held = sim_run(sim, seed + i, 0, is_loud);

        events += sim->event_count;
        trace = trace * 31 + sim->trace;
        sim_free(sim);
        if (!held) {
            main_report(sim, seed + i);
            free(sim);
            return 1;
        }
    }
    printf("seeds %llu events %llu trace %016llx\n", (unsigned long long)count,
           (unsigned long long)events, (unsigned long long)trace);
    free(sim);
    return 0;
}
