/* SPDX-License-Identifier: MIT */
/*
 * run_player.c - the other side of a run's channels, from a transcript.
 *
 * Invariant:
 *   (1) an entry is left behind only when the run has done what it says.
 */
#include "seigr/run.h" /* seigr_transcript_player */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* The next entry, not yet left behind. Returns 0, SEIGR_E_AGAIN at the end,
 * or a refusal. */
static int player_peek(seigr_transcript_player *player, uint32_t handle,
                       seigr_transcript_entry *out, seigr_span *behind)
{
    int err;

    if (player->code != 0)
        return player->code;
    *behind = player->rest;
    err = seigr_transcript_next(behind, out, NULL);
    if (err == 0)
        return SEIGR_E_AGAIN;
    if (err == 1 && out->handle != handle)
        err = SEIGR_E_MISMATCH;
    if (err < 0)
        player->code = err;
    return err < 0 ? err : 0;
}

int seigr_transcript_play_send(uint32_t handle, seigr_span message, void *ctx)
{
    seigr_transcript_player *player = ctx;
    seigr_transcript_entry entry = {0, 0, {NULL, 0}};
    seigr_span behind;
    const int err = player_peek(player, handle, &entry, &behind);

    assert(message.ptr != NULL || message.len == 0);
    if (err != 0)
        return err;
    if (entry.what != SEIGR_TRANSCRIPT_SENT || entry.bytes.len != message.len ||
        (message.len > 0 &&
         memcmp(entry.bytes.ptr, message.ptr, message.len) != 0))
        return player->code = SEIGR_E_MISMATCH;
    player->rest = behind; /* (1) */
    return 0;
}

int seigr_transcript_play_receive(uint32_t handle, seigr_span *message,
                                  void *ctx)
{
    seigr_transcript_player *player = ctx;
    seigr_transcript_entry entry = {0, 0, {NULL, 0}};
    seigr_span behind;
    const int err = player_peek(player, handle, &entry, &behind);

    if (err != 0)
        return err;
    if (entry.what == SEIGR_TRANSCRIPT_SENT)
        return player->code = SEIGR_E_MISMATCH;
    player->rest = behind; /* (1) */
    if (entry.what == SEIGR_TRANSCRIPT_CLOSED)
        return SEIGR_E_NOTFOUND;
    *message = entry.bytes;
    return 0;
}
