/* SPDX-License-Identifier: MIT */
/*
 * 08_trust.c - a key that is trusted lets another run tasks for a while;
 * then the question is asked, offline, and answered with its reason.
 */
#include <seigr/seigr.h>
#include <seigr/sys/posix.h> /* seigr_posix_context */

#include <stdio.h>

struct person {
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
};

static int person_init(const seigr_context *context, uint8_t seed,
                       struct person *out)
{
    const uint8_t bytes[SEIGR_SEED_LEN] = {seed};
    const int err = seigr_keypair_init_seed(context, bytes, &out->keypair);

    out->signer = seigr_keypair_signer(context, &out->keypair, &out->state);
    return err;
}

/* A GRANT capsule, through the door as everybody's. */
static int grant_seal(const seigr_context *context, const struct person *from,
                      const struct person *to, seigr_buf room,
                      seigr_verified *out)
{
    seigr_grant grant = SEIGR_GRANT_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t detail[128];
    size_t len;
    int err;

    grant.audience = to->signer.key;
    grant.scope = SEIGR_SCOPE_RUN;
    grant.expires_ms = 1800000000000;
    err = seigr_grant_encode(&grant, (seigr_buf){detail, sizeof(detail)}, &len,
                             NULL);
    if (err != 0)
        return err;
    draft.kind = SEIGR_KIND_GRANT;
    draft.sequence = 1;
    draft.detail = (seigr_span){detail, len};
    err = seigr_capsule_seal(context, &draft, &from->signer, room, &len, NULL,
                             NULL);
    return err != 0 ? err
                    : seigr_capsule_open(context, (seigr_span){room.ptr, len},
                                         (seigr_buf){NULL, 0}, out, NULL);
}

static void ask(seigr_trust *trust, const struct person *who, uint64_t now_ms)
{
    seigr_question question = SEIGR_QUESTION_INIT;
    seigr_answer answer = SEIGR_ANSWER_INIT;

    question.key = &who->signer.key;
    question.scope = SEIGR_SCOPE_RUN;
    question.now_ms = now_ms;
    if (seigr_trust_decide(trust, &question, &answer) == 0)
        printf("allowed, %u steps: %s\n", answer.step_count, answer.text);
    else
        printf("refused: %s\n", answer.text);
}

int main(void)
{
    static uint64_t memory[4096]; /* all that the set has */
    const seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_anchor anchor = {{{0}}, SEIGR_SCOPE_ALL, 1000};
    struct person me;
    struct person worker;
    seigr_context context;
    seigr_verified grant;
    seigr_trust *trust;
    uint8_t room[512];

    if (seigr_posix_context(&context) || person_init(&context, 1, &me) ||
        person_init(&context, 2, &worker) ||
        grant_seal(&context, &me, &worker, (seigr_buf){room, sizeof(room)},
                   &grant) ||
        seigr_trust_init(memory, sizeof(memory), &context, &options, &trust))
        return 1;
    anchor.key = me.signer.key;
    if (seigr_trust_anchor(trust, &anchor) || seigr_trust_put(trust, &grant, 0))
        return 1;
    seigr_trust_settle(trust, 0);
    ask(trust, &worker, 1799999999999);
    ask(trust, &worker, 1800000000000);
    return 0;
}
