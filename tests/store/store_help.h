/* SPDX-License-Identifier: MIT */
/*
 * store_help.h - capsules to keep, and every kind of store to keep them in.
 */
#ifndef SEIGR_TESTS_STORE_HELP_H
#define SEIGR_TESTS_STORE_HELP_H

#include "support.h"

#include "seigr/store.h"
#include "seigr/sys/disk.h"

/* A context on libsodium; allocator may be NULL: then malloc's. */
seigr_context store_help_context(const seigr_allocator *allocator);

/* An issuer, from a seed of one repeated byte. */
typedef struct store_key {
    seigr_context context;
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
} store_key;

void store_key_init(store_key *key, uint8_t seed);

/* A capsule that passed the door; its bytes stay until the program ends. */
typedef struct store_capsule {
    seigr_id id;
    seigr_verified verified;
} store_capsule;

/* Seal a draft and pass it through the door. */
void store_seal(const store_key *key, const seigr_draft *draft,
                store_capsule *out);

/* The simplest one: DATA with this number in its stream, this capsule before
 * it and this text in it. */
void store_seal_text(const store_key *key, uint64_t stream, uint64_t sequence,
                     const store_capsule *previous, const char *text,
                     store_capsule *out);

/* One that links to another, alone in its stream. */
void store_seal_link(const store_key *key, uint64_t stream,
                     const store_capsule *target, uint32_t role,
                     store_capsule *out);

/* Content over 64 KiB of repeated text: its body, leaves and bytes. */
typedef struct store_content {
    seigr_body body;
    seigr_hash leaves[8];
    seigr_body_leaves list;
    seigr_span bytes;
    size_t chunk_count;
} store_content;

void store_content_init(store_content *content, size_t len, uint8_t seed);
seigr_span store_content_chunk(const store_content *content, size_t index);

/* A capsule that names content. */
void store_seal_content(const store_key *key, uint64_t stream,
                        const store_content *content, store_capsule *out);

/* An open store of some kind. */
typedef struct store_place {
    const char *kind;
    seigr_context context;
    seigr_store *store;
    char path[64]; /* of what is on a disk, else empty */
} store_place;

/* Run body on a new store of each kind, and look afterwards that it fails
 * nothing and leaves nothing. */
void store_each(void (*body)(store_place *place));

/* A folder of a test's own, new and empty; and away with all in it. */
void store_folder_make(char out[64]);
void store_folder_remove(const char *path);

/* Open the store in place->path, SEIGR_DISK_*. */
int store_open_disk(store_place *place, uint32_t flags, seigr_error *error);

/* Close the store and open it again, where it is one that lasts. */
void store_reopen(store_place *place);

seigr_store_txn *store_begin(store_place *place, uint32_t mode);

/* Put one, in a transaction of its own, new or not. */
void store_keep(store_place *place, const store_capsule *capsule);

/* Its bytes are there, come back and pass the door; or it is not there. */
void store_assert_has(store_place *place, const store_capsule *capsule);
void store_assert_lacks(store_place *place, const store_capsule *capsule);

/* What a cursor finds is exactly this, in this order. */
void store_assert_found(store_place *place, seigr_store_cursor cursor,
                        const store_capsule *const *expected, size_t count);

/* Run a collection to its end. */
seigr_store_progress store_collect(store_place *place, uint32_t budget);

#endif
