/* SPDX-License-Identifier: MIT */
/*
 * bundle_read.c - a bundle taken apart as its bytes arrive.
 *
 *     START -+-> CAPSULES --> LEAVES --> CHUNKS -+
 *            |      ^  ^---------------------------+
 *            |      +-- a capsule whose content is not there
 *            +-> LONE: one bare capsule, nothing behind it
 *
 * The bytes of the item being read are gathered until it is whole; only a
 * leaf list passes through in pieces.
 *
 * Invariants:
 *   (1) held_len <= need: what belongs to the next item is not taken.
 *   (2) room grows by what has arrived, never by what a head promises.
 */
#include "bundle_body.h" /* struct seigr__bundle_body */
#include "bundle_walk.h" /* struct seigr__bundle_walk */

#include "seigr/bundle.h" /* seigr_bundle_reader */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define BUNDLE_START 0u
#define BUNDLE_CAPSULES 1u
#define BUNDLE_LONE 2u
#define BUNDLE_LIST 3u
#define BUNDLE_CHUNKS 4u

#define BUNDLE_ROOM_MIN 4096u

struct seigr_bundle_reader {
    const seigr_context *context;
    uint8_t *room;
    size_t room_len;
    size_t held_len;
    size_t need;       /* bytes of the item known to be needed, (1) */
    uint64_t offset;   /* of the item in the stream */
    uint64_t capsules; /* read so far */
    seigr_id *roots;
    uint32_t state;     /* BUNDLE_* */
    uint32_t emitted;   /* the item held has been handed out */
    uint32_t may_list;  /* the capsule before is the first to name a body */
    uint32_t has_chunk; /* chunk is still in room */
    seigr_span chunk;   /* the one handed out last */
    struct seigr__bundle_body body;
    seigr_error failed;
};

int seigr_bundle_reader_new(const seigr_context *context,
                            seigr_bundle_reader **out)
{
    seigr_bundle_reader *reader;

    if (context == NULL || context->allocator == NULL || out == NULL)
        return SEIGR_E_INVAL;
    reader = seigr__alloc_zero(context, 1, sizeof(*reader));
    if (reader == NULL)
        return SEIGR_E_NOMEM;
    reader->context = context;
    reader->need = 1;
    reader->failed = (seigr_error)SEIGR_ERROR_INIT;
    seigr__bundle_body_init(&reader->body, context);
    *out = reader;
    return 0;
}

void seigr_bundle_reader_free(seigr_bundle_reader *reader)
{
    if (reader == NULL)
        return;
    seigr__bundle_body_fini(&reader->body);
    seigr__release(reader->context, reader->room);
    seigr__release(reader->context, reader->roots);
    seigr__release(reader->context, reader);
}

/* --- Items: each returns 1 with the event, 0 for more, or a refusal ---- */

static int reader_emit(seigr_bundle_reader *reader, uint32_t type,
                       seigr_bundle_event *event)
{
    assert(event != NULL);
    *event = (seigr_bundle_event)SEIGR_BUNDLE_EVENT_INIT;
    event->type = type;
    event->offset = reader->offset;
    if (type >= SEIGR_BUNDLE_LEAVES) {
        event->root = reader->body.body.root;
        event->index = reader->body.index;
    }
    reader->emitted = 1;
    return 1;
}

/* All of the roots at once, each as long as it must be. */
static int reader_take_roots(seigr_bundle_reader *reader,
                             struct seigr__bundle_walk *walk, size_t count)
{
    const size_t root_len = 2 + SEIGR_ID_LEN; /* with its head */

    for (size_t i = 0; i < count; i++) {
        const uint8_t *id = walk->at.start + walk->at.at + 2;
        int err;

        if (walk->held_len - walk->at.at < (count - i) * root_len) {
            walk->need = walk->at.at + (count - i) * root_len;
            return 0;
        }
        err = seigr__bundle_walk_bytes(walk, SEIGR_ID_LEN,
                                       "a root is a byte string");
        if (err == 1 && walk->at.at - walk->last != root_len)
            return seigr__bundle_walk_fail(walk, SEIGR_E_FORMAT,
                                           "a root is of 32 bytes");
        if (err != 1)
            return err;
        if (reader->roots == NULL)
            reader->roots = seigr__alloc_zero(reader->context, count,
                                              sizeof(*reader->roots));
        if (reader->roots == NULL)
            return SEIGR_E_NOMEM;
        memcpy(reader->roots[i].bytes, id, SEIGR_ID_LEN);
    }
    return 1;
}

static int reader_take_header(seigr_bundle_reader *reader,
                              struct seigr__bundle_walk *walk,
                              seigr_bundle_event *event)
{
    uint64_t count = 0;
    int err = seigr__bundle_walk_header(walk, &count);

    if (err == 1)
        err = reader_take_roots(reader, walk, (size_t)count);
    if (err != 1)
        return err;
    (void)reader_emit(reader, SEIGR_BUNDLE_HEADER, event);
    event->roots = reader->roots;
    event->root_count = (size_t)count;
    reader->state = BUNDLE_CAPSULES;
    return 1;
}

static int reader_take_capsule(seigr_bundle_reader *reader,
                               struct seigr__bundle_walk *walk,
                               seigr_bundle_event *event, seigr_error *error)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    int err = seigr__bundle_walk_capsule(walk);

    if (err != 1)
        return err;
    assert(walk->at.at == reader->held_len); /* (1) */
    err = seigr_capsule_decode(reader->context,
                               (seigr_span){reader->room, reader->held_len},
                               &capsule, error);
    if (err < 0)
        return err;
    reader->may_list = 0;
    if (capsule.body.form == SEIGR_BODY_ROOT) {
        err = seigr__bundle_body_name(&reader->body, &capsule.body);
        if (err < 0)
            return err;
        reader->may_list = err == 1;
    }
    (void)reader_emit(reader, SEIGR_BUNDLE_CAPSULE, event);
    event->capsule = capsule;
    reader->capsules++;
    return 1;
}

/* The head of a leaf list, which is passed on in pieces then. */
static int reader_take_list(seigr_bundle_reader *reader,
                            struct seigr__bundle_walk *walk, seigr_error *error)
{
    uint64_t len = 0;
    int err = seigr__bundle_walk_head(walk, SEIGR__CBOR_BYTES, "", &len);

    if (err != 1)
        return err;
    if (!reader->may_list)
        return seigr__bundle_walk_fail(
            walk, SEIGR_E_FORMAT, "a byte string that no capsule asks for");
    err = seigr__bundle_body_begin(&reader->body, error);
    if (err < 0)
        return err;
    if (len != reader->body.list_left)
        return seigr__bundle_walk_fail(
            walk, SEIGR_E_FORMAT,
            "the leaf list has another length than the "
            "body asks for");
    reader->may_list = 0;
    reader->state = BUNDLE_LIST;
    reader->emitted = 1; /* the head is done with */
    return 0;
}

/* The next chunk, of which no more is gathered than it may have. */
static int reader_take_chunk(seigr_bundle_reader *reader,
                             struct seigr__bundle_walk *walk,
                             seigr_bundle_event *event, seigr_error *error)
{
    const struct seigr__bundle_body *body = &reader->body;
    const uint32_t chunk_len =
        seigr_body_chunk_len(body->body.size, body->index);
    const uint64_t index = body->index;
    uint64_t len = 0;
    int err = seigr__bundle_walk_head(
        walk, SEIGR__CBOR_BYTES, "here a chunk of the body should begin", &len);

    assert(body->index < body->chunk_count);
    if (err != 1)
        return err;
    if (len != chunk_len)
        return seigr__fail(
            error, SEIGR_E_FORMAT, 0, "chunk %llu has %llu bytes, not %u",
            (unsigned long long)index, (unsigned long long)len, chunk_len);
    if (walk->held_len - walk->at.at < chunk_len) {
        walk->need = walk->at.at + chunk_len;
        return 0;
    }
    reader->chunk =
        (seigr_span){walk->at.start + walk->at.at, (size_t)chunk_len};
    err = seigr__bundle_body_chunk(&reader->body, reader->chunk, error);
    if (err < 0) {
        if (error != NULL) /* of the item, not of the content */
            error->offset = 0;
        return err;
    }
    reader->has_chunk = 1;
    (void)reader_emit(reader, SEIGR_BUNDLE_CHUNK, event);
    event->index = index;
    event->leaf = body->leaves[index];
    event->bytes = reader->chunk;
    return 1;
}

/* What the first byte can be: the map of a header, or a capsule's tag. */
static int reader_is_ours(uint8_t first)
{
    return first == 0xa3 || first == 0xd2 || first == 0xd9;
}

static int reader_take(seigr_bundle_reader *reader, seigr_bundle_event *event,
                       seigr_error *error)
{
    const uint8_t first = reader->room[0];
    struct seigr__bundle_walk walk;
    int err;

    assert(reader->held_len > 0);
    seigr__bundle_walk_init(&walk, (seigr_span){reader->room, reader->held_len},
                            error);
    if (reader->state == BUNDLE_LONE)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "something follows the capsule");
    if (reader->state == BUNDLE_START && !reader_is_ours(first))
        return seigr__fail(error, SEIGR_E_NOTFOUND, 0,
                           "it begins like no capsule and no bundle");
    if (reader->state == BUNDLE_CHUNKS) {
        err = reader_take_chunk(reader, &walk, event, error);
    } else if (reader->state == BUNDLE_START && first == 0xa3) {
        err = reader_take_header(reader, &walk, event);
    } else if (reader->state == BUNDLE_CAPSULES &&
               first >> 5 == SEIGR__CBOR_BYTES) {
        err = reader_take_list(reader, &walk, error);
    } else {
        err = reader_take_capsule(reader, &walk, event, error);
        if (err == 1 && reader->state == BUNDLE_START)
            reader->state = BUNDLE_LONE;
    }
    reader->need = walk.need;
    return err;
}

/* --- What needs no item of its own -------------------------------------- */

/* As much of the leaf list as is there. */
static int reader_pass_leaves(seigr_bundle_reader *reader, seigr_span *bytes,
                              seigr_bundle_event *event, seigr_error *error)
{
    const uint64_t left = reader->body.list_left;
    const seigr_span part = {bytes->ptr,
                             bytes->len < left ? bytes->len : (size_t)left};
    int err;

    assert(reader->state == BUNDLE_LIST);
    if (part.len == 0)
        return 0;
    err = seigr__bundle_body_leaves(&reader->body, part, error);
    if (err < 0) {
        /* The list as a whole is wrong, wherever that is noticed; it is
         * part of the form of a bundle, not of the content. */
        if (err == SEIGR_E_MISMATCH)
            err = SEIGR_E_FORMAT;
        reader->offset -= reader->body.chunk_count * 32 - left;
        if (error != NULL)
            error->offset = 0;
        return err;
    }
    bytes->ptr += part.len;
    bytes->len -= part.len;
    (void)reader_emit(reader, SEIGR_BUNDLE_LEAVES, event);
    event->bytes = part;
    reader->offset += part.len;
    if (reader->body.list_left == 0) {
        reader->state = BUNDLE_CHUNKS;
        reader->has_chunk = 0;
    }
    return 1;
}

/* A chunk that stood before, or the end of the body. Returns 0 where a chunk
 * must be read. */
static int reader_pass_chunk(seigr_bundle_reader *reader,
                             seigr_bundle_event *event, seigr_error *error)
{
    struct seigr__bundle_body *body = &reader->body;
    seigr_span chunk = {NULL, 0};
    int err;

    assert(body->index <= body->chunk_count);
    if (body->index == body->chunk_count) {
        err = seigr__bundle_body_done(body, error);
        if (err < 0)
            return err;
        (void)reader_emit(reader, SEIGR_BUNDLE_BODY, event);
        event->is_whole = body->is_in_sequence;
        reader->state = BUNDLE_CAPSULES;
        return 1;
    }
    if (reader->held_len > 0 || !seigr__bundle_body_is_repeat(body))
        return 0;
    (void)reader_emit(reader, SEIGR_BUNDLE_REPEAT, event);
    event->leaf = body->leaves[body->index];
    /* At hand only if it is the one before again. */
    if (reader->has_chunk &&
        memcmp(&body->leaves[body->index], &body->leaves[body->index - 1],
               sizeof(*body->leaves)) == 0)
        chunk = reader->chunk;
    event->bytes = chunk;
    err = seigr__bundle_body_repeat(body, chunk, error);
    reader->has_chunk = chunk.len > 0;
    return err < 0 ? err : 1;
}

/* --- Bytes ------------------------------------------------------------ */

static int reader_grow(seigr_bundle_reader *reader, size_t len)
{
    size_t room_len = reader->room_len;
    uint8_t *room;

    if (len <= room_len)
        return 0;
    if (room_len < BUNDLE_ROOM_MIN)
        room_len = BUNDLE_ROOM_MIN;
    while (room_len < len)
        room_len *= 2;
    room = seigr__alloc(reader->context, room_len);
    if (room == NULL)
        return SEIGR_E_NOMEM;
    if (reader->held_len > 0)
        memcpy(room, reader->room, reader->held_len);
    seigr__release(reader->context, reader->room);
    reader->room = room;
    reader->room_len = room_len;
    return 0;
}

/* Take what the item needs of the bytes, as far as they go. */
static int reader_gather(seigr_bundle_reader *reader, seigr_span *bytes)
{
    size_t take = reader->need - reader->held_len;
    int err;

    assert(reader->need >= reader->held_len);
    if (take > bytes->len)
        take = bytes->len;
    if (take == 0)
        return 0;
    err = reader_grow(reader, reader->held_len + take); /* (2) */
    if (err < 0)
        return err;
    memcpy(reader->room + reader->held_len, bytes->ptr, take);
    reader->held_len += take;
    reader->has_chunk = 0;
    bytes->ptr += take;
    bytes->len -= take;
    return 0;
}

/* The item handed out is done with. */
static void reader_drop(seigr_bundle_reader *reader)
{
    assert(reader->held_len <= reader->room_len);
    if (!reader->emitted)
        return;
    reader->offset += reader->held_len;
    reader->held_len = 0;
    reader->need = 1;
    reader->emitted = 0;
}

/* One event, 0 for more bytes, or a refusal whose offset is the item's. */
static int reader_step(seigr_bundle_reader *reader, seigr_span *bytes,
                       seigr_bundle_event *event, seigr_error *error)
{
    for (;;) {
        int err = 0;

        reader_drop(reader);
        if (reader->state == BUNDLE_LIST)
            return reader_pass_leaves(reader, bytes, event, error);
        if (reader->state == BUNDLE_CHUNKS)
            err = reader_pass_chunk(reader, event, error);
        if (err == 0)
            err = reader_gather(reader, bytes);
        if (err == 0 && reader->held_len < reader->need)
            return 0;
        if (err == 0)
            err = reader_take(reader, event, error);
        if (err != 0)
            return err;
    }
}

static int reader_refuse(const seigr_bundle_reader *reader, seigr_error *error)
{
    assert(reader->failed.code < 0);
    if (error != NULL)
        *error = reader->failed;
    return reader->failed.code;
}

int seigr_bundle_reader_step(seigr_bundle_reader *reader, seigr_span *bytes,
                             seigr_bundle_event *event, seigr_error *error)
{
    seigr_error failed = SEIGR_ERROR_INIT;
    int err;

    if (reader == NULL || bytes == NULL || event == NULL)
        return SEIGR_E_INVAL;
    if (reader->failed.code != 0)
        return reader_refuse(reader, error);
    err = reader_step(reader, bytes, event, &failed);
    if (err >= 0)
        return err;
    if (failed.code == 0) /* refused without a sentence of its own */
        (void)seigr__fail(&failed, err, 0, "%s", seigr_strerror(err));
    failed.code = err;
    seigr__error_shift(&failed, reader->offset);
    reader->failed = failed;
    return reader_refuse(reader, error);
}

static const char *reader_item_name(const seigr_bundle_reader *reader)
{
    if (reader->state == BUNDLE_LIST || reader->state == BUNDLE_CHUNKS)
        return "body";
    if (reader->state == BUNDLE_START && reader->room[0] == 0xa3)
        return "bundle's header";
    return "capsule";
}

int seigr_bundle_reader_finish(seigr_bundle_reader *reader, seigr_error *error)
{
    if (reader == NULL)
        return SEIGR_E_INVAL;
    if (reader->failed.code != 0)
        return reader_refuse(reader, error);
    if (reader->state == BUNDLE_LIST || reader->state == BUNDLE_CHUNKS ||
        (!reader->emitted && reader->held_len > 0))
        return seigr__fail(
            error, SEIGR_E_TRUNCATED, reader->offset + reader->held_len,
            "the bytes end within a %s", reader_item_name(reader));
    if (reader->capsules == 0)
        return seigr__fail(error, SEIGR_E_NOTFOUND, reader->offset,
                           reader->state == BUNDLE_START
                               ? "nothing is in it"
                               : "the bundle holds no capsule");
    return 0;
}
