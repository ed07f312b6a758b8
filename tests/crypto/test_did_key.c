/* SPDX-License-Identifier: MIT */
#include "crypto_context.h"

#include <string.h>

static void did_roundtrip(const seigr_public_key *key, const char *did)
{
    char text[SEIGR_DID_KEY_LEN + 1];
    seigr_public_key back;
    seigr_error error = SEIGR_ERROR_INIT;

    seigr_did_key_encode(key, text);
    if (did != NULL)
        assert_string_equal(text, did);
    assert_int_equal(strlen(text), SEIGR_DID_KEY_LEN);
    if (seigr_did_key_decode(crypto_text(text), &back, &error) != 0)
        fail_msg("%s: %s", text, error.text);
    assert_memory_equal(back.bytes, key->bytes, 32);
}

static seigr_public_key did_key_of_seed(const char *seed)
{
    const seigr_context context = crypto_context(NULL);
    seigr_keypair pair;

    assert_ok(seigr_keypair_init_seed(&context, support_hex(seed).ptr, &pair));
    return seigr_keypair_public(&pair);
}

void test_crypto_did_key__published(void **state)
{
    json_t *cases = support_vectors("ids/did_key_ed25519.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const seigr_public_key key = did_key_of_seed(support_string(c, "seed"));

        did_roundtrip(&key, support_string(c, "did"));
    }
    support_count("did-key-published", json_array_size(cases));
    json_decref(cases);
}

/* In one published file the key stands where the rest has "did". */
static const char *did_of_x25519(const json_t *c)
{
    const char *key;
    const json_t *value;
    void *at;

    for (at = json_object_iter((json_t *)(uintptr_t)c); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)c, at)) {
        key = json_object_iter_key(at);
        value = json_object_iter_value(at);
        if (strncmp(key, "did:key:", 8) == 0)
            return key;
        if (json_is_string(value) &&
            strncmp(json_string_value(value), "did:key:", 8) == 0)
            return json_string_value(value);
    }
    fail_msg("no did:key in the case");
    return NULL;
}

void test_crypto_did_key__x25519_is_another_kind(void **state)
{
    json_t *cases = support_vectors("ids/did_key_x25519.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_public_key key;

        assert_int_equal(
            seigr_did_key_decode(crypto_text(did_of_x25519(c)), &key, &error),
            SEIGR_E_UNSUPPORTED);
    }
    support_count("did-key-x25519", json_array_size(cases));
    json_decref(cases);
}

/* Of the three that the method leaves open, all are refused: another
 * multibase and a fragment are no key. */
void test_crypto_did_key__derived(void **state)
{
    json_t *cases = support_vectors("ids/did_key_derived.json");
    size_t accepted = 0;
    size_t refused = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const json_t *did = json_object_get(c, "did");
        const seigr_span text = {(const uint8_t *)json_string_value(did),
                                 json_string_length(did)};
        seigr_public_key key;

        memset(&key, 0x77, sizeof(key));
        if (strcmp(support_string(c, "expect"), "accept") == 0) {
            key = did_key_of_seed(support_string(c, "seed"));
            assert_memory_equal(key.bytes, support_hex_of(c, "public_key").ptr,
                                32);
            did_roundtrip(&key, json_string_value(did));
            accepted++;
        } else {
            seigr_error error = SEIGR_ERROR_INIT;
            const int err = seigr_did_key_decode(text, &key, &error);

            if (err != SEIGR_E_FORMAT && err != SEIGR_E_UNSUPPORTED)
                fail_msg("%s was read", support_string(c, "name"));
            assert_int_equal(error.code, err);
            assert_int_equal(key.bytes[0], 0x77);
            refused++;
        }
    }
    json_decref(cases);
    support_count("did-key-derived-accepted", accepted);
    support_count("did-key-derived-refused", refused);
}

static void did_refused(const char *text, int code, uint64_t offset,
                        const char *sentence)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_public_key key;

    assert_int_equal(seigr_did_key_decode(crypto_text(text), &key, &error),
                     code);
    assert_int_equal(error.offset, offset);
    assert_string_equal(error.text, sentence);
}

void test_crypto_did_key__says_what_is_wrong(void **state)
{
    static const char prefix[] = "a did:key begins with did:key:z and goes on";

    (void)state;
    did_refused("", SEIGR_E_FORMAT, 0, prefix);
    did_refused("did:key:z", SEIGR_E_FORMAT, 0, prefix);
    did_refused("did:web:z6Mk", SEIGR_E_FORMAT, 0, prefix);
    did_refused("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWI",
                SEIGR_E_FORMAT, 55, "the byte 49 is no character of base58btc");
    did_refused("did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
                SEIGR_E_UNSUPPORTED, 9, "the did:key is not of an Ed25519 key");
    did_refused("did:key:z2DQXP3BcrWLum8x8eSXznYqrDqsw9GKzzXKxsRWwgMtMxB",
                SEIGR_E_FORMAT, 9,
                "the did:key holds an Ed25519 key of 31 bytes instead of 32");
    did_refused("did:key:z111111111111111111111111111111111111111111111111111"
                "11111111111111111111111111111111111111111111111111111",
                SEIGR_E_FORMAT, 56,
                "113 characters are too many for a did:key");
    /* 96 leading ones are 96 zero bytes: no key, and nothing overflows. */
    did_refused("did:key:z111111111111111111111111111111111111111111111111111"
                "111111111111111111111111111111111111111111111",
                SEIGR_E_UNSUPPORTED, 9, "the did:key is not of an Ed25519 key");
}

void test_crypto_did_key__greatest_number_fits(void **state)
{
    char text[9 + 96 + 1] = "did:key:z";
    seigr_public_key key;

    (void)state;
    memset(text + 9, 'z', 96);
    assert_int_equal(seigr_did_key_decode(crypto_text(text), &key, NULL),
                     SEIGR_E_UNSUPPORTED);
    assert_int_equal(seigr_did_key_decode(crypto_text(text), NULL, NULL),
                     SEIGR_E_INVAL);
}

void test_crypto_did_key__any_32_bytes_go_both_ways(void **state)
{
    support_rng rng = {58};
    seigr_public_key key = {{0}};

    (void)state;
    did_roundtrip(&key, NULL);
    memset(&key, 0xff, sizeof(key));
    did_roundtrip(&key, NULL);
    for (int i = 0; i < 1000; i++) {
        support_random_bytes(&rng, key.bytes, sizeof(key.bytes));
        did_roundtrip(&key, NULL);
    }
}

/* Changing any one character never gives the same key back. */
void test_crypto_did_key__the_text_form_is_unique(void **state)
{
    support_rng rng = {59};
    seigr_public_key key;
    seigr_public_key back;
    char text[SEIGR_DID_KEY_LEN + 1];

    (void)state;
    support_random_bytes(&rng, key.bytes, sizeof(key.bytes));
    seigr_did_key_encode(&key, text);
    for (size_t at = 0; at < SEIGR_DID_KEY_LEN; at++) {
        for (int c = 1; c < 128; c++) {
            const char kept = text[at];

            if (c == kept)
                continue;
            text[at] = (char)c;
            if (seigr_did_key_decode(crypto_text(text), &back, NULL) == 0)
                assert_memory_not_equal(back.bytes, key.bytes, 32);
            text[at] = kept;
        }
    }
}
