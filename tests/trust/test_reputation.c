/* SPDX-License-Identifier: MIT */
/*
 * Reputation: against a reference in floating point, what checks do to it,
 * and what RESULT and DISPUTE capsules prove.
 */
#include "trust_help.h"

#include "seigr/reputation.h"
#include "seigr/task.h"

#include <string.h>

static uint64_t reputation_number(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

static void reputation_close(uint64_t ours, uint64_t theirs, size_t number)
{
    const uint64_t away = ours > theirs ? ours - theirs : theirs - ours;

    /* Half-lives count in 64ths here: each note is up to 1.1 % off. */
    if (away > theirs / 40 + 20000)
        fail_msg("case %zu: %llu, not %llu", number, (unsigned long long)ours,
                 (unsigned long long)theirs);
}

void test_trust_reputation__golden(void **state)
{
    const seigr_replication rule = SEIGR_REPLICATION_INIT;
    json_t *file = support_golden("reputations.json");
    size_t i;
    json_t *one;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, one)
    {
        seigr_reputation r = {0};
        size_t k;
        json_t *note;

        json_array_foreach(json_object_get(one, "notes"), k, note)
            assert_ok(seigr_reputation_note(
                &r, (uint32_t)json_integer_value(json_array_get(note, 0)),
                (uint64_t)json_integer_value(json_array_get(note, 1)),
                reputation_number(one, "half_life")));
        reputation_close(seigr_reputation_error_max(&r),
                         reputation_number(one, "error_ppb"), i);
        reputation_close(seigr_replication_chance(&r, &rule),
                         reputation_number(one, "chance_ppb"), i);
    }
    assert_true(i > 50);
    support_count("seigr.reputations", i);
    json_decref(file);
}

void test_trust_reputation__strangers_and_liars_are_checked(void **state)
{
    const seigr_replication rule = SEIGR_REPLICATION_INIT;
    seigr_reputation r = {0};
    uint32_t last = SEIGR_REPUTATION_PPB;
    uint32_t trusted = 0;

    (void)state;
    assert_int_equal(seigr_reputation_error_max(&r), SEIGR_REPUTATION_PPB);
    assert_int_equal(seigr_replication_chance(&r, &rule), SEIGR_REPUTATION_PPB);
    for (uint32_t i = 1; i <= 200; i++) {
        assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_GOOD, i, 0));
        assert_true(seigr_reputation_error_max(&r) < last);
        last = seigr_reputation_error_max(&r);
        if (trusted == 0 &&
            seigr_replication_chance(&r, &rule) < SEIGR_REPUTATION_PPB)
            trusted = i;
    }
    assert_int_equal(trusted, 9); /* 2.7 / (9 + 2.7) is below a quarter */
    assert_int_equal(seigr_replication_chance(&r, &rule), rule.least_ppb);
    assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_BAD, 201, 0));
    assert_true(seigr_reputation_error_max(&r) > last);
    assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_FALSE, 202, 0));
    for (uint32_t i = 0; i < 1000; i++) /* it stays */
        assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_GOOD, 203 + i, 0));
    assert_int_equal(seigr_reputation_error_max(&r), SEIGR_REPUTATION_PPB);
    assert_int_equal(seigr_replication_chance(&r, &rule), SEIGR_REPUTATION_PPB);
}

void test_trust_reputation__it_fades(void **state)
{
    seigr_reputation r = {0};
    seigr_reputation early = {0};

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_GOOD, 1000, 500));
    assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_GOOD, 1500, 500));
    assert_int_equal(r.good / 65536, 51);
    assert_ok(seigr_reputation_note(&r, SEIGR_CHECK_GOOD, 1000000, 500));
    assert_int_equal(r.good, 65536);
    /* Late news of an early check weighs what it would have by now. */
    assert_ok(seigr_reputation_note(&early, SEIGR_CHECK_GOOD, 1000, 500));
    assert_ok(seigr_reputation_note(&early, SEIGR_CHECK_GOOD, 500, 500));
    assert_int_equal(early.good, 65536 + 32768);
    for (int i = 0; i < 70000; i++)
        assert_ok(seigr_reputation_note(&early, SEIGR_CHECK_GOOD, 1000, 500));
    assert_true(seigr_reputation_error_max(&early) > 0);
    assert_int_equal(seigr_reputation_note(&early, 4, 1, 1), SEIGR_E_INVAL);
}

/* --- What capsules prove ------------------------------------------------ */

static help_person reputation_people[3];
static const seigr_id reputation_task = {{9}};

static void reputation_fill(seigr_hash *hash, int value)
{
    memset(hash->bytes, value, sizeof(hash->bytes));
}

/* A result with two checkpoints; wrong_from is the first root that is not
 * as it should be, 0: none, 3: the end. */
static void reputation_result(unsigned who, uint32_t wrong_from,
                              seigr_verified *out)
{
    const seigr_context context = help_context();
    seigr_result r = SEIGR_RESULT_INIT;
    const seigr_link link = {reputation_task, SEIGR_ROLE_TASK};
    help_make make = {
        .kind = SEIGR_KIND_RESULT, .links = &link, .link_count = 1};
    uint8_t *room = help_keep(512);
    seigr_hash roots[2];
    size_t len = 0;

    for (uint32_t k = 1; k <= 3; k++) {
        seigr_hash *root = k < 3 ? &roots[k - 1] : &r.outcome.root;

        reputation_fill(
            root, wrong_from != 0 && k >= wrong_from ? (int)(100 + k) : (int)k);
    }
    r.outcome.status = SEIGR_RESULT_DONE;
    r.outcome.fuel_used = 25;
    seigr_sha256(&context, (seigr_span){NULL, 0}, &r.outcome.output);
    r.root_count = 2;
    r.roots = (seigr_span){roots[0].bytes, sizeof(roots)};
    assert_ok(
        seigr_result_encode(&context, &r, (seigr_buf){room, 512}, &len, NULL));
    make.detail = (seigr_span){room, len};
    help_seal(&reputation_people[who], &make, out);
}

/* The judge found what an honest run gives behind checkpoint 1. */
static void reputation_judge(const seigr_verified *a, const seigr_verified *b,
                             int b_root, seigr_verified *out)
{
    seigr_dispute d = SEIGR_DISPUTE_INIT;
    const seigr_link links[3] = {{reputation_task, SEIGR_ROLE_TASK},
                                 {*seigr_verified_id(a), SEIGR_ROLE_EVIDENCE},
                                 {*seigr_verified_id(b), SEIGR_ROLE_EVIDENCE}};
    help_make make = {
        .kind = SEIGR_KIND_DISPUTE, .links = links, .link_count = 3};
    uint8_t *room = help_keep(1024);
    size_t len = 0;

    d.verdict = SEIGR_DISPUTE_B;
    d.checkpoint = 1;
    reputation_fill(&d.root, 1);
    reputation_fill(&d.claim_a.root, 2);
    reputation_fill(&d.claim_b.root, b_root);
    d.found = d.claim_a;
    assert_ok(seigr_dispute_encode(&d, (seigr_buf){room, 1024}, &len, NULL));
    make.detail = (seigr_span){room, len};
    help_seal(&reputation_people[2], &make, out);
}

void test_trust_reputation__results_agree_or_one_is_proved_wrong(void **state)
{
    const seigr_context context = help_context();
    seigr_verified honest;
    seigr_verified same;
    seigr_verified liar;
    seigr_verified again;
    seigr_verified dispute;
    seigr_error error = SEIGR_ERROR_INIT;
    uint32_t wrong = 77;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        help_person_init(&reputation_people[i], 50 + i);
    reputation_result(0, 0, &honest);
    reputation_result(1, 0, &same);
    reputation_result(1, 2, &liar);
    reputation_result(0, 0, &again);
    assert_int_equal(seigr_reputation_agree(&context, &honest, &same, NULL), 1);
    assert_int_equal(seigr_reputation_agree(&context, &honest, &liar, NULL), 0);
    assert_int_equal(seigr_reputation_agree(&context, &honest, &again, &error),
                     SEIGR_E_MISMATCH);
    assert_non_null(strstr(error.text, "nobody checks himself"));

    reputation_judge(&honest, &liar, 102, &dispute);
    assert_ok(seigr_reputation_dispute(&context, &dispute, &honest, &liar,
                                       &wrong, &error));
    assert_int_equal(wrong, SEIGR_WRONG_B);
    wrong = 77;
    assert_int_equal(seigr_reputation_dispute(&context, &dispute, &liar,
                                              &honest, &wrong, &error),
                     SEIGR_E_MISMATCH);
    /* A judge who has an honest worker say what he did not. */
    reputation_judge(&honest, &same, 102, &dispute);
    assert_int_equal(seigr_reputation_dispute(&context, &dispute, &honest,
                                              &same, &wrong, &error),
                     SEIGR_E_MISMATCH);
    assert_non_null(strstr(error.text, "say what it does not"));
    assert_int_equal(wrong, 77);
}
