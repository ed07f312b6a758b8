/* SPDX-License-Identifier: MIT */
/*
 * bench_trust.c - decisions over 10,000 identities and 100,000 statements.
 *
 *     bench_trust [SECONDS]
 *
 * 10,000 first words, 40,000 grants in chains of four, 45,000 attestations
 * and 5,000 revocations of grants, by one anchor and those it lets. They are
 * made without a key; what is measured begins behind the door. No
 * peer is at hand.
 */
#include "seigr/sys/posix.h"
#include "seigr/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_KEYS 10000u
#define BENCH_CHAINS 10000u
#define BENCH_ATTESTATIONS 45000u
#define BENCH_REVOCATIONS 5000u
#define BENCH_COUNT 100000u
#define BENCH_DETAIL_MAX 96u
#define BENCH_LINK_LEN 38u /* 32 24 0a 20 ID 10 ROLE, as in a payload */

struct bench {
    seigr_verified *capsules;
    uint8_t (*details)[BENCH_DETAIL_MAX];
    uint8_t (*links)[BENCH_LINK_LEN];
    uint32_t count;
    uint64_t sequences[BENCH_KEYS];
    double seconds;
};

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* 32 bytes that spread as a hash does (splitmix64). */
static void bench_hash(uint64_t number, uint8_t out[32])
{
    for (uint64_t w = 0; w < 4; w++) {
        uint64_t z = (number * 4 + w) * 0x9e3779b97f4a7c15u;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        memcpy(out + 8 * w, &z, 8);
    }
}

static seigr_public_key bench_key(uint32_t number)
{
    seigr_public_key key;

    bench_hash(number + ((uint64_t)1 << 32), key.bytes);
    return key;
}

/* The next capsule, by a key, with a detail of some length. */
static seigr_capsule *bench_next(struct bench *b, uint32_t by, uint32_t kind,
                                 size_t len)
{
    seigr_verified *capsule = &b->capsules[b->count];
    seigr_capsule *view = &capsule->private_view;

    bench_hash(b->count, capsule->private_id.bytes);
    view->kind = kind;
    view->issuer = bench_key(by);
    view->stream = 1 + b->sequences[by]++; /* one a stream: no chains here */
    view->sequence = 1;
    view->detail = (seigr_span){b->details[b->count], len};
    b->count++;
    return view;
}

static seigr_buf bench_room(struct bench *b)
{
    return (seigr_buf){b->details[b->count], BENCH_DETAIL_MAX};
}

static void bench_require(int err)
{
    if (err != 0)
        exit(1);
}

static void bench_link(struct bench *b, seigr_capsule *view, uint32_t to)
{
    static const uint8_t head[] = {0x32, 0x24, 0x0a, 0x20};
    uint8_t *link = b->links[b->count - 1];

    memcpy(link, head, sizeof(head));
    memcpy(link + 4, b->capsules[to].private_id.bytes, 32);
    link[36] = 0x10;
    link[37] = SEIGR_ROLE_GRANT;
    view->links = (seigr_span){link, BENCH_LINK_LEN};
    view->link_count = 1;
}

static void bench_grants(struct bench *b)
{
    for (uint32_t i = 0; i < BENCH_CHAINS; i++) {
        uint32_t by = 0;

        for (uint32_t k = 0; k < 4; k++) {
            const uint32_t parent = b->count - 1;
            const uint32_t to = 1 + (i * 4 + k * 2477) % (BENCH_KEYS - 1);
            seigr_grant grant = SEIGR_GRANT_INIT;
            seigr_capsule *view;
            size_t len;

            grant.audience = bench_key(to);
            grant.scope = SEIGR_SCOPE_RUN;
            grant.delegation_max = 3 - k;
            bench_require(
                seigr_grant_encode(&grant, bench_room(b), &len, NULL));
            view = bench_next(b, by, SEIGR_KIND_GRANT, len);
            if (k > 0)
                bench_link(b, view, parent);
            by = to;
        }
    }
}

static void bench_fill(struct bench *b)
{
    size_t len;

    for (uint32_t i = 0; i < BENCH_KEYS; i++) {
        seigr_identity identity = SEIGR_IDENTITY_INIT;

        identity.name = (seigr_span){(const uint8_t *)"somebody", 8};
        bench_require(
            seigr_identity_encode(&identity, bench_room(b), &len, NULL));
        (void)bench_next(b, i, SEIGR_KIND_IDENTITY, len);
    }
    bench_grants(b);
    for (uint32_t i = 0; i < BENCH_ATTESTATIONS; i++) {
        seigr_attestation a = SEIGR_ATTESTATION_INIT;

        a.subject = bench_key((i * 7919 + 1) % BENCH_KEYS);
        a.scope = SEIGR_SCOPE_ACCEPT | SEIGR_SCOPE_INTRODUCE;
        a.weight = 900;
        bench_require(seigr_attestation_encode(&a, bench_room(b), &len, NULL));
        (void)bench_next(b, i % 64 == 0 ? 0 : i % BENCH_KEYS,
                         SEIGR_KIND_ATTESTATION, len);
    }
    for (uint32_t i = 0; i < BENCH_REVOCATIONS; i++) {
        seigr_revocation r = SEIGR_REVOCATION_INIT;

        r.type = SEIGR_REVOKES_CAPSULE;
        r.capsule = b->capsules[BENCH_KEYS + i * 8].private_id;
        bench_require(seigr_revocation_encode(&r, bench_room(b), &len, NULL));
        (void)bench_next(b, 0, SEIGR_KIND_REVOCATION, len);
    }
}

/* Ask of key after key; prints decisions a second. */
static void bench_ask(struct bench *b, seigr_trust *trust, const char *name,
                      uint32_t scope, int is_grant, uint32_t keys)
{
    const double start = bench_now();
    uint64_t asked = 0;
    uint64_t allowed = 0;
    double now = start;

    while (now - start < b->seconds) {
        for (uint32_t i = 0; i < 256; i++) {
            const uint32_t n = (uint32_t)(asked * 1237 % keys);
            seigr_question q = SEIGR_QUESTION_INIT;
            seigr_answer answer = SEIGR_ANSWER_INIT;
            seigr_public_key key = bench_key(n);
            int err;

            if (is_grant) {
                const uint32_t last = BENCH_KEYS + n * 4 + 3;

                q.grant = &b->capsules[last].private_id;
                memcpy(&key, b->details[last] + 2, sizeof(key));
            }
            q.key = &key;
            q.scope = scope;
            q.now_ms = 1000;
            err = seigr_trust_decide(trust, &q, &answer);
            if (err == SEIGR_E_INVAL)
                exit(1);
            allowed += err == 0;
            asked++;
        }
        now = bench_now();
    }
    printf("trust_%s %.0f decisions/s\n", name, (double)asked / (now - start));
    printf("trust_%s_allowed %.1f percent/all\n", name,
           (double)allowed * 100 / (double)asked);
}

int main(int argc, char **argv)
{
    static struct bench b;
    seigr_trust_options options = SEIGR_TRUST_OPTIONS_INIT;
    const seigr_anchor anchor = {bench_key(0), SEIGR_SCOPE_ALL, 1000};
    seigr_context context;
    seigr_trust *trust = NULL;
    double start;
    size_t len;

    b.seconds = argc > 1 ? atof(argv[1]) : 0.5;
    b.capsules = calloc(BENCH_COUNT, sizeof(*b.capsules));
    b.details = calloc(BENCH_COUNT, sizeof(*b.details));
    b.links = calloc(BENCH_COUNT, sizeof(*b.links));
    options.capsule_max = BENCH_COUNT;
    options.weight_min[3] = 500;
    len = seigr_trust_size(&options);
    if (b.capsules == NULL || b.details == NULL || b.links == NULL ||
        seigr_posix_context(&context) != 0 ||
        seigr_trust_init(malloc(len), len, &context, &options, &trust) != 0 ||
        seigr_trust_anchor(trust, &anchor) != 0)
        return 1;
    bench_fill(&b);
    start = bench_now();
    for (uint32_t i = 0; i < b.count; i++)
        bench_require(seigr_trust_put(trust, &b.capsules[i], NULL));
    printf("trust_put %.0f ns\n", (bench_now() - start) / b.count * 1e9);
    start = bench_now();
    seigr_trust_settle(trust, 0);
    printf("trust_settle %.0f ms\n", (bench_now() - start) * 1e3);
    printf("trust_memory %.0f bytes\n", (double)len / b.count);
    bench_ask(&b, trust, "grant_chain_of_4", SEIGR_SCOPE_RUN, 1, BENCH_CHAINS);
    bench_ask(&b, trust, "any_grant", SEIGR_SCOPE_RUN, 0, BENCH_KEYS);
    bench_ask(&b, trust, "web", SEIGR_SCOPE_ACCEPT, 0, BENCH_KEYS);
    bench_ask(&b, trust, "anchor", SEIGR_SCOPE_BOOT, 0, 1);
    return 0;
}
