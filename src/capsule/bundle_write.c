/* SPDX-License-Identifier: MIT */
/*
 * bundle_write.c - a bundle out of verified capsules.
 *
 * Invariants:
 *   (1) a capsule stands in the bundle once, behind all that it points to
 *       and that is in the bundle.
 *   (2) a body's content is written whole, right behind its capsule, and only
 *       chunks that are what their leaves say.
 */
#include "bundle_body.h" /* struct seigr__bundle_body */

#include "seigr/bundle.h" /* seigr_bundle_writer */

#include "base/alloc.h"      /* seigr__alloc */
#include "base/cbor_write.h" /* seigr__cbor_writer */
#include "base/error.h"      /* seigr__fail */

#include "seigr/senary.h" /* seigr_address_short_id */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

struct seigr_bundle_writer {
    const seigr_context *context;
    seigr_bundle_order *order;
    seigr_bundle_sink sink;
    void *ctx;
    struct seigr__bundle_body body;
    uint8_t *chunk; /* the one that is coming, SEIGR_BODY_CHUNK_LEN bytes */
    size_t chunk_len;
    uint32_t may_begin; /* the capsule before is the first to name a body */
    uint32_t is_within; /* content is missing still */
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
    seigr__bundle_body_init(&writer->body, context);
    err = seigr_bundle_order_new(context, &writer->order);
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
    seigr__bundle_body_fini(&writer->body);
    seigr__release(writer->context, writer->chunk);
    seigr__release(writer->context, writer);
}

static int writer_refuse_within(const seigr_bundle_writer *writer,
                                seigr_error *error)
{
    assert(writer->is_within);
    return seigr__fail(error, SEIGR_E_TRUNCATED, SEIGR_NO_OFFSET,
                       "content of the capsule before is missing, from chunk "
                       "%llu on",
                       (unsigned long long)writer->body.index);
}

int seigr_bundle_writer_put(seigr_bundle_writer *writer,
                            const seigr_verified *capsule, seigr_error *error)
{
    const seigr_body *body;
    int err;

    if (writer == NULL || capsule == NULL)
        return SEIGR_E_INVAL;
    if (writer->is_within)
        return writer_refuse_within(writer, error); /* (2) */
    writer->may_begin = 0;
    if (seigr_bundle_order_has(writer->order, seigr_verified_id(capsule)))
        return 0;
    err = seigr_bundle_order_put(writer->order, capsule, error); /* (1) */
    if (err == 0)
        err = writer->sink(seigr_verified_bytes(capsule), writer->ctx);
    if (err < 0)
        return err;
    body = &seigr_verified_capsule(capsule)->body;
    if (body->form != SEIGR_BODY_ROOT)
        return 0;
    err = seigr__bundle_body_name(&writer->body, body);
    writer->may_begin = err == 1;
    return err < 0 ? err : 0;
}

/* --- Content ---------------------------------------------------------- */

static int writer_put_head(const seigr_bundle_writer *writer, size_t len)
{
    uint8_t room[9];
    seigr__cbor_writer w;

    assert(writer->sink != NULL);
    seigr__cbor_write_init(&w, (seigr_buf){room, sizeof(room)});
    seigr__cbor_write_bytes_head(&w, len);
    return writer->sink((seigr_span){room, w.len}, writer->ctx);
}

static int writer_get_leaf(const seigr_body_leaves *leaves, uint64_t index,
                           seigr_hash *leaf)
{
    assert(leaves->array != NULL || leaves->get != NULL);
    if (leaves->array == NULL)
        return leaves->get(index, leaf, leaves->ctx);
    if (index >= leaves->array_max)
        return SEIGR_E_NOTFOUND;
    *leaf = leaves->array[index];
    return 0;
}

int seigr_bundle_writer_body(seigr_bundle_writer *writer,
                             const seigr_body_leaves *leaves,
                             seigr_error *error)
{
    struct seigr__bundle_body *body;
    int err;

    if (writer == NULL || leaves == NULL || !writer->may_begin ||
        (leaves->array == NULL && leaves->get == NULL))
        return SEIGR_E_INVAL;
    body = &writer->body;
    writer->may_begin = 0;
    writer->is_within = 1;
    if (writer->chunk == NULL)
        writer->chunk = seigr__alloc(writer->context, SEIGR_BODY_CHUNK_LEN);
    if (writer->chunk == NULL)
        return SEIGR_E_NOMEM;
    err = seigr__bundle_body_begin(body, error);
    if (err == 0)
        err = writer_put_head(writer, (size_t)body->list_left);
    for (uint64_t i = 0; err == 0 && i < body->chunk_count; i++) {
        seigr_hash leaf;

        err = writer_get_leaf(leaves, i, &leaf);
        if (err == 0)
            err = seigr__bundle_body_leaves(
                body, (seigr_span){leaf.bytes, sizeof(leaf.bytes)}, error);
        if (err == 0)
            err = writer->sink((seigr_span){leaf.bytes, sizeof(leaf.bytes)},
                               writer->ctx);
    }
    return err;
}

/* A whole chunk, written unless it is in the bundle. */
static int writer_put_chunk(seigr_bundle_writer *writer, seigr_span chunk,
                            seigr_error *error)
{
    struct seigr__bundle_body *body = &writer->body;
    int err;

    assert(writer->is_within && body->index < body->chunk_count);
    if (seigr__bundle_body_is_repeat(body)) {
        err = seigr__bundle_body_repeat(body, chunk, error);
    } else {
        err = seigr__bundle_body_chunk(body, chunk, error);
        if (err == 0)
            err = writer_put_head(writer, chunk.len);
        if (err == 0)
            err = writer->sink(chunk, writer->ctx);
    }
    if (err == 0 && body->index == body->chunk_count) {
        err = seigr__bundle_body_done(body, error);
        writer->is_within = err < 0;
    }
    return err;
}

int seigr_bundle_writer_content(seigr_bundle_writer *writer, seigr_span content,
                                seigr_error *error)
{
    if (writer == NULL || (content.ptr == NULL && content.len > 0))
        return SEIGR_E_INVAL;
    while (content.len > 0) {
        const struct seigr__bundle_body *body = &writer->body;
        size_t len;
        int err;

        if (!writer->is_within && body->chunk_count > 0)
            return seigr__fail(error, SEIGR_E_MISMATCH, body->body.size,
                               "the content goes on past its size");
        if (!writer->is_within)
            return SEIGR_E_INVAL;
        len = seigr_body_chunk_len(body->body.size, body->index) -
              writer->chunk_len;
        if (len > content.len)
            len = content.len;
        memcpy(writer->chunk + writer->chunk_len, content.ptr, len);
        writer->chunk_len += len;
        content.ptr += len;
        content.len -= len;
        if (writer->chunk_len <
            seigr_body_chunk_len(body->body.size, body->index))
            return 0;
        err = writer_put_chunk(
            writer, (seigr_span){writer->chunk, writer->chunk_len}, error);
        writer->chunk_len = 0;
        if (err < 0)
            return err;
    }
    return 0;
}

int seigr_bundle_writer_finish(seigr_bundle_writer *writer,
                               const seigr_id *roots, size_t root_count,
                               seigr_error *error)
{
    if (writer == NULL || (roots == NULL && root_count > 0))
        return SEIGR_E_INVAL;
    if (writer->is_within)
        return writer_refuse_within(writer, error);
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
