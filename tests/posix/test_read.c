/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "support.h"

#include "faults.h"

#include "seigr/sys/posix.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void test_posix_read__up_to_a_bound(void **state)
{
    const size_t lens[] = {0, 1, 16383, 16384, 16385, 100000};
    seigr_context context = faults_context();
    static uint8_t bytes[100000];
    support_rng rng = {2};
    char folder[64];
    char path[256];

    (void)state;
    support_random_bytes(&rng, bytes, sizeof(bytes));
    faults_folder_make(folder);
    faults_path(folder, "file", path);
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_buf buf = {NULL, 77};
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, lens[i], file), lens[i]);
        assert_int_equal(fclose(file), 0);
        assert_ok(seigr_posix_read_file(&context, path, lens[i], &buf, &error));
        assert_int_equal(buf.len, lens[i]);
        if (lens[i] > 0)
            assert_memory_equal(buf.ptr, bytes, lens[i]);
        seigr_posix_release(&context, &buf);
        assert_null(buf.ptr);
        if (lens[i] == 0)
            continue;
        assert_int_equal(
            seigr_posix_read_file(&context, path, lens[i] - 1, &buf, &error),
            SEIGR_E_LIMIT);
        assert_non_null(strstr(error.text, "is longer than"));
    }
    faults_folder_remove(folder);
}

void test_posix_read__a_pipe_in_pieces(void **state)
{
    seigr_context context = faults_context();
    seigr_buf buf;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "some", 4), 4);
    assert_int_equal(write(ends[1], "thing", 5), 5);
    close(ends[1]);
    assert_ok(seigr_posix_read_fd(&context, ends[0], "pipe", 100, &buf, NULL));
    assert_int_equal(buf.len, 9);
    assert_memory_equal(buf.ptr, "something", 9);
    seigr_posix_release(&context, &buf);
    close(ends[0]);
}

void test_posix_read__says_what_is_wrong(void **state)
{
    seigr_context context = faults_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf buf = {NULL, 0};

    (void)state;
    assert_int_equal(
        seigr_posix_read_file(&context, "/none/at/all", 9, &buf, &error),
        SEIGR_E_NOTFOUND);
    assert_string_equal(error.text, "cannot open /none/at/all: it is not "
                                    "there");
    assert_int_equal(seigr_posix_read_file(&context, "/", 9, &buf, &error),
                     SEIGR_E_IO);
    assert_string_equal(error.text, "cannot read /: it is a folder");
}

void test_posix_read__a_long_path_leaves_the_reason(void **state)
{
    seigr_context context = faults_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf buf = {NULL, 0};
    char path[301];

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(seigr_posix_read_file(&context, path, 9, &buf, &error),
                     SEIGR_E_IO);
    assert_non_null(strstr(error.text, ": the name is too long"));
}

static int read_body(support_memory *memory, void *arg)
{
    seigr_context context = faults_context();
    seigr_buf buf;
    int err;

    context.allocator = &memory->allocator;
    err = seigr_posix_read_file(&context, arg, 1u << 20, &buf, NULL);
    if (err == 0)
        seigr_posix_release(&context, &buf);
    return err;
}

void test_posix_read__memory_may_fail(void **state)
{
    static char text[100001];
    char folder[64];
    char path[256];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    faults_folder_make(folder);
    faults_write_file(faults_path(folder, "file", path), text);
    support_each_allocation(read_body, path);
    faults_folder_remove(folder);
}
