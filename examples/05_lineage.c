/* SPDX-License-Identifier: MIT */
/*
 * 05_lineage.c - three capsules of one chain, and what can be said of them
 * before the second has arrived.
 */
#include <seigr/seigr.h>
#include <seigr/sys/posix.h> /* seigr_posix_context */

#include <stdio.h>

#define CHAIN_LEN 3

struct chain {
    uint8_t bytes[CHAIN_LEN][512];
    size_t len[CHAIN_LEN];
};

/* Each names the one before it and says that it comes from the first. */
static int chain_seal(const seigr_context *context, const seigr_signer *signer,
                      struct chain *chain)
{
    seigr_id id[CHAIN_LEN];

    for (uint32_t i = 0; i < CHAIN_LEN; i++) {
        const seigr_link parent = {id[0], SEIGR_ROLE_PARENT};
        seigr_draft draft = SEIGR_DRAFT_INIT;
        int err;

        draft.kind = SEIGR_KIND_DATA;
        draft.sequence = i + 1;
        if (i > 0) {
            draft.previous = &id[i - 1];
            draft.links = &parent;
            draft.link_count = 1;
        }
        err = seigr_capsule_seal(
            context, &draft, signer,
            (seigr_buf){chain->bytes[i], sizeof(chain->bytes[i])},
            &chain->len[i], &id[i], NULL);
        if (err != 0)
            return err;
    }
    return 0;
}

/* Verify and add: a lineage takes verified capsules alone. */
static int chain_add(const seigr_context *context, const struct chain *chain,
                     uint32_t i, seigr_lineage *lineage)
{
    const seigr_span bytes = {chain->bytes[i], chain->len[i]};
    seigr_verified verified;
    const int err = seigr_capsule_open(context, bytes, (seigr_buf){NULL, 0},
                                       &verified, NULL);

    return err != 0 ? err : seigr_lineage_add(lineage, &verified, NULL);
}

static void print_verdict(const seigr_lineage *lineage)
{
    seigr_verdict_line line;

    printf("%u capsules\n", seigr_lineage_count(lineage));
    for (uint32_t property = 1; property <= SEIGR_PROPERTY_COUNT; property++)
        if (seigr_lineage_verdict(lineage, property, &line) == 0)
            printf("  %-13s %-10s %s\n", seigr_property_name(property),
                   seigr_verdict_name(line.status), line.text);
}

int main(void)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {1, 2, 3};
    static const uint32_t arrival[CHAIN_LEN] = {2, 0, 1};
    seigr_keypair_signer_state state;
    seigr_lineage *lineage = NULL;
    seigr_keypair keypair;
    seigr_context context;
    seigr_signer signer;
    struct chain chain;
    int err;

    if (seigr_posix_context(&context) != 0 ||
        seigr_keypair_init_seed(&context, seed, &keypair) != 0 ||
        seigr_lineage_new(&context, NULL, &lineage) != 0)
        return 1;
    signer = seigr_keypair_signer(&context, &keypair, &state);
    err = chain_seal(&context, &signer, &chain);
    seigr_keypair_fini(&context, &keypair);
    for (uint32_t i = 0; err == 0 && i < CHAIN_LEN; i++) {
        err = chain_add(&context, &chain, arrival[i], lineage);
        if (err == 0)
            err = seigr_lineage_settle(lineage);
        if (err == 0 && i > 0)
            print_verdict(lineage);
    }
    seigr_lineage_free(lineage);
    return err != 0;
}
