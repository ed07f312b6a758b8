/* SPDX-License-Identifier: MIT */
/*
 * bundle.h - capsules in one file, read and written as a stream.
 *
 * A bundle (FORMATS section 5) is a header that names its roots, then
 * capsules, parents before children. This header is about the file: what
 * follows what. It verifies no signature and keeps no capsule; hand each
 * capsule to seigr_capsule_verify(), and the verified ones to
 * seigr_bundle_order_put(). Bytes go in and events come out, bytes come out
 * through a callback: no file is opened here.
 *
 * Threads: a handle is used by one at a time.
 */
#ifndef SEIGR_BUNDLE_H
#define SEIGR_BUNDLE_H

#include "seigr/base.h"    /* spans, context, status codes, seigr_id */
#include "seigr/body.h"    /* seigr_body_leaves */
#include "seigr/capsule.h" /* seigr_capsule, seigr_verified */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_BUNDLE_ROOTS_MAX 4096u

/* --- Reading ---------------------------------------------------------- */

/* Reads a bundle, or one bare capsule, in pieces of any length. */
typedef struct seigr_bundle_reader seigr_bundle_reader;

#define SEIGR_BUNDLE_HEADER 1u
#define SEIGR_BUNDLE_CAPSULE 2u
#define SEIGR_BUNDLE_LEAVES 3u /* a piece of a body's leaf list */
#define SEIGR_BUNDLE_CHUNK 4u  /* the next chunk of the body, checked */
#define SEIGR_BUNDLE_REPEAT 5u /* the next chunk stood in the file before */
#define SEIGR_BUNDLE_BODY 6u   /* the body is complete */

/* What has been read. */
typedef struct seigr_bundle_event {
    uint32_t struct_size;
    uint32_t type;         /* SEIGR_BUNDLE_* */
    uint64_t offset;       /* of the item, from the start of the stream */
    const seigr_id *roots; /* HEADER */
    size_t root_count;     /* HEADER */
    seigr_capsule capsule; /* CAPSULE: a view, nothing of it is verified */
    seigr_hash root;       /* LEAVES to BODY: which body it is */
    seigr_hash leaf;       /* CHUNK, REPEAT: the chunk's leaf hash */
    uint64_t index;        /* CHUNK, REPEAT: the chunk's number, from 0 */
    seigr_span bytes;      /* LEAVES, CHUNK: content; REPEAT: the chunk if it
                              is the one before once more, else empty */
    uint32_t is_whole;     /* BODY: 1 where its digest, if it has one, was
                              checked; 0 where a REPEAT was not at hand */
    uint32_t reserved;
} seigr_bundle_event;

#define SEIGR_BUNDLE_EVENT_INIT                                                \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_bundle_event)                    \
    }

/*
 * Begin to read.
 *
 *   context  needs allocator, crypto, for bodies also randomness in random or
 *            crypto; borrowed until free.
 *   out      released with seigr_bundle_reader_free().
 *
 * Returns 0; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_reader_new(const seigr_context *context,
                        seigr_bundle_reader **out);

/*
 * End. NULL is fine.
 */
SEIGR_API void seigr_bundle_reader_free(seigr_bundle_reader *reader);

/*
 * Take bytes until something is whole. At most twice the bytes of the item
 * being read are held in memory, and 4 KiB; of the body being read also its
 * leaf list, and of all chunks in the stream their leaves.
 *
 * A leaf list is checked against its body's root before its first chunk, a
 * chunk against its leaf before its event. Whether the capsule that names the
 * body is signed is for the caller to ask.
 *
 *   bytes  moved behind what was taken.
 *   event  what it points to is borrowed until the next call; untouched
 *          unless 1 is returned.
 *   error  may be NULL; offset counts from the start of the stream.
 *
 * Returns 1 with an event: call again, bytes may be left; 0 when all bytes
 * were taken and more are needed. SEIGR_E_NOTFOUND where the stream begins
 * like no capsule and no bundle; SEIGR_E_FORMAT, also for a leaf list
 * that is not the body's; SEIGR_E_LIMIT; what seigr_capsule_decode() refuses;
 * SEIGR_E_MISMATCH for a chunk that is not the body's; SEIGR_E_NOMEM;
 * SEIGR_E_RANDOM where a body is named. A reader that failed answers every
 * further call with the same status.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_reader_step(seigr_bundle_reader *reader, seigr_span *bytes,
                         seigr_bundle_event *event, seigr_error *error);

/*
 * The stream has ended: may it end here?
 *
 * Returns 0; SEIGR_E_TRUNCATED within an item; SEIGR_E_NOTFOUND where no
 * capsule was read; the status of a reader that failed.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_reader_finish(seigr_bundle_reader *reader, seigr_error *error);

/* --- Order ------------------------------------------------------------ */

/* Sees that parents come before children and that the roots are there. */
typedef struct seigr_bundle_order seigr_bundle_order;

/*
 * Begin with no capsule seen.
 *
 *   context  needs allocator, and randomness in random or crypto; borrowed
 *            until free.
 *   out      released with seigr_bundle_order_free().
 *
 * Returns 0; SEIGR_E_NOMEM; SEIGR_E_RANDOM.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_order_new(const seigr_context *context, seigr_bundle_order **out);

/*
 * End. NULL is fine.
 */
SEIGR_API void seigr_bundle_order_free(seigr_bundle_order *order);

/*
 * See the next capsule. Links and the previous capsule of its stream may
 * point to what is not in the bundle, not to what comes later in it.
 *
 * Returns 0; SEIGR_E_LINEAGE where an earlier capsule points to this one;
 * SEIGR_E_NOMEM. The capsule counts as seen after SEIGR_E_LINEAGE.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_order_put(seigr_bundle_order *order, const seigr_verified *capsule,
                       seigr_error *error);

/*
 * Whether a capsule has been seen.
 *
 * Returns 1 or 0.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_order_has(const seigr_bundle_order *order, const seigr_id *id);

/* --- Writing ---------------------------------------------------------- */

/* Writes a bundle through a callback. */
typedef struct seigr_bundle_writer seigr_bundle_writer;

/*
 * Where the bytes go: all of them, in order. bytes is borrowed until it
 * returns. Returns 0 or a negative status, which ends the writing.
 */
typedef int (*seigr_bundle_sink)(seigr_span bytes, void *ctx);

/*
 * Write the bytes of a header.
 *
 *   roots    NULL: zeros, to be overwritten when the roots are known.
 *   out      room; {NULL, 0} asks for the length needed.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set; SEIGR_E_LIMIT past
 * SEIGR_BUNDLE_ROOTS_MAX; SEIGR_E_INVAL for no roots.
 */
SEIGR_API SEIGR_MUST_USE int seigr_bundle_header_encode(const seigr_id *roots,
                                                        size_t root_count,
                                                        seigr_buf out,
                                                        size_t *len_out);

/*
 * Begin a bundle: its header goes to sink.
 *
 *   context     needs allocator, crypto; borrowed until free.
 *   roots       NULL where they become known later: then root_count zeros are
 *               written, and the caller overwrites them at the end with
 *               seigr_bundle_header_encode().
 *   out         released with seigr_bundle_writer_free().
 *   sink, ctx   borrowed until free.
 *
 * Returns 0; SEIGR_E_LIMIT; SEIGR_E_INVAL; SEIGR_E_NOMEM; SEIGR_E_RANDOM;
 * what sink returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_writer_new(const seigr_context *context, const seigr_id *roots,
                        size_t root_count, seigr_bundle_writer **out,
                        seigr_bundle_sink sink, void *ctx);

/*
 * End. NULL is fine.
 */
SEIGR_API void seigr_bundle_writer_free(seigr_bundle_writer *writer);

/*
 * Add a capsule. One that is in the bundle already is not written again.
 *
 * Returns 0; SEIGR_E_LINEAGE where a capsule before it points to it, with
 * nothing written; SEIGR_E_TRUNCATED while content of the one before is
 * missing; SEIGR_E_NOMEM; SEIGR_E_RANDOM; what sink returned.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_writer_put(seigr_bundle_writer *writer,
                        const seigr_verified *capsule, seigr_error *error);

/*
 * Begin the content of the capsule added last: its leaf list is written.
 * Without this the content is not in the bundle.
 *
 *   leaves  array or get, as a body's writer kept them; borrowed until this
 *           returns.
 *   error   may be NULL.
 *
 * Returns 0; SEIGR_E_INVAL where that capsule has no body by its root, or
 * another named it before; SEIGR_E_MISMATCH where the leaves are not the
 * body's; what get or sink returned; SEIGR_E_NOMEM; SEIGR_E_RANDOM.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_writer_body(seigr_bundle_writer *writer,
                         const seigr_body_leaves *leaves, seigr_error *error);

/*
 * Take the content in sequence, in pieces of any length, all of it. A chunk
 * that is in the bundle already is not written again.
 *
 *   error  may be NULL; offset counts from the start of the content.
 *
 * Returns 0; SEIGR_E_MISMATCH where it is not what the leaves say, or goes on;
 * SEIGR_E_INVAL without a body; what sink returned; SEIGR_E_NOMEM. After a
 * failure the writer can only be freed.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_writer_content(seigr_bundle_writer *writer, seigr_span content,
                            seigr_error *error);

/*
 * Whether every root is there, and the content of every body begun.
 *
 *   roots  as at the beginning, or as known now.
 *
 * Returns 0; SEIGR_E_LINEAGE with the first missing root named;
 * SEIGR_E_TRUNCATED where content is missing.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_bundle_writer_finish(seigr_bundle_writer *writer, const seigr_id *roots,
                           size_t root_count, seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
