/* SPDX-License-Identifier: MIT */
/* Content into a body, and content against a body. */
#include "support.h"

#include "seigr/body.h"
#include "seigr/crypto.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)SEIGR_BODY_CHUNK_LEN)
#define LEAF_MAX 1024u /* 64 MiB */

/* A pool without threads that runs the parts last to first: the order must
 * not matter. */
static void backwards_run(uint32_t count,
                          void (*part)(uint32_t index, void *arg), void *arg,
                          void *ctx)
{
    size_t *runs = ctx;

    (*runs)++;
    while (count > 0)
        part(--count, arg);
}

struct fixture {
    seigr_context context;
    seigr_hash leaves[LEAF_MAX];
    seigr_body_leaves room;
    seigr_body_options options;
    seigr_pool pool;
    size_t runs;
    seigr_body body;
};

static void fixture_start(struct fixture *f)
{
    const seigr_context context = SEIGR_CONTEXT_INIT;
    const seigr_body_leaves room = SEIGR_BODY_LEAVES_INIT;
    const seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;

    memset(f, 0, sizeof(*f));
    f->context = context; /* no allocator: nothing may ask for memory */
    f->context.crypto = seigr_crypto_default();
    f->room = room;
    f->room.array = f->leaves;
    f->room.array_max = LEAF_MAX;
    f->options = options;
    f->options.leaves = &f->room;
    f->options.want_sha256 = 1;
    f->pool.struct_size = (uint32_t)sizeof(f->pool);
    f->pool.width = 4;
    f->pool.run = backwards_run;
    f->pool.ctx = &f->runs;
}

/* SHA-256(seed || u32be counter), again and again, cut to size. */
static uint8_t *content_make(seigr_span seed, size_t size)
{
    const seigr_crypto *crypto = seigr_crypto_sodium();
    uint8_t *content = malloc(size + 32);
    uint8_t block[64];

    assert_non_null(content);
    memcpy(block, seed.ptr, seed.len);
    for (uint32_t i = 0; i * (size_t)32 < size; i++) {
        for (size_t b = 0; b < 4; b++)
            block[seed.len + b] = (uint8_t)(i >> (24 - 8 * b));
        crypto->sha256(content + i * (size_t)32, block, seed.len + 4,
                       crypto->ctx);
    }
    return content;
}

/* The body of content, handed over in pieces of at most piece bytes. */
static void body_make(struct fixture *f, const uint8_t *content, size_t size,
                      size_t piece)
{
    seigr_body_writer writer;
    seigr_error error = SEIGR_ERROR_INIT;

    memset(&f->body, 0, sizeof(f->body));
    assert_ok(seigr_body_writer_init(&writer, &f->context, &f->options));
    for (size_t at = 0; at < size; at += piece) {
        size_t len = size - at < piece ? size - at : piece;

        assert_ok(seigr_body_writer_put(
            &writer, (seigr_span){content + at, len}, &error));
    }
    assert_ok(seigr_body_writer_finish(&writer, &f->body, &error));
    if (f->body.form == SEIGR_BODY_INLINE)
        f->body.content = (seigr_span){content, size};
}

/* Check content, in pieces; the leaf list first if there is one. */
static int body_check(struct fixture *f, seigr_span list, seigr_span content,
                      size_t piece, seigr_error *error)
{
    seigr_body_check check;
    int err;

    err = seigr_body_check_init(&check, &f->context, &f->body, &f->options,
                                error);
    for (size_t at = 0; err == 0 && at < list.len; at += piece)
        err = seigr_body_check_leaves(
            &check,
            (seigr_span){list.ptr + at,
                         list.len - at < piece ? list.len - at : piece},
            error);
    for (size_t at = 0; err == 0 && at < content.len; at += piece)
        err = seigr_body_check_put(
            &check,
            (seigr_span){content.ptr + at,
                         content.len - at < piece ? content.len - at : piece},
            error);
    if (err == 0)
        err = seigr_body_check_done(&check, error);
    else
        assert_int_equal(seigr_body_check_done(&check, NULL), err);
    return err;
}

static seigr_span list_of(const struct fixture *f)
{
    return (seigr_span){f->leaves[0].bytes,
                        (size_t)seigr_body_chunk_count(f->body.size) * 32};
}

/* --- What is right --------------------------------------------------- */

static void golden_one(const json_t *one)
{
    static const size_t pieces[] = {1021, CHUNK, CHUNK + 1, 3 * CHUNK};
    struct fixture f;
    seigr_span seed = support_hex_of(one, "seed");
    size_t size = (size_t)json_integer_value(json_object_get(one, "size"));
    seigr_span root = support_hex_of(one, "root");
    seigr_span sha256 = support_hex_of(one, "sha256");
    uint8_t *content = content_make(seed, size);

    fixture_start(&f);
    for (size_t i = 0; i < 8; i++) {
        seigr_span list;

        f.options.pool = i < 4 ? NULL : &f.pool;
        body_make(&f, content, size, pieces[i % 4]);
        assert_int_equal(f.body.size, size);
        assert_int_equal(f.body.form,
                         size > CHUNK ? SEIGR_BODY_ROOT : SEIGR_BODY_INLINE);
        assert_memory_equal(f.body.root.bytes, root.ptr, 32);
        assert_int_equal(f.body.has_sha256, 1);
        assert_memory_equal(f.body.sha256.bytes, sha256.ptr, 32);
        list = f.body.form == SEIGR_BODY_ROOT ? list_of(&f)
                                              : (seigr_span){NULL, 0};
        assert_ok(body_check(&f, list, (seigr_span){content, size},
                             pieces[i % 4], NULL));
        assert_ok(body_check(&f, (seigr_span){NULL, 0},
                             (seigr_span){content, size}, pieces[i % 4], NULL));
    }
    assert_int_equal(f.runs > 0, size >= 2 * CHUNK);
    free(content);
}

void test_capsule_body__golden(void **state)
{
    json_t *golden = support_golden("bodies.json");
    const json_t *cases = json_object_get(golden, "cases");

    (void)state;
    for (size_t i = 0; i < json_array_size(cases); i++)
        golden_one(json_array_get(cases, i));
    support_count("bodies", json_array_size(cases));
    json_decref(golden);
}

/* Any size, any cuts, with and without a pool: one body. */
void test_capsule_body__cuts_do_not_matter(void **state)
{
    support_rng rng = {4711};
    uint8_t *content = malloc(12 * CHUNK);

    (void)state;
    assert_non_null(content);
    for (size_t i = 0; i < 12 * CHUNK; i++)
        content[i] = (uint8_t)(i * 7 + i / 251);
    for (int round = 0; round < 24; round++) {
        size_t size = (size_t)(support_random(&rng) % (12 * CHUNK));
        struct fixture whole;
        struct fixture cut;

        if (round % 4 == 0)
            size -= size % CHUNK;
        fixture_start(&whole);
        body_make(&whole, content, size, size + 1);
        fixture_start(&cut);
        if (round % 2 == 0)
            cut.options.pool = &cut.pool;
        body_make(&cut, content, size,
                  1 + (size_t)(support_random(&rng) % (4 * CHUNK)));
        assert_memory_equal(&whole.body.root, &cut.body.root, 32);
        assert_memory_equal(&whole.body.sha256, &cut.body.sha256, 32);
        assert_memory_equal(whole.leaves, cut.leaves,
                            (size_t)seigr_body_chunk_count(size) * 32);
    }
    free(content);
}

void test_capsule_body__counts_and_lengths_of_chunks(void **state)
{
    (void)state;
    assert_int_equal(seigr_body_chunk_count(0), 0);
    assert_int_equal(seigr_body_chunk_count(1), 1);
    assert_int_equal(seigr_body_chunk_count(CHUNK), 1);
    assert_int_equal(seigr_body_chunk_count(CHUNK + 1), 2);
    assert_int_equal(seigr_body_chunk_count(SEIGR_BODY_SIZE_MAX),
                     SEIGR_BODY_CHUNK_MAX);
    assert_int_equal(seigr_body_chunk_count(UINT64_MAX),
                     UINT64_MAX / CHUNK + 1);
    assert_int_equal(seigr_body_chunk_len(0, 0), 0);
    assert_int_equal(seigr_body_chunk_len(CHUNK, 0), CHUNK);
    assert_int_equal(seigr_body_chunk_len(CHUNK, 1), 0);
    assert_int_equal(seigr_body_chunk_len(CHUNK + 9, 1), 9);
    assert_int_equal(seigr_body_chunk_len(CHUNK + 9, 2), 0);
}

/* --- What is wrong --------------------------------------------------- */

/* Five chunks, the last of 100 bytes, in a fixture of the test's own. */
static uint8_t *five_chunks(struct fixture *f)
{
    const seigr_span seed = support_hex("0102");
    uint8_t *content = content_make(seed, 4 * CHUNK + 100);

    fixture_start(f);
    body_make(f, content, 4 * CHUNK + 100, CHUNK);
    return content;
}

static void assert_refused(struct fixture *f, seigr_span list,
                           seigr_span content, int code, uint64_t offset,
                           const char *text)
{
    for (int pool = 0; pool < 2; pool++) {
        seigr_error error = SEIGR_ERROR_INIT;

        f->options.pool = pool ? &f->pool : NULL;
        assert_int_equal(body_check(f, list, content, 3 * CHUNK + 5, &error),
                         code);
        assert_int_equal(error.code, code);
        assert_string_equal(error.text, text);
        assert_true(error.offset == offset);
        assert_int_equal(body_check(f, list, content, 3 * CHUNK + 5, NULL),
                         code);
    }
}

void test_capsule_body__a_wrong_chunk_is_named(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    seigr_hash list[5];
    seigr_span all = {content, 4 * CHUNK + 100};

    (void)state;
    memcpy(list, f.leaves, sizeof(list));
    content[2 * CHUNK + 7] ^= 1;
    assert_refused(&f, (seigr_span){list[0].bytes, sizeof(list)}, all,
                   SEIGR_E_MISMATCH, 2 * CHUNK,
                   "chunk 2, at byte 131072, is not what the leaf list says");
    assert_refused(&f, (seigr_span){NULL, 0}, all, SEIGR_E_MISMATCH,
                   SEIGR_NO_OFFSET,
                   "the content does not have the root that the capsule says");
    content[2 * CHUNK + 7] ^= 1;
    content[4 * CHUNK + 99] ^= 0x80;
    assert_refused(&f, (seigr_span){list[0].bytes, sizeof(list)}, all,
                   SEIGR_E_MISMATCH, 4 * CHUNK,
                   "chunk 4, at byte 262144, is not what the leaf list says");
    free(content);
}

void test_capsule_body__chunks_out_of_order_are_named(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    uint8_t *swap = malloc(CHUNK);
    seigr_hash list[5];

    (void)state;
    assert_non_null(swap);
    memcpy(list, f.leaves, sizeof(list));
    memcpy(swap, content + CHUNK, CHUNK);
    memcpy(content + CHUNK, content + 3 * CHUNK, CHUNK);
    memcpy(content + 3 * CHUNK, swap, CHUNK);
    assert_refused(&f, (seigr_span){list[0].bytes, sizeof(list)},
                   (seigr_span){content, 4 * CHUNK + 100}, SEIGR_E_MISMATCH,
                   CHUNK,
                   "where chunk 1 belongs, at byte 65536, stands chunk 3: "
                   "chunks are out of order");
    free(swap);
    free(content);
}

void test_capsule_body__too_short_and_too_long(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    seigr_hash list[5];
    seigr_span whole_list;

    (void)state;
    memcpy(list, f.leaves, sizeof(list));
    whole_list = (seigr_span){list[0].bytes, sizeof(list)};
    assert_refused(&f, whole_list, (seigr_span){content, 4 * CHUNK + 99},
                   SEIGR_E_TRUNCATED, 4 * CHUNK + 99,
                   "the content ends after 262243 of 262244 bytes, in chunk 4");
    assert_refused(&f, whole_list, (seigr_span){NULL, 0}, SEIGR_E_TRUNCATED, 0,
                   "the content ends after 0 of 262244 bytes, in chunk 0");
    assert_refused(&f, whole_list, (seigr_span){content, 4 * CHUNK + 101},
                   SEIGR_E_MISMATCH, 4 * CHUNK + 100,
                   "the content goes on past the 262244 bytes that the "
                   "capsule says");
    free(content);
}

void test_capsule_body__a_wrong_leaf_list_is_refused(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    seigr_hash list[6];
    seigr_span all = {content, 4 * CHUNK + 100};

    (void)state;
    memcpy(list, f.leaves, sizeof(list));
    list[1].bytes[31] ^= 1;
    assert_refused(&f, (seigr_span){list[0].bytes, 160}, all, SEIGR_E_MISMATCH,
                   SEIGR_NO_OFFSET,
                   "the head of the leaf list is not the body's root");
    list[1].bytes[31] ^= 1;
    assert_refused(&f, (seigr_span){list[0].bytes, 161}, all, SEIGR_E_MISMATCH,
                   160, "the leaf list goes on past the 5 leaves of the body");
    free(content);
}

void test_capsule_body__content_waits_for_the_whole_list(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    seigr_hash list[5];
    seigr_body_check check;
    seigr_hash leaf;

    (void)state;
    memcpy(list, f.leaves, sizeof(list));
    assert_ok(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, NULL));
    assert_int_equal(
        seigr_body_check_chunk(&check, 0, (seigr_span){content, CHUNK}, NULL),
        SEIGR_E_AGAIN);
    assert_ok(seigr_body_check_leaves(
        &check, (seigr_span){(const uint8_t *)list, 100}, NULL));
    assert_int_equal(
        seigr_body_check_put(&check, (seigr_span){content, CHUNK}, NULL),
        SEIGR_E_AGAIN);
    assert_int_equal(seigr_body_check_leaf(&check, 0, &leaf), SEIGR_E_NOTFOUND);
    assert_ok(seigr_body_check_leaves(
        &check, (seigr_span){(const uint8_t *)list + 100, 60}, NULL));
    assert_ok(seigr_body_check_leaf(&check, 4, &leaf));
    assert_memory_equal(&leaf, &list[4], 32);
    assert_int_equal(seigr_body_check_leaf(&check, 5, &leaf), SEIGR_E_NOTFOUND);
    assert_ok(seigr_body_check_put(&check, (seigr_span){content, CHUNK}, NULL));
    /* No list any more once content comes. */
    assert_int_equal(
        seigr_body_check_leaves(&check, (seigr_span){list[0].bytes, 0}, NULL),
        SEIGR_E_INVAL);
    free(content);
}

void test_capsule_body__chunks_in_any_order(void **state)
{
    static const uint64_t order[] = {4, 0, 3, 1, 2, 0};
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    seigr_hash list[5];
    seigr_body_check check;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    memcpy(list, f.leaves, sizeof(list));
    assert_ok(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, NULL));
    assert_ok(seigr_body_check_leaves(
        &check, (seigr_span){list[0].bytes, sizeof(list)}, NULL));
    for (size_t i = 0; i < 6; i++)
        assert_ok(seigr_body_check_chunk(
            &check, order[i],
            (seigr_span){content + (size_t)order[i] * CHUNK,
                         seigr_body_chunk_len(f.body.size, order[i])},
            &error));
    assert_int_equal(
        seigr_body_check_chunk(&check, 2, (seigr_span){content, CHUNK}, &error),
        SEIGR_E_MISMATCH);
    assert_string_equal(error.text,
                        "where chunk 2 belongs, at byte 131072, stands chunk "
                        "0: chunks are out of order");
    assert_int_equal(
        seigr_body_check_chunk(&check, 4, (seigr_span){content, 99}, &error),
        SEIGR_E_MISMATCH);
    assert_string_equal(error.text, "chunk 4, at byte 262144, has 99 bytes, "
                                    "100 are due");
    assert_int_equal(
        seigr_body_check_chunk(&check, 5, (seigr_span){content, 0}, &error),
        SEIGR_E_NOTFOUND);
    /* A refused chunk spoils nothing. */
    assert_ok(seigr_body_check_chunk(&check, 0, (seigr_span){content, CHUNK},
                                     &error));
    free(content);
}

void test_capsule_body__a_wrong_digest_is_refused(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);

    (void)state;
    f.body.sha256.bytes[0] ^= 1;
    assert_refused(&f, (seigr_span){NULL, 0},
                   (seigr_span){content, 4 * CHUNK + 100}, SEIGR_E_MISMATCH,
                   SEIGR_NO_OFFSET,
                   "the content does not have the sha256 that the capsule "
                   "says");
    f.body.has_sha256 = 0;
    assert_ok(body_check(&f, (seigr_span){NULL, 0},
                         (seigr_span){content, 4 * CHUNK + 100}, CHUNK, NULL));
    free(content);
}

void test_capsule_body__inline_content_beside(void **state)
{
    static const uint8_t content[] = "twelve bytes";
    uint8_t other[sizeof(content)];
    struct fixture f;

    (void)state;
    fixture_start(&f);
    body_make(&f, content, 12, 5);
    memcpy(other, content, sizeof(content));
    assert_refused(&f, (seigr_span){NULL, 0}, (seigr_span){other, 11},
                   SEIGR_E_TRUNCATED, 11,
                   "the content ends after 11 of 12 bytes, in chunk 0");
    assert_refused(&f, (seigr_span){NULL, 0}, (seigr_span){other, 13},
                   SEIGR_E_MISMATCH, 12,
                   "the content goes on past the 12 bytes that the capsule "
                   "says");
    other[7] = 'B';
    assert_refused(&f, (seigr_span){NULL, 0}, (seigr_span){other, 12},
                   SEIGR_E_MISMATCH, 7, "byte 7 is not that of the capsule");
    body_make(&f, content, 0, 1);
    assert_int_equal(f.body.form, SEIGR_BODY_INLINE);
    assert_ok(
        body_check(&f, (seigr_span){NULL, 0}, (seigr_span){NULL, 0}, 1, NULL));
}

void test_capsule_body__bodies_that_cannot_be(void **state)
{
    struct fixture f;
    seigr_body_check check;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    fixture_start(&f);
    assert_int_equal(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error),
        SEIGR_E_NOTFOUND);
    f.body.form = SEIGR_BODY_ROOT;
    f.body.size = CHUNK;
    assert_int_equal(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error),
        SEIGR_E_FORMAT);
    f.body.size = SEIGR_BODY_SIZE_MAX + 1;
    assert_int_equal(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error),
        SEIGR_E_LIMIT);
    f.body.size = LEAF_MAX * CHUNK;
    assert_ok(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error));
    f.body.size++;
    assert_int_equal(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error),
        SEIGR_E_ROOM);
    f.options.leaves = NULL;
    assert_ok(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error));
    assert_int_equal(seigr_body_check_leaves(
                         &check, (seigr_span){f.leaves[0].bytes, 32}, &error),
                     SEIGR_E_INVAL);
    f.body.form = SEIGR_BODY_INLINE;
    f.body.size = 1;
    assert_int_equal(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error),
        SEIGR_E_FORMAT);
    f.context.crypto = NULL;
    assert_int_equal(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error),
        SEIGR_E_INVAL);
}

void test_capsule_body__the_writers_room_and_end(void **state)
{
    struct fixture f;
    seigr_body_writer writer;
    uint8_t *content = malloc(3 * CHUNK);
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    assert_non_null(content);
    memset(content, 1, 3 * CHUNK);
    fixture_start(&f);
    f.room.array_max = 2;
    assert_ok(seigr_body_writer_init(&writer, &f.context, &f.options));
    assert_ok(seigr_body_writer_put(&writer, (seigr_span){content, 2 * CHUNK},
                                    &error));
    assert_int_equal(
        seigr_body_writer_put(&writer, (seigr_span){content, CHUNK}, &error),
        SEIGR_E_ROOM);
    assert_int_equal(error.offset, 2 * CHUNK);
    assert_int_equal(seigr_body_writer_finish(&writer, &f.body, &error),
                     SEIGR_E_ROOM);
    f.options.leaves = NULL; /* none are kept */
    assert_ok(seigr_body_writer_init(&writer, &f.context, &f.options));
    assert_ok(seigr_body_writer_put(&writer, (seigr_span){content, 3 * CHUNK},
                                    &error));
    assert_ok(seigr_body_writer_finish(&writer, &f.body, &error));
    assert_int_equal(seigr_body_writer_finish(&writer, &f.body, &error),
                     SEIGR_E_INVAL);
#if SIZE_MAX > UINT32_MAX
    /* Only the length is looked at before it is refused. */
    assert_ok(seigr_body_writer_init(&writer, &f.context, &f.options));
    assert_int_equal(seigr_body_writer_put(
                         &writer,
                         (seigr_span){content, (size_t)SEIGR_BODY_SIZE_MAX + 1},
                         &error),
                     SEIGR_E_LIMIT);
#endif
    free(content);
}

/* --- Callbacks ------------------------------------------------------- */

struct told {
    uint64_t done;
    uint64_t total;
    size_t calls;
    size_t stop_at; /* 0: never */
};

static int told_progress(uint64_t done, uint64_t total, void *ctx)
{
    struct told *told = ctx;

    assert_true(done >= told->done);
    told->done = done;
    told->total = total;
    return ++told->calls == told->stop_at;
}

void test_capsule_body__progress_is_told_and_can_stop(void **state)
{
    const size_t size = 35 * CHUNK + 1;
    uint8_t *content = calloc(1, size);
    struct fixture f;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    assert_non_null(content);
    fixture_start(&f);
    f.options.leaves = NULL;
    f.options.progress = told_progress;
    for (int pool = 0; pool < 2; pool++) {
        struct told told = {0};
        seigr_body_writer writer;

        f.options.pool = pool ? &f.pool : NULL;
        f.options.ctx = &told;
        f.options.size_expected = size;
        body_make(&f, content, size, 9 * CHUNK);
        assert_int_equal(told.calls, 3); /* 1 MiB, 2 MiB, the end */
        assert_int_equal(told.done, size);
        assert_int_equal(told.total, size);
        told = (struct told){0};
        f.options.size_expected = 0;
        assert_ok(body_check(&f, (seigr_span){NULL, 0},
                             (seigr_span){content, size}, CHUNK, NULL));
        assert_int_equal(told.calls, 3);
        assert_int_equal(told.total, size);
        told = (struct told){0};
        told.stop_at = 2;
        assert_int_equal(body_check(&f, (seigr_span){NULL, 0},
                                    (seigr_span){content, size}, CHUNK, &error),
                         SEIGR_E_CANCELED);
        assert_int_equal(error.offset, 32 * CHUNK);
        told = (struct told){0};
        told.stop_at = 1;
        assert_ok(seigr_body_writer_init(&writer, &f.context, &f.options));
        assert_int_equal(
            seigr_body_writer_put(&writer, (seigr_span){content, size}, &error),
            SEIGR_E_CANCELED);
        assert_int_equal(seigr_body_writer_finish(&writer, &f.body, &error),
                         SEIGR_E_CANCELED);
    }
    free(content);
}

/* A leaf list kept behind functions, which may fail or lie. */
struct shelf {
    seigr_hash leaves[LEAF_MAX];
    uint64_t fail_put;
    uint64_t fail_get;
};

static int shelf_put(uint64_t index, const seigr_hash *leaf, void *ctx)
{
    struct shelf *shelf = ctx;

    if (index == shelf->fail_put)
        return SEIGR_E_IO;
    shelf->leaves[index] = *leaf;
    return 0;
}

static int shelf_get(uint64_t index, seigr_hash *leaf, void *ctx)
{
    struct shelf *shelf = ctx;

    if (index == shelf->fail_get)
        return SEIGR_E_IO;
    *leaf = shelf->leaves[index];
    return 0;
}

void test_capsule_body__leaves_behind_functions(void **state)
{
    struct fixture f;
    uint8_t *content = five_chunks(&f);
    seigr_span all = {content, 4 * CHUNK + 100};
    struct shelf shelf = {.fail_put = 99, .fail_get = 99};
    seigr_hash list[5];
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_body_check check;

    (void)state;
    memcpy(list, f.leaves, sizeof(list));
    f.room.array = NULL;
    f.room.put = shelf_put;
    f.room.get = shelf_get;
    f.room.ctx = &shelf;
    body_make(&f, content, all.len, CHUNK);
    assert_memory_equal(shelf.leaves, list, sizeof(list));
    assert_ok(body_check(&f, (seigr_span){list[0].bytes, 160}, all, 77, NULL));
    shelf.fail_put = 3;
    assert_int_equal(
        body_check(&f, (seigr_span){list[0].bytes, 160}, all, CHUNK, NULL),
        SEIGR_E_IO);
    shelf.fail_put = 99;
    shelf.fail_get = 4;
    assert_int_equal(
        body_check(&f, (seigr_span){list[0].bytes, 160}, all, CHUNK, NULL),
        SEIGR_E_IO);
    /* A shelf that was tampered with after the list was checked: the chunk
     * passes its leaf, the end does not pass the root. */
    shelf.fail_get = 99;
    assert_ok(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error));
    assert_ok(seigr_body_check_leaves(&check, (seigr_span){list[0].bytes, 160},
                                      &error));
    content[CHUNK] ^= 1;
    seigr_merkle_hash_leaf(&f.context, (seigr_span){content + CHUNK, CHUNK},
                           &shelf.leaves[1]);
    assert_ok(seigr_body_check_put(&check, all, &error));
    assert_int_equal(seigr_body_check_done(&check, &error), SEIGR_E_MISMATCH);
    assert_string_equal(
        error.text, "the content does not have the root that the capsule says");
    free(content);
}

/* --- Large ----------------------------------------------------------- */

/* Content of one chunk again and again, with its number at the front. */
static void large_chunk(uint8_t *chunk, uint64_t index)
{
    for (size_t b = 0; b < 8; b++)
        chunk[b] = (uint8_t)(index >> (8 * b));
}

/* Written and checked as a stream, all memory counted. */
static void large_run(uint64_t size)
{
    support_memory memory;
    struct fixture f;
    uint64_t chunks = seigr_body_chunk_count(size);
    seigr_hash *leaves;
    uint8_t *buffer;
    seigr_body_writer writer;
    seigr_body_check check;
    seigr_error error = SEIGR_ERROR_INIT;

    support_memory_init(&memory);
    fixture_start(&f);
    f.context.allocator = &memory.allocator;
    leaves = memory.allocator.alloc((size_t)chunks * 32, &memory);
    buffer = memory.allocator.alloc(CHUNK, &memory);
    memset(buffer, 0xa5, CHUNK);
    f.room.array = leaves;
    f.room.array_max = chunks;
    f.options.want_sha256 = 0;
    assert_ok(seigr_body_writer_init(&writer, &f.context, &f.options));
    for (uint64_t i = 0; i < chunks; i++) {
        large_chunk(buffer, i);
        assert_ok(seigr_body_writer_put(
            &writer, (seigr_span){buffer, seigr_body_chunk_len(size, i)},
            &error));
    }
    assert_ok(seigr_body_writer_finish(&writer, &f.body, &error));
    assert_int_equal(f.body.size, size);
    assert_ok(
        seigr_body_check_init(&check, &f.context, &f.body, &f.options, &error));
    for (uint64_t i = 0; i < chunks; i++) {
        seigr_hash leaf = leaves[i]; /* the list lies where it is kept */

        assert_ok(seigr_body_check_leaves(&check, (seigr_span){leaf.bytes, 32},
                                          &error));
    }
    for (uint64_t i = 0; i < chunks; i++) {
        large_chunk(buffer, i);
        assert_ok(seigr_body_check_put(
            &check, (seigr_span){buffer, seigr_body_chunk_len(size, i)},
            &error));
    }
    assert_ok(seigr_body_check_done(&check, &error));
    assert_true(memory.peak_bytes + sizeof(writer) + sizeof(check) <
                (size_t)32 * 1024 * 1024);
    memory.allocator.release(buffer, &memory);
    memory.allocator.release(leaves, &memory);
}

void test_capsule_body__large_content_in_bounded_memory(void **state)
{
    const uint64_t mib = 1024 * 1024;

    (void)state;
    large_run(getenv("SEIGR_TEST_FULL") != NULL ? 8192 * mib + 1
                                                : 64 * mib + 1);
}
