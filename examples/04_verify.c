/* SPDX-License-Identifier: MIT */
/*
 * 04_verify.c - bytes from anywhere become a verified capsule, or are refused
 * with a reason.
 */
#include <seigr/seigr.h>
#include <seigr/sys/posix.h> /* seigr_posix_context */

#include <stdio.h>
#include <string.h>

/* Something to look at: in life this comes from a file or a peer. */
static size_t seal_something(const seigr_context *context, uint8_t *out,
                             size_t len)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {1, 2, 3};
    static const uint8_t text[] = "hello, peers";
    seigr_keypair_signer_state state;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_keypair keypair;
    seigr_signer signer;
    int err;

    draft.kind = SEIGR_KIND_DATA;
    draft.sequence = 1;
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.content = (seigr_span){text, sizeof(text) - 1};
    draft.body.size = draft.body.content.len;
    if (seigr_keypair_init_seed(context, seed, &keypair) != 0)
        return 0;
    signer = seigr_keypair_signer(context, &keypair, &state);
    err = seigr_capsule_seal(context, &draft, &signer, (seigr_buf){out, len},
                             &len, NULL, NULL);
    seigr_keypair_fini(context, &keypair);
    return err == 0 ? len : 0;
}

/* What acts takes the verified type: nothing else can be handed to it. */
static void act_on(const seigr_verified *verified)
{
    const seigr_capsule *capsule = seigr_verified_capsule(verified);
    char did[SEIGR_DID_KEY_LEN + 1];

    seigr_did_key_encode(&capsule->issuer, did);
    printf("%.*s\nsigned by %s\n", (int)capsule->body.content.len,
           (const char *)capsule->body.content.ptr, did);
}

/* The one door. */
static void receive(const seigr_context *context, seigr_span bytes)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_verified verified;
    /* No scratch is given: it is taken from the allocator. */
    const int err = seigr_capsule_open(context, bytes, (seigr_buf){NULL, 0},
                                       &verified, &error);

    if (err == 0)
        act_on(&verified);
    else
        printf("refused (%s): %s\n", seigr_strerror(err), error.text);
}

int main(void)
{
    seigr_context context;
    uint8_t bytes[512];
    size_t len;

    if (seigr_posix_context(&context) != 0)
        return 1;
    len = seal_something(&context, bytes, sizeof(bytes));
    if (len == 0)
        return 1;
    receive(&context, (seigr_span){bytes, len});
    receive(&context, (seigr_span){bytes, len - 1});
    bytes[len - 70] ^= 1; /* a letter of the message */
    receive(&context, (seigr_span){bytes, len});
    return 0;
}
