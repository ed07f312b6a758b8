/* SPDX-License-Identifier: MIT */
/*
 * seal.c - a sensor's view: readings become capsules, signed on the board.
 *
 * It needs the profile edge: no operating system, and no heap but an arena in
 * memory of its own. It seals a reading, takes it through the same door as a
 * stranger's, and gives it to the host as reading.seigr.
 *
 * A real board takes its seed from where nobody reads it and keeps its stream
 * head in flash before a capsule leaves.
 */
#include <seigr/seigr.h>     /* the library */
#include <seigr/sys/arena.h> /* seigr_arena_init */

#include <board.h> /* board_print, board_write_file */

static uint8_t memory[2048];
static const uint8_t seed[SEIGR_SEED_LEN] = "a seed for an example, no more!";

/* A capsule of ours comes in by the same door as any other. */
static int admit(const seigr_context *context, seigr_span bytes)
{
    seigr_verified verified;

    return seigr_capsule_open(context, bytes, (seigr_buf){NULL, 0}, &verified,
                              NULL);
}

static int seal_reading(const seigr_context *context,
                        const seigr_signer *signer, seigr_stream_head *head)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t bytes[512];
    seigr_id id;
    size_t len;
    int err;

    draft.kind = SEIGR_KIND_DATA;
    draft.name = (seigr_span){(const uint8_t *)"oven", 4};
    draft.created_ms = 1700000000000u;
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.content = (seigr_span){(const uint8_t *)"21.5", 4};
    err = seigr_stream_head_next(head, &draft);
    if (err == 0)
        err = seigr_capsule_seal(context, &draft, signer,
                                 (seigr_buf){bytes, sizeof(bytes)}, &len, &id,
                                 NULL);
    if (err == 0)
        err = seigr_stream_head_advance(head, &id);
    if (err == 0)
        err = admit(context, (seigr_span){bytes, len});
    return err != 0 ? err : board_write_file("reading.seigr", bytes, len);
}

int main(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_keypair_signer_state state;
    seigr_stream_head head;
    seigr_keypair keypair;
    seigr_signer signer;
    seigr_arena *arena;
    int err = seigr_arena_init(memory, sizeof(memory), &arena);

    if (err != 0)
        return 1;
    context.allocator = seigr_arena_allocator(arena);
    context.crypto = seigr_crypto_sodium_node();
    if (seigr_keypair_init_seed(&context, seed, &keypair) != 0)
        return 1;
    signer = seigr_keypair_signer(&context, &keypair, &state);
    seigr_stream_head_first(&head);
    err = seal_reading(&context, &signer, &head);
    seigr_keypair_fini(&context, &keypair);
    board_print(err == 0 ? "sealed: " : seigr_strerror(err));
    board_print_number(seigr_arena_peak(arena));
    board_print(" bytes of the arena at most\n");
    return err != 0;
}
