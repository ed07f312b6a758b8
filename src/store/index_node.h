/* SPDX-License-Identifier: MIT */
/*
 * index_node.h - digits, leaves and nodes of the senary index.
 *
 *   node      | count 0, 8 | digest 0, 32 | ... | count 5 | digest 5 |
 *   digests   empty: 32 zero bytes
 *             leaf:  SHA-256(0x10 || IDs, ascending)
 *             inner: SHA-256(0x11 || node)
 */
#ifndef SEIGR_SRC_STORE_INDEX_NODE_H
#define SEIGR_SRC_STORE_INDEX_NODE_H

#include "seigr/index.h" /* seigr_index_node, seigr_index_sum */

#define SEIGR__INDEX_BASE 6u

/* The digit of an ID's text form at a place, 0 to 5. */
unsigned seigr__index_digit(const seigr_id *id, uint32_t place);

/* The sum of the leaf with these IDs, at most SEIGR_INDEX_LEAF_MAX. */
void seigr__index_leaf_sum(const seigr_context *context, const uint8_t *ids,
                           size_t count, seigr_index_sum *out);

/* The sum of an inner node. The count wraps where the counts are lies. */
void seigr__index_node_sum(const seigr_context *context,
                           const seigr_index_node *node, seigr_index_sum *out);

/* One of the six sums of a node. */
void seigr__index_node_get(const seigr_index_node *node, unsigned digit,
                           seigr_index_sum *out);
void seigr__index_node_set(seigr_index_node *node, unsigned digit,
                           const seigr_index_sum *sum);

#endif
