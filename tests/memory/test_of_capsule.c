/* SPDX-License-Identifier: MIT */
#include "memory_call.h"

#include "capsule_help.h"
#include "lineage_fixture.h"

#include "seigr/bundle.h"
#include "seigr/cose.h"

#include <stdlib.h>
#include <string.h>

#define CAPSULE_CHUNKS 3u

/* What every case takes from; made once, outside the memory that fails. */
struct capsule_stock {
    help_key key;
    seigr_span bytes; /* of a single capsule */
    seigr_capsule capsule;
    seigr_verified verified;
    uint8_t content[CAPSULE_CHUNKS * SEIGR_BODY_CHUNK_LEN];
    seigr_hash leaves[CAPSULE_CHUNKS];
    seigr_span big_bytes; /* of a capsule whose body is the content */
    seigr_verified big;
    uint8_t *bundle; /* of big with its content */
    size_t bundle_len;
};

struct capsule_world {
    struct memory_world base;
    const struct capsule_stock *stock;
    seigr_batch *batch;
    seigr_bundle_order *order;
    seigr_bundle_reader *reader;
    seigr_bundle_writer *writer;
    seigr_lineage *lineage;
    seigr_verified verified;
    seigr_scitt_statement statement;
    seigr_id id;
    uint8_t out[1024];
    size_t out_len;
};

static int capsule_no_sink(seigr_span bytes, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return 0;
}

static int capsule_stock_sink(seigr_span bytes, void *ctx)
{
    struct capsule_stock *stock = ctx;

    memcpy(stock->bundle + stock->bundle_len, bytes.ptr, bytes.len);
    stock->bundle_len += bytes.len;
    return 0;
}

/* A body of its own for every chunk, sealed, and its bundle. */
static void capsule_stock_body(struct capsule_stock *stock,
                               const seigr_context *context)
{
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    const seigr_span content = {stock->content, sizeof(stock->content)};
    seigr_bundle_writer *writer = NULL;
    seigr_body_writer body;
    help_draft d;

    for (size_t i = 0; i < sizeof(stock->content); i++)
        stock->content[i] = (uint8_t)(i >> 16);
    leaves.array = stock->leaves;
    leaves.array_max = CAPSULE_CHUNKS;
    options.leaves = &leaves;
    assert_ok(seigr_body_writer_init(&body, context, &options));
    assert_ok(seigr_body_writer_put(&body, content, NULL));
    help_draft_small(&d);
    assert_ok(seigr_body_writer_finish(&body, &d.draft.body, NULL));
    stock->big_bytes = help_seal(&stock->key, &d.draft, NULL);
    assert_ok(help_verdict(stock->big_bytes, &stock->big, NULL));
    stock->bundle = malloc(sizeof(stock->content) + 4096);
    assert_non_null(stock->bundle);
    assert_ok(seigr_bundle_writer_new(context, NULL, 1, &writer,
                                      capsule_stock_sink, stock));
    assert_ok(seigr_bundle_writer_put(writer, &stock->big, NULL));
    assert_ok(seigr_bundle_writer_body(writer, &leaves, NULL));
    assert_ok(seigr_bundle_writer_content(writer, content, NULL));
    seigr_bundle_writer_free(writer);
}

static const struct capsule_stock *capsule_stock(void)
{
    static struct capsule_stock stock;
    static support_memory memory;
    seigr_context context;
    help_draft d;

    if (stock.bundle != NULL)
        return &stock;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&stock.key, 7);
    help_draft_small(&d);
    stock.bytes = help_seal(&stock.key, &d.draft, NULL);
    assert_ok(help_verdict(stock.bytes, &stock.verified, NULL));
    stock.capsule.struct_size = (uint32_t)sizeof(stock.capsule);
    assert_ok(
        seigr_capsule_decode(&context, stock.bytes, &stock.capsule, NULL));
    capsule_stock_body(&stock, &context);
    return &stock;
}

static void capsule_make(void *world)
{
    struct capsule_world *w = world;

    w->stock = capsule_stock();
    w->statement.struct_size = (uint32_t)sizeof(w->statement);
}

static void capsule_finish(void *world)
{
    struct capsule_world *w = world;

    memcpy(w->base.result, w->id.bytes, sizeof(w->id));
    memcpy(w->base.result + 32, w->verified.private_id.bytes, 32);
    memcpy(w->base.result + 64, w->out, w->out_len);
    seigr_batch_free(w->batch);
    seigr_bundle_order_free(w->order);
    seigr_bundle_reader_free(w->reader);
    seigr_bundle_writer_free(w->writer);
    seigr_lineage_free(w->lineage);
}

static void capsule_each(void (*make)(void *world), int (*call)(void *world),
                         uint32_t flags)
{
    const struct memory_case c = {make, call, capsule_finish, flags};
    static struct capsule_world world;

    memory_each(&c, &world, sizeof(world));
}

/* --- The door --------------------------------------------------------- */

static int capsule_verify(void *world)
{
    struct capsule_world *w = world;

    return seigr_capsule_verify(&w->base.context, &w->stock->capsule,
                                (seigr_buf){NULL, 0}, &w->verified, NULL);
}

void test_memory_of_capsule__capsule_verify(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_verify, 0);
}

static int capsule_open(void *world)
{
    struct capsule_world *w = world;

    return seigr_capsule_open(&w->base.context, w->stock->bytes,
                              (seigr_buf){NULL, 0}, &w->verified, NULL);
}

void test_memory_of_capsule__capsule_open(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_open, 0);
}

static int capsule_verify_cached(void *world)
{
    struct capsule_world *w = world;

    return seigr_capsule_verify_cached(&w->base.context, &w->stock->capsule,
                                       (seigr_buf){NULL, 0}, NULL, &w->verified,
                                       NULL);
}

void test_memory_of_capsule__capsule_verify_cached(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_verify_cached, 0);
}

/* --- Batches ---------------------------------------------------------- */

static int capsule_batch_new(void *world)
{
    struct capsule_world *w = world;

    return seigr_batch_new(&w->base.context, &w->stock->key.signer, 0,
                           &w->batch);
}

void test_memory_of_capsule__batch_new(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_batch_new, 0);
}

static int capsule_batch_add(void *world)
{
    struct capsule_world *w = world;
    help_draft d;

    help_draft_small(&d);
    return seigr_batch_add(w->batch, &d.draft, &w->id, NULL);
}

static void capsule_make_batch(void *world)
{
    capsule_make(world);
    assert_ok(capsule_batch_new(world));
}

void test_memory_of_capsule__batch_add(void **state)
{
    (void)state;
    capsule_each(capsule_make_batch, capsule_batch_add, 0);
}

static void capsule_make_full_batch(void *world)
{
    capsule_make_batch(world);
    for (int i = 0; i < 5; i++)
        assert_ok(capsule_batch_add(world));
}

static int capsule_batch_seal(void *world)
{
    struct capsule_world *w = world;

    return seigr_batch_seal(w->batch, NULL);
}

static void capsule_finish_batch(void *world)
{
    struct capsule_world *w = world;

    assert_ok(seigr_batch_encode(
        w->batch, 2, (seigr_buf){w->out, sizeof(w->out)}, &w->out_len));
    capsule_finish(world);
}

void test_memory_of_capsule__batch_seal(void **state)
{
    const struct memory_case c = {capsule_make_full_batch, capsule_batch_seal,
                                  capsule_finish_batch, 0};
    static struct capsule_world world;

    (void)state;
    memory_each(&c, &world, sizeof(world));
}

/* --- Bundles ---------------------------------------------------------- */

static int capsule_order_new(void *world)
{
    struct capsule_world *w = world;

    return seigr_bundle_order_new(&w->base.context, &w->order);
}

void test_memory_of_capsule__bundle_order_new(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_order_new, 0);
}

static int capsule_order_put(void *world)
{
    struct capsule_world *w = world;

    return seigr_bundle_order_put(w->order, &w->stock->verified, NULL);
}

static void capsule_make_order(void *world)
{
    capsule_make(world);
    assert_ok(capsule_order_new(world));
}

void test_memory_of_capsule__bundle_order_put(void **state)
{
    (void)state;
    capsule_each(capsule_make_order, capsule_order_put, 0);
}

static int capsule_reader_new(void *world)
{
    struct capsule_world *w = world;

    return seigr_bundle_reader_new(&w->base.context, &w->reader);
}

void test_memory_of_capsule__bundle_reader_new(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_reader_new, 0);
}

/* The whole bundle, item by item; out_len counts them. */
static int capsule_reader_step(void *world)
{
    struct capsule_world *w = world;
    seigr_bundle_event event = SEIGR_BUNDLE_EVENT_INIT;
    seigr_span bytes = {w->stock->bundle, w->stock->bundle_len};
    size_t count = 0;
    int err;

    while ((err = seigr_bundle_reader_step(w->reader, &bytes, &event, NULL)) >
           0)
        count++;
    if (err < 0)
        assert_int_equal(
            seigr_bundle_reader_step(w->reader, &bytes, &event, NULL), err);
    else
        w->out_len = count;
    return err;
}

static void capsule_make_reader(void *world)
{
    capsule_make(world);
    assert_ok(capsule_reader_new(world));
}

void test_memory_of_capsule__bundle_reader_step(void **state)
{
    (void)state;
    capsule_each(capsule_make_reader, capsule_reader_step, MEMORY_ENDS);
}

static int capsule_writer_new(void *world)
{
    struct capsule_world *w = world;

    return seigr_bundle_writer_new(&w->base.context, NULL, 1, &w->writer,
                                   capsule_no_sink, NULL);
}

void test_memory_of_capsule__bundle_writer_new(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_writer_new, 0);
}

static int capsule_writer_put(void *world)
{
    struct capsule_world *w = world;

    return seigr_bundle_writer_put(w->writer, &w->stock->big, NULL);
}

static void capsule_make_writer(void *world)
{
    capsule_make(world);
    assert_ok(capsule_writer_new(world));
}

void test_memory_of_capsule__bundle_writer_put(void **state)
{
    (void)state;
    capsule_each(capsule_make_writer, capsule_writer_put, MEMORY_ENDS);
}

static int capsule_writer_body(void *world)
{
    struct capsule_world *w = world;
    seigr_hash copy[CAPSULE_CHUNKS];
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;

    memcpy(copy, w->stock->leaves, sizeof(copy));
    leaves.array = copy;
    leaves.array_max = CAPSULE_CHUNKS;
    return seigr_bundle_writer_body(w->writer, &leaves, NULL);
}

static void capsule_make_body(void *world)
{
    capsule_make_writer(world);
    assert_ok(capsule_writer_put(world));
}

void test_memory_of_capsule__bundle_writer_body(void **state)
{
    (void)state;
    capsule_each(capsule_make_body, capsule_writer_body, MEMORY_ENDS);
}

static int capsule_writer_content(void *world)
{
    struct capsule_world *w = world;

    return seigr_bundle_writer_content(
        w->writer, (seigr_span){w->stock->content, sizeof(w->stock->content)},
        NULL);
}

static void capsule_make_content(void *world)
{
    capsule_make_body(world);
    assert_ok(capsule_writer_body(world));
}

void test_memory_of_capsule__bundle_writer_content(void **state)
{
    (void)state;
    capsule_each(capsule_make_content, capsule_writer_content, MEMORY_ENDS);
}

/* --- Lineage ---------------------------------------------------------- */

static int capsule_lineage_new(void *world)
{
    struct capsule_world *w = world;

    return seigr_lineage_new(&w->base.context, NULL, &w->lineage);
}

void test_memory_of_capsule__lineage_new(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_lineage_new, 0);
}

static int capsule_lineage_add(void *world)
{
    struct capsule_world *w = world;

    return seigr_lineage_add(w->lineage, &w->stock->verified, NULL);
}

static void capsule_make_lineage(void *world)
{
    capsule_make(world);
    assert_ok(capsule_lineage_new(world));
}

void test_memory_of_capsule__lineage_add(void **state)
{
    (void)state;
    capsule_each(capsule_make_lineage, capsule_lineage_add, 0);
}

/* A chain of twenty, forked at its end, linked to what is not there. */
static void capsule_make_full_lineage(void *world)
{
    static const seigr_id away = {{9}};
    struct capsule_world *w = world;
    struct fixture_capsule capsule;
    seigr_id last;

    capsule_make_lineage(world);
    for (uint64_t i = 1; i <= 21; i++) {
        const uint64_t sequence = i < 21 ? i : 20;

        fixture_init(&capsule, 1, 0, sequence, i == 1 ? NULL : &last);
        fixture_name(&capsule, i < 21 ? "one" : "other");
        fixture_link(&capsule, &away, SEIGR_ROLE_INPUT);
        (void)fixture_seal(&capsule);
        if (i < 20)
            last = capsule.verified.private_id;
        assert_ok(seigr_lineage_add(w->lineage, &capsule.verified, NULL));
    }
}

static int capsule_lineage_settle(void *world)
{
    struct capsule_world *w = world;
    const int err = seigr_lineage_settle(w->lineage);

    assert_int_equal(seigr_lineage_count(w->lineage), 21);
    assert_int_equal(seigr_lineage_fork_count(w->lineage), err == 0 ? 1 : 0);
    return err;
}

void test_memory_of_capsule__lineage_settle(void **state)
{
    (void)state;
    capsule_each(capsule_make_full_lineage, capsule_lineage_settle, 0);
}

/* --- COSE for others -------------------------------------------------- */

static int capsule_cose_sign(void *world)
{
    struct capsule_world *w = world;
    seigr_cose_draft draft = SEIGR_COSE_DRAFT_INIT;

    draft.payload = w->stock->bytes;
    return seigr_cose_sign1_sign(
        &w->base.context, &draft, &w->stock->key.signer,
        (seigr_buf){w->out, sizeof(w->out)}, &w->out_len, NULL);
}

void test_memory_of_capsule__cose_sign1_sign(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_cose_sign, 0);
}

static int capsule_cose_verify(void *world)
{
    struct capsule_world *w = world;
    seigr_cose_sign1 view = SEIGR_COSE_SIGN1_INIT;

    assert_ok(seigr_cose_sign1_decode((seigr_span){w->out, w->out_len},
                                      (seigr_buf){NULL, 0}, &view, NULL));
    return seigr_cose_sign1_verify(&w->base.context, &view,
                                   &w->stock->key.signer.key, NULL,
                                   (seigr_buf){NULL, 0}, NULL);
}

static void capsule_make_message(void *world)
{
    capsule_make(world);
    assert_ok(capsule_cose_sign(world));
}

void test_memory_of_capsule__cose_sign1_verify(void **state)
{
    (void)state;
    capsule_each(capsule_make_message, capsule_cose_verify, 0);
}

static int capsule_scitt_sign(void *world)
{
    static const uint8_t subject[] = "subject";
    struct capsule_world *w = world;

    return seigr_scitt_sign(
        &w->base.context, (seigr_span){subject, 7}, (seigr_span){NULL, 0},
        w->stock->bytes, &w->stock->key.signer,
        (seigr_buf){w->out, sizeof(w->out)}, &w->out_len, NULL);
}

void test_memory_of_capsule__scitt_sign(void **state)
{
    (void)state;
    capsule_each(capsule_make, capsule_scitt_sign, 0);
}

static int capsule_scitt_verify(void *world)
{
    struct capsule_world *w = world;

    return seigr_scitt_verify(&w->base.context,
                              (seigr_span){w->out, w->out_len},
                              (seigr_buf){NULL, 0}, &w->statement, NULL);
}

static void capsule_make_statement(void *world)
{
    capsule_make(world);
    assert_ok(capsule_scitt_sign(world));
}

void test_memory_of_capsule__scitt_verify(void **state)
{
    (void)state;
    capsule_each(capsule_make_statement, capsule_scitt_verify, 0);
}
