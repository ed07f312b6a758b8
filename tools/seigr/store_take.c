/* SPDX-License-Identifier: MIT */
/*
 * store_take.c - from a file into the store: its capsules, leaf lists and
 * chunks, in one transaction.
 */
#include "tool_store.h" /* store_take */

#include "tool_source.h" /* tool_source_read */

#include <assert.h> /* assert */
#include <stdlib.h> /* realloc */
#include <string.h> /* memcpy */

struct take {
    struct tool *tool;
    const char *name; /* of the file */
    seigr_store_txn *txn;
    struct store_taken *taken;
    seigr_body body; /* of the last capsule */
    seigr_hash *leaves;
    size_t len;  /* bytes of leaves */
    size_t room; /* bytes */
};

static int take_refused(const struct take *take, int err,
                        const seigr_error *error)
{
    return err >= 0 ? 0 : tool_store_fail(take->tool, err, error);
}

static int take_mend(struct take *take, const seigr_verified *capsule)
{
    char address[SEIGR_ADDRESS_LEN + 1];
    seigr_error error = SEIGR_ERROR_INIT;
    int err = seigr_store_has(take->txn, seigr_verified_id(capsule));

    if (err != 1)
        return take_refused(take, err, &error);
    err = seigr_store_mend(take->txn, capsule, &error);
    if (err != 1)
        return take_refused(take, err, &error);
    take->taken->mended++;
    seigr_address_encode_id(seigr_verified_id(capsule), address);
    tool_say(take->tool, "repaired %s", address);
    tool_line(take->tool);
    return 0;
}

static int take_keep(struct take *take, const seigr_verified *capsule)
{
    seigr_store_put_info info = SEIGR_STORE_PUT_INFO_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    char address[SEIGR_ADDRESS_LEN + 1];
    const int err = seigr_store_put(take->txn, capsule, &info, &error);

    if (err != 0)
        return take_refused(take, err, &error);
    take->taken->news += info.is_new;
    if (info.fork_type == 0)
        return 0;
    take->taken->forks++;
    seigr_address_encode_id(seigr_verified_id(capsule), address);
    tool_note(take->tool,
              "%s: %s forks its issuer's chain; both sides are kept as a proof",
              take->name, address);
    return 0;
}

static int take_item(const struct tool_item *item, void *ctx)
{
    struct take *take = ctx;
    seigr_error error = item->error;

    if (item->verified == NULL) {
        if (error.offset == SEIGR_NO_OFFSET)
            error.offset = item->offset;
        return tool_fail_error(take->tool, tool_exit_of(error.code), take->name,
                               &error);
    }
    take->taken->capsules++;
    take->body = item->capsule->body;
    take->len = 0;
    return take->taken->is_repair ? take_mend(take, item->verified)
                                  : take_keep(take, item->verified);
}

static int take_leaves(struct take *take, seigr_span bytes)
{
    if (bytes.len > take->room - take->len) {
        const size_t room = (take->len + bytes.len) * 2;
        seigr_hash *leaves = realloc(take->leaves, room);

        if (leaves == NULL)
            return tool_fail(take->tool, TOOL_EXIT_FAILURE,
                             "memory could not be had");
        take->leaves = leaves;
        take->room = room;
    }
    memcpy((uint8_t *)take->leaves + take->len, bytes.ptr, bytes.len);
    take->len += bytes.len;
    return 0;
}

/* What is not kept is none of a repair's business. */
static int take_status(const struct take *take, int err,
                       const seigr_error *error)
{
    if (err == SEIGR_E_NOTFOUND && take->taken->is_repair)
        return 0;
    return take_refused(take, err, error);
}

static int take_content(const seigr_bundle_event *event, void *ctx)
{
    struct take *take = ctx;
    seigr_body_leaves list = SEIGR_BODY_LEAVES_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    if (event->type == SEIGR_BUNDLE_LEAVES)
        return take_leaves(take, event->bytes);
    if (event->type != SEIGR_BUNDLE_CHUNK && event->type != SEIGR_BUNDLE_REPEAT)
        return 0;
    if (event->index == 0) {
        list.array = take->leaves;
        list.array_max = take->len / sizeof(seigr_hash);
        err = seigr_store_put_leaves(take->txn, &take->body, &list, &error);
        if (err != 0)
            return take_status(take, err, &error);
    }
    if (event->type == SEIGR_BUNDLE_REPEAT)
        return 0;
    err = seigr_store_put_chunk(take->txn, event->bytes, &error);
    return take_status(take, err, &error);
}

int store_take(struct tool *tool, seigr_store *store, const char *path,
               struct store_taken *taken)
{
    struct take take = {.tool = tool, .taken = taken};
    const struct tool_source_visitor visitor = {NULL, take_item, take_content,
                                                &take, !taken->is_repair};
    seigr_error error = SEIGR_ERROR_INIT;
    struct tool_source_end end;
    int err = seigr_store_begin(store, SEIGR_STORE_WRITE, &take.txn, &error);

    assert(taken != NULL);
    if (err != 0)
        return tool_store_fail(tool, err, &error);
    take.name = tool_source_name(path);
    tool_source_read(tool, path, &visitor, &end);
    free(take.leaves);
    if (end.exit != TOOL_EXIT_FINE)
        (void)tool_fail_error(tool, end.exit, take.name, &end.error);
    if (tool->exit != TOOL_EXIT_FINE) {
        seigr_store_abort(take.txn);
        return tool->exit;
    }
    err = seigr_store_commit(take.txn, &error);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(tool, err, &error);
}
