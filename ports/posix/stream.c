/* SPDX-License-Identifier: MIT */
/*
 * stream.c - an issuer's numbered chain, continued by one writer at a time.
 *
 * Two files to a slot, in the folder of stream heads: ISSUER.SLOT.lock, on
 * which writers wait for each other and which is never removed, and
 * ISSUER.SLOT.head, which is replaced at each commit.
 *
 * Invariants:
 *   (1) a head is read and replaced only under the lock.
 *   (2) a stream goes on only from a head that is in the place that it names
 *       and has no other name; anything else begins a stream with a random
 *       number.
 *   (3) the head on disk never falls behind a capsule given out after commit.
 */
#define _DEFAULT_SOURCE /* flock */

#include "head.h"   /* struct seigr__head */
#include "home.h"   /* struct seigr_home */
#include "output.h" /* seigr__output_open */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h>   /* assert */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* open */
#include <stdio.h>    /* snprintf */
#include <string.h>   /* strlen */
#include <sys/file.h> /* flock */
#include <sys/stat.h> /* fstat */
#include <unistd.h>   /* close */

#define STREAM_SLOT_MAX 32u
#define STREAM_SLOT_MAIN "main"

struct seigr_stream {
    seigr_home *home; /* borrowed */
    char *head_path;
    int lock;
    uint32_t has_continues;
    uint32_t is_dirty; /* advanced since the last commit */
    uint32_t reserved;
    seigr_id continues;      /* last capsule of the stream before this one */
    struct seigr__head head; /* as it will be at the next commit */
};

/* --- Names ------------------------------------------------------------ */

static int stream_slot_is_valid(const char *slot)
{
    const size_t len = strspn(slot, "abcdefghijklmnopqrstuvwxyz0123456789-");

    assert(slot != NULL);
    return len > 0 && len <= STREAM_SLOT_MAX && slot[len] == '\0';
}

/* FOLDER/ISSUER.SLOT.ENDING, released with seigr__release(). */
static char *stream_path(const seigr_home *home, const seigr_public_key *issuer,
                         const char *slot, const char *ending)
{
    const size_t len = strlen(home->streams_path) + 2 * sizeof(*issuer) +
                       strlen(slot) + strlen(ending) + 4;
    char *path = seigr__alloc(home->context, len);
    int at;

    assert(issuer != NULL && ending != NULL);
    if (path == NULL)
        return NULL;
    at = snprintf(path, len, "%s/", home->streams_path);
    for (size_t i = 0; i < sizeof(issuer->bytes); i++)
        at += snprintf(path + at, len - (size_t)at, "%02x", issuer->bytes[i]);
    (void)snprintf(path + at, len - (size_t)at, ".%s.%s", slot, ending);
    return path;
}

/* --- Opening ---------------------------------------------------------- */

static int stream_lock(seigr_stream *stream, const char *path,
                       seigr_error *error)
{
    assert(stream->lock < 0);
    stream->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (stream->lock < 0)
        return seigr__files_fail(error, errno, "open", path);
    if (flock(stream->lock, LOCK_EX) != 0)
        return seigr__files_fail(error, errno, "lock", path);
    return 0;
}

static void stream_note(const seigr_stream *stream, const char *text)
{
    const seigr_log *log = stream->home->context->log;

    assert(text != NULL);
    if (log != NULL && log->level_max >= SEIGR_LOG_WARN)
        log->write(SEIGR_LOG_WARN, "home", text, log->ctx);
}

static int stream_begin_random(seigr_stream *stream, seigr_error *error)
{
    const seigr_random *random = stream->home->context->random;
    uint64_t number = 0;

    assert(random != NULL);
    while (number == 0) { /* 0 is for a key's first stream */
        if (random->fill((uint8_t *)&number, sizeof(number), random->ctx) < 0)
            return seigr__fail(error, SEIGR_E_RANDOM, SEIGR_NO_OFFSET,
                               "a new stream needs a random number and the "
                               "system gives none");
    }
    if (stream->head.sequence > 0) {
        stream->continues = stream->head.id;
        stream->has_continues = 1;
    }
    stream->head.stream = number;
    stream->head.sequence = 0;
    return 0;
}

static int stream_is_here(const struct seigr__head *head,
                          const struct seigr__place *here)
{
    return memcmp(head->place.machine.bytes, here->machine.bytes,
                  sizeof(here->machine.bytes)) == 0 &&
           head->place.device == here->device &&
           head->place.inode == here->inode &&
           head->place.born_ns == here->born_ns;
}

/* Is this its one name? Under another it could be kept as it is and come
 * back when the stream has gone on, the same file still. */
static int stream_is_only(int fd)
{
    struct stat st;

    assert(fd >= 0);
    return fstat(fd, &st) == 0 && st.st_nlink == 1;
}

/*
 * Read the kept head into stream->head.
 *
 * Returns 1 where the stream goes on from it, 0 where a new one must begin
 * (2), or a negative status where that cannot be said.
 */
static int stream_read_head(seigr_stream *stream, seigr_error *error)
{
    const seigr_home *home = stream->home;
    struct seigr__place here;
    struct seigr__head head;
    seigr_buf bytes = {NULL, 0};
    int fd = open(stream->head_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int is_only;
    int err;

    assert(stream->lock >= 0);
    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0)
        return seigr__files_fail(error, errno, "open", stream->head_path);
    err = seigr_posix_read_fd(home->context, fd, stream->head_path,
                              SEIGR__HEAD_LEN_MAX, &bytes, error);
    if (err == 0 &&
        seigr__place_of(home->context, home->machine_id, fd, &here) < 0)
        err = seigr__files_fail(error, errno, "read", stream->head_path);
    is_only = stream_is_only(fd);
    (void)close(fd);
    if (err < 0 && err != SEIGR_E_LIMIT)
        goto done;
    if (err == SEIGR_E_LIMIT ||
        seigr__head_decode(home->context, (seigr_span){bytes.ptr, bytes.len},
                           &head) < 0 ||
        memcmp(&head.issuer, &stream->head.issuer, sizeof(head.issuer)) != 0) {
        stream_note(stream, "the head of this key's stream is damaged: a new "
                            "stream begins");
        err = 0;
        goto done;
    }
    stream->head = head;
    err = is_only && stream_is_here(&head, &here);
    if (err == 0)
        stream_note(stream, "the head of this key's stream was copied or "
                            "restored: a new stream begins");
done:
    seigr_posix_release(home->context, &bytes);
    return err;
}

static int stream_start(seigr_stream *stream, const char *slot, uint32_t flags,
                        seigr_error *error)
{
    const seigr_public_key *issuer = &stream->head.issuer;
    char *path = stream_path(stream->home, issuer, slot, "lock");
    int err;

    stream->head_path = stream_path(stream->home, issuer, slot, "head");
    if (path == NULL || stream->head_path == NULL)
        err = seigr__files_fail(error, ENOMEM, "open", "the stream's head");
    else if (seigr__home_make_folder(stream->home->streams_path) != 0)
        err =
            seigr__files_fail(error, errno, "make", stream->home->streams_path);
    else
        err = stream_lock(stream, path, error);
    seigr__release(stream->home->context, path);
    if (err < 0)
        return err;
    err = stream_read_head(stream, error);
    if (err < 0 || (err == 1 && !(flags & SEIGR_STREAM_NEW)))
        return err < 0 ? err : 0;
    return stream_begin_random(stream, error);
}

int seigr_stream_open(seigr_home *home, const seigr_public_key *issuer,
                      const char *slot, uint32_t flags, seigr_stream **out,
                      seigr_error *error)
{
    seigr_stream *stream;
    int err;

    if (slot == NULL)
        slot = STREAM_SLOT_MAIN;
    if (home == NULL || issuer == NULL || out == NULL ||
        !stream_slot_is_valid(slot))
        return SEIGR_E_INVAL;
    stream = seigr__alloc_zero(home->context, 1, sizeof(*stream));
    if (stream == NULL)
        return seigr__files_fail(error, ENOMEM, "open", "the stream's head");
    stream->home = home;
    stream->lock = -1;
    stream->head.issuer = *issuer;
    err = stream_start(stream, slot, flags, error);
    if (err < 0) {
        seigr_stream_close(stream);
        return err;
    }
    *out = stream;
    return 0;
}

/* --- Going on --------------------------------------------------------- */

void seigr_stream_next(const seigr_stream *stream, seigr_draft *draft)
{
    const struct seigr__head *head = &stream->head;

    assert(head->sequence < UINT64_MAX);
    draft->stream = head->stream;
    draft->sequence = head->sequence + 1;
    draft->previous = head->sequence == 0 ? NULL : &head->id;
}

int seigr_stream_continues(const seigr_stream *stream, seigr_link *out)
{
    assert(stream != NULL && out != NULL);
    if (!stream->has_continues || stream->head.sequence > 0)
        return 0;
    out->id = stream->continues;
    out->role = SEIGR_ROLE_CONTINUES;
    return 1;
}

int seigr_stream_advance(seigr_stream *stream, const seigr_id *id)
{
    if (stream == NULL || id == NULL)
        return SEIGR_E_INVAL;
    if (stream->head.sequence >= UINT64_MAX - 1)
        return SEIGR_E_LIMIT;
    stream->head.sequence++;
    stream->head.id = *id;
    stream->is_dirty = 1;
    return 0;
}

/* Replace the head. It says itself which file it is, so it is written into
 * the very file that gets the name. */
static int stream_write_head(seigr_stream *stream, seigr_error *error)
{
    const seigr_home *home = stream->home;
    uint8_t bytes[SEIGR__HEAD_LEN_MAX];
    seigr_output *output;
    size_t len;
    int err;

    assert(stream->lock >= 0);
    err = seigr__output_open(home->files, home->context, stream->head_path,
                             SEIGR_OUTPUT_SECRET, &output, error);
    if (err < 0)
        return err;
    if (seigr__place_of(home->context, home->machine_id,
                        seigr__output_descriptor(output),
                        &stream->head.place) < 0) {
        err = seigr__files_fail(error, errno, "write", stream->head_path);
        goto done;
    }
    len = seigr__head_encode(home->context, &stream->head, bytes);
    err = seigr_output_write(output, (seigr_span){bytes, len}, error);
    if (err == 0)
        err = seigr_output_commit(output, error);
done:
    seigr_output_close(output);
    return err;
}

int seigr_stream_commit(seigr_stream *stream, seigr_error *error)
{
    int err;

    if (stream == NULL)
        return SEIGR_E_INVAL;
    assert(stream->lock >= 0); /* (1) */
    if (!stream->is_dirty)
        return 0;
    err = stream_write_head(stream, error);
    if (err == 0)
        stream->is_dirty = 0;
    return err;
}

void seigr_stream_close(seigr_stream *stream)
{
    const seigr_context *context;

    if (stream == NULL)
        return;
    context = stream->home->context;
    if (stream->lock >= 0)
        (void)close(stream->lock); /* gives the lock up */
    seigr__release(context, stream->head_path);
    seigr__release(context, stream);
}

int seigr__stream_begin_first(seigr_home *home, const seigr_public_key *issuer,
                              seigr_error *error)
{
    seigr_stream *stream;
    int err = seigr_stream_open(home, issuer, NULL, 0, &stream, error);

    if (err < 0)
        return err;
    /* A stream that goes on is kept; one just begun has a random number. */
    if (stream->head.place.inode == 0 && stream->head.sequence == 0) {
        stream->head.stream = 0;
        err = stream_write_head(stream, error);
    }
    seigr_stream_close(stream);
    return err;
}
