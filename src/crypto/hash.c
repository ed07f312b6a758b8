/* SPDX-License-Identifier: MIT */
/*
 * hash.c - SHA-256 through the context's table.
 */
#include "seigr/crypto.h" /* seigr_sha256 */

#include <assert.h> /* assert */

void seigr_sha256(const seigr_context *context, seigr_span data,
                  seigr_hash *out)
{
    const seigr_crypto *crypto = context->crypto;

    assert(crypto != NULL && crypto->sha256 != NULL);
    assert(data.ptr != NULL || data.len == 0);
    crypto->sha256(out->bytes, data.ptr, data.len, crypto->ctx);
}
