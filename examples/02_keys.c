/* SPDX-License-Identifier: MIT */
/*
 * 02_keys.c - a key pair, and the two ways to write its public half.
 */
#include <seigr/seigr.h>

#include <stdio.h>
#include <string.h>

/* A published seed (RFC 8032, 7.1, test 1), so that everybody sees the same
 * output. Secret keys come from seigr_keypair_init(). */
static const uint8_t seed[SEIGR_SEED_LEN] = {
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
    0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
    0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

int main(void)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];
    seigr_public_key key;
    seigr_public_key again;
    seigr_keypair keypair;

    context.crypto = seigr_crypto_sodium();
    if (context.crypto == NULL ||
        seigr_keypair_init_seed(&context, seed, &keypair) != 0)
        return 1;
    key = seigr_keypair_public(&keypair);
    seigr_keypair_fini(&context, &keypair); /* wiped */

    seigr_did_key_encode(&key, did);
    seigr_address_encode_key(&key, address);
    printf("%s\n%s\n", did, address);

    if (seigr_did_key_decode((seigr_span){(const uint8_t *)did, strlen(did)},
                             &again, NULL) != 0)
        return 1;
    printf("the same key: %s\n",
           memcmp(&key, &again, sizeof(key)) == 0 ? "yes" : "no");
    return 0;
}
