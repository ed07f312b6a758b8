/* SPDX-License-Identifier: MIT */
/* Published and derived CBOR: what is malformed is refused, what is well
 * formed is read, or refused as not deterministic. Both are counted. */
#include "support.h"

#include "base/cbor.h"

#include <stdlib.h>
#include <string.h>

static int vectors_pass(seigr_span bytes, uint32_t mode, seigr_error *error)
{
    seigr__cbor r;
    int err;

    *error = (seigr_error)SEIGR_ERROR_INIT;
    seigr__cbor_init(&r, bytes, mode, error);
    err = seigr__cbor_skip(&r, NULL);
    if (err == 0)
        err = seigr__cbor_done(&r);
    assert_int_equal(err, error->code);
    assert_true(err == 0 || (error->offset <= bytes.len && error->text[0]));
    return err;
}

struct vectors_tally {
    size_t malformed;     /* refused in both modes */
    size_t deterministic; /* read in both */
    size_t only_formed;   /* read as well formed, refused as not
                             deterministic */
    size_t not_text;      /* well formed, but not valid UTF-8 */
    size_t too_deep;      /* well formed, past the limit of 16 */
};

/* Our UTF-8 check is part of reading; Appendix C's verdict is before it. */
static void vectors_case(seigr_span bytes, int well_formed, const char *name,
                         struct vectors_tally *tally)
{
    seigr_error error;
    const int strict = vectors_pass(bytes, SEIGR__CBOR_DETERMINISTIC, &error);
    const int formed = vectors_pass(bytes, SEIGR__CBOR_WELL_FORMED, &error);

    if (strict == 0)
        assert_int_equal(formed, 0);
    if (!well_formed) {
        if (formed == 0 || strict == 0)
            fail_msg("%s is malformed and was read", name);
        tally->malformed++;
    } else if (strict == 0) {
        tally->deterministic++;
    } else if (formed == 0) {
        tally->only_formed++;
    } else if (formed == SEIGR_E_LIMIT) {
        tally->too_deep++;
    } else if (strstr(error.text, "UTF-8") != NULL) {
        tally->not_text++;
    } else {
        fail_msg("%s is well formed: %s", name, error.text);
    }
}

static void vectors_file(const char *file, struct vectors_tally *tally)
{
    json_t *cases = support_vectors(file);
    size_t i;
    const json_t *c;

    json_array_foreach(cases, i, c)
    {
        const json_t *verdict = json_object_get(c, "wellFormed");
        const char *hex = support_string(c, "hex");

        vectors_case(support_hex(hex), verdict == NULL || json_is_true(verdict),
                     hex, tally);
    }
    json_decref(cases);
}

static void vectors_report(const char *family,
                           const struct vectors_tally *tally)
{
    char name[64];
    const struct {
        const char *what;
        size_t count;
    } lines[] = {{"malformed", tally->malformed},
                 {"deterministic", tally->deterministic},
                 {"not-deterministic", tally->only_formed},
                 {"not-utf8", tally->not_text},
                 {"too-deep", tally->too_deep}};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (lines[i].count == 0)
            continue;
        snprintf(name, sizeof(name), "cbor-%s-%s", family, lines[i].what);
        support_count(name, lines[i].count);
    }
}

void test_base_cbor_vectors__appendix_a(void **state)
{
    struct vectors_tally tally = {0};

    (void)state;
    vectors_file("cbor/appendix_a.json", &tally);
    assert_int_equal(tally.malformed + tally.not_text + tally.too_deep, 0);
    vectors_report("appendix-a", &tally);
}

void test_base_cbor_vectors__appendix_f(void **state)
{
    struct vectors_tally tally = {0};

    (void)state;
    vectors_file("cbor/appendix_f_malformed.json", &tally);
    assert_int_equal(tally.deterministic + tally.only_formed, 0);
    vectors_report("appendix-f", &tally);
}

void test_base_cbor_vectors__mutated(void **state)
{
    struct vectors_tally tally = {0};

    (void)state;
    vectors_file("cbor/mutated_derived.json", &tally);
    vectors_report("mutated", &tally);
}

void test_base_cbor_vectors__seeds(void **state)
{
    struct vectors_tally tally = {0};

    (void)state;
    vectors_file("cbor/fuzz_seeds.json", &tally);
    assert_int_equal(tally.malformed, 0);
    vectors_report("seeds", &tally);
}

static int vectors_has_tag(const json_t *c, const char *tag)
{
    size_t i;
    const json_t *t;

    json_array_foreach(json_object_get(c, "tags"), i, t)
    {
        if (strcmp(json_string_value(t), tag) == 0)
            return 1;
    }
    return 0;
}

/* Fixtures tagged basic or rfc8949. What tag 42 holds is a matter of the
 * DASL profile, not of CBOR: these are counted as policy. */
void test_base_cbor_vectors__dasl(void **state)
{
    json_t *cases = support_vectors("cbor/dasl_deterministic.json");
    size_t roundtrip = 0;
    size_t refused = 0;
    size_t policy = 0;
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const char *type = support_string(c, "type");
        const seigr_span bytes = support_hex_of(c, "data");
        seigr_error error;
        const int err = vectors_pass(bytes, 0, &error);

        if ((!vectors_has_tag(c, "basic") && !vectors_has_tag(c, "rfc8949")) ||
            strcmp(support_string(c, "file"), "cid.json") == 0) {
            policy++;
        } else if (strcmp(type, "roundtrip") == 0) {
            if (err != 0)
                fail_msg("%s: %s", support_string(c, "name"), error.text);
            roundtrip++;
        } else {
            if (err == 0)
                fail_msg("%s was read", support_string(c, "name"));
            refused++;
        }
    }
    json_decref(cases);
    support_count("cbor-dasl-roundtrip", roundtrip);
    support_count("cbor-dasl-refused", refused);
    support_count("cbor-dasl-policy", policy);
}

/* {0: 0, 1: 0, ...}: as many keys as the recipe says. */
static seigr_span vectors_many_keys(uint32_t count)
{
    uint8_t *bytes = malloc(5 + (size_t)count * 6);
    size_t at = 0;

    assert_non_null(bytes);
    bytes[at++] = 0xba;
    for (int k = 24; k >= 0; k -= 8)
        bytes[at++] = (uint8_t)(count >> k);
    for (uint32_t key = 0; key < count; key++) {
        if (key < 24) {
            bytes[at++] = (uint8_t)key;
        } else if (key < 256) {
            bytes[at++] = 0x18;
            bytes[at++] = (uint8_t)key;
        } else if (key < 65536) {
            bytes[at++] = 0x19;
            bytes[at++] = (uint8_t)(key >> 8);
            bytes[at++] = (uint8_t)key;
        } else {
            bytes[at++] = 0x1a;
            for (int k = 24; k >= 0; k -= 8)
                bytes[at++] = (uint8_t)(key >> k);
        }
        bytes[at++] = 0;
    }
    return (seigr_span){bytes, at};
}

static seigr_span vectors_bomb(const json_t *c)
{
    const json_t *gen = json_object_get(c, "gen");
    const seigr_span repeat = support_hex_of(c, "repeat");
    const seigr_span suffix = support_hex_of(c, "suffix");
    const size_t times =
        (size_t)json_integer_value(json_object_get(c, "times"));
    const size_t len = repeat.len * times + suffix.len;
    unsigned count;
    uint8_t *bytes;

    if (gen != NULL && sscanf(json_string_value(gen),
                              "map of %u distinct uint keys", &count) == 1)
        return vectors_many_keys(count);
    bytes = malloc(len + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < times; i++)
        memcpy(bytes + i * repeat.len, repeat.ptr, repeat.len);
    memcpy(bytes + times * repeat.len, suffix.ptr, suffix.len);
    return (seigr_span){bytes, len};
}

void test_base_cbor_vectors__bombs(void **state)
{
    json_t *cases = support_vectors("cbor/bombs_derived.json");
    size_t i;
    const json_t *c;

    (void)state;
    json_array_foreach(cases, i, c)
    {
        const char *name = support_string(c, "name");
        const char *expect = support_string(c, "expect");
        const seigr_span bytes = vectors_bomb(c);
        seigr_error error;
        const int err = vectors_pass(bytes, SEIGR__CBOR_WELL_FORMED, &error);
        uint8_t *owned;

        if (strcmp(expect, "accept") == 0 || json_object_get(c, "gen") != NULL)
            assert_int_equal(err, 0);
        else if (strncmp(name, "depth-", 6) == 0)
            assert_int_equal(err, SEIGR_E_LIMIT);
        else
            assert_true(err == SEIGR_E_TRUNCATED || err == SEIGR_E_LIMIT);
        memcpy(&owned, &bytes.ptr, sizeof(owned));
        free(owned);
    }
    support_count("cbor-bombs", json_array_size(cases));
    json_decref(cases);
}
