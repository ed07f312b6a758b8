/* SPDX-License-Identifier: MIT */
/*
 * head.h - the bytes of a stream's head.
 */
#ifndef SEIGR_PORTS_POSIX_HEAD_H
#define SEIGR_PORTS_POSIX_HEAD_H

#include "place.h"        /* struct seigr__place */
#include "seigr/crypto.h" /* seigr_public_key */

/*
 * Core deterministic CBOR:
 *
 *   [1, issuer, stream, sequence, id or nil,
 *    machine, device, inode, born_ns, digest]
 *
 * digest is the SHA-256 of all bytes before its own item. id is nil where
 * sequence is 0: the stream has no capsule yet.
 */
struct seigr__head {
    seigr_public_key issuer;
    uint64_t stream;
    uint64_t sequence; /* of the last capsule; 0: none yet */
    seigr_id id;       /* of the last capsule, if there is one */
    struct seigr__place place;
};

#define SEIGR__HEAD_LEN_MAX 192u

/* Write it. Returns the length. */
size_t seigr__head_encode(const seigr_context *context,
                          const struct seigr__head *head,
                          uint8_t out[SEIGR__HEAD_LEN_MAX]);

/* Read it. Returns 0, or a negative status for bytes that are no head. */
int seigr__head_decode(const seigr_context *context, seigr_span bytes,
                       struct seigr__head *out);

#endif
