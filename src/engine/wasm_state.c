/* SPDX-License-Identifier: MIT */
/*
 * wasm_state.c - an instance's state as bytes: roots and snapshots.
 *
 * All of a state but its memory is one CBOR array, "rest" (FORMATS 8,
 * docs/spec/engine.md). It is written item by item into a hash, or into the
 * caller's room, and never stands in memory of ours.
 *
 * Invariant:
 *   (1) equal states give equal bytes: nothing of how the state was come to,
 *       of the host or of this process is in them.
 */
#include "wasm_restore.h"

#include "base/cbor_write.h" /* CBOR */
#include "seigr/crypto.h"    /* sha256, Merkle trees */

#include <assert.h> /* assert */

/* Where the bytes go: into room, counted also past it, and into a hash. */
typedef struct state_sink {
    const seigr_context *context;
    seigr_buf out;
    size_t len;
    int hashes;
    seigr_sha256_state sha256;
} state_sink;

static void state_bytes(state_sink *s, seigr_span bytes)
{
    const seigr_crypto *crypto = s->context->crypto;

    if (bytes.len == 0)
        return;
    if (s->hashes)
        crypto->sha256_update(&s->sha256, bytes.ptr, bytes.len, crypto->ctx);
    if (s->len <= s->out.len && bytes.len <= s->out.len - s->len)
        memcpy(s->out.ptr + s->len, bytes.ptr, bytes.len);
    s->len += bytes.len;
}

/* One item's head, through the writer's own room. */
#define STATE_WRITE(sink, call)                                                \
    do {                                                                       \
        uint8_t head[16];                                                      \
        seigr__cbor_writer w;                                                  \
        seigr__cbor_write_init(&w, (seigr_buf){head, sizeof(head)});           \
        call;                                                                  \
        state_bytes((sink), (seigr_span){head, w.len});                        \
    } while (0)

static void state_uint(state_sink *s, uint64_t value)
{
    STATE_WRITE(s, seigr__cbor_write_uint(&w, value));
}

static void state_array(state_sink *s, size_t count)
{
    STATE_WRITE(s, seigr__cbor_write_array(&w, count));
}

static void state_nil(state_sink *s)
{
    STATE_WRITE(s, seigr__cbor_write_nil(&w));
}

static void state_string(state_sink *s, seigr_span bytes)
{
    STATE_WRITE(s, seigr__cbor_write_bytes_head(&w, bytes.len));
    state_bytes(s, bytes);
}

static void state_values(state_sink *s, const uint64_t *values, uint32_t count)
{
    state_array(s, count);
    for (uint32_t i = 0; i < count; i++)
        state_uint(s, values[i]);
}

/* The numbers of those that are dropped. */
static void state_dropped(state_sink *s, const uint8_t *dropped, uint32_t count)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++)
        n += dropped[i];
    state_array(s, n);
    for (uint32_t i = 0; i < count; i++)
        if (dropped[i])
            state_uint(s, i);
}

static void state_table(state_sink *s, const wasm_table *table)
{
    state_array(s, table == NULL ? 0 : table->count);
    for (uint32_t i = 0; table != NULL && i < table->count; i++) {
        if (table->refs[i] == 0)
            state_nil(s);
        else
            state_uint(s, table->refs[i] - 1);
    }
}

/* Frames from the one that runs outwards. */
static void state_frames(state_sink *s, const wasm_vm *vm)
{
    const seigr_module *m = vm->instance->module;
    wasm_frame_view view;
    int more = seigr__wasm_frame_first(vm, &view);

    state_array(s, vm->frame_count);
    for (uint32_t i = 1; more; i++) {
        const wasm_function *f = &m->functions[view.function];
        const uint32_t locals = (uint32_t)f->params + f->locals;

        state_array(s, 4);
        state_uint(s, view.function);
        state_uint(s, view.offset - f->body_at);
        state_values(s, view.fp, locals);
        state_values(s, view.fp + locals, view.height);
        more = seigr__wasm_frame_next(vm, i, &view);
    }
}

/* [phase, segment, entry or nil, [arguments or results], host's part] */
static void state_host(state_sink *s, const seigr_instance *instance,
                       seigr_span host)
{
    const seigr_module *m = instance->module;
    uint32_t count = 0;

    state_array(s, 5);
    state_uint(s, instance->phase);
    state_uint(s, instance->segment);
    if (instance->phase == WASM_PHASE_CALL)
        count = m->types[m->functions[instance->entry].type].param_count;
    else if (instance->phase == WASM_PHASE_IDLE)
        count = instance->result_count;
    if (instance->entry == WASM_ABSENT)
        state_nil(s);
    else
        state_uint(s, instance->entry);
    state_values(s, instance->vm.slots, count);
    if (host.len == 0)
        state_nil(s);
    else
        state_bytes(s, host);
}

static void state_rest(state_sink *s, const seigr_instance *instance,
                       const seigr_state_info *info)
{
    const seigr_module *m = instance->module;

    state_array(s, 11);
    state_uint(s, 1);
    state_string(s, (seigr_span){info->program.bytes, SEIGR_ID_LEN});
    state_string(s, (seigr_span){info->task.bytes, SEIGR_ID_LEN});
    state_uint(s, instance->vm.fuel_before);
    state_uint(s, instance->memory == NULL ? 0 : instance->memory->pages);
    state_values(s, instance->globals, m->global_count);
    state_table(s, instance->table);
    state_dropped(s, instance->dropped_data, m->data_count);
    state_dropped(s, instance->dropped_elements, m->element_count);
    state_frames(s, &instance->vm);
    state_host(s, instance, info->host);
}

/* A state can be written of what stands alone, and has a root between
 * steps only. */
int seigr__wasm_state_check(const seigr_instance *instance,
                            const seigr_state_info *info)
{
    const seigr_module *m;

    if (instance == NULL || info == NULL ||
        info->struct_size != sizeof(*info) || instance->is_stepping ||
        instance->context->crypto == NULL)
        return SEIGR_E_INVAL;
    m = instance->module;
    if (m->memory_imported || m->table_imported || m->global_imports != 0)
        return SEIGR_E_UNSUPPORTED;
    for (uint32_t i = 0; i < m->function_imports; i++)
        if (instance->linked[i].host == NULL)
            return SEIGR_E_UNSUPPORTED;
    if (instance->table != NULL && instance->table->foreign_count != 0)
        return SEIGR_E_UNSUPPORTED;
    return 0;
}

static void state_join(const seigr_context *context, const seigr_hash *head,
                       const seigr_hash *rest, seigr_hash *out)
{
    const seigr_crypto *crypto = context->crypto;
    const uint8_t tag = 0x12;
    seigr_sha256_state state;

    crypto->sha256_init(&state, crypto->ctx);
    crypto->sha256_update(&state, &tag, 1, crypto->ctx);
    crypto->sha256_update(&state, head->bytes, 32, crypto->ctx);
    crypto->sha256_update(&state, rest->bytes, 32, crypto->ctx);
    crypto->sha256_final(&state, out->bytes, crypto->ctx);
}

int seigr_state_root(seigr_instance *instance, const seigr_state_info *info,
                     seigr_hash *out)
{
    int err = seigr__wasm_state_check(instance, info);
    const seigr_crypto *crypto;
    seigr_hash head;
    seigr_hash rest;
    state_sink s;

    if (err == 0 && out == NULL)
        err = SEIGR_E_INVAL;
    if (err == 0 && instance->memory != NULL)
        err = seigr__wasm_tree_update(instance->memory);
    if (err < 0)
        return err;
    memset(&s, 0, sizeof(s));
    s.context = instance->context;
    s.hashes = 1;
    crypto = s.context->crypto;
    crypto->sha256_init(&s.sha256, crypto->ctx);
    state_rest(&s, instance, info);
    crypto->sha256_final(&s.sha256, rest.bytes, crypto->ctx);
    seigr__wasm_tree_head(instance->memory, instance->context, &head);
    state_join(instance->context, &head, &rest, out);
    return 0;
}

/* Give away the pages that changed since the last snapshot. */
static int state_put(seigr_instance *instance,
                     int (*put)(const seigr_hash *hash, seigr_span page,
                                void *ctx),
                     void *ctx)
{
    wasm_memory *memory = instance->memory;
    wasm_tree *tree = &memory->tree;

    for (uint32_t i = 0; i < tree->count; i++) {
        const seigr_hash *hash = &tree->levels[0][i];
        int err = 0;

        if (!tree->unsaved[i])
            continue;
        if (memcmp(hash, &tree->zero, sizeof(*hash)) != 0)
            err = put(
                hash,
                (seigr_span){memory->bytes + ((uint64_t)i << WASM_DIRTY_SHIFT),
                             WASM_DIRTY_LEN},
                ctx);
        if (err != 0)
            return err;
        tree->unsaved[i] = 0;
    }
    return 0;
}

int seigr_snapshot_encode(seigr_instance *instance,
                          const seigr_state_info *info,
                          int (*put)(const seigr_hash *hash, seigr_span page,
                                     void *ctx),
                          void *ctx, seigr_buf out, size_t *len_out)
{
    int err = seigr__wasm_state_check(instance, info);
    uint32_t count = 0;
    state_sink s;

    if (err == 0 && (len_out == NULL || (out.ptr == NULL && out.len != 0)))
        err = SEIGR_E_INVAL;
    if (err == 0 && instance->phase == WASM_PHASE_OVER)
        err = SEIGR_E_CANCELED;
    if (err == 0 && instance->memory != NULL) {
        err = seigr__wasm_tree_update(instance->memory);
        count = instance->memory->tree.count;
    }
    if (err < 0)
        return err;
    memset(&s, 0, sizeof(s));
    s.context = instance->context;
    s.out = out;
    state_array(&s, 2);
    state_rest(&s, instance, info);
    state_string(&s, (seigr_span){count == 0
                                      ? NULL
                                      : instance->memory->tree.levels[0]->bytes,
                                  (size_t)count * sizeof(seigr_hash)});
    *len_out = s.len;
    if (s.len > out.len)
        return SEIGR_E_ROOM;
    return put == NULL || count == 0 ? 0 : state_put(instance, put, ctx);
}

void seigr__wasm_snapshot_root(const seigr_context *context, seigr_span rest,
                               seigr_span leaves, seigr_hash *out)
{
    seigr_merkle tree;
    seigr_hash head;
    seigr_hash hash;
    int err = 0;

    assert(leaves.len % sizeof(hash) == 0);
    seigr_merkle_init(&tree);
    for (size_t at = 0; at < leaves.len; at += sizeof(hash)) {
        memcpy(&hash, leaves.ptr + at, sizeof(hash));
        /* As many as fit a span are far below the tree's limit. */
        err |= seigr_merkle_add(context, &tree, &hash);
    }
    assert(err == 0);
    (void)err;
    seigr_merkle_root(context, &tree, &head);
    seigr_sha256(context, rest, &hash);
    state_join(context, &head, &hash, out);
}
