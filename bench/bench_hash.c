/* SPDX-License-Identifier: MIT */
/*
 * bench_hash.c - SHA-256 by every library at hand, in one run.
 *
 *     bench_hash [SECONDS]
 *
 * For each length: what seigr_crypto_default() gives, then the peers. Short
 * inputs are counted in ns a hash, long ones in GB/s. body_* is a body of
 * 256 MiB cut in chunks of 64 KiB, hashed to its Merkle root, beside the plain
 * digest of as many bytes by libcrypto.
 */
#include "seigr/crypto.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef SEIGR_BENCH_LIBCRYPTO
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
#endif
#ifdef SEIGR_BENCH_NETTLE
#include <nettle/sha2.h>
#endif

typedef void (*bench_digest)(uint8_t digest[32], const uint8_t *data,
                             size_t len);

static const seigr_crypto *bench_table;

static void bench_seigr(uint8_t digest[32], const uint8_t *data, size_t len)
{
    bench_table->sha256(digest, data, len, bench_table->ctx);
}

static void bench_sodium(uint8_t digest[32], const uint8_t *data, size_t len)
{
    (void)crypto_hash_sha256(digest, data, len);
}

#ifdef SEIGR_BENCH_LIBCRYPTO
static EVP_MD_CTX *bench_evp_ctx;
static EVP_MD *bench_evp_md;

static void bench_evp(uint8_t digest[32], const uint8_t *data, size_t len)
{
    (void)EVP_DigestInit_ex2(bench_evp_ctx, bench_evp_md, NULL);
    (void)EVP_DigestUpdate(bench_evp_ctx, data, len);
    (void)EVP_DigestFinal_ex(bench_evp_ctx, digest, NULL);
}

static void bench_low(uint8_t digest[32], const uint8_t *data, size_t len)
{
    SHA256_CTX ctx;

    (void)SHA256_Init(&ctx);
    (void)SHA256_Update(&ctx, data, len);
    (void)SHA256_Final(digest, &ctx);
}
#endif

#ifdef SEIGR_BENCH_NETTLE
static void bench_nettle(uint8_t digest[32], const uint8_t *data, size_t len)
{
    struct sha256_ctx ctx;

    sha256_init(&ctx);
    sha256_update(&ctx, len, data);
    sha256_digest(&ctx, 32, digest);
}
#endif

static const struct {
    const char *name;
    bench_digest digest;
} bench_peers[] = {
    {"", bench_seigr},
    {":libsodium", bench_sodium},
#ifdef SEIGR_BENCH_LIBCRYPTO
    {":libcrypto_evp", bench_evp},
    {":libcrypto_low", bench_low},
#endif
#ifdef SEIGR_BENCH_NETTLE
    {":nettle", bench_nettle},
#endif
};

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds for one call, from as many as fit the time given. */
static double bench_time(bench_digest digest, const uint8_t *data, size_t len,
                         double seconds)
{
    uint8_t out[32];
    const double start = bench_now();
    double passed;
    size_t calls = 0;
    size_t batch = 1;

    do {
        for (size_t i = 0; i < batch; i++)
            digest(out, data, len);
        calls += batch;
        batch += batch < 4096 ? batch : 0;
        passed = bench_now() - start;
    } while (passed < seconds);
    return passed / (double)calls;
}

static void bench_length(const uint8_t *data, size_t len, double seconds)
{
    for (size_t i = 0; i < sizeof(bench_peers) / sizeof(bench_peers[0]); i++) {
        const double t = bench_time(bench_peers[i].digest, data, len, seconds);

        if (len < 1024)
            printf("sha256_%zu%s %.1f ns\n", len, bench_peers[i].name, t * 1e9);
        else
            printf("sha256_%zuk%s %.3f GB/s\n", len / 1024, bench_peers[i].name,
                   (double)len / t * 1e-9);
    }
}

/* Leaf by leaf, as a body is sealed or checked (FORMATS 4). */
static void bench_body(const uint8_t *chunk, size_t chunk_len, size_t count)
{
    seigr_context context = SEIGR_CONTEXT_INIT;
    const double bytes = (double)chunk_len * (double)count;
    seigr_merkle tree;
    seigr_hash root;
    double start;

    context.crypto = bench_table;
    seigr_merkle_init(&tree);
    start = bench_now();
    for (size_t i = 0; i < count; i++) {
        seigr_hash leaf;

        seigr_merkle_hash_leaf(&context, (seigr_span){chunk, chunk_len}, &leaf);
        if (seigr_merkle_add(&context, &tree, &leaf) != 0)
            abort();
    }
    seigr_merkle_root(&context, &tree, &root);
    printf("body_256m %.3f GB/s\n", bytes / (bench_now() - start) * 1e-9);
#ifdef SEIGR_BENCH_LIBCRYPTO
    start = bench_now();
    (void)EVP_DigestInit_ex2(bench_evp_ctx, bench_evp_md, NULL);
    for (size_t i = 0; i < count; i++)
        (void)EVP_DigestUpdate(bench_evp_ctx, chunk, chunk_len);
    (void)EVP_DigestFinal_ex(bench_evp_ctx, root.bytes, NULL);
    printf("body_256m:libcrypto_evp %.3f GB/s\n",
           bytes / (bench_now() - start) * 1e-9);
#endif
}

int main(int argc, char **argv)
{
    static const size_t lengths[] = {64, 65, 256, 1024, 65536};
    const double seconds = argc > 1 ? atof(argv[1]) : 0.2;
    uint8_t *data = malloc(65536);

    bench_table = seigr_crypto_default();
    if (bench_table == NULL || data == NULL)
        return 1;
    memset(data, 0x5a, 65536);
#ifdef SEIGR_BENCH_LIBCRYPTO
    bench_evp_ctx = EVP_MD_CTX_new();
    bench_evp_md = EVP_MD_fetch(NULL, "SHA256", NULL);
#endif
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
        bench_length(data, lengths[i], seconds);
    bench_body(data, 65536, 4096);
#ifdef SEIGR_BENCH_LIBCRYPTO
    EVP_MD_free(bench_evp_md);
    EVP_MD_CTX_free(bench_evp_ctx);
#endif
    free(data);
    return 0;
}
