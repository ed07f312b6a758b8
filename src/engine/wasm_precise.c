/* SPDX-License-Identifier: MIT */
/*
 * wasm_precise.c - runs the module's own instructions, one after another.
 *
 * This is the second way of running: slow, without translation, from the
 * validated bytes. It runs what wasm_fast.c leaves to it, and the last
 * instructions before fuel ends, so that a stop is exactly before the first
 * that cannot be paid. Where it comes to a leader that can be paid, it hands
 * over.
 *
 * Invariants:
 *   (1) between instructions function, offset and height in the vm and the
 *       slots of the frame are the whole state of the guest's function.
 *   (2) an instruction is paid before anything of it is done.
 *   (3) an instruction of cost 0 is run through: a stop is before one that
 *       costs.
 */
#include "wasm_instance.h"

#include "base/alloc.h"    /* seigr__alloc */
#include "wasm_opcode.h"   /* opcodes */
#include "wasm_validate.h" /* seigr__wasm_grow */

#include <assert.h> /* assert */

/* What to do behind an instruction; the others leave seigr__wasm_precise. */
#define PRECISE_ON 100u   /* the next instruction */
#define PRECISE_LAND 101u /* a branch was taken: there may be a leader */

const uint16_t seigr__wasm_exit_code[3] = {0, 0, OP_EXIT};
const uint16_t seigr__wasm_switch_code[3] = {0, 0, OP_SWITCH};

typedef struct precise {
    wasm_vm *vm;
    const seigr_module *m;
    const wasm_function *f;
    wasm_reader r;
    uint64_t *operands; /* of height 0 */
    uint32_t at;        /* offset of the instruction at hand */
} precise;

/* Take up the frame that the vm is in. */
static void precise_load(precise *p, wasm_vm *vm)
{
    p->vm = vm;
    p->m = vm->instance->module;
    p->f = &p->m->functions[vm->function];
    p->r = (wasm_reader){p->m->bytes.ptr, vm->offset, p->f->body_end, NULL};
    p->operands = vm->fp + p->f->params + p->f->locals;
}

static inline uint64_t *precise_top(const precise *p, uint32_t depth)
{
    assert(p->vm->height > depth);
    return &p->operands[p->vm->height - 1 - depth];
}

static void precise_push(precise *p, uint64_t value)
{
    p->operands[p->vm->height++] = value;
}

static uint32_t precise_immediate(precise *p)
{
    uint32_t value = 0;

    (void)seigr__wasm_u32(&p->r, &value);
    return value;
}

/* Pay, or stop before the instruction (2). */
static uint32_t precise_pay(precise *p, uint64_t cost)
{
    if (cost > (uint64_t)p->vm->fuel) {
        p->vm->offset = p->at;
        return WASM_PRECISE_FUEL;
    }
    p->vm->fuel -= (int64_t)cost;
    return PRECISE_ON;
}

static uint32_t precise_trap(precise *p, uint32_t trap)
{
    p->vm->trap = trap;
    p->vm->offset = p->at;
    return WASM_PRECISE_TRAP;
}

/* --- handing over ------------------------------------------------------ */

/* Run fast from the leader at the vm's offset, if there is one and it can
 * be paid. */
static uint32_t precise_land(const precise *p)
{
    wasm_vm *vm = p->vm;
    const wasm_leader *leader =
        seigr__wasm_leader_by_offset(p->m, p->f, vm->offset);

    if (leader->offset != vm->offset || vm->fuel < leader->cost)
        return PRECISE_ON;
    assert(leader->height == vm->height);
    vm->fuel -= leader->cost;
    vm->pc = p->m->units + leader->unit_at;
    vm->is_precise = 0;
    return WASM_PRECISE_FAST;
}

/* The leader of the instruction at hand, which may stop. Behind it nothing
 * is run through that costs nothing: it is known where that leads. */
static const wasm_leader *precise_pass(precise *p)
{
    const wasm_leader *leader = seigr__wasm_leader_by_offset(p->m, p->f, p->at);

    assert(leader->offset == p->at);
    p->r.at = leader->next;
    p->vm->offset = leader->next;
    return leader;
}

/* The code that follows it. In front of that stands what it costs. */
static const uint16_t *precise_code_behind(const seigr_module *m,
                                           const wasm_leader *leader)
{
    const uint16_t *code = m->units + leader->unit_at;

    assert(*code == OP_CALL || *code == OP_CALL_INDIRECT ||
           *code == OP_PRECISE);
    return code + (*code == OP_CALL ? 5 : *code == OP_CALL_INDIRECT ? 6 : 3);
}

/* Behind an instruction that may stop, fast if that can be paid. */
static uint32_t precise_go_on(precise *p)
{
    wasm_vm *vm = p->vm;
    const uint16_t *code = precise_code_behind(p->m, precise_pass(p));

    if (vm->fuel < code[-1])
        return PRECISE_ON;
    vm->fuel -= code[-1];
    vm->pc = code;
    vm->is_precise = 0;
    return WASM_PRECISE_FAST;
}

/* --- branches ---------------------------------------------------------- */

/* Values that a block takes and leaves. */
static void precise_block_arity(const precise *p, const wasm_block *block,
                                uint32_t *params, uint32_t *results)
{
    wasm_reader r = p->r;
    int64_t index = 0;

    r.at = block->start + 1;
    (void)seigr__wasm_signed(&r, 33, &index);
    *params = index >= 0 ? p->m->types[index].param_count : 0;
    *results = index >= 0 ? p->m->types[index].result_count : index != -64;
}

static uint32_t precise_return(precise *p);

/* Branch to the block open that many levels out. */
static uint32_t precise_branch(precise *p, uint32_t depth)
{
    wasm_vm *vm = p->vm;
    const wasm_block *block = seigr__wasm_block_open(p->m, p->f, p->at, depth);
    uint32_t params;
    uint32_t arity;

    if (block == NULL)
        return precise_return(p);
    precise_block_arity(p, block, &params, &arity);
    if (p->r.bytes[block->start] == WASM_LOOP)
        arity = params;
    memmove(p->operands + block->height, p->operands + vm->height - arity,
            arity * sizeof(*p->operands));
    vm->height = block->height + arity;
    if (p->r.bytes[block->start] == WASM_LOOP)
        p->r.at = seigr__wasm_behind(p->m, block->start);
    else
        p->r.at = block->end;
    return PRECISE_LAND;
}

static uint32_t precise_branch_table(precise *p)
{
    const uint32_t index = (uint32_t)*precise_top(p, 0);
    const uint32_t count = precise_immediate(p);
    uint32_t depth = 0;

    p->vm->height--;
    for (uint32_t i = 0; i <= (index < count ? index : count); i++)
        depth = precise_immediate(p);
    return precise_branch(p, depth);
}

/* Behind the else of an if, or behind its end if there is none before. */
static uint32_t precise_if(precise *p)
{
    const uint32_t condition = (uint32_t)*precise_top(p, 0);
    const wasm_block *block;

    p->vm->height--;
    (void)precise_immediate(p); /* the type is one LEB128 */
    if (condition != 0)
        return PRECISE_ON;
    block = seigr__wasm_block_begun(p->m, p->f, p->at);
    p->r.at = block->else_at != 0 ? block->else_at : block->end;
    return PRECISE_LAND;
}

/* --- calls ------------------------------------------------------------- */

uint32_t seigr__wasm_arrive(wasm_vm *vm, const uint16_t *pc)
{
    if (pc == seigr__wasm_switch_code + WASM_RETURN_AT) {
        vm->instance = vm->frames[--vm->frame_count].instance;
        pc = vm->frames[--vm->frame_count].pc;
    }
    if (pc == seigr__wasm_exit_code + WASM_RETURN_AT)
        return WASM_PRECISE_DONE;
    vm->fp -= pc[-2];
    vm->fuel -= pc[-1];
    vm->pc = pc;
    vm->is_precise = 0;
    if (vm->fuel < 0)
        seigr__wasm_to_precise(vm, WASM_EXIT_NEXT);
    return WASM_PRECISE_FAST;
}

static uint32_t precise_return(precise *p)
{
    wasm_vm *vm = p->vm;
    const uint32_t count = p->f->results;
    uint32_t next;

    if (count > 0)
        memmove(vm->fp, p->operands + vm->height - count,
                count * sizeof(*vm->fp));
    vm->slots_used -= p->f->slots;
    next = seigr__wasm_arrive(vm, vm->frames[--vm->frame_count].pc);
    if (next != WASM_PRECISE_FAST || !vm->is_precise)
        return next;
    precise_load(p, vm);
    return PRECISE_ON;
}

int seigr__wasm_reserve(wasm_vm *vm, uint32_t slots)
{
    const size_t fp = (size_t)(vm->fp - vm->slots);
    void *items = vm->slots;
    int err = seigr__wasm_grow(vm->instance->context, &items, &vm->slot_room,
                               vm->slot_room, slots, sizeof(*vm->slots));

    vm->slots = items;
    vm->fp = vm->slots + fp;
    /* Room for more arguments than that is no room for frames (1). */
    if (vm->slot_room > vm->slots_max)
        vm->slot_room = vm->slots_max;
    return err;
}

/* Room for another frame. The limits are the guest's, room is ours. */
static uint32_t precise_room(wasm_vm *vm, uint32_t slots, uint32_t frames)
{
    const seigr_context *context = vm->instance->context;
    void *items = vm->frames;

    if (vm->slots_max - vm->slots_used < slots ||
        vm->frame_max - vm->frame_count < frames)
        return WASM_PRECISE_TRAP;
    if (vm->slot_room - vm->slots_used < slots &&
        seigr__wasm_reserve(vm, vm->slots_used + slots) < 0)
        return WASM_PRECISE_NOMEM;
    if (vm->frame_room - vm->frame_count < frames) {
        if (seigr__wasm_grow(context, &items, &vm->frame_room, vm->frame_count,
                             vm->frame_count + frames, sizeof(*vm->frames)) < 0)
            return WASM_PRECISE_NOMEM;
        vm->frames = items;
        if (vm->frame_room > vm->frame_max)
            vm->frame_room = vm->frame_max;
    }
    return PRECISE_ON;
}

/* Put a frame for a function on the stack; its arguments are at base. */
static void precise_frame(wasm_vm *vm, seigr_instance *callee,
                          uint32_t function, uint32_t base, const uint16_t *pc)
{
    const wasm_function *f = &callee->module->functions[function];

    vm->frames[vm->frame_count++].pc = pc;
    if (vm->instance != callee) {
        vm->frames[vm->frame_count++].instance = vm->instance;
        vm->frames[vm->frame_count++].pc =
            seigr__wasm_switch_code + WASM_RETURN_AT;
        vm->instance = callee;
    }
    vm->slots_used += f->slots;
    vm->fp += base;
    memset(vm->fp + f->params, 0, f->locals * sizeof(*vm->fp));
    vm->function = function;
    vm->offset = f->code_at;
    vm->height = 0;
}

/* A call of the module's own or of another instance's function. */
static uint32_t precise_call_wasm(precise *p, seigr_instance *callee,
                                  uint32_t function)
{
    wasm_vm *vm = p->vm;
    const wasm_function *f = &callee->module->functions[function];
    const uint32_t frames = vm->instance == callee ? 1 : 3;
    const uint32_t base =
        (uint32_t)(p->operands - vm->fp) + vm->height - f->params;
    uint32_t next = precise_room(vm, f->slots, frames);

    if (next == WASM_PRECISE_TRAP) {
        next = precise_pay(p, 1);
        return next == PRECISE_ON ? precise_trap(p, SEIGR_TRAP_STACK) : next;
    }
    if (next == PRECISE_ON)
        next = precise_pay(p, 1 + (uint64_t)f->locals / 8);
    if (next != PRECISE_ON) {
        vm->offset = p->at;
        return next;
    }
    precise_frame(vm, callee, function, base,
                  precise_code_behind(
                      p->m, seigr__wasm_leader_by_offset(p->m, p->f, p->at)));
    precise_load(p, vm);
    return PRECISE_LAND;
}

/* Nothing is in the upper half of a 32-bit result, whatever a host wrote. */
static void precise_narrow(uint64_t *values, const wasm_type *type)
{
    for (uint32_t i = 0; i < type->result_count; i++)
        if (type->results[i] == SEIGR_WASM_I32 ||
            type->results[i] == SEIGR_WASM_F32)
            values[i] = (uint32_t)values[i];
}

/* Ask a host function; its arguments become its results. */
static uint32_t precise_ask(wasm_vm *vm, seigr_instance *caller,
                            const wasm_linked *linked, const wasm_type *type,
                            uint64_t *values)
{
    seigr_host_call call;
    uint64_t cost = 1;
    int answer;

    call.instance = caller;
    call.values = values;
    call.fuel_used = vm->fuel_before + vm->fuel_step - (uint64_t)vm->fuel;
    call.fuel_left = (uint64_t)vm->fuel;
    call.ctx = linked->ctx;
    if (linked->host->cost != NULL) {
        const uint64_t more = linked->host->cost(&call);

        cost = more == UINT64_MAX ? more : more + 1;
    }
    if (cost > (uint64_t)vm->fuel)
        return WASM_PRECISE_FUEL;
    call.fuel_left -= cost;
    answer = linked->host->call(&call);
    if (answer == SEIGR_HOST_WAIT)
        return WASM_PRECISE_WAIT;
    vm->fuel -= (int64_t)cost;
    switch (answer) {
    case SEIGR_HOST_OK:
        precise_narrow(values, type);
        return PRECISE_ON;
    case SEIGR_HOST_YIELD:
        precise_narrow(values, type);
        return WASM_PRECISE_YIELD;
    case SEIGR_HOST_EXIT:
        return WASM_PRECISE_EXIT;
    default:
        vm->trap = SEIGR_TRAP_HOST;
        return WASM_PRECISE_TRAP;
    }
}

static uint32_t precise_call_host(precise *p, const wasm_linked *linked,
                                  const wasm_type *type)
{
    wasm_vm *vm = p->vm;
    uint64_t *values = p->operands + vm->height - type->param_count;
    const uint32_t next = precise_ask(vm, vm->instance, linked, type, values);

    vm->offset = p->at;
    if (next != PRECISE_ON && next != WASM_PRECISE_YIELD)
        return next;
    vm->height = vm->height - type->param_count + type->result_count;
    if (next == PRECISE_ON)
        return precise_go_on(p);
    (void)precise_pass(p);
    return next;
}

static uint32_t precise_call_to(precise *p, seigr_instance *callee,
                                uint32_t function)
{
    const seigr_module *m = callee->module;

    if (function < m->function_imports)
        return precise_call_host(p, &callee->linked[function],
                                 &m->types[m->functions[function].type]);
    return precise_call_wasm(p, callee, function);
}

static uint32_t precise_call(precise *p)
{
    seigr_instance *callee = p->vm->instance;
    uint32_t function = precise_immediate(p);

    seigr__wasm_resolve_function(&callee, &function);
    return precise_call_to(p, callee, function);
}

/* Function types of two modules are the same. */
static int precise_same_type(const wasm_type *a, const wasm_type *b)
{
    return a->param_count == b->param_count &&
           a->result_count == b->result_count &&
           (a->param_count == 0 ||
            memcmp(a->params, b->params, a->param_count) == 0) &&
           (a->result_count == 0 ||
            memcmp(a->results, b->results, a->result_count) == 0);
}

static uint32_t precise_call_indirect(precise *p)
{
    const uint32_t type = precise_immediate(p);
    const uint32_t element = (uint32_t)*precise_top(p, 0);
    seigr_instance *callee = NULL;
    uint32_t function = 0;
    uint32_t next;
    uint32_t trap;

    (void)precise_immediate(p); /* which table */
    trap = seigr__wasm_table_get(p->vm->instance->table, element, &callee,
                                 &function);
    if (trap == 0 &&
        !precise_same_type(
            &p->m->types[type],
            &callee->module->types[callee->module->functions[function].type]))
        trap = SEIGR_TRAP_INDIRECT_TYPE;
    if (trap != 0) {
        next = precise_pay(p, 1);
        return next == PRECISE_ON ? precise_trap(p, trap) : next;
    }
    p->vm->height--; /* the element */
    next = precise_call_to(p, callee, function);
    /* Nothing was done: the element is an operand again. */
    if (next == WASM_PRECISE_FUEL || next == WASM_PRECISE_WAIT ||
        next == WASM_PRECISE_NOMEM)
        p->vm->height++;
    return next;
}

/* --- bulk instructions ------------------------------------------------- */

static seigr_span precise_segment(const seigr_instance *instance,
                                  uint32_t index)
{
    const wasm_data *data = &instance->module->data[index];

    if (instance->dropped_data[index])
        return (seigr_span){NULL, 0};
    return (seigr_span){instance->module->bytes.ptr + data->at, data->len};
}

/* Whether the operands of a bulk instruction are inside their bounds. */
static int precise_fits(const seigr_instance *instance, uint32_t sub,
                        uint32_t index, const uint64_t operands[3])
{
    const uint64_t count = (uint32_t)operands[2];
    const uint64_t to = (uint32_t)operands[0] + count;
    const uint64_t from = (uint32_t)operands[1] + count;

    switch (sub) {
    case WASM_MEMORY_INIT:
        return to <= instance->memory->len &&
               from <= precise_segment(instance, index).len;
    case WASM_MEMORY_COPY:
        return to <= instance->memory->len && from <= instance->memory->len;
    case WASM_MEMORY_FILL:
        return to <= instance->memory->len;
    case WASM_TABLE_INIT:
        return to <= instance->table->count &&
               from <= (instance->dropped_elements[index]
                            ? 0
                            : instance->module->elements[index].count);
    default:
        assert(sub == WASM_TABLE_COPY);
        return to <= instance->table->count && from <= instance->table->count;
    }
}

static uint32_t precise_bulk(precise *p, uint32_t sub, uint32_t index)
{
    seigr_instance *instance = p->vm->instance;
    const uint64_t *operands = precise_top(p, 2);
    const uint32_t to = (uint32_t)operands[0];
    const uint32_t from = (uint32_t)operands[1];
    const uint32_t count = (uint32_t)operands[2];
    const int fits = precise_fits(instance, sub, index, operands);
    uint32_t next = precise_pay(p, fits ? 1 + (uint64_t)count / 8 : 1);
    uint32_t trap = 0;

    if (next != PRECISE_ON)
        return next;
    switch (sub) {
    case WASM_MEMORY_INIT:
        trap = seigr__wasm_memory_place(instance->memory, to,
                                        precise_segment(instance, index), from,
                                        count);
        break;
    case WASM_MEMORY_COPY:
        trap = seigr__wasm_memory_copy(instance->memory, to, from, count);
        break;
    case WASM_MEMORY_FILL:
        trap = seigr__wasm_memory_fill(instance->memory, to, from, count);
        break;
    case WASM_TABLE_INIT:
        trap = seigr__wasm_table_init(instance, index, to, from, count);
        break;
    default:
        trap = seigr__wasm_table_copy(instance->table, to, from, count);
    }
    if (trap == WASM_TABLE_NOMEM) {
        p->vm->fuel += 1 + (int64_t)(count / 8);
        p->vm->offset = p->at;
        return WASM_PRECISE_NOMEM;
    }
    assert(fits == (trap == 0));
    if (trap != 0)
        return precise_trap(p, trap);
    p->vm->height -= 3;
    return precise_go_on(p);
}

static uint32_t precise_prefixed(precise *p)
{
    const size_t immediates = p->r.at;
    const uint32_t sub = precise_immediate(p);
    uint32_t index = 0;
    uint32_t next;

    if (sub < WASM_MEMORY_INIT) {
        uint32_t trap = 0;

        next = precise_pay(p, 1);
        if (next == PRECISE_ON)
            *precise_top(p, 0) =
                seigr__wasm_compute(0x100 + sub, precise_top(p, 0), &trap);
        return next;
    }
    if (sub != WASM_MEMORY_COPY && sub != WASM_MEMORY_FILL)
        index = precise_immediate(p);
    p->r.at = immediates;
    seigr__wasm_skip(&p->r, WASM_PREFIX);
    if (sub != WASM_DATA_DROP && sub != WASM_ELEM_DROP)
        return precise_bulk(p, sub, index);
    next = precise_pay(p, 1);
    if (next != PRECISE_ON)
        return next;
    if (sub == WASM_DATA_DROP)
        p->vm->instance->dropped_data[index] = 1;
    else
        p->vm->instance->dropped_elements[index] = 1;
    return precise_go_on(p);
}

static uint32_t precise_memory_grow(precise *p)
{
    wasm_memory *memory = p->vm->instance->memory;
    uint64_t *operand = precise_top(p, 0);
    const uint32_t pages = (uint32_t)*operand;
    const int fits = pages <= memory->pages_max - memory->pages;
    uint32_t next = precise_pay(p, fits ? 1 + (uint64_t)pages * 1024 : 1);

    p->r.at++; /* which memory */
    if (next != PRECISE_ON)
        return next;
    if (fits) {
        const uint32_t old = memory->pages;

        if (seigr__wasm_memory_grow(memory, pages) < 0) {
            p->vm->fuel += 1 + (int64_t)pages * 1024;
            p->vm->offset = p->at;
            return WASM_PRECISE_NOMEM;
        }
        *operand = old;
    } else {
        *operand = UINT32_MAX;
    }
    return precise_go_on(p);
}

static uint64_t precise_extend(uint32_t value)
{
    return value;
}

/* --- values ------------------------------------------------------------ */

#define PRECISE_IN_u32(slot) ((uint32_t)(slot))
#define PRECISE_IN_u64(slot) (slot)
#define PRECISE_IN_f32(slot) wasm_f32_of(slot)
#define PRECISE_IN_f64(slot) wasm_f64_of(slot)
#define PRECISE_OUT_u32(value) precise_extend((uint32_t)(value))
#define PRECISE_OUT_u64(value) ((uint64_t)(value))
#define PRECISE_OUT_f32(value) wasm_of_f32(value)
#define PRECISE_OUT_f64(value) wasm_of_f64(value)
#define PRECISE_TYPE_u32 uint32_t
#define PRECISE_TYPE_u64 uint64_t
#define PRECISE_TYPE_f32 float
#define PRECISE_TYPE_f64 double

#define PRECISE_UNARY(opcode, name, in, out, expr)                             \
    case opcode: {                                                             \
        const PRECISE_TYPE_##in a = PRECISE_IN_##in(operands[0]);              \
        return PRECISE_OUT_##out(expr);                                        \
    }
#define PRECISE_BINARY(opcode, name, in, out, expr)                            \
    case opcode: {                                                             \
        const PRECISE_TYPE_##in a = PRECISE_IN_##in(operands[0]);              \
        const PRECISE_TYPE_##in b = PRECISE_IN_##in(operands[1]);              \
        return PRECISE_OUT_##out(expr);                                        \
    }
#define PRECISE_UNARY_TRAPPING(opcode, name, in, out, call)                    \
    case opcode: {                                                             \
        PRECISE_TYPE_##out result = 0;                                         \
        *trap = call(PRECISE_IN_##in(operands[0]), &result);                   \
        return PRECISE_OUT_##out(result);                                      \
    }
#define PRECISE_BINARY_TRAPPING(opcode, name, in, out, call)                   \
    case opcode: {                                                             \
        PRECISE_TYPE_##out result = 0;                                         \
        *trap = call(PRECISE_IN_##in(operands[0]),                             \
                     PRECISE_IN_##in(operands[1]), &result);                   \
        return PRECISE_OUT_##out(result);                                      \
    }

/* Longer than functions are here: one case for each line of the list. */
uint64_t seigr__wasm_compute(unsigned opcode, const uint64_t *operands,
                             uint32_t *trap)
{
    switch (opcode) {
        WASM_NUMERIC_LIST(PRECISE_UNARY, PRECISE_BINARY, PRECISE_UNARY_TRAPPING,
                          PRECISE_BINARY_TRAPPING)
    default:
        assert(0 && "a numeric instruction");
        return 0;
    }
}

static uint32_t precise_do_numeric(precise *p, unsigned opcode)
{
    const wasm_opcode_info *info = &seigr__wasm_opcodes[opcode];
    uint64_t *operands = precise_top(p, info->pops - 1u);
    uint32_t trap = 0;
    const uint64_t result = seigr__wasm_compute(opcode, operands, &trap);

    if (trap != 0)
        return precise_trap(p, trap);
    *operands = result;
    p->vm->height -= info->pops - 1u;
    return PRECISE_ON;
}

static uint64_t precise_load_value(unsigned opcode, const uint8_t *p)
{
    switch (opcode) {
    case WASM_I32_LOAD:
    case WASM_F32_LOAD:
    case WASM_I64_LOAD32_U:
        return wasm_read_u32(p);
    case WASM_I64_LOAD:
    case WASM_F64_LOAD:
        return wasm_read_u64(p);
    case WASM_I32_LOAD8_S:
        return precise_extend((uint32_t)(int8_t)*p);
    case WASM_I32_LOAD8_U:
    case WASM_I64_LOAD8_U:
        return *p;
    case WASM_I32_LOAD16_S:
        return precise_extend((uint32_t)(int16_t)wasm_read_u16(p));
    case WASM_I32_LOAD16_U:
    case WASM_I64_LOAD16_U:
        return wasm_read_u16(p);
    case WASM_I64_LOAD8_S:
        return (uint64_t)(int8_t)*p;
    case WASM_I64_LOAD16_S:
        return (uint64_t)(int16_t)wasm_read_u16(p);
    default:
        assert(opcode == WASM_I64_LOAD32_S);
        return (uint64_t)(int32_t)wasm_read_u32(p);
    }
}

static void precise_store_value(unsigned align, uint8_t *p, uint64_t value)
{
    switch (align) {
    case 0:
        *p = (uint8_t)value;
        break;
    case 1:
        wasm_write_u16(p, (uint16_t)value);
        break;
    case 2:
        wasm_write_u32(p, (uint32_t)value);
        break;
    default:
        assert(align == 3);
        wasm_write_u64(p, value);
    }
}

static uint32_t precise_access(precise *p, unsigned opcode)
{
    const wasm_opcode_info *info = &seigr__wasm_opcodes[opcode];
    wasm_memory *memory = p->vm->instance->memory;
    uint64_t *operands = precise_top(p, info->pops - 1u);
    const uint32_t len = 1u << info->align;
    uint64_t ea;

    (void)precise_immediate(p); /* alignment: a hint */
    ea = (uint64_t)(uint32_t)operands[0] + precise_immediate(p);
    if (ea + len > memory->len)
        return precise_trap(p, SEIGR_TRAP_MEMORY);
    if (info->pops == 1) {
        *operands = precise_load_value(opcode, memory->bytes + ea);
        return PRECISE_ON;
    }
    precise_store_value(info->align, memory->bytes + ea, operands[1]);
    seigr__wasm_memory_mark(memory, ea, len);
    p->vm->height -= 2;
    return PRECISE_ON;
}

static uint32_t precise_variable(precise *p, unsigned opcode)
{
    const uint32_t index = precise_immediate(p);
    uint64_t *cell = opcode >= WASM_GLOBAL_GET
                         ? seigr__wasm_global_cell(p->vm->instance, index)
                         : &p->vm->fp[index];

    switch (opcode) {
    case WASM_LOCAL_GET:
    case WASM_GLOBAL_GET:
        precise_push(p, *cell);
        break;
    case WASM_LOCAL_TEE:
        *cell = *precise_top(p, 0);
        break;
    default:
        *cell = *precise_top(p, 0);
        p->vm->height--;
    }
    /* A global of another instance has a run of its own behind it. */
    if (opcode >= WASM_GLOBAL_GET && cell != &p->vm->instance->globals[index])
        return precise_go_on(p);
    return PRECISE_ON;
}

static uint32_t precise_constant(precise *p, unsigned opcode)
{
    int64_t value = 0;

    switch (opcode) {
    case WASM_I32_CONST:
        (void)seigr__wasm_signed(&p->r, 32, &value);
        precise_push(p, (uint32_t)value);
        break;
    case WASM_I64_CONST:
        (void)seigr__wasm_signed(&p->r, 64, &value);
        precise_push(p, (uint64_t)value);
        break;
    case WASM_F32_CONST:
        precise_push(p, wasm_read_u32(p->r.bytes + p->r.at));
        p->r.at += 4;
        break;
    default:
        assert(opcode == WASM_F64_CONST);
        precise_push(p, wasm_read_u64(p->r.bytes + p->r.at));
        p->r.at += 8;
    }
    return PRECISE_ON;
}

static uint32_t precise_select(precise *p)
{
    uint64_t *operands = precise_top(p, 2);

    if ((uint32_t)operands[2] == 0)
        operands[0] = operands[1];
    p->vm->height -= 2;
    return PRECISE_ON;
}

/* --- one instruction --------------------------------------------------- */

/* Instructions that cost 1 whatever happens, and that is paid. */
static uint32_t precise_simple(precise *p, unsigned opcode)
{
    if (opcode >= WASM_NUMERIC_FIRST && opcode <= WASM_NUMERIC_LAST)
        return precise_do_numeric(p, opcode);
    if (opcode >= WASM_LOAD_FIRST && opcode <= WASM_STORE_LAST)
        return precise_access(p, opcode);
    if (opcode >= WASM_LOCAL_GET && opcode <= WASM_GLOBAL_SET)
        return precise_variable(p, opcode);
    switch (opcode) {
    case WASM_UNREACHABLE:
        return precise_trap(p, SEIGR_TRAP_UNREACHABLE);
    case WASM_NOP:
        return PRECISE_ON;
    case WASM_IF:
        return precise_if(p);
    case WASM_BR:
        return precise_branch(p, precise_immediate(p));
    case WASM_BR_IF:
        p->vm->height--;
        if ((uint32_t)p->operands[p->vm->height] != 0)
            return precise_branch(p, precise_immediate(p));
        (void)precise_immediate(p);
        return PRECISE_ON;
    case WASM_BR_TABLE:
        return precise_branch_table(p);
    case WASM_RETURN:
        return precise_return(p);
    case WASM_DROP:
        p->vm->height--;
        return PRECISE_ON;
    case WASM_SELECT:
        return precise_select(p);
    case WASM_MEMORY_SIZE:
        p->r.at++; /* which memory */
        precise_push(p, p->vm->instance->memory->pages);
        return PRECISE_ON;
    default:
        return precise_constant(p, opcode);
    }
}

/* Instructions that cost nothing (3), or what they know themselves. */
static uint32_t precise_step(precise *p, unsigned opcode)
{
    uint32_t next;

    switch (opcode) {
    case WASM_BLOCK:
    case WASM_LOOP:
        seigr__wasm_skip(&p->r, opcode);
        return PRECISE_ON;
    case WASM_ELSE: /* the end of the other arm */
        p->r.at = seigr__wasm_block_open(p->m, p->f, p->at, 0)->end;
        return PRECISE_LAND;
    case WASM_END:
        return p->r.at == p->f->body_end ? precise_return(p) : PRECISE_ON;
    case WASM_CALL:
        return precise_call(p);
    case WASM_CALL_INDIRECT:
        return precise_call_indirect(p);
    case WASM_MEMORY_GROW:
        return precise_memory_grow(p);
    case WASM_PREFIX:
        return precise_prefixed(p);
    default:
        next = precise_pay(p, 1);
        return next == PRECISE_ON ? precise_simple(p, opcode) : next;
    }
}

uint32_t seigr__wasm_precise(wasm_vm *vm)
{
    precise p;
    uint32_t next = PRECISE_ON;

    assert(vm->is_precise && vm->fuel >= 0);
    precise_load(&p, vm);
    while (next == PRECISE_ON) {
        p.at = (uint32_t)p.r.at;
        next = precise_step(&p, p.r.bytes[p.r.at++]);
        if (next == PRECISE_LAND) {
            vm->offset = (uint32_t)p.r.at;
            next = precise_land(&p);
        }
        if (next == PRECISE_ON)
            vm->offset = (uint32_t)p.r.at; /* (1) */
    }
    return next;
}

uint32_t seigr__wasm_enter(wasm_vm *vm, seigr_instance *callee,
                           uint32_t function)
{
    const seigr_module *m;
    const wasm_function *f;
    uint32_t next;
    precise p;

    seigr__wasm_resolve_function(&callee, &function);
    m = callee->module;
    f = &m->functions[function];
    if (function < m->function_imports) {
        next = precise_ask(vm, callee, &callee->linked[function],
                           &m->types[f->type], vm->slots);
        return next == PRECISE_ON ? WASM_PRECISE_DONE : next;
    }
    next = precise_room(vm, f->slots, vm->instance == callee ? 1 : 3);
    if (next == WASM_PRECISE_TRAP) {
        if (vm->fuel < 1)
            return WASM_PRECISE_FUEL;
        vm->fuel--;
        vm->trap = SEIGR_TRAP_STACK;
    }
    if (next != PRECISE_ON)
        return next;
    if (vm->fuel < 1 + f->locals / 8)
        return WASM_PRECISE_FUEL;
    vm->fuel -= 1 + f->locals / 8;
    precise_frame(vm, callee, function, 0,
                  seigr__wasm_exit_code + WASM_RETURN_AT);
    vm->is_precise = 1;
    precise_load(&p, vm);
    (void)precise_land(&p);
    return WASM_PRECISE_FAST;
}

void seigr__wasm_to_precise(wasm_vm *vm, uint32_t exit)
{
    const seigr_module *m = vm->instance->module;
    const uint32_t unit = (uint32_t)(vm->pc - m->units);
    const wasm_leader *leader;

    if (exit == WASM_EXIT_NEXT) {
        uint32_t pops;
        uint32_t pushes;

        leader = seigr__wasm_leader_by_unit(m, unit - 1);
        seigr__wasm_stack_effect(m, leader->offset, &pops, &pushes);
        vm->offset = leader->next;
        vm->height = leader->height - pops + pushes;
        vm->fuel += vm->pc[-1];
    } else {
        leader = seigr__wasm_leader_by_unit(m, unit);
        assert(leader->unit_at == unit);
        vm->fuel += exit == WASM_EXIT_LEADER ? leader->cost : 1;
        vm->offset = leader->offset;
        vm->height = leader->height;
    }
    vm->function = seigr__wasm_function_of(m, unit - (exit == WASM_EXIT_NEXT));
    vm->is_precise = 1;
}
