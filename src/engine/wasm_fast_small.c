/* SPDX-License-Identifier: MIT */
/*
 * wasm_fast_small.c - runs the engine's code, in little code of our own.
 *
 * Of the instructions in wasm_code.h it has those that wasm_form_small.c and
 * wasm_access_small.c use, and no accumulators. 32-bit integers are computed
 * here; all else by seigr__wasm_compute(), which wasm_precise.c has anyway.
 *
 * seigr__wasm_fast() is long as that of wasm_fast.c is, whose invariants
 * hold here, too: a list of short pieces, of which a compiler joins the ends.
 */
#include "wasm_instance.h"

#include "wasm_opcode.h" /* WASM_NUMERIC_FIRST */

#include <assert.h> /* assert */

#define A ((uint32_t)fp[pc[1]])
#define B ((uint32_t)fp[pc[2]])
#define K wasm_unit32(pc + 2)

/* A numeric instruction: of two slots, and of a slot and a constant. */
#define SLOTS(name, expr)                                                      \
    case OP_I32_##name: {                                                      \
        const uint32_t b = B;                                                  \
        value = (uint32_t)(expr);                                              \
        goto two_slots;                                                        \
    }
#define BOTH(name, expr)                                                       \
    SLOTS(name, expr)                                                          \
    case OP_I32_##name##_SK: {                                                 \
        const uint32_t b = K;                                                  \
        value = (uint32_t)(expr);                                              \
        goto constant;                                                         \
    }

/* A comparison: the same, and as a branch. */
#define BRANCH_K(name, expr)                                                   \
    case OP_BR_I32_##name##_SK: {                                              \
        const uint32_t b = K;                                                  \
        taken = (expr);                                                        \
        target = 4;                                                            \
        goto branch;                                                           \
    }
#define BRANCH_S(name, expr)                                                   \
    case OP_BR_I32_##name##_SS: {                                              \
        const uint32_t b = B;                                                  \
        taken = (expr);                                                        \
        target = 3;                                                            \
        goto branch;                                                           \
    }
#define COMPARE(name, expr) BOTH(name, expr) BRANCH_K(name, expr)

/* The bytes of an access, inside the memory: the sum of two numbers of 32
 * bits does not wrap in 64. */
#define ACCESS(len)                                                            \
    do {                                                                       \
        const uint64_t ea = (uint64_t)A + K;                                   \
        if (WASM_UNLIKELY(ea + (len) > memory_len))                            \
            goto out_of_bounds;                                                \
        p = memory + ea;                                                       \
    } while (0)
#define LOAD(name, type, len, expr)                                            \
    case OP_##name##_S: {                                                      \
        type loaded;                                                           \
        ACCESS(len);                                                           \
        loaded = (type)(expr);                                                 \
        value = loaded;                                                        \
        goto constant;                                                         \
    }
#define STORE(name, len, write)                                                \
    case OP_##name##_SS:                                                       \
        ACCESS(len);                                                           \
        value = fp[pc[4]];                                                     \
        write;                                                                 \
        goto stored;

/* A numeric instruction that has no piece of its own. Returns the trap, or
 * 0 with *units its length. */
static uint32_t fast_compute(uint64_t *fp, const uint16_t *pc, uint32_t *units)
{
    unsigned opcode = *pc - OP_I32_EQZ + WASM_NUMERIC_FIRST;
    uint64_t operands[2] = {fp[pc[1]], 0};
    uint64_t result;
    uint32_t trap = 0;

    assert(*pc >= OP_I32_EQZ && *pc <= OP_I64_SAT_F64_U);
    *units = 3;
    if (*pc >= OP_I32_SAT_F32_S) {
        opcode = 0x100u + *pc - OP_I32_SAT_F32_S;
    } else if (seigr__wasm_opcodes[opcode].pops == 2) {
        operands[1] = fp[pc[2]];
        *units = 4;
    }
    result = seigr__wasm_compute(opcode, operands, &trap);
    if (trap == 0)
        fp[pc[*units - 1]] = result;
    return trap;
}

/* The function of the same module that an element of the table is, or NULL
 * where wasm_precise.c has to look. */
static const wasm_function *fast_callee(const wasm_vm *vm, uint32_t element,
                                        uint32_t type)
{
    const wasm_table *table = vm->instance->table;
    const wasm_function *callee;
    uint32_t ref;

    if (element >= table->count || table->owner != vm->instance)
        return NULL;
    ref = table->refs[element] - 1;
    if (ref >= WASM_REF_FOREIGN - 1)
        return NULL; /* null or another instance's */
    callee = &vm->instance->module->functions[ref];
    return callee->type == type && callee->body_end != 0 ? callee : NULL;
}

/* Enter a function: in front of next stand the base and what it costs to
 * return. Returns 0 where there is no room or not enough fuel. */
static int fast_call(wasm_vm *vm, const wasm_function *callee,
                     const uint16_t *next, int64_t *fuel)
{
    if (vm->slot_room - vm->slots_used < callee->slots ||
        vm->frame_count == vm->frame_room || *fuel < callee->entry_cost)
        return 0;
    *fuel -= callee->entry_cost;
    vm->slots_used += callee->slots;
    vm->frames[vm->frame_count++].pc = next;
    vm->fp += next[-2];
    memset(vm->fp + callee->params, 0, callee->locals * sizeof(*vm->fp));
    vm->pc = vm->instance->module->units + callee->unit_at;
    return 1;
}

uint32_t seigr__wasm_fast(wasm_vm *vm)
{
    const wasm_memory *const vm_memory = vm->instance->memory;
    uint8_t *const memory = vm_memory != NULL ? vm_memory->bytes : NULL;
    const uint64_t memory_len = vm_memory != NULL ? vm_memory->len : 0;
    const wasm_function *callee;
    const uint16_t *pc = vm->pc;
    uint64_t *fp = vm->fp;
    int64_t fuel = vm->fuel;
    uint64_t value;
    uint8_t *p;
    uint32_t target;
    uint32_t units;
    uint32_t end;
    int taken;

    assert(fuel >= 0); /* (1) */
dispatch:
    switch (*pc) {
        SLOTS(SUB, A - b)
        SLOTS(ROTR, wasm_rotl32(A, 0u - b))
        BOTH(ADD, A + b)
        BOTH(MUL, A * b)
        BOTH(AND, A & b)
        BOTH(OR, A | b)
        BOTH(XOR, A ^ b)
        BOTH(SHL, A << (b & 31))
        BOTH(SHR_S, wasm_shr_s32(A, b))
        BOTH(SHR_U, A >> (b & 31))
        BOTH(ROTL, wasm_rotl32(A, b))
        COMPARE(EQ, A == b)
        COMPARE(NE, A != b)
        COMPARE(LT_S, (int32_t)A < (int32_t)b)
        COMPARE(LT_U, A < b)
        COMPARE(GT_S, (int32_t)A > (int32_t)b)
        COMPARE(GT_U, A > b)
        COMPARE(LE_S, (int32_t)A <= (int32_t)b)
        COMPARE(LE_U, A <= b)
        COMPARE(GE_S, (int32_t)A >= (int32_t)b)
        COMPARE(GE_U, A >= b)
        BRANCH_S(EQ, A == b)
        BRANCH_S(NE, A != b)
        BRANCH_S(LT_S, (int32_t)A < (int32_t)b)
        BRANCH_S(LT_U, A < b)
        BRANCH_S(LE_S, (int32_t)A <= (int32_t)b)
        BRANCH_S(LE_U, A <= b)
        LOAD(I32_LOAD, uint32_t, 4, wasm_read_u32(p))
        LOAD(I64_LOAD, uint64_t, 8, wasm_read_u64(p))
        LOAD(I32_LOAD8_S, uint32_t, 1, (int8_t)*p)
        LOAD(I32_LOAD8_U, uint32_t, 1, *p)
        LOAD(I32_LOAD16_S, uint32_t, 2, (int16_t)wasm_read_u16(p))
        LOAD(I32_LOAD16_U, uint32_t, 2, wasm_read_u16(p))
        LOAD(I64_LOAD8_S, uint64_t, 1, (int8_t)*p)
        LOAD(I64_LOAD16_S, uint64_t, 2, (int16_t)wasm_read_u16(p))
        LOAD(I64_LOAD32_S, uint64_t, 4, (int32_t)wasm_read_u32(p))
        STORE(I32_STORE, 4, wasm_write_u32(p, (uint32_t)value))
        STORE(I64_STORE, 8, wasm_write_u64(p, value))
        STORE(I32_STORE8, 1, *p = (uint8_t)value)
        STORE(I32_STORE16, 2, wasm_write_u16(p, (uint16_t)value))
    case OP_I32_EQZ:
        fp[pc[2]] = A == 0;
        pc += 3;
        goto dispatch;
    case OP_COPY:
        fp[pc[2]] = fp[pc[1]];
        pc += 3;
        goto dispatch;
    case OP_COPY2:
        fp[pc[2]] = fp[pc[1]];
        fp[pc[4]] = fp[pc[3]];
        pc += 5;
        goto dispatch;
    case OP_MOVE:
        memmove(fp + pc[2], fp + pc[1], pc[3] * sizeof(*fp));
        pc += 4;
        goto dispatch;
    case OP_CONST32:
        value = wasm_unit32(pc + 1);
        goto two_slots;
    case OP_CONST32S:
        value = (uint64_t)(int32_t)wasm_unit32(pc + 1);
        goto two_slots;
    case OP_CONST64:
        fp[pc[5]] = wasm_unit64(pc + 1);
        pc += 6;
        goto dispatch;
    case OP_SELECT:
        value = A != 0 ? fp[pc[2]] : fp[pc[3]];
        goto constant;
    case OP_GLOBAL_GET:
        fp[pc[2]] = vm->instance->globals[pc[1]];
        pc += 3;
        goto dispatch;
    case OP_GLOBAL_SET:
        vm->instance->globals[pc[1]] = fp[pc[2]];
        pc += 3;
        goto dispatch;
    case OP_MEMORY_SIZE:
        fp[pc[1]] = vm->instance->memory->pages;
        pc += 2;
        goto dispatch;
    case OP_BR_NZ:
        taken = A != 0;
        target = 2;
        goto branch;
    case OP_BR_Z:
        taken = A == 0;
        target = 2;
        goto branch;
    case OP_JUMP:
        taken = 1;
        target = 1;
        goto branch;
    case OP_JUMP_TABLE:
        target = A < K ? A : K;
        fuel -= (int16_t)pc[4 + 3 * target + 2];
        pc += (int32_t)wasm_unit32(pc + 4 + 3 * target);
        goto paid;
    case OP_CHARGE:
        fuel -= pc[1];
        pc += 2;
        goto paid;
    case OP_NOP:
        pc++;
        goto dispatch;
    case OP_UNREACHABLE:
        vm->trap = SEIGR_TRAP_UNREACHABLE;
        goto trapped;
    case OP_CALL:
        callee = &vm->instance->module->functions[wasm_unit32(pc + 1)];
        units = 5;
        goto call;
    case OP_CALL_INDIRECT:
        callee = fast_callee(vm, A, K);
        units = 6;
        goto call;
    case OP_RETURN_S:
        fp[0] = fp[pc[1]];
        pc++;
        goto leave;
    case OP_RETURN:
        goto leave;
    case OP_PRECISE:
        goto precise;
    case OP_EXIT:
        end = WASM_EXIT_DONE;
        goto done;
    case OP_SWITCH:
        end = WASM_EXIT_SWITCH;
        goto done;
    default:
        vm->trap = fast_compute(fp, pc, &units);
        if (vm->trap != 0)
            goto trapped;
        pc += units;
        goto dispatch;
    }

two_slots: /* and constants of 32 bits, which are as long */
    fp[pc[3]] = value;
    pc += 4;
    goto dispatch;

constant: /* and loads, and select */
    fp[pc[4]] = value;
    pc += 5;
    goto dispatch;

stored:
    vm->instance->memory->dirty[(size_t)(p - memory) >> WASM_DIRTY_SHIFT] = 1;
    pc += 5;
    goto dispatch;

branch: /* the target's units are at target */
    if (!taken) {
        pc += target + 3;
        goto dispatch;
    }
    fuel -= (int16_t)pc[target + 2];
    pc += (int32_t)wasm_unit32(pc + target);
paid:
    if (fuel >= 0)
        goto dispatch;
    end = WASM_EXIT_LEADER;
    goto done;

call:
    vm->fp = fp;
    if (callee == NULL || !fast_call(vm, callee, pc + units, &fuel))
        goto precise;
    fp = vm->fp;
    pc = vm->pc;
    goto dispatch;

leave: /* slots of the frame are pc[1] */
    vm->slots_used -= pc[1];
    pc = vm->frames[--vm->frame_count].pc;
    fp -= pc[-2];
    fuel -= pc[-1];
    if (fuel >= 0)
        goto dispatch;
    end = WASM_EXIT_NEXT;
    goto done;

precise:
    end = WASM_EXIT_PRECISE;
    goto done;
out_of_bounds:
    vm->trap = SEIGR_TRAP_MEMORY;
trapped:
    end = WASM_EXIT_TRAP;
done:
    vm->pc = pc;
    vm->fp = fp;
    vm->fuel = fuel;
    return end;
}
