/* SPDX-License-Identifier: MIT */
/*
 * reputation.c - counts that fade, Wilson's bound, when to check.
 *
 * Invariants:
 *   (1) counts are at most REPUTATION_MAX, so that their products fit.
 */
#include "seigr/reputation.h" /* seigr_reputation */

#include <assert.h> /* assert */

#define REPUTATION_ONE ((uint64_t)65536)
#define REPUTATION_MAX (((uint64_t)1 << 31) - 1) /* 32,767 results */
#define REPUTATION_Z2 ((uint64_t)177327) /* 1.6449^2, 95 % of one side */

/* 2^(-1/2), 2^(-1/4) ... 2^(-1/64), in parts of 2^32. */
static const uint64_t reputation_roots[6] = {3037000500u, 3611622603u,
                                             3938502376u, 4112874773u,
                                             4202935003u, 4248703256u};

/* A count after some time. */
static uint64_t reputation_fade(uint64_t count, uint64_t passed_ms,
                                uint64_t half_life_ms)
{
    const uint64_t halves = passed_ms / half_life_ms;
    /* Sixty-fourths of a half-life that passed besides. */
    uint64_t left = half_life_ms < 64
                        ? passed_ms % half_life_ms * 64 / half_life_ms
                        : passed_ms % half_life_ms / (half_life_ms / 64);

    if (halves >= 32)
        return 0;
    count >>= halves;
    left = left > 63 ? 63 : left;
    for (unsigned i = 0; i < 6; i++)
        if (left & (32u >> i))
            count = count * reputation_roots[i] >> 32;
    return count;
}

static uint64_t reputation_add(uint64_t a, uint64_t b)
{
    return a + b > REPUTATION_MAX ? REPUTATION_MAX : a + b; /* (1) */
}

int seigr_reputation_note(seigr_reputation *reputation, uint32_t check,
                          uint64_t at_ms, uint64_t half_life_ms)
{
    uint64_t weight = REPUTATION_ONE;

    if (reputation == NULL || check < SEIGR_CHECK_GOOD ||
        check > SEIGR_CHECK_FALSE || reputation->good > REPUTATION_MAX ||
        reputation->bad > REPUTATION_MAX)
        return SEIGR_E_INVAL;
    if (at_ms > reputation->at_ms) {
        if (half_life_ms > 0) {
            const uint64_t passed = at_ms - reputation->at_ms;

            reputation->good =
                reputation_fade(reputation->good, passed, half_life_ms);
            reputation->bad =
                reputation_fade(reputation->bad, passed, half_life_ms);
        }
        reputation->at_ms = at_ms;
    } else if (half_life_ms > 0) {
        weight = reputation_fade(weight, reputation->at_ms - at_ms,
                                 half_life_ms); /* an older check */
    }
    if (check == SEIGR_CHECK_GOOD)
        reputation->good = reputation_add(reputation->good, weight);
    else
        reputation->bad = reputation_add(reputation->bad, weight);
    if (check == SEIGR_CHECK_FALSE)
        reputation->is_liar = 1;
    return 0;
}

/* The whole part of a root, bit by bit. */
static uint64_t reputation_root(uint64_t square)
{
    uint64_t root = 0;

    for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1)
        if ((root + bit) * (root + bit) <= square)
            root += bit;
    return root;
}

/*
 * With n checks of which f are bad, z^2 of the confidence, Wilson's bound is
 *     (f + z^2/2 + sqrt(z^2 (f - f^2/n + z^2/4))) / (n + z^2)
 */
uint32_t seigr_reputation_error_max(const seigr_reputation *reputation)
{
    uint64_t n;
    uint64_t f;
    uint64_t spread;
    uint64_t upper;

    if (reputation == NULL || reputation->is_liar ||
        reputation->good > REPUTATION_MAX || reputation->bad > REPUTATION_MAX)
        return SEIGR_REPUTATION_PPB;
    n = reputation->good + reputation->bad;
    f = reputation->bad;
    if (n == 0)
        return SEIGR_REPUTATION_PPB;
    spread = f - f * f / n + REPUTATION_Z2 / 4;
    upper = f + REPUTATION_Z2 / 2 + reputation_root(REPUTATION_Z2 * spread);
    if (upper >= n + REPUTATION_Z2)
        return SEIGR_REPUTATION_PPB;
    assert(upper < (uint64_t)1 << 33); /* times 10^9 fits */
    return (uint32_t)(upper * SEIGR_REPUTATION_PPB / (n + REPUTATION_Z2));
}

uint32_t seigr_replication_chance(const seigr_reputation *reputation,
                                  const seigr_replication *replication)
{
    uint64_t error;
    uint64_t share; /* of the error that is borne, in parts of 10^9 */
    uint64_t chance;

    if (reputation == NULL || replication == NULL)
        return 0;
    error = seigr_reputation_error_max(reputation);
    if (error >= replication->error_ppb)
        return SEIGR_REPUTATION_PPB;
    share = error * SEIGR_REPUTATION_PPB / replication->error_ppb;
    chance = share * share / SEIGR_REPUTATION_PPB;
    if (chance < replication->least_ppb)
        chance = replication->least_ppb;
    return (uint32_t)(chance > SEIGR_REPUTATION_PPB ? SEIGR_REPUTATION_PPB
                                                    : chance);
}
