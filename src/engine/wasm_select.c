/* SPDX-License-Identifier: MIT */
/*
 * wasm_select.c - instructions that are no control instructions.
 *
 * Constants and values of locals become operands that no instruction has to
 * make, and what an instruction computes for a local goes there.
 */
#include "wasm_translate.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

/* --- variables --------------------------------------------------------- */

static void select_set_local(wasm_translator *t, uint32_t local)
{
    const wasm_operand value = seigr__wasm_pop(t);
    const uint32_t saved = seigr__wasm_save_local(t, local);

    if (t->failed)
        return;
    if (saved == 0 && wasm_is_last(t, &value, t->height)) {
        t->m->units[t->m->unit_count - 1] = (uint16_t)local;
        for (uint32_t c = 0; c < WASM_CLASS_COUNT; c++)
            if (t->mirror[c] == local)
                t->mirror[c] = WASM_NO_SLOT;
        t->mirror[t->last_class] = local;
        t->last_dest = local;
        return;
    }
    seigr__wasm_put(t, &value, t->height, local);
}

static void select_global(wasm_translator *t, unsigned opcode)
{
    uint32_t index = 0;
    uint16_t *u;

    (void)seigr__wasm_u32(&t->r, &index);
    if (opcode == WASM_GLOBAL_GET) {
        const uint32_t dest = wasm_dest(t);

        u = seigr__wasm_emit(t, OP_GLOBAL_GET, 3);
        u[1] = (uint16_t)index;
        u[2] = (uint16_t)dest;
        wasm_result(t, u, dest, WASM_CLASS_INT);
    } else {
        const wasm_operand value = seigr__wasm_pop(t);
        const uint32_t slot = seigr__wasm_slot(t, &value, t->height);

        u = seigr__wasm_emit(t, OP_GLOBAL_SET, 3);
        u[1] = (uint16_t)index;
        u[2] = (uint16_t)slot;
    }
}

/* A constant that may not fit 32 bits either way. */
static void select_wide_constant(wasm_translator *t, uint64_t bits)
{
    const uint32_t dest = wasm_dest(t);
    uint16_t *u;

    if (bits <= UINT32_MAX) {
        seigr__wasm_push(t, WASM_AT_CONST, 0, (uint32_t)bits);
        return;
    }
    if ((uint64_t)(int64_t)(int32_t)bits == bits) {
        seigr__wasm_push(t, WASM_AT_CONSTS, 0, (uint32_t)bits);
        return;
    }
    u = seigr__wasm_emit(t, OP_CONST64, 6);
    memcpy(u + 1, &bits, sizeof(bits));
    u[5] = (uint16_t)dest;
    wasm_result(t, u, dest, WASM_CLASS_INT);
}

static void select_constants(wasm_translator *t, unsigned opcode)
{
    int64_t value = 0;

    switch (opcode) {
    case WASM_I32_CONST:
        (void)seigr__wasm_signed(&t->r, 32, &value);
        seigr__wasm_push(t, WASM_AT_CONST, 0, (uint32_t)value);
        break;
    case WASM_I64_CONST:
        (void)seigr__wasm_signed(&t->r, 64, &value);
        select_wide_constant(t, (uint64_t)value);
        break;
    case WASM_F32_CONST:
        seigr__wasm_push(t, WASM_AT_CONST, 0,
                         wasm_read_u32(t->r.bytes + t->r.at));
        t->r.at += 4;
        break;
    default:
        assert(opcode == WASM_F64_CONST);
        select_wide_constant(t, wasm_read_u64(t->r.bytes + t->r.at));
        t->r.at += 8;
    }
}

/* --- one instruction --------------------------------------------------- */

static void select_memory_size(wasm_translator *t)
{
    const uint32_t dest = wasm_dest(t);
    uint16_t *u = seigr__wasm_emit(t, OP_MEMORY_SIZE, 2);

    t->r.at++; /* which memory */
    u[1] = (uint16_t)dest;
    wasm_result(t, u, dest, WASM_CLASS_INT);
}

void seigr__wasm_select(wasm_translator *t, unsigned opcode)
{
    uint32_t index = 0;

    if (opcode >= WASM_NUMERIC_FIRST && opcode <= WASM_NUMERIC_LAST) {
        seigr__wasm_numeric(t, opcode);
        return;
    }
    if (opcode >= WASM_LOAD_FIRST && opcode <= WASM_STORE_LAST) {
        seigr__wasm_access(t, opcode);
        return;
    }
    switch (opcode) {
    case WASM_LOCAL_GET:
        (void)seigr__wasm_u32(&t->r, &index);
        seigr__wasm_push(t, WASM_AT_LOCAL, index, 0);
        break;
    case WASM_LOCAL_SET:
    case WASM_LOCAL_TEE:
        (void)seigr__wasm_u32(&t->r, &index);
        select_set_local(t, index);
        if (opcode == WASM_LOCAL_TEE)
            seigr__wasm_push(t, WASM_AT_LOCAL, index, 0);
        break;
    case WASM_GLOBAL_GET:
    case WASM_GLOBAL_SET:
        select_global(t, opcode);
        break;
    case WASM_DROP:
        (void)seigr__wasm_pop(t);
        break;
    case WASM_SELECT:
        seigr__wasm_choose(t);
        break;
    case WASM_MEMORY_SIZE:
        select_memory_size(t);
        break;
    case WASM_PREFIX: /* a saturating conversion */
        (void)seigr__wasm_u32(&t->r, &index);
        seigr__wasm_saturate(t, index);
        break;
    default:
        select_constants(t, opcode);
    }
}
