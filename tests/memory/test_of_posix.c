/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "memory_call.h"

#include "seigr/sys/disk.h"
#include "seigr/sys/posix.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of the test's own, with a file of 5,000 bytes in it. */
struct posix_world {
    struct memory_world base;
    char folder[64];
    char file[96];
    char home_path[96];
    seigr_keypair keypair;
    seigr_keypair loaded;
    seigr_keyfile_info info;
    seigr_home *home;
    seigr_stream *stream;
    seigr_output *output;
    seigr_posix_pool *pool;
    seigr_buf read;
    seigr_store_backend disk;
    int fd;
};

static const seigr_span posix_no_passphrase = {NULL, 0};

static void posix_make(void *world)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {3};
    struct posix_world *w = world;
    FILE *file;

    w->fd = -1;
    w->info.struct_size = (uint32_t)sizeof(w->info);
    strcpy(w->folder, "/tmp/seigr-memory-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->file, sizeof(w->file), "%s/file", w->folder);
    snprintf(w->home_path, sizeof(w->home_path), "%s/home", w->folder);
    file = fopen(w->file, "wb");
    assert_non_null(file);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(fputc(i & 0xff, file), i & 0xff);
    assert_int_equal(fclose(file), 0);
    assert_ok(seigr_keypair_init_seed(&w->base.context, seed, &w->keypair));
}

static int posix_remove(const char *path, const struct stat *st, int type,
                        struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void posix_finish(void *world)
{
    struct posix_world *w = world;

    memcpy(w->base.result, w->info.key.bytes, 32);
    if (w->read.len > 0)
        memcpy(w->base.result + 32, w->read.ptr, 1000);
    memcpy(w->base.result + 1032, &w->loaded, sizeof(w->loaded));
    seigr_posix_release(&w->base.context, &w->read);
    seigr_posix_pool_free(w->pool);
    seigr_output_close(w->output);
    seigr_stream_close(w->stream);
    seigr_home_close(w->home);
    if (w->disk.close != NULL)
        w->disk.close(w->disk.ctx);
    if (w->fd >= 0)
        assert_int_equal(close(w->fd), 0);
    assert_int_equal(nftw(w->folder, posix_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void posix_each(void (*make)(void *world), int (*call)(void *world),
                       uint32_t flags)
{
    const struct memory_case c = {make, call, posix_finish, flags};
    struct posix_world world;

    memory_each(&c, &world, sizeof(world));
}

/* --- Threads and files ------------------------------------------------ */

static int posix_pool_new(void *world)
{
    struct posix_world *w = world;

    return seigr_posix_pool_new(&w->base.context, 3, &w->pool);
}

void test_memory_of_posix__posix_pool_new(void **state)
{
    (void)state;
    posix_each(posix_make, posix_pool_new, 0);
}

static void posix_make_disk(void *world)
{
    struct posix_world *w = world;
    seigr_store_backend disk;

    posix_make(world);
    assert_ok(seigr_disk_open(&w->base.context, w->folder, SEIGR_DISK_CREATE,
                              &disk, NULL));
    disk.close(disk.ctx);
}

static int posix_disk_open(void *world)
{
    struct posix_world *w = world;

    return seigr_disk_open(&w->base.context, w->folder, 0, &w->disk, NULL);
}

void test_memory_of_posix__disk_open(void **state)
{
    (void)state;
    posix_each(posix_make_disk, posix_disk_open, 0);
}

static int posix_read_file(void *world)
{
    struct posix_world *w = world;

    return seigr_posix_read_file(&w->base.context, w->file, 10000, &w->read,
                                 NULL);
}

void test_memory_of_posix__posix_read_file(void **state)
{
    (void)state;
    posix_each(posix_make, posix_read_file, 0);
}

static int posix_read_fd(void *world)
{
    struct posix_world *w = world;

    assert_int_equal(lseek(w->fd, 0, SEEK_SET), 0);
    return seigr_posix_read_fd(&w->base.context, w->fd, "it", 10000, &w->read,
                               NULL);
}

static void posix_make_fd(void *world)
{
    struct posix_world *w = world;

    posix_make(world);
    w->fd = open(w->file, O_RDONLY | O_CLOEXEC);
    assert_true(w->fd >= 0);
}

void test_memory_of_posix__posix_read_fd(void **state)
{
    (void)state;
    posix_each(posix_make_fd, posix_read_fd, 0);
}

static int posix_output_open(void *world)
{
    struct posix_world *w = world;

    return seigr_output_open(&w->base.context, w->file, 0, &w->output, NULL);
}

void test_memory_of_posix__output_open(void **state)
{
    (void)state;
    posix_each(posix_make, posix_output_open, 0);
}

static int posix_output_open_fd(void *world)
{
    struct posix_world *w = world;

    return seigr_output_open_fd(&w->base.context, w->fd, "it", &w->output,
                                NULL);
}

void test_memory_of_posix__output_open_fd(void **state)
{
    (void)state;
    posix_each(posix_make_fd, posix_output_open_fd, 0);
}

/* --- Keys and streams ------------------------------------------------- */

static int posix_home_open(void *world)
{
    struct posix_world *w = world;

    return seigr_home_open(&w->base.context, w->home_path, &w->home, NULL);
}

void test_memory_of_posix__home_open(void **state)
{
    (void)state;
    posix_each(posix_make, posix_home_open, 0);
}

static void posix_make_home(void *world)
{
    posix_make(world);
    assert_ok(posix_home_open(world));
}

static int posix_key_create(void *world)
{
    struct posix_world *w = world;

    return seigr_home_key_create(w->home, &w->keypair, posix_no_passphrase, 0,
                                 NULL);
}

void test_memory_of_posix__home_key_create(void **state)
{
    (void)state;
    posix_each(posix_make_home, posix_key_create, 0);
}

static void posix_make_key(void *world)
{
    posix_make_home(world);
    assert_ok(posix_key_create(world));
}

static int posix_key_inspect(void *world)
{
    struct posix_world *w = world;

    return seigr_home_key_inspect(w->home, &w->info, NULL);
}

void test_memory_of_posix__home_key_inspect(void **state)
{
    (void)state;
    posix_each(posix_make_key, posix_key_inspect, 0);
}

static int posix_key_load(void *world)
{
    struct posix_world *w = world;

    return seigr_home_key_load(w->home, posix_no_passphrase, &w->loaded, NULL);
}

void test_memory_of_posix__home_key_load(void **state)
{
    (void)state;
    posix_each(posix_make_key, posix_key_load, 0);
}

static int posix_stream_open(void *world)
{
    static const seigr_public_key issuer = {{4}};
    struct posix_world *w = world;

    return seigr_stream_open(w->home, &issuer, NULL, 0, &w->stream, NULL);
}

void test_memory_of_posix__stream_open(void **state)
{
    (void)state;
    posix_each(posix_make_home, posix_stream_open, 0);
}

static void posix_make_stream(void *world)
{
    static const seigr_id id = {{5}};
    struct posix_world *w = world;

    posix_make_home(world);
    assert_ok(posix_stream_open(world));
    assert_ok(seigr_stream_advance(w->stream, &id));
}

static int posix_stream_commit(void *world)
{
    struct posix_world *w = world;

    return seigr_stream_commit(w->stream, NULL);
}

void test_memory_of_posix__stream_commit(void **state)
{
    (void)state;
    posix_each(posix_make_stream, posix_stream_commit, MEMORY_ENDS);
}
