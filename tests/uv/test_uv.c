/* SPDX-License-Identifier: MIT */
/* Links over real sockets: the same session over TCP, a Unix socket and a
 * serial line; bounds of a listener; who is told what, and when. */
#define _XOPEN_SOURCE 600 /* posix_openpt */
#include "support.h"

#include "seigr/uv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define UV_RECORDS 200u

struct side {
    seigr_uv_peer *peer;
    unsigned opened;
    unsigned records;
    unsigned closed;
    int code;           /* of the last closed */
    unsigned closes_at; /* say goodbye after so many records; 0: never */
};

static struct {
    support_memory memory;
    seigr_context context;
    seigr_clock clock;
    uv_loop_t loop;
    int is_in_call;      /* a function of ours is being called */
    struct side side[2]; /* 0 calls */
    seigr_uv_listener *listener;
} uv;

static uint64_t uv_unix_ms(void *ctx)
{
    (void)ctx;
    return (uint64_t)time(NULL) * 1000;
}

static seigr_record uv_record(unsigned i)
{
    static uint8_t bytes[40000];
    seigr_record record = SEIGR_RECORD_INIT;

    memset(bytes, (int)i, sizeof(bytes));
    record.type = SEIGR_RECORD_GIVE;
    record.fields[0].number = SEIGR_SPACE_CHUNK;
    record.fields[1].bytes = (seigr_span){bytes, 32};
    record.fields[2].bytes = (seigr_span){bytes, i * 197};
    return record;
}

static void uv_send_one(struct side *side, unsigned i)
{
    const seigr_record record = uv_record(i);

    uv.is_in_call = 1;
    assert_ok(seigr_uv_send(side->peer, &record));
    uv.is_in_call = 0;
}

static void uv_on_opened(seigr_uv_peer *peer, void *ctx)
{
    struct side *side = ctx;

    assert_false(uv.is_in_call);
    side->peer = peer;
    side->opened++;
    if (side->closes_at == 0)
        return;
    for (unsigned i = 0; i < UV_RECORDS; i++)
        uv_send_one(side, i);
}

static void uv_on_record(seigr_uv_peer *peer, const seigr_record *record,
                         void *ctx)
{
    struct side *side = ctx;
    const seigr_record expected = uv_record(side->records);

    assert_false(uv.is_in_call);
    assert_int_equal(record->type, SEIGR_RECORD_GIVE);
    assert_int_equal(record->fields[2].bytes.len, expected.fields[2].bytes.len);
    assert_memory_equal(record->fields[1].bytes.ptr,
                        expected.fields[1].bytes.ptr, 32);
    if (++side->records == side->closes_at && side == &uv.side[0]) {
        uv.is_in_call = 1;
        seigr_uv_close(peer);
        uv.is_in_call = 0;
    }
}

static void uv_on_closed(seigr_uv_peer *peer, const seigr_error *why, void *ctx)
{
    struct side *side = ctx;

    (void)peer;
    assert_false(uv.is_in_call);
    side->closed++;
    side->code = why == NULL ? 0 : why->code;
    side->peer = NULL;
}

static seigr_uv_callbacks uv_callbacks(unsigned side)
{
    return (seigr_uv_callbacks){(uint32_t)sizeof(seigr_uv_callbacks),
                                0,
                                uv_on_opened,
                                uv_on_record,
                                uv_on_closed,
                                &uv.side[side]};
}

static seigr_link_key uv_key(unsigned number)
{
    const uint8_t seed[32] = {(uint8_t)number};
    seigr_keypair_signer_state state;
    seigr_keypair pair;
    seigr_link_key key;
    seigr_signer signer;

    assert_ok(seigr_keypair_init_seed(&uv.context, seed, &pair));
    signer = seigr_keypair_signer(&uv.context, &pair, &state);
    assert_ok(seigr_link_key_init(&uv.context, &signer,
                                  uv_unix_ms(NULL) + SEIGR_LINK_KEY_MS, &key));
    return key;
}

static void uv_start(void)
{
    const seigr_context empty = SEIGR_CONTEXT_INIT;

    memset(&uv, 0, sizeof(uv));
    support_memory_init(&uv.memory);
    uv.clock =
        (seigr_clock){(uint32_t)sizeof(seigr_clock), 0, uv_unix_ms, NULL, NULL};
    uv.context = empty;
    uv.context.allocator = &uv.memory.allocator;
    uv.context.clock = &uv.clock;
    uv.context.crypto = seigr_crypto_sodium();
    assert_ok(uv_loop_init(&uv.loop));
}

static void uv_end(void)
{
    seigr_uv_listener_close(uv.listener);
    assert_ok(uv_run(&uv.loop, UV_RUN_DEFAULT));
    assert_ok(uv_loop_close(&uv.loop));
    assert_int_equal(uv.memory.live_count, 0);
}

static int uv_listen_at(const char *address,
                        const seigr_uv_listen_options *limits,
                        seigr_uv_listener **out)
{
    const seigr_uv_callbacks callbacks = uv_callbacks(1);
    const seigr_link_key key = uv_key(2);
    seigr_error error = SEIGR_ERROR_INIT;

    return seigr_uv_listen(&uv.context, &uv.loop, address, &key, NULL, limits,
                           &callbacks, out, &error);
}

static int uv_call(const char *address, seigr_uv_peer **out)
{
    const seigr_uv_callbacks callbacks = uv_callbacks(0);
    const seigr_link_key key = uv_key(1);
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    uv.is_in_call = 1;
    err = seigr_uv_connect(&uv.context, &uv.loop, address, &key, NULL,
                           &callbacks, out, &error);
    uv.is_in_call = 0;
    assert_int_equal(error.code, err);
    return err;
}

/* Both send all their records; who called says goodbye. */
static void uv_check_session(void)
{
    while (uv.side[0].closed == 0 || uv.side[1].closed == 0)
        assert_true(uv_run(&uv.loop, UV_RUN_ONCE) != 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(uv.side[i].opened, 1);
        assert_int_equal(uv.side[i].records, UV_RECORDS);
        assert_int_equal(uv.side[i].closed, 1);
        assert_int_equal(uv.side[i].code, 0);
    }
}

static const char *uv_tcp_address(void)
{
    static char address[64];

    snprintf(address, sizeof(address), "tcp:127.0.0.1:%u",
             seigr_uv_listener_port(uv.listener));
    return address;
}

void test_uv_uv__a_session_over_tcp(void **state)
{
    seigr_uv_peer *peer;

    (void)state;
    uv_start();
    uv.side[0].closes_at = uv.side[1].closes_at = UV_RECORDS;
    assert_ok(uv_listen_at("tcp:127.0.0.1:0", NULL, &uv.listener));
    assert_ok(uv_call(uv_tcp_address(), &peer));
    uv_check_session();
    uv_end();
}

void test_uv_uv__a_session_over_a_unix_socket(void **state)
{
    char address[96];
    seigr_uv_peer *peer;

    (void)state;
    uv_start();
    snprintf(address, sizeof(address), "unix:/tmp/seigr-test-%d", getpid());
    uv.side[0].closes_at = uv.side[1].closes_at = UV_RECORDS;
    assert_ok(uv_listen_at(address, NULL, &uv.listener));
    assert_ok(uv_call(address, &peer));
    uv_check_session();
    uv_end();
}

/* A line: a pair of terminals, of which we carry what one says to the other. */
struct line {
    int master[2];
    char address[2][64];
    int is_over;
};

static void uv_line_open(struct line *line)
{
    for (unsigned i = 0; i < 2; i++) {
        struct termios raw;
        int slave;

        line->master[i] = posix_openpt(O_RDWR | O_NOCTTY);
        assert_true(line->master[i] >= 0);
        assert_ok(grantpt(line->master[i]));
        assert_ok(unlockpt(line->master[i]));
        snprintf(line->address[i], sizeof(line->address[i]), "serial:%s",
                 ptsname(line->master[i]));
        slave = open(line->address[i] + 7, O_RDWR | O_NOCTTY);
        assert_ok(tcgetattr(slave, &raw));
        raw.c_iflag = 0;
        raw.c_oflag = 0;
        raw.c_lflag = 0;
        assert_ok(tcsetattr(slave, TCSANOW, &raw));
        assert_ok(fcntl(line->master[i], F_SETFL, O_NONBLOCK));
        /* slave stays open, so that the line is never hung up */
    }
}

static void uv_line_carry(struct line *line)
{
    for (unsigned i = 0; i < 2; i++) {
        static uint8_t bytes[2][4096];
        static ssize_t have[2];
        static ssize_t at[2];

        if (have[i] == at[i]) {
            at[i] = 0;
            have[i] = read(line->master[i], bytes[i], sizeof(bytes[i]));
            if (have[i] < 0)
                have[i] = 0;
        }
        if (at[i] < have[i]) {
            const ssize_t n = write(line->master[1 - i], bytes[i] + at[i],
                                    (size_t)(have[i] - at[i]));

            at[i] += n > 0 ? n : 0;
        }
    }
}

void test_uv_uv__a_session_over_a_serial_line(void **state)
{
    const seigr_uv_callbacks callbacks = {.struct_size =
                                              (uint32_t)sizeof(callbacks),
                                          .opened = uv_on_opened,
                                          .record = uv_on_record,
                                          .closed = uv_on_closed,
                                          .ctx = &uv.side[1]};
    seigr_link_key key;
    struct line line;
    seigr_uv_peer *peer;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    uv_start();
    key = uv_key(2);
    uv_line_open(&line);
    uv.side[0].closes_at = uv.side[1].closes_at = UV_RECORDS;
    assert_ok(seigr_uv_answer(&uv.context, &uv.loop, line.address[1], &key,
                              NULL, &callbacks, &peer, &error));
    assert_ok(uv_call(line.address[0], &peer));
    while (uv.side[0].closed == 0 || uv.side[1].closed == 0) {
        (void)uv_run(&uv.loop, UV_RUN_NOWAIT);
        uv_line_carry(&line);
    }
    uv_check_session();
    uv_end();
    close(line.master[0]);
    close(line.master[1]);
}

void test_uv_uv__addresses_that_are_none(void **state)
{
    static const char *const bad[] = {"",
                                      "tcp",
                                      "tcp:",
                                      "tcp::1",
                                      "tcp:1.2.3.4",
                                      "tcp:1.2.3.4:",
                                      "tcp:a.b:1",
                                      "tcp:[::1:1",
                                      "tcp:1.2.3.4:65536",
                                      "unix:",
                                      "serial:",
                                      "http://1.2.3.4:1",
                                      "tcp:1.2.3.4:-1"};
    seigr_uv_peer *peer;
    seigr_uv_listener *listener;

    (void)state;
    uv_start();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(uv_call(bad[i], &peer), SEIGR_E_FORMAT);
        assert_int_equal(uv_listen_at(bad[i], NULL, &listener), SEIGR_E_FORMAT);
    }
    assert_int_equal(uv_listen_at("serial:/dev/null", NULL, &listener),
                     SEIGR_E_UNSUPPORTED);
    uv_end();
}

void test_uv_uv__an_address_in_use_and_one_that_nobody_answers(void **state)
{
    char address[64];
    seigr_uv_listener *second;
    seigr_uv_peer *peer;

    (void)state;
    uv_start();
    assert_ok(uv_listen_at("tcp:127.0.0.1:0", NULL, &uv.listener));
    snprintf(address, sizeof(address), "%s", uv_tcp_address());
    assert_int_equal(uv_listen_at(address, NULL, &second), SEIGR_E_EXISTS);
    seigr_uv_listener_close(uv.listener);
    uv.listener = NULL;
    (void)uv_run(&uv.loop, UV_RUN_DEFAULT);
    assert_ok(uv_call(address, &peer));
    while (uv.side[0].closed == 0)
        (void)uv_run(&uv.loop, UV_RUN_ONCE);
    assert_int_equal(uv.side[0].code, SEIGR_E_IO);
    assert_int_equal(uv.side[0].opened, 0);
    uv_end();
}

static void uv_wait(unsigned opened, unsigned closed)
{
    while (uv.side[0].opened < opened || uv.side[0].closed < closed)
        assert_true(uv_run(&uv.loop, UV_RUN_ONCE) != 0);
}

/* Connections at N-1, N, N+1. */
void test_uv_uv__bound_of_connections(void **state)
{
    seigr_uv_listen_options limits = SEIGR_UV_LISTEN_OPTIONS_INIT;
    seigr_uv_peer *peers[4];

    (void)state;
    uv_start();
    limits.peer_max = 3;
    assert_ok(uv_listen_at("tcp:127.0.0.1:0", &limits, &uv.listener));
    for (unsigned i = 0; i < 3; i++) {
        assert_ok(uv_call(uv_tcp_address(), &peers[i]));
        uv_wait(i + 1, 0);
    }
    assert_ok(uv_call(uv_tcp_address(), &peers[3]));
    uv_wait(3, 1);
    assert_true(uv.side[0].code == SEIGR_E_TRUNCATED ||
                uv.side[0].code == SEIGR_E_IO);
    seigr_uv_close(peers[0]); /* then there is a place again */
    uv_wait(3, 2);
    while (uv.side[1].closed == 0)
        assert_true(uv_run(&uv.loop, UV_RUN_ONCE) != 0);
    assert_ok(uv_call(uv_tcp_address(), &peers[3]));
    uv_wait(4, 2);
    for (unsigned i = 1; i < 4; i++)
        seigr_uv_close(peers[i]);
    uv_wait(4, 5);
    uv_end();
}

static void uv_flood_connected(uv_connect_t *connect, int status)
{
    (void)connect;
    assert_ok(status);
}

static unsigned uv_hung_up;

static void uv_flood_room(uv_handle_t *handle, size_t len, uv_buf_t *buf)
{
    static char bytes[64];

    (void)handle;
    (void)len;
    *buf = uv_buf_init(bytes, sizeof(bytes));
}

static void uv_flood_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    (void)buf;
    assert_true(len < 0); /* a stranger that says nothing hears nothing */
    uv_hung_up++;
    uv_close((uv_handle_t *)stream, NULL);
}

/* Half-open handshakes at N-1, N, N+1: strangers that say nothing have these
 * places and no more, and honest peers wait for one at most. */
void test_uv_uv__bound_of_half_open_handshakes(void **state)
{
    seigr_uv_listen_options limits = SEIGR_UV_LISTEN_OPTIONS_INIT;
    static uv_tcp_t stranger[3];
    static uv_connect_t connect[3];
    struct sockaddr_in to;
    seigr_uv_peer *peer;

    (void)state;
    uv_start();
    uv_hung_up = 0;
    limits.half_open_max = 2;
    assert_ok(uv_listen_at("tcp:127.0.0.1:0", &limits, &uv.listener));
    assert_ok(uv_ip4_addr("127.0.0.1", (int)seigr_uv_listener_port(uv.listener),
                          &to));
    for (unsigned i = 0; i < 3; i++) {
        assert_ok(uv_tcp_init(&uv.loop, &stranger[i]));
        assert_ok(uv_tcp_connect(&connect[i], &stranger[i],
                                 (const struct sockaddr *)&to,
                                 uv_flood_connected));
        for (unsigned turns = 0; turns < 20; turns++)
            (void)uv_run(&uv.loop, UV_RUN_NOWAIT);
        assert_ok(uv_read_start((uv_stream_t *)&stranger[i], uv_flood_room,
                                uv_flood_read));
        for (unsigned turns = 0; turns < 20; turns++)
            (void)uv_run(&uv.loop, UV_RUN_NOWAIT);
        assert_int_equal(uv_hung_up, i == 2); /* N-1, N: not; N+1: yes */
    }
    uv_close((uv_handle_t *)&stranger[0], NULL); /* one gives up */
    while (uv.side[1].closed < 1)
        assert_true(uv_run(&uv.loop, UV_RUN_ONCE) != 0);
    assert_ok(uv_call(uv_tcp_address(), &peer)); /* an honest one gets in */
    uv_wait(1, 0);
    seigr_uv_close(peer);
    uv_wait(1, 1);
    uv_close((uv_handle_t *)&stranger[1], NULL);
    while (uv.side[1].closed < 3)
        assert_true(uv_run(&uv.loop, UV_RUN_ONCE) != 0);
    uv_end();
}

static unsigned uv_turns;

static void uv_count_turn(uv_prepare_t *prepare)
{
    (void)prepare;
    uv_turns++;
}

static void uv_stop_soon(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

/* Eight peers and nothing to do: a loop that sleeps. */
void test_uv_uv__an_idle_loop_sleeps(void **state)
{
    seigr_uv_peer *peers[8];
    uv_prepare_t prepare;
    uv_timer_t timer;

    (void)state;
    uv_start();
    assert_ok(uv_listen_at("tcp:127.0.0.1:0", NULL, &uv.listener));
    for (unsigned i = 0; i < 8; i++)
        assert_ok(uv_call(uv_tcp_address(), &peers[i]));
    while (uv.side[0].opened < 8 || uv.side[1].opened < 8)
        assert_true(uv_run(&uv.loop, UV_RUN_ONCE) != 0);
    for (unsigned i = 0; i < 20; i++)
        (void)uv_run(&uv.loop, UV_RUN_NOWAIT);
    assert_ok(uv_prepare_init(&uv.loop, &prepare));
    assert_ok(uv_prepare_start(&prepare, uv_count_turn));
    assert_ok(uv_timer_init(&uv.loop, &timer));
    assert_ok(uv_timer_start(&timer, uv_stop_soon, 1000, 0));
    uv_turns = 0;
    (void)uv_run(&uv.loop, UV_RUN_DEFAULT);
    assert_true(uv_turns <= 2); /* going to sleep, and the end of it */
    uv_close((uv_handle_t *)&prepare, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
    for (unsigned i = 0; i < 8; i++)
        seigr_uv_close(peers[i]);
    uv_wait(8, 8);
    uv_end();
}
