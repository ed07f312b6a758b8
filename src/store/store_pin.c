/* SPDX-License-Identifier: MIT */
/*
 * store_pin.c - which capsules are to stay, whatever happens.
 *
 * A pin is on an ID, kept or not. What it reaches is for store_collect.c.
 */
#include "store_txn.h" /* struct seigr_store_txn */

int seigr_store_pin(seigr_store_txn *txn, const seigr_id *id,
                    seigr_error *error)
{
    const int err = seigr__store_writable(txn, error);
    int is;

    if (err != 0)
        return err;
    is = seigr_store_is_pinned(txn, id);
    if (is != 0)
        return is == 1 ? 0 : is;
    return seigr__store_write(txn, SEIGR_STORE_PIN, id->bytes, NULL, 0, error);
}

int seigr_store_unpin(seigr_store_txn *txn, const seigr_id *id,
                      seigr_error *error)
{
    const int err = seigr__store_writable(txn, error);

    if (err != 0)
        return err;
    if (id == NULL)
        return SEIGR_E_INVAL;
    return seigr__store_remove(txn, SEIGR_STORE_PIN, id->bytes, error);
}

int seigr_store_is_pinned(seigr_store_txn *txn, const seigr_id *id)
{
    if (txn == NULL || id == NULL)
        return SEIGR_E_INVAL;
    return seigr__store_has_key(txn, SEIGR_STORE_PIN, id->bytes);
}
