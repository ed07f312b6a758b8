/* SPDX-License-Identifier: MIT */
/*
 * wasm_validate.c - the type rules of function bodies.
 *
 * It follows the validation algorithm of the WebAssembly specification
 * (appendix A.3): a stack of operand types and a stack of open blocks. In
 * unreachable code the operand stack is polymorphic; an unknown type is 0.
 *
 * Invariants:
 *   (1) height >= the height of the innermost open block.
 *   (2) height_top is the greatest height that the algorithm's operand
 *       stack had, unreachable code included: FORMATS 8's slots count it.
 */
#include "wasm_validate.h"

#include "base/alloc.h"  /* seigr__alloc */
#include "wasm_opcode.h" /* opcodes and their signatures */

#include <assert.h> /* assert */
#include <string.h> /* memcpy */

#define ANY 0u
#define I32 SEIGR_WASM_I32

/* Types of one value, to point at. */
static const uint8_t validate_singles[4] = {SEIGR_WASM_F64, SEIGR_WASM_F32,
                                            SEIGR_WASM_I64, SEIGR_WASM_I32};

static const char *validate_type_name(unsigned type)
{
    switch (type) {
    case SEIGR_WASM_I32:
        return "i32";
    case SEIGR_WASM_I64:
        return "i64";
    case SEIGR_WASM_F32:
        return "f32";
    case SEIGR_WASM_F64:
        return "f64";
    default:
        return "any";
    }
}

void seigr__wasm_validator_init(wasm_validator *v, const seigr_module *m,
                                seigr_error *error)
{
    memset(v, 0, sizeof(*v));
    v->m = m;
    v->r = (wasm_reader){m->bytes.ptr, 0, 0, error};
}

void seigr__wasm_validator_fini(wasm_validator *v)
{
    seigr__release(v->m->context, v->types);
    seigr__release(v->m->context, v->controls);
    seigr__release(v->m->context, v->runs);
}

int seigr__wasm_grow(const seigr_context *context, void **items, uint32_t *room,
                     uint32_t used, uint32_t count, size_t item_size)
{
    size_t want = (size_t)*room * 2;
    void *grown;

    assert(used <= *room);
    if (count <= *room)
        return 0;
    if (want < count)
        want = count;
    if (want > SIZE_MAX / item_size || want > UINT32_MAX)
        return SEIGR_E_NOMEM;
    grown = seigr__alloc(context, want * item_size);
    if (grown == NULL)
        return SEIGR_E_NOMEM;
    if (used > 0)
        memcpy(grown, *items, used * item_size);
    seigr__release(context, *items);
    *items = grown;
    *room = (uint32_t)want;
    return 0;
}

static int validate_no_memory(const wasm_validator *v)
{
    return seigr__fail(v->r.error, SEIGR_E_NOMEM, v->r.at, "no memory");
}

/* --- locals ------------------------------------------------------------ */

static int validate_add_locals(wasm_validator *v, size_t at, uint32_t count,
                               unsigned type)
{
    const uint32_t first = v->local_count;
    void *runs = v->runs;

    if (count > v->m->limits.local_max - first)
        return seigr__fail(v->r.error, SEIGR_E_LIMIT, at,
                           "too many locals: more than %u in a function",
                           v->m->limits.local_max);
    if (seigr__wasm_grow(v->m->context, &runs, &v->run_room, v->run_count,
                         v->run_count + 1, sizeof(*v->runs)) < 0)
        return validate_no_memory(v);
    v->runs = runs;
    v->local_count += count;
    v->runs[v->run_count].end = v->local_count;
    v->runs[v->run_count++].type = type;
    if (first < WASM_LOCALS_DIRECT) {
        const uint32_t room = WASM_LOCALS_DIRECT - first;

        memset(v->direct + first, (int)type, count < room ? count : room);
    }
    return 0;
}

unsigned seigr__wasm_local_type(const wasm_validator *v, uint32_t index)
{
    uint32_t low = 0;
    uint32_t high = v->run_count;

    assert(index < v->local_count);
    if (index < WASM_LOCALS_DIRECT)
        return v->direct[index];
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (index < v->runs[middle].end)
            high = middle;
        else
            low = middle + 1;
    }
    return v->runs[low].type;
}

int seigr__wasm_validate_locals(wasm_validator *v, wasm_function *f,
                                uint32_t end)
{
    const wasm_type *type = &v->m->types[f->type];
    wasm_reader *r = &v->r;
    uint32_t groups;
    int err;

    r->at = f->body_at;
    r->end = end;
    v->run_count = 0;
    v->local_count = 0;
    err = seigr__wasm_count(r, UINT32_MAX, 2, "groups of locals", &groups);
    for (uint32_t i = 0; i < type->param_count && err == 0; i++)
        err = validate_add_locals(v, r->at, 1, type->params[i]);
    for (uint32_t i = 0; i < groups && err == 0; i++) {
        const size_t at = r->at;
        uint32_t count = 0;
        uint32_t value_type = 0;

        err = seigr__wasm_u32(r, &count);
        if (err == 0)
            err = seigr__wasm_value_type(r, &value_type);
        if (err == 0)
            err = validate_add_locals(v, at, count, value_type);
    }
    if (err < 0)
        return err;
    f->params = type->param_count;
    f->results = type->result_count;
    f->locals = (uint16_t)(v->local_count - type->param_count);
    f->code_at = (uint32_t)r->at;
    f->body_end = end;
    return 0;
}

/* --- the two stacks ---------------------------------------------------- */

static inline wasm_control *validate_top(wasm_validator *v)
{
    assert(v->control_count > 0);
    return &v->controls[v->control_count - 1];
}

static int validate_push_slow(wasm_validator *v, unsigned type)
{
    void *types = v->types;

    if (v->height >= v->m->limits.height_max)
        return seigr__fail(v->r.error, SEIGR_E_LIMIT, v->r.at,
                           "more than %u operands at one time",
                           v->m->limits.height_max);
    if (seigr__wasm_grow(v->m->context, &types, &v->height_room, v->height,
                         v->height + 16, 1) < 0)
        return validate_no_memory(v);
    v->types = types;
    if (v->height_room > v->m->limits.height_max)
        v->height_room = v->m->limits.height_max;
    v->types[v->height++] = (uint8_t)type;
    if (v->height > v->height_top) /* (2) */
        v->height_top = v->height;
    return 0;
}

static inline int validate_push(wasm_validator *v, unsigned type)
{
    if (v->height >= v->height_room)
        return validate_push_slow(v, type);
    v->types[v->height++] = (uint8_t)type;
    if (v->height > v->height_top) /* (2) */
        v->height_top = v->height;
    return 0;
}

static int validate_mismatch(wasm_validator *v, size_t at, unsigned want,
                             unsigned found)
{
    return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                       "type mismatch: %s wanted, %s found",
                       validate_type_name(want), validate_type_name(found));
}

/* Any operand: its type, ANY in unreachable code. */
static int validate_pop_any(wasm_validator *v, size_t at, unsigned *type)
{
    const wasm_control *top = validate_top(v);

    if (v->height > top->height) {
        *type = v->types[--v->height];
        return 0;
    }
    *type = ANY;
    if (top->is_unreachable)
        return 0;
    return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                       "type mismatch: an operand is missing");
}

static int validate_pop_slow(wasm_validator *v, size_t at, unsigned type)
{
    unsigned found;
    int err = validate_pop_any(v, at, &found);

    if (err == 0 && found != ANY && found != type)
        err = validate_mismatch(v, at, type, found);
    return err;
}

static inline int validate_pop(wasm_validator *v, size_t at, unsigned type)
{
    if (v->height > validate_top(v)->height &&
        v->types[v->height - 1] == type) {
        v->height--; /* (1) */
        return 0;
    }
    return validate_pop_slow(v, at, type);
}

static int validate_pop_types(wasm_validator *v, size_t at,
                              const uint8_t *types, uint32_t count)
{
    int err = 0;

    while (count > 0 && err == 0)
        err = validate_pop(v, at, types[--count]);
    return err;
}

static int validate_push_types(wasm_validator *v, const uint8_t *types,
                               uint32_t count)
{
    int err = 0;

    for (uint32_t i = 0; i < count && err == 0; i++)
        err = validate_push(v, types[i]);
    return err;
}

static void validate_unreachable(wasm_validator *v)
{
    wasm_control *top = validate_top(v);

    v->height = top->height;
    top->is_unreachable = 1;
}

static int validate_open(wasm_validator *v, const wasm_control *control)
{
    void *controls = v->controls;

    if (v->control_count > v->m->limits.nesting_max)
        return seigr__fail(v->r.error, SEIGR_E_LIMIT, v->r.at,
                           "more than %u blocks inside each other",
                           v->m->limits.nesting_max);
    if (v->control_count == v->control_room &&
        seigr__wasm_grow(v->m->context, &controls, &v->control_room,
                         v->control_count, v->control_count + 8,
                         sizeof(*v->controls)) < 0)
        return validate_no_memory(v);
    v->controls = controls;
    v->controls[v->control_count] = *control;
    v->controls[v->control_count++].height = v->height;
    return validate_push_types(v, control->params, control->param_count);
}

/* --- control instructions ---------------------------------------------- */

static int validate_block_type(wasm_validator *v, wasm_control *control)
{
    const size_t at = v->r.at;
    const wasm_type *type;
    int64_t index;
    int err = seigr__wasm_signed(&v->r, 33, &index);

    if (err < 0)
        return err;
    memset(control, 0, sizeof(*control));
    if (index == -64) /* 0x40: no values */
        return 0;
    if (index < 0) {
        uint32_t value_type = 0;

        v->r.at = at;
        err = seigr__wasm_value_type(&v->r, &value_type);
        if (err < 0)
            return err;
        control->results = &validate_singles[value_type - SEIGR_WASM_F64];
        control->result_count = 1;
        return 0;
    }
    if (index >= (int64_t)v->m->type_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown type %u",
                           (unsigned)index);
    type = &v->m->types[index];
    control->params = type->params;
    control->param_count = type->param_count;
    control->results = type->results;
    control->result_count = type->result_count;
    return 0;
}

static int validate_block(wasm_validator *v, size_t at, unsigned opcode)
{
    wasm_control control;
    int err = validate_block_type(v, &control);

    if (err == 0 && opcode == WASM_IF)
        err = validate_pop(v, at, I32);
    if (err == 0)
        err = validate_pop_types(v, at, control.params, control.param_count);
    if (err < 0)
        return err;
    control.opcode = (uint8_t)opcode;
    return validate_open(v, &control);
}

/* The values that a block leaves are there, and nothing above them. */
static int validate_close(wasm_validator *v, size_t at)
{
    const wasm_control top = *validate_top(v);
    int err = validate_pop_types(v, at, top.results, top.result_count);

    if (err == 0 && v->height != top.height)
        err = seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                          "type mismatch: %u values more than the block's "
                          "type says",
                          v->height - top.height);
    return err;
}

static int validate_else(wasm_validator *v, size_t at)
{
    wasm_control *top = validate_top(v);
    int err;

    if (top->opcode != WASM_IF)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "unexpected opcode: else without if");
    err = validate_close(v, at);
    if (err < 0)
        return err;
    top->opcode = WASM_ELSE;
    top->is_unreachable = 0;
    return validate_push_types(v, top->params, top->param_count);
}

static int validate_end(wasm_validator *v, size_t at)
{
    const wasm_control top = *validate_top(v);
    int err = validate_close(v, at);

    if (err < 0)
        return err;
    if (top.opcode == WASM_IF &&
        (top.param_count != top.result_count ||
         (top.param_count != 0 &&
          memcmp(top.params, top.results, top.param_count) != 0)))
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "type mismatch: an if without else must leave what "
                           "it takes");
    v->control_count--;
    if (v->control_count == 0)
        return 0;
    return validate_push_types(v, top.results, top.result_count);
}

/* What a branch to a label carries. */
static int validate_label(wasm_validator *v, size_t at, uint32_t depth,
                          const uint8_t **types, uint32_t *count)
{
    const wasm_control *target;

    if (depth >= v->control_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown label %u",
                           depth);
    target = &v->controls[v->control_count - 1 - depth];
    *types = target->opcode == WASM_LOOP ? target->params : target->results;
    *count = target->opcode == WASM_LOOP ? target->param_count
                                         : target->result_count;
    return 0;
}

static int validate_branch(wasm_validator *v, size_t at, int is_conditional)
{
    const uint8_t *types = NULL;
    uint32_t count = 0;
    uint32_t depth;
    int err = seigr__wasm_u32(&v->r, &depth);

    if (err == 0)
        err = validate_label(v, at, depth, &types, &count);
    if (err == 0 && is_conditional)
        err = validate_pop(v, at, I32);
    if (err == 0)
        err = validate_pop_types(v, at, types, count);
    if (err < 0)
        return err;
    if (is_conditional)
        return validate_push_types(v, types, count);
    validate_unreachable(v);
    return 0;
}

/* The operands fit those types, without being taken. */
static int validate_peek_types(wasm_validator *v, size_t at,
                               const uint8_t *types, uint32_t count)
{
    const wasm_control *top = validate_top(v);
    uint32_t height = v->height;

    while (count > 0) {
        count--;
        if (height == top->height) {
            if (top->is_unreachable)
                return 0;
            return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                               "type mismatch: an operand is missing");
        }
        height--;
        if (v->types[height] != types[count] && v->types[height] != ANY)
            return validate_mismatch(v, at, types[count], v->types[height]);
    }
    return 0;
}

static int validate_branch_table(wasm_validator *v, size_t at)
{
    const uint8_t *types = NULL;
    uint32_t arity = 0;
    uint32_t arity_first = 0;
    uint32_t count;
    uint32_t depth;
    int err = seigr__wasm_count(&v->r, v->m->limits.branch_max, 1,
                                "targets of a br_table", &count);

    if (err == 0)
        err = validate_pop(v, at, I32);
    for (uint32_t i = 0; i <= count && err == 0; i++) {
        err = seigr__wasm_u32(&v->r, &depth);
        if (err == 0)
            err = validate_label(v, at, depth, &types, &arity);
        if (err < 0)
            return err;
        if (i == 0)
            arity_first = arity;
        if (arity != arity_first)
            return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                               "type mismatch: targets of a br_table carry %u "
                               "and %u values",
                               arity_first, arity);
        err = validate_peek_types(v, at, types, arity);
    }
    if (err < 0)
        return err;
    validate_unreachable(v);
    return 0;
}

static int validate_call_type(wasm_validator *v, size_t at, uint32_t index)
{
    const wasm_type *type = &v->m->types[index];
    int err = validate_pop_types(v, at, type->params, type->param_count);

    if (err == 0)
        err = validate_push_types(v, type->results, type->result_count);
    return err;
}

static int validate_call(wasm_validator *v, size_t at)
{
    uint32_t index;
    int err = seigr__wasm_u32(&v->r, &index);

    if (err < 0)
        return err;
    if (index >= v->m->function_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "unknown function %u", index);
    return validate_call_type(v, at, v->m->functions[index].type);
}

static int validate_table_index(wasm_validator *v, size_t at)
{
    uint32_t table;
    int err = seigr__wasm_u32(&v->r, &table);

    if (err == 0 && table >= v->m->table_count)
        err = seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown table %u",
                          table);
    return err;
}

static int validate_call_indirect(wasm_validator *v, size_t at)
{
    uint32_t index;
    int err = seigr__wasm_u32(&v->r, &index);

    if (err == 0)
        err = validate_table_index(v, at);
    if (err == 0 && index >= v->m->type_count)
        err = seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown type %u",
                          index);
    if (err == 0)
        err = validate_pop(v, at, I32);
    return err < 0 ? err : validate_call_type(v, at, index);
}

static int validate_return(wasm_validator *v, size_t at)
{
    const wasm_control *body = &v->controls[0];
    int err = validate_pop_types(v, at, body->results, body->result_count);

    if (err == 0)
        validate_unreachable(v);
    return err;
}

/* --- variables, memory and table --------------------------------------- */

static int validate_select(wasm_validator *v, size_t at)
{
    unsigned a = ANY;
    unsigned b = ANY;
    int err = validate_pop(v, at, I32);

    if (err == 0)
        err = validate_pop_any(v, at, &b);
    if (err == 0)
        err = validate_pop_any(v, at, &a);
    if (err == 0 && a != b && a != ANY && b != ANY)
        err = validate_mismatch(v, at, a, b);
    return err < 0 ? err : validate_push(v, a == ANY ? b : a);
}

static int validate_local(wasm_validator *v, size_t at, unsigned opcode)
{
    uint32_t index;
    unsigned type;
    int err = seigr__wasm_u32(&v->r, &index);

    if (err < 0)
        return err;
    if (index >= v->local_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown local %u",
                           index);
    type = seigr__wasm_local_type(v, index);
    if (opcode != WASM_LOCAL_GET)
        err = validate_pop(v, at, type);
    if (err == 0 && opcode != WASM_LOCAL_SET)
        err = validate_push(v, type);
    return err;
}

static int validate_global(wasm_validator *v, size_t at, unsigned opcode)
{
    uint32_t index;
    int err = seigr__wasm_u32(&v->r, &index);

    if (err < 0)
        return err;
    if (index >= v->m->global_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown global %u",
                           index);
    if (opcode == WASM_GLOBAL_GET)
        return validate_push(v, v->m->globals[index].type);
    if (!v->m->globals[index].is_mutable)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "global is immutable: %u", index);
    return validate_pop(v, at, v->m->globals[index].type);
}

static int validate_has_memory(const wasm_validator *v, size_t at)
{
    if (v->m->memory_count == 0)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at, "unknown memory 0");
    return 0;
}

/* A reserved byte that says which memory: exactly 00. */
static int validate_memory_byte(wasm_validator *v)
{
    uint32_t byte;
    int err = seigr__wasm_byte(&v->r, &byte);

    if (err == 0 && byte != 0)
        err = seigr__fail(v->r.error, SEIGR_E_FORMAT, v->r.at - 1,
                          "zero byte expected");
    return err == 0 ? validate_has_memory(v, v->r.at - 1) : err;
}

static int validate_access(wasm_validator *v, size_t at,
                           const wasm_opcode_info *info)
{
    uint32_t align;
    uint32_t offset;
    int err = seigr__wasm_u32(&v->r, &align);

    if (err < 0)
        return err;
    if (align >= 64 && align < 128)
        return seigr__fail(v->r.error, SEIGR_E_UNSUPPORTED, at + 1,
                           "multiple memories are not supported");
    if (align >= 32)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at + 1,
                           "malformed memop flags");
    if (align > info->align)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at + 1,
                           "alignment must not be larger than natural");
    err = seigr__wasm_u32(&v->r, &offset);
    if (err == 0)
        err = validate_has_memory(v, at);
    if (err == 0 && info->pops == 2)
        err = validate_pop(v, at, info->in);
    if (err == 0)
        err = validate_pop(v, at, I32);
    return err < 0 || info->out == 0 ? err : validate_push(v, info->out);
}

static int validate_data_index(wasm_validator *v, size_t at)
{
    uint32_t index;
    int err = seigr__wasm_u32(&v->r, &index);

    if (err < 0)
        return err;
    if (!v->m->has_data_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "data count section required");
    if (index >= v->m->data_count)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "unknown data segment %u", index);
    return 0;
}

static int validate_element_index(wasm_validator *v, size_t at)
{
    uint32_t index;
    int err = seigr__wasm_u32(&v->r, &index);

    if (err == 0 && index >= v->m->element_count)
        err = seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                          "unknown elem segment %u", index);
    return err;
}

static int validate_prefixed(wasm_validator *v, size_t at)
{
    static const uint8_t three[3] = {I32, I32, I32};
    uint32_t sub;
    const char *feature;
    int err = seigr__wasm_u32(&v->r, &sub);

    if (err < 0)
        return err;
    if (sub < 8) {
        err = validate_pop(v, at, seigr__wasm_saturating[sub].in);
        if (err < 0)
            return err;
        return validate_push(v, seigr__wasm_saturating[sub].out);
    }
    switch (sub) {
    case WASM_MEMORY_INIT:
        err = validate_data_index(v, at);
        if (err == 0)
            err = validate_memory_byte(v);
        break;
    case WASM_DATA_DROP:
        return validate_data_index(v, at);
    case WASM_MEMORY_COPY:
        err = validate_memory_byte(v);
        if (err == 0)
            err = validate_memory_byte(v);
        break;
    case WASM_MEMORY_FILL:
        err = validate_memory_byte(v);
        break;
    case WASM_TABLE_INIT:
        err = validate_element_index(v, at);
        if (err == 0)
            err = validate_table_index(v, at);
        break;
    case WASM_ELEM_DROP:
        return validate_element_index(v, at);
    case WASM_TABLE_COPY:
        err = validate_table_index(v, at);
        if (err == 0)
            err = validate_table_index(v, at);
        break;
    default:
        feature = seigr__wasm_feature(WASM_PREFIX, sub);
        if (feature == NULL)
            return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                               "illegal opcode 0xfc %u", sub);
        return seigr__fail(v->r.error, SEIGR_E_UNSUPPORTED, at,
                           "%s: opcode 0xfc %u is not supported", feature, sub);
    }
    return err < 0 ? err : validate_pop_types(v, at, three, 3);
}

static int validate_fixed(wasm_validator *v, size_t at, size_t len,
                          unsigned type)
{
    if (v->r.end - v->r.at < len)
        return seigr__fail(v->r.error, SEIGR_E_TRUNCATED, at,
                           "unexpected end: a constant is cut off");
    v->r.at += len;
    return validate_push(v, type);
}

static int validate_unknown(const wasm_validator *v, size_t at, unsigned opcode)
{
    const char *feature = seigr__wasm_feature(opcode, 0);

    if (feature == NULL)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, at,
                           "illegal opcode 0x%02x", opcode);
    return seigr__fail(v->r.error, SEIGR_E_UNSUPPORTED, at,
                       "%s: opcode 0x%02x is not supported", feature, opcode);
}

static int validate_numeric(wasm_validator *v, size_t at,
                            const wasm_opcode_info *info)
{
    int err = validate_pop(v, at, info->in);

    if (err == 0 && info->pops == 2)
        err = validate_pop(v, at, info->in);
    return err < 0 ? err : validate_push(v, info->out);
}

/* All but loads, stores and numeric instructions. */
static int validate_other(wasm_validator *v, size_t at, unsigned opcode)
{
    unsigned type;
    int64_t value;
    int err;

    switch (opcode) {
    case WASM_UNREACHABLE:
        validate_unreachable(v);
        return 0;
    case WASM_NOP:
        return 0;
    case WASM_BLOCK:
    case WASM_LOOP:
    case WASM_IF:
        return validate_block(v, at, opcode);
    case WASM_ELSE:
        return validate_else(v, at);
    case WASM_END:
        return validate_end(v, at);
    case WASM_BR:
    case WASM_BR_IF:
        return validate_branch(v, at, opcode == WASM_BR_IF);
    case WASM_BR_TABLE:
        return validate_branch_table(v, at);
    case WASM_RETURN:
        return validate_return(v, at);
    case WASM_CALL:
        return validate_call(v, at);
    case WASM_CALL_INDIRECT:
        return validate_call_indirect(v, at);
    case WASM_DROP:
        return validate_pop_any(v, at, &type);
    case WASM_SELECT:
        return validate_select(v, at);
    case WASM_GLOBAL_GET:
    case WASM_GLOBAL_SET:
        return validate_global(v, at, opcode);
    case WASM_MEMORY_SIZE:
        err = validate_memory_byte(v);
        return err < 0 ? err : validate_push(v, I32);
    case WASM_MEMORY_GROW:
        err = validate_memory_byte(v);
        if (err == 0)
            err = validate_pop(v, at, I32);
        return err < 0 ? err : validate_push(v, I32);
    case WASM_I64_CONST:
        err = seigr__wasm_signed(&v->r, 64, &value);
        return err < 0 ? err : validate_push(v, SEIGR_WASM_I64);
    case WASM_F32_CONST:
        return validate_fixed(v, at, 4, SEIGR_WASM_F32);
    case WASM_F64_CONST:
        return validate_fixed(v, at, 8, SEIGR_WASM_F64);
    case WASM_PREFIX:
        return validate_prefixed(v, at);
    default:
        return validate_unknown(v, at, opcode);
    }
}

static inline int validate_step(wasm_validator *v, size_t at, unsigned opcode)
{
    int64_t value;
    int err;

    if (opcode >= WASM_NUMERIC_FIRST && opcode <= WASM_NUMERIC_LAST)
        return validate_numeric(v, at, &seigr__wasm_opcodes[opcode]);
    if (opcode >= WASM_LOCAL_GET && opcode <= WASM_LOCAL_TEE)
        return validate_local(v, at, opcode);
    if (opcode >= WASM_LOAD_FIRST && opcode <= WASM_STORE_LAST)
        return validate_access(v, at, &seigr__wasm_opcodes[opcode]);
    if (opcode == WASM_I32_CONST) {
        err = seigr__wasm_signed(&v->r, 32, &value);
        return err < 0 ? err : validate_push(v, I32);
    }
    return validate_other(v, at, opcode);
}

int seigr__wasm_validate_open(wasm_validator *v, const wasm_function *f)
{
    const wasm_type *type = &v->m->types[f->type];
    wasm_control body;

    v->height = 0;
    v->height_top = 0;
    v->control_count = 0;
    v->r.at = f->code_at;
    memset(&body, 0, sizeof(body));
    body.results = type->results;
    body.result_count = type->result_count;
    return validate_open(v, &body);
}

int seigr__wasm_validate_to(wasm_validator *v, uint32_t offset)
{
    int err = 0;

    while (err == 0 && v->control_count > 0 && v->r.at < offset) {
        const size_t at = v->r.at;

        if (at >= v->r.end)
            return seigr__fail(v->r.error, SEIGR_E_TRUNCATED, at,
                               "unexpected end of a function body");
        v->r.at++;
        err = validate_step(v, at, v->r.bytes[at]);
    }
    if (err == 0 && v->r.at != offset)
        err = SEIGR_E_NOTFOUND;
    return err;
}

int seigr__wasm_validate_body(wasm_validator *v, wasm_function *f)
{
    int err = seigr__wasm_validate_open(v, f);

    if (err == 0)
        err = seigr__wasm_validate_to(v, WASM_ABSENT);
    if (err != SEIGR_E_NOTFOUND)
        return err;
    if (v->r.at != v->r.end)
        return seigr__fail(v->r.error, SEIGR_E_FORMAT, v->r.at,
                           "section size mismatch: bytes follow the end of a "
                           "function body");
    assert(v->local_count + v->height_top <= UINT16_MAX);
    f->slots = (uint16_t)(v->local_count + v->height_top);
    return 0;
}
