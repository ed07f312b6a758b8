/* SPDX-License-Identifier: MIT */
/* COSE_Sign1 of others: published examples and derived cases. */
#include "support.h"

#include "seigr/cose.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One message and what is known of it; hex of any length. */
struct vectors_message {
    seigr_span bytes;
    seigr_span external;
    seigr_span detached;
    int has_detached;
    const char *key;          /* hex of an Ed25519 key; NULL: another kind */
    const char *to_be_signed; /* hex; NULL: not known */
};

/* Returns what decoding, or else verifying, returns. */
static int vectors_verify(const struct vectors_message *m, uint32_t flags,
                          seigr_error *error)
{
    static const char other_key[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3d"
                                    "aa62325af021a68f707511a";
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;
    seigr_cose_verify_options options = SEIGR_COSE_VERIFY_OPTIONS_INIT;
    const size_t room_len = m->bytes.len + 1;
    const size_t scratch_len = SEIGR_COSE_SCRATCH_LEN(
        m->bytes.len, m->external.len, m->bytes.len + m->detached.len);
    uint8_t *room = malloc(room_len);
    uint8_t *scratch = malloc(scratch_len);
    seigr_public_key key;
    size_t len;
    int err;

    assert_non_null(room);
    assert_non_null(scratch);
    context.crypto = seigr_crypto_default();
    *error = (seigr_error)SEIGR_ERROR_INIT;
    memcpy(key.bytes, support_hex(m->key != NULL ? m->key : other_key).ptr, 32);
    options.flags = flags | (m->has_detached ? SEIGR_COSE_DETACHED : 0);
    options.external_aad = m->external;
    options.payload = m->detached;
    err = seigr_cose_sign1_decode(m->bytes, (seigr_buf){room, room_len}, &view,
                                  error);
    if (err == 0 && m->to_be_signed != NULL) {
        const seigr_span expected = support_hex(m->to_be_signed);

        assert_ok(seigr_cose_sign1_signed_bytes(
            &view, &options, (seigr_buf){scratch, scratch_len}, &len, error));
        assert_int_equal(len, expected.len);
        assert_memory_equal(scratch, expected.ptr, len);
    }
    if (err == 0)
        err = seigr_cose_sign1_verify(&context, &view, &key, &options,
                                      (seigr_buf){scratch, scratch_len}, error);
    assert_int_equal(err, error->code);
    assert_true(err == 0 || error->text[0] != '\0');
    free(room);
    free(scratch);
    return err;
}

/* docs/spec/cose.md: what RFC 9052 leaves open, and what is chosen here. */
static int vectors_policy_accepts(const char *name, const char *kind)
{
    if (strcmp(kind, "policy-tag") == 0)
        return 0; /* no tag but 18 */
    if (strcmp(name, "alg-unprotected") == 0)
        return 0; /* unless the caller asks */
    return 1;     /* -19, and every well-formed encoding */
}

static const char *vectors_string(const json_t *c, const char *key)
{
    return json_string_value(json_object_get(c, key));
}

void test_capsule_cose_vectors__ed25519(void **state)
{
    json_t *cases = support_vectors("cose/ed25519_derived.json");
    size_t accepted = 0;
    size_t refused = 0;
    size_t policy = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const char *name = support_string(c, "name");
        const char *expect = support_string(c, "expect");
        const char *detached = vectors_string(c, "detached_payload");
        const struct vectors_message m = {
            support_hex_of(c, "cose_sign1"),
            support_hex_of(c, "external_aad"),
            support_hex(detached != NULL ? detached : ""),
            detached != NULL,
            support_string(c, "public_key"),
            vectors_string(c, "to_be_signed")};
        seigr_error error;
        const int err = vectors_verify(&m, 0, &error);
        int accept = strcmp(expect, "accept") == 0;

        if (strcmp(expect, "policy") == 0) {
            accept = vectors_policy_accepts(name, support_string(c, "kind"));
            policy++;
        } else {
            accepted += (size_t)accept;
            refused += (size_t)!accept;
        }
        if ((err == 0) != accept)
            fail_msg("%s: %d %s", name, err, error.text);
        if (strcmp(name, "alg-unprotected") == 0)
            assert_ok(vectors_verify(&m, SEIGR_COSE_ALG_UNPROTECTED, &error));
        if (strncmp(name, "alg-ES", 6) == 0 || strncmp(name, "alg-PS", 6) == 0)
            assert_int_equal(err, SEIGR_E_UNSUPPORTED);
    }
    json_decref(cases);
    support_count("cose-ed25519-accepted", accepted);
    support_count("cose-ed25519-refused", refused);
    support_count("cose-ed25519-policy", policy);
}

/* Run visit on every JSON file below a folder of the vectors. */
static size_t vectors_walk(const char *folder,
                           void (*visit)(const json_t *c, const char *path))
{
    char path[4096];
    DIR *dir;
    const struct dirent *entry;
    size_t count = 0;

    if (support_vectors_dir() == NULL) {
        skip();
        return 0;
    }
    snprintf(path, sizeof(path), "%s/%s", support_vectors_dir(), folder);
    dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        const size_t len = strlen(entry->d_name);
        char name[2048];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
        if (len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0) {
            json_t *c = support_vectors(name);

            visit(c, name);
            json_decref(c);
            count++;
        } else {
            count += vectors_walk(name, visit);
        }
    }
    closedir(dir);
    return count;
}

static const json_t *vectors_at(const json_t *c, const char *a, const char *b)
{
    return json_object_get(json_object_get(c, a), b);
}

/* Only Ed25519 can be valid; of all others the Sig_structure must agree, and
 * the verdict is that the algorithm is not spoken here. */
static void vectors_example(const json_t *c, const char *path)
{
    const json_t *sign0 = vectors_at(c, "input", "sign0");
    const json_t *key = json_object_get(sign0, "key");
    const char *curve = vectors_string(key, "crv");
    const char *external = vectors_string(sign0, "external");
    const int fail = json_is_true(json_object_get(c, "fail"));
    const int ed25519 = curve != NULL && strcmp(curve, "Ed25519") == 0;
    struct vectors_message m = {.external = {NULL, 0}};
    seigr_error error;
    int err;

    m.bytes = support_hex(json_string_value(vectors_at(c, "output", "cbor")));
    if (external != NULL)
        m.external = support_hex(external);
    if (ed25519)
        m.key = support_string(key, "x_hex");
    if (!fail)
        m.to_be_signed =
            json_string_value(vectors_at(c, "intermediates", "ToBeSign_hex"));
    err = vectors_verify(&m, 0, &error);
    if (ed25519 && !fail)
        assert_int_equal(err, 0);
    else if (!fail)
        assert_int_equal(err, SEIGR_E_UNSUPPORTED);
    else if (err == 0)
        fail_msg("%s is accepted", path);
}

void test_capsule_cose_vectors__examples(void **state)
{
    (void)state;
    support_count("cose-sign1-examples",
                  vectors_walk("cose/sign1", vectors_example));
}

static void vectors_negative(const json_t *c, const char *path)
{
    const json_t *verify = json_object_get(c, "sign1::verify");
    const struct vectors_message m = {
        .bytes = support_hex(json_string_value(
            vectors_at(verify, "taggedCOSESign1", "cborHex")))};
    seigr_error error;

    assert_true(json_is_false(json_object_get(verify, "shouldVerify")));
    if (vectors_verify(&m, 0, &error) != SEIGR_E_FORMAT)
        fail_msg("%s: %s", path, error.text);
}

void test_capsule_cose_vectors__gocose(void **state)
{
    (void)state;
    support_count("cose-gocose", vectors_walk("cose/gocose", vectors_negative));
}

/* Of other algorithms: parsed, Sig_structure compared, never valid. */
static void vectors_glue(const json_t *c, const char *path)
{
    const json_t *sign = json_object_get(c, "sign1::sign");
    const json_t *verify = json_object_get(c, "sign1::verify");
    const json_t *part = sign != NULL ? sign : verify;
    const char *external = vectors_string(part, "external");
    struct vectors_message m = {.external = {NULL, 0}};
    seigr_error error;

    m.bytes = support_hex(json_string_value(
        sign != NULL ? vectors_at(sign, "expectedOutput", "cborHex")
                     : vectors_at(verify, "taggedCOSESign1", "cborHex")));
    if (external != NULL)
        m.external = support_hex(external);
    if (sign != NULL) {
        m.to_be_signed =
            json_string_value(vectors_at(sign, "tbsHex", "cborHex"));
        if (json_is_true(json_object_get(sign, "detached"))) {
            m.has_detached = 1;
            m.detached = support_hex(support_string(sign, "payload"));
        }
    }
    if (vectors_verify(&m, 0, &error) != SEIGR_E_UNSUPPORTED)
        fail_msg("%s: %s", path, error.text);
}

void test_capsule_cose_vectors__gluecose(void **state)
{
    (void)state;
    support_count("cose-gluecose", vectors_walk("cose/gluecose", vectors_glue));
}
