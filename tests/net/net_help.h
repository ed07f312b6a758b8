/* SPDX-License-Identifier: MIT */
/* Two ends of a link in one process, with a clock that the test turns. */
#ifndef SEIGR_TESTS_NET_HELP_H
#define SEIGR_TESTS_NET_HELP_H

#include "support.h"

#include "seigr/net.h"

#define NET_UNIX_MS ((uint64_t)1800000000000)

/* A context on libsodium whose randomness is a sequence from seed. */
typedef struct net_world {
    seigr_context context;
    support_memory memory;
    support_rng rng;
    seigr_random random;
    seigr_now now;
} net_world;

void net_world_init(net_world *world, uint64_t seed);

/* The identity of a number, and a link key that it vouches for. */
void net_identity(net_world *world, unsigned number, seigr_keypair *out);
seigr_link_key net_link_key(net_world *world, unsigned number,
                            uint64_t not_after_ms);

/* The two ends: 0 opened the stream. What came out and goes to the other. */
typedef struct net_pair {
    net_world *world;
    seigr_peer_link *link[2];
    int err[2];       /* what receive or take answered last */
    size_t opened[2]; /* events */
    size_t records[2];
    size_t closed[2];
    int32_t closed_code[2];
    size_t piece; /* bytes handed in at once; 0: all */
    /* Between the two; NULL: nothing is changed. from is the sender. */
    void (*tamper)(unsigned from, uint8_t *bytes, size_t *len, void *ctx);
    void *ctx;
    uint8_t last[2][4096]; /* the last record of each end, as it came */
    size_t last_len[2];
} net_pair;

/* Links of identities 1 and 2; NULL options: the defaults. */
void net_pair_init(net_pair *pair, net_world *world,
                   const seigr_link_options *first,
                   const seigr_link_options *second);
void net_pair_fini(net_pair *pair);

/* Carry bytes one way; returns how many. */
size_t net_pair_carry(net_pair *pair, unsigned from);

/* Hand bytes to an end as if they had come. */
void net_pair_deliver(net_pair *pair, unsigned to, seigr_span bytes);

/* Carry bytes both ways until there are none. */
void net_pair_run(net_pair *pair);

/* A record "have" with len bytes of IDs; borrowed from static zeros. */
seigr_record net_have(size_t len);

#endif
