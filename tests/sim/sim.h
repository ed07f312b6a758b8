/* SPDX-License-Identifier: MIT */
/*
 * sim.h - many nodes in one process: the real links and members, with a
 * virtual clock and a network that one seed decides.
 */
#ifndef SEIGR_TESTS_SIM_H
#define SEIGR_TESTS_SIM_H

#include "seigr/members.h"
#include "seigr/net.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_NODES_MAX 50u
#define SIM_CONNS_MAX 4096u
#define SIM_FAULTS_MAX 24u
#define SIM_SENT_MAX 1024u
#define SIM_HEAL_MS 40000u   /* no fault begins or goes on after it */
#define SIM_END_MS 70000u    /* 30 s later all must agree */
#define SIM_SKEW_MS 3600000u /* either way */

/* What goes wrong, from start_ms to end_ms. */
#define SIM_LOSS 0u      /* percent of what is sent is lost */
#define SIM_PARTITION 1u /* nodes of mask and the others do not hear */
#define SIM_CRASH 2u     /* node stops; it starts again at the end */
#define SIM_KILL 3u      /* node stops for good */
#define SIM_BREAK 4u     /* connections of node break */
#define SIM_TWICE 5u     /* percent of what is sent comes twice */
#define SIM_SWAP 6u      /* percent of what is sent overtakes */
#define SIM_LIES 7u      /* node lies */

struct sim_fault {
    uint32_t kind;
    uint32_t node;
    uint32_t percent;
    uint32_t is_off; /* taken out by the shrinker */
    uint64_t start_ms;
    uint64_t end_ms;
    uint64_t mask;
};

struct sim;

struct sim_node {
    struct sim *sim;
    seigr_context context;
    seigr_random random;
    seigr_link_key key;
    seigr_public_key kid;
    uint64_t skew_ms; /* of its Unix clock, SIM_SKEW_MS is right */
    seigr_members *members;
    uint64_t incarnation; /* the greatest of its own that was seen */
    uint64_t step_ms;     /* its next step is queued for then */
    uint32_t number;
    uint32_t is_up;
    uint32_t is_killed;
    uint32_t lies;       /* a liar from birth; it lies while a fault says so */
    uint64_t neighbours; /* whom it calls, a mask */
    uint64_t called_ms[SIM_NODES_MAX];
};

/* A stream between two nodes; side 0 opened it. */
struct sim_conn {
    uint32_t node[2];
    seigr_peer_link *link[2];
    uint32_t is_open[2]; /* the link is */
    uint32_t is_gone;    /* broken; both links are freed or will be */
    uint32_t is_spoilt;  /* the network changed what was sent */
    uint64_t last_ms[2]; /* the last piece to a side comes then */
    /* What was sent by a side and is to come, in order. */
    uint64_t sent[2][SIM_SENT_MAX];
    uint32_t sent_head[2];
    uint32_t sent_count[2];
};

struct sim_event {
    uint64_t at_ms;
    uint64_t order;
    uint32_t kind;
    uint32_t who; /* node or connection */
    uint32_t side;
    uint32_t tries;
    uint8_t *bytes;
    size_t len;
};

struct sim {
    uint64_t seed;
    uint64_t random;
    uint64_t now_ms;
    uint64_t order;
    uint64_t trace; /* hash of all that happened */
    uint64_t event_count;
    uint32_t node_count;
    uint32_t fault_count;
    uint32_t conn_count;
    int is_loud;
    struct sim_node nodes[SIM_NODES_MAX];
    struct sim_fault faults[SIM_FAULTS_MAX];
    struct sim_conn *conns[SIM_CONNS_MAX];
    struct sim_event *queue;
    size_t queue_len;
    size_t queue_room;
    char failure[256];   /* "": none */
    char lines[24][160]; /* the last of the trace */
    uint64_t line_count;
};

/* sim.c */
uint64_t sim_random(struct sim *sim, uint64_t limit);
void sim_trace(struct sim *sim, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_fail(struct sim *sim, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
seigr_now sim_now(const struct sim_node *node);
void sim_step_at(struct sim *sim, struct sim_node *node, uint64_t at_ms);
/* Send bytes of a side of a connection. */
void sim_send(struct sim *sim, uint32_t conn, uint32_t side,
              const uint8_t *bytes, size_t len);
/* The stream breaks: both sides learn. */
void sim_break(struct sim *sim, uint32_t conn);
/* Is a fault of a kind on, now, with that node (any: UINT32_MAX)? */
const struct sim_fault *sim_fault_on(const struct sim *sim, uint32_t kind,
                                     uint32_t node);
int sim_is_honest(const struct sim *sim, uint32_t node);
/* Run a seed. off: a mask of faults left out. Returns whether all held. */
int sim_run(struct sim *sim, uint64_t seed, uint64_t off, int is_loud);
void sim_free(struct sim *sim);

/* sim_node.c */
void sim_node_start(struct sim *sim, struct sim_node *node);
void sim_node_stop(struct sim *sim, struct sim_node *node);
void sim_node_step(struct sim *sim, struct sim_node *node);
void sim_node_call(struct sim *sim, struct sim_node *node);
void sim_node_take(struct sim *sim, uint32_t conn, uint32_t side,
                   seigr_span bytes);
void sim_conn_end(struct sim *sim, uint32_t conn, uint32_t side);

#endif
