/* SPDX-License-Identifier: MIT */
/*
 * body_stream.h - content into leaves: what writer and check share.
 */
#ifndef SEIGR_SRC_CAPSULE_BODY_STREAM_H
#define SEIGR_SRC_CAPSULE_BODY_STREAM_H

#include "seigr/body.h" /* seigr_body_stream */

/* Who wants the leaves, in order. Returns 0, or a status that ends it. */
typedef struct seigr__body_sink {
    int (*leaf)(void *owner, uint64_t index, const seigr_hash *leaf,
                seigr_error *error);
    void *owner;
} seigr__body_sink;

/* Returns 0, SEIGR_E_INVAL, SEIGR_E_UNSUPPORTED. options may be NULL. */
int seigr__body_stream_init(seigr_body_stream *stream,
                            const seigr_context *context,
                            const seigr_body_options *options);

/* Content that came. On failure the stream stays failed. */
int seigr__body_stream_put(seigr_body_stream *stream, seigr_span content,
                           const seigr__body_sink *sink, seigr_error *error);

/* The last chunk, where it is short. */
int seigr__body_stream_end(seigr_body_stream *stream,
                           const seigr__body_sink *sink, seigr_error *error);

/* A chunk is whole: into the head, to the sink, to progress. */
int seigr__body_stream_leaf(seigr_body_stream *stream, const seigr_hash *leaf,
                            const seigr__body_sink *sink, seigr_error *error);

/* Remember a failure. Returns code. */
int seigr__body_stream_fail(seigr_body_stream *stream, int code);

/* Answer for a stream that failed before. */
int seigr__body_stream_failed(const seigr_body_stream *stream,
                              seigr_error *error);

/* Keep a leaf in the caller's room. */
int seigr__body_keep(const seigr_body_leaves *leaves, uint64_t index,
                     const seigr_hash *leaf, seigr_error *error);

/* --- body_group.c --- */

/* Whole chunks at the start of content, several at once; moves behind them.
 * There are two or more, and a pool. */
int seigr__body_group(seigr_body_stream *stream, seigr_span *content,
                      const seigr__body_sink *sink, seigr_error *error);

#endif
