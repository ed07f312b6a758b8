/* SPDX-License-Identifier: MIT */
/*
 * capsule_decode.c - bytes become a view (the arrow "decode").
 *
 * The view claims nothing: whether the bytes are signed, capsule_verify.c
 * says.
 *
 * Invariants:
 *   (1) a view is whole and strict: envelope, receipt and payload have
 *       passed every rule of FORMATS 2 and 3 but the signature.
 *   (2) on failure nothing of the caller's view has changed.
 */
#include "envelope.h" /* seigr__envelope_read */
#include "payload.h"  /* seigr__payload_read */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memset */

int seigr_capsule_decode(const seigr_context *context, seigr_span bytes,
                         seigr_capsule *out, seigr_error *error)
{
    seigr_capsule view;
    seigr__receipt receipt;
    int err;

    if (context == NULL || out == NULL ||
        out->struct_size < sizeof(seigr_capsule) ||
        (bytes.ptr == NULL && bytes.len != 0))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_capsule_decode: an argument is missing");
    memset(&view, 0, sizeof(view));
    err = seigr__envelope_read(bytes, &view, error);
    if (err == 0 && view.receipt.ptr != NULL)
        err = seigr__receipt_read(&view, &receipt, error);
    if (err == 0)
        err = seigr__payload_read(context->crypto, view.payload, bytes.ptr,
                                  &view, error);
    if (err != 0)
        return err;                                           /* (2) */
    assert(view.bytes.ptr == bytes.ptr && view.sequence > 0); /* (1) */
    view.struct_size = out->struct_size;
    memcpy(out, &view, sizeof(view));
    return 0;
}
