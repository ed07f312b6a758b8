/* SPDX-License-Identifier: MIT */
/*
 * keys.h - what keys.c and keyfile.c share.
 */
#ifndef SEIGR_SRC_CRYPTO_KEYS_H
#define SEIGR_SRC_CRYPTO_KEYS_H

#include "seigr/base.h" /* seigr_context */

/* Does the context's table make and wipe key pairs? */
int seigr__keys_usable(const seigr_context *context);

#endif
