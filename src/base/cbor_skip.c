/* SPDX-License-Identifier: MIT */
/*
 * cbor_skip.c - passes over one whole CBOR item, checking all of it.
 *
 * Without recursion: the containers that are open stand in an array of
 * SEIGR__CBOR_DEPTH_MAX levels, about 0.7 KB of stack.
 *
 * Invariants:
 *   (1) depth <= SEIGR__CBOR_DEPTH_MAX; tags count as containers of one.
 *   (2) a level of definite length has left > 0 as long as it is open.
 *   (3) every step moves forward by at least one byte or closes a level, so
 *       the time is linear in the bytes passed (a key is compared once with
 *       the one before it, at each of at most 16 levels).
 */
#include "cbor_head.h" /* seigr__cbor_head_read */
#include "error.h"     /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* A container of which items are still to come. */
struct cbor_level {
    uint64_t left;   /* items still to come, if not indefinite */
    size_t item_at;  /* where the current item begins */
    size_t last_at;  /* the last key of a map */
    size_t last_len; /* 0: none yet */
    uint8_t major;   /* array, map or tag */
    uint8_t indefinite;
    uint8_t in_value; /* of a map: the current item is a value */
};

struct cbor_skip {
    seigr__cbor r; /* runs ahead of the caller's reader */
    unsigned depth;
    struct cbor_level levels[SEIGR__CBOR_DEPTH_MAX];
};

/* RFC 8949, 4.2.1: keys ascend in the order of their bytes, none twice. */
static int cbor_skip_key(struct cbor_skip *s, struct cbor_level *level)
{
    const uint8_t *key = s->r.start + level->item_at;
    const uint8_t *last = s->r.start + level->last_at;
    const size_t len = s->r.at - level->item_at;
    const size_t last_len = level->last_len;
    int order;

    assert(len > 0);
    level->last_at = level->item_at;
    level->last_len = len;
    if (last_len == 0 || s->r.mode != SEIGR__CBOR_DETERMINISTIC)
        return 0;
    order = last[0] - key[0]; /* most often this decides */
    if (order == 0)
        order = memcmp(last, key, last_len < len ? last_len : len);
    /* No item is the beginning of another, so equal means the same. */
    if (order < 0)
        return 0;
    return seigr__fail(s->r.error, SEIGR_E_FORMAT, level->item_at,
                       order == 0 ? "a map has the same key twice"
                                  : "the keys of a map are not in order");
}

/* The item at the reader's place is whole: close what it completes. */
static int cbor_skip_close(struct cbor_skip *s)
{
    while (s->depth > 0) {
        struct cbor_level *level = &s->levels[s->depth - 1];

        if (level->major == SEIGR__CBOR_MAP) {
            level->in_value = !level->in_value;
            if (level->in_value && cbor_skip_key(s, level) != 0)
                return SEIGR_E_FORMAT;
        }
        if (level->indefinite)
            return 0;
        assert(level->left > 0); /* (2) */
        if (--level->left > 0)
            return 0;
        s->depth--;
    }
    return 0;
}

static int cbor_skip_open(struct cbor_skip *s,
                          const struct seigr__cbor_head *head)
{
    struct cbor_level *level;

    assert(s->depth <= SEIGR__CBOR_DEPTH_MAX);
    if (s->depth == SEIGR__CBOR_DEPTH_MAX) /* (1) */
        return seigr__fail(s->r.error, SEIGR_E_LIMIT, s->r.at,
                           "items are nested deeper than %u",
                           SEIGR__CBOR_DEPTH_MAX);
    if (head->value == 0 && !head->indefinite &&
        head->major != SEIGR__CBOR_TAG) {
        s->r.at += head->len; /* empty: whole already */
        return cbor_skip_close(s);
    }
    level = &s->levels[s->depth++];
    level->major = head->major;
    level->indefinite = head->indefinite;
    level->left = head->major == SEIGR__CBOR_TAG   ? 1
                  : head->major == SEIGR__CBOR_MAP ? head->value * 2
                                                   : head->value;
    level->last_at = 0;
    level->last_len = 0;
    level->in_value = 0;
    s->r.at += head->len;
    return 0;
}

/* A break ends the innermost container, which must have been waiting. */
static int cbor_skip_break(struct cbor_skip *s)
{
    const struct cbor_level *level =
        s->depth > 0 ? &s->levels[s->depth - 1] : NULL;

    assert(s->depth <= SEIGR__CBOR_DEPTH_MAX);
    if (level == NULL || !level->indefinite)
        return seigr__fail(s->r.error, SEIGR_E_FORMAT, s->r.at,
                           "a break stands where nothing waits for it");
    if (level->in_value)
        return seigr__fail(s->r.error, SEIGR_E_FORMAT, s->r.at,
                           "a map ends between a key and its value");
    s->r.at++;
    s->depth--;
    return cbor_skip_close(s);
}

/* RFC 8949, 3.2.3: chunks of definite length and the same type, to a break.
 */
static int cbor_skip_chunks(struct cbor_skip *s, uint8_t major)
{
    struct seigr__cbor_head head;
    int err;

    assert(s->r.mode == SEIGR__CBOR_WELL_FORMED);
    s->r.at++;
    for (;;) {
        err = seigr__cbor_head_read(&s->r, &head);
        if (err != 0)
            return err;
        if (head.major == SEIGR__CBOR_SIMPLE && head.indefinite) {
            s->r.at++;
            return 0;
        }
        if (head.major != major || head.indefinite)
            return seigr__fail(s->r.error, SEIGR_E_FORMAT, s->r.at,
                               "a string has a chunk of another type");
        if (major == SEIGR__CBOR_TEXT) {
            err = seigr__cbor_text_check(
                &s->r, (seigr_span){s->r.start + s->r.at + head.len,
                                    (size_t)head.value});
            if (err != 0)
                return err;
        }
        s->r.at += head.len + (size_t)head.value;
    }
}

static int cbor_skip_string(struct cbor_skip *s,
                            const struct seigr__cbor_head *head)
{
    const seigr_span content = {s->r.start + s->r.at + head->len,
                                (size_t)head->value};
    int err = 0;

    assert(head->major == SEIGR__CBOR_BYTES || head->major == SEIGR__CBOR_TEXT);
    if (head->indefinite)
        return cbor_skip_chunks(s, head->major);
    if (head->major == SEIGR__CBOR_TEXT)
        err = seigr__cbor_text_check(&s->r, content);
    if (err == 0)
        s->r.at += head->len + content.len;
    return err;
}

/*
 * Would a float with wide exponent and fraction keep its value in a narrower
 * format? bits: sign, exponent of exp_len bits, fraction of frac_len bits.
 */
static int cbor_float_shrinks(uint64_t bits, unsigned exp_len,
                              unsigned frac_len, unsigned to_exp_len,
                              unsigned to_frac_len)
{
    const int exp_mask = (1 << exp_len) - 1;
    const int bias = exp_mask >> 1;
    const int to_bias = (1 << (to_exp_len - 1)) - 1;
    const uint64_t frac = bits & (((uint64_t)1 << frac_len) - 1);
    const int exp = (int)(bits >> frac_len) & exp_mask;
    const int power = exp - bias; /* value is 1.frac * 2^power */
    unsigned lost = frac_len - to_frac_len;

    assert(to_frac_len < frac_len && to_exp_len < exp_len);
    if (exp == exp_mask)
        return 1; /* infinity; NaN has been refused */
    if (exp == 0)
        return frac == 0; /* below the least number of the narrower one */
    if (power > to_bias || power < 1 - to_bias - (int)to_frac_len)
        return 0;
    if (power < 1 - to_bias) /* a subnormal there: fewer bits are kept */
        lost += (unsigned)(1 - to_bias - power);
    /* The leading one of a subnormal is kept, so only the fraction counts. */
    return (frac & (((uint64_t)1 << lost) - 1)) == 0;
}

/* RFC 8949, 4.2.1 and 4.2.2: shortest float, one NaN. */
static int cbor_float_check(const seigr__cbor *r,
                            const struct seigr__cbor_head *head)
{
    const uint64_t bits = head->value;
    int nan;
    int shrinks = 0;

    assert(head->info >= 25 && head->info <= 27);
    if (head->info == 25) {
        nan =
            (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0 && bits != 0x7e00;
    } else if (head->info == 26) {
        nan = (bits & 0x7f800000) == 0x7f800000 && (bits & 0x7fffff) != 0;
        shrinks = cbor_float_shrinks(bits, 8, 23, 5, 10);
    } else {
        nan = (bits << 1) > (uint64_t)0x7ff << 53;
        shrinks = cbor_float_shrinks(bits, 11, 52, 8, 23);
    }
    if (nan)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "a NaN is not written as f97e00");
    if (shrinks)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "a floating-point number is not in its shortest "
                           "form");
    return 0;
}

static int cbor_skip_simple(struct cbor_skip *s,
                            const struct seigr__cbor_head *head)
{
    assert(head->major == SEIGR__CBOR_SIMPLE);
    if (head->indefinite)
        return cbor_skip_break(s);
    if (head->info >= 25 && s->r.mode == SEIGR__CBOR_DETERMINISTIC) {
        const int err = cbor_float_check(&s->r, head);

        if (err != 0)
            return err;
    }
    s->r.at += head->len;
    return cbor_skip_close(s);
}

/* RFC 8949, 3.4.3: a bignum is a number that fits no head, without leading
 * zeros. Its byte string is read here only to look at it. */
static int cbor_bignum_check(const struct cbor_skip *s,
                             const struct seigr__cbor_head *head)
{
    seigr__cbor ahead = s->r;
    seigr_span bytes;
    int err;

    assert(head->major == SEIGR__CBOR_TAG);
    ahead.at += head->len;
    err = seigr__cbor_bytes(&ahead, &bytes);
    if (err != 0)
        return err;
    if (bytes.len > sizeof(uint64_t) && bytes.ptr[0] != 0)
        return 0;
    return seigr__fail(s->r.error, SEIGR_E_FORMAT, s->r.at,
                       "a bignum is not in its shortest form");
}

static int cbor_skip_tag(struct cbor_skip *s,
                         const struct seigr__cbor_head *head)
{
    assert(head->major == SEIGR__CBOR_TAG);
    if (s->r.mode == SEIGR__CBOR_DETERMINISTIC &&
        (head->value == 2 || head->value == 3)) {
        const int err = cbor_bignum_check(s, head);

        if (err != 0)
            return err;
    }
    return cbor_skip_open(s, head);
}

/* One head and, of strings, what belongs to it. */
static int cbor_skip_step(struct cbor_skip *s)
{
    struct seigr__cbor_head head;
    int err;

    assert(s->r.at <= s->r.end);
    if (s->depth > 0)
        s->levels[s->depth - 1].item_at = s->r.at;
    if (s->r.at < s->r.end && (s->r.start[s->r.at] & 0xdf) < 24) {
        s->r.at++; /* an integer of one byte, which most labels are */
        return cbor_skip_close(s);
    }
    err = seigr__cbor_head_read(&s->r, &head);
    if (err != 0)
        return err;
    switch (head.major) {
    case SEIGR__CBOR_BYTES:
    case SEIGR__CBOR_TEXT:
        err = cbor_skip_string(s, &head);
        return err != 0 ? err : cbor_skip_close(s);
    case SEIGR__CBOR_ARRAY:
    case SEIGR__CBOR_MAP:
        return cbor_skip_open(s, &head);
    case SEIGR__CBOR_TAG:
        return cbor_skip_tag(s, &head);
    case SEIGR__CBOR_SIMPLE:
        return cbor_skip_simple(s, &head);
    }
    s->r.at += head.len; /* an integer */
    return cbor_skip_close(s);
}

int seigr__cbor_skip(seigr__cbor *r, seigr_span *out)
{
    struct cbor_skip s;
    int err;

    s.r = *r;
    s.depth = 0;
    do {
        err = cbor_skip_step(&s);
        if (err != 0)
            return err;
    } while (s.depth > 0);
    assert(s.r.at > r->at && s.r.at <= r->end); /* (3) */
    if (out != NULL)
        *out = (seigr_span){r->start + r->at, s.r.at - r->at};
    r->at = s.r.at;
    return 0;
}
