/* SPDX-License-Identifier: MIT */
/*
 * wasm_fast.c - runs the engine's code.
 *
 * It runs what is common and leaves the rest to wasm_precise.c: what is
 * rare, and the exact stop where fuel ends. It never looks at the module's
 * bytes.
 *
 * seigr__wasm_fast() is longer than any other function here: the
 * instructions have to be in one function to keep the program counter, the
 * frame, the memory and the accumulators in registers from one to the next.
 * It is a list of short pieces, most of them made from the lists in
 * wasm_code.h and wasm_numeric.h.
 *
 * Invariants:
 *   (1) fuel >= 0 before each instruction: what follows up to the next
 *       charge is paid.
 *   (2) code was translated from a valid module: slots are inside the
 *       frame, and the frame inside vm->slots, checked when it was entered.
 *   (3) no access to guest memory without a check of its whole range.
 */
#include "wasm_instance.h"

#include "wasm_dispatch.h" /* OP, NEXT */

#include <assert.h> /* assert */

#define TYPE_u32 uint32_t
#define TYPE_u64 uint64_t
#define TYPE_f32 float
#define TYPE_f64 double

/* Operands in slots and in accumulators. */
#define SLOT_u32(slot) ((uint32_t)fp[slot])
#define SLOT_u64(slot) (fp[slot])
#define SLOT_f32(slot) wasm_f32_of(fp[slot])
#define SLOT_f64(slot) wasm_f64_of(fp[slot])
#define HELD_u32 ((uint32_t)held)
#define HELD_u64 held
#define HELD_f32 held_f32
#define HELD_f64 held_f64
#define K32(unit) wasm_unit32(pc + (unit))
#define K_u32(unit) K32(unit)
#define K_u64(unit) ((uint64_t)(int64_t)(int32_t)K32(unit))

/* A result goes to its slot and stays in the accumulator. */
#define WRITE_u32(slot, value)                                                 \
    do {                                                                       \
        const uint32_t written = (uint32_t)(value);                            \
        held = written;                                                        \
        fp[slot] = held;                                                       \
    } while (0)
#define WRITE_u64(slot, value)                                                 \
    do {                                                                       \
        held = (uint64_t)(value);                                              \
        fp[slot] = held;                                                       \
    } while (0)
#define WRITE_f32(slot, value)                                                 \
    do {                                                                       \
        held_f32 = (value);                                                    \
        fp[slot] = wasm_of_f32(held_f32);                                      \
    } while (0)
#define WRITE_f64(slot, value)                                                 \
    do {                                                                       \
        held_f64 = (value);                                                    \
        fp[slot] = wasm_of_f64(held_f64);                                      \
    } while (0)

#define SIGNED_I32(x) ((int32_t)(x))
#define SIGNED_I64(x) ((int64_t)(x))
#define WIDTH_I32 u32
#define WIDTH_I64 u64
#define DO_ADD(w, a, b) ((a) + (b))
#define DO_SUB(w, a, b) ((a) - (b))
#define DO_MUL(w, a, b) ((a) * (b))
#define DO_AND(w, a, b) ((a) & (b))
#define DO_OR(w, a, b) ((a) | (b))
#define DO_XOR(w, a, b) ((a) ^ (b))
#define BITS_I32 31
#define BITS_I64 63
#define DO_SHL(w, a, b) ((a) << ((b)&BITS_##w))
#define DO_SHR_U(w, a, b) ((a) >> ((b)&BITS_##w))
#define DO_SHR_S(w, a, b) (SIGNED_##w(a) >> ((b)&BITS_##w))
#define ROTL_I32 wasm_rotl32
#define ROTL_I64 wasm_rotl64
#define DO_ROTL(w, a, b) ROTL_##w((a), (b))
#define DO_ROTR(w, a, b) ROTL_##w((a), 0u - (b))
#define DO_EQ(w, a, b) ((a) == (b))
#define DO_NE(w, a, b) ((a) != (b))
#define DO_LT_S(w, a, b) (SIGNED_##w(a) < SIGNED_##w(b))
#define DO_LT_U(w, a, b) ((a) < (b))
#define DO_GT_S(w, a, b) (SIGNED_##w(a) > SIGNED_##w(b))
#define DO_GT_U(w, a, b) ((a) > (b))
#define DO_LE_S(w, a, b) (SIGNED_##w(a) <= SIGNED_##w(b))
#define DO_LE_U(w, a, b) ((a) <= (b))
#define DO_GE_S(w, a, b) (SIGNED_##w(a) >= SIGNED_##w(b))
#define DO_GE_U(w, a, b) ((a) >= (b))
#define CANON_F32 wasm_canon_f32
#define CANON_F64 wasm_canon_f64

/* Take the branch whose target is at that unit: go there, pay. */
#define BRANCH(unit)                                                           \
    do {                                                                       \
        fuel -= (int16_t)pc[(unit) + 2];                                       \
        pc += (int32_t)K32(unit);                                              \
        if (WASM_UNLIKELY(fuel < 0))                                           \
            goto out_of_fuel;                                                  \
        NEXT(0);                                                               \
    } while (0)

#define TRAP(why)                                                              \
    do {                                                                       \
        vm->trap = (why);                                                      \
        goto trapped;                                                          \
    } while (0)

/* Numeric instructions on slots. */
#define FAST_UNARY(opcode, name, in, out, expr)                                \
    OP(name)                                                                   \
    {                                                                          \
        const TYPE_##in a = SLOT_##in(pc[1]);                                  \
        WRITE_##out(pc[2], expr);                                              \
        NEXT(3);                                                               \
    }
#define FAST_BINARY(opcode, name, in, out, expr)                               \
    OP(name)                                                                   \
    {                                                                          \
        const TYPE_##in a = SLOT_##in(pc[1]);                                  \
        const TYPE_##in b = SLOT_##in(pc[2]);                                  \
        WRITE_##out(pc[3], expr);                                              \
        NEXT(4);                                                               \
    }
#define FAST_UNARY_TRAPPING(opcode, name, in, out, call)                       \
    OP(name)                                                                   \
    {                                                                          \
        TYPE_##out result;                                                     \
        const uint32_t trap = call(SLOT_##in(pc[1]), &result);                 \
        if (WASM_UNLIKELY(trap != 0))                                          \
            TRAP(trap);                                                        \
        WRITE_##out(pc[2], result);                                            \
        NEXT(3);                                                               \
    }
#define FAST_BINARY_TRAPPING(opcode, name, in, out, call)                      \
    OP(name)                                                                   \
    {                                                                          \
        TYPE_##out result;                                                     \
        const uint32_t trap =                                                  \
            call(SLOT_##in(pc[1]), SLOT_##in(pc[2]), &result);                 \
        if (WASM_UNLIKELY(trap != 0))                                          \
            TRAP(trap);                                                        \
        WRITE_##out(pc[3], result);                                            \
        NEXT(4);                                                               \
    }

/* The other forms of integer instructions; w is I32 or I64. */
#define FAST_FORM(w, t, name, form, left, right, dest, units)                  \
    OP(w##_##name##_##form)                                                    \
    {                                                                          \
        const TYPE_##t a = left;                                               \
        const TYPE_##t b = right;                                              \
        WRITE_##t(pc[dest], DO_##name(w, a, b));                               \
        NEXT(units);                                                           \
    }
#define FAST_AS(w, t, name)                                                    \
    FAST_FORM(w, t, name, AS, HELD_##t, SLOT_##t(pc[1]), 2, 3)
#define FAST_SA(w, t, name)                                                    \
    FAST_FORM(w, t, name, SA, SLOT_##t(pc[1]), HELD_##t, 2, 3)
#define FAST_SK(w, t, name)                                                    \
    FAST_FORM(w, t, name, SK, SLOT_##t(pc[1]), K_##t(2), 4, 5)
#define FAST_AK(w, t, name) FAST_FORM(w, t, name, AK, HELD_##t, K_##t(1), 3, 4)
#define COMMUTING_I32(w, name)                                                 \
    FAST_AS(w, u32, name) FAST_SK(w, u32, name) FAST_AK(w, u32, name)
#define COMMUTING_I64(w, name)                                                 \
    FAST_AS(w, u64, name) FAST_SK(w, u64, name) FAST_AK(w, u64, name)
#define SHIFT_I32(w, name) FAST_SK(w, u32, name) FAST_AK(w, u32, name)
#define SHIFT_I64(w, name) FAST_SK(w, u64, name) FAST_AK(w, u64, name)
#define ORDERED_I32(w, name) FAST_AS(w, u32, name) FAST_SA(w, u32, name)
#define ORDERED_I64(w, name) FAST_AS(w, u64, name) FAST_SA(w, u64, name)

/* A comparison with a constant, as a value and as a branch. */
#define FAST_COMPARE(w, t, name)                                               \
    OP(w##_##name##_SK)                                                        \
    {                                                                          \
        const TYPE_##t a = SLOT_##t(pc[1]);                                    \
        const TYPE_##t b = K_##t(2);                                           \
        WRITE_u32(pc[4], DO_##name(w, a, b));                                  \
        NEXT(5);                                                               \
    }                                                                          \
    OP(BR_##w##_##name##_SK)                                                   \
    {                                                                          \
        const TYPE_##t a = SLOT_##t(pc[1]);                                    \
        const TYPE_##t b = K_##t(2);                                           \
        if (DO_##name(w, a, b))                                                \
            BRANCH(4);                                                         \
        NEXT(7);                                                               \
    }
#define COMPARE_I32(w, name) FAST_COMPARE(w, u32, name)
#define COMPARE_I64(w, name) FAST_COMPARE(w, u64, name)
#define FAST_BRANCH(w, t, name)                                                \
    OP(BR_##w##_##name##_SS)                                                   \
    {                                                                          \
        const TYPE_##t a = SLOT_##t(pc[1]);                                    \
        const TYPE_##t b = SLOT_##t(pc[2]);                                    \
        if (DO_##name(w, a, b))                                                \
            BRANCH(3);                                                         \
        NEXT(6);                                                               \
    }
#define BRANCH_I32(w, name) FAST_BRANCH(w, u32, name)
#define BRANCH_I64(w, name) FAST_BRANCH(w, u64, name)

#define FAST_FLOAT(w, t, name, op)                                             \
    OP(w##_##name##_AS)                                                        \
    {                                                                          \
        const TYPE_##t b = SLOT_##t(pc[1]);                                    \
        WRITE_##t(pc[2], CANON_##w(HELD_##t op b));                            \
        NEXT(3);                                                               \
    }                                                                          \
    OP(w##_##name##_SA)                                                        \
    {                                                                          \
        const TYPE_##t a = SLOT_##t(pc[1]);                                    \
        WRITE_##t(pc[2], CANON_##w(a op HELD_##t));                            \
        NEXT(3);                                                               \
    }
#define FAST_FLOAT_K(w, t, name, op, constant, units)                          \
    OP(w##_##name##_SK)                                                        \
    {                                                                          \
        const TYPE_##t a = SLOT_##t(pc[1]);                                    \
        WRITE_##t(pc[units], CANON_##w(a op constant(2)));                     \
        NEXT(units + 1);                                                       \
    }                                                                          \
    OP(w##_##name##_AK)                                                        \
    {                                                                          \
        WRITE_##t(pc[units - 1], CANON_##w(HELD_##t op constant(1)));          \
        NEXT(units);                                                           \
    }
#define K_f32(unit) wasm_f32_of(K32(unit))
#define K_f64(unit) wasm_f64_of(wasm_unit64(pc + (unit)))
/* A product that is NaN makes the sum NaN: it is made canonical once. */
#define FAST_MULADD(w, t)                                                      \
    OP(w##_MULADD)                                                             \
    {                                                                          \
        const TYPE_##t product = SLOT_##t(pc[2]) * SLOT_##t(pc[3]);            \
        WRITE_##t(pc[4], CANON_##w(SLOT_##t(pc[1]) + product));                \
        NEXT(5);                                                               \
    }                                                                          \
    OP(w##_MULSUB)                                                             \
    {                                                                          \
        const TYPE_##t product = SLOT_##t(pc[2]) * SLOT_##t(pc[3]);            \
        WRITE_##t(pc[4], CANON_##w(SLOT_##t(pc[1]) - product));                \
        NEXT(5);                                                               \
    }                                                                          \
    OP(w##_MULADD_A)                                                           \
    {                                                                          \
        const TYPE_##t product = HELD_##t * SLOT_##t(pc[2]);                   \
        WRITE_##t(pc[3], CANON_##w(SLOT_##t(pc[1]) + product));                \
        NEXT(4);                                                               \
    }                                                                          \
    OP(w##_MULSUB_A)                                                           \
    {                                                                          \
        const TYPE_##t product = HELD_##t * SLOT_##t(pc[2]);                   \
        WRITE_##t(pc[3], CANON_##w(SLOT_##t(pc[1]) - product));                \
        NEXT(4);                                                               \
    }
#define FLOAT_F32(w, name, op)                                                 \
    FAST_FLOAT(w, f32, name, op) FAST_FLOAT_K(w, f32, name, op, K_f32, 4)
#define FLOAT_F64(w, name, op)                                                 \
    FAST_FLOAT(w, f64, name, op) FAST_FLOAT_K(w, f64, name, op, K_f64, 6)

/* Two 32-bit instructions in one. */
#define FAST_JOIN(join, shift)                                                 \
    OP(join##_##shift)                                                         \
    {                                                                          \
        const uint32_t b = DO_##shift(I32, SLOT_u32(pc[1]), (uint32_t)pc[2]);  \
        WRITE_u32(pc[3], DO_##join(I32, HELD_u32, b));                         \
        NEXT(4);                                                               \
    }
#define FAST_PAIR(x, y)                                                        \
    OP(PAIR_##x##_##y##_A)                                                     \
    {                                                                          \
        const uint32_t a = DO_##x(I32, HELD_u32, SLOT_u32(pc[1]));             \
        WRITE_u32(pc[3], DO_##y(I32, a, SLOT_u32(pc[2])));                     \
        NEXT(4);                                                               \
    }                                                                          \
    OP(PAIR_##x##_##y##_S)                                                     \
    {                                                                          \
        const uint32_t a = DO_##x(I32, SLOT_u32(pc[1]), SLOT_u32(pc[2]));      \
        WRITE_u32(pc[4], DO_##y(I32, a, SLOT_u32(pc[3])));                     \
        NEXT(5);                                                               \
    }
/* step and bound are read at those units; the target stands behind. */
#define FAST_STEP(form, name, step, bound, target)                             \
    OP(form)                                                                   \
    {                                                                          \
        const uint32_t a = SLOT_u32(pc[1]) + (step);                           \
        WRITE_u32(pc[1], a);                                                   \
        if (DO_##name(I32, a, (bound)))                                        \
            BRANCH(target);                                                    \
        NEXT(target + 3);                                                      \
    }
#define FAST_STEP_K(w, name)                                                   \
    FAST_STEP(STEPK_##name##_K, name, K32(2), K32(4), 6)                       \
    FAST_STEP(STEPS_##name##_K, name, SLOT_u32(pc[2]), K32(3), 5)
#define FAST_STEP_S(w, name)                                                   \
    FAST_STEP(STEPK_##name##_S, name, K32(2), SLOT_u32(pc[4]), 5)              \
    FAST_STEP(STEPS_##name##_S, name, SLOT_u32(pc[2]), SLOT_u32(pc[3]), 4)
#define FAST_FLOAT_BRANCH(w, t, name, condition)                               \
    OP(BR_##w##_##name##_SS)                                                   \
    {                                                                          \
        const TYPE_##t a = SLOT_##t(pc[1]);                                    \
        const TYPE_##t b = SLOT_##t(pc[2]);                                    \
        if (condition)                                                         \
            BRANCH(3);                                                         \
        NEXT(6);                                                               \
    }
#define FLOAT_BRANCH_F32(w, name, condition)                                   \
    FAST_FLOAT_BRANCH(w, f32, name, condition)
#define FLOAT_BRANCH_F64(w, name, condition)                                   \
    FAST_FLOAT_BRANCH(w, f64, name, condition)

/* (3): ea is below 2^33, so that adding to it does not wrap. */
#define CHECK(bytes)                                                           \
    do {                                                                       \
        if (WASM_UNLIKELY(ea + (bytes) > memory_len))                          \
            TRAP(SEIGR_TRAP_MEMORY);                                           \
    } while (0)
#define FAST_LOAD_FORM(name, t, bytes, value, form, address, dest, units)      \
    OP(name##_##form)                                                          \
    {                                                                          \
        const uint64_t ea = address;                                           \
        const uint8_t *p;                                                      \
        CHECK(bytes);                                                          \
        p = memory + ea;                                                       \
        WRITE_##t(pc[dest], value);                                            \
        NEXT(units);                                                           \
    }
#define FAST_LOAD(name, t, bytes, value)                                       \
    FAST_LOAD_FORM(name, t, bytes, value, S,                                   \
                   (uint64_t)SLOT_u32(pc[1]) + K32(2), 4, 5)                   \
    FAST_LOAD_FORM(name, t, bytes, value, A, (uint64_t)HELD_u32 + K32(1), 3,   \
                   4)                                                          \
    FAST_LOAD_FORM(name, t, bytes, value, K, K32(1), 3, 4)                     \
    FAST_LOAD_FORM(name, t, bytes, value, P,                                   \
                   (uint32_t)(SLOT_u32(pc[1]) + K32(2)), 4, 5)
#define FAST_STORE_FORM(name, t, bytes, write, form, address, value, units)    \
    OP(name##_##form)                                                          \
    {                                                                          \
        const uint64_t ea = address;                                           \
        const TYPE_##t v = value;                                              \
        uint8_t *p;                                                            \
        CHECK(bytes);                                                          \
        p = memory + ea;                                                       \
        write;                                                                 \
        vm->instance->memory->dirty[ea >> WASM_DIRTY_SHIFT] = 1;               \
        NEXT(units);                                                           \
    }
#define FAST_STORE(name, t, bytes, write)                                      \
    FAST_STORE_FORM(name, t, bytes, write, SS,                                 \
                    (uint64_t)SLOT_u32(pc[1]) + K32(2), SLOT_##t(pc[4]), 5)    \
    FAST_STORE_FORM(name, t, bytes, write, SA,                                 \
                    (uint64_t)SLOT_u32(pc[1]) + K32(2), HELD_##t, 4)           \
    FAST_STORE_FORM(name, t, bytes, write, AS, (uint64_t)HELD_u32 + K32(2),    \
                    SLOT_##t(pc[1]), 4)                                        \
    FAST_STORE_FORM(name, t, bytes, write, KS, K32(1), SLOT_##t(pc[3]), 4)     \
    FAST_STORE_FORM(name, t, bytes, write, KA, K32(1), HELD_##t, 3)            \
    FAST_STORE_FORM(name, t, bytes, write, PS,                                 \
                    (uint32_t)(SLOT_u32(pc[1]) + K32(2)), SLOT_##t(pc[4]), 5)  \
    FAST_STORE_FORM(name, t, bytes, write, PA,                                 \
                    (uint32_t)(SLOT_u32(pc[1]) + K32(2)), HELD_##t, 4)
#define FAST_STORE_K(name, t, bytes, write)                                    \
    FAST_STORE_FORM(name, t, bytes, write, SK,                                 \
                    (uint64_t)SLOT_u32(pc[1]) + K32(2), K_##t(4), 6)           \
    FAST_STORE_FORM(name, t, bytes, write, KK, K32(1), K_##t(3), 5)            \
    FAST_STORE_FORM(name, t, bytes, write, PK,                                 \
                    (uint32_t)(SLOT_u32(pc[1]) + K32(2)), K_##t(4), 6)

/* Labels in the order of the numbers: the names of wasm_code.h again. */
#define LABEL_PLAIN(name, units) DISPATCH_LABEL(name)
#define LABEL_NUMERIC(opcode, name, in, out, expr) DISPATCH_LABEL(name)
#define LABEL_COMMUTING(w, name)                                               \
    DISPATCH_LABEL(w##_##name##_AS)                                            \
    DISPATCH_LABEL(w##_##name##_SK) DISPATCH_LABEL(w##_##name##_AK)
#define LABEL_SHIFT(w, name)                                                   \
    DISPATCH_LABEL(w##_##name##_SK) DISPATCH_LABEL(w##_##name##_AK)
#define LABEL_ORDERED(w, name)                                                 \
    DISPATCH_LABEL(w##_##name##_AS) DISPATCH_LABEL(w##_##name##_SA)
#define LABEL_COMPARE(w, name)                                                 \
    DISPATCH_LABEL(w##_##name##_SK) DISPATCH_LABEL(BR_##w##_##name##_SK)
#define LABEL_BRANCH(w, name) DISPATCH_LABEL(BR_##w##_##name##_SS)
#define LABEL_FLOAT(w, name, op)                                               \
    DISPATCH_LABEL(w##_##name##_AS)                                            \
    DISPATCH_LABEL(w##_##name##_SA)                                            \
    DISPATCH_LABEL(w##_##name##_SK) DISPATCH_LABEL(w##_##name##_AK)
#define LABEL_MULADD(w)                                                        \
    DISPATCH_LABEL(w##_MULADD)                                                 \
    DISPATCH_LABEL(w##_MULSUB)                                                 \
    DISPATCH_LABEL(w##_MULADD_A) DISPATCH_LABEL(w##_MULSUB_A)
#define LABEL_JOIN(join, shift) DISPATCH_LABEL(join##_##shift)
#define LABEL_PAIR(x, y)                                                       \
    DISPATCH_LABEL(PAIR_##x##_##y##_A) DISPATCH_LABEL(PAIR_##x##_##y##_S)
#define LABEL_STEP_K(w, name)                                                  \
    DISPATCH_LABEL(STEPK_##name##_K) DISPATCH_LABEL(STEPS_##name##_K)
#define LABEL_STEP_S(w, name)                                                  \
    DISPATCH_LABEL(STEPK_##name##_S) DISPATCH_LABEL(STEPS_##name##_S)
#define LABEL_FLOAT_BRANCH(w, name, condition)                                 \
    DISPATCH_LABEL(BR_##w##_##name##_SS)
#define LABEL_LOAD(name, t, bytes, value)                                      \
    DISPATCH_LABEL(name##_S)                                                   \
    DISPATCH_LABEL(name##_A) DISPATCH_LABEL(name##_K) DISPATCH_LABEL(name##_P)
#define LABEL_STORE(name, t, bytes, write)                                     \
    DISPATCH_LABEL(name##_SS)                                                  \
    DISPATCH_LABEL(name##_SA)                                                  \
    DISPATCH_LABEL(name##_AS)                                                  \
    DISPATCH_LABEL(name##_KS)                                                  \
    DISPATCH_LABEL(name##_KA)                                                  \
    DISPATCH_LABEL(name##_PS) DISPATCH_LABEL(name##_PA)
#define LABEL_STORE_K(name, t, bytes, write)                                   \
    DISPATCH_LABEL(name##_SK)                                                  \
    DISPATCH_LABEL(name##_KK) DISPATCH_LABEL(name##_PK)

uint32_t seigr__wasm_fast(wasm_vm *vm)
{
    /* clang-format off */
    DISPATCH_TABLE(
        WASM_CODE_PLAIN(LABEL_PLAIN)
        WASM_NUMERIC_LIST(LABEL_NUMERIC, LABEL_NUMERIC, LABEL_NUMERIC,
                          LABEL_NUMERIC)
        WASM_CODE_COMMUTING(LABEL_COMMUTING, I32)
        WASM_CODE_COMMUTING(LABEL_COMMUTING, I64)
        WASM_CODE_SHIFTS(LABEL_SHIFT, I32)
        WASM_CODE_SHIFTS(LABEL_SHIFT, I64)
        WASM_CODE_ORDERED(LABEL_ORDERED, I32)
        WASM_CODE_ORDERED(LABEL_ORDERED, I64)
        WASM_CODE_COMPARES(LABEL_COMPARE, I32)
        WASM_CODE_COMPARES(LABEL_COMPARE, I64)
        WASM_CODE_BRANCHES(LABEL_BRANCH, I32)
        WASM_CODE_BRANCHES(LABEL_BRANCH, I64)
        WASM_CODE_FLOATS(LABEL_FLOAT, F32)
        WASM_CODE_FLOATS(LABEL_FLOAT, F64)
        WASM_CODE_FLOAT_BRANCHES(LABEL_FLOAT_BRANCH, F32)
        WASM_CODE_FLOAT_BRANCHES(LABEL_FLOAT_BRANCH, F64)
        WASM_CODE_LOADS(LABEL_LOAD)
        WASM_CODE_STORES(LABEL_STORE)
        WASM_CODE_INT_STORES(LABEL_STORE_K)
        WASM_CODE_JOINS(LABEL_JOIN)
        WASM_CODE_PAIRS(LABEL_PAIR)
        WASM_CODE_COMPARES(LABEL_STEP_K, I32)
        WASM_CODE_COMPARES(LABEL_STEP_S, I32)
        LABEL_MULADD(F32)
        LABEL_MULADD(F64));
    /* clang-format on */
    const wasm_memory *const vm_memory = vm->instance->memory;
    uint8_t *const memory = vm_memory != NULL ? vm_memory->bytes : NULL;
    const uint64_t memory_len = vm_memory != NULL ? vm_memory->len : 0;
    const wasm_function *const functions = vm->instance->module->functions;
    const uint16_t *const units = vm->instance->module->units;
    const wasm_function *callee = NULL;
    const uint16_t *pc = vm->pc;
    const uint16_t *next = NULL;
    uint64_t *fp = vm->fp;
    int64_t fuel = vm->fuel;
    uint64_t held = 0;
    float held_f32 = 0;
    double held_f64 = 0;
    uint32_t end;

    assert(fuel >= 0); /* (1) */
    DISPATCH()

    /* clang-format off */
    WASM_NUMERIC_LIST(FAST_UNARY, FAST_BINARY, FAST_UNARY_TRAPPING,
                      FAST_BINARY_TRAPPING)
    WASM_CODE_COMMUTING(COMMUTING_I32, I32)
    WASM_CODE_COMMUTING(COMMUTING_I64, I64)
    WASM_CODE_SHIFTS(SHIFT_I32, I32)
    WASM_CODE_SHIFTS(SHIFT_I64, I64)
    WASM_CODE_ORDERED(ORDERED_I32, I32)
    WASM_CODE_ORDERED(ORDERED_I64, I64)
    WASM_CODE_COMPARES(COMPARE_I32, I32)
    WASM_CODE_COMPARES(COMPARE_I64, I64)
    WASM_CODE_BRANCHES(BRANCH_I32, I32)
    WASM_CODE_BRANCHES(BRANCH_I64, I64)
    WASM_CODE_FLOATS(FLOAT_F32, F32)
    WASM_CODE_FLOATS(FLOAT_F64, F64)
    WASM_CODE_FLOAT_BRANCHES(FLOAT_BRANCH_F32, F32)
    WASM_CODE_FLOAT_BRANCHES(FLOAT_BRANCH_F64, F64)
    WASM_CODE_LOADS(FAST_LOAD)
    WASM_CODE_STORES(FAST_STORE)
    WASM_CODE_INT_STORES(FAST_STORE_K)
    WASM_CODE_JOINS(FAST_JOIN)
    WASM_CODE_PAIRS(FAST_PAIR)
    WASM_CODE_COMPARES(FAST_STEP_K, I32)
    WASM_CODE_COMPARES(FAST_STEP_S, I32)
    FAST_MULADD(F32, f32)
    FAST_MULADD(F64, f64)
    /* clang-format on */

    OP(COPY)
    {
        WRITE_u64(pc[2], fp[pc[1]]);
        NEXT(3);
    }
    OP(COPY2)
    {
        fp[pc[2]] = fp[pc[1]];
        WRITE_u64(pc[4], fp[pc[3]]);
        NEXT(5);
    }
    OP(MOVE)
    {
        memmove(fp + pc[2], fp + pc[1], pc[3] * sizeof(*fp));
        NEXT(4);
    }
    OP(CONST32)
    {
        WRITE_u32(pc[3], K32(1));
        NEXT(4);
    }
    OP(CONST32S)
    {
        WRITE_u64(pc[3], K_u64(1));
        NEXT(4);
    }
    OP(CONST64)
    {
        WRITE_u64(pc[5], wasm_unit64(pc + 1));
        NEXT(6);
    }
    OP(SELECT)
    {
        const uint64_t a = fp[pc[2]];
        const uint64_t b = fp[pc[3]];
        WRITE_u64(pc[4], SLOT_u32(pc[1]) != 0 ? a : b);
        NEXT(5);
    }
    OP(SELECT_A)
    {
        const uint64_t a = fp[pc[1]];
        const uint64_t b = fp[pc[2]];
        WRITE_u64(pc[3], HELD_u32 != 0 ? a : b);
        NEXT(4);
    }
    OP(BITS_S)
    {
        WRITE_u32(pc[5], SLOT_u32(pc[1]) >> (pc[2] & 31) & K32(3));
        NEXT(6);
    }
    OP(BITS_A)
    {
        WRITE_u32(pc[4], HELD_u32 >> (pc[1] & 31) & K32(2));
        NEXT(5);
    }
    OP(ADD_SHL_S)
    {
        const uint32_t b = SLOT_u32(pc[2]) << (pc[3] & 31);
        WRITE_u32(pc[4], SLOT_u32(pc[1]) + b);
        NEXT(5);
    }
    OP(BR_ANY)
    {
        if ((SLOT_u32(pc[1]) & K32(2)) != 0)
            BRANCH(4);
        NEXT(7);
    }
    OP(BR_NONE)
    {
        if ((SLOT_u32(pc[1]) & K32(2)) == 0)
            BRANCH(4);
        NEXT(7);
    }
    OP(GLOBAL_GET)
    {
        WRITE_u64(pc[2], vm->instance->globals[pc[1]]);
        NEXT(3);
    }
    OP(GLOBAL_SET)
    {
        vm->instance->globals[pc[1]] = fp[pc[2]];
        NEXT(3);
    }
    OP(MEMORY_SIZE)
    {
        WRITE_u32(pc[1], vm->instance->memory->pages);
        NEXT(2);
    }
    OP(BR_NZ)
    {
        if (SLOT_u32(pc[1]) != 0)
            BRANCH(2);
        NEXT(5);
    }
    OP(BR_Z)
    {
        if (SLOT_u32(pc[1]) == 0)
            BRANCH(2);
        NEXT(5);
    }
    OP(BR_NZ64)
    {
        if (fp[pc[1]] != 0)
            BRANCH(2);
        NEXT(5);
    }
    OP(BR_Z64)
    {
        if (fp[pc[1]] == 0)
            BRANCH(2);
        NEXT(5);
    }
    OP(JUMP)
    {
        BRANCH(1);
    }
    OP(JUMP_TABLE)
    {
        const uint32_t count = K32(2);
        const uint32_t index = SLOT_u32(pc[1]);
        const uint16_t *target = pc + 4 + 3 * (index < count ? index : count);
        fuel -= (int16_t)target[2];
        pc += (int32_t)wasm_unit32(target);
        if (WASM_UNLIKELY(fuel < 0))
            goto out_of_fuel;
        NEXT(0);
    }
    OP(CHARGE)
    {
        fuel -= pc[1];
        pc += 2;
        if (WASM_UNLIKELY(fuel < 0))
            goto out_of_fuel;
        NEXT(0);
    }
    OP(NOP)
    {
        NEXT(1);
    }
    OP(UNREACHABLE)
    {
        TRAP(SEIGR_TRAP_UNREACHABLE);
    }
    OP(CALL)
    {
        callee = &functions[K32(1)];
        next = pc + 5;
        goto call;
    }
    OP(CALL_INDIRECT)
    {
        const wasm_table *table = vm->instance->table;
        const uint32_t element = SLOT_u32(pc[1]);
        uint32_t ref;
        if (WASM_UNLIKELY(element >= table->count ||
                          table->owner != vm->instance))
            goto precise;
        ref = table->refs[element] - 1;
        if (WASM_UNLIKELY(ref >= WASM_REF_FOREIGN - 1))
            goto precise; /* null or another instance's */
        callee = &functions[ref];
        if (WASM_UNLIKELY(callee->type != K32(2) || callee->body_end == 0))
            goto precise; /* of another type, or imported */
        next = pc + 6;
        goto call;
    }
    OP(RETURN_S)
    {
        held = fp[pc[1]];
        fp[0] = held;
        pc += 1;
        goto leave;
    }
    OP(RETURN)
    {
        goto leave;
    }
    OP(PRECISE)
    {
        goto precise;
    }
    OP(EXIT)
    {
        end = WASM_EXIT_DONE;
        goto done;
    }
    OP(SWITCH)
    {
        end = WASM_EXIT_SWITCH;
        goto done;
    }
    DISPATCH_END

call: /* in front of next stand the base and what it costs to return */
    if (WASM_UNLIKELY(vm->slot_room - vm->slots_used < callee->slots ||
                      vm->frame_count == vm->frame_room ||
                      fuel < callee->entry_cost))
        goto precise;
    fuel -= callee->entry_cost;
    vm->slots_used += callee->slots;
    vm->frames[vm->frame_count++].pc = next;
    fp += next[-2];
    {
        uint64_t *const locals = fp + callee->params;

        for (uint32_t i = 0; i < callee->locals; i++)
            locals[i] = 0;
    }
    pc = units + callee->unit_at;
    NEXT(0);

leave: /* slots of the frame are pc[1] */
    vm->slots_used -= pc[1];
    pc = vm->frames[--vm->frame_count].pc;
    fp -= pc[-2];
    fuel -= pc[-1];
    if (WASM_UNLIKELY(fuel < 0)) {
        end = WASM_EXIT_NEXT;
        goto done;
    }
    NEXT(0);

out_of_fuel:
    end = WASM_EXIT_LEADER;
    goto done;
precise:
    end = WASM_EXIT_PRECISE;
    goto done;
trapped:
    end = WASM_EXIT_TRAP;
done:
    vm->pc = pc;
    vm->fp = fp;
    vm->fuel = fuel;
    return end;
}
