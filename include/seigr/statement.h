/* SPDX-License-Identifier: MIT */
/*
 * statement.h - what IDENTITY, GRANT, REVOCATION and ATTESTATION capsules
 * say: their detail messages, read and written (docs/spec/trust.md).
 *
 * Reading makes a view, bounded, without a heap. It says that a statement is
 * well formed, never that it counts: that is decided in seigr/trust.h. Lists
 * of entries of one size stand in one bytes field, ascending, so that they
 * are searched where they lie.
 *
 * Threads: functions here have no state; a view borrows the capsule's bytes.
 */
#ifndef SEIGR_STATEMENT_H
#define SEIGR_STATEMENT_H

#include "seigr/base.h"    /* spans, status codes, seigr_public_key */
#include "seigr/capsule.h" /* seigr_capsule, seigr_label */

#ifdef __cplusplus
extern "C" {
#endif

/* What somebody is trusted to do: bits of a scope. Others are kept and mean
 * nothing here. */
#define SEIGR_SCOPE_ADMIT 1u       /* its capsules are taken in */
#define SEIGR_SCOPE_RUN 2u         /* its tasks are run */
#define SEIGR_SCOPE_DELEGATE 4u    /* it is given tasks */
#define SEIGR_SCOPE_ACCEPT 8u      /* its results are believed */
#define SEIGR_SCOPE_BOOT 16u       /* what it signs is booted */
#define SEIGR_SCOPE_TIME 32u       /* its clock bounds others' times */
#define SEIGR_SCOPE_REVOKE 64u     /* it revokes what others signed */
#define SEIGR_SCOPE_INTRODUCE 128u /* its attestations count */
#define SEIGR_SCOPE_ALL 255u

/* Bounds, each refused past it. */
#define SEIGR_STATEMENT_KEYS_MAX 8u      /* recovery keys, approvals */
#define SEIGR_STATEMENT_LAST_MAX 256u    /* streams in a list of last ones */
#define SEIGR_STATEMENT_SET_MAX 1024u    /* entries of a revocation set */
#define SEIGR_STATEMENT_LABELS_MAX 8u    /* of a grant */
#define SEIGR_STATEMENT_TEXT_MAX 255u    /* bytes of resource, statement */
#define SEIGR_STATEMENT_NAME_MAX 127u    /* bytes of name, reason, class */
#define SEIGR_STATEMENT_WEIGHT_MAX 1000u /* thousandths */
#define SEIGR_STATEMENT_LAST_LEN 48u     /* one entry of last */
#define SEIGR_STATEMENT_APPROVAL_LEN 96u /* one approval */

/* The last good capsule of a stream. */
typedef struct seigr_last {
    uint64_t stream;
    uint64_t sequence; /* from 1 */
    seigr_id id;
} seigr_last;

/*
 * Write a list of last good capsules as its field.
 *
 *   last     ascending by stream, each once, at most
 *            SEIGR_STATEMENT_LAST_MAX.
 *   out      room for count * SEIGR_STATEMENT_LAST_LEN bytes.
 *
 * Returns 0; SEIGR_E_ROOM; SEIGR_E_INVAL where the list is none.
 */
SEIGR_API SEIGR_MUST_USE int seigr_last_encode(const seigr_last *last,
                                               size_t count, seigr_buf out);

/*
 * One entry of a list that has been read.
 *
 *   last   a field of a view below.
 *   index  from 0.
 *
 * Returns 1 and the entry, or 0 past the end.
 */
SEIGR_API int seigr_last_at(seigr_span last, size_t index, seigr_last *out);

/* Who a key is. Start from SEIGR_IDENTITY_INIT. Four things it can be: the
 * first word of a key; a rotation or a recovery, when previous is there; the
 * last word, when is_retired. */
typedef struct seigr_identity {
    uint32_t struct_size;
    uint32_t has_previous;
    uint32_t has_next;
    uint32_t is_retired;
    uint32_t recovery_threshold; /* approvals that a recovery takes; 0: none
                                    can be made */
    uint32_t reserved;
    seigr_span name;           /* UTF-8, for people */
    seigr_span device_class;   /* UTF-8 */
    seigr_public_key previous; /* the key that this one follows */
    seigr_hash next;           /* SHA-256 of the key that may follow */
    seigr_span recovery_keys;  /* 32 bytes each, ascending */
    seigr_span approvals;      /* 96 bytes each: recovery key, signature;
                                  ascending by key */
    seigr_span last;           /* of previous, or of the retired key */
} seigr_identity;

#define SEIGR_IDENTITY_INIT                                                    \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_identity)                        \
    }

/* What a key may do, and under which conditions. Start from
 * SEIGR_GRANT_INIT. 0 is no bound, but for delegations. */
typedef struct seigr_grant {
    uint32_t struct_size;
    uint32_t scope;            /* SEIGR_SCOPE_* */
    seigr_public_key audience; /* who may */
    seigr_span resource;       /* "a/b": it and all below; empty: all */
    uint64_t expires_ms;       /* Unix ms: from then on it is no more */
    uint64_t use_max;
    uint64_t fuel_max;
    uint64_t memory_max;     /* bytes */
    uint32_t delegation_max; /* grants below this one, one below another */
    uint32_t label_count;
    seigr_label labels[SEIGR_STATEMENT_LABELS_MAX]; /* that the user of the
                                         grant carries; ascending by key */
    uint32_t has_parent; /* from the capsule's link with role GRANT */
    uint32_t reserved;
    seigr_id parent;
} seigr_grant;

#define SEIGR_GRANT_INIT                                                       \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_grant)                           \
    }

#define SEIGR_REVOKES_KEY 1u     /* a key, but for its last good capsules */
#define SEIGR_REVOKES_CAPSULE 2u /* a grant, an attestation, any capsule */
#define SEIGR_REVOKES_SET 3u     /* keys and capsules, wholly */

/* What is no longer good. Start from SEIGR_REVOCATION_INIT. */
typedef struct seigr_revocation {
    uint32_t struct_size;
    uint32_t type;        /* SEIGR_REVOKES_* */
    seigr_public_key key; /* of KEY */
    seigr_id capsule;     /* of CAPSULE */
    seigr_span set;       /* of SET: 32 bytes each, ascending */
    seigr_span last;      /* of KEY: the last good ones; none: all is bad */
    seigr_span reason;    /* UTF-8, for people */
} seigr_revocation;

#define SEIGR_REVOCATION_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_revocation)                      \
    }

/* What one key says of another. Start from SEIGR_ATTESTATION_INIT. */
typedef struct seigr_attestation {
    uint32_t struct_size;
    uint32_t scope;  /* SEIGR_SCOPE_* */
    uint32_t weight; /* thousandths, 1 to 1000 */
    uint32_t reserved;
    seigr_public_key subject;
    uint64_t expires_ms;  /* 0: never */
    seigr_span statement; /* UTF-8, for people */
} seigr_attestation;

#define SEIGR_ATTESTATION_INIT                                                 \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_attestation)                     \
    }

/*
 * Read what an IDENTITY capsule says.
 *
 *   capsule  of that kind; what out points to is borrowed from its bytes.
 *   out      untouched on failure.
 *   error    may be NULL; offset counts from the start of the detail.
 *
 * Returns 0; SEIGR_E_FORMAT; SEIGR_E_LIMIT past a bound; SEIGR_E_INVAL for
 * a capsule of another kind.
 */
SEIGR_API SEIGR_MUST_USE int seigr_identity_read(const seigr_capsule *capsule,
                                                 seigr_identity *out,
                                                 seigr_error *error);

/*
 * Read what a GRANT capsule says. As seigr_identity_read(), and
 * SEIGR_E_FORMAT for more than one link with role GRANT.
 */
SEIGR_API SEIGR_MUST_USE int seigr_grant_read(const seigr_capsule *capsule,
                                              seigr_grant *out,
                                              seigr_error *error);

/*
 * Read what a REVOCATION capsule says. As seigr_identity_read().
 */
SEIGR_API SEIGR_MUST_USE int seigr_revocation_read(const seigr_capsule *capsule,
                                                   seigr_revocation *out,
                                                   seigr_error *error);

/*
 * Read what an ATTESTATION capsule says. As seigr_identity_read().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_attestation_read(const seigr_capsule *capsule, seigr_attestation *out,
                       seigr_error *error);

/*
 * Write the detail of an IDENTITY capsule.
 *
 *   identity  obeys the rules above.
 *   out       {NULL, 0} asks for the length needed.
 *   len_out   receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set; SEIGR_E_FORMAT or SEIGR_E_LIMIT
 * where a rule is broken; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_identity_encode(const seigr_identity *identity, seigr_buf out,
                      size_t *len_out, seigr_error *error);

/*
 * Write the detail of a GRANT capsule. As seigr_identity_encode(); the
 * parent is not in it: the draft links to it with role GRANT.
 */
SEIGR_API SEIGR_MUST_USE int seigr_grant_encode(const seigr_grant *grant,
                                                seigr_buf out, size_t *len_out,
                                                seigr_error *error);

/*
 * Write the detail of a REVOCATION capsule. As seigr_identity_encode().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_revocation_encode(const seigr_revocation *revocation, seigr_buf out,
                        size_t *len_out, seigr_error *error);

/*
 * Write the detail of an ATTESTATION capsule. As seigr_identity_encode().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_attestation_encode(const seigr_attestation *attestation, seigr_buf out,
                         size_t *len_out, seigr_error *error);

/*
 * Approve, as a recovery key, that one key takes the place of another.
 *
 *   signer    of the recovery key.
 *   previous  the key that was lost or stolen.
 *   key       the one that follows it.
 *   out       receives one approval; they are put together ascending.
 *
 * Returns 0; SEIGR_E_KEY where the signer fails; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_identity_approve(
    const seigr_signer *signer, const seigr_public_key *previous,
    const seigr_public_key *key, uint8_t out[SEIGR_STATEMENT_APPROVAL_LEN]);

/*
 * Is a value in a sorted list of 32 bytes each? Exact: there are no false
 * answers of either kind. Costs the logarithm of the count.
 *
 * Returns 1 or 0.
 */
SEIGR_API int seigr_set_has(seigr_span set, const uint8_t value[32]);

/*
 * Does a resource, or the whole where it is empty, include another? "a/b"
 * includes "a/b" and "a/b/c", not "a/bc".
 *
 * Returns 1 or 0.
 */
SEIGR_API int seigr_resource_includes(seigr_span outer, seigr_span inner);

/*
 * Is a grant no wider than another in any part: scope, resource, bounds,
 * labels, and fewer delegations?
 *
 * Returns 1 or 0.
 */
SEIGR_API int seigr_grant_narrows(const seigr_grant *inner,
                                  const seigr_grant *outer);

#ifdef __cplusplus
}
#endif

#endif
