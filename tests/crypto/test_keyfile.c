/* SPDX-License-Identifier: MIT */
#include "crypto_context.h"

#include "base/cbor.h"

#include <string.h>

static const seigr_keyfile_options keyfile_quick = {
    (uint32_t)sizeof(seigr_keyfile_options), 8, 1, 0};

struct keyfile {
    uint8_t bytes[SEIGR_KEYFILE_LEN_MAX];
    size_t len;
    seigr_keypair pair;
};

static void keyfile_make(const seigr_context *context, const char *passphrase,
                         struct keyfile *out)
{
    assert_ok(seigr_keypair_init(context, &out->pair));
    assert_ok(seigr_keyfile_encode(
        context, &out->pair,
        passphrase == NULL ? (seigr_span){NULL, 0} : crypto_text(passphrase),
        &keyfile_quick, (seigr_buf){out->bytes, sizeof(out->bytes)}, &out->len,
        NULL));
}

static int keyfile_open(const struct keyfile *file, const char *passphrase,
                        seigr_keypair *pair, seigr_error *error)
{
    const seigr_context context = crypto_context(NULL);

    *error = (seigr_error)SEIGR_ERROR_INIT;
    return seigr_keyfile_decode(&context, (seigr_span){file->bytes, file->len},
                                passphrase == NULL ? (seigr_span){NULL, 0}
                                                   : crypto_text(passphrase),
                                pair, error);
}

void test_crypto_keyfile__both_ways(void **state)
{
    static const char *const passphrases[] = {NULL, "correct horse"};
    const seigr_context context = crypto_context(NULL);

    (void)state;
    for (int sealed = 0; sealed < 2; sealed++) {
        seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
        struct keyfile file;
        seigr_keypair pair;
        seigr_error error;
        const seigr_public_key *key = (const void *)(file.pair.secret + 32);
        seigr__cbor r;

        keyfile_make(&context, passphrases[sealed], &file);
        assert_ok(keyfile_open(&file, passphrases[sealed], &pair, &error));
        assert_memory_equal(&pair, &file.pair, sizeof(pair));
        assert_ok(seigr_keyfile_inspect((seigr_span){file.bytes, file.len},
                                        &info, &error));
        assert_int_equal(info.is_sealed, sealed);
        assert_int_equal(info.mem_kib, sealed ? 8 : 0);
        assert_int_equal(info.passes, sealed ? 1 : 0);
        assert_memory_equal(&info.key, key, 32);
        seigr__cbor_init(&r, (seigr_span){file.bytes, file.len},
                         SEIGR__CBOR_DETERMINISTIC, &error);
        assert_ok(seigr__cbor_skip(&r, NULL));
        assert_ok(seigr__cbor_done(&r));
    }
}

void test_crypto_keyfile__a_sealed_file_shows_no_secret(void **state)
{
    const seigr_context context = crypto_context(NULL);
    struct keyfile a;
    struct keyfile b;

    (void)state;
    keyfile_make(&context, "p", &a);
    for (size_t i = 0; i + 32 <= a.len; i++)
        assert_memory_not_equal(a.bytes + i, a.pair.secret, 32);
    /* The same key and passphrase, sealed again, share neither salt, nonce
     * nor sealed bytes. */
    assert_ok(seigr_keyfile_encode(
        &context, &a.pair, crypto_text("p"), &keyfile_quick,
        (seigr_buf){b.bytes, sizeof(b.bytes)}, &b.len, NULL));
    assert_int_equal(a.len, b.len);
    assert_memory_not_equal(a.bytes + a.len - 48, b.bytes + b.len - 48, 48);
    assert_memory_not_equal(a.bytes + a.len - 76, b.bytes + b.len - 76, 24);
    assert_memory_not_equal(a.bytes + a.len - 93, b.bytes + b.len - 93, 16);
}

void test_crypto_keyfile__wrong_or_missing_passphrase(void **state)
{
    const seigr_context context = crypto_context(NULL);
    struct keyfile file;
    seigr_keypair pair;
    seigr_keypair before;
    seigr_error error;

    (void)state;
    memset(&pair, 0x33, sizeof(pair));
    before = pair;
    keyfile_make(&context, "right", &file);
    assert_int_equal(keyfile_open(&file, "wrong", &pair, &error), SEIGR_E_KEY);
    assert_string_equal(error.text, "the passphrase is wrong, or the key "
                                    "file was changed");
    assert_int_equal(keyfile_open(&file, "", &pair, &error), SEIGR_E_KEY);
    assert_int_equal(keyfile_open(&file, NULL, &pair, &error), SEIGR_E_KEY);
    assert_string_equal(error.text, "the key file is sealed: its passphrase "
                                    "is needed");
    assert_memory_equal(&pair, &before, sizeof(pair));
    /* A file that is not sealed opens whatever is typed. */
    keyfile_make(&context, NULL, &file);
    assert_ok(keyfile_open(&file, "anything", &pair, &error));
    assert_int_equal(
        seigr_keyfile_encode(&context, &pair, crypto_text(""), NULL,
                             (seigr_buf){file.bytes, sizeof(file.bytes)},
                             &file.len, &error),
        SEIGR_E_KEY);
    assert_string_equal(error.text, "an empty passphrase protects nothing");
}

/* No single changed bit, and no cut, opens: sealed or not. */
void test_crypto_keyfile__any_change_is_refused(void **state)
{
    static const char *const passphrases[] = {NULL, "p"};
    const seigr_context context = crypto_context(NULL);

    (void)state;
    for (int sealed = 0; sealed < 2; sealed++) {
        struct keyfile file;
        seigr_keypair pair;
        seigr_error error;
        size_t len;

        keyfile_make(&context, passphrases[sealed], &file);
        for (size_t bit = 0; bit < file.len * 8; bit++) {
            int err;

            file.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            err = keyfile_open(&file, passphrases[sealed], &pair, &error);
            if (err == 0)
                fail_msg("bit %zu makes no difference", bit);
            assert_int_equal(error.code, err);
            assert_true(error.text[0] != '\0');
            file.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        len = file.len;
        for (file.len = 0; file.len < len; file.len++)
            assert_int_equal(
                keyfile_open(&file, passphrases[sealed], &pair, &error),
                SEIGR_E_TRUNCATED);
        file.bytes[len] = 0;
        file.len = len + 1;
        assert_int_equal(
            keyfile_open(&file, passphrases[sealed], &pair, &error),
            SEIGR_E_FORMAT);
        assert_int_equal(error.offset, len);
    }
}

/* Parameters of a sealed file are where the golden layout has them. */
void test_crypto_keyfile__hostile_parameters(void **state)
{
    json_t *cases = support_golden("keyfiles.json");
    const seigr_context context = crypto_context(NULL);
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(cases, "invalid"), i, c)
    {
        const seigr_span bytes = support_hex_of(c, "file");
        const char *why = support_string(c, "why");
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_keypair pair;
        const int err = seigr_keyfile_decode(
            &context, bytes, crypto_text("passphrase"), &pair, &error);

        if (err != (int)json_integer_value(json_object_get(c, "code")))
            fail_msg("%s: %d, %s", why, err, error.text);
        assert_int_equal(
            error.offset,
            json_is_null(json_object_get(c, "offset"))
                ? SEIGR_NO_OFFSET
                : (uint64_t)json_integer_value(json_object_get(c, "offset")));
    }
    support_count("keyfile-golden-refused",
                  json_array_size(json_object_get(cases, "invalid")));
    json_decref(cases);
}

/* Version 1 opens for ever. */
void test_crypto_keyfile__golden(void **state)
{
    json_t *cases = support_golden("keyfiles.json");
    const seigr_context context = crypto_context(NULL);
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(json_object_get(cases, "valid"), i, c)
    {
        const char *passphrase =
            json_string_value(json_object_get(c, "passphrase"));
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_keypair pair;

        if (seigr_keyfile_decode(&context, support_hex_of(c, "file"),
                                 passphrase == NULL ? (seigr_span){NULL, 0}
                                                    : crypto_text(passphrase),
                                 &pair, &error) != 0)
            fail_msg("case %zu: %s", i, error.text);
        assert_memory_equal(pair.secret, support_hex_of(c, "seed").ptr, 32);
    }
    support_count("keyfile-golden",
                  json_array_size(json_object_get(cases, "valid")));
    json_decref(cases);
}

void test_crypto_keyfile__asks_for_room(void **state)
{
    const seigr_context context = crypto_context(NULL);
    struct keyfile file;
    seigr_error error;
    uint8_t out[SEIGR_KEYFILE_LEN_MAX];
    size_t len = 0;

    (void)state;
    keyfile_make(&context, "p", &file);
    assert_int_equal(seigr_keyfile_encode(&context, &file.pair,
                                          crypto_text("p"), &keyfile_quick,
                                          (seigr_buf){NULL, 0}, &len, NULL),
                     SEIGR_E_ROOM);
    assert_int_equal(len, file.len);
    memset(out, 0xee, sizeof(out));
    assert_int_equal(seigr_keyfile_encode(
                         &context, &file.pair, crypto_text("p"), &keyfile_quick,
                         (seigr_buf){out, file.len - 1}, &len, &error),
                     SEIGR_E_ROOM);
    for (size_t i = 0; i < sizeof(out); i++)
        assert_int_equal(out[i], 0xee);
    assert_ok(seigr_keyfile_encode(&context, &file.pair, crypto_text("p"),
                                   &keyfile_quick, (seigr_buf){out, file.len},
                                   &len, &error));
    assert_int_equal(out[file.len], 0xee);
}

static int keyfile_no_random(uint8_t *out, size_t len, void *ctx)
{
    (void)ctx;
    memset(out, 0, len);
    return SEIGR_E_RANDOM;
}

static int keyfile_no_memory(uint8_t out[32], const uint8_t *passphrase,
                             size_t len, const uint8_t salt[16],
                             uint32_t passes, uint32_t mem_kib, void *ctx)
{
    (void)out, (void)passphrase, (void)len, (void)salt, (void)passes;
    (void)mem_kib, (void)ctx;
    return SEIGR_E_NOMEM;
}

void test_crypto_keyfile__what_fails_outside(void **state)
{
    const seigr_random random = {(uint32_t)sizeof(random), 0, keyfile_no_random,
                                 NULL};
    seigr_context context = crypto_context(NULL);
    seigr_crypto table = *context.crypto;
    struct keyfile file;
    seigr_keypair pair;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf out = {file.bytes, sizeof(file.bytes)};
    size_t len;

    (void)state;
    keyfile_make(&context, "p", &file);
    context.random = &random;
    assert_int_equal(seigr_keyfile_encode(&context, &file.pair,
                                          crypto_text("p"), &keyfile_quick, out,
                                          &len, &error),
                     SEIGR_E_RANDOM);
    context.random = NULL;
    context.crypto = &table;
    table.argon2id = keyfile_no_memory;
    assert_int_equal(seigr_keyfile_encode(&context, &file.pair,
                                          crypto_text("p"), NULL, out, &len,
                                          &error),
                     SEIGR_E_NOMEM);
    assert_string_equal(error.text, "65536 KiB to seal the key file could "
                                    "not be had");
    assert_int_equal(seigr_keyfile_decode(&context,
                                          (seigr_span){file.bytes, file.len},
                                          crypto_text("p"), &pair, &error),
                     SEIGR_E_NOMEM);
    table.argon2id = NULL;
    assert_int_equal(seigr_keyfile_encode(&context, &file.pair,
                                          crypto_text("p"), NULL, out, &len,
                                          &error),
                     SEIGR_E_UNSUPPORTED);
    assert_int_equal(seigr_keyfile_decode(&context,
                                          (seigr_span){file.bytes, file.len},
                                          crypto_text("p"), &pair, &error),
                     SEIGR_E_UNSUPPORTED);
    context.crypto = seigr_crypto_sodium();
    assert_ok(keyfile_open(&file, "p", &pair, &error)); /* untouched */
}

void test_crypto_keyfile__options_are_bounded(void **state)
{
    static const uint32_t refused[][2] = {{7, 1},
                                          {SEIGR_KEYFILE_MEM_KIB_MAX + 1, 1},
                                          {8, SEIGR_KEYFILE_PASSES_MAX + 1},
                                          {SEIGR_KEYFILE_MEM_KIB_MAX, 5},
                                          {UINT32_MAX, UINT32_MAX}};
    const seigr_context context = crypto_context(NULL);
    seigr_keyfile_options options = SEIGR_KEYFILE_OPTIONS_INIT;
    struct keyfile file;
    seigr_error error;

    (void)state;
    keyfile_make(&context, NULL, &file);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        options.mem_kib = refused[i][0];
        options.passes = refused[i][1];
        assert_int_equal(seigr_keyfile_encode(
                             &context, &file.pair, crypto_text("p"), &options,
                             (seigr_buf){file.bytes, sizeof(file.bytes)},
                             &file.len, &error),
                         SEIGR_E_LIMIT);
    }
}

void test_crypto_keyfile__mistakes_of_the_caller(void **state)
{
    const seigr_context context = crypto_context(NULL);
    const seigr_context empty = SEIGR_CONTEXT_INIT;
    const seigr_span none = {NULL, 0};
    seigr_keyfile_options options = SEIGR_KEYFILE_OPTIONS_INIT;
    seigr_keyfile_info info = {0};
    seigr_keypair pair = {{0}};
    seigr_buf room = {NULL, 0};
    size_t len;

    (void)state;
    options.struct_size = 4;
    assert_int_equal(
        seigr_keyfile_encode(&empty, &pair, none, NULL, room, &len, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_keyfile_encode(&context, NULL, none, NULL, room, &len, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_keyfile_encode(&context, &pair, none, NULL, room, NULL, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(
        seigr_keyfile_encode(&context, &pair, none, &options, room, &len, NULL),
        SEIGR_E_INVAL);
    assert_int_equal(seigr_keyfile_decode(&empty, none, none, &pair, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_keyfile_decode(&context, none, none, NULL, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(seigr_keyfile_inspect(none, NULL, NULL), SEIGR_E_INVAL);
    assert_int_equal(seigr_keyfile_inspect(none, &info, NULL), SEIGR_E_INVAL);
}
