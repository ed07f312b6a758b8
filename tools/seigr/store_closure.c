/* SPDX-License-Identifier: MIT */
/*
 * store_closure.c - takes a capsule and all that it comes from out of the
 * store, parents first.
 *
 * What it names and the store lacks is left out: whoever reads the bundle
 * says that it is a gap.
 *
 * Invariants:
 *   (1) a capsule is written only after it came through the door again.
 */
#include "store_closure.h" /* store_closure_write */

#include <assert.h> /* assert */
#include <stdlib.h> /* realloc */
#include <string.h> /* strlen */

struct closure {
    struct tool *tool;
    seigr_store_txn *txn;
    seigr_lineage *lineage; /* what was found */
    int is_alone;           /* bundle export without --closure */
    seigr_id *wanted;       /* what is still to be looked for */
    size_t wanted_count;
    size_t wanted_room;
    seigr_bundle_writer *writer;
    FILE *out;
    seigr_verified verified; /* borrows bytes */
    uint8_t bytes[SEIGR_STORE_VALUE_MAX];
    uint8_t chunk[SEIGR_BODY_CHUNK_LEN];
};

int store_closure_is_address(const char *text)
{
    const seigr_span span = {(const uint8_t *)text, strlen(text)};
    seigr_prefix prefix;

    return seigr_prefix_decode(span, &prefix, NULL) == 0;
}

/* (1) */
static int closure_recall(struct closure *c, const seigr_id *id,
                          seigr_error *error)
{
    size_t len;
    int err = seigr_store_get(
        c->txn, id, (seigr_buf){c->bytes, sizeof(c->bytes)}, &len, error);

    if (err == 0)
        err = seigr_capsule_open(&c->tool->context, (seigr_span){c->bytes, len},
                                 (seigr_buf){NULL, 0}, &c->verified, error);
    return err;
}

static int closure_want(struct closure *c, const seigr_id *id)
{
    if (c->wanted_count == c->wanted_room) {
        const size_t room = 2 * c->wanted_room + 64;
        seigr_id *grown = realloc(c->wanted, room * sizeof(*grown));

        if (grown == NULL)
            return SEIGR_E_NOMEM;
        c->wanted = grown;
        c->wanted_room = room;
    }
    c->wanted[c->wanted_count++] = *id;
    return 0;
}

/* Find one, and want what it names unless it was found before. */
static int closure_find(struct closure *c, const seigr_id *id,
                        seigr_error *error)
{
    const uint32_t before = seigr_lineage_count(c->lineage);
    const seigr_capsule *capsule;
    seigr_link link;
    size_t cursor = 0;
    int err = closure_recall(c, id, error);

    if (err == SEIGR_E_NOTFOUND)
        return 0; /* a gap */
    if (err == 0)
        err = seigr_lineage_add(c->lineage, &c->verified, error);
    if (err != 0 || c->is_alone || seigr_lineage_count(c->lineage) == before)
        return err;
    capsule = seigr_verified_capsule(&c->verified);
    if (capsule->has_previous)
        err = closure_want(c, &capsule->previous);
    while (err == 0 && seigr_capsule_next_link(capsule, &cursor, &link))
        err = closure_want(c, &link.id);
    return err;
}

static int closure_leaf(uint64_t index, seigr_hash *leaf, void *ctx)
{
    const struct closure *c = ctx;
    size_t count = 0;
    const int err = seigr_store_get_leaves(
        c->txn, &seigr_verified_capsule(&c->verified)->body.root, index, leaf,
        1, &count);

    return err != 0 ? err : count == 1 ? 0 : SEIGR_E_CORRUPT;
}

/* The content, where it is kept and no capsule before had it. */
static int closure_content(struct closure *c, seigr_error *error)
{
    const seigr_body *body = &seigr_verified_capsule(&c->verified)->body;
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_hash leaf;
    size_t len;
    int err;

    if (body->form != SEIGR_BODY_ROOT || closure_leaf(0, &leaf, c) != 0 ||
        seigr_store_get_chunk(c->txn, &leaf, (seigr_buf){NULL, 0}, &len,
                              NULL) == SEIGR_E_NOTFOUND)
        return 0;
    leaves.get = closure_leaf;
    leaves.ctx = c;
    err = seigr_bundle_writer_body(c->writer, &leaves, error);
    if (err == SEIGR_E_INVAL)
        return 0; /* it stands in the bundle already */
    for (uint64_t i = 0; err == 0 && i < seigr_body_chunk_count(body->size);
         i++) {
        err = closure_leaf(i, &leaf, c);
        if (err == 0)
            err = seigr_store_get_chunk(c->txn, &leaf,
                                        (seigr_buf){c->chunk, sizeof(c->chunk)},
                                        &len, error);
        if (err == 0)
            err = seigr_bundle_writer_content(
                c->writer, (seigr_span){c->chunk, len}, error);
    }
    return err;
}

static int closure_sink(seigr_span bytes, void *ctx)
{
    return fwrite(bytes.ptr, 1, bytes.len, ctx) == bytes.len ? 0 : SEIGR_E_IO;
}

/* All of them, parents first. */
static int closure_bundle(struct closure *c, const seigr_id *root,
                          seigr_error *error)
{
    seigr_lineage_capsule at;
    int err = seigr_lineage_settle(c->lineage);

    if (err == 0)
        err = seigr_bundle_writer_new(&c->tool->context, root, 1, &c->writer,
                                      closure_sink, c->out);
    for (uint32_t i = 0; err == 0 && seigr_lineage_at(c->lineage, i, &at) == 0;
         i++) {
        err = closure_recall(c, &at.id, error);
        if (err == 0)
            err = seigr_bundle_writer_put(c->writer, &c->verified, error);
        if (err == 0)
            err = closure_content(c, error);
    }
    if (err == 0)
        err = seigr_bundle_writer_finish(c->writer, root, 1, error);
    seigr_bundle_writer_free(c->writer);
    return err;
}

static int closure_take(struct closure *c, const char *text)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id root;
    int code = tool_store_find(c->tool, c->txn, text, &root);
    int err;

    if (code != TOOL_EXIT_FINE)
        return code;
    err = closure_want(c, &root);
    while (err == 0 && c->wanted_count > 0) {
        const seigr_id next = c->wanted[--c->wanted_count];

        err = closure_find(c, &next, &error);
    }
    if (err == 0)
        err = closure_bundle(c, &root, &error);
    return err == 0 ? TOOL_EXIT_FINE : tool_store_fail(c->tool, err, &error);
}

int store_closure_write(struct tool *tool, const char *text, FILE *out)
{
    struct closure *c = calloc(1, sizeof(*c));
    seigr_store *store = NULL;
    seigr_error error = SEIGR_ERROR_INIT;
    int code;

    assert(store_closure_is_address(text));
    if (c == NULL ||
        seigr_lineage_new(&tool->context, NULL, &c->lineage) != 0) {
        free(c);
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    }
    c->tool = tool;
    c->out = out;
    c->is_alone = strcmp(tool->args.command->name, "bundle export") == 0 &&
                  tool_args_count(&tool->args, TOOL_CLOSURE) == 0;
    code = tool_store_open(tool, SEIGR_DISK_READ_ONLY, &store);
    if (code == TOOL_EXIT_FINE) {
        const int err =
            seigr_store_begin(store, SEIGR_STORE_READ, &c->txn, &error);

        code = err == 0 ? closure_take(c, text)
                        : tool_store_fail(tool, err, &error);
    }
    seigr_store_abort(c->txn);
    seigr_store_close(store);
    seigr_lineage_free(c->lineage);
    free(c->wanted);
    free(c);
    return code;
}
