/* SPDX-License-Identifier: MIT */
/*
 * fuzz_lineage.c - any set of capsules, also ones that no hash allows.
 *
 * A record of the input is one capsule: identity, issuer, stream, sequence,
 * previous, links, name. Identities are single bytes, so that capsules name
 * each other in every way, circles included. Whatever comes, each capsule has
 * one position, parents stand before children outside of circles, everything
 * that is missing is in a gap, forks are what seigr_fork_check() says, and no
 * control character of a name comes out.
 */
#include "fuzz.h"

#include "seigr/crypto.h"
#include "seigr/lineage.h"

#include <string.h>

#define FUZZ_LINK_MAX 7u
#define FUZZ_CAPSULE_MAX 256u

struct fuzz_capsule {
    seigr_verified verified;
    uint8_t links[FUZZ_LINK_MAX * 38u];
    uint8_t name[8];
};

static void *fuzz_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void fuzz_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int fuzz_random(uint8_t *out, size_t len, void *ctx)
{
    (void)ctx;
    memset(out, 7, len); /* runs repeat */
    return 0;
}

static seigr_id fuzz_id(uint8_t number)
{
    seigr_id id = {{0}};

    id.bytes[number % 2 == 0 ? 0 : 31] = number;
    return id;
}

/* The next byte of the input, 0 behind its end. */
static uint8_t fuzz_byte(const uint8_t **data, size_t *size)
{
    if (*size == 0)
        return 0;
    (*size)--;
    return *(*data)++;
}

static void fuzz_link(struct fuzz_capsule *capsule, uint8_t to, uint8_t role)
{
    static const uint8_t head[] = {0x32, 0x24, 0x0a, 0x20};
    seigr_capsule *view = &capsule->verified.private_view;
    uint8_t *at = capsule->links + view->links.len;
    const seigr_id id = fuzz_id(to);

    memcpy(at, head, sizeof(head));
    memcpy(at + 4, &id, sizeof(id));
    at[36] = 0x10;
    at[37] = (uint8_t)(1 + role % 127);
    view->links.len += 38;
    view->link_count++;
}

static void fuzz_capsule_make(struct fuzz_capsule *capsule,
                              const uint8_t **data, size_t *size)
{
    seigr_capsule *view = &capsule->verified.private_view;
    uint8_t shape;

    memset(capsule, 0, sizeof(*capsule));
    view->links.ptr = capsule->links;
    capsule->verified.private_id = fuzz_id(fuzz_byte(data, size));
    shape = fuzz_byte(data, size);
    view->kind = 1 + shape % 20u;
    view->issuer.bytes[0] = shape & 3;
    view->stream = shape >> 2 & 1;
    view->sequence = 1 + fuzz_byte(data, size) % 8u;
    if (view->sequence == 8)
        view->sequence = UINT64_MAX;
    view->has_previous = view->sequence > 1;
    if (view->has_previous)
        view->previous = fuzz_id(fuzz_byte(data, size));
    for (unsigned n = (unsigned)shape >> 5; n > 0; n--) {
        uint8_t to = fuzz_byte(data, size);

        fuzz_link(capsule, to, fuzz_byte(data, size));
    }
    if (shape & 8) {
        for (size_t i = 0; i < sizeof(capsule->name); i++)
            capsule->name[i] = fuzz_byte(data, size);
        view->name.ptr = capsule->name;
        view->name.len = sizeof(capsule->name);
    }
}

/* Only printable characters and line ends are written. */
static int fuzz_sink(const char *text, size_t len, void *ctx)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++)
        FUZZ_REQUIRE(text[i] == '\n' ||
                     ((unsigned char)text[i] >= 0x20 && text[i] != 0x7f));
    return 0;
}

/* The capsule in made that stands at a position. */
static const seigr_verified *fuzz_at(const seigr_lineage *lineage,
                                     const struct fuzz_capsule *made,
                                     size_t count, uint32_t index)
{
    seigr_lineage_capsule at;

    FUZZ_REQUIRE(seigr_lineage_at(lineage, index, &at) == 0);
    for (size_t i = 0; i < count; i++)
        if (memcmp(&made[i].verified.private_id, &at.id, sizeof(at.id)) == 0)
            return &made[i].verified;
    abort();
}

/* Returns how many capsules stand in or behind a circle. */
static uint32_t fuzz_order(const seigr_lineage *lineage)
{
    seigr_verdict_line line;
    seigr_lineage_capsule at;
    seigr_lineage_link link;
    uint32_t sound = seigr_lineage_count(lineage);
    uint32_t index;

    FUZZ_REQUIRE(
        seigr_lineage_verdict(lineage, SEIGR_PROPERTY_INTEGRITY, &line) == 0);
    FUZZ_REQUIRE(line.count <= sound);
    sound -= line.count;
    for (uint32_t p = 0; p < seigr_lineage_count(lineage); p++) {
        FUZZ_REQUIRE(seigr_lineage_at(lineage, p, &at) == 0);
        FUZZ_REQUIRE(seigr_lineage_find(lineage, &at.id, &index) == 0);
        FUZZ_REQUIRE(index == p);
        for (uint32_t i = 0; i < at.link_count; i++) {
            FUZZ_REQUIRE(seigr_lineage_link_at(lineage, p, i, &link) == 0);
            if (p < sound && link.index != SEIGR_LINEAGE_ABSENT)
                FUZZ_REQUIRE(link.index < p);
        }
    }
    return line.count;
}

/* As many gaps name an ID as links lead nowhere. */
static void fuzz_gaps(const seigr_lineage *lineage)
{
    seigr_lineage_link link;
    seigr_lineage_gap gap;
    uint32_t named = 0;

    for (uint32_t p = 0; p < seigr_lineage_count(lineage); p++)
        for (uint32_t i = 0; seigr_lineage_link_at(lineage, p, i, &link) == 0;
             i++)
            named += link.index == SEIGR_LINEAGE_ABSENT;
    for (uint32_t g = 0; g < seigr_lineage_gap_count(lineage); g++) {
        FUZZ_REQUIRE(seigr_lineage_gap_at(lineage, g, &gap) == 0);
        FUZZ_REQUIRE(gap.sequence_first <= gap.sequence_last);
        named -= gap.has_id;
    }
    FUZZ_REQUIRE(named == 0);
}

static void fuzz_relations(seigr_lineage *lineage, int circles)
{
    static uint32_t out[FUZZ_CAPSULE_MAX];
    static seigr_lineage_step steps[FUZZ_CAPSULE_MAX];
    uint32_t count = seigr_lineage_count(lineage);
    size_t found;
    size_t length;

    for (uint32_t p = 0; p < count; p++) {
        FUZZ_REQUIRE(seigr_lineage_ancestors(lineage, p, out, count, &found) ==
                     0);
        for (size_t i = 0; i < found; i++) {
            FUZZ_REQUIRE(i == 0 || circles || out[i - 1] < out[i]);
            FUZZ_REQUIRE(seigr_lineage_path(lineage, p, out[i], steps, count,
                                            &length) == 0);
            FUZZ_REQUIRE(length >= 2 && steps[0].index == p &&
                         steps[length - 1].index == out[i]);
        }
        FUZZ_REQUIRE(
            seigr_lineage_descendants(lineage, p, out, count, &found) == 0);
        for (size_t i = 0; i < found; i++)
            FUZZ_REQUIRE(seigr_lineage_path(lineage, out[i], p, steps, count,
                                            &length) == 0);
    }
}

/* Two capsules may prove more than one thing; what they prove is enough. */
static void fuzz_fork(const seigr_verified *first, const seigr_verified *second,
                      uint32_t type)
{
    int found = seigr_fork_check(first, second);

    FUZZ_REQUIRE(found != 0);
    FUZZ_REQUIRE(type != SEIGR_FORK_SEQUENCE || found == SEIGR_FORK_SEQUENCE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz_capsule made[FUZZ_CAPSULE_MAX];
    const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                       fuzz_alloc, fuzz_release, NULL};
    const seigr_random random = {(uint32_t)sizeof(random), 0, fuzz_random,
                                 NULL};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_lineage *lineage = NULL;
    seigr_lineage_fork fork;
    size_t count = 0;
    uint32_t circles;

    context.allocator = &allocator;
    context.random = &random;
    FUZZ_REQUIRE(seigr_lineage_new(&context, NULL, &lineage) == 0);
    while (size > 0 && count < FUZZ_CAPSULE_MAX) {
        uint32_t before = seigr_lineage_count(lineage);

        fuzz_capsule_make(&made[count], &data, &size);
        FUZZ_REQUIRE(seigr_lineage_add(lineage, &made[count].verified, NULL) ==
                     0);
        count += seigr_lineage_count(lineage) - before; /* not twice */
    }
    FUZZ_REQUIRE(seigr_lineage_settle(lineage) == 0);
    circles = fuzz_order(lineage);
    fuzz_gaps(lineage);
    fuzz_relations(lineage, circles != 0);
    for (uint32_t f = 0; seigr_lineage_fork_at(lineage, f, &fork) == 0; f++)
        fuzz_fork(fuzz_at(lineage, made, count, fork.first),
                  fuzz_at(lineage, made, count, fork.second), fork.type);
    FUZZ_REQUIRE(seigr_lineage_write_text(lineage, fuzz_sink, NULL) == 0);
    FUZZ_REQUIRE(seigr_lineage_write_dot(lineage, fuzz_sink, NULL) == 0);
    seigr_lineage_free(lineage);
    return 0;
}
