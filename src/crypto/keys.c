/* SPDX-License-Identifier: MIT */
/*
 * keys.c - Ed25519 key pairs in memory, and signers over them.
 *
 * It does no arithmetic of its own: the context's table does. Key files are
 * in keyfile.c, the text form in did_key.c.
 *
 * Invariants:
 *   (1) secret is seed || public key, both of the same pair, or zero.
 *   (2) a seed on our stack is wiped before the function returns.
 */
#include "keys.h"         /* seigr__keys_usable */
#include "seigr/crypto.h" /* seigr_keypair */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

int seigr__keys_usable(const seigr_context *context)
{
    return context != NULL && context->crypto != NULL &&
           context->crypto->ed25519_public != NULL &&
           context->crypto->wipe != NULL;
}

int seigr_keypair_init_seed(const seigr_context *context,
                            const uint8_t seed[SEIGR_SEED_LEN],
                            seigr_keypair *out)
{
    uint8_t public_key[32];
    int err;

    if (!seigr__keys_usable(context) || seed == NULL || out == NULL)
        return SEIGR_E_INVAL;
    err =
        context->crypto->ed25519_public(public_key, seed, context->crypto->ctx);
    if (err != 0)
        return err;
    memmove(out->secret, seed, SEIGR_SEED_LEN); /* seed may be out's own */
    memcpy(out->secret + SEIGR_SEED_LEN, public_key, sizeof(public_key));
    return 0;
}

int seigr_random_fill(const seigr_context *context, uint8_t *out, size_t len)
{
    if (context == NULL || (out == NULL && len > 0))
        return SEIGR_E_INVAL;
    if (context->random != NULL)
        return context->random->fill(out, len, context->random->ctx);
    if (context->crypto == NULL || context->crypto->random == NULL)
        return SEIGR_E_RANDOM;
    return context->crypto->random(out, len, context->crypto->ctx);
}

int seigr_keypair_init(const seigr_context *context, seigr_keypair *out)
{
    uint8_t seed[SEIGR_SEED_LEN];
    int err;

    if (!seigr__keys_usable(context) || out == NULL)
        return SEIGR_E_INVAL;
    err = seigr_random_fill(context, seed, sizeof(seed));
    if (err == 0)
        err = seigr_keypair_init_seed(context, seed, out);
    context->crypto->wipe(seed, sizeof(seed), context->crypto->ctx); /* (2) */
    return err;
}

void seigr_keypair_fini(const seigr_context *context, seigr_keypair *keypair)
{
    if (keypair == NULL)
        return;
    assert(seigr__keys_usable(context));
    context->crypto->wipe(keypair, sizeof(*keypair), context->crypto->ctx);
}

seigr_public_key seigr_keypair_public(const seigr_keypair *keypair)
{
    seigr_public_key key;

    assert(keypair != NULL);
    memcpy(key.bytes, keypair->secret + SEIGR_SEED_LEN, sizeof(key.bytes));
    return key;
}

static int keys_sign(uint8_t signature[SEIGR_SIGNATURE_LEN], seigr_span message,
                     void *ctx)
{
    const seigr_keypair_signer_state *state = ctx;
    const seigr_crypto *crypto = state->context->crypto;

    assert(state->context != NULL && state->keypair != NULL);
    if (crypto->ed25519_sign == NULL)
        return SEIGR_E_UNSUPPORTED;
    return crypto->ed25519_sign(signature, message.ptr, message.len,
                                state->keypair->secret, crypto->ctx);
}

seigr_signer seigr_keypair_signer(const seigr_context *context,
                                  const seigr_keypair *keypair,
                                  seigr_keypair_signer_state *state)
{
    const seigr_signer signer = {
        .struct_size = (uint32_t)sizeof(signer),
        .key = seigr_keypair_public(keypair),
        .sign = keys_sign,
        .ctx = state,
    };

    assert(context->crypto != NULL);
    state->context = context;
    state->keypair = keypair;
    return signer;
}
