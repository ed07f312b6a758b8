/* SPDX-License-Identifier: MIT */
/*
 * trust_standing.c - is what a key signed still good?
 *
 * Revocations, the end of a key, forks. Nothing here asks whether the signer
 * of what restricts was revoked since: trust_set.h (2).
 */
#include "trust_set.h" /* struct seigr_trust */

#include "statement_fields.h" /* seigr__revocation_read */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

struct seigr__trust_act seigr__trust_act_of(const seigr_trust *trust,
                                            uint32_t record)
{
    const struct seigr__trust_record *r = &trust->records[record];

    return (struct seigr__trust_act){&r->issuer, &r->id, r->seen_ms, r->flags,
                                     0};
}

/* May the issuer of a revocation revoke what a key signed? */
static int standing_may_revoke(seigr_trust *trust, uint32_t revocation,
                               const seigr_public_key *key)
{
    struct seigr__trust_line line;

    seigr__trust_line_of(trust, &trust->records[revocation].issuer, 1, &line);
    if (key != NULL && seigr__trust_line_find(&line, key) != SEIGR__TRUST_NONE)
        return 1;
    return seigr__trust_line_anchor(trust, &line, SEIGR_SCOPE_REVOKE) !=
           SEIGR__TRUST_NONE;
}

static int standing_is_covered(seigr_trust *trust, seigr_span last,
                               const struct seigr__trust_act *act)
{
    return act->id != NULL && last.len > 0 &&
           seigr__trust_is_covered(trust, last, act->id);
}

/* A view of a record's detail, which was read before. */
static seigr_revocation standing_revocation(const seigr_trust *trust,
                                            uint32_t record)
{
    seigr_revocation view = SEIGR_REVOCATION_INIT;
    const int err =
        seigr__revocation_read(trust->records[record].detail, &view, NULL);

    assert(err == 0);
    (void)err;
    return view;
}

static seigr_span standing_last(const seigr_trust *trust, uint32_t record)
{
    seigr_identity view = SEIGR_IDENTITY_INIT;
    const int err =
        seigr__identity_read(trust->records[record].detail, &view, NULL);

    assert(err == 0);
    (void)err;
    return view.last;
}

/* Revocations of the key, or of the capsule by itself. */
static int standing_is_revoked(seigr_trust *trust,
                               const struct seigr__trust_act *act,
                               const uint8_t about[32], uint32_t type,
                               uint32_t *by)
{
    const struct seigr__trust_range range =
        seigr__trust_about(trust, about, SEIGR_KIND_REVOCATION);

    for (uint32_t i = range.first; i < range.end; i++) {
        const uint32_t at = trust->by_about[i];
        const seigr_revocation view = standing_revocation(trust, at);

        trust->cost++;
        if (view.type != type || !standing_may_revoke(trust, at, act->key))
            continue;
        if (type == SEIGR_REVOKES_KEY &&
            standing_is_covered(trust, view.last, act))
            continue;
        *by = at;
        return 1;
    }
    return 0;
}

/* Sets of anchors name the key or the capsule. */
static int standing_is_in_set(seigr_trust *trust,
                              const struct seigr__trust_act *act, uint32_t *by)
{
    for (uint32_t i = trust->sets.first; i < trust->sets.end; i++) {
        const uint32_t at = trust->by_about[i];
        const seigr_revocation view = standing_revocation(trust, at);

        trust->cost++;
        if ((seigr_set_has(view.set, act->key->bytes) ||
             (act->id != NULL && seigr_set_has(view.set, act->id->bytes))) &&
            standing_may_revoke(trust, at, NULL)) {
            *by = at;
            return 1;
        }
    }
    return 0;
}

/* Was it good before its key ended by a word of its owner? */
static int standing_was_before(seigr_trust *trust, uint32_t word,
                               const struct seigr__trust_act *act)
{
    const uint64_t end_ms = trust->records[word].seen_ms;

    if (act->id != NULL && end_ms != SEIGR__TRUST_NEVER &&
        act->seen_ms < end_ms) /* at one time: nobody knows which was first */
        return 1;
    return standing_is_covered(trust, standing_last(trust, word), act);
}

/* The key's place was taken, or it said its last word. Its first word was
 * before that, by what a first word is. */
static uint32_t standing_ended(seigr_trust *trust,
                               const struct seigr__trust_act *act, uint32_t *by)
{
    struct seigr__trust_range range =
        seigr__trust_about(trust, act->key->bytes, SEIGR_KIND_IDENTITY);

    if (act->flags & SEIGR__TRUST_FIRST)
        return 0;
    for (uint32_t i = range.first; i < range.end; i++) {
        *by = trust->by_about[i];
        trust->cost++;
        if ((trust->records[*by].flags &
             (SEIGR__TRUST_ROTATES | SEIGR__TRUST_RECOVERS)) != 0 &&
            !standing_was_before(trust, *by, act))
            return SEIGR_WHY_ROTATED;
    }
    range = seigr__trust_issued(trust, act->key, SEIGR_KIND_IDENTITY);
    for (uint32_t i = range.first; i < range.end; i++) {
        *by = trust->by_issuer[i];
        trust->cost++;
        if ((trust->records[*by].flags & SEIGR__TRUST_RETIRES) != 0 &&
            !standing_was_before(trust, *by, act))
            return SEIGR_WHY_RETIRED;
    }
    return 0;
}

/* Does a word that ends the key name it among the last good ones? */
static int standing_is_named(seigr_trust *trust,
                             const struct seigr__trust_act *act)
{
    struct seigr__trust_range range =
        seigr__trust_about(trust, act->key->bytes, SEIGR_KIND_IDENTITY);

    for (uint32_t i = range.first; i < range.end; i++) {
        const uint32_t at = trust->by_about[i];

        if ((trust->records[at].flags &
             (SEIGR__TRUST_ROTATES | SEIGR__TRUST_RECOVERS)) != 0 &&
            standing_is_covered(trust, standing_last(trust, at), act))
            return 1;
    }
    range = seigr__trust_issued(trust, act->key, SEIGR_KIND_IDENTITY);
    for (uint32_t i = range.first; i < range.end; i++) {
        const uint32_t at = trust->by_issuer[i];

        if ((trust->records[at].flags & SEIGR__TRUST_RETIRES) != 0 &&
            standing_is_covered(trust, standing_last(trust, at), act))
            return 1;
    }
    return 0;
}

/* Of a key with a fork only what stands before it in its stream is good, or
 * what a word that ends the key names. */
static int standing_is_forked(seigr_trust *trust,
                              const struct seigr__trust_act *act)
{
    const uint32_t flags = act->flags;

    if ((flags & SEIGR__TRUST_SPLIT) == 0)
        return 0;
    if ((flags & (SEIGR__TRUST_BEFORE | SEIGR__TRUST_FORKED)) ==
        SEIGR__TRUST_BEFORE)
        return 0;
    return !standing_is_named(trust, act);
}

uint32_t seigr__trust_standing(seigr_trust *trust,
                               const struct seigr__trust_act *act, uint32_t *by)
{
    uint32_t why;

    *by = SEIGR__TRUST_NONE;
    if (standing_is_in_set(trust, act, by))
        return SEIGR_WHY_REVOKED;
    if ((act->flags & SEIGR__TRUST_LIMITED) == 0)
        return 0;
    if (standing_is_revoked(trust, act, act->key->bytes, SEIGR_REVOKES_KEY, by))
        return SEIGR_WHY_REVOKED;
    if (act->id != NULL && standing_is_revoked(trust, act, act->id->bytes,
                                               SEIGR_REVOKES_CAPSULE, by))
        return SEIGR_WHY_REVOKED;
    why = standing_ended(trust, act, by);
    if (why != 0)
        return why;
    *by = SEIGR__TRUST_NONE;
    return standing_is_forked(trust, act) ? SEIGR_WHY_FORKED : 0;
}
