/* SPDX-License-Identifier: MIT */
/*
 * home.c - SEIGR_HOME: where it is, and making it.
 *
 * The key file in it is home_key.c's, the streams are stream.c's.
 */
#define _POSIX_C_SOURCE 200809L

#include "home.h"  /* struct seigr_home */
#include "place.h" /* SEIGR__PLACE_MACHINE_ID */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <stdlib.h>   /* getenv */
#include <string.h>   /* strlen, memcpy */
#include <sys/stat.h> /* mkdir */

/* base and what follows it, released with seigr__release(). */
static char *home_join(const seigr_context *context, const char *base,
                       const char *rest)
{
    const size_t base_len = strlen(base);
    const size_t rest_len = strlen(rest);
    char *path = seigr__alloc(context, base_len + rest_len + 1);

    if (path == NULL)
        return NULL;
    memcpy(path, base, base_len);
    memcpy(path + base_len, rest, rest_len + 1);
    return path;
}

/* A variable counts when it is set and not empty. */
static const char *home_variable(const char *name)
{
    const char *value = getenv(name);

    assert(name != NULL);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* The folder by what the user says, else by the XDG base directories. */
static int home_find(const seigr_context *context, const char *path, char **out,
                     seigr_error *error)
{
    const char *rest = "";
    const char *base = path;

    assert(out != NULL);
    if (base == NULL)
        base = home_variable("SEIGR_HOME");
    if (base == NULL) {
        base = home_variable("XDG_DATA_HOME");
        if (base != NULL && base[0] != '/')
            base = NULL; /* the specification says: ignore it */
        rest = "/seigr";
    }
    if (base == NULL) {
        base = home_variable("HOME");
        rest = "/.local/share/seigr";
    }
    if (base == NULL)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "no folder for keys: set SEIGR_HOME, or HOME");
    *out = home_join(context, base, rest);
    if (*out == NULL)
        return seigr__files_fail(error, ENOMEM, "open", base);
    return 0;
}

int seigr__home_make_folder(char *path)
{
    char *slash = path;

    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    if (errno != ENOENT)
        return -1;
    while ((slash = strchr(slash + 1, '/')) != NULL) {
        int err;

        *slash = '\0';
        err = mkdir(path, 0700);
        *slash = '/';
        if (err != 0 && errno != EEXIST)
            return -1;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

int seigr__home_open(const struct seigr__files *files, const char *machine_id,
                     const seigr_context *context, const char *path,
                     seigr_home **out, seigr_error *error)
{
    seigr_home *home = seigr__alloc_zero(context, 1, sizeof(*home));
    int err;

    assert(out != NULL);
    if (home == NULL)
        return seigr__files_fail(error, ENOMEM, "open", "the folder of keys");
    home->context = context;
    home->files = files;
    home->machine_id = machine_id;
    err = home_find(context, path, &home->path, error);
    if (err < 0)
        goto done;
    home->key_path = home_join(context, home->path, "/key");
    home->streams_path = home_join(context, home->path, "/streams");
    if (home->key_path == NULL || home->streams_path == NULL)
        err = seigr__files_fail(error, ENOMEM, "open", home->path);
    else if (seigr__home_make_folder(home->path) != 0)
        err = seigr__files_fail(error, errno, "make", home->path);
done:
    if (err < 0)
        seigr_home_close(home);
    else
        *out = home;
    return err;
}

int seigr_home_open(const seigr_context *context, const char *path,
                    seigr_home **out, seigr_error *error)
{
    if (context == NULL || context->allocator == NULL ||
        context->crypto == NULL || context->random == NULL || out == NULL)
        return SEIGR_E_INVAL;
    return seigr__home_open(&seigr__files_system, SEIGR__PLACE_MACHINE_ID,
                            context, path, out, error);
}

void seigr_home_close(seigr_home *home)
{
    if (home == NULL)
        return;
    seigr__release(home->context, home->path);
    seigr__release(home->context, home->key_path);
    seigr__release(home->context, home->streams_path);
    seigr__release(home->context, home);
}

const char *seigr_home_path(const seigr_home *home)
{
    assert(home != NULL);
    return home->path;
}

const char *seigr_home_key_path(const seigr_home *home)
{
    assert(home != NULL);
    return home->key_path;
}
