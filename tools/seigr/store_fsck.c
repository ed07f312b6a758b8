/* SPDX-License-Identifier: MIT */
/*
 * store_fsck.c - seigr store fsck: everything read, everything checked,
 * index and log built again from the segments alone and compared.
 *
 * Nothing is repaired that was not asked for, and what is, is named.
 */
#include "tool.h"       /* struct tool */
#include "tool_json.h"  /* tool_json_new */
#include "tool_store.h" /* tool_store_open */

#include <assert.h> /* assert */
#include <stdlib.h> /* calloc */
#include <string.h> /* memcmp */

struct fsck {
    struct tool *tool;
    seigr_store_txn *txn; /* of the index built again */
    json_t *damage;
    size_t damaged;
    uint64_t capsules;
    uint64_t chunks;
    uint8_t bytes[SEIGR_STORE_VALUE_MAX];
    uint8_t chunk[SEIGR_BODY_CHUNK_LEN];
};

static int fsck_damage(const char *text, void *ctx)
{
    struct fsck *fsck = ctx;

    assert(text != NULL);
    fsck->damaged++;
    (void)json_array_append_new(fsck->damage, json_string(text));
    (void)tool_fail(fsck->tool, TOOL_EXIT_DAMAGED, "damaged: %s", text);
    return 0;
}

static void fsck_name(struct fsck *fsck, const seigr_id *id, const char *what)
{
    char text[SEIGR_ADDRESS_LEN + 128];
    char address[SEIGR_ADDRESS_LEN + 1];

    seigr_address_encode_id(id, address);
    (void)snprintf(text, sizeof(text), "%s: %s", address, what);
    (void)fsck_damage(text, fsck);
}

/* The content of a capsule, as far as it is kept. */
static void fsck_content(struct fsck *fsck, const seigr_id *id,
                         const seigr_body *body)
{
    const uint64_t count = seigr_body_chunk_count(body->size);
    seigr_merkle tree;
    seigr_hash head;
    size_t len;

    seigr_merkle_init(&tree);
    for (uint64_t i = 0; i < count; i++) {
        seigr_hash leaf;
        int err =
            seigr_store_get_leaves(fsck->txn, &body->root, i, &leaf, 1, &len);

        if (err == SEIGR_E_NOTFOUND && i == 0)
            return; /* no content is kept */
        if (err != 0 || len != 1 ||
            seigr_merkle_add(&fsck->tool->context, &tree, &leaf) != 0) {
            fsck_name(fsck, id, "its leaf list is not what was kept");
            return;
        }
        err = seigr_store_get_chunk(
            fsck->txn, &leaf, (seigr_buf){fsck->chunk, sizeof(fsck->chunk)},
            &len, NULL);
        fsck->chunks++;
        if (err != 0 && err != SEIGR_E_NOTFOUND)
            fsck_name(fsck, id, "a chunk of its content is not what was kept");
    }
    seigr_merkle_root(&fsck->tool->context, &tree, &head);
    if (memcmp(&head, &body->root, sizeof(head)) != 0)
        fsck_name(fsck, id, "its leaf list is not what was kept");
}

static void fsck_capsule(struct fsck *fsck, const seigr_id *id)
{
    const seigr_context *context = &fsck->tool->context;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_verified verified;
    size_t len;

    fsck->capsules++;
    if (seigr_store_get(fsck->txn, id,
                        (seigr_buf){fsck->bytes, sizeof(fsck->bytes)}, &len,
                        NULL) != 0 ||
        seigr_capsule_decode(context, (seigr_span){fsck->bytes, len}, &capsule,
                             NULL) != 0) {
        fsck_name(fsck, id, "its bytes do not hash to its address");
        return;
    }
    if (seigr_capsule_verify(context, &capsule, (seigr_buf){NULL, 0}, &verified,
                             NULL) != 0) {
        fsck_name(fsck, id, "its signature is not the one that was kept");
        return;
    }
    if (capsule.body.form == SEIGR_BODY_ROOT)
        fsck_content(fsck, id, &capsule.body);
}

/* Every entry of the log is there. */
static void fsck_log(struct fsck *fsck, uint64_t size)
{
    char text[96];
    seigr_id id;

    for (uint64_t n = 0; n < size; n++) {
        if (seigr_store_at(fsck->txn, n, &id) == 0)
            continue;
        (void)snprintf(text, sizeof(text), "entry %llu of the log is lost",
                       (unsigned long long)n);
        (void)fsck_damage(text, fsck);
    }
}

static int fsck_walk(struct fsck *fsck, seigr_checkpoint *state)
{
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;
    seigr_store_cursor cursor;
    seigr_id id;
    int err = seigr_store_check(fsck->txn, fsck_damage, fsck);

    if (err == 0)
        err = seigr_store_stat(fsck->txn, &stats);
    if (err != 0)
        return err;
    fsck_log(fsck, stats.log_size);
    seigr_store_by_id(&cursor, NULL);
    while ((err = seigr_store_next(fsck->txn, &cursor, &id)) == 1 &&
           !tool_is_stopped())
        fsck_capsule(fsck, &id);
    if (err == 0 && seigr_store_state(fsck->txn, state, NULL) != 0)
        (void)fsck_damage("index and log cannot be built", fsck);
    return err < 0 ? err : 0;
}

/* Index and log as they are kept, beside those that were built again. */
static int fsck_compare(struct fsck *fsck, const seigr_checkpoint *want)
{
    seigr_checkpoint is = SEIGR_CHECKPOINT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store *store;
    seigr_store_txn *txn;
    int code = tool_store_open(fsck->tool, 0, &store);
    int err;

    if (code != TOOL_EXIT_FINE)
        return code;
    err = seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, &error);
    if (err == 0) {
        err = seigr_store_state(txn, &is, &error);
        if (err == 0)
            err = seigr_store_commit(txn, &error);
        else
            seigr_store_abort(txn);
    }
    seigr_store_close(store);
    if (err == 0 && memcmp(&is, want, sizeof(is)) != 0)
        (void)fsck_damage("index or log are not those of what is kept; remove "
                          "index.state from the store to have them built again",
                          fsck);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(fsck->tool, err, &error);
}

/* Look at everything once. Returns an exit code. */
static int fsck_look(struct fsck *fsck)
{
    seigr_checkpoint state = SEIGR_CHECKPOINT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store *store;
    int code = tool_store_open(
        fsck->tool, SEIGR_DISK_READ_ONLY | SEIGR_DISK_REBUILD, &store);
    int err;

    fsck->damaged = 0;
    fsck->capsules = 0;
    fsck->chunks = 0;
    if (code != TOOL_EXIT_FINE)
        return code;
    err = seigr_store_begin(store, SEIGR_STORE_WRITE, &fsck->txn, &error);
    if (err == 0) {
        err = fsck_walk(fsck, &state);
        seigr_store_abort(fsck->txn);
    }
    seigr_store_close(store);
    if (err != 0)
        return tool_store_fail(fsck->tool, err, &error);
    return fsck->damaged > 0 ? TOOL_EXIT_FINE : fsck_compare(fsck, &state);
}

static int fsck_repair(struct fsck *fsck, const char *bundle,
                       struct store_taken *taken)
{
    seigr_store *store;
    int code = tool_store_open(fsck->tool, 0, &store);

    taken->is_repair = 1;
    if (code != TOOL_EXIT_FINE)
        return code;
    code = store_take(fsck->tool, store, bundle, taken);
    seigr_store_close(store);
    return code;
}

static void fsck_say(struct fsck *fsck, const struct store_taken *taken)
{
    struct tool *tool = fsck->tool;
    json_t *json = tool_json_new("store-fsck");

    tool_json_set(json, "capsules", tool_json_number(fsck->capsules));
    tool_json_set(json, "chunks", tool_json_number(fsck->chunks));
    tool_json_set(json, "repaired", tool_json_number(taken->mended));
    tool_json_set(json, "damage", fsck->damage);
    if (fsck->damaged == 0) {
        tool_say(tool,
                 "%llu capsules and %llu chunks read: every hash and signature "
                 "holds, index and log are those of what is kept",
                 (unsigned long long)fsck->capsules,
                 (unsigned long long)fsck->chunks);
        tool_line(tool);
    }
    if (tool->is_json)
        tool_json_print(json);
    else
        json_decref(json);
}

int cmd_store_fsck(struct tool *tool)
{
    const char *bundle = tool_args_value(&tool->args, TOOL_REPAIR);
    struct fsck *fsck = calloc(1, sizeof(*fsck));
    struct store_taken taken = {0};
    int code = TOOL_EXIT_FINE;

    if (fsck == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    fsck->tool = tool;
    fsck->damage = json_array();
    if (bundle != NULL)
        code = fsck_repair(fsck, bundle, &taken);
    if (code == TOOL_EXIT_FINE)
        code = fsck_look(fsck);
    if (code == TOOL_EXIT_FINE)
        fsck_say(fsck, &taken);
    else
        json_decref(fsck->damage);
    free(fsck);
    return tool->exit;
}
