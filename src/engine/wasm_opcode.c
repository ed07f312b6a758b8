/* SPDX-License-Identifier: MIT */
/*
 * wasm_opcode.c - the tables of opcodes.
 *
 * Control, variable and bulk instructions have their rules in
 * wasm_validate.c; of them the tables know the immediates only.
 */
#include "wasm_opcode.h"

#include <stddef.h> /* NULL */

#define I32 0x7f
#define I64 0x7e
#define F32 0x7d
#define F64 0x7c

#define NONE(pops, in, out)                                                    \
    {                                                                          \
        WASM_SHAPE_NONE, pops, in, out, 0                                      \
    }
#define SHAPE(shape)                                                           \
    {                                                                          \
        shape, 0, 0, 0, 0                                                      \
    }
#define LOAD(out, align)                                                       \
    {                                                                          \
        WASM_SHAPE_TWO_LEBS, 1, I32, out, align                                \
    }
#define STORE(in, align)                                                       \
    {                                                                          \
        WASM_SHAPE_TWO_LEBS, 2, in, 0, align                                   \
    }
#define NONE3(pops, in, out)                                                   \
    NONE(pops, in, out), NONE(pops, in, out), NONE(pops, in, out)
#define NONE6(pops, in, out) NONE3(pops, in, out), NONE3(pops, in, out)
#define NONE7(pops, in, out) NONE6(pops, in, out), NONE(pops, in, out)
#define NONE10(pops, in, out) NONE7(pops, in, out), NONE3(pops, in, out)
#define NONE15(pops, in, out)                                                  \
    NONE6(pops, in, out), NONE6(pops, in, out), NONE3(pops, in, out)

const wasm_opcode_info seigr__wasm_opcodes[256] = {
    [WASM_BLOCK] = SHAPE(WASM_SHAPE_LEB),
    [WASM_LOOP] = SHAPE(WASM_SHAPE_LEB),
    [WASM_IF] = SHAPE(WASM_SHAPE_LEB),
    [WASM_BR] = SHAPE(WASM_SHAPE_LEB),
    [WASM_BR_IF] = SHAPE(WASM_SHAPE_LEB),
    [WASM_BR_TABLE] = SHAPE(WASM_SHAPE_TABLE),
    [WASM_CALL] = SHAPE(WASM_SHAPE_LEB),
    [WASM_CALL_INDIRECT] = SHAPE(WASM_SHAPE_TWO_LEBS),
    [WASM_LOCAL_GET] = SHAPE(WASM_SHAPE_LEB),
    [WASM_LOCAL_SET] = SHAPE(WASM_SHAPE_LEB),
    [WASM_LOCAL_TEE] = SHAPE(WASM_SHAPE_LEB),
    [WASM_GLOBAL_GET] = SHAPE(WASM_SHAPE_LEB),
    [WASM_GLOBAL_SET] = SHAPE(WASM_SHAPE_LEB),
    [WASM_I32_LOAD] = LOAD(I32, 2),
    [WASM_I64_LOAD] = LOAD(I64, 3),
    [WASM_F32_LOAD] = LOAD(F32, 2),
    [WASM_F64_LOAD] = LOAD(F64, 3),
    [WASM_I32_LOAD8_S] = LOAD(I32, 0),
    [WASM_I32_LOAD8_U] = LOAD(I32, 0),
    [WASM_I32_LOAD16_S] = LOAD(I32, 1),
    [WASM_I32_LOAD16_U] = LOAD(I32, 1),
    [WASM_I64_LOAD8_S] = LOAD(I64, 0),
    [WASM_I64_LOAD8_U] = LOAD(I64, 0),
    [WASM_I64_LOAD16_S] = LOAD(I64, 1),
    [WASM_I64_LOAD16_U] = LOAD(I64, 1),
    [WASM_I64_LOAD32_S] = LOAD(I64, 2),
    [WASM_I64_LOAD32_U] = LOAD(I64, 2),
    [WASM_I32_STORE] = STORE(I32, 2),
    [WASM_I64_STORE] = STORE(I64, 3),
    [WASM_F32_STORE] = STORE(F32, 2),
    [WASM_F64_STORE] = STORE(F64, 3),
    [WASM_I32_STORE8] = STORE(I32, 0),
    [WASM_I32_STORE16] = STORE(I32, 1),
    [WASM_I64_STORE8] = STORE(I64, 0),
    [WASM_I64_STORE16] = STORE(I64, 1),
    [WASM_I64_STORE32] = STORE(I64, 2),
    [WASM_MEMORY_SIZE] = SHAPE(WASM_SHAPE_LEB),
    [WASM_MEMORY_GROW] = SHAPE(WASM_SHAPE_LEB),
    [WASM_I32_CONST] = SHAPE(WASM_SHAPE_LEB),
    [WASM_I64_CONST] = SHAPE(WASM_SHAPE_LEB),
    [WASM_F32_CONST] = SHAPE(WASM_SHAPE_F32),
    [WASM_F64_CONST] = SHAPE(WASM_SHAPE_F64),
    [WASM_I32_EQZ] = NONE(1, I32, I32),
    [0x46] = NONE10(2, I32, I32), /* i32 comparisons */
    [WASM_I64_EQZ] = NONE(1, I64, I32),
    [0x51] = NONE10(2, I64, I32), /* i64 comparisons */
    [0x5b] = NONE6(2, F32, I32),  /* f32 comparisons */
    [0x61] = NONE6(2, F64, I32),  /* f64 comparisons */
    [0x67] = NONE3(1, I32, I32),  /* clz ctz popcnt */
    [0x6a] = NONE15(2, I32, I32), /* i32 arithmetic */
    [0x79] = NONE3(1, I64, I64),  /* clz ctz popcnt */
    [0x7c] = NONE15(2, I64, I64), /* i64 arithmetic */
    [0x8b] = NONE7(1, F32, F32),  /* abs to sqrt */
    [0x92] = NONE7(2, F32, F32),  /* add to copysign */
    [0x99] = NONE7(1, F64, F64),  /* abs to sqrt */
    [0xa0] = NONE7(2, F64, F64),  /* add to copysign */
    [0xa7] = NONE(1, I64, I32),   /* i32.wrap_i64 */
    [0xa8] = NONE(1, F32, I32),
    NONE(1, F32, I32), /* i32.trunc_f32 */
    NONE(1, F64, I32),
    NONE(1, F64, I32), /* i32.trunc_f64 */
    NONE(1, I32, I64),
    NONE(1, I32, I64), /* i64.extend_i32 */
    NONE(1, F32, I64),
    NONE(1, F32, I64), /* i64.trunc_f32 */
    NONE(1, F64, I64),
    NONE(1, F64, I64), /* i64.trunc_f64 */
    [0xb2] = NONE(1, I32, F32),
    NONE(1, I32, F32), /* f32.convert_i32 */
    NONE(1, I64, F32),
    NONE(1, I64, F32), /* f32.convert_i64 */
    NONE(1, F64, F32), /* f32.demote_f64 */
    [0xb7] = NONE(1, I32, F64),
    NONE(1, I32, F64), /* f64.convert_i32 */
    NONE(1, I64, F64),
    NONE(1, I64, F64), /* f64.convert_i64 */
    NONE(1, F32, F64), /* f64.promote_f32 */
    [0xbc] = NONE(1, F32, I32),
    NONE(1, F64, I64), /* reinterpret */
    NONE(1, I32, F32),
    NONE(1, I64, F64), /* reinterpret */
    [0xc0] = NONE(1, I32, I32),
    NONE(1, I32, I32),           /* i32.extend8, 16 */
    [0xc2] = NONE3(1, I64, I64), /* i64.extend8, 16, 32 */
    [WASM_REF_NULL] = SHAPE(WASM_SHAPE_LEB),
    [WASM_REF_FUNC] = SHAPE(WASM_SHAPE_LEB),
    [WASM_PREFIX] = SHAPE(WASM_SHAPE_PREFIXED),
};

const wasm_opcode_info seigr__wasm_saturating[8] = {
    NONE(1, F32, I32), NONE(1, F32, I32), NONE(1, F64, I32), NONE(1, F64, I32),
    NONE(1, F32, I64), NONE(1, F32, I64), NONE(1, F64, I64), NONE(1, F64, I64),
};

const char *seigr__wasm_feature(unsigned opcode, uint32_t sub)
{
    switch (opcode) {
    case 0x06: /* try */
    case 0x07: /* catch */
    case 0x08: /* throw */
    case 0x09: /* rethrow */
    case 0x0a: /* throw_ref */
    case 0x18: /* delegate */
    case 0x19: /* catch_all */
    case 0x1f: /* try_table */
        return "exception handling";
    case 0x12: /* return_call */
    case 0x13: /* return_call_indirect */
        return "tail calls";
    case 0x14: /* call_ref */
    case 0x15: /* return_call_ref */
    case 0xd3: /* ref.eq */
    case 0xd4: /* ref.as_non_null */
    case 0xd5: /* br_on_null */
    case 0xd6: /* br_on_non_null */
        return "typed function references";
    case 0x1c: /* select with types */
    case 0x25: /* table.get */
    case 0x26: /* table.set */
    case 0xd0: /* ref.null */
    case 0xd1: /* ref.is_null */
    case 0xd2: /* ref.func */
        return "reference types";
    case 0xfb:
        return "garbage collection";
    case 0xfc:
        return sub <= 17   ? "reference types" /* table.grow, size, fill */
               : sub <= 22 ? "wide arithmetic"
                           : NULL;
    case 0xfd:
        return "SIMD";
    case 0xfe:
        return "threads";
    default:
        return NULL;
    }
}
