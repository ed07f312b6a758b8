/* SPDX-License-Identifier: MIT */
/*
 * sealer.h - capsules of the user's key, into one bundle.
 */
#ifndef SEIGR_SEALER_H
#define SEIGR_SEALER_H

#include "tool.h"         /* struct tool */
#include "tool_content.h" /* struct tool_content */

/*
 *     open -> add ... -> finish -> close
 *
 * Nobody sees the bundle before finish, and the stream's head is durable
 * before anybody does. Without finish nothing has happened.
 */
struct sealer {
    struct tool *tool;
    seigr_home *home; /* borrowed */
    const char *path; /* of the bundle, "-": standard output */
    seigr_keypair keypair;
    seigr_keypair_signer_state signer_state;
    seigr_signer signer;
    seigr_stream *stream;
    seigr_output *output;
    seigr_bundle_writer *writer;
    uint8_t *room; /* for one capsule; the one added last stands in it */
    size_t len;    /* of that capsule */
    uint8_t *scratch;
    uint64_t stream_number; /* of the last capsule */
    uint64_t sequence;      /* of the last capsule */
    size_t count;           /* capsules sealed */
};

/* Load the key, wait for other writers, begin the bundle. Returns an exit
 * code; released with sealer_close(), after a failure too. */
int sealer_open(struct sealer *sealer, struct tool *tool, seigr_home *home,
                const char *path);

/*
 * Number, sign and add a capsule.
 *
 *   draft  all but stream, sequence and previous; links has room for one
 *          more behind link_count.
 *   name   what sentences call it.
 *
 * Returns an exit code.
 */
int sealer_add(struct sealer *sealer, seigr_draft *draft, seigr_link *links,
               const char *name, seigr_id *id_out);

/* Write the content of the capsule added last behind it. Returns an exit
 * code. */
int sealer_embed(struct sealer *sealer, const struct tool_content *content,
                 struct tool_progress *progress);

/* The bundle is complete, and this its root. Returns an exit code. */
int sealer_finish(struct sealer *sealer, const seigr_id *root);

void sealer_close(struct sealer *sealer);

#endif
