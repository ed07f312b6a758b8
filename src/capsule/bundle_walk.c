/* SPDX-License-Identifier: MIT */
/*
 * bundle_walk.c - measuring items whose bytes are still arriving.
 *
 * An item is walked from its front again each time that as many bytes have
 * arrived as were known to be needed; it has a few heads, and what they hold
 * is stepped over.
 */
#include "bundle_walk.h" /* struct seigr__bundle_walk */

#include "base/cbor_head.h" /* seigr__cbor_head_read */
#include "base/error.h"     /* seigr__fail */
#include "seigr/bundle.h"   /* SEIGR_BUNDLE_ROOTS_MAX */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

#define WALK_PROTECTED_MAX 256u
#define WALK_SIGNATURE_MAX 4096u /* or receipt: 16 path nodes and less */

#define WALK_TAG_SINGLE 18u
#define WALK_TAG_BATCH 53194u

void seigr__bundle_walk_init(struct seigr__bundle_walk *walk, seigr_span held,
                             seigr_error *error)
{
    assert(walk != NULL);
    assert(held.ptr != NULL || held.len == 0);
    walk->last = 0;
    walk->held_len = held.len;
    walk->need = held.len;
    seigr__cbor_init(&walk->at, held, SEIGR__CBOR_DETERMINISTIC, error);
    walk->at.end = SIZE_MAX; /* the stream goes on behind what is held */
}

int seigr__bundle_walk_fail(struct seigr__bundle_walk *walk, int code,
                            const char *what)
{
    assert(walk != NULL);
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
 */
int seigr__bundle_walk_head(struct seigr__bundle_walk *walk, uint8_t major,
                            const char *what, uint64_t *value)
{
    struct seigr__cbor_head head;
    size_t end = walk->at.at + 1;
    int err;

    assert(value != NULL);
    walk->last = walk->at.at;
    if (end <= walk->held_len)
        end += walk_argument_len(walk->at.start[walk->at.at]);
    if (end > walk->held_len) {
        walk->need = end;
        return 0;
    }
    err = seigr__cbor_head_read(&walk->at, &head);
    if (err == SEIGR_E_TRUNCATED) /* the head is whole: no stream goes so far */
        return seigr__bundle_walk_fail(walk, SEIGR_E_LIMIT,
                                       "a length past every bound");
    if (err < 0)
        return err;
    if (head.major != major)
        return seigr__bundle_walk_fail(walk, SEIGR_E_FORMAT, what);
    walk->at.at += head.len;
    *value = head.value;
    return 1;
}

/* Pass over a byte string. Returns as seigr__bundle_walk_head(). */
int seigr__bundle_walk_bytes(struct seigr__bundle_walk *walk, size_t len_max,
                             const char *what)
{
    uint64_t len = 0;
    int err = seigr__bundle_walk_head(walk, SEIGR__CBOR_BYTES, what, &len);

    assert(walk != NULL);
    if (err != 1)
        return err;
    if (len > len_max)
        return seigr__bundle_walk_fail(
            walk, SEIGR_E_LIMIT,
            "a byte string longer than a capsule may hold");
    if (len > walk->held_len - walk->at.at) {
        walk->need = walk->at.at + (size_t)len;
        return 0;
    }
    walk->at.at += (size_t)len;
    return 1;
}

/* 18([protected, {}, payload, signature]) or
 * 53194([protected, payload, receipt]). Returns as seigr__bundle_walk_head().
 */
int seigr__bundle_walk_capsule(struct seigr__bundle_walk *walk)
{
    uint64_t tag = 0;
    uint64_t count = 0;
    uint64_t pairs = 0;
    int err;

    err = seigr__bundle_walk_head(walk, SEIGR__CBOR_TAG,
                                  "here a capsule should begin", &tag);
    if (err == 1 && tag != WALK_TAG_SINGLE && tag != WALK_TAG_BATCH)
        return seigr__bundle_walk_fail(
            walk, SEIGR_E_FORMAT, "the tag is not a capsule's, 18 or 53194");
    if (err == 1)
        err = seigr__bundle_walk_head(walk, SEIGR__CBOR_ARRAY,
                                      "a capsule is an array", &count);
    if (err == 1 && count != (tag == WALK_TAG_SINGLE ? 4u : 3u))
        return seigr__bundle_walk_fail(
            walk, SEIGR_E_FORMAT, "the capsule's array has another length");
    if (err == 1)
        err = seigr__bundle_walk_bytes(walk, WALK_PROTECTED_MAX,
                                       "the protected header is a byte string");
    if (err == 1 && tag == WALK_TAG_SINGLE) {
        err = seigr__bundle_walk_head(walk, SEIGR__CBOR_MAP,
                                      "the unprotected header is an empty map",
                                      &pairs);
        if (err == 1 && pairs != 0)
            return seigr__bundle_walk_fail(
                walk, SEIGR_E_FORMAT, "the unprotected header is not empty");
    }
    if (err == 1)
        err = seigr__bundle_walk_bytes(walk, SEIGR_CAPSULE_PAYLOAD_MAX,
                                       "the payload is a byte string");
    if (err == 1)
        err = seigr__bundle_walk_bytes(
            walk, WALK_SIGNATURE_MAX,
            "the signature or receipt is a byte string");
    return err;
}

static int walk_text_seigr(struct seigr__bundle_walk *walk)
{
    uint64_t len = 0;
    int err = seigr__bundle_walk_head(walk, SEIGR__CBOR_TEXT,
                                      "field 0 is a text", &len);

    if (err != 1)
        return err;
    if (len == 5 && walk->held_len - walk->at.at < 5) {
        walk->need = walk->at.at + 5;
        return 0;
    }
    if (len != 5 || memcmp(walk->at.start + walk->at.at, "seigr", 5) != 0)
        return seigr__bundle_walk_fail(walk, SEIGR_E_FORMAT,
                                       "field 0 of a bundle is \"seigr\"");
    walk->at.at += 5;
    return 1;
}

/* A field's key, and for an integer field its value. */
static int walk_number(struct seigr__bundle_walk *walk, uint64_t number,
                       int code, const char *what)
{
    uint64_t value = 0;
    int err = seigr__bundle_walk_head(walk, SEIGR__CBOR_UINT, what, &value);

    assert(what != NULL);
    if (err == 1 && value != number)
        return seigr__bundle_walk_fail(walk, code, what);
    return err;
}

/* {0: "seigr", 1: 1, 2: [roots]}. Returns as seigr__bundle_walk_head(). */
int seigr__bundle_walk_header(struct seigr__bundle_walk *walk,
                              uint64_t *root_count)
{
    static const char keys[] = "a bundle's fields are 0, 1 and 2";
    uint64_t pairs = 0;
    int err;

    assert(root_count != NULL);
    err = seigr__bundle_walk_head(walk, SEIGR__CBOR_MAP,
                                  "a bundle begins with a map", &pairs);
    if (err == 1 && pairs != 3)
        return seigr__bundle_walk_fail(walk, SEIGR_E_FORMAT, keys);
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
        err =
            seigr__bundle_walk_head(walk, SEIGR__CBOR_ARRAY,
                                    "field 2 is an array of roots", root_count);
    if (err == 1 && *root_count > SEIGR_BUNDLE_ROOTS_MAX)
        return seigr__bundle_walk_fail(walk, SEIGR_E_LIMIT,
                                       "the bundle names more than 4096 roots");
    return err;
}
