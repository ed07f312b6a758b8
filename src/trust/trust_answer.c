/* SPDX-License-Identifier: MIT */
/*
 * trust_answer.c - the answer for people: the path, why, and what would
 * change it.
 */
#include "trust_set.h" /* struct seigr_trust */

#include "base/error.h"   /* seigr__format */
#include "seigr/crypto.h" /* seigr_did_key_encode */
#include "seigr/senary.h" /* seigr_address_short_id */

#include <assert.h> /* assert */
#include <string.h> /* memset */

#define ANSWER_TIME_LEN 24u

static const struct {
    uint32_t why;
    const char *name;
    const char *text;
    const char *change;
} answer_whys[] = {
    {SEIGR_WHY_ANCHOR, "anchor", "it is an anchor, or follows one",
     "to remove the anchor, or to revoke the key"},
    {SEIGR_WHY_GRANT, "grant", "a chain of grants leads to it",
     "to revoke a grant of the path, or its expiry"},
    {SEIGR_WHY_WEB, "web", "attestations give it enough weight",
     "to revoke an attestation of the path, or its expiry"},
    {SEIGR_WHY_NO_PATH, "no path",
     "no anchor, grant or attestation leads to it",
     "to add its key as an anchor, or a grant for it"},
    {SEIGR_WHY_REVOKED, "revoked", "a revocation takes it back",
     "nothing, for what it signed; its owner goes on with another key"},
    {SEIGR_WHY_ROTATED, "rotated",
     "another key took its place, and it is not shown to be from before",
     "the capsules between it and the last good one, or a witness of its time"},
    {SEIGR_WHY_RETIRED, "retired",
     "its key was retired, and it is not shown to be from before",
     "the capsules between it and the last good one, or a witness of its time"},
    {SEIGR_WHY_FORKED, "forked", "its key signed two histories",
     "to rotate the key and name the last good capsules"},
    {SEIGR_WHY_EXPIRED, "expired", "the grant has expired", "a newer grant"},
    {SEIGR_WHY_NO_CLOCK, "no clock",
     "the grant expires, and no time was given to compare with",
     "a clock that can be relied on, or a grant without expiry"},
    {SEIGR_WHY_WIDENED, "widened", "the grant is wider than its parent",
     "a grant that is no wider than its parent in any part"},
    {SEIGR_WHY_CHAIN_LONG, "chain long",
     "the chain has more than 8 grants, the limit", "a shorter chain"},
    {SEIGR_WHY_CHAIN_GAP, "chain gap", "a grant of the chain is not there",
     "the capsule that is missing"},
    {SEIGR_WHY_AUDIENCE, "audience", "the grant is for somebody else",
     "a grant for this key"},
    {SEIGR_WHY_SCOPE, "scope", "the grant does not include this",
     "a grant with this scope"},
    {SEIGR_WHY_RESOURCE, "resource", "the grant is for another resource",
     "a grant for this resource"},
    {SEIGR_WHY_LABELS, "labels", "the capsule lacks a label of the grant",
     "a capsule with the labels of the grant"},
    {SEIGR_WHY_FUEL, "fuel", "it takes more fuel than the grant allows",
     "less fuel, or a grant of more"},
    {SEIGR_WHY_MEMORY, "memory", "it takes more memory than the grant allows",
     "less memory, or a grant of more"},
    {SEIGR_WHY_USES, "uses", "the grant was used as often as it may be",
     "another grant"},
    {SEIGR_WHY_NOT_ANCHORED, "not anchored",
     "the first grant of the chain is by no anchor of its scope",
     "to add its issuer as an anchor"},
    {SEIGR_WHY_NOT_ISSUER, "not issuer",
     "the grant is not by whom its parent is for",
     "a grant by the audience of its parent"},
    {SEIGR_WHY_UNSEEN, "unseen", "no anchor's clock had seen it by then",
     "a capsule of an anchor with scope time that comes from it"},
    {SEIGR_WHY_WEIGHT, "weight", "attestations give it too little weight",
     "more weight along one path, or a lower minimum"},
};

#define ANSWER_WHY_COUNT (sizeof(answer_whys) / sizeof(answer_whys[0]))

const char *seigr_why_name(uint32_t why)
{
    for (size_t i = 0; i < ANSWER_WHY_COUNT; i++)
        if (answer_whys[i].why == why)
            return answer_whys[i].name;
    return "unknown";
}

void seigr__trust_step(seigr_answer *answer, uint32_t type, uint32_t weight,
                       const seigr_id *id, const seigr_public_key *key)
{
    seigr_trust_step *step;

    assert(key != NULL);
    if (answer->step_count == SEIGR_TRUST_STEPS)
        return;
    step = &answer->steps[answer->step_count++];
    memset(step, 0, sizeof(*step));
    step->type = type;
    step->weight = weight;
    step->key = *key;
    if (id != NULL)
        step->id = *id;
}

void seigr__trust_line_steps(const seigr_trust *trust,
                             const struct seigr__trust_line *line,
                             uint32_t from, uint32_t to, seigr_answer *answer)
{
    assert(from < line->count);
    for (uint32_t i = from; i > to; i--)
        seigr__trust_step(answer, SEIGR_STEP_ROTATION, 0,
                          &trust->records[line->words[i - 1]].id,
                          &line->keys[i - 1]);
}

/* --- Times -------------------------------------------------------------- */

static char *answer_digits(char *out, uint64_t value, unsigned count)
{
    for (unsigned i = count; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

/* "2026-01-31T12:00:00Z", by the days of the era that begins in March of the
 * year 0, as in Hinnant's civil_from_days. Years past 9999 are cut. */
static void answer_time(uint64_t unix_ms, char out[ANSWER_TIME_LEN])
{
    const uint64_t seconds = unix_ms / 1000 % (400 * 146097ull * 86400);
    const uint64_t days = seconds / 86400 + 719468;
    const uint64_t era = days / 146097;
    const uint64_t day = days % 146097;
    const uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    const uint64_t in_year = day - (365 * year + year / 4 - year / 100);
    const uint64_t month = (5 * in_year + 2) / 153;
    char *at = out;

    at = answer_digits(at, (year + era * 400 + (month >= 10)) % 10000, 4);
    *at++ = '-';
    at = answer_digits(at, month < 10 ? month + 3 : month - 9, 2);
    *at++ = '-';
    at = answer_digits(at, in_year - (153 * month + 2) / 5 + 1, 2);
    *at++ = 'T';
    at = answer_digits(at, seconds / 3600 % 24, 2);
    *at++ = ':';
    at = answer_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = answer_digits(at, seconds % 60, 2);
    *at++ = 'Z';
    *at = '\0';
}

/* --- The sentences ------------------------------------------------------ */

static void answer_say_expired(const seigr_trust *trust,
                               const seigr_question *question,
                               const char *address, seigr_answer *answer)
{
    char when[ANSWER_TIME_LEN];
    char now[ANSWER_TIME_LEN];

    answer_time(answer->expires_ms, when);
    answer_time(answer->now_ms, now);
    (void)seigr__format(
        answer->text, sizeof(answer->text),
        "the grant %s expired at %s; it is %s by %s", address, when, now,
        trust->as_of_ms != 0                ? "the time asked about"
        : answer->now_ms > question->now_ms ? "the clock of an anchor, which "
                                              "is ahead of the caller's"
                                            : "the caller's clock");
}

void seigr__trust_say(const seigr_trust *trust, const seigr_question *question,
                      seigr_answer *answer)
{
    char address[SEIGR_ADDRESS_SHORT_LEN + 1] = "";
    size_t i = 0;

    while (i < ANSWER_WHY_COUNT && answer_whys[i].why != answer->why)
        i++;
    assert(i < ANSWER_WHY_COUNT);
    (void)seigr__format(answer->change, sizeof(answer->change), "%s",
                        answer_whys[i].change);
    if (answer->has_id)
        seigr_address_short_id(&answer->id, address);
    if (answer->why == SEIGR_WHY_EXPIRED)
        answer_say_expired(trust, question, address, answer);
    else if (answer->why == SEIGR_WHY_WEB || answer->why == SEIGR_WHY_WEIGHT)
        (void)seigr__format(answer->text, sizeof(answer->text),
                            "%s: %u thousandths", answer_whys[i].text,
                            (unsigned)answer->weight);
    else if (answer->has_id)
        (void)seigr__format(answer->text, sizeof(answer->text), "%s: %s",
                            answer_whys[i].text, address);
    else
        (void)seigr__format(answer->text, sizeof(answer->text), "%s",
                            answer_whys[i].text);
}
