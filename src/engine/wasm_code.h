/* SPDX-License-Identifier: MIT */
/*
 * wasm_code.h - the engine's internal instructions.
 *
 * Code is a string of 16-bit units. An instruction is its number and then
 * its fields; fields of 32 bits take two units, in the host's byte order.
 * Slots are numbered in the frame: parameters, locals, operands. What an
 * instruction computes goes to the slot of its last field, and besides into
 * the accumulator of its class (integer, f32, f64), from which forms with A
 * in their names take an operand without waiting for memory.
 *
 *   S slot   K constant of 32 bits   A accumulator   T branch target
 *   P slot and constant, added as 32-bit numbers: an address
 *
 * A branch target is two units of distance from the branch, and one of fuel:
 * what is charged when the branch is taken, less than nothing too.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_CODE_H
#define SEIGR_SRC_ENGINE_WASM_CODE_H

#include <stdint.h> /* uint16_t */
#include <string.h> /* memcpy */

#include "wasm_numeric.h" /* WASM_NUMERIC_LIST */

/* What stands alone. X(NAME, units) */
#define WASM_CODE_PLAIN(X)                                                     \
    X(EXIT, 1)                                                                 \
    X(SWITCH, 1)                                                               \
    X(NOP, 1)                                                                  \
    X(UNREACHABLE, 1)                                                          \
    X(CHARGE, 2)        /* fuel */                                             \
    X(PRECISE, 2)       /* fuel of what follows */                             \
    X(CALL, 5)          /* function, function, base, fuel of what follows */   \
    X(CALL_INDIRECT, 6) /* S, type, type, base, fuel of what follows */        \
    X(RETURN, 2)        /* slots of the frame */                               \
    X(RETURN_S, 3)      /* S, slots of the frame */                            \
    X(JUMP, 4)          /* T */                                                \
    X(JUMP_TABLE, 4)    /* S, count, count, then count + 1 targets */          \
    X(COPY, 3)          /* S, to */                                            \
    X(COPY2, 5)         /* S, to, S, to: one after the other */                \
    X(MOVE, 4)          /* from, to, count */                                  \
    X(CONST32, 4)       /* zero-extended, to */                                \
    X(CONST32S, 4)      /* sign-extended, to */                                \
    X(CONST64, 6)       /* four units, to */                                   \
    X(SELECT, 5)        /* S condition, S, S, to */                            \
    X(SELECT_A, 4)      /* S, S, to; condition in A */                         \
    X(BITS_S, 6)        /* S, shift, K, to: (S >> shift) & K */                \
    X(BITS_A, 5)        /* shift, K, to */                                     \
    X(ADD_SHL_S, 5)     /* S, S, shift, to: S + (S << shift) */                \
    X(BR_ANY, 7)        /* S, K, T: S & K is not zero */                       \
    X(BR_NONE, 7)       /* S, K, T: S & K is zero */                           \
    X(GLOBAL_GET, 3)    /* index, to */                                        \
    X(GLOBAL_SET, 3)    /* index, S */                                         \
    X(MEMORY_SIZE, 2)   /* to */                                               \
    X(BR_NZ, 5)         /* S, T: i32 not zero */                               \
    X(BR_Z, 5)          /* S, T: i32 zero */                                   \
    X(BR_NZ64, 5)       /* S, T */                                             \
    X(BR_Z64, 5)        /* S, T */

/* Lists, which a formatter would spread out. */
/* clang-format off */

/* Integer instructions, each for 32 and 64 bits. X(WIDTH, NAME) */
#define WASM_CODE_COMMUTING(X, W)                                              \
    X(W, ADD) X(W, MUL) X(W, AND) X(W, OR) X(W, XOR)
#define WASM_CODE_SHIFTS(X, W) X(W, SHL) X(W, SHR_S) X(W, SHR_U) X(W, ROTL)
#define WASM_CODE_ORDERED(X, W) WASM_CODE_SHIFTS(X, W) X(W, SUB) X(W, ROTR)
#define WASM_CODE_COMPARES(X, W)                                               \
    X(W, EQ) X(W, NE) X(W, LT_S) X(W, LT_U) X(W, GT_S) X(W, GT_U)              \
    X(W, LE_S) X(W, LE_U) X(W, GE_S) X(W, GE_U)
/* GT and GE of two slots are LT and LE with the slots swapped. */
#define WASM_CODE_BRANCHES(X, W)                                               \
    X(W, EQ) X(W, NE) X(W, LT_S) X(W, LT_U) X(W, LE_S) X(W, LE_U)
/* A 32-bit value, shifted, joined to the accumulator: S, shift, to.
 * X(JOIN, SHIFT) */
#define WASM_CODE_JOINS(X)                                                     \
    X(XOR, ROTL) X(XOR, SHR_U) X(XOR, SHL) X(OR, SHL) X(OR, SHR_U) X(ADD, SHL)
/* Two 32-bit instructions in one. PAIR_x_y_A: S, S, to, (A x S) y S;
 * PAIR_x_y_S: S, S, S, to, (S x S) y S. X(FIRST, SECOND) */
#define WASM_CODE_PAIRS(X)                                                     \
    X(ADD, ADD) X(ADD, AND) X(ADD, OR) X(ADD, XOR)                             \
    X(AND, ADD) X(AND, AND) X(AND, OR) X(AND, XOR)                             \
    X(OR, ADD) X(OR, AND) X(OR, OR) X(OR, XOR)                                 \
    X(XOR, ADD) X(XOR, AND) X(XOR, OR) X(XOR, XOR)
/* Loops, of each comparison of 32 bits: S grows by a step, then a branch
 * compares it. The step is K or S, and so is what it is compared with:
 * STEPK_NE_S is S, step, S, T. */

/* X(WIDTH, NAME, C operator). SK and AK have a constant on the right, of
 * four units if it is an f64. */
#define WASM_CODE_FLOATS(X, W)                                                 \
    X(W, ADD, +) X(W, SUB, -) X(W, MUL, *) X(W, DIV, /)
/* Besides MULADD and MULSUB: S, S, S, to, S + S * S; MULADD_A: S, S, to,
 * S + A * S. */

/* Not less is not greater or equal: NaN. X(WIDTH, NAME, condition) */
#define WASM_CODE_FLOAT_BRANCHES(X, W)                                         \
    X(W, EQ, a == b) X(W, NE, a != b) X(W, LT, a < b) X(W, LE, a <= b)         \
    X(W, NLT, !(a < b)) X(W, NLE, !(a <= b))

/* X(NAME, result class, bytes, value read at p) */
#define WASM_CODE_LOADS(X)                                                     \
    X(I32_LOAD, u32, 4, wasm_read_u32(p))                                      \
    X(I64_LOAD, u64, 8, wasm_read_u64(p))                                      \
    X(F32_LOAD, f32, 4, wasm_f32_of(wasm_read_u32(p)))                         \
    X(F64_LOAD, f64, 8, wasm_f64_of(wasm_read_u64(p)))                         \
    X(I32_LOAD8_S, u32, 1, (uint32_t)(int8_t)*p)                               \
    X(I32_LOAD8_U, u32, 1, *p)                                                 \
    X(I32_LOAD16_S, u32, 2, (uint32_t)(int16_t)wasm_read_u16(p))               \
    X(I32_LOAD16_U, u32, 2, wasm_read_u16(p))                                  \
    X(I64_LOAD8_S, u64, 1, (uint64_t)(int8_t)*p)                               \
    X(I64_LOAD8_U, u64, 1, *p)                                                 \
    X(I64_LOAD16_S, u64, 2, (uint64_t)(int16_t)wasm_read_u16(p))               \
    X(I64_LOAD16_U, u64, 2, wasm_read_u16(p))                                  \
    X(I64_LOAD32_S, u64, 4, (uint64_t)(int32_t)wasm_read_u32(p))               \
    X(I64_LOAD32_U, u64, 4, wasm_read_u32(p))

/* X(NAME, accumulator's class, bytes, write of v at p) */
#define WASM_CODE_INT_STORES(X)                                                \
    X(I32_STORE, u32, 4, wasm_write_u32(p, v))                                 \
    X(I64_STORE, u64, 8, wasm_write_u64(p, v))                                 \
    X(I32_STORE8, u32, 1, *p = (uint8_t)v)                                     \
    X(I32_STORE16, u32, 2, wasm_write_u16(p, (uint16_t)v))                     \
    X(I64_STORE8, u64, 1, *p = (uint8_t)v)                                     \
    X(I64_STORE16, u64, 2, wasm_write_u16(p, (uint16_t)v))                     \
    X(I64_STORE32, u64, 4, wasm_write_u32(p, (uint32_t)v))
#define WASM_CODE_STORES(X)                                                    \
    WASM_CODE_INT_STORES(X)                                                    \
    X(F32_STORE, f32, 4, wasm_write_u32(p, (uint32_t)wasm_of_f32(v)))          \
    X(F64_STORE, f64, 8, wasm_write_u64(p, wasm_of_f64(v)))

#define WASM_NAME_PLAIN(name, units) OP_##name,
#define WASM_NAME_UNARY(opcode, name, in, out, expr) OP_##name,
#define WASM_NAME_BINARY(opcode, name, in, out, expr) OP_##name,
#define WASM_NAME_COMMUTING(w, name)                                           \
    OP_##w##_##name##_AS, OP_##w##_##name##_SK, OP_##w##_##name##_AK,
#define WASM_NAME_SHIFT(w, name) OP_##w##_##name##_SK, OP_##w##_##name##_AK,
#define WASM_NAME_ORDERED(w, name) OP_##w##_##name##_AS, OP_##w##_##name##_SA,
#define WASM_NAME_COMPARE(w, name)                                             \
    OP_##w##_##name##_SK, OP_BR_##w##_##name##_SK,
#define WASM_NAME_BRANCH(w, name) OP_BR_##w##_##name##_SS,
#define WASM_NAME_FLOAT(w, name, op)                                           \
    OP_##w##_##name##_AS, OP_##w##_##name##_SA, OP_##w##_##name##_SK,          \
        OP_##w##_##name##_AK,
#define WASM_NAME_MULADD(w)                                                    \
    OP_##w##_MULADD, OP_##w##_MULSUB, OP_##w##_MULADD_A, OP_##w##_MULSUB_A,
#define WASM_NAME_JOIN(join, shift) OP_##join##_##shift,
#define WASM_NAME_PAIR(x, y) OP_PAIR_##x##_##y##_A, OP_PAIR_##x##_##y##_S,
#define WASM_NAME_STEP_K(w, name) OP_STEPK_##name##_K, OP_STEPS_##name##_K,
#define WASM_NAME_STEP_S(w, name) OP_STEPK_##name##_S, OP_STEPS_##name##_S,
#define WASM_NAME_FLOAT_BRANCH(w, name, condition) OP_BR_##w##_##name##_SS,
#define WASM_NAME_LOAD(name, class, bytes, value)                              \
    OP_##name##_S, OP_##name##_A, OP_##name##_K, OP_##name##_P,
#define WASM_NAME_STORE(name, class, bytes, write)                             \
    OP_##name##_SS, OP_##name##_SA, OP_##name##_AS, OP_##name##_KS,            \
        OP_##name##_KA, OP_##name##_PS, OP_##name##_PA,
#define WASM_NAME_STORE_K(name, class, bytes, write)                           \
    OP_##name##_SK, OP_##name##_KK, OP_##name##_PK,

enum wasm_code_op {
    WASM_CODE_PLAIN(WASM_NAME_PLAIN) WASM_NUMERIC_LIST(
        WASM_NAME_UNARY, WASM_NAME_BINARY, WASM_NAME_UNARY,
        WASM_NAME_BINARY) WASM_CODE_COMMUTING(WASM_NAME_COMMUTING, I32)
        WASM_CODE_COMMUTING(WASM_NAME_COMMUTING, I64) WASM_CODE_SHIFTS(
            WASM_NAME_SHIFT, I32) WASM_CODE_SHIFTS(WASM_NAME_SHIFT, I64)
            WASM_CODE_ORDERED(WASM_NAME_ORDERED, I32) WASM_CODE_ORDERED(
                WASM_NAME_ORDERED, I64) WASM_CODE_COMPARES(WASM_NAME_COMPARE,
                                                           I32)
                WASM_CODE_COMPARES(WASM_NAME_COMPARE, I64) WASM_CODE_BRANCHES(
                    WASM_NAME_BRANCH, I32) WASM_CODE_BRANCHES(WASM_NAME_BRANCH,
                                                              I64)
                    WASM_CODE_FLOATS(WASM_NAME_FLOAT, F32) WASM_CODE_FLOATS(
                        WASM_NAME_FLOAT,
                        F64) WASM_CODE_FLOAT_BRANCHES(WASM_NAME_FLOAT_BRANCH,
                                                      F32)
                        WASM_CODE_FLOAT_BRANCHES(WASM_NAME_FLOAT_BRANCH, F64)
                            WASM_CODE_LOADS(WASM_NAME_LOAD) WASM_CODE_STORES(
                                WASM_NAME_STORE)
                                WASM_CODE_INT_STORES(WASM_NAME_STORE_K)
                                    WASM_CODE_JOINS(WASM_NAME_JOIN)
                                        WASM_CODE_PAIRS(WASM_NAME_PAIR)
                                            WASM_CODE_COMPARES(WASM_NAME_STEP_K,
                                                               I32)
                                                WASM_CODE_COMPARES(
                                                    WASM_NAME_STEP_S, I32)
                                                    WASM_NAME_MULADD(F32)
                                                        WASM_NAME_MULADD(F64)
                                                            WASM_CODE_COUNT
};
/* clang-format on */

static inline uint32_t wasm_unit32(const uint16_t *units)
{
    uint32_t value;

    memcpy(&value, units, sizeof(value));
    return value;
}

static inline uint64_t wasm_unit64(const uint16_t *units)
{
    uint64_t value;

    memcpy(&value, units, sizeof(value));
    return value;
}

#endif
