/* SPDX-License-Identifier: MIT */
/*
 * store_collect.c - finds what nothing reaches, and removes it.
 *
 * Two bits an entry of the log: reached, and visited, which is when what it
 * links to has been reached too.
 *
 *   MARK      visit what is reached, until all of it is visited
 *   CAPSULES  remove entry by entry what is not reached
 *   LEAVES    remove leaf lists that no capsule names, and their chunks
 *   TIDY      let the backend give back the room
 *
 * Invariants:
 *   (1) before anything is removed, in the same transaction, whatever came
 *       since (capsules, pins, forks) is reached and visited.
 *   (2) a capsule that is reached and cannot be read ends the collection:
 *       nobody knows what it links to.
 */
#include "store_txn.h" /* struct seigr_store_txn */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

enum collect_phase {
    COLLECT_MARK,
    COLLECT_CAPSULES,
    COLLECT_LEAVES,
    COLLECT_TIDY,
    COLLECT_DONE
};

struct seigr_store_collection {
    seigr_store *store;
    seigr_store_txn *txn; /* of the step that runs */
    enum collect_phase phase;
    uint64_t start;    /* entries of the log when it began */
    uint64_t known;    /* entries looked at so far */
    uint64_t bit_room; /* bits in each of the two */
    uint8_t *reached;
    uint8_t *visited;
    uint64_t pending; /* reached and not visited */
    uint64_t at;      /* where visiting, and then removing, is */
    uint8_t leaves_at[36];
    seigr_buf bytes; /* of a capsule */
    seigr_store_progress progress;
};

static int collect_bit(const uint8_t *bits, uint64_t number)
{
    return bits[number / 8] >> (number % 8) & 1;
}

static void collect_set(uint8_t *bits, uint64_t number)
{
    bits[number / 8] |= (uint8_t)(1u << (number % 8));
}

/* --- Reaching ------------------------------------------------------------- */

static void collect_reach(seigr_store_collection *c, uint64_t number)
{
    if (number >= c->known || collect_bit(c->reached, number))
        return;
    collect_set(c->reached, number);
    c->pending++;
    c->progress.reached_count++;
}

static int collect_reach_id(seigr_store_collection *c, const seigr_id *id)
{
    uint64_t number;
    const int err = seigr__store_number(c->txn, id, &number);

    if (err == 0)
        collect_reach(c, number);
    return err == SEIGR_E_NOTFOUND ? 0 : err; /* a gap */
}

/* All that a cursor finds. */
static int collect_reach_all(seigr_store_collection *c,
                             seigr_store_cursor *cursor)
{
    seigr_id id;
    int err;

    while ((err = seigr_store_next(c->txn, cursor, &id)) == 1) {
        err = collect_reach_id(c, &id);
        if (err != 0)
            return err;
    }
    return err;
}

static int collect_reach_forks(seigr_store_collection *c)
{
    seigr_store_fork fork = {0};
    int err;

    while ((err = seigr_store_next_fork(c->txn, &fork)) == 1) {
        err = collect_reach_id(c, &fork.first);
        if (err == 0)
            err = collect_reach_id(c, &fork.second);
        if (err != 0)
            return err;
    }
    return err;
}

/* Room for so many bits in each of the two. */
static int collect_grow(seigr_store_collection *c, uint64_t count)
{
    const seigr_context *context = c->store->context;
    const uint64_t room = count + count / 2 + 512;
    const size_t len = (size_t)(room / 8 + 1);
    uint8_t *bits;

    if (count <= c->bit_room)
        return 0;
    if (room / 8 >= SIZE_MAX / 2)
        return SEIGR_E_NOMEM;
    bits = seigr__alloc_zero(context, 2, len);
    if (bits == NULL)
        return SEIGR_E_NOMEM;
    if (c->reached != NULL) {
        const size_t old = (size_t)(c->bit_room / 8 + 1);

        memcpy(bits, c->reached, old);
        memcpy(bits + len, c->visited, old);
    }
    seigr__release(context, c->reached);
    c->reached = bits;
    c->visited = bits + len;
    c->bit_room = room;
    return 0;
}

/* Everything that is kept without being linked to (1). */
static int collect_roots(seigr_store_collection *c)
{
    static const uint32_t kinds[] = {
        SEIGR_KIND_IDENTITY,
        SEIGR_KIND_GRANT,
        SEIGR_KIND_REVOCATION,
        SEIGR_KIND_CHECKPOINT,
    };
    seigr_store_totals log;
    seigr_store_cursor cursor;
    int err = seigr__store_totals(c->txn, SEIGR_STORE_LOG, &log);

    if (err == 0)
        err = collect_grow(c, log.count);
    if (err != 0)
        return err;
    while (c->known < log.count)
        collect_reach(c, c->known++);
    seigr_store_by_pin(&cursor);
    err = collect_reach_all(c, &cursor);
    for (size_t i = 0; err == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        seigr_store_by_kind(&cursor, kinds[i]);
        err = collect_reach_all(c, &cursor);
    }
    return err == 0 ? collect_reach_forks(c) : err;
}

/* Reach what a capsule links to. */
static int collect_visit(seigr_store_collection *c, uint64_t number,
                         seigr_error *error)
{
    seigr_capsule capsule;
    seigr_link link;
    seigr_id id;
    uint64_t is;
    size_t cursor = 0;
    int err = seigr_store_at(c->txn, number, &id);

    if (err == 0)
        err = seigr__store_number(c->txn, &id, &is);
    if (err == SEIGR_E_NOTFOUND || (err == 0 && is != number))
        return 0; /* it was removed, and may have come again */
    if (err == 0)
        err = seigr__store_recall(c->txn, &id, &c->bytes, &capsule, error);
    if (err == SEIGR_E_CORRUPT) /* (2) */
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "a capsule that is to be kept is damaged, so what "
                           "it links to is not known: repair the store first");
    if (err == 0 && capsule.has_previous)
        err = collect_reach_id(c, &capsule.previous);
    while (err == 0 && seigr_capsule_next_link(&capsule, &cursor, &link))
        err = collect_reach_id(c, &link.id);
    return err;
}

/* Visit what is pending, at most budget capsules. Mostly links lead to lower
 * numbers, so it goes downwards, and begins again while something is left. */
static int collect_visit_some(seigr_store_collection *c, uint64_t budget,
                              seigr_error *error)
{
    while (c->pending > 0 && budget > 0) {
        int err;

        if (c->at == 0)
            c->at = c->known;
        c->at--;
        if (c->at % 8 == 7 &&
            (c->reached[c->at / 8] & ~c->visited[c->at / 8] & 0xff) == 0) {
            c->at -= 7;
            continue;
        }
        if (!collect_bit(c->reached, c->at) || collect_bit(c->visited, c->at))
            continue;
        err = collect_visit(c, c->at, error);
        if (err != 0) {
            c->at++;
            return err;
        }
        collect_set(c->visited, c->at);
        c->pending--;
        budget--;
    }
    return 0;
}

/* --- Removing ------------------------------------------------------------- */

static int collect_remove(seigr_store_collection *c, uint64_t number,
                          seigr_error *error)
{
    seigr_id id;
    uint64_t is;
    uint64_t len;
    int err = seigr_store_at(c->txn, number, &id);

    if (err == 0)
        err = seigr__store_number(c->txn, &id, &is);
    if (err == SEIGR_E_NOTFOUND || (err == 0 && is != number))
        return 0;
    if (err == 0)
        err = seigr__store_read(c->txn, SEIGR_STORE_CAPSULE, id.bytes, 0,
                                (seigr_buf){NULL, 0}, &len);
    if (err == 0)
        err = seigr__store_remove(c->txn, SEIGR_STORE_CAPSULE, id.bytes, error);
    if (err != 0)
        return err;
    c->progress.capsule_removed++;
    c->progress.byte_removed += len - SEIGR__STORE_NUMBER_LEN;
    return 0;
}

static int collect_remove_some(seigr_store_collection *c, uint32_t budget,
                               seigr_error *error)
{
    for (; budget > 0 && c->at < c->start; budget--, c->at++) {
        if (!collect_bit(c->reached, c->at)) {
            const int err = collect_remove(c, c->at, error);

            if (err != 0)
                return err;
        }
    }
    if (c->at < c->start)
        return 1;
    c->phase = COLLECT_LEAVES;
    return 1;
}

/* Remove a chunk that no leaf list uses any more. */
static int collect_remove_chunk(seigr_store_collection *c, const uint8_t *leaf,
                                seigr_error *error)
{
    uint64_t len;
    int err = seigr__store_has_prefix(c->txn, SEIGR_STORE_USE, leaf, 32);

    if (err != 0)
        return err < 0 ? err : 0;
    err = seigr__store_read(c->txn, SEIGR_STORE_CHUNK, leaf, 0,
                            (seigr_buf){NULL, 0}, &len);
    if (err == SEIGR_E_NOTFOUND)
        return 0;
    if (err == 0)
        err = seigr__store_remove(c->txn, SEIGR_STORE_CHUNK, leaf, error);
    if (err != 0)
        return err;
    c->progress.chunk_removed++;
    c->progress.byte_removed += len;
    return 0;
}

/* Remove a piece of a leaf list, and its chunks. */
static int collect_remove_piece(seigr_store_collection *c,
                                const uint8_t key[36], seigr_error *error)
{
    const seigr_context *context = c->store->context;
    uint8_t *leaves = seigr__alloc(context, SEIGR__STORE_PIECE_LEN);
    uint64_t len;
    int err;

    if (leaves == NULL)
        return SEIGR_E_NOMEM;
    err = seigr__store_read(c->txn, SEIGR_STORE_LEAVES, key, 0,
                            (seigr_buf){leaves, SEIGR__STORE_PIECE_LEN}, &len);
    if (err == 0)
        err = seigr__store_remove(c->txn, SEIGR_STORE_LEAVES, key, error);
    for (uint64_t at = 0; err == 0 && at + 32 <= len; at += 32)
        err = collect_remove_chunk(c, leaves + at, error);
    seigr__release(context, leaves);
    return err;
}

static int collect_leaves_some(seigr_store_collection *c, uint32_t budget,
                               seigr_error *error)
{
    while (budget > 0) {
        uint8_t key[36];
        size_t count;
        int err = seigr__store_keys(c->txn, SEIGR_STORE_LEAVES, c->leaves_at,
                                    key, 1, &count);

        if (err != 0)
            return err;
        if (count == 0) {
            c->phase = COLLECT_TIDY;
            return 1;
        }
        memcpy(c->leaves_at, key, sizeof(key));
        err = seigr__store_has_prefix(c->txn, SEIGR_STORE_BODY, key, 32);
        if (err == 0) {
            err = collect_remove_piece(c, key, error);
            budget -= budget < SEIGR_STORE_PIECE_LEAVES
                          ? budget
                          : SEIGR_STORE_PIECE_LEAVES;
        } else if (err == 1) {
            err = 0;
            budget--;
        }
        if (err != 0)
            return err;
        if (!seigr__store_key_step(c->leaves_at, sizeof(c->leaves_at))) {
            c->phase = COLLECT_TIDY;
            return 1;
        }
    }
    return 1;
}

/* --- Steps ---------------------------------------------------------------- */

int seigr_store_collection_new(seigr_store *store, seigr_store_collection **out,
                               seigr_error *error)
{
    seigr_store_totals log;
    seigr_store_collection *c;
    int err;

    if (store == NULL || out == NULL)
        return SEIGR_E_INVAL;
    c = seigr__alloc_zero(store->context, 1, sizeof(*c));
    if (c == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a collection");
    c->store = store;
    c->progress.struct_size = (uint32_t)sizeof(c->progress);
    /* One that could not write is refused now, not at the end of marking. */
    err = seigr_store_begin(store, SEIGR_STORE_WRITE, &c->txn, error);
    if (err == 0) {
        err = seigr__store_totals(c->txn, SEIGR_STORE_LOG, &log);
        seigr_store_abort(c->txn);
        c->txn = NULL;
    }
    if (err == 0 && collect_grow(c, log.count == 0 ? 1 : log.count) != 0)
        err = seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                          "no memory for a collection");
    if (err != 0) {
        seigr__release(store->context, c);
        return err;
    }
    c->start = log.count;
    c->known = log.count; /* and not reached, as what comes later is */
    *out = c;
    return 0;
}

void seigr_store_collection_free(seigr_store_collection *collection)
{
    if (collection == NULL)
        return;
    assert(collection->txn == NULL);
    seigr__release(collection->store->context, collection->bytes.ptr);
    seigr__release(collection->store->context, collection->reached);
    seigr__release(collection->store->context, collection);
}

static int collect_mark_step(seigr_store_collection *c, uint32_t budget,
                             seigr_error *error)
{
    int err = collect_roots(c);

    if (err == 0)
        err = collect_visit_some(c, budget, error);
    if (err != 0)
        return err;
    if (c->pending == 0) {
        c->phase = COLLECT_CAPSULES;
        c->at = 0;
    }
    return 1;
}

/* One that removes: first catch up (1), with a place of its own to visit. */
static int collect_sweep_step(seigr_store_collection *c, uint32_t budget,
                              seigr_error *error)
{
    const uint64_t at = c->at;
    int err = collect_roots(c);

    c->at = 0;
    if (err == 0)
        err = collect_visit_some(c, UINT64_MAX, error);
    c->at = at;
    if (err != 0)
        return err;
    return c->phase == COLLECT_CAPSULES ? collect_remove_some(c, budget, error)
                                        : collect_leaves_some(c, budget, error);
}

static int collect_in_transaction(seigr_store_collection *c, uint32_t budget,
                                  seigr_error *error)
{
    const int is_mark = c->phase == COLLECT_MARK;
    int err = seigr_store_begin(c->store,
                                is_mark ? SEIGR_STORE_READ : SEIGR_STORE_WRITE,
                                &c->txn, error);

    if (err != 0)
        return err;
    err = is_mark ? collect_mark_step(c, budget, error)
                  : collect_sweep_step(c, budget, error);
    if (err < 0)
        seigr_store_abort(c->txn);
    else {
        const int end = seigr_store_commit(c->txn, error);

        err = end != 0 ? end : err;
    }
    c->txn = NULL;
    return err;
}

int seigr_store_collection_step(seigr_store_collection *collection,
                                uint32_t budget, seigr_store_progress *progress,
                                seigr_error *error)
{
    seigr_store_collection *c = collection;
    seigr_store_collection before;
    int err;

    if (c == NULL || budget == 0 ||
        (progress != NULL && progress->struct_size < sizeof(*progress)))
        return SEIGR_E_INVAL;
    if (error != NULL)
        *error = (seigr_error)SEIGR_ERROR_INIT;
    before = *c;
    if (c->phase < COLLECT_TIDY) {
        err = collect_in_transaction(c, budget, error);
        if (err < 0 && before.phase != COLLECT_MARK) {
            /* What was reached stays so; nothing was removed. */
            c->phase = before.phase;
            c->at = before.at;
            memcpy(c->leaves_at, before.leaves_at, sizeof(c->leaves_at));
            before.progress.reached_count = c->progress.reached_count;
            c->progress = before.progress;
        }
        if (err < 0 && error != NULL && error->code == 0)
            return seigr__fail(error, err, SEIGR_NO_OFFSET,
                               "the store cannot be collected");
    } else if (c->phase == COLLECT_TIDY && c->store->backend.tidy != NULL) {
        err = c->store->backend.tidy(error, c->store->backend.ctx);
    } else {
        err = 0;
    }
    if (err == 0) {
        c->phase = COLLECT_DONE;
        c->progress.is_done = 1;
    }
    if (err >= 0 && progress != NULL)
        *progress = c->progress;
    return err;
}
