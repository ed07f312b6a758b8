/* SPDX-License-Identifier: MIT */
/*
 * bench_net.c - records over loopback, ours beside bare libuv.
 *
 *     bench_net [SECONDS]
 *
 * Both ends in one process and one loop: 256 bytes go to and come back, with
 * 64 in flight (per second) and with one (microseconds). Bare libuv echoes
 * what it reads in one write, without framing; ours seals, opens and decodes
 * each record at both ends.
 */
#include "seigr/uv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#define BENCH_LEN 256u
#define BENCH_MANY 64u

static struct {
    uv_loop_t loop;
    uint64_t count; /* that came back */
    double end;
    int is_over;
    /* bare */
    uv_tcp_t listener;
    uv_tcp_t served;
    uv_tcp_t caller;
    uv_connect_t connect;
    size_t pending; /* bytes of a message that has begun to come back */
    /* ours */
    seigr_context context;
    unsigned in_flight;
} bench;

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
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

static uint64_t bench_unix_ms(void *ctx)
{
    (void)ctx;
    return (uint64_t)time(NULL) * 1000;
}

static const seigr_allocator bench_allocator = {
    sizeof(seigr_allocator), 0, bench_alloc, bench_release, NULL};
static const seigr_clock bench_clock = {sizeof(seigr_clock), 0, bench_unix_ms,
                                        NULL, NULL};

static void bench_require(int status)
{
    if (status != 0) {
        fprintf(stderr, "bench_net: %d\n", status);
        exit(1);
    }
}

/* --- bare libuv ------------------------------------------------------------
 */

static void bare_room(uv_handle_t *handle, size_t len, uv_buf_t *buf)
{
    static char bytes[2][65536];

    (void)len;
    *buf = uv_buf_init(bytes[handle == (uv_handle_t *)&bench.caller], 65536);
}

static void bare_write(uv_stream_t *stream, char *bytes, size_t len)
{
    while (len > 0) {
        const uv_buf_t buf = uv_buf_init(bytes, (unsigned)len);
        const int done = uv_try_write(stream, &buf, 1);

        if (done < 0 && done != UV_EAGAIN)
            bench_require(done);
        if (done > 0) {
            bytes += done;
            len -= (size_t)done;
        }
    }
}

static void bare_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    if (len <= 0)
        return;
    if (stream == (uv_stream_t *)&bench.caller) {
        bench.pending += (size_t)len;
        bench.count += bench.pending / BENCH_LEN;
        bench.pending %= BENCH_LEN;
        if (bench_now() > bench.end) {
            uv_close((uv_handle_t *)&bench.caller, NULL);
            uv_close((uv_handle_t *)&bench.served, NULL);
            uv_close((uv_handle_t *)&bench.listener, NULL);
            return;
        }
    }
    bare_write(stream, buf->base, (size_t)len);
}

static void bare_came(uv_stream_t *stream, int status)
{
    bench_require(status);
    bench_require(uv_tcp_init(&bench.loop, &bench.served));
    bench_require(uv_accept(stream, (uv_stream_t *)&bench.served));
    bench_require(uv_tcp_nodelay(&bench.served, 1));
    bench_require(
        uv_read_start((uv_stream_t *)&bench.served, bare_room, bare_read));
}

static void bare_connected(uv_connect_t *connect, int status)
{
    static char bytes[BENCH_LEN * BENCH_MANY];

    (void)connect;
    bench_require(status);
    bench_require(uv_tcp_nodelay(&bench.caller, 1));
    bench_require(
        uv_read_start((uv_stream_t *)&bench.caller, bare_room, bare_read));
    bare_write((uv_stream_t *)&bench.caller, bytes,
               BENCH_LEN * bench.in_flight);
}

static void bare_start(void)
{
    struct sockaddr_storage name;
    int len = (int)sizeof(name);
    struct sockaddr_in address;

    bench.pending = 0;
    bench_require(uv_ip4_addr("127.0.0.1", 0, &address));
    bench_require(uv_tcp_init(&bench.loop, &bench.listener));
    bench_require(
        uv_tcp_bind(&bench.listener, (const struct sockaddr *)&address, 0));
    bench_require(uv_listen((uv_stream_t *)&bench.listener, 1, bare_came));
    bench_require(
        uv_tcp_getsockname(&bench.listener, (struct sockaddr *)&name, &len));
    bench_require(uv_tcp_init(&bench.loop, &bench.caller));
    bench_require(uv_tcp_connect(&bench.connect, &bench.caller,
                                 (const struct sockaddr *)&name,
                                 bare_connected));
}

/* --- ours --------------------------------------------------------------------
 */

static seigr_record bench_record(void)
{
    static const uint8_t bytes[BENCH_LEN];
    seigr_record record = SEIGR_RECORD_INIT;

    record.type = SEIGR_RECORD_GIVE;
    record.fields[0].number = SEIGR_SPACE_CHUNK;
    record.fields[1].bytes = (seigr_span){bytes, 32};
    record.fields[2].bytes = (seigr_span){bytes, BENCH_LEN};
    return record;
}

static void ours_opened(seigr_uv_peer *peer, void *ctx)
{
    const seigr_record record = bench_record();

    if (ctx == NULL)
        return;
    for (unsigned i = 0; i < bench.in_flight; i++)
        bench_require(seigr_uv_send(peer, &record));
}

static void ours_record(seigr_uv_peer *peer, const seigr_record *record,
                        void *ctx)
{
    if (ctx != NULL)
        bench.count++;
    if (bench.is_over)
        return;
    if (ctx != NULL && bench_now() > bench.end) {
        bench.is_over = 1;
        seigr_uv_close(peer);
        return;
    }
    bench_require(seigr_uv_send(peer, record));
}

static seigr_link_key ours_key(unsigned number)
{
    const uint8_t seed[32] = {(uint8_t)number};
    seigr_keypair_signer_state state;
    seigr_keypair pair;
    seigr_link_key key;
    seigr_signer signer;

    bench_require(seigr_keypair_init_seed(&bench.context, seed, &pair));
    signer = seigr_keypair_signer(&bench.context, &pair, &state);
    bench_require(seigr_link_key_init(&bench.context, &signer,
                                      bench_unix_ms(NULL) + SEIGR_LINK_KEY_MS,
                                      &key));
    return key;
}

static seigr_uv_listener *ours_start(void)
{
    seigr_uv_callbacks callbacks = {
        (uint32_t)sizeof(callbacks), 0, ours_opened, ours_record, NULL, NULL};
    const seigr_link_key keys[2] = {ours_key(1), ours_key(2)};
    seigr_uv_listener *listener;
    seigr_uv_peer *peer;
    char address[64];

    bench.is_over = 0;
    bench_require(seigr_uv_listen(&bench.context, &bench.loop,
                                  "tcp:127.0.0.1:0", &keys[0], NULL, NULL,
                                  &callbacks, &listener, NULL));
    snprintf(address, sizeof(address), "tcp:127.0.0.1:%u",
             seigr_uv_listener_port(listener));
    callbacks.ctx = &bench;
    bench_require(seigr_uv_connect(&bench.context, &bench.loop, address,
                                   &keys[1], NULL, &callbacks, &peer, NULL));
    return listener;
}

/* --- */

static double bench_run(int is_ours, unsigned in_flight, double seconds)
{
    seigr_uv_listener *listener = NULL;
    double start;

    bench.in_flight = in_flight;
    bench.count = 0;
    start = bench_now();
    bench.end = start + seconds;
    if (is_ours)
        listener = ours_start();
    else
        bare_start();
    while (uv_run(&bench.loop, UV_RUN_ONCE) != 0) {
        if (listener != NULL && bench.is_over) {
            seigr_uv_listener_close(listener);
            listener = NULL;
        }
    }
    return (double)bench.count / (bench_now() - start);
}

static int bench_order(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 0.5;
    const seigr_context empty = SEIGR_CONTEXT_INIT;
    static const unsigned in_flight[] = {BENCH_MANY, 1};
    double rate[2][2][5];

    bench.context = empty;
    bench.context.allocator = &bench_allocator;
    bench.context.clock = &bench_clock;
    bench.context.crypto = seigr_crypto_default();
    bench_require(uv_loop_init(&bench.loop));
    for (unsigned run = 0; run < 5; run++) { /* in turn */
        for (unsigned i = 0; i < 4; i++)
            rate[i / 2][i % 2][run] =
                bench_run((int)(i % 2), in_flight[i / 2], seconds);
    }
    for (unsigned i = 0; i < 4; i++)
        qsort(rate[i / 2][i % 2], 5, sizeof(double), bench_order);
    printf("net_64_libuv_bare %.0f /s\n", rate[0][0][2]);
    printf("net_64_seigr_records %.0f /s\n", rate[0][1][2]);
    printf("net_64_ratio %.3f x\n", rate[0][1][2] / rate[0][0][2]);
    printf("net_1_libuv_bare %.1f us\n", 1e6 / rate[1][0][2]);
    printf("net_1_seigr_records %.1f us\n", 1e6 / rate[1][1][2]);
    printf("net_1_ratio %.3f x\n", rate[1][0][2] / rate[1][1][2]);
    return 0;
}
