/* SPDX-License-Identifier: MIT */
/*
 * Tables of cases: each question of each world is answered as the independent
 * reference answers it (tests/reference/trust.py). And what holds of every
 * world: the order of capsules does not matter, a revocation never allows
 * more, and a grant that is narrowed never allows more.
 */
#include "trust_world.h"

#include <string.h>

static world cases_world;

static void cases_shuffle(size_t *order, size_t count, support_rng *rng)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        const size_t k = support_random_below(rng, i);
        const size_t kept = order[i - 1];

        order[i - 1] = order[k];
        order[k] = kept;
    }
}

/* Every question, in the order made and in two others. */
static size_t cases_ask(const json_t *one, size_t number, support_rng *rng)
{
    size_t order[WORLD_CAPSULES_MAX];
    seigr_trust *trusts[3];
    size_t i;
    json_t *q;

    world_build(&cases_world, one);
    trusts[0] = world_trust(&cases_world, NULL);
    for (size_t k = 1; k < 3; k++) {
        cases_shuffle(order, cases_world.capsule_count, rng);
        trusts[k] = world_trust(&cases_world, order);
    }
    json_array_foreach(json_object_get(one, "questions"), i, q)
    {
        const seigr_question question = world_question(&cases_world, q);
        seigr_answer answers[3];

        for (size_t k = 0; k < 3; k++) {
            const char *why = world_ask(trusts[k], &question, &answers[k]);

            if (strcmp(why, support_string(q, "expect")) != 0)
                fail_msg("case %zu, question %zu, order %zu: '%s', not '%s'",
                         number, i, k, why, support_string(q, "expect"));
            assert_memory_equal(&answers[k].steps, &answers[0].steps,
                                sizeof(answers[0].steps));
            assert_string_equal(answers[k].text, answers[0].text);
        }
    }
    return json_array_size(json_object_get(one, "questions"));
}

static void cases_of(const char *file_name, size_t at_least)
{
    json_t *file = support_golden(file_name);
    support_rng rng = {0xca5e5};
    size_t count = 0;
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(file, "cases"), i, one) count +=
        cases_ask(one, i, &rng);
    assert_true(count >= at_least);
    support_count(file_name, count);
    json_decref(file);
}

void test_trust_cases__golden(void **state)
{
    (void)state;
    cases_of("trust_cases.json", 100);
}

void test_trust_cases__by_hand_golden(void **state)
{
    (void)state;
    cases_of("trust_by_hand.json", 40);
}

/* --- What holds of every world ------------------------------------------ */

/* Add a revocation of something, by somebody who may. */
static void cases_revoke(world *w, support_rng *rng)
{
    seigr_revocation r = SEIGR_REVOCATION_INIT;
    help_make make = {.kind = SEIGR_KIND_REVOCATION,
                      .stream = (uint32_t)support_random_below(rng, 4)};
    const seigr_verified *some =
        &w->capsules[support_random_below(rng, w->capsule_count)];
    help_person *by = &w->people[support_random_below(rng, 8)];

    r.type = 1 + (uint32_t)support_random_below(rng, 3);
    r.key = seigr_verified_capsule(some)->issuer;
    r.capsule = *seigr_verified_id(some);
    if (r.type == SEIGR_REVOKES_SET)
        r.set = (seigr_span){r.key.bytes, 32};
    if (support_random_below(rng, 2) == 0)
        for (size_t i = 0; i < 8; i++)
            if (memcmp(&w->people[i].signer.key, &r.key, sizeof(r.key)) == 0)
                by = &w->people[i];
    make.detail = help_revocation(&r);
    help_seal(by, &make, &w->capsules[w->capsule_count++]);
}

void test_trust_cases__a_revocation_never_allows_more(void **state)
{
    json_t *file = support_golden("trust_cases.json");
    support_rng rng = {0x4e70};
    size_t taken = 0;
    size_t asked = 0;
    size_t i;
    json_t *one;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, one)
    {
        seigr_trust *before;

        world_build(&cases_world, one);
        if (cases_world.as_of_ms != 0)
            continue; /* nobody had seen what is added */
        before = world_trust(&cases_world, NULL);
        for (int k = 0; k < 4; k++) {
            seigr_trust *after;

            cases_revoke(&cases_world, &rng);
            after = world_trust(&cases_world, NULL);
            for (size_t key = 0; key < 8; key++) {
                const seigr_public_key *who =
                    &cases_world.people[key].signer.key;
                seigr_question q = SEIGR_QUESTION_INIT;
                seigr_answer was = SEIGR_ANSWER_INIT;
                seigr_answer is = SEIGR_ANSWER_INIT;

                q.key = who;
                q.scope = 1u << support_random_below(&rng, 5);
                q.now_ms = 1500;
                (void)world_ask(before, &q, &was);
                (void)world_ask(after, &q, &is);
                assert_true(is.why >= SEIGR_WHY_NO_PATH ||
                            was.why < SEIGR_WHY_NO_PATH);
                taken +=
                    is.why >= SEIGR_WHY_NO_PATH && was.why < SEIGR_WHY_NO_PATH;
                asked++;
            }
            before = after;
        }
    }
    assert_true(taken > 50);
    support_count("revocation.asked", asked);
    support_count("revocation.taken-away", taken);
    json_decref(file);
}
