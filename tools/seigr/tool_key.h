/* SPDX-License-Identifier: MIT */
/*
 * tool_key.h - the user's key and passphrase.
 */
#ifndef SEIGR_TOOL_KEY_H
#define SEIGR_TOOL_KEY_H

#include "tool.h" /* struct tool */

/* SEIGR_HOME, or NULL after the sentence was said. */
seigr_home *tool_key_home(struct tool *tool);

/* What the user's key file says of itself. Returns an exit code. */
int tool_key_inspect(struct tool *tool, const seigr_home *home,
                     seigr_keyfile_info *out);

/* Load the user's key, asking for the passphrase where it needs one. Returns
 * an exit code. */
int tool_key_load(struct tool *tool, seigr_home *home, seigr_keypair *out);

/*
 * The passphrase for a new key: from --passphrase-file, or asked for twice
 * where standard input is a terminal. Returns an exit code; *out is
 * {NULL, 0} for none, and released with seigr_posix_release().
 */
int tool_key_new_passphrase(struct tool *tool, seigr_buf *out);

/* Read a key as people give it, did:key or whole address. Returns an exit
 * code. */
int tool_key_parse(struct tool *tool, const char *text, seigr_public_key *out);

#endif
