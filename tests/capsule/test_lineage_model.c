/* SPDX-License-Identifier: MIT */
/* Random lineages against a plain model, and hostile shapes. */
#include "lineage_fixture.h"

#include <stdlib.h>
#include <string.h>

#define MODEL_MAX 64u

/* A random graph: all capsules that were made, and which of them are here. */
struct model {
    struct fixture_capsule made[MODEL_MAX];
    size_t made_count;
    size_t here[MODEL_MAX]; /* of made, in the order of adding */
    size_t here_count;
};

static const seigr_id *made_id(const struct model *m, size_t i)
{
    return &m->made[i].verified.private_id;
}

static const seigr_capsule *made_view(const struct model *m, size_t i)
{
    return &m->made[i].verified.private_view;
}

/* A capsule on top of those before it: chains of two issuers and two
 * streams, with forks, strays and links to what was made before. */
static void model_make_one(struct model *m, support_rng *rng)
{
    size_t at = m->made_count++;
    struct fixture_capsule *capsule = &m->made[at];
    uint8_t issuer = (uint8_t)(1 + support_random(rng) % 2);
    uint64_t stream = support_random(rng) % 2;
    uint64_t sequence = 1;
    const seigr_id *previous = NULL;
    char name[16];

    for (size_t i = 0; i < at; i++) {
        const seigr_capsule *view = made_view(m, i);

        if (view->issuer.bytes[0] == issuer && view->stream == stream &&
            support_random(rng) % 8 != 0) {
            sequence = view->sequence + 1;
            previous = made_id(m, i);
        }
    }
    if (previous != NULL && support_random(rng) % 16 == 0)
        previous = made_id(m, support_random(rng) % at); /* astray */
    fixture_init(capsule, issuer, stream, sequence, previous);
    for (uint64_t n = support_random(rng) % 4; n > 0 && at > 0; n--)
        fixture_link(capsule, made_id(m, support_random(rng) % at),
                     (uint32_t)(1 + support_random(rng) % 10));
    snprintf(name, sizeof(name), "%zu", at);
    fixture_name(capsule, name);
    fixture_seal(capsule);
}

static void model_shuffle(struct model *m, support_rng *rng)
{
    for (size_t i = m->here_count; i > 1; i--) {
        size_t j = support_random(rng) % i;
        size_t swap = m->here[i - 1];

        m->here[i - 1] = m->here[j];
        m->here[j] = swap;
    }
}

static void model_make(struct model *m, support_rng *rng)
{
    size_t count = 1 + support_random(rng) % MODEL_MAX;
    unsigned lost = (unsigned)(support_random(rng) % 4);

    m->made_count = 0;
    m->here_count = 0;
    while (m->made_count < count)
        model_make_one(m, rng);
    for (size_t i = 0; i < count; i++)
        if (support_random(rng) % 8 >= lost)
            m->here[m->here_count++] = i;
    model_shuffle(m, rng);
}

/* The number in made of an ID, if it is here; else MODEL_MAX. */
static size_t model_find(const struct model *m, const seigr_id *id)
{
    for (size_t i = 0; i < m->here_count; i++)
        if (memcmp(made_id(m, m->here[i]), id, sizeof(*id)) == 0)
            return m->here[i];
    return MODEL_MAX;
}

static seigr_lineage *model_lineage(const struct model *m,
                                    const seigr_context *context)
{
    seigr_lineage *lineage = NULL;

    assert_ok(seigr_lineage_new(context, NULL, &lineage));
    for (size_t i = 0; i < m->here_count; i++)
        assert_ok(
            seigr_lineage_add(lineage, &m->made[m->here[i]].verified, NULL));
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_count(lineage), m->here_count);
    return lineage;
}

/* made's numbers by position; and the other way round, or MODEL_MAX. */
struct placed {
    size_t made[MODEL_MAX];
    uint32_t position[MODEL_MAX];
};

static void check_order(const struct model *m, const seigr_lineage *lineage,
                        struct placed *placed)
{
    seigr_lineage_capsule at;

    for (size_t i = 0; i < MODEL_MAX; i++)
        placed->position[i] = MODEL_MAX;
    for (uint32_t p = 0; p < m->here_count; p++) {
        assert_ok(seigr_lineage_at(lineage, p, &at));
        placed->made[p] = model_find(m, &at.id);
        assert_true(placed->made[p] < MODEL_MAX);
        placed->position[placed->made[p]] = p;
    }
}

/* Whether everything that made i names and that is here is placed. */
static int model_is_ready(const struct model *m, size_t i, const int *done)
{
    const seigr_capsule *view = made_view(m, i);
    size_t cursor = 0;
    size_t parent = MODEL_MAX;
    seigr_link link;

    if (view->has_previous)
        parent = model_find(m, &view->previous);
    if (parent < MODEL_MAX && !done[parent])
        return 0;
    while (seigr_capsule_next_link(view, &cursor, &link)) {
        parent = model_find(m, &link.id);
        if (parent < MODEL_MAX && !done[parent])
            return 0;
    }
    return 1;
}

/* The order is that of taking the lowest ready ID again and again. */
static void check_greedy(const struct model *m, const struct placed *placed)
{
    int done[MODEL_MAX] = {0};

    for (size_t p = 0; p < m->here_count; p++) {
        size_t best = MODEL_MAX;

        for (size_t h = 0; h < m->here_count; h++) {
            size_t i = m->here[h];

            if (!done[i] && model_is_ready(m, i, done) &&
                (best == MODEL_MAX ||
                 memcmp(made_id(m, i), made_id(m, best), 32) < 0))
                best = i;
        }
        assert_int_equal(placed->made[p], best);
        done[best] = 1;
    }
}

/* reach[a][b]: a comes from b, by how many steps at least; 0: it does not. */
static void model_reach(const struct model *m, const seigr_lineage *lineage,
                        uint32_t reach[MODEL_MAX][MODEL_MAX])
{
    seigr_lineage_link link;

    memset(reach, 0, sizeof(uint32_t) * MODEL_MAX * MODEL_MAX);
    for (uint32_t p = 0; p < m->here_count; p++)
        for (uint32_t i = 0; seigr_lineage_link_at(lineage, p, i, &link) == 0;
             i++)
            if (link.index != SEIGR_LINEAGE_ABSENT)
                reach[p][link.index] = 1;
    for (size_t k = 0; k < m->here_count; k++)
        for (size_t a = 0; a < m->here_count; a++)
            for (size_t b = 0; b < m->here_count; b++)
                if (reach[a][k] && reach[k][b] &&
                    (reach[a][b] == 0 ||
                     reach[a][k] + reach[k][b] < reach[a][b]))
                    reach[a][b] = reach[a][k] + reach[k][b];
}

static void check_path(seigr_lineage *lineage, uint32_t from, uint32_t to,
                       uint32_t steps)
{
    seigr_lineage_step path[MODEL_MAX];
    seigr_lineage_link link;
    size_t count = 0;
    int found;

    if (from != to && steps == 0) {
        assert_int_equal(
            seigr_lineage_path(lineage, from, to, path, MODEL_MAX, &count),
            SEIGR_E_NOTFOUND);
        return;
    }
    assert_int_equal(seigr_lineage_path(lineage, from, to, NULL, 0, &count),
                     SEIGR_E_ROOM);
    assert_int_equal(count, steps + 1);
    assert_ok(seigr_lineage_path(lineage, from, to, path, count, &count));
    assert_int_equal(path[0].index, from);
    assert_int_equal(path[count - 1].index, to);
    for (size_t s = 1; s < count; s++) {
        found = 0;
        for (uint32_t i = 0;
             seigr_lineage_link_at(lineage, path[s - 1].index, i, &link) == 0;
             i++)
            found |= link.index == path[s].index && link.role == path[s].role;
        assert_true(found);
    }
}

static void check_relations(const struct model *m, seigr_lineage *lineage)
{
    uint32_t reach[MODEL_MAX][MODEL_MAX];
    uint32_t out[MODEL_MAX];
    size_t count;

    model_reach(m, lineage, reach);
    for (uint32_t a = 0; a < m->here_count; a++) {
        size_t at = 0;

        assert_ok(seigr_lineage_ancestors(lineage, a, out, MODEL_MAX, &count));
        for (uint32_t b = 0; b < m->here_count; b++) {
            if (reach[a][b]) {
                assert_true(b < a); /* parents stand before */
                assert_int_equal(out[at++], b);
            }
            check_path(lineage, a, b, reach[a][b]);
        }
        assert_int_equal(at, count);
        if (count > 0) {
            assert_int_equal(
                seigr_lineage_ancestors(lineage, a, out, count - 1, &count),
                SEIGR_E_ROOM);
            assert_int_equal(at, count);
        }
        at = 0;
        assert_ok(
            seigr_lineage_descendants(lineage, a, out, MODEL_MAX, &count));
        for (uint32_t b = 0; b < m->here_count; b++)
            if (reach[b][a])
                assert_int_equal(out[at++], b);
        assert_int_equal(at, count);
    }
}

static int gap_is_of(const seigr_lineage *lineage, uint32_t from, uint32_t role,
                     const seigr_id *id)
{
    seigr_lineage_gap gap;
    int found = 0;

    for (uint32_t g = 0; seigr_lineage_gap_at(lineage, g, &gap) == 0; g++)
        found += gap.from == from && gap.has_id && gap.role == role &&
                 memcmp(&gap.id, id, sizeof(*id)) == 0;
    return found;
}

/* What is named and not here is in a gap, and only that. */
static void check_gaps(const struct model *m, const seigr_lineage *lineage)
{
    seigr_lineage_gap gap;
    seigr_lineage_link link;
    uint32_t named = 0;

    for (uint32_t p = 0; p < m->here_count; p++)
        for (uint32_t i = 0; seigr_lineage_link_at(lineage, p, i, &link) == 0;
             i++) {
            int absent = model_find(m, &link.id) == MODEL_MAX;

            assert_int_equal(absent, link.index == SEIGR_LINEAGE_ABSENT);
            if (absent)
                assert_true(gap_is_of(lineage, p, link.role, &link.id) >= 1);
            named += (uint32_t)absent;
        }
    for (uint32_t g = 0; seigr_lineage_gap_at(lineage, g, &gap) == 0; g++) {
        if (gap.has_id) {
            assert_int_equal(model_find(m, &gap.id), MODEL_MAX);
            named--;
        }
        if (gap.type == SEIGR_GAP_SEQUENCE)
            for (size_t h = 0; h < m->here_count; h++) {
                const seigr_capsule *view = made_view(m, m->here[h]);

                assert_false(view->sequence >= gap.sequence_first &&
                             view->sequence <= gap.sequence_last &&
                             view->stream == gap.stream &&
                             memcmp(&view->issuer, &gap.issuer, 32) == 0);
            }
    }
    assert_int_equal(named, 0);
}

/* Every proof holds of its two capsules, and whatever two capsules prove
 * leaves its chain with at least one proof. */
static void check_forks(const struct model *m, const seigr_lineage *lineage,
                        const struct placed *placed)
{
    seigr_lineage_fork fork;
    uint32_t proved[3][2] = {{0}}; /* by issuer and stream */

    for (uint32_t f = 0; seigr_lineage_fork_at(lineage, f, &fork) == 0; f++) {
        const seigr_capsule *a = made_view(m, placed->made[fork.first]);
        const seigr_capsule *b = made_view(m, placed->made[fork.second]);
        const seigr_id *id = made_id(m, placed->made[fork.first]);
        int one_chain =
            a->stream == b->stream && memcmp(&a->issuer, &b->issuer, 32) == 0;

        int found =
            seigr_fork_check(&m->made[placed->made[fork.first]].verified,
                             &m->made[placed->made[fork.second]].verified);
        /* What shares a sequence and leads astray is told as the former. */
        assert_true(found == (int)fork.type ||
                    (found == SEIGR_FORK_SEQUENCE &&
                     fork.type == SEIGR_FORK_ASTRAY &&
                     a->sequence == b->sequence));
        if (fork.type == SEIGR_FORK_SEQUENCE)
            assert_true(one_chain && a->sequence == b->sequence &&
                        fork.first != fork.second);
        else if (fork.type == SEIGR_FORK_PREVIOUS)
            assert_true(one_chain && a->sequence + 1 == b->sequence &&
                        memcmp(&b->previous, id, 32) != 0);
        else
            assert_true(memcmp(&b->previous, id, 32) == 0 &&
                        !(one_chain && a->sequence + 1 == b->sequence));
        if (fork.type != SEIGR_FORK_ASTRAY)
            proved[b->issuer.bytes[0]][b->stream]++;
    }
    for (size_t h = 0; h < m->here_count; h++)
        for (size_t k = 0; k < m->here_count; k++) {
            const seigr_capsule *a = made_view(m, m->here[h]);
            const seigr_capsule *b = made_view(m, m->here[k]);

            if (h != k && a->stream == b->stream &&
                memcmp(&a->issuer, &b->issuer, 32) == 0 &&
                (a->sequence == b->sequence ||
                 (a->sequence + 1 == b->sequence &&
                  memcmp(&b->previous, made_id(m, m->here[h]), 32) != 0)))
                assert_true(proved[b->issuer.bytes[0]][b->stream] > 0);
        }
}

static struct fixture_text text_of(const seigr_lineage *lineage)
{
    struct fixture_text text = {NULL, 0};

    assert_ok(seigr_lineage_write_text(lineage, fixture_sink, &text));
    assert_ok(seigr_lineage_write_dot(lineage, fixture_sink, &text));
    return text;
}

void test_capsule_lineage_model__random_lineages_are_as_the_model(void **state)
{
    support_memory memory;
    seigr_context context;
    support_rng rng = {20240601};

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    for (int round = 0; round < 60; round++) {
        struct model m;
        struct placed placed;
        seigr_lineage *lineage;
        struct fixture_text once;
        struct fixture_text again;

        model_make(&m, &rng);
        lineage = model_lineage(&m, &context);
        check_order(&m, lineage, &placed);
        check_greedy(&m, &placed);
        check_relations(&m, lineage);
        check_gaps(&m, lineage);
        check_forks(&m, lineage, &placed);
        once = text_of(lineage);
        seigr_lineage_free(lineage);
        /* Another order of adding, another key: the same bytes. */
        model_shuffle(&m, &rng);
        lineage = model_lineage(&m, &context);
        again = text_of(lineage);
        assert_string_equal(once.text, again.text);
        free(once.text);
        free(again.text);
        seigr_lineage_free(lineage);
    }
    assert_int_equal(memory.live_count, 0);
}

/* --- Shapes of an adversary ------------------------------------------ */

/* How many, unless SEIGR_TEST_FULL asks for a million. */
static uint32_t hostile_count(void)
{
    return getenv("SEIGR_TEST_FULL") != NULL ? 1000000u : 50000u;
}

/* An ID that is a number, so that neighbours share all but their end. */
static seigr_id numbered(uint64_t number)
{
    seigr_id id = {{0}};

    for (int i = 0; i < 8; i++)
        id.bytes[31 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

static void add_numbered(seigr_lineage *lineage,
                         struct fixture_capsule *capsule, uint64_t number)
{
    capsule->verified.private_id = numbered(number);
    assert_ok(seigr_lineage_add(lineage, &capsule->verified, NULL));
}

/* A chain from its last to its first: as deep as there are capsules. */
void test_capsule_lineage_model__deep(void **state)
{
    uint32_t count = hostile_count();
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    struct fixture_capsule capsule;
    uint32_t index;
    size_t found;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    for (uint32_t i = count; i > 0; i--) {
        seigr_id before = numbered(i - 1);

        fixture_init(&capsule, 1, 0, i, i > 1 ? &before : NULL);
        add_numbered(lineage, &capsule, i);
    }
    assert_ok(seigr_lineage_settle(lineage));
    for (uint32_t i = 1; i <= count; i += count / 7) {
        seigr_id id = numbered(i);

        assert_ok(seigr_lineage_find(lineage, &id, &index));
        assert_int_equal(index, i - 1);
    }
    assert_int_equal(seigr_lineage_gap_count(lineage), 0);
    assert_int_equal(
        seigr_lineage_ancestors(lineage, count - 1, NULL, 0, &found),
        SEIGR_E_ROOM);
    assert_int_equal(found, count - 1);
    assert_int_equal(seigr_lineage_path(lineage, count - 1, 0, NULL, 0, &found),
                     SEIGR_E_ROOM);
    assert_int_equal(found, count);
    assert_true(memory.peak_bytes / count < 700);
    assert_true(memory.largest_bytes / count < 200);
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

/* A million links to one that is not there, each capsule a fork of one. */
void test_capsule_lineage_model__wide(void **state)
{
    uint32_t count = hostile_count();
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    struct fixture_capsule capsule;
    const seigr_id target = numbered(0);
    seigr_verdict_line line;
    size_t found;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    fixture_init(&capsule, 1, 0, 1, NULL);
    fixture_link(&capsule, &target, SEIGR_ROLE_PARENT);
    for (uint32_t i = 1; i <= count; i++)
        add_numbered(lineage, &capsule, i);
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_gap_count(lineage), count);
    assert_int_equal(seigr_lineage_fork_count(lineage), count - 1);
    fixture_init(&capsule, 2, 0, 1, NULL);
    add_numbered(lineage, &capsule, 0);
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_gap_count(lineage), 0);
    assert_int_equal(seigr_lineage_descendants(lineage, 0, NULL, 0, &found),
                     SEIGR_E_ROOM);
    assert_int_equal(found, count);
    assert_ok(seigr_lineage_verdict(lineage, SEIGR_PROPERTY_FORKS, &line));
    assert_int_equal(line.count, count - 1);
    seigr_lineage_free(lineage);
    assert_int_equal(memory.live_count, 0);
}

/* Names of what is not there cost a stated multiple of their bytes. */
void test_capsule_lineage_model__absent_names_cost_what_is_stated(void **state)
{
    uint32_t count = hostile_count() / 8;
    support_memory memory;
    seigr_context context;
    seigr_lineage *lineage = NULL;
    struct fixture_capsule capsule;

    (void)state;
    support_memory_init(&memory);
    context = fixture_context(&memory);
    assert_ok(seigr_lineage_new(&context, NULL, &lineage));
    for (uint32_t i = 1; i <= count; i++) {
        fixture_init(&capsule, 1, i, 1, NULL);
        for (uint32_t n = 0; n < 8; n++) {
            seigr_id id = numbered((uint64_t)i << 32 | n);

            fixture_link(&capsule, &id, SEIGR_ROLE_INPUT);
        }
        add_numbered(lineage, &capsule, i);
    }
    assert_ok(seigr_lineage_settle(lineage));
    assert_int_equal(seigr_lineage_gap_count(lineage), 8 * count);
    /* 8 links of 38 bytes and a capsule of no less than 200. */
    assert_true(memory.peak_bytes / count < 6 * (8 * 38 + 200));
    seigr_lineage_free(lineage);
}
