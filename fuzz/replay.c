/* SPDX-License-Identifier: MIT */
/*
 * replay.c - runs a fuzz target over its corpus, without libFuzzer.
 *
 *     replay_DOOR FILE|FOLDER...
 *
 * Each file is run whole, and cut at every length up to 256 bytes.
 */
#define _POSIX_C_SOURCE 200809L

#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static size_t replay_count;

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t len = 0;
    struct stat st;
    int err = 1;

    if (file == NULL || fstat(fileno(file), &st) != 0)
        goto done;
    len = (size_t)st.st_size;
    bytes = malloc(len + 1);
    if (bytes == NULL || fread(bytes, 1, len, file) != len)
        goto done;
    LLVMFuzzerTestOneInput(bytes, len);
    replay_count++;
    for (size_t cut = 0; cut < len && cut < 256; cut++) {
        /* A block of its own, so that reading past the cut is seen. */
        uint8_t *part = malloc(cut + 1);

        if (part == NULL)
            goto done;
        memcpy(part, bytes, cut);
        LLVMFuzzerTestOneInput(part, cut);
        replay_count++;
        free(part);
    }
    err = 0;
done:
    if (err != 0)
        fprintf(stderr, "cannot read %s\n", path);
    free(bytes);
    if (file != NULL)
        fclose(file);
    return err;
}

static int replay_folder(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    int err = 0;

    if (dir == NULL)
        return replay_file(path);
    while (err == 0 && (entry = readdir(dir)) != NULL) {
        char name[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        err = replay_file(name);
    }
    closedir(dir);
    return err;
}

int main(int argc, char **argv)
{
    int err = argc < 2;

    for (int i = 1; i < argc && err == 0; i++)
        err = replay_folder(argv[i]);
    printf("replayed %zu inputs\n", replay_count);
    return err != 0 || replay_count == 0;
}
