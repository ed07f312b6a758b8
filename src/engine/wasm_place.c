/* SPDX-License-Identifier: MIT */
/*
 * wasm_place.c - from a place in the engine's code to one in the module's
 * bytes, and back.
 *
 * Used where a guest stops, traps or goes on: seldom, so that nothing of it
 * is on the path of running.
 */
#include "wasm_instance.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

uint32_t seigr__wasm_function_of(const seigr_module *m, uint32_t unit)
{
    uint32_t low = m->function_imports;
    uint32_t high = m->function_count;

    assert(low < high);
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (m->functions[middle].unit_at <= unit)
            low = middle;
        else
            high = middle;
    }
    return low;
}

const wasm_leader *seigr__wasm_leader_by_unit(const seigr_module *m,
                                              uint32_t unit)
{
    uint32_t low = 0;
    uint32_t high = m->leader_count;

    assert(high > 0);
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (m->leaders[middle].unit_at <= unit)
            low = middle;
        else
            high = middle;
    }
    return &m->leaders[low];
}

const wasm_leader *seigr__wasm_leader_by_offset(const seigr_module *m,
                                                const wasm_function *f,
                                                uint32_t offset)
{
    uint32_t low = f->leader_at; /* at code_at, so at or before offset */
    uint32_t high = m->leader_count;

    assert(m->leaders[low].offset <= offset);
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (m->leaders[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return &m->leaders[low];
}

uint32_t seigr__wasm_behind(const seigr_module *m, uint32_t offset)
{
    wasm_reader r = {m->bytes.ptr, (size_t)offset + 1, m->bytes.len, NULL};

    seigr__wasm_skip(&r, m->bytes.ptr[offset]);
    return (uint32_t)r.at;
}

/* Bulk instructions take three operands, drops none. */
static uint32_t place_prefixed_pops(const seigr_module *m, uint32_t offset)
{
    wasm_reader r = {m->bytes.ptr, (size_t)offset + 1, m->bytes.len, NULL};
    uint32_t sub = 0;

    (void)seigr__wasm_u32(&r, &sub);
    return sub == WASM_DATA_DROP || sub == WASM_ELEM_DROP ? 0 : 3;
}

void seigr__wasm_stack_effect(const seigr_module *m, uint32_t offset,
                              uint32_t *pops, uint32_t *pushes)
{
    wasm_reader r = {m->bytes.ptr, (size_t)offset + 1, m->bytes.len, NULL};
    const unsigned opcode = m->bytes.ptr[offset];
    const wasm_type *type;
    uint32_t index = 0;

    switch (opcode) {
    case WASM_CALL:
    case WASM_CALL_INDIRECT:
        (void)seigr__wasm_u32(&r, &index);
        if (opcode == WASM_CALL)
            index = m->functions[index].type;
        type = &m->types[index];
        *pops = type->param_count + (opcode == WASM_CALL_INDIRECT ? 1u : 0u);
        *pushes = type->result_count;
        break;
    case WASM_MEMORY_GROW:
        *pops = 1;
        *pushes = 1;
        break;
    case WASM_GLOBAL_GET:
        *pops = 0;
        *pushes = 1;
        break;
    case WASM_GLOBAL_SET:
        *pops = 1;
        *pushes = 0;
        break;
    default:
        assert(opcode == WASM_PREFIX);
        *pops = place_prefixed_pops(m, offset);
        *pushes = 0;
    }
}

static uint32_t place_number(const seigr_module *m, uint32_t *at)
{
    uint32_t value = 0;
    uint32_t shift = 0;
    uint8_t byte;

    do {
        byte = m->sites[(*at)++];
        value |= (uint32_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return value;
}

void seigr__wasm_find_site(const seigr_module *m, uint32_t unit,
                           uint32_t *offset, uint32_t *refund)
{
    const wasm_leader *leader = seigr__wasm_leader_by_unit(m, unit);
    uint32_t at = leader->site_at;
    uint32_t place = leader->unit_at;
    uint32_t spent = 0;

    *offset = leader->offset;
    do {
        assert(at < m->site_len);
        place += place_number(m, &at);
        *offset += place_number(m, &at);
        spent += place_number(m, &at);
    } while (place != unit);
    /* Behind a call the fuel of the run stands in front of its code; the
     * leader's own run ended with the call (wasm_emit.c). */
    *refund = leader->cost;
    if (spent > leader->cost) {
        static const uint8_t lengths[] = {
            [OP_CALL] = 5, [OP_CALL_INDIRECT] = 6, [OP_PRECISE] = 3};
        const unsigned op = m->units[leader->unit_at];

        assert(op < sizeof(lengths) && lengths[op] != 0);
        *refund += m->units[leader->unit_at + lengths[op] - 1];
    }
    assert(spent <= *refund);
    *refund -= spent;
}
