/* SPDX-License-Identifier: MIT */
/*
 * capsule_stream.c - where a writer stands in a stream, and what proves that
 * an issuer wrote two histories (FORMATS 2.4).
 *
 * It keeps nothing: whoever writes makes the head durable before a capsule
 * leaves.
 *
 * Invariants:
 *   (1) stream 0 is only ever a key's first.
 *   (2) a head of sequence 0 has sealed nothing; last is then the capsule to
 *       link to with CONTINUES, if there is one.
 */
#include "seigr/capsule.h" /* seigr_stream_head */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memset */

void seigr_stream_head_first(seigr_stream_head *out)
{
    memset(out, 0, sizeof(*out));
}

int seigr_stream_head_start(const seigr_context *context,
                            const seigr_id *last_known, seigr_stream_head *out)
{
    uint8_t bytes[8];
    uint64_t stream = 0;

    if (context == NULL || out == NULL)
        return SEIGR_E_INVAL;
    while (stream == 0) { /* (1) */
        const int err = seigr_random_fill(context, bytes, sizeof(bytes));

        if (err != 0)
            return err;
        for (size_t i = 0; i < sizeof(bytes); i++)
            stream = stream << 8 | bytes[i];
    }
    memset(out, 0, sizeof(*out));
    out->stream = stream;
    if (last_known != NULL) {
        out->last = *last_known; /* (2) */
        out->has_last = 1;
    }
    return 0;
}

int seigr_stream_head_next(const seigr_stream_head *head, seigr_draft *draft)
{
    if (head == NULL || draft == NULL)
        return SEIGR_E_INVAL;
    if (head->sequence == UINT64_MAX)
        return SEIGR_E_LIMIT;
    draft->stream = head->stream;
    draft->sequence = head->sequence + 1;
    draft->previous = head->sequence > 0 ? &head->last : NULL;
    return 0;
}

int seigr_stream_head_continues(const seigr_stream_head *head, seigr_link *out)
{
    assert(head != NULL && out != NULL);
    if (head->sequence > 0 || !head->has_last)
        return 0;
    out->id = head->last;
    out->role = SEIGR_ROLE_CONTINUES;
    return 1;
}

int seigr_stream_head_advance(seigr_stream_head *head, const seigr_id *sealed)
{
    if (head == NULL || sealed == NULL)
        return SEIGR_E_INVAL;
    if (head->sequence == UINT64_MAX)
        return SEIGR_E_LIMIT;
    head->sequence++;
    head->last = *sealed;
    head->has_last = 1;
    return 0;
}

/* Is b the place behind a in one stream of one issuer? */
static int stream_follows(const seigr_capsule *a, const seigr_capsule *b)
{
    assert(b->sequence > 0);
    return b->stream == a->stream && b->sequence - 1 == a->sequence &&
           memcmp(&a->issuer, &b->issuer, sizeof(a->issuer)) == 0;
}

/* Does b, in itself or by what it says of a, break the chain? */
static int stream_breaks(const seigr_verified *a, const seigr_verified *b)
{
    const seigr_capsule *view = seigr_verified_capsule(b);
    const int follows = stream_follows(seigr_verified_capsule(a), view);
    const int names =
        view->has_previous && memcmp(&view->previous, seigr_verified_id(a),
                                     sizeof(view->previous)) == 0;

    if (follows && !names)
        return SEIGR_FORK_PREVIOUS;
    if (names && !follows)
        return SEIGR_FORK_ASTRAY;
    return 0;
}

int seigr_fork_check(const seigr_verified *a, const seigr_verified *b)
{
    const seigr_capsule *x = seigr_verified_capsule(a);
    const seigr_capsule *y = seigr_verified_capsule(b);
    int type;

    assert(x->sequence > 0 && y->sequence > 0);
    if (memcmp(seigr_verified_id(a), seigr_verified_id(b), sizeof(seigr_id)) ==
        0)
        return 0; /* one capsule, whatever its envelopes */
    if (x->stream == y->stream && x->sequence == y->sequence &&
        memcmp(&x->issuer, &y->issuer, sizeof(x->issuer)) == 0)
        return SEIGR_FORK_SEQUENCE;
    type = stream_breaks(a, b);
    return type != 0 ? type : stream_breaks(b, a);
}
