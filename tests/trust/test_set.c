/* SPDX-License-Identifier: MIT */
/*
 * The set: its bounds, what it refuses, what a decision costs, and that
 * narrowing a grant never allows more.
 */
#include "trust_world.h"

#include <stdlib.h>
#include <string.h>

static seigr_trust *set_new(const seigr_trust_options *options)
{
    const seigr_context context = help_context();
    const size_t len = seigr_trust_size(options);
    seigr_trust *trust = NULL;

    assert_true(len > 0);
    assert_ok(seigr_trust_init(help_keep(len), len, &context, options, &trust));
    return trust;
}

void test_trust_set__bounds(void **state)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_anchor anchor = {{{1}}, SEIGR_SCOPE_RUN, 1000};
    help_make make = {.kind = SEIGR_KIND_DATA};
    seigr_verified verified;
    seigr_error error = SEIGR_ERROR_INIT;
    help_person person;
    seigr_trust *trust;

    (void)state;
    help_person_init(&person, 1);
    options.capsule_max = 2;
    options.anchor_max = 1;
    trust = set_new(&options);
    assert_ok(seigr_trust_anchor(trust, &anchor));
    assert_int_equal(seigr_trust_anchor(trust, &anchor), SEIGR_E_FULL);
    for (int i = 0; i < 3; i++) {
        help_seal(&person, &make, &verified);
        assert_int_equal(seigr_trust_put(trust, &verified, &error),
                         i < 2 ? 0 : SEIGR_E_FULL);
    }
    assert_non_null(strstr(error.text, "room for 2"));
    anchor.weight = 0;
    assert_int_equal(seigr_trust_anchor(trust, &anchor), SEIGR_E_INVAL);
    anchor.weight = 1001;
    assert_int_equal(seigr_trust_anchor(trust, &anchor), SEIGR_E_INVAL);
    options.capsule_max = 0;
    assert_int_equal(seigr_trust_size(&options), 0);
    options.capsule_max = SEIGR_TRUST_CAPSULE_MAX + 1;
    assert_int_equal(seigr_trust_size(&options), 0);
}

void test_trust_set__room_and_contract(void **state)
{
    const seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    const seigr_context context = help_context();
    const size_t len = seigr_trust_size(&options);
    seigr_question q = SEIGR_QUESTION_INIT;
    seigr_answer answer = SEIGR_ANSWER_INIT;
    seigr_public_key key = {{1}};
    uint8_t *memory = help_keep(len + 8);
    seigr_trust *trust = NULL;

    (void)state;
    assert_int_equal(
        seigr_trust_init(memory, len - 1, &context, &options, &trust),
        SEIGR_E_ROOM);
    assert_int_equal(
        seigr_trust_init(memory + 1, len, &context, &options, &trust),
        SEIGR_E_INVAL);
    assert_ok(seigr_trust_init(memory, len, &context, &options, &trust));
    q.key = &key;
    q.scope = SEIGR_SCOPE_RUN;
    assert_int_equal(seigr_trust_decide(trust, &q, &answer), SEIGR_E_INVAL);
    seigr_trust_settle(trust, 0);
    assert_int_equal(seigr_trust_decide(trust, &q, &answer), SEIGR_E_DENIED);
    assert_int_equal(answer.why, SEIGR_WHY_NO_PATH);
    q.scope = SEIGR_SCOPE_RUN | SEIGR_SCOPE_BOOT;
    assert_int_equal(seigr_trust_decide(trust, &q, &answer), SEIGR_E_INVAL);
    q.scope = 256;
    assert_int_equal(seigr_trust_decide(trust, &q, &answer), SEIGR_E_INVAL);
    q.scope = SEIGR_SCOPE_RUN;
    q.key = NULL;
    assert_int_equal(seigr_trust_decide(trust, &q, &answer), SEIGR_E_INVAL);
}

void test_trust_set__a_broken_statement_is_not_put(void **state)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    const uint8_t broken[] = {0x0a, 1, 'x'};
    help_make make = {.kind = SEIGR_KIND_GRANT, .detail = {broken, 3}};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    help_person person;
    seigr_trust *trust = set_new(&options);

    (void)state;
    help_person_init(&person, 1);
    help_seal(&person, &make, &verified);
    assert_int_equal(seigr_trust_put(trust, &verified, &error), SEIGR_E_FORMAT);
    assert_non_null(strstr(error.text, "Grant.audience"));
}

void test_trust_set__twice_is_once(void **state)
{
    static world w;
    json_t *one = json_pack("{s:[{s:s,s:i}],s:[{s:i,s:i,s:i}],s:i}", "capsules",
                            "kind", "data", "by", 1, "anchors", "key", 1,
                            "scope", 255, "weight", 1000, "as_of", 0);
    seigr_question q = SEIGR_QUESTION_INIT;
    seigr_trust *trust;

    (void)state;
    assert_non_null(one);
    world_build(&w, one);
    trust = world_trust(&w, NULL);
    assert_ok(seigr_trust_put(trust, &w.capsules[0], NULL));
    seigr_trust_settle(trust, 0);
    q.capsule = &w.capsules[0];
    q.scope = SEIGR_SCOPE_RUN;
    assert_string_equal(world_ask(trust, &q, NULL), "anchor"); /* no fork */
    json_decref(one);
}

void test_trust_set__an_expired_grant_says_when_and_by_which_clock(void **state)
{
    help_person anchor;
    help_person other;
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_trust *trust = set_new(&options);
    seigr_anchor root = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    seigr_grant grant = SEIGR_GRANT_INIT;
    help_make make = {.kind = SEIGR_KIND_GRANT};
    seigr_question q = SEIGR_QUESTION_INIT;
    seigr_answer answer = SEIGR_ANSWER_INIT;
    seigr_verified verified;

    (void)state;
    help_person_init(&anchor, 1);
    help_person_init(&other, 2);
    root.key = anchor.signer.key;
    grant.audience = other.signer.key;
    grant.scope = SEIGR_SCOPE_RUN;
    grant.expires_ms = 1769860800000; /* 2026-01-31T12:00:00Z */
    make.detail = help_grant(&grant);
    help_seal(&anchor, &make, &verified);
    assert_ok(seigr_trust_anchor(trust, &root));
    assert_ok(seigr_trust_put(trust, &verified, NULL));
    seigr_trust_settle(trust, 0);
    q.key = &other.signer.key;
    q.scope = SEIGR_SCOPE_RUN;
    q.now_ms = 1769860799999;
    assert_string_equal(world_ask(trust, &q, &answer), "grant");
    assert_int_equal(answer.expires_ms, grant.expires_ms);
    q.now_ms = 1769860800000;
    assert_string_equal(world_ask(trust, &q, &answer), "expired");
    assert_non_null(strstr(answer.text, "expired at 2026-01-31T12:00:00Z"));
    assert_non_null(strstr(answer.text, "by the caller's clock"));
}

/* --- What a decision costs ----------------------------------------------- */

/* A key with a chain of count capsules, revoked but for the last: whether the
 * first is still good takes a walk over all. */
static uint64_t set_cost_of_ancestors(size_t count)
{
    static seigr_verified first;
    help_person person;
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_anchor root = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    help_make make = {.kind = SEIGR_KIND_DATA};
    seigr_revocation r = SEIGR_REVOCATION_INIT;
    uint8_t last_room[SEIGR_STATEMENT_LAST_LEN];
    seigr_question q = SEIGR_QUESTION_INIT;
    seigr_answer answer = SEIGR_ANSWER_INIT;
    seigr_verified verified;
    seigr_trust *trust;
    seigr_last last = {0, 0, {{0}}};

    options.capsule_max = (uint32_t)count + 1;
    trust = set_new(&options);
    help_person_init(&person, 7);
    root.key = person.signer.key;
    assert_ok(seigr_trust_anchor(trust, &root));
    for (size_t i = 0; i < count; i++) {
        help_seal(&person, &make, &verified);
        assert_ok(seigr_trust_put(trust, &verified, NULL));
        if (i == 0)
            first = verified;
    }
    last.sequence = count;
    last.id = *seigr_verified_id(&verified);
    assert_ok(
        seigr_last_encode(&last, 1, (seigr_buf){last_room, sizeof(last_room)}));
    r.type = SEIGR_REVOKES_KEY;
    r.key = person.signer.key;
    r.last = (seigr_span){last_room, sizeof(last_room)};
    make.kind = SEIGR_KIND_REVOCATION;
    make.detail = help_revocation(&r);
    help_seal(&person, &make, &verified);
    assert_ok(seigr_trust_put(trust, &verified, NULL));
    seigr_trust_settle(trust, 0);
    q.capsule = &first;
    q.scope = SEIGR_SCOPE_RUN;
    assert_string_equal(world_ask(trust, &q, &answer), "anchor");
    return answer.cost;
}

void test_trust_set__cost_is_linear_in_ancestors(void **state)
{
    const uint64_t small = set_cost_of_ancestors(64);
    const uint64_t large = set_cost_of_ancestors(512);

    (void)state;
    /* Eight times as many, each found among more: log 512 / log 64. */
    assert_true(large >= 6 * small);
    assert_true(large <= 8 * small * 3 / 2 + 64);
}

/* Strangers who attest each other. */
static uint64_t set_cost_of_strangers(size_t count)
{
    help_person anchor;
    help_person friend;
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_anchor root = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    seigr_attestation a = SEIGR_ATTESTATION_INIT;
    help_make make = {.kind = SEIGR_KIND_ATTESTATION};
    seigr_question q = SEIGR_QUESTION_INIT;
    seigr_answer answer = SEIGR_ANSWER_INIT;
    seigr_verified verified;
    seigr_trust *trust;

    options.capsule_max = (uint32_t)count + 1;
    options.weight_min[1] = 500;
    trust = set_new(&options);
    help_person_init(&anchor, 1000);
    help_person_init(&friend, 1001);
    root.key = anchor.signer.key;
    assert_ok(seigr_trust_anchor(trust, &root));
    a.scope = SEIGR_SCOPE_RUN | SEIGR_SCOPE_INTRODUCE;
    a.weight = 1000;
    a.subject = friend.signer.key;
    make.detail = help_attestation(&a);
    help_seal(&anchor, &make, &verified);
    assert_ok(seigr_trust_put(trust, &verified, NULL));
    for (size_t i = 0; i < count; i++) {
        help_person stranger;

        help_person_init(&stranger, (unsigned)i % 40);
        stranger.heads[0].sequence = i; /* no fork */
        stranger.heads[0].has_last = i > 0;
        help_person_init(&friend, (unsigned)(i * 7 + 1) % 40);
        a.subject = friend.signer.key;
        make.detail = help_attestation(&a);
        help_seal(&stranger, &make, &verified);
        assert_ok(seigr_trust_put(trust, &verified, NULL));
    }
    seigr_trust_settle(trust, 0);
    help_person_init(&friend, 3);
    q.key = &friend.signer.key;
    q.scope = SEIGR_SCOPE_RUN;
    assert_string_equal(world_ask(trust, &q, &answer), "no path");
    return answer.cost;
}

void test_trust_set__strangers_cost_next_to_nothing(void **state)
{
    const uint64_t few = set_cost_of_strangers(40);
    const uint64_t many = set_cost_of_strangers(640);

    (void)state;
    assert_true(many < 2 * few); /* 16 times as many: only the searches grow */
}

/* --- Narrowing ----------------------------------------------------------- */

static void set_random_grant(seigr_grant *g, support_rng *rng)
{
    static const char *const resources[] = {"", "a", "a/b", "ab", "a/b/c"};

    *g = (seigr_grant)SEIGR_GRANT_INIT;
    g->scope = 1 + (uint32_t)support_random_below(rng, 7);
    g->resource = help_text(resources[support_random_below(rng, 5)]);
    g->expires_ms = support_random_below(rng, 4);
    g->use_max = support_random_below(rng, 4);
    g->fuel_max = support_random_below(rng, 4);
    g->memory_max = support_random_below(rng, 4);
    g->delegation_max = (uint32_t)support_random_below(rng, 4);
    g->label_count = (uint32_t)support_random_below(rng, 2);
    g->labels[0].key = help_text("k");
    g->labels[0].value = help_text(support_random_below(rng, 2) ? "1" : "2");
}

/* What one grant allows of one question, by the fields alone. */
static int set_allows(const seigr_grant *g, support_rng rng)
{
    static const char *const resources[] = {"a", "a/b", "a/b/c", "ab"};
    const uint32_t scope = 1u << support_random_below(&rng, 3);
    const seigr_span resource =
        help_text(resources[support_random_below(&rng, 4)]);
    const char *label = support_random_below(&rng, 2) ? "1" : "2";

    return (g->scope & scope) != 0 &&
           seigr_resource_includes(g->resource, resource) &&
           (g->expires_ms == 0 ||
            support_random_below(&rng, 4) < g->expires_ms) &&
           (g->fuel_max == 0 || support_random_below(&rng, 4) <= g->fuel_max) &&
           (g->label_count == 0 ||
            memcmp(g->labels[0].value.ptr, label, 1) == 0);
}

void test_trust_set__attenuation_is_monotone(void **state)
{
    support_rng rng = {0xa77e};
    size_t narrow = 0;

    (void)state;
    for (int i = 0; i < 40000; i++) {
        seigr_grant outer;
        seigr_grant inner;
        seigr_grant least;

        set_random_grant(&outer, &rng);
        set_random_grant(&inner, &rng);
        set_random_grant(&least, &rng);
        assert_int_equal(seigr_grant_narrows(&outer, &outer), 0);
        if (!seigr_grant_narrows(&inner, &outer))
            continue;
        narrow++;
        for (uint64_t k = 0; k < 16; k++) {
            const support_rng question = {(uint64_t)i * 16 + k};

            if (set_allows(&inner, question))
                assert_true(set_allows(&outer, question));
        }
        if (seigr_grant_narrows(&least, &inner))
            assert_int_equal(seigr_grant_narrows(&least, &outer), 1);
    }
    assert_true(narrow > 100);
    support_count("attenuation.narrower", narrow);
}
