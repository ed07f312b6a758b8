/* SPDX-License-Identifier: MIT */
/*
 * measure_trust.c - decisions of the edge profile: a chain of four grants,
 * sealed here, put and decided about without a heap.
 */
#include "measure.h"

#include "seigr/seigr.h"

#include <string.h> /* memset */

#define LINKS 4u

struct holder {
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
};

static seigr_context context = SEIGR_CONTEXT_INIT;
static struct holder holders[LINKS + 1];
static uint8_t bytes[LINKS][512];
static size_t lens[LINKS];
static seigr_id ids[LINKS];
static uint8_t scratch[1024];
static seigr_verified chain[LINKS];
static uint64_t memory[512]; /* 4 KiB */
static seigr_trust *trust;
static seigr_grant grant;
static seigr_answer answer;

/* One key, that nobody but the measurement has. */
static int run_keypair(void)
{
    context.crypto = seigr_crypto_sodium_node();
    for (unsigned i = 0; i <= LINKS; i++) {
        uint8_t seed[SEIGR_SEED_LEN];

        memset(seed, (int)i + 1, sizeof(seed));
        if (seigr_keypair_init_seed(&context, seed, &holders[i].keypair) != 0)
            return -1;
        holders[i].signer = seigr_keypair_signer(&context, &holders[i].keypair,
                                                 &holders[i].state);
    }
    return 0;
}

static int run_grant_encode(void)
{
    size_t len;

    grant = (seigr_grant)SEIGR_GRANT_INIT;
    grant.scope = SEIGR_SCOPE_RUN;
    grant.expires_ms = 5000;
    grant.delegation_max = LINKS - 1;
    grant.audience = holders[1].signer.key;
    return seigr_grant_encode(&grant, (seigr_buf){scratch, sizeof(scratch)},
                              &len, NULL);
}

/* The link below another: narrower by one delegation. */
static int run_seal(void)
{
    for (uint32_t i = 0; i < LINKS; i++) {
        seigr_draft draft = SEIGR_DRAFT_INIT;
        seigr_link parent = {{{0}}, SEIGR_ROLE_GRANT};
        uint8_t detail[96];
        size_t len;

        grant.audience = holders[i + 1].signer.key;
        grant.delegation_max = LINKS - 1 - i;
        if (seigr_grant_encode(&grant, (seigr_buf){detail, sizeof(detail)},
                               &len, NULL) != 0)
            return -1;
        draft.kind = SEIGR_KIND_GRANT;
        draft.sequence = 1;
        draft.detail = (seigr_span){detail, len};
        if (i > 0) {
            parent.id = ids[i - 1];
            draft.links = &parent;
            draft.link_count = 1;
        }
        if (seigr_capsule_seal(&context, &draft, &holders[i].signer,
                               (seigr_buf){bytes[i], sizeof(bytes[i])},
                               &lens[i], &ids[i], NULL) != 0)
            return -1;
    }
    return 0;
}

static int run_open(void)
{
    for (uint32_t i = 0; i < LINKS; i++)
        if (seigr_capsule_open(&context, (seigr_span){bytes[i], lens[i]},
                               (seigr_buf){scratch, sizeof(scratch)}, &chain[i],
                               NULL) != 0)
            return -1;
    return 0;
}

static int run_grant_read(void)
{
    return seigr_grant_read(seigr_verified_capsule(&chain[3]), &grant, NULL);
}

static int run_trust_put(void)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    const seigr_anchor anchor = {holders[0].signer.key, SEIGR_SCOPE_ALL, 1000};
    int err;

    options.capsule_max = LINKS;
    options.anchor_max = 1;
    options.seen_max = 0;
    err = seigr_trust_init(memory, sizeof(memory), &context, &options, &trust);
    if (err == 0)
        err = seigr_trust_anchor(trust, &anchor);
    for (uint32_t i = 0; err == 0 && i < LINKS; i++)
        err = seigr_trust_put(trust, &chain[i], NULL);
    return err;
}

static int run_trust_settle(void)
{
    seigr_trust_settle(trust, 0);
    return 0;
}

static int decide(uint64_t now_ms)
{
    seigr_question question = SEIGR_QUESTION_INIT;

    answer = (seigr_answer)SEIGR_ANSWER_INIT;
    question.key = &holders[LINKS].signer.key;
    question.scope = SEIGR_SCOPE_RUN;
    question.now_ms = now_ms;
    return seigr_trust_decide(trust, &question, &answer);
}

static int run_decide(void)
{
    return decide(4999);
}

static int run_refuse(void)
{
    return decide(5000) == SEIGR_E_DENIED ? 0 : -1;
}

const struct measure_call measure_trust_calls[] = {
    {"seigr_keypair_init_seed", "5-keys", run_keypair},
    {"seigr_grant_encode", "1-grant", run_grant_encode},
    {"seigr_capsule_seal", "4-grants", run_seal},
    {"seigr_capsule_open", "4-grants", run_open},
    {"seigr_grant_read", "1-grant", run_grant_read},
    {"seigr_trust_put", "4-grants", run_trust_put},
    {"seigr_trust_settle", "4-grants", run_trust_settle},
    {"seigr_trust_decide", "chain-of-4", run_decide},
    {"seigr_trust_decide", "expired", run_refuse},
    {NULL, NULL, NULL},
};
