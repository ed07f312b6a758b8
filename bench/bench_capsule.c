/* SPDX-License-Identifier: MIT */
/*
 * bench_capsule.c - sealing, verifying, framing and batches.
 *
 *     bench_capsule [SECONDS]
 *
 * The body is of 256 bytes. seal:libsodium and verify:libsodium are its bare
 * signing and verifying of the bytes that the capsule's signature covers.
 * frame_* and decode_* run without a signature: a null signer, and the envelope
 * alone or with its payload. *_sodium use libsodium's SHA-256 for the identity,
 * the others seigr_crypto_default(). Of a batch of 4,096 each figure is for one
 * capsule. Each figure is the best of many short steps.
 */
#include "capsule/envelope.h"
#include "capsule/payload.h"
#include <seigr/v1/capsule.pb-c.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_BATCH_COUNT 4096u
#define BENCH_CAPSULE_MAX 2048u

#define BENCH_REQUIRE(condition)                                               \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "bench_capsule: %s\n", #condition);                \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

static seigr_context bench_context = SEIGR_CONTEXT_INIT;
static seigr_keypair bench_keypair;
static seigr_keypair_signer_state bench_state;
static seigr_signer bench_signer;
static seigr_signer bench_null_signer;
static uint8_t bench_body[256];
static seigr_draft bench_draft = SEIGR_DRAFT_INIT;
static uint8_t bench_capsule[BENCH_CAPSULE_MAX];
static size_t bench_capsule_len;
static seigr_capsule bench_view = SEIGR_CAPSULE_INIT;
static uint8_t bench_signed[BENCH_CAPSULE_MAX];
static size_t bench_signed_len;
static uint8_t bench_payload[BENCH_CAPSULE_MAX];
static size_t bench_payload_len;
static Seigr__V1__Capsule bench_message;
static Seigr__V1__Body bench_message_body;
static uint8_t bench_out[BENCH_CAPSULE_MAX];

/* Keep the compiler from seeing that nobody reads a result. */
static void bench_keep(const void *ptr)
{
    __asm__ volatile("" : : "r"(ptr) : "memory");
}

static void *bench_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void bench_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int bench_null_sign(uint8_t signature[SEIGR_SIGNATURE_LEN],
                           seigr_span message, void *ctx)
{
    (void)signature;
    (void)ctx;
    bench_keep(message.ptr);
    return 0;
}

static double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ns for one call of run, from as many as fit a step: a millisecond, so short
 * that the best of many steps was not interrupted. */
static double bench_step(void (*run)(void))
{
    const double start = bench_now();
    double passed;
    size_t calls = 0;
    size_t block = 1;

    do {
        for (size_t i = 0; i < block; i++)
            run();
        calls += block;
        block += block < 1024 ? block : 0;
        passed = bench_now() - start;
    } while (passed < 1e6);
    return passed / (double)calls;
}

static void bench_best(double *best, double ns)
{
    if (*best == 0 || ns < *best)
        *best = ns;
}

/* --- One capsule ------------------------------------------------------- */

static void bench_sign_bare(void)
{
    crypto_sign_detached(bench_out, NULL, bench_signed, bench_signed_len,
                         bench_keypair.secret);
    bench_keep(bench_out);
}

static void bench_verify_bare(void)
{
    BENCH_REQUIRE(crypto_sign_verify_detached(bench_view.signature.ptr,
                                              bench_signed, bench_signed_len,
                                              bench_view.issuer.bytes) == 0);
}

static void bench_seal(void)
{
    size_t len;
    seigr_id id;

    BENCH_REQUIRE(seigr_capsule_seal(&bench_context, &bench_draft,
                                     &bench_signer,
                                     (seigr_buf){bench_out, sizeof(bench_out)},
                                     &len, &id, NULL) == 0);
    bench_keep(&id);
}

static void bench_seal_without_id(void)
{
    size_t len;

    BENCH_REQUIRE(seigr_capsule_seal(&bench_context, &bench_draft,
                                     &bench_signer,
                                     (seigr_buf){bench_out, sizeof(bench_out)},
                                     &len, NULL, NULL) == 0);
    bench_keep(bench_out);
}

static void bench_verify(void)
{
    seigr_capsule view = SEIGR_CAPSULE_INIT;
    seigr_verified verified;

    BENCH_REQUIRE(
        seigr_capsule_decode(&bench_context,
                             (seigr_span){bench_capsule, bench_capsule_len},
                             &view, NULL) == 0);
    BENCH_REQUIRE(
        seigr_capsule_verify(&bench_context, &view,
                             (seigr_buf){bench_out, sizeof(bench_out)},
                             &verified, NULL) == 0);
    bench_keep(&verified);
}

/* --- Without a signature ----------------------------------------------- */

static void bench_frame(void)
{
    size_t len;

    BENCH_REQUIRE(seigr_capsule_frame(&bench_context,
                                      (seigr_span){bench_body, 256}, 0,
                                      &bench_null_signer,
                                      (seigr_buf){bench_out, sizeof(bench_out)},
                                      &len, NULL, NULL) == 0);
    bench_keep(bench_out);
}

static uint8_t bench_framed[BENCH_CAPSULE_MAX];
static size_t bench_framed_len;

static void bench_unframe(void)
{
    seigr_capsule view;

    BENCH_REQUIRE(
        seigr__envelope_read((seigr_span){bench_framed, bench_framed_len},
                             &view, NULL) == 0);
    bench_keep(&view);
    (void)seigr__signed_write(bench_out, &view);
    bench_keep(bench_out);
}

static void bench_parse(void)
{
    seigr_capsule view;

    BENCH_REQUIRE(
        seigr__envelope_parse((seigr_span){bench_framed, bench_framed_len},
                              &view, NULL) == 0);
    bench_keep(&view);
}

static void bench_seal_null(void)
{
    size_t len;

    BENCH_REQUIRE(seigr_capsule_seal(&bench_context, &bench_draft,
                                     &bench_null_signer,
                                     (seigr_buf){bench_out, sizeof(bench_out)},
                                     &len, NULL, NULL) == 0);
    bench_keep(bench_out);
}

static void bench_decode(void)
{
    seigr_capsule view = SEIGR_CAPSULE_INIT;

    BENCH_REQUIRE(
        seigr_capsule_decode(&bench_context,
                             (seigr_span){bench_capsule, bench_capsule_len},
                             &view, NULL) == 0);
    bench_keep(&view);
}

static void bench_payload_write(void)
{
    size_t len;

    BENCH_REQUIRE(seigr__payload_write(&bench_draft, (seigr_buf){NULL, 0}, &len,
                                       NULL) == 0);
    BENCH_REQUIRE(seigr__payload_write(&bench_draft,
                                       (seigr_buf){bench_out, len}, &len,
                                       NULL) == 0);
    bench_keep(bench_out);
}

static void bench_payload_protobuf_c(void)
{
    BENCH_REQUIRE(seigr__v1__capsule__get_packed_size(&bench_message) <=
                  sizeof(bench_out));
    (void)seigr__v1__capsule__pack(&bench_message, bench_out);
    bench_keep(bench_out);
}

static void bench_payload_read(void)
{
    seigr_capsule view;

    memset(&view, 0, sizeof(view));
    BENCH_REQUIRE(
        seigr__payload_read(bench_context.crypto,
                            (seigr_span){bench_payload, bench_payload_len},
                            bench_payload, &view, NULL) == 0);
    bench_keep(&view);
}

static void bench_unpack_protobuf_c(void)
{
    Seigr__V1__Capsule *message =
        seigr__v1__capsule__unpack(NULL, bench_payload_len, bench_payload);

    BENCH_REQUIRE(message != NULL);
    seigr__v1__capsule__free_unpacked(message, NULL);
}

/* --- Batches ------------------------------------------------------------ */

#define BENCH_CHUNK 64u
#define BENCH_SEGMENTS (2u * BENCH_BATCH_COUNT / BENCH_CHUNK + 1u)

static uint8_t bench_members[BENCH_BATCH_COUNT][BENCH_CAPSULE_MAX];
static size_t bench_member_lens[BENCH_BATCH_COUNT];

/* A pass over a batch is longer than a step. It is cut in segments that are
 * the same work in every pass; each is counted by its best pass. */
static double bench_segments[BENCH_SEGMENTS];

static double bench_segment(uint32_t number, double start)
{
    const double now = bench_now();

    BENCH_REQUIRE(number < BENCH_SEGMENTS);
    bench_best(&bench_segments[number], now - start);
    return bench_now();
}

/* Seal a batch and write all of its capsules. */
static void bench_batch_seal(void)
{
    seigr_batch *batch;
    double start;
    uint32_t n = 0;

    BENCH_REQUIRE(seigr_batch_new(&bench_context, &bench_signer, 0, &batch) ==
                  0);
    start = bench_now();
    for (uint32_t i = 0; i < BENCH_BATCH_COUNT; i++) {
        seigr_id id;
        seigr_draft draft = bench_draft;

        draft.created_ms += i;
        BENCH_REQUIRE(seigr_batch_add(batch, &draft, &id, NULL) == 0);
        if (i % BENCH_CHUNK == BENCH_CHUNK - 1)
            start = bench_segment(n++, start);
    }
    BENCH_REQUIRE(seigr_batch_seal(batch, NULL) == 0);
    start = bench_segment(n++, start);
    for (uint32_t i = 0; i < BENCH_BATCH_COUNT; i++) {
        BENCH_REQUIRE(seigr_batch_encode(batch, i,
                                         (seigr_buf){bench_members[i],
                                                     sizeof(bench_members[i])},
                                         &bench_member_lens[i]) == 0);
        if (i % BENCH_CHUNK == BENCH_CHUNK - 1)
            start = bench_segment(n++, start);
    }
    seigr_batch_free(batch);
}

/* Decode and verify all of them in scattered order. */
static void bench_batch_verify(uint32_t node_max)
{
    seigr_receipt_cache_options options = SEIGR_RECEIPT_CACHE_OPTIONS_INIT;
    seigr_receipt_cache *cache;
    void *memory;
    double start;

    options.node_max = node_max;
    memory = malloc(seigr_receipt_cache_size(&options));
    BENCH_REQUIRE(seigr_receipt_cache_init(memory,
                                           seigr_receipt_cache_size(&options),
                                           &options, &cache) == 0);
    start = bench_now();
    for (uint32_t i = 0; i < BENCH_BATCH_COUNT; i++) {
        const uint32_t at = i * 2731u % BENCH_BATCH_COUNT;
        seigr_capsule view = SEIGR_CAPSULE_INIT;
        seigr_verified verified;

        BENCH_REQUIRE(seigr_capsule_decode(&bench_context,
                                           (seigr_span){bench_members[at],
                                                        bench_member_lens[at]},
                                           &view, NULL) == 0);
        BENCH_REQUIRE(seigr_capsule_verify_cached(&bench_context, &view,
                                                  (seigr_buf){NULL, 0}, cache,
                                                  &verified, NULL) == 0);
        bench_keep(&verified);
        if (i % BENCH_CHUNK == BENCH_CHUNK - 1)
            start = bench_segment(i / BENCH_CHUNK, start);
    }
    free(memory);
}

static void bench_batch_verify_plain(void)
{
    bench_batch_verify(0);
}

static void bench_batch_verify_nodes(void)
{
    bench_batch_verify(2 * BENCH_BATCH_COUNT);
}

/* --- All of it ----------------------------------------------------------- */

static void bench_prepare(void)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              bench_alloc, bench_release, NULL};
    static const uint8_t seed[SEIGR_SEED_LEN] = {1};
    static const uint8_t name[] = "measurement";

    bench_context.allocator = &allocator;
    BENCH_REQUIRE(bench_context.crypto != NULL);
    BENCH_REQUIRE(
        seigr_keypair_init_seed(&bench_context, seed, &bench_keypair) == 0);
    bench_signer =
        seigr_keypair_signer(&bench_context, &bench_keypair, &bench_state);
    bench_null_signer = bench_signer;
    bench_null_signer.sign = bench_null_sign;
    memset(bench_body, 0x42, sizeof(bench_body));
    bench_draft.kind = SEIGR_KIND_DATA;
    bench_draft.name = (seigr_span){name, sizeof(name) - 1};
    bench_draft.created_ms = 1764000000000;
    bench_draft.sequence = 1;
    bench_draft.body.form = SEIGR_BODY_INLINE;
    bench_draft.body.content = (seigr_span){bench_body, sizeof(bench_body)};
    BENCH_REQUIRE(seigr_capsule_payload_encode(
                      &bench_context, &bench_draft,
                      (seigr_buf){bench_payload, sizeof(bench_payload)},
                      &bench_payload_len, NULL) == 0);
    BENCH_REQUIRE(
        seigr_capsule_seal(&bench_context, &bench_draft, &bench_signer,
                           (seigr_buf){bench_capsule, sizeof(bench_capsule)},
                           &bench_capsule_len, NULL, NULL) == 0);
    BENCH_REQUIRE(
        seigr_capsule_decode(&bench_context,
                             (seigr_span){bench_capsule, bench_capsule_len},
                             &bench_view, NULL) == 0);
    bench_signed_len = seigr__signed_write(bench_signed, &bench_view);
    BENCH_REQUIRE(
        seigr_capsule_frame(&bench_context, (seigr_span){bench_body, 256}, 0,
                            &bench_null_signer,
                            (seigr_buf){bench_framed, sizeof(bench_framed)},
                            &bench_framed_len, NULL, NULL) == 0);
}

/* The same payload for protobuf-c, its structs already made. */
static void bench_prepare_protobuf_c(void)
{
    static char name[] = "measurement";

    seigr__v1__capsule__init(&bench_message);
    seigr__v1__body__init(&bench_message_body);
    bench_message.kind = SEIGR__V1__KIND__KIND_DATA;
    bench_message.name = name;
    bench_message.created_ms = bench_draft.created_ms;
    bench_message.sequence = 1;
    bench_message.body = &bench_message_body;
    bench_message_body.size = sizeof(bench_body);
    bench_message_body.content_case = SEIGR__V1__BODY__CONTENT_INLINE;
    bench_message_body.inline_.len = sizeof(bench_body);
    bench_message_body.inline_.data = bench_body;
    bench_payload_protobuf_c();
    BENCH_REQUIRE(memcmp(bench_out, bench_payload, bench_payload_len) == 0);
}

/* One figure alone. */
static void bench_part(const char *what, void (*run)(void), double seconds)
{
    const double end = bench_now() + seconds * 1e9;
    double best = 0;

    while (bench_now() < end)
        bench_best(&best, bench_step(run));
    printf("%s %.1f ns\n", what, best);
}

/* A figure and its peer, turn about, so that both see the same machine. */
static void bench_beside(const char *what, void (*bare)(void),
                         void (*ours)(void), double seconds)
{
    const double end = bench_now() + seconds * 1e9;
    double bare_ns = 0;
    double ours_ns = 0;

    while (bench_now() < end) {
        bench_best(&bare_ns, bench_step(bare));
        bench_best(&ours_ns, bench_step(ours));
    }
    printf("%s %.0f ns\n", what, ours_ns);
    printf("%s:libsodium %.0f ns\n", what, bare_ns);
}

/* A capsule of a batch beside one alone. */
static void bench_gain(const char *what, void (*one)(void), void (*many)(void),
                       double seconds)
{
    const double end = bench_now() + seconds * 1e9;
    double one_ns = 0;
    double many_ns = 0;

    memset(bench_segments, 0, sizeof(bench_segments));
    while (bench_now() < end) {
        bench_best(&one_ns, bench_step(one));
        many();
    }
    for (uint32_t i = 0; i < BENCH_SEGMENTS; i++)
        many_ns += bench_segments[i];
    many_ns /= BENCH_BATCH_COUNT;
    printf("%s %.0f ns\n", what, many_ns);
    printf("%s:one_by_one %.0f ns\n", what, one_ns);
}

static void bench_run(const char *suffix, double seconds)
{
    static const struct {
        const char *name;
        void (*bare)(void);
        void (*ours)(void);
    } alone[] = {
        {"seal", bench_sign_bare, bench_seal},
        {"seal_without_id", bench_sign_bare, bench_seal_without_id},
        {"verify", bench_verify_bare, bench_verify},
    };
    static const struct {
        const char *name;
        void (*one)(void);
        void (*many)(void);
    } batches[] = {
        {"batch_seal", bench_seal, bench_batch_seal},
        {"batch_verify", bench_verify, bench_batch_verify_plain},
        {"batch_verify_nodes", bench_verify, bench_batch_verify_nodes},
    };
    char what[64];

    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
        snprintf(what, sizeof(what), "%s%s", alone[i].name, suffix);
        bench_beside(what, alone[i].bare, alone[i].ours, seconds);
    }
    for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
        snprintf(what, sizeof(what), "%s%s", batches[i].name, suffix);
        bench_gain(what, batches[i].one, batches[i].many, seconds);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {
        {"frame_create", bench_frame},
        {"frame_decode_and_signed_bytes", bench_unframe},
        {"frame_decode_item_by_item", bench_parse},
        {"seal_null_signer", bench_seal_null},
        {"decode", bench_decode},
        {"payload_write", bench_payload_write},
        {"payload_write:protobuf_c", bench_payload_protobuf_c},
        {"payload_read", bench_payload_read},
        {"payload_read:protobuf_c", bench_unpack_protobuf_c},
    };
    const double seconds = argc > 1 ? atof(argv[1]) : 0.2;

    bench_context.crypto = seigr_crypto_default();
    bench_prepare();
    bench_prepare_protobuf_c();
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        bench_part(parts[i].name, parts[i].run, seconds);
    bench_run("", seconds);
    bench_context.crypto = seigr_crypto_sodium();
    bench_run("_sodium", seconds);
    return 0;
}
