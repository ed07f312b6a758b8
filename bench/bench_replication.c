/* SPDX-License-Identifier: MIT */
/*
 * bench_replication.c - how often to check results: our rule against BOINC's,
 * 10,000 workers with 0 to 30 % liars, 400 results each.
 *
 *     bench_replication [SECONDS]
 *
 * Two figures a rule and share of liars: wrong results accepted and results
 * computed beyond one each, parts of a million accepted ones. The seconds are
 * not looked at; the same program prints the same figures.
 *
 * Liars know each other and the rules: one that checks another agrees with
 * what that one says. A third always lies, a third one time in ten, a third
 * only once it is not always checked. BOINC's rule, as it is published: a
 * host is trusted after 10 consecutive valid results and then checked with
 * probability 1/n, n those in a row; of two that differ a third decides, and
 * who loses begins again. boinc_excluded is that rule with our disputes,
 * which prove who lied: a liar is not asked again. Ours is reputation.h, as
 * it is by default and with less checking.
 */
#include "seigr/reputation.h"

#include <stdio.h>
#include <stdlib.h>

#define BENCH_WORKERS 10000u
#define BENCH_ROUNDS 400u
#define BENCH_DISPUTE 20000u /* millionths of a run: one interval of 50 */

#define BENCH_HONEST 0u
#define BENCH_ALWAYS 1u
#define BENCH_TENTH 2u
#define BENCH_SLEEPER 3u

struct bench_worker {
    seigr_reputation reputation;
    uint32_t kind;
    uint32_t in_a_row;
};

struct bench_rule {
    const char *name;
    const char *peer; /* NULL: it is ours */
    int is_boinc;
    int is_proved; /* a liar that is found is not asked again */
    uint32_t error_ppb;
    uint32_t least_ppb;
};

struct bench {
    const struct bench_rule *rule;
    struct bench_worker *workers;
    uint64_t random;
    uint64_t accepted;
    uint64_t wrong;
    uint64_t extra; /* millionths of a run */
};

static uint64_t bench_random(struct bench *b)
{
    uint64_t z = b->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Parts of 10^9. */
static uint32_t bench_chance(const struct bench *b,
                             const struct bench_worker *w)
{
    const seigr_replication ours = {sizeof(ours), b->rule->error_ppb,
                                    b->rule->least_ppb, 0};

    if (!b->rule->is_boinc)
        return seigr_replication_chance(&w->reputation, &ours);
    return w->in_a_row < 10 ? SEIGR_REPUTATION_PPB
                            : SEIGR_REPUTATION_PPB / w->in_a_row;
}

static int bench_lies(struct bench *b, const struct bench_worker *w)
{
    switch (w->kind) {
    case BENCH_HONEST:
        return 0;
    case BENCH_ALWAYS:
        return 1;
    case BENCH_TENTH:
        return bench_random(b) % 10 == 0;
    }
    return bench_chance(b, w) < SEIGR_REPUTATION_PPB;
}

/* Somebody else who is still asked. */
static struct bench_worker *bench_other(struct bench *b,
                                        const struct bench_worker *a,
                                        const struct bench_worker *c)
{
    struct bench_worker *w;

    do {
        w = &b->workers[bench_random(b) % BENCH_WORKERS];
    } while (w == a || w == c || w->reputation.is_liar);
    return w;
}

static void bench_note(struct bench_worker *w, int is_good)
{
    w->in_a_row = is_good ? w->in_a_row + 1 : 0;
    if (seigr_reputation_note(&w->reputation,
                              is_good ? SEIGR_CHECK_GOOD : SEIGR_CHECK_BAD, 0,
                              0) != 0)
        abort();
}

/* Two that differ. Whose result is taken is honest where a dispute proves
 * it, or as a third says. */
static void bench_settle(struct bench *b, struct bench_worker *a, int a_lies,
                         struct bench_worker *c, int c_lies)
{
    struct bench_worker *third;
    int taken;

    if (b->rule->is_proved) {
        b->extra += BENCH_DISPUTE;
        (a_lies ? a : c)->reputation.is_liar = 1;
        bench_note(a_lies ? c : a, 1);
        return;
    }
    third = bench_other(b, a, c);
    taken = third->kind != BENCH_HONEST; /* it agrees with its friend */
    b->extra += 1000000;
    b->wrong += (uint64_t)taken;
    bench_note(a, a_lies == taken);
    bench_note(c, c_lies == taken);
    bench_note(third, 1);
}

static void bench_result(struct bench *b, struct bench_worker *a)
{
    const int a_lies = bench_lies(b, a);
    struct bench_worker *c;
    int c_lies;

    b->accepted++;
    if (bench_random(b) % SEIGR_REPUTATION_PPB >= bench_chance(b, a)) {
        b->wrong += (uint64_t)a_lies;
        a->in_a_row++; /* BOINC counts it as valid */
        return;
    }
    c = bench_other(b, a, NULL);
    c_lies = a_lies ? c->kind != BENCH_HONEST : bench_lies(b, c);
    b->extra += 1000000;
    if (a_lies != c_lies) {
        bench_settle(b, a, a_lies, c, c_lies);
        return;
    }
    b->wrong += (uint64_t)a_lies;
    bench_note(a, 1);
    bench_note(c, 1);
}

static void bench_print(const struct bench *b, const char *what,
                        uint32_t liars_percent, uint64_t ppm)
{
    printf("%s_%s_%u%s%s %llu ppm\n", b->rule->name, what,
           (unsigned)liars_percent, b->rule->peer == NULL ? "" : ":",
           b->rule->peer == NULL ? "" : b->rule->peer, (unsigned long long)ppm);
}

static void bench_run(struct bench *b, uint32_t liars_percent)
{
    const uint32_t liars = BENCH_WORKERS / 100 * liars_percent;

    for (uint32_t i = 0; i < BENCH_WORKERS; i++)
        b->workers[i] = (struct bench_worker){
            {0, 0, 0, 0, 0}, i < liars ? 1 + i % 3 : BENCH_HONEST, 0};
    for (uint32_t round = 0; round < BENCH_ROUNDS; round++)
        for (uint32_t i = 0; i < BENCH_WORKERS; i++)
            if (!b->workers[i].reputation.is_liar)
                bench_result(b, &b->workers[i]);
    bench_print(b, "wrong", liars_percent, b->wrong * 1000000 / b->accepted);
    bench_print(b, "overhead", liars_percent, b->extra / b->accepted);
}

int main(void)
{
    static const struct bench_rule rules[] = {
        {"replication", "boinc", 1, 0, 0, 0},
        {"replication", "boinc_excluded", 1, 1, 0, 0},
        {"replication", NULL, 0, 1, 250000000u, 20000000u},
        {"replication_light", NULL, 0, 1, 500000000u, 5000000u},
    };
    struct bench_worker *workers = calloc(BENCH_WORKERS, sizeof(*workers));

    if (workers == NULL)
        return 1;
    for (uint32_t percent = 0; percent <= 30; percent += 10)
        for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
            struct bench b = {&rules[i], workers, 1, 0, 0, 0};

            bench_run(&b, percent);
        }
    free(workers);
    return 0;
}
