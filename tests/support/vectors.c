/* SPDX-License-Identifier: MIT */
/*
 * vectors.c - finding and reading conformance data.
 *
 * Golden cases stand in tests/golden/ and are always there; SEIGR_GOLDEN names
 * a folder whose files take their place (tests/reference/). The shared
 * vectors stand where SEIGR_VECTORS says; without them tests are skipped.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static json_t *vectors_load(const char *dir, const char *name)
{
    char path[4096];
    json_error_t error;
    json_t *json;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    json = json_load_file(path, JSON_ALLOW_NUL, &error);
    if (json == NULL) /* numbers may pass 64 bits: then all become reals */
        json = json_load_file(path, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
                              &error);
    if (json == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return json;
}

json_t *support_golden(const char *name)
{
    const char *fresh = getenv("SEIGR_GOLDEN");
    char path[4096];
    struct stat st;

    if (fresh != NULL) {
        snprintf(path, sizeof(path), "%s/%s", fresh, name);
        if (stat(path, &st) == 0)
            return vectors_load(fresh, name);
    }
    return vectors_load(SEIGR_TEST_GOLDEN, name);
}

const char *support_vectors_dir(void)
{
    const char *dir = getenv("SEIGR_VECTORS");
    struct stat st;

    if (dir == NULL)
        dir = SEIGR_TEST_VECTORS;
    return stat(dir, &st) == 0 ? dir : NULL;
}

json_t *support_vectors(const char *name)
{
    const char *dir = support_vectors_dir();

    if (dir == NULL) {
        printf("skipped: %s is not there, set SEIGR_VECTORS\n", name);
        skip();
        return NULL; /* skip() does not come back */
    }
    return vectors_load(dir, name);
}

const char *support_string(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    if (value == NULL)
        fail_msg("vector has no string '%s'", key);
    return value;
}

static int vectors_nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    fail_msg("'%c' is no hex digit", c);
    return -1;
}

/* Blocks handed out live as long as the program and stay reachable. */
static void *vectors_keep(size_t len)
{
    struct block {
        struct block *next;
        max_align_t bytes[];
    };
    static struct block *kept;
    struct block *block = malloc(sizeof(*block) + len + 1);

    assert_non_null(block);
    block->next = kept;
    kept = block;
    return block->bytes;
}

seigr_span support_hex(const char *hex)
{
    size_t len = strlen(hex) / 2;
    uint8_t *bytes = vectors_keep(len);

    assert_int_equal(strlen(hex) % 2, 0);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(vectors_nibble(hex[2 * i]) * 16 +
                             vectors_nibble(hex[2 * i + 1]));
    return (seigr_span){bytes, len};
}

seigr_span support_hex_of(const json_t *object, const char *key)
{
    return support_hex(support_string(object, key));
}

seigr_span support_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat st;
    uint8_t *bytes;

    if (file == NULL || fstat(fileno(file), &st) != 0)
        fail_msg("cannot read %s", path);
    bytes = vectors_keep((size_t)st.st_size);
    assert_int_equal(fread(bytes, 1, (size_t)st.st_size, file), st.st_size);
    fclose(file);
    return (seigr_span){bytes, (size_t)st.st_size};
}

void support_count(const char *family, size_t count)
{
    printf("count %s %zu\n", family, count);
}
