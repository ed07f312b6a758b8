/* SPDX-License-Identifier: MIT */
/*
 * sys/compact.h - a table of primitives for verifying, in little code.
 *
 * What it is: Ed25519 verification and SHA-256 that need no library and no
 * table of points. The verdict is that of seigr_crypto_sodium_verify() on
 * every input; docs/PORTING.md says what it saves and what it costs. What it
 * is not: a signer, or code for secrets. This header may change in a minor
 * version.
 *
 * Threads: any.
 */
#ifndef SEIGR_SYS_COMPACT_H
#define SEIGR_SYS_COMPACT_H

#include "seigr/sys/crypto.h" /* seigr_crypto */

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Verification and SHA-256 alone.
 *
 * Returns a static table.
 */
SEIGR_API const seigr_crypto *seigr_crypto_compact(void);

#ifdef __cplusplus
}
#endif

#endif
