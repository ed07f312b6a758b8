/* SPDX-License-Identifier: MIT */
/*
 * wasm_access.c - which form of a load or store to use.
 *
 * An address may be a slot and the instruction's offset, the accumulator and
 * that offset, a constant, or the sum of a local and a constant: that wraps
 * at 32 bits, as the guest's own addition does, and is used where there is no
 * offset that must not wrap.
 */
#include "wasm_translate.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

/* Forms, by their distance from the first one of an instruction. */
enum { LOAD_S, LOAD_A, LOAD_K, LOAD_P, LOAD_FORMS };
enum { STORE_SS, STORE_SA, STORE_AS, STORE_KS, STORE_KA, STORE_PS, STORE_PA };
enum { STORE_SK, STORE_KK, STORE_PK };

static const uint16_t access_stores[] = {
    OP_I32_STORE_SS,  OP_I64_STORE_SS,   OP_F32_STORE_SS,
    OP_F64_STORE_SS,  OP_I32_STORE8_SS,  OP_I32_STORE16_SS,
    OP_I64_STORE8_SS, OP_I64_STORE16_SS, OP_I64_STORE32_SS,
};

/* Of constants: the bits of a float are those of an integer. */
static const uint16_t access_constant_stores[] = {
    OP_I32_STORE_SK,  OP_I64_STORE_SK,   OP_I32_STORE_SK,
    OP_I64_STORE_SK,  OP_I32_STORE8_SK,  OP_I32_STORE16_SK,
    OP_I64_STORE8_SK, OP_I64_STORE16_SK, OP_I64_STORE32_SK,
};

/* A constant address with the offset. */
static int access_fixed(const wasm_operand *address, uint32_t *offset)
{
    if (address->at != WASM_AT_CONST || address->value > UINT32_MAX - *offset)
        return 0;
    *offset += address->value;
    return 1;
}

static void access_load(wasm_translator *t, unsigned opcode, uint32_t offset)
{
    const unsigned op = OP_I32_LOAD_S + LOAD_FORMS * (opcode - WASM_LOAD_FIRST);
    const wasm_operand address = seigr__wasm_pop(t);
    const uint32_t dest = wasm_local_slots(t) + t->height;
    const uint32_t class = wasm_class(seigr__wasm_opcodes[opcode].out);
    uint32_t form = LOAD_K;
    uint32_t slot = WASM_NO_SLOT;
    uint16_t *u;

    if (address.at == WASM_AT_SUM && offset == 0) {
        form = LOAD_P;
        slot = address.local;
        offset = address.value;
    } else if (!access_fixed(&address, &offset)) {
        slot = seigr__wasm_slot(t, &address, t->height);
        form = LOAD_S;
        if (t->mirror[WASM_CLASS_INT] == slot) {
            form = LOAD_A;
            slot = WASM_NO_SLOT;
        }
    }
    u = seigr__wasm_emit(t, op + form, slot == WASM_NO_SLOT ? 4 : 5);
    seigr__wasm_site(t, t->newest);
    if (slot != WASM_NO_SLOT)
        u[1] = (uint16_t)slot;
    wasm_put32(u + (slot == WASM_NO_SLOT ? 1 : 2), offset);
    u[slot == WASM_NO_SLOT ? 3 : 4] = (uint16_t)dest;
    seigr__wasm_wrote(t, u, dest, class);
    seigr__wasm_push(t, WASM_AT_SLOT, 0, 0);
}

/* Write the fields of a store: those that are WASM_NO_SLOT are not there. */
static void access_store(wasm_translator *t, unsigned op, uint32_t slot,
                         uint32_t offset, uint32_t value)
{
    const uint32_t units =
        3u + (slot != WASM_NO_SLOT) + (value != WASM_NO_SLOT);
    uint16_t *u = seigr__wasm_emit(t, op, units);

    seigr__wasm_site(t, t->newest);
    if (slot != WASM_NO_SLOT)
        *++u = (uint16_t)slot;
    wasm_put32(u + 1, offset);
    if (value != WASM_NO_SLOT)
        u[3] = (uint16_t)value;
}

/* A constant into memory. Returns 0 if there is no such form. */
static int access_store_constant(wasm_translator *t, unsigned opcode,
                                 const wasm_operand *address, uint32_t offset,
                                 const wasm_operand *value)
{
    const int is_wide = opcode == WASM_I64_STORE || opcode == WASM_F64_STORE;
    unsigned op = access_constant_stores[opcode - WASM_STORE_FIRST];
    uint32_t slot = WASM_NO_SLOT;
    uint32_t units = 5;
    uint16_t *u;

    if ((value->at != WASM_AT_CONST && value->at != WASM_AT_CONSTS) ||
        (is_wide && value->at == WASM_AT_CONST && value->value > INT32_MAX))
        return 0;
    if (address->at == WASM_AT_SUM && offset == 0) {
        op += STORE_PK;
        slot = address->local;
        offset = address->value;
    } else if (access_fixed(address, &offset)) {
        op += STORE_KK;
    } else {
        slot = seigr__wasm_slot(t, address, t->height);
    }
    units += slot != WASM_NO_SLOT;
    u = seigr__wasm_emit(t, op, units);
    seigr__wasm_site(t, t->newest);
    if (slot != WASM_NO_SLOT)
        *++u = (uint16_t)slot;
    wasm_put32(u + 1, offset);
    wasm_put32(u + 3, value->value);
    return 1;
}

static void access_stored(wasm_translator *t, unsigned opcode, uint32_t offset)
{
    const unsigned op = access_stores[opcode - WASM_STORE_FIRST];
    const uint32_t class = wasm_class(seigr__wasm_opcodes[opcode].in);
    const wasm_operand value = seigr__wasm_pop(t);
    const wasm_operand address = seigr__wasm_pop(t);
    uint32_t from;
    uint32_t slot;
    int is_held;

    if (access_store_constant(t, opcode, &address, offset, &value))
        return;
    from = seigr__wasm_slot(t, &value, t->height + 1);
    is_held = t->mirror[class] == from;
    if (address.at == WASM_AT_SUM && offset == 0) {
        access_store(t, op + (is_held ? STORE_PA : STORE_PS), address.local,
                     address.value, is_held ? WASM_NO_SLOT : from);
        return;
    }
    if (access_fixed(&address, &offset)) {
        access_store(t, op + (is_held ? STORE_KA : STORE_KS), WASM_NO_SLOT,
                     offset, is_held ? WASM_NO_SLOT : from);
        return;
    }
    slot = seigr__wasm_slot(t, &address, t->height);
    if (t->mirror[class] == from)
        access_store(t, op + STORE_SA, slot, offset, WASM_NO_SLOT);
    else if (t->mirror[WASM_CLASS_INT] == slot)
        access_store(t, op + STORE_AS, from, offset, WASM_NO_SLOT);
    else
        access_store(t, op + STORE_SS, slot, offset, from);
}

void seigr__wasm_access(wasm_translator *t, unsigned opcode)
{
    uint32_t align = 0;
    uint32_t offset = 0;

    (void)seigr__wasm_u32(&t->r, &align);
    (void)seigr__wasm_u32(&t->r, &offset);
    assert(opcode >= WASM_LOAD_FIRST && opcode <= WASM_STORE_LAST);
    if (opcode <= WASM_LOAD_LAST)
        access_load(t, opcode, offset);
    else
        access_stored(t, opcode, offset);
}
