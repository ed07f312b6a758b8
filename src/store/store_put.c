/* SPDX-License-Identifier: MIT */
/*
 * store_put.c - the only way into a store (the arrow "keep").
 *
 * Made here, relied on by the rest of the room:
 *   (1) The key of a capsule is the hash of what it signs.
 *   (2) A capsule that is new gets the next number of the log, and an entry
 *       there, in the same transaction.
 *   (3) Two kept capsules that prove a fork, and of which the second came
 *       here, stand in FORK.
 */
#include "store_txn.h" /* struct seigr_store_txn */

#include "base/alloc.h" /* seigr__release */
#include "base/error.h" /* seigr__fail */

#include <assert.h> /* assert */
#include <string.h> /* memcmp, memcpy */

/* Rows of a chain read at once: mostly there is one, the capsule before. */
#define PUT_ROWS 4u
#define PUT_ROW_LEN 56u

/* A capsule on its way in, held against those that are there. */
struct put {
    seigr_store_txn *txn;
    const seigr_capsule *capsule;
    const seigr_id *id;
    int follows;   /* its previous was met where it belongs */
    uint32_t type; /* SEIGR_FORK_* when one was found */
    seigr_id other;
    seigr_buf bytes; /* of the capsule after it */
};

static int put_found(struct put *put, uint32_t type, const seigr_id *other)
{
    assert(put->type == 0);
    put->type = type;
    put->other = *other;
    return 0;
}

/* One with the next number is there already: is this its previous? */
static int put_check_next(struct put *put, const seigr_id *next)
{
    seigr_capsule capsule;
    const int err =
        seigr__store_recall(put->txn, next, &put->bytes, &capsule, NULL);

    if (err == SEIGR_E_CORRUPT || err == SEIGR_E_NOTFOUND)
        return 0; /* damaged bytes prove nothing */
    if (err != 0 || memcmp(&capsule.previous, put->id, sizeof(seigr_id)) == 0)
        return err;
    return put_found(put, SEIGR_FORK_PREVIOUS, next);
}

/* A kept capsule of the chain, at most one number away. */
static int put_check_row(struct put *put, const uint8_t row[PUT_ROW_LEN])
{
    const uint64_t sequence = seigr__store_read_u64(row + 40);
    seigr_id id;
    const int err =
        seigr_store_at(put->txn, seigr__store_read_u64(row + 48), &id);

    if (err != 0)
        return err == SEIGR_E_NOTFOUND ? SEIGR_E_CORRUPT : err;
    if (sequence == put->capsule->sequence)
        return put_found(put, SEIGR_FORK_SEQUENCE, &id);
    if (sequence > put->capsule->sequence)
        return put_check_next(put, &id);
    if (memcmp(&put->capsule->previous, &id, sizeof(id)) != 0)
        return put_found(put, SEIGR_FORK_PREVIOUS, &id);
    put->follows = 1;
    return 0;
}

/* Walk the chain from one before to one after, until a fork is found. */
static int put_check_chain(struct put *put)
{
    const seigr_capsule *capsule = put->capsule;
    uint8_t rows[PUT_ROWS * PUT_ROW_LEN];
    uint8_t from[PUT_ROW_LEN] = {0};
    size_t count;

    seigr__store_chain_key(from, &capsule->issuer, capsule->stream,
                           capsule->sequence - 1);
    for (;;) {
        int err = seigr__store_keys(put->txn, SEIGR_STORE_CHAIN, from, rows,
                                    PUT_ROWS, &count);

        if (err != 0 || count == 0)
            return err;
        for (size_t i = 0; i < count; i++) {
            const uint8_t *row = rows + i * PUT_ROW_LEN;

            if (memcmp(row, from, 40) != 0 ||
                seigr__store_read_u64(row + 40) - capsule->sequence + 1 > 2)
                return 0;
            err = put_check_row(put, row);
            if (err != 0 || put->type != 0)
                return err;
        }
        memcpy(from, rows + (count - 1) * PUT_ROW_LEN, PUT_ROW_LEN);
        if (!seigr__store_key_step(from, PUT_ROW_LEN))
            return 0;
    }
}

/* A previous that is kept, but not as the one before in this chain. */
static int put_check_astray(struct put *put)
{
    int err;

    if (put->follows || put->type != 0 || !put->capsule->has_previous)
        return 0;
    err = seigr_store_has(put->txn, &put->capsule->previous);
    if (err <= 0)
        return err;
    return put_found(put, SEIGR_FORK_ASTRAY, &put->capsule->previous);
}

static int put_note_fork(struct put *put, seigr_error *error)
{
    const int is_lower = memcmp(put->id, &put->other, sizeof(seigr_id)) < 0;
    const uint8_t type[1] = {(uint8_t)put->type};
    const seigr_span value = {type, sizeof(type)};
    uint8_t key[64];

    if (put->type == 0)
        return 0;
    memcpy(key, is_lower ? put->id : &put->other, 32);
    memcpy(key + 32, is_lower ? &put->other : put->id, 32);
    return seigr__store_write(put->txn, SEIGR_STORE_FORK, key, &value, 1,
                              error);
}

static int put_keep(struct put *put, seigr_error *error)
{
    uint8_t number[SEIGR__STORE_NUMBER_LEN];
    const seigr_span parts[2] = {{number, sizeof(number)}, put->capsule->bytes};
    const seigr_span entry = {put->id->bytes, sizeof(put->id->bytes)};
    seigr_store_totals log;
    int err = seigr__store_totals(put->txn, SEIGR_STORE_LOG, &log);

    if (err != 0)
        return err;
    seigr__store_write_u64(number, log.count); /* (2) */
    err = seigr__store_write(put->txn, SEIGR_STORE_CAPSULE, put->id->bytes,
                             parts, 2, error);
    if (err == 0)
        err = seigr__store_write(put->txn, SEIGR_STORE_LOG, number, &entry, 1,
                                 error);
    return err == 0 ? put_note_fork(put, error) : err; /* (3) */
}

static void put_inform(const struct put *put, int is_new,
                       seigr_store_put_info *info)
{
    if (info == NULL)
        return;
    info->is_new = (uint32_t)is_new;
    info->fork_type = put->type;
    info->fork_with = put->other;
}

int seigr_store_put(seigr_store_txn *txn, const seigr_verified *capsule,
                    seigr_store_put_info *info, seigr_error *error)
{
    struct put put = {.txn = txn};
    int err = seigr__store_writable(txn, error);

    if (err != 0)
        return err;
    if (capsule == NULL || (info != NULL && info->struct_size < sizeof(*info)))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_store_put: an argument is missing");
    put.capsule = seigr_verified_capsule(capsule);
    put.id = seigr_verified_id(capsule); /* (1) */
    err = seigr_store_has(txn, put.id);
    if (err == 1)
        put_inform(&put, 0, info);
    if (err != 0)
        return err < 0 ? seigr__fail(error, err, SEIGR_NO_OFFSET,
                                     "the store cannot be read")
                       : 0;
    err = seigr__store_room(txn, put.capsule->bytes.len, error);
    if (err != 0)
        return err;
    err = put_check_chain(&put);
    if (err == 0)
        err = put_check_astray(&put);
    seigr__release(txn->store->context, put.bytes.ptr);
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the capsule's chain cannot be read");
    err = put_keep(&put, error);
    if (err == 0)
        put_inform(&put, 1, info);
    return err;
}

int seigr_store_put_all(seigr_store *store, const seigr_verified *capsules,
                        size_t count, seigr_store_put_info *infos,
                        seigr_error *error)
{
    seigr_store_txn *txn;
    int err;

    if (capsules == NULL && count > 0)
        return SEIGR_E_INVAL;
    err = seigr_store_begin(store, SEIGR_STORE_WRITE, &txn, error);
    if (err != 0)
        return err;
    for (size_t i = 0; err == 0 && i < count; i++)
        err = seigr_store_put(txn, &capsules[i],
                              infos == NULL ? NULL : &infos[i], error);
    if (err == 0)
        return seigr_store_commit(txn, error);
    seigr_store_abort(txn);
    return err;
}

/* --- Mending -------------------------------------------------------------- */

/* Do these bytes, which hold the identity, pass the door? Returns 1, 0 or
 * SEIGR_E_NOMEM. */
static int mend_is_signed(const seigr_context *context,
                          const seigr_capsule *capsule)
{
    seigr_verified verified;
    const int err = seigr_capsule_verify(context, capsule, (seigr_buf){NULL, 0},
                                         &verified, NULL);

    return err == SEIGR_E_NOMEM ? err : err == 0;
}

/* Is what is kept good? Returns 1, 0 or a status. */
static int mend_is_good(seigr_store_txn *txn, const seigr_id *id,
                        seigr_error *error)
{
    const seigr_context *context = txn->store->context;
    seigr_buf bytes = {NULL, 0};
    seigr_capsule capsule;
    int err = seigr__store_recall(txn, id, &bytes, &capsule, error);

    if (err == 0)
        err = mend_is_signed(context, &capsule);
    else if (err == SEIGR_E_CORRUPT)
        err = 0;
    seigr__release(context, bytes.ptr);
    return err;
}

int seigr_store_mend(seigr_store_txn *txn, const seigr_verified *capsule,
                     seigr_error *error)
{
    uint8_t number[SEIGR__STORE_NUMBER_LEN];
    seigr_span parts[2] = {{number, sizeof(number)}, {NULL, 0}};
    const seigr_id *id;
    uint64_t at;
    int err = seigr__store_writable(txn, error);

    if (err != 0)
        return err;
    if (capsule == NULL)
        return SEIGR_E_INVAL;
    id = seigr_verified_id(capsule);
    err = mend_is_good(txn, id, error);
    if (err != 0)
        return err == 1 ? 0 : err;
    err = seigr__store_number(txn, id, &at);
    if (err != 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "the capsule's number in the log cannot be read");
    seigr__store_write_u64(number, at);
    parts[1] = seigr_verified_bytes(capsule);
    err = seigr__store_write(txn, SEIGR_STORE_CAPSULE, id->bytes, parts, 2,
                             error);
    return err == 0 ? 1 : err;
}
