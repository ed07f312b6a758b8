/* SPDX-License-Identifier: MIT */
/*
 * 03_seal.c - a message becomes a signed capsule.
 */
#include <seigr/seigr.h>
#include <seigr/sys/posix.h> /* seigr_posix_context */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static seigr_span span_of(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

int main(void)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {1, 2, 3}; /* not a secret */
    seigr_keypair_signer_state state;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    char address[SEIGR_ADDRESS_LEN + 1];
    seigr_keypair keypair;
    seigr_context context;
    seigr_signer signer;
    seigr_buf room;
    seigr_id id;
    size_t len;
    int err;

    if (seigr_posix_context(&context) != 0 ||
        seigr_keypair_init_seed(&context, seed, &keypair) != 0)
        return 1;
    signer = seigr_keypair_signer(&context, &keypair, &state);

    draft.kind = SEIGR_KIND_DATA;
    draft.name = span_of("greeting");
    draft.sequence = 1; /* the first of its stream */
    draft.body.form = SEIGR_BODY_INLINE;
    draft.body.media_type = span_of("text/plain");
    draft.body.content = span_of("hello, peers");
    draft.body.size = draft.body.content.len;

    /* Ask how much room it takes, then seal. */
    err = seigr_capsule_seal(&context, &draft, &signer, (seigr_buf){NULL, 0},
                             &len, NULL, &error);
    if (err != SEIGR_E_ROOM)
        return 1;
    room = (seigr_buf){malloc(len), len};
    err =
        seigr_capsule_seal(&context, &draft, &signer, room, &len, &id, &error);
    if (err == 0) {
        seigr_address_encode_id(&id, address);
        printf("%zu bytes, %s\n", len, address);
    } else {
        printf("not sealed: %s\n", error.text);
    }

    /* A draft that breaks a rule is refused by the field's name. */
    draft.sequence = 2; /* but no previous capsule */
    if (seigr_capsule_seal(&context, &draft, &signer, room, &len, &id,
                           &error) != 0)
        printf("not sealed: %s\n", error.text);
    free(room.ptr);
    seigr_keypair_fini(&context, &keypair);
    return err != 0;
}
