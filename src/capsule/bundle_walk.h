/* SPDX-License-Identifier: MIT */
/*
 * bundle_walk.h - how much of a bundle's next item is still to come.
 */
#ifndef SEIGR_SRC_CAPSULE_BUNDLE_WALK_H
#define SEIGR_SRC_CAPSULE_BUNDLE_WALK_H

#include "base/cbor.h" /* seigr__cbor */

/*
 * What is held of an item, walked from its front. need grows past what is
 * held when more must arrive before anything can be said.
 */
struct seigr__bundle_walk {
    seigr__cbor at;
    size_t last; /* where the last head began that was passed */
    size_t held_len;
    size_t need;
};

void seigr__bundle_walk_init(struct seigr__bundle_walk *walk, seigr_span held,
                             seigr_error *error);

/* Refuse what stands at the last head. */
int seigr__bundle_walk_fail(struct seigr__bundle_walk *walk, int code,
                            const char *what);

/*
 * The rest pass something and return 1, or 0 where more is needed, or refuse.
 */

/* The head of an item of this type. */
int seigr__bundle_walk_head(struct seigr__bundle_walk *walk, uint8_t major,
                            const char *what, uint64_t *value);

/* A byte string. */
int seigr__bundle_walk_bytes(struct seigr__bundle_walk *walk, size_t len_max,
                             const char *what);

/* 18([protected, {}, payload, signature]) or
 * 53194([protected, payload, receipt]). */
int seigr__bundle_walk_capsule(struct seigr__bundle_walk *walk);

/* {0: "seigr", 1: 1, 2: [ up to the first root. */
int seigr__bundle_walk_header(struct seigr__bundle_walk *walk,
                              uint64_t *root_count);

#endif
