/* SPDX-License-Identifier: MIT */
/*
 * bundle_order.c - parents before children.
 *
 * Whether a link points forward is known only when its target arrives, so
 * what has been pointed to in vain is remembered.
 *
 * Invariants:
 *   (1) an identity is ORDER_SEEN once its capsule was put, and never again
 *       anything else; it is ORDER_AWAITED while only pointed to.
 */
#include "seigr/bundle.h" /* seigr_bundle_order */

#include "base/alloc.h" /* seigr__alloc_zero */
#include "base/error.h" /* seigr__fail */
#include "id_set.h"     /* struct seigr__id_set */

#include "seigr/senary.h" /* seigr_address_short_id */

#include <assert.h> /* assert */

#define ORDER_SEEN 1u
#define ORDER_AWAITED 2u

struct seigr_bundle_order {
    const seigr_context *context;
    struct seigr__id_set ids;
};

int seigr_bundle_order_new(const seigr_context *context,
                           seigr_bundle_order **out)
{
    seigr_bundle_order *order;
    int err;

    if (context == NULL || context->allocator == NULL || out == NULL)
        return SEIGR_E_INVAL;
    order = seigr__alloc_zero(context, 1, sizeof(*order));
    if (order == NULL)
        return SEIGR_E_NOMEM;
    order->context = context;
    err = seigr__id_set_init(&order->ids, context);
    if (err < 0) {
        seigr__release(context, order);
        return err;
    }
    *out = order;
    return 0;
}

void seigr_bundle_order_free(seigr_bundle_order *order)
{
    if (order == NULL)
        return;
    seigr__id_set_fini(&order->ids);
    seigr__release(order->context, order);
}

static int order_await(seigr_bundle_order *order, const seigr_id *id)
{
    assert(order != NULL && id != NULL);
    if (seigr__id_set_get(&order->ids, id->bytes) != 0)
        return 0;
    return seigr__id_set_put(&order->ids, id->bytes, ORDER_AWAITED);
}

/* What the capsule points to may not come later. */
static int order_await_all(seigr_bundle_order *order,
                           const seigr_capsule *capsule)
{
    size_t cursor = 0;
    seigr_link link;
    int err = 0;

    assert(capsule != NULL);
    if (capsule->has_previous)
        err = order_await(order, &capsule->previous);
    while (err == 0 && seigr_capsule_next_link(capsule, &cursor, &link) == 1)
        err = order_await(order, &link.id);
    return err;
}

int seigr_bundle_order_put(seigr_bundle_order *order,
                           const seigr_verified *capsule, seigr_error *error)
{
    const seigr_id *id;
    uint8_t before;
    int err;

    if (order == NULL || capsule == NULL)
        return SEIGR_E_INVAL;
    id = seigr_verified_id(capsule);
    before = seigr__id_set_get(&order->ids, id->bytes);
    if (before == ORDER_SEEN)
        return 0;
    err = order_await_all(order, seigr_verified_capsule(capsule));
    if (err == 0)
        err = seigr__id_set_put(&order->ids, id->bytes, ORDER_SEEN);
    if (err < 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET, "%s",
                           seigr_strerror(err));
    if (before == ORDER_AWAITED) {
        char text[SEIGR_ADDRESS_SHORT_LEN + 1];

        seigr_address_short_id(id, text);
        return seigr__fail(error, SEIGR_E_LINEAGE, SEIGR_NO_OFFSET,
                           "capsule %s comes after one that points to it",
                           text);
    }
    return 0;
}

int seigr_bundle_order_has(const seigr_bundle_order *order, const seigr_id *id)
{
    return order != NULL && id != NULL &&
           seigr__id_set_get(&order->ids, id->bytes) == ORDER_SEEN;
}
