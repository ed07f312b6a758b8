/* SPDX-License-Identifier: MIT */
/*
 * bench_cbor.c - passing over CBOR, ours beside libcbor.
 *
 *     bench_cbor [SECONDS]
 *
 * envelope: what a capsule of 256 bytes of payload consists of, ns.
 * map: 4,096 integer keys with text of 8 bytes, GB/s. Ours checks all that
 * deterministic CBOR asks for; libcbor's stream decoder checks heads alone,
 * its tree asks for memory.
 */
#include "base/cbor.h"
#include "base/cbor_write.h"

#include <cbor.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_PAYLOAD_LEN 256u
#define BENCH_KEYS 4096u

typedef int (*bench_pass)(seigr_span bytes);

static int bench_strict(seigr_span bytes)
{
    seigr__cbor r;

    seigr__cbor_init(&r, bytes, SEIGR__CBOR_DETERMINISTIC, NULL);
    return seigr__cbor_skip(&r, NULL);
}

static int bench_formed(seigr_span bytes)
{
    seigr__cbor r;

    seigr__cbor_init(&r, bytes, SEIGR__CBOR_WELL_FORMED, NULL);
    return seigr__cbor_skip(&r, NULL);
}

static int bench_stream(seigr_span bytes)
{
    size_t at = 0;

    while (at < bytes.len) {
        const struct cbor_decoder_result step = cbor_stream_decode(
            bytes.ptr + at, bytes.len - at, &cbor_empty_callbacks, NULL);

        if (step.status != CBOR_DECODER_FINISHED)
            return -1;
        at += step.read;
    }
    return 0;
}

static int bench_tree(seigr_span bytes)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(bytes.ptr, bytes.len, &result);

    if (item == NULL)
        return -1;
    cbor_decref(&item);
    return 0;
}

static const struct {
    const char *name;
    bench_pass pass;
} bench_peers[] = {{"", bench_strict},
                   {"_well_formed", bench_formed},
                   {":libcbor_stream", bench_stream},
                   {":libcbor_tree", bench_tree}};

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds for one call, from as many as fit the time given. */
static double bench_time(bench_pass pass, seigr_span bytes, double seconds)
{
    const double start = bench_now();
    double passed;
    size_t calls = 0;
    size_t batch = 1;

    do {
        for (size_t i = 0; i < batch; i++) {
            if (pass(bytes) != 0)
                abort();
        }
        calls += batch;
        batch += batch < 4096 ? batch : 0;
        passed = bench_now() - start;
    } while (passed < seconds);
    return passed / (double)calls;
}

/* Without its tag, which libcbor 0.8 does not know; the buckets in the open. */
static seigr_span bench_envelope(seigr_buf room)
{
    static const uint8_t zeros[BENCH_PAYLOAD_LEN];
    seigr__cbor_writer w;

    seigr__cbor_write_init(&w, room);
    seigr__cbor_write_array(&w, 4);
    seigr__cbor_write_map(&w, 3);
    seigr__cbor_write_uint(&w, 1);
    seigr__cbor_write_int(&w, -8);
    seigr__cbor_write_uint(&w, 4);
    seigr__cbor_write_bytes(&w, (seigr_span){zeros, 32});
    seigr__cbor_write_uint(&w, 16);
    seigr__cbor_write_string(&w, "application/seigr-capsule");
    seigr__cbor_write_map(&w, 0);
    seigr__cbor_write_bytes(&w, (seigr_span){zeros, sizeof(zeros)});
    seigr__cbor_write_bytes(&w, (seigr_span){zeros, 64});
    return (seigr_span){room.ptr, w.len};
}

static seigr_span bench_map(seigr_buf room)
{
    seigr__cbor_writer w;

    seigr__cbor_write_init(&w, room);
    seigr__cbor_write_map(&w, BENCH_KEYS);
    for (unsigned i = 0; i < BENCH_KEYS; i++) {
        seigr__cbor_write_uint(&w, i);
        seigr__cbor_write_string(&w, "eight by");
    }
    return (seigr_span){room.ptr, w.len};
}

int main(int argc, char **argv)
{
    static uint8_t memory[BENCH_KEYS * 16];
    const seigr_buf room = {memory, sizeof(memory)};
    const double seconds = argc > 1 ? atof(argv[1]) : 0.2;
    const size_t peers = sizeof(bench_peers) / sizeof(bench_peers[0]);
    seigr_span bytes = bench_envelope(room);

    for (size_t i = 0; i < peers; i++)
        printf("cbor_envelope%s %.1f ns\n", bench_peers[i].name,
               bench_time(bench_peers[i].pass, bytes, seconds) * 1e9);
    bytes = bench_map(room);
    for (size_t i = 0; i < peers; i++)
        printf("cbor_map%s %.3f GB/s\n", bench_peers[i].name,
               (double)bytes.len /
                   bench_time(bench_peers[i].pass, bytes, seconds) * 1e-9);
    return 0;
}
