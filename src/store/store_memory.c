/* SPDX-License-Identifier: MIT */
/*
 * store_memory.c - a backend in memory: a skip list a table, of entries that
 * know in which versions they are seen.
 *
 *   table -> entry -> entry -> ...   by key; of one key the newest first
 *
 *   born   the version that put it
 *   died   the version that removed or replaced it; 0: it lives
 *
 * Invariants:
 *   (1) a version v sees an entry where born <= v, and died is 0 or above v.
 *       The transaction that writes is version + 1.
 *   (2) of one key at most one entry is seen in any version.
 *   (3) what the open writer put or removed is in its list of changes, so
 *       that giving up needs no memory; what died and some reader may still
 *       see is in the list of the dead.
 */
#include "store_keys.h" /* seigr__store_read_u64 */

#include "base/alloc.h" /* seigr__alloc */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

#define MEMORY_LEVELS 12u /* enough for 4^12 entries */

struct memory_entry {
    uint64_t born;
    uint64_t died;
    uint64_t serial;            /* of two with one key the higher is newer */
    struct memory_entry *chain; /* in changes or in the dead (3) */
    uint8_t *value;
    uint32_t value_len;
    uint8_t table;
    uint8_t is_changed; /* it is in changes */
    uint8_t levels;
    /* levels pointers, then the key */
    struct memory_entry *next[];
};

struct memory {
    const seigr_context *context;
    uint64_t version; /* the last that was committed */
    uint64_t serial;
    uint64_t reader_count;
    struct memory_txn *writer;
    struct memory_entry *changes;
    struct memory_entry *dead;
    struct memory_entry *heads[SEIGR_STORE_TABLE_COUNT][MEMORY_LEVELS];
    seigr_store_totals totals[SEIGR_STORE_TABLE_COUNT];
};

struct memory_txn {
    struct memory *memory;
    uint64_t version; /* that it sees */
    seigr_store_totals totals[SEIGR_STORE_TABLE_COUNT];
};

static const uint8_t *memory_key(const struct memory_entry *entry)
{
    return (const uint8_t *)(entry->next + entry->levels);
}

static int memory_sees(const struct memory_entry *entry, uint64_t version)
{
    return entry->born <= version &&
           (entry->died == 0 || entry->died > version); /* (1) */
}

/* A level with probability 4^-level, the same in every run. */
static uint8_t memory_levels(uint64_t serial)
{
    uint64_t x = serial * UINT64_C(0x9e3779b97f4a7c15);
    uint8_t levels = 1;

    x ^= x >> 29;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 32;
    for (; levels < MEMORY_LEVELS && (x & 3) == 0; x >>= 2)
        levels++;
    return levels;
}

/*
 * Where an entry with this key and serial stands or would stand: links[k] is
 * the pointer to it on level k. UINT64_MAX comes before every entry of a key.
 */
static struct memory_entry *memory_seek(struct memory *memory, uint32_t table,
                                        const uint8_t *key, uint64_t serial,
                                        struct memory_entry ***links)
{
    const uint32_t len = seigr_store_key_len(table);
    struct memory_entry **at = memory->heads[table];

    assert(len > 0);
    for (unsigned level = MEMORY_LEVELS; level-- > 0;) {
        for (struct memory_entry *next; (next = at[level]) != NULL;) {
            const int order = memcmp(memory_key(next), key, len);

            if (order > 0 || (order == 0 && next->serial <= serial))
                break;
            at = next->next;
        }
        if (links != NULL)
            links[level] = &at[level];
    }
    return at[0];
}

/* The entry of a key that a version sees (2), or NULL. */
static struct memory_entry *memory_find(struct memory *memory, uint32_t table,
                                        const uint8_t *key, uint64_t version)
{
    const uint32_t len = seigr_store_key_len(table);
    struct memory_entry *entry =
        memory_seek(memory, table, key, UINT64_MAX, NULL);

    for (; entry != NULL && memcmp(memory_key(entry), key, len) == 0;
         entry = entry->next[0]) {
        if (memory_sees(entry, version))
            return entry;
    }
    return NULL;
}

static void memory_forget(struct memory *memory, struct memory_entry *entry)
{
    struct memory_entry **links[MEMORY_LEVELS];
    const struct memory_entry *found = memory_seek(
        memory, entry->table, memory_key(entry), entry->serial, links);

    assert(found == entry);
    (void)found;
    for (unsigned level = 0; level < entry->levels; level++)
        *links[level] = entry->next[level];
    seigr__release(memory->context, entry->value);
    seigr__release(memory->context, entry);
}

static void memory_note(struct memory *memory, struct memory_entry *entry)
{
    if (entry->is_changed)
        return;
    entry->is_changed = 1;
    entry->chain = memory->changes;
    memory->changes = entry;
}

/* --- Transactions --------------------------------------------------------- */

static int memory_begin(uint32_t mode, void **out, seigr_error *error,
                        void *ctx)
{
    struct memory *memory = ctx;
    struct memory_txn *txn;

    if (mode == SEIGR_STORE_WRITE && memory->writer != NULL)
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "a transaction writes already");
    txn = seigr__alloc(memory->context, sizeof(*txn));
    if (txn == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for a transaction");
    txn->memory = memory;
    txn->version = memory->version + (mode == SEIGR_STORE_WRITE);
    memcpy(txn->totals, memory->totals, sizeof(txn->totals));
    if (mode == SEIGR_STORE_WRITE)
        memory->writer = txn;
    else
        memory->reader_count++;
    *out = txn;
    return 0;
}

/* Forget the dead, which nobody sees any more. */
static void memory_bury(struct memory *memory)
{
    while (memory->reader_count == 0 && memory->dead != NULL) {
        struct memory_entry *entry = memory->dead;

        memory->dead = entry->chain;
        memory_forget(memory, entry);
    }
}

static int memory_commit(void *inner, seigr_error *error, void *ctx)
{
    struct memory *memory = ctx;
    struct memory_txn *txn = inner;

    (void)error;
    assert(memory->writer == txn);
    memory->version = txn->version;
    memcpy(memory->totals, txn->totals, sizeof(txn->totals));
    while (memory->changes != NULL) {
        struct memory_entry *entry = memory->changes;

        memory->changes = entry->chain;
        entry->is_changed = 0;
        if (entry->died != 0) {
            entry->chain = memory->dead;
            memory->dead = entry;
        }
    }
    memory->writer = NULL;
    seigr__release(memory->context, txn);
    memory_bury(memory);
    return 0;
}

static void memory_abort(void *inner, void *ctx)
{
    struct memory *memory = ctx;
    struct memory_txn *txn = inner;

    if (memory->writer != txn) {
        assert(memory->reader_count > 0);
        memory->reader_count--;
        memory_bury(memory);
        seigr__release(memory->context, txn);
        return;
    }
    while (memory->changes != NULL) { /* (3) */
        struct memory_entry *entry = memory->changes;

        memory->changes = entry->chain;
        entry->is_changed = 0;
        entry->died = 0;
        if (entry->born == txn->version)
            memory_forget(memory, entry);
    }
    memory->writer = NULL;
    seigr__release(memory->context, txn);
}

/* --- Reading -------------------------------------------------------------- */

static int memory_get(void *inner, uint32_t table, const uint8_t *key,
                      uint64_t at, seigr_buf out, uint64_t *len_out, void *ctx)
{
    const struct memory_txn *txn = inner;
    const struct memory_entry *entry =
        memory_find(ctx, table, key, txn->version);

    if (entry == NULL)
        return SEIGR_E_NOTFOUND;
    if (at < entry->value_len && out.len > 0) {
        const size_t left = entry->value_len - (size_t)at;

        memcpy(out.ptr, entry->value + at, left < out.len ? left : out.len);
    }
    *len_out = entry->value_len;
    return 0;
}

static int memory_keys(void *inner, uint32_t table, const uint8_t *from,
                       uint8_t *out, size_t room, size_t *count_out, void *ctx)
{
    const struct memory_txn *txn = inner;
    const uint32_t len = seigr_store_key_len(table);
    const struct memory_entry *entry =
        memory_seek(ctx, table, from, UINT64_MAX, NULL);
    size_t count = 0;

    for (; entry != NULL && count < room; entry = entry->next[0]) {
        if (memory_sees(entry, txn->version))
            memcpy(out + count++ * len, memory_key(entry), len);
    }
    *count_out = count;
    return 0;
}

static int memory_totals(void *inner, uint32_t table, seigr_store_totals *out,
                         void *ctx)
{
    const struct memory_txn *txn = inner;

    (void)ctx;
    *out = txn->totals[table];
    return 0;
}

/* --- Writing -------------------------------------------------------------- */

static struct memory_entry *memory_make(struct memory *memory, uint32_t table,
                                        const uint8_t *key)
{
    const uint32_t len = seigr_store_key_len(table);
    const uint8_t levels = memory_levels(++memory->serial);
    struct memory_entry *entry = seigr__alloc(
        memory->context, sizeof(*entry) + levels * sizeof(entry) + len);

    if (entry == NULL)
        return NULL;
    memset(entry, 0, sizeof(*entry));
    entry->serial = memory->serial;
    entry->table = (uint8_t)table;
    entry->levels = levels;
    memcpy(entry->next + levels, key, len);
    return entry;
}

static void memory_link(struct memory *memory, struct memory_entry *entry)
{
    struct memory_entry **links[MEMORY_LEVELS];

    (void)memory_seek(memory, entry->table, memory_key(entry), entry->serial,
                      links);
    for (unsigned level = 0; level < entry->levels; level++) {
        entry->next[level] = *links[level];
        *links[level] = entry;
    }
}

/* Is this a table whose values count as kept bytes? */
static int memory_counts_bytes(uint32_t table)
{
    return table < SEIGR_STORE_NODE;
}

static void memory_kill(struct memory_txn *txn, struct memory_entry *entry)
{
    seigr_store_totals *totals = &txn->totals[entry->table];

    assert(entry->died == 0 && totals->count > 0);
    entry->died = txn->version;
    totals->count--;
    if (memory_counts_bytes(entry->table))
        totals->bytes -= entry->value_len;
    memory_note(txn->memory, entry);
}

/* Add an entry; value is taken over, also on failure. */
static int memory_add(struct memory_txn *txn, uint32_t table,
                      const uint8_t *key, uint8_t *value, uint32_t value_len)
{
    struct memory *memory = txn->memory;
    struct memory_entry *entry = memory_make(memory, table, key);

    if (entry == NULL) {
        seigr__release(memory->context, value);
        return SEIGR_E_NOMEM;
    }
    entry->born = txn->version;
    entry->value = value;
    entry->value_len = value_len;
    memory_link(memory, entry);
    memory_note(memory, entry);
    txn->totals[table].count++;
    if (memory_counts_bytes(table))
        txn->totals[table].bytes += value_len;
    return 0;
}

static int memory_row_add(uint32_t table, const uint8_t *key, void *ctx)
{
    struct memory_txn *txn = ctx;

    if (memory_find(txn->memory, table, key, txn->version) != NULL)
        return 0;
    return memory_add(txn, table, key, NULL, 0);
}

static int memory_row_remove(uint32_t table, const uint8_t *key, void *ctx)
{
    struct memory_txn *txn = ctx;
    struct memory_entry *entry =
        memory_find(txn->memory, table, key, txn->version);

    if (entry != NULL)
        memory_kill(txn, entry);
    return 0;
}

/* Remove an entry with its rows. */
static int memory_drop(struct memory_txn *txn, struct memory_entry *entry)
{
    const seigr_span value = {entry->value, entry->value_len};
    const int err =
        seigr_store_rows(txn->memory->context, entry->table, memory_key(entry),
                         value, memory_row_remove, txn);

    memory_kill(txn, entry);
    return err;
}

static int memory_fail(int err, seigr_error *error)
{
    if (err == SEIGR_E_NOMEM)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "no memory to keep it in");
    return seigr__fail(error, err, SEIGR_NO_OFFSET,
                       "the value is not what its table holds");
}

static int memory_join(const struct memory *memory, const seigr_span *parts,
                       size_t part_count, seigr_buf *out)
{
    size_t len = 0;

    for (size_t i = 0; i < part_count; i++)
        len += parts[i].len;
    if (len > SEIGR_STORE_VALUE_MAX)
        return SEIGR_E_LIMIT;
    *out = (seigr_buf){NULL, len};
    if (len == 0)
        return 0;
    out->ptr = seigr__alloc(memory->context, len);
    if (out->ptr == NULL)
        return SEIGR_E_NOMEM;
    len = 0;
    for (size_t i = 0; i < part_count; i++) {
        if (parts[i].len > 0)
            memcpy(out->ptr + len, parts[i].ptr, parts[i].len);
        len += parts[i].len;
    }
    return 0;
}

static int memory_put(void *inner, uint32_t table, const uint8_t *key,
                      const seigr_span *parts, size_t part_count,
                      seigr_error *error, void *ctx)
{
    struct memory *memory = ctx;
    struct memory_txn *txn = inner;
    struct memory_entry *old = memory_find(memory, table, key, txn->version);
    seigr_buf value;
    int err = memory_join(memory, parts, part_count, &value);

    assert(memory->writer == txn && table < SEIGR_STORE_CHAIN);
    if (err != 0)
        return memory_fail(err, error);
    if (old != NULL)
        err = memory_drop(txn, old);
    if (err == 0)
        err = seigr_store_rows(memory->context, table, key,
                               (seigr_span){value.ptr, value.len},
                               memory_row_add, txn);
    if (err != 0) {
        seigr__release(memory->context, value.ptr);
        return memory_fail(err, error);
    }
    err = memory_add(txn, table, key, value.ptr, (uint32_t)value.len);
    return err == 0 ? 0 : memory_fail(err, error);
}

static int memory_remove(void *inner, uint32_t table, const uint8_t *key,
                         seigr_error *error, void *ctx)
{
    struct memory *memory = ctx;
    struct memory_txn *txn = inner;
    struct memory_entry *entry = memory_find(memory, table, key, txn->version);
    uint8_t number[SEIGR__STORE_NUMBER_LEN];
    int err;

    assert(memory->writer == txn);
    if (entry == NULL)
        return 0;
    if (table == SEIGR_STORE_CAPSULE)
        memcpy(number, entry->value, sizeof(number));
    err = memory_drop(txn, entry);
    if (err == 0 && table == SEIGR_STORE_CAPSULE)
        err = memory_row_add(SEIGR_STORE_GONE, number, txn);
    return err == 0 ? 0 : memory_fail(err, error);
}

/* --- The backend ---------------------------------------------------------- */

static void memory_close(void *ctx)
{
    struct memory *memory = ctx;

    assert(memory->writer == NULL && memory->reader_count == 0);
    for (unsigned table = 0; table < SEIGR_STORE_TABLE_COUNT; table++) {
        struct memory_entry *entry = memory->heads[table][0];

        while (entry != NULL) {
            struct memory_entry *next = entry->next[0];

            seigr__release(memory->context, entry->value);
            seigr__release(memory->context, entry);
            entry = next;
        }
    }
    seigr__release(memory->context, memory);
}

int seigr_store_memory(const seigr_context *context, seigr_store_backend *out)
{
    struct memory *memory;

    if (context == NULL || context->crypto == NULL || out == NULL)
        return SEIGR_E_INVAL;
    memory = seigr__alloc_zero(context, 1, sizeof(*memory));
    if (memory == NULL)
        return SEIGR_E_NOMEM;
    memory->context = context;
    *out = (seigr_store_backend){
        (uint32_t)sizeof(*out),
        0,
        memory_begin,
        memory_commit,
        memory_abort,
        memory_get,
        memory_keys,
        memory_totals,
        memory_put,
        memory_remove,
        NULL,
        NULL,
        memory_close,
        memory,
    };
    return 0;
}
