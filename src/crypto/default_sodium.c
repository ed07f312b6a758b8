/* SPDX-License-Identifier: MIT */
/*
 * default_sodium.c - the table to use where libcrypto is not taken:
 * libsodium's, as it is. default_libcrypto.c stands here otherwise.
 */
#include "seigr/crypto.h" /* seigr_crypto_default */

const seigr_crypto *seigr_crypto_default(void)
{
    return seigr_crypto_sodium();
}
