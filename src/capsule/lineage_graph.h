/* SPDX-License-Identifier: MIT */
/*
 * lineage_graph.h - what the files of the lineage share.
 *
 *     points[]    every ID seen: of a capsule, or only named by one
 *       | .capsule                       ^ .point         ^ .to
 *       v                                |                |
 *     capsules[]  what was added --------+    edges[]  links, a capsule's
 *       | .edge_first, .edge_count ---------> together, previous first
 *
 * lineage_set.c fills these; lineage_settle.c works out the answers from
 * them; the other files only read. Everything that comes out is ordered by
 * IDs, never by when a capsule was added.
 */
#ifndef SEIGR_SRC_CAPSULE_LINEAGE_GRAPH_H
#define SEIGR_SRC_CAPSULE_LINEAGE_GRAPH_H

#include "seigr/lineage.h" /* the public types */

#define LINEAGE_NONE UINT32_MAX

struct lineage_point {
    seigr_id id;
    uint32_t capsule; /* LINEAGE_NONE: only named */
};

struct lineage_edge {
    uint32_t to;   /* a point */
    uint32_t role; /* SEIGR_LINEAGE_PREVIOUS or SEIGR_ROLE_* */
};

struct lineage_capsule {
    seigr_public_key issuer;
    uint64_t stream;
    uint64_t sequence;
    uint64_t created_ms;
    size_t name_at; /* in names */
    uint32_t name_len;
    uint32_t kind;
    uint32_t point;
    uint32_t edge_first;
    uint32_t edge_count;
    uint32_t has_previous; /* edge_first is the step to the previous one */
};

/* An open-addressing table of points; tag spares most looks at a point. */
struct lineage_slot {
    uint32_t tag;
    uint32_t point; /* LINEAGE_NONE: free */
};

struct lineage_gap {
    uint64_t first; /* SEQUENCE: the first missing one */
    uint32_t type;
    uint32_t capsule; /* that shows it */
    uint32_t edge;    /* to what is missing; LINEAGE_NONE: nobody names it */
    uint32_t chain;
};

struct lineage_fork {
    uint32_t type;
    uint32_t first; /* capsules */
    uint32_t second;
};

struct lineage_chain {
    uint32_t at; /* in by_chain */
    uint32_t count;
    uint32_t range_first; /* in ranges */
    uint32_t range_count;
    uint32_t fork_count;
};

struct lineage_range {
    uint64_t first;
    uint64_t last;
};

/* What settling works out; all NULL and 0 before. Indexes in it are of
 * capsules, not positions, unless it says so. */
struct lineage_answers {
    uint32_t *order;       /* by position */
    uint32_t *position;    /* of a capsule: the inverse of order */
    uint32_t *child_first; /* of a point, in child; one more at the end */
    uint32_t *child;       /* capsules that name it, ascending by ID */
    uint32_t *by_chain;    /* by issuer, stream, sequence, ID */
    struct lineage_chain *chains;
    struct lineage_range *ranges;
    struct lineage_gap *gaps;
    struct lineage_fork *forks;
    uint32_t *marks; /* of a capsule: the walk that last saw it */
    uint32_t *queue; /* room for every capsule once */
    uint32_t *via_capsule;
    uint32_t *via_edge;
    uint32_t chain_count;
    uint32_t range_count;
    uint32_t gap_count;
    uint32_t fork_count;
    uint32_t circle_count; /* capsules at the end of order that have none */
    uint32_t issuer_count;
    uint32_t walk; /* number of the last walk */
    uint32_t settled;
};

/* Capsules refused at the door, by property. */
struct lineage_refused {
    uint32_t count;
    uint32_t has_id;
    seigr_id id; /* the lowest that is known */
};

struct seigr_lineage {
    seigr_context context;
    seigr_lineage_options options;
    uint64_t key[2]; /* of the table */
    struct lineage_point *points;
    struct lineage_edge *edges;
    struct lineage_capsule *capsules;
    uint8_t *names;
    struct lineage_slot *slots;
    uint32_t point_count;
    uint32_t edge_count;
    uint32_t capsule_count;
    uint32_t slot_count; /* a power of two, or 0 */
    size_t name_count;   /* bytes */
    size_t point_room;   /* items that there is memory for */
    size_t edge_room;
    size_t capsule_room;
    size_t name_room;
    struct lineage_refused refused_bytes;
    struct lineage_refused refused_signature;
    struct lineage_answers answers;
};

/* --- lineage_set.c --- */

/* The point of an ID, or LINEAGE_NONE. */
uint32_t seigr__lineage_point(const seigr_lineage *lineage, const seigr_id *id);

/* --- lineage_settle.c --- */

/* Forget the answers. */
void seigr__lineage_unsettle(seigr_lineage *lineage);

/* --- lineage_chain.c --- */

/* Find chains, ranges, gaps and forks. by_chain and order are there. */
int seigr__lineage_find_chains(seigr_lineage *lineage);

/* --- lineage_sort.c --- */

struct lineage_item {
    uint64_t key;
    uint32_t index;
    uint32_t reserved;
};

/* Compare what two items of one key stand for; NULL where keys suffice. */
typedef int (*lineage_tie)(const seigr_lineage *lineage, uint32_t a,
                           uint32_t b);

/* Sort count items, stable; spare is as large and overwritten. */
void seigr__lineage_sort(const seigr_lineage *lineage,
                         struct lineage_item *items, struct lineage_item *spare,
                         uint32_t count, lineage_tie tie);

/* Big-endian, so that words compare as the bytes do. */
uint64_t seigr__lineage_word(const uint8_t bytes[8]);

/* --- lineage_heap.c --- */

/* A binary heap of numbers, the least on top, in room of the caller. */
void seigr__lineage_heap_push(uint32_t *heap, uint32_t *count, uint32_t value);
uint32_t seigr__lineage_heap_pop(uint32_t *heap, uint32_t *count);

/* --- small readings --- */

static inline const seigr_id *lineage_id(const seigr_lineage *lineage,
                                         uint32_t capsule)
{
    return &lineage->points[lineage->capsules[capsule].point].id;
}

/* The capsule that an edge leads to, or LINEAGE_NONE. */
static inline uint32_t lineage_target(const seigr_lineage *lineage,
                                      uint32_t edge)
{
    return lineage->points[lineage->edges[edge].to].capsule;
}

#endif
