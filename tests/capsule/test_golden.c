/* SPDX-License-Identifier: MIT */
/*
 * Golden capsules, payloads and batches: each valid one has the identity
 * that the file says, each invalid one is refused for its reason.
 */
#include "capsule_help.h"

#include "seigr/senary.h"

#include <string.h>

struct golden_reason {
    const char *why;
    int code;
    int other; /* 0, or as good a reason */
};

/* What is not named here must be refused with any code: a payload with a bit
 * turned may break any rule. */
static const struct golden_reason golden_reasons[] = {
    {"signature bit", SEIGR_E_SIGNATURE, 0},
    {"trailing byte", SEIGR_E_FORMAT, 0},
    {"truncated", SEIGR_E_TRUNCATED, 0},
    {"cut", SEIGR_E_TRUNCATED, 0},
    {"no tag", SEIGR_E_FORMAT, 0},
    {"unprotected not empty", SEIGR_E_FORMAT, 0},
    {"indefinite array", SEIGR_E_FORMAT, 0},
    {"long-form length", SEIGR_E_FORMAT, 0},
    {"header map not sorted", SEIGR_E_FORMAT, 0},
    {"other algorithm", SEIGR_E_UNSUPPORTED, 0},
    {"type header missing", SEIGR_E_FORMAT, 0},
    {"S not canonical", SEIGR_E_SIGNATURE, 0},
    {"small-order key", SEIGR_E_KEY, 0},
    {"name of 256 bytes", SEIGR_E_LIMIT, 0},
    {"inline over 64 KiB", SEIGR_E_LIMIT, 0},
    {"sha256 differs", SEIGR_E_MISMATCH, 0},
    {"kind absent", SEIGR_E_FORMAT, 0},
    {"kind explicit 0", SEIGR_E_FORMAT, 0},
    {"field twice", SEIGR_E_FORMAT, 0},
    {"fields not ascending", SEIGR_E_FORMAT, 0},
    {"varint not shortest", SEIGR_E_FORMAT, 0},
    {"length not shortest", SEIGR_E_FORMAT, 0},
    {"tag not shortest", SEIGR_E_FORMAT, 0},
    {"default written", SEIGR_E_FORMAT, 0},
    {"name not UTF-8", SEIGR_E_FORMAT, 0},
    {"sequence absent", SEIGR_E_FORMAT, 0},
    {"previous at sequence 1", SEIGR_E_FORMAT, 0},
    {"previous absent at 2", SEIGR_E_FORMAT, 0},
    {"previous of 31 bytes", SEIGR_E_FORMAT, 0},
    {"link of 33 bytes", SEIGR_E_FORMAT, 0},
    {"repeated not adjacent", SEIGR_E_FORMAT, 0},
    {"labels not sorted", SEIGR_E_FORMAT, 0},
    {"label twice", SEIGR_E_FORMAT, 0},
    {"inline and root", SEIGR_E_FORMAT, 0},
    {"neither inline nor root", SEIGR_E_FORMAT, 0},
    {"inline length is not size", SEIGR_E_FORMAT, 0},
    {"root with small size", SEIGR_E_FORMAT, 0},
    {"sha256 of 20 bytes", SEIGR_E_FORMAT, 0},
    {"detail of another kind", SEIGR_E_FORMAT, 0},
    {"two details", SEIGR_E_FORMAT, 0},
    {"group wire type", SEIGR_E_FORMAT, 0},
    {"wire type 6", SEIGR_E_FORMAT, 0},
    {"known field, other wire type", SEIGR_E_FORMAT, 0},
    {"field number 0", SEIGR_E_FORMAT, 0},
    {"cut inside a field", SEIGR_E_FORMAT, 0},
    {"length past the end", SEIGR_E_FORMAT, 0},
    {"varint over 64 bits", SEIGR_E_FORMAT, 0},
    {"kind over 31 bits", SEIGR_E_FORMAT, 0},
    {"role out of range width", SEIGR_E_FORMAT, 0},
    {"receipt of another key", SEIGR_E_FORMAT, 0},
    {"receipt without type", SEIGR_E_FORMAT, 0},
    {"receipt of another type", SEIGR_E_FORMAT, 0},
    {"other tree algorithm", SEIGR_E_UNSUPPORTED, 0},
    {"receipt algorithm differs", SEIGR_E_FORMAT, SEIGR_E_UNSUPPORTED},
    {"index past size", SEIGR_E_FORMAT, 0},
    {"path too long", SEIGR_E_FORMAT, 0},
    {"path too short", SEIGR_E_FORMAT, 0},
    {"node of 31 bytes", SEIGR_E_FORMAT, 0},
    {"other leaf path", SEIGR_E_SIGNATURE, 0},
    {"root attached", SEIGR_E_FORMAT, 0},
    {"two proofs", SEIGR_E_FORMAT, 0},
    {"no proof", SEIGR_E_FORMAT, 0},
    {"zero signature", SEIGR_E_SIGNATURE, 0},
    {"unknown label", SEIGR_E_FORMAT, 0},
    {"batch of one", SEIGR_E_FORMAT, 0},
};

static void golden_check_reason(const char *why, int code)
{
    const size_t count = sizeof(golden_reasons) / sizeof(golden_reasons[0]);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(golden_reasons[i].why, why) != 0)
            continue;
        if (code != golden_reasons[i].code &&
            (golden_reasons[i].other == 0 || code != golden_reasons[i].other))
            fail_msg("'%s' was refused with %d (%s)", why, code,
                     seigr_strerror(code));
    }
}

static void golden_valid(const json_t *one, seigr_verified *out)
{
    const seigr_span id = support_hex_of(one, "id");
    seigr_error error = SEIGR_ERROR_INIT;

    if (help_verdict(support_hex_of(one, "capsule"), out, &error) != 0)
        fail_msg("refused: %s at %llu", error.text,
                 (unsigned long long)error.offset);
    assert_int_equal(id.len, sizeof(seigr_id));
    assert_memory_equal(seigr_verified_id(out)->bytes, id.ptr, id.len);
}

/* Every refusal has a code, a sentence and, but for keys, a place. */
static size_t golden_invalid(const json_t *list)
{
    size_t i;
    json_t *one;

    json_array_foreach(list, i, one)
    {
        const char *why = support_string(one, "why");
        const seigr_span bytes = support_hex_of(one, "capsule");
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_verified verified;
        const int err = help_verdict(bytes, &verified, &error);

        if (err >= 0)
            fail_msg("'%s' was accepted", why);
        golden_check_reason(why, err);
        assert_int_equal(error.code, err);
        assert_true(strlen(error.text) > 10);
        assert_true(error.offset <= bytes.len);
    }
    return json_array_size(list);
}

void test_capsule_golden__capsules(void **state)
{
    json_t *file = support_golden("capsules.json");
    json_t *valid = json_object_get(file, "valid");
    size_t i;
    json_t *one;
    size_t count = 0;

    (void)state;
    json_array_foreach(valid, i, one)
    {
        const seigr_span payload = support_hex_of(one, "payload");
        char address[SEIGR_ADDRESS_LEN + 1];
        seigr_verified verified;
        const seigr_capsule *capsule;

        golden_valid(one, &verified);
        capsule = seigr_verified_capsule(&verified);
        assert_int_equal(capsule->alg,
                         json_integer_value(json_object_get(one, "alg")));
        assert_int_equal(capsule->payload.len, payload.len);
        assert_memory_equal(capsule->payload.ptr, payload.ptr, payload.len);
        seigr_address_encode_id(seigr_verified_id(&verified), address);
        assert_string_equal(address, support_string(one, "address"));
        count++;
    }
    count += golden_invalid(json_object_get(file, "invalid"));
    support_count("seigr.capsules", count);
    json_decref(file);
}

void test_capsule_golden__payloads(void **state)
{
    json_t *file = support_golden("payloads.json");
    json_t *valid = json_object_get(file, "valid");
    size_t i;
    json_t *one;

    (void)state;
    json_array_foreach(valid, i, one)
    {
        seigr_verified verified;

        golden_valid(one, &verified);
    }
    support_count("seigr.payloads",
                  i + golden_invalid(json_object_get(file, "invalid")));
    json_decref(file);
}

void test_capsule_golden__batches(void **state)
{
    json_t *file = support_golden("batches.json");
    json_t *valid = json_object_get(file, "valid");
    size_t i;
    size_t k;
    json_t *batch;
    json_t *one;
    size_t count = 0;

    (void)state;
    json_array_foreach(valid, i, batch)
    {
        json_array_foreach(json_object_get(batch, "members"), k, one)
        {
            seigr_verified verified;

            golden_valid(one, &verified);
            assert_int_equal(seigr_verified_capsule(&verified)->signature.len,
                             0);
            count++;
        }
    }
    count += golden_invalid(json_object_get(file, "invalid"));
    support_count("seigr.batches", count);
    json_decref(file);
}
