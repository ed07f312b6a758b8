/* SPDX-License-Identifier: MIT */
/*
 * trust_settle.c - what follows from the capsules that are there: what was
 * seen when, which of them count, forks, first words, who follows whom.
 */
#include "trust_set.h" /* struct seigr_trust */

#include "seigr/sys/crypto.h" /* verify */
#include "statement_fields.h" /* seigr__identity_read */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static int settle_same(const void *a, const void *b)
{
    return memcmp(a, b, 32) == 0;
}

/* --- What was seen when ------------------------------------------------- */

/* Note a witness; 1 where the record's ancestors may not know of it. Times
 * ascend, so that two notes of different keys say all: whoever issued the
 * capsule, one of the two is not its issuer. */
static int settle_note_seen(struct seigr__trust_record *r,
                            const seigr_public_key *witness, uint64_t at_ms)
{
    if (r->first == NULL) {
        r->first = witness;
        r->first_ms = at_ms;
        return 1;
    }
    if (r->second_ms != SEIGR__TRUST_NEVER || settle_same(r->first, witness))
        return 0;
    r->second_ms = at_ms;
    return 1;
}

static void settle_walk_seen(seigr_trust *trust,
                             const seigr_public_key *witness, uint64_t at_ms,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (settle_note_seen(&trust->records[trust->queue[i]], witness, at_ms))
            seigr__trust_walk_parents(trust, trust->queue[i], &count);
}

/* A checkpoint proved that a capsule was there. */
static void settle_seen_proof(seigr_trust *trust,
                              const struct seigr__trust_seen *seen)
{
    uint32_t queued = 0;

    if ((seigr__trust_anchor_scope(trust, &seen->witness) & SEIGR_SCOPE_TIME) ==
        0)
        return;
    seigr__trust_walk_begin(trust);
    seigr__trust_walk_put(trust, seigr__trust_find(trust, seen->id.bytes),
                          &queued);
    settle_walk_seen(trust, &seen->witness, seen->at_ms, queued);
}

/* An anchor's capsule had seen what it names, and all that names. */
static void settle_seen_link(seigr_trust *trust, uint32_t at)
{
    const struct seigr__trust_record *r = &trust->records[at];
    uint32_t queued = 0;

    seigr__trust_walk_begin(trust);
    seigr__trust_walk_parents(trust, at, &queued);
    settle_walk_seen(trust, &r->issuer, r->created_ms, queued);
}

/* Capsules of anchors with scope time that state one, and proofs: earliest
 * first. */
static void settle_seen(seigr_trust *trust)
{
    uint32_t *order = trust->by_about; /* not in use yet */
    uint32_t count = 0;
    uint32_t k = 0;

    for (uint32_t i = 0; i < trust->world_count; i++) {
        const struct seigr__trust_record *r = &trust->records[trust->by_id[i]];

        if (r->created_ms != 0 &&
            (seigr__trust_anchor_scope(trust, &r->issuer) & SEIGR_SCOPE_TIME))
            order[count++] = trust->by_id[i];
    }
    seigr__trust_sort(trust, order, count, seigr__trust_by_time);
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t at_ms = trust->records[order[i]].created_ms;

        for (; k < trust->seen_count && trust->seen[k].at_ms <= at_ms; k++)
            settle_seen_proof(trust, &trust->seen[k]);
        settle_seen_link(trust, order[i]);
    }
    for (; k < trust->seen_count; k++)
        settle_seen_proof(trust, &trust->seen[k]);
    for (uint32_t i = 0; i < trust->world_count; i++) {
        struct seigr__trust_record *r = &trust->records[trust->by_id[i]];

        r->seen_ms = r->first != NULL && settle_same(r->first, &r->issuer)
                         ? r->second_ms
                         : r->first_ms;
    }
}

/* --- Which count -------------------------------------------------------- */

/* All records by ID, each ID once. */
static void settle_ids(seigr_trust *trust)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < trust->record_count; i++) {
        trust->records[i].flags &= SEIGR__TRUST_RETIRES;
        trust->records[i].seen_ms = SEIGR__TRUST_NEVER;
        trust->records[i].first_ms = SEIGR__TRUST_NEVER;
        trust->records[i].second_ms = SEIGR__TRUST_NEVER;
        trust->records[i].first = NULL;
        trust->by_id[i] = i;
    }
    seigr__trust_sort(trust, trust->by_id, trust->record_count,
                      seigr__trust_by_id);
    for (uint32_t i = 0; i < trust->record_count; i++) {
        const uint32_t at = trust->by_id[i];

        if (kept > 0 && settle_same(&trust->records[trust->by_id[kept - 1]].id,
                                    &trust->records[at].id))
            continue;
        trust->by_id[kept++] = at;
    }
    trust->world_count = kept;
}

/* Leave what nobody had seen by then; fill the other orders. */
static void settle_world(seigr_trust *trust, uint64_t as_of_ms)
{
    uint32_t kept = 0;

    trust->about_count = 0;
    trust->clock_ms = 0;
    for (uint32_t i = 0; i < trust->world_count; i++) {
        const uint32_t at = trust->by_id[i];
        struct seigr__trust_record *r = &trust->records[at];
        const int is_clock = (seigr__trust_anchor_scope(trust, &r->issuer) &
                              SEIGR_SCOPE_TIME) != 0;

        if (is_clock && r->created_ms > trust->clock_ms &&
            (as_of_ms == 0 || r->created_ms <= as_of_ms))
            trust->clock_ms = r->created_ms;
        if (as_of_ms != 0 && r->seen_ms > as_of_ms)
            continue;
        r->flags |= SEIGR__TRUST_WORLD;
        trust->by_id[kept] = at;
        trust->by_issuer[kept++] = at;
        if (r->about != NULL)
            trust->by_about[trust->about_count++] = at;
    }
    trust->world_count = kept;
}

/* --- Forks -------------------------------------------------------------- */

/* Does b prove a fork, standing after a in its stream? */
static int settle_is_fork(const struct seigr__trust_record *a,
                          const struct seigr__trust_record *b)
{
    if (a->sequence == b->sequence)
        return 1;
    return a->sequence + 1 == b->sequence && !settle_same(&b->previous, &a->id);
}

/* Does it name as previous what stands elsewhere? */
static int settle_is_astray(seigr_trust *trust,
                            const struct seigr__trust_record *r)
{
    uint32_t at;
    const struct seigr__trust_record *before;

    if (!r->has_previous)
        return 0;
    at = seigr__trust_find(trust, r->previous.bytes);
    if (at == SEIGR__TRUST_NONE)
        return 0;
    before = &trust->records[at];
    return !settle_same(&before->issuer, &r->issuer) ||
           before->stream != r->stream || before->sequence + 1 != r->sequence;
}

/* by_issuer in the order of chains, from first to end one stream. Returns
 * the lowest sequence that is in doubt, or NEVER. */
static uint64_t settle_stream(seigr_trust *trust, uint32_t first, uint32_t end)
{
    uint64_t fork = SEIGR__TRUST_NEVER;

    for (uint32_t i = first; i < end; i++) {
        const struct seigr__trust_record *r =
            &trust->records[trust->by_issuer[i]];
        const struct seigr__trust_record *before =
            i > first ? &trust->records[trust->by_issuer[i - 1]] : NULL;

        if (before != NULL && settle_is_fork(before, r) &&
            before->sequence < fork)
            fork = before->sequence;
        if (settle_is_astray(trust, r) && r->sequence < fork)
            fork = r->sequence;
    }
    for (uint32_t i = first; fork != SEIGR__TRUST_NEVER && i < end; i++) {
        struct seigr__trust_record *r = &trust->records[trust->by_issuer[i]];

        r->flags |=
            r->sequence >= fork ? SEIGR__TRUST_FORKED : SEIGR__TRUST_BEFORE;
    }
    return fork;
}

static void settle_forks(seigr_trust *trust)
{
    const uint32_t *order = trust->by_issuer;
    uint32_t key = 0;    /* where the issuer's records begin */
    uint32_t stream = 0; /* and those of the stream */
    int is_split = 0;

    seigr__trust_sort(trust, trust->by_issuer, trust->world_count,
                      seigr__trust_by_chain);
    for (uint32_t i = 1; i <= trust->world_count; i++) {
        const struct seigr__trust_record *a = &trust->records[order[i - 1]];
        const struct seigr__trust_record *b =
            i < trust->world_count ? &trust->records[order[i]] : NULL;
        const int same_key = b != NULL && settle_same(&a->issuer, &b->issuer);

        if (same_key && a->stream == b->stream)
            continue;
        is_split |= settle_stream(trust, stream, i) != SEIGR__TRUST_NEVER;
        stream = i;
        if (same_key)
            continue;
        for (uint32_t k = key; is_split && k < i; k++)
            trust->records[order[k]].flags |= SEIGR__TRUST_SPLIT;
        key = i;
        is_split = 0;
    }
}

/* --- First words -------------------------------------------------------- */

/* In one stream, is a behind b? */
static int settle_is_later(const struct seigr__trust_record *a,
                           const struct seigr__trust_record *b)
{
    return a->stream == b->stream && a->sequence > b->sequence;
}

/* Of words of one key, first to end of by_issuer, by stream and sequence:
 * the one that counts, or NONE. */
static uint32_t settle_first_of(const seigr_trust *trust, uint32_t first,
                                uint32_t end)
{
    const uint32_t *order = trust->by_issuer;
    const struct seigr__trust_record *lead = NULL;
    uint32_t best = SEIGR__TRUST_NONE;
    int is_tie = 0;

    for (uint32_t i = first; i < end; i++) {
        const struct seigr__trust_record *r = &trust->records[order[i]];

        if (r->flags & SEIGR__TRUST_RETIRES)
            continue;
        if (lead == NULL) {
            lead = r;
            best = order[i];
            continue;
        }
        if ((lead->stream == 0 && r->stream != 0) || settle_is_later(r, lead) ||
            settle_is_later(r, &trust->records[best]))
            continue;
        is_tie |= r->seen_ms == trust->records[best].seen_ms;
        if (r->seen_ms < trust->records[best].seen_ms) {
            best = order[i];
            is_tie = 0;
        }
    }
    return is_tie ? SEIGR__TRUST_NONE : best;
}

static void settle_first_words(seigr_trust *trust)
{
    uint32_t i = 0;

    while (i < trust->world_count) {
        const struct seigr__trust_record *r =
            &trust->records[trust->by_issuer[i]];
        uint32_t end = i + 1;
        uint32_t first;

        if (r->kind != SEIGR_KIND_IDENTITY) {
            i++;
            continue;
        }
        while (end < trust->world_count &&
               trust->records[trust->by_issuer[end]].kind == r->kind &&
               settle_same(&trust->records[trust->by_issuer[end]].issuer,
                           &r->issuer))
            end++;
        first = settle_first_of(trust, i, end);
        if (first != SEIGR__TRUST_NONE)
            trust->records[first].flags |= SEIGR__TRUST_FIRST;
        i = end;
    }
}

/* --- Who follows whom --------------------------------------------------- */

/* Approvals that verify, by recovery keys that the first word names. */
static uint32_t settle_approvals(const seigr_trust *trust,
                                 const seigr_identity *word,
                                 const seigr_public_key *key,
                                 const seigr_identity *before)
{
    const seigr_crypto *crypto = trust->context.crypto;
    uint8_t message[SEIGR__APPROVAL_LEN];
    uint32_t count = 0;

    seigr__approval_message(&word->previous, key, message);
    for (size_t at = 0; at < word->approvals.len;
         at += SEIGR_STATEMENT_APPROVAL_LEN) {
        const uint8_t *approval = word->approvals.ptr + at;

        if (seigr_set_has(before->recovery_keys, approval) &&
            crypto->ed25519_verify(approval + 32, message, sizeof(message),
                                   approval, crypto->ctx) == 0)
            count++;
    }
    return count;
}

/* Does the first word of a key make it follow another, and how? */
static uint32_t settle_succession(seigr_trust *trust, uint32_t at)
{
    const struct seigr__trust_record *r = &trust->records[at];
    seigr_identity word = SEIGR_IDENTITY_INIT;
    seigr_identity before = SEIGR_IDENTITY_INIT;
    uint32_t first;
    seigr_hash hash;

    if (r->about == NULL || settle_same(r->about, &r->issuer))
        return 0;
    if (seigr__identity_read(r->detail, &word, NULL) != 0)
        return 0;
    first = seigr__trust_first_word(trust, &word.previous);
    if (first == SEIGR__TRUST_NONE ||
        seigr__identity_read(trust->records[first].detail, &before, NULL) != 0)
        return 0;
    if (before.recovery_threshold > 0 &&
        settle_approvals(trust, &word, &r->issuer, &before) >=
            before.recovery_threshold)
        return SEIGR__TRUST_RECOVERS;
    seigr_sha256(&trust->context, (seigr_span){r->issuer.bytes, 32}, &hash);
    if (before.has_next && settle_same(&hash, &before.next))
        return SEIGR__TRUST_ROTATES;
    return 0;
}

/* Of the keys that could follow one, from first to end of by_about: one
 * recovery, or else the rotation where no recovery is. */
static void settle_follower(seigr_trust *trust, uint32_t first, uint32_t end)
{
    uint32_t recoveries = 0;
    uint32_t best = SEIGR__TRUST_NONE;

    for (uint32_t i = first; i < end; i++) {
        struct seigr__trust_record *r = &trust->records[trust->by_about[i]];

        if (r->flags & SEIGR__TRUST_RECOVERS) {
            recoveries++;
            best = trust->by_about[i];
        } else if ((r->flags & SEIGR__TRUST_ROTATES) && recoveries == 0) {
            best = trust->by_about[i];
        }
    }
    if (best != SEIGR__TRUST_NONE && recoveries <= 1)
        trust->records[best].flags |= SEIGR__TRUST_FOLLOWS;
}

static void settle_followers(seigr_trust *trust)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < trust->about_count; i++) {
        const uint32_t at = trust->by_about[i];

        if (trust->records[at].flags & SEIGR__TRUST_FIRST)
            trust->records[at].flags |= settle_succession(trust, at);
    }
    for (uint32_t i = 1; i <= trust->about_count; i++) {
        if (i < trust->about_count &&
            settle_same(trust->records[trust->by_about[first]].about,
                        trust->records[trust->by_about[i]].about))
            continue;
        settle_follower(trust, first, i);
        first = i;
    }
}

/* --- What is restricted ------------------------------------------------- */

/* Does this statement restrict what it is about? */
static int settle_restricts(const struct seigr__trust_record *r)
{
    return r->kind == SEIGR_KIND_REVOCATION ||
           (r->flags & (SEIGR__TRUST_ROTATES | SEIGR__TRUST_RECOVERS)) != 0;
}

/* Does a statement from a place of by_about on restrict this key or ID? */
static int settle_is_limited(const seigr_trust *trust, uint32_t from,
                             const uint8_t key[32])
{
    for (uint32_t k = from;
         k < trust->about_count &&
         settle_same(trust->records[trust->by_about[k]].about, key);
         k++)
        if (settle_restricts(&trust->records[trust->by_about[k]]))
            return 1;
    return 0;
}

/* Mark those of an order whose key or ID a statement restricts: both orders
 * ascend, so one pass over each does. */
static void settle_limited(seigr_trust *trust, const uint32_t *order,
                           int is_issuer)
{
    const uint8_t *last = NULL;
    uint32_t about = 0;
    int is_limited = 0;

    for (uint32_t i = 0; i < trust->world_count; i++) {
        struct seigr__trust_record *r = &trust->records[order[i]];
        const uint8_t *key = is_issuer ? r->issuer.bytes : r->id.bytes;

        while (about < trust->about_count &&
               memcmp(trust->records[trust->by_about[about]].about, key, 32) <
                   0)
            about++;
        if (last == NULL || !settle_same(last, key))
            is_limited = settle_is_limited(trust, about, key);
        last = key;
        if (is_limited)
            r->flags |= SEIGR__TRUST_LIMITED;
    }
}

/* A retirement and a fork restrict all of their key. */
static void settle_limited_by_own(seigr_trust *trust)
{
    uint32_t first = 0;
    uint32_t own = 0;

    for (uint32_t i = 0; i < trust->world_count; i++) {
        struct seigr__trust_record *r = &trust->records[trust->by_issuer[i]];
        const int is_last =
            i + 1 == trust->world_count ||
            !settle_same(&r->issuer,
                         &trust->records[trust->by_issuer[i + 1]].issuer);

        own |= r->flags & (SEIGR__TRUST_RETIRES | SEIGR__TRUST_SPLIT);
        if (!is_last)
            continue;
        for (uint32_t k = first; own != 0 && k <= i; k++)
            trust->records[trust->by_issuer[k]].flags |= SEIGR__TRUST_LIMITED;
        first = i + 1;
        own = 0;
    }
}

void seigr_trust_settle(seigr_trust *trust, uint64_t as_of_ms)
{
    if (trust == NULL)
        return;
    trust->as_of_ms = as_of_ms;
    trust->web_scope = 0;
    settle_ids(trust);
    settle_seen(trust);
    settle_world(trust, as_of_ms);
    settle_forks(trust);
    seigr__trust_sort(trust, trust->by_issuer, trust->world_count,
                      seigr__trust_by_issuer);
    seigr__trust_sort(trust, trust->by_about, trust->about_count,
                      seigr__trust_by_about);
    settle_first_words(trust);
    settle_followers(trust);
    settle_limited(trust, trust->by_issuer, 1);
    settle_limited(trust, trust->by_id, 0);
    settle_limited_by_own(trust);
    trust->sets =
        seigr__trust_about(trust, seigr__trust_set_mark, SEIGR_KIND_REVOCATION);
    trust->cost = 0;
    trust->is_settled = 1;
}
