/* SPDX-License-Identifier: MIT */
/*
 * wasm_restore.c - an instance into the state of a snapshot.
 *
 * The bytes are nobody's word. All but frames is read and checked item by
 * item here; frames, which must fit the module's code, in wasm_reframe.c.
 *
 * Invariants:
 *   (1) nothing is allocated that the bytes at hand do not pay for, but the
 *       memory and stack that the instance's options allow.
 *   (2) after a failure the instance is over: it cannot be stepped.
 */
#include "wasm_restore.h"

#include "base/alloc.h"   /* seigr__alloc */
#include "seigr/crypto.h" /* sha256, Merkle trees */

#include <assert.h> /* assert */

/* Refuse at the item that begins at an offset of the snapshot. */
static int restore_refuse(const seigr__cbor *r, size_t at, int code,
                          const char *what)
{
    return seigr__fail(r->error, code, at, "%s", what);
}

/* An array of exactly that many items. */
int seigr__restore_array(seigr__cbor *r, uint64_t count, const char *what)
{
    const size_t at = r->at;
    uint64_t found;
    int err = seigr__cbor_array(r, &found);

    if (err == 0 && found != count)
        err = seigr__fail(r->error, SEIGR_E_FORMAT, at,
                          "%s: %llu items, %llu expected", what,
                          (unsigned long long)found, (unsigned long long)count);
    return err;
}

int seigr__restore_uint(seigr__cbor *r, uint64_t max, const char *what,
                        uint64_t *out)
{
    const size_t at = r->at;
    int err = seigr__cbor_uint(r, out);

    if (err == 0 && *out > max)
        err = seigr__fail(r->error, SEIGR_E_FORMAT, at,
                          "%s is %llu, at most %llu can be", what,
                          (unsigned long long)*out, (unsigned long long)max);
    return err;
}

int seigr__restore_index(seigr__cbor *r, uint32_t count, const char *what,
                         uint32_t *out)
{
    const size_t at = r->at;
    uint64_t index = 0;
    int err = seigr__cbor_uint(r, &index);

    if (err == 0 && index >= count)
        err = seigr__fail(r->error, SEIGR_E_FORMAT, at,
                          "%s is number %llu, there are %u", what,
                          (unsigned long long)index, count);
    if (err == 0)
        *out = (uint32_t)index;
    return err;
}

int seigr__restore_value(seigr__cbor *r, unsigned type, uint64_t *out)
{
    const int is_wide = type == SEIGR_WASM_I64 || type == SEIGR_WASM_F64;

    return seigr__restore_uint(r, is_wide ? UINT64_MAX : UINT32_MAX,
                               "a value of the guest", out);
}

static int restore_id(seigr__cbor *r, seigr_id *out)
{
    const size_t at = r->at;
    seigr_span bytes;
    int err = seigr__cbor_bytes(r, &bytes);

    if (err == 0 && bytes.len != SEIGR_ID_LEN)
        err = restore_refuse(r, at, SEIGR_E_FORMAT, "an ID is not 32 bytes");
    if (err == 0)
        memcpy(out->bytes, bytes.ptr, SEIGR_ID_LEN);
    return err;
}

static int restore_memory_len(seigr_instance *instance, seigr__cbor *r)
{
    const size_t at = r->at;
    wasm_memory *memory = instance->memory;
    uint64_t pages;
    int err = seigr__restore_uint(r, memory == NULL ? 0 : memory->pages_max,
                                  "the count of memory pages", &pages);

    if (err < 0 || memory == NULL)
        return err;
    if (pages < memory->pages)
        return restore_refuse(r, at, SEIGR_E_FORMAT,
                              "less memory than the module begins with");
    if (seigr__wasm_memory_grow(memory, (uint32_t)pages - memory->pages) < 0)
        return restore_refuse(r, at, SEIGR_E_NOMEM, "no memory");
    return 0;
}

static int restore_globals(seigr_instance *instance, seigr__cbor *r)
{
    const seigr_module *m = instance->module;
    int err = seigr__restore_array(r, m->global_count, "globals");

    for (uint32_t i = 0; i < m->global_count && err == 0; i++) {
        const size_t at = r->at;
        uint64_t value = 0;

        err = seigr__restore_value(r, m->globals[i].type, &value);
        if (err == 0 && !m->globals[i].is_mutable &&
            value != instance->globals[i])
            err = restore_refuse(r, at, SEIGR_E_FORMAT,
                                 "an immutable global has another value");
        if (err == 0)
            instance->globals[i] = value;
    }
    return err;
}

static int restore_table(seigr_instance *instance, seigr__cbor *r)
{
    const seigr_module *m = instance->module;
    const uint32_t count = instance->table == NULL ? 0 : instance->table->count;
    int err = seigr__restore_array(r, count, "table");

    for (uint32_t i = 0; i < count && err == 0; i++) {
        uint32_t function = 0;

        if (seigr__cbor_peek(r) == SEIGR__CBOR_UINT) {
            err = seigr__restore_index(r, m->function_count,
                                       "a function in the table", &function);
            if (err == 0)
                instance->table->refs[i] = function + 1;
        } else {
            err = seigr__cbor_nil(r);
        }
    }
    return err;
}

static int restore_dropped(seigr__cbor *r, uint8_t *dropped, uint32_t count)
{
    const size_t start = r->at;
    uint64_t items;
    uint32_t next = 0;
    int err = seigr__cbor_array(r, &items);

    if (err == 0 && items > count)
        err = restore_refuse(r, start, SEIGR_E_FORMAT,
                             "more dropped segments than there are segments");
    for (uint64_t i = 0; i < items && err == 0; i++) {
        const size_t at = r->at;
        uint32_t index = 0;

        err = seigr__restore_index(r, count, "a dropped segment", &index);
        if (err == 0 && index < next)
            err = restore_refuse(r, at, SEIGR_E_FORMAT,
                                 "dropped segments are not ascending");
        if (err == 0)
            dropped[index] = 1;
        next = index + 1;
    }
    return err;
}

/* Arguments of a call not begun, or results of one that is done. */
static int restore_values(seigr_instance *instance, seigr__cbor *r)
{
    const seigr_module *m = instance->module;
    const wasm_type *type = instance->entry == WASM_ABSENT
                                ? NULL
                                : &m->types[m->functions[instance->entry].type];
    const uint8_t *types = NULL;
    const size_t at = r->at;
    uint64_t count;
    uint64_t want = 0;
    int err = seigr__cbor_array(r, &count);

    if (err < 0)
        return err;
    if (type != NULL && instance->phase == WASM_PHASE_CALL) {
        want = type->param_count;
        types = type->params;
    } else if (type != NULL && instance->phase == WASM_PHASE_IDLE &&
               count != 0) { /* none after a trap */
        want = type->result_count;
        types = type->results;
    }
    if (type != NULL && (instance->phase != WASM_PHASE_IDLE || count != 0))
        instance->result_count = type->result_count;
    if (count != want)
        return restore_refuse(r, at, SEIGR_E_FORMAT,
                              "arguments or results of another count than "
                              "the entry's");
    if (type != NULL &&
        seigr__wasm_reserve(&instance->vm,
                            type->param_count + (uint32_t)type->result_count) <
            0)
        return restore_refuse(r, at, SEIGR_E_NOMEM, "no memory");
    for (uint64_t i = 0; i < count && err == 0; i++)
        err = seigr__restore_value(r, types[i], &instance->vm.slots[i]);
    return err;
}

/* [phase, segment, entry or nil, [arguments or results], host's part] */
static int restore_host(seigr_instance *instance, seigr__cbor *r,
                        seigr_span *host)
{
    const seigr_module *m = instance->module;
    const size_t at = r->at;
    uint64_t phase = 0;
    uint64_t segment = 0;
    uint32_t entry = WASM_ABSENT;
    int err = seigr__restore_array(r, 5, "the host's state");

    if (err == 0)
        err = seigr__restore_uint(r, WASM_PHASE_INSIDE, "the phase", &phase);
    if (err == 0)
        err =
            seigr__restore_uint(r,
                                phase == WASM_PHASE_ELEMENTS ? m->element_count
                                : phase == WASM_PHASE_DATA   ? m->data_count
                                                             : 0,
                                "the next segment", &segment);
    if (err < 0)
        return err;
    if (seigr__cbor_peek(r) == SEIGR__CBOR_UINT)
        err = seigr__restore_index(r, m->function_count, "the entry", &entry);
    else
        err = seigr__cbor_nil(r);
    if (err < 0)
        return err;
    if (phase >= WASM_PHASE_CALL
            ? entry == WASM_ABSENT
            : phase != WASM_PHASE_IDLE && entry != WASM_ABSENT)
        return restore_refuse(r, at, SEIGR_E_FORMAT,
                              "the phase and the entry do not go together");
    instance->phase = (uint32_t)phase;
    instance->segment = (uint32_t)segment;
    instance->entry = entry;
    err = restore_values(instance, r);
    if (err == 0)
        err = seigr__cbor_skip(r, host);
    return err;
}

/* The one outside has been called by who could. */
static int restore_outermost(const seigr_instance *instance,
                             const seigr__cbor *r, size_t at,
                             const restore_frames *frames)
{
    const seigr_module *m = instance->module;
    const int inside = instance->phase == WASM_PHASE_STARTED ||
                       instance->phase == WASM_PHASE_INSIDE;
    const uint32_t entry =
        instance->phase == WASM_PHASE_STARTED ? m->start : instance->entry;

    if ((frames->count != 0) != inside)
        return restore_refuse(r, at, SEIGR_E_FORMAT,
                              "the phase and the frames do not go together");
    if (inside && frames->items[frames->count - 1].function != entry)
        return restore_refuse(r, at, SEIGR_E_FORMAT,
                              "the outermost frame is not the entry's");
    return 0;
}

static int restore_rest(seigr_instance *instance, seigr__cbor *r,
                        seigr_state_info *info)
{
    const seigr_module *m = instance->module;
    restore_frames frames;
    uint64_t value;
    size_t at = r->at;
    int err = seigr__restore_array(r, 11, "the state");

    memset(&frames, 0, sizeof(frames));
    if (err == 0)
        err = seigr__restore_uint(r, 1, "the version of the state", &value);
    if (err == 0 && value != 1)
        err = restore_refuse(r, at, SEIGR_E_UNSUPPORTED,
                             "a state of another version");
    if (err == 0)
        err = restore_id(r, &info->program);
    if (err == 0)
        err = restore_id(r, &info->task);
    if (err == 0)
        err = seigr__restore_uint(r, INT64_MAX, "the fuel used",
                                  &instance->vm.fuel_before);
    if (err == 0)
        err = restore_memory_len(instance, r);
    if (err == 0)
        err = restore_globals(instance, r);
    if (err == 0)
        err = restore_table(instance, r);
    if (err == 0)
        err = restore_dropped(r, instance->dropped_data, m->data_count);
    if (err == 0)
        err = restore_dropped(r, instance->dropped_elements, m->element_count);
    at = r->at;
    if (err == 0)
        err = seigr__restore_frames_read(instance, r, &frames);
    if (err == 0)
        err = restore_host(instance, r, &info->host);
    if (err == 0)
        err = restore_outermost(instance, r, at, &frames);
    if (err == 0)
        err = seigr__restore_frames_make(instance, r, &frames);
    seigr__release(instance->context, frames.items);
    return err;
}

/* One page, from whoever has it. */
static int
restore_page(seigr_instance *instance, uint32_t index, const seigr_hash *want,
             int (*get)(const seigr_hash *hash, seigr_span *page, void *ctx),
             void *ctx, seigr_error *error)
{
    wasm_memory *memory = instance->memory;
    seigr_span page = {NULL, 0};
    seigr_hash found;
    int err = get(want, &page, ctx);

    if (err != 0)
        return seigr__fail(error, err < 0 ? err : SEIGR_E_CANCELED,
                           SEIGR_NO_OFFSET, "page %u could not be had", index);
    if (page.len == WASM_DIRTY_LEN)
        seigr_merkle_hash_leaf(instance->context, page, &found);
    if (page.len != WASM_DIRTY_LEN || memcmp(&found, want, sizeof(found)) != 0)
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "page %u is not what its hash says", index);
    memcpy(memory->bytes + ((uint64_t)index << WASM_DIRTY_SHIFT), page.ptr,
           WASM_DIRTY_LEN);
    memory->dirty[index] = 1;
    return 0;
}

static int restore_pages(seigr_instance *instance, seigr_span leaves,
                         int (*get)(const seigr_hash *hash, seigr_span *page,
                                    void *ctx),
                         void *ctx, seigr_error *error)
{
    const uint32_t count =
        instance->memory == NULL
            ? 0
            : (uint32_t)(instance->memory->len >> WASM_DIRTY_SHIFT);
    int err = 0;

    if (leaves.len != (size_t)count * sizeof(seigr_hash))
        return seigr__fail(error, SEIGR_E_FORMAT, SEIGR_NO_OFFSET,
                           "hashes of %zu bytes for %u pages of memory",
                           leaves.len, count);
    if (count == 0)
        return 0;
    /* Only pages that differ are asked for: those of zeros are there. */
    if (seigr__wasm_tree_update(instance->memory) < 0)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET, "no memory");
    for (uint32_t i = 0; i < count && err == 0; i++) {
        seigr_hash want;

        memcpy(&want, leaves.ptr + (size_t)i * sizeof(want), sizeof(want));
        if (memcmp(&want, seigr__wasm_tree_leaf(instance->memory, i),
                   sizeof(want)) != 0)
            err = restore_page(instance, i, &want, get, ctx, error);
    }
    return err;
}

/* [rest, leaves]: the two parts' bytes. */
static int restore_parts(seigr__cbor *r, seigr_span *rest, seigr_span *leaves)
{
    const size_t at = r->at;
    int err = seigr__restore_array(r, 2, "the snapshot");

    if (err == 0)
        err = seigr__cbor_skip(r, rest);
    if (err == 0)
        err = seigr__cbor_bytes(r, leaves);
    if (err == 0)
        err = seigr__cbor_done(r);
    if (err == 0 && leaves->len % sizeof(seigr_hash) != 0)
        err = restore_refuse(r, at, SEIGR_E_FORMAT,
                             "page hashes are not of 32 bytes");
    return err;
}

int seigr_snapshot_root(const seigr_context *context, seigr_span snapshot,
                        seigr_hash *out, seigr_error *error)
{
    seigr__cbor r;
    seigr_span rest;
    seigr_span leaves;
    int err;

    if (context == NULL || context->crypto == NULL || out == NULL ||
        snapshot.ptr == NULL)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_snapshot_root: crypto and bytes are needed");
    seigr__cbor_init(&r, snapshot, SEIGR__CBOR_DETERMINISTIC, error);
    err = restore_parts(&r, &rest, &leaves);
    if (err == 0)
        seigr__wasm_snapshot_root(context, rest, leaves, out);
    return err;
}

int seigr_snapshot_restore(seigr_instance *instance, seigr_span snapshot,
                           int (*get)(const seigr_hash *hash, seigr_span *page,
                                      void *ctx),
                           void *ctx, seigr_state_info *info_out,
                           seigr_hash *root_out, seigr_error *error)
{
    seigr_state_info info = SEIGR_STATE_INFO_INIT;
    seigr_span rest;
    seigr_span leaves;
    seigr__cbor r;
    int err = seigr__wasm_state_check(instance, &info);

    if (err == 0 && (get == NULL || snapshot.ptr == NULL ||
                     instance->phase != WASM_PHASE_ELEMENTS ||
                     instance->segment != 0 || instance->vm.fuel_before != 0))
        err = SEIGR_E_INVAL;
    if (err < 0)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "seigr_snapshot_restore: an instance is needed that "
                           "stands alone and has not run");
    seigr__cbor_init(&r, snapshot, SEIGR__CBOR_DETERMINISTIC, error);
    err = restore_parts(&r, &rest, &leaves);
    if (err == 0) {
        seigr__cbor_init(&r, rest, SEIGR__CBOR_DETERMINISTIC, error);
        err = restore_rest(instance, &r, &info);
        seigr__error_shift(err < 0 ? error : NULL, 1);
    }
    if (err == 0)
        err = restore_pages(instance, leaves, get, ctx, error);
    if (err < 0) {
        instance->phase = WASM_PHASE_OVER; /* (2) */
        instance->vm.frame_count = 0;
        return err;
    }
    if (info_out != NULL)
        *info_out = info;
    if (root_out != NULL)
        seigr__wasm_snapshot_root(instance->context, rest, leaves, root_out);
    return 0;
}
