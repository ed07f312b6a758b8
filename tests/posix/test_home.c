/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "support.h"

#include "faults.h"
#include "home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const seigr_span home_no_passphrase = {NULL, 0};
static const seigr_span home_passphrase = {(const uint8_t *)"open sesame", 11};

static seigr_home *home_open(const seigr_context *context, const char *path)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_home *home = NULL;

    if (seigr_home_open(context, path, &home, &error) != 0)
        fail_msg("%s", error.text);
    return home;
}

static void home_assert_path(const seigr_context *context, const char *path)
{
    seigr_home *home = home_open(context, NULL);
    struct stat st;

    assert_string_equal(seigr_home_path(home), path);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0700);
    seigr_home_close(home);
}

void test_posix_home__where_it_is(void **state)
{
    seigr_context context = faults_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_home *home = NULL;
    char folder[64];
    char path[256];

    (void)state;
    faults_folder_make(folder);
    setenv("SEIGR_HOME", faults_path(folder, "a/b", path), 1);
    setenv("XDG_DATA_HOME", faults_path(folder, "xdg", path), 1);
    setenv("HOME", folder, 1);
    home_assert_path(&context, faults_path(folder, "a/b", path));
    setenv("SEIGR_HOME", "", 1); /* empty is unset */
    home_assert_path(&context, faults_path(folder, "xdg/seigr", path));
    setenv("XDG_DATA_HOME", "relative", 1); /* not valid there */
    home_assert_path(&context, faults_path(folder, ".local/share/seigr", path));
    unsetenv("XDG_DATA_HOME");
    unsetenv("SEIGR_HOME");
    unsetenv("HOME");
    assert_int_equal(seigr_home_open(&context, NULL, &home, &error),
                     SEIGR_E_NOTFOUND);
    assert_non_null(strstr(error.text, "SEIGR_HOME"));
    faults_folder_remove(folder);
}

void test_posix_home__a_file_in_its_place(void **state)
{
    seigr_context context = faults_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_home *home = NULL;
    char folder[64];
    char path[256];

    (void)state;
    faults_folder_make(folder);
    faults_write_file(faults_path(folder, "file", path), "x");
    assert_int_equal(seigr_home_open(&context,
                                     faults_path(folder, "file/home", path),
                                     &home, &error),
                     SEIGR_E_NOTFOUND);
    assert_non_null(strstr(error.text, "no folder"));
    faults_folder_remove(folder);
}

static void home_key_round(seigr_span passphrase)
{
    seigr_context context = faults_context();
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_keypair made;
    seigr_keypair read;
    seigr_public_key key;
    seigr_home *home;
    struct stat st;
    char folder[64];

    faults_folder_make(folder);
    home = home_open(&context, folder);
    assert_ok(seigr_keypair_init(&context, &made));
    key = seigr_keypair_public(&made);
    umask(0); /* it is 0600 all the same */
    assert_ok(seigr_home_key_create(home, &made, passphrase, SEIGR_HOME_KEY_NEW,
                                    NULL));
    umask(022);
    assert_int_equal(stat(seigr_home_key_path(home), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_ok(seigr_home_key_inspect(home, &info, NULL));
    assert_memory_equal(&info.key, &key, sizeof(key));
    assert_int_equal(info.is_sealed, passphrase.len > 0);
    assert_ok(seigr_home_key_load(home, passphrase, &read, NULL));
    assert_memory_equal(&read, &made, sizeof(read));
    if (passphrase.len > 0) {
        passphrase.len--;
        assert_int_equal(seigr_home_key_load(home, passphrase, &read, NULL),
                         SEIGR_E_KEY);
    }
    seigr_home_close(home);
    faults_folder_remove(folder);
}

void test_posix_home__keeps_a_key(void **state)
{
    (void)state;
    home_key_round(home_no_passphrase);
}

void test_posix_home__keeps_a_sealed_key(void **state)
{
    (void)state;
    home_key_round(home_passphrase);
}

void test_posix_home__never_replaces_a_key(void **state)
{
    seigr_context context = faults_context();
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_keypair keypair;
    seigr_home *home;
    seigr_span before;
    seigr_span after;
    char folder[64];

    (void)state;
    faults_folder_make(folder);
    home = home_open(&context, folder);
    for (int i = 0; i < 2; i++) {
        assert_ok(seigr_keypair_init(&context, &keypair));
        if (i == 1)
            before = support_file(seigr_home_key_path(home));
        assert_int_equal(seigr_home_key_create(home, &keypair,
                                               home_no_passphrase,
                                               SEIGR_HOME_KEY_NEW, &error),
                         i == 0 ? 0 : SEIGR_E_EXISTS);
    }
    after = support_file(seigr_home_key_path(home));
    assert_int_equal(after.len, before.len);
    assert_memory_equal(after.ptr, before.ptr, before.len);
    seigr_home_close(home);
    faults_folder_remove(folder);
}

/* Ten at once: one key is made, and it is whole. */
void test_posix_home__one_of_many_makes_the_key(void **state)
{
    seigr_context context = faults_context();
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_home *home;
    char folder[64];
    int made = 0;

    (void)state;
    faults_folder_make(folder);
    home = home_open(&context, folder);
    for (int i = 0; i < 10; i++) {
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            seigr_keypair keypair;

            if (seigr_keypair_init(&context, &keypair) != 0)
                _exit(2);
            _exit(seigr_home_key_create(home, &keypair, home_no_passphrase,
                                        SEIGR_HOME_KEY_NEW, NULL) == 0);
        }
    }
    for (int i = 0; i < 10; i++) {
        int status;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        made += WEXITSTATUS(status);
    }
    assert_int_equal(made, 1);
    assert_ok(seigr_home_key_inspect(home, &info, NULL));
    seigr_home_close(home);
    faults_folder_remove(folder);
}

void test_posix_home__refuses_a_key_that_others_can_use(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0610, 0602};
    seigr_context context = faults_context();
    seigr_keypair keypair;
    seigr_home *home;
    char folder[64];

    (void)state;
    faults_folder_make(folder);
    home = home_open(&context, folder);
    assert_ok(seigr_keypair_init(&context, &keypair));
    assert_ok(
        seigr_home_key_create(home, &keypair, home_no_passphrase, 0, NULL));
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        seigr_error error = SEIGR_ERROR_INIT;

        assert_int_equal(chmod(seigr_home_key_path(home), modes[i]), 0);
        assert_int_equal(
            seigr_home_key_load(home, home_no_passphrase, &keypair, &error),
            SEIGR_E_DENIED);
        assert_non_null(strstr(error.text, "chmod 600 "));
    }
    assert_int_equal(chmod(seigr_home_key_path(home), 0400), 0);
    assert_ok(seigr_home_key_load(home, home_no_passphrase, &keypair, NULL));
    seigr_home_close(home);
    faults_folder_remove(folder);
}

void test_posix_home__says_what_is_wrong_with_a_key(void **state)
{
    seigr_context context = faults_context();
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_home *home;
    char folder[64];

    (void)state;
    faults_folder_make(folder);
    home = home_open(&context, folder);
    assert_int_equal(seigr_home_key_inspect(home, &info, &error),
                     SEIGR_E_NOTFOUND);
    assert_non_null(strstr(error.text, "there is no key in "));
    faults_write_file(seigr_home_key_path(home), "\xf6");
    assert_int_equal(chmod(seigr_home_key_path(home), 0600), 0);
    assert_int_equal(seigr_home_key_inspect(home, &info, &error),
                     SEIGR_E_FORMAT);
    assert_int_equal(remove(seigr_home_key_path(home)), 0);
    assert_int_equal(mkfifo(seigr_home_key_path(home), 0600), 0);
    assert_int_equal(seigr_home_key_inspect(home, &info, &error),
                     SEIGR_E_DENIED);
    assert_non_null(strstr(error.text, "no regular file"));
    seigr_home_close(home);
    faults_folder_remove(folder);
}

/* A full disk leaves no key and no litter. */
void test_posix_home__any_call_may_fail(void **state)
{
    seigr_context context = faults_context();
    seigr_keypair keypair;

    (void)state;
    assert_ok(seigr_keypair_init(&context, &keypair));
    for (size_t n = 1;; n++) {
        seigr_home *home;
        char folder[64];
        faults f;
        int err;

        faults_folder_make(folder);
        faults_init(&f);
        f.fail_at = n;
        f.error = ENOSPC;
        assert_ok(seigr__home_open(&f.files, "/etc/machine-id", &context,
                                   folder, &home, NULL));
        err =
            seigr_home_key_create(home, &keypair, home_no_passphrase, 0, NULL);
        if (f.call_count < n) {
            assert_ok(err);
            seigr_home_close(home);
            faults_folder_remove(folder);
            break;
        }
        if (err == 0) /* O_TMPFILE was refused, another way was found */
            assert_int_equal(faults_folder_count(folder), 1);
        else
            assert_int_equal(err, SEIGR_E_FULL);
        seigr_home_close(home);
        faults_folder_remove(folder);
    }
}

static int home_body(support_memory *memory, void *arg)
{
    seigr_context context = faults_context();
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_keypair keypair;
    seigr_home *home;
    int err;

    context.allocator = &memory->allocator;
    err = seigr_home_open(&context, arg, &home, NULL);
    if (err < 0)
        return err;
    err = seigr_home_key_inspect(home, &info, NULL);
    if (err == 0)
        err = seigr_home_key_load(home, home_no_passphrase, &keypair, NULL);
    seigr_home_close(home);
    return err;
}

static int home_create_body(support_memory *memory, void *arg)
{
    seigr_context context = faults_context();
    seigr_keypair keypair;
    seigr_home *home;
    char path[256];
    int err;

    (void)remove(faults_path(arg, "key", path));
    context.allocator = &memory->allocator;
    err = seigr_home_open(&context, arg, &home, NULL);
    if (err < 0)
        return err;
    assert_ok(seigr_keypair_init(&context, &keypair));
    err = seigr_home_key_create(home, &keypair, home_no_passphrase,
                                SEIGR_HOME_KEY_NEW, NULL);
    seigr_home_close(home);
    return err;
}

void test_posix_home__memory_may_fail(void **state)
{
    char folder[64];

    (void)state;
    faults_folder_make(folder);
    support_each_allocation(home_create_body, folder);
    support_each_allocation(home_body, folder);
    faults_folder_remove(folder);
}
