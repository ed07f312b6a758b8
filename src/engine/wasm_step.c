/* SPDX-License-Identifier: MIT */
/*
 * wasm_step.c - bounded steps: segments, start function, calls.
 *
 * An instance goes through phases: its segments one by one, its start
 * function, then calls as they are asked for. A step runs until its fuel
 * ends or something else does.
 *
 * Invariants:
 *   (1) vm.fuel is between 0 and what the step was given; what is used is
 *       added to vm.fuel_before when the step ends.
 *   (2) after a step that is not over the state is precise: function,
 *       offset and height say where the guest goes on.
 *   (3) an instance that is idle or over has no frames: where a trap or an
 *       exit left them is no state of the guest's.
 */
#include "wasm_instance.h"

#include <assert.h> /* assert */

const char *seigr_trap_text(uint32_t trap)
{
    static const char *const texts[] = {
        "no trap",
        "unreachable",
        "out of bounds memory access",
        "out of bounds table access",
        "undefined element",
        "uninitialized element",
        "indirect call type mismatch",
        "integer divide by zero",
        "integer overflow",
        "invalid conversion to integer",
        "call stack exhausted",
        "a host function refused",
    };

    return trap < sizeof(texts) / sizeof(texts[0]) ? texts[trap]
                                                   : "unknown trap";
}

/* --- running ----------------------------------------------------------- */

/* Running fast ended: make ready for the other way, or find the end. */
static uint32_t step_after_fast(wasm_vm *vm, uint32_t exit)
{
    const seigr_module *m = vm->instance->module;
    uint32_t refund;

    switch (exit) {
    case WASM_EXIT_DONE:
        return WASM_PRECISE_DONE;
    case WASM_EXIT_SWITCH:
        return seigr__wasm_arrive(vm, seigr__wasm_switch_code + WASM_RETURN_AT);
    case WASM_EXIT_TRAP:
        vm->function =
            seigr__wasm_function_of(m, (uint32_t)(vm->pc - m->units));
        seigr__wasm_find_site(m, (uint32_t)(vm->pc - m->units), &vm->offset,
                              &refund);
        vm->fuel += refund;
        return WASM_PRECISE_TRAP;
    default:
        seigr__wasm_to_precise(vm, exit);
        return WASM_PRECISE_FAST;
    }
}

static uint32_t step_run(wasm_vm *vm)
{
    uint32_t next = WASM_PRECISE_FAST;

    while (next == WASM_PRECISE_FAST)
        next = vm->is_precise ? seigr__wasm_precise(vm)
                              : step_after_fast(vm, seigr__wasm_fast(vm));
    return next;
}

/* A pause is before an instruction that costs, too: run through what costs
 * nothing behind the call. The run may end with it. */
static uint32_t step_settle(wasm_vm *vm)
{
    const int64_t fuel = vm->fuel;
    uint32_t next;

    vm->fuel = 0;
    next = step_run(vm);
    vm->fuel = fuel;
    return next == WASM_PRECISE_FUEL ? WASM_PRECISE_YIELD : next;
}

/* --- phases ------------------------------------------------------------ */

/* Pay for a segment as its init instruction does. */
static uint32_t step_pay_segment(wasm_vm *vm, int fits, uint32_t count)
{
    const uint64_t cost = fits ? 1 + (uint64_t)count / 8 : 1;

    if ((uint64_t)vm->fuel < cost)
        return WASM_PRECISE_FUEL;
    vm->fuel -= (int64_t)cost;
    return WASM_PRECISE_DONE;
}

static uint32_t step_element(seigr_instance *instance, uint32_t index)
{
    const wasm_element *element = &instance->module->elements[index];
    wasm_vm *vm = &instance->vm;
    uint32_t to;
    uint32_t next;
    uint32_t trap;

    if (element->mode == WASM_SEGMENT_DECLARED)
        instance->dropped_elements[index] = 1;
    if (element->mode != WASM_SEGMENT_ACTIVE)
        return WASM_PRECISE_DONE;
    to = (uint32_t)seigr__wasm_constant(instance->module, element->offset_at,
                                        instance->globals);
    next = step_pay_segment(
        vm, (uint64_t)to + element->count <= instance->table->count,
        element->count);
    if (next != WASM_PRECISE_DONE)
        return next;
    trap = seigr__wasm_table_init(instance, index, to, 0, element->count);
    if (trap == WASM_TABLE_NOMEM) {
        vm->fuel += 1 + (int64_t)(element->count / 8);
        return WASM_PRECISE_NOMEM;
    }
    instance->dropped_elements[index] = 1;
    vm->trap = trap;
    return trap == 0 ? WASM_PRECISE_DONE : WASM_PRECISE_TRAP;
}

static uint32_t step_data(seigr_instance *instance, uint32_t index)
{
    const wasm_data *data = &instance->module->data[index];
    const seigr_span bytes = {instance->module->bytes.ptr + data->at,
                              data->len};
    wasm_vm *vm = &instance->vm;
    uint32_t to;
    uint32_t next;

    if (data->mode != WASM_SEGMENT_ACTIVE)
        return WASM_PRECISE_DONE;
    to = (uint32_t)seigr__wasm_constant(instance->module, data->offset_at,
                                        instance->globals);
    next = step_pay_segment(
        vm, (uint64_t)to + data->len <= instance->memory->len, data->len);
    if (next != WASM_PRECISE_DONE)
        return next;
    vm->trap =
        seigr__wasm_memory_place(instance->memory, to, bytes, 0, data->len);
    instance->dropped_data[index] = 1;
    return vm->trap == 0 ? WASM_PRECISE_DONE : WASM_PRECISE_TRAP;
}

/* All segments of one kind; step_element or step_data. */
static uint32_t step_segments(seigr_instance *instance, uint32_t count,
                              uint32_t (*init)(seigr_instance *instance,
                                               uint32_t index))
{
    while (instance->segment < count) {
        const uint32_t next = init(instance, instance->segment);

        if (next != WASM_PRECISE_DONE)
            return next;
        instance->segment++;
    }
    instance->segment = 0;
    instance->phase++;
    return WASM_PRECISE_DONE;
}

/* Call a function from outside; its frame is paid for and made. */
static uint32_t step_enter(seigr_instance *instance, uint32_t function,
                           uint32_t phase)
{
    wasm_vm *vm = &instance->vm;
    uint32_t next;

    vm->instance = instance;
    vm->fp = vm->slots;
    next = seigr__wasm_enter(vm, instance, function);
    if (next == WASM_PRECISE_DONE || next == WASM_PRECISE_YIELD) {
        /* A host function was called, and is done. */
        instance->phase = WASM_PHASE_IDLE;
        return next;
    }
    if (next == WASM_PRECISE_FAST) {
        instance->phase = phase;
        next = WASM_PRECISE_DONE;
    }
    return next;
}

/* One phase, or part of it. WASM_PRECISE_DONE: on to the next. */
static uint32_t step_phase(seigr_instance *instance)
{
    const seigr_module *m = instance->module;
    uint32_t next;

    switch (instance->phase) {
    case WASM_PHASE_ELEMENTS:
        return step_segments(instance, m->element_count, step_element);
    case WASM_PHASE_DATA:
        return step_segments(instance, m->data_count, step_data);
    case WASM_PHASE_START:
        if (m->start != WASM_ABSENT)
            return step_enter(instance, m->start, WASM_PHASE_STARTED);
        instance->phase = WASM_PHASE_IDLE;
        return WASM_PRECISE_DONE;
    case WASM_PHASE_CALL:
        return step_enter(instance, instance->entry, WASM_PHASE_INSIDE);
    default:
        assert(instance->phase == WASM_PHASE_STARTED ||
               instance->phase == WASM_PHASE_INSIDE);
        next = step_run(&instance->vm);
        if (next == WASM_PRECISE_YIELD)
            next = step_settle(&instance->vm);
        if (next == WASM_PRECISE_DONE)
            instance->phase = WASM_PHASE_IDLE;
        return next;
    }
}

/* --- the step ---------------------------------------------------------- */

/* Nothing is called: (3). */
static void step_unwind(seigr_instance *instance)
{
    wasm_vm *vm = &instance->vm;

    vm->frame_count = 0;
    vm->slots_used = 0;
    vm->is_precise = 0;
    vm->instance = instance;
    vm->fp = vm->slots;
}

static void step_outcome(seigr_instance *instance, uint32_t next,
                         seigr_outcome *out)
{
    static const uint32_t statuses[] = {
        [WASM_PRECISE_DONE] = SEIGR_RUN_DONE,
        [WASM_PRECISE_TRAP] = SEIGR_RUN_TRAPPED,
        [WASM_PRECISE_FUEL] = SEIGR_RUN_OUT_OF_FUEL,
        [WASM_PRECISE_YIELD] = SEIGR_RUN_YIELDED,
        [WASM_PRECISE_WAIT] = SEIGR_RUN_WAITING,
        [WASM_PRECISE_EXIT] = SEIGR_RUN_EXITED,
    };
    wasm_vm *vm = &instance->vm;
    const int inside = instance->phase == WASM_PHASE_STARTED ||
                       instance->phase == WASM_PHASE_INSIDE;

    assert(vm->fuel >= 0 && (uint64_t)vm->fuel <= vm->fuel_step); /* (1) */
    vm->fuel_before += vm->fuel_step - (uint64_t)vm->fuel;
    vm->fuel_step = 0;
    vm->fuel = 0;
    out->status = statuses[next];
    out->trap = next == WASM_PRECISE_TRAP ? vm->trap : 0;
    out->function = inside ? vm->function : UINT32_MAX;
    out->offset = inside ? vm->offset : 0;
    out->fuel_used = vm->fuel_before;
    if (next == WASM_PRECISE_EXIT ||
        (next == WASM_PRECISE_TRAP && instance->phase < WASM_PHASE_IDLE)) {
        instance->phase = WASM_PHASE_OVER;
        instance->segment = 0;
    } else if (next == WASM_PRECISE_TRAP) {
        /* The call is over; what it did to memory stays. */
        instance->phase = WASM_PHASE_IDLE;
        instance->result_count = 0;
    }
    if (instance->phase == WASM_PHASE_IDLE ||
        instance->phase == WASM_PHASE_OVER)
        step_unwind(instance);
}

int seigr_instance_step(seigr_instance *instance, uint64_t fuel,
                        seigr_outcome *out)
{
    uint32_t next = WASM_PRECISE_DONE;
    wasm_vm *vm;

    if (instance == NULL || out == NULL || out->struct_size != sizeof(*out) ||
        instance->phase == WASM_PHASE_OVER || instance->is_stepping)
        return SEIGR_E_INVAL;
    instance->is_stepping = 1;
    vm = &instance->vm;
    if (fuel > INT64_MAX)
        fuel = INT64_MAX;
    vm->fuel = (int64_t)fuel;
    vm->fuel_step = fuel;
    while (next == WASM_PRECISE_DONE && instance->phase != WASM_PHASE_IDLE)
        next = step_phase(instance);
    instance->is_stepping = 0;
    if (next == WASM_PRECISE_NOMEM) {
        vm->fuel_before += vm->fuel_step - (uint64_t)vm->fuel;
        vm->fuel_step = 0;
        vm->fuel = 0;
        return SEIGR_E_NOMEM;
    }
    step_outcome(instance, next, out);
    return 0;
}
