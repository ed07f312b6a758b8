/* SPDX-License-Identifier: MIT */
/* Sealing on the board gives the bytes that every machine gives. */
#include "harness.h"

#include "seigr/capsule.h"
#include "seigr/sys/arena.h"

struct issuer {
    seigr_context context;
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
};

static void issuer_init(struct issuer *issuer)
{
    issuer->context = (seigr_context)SEIGR_CONTEXT_INIT;
    issuer->context.crypto = seigr_crypto_sodium_node();
    support_check(issuer_cases[0].seed.len == SEIGR_SEED_LEN &&
                      seigr_keypair_init_seed(&issuer->context,
                                              issuer_cases[0].seed.ptr,
                                              &issuer->keypair) == 0,
                  "issuer", 0);
    issuer->signer = seigr_keypair_signer(&issuer->context, &issuer->keypair,
                                          &issuer->state);
}

void test_board_edge_seal__public_key_of_a_seed(void **state)
{
    struct issuer issuer;

    (void)state;
    issuer_init(&issuer);
    support_check(support_equal((seigr_span){issuer.signer.key.bytes, 32},
                                issuer_cases[0].kid),
                  "issuer", 0);
    support_count("issuer", issuer_case_count);
}

void test_board_edge_seal__golden_bytes(void **state)
{
    const seigr_buf out = {support_room_bytes, sizeof(support_room_bytes)};
    struct issuer issuer;

    (void)state;
    issuer_init(&issuer);
    for (size_t i = 0; i < capsule_case_count; i++) {
        const struct capsule_case *c = &capsule_cases[i];
        size_t len = 0;
        seigr_id id;

        support_check(seigr_capsule_frame(
                          &issuer.context, c->payload, -(int32_t)c->minus_alg,
                          &issuer.signer, out, &len, &id, NULL) == 0,
                      "seal", i);
        support_check(support_equal((seigr_span){out.ptr, len}, c->capsule),
                      "seal", i);
        support_check(
            support_equal((seigr_span){id.bytes, sizeof(id.bytes)}, c->id),
            "seal", i);
    }
    support_count("seal", capsule_case_count);
}

/* Eight capsules by one signature, each through the door again. */
void test_board_edge_seal__batch(void **state)
{
    static uint8_t memory[8192];
    struct issuer issuer;
    seigr_batch *batch = NULL;
    seigr_arena *arena;
    seigr_id ids[8];
    size_t before;

    (void)state;
    issuer_init(&issuer);
    support_check(seigr_arena_init(memory, sizeof(memory), &arena) == 0,
                  "seal_batch", 0);
    before = seigr_arena_used(arena);
    issuer.context.allocator = seigr_arena_allocator(arena);
    support_check(seigr_batch_new(&issuer.context, &issuer.signer, 0, &batch) ==
                      0,
                  "seal_batch", 0);
    for (uint32_t i = 0; i < 8; i++) {
        seigr_draft draft = SEIGR_DRAFT_INIT;

        draft.kind = SEIGR_KIND_DATA;
        draft.name = (seigr_span){(const uint8_t *)"reading", 7};
        draft.created_ms = i;
        draft.sequence = 1;
        support_check(seigr_batch_add(batch, &draft, &ids[i], NULL) == 0,
                      "seal_batch", i);
    }
    support_check(seigr_batch_seal(batch, NULL) == 0, "seal_batch", 8);
    for (uint32_t i = 0; i < 8; i++) {
        seigr_capsule capsule = SEIGR_CAPSULE_INIT;
        seigr_verified verified;
        size_t len = 0;

        support_check(
            seigr_batch_encode(batch, i, (seigr_buf){support_room_bytes, 1024},
                               &len) == 0 &&
                seigr_capsule_decode(&issuer.context,
                                     (seigr_span){support_room_bytes, len},
                                     &capsule, NULL) == 0 &&
                seigr_capsule_verify(&issuer.context, &capsule,
                                     (seigr_buf){NULL, 0}, &verified,
                                     NULL) == 0 &&
                support_equal(
                    (seigr_span){seigr_verified_id(&verified)->bytes, 32},
                    (seigr_span){ids[i].bytes, 32}),
            "seal_batch", i);
    }
    seigr_batch_free(batch);
    support_check(seigr_arena_used(arena) == before, "seal_batch", 9);
    /* The spoiled run shows that this family would notice, too. */
    support_check(support_equal((seigr_span){issuer.signer.key.bytes, 32},
                                issuer_cases[0].kid),
                  "seal_batch", 10);
    support_count("seal_batch", 8);
}
