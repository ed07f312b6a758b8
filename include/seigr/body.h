/* SPDX-License-Identifier: MIT */
/*
 * body.h - content of any size under one hash, made and checked as a stream.
 *
 * Content over 64 KiB does not stand in a capsule. It is cut in chunks of
 * 65,536 bytes, and the capsule names the head of the Merkle tree over them
 * (FORMATS.md section 4). A writer turns content into that name; a check
 * holds content against it, chunk by chunk as it arrives. Neither keeps
 * content, reads files or allocates: what they need is in themselves and in
 * the room for leaves that the caller gives.
 *
 * Threads: one at a time per writer or check. With a pool their work is
 * spread over its threads; what they answer is the same.
 */
#ifndef SEIGR_BODY_H
#define SEIGR_BODY_H

#include "seigr/base.h"     /* spans, context, status codes */
#include "seigr/capsule.h"  /* seigr_body */
#include "seigr/crypto.h"   /* seigr_merkle, seigr_sha256_state */
#include "seigr/sys/pool.h" /* seigr_pool */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_BODY_CHUNK_LEN 65536u
#define SEIGR_BODY_SIZE_MAX 68719476736u /* 2^36 bytes */
#define SEIGR_BODY_CHUNK_MAX 1048576u    /* chunks of the largest body */

/*
 * How many chunks content of this size has; as many leaves of 32 bytes.
 *
 * Returns the number; 0 for no content.
 */
SEIGR_API uint64_t seigr_body_chunk_count(uint64_t size);

/*
 * How long a chunk is.
 *
 * Returns 65,536, less for the last, 0 for one that is not there.
 */
SEIGR_API uint32_t seigr_body_chunk_len(uint64_t size, uint64_t index);

/*
 * Room for a leaf list: an array, or two functions to something else of the
 * caller's own. Start from SEIGR_BODY_LEAVES_INIT. A list of 8 GiB takes
 * 4 MiB.
 */
typedef struct seigr_body_leaves {
    uint32_t struct_size;
    uint32_t reserved;  /* zero */
    seigr_hash *array;  /* NULL: put and get are used */
    uint64_t array_max; /* leaves that fit */
    /* Keep a leaf; they come in order. 0, or a status that ends the call. */
    int (*put)(uint64_t index, const seigr_hash *leaf, void *ctx);
    /* Give back what was put. Never from where others can write. */
    int (*get)(uint64_t index, seigr_hash *leaf, void *ctx);
    void *ctx;
} seigr_body_leaves;

#define SEIGR_BODY_LEAVES_INIT                                                 \
    {                                                                          \
        (uint32_t)sizeof(seigr_body_leaves), 0, NULL, 0, NULL, NULL, NULL      \
    }

/* What a writer or a check may use. Start from SEIGR_BODY_OPTIONS_INIT. */
typedef struct seigr_body_options {
    uint32_t struct_size;
    uint32_t want_sha256;   /* writer: the plain digest of the whole as well */
    uint64_t size_expected; /* writer: for progress; 0: not known */
    const seigr_body_leaves *leaves; /* NULL: none are kept */
    const seigr_pool *pool;          /* NULL: the caller's thread alone */
    /* Told about once a MiB how far it is. Not 0: stop. May be NULL. */
    int (*progress)(uint64_t done, uint64_t total, void *ctx);
    void *ctx; /* of progress */
} seigr_body_options;

#define SEIGR_BODY_OPTIONS_INIT                                                \
    {                                                                          \
        (uint32_t)sizeof(seigr_body_options), 0, 0, NULL, NULL, NULL, NULL     \
    }

/* Content on its way into hashes. */
typedef struct seigr_body_stream {
    const seigr_context *private_context;
    seigr_body_options private_options;
    seigr_body_leaves private_leaves;
    seigr_merkle private_head;        /* over the leaves, then the chunks */
    seigr_sha256_state private_chunk; /* of the chunk that is coming */
    seigr_sha256_state private_whole; /* of everything that came */
    uint64_t private_at;              /* bytes that came */
    uint64_t private_total;           /* for progress */
    uint32_t private_used;            /* of the chunk that is coming */
    uint32_t private_want_whole;
    int32_t private_failed; /* what every further call answers, or 0 */
    uint32_t private_reserved;
} seigr_body_stream;

/* --- Making ----------------------------------------------------------- */

/* Turns content into its name. Needs no fini. */
typedef struct seigr_body_writer {
    seigr_body_stream private_stream;
} seigr_body_writer;

/*
 * Begin.
 *
 *   context  needs crypto (sha256); borrowed while the writer is used.
 *   options  NULL for the defaults. Copied, with its leaves; what they point
 *            to is borrowed while the writer is used.
 *
 * Returns 0; SEIGR_E_INVAL; SEIGR_E_UNSUPPORTED without SHA-256.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_body_writer_init(seigr_body_writer *writer, const seigr_context *context,
                       const seigr_body_options *options);

/*
 * Take content, in pieces of any length. With a pool pieces of 1 MiB or more
 * pay: whole chunks in them are hashed where they are, several at once.
 *
 *   error  may be NULL; offset counts from the start of the content.
 *
 * Returns 0; SEIGR_E_LIMIT past 2^36 bytes; SEIGR_E_CANCELED by progress;
 * SEIGR_E_ROOM where the leaves' array is full; what put of the leaves
 * returned. A writer that failed answers the same again.
 */
SEIGR_API SEIGR_MUST_USE int seigr_body_writer_put(seigr_body_writer *writer,
                                                   seigr_span content,
                                                   seigr_error *error);

/*
 * The content has ended: its name.
 *
 *   body  receives form, size, root, and has_sha256 with sha256 if wanted.
 *         form is SEIGR_BODY_ROOT, or for 65,536 bytes or less
 *         SEIGR_BODY_INLINE: then the caller sets body->content. root is set
 *         in either case. media_type is untouched, content emptied.
 *
 * Returns 0; the status of a writer that failed, and of the last leaf as
 * seigr_body_writer_put().
 */
SEIGR_API SEIGR_MUST_USE int seigr_body_writer_finish(seigr_body_writer *writer,
                                                      seigr_body *body,
                                                      seigr_error *error);

/* --- Checking --------------------------------------------------------- */

/*
 * Holds content against a capsule's body. Needs no fini.
 *
 *     init -> leaves ... -> put ... -> done     in sequence
 *     init -> leaves ... -> chunk ...           in any order
 *     init -> put ... -> done                   without a leaf list
 *
 * With the leaf list each chunk is checked when it is whole, and what is
 * wrong is named by chunk; without it only the end tells.
 */
typedef struct seigr_body_check {
    seigr_body_stream private_stream;
    seigr_body private_body;
    uint64_t private_list_len; /* bytes of the leaf list that came */
    seigr_hash private_leaf;   /* the one that is coming */
    uint32_t private_listed;   /* the list is whole and its head is root */
    uint32_t private_reserved;
} seigr_body_check;

/*
 * Begin.
 *
 *   context  needs crypto (sha256); borrowed while the check is used.
 *   body     of a verified capsule, in one of its three forms; copied, its
 *            inline content borrowed.
 *   options  NULL for the defaults; want_sha256 and size_expected are not
 *            looked at. Copied, with its leaves; what they point to is
 *            borrowed while the check is used.
 *
 * Returns 0; SEIGR_E_LIMIT for a size past 2^36; SEIGR_E_FORMAT for a form
 * that the size forbids; SEIGR_E_NOTFOUND for a capsule without a body;
 * SEIGR_E_ROOM where the leaves' array is too short; SEIGR_E_UNSUPPORTED
 * without SHA-256.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_body_check_init(seigr_body_check *check, const seigr_context *context,
                      const seigr_body *body, const seigr_body_options *options,
                      seigr_error *error);

/*
 * Take the leaf list, in pieces of any length, before any content. Needs
 * leaves in the options.
 *
 *   error  may be NULL; offset counts from the start of the list.
 *
 * Returns 0; SEIGR_E_MISMATCH when the whole list has come and its head is
 * not the body's root, or when more comes than the body has chunks; what put
 * of the leaves returned. A check that failed answers the same again.
 */
SEIGR_API SEIGR_MUST_USE int seigr_body_check_leaves(seigr_body_check *check,
                                                     seigr_span bytes,
                                                     seigr_error *error);

/*
 * One leaf of a list that has come whole and matched.
 *
 * Returns 0; SEIGR_E_NOTFOUND; what get of the leaves returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_body_check_leaf(const seigr_body_check *check, uint64_t index,
                      seigr_hash *out);

/*
 * Check one chunk, in any order. Needs the whole leaf list; changes nothing.
 *
 *   error  may be NULL; offset is of the chunk in the content. Where it is
 *          given, a wrong chunk is looked for in the whole list, to say
 *          which one it is.
 *
 * Returns 0; SEIGR_E_MISMATCH for other bytes or another length;
 * SEIGR_E_NOTFOUND for a chunk that the body does not have; SEIGR_E_AGAIN
 * before the leaf list is whole; what get of the leaves returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_body_check_chunk(const seigr_body_check *check, uint64_t index,
                       seigr_span chunk, seigr_error *error);

/*
 * Take content in sequence, in pieces of any length. Bytes of a chunk that is
 * not whole yet are not checked yet: use them after the piece that ends it.
 *
 *   error  may be NULL; offset counts from the start of the content.
 *
 * Returns 0; SEIGR_E_MISMATCH for a chunk that is not what its leaf says,
 * for chunks out of order, for content that goes on past its size;
 * SEIGR_E_AGAIN while the leaf list has come in part only, nothing taken;
 * SEIGR_E_CANCELED by progress; what get of the leaves returned. A check that
 * failed answers the same again.
 */
SEIGR_API SEIGR_MUST_USE int seigr_body_check_put(seigr_body_check *check,
                                                  seigr_span content,
                                                  seigr_error *error);

/*
 * The content has ended: was it all, and is it what the capsule says?
 *
 * Returns 0; SEIGR_E_TRUNCATED where more should come; SEIGR_E_MISMATCH where
 * root or sha256 differ; the status of a check that failed.
 */
SEIGR_API SEIGR_MUST_USE int seigr_body_check_done(seigr_body_check *check,
                                                   seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
