/* SPDX-License-Identifier: MIT */
/*
 * index_model.h - a source of an index in memory: IDs in a sorted array,
 * nodes in another, every call counted.
 */
#ifndef SEIGR_TESTS_INDEX_MODEL_H
#define SEIGR_TESTS_INDEX_MODEL_H

#include "support.h"

#include "seigr/index.h"

struct model_node {
    seigr_prefix prefix;
    seigr_index_node node;
};

typedef struct index_model {
    seigr_index_source source;
    seigr_id *ids; /* ascending */
    size_t id_count;
    size_t id_room;
    struct model_node *nodes; /* ascending by digits */
    size_t node_count;
    size_t node_room;
    size_t calls;   /* of the source's functions */
    size_t fail_at; /* 1: the first call fails with SEIGR_E_IO; 0: none */
} index_model;

void index_model_init(index_model *model);
void index_model_fini(index_model *model);

/* Put or take one ID; 0 where it is there already, or is not. */
int index_model_put(index_model *model, const seigr_id *id);
int index_model_take(index_model *model, const seigr_id *id);
int index_model_has(const index_model *model, const seigr_id *id);

/* SHA-256(seed || u32be number), as the golden cases make their IDs. */
seigr_id index_model_id(const seigr_context *context, seigr_span seed,
                        uint32_t number);

/* Sort IDs, as refreshing takes them. */
void index_model_sort(seigr_id *ids, size_t count);

#endif
