/* SPDX-License-Identifier: MIT */
/*
 * store_rows.c - keys: how long they are, and which rows an object has.
 *
 * It keeps nothing. Every backend derives its rows by this one function, so
 * that the rows of two backends, or of one before and after it was built
 * again, are the same.
 */
#include "store_keys.h" /* seigr__store_* */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

uint32_t seigr_store_key_len(uint32_t table)
{
    static const uint8_t lengths[SEIGR_STORE_TABLE_COUNT] = {
        [SEIGR_STORE_CAPSULE] = 32, [SEIGR_STORE_CHUNK] = 32,
        [SEIGR_STORE_LEAVES] = 36,  [SEIGR_STORE_LOG] = 8,
        [SEIGR_STORE_PIN] = 32,     [SEIGR_STORE_FORK] = 64,
        [SEIGR_STORE_META] = 8,     [SEIGR_STORE_NODE] = 35,
        [SEIGR_STORE_LOGNODE] = 9,  [SEIGR_STORE_MARK] = 8,
        [SEIGR_STORE_CHAIN] = 56,   [SEIGR_STORE_KIND] = 12,
        [SEIGR_STORE_LABEL] = 40,   [SEIGR_STORE_LINK] = 44,
        [SEIGR_STORE_TIME] = 16,    [SEIGR_STORE_BODY] = 40,
        [SEIGR_STORE_USE] = 64,     [SEIGR_STORE_GONE] = 8,
    };

    return table < SEIGR_STORE_TABLE_COUNT ? lengths[table] : 0;
}

int seigr__store_key_step(uint8_t *key, size_t len)
{
    while (len > 0) {
        if (++key[--len] != 0)
            return 1;
    }
    return 0;
}

/* Where the rows of one object go. */
struct rows {
    const seigr_context *context;
    int (*row)(uint32_t table, const uint8_t *key, void *ctx);
    void *ctx;
};

void seigr__store_label_key(const seigr_context *context, uint8_t out[16],
                            seigr_span text)
{
    seigr_hash hash;

    seigr_sha256(context, text, &hash);
    memcpy(out, hash.bytes, 16);
}

static int rows_labels(const struct rows *r, const seigr_capsule *capsule,
                       const uint8_t number[8])
{
    seigr_label label;
    size_t cursor = 0;
    int err = 0;

    while (err == 0 && seigr_capsule_next_label(capsule, &cursor, &label)) {
        uint8_t key[40];

        seigr__store_label_key(r->context, key, label.key);
        seigr__store_label_key(r->context, key + 16, label.value);
        memcpy(key + 32, number, 8);
        err = r->row(SEIGR_STORE_LABEL, key, r->ctx);
    }
    return err;
}

static int rows_links(const struct rows *r, const seigr_capsule *capsule,
                      const uint8_t number[8])
{
    seigr_link link;
    size_t cursor = 0;
    int err = 0;

    while (err == 0 && seigr_capsule_next_link(capsule, &cursor, &link)) {
        uint8_t key[44];

        memcpy(key, link.id.bytes, 32);
        seigr__store_write_u32(key + 32, link.role);
        memcpy(key + 36, number, 8);
        err = r->row(SEIGR_STORE_LINK, key, r->ctx);
    }
    return err;
}

static int rows_chain(const struct rows *r, const seigr_capsule *capsule,
                      const uint8_t number[8])
{
    uint8_t key[56];

    seigr__store_chain_key(key, &capsule->issuer, capsule->stream,
                           capsule->sequence);
    memcpy(key + 48, number, 8);
    return r->row(SEIGR_STORE_CHAIN, key, r->ctx);
}

static int rows_body(const struct rows *r, const seigr_capsule *capsule,
                     const uint8_t number[8])
{
    uint8_t key[40];

    if (capsule->body.form != SEIGR_BODY_ROOT)
        return 0;
    memcpy(key, capsule->body.root.bytes, 32);
    memcpy(key + 32, number, 8);
    return r->row(SEIGR_STORE_BODY, key, r->ctx);
}

static int rows_capsule(const struct rows *r, seigr_span value)
{
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    uint8_t kind[12];
    uint8_t time[16];
    int err;

    if (value.len < SEIGR__STORE_NUMBER_LEN ||
        seigr_capsule_decode(r->context,
                             (seigr_span){value.ptr + SEIGR__STORE_NUMBER_LEN,
                                          value.len - SEIGR__STORE_NUMBER_LEN},
                             &capsule, NULL) != 0)
        return SEIGR_E_CORRUPT;
    seigr__store_write_u32(kind, capsule.kind);
    memcpy(kind + 4, value.ptr, SEIGR__STORE_NUMBER_LEN);
    seigr__store_write_u64(time, capsule.created_ms);
    memcpy(time + 8, value.ptr, SEIGR__STORE_NUMBER_LEN);
    err = rows_chain(r, &capsule, value.ptr);
    if (err == 0)
        err = r->row(SEIGR_STORE_KIND, kind, r->ctx);
    if (err == 0)
        err = r->row(SEIGR_STORE_TIME, time, r->ctx);
    if (err == 0)
        err = rows_body(r, &capsule, value.ptr);
    if (err == 0)
        err = rows_labels(r, &capsule, value.ptr);
    return err == 0 ? rows_links(r, &capsule, value.ptr) : err;
}

static int rows_leaves(const struct rows *r, const uint8_t *object,
                       seigr_span value)
{
    uint8_t key[64];
    int err = 0;

    if (value.len == 0 || value.len % 32 != 0 ||
        value.len > SEIGR__STORE_PIECE_LEN)
        return SEIGR_E_CORRUPT;
    memcpy(key + 32, object, 32);
    for (size_t at = 0; err == 0 && at < value.len; at += 32) {
        memcpy(key, value.ptr + at, 32);
        err = r->row(SEIGR_STORE_USE, key, r->ctx);
    }
    return err;
}

int seigr_store_rows(const seigr_context *context, uint32_t table,
                     const uint8_t *key, seigr_span value,
                     int (*row)(uint32_t table, const uint8_t *key, void *ctx),
                     void *ctx)
{
    const struct rows r = {context, row, ctx};

    assert(key != NULL && row != NULL);
    if (table == SEIGR_STORE_CAPSULE)
        return rows_capsule(&r, value);
    return table == SEIGR_STORE_LEAVES ? rows_leaves(&r, key, value) : 0;
}
