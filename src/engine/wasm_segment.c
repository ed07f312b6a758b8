/* SPDX-License-Identifier: MIT */
/*
 * wasm_segment.c - limits, globals, element and data segments, and the
 * constant expressions in them.
 *
 * Decoding checks a constant expression whole; computing its value later
 * trusts that.
 *
 * Invariants:
 *   (1) a decoded expression never needs more than CONSTANT_HEIGHT operands.
 *   (2) items of a decoded element segment are functions of the module, or
 *       WASM_ABSENT for null.
 */
#include "wasm_module.h"

#include "base/alloc.h"  /* seigr__alloc_zero */
#include "wasm_opcode.h" /* opcodes */
#include "wasm_value.h"  /* wasm_read_le */

#include <assert.h> /* assert */

#define CONSTANT_HEIGHT 64u

int seigr__wasm_value_type(wasm_reader *r, uint32_t *out)
{
    uint32_t byte;
    int err = seigr__wasm_byte(r, &byte);

    if (err < 0)
        return err;
    if (byte == 0x7b)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, r->at - 1,
                           "SIMD is not supported: type v128");
    if (byte == 0x70 || byte == 0x6f || (byte >= 0x63 && byte <= 0x74))
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, r->at - 1,
                           "reference types are not supported: a value of "
                           "reference type 0x%02x",
                           byte);
    if (byte < SEIGR_WASM_F64 || byte > SEIGR_WASM_I32)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at - 1,
                           "malformed value type 0x%02x", byte);
    *out = byte;
    return 0;
}

int seigr__wasm_decode_limits(wasm_reader *r, uint32_t max, const char *what,
                              wasm_limits *out)
{
    const size_t start = r->at;
    uint32_t flags;
    wasm_limits limits = {0, 0, 0};
    int err = seigr__wasm_byte(r, &flags);

    if (err < 0)
        return err;
    if (flags > 1)
        return seigr__fail(
            r->error, flags <= 7 ? SEIGR_E_UNSUPPORTED : SEIGR_E_FORMAT, start,
            flags <= 3   ? "threads are not supported: a shared %s"
            : flags <= 7 ? "64-bit addresses are not supported: a 64-bit %s"
                         : "malformed limits of a %s, integer too large",
            what);
    err = seigr__wasm_u32(r, &limits.min);
    limits.has_max = flags;
    if (err == 0 && flags == 1)
        err = seigr__wasm_u32(r, &limits.max);
    if (err < 0)
        return err;
    if (limits.min > max || limits.max > max)
        return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                           "%s size must be at most %u", what, max);
    if (flags == 1 && limits.min > limits.max)
        return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                           "%s size minimum must not be greater than maximum",
                           what);
    *out = limits;
    return 0;
}

/* Types of the operands of an expression being checked. */
struct constant_stack {
    uint8_t types[CONSTANT_HEIGHT];
    uint32_t height;
};

static int constant_push(wasm_reader *r, struct constant_stack *s, size_t at,
                         unsigned type)
{
    if (s->height == CONSTANT_HEIGHT)
        return seigr__fail(r->error, SEIGR_E_LIMIT, at,
                           "a constant expression of more than %u operands",
                           CONSTANT_HEIGHT);
    s->types[s->height++] = (uint8_t)type;
    return 0;
}

static int constant_global(const seigr_module *m, wasm_reader *r, size_t at,
                           struct constant_stack *s)
{
    uint32_t index;
    int err = seigr__wasm_u32(r, &index);

    if (err < 0)
        return err;
    if (index >= m->global_count)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at, "unknown global %u",
                           index);
    if (index >= m->global_imports || m->globals[index].is_mutable)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "constant expression required: global %u is not "
                           "an imported immutable one",
                           index);
    return constant_push(r, s, at, m->globals[index].type);
}

static int constant_binary(wasm_reader *r, size_t at, struct constant_stack *s,
                           unsigned type)
{
    if (s->height < 2 || s->types[s->height - 1] != type ||
        s->types[s->height - 2] != type)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "type mismatch in a constant expression");
    s->height--;
    return 0;
}

static int constant_fixed(wasm_reader *r, size_t at, struct constant_stack *s,
                          unsigned type, size_t len)
{
    if (r->end - r->at < len)
        return seigr__fail(r->error, SEIGR_E_TRUNCATED, at,
                           "unexpected end: a constant is cut off");
    r->at += len;
    return constant_push(r, s, at, type);
}

static int constant_step(const seigr_module *m, wasm_reader *r, size_t at,
                         unsigned opcode, struct constant_stack *s)
{
    int64_t value;
    int err;

    switch (opcode) {
    case WASM_I32_CONST:
        err = seigr__wasm_signed(r, 32, &value);
        return err < 0 ? err : constant_push(r, s, at, SEIGR_WASM_I32);
    case WASM_I64_CONST:
        err = seigr__wasm_signed(r, 64, &value);
        return err < 0 ? err : constant_push(r, s, at, SEIGR_WASM_I64);
    case WASM_F32_CONST:
        return constant_fixed(r, at, s, SEIGR_WASM_F32, 4);
    case WASM_F64_CONST:
        return constant_fixed(r, at, s, SEIGR_WASM_F64, 8);
    case WASM_GLOBAL_GET:
        return constant_global(m, r, at, s);
    case WASM_I32_ADD:
    case WASM_I32_SUB:
    case WASM_I32_MUL:
        return constant_binary(r, at, s, SEIGR_WASM_I32);
    case WASM_I64_ADD:
    case WASM_I64_SUB:
    case WASM_I64_MUL:
        return constant_binary(r, at, s, SEIGR_WASM_I64);
    case WASM_REF_NULL:
    case WASM_REF_FUNC:
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "type mismatch: a reference in a constant "
                           "expression of a number");
    default:
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "constant expression required, found opcode 0x%02x",
                           opcode);
    }
}

/* Check a constant expression of one value of that type. */
static int segment_constant(const seigr_module *m, wasm_reader *r,
                            unsigned type)
{
    struct constant_stack stack;

    stack.height = 0;
    for (;;) {
        const size_t at = r->at;
        uint32_t opcode;
        int err = seigr__wasm_byte(r, &opcode);

        if (err < 0)
            return err;
        if (opcode == WASM_END) {
            if (stack.height == 1 && stack.types[0] == type)
                return 0;
            return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                               "type mismatch: a constant expression leaves "
                               "other values than the one wanted");
        }
        err = constant_step(m, r, at, opcode, &stack);
        if (err < 0)
            return err;
    }
}

static uint64_t constant_apply(unsigned opcode, uint64_t a, uint64_t b)
{
    switch (opcode) {
    case WASM_I32_ADD:
        return (uint32_t)(a + b);
    case WASM_I32_SUB:
        return (uint32_t)(a - b);
    case WASM_I32_MUL:
        return (uint32_t)(a * b);
    case WASM_I64_ADD:
        return a + b;
    case WASM_I64_SUB:
        return a - b;
    default:
        assert(opcode == WASM_I64_MUL);
        return a * b;
    }
}

uint64_t seigr__wasm_constant(const seigr_module *m, uint32_t offset,
                              const uint64_t *globals)
{
    wasm_reader r = {m->bytes.ptr, offset, m->bytes.len, NULL};
    uint64_t stack[CONSTANT_HEIGHT];
    uint32_t height = 0;
    uint32_t index = 0;
    int64_t value = 0;

    for (;;) {
        const unsigned opcode = r.bytes[r.at++];

        assert(height < CONSTANT_HEIGHT || opcode != WASM_I32_CONST); /* (1) */
        switch (opcode) {
        case WASM_END:
            return stack[0];
        case WASM_I32_CONST:
            (void)seigr__wasm_signed(&r, 32, &value);
            stack[height++] = (uint32_t)value;
            break;
        case WASM_I64_CONST:
            (void)seigr__wasm_signed(&r, 64, &value);
            stack[height++] = (uint64_t)value;
            break;
        case WASM_F32_CONST:
            stack[height++] = wasm_read_u32(r.bytes + r.at);
            r.at += 4;
            break;
        case WASM_F64_CONST:
            stack[height++] = wasm_read_u64(r.bytes + r.at);
            r.at += 8;
            break;
        case WASM_GLOBAL_GET:
            (void)seigr__wasm_u32(&r, &index);
            stack[height++] = globals[index];
            break;
        default:
            height--;
            stack[height - 1] =
                constant_apply(opcode, stack[height - 1], stack[height]);
        }
    }
}

static int global_decode(seigr_module *m, wasm_reader *r, wasm_global *global)
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
    global->type = (uint8_t)type;
    global->is_mutable = (uint8_t)mutability;
    global->init_at = (uint32_t)r->at;
    return segment_constant(m, r, type);
}

int seigr__wasm_decode_globals(seigr_module *m, wasm_reader *r)
{
    const uint32_t imports = m->global_imports;
    const size_t start = r->at;
    wasm_global *globals;
    uint32_t count;
    int err = seigr__wasm_count(r, m->limits.global_max, 4, "globals", &count);

    if (err < 0 || count == 0)
        return err;
    if (count > m->limits.global_max - imports)
        return seigr__fail(r->error, SEIGR_E_LIMIT, start,
                           "more than %u globals", m->limits.global_max);
    globals = seigr__alloc_zero(m->context, imports + count, sizeof(*globals));
    if (globals == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, start, "no memory");
    for (uint32_t i = 0; i < imports; i++)
        globals[i] = m->globals[i];
    seigr__release(m->context, m->globals);
    m->globals = globals;
    m->global_count = imports + count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = global_decode(m, r, &globals[imports + i]);
    return err;
}

/* One function of an element segment: ref.func f end, or ref.null func end. */
static int element_expr(const seigr_module *m, wasm_reader *r, uint32_t *out)
{
    const size_t at = r->at;
    uint32_t opcode = 0;
    uint32_t operand = 0;
    uint32_t end = 0;
    int err = seigr__wasm_byte(r, &opcode);

    if (err < 0)
        return err;
    if (opcode == WASM_GLOBAL_GET)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, at,
                           "reference types are not supported: a global of "
                           "reference type");
    if (opcode != WASM_REF_FUNC && opcode != WASM_REF_NULL)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at,
                           "type mismatch: ref.func or ref.null wanted, found "
                           "opcode 0x%02x",
                           opcode);
    err = seigr__wasm_u32(r, &operand);
    if (err == 0)
        err = seigr__wasm_byte(r, &end);
    if (err < 0)
        return err;
    if (opcode == WASM_REF_NULL && operand != 0x70)
        return seigr__fail(r->error, SEIGR_E_UNSUPPORTED, at,
                           "reference types are not supported: ref.null of "
                           "another type than func");
    if (opcode == WASM_REF_FUNC && operand >= m->function_count)
        return seigr__fail(r->error, SEIGR_E_FORMAT, at, "unknown function %u",
                           operand);
    if (end != WASM_END)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at - 1,
                           "constant expression required: one ref.func or "
                           "ref.null and end");
    *out = opcode == WASM_REF_FUNC ? operand : WASM_ABSENT;
    return 0;
}

static int element_index(const seigr_module *m, wasm_reader *r, uint32_t *out)
{
    const size_t at = r->at;
    int err = seigr__wasm_u32(r, out);

    if (err == 0 && *out >= m->function_count)
        err = seigr__fail(r->error, SEIGR_E_FORMAT, at, "unknown function %u",
                          *out);
    return err;
}

static int element_items(const seigr_module *m, wasm_reader *r,
                         wasm_element *element, uint32_t is_exprs)
{
    uint32_t count;
    int err = seigr__wasm_count(r, UINT32_MAX, 1, "elements", &count);

    if (err < 0 || count == 0)
        return err;
    element->items = seigr__alloc_zero(m->context, count, sizeof(uint32_t));
    if (element->items == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, r->at, "no memory");
    element->count = count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = is_exprs ? element_expr(m, r, &element->items[i])
                       : element_index(m, r, &element->items[i]);
    return err;
}

/* The byte that says what the items are: elemkind 0 or type funcref. */
static int element_kind(wasm_reader *r, uint32_t is_exprs)
{
    uint32_t byte;
    int err = seigr__wasm_byte(r, &byte);

    if (err < 0)
        return err;
    if (is_exprs && byte != 0x70)
        return seigr__fail(r->error,
                           byte >= 0x63 && byte <= 0x74 ? SEIGR_E_UNSUPPORTED
                                                        : SEIGR_E_FORMAT,
                           r->at - 1,
                           "reference types are not supported: elements of "
                           "type 0x%02x",
                           byte);
    if (!is_exprs && byte != 0)
        return seigr__fail(r->error, SEIGR_E_FORMAT, r->at - 1,
                           "malformed element kind 0x%02x", byte);
    return 0;
}

/* flags: bit 0 not active, bit 1 table named or declared, bit 2 items are
 * expressions. */
static int element_decode(const seigr_module *m, wasm_reader *r,
                          wasm_element *element)
{
    const size_t start = r->at;
    uint32_t flags;
    uint32_t is_exprs;
    uint32_t table = 0;
    int err = seigr__wasm_u32(r, &flags);

    if (err < 0)
        return err;
    if (flags > 7)
        return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                           "malformed element segment flags %u", flags);
    is_exprs = flags >> 2;
    element->mode = (flags & 1) == 0 ? WASM_SEGMENT_ACTIVE
                    : (flags & 2)    ? WASM_SEGMENT_DECLARED
                                     : WASM_SEGMENT_PASSIVE;
    if (element->mode == WASM_SEGMENT_ACTIVE) {
        if (flags & 2)
            err = seigr__wasm_u32(r, &table);
        if (err < 0)
            return err;
        if (table >= m->table_count)
            return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                               "unknown table %u", table);
        element->offset_at = (uint32_t)r->at;
        err = segment_constant(m, r, SEIGR_WASM_I32);
    }
    if (err == 0 && (flags & 3) != 0)
        err = element_kind(r, is_exprs);
    return err < 0 ? err : element_items(m, r, element, is_exprs);
}

int seigr__wasm_decode_elements(seigr_module *m, wasm_reader *r)
{
    const size_t start = r->at;
    uint32_t count;
    int err = seigr__wasm_count(r, m->limits.element_max, 2, "element segments",
                                &count);

    if (err < 0 || count == 0)
        return err;
    m->elements = seigr__alloc_zero(m->context, count, sizeof(*m->elements));
    if (m->elements == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, start, "no memory");
    m->element_count = count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = element_decode(m, r, &m->elements[i]);
    return err;
}

static int data_decode(const seigr_module *m, wasm_reader *r, wasm_data *data)
{
    const size_t start = r->at;
    uint32_t flags;
    uint32_t memory = 0;
    int err = seigr__wasm_u32(r, &flags);

    if (err < 0)
        return err;
    if (flags > 2)
        return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                           "malformed data segment flags %u", flags);
    data->mode = flags == 1 ? WASM_SEGMENT_PASSIVE : WASM_SEGMENT_ACTIVE;
    if (flags == 2)
        err = seigr__wasm_u32(r, &memory);
    if (err < 0)
        return err;
    if (flags != 1) {
        if (memory >= m->memory_count)
            return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                               "unknown memory %u", memory);
        data->offset_at = (uint32_t)r->at;
        err = segment_constant(m, r, SEIGR_WASM_I32);
    }
    if (err == 0)
        err = seigr__wasm_count(r, UINT32_MAX, 1, "bytes of data", &data->len);
    if (err < 0)
        return err;
    data->at = (uint32_t)r->at;
    r->at += data->len;
    return 0;
}

int seigr__wasm_decode_data(seigr_module *m, wasm_reader *r)
{
    const size_t start = r->at;
    uint32_t count;
    int err =
        seigr__wasm_count(r, m->limits.data_max, 2, "data segments", &count);

    if (err < 0)
        return err;
    if (m->has_data_count && count != m->data_count)
        return seigr__fail(r->error, SEIGR_E_FORMAT, start,
                           "data count and data section have inconsistent "
                           "lengths: %u and %u",
                           m->data_count, count);
    m->data_count = 0;
    if (count == 0)
        return 0;
    m->data = seigr__alloc_zero(m->context, count, sizeof(*m->data));
    if (m->data == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, start, "no memory");
    m->data_count = count;
    for (uint32_t i = 0; i < count && err == 0; i++)
        err = data_decode(m, r, &m->data[i]);
    return err;
}
