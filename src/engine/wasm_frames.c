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

uint32_t seigr__wasm_else_end(const seigr_module *m, const wasm_function *f,
                              uint32_t offset)
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
    do { /* the innermost block that is open there */
        assert(low > f->block_at);
        low--;
    } while (m->blocks[low].end <= offset);
    return m->blocks[low].end;
}

uint32_t seigr__wasm_costing(const seigr_module *m, const wasm_function *f,
                             uint32_t offset)
{
    for (;;) {
        switch (m->bytes.ptr[offset]) {
        case WASM_BLOCK:
        case WASM_LOOP:
            offset = seigr__wasm_behind(m, offset);
            break;
        case WASM_ELSE:
            offset = seigr__wasm_else_end(m, f, offset);
            break;
        case WASM_END:
            if (offset + 1 == f->body_end)
                return offset;
            offset++;
            break;
        default:
            return offset;
        }
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
    view->offset = seigr__wasm_costing(m, &m->functions[view->function],
                                       seigr__wasm_behind(m, leader->offset));
    view->fp -= pc[-2];
    view->height = leader->height - pops;
    view->pc = vm->frames[vm->frame_count - 1 - index].pc;
    return 1;
}
