/* SPDX-License-Identifier: MIT */
/*
 * capsule.h - signed, content-addressed units of work.
 *
 * A capsule is a COSE_Sign1 object (RFC 9052) whose payload is a canonical
 * protobuf message (FORMATS.md section 2). This room turns bytes into a
 * view (decode), a view into something known to be signed (verify), and a
 * draft into bytes (seal). It keeps no capsules, decides no trust and reads
 * no clock. Decoding and verifying use no heap.
 *
 * Threads: functions without a handle may be called from any thread; a view
 * borrows the bytes it was made from.
 */
#ifndef SEIGR_CAPSULE_H
#define SEIGR_CAPSULE_H

#include "seigr/base.h"   /* spans, context, status codes, seigr_id */
#include "seigr/crypto.h" /* seigr_signer, seigr_public_key */

#ifdef __cplusplus
extern "C" {
#endif

/* Bounds of FORMATS 2. */
#define SEIGR_CAPSULE_PAYLOAD_MAX 1048576u /* bytes of payload */
#define SEIGR_CAPSULE_NAME_MAX 255u        /* bytes of name */
#define SEIGR_CAPSULE_INLINE_MAX 65536u    /* bytes of inline body */
#define SEIGR_CAPSULE_OVERHEAD_MAX 144u    /* envelope minus payload, single */

/* What a capsule is. Other numbers are stored and passed on, not acted on. */
#define SEIGR_KIND_DATA 1u
#define SEIGR_KIND_PROGRAM 2u
#define SEIGR_KIND_TASK 3u
#define SEIGR_KIND_RESULT 4u
#define SEIGR_KIND_STATE 5u
#define SEIGR_KIND_MESSAGE 6u
#define SEIGR_KIND_IDENTITY 7u
#define SEIGR_KIND_GRANT 8u
#define SEIGR_KIND_REVOCATION 9u
#define SEIGR_KIND_ATTESTATION 10u
#define SEIGR_KIND_CHECKPOINT 11u
#define SEIGR_KIND_BOOT 12u
#define SEIGR_KIND_ANNOUNCEMENT 13u
#define SEIGR_KIND_DISPUTE 14u

/* What a link says of the capsule it points to. */
#define SEIGR_ROLE_PARENT 1u
#define SEIGR_ROLE_INPUT 2u
#define SEIGR_ROLE_PROGRAM 3u
#define SEIGR_ROLE_TASK 4u
#define SEIGR_ROLE_STATE 5u
#define SEIGR_ROLE_EVIDENCE 6u
#define SEIGR_ROLE_GRANT 7u
#define SEIGR_ROLE_SUPERSEDES 8u
#define SEIGR_ROLE_CONTINUES 9u
#define SEIGR_ROLE_MEMBER 10u

/*
 * What a kind is called: "DATA".
 *
 * Returns a static string, or NULL for a number that has no name here.
 */
SEIGR_API const char *seigr_kind_name(uint32_t kind);

/*
 * What a role is called: "PARENT".
 *
 * Returns a static string, or NULL for a number that has no name here.
 */
SEIGR_API const char *seigr_role_name(uint32_t role);

/* COSE algorithms of a capsule (RFC 9053 EdDSA, RFC 9864 Ed25519). */
#define SEIGR_ALG_EDDSA (-8)
#define SEIGR_ALG_ED25519 (-19)

typedef struct seigr_link {
    seigr_id id;
    uint32_t role; /* SEIGR_ROLE_*, 1 to 2^31-1 */
} seigr_link;

typedef struct seigr_label {
    seigr_span key;   /* UTF-8 */
    seigr_span value; /* UTF-8 */
} seigr_label;

#define SEIGR_BODY_NONE 0u
#define SEIGR_BODY_INLINE 1u
#define SEIGR_BODY_ROOT 2u

typedef struct seigr_body {
    uint32_t form; /* SEIGR_BODY_* */
    uint32_t has_sha256;
    uint64_t size;         /* bytes of content */
    seigr_span media_type; /* UTF-8, may be empty */
    seigr_span content;    /* the content, when inline */
    seigr_hash root;       /* RFC 9162 head over 64 KiB chunks, when ROOT */
    seigr_hash sha256;     /* plain digest of the content, if has_sha256 */
} seigr_body;

/*
 * A decoded capsule: a view that claims nothing. Start from
 * SEIGR_CAPSULE_INIT. Spans are borrowed from the decoded bytes.
 */
typedef struct seigr_capsule {
    uint32_t struct_size;
    int32_t alg;                 /* SEIGR_ALG_* */
    seigr_span bytes;            /* the whole envelope */
    seigr_span protected_header; /* content of the protected byte string */
    seigr_span payload;          /* content of the payload byte string */
    seigr_span signature;        /* 64 bytes; empty in a batch */
    seigr_span receipt;          /* content of the receipt byte string of a
                                    capsule sealed in a batch; else empty */
    seigr_public_key issuer;     /* kid */
    uint32_t kind;               /* SEIGR_KIND_* or unknown */
    uint32_t detail_field;       /* 16 to 31, 0: no detail */
    seigr_span name;             /* UTF-8 */
    uint64_t created_ms;         /* Unix ms, the issuer's claim */
    uint64_t sequence;           /* from 1 */
    uint64_t stream;
    uint32_t has_previous; /* sequence > 1 */
    uint32_t link_count;
    uint32_t label_count;
    uint32_t reserved;
    seigr_id previous;
    seigr_span links;  /* encoded: read with seigr_capsule_next_link() */
    seigr_span labels; /* encoded: read with seigr_capsule_next_label() */
    seigr_body body;
    seigr_span detail; /* encoded message of detail_field; empty where 28 to
                          31 holds a number */
} seigr_capsule;

#define SEIGR_CAPSULE_INIT                                                     \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_capsule)                         \
    }

/*
 * Read one capsule, single or of a batch, from exactly these bytes.
 *
 *   context  needs crypto (sha256, to compare an inline body's digest).
 *   bytes    borrowed as long as the view is used.
 *   out      the view; untouched on failure.
 *   error    may be NULL; offset counts from the start of bytes.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED, SEIGR_E_LIMIT,
 * SEIGR_E_UNSUPPORTED (another algorithm), SEIGR_E_MISMATCH (an inline body
 * that is not what its digest says).
 */
SEIGR_API SEIGR_MUST_USE int seigr_capsule_decode(const seigr_context *context,
                                                  seigr_span bytes,
                                                  seigr_capsule *out,
                                                  seigr_error *error);

/*
 * Walk the links of a view in their order.
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and a link, or 0 after the last.
 */
SEIGR_API int seigr_capsule_next_link(const seigr_capsule *capsule,
                                      size_t *cursor, seigr_link *out);

/*
 * Walk the labels of a view, ascending by key.
 *
 *   cursor  0 before the first call; owned by the walk.
 *
 * Returns 1 and a label whose spans are borrowed from the view, or 0.
 */
SEIGR_API int seigr_capsule_next_label(const seigr_capsule *capsule,
                                       size_t *cursor, seigr_label *out);

/*
 * A capsule whose signature was checked. Only seigr_capsule_verify*() makes
 * one; read it with the functions below. Borrows the capsule's bytes.
 */
typedef struct seigr_verified {
    seigr_capsule private_view;
    seigr_id private_id;
} seigr_verified;

/* Scratch that seigr_capsule_verify() needs for a payload of this length. */
#define SEIGR_CAPSULE_SCRATCH_LEN(payload_len) ((size_t)(payload_len) + 128u)

/*
 * Check the signature of a single capsule, or the receipt of one of a batch.
 *
 *   context  needs crypto.
 *   capsule  as seigr_capsule_decode() gave it.
 *   scratch  at least SEIGR_CAPSULE_SCRATCH_LEN(capsule->payload.len) bytes,
 *            overwritten; {NULL, 0} takes them from the context's allocator.
 *            A capsule of a batch needs none.
 *   out      untouched on failure.
 *
 * Returns 0; SEIGR_E_SIGNATURE; SEIGR_E_KEY (the issuer's key is of small
 * order or not canonical, so that no signature is valid under it);
 * SEIGR_E_ROOM; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_capsule_verify(const seigr_context *context,
                                                  const seigr_capsule *capsule,
                                                  seigr_buf scratch,
                                                  seigr_verified *out,
                                                  seigr_error *error);

/*
 * The door in one call: seigr_capsule_decode(), then seigr_capsule_verify().
 *
 *   context  needs crypto; allocator where scratch is {NULL, 0}.
 *   bytes    one capsule; borrowed as long as out is used.
 *   scratch  at least SEIGR_CAPSULE_SCRATCH_LEN() of its payload, overwritten;
 *            {NULL, 0} takes them from the context's allocator.
 *   out      untouched on failure.
 *   error    may be NULL; offset counts from the start of bytes.
 *
 * Returns 0; what those two return.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_capsule_open(const seigr_context *context, seigr_span bytes,
                   seigr_buf scratch, seigr_verified *out, seigr_error *error);

/* Writable bytes that seigr_capsule_verify_in_place() needs in front. */
#define SEIGR_CAPSULE_HEADROOM 10u

typedef struct seigr_receipt_cache seigr_receipt_cache;

/*
 * The same without scratch, for a capsule that stands in writable memory
 * with SEIGR_CAPSULE_HEADROOM writable bytes in front.
 *
 *   capsule  decoded from room.ptr + SEIGR_CAPSULE_HEADROOM.
 *   room     those bytes and the whole capsule: changed for the time of the
 *            call, restored before it returns.
 *   cache    may be NULL.
 *
 * Returns as seigr_capsule_verify(); SEIGR_E_INVAL where the capsule does not
 * stand in room. Nobody else may read room meanwhile.
 */
SEIGR_API SEIGR_MUST_USE int seigr_capsule_verify_in_place(
    const seigr_context *context, const seigr_capsule *capsule, seigr_buf room,
    seigr_receipt_cache *cache, seigr_verified *out, seigr_error *error);

/* Bounds of a memory of receipts. */
#define SEIGR_RECEIPT_ROOTS_MAX 256u
#define SEIGR_RECEIPT_NODES_MAX 1048576u

/*
 * How much a memory of receipts holds. Start from
 * SEIGR_RECEIPT_CACHE_OPTIONS_INIT. One root serves a whole batch; with as
 * many nodes as the batch has capsules each inner node is hashed about once.
 */
typedef struct seigr_receipt_cache_options {
    uint32_t struct_size;
    uint32_t root_max; /* signatures remembered, 1 to ..._ROOTS_MAX */
    uint32_t node_max; /* inner nodes remembered, 0 to ..._NODES_MAX */
    uint32_t reserved;
} seigr_receipt_cache_options;

#define SEIGR_RECEIPT_CACHE_OPTIONS_INIT                                       \
    {                                                                          \
        (uint32_t)sizeof(seigr_receipt_cache_options), 16, 0, 0                \
    }

/*
 * The bytes that a memory of receipts takes.
 *
 * Returns the length, or 0 where the options are out of bounds.
 */
SEIGR_API size_t
seigr_receipt_cache_size(const seigr_receipt_cache_options *options);

/*
 * Begin a memory of receipts in the caller's memory. It needs no fini.
 *
 *   memory  aligned for a pointer; borrowed as long as the cache is used.
 *   len     at least seigr_receipt_cache_size(options).
 *
 * Returns 0, SEIGR_E_ROOM or SEIGR_E_INVAL. A cache serves one thread at a
 * time and verifications by one and the same crypto table.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_receipt_cache_init(void *memory, size_t len,
                         const seigr_receipt_cache_options *options,
                         seigr_receipt_cache **out);

/*
 * Verify, remembering the checks of receipts: of a batch whose root is known
 * only hashes are computed. A check is remembered under exactly (the
 * receipt's protected bytes, root, signature), so the verdict is always that
 * of seigr_capsule_verify().
 *
 *   cache  may be NULL. Single capsules are not remembered.
 *
 * Returns as seigr_capsule_verify().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_capsule_verify_cached(const seigr_context *context,
                            const seigr_capsule *capsule, seigr_buf scratch,
                            seigr_receipt_cache *cache, seigr_verified *out,
                            seigr_error *error);

/*
 * The view of a verified capsule.
 *
 * Returns a pointer borrowed from verified.
 */
SEIGR_API const seigr_capsule *
seigr_verified_capsule(const seigr_verified *verified);

/*
 * The identity of a verified capsule.
 *
 * Returns a pointer borrowed from verified.
 */
SEIGR_API const seigr_id *seigr_verified_id(const seigr_verified *verified);

/*
 * The bytes of a verified capsule, as they were received.
 *
 * Returns a span borrowed from what was decoded.
 */
SEIGR_API seigr_span seigr_verified_bytes(const seigr_verified *verified);

/*
 * What is to be sealed. Start from SEIGR_DRAFT_INIT. Everything is borrowed
 * until the call that takes the draft returns.
 */
typedef struct seigr_draft {
    uint32_t struct_size;
    uint32_t kind;   /* SEIGR_KIND_* */
    seigr_span name; /* UTF-8, at most SEIGR_CAPSULE_NAME_MAX */
    uint64_t created_ms;
    uint64_t sequence; /* from 1 */
    uint64_t stream;
    const seigr_id *previous; /* NULL at sequence 1 */
    const seigr_link *links;
    size_t link_count;
    const seigr_label *labels; /* sorted by key, unique */
    size_t label_count;
    seigr_body body;   /* inline: size may stay 0, it is content's length */
    seigr_span detail; /* encoded message of kind's detail, where it has one;
                          DATA and PROGRAM have none */
    int32_t alg;       /* 0: SEIGR_ALG_EDDSA */
    uint32_t reserved;
} seigr_draft;

#define SEIGR_DRAFT_INIT                                                       \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_draft)                           \
    }

/*
 * Seal a draft: write its payload, frame it, sign it. No memory is asked for.
 *
 *   context  needs crypto.
 *   signer   its key becomes the issuer. What it signs is not verified again.
 *   out      room for the capsule, not overlapping what the draft points to;
 *            {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *   id_out   receives the identity; may be NULL, which saves a hash.
 *   error    may be NULL; names the field; there is no offset.
 *
 * Returns 0; SEIGR_E_ROOM, with *len_out set and nothing signed; SEIGR_E_KEY
 * where the signer fails; SEIGR_E_FORMAT, SEIGR_E_LIMIT or SEIGR_E_MISMATCH
 * where the draft breaks a rule of FORMATS 2.3; SEIGR_E_UNSUPPORTED for
 * another algorithm. After a failure *id_out is untouched and the content of
 * out is unspecified.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_capsule_seal(const seigr_context *context, const seigr_draft *draft,
                   const seigr_signer *signer, seigr_buf out, size_t *len_out,
                   seigr_id *id_out, seigr_error *error);

/*
 * The first half of sealing: write a draft's payload.
 *
 *   context  needs crypto where the body has a digest.
 *   out      room for the payload; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns as seigr_capsule_seal(), but for SEIGR_E_KEY. What it writes has
 * passed the reader that seigr_capsule_decode() uses.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_capsule_payload_encode(const seigr_context *context,
                             const seigr_draft *draft, seigr_buf out,
                             size_t *len_out, seigr_error *error);

/*
 * The second half: frame a payload and sign it.
 *
 *   payload  from seigr_capsule_payload_encode(), not overlapping out. It is
 *            not checked: another one makes a capsule that no door takes.
 *   alg      SEIGR_ALG_*, 0: SEIGR_ALG_EDDSA.
 *
 * The rest is as for seigr_capsule_seal().
 */
SEIGR_API SEIGR_MUST_USE int
seigr_capsule_frame(const seigr_context *context, seigr_span payload,
                    int32_t alg, const seigr_signer *signer, seigr_buf out,
                    size_t *len_out, seigr_id *id_out, seigr_error *error);

/* Capsules that one signature seals. */
#define SEIGR_BATCH_COUNT_MIN 2u
#define SEIGR_BATCH_COUNT_MAX 65536u

/*
 * A batch: capsules that are sealed together by one signature (FORMATS 3).
 *
 *   new -> add, add... -> seal -> encode, encode... -> free
 *
 * It holds the payloads, 48 bytes a capsule and, from the seal on, 64 more.
 * Threads: one at a time per batch; encode alone from several at once.
 */
typedef struct seigr_batch seigr_batch;

/*
 * Begin a batch.
 *
 *   context  needs crypto and allocator; borrowed until free.
 *   signer   copied; its ctx is borrowed until free.
 *   alg      of all its capsules: SEIGR_ALG_*, 0: SEIGR_ALG_EDDSA.
 *   out      released with seigr_batch_free().
 *
 * Returns 0, SEIGR_E_NOMEM or SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_batch_new(const seigr_context *context,
                                             const seigr_signer *signer,
                                             int32_t alg, seigr_batch **out);

/*
 * Add a draft. Its number in the batch is seigr_batch_count() before.
 *
 *   draft   copied; its alg is 0 or the batch's.
 *   id_out  receives the identity that the capsule will have; may be NULL.
 *   error   may be NULL; names the field.
 *
 * Returns 0; as seigr_capsule_seal() for a draft that breaks a rule;
 * SEIGR_E_LIMIT past SEIGR_BATCH_COUNT_MAX; SEIGR_E_NOMEM; SEIGR_E_INVAL
 * after the seal. The batch is as before after a failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_batch_add(seigr_batch *batch,
                                             const seigr_draft *draft,
                                             seigr_id *id_out,
                                             seigr_error *error);

/*
 * Capsules added so far.
 *
 * Returns the count, 0 for NULL.
 */
SEIGR_API uint32_t seigr_batch_count(const seigr_batch *batch);

/*
 * Sign the root over all capsules added. Nothing can be added afterwards.
 *
 * Returns 0; SEIGR_E_FORMAT for fewer than SEIGR_BATCH_COUNT_MIN;
 * SEIGR_E_KEY where the signer fails; SEIGR_E_NOMEM; SEIGR_E_INVAL the second
 * time. After a failure it can be called again.
 */
SEIGR_API SEIGR_MUST_USE int seigr_batch_seal(seigr_batch *batch,
                                              seigr_error *error);

/*
 * Write one capsule of a sealed batch, with its receipt.
 *
 *   index    from 0, in the order of adding.
 *   out      room for the capsule; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM, with *len_out set and out untouched; SEIGR_E_INVAL
 * before the seal or past the count.
 */
SEIGR_API SEIGR_MUST_USE int seigr_batch_encode(const seigr_batch *batch,
                                                uint32_t index, seigr_buf out,
                                                size_t *len_out);

/*
 * Release a batch. NULL is fine.
 */
SEIGR_API void seigr_batch_free(seigr_batch *batch);

/*
 * Where a writer stands in one of an issuer's streams (FORMATS 2.4). A plain
 * value: it is made durable before a capsule leaves, and a copy or a restored
 * one is never continued; a new stream is started instead.
 */
typedef struct seigr_stream_head {
    uint64_t stream;
    uint64_t sequence; /* of the last capsule sealed; 0: none yet */
    seigr_id last;     /* the last capsule sealed; before the first one: the
                          last known of another stream */
    uint32_t has_last;
    uint32_t reserved;
} seigr_stream_head;

/*
 * The first stream of a key that has never signed: stream 0.
 */
SEIGR_API void seigr_stream_head_first(seigr_stream_head *out);

/*
 * Start a later stream, numbered from randomness.
 *
 *   context     needs random or crypto.
 *   last_known  the issuer's last capsule that is known, to be linked with
 *               CONTINUES; NULL where none is.
 *
 * Returns 0, SEIGR_E_RANDOM or SEIGR_E_INVAL; out is untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_stream_head_start(const seigr_context *context,
                        const seigr_id *last_known, seigr_stream_head *out);

/*
 * Number a draft as the next of the stream: sets its stream, sequence and
 * previous.
 *
 *   head  borrowed by draft->previous.
 *
 * Returns 0, or SEIGR_E_LIMIT where the stream has no number left.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_stream_head_next(const seigr_stream_head *head, seigr_draft *draft);

/*
 * The link that the next capsule must carry, because it begins a later
 * stream.
 *
 * Returns 1 and the link, or 0.
 */
SEIGR_API int seigr_stream_head_continues(const seigr_stream_head *head,
                                          seigr_link *out);

/*
 * The next capsule has been sealed.
 *
 *   sealed  its identity; copied.
 *
 * Returns 0, or SEIGR_E_LIMIT; head is then as before.
 */
SEIGR_API SEIGR_MUST_USE int seigr_stream_head_advance(seigr_stream_head *head,
                                                       const seigr_id *sealed);

/* What two capsules prove of their issuer. */
#define SEIGR_FORK_SEQUENCE 1u /* two of one sequence */
#define SEIGR_FORK_PREVIOUS 2u /* the second does not follow the first */
#define SEIGR_FORK_ASTRAY                                                      \
    3u /* the second names the first as previous,                              \
          which stands elsewhere */

/*
 * Do two verified capsules prove that an issuer broke a chain? In any order.
 *
 * Returns SEIGR_FORK_*, or 0: they prove nothing, which is not to say that
 * there is no fork.
 */
SEIGR_API int seigr_fork_check(const seigr_verified *a,
                               const seigr_verified *b);

#ifdef __cplusplus
}
#endif

#endif
