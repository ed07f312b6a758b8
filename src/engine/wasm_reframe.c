/* SPDX-License-Identifier: MIT */
/*
 * wasm_reframe.c - the guest's stack from a snapshot.
 *
 * A frame is believed when its place is one that its function can stop at,
 * when its locals and operands are as many and of the types that validation
 * finds there, and when its callee is one that the call there can have
 * called. Frames are looked at sorted by place, so that each body is
 * validated once, however often it is on the stack.
 *
 * Invariants:
 *   (1) frames are few: each takes bytes of the snapshot, and their count and
 *       slots pass no limit of the instance's.
 *   (2) no place in code that is never reached is accepted: there the
 *       heights that running relies on are not known.
 */
#include "wasm_restore.h"

#include "base/alloc.h"    /* seigr__alloc_zero */
#include "wasm_opcode.h"   /* opcodes */
#include "wasm_validate.h" /* types at a place */

#include <assert.h> /* assert */

typedef struct reframe {
    seigr_instance *instance;
    const seigr_module *m;
    seigr__cbor r;
    restore_frames *frames;
    uint32_t *order; /* of frames, by function and place */
} reframe;

static int reframe_refuse(const seigr__cbor *r, size_t at, const char *what)
{
    return seigr__fail(r->error, SEIGR_E_FORMAT, at, "a frame: %s", what);
}

/* --- reading ----------------------------------------------------------- */

/* Pass over an array of unsigned integers. */
static int reframe_skip_values(seigr__cbor *r, uint32_t *count)
{
    const size_t at = r->at;
    uint64_t items;
    uint64_t value;
    int err = seigr__cbor_array(r, &items);

    if (err == 0 && items > UINT16_MAX)
        err = reframe_refuse(r, at, "more values than a function can have");
    if (err < 0)
        return err;
    for (uint64_t i = 0; i < items && err == 0; i++)
        err = seigr__cbor_uint(r, &value);
    *count = (uint32_t)items;
    return err;
}

static int reframe_read(const seigr_instance *instance, seigr__cbor *r,
                        restore_frame *frame)
{
    const seigr_module *m = instance->module;
    const size_t at = r->at;
    const wasm_function *f;
    uint32_t function = 0;
    uint64_t offset = 0;
    int err = seigr__restore_array(r, 4, "a frame");

    if (err == 0)
        err = seigr__restore_index(r, m->function_count,
                                   "the function of a frame", &function);
    if (err < 0)
        return err;
    if (function < m->function_imports)
        return reframe_refuse(r, at, "its function is imported");
    f = &m->functions[function];
    err = seigr__restore_uint(r, f->body_end - f->body_at - 1,
                              "the offset of a frame", &offset);
    if (err < 0)
        return err;
    frame->function = function;
    frame->offset = f->body_at + (uint32_t)offset;
    frame->values_at = r->at;
    err = reframe_skip_values(r, &frame->locals);
    if (err == 0)
        err = reframe_skip_values(r, &frame->height);
    if (err == 0 && frame->locals != (uint32_t)f->params + f->locals)
        err = reframe_refuse(r, at, "its locals are of another count");
    if (err == 0 && frame->locals + frame->height > f->slots)
        err = reframe_refuse(r, at, "more operands than its function has");
    return err;
}

int seigr__restore_frames_read(seigr_instance *instance, seigr__cbor *r,
                               restore_frames *frames)
{
    const size_t at = r->at;
    uint64_t slots = 0;
    uint64_t count;
    int err = seigr__cbor_array(r, &count);

    if (err < 0 || count == 0)
        return err;
    if (count > instance->options.depth_max || count > (r->end - r->at) / 5)
        return reframe_refuse(r, at, "more frames than the limit"); /* (1) */
    frames->items = seigr__alloc_zero(instance->context, (size_t)count,
                                      sizeof(*frames->items));
    if (frames->items == NULL)
        return seigr__fail(r->error, SEIGR_E_NOMEM, at, "no memory");
    frames->count = (uint32_t)count;
    for (uint32_t i = 0; i < count && err == 0; i++) {
        err = reframe_read(instance, r, &frames->items[i]);
        if (err == 0)
            slots +=
                instance->module->functions[frames->items[i].function].slots;
    }
    if (err == 0 && slots > instance->options.slots_max)
        err = reframe_refuse(r, at, "more slots than the limit");
    return err;
}

/* --- order ------------------------------------------------------------- */

static int reframe_before(const restore_frame *a, const restore_frame *b)
{
    if (a->function != b->function)
        return a->function < b->function;
    return a->site < b->site;
}

static void reframe_sift(const reframe *s, uint32_t root, uint32_t count)
{
    const restore_frame *items = s->frames->items;
    uint32_t *order = s->order;

    for (;;) {
        uint32_t child = 2 * root + 1;
        uint32_t swap;

        if (child >= count)
            return;
        if (child + 1 < count &&
            reframe_before(&items[order[child]], &items[order[child + 1]]))
            child++;
        if (!reframe_before(&items[order[root]], &items[order[child]]))
            return;
        swap = order[root];
        order[root] = order[child];
        order[child] = swap;
        root = child;
    }
}

/* Heap sort by function and site. */
static void reframe_sort(const reframe *s)
{
    const uint32_t count = s->frames->count;

    for (uint32_t i = 0; i < count; i++)
        s->order[i] = i;
    for (uint32_t i = count / 2; i > 0; i--)
        reframe_sift(s, i - 1, count);
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t last = s->order[i - 1];

        s->order[i - 1] = s->order[0];
        s->order[0] = last;
        reframe_sift(s, 0, i - 1);
    }
}

/* --- call sites -------------------------------------------------------- */

/* Whether the call at an offset can have called a function. */
static int reframe_calls(const seigr_module *m, uint32_t offset,
                         uint32_t callee)
{
    wasm_reader r = {m->bytes.ptr, (size_t)offset + 1, m->bytes.len, NULL};
    const unsigned opcode = m->bytes.ptr[offset];
    uint32_t index = 0;

    if (opcode != WASM_CALL && opcode != WASM_CALL_INDIRECT)
        return 0;
    (void)seigr__wasm_u32(&r, &index);
    if (opcode == WASM_CALL)
        return index == callee;
    return m->types[index].canonical == m->functions[callee].type;
}

/* The frames of one function, in order from first to end, that wait for the
 * call of which the leader is given. */
static void reframe_try_site(const reframe *s, uint32_t first, uint32_t end,
                             const wasm_function *f, const wasm_leader *leader)
{
    const uint32_t behind = leader->next;
    uint32_t pops;
    uint32_t pushes;

    seigr__wasm_stack_effect(s->m, leader->offset, &pops, &pushes);
    /* Found before sites are known, frames are in order of offset. */
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;

        if (s->frames->items[s->order[middle]].offset < behind)
            first = middle + 1;
        else
            end = middle;
    }
    for (; first < s->frames->count; first++) {
        const uint32_t index = s->order[first];
        restore_frame *frame = &s->frames->items[index];

        if (s->m->functions + frame->function != f || frame->offset != behind)
            return;
        if (index == 0 || /* it runs, and waits for nothing */
            frame->height != leader->height - pops ||
            !reframe_calls(s->m, leader->offset,
                           s->frames->items[index - 1].function))
            continue;
        frame->site = leader->offset;
        frame->effect = pops;
    }
}

/* Find the call that each frame waits for: frames begin with their offset as
 * site, and are sorted by it. */
static int reframe_sites(const reframe *s)
{
    const seigr_module *m = s->m;

    for (uint32_t first = 0; first < s->frames->count;) {
        const uint32_t function = s->frames->items[s->order[first]].function;
        const wasm_function *f = &m->functions[function];
        const uint32_t leaders_end =
            function + 1 < m->function_count ? f[1].leader_at : m->leader_count;
        uint32_t end = first;

        while (end < s->frames->count &&
               s->frames->items[s->order[end]].function == function)
            end++;
        for (uint32_t i = f->leader_at; i < leaders_end; i++) {
            const unsigned op = m->units[m->leaders[i].unit_at];
            const unsigned opcode = m->bytes.ptr[m->leaders[i].offset];

            if ((op == OP_CALL || op == OP_CALL_INDIRECT) &&
                (opcode == WASM_CALL || opcode == WASM_CALL_INDIRECT))
                reframe_try_site(s, first, end, f, &m->leaders[i]);
        }
        first = end;
    }
    for (uint32_t i = 1; i < s->frames->count; i++)
        if (s->frames->items[i].site == WASM_ABSENT)
            return reframe_refuse(&s->r, s->frames->items[i].values_at,
                                  "there is no call that it can wait for");
    return 0;
}

/* The frame that runs stands before an instruction that costs and that is
 * reached: between it and the leader before it nothing jumps away (2). */
static int reframe_running(const reframe *s)
{
    const restore_frame *frame = &s->frames->items[0];
    const wasm_function *f = &s->m->functions[frame->function];
    uint32_t at;

    if (frame->offset < f->code_at)
        return reframe_refuse(&s->r, frame->values_at,
                              "it stands before its function's code");
    at = seigr__wasm_leader_by_offset(s->m, f, frame->offset)->offset;
    while (at < frame->offset) {
        switch (s->m->bytes.ptr[at]) {
        case WASM_UNREACHABLE:
        case WASM_BR:
        case WASM_BR_TABLE:
        case WASM_RETURN:
            return reframe_refuse(&s->r, frame->values_at,
                                  "it stands where code is never reached");
        default:
            at = seigr__wasm_behind(s->m, at);
        }
    }
    switch (s->m->bytes.ptr[frame->offset]) {
    case WASM_BLOCK:
    case WASM_LOOP:
    case WASM_ELSE:
    case WASM_END:
        at = WASM_ABSENT;
        break;
    default:
        break;
    }
    if (at != frame->offset)
        return reframe_refuse(&s->r, frame->values_at,
                              "it does not stand before an instruction that "
                              "costs");
    return 0;
}

/* --- values ------------------------------------------------------------ */

/* Read a frame's values into its slots, each checked by its type. */
static int reframe_values(const reframe *s, const restore_frame *frame,
                          const wasm_validator *v, uint64_t *slots)
{
    seigr__cbor r = s->r;
    uint64_t count;
    int err;

    r.at = frame->values_at;
    if (v->height < frame->effect || v->height - frame->effect != frame->height)
        return reframe_refuse(&r, r.at, "its operands are of another count");
    err = seigr__cbor_array(&r, &count);
    for (uint32_t i = 0; i < frame->locals && err == 0; i++)
        err = seigr__restore_value(&r, seigr__wasm_local_type(v, i), &slots[i]);
    if (err == 0)
        err = seigr__cbor_array(&r, &count);
    for (uint32_t i = 0; i < frame->height && err == 0; i++)
        err = seigr__restore_value(&r, v->types[i], &slots[frame->locals + i]);
    return err;
}

/* Slot 0 of each frame, kept in effect's place once that is used. */
static uint32_t *reframe_bases(const reframe *s)
{
    uint32_t *bases = seigr__alloc_zero(s->instance->context, s->frames->count,
                                        sizeof(*bases));
    uint32_t base = 0;

    for (uint32_t i = s->frames->count; i > 0 && bases != NULL; i--) {
        bases[i - 1] = base;
        base += s->frames->items[i - 1].locals + s->frames->items[i - 1].height;
    }
    return bases;
}

/* Validate each body once, stopping at the places of its frames. */
static int reframe_check(const reframe *s, const uint32_t *bases)
{
    wasm_validator v;
    uint32_t function = WASM_ABSENT;
    int err = 0;

    seigr__wasm_validator_init(&v, s->m, NULL);
    for (uint32_t i = 0; i < s->frames->count && err == 0; i++) {
        const restore_frame *frame = &s->frames->items[s->order[i]];
        wasm_function f = s->m->functions[frame->function];

        if (frame->function != function) {
            err = seigr__wasm_validate_locals(&v, &f, f.body_end);
            if (err == 0)
                err = seigr__wasm_validate_open(&v, &f);
        }
        function = frame->function;
        if (err == 0)
            err = seigr__wasm_validate_to(&v, frame->site);
        if (err == SEIGR_E_NOMEM)
            err = seigr__fail(s->r.error, err, frame->values_at, "no memory");
        else if (err < 0)
            err = reframe_refuse(&s->r, frame->values_at,
                                 "it does not stand before an instruction");
        else
            err = reframe_values(s, frame, &v,
                                 s->instance->vm.slots + bases[s->order[i]]);
    }
    seigr__wasm_validator_fini(&v);
    return err;
}

/* --- the stack --------------------------------------------------------- */

/* Where each frame's caller goes on, outermost first. */
static void reframe_link(const reframe *s)
{
    wasm_vm *vm = &s->instance->vm;

    vm->frames[0].pc = seigr__wasm_exit_code + WASM_RETURN_AT;
    vm->frame_count = 1;
    for (uint32_t i = s->frames->count - 1; i > 0; i--) {
        const restore_frame *caller = &s->frames->items[i];
        const wasm_leader *leader = seigr__wasm_leader_by_offset(
            s->m, &s->m->functions[caller->function], caller->site);
        const uint16_t *code = s->m->units + leader->unit_at;

        assert(*code == OP_CALL || *code == OP_CALL_INDIRECT);
        vm->frames[vm->frame_count++].pc = code + (*code == OP_CALL ? 5 : 6);
    }
}

static int reframe_room(const reframe *s)
{
    wasm_vm *vm = &s->instance->vm;
    void *frames = vm->frames;
    uint32_t slots = 0;
    int err;

    for (uint32_t i = 0; i < s->frames->count; i++)
        slots += s->m->functions[s->frames->items[i].function].slots;
    err = seigr__wasm_reserve(vm, slots);
    if (err == 0)
        err = seigr__wasm_grow(s->instance->context, &frames, &vm->frame_room,
                               0, s->frames->count, sizeof(*vm->frames));
    vm->frames = frames;
    if (vm->frame_room > vm->frame_max)
        vm->frame_room = vm->frame_max;
    vm->slots_used = slots;
    if (err < 0)
        return seigr__fail(s->r.error, err, 0, "no memory");
    return 0;
}

static int reframe_make(const reframe *s, const uint32_t *bases)
{
    wasm_vm *vm = &s->instance->vm;
    int err = reframe_running(s);

    for (uint32_t i = 0; i < s->frames->count; i++)
        s->frames->items[i].site = s->frames->items[i].offset;
    reframe_sort(s);
    for (uint32_t i = 1; i < s->frames->count; i++)
        s->frames->items[i].site = WASM_ABSENT;
    if (err == 0)
        err = reframe_sites(s);
    if (err == 0)
        err = reframe_room(s);
    if (err < 0)
        return err;
    reframe_sort(s);
    err = reframe_check(s, bases);
    if (err < 0)
        return err;
    reframe_link(s);
    vm->function = s->frames->items[0].function;
    vm->offset = s->frames->items[0].offset;
    vm->height = s->frames->items[0].height;
    vm->fp = vm->slots + bases[0];
    vm->is_precise = 1;
    return 0;
}

int seigr__restore_frames_make(seigr_instance *instance, const seigr__cbor *r,
                               restore_frames *frames)
{
    reframe s = {instance, instance->module, *r, frames, NULL};
    uint32_t *bases;
    int err;

    if (frames->count == 0)
        return 0;
    s.order =
        seigr__alloc_zero(instance->context, frames->count, sizeof(*s.order));
    bases = reframe_bases(&s);
    if (s.order == NULL || bases == NULL)
        err = seigr__fail(r->error, SEIGR_E_NOMEM, 0, "no memory");
    else
        err = reframe_make(&s, bases);
    seigr__release(instance->context, s.order);
    seigr__release(instance->context, bases);
    return err;
}
