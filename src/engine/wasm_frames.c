/* SPDX-License-Identifier: MIT */
/*
 * wasm_frames.c - the guest's stack as a state describes it.
 *
 * A frame that waits for a call is described by where it goes on. What costs
 * nothing there is passed over, so that one state has one description.
 */
#include "wasm_instance.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

/* One more than the last block that begins before an offset. */
static uint32_t frames_blocks_before(const seigr_module *m,
                                     const wasm_function *f, uint32_t offset)
{
    uint32_t low = f->block_at;
    uint32_t high = m->block_count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (m->blocks[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const wasm_block *seigr__wasm_block_begun(const seigr_module *m,
                                          const wasm_function *f,
                                          uint32_t offset)
{
    const uint32_t index = frames_blocks_before(m, f, offset);

    assert(index < m->block_count && m->blocks[index].start == offset);
    return &m->blocks[index];
}

const wasm_block *seigr__wasm_block_open(const seigr_module *m,
                                         const wasm_function *f,
                                         uint32_t offset, uint32_t depth)
{
    uint32_t index = frames_blocks_before(m, f, offset);

    index = index == f->block_at ? WASM_ABSENT : index - 1;
    while (index != WASM_ABSENT) {
        const wasm_block *block = &m->blocks[index];

        if (block->end > offset && depth-- == 0)
            return block;
        index = block->parent;
    }
    return NULL;
}

/* The instruction that comes after one that costs nothing. */
static uint32_t frames_pass(const seigr_module *m, const wasm_function *f,
                            uint32_t offset)
{
    if (m->bytes.ptr[offset] == WASM_END)
        return offset + 1;
    if (m->bytes.ptr[offset] == WASM_ELSE)
        return seigr__wasm_block_open(m, f, offset, 0)->end;
    return seigr__wasm_behind(m, offset);
}

static int frames_costs(const seigr_module *m, const wasm_function *f,
                        uint32_t offset)
{
    switch (m->bytes.ptr[offset]) {
    case WASM_BLOCK:
    case WASM_LOOP:
    case WASM_ELSE:
        return 0;
    case WASM_END: /* the last one ends what costs nothing */
        return offset + 1 == f->body_end;
    default:
        return 1;
    }
}

uint32_t seigr__wasm_costing(const seigr_module *m, const wasm_function *f,
                             uint32_t offset)
{
    while (!frames_costs(m, f, offset))
        offset = frames_pass(m, f, offset);
    return offset;
}

/* From the last leader to the first, each ends where it meets one behind it:
 * no instruction is passed twice. */
void seigr__wasm_look_ahead(seigr_module *m, const wasm_function *f)
{
    for (uint32_t i = m->leader_count; i > f->leader_at; i--) {
        wasm_leader *leader = &m->leaders[i - 1];
        const unsigned op = m->units[leader->unit_at];
        const wasm_leader *met = leader + 1;
        uint32_t at = leader->offset;
        int is_jump;

        if (op == OP_CALL || op == OP_CALL_INDIRECT || op == OP_PRECISE)
            at = seigr__wasm_behind(m, at);
        while (!frames_costs(m, f, at)) {
            while (met < m->leaders + m->leader_count && met->offset < at)
                met++;
            if (met < m->leaders + m->leader_count && met->offset == at) {
                at = met->next;
                break;
            }
            is_jump = m->bytes.ptr[at] == WASM_ELSE;
            at = frames_pass(m, f, at);
            if (is_jump)
                met = seigr__wasm_leader_by_offset(m, f, at);
        }
        leader->next = at;
    }
}

int seigr__wasm_frame_first(const wasm_vm *vm, wasm_frame_view *view)
{
    const seigr_module *m = vm->instance->module;

    if (vm->frame_count == 0)
        return 0;
    assert(vm->is_precise);
    view->function = vm->function;
    view->offset =
        seigr__wasm_costing(m, &m->functions[vm->function], vm->offset);
    view->fp = vm->fp;
    view->height = vm->height;
    view->pc = vm->frames[vm->frame_count - 1].pc;
    return 1;
}

int seigr__wasm_frame_next(const wasm_vm *vm, uint32_t index,
                           wasm_frame_view *view)
{
    const seigr_module *m = vm->instance->module;
    const uint16_t *pc = view->pc;
    const wasm_leader *leader;
    uint32_t pops;
    uint32_t pushes;

    if (index == vm->frame_count)
        return 0;
    leader = seigr__wasm_leader_by_unit(m, (uint32_t)(pc - m->units) - 1);
    seigr__wasm_stack_effect(m, leader->offset, &pops, &pushes);
    view->function = seigr__wasm_function_of(m, leader->unit_at);
    view->offset = leader->next;
    view->fp -= pc[-2];
    view->height = leader->height - pops;
    view->pc = vm->frames[vm->frame_count - 1 - index].pc;
    return 1;
}
