/* SPDX-License-Identifier: MIT */
/*
 * faults.h - system calls that fail on request, and folders to try them in.
 */
#ifndef SEIGR_TESTS_POSIX_FAULTS_H
#define SEIGR_TESTS_POSIX_FAULTS_H

#include "support.h"

#include "files.h" /* struct seigr__files */

#define FAULTS_LOG_MAX 256u

typedef struct faults {
    struct seigr__files files;
    size_t call_count; /* close is not counted: it changes no disk */
    size_t fail_at;    /* 1: the first fails; 0: none does */
    int fail_after;    /* and every one after it, as when the power goes */
    int error;         /* errno of a failing call */
    int no_nameless;   /* the file system has no O_TMPFILE */
    int short_writes;  /* a write takes at most 7 bytes */
    char log[FAULTS_LOG_MAX]; /* o w p s l r u, in order */
} faults;

void faults_init(faults *faults);

/* The folder of a test, new and empty, its path ending without a slash.
 * Removed with what is in it by faults_folder_remove(). */
void faults_folder_make(char out[64]);
void faults_folder_remove(const char *path);

/* FOLDER/NAME in out. */
const char *faults_path(const char *folder, const char *name, char out[256]);

/* How many entries a folder has. */
size_t faults_folder_count(const char *path);

void faults_write_file(const char *path, const char *text);

/* Fails the test unless the file holds exactly this. */
void faults_assert_file(const char *path, const char *text);

/* A context on malloc and libsodium. */
seigr_context faults_context(void);

#endif
