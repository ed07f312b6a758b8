/* SPDX-License-Identifier: MIT */
/*
 * statement_lists.c - the lists inside statements: last good capsules,
 * approvals, revocation sets; and what resource includes which.
 */
#include "statement_fields.h" /* seigr__approval_message */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

static const char statement_approval_domain[] = "seigr-recovery:";

int seigr__statement_compare(seigr_span a, seigr_span b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);

    assert(a.ptr != NULL || a.len == 0);
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

static void statement_put_u64(uint8_t out[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t statement_get_u64(const uint8_t in[8])
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

int seigr_last_encode(const seigr_last *last, size_t count, seigr_buf out)
{
    if ((last == NULL && count > 0) || count > SEIGR_STATEMENT_LAST_MAX)
        return SEIGR_E_INVAL;
    for (size_t i = 0; i < count; i++)
        if (last[i].sequence == 0 ||
            (i > 0 && last[i].stream <= last[i - 1].stream))
            return SEIGR_E_INVAL;
    if (out.len < count * SEIGR_STATEMENT_LAST_LEN)
        return SEIGR_E_ROOM;
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = out.ptr + i * SEIGR_STATEMENT_LAST_LEN;

        statement_put_u64(at, last[i].stream);
        statement_put_u64(at + 8, last[i].sequence);
        memcpy(at + 16, last[i].id.bytes, 32);
    }
    return 0;
}

int seigr_last_at(seigr_span last, size_t index, seigr_last *out)
{
    const uint8_t *at;

    if (out == NULL || index >= last.len / SEIGR_STATEMENT_LAST_LEN)
        return 0;
    at = last.ptr + index * SEIGR_STATEMENT_LAST_LEN;
    out->stream = statement_get_u64(at);
    out->sequence = statement_get_u64(at + 8);
    memcpy(out->id.bytes, at + 16, 32);
    return 1;
}

void seigr__approval_message(const seigr_public_key *previous,
                             const seigr_public_key *key,
                             uint8_t out[SEIGR__APPROVAL_LEN])
{
    const size_t len = sizeof(statement_approval_domain) - 1;

    assert(len + 64 == SEIGR__APPROVAL_LEN);
    memcpy(out, statement_approval_domain, len);
    memcpy(out + len, previous->bytes, 32);
    memcpy(out + len + 32, key->bytes, 32);
}

int seigr_identity_approve(const seigr_signer *signer,
                           const seigr_public_key *previous,
                           const seigr_public_key *key,
                           uint8_t out[SEIGR_STATEMENT_APPROVAL_LEN])
{
    uint8_t message[SEIGR__APPROVAL_LEN];
    uint8_t signature[SEIGR_SIGNATURE_LEN];
    int err;

    if (signer == NULL || signer->sign == NULL || previous == NULL ||
        key == NULL || out == NULL)
        return SEIGR_E_INVAL;
    seigr__approval_message(previous, key, message);
    err = signer->sign(signature, (seigr_span){message, sizeof(message)},
                       signer->ctx);
    if (err != 0)
        return SEIGR_E_KEY;
    memcpy(out, signer->key.bytes, 32);
    memcpy(out + 32, signature, sizeof(signature));
    return 0;
}

int seigr_set_has(seigr_span set, const uint8_t value[32])
{
    size_t low = 0;
    size_t high = set.len / 32;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = memcmp(set.ptr + middle * 32, value, 32);

        if (order == 0)
            return 1;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

int seigr_resource_includes(seigr_span outer, seigr_span inner)
{
    if (outer.len == 0)
        return 1;
    if (inner.len < outer.len || memcmp(outer.ptr, inner.ptr, outer.len) != 0)
        return 0;
    return inner.len == outer.len || inner.ptr[outer.len] == '/';
}
