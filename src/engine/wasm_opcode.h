/* SPDX-License-Identifier: MIT */
/*
 * wasm_opcode.h - WebAssembly's opcodes: numbers, immediates, signatures.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_OPCODE_H
#define SEIGR_SRC_ENGINE_WASM_OPCODE_H

#include <stdint.h> /* uint8_t */

#define WASM_UNREACHABLE 0x00u
#define WASM_NOP 0x01u
#define WASM_BLOCK 0x02u
#define WASM_LOOP 0x03u
#define WASM_IF 0x04u
#define WASM_ELSE 0x05u
#define WASM_END 0x0bu
#define WASM_BR 0x0cu
#define WASM_BR_IF 0x0du
#define WASM_BR_TABLE 0x0eu
#define WASM_RETURN 0x0fu
#define WASM_CALL 0x10u
#define WASM_CALL_INDIRECT 0x11u
#define WASM_DROP 0x1au
#define WASM_SELECT 0x1bu
#define WASM_LOCAL_GET 0x20u
#define WASM_LOCAL_SET 0x21u
#define WASM_LOCAL_TEE 0x22u
#define WASM_GLOBAL_GET 0x23u
#define WASM_GLOBAL_SET 0x24u
#define WASM_LOAD_FIRST 0x28u
#define WASM_I32_LOAD 0x28u
#define WASM_I64_LOAD 0x29u
#define WASM_F32_LOAD 0x2au
#define WASM_F64_LOAD 0x2bu
#define WASM_I32_LOAD8_S 0x2cu
#define WASM_I32_LOAD8_U 0x2du
#define WASM_I32_LOAD16_S 0x2eu
#define WASM_I32_LOAD16_U 0x2fu
#define WASM_I64_LOAD8_S 0x30u
#define WASM_I64_LOAD8_U 0x31u
#define WASM_I64_LOAD16_S 0x32u
#define WASM_I64_LOAD16_U 0x33u
#define WASM_I64_LOAD32_S 0x34u
#define WASM_I64_LOAD32_U 0x35u
#define WASM_LOAD_LAST 0x35u
#define WASM_STORE_FIRST 0x36u
#define WASM_I32_STORE 0x36u
#define WASM_I64_STORE 0x37u
#define WASM_F32_STORE 0x38u
#define WASM_F64_STORE 0x39u
#define WASM_I32_STORE8 0x3au
#define WASM_I32_STORE16 0x3bu
#define WASM_I64_STORE8 0x3cu
#define WASM_I64_STORE16 0x3du
#define WASM_I64_STORE32 0x3eu
#define WASM_STORE_LAST 0x3eu
#define WASM_MEMORY_SIZE 0x3fu
#define WASM_MEMORY_GROW 0x40u
#define WASM_I32_CONST 0x41u
#define WASM_I64_CONST 0x42u
#define WASM_F32_CONST 0x43u
#define WASM_F64_CONST 0x44u
#define WASM_NUMERIC_FIRST 0x45u
#define WASM_I32_EQZ 0x45u
#define WASM_I64_EQZ 0x50u
#define WASM_I32_ADD 0x6au
#define WASM_I32_SUB 0x6bu
#define WASM_I32_MUL 0x6cu
#define WASM_I32_AND 0x71u
#define WASM_I32_OR 0x72u
#define WASM_I32_XOR 0x73u
#define WASM_I64_ADD 0x7cu
#define WASM_I64_SUB 0x7du
#define WASM_I64_MUL 0x7eu
#define WASM_F32_ADD 0x92u
#define WASM_F32_SUB 0x93u
#define WASM_F64_ADD 0xa0u
#define WASM_F64_SUB 0xa1u
#define WASM_F64_DIV 0xa3u
#define WASM_NUMERIC_LAST 0xc4u
#define WASM_REF_NULL 0xd0u
#define WASM_REF_FUNC 0xd2u
#define WASM_PREFIX 0xfcu

/* Behind WASM_PREFIX; 0 to 7 are the saturating conversions. */
#define WASM_MEMORY_INIT 8u
#define WASM_DATA_DROP 9u
#define WASM_MEMORY_COPY 10u
#define WASM_MEMORY_FILL 11u
#define WASM_TABLE_INIT 12u
#define WASM_ELEM_DROP 13u
#define WASM_TABLE_COPY 14u
#define WASM_PREFIXED_COUNT 15u

/* Immediates of an instruction. */
#define WASM_SHAPE_NONE 0u
#define WASM_SHAPE_LEB 1u
#define WASM_SHAPE_TWO_LEBS 2u
#define WASM_SHAPE_F32 3u
#define WASM_SHAPE_F64 4u
#define WASM_SHAPE_TABLE 5u
#define WASM_SHAPE_PREFIXED 6u

typedef struct wasm_opcode_info {
    uint8_t shape;
    uint8_t pops;  /* loads, stores and numeric instructions: operands */
    uint8_t in;    /* type of the operands (of a store: of the value) */
    uint8_t out;   /* type of the result; 0: none */
    uint8_t align; /* loads and stores: log2 of the bytes accessed */
} wasm_opcode_info;

extern const wasm_opcode_info seigr__wasm_opcodes[256];

/* The saturating conversions, by the number behind WASM_PREFIX. */
extern const wasm_opcode_info seigr__wasm_saturating[8];

static inline unsigned wasm_opcode_shape(unsigned opcode)
{
    return seigr__wasm_opcodes[opcode & 0xff].shape;
}

/* Numeric instructions that can trap: division, truncation. */
static inline int wasm_opcode_traps(unsigned opcode)
{
    return (opcode >= 0x6d && opcode <= 0x70) || /* i32 division */
           (opcode >= 0x7f && opcode <= 0x82) || /* i64 division */
           (opcode >= 0xa8 && opcode <= 0xab) || /* i32.trunc */
           (opcode >= 0xae && opcode <= 0xb1);   /* i64.trunc */
}

/* i64.extend_i32_u and reinterpret keep the bits of a slot: no work. */
static inline int wasm_opcode_is_bits(unsigned opcode)
{
    return opcode == 0xad || (opcode >= 0xbc && opcode <= 0xbf);
}

/* The feature that an opcode of none of ours belongs to, or NULL. */
const char *seigr__wasm_feature(unsigned opcode, uint32_t sub);

#endif
