/* SPDX-License-Identifier: MIT */
/*
 * envelope.c - the bytes around a payload, as the constants that they are.
 *
 * It writes them, and reads them by comparison. It says nothing of what
 * differs: envelope_parse.c reads the same bytes item by item for that.
 *
 * Invariants:
 *   (1) seigr__envelope_match() and seigr__envelope_parse() accept the same
 *       bytes and find the same in them; so do the two of receipts.
 *   (2) spans of the view lie inside the bytes.
 */
#include "envelope.h" /* seigr__envelope_read */

#include <assert.h> /* assert, static_assert */
#include <string.h> /* memcmp, memcpy */

static const uint8_t envelope_protected_head[] = {0x58, 0x42, 0xa3, 0x01};
static const uint8_t envelope_kid_head[] = {0x04, 0x58, 0x20};
static const uint8_t envelope_type[] = "\x10\x78\x19" SEIGR__CAPSULE_TYPE;
static const uint8_t envelope_single_head[] = {0xd2, 0x84};
static const uint8_t envelope_batch_head[] = {0xd9, 0xcf, 0xca, 0x83};
static const uint8_t envelope_signed_head[] = "\x84\x6aSignature1";
static const uint8_t envelope_signature_head[] = {0x58, 0x40};

#define ENVELOPE_TYPE_LEN (sizeof(envelope_type) - 1) /* without the NUL */

/* Of a receipt: up to alg; kid at 10; behind it, up to the proof. */
static const uint8_t envelope_receipt_head[] = {0xd2, 0x84, 0x58,
                                                0x43, 0xa4, 0x01};
static const uint8_t envelope_receipt_type[] =
    "\x10\x77" SEIGR__BATCH_TYPE "\x19\x01\x8b\x01"
    "\xa1\x19\x01\x8c\xa1\x20\x81";

#define ENVELOPE_RECEIPT_KID_AT 10u
#define ENVELOPE_RECEIPT_TYPE_LEN (sizeof(envelope_receipt_type) - 1)

static_assert(ENVELOPE_RECEIPT_KID_AT + 32 + ENVELOPE_RECEIPT_TYPE_LEN ==
                  SEIGR__RECEIPT_HEAD_LEN,
              "as envelope.h draws it");

static uint8_t envelope_alg_byte(int32_t alg)
{
    assert(alg == SEIGR_ALG_EDDSA || alg == SEIGR_ALG_ED25519);
    return alg == SEIGR_ALG_EDDSA ? SEIGR__ALG_EDDSA_BYTE
                                  : SEIGR__ALG_ED25519_BYTE;
}

/* P, all of it. */
static void envelope_protected_write(uint8_t *out, int32_t alg,
                                     const seigr_public_key *key)
{
    assert(alg == SEIGR_ALG_EDDSA || alg == SEIGR_ALG_ED25519);
    memcpy(out, envelope_protected_head, sizeof(envelope_protected_head));
    out[4] = envelope_alg_byte(alg);
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
    const size_t head = seigr__head_len(capsule->payload.len);
    const size_t len = head + capsule->payload.len;

    assert(capsule->payload.ptr != NULL);
    seigr__signed_head_write(out, capsule);
    memcpy(out + SEIGR__SIGNED_OVER_LEN, capsule->payload.ptr - head, len);
    return SEIGR__SIGNED_OVER_LEN + len;
}

size_t seigr__single_head_write(uint8_t *out, int32_t alg,
                                const seigr_public_key *key)
{
    const size_t p = SEIGR__SINGLE_HEAD_LEN;

    assert(out != NULL);
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

void seigr__receipt_head_write(uint8_t *out, int32_t alg,
                               const seigr_public_key *key)
{
    assert(out != NULL && key != NULL);
    memcpy(out, envelope_receipt_head, sizeof(envelope_receipt_head));
    out[6] = envelope_alg_byte(alg);
    memcpy(out + 7, envelope_kid_head, sizeof(envelope_kid_head));
    memcpy(out + ENVELOPE_RECEIPT_KID_AT, key->bytes, sizeof(key->bytes));
    memcpy(out + ENVELOPE_RECEIPT_KID_AT + 32, envelope_receipt_type,
           ENVELOPE_RECEIPT_TYPE_LEN);
}

void seigr__signed_over_write(uint8_t *out, int32_t alg,
                              const seigr_public_key *key)
{
    assert(out != NULL);
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

    assert(at <= end);
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
    if (seigr__head_len(len) != head || len > left - head)
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
    assert(bytes.ptr != NULL || bytes.len == 0);
    if (envelope_match_single(bytes, out) == 0)
        return 0;
    return envelope_match_batch(bytes, out);
}

int seigr__envelope_read(seigr_span bytes, seigr_capsule *out,
                         seigr_error *error)
{
    assert(bytes.ptr != NULL || bytes.len == 0);
    if (seigr__envelope_match(bytes, out) == 0)
        return 0; /* (1) */
    return seigr__envelope_parse(bytes, out, error);
}

uint32_t seigr__path_count(uint32_t index, uint32_t size)
{
    uint32_t last = size - 1;
    uint32_t count = 0;

    assert(index < size);
    for (; last > 0; index >>= 1, last >>= 1) {
        /* The last of a level has no sibling where its number is even. */
        if ((index & 1) != 0 || index < last)
            count++;
    }
    return count;
}

/* An integer of least length, below 2^32; NULL, or what is behind. */
static const uint8_t *envelope_match_uint(const uint8_t *at, const uint8_t *end,
                                          uint32_t *out)
{
    size_t len;

    assert(at == NULL || at <= end);
    if (at == NULL || end - at < 5) /* a receipt goes on for longer */
        return NULL;
    len = at[0] < 24 ? 1 : at[0] == 24 ? 2 : at[0] == 25 ? 3 : 5;
    *out = len == 1 ? at[0] : 0;
    for (size_t i = 1; i < len; i++)
        *out = *out << 8 | at[i];
    return at[0] <= 26 && seigr__head_len(*out) == len ? at + len : NULL;
}

/* 83 size index, and the nodes, from at to end exactly. */
static int envelope_match_proof(const uint8_t *at, const uint8_t *end,
                                seigr__receipt *out)
{
    assert(at <= end);
    if (at == end || *at++ != 0x83)
        return -1;
    at = envelope_match_uint(at, end, &out->tree_size);
    at = envelope_match_uint(at, end, &out->leaf_index);
    if (at == NULL || out->tree_size < SEIGR_BATCH_COUNT_MIN ||
        out->tree_size > SEIGR_BATCH_COUNT_MAX ||
        out->leaf_index >= out->tree_size)
        return -1;
    out->path_count = seigr__path_count(out->leaf_index, out->tree_size);
    assert(out->path_count <= SEIGR__PATH_COUNT_MAX);
    if (at == end || *at++ != (0x80 | out->path_count) ||
        end - at != (ptrdiff_t)(out->path_count * SEIGR__NODE_LEN))
        return -1;
    out->path = at;
    for (; at < end; at += SEIGR__NODE_LEN) {
        if (at[0] != 0x58 || at[1] != 0x20)
            return -1;
    }
    return 0;
}

int seigr__receipt_match(const seigr_capsule *capsule, seigr__receipt *out)
{
    const uint8_t *at = capsule->receipt.ptr;
    const uint8_t *end = at + capsule->receipt.len;
    uint8_t head[SEIGR__RECEIPT_HEAD_LEN];
    seigr_span proof;

    assert(at != NULL);
    seigr__receipt_head_write(head, capsule->alg, &capsule->issuer);
    if (capsule->receipt.len < sizeof(head) ||
        memcmp(at, head, sizeof(head)) != 0)
        return -1;
    out->protected_header = (seigr_span){at + SEIGR__RECEIPT_PROTECTED_AT,
                                         SEIGR__RECEIPT_PROTECTED_LEN};
    at = envelope_match_bytes(at + sizeof(head), end, &proof);
    if (at == NULL || end - at != 1 + SEIGR__TAIL_LEN || at[0] != 0xf6 ||
        memcmp(at + 1, envelope_signature_head, 2) != 0)
        return -1;
    out->signature = at + 3;
    return envelope_match_proof(proof.ptr, proof.ptr + proof.len, out);
}

int seigr__receipt_read(const seigr_capsule *capsule, seigr__receipt *out,
                        seigr_error *error)
{
    assert(capsule->receipt.ptr != NULL);
    if (seigr__receipt_match(capsule, out) == 0)
        return 0; /* (1) */
    return seigr__receipt_parse(capsule, out, error);
}
