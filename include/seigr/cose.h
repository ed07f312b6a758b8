/* SPDX-License-Identifier: MIT */
/*
 * cose.h - COSE_Sign1 of other people, and capsules as SCITT statements.
 *
 * What it is: reading, verifying and writing any COSE_Sign1 (RFC 9052) that
 * is signed with Ed25519: tagged or not, attached or detached, with external
 * data, with critical headers; well-formed bounded CBOR, deterministic or
 * not. And a capsule signed once more as a SCITT signed statement (RFC 9943).
 * What it is not: the door for capsules (capsule.h), which takes one encoding
 * only; other algorithms, which are named and never called valid; trust in a
 * key (docs/spec/cose.md lists the choices that RFC 9052 leaves open).
 *
 * Threads: functions may be called from any thread; a view borrows the bytes
 * it was made from, and the room.
 */
#ifndef SEIGR_COSE_H
#define SEIGR_COSE_H

#include "seigr/base.h"   /* spans, context, status codes */
#include "seigr/crypto.h" /* seigr_signer, seigr_public_key */

#ifdef __cplusplus
extern "C" {
#endif

/* Algorithms that are verified here. */
#define SEIGR_COSE_EDDSA (-8)    /* RFC 9053, with an Ed25519 key */
#define SEIGR_COSE_ED25519 (-19) /* RFC 9864 */

/* Labels of header parameters (IANA, COSE Header Parameters). */
#define SEIGR_COSE_LABEL_ALG 1
#define SEIGR_COSE_LABEL_CRIT 2
#define SEIGR_COSE_LABEL_CONTENT_TYPE 3
#define SEIGR_COSE_LABEL_KID 4
#define SEIGR_COSE_LABEL_CWT_CLAIMS 15
#define SEIGR_COSE_LABEL_TYPE 16

/* The most header parameters of a message, both buckets together. */
#define SEIGR_COSE_HEADERS_MAX 64u

/* What a view or a draft is. */
#define SEIGR_COSE_TAGGED 1u          /* view: tag 18 is there */
#define SEIGR_COSE_DETACHED 2u        /* the payload is somewhere else */
#define SEIGR_COSE_ALG_UNPROTECTED 4u /* view: alg is not signed */
#define SEIGR_COSE_KID_UNPROTECTED 8u /* kid is not signed */
#define SEIGR_COSE_UNTAGGED 16u       /* draft: leave the tag out */

/*
 * A decoded COSE_Sign1: a view that claims nothing. Start from
 * SEIGR_COSE_SIGN1_INIT. Spans are borrowed from the decoded bytes, or from
 * the room where the message had them in chunks.
 */
typedef struct seigr_cose_sign1 {
    uint32_t struct_size;
    uint32_t flags;                /* SEIGR_COSE_* */
    int64_t alg;                   /* 0: none, or given as text */
    seigr_span protected_header;   /* content of the byte string */
    seigr_span unprotected_header; /* the map as it is encoded */
    seigr_span payload;            /* content; empty when detached */
    seigr_span signature;          /* content */
    seigr_span kid;                /* content; {NULL, 0}: none */
} seigr_cose_sign1;

#define SEIGR_COSE_SIGN1_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_cose_sign1)                      \
    }

/*
 * Read one COSE_Sign1 from exactly these bytes.
 *
 *   bytes  borrowed as long as the view is used.
 *   room   where strings in chunks are joined, borrowed as long; bytes.len is
 *          always enough, {NULL, 0} where none are expected.
 *   out    the view; untouched on failure.
 *   error  may be NULL; offset counts from the start of bytes.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED; SEIGR_E_LIMIT for nesting
 * deeper than 16 or more than SEIGR_COSE_HEADERS_MAX parameters;
 * SEIGR_E_ROOM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_cose_sign1_decode(seigr_span bytes,
                                                     seigr_buf room,
                                                     seigr_cose_sign1 *out,
                                                     seigr_error *error);

/*
 * Find a header parameter of a view, in the protected bucket or else in the
 * other: no label stands in both.
 *
 *   label            an integer label.
 *   value_out        receives the encoded item, borrowed from the view.
 *   is_protected_out receives 1 or 0; may be NULL.
 *
 * Returns 0 or SEIGR_E_NOTFOUND.
 */
SEIGR_API int seigr_cose_sign1_find(const seigr_cose_sign1 *message,
                                    int64_t label, seigr_span *value_out,
                                    uint32_t *is_protected_out);

/* What verifying needs besides the message and the key. Start from
 * SEIGR_COSE_VERIFY_OPTIONS_INIT. Everything is borrowed for the call. */
typedef struct seigr_cose_verify_options {
    uint32_t struct_size;
    uint32_t flags; /* SEIGR_COSE_DETACHED: payload is given here;
                       SEIGR_COSE_ALG_UNPROTECTED: take an alg that is not
                       signed, as RFC 9052 3.1 does not */
    seigr_span external_aad;
    seigr_span payload;        /* of a detached message */
    const int64_t *understood; /* labels that the caller acts on, so that
                                  crit may name them */
    size_t understood_count;
} seigr_cose_verify_options;

#define SEIGR_COSE_VERIFY_OPTIONS_INIT                                         \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_cose_verify_options)             \
    }

/* Scratch that verifying needs, of the three parts that are signed. */
#define SEIGR_COSE_SCRATCH_LEN(protected_len, external_len, payload_len)       \
    ((size_t)(protected_len) + (size_t)(external_len) +                        \
     (size_t)(payload_len) + 48u)

/*
 * Check the signature of a view (RFC 9052, 4.4).
 *
 *   context  needs crypto with ed25519_verify.
 *   key      the signer's; a kid is a hint and is not looked at.
 *   options  NULL: no external data, payload attached, no labels.
 *   scratch  at least SEIGR_COSE_SCRATCH_LEN bytes, overwritten; {NULL, 0}
 *            takes them from the context's allocator.
 *
 * Returns 0; SEIGR_E_SIGNATURE; SEIGR_E_UNSUPPORTED for another algorithm, or
 * a critical header that is not understood; SEIGR_E_FORMAT for a crit that
 * breaks RFC 9052 3.1, an alg that is not signed, a signature of another
 * length, or a payload both attached and given; SEIGR_E_NOTFOUND for a
 * detached payload that is not given; SEIGR_E_ROOM; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_cose_sign1_verify(
    const seigr_context *context, const seigr_cose_sign1 *message,
    const seigr_public_key *key, const seigr_cose_verify_options *options,
    seigr_buf scratch, seigr_error *error);

/*
 * Write the Sig_structure of a view: what any algorithm signs.
 *
 *   options  as for verifying.
 *   out      room for it; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM; SEIGR_E_FORMAT or SEIGR_E_NOTFOUND about the
 * payload as above.
 */
SEIGR_API SEIGR_MUST_USE int seigr_cose_sign1_signed_bytes(
    const seigr_cose_sign1 *message, const seigr_cose_verify_options *options,
    seigr_buf out, size_t *len_out, seigr_error *error);

/* A header parameter to be written. */
typedef struct seigr_cose_header {
    int64_t label;    /* not 0; not one that the draft sets by itself */
    seigr_span value; /* one item of deterministic CBOR */
} seigr_cose_header;

/* What is to be signed. Start from SEIGR_COSE_DRAFT_INIT. Everything is
 * borrowed for the call. Headers may stand in any order. */
typedef struct seigr_cose_draft {
    uint32_t struct_size;
    uint32_t flags; /* SEIGR_COSE_DETACHED, _KID_UNPROTECTED, _UNTAGGED */
    int32_t alg;    /* 0: SEIGR_COSE_EDDSA */
    uint32_t reserved;
    seigr_span kid;          /* {NULL, 0}: none */
    seigr_span content_type; /* text, label 3; {NULL, 0}: none */
    const seigr_cose_header *protected_headers;
    size_t protected_count;
    const seigr_cose_header *unprotected_headers;
    size_t unprotected_count;
    seigr_span payload;
    seigr_span external_aad;
} seigr_cose_draft;

#define SEIGR_COSE_DRAFT_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_cose_draft)                      \
    }

/*
 * Sign a draft, in deterministic CBOR.
 *
 *   context  needs allocator, for what is signed.
 *   out      room for the message; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM, with *len_out set and nothing signed;
 * SEIGR_E_FORMAT or SEIGR_E_TRUNCATED for a value that is not one item of
 * deterministic CBOR (offset counts in it), or of a type that its label does
 * not take, or a label that stands twice; SEIGR_E_LIMIT for more than
 * SEIGR_COSE_HEADERS_MAX parameters; SEIGR_E_UNSUPPORTED for another
 * algorithm; SEIGR_E_KEY from the signer; SEIGR_E_NOMEM. out is untouched on
 * failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_cose_sign1_sign(const seigr_context *context,
                      const seigr_cose_draft *draft, const seigr_signer *signer,
                      seigr_buf out, size_t *len_out, seigr_error *error);

/* --- SCITT signed statements (RFC 9943) ---------------------------------- */

/* Bytes of a subject, and the content type of a capsule. */
#define SEIGR_SCITT_SUBJECT_MAX 255u
#define SEIGR_SCITT_CAPSULE_TYPE "application/seigr-capsule"

/* A statement that was checked. Start from SEIGR_SCITT_STATEMENT_INIT. Spans
 * are borrowed from its bytes. */
typedef struct seigr_scitt_statement {
    uint32_t struct_size;
    uint32_t reserved;
    seigr_public_key issuer; /* kid and did:key, which agree */
    seigr_span subject;      /* text */
    seigr_span content_type; /* text */
    seigr_span payload;      /* of SEIGR_SCITT_CAPSULE_TYPE: a capsule, that
                                its own door has not yet seen */
} seigr_scitt_statement;

#define SEIGR_SCITT_STATEMENT_INIT                                             \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_scitt_statement)                 \
    }

/*
 * Sign bytes as a SCITT signed statement: protected headers
 * {1: alg, 4: kid, 15: {1: did:key, 2: subject}, 16: content type}.
 *
 *   context       needs allocator.
 *   subject       text, 1 to SEIGR_SCITT_SUBJECT_MAX bytes.
 *   content_type  text; {NULL, 0}: SEIGR_SCITT_CAPSULE_TYPE.
 *   payload       the capsule's bytes.
 *   out, len_out  as in seigr_cose_sign1_sign().
 *
 * Returns what seigr_cose_sign1_sign() returns; SEIGR_E_LIMIT for a subject
 * that is empty or too long; SEIGR_E_FORMAT for text that is not UTF-8.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_scitt_sign(const seigr_context *context, seigr_span subject,
                 seigr_span content_type, seigr_span payload,
                 const seigr_signer *signer, seigr_buf out, size_t *len_out,
                 seigr_error *error);

/*
 * Check a statement as seigr_scitt_sign() writes them: deterministic, with
 * exactly those headers, kid and did:key of one key, signed by it.
 *
 *   context  needs crypto; allocator where scratch is {NULL, 0}.
 *   scratch  at least bytes.len + 48, overwritten.
 *   out      untouched on failure.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED, SEIGR_E_LIMIT;
 * SEIGR_E_KEY where kid and did:key differ; and what
 * seigr_cose_sign1_verify() returns.
 */
SEIGR_API SEIGR_MUST_USE int seigr_scitt_verify(const seigr_context *context,
                                                seigr_span bytes,
                                                seigr_buf scratch,
                                                seigr_scitt_statement *out,
                                                seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
