/* SPDX-License-Identifier: MIT */
/* Leaf lists and chunks in bundles: what is written, read and refused. */
#include "capsule_help.h"

#include "seigr/bundle.h"
#include "seigr/crypto.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)SEIGR_BODY_CHUNK_LEN)
#define LEAF_MAX 8u
#define FILE_MAX (16u * SEIGR_BODY_CHUNK_LEN)

/* A body with its content; the capsule that names it. */
struct content {
    uint8_t *bytes;
    size_t size;
    seigr_hash leaves[LEAF_MAX];
    seigr_body_leaves room;
    seigr_body body;
    seigr_verified capsule;
};

/* A file being written, and where its items begin. */
struct file {
    uint8_t *bytes;
    size_t len;
    size_t items[32]; /* offsets; one more than there are items */
    size_t item_count;
};

/* Chunks are given by letters: the same letter, the same chunk. The last is
 * 100 bytes long. */
static void content_make(struct content *c, const seigr_context *context,
                         const char *letters)
{
    seigr_body_options options = SEIGR_BODY_OPTIONS_INIT;
    seigr_body_writer writer;

    memset(c, 0, sizeof(*c));
    c->room = (seigr_body_leaves)SEIGR_BODY_LEAVES_INIT;
    c->room.array = c->leaves;
    c->room.array_max = LEAF_MAX;
    c->size = (strlen(letters) - 1) * CHUNK + 100;
    c->bytes = malloc(c->size);
    assert_non_null(c->bytes);
    for (size_t at = 0; at < c->size; at += CHUNK)
        memset(c->bytes + at, letters[at / CHUNK],
               c->size - at < CHUNK ? c->size - at : CHUNK);
    options.leaves = &c->room;
    options.want_sha256 = 1;
    assert_ok(seigr_body_writer_init(&writer, context, &options));
    assert_ok(
        seigr_body_writer_put(&writer, (seigr_span){c->bytes, c->size}, NULL));
    assert_ok(seigr_body_writer_finish(&writer, &c->body, NULL));
}

static void content_seal(struct content *c, const help_key *key, uint64_t stamp)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;

    draft.kind = SEIGR_KIND_DATA;
    draft.sequence = 1;
    draft.stream = stamp;
    draft.body = c->body;
    assert_ok(help_verdict(help_seal(key, &draft, NULL), &c->capsule, NULL));
}

static int content_read(uint64_t offset, seigr_buf out, void *ctx)
{
    const struct content *c = ctx;

    assert_true(offset <= c->size && out.len <= c->size - offset);
    memcpy(out.ptr, c->bytes + offset, out.len);
    return 0;
}

static int file_sink(seigr_span bytes, void *ctx)
{
    struct file *file = ctx;

    assert_true(bytes.len <= FILE_MAX - file->len);
    memcpy(file->bytes + file->len, bytes.ptr, bytes.len);
    file->len += bytes.len;
    return 0;
}

static void file_init(struct file *file)
{
    memset(file, 0, sizeof(*file));
    file->bytes = malloc(FILE_MAX);
    assert_non_null(file->bytes);
}

/* A byte string of our own making. */
static void file_put_bytes(struct file *file, seigr_span bytes)
{
    uint8_t head[5] = {0x5a, (uint8_t)(bytes.len >> 24),
                       (uint8_t)(bytes.len >> 16), (uint8_t)(bytes.len >> 8),
                       (uint8_t)bytes.len};

    file->items[file->item_count++] = file->len;
    if (bytes.len >= 65536) {
        assert_ok(file_sink((seigr_span){head, 5}, file));
    } else if (bytes.len >= 256) {
        head[2] = 0x59;
        assert_ok(file_sink((seigr_span){head + 2, 3}, file));
    } else {
        head[3] = 0x58;
        assert_ok(file_sink((seigr_span){head + 3, 2}, file));
    }
    assert_ok(file_sink(bytes, file));
}

static seigr_span content_chunk(const struct content *c, size_t index)
{
    return (seigr_span){c->bytes + index * CHUNK,
                        seigr_body_chunk_len(c->size, index)};
}

static seigr_span content_list(const struct content *c)
{
    return (seigr_span){c->leaves[0].bytes,
                        (size_t)seigr_body_chunk_count(c->size) * 32};
}

static void file_put_header(struct file *file)
{
    static const uint8_t head[] = {0xa3, 0x00, 0x65, 's',  'e',  'i',
                                   'g',  'r',  0x01, 0x01, 0x02, 0x80};

    assert_ok(file_sink((seigr_span){head, sizeof(head)}, file));
}

static void file_put_capsule(struct file *file, const struct content *c)
{
    file->items[file->item_count++] = file->len;
    assert_ok(file_sink(seigr_verified_bytes(&c->capsule), file));
}

/* What reading told: events as letters, chunks by their numbers. */
struct reading {
    char events[64];
    size_t event_count;
    uint32_t sha256_held;
    seigr_error error;
};

static void reading_note(struct reading *r, const seigr_bundle_event *event,
                         const struct content *contents)
{
    char letter = "?hcLC"[event->type];

    if (event->type == SEIGR_BUNDLE_CHUNK) {
        letter = (char)('0' + event->chunk);
        if (contents != NULL)
            assert_memory_equal(event->bytes.ptr,
                                content_chunk(contents, event->chunk).ptr,
                                event->bytes.len);
    }
    assert_true(r->event_count + 2 < sizeof(r->events));
    r->events[r->event_count++] = letter;
    if (event->is_whole)
        r->events[r->event_count++] = event->sha256_held ? '!' : '.';
    r->sha256_held += event->sha256_held;
}

static int file_read(const seigr_context *context, const struct file *file,
                     size_t piece_len, const struct content *contents,
                     struct reading *r)
{
    seigr_bundle_event event = SEIGR_BUNDLE_EVENT_INIT;
    seigr_bundle_reader *reader = NULL;
    int err = 0;

    memset(r, 0, sizeof(*r));
    r->error = (seigr_error)SEIGR_ERROR_INIT;
    err = seigr_bundle_reader_new(context, &reader);
    if (err != 0)
        return err;
    for (size_t at = 0; at < file->len && err == 0; at += piece_len) {
        seigr_span piece = {file->bytes + at, file->len - at};

        if (piece.len > piece_len)
            piece.len = piece_len;
        while ((err = seigr_bundle_reader_step(reader, &piece, &event,
                                               &r->error)) == 1)
            reading_note(r, &event, contents);
    }
    if (err == 0)
        err = seigr_bundle_reader_finish(reader, &r->error);
    seigr_bundle_reader_free(reader);
    return err;
}

/* Read in pieces of several lengths; the same each time. */
static void assert_read(const seigr_context *context, const struct file *file,
                        const struct content *contents, int code,
                        const char *events)
{
    static const size_t pieces[] = {1u << 24, 4096, 65537, 1009};

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct reading r;
        int err = file_read(context, file, pieces[i], contents, &r);

        if (err != code)
            fail_msg("%d: %s", err, r.error.text);
        assert_string_equal(r.events, events);
    }
}

static void assert_refused(const seigr_context *context,
                           const struct file *file, int code, uint64_t offset,
                           const char *text)
{
    static const size_t pieces[] = {1u << 24, 997};

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct reading r;

        assert_int_equal(file_read(context, file, pieces[i], NULL, &r), code);
        assert_string_equal(r.error.text, text);
        assert_int_equal(r.error.offset, offset);
    }
}

/* --- Written and read again ------------------------------------------ */

/* Write a bundle of these by the writer. */
static void file_write(struct file *file, const seigr_context *context,
                       struct content *const *contents, size_t count)
{
    seigr_bundle_writer *writer = NULL;
    seigr_id roots[4] = {{{0}}};
    seigr_error error = SEIGR_ERROR_INIT;

    for (size_t i = 0; i < count; i++)
        roots[i] = *seigr_verified_id(&contents[i]->capsule);
    assert_ok(seigr_bundle_writer_new(context, roots, count, &writer, file_sink,
                                      file));
    for (size_t i = 0; i < count; i++) {
        assert_ok(
            seigr_bundle_writer_put(writer, &contents[i]->capsule, &error));
        assert_ok(seigr_bundle_writer_put_content(
            writer, &contents[i]->room, &error, content_read, contents[i]));
        /* Once is enough. */
        assert_ok(seigr_bundle_writer_put_content(
            writer, &contents[i]->room, &error, content_read, contents[i]));
    }
    assert_ok(seigr_bundle_writer_finish(writer, roots, count, &error));
    seigr_bundle_writer_free(writer);
}

void test_capsule_bundle_content__round_trip(void **state)
{
    static const struct {
        const char *letters;
        const char *events;
    } cases[] = {
        {"ab", "hcL01!"},     {"abcde", "hcL01234!"},
        {"aaa", "hcL02."},   /* a chunk again stands there once */
        {"abab", "hcL013."}, /* the last is short, so another one */
        {"zaaaz", "hcL014."},
    };
    support_memory memory;
    seigr_context context;
    help_key key;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct content c;
        struct content *all[1] = {&c};
        struct file file;

        content_make(&c, &context, cases[i].letters);
        content_seal(&c, &key, i);
        file_init(&file);
        file_write(&file, &context, all, 1);
        assert_read(&context, &file, &c, 0, cases[i].events);
        free(file.bytes);
        free(c.bytes);
    }
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_bundle_content__bodies_share_chunks(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    struct content a, b, again, inside;
    struct content *all[4] = {&a, &b, &again, &inside};
    struct file file;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&a, &context, "abcx");
    content_make(&b, &context, "dbex");
    content_make(&again, &context, "abcx");
    content_make(&inside, &context, "cax");
    for (size_t i = 0; i < 4; i++)
        content_seal(all[i], &key, i);
    file_init(&file);
    file_write(&file, &context, all, 4);
    /* The third names the first's body; of the fourth every chunk is there. */
    assert_read(&context, &file, NULL, 0, "hcL0123!cL02.ccL.");
    for (size_t i = 0; i < 4; i++)
        free(all[i]->bytes);
    free(file.bytes);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_bundle_content__content_may_be_elsewhere(void **state)
{
    seigr_context context;
    help_key key;
    support_memory memory;
    struct content a, b;
    struct file file;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&a, &context, "ab");
    content_make(&b, &context, "cd");
    content_seal(&a, &key, 0);
    content_seal(&b, &key, 1);
    file_init(&file);
    file_put_header(&file);
    file_put_capsule(&file, &a);
    file_put_capsule(&file, &b);
    file_put_bytes(&file, content_list(&b));
    file_put_bytes(&file, content_chunk(&b, 0));
    file_put_bytes(&file, content_chunk(&b, 1));
    assert_read(&context, &file, &b, 0, "hccL01!");
    free(file.bytes);
    free(a.bytes);
    free(b.bytes);
    assert_int_equal(memory.live_count, 0);
}

/* --- Refused --------------------------------------------------------- */

/* A file of one capsule, list and chunks in the order of a string: 'l' the
 * list, a digit a chunk, 'c' the other capsule. */
static void file_compose(struct file *file, const struct content *c,
                         const struct content *other, const char *items)
{
    file_init(file);
    file_put_header(file);
    file_put_capsule(file, c);
    for (; *items != '\0'; items++) {
        if (*items == 'l')
            file_put_bytes(file, content_list(c));
        else if (*items == 'c')
            file_put_capsule(file, other);
        else
            file_put_bytes(file, content_chunk(c, (size_t)(*items - '0')));
    }
    file->items[file->item_count] = file->len;
}

void test_capsule_bundle_content__wrong_order_and_lengths(void **state)
{
    static const struct {
        const char *items;
        size_t at; /* the item that is refused; the capsule is 0 */
        int code;
        const char *text;
    } cases[] = {
        {"l021", 3, SEIGR_E_MISMATCH,
         "where chunk 1 belongs, at byte 65536, stands chunk 2: chunks are "
         "out of order"},
        {"l00", 3, SEIGR_E_MISMATCH,
         "where chunk 1 belongs, at byte 65536, stands chunk 0: chunks are "
         "out of order"},
        {"l03", 3, SEIGR_E_MISMATCH, "chunk 1 has 100 bytes, 65536 are due"},
        {"l01", 4, SEIGR_E_TRUNCATED, "chunk 2 of 4 is missing"},
        {"l", 2, SEIGR_E_TRUNCATED, "chunk 0 of 4 is missing"},
        {"l012c", 5, SEIGR_E_TRUNCATED, "chunk 3 of 4 is missing"},
        {"0", 1, SEIGR_E_MISMATCH,
         "a leaf list of 65536 bytes, the body has 4 leaves of 32"},
        {"l01233", 6, SEIGR_E_FORMAT,
         "content where none is due: it stands once, behind the first "
         "capsule that names it"},
        {"cl", 2, SEIGR_E_FORMAT,
         "content where none is due: it stands once, behind the first "
         "capsule that names it"},
    };
    support_memory memory;
    seigr_context context;
    help_key key;
    struct content c, other;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&c, &context, "abcx");
    content_make(&other, &context, "abcx"); /* the same body */
    content_seal(&c, &key, 0);
    content_seal(&other, &key, 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct file file;

        file_compose(&file, &c, &other, cases[i].items);
        assert_refused(&context, &file, cases[i].code, file.items[cases[i].at],
                       cases[i].text);
        free(file.bytes);
    }
    free(c.bytes);
    free(other.bytes);
    assert_int_equal(memory.live_count, 0);
}

void test_capsule_bundle_content__changed_bytes(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    struct content c;
    struct file file;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&c, &context, "abcx");
    content_seal(&c, &key, 0);
    file_compose(&file, &c, NULL, "l0123");
    assert_read(&context, &file, &c, 0, "hcL0123!");
    file.bytes[file.items[1] + 40] ^= 1;
    assert_refused(&context, &file, SEIGR_E_MISMATCH, file.items[1],
                   "the head of the leaf list is not the body's root");
    file.bytes[file.items[1] + 40] ^= 1;
    file.bytes[file.items[3] + 4000] ^= 1;
    assert_refused(&context, &file, SEIGR_E_MISMATCH, file.items[3],
                   "chunk 1, at byte 65536, is not what the leaf list says");
    file.bytes[file.items[3] + 4000] ^= 1;
    file.len -= 50;
    assert_refused(&context, &file, SEIGR_E_TRUNCATED, file.len,
                   "the bytes end within a chunk");
    file.len = file.items[1] + 70;
    assert_refused(&context, &file, SEIGR_E_TRUNCATED, file.len,
                   "the bytes end within a leaf list");
    free(file.bytes);
    /* A digest that is not the content's, signed. */
    c.body.sha256.bytes[0] ^= 1;
    content_seal(&c, &key, 0);
    file_compose(&file, &c, NULL, "l0123");
    assert_refused(&context, &file, SEIGR_E_MISMATCH, file.items[5],
                   "the content does not have the sha256 that the capsule "
                   "says");
    free(file.bytes);
    free(c.bytes);
    assert_int_equal(memory.live_count, 0);
}

/* Behind a bare capsule nothing stands, content neither. */
void test_capsule_bundle_content__a_bare_capsule_has_none(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    struct content c;
    struct file file;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&c, &context, "ab");
    content_seal(&c, &key, 0);
    file_init(&file);
    file_put_capsule(&file, &c);
    file_put_bytes(&file, content_list(&c));
    assert_refused(&context, &file, SEIGR_E_FORMAT, file.items[1],
                   "something follows the capsule");
    free(file.bytes);
    free(c.bytes);
}

/* --- The writer ------------------------------------------------------ */

static int read_fails(uint64_t offset, seigr_buf out, void *ctx)
{
    (void)out;
    (void)ctx;
    return offset == 2 * CHUNK ? SEIGR_E_IO : content_read(offset, out, ctx);
}

void test_capsule_bundle_content__the_writer_checks(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    struct content c;
    seigr_error error = SEIGR_ERROR_INIT;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&c, &context, "abcx");
    content_seal(&c, &key, 0);
    for (int what = 0; what < 4; what++) {
        seigr_bundle_writer *writer = NULL;
        struct file file;
        int err;

        file_init(&file);
        assert_ok(seigr_bundle_writer_new(&context,
                                          seigr_verified_id(&c.capsule), 1,
                                          &writer, file_sink, &file));
        assert_int_equal(seigr_bundle_writer_put_content(
                             writer, &c.room, &error, content_read, &c),
                         SEIGR_E_INVAL); /* no capsule yet */
        assert_ok(seigr_bundle_writer_put(writer, &c.capsule, &error));
        c.leaves[2].bytes[0] ^= (uint8_t)(what == 0);
        c.bytes[CHUNK] ^= (uint8_t)(what == 1);
        c.room.array_max = what == 2 ? 3 : LEAF_MAX;
        err = seigr_bundle_writer_put_content(
            writer, &c.room, &error, what == 3 ? read_fails : content_read, &c);
        c.leaves[2].bytes[0] ^= (uint8_t)(what == 0);
        c.bytes[CHUNK] ^= (uint8_t)(what == 1);
        assert_int_equal(err, what == 2   ? SEIGR_E_INVAL
                              : what == 3 ? SEIGR_E_IO
                                          : SEIGR_E_MISMATCH);
        if (what == 1)
            assert_int_equal(error.offset, CHUNK);
        seigr_bundle_writer_free(writer);
        free(file.bytes);
    }
    free(c.bytes);
    assert_int_equal(memory.live_count, 0);
}

struct oom {
    struct content c;
    struct file file;
};

static int out_of_memory(support_memory *memory, void *arg)
{
    struct oom *oom = arg;
    seigr_context context = help_context(&memory->allocator);
    seigr_bundle_writer *writer = NULL;
    struct reading r;
    int err;

    oom->file.len = 0;
    err = seigr_bundle_writer_new(&context, seigr_verified_id(&oom->c.capsule),
                                  1, &writer, file_sink, &oom->file);
    if (err == 0)
        err = seigr_bundle_writer_put(writer, &oom->c.capsule, NULL);
    if (err == 0)
        err = seigr_bundle_writer_put_content(writer, &oom->c.room, NULL,
                                              content_read, &oom->c);
    seigr_bundle_writer_free(writer);
    if (err == 0)
        err = file_read(&context, &oom->file, 5000, &oom->c, &r);
    return err;
}

void test_capsule_bundle_content__every_allocation_fails(void **state)
{
    support_memory memory;
    seigr_context context;
    help_key key;
    struct oom oom;

    (void)state;
    support_memory_init(&memory);
    context = help_context(&memory.allocator);
    help_key_init(&key, 1);
    content_make(&oom.c, &context, "abcx");
    content_seal(&oom.c, &key, 0);
    file_init(&oom.file);
    support_each_allocation(out_of_memory, &oom);
    free(oom.file.bytes);
    free(oom.c.bytes);
}
