/* SPDX-License-Identifier: MIT */
/*
 * member_table.c - members in the order of their keys.
 *
 * Invariants:
 *   (1) no more than member_max; oneself is always there.
 *   (2) a rumour never takes the place of a member that was proved.
 */
#include "member_table.h" /* seigr_members */

#include "base/alloc.h" /* seigr__alloc_zero */

#include <assert.h> /* assert */
#include <string.h> /* memmove */

#define TABLE_MAX 65536u

size_t seigr__member_place(const seigr_members *members,
                           const seigr_public_key *kid)
{
    size_t low = 0;
    size_t high = members->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(members->list[middle].view.kid.bytes, kid->bytes, 32) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct seigr__member *seigr__member_find(const seigr_members *members,
                                         const seigr_public_key *kid)
{
    const size_t at = seigr__member_place(members, kid);

    if (at == members->count ||
        memcmp(members->list[at].view.kid.bytes, kid->bytes, 32) != 0)
        return NULL;
    return &members->list[at];
}

/* How gladly is a member given up? 0: never. (1), (2) */
static unsigned table_spare(const seigr_members *members,
                            const struct seigr__member *member, int for_proved)
{
    if (member->view.links > 0 ||
        memcmp(&member->view.kid, &members->self, sizeof(members->self)) == 0)
        return 0;
    if (member->view.is_proved == 0)
        return member->view.state >= SEIGR_MEMBER_DEAD ? 3 : for_proved != 0;
    return for_proved != 0 && member->view.state >= SEIGR_MEMBER_DEAD ? 2 : 0;
}

/* Make a place. Returns whether there is one. */
static int table_make_place(seigr_members *members, int for_proved)
{
    size_t best = members->count;
    unsigned best_spare = 0;

    if (members->count < members->options.member_max)
        return 1;
    for (size_t i = 0; i < members->count; i++) {
        const unsigned spare =
            table_spare(members, &members->list[i], for_proved);

        if (spare > best_spare || (spare > 0 && spare == best_spare &&
                                   members->list[i].view.since_ms <
                                       members->list[best].view.since_ms)) {
            best = i;
            best_spare = spare;
        }
    }
    if (best_spare == 0)
        return 0;
    members->count--;
    memmove(&members->list[best], &members->list[best + 1],
            (members->count - best) * sizeof(members->list[0]));
    return 1;
}

struct seigr__member *seigr__member_add(seigr_members *members, seigr_now now,
                                        const seigr_public_key *kid,
                                        int is_proved)
{
    const seigr_member fresh = SEIGR_MEMBER_INIT;
    struct seigr__member *member = seigr__member_find(members, kid);
    size_t at;

    if (member == NULL) {
        if (!table_make_place(members, is_proved))
            return NULL;
        at = seigr__member_place(members, kid);
        member = &members->list[at];
        memmove(member + 1, member,
                (members->count - at) * sizeof(members->list[0]));
        members->count++;
        memset(member, 0, sizeof(*member));
        member->view = fresh;
        member->view.kid = *kid;
        member->view.since_ms = now.monotonic_ms;
    }
    if (is_proved)
        member->view.is_proved = 1;
    assert(members->count <= members->options.member_max);
    return member;
}

size_t seigr__member_random(seigr_members *members, size_t limit)
{
    uint64_t z = (members->random += 0x9e3779b97f4a7c15u);

    assert(limit > 0);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % limit);
}

static int table_options_hold(const seigr_members_options *options)
{
    return options->struct_size == sizeof(*options) &&
           options->member_max >= 2 && options->member_max <= TABLE_MAX &&
           options->period_ms > 0 && options->answer_ms > 0 &&
           options->helpers <= 8;
}

int seigr_members_new(const seigr_context *context,
                      const seigr_public_key *self,
                      const seigr_members_options *options, seigr_now now,
                      seigr_members **out)
{
    static const seigr_members_options defaults = SEIGR_MEMBERS_OPTIONS_INIT;
    seigr_members *members;
    uint8_t seed[8];
    int err;

    if (options == NULL)
        options = &defaults;
    if (context == NULL || self == NULL || out == NULL ||
        !table_options_hold(options))
        return SEIGR_E_INVAL;
    err = seigr_random_fill(context, seed, sizeof(seed));
    if (err != 0)
        return err;
    members = seigr__alloc_zero(context, 1, sizeof(*members));
    if (members == NULL)
        return SEIGR_E_NOMEM;
    members->context = context;
    members->options = *options;
    members->self = *self;
    memcpy(&members->random, seed, sizeof(seed));
    members->number = members->random >> 16;
    members->period_ms = now.monotonic_ms + options->period_ms;
    members->list = seigr__alloc_zero(context, options->member_max,
                                      sizeof(members->list[0]));
    if (members->list == NULL) {
        seigr_members_free(members);
        return SEIGR_E_NOMEM;
    }
    (void)seigr__member_add(members, now, self, 1); /* (1) */
    *out = members;
    return 0;
}

void seigr_members_free(seigr_members *members)
{
    if (members == NULL)
        return;
    seigr__release(members->context, members->list);
    seigr__release(members->context, members);
}

size_t seigr_members_count(const seigr_members *members)
{
    return members->count;
}

int seigr_members_get(const seigr_members *members, size_t index,
                      seigr_member *out)
{
    if (members == NULL || out == NULL || index >= members->count ||
        out->struct_size < sizeof(*out))
        return SEIGR_E_INVAL;
    *out = members->list[index].view;
    return 0;
}

int seigr_members_find(const seigr_members *members,
                       const seigr_public_key *kid, seigr_member *out)
{
    const struct seigr__member *member = seigr__member_find(members, kid);

    if (member == NULL)
        return SEIGR_E_NOTFOUND;
    *out = member->view;
    return 0;
}
