/* SPDX-License-Identifier: MIT */
/*
 * bench_index.c - the senary index and the execution log over 1,000,000 IDs:
 * built at once, kept up to date, asked for proofs and counts.
 *
 *     bench_index [SECONDS]
 *
 * IDs stand in a sorted array and nodes in a hash table, so that what is
 * measured is the index and not what it stands on. The seconds are not looked
 * at: one pass is one figure.
 */
#include "seigr/index.h"
#include "seigr/journal.h"
#include "seigr/sys/posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_COUNT 1000000u
#define BENCH_BATCH 1000u
#define BENCH_SLOTS 65536u /* a power of two, four times the nodes */
#define BENCH_ASKED 20000u

struct bench_node {
    uint32_t used;
    seigr_prefix prefix;
    seigr_index_node node;
};

static seigr_id *bench_ids;
static size_t bench_id_count;
static struct bench_node *bench_nodes;
static size_t bench_node_count;

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* An ID that spreads as a hash does (splitmix64). */
static seigr_id bench_id(uint64_t number)
{
    seigr_id id;

    for (uint64_t w = 0; w < 4; w++) {
        uint64_t z = (number * 4 + w) * 0x9e3779b97f4a7c15u;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        memcpy(id.bytes + 8 * w, &z, 8);
    }
    return id;
}

static int bench_compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(seigr_id));
}

static int bench_source_ids(const seigr_id *from, seigr_id *out, size_t room,
                            size_t *count_out, void *ctx)
{
    size_t low = 0;
    size_t high = bench_id_count;

    (void)ctx;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (bench_compare(&bench_ids[mid], from) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    *count_out = bench_id_count - low < room ? bench_id_count - low : room;
    memcpy(out, &bench_ids[low], *count_out * sizeof(*out));
    return 0;
}

static struct bench_node *bench_slot(const seigr_prefix *prefix)
{
    uint32_t at = 2166136261u;

    for (uint32_t i = 0; i < prefix->digit_count; i++)
        at = (at ^ (uint8_t)prefix->digits[i]) * 16777619u;
    at %= BENCH_SLOTS;
    while (bench_nodes[at].used &&
           strcmp(bench_nodes[at].prefix.digits, prefix->digits) != 0)
        at = (at + 1) % BENCH_SLOTS;
    return &bench_nodes[at];
}

static int bench_source_get(const seigr_prefix *prefix, seigr_index_node *out,
                            void *ctx)
{
    const struct bench_node *slot = bench_slot(prefix);

    (void)ctx;
    if (!slot->used)
        return SEIGR_E_NOTFOUND;
    *out = slot->node;
    return 0;
}

static int bench_source_put(const seigr_prefix *prefix,
                            const seigr_index_node *node, void *ctx)
{
    struct bench_node *slot = bench_slot(prefix);

    (void)ctx;
    bench_node_count += !slot->used;
    slot->used = 1;
    slot->prefix = *prefix;
    slot->node = *node;
    return 0;
}

static void bench_must(int err)
{
    if (err != 0)
        exit(1);
}

static void bench_index(const seigr_context *context,
                        const seigr_index_source *source)
{
    seigr_id *touched = calloc(BENCH_BATCH, sizeof(*touched));
    double start = bench_now();

    if (touched == NULL)
        exit(1);
    bench_must(seigr_index_refresh(context, source, NULL, 0));
    printf("index-build %.2f us/id\n",
           (bench_now() - start) * 1e6 / BENCH_COUNT);
    printf("index-nodes %zu nodes\n", bench_node_count);
    /* As after a batch of puts; the set is the same, which costs the same. */
    for (size_t i = 0; i < BENCH_BATCH; i++)
        touched[i] = bench_ids[i * (BENCH_COUNT / BENCH_BATCH)];
    start = bench_now();
    bench_must(seigr_index_refresh(context, source, touched, BENCH_BATCH));
    printf("index-refresh-1000 %.2f us/id\n",
           (bench_now() - start) * 1e6 / BENCH_BATCH);
    start = bench_now();
    for (size_t i = 0; i < BENCH_ASKED; i++)
        bench_must(seigr_index_refresh(context, source, &bench_ids[i * 37], 1));
    printf("index-refresh-1 %.2f us/id\n",
           (bench_now() - start) * 1e6 / BENCH_ASKED);
    free(touched);
}

static void bench_questions(const seigr_context *context,
                            const seigr_index_source *source)
{
    static uint8_t proof[SEIGR_INDEX_PROOF_MAX];
    seigr_index_sum root;
    uint32_t present;
    uint64_t count;
    size_t total = 0;
    size_t len = 0;
    double start = bench_now();

    for (size_t i = 0; i < BENCH_ASKED; i++) {
        bench_must(seigr_index_prove(source, &bench_ids[i * 37],
                                     (seigr_buf){proof, sizeof(proof)}, &len));
        total += len;
    }
    printf("index-prove %.2f us\n", (bench_now() - start) * 1e6 / BENCH_ASKED);
    printf("index-proof %zu bytes\n", total / BENCH_ASKED);
    bench_must(seigr_index_sum_of(context, source, NULL, &root));
    start = bench_now();
    for (size_t i = 0; i < BENCH_ASKED; i++)
        bench_must(seigr_index_verify(
            context, &root, &bench_ids[(BENCH_ASKED - 1) * 37],
            (seigr_span){proof, len}, &present, NULL));
    printf("index-verify %.2f us\n", (bench_now() - start) * 1e6 / BENCH_ASKED);
    start = bench_now();
    for (size_t i = 0; i < BENCH_ASKED; i++)
        bench_must(seigr_index_count(source, &bench_ids[i],
                                     &bench_ids[BENCH_COUNT - 1 - i], &count));
    printf("index-count-range %.2f us\n",
           (bench_now() - start) * 1e6 / BENCH_ASKED);
}

/* --- The log: entries as they come, nodes of levels 4, 8, 12, 16 --------- */

static seigr_hash *bench_levels[5];

static int bench_log_entries(uint64_t first, seigr_id *out, size_t count,
                             void *ctx)
{
    (void)ctx;
    memcpy(out, &bench_ids[first], count * sizeof(*out));
    return 0;
}

static int bench_log_get(uint32_t level, uint64_t index, seigr_hash *out,
                         void *ctx)
{
    (void)ctx;
    *out = bench_levels[level / SEIGR_JOURNAL_STEP][index];
    return 0;
}

static int bench_log_put(uint32_t level, uint64_t index, const seigr_hash *node,
                         void *ctx)
{
    (void)ctx;
    bench_levels[level / SEIGR_JOURNAL_STEP][index] = *node;
    return 0;
}

static void bench_log(const seigr_context *context)
{
    seigr_journal_source source = SEIGR_JOURNAL_SOURCE_INIT;
    seigr_hash path[SEIGR_MERKLE_PATH_MAX];
    seigr_merkle tree;
    seigr_hash root;
    size_t count;
    double start;

    source.entries = bench_log_entries;
    source.node_get = bench_log_get;
    source.node_put = bench_log_put;
    for (size_t i = 1; i < 5; i++) {
        bench_levels[i] =
            calloc((BENCH_COUNT >> (4 * i)) + 1, sizeof(seigr_hash));
        if (bench_levels[i] == NULL)
            exit(1);
    }
    seigr_merkle_init(&tree);
    start = bench_now();
    for (size_t i = 0; i < BENCH_COUNT; i++)
        bench_must(
            seigr_journal_append(context, &source, &tree, &bench_ids[i]));
    printf("log-append %.2f us\n", (bench_now() - start) * 1e6 / BENCH_COUNT);
    start = bench_now();
    for (size_t i = 0; i < BENCH_ASKED; i++)
        bench_must(
            seigr_journal_root(context, &source, BENCH_COUNT - i, &root));
    printf("log-root %.2f us\n", (bench_now() - start) * 1e6 / BENCH_ASKED);
    start = bench_now();
    for (size_t i = 0; i < BENCH_ASKED; i++)
        bench_must(seigr_journal_inclusion(context, &source, i * 37,
                                           BENCH_COUNT, path, &count));
    printf("log-inclusion %.2f us\n",
           (bench_now() - start) * 1e6 / BENCH_ASKED);
    for (size_t i = 1; i < 5; i++)
        free(bench_levels[i]);
}

int main(void)
{
    seigr_index_source source = SEIGR_INDEX_SOURCE_INIT;
    seigr_context context;

    source.ids = bench_source_ids;
    source.node_get = bench_source_get;
    source.node_put = bench_source_put;
    bench_must(seigr_posix_context(&context));
    bench_ids = calloc(BENCH_COUNT, sizeof(*bench_ids));
    bench_nodes = calloc(BENCH_SLOTS, sizeof(*bench_nodes));
    if (bench_ids == NULL || bench_nodes == NULL)
        return 1;
    for (size_t i = 0; i < BENCH_COUNT; i++)
        bench_ids[i] = bench_id(i);
    bench_id_count = BENCH_COUNT;
    qsort(bench_ids, BENCH_COUNT, sizeof(*bench_ids), bench_compare);
    bench_index(&context, &source);
    bench_questions(&context, &source);
    bench_log(&context);
    free(bench_ids);
    free(bench_nodes);
    return 0;
}
