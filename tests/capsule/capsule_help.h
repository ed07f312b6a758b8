/* SPDX-License-Identifier: MIT */
/*
 * capsule_help.h - what the tests of this room share.
 */
#ifndef SEIGR_TESTS_CAPSULE_HELP_H
#define SEIGR_TESTS_CAPSULE_HELP_H

#include "support.h"

#include "seigr/capsule.h"

/* A context on libsodium; allocator may be NULL. */
seigr_context help_context(const seigr_allocator *allocator);

/*
 * Decode and verify, from a copy of exactly these bytes, by every way there
 * is: with scratch, in place, with a memory. All must agree. The copy stays
 * until the program ends, so that out's spans are good.
 */
int help_verdict(seigr_span bytes, seigr_verified *out, seigr_error *error);

/* A copy of bytes in a block of exactly that length, kept until the end, so
 * that a read past it is seen. */
seigr_span help_copy(seigr_span bytes);

/* The payload of a single capsule's bytes, by its fixed place. */
seigr_span help_payload(seigr_span capsule);

/* A key and its signer, from a seed of one repeated byte. */
typedef struct help_key {
    seigr_context context;
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
} help_key;

void help_key_init(help_key *key, uint8_t seed);

/* A draft with its storage. */
typedef struct help_draft {
    seigr_draft draft;
    seigr_id previous;
    seigr_link links[8];
    seigr_label labels[8];
    uint8_t text[2048];
    uint8_t content[4096];
    uint8_t detail[64];
} help_draft;

/* Any valid draft, of any kind. */
void help_draft_random(help_draft *d, support_rng *rng);

/* A small fixed one: DATA, named, with one link, label and inline body. */
void help_draft_small(help_draft *d);

/* Seal; the capsule's bytes stay until the program ends. */
seigr_span help_seal(const help_key *key, const seigr_draft *draft,
                     seigr_id *id_out);

/* A view is what its draft said. */
void help_assert_same(const seigr_capsule *capsule, const seigr_draft *draft);

#endif
