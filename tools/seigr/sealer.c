/* SPDX-License-Identifier: MIT */
/*
 * sealer.c - one session of sealing.
 *
 * Invariants:
 *   (1) what is written has come through the door: decoded and verified from
 *       its bytes, also though this program made them.
 *   (2) the order at the end is: bundle synced, head committed, bundle named.
 *       A failure before the head leaves no trace; one after it a gap in the
 *       chain, never a fork.
 */
#include "sealer.h" /* struct sealer */

#include "tool_key.h" /* tool_key_load */

#include <assert.h> /* assert */
#include <stdlib.h> /* malloc */

#define SEALER_ROOM_LEN (SEIGR_CAPSULE_PAYLOAD_MAX + SEIGR_CAPSULE_OVERHEAD_MAX)

static int sealer_fail(struct sealer *sealer, const char *name,
                       const seigr_error *error)
{
    return tool_fail_error(sealer->tool, TOOL_EXIT_FAILURE, name, error);
}

/* A failed write was already told to output's caller by its error. */
static int sealer_sink(seigr_span bytes, void *ctx)
{
    struct sealer *sealer = ctx;
    seigr_error error = SEIGR_ERROR_INIT;
    int err = seigr_output_write(sealer->output, bytes, &error);

    if (err < 0)
        (void)sealer_fail(sealer, NULL, &error);
    return err;
}

static int sealer_begin(struct sealer *sealer)
{
    struct tool *tool = sealer->tool;
    int err;

    if (tool_output_open(tool, sealer->path, &sealer->output) != TOOL_EXIT_FINE)
        return TOOL_EXIT_FAILURE;
    err = seigr_bundle_writer_new(&tool->context, NULL, 1, &sealer->writer,
                                  sealer_sink, sealer);
    if (err == SEIGR_E_NOMEM || err == SEIGR_E_RANDOM)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s", seigr_strerror(err));
    return err < 0 ? TOOL_EXIT_FAILURE : TOOL_EXIT_FINE;
}

int sealer_open(struct sealer *sealer, struct tool *tool, seigr_home *home,
                const char *path)
{
    const uint32_t flags = tool_args_count(&tool->args, TOOL_NEW_STREAM) > 0
                               ? SEIGR_STREAM_NEW
                               : 0;
    seigr_error error = SEIGR_ERROR_INIT;
    int code;

    assert(sealer != NULL);
    *sealer = (struct sealer){.tool = tool, .home = home, .path = path};
    sealer->room = malloc(SEALER_ROOM_LEN);
    sealer->scratch =
        malloc(SEIGR_CAPSULE_SCRATCH_LEN(SEIGR_CAPSULE_PAYLOAD_MAX));
    if (sealer->room == NULL || sealer->scratch == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    code = tool_key_load(tool, home, &sealer->keypair);
    if (code != TOOL_EXIT_FINE)
        return code;
    sealer->signer = seigr_keypair_signer(&tool->context, &sealer->keypair,
                                          &sealer->signer_state);
    if (seigr_stream_open(home, &sealer->signer.key, NULL, flags,
                          &sealer->stream, &error) != 0)
        return sealer_fail(sealer, NULL, &error);
    return sealer_begin(sealer);
}

/* (1) */
static int sealer_put(struct sealer *sealer, size_t len, const char *name)
{
    const seigr_context *context = &sealer->tool->context;
    const seigr_buf scratch = {
        sealer->scratch, SEIGR_CAPSULE_SCRATCH_LEN(SEIGR_CAPSULE_PAYLOAD_MAX)};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    int err = seigr_capsule_open(context, (seigr_span){sealer->room, len},
                                 scratch, &verified, &error);

    if (err == 0)
        err = seigr_bundle_writer_put(sealer->writer, &verified, &error);
    if (err == 0)
        return TOOL_EXIT_FINE;
    /* The sink has said what it could not write. */
    return sealer->tool->exit != TOOL_EXIT_FINE
               ? TOOL_EXIT_FAILURE
               : sealer_fail(sealer, name, &error);
}

int sealer_add(struct sealer *sealer, seigr_draft *draft, seigr_link *links,
               const char *name, seigr_id *id_out)
{
    const seigr_buf room = {sealer->room, SEALER_ROOM_LEN};
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;
    int err;

    assert(draft != NULL && links != NULL);
    seigr_stream_next(sealer->stream, draft);
    draft->links = links;
    if (seigr_stream_continues(sealer->stream, &links[draft->link_count]) == 1)
        draft->link_count++;
    err = seigr_capsule_seal(&sealer->tool->context, draft, &sealer->signer,
                             room, &len, id_out, &error);
    if (err < 0)
        return sealer_fail(sealer, name, &error);
    if (sealer_put(sealer, len, name) != TOOL_EXIT_FINE)
        return TOOL_EXIT_FAILURE;
    sealer->len = len;
    err = seigr_stream_advance(sealer->stream, id_out);
    if (err < 0)
        return tool_fail(sealer->tool, TOOL_EXIT_FAILURE,
                         "the stream has no number left; use --new-stream");
    sealer->stream_number = draft->stream;
    sealer->sequence = draft->sequence;
    sealer->count++;
    return TOOL_EXIT_FINE;
}

int sealer_embed(struct sealer *sealer, const struct tool_content *content,
                 struct tool_progress *progress)
{
    assert(sealer != NULL);
    return tool_content_embed(content, sealer->writer, progress);
}

int sealer_finish(struct sealer *sealer, const seigr_id *root)
{
    uint8_t header[64];
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;
    int err = seigr_bundle_header_encode(
        root, 1, (seigr_buf){header, sizeof(header)}, &len);

    assert(sealer != NULL);
    if (err == 0)
        err = seigr_bundle_writer_finish(sealer->writer, root, 1, &error);
    if (err == 0)
        err = seigr_output_rewrite(sealer->output, 0, (seigr_span){header, len},
                                   &error);
    if (err == 0)
        err = seigr_output_sync(sealer->output, &error);
    if (err == 0 && tool_is_stopped())
        return tool_fail(sealer->tool, TOOL_EXIT_FAILURE, "stopped");
    if (err == 0)
        err = seigr_stream_commit(sealer->stream, &error); /* (2) */
    if (err == 0)
        err = seigr_output_commit(sealer->output, &error);
    return err < 0 ? sealer_fail(sealer, NULL, &error) : TOOL_EXIT_FINE;
}

void sealer_close(struct sealer *sealer)
{
    seigr_bundle_writer_free(sealer->writer);
    seigr_output_close(sealer->output);
    seigr_stream_close(sealer->stream);
    seigr_keypair_fini(&sealer->tool->context, &sealer->keypair);
    free(sealer->scratch);
    free(sealer->room);
}
