/* SPDX-License-Identifier: MIT */
/*
 * address.c - 32 bytes as an address and back (FORMATS 1.2).
 *
 *     seigr: dddddddddddd ... dddddddddddd cccccc
 *            `--- 100 digits, 4 blocks --' `check'
 *
 * It does not say what the bytes are: an identity and a capsule look alike.
 *
 * Invariants:
 *   (1) What is written has no separators; what is read may have one between
 *       two digits and none elsewhere.
 *   (2) Nothing is written to an output before the check digits matched.
 */
#include "address.h" /* seigr__typed */

#include "base/error.h" /* seigr__fail */
#include "check.h"      /* seigr__check_put */
#include "text.h"       /* seigr__text_scalar */

#include <assert.h> /* assert */
#include <string.h> /* memcpy, memcmp */

#define DIGITS SEIGR__ADDRESS_DIGITS
#define ID_DIGITS SEIGR__ADDRESS_ID_DIGITS
#define ID_BLOCKS (ID_DIGITS / SEIGR_SENARY_BLOCK_DIGITS)
#define SCHEME "seigr:"
#define SCHEME_LEN (sizeof(SCHEME) - 1)
#define SHORT_GROUP 6u

void seigr__address_digits(const uint8_t bytes[32],
                           uint8_t digits[SEIGR__ADDRESS_DIGITS])
{
    seigr__text_scalar.encode(bytes, ID_BLOCKS, digits);
    seigr__check_put(digits, ID_DIGITS, digits + ID_DIGITS);
}

static void address_encode(const uint8_t bytes[32],
                           char out[SEIGR_ADDRESS_LEN + 1])
{
    uint8_t digits[DIGITS];

    assert(SCHEME_LEN + DIGITS == SEIGR_ADDRESS_LEN);
    seigr__address_digits(bytes, digits);
    memcpy(out, SCHEME, SCHEME_LEN);
    memcpy(out + SCHEME_LEN, digits, DIGITS);
    out[SEIGR_ADDRESS_LEN] = '\0';
}

static void address_short(const uint8_t bytes[32],
                          char out[SEIGR_ADDRESS_SHORT_LEN + 1])
{
    uint8_t digits[SEIGR_SENARY_BLOCK_DIGITS];

    assert(2 * SHORT_GROUP + 1 == SEIGR_ADDRESS_SHORT_LEN);
    seigr__text_scalar.encode(bytes, 1, digits);
    memcpy(out, digits, SHORT_GROUP);
    out[SHORT_GROUP] = '-';
    memcpy(out + SHORT_GROUP + 1, digits + SHORT_GROUP, SHORT_GROUP);
    out[SEIGR_ADDRESS_SHORT_LEN] = '\0';
}

void seigr_address_encode_id(const seigr_id *id,
                             char out[SEIGR_ADDRESS_LEN + 1])
{
    assert(id != NULL && out != NULL);
    address_encode(id->bytes, out);
}

void seigr_address_encode_key(const seigr_public_key *key,
                              char out[SEIGR_ADDRESS_LEN + 1])
{
    assert(key != NULL && out != NULL);
    address_encode(key->bytes, out);
}

void seigr_address_short_id(const seigr_id *id,
                            char out[SEIGR_ADDRESS_SHORT_LEN + 1])
{
    assert(id != NULL && out != NULL);
    address_short(id->bytes, out);
}

void seigr_address_short_key(const seigr_public_key *key,
                             char out[SEIGR_ADDRESS_SHORT_LEN + 1])
{
    assert(key != NULL && out != NULL);
    address_short(key->bytes, out);
}

int seigr__address_scheme(seigr_span text)
{
    assert(text.ptr != NULL || text.len == 0);
    return text.len >= SCHEME_LEN && memcmp(text.ptr, SCHEME, SCHEME_LEN) == 0;
}

static int address_is_digit(uint8_t c)
{
    return c >= '0' && c <= '5';
}

static int address_is_separator(uint8_t c)
{
    return c == '-' || c == ' ';
}

/* Refuse the character at a place where a digit must stand. */
static int address_refuse_at(seigr_span text, size_t at, seigr_error *error)
{
    assert(at <= text.len);
    if (at >= text.len)
        return seigr__fail(error, SEIGR_E_FORMAT, text.len,
                           "the text ends where a digit must follow");
    if (address_is_separator(text.ptr[at]))
        return seigr__fail(error, SEIGR_E_FORMAT, at,
                           "one '-' or space may stand between two digits, "
                           "nowhere else");
    return seigr__text_refuse_char(text.ptr[at], at, error);
}

int seigr__address_typed(seigr_span text, size_t start, seigr__typed *out,
                         seigr_error *error)
{
    size_t at = start;

    assert(out != NULL);
    assert(text.ptr != NULL || text.len == 0);
    out->digit_count = 0;
    for (;;) {
        if (at >= text.len || !address_is_digit(text.ptr[at]))
            return address_refuse_at(text, at, error);
        if (out->digit_count == DIGITS)
            return seigr__fail(error, SEIGR_E_FORMAT, at,
                               "an address has %u digits, here are more",
                               DIGITS);
        out->digits[out->digit_count] = text.ptr[at];
        out->at[out->digit_count++] = (uint8_t)at;
        at++;
        if (at == text.len)
            return 0;
        if (address_is_separator(text.ptr[at]))
            at++; /* (1): a digit must follow */
    }
}

int seigr__address_check(const seigr__typed *typed, seigr_error *error)
{
    size_t index;
    int diagnosis;

    assert(typed->digit_count == DIGITS);
    diagnosis = seigr__check_diagnose(typed->digits, DIGITS, &index);
    if (diagnosis == SEIGR__CHECK_GOOD) {
        if (seigr__text_refuse(typed->digits, ID_DIGITS, 0, error) == 0)
            return 0;
        if (error != NULL)
            error->offset = typed->at[error->offset];
        return SEIGR_E_FORMAT;
    }
    return seigr__check_refuse(diagnosis, index, typed->at[index],
                               typed->at[ID_DIGITS], error);
}

static int address_decode(seigr_span text, uint8_t bytes[32],
                          seigr_error *error)
{
    seigr__typed typed;
    size_t good;

    if (!seigr__address_scheme(text))
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "an address begins with \"" SCHEME "\"");
    if (seigr__address_typed(text, SCHEME_LEN, &typed, error) != 0)
        return SEIGR_E_FORMAT;
    if (typed.digit_count != DIGITS)
        return seigr__fail(error, SEIGR_E_FORMAT, text.len,
                           "an address has %u digits, here are %zu", DIGITS,
                           typed.digit_count);
    if (seigr__address_check(&typed, error) != 0)
        return SEIGR_E_FORMAT;
    good = seigr__text_scalar.decode(typed.digits, ID_BLOCKS, bytes);
    assert(good == ID_BLOCKS); /* the check saw to it */
    (void)good;
    return 0; /* (2) */
}

int seigr_address_decode_id(seigr_span text, seigr_id *out, seigr_error *error)
{
    if (out == NULL || (text.ptr == NULL && text.len != 0))
        return SEIGR_E_INVAL;
    return address_decode(text, out->bytes, error);
}

int seigr_address_decode_key(seigr_span text, seigr_public_key *out,
                             seigr_error *error)
{
    if (out == NULL || (text.ptr == NULL && text.len != 0))
        return SEIGR_E_INVAL;
    return address_decode(text, out->bytes, error);
}
