/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "lineage_fixture.h"

#include "seigr/bundle.h"
#include "seigr/senary.h"

#include <stdlib.h>
#include <string.h>

/* A bundle in memory. */
struct bundle_bytes {
    uint8_t *ptr;
    size_t len;
    size_t len_max; /* the sink refuses more */
};

static int bundle_sink(seigr_span bytes, void *ctx)
{
    struct bundle_bytes *out = ctx;

    if (bytes.len > out->len_max - out->len)
        return SEIGR_E_FULL;
    memcpy(out->ptr + out->len, bytes.ptr, bytes.len);
    out->len += bytes.len;
    return 0;
}

static void bundle_bytes_init(struct bundle_bytes *out)
{
    out->len = 0;
    out->len_max = 1u << 20;
    out->ptr = malloc(out->len_max);
    assert_non_null(out->ptr);
}

/* The golden capsules but the long one, verified, of which the bytes stay. */
static size_t bundle_golden(const seigr_context *context, seigr_verified *out,
                            size_t room)
{
    json_t *golden = support_golden("capsules.json");
    size_t count = 0;
    size_t i;
    json_t *item;

    json_array_foreach(json_object_get(golden, "valid"), i, item)
    {
        seigr_span bytes = support_hex_of(item, "capsule");
        seigr_capsule capsule = SEIGR_CAPSULE_INIT;

        if (count == room)
            break;
        if (bytes.len > 1000)
            continue;
        assert_ok(seigr_capsule_decode(context, bytes, &capsule, NULL));
        assert_ok(seigr_capsule_verify(context, &capsule, (seigr_buf){NULL, 0},
                                       &out[count++], NULL));
    }
    json_decref(golden);
    assert_true(count > 5);
    return count;
}

/* A bundle of the golden capsules, all of them roots. */
static size_t bundle_make(const seigr_context *context,
                          struct bundle_bytes *out, seigr_verified *capsules,
                          size_t room)
{
    size_t count = bundle_golden(context, capsules, room);
    seigr_bundle_writer *writer;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id roots[16];

    for (size_t i = 0; i < count; i++)
        roots[i] = *seigr_verified_id(&capsules[i]);
    assert_ok(seigr_bundle_writer_new(context, roots, count, &writer,
                                      bundle_sink, out));
    for (size_t i = 0; i < count; i++)
        if (seigr_bundle_writer_put(writer, &capsules[i], &error) != 0)
            fail_msg("%s", error.text);
    /* Again, and nothing is written. */
    assert_ok(seigr_bundle_writer_put(writer, &capsules[0], NULL));
    assert_ok(seigr_bundle_writer_finish(writer, roots, count, NULL));
    seigr_bundle_writer_free(writer);
    return count;
}

/* What reading gave: how many events, and a sum over what they said. */
struct bundle_reading {
    size_t headers;
    size_t roots;
    size_t capsules;
    uint64_t sum;
    seigr_error error;
};

static void bundle_see(struct bundle_reading *out,
                       const seigr_bundle_event *event)
{
    uint64_t sum = event->offset * 31 + event->type;

    if (event->type == SEIGR_BUNDLE_HEADER) {
        out->headers++;
        out->roots += event->root_count;
        for (size_t i = 0; i < event->root_count; i++)
            sum = sum * 31 + event->roots[i].bytes[31];
    } else {
        assert_int_equal(event->type, SEIGR_BUNDLE_CAPSULE);
        out->capsules++;
        for (size_t i = 0; i < event->capsule.bytes.len; i++)
            sum = sum * 31 + event->capsule.bytes.ptr[i];
    }
    out->sum = out->sum * 31 + sum;
}

/* Read bytes in pieces of this length. Returns the status of the end. */
static int bundle_read(const seigr_context *context, seigr_span bytes,
                       size_t piece_len, struct bundle_reading *out)
{
    seigr_bundle_event event = SEIGR_BUNDLE_EVENT_INIT;
    seigr_bundle_reader *reader = NULL;
    int err;

    memset(out, 0, sizeof(*out));
    out->error = (seigr_error)SEIGR_ERROR_INIT;
    err = seigr_bundle_reader_new(context, &reader);
    while (err == 0 && bytes.len > 0) {
        /* A copy of its own, so that reading past the piece is seen. */
        size_t len = bytes.len < piece_len ? bytes.len : piece_len;
        uint8_t *copy = malloc(len);
        seigr_span piece = {copy, len};

        assert_non_null(copy);
        memcpy(copy, bytes.ptr, len);
        bytes.ptr += len;
        bytes.len -= len;
        while ((err = seigr_bundle_reader_step(reader, &piece, &event,
                                               &out->error)) == 1)
            bundle_see(out, &event);
        assert_true(err < 0 || piece.len == 0);
        free(copy);
    }
    if (err == 0)
        err = seigr_bundle_reader_finish(reader, &out->error);
    else if (err != SEIGR_E_NOMEM) /* it stays refused, with the reason */
        assert_int_equal(seigr_bundle_reader_finish(reader, NULL), err);
    seigr_bundle_reader_free(reader);
    return err;
}

static seigr_context bundle_context(support_memory *memory)
{
    support_memory_init(memory);
    return fixture_context(memory);
}

void test_capsule_bundle__in_pieces_of_every_length(void **state)
{
    struct bundle_reading whole;
    struct bundle_reading reading;
    struct bundle_bytes bytes;
    seigr_verified capsules[16];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    size_t count;

    (void)state;
    bundle_bytes_init(&bytes);
    count = bundle_make(&context, &bytes, capsules, 16);
    assert_ok(bundle_read(&context, (seigr_span){bytes.ptr, bytes.len},
                          bytes.len, &whole));
    assert_int_equal(whole.headers, 1);
    assert_int_equal(whole.roots, count);
    assert_int_equal(whole.capsules, count);
    for (size_t len = 1; len < 300; len += 1 + len / 16) {
        assert_ok(bundle_read(&context, (seigr_span){bytes.ptr, bytes.len}, len,
                              &reading));
        assert_int_equal(reading.capsules, count);
        assert_true(reading.sum == whole.sum);
    }
    free(bytes.ptr);
    assert_int_equal(memory.live_count, 0);
}

/* Longer than any piece of a file that a program reads at once. */
void test_capsule_bundle__a_long_capsule(void **state)
{
    json_t *golden = support_golden("capsules.json");
    struct bundle_reading reading;
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    size_t seen = 0;
    size_t i;
    json_t *item;

    (void)state;
    json_array_foreach(json_object_get(golden, "valid"), i, item)
    {
        seigr_span bytes = support_hex_of(item, "capsule");

        if (bytes.len < 65536)
            continue;
        for (size_t len = 999; len <= 99999; len += 11000)
            assert_ok(bundle_read(&context, bytes, len, &reading));
        assert_in_range(memory.largest_bytes, bytes.len, 2 * bytes.len);
        seen++;
    }
    assert_true(seen > 0);
    json_decref(golden);
}

void test_capsule_bundle__cut_anywhere(void **state)
{
    struct bundle_reading reading;
    struct bundle_bytes bytes;
    seigr_verified capsules[16];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    size_t ends = 0;

    (void)state;
    bundle_bytes_init(&bytes);
    (void)bundle_make(&context, &bytes, capsules, 16);
    for (size_t len = 0; len < bytes.len; len++) {
        int err =
            bundle_read(&context, (seigr_span){bytes.ptr, len}, 64, &reading);

        if (err == 0) { /* between two capsules */
            ends++;
            assert_true(reading.capsules == ends);
        } else if (err == SEIGR_E_NOTFOUND) {
            assert_int_equal(reading.capsules, 0);
        } else {
            assert_int_equal(err, SEIGR_E_TRUNCATED);
            assert_int_equal(reading.error.offset, len);
        }
    }
    assert_true(ends > 5);
    free(bytes.ptr);
}

void test_capsule_bundle__a_bare_capsule(void **state)
{
    struct bundle_reading reading;
    seigr_verified capsules[16];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    seigr_span bytes;
    uint8_t *two;

    (void)state;
    (void)bundle_golden(&context, capsules, 16);
    bytes = seigr_verified_bytes(&capsules[0]);
    assert_ok(bundle_read(&context, bytes, 10, &reading));
    assert_int_equal(reading.headers, 0);
    assert_int_equal(reading.capsules, 1);
    /* With anything behind it, it is no bundle. */
    two = malloc(2 * bytes.len);
    assert_non_null(two);
    memcpy(two, bytes.ptr, bytes.len);
    memcpy(two + bytes.len, bytes.ptr, bytes.len);
    assert_int_equal(
        bundle_read(&context, (seigr_span){two, bytes.len + 1}, 10, &reading),
        SEIGR_E_FORMAT);
    assert_int_equal(reading.error.offset, bytes.len);
    free(two);
}

struct bundle_case {
    int code;
    uint64_t offset;
    const char *hex;
    const char *text;
};

void test_capsule_bundle__refusals(void **state)
{
    static const struct bundle_case cases[] = {
        {SEIGR_E_NOTFOUND, 0, "", "nothing is in it"},
        {SEIGR_E_NOTFOUND, 0, "48656c6c6f", "like no capsule"},
        {SEIGR_E_NOTFOUND, 0, "00", "like no capsule"},
        /* The header. */
        {SEIGR_E_TRUNCATED, 1, "a3", "within a bundle's header"},
        {SEIGR_E_TRUNCATED, 6, "a30065736569", "within a bundle's header"},
        {SEIGR_E_FORMAT, 1, "a301", "fields are 0, 1 and 2"},
        {SEIGR_E_FORMAT, 2, "a3006673656967727273", "is \"seigr\""},
        {SEIGR_E_FORMAT, 2, "a30065736569677301", "is \"seigr\""},
        {SEIGR_E_FORMAT, 2, "a300457365696772010102", "field 0 is a text"},
        {SEIGR_E_FORMAT, 1, "a318006573656967720101", "shortest"},
        {SEIGR_E_UNSUPPORTED, 9, "a300657365696772010202", "version is not 1"},
        {SEIGR_E_FORMAT, 9, "a300657365696772012002", "version"},
        {SEIGR_E_FORMAT, 10, "a300657365696772010103", "fields are"},
        {SEIGR_E_FORMAT, 11, "a30065736569677201010200", "array of roots"},
        {SEIGR_E_LIMIT, 11, "a300657365696772010102991001", "4096 roots"},
        {SEIGR_E_FORMAT, 11, "a3006573656967720101029f", "indefinite"},
        {SEIGR_E_FORMAT, 12,
         "a300657365696772010102815fff"
         "00000000000000000000000000000000000000000000000000000000000000000000",
         "indefinite"},
        {SEIGR_E_LIMIT, 12,
         "a300657365696772010102815821"
         "00000000000000000000000000000000000000000000000000000000000000000000",
         "longer than"},
        {SEIGR_E_FORMAT, 12,
         "a30065736569677201010281581f"
         "00000000000000000000000000000000000000000000000000000000000000000000",
         "is of 32 bytes"},
        {SEIGR_E_NOTFOUND, 12, "a30065736569677201010280", "holds no capsule"},
        /* Capsules. */
        {SEIGR_E_FORMAT, 12, "a3006573656967720101028000", "should begin"},
        {SEIGR_E_FORMAT, 12, "a3006573656967720101028043010203",
         "no capsule asks for"},
        {SEIGR_E_FORMAT, 12, "a30065736569677201010280d184", "18 or 53194"},
        {SEIGR_E_FORMAT, 0, "d91234", "18 or 53194"},
        {SEIGR_E_FORMAT, 0, "d90012", "shortest"},
        {SEIGR_E_TRUNCATED, 1, "d2", "within a capsule"},
        {SEIGR_E_FORMAT, 1, "d2a0", "is an array"},
        {SEIGR_E_FORMAT, 1, "d283", "another length"},
        {SEIGR_E_FORMAT, 3, "d9cfca84", "another length"},
        {SEIGR_E_FORMAT, 2, "d28460", "protected header is a byte string"},
        {SEIGR_E_LIMIT, 2, "d284590101", "longer than"},
        {SEIGR_E_FORMAT, 3, "d28440a1", "not empty"},
        {SEIGR_E_LIMIT, 4, "d28440a05a00100001", "longer than"},
        {SEIGR_E_LIMIT, 4, "d28440a05b00000001ffffffff",
         sizeof(size_t) > 4 ? "longer than" : "past every bound"},
        {SEIGR_E_LIMIT, 4, "d28440a05bffffffffffffffff", "past every bound"},
        {SEIGR_E_FORMAT, 4, "d28440a0f6", "payload is a byte string"},
        {SEIGR_E_LIMIT, 5, "d28440a040591001", "longer than"},
    };
    support_memory memory;
    seigr_context context = bundle_context(&memory);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t len = 1; len < 16; len += 7) {
            struct bundle_reading reading;
            seigr_span bytes = support_hex(cases[i].hex);
            int err = bundle_read(&context, bytes, len, &reading);

            if (err != cases[i].code ||
                reading.error.offset != cases[i].offset ||
                strstr(reading.error.text, cases[i].text) == NULL)
                fail_msg("%s: %d at %llu: %s", cases[i].hex, err,
                         (unsigned long long)reading.error.offset,
                         reading.error.text);
        }
    }
    assert_int_equal(memory.live_count, 0);
}

/* The offset of a refusal is the stream's, not the capsule's. */
void test_capsule_bundle__offsets_count_from_the_start(void **state)
{
    struct bundle_reading reading;
    struct bundle_bytes bytes;
    seigr_verified capsules[16];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    seigr_error alone = SEIGR_ERROR_INIT;
    seigr_span second;
    uint8_t *at;
    int err;

    (void)state;
    bundle_bytes_init(&bytes);
    (void)bundle_make(&context, &bytes, capsules, 16);
    second = seigr_verified_bytes(&capsules[1]);
    /* Where the second is in the bundle; its algorithm becomes another. */
    at = bytes.ptr;
    while (memcmp(at, second.ptr, second.len) != 0)
        at++;
    at[6] ^= 1;
    err = seigr_capsule_decode(&context, (seigr_span){at, second.len}, &capsule,
                               &alone);
    assert_true(err < 0);
    assert_int_equal(bundle_read(&context, (seigr_span){bytes.ptr, bytes.len},
                                 100, &reading),
                     err);
    assert_int_equal(reading.capsules, 1);
    assert_int_equal(reading.error.offset,
                     alone.offset + (uint64_t)(at - bytes.ptr));
    assert_string_equal(reading.error.text, alone.text);
    free(bytes.ptr);
}

/* What a head promises is not asked of the allocator. */
void test_capsule_bundle__memory_follows_what_arrives(void **state)
{
    struct bundle_reading reading;
    support_memory memory;
    seigr_context context = bundle_context(&memory);

    (void)state;
    assert_int_equal(bundle_read(&context,
                                 support_hex("d28440a05a00100000aabbcc"), 100,
                                 &reading),
                     SEIGR_E_TRUNCATED);
    assert_in_range(memory.largest_bytes, 1, 4096);
    assert_int_equal(bundle_read(&context,
                                 support_hex("a300657365696772010102991000"),
                                 100, &reading),
                     SEIGR_E_TRUNCATED);
    assert_in_range(memory.largest_bytes, 1, 4096);
}

void test_capsule_bundle__children_come_later(void **state)
{
    struct fixture_capsule parent;
    struct fixture_capsule child;
    struct fixture_capsule next;
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_bundle_order *order;
    char name[SEIGR_ADDRESS_SHORT_LEN + 1];

    (void)state;
    fixture_init(&parent, 1, 0, 1, NULL);
    (void)fixture_seal(&parent);
    fixture_init(&child, 2, 0, 1, NULL);
    fixture_link(&child, seigr_verified_id(&parent.verified), 1);
    (void)fixture_seal(&child);
    fixture_init(&next, 2, 0, 2, seigr_verified_id(&child.verified));
    (void)fixture_seal(&next);

    assert_ok(seigr_bundle_order_new(&context, &order));
    assert_ok(seigr_bundle_order_put(order, &parent.verified, NULL));
    assert_ok(seigr_bundle_order_put(order, &child.verified, NULL));
    assert_ok(seigr_bundle_order_put(order, &next.verified, NULL));
    assert_ok(seigr_bundle_order_put(order, &child.verified, NULL));
    seigr_bundle_order_free(order);

    /* A link, and the chain, that point forward. */
    assert_ok(seigr_bundle_order_new(&context, &order));
    assert_ok(seigr_bundle_order_put(order, &next.verified, NULL));
    assert_int_equal(seigr_bundle_order_put(order, &child.verified, &error),
                     SEIGR_E_LINEAGE);
    seigr_address_short_id(seigr_verified_id(&child.verified), name);
    assert_non_null(strstr(error.text, name));
    assert_int_equal(
        seigr_bundle_order_has(order, seigr_verified_id(&child.verified)), 1);
    assert_int_equal(
        seigr_bundle_order_has(order, seigr_verified_id(&parent.verified)), 0);
    assert_int_equal(seigr_bundle_order_put(order, &parent.verified, &error),
                     SEIGR_E_LINEAGE);
    seigr_bundle_order_free(order);
}

void test_capsule_bundle__many_identities(void **state)
{
    enum { COUNT = 3000 };
    static struct fixture_capsule capsules[COUNT];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    seigr_bundle_order *order;

    (void)state;
    assert_ok(seigr_bundle_order_new(&context, &order));
    for (size_t i = 0; i < COUNT; i++) {
        fixture_init(&capsules[i], 1, i, 1, NULL);
        if (i > 0)
            fixture_link(&capsules[i],
                         seigr_verified_id(&capsules[i / 2].verified), 1);
        (void)fixture_seal(&capsules[i]);
        assert_ok(seigr_bundle_order_put(order, &capsules[i].verified, NULL));
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(seigr_bundle_order_has(
                             order, seigr_verified_id(&capsules[i].verified)),
                         1);
    /* Less than 120 bytes an identity. */
    assert_in_range(memory.peak_bytes, COUNT * 33, COUNT * 140);
    seigr_bundle_order_free(order);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_bundle__roots_are_there(void **state)
{
    struct bundle_bytes bytes;
    seigr_verified capsules[16];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_bundle_writer *writer;
    seigr_id roots[2];
    uint8_t header[100];
    size_t len;

    (void)state;
    bundle_bytes_init(&bytes);
    (void)bundle_golden(&context, capsules, 16);
    for (int i = 0; i < 2; i++)
        roots[i] = *seigr_verified_id(&capsules[i]);
    /* Roots that become known at the end: the header is made over. */
    assert_ok(seigr_bundle_writer_new(&context, NULL, 2, &writer, bundle_sink,
                                      &bytes));
    assert_ok(seigr_bundle_header_encode(
        roots, 2, (seigr_buf){header, sizeof(header)}, &len));
    assert_int_equal(bytes.len, len);
    assert_memory_not_equal(bytes.ptr, header, len);
    assert_ok(seigr_bundle_writer_put(writer, &capsules[0], NULL));
    assert_int_equal(seigr_bundle_writer_finish(writer, roots, 2, &error),
                     SEIGR_E_LINEAGE);
    assert_non_null(strstr(error.text, "is not in the bundle"));
    assert_ok(seigr_bundle_writer_put(writer, &capsules[1], NULL));
    assert_ok(seigr_bundle_writer_finish(writer, roots, 2, &error));
    seigr_bundle_writer_free(writer);
    free(bytes.ptr);
}

void test_capsule_bundle__bounds_and_arguments(void **state)
{
    struct bundle_bytes bytes;
    seigr_verified capsules[16];
    support_memory memory;
    seigr_context context = bundle_context(&memory);
    seigr_bundle_writer *writer = NULL;
    size_t len = 0;

    (void)state;
    bundle_bytes_init(&bytes);
    (void)bundle_golden(&context, capsules, 16);
    for (size_t n = 1; n <= SEIGR_BUNDLE_ROOTS_MAX; n = n * 3 + 1) {
        struct bundle_reading reading;

        bytes.len = 0;
        assert_ok(seigr_bundle_writer_new(&context, NULL, n, &writer,
                                          bundle_sink, &bytes));
        assert_ok(seigr_bundle_writer_put(writer, &capsules[0], NULL));
        seigr_bundle_writer_free(writer);
        assert_ok(bundle_read(&context, (seigr_span){bytes.ptr, bytes.len}, 999,
                              &reading));
        assert_int_equal(reading.roots, n);
    }
    assert_int_equal(seigr_bundle_writer_new(&context, NULL,
                                             SEIGR_BUNDLE_ROOTS_MAX + 1,
                                             &writer, bundle_sink, &bytes),
                     SEIGR_E_LIMIT);
    assert_int_equal(seigr_bundle_writer_new(&context, NULL, 0, &writer,
                                             bundle_sink, &bytes),
                     SEIGR_E_INVAL);
    assert_int_equal(
        seigr_bundle_header_encode(NULL, 1, (seigr_buf){NULL, 0}, &len),
        SEIGR_E_ROOM);
    assert_int_equal(len, 12 + 34);
    /* A sink that fails ends it. */
    bytes.len_max = 60;
    bytes.len = 0;
    assert_ok(seigr_bundle_writer_new(&context, NULL, 1, &writer, bundle_sink,
                                      &bytes));
    assert_int_equal(seigr_bundle_writer_put(writer, &capsules[0], NULL),
                     SEIGR_E_FULL);
    seigr_bundle_writer_free(writer);
    free(bytes.ptr);
    assert_int_equal(memory.live_count, 0);
}

struct bundle_memory_case {
    struct bundle_bytes bytes;
    seigr_verified capsules[16];
    size_t count;
};

static int bundle_memory_body(support_memory *memory, void *arg)
{
    struct bundle_memory_case *given = arg;
    struct bundle_bytes *bytes = &given->bytes;
    seigr_context context = fixture_context(memory);
    struct bundle_reading reading;
    seigr_bundle_writer *writer;
    int err;

    bytes->len = 0;
    err =
        seigr_bundle_writer_new(&context, NULL, 1, &writer, bundle_sink, bytes);
    if (err < 0)
        return err;
    for (size_t i = 0; err == 0 && i < given->count; i++)
        err = seigr_bundle_writer_put(writer, &given->capsules[i], NULL);
    seigr_bundle_writer_free(writer);
    if (err == 0)
        err = bundle_read(&context, (seigr_span){bytes->ptr, bytes->len}, 5000,
                          &reading);
    return err;
}

void test_capsule_bundle__memory_may_fail(void **state)
{
    struct bundle_memory_case given;
    support_memory memory;
    seigr_context context = bundle_context(&memory);

    (void)state;
    bundle_bytes_init(&given.bytes);
    given.count = bundle_golden(&context, given.capsules, 16);
    support_each_allocation(bundle_memory_body, &given);
    free(given.bytes.ptr);
}
