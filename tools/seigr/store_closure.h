/* SPDX-License-Identifier: MIT */
/*
 * store_closure.h - a capsule of the user's store and all that it comes from,
 * as a bundle: what stands for an address where a command reads files.
 */
#ifndef SEIGR_STORE_CLOSURE_H
#define SEIGR_STORE_CLOSURE_H

#include "tool_store.h" /* tool_store_open */

/* Whether text is an address or the beginning of one, not a file's name. */
int store_closure_is_address(const char *text);

/* Write the bundle. Returns an exit code. */
int store_closure_write(struct tool *tool, const char *text, FILE *out);

#endif
