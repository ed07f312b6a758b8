/* SPDX-License-Identifier: MIT */
/*
 * lineage_verdict.c - what can be said of a lineage, a property a line.
 *
 * It never sums up: a caller who wants one number must choose for himself
 * which lines count. A property that nobody looked at says "not asked",
 * never "holds".
 */
#include "lineage_graph.h" /* struct lineage_answers */

#include "base/error.h" /* seigr__format */

#include <assert.h> /* assert */

const char *seigr_property_name(uint32_t property)
{
    static const char *const names[] = {
        "integrity",  "signatures", "chains",       "forks",
        "revocation", "grants",     "completeness", "replay",
    };

    if (property < 1 || property > SEIGR_PROPERTY_COUNT)
        return "unknown";
    return names[property - 1];
}

const char *seigr_verdict_name(uint32_t status)
{
    static const char *const names[] = {"holds", "broken", "open", "not asked"};

    if (status < 1 || status > SEIGR_VERDICT_NOT_ASKED)
        return "unknown";
    return names[status - 1];
}

static void verdict_decide(seigr_verdict_line *line, uint32_t status,
                           uint32_t count)
{
    assert(status >= 1 && status <= SEIGR_VERDICT_NOT_ASKED);
    line->status = status;
    line->count = count;
}

static void verdict_blame(const seigr_lineage *lineage,
                          seigr_verdict_line *line, uint32_t capsule)
{
    assert(capsule < lineage->capsule_count);
    line->has_id = 1;
    line->id = *lineage_id(lineage, capsule);
}

/* The line of what was refused at the door. Returns 1 if anything was. */
static int verdict_refused(const struct lineage_refused *refused,
                           seigr_verdict_line *line, const char *why)
{
    assert(line != NULL);
    if (refused->count == 0)
        return 0;
    verdict_decide(line, SEIGR_VERDICT_BROKEN, refused->count);
    line->has_id = refused->has_id;
    line->id = refused->id;
    (void)seigr__format(line->text, sizeof(line->text), "%u refused: %s",
                        refused->count, why);
    return 1;
}

static void verdict_integrity(const seigr_lineage *lineage,
                              seigr_verdict_line *line)
{
    const struct lineage_answers *answers = &lineage->answers;
    uint32_t circle = answers->circle_count;

    assert(lineage->answers.settled);
    if (verdict_refused(&lineage->refused_bytes, line,
                        "the bytes are no sound capsule"))
        return;
    if (circle > 0) {
        verdict_decide(line, SEIGR_VERDICT_BROKEN, circle);
        verdict_blame(lineage, line,
                      answers->order[lineage->capsule_count - circle]);
        (void)seigr__format(line->text, sizeof(line->text),
                            "capsules in or behind a circle of links, which no "
                            "hash allows: %u",
                            circle);
        return;
    }
    verdict_decide(line, SEIGR_VERDICT_HOLDS, 0);
    (void)seigr__format(line->text, sizeof(line->text),
                        "the identity of each of %u capsules is of its bytes",
                        lineage->capsule_count);
}

static void verdict_signatures(const seigr_lineage *lineage,
                               seigr_verdict_line *line)
{
    if (verdict_refused(&lineage->refused_signature, line,
                        "the signature does not verify"))
        return;
    verdict_decide(line, SEIGR_VERDICT_HOLDS, 0);
    (void)seigr__format(line->text, sizeof(line->text),
                        "each of %u capsules is signed by its issuer; issuers: "
                        "%u",
                        lineage->capsule_count, lineage->answers.issuer_count);
}

/* Gaps of chains, and the first of them. */
static uint32_t verdict_holes(const struct lineage_answers *answers,
                              uint32_t *capsule_out)
{
    uint32_t count = 0;

    assert(capsule_out != NULL);
    for (uint32_t i = answers->gap_count; i-- > 0;)
        if (answers->gaps[i].type != SEIGR_GAP_LINK) {
            *capsule_out = answers->gaps[i].capsule;
            count++;
        }
    return count;
}

/* Forks that do, or do not, say of one chain alone that it leads astray. */
static uint32_t verdict_forks_of(const struct lineage_answers *answers,
                                 int astray, uint32_t *capsule_out)
{
    uint32_t count = 0;

    assert(capsule_out != NULL);
    for (uint32_t i = answers->fork_count; i-- > 0;)
        if ((answers->forks[i].type == SEIGR_FORK_ASTRAY) == astray) {
            *capsule_out = answers->forks[i].second;
            count++;
        }
    return count;
}

static void verdict_chains(const seigr_lineage *lineage,
                           seigr_verdict_line *line)
{
    const struct lineage_answers *answers = &lineage->answers;
    uint32_t capsule = 0;
    uint32_t count = verdict_forks_of(answers, 1, &capsule);

    if (count > 0) {
        verdict_decide(line, SEIGR_VERDICT_BROKEN, count);
        verdict_blame(lineage, line, capsule);
        (void)seigr__format(line->text, sizeof(line->text),
                            "capsules whose previous does not stand before "
                            "them: %u",
                            count);
        return;
    }
    count = verdict_holes(answers, &capsule);
    if (count > 0) {
        verdict_decide(line, SEIGR_VERDICT_OPEN, count);
        verdict_blame(lineage, line, capsule);
        (void)seigr__format(line->text, sizeof(line->text),
                            "holes in chains: %u, of %u chains", count,
                            answers->chain_count);
        return;
    }
    verdict_decide(line, SEIGR_VERDICT_HOLDS, 0);
    (void)seigr__format(line->text, sizeof(line->text),
                        "chains: %u, unbroken from 1 to their highest capsule "
                        "here",
                        answers->chain_count);
}

static void verdict_forks(const seigr_lineage *lineage,
                          seigr_verdict_line *line)
{
    uint32_t capsule = 0;
    uint32_t count = verdict_forks_of(&lineage->answers, 0, &capsule);

    if (count > 0) {
        verdict_decide(line, SEIGR_VERDICT_BROKEN, count);
        verdict_blame(lineage, line, capsule);
        (void)seigr__format(line->text, sizeof(line->text),
                            "proofs that an issuer signed two histories: %u",
                            count);
        return;
    }
    verdict_decide(line, SEIGR_VERDICT_HOLDS, 0);
    (void)seigr__format(line->text, sizeof(line->text),
                        "no fork among the %u capsules here",
                        lineage->capsule_count);
}

static void verdict_completeness(const seigr_lineage *lineage,
                                 seigr_verdict_line *line)
{
    const struct lineage_answers *answers = &lineage->answers;

    assert(answers->settled);
    if (answers->gap_count > 0) {
        verdict_decide(line, SEIGR_VERDICT_OPEN, answers->gap_count);
        verdict_blame(lineage, line, answers->gaps[0].capsule);
        (void)seigr__format(line->text, sizeof(line->text),
                            "gaps: %u; streams that nothing here names cannot "
                            "be known",
                            answers->gap_count);
        return;
    }
    verdict_decide(line, SEIGR_VERDICT_HOLDS, 0);
    (void)seigr__format(line->text, sizeof(line->text),
                        "all that is named is here; streams that nothing here "
                        "names cannot be known");
}

int seigr_lineage_verdict(const seigr_lineage *lineage, uint32_t property,
                          seigr_verdict_line *out)
{
    seigr_verdict_line line = {.property = property};

    if (lineage == NULL || out == NULL || !lineage->answers.settled)
        return SEIGR_E_NOTFOUND;
    switch (property) {
    case SEIGR_PROPERTY_INTEGRITY:
        verdict_integrity(lineage, &line);
        break;
    case SEIGR_PROPERTY_SIGNATURES:
        verdict_signatures(lineage, &line);
        break;
    case SEIGR_PROPERTY_CHAINS:
        verdict_chains(lineage, &line);
        break;
    case SEIGR_PROPERTY_FORKS:
        verdict_forks(lineage, &line);
        break;
    case SEIGR_PROPERTY_COMPLETENESS:
        verdict_completeness(lineage, &line);
        break;
    case SEIGR_PROPERTY_REVOCATION:
    case SEIGR_PROPERTY_GRANTS:
    case SEIGR_PROPERTY_REPLAY:
        verdict_decide(&line, SEIGR_VERDICT_NOT_ASKED, 0);
        (void)seigr__format(line.text, sizeof(line.text), "not asked");
        break;
    default:
        return SEIGR_E_NOTFOUND;
    }
    assert(line.status != 0 && line.text[0] != '\0');
    *out = line;
    return 0;
}
