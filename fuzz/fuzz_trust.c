/* SPDX-License-Identifier: MIT */
/*
 * fuzz_trust.c - decisions about capsules with details that anybody wrote.
 *
 * The input is a list of capsules that have passed the door: who signed, what
 * kind, which links, which detail. Whatever they say, a set takes or refuses
 * each, settles, and answers the same in both orders of putting; what it
 * allows without an anchor is nothing.
 */
#include "fuzz.h"

#include "seigr/crypto.h"
#include "seigr/trust.h"

#include <string.h>

#define TRUST_MAX 24u
#define TRUST_LINK_LEN 38u /* 32 24 0a 20 ID 10 ROLE, as in a payload */

static seigr_verified trust_capsules[TRUST_MAX];
static uint8_t trust_links[TRUST_MAX][TRUST_LINK_LEN];
static uint64_t trust_memory[2][2048];

/* Keys and IDs are numbers, so that details can name them. */
static void trust_bytes(uint8_t number, uint8_t first, uint8_t out[32])
{
    memset(out, number, 32);
    out[0] = first;
}

/* One capsule: by, kind, stream, link, length, detail. Returns its length. */
static size_t trust_capsule(const uint8_t *data, size_t size, uint8_t number)
{
    seigr_capsule *view = &trust_capsules[number].private_view;
    size_t len;

    if (size < 5)
        return 0;
    len = data[4] < size - 5 ? data[4] : size - 5;
    memset(&trust_capsules[number], 0, sizeof(trust_capsules[number]));
    trust_bytes(number, 'i', trust_capsules[number].private_id.bytes);
    trust_bytes(data[0] % 6, 'k', view->issuer.bytes);
    view->kind = SEIGR_KIND_IDENTITY + data[1] % 5;
    view->stream = data[2] % 3;
    view->sequence = 1 + data[2] / 3 % 8;
    view->created_ms = data[1] / 5;
    if (view->sequence > 1) {
        view->has_previous = 1;
        trust_bytes((uint8_t)(number - 1), 'i', view->previous.bytes);
    }
    if (data[3] % 2) {
        uint8_t *link = trust_links[number];

        memcpy(link, "\x32\x24\x0a\x20", 4);
        trust_bytes(data[3] / 4 % TRUST_MAX, 'i', link + 4);
        link[36] = 0x10;
        link[37] = data[3] & 2 ? SEIGR_ROLE_GRANT : SEIGR_ROLE_EVIDENCE;
        view->links = (seigr_span){link, TRUST_LINK_LEN};
        view->link_count = 1;
    }
    view->detail = (seigr_span){data + 5, len};
    return 5 + len;
}

static seigr_trust *trust_set(int number, uint8_t count, int has_anchors)
{
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_trust *trust = NULL;

    context.crypto = seigr_crypto_sodium();
    options.capsule_max = TRUST_MAX;
    options.weight_min[1] = 100;
    FUZZ_REQUIRE(seigr_trust_size(&options) <= sizeof(trust_memory[0]));
    FUZZ_REQUIRE(seigr_trust_init(trust_memory[number], sizeof(trust_memory[0]),
                                  &context, &options, &trust) == 0);
    for (uint8_t i = 0; has_anchors && i < 2; i++) {
        seigr_anchor anchor = {{{0}}, i ? 96 : SEIGR_SCOPE_ALL, 900};

        trust_bytes(i, 'k', anchor.key.bytes);
        FUZZ_REQUIRE(seigr_trust_anchor(trust, &anchor) == 0);
    }
    for (uint8_t i = 0; i < count; i++) {
        seigr_error error = SEIGR_ERROR_INIT;
        const uint8_t at = number ? (uint8_t)(count - 1 - i) : i;
        int err = seigr_trust_put(trust, &trust_capsules[at], &error);

        FUZZ_REQUIRE(err == 0 || (error.code == err && error.text[0] != '\0'));
    }
    return trust;
}

static void trust_ask(seigr_trust *a, seigr_trust *b, uint8_t who,
                      const seigr_verified *capsule, int may_allow)
{
    for (uint32_t scope = 1; scope <= SEIGR_SCOPE_BOOT; scope *= 2) {
        seigr_question q = SEIGR_QUESTION_INIT;
        seigr_answer x = SEIGR_ANSWER_INIT;
        seigr_answer y = SEIGR_ANSWER_INIT;
        seigr_public_key key;
        int err;

        trust_bytes(who, 'k', key.bytes);
        q.scope = scope;
        q.now_ms = 20;
        q.capsule = capsule;
        q.key = capsule == NULL ? &key : NULL;
        err = seigr_trust_decide(a, &q, &x);
        FUZZ_REQUIRE(err == 0 || err == SEIGR_E_DENIED || err == SEIGR_E_QUOTA);
        FUZZ_REQUIRE(err != 0 || may_allow);
        FUZZ_REQUIRE(seigr_trust_decide(b, &q, &y) == err);
        FUZZ_REQUIRE(x.why == y.why && x.weight == y.weight);
        FUZZ_REQUIRE(x.step_count == y.step_count);
        FUZZ_REQUIRE(memcmp(x.steps, y.steps, sizeof(x.steps)) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t count = 0;
    uint64_t as_of_ms;
    size_t at = 1;

    if (size == 0)
        return 0;
    as_of_ms = data[0] % 8 == 0 ? data[0] / 8 : 0;
    while (count < TRUST_MAX) {
        const size_t len = trust_capsule(data + at, size - at, count);

        if (len == 0)
            break;
        at += len;
        count++;
    }
    for (int has_anchors = 0; has_anchors < 2; has_anchors++) {
        seigr_trust *a = trust_set(0, count, has_anchors);
        seigr_trust *b = trust_set(1, count, has_anchors);

        seigr_trust_settle(a, as_of_ms);
        seigr_trust_settle(b, as_of_ms);
        for (uint8_t i = 0; i < 6; i++)
            trust_ask(a, b, i, NULL, has_anchors);
        for (uint8_t i = 0; i < count && i < 6; i++)
            trust_ask(a, b, 0, &trust_capsules[i], has_anchors);
    }
    return 0;
}
