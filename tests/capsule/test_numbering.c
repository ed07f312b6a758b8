/* SPDX-License-Identifier: MIT */
/*
 * Streams: numbering, starting again, and what proves a fork.
 */
#include "capsule_help.h"

#include <string.h>

/* Seal a small draft as the next of a stream. */
static seigr_verified stream_seal(const help_key *key, seigr_stream_head *head,
                                  uint8_t content)
{
    help_draft d;
    seigr_verified verified;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_span bytes;
    seigr_id id;

    help_draft_small(&d);
    d.content[0] = content;
    assert_ok(seigr_stream_head_next(head, &d.draft));
    if (seigr_stream_head_continues(head, &d.links[1]))
        d.draft.link_count = 2;
    bytes = help_seal(key, &d.draft, &id);
    if (help_verdict(bytes, &verified, &error) != 0)
        fail_msg("%s", error.text);
    assert_ok(seigr_stream_head_advance(head, &id));
    return verified;
}

void test_capsule_numbering__numbers_follow_each_other(void **state)
{
    seigr_stream_head head;
    seigr_id last = {{0}};
    help_key key;

    (void)state;
    help_key_init(&key, 7);
    seigr_stream_head_first(&head);
    assert_int_equal(head.stream, 0);
    for (uint64_t n = 1; n <= 5; n++) {
        const seigr_verified v = stream_seal(&key, &head, 0);
        const seigr_capsule *c = seigr_verified_capsule(&v);

        assert_int_equal(c->stream, 0);
        assert_int_equal(c->sequence, n);
        assert_int_equal(c->has_previous, n > 1);
        if (n > 1)
            assert_memory_equal(&c->previous, &last, sizeof(last));
        assert_int_equal(c->link_count, 1); /* no CONTINUES */
        last = *seigr_verified_id(&v);
        assert_memory_equal(&head.last, &last, sizeof(last));
    }
}

void test_capsule_numbering__a_later_one_continues_the_last_known(void **state)
{
    seigr_stream_head head;
    seigr_stream_head other;
    seigr_verified v;
    seigr_link link;
    size_t cursor = 0;
    const seigr_id known = {{9, 9, 9}};
    help_key key;

    (void)state;
    help_key_init(&key, 8);
    assert_ok(seigr_stream_head_start(&key.context, &known, &head));
    assert_ok(seigr_stream_head_start(&key.context, NULL, &other));
    assert_int_not_equal(head.stream, 0);
    assert_int_not_equal(head.stream, other.stream);
    assert_int_equal(seigr_stream_head_continues(&other, &link), 0);
    v = stream_seal(&key, &head, 0);
    assert_int_equal(seigr_verified_capsule(&v)->sequence, 1);
    assert_int_equal(seigr_verified_capsule(&v)->has_previous, 0);
    assert_int_equal(
        seigr_capsule_next_link(seigr_verified_capsule(&v), &cursor, &link), 1);
    assert_int_equal(
        seigr_capsule_next_link(seigr_verified_capsule(&v), &cursor, &link), 1);
    assert_int_equal(link.role, SEIGR_ROLE_CONTINUES);
    assert_memory_equal(&link.id, &known, sizeof(known));
    v = stream_seal(&key, &head, 0); /* only the first one links */
    assert_int_equal(seigr_verified_capsule(&v)->link_count, 1);
}

/* Randomness that gives zeros first: stream 0 must not come of it. */
static int stream_random(uint8_t *out, size_t len, void *ctx)
{
    int *calls = ctx;

    memset(out, (*calls)++ == 0 ? 0 : 0x31, len);
    return *calls > 2 ? SEIGR_E_RANDOM : 0;
}

void test_capsule_numbering__numbers_from_randomness_alone(void **state)
{
    int calls = 0;
    const seigr_random random = {(uint32_t)sizeof(random), 0, stream_random,
                                 &calls};
    seigr_context context = help_context(NULL);
    seigr_stream_head head;

    (void)state;
    context.random = &random;
    assert_ok(seigr_stream_head_start(&context, NULL, &head));
    assert_int_equal(head.stream, 0x3131313131313131);
    assert_int_equal(calls, 2);
    memset(&head, 0x55, sizeof(head));
    assert_int_equal(seigr_stream_head_start(&context, NULL, &head),
                     SEIGR_E_RANDOM);
    assert_int_equal(head.sequence, 0x5555555555555555); /* untouched */
}

void test_capsule_numbering__ends_at_the_last_number(void **state)
{
    seigr_stream_head head;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    const seigr_id id = {{1}};

    (void)state;
    seigr_stream_head_first(&head);
    head.sequence = UINT64_MAX - 1;
    head.has_last = 1;
    assert_ok(seigr_stream_head_next(&head, &draft));
    assert_int_equal(draft.sequence, UINT64_MAX);
    assert_ok(seigr_stream_head_advance(&head, &id));
    assert_int_equal(seigr_stream_head_next(&head, &draft), SEIGR_E_LIMIT);
    assert_int_equal(seigr_stream_head_advance(&head, &id), SEIGR_E_LIMIT);
    assert_int_equal(head.sequence, UINT64_MAX);
}

static void stream_expect(const seigr_verified *a, const seigr_verified *b,
                          unsigned type)
{
    assert_int_equal(seigr_fork_check(a, b), type);
    assert_int_equal(seigr_fork_check(b, a), type);
}

void test_capsule_numbering__forks_are_proved_by_two_capsules(void **state)
{
    help_key key;
    help_key other_key;
    seigr_stream_head head;
    seigr_stream_head copy;
    seigr_stream_head start;
    seigr_verified one;
    seigr_verified two;
    seigr_verified two_again;
    seigr_verified three;
    seigr_verified other;

    (void)state;
    help_key_init(&key, 9);
    help_key_init(&other_key, 10);
    seigr_stream_head_first(&head);
    start = head;
    one = stream_seal(&key, &head, 1);
    copy = head;
    two = stream_seal(&key, &head, 2);
    two_again = stream_seal(&key, &copy, 22);
    three = stream_seal(&key, &head, 3);
    stream_expect(&one, &one, 0);
    stream_expect(&one, &two, 0);
    stream_expect(&one, &three, 0);
    stream_expect(&two, &three, 0);
    stream_expect(&two, &two_again, SEIGR_FORK_SEQUENCE);
    stream_expect(&two_again, &three, SEIGR_FORK_PREVIOUS);
    /* Another issuer, another stream: the same numbers prove nothing. */
    other = stream_seal(&other_key, &start, 1);
    stream_expect(&one, &other, 0);
    stream_expect(&two, &other, 0);
    assert_ok(seigr_stream_head_start(&key.context, NULL, &start));
    other = stream_seal(&key, &start, 1);
    stream_expect(&one, &other, 0);
    /* Stream and sequence are the next, but what is named is elsewhere. */
    start.stream = 5;
    start.sequence = 1;
    start.last = *seigr_verified_id(&one);
    other = stream_seal(&key, &start, 1);
    stream_expect(&one, &other, SEIGR_FORK_ASTRAY);
}
