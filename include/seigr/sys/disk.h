/* SPDX-License-Identifier: MIT */
/*
 * sys/disk.h - a store in a folder of a Linux system.
 *
 * Capsules and content stand in segment files that only grow; an LMDB
 * database finds them. What commit acknowledged is in the segments, which are
 * the truth: the database is built again from them where it is lost, damaged
 * or not known to be whole, as after a power cut. Several processes may use
 * one folder. docs/spec/store.md has the bytes, docs/design/store.md the
 * reasons.
 *
 * Threads: one at a time per backend. This header may change in a minor
 * version.
 */
#ifndef SEIGR_SYS_DISK_H
#define SEIGR_SYS_DISK_H

#include "seigr/base.h"              /* context, status codes */
#include "seigr/sys/store_backend.h" /* seigr_store_backend */

#ifdef __cplusplus
extern "C" {
#endif

#define SEIGR_DISK_CREATE 1u /* make the store; refuse where one is */
#define SEIGR_DISK_READ_ONLY                                                   \
    2u /* change nothing: a medium that is read-only                           \
          or full is fine. Where the database cannot                           \
          be used, one is built in $TMPDIR or /tmp */
#define SEIGR_DISK_REBUILD                                                     \
    4u /* build the database again; read-only, beside                          \
          the other: index and log can be brought                              \
          up to date in that one */

/*
 * Open the store in a folder.
 *
 *   context  needs allocator, crypto with sha256, and to create one random
 *            or crypto with random; borrowed until the backend is closed.
 *   path     of the folder; made with SEIGR_DISK_CREATE where it is not there.
 *   flags    SEIGR_DISK_*.
 *   out      for seigr_store_open(); else released with its close. Untouched
 *            on failure.
 *   error    may be NULL.
 *
 * Returns 0; SEIGR_E_NOTFOUND where there is no store; SEIGR_E_FORMAT where
 * the folder holds something else; SEIGR_E_UNSUPPORTED for a newer format, or
 * a system without robust mutexes; SEIGR_E_EXISTS; SEIGR_E_DENIED without
 * permission or on a read-only medium; SEIGR_E_FULL; SEIGR_E_IO;
 * SEIGR_E_AGAIN where it must be built again while others use it;
 * SEIGR_E_NOMEM. After a failure nothing is changed.
 */
SEIGR_API SEIGR_MUST_USE int seigr_disk_open(const seigr_context *context,
                                             const char *path, uint32_t flags,
                                             seigr_store_backend *out,
                                             seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
