/* SPDX-License-Identifier: MIT */
/*
 * sim.c - the world: time, the network, faults, and what must hold at the
 * end. docs/design/simulation.md names the invariants by number.
 *
 * A stream is modelled as TCP gives it: what is lost comes later, and after
 * some losses in a row the stream breaks. Pieces that come twice or out of
 * order are what a hostile middle does; a link must end there.
 */
#include "sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIM_STEP 0u
#define SIM_DELIVER 1u
#define SIM_FAULT 2u
#define SIM_TRIES_MAX 7u
#define SIM_EVENTS_MAX 4000000u

uint64_t sim_random(struct sim *sim, uint64_t limit)
{
    uint64_t z = (sim->random += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return limit == 0 ? z : z % limit;
}

void sim_trace(struct sim *sim, const char *format, ...)
{
    char *line = sim->lines[sim->line_count++ % 24];
    va_list args;
    int len;

    len = snprintf(line, 160, "%8llu ms  ", (unsigned long long)sim->now_ms);
    va_start(args, format);
    vsnprintf(line + len, (size_t)(160 - len), format, args);
    va_end(args);
    for (const char *at = line; *at != '\0'; at++)
        sim->trace = (sim->trace ^ (uint8_t)*at) * 0x100000001b3u;
    if (sim->is_loud)
        puts(line);
}

void sim_fail(struct sim *sim, const char *format, ...)
{
    va_list args;

    if (sim->failure[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(sim->failure, sizeof(sim->failure), format, args);
    va_end(args);
    sim_trace(sim, "FAILED %s", sim->failure);
}

seigr_now sim_now(const struct sim_node *node)
{
    const uint64_t now = node->sim->now_ms;

    return (seigr_now){now + 1, 1800000000000u + now + node->skew_ms};
}

int sim_is_honest(const struct sim *sim, uint32_t node)
{
    return sim->nodes[node].lies == 0;
}

/* --- events -----------------------------------------------------------------
 */

static int sim_before(const struct sim_event *a, const struct sim_event *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void sim_push(struct sim *sim, struct sim_event event)
{
    size_t at = sim->queue_len++;

    if (at == sim->queue_room) {
        sim->queue_room = sim->queue_room * 2 + 256;
        sim->queue =
            realloc(sim->queue, sim->queue_room * sizeof(sim->queue[0]));
        if (sim->queue == NULL)
            abort();
    }
    event.order = sim->order++;
    while (at > 0 && sim_before(&event, &sim->queue[(at - 1) / 2])) {
        sim->queue[at] = sim->queue[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    sim->queue[at] = event;
}

static struct sim_event sim_pop(struct sim *sim)
{
    const struct sim_event first = sim->queue[0];
    const struct sim_event last = sim->queue[--sim->queue_len];
    size_t at = 0;

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= sim->queue_len)
            break;
        if (child + 1 < sim->queue_len &&
            sim_before(&sim->queue[child + 1], &sim->queue[child]))
            child++;
        if (!sim_before(&sim->queue[child], &last))
            break;
        sim->queue[at] = sim->queue[child];
        at = child;
    }
    sim->queue[at] = last;
    return first;
}

void sim_step_at(struct sim *sim, struct sim_node *node, uint64_t at_ms)
{
    if (at_ms <= sim->now_ms)
        at_ms = sim->now_ms + 1;
    if (node->step_ms > sim->now_ms && node->step_ms <= at_ms)
        return;
    node->step_ms = at_ms;
    sim_push(sim, (struct sim_event){at_ms, 0, SIM_STEP, node->number, 0, 0,
                                     NULL, 0});
}

/* --- the network ------------------------------------------------------------
 */

const struct sim_fault *sim_fault_on(const struct sim *sim, uint32_t kind,
                                     uint32_t node)
{
    for (uint32_t i = 0; i < sim->fault_count; i++) {
        const struct sim_fault *f = &sim->faults[i];

        if (f->kind == kind && f->is_off == 0 && f->start_ms <= sim->now_ms &&
            sim->now_ms < f->end_ms && (node == UINT32_MAX || f->node == node))
            return f;
    }
    return NULL;
}

static int sim_is_cut(const struct sim *sim, uint32_t a, uint32_t b)
{
    const struct sim_fault *f = sim_fault_on(sim, SIM_PARTITION, UINT32_MAX);

    return f != NULL && (f->mask >> a & 1) != (f->mask >> b & 1);
}

static uint32_t sim_percent(const struct sim *sim, uint32_t kind)
{
    const struct sim_fault *f = sim_fault_on(sim, kind, UINT32_MAX);

    return f == NULL ? 0 : f->percent;
}

static void sim_push_piece(struct sim *sim, uint64_t at_ms, uint32_t conn,
                           uint32_t to, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len);

    if (copy == NULL)
        abort();
    memcpy(copy, bytes, len);
    sim_push(sim,
             (struct sim_event){at_ms, 0, SIM_DELIVER, conn, to, 0, copy, len});
}

void sim_send(struct sim *sim, uint32_t number, uint32_t side,
              const uint8_t *bytes, size_t len)
{
    struct sim_conn *conn = sim->conns[number];
    const uint32_t to = 1 - side;
    const uint32_t loss = sim_percent(sim, SIM_LOSS);
    uint64_t at = sim->now_ms + 1 + sim_random(sim, 50);

    for (uint32_t tries = 0; sim_random(sim, 100) < loss; tries++)
        at += 100u << (tries < 5 ? tries : 5);
    if (at < conn->last_ms[to])
        at = conn->last_ms[to];
    if (sim_random(sim, 100) < sim_percent(sim, SIM_SWAP)) {
        conn->is_spoilt = 1; /* what is sent next overtakes */
        sim_push_piece(sim, at + 300, number, to, bytes, len);
        return;
    }
    conn->last_ms[to] = at;
    sim_push_piece(sim, at, number, to, bytes, len);
    if (sim_random(sim, 100) < sim_percent(sim, SIM_TWICE)) {
        conn->is_spoilt = 1;
        sim_push_piece(sim, at, number, to, bytes, len);
    }
}

void sim_break(struct sim *sim, uint32_t number)
{
    if (sim->conns[number]->is_gone)
        return;
    sim->conns[number]->is_gone = 1;
    sim_conn_end(sim, number, 0);
    sim_conn_end(sim, number, 1);
}

static void sim_deliver(struct sim *sim, struct sim_event *event)
{
    struct sim_conn *conn = sim->conns[event->who];

    if (conn->is_gone) {
        free(event->bytes);
    } else if (sim_is_cut(sim, conn->node[0], conn->node[1])) {
        /* What follows waits behind it. */
        if (++event->tries > SIM_TRIES_MAX) {
            sim_trace(sim, "connection %u gives up", event->who);
            free(event->bytes);
            sim_break(sim, event->who);
            return;
        }
        event->at_ms = sim->now_ms + (100u << event->tries);
        conn->is_spoilt = 1; /* the order of what waits is not kept here */
        sim_push(sim, *event);
    } else {
        sim_node_take(sim, event->who, event->side,
                      (seigr_span){event->bytes, event->len});
        free(event->bytes);
    }
}

/* --- faults ------------------------------------------------------------------
 */

static void sim_fault_begins(struct sim *sim, struct sim_fault *f)
{
    static const char *const names[] = {"loss",  "partition", "crash", "kill",
                                        "break", "twice",     "swap",  "lies"};

    sim_trace(sim, "fault %s node %u %u%% until %llu", names[f->kind], f->node,
              f->percent, (unsigned long long)f->end_ms);
    if (f->kind == SIM_CRASH || f->kind == SIM_KILL)
        sim_node_stop(sim, &sim->nodes[f->node]);
    if (f->kind == SIM_KILL)
        sim->nodes[f->node].is_killed = 1;
    for (uint32_t i = 0; f->kind == SIM_BREAK && i < sim->conn_count; i++) {
        if (sim->conns[i]->node[0] == f->node ||
            sim->conns[i]->node[1] == f->node)
            sim_break(sim, i);
    }
}

static void sim_fault_ends(struct sim *sim, struct sim_fault *f)
{
    sim_trace(sim, "fault %u ends", (unsigned)(f - sim->faults));
    if (f->kind == SIM_CRASH && !sim->nodes[f->node].is_killed)
        sim_node_start(sim, &sim->nodes[f->node]);
}

static void sim_plan_fault(struct sim *sim, struct sim_fault *f)
{
    f->kind = (uint32_t)sim_random(sim, 8);
    f->node = (uint32_t)sim_random(sim, sim->node_count);
    f->percent = (uint32_t)sim_random(sim, f->kind == SIM_LOSS ? 31 : 5);
    f->mask = sim_random(sim, 0);
    f->start_ms = 3000 + sim_random(sim, SIM_HEAL_MS - 5000);
    f->end_ms = f->start_ms + 1000 + sim_random(sim, 15000);
    if (f->end_ms > SIM_HEAL_MS)
        f->end_ms = SIM_HEAL_MS;
    if (f->kind == SIM_LIES) {
        f->start_ms = 0;
        f->end_ms = SIM_HEAL_MS;
    }
}

static void sim_plan(struct sim *sim, uint64_t off)
{
    uint32_t liars = 0;

    sim->fault_count = (uint32_t)sim_random(sim, SIM_FAULTS_MAX + 1);
    for (uint32_t i = 0; i < sim->fault_count; i++) {
        struct sim_fault *f = &sim->faults[i];

        sim_plan_fault(sim, f);
        f->is_off = off >> i & 1;
        if (f->kind == SIM_LIES && (liars + 1) * 3 > sim->node_count)
            f->is_off = 1; /* a third at most */
        if (f->is_off)
            continue;
        if (f->kind == SIM_LIES && !sim->nodes[f->node].lies) {
            sim->nodes[f->node].lies = 1;
            liars++;
        }
        sim_push(sim, (struct sim_event){f->start_ms, 0, SIM_FAULT, i, 0, 0,
                                         NULL, 0});
        sim_push(sim,
                 (struct sim_event){f->end_ms, 0, SIM_FAULT, i, 1, 0, NULL, 0});
    }
}

/* --- the run
 * ------------------------------------------------------------------ */

/* Whom each node calls: the next honest one, so that liars never stand
 * between two halves, and two others. */
static void sim_plan_calls(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->node_count; i++) {
        struct sim_node *node = &sim->nodes[i];
        uint32_t next = i;

        do
            next = (next + 1) % sim->node_count;
        while (!sim_is_honest(sim, next) ||
               sim->nodes[next].is_killed); /* nobody is killed yet */
        for (uint32_t k = 0; k < 3; k++) {
            node->neighbours |= (uint64_t)1 << next;
            next = (uint32_t)sim_random(sim, sim->node_count);
        }
        node->neighbours &= ~((uint64_t)1 << i);
    }
}

/* Invariants 7 and 8: what all must agree on in the end. */
static void sim_check_end(struct sim *sim)
{
    int killed = 0;

    for (uint32_t i = 0; i < sim->node_count; i++)
        killed |= sim->nodes[i].is_killed != 0;
    for (uint32_t a = 0; a < sim->node_count; a++) {
        for (uint32_t b = 0; b < sim->node_count; b++) {
            seigr_member member = SEIGR_MEMBER_INIT;
            const struct sim_node *from = &sim->nodes[a];
            const struct sim_node *to = &sim->nodes[b];
            int alive;

            if (a == b || !from->is_up || !sim_is_honest(sim, a) ||
                !sim_is_honest(sim, b))
                continue;
            alive = seigr_members_find(from->members, &to->kid, &member) == 0 &&
                    member.state == SEIGR_MEMBER_ALIVE;
            if (to->is_up && !alive && !killed)
                sim_fail(sim, "7: in the end node %u does not see node %u", a,
                         b);
            if (!to->is_up && member.links > 0)
                sim_fail(sim, "8: in the end node %u has a link to the dead %u",
                         a, b);
        }
    }
}

static void sim_one(struct sim *sim)
{
    struct sim_event event = sim_pop(sim);

    sim->now_ms = event.at_ms;
    sim->event_count++;
    if (event.kind == SIM_DELIVER) {
        sim_deliver(sim, &event);
    } else if (event.kind == SIM_STEP) {
        if (sim->nodes[event.who].step_ms == event.at_ms)
            sim_node_step(sim, &sim->nodes[event.who]);
    } else if (event.side == 0) {
        sim_fault_begins(sim, &sim->faults[event.who]);
    } else {
        sim_fault_ends(sim, &sim->faults[event.who]);
    }
}

int sim_run(struct sim *sim, uint64_t seed, uint64_t off, int is_loud)
{
    memset(sim, 0, sizeof(*sim));
    sim->seed = seed;
    sim->random = seed;
    sim->trace = 0xcbf29ce484222325u;
    sim->is_loud = is_loud;
    /* Small worlds are more, so that many are run. */
    sim->node_count =
        5 + (uint32_t)(sim_random(sim, 10) == 0 ? sim_random(sim, 46)
                                                : sim_random(sim, 8));
    sim_plan(sim, off);
    for (uint32_t i = 0; i < sim->node_count; i++) {
        sim->nodes[i].number = i;
        sim->nodes[i].sim = sim;
        sim->nodes[i].skew_ms = sim_random(sim, 2 * SIM_SKEW_MS);
    }
    sim_plan_calls(sim);
    for (uint32_t i = 0; i < sim->node_count; i++)
        sim_node_start(sim, &sim->nodes[i]);
    while (sim->failure[0] == '\0' && sim->queue_len > 0 &&
           sim->queue[0].at_ms <= SIM_END_MS) {
        sim_one(sim);
        if (sim->event_count > SIM_EVENTS_MAX)
            sim_fail(sim, "6: the world does not come to rest");
    }
    if (sim->failure[0] == '\0')
        sim_check_end(sim);
    return sim->failure[0] == '\0';
}

void sim_free(struct sim *sim)
{
    for (uint32_t i = 0; i < sim->node_count; i++)
        seigr_members_free(sim->nodes[i].members);
    for (uint32_t i = 0; i < sim->conn_count; i++) {
        seigr_link_free(sim->conns[i]->link[0]);
        seigr_link_free(sim->conns[i]->link[1]);
        free(sim->conns[i]);
    }
    for (size_t i = 0; i < sim->queue_len; i++)
        free(sim->queue[i].bytes);
    free(sim->queue);
    memset(sim, 0, sizeof(*sim));
}
