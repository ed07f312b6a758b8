/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "support.h"

#include "faults.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char output_old[] = "what was there before";
static const char output_new[] = "what is to be there, of more than one piece";

static seigr_span output_span(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

/* Write output_new to path; whether it fails is for the caller to see. */
static int output_try(const struct seigr__files *files, const char *path,
                      uint32_t flags, seigr_error *error)
{
    seigr_context context = faults_context();
    seigr_output *output;
    int err;

    err = seigr__output_open(files, &context, path, flags, &output, error);
    if (err < 0)
        return err;
    err = seigr_output_write(output, output_span("WHAT"), error);
    if (err == 0)
        err = seigr_output_rewrite(output, 0, output_span("what"), error);
    if (err == 0)
        err = seigr_output_write(output, output_span(output_new + 4), error);
    if (err == 0)
        err = seigr_output_commit(output, error);
    seigr_output_close(output);
    return err;
}

/*
 * Let the 1st, 2nd, nth call fail until none does. Whatever fails, the file is
 * the old or the new one; when the process lives to clean up, nothing else is
 * left in the folder.
 */
static void output_cut_everywhere(int no_nameless, int fail_after, int existed)
{
    for (size_t n = 1;; n++) {
        seigr_error error = SEIGR_ERROR_INIT;
        char folder[64];
        char path[256];
        faults f;
        int is_new;
        int err;

        faults_folder_make(folder);
        faults_path(folder, "file", path);
        if (existed)
            faults_write_file(path, output_old);
        faults_init(&f);
        f.no_nameless = no_nameless;
        f.fail_at = n;
        f.fail_after = fail_after;
        f.error = ENOSPC;
        err = output_try(&f.files, path, 0, &error);
        is_new = access(path, F_OK) == 0 &&
                 support_file(path).len == strlen(output_new);
        if (is_new)
            faults_assert_file(path, output_new);
        else if (existed)
            faults_assert_file(path, output_old);
        else
            assert_int_not_equal(access(path, F_OK), 0);
        if (err == 0) {
            assert_true(is_new);
        } else {
            assert_int_equal(err, SEIGR_E_FULL);
            assert_non_null(strstr(error.text, "the disk is full"));
        }
        if (!fail_after)
            assert_int_equal(faults_folder_count(folder), is_new || existed);
        faults_folder_remove(folder);
        if (f.call_count < n)
            break;
    }
}

void test_posix_output__any_call_may_fail(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++)
        output_cut_everywhere(i & 1, i & 2, i & 4);
}

void test_posix_output__synced_before_it_has_its_name(void **state)
{
    char folder[64];
    char path[256];
    faults f;

    (void)state;
    faults_folder_make(folder);
    faults_path(folder, "file", path);
    for (int i = 0; i < 3; i++) {
        /* New, replaced, and replaced without O_TMPFILE. */
        static const char *const order[] = {"oowpwsls", "oowpwsllrs",
                                            "oowpwsrs"};

        faults_init(&f);
        f.no_nameless = i == 2;
        assert_ok(output_try(&f.files, path, 0, NULL));
        assert_string_equal(f.log, order[i]);
    }
    faults_folder_remove(folder);
}

void test_posix_output__keep_replaces_nothing(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;
    char folder[64];
    char path[256];
    faults f;

    (void)state;
    faults_folder_make(folder);
    faults_path(folder, "file", path);
    for (int i = 0; i < 2; i++) {
        faults_init(&f);
        f.no_nameless = i;
        assert_ok(output_try(&f.files, path, SEIGR_OUTPUT_KEEP, &error));
        faults_assert_file(path, output_new);
        faults_write_file(path, output_old);
        assert_int_equal(output_try(&f.files, path, SEIGR_OUTPUT_KEEP, &error),
                         SEIGR_E_EXISTS);
        faults_assert_file(path, output_old);
        assert_int_equal(faults_folder_count(folder), 1);
        assert_int_equal(remove(path), 0);
    }
    faults_folder_remove(folder);
}

void test_posix_output__modes(void **state)
{
    const mode_t before = umask(0);
    char folder[64];
    char path[256];
    struct stat st;
    faults f;

    (void)state;
    faults_folder_make(folder);
    faults_path(folder, "file", path);
    for (int i = 0; i < 2; i++) {
        faults_init(&f);
        f.no_nameless = i;
        assert_ok(output_try(&f.files, path, SEIGR_OUTPUT_SECRET, NULL));
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_ok(output_try(&f.files, path, 0, NULL));
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0666);
    }
    umask(before);
    faults_folder_remove(folder);
}

void test_posix_output__a_link_is_followed(void **state)
{
    char folder[64];
    char path[256];
    char link_path[256];
    struct stat st;

    (void)state;
    faults_folder_make(folder);
    faults_write_file(faults_path(folder, "file", path), output_old);
    faults_path(folder, "link", link_path);
    assert_int_equal(symlink("file", link_path), 0);
    assert_ok(output_try(&seigr__files_system, link_path, 0, NULL));
    faults_assert_file(path, output_new);
    assert_int_equal(lstat(link_path, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    faults_folder_remove(folder);
}

void test_posix_output__a_device_is_written_to_at_commit(void **state)
{
    seigr_error error = SEIGR_ERROR_INIT;
    struct stat st;

    (void)state;
    assert_ok(output_try(&seigr__files_system, "/dev/null", 0, &error));
    assert_int_equal(stat("/dev/null", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    assert_int_equal(output_try(&seigr__files_system, "/dev/full", 0, &error),
                     SEIGR_E_FULL);
    assert_string_equal(error.text, "cannot write /dev/full: the disk is full; "
                                    "make room and try again");
}

void test_posix_output__a_descriptor_sees_nothing_before_commit(void **state)
{
    seigr_context context = faults_context();
    seigr_output *output;
    char bytes[8];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_ok(seigr_output_open_fd(&context, ends[1], "pipe", &output, NULL));
    assert_ok(seigr_output_write(output, output_span("bytes"), NULL));
    assert_ok(seigr_output_sync(output, NULL));
    assert_int_equal(read(ends[0], bytes, sizeof(bytes)), -1);
    assert_ok(seigr_output_commit(output, NULL));
    seigr_output_close(output);
    assert_int_equal(read(ends[0], bytes, sizeof(bytes)), 5);
    assert_memory_equal(bytes, "bytes", 5);
    close(ends[0]);
    close(ends[1]);
}

void test_posix_output__refuses_what_cannot_be(void **state)
{
    seigr_context context = faults_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_output *output = NULL;
    char folder[64];
    char path[256];

    (void)state;
    faults_folder_make(folder);
    assert_int_equal(output_try(&seigr__files_system, folder, 0, &error),
                     SEIGR_E_IO);
    assert_non_null(strstr(error.text, "it is a folder"));
    assert_int_equal(output_try(&seigr__files_system,
                                faults_path(folder, "none/file", path), 0,
                                &error),
                     SEIGR_E_NOTFOUND);
    assert_int_equal(seigr_output_open(&context, "", 0, &output, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_output_open(NULL, "x", 0, &output, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_output_open_fd(&context, -1, "x", &output, NULL),
                     SEIGR_E_INVAL);
    assert_null(output);
    faults_folder_remove(folder);
}

void test_posix_output__long_and_short_writes(void **state)
{
    static uint8_t bytes[100000];
    const size_t pieces[] = {1, 32767, 1, 32768, 0, 34463};
    support_rng rng = {1};
    char folder[64];
    char path[256];

    (void)state;
    support_random_bytes(&rng, bytes, sizeof(bytes));
    faults_folder_make(folder);
    faults_path(folder, "file", path);
    for (int i = 0; i < 2; i++) {
        seigr_context context = faults_context();
        seigr_output *output;
        seigr_span kept;
        size_t at = 0;
        faults f;

        faults_init(&f);
        f.short_writes = i;
        assert_ok(
            seigr__output_open(&f.files, &context, path, 0, &output, NULL));
        for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
            assert_ok(seigr_output_write(
                output, (seigr_span){bytes + at, pieces[k]}, NULL));
            at += pieces[k];
        }
        assert_int_equal(at, sizeof(bytes));
        assert_int_equal(
            seigr_output_rewrite(output, at - 1, (seigr_span){bytes, 2}, NULL),
            SEIGR_E_INVAL);
        assert_ok(seigr_output_commit(output, NULL));
        seigr_output_close(output);
        kept = support_file(path);
        assert_int_equal(kept.len, sizeof(bytes));
        assert_memory_equal(kept.ptr, bytes, sizeof(bytes));
    }
    faults_folder_remove(folder);
}

static int output_body(support_memory *memory, void *arg)
{
    seigr_context context = faults_context();
    seigr_output *output;
    int err;

    context.allocator = &memory->allocator;
    err = seigr_output_open(&context, arg, 0, &output, NULL);
    if (err < 0)
        return err;
    err = seigr_output_write(output, output_span(output_new), NULL);
    if (err == 0)
        err = seigr_output_commit(output, NULL);
    seigr_output_close(output);
    return err;
}

void test_posix_output__memory_may_fail(void **state)
{
    char folder[64];
    char path[256];

    (void)state;
    faults_folder_make(folder);
    faults_path(folder, "file", path);
    support_each_allocation(output_body, path);
    faults_folder_remove(folder);
}
