/* SPDX-License-Identifier: MIT */
/*
 * field.h - numbers modulo p = 2^255 - 19, for verification: nothing here is
 * secret, so nothing takes the same time for all values.
 */
#ifndef SEIGR_PORTS_COMPACT_FIELD_H
#define SEIGR_PORTS_COMPACT_FIELD_H

#include <stdint.h> /* uint32_t */

/* Eight 32-bit limbs, least significant first. Any value below 2^256 stands
 * for itself modulo p. */
typedef struct seigr__field {
    uint32_t v[8];
} seigr__field;

void seigr__field_add(seigr__field *out, const seigr__field *a,
                      const seigr__field *b);
void seigr__field_sub(seigr__field *out, const seigr__field *a,
                      const seigr__field *b);
void seigr__field_mul(seigr__field *out, const seigr__field *a,
                      const seigr__field *b);

/* out = 1 / a; 0 for 0. */
void seigr__field_invert(seigr__field *out, const seigr__field *a);

/* out = a^((p - 5) / 8): almost a square root. */
void seigr__field_root(seigr__field *out, const seigr__field *a);

/* 32 bytes, little-endian. Reading takes all 256 bits; writing gives the
 * value below p. */
void seigr__field_read(seigr__field *out, const uint8_t bytes[32]);
void seigr__field_write(uint8_t bytes[32], const seigr__field *a);

/* Whether a is b modulo p. */
int seigr__field_equal(const seigr__field *a, const seigr__field *b);

#endif
