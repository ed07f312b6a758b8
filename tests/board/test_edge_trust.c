/* SPDX-License-Identifier: MIT */
/*
 * Decisions on the board: the set in fixed memory, the chain sealed and
 * verified here, no heap, no clock, no network.
 */
#include "harness.h"

#include "seigr/trust.h"

#include <string.h> /* memset */

#define PEOPLE 5u
#define CAPSULES 8u

struct person {
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
    seigr_stream_head head;
};

static seigr_context context;
static struct person people[PEOPLE];
static uint8_t room[CAPSULES][512];
static uint8_t scratch[1024];
static seigr_verified capsules[CAPSULES];
static size_t capsule_count;
static uint64_t memory[1024]; /* 8 KiB */

/* A capsule that others sealed holds here. The spoiled run shows that these
 * tests would notice. */
static void golden_holds(void)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_verified verified;

    support_check(
        seigr_capsule_decode(&context, capsule_cases[0].capsule, &capsule,
                             NULL) == 0 &&
            seigr_capsule_verify(&context, &capsule,
                                 (seigr_buf){scratch, sizeof(scratch)},
                                 &verified, NULL) == 0 &&
            support_equal((seigr_span){seigr_verified_id(&verified)->bytes, 32},
                          capsule_cases[0].id),
        "trust golden", 0);
}

static void people_init(void)
{
    context = (seigr_context)SEIGR_CONTEXT_INIT;
    context.crypto = seigr_crypto_sodium_node();
    capsule_count = 0;
    golden_holds();
    for (uint8_t i = 0; i < PEOPLE; i++) {
        uint8_t seed[SEIGR_SEED_LEN];

        memset(seed, i + 1, sizeof(seed));
        support_check(
            seigr_keypair_init_seed(&context, seed, &people[i].keypair) == 0,
            "trust", i);
        people[i].signer = seigr_keypair_signer(&context, &people[i].keypair,
                                                &people[i].state);
        seigr_stream_head_first(&people[i].head);
    }
}

/* Seal, decode and verify one statement; returns its number. */
static size_t put_down(struct person *by, uint32_t kind, seigr_span detail,
                       const seigr_link *links, size_t link_count)
{
    const size_t n = capsule_count++;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    size_t len = 0;
    seigr_id id;
    int err;

    draft.kind = kind;
    draft.detail = detail;
    draft.links = links;
    draft.link_count = link_count;
    err = seigr_stream_head_next(&by->head, &draft);
    if (err == 0)
        err = seigr_capsule_seal(&context, &draft, &by->signer,
                                 (seigr_buf){room[n], sizeof(room[n])}, &len,
                                 &id, NULL);
    if (err == 0)
        err = seigr_stream_head_advance(&by->head, &id);
    if (err == 0)
        err = seigr_capsule_decode(&context, (seigr_span){room[n], len}, &view,
                                   NULL);
    if (err == 0)
        err = seigr_capsule_verify(&context, &view,
                                   (seigr_buf){scratch, sizeof(scratch)},
                                   &capsules[n], NULL);
    support_check(err == 0, "trust", n);
    return n;
}

/* A grant from one to the next, below a parent or the first. */
static size_t grant(unsigned from, uint32_t delegations, size_t parent,
                    uint64_t expires_ms)
{
    seigr_grant g = SEIGR_GRANT_INIT;
    uint8_t detail[96];
    size_t len = 0;
    seigr_link link = {{{0}}, SEIGR_ROLE_GRANT};

    g.audience = people[from + 1].signer.key;
    g.scope = SEIGR_SCOPE_RUN;
    g.delegation_max = delegations;
    g.expires_ms = expires_ms;
    support_check(seigr_grant_encode(&g, (seigr_buf){detail, sizeof(detail)},
                                     &len, NULL) == 0,
                  "trust", from);
    if (parent < capsule_count)
        link.id = *seigr_verified_id(&capsules[parent]);
    return put_down(&people[from], SEIGR_KIND_GRANT, (seigr_span){detail, len},
                    &link, parent < capsule_count);
}

static seigr_trust *settled(void)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_anchor anchor = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    seigr_trust *trust = NULL;

    options.capsule_max = CAPSULES;
    options.anchor_max = 1;
    options.seen_max = 0;
    anchor.key = people[0].signer.key;
    support_check(seigr_trust_size(&options) <= sizeof(memory), "trust", 0);
    support_check(seigr_trust_init(memory, sizeof(memory), &context, &options,
                                   &trust) == 0,
                  "trust", 0);
    support_check(seigr_trust_anchor(trust, &anchor) == 0, "trust", 0);
    for (size_t i = 0; i < capsule_count; i++)
        support_check(seigr_trust_put(trust, &capsules[i], NULL) == 0, "trust",
                      i);
    seigr_trust_settle(trust, 0);
    return trust;
}

static uint32_t ask(seigr_trust *trust, unsigned who, uint64_t now_ms)
{
    static seigr_answer answer;
    seigr_question q = SEIGR_QUESTION_INIT;
    int err;

    answer = (seigr_answer)SEIGR_ANSWER_INIT;
    q.key = &people[who].signer.key;
    q.scope = SEIGR_SCOPE_RUN;
    q.now_ms = now_ms;
    err = seigr_trust_decide(trust, &q, &answer);
    support_check(err == 0 || err == SEIGR_E_DENIED, "trust", who);
    return answer.why;
}

void test_board_edge_trust__a_chain_of_grants(void **state)
{
    seigr_trust *trust;
    size_t last;

    (void)state;
    people_init();
    last = grant(0, 3, CAPSULES, 0);
    last = grant(1, 2, last, 0);
    last = grant(2, 1, last, 5000);
    (void)grant(3, 1, last, 0); /* as many delegations, and no expiry */
    trust = settled();
    support_check(ask(trust, 0, 0) == SEIGR_WHY_ANCHOR, "trust", 0);
    support_check(ask(trust, 1, 0) == SEIGR_WHY_GRANT, "trust", 1);
    support_check(ask(trust, 2, 0) == SEIGR_WHY_GRANT, "trust", 2);
    support_check(ask(trust, 3, 0) == SEIGR_WHY_NO_CLOCK, "trust", 3);
    support_check(ask(trust, 3, 4999) == SEIGR_WHY_GRANT, "trust", 4);
    support_check(ask(trust, 3, 5000) == SEIGR_WHY_EXPIRED, "trust", 5);
    support_check(ask(trust, 4, 1) == SEIGR_WHY_WIDENED, "trust", 6);
    support_count("trust", 7);
}

void test_board_edge_trust__a_set_takes_back(void **state)
{
    seigr_revocation r = SEIGR_REVOCATION_INIT;
    uint8_t detail[64];
    seigr_trust *trust;
    size_t len = 0;

    (void)state;
    people_init();
    (void)grant(0, 0, CAPSULES, 0);
    trust = settled();
    support_check(ask(trust, 1, 0) == SEIGR_WHY_GRANT, "trust", 0);
    r.type = SEIGR_REVOKES_SET;
    r.set = (seigr_span){people[1].signer.key.bytes, 32};
    support_check(seigr_revocation_encode(
                      &r, (seigr_buf){detail, sizeof(detail)}, &len, NULL) == 0,
                  "trust", 1);
    (void)put_down(&people[0], SEIGR_KIND_REVOCATION, (seigr_span){detail, len},
                   NULL, 0);
    trust = settled();
    support_check(ask(trust, 1, 0) == SEIGR_WHY_REVOKED, "trust", 2);
    support_check(ask(trust, 0, 0) == SEIGR_WHY_ANCHOR, "trust", 3);
    support_count("trust", 4);
}
