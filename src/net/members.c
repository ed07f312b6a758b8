/* SPDX-License-Identifier: MIT */
/*
 * members.c - who asks whom, and what is believed.
 *
 *     alive --no answer, nor through others; link gone--> suspect
 *     suspect --suspect_ms--> dead
 *     any --it answers, opens a link, says a greater incarnation--> alive
 *
 * Invariants:
 *   (1) what a member says of itself over its own link is taken as it is.
 *   (2) while a member has a link and owes no answer, no rumour makes it
 *       suspect or dead.
 *   (3) of oneself no rumour is taken: it is answered.
 *   (4) a list is read whole before any of it is believed.
 */
#include "member_table.h" /* seigr_members */

#include "base/cbor.h"       /* seigr__cbor */
#include "base/cbor_write.h" /* seigr__cbor_write */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

static int members_same(const seigr_public_key *a, const seigr_public_key *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* Queue an action; the oldest gives way, as any would be repeated. */
static void members_queue(seigr_members *m, uint32_t type,
                          const seigr_public_key *to,
                          const seigr_public_key *about, uint64_t number)
{
    struct seigr__member_action *action;

    if (m->action_count == SEIGR__MEMBER_ACTIONS) {
        m->action_head = (m->action_head + 1) % SEIGR__MEMBER_ACTIONS;
        m->action_count--;
    }
    action =
        &m->actions[(m->action_head + m->action_count) % SEIGR__MEMBER_ACTIONS];
    memset(action, 0, sizeof(*action));
    action->type = type;
    action->to = *to;
    if (about != NULL)
        action->about = *about;
    action->number = number;
    m->action_count++;
}

static void members_set(struct seigr__member *member, seigr_now now,
                        uint32_t state, uint64_t incarnation)
{
    if (member->view.state != state)
        member->view.since_ms = now.monotonic_ms;
    member->view.state = state;
    member->view.incarnation = incarnation;
    member->spreads = SEIGR__MEMBER_SPREADS;
}

/* It has answered, or somebody has for it. */
static void members_hear(struct seigr__member *member, seigr_now now)
{
    member->probe_ms = 0;
    member->is_helped = 0;
    if (member->view.state != SEIGR_MEMBER_ALIVE)
        members_set(member, now, SEIGR_MEMBER_ALIVE, member->view.incarnation);
}

/* --- rumours ---------------------------------------------------------------
 */

struct rumour {
    seigr_public_key kid;
    uint64_t incarnation;
    uint32_t state;
};

static int members_read_rumour(seigr__cbor *r, struct rumour *out)
{
    seigr_span kid = {NULL, 0};
    uint64_t count = 0;
    uint64_t state = 0;
    int err = seigr__cbor_array(r, &count);

    if (err == 0 && count != 3)
        err = seigr__cbor_fail(r, SEIGR_E_FORMAT, "a member is not of 3");
    if (err == 0)
        err = seigr__cbor_bytes(r, &kid);
    if (err == 0 && kid.len != 32)
        err = seigr__cbor_fail(r, SEIGR_E_FORMAT, "a member's key is not 32");
    if (err == 0)
        err = seigr__cbor_uint(r, &out->incarnation);
    if (err == 0)
        err = seigr__cbor_uint(r, &state);
    if (err == 0 && state > SEIGR_MEMBER_LEFT)
        err = seigr__cbor_fail(r, SEIGR_E_FORMAT, "a member's state is none");
    if (err == 0 && out->incarnation >=
                        SEIGR__INCARNATION_MAX + (state == SEIGR_MEMBER_ALIVE))
        err = seigr__cbor_fail(r, SEIGR_E_LIMIT,
                               "a member's incarnation passes its bound");
    if (err != 0)
        return err;
    memcpy(out->kid.bytes, kid.ptr, 32);
    out->state = (uint32_t)state;
    return 0;
}

/* (3) */
static void members_answer(seigr_members *m, seigr_now now,
                           const struct rumour *rumour)
{
    struct seigr__member *self = seigr__member_find(m, &m->self);

    /* Of an earlier life, or of a death: outdo it. */
    if (rumour->state == SEIGR_MEMBER_ALIVE
            ? rumour->incarnation > self->view.incarnation
            : rumour->incarnation >= self->view.incarnation)
        members_set(self, now, SEIGR_MEMBER_ALIVE,
                    rumour->incarnation < SEIGR__INCARNATION_MAX
                        ? rumour->incarnation + 1
                        : SEIGR__INCARNATION_MAX);
}

/* Does a rumour outdo what is known? SWIM, 4.2. */
static int members_is_news(const struct seigr__member *member,
                           const struct rumour *rumour)
{
    if (rumour->incarnation != member->view.incarnation)
        return rumour->incarnation > member->view.incarnation;
    return rumour->state > member->view.state;
}

static void members_believe(seigr_members *m, seigr_now now,
                            const seigr_public_key *from,
                            const struct rumour *rumour)
{
    const int own = members_same(from, &rumour->kid);
    struct seigr__member *member;

    if (members_same(&rumour->kid, &m->self)) {
        members_answer(m, now, rumour);
        return;
    }
    member = seigr__member_find(m, &rumour->kid);
    if (member == NULL) {
        member = seigr__member_add(m, now, &rumour->kid, 0);
        if (member != NULL)
            members_set(member, now, rumour->state, rumour->incarnation);
        return;
    }
    if (own ? (rumour->state == member->view.state &&
               rumour->incarnation == member->view.incarnation)
            : !members_is_news(member, rumour))
        return;
    if (!own && rumour->state != SEIGR_MEMBER_ALIVE && /* (2) */
        member->view.links > 0 && member->probe_ms == 0) {
        members_queue(m, SEIGR_RECORD_MEMBERS, &rumour->kid, &rumour->kid,
                      rumour->incarnation);
        m->actions[(m->action_head + m->action_count - 1) %
                   SEIGR__MEMBER_ACTIONS]
            .rumour = rumour->state; /* so that it can answer */
        return;
    }
    members_set(member, now, rumour->state, rumour->incarnation); /* (1) */
}

/* (4) */
static int members_take_list(seigr_members *m, seigr_now now,
                             const seigr_public_key *from, seigr_span list,
                             seigr_error *error)
{
    struct rumour rumours[SEIGR__MEMBER_LISTED];
    seigr__cbor r;
    uint64_t count = 0;
    int err;

    seigr__cbor_init(&r, list, SEIGR__CBOR_DETERMINISTIC, error);
    err = seigr__cbor_array(&r, &count);
    if (err == 0 && count > SEIGR__MEMBER_LISTED)
        err = seigr__cbor_fail(&r, SEIGR_E_LIMIT, "more than 64 members");
    for (size_t i = 0; err == 0 && i < count; i++)
        err = members_read_rumour(&r, &rumours[i]);
    for (size_t i = 0; err == 0 && i < count; i++)
        members_believe(m, now, from, &rumours[i]);
    return err;
}

/* --- records ----------------------------------------------------------------
 */

/* An answer: of the member itself, or of one that was asked for it. */
static void members_take_answer(seigr_members *m, seigr_now now,
                                const seigr_public_key *from, uint64_t number)
{
    for (size_t i = 0; i < SEIGR__MEMBER_RELAYS; i++) {
        struct seigr__member_relay *relay = &m->relays[i];

        if (relay->ours != number || number == 0 ||
            !members_same(&relay->about, from))
            continue;
        members_queue(m, SEIGR_RECORD_ALIVE, &relay->asker, NULL,
                      relay->theirs);
        relay->ours = 0;
        return;
    }
    for (size_t i = 0; i < m->count; i++) {
        struct seigr__member *member = &m->list[i];

        if (member->probe_ms != 0 && member->probe == number &&
            (member->is_helped != 0 || members_same(&member->view.kid, from)))
            members_hear(member, now);
    }
}

static void members_take_request(seigr_members *m, const seigr_public_key *from,
                                 const seigr_record *record)
{
    struct seigr__member_relay *relay = &m->relays[m->relay_next];
    const struct seigr__member *about;
    seigr_public_key kid;

    memcpy(kid.bytes, record->fields[1].bytes.ptr, 32);
    about = seigr__member_find(m, &kid);
    if (about == NULL || about->view.links == 0 || members_same(&kid, from))
        return;
    relay->asker = *from;
    relay->about = kid;
    relay->theirs = record->fields[0].number;
    relay->ours = ++m->number;
    m->relay_next = (m->relay_next + 1) % SEIGR__MEMBER_RELAYS;
    members_queue(m, SEIGR_RECORD_PROBE, &kid, NULL, relay->ours);
}

static int members_list_of(const seigr_record *record, seigr_span *list)
{
    switch (record->type) {
    case SEIGR_RECORD_PROBE:
    case SEIGR_RECORD_ALIVE:
        *list = record->fields[1].bytes;
        return 1;
    case SEIGR_RECORD_PROBE_FOR:
        *list = record->fields[2].bytes;
        return 1;
    case SEIGR_RECORD_MEMBERS:
        *list = record->fields[0].bytes;
        return 1;
    default:
        return 0;
    }
}

int seigr_members_receive(seigr_members *m, seigr_now now,
                          const seigr_public_key *from,
                          const seigr_record *record, seigr_error *error)
{
    struct seigr__member *member;
    seigr_span list;
    int err;

    if (m == NULL || from == NULL || record == NULL || record->known == 0 ||
        !members_list_of(record, &list))
        return SEIGR_E_INVAL;
    member = seigr__member_find(m, from);
    if (member == NULL || member->view.links == 0)
        return SEIGR_E_INVAL;
    err = members_take_list(m, now, from, list, error);
    if (err != 0)
        return err;
    if (record->type == SEIGR_RECORD_PROBE)
        members_queue(m, SEIGR_RECORD_ALIVE, from, NULL,
                      record->fields[0].number);
    else if (record->type == SEIGR_RECORD_ALIVE)
        members_take_answer(m, now, from, record->fields[0].number);
    else if (record->type == SEIGR_RECORD_PROBE_FOR)
        members_take_request(m, from, record);
    return 0;
}

int seigr_members_link(seigr_members *m, seigr_now now,
                       const seigr_public_key *kid, int is_up)
{
    static const seigr_public_key first;
    struct seigr__member *member;

    if (m == NULL || kid == NULL || members_same(kid, &m->self))
        return SEIGR_E_INVAL;
    if (is_up) {
        member = seigr__member_add(m, now, kid, 1);
        if (member == NULL)
            return SEIGR_E_FULL;
        member->view.links++;
        members_hear(member, now);
        members_queue(m, SEIGR_RECORD_MEMBERS, kid, &first, 0);
        return 0;
    }
    member = seigr__member_find(m, kid);
    if (member == NULL || member->view.links == 0)
        return SEIGR_E_INVAL;
    member->view.links--;
    if (member->view.links == 0) {
        member->probe_ms = 0;
        if (member->view.state == SEIGR_MEMBER_ALIVE)
            members_set(member, now, SEIGR_MEMBER_SUSPECT,
                        member->view.incarnation);
    }
    return 0;
}

/* --- time --------------------------------------------------------------------
 */

/* Some member with a link, alone or after skip others; NULL: there is none. */
static struct seigr__member *members_pick(seigr_members *m,
                                          const struct seigr__member *not_this)
{
    const size_t start = seigr__member_random(m, m->count);

    for (size_t i = 0; i < m->count; i++) {
        struct seigr__member *member = &m->list[(start + i) % m->count];

        if (member->view.links > 0 && member != not_this)
            return member;
    }
    return NULL;
}

static void members_probe(seigr_members *m, seigr_now now)
{
    struct seigr__member *member = members_pick(m, NULL);

    if (member == NULL || member->probe_ms != 0)
        return;
    member->probe = ++m->number;
    member->probe_ms = now.monotonic_ms == 0 ? 1 : now.monotonic_ms;
    members_queue(m, SEIGR_RECORD_PROBE, &member->view.kid, NULL,
                  member->probe);
}

static void members_ask_others(seigr_members *m, struct seigr__member *member)
{
    member->is_helped = 1;
    for (uint32_t i = 0; i < m->options.helpers; i++) {
        const struct seigr__member *helper = members_pick(m, member);

        if (helper != NULL)
            members_queue(m, SEIGR_RECORD_PROBE_FOR, &helper->view.kid,
                          &member->view.kid, member->probe);
    }
}

static void members_earlier(uint64_t at, uint64_t *next)
{
    if (at < *next)
        *next = at;
}

/* What is due with one member. */
static void members_age(seigr_members *m, seigr_now now,
                        struct seigr__member *member, uint64_t *next)
{
    const uint64_t answer = m->options.answer_ms;
    const uint64_t dead = member->view.since_ms + m->options.suspect_ms;

    if (member->probe_ms != 0) {
        if (now.monotonic_ms >= member->probe_ms + 2 * answer) {
            member->probe_ms = 0;
            if (member->view.state == SEIGR_MEMBER_ALIVE)
                members_set(member, now, SEIGR_MEMBER_SUSPECT,
                            member->view.incarnation);
        } else if (now.monotonic_ms >= member->probe_ms + answer) {
            if (member->is_helped == 0)
                members_ask_others(m, member);
            members_earlier(member->probe_ms + 2 * answer, next);
        } else {
            members_earlier(member->probe_ms + answer, next);
        }
    }
    if (member->view.state != SEIGR_MEMBER_SUSPECT)
        return;
    if (now.monotonic_ms >= dead)
        members_set(member, now, SEIGR_MEMBER_DEAD, member->view.incarnation);
    else
        members_earlier(dead, next);
}

void seigr_members_step(seigr_members *m, seigr_now now, uint64_t *next_ms)
{
    uint64_t next = UINT64_MAX;

    if (m == NULL || next_ms == NULL)
        return;
    if (now.monotonic_ms >= m->period_ms) {
        members_probe(m, now);
        m->period_ms = now.monotonic_ms + m->options.period_ms;
    }
    next = m->period_ms;
    for (size_t i = 0; i < m->count; i++)
        members_age(m, now, &m->list[i], &next);
    *next_ms = next;
}

/* --- what is sent -----------------------------------------------------------
 */

static void members_write_one(seigr__cbor_writer *w,
                              const seigr_public_key *kid, uint64_t incarnation,
                              uint32_t state)
{
    seigr__cbor_write_array(w, 3);
    seigr__cbor_write_bytes(w, (seigr_span){kid->bytes, 32});
    seigr__cbor_write_uint(w, incarnation);
    seigr__cbor_write_uint(w, state);
}

static void members_write(seigr__cbor_writer *w,
                          const struct seigr__member *member)
{
    members_write_one(w, &member->view.kid, member->view.incarnation,
                      member->view.state);
}

/* May it be passed on? A rumour of death must be answerable. */
static int members_may_tell(const struct seigr__member *member)
{
    return member->view.state == SEIGR_MEMBER_ALIVE ||
           member->view.incarnation < SEIGR__INCARNATION_MAX;
}

/* Add to chosen, from start on, what is new or what is not. */
static size_t members_choose(seigr_members *m, size_t start, int is_news,
                             size_t chosen[SEIGR__MEMBER_RUMOURS], size_t count)
{
    const size_t most = is_news ? SEIGR__MEMBER_RUMOURS : SEIGR__MEMBER_OTHERS;

    for (size_t i = 0; i < m->count && count < most; i++) {
        struct seigr__member *member = &m->list[(start + i) % m->count];

        if ((member->spreads > 0) != is_news || !members_may_tell(member) ||
            members_same(&member->view.kid, &m->self))
            continue;
        chosen[count++] = (start + i) % m->count;
    }
    return count;
}

/* Oneself, then what is new, then some of the rest, so that what somebody
 * missed comes to it in the end. */
static void members_write_news(seigr_members *m, seigr__cbor_writer *w)
{
    const size_t start = seigr__member_random(m, m->count);
    size_t chosen[SEIGR__MEMBER_RUMOURS];
    const size_t news = members_choose(m, start, 1, chosen, 0);
    const size_t count = members_choose(m, start, 0, chosen, news);

    seigr__cbor_write_array(w, count + 1);
    members_write(w, seigr__member_find(m, &m->self));
    for (size_t i = 0; i < count; i++) {
        members_write(w, &m->list[chosen[i]]);
        if (i < news)
            m->list[chosen[i]].spreads--;
    }
}

/* The next of the whole list, behind a key; the rest is queued again. */
static void members_write_list(seigr_members *m,
                               const struct seigr__member_action *action,
                               seigr__cbor_writer *w)
{
    size_t at = seigr__member_place(m, &action->about);
    size_t chosen[SEIGR__MEMBER_LISTED];
    size_t count = 0;

    for (; at < m->count && count < SEIGR__MEMBER_LISTED; at++) {
        if (!members_same(&m->list[at].view.kid, &action->about) &&
            members_may_tell(&m->list[at]))
            chosen[count++] = at;
    }
    seigr__cbor_write_array(w, count);
    for (size_t i = 0; i < count; i++)
        members_write(w, &m->list[chosen[i]]);
    if (at < m->count)
        members_queue(m, SEIGR_RECORD_MEMBERS, &action->to,
                      &m->list[at - 1].view.kid, 0);
}

static void members_make(seigr_members *m,
                         const struct seigr__member_action *action,
                         seigr_buf room, seigr_record *record)
{
    const seigr_record fresh = SEIGR_RECORD_INIT;
    const seigr_buf list = {room.ptr + 32, room.len - 32};
    seigr_field *field;
    seigr__cbor_writer w;

    *record = fresh;
    record->type = action->type;
    record->known = 1;
    field = record->fields;
    if (action->type != SEIGR_RECORD_MEMBERS)
        (field++)->number = action->number;
    if (action->type == SEIGR_RECORD_PROBE_FOR) {
        memcpy(room.ptr, action->about.bytes, 32);
        (field++)->bytes = (seigr_span){room.ptr, 32};
    }
    seigr__cbor_write_init(&w, list);
    if (action->rumour != 0) {
        seigr__cbor_write_array(&w, 1);
        members_write_one(&w, &action->about, action->number, action->rumour);
    } else if (action->type == SEIGR_RECORD_MEMBERS)
        members_write_list(m, action, &w);
    else
        members_write_news(m, &w);
    assert(seigr__cbor_write_done(&w) == 0);
    field->bytes = (seigr_span){list.ptr, w.len};
}

int seigr_members_next(seigr_members *m, seigr_now now, seigr_buf room,
                       seigr_public_key *to, seigr_record *record)
{
    (void)now;
    if (m == NULL || to == NULL || record == NULL || room.ptr == NULL ||
        room.len < SEIGR_MEMBERS_ROOM)
        return SEIGR_E_INVAL;
    while (m->action_count > 0) {
        const struct seigr__member_action action = m->actions[m->action_head];
        const struct seigr__member *member = seigr__member_find(m, &action.to);

        m->action_head = (m->action_head + 1) % SEIGR__MEMBER_ACTIONS;
        m->action_count--;
        if (member == NULL || member->view.links == 0)
            continue; /* its link has gone meanwhile */
        members_make(m, &action, room, record);
        *to = action.to;
        return 0;
    }
    return SEIGR_E_AGAIN;
}
