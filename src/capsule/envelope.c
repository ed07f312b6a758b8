/* SPDX-License-Identifier: MIT */
/*
 * envelope.c - the bytes around a payload, as the constants that they are.
 *
 * It writes them, and reads them by comparison. It says nothing of what
 * differs: envelope_parse.c reads the same bytes item by item for that.
 *
 * Invariants:
 *   (1) seigr__envelope_match() and seigr__envelope_parse() accept the same
 *       bytes and find the same in them.
 *   (2) spans of the view lie inside the bytes.
 */
#include "envelope.h" /* seigr__envelope_read */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

static const uint8_t envelope_protected_head[] = {0x58, 0x42, 0xa3, 0x01};
static const uint8_t envelope_kid_head[] = {0x04, 0x58, 0x20};
static const uint8_t envelope_type[] = "\x10\x78\x19" SEIGR__CAPSULE_TYPE;
static const uint8_t envelope_single_head[] = {0xd2, 0x84};
static const uint8_t envelope_batch_head[] = {0xd9, 0xcf, 0xca, 0x83};
static const uint8_t envelope_signed_head[] = "\x84\x6aSignature1";
static const uint8_t envelope_signature_head[] = {0x58, 0x40};

#define ENVELOPE_TYPE_LEN (sizeof(envelope_type) - 1) /* without the NUL */

size_t seigr__bytes_head_len(size_t len)
{
    return len < 24 ? 1 : len <= 0xff ? 2 : len <= 0xffff ? 3 : 5;
}

size_t seigr__bytes_head(uint8_t *out, size_t len)
{
    const size_t head = seigr__bytes_head_len(len);

    if (head == 1) {
        out[0] = (uint8_t)(0x40 | len);
        return head;
    }
    out[0] = head == 2 ? 0x58 : head == 3 ? 0x59 : 0x5a;
    for (size_t i = 1; i < head; i++)
        out[i] = (uint8_t)(len >> (8 * (head - 1 - i)));
    return head;
}

/* P, all of it. */
static void envelope_protected_write(uint8_t *out, int32_t alg,
                                     const seigr_public_key *key)
{
    assert(alg == SEIGR_ALG_EDDSA || alg == SEIGR_ALG_ED25519);
    memcpy(out, envelope_protected_head, sizeof(envelope_protected_head));
    out[4] = alg == SEIGR_ALG_EDDSA ? SEIGR__ALG_EDDSA_BYTE
                                    : SEIGR__ALG_ED25519_BYTE;
    memcpy(out + 5, envelope_kid_head, sizeof(envelope_kid_head));
    memcpy(out + 2 + SEIGR__KID_AT, key->bytes, sizeof(key->bytes));
    memcpy(out + 2 + SEIGR__KID_AT + 32, envelope_type, ENVELOPE_TYPE_LEN);
}

void seigr__signed_head_write(uint8_t *out, const seigr_capsule *capsule)
{
    assert(capsule->protected_header.len == SEIGR__PROTECTED_LEN);
    memcpy(out, envelope_signed_head, SEIGR__SIGNED_HEAD_LEN);
    out += SEIGR__SIGNED_HEAD_LEN;
    memcpy(out, capsule->protected_header.ptr - 2, 2 + SEIGR__PROTECTED_LEN);
    out[2 + SEIGR__PROTECTED_LEN] = 0x40; /* no external data */
}

size_t seigr__signed_write(uint8_t *out, const seigr_capsule *capsule)
{
    const size_t head = seigr__bytes_head_len(capsule->payload.len);
    const size_t len = head + capsule->payload.len;

    seigr__signed_head_write(out, capsule);
    memcpy(out + SEIGR__SIGNED_OVER_LEN, capsule->payload.ptr - head, len);
    return SEIGR__SIGNED_OVER_LEN + len;
}

size_t seigr__single_head_write(uint8_t *out, int32_t alg,
                                const seigr_public_key *key)
{
    const size_t p = SEIGR__SINGLE_HEAD_LEN;

    memcpy(out, envelope_single_head, sizeof(envelope_single_head));
    envelope_protected_write(out + p, alg, key);
    out[p + 2 + SEIGR__PROTECTED_LEN] = 0xa0; /* unprotected: empty */
    return p + 2 + SEIGR__PROTECTED_LEN + 1;
}

size_t seigr__batch_head_write(uint8_t *out, int32_t alg,
                               const seigr_public_key *key)
{
    memcpy(out, envelope_batch_head, sizeof(envelope_batch_head));
    envelope_protected_write(out + SEIGR__BATCH_HEAD_LEN, alg, key);
    return SEIGR__BATCH_HEAD_LEN + 2 + SEIGR__PROTECTED_LEN;
}

void seigr__signed_over_write(uint8_t *out, int32_t alg,
                              const seigr_public_key *key)
{
    memcpy(out, envelope_signed_head, SEIGR__SIGNED_HEAD_LEN);
    out += SEIGR__SIGNED_HEAD_LEN;
    envelope_protected_write(out, alg, key);
    out[2 + SEIGR__PROTECTED_LEN] = 0x40; /* no external data */
}

/* Compare with P, and take what is not constant in it. */
static int envelope_match_protected(const uint8_t *p, seigr_capsule *out)
{
    if (memcmp(p, envelope_protected_head, sizeof(envelope_protected_head)) !=
            0 ||
        memcmp(p + 5, envelope_kid_head, sizeof(envelope_kid_head)) != 0 ||
        memcmp(p + 40, envelope_type, ENVELOPE_TYPE_LEN) != 0)
        return -1;
    if (p[4] == SEIGR__ALG_EDDSA_BYTE)
        out->alg = SEIGR_ALG_EDDSA;
    else if (p[4] == SEIGR__ALG_ED25519_BYTE)
        out->alg = SEIGR_ALG_ED25519;
    else
        return -1;
    out->protected_header = (seigr_span){p + 2, SEIGR__PROTECTED_LEN};
    memcpy(out->issuer.bytes, p + 2 + SEIGR__KID_AT, 32);
    return 0;
}

/* A byte string of least head, whole before end; NULL, or what is behind. */
static const uint8_t *envelope_match_bytes(const uint8_t *at,
                                           const uint8_t *end, seigr_span *out)
{
    const size_t left = (size_t)(end - at);
    size_t head = 1;
    size_t len = 0;

    if (left == 0)
        return NULL;
    if (at[0] == 0x58)
        head = 2;
    else if (at[0] == 0x59)
        head = 3;
    else if (at[0] == 0x5a)
        head = 5;
    else if (at[0] < 0x40 || at[0] > 0x57)
        return NULL;
    if (left < head)
        return NULL;
    if (head == 1)
        len = at[0] - 0x40u;
    for (size_t i = 1; i < head; i++)
        len = len << 8 | at[i];
    if (seigr__bytes_head_len(len) != head || len > left - head)
        return NULL;
    *out = (seigr_span){at + head, len};
    return at + head + len;
}

static int envelope_match_single(seigr_span bytes, seigr_capsule *out)
{
    const uint8_t *at = bytes.ptr;
    const uint8_t *end = bytes.ptr + bytes.len;

    if (bytes.len < SEIGR__SINGLE_HEAD_LEN + 2 + SEIGR__PROTECTED_LEN + 1 + 1 +
                        SEIGR__TAIL_LEN ||
        memcmp(at, envelope_single_head, sizeof(envelope_single_head)) != 0)
        return -1;
    at += SEIGR__SINGLE_HEAD_LEN;
    if (envelope_match_protected(at, out) != 0)
        return -1;
    at += 2 + SEIGR__PROTECTED_LEN;
    if (*at++ != 0xa0)
        return -1;
    at = envelope_match_bytes(at, end, &out->payload);
    if (at == NULL || end - at != SEIGR__TAIL_LEN ||
        memcmp(at, envelope_signature_head, 2) != 0 ||
        out->payload.len > SEIGR_CAPSULE_PAYLOAD_MAX)
        return -1;
    out->bytes = bytes;
    out->signature = (seigr_span){at + 2, SEIGR_SIGNATURE_LEN};
    out->receipt = (seigr_span){NULL, 0};
    return 0;
}

/* The capsules of a batch: the same with another head and end. */
static int envelope_match_batch(seigr_span bytes, seigr_capsule *out)
{
    const uint8_t *at = bytes.ptr;
    const uint8_t *end = bytes.ptr + bytes.len;

    if (bytes.len < SEIGR__BATCH_HEAD_LEN + 2 + SEIGR__PROTECTED_LEN ||
        memcmp(at, envelope_batch_head, sizeof(envelope_batch_head)) != 0 ||
        envelope_match_protected(at + SEIGR__BATCH_HEAD_LEN, out) != 0)
        return -1;
    at += SEIGR__BATCH_HEAD_LEN + 2 + SEIGR__PROTECTED_LEN;
    at = envelope_match_bytes(at, end, &out->payload);
    if (at == NULL || out->payload.len > SEIGR_CAPSULE_PAYLOAD_MAX)
        return -1;
    at = envelope_match_bytes(at, end, &out->receipt);
    if (at != end)
        return -1;
    out->bytes = bytes;
    out->signature = (seigr_span){NULL, 0};
    return 0;
}

int seigr__envelope_match(seigr_span bytes, seigr_capsule *out)
{
    if (envelope_match_single(bytes, out) == 0)
        return 0;
    return envelope_match_batch(bytes, out);
}

int seigr__envelope_read(seigr_span bytes, seigr_capsule *out,
                         seigr_error *error)
{
    if (seigr__envelope_match(bytes, out) == 0)
        return 0; /* (1) */
    return seigr__envelope_parse(bytes, out, error);
}
