/* SPDX-License-Identifier: MIT */
/*
 * ed25519.h - verification of Ed25519 in little code.
 */
#ifndef SEIGR_PORTS_COMPACT_ED25519_H
#define SEIGR_PORTS_COMPACT_ED25519_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint8_t */

/* Returns 0 where libsodium's detached verification would, else -1. */
int seigr__compact_verify(const uint8_t signature[64], const uint8_t *message,
                          size_t message_len, const uint8_t public_key[32]);

#endif
