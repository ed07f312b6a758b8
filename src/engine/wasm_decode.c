/* SPDX-License-Identifier: MIT */
/*
 * wasm_decode.c - a module's bytes into its sections, types and names.
 *
 * It decides what a module consists of and that its parts agree. What
 * function bodies may do is decided in wasm_validate.c.
 *
 * Invariants:
 *   (1) every index stored in the module is inside its space.
 *   (2) what is allocated is in proportion to the bytes: every count was
 *       compared with the bytes left (wasm_reader.c).
 *   (3) after a failure seigr_module_free() releases whatever was made.
 */
#include "wasm_module.h"

#include "base/alloc.h"     /* seigr__alloc_zero */
#include "wasm_opcode.h"    /* opcodes */
#include "wasm_translate.h" /* function bodies */
#include "wasm_value.h"     /* wasm_read_u32 */

#include <assert.h> /* assert */
#include <string.h> /* memcmp */

/* --- order: equal items found without comparing each with each --------- */

/* Less than 0, 0 or more than 0, as memcmp. */
typedef int decode_compare(const seigr_module *m, uint32_t a, uint32_t b);

static int compare_bytes(const uint8_t *a, size_t a_len, const uint8_t *b,
                         size_t b_len)
{
    if (a_len != b_len)
        return a_len < b_len ? -1 : 1;
    return a_len == 0 ? 0 : memcmp(a, b, a_len);
}

static int compare_exports(const seigr_module *m, uint32_t a, uint32_t b)
{
    const seigr_span *x = &m->exports[a].name;
    const seigr_span *y = &m->exports[b].name;

    return compare_bytes(x->ptr, x->len, y->ptr, y->len);
}

static int compare_types(const seigr_module *m, uint32_t a, uint32_t b)
{
    const wasm_type *x = &m->types[a];
    const wasm_type *y = &m->types[b];
    int order =
        compare_bytes(x->params, x->param_count, y->params, y->param_count);

    if (order == 0)
        order = compare_bytes(x->results, x->result_count, y->results,
                              y->result_count);
    return order;
}

static void decode_sift(const seigr_module *m, uint32_t *order, uint32_t root,
                        uint32_t count, decode_compare *compare)
{
    for (;;) {
        uint32_t child = 2 * root + 1;
        uint32_t swap;

        if (child >= count)
            return;
        if (child + 1 < count && compare(m, order[child], order[child + 1]) < 0)
            child++;
        if (compare(m, order[root], order[child]) >= 0)
            return;
        swap = order[root];
        order[root] = order[child];
        order[child] = swap;
        root = child;
    }
}

/* Heap sort: n log n whatever an author of modules comes up with. */
static uint32_t *decode_sorted(const seigr_module *m, uint32_t count,
                               decode_compare *compare)
{
    uint32_t *order = seigr__alloc_zero(m->context, count, sizeof(*order));

    if (order == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (uint32_t i = count / 2; i > 0; i--)
        decode_sift(m, order, i - 1, count, compare);
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t last = order[i - 1];

        order[i - 1] = order[0];
        order[0] = last;
        decode_sift(m, order, 0, i - 1, compare);
    }
    return order;
}

/* --- sections ---------------------------------------------------------- */

static int decode_value_types(seigr_module *m, wasm_reader *r,
                              const uint8_t **types, uint16_t *count_out)
{
    uint32_t count;
    int err = seigr__wasm_count(r, m->limits.param_max, 1,
                                "parameters or results of a type", &count);

    if (err < 0)
        return err;
    *types = r->bytes + r->at;
    *count_out = (uint16_t)count;
    for (uint32_t i = 0; i < count && err == 0; i++) {
        uint32_t type;

        err = seigr__wasm_value_type(r, &type);
    }
    return err;
}

static int decode_type(seigr_module *m, wasm_reader *r, wasm_type *type)
{
    uint32_t form;
    int err = seigr__wasm_byte(r, &form);

    if (err < 0)
        return err;
    if (form == 0x50 || form == 0x4f || form == 0x4e || form == 0x5e ||
        form == 0x5f)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, r->at - 1,
                           "garbage collection is not supported: type form "
                           "0x%02x",
                           form);
    if (form != 0x60)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at - 1,
                           "malformed type form 0x%02x, integer "
                           "representation too long or no function",
                           form);
    err = decode_value_types(m, r, &type->params, &type->param_count);
    if (err == 0)
        err = decode_value_types(m, r, &type->results, &type->result_count);
    return err;
}

/* Give equal types one number, that of the first. */
static int decode_canonical(seigr_module *m, wasm_reader *r)
{
    uint32_t *order = decode_sorted(m, m->type_count, compare_types);

    if (order == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    for (uint32_t i = 0; i < m->type_count;) {
        uint32_t first = order[i];
        uint32_t end = i + 1;

        for (;
             end < m->type_count && compare_types(m, order[i], order[end]) == 0;
             end++)
            first = order[end] < first ? order[end] : first;
        for (; i < end; i++)
            m->types[order[i]].canonical = first;
    }
    seigr__release(m->context, order);
    return 0;
}

static int decode_types(seigr_module *m, wasm_reader *r)
{
    uint32_t count;
    int err = seigr__wasm_count(r, m->limits.type_max, 3, "types", &count);

    if (err < 0 || count == 0)
        return err;
    m->types = seigr__alloc_zero(m->context, count, sizeof(*m->types));
    if (m->types == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    m->type_count = count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = decode_type(m, r, &m->types[i]);
    return err < 0 ? err : decode_canonical(m, r);
}

static int decode_type_index(const seigr_module *m, wasm_reader *r,
                             uint32_t *out)
{
    const size_t at = r->at;
    uint32_t index;
    int err = seigr__wasm_u32(r, &index);

    if (err < 0)
        return err;
    if (index >= m->type_count)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at, "unknown type %u",
                           index);
    *out = m->types[index].canonical;
    return 0;
}

/* Table types are funcref with limits. */
static int decode_table(seigr_module *m, wasm_reader *r)
{
    const size_t at = r->at;
    uint32_t type;
    int err = seigr__wasm_byte(r, &type);

    if (err < 0)
        return err;
    if (type != 0x70)
        return seigr__fail(r->error,
                           type == 0x6f || type == 0x40 ? SEIGR_E_UNSUPPORTED
                                                        : SEIGR_E_FORMAT,
                           at,
                           "reference types are not supported: a table of "
                           "type 0x%02x",
                           type);
    if (m->table_count == 1)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, at,
                           "multiple tables are not supported");
    m->table_count = 1;
    return seigr__wasm_decode_limits(r, UINT32_MAX, "table", &m->table);
}

static int decode_memory(seigr_module *m, wasm_reader *r)
{
    if (m->memory_count == 1)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, r->at,
                           "multiple memories are not supported");
    m->memory_count = 1;
    return seigr__wasm_decode_limits(r, WASM_MEMORY_PAGES_MAX, "memory",
                                     &m->memory);
}

/* Imported functions and globals are kept in import until their number is
 * known: until then index holds the type. */
static int decode_import_global(seigr_module *m, wasm_reader *r,
                                wasm_import *import)
{
    uint32_t type = 0;
    uint32_t mutability = 0;
    int err = seigr__wasm_value_type(r, &type);

    if (err == 0)
        err = seigr__wasm_byte(r, &mutability);
    if (err < 0)
        return err;
    if (mutability > 1)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at - 1,
                           "malformed mutability 0x%02x", mutability);
    import->index = type | mutability << 8;
    m->global_imports++;
    return 0;
}

static int decode_import(seigr_module *m, wasm_reader *r, wasm_import *import)
{
    int err = seigr__wasm_name(r, m->limits.name_max, &import->module);

    if (err == 0)
        err = seigr__wasm_name(r, m->limits.name_max, &import->name);
    if (err == 0)
        err = seigr__wasm_byte(r, &import->kind);
    if (err < 0)
        return err;
    switch (import->kind) {
    case SEIGR_WASM_FUNCTION:
        m->function_imports++;
        return decode_type_index(m, r, &import->index);
    case SEIGR_WASM_TABLE:
        m->table_imported = 1;
        return decode_table(m, r);
    case SEIGR_WASM_MEMORY:
        m->memory_imported = 1;
        return decode_memory(m, r);
    case SEIGR_WASM_GLOBAL:
        return decode_import_global(m, r, import);
    case 4:
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, r->at - 1,
                           "exception handling is not supported: an imported "
                           "tag");
    default:
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at - 1,
                           "malformed import kind 0x%02x", import->kind);
    }
}

/* Move the imported functions and globals into their index spaces. */
static int decode_import_spaces(seigr_module *m, wasm_reader *r)
{
    uint32_t function = 0;
    uint32_t global = 0;

    if (m->function_imports > m->limits.function_max ||
        m->global_imports > m->limits.global_max)
        return seigr__fail(r->error, SEIGR_E_LIMIT, r->at,
                           "too many imported functions or globals");
    m->functions = seigr__alloc_zero(m->context, m->function_imports + 1,
                                     sizeof(*m->functions));
    m->globals = seigr__alloc_zero(m->context, m->global_imports + 1,
                                   sizeof(*m->globals));
    if (m->functions == NULL || m->globals == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    for (uint32_t i = 0; i < m->import_count; i++) {
        wasm_import *import = &m->imports[i];

        if (import->kind == SEIGR_WASM_FUNCTION) {
            m->functions[function].type = import->index;
            import->index = function++;
        } else if (import->kind == SEIGR_WASM_GLOBAL) {
            m->globals[global].type = (uint8_t)import->index;
            m->globals[global].is_mutable = (uint8_t)(import->index >> 8);
            m->globals[global].is_imported = 1;
            import->index = global++;
        } else {
            import->index = 0;
        }
    }
    m->function_count = function;
    m->global_count = global;
    return 0;
}

static int decode_imports(seigr_module *m, wasm_reader *r)
{
    uint32_t count;
    int err = seigr__wasm_count(r, m->limits.import_max, 4, "imports", &count);

    if (err < 0 || count == 0)
        return err;
    m->imports = seigr__alloc_zero(m->context, count, sizeof(*m->imports));
    if (m->imports == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    m->import_count = count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = decode_import(m, r, &m->imports[i]);
    return err < 0 ? err : decode_import_spaces(m, r);
}

static int decode_functions(seigr_module *m, wasm_reader *r)
{
    const uint32_t imports = m->function_imports;
    wasm_function *functions;
    uint32_t count;
    int err =
        seigr__wasm_count(r, m->limits.function_max, 1, "functions", &count);

    if (err < 0 || count == 0)
        return err;
    if (count > m->limits.function_max - imports)
        return seigr__fail(r->error, SEIGR_E_LIMIT, r->at,
                           "more than %u functions", m->limits.function_max);
    /* A body takes three bytes at least and the code section comes later:
     * what is left of the module bounds the allocation (2). */
    if (count > (m->bytes.len - r->at) / 4)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                           "function and code section have inconsistent "
                           "lengths: %u functions, no room for bodies",
                           count);
    functions = seigr__alloc_zero(m->context, (size_t)imports + count,
                                  sizeof(*functions));
    if (functions == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    for (uint32_t i = 0; i < imports; i++)
        functions[i] = m->functions[i];
    seigr__release(m->context, m->functions);
    m->functions = functions;
    m->function_count = imports + count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = decode_type_index(m, r, &functions[imports + i].type);
    return err;
}

static int decode_tables(seigr_module *m, wasm_reader *r)
{
    uint32_t count;
    int err = seigr__wasm_count(r, UINT32_MAX, 3, "tables", &count);

    for (uint32_t i = 0; i < count && err == 0; i++)
        err = decode_table(m, r);
    return err;
}

static int decode_memories(seigr_module *m, wasm_reader *r)
{
    uint32_t count;
    int err = seigr__wasm_count(r, UINT32_MAX, 2, "memories", &count);

    for (uint32_t i = 0; i < count && err == 0; i++)
        err = decode_memory(m, r);
    return err;
}

static int decode_export(seigr_module *m, wasm_reader *r, wasm_export *export)
{
    static const char *const kinds[4] = {"function", "table", "memory",
                                         "global"};
    const uint32_t counts[4] = {m->function_count, m->table_count,
                                m->memory_count, m->global_count};
    int err = seigr__wasm_name(r, m->limits.name_max, &export->name);
    size_t at;

    if (err == 0)
        err = seigr__wasm_byte(r, &export->kind);
    if (err < 0)
        return err;
    if (export->kind > 3)
        return seigr__fail(
            r->error, export->kind == 4 ? SEIGR_E_UNSUPPORTED : SEIGR_E_FORMAT,
            r->at - 1,
            export->kind == 4
                ? "exception handling is not supported: an exported tag"
                : "malformed export kind 0x%02x",
            export->kind);
    at = r->at;
    err = seigr__wasm_u32(r, &export->index);
    if (err == 0 && export->index >= counts[export->kind]) /* (1) */
        err = seigr__fail(r->error, SEIGR_E_FORMAT, at, "unknown %s %u",
                          kinds[export->kind], export->index);
    return err;
}

static int decode_exports(seigr_module *m, wasm_reader *r)
{
    uint32_t *order;
    uint32_t count;
    int err = seigr__wasm_count(r, m->limits.export_max, 3, "exports", &count);

    if (err < 0 || count == 0)
        return err;
    m->exports = seigr__alloc_zero(m->context, count, sizeof(*m->exports));
    if (m->exports == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    m->export_count = count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = decode_export(m, r, &m->exports[i]);
    if (err < 0)
        return err;
    order = decode_sorted(m, count, compare_exports);
    if (order == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    for (uint32_t i = 1; i < count && err == 0; i++)
        if (compare_exports(m, order[i - 1], order[i]) == 0)
            err = seigr__fail(
                r->error, SEIGR_E_FORMAT,
                (uint64_t)(m->exports[order[i]].name.ptr - m->bytes.ptr),
                "duplicate export name");
    seigr__release(m->context, order);
    return err;
}

static int decode_start(seigr_module *m, wasm_reader *r)
{
    const size_t at = r->at;
    const wasm_type *type;
    int err = seigr__wasm_u32(r, &m->start);

    if (err < 0)
        return err;
    if (m->start >= m->function_count)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at, "unknown function %u",
                           m->start);
    type = &m->types[m->functions[m->start].type];
    if (type->param_count != 0 || type->result_count != 0)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "the start function takes parameters or gives "
                           "results");
    return 0;
}

static int decode_data_count(seigr_module *m, wasm_reader *r)
{
    const size_t at = r->at;
    int err = seigr__wasm_u32(r, &m->data_count);

    if (err == 0 && m->data_count > m->limits.data_max)
        err = seigr__fail(r->error, SEIGR_E_LIMIT, at,
                          "%u data segments, the limit is %u", m->data_count,
                          m->limits.data_max);
    m->has_data_count = 1;
    return err;
}

static int decode_code(seigr_module *m, wasm_reader *r)
{
    const size_t start = r->at;
    uint32_t count;
    int err = seigr__wasm_count(r, UINT32_MAX, 1, "function bodies", &count);

    if (err < 0)
        return err;
    if (count != m->function_count - m->function_imports)
        return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                           "function and code section have inconsistent "
                           "lengths: %u and %u",
                           m->function_count - m->function_imports, count);
    return count == 0 ? 0 : seigr__wasm_bodies(m, r);
}

/* Sections by their number; the order in which they may stand. */
static const struct decode_section {
    int (*decode)(seigr_module *m, wasm_reader *r);
    uint32_t rank;
} decode_sections[] = {
    {NULL, 0},
    {decode_types, 1},
    {decode_imports, 2},
    {decode_functions, 3},
    {decode_tables, 4},
    {decode_memories, 5},
    {seigr__wasm_decode_globals, 6},
    {decode_exports, 7},
    {decode_start, 8},
    {seigr__wasm_decode_elements, 9},
    {decode_code, 11},
    {seigr__wasm_decode_data, 12},
    {decode_data_count, 10},
};

/* rank_seen: of the last section that was not a custom one. */
static int decode_section(seigr_module *m, wasm_reader *r, uint32_t *rank_seen)
{
    const size_t at = r->at;
    const size_t end = r->end;
    uint32_t id;
    uint32_t len;
    seigr_span name;
    int err = seigr__wasm_byte(r, &id);

    if (err < 0)
        return err;
    if (id > 12)
        return seigr__fail(
            r->error, id == 13 ? SEIGR_E_UNSUPPORTED : SEIGR_E_FORMAT, at,
            id == 13 ? "exception handling is not supported: a tag section"
                     : "malformed section id %u",
            id);
    err = seigr__wasm_count(r, UINT32_MAX, 1, "bytes of a section", &len);
    if (err < 0)
        return err;
    r->end = r->at + len;
    if (id == 0) {
        err = seigr__wasm_name(r, UINT32_MAX, &name);
        r->at = r->end;
    } else {
        if (decode_sections[id].rank <= *rank_seen)
            return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                               "unexpected section %u: out of order or twice",
                               id);
        *rank_seen = decode_sections[id].rank;
        err = decode_sections[id].decode(m, r);
    }
    if (err == 0 && r->at != r->end)
        err = seigr__fail(r->error, SEIGR_E_FORMAT, r->at,
                          "section size mismatch: section %u ends before its "
                          "length",
                          id);
    r->end = end;
    return err;
}

static int decode_module(seigr_module *m, wasm_reader *r)
{
    uint32_t rank = 0;
    int err = 0;

    if (r->end < 4 || wasm_read_u32(r->bytes) != 0x6d736100u)
        return seigr__fail(r->error, SEIGR_E_FORMAT, 0,
                           "magic header not detected: no WebAssembly module");
    if (r->end < 8 || wasm_read_u32(r->bytes + 4) != 1)
        return seigr__fail(r->error, SEIGR_E_FORMAT, 4,
                           "unknown binary version");
    r->at = 8;
    while (r->at < r->end && err == 0)
        err = decode_section(m, r, &rank);
    if (err < 0)
        return err;
    if (m->function_count > m->function_imports && m->unit_count == 0)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->end,
                           "function and code section have inconsistent "
                           "lengths: there is no code section");
    if (m->has_data_count && m->data_count != 0 && m->data == NULL)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->end,
                           "data count and data section have inconsistent "
                           "lengths: there is no data section");
    return 0;
}

/* Limits of the caller's, none above the defaults. */
static int decode_take_limits(const seigr_module_limits *limits,
                              seigr_module_limits *out, seigr_error *error)
{
    static const seigr_module_limits top = SEIGR_MODULE_LIMITS_INIT;
    uint32_t given[sizeof(top) / sizeof(uint32_t)];
    uint32_t most[sizeof(top) / sizeof(uint32_t)];

    *out = top;
    if (limits == NULL)
        return 0;
    if (limits->struct_size != sizeof(top))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "module limits of an unknown size");
    memcpy(given, limits, sizeof(given));
    memcpy(most, &top, sizeof(most));
    for (size_t i = 0; i < sizeof(top) / sizeof(uint32_t); i++)
        if (given[i] > most[i])
            return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                               "a module limit is above its greatest value "
                               "%u",
                               most[i]);
    *out = *limits;
    return 0;
}

int seigr_module_new(const seigr_context *context, seigr_span bytes,
                     const seigr_module_limits *limits, seigr_module **out,
                     seigr_error *error)
{
    wasm_reader r = {bytes.ptr, 0, bytes.len, error};
    seigr_module_limits taken;
    seigr_module *m;
    int err;

    if (context == NULL || context->allocator == NULL || out == NULL ||
        (bytes.ptr == NULL && bytes.len != 0))
        return seigr__fail(error, SEIGR_E_INVAL, SEIGR_NO_OFFSET,
                           "seigr_module_new: a context with an allocator, "
                           "bytes and out are needed");
    err = decode_take_limits(limits, &taken, error);
    if (err < 0)
        return err;
    if (bytes.len > taken.size_max)
        return seigr__fail(error, SEIGR_E_LIMIT, taken.size_max,
                           "a module of %zu bytes, the limit is %u", bytes.len,
                           taken.size_max);
    m = seigr__alloc_zero(context, 1, sizeof(*m));
    if (m == NULL)
        return seigr__fail(error, SEIGR_E_NOMEM, SEIGR_NO_OFFSET, "no memory");
    m->context = context;
    m->limits = taken;
    m->bytes = bytes;
    m->start = WASM_ABSENT;
    err = decode_module(m, &r);
    if (err < 0)
        seigr_module_free(m); /* (3) */
    else
        *out = m;
    return err;
}

void seigr_module_free(seigr_module *m)
{
    const seigr_context *context;

    if (m == NULL)
        return;
    context = m->context;
    for (uint32_t i = 0; i < m->element_count; i++)
        seigr__release(context, m->elements[i].items);
    seigr__release(context, m->types);
    seigr__release(context, m->imports);
    seigr__release(context, m->functions);
    seigr__release(context, m->globals);
    seigr__release(context, m->exports);
    seigr__release(context, m->data);
    seigr__release(context, m->elements);
    seigr__release(context, m->units);
    seigr__release(context, m->leaders);
    seigr__release(context, m->blocks);
    seigr__release(context, m->sites);
    seigr__release(context, m);
}
