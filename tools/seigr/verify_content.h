/* SPDX-License-Identifier: MIT */
/*
 * verify_content.h - content over 64 KiB: in the bundle, or where it was
 * sealed.
 */
#ifndef SEIGR_VERIFY_CONTENT_H
#define SEIGR_VERIFY_CONTENT_H

#include "tool.h" /* struct tool */

#include <jansson.h> /* json_t */

/* A body that a capsule names by its root. */
struct verify_body {
    char *name; /* the capsule's, shown safely */
    char *path; /* the name where it is a path to be looked for, else NULL */
    seigr_id id;
    seigr_body body;
};

/* The bodies of one bundle. */
struct verify_content {
    struct tool *tool;
    struct verify_body *bodies;
    size_t count;
    size_t room;
    void *met; /* a tree of roots whose content was in the bundle */
};

/* What is found of a body; text is borrowed until it returns. */
typedef void (*verify_content_refusal)(int code, const char *text, void *ctx);

/* A verified capsule. Returns 0, or -1 without memory. */
int verify_content_note(struct verify_content *content,
                        const seigr_verified *capsule);

/* A body's content was in the bundle, all of it. As above. */
int verify_content_met(struct verify_content *content, const seigr_hash *root);

/*
 * Check the content that was not in the bundle, and say how it stands.
 *
 *   bundle  the bundle's path, "-" for standard input.
 *   roots   of the bundle; NULL: a bare capsule, which is the root.
 *   json    receives an entry a body; NULL unless JSON is the answer.
 */
void verify_content_finish(struct verify_content *content, const char *bundle,
                           const seigr_id *roots, size_t root_count,
                           json_t *json, verify_content_refusal refuse,
                           void *ctx);

void verify_content_fini(struct verify_content *content);

#endif
