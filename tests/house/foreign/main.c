/* SPDX-License-Identifier: MIT */
/*
 * main.c - a program of somebody else: it sees installed headers only.
 */
#include <seigr/seigr.h>

#include <stdio.h>

int main(void)
{
    static const uint8_t text[] = {'a', 'b', 'c'};
    const seigr_span data = {text, sizeof(text)};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_hash digest;

    context.crypto = seigr_crypto_sodium();
    if (context.crypto == NULL)
        return 1;
    seigr_sha256(&context, data, &digest);
    printf("seigr %s %02x%02x\n", seigr_version(), digest.bytes[0],
           digest.bytes[31]);
    return digest.bytes[0] != 0xba || digest.bytes[31] != 0xad;
}
