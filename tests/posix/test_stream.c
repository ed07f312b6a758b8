/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include "support.h"

#include "faults.h"
#include "head.h"
#include "home.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const seigr_public_key stream_issuer = {{1, 2, 3}};

/* The name of stream_issuer's head in slot "main". */
static const char stream_head[] =
    "streams/"
    "0102030000000000000000000000000000000000000000000000000000000000"
    ".main.head";

/* What one capsule would say, and what it would be called. */
struct stream_record {
    uint64_t stream;
    uint64_t sequence;
    seigr_id previous; /* zero where there is none */
    seigr_id continues;
    seigr_id id;
};

static seigr_home *stream_home(const seigr_context *context, const char *folder)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_home *home = NULL;

    if (seigr_home_open(context, folder, &home, &error) != 0)
        fail_msg("%s", error.text);
    return home;
}

/* A folder with a home in it, and where its head is kept. */
struct stream_fixture {
    seigr_context context;
    seigr_home *home;
    char folder[64];
    char head[256];
    char kept[256]; /* nothing is there yet */
};

static void stream_begin(struct stream_fixture *f, const seigr_log *log)
{
    f->context = faults_context();
    f->context.log = log;
    faults_folder_make(f->folder);
    faults_path(f->folder, stream_head, f->head);
    faults_path(f->folder, "kept", f->kept);
    f->home = stream_home(&f->context, f->folder);
}

static void stream_end(struct stream_fixture *f)
{
    seigr_home_close(f->home);
    faults_folder_remove(f->folder);
}

/* Number, "seal" and advance once. */
static void stream_step(seigr_stream *stream, struct stream_record *out)
{
    seigr_context context = faults_context();
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_link link;

    memset(out, 0, sizeof(*out));
    seigr_stream_next(stream, &draft);
    out->stream = draft.stream;
    out->sequence = draft.sequence;
    if (draft.previous != NULL)
        out->previous = *draft.previous;
    if (seigr_stream_continues(stream, &link) == 1) {
        assert_int_equal(link.role, SEIGR_ROLE_CONTINUES);
        out->continues = link.id;
    }
    assert_ok(context.random->fill(out->id.bytes, sizeof(out->id.bytes),
                                   context.random->ctx));
    assert_ok(seigr_stream_advance(stream, &out->id));
}

/* One capsule of a stream, committed. */
static struct stream_record stream_one(seigr_home *home, uint32_t flags)
{
    struct stream_record record;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_stream *stream;

    assert_ok(
        seigr_stream_open(home, &stream_issuer, NULL, flags, &stream, &error));
    stream_step(stream, &record);
    assert_ok(seigr_stream_commit(stream, &error));
    seigr_stream_close(stream);
    return record;
}

static int stream_is_zero(const seigr_id *id)
{
    static const seigr_id zero;

    return memcmp(id, &zero, sizeof(zero)) == 0;
}

/* next goes on where last stood. */
static void stream_assert_goes_on(const struct stream_record *last,
                                  const struct stream_record *next)
{
    assert_int_equal(next->stream, last->stream);
    assert_int_equal(next->sequence, last->sequence + 1);
    assert_memory_equal(&next->previous, &last->id, sizeof(last->id));
    assert_true(stream_is_zero(&next->continues));
}

/* next begins a new stream, after last where that is not NULL. */
static void stream_assert_begins(const struct stream_record *last,
                                 const struct stream_record *next)
{
    assert_int_not_equal(next->stream, 0);
    assert_int_equal(next->sequence, 1);
    assert_true(stream_is_zero(&next->previous));
    if (last == NULL) {
        assert_true(stream_is_zero(&next->continues));
        return;
    }
    assert_int_not_equal(next->stream, last->stream);
    assert_memory_equal(&next->continues, &last->id, sizeof(last->id));
}

/* cp, as a program that copies does it. */
static void stream_copy(const char *from, const char *to)
{
    seigr_span bytes = support_file(from);
    FILE *file;

    (void)remove(to);
    file = fopen(to, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

void test_posix_stream__goes_on(void **state)
{
    struct stream_fixture f;
    struct stream_record last;
    struct stat st;

    (void)state;
    stream_begin(&f, NULL);
    last = stream_one(f.home, 0);
    stream_assert_begins(NULL, &last);
    for (int i = 0; i < 10; i++) {
        struct stream_record next = stream_one(f.home, 0);

        stream_assert_goes_on(&last, &next);
        last = next;
    }
    assert_int_equal(stat(f.head, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    stream_end(&f);
}

void test_posix_stream__several_between_commits(void **state)
{
    struct stream_fixture f;
    struct stream_record records[5];
    seigr_stream *stream;

    (void)state;
    stream_begin(&f, NULL);
    records[0] = stream_one(f.home, 0);
    assert_ok(
        seigr_stream_open(f.home, &stream_issuer, NULL, 0, &stream, NULL));
    for (int i = 1; i < 4; i++)
        stream_step(stream, &records[i]);
    assert_ok(seigr_stream_commit(stream, NULL));
    stream_step(stream, &records[4]); /* forgotten: not committed */
    seigr_stream_close(stream);
    stream_assert_goes_on(&records[3], &records[4]);
    records[4] = stream_one(f.home, 0);
    for (int i = 1; i < 5; i++)
        stream_assert_goes_on(&records[i - 1], &records[i]);
    stream_end(&f);
}

void test_posix_stream__the_first_of_a_key_is_0(void **state)
{
    struct stream_fixture f;
    struct stream_record record;

    (void)state;
    stream_begin(&f, NULL);
    assert_ok(seigr__stream_begin_first(f.home, &stream_issuer, NULL));
    record = stream_one(f.home, 0);
    assert_int_equal(record.stream, 0);
    assert_int_equal(record.sequence, 1);
    assert_true(stream_is_zero(&record.previous));
    /* Again, it changes nothing. */
    assert_ok(seigr__stream_begin_first(f.home, &stream_issuer, NULL));
    struct stream_record next = stream_one(f.home, 0);
    stream_assert_goes_on(&record, &next);
    stream_end(&f);
}

void test_posix_stream__a_new_one_on_demand(void **state)
{
    struct stream_fixture f;
    struct stream_record last;
    struct stream_record next;

    (void)state;
    stream_begin(&f, NULL);
    last = stream_one(f.home, 0);
    next = stream_one(f.home, SEIGR_STREAM_NEW);
    stream_assert_begins(&last, &next);
    last = next;
    next = stream_one(f.home, 0);
    stream_assert_goes_on(&last, &next);
    stream_end(&f);
}

void test_posix_stream__a_copied_head_begins_a_new_one(void **state)
{
    struct stream_fixture f;
    struct stream_record last;
    struct stream_record next;

    (void)state;
    stream_begin(&f, NULL);
    /* A backup put back, again and again: an inode number is soon reused. */
    for (int i = 0; i < 20; i++) {
        last = stream_one(f.home, 0);
        stream_copy(f.head, f.kept);
        next = stream_one(f.home, 0);
        stream_assert_goes_on(&last, &next);
        stream_copy(f.kept, f.head);
        next = stream_one(f.home, 0);
        stream_assert_begins(&last, &next);
    }
    /* Renamed into place, it is a copy still. */
    last = stream_one(f.home, 0);
    stream_copy(f.head, f.kept);
    assert_int_equal(rename(f.kept, f.head), 0);
    next = stream_one(f.home, 0);
    stream_assert_begins(&last, &next);
    /* A missing one. */
    assert_int_equal(remove(f.head), 0);
    next = stream_one(f.home, 0);
    stream_assert_begins(NULL, &next);
    stream_end(&f);
}

void test_posix_stream__a_head_of_two_names_begins_a_new_one(void **state)
{
    struct stream_fixture f;
    struct stream_record last;
    struct stream_record next;

    (void)state;
    stream_begin(&f, NULL);
    last = stream_one(f.home, 0);
    assert_int_equal(link(f.head, f.kept), 0);
    next = stream_one(f.home, 0);
    stream_assert_begins(&last, &next);
    /* Put back it is one file again, from which nobody has gone on. */
    assert_int_equal(rename(f.kept, f.head), 0);
    next = stream_one(f.home, 0);
    stream_assert_goes_on(&last, &next);
    stream_end(&f);
}

void test_posix_stream__another_machine_begins_a_new_one(void **state)
{
    seigr_context context = faults_context();
    struct stream_record records[3];
    char folder[64];
    char ids[2][256];

    (void)state;
    faults_folder_make(folder);
    for (int i = 0; i < 2; i++)
        faults_write_file(faults_path(folder, i == 0 ? "id0" : "id1", ids[i]),
                          i == 0 ? "one machine\n" : "another\n");
    for (int i = 0; i < 3; i++) {
        seigr_home *home;

        assert_ok(seigr__home_open(&seigr__files_system, ids[i / 2], &context,
                                   folder, &home, NULL));
        records[i] = stream_one(home, 0);
        seigr_home_close(home);
    }
    stream_assert_goes_on(&records[0], &records[1]);
    stream_assert_begins(&records[1], &records[2]);
    faults_folder_remove(folder);
}

static void stream_note(uint32_t level, const char *room, const char *text,
                        void *ctx)
{
    assert_int_equal(level, SEIGR_LOG_WARN);
    assert_string_equal(room, "home");
    assert_non_null(strstr(text, "a new stream begins"));
    ++*(int *)ctx;
}

void test_posix_stream__a_damaged_head_begins_a_new_one(void **state)
{
    int notes = 0;
    const seigr_log log = {sizeof(log), SEIGR_LOG_WARN, stream_note, &notes};
    struct stream_fixture f;
    struct stream_record next;
    size_t len;

    (void)state;
    stream_begin(&f, &log);
    (void)stream_one(f.home, 0);
    len = support_file(f.head).len;
    for (size_t i = 0; i <= len + 1; i++) {
        seigr_span bytes = support_file(f.head);
        FILE *file = fopen(f.head, "r+b");

        assert_non_null(file);
        if (i < len && i < bytes.len) { /* one bit of one byte */
            fseek(file, (long)i, SEEK_SET);
            fputc(bytes.ptr[i] ^ 1 << i % 8, file);
        } else { /* one byte short, or 100 too long */
            assert_int_equal(ftruncate(fileno(file), (long)bytes.len - 1), 0);
            if (i > len)
                assert_int_equal(ftruncate(fileno(file), 300), 0);
        }
        assert_int_equal(fclose(file), 0);
        next = stream_one(f.home, 0);
        stream_assert_begins(NULL, &next);
        assert_int_equal(notes, i + 1);
    }
    stream_end(&f);
}

void test_posix_stream__issuers_and_slots_are_apart(void **state)
{
    const seigr_public_key other = {{4, 5, 6}};
    struct stream_fixture f;
    seigr_stream *streams[3];

    (void)state;
    stream_begin(&f, NULL);
    /* None waits for another. */
    assert_ok(
        seigr_stream_open(f.home, &stream_issuer, NULL, 0, &streams[0], NULL));
    assert_ok(seigr_stream_open(f.home, &stream_issuer, "node", 0, &streams[1],
                                NULL));
    assert_ok(seigr_stream_open(f.home, &other, NULL, 0, &streams[2], NULL));
    for (int i = 0; i < 3; i++)
        seigr_stream_close(streams[i]);
    for (int i = 0; i < 4; i++) {
        static const char *const bad[] = {"", "../x", "Main",
                                          "a23456789012345678901234567890123"};

        assert_int_equal(seigr_stream_open(f.home, &stream_issuer, bad[i], 0,
                                           &streams[0], NULL),
                         SEIGR_E_INVAL);
    }
    stream_end(&f);
}

/* --- Many writers ------------------------------------------------------ */

#define STREAM_WRITERS 20
#define STREAM_EACH 5

/* In a process of its own: seal a few, tell them through the pipe. */
static void stream_writer(const char *folder, int to)
{
    seigr_context context = faults_context();

    for (int i = 0; i < STREAM_EACH; i++) {
        seigr_home *home = stream_home(&context, folder);
        struct stream_record record = stream_one(home, 0);

        seigr_home_close(home);
        if (write(to, &record, sizeof(record)) != sizeof(record))
            _exit(1);
    }
    _exit(0);
}

void test_posix_stream__twenty_processes_never_fork(void **state)
{
    static struct stream_record records[STREAM_WRITERS * STREAM_EACH + 1];
    struct stream_record record;
    char folder[64];
    int ends[2];
    int status;

    (void)state;
    faults_folder_make(folder);
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < STREAM_WRITERS; i++) {
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0)
            stream_writer(folder, ends[1]);
    }
    close(ends[1]);
    for (int i = 0; i < STREAM_WRITERS * STREAM_EACH; i++) {
        assert_int_equal(read(ends[0], &record, sizeof(record)),
                         sizeof(record));
        assert_in_range(record.sequence, 1, STREAM_WRITERS * STREAM_EACH);
        assert_int_equal(records[record.sequence].sequence, 0); /* no fork */
        records[record.sequence] = record;
    }
    for (int i = 2; i <= STREAM_WRITERS * STREAM_EACH; i++)
        stream_assert_goes_on(&records[i - 1], &records[i]);
    for (int i = 0; i < STREAM_WRITERS; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    close(ends[0]);
    faults_folder_remove(folder);
}

/* --- Failing ----------------------------------------------------------- */

/* Commit with the nth call failing: the head is the old or the new one, and
 * the next writer repeats no number that a commit confirmed. */
void test_posix_stream__any_call_may_fail(void **state)
{
    seigr_context context = faults_context();

    (void)state;
    for (size_t n = 1;; n++) {
        struct stream_record records[3];
        seigr_stream *stream;
        seigr_home *home;
        char folder[64];
        faults f;
        int err;

        faults_folder_make(folder);
        faults_init(&f);
        f.fail_after = n & 1;
        assert_ok(seigr__home_open(&f.files, SEIGR__PLACE_MACHINE_ID, &context,
                                   folder, &home, NULL));
        records[0] = stream_one(home, 0);
        f.call_count = 0;
        f.fail_at = (n + 1) / 2;
        assert_ok(
            seigr_stream_open(home, &stream_issuer, NULL, 0, &stream, NULL));
        stream_step(stream, &records[1]);
        err = seigr_stream_commit(stream, NULL);
        seigr_stream_close(stream);
        f.fail_at = 0;
        records[2] = stream_one(home, 0);
        if (err == 0)
            stream_assert_goes_on(&records[1], &records[2]);
        else
            assert_true(memcmp(&records[2].previous, &records[0].id, 32) == 0 ||
                        memcmp(&records[2].previous, &records[1].id, 32) == 0);
        seigr_home_close(home);
        faults_folder_remove(folder);
        if (err == 0)
            break;
        assert_int_equal(err, SEIGR_E_IO);
    }
}

static int stream_body(support_memory *memory, void *arg)
{
    seigr_context context = faults_context();
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_stream *stream = NULL;
    seigr_home *home = NULL;
    seigr_id id = {{7}};
    int err;

    context.allocator = &memory->allocator;
    err = seigr_home_open(&context, arg, &home, NULL);
    if (err == 0)
        err = seigr_stream_open(home, &stream_issuer, NULL, 0, &stream, NULL);
    if (err == 0) {
        seigr_stream_next(stream, &draft);
        err = seigr_stream_advance(stream, &id);
    }
    if (err == 0)
        err = seigr_stream_commit(stream, NULL);
    seigr_stream_close(stream);
    seigr_home_close(home);
    return err;
}

void test_posix_stream__memory_may_fail(void **state)
{
    struct stream_fixture f;

    (void)state;
    stream_begin(&f, NULL);
    (void)stream_one(f.home, 0);
    support_each_allocation(stream_body, f.folder);
    stream_end(&f);
}
