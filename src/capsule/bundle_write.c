/* SPDX-License-Identifier: MIT */
/*
 * bundle_write.c - a bundle out of verified capsules.
 *
 * Invariants:
 *   (1) a capsule stands in the bundle once, behind all that it points to
 *       and that is in the bundle.
 */
#include "seigr/bundle.h" /* seigr_bundle_writer */

#include "base/alloc.h"      /* seigr__alloc */
#include "base/cbor_write.h" /* seigr__cbor_writer */
#include "base/error.h"      /* seigr__fail */

#include "seigr/senary.h" /* seigr_address_short_id */

struct seigr_bundle_writer {
    const seigr_context *context;
    seigr_bundle_order *order;
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
    seigr__release(writer->context, writer);
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
    return writer->sink(seigr_verified_bytes(capsule), writer->ctx);
}

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
