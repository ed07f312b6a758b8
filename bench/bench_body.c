/* SPDX-License-Identifier: MIT */
/*
 * bench_body.c - a body of 256 MiB, made and checked, beside the plain digest
 * of as many bytes by the same table and by libcrypto.
 *
 *     bench_body [SECONDS]
 *
 * What a name says: write and check are the library's stream, _sha256 with
 * the plain digest of the whole as well, _pool on all processors. Those leave
 * the one processor that the others may have been bound to.
 */
#define _GNU_SOURCE /* sched_setaffinity */

#include "seigr/body.h"
#include "seigr/crypto.h"
#include "seigr/sys/posix.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef SEIGR_BENCH_LIBCRYPTO
#include <openssl/evp.h>
#endif

#define BENCH_SIZE ((size_t)256 << 20)
#define BENCH_PIECE ((size_t)4 << 20) /* as a program reads a file */

static uint8_t *bench_content;
static seigr_hash bench_leaves[BENCH_SIZE / SEIGR_BODY_CHUNK_LEN];
static seigr_context bench_context;
static seigr_body_leaves bench_room = SEIGR_BODY_LEAVES_INIT;
static seigr_body_options bench_options = SEIGR_BODY_OPTIONS_INIT;
static seigr_body bench_made;

static void bench_need(int err)
{
    if (err != 0) {
        fprintf(stderr, "bench_body: %s\n", seigr_strerror(err));
        exit(1);
    }
}

static seigr_span bench_piece(size_t at)
{
    return (seigr_span){bench_content + at, BENCH_PIECE};
}

static void bench_write(void)
{
    seigr_body_writer writer;

    bench_need(seigr_body_writer_init(&writer, &bench_context, &bench_options));
    for (size_t at = 0; at < BENCH_SIZE; at += BENCH_PIECE)
        bench_need(seigr_body_writer_put(&writer, bench_piece(at), NULL));
    bench_need(seigr_body_writer_finish(&writer, &bench_made, NULL));
}

static void bench_check(void)
{
    static seigr_hash list[sizeof(bench_leaves) / sizeof(bench_leaves[0])];
    seigr_body_check check;

    memcpy(list, bench_leaves, sizeof(list));
    bench_need(seigr_body_check_init(&check, &bench_context, &bench_made,
                                     &bench_options, NULL));
    bench_need(seigr_body_check_leaves(
        &check, (seigr_span){list[0].bytes, sizeof(list)}, NULL));
    for (size_t at = 0; at < BENCH_SIZE; at += BENCH_PIECE)
        bench_need(seigr_body_check_put(&check, bench_piece(at), NULL));
    bench_need(seigr_body_check_done(&check, NULL));
}

static void bench_table(void)
{
    const seigr_crypto *crypto = bench_context.crypto;
    seigr_sha256_state state;
    uint8_t digest[32];

    crypto->sha256_init(&state, crypto->ctx);
    for (size_t at = 0; at < BENCH_SIZE; at += BENCH_PIECE)
        crypto->sha256_update(&state, bench_content + at, BENCH_PIECE,
                              crypto->ctx);
    crypto->sha256_final(&state, digest, crypto->ctx);
}

#ifdef SEIGR_BENCH_LIBCRYPTO
static void bench_libcrypto(void)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t digest[32];

    (void)EVP_DigestInit_ex2(ctx, EVP_sha256(), NULL);
    for (size_t at = 0; at < BENCH_SIZE; at += BENCH_PIECE)
        (void)EVP_DigestUpdate(ctx, bench_content + at, BENCH_PIECE);
    (void)EVP_DigestFinal_ex(ctx, digest, NULL);
    EVP_MD_CTX_free(ctx);
}
#endif

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void bench_figure(const char *name, void (*run)(void), double seconds)
{
    const double start = bench_now();
    double passed;
    double bytes = 0;

    do {
        run();
        bytes += (double)BENCH_SIZE;
        passed = bench_now() - start;
    } while (passed < seconds);
    printf("body_256m_%s %.3f GB/s\n", name, bytes / passed * 1e-9);
    fflush(stdout);
}

static void bench_on_all(double seconds)
{
    seigr_posix_pool *pool = NULL;
    cpu_set_t all;
    char name[64];
    unsigned width;

    memset(&all, 0xff, sizeof(all));
    (void)sched_setaffinity(0, sizeof(all), &all);
    bench_need(seigr_posix_pool_new(&bench_context, 0, &pool));
    bench_options.pool = seigr_posix_pool_table(pool);
    width = (unsigned)bench_options.pool->width;
    bench_options.want_sha256 = 0;
    snprintf(name, sizeof(name), "write_pool_%u", width);
    bench_figure(name, bench_write, seconds);
    snprintf(name, sizeof(name), "check_pool_%u", width);
    bench_figure(name, bench_check, seconds);
    bench_options.want_sha256 = 1;
    snprintf(name, sizeof(name), "write_sha256_pool_%u", width);
    bench_figure(name, bench_write, seconds);
    seigr_posix_pool_free(pool);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 0.2;

    bench_need(seigr_posix_context(&bench_context));
    bench_content = malloc(BENCH_SIZE);
    if (bench_content == NULL)
        return 1;
    for (size_t i = 0; i < BENCH_SIZE; i++)
        bench_content[i] = (uint8_t)(i ^ i >> 9);
    bench_room.array = bench_leaves;
    bench_room.array_max = sizeof(bench_leaves) / sizeof(bench_leaves[0]);
    bench_options.leaves = &bench_room;
    bench_figure("write", bench_write, seconds);
    bench_figure("table_sha256", bench_table, seconds);
#ifdef SEIGR_BENCH_LIBCRYPTO
    bench_figure("write:libcrypto_sha256", bench_libcrypto, seconds);
#endif
    bench_figure("check", bench_check, seconds);
    bench_options.want_sha256 = 1;
    bench_figure("write_sha256", bench_write, seconds);
    bench_on_all(seconds);
    free(bench_content);
    return 0;
}
