/* SPDX-License-Identifier: MIT */
/*
 * store_state.c - the senary index and the log of what is kept, brought up to
 * date when they are asked for.
 *
 * Marks say how far each was brought. Behind the index's mark came the later
 * entries of the log; what went since stands in GONE.
 *
 * Invariants:
 *   (1) with the mark of the index there are all its nodes, as of the mark
 *       and of GONE being empty; without it there is none of use.
 *   (2) with the mark of the log there are all its nodes below that size.
 */
#include "store_txn.h" /* struct seigr_store_txn */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

/* More IDs than this that came or went, and the index is built anew. */
#define STATE_TOUCHED_MAX 65536u

static const uint8_t state_index_mark[8] = {'i', 'n', 'd', 'e', 'x', 0, 0, 0};
static const uint8_t state_log_mark[8] = {'l', 'o', 'g', 0, 0, 0, 0, 0};

/* --- Sources -------------------------------------------------------------- */

static int state_ids(const seigr_id *from, seigr_id *out, size_t room,
                     size_t *count_out, void *ctx)
{
    seigr_id at = *from;
    size_t count = 0;

    while (count < room) {
        size_t n;
        const int err = seigr__store_keys(ctx, SEIGR_STORE_CAPSULE, at.bytes,
                                          out[count].bytes, room - count, &n);

        if (err != 0)
            return err;
        if (n == 0)
            break;
        count += n;
        at = out[count - 1];
        if (!seigr__store_key_step(at.bytes, sizeof(at.bytes)))
            break;
    }
    *count_out = count;
    return 0;
}

/* Digits packed three to a byte, then their count. */
static void state_node_key(const seigr_prefix *prefix, uint8_t out[35])
{
    memset(out, 0, 35);
    assert(prefix->digit_count <= SEIGR_INDEX_DIGITS_MAX);
    for (uint32_t i = 0; i < prefix->digit_count; i++) {
        static const uint8_t weight[3] = {36, 6, 1};
        const unsigned digit = (unsigned)(prefix->digits[i] - '0');

        out[i / 3] = (uint8_t)(out[i / 3] + digit * weight[i % 3]);
    }
    out[34] = (uint8_t)prefix->digit_count;
}

/* A value of exactly this length. */
static int state_read(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                      uint8_t *out, size_t len)
{
    uint64_t is;
    const int err =
        seigr__store_read(txn, table, key, 0, (seigr_buf){out, len}, &is);

    return err == 0 && is != len ? SEIGR_E_CORRUPT : err;
}

static int state_node_get(const seigr_prefix *prefix, seigr_index_node *out,
                          void *ctx)
{
    uint8_t key[35];

    state_node_key(prefix, key);
    return state_read(ctx, SEIGR_STORE_NODE, key, out->bytes,
                      sizeof(out->bytes));
}

static int state_node_put(const seigr_prefix *prefix,
                          const seigr_index_node *node, void *ctx)
{
    const seigr_span value = {node->bytes, sizeof(node->bytes)};
    uint8_t key[35];

    state_node_key(prefix, key);
    return seigr__store_write(ctx, SEIGR_STORE_NODE, key, &value, 1, NULL);
}

static int state_node_remove(const seigr_prefix *prefix, void *ctx)
{
    uint8_t key[35];

    state_node_key(prefix, key);
    return seigr__store_remove(ctx, SEIGR_STORE_NODE, key, NULL);
}

void seigr_store_index(seigr_store_txn *txn, seigr_index_source *out)
{
    *out = (seigr_index_source){
        (uint32_t)sizeof(*out), 0,   state_ids, state_node_get, state_node_put,
        state_node_remove,      txn,
    };
}

static int state_entries(uint64_t first, seigr_id *out, size_t count, void *ctx)
{
    for (size_t i = 0; i < count; i++) {
        const int err = seigr_store_at(ctx, first + i, &out[i]);

        if (err != 0)
            return err == SEIGR_E_NOTFOUND ? SEIGR_E_CORRUPT : err;
    }
    return 0;
}

static void state_log_key(uint32_t level, uint64_t index, uint8_t out[9])
{
    out[0] = (uint8_t)level;
    seigr__store_write_u64(out + 1, index);
}

static int state_log_get(uint32_t level, uint64_t index, seigr_hash *out,
                         void *ctx)
{
    uint8_t key[9];

    state_log_key(level, index, key);
    return state_read(ctx, SEIGR_STORE_LOGNODE, key, out->bytes,
                      sizeof(out->bytes));
}

static int state_log_put(uint32_t level, uint64_t index, const seigr_hash *node,
                         void *ctx)
{
    const seigr_span value = {node->bytes, sizeof(node->bytes)};
    uint8_t key[9];

    state_log_key(level, index, key);
    return seigr__store_write(ctx, SEIGR_STORE_LOGNODE, key, &value, 1, NULL);
}

void seigr_store_journal(seigr_store_txn *txn, seigr_journal_source *out)
{
    *out = (seigr_journal_source){
        (uint32_t)sizeof(*out), 0,   state_entries, state_log_get,
        state_log_put,          txn,
    };
}

/* --- Marks ---------------------------------------------------------------- */

static int state_mark_get(seigr_store_txn *txn, const uint8_t name[8],
                          uint64_t *out)
{
    uint8_t value[8];
    const int err =
        state_read(txn, SEIGR_STORE_MARK, name, value, sizeof(value));

    if (err == 0)
        *out = seigr__store_read_u64(value);
    return err;
}

static int state_mark_set(seigr_store_txn *txn, const uint8_t name[8],
                          uint64_t value)
{
    uint8_t bytes[8];
    const seigr_span span = {bytes, sizeof(bytes)};

    seigr__store_write_u64(bytes, value);
    return seigr__store_write(txn, SEIGR_STORE_MARK, name, &span, 1, NULL);
}

/* --- The log -------------------------------------------------------------- */

static int state_log(seigr_store_txn *txn, uint64_t size, seigr_hash *out)
{
    const seigr_context *context = txn->store->context;
    seigr_journal_source source;
    seigr_merkle tree;
    uint64_t done = 0;
    int err = state_mark_get(txn, state_log_mark, &done);

    if (err != 0 && err != SEIGR_E_NOTFOUND)
        return err;
    if (done != size && txn->mode != SEIGR_STORE_WRITE)
        return SEIGR_E_AGAIN;
    if (done > size)
        return SEIGR_E_CORRUPT;
    seigr_store_journal(txn, &source);
    err = seigr_journal_open(context, &source, done, &tree);
    for (; err == 0 && done < size; done++) {
        seigr_id id;

        err = state_entries(done, &id, 1, txn);
        if (err == 0)
            err = seigr_journal_append(context, &source, &tree, &id);
        if (err == 0 && done + 1 == size)
            err = state_mark_set(txn, state_log_mark, size); /* (2) */
    }
    if (err == 0)
        seigr_merkle_root(context, &tree, out);
    return err;
}

/* --- The index ------------------------------------------------------------ */

static void state_sift(seigr_id *ids, size_t at, size_t count)
{
    for (;;) {
        size_t child = 2 * at + 1;
        seigr_id kept;

        if (child + 1 < count && memcmp(&ids[child + 1], &ids[child], 32) > 0)
            child++;
        if (child >= count || memcmp(&ids[child], &ids[at], 32) <= 0)
            return;
        kept = ids[at];
        ids[at] = ids[child];
        ids[child] = kept;
        at = child;
    }
}

/* Sort, each once. Returns how many are left. */
static size_t state_sort(seigr_id *ids, size_t count)
{
    size_t kept = 0;

    for (size_t i = count / 2; i-- > 0;)
        state_sift(ids, i, count);
    for (size_t end = count; end-- > 1;) {
        const seigr_id top = ids[0];

        ids[0] = ids[end];
        ids[end] = top;
        state_sift(ids, 0, end);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || memcmp(&ids[i], &ids[kept - 1], 32) != 0)
            ids[kept++] = ids[i];
    }
    return kept;
}

/* The IDs of what went, added to ids; their rows of GONE are removed. */
static int state_take_gone(seigr_store_txn *txn, seigr_id *ids, size_t *count,
                           size_t room)
{
    const uint8_t from[8] = {0};
    uint8_t key[8];
    size_t n;

    for (;;) {
        int err = seigr__store_keys(txn, SEIGR_STORE_GONE, from, key, 1, &n);

        if (err != 0 || n == 0)
            return err;
        if (*count < room)
            err =
                state_entries(seigr__store_read_u64(key), &ids[*count], 1, txn);
        if (err == 0)
            err = seigr__store_remove(txn, SEIGR_STORE_GONE, key, NULL);
        if (err != 0)
            return err;
        if (*count < room)
            (*count)++;
    }
}

static int state_clear(seigr_store_txn *txn, uint32_t table)
{
    const uint8_t from[SEIGR_STORE_KEY_MAX] = {0};
    uint8_t key[SEIGR_STORE_KEY_MAX];
    size_t n;

    for (;;) {
        int err = seigr__store_keys(txn, table, from, key, 1, &n);

        if (err != 0 || n == 0)
            return err;
        err = seigr__store_remove(txn, table, key, NULL);
        if (err != 0)
            return err;
    }
}

/* Build it anew, from the IDs alone. */
static int state_index_build(seigr_store_txn *txn)
{
    seigr_index_source source;
    int err = state_clear(txn, SEIGR_STORE_NODE);

    if (err == 0)
        err = state_clear(txn, SEIGR_STORE_GONE);
    seigr_store_index(txn, &source);
    if (err == 0)
        err = seigr_index_refresh(txn->store->context, &source, NULL, 0);
    return err;
}

static int state_index_touch(seigr_store_txn *txn, uint64_t from, uint64_t size,
                             uint64_t gone)
{
    const seigr_context *context = txn->store->context;
    const size_t room = (size_t)(size - from + gone);
    seigr_id *ids = seigr__alloc(context, (room + 1) * sizeof(*ids));
    seigr_index_source source;
    size_t count = (size_t)(size - from);
    int err;

    if (ids == NULL)
        return SEIGR_E_NOMEM;
    err = state_entries(from, ids, count, txn);
    if (err == 0)
        err = state_take_gone(txn, ids, &count, room);
    count = state_sort(ids, count);
    seigr_store_index(txn, &source);
    if (err == 0)
        err = seigr_index_refresh(context, &source, ids, count);
    seigr__release(context, ids);
    return err;
}

static int state_index(seigr_store_txn *txn, uint64_t size,
                       seigr_index_sum *out)
{
    const int is_writer = txn->mode == SEIGR_STORE_WRITE;
    seigr_index_source source;
    seigr_store_totals gone;
    uint64_t from = 0;
    int err = seigr__store_totals(txn, SEIGR_STORE_GONE, &gone);
    const int is_marked =
        err == 0 && (err = state_mark_get(txn, state_index_mark, &from)) == 0;

    if (err != 0 && err != SEIGR_E_NOTFOUND)
        return err;
    if (is_marked && from > size)
        return SEIGR_E_CORRUPT;
    seigr_store_index(txn, &source);
    if (!is_marked || from != size || gone.count != 0) {
        if (!is_writer)
            return SEIGR_E_AGAIN;
        if (is_marked && size - from <= STATE_TOUCHED_MAX &&
            gone.count <= STATE_TOUCHED_MAX)
            err = state_index_touch(txn, from, size, gone.count);
        else
            err = state_index_build(txn);
        if (err == 0)
            err = state_mark_set(txn, state_index_mark, size); /* (1) */
        if (err != 0)
            return err;
    }
    return seigr_index_sum_of(txn->store->context, &source, NULL, out);
}

int seigr_store_state(seigr_store_txn *txn, seigr_checkpoint *out,
                      seigr_error *error)
{
    seigr_checkpoint is = SEIGR_CHECKPOINT_INIT;
    seigr_index_sum sum = {0};
    seigr_store_totals log;
    int err;

    if (txn == NULL || out == NULL || out->struct_size < sizeof(*out))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_state: an argument is missing");
    if (txn->failed != 0)
        return seigr__store_writable(txn, error);
    err = seigr__store_totals(txn, SEIGR_STORE_LOG, &log);
    if (err == 0)
        err = state_log(txn, log.count, &is.log_root);
    if (err == 0)
        err = state_index(txn, log.count, &sum);
    if (err != 0) {
        /* Half of a change to the nodes is of no use. */
        if (txn->mode == SEIGR_STORE_WRITE)
            txn->failed = err;
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           err == SEIGR_E_AGAIN
                               ? "index and log are not up to date"
                               : "index and log cannot be brought up to date");
    }
    is.log_size = log.count;
    is.index_count = sum.count;
    is.index_root = sum.digest;
    *out = is;
    return 0;
}
