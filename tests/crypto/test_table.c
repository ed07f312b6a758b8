/* SPDX-License-Identifier: MIT */
/* Every function of the tables, by published and derived cases. */
#include "crypto_context.h"

#include <stdlib.h>
#include <string.h>

/* Each test of a Wycheproof file, and how many there are of each verdict. */
static void table_wycheproof(const char *family,
                             void (*run)(const json_t *group, const json_t *c))
{
    char name[128];
    json_t *file;
    size_t count = 0;
    size_t i;
    size_t k;
    const json_t *group;
    const json_t *c;

    snprintf(name, sizeof(name), "wycheproof/%s_test.json", family);
    file = support_vectors(name);
    json_array_foreach(json_object_get(file, "testGroups"), i, group)
    {
        json_array_foreach(json_object_get(group, "tests"), k, c)
        {
            run(group, c);
            count++;
        }
    }
    snprintf(name, sizeof(name), "wycheproof-%s", family);
    support_count(name, count);
    json_decref(file);
}

static void table_verdict(const json_t *c, int valid)
{
    const int expected = strcmp(support_string(c, "result"), "valid") == 0;

    if (valid != expected)
        fail_msg("test %d (%s): %s expected",
                 (int)json_integer_value(json_object_get(c, "tcId")),
                 support_string(c, "comment"), support_string(c, "result"));
}

static int table_verify(const seigr_crypto *crypto, seigr_span signature,
                        seigr_span message, seigr_span key)
{
    if (signature.len != 64 || key.len != 32)
        return SEIGR_E_FORMAT; /* every door refuses these before */
    return crypto->ed25519_verify(signature.ptr, message.ptr, message.len,
                                  key.ptr, crypto->ctx);
}

static void table_ed25519(const json_t *group, const json_t *c)
{
    const seigr_span key =
        support_hex_of(json_object_get(group, "publicKey"), "pk");
    const seigr_span signature = support_hex_of(c, "sig");
    const seigr_span message = support_hex_of(c, "msg");
    const seigr_crypto *crypto = seigr_crypto_sodium();

    table_verdict(c, table_verify(crypto, signature, message, key) == 0);
    assert_int_equal(
        table_verify(seigr_crypto_sodium_verify(), signature, message, key),
        table_verify(crypto, signature, message, key));
}

void test_crypto_table__wycheproof_ed25519(void **state)
{
    (void)state;
    table_wycheproof("ed25519", table_ed25519);
}

static int table_has_flag(const json_t *c, const char *flag)
{
    size_t i;
    const json_t *f;

    json_array_foreach(json_object_get(c, "flags"), i, f)
    {
        if (strcmp(json_string_value(f), flag) == 0)
            return 1;
    }
    return 0;
}

static void table_x25519(const json_t *group, const json_t *c)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    const seigr_span shared = support_hex_of(c, "shared");
    const int zero = table_has_flag(c, "ZeroSharedSecret");
    uint8_t out[32];
    int err;

    (void)group;
    err = crypto->x25519(out, support_hex_of(c, "private").ptr,
                         support_hex_of(c, "public").ptr, crypto->ctx);
    if (zero) {
        assert_int_equal(err, SEIGR_E_KEY);
        return;
    }
    assert_ok(err);
    assert_memory_equal(out, shared.ptr, 32);
}

void test_crypto_table__wycheproof_x25519(void **state)
{
    (void)state;
    table_wycheproof("x25519", table_x25519);
}

typedef int (*table_aead)(uint8_t *out, const uint8_t *in, size_t len,
                          const uint8_t *ad, size_t ad_len,
                          const uint8_t *nonce, const uint8_t *key, void *ctx);

/* Seal and open, apart and in place; a case is valid if both agree. */
static void table_aead_case(table_aead seal, table_aead open, size_t nonce_len,
                            const json_t *c)
{
    const seigr_span key = support_hex_of(c, "key");
    const seigr_span iv = support_hex_of(c, "iv");
    const seigr_span aad = support_hex_of(c, "aad");
    const seigr_span msg = support_hex_of(c, "msg");
    const seigr_span ct = support_hex_of(c, "ct");
    const seigr_span tag = support_hex_of(c, "tag");
    uint8_t *sealed = malloc(msg.len + ct.len + 16);
    uint8_t *opened = malloc(msg.len + ct.len + 16);
    int valid;

    assert_non_null(sealed);
    assert_non_null(opened);
    if (iv.len != nonce_len || tag.len != 16) {
        table_verdict(c, 0); /* the table takes no other lengths */
        goto done;
    }
    memcpy(sealed, ct.ptr, ct.len);
    memcpy(sealed + ct.len, tag.ptr, 16);
    valid = open(opened, sealed, ct.len + 16, aad.ptr, aad.len, iv.ptr, key.ptr,
                 NULL) == 0 &&
            ct.len == msg.len && memcmp(opened, msg.ptr, msg.len) == 0;
    table_verdict(c, valid);
    if (valid) {
        assert_ok(open(sealed, sealed, ct.len + 16, aad.ptr, aad.len, iv.ptr,
                       key.ptr, NULL));
        assert_memory_equal(sealed, msg.ptr, msg.len);
        assert_ok(seal(sealed, sealed, msg.len, aad.ptr, aad.len, iv.ptr,
                       key.ptr, NULL));
        assert_memory_equal(sealed, ct.ptr, ct.len);
        assert_memory_equal(sealed + ct.len, tag.ptr, 16);
    }
done:
    free(sealed);
    free(opened);
}

static void table_chacha(const json_t *group, const json_t *c)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();

    (void)group;
    table_aead_case(crypto->aead_seal, crypto->aead_open, 12, c);
}

static void table_xchacha(const json_t *group, const json_t *c)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();

    (void)group;
    table_aead_case(crypto->xaead_seal, crypto->xaead_open, 24, c);
}

void test_crypto_table__wycheproof_chacha20_poly1305(void **state)
{
    (void)state;
    table_wycheproof("chacha20_poly1305", table_chacha);
}

void test_crypto_table__wycheproof_xchacha20_poly1305(void **state)
{
    (void)state;
    table_wycheproof("xchacha20_poly1305", table_xchacha);
}

void test_crypto_table__aead_shorter_than_its_tag(void **state)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    uint8_t bytes[32] = {0};
    uint8_t out[32];

    (void)state;
    for (size_t len = 0; len < 16; len++) {
        assert_int_equal(
            crypto->aead_open(out, bytes, len, NULL, 0, bytes, bytes, NULL),
            SEIGR_E_SIGNATURE);
        assert_int_equal(
            crypto->xaead_open(out, bytes, len, NULL, 0, bytes, bytes, NULL),
            SEIGR_E_SIGNATURE);
    }
}

/* Members' names differ between the two files of edge cases. */
static void table_edge(const char *file, const char *family,
                       const char *key_name, const char *signature_name,
                       const char *message_name, int message_is_hex)
{
    json_t *cases = support_vectors(file);
    const seigr_crypto *crypto = seigr_crypto_sodium();
    char name[64];
    size_t accepted = 0;
    size_t i;
    const json_t *c;

    json_array_foreach(cases, i, c)
    {
        const char *text = support_string(c, message_name);
        const seigr_span message =
            message_is_hex ? support_hex(text) : crypto_text(text);
        const int valid =
            table_verify(crypto, support_hex_of(c, signature_name), message,
                         support_hex_of(c, key_name)) == 0;
        const json_t *expected = json_object_get(c, "libsodium_1.0.18");

        assert_true(json_is_boolean(expected));
        if (valid != json_is_true(expected))
            fail_msg("%s: case %zu differs from libsodium's verdict", file, i);
        accepted += (size_t)valid;
    }
    snprintf(name, sizeof(name), "ed25519-edge-%s", family);
    support_count(name, json_array_size(cases));
    snprintf(name, sizeof(name), "ed25519-edge-%s-accepted", family);
    support_count(name, accepted);
    json_decref(cases);
}

void test_crypto_table__edge_cctv(void **state)
{
    (void)state;
    table_edge("ed25519-edge/cctv.json", "cctv", "key", "sig", "msg", 0);
}

void test_crypto_table__edge_speccheck(void **state)
{
    (void)state;
    table_edge("ed25519-edge/speccheck.json", "speccheck", "pub_key",
               "signature", "message", 1);
}

void test_crypto_table__argon2id(void **state)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    json_t *cases = support_golden("argon2id.json");
    uint8_t key[32];
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const seigr_span text = crypto_text(support_string(c, "passphrase"));

        assert_ok(crypto->argon2id(
            key, text.ptr, text.len, support_hex_of(c, "salt").ptr,
            (uint32_t)json_integer_value(json_object_get(c, "passes")),
            (uint32_t)json_integer_value(json_object_get(c, "mem_kib")),
            crypto->ctx));
        assert_memory_equal(key, support_hex_of(c, "key").ptr, 32);
    }
    json_decref(cases);
}

void test_crypto_table__compare_and_wipe(void **state)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    uint8_t a[33] = {1, 2, 3};
    uint8_t b[33] = {1, 2, 3};
    const uint8_t zero[33] = {0};

    (void)state;
    assert_ok(crypto->compare(a, b, sizeof(a), NULL));
    assert_ok(crypto->compare(NULL, NULL, 0, NULL));
    for (size_t i = 0; i < sizeof(a); i++) {
        b[i] ^= 0x80;
        assert_int_not_equal(crypto->compare(a, b, sizeof(a), NULL), 0);
        b[i] ^= 0x80;
    }
    crypto->wipe(a, sizeof(a), NULL);
    assert_memory_equal(a, zero, sizeof(a));
    crypto->wipe(NULL, 0, NULL);
}

/* A port reads the table by its members: none that is promised is missing. */
void test_crypto_table__what_each_table_holds(void **state)
{
    const seigr_crypto *all = seigr_crypto_sodium();
    const seigr_crypto *node = seigr_crypto_sodium_node();
    const seigr_crypto *verify = seigr_crypto_sodium_verify();
    const seigr_crypto *usual = seigr_crypto_default();

    (void)state;
    assert_int_equal(usual->struct_size, sizeof(seigr_crypto));
    assert_true(usual->ed25519_verify == all->ed25519_verify);
    assert_true(usual->argon2id == all->argon2id);
    assert_true(usual->sha256 != NULL && usual->sha256_init != NULL);
    assert_true(usual->sha256_update != NULL && usual->sha256_final != NULL);
    assert_int_equal(all->struct_size, sizeof(seigr_crypto));
    assert_int_equal(node->struct_size, sizeof(seigr_crypto));
    assert_int_equal(verify->struct_size, sizeof(seigr_crypto));
    assert_true(all->argon2id != NULL && node->argon2id == NULL);
    assert_true(all->ed25519_sign != NULL && all->random != NULL);
    assert_true(node->ed25519_sign == all->ed25519_sign);
    assert_true(node->x25519 == all->x25519 && node->wipe == all->wipe);
    assert_true(verify->ed25519_verify == all->ed25519_verify);
    assert_true(verify->sha256_final == all->sha256_final);
    assert_true(verify->ed25519_sign == NULL && verify->random == NULL);
}
