/* SPDX-License-Identifier: MIT */
#include "store_help.h"

#include <stdlib.h>
#include <string.h>

static seigr_span find_span(const char *text)
{
    return (seigr_span){(const uint8_t *)text, strlen(text)};
}

static seigr_public_key find_public(const store_key *key)
{
    return seigr_keypair_public(&key->keypair);
}

static void find_chains(store_place *place)
{
    seigr_store_cursor cursor;
    seigr_public_key issuer;
    store_capsule chain[5];
    store_capsule other;
    store_capsule stranger;
    store_key key;
    store_key key_2;

    store_key_init(&key, 1);
    store_key_init(&key_2, 2);
    issuer = find_public(&key);
    for (size_t i = 0; i < 5; i++)
        store_seal_text(&key, 3, i + 1, i == 0 ? NULL : &chain[i - 1], "c",
                        &chain[i]);
    store_seal_text(&key, 4, 1, NULL, "other stream", &other);
    store_seal_text(&key_2, 3, 1, NULL, "other issuer", &stranger);
    store_keep(place, &other);
    store_keep(place, &stranger);
    for (size_t i = 5; i-- > 0;) /* backwards: out of order is fine */
        store_keep(place, &chain[i]);

    seigr_store_by_chain(&cursor, &issuer, 3, 0);
    store_assert_found(place, cursor,
                       (const store_capsule *[]){&chain[0], &chain[1],
                                                 &chain[2], &chain[3],
                                                 &chain[4]},
                       5);
    seigr_store_by_chain(&cursor, &issuer, 3, 4);
    store_assert_found(place, cursor,
                       (const store_capsule *[]){&chain[3], &chain[4]}, 2);
    seigr_store_by_chain(&cursor, &issuer, SEIGR_STORE_ANY, 0);
    store_assert_found(place, cursor,
                       (const store_capsule *[]){&chain[0], &chain[1],
                                                 &chain[2], &chain[3],
                                                 &chain[4], &other},
                       6);
    seigr_store_by_chain(&cursor, &issuer, 5, 0);
    store_assert_found(place, cursor, NULL, 0);
}

void test_store_find__by_issuer_and_sequence(void **state)
{
    (void)state;
    store_each(find_chains);
}

static void find_others(store_place *place)
{
    const seigr_label one[2] = {{find_span("color"), find_span("green")},
                                {find_span("shape"), find_span("round")}};
    const seigr_label two[1] = {{find_span("color"), find_span("blue")}};
    const seigr_span green = find_span("green");
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_store_cursor cursor;
    store_capsule a;
    store_capsule b;
    store_capsule c;
    store_key key;
    seigr_link links[2];

    store_key_init(&key, 1);
    draft.kind = SEIGR_KIND_DATA;
    draft.sequence = 1;
    draft.created_ms = 300;
    draft.labels = one;
    draft.label_count = 2;
    store_seal(&key, &draft, &a);
    links[0] = (seigr_link){a.id, SEIGR_ROLE_PARENT};
    links[1] = (seigr_link){a.id, SEIGR_ROLE_INPUT};
    draft.stream = 1;
    draft.created_ms = 100;
    draft.labels = two;
    draft.label_count = 1;
    draft.links = links;
    draft.link_count = 2;
    store_seal(&key, &draft, &b);
    draft.stream = 2;
    draft.kind = SEIGR_KIND_PROGRAM;
    draft.created_ms = 200;
    draft.label_count = 0;
    draft.link_count = 1;
    store_seal(&key, &draft, &c);
    store_keep(place, &b);
    store_keep(place, &c);
    store_keep(place, &a);
    store_reopen(place);

    seigr_store_by_kind(&cursor, SEIGR_KIND_DATA);
    store_assert_found(place, cursor, (const store_capsule *[]){&b, &a}, 2);
    seigr_store_by_kind(&cursor, SEIGR_KIND_PROGRAM);
    store_assert_found(place, cursor, (const store_capsule *[]){&c}, 1);
    seigr_store_by_time(&cursor, 0, UINT64_MAX);
    store_assert_found(place, cursor, (const store_capsule *[]){&b, &c, &a}, 3);
    seigr_store_by_time(&cursor, 101, 200);
    store_assert_found(place, cursor, (const store_capsule *[]){&c}, 1);
    seigr_store_by_time(&cursor, 2, 1);
    store_assert_found(place, cursor, NULL, 0);
    seigr_store_by_link(&cursor, &a.id, SEIGR_ROLE_PARENT);
    store_assert_found(place, cursor, (const store_capsule *[]){&b, &c}, 2);
    seigr_store_by_link(&cursor, &a.id, 0);
    store_assert_found(place, cursor, (const store_capsule *[]){&b, &c, &b}, 3);
    seigr_store_by_link(&cursor, &b.id, 0);
    store_assert_found(place, cursor, NULL, 0);
    seigr_store_by_label(&place->context, &cursor, find_span("color"), &green);
    store_assert_found(place, cursor, (const store_capsule *[]){&a}, 1);
    seigr_store_by_label(&place->context, &cursor, find_span("shape"), NULL);
    store_assert_found(place, cursor, (const store_capsule *[]){&a}, 1);
    seigr_store_by_label(&place->context, &cursor, find_span("size"), NULL);
    store_assert_found(place, cursor, NULL, 0);
}

void test_store_find__by_kind_time_link_and_label(void **state)
{
    (void)state;
    store_each(find_others);
}

static int find_order(const void *a, const void *b)
{
    return memcmp(((const store_capsule *)a)->id.bytes,
                  ((const store_capsule *)b)->id.bytes, 32);
}

static void find_prefixes(store_place *place)
{
    enum { COUNT = 60 };
    const store_capsule *all[COUNT];
    store_capsule capsules[COUNT];
    seigr_store_cursor cursor;
    seigr_prefix prefix;
    char address[SEIGR_ADDRESS_SHORT_LEN + 1];
    store_key key;

    store_key_init(&key, 1);
    for (size_t i = 0; i < COUNT; i++) {
        store_seal_text(&key, i, 1, NULL, "p", &capsules[i]);
        store_keep(place, &capsules[i]);
    }
    qsort(capsules, COUNT, sizeof(capsules[0]), find_order);
    for (size_t i = 0; i < COUNT; i++)
        all[i] = &capsules[i];
    seigr_store_by_id(&cursor, NULL);
    store_assert_found(place, cursor, all, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        seigr_address_short_id(&capsules[i].id, address);
        assert_ok(seigr_prefix_decode(find_span(address), &prefix, NULL));
        seigr_store_by_id(&cursor, &prefix);
        store_assert_found(place, cursor, &all[i], 1);
    }
}

void test_store_find__by_address(void **state)
{
    (void)state;
    store_each(find_prefixes);
}
