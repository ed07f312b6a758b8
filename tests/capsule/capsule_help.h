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

#endif
