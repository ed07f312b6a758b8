/* SPDX-License-Identifier: MIT */
#include "index_model.h"

#include "seigr/crypto.h"

#include <stdlib.h>
#include <string.h>

static int model_step(index_model *model)
{
    model->calls++;
    return model->calls == model->fail_at ? SEIGR_E_IO : 0;
}

/* The place of an ID, or where it would stand. */
static size_t model_find_id(const index_model *model, const seigr_id *id)
{
    size_t from = 0;
    size_t to = model->id_count;

    while (from < to) {
        const size_t mid = from + (to - from) / 2;

        if (memcmp(model->ids[mid].bytes, id->bytes, SEIGR_ID_LEN) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

static size_t model_find_node(const index_model *model,
                              const seigr_prefix *prefix)
{
    size_t from = 0;
    size_t to = model->node_count;

    while (from < to) {
        const size_t mid = from + (to - from) / 2;

        if (strcmp(model->nodes[mid].prefix.digits, prefix->digits) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

static int model_has_node(const index_model *model, size_t at,
                          const seigr_prefix *prefix)
{
    return at < model->node_count &&
           strcmp(model->nodes[at].prefix.digits, prefix->digits) == 0;
}

static int model_ids(const seigr_id *from, seigr_id *out, size_t room,
                     size_t *count_out, void *ctx)
{
    index_model *model = ctx;
    const size_t at = model_find_id(model, from);
    const size_t left = model->id_count - at;

    if (model_step(model) != 0)
        return SEIGR_E_IO;
    *count_out = left < room ? left : room;
    if (*count_out > 0)
        memcpy(out, &model->ids[at], *count_out * sizeof(*out));
    return 0;
}

static int model_node_get(const seigr_prefix *prefix, seigr_index_node *out,
                          void *ctx)
{
    index_model *model = ctx;
    const size_t at = model_find_node(model, prefix);

    assert_int_equal(strlen(prefix->digits), prefix->digit_count);
    if (model_step(model) != 0)
        return SEIGR_E_IO;
    if (!model_has_node(model, at, prefix))
        return SEIGR_E_NOTFOUND;
    *out = model->nodes[at].node;
    return 0;
}

static int model_node_put(const seigr_prefix *prefix,
                          const seigr_index_node *node, void *ctx)
{
    index_model *model = ctx;
    const size_t at = model_find_node(model, prefix);

    if (model_step(model) != 0)
        return SEIGR_E_IO;
    if (!model_has_node(model, at, prefix)) {
        if (model->node_count == model->node_room) {
            model->node_room = 2 * model->node_room + 64;
            model->nodes =
                realloc(model->nodes, model->node_room * sizeof(*model->nodes));
            assert_non_null(model->nodes);
        }
        memmove(&model->nodes[at + 1], &model->nodes[at],
                (model->node_count - at) * sizeof(*model->nodes));
        model->node_count++;
        model->nodes[at].prefix = *prefix;
    }
    model->nodes[at].node = *node;
    return 0;
}

static int model_node_remove(const seigr_prefix *prefix, void *ctx)
{
    index_model *model = ctx;
    const size_t at = model_find_node(model, prefix);

    if (model_step(model) != 0)
        return SEIGR_E_IO;
    assert_true(model_has_node(model, at, prefix));
    model->node_count--;
    memmove(&model->nodes[at], &model->nodes[at + 1],
            (model->node_count - at) * sizeof(*model->nodes));
    return 0;
}

void index_model_init(index_model *model)
{
    memset(model, 0, sizeof(*model));
    model->source = (seigr_index_source)SEIGR_INDEX_SOURCE_INIT;
    model->source.ids = model_ids;
    model->source.node_get = model_node_get;
    model->source.node_put = model_node_put;
    model->source.node_remove = model_node_remove;
    model->source.ctx = model;
}

void index_model_fini(index_model *model)
{
    free(model->ids);
    free(model->nodes);
}

int index_model_has(const index_model *model, const seigr_id *id)
{
    const size_t at = model_find_id(model, id);

    return at < model->id_count &&
           memcmp(model->ids[at].bytes, id->bytes, SEIGR_ID_LEN) == 0;
}

int index_model_put(index_model *model, const seigr_id *id)
{
    const size_t at = model_find_id(model, id);

    if (index_model_has(model, id))
        return 0;
    if (model->id_count == model->id_room) {
        model->id_room = 2 * model->id_room + 64;
        model->ids = realloc(model->ids, model->id_room * sizeof(*model->ids));
        assert_non_null(model->ids);
    }
    memmove(&model->ids[at + 1], &model->ids[at],
            (model->id_count - at) * sizeof(*model->ids));
    model->ids[at] = *id;
    model->id_count++;
    return 1;
}

int index_model_take(index_model *model, const seigr_id *id)
{
    const size_t at = model_find_id(model, id);

    if (!index_model_has(model, id))
        return 0;
    model->id_count--;
    memmove(&model->ids[at], &model->ids[at + 1],
            (model->id_count - at) * sizeof(*model->ids));
    return 1;
}

seigr_id index_model_id(const seigr_context *context, seigr_span seed,
                        uint32_t number)
{
    uint8_t bytes[64];
    seigr_hash hash;
    seigr_id id;

    assert_true(seed.len + 4 <= sizeof(bytes));
    memcpy(bytes, seed.ptr, seed.len);
    for (unsigned i = 0; i < 4; i++)
        bytes[seed.len + i] = (uint8_t)(number >> (24 - 8 * i));
    seigr_sha256(context, (seigr_span){bytes, seed.len + 4}, &hash);
    memcpy(id.bytes, hash.bytes, sizeof(id.bytes));
    return id;
}

static int model_order(const void *a, const void *b)
{
    return memcmp(a, b, SEIGR_ID_LEN);
}

void index_model_sort(seigr_id *ids, size_t count)
{
    if (count > 0)
        qsort(ids, count, sizeof(*ids), model_order);
}
