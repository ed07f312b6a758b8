/* SPDX-License-Identifier: MIT */
/*
 * siphash.h - SipHash-2-4, the keyed hash of tables whose keys a stranger
 * can choose. With a secret key nobody can aim many keys at one slot.
 */
#ifndef SEIGR_SRC_BASE_SIPHASH_H
#define SEIGR_SRC_BASE_SIPHASH_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

/* The hash of len bytes under a key of two words. */
uint64_t seigr__siphash(const uint64_t key[2], const uint8_t *bytes,
                        size_t len);

#endif
