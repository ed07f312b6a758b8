/* SPDX-License-Identifier: MIT */
/*
 * The four statements: what is written is read back; protobuf-c, the oracle,
 * reads the same values and packs the same bytes, also from mutants; each
 * bound at its limit and past it; golden bytes.
 */
#include "trust_help.h"

#include "statement_fields.h"
#include <seigr/v1/capsule.pb-c.h>

#include <stdlib.h>
#include <string.h>

static uint8_t statement_keys[SEIGR_STATEMENT_SET_MAX + 1][32];
static uint8_t statement_approvals[SEIGR_STATEMENT_KEYS_MAX + 1]
                                  [SEIGR_STATEMENT_APPROVAL_LEN];
static uint8_t statement_last_room[(SEIGR_STATEMENT_LAST_MAX + 1) *
                                   SEIGR_STATEMENT_LAST_LEN];

static void statement_fill(void)
{
    for (unsigned i = 0; i <= SEIGR_STATEMENT_SET_MAX; i++) {
        statement_keys[i][0] = (uint8_t)(i >> 8);
        statement_keys[i][1] = (uint8_t)i;
        memset(statement_keys[i] + 2, 7, 30);
    }
    for (unsigned i = 0; i <= SEIGR_STATEMENT_KEYS_MAX; i++)
        memset(statement_approvals[i], (int)i + 1,
               sizeof(*statement_approvals));
    for (unsigned i = 0; i <= SEIGR_STATEMENT_LAST_MAX; i++) {
        uint8_t *at = statement_last_room + i * SEIGR_STATEMENT_LAST_LEN;

        memset(at, 0, SEIGR_STATEMENT_LAST_LEN);
        at[6] = (uint8_t)(i >> 8);
        at[7] = (uint8_t)i;
        at[15] = 1;
    }
}

static seigr_span statement_key_list(size_t count)
{
    return (seigr_span){statement_keys[0], count * 32};
}

static seigr_span statement_last_list(size_t count)
{
    return (seigr_span){statement_last_room, count * SEIGR_STATEMENT_LAST_LEN};
}

static seigr_span statement_text_of(size_t len)
{
    static uint8_t text[300];

    memset(text, 'x', sizeof(text));
    return (seigr_span){text, len};
}

static int statement_same(seigr_span a, seigr_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* --- Random statements -------------------------------------------------- */

static void statement_random_identity(seigr_identity *out, support_rng *rng)
{
    *out = (seigr_identity)SEIGR_IDENTITY_INIT;
    out->name = statement_text_of(support_random_below(rng, 128));
    out->device_class = statement_text_of(support_random_below(rng, 20));
    out->is_retired = support_random_below(rng, 4) == 0;
    if (out->is_retired) {
        out->last = statement_last_list(support_random_below(rng, 4));
        return;
    }
    out->has_next = (uint32_t)support_random_below(rng, 2);
    if (out->has_next)
        support_random_bytes(rng, out->next.bytes, 32);
    if (support_random_below(rng, 2)) {
        const size_t count = 1 + support_random_below(rng, 8);

        out->recovery_keys = statement_key_list(count);
        out->recovery_threshold =
            1 + (uint32_t)support_random_below(rng, count);
    }
    out->has_previous = (uint32_t)support_random_below(rng, 2);
    if (!out->has_previous)
        return;
    support_random_bytes(rng, out->previous.bytes, 32);
    out->approvals =
        (seigr_span){statement_approvals[0], support_random_below(rng, 4) *
                                                 SEIGR_STATEMENT_APPROVAL_LEN};
    out->last = statement_last_list(support_random_below(rng, 4));
}

static void statement_random_grant(seigr_grant *out, support_rng *rng)
{
    static const char *const labels[] = {"a", "b", "c", "d"};

    *out = (seigr_grant)SEIGR_GRANT_INIT;
    support_random_bytes(rng, out->audience.bytes, 32);
    out->scope = 1 + (uint32_t)support_random_below(rng, 255);
    out->resource = help_text(support_random_below(rng, 2) ? "a/b" : "");
    out->expires_ms = support_random(rng) >> support_random_below(rng, 64);
    out->use_max = support_random_below(rng, 3);
    out->fuel_max = support_random_below(rng, 3);
    out->memory_max = support_random_below(rng, 3);
    out->delegation_max = (uint32_t)support_random_below(rng, 4);
    out->label_count = (uint32_t)support_random_below(rng, 5);
    for (uint32_t i = 0; i < out->label_count; i++) {
        out->labels[i].key = help_text(labels[i]);
        out->labels[i].value = statement_text_of(support_random_below(rng, 9));
    }
}

static void statement_random_revocation(seigr_revocation *out, support_rng *rng)
{
    *out = (seigr_revocation)SEIGR_REVOCATION_INIT;
    out->type = 1 + (uint32_t)support_random_below(rng, 3);
    if (out->type == SEIGR_REVOKES_KEY) {
        support_random_bytes(rng, out->key.bytes, 32);
        out->last = statement_last_list(support_random_below(rng, 4));
    } else if (out->type == SEIGR_REVOKES_CAPSULE) {
        support_random_bytes(rng, out->capsule.bytes, 32);
    } else {
        out->set = statement_key_list(1 + support_random_below(rng, 9));
    }
    out->reason = statement_text_of(support_random_below(rng, 12));
}

static void statement_random_attestation(seigr_attestation *out,
                                         support_rng *rng)
{
    *out = (seigr_attestation)SEIGR_ATTESTATION_INIT;
    support_random_bytes(rng, out->subject.bytes, 32);
    out->scope = 1 + (uint32_t)support_random_below(rng, 255);
    out->weight = 1 + (uint32_t)support_random_below(rng, 1000);
    out->expires_ms = support_random(rng) >> support_random_below(rng, 64);
    out->statement = statement_text_of(support_random_below(rng, 40));
}

/* --- The oracle --------------------------------------------------------- */

/* What the oracle's repacking must be, unless it met what it cannot judge. */
static size_t statement_repack(const ProtobufCMessage *theirs,
                               seigr_span detail)
{
    const size_t len = protobuf_c_message_get_packed_size(theirs);
    uint8_t *packed = malloc(len + 1);

    assert_non_null(packed);
    assert_int_equal(protobuf_c_message_pack(theirs, packed), len);
    if (theirs->n_unknown_fields == 0) {
        assert_int_equal(len, detail.len);
        assert_memory_equal(packed, detail.ptr, len);
    }
    free(packed);
    return theirs->n_unknown_fields == 0;
}

static int statement_same_binary(ProtobufCBinaryData theirs, seigr_span ours)
{
    return statement_same((seigr_span){theirs.data, theirs.len}, ours);
}

static int statement_same_text(const char *theirs, seigr_span ours)
{
    if (ours.len > 0 && memchr(ours.ptr, 0, ours.len) != NULL)
        return -1; /* its strings end at the first NUL */
    return statement_same(help_text(theirs), ours);
}

static int statement_ask_identity(seigr_span d, size_t *judged)
{
    seigr_identity ours = SEIGR_IDENTITY_INIT;
    Seigr__V1__Identity *t;
    int nul;

    if (seigr__identity_read(d, &ours, NULL) != 0)
        return 0;
    t = seigr__v1__identity__unpack(NULL, d.len, d.ptr);
    assert_non_null(t);
    nul = statement_same_text(t->name, ours.name) < 0 ||
          statement_same_text(t->device_class, ours.device_class) < 0;
    assert_true(nul || statement_same_text(t->name, ours.name));
    assert_true(statement_same_binary(t->recovery_keys, ours.recovery_keys));
    assert_true(statement_same_binary(t->approvals, ours.approvals));
    assert_true(statement_same_binary(t->last, ours.last));
    assert_int_equal(t->previous_key.len, ours.has_previous ? 32 : 0);
    assert_int_equal(t->next_hash.len, ours.has_next ? 32 : 0);
    assert_int_equal(t->retired, ours.is_retired);
    assert_int_equal(t->recovery_threshold, ours.recovery_threshold);
    if (!nul)
        *judged += statement_repack(&t->base, d);
    seigr__v1__identity__free_unpacked(t, NULL);
    return 1;
}

static int statement_ask_grant(seigr_span d, size_t *judged)
{
    seigr_grant ours = SEIGR_GRANT_INIT;
    Seigr__V1__Grant *t;
    int nul;

    if (seigr__grant_read(d, &ours, NULL) != 0)
        return 0;
    t = seigr__v1__grant__unpack(NULL, d.len, d.ptr);
    assert_non_null(t);
    nul = statement_same_text(t->resource, ours.resource) < 0;
    assert_true(statement_same_binary(t->audience,
                                      (seigr_span){ours.audience.bytes, 32}));
    assert_int_equal(t->scope, ours.scope);
    assert_int_equal(t->expires_ms, ours.expires_ms);
    assert_int_equal(t->use_max, ours.use_max);
    assert_int_equal(t->fuel_max, ours.fuel_max);
    assert_int_equal(t->memory_max, ours.memory_max);
    assert_int_equal(t->delegation_max, ours.delegation_max);
    assert_int_equal(t->n_labels, ours.label_count);
    for (size_t i = 0; i < t->n_labels; i++) {
        nul |= statement_same_text(t->labels[i]->key, ours.labels[i].key) < 0;
        nul |=
            statement_same_text(t->labels[i]->value, ours.labels[i].value) < 0;
        nul |= t->labels[i]->base.n_unknown_fields > 0;
    }
    if (!nul)
        *judged += statement_repack(&t->base, d);
    seigr__v1__grant__free_unpacked(t, NULL);
    return 1;
}

static int statement_ask_revocation(seigr_span d, size_t *judged)
{
    seigr_revocation ours = SEIGR_REVOCATION_INIT;
    Seigr__V1__Revocation *t;

    if (seigr__revocation_read(d, &ours, NULL) != 0)
        return 0;
    t = seigr__v1__revocation__unpack(NULL, d.len, d.ptr);
    assert_non_null(t);
    assert_int_equal(t->key.len, ours.type == SEIGR_REVOKES_KEY ? 32 : 0);
    assert_int_equal(t->capsule.len,
                     ours.type == SEIGR_REVOKES_CAPSULE ? 32 : 0);
    assert_true(statement_same_binary(t->set, ours.set));
    assert_true(statement_same_binary(t->last, ours.last));
    if (statement_same_text(t->reason, ours.reason) >= 0)
        *judged += statement_repack(&t->base, d);
    seigr__v1__revocation__free_unpacked(t, NULL);
    return 1;
}

static int statement_ask_attestation(seigr_span d, size_t *judged)
{
    seigr_attestation ours = SEIGR_ATTESTATION_INIT;
    Seigr__V1__Attestation *t;

    if (seigr__attestation_read(d, &ours, NULL) != 0)
        return 0;
    t = seigr__v1__attestation__unpack(NULL, d.len, d.ptr);
    assert_non_null(t);
    assert_true(statement_same_binary(t->subject,
                                      (seigr_span){ours.subject.bytes, 32}));
    assert_int_equal(t->scope, ours.scope);
    assert_int_equal(t->weight, ours.weight);
    assert_int_equal(t->expires_ms, ours.expires_ms);
    if (statement_same_text(t->statement, ours.statement) >= 0)
        *judged += statement_repack(&t->base, d);
    seigr__v1__attestation__free_unpacked(t, NULL);
    return 1;
}

static seigr_span statement_mutate(seigr_span from, uint8_t *room,
                                   support_rng *rng)
{
    size_t len = from.len;

    memcpy(room, from.ptr, len);
    for (size_t n = 1 + support_random_below(rng, 3); n > 0 && len > 1; n--) {
        const size_t at = support_random_below(rng, len);

        switch (support_random_below(rng, 4)) {
        case 0:
            room[at] ^= (uint8_t)(1 << support_random_below(rng, 8));
            break;
        case 1:
            room[at] = (uint8_t)support_random(rng);
            break;
        case 2:
            memmove(room + at, room + at + 1, len - at - 1);
            len--;
            break;
        case 3:
            memmove(room + at + 1, room + at, len - at);
            len++;
            break;
        }
    }
    return (seigr_span){room, len};
}

typedef int (*statement_ask)(seigr_span detail, size_t *judged);

static void statement_ask_mutants(statement_ask ask, seigr_span detail,
                                  support_rng *rng, size_t *taken,
                                  size_t *judged)
{
    uint8_t room[2048];

    assert_true(detail.len + 8 < sizeof(room));
    assert_int_equal(ask(detail, judged), 1);
    for (int k = 0; k < 20; k++)
        *taken += (size_t)ask(statement_mutate(detail, room, rng), judged);
}

void test_trust_statement__oracle(void **state)
{
    support_rng rng = {0x7a57};
    size_t taken = 0;
    size_t judged = 0;

    (void)state;
    statement_fill();
    printf("seed %#llx\n", (unsigned long long)rng.state);
    for (int i = 0; i < 300; i++) {
        seigr_identity identity;
        seigr_grant grant;
        seigr_revocation revocation;
        seigr_attestation attestation;

        statement_random_identity(&identity, &rng);
        statement_random_grant(&grant, &rng);
        statement_random_revocation(&revocation, &rng);
        statement_random_attestation(&attestation, &rng);
        if (i % 8 != 0) { /* an empty identity has no bytes to change */
            identity.name = help_text("n");
            statement_ask_mutants(statement_ask_identity,
                                  help_identity(&identity), &rng, &taken,
                                  &judged);
        }
        statement_ask_mutants(statement_ask_grant, help_grant(&grant), &rng,
                              &taken, &judged);
        statement_ask_mutants(statement_ask_revocation,
                              help_revocation(&revocation), &rng, &taken,
                              &judged);
        statement_ask_mutants(statement_ask_attestation,
                              help_attestation(&attestation), &rng, &taken,
                              &judged);
    }
    assert_true(taken > 500 && judged > 1000);
    support_count("statement.mutants-taken", taken);
    support_count("statement.repacked", judged);
}

/* --- Bounds and rules --------------------------------------------------- */

/* Each is refused by encoding, which asks the reader. */
static void statement_refuse_identity(const seigr_identity *identity, int code,
                                      const char *what)
{
    static uint8_t room[80000];
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;

    assert_int_equal(seigr_identity_encode(identity,
                                           (seigr_buf){room, sizeof(room)},
                                           &len, &error),
                     code);
    if (strstr(error.text, what) == NULL)
        fail_msg("'%s' does not say '%s'", error.text, what);
}

void test_trust_statement__identity_rules(void **state)
{
    seigr_identity i = SEIGR_IDENTITY_INIT;

    (void)state;
    statement_fill();
    i.name = statement_text_of(127);
    i.recovery_keys = statement_key_list(8);
    i.recovery_threshold = 8;
    i.has_previous = 1;
    i.approvals = (seigr_span){statement_approvals[0], 8 * 96};
    i.last = statement_last_list(256);
    (void)help_identity(&i); /* all at the limit */
    i.name = statement_text_of(128);
    statement_refuse_identity(&i, SEIGR_E_LIMIT, "longer than 127");
    i.name = statement_text_of(0);
    i.recovery_keys = statement_key_list(9);
    statement_refuse_identity(&i, SEIGR_E_LIMIT, "recovery_keys");
    i.recovery_keys = statement_key_list(7);
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "recovery_threshold");
    i.recovery_keys = statement_key_list(0);
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "recovery_threshold");
    i.recovery_threshold = 0;
    i.approvals.len = 9 * 96;
    statement_refuse_identity(&i, SEIGR_E_LIMIT, "approvals");
    i.approvals.len = 95;
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "whole entry");
    i.approvals.len = 0;
    i.last = statement_last_list(257);
    statement_refuse_identity(&i, SEIGR_E_LIMIT, "last");
    i.last = statement_last_list(2);
    statement_last_room[15] = 0;
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "sequence");
    statement_fill();
    i.has_previous = 0;
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "no key ends");
    i.is_retired = 1;
    (void)help_identity(&i);
    i.has_next = 1;
    memset(i.next.bytes, 1, 32);
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "retired");
    i.has_next = 0;
    memcpy(statement_keys[0], statement_keys[1], 32);
    i.is_retired = 0;
    i.last.len = 0;
    i.recovery_keys = statement_key_list(2);
    i.recovery_threshold = 1;
    statement_refuse_identity(&i, SEIGR_E_FORMAT, "not ascending");
}

static void statement_refuse_grant(const seigr_grant *grant, int code,
                                   const char *what)
{
    uint8_t room[4096];
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;

    assert_int_equal(seigr_grant_encode(grant, (seigr_buf){room, sizeof(room)},
                                        &len, &error),
                     code);
    if (strstr(error.text, what) == NULL)
        fail_msg("'%s' does not say '%s'", error.text, what);
}

void test_trust_statement__grant_rules(void **state)
{
    static const char *const wrong[] = {"/a", "a/", "a//b", "/"};
    static const char *const labels[] = {"a", "b", "c", "d",
                                         "e", "f", "g", "h"};
    seigr_grant g = SEIGR_GRANT_INIT;

    (void)state;
    g.audience.bytes[0] = 1;
    statement_refuse_grant(&g, SEIGR_E_FORMAT, "scope");
    g.scope = SEIGR_SCOPE_RUN;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        g.resource = help_text(wrong[i]);
        statement_refuse_grant(&g, SEIGR_E_FORMAT, "resource");
    }
    g.resource = statement_text_of(255);
    for (uint32_t i = 0; i < 8; i++)
        g.labels[i].key = help_text(labels[i]);
    g.label_count = 8;
    (void)help_grant(&g);
    g.resource = statement_text_of(256);
    statement_refuse_grant(&g, SEIGR_E_LIMIT, "longer than 255");
    g.resource = help_text("a");
    g.labels[3].key = help_text("c");
    statement_refuse_grant(&g, SEIGR_E_FORMAT, "labels");
    g.label_count = 9;
    statement_refuse_grant(&g, SEIGR_E_INVAL, "lacks");
}

void test_trust_statement__ninth_label_is_refused(void **state)
{
    uint8_t detail[2 + 32 + 2 + 9 * 5] = {0x0a, 32, [34] = 0x10, 1};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_grant grant;
    size_t len = 36;

    (void)state;
    for (uint8_t i = 0; i < 9; i++) {
        const uint8_t label[] = {0x42, 3, 0x0a, 1, (uint8_t)('a' + i)};

        memcpy(detail + len, label, sizeof(label));
        len += sizeof(label);
    }
    assert_int_equal(
        seigr__grant_read((seigr_span){detail, len}, &grant, &error),
        SEIGR_E_LIMIT);
    assert_ok(seigr__grant_read((seigr_span){detail, len - 5}, &grant, NULL));
}

void test_trust_statement__revocation_rules(void **state)
{
    static uint8_t room[40000];
    seigr_revocation r = SEIGR_REVOCATION_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    size_t len;

    (void)state;
    statement_fill();
    r.type = SEIGR_REVOKES_SET;
    r.set = statement_key_list(SEIGR_STATEMENT_SET_MAX);
    (void)help_revocation(&r);
    assert_int_equal(seigr_set_has(r.set, statement_keys[0]), 1);
    assert_int_equal(seigr_set_has(r.set, statement_keys[1023]), 1);
    assert_int_equal(seigr_set_has(r.set, statement_keys[1024]), 0);
    r.set = statement_key_list(SEIGR_STATEMENT_SET_MAX + 1);
    assert_int_equal(seigr_revocation_encode(
                         &r, (seigr_buf){room, sizeof(room)}, &len, &error),
                     SEIGR_E_LIMIT);
    r.set = statement_key_list(2);
    r.last = statement_last_list(1);
    assert_int_equal(seigr_revocation_encode(
                         &r, (seigr_buf){room, sizeof(room)}, &len, &error),
                     SEIGR_E_FORMAT);
    assert_non_null(strstr(error.text, "key alone"));
    r.set.len = 0;
    r.last.len = 0;
    assert_int_equal(seigr_revocation_encode(
                         &r, (seigr_buf){room, sizeof(room)}, &len, &error),
                     SEIGR_E_FORMAT);
}

void test_trust_statement__attestation_rules(void **state)
{
    uint8_t room[512];
    seigr_attestation a = SEIGR_ATTESTATION_INIT;
    size_t len;

    (void)state;
    a.scope = SEIGR_SCOPE_RUN;
    a.weight = 1000;
    (void)help_attestation(&a);
    a.weight = 1001;
    assert_int_equal(seigr_attestation_encode(
                         &a, (seigr_buf){room, sizeof(room)}, &len, NULL),
                     SEIGR_E_FORMAT);
    a.weight = 0;
    assert_int_equal(seigr_attestation_encode(
                         &a, (seigr_buf){room, sizeof(room)}, &len, NULL),
                     SEIGR_E_FORMAT);
}

void test_trust_statement__two_parents_are_refused(void **state)
{
    help_person person;
    seigr_verified verified;
    seigr_grant grant = SEIGR_GRANT_INIT;
    seigr_link links[2] = {{{{1}}, SEIGR_ROLE_GRANT},
                           {{{2}}, SEIGR_ROLE_GRANT}};
    help_make make = {.kind = SEIGR_KIND_GRANT, .links = links};

    (void)state;
    help_person_init(&person, 1);
    grant.scope = 1;
    make.detail = help_grant(&grant);
    make.link_count = 1;
    help_seal(&person, &make, &verified);
    assert_ok(
        seigr_grant_read(seigr_verified_capsule(&verified), &grant, NULL));
    assert_int_equal(grant.has_parent, 1);
    assert_int_equal(grant.parent.bytes[0], 1);
    make.link_count = 2;
    help_seal(&person, &make, &verified);
    assert_int_equal(
        seigr_grant_read(seigr_verified_capsule(&verified), &grant, NULL),
        SEIGR_E_FORMAT);
}

void test_trust_statement__resources(void **state)
{
    static const struct {
        const char *outer;
        const char *inner;
        int is_in;
    } cases[] = {{"", "", 1},         {"", "a", 1},    {"a", "", 0},
                 {"a", "a", 1},       {"a", "a/b", 1}, {"a", "ab", 0},
                 {"a/b", "a/b/c", 1}, {"a/b", "a", 0}, {"a/b", "a/c", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(seigr_resource_includes(help_text(cases[i].outer),
                                                 help_text(cases[i].inner)),
                         cases[i].is_in);
}

/* --- Golden bytes ------------------------------------------------------- */

static int statement_read_any(const char *kind, seigr_span detail,
                              seigr_error *error)
{
    seigr_identity identity;
    seigr_grant grant;
    seigr_revocation revocation;
    seigr_attestation attestation;

    if (strcmp(kind, "identity") == 0)
        return seigr__identity_read(detail, &identity, error);
    if (strcmp(kind, "grant") == 0)
        return seigr__grant_read(detail, &grant, error);
    if (strcmp(kind, "revocation") == 0)
        return seigr__revocation_read(detail, &revocation, error);
    assert_string_equal(kind, "attestation");
    return seigr__attestation_read(detail, &attestation, error);
}

void test_trust_statement__golden(void **state)
{
    json_t *file = support_golden("statements.json");
    size_t i;
    json_t *one;
    size_t count = 0;

    (void)state;
    json_array_foreach(json_object_get(file, "valid"), i, one)
    {
        assert_ok(statement_read_any(support_string(one, "kind"),
                                     support_hex_of(one, "detail"), NULL));
        count++;
    }
    json_array_foreach(json_object_get(file, "invalid"), i, one)
    {
        const seigr_span detail = support_hex_of(one, "detail");
        seigr_error error = SEIGR_ERROR_INIT;
        const int err =
            statement_read_any(support_string(one, "kind"), detail, &error);

        if (err >= 0)
            fail_msg("'%s' was taken", support_string(one, "why"));
        assert_int_equal(error.code, err);
        assert_true(error.offset <= detail.len);
        assert_true(strlen(error.text) > 10);
        count++;
    }
    assert_true(count > 40);
    support_count("seigr.statements", count);
    json_decref(file);
}
