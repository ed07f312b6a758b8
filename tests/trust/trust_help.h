/* SPDX-License-Identifier: MIT */
/*
 * trust_help.h - what the tests of this room share: people with keys and
 * numbered chains, and the statements that they make.
 */
#ifndef SEIGR_TESTS_TRUST_HELP_H
#define SEIGR_TESTS_TRUST_HELP_H

#include "support.h"

#include "seigr/capsule.h"
#include "seigr/statement.h"

/* Somebody with a key, and where the chain of each stream stands. */
typedef struct help_person {
    seigr_context context;
    seigr_keypair keypair;
    seigr_keypair_signer_state state;
    seigr_signer signer;
    seigr_stream_head heads[4]; /* of streams 0, 1, 2, 3 */
} help_person;

/* From a seed made of a number. */
void help_person_init(help_person *person, unsigned seed);

seigr_context help_context(void);

/* What a capsule is made of besides the person's numbers. */
typedef struct help_make {
    uint32_t kind;
    uint32_t stream; /* 0 to 3 */
    seigr_span detail;
    uint64_t created_ms;
    const seigr_link *links;
    size_t link_count;
    const seigr_label *labels;
    size_t label_count;
} help_make;

/*
 * Seal the next capsule of a person's stream, verify it from its bytes. The
 * bytes stay until the program ends.
 */
void help_seal(help_person *person, const help_make *make, seigr_verified *out);

/* The same, and the stream stays where it was: a fork. */
void help_seal_fork(help_person *person, const help_make *make,
                    seigr_verified *out);

/* Memory that stays until the program ends. */
void *help_keep(size_t len);

/* Details, encoded; the bytes stay until the program ends. */
seigr_span help_identity(const seigr_identity *identity);
seigr_span help_grant(const seigr_grant *grant);
seigr_span help_revocation(const seigr_revocation *revocation);
seigr_span help_attestation(const seigr_attestation *attestation);

seigr_span help_text(const char *text);

#endif
