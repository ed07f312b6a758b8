/* SPDX-License-Identifier: MIT */
#include "trust_world.h"

#include <stdlib.h>
#include <string.h>

static uint64_t world_number(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

static const seigr_public_key *world_key(const world *w, const json_t *number)
{
    const size_t at = (size_t)json_integer_value(number);

    assert_true(at < WORLD_PEOPLE_MAX);
    return &w->people[at].signer.key;
}

static const seigr_id *world_id(const world *w, const json_t *number)
{
    const size_t at = (size_t)json_integer_value(number);

    assert_true(at < w->capsule_count);
    return seigr_verified_id(&w->capsules[at]);
}

static int world_order(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

/* Sort entries of one size by their first 32 bytes. */
static seigr_span world_sorted(uint8_t *list, size_t count, size_t size)
{
    qsort(list, count, size, world_order);
    return (seigr_span){list, count * size};
}

/* Keys of people, or IDs of capsules, ascending. */
static seigr_span world_list(const world *w, const json_t *people,
                             const json_t *capsules)
{
    const size_t count = json_array_size(people) + json_array_size(capsules);
    uint8_t *list = help_keep(32 * count);
    size_t at = 0;
    size_t i;
    json_t *one;

    json_array_foreach(people, i, one)
        memcpy(list + 32 * at++, world_key(w, one), 32);
    json_array_foreach(capsules, i, one)
        memcpy(list + 32 * at++, world_id(w, one), 32);
    return world_sorted(list, at, 32);
}

static seigr_span world_last(const world *w, const json_t *capsules)
{
    seigr_last last[8];
    uint8_t *room = help_keep(8 * SEIGR_STATEMENT_LAST_LEN);
    size_t count = 0;
    size_t i;
    json_t *one;

    json_array_foreach(capsules, i, one)
    {
        const seigr_verified *v = &w->capsules[json_integer_value(one)];
        const seigr_capsule *c = seigr_verified_capsule(v);
        size_t at = count++;

        for (; at > 0 && last[at - 1].stream > c->stream; at--)
            last[at] = last[at - 1];
        last[at] = (seigr_last){c->stream, c->sequence, *seigr_verified_id(v)};
    }
    assert_ok(seigr_last_encode(
        last, count, (seigr_buf){room, 8 * SEIGR_STATEMENT_LAST_LEN}));
    return (seigr_span){room, count * SEIGR_STATEMENT_LAST_LEN};
}

static seigr_span world_approvals(const world *w, const json_t *people,
                                  const seigr_public_key *previous,
                                  const seigr_public_key *key)
{
    const size_t count = json_array_size(people);
    uint8_t *list = help_keep(count * SEIGR_STATEMENT_APPROVAL_LEN);
    size_t i;
    json_t *one;

    json_array_foreach(people, i, one) assert_ok(seigr_identity_approve(
        &w->people[json_integer_value(one)].signer, previous, key,
        list + i * SEIGR_STATEMENT_APPROVAL_LEN));
    return world_sorted(list, count, SEIGR_STATEMENT_APPROVAL_LEN);
}

static seigr_span world_identity(const world *w, const json_t *c)
{
    const seigr_context context = help_context();
    const json_t *next = json_object_get(c, "next");
    const json_t *previous = json_object_get(c, "previous_key");
    seigr_identity i = SEIGR_IDENTITY_INIT;

    i.is_retired = json_is_true(json_object_get(c, "retired"));
    i.has_next = next != NULL;
    if (next != NULL)
        seigr_sha256(&context, (seigr_span){world_key(w, next)->bytes, 32},
                     &i.next);
    i.recovery_keys = world_list(w, json_object_get(c, "recovery"), NULL);
    i.recovery_threshold = (uint32_t)world_number(c, "threshold");
    i.last = world_last(w, json_object_get(c, "last"));
    if (previous != NULL) {
        i.has_previous = 1;
        i.previous = *world_key(w, previous);
        i.approvals =
            world_approvals(w, json_object_get(c, "approvals"), &i.previous,
                            world_key(w, json_object_get(c, "by")));
    }
    return help_identity(&i);
}

static void world_labels(const json_t *object, seigr_label *out, size_t *count)
{
    static const char *const keys[] = {"x", "y"};

    *count = 0;
    for (size_t i = 0; i < 2; i++) {
        const json_t *value = json_object_get(object, keys[i]);

        if (value != NULL)
            out[(*count)++] = (seigr_label){
                help_text(keys[i]), help_text(json_string_value(value))};
    }
}

static seigr_span world_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return help_text(text == NULL ? "" : text);
}

static seigr_span world_grant(const world *w, const json_t *c)
{
    seigr_grant g = SEIGR_GRANT_INIT;
    size_t count;

    g.audience = *world_key(w, json_object_get(c, "audience"));
    g.scope = (uint32_t)world_number(c, "scope");
    g.resource = world_text(c, "resource");
    g.expires_ms = world_number(c, "expires");
    g.use_max = world_number(c, "uses");
    g.fuel_max = world_number(c, "fuel");
    g.memory_max = world_number(c, "memory");
    g.delegation_max = (uint32_t)world_number(c, "delegations");
    world_labels(json_object_get(c, "labels"), g.labels, &count);
    g.label_count = (uint32_t)count;
    return help_grant(&g);
}

static seigr_span world_revocation(const world *w, const json_t *c)
{
    seigr_revocation r = SEIGR_REVOCATION_INIT;

    if (json_object_get(c, "key") != NULL) {
        r.type = SEIGR_REVOKES_KEY;
        r.key = *world_key(w, json_object_get(c, "key"));
        r.last = world_last(w, json_object_get(c, "last"));
    } else if (json_object_get(c, "capsule") != NULL) {
        r.type = SEIGR_REVOKES_CAPSULE;
        r.capsule = *world_id(w, json_object_get(c, "capsule"));
    } else {
        r.type = SEIGR_REVOKES_SET;
        r.set = world_list(w, json_object_get(c, "set_keys"),
                           json_object_get(c, "set_capsules"));
    }
    return help_revocation(&r);
}

static seigr_span world_attestation(const world *w, const json_t *c)
{
    seigr_attestation a = SEIGR_ATTESTATION_INIT;

    a.subject = *world_key(w, json_object_get(c, "subject"));
    a.scope = (uint32_t)world_number(c, "scope");
    a.weight = (uint32_t)world_number(c, "weight");
    a.expires_ms = world_number(c, "expires");
    return help_attestation(&a);
}

static void world_detail(const world *w, const json_t *c, help_make *make)
{
    const char *kind = support_string(c, "kind");

    make->kind = SEIGR_KIND_DATA;
    if (strcmp(kind, "identity") == 0) {
        make->kind = SEIGR_KIND_IDENTITY;
        make->detail = world_identity(w, c);
    } else if (strcmp(kind, "grant") == 0) {
        make->kind = SEIGR_KIND_GRANT;
        make->detail = world_grant(w, c);
    } else if (strcmp(kind, "revocation") == 0) {
        make->kind = SEIGR_KIND_REVOCATION;
        make->detail = world_revocation(w, c);
    } else if (strcmp(kind, "attestation") == 0) {
        make->kind = SEIGR_KIND_ATTESTATION;
        make->detail = world_attestation(w, c);
    } else {
        assert_string_equal(kind, "data");
    }
}

static void world_capsule(world *w, const json_t *c)
{
    help_person *by = &w->people[world_number(c, "by")];
    seigr_verified *out = &w->capsules[w->capsule_count];
    help_make make = {.stream = (uint32_t)world_number(c, "stream"),
                      .created_ms = world_number(c, "created")};
    seigr_link links[8];
    seigr_label labels[2];
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(c, "links"), i, one)
    {
        const char *role = json_string_value(json_array_get(one, 0));

        links[make.link_count++] =
            (seigr_link){*world_id(w, json_array_get(one, 1)),
                         strcmp(role, "grant") == 0 ? SEIGR_ROLE_GRANT
                                                    : SEIGR_ROLE_EVIDENCE};
    }
    make.links = links;
    world_labels(json_object_get(c, "carries"), labels, &make.label_count);
    make.labels = labels;
    world_detail(w, c, &make);
    if (json_is_true(json_object_get(c, "fork")))
        help_seal_fork(by, &make, out);
    else
        help_seal(by, &make, out);
    w->capsule_count++;
}

void world_build(world *w, const json_t *one)
{
    const json_t *minimum = json_object_get(one, "min");
    size_t i;
    json_t *part;

    memset(w, 0, sizeof(*w));
    for (unsigned k = 0; k < WORLD_PEOPLE_MAX; k++)
        help_person_init(&w->people[k], k + 1);
    json_array_foreach(json_object_get(one, "capsules"), i, part)
        world_capsule(w, part);
    json_array_foreach(json_object_get(one, "anchors"), i, part)
        w->anchors[w->anchor_count++] =
        (seigr_anchor){*world_key(w, json_object_get(part, "key")),
                       (uint32_t)world_number(part, "scope"),
                       (uint32_t)world_number(part, "weight")};
    w->as_of_ms = world_number(one, "as_of");
    w->options = (seigr_trust_options)SEIGR_TRUST_OPTIONS_INIT;
    w->options.capsule_max = WORLD_CAPSULES_MAX + 8;
    for (unsigned bit = 0; bit < 8; bit++) {
        char name[4];

        (void)snprintf(name, sizeof(name), "%u", 1u << bit);
        w->options.weight_min[bit] = (uint32_t)world_number(minimum, name);
    }
}

seigr_trust *world_trust(const world *w, const size_t *order)
{
    const seigr_context context = help_context();
    const size_t len = seigr_trust_size(&w->options);
    seigr_trust *trust = NULL;

    assert_ok(
        seigr_trust_init(help_keep(len), len, &context, &w->options, &trust));
    for (size_t i = 0; i < w->anchor_count; i++)
        assert_ok(seigr_trust_anchor(trust, &w->anchors[i]));
    for (size_t i = 0; i < w->capsule_count; i++)
        assert_ok(seigr_trust_put(
            trust, &w->capsules[order == NULL ? i : order[i]], NULL));
    seigr_trust_settle(trust, w->as_of_ms);
    return trust;
}

seigr_question world_question(const world *w, const json_t *one)
{
    const json_t *capsule = json_object_get(one, "capsule");
    const json_t *grant = json_object_get(one, "grant");
    seigr_question q = SEIGR_QUESTION_INIT;

    q.scope = (uint32_t)world_number(one, "scope");
    if (capsule != NULL)
        q.capsule = &w->capsules[json_integer_value(capsule)];
    else
        q.key = world_key(w, json_object_get(one, "key"));
    if (grant != NULL)
        q.grant = world_id(w, grant);
    q.resource = world_text(one, "resource");
    q.now_ms = world_number(one, "now");
    q.fuel = world_number(one, "fuel");
    q.memory = world_number(one, "memory");
    q.use_count = world_number(one, "uses");
    return q;
}

const char *world_ask(seigr_trust *trust, const seigr_question *question,
                      seigr_answer *answer)
{
    seigr_answer mine = SEIGR_ANSWER_INIT;
    const int err = seigr_trust_decide(trust, question, &mine);

    assert_true(err == 0 || err == SEIGR_E_DENIED || err == SEIGR_E_QUOTA);
    assert_int_equal(err == 0, mine.why < SEIGR_WHY_NO_PATH);
    assert_true(strlen(mine.text) > 10 && strlen(mine.change) > 5);
    assert_true(err == 0 ? mine.step_count > 0 : mine.step_count == 0);
    if (answer != NULL)
        *answer = mine;
    return seigr_why_name(mine.why);
}
