/* SPDX-License-Identifier: MIT */
/*
 * bundle_write.c - a bundle out of verified capsules.
 *
 * Invariants:
 *   (1) a capsule stands in the bundle once, behind all that it points to
 *       and that is in the bundle.
 *   (2) so does a chunk, behind the first capsule whose body has it; nothing
 *       of it is written before it was compared with its leaf, nor a leaf
 *       before the whole list was compared with the root.
 */
#include "seigr/bundle.h" /* seigr_bundle_writer */

#include "base/alloc.h"      /* seigr__alloc */
#include "base/cbor_write.h" /* seigr__cbor_writer */
#include "base/error.h"      /* seigr__fail */
#include "id_set.h"          /* struct seigr__id_set */

#include "seigr/senary.h" /* seigr_address_short_id */

#include <string.h> /* memcmp */

#define WRITER_HEAD_MAX 9u /* of a byte string */

struct seigr_bundle_writer {
    const seigr_context *context;
    seigr_bundle_order *order;
    struct seigr__id_set roots;  /* of bodies that capsules named */
    struct seigr__id_set chunks; /* leaves whose chunks are in the bundle */
    seigr_body body;             /* of the capsule added last */
    int is_named_first;          /* its root was not there before */
    seigr_bundle_sink sink;
    void *ctx;
};

/* --- The header ------------------------------------------------------- */

int seigr_bundle_header_encode(const seigr_id *roots, size_t root_count,
                               seigr_buf out, size_t *len_out)
{
    static const seigr_id unknown;
    seigr__cbor_writer w;

    if (root_count == 0 || len_out == NULL)
        return SEIGR_E_INVAL;
    if (root_count > SEIGR_BUNDLE_ROOTS_MAX)
        return SEIGR_E_LIMIT;
    seigr__cbor_write_init(&w, out);
    seigr__cbor_write_map(&w, 3);
    seigr__cbor_write_uint(&w, 0);
    seigr__cbor_write_string(&w, "seigr");
    seigr__cbor_write_uint(&w, 1);
    seigr__cbor_write_uint(&w, 1); /* the version */
    seigr__cbor_write_uint(&w, 2);
    seigr__cbor_write_array(&w, root_count);
    for (size_t i = 0; i < root_count; i++) {
        const seigr_id *root = roots == NULL ? &unknown : &roots[i];

        seigr__cbor_write_bytes(&w, (seigr_span){root->bytes, SEIGR_ID_LEN});
    }
    *len_out = w.len;
    return seigr__cbor_write_done(&w);
}

/* --- The writer ------------------------------------------------------- */

static int writer_put_header(seigr_bundle_writer *writer, const seigr_id *roots,
                             size_t root_count)
{
    seigr_buf room = {NULL, 0};
    int err = seigr_bundle_header_encode(roots, root_count, room, &room.len);

    if (err != SEIGR_E_ROOM)
        return err;
    room.ptr = seigr__alloc(writer->context, room.len);
    if (room.ptr == NULL)
        return SEIGR_E_NOMEM;
    err = seigr_bundle_header_encode(roots, root_count, room, &room.len);
    if (err == 0)
        err = writer->sink((seigr_span){room.ptr, room.len}, writer->ctx);
    seigr__release(writer->context, room.ptr);
    return err;
}

int seigr_bundle_writer_new(const seigr_context *context, const seigr_id *roots,
                            size_t root_count, seigr_bundle_writer **out,
                            seigr_bundle_sink sink, void *ctx)
{
    seigr_bundle_writer *writer;
    int err;

    if (context == NULL || context->allocator == NULL || out == NULL ||
        sink == NULL)
        return SEIGR_E_INVAL;
    writer = seigr__alloc_zero(context, 1, sizeof(*writer));
    if (writer == NULL)
        return SEIGR_E_NOMEM;
    writer->context = context;
    writer->sink = sink;
    writer->ctx = ctx;
    err = seigr_bundle_order_new(context, &writer->order);
    if (err == 0)
        err = seigr__id_set_init(&writer->roots, context);
    if (err == 0)
        err = seigr__id_set_init(&writer->chunks, context);
    if (err == 0)
        err = writer_put_header(writer, roots, root_count);
    if (err < 0)
        seigr_bundle_writer_free(writer);
    else
        *out = writer;
    return err;
}

void seigr_bundle_writer_free(seigr_bundle_writer *writer)
{
    if (writer == NULL)
        return;
    seigr_bundle_order_free(writer->order);
    seigr__id_set_fini(&writer->roots);
    seigr__id_set_fini(&writer->chunks);
    seigr__release(writer->context, writer);
}

/* Remember the body whose content may come next. */
static int writer_name_body(seigr_bundle_writer *writer, const seigr_body *body)
{
    writer->body = *body;
    writer->is_named_first =
        body->form == SEIGR_BODY_ROOT &&
        seigr__id_set_get(&writer->roots, body->root.bytes) == 0;
    if (!writer->is_named_first)
        return 0;
    return seigr__id_set_put(&writer->roots, body->root.bytes, 1);
}

int seigr_bundle_writer_put(seigr_bundle_writer *writer,
                            const seigr_verified *capsule, seigr_error *error)
{
    int err;

    if (writer == NULL || capsule == NULL)
        return SEIGR_E_INVAL;
    if (seigr_bundle_order_has(writer->order, seigr_verified_id(capsule)))
        return 0;
    err = seigr_bundle_order_put(writer->order, capsule, error); /* (1) */
    if (err < 0)
        return err;
    err = writer_name_body(writer, &seigr_verified_capsule(capsule)->body);
    if (err < 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET, "%s",
                           seigr_strerror(err));
    return writer->sink(seigr_verified_bytes(capsule), writer->ctx);
}

/* --- Content ---------------------------------------------------------- */

static int content_leaf(const seigr_body_leaves *leaves, uint64_t index,
                        seigr_hash *out)
{
    if (leaves->array == NULL)
        return leaves->get(index, out, leaves->ctx);
    *out = leaves->array[index];
    return 0;
}

/* The head of a byte string. */
static int content_put_head(seigr_bundle_writer *writer, size_t len)
{
    uint8_t head[WRITER_HEAD_MAX];
    seigr__cbor_writer w;

    seigr__cbor_write_init(&w, (seigr_buf){head, sizeof(head)});
    seigr__cbor_write_bytes_head(&w, len);
    return writer->sink((seigr_span){head, w.len}, writer->ctx);
}

/* Compare the leaf list's head with the root (2). */
static int content_check_list(const seigr_bundle_writer *writer,
                              const seigr_body_leaves *leaves, uint64_t count,
                              seigr_error *error)
{
    seigr_merkle tree;
    seigr_hash leaf;
    int err = 0;

    seigr_merkle_init(&tree);
    for (uint64_t i = 0; i < count && err == 0; i++) {
        err = content_leaf(leaves, i, &leaf);
        if (err == 0)
            err = seigr_merkle_add(writer->context, &tree, &leaf);
    }
    if (err != 0)
        return err;
    seigr_merkle_root(writer->context, &tree, &leaf);
    if (memcmp(&leaf, &writer->body.root, sizeof(leaf)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "the head of the leaf list is not the body's root");
    return 0;
}

/* The leaf list, gathered in room of a chunk's length. */
static int content_put_list(seigr_bundle_writer *writer,
                            const seigr_body_leaves *leaves, uint64_t count,
                            uint8_t *room)
{
    seigr_hash leaf;
    size_t used = 0;
    int err = content_put_head(writer, (size_t)count * sizeof(leaf));

    for (uint64_t i = 0; i < count && err == 0; i++) {
        err = content_leaf(leaves, i, &leaf);
        if (err != 0)
            break;
        memcpy(room + used, &leaf, sizeof(leaf));
        used += sizeof(leaf);
        if (used < SEIGR_BODY_CHUNK_LEN && i + 1 < count)
            continue;
        err = writer->sink((seigr_span){room, used}, writer->ctx);
        used = 0;
    }
    return err;
}

/* One chunk that the bundle does not have, read into room (2). */
static int content_put_chunk(seigr_bundle_writer *writer, uint64_t index,
                             const seigr_hash *due, uint8_t *room,
                             seigr_error *error,
                             int (*read)(uint64_t, seigr_buf, void *),
                             void *ctx)
{
    const uint64_t at = index * SEIGR_BODY_CHUNK_LEN;
    const seigr_span chunk = {room,
                              seigr_body_chunk_len(writer->body.size, index)};
    seigr_hash leaf;
    int err = read(at, (seigr_buf){room, chunk.len}, ctx);

    if (err != 0)
        return err;
    seigr_merkle_hash_leaf(writer->context, chunk, &leaf);
    if (memcmp(&leaf, due, sizeof(leaf)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, at,
                           "chunk %llu, at byte %llu, is not what the leaf "
                           "list says",
                           (unsigned long long)index, (unsigned long long)at);
    if (seigr__id_set_put(&writer->chunks, leaf.bytes, 1) != 0)
        return SEIGR_E_NOMEM;
    err = content_put_head(writer, chunk.len);
    return err == 0 ? writer->sink(chunk, writer->ctx) : err;
}

int seigr_bundle_writer_put_content(seigr_bundle_writer *writer,
                                    const seigr_body_leaves *leaves,
                                    seigr_error *error,
                                    int (*read)(uint64_t, seigr_buf, void *),
                                    void *ctx)
{
    uint64_t count;
    uint8_t *room;
    int err;

    if (writer == NULL || leaves == NULL || read == NULL ||
        writer->body.form != SEIGR_BODY_ROOT)
        return SEIGR_E_INVAL;
    if (!writer->is_named_first)
        return 0;
    count = seigr_body_chunk_count(writer->body.size);
    if (leaves->array == NULL ? leaves->get == NULL : leaves->array_max < count)
        return SEIGR_E_INVAL;
    room = seigr__alloc(writer->context, SEIGR_BODY_CHUNK_LEN);
    if (room == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a chunk");
    writer->is_named_first = 0;
    err = content_check_list(writer, leaves, count, error);
    if (err == 0)
        err = content_put_list(writer, leaves, count, room);
    for (uint64_t i = 0; i < count && err == 0; i++) {
        seigr_hash leaf;

        err = content_leaf(leaves, i, &leaf);
        if (err == 0 && seigr__id_set_get(&writer->chunks, leaf.bytes) == 0)
            err = content_put_chunk(writer, i, &leaf, room, error, read, ctx);
    }
    seigr__release(writer->context, room);
    return err;
}

/* --- The end ---------------------------------------------------------- */

int seigr_bundle_writer_finish(seigr_bundle_writer *writer,
                               const seigr_id *roots, size_t root_count,
                               seigr_error *error)
{
    if (writer == NULL || (roots == NULL && root_count > 0))
        return SEIGR_E_INVAL;
    for (size_t i = 0; i < root_count; i++) {
        char text[SEIGR_ADDRESS_SHORT_LEN + 1];

        if (seigr_bundle_order_has(writer->order, &roots[i]))
            continue;
        seigr_address_short_id(&roots[i], text);
        return seigr__fail(error, SEIGR_E_LINEAGE, SEIGR_NO_OFFSET,
                           "root %s is not in the bundle", text);
    }
    return 0;
}
