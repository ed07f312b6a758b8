/* SPDX-License-Identifier: MIT */
/*
 * lineage_walk.c - reading a settled lineage: capsules, links, gaps, chains,
 * forks; ancestors, descendants, paths.
 *
 * No walk recurses or allocates: each capsule is taken up once, in room that
 * settling made. A walk marks with its own number, so that nothing needs to
 * be wiped between walks.
 */
#include "lineage_graph.h" /* struct lineage_answers */

#include <assert.h> /* assert */
#include <string.h> /* memset */

/* --- Reading --------------------------------------------------------- */

/* 1 where answers are there and index is a position. */
static int walk_is_position(const seigr_lineage *lineage, uint32_t index)
{
    return lineage != NULL && lineage->answers.settled &&
           index < lineage->capsule_count;
}

int seigr_lineage_at(const seigr_lineage *lineage, uint32_t index,
                     seigr_lineage_capsule *out)
{
    const struct lineage_capsule *at;
    const uint32_t *first;

    if (!walk_is_position(lineage, index) || out == NULL)
        return SEIGR_E_NOTFOUND;
    at = &lineage->capsules[lineage->answers.order[index]];
    first = lineage->answers.child_first + at->point;
    *out = (seigr_lineage_capsule){
        .id = lineage->points[at->point].id,
        .issuer = at->issuer,
        .stream = at->stream,
        .sequence = at->sequence,
        .created_ms = at->created_ms,
        .kind = at->kind,
        .link_count = at->edge_count,
        .child_count = first[1] - first[0],
    };
    if (at->name_len > 0)
        out->name = (seigr_span){lineage->names + at->name_at, at->name_len};
    return 0;
}

int seigr_lineage_find(const seigr_lineage *lineage, const seigr_id *id,
                       uint32_t *index_out)
{
    uint32_t point;

    if (lineage == NULL || !lineage->answers.settled || id == NULL ||
        index_out == NULL)
        return SEIGR_E_NOTFOUND;
    point = seigr__lineage_point(lineage, id);
    if (point == LINEAGE_NONE || lineage->points[point].capsule == LINEAGE_NONE)
        return SEIGR_E_NOTFOUND;
    *index_out = lineage->answers.position[lineage->points[point].capsule];
    return 0;
}

int seigr_lineage_link_at(const seigr_lineage *lineage, uint32_t index,
                          uint32_t number, seigr_lineage_link *out)
{
    const struct lineage_capsule *at;
    const struct lineage_edge *edge;
    uint32_t target;

    if (!walk_is_position(lineage, index) || out == NULL)
        return SEIGR_E_NOTFOUND;
    at = &lineage->capsules[lineage->answers.order[index]];
    if (number >= at->edge_count)
        return SEIGR_E_NOTFOUND;
    edge = &lineage->edges[at->edge_first + number];
    target = lineage->points[edge->to].capsule;
    out->id = lineage->points[edge->to].id;
    out->role = edge->role;
    out->index = target == LINEAGE_NONE ? SEIGR_LINEAGE_ABSENT
                                        : lineage->answers.position[target];
    return 0;
}

int seigr_lineage_child_at(const seigr_lineage *lineage, uint32_t index,
                           uint32_t number, uint32_t *index_out)
{
    const struct lineage_answers *answers;
    const uint32_t *first;

    if (!walk_is_position(lineage, index) || index_out == NULL)
        return SEIGR_E_NOTFOUND;
    answers = &lineage->answers;
    first =
        answers->child_first + lineage->capsules[answers->order[index]].point;
    if (number >= first[1] - first[0])
        return SEIGR_E_NOTFOUND;
    *index_out = answers->position[answers->child[first[0] + number]];
    return 0;
}

uint32_t seigr_lineage_gap_count(const seigr_lineage *lineage)
{
    return lineage == NULL ? 0 : lineage->answers.gap_count;
}

int seigr_lineage_gap_at(const seigr_lineage *lineage, uint32_t number,
                         seigr_lineage_gap *out)
{
    const struct lineage_gap *gap;
    const struct lineage_capsule *at;

    if (number >= seigr_lineage_gap_count(lineage) || out == NULL)
        return SEIGR_E_NOTFOUND;
    gap = &lineage->answers.gaps[number];
    at = &lineage->capsules[gap->capsule];
    *out = (seigr_lineage_gap){
        .type = gap->type,
        .from = lineage->answers.position[gap->capsule],
        .has_id = gap->edge != LINEAGE_NONE,
    };
    if (out->has_id) {
        out->id = lineage->points[lineage->edges[gap->edge].to].id;
        out->role = lineage->edges[gap->edge].role;
    }
    if (gap->type != SEIGR_GAP_LINK) {
        out->issuer = at->issuer;
        out->stream = at->stream;
        out->sequence_first = gap->first;
        out->sequence_last = at->sequence - 1;
    }
    return 0;
}

uint32_t seigr_lineage_chain_count(const seigr_lineage *lineage)
{
    return lineage == NULL ? 0 : lineage->answers.chain_count;
}

int seigr_lineage_chain_at(const seigr_lineage *lineage, uint32_t number,
                           seigr_lineage_chain *out)
{
    const struct lineage_answers *answers;
    const struct lineage_chain *chain;
    const struct lineage_capsule *first;

    if (number >= seigr_lineage_chain_count(lineage) || out == NULL)
        return SEIGR_E_NOTFOUND;
    answers = &lineage->answers;
    chain = &answers->chains[number];
    assert(chain->count > 0 && chain->range_count > 0);
    first = &lineage->capsules[answers->by_chain[chain->at]];
    *out = (seigr_lineage_chain){
        .issuer = first->issuer,
        .stream = first->stream,
        .sequence_first = answers->ranges[chain->range_first].first,
        .sequence_last =
            answers->ranges[chain->range_first + chain->range_count - 1].last,
        .capsule_count = chain->count,
        .range_count = chain->range_count,
        .fork_count = chain->fork_count,
    };
    return 0;
}

int seigr_lineage_range_at(const seigr_lineage *lineage, uint32_t chain,
                           uint32_t number, uint64_t *first_out,
                           uint64_t *last_out)
{
    const struct lineage_range *range;

    if (chain >= seigr_lineage_chain_count(lineage) ||
        number >= lineage->answers.chains[chain].range_count ||
        first_out == NULL || last_out == NULL)
        return SEIGR_E_NOTFOUND;
    range = &lineage->answers
                 .ranges[lineage->answers.chains[chain].range_first + number];
    *first_out = range->first;
    *last_out = range->last;
    return 0;
}

uint32_t seigr_lineage_fork_count(const seigr_lineage *lineage)
{
    return lineage == NULL ? 0 : lineage->answers.fork_count;
}

int seigr_lineage_fork_at(const seigr_lineage *lineage, uint32_t number,
                          seigr_lineage_fork *out)
{
    const struct lineage_fork *fork;

    if (number >= seigr_lineage_fork_count(lineage) || out == NULL)
        return SEIGR_E_NOTFOUND;
    fork = &lineage->answers.forks[number];
    *out = (seigr_lineage_fork){
        .type = fork->type,
        .first = lineage->answers.position[fork->first],
        .second = lineage->answers.position[fork->second],
    };
    return 0;
}

/* --- Walking --------------------------------------------------------- */

/* A number that no mark has. */
static uint32_t walk_begin(seigr_lineage *lineage)
{
    struct lineage_answers *answers = &lineage->answers;

    assert(answers->settled);
    if (answers->walk == UINT32_MAX) {
        memset(answers->marks, 0,
               lineage->capsule_count * sizeof(*answers->marks));
        answers->walk = 0;
    }
    return ++answers->walk;
}

/* Put a capsule on the heap unless this walk saw it. Ancestors come highest
 * position first, so their places are turned over (0 to UINT32_MAX). */
static void walk_push(struct lineage_answers *answers, uint32_t capsule,
                      uint32_t flip, uint32_t *heap_count)
{
    assert(capsule == LINEAGE_NONE || answers->marks != NULL);
    if (capsule == LINEAGE_NONE || answers->marks[capsule] == answers->walk)
        return;
    answers->marks[capsule] = answers->walk;
    seigr__lineage_heap_push(answers->queue, heap_count,
                             answers->position[capsule] ^ flip);
}

static void walk_push_parents(seigr_lineage *lineage, uint32_t capsule,
                              uint32_t *heap_count)
{
    const struct lineage_capsule *at = &lineage->capsules[capsule];

    assert(capsule < lineage->capsule_count);
    for (uint32_t e = 0; e < at->edge_count; e++)
        walk_push(&lineage->answers,
                  lineage_target(lineage, at->edge_first + e), UINT32_MAX,
                  heap_count);
}

static void walk_push_children(seigr_lineage *lineage, uint32_t capsule,
                               uint32_t *heap_count)
{
    struct lineage_answers *answers = &lineage->answers;
    uint32_t point = lineage->capsules[capsule].point;

    assert(capsule < lineage->capsule_count);
    for (uint32_t c = answers->child_first[point];
         c < answers->child_first[point + 1]; c++)
        walk_push(answers, answers->child[c], 0, heap_count);
}

static void walk_reverse(uint32_t *items, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        uint32_t swap = items[i];

        items[i] = items[count - 1 - i];
        items[count - 1 - i] = swap;
    }
}

/* Everything reached from a capsule by one kind of step, in one order. */
static int walk_all(seigr_lineage *lineage, uint32_t index, uint32_t flip,
                    void (*step)(seigr_lineage *, uint32_t, uint32_t *),
                    uint32_t *out, size_t room, size_t *count_out)
{
    struct lineage_answers *answers;
    uint32_t heap_count = 0;
    size_t count = 0;

    if (count_out == NULL || (out == NULL && room != 0))
        return SEIGR_E_INVAL;
    if (!walk_is_position(lineage, index))
        return SEIGR_E_NOTFOUND;
    answers = &lineage->answers;
    answers->marks[answers->order[index]] = walk_begin(lineage);
    step(lineage, answers->order[index], &heap_count);
    while (heap_count > 0) {
        uint32_t position =
            seigr__lineage_heap_pop(answers->queue, &heap_count) ^ flip;

        if (count < room)
            out[count] = position;
        count++;
        step(lineage, answers->order[position], &heap_count);
    }
    *count_out = count;
    if (count > room)
        return SEIGR_E_ROOM;
    if (flip != 0)
        walk_reverse(out, count);
    return 0;
}

int seigr_lineage_ancestors(seigr_lineage *lineage, uint32_t index,
                            uint32_t *out, size_t room, size_t *count_out)
{
    return walk_all(lineage, index, UINT32_MAX, walk_push_parents, out, room,
                    count_out);
}

int seigr_lineage_descendants(seigr_lineage *lineage, uint32_t index,
                              uint32_t *out, size_t room, size_t *count_out)
{
    return walk_all(lineage, index, 0, walk_push_children, out, room,
                    count_out);
}

/* Breadth first from one capsule until another is reached. The way there is
 * in via_*. Returns 1 if it was reached. */
static int walk_search(seigr_lineage *lineage, uint32_t from, uint32_t to)
{
    struct lineage_answers *answers = &lineage->answers;
    uint32_t walk = walk_begin(lineage);
    uint32_t head = 0;
    uint32_t tail = 0;

    assert(from < lineage->capsule_count && to < lineage->capsule_count);
    answers->marks[from] = walk;
    answers->queue[tail++] = from;
    while (head < tail && answers->marks[to] != walk) {
        uint32_t capsule = answers->queue[head++];
        const struct lineage_capsule *at = &lineage->capsules[capsule];

        for (uint32_t e = at->edge_first; e < at->edge_first + at->edge_count;
             e++) {
            uint32_t target = lineage_target(lineage, e);

            if (target == LINEAGE_NONE || answers->marks[target] == walk)
                continue;
            answers->marks[target] = walk;
            answers->via_capsule[target] = capsule;
            answers->via_edge[target] = e;
            answers->queue[tail++] = target;
        }
    }
    return answers->marks[to] == walk;
}

int seigr_lineage_path(seigr_lineage *lineage, uint32_t from, uint32_t to,
                       seigr_lineage_step *out, size_t room, size_t *count_out)
{
    const struct lineage_answers *answers;
    uint32_t capsule;
    size_t count = 1;

    if (count_out == NULL || (out == NULL && room != 0))
        return SEIGR_E_INVAL;
    if (!walk_is_position(lineage, from) || !walk_is_position(lineage, to))
        return SEIGR_E_NOTFOUND;
    answers = &lineage->answers;
    from = answers->order[from];
    to = answers->order[to];
    if (!walk_search(lineage, from, to))
        return SEIGR_E_NOTFOUND;
    for (capsule = to; capsule != from; capsule = answers->via_capsule[capsule])
        count++;
    *count_out = count;
    if (count > room)
        return SEIGR_E_ROOM;
    for (capsule = to; capsule != from;
         capsule = answers->via_capsule[capsule]) {
        out[--count].index = answers->position[capsule];
        out[count].role = lineage->edges[answers->via_edge[capsule]].role;
    }
    assert(count == 1);
    out[0].index = answers->position[from];
    out[0].role = SEIGR_LINEAGE_PREVIOUS;
    return 0;
}
