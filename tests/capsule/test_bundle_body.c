/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "lineage_fixture.h"

#include "seigr/bundle.h"

#include <stdlib.h>
#include <string.h>

#define BODY_CHUNK SEIGR_BODY_CHUNK_LEN
#define BODY_LEAF_MAX 16u

/* Content whose chunks are letters: "abac" has four chunks, of which the
 * third repeats the first. The last is short when its letter is large. */
struct body_content {
    const char *letters;
    uint8_t *ptr;
    size_t len;
    seigr_hash leaves[BODY_LEAF_MAX];
    seigr_body body;
};

/* A bundle in memory. */
struct body_bytes {
    uint8_t *ptr;
    size_t len;
    size_t len_max;
};

static int body_sink(seigr_span bytes, void *ctx)
{
    struct body_bytes *out = ctx;

    if (bytes.len > out->len_max - out->len)
        return SEIGR_E_FULL;
    memcpy(out->ptr + out->len, bytes.ptr, bytes.len);
    out->len += bytes.len;
    return 0;
}

static seigr_body_leaves body_leaves(struct body_content *content)
{
    seigr_body_leaves leaves = SEIGR_BODY_LEAVES_INIT;

    leaves.array = content->leaves;
    leaves.array_max = BODY_LEAF_MAX;
    return leaves;
}

static void body_content_init(struct body_content *content,
                              const seigr_context *context, const char *letters)
{
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    const seigr_body_leaves leaves = body_leaves(content);
    seigr_body_writer writer;

    content->letters = letters;
    content->len = strlen(letters) * BODY_CHUNK;
    if (letters[strlen(letters) - 1] < 'a')
        content->len -= 1000;
    content->ptr = malloc(content->len);
    assert_non_null(content->ptr);
    for (size_t i = 0; i < content->len; i++)
        content->ptr[i] = (uint8_t)letters[i / BODY_CHUNK];
    options.leaves = &leaves;
    options.want_sha256 = 1;
    assert_ok(seigr_body_writer_init(&writer, context, &options));
    assert_ok(seigr_body_writer_put(
        &writer, (seigr_span){content->ptr, content->len}, NULL));
    memset(&content->body, 0, sizeof(content->body));
    assert_ok(seigr_body_writer_finish(&writer, &content->body, NULL));
    assert_int_equal(content->body.form, SEIGR_BODY_ROOT);
}

/* A capsule of this body, signed; bytes are kept till the end of the test. */
static void body_capsule(const seigr_context *context, const seigr_body *body,
                         uint64_t stream, seigr_verified *out)
{
    static const uint8_t seed[SEIGR_SEED_LEN] = {5};
    static uint8_t bytes[8][1024];
    static size_t next;
    uint8_t *room = bytes[next++ % 8];
    seigr_keypair_signer_state state;
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_keypair keypair;
    seigr_signer signer;
    size_t len;

    assert_ok(seigr_keypair_init_seed(context, seed, &keypair));
    signer = seigr_keypair_signer(context, &keypair, &state);
    draft.kind = SEIGR_KIND_DATA;
    draft.stream = stream;
    draft.sequence = 1;
    draft.body = *body;
    assert_ok(seigr_capsule_seal(context, &draft, &signer,
                                 (seigr_buf){room, 1024}, &len, NULL, NULL));
    assert_ok(
        seigr_capsule_decode(context, (seigr_span){room, len}, &capsule, NULL));
    assert_ok(seigr_capsule_verify(context, &capsule, (seigr_buf){NULL, 0}, out,
                                   NULL));
}

/* A bundle of these contents, a capsule each; "-" before the letters: the
 * content is not in it. */
static int body_bundle(const seigr_context *context, const char *const *letters,
                       size_t count, struct body_bytes *out)
{
    support_memory other;
    seigr_context fine = *context;
    seigr_bundle_writer *writer;
    int err;

    support_memory_init(&other);
    fine.allocator = &other.allocator;
    out->len = 0;
    err = seigr_bundle_writer_new(context, NULL, 1, &writer, body_sink, out);
    if (err < 0)
        return err;
    for (size_t i = 0; err == 0 && i < count; i++) {
        const int is_away = letters[i][0] == '-';
        struct body_content content;
        seigr_body_leaves leaves;
        seigr_verified verified;

        body_content_init(&content, &fine, letters[i] + is_away);
        leaves = body_leaves(&content);
        body_capsule(&fine, &content.body, i, &verified);
        err = seigr_bundle_writer_put(writer, &verified, NULL);
        if (err == 0 && !is_away)
            err = seigr_bundle_writer_body(writer, &leaves, NULL);
        /* In two pieces that are no chunks. */
        if (err == 0 && !is_away)
            err = seigr_bundle_writer_content(
                writer, (seigr_span){content.ptr, 100001}, NULL);
        if (err == 0 && !is_away)
            err = seigr_bundle_writer_content(
                writer,
                (seigr_span){content.ptr + 100001, content.len - 100001}, NULL);
        free(content.ptr);
    }
    if (err == 0)
        err = seigr_bundle_writer_finish(writer, NULL, 0, NULL);
    seigr_bundle_writer_free(writer);
    return err;
}

/* Append a letter an event: H C L (of any number) c r (at hand R) B, with b
 * for a body whose digest was not checked. */
static void body_log(char *log, const seigr_bundle_event *event)
{
    const size_t at = strlen(log);
    char letter = "?HCLcrB"[event->type];

    if (letter == 'L' && at > 0 && log[at - 1] == 'L')
        return;
    if (letter == 'r' && event->bytes.len > 0)
        letter = 'R';
    if (letter == 'B' && !event->is_whole)
        letter = 'b';
    assert_true(at < 90);
    log[at] = letter;
    log[at + 1] = '\0';
}

static int body_read(const seigr_context *context, seigr_span bytes,
                     size_t piece_len, char log[100], seigr_error *error)
{
    seigr_bundle_event event = SEIGR_BUNDLE_EVENT_INIT;
    seigr_bundle_reader *reader = NULL;
    int err = seigr_bundle_reader_new(context, &reader);

    log[0] = '\0';
    while (err == 0 && bytes.len > 0) {
        seigr_span piece = {bytes.ptr,
                            bytes.len < piece_len ? bytes.len : piece_len};

        bytes.ptr += piece.len;
        bytes.len -= piece.len;
        while ((err = seigr_bundle_reader_step(reader, &piece, &event,
                                               error)) == 1) {
            body_log(log, &event);
            if (event.type == SEIGR_BUNDLE_CHUNK ||
                (event.type == SEIGR_BUNDLE_REPEAT && event.bytes.len > 0))
                assert_int_equal(event.bytes.ptr[0], event.bytes.ptr[999]);
        }
    }
    if (err == 0)
        err = seigr_bundle_reader_finish(reader, error);
    seigr_bundle_reader_free(reader);
    return err;
}

static seigr_context body_context(support_memory *memory)
{
    support_memory_init(memory);
    return fixture_context(memory);
}

static void body_bytes_init(struct body_bytes *out)
{
    out->len = 0;
    out->len_max = 2u << 20;
    out->ptr = malloc(out->len_max);
    assert_non_null(out->ptr);
}

struct body_case {
    const char *letters[3];
    const char *log;
    size_t chunks; /* that stand in the bundle */
};

void test_capsule_bundle_body__each_chunk_once(void **state)
{
    static const struct body_case cases[] = {
        {{"ab"}, "HCLccB", 2},
        {{"abC"}, "HCLcccB", 3},
        {{"aaaa"}, "HCLcRRRB", 1},
        {{"abaC"}, "HCLccrcb", 3},
        {{"abbc"}, "HCLccRcB", 3},
        {{"ab", "cd"}, "HCLccBCLccB", 4},
        {{"ab", "ba"}, "HCLccBCLrrb", 2},
        {{"ab", "cb"}, "HCLccBCLcrb", 3},
        {{"-ab"}, "HC", 0},
        {{"-ab", "ac"}, "HCCLccB", 2},
        {{"ab", "-ab"}, "HCLccBC", 2},
    };
    support_memory memory;
    seigr_context context = body_context(&memory);
    struct body_bytes bytes;

    (void)state;
    body_bytes_init(&bytes);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct body_case *c = &cases[i];
        const size_t count = c->letters[1] == NULL ? 1 : 2;
        const size_t pieces[] = {bytes.len_max, 65536, 7777, 61};

        assert_ok(body_bundle(&context, c->letters, count, &bytes));
        assert_in_range(bytes.len + 1000, c->chunks * BODY_CHUNK,
                        c->chunks * BODY_CHUNK + 2024);
        for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
            seigr_error error = SEIGR_ERROR_INIT;
            char log[100];

            if (body_read(&context, (seigr_span){bytes.ptr, bytes.len},
                          pieces[k], log, &error) != 0)
                fail_msg("%s: %s", c->log, error.text);
            assert_string_equal(log, c->log);
        }
    }
    free(bytes.ptr);
    assert_int_equal(memory.live_count, 0);
}

/* Where something stands in a bundle of one body, "abC" being its content. */
static size_t body_list_at(const struct body_bytes *bytes)
{
    return bytes->len - 3 * (BODY_CHUNK + 5) + 1000 + 2 - (2 + 3 * 32);
}

static void body_refused(const seigr_context *context,
                         const struct body_bytes *bytes, int code,
                         uint64_t offset, const char *text)
{
    for (size_t piece = 100; piece < 200000; piece *= 40) {
        seigr_error error = SEIGR_ERROR_INIT;
        char log[100];
        int err = body_read(context, (seigr_span){bytes->ptr, bytes->len},
                            piece, log, &error);

        if (err != code || error.offset != offset ||
            strstr(error.text, text) == NULL)
            fail_msg("%d at %llu: %s", err, (unsigned long long)error.offset,
                     error.text);
    }
}

void test_capsule_bundle_body__refusals(void **state)
{
    static const char *const letters[] = {"abC"};
    support_memory memory;
    seigr_context context = body_context(&memory);
    struct body_bytes bytes;
    struct body_bytes bad;
    size_t list;
    size_t chunk;

    (void)state;
    body_bytes_init(&bytes);
    body_bytes_init(&bad);
    assert_ok(body_bundle(&context, letters, 1, &bytes));
    list = body_list_at(&bytes);
    chunk = list + 2 + 96;
    assert_int_equal(bytes.ptr[list], 0x58);
    assert_int_equal(bytes.ptr[chunk], 0x5a);

    /* A leaf, and a byte of a chunk, that were changed. */
    memcpy(bad.ptr, bytes.ptr, bytes.len);
    bad.len = bytes.len;
    bad.ptr[list + 40] ^= 1;
    body_refused(&context, &bad, SEIGR_E_FORMAT, list + 2, "root");
    bad.ptr[list + 40] ^= 1;
    bad.ptr[chunk + BODY_CHUNK + 100] ^= 1;
    body_refused(&context, &bad, SEIGR_E_MISMATCH, chunk + BODY_CHUNK + 5,
                 "chunk 1");
    /* Chunks out of order. */
    memcpy(bad.ptr + chunk, bytes.ptr + chunk + BODY_CHUNK + 5, BODY_CHUNK + 5);
    memcpy(bad.ptr + chunk + BODY_CHUNK + 5, bytes.ptr + chunk, BODY_CHUNK + 5);
    body_refused(&context, &bad, SEIGR_E_MISMATCH, chunk, "chunk 1");
    /* A list, a chunk, of another length. */
    memcpy(bad.ptr, bytes.ptr, bytes.len);
    bad.ptr[list + 1] -= 32;
    body_refused(&context, &bad, SEIGR_E_FORMAT, list, "another length");
    bad.ptr[list + 1] += 32;
    bad.ptr[chunk + 4] = 1;
    body_refused(&context, &bad, SEIGR_E_FORMAT, chunk,
                 "chunk 0 has 65537 bytes, not 65536");
    /* A capsule, and nothing, where a chunk should stand. */
    memcpy(bad.ptr, bytes.ptr, bytes.len);
    bad.ptr[chunk] = 0xd2;
    body_refused(&context, &bad, SEIGR_E_FORMAT, chunk, "a chunk of the body");
    bad.len = chunk;
    body_refused(&context, &bad, SEIGR_E_TRUNCATED, chunk, "within a body");
    bad.len = chunk - 10;
    body_refused(&context, &bad, SEIGR_E_TRUNCATED, chunk - 10,
                 "within a body");
    bad.len = list + 1;
    body_refused(&context, &bad, SEIGR_E_TRUNCATED, list + 1, "the bytes end");
    /* A chunk, and a list, too many. */
    memcpy(bad.ptr, bytes.ptr, bytes.len);
    memcpy(bad.ptr + bytes.len, bytes.ptr + list, 2 + 96);
    bad.len = bytes.len + 98;
    body_refused(&context, &bad, SEIGR_E_FORMAT, bytes.len,
                 "no capsule asks for");
    free(bad.ptr);
    free(bytes.ptr);
}

void test_capsule_bundle_body__the_writer_refuses(void **state)
{
    support_memory memory;
    seigr_context context = body_context(&memory);
    seigr_error error = SEIGR_ERROR_INIT;
    struct body_content content;
    seigr_bundle_writer *writer;
    seigr_verified verified;
    seigr_verified other;
    seigr_body_leaves leaves;
    struct body_bytes bytes;

    (void)state;
    body_bytes_init(&bytes);
    body_content_init(&content, &context, "abC");
    leaves = body_leaves(&content);
    body_capsule(&context, &content.body, 0, &verified);
    body_capsule(&context, &content.body, 1, &other);
    assert_ok(
        seigr_bundle_writer_new(&context, NULL, 1, &writer, body_sink, &bytes));
    assert_int_equal(seigr_bundle_writer_body(writer, &leaves, NULL),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_bundle_writer_content(writer, (seigr_span){content.ptr, 1}, NULL),
        SEIGR_E_INVAL);
    assert_ok(seigr_bundle_writer_put(writer, &verified, NULL));
    assert_ok(seigr_bundle_writer_body(writer, &leaves, NULL));
    assert_ok(seigr_bundle_writer_content(
        writer, (seigr_span){content.ptr, 70000}, NULL));
    assert_int_equal(seigr_bundle_writer_put(writer, &other, &error),
                     SEIGR_E_TRUNCATED);
    assert_non_null(strstr(error.text, "from chunk 1 on"));
    assert_int_equal(seigr_bundle_writer_finish(writer, NULL, 0, &error),
                     SEIGR_E_TRUNCATED);
    assert_ok(seigr_bundle_writer_content(
        writer, (seigr_span){content.ptr + 70000, content.len - 70000}, NULL));
    assert_int_equal(seigr_bundle_writer_content(
                         writer, (seigr_span){content.ptr, 1}, &error),
                     SEIGR_E_MISMATCH);
    /* Another capsule of the same body brings nothing. */
    assert_ok(seigr_bundle_writer_put(writer, &other, NULL));
    assert_int_equal(seigr_bundle_writer_body(writer, &leaves, NULL),
                     SEIGR_E_INVAL);
    assert_ok(seigr_bundle_writer_finish(writer, NULL, 0, NULL));
    seigr_bundle_writer_free(writer);

    /* Leaves, and content, that are not the body's. */
    for (int i = 0; i < 2; i++) {
        assert_ok(seigr_bundle_writer_new(&context, NULL, 1, &writer, body_sink,
                                          &bytes));
        assert_ok(seigr_bundle_writer_put(writer, &verified, NULL));
        content.leaves[1].bytes[0] ^= (uint8_t)(i == 0);
        assert_int_equal(seigr_bundle_writer_body(writer, &leaves, &error),
                         i == 0 ? SEIGR_E_MISMATCH : 0);
        content.leaves[1].bytes[0] ^= (uint8_t)(i == 0);
        content.ptr[5] ^= 1;
        if (i == 1)
            assert_int_equal(
                seigr_bundle_writer_content(
                    writer, (seigr_span){content.ptr, content.len}, NULL),
                SEIGR_E_MISMATCH);
        content.ptr[5] ^= 1;
        seigr_bundle_writer_free(writer);
    }
    free(content.ptr);
    free(bytes.ptr);
    assert_int_equal(memory.live_count, 0);
}

static int body_memory(support_memory *memory, void *arg)
{
    static const char *const letters[] = {"abaC", "cdb"};
    seigr_context context = fixture_context(memory);
    struct body_bytes *bytes = arg;
    char log[100];
    int err = body_bundle(&context, letters, 2, bytes);

    if (err == 0)
        err = body_read(&context, (seigr_span){bytes->ptr, bytes->len}, 50000,
                        log, NULL);
    return err;
}

void test_capsule_bundle_body__memory_may_fail(void **state)
{
    struct body_bytes bytes;

    (void)state;
    body_bytes_init(&bytes);
    support_each_allocation(body_memory, &bytes);
    free(bytes.ptr);
}
