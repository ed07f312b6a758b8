/* SPDX-License-Identifier: MIT */
/*
 * reconcile.c - symbols of sets, and differences out of symbols.
 *
 * An ID falls in symbol 0, and in symbol i with a probability of 1/(1 + i/2);
 * its hash under the key decides which. Both sides must agree on every bit of
 * that, so it is done in integers.
 *
 * Invariants:
 *   (1) every step of decoding takes one difference out, and no more are
 *       taken than there are symbols: it ends whatever came.
 *   (2) it has succeeded when nothing is left in any symbol.
 */
#include "seigr/reconcile.h" /* seigr_symbol */

#include "base/alloc.h"   /* seigr__alloc_zero */
#include "base/siphash.h" /* seigr__siphash */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

/* Where an ID falls next. */
struct walk {
    uint64_t index;
    uint64_t state;
};

static struct walk reconcile_walk(uint64_t hash)
{
    return (struct walk){0, hash | 1};
}

static uint64_t reconcile_root(uint64_t value)
{
    uint64_t root = 0;

    for (uint64_t bit = (uint64_t)1 << 62; bit != 0; bit >>= 2) {
        if (value >= root + bit) {
            value -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}

/*
 * With u even in (0, 1] the next index is i + (i + 1.5) (1/sqrt(u) - 1),
 * rounded up. u is r / 2^32, and 1/sqrt(u) taken with 16 bits behind the
 * point.
 */
static void reconcile_step(struct walk *walk)
{
    const uint64_t r = (walk->state >> 32) + 1;
    const uint64_t inverse = ((uint64_t)1 << 47) / reconcile_root(r << 30);
    const uint64_t factor = inverse > 65536 ? inverse - 65536 : 0;
    const uint64_t gap = ((2 * walk->index + 3) * factor + 131071) >> 17;

    assert(walk->index < SEIGR_RECONCILE_SYMBOLS_MAX);
    walk->index += gap > 0 ? gap : 1;
    walk->state *= 0xda942042e4dd58b5u;
}

static void reconcile_apply(seigr_symbol *symbol, const seigr_id *id,
                            uint64_t hash, int64_t by)
{
    for (size_t i = 0; i < SEIGR_ID_LEN; i++)
        symbol->sum[i] ^= id->bytes[i];
    symbol->check ^= hash;
    /* A peer's count may be anything. */
    symbol->count = (int64_t)((uint64_t)symbol->count + (uint64_t)by);
}

int seigr_reconcile_symbols(const uint64_t key[2],
                            const seigr_id_source *source, uint64_t from,
                            uint64_t count, seigr_symbol *out)
{
    const seigr_id *id = NULL;
    int err;

    if (key == NULL || source == NULL || out == NULL || count == 0 ||
        from > SEIGR_RECONCILE_SYMBOLS_MAX ||
        count > SEIGR_RECONCILE_SYMBOLS_MAX - from)
        return SEIGR_E_INVAL;
    memset(out, 0, (size_t)count * sizeof(*out));
    err = source->rewind(source->ctx);
    if (err != 0)
        return err;
    while ((err = source->next(&id, source->ctx)) == 1) {
        const uint64_t hash = seigr__siphash(key, id->bytes, SEIGR_ID_LEN);
        struct walk walk = reconcile_walk(hash);

        while (walk.index < from)
            reconcile_step(&walk);
        for (; walk.index < from + count; reconcile_step(&walk))
            reconcile_apply(&out[walk.index - from], id, hash, 1);
    }
    return err;
}

static int reconcile_is_empty(const seigr_symbol *symbol)
{
    static const uint8_t zeros[SEIGR_ID_LEN];

    return symbol->count == 0 && symbol->check == 0 &&
           memcmp(symbol->sum, zeros, sizeof(zeros)) == 0;
}

/* Is there one ID in it, and no more? */
static int reconcile_is_one(const uint64_t key[2], const seigr_symbol *symbol)
{
    return (symbol->count == 1 || symbol->count == -1) &&
           seigr__siphash(key, symbol->sum, SEIGR_ID_LEN) == symbol->check;
}

/* The places of symbols that may hold one ID. */
struct peel {
    const uint64_t *key;
    seigr_symbol *symbols;
    uint64_t count;
    uint64_t *places;
    uint8_t *is_placed;
    uint64_t place_count;
};

static void reconcile_place(struct peel *peel, uint64_t at)
{
    if (peel->is_placed[at] != 0 ||
        !reconcile_is_one(peel->key, &peel->symbols[at]))
        return;
    assert(peel->place_count < peel->count);
    peel->is_placed[at] = 1;
    peel->places[peel->place_count++] = at;
}

/* Take the one ID of a symbol out of all that it falls in. */
static void reconcile_take(struct peel *peel, uint64_t at,
                           seigr_difference *out)
{
    const seigr_symbol one = peel->symbols[at];
    struct walk walk = reconcile_walk(one.check);

    memcpy(out->id.bytes, one.sum, SEIGR_ID_LEN);
    out->is_ours = one.count == 1;
    out->reserved = 0;
    for (; walk.index < peel->count; reconcile_step(&walk)) {
        reconcile_apply(&peel->symbols[walk.index], &out->id, one.check,
                        -one.count);
        reconcile_place(peel, walk.index);
    }
}

static int reconcile_peel(struct peel *peel, seigr_difference *out,
                          uint64_t *count_out)
{
    uint64_t found = 0;

    for (uint64_t i = 0; i < peel->count; i++)
        reconcile_place(peel, i);
    while (peel->place_count > 0) {
        const uint64_t at = peel->places[--peel->place_count];

        peel->is_placed[at] = 0;
        if (!reconcile_is_one(peel->key, &peel->symbols[at]))
            continue; /* taken out by way of another */
        if (found == peel->count)
            return SEIGR_E_FORMAT; /* (1) */
        reconcile_take(peel, at, &out[found++]);
    }
    if (!reconcile_is_empty(&peel->symbols[0]))
        return SEIGR_E_AGAIN;
    for (uint64_t i = 1; i < peel->count; i++) {
        if (!reconcile_is_empty(&peel->symbols[i]))
            return SEIGR_E_FORMAT; /* (2) */
    }
    *count_out = found;
    return 0;
}

int seigr_reconcile_decode(const seigr_context *context, const uint64_t key[2],
                           const seigr_symbol *theirs, seigr_symbol *ours,
                           uint64_t count, seigr_difference *out,
                           uint64_t *count_out)
{
    struct peel peel = {key, ours, count, NULL, NULL, 0};
    int err = SEIGR_E_NOMEM;

    if (context == NULL || key == NULL || theirs == NULL || ours == NULL ||
        out == NULL || count_out == NULL || count == 0 ||
        count > SEIGR_RECONCILE_SYMBOLS_MAX)
        return SEIGR_E_INVAL;
    for (uint64_t i = 0; i < count; i++) {
        seigr_id sum;

        memcpy(sum.bytes, theirs[i].sum, SEIGR_ID_LEN);
        reconcile_apply(&ours[i], &sum, theirs[i].check,
                        (int64_t)(0 - (uint64_t)theirs[i].count));
    }
    peel.places =
        seigr__alloc_zero(context, (size_t)count, sizeof(peel.places[0]));
    peel.is_placed = seigr__alloc_zero(context, (size_t)count, 1);
    if (peel.places != NULL && peel.is_placed != NULL)
        err = reconcile_peel(&peel, out, count_out);
    seigr__release(context, peel.places);
    seigr__release(context, peel.is_placed);
    return err;
}

size_t seigr_symbol_encode(const seigr_symbol *symbol, uint8_t *out)
{
    uint64_t count = (uint64_t)symbol->count << 1;
    size_t len = SEIGR_ID_LEN + 8;

    if (symbol->count < 0)
        count = ~count;
    memcpy(out, symbol->sum, SEIGR_ID_LEN);
    for (size_t i = 0; i < 8; i++)
        out[SEIGR_ID_LEN + i] = (uint8_t)(symbol->check >> (56 - 8 * i));
    do {
        out[len++] = (uint8_t)((count & 0x7f) | (count > 0x7f ? 0x80 : 0));
        count >>= 7;
    } while (count > 0);
    assert(len <= SEIGR_SYMBOL_LEN_MAX);
    return len;
}

int seigr_symbol_decode(seigr_span *bytes, seigr_symbol *out)
{
    seigr_symbol symbol = {{0}, 0, 0};
    uint64_t count = 0;
    size_t at = SEIGR_ID_LEN + 8;
    unsigned shift = 0;
    uint8_t byte;

    if (bytes->len < at)
        return SEIGR_E_TRUNCATED;
    memcpy(symbol.sum, bytes->ptr, SEIGR_ID_LEN);
    for (size_t i = 0; i < 8; i++)
        symbol.check = symbol.check << 8 | bytes->ptr[SEIGR_ID_LEN + i];
    do {
        if (at == bytes->len)
            return SEIGR_E_TRUNCATED;
        byte = bytes->ptr[at++];
        if (shift == 63 && byte > 1)
            return SEIGR_E_FORMAT;
        count |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0);
    if (byte == 0 && shift > 7)
        return SEIGR_E_FORMAT;
    symbol.count = (int64_t)((count >> 1) ^ (0 - (count & 1)));
    bytes->ptr += at;
    bytes->len -= at;
    *out = symbol;
    return 0;
}
