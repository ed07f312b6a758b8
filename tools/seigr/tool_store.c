/* SPDX-License-Identifier: MIT */
/*
 * tool_store.c - finding and opening the user's store.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool_store.h" /* tool_store_open */

#include "tool_key.h" /* tool_key_home */

#include <assert.h> /* assert */
#include <stdlib.h> /* getenv, malloc */
#include <string.h> /* strlen */

char *tool_store_path(struct tool *tool)
{
    const char *path = tool_args_value(&tool->args, TOOL_STORE);
    seigr_home *home = NULL;
    const char *end = "";
    char *copy;

    if (path == NULL)
        path = getenv("SEIGR_STORE");
    if (path == NULL || path[0] == '\0') {
        home = tool_key_home(tool);
        if (home == NULL)
            return NULL;
        path = seigr_home_path(home);
        end = "/store";
    }
    copy = malloc(strlen(path) + strlen(end) + 1);
    if (copy == NULL)
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    else
        (void)strcat(strcpy(copy, path), end);
    seigr_home_close(home);
    return copy;
}

int tool_store_exit(int status)
{
    switch (status) {
    case SEIGR_E_CORRUPT:
        return TOOL_EXIT_DAMAGED;
    case SEIGR_E_FULL:
        return TOOL_EXIT_STORE_FULL;
    case SEIGR_E_NOTFOUND:
    case SEIGR_E_FORMAT:
    case SEIGR_E_UNSUPPORTED:
        return TOOL_EXIT_NO_STORE;
    default:
        return status == 0 ? TOOL_EXIT_FINE : TOOL_EXIT_FAILURE;
    }
}

int tool_store_fail(struct tool *tool, int status, const seigr_error *error)
{
    const char *advice =
        status == SEIGR_E_CORRUPT ? "; \"seigr store fsck\" says where" : "";

    assert(status < 0);
    return tool_fail(
        tool, tool_store_exit(status), "%s%s",
        error->text[0] != '\0' ? error->text : seigr_strerror(status), advice);
}

int tool_store_open(struct tool *tool, uint32_t flags, seigr_store **out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store_backend backend;
    char *path = tool_store_path(tool);
    int err;

    if (path == NULL)
        return tool->exit;
    err = seigr_disk_open(&tool->context, path, flags, &backend, &error);
    if (err == 0)
        err = seigr_store_open(&tool->context, &backend, NULL, out, &error);
    free(path);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(tool, err, &error);
}

int tool_store_find(struct tool *tool, seigr_store_txn *txn, const char *text,
                    seigr_id *out)
{
    const seigr_span span = {(const uint8_t *)text, strlen(text)};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store_cursor cursor;
    seigr_prefix prefix;
    seigr_id other;
    int err;

    if (seigr_prefix_decode(span, &prefix, &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_USAGE, text, &error);
    seigr_store_by_id(&cursor, &prefix);
    err = seigr_store_next(txn, &cursor, out);
    if (err == 0 || (err == 1 && !seigr_prefix_match(&prefix, out->bytes)))
        return tool_fail(tool, TOOL_EXIT_NO_CAPSULE,
                         "no capsule that is kept has the address %s", text);
    if (err == 1)
        err = seigr_store_next(txn, &cursor, &other);
    if (err == 1)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "several addresses begin with %s; give more digits",
                         text);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(tool, err, &error);
}
