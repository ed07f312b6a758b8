/* SPDX-License-Identifier: MIT */
/*
 * capsule_seal.c - a draft becomes capsule bytes (the arrow "seal").
 *
 * The payload is written into the caller's own room, a Sig_structure put
 * before it and signed and hashed there; then it is moved down to where the
 * envelope wants it. No memory is asked for.
 *
 *           0 to 4   1     12              68       1    1 to 5
 *   made  | free   | 00 | 84 6a "Signature1" | 58 42 P | 40 | head payload
 *   final | d2 84 | 58 42 P | a0 | head payload | 58 40 signature |
 *
 * Invariants:
 *   (1) nothing is signed that has not passed the reader.
 *   (2) room never holds a whole capsule before its signature is there.
 */
#include "envelope.h" /* seigr__single_head_write */
#include "payload.h"  /* seigr__payload_write */

#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert, static_assert */
#include <string.h> /* memcpy, memmove */

#define SEAL_HEAD_MAX 5u /* of the payload's byte string */

/* Where the payload stands while it is signed, and its head in the end. */
#define SEAL_MADE_AT (1u + SEIGR__SIGNED_OVER_LEN + SEAL_HEAD_MAX)
#define SEAL_FINAL_AT (SEIGR__SINGLE_HEAD_LEN + 2u + SEIGR__PROTECTED_LEN + 1u)

static_assert(SEAL_MADE_AT <= SEAL_FINAL_AT + 1 + SEIGR__TAIL_LEN,
              "what is signed fits where the capsule will stand");
static_assert(SEAL_FINAL_AT + SEAL_HEAD_MAX + SEIGR__TAIL_LEN <=
                  SEIGR_CAPSULE_OVERHEAD_MAX,
              "as capsule.h promises");

static size_t seal_len(size_t payload_len)
{
    assert(payload_len <= SEIGR_CAPSULE_PAYLOAD_MAX);
    return SEAL_FINAL_AT + seigr__head_len(payload_len) + payload_len +
           SEIGR__TAIL_LEN;
}

static int seal_algorithm(int32_t alg, int32_t *out, seigr_error *error)
{
    *out = alg == 0 ? SEIGR_ALG_EDDSA : alg;
    if (*out == SEIGR_ALG_EDDSA || *out == SEIGR_ALG_ED25519)
        return 0;
    return seigr__fail(error, SEIGR_E_UNSUPPORTED, SEIGR_NO_OFFSET,
                       "the algorithm is neither -8 (EdDSA) nor -19 "
                       "(Ed25519)");
}

/*
 * Sign the payload that stands at SEAL_MADE_AT of room, and frame it. Room
 * has seal_len() bytes. from is the payload, there or where it came from.
 */
static int seal_finish(const seigr_context *context, uint8_t *room,
                       seigr_span from, int32_t alg, const seigr_signer *signer,
                       size_t *len_out, seigr_id *id_out, seigr_error *error)
{
    const size_t head = seigr__head_len(from.len);
    uint8_t *made_head = room + SEAL_MADE_AT - head;
    uint8_t *made = made_head - SEIGR__SIGNED_OVER_LEN;
    uint8_t *final = room + SEAL_FINAL_AT;
    uint8_t *tail = final + head + from.len;
    const size_t made_len = SEIGR__SIGNED_OVER_LEN + head + from.len;
    uint8_t signature[SEIGR_SIGNATURE_LEN];

    assert(made > room);
    made[-1] = 0x00;
    seigr__signed_over_write(made, alg, &signer->key);
    seigr__head_write(made_head, 0x40, from.len);
    if (signer->sign(signature, (seigr_span){made, made_len}, signer->ctx) != 0)
        return seigr__fail(error, SEIGR_E_KEY, SEIGR_NO_OFFSET,
                           "the signer gave no signature");
    if (id_out != NULL)
        context->crypto->sha256(id_out->bytes, made - 1, 1 + made_len,
                                context->crypto->ctx);
    memmove(final + head, from.ptr, from.len);
    seigr__single_head_write(room, alg, &signer->key);
    seigr__head_write(final, 0x40, from.len);
    tail[0] = 0x58;
    tail[1] = 0x40;
    memcpy(tail + 2, signature, sizeof(signature)); /* (2) */
    *len_out = seal_len(from.len);
    return 0;
}

static int seal_check_arguments(const seigr_context *context,
                                const seigr_signer *signer, seigr_buf out,
                                const size_t *len_out, const seigr_id *id_out,
                                seigr_error *error)
{
    if (context == NULL || signer == NULL || signer->sign == NULL ||
        len_out == NULL || (out.ptr == NULL && out.len != 0) ||
        (id_out != NULL &&
         (context->crypto == NULL || context->crypto->sha256 == NULL)))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_capsule_seal: an argument is missing");
    return 0;
}

/* The length is known: is there room? */
static int seal_check_room(size_t payload_len, seigr_buf out, size_t *len_out,
                           seigr_error *error)
{
    const size_t len = seal_len(payload_len);

    if (len <= out.len)
        return 0;
    *len_out = len;
    return seigr__fail(error, SEIGR_E_ROOM, SEIGR_NO_OFFSET,
                       "the capsule takes %zu bytes", len);
}

int seigr_capsule_seal(const seigr_context *context, const seigr_draft *draft,
                       const seigr_signer *signer, seigr_buf out,
                       size_t *len_out, seigr_id *id_out, seigr_error *error)
{
    seigr_buf room = {NULL, 0};
    seigr_span payload = {NULL, 0};
    int32_t alg;
    int err =
        seal_check_arguments(context, signer, out, len_out, id_out, error);

    if (out.len > SEAL_MADE_AT)
        room = (seigr_buf){out.ptr + SEAL_MADE_AT, out.len - SEAL_MADE_AT};
    payload.ptr = room.ptr;
    if (err == 0)
        err = seigr__payload_write(draft, room, &payload.len, error);
    if (err == 0)
        err = seal_algorithm(draft->alg, &alg, error);
    if (err == 0)
        err = seal_check_room(payload.len, out, len_out, error);
    if (err == 0)
        err = seigr__payload_check(context->crypto, payload, error);
    if (err != 0)
        return err; /* (1) */
    return seal_finish(context, out.ptr, payload, alg, signer, len_out, id_out,
                       error);
}

int seigr_capsule_frame(const seigr_context *context, seigr_span payload,
                        int32_t alg, const seigr_signer *signer, seigr_buf out,
                        size_t *len_out, seigr_id *id_out, seigr_error *error)
{
    int err =
        seal_check_arguments(context, signer, out, len_out, id_out, error);

    if (err == 0)
        err = seal_algorithm(alg, &alg, error);
    if (err == 0 && payload.len > SEIGR_CAPSULE_PAYLOAD_MAX)
        err = seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                          "the payload is longer than 1 MiB");
    if (err == 0)
        err = seal_check_room(payload.len, out, len_out, error);
    if (err != 0)
        return err;
    if (payload.len > 0)
        memcpy(out.ptr + SEAL_MADE_AT, payload.ptr, payload.len);
    return seal_finish(context, out.ptr, payload, alg, signer, len_out, id_out,
                       error);
}
