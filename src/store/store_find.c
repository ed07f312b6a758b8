/* SPDX-License-Identifier: MIT */
/*
 * store_find.c - capsules by something else than their ID: ranges of keys.
 *
 * Every question is one range of one table, from private_at to private_last,
 * both included; private_at moves.
 */
#include "store_txn.h" /* struct seigr_store_txn */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memset */

/* The keys that begin with these bytes. */
static void find_prefix(seigr_store_cursor *cursor, uint32_t table,
                        const uint8_t *prefix, size_t len)
{
    assert(len <= seigr_store_key_len(table));
    memset(cursor, 0, sizeof(*cursor));
    cursor->private_table = table;
    memset(cursor->private_last, 0xff, sizeof(cursor->private_last));
    if (len > 0) {
        memcpy(cursor->private_at, prefix, len);
        memcpy(cursor->private_last, prefix, len);
    }
}

void seigr_store_by_id(seigr_store_cursor *cursor, const seigr_prefix *prefix)
{
    find_prefix(cursor, SEIGR_STORE_CAPSULE, NULL, 0);
    if (prefix != NULL)
        seigr_prefix_range(prefix, cursor->private_at, cursor->private_last);
}

void seigr_store_by_chain(seigr_store_cursor *cursor,
                          const seigr_public_key *issuer, uint64_t stream,
                          uint64_t sequence_first)
{
    if (stream == SEIGR_STORE_ANY) {
        find_prefix(cursor, SEIGR_STORE_CHAIN, issuer->bytes, 32);
        return;
    }
    find_prefix(cursor, SEIGR_STORE_CHAIN, issuer->bytes, 32);
    seigr__store_chain_key(cursor->private_at, issuer, stream, sequence_first);
    seigr__store_write_u64(cursor->private_last + 32, stream);
}

void seigr_store_by_kind(seigr_store_cursor *cursor, uint32_t kind)
{
    uint8_t key[4];

    seigr__store_write_u32(key, kind);
    find_prefix(cursor, SEIGR_STORE_KIND, key, sizeof(key));
}

void seigr_store_by_label(const seigr_context *context,
                          seigr_store_cursor *cursor, seigr_span key,
                          const seigr_span *value)
{
    uint8_t bytes[32];

    seigr__store_label_key(context, bytes, key);
    if (value != NULL)
        seigr__store_label_key(context, bytes + 16, *value);
    find_prefix(cursor, SEIGR_STORE_LABEL, bytes, value == NULL ? 16 : 32);
}

void seigr_store_by_link(seigr_store_cursor *cursor, const seigr_id *target,
                         uint32_t role)
{
    uint8_t bytes[36];

    memcpy(bytes, target->bytes, 32);
    seigr__store_write_u32(bytes + 32, role);
    find_prefix(cursor, SEIGR_STORE_LINK, bytes, role == 0 ? 32 : 36);
}

void seigr_store_by_time(seigr_store_cursor *cursor, uint64_t first_ms,
                         uint64_t last_ms)
{
    find_prefix(cursor, SEIGR_STORE_TIME, NULL, 0);
    seigr__store_write_u64(cursor->private_at, first_ms);
    seigr__store_write_u64(cursor->private_last, last_ms);
}

void seigr_store_by_body(seigr_store_cursor *cursor, const seigr_hash *root)
{
    find_prefix(cursor, SEIGR_STORE_BODY, root->bytes, 32);
}

void seigr_store_by_pin(seigr_store_cursor *cursor)
{
    find_prefix(cursor, SEIGR_STORE_PIN, NULL, 0);
}

/* The ID that a key stands for: itself, or that of its log number. */
static int find_id(seigr_store_txn *txn, uint32_t table, const uint8_t *key,
                   seigr_id *out)
{
    const uint32_t len = seigr_store_key_len(table);
    int err;

    if (table == SEIGR_STORE_CAPSULE || table == SEIGR_STORE_PIN) {
        memcpy(out, key, sizeof(*out));
        return 0;
    }
    err = seigr_store_at(txn, seigr__store_read_u64(key + len - 8), out);
    return err == SEIGR_E_NOTFOUND ? SEIGR_E_CORRUPT : err;
}

int seigr_store_next(seigr_store_txn *txn, seigr_store_cursor *cursor,
                     seigr_id *out)
{
    uint8_t key[SEIGR_STORE_KEY_MAX];
    uint32_t len;
    size_t count;
    int err;

    if (txn == NULL || cursor == NULL || out == NULL)
        return SEIGR_E_INVAL;
    len = seigr_store_key_len(cursor->private_table);
    if (cursor->private_is_end || len == 0)
        return 0;
    err = seigr__store_keys(txn, cursor->private_table, cursor->private_at, key,
                            1, &count);
    if (err != 0)
        return err;
    if (count == 0 || memcmp(key, cursor->private_last, len) > 0) {
        cursor->private_is_end = 1;
        return 0;
    }
    err = find_id(txn, cursor->private_table, key, out);
    if (err != 0)
        return err;
    memcpy(cursor->private_at, key, len);
    cursor->private_is_end =
        (uint32_t)!seigr__store_key_step(cursor->private_at, len);
    return 1;
}

int seigr_store_next_fork(seigr_store_txn *txn, seigr_store_fork *fork)
{
    uint8_t key[64];
    uint8_t found[64];
    uint8_t type[1];
    uint64_t len;
    size_t count;
    int err;

    if (txn == NULL || fork == NULL)
        return SEIGR_E_INVAL;
    memcpy(key, fork->first.bytes, 32);
    memcpy(key + 32, fork->second.bytes, 32);
    if (!seigr__store_key_step(key, sizeof(key)))
        return 0;
    err = seigr__store_keys(txn, SEIGR_STORE_FORK, key, found, 1, &count);
    if (err != 0 || count == 0)
        return err;
    err = seigr__store_read(txn, SEIGR_STORE_FORK, found, 0,
                            (seigr_buf){type, sizeof(type)}, &len);
    if (err != 0)
        return err;
    if (len != sizeof(type))
        return SEIGR_E_CORRUPT;
    memcpy(fork->first.bytes, found, 32);
    memcpy(fork->second.bytes, found + 32, 32);
    fork->type = type[0];
    return 1;
}
