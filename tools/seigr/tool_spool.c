/* SPDX-License-Identifier: MIT */
/*
 * tool_spool.c - chunks in a nameless file, found by their leaf hashes.
 *
 * Leaves and roots are hashes: whoever wrote the bundle can grind a few of
 * their bits, not a tree so deep that it is slow.
 */
#define _GNU_SOURCE /* tdestroy */

#include "tool_spool.h" /* struct tool_spool */

#include <assert.h> /* assert */
#include <search.h> /* tsearch */
#include <stdlib.h> /* malloc */
#include <string.h> /* memcmp */

/* Both begin with the hash that they are found by. */
struct spool_chunk {
    seigr_hash leaf;
    uint64_t at; /* in the file */
    size_t len;
};

struct spool_body {
    seigr_hash root;
    uint8_t *leaves;
    size_t len; /* bytes of leaves */
    size_t room;
};

static int spool_compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(seigr_hash));
}

static void spool_free_body(void *ptr)
{
    struct spool_body *body = ptr;

    free(body->leaves);
    free(body);
}

void tool_spool_init(struct tool_spool *spool, struct tool *tool)
{
    assert(spool != NULL);
    *spool = (struct tool_spool){.tool = tool};
}

void tool_spool_fini(struct tool_spool *spool)
{
    assert(spool != NULL);
    if (spool->file != NULL)
        (void)fclose(spool->file);
    tdestroy(spool->chunks, free);
    tdestroy(spool->bodies, spool_free_body);
    *spool = (struct tool_spool){.tool = spool->tool};
}

/* --- Taking -------------------------------------------------------------- */

static int spool_no_memory(const struct tool_spool *spool)
{
    return tool_fail(spool->tool, TOOL_EXIT_FAILURE, "memory could not be had");
}

static int spool_no_room(const struct tool_spool *spool)
{
    return tool_fail(spool->tool, TOOL_EXIT_FAILURE,
                     "the content cannot be kept until it is checked; make "
                     "room where TMPDIR is");
}

/* The entry of a hash, made with len bytes where there is none. */
static void *spool_entry(void **tree, const seigr_hash *hash, size_t len)
{
    void *found = tfind(hash, tree, spool_compare);
    void *entry;

    if (found != NULL)
        return *(void **)found;
    entry = calloc(1, len);
    if (entry == NULL)
        return NULL;
    memcpy(entry, hash, sizeof(*hash));
    if (tsearch(entry, tree, spool_compare) != NULL)
        return entry;
    free(entry);
    return NULL;
}

static int spool_take_leaves(struct tool_spool *spool, const seigr_hash *root,
                             seigr_span bytes)
{
    struct spool_body *body =
        spool_entry(&spool->bodies, root, sizeof(struct spool_body));

    if (body == NULL)
        return spool_no_memory(spool);
    if (bytes.len > body->room - body->len) {
        const size_t room = (body->len + bytes.len) * 2;
        uint8_t *leaves = realloc(body->leaves, room);

        if (leaves == NULL)
            return spool_no_memory(spool);
        body->leaves = leaves;
        body->room = room;
    }
    memcpy(body->leaves + body->len, bytes.ptr, bytes.len);
    body->len += bytes.len;
    return TOOL_EXIT_FINE;
}

static int spool_take_chunk(struct tool_spool *spool, const seigr_hash *leaf,
                            seigr_span bytes)
{
    struct spool_chunk *chunk =
        spool_entry(&spool->chunks, leaf, sizeof(struct spool_chunk));

    if (chunk == NULL)
        return spool_no_memory(spool);
    if (spool->file == NULL)
        spool->file = tmpfile();
    if (spool->file == NULL ||
        fwrite(bytes.ptr, 1, bytes.len, spool->file) != bytes.len)
        return spool_no_room(spool);
    chunk->at = spool->len;
    chunk->len = bytes.len;
    spool->len += bytes.len;
    return TOOL_EXIT_FINE;
}

int tool_spool_take(struct tool_spool *spool, const seigr_bundle_event *event)
{
    assert(spool != NULL && event != NULL);
    if (event->type == SEIGR_BUNDLE_LEAVES)
        return spool_take_leaves(spool, &event->root, event->bytes);
    if (event->type == SEIGR_BUNDLE_CHUNK)
        return spool_take_chunk(spool, &event->leaf, event->bytes);
    if (event->type == SEIGR_BUNDLE_BODY && spool->file != NULL &&
        fflush(spool->file) != 0)
        return spool_no_room(spool);
    return TOOL_EXIT_FINE;
}

/* --- Giving back ---------------------------------------------------------- */

static const struct spool_body *spool_find(const struct tool_spool *spool,
                                           const seigr_body *body)
{
    void *found = tfind(&body->root, &spool->bodies, spool_compare);

    return found == NULL ? NULL : *(struct spool_body *const *)found;
}

int tool_spool_has(const struct tool_spool *spool, const seigr_body *body)
{
    return spool_find(spool, body) != NULL;
}

seigr_span tool_spool_leaves(const struct tool_spool *spool,
                             const seigr_body *body)
{
    const struct spool_body *kept = spool_find(spool, body);

    return kept == NULL ? (seigr_span){NULL, 0}
                        : (seigr_span){kept->leaves, kept->len};
}

/* Returns the chunk's length, 0 where it cannot be had. */
static size_t spool_read_chunk(const struct tool_spool *spool,
                               const uint8_t *leaf, uint8_t *room)
{
    void *found = tfind(leaf, &spool->chunks, spool_compare);
    const struct spool_chunk *chunk;

    if (found == NULL)
        return 0;
    chunk = *(struct spool_chunk *const *)found;
    if (fseeko(spool->file, (off_t)chunk->at, SEEK_SET) != 0)
        return 0;
    return fread(room, 1, chunk->len, spool->file);
}

/* Hand all of a body's chunks on. */
static int spool_each(const struct tool_spool *spool,
                      const struct spool_body *body, tool_spool_sink sink,
                      void *ctx)
{
    static uint8_t room[SEIGR_BODY_CHUNK_LEN];

    for (size_t at = 0; at < body->len; at += sizeof(seigr_hash)) {
        const size_t len = spool_read_chunk(spool, body->leaves + at, room);

        if (len == 0 || tool_is_stopped() ||
            sink((seigr_span){room, len}, ctx) != 0)
            return -1;
    }
    return 0;
}

static int spool_check_sink(seigr_span bytes, void *ctx)
{
    return seigr_body_check_put(ctx, bytes, NULL) == 0 ? 0 : -1;
}

int tool_spool_write(struct tool_spool *spool, const seigr_body *body,
                     const char *name, tool_spool_sink sink, void *ctx)
{
    const struct spool_body *kept = spool_find(spool, body);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_body_check check;

    assert(spool != NULL);
    if (kept == NULL)
        return tool_fail(spool->tool, TOOL_EXIT_FAILURE,
                         "the content of %s is not in the bundle; ask for one "
                         "made with \"seigr seal --embed\"",
                         name);
    if (seigr_body_check_init(&check, &spool->tool->context, body, NULL,
                              &error) != 0)
        return tool_fail_error(spool->tool, TOOL_EXIT_MALFORMED, name, &error);
    if (spool_each(spool, kept, spool_check_sink, &check) != 0 ||
        seigr_body_check_done(&check, &error) != 0)
        return tool_fail(spool->tool, TOOL_EXIT_SIGNATURE,
                         "%s is not the content that was signed", name);
    if (sink != NULL && spool_each(spool, kept, sink, ctx) != 0)
        return spool->tool->exit != TOOL_EXIT_FINE
                   ? spool->tool->exit /* the sink has said why */
                   : tool_fail(spool->tool, TOOL_EXIT_FAILURE,
                               "the content of %s cannot be written", name);
    return TOOL_EXIT_FINE;
}
