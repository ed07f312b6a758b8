/* SPDX-License-Identifier: MIT */
/*
 * index_read.h - reading IDs and nodes of an index from its source.
 */
#ifndef SEIGR_SRC_STORE_INDEX_READ_H
#define SEIGR_SRC_STORE_INDEX_READ_H

#include "index_node.h" /* SEIGR_INDEX_LEAF_MAX */

/* One more than a leaf holds tells that there are more. */
#define SEIGR__INDEX_READ_MAX (SEIGR_INDEX_LEAF_MAX + 1u)

/* The IDs under a prefix, ascending, and whether a leaf holds them. */
typedef struct seigr__index_leaf {
    size_t count; /* SEIGR__INDEX_READ_MAX: it is no leaf */
    seigr_id ids[SEIGR__INDEX_READ_MAX];
} seigr__index_leaf;

/* Lengthen a prefix by a digit. Returns 0 where no ID begins so: the prefix
 * is then as before. */
int seigr__index_enter(seigr_prefix *prefix, unsigned digit);
void seigr__index_leave(seigr_prefix *prefix);

/* Returns 0, SEIGR_E_CORRUPT or what the source returned. */
int seigr__index_leaf_read(const seigr_index_source *source,
                           const seigr_prefix *prefix, seigr__index_leaf *out);

/* Returns 0, SEIGR_E_NOTFOUND where the prefix has no node, or what the
 * source returned. */
int seigr__index_node_read(const seigr_index_source *source,
                           const seigr_prefix *prefix, seigr_index_node *out);

#endif
