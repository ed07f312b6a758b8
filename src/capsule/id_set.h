/* SPDX-License-Identifier: MIT */
/*
 * id_set.h - which 32-byte identities have been met, and how.
 *
 * Whoever sends capsules chooses the identities in their links, so places in
 * the table depend on secret random numbers: no choice makes it slow.
 */
#ifndef SEIGR_SRC_CAPSULE_ID_SET_H
#define SEIGR_SRC_CAPSULE_ID_SET_H

#include "seigr/base.h" /* seigr_id, seigr_context */

/* Open addressing; a slot with value 0 is empty. */
struct seigr__id_set {
    const seigr_context *context;
    uint64_t key[2]; /* secret */
    uint8_t (*ids)[SEIGR_ID_LEN];
    uint8_t *values;
    size_t slot_count; /* a power of two, or 0 */
    size_t used_count;
};

/* Returns 0 or SEIGR_E_RANDOM. */
int seigr__id_set_init(struct seigr__id_set *set, const seigr_context *context);

void seigr__id_set_fini(struct seigr__id_set *set);

/* The value kept with an identity, 0 where there is none. */
uint8_t seigr__id_set_get(const struct seigr__id_set *set,
                          const uint8_t id[SEIGR_ID_LEN]);

/*
 * Keep a value, 1 to 255, with an identity, replacing what was kept.
 *
 * Returns 0, or SEIGR_E_NOMEM with nothing changed.
 */
int seigr__id_set_put(struct seigr__id_set *set, const uint8_t id[SEIGR_ID_LEN],
                      uint8_t value);

#endif
