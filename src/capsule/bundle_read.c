/* SPDX-License-Identifier: MIT */
/*
 * bundle_read.c - a bundle taken apart as its bytes arrive.
 *
 *     START -> (header | one bare capsule) -> CAPSULES ... -> finish
 *       any refusal -> FAILED, which stays
 *
 * The bytes of the item being read are gathered until it is whole. How many
 * it needs is measured by walking its few heads from the front each time
 * that so many have arrived as were known to be needed.
 *
 * Invariants:
 *   (1) held_len <= need: what belongs to the next item is not taken.
 *   (2) room grows by what has arrived, never by what a head promises.
 */
#include "seigr/bundle.h" /* seigr_bundle_reader */

#include "base/alloc.h"     /* seigr__alloc */
#include "base/cbor.h"      /* seigr__cbor */
#include "base/cbor_head.h" /* seigr__cbor_head_read */
#include "base/error.h"     /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define BUNDLE_START 0u
#define BUNDLE_CAPSULES 1u
#define BUNDLE_LONE 2u /* a bare capsule: nothing may follow it */

#define BUNDLE_ROOM_MIN 4096u
#define BUNDLE_PROTECTED_MAX 256u
#define BUNDLE_SIGNATURE_MAX 4096u /* or receipt: 16 path nodes and less */

#define BUNDLE_TAG_SINGLE 18u
#define BUNDLE_TAG_BATCH 53194u

struct seigr_bundle_reader {
    const seigr_context *context;
    uint8_t *room;
    size_t room_len;
    size_t held_len;
    size_t need;       /* bytes of the item known to be needed, (1) */
    uint64_t offset;   /* of the item in the stream */
    uint64_t capsules; /* read so far */
    seigr_id *roots;
    uint32_t state;   /* BUNDLE_* */
    uint32_t emitted; /* the item held has been handed out */
    seigr_error failed;
};

int seigr_bundle_reader_new(const seigr_context *context,
                            seigr_bundle_reader **out)
{
    seigr_bundle_reader *reader;

    if (context == NULL || context->allocator == NULL || out == NULL)
        return SEIGR_E_INVAL;
    reader = seigr__alloc_zero(context, 1, sizeof(*reader));
    if (reader == NULL)
        return SEIGR_E_NOMEM;
    reader->context = context;
    reader->need = 1;
    reader->failed = (seigr_error)SEIGR_ERROR_INIT;
    *out = reader;
    return 0;
}

void seigr_bundle_reader_free(seigr_bundle_reader *reader)
{
    if (reader == NULL)
        return;
    seigr__release(reader->context, reader->room);
    seigr__release(reader->context, reader->roots);
    seigr__release(reader->context, reader);
}

/* --- Measuring -------------------------------------------------------- */

/*
 * What is held of an item, walked from its front. need grows past what is
 * held when more must arrive before anything can be said.
 */
struct bundle_walk {
    seigr__cbor at;
    size_t last; /* where the last head began that was passed */
    size_t held_len;
    size_t need;
};

/* Refuse what stands at the last head. */
static int walk_fail(struct bundle_walk *walk, int code, const char *what)
{
    walk->at.at = walk->last;
    return seigr__cbor_fail(&walk->at, code, what);
}

/* Bytes of a head behind its first. */
static size_t walk_argument_len(uint8_t first)
{
    const unsigned info = first & 31u;

    return info >= 24 && info <= 27 ? (size_t)1 << (info - 24) : 0;
}

/*
 * Pass the head of an item of this type.
 *
 * Returns 1 and the head's value, 0 where more is needed, or a refusal.
 */
static int walk_head(struct bundle_walk *walk, uint8_t major, const char *what,
                     uint64_t *value)
{
    struct seigr__cbor_head head;
    size_t end = walk->at.at + 1;
    int err;

    walk->last = walk->at.at;
    if (end <= walk->held_len)
        end += walk_argument_len(walk->at.start[walk->at.at]);
    if (end > walk->held_len) {
        walk->need = end;
        return 0;
    }
    err = seigr__cbor_head_read(&walk->at, &head);
    if (err == SEIGR_E_TRUNCATED) /* the head is whole: no stream goes so far */
        return walk_fail(walk, SEIGR_E_LIMIT, "a length past every bound");
    if (err < 0)
        return err;
    if (head.major != major)
        return walk_fail(walk, SEIGR_E_FORMAT, what);
    walk->at.at += head.len;
    *value = head.value;
    return 1;
}

/* Pass over a byte string. Returns as walk_head(). */
static int walk_bytes(struct bundle_walk *walk, size_t len_max,
                      const char *what)
{
    uint64_t len = 0;
    int err = walk_head(walk, SEIGR__CBOR_BYTES, what, &len);

    if (err != 1)
        return err;
    if (len > len_max)
        return walk_fail(walk, SEIGR_E_LIMIT,
                         "a byte string longer than a capsule may hold");
    if (len > walk->held_len - walk->at.at) {
        walk->need = walk->at.at + (size_t)len;
        return 0;
    }
    walk->at.at += (size_t)len;
    return 1;
}

/* 18([protected, {}, payload, signature]) or
 * 53194([protected, payload, receipt]). Returns as walk_head(). */
static int walk_capsule(struct bundle_walk *walk)
{
    uint64_t tag = 0;
    uint64_t count = 0;
    uint64_t pairs = 0;
    int err;

    err = walk_head(walk, SEIGR__CBOR_TAG, "here a capsule should begin", &tag);
    if (err == 1 && tag != BUNDLE_TAG_SINGLE && tag != BUNDLE_TAG_BATCH)
        return walk_fail(walk, SEIGR_E_FORMAT,
                         "the tag is not a capsule's, 18 or 53194");
    if (err == 1)
        err =
            walk_head(walk, SEIGR__CBOR_ARRAY, "a capsule is an array", &count);
    if (err == 1 && count != (tag == BUNDLE_TAG_SINGLE ? 4u : 3u))
        return walk_fail(walk, SEIGR_E_FORMAT,
                         "the capsule's array has another length");
    if (err == 1)
        err = walk_bytes(walk, BUNDLE_PROTECTED_MAX,
                         "the protected header is a byte string");
    if (err == 1 && tag == BUNDLE_TAG_SINGLE) {
        err = walk_head(walk, SEIGR__CBOR_MAP,
                        "the unprotected header is an empty map", &pairs);
        if (err == 1 && pairs != 0)
            return walk_fail(walk, SEIGR_E_FORMAT,
                             "the unprotected header is not empty");
    }
    if (err == 1)
        err = walk_bytes(walk, SEIGR_CAPSULE_PAYLOAD_MAX,
                         "the payload is a byte string");
    if (err == 1)
        err = walk_bytes(walk, BUNDLE_SIGNATURE_MAX,
                         "the signature or receipt is a byte string");
    return err;
}

static int walk_text_seigr(struct bundle_walk *walk)
{
    uint64_t len = 0;
    int err = walk_head(walk, SEIGR__CBOR_TEXT, "field 0 is a text", &len);

    if (err != 1)
        return err;
    if (len == 5 && walk->held_len - walk->at.at < 5) {
        walk->need = walk->at.at + 5;
        return 0;
    }
    if (len != 5 || memcmp(walk->at.start + walk->at.at, "seigr", 5) != 0)
        return walk_fail(walk, SEIGR_E_FORMAT,
                         "field 0 of a bundle is \"seigr\"");
    walk->at.at += 5;
    return 1;
}

/* A field's key, and for an integer field its value. */
static int walk_number(struct bundle_walk *walk, uint64_t number, int code,
                       const char *what)
{
    uint64_t value = 0;
    int err = walk_head(walk, SEIGR__CBOR_UINT, what, &value);

    if (err == 1 && value != number)
        return walk_fail(walk, code, what);
    return err;
}

/* {0: "seigr", 1: 1, 2: [roots]}. Returns as walk_head(). */
static int walk_header(struct bundle_walk *walk, uint64_t *root_count)
{
    static const char keys[] = "a bundle's fields are 0, 1 and 2";
    uint64_t pairs = 0;
    int err;

    err =
        walk_head(walk, SEIGR__CBOR_MAP, "a bundle begins with a map", &pairs);
    if (err == 1 && pairs != 3)
        return walk_fail(walk, SEIGR_E_FORMAT, keys);
    if (err == 1)
        err = walk_number(walk, 0, SEIGR_E_FORMAT, keys);
    if (err == 1)
        err = walk_text_seigr(walk);
    if (err == 1)
        err = walk_number(walk, 1, SEIGR_E_FORMAT, keys);
    if (err == 1)
        err = walk_number(walk, 1, SEIGR_E_UNSUPPORTED,
                          "the bundle's version is not 1");
    if (err == 1)
        err = walk_number(walk, 2, SEIGR_E_FORMAT, keys);
    if (err == 1)
        err = walk_head(walk, SEIGR__CBOR_ARRAY, "field 2 is an array of roots",
                        root_count);
    if (err == 1 && *root_count > SEIGR_BUNDLE_ROOTS_MAX)
        return walk_fail(walk, SEIGR_E_LIMIT,
                         "the bundle names more than 4096 roots");
    return err;
}

/* --- Items ------------------------------------------------------------ */

static void reader_emit(seigr_bundle_reader *reader, uint32_t type,
                        seigr_bundle_event *event)
{
    *event = (seigr_bundle_event)SEIGR_BUNDLE_EVENT_INIT;
    event->type = type;
    event->offset = reader->offset;
    reader->emitted = 1;
}

/* All of the roots at once, each as long as it must be. Returns as
 * walk_head(). */
static int reader_take_roots(seigr_bundle_reader *reader,
                             struct bundle_walk *walk, size_t count)
{
    const size_t root_len = 2 + SEIGR_ID_LEN; /* with its head */

    for (size_t i = 0; i < count; i++) {
        const uint8_t *id = walk->at.start + walk->at.at + 2;
        int err;

        if (walk->held_len - walk->at.at < (count - i) * root_len) {
            walk->need = walk->at.at + (count - i) * root_len;
            return 0;
        }
        err = walk_bytes(walk, SEIGR_ID_LEN, "a root is a byte string");
        if (err == 1 && walk->at.at - walk->last != root_len)
            return walk_fail(walk, SEIGR_E_FORMAT, "a root is of 32 bytes");
        if (err != 1)
            return err;
        if (reader->roots == NULL)
            reader->roots = seigr__alloc_zero(reader->context, count,
                                              sizeof(*reader->roots));
        if (reader->roots == NULL)
            return SEIGR_E_NOMEM;
        memcpy(reader->roots[i].bytes, id, SEIGR_ID_LEN);
    }
    return 1;
}

/* Returns 1 with the event, 0 where more is needed, or a refusal. */
static int reader_take_header(seigr_bundle_reader *reader,
                              struct bundle_walk *walk,
                              seigr_bundle_event *event)
{
    uint64_t count = 0;
    int err = walk_header(walk, &count);

    if (err == 1)
        err = reader_take_roots(reader, walk, (size_t)count);
    if (err != 1)
        return err;
    reader_emit(reader, SEIGR_BUNDLE_HEADER, event);
    event->roots = reader->roots;
    event->root_count = (size_t)count;
    reader->state = BUNDLE_CAPSULES;
    return 1;
}

static int reader_take_capsule(seigr_bundle_reader *reader,
                               struct bundle_walk *walk,
                               seigr_bundle_event *event, seigr_error *error)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    int err = walk_capsule(walk);

    if (err != 1)
        return err;
    assert(walk->at.at == reader->held_len); /* (1) */
    err = seigr_capsule_decode(reader->context,
                               (seigr_span){reader->room, reader->held_len},
                               &capsule, error);
    if (err < 0)
        return err;
    reader_emit(reader, SEIGR_BUNDLE_CAPSULE, event);
    event->capsule = capsule;
    reader->capsules++;
    return 1;
}

/* What the first byte can be: the map of a header, or a capsule's tag. */
static int reader_is_ours(uint8_t first)
{
    return first == 0xa3 || first == 0xd2 || first == 0xd9;
}

static int reader_take(seigr_bundle_reader *reader, seigr_bundle_event *event,
                       seigr_error *error)
{
    struct bundle_walk walk;
    int err;

    walk.last = 0;
    walk.held_len = reader->held_len;
    walk.need = reader->need;
    seigr__cbor_init(&walk.at, (seigr_span){reader->room, reader->held_len},
                     SEIGR__CBOR_DETERMINISTIC, error);
    walk.at.end = SIZE_MAX; /* the stream goes on behind what is held */
    if (reader->state == BUNDLE_LONE)
        return seigr__fail(error, SEIGR_E_FORMAT, 0,
                           "something follows the capsule");
    if (reader->state == BUNDLE_START && !reader_is_ours(reader->room[0]))
        return seigr__fail(error, SEIGR_E_NOTFOUND, 0,
                           "it begins like no capsule and no bundle");
    if (reader->state == BUNDLE_START && reader->room[0] == 0xa3) {
        err = reader_take_header(reader, &walk, event);
    } else {
        err = reader_take_capsule(reader, &walk, event, error);
        if (err == 1 && reader->state == BUNDLE_START)
            reader->state = BUNDLE_LONE;
    }
    reader->need = walk.need;
    return err;
}

/* --- Bytes ------------------------------------------------------------ */

static int reader_grow(seigr_bundle_reader *reader, size_t len)
{
    size_t room_len = reader->room_len;
    uint8_t *room;

    if (len <= room_len)
        return 0;
    if (room_len < BUNDLE_ROOM_MIN)
        room_len = BUNDLE_ROOM_MIN;
    while (room_len < len)
        room_len *= 2;
    room = seigr__alloc(reader->context, room_len);
    if (room == NULL)
        return SEIGR_E_NOMEM;
    if (reader->held_len > 0)
        memcpy(room, reader->room, reader->held_len);
    seigr__release(reader->context, reader->room);
    reader->room = room;
    reader->room_len = room_len;
    return 0;
}

/* Take what the item needs of the bytes, as far as they go. */
static int reader_gather(seigr_bundle_reader *reader, seigr_span *bytes)
{
    size_t take = reader->need - reader->held_len;
    int err;

    if (take > bytes->len)
        take = bytes->len;
    if (take == 0)
        return 0;
    err = reader_grow(reader, reader->held_len + take); /* (2) */
    if (err < 0)
        return err;
    memcpy(reader->room + reader->held_len, bytes->ptr, take);
    reader->held_len += take;
    bytes->ptr += take;
    bytes->len -= take;
    return 0;
}

static int reader_refuse(seigr_bundle_reader *reader, int err,
                         seigr_error *error)
{
    if (reader->failed.code == 0) { /* else it was refused before */
        if (err == SEIGR_E_NOMEM)
            (void)seigr__fail(&reader->failed, err, 0, "%s",
                              seigr_strerror(err));
        seigr__error_shift(&reader->failed, reader->offset);
        reader->failed.code = err;
    }
    if (error != NULL)
        *error = reader->failed;
    return err;
}

int seigr_bundle_reader_step(seigr_bundle_reader *reader, seigr_span *bytes,
                             seigr_bundle_event *event, seigr_error *error)
{
    seigr_error failed = SEIGR_ERROR_INIT;

    if (reader == NULL || bytes == NULL || event == NULL)
        return SEIGR_E_INVAL;
    if (reader->failed.code != 0)
        return reader_refuse(reader, reader->failed.code, error);
    if (reader->emitted) {
        reader->offset += reader->held_len;
        reader->held_len = 0;
        reader->need = 1;
        reader->emitted = 0;
    }
    for (;;) {
        int err = reader_gather(reader, bytes);

        if (err == 0 && reader->held_len < reader->need)
            return 0;
        if (err == 0)
            err = reader_take(reader, event, &failed);
        if (err < 0) {
            reader->failed = failed;
            reader->failed.code = 0;
            return reader_refuse(reader, err, error);
        }
        if (err == 1)
            return 1;
    }
}

int seigr_bundle_reader_finish(seigr_bundle_reader *reader, seigr_error *error)
{
    const int held = reader != NULL && !reader->emitted && reader->held_len > 0;

    if (reader == NULL)
        return SEIGR_E_INVAL;
    if (reader->failed.code != 0)
        return reader_refuse(reader, reader->failed.code, error);
    if (held)
        return seigr__fail(
            error, SEIGR_E_TRUNCATED, reader->offset + reader->held_len,
            "the bytes end within a %s",
            reader->state == BUNDLE_START && reader->room[0] == 0xa3
                ? "bundle's header"
                : "capsule");
    if (reader->capsules == 0)
        return seigr__fail(error, SEIGR_E_NOTFOUND, reader->offset,
                           reader->state == BUNDLE_START
                               ? "nothing is in it"
                               : "the bundle holds no capsule");
    return 0;
}
