/* SPDX-License-Identifier: MIT */
/*
 * lineage_fixture.h - capsules for tests of the lineage, by the thousand.
 *
 * They are made without a key: lineage takes what the door let through and
 * asks for no signature again, and a test of a million cannot sign each. The
 * tests of the whole way, sealed and verified, are in test_lineage_door.c.
 */
#ifndef SEIGR_TESTS_LINEAGE_FIXTURE_H
#define SEIGR_TESTS_LINEAGE_FIXTURE_H

#include "support.h"

#include "seigr/lineage.h"

#define FIXTURE_LINK_MAX 8u
#define FIXTURE_LINK_LEN 38u /* 32 24 0a 20 ID 10 ROLE */

struct fixture_capsule {
    seigr_verified verified;
    char name[64];
    uint8_t links[FIXTURE_LINK_MAX * FIXTURE_LINK_LEN];
};

/* Begin: issuer is a number for a key; the name is "". */
void fixture_init(struct fixture_capsule *capsule, uint8_t issuer,
                  uint64_t stream, uint64_t sequence, const seigr_id *previous);

void fixture_link(struct fixture_capsule *capsule, const seigr_id *id,
                  uint32_t role);

void fixture_name(struct fixture_capsule *capsule, const char *name);

/* End: the identity becomes a hash of everything above. */
const seigr_id *fixture_seal(struct fixture_capsule *capsule);

/* A context on the memory, with libsodium. */
seigr_context fixture_context(const support_memory *memory);

/* What a sink was told, as a string; released with free(). */
struct fixture_text {
    char *text;
    size_t len;
};
int fixture_sink(const char *text, size_t len, void *ctx);

#endif
