/* SPDX-License-Identifier: MIT */
/*
 * import_folder.h - a new folder that appears when it is whole.
 */
#ifndef SEIGR_IMPORT_FOLDER_H
#define SEIGR_IMPORT_FOLDER_H

#include "tool.h" /* struct tool */

/* It is made under a hidden name beside the one that it gets. */
struct import_folder {
    struct tool *tool;
    const char *path; /* what it will be called */
    char *temp;       /* what it is called; NULL: nothing to remove */
    int root;         /* descriptor of the folder */
    int fd;           /* of the file being written; -1: none */
    const char *name; /* of that file */
};

/* Whether path is free. Returns an exit code. */
int import_folder_check(struct tool *tool, const char *path);

/* Returns an exit code; released with import_folder_fini(), after a failure
 * too. */
int import_folder_init(struct import_folder *folder, struct tool *tool,
                       const char *path);

/* Begin a file, with the folders above it. name is a path below the folder.
 * Returns an exit code. */
int import_folder_begin(struct import_folder *folder, const char *name);

/* Write to it. Returns 0, or -1 after the sentence was said; ctx is the
 * folder. */
int import_folder_write(seigr_span bytes, void *ctx);

/* The file is complete. Returns an exit code. */
int import_folder_end(struct import_folder *folder);

/* Give the folder its name. Returns an exit code. */
int import_folder_commit(struct import_folder *folder);

/* Remove what was not committed. */
void import_folder_fini(struct import_folder *folder);

#endif
