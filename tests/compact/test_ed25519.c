/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "seigr/crypto.h"
#include "seigr/sys/compact.h"

#include <sodium.h>
#include <string.h>

/* The verdict of the compact table, which must be libsodium's. */
static int verdict(const uint8_t signature[64], seigr_span message,
                   const uint8_t key[32])
{
    const seigr_crypto *sodium = seigr_crypto_sodium();
    const seigr_crypto *compact = seigr_crypto_compact();
    const int expected = sodium->ed25519_verify(signature, message.ptr,
                                                message.len, key, sodium->ctx);

    assert_int_equal(compact->ed25519_verify(signature, message.ptr,
                                             message.len, key, compact->ctx),
                     expected);
    return expected;
}

static void check_edge(const char *file, const char *key_name,
                       const char *signature_name, const char *message_name,
                       int message_is_hex)
{
    json_t *cases = support_vectors(file);
    size_t accepted = 0;
    size_t i;
    const json_t *c;

    json_array_foreach(cases, i, c)
    {
        const char *text = support_string(c, message_name);
        const seigr_span plain = {(const uint8_t *)text, strlen(text)};
        const int err = verdict(support_hex_of(c, signature_name).ptr,
                                message_is_hex ? support_hex(text) : plain,
                                support_hex_of(c, key_name).ptr);

        assert_int_equal(err == 0,
                         json_is_true(json_object_get(c, "libsodium_1.0.18")));
        accepted += err == 0;
    }
    assert_true(accepted > 0);
    support_count(file, json_array_size(cases));
    json_decref(cases);
}

void test_compact_ed25519__edge_cctv(void **state)
{
    (void)state;
    check_edge("ed25519-edge/cctv.json", "key", "sig", "msg", 0);
}

void test_compact_ed25519__edge_speccheck(void **state)
{
    (void)state;
    check_edge("ed25519-edge/speccheck.json", "pub_key", "signature", "message",
               1);
}

void test_compact_ed25519__wycheproof(void **state)
{
    json_t *file = support_vectors("wycheproof/ed25519_test.json");
    size_t count = 0;
    size_t g, i;
    const json_t *group, *c;

    (void)state;
    json_array_foreach(json_object_get(file, "testGroups"), g, group)
    {
        const seigr_span key =
            support_hex_of(json_object_get(group, "publicKey"), "pk");

        json_array_foreach(json_object_get(group, "tests"), i, c)
        {
            const seigr_span signature = support_hex_of(c, "sig");
            const int is_valid =
                strcmp(support_string(c, "result"), "valid") == 0;

            if (signature.len != 64)
                continue; /* no length comes with the call */
            assert_int_equal(
                verdict(signature.ptr, support_hex_of(c, "msg"), key.ptr) == 0,
                is_valid);
            count++;
        }
    }
    support_count("wycheproof-ed25519-compact", count);
    assert_true(count > 50);
    json_decref(file);
}

/* Good signatures, and each with one bit of anything changed. */
void test_compact_ed25519__random_signatures(void **state)
{
    support_rng rng = {24};

    (void)state;
    for (size_t i = 0; i < 150; i++) {
        uint8_t bytes[64 + 32 + 200];
        uint8_t secret[64];
        uint8_t seed[32];
        const size_t len = support_random_below(&rng, 200);
        const size_t all = 96 + len;
        const seigr_span message = {bytes + 96, len};

        support_random_bytes(&rng, seed, sizeof(seed));
        support_random_bytes(&rng, bytes + 96, len);
        (void)crypto_sign_seed_keypair(bytes + 64, secret, seed);
        (void)crypto_sign_detached(bytes, NULL, bytes + 96, len, secret);
        assert_int_equal(verdict(bytes, message, bytes + 64), 0);
        for (size_t k = 0; k < 4; k++) {
            const size_t bit = support_random_below(&rng, 8 * all);

            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(verdict(bytes, message, bytes + 64),
                             SEIGR_E_SIGNATURE);
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

/* S + L signs the same, and must not. */
void test_compact_ed25519__scalar_past_the_order(void **state)
{
    static const uint8_t order[32] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
        0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    const seigr_span message = {order, 7};
    uint8_t signature[64], key[32], secret[64];
    uint8_t seed[32] = {1};
    unsigned carry = 0;

    (void)state;
    (void)crypto_sign_seed_keypair(key, secret, seed);
    (void)crypto_sign_detached(signature, NULL, message.ptr, message.len,
                               secret);
    assert_int_equal(verdict(signature, message, key), 0);
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(verdict(signature, message, key), SEIGR_E_SIGNATURE);
    memcpy(signature + 32, order, 32); /* S = L */
    assert_int_equal(verdict(signature, message, key), SEIGR_E_SIGNATURE);
}

/* Encodings of small order and some that are not canonical, as key, as R and
 * as both, with scalars for which the equation can hold. */
void test_compact_ed25519__small_and_odd_points(void **state)
{
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "5866666666666666666666666666666666666666666666666666666666666666",
        "0200000000000000000000000000000000000000000000000000000000000000",
    };
    const size_t count = sizeof(points) / sizeof(points[0]);
    const seigr_span message = {(const uint8_t *)"torsion", 7};
    size_t cases = 0;

    (void)state;
    for (size_t r = 0; r < 2 * count; r++) {
        for (size_t a = 0; a < 2 * count; a++) {
            for (uint8_t s = 0; s < 2; s++) {
                uint8_t signature[64] = {0};
                uint8_t key[32];

                memcpy(signature, support_hex(points[r / 2]).ptr, 32);
                memcpy(key, support_hex(points[a / 2]).ptr, 32);
                signature[31] |= (uint8_t)(r % 2 << 7);
                key[31] |= (uint8_t)(a % 2 << 7);
                signature[32] = s;
                (void)verdict(signature, message, key);
                cases++;
            }
        }
    }
    support_count("compact-small-points", cases);
}

/* Keys with a part of small order: k matters modulo 8 L, and is below L. */
void test_compact_ed25519__keys_of_mixed_order(void **state)
{
    const seigr_span torsion = support_hex(
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    uint8_t seed[32] = {2};
    uint8_t key[32], mixed[32], secret[64], signature[64];
    size_t accepted = 0;

    (void)state;
    (void)crypto_sign_seed_keypair(key, secret, seed);
    assert_ok(crypto_core_ed25519_add(mixed, key, torsion.ptr));
    memcpy(secret + 32, mixed, 32); /* signed as if it were the key */
    for (uint8_t i = 0; i < 100; i++) {
        const seigr_span message = {&i, 1};

        (void)crypto_sign_detached(signature, NULL, &i, 1, secret);
        accepted += verdict(signature, message, mixed) == 0;
    }
    assert_in_range(accepted, 1, 99); /* one in eight */
}
