/* SPDX-License-Identifier: MIT */
/*
 * bench_senary.c - the text codec and integers in base 6, beside GMP's base 6
 * and base64 of the same bytes.
 *
 *     bench_senary [SECONDS]
 *
 * GB/s are of binary input, encoded or decoded to. encode and decode are the
 * public calls; with the name of a path behind them, that path of this
 * processor alone. Decoding checks everything, in ours and in base64's. An
 * integer of 100,000 digits is read, written, and multiplied.
 */
#include "senary/text.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef SEIGR_BENCH_GMP
#include <gmp.h>
#endif
#ifdef SEIGR_BENCH_LIBCRYPTO
#include <openssl/evp.h>
#endif

#define BENCH_LEN 65536u
#define BENCH_TEXT_LEN SEIGR_SENARY_TEXT_LEN(BENCH_LEN)
#define BENCH_INTEGER_DIGITS 100000u

static uint8_t bench_bytes[BENCH_LEN];
static uint8_t bench_text[BENCH_TEXT_LEN];
static uint8_t bench_back[BENCH_LEN];
static char bench_base64[BENCH_LEN * 2];
static size_t bench_base64_len;
static const seigr__text_path *bench_path;
static char bench_digits[BENCH_INTEGER_DIGITS + 2];
static seigr_integer *bench_integer;
static seigr_integer *bench_other;

static void bench_need(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench_senary: %s\n", what);
        exit(1);
    }
}

/* Seconds of processor: what else runs here takes none of ours. */
static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds for one call of run, from as many as fit the time given. */
static double bench_time(void (*run)(void), double seconds)
{
    const double start = bench_now();
    double passed;
    size_t calls = 0;
    size_t block = 1;

    do {
        for (size_t i = 0; i < block; i++)
            run();
        calls += block;
        block *= 2;
        passed = bench_now() - start;
    } while (passed < seconds);
    return passed / (double)calls;
}

static void bench_rate(const char *name, void (*run)(void), double seconds)
{
    printf("%s %.4g GB/s\n", name, BENCH_LEN / bench_time(run, seconds) * 1e-9);
    fflush(stdout);
}

static void bench_micro(const char *name, void (*run)(void), double seconds)
{
    printf("%s %.5g us\n", name, bench_time(run, seconds) * 1e6);
    fflush(stdout);
}

/* --- Ours --------------------------------------------------------------- */

static void bench_encode(void)
{
    size_t len;

    bench_need(seigr_senary_encode((seigr_span){bench_bytes, BENCH_LEN},
                                   (seigr_buf){bench_text, BENCH_TEXT_LEN},
                                   &len) == 0,
               "encode");
}

static void bench_decode(void)
{
    size_t len;

    bench_need(seigr_senary_decode((seigr_span){bench_text, BENCH_TEXT_LEN},
                                   (seigr_buf){bench_back, BENCH_LEN}, &len,
                                   NULL) == 0,
               "decode");
}

static void bench_path_encode(void)
{
    bench_path->encode(bench_bytes, BENCH_LEN / BLOCK_BYTES, bench_text);
}

static void bench_path_decode(void)
{
    bench_need(bench_path->decode(bench_text, BENCH_LEN / BLOCK_BYTES,
                                  bench_back) == BENCH_LEN / BLOCK_BYTES,
               "decode");
}

static void bench_parse(void)
{
    bench_need(seigr_integer_decode(bench_integer,
                                    (seigr_span){(const uint8_t *)bench_digits,
                                                 BENCH_INTEGER_DIGITS},
                                    NULL) == 0,
               "parse");
}

static void bench_print(void)
{
    size_t len;

    bench_need(seigr_integer_encode(
                   bench_integer,
                   (seigr_buf){(uint8_t *)bench_digits, BENCH_INTEGER_DIGITS},
                   &len) == 0,
               "print");
}

static void bench_multiply(void)
{
    bench_need(
        seigr_integer_multiply(bench_integer, bench_integer, bench_other) == 0,
        "multiply");
}

/* --- Peers -------------------------------------------------------------- */

static void bench_memcpy(void)
{
    memcpy(bench_back, bench_bytes, BENCH_LEN);
    __asm__ volatile("" : : "r"(bench_back) : "memory");
}

static void bench_sodium_encode(void)
{
    sodium_bin2base64(bench_base64, sizeof(bench_base64), bench_bytes,
                      BENCH_LEN, sodium_base64_VARIANT_ORIGINAL);
}

static void bench_sodium_decode(void)
{
    size_t len;

    bench_need(sodium_base642bin(bench_back, BENCH_LEN, bench_base64,
                                 bench_base64_len, NULL, &len, NULL,
                                 sodium_base64_VARIANT_ORIGINAL) == 0,
               "base64");
}

#ifdef SEIGR_BENCH_LIBCRYPTO
static void bench_libcrypto_encode(void)
{
    (void)EVP_EncodeBlock((unsigned char *)bench_base64, bench_bytes,
                          BENCH_LEN);
}

static void bench_libcrypto_decode(void)
{
    static unsigned char out[BENCH_LEN + 3];

    bench_need(EVP_DecodeBlock(out, (const unsigned char *)bench_base64,
                               (int)bench_base64_len) > 0,
               "base64");
}
#endif

static void bench_base64_peers(double seconds)
{
    bench_sodium_encode();
    bench_base64_len = strlen(bench_base64);
    bench_rate("encode_64k:libsodium_base64", bench_sodium_encode, seconds);
    bench_rate("decode_64k:libsodium_base64", bench_sodium_decode, seconds);
#ifdef SEIGR_BENCH_LIBCRYPTO
    bench_rate("encode_64k:libcrypto_base64", bench_libcrypto_encode, seconds);
    bench_rate("decode_64k:libcrypto_base64", bench_libcrypto_decode, seconds);
#endif
}

#ifdef SEIGR_BENCH_GMP

static mpz_t bench_gmp;
static mpz_t bench_gmp_other;
static char bench_gmp_text[BENCH_LEN * 4];

static void bench_gmp_import(void)
{
    mpz_import(bench_gmp, BENCH_LEN, 1, 1, 1, 0, bench_bytes);
}

static void bench_gmp_encode(void)
{
    (void)mpz_get_str(bench_gmp_text, 6, bench_gmp);
}

static void bench_gmp_decode(void)
{
    bench_need(mpz_set_str(bench_gmp_other, bench_gmp_text, 6) == 0, "GMP");
}

static void bench_gmp_parse(void)
{
    bench_need(mpz_set_str(bench_gmp, bench_digits, 6) == 0, "GMP");
}

static void bench_gmp_multiply(void)
{
    mpz_mul(bench_gmp_other, bench_gmp, bench_gmp);
}

static void bench_text_gmp(double seconds)
{
    mpz_inits(bench_gmp, bench_gmp_other, NULL);
    bench_gmp_import();
    bench_rate("encode_64k:gmp_base6", bench_gmp_encode, seconds);
    bench_rate("decode_64k:gmp_base6", bench_gmp_decode, seconds);
}

static void bench_integer_gmp(double seconds)
{
    bench_micro("integer_parse_100k:gmp", bench_gmp_parse, seconds);
    bench_micro("integer_print_100k:gmp", bench_gmp_encode, seconds);
    bench_micro("integer_multiply_100k:gmp", bench_gmp_multiply, seconds);
    mpz_clears(bench_gmp, bench_gmp_other, NULL);
}

#else

static void bench_text_gmp(double seconds)
{
    (void)seconds;
}

static void bench_integer_gmp(double seconds)
{
    (void)seconds;
}

#endif

/* --- Figures ------------------------------------------------------------ */

static void bench_text_figures(double seconds)
{
    bench_rate("encode_64k", bench_encode, seconds);
    bench_rate("decode_64k", bench_decode, seconds);
    for (unsigned i = 0; (bench_path = seigr__text_path_at(i)) != NULL; i++) {
        char name[64];

        snprintf(name, sizeof(name), "encode_64k_%s", bench_path->name);
        bench_rate(name, bench_path_encode, seconds);
        snprintf(name, sizeof(name), "decode_64k_%s", bench_path->name);
        bench_rate(name, bench_path_decode, seconds);
        bench_need(memcmp(bench_back, bench_bytes, BENCH_LEN) == 0, "a path");
    }
    bench_rate("encode_64k:memcpy", bench_memcpy, seconds);
    bench_base64_peers(seconds);
    bench_text_gmp(seconds);
}

static void *bench_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void bench_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static void bench_integer_figures(double seconds)
{
    const seigr_allocator allocator = {sizeof(allocator), 0, bench_alloc,
                                       bench_release, NULL};
    seigr_context context = SEIGR_CONTEXT_INIT;

    context.allocator = &allocator;
    bench_need(seigr_integer_new(&context, &bench_integer) == 0 &&
                   seigr_integer_new(&context, &bench_other) == 0,
               "no memory");
    memcpy(bench_digits, bench_text, BENCH_INTEGER_DIGITS);
    bench_digits[0] = '5';
    bench_micro("integer_parse_100k", bench_parse, seconds);
    bench_micro("integer_print_100k", bench_print, seconds);
    bench_micro("integer_multiply_100k", bench_multiply, seconds);
    bench_integer_gmp(seconds);
    seigr_integer_free(bench_integer);
    seigr_integer_free(bench_other);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 0.2;
    uint64_t x = 1;

    for (size_t i = 0; i < BENCH_LEN; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        bench_bytes[i] = (uint8_t)(x >> 56);
    }
    bench_text_figures(seconds);
    bench_integer_figures(seconds);
    return 0;
}
