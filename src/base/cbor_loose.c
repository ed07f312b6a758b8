/* SPDX-License-Identifier: MIT */
/*
 * cbor_loose.c - containers and strings of indefinite length, for messages
 * of other people.
 *
 * Invariants:
 *   (1) a call that fails does not move the reader, nor the room.
 */
#include "cbor_head.h" /* seigr__cbor_head_read */
#include "error.h"     /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

static int cbor_is_break(const struct seigr__cbor_head *head)
{
    return head->major == SEIGR__CBOR_SIMPLE && head->indefinite;
}

static int cbor_head_of(seigr__cbor *r, unsigned major,
                        struct seigr__cbor_head *head)
{
    const int err = seigr__cbor_head_read(r, head);

    assert(major <= SEIGR__CBOR_SIMPLE);
    if (err == 0 && head->major != major)
        return seigr__cbor_expected(r, major, head);
    return err;
}

int seigr__cbor_open(seigr__cbor *r, unsigned major, uint64_t *count)
{
    struct seigr__cbor_head head;
    const int err = cbor_head_of(r, major, &head);

    assert(major == SEIGR__CBOR_ARRAY || major == SEIGR__CBOR_MAP);
    if (err != 0)
        return err;
    r->at += head.len;
    *count = head.indefinite ? SEIGR__CBOR_INDEFINITE : head.value;
    return 0;
}

int seigr__cbor_next(seigr__cbor *r, uint64_t *count)
{
    struct seigr__cbor_head head;
    int err;

    assert(r != NULL && count != NULL);
    if (*count != SEIGR__CBOR_INDEFINITE) {
        if (*count == 0)
            return 0;
        (*count)--;
        return 1;
    }
    err = seigr__cbor_head_read(r, &head);
    if (err != 0)
        return err;
    if (!cbor_is_break(&head))
        return 1;
    r->at += head.len;
    *count = 0;
    return 0;
}

int seigr__cbor_join(seigr__cbor *r, unsigned major, seigr_buf *room,
                     seigr_span *out)
{
    seigr__cbor ahead = *r;
    struct seigr__cbor_head head;
    seigr_span chunk;
    size_t len = 0;
    int err = cbor_head_of(r, major, &head);

    assert(major == SEIGR__CBOR_BYTES || major == SEIGR__CBOR_TEXT);
    if (err != 0)
        return err;
    if (!head.indefinite)
        return major == SEIGR__CBOR_BYTES ? seigr__cbor_bytes(r, out)
                                          : seigr__cbor_text(r, out);
    ahead.at += head.len;
    for (;;) {
        err = seigr__cbor_head_read(&ahead, &head);
        if (err != 0)
            return err;
        if (cbor_is_break(&head))
            break;
        err = major == SEIGR__CBOR_BYTES ? seigr__cbor_bytes(&ahead, &chunk)
                                         : seigr__cbor_text(&ahead, &chunk);
        if (err != 0)
            return err;
        if (chunk.len > room->len - len)
            return seigr__fail(r->error, SEIGR_E_ROOM, r->at,
                               "there is no room to join a string in chunks");
        if (chunk.len > 0)
            memcpy(room->ptr + len, chunk.ptr, chunk.len);
        len += chunk.len;
    }
    *out = (seigr_span){room->ptr, len};
    if (len > 0) /* of no room there may be no pointer to move */
        *room = (seigr_buf){room->ptr + len, room->len - len};
    r->at = ahead.at + head.len;
    return 0;
}
