/* SPDX-License-Identifier: MIT */
/*
 * did_key.c - a public key as did:key, both ways.
 *
 *   "did:key:"  "z"  base58btc( ed 01  key of 32 bytes )
 *    8           1   47 characters, always: the first byte is never zero
 *
 * Only Ed25519 keys are read. Others are told apart by their multicodec, so
 * that the refusal can name the reason.
 *
 * Invariants:
 *   (1) at most DID_DIGITS_MAX characters are converted, whatever the input.
 *   (2) the text form is unique: decoding what encoding did not write fails.
 */
#include "base/error.h"   /* seigr__fail */
#include "seigr/crypto.h" /* seigr_did_key_encode */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memcmp */

#define DID_PREFIX "did:key:z"
#define DID_PREFIX_LEN (sizeof(DID_PREFIX) - 1)
#define DID_DIGITS (SEIGR_DID_KEY_LEN - DID_PREFIX_LEN)
#define DID_DIGITS_MAX 96u /* the longest key in use, of P-521, has 94 */
#define DID_BYTES 34u      /* multicodec and key */
#define DID_BYTES_MAX 72u  /* what DID_DIGITS_MAX digits can hold */

static const char did_alphabet[] =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* value = value * factor + add, big-endian; the carry out is returned. */
static unsigned did_multiply_add(uint8_t *value, size_t len, unsigned factor,
                                 unsigned add)
{
    assert(factor < 256 && add < 256); /* no sum passes 16 bits */
    for (size_t i = len; i > 0; i--) {
        add += value[i - 1] * factor;
        value[i - 1] = (uint8_t)add;
        add >>= 8;
    }
    return add;
}

/* value = value / 58; the remainder is returned. */
static unsigned did_divide(uint8_t *value, size_t len)
{
    unsigned rest = 0;

    assert(len > 0);
    for (size_t i = 0; i < len; i++) {
        rest = rest << 8 | value[i];
        value[i] = (uint8_t)(rest / 58);
        rest %= 58;
    }
    return rest;
}

void seigr_did_key_encode(const seigr_public_key *key,
                          char out[SEIGR_DID_KEY_LEN + 1])
{
    uint8_t value[DID_BYTES] = {0xed, 0x01};

    memcpy(value + 2, key->bytes, sizeof(key->bytes));
    memcpy(out, DID_PREFIX, DID_PREFIX_LEN);
    for (size_t i = SEIGR_DID_KEY_LEN; i > DID_PREFIX_LEN; i--)
        out[i - 1] = did_alphabet[did_divide(value, sizeof(value))];
    assert(value[DID_BYTES - 1] == 0);
    out[SEIGR_DID_KEY_LEN] = '\0';
}

static unsigned did_digit(uint8_t c)
{
    for (unsigned i = 0; i < 58; i++) {
        if ((uint8_t)did_alphabet[i] == c)
            return i;
    }
    return 58;
}

/*
 * The number that the digits write, at the end of value; *len_out is its
 * length, leading zero bytes (each a leading "1") counted.
 */
static int did_digits_decode(seigr_span digits, uint8_t value[DID_BYTES_MAX],
                             size_t *len_out, seigr_error *error)
{
    size_t ones = 0;
    size_t first = 0;

    assert(digits.len <= DID_DIGITS_MAX); /* (1) */
    memset(value, 0, DID_BYTES_MAX);
    for (size_t i = 0; i < digits.len; i++) {
        const unsigned digit = did_digit(digits.ptr[i]);

        if (digit == 58)
            return seigr__fail(error, SEIGR_E_FORMAT, DID_PREFIX_LEN + i,
                               "the byte %02x is no character of base58btc",
                               (unsigned)digits.ptr[i]);
        if (digit == 0 && ones == i)
            ones++;
        /* 58^96 < 2^576: nothing is carried out. */
        if (did_multiply_add(value, DID_BYTES_MAX, 58, digit) != 0)
            assert(0);
    }
    while (first < DID_BYTES_MAX && value[first] == 0)
        first++;
    *len_out = DID_BYTES_MAX - first + ones;
    return 0;
}

/* What is written is a key of another kind, or not of the right length. */
static int did_refuse_codec(const uint8_t *bytes, size_t len,
                            seigr_error *error)
{
    assert(bytes != NULL);
    if (len >= 2 && bytes[0] == 0xed && bytes[1] == 0x01)
        return seigr__fail(error, SEIGR_E_FORMAT, DID_PREFIX_LEN,
                           "the did:key holds an Ed25519 key of %zu bytes "
                           "instead of 32",
                           len - 2);
    return seigr__fail(error, SEIGR_E_UNSUPPORTED, DID_PREFIX_LEN,
                       "the did:key is not of an Ed25519 key");
}

int seigr_did_key_decode(seigr_span text, seigr_public_key *out,
                         seigr_error *error)
{
    uint8_t value[DID_BYTES_MAX];
    seigr_span digits;
    size_t len = 0;
    int err;

    if (out == NULL || (text.ptr == NULL && text.len > 0))
        return SEIGR_E_INVAL;
    if (text.len <= DID_PREFIX_LEN ||
        memcmp(text.ptr, DID_PREFIX, DID_PREFIX_LEN) != 0)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "a did:key begins with " DID_PREFIX " and goes on");
    digits.ptr = text.ptr + DID_PREFIX_LEN;
    digits.len = text.len - DID_PREFIX_LEN;
    if (digits.len > DID_DIGITS_MAX)
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_DID_KEY_LEN,
                           "%zu characters are too many for a did:key",
                           text.len);
    err = did_digits_decode(digits, value, &len, error);
    if (err != 0)
        return err;
    if (digits.len != DID_DIGITS || len != DID_BYTES ||
        value[DID_BYTES_MAX - DID_BYTES] != 0xed ||
        value[DID_BYTES_MAX - DID_BYTES + 1] != 0x01)
        return did_refuse_codec(
            value + (len < DID_BYTES_MAX ? DID_BYTES_MAX - len : 0), len,
            error);
    memcpy(out->bytes, value + DID_BYTES_MAX - sizeof(out->bytes),
           sizeof(out->bytes));
    return 0;
}
