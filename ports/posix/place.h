/* SPDX-License-Identifier: MIT */
/*
 * place.h - on which machine, and as which file, bytes are kept.
 *
 * A stream's head says where it was written. A copy has another inode or
 * another birth, a folder moved to another machine another machine: then two
 * writers may hold the same state, and the stream must not go on.
 */
#ifndef SEIGR_PORTS_POSIX_PLACE_H
#define SEIGR_PORTS_POSIX_PLACE_H

#include "seigr/base.h" /* seigr_context, seigr_hash */

struct seigr__place {
    seigr_hash machine; /* of the machine's id, which stays private */
    uint64_t device;
    uint64_t inode;
    uint64_t born_ns; /* 0 where the file system does not say */
};

/*
 * Where an open file is.
 *
 *   machine_id  the path of the machine's id.
 *
 * Returns 0 or -1, errno set.
 */
int seigr__place_of(const seigr_context *context, const char *machine_id,
                    int fd, struct seigr__place *out);

/* The machine's id on Linux. */
#define SEIGR__PLACE_MACHINE_ID "/etc/machine-id"

#endif
