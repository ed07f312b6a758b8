/* SPDX-License-Identifier: MIT */
/*
 * wasm_form_small.c - which form of a numeric instruction, a select or a
 * branch: the few that wasm_fast_small.c has.
 *
 * Instructions work on slots. Only of 32-bit integers, which programs mostly
 * count and point with, a constant can be the second operand, and can a
 * comparison become part of a branch. Invariants (1) and (2) are those of
 * wasm_form.c.
 */
#include "wasm_translate.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

#define CONSTANT(opcode, name)                                                 \
    [(opcode)-WASM_NUMERIC_FIRST] = OP_I32_##name##_SK

/* With a constant as the second operand; 0: there is no such form. */
static const uint16_t form_constants[] = {
    CONSTANT(0x46, EQ),   CONSTANT(0x47, NE),    CONSTANT(0x48, LT_S),
    CONSTANT(0x49, LT_U), CONSTANT(0x4a, GT_S),  CONSTANT(0x4b, GT_U),
    CONSTANT(0x4c, LE_S), CONSTANT(0x4d, LE_U),  CONSTANT(0x4e, GE_S),
    CONSTANT(0x4f, GE_U), CONSTANT(0x6a, ADD),   CONSTANT(0x6c, MUL),
    CONSTANT(0x71, AND),  CONSTANT(0x72, OR),    CONSTANT(0x73, XOR),
    CONSTANT(0x74, SHL),  CONSTANT(0x75, SHR_S), CONSTANT(0x76, SHR_U),
    CONSTANT(0x77, ROTL),
};

/* --- numeric ----------------------------------------------------------- */

static void form_unary(wasm_translator *t, unsigned op, int traps)
{
    const wasm_operand a = seigr__wasm_pop(t);
    const uint32_t dest = wasm_dest(t);
    const uint32_t from = seigr__wasm_slot(t, &a, t->height);
    uint16_t *u = seigr__wasm_emit(t, op, 3);

    u[1] = (uint16_t)from;
    u[2] = (uint16_t)dest;
    if (traps)
        seigr__wasm_site(t, t->newest);
    wasm_result(t, u, dest, WASM_CLASS_INT);
}

static uint16_t form_constant(unsigned opcode, const wasm_operand *b)
{
    const unsigned at = opcode - WASM_NUMERIC_FIRST;

    return (b->at == WASM_AT_CONST || b->at == WASM_AT_CONSTS) &&
                   at < sizeof(form_constants) / sizeof(form_constants[0])
               ? form_constants[at]
               : 0;
}

static void form_binary(wasm_translator *t, unsigned opcode)
{
    const wasm_operand b = seigr__wasm_pop(t);
    const wasm_operand a = seigr__wasm_pop(t);
    const uint32_t dest = wasm_dest(t);
    const uint32_t from = seigr__wasm_slot(t, &a, t->height);
    const uint16_t with = form_constant(opcode, &b);
    uint32_t other;
    uint16_t *u;

    if (with != 0) {
        u = seigr__wasm_emit(t, with, 5);
        u[1] = (uint16_t)from;
        wasm_put32(u + 2, b.value);
        u[4] = (uint16_t)dest;
    } else {
        other = seigr__wasm_slot(t, &b, t->height + 1);
        u = seigr__wasm_emit(t, OP_I32_EQZ + opcode - WASM_NUMERIC_FIRST, 4);
        u[1] = (uint16_t)from;
        u[2] = (uint16_t)other;
        u[3] = (uint16_t)dest;
        if (wasm_opcode_traps(opcode))
            seigr__wasm_site(t, t->newest);
    }
    wasm_result(t, u, dest, WASM_CLASS_INT);
}

void seigr__wasm_numeric(wasm_translator *t, unsigned opcode)
{
    if (wasm_opcode_is_bits(opcode))
        return;
    if (seigr__wasm_opcodes[opcode].pops == 2)
        form_binary(t, opcode);
    else
        form_unary(t, OP_I32_EQZ + opcode - WASM_NUMERIC_FIRST,
                   wasm_opcode_traps(opcode));
}

void seigr__wasm_saturate(wasm_translator *t, uint32_t index)
{
    assert(index < 8);
    form_unary(t, OP_I32_SAT_F32_S + index, 0);
}

void seigr__wasm_choose(wasm_translator *t)
{
    const wasm_operand condition = seigr__wasm_pop(t);
    const wasm_operand b = seigr__wasm_pop(t);
    const wasm_operand a = seigr__wasm_pop(t);
    const uint32_t dest = wasm_dest(t);
    const uint32_t a_slot = seigr__wasm_slot(t, &a, t->height);
    const uint32_t b_slot = seigr__wasm_slot(t, &b, t->height + 1);
    const uint32_t c_slot = seigr__wasm_slot(t, &condition, t->height + 2);
    uint16_t *u = seigr__wasm_emit(t, OP_SELECT, 5);

    u[1] = (uint16_t)c_slot;
    u[2] = (uint16_t)a_slot;
    u[3] = (uint16_t)b_slot;
    u[4] = (uint16_t)dest;
    wasm_result(t, u, dest, WASM_CLASS_INT);
}

/* --- branches on a condition ------------------------------------------- */

/* Comparisons in the order of their opcodes: eq ne lt_s lt_u gt_s gt_u le_s
 * le_u ge_s ge_u. The opposite of each. */
static const uint8_t form_opposite[] = {1, 0, 8, 9, 6, 7, 4, 5, 2, 3};

/* Of two slots, in the order of WASM_CODE_BRANCHES; 8 more: swapped. */
static const uint8_t form_branch[] = {0,     1, 2, 3,     2 + 8,
                                      3 + 8, 4, 5, 4 + 8, 5 + 8};

static uint16_t *form_emit(wasm_translator *t, unsigned op, uint32_t units,
                           uint32_t a, uint32_t *origin)
{
    uint16_t *u;

    *origin = t->m->unit_count;
    u = seigr__wasm_emit(t, op, units);
    u[1] = (uint16_t)a;
    return u;
}

/* The last instruction computed the condition: the branch that does both,
 * or WASM_ABSENT. */
static uint32_t form_fused(wasm_translator *t, int is_zero, uint32_t *origin)
{
    const uint16_t *last = t->m->units + t->last_at;
    const unsigned op = last[0];
    const uint32_t a = last[1];
    const uint32_t b = last[2];
    const uint32_t k = wasm_unit32(last + 2);
    uint32_t order;
    uint16_t *u;

    if (op == OP_I32_EQZ) {
        seigr__wasm_unwrite(t); /* (2) */
        (void)form_emit(t, is_zero ? OP_BR_NZ : OP_BR_Z, 5, a, origin);
        return *origin + 2;
    }
    if (op >= OP_I32_EQ && op <= OP_I32_GE_U) {
        order = op - OP_I32_EQ;
        order = form_branch[is_zero ? form_opposite[order] : order];
        seigr__wasm_unwrite(t);
        u = form_emit(t, OP_BR_I32_EQ_SS + (order & 7), 6, order & 8 ? b : a,
                      origin);
        u[2] = (uint16_t)(order & 8 ? a : b);
        return *origin + 3;
    }
    if (op >= OP_I32_EQ_SK && op <= OP_I32_GE_U_SK) {
        order = (op - OP_I32_EQ_SK) / 2;
        order = is_zero ? form_opposite[order] : order;
        seigr__wasm_unwrite(t);
        u = form_emit(t, OP_BR_I32_EQ_SK + 2 * order, 7, a, origin);
        wasm_put32(u + 2, k);
        return *origin + 4;
    }
    return WASM_ABSENT;
}

uint32_t seigr__wasm_branch_if(wasm_translator *t, uint32_t label, int is_zero,
                               uint32_t *origin)
{
    const wasm_operand a = seigr__wasm_pop(t);
    uint32_t unit = WASM_ABSENT;

    if (wasm_is_last(t, &a, t->height))
        unit = form_fused(t, is_zero, origin);
    if (unit == WASM_ABSENT) {
        const uint32_t slot = seigr__wasm_slot(t, &a, t->height);

        (void)form_emit(t, is_zero ? OP_BR_Z : OP_BR_NZ, 5, slot, origin);
        unit = *origin + 2;
    }
    if (label != WASM_NO_LABEL)
        seigr__wasm_target(t, unit, *origin, label);
    return unit;
}
