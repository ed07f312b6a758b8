/* SPDX-License-Identifier: MIT */
/*
 * tool_json.h - answers for programs. The fields are in docs/COMMAND.md.
 */
#ifndef SEIGR_TOOL_JSON_H
#define SEIGR_TOOL_JSON_H

#include "tool.h"        /* struct tool */
#include "tool_source.h" /* struct tool_item */

#include <jansson.h> /* json_t */

/* {"schema": "seigr.NAME/1"} */
json_t *tool_json_new(const char *name);

/* Print it to standard output and release it. */
void tool_json_print(json_t *json);

/* Text that may not be UTF-8: what is not is shown as \x{HEX}. */
json_t *tool_json_text(seigr_span text);

/* A number; past 2^63 - 1, which JSON readers lose, a string. */
json_t *tool_json_number(uint64_t value);

json_t *tool_json_hex(const uint8_t *bytes, size_t len);
json_t *tool_json_id(const seigr_id *id);

/* {"address": ..., "did": ...} */
json_t *tool_json_key(const seigr_public_key *key);

/* Every field of a capsule but its content. */
json_t *tool_json_item(const struct tool *tool, const struct tool_item *item);

/* Set a member; the value is taken over. */
void tool_json_set(json_t *object, const char *key, json_t *value);

#endif
