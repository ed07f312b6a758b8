/* SPDX-License-Identifier: MIT */
/*
 * statement_fields.h - numbers of the fields of the four statements, and the
 * readers that take a detail by itself. docs/spec/trust.md has the tables.
 */
#ifndef SEIGR_SRC_TRUST_STATEMENT_FIELDS_H
#define SEIGR_SRC_TRUST_STATEMENT_FIELDS_H

#include "seigr/statement.h" /* the views */

#define SEIGR__IDENTITY_NAME 1u
#define SEIGR__IDENTITY_DEVICE_CLASS 2u
#define SEIGR__IDENTITY_PREVIOUS_KEY 3u
#define SEIGR__IDENTITY_NEXT_HASH 4u
#define SEIGR__IDENTITY_RECOVERY_THRESHOLD 5u
#define SEIGR__IDENTITY_RECOVERY_KEYS 6u
#define SEIGR__IDENTITY_APPROVALS 7u
#define SEIGR__IDENTITY_RETIRED 8u
#define SEIGR__IDENTITY_LAST 9u

#define SEIGR__GRANT_AUDIENCE 1u
#define SEIGR__GRANT_SCOPE 2u
#define SEIGR__GRANT_RESOURCE 3u
#define SEIGR__GRANT_EXPIRES_MS 4u
#define SEIGR__GRANT_USE_MAX 5u
#define SEIGR__GRANT_FUEL_MAX 6u
#define SEIGR__GRANT_MEMORY_MAX 7u
#define SEIGR__GRANT_LABELS 8u
#define SEIGR__GRANT_DELEGATION_MAX 9u

#define SEIGR__REVOCATION_KEY 1u
#define SEIGR__REVOCATION_CAPSULE 2u
#define SEIGR__REVOCATION_SET 3u
#define SEIGR__REVOCATION_LAST 4u
#define SEIGR__REVOCATION_REASON 5u

#define SEIGR__ATTESTATION_SUBJECT 1u
#define SEIGR__ATTESTATION_SCOPE 2u
#define SEIGR__ATTESTATION_WEIGHT 3u
#define SEIGR__ATTESTATION_EXPIRES_MS 4u
#define SEIGR__ATTESTATION_STATEMENT 5u

/* Each reads one whole detail; offsets count from its start. Returns 0,
 * SEIGR_E_FORMAT or SEIGR_E_LIMIT, out untouched. */
int seigr__identity_read(seigr_span detail, seigr_identity *out,
                         seigr_error *error);
int seigr__grant_read(seigr_span detail, seigr_grant *out, seigr_error *error);
int seigr__revocation_read(seigr_span detail, seigr_revocation *out,
                           seigr_error *error);
int seigr__attestation_read(seigr_span detail, seigr_attestation *out,
                            seigr_error *error);

/* Where the previous_key of a detail that was read stands in it. */
const uint8_t *seigr__identity_previous(seigr_span detail);

/* Below 0, 0 or above 0 as a comes before b, bytewise. */
int seigr__statement_compare(seigr_span a, seigr_span b);

/* The bytes that an approval signs. */
#define SEIGR__APPROVAL_LEN 79u
void seigr__approval_message(const seigr_public_key *previous,
                             const seigr_public_key *key,
                             uint8_t out[SEIGR__APPROVAL_LEN]);

#endif
