/* SPDX-License-Identifier: MIT */
/* Published, derived and tampered sessions of the suite, byte for byte; those
 * of the other hash in the files are of another suite and counted as such. */
#include "net_help.h"
#include "noise.h"

#include <string.h>

#define ROOM (SEIGR__NOISE_MESSAGE_MAX + 1u)

struct pair {
    seigr__noise side[2]; /* initiator, responder */
    seigr__noise_cipher send[2];
    seigr__noise_cipher receive[2];
};

static int noise_is_ours(const json_t *vector)
{
    return strcmp(support_string(vector, "protocol_name"),
                  "Noise_XX_25519_ChaChaPoly_SHA256") == 0;
}

static void noise_begin(struct pair *pair, const json_t *v,
                        const char *responder_prologue)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    const seigr_span prologue = responder_prologue != NULL
                                    ? support_hex(responder_prologue)
                                    : support_hex_of(v, "resp_prologue");

    assert_ok(seigr__noise_init(&pair->side[0], crypto, 1,
                                support_hex_of(v, "init_prologue"),
                                support_hex_of(v, "init_static").ptr,
                                support_hex_of(v, "init_ephemeral").ptr));
    assert_ok(seigr__noise_init(&pair->side[1], crypto, 0, prologue,
                                support_hex_of(v, "resp_static").ptr,
                                support_hex_of(v, "resp_ephemeral").ptr));
}

static int noise_send(struct pair *pair, size_t i, seigr_span payload,
                      seigr_buf out, size_t *len)
{
    const size_t from = i % 2;
    const seigr_span none = {NULL, 0};

    if (i < 3)
        return seigr__noise_write(&pair->side[from], payload, out, len);
    *len = payload.len + 16;
    return seigr__noise_seal(pair->side[0].crypto, &pair->send[from], none,
                             payload, out.ptr);
}

static int noise_receive(struct pair *pair, size_t i, seigr_span message,
                         seigr_buf out, size_t *len)
{
    const size_t to = (i + 1) % 2;
    const seigr_span none = {NULL, 0};
    int err;

    if (i >= 3) {
        *len = message.len - 16;
        return seigr__noise_open(pair->side[0].crypto, &pair->receive[to], none,
                                 message, out.ptr);
    }
    err = seigr__noise_read(&pair->side[to], message, out, len);
    if (err == 0 && i == 2) {
        for (size_t k = 0; k < 2; k++)
            seigr__noise_split(&pair->side[k], &pair->send[k],
                               &pair->receive[k]);
    }
    return err;
}

/* One session. with replaces message number at; returns the index of the
 * message whose writing or reading failed, or the count. */
static size_t noise_session(const json_t *v, const char *prologue, size_t at,
                            seigr_span with)
{
    static uint8_t wire[ROOM];
    static uint8_t plain[ROOM];
    const json_t *messages = json_object_get(v, "messages");
    struct pair pair;
    size_t i;

    noise_begin(&pair, v, prologue);
    for (i = 0; i < json_array_size(messages); i++) {
        const json_t *m = json_array_get(messages, i);
        const seigr_span payload = support_hex_of(m, "payload");
        const seigr_span expected = support_hex_of(m, "ciphertext");
        seigr_span message;
        size_t len;

        if (noise_send(&pair, i, payload, (seigr_buf){wire, ROOM}, &len) != 0)
            return i;
        message = (seigr_span){wire, len};
        if (i <= at &&
            prologue == NULL) { /* else they have seen other things */
            assert_int_equal(len, expected.len);
            assert_memory_equal(wire, expected.ptr, len);
        }
        if (i == at)
            message = with;
        if (noise_receive(&pair, i, message, (seigr_buf){plain, ROOM}, &len))
            return i;
        if (i != at) {
            assert_int_equal(len, payload.len);
            assert_memory_equal(plain, payload.ptr, len);
        }
    }
    if (at == SIZE_MAX && json_object_get(v, "handshake_hash") != NULL)
        assert_memory_equal(pair.side[0].hash,
                            support_hex_of(v, "handshake_hash").ptr, 32);
    return i;
}

static void noise_run_file(const char *name, const char *family)
{
    json_t *file = support_vectors(name);
    const json_t *v;
    size_t count = 0;
    size_t i;

    json_array_foreach(json_object_get(file, "vectors"), i, v)
    {
        if (!noise_is_ours(v))
            continue;
        assert_int_equal(noise_session(v, NULL, SIZE_MAX, (seigr_span){0}),
                         json_array_size(json_object_get(v, "messages")));
        count++;
    }
    assert_true(count > 0);
    support_count(family, count);
    json_decref(file);
}

void test_net_noise__published_sessions(void **state)
{
    (void)state;
    noise_run_file("noise/xx.json", "noise-published");
}

void test_net_noise__derived_sessions(void **state)
{
    (void)state;
    noise_run_file("noise/xx_derived.json", "noise-derived");
}

void test_net_noise__tampered_sessions_fail_where_they_must(void **state)
{
    json_t *file = support_vectors("noise/xx_tampered.json");
    const json_t *c;
    size_t count = 0;
    size_t i;

    (void)state;
    json_array_foreach(file, i, c)
    {
        const json_t *base = json_object_get(c, "base");
        const json_t *at = json_object_get(c, "replace_message");
        const json_t *prologue = json_object_get(c, "resp_prologue");

        if (!noise_is_ours(base))
            continue;
        assert_true((at != NULL) != (prologue != NULL));
        assert_int_equal(
            noise_session(
                base, json_string_value(prologue),
                at != NULL ? (size_t)json_integer_value(at) : SIZE_MAX - 1,
                at != NULL ? support_hex_of(c, "with") : (seigr_span){0}),
            json_integer_value(json_object_get(c, "must_fail_reading")));
        count++;
    }
    assert_true(count > 0);
    support_count("noise-tampered", count);
    json_decref(file);
}

/* RFC 4231, test cases 1 and 2, with their keys padded to 32 bytes: HMAC
 * pads with zeros itself. */
void test_net_noise__hmac(void **state)
{
    json_t *cases = support_golden("hmac.json");
    const json_t *c;
    size_t i;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const seigr_span data = support_hex_of(c, "data");
        const seigr_span rest = {data.ptr + 3, data.len - 3};
        uint8_t out[32];

        seigr__noise_hmac(seigr_crypto_sodium(), support_hex_of(c, "key").ptr,
                          (seigr_span){data.ptr, 3}, rest, out);
        assert_memory_equal(out, support_hex_of(c, "mac").ptr, 32);
    }
    json_decref(cases);
}

/* The last nonce is Noise's own: nothing is sealed or opened under it. */
void test_net_noise__nonce_ends(void **state)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    const seigr_span none = {NULL, 0};
    seigr__noise_cipher a = {{7}, UINT64_MAX - 1};
    seigr__noise_cipher b = a;
    uint8_t sealed[4 + 16];
    uint8_t plain[4];

    (void)state;
    assert_ok(seigr__noise_seal(
        crypto, &a, none, (seigr_span){(const uint8_t *)"last", 4}, sealed));
    assert_ok(
        seigr__noise_open(crypto, &b, none, (seigr_span){sealed, 20}, plain));
    assert_memory_equal(plain, "last", 4);
    assert_int_equal(seigr__noise_seal(crypto, &a, none, none, sealed),
                     SEIGR_E_LIMIT);
    assert_int_equal(
        seigr__noise_open(crypto, &b, none, (seigr_span){sealed, 20}, plain),
        SEIGR_E_LIMIT);
    assert_ok(seigr__noise_rekey(crypto, &a)); /* the nonce goes on */
    assert_true(a.nonce == UINT64_MAX);
    assert_int_not_equal(memcmp(a.key, b.key, 32), 0);
}

static int noise_x25519_takes_all(uint8_t out[32], const uint8_t scalar[32],
                                  const uint8_t point[32], void *ctx)
{
    (void)ctx;
    if (seigr_crypto_sodium()->x25519(out, scalar, point, NULL) != 0)
        memset(out, 0, 32);
    return 0;
}

/* Points of small order give zero; a table that lets them pass is not enough
 * to get them past the handshake. */
void test_net_noise__small_order_points_end_the_handshake(void **state)
{
    seigr_crypto crypto = *seigr_crypto_sodium();
    json_t *points = support_golden("x25519_small_order.json");
    const json_t *point;
    size_t i;

    (void)state;
    crypto.x25519 = noise_x25519_takes_all;
    json_array_foreach(points, i, point)
    {
        const seigr_span message = support_hex(json_string_value(point));
        const uint8_t s[32] = {1, 2, 3};
        uint8_t out[256];
        size_t len;
        seigr__noise noise;

        assert_ok(seigr__noise_init(&noise, &crypto, 0, (seigr_span){0}, s, s));
        assert_ok(seigr__noise_read(&noise, message,
                                    (seigr_buf){out, sizeof(out)}, &len));
        assert_int_equal(seigr__noise_write(&noise, (seigr_span){0},
                                            (seigr_buf){out, sizeof(out)},
                                            &len),
                         SEIGR_E_KEY);
    }
    json_decref(points);
}
