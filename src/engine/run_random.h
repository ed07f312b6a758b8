/* SPDX-License-Identifier: MIT */
/*
 * run_random.h - a program's randomness: ChaCha20 (RFC 8439), from a place on.
 */
#ifndef SEIGR_SRC_ENGINE_RUN_RANDOM_H
#define SEIGR_SRC_ENGINE_RUN_RANDOM_H

#include "seigr/base.h" /* seigr_span */

/* Bytes at a place of the key stream with nonce 0 and counter from 0; the
 * counter wraps at 2^32 blocks. */
void seigr__run_random(const uint8_t key[32], uint64_t at, uint8_t *out,
                       size_t len);

#endif
