/* SPDX-License-Identifier: MIT */
/*
 * sys/posix.h - the port to a POSIX system: memory, clock, files, and the
 * folder in which a user's key and stream heads live.
 *
 * The rest of the library asks nobody for memory, time or files; programs
 * on a POSIX system take theirs from here. Nothing here decides whether a
 * capsule is good. What is written, is written whole or not at all: under
 * another name, synced, then renamed.
 *
 * Threads: functions without a handle may be called from any thread, a
 * handle is used by one at a time. Processes and threads that continue the
 * same stream wait for each other. This header may change in a minor
 * version.
 */
#ifndef SEIGR_SYS_POSIX_H
#define SEIGR_SYS_POSIX_H

#include "seigr/base.h"     /* context, spans, status codes */
#include "seigr/capsule.h"  /* seigr_draft, seigr_link */
#include "seigr/crypto.h"   /* seigr_keypair, seigr_public_key */
#include "seigr/sys/pool.h" /* seigr_pool */

#ifdef __cplusplus
extern "C" {
#endif

/* --- Context --------------------------------------------------------- */

/*
 * Fill a context with malloc, the system's clocks, and the cryptography and
 * randomness of libsodium. log stays NULL.
 *
 *   out  may be copied and changed; its tables are static.
 *
 * Returns 0, or SEIGR_E_RANDOM where the system has no randomness.
 */
SEIGR_API SEIGR_MUST_USE int seigr_posix_context(seigr_context *out);

/* --- Threads ---------------------------------------------------------- */

/* Threads that wait for work. */
typedef struct seigr_posix_pool seigr_posix_pool;

/*
 * Start threads.
 *
 *   context  needs allocator; borrowed until free.
 *   width    parts that run at once, the caller's thread counted; 0: as many
 *            as there are processors. Where fewer threads can be had there
 *            are fewer.
 *   out      released with seigr_posix_pool_free().
 *
 * Returns 0; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_posix_pool_new(const seigr_context *context,
                                                  uint32_t width,
                                                  seigr_posix_pool **out);

/*
 * What the library is handed.
 *
 * Returns a pointer borrowed until seigr_posix_pool_free().
 */
SEIGR_API const seigr_pool *
seigr_posix_pool_table(const seigr_posix_pool *pool);

/*
 * End the threads, when nobody is in the pool any more. NULL is fine.
 */
SEIGR_API void seigr_posix_pool_free(seigr_posix_pool *pool);

/* --- Reading files ---------------------------------------------------- */

/*
 * Read a file to its end.
 *
 *   context  needs allocator.
 *   len_max  the most bytes that are taken.
 *   out      receives memory that the caller gives back with
 *            seigr_posix_release(), {NULL, 0} for an empty file; untouched
 *            on failure.
 *
 * Returns 0; SEIGR_E_NOTFOUND; SEIGR_E_LIMIT where the file is longer;
 * SEIGR_E_IO; SEIGR_E_NOMEM; SEIGR_E_CANCELED when a signal came between.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_posix_read_file(const seigr_context *context, const char *path,
                      size_t len_max, seigr_buf *out, seigr_error *error);

/*
 * Read a descriptor to its end: a pipe, a terminal.
 *
 *   fd    stays open.
 *   name  what the sentence of a refusal calls it.
 *
 * Otherwise as seigr_posix_read_file().
 */
SEIGR_API SEIGR_MUST_USE int seigr_posix_read_fd(const seigr_context *context,
                                                 int fd, const char *name,
                                                 size_t len_max, seigr_buf *out,
                                                 seigr_error *error);

/*
 * Give back what the functions above read, overwriting it first where it may
 * hold a secret: it always does so. An empty buffer is fine.
 */
SEIGR_API void seigr_posix_release(const seigr_context *context,
                                   seigr_buf *buf);

/* --- Writing files, whole or not at all ------------------------------- */

/* A file that is being made. Nobody sees it before it is committed. */
typedef struct seigr_output seigr_output;

#define SEIGR_OUTPUT_KEEP                                                      \
    1u                         /* refuse where something has that name already \
                                */
#define SEIGR_OUTPUT_SECRET 2u /* mode 0600, else 0666 less the umask */

/*
 * Begin a file.
 *
 *   context  needs allocator, crypto; borrowed until close.
 *   path     copied. A symbolic link is followed. What is no regular file (a
 *            device, a pipe, "/dev/stdout") is written to at commit, from a
 *            nameless file in $TMPDIR or /tmp.
 *   flags    SEIGR_OUTPUT_*.
 *   out      released with seigr_output_close().
 *
 * Returns 0; SEIGR_E_EXISTS with SEIGR_OUTPUT_KEEP; SEIGR_E_NOTFOUND where
 * the folder is not there; SEIGR_E_FULL; SEIGR_E_IO; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_output_open(const seigr_context *context,
                                               const char *path, uint32_t flags,
                                               seigr_output **out,
                                               seigr_error *error);

/*
 * Begin output to a descriptor, standard output for example: all of it is
 * written at commit, none before.
 *
 *   fd    stays open.
 *   name  copied; what refusals call it.
 *
 * Otherwise as seigr_output_open().
 */
SEIGR_API SEIGR_MUST_USE int seigr_output_open_fd(const seigr_context *context,
                                                  int fd, const char *name,
                                                  seigr_output **out,
                                                  seigr_error *error);

/*
 * Add bytes at the end.
 *
 * Returns 0; SEIGR_E_FULL; SEIGR_E_IO. After a failure the output can only be
 * closed.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_output_write(seigr_output *output, seigr_span bytes, seigr_error *error);

/*
 * Overwrite bytes that were added before.
 *
 *   at  of the first; at + bytes.len is at most the length written.
 *
 * Returns as seigr_output_write().
 */
SEIGR_API SEIGR_MUST_USE int seigr_output_rewrite(seigr_output *output,
                                                  uint64_t at, seigr_span bytes,
                                                  seigr_error *error);

/*
 * Make what was added durable, still unseen: what can fail for want of room
 * fails here.
 *
 * Returns as seigr_output_write().
 */
SEIGR_API SEIGR_MUST_USE int seigr_output_sync(seigr_output *output,
                                               seigr_error *error);

/*
 * Give the file its name, replacing what had it, and make that durable.
 *
 * Returns 0; SEIGR_E_EXISTS with SEIGR_OUTPUT_KEEP; SEIGR_E_FULL; SEIGR_E_IO.
 * After a failure nothing has the name that did not have it before, but that
 * a failure to sync the folder leaves it open whether the new name lasts.
 */
SEIGR_API SEIGR_MUST_USE int seigr_output_commit(seigr_output *output,
                                                 seigr_error *error);

/*
 * End. What was not committed leaves no trace. NULL is fine.
 */
SEIGR_API void seigr_output_close(seigr_output *output);

/* --- The folder of keys and stream heads ------------------------------ */

/* SEIGR_HOME; its layout is in docs/spec/home.md. */
typedef struct seigr_home seigr_home;

/*
 * Find the folder, making it where it is not there.
 *
 *   context  needs allocator, crypto, random; borrowed until close.
 *   path     copied; NULL: $SEIGR_HOME, else $XDG_DATA_HOME/seigr, else
 *            $HOME/.local/share/seigr.
 *   out      released with seigr_home_close().
 *
 * Returns 0; SEIGR_E_NOTFOUND where no such variable is set; SEIGR_E_IO;
 * SEIGR_E_FULL; SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_home_open(const seigr_context *context,
                                             const char *path, seigr_home **out,
                                             seigr_error *error);

/*
 * End. NULL is fine.
 */
SEIGR_API void seigr_home_close(seigr_home *home);

/*
 * The path of the folder.
 *
 * Returns a string borrowed until seigr_home_close().
 */
SEIGR_API const char *seigr_home_path(const seigr_home *home);

/*
 * The path of the key file.
 *
 * Returns a string borrowed until seigr_home_close().
 */
SEIGR_API const char *seigr_home_key_path(const seigr_home *home);

#define SEIGR_HOME_KEY_NEW 1u /* made just now: its first stream is 0 */

/*
 * Keep a key. One that is there is never replaced.
 *
 *   passphrase  {NULL, 0}: the key file is not sealed. Its mode is 0600
 *               either way.
 *   flags       SEIGR_HOME_KEY_NEW, and stream 0 begins here; without it,
 *               for a key that may have signed elsewhere, streams have
 *               random numbers.
 *
 * Returns 0; SEIGR_E_EXISTS; what seigr_keyfile_encode() refuses;
 * SEIGR_E_FULL; SEIGR_E_IO; SEIGR_E_NOMEM. After a failure to begin the
 * stream the key is there, and its streams have random numbers.
 */
SEIGR_API SEIGR_MUST_USE int seigr_home_key_create(seigr_home *home,
                                                   const seigr_keypair *keypair,
                                                   seigr_span passphrase,
                                                   uint32_t flags,
                                                   seigr_error *error);

/*
 * What can be said of the key without its passphrase.
 *
 *   out  from SEIGR_KEYFILE_INFO_INIT; untouched on failure.
 *
 * Returns 0; SEIGR_E_NOTFOUND where there is no key; SEIGR_E_DENIED where
 * others can read the file; what seigr_keyfile_inspect() refuses;
 * SEIGR_E_IO.
 */
SEIGR_API SEIGR_MUST_USE int seigr_home_key_inspect(const seigr_home *home,
                                                    seigr_keyfile_info *out,
                                                    seigr_error *error);

/*
 * Read the key.
 *
 *   passphrase  {NULL, 0} where the file is not sealed.
 *   out         wiped with seigr_keypair_fini(); untouched on failure.
 *
 * Returns as seigr_home_key_inspect(), and as seigr_keyfile_decode().
 */
SEIGR_API SEIGR_MUST_USE int seigr_home_key_load(const seigr_home *home,
                                                 seigr_span passphrase,
                                                 seigr_keypair *out,
                                                 seigr_error *error);

/* --- Streams ---------------------------------------------------------- */

/*
 * An issuer's numbered chain, held by this writer alone until it is closed:
 *
 *     open -> next, seal, advance -> next, seal, advance -> commit -> close
 *               ^ as often as wanted                          |
 *               +---------------------------------------------+
 *
 * Give a capsule out only after commit: then no second capsule will ever
 * carry its number. FORMATS 2.4.
 */
typedef struct seigr_stream seigr_stream;

#define SEIGR_STREAM_NEW 1u /* start a new stream even where one goes on */

/*
 * Wait for other writers, then read where the stream stands. A new stream
 * with a random number begins where no head is kept, where it is damaged, or
 * where it belongs to another machine or file, as a copy or a restored
 * backup does.
 *
 *   home    borrowed until close.
 *   issuer  copied.
 *   slot    which of an issuer's streams in this folder: 1 to 32 of a-z, 0-9
 *           and '-'; NULL: "main".
 *   flags   SEIGR_STREAM_*.
 *   out     released with seigr_stream_close().
 *
 * Returns 0; SEIGR_E_CANCELED where a signal ended the waiting; SEIGR_E_FULL;
 * SEIGR_E_IO; SEIGR_E_RANDOM; SEIGR_E_NOMEM; SEIGR_E_INVAL for a bad slot.
 */
SEIGR_API SEIGR_MUST_USE int seigr_stream_open(seigr_home *home,
                                               const seigr_public_key *issuer,
                                               const char *slot, uint32_t flags,
                                               seigr_stream **out,
                                               seigr_error *error);

/*
 * Number a draft: set its stream, sequence and previous.
 *
 *   draft  previous is borrowed until seigr_stream_advance().
 */
SEIGR_API void seigr_stream_next(const seigr_stream *stream,
                                 seigr_draft *draft);

/*
 * The link that the next capsule must carry because it begins a new stream
 * of an issuer whose last capsule is known.
 *
 * Returns 1 and the link, or 0.
 */
SEIGR_API int seigr_stream_continues(const seigr_stream *stream,
                                     seigr_link *out);

/*
 * The capsule that seigr_stream_next() numbered has been sealed.
 *
 *   id  copied.
 *
 * Returns 0, or SEIGR_E_LIMIT when the stream has no number left.
 */
SEIGR_API SEIGR_MUST_USE int seigr_stream_advance(seigr_stream *stream,
                                                  const seigr_id *id);

/*
 * Make durable where the stream now stands.
 *
 * Returns 0; SEIGR_E_FULL; SEIGR_E_IO. After a failure the capsules numbered
 * since the last commit must not be given out, and the stream can only be
 * closed.
 */
SEIGR_API SEIGR_MUST_USE int seigr_stream_commit(seigr_stream *stream,
                                                 seigr_error *error);

/*
 * Let the next writer go on. What was not committed is forgotten. NULL is
 * fine.
 */
SEIGR_API void seigr_stream_close(seigr_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
