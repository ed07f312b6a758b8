/* SPDX-License-Identifier: MIT */
/*
 * wasm_instance.c - making instances: links, memory, table, globals.
 *
 * Linking checks every import before anything is taken. What an import
 * names is looked up once; running follows no chains.
 *
 * Invariants:
 *   (1) linked[i] is a host function or a function with a body.
 *   (2) values of imported immutable globals are copied; of mutable ones the
 *       cell is found through global_from.
 *   (3) after a failure seigr_instance_free() releases whatever was made.
 */
#include "wasm_instance.h"

#include "base/alloc.h" /* seigr__alloc_zero */

#include <assert.h> /* assert */

#define INSTANCE_SLOTS_FIRST 256u
#define INSTANCE_FRAMES_FIRST 32u

/* --- links ------------------------------------------------------------- */

/* A name in a refusal, cut where it is long. */
struct instance_text {
    char text[48];
};

static struct instance_text instance_text(seigr_span name)
{
    struct instance_text out;
    size_t len =
        name.len < sizeof(out.text) - 1 ? name.len : sizeof(out.text) - 1;

    if (len > 0)
        memcpy(out.text, name.ptr, len);
    out.text[len] = '\0';
    return out;
}

static int instance_refuse(const wasm_import *import, int code,
                           seigr_error *error, const char *why)
{
    const struct instance_text module = instance_text(import->module);
    const struct instance_text name = instance_text(import->name);

    return seigr__fail(error, code, SEIGR_NO_OFFSET, "import %s.%s: %s",
                       module.text, name.text, why);
}

static int instance_mismatch(const wasm_import *import, seigr_error *error)
{
    return instance_refuse(import, SEIGR_E_MISMATCH, error,
                           "incompatible import type");
}

static uint8_t instance_type_letter(char letter)
{
    switch (letter) {
    case 'i':
        return SEIGR_WASM_I32;
    case 'I':
        return SEIGR_WASM_I64;
    case 'f':
        return SEIGR_WASM_F32;
    case 'F':
        return SEIGR_WASM_F64;
    default:
        return 0;
    }
}

/* Whether a host function's type, "ii:i", is that one. */
static int instance_host_fits(const char *text, const wasm_type *type)
{
    for (uint32_t i = 0; i < type->param_count; i++, text++)
        if (instance_type_letter(*text) != type->params[i])
            return 0;
    if (*text++ != ':')
        return 0;
    for (uint32_t i = 0; i < type->result_count; i++, text++)
        if (instance_type_letter(*text) != type->results[i])
            return 0;
    return *text == '\0';
}

static int instance_types_equal(const wasm_type *a, const wasm_type *b)
{
    return a->param_count == b->param_count &&
           a->result_count == b->result_count &&
           (a->param_count == 0 ||
            memcmp(a->params, b->params, a->param_count) == 0) &&
           (a->result_count == 0 ||
            memcmp(a->results, b->results, a->result_count) == 0);
}

static int instance_link_function(seigr_instance *instance,
                                  const wasm_import *import,
                                  const seigr_extern *from, seigr_error *error)
{
    const seigr_module *m = instance->module;
    const wasm_type *type = &m->types[m->functions[import->index].type];
    wasm_linked *linked = &instance->linked[import->index];
    seigr_instance *there = from->instance;
    uint32_t index = from->index;

    if (there != NULL && index >= there->module->function_count)
        return instance_mismatch(import, error);
    if (there != NULL && index < there->module->function_imports) {
        *linked = there->linked[index]; /* (1) */
    } else {
        linked->host = there == NULL ? from->host : NULL;
        linked->ctx = from->ctx;
        linked->instance = there;
        linked->function = index;
    }
    if (linked->host != NULL) {
        if (!instance_host_fits(linked->host->type, type))
            return instance_mismatch(import, error);
        return 0;
    }
    if (linked->instance == NULL)
        return instance_refuse(import, SEIGR_E_NOTFOUND, error,
                               "unknown import");
    there = linked->instance;
    index = there->module->functions[linked->function].type;
    if (!instance_types_equal(type, &there->module->types[index]))
        return instance_mismatch(import, error);
    return 0;
}

static int instance_link_table(seigr_instance *instance,
                               const wasm_import *import,
                               const seigr_extern *from, seigr_error *error)
{
    const wasm_limits *want = &instance->module->table;
    wasm_table *table = from->instance->table;

    if (table == NULL || table->count < want->min ||
        (want->has_max && table->count_max > want->max))
        return instance_mismatch(import, error);
    instance->table = table;
    return 0;
}

static int instance_link_memory(seigr_instance *instance,
                                const wasm_import *import,
                                const seigr_extern *from, seigr_error *error)
{
    const wasm_limits *want = &instance->module->memory;
    wasm_memory *memory = from->instance->memory;

    if (memory == NULL || memory->pages < want->min ||
        (want->has_max && memory->pages_declared > want->max))
        return instance_mismatch(import, error);
    instance->memory = memory;
    return 0;
}

static int instance_link_global(seigr_instance *instance,
                                const wasm_import *import,
                                const seigr_extern *from, seigr_error *error)
{
    const wasm_global *want = &instance->module->globals[import->index];
    const wasm_global *have;

    if (from->index >= from->instance->module->global_count)
        return instance_mismatch(import, error);
    have = &from->instance->module->globals[from->index];
    if (want->type != have->type || want->is_mutable != have->is_mutable)
        return instance_mismatch(import, error);
    if (want->is_mutable) { /* (2) */
        instance->global_from[import->index] = from->instance;
        instance->global_index[import->index] = from->index;
    } else {
        instance->globals[import->index] = from->instance->globals[from->index];
    }
    return 0;
}

static int instance_link(seigr_instance *instance, const seigr_extern *imports,
                         uint32_t count, seigr_error *error)
{
    const seigr_module *m = instance->module;

    for (uint32_t i = 0; i < m->import_count; i++) {
        const wasm_import *import = &m->imports[i];
        const seigr_extern *from = i < count ? &imports[i] : NULL;
        int err;

        if (from == NULL || (from->instance == NULL && from->host == NULL))
            return instance_refuse(import, SEIGR_E_NOTFOUND, error,
                                   "unknown import");
        if (from->kind != import->kind ||
            (from->instance == NULL && from->kind != SEIGR_WASM_FUNCTION))
            return instance_mismatch(import, error);
        if (import->kind == SEIGR_WASM_FUNCTION)
            err = instance_link_function(instance, import, from, error);
        else if (import->kind == SEIGR_WASM_TABLE)
            err = instance_link_table(instance, import, from, error);
        else if (import->kind == SEIGR_WASM_MEMORY)
            err = instance_link_memory(instance, import, from, error);
        else
            err = instance_link_global(instance, import, from, error);
        if (err < 0)
            return err;
    }
    return 0;
}

/* --- parts ------------------------------------------------------------- */

static int instance_array(const seigr_context *context, uint32_t count,
                          size_t size, void **out)
{
    if (count == 0)
        return 0;
    *out = seigr__alloc_zero(context, count, size);
    return *out == NULL ? SEIGR_E_NOMEM : 0;
}

/* Arrays of which the length is known from the module. */
static int instance_arrays(seigr_instance *instance)
{
    const seigr_module *m = instance->module;
    const seigr_context *context = instance->context;
    void *arrays[6] = {NULL};
    int err = instance_array(context, m->global_count, 8, &arrays[0]);

    if (err == 0)
        err = instance_array(context, m->global_imports,
                             sizeof(*instance->global_from), &arrays[1]);
    if (err == 0)
        err = instance_array(context, m->global_imports,
                             sizeof(*instance->global_index), &arrays[2]);
    if (err == 0)
        err = instance_array(context, m->function_imports,
                             sizeof(*instance->linked), &arrays[3]);
    if (err == 0)
        err = instance_array(context, m->data_count, 1, &arrays[4]);
    if (err == 0)
        err = instance_array(context, m->element_count, 1, &arrays[5]);
    instance->globals = arrays[0];
    instance->global_from = arrays[1];
    instance->global_index = arrays[2];
    instance->linked = arrays[3];
    instance->dropped_data = arrays[4];
    instance->dropped_elements = arrays[5];
    return err;
}

static int instance_stack(seigr_instance *instance)
{
    wasm_vm *vm = &instance->vm;

    vm->slots_max = instance->options.slots_max;
    vm->frame_max = instance->options.depth_max;
    vm->slot_room = vm->slots_max < INSTANCE_SLOTS_FIRST ? vm->slots_max
                                                         : INSTANCE_SLOTS_FIRST;
    vm->frame_room = vm->frame_max < INSTANCE_FRAMES_FIRST
                         ? vm->frame_max
                         : INSTANCE_FRAMES_FIRST;
    vm->slots = seigr__alloc(instance->context,
                             ((size_t)vm->slot_room + 1) * sizeof(*vm->slots));
    vm->frames = seigr__alloc(instance->context, ((size_t)vm->frame_room + 1) *
                                                     sizeof(*vm->frames));
    vm->instance = instance;
    vm->fp = vm->slots;
    return vm->slots == NULL || vm->frames == NULL ? SEIGR_E_NOMEM : 0;
}

static int instance_table(seigr_instance *instance, seigr_error *error)
{
    const seigr_module *m = instance->module;
    wasm_table *table = &instance->own_table;
    void *refs = NULL;
    int err;

    if (m->table_count == 0 || m->table_imported)
        return 0;
    if (m->table.min > instance->options.table_max)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "a table of %u elements, the limit is %u",
                           m->table.min, instance->options.table_max);
    err = instance_array(instance->context, m->table.min, sizeof(*table->refs),
                         &refs);
    table->refs = refs;
    table->owner = instance;
    table->count = m->table.min;
    table->count_max = m->table.has_max ? m->table.max : UINT32_MAX;
    instance->table = table;
    return err;
}

static int instance_memory(seigr_instance *instance, seigr_error *error)
{
    const seigr_module *m = instance->module;
    uint32_t max = instance->options.pages_max;
    int err;

    if (m->memory_count == 0 || m->memory_imported)
        return 0;
    if (m->memory.min > max)
        return seigr__fail(error, SEIGR_E_LIMIT, SEIGR_NO_OFFSET,
                           "a memory of %u pages, the limit is %u",
                           m->memory.min, max);
    if (m->memory.has_max && m->memory.max < max)
        max = m->memory.max;
    err = seigr__wasm_memory_init(&instance->own_memory, instance->context,
                                  m->memory.min, max);
    instance->own_memory.pages_declared =
        m->memory.has_max ? m->memory.max : UINT32_MAX;
    instance->memory = &instance->own_memory;
    return err;
}

static int instance_make(seigr_instance *instance, const seigr_extern *imports,
                         uint32_t count, seigr_error *error)
{
    const seigr_module *m = instance->module;
    int err = instance_arrays(instance);

    if (err == 0)
        err = instance_link(instance, imports, count, error);
    if (err == 0)
        err = instance_stack(instance);
    if (err == 0)
        err = instance_table(instance, error);
    if (err == 0)
        err = instance_memory(instance, error);
    if (err == SEIGR_E_NOMEM)
        return seigr__fail(error, err, SEIGR_NO_OFFSET,
                           "no memory for an instance");
    for (uint32_t i = m->global_imports; i < m->global_count && err == 0; i++)
        instance->globals[i] =
            seigr__wasm_constant(m, m->globals[i].init_at, instance->globals);
    return err;
}

int seigr_instance_new(const seigr_context *context, const seigr_module *module,
                       const seigr_instance_options *options,
                       const seigr_extern *imports, uint32_t import_count,
                       seigr_instance **out, seigr_error *error)
{
    static const seigr_instance_options defaults = SEIGR_INSTANCE_OPTIONS_INIT;
    seigr_instance *instance;
    int err;

    if (options == NULL)
        options = &defaults;
    if (context == NULL || context->allocator == NULL || module == NULL ||
        out == NULL || (imports == NULL && import_count != 0) ||
        options->struct_size != sizeof(*options) ||
        options->pages_max > WASM_MEMORY_PAGES_MAX ||
        options->table_max >= WASM_REF_FOREIGN || options->depth_max == 0 ||
        options->depth_max > UINT32_MAX / 16 ||
        options->slots_max > UINT32_MAX / 16)
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_instance_new: context, module, out and "
                           "options in their bounds are needed");
    instance = seigr__alloc_zero(context, 1, sizeof(*instance));
    if (instance == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET,
                           "no memory for an instance");
    instance->context = context;
    instance->module = module;
    instance->options = *options;
    instance->entry = WASM_ABSENT;
    err = instance_make(instance, imports, import_count, error);
    if (err < 0)
        seigr_instance_free(instance); /* (3) */
    else
        *out = instance;
    return err;
}

void seigr_instance_free(seigr_instance *instance)
{
    const seigr_context *context;

    if (instance == NULL)
        return;
    context = instance->context;
    instance->own_memory.context = context;
    seigr__wasm_memory_fini(&instance->own_memory);
    seigr__wasm_tree_fini(&instance->own_memory);
    seigr__release(context, instance->own_table.refs);
    seigr__release(context, instance->own_table.foreign);
    seigr__release(context, instance->globals);
    seigr__release(context, instance->global_from);
    seigr__release(context, instance->global_index);
    seigr__release(context, instance->linked);
    seigr__release(context, instance->dropped_data);
    seigr__release(context, instance->dropped_elements);
    seigr__release(context, instance->vm.slots);
    seigr__release(context, instance->vm.frames);
    seigr__release(context, instance);
}

/* --- use --------------------------------------------------------------- */

int seigr_instance_export(const seigr_instance *instance, seigr_span name,
                          seigr_extern *out, seigr_error *error)
{
    const seigr_module *m;
    struct instance_text text;

    if (instance == NULL || out == NULL)
        return SEIGR_E_INVAL;
    m = instance->module;
    for (uint32_t i = 0; i < m->export_count; i++) {
        const wasm_export *export = &m->exports[i];

        if (export->name.len != name.len ||
            (name.len != 0 &&
             memcmp(export->name.ptr, name.ptr, name.len) != 0))
            continue;
        memset(out, 0, sizeof(*out));
        out->kind = export->kind;
        out->index = export->index;
        /* Linking does not change what it links to; calls do. */
        memcpy(&out->instance, &instance, sizeof(instance));
        return 0;
    }
    text = instance_text(name);
    return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                       "no export named %s", text.text);
}

int seigr_instance_call(seigr_instance *instance, uint32_t function,
                        const uint64_t *args, uint32_t arg_count,
                        seigr_error *error)
{
    const seigr_module *m;
    const wasm_type *type;
    uint32_t need;

    if (instance == NULL || (args == NULL && arg_count != 0))
        return SEIGR_E_INVAL;
    m = instance->module;
    if (instance->phase == WASM_PHASE_OVER)
        return seigr__fail(error, SEIGR_E_CANCELED, SEIGR_NO_OFFSET,
                           "the instance runs no more");
    if (instance->phase != WASM_PHASE_IDLE)
        return seigr__fail(error, SEIGR_E_AGAIN, SEIGR_NO_OFFSET,
                           "the instance is not initialised or in a call");
    if (function >= m->function_count)
        return seigr__fail(error, SEIGR_E_NOTFOUND, SEIGR_NO_OFFSET,
                           "no function %u", function);
    type = &m->types[m->functions[function].type];
    if (arg_count != type->param_count)
        return seigr__fail(error, SEIGR_E_MISMATCH, SEIGR_NO_OFFSET,
                           "function %u takes %u arguments, %u given", function,
                           type->param_count, arg_count);
    need = arg_count > type->result_count ? arg_count : type->result_count;
    if (seigr__wasm_reserve(&instance->vm, need) < 0)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET, "no memory");
    for (uint32_t i = 0; i < arg_count; i++) {
        const int is_wide = type->params[i] == SEIGR_WASM_I64 ||
                            type->params[i] == SEIGR_WASM_F64;

        instance->vm.slots[i] = is_wide ? args[i] : (uint32_t)args[i];
    }
    instance->entry = function;
    instance->result_count = type->result_count;
    instance->phase = WASM_PHASE_CALL;
    return 0;
}

int seigr_instance_results(const seigr_instance *instance, uint64_t *out,
                           uint32_t count)
{
    if (instance == NULL || (out == NULL && count != 0))
        return SEIGR_E_INVAL;
    if (instance->phase != WASM_PHASE_IDLE)
        return SEIGR_E_AGAIN;
    if (count < instance->result_count)
        return SEIGR_E_ROOM;
    for (uint32_t i = 0; i < instance->result_count; i++)
        out[i] = instance->vm.slots[i];
    return (int)instance->result_count;
}

seigr_span seigr_instance_memory(const seigr_instance *instance)
{
    if (instance == NULL || instance->memory == NULL)
        return (seigr_span){NULL, 0};
    return (seigr_span){instance->memory->bytes, (size_t)instance->memory->len};
}

int seigr_instance_write(seigr_instance *instance, uint64_t at,
                         seigr_span bytes)
{
    wasm_memory *memory;

    if (instance == NULL || (bytes.ptr == NULL && bytes.len != 0))
        return SEIGR_E_INVAL;
    memory = instance->memory;
    if (memory == NULL || at > memory->len || bytes.len > memory->len - at)
        return SEIGR_E_LIMIT;
    if (bytes.len == 0)
        return 0;
    memcpy(memory->bytes + at, bytes.ptr, bytes.len);
    seigr__wasm_memory_mark(memory, at, bytes.len);
    return 0;
}

uint64_t seigr_instance_global(const seigr_instance *instance, uint32_t index)
{
    if (instance == NULL || index >= instance->module->global_count)
        return 0;
    while (index < instance->module->global_imports &&
           instance->global_from[index] != NULL) {
        const uint32_t there = instance->global_index[index];

        instance = instance->global_from[index];
        index = there;
    }
    return instance->globals[index];
}

int64_t seigr_instance_grow(seigr_instance *instance, uint32_t pages)
{
    wasm_memory *memory;
    uint32_t before;

    if (instance == NULL || instance->memory == NULL)
        return -1;
    memory = instance->memory;
    before = memory->pages;
    if (pages > memory->pages_max - before ||
        seigr__wasm_memory_grow(memory, pages) < 0)
        return -1;
    return before;
}

/* --- what a module says of itself -------------------------------------- */

static void instance_function_types(const seigr_module *m, uint32_t function,
                                    seigr_module_entry *out)
{
    const wasm_type *type = &m->types[m->functions[function].type];

    out->params = (seigr_span){type->params, type->param_count};
    out->results = (seigr_span){type->results, type->result_count};
}

int seigr_module_import(const seigr_module *module, uint32_t index,
                        seigr_module_entry *out)
{
    const wasm_import *import;

    if (module == NULL || out == NULL || index >= module->import_count)
        return 0;
    import = &module->imports[index];
    memset(out, 0, sizeof(*out));
    out->module = import->module;
    out->name = import->name;
    out->kind = import->kind;
    out->index = import->index;
    if (import->kind == SEIGR_WASM_FUNCTION)
        instance_function_types(module, import->index, out);
    return 1;
}

int seigr_module_export(const seigr_module *module, uint32_t index,
                        seigr_module_entry *out)
{
    const wasm_export *export;

    if (module == NULL || out == NULL || index >= module->export_count)
        return 0;
    export = &module->exports[index];
    memset(out, 0, sizeof(*out));
    out->name = export->name;
    out->kind = export->kind;
    out->index = export->index;
    if (export->kind == SEIGR_WASM_FUNCTION)
        instance_function_types(module, export->index, out);
    return 1;
}
