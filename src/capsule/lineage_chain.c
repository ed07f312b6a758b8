/* SPDX-License-Identifier: MIT */
/*
 * lineage_chain.c - issuers' numbered chains: runs, holes, forks (FORMATS
 * 2.4), and the links that lead nowhere.
 *
 * It reads the graph twice with the same code: once to count, once to keep
 * what the counts made room for. Invariants:
 *   (1) Every edge to what is not there is in at least one gap.
 *   (2) A fork is kept only as two capsules from which seigr_fork_check()
 *       alone finds a proof.
 */
#include "lineage_graph.h" /* struct lineage_answers */

#include "base/alloc.h" /* seigr__alloc */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* One reading of the graph. */
struct chain_scan {
    const seigr_lineage *lineage;
    struct lineage_answers *out; /* NULL: only count */
    struct lineage_chain chain;  /* the one being read */
    uint32_t chain_count;
    uint32_t range_count;
    uint32_t gap_count;
    uint32_t fork_count;
    uint32_t issuer_count;
    /* Capsules of by_chain with the sequence before the one being read. */
    uint32_t below;
    uint32_t below_count;
    uint64_t last; /* the sequence read last, 0 at the start of a chain */
};

static void chain_gap(struct chain_scan *scan, struct lineage_gap gap)
{
    assert(scan->out == NULL || scan->out->gaps != NULL);
    if (scan->out != NULL)
        scan->out->gaps[scan->gap_count] = gap;
    scan->gap_count++;
}

static void chain_fork(struct chain_scan *scan, uint32_t type, uint32_t first,
                       uint32_t second)
{
    assert(first != second);
    assert(scan->out == NULL || scan->out->forks != NULL);
    if (scan->out != NULL)
        scan->out->forks[scan->fork_count] =
            (struct lineage_fork){type, first, second};
    scan->fork_count++;
    scan->chain.fork_count++;
}

/* A sequence that is there: in the run of the one before it, or in a new
 * one. */
static void chain_range(struct chain_scan *scan, uint64_t sequence)
{
    if (scan->chain.range_count == 0 || sequence != scan->last + 1) {
        scan->range_count++;
        scan->chain.range_count++;
        if (scan->out != NULL)
            scan->out->ranges[scan->range_count - 1].first = sequence;
    }
    if (scan->out != NULL)
        scan->out->ranges[scan->range_count - 1].last = sequence;
}

/* 1 where b is the capsule that stands before a in a chain. */
static int chain_precedes(const struct lineage_capsule *b,
                          const struct lineage_capsule *a)
{
    assert(a != NULL && b != NULL);
    return b->sequence == a->sequence - 1 && b->stream == a->stream &&
           memcmp(&b->issuer, &a->issuer, sizeof(a->issuer)) == 0;
}

/* The hole below a sequence; first is the first capsule that has it. */
static void chain_hole(struct chain_scan *scan, uint32_t first)
{
    const struct lineage_capsule *at = &scan->lineage->capsules[first];
    struct lineage_gap gap = {scan->last + 1, SEIGR_GAP_SEQUENCE, first,
                              LINEAGE_NONE, scan->chain_count};

    assert(first < scan->lineage->capsule_count);
    if (at->has_previous &&
        lineage_target(scan->lineage, at->edge_first) == LINEAGE_NONE)
        gap.edge = at->edge_first;
    chain_gap(scan, gap);
}

/* What a capsule says of the one before it. in_hole: the gap is told. */
static void chain_previous(struct chain_scan *scan, uint32_t capsule,
                           int in_hole)
{
    const seigr_lineage *lineage = scan->lineage;
    const struct lineage_capsule *at = &lineage->capsules[capsule];
    uint32_t target;

    assert(capsule < lineage->capsule_count);
    if (!at->has_previous)
        return;
    target = lineage_target(lineage, at->edge_first);
    if (target == capsule)
        return; /* a circle of one, no two that prove anything */
    if (target != LINEAGE_NONE &&
        chain_precedes(&lineage->capsules[target], at))
        return;
    if (scan->below_count > 0)
        chain_fork(scan, SEIGR_FORK_PREVIOUS,
                   lineage->answers.by_chain[scan->below], capsule);
    if (target != LINEAGE_NONE)
        chain_fork(scan, SEIGR_FORK_ASTRAY, target, capsule);
    else if (!in_hole)
        chain_gap(scan, (struct lineage_gap){
                            at->sequence - 1, SEIGR_GAP_PREVIOUS, capsule,
                            at->edge_first, scan->chain_count});
}

/* The capsules [at, end) of by_chain, all of one sequence. */
static void chain_sequence(struct chain_scan *scan, uint32_t at, uint32_t end)
{
    const uint32_t *by_chain = scan->lineage->answers.by_chain;
    uint64_t sequence = scan->lineage->capsules[by_chain[at]].sequence;
    int hole = sequence != scan->last + 1;

    assert(sequence > scan->last);
    if (hole) {
        scan->below_count = 0;
        chain_hole(scan, by_chain[at]);
    }
    chain_range(scan, sequence);
    for (uint32_t i = at; i < end; i++) {
        if (i > at)
            chain_fork(scan, SEIGR_FORK_SEQUENCE, by_chain[at], by_chain[i]);
        chain_previous(scan, by_chain[i], hole && i == at);
    }
    scan->below = at;
    scan->below_count = end - at;
    scan->last = sequence;
}

/* The capsules [at, end) of by_chain, all of one issuer and stream. */
static void chain_read(struct chain_scan *scan, uint32_t at, uint32_t end)
{
    const seigr_lineage *lineage = scan->lineage;
    const uint32_t *by_chain = lineage->answers.by_chain;
    uint32_t next;

    assert(at < end && end <= lineage->capsule_count);
    scan->chain = (struct lineage_chain){at, end - at, scan->range_count, 0, 0};
    scan->last = 0;
    scan->below_count = 0;
    for (; at < end; at = next) {
        uint64_t sequence = lineage->capsules[by_chain[at]].sequence;

        for (next = at + 1; next < end; next++)
            if (lineage->capsules[by_chain[next]].sequence != sequence)
                break;
        chain_sequence(scan, at, next);
    }
    if (scan->out != NULL)
        scan->out->chains[scan->chain_count] = scan->chain;
    scan->chain_count++;
}

/* The gaps of links, in the order of the capsules. */
static void chain_links(struct chain_scan *scan)
{
    const seigr_lineage *lineage = scan->lineage;

    for (uint32_t i = 0; i < lineage->capsule_count; i++) {
        uint32_t capsule = lineage->answers.order[i];
        const struct lineage_capsule *at = &lineage->capsules[capsule];

        for (uint32_t e = at->has_previous; e < at->edge_count; e++)
            if (lineage_target(lineage, at->edge_first + e) == LINEAGE_NONE)
                chain_gap(scan, (struct lineage_gap){0, SEIGR_GAP_LINK, capsule,
                                                     at->edge_first + e,
                                                     LINEAGE_NONE});
    }
}

static void chain_scan_all(struct chain_scan *scan)
{
    const seigr_lineage *lineage = scan->lineage;
    const uint32_t *by_chain = lineage->answers.by_chain;
    const struct lineage_capsule *before = NULL;
    uint32_t end;

    chain_links(scan);
    for (uint32_t at = 0; at < lineage->capsule_count; at = end) {
        const struct lineage_capsule *first = &lineage->capsules[by_chain[at]];

        for (end = at + 1; end < lineage->capsule_count; end++) {
            const struct lineage_capsule *next =
                &lineage->capsules[by_chain[end]];

            if (next->stream != first->stream ||
                memcmp(&next->issuer, &first->issuer, sizeof(first->issuer)))
                break;
        }
        if (before == NULL ||
            memcmp(&before->issuer, &first->issuer, sizeof(first->issuer)))
            scan->issuer_count++;
        chain_read(scan, at, end);
        before = first;
    }
}

/* Zeroed room for count items, at least one. */
static void *chain_room(const seigr_lineage *lineage, uint32_t count,
                        size_t item_len)
{
    return seigr__alloc_zero(&lineage->context, count == 0 ? 1 : count,
                             item_len);
}

int seigr__lineage_find_chains(seigr_lineage *lineage)
{
    struct lineage_answers *answers = &lineage->answers;
    struct chain_scan scan = {.lineage = lineage};

    chain_scan_all(&scan);
    answers->chains =
        chain_room(lineage, scan.chain_count, sizeof(*answers->chains));
    answers->ranges =
        chain_room(lineage, scan.range_count, sizeof(*answers->ranges));
    answers->gaps = chain_room(lineage, scan.gap_count, sizeof(*answers->gaps));
    answers->forks =
        chain_room(lineage, scan.fork_count, sizeof(*answers->forks));
    if (answers->chains == NULL || answers->ranges == NULL ||
        answers->gaps == NULL || answers->forks == NULL)
        return SEIGR_E_NOMEM;
    answers->chain_count = scan.chain_count;
    answers->range_count = scan.range_count;
    answers->gap_count = scan.gap_count;
    answers->fork_count = scan.fork_count;
    answers->issuer_count = scan.issuer_count;
    scan = (struct chain_scan){.lineage = lineage, .out = answers};
    chain_scan_all(&scan);
    assert(scan.gap_count == answers->gap_count);
    assert(scan.fork_count == answers->fork_count);
    return 0;
}
