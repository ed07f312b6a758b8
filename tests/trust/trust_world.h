/* SPDX-License-Identifier: MIT */
/*
 * trust_world.h - a case of trust_cases.json as capsules: people and
 * capsules are named by number there (tests/reference/trust.py).
 */
#ifndef SEIGR_TESTS_TRUST_WORLD_H
#define SEIGR_TESTS_TRUST_WORLD_H

#include "trust_help.h"

#include "seigr/trust.h"

#define WORLD_PEOPLE_MAX 24u
#define WORLD_CAPSULES_MAX 96u

typedef struct world {
    help_person people[WORLD_PEOPLE_MAX];
    seigr_verified capsules[WORLD_CAPSULES_MAX];
    size_t capsule_count;
    seigr_anchor anchors[8];
    size_t anchor_count;
    uint64_t as_of_ms;
    seigr_trust_options options;
} world;

/* Seal what a case lists. */
void world_build(world *w, const json_t *one);

/*
 * A settled set of the world's capsules in this order; NULL: as they were
 * made. It stays until the program ends.
 */
seigr_trust *world_trust(const world *w, const size_t *order);

/* A question of a case. Its parts stay until the program ends. */
seigr_question world_question(const world *w, const json_t *one);

/* Ask; returns the reason's name and, unless NULL, the answer. */
const char *world_ask(seigr_trust *trust, const seigr_question *question,
                      seigr_answer *answer);

#endif
