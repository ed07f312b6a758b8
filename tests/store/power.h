/* SPDX-License-Identifier: MIT */
/*
 * power.h - the calls by which a program changes a disk, seen, failed and
 * written down, and disks as they are found when the power went.
 *
 * The test program defines these calls itself, so that the library's and
 * LMDB's go through here on their way to the system.
 */
#ifndef SEIGR_TESTS_STORE_POWER_H
#define SEIGR_TESTS_STORE_POWER_H

#include "support.h"

/* --- Failing ---------------------------------------------------------- */

/* Let the nth call from now fail, 1 the first: error is an errno, or 0 for a
 * write that takes half of what it was given. With is_forever all after it
 * fail as well. */
void power_fail(size_t nth, int error, int is_forever);
/* No more failing. Returns how many calls there were since power_fail(). */
size_t power_fail_end(void);

/* --- Recording -------------------------------------------------------- */

typedef struct power_record power_record;

/* Write down from now on what happens in a folder, which is empty; LMDB's
 * own files are left out: nothing of them is believed after a cut. */
power_record *power_record_begin(void);
void power_record_end(power_record *record);
void power_record_free(power_record *record);

/* Changes and syncs so far. */
size_t power_record_count(const power_record *record);

#define POWER_CLEAN 0u     /* all that was written is there */
#define POWER_DROPPED 1u   /* nothing that was not synced */
#define POWER_REORDERED 2u /* any of its sectors, any of its names */
#define POWER_TORN 3u      /* all, and a part of the next write */
#define POWER_GARBAGE 4u   /* reordered, with noise for what is missing */
#define POWER_KINDS 5u

/* Make an empty folder what a disk holds when the power goes before the call
 * of this number. */
void power_make(const power_record *record, size_t cut, unsigned kind,
                support_rng *rng, const char *folder);

#endif
