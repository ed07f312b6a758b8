/* SPDX-License-Identifier: MIT */
/*
 * cmd_store.c - seigr store: init, put, get, list, pin, gc, stat.
 *
 * fsck is in store_fsck.c.
 */
#include "tool.h"       /* struct tool */
#include "tool_json.h"  /* tool_json_new */
#include "tool_key.h"   /* tool_key_parse */
#include "tool_store.h" /* tool_store_open */

#include <assert.h> /* assert */
#include <errno.h>  /* errno */
#include <stdlib.h> /* strtoull */
#include <string.h> /* strlen */

/* Open the store and begin. Returns an exit code; ended by store_end(). */
static int store_start(struct tool *tool, uint32_t mode, seigr_store **store,
                       seigr_store_txn **txn)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int code = tool_store_open(
        tool, mode == SEIGR_STORE_READ ? SEIGR_DISK_READ_ONLY : 0, store);
    int err;

    if (code != TOOL_EXIT_FINE)
        return code;
    err = seigr_store_begin(*store, mode, txn, &error);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(tool, err, &error);
}

/* End what was begun: with TOOL_EXIT_FINE it is committed. */
static int store_end(struct tool *tool, int code, seigr_store *store,
                     seigr_store_txn *txn)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    assert(store != NULL);
    if (code == TOOL_EXIT_FINE) {
        err = seigr_store_commit(txn, &error);
        if (err != 0)
            code = tool_store_fail(tool, err, &error);
    } else {
        seigr_store_abort(txn);
    }
    seigr_store_close(store);
    return code;
}

static void store_said(struct tool *tool, json_t *json)
{
    if (tool->is_json)
        tool_json_print(json);
    else
        json_decref(json);
}

/* --- init, put ------------------------------------------------------------ */

static int store_limit(struct tool *tool, seigr_store *store, const char *text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store_txn *txn;
    unsigned long long bytes;
    char *end;
    int err;

    errno = 0;
    bytes = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return tool_fail(tool, TOOL_EXIT_USAGE, "--limit is no number: %s",
                         text);
    err = seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, &error);
    if (err == 0) {
        err = seigr_store_limit(txn, bytes, &error);
        if (err == 0)
            err = seigr_store_commit(txn, &error);
        else
            seigr_store_abort(txn);
    }
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(tool, err, &error);
}

int cmd_store_init(struct tool *tool)
{
    const char *limit = tool_args_value(&tool->args, TOOL_LIMIT);
    char *path = tool_store_path(tool);
    seigr_store *store = NULL;
    json_t *json;
    int code;

    if (path == NULL)
        return tool->exit;
    code = tool_store_open(tool, SEIGR_DISK_CREATE, &store);
    if (code == TOOL_EXIT_FINE && limit != NULL)
        code = store_limit(tool, store, limit);
    seigr_store_close(store);
    if (code == TOOL_EXIT_FINE) {
        json = tool_json_new("store-init");
        tool_json_set(
            json, "folder",
            tool_json_text((seigr_span){(const uint8_t *)path, strlen(path)}));
        tool_say(tool, "made a store in %s", path);
        tool_line(tool);
        store_said(tool, json);
    }
    free(path);
    return code;
}

int cmd_store_put(struct tool *tool)
{
    struct store_taken taken = {0};
    seigr_store *store;
    json_t *json;
    int code = tool_store_open(tool, 0, &store);

    if (code != TOOL_EXIT_FINE)
        return code;
    for (size_t i = 0; i < tool->args.operand_count && code == TOOL_EXIT_FINE;
         i++)
        code = store_take(tool, store, tool->args.operands[i], &taken);
    seigr_store_close(store);
    if (code != TOOL_EXIT_FINE)
        return code;
    json = tool_json_new("store-put");
    tool_json_set(json, "capsules", tool_json_number(taken.capsules));
    tool_json_set(json, "new", tool_json_number(taken.news));
    tool_json_set(json, "forks", tool_json_number(taken.forks));
    tool_say(tool, "kept %zu capsule%s, %zu of them new", taken.capsules,
             taken.capsules == 1 ? "" : "s", taken.news);
    tool_line(tool);
    store_said(tool, json);
    if (taken.forks > 0)
        tool->exit = tool_worse(tool->exit, TOOL_EXIT_LINEAGE);
    return tool->exit;
}

/* --- get ------------------------------------------------------------------ */

struct get {
    struct tool *tool;
    seigr_store_txn *txn;
    seigr_output *output;
    seigr_bundle_writer *writer;
    seigr_verified verified;
    uint8_t bytes[SEIGR_STORE_VALUE_MAX];
    uint8_t chunk[SEIGR_BODY_CHUNK_LEN];
};

static int get_write(seigr_span bytes, void *ctx)
{
    return seigr_output_write(ctx, bytes, NULL);
}

/* The bytes come back through the door. */
static int get_recall(struct get *get, const seigr_id *id)
{
    struct tool *tool = get->tool;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;
    int err = seigr_store_get(get->txn, id,
                              (seigr_buf){get->bytes, sizeof(get->bytes)}, &len,
                              &error);

    if (err == 0)
        err = seigr_capsule_decode(
            &tool->context, (seigr_span){get->bytes, len}, &capsule, &error);
    if (err == 0 &&
        seigr_capsule_verify(&tool->context, &capsule, (seigr_buf){NULL, 0},
                             &get->verified, &error) != 0)
        err = SEIGR_E_CORRUPT; /* it was good when it was put */
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(tool, err, &error);
}

static int get_leaf(uint64_t index, seigr_hash *leaf, void *ctx)
{
    const struct get *get = ctx;
    size_t count;
    const int err = seigr_store_get_leaves(
        get->txn, &seigr_verified_capsule(&get->verified)->body.root, index,
        leaf, 1, &count);

    return err != 0 ? err : count == 1 ? 0 : SEIGR_E_CORRUPT;
}

/* The content, if all of it is kept. */
static int get_content(struct get *get, seigr_error *error)
{
    const seigr_body *body = &seigr_verified_capsule(&get->verified)->body;
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_hash leaf;
    size_t len;
    int err;

    if (body->form != SEIGR_BODY_ROOT || get_leaf(0, &leaf, get) != 0 ||
        seigr_store_get_chunk(get->txn, &leaf, (seigr_buf){NULL, 0}, &len,
                              NULL) == SEIGR_E_NOTFOUND)
        return 0;
    leaves.get = get_leaf;
    leaves.ctx = get;
    err = seigr_bundle_writer_body(get->writer, &leaves, error);
    for (uint64_t i = 0; err == 0 && i < seigr_body_chunk_count(body->size);
         i++) {
        err = get_leaf(i, &leaf, get);
        if (err == 0)
            err = seigr_store_get_chunk(
                get->txn, &leaf, (seigr_buf){get->chunk, sizeof(get->chunk)},
                &len, error);
        if (err == 0)
            err = seigr_bundle_writer_content(
                get->writer, (seigr_span){get->chunk, len}, error);
    }
    return err;
}

static int get_bundle(struct get *get, const seigr_id *id)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int err = seigr_bundle_writer_new(&get->tool->context, id, 1, &get->writer,
                                      get_write, get->output);

    if (err == 0)
        err = seigr_bundle_writer_put(get->writer, &get->verified, &error);
    if (err == 0)
        err = get_content(get, &error);
    if (err == 0)
        err = seigr_bundle_writer_finish(get->writer, id, 1, &error);
    if (err == 0)
        err = seigr_output_commit(get->output, &error);
    seigr_bundle_writer_free(get->writer);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(get->tool, err, &error);
}

int cmd_store_get(struct tool *tool)
{
    const char *to = tool_args_value(&tool->args, TOOL_OUTPUT);
    struct get *get = calloc(1, sizeof(*get));
    seigr_store *store = NULL;
    seigr_id id;
    int code;

    if (get == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    get->tool = tool;
    to = to == NULL ? "-" : to;
    code = tool_output_check(tool, to);
    if (code == TOOL_EXIT_FINE)
        code = store_start(tool, SEIGR_STORE_READ, &store, &get->txn);
    if (code == TOOL_EXIT_FINE)
        code = tool_store_find(tool, get->txn, tool->args.operands[0], &id);
    if (code == TOOL_EXIT_FINE)
        code = get_recall(get, &id);
    if (code == TOOL_EXIT_FINE)
        code = tool_output_open(tool, to, &get->output);
    if (code == TOOL_EXIT_FINE)
        code = get_bundle(get, &id);
    seigr_output_close(get->output);
    seigr_store_abort(get->txn);
    seigr_store_close(store);
    free(get);
    return code;
}

/* --- list, pin ------------------------------------------------------------ */

static int list_one(struct tool *tool, seigr_store_txn *txn, const seigr_id *id,
                    uint8_t *room, json_t *list)
{
    char address[SEIGR_ADDRESS_LEN + 1];
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    const char *kind;
    size_t len;
    int err = seigr_store_get(txn, id, (seigr_buf){room, SEIGR_STORE_VALUE_MAX},
                              &len, &error);

    seigr_address_encode_id(id, address);
    if (err == 0)
        err = seigr_capsule_decode(&tool->context, (seigr_span){room, len},
                                   &capsule, &error);
    if (err != 0)
        return tool_fail(tool, tool_store_exit(err), "%s: %s", address,
                         error.text);
    kind = seigr_kind_name(capsule.kind);
    if (tool->is_json) {
        json_t *json = json_object();

        tool_json_set(json, "address", tool_json_id(id));
        tool_json_set(json, "kind", tool_json_number(capsule.kind));
        tool_json_set(json, "name", tool_json_text(capsule.name));
        (void)json_array_append_new(list, json);
        return TOOL_EXIT_FINE;
    }
    tool_say(tool, "%s %s ", address, kind == NULL ? "?" : kind);
    if (!tool->is_quiet)
        tool_put_escaped(stdout, capsule.name, 0);
    tool_line(tool);
    return TOOL_EXIT_FINE;
}

static int list_cursor(struct tool *tool, seigr_store_cursor *cursor)
{
    const char *by = tool_args_value(&tool->args, TOOL_BY);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_public_key key;
    seigr_prefix prefix;
    int code;

    if (by != NULL) {
        code = tool_key_parse(tool, by, &key);
        if (code == TOOL_EXIT_FINE)
            seigr_store_by_chain(cursor, &key, SEIGR_STORE_ANY, 0);
        return code;
    }
    if (tool->args.operand_count > 0) {
        const char *text = tool->args.operands[0];

        if (seigr_prefix_decode(
                (seigr_span){(const uint8_t *)text, strlen(text)}, &prefix,
                &error) != 0)
            return tool_fail_error(tool, TOOL_EXIT_USAGE, text, &error);
    }
    seigr_store_by_id(cursor, tool->args.operand_count > 0 ? &prefix : NULL);
    return TOOL_EXIT_FINE;
}

int cmd_store_list(struct tool *tool)
{
    uint8_t *room = malloc(SEIGR_STORE_VALUE_MAX);
    json_t *json = tool_json_new("store-list");
    json_t *list = json_array();
    seigr_store *store = NULL;
    seigr_store_txn *txn = NULL;
    seigr_store_cursor cursor;
    seigr_id id;
    int code = room == NULL ? tool_fail(tool, TOOL_EXIT_FAILURE,
                                        "memory could not be had")
                            : list_cursor(tool, &cursor);

    if (code == TOOL_EXIT_FINE)
        code = store_start(tool, SEIGR_STORE_READ, &store, &txn);
    if (code == TOOL_EXIT_FINE) {
        int err;

        while ((err = seigr_store_next(txn, &cursor, &id)) == 1 &&
               !tool_is_stopped())
            (void)list_one(tool, txn, &id, room, list);
        if (err < 0)
            (void)tool_store_fail(tool, err, &(seigr_error)SEIGR_ERROR_INIT);
    }
    seigr_store_abort(txn);
    seigr_store_close(store);
    free(room);
    tool_json_set(json, "capsules", list);
    store_said(tool, json);
    return tool->exit;
}

int cmd_store_pin(struct tool *tool)
{
    const int is_remove = tool_args_count(&tool->args, TOOL_REMOVE) > 0;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store *store = NULL;
    seigr_store_txn *txn = NULL;
    int code = store_start(tool, SEIGR_STORE_WRITE, &store, &txn);

    for (size_t i = 0; code == TOOL_EXIT_FINE && i < tool->args.operand_count;
         i++) {
        const char *text = tool->args.operands[i];
        seigr_id id;
        int err = seigr_address_decode_id(
            (seigr_span){(const uint8_t *)text, strlen(text)}, &id, &error);

        if (err != 0) {
            code = tool_fail_error(tool, TOOL_EXIT_USAGE, text, &error);
            continue;
        }
        err = is_remove ? seigr_store_unpin(txn, &id, &error)
                        : seigr_store_pin(txn, &id, &error);
        if (err != 0)
            code = tool_store_fail(tool, err, &error);
    }
    if (store == NULL)
        return code;
    return store_end(tool, code, store, txn);
}

/* --- gc, stat ------------------------------------------------------------- */

static void gc_say(struct tool *tool, const seigr_store_progress *progress)
{
    json_t *json = tool_json_new("store-gc");

    tool_json_set(json, "capsules",
                  tool_json_number(progress->capsule_removed));
    tool_json_set(json, "chunks", tool_json_number(progress->chunk_removed));
    tool_json_set(json, "bytes", tool_json_number(progress->byte_removed));
    tool_say(tool, "removed %llu capsules and %llu chunks, %llu bytes",
             (unsigned long long)progress->capsule_removed,
             (unsigned long long)progress->chunk_removed,
             (unsigned long long)progress->byte_removed);
    tool_line(tool);
    store_said(tool, json);
}

int cmd_store_gc(struct tool *tool)
{
    seigr_store_progress progress = SEIGR_STORE_PROGRESS_INIT;
    seigr_store_collection *collection = NULL;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store *store;
    int code = tool_store_open(tool, 0, &store);
    int err;

    if (code != TOOL_EXIT_FINE)
        return code;
    err = seigr_store_collection_new(store, &collection, &error);
    for (int step = 1; err == 0 && step == 1 && !tool_is_stopped();) {
        step = seigr_store_collection_step(collection, 4096, &progress, &error);
        err = step < 0 ? step : 0;
    }
    seigr_store_collection_free(collection);
    seigr_store_close(store);
    if (err != 0)
        return tool_store_fail(tool, err, &error);
    gc_say(tool, &progress);
    return tool->exit;
}

static void stat_number(struct tool *tool, json_t *json, const char *name,
                        uint64_t value)
{
    tool_json_set(json, name, tool_json_number(value));
    tool_say(tool, "%-14s %llu", name, (unsigned long long)value);
    tool_line(tool);
}

static void stat_root(struct tool *tool, json_t *json, const char *name,
                      const seigr_hash *root)
{
    char hex[65];

    for (unsigned i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", root->bytes[i]);
    tool_json_set(json, name, json_string(hex));
    tool_say(tool, "%-14s %s", name, hex);
    tool_line(tool);
}

int cmd_store_stat(struct tool *tool)
{
    seigr_store_stats stats = SEIGR_STORE_STATS_INIT;
    seigr_checkpoint state = SEIGR_CHECKPOINT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_store *store = NULL;
    seigr_store_txn *txn = NULL;
    json_t *json;
    int code = store_start(tool, SEIGR_STORE_WRITE, &store, &txn);
    int err;

    if (code != TOOL_EXIT_FINE) {
        seigr_store_close(store);
        return code;
    }
    err = seigr_store_stat(txn, &stats);
    if (err == 0)
        err = seigr_store_state(txn, &state, &error);
    if (err != 0)
        code = tool_store_fail(tool, err, &error);
    code = store_end(tool, code, store, txn);
    if (code != TOOL_EXIT_FINE)
        return code;
    json = tool_json_new("store-stat");
    stat_number(tool, json, "capsules", stats.capsule_count);
    stat_number(tool, json, "capsule_bytes", stats.capsule_bytes);
    stat_number(tool, json, "chunks", stats.chunk_count);
    stat_number(tool, json, "chunk_bytes", stats.chunk_bytes);
    stat_number(tool, json, "pins", stats.pin_count);
    stat_number(tool, json, "forks", stats.fork_count);
    stat_number(tool, json, "limit", stats.size_bytes_max);
    stat_number(tool, json, "log_size", state.log_size);
    stat_root(tool, json, "log_root", &state.log_root);
    stat_root(tool, json, "index_root", &state.index_root);
    store_said(tool, json);
    return tool->exit;
}
