/* SPDX-License-Identifier: MIT */
/*
 * wasm_access_small.c - loads and stores in one form: a slot and an offset.
 *
 * Instructions that move the same bytes are one: bits are bits, in a float
 * as in an integer, and a narrow store takes the lower ones.
 */
#include "wasm_translate.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

/* By the bytes accessed, a power of two. */
static const uint16_t access_stores[] = {OP_I32_STORE8_SS, OP_I32_STORE16_SS,
                                         OP_I32_STORE_SS, OP_I64_STORE_SS};

static const uint16_t access_loads[] = {
    OP_I32_LOAD_S,     OP_I64_LOAD_S,    OP_I32_LOAD_S,     OP_I64_LOAD_S,
    OP_I32_LOAD8_S_S,  OP_I32_LOAD8_U_S, OP_I32_LOAD16_S_S, OP_I32_LOAD16_U_S,
    OP_I64_LOAD8_S_S,  OP_I32_LOAD8_U_S, OP_I64_LOAD16_S_S, OP_I32_LOAD16_U_S,
    OP_I64_LOAD32_S_S, OP_I32_LOAD_S,
};

static uint16_t *access_emit(wasm_translator *t, unsigned op,
                             const wasm_operand *address, uint32_t offset)
{
    const uint32_t slot = seigr__wasm_slot(t, address, t->height);
    uint16_t *u = seigr__wasm_emit(t, op, 5);

    seigr__wasm_site(t, t->newest);
    u[1] = (uint16_t)slot;
    wasm_put32(u + 2, offset);
    return u;
}

void seigr__wasm_access(wasm_translator *t, unsigned opcode)
{
    uint32_t align = 0;
    uint32_t offset = 0;
    wasm_operand operand;
    uint32_t other;
    uint16_t *u;

    (void)seigr__wasm_u32(&t->r, &align);
    (void)seigr__wasm_u32(&t->r, &offset);
    assert(opcode >= WASM_LOAD_FIRST && opcode <= WASM_STORE_LAST);
    operand = seigr__wasm_pop(t);
    if (opcode <= WASM_LOAD_LAST) {
        other = wasm_dest(t);
        u = access_emit(t, access_loads[opcode - WASM_LOAD_FIRST], &operand,
                        offset);
        u[4] = (uint16_t)other;
        wasm_result(t, u, other, WASM_CLASS_INT);
    } else {
        other = seigr__wasm_slot(t, &operand, t->height);
        operand = seigr__wasm_pop(t);
        u = access_emit(t, access_stores[seigr__wasm_opcodes[opcode].align],
                        &operand, offset);
        u[4] = (uint16_t)other;
    }
}
