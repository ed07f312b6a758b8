/* SPDX-License-Identifier: MIT */
/*
 * Goes on from a snapshot that another process wrote, and prints the root.
 * Imports are answered with a trap.
 *
 *     seigr_wasm_resume MODULE SNAPSHOT PAGES FUEL
 *
 * PAGES are pages of 4 KiB one after another, found by their hash.
 */
#include "seigr/crypto.h"
#include "seigr/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESUME_IMPORTS 16u

static void *resume_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void resume_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

typedef struct resume {
    seigr_context context;
    seigr_span pages;
} resume;

static void resume_fail(const char *what, int code)
{
    fprintf(stderr, "seigr_wasm_resume: %s (%d)\n", what, code);
    exit(1);
}

static seigr_span resume_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t len = 0;
    size_t room = 0;

    if (file == NULL)
        resume_fail(path, 0);
    do {
        room = room * 2 + 65536;
        bytes = realloc(bytes, room);
        if (bytes == NULL)
            resume_fail("no memory", 0);
        len += fread(bytes + len, 1, room - len, file);
    } while (len == room);
    fclose(file);
    return (seigr_span){bytes, len};
}

static int resume_get(const seigr_hash *hash, seigr_span *page, void *ctx)
{
    const resume *r = ctx;
    seigr_hash found;

    for (size_t at = 0; at < r->pages.len; at += SEIGR_STATE_PAGE_LEN) {
        *page = (seigr_span){r->pages.ptr + at, SEIGR_STATE_PAGE_LEN};
        seigr_merkle_hash_leaf(&r->context, *page, &found);
        if (memcmp(&found, hash, sizeof(found)) == 0)
            return 0;
    }
    return SEIGR_E_NOTFOUND;
}

static int resume_import(seigr_host_call *call)
{
    (void)call;
    return SEIGR_HOST_TRAP;
}

static seigr_instance *resume_instance(const resume *r,
                                       const seigr_module *module)
{
    static char types[RESUME_IMPORTS][64];
    static seigr_host_function functions[RESUME_IMPORTS];
    seigr_extern imports[RESUME_IMPORTS];
    seigr_module_entry entry;
    seigr_instance *instance = NULL;
    uint32_t count = 0;
    int err;

    memset(imports, 0, sizeof(imports));
    for (; seigr_module_import(module, count, &entry); count++) {
        char *type = types[count];

        if (count + 1 == RESUME_IMPORTS ||
            entry.params.len + entry.results.len > 60)
            resume_fail("too many imports", 0);
        for (size_t i = 0; i < entry.params.len; i++)
            *type++ = "FfIi"[entry.params.ptr[i] - SEIGR_WASM_F64];
        *type++ = ':';
        for (size_t i = 0; i < entry.results.len; i++)
            *type++ = "FfIi"[entry.results.ptr[i] - SEIGR_WASM_F64];
        functions[count].type = types[count];
        functions[count].call = resume_import;
        imports[count].host = &functions[count];
    }
    err = seigr_instance_new(&r->context, module, NULL, imports, count,
                             &instance, NULL);
    if (err != 0)
        resume_fail("no instance", err);
    return instance;
}

int main(int argc, char **argv)
{
    static const seigr_allocator allocator = {
        (uint32_t)sizeof(allocator), 0, resume_alloc, resume_release, NULL};
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_module *module = NULL;
    seigr_instance *instance;
    seigr_hash root;
    resume r;
    int err;

    if (argc != 5)
        resume_fail("usage: MODULE SNAPSHOT PAGES FUEL", 0);
    r.context = (seigr_context)SEIGR_CONTEXT_INIT;
    r.context.allocator = &allocator;
    r.context.crypto = seigr_crypto_default();
    r.pages = resume_file(argv[3]);
    err =
        seigr_module_new(&r.context, resume_file(argv[1]), NULL, &module, NULL);
    if (err != 0)
        resume_fail("no module", err);
    instance = resume_instance(&r, module);
    err = seigr_snapshot_restore(instance, resume_file(argv[2]), resume_get, &r,
                                 &info, NULL, NULL);
    if (err == 0)
        err = seigr_instance_step(instance, strtoull(argv[4], NULL, 10),
                                  &outcome);
    if (err == 0)
        err = seigr_state_root(instance, &info, &root);
    if (err != 0)
        resume_fail("it does not go on", err);
    for (size_t i = 0; i < sizeof(root.bytes); i++)
        printf("%02x", root.bytes[i]);
    printf("\n");
    seigr_instance_free(instance);
    seigr_module_free(module);
    return 0;
}
