/* SPDX-License-Identifier: MIT */
/*
 * wasm_translate.c - control instructions, and where fuel is charged.
 *
 * Code is paid for in runs. A run begins at the body's start, behind a call
 * and behind other instructions that may stop; it ends with the next such
 * instruction or where nothing falls through. It is paid as a whole when it
 * is come to: by the call, the return or the CHARGE before it. A branch that
 * is taken pays the difference between what its target costs and what of its
 * own run is left unused, so that falling through pays nothing.
 *
 * Invariants:
 *   (1) at the target of every branch, at every call and at whatever else
 *       may stop stands a leader (wasm_emit.c).
 *   (2) no run costs more than RUN_MAX + 1, so that a branch's fuel fits
 *       16 bits with sign; none is much longer than RUN_BYTES, so that what
 *       runs precisely where fuel ends is bounded, also in code of which
 *       nothing costs.
 *   (3) operands below a block are settled before it opens: where its
 *       branches meet, each value is in the slot of its height.
 */
#include "wasm_translate.h"

#include "wasm_instance.h" /* seigr__wasm_look_ahead */
#include "wasm_opcode.h"   /* opcodes */

#include <assert.h> /* assert */

#define RUN_MAX 1000u
#define RUN_BYTES 8192u

/* --- instructions that may stop ---------------------------------------- */

/* A leader of which the instruction at hand is the first; then that is
 * counted, and ends the run. */
static void translate_stop_begin(wasm_translator *t)
{
    seigr__wasm_settle(t);
    (void)seigr__wasm_leader(t, t->at); /* (1) */
    t->spent++;
}

/* The fuel of the run that begins is the last unit written. */
static void translate_stop_end(wasm_translator *t)
{
    seigr__wasm_next_run(t, t->m->unit_count - 1);
    seigr__wasm_forget(t);
}

static void translate_results(wasm_translator *t, const wasm_type *type)
{
    for (uint32_t i = 0; i < type->param_count; i++)
        (void)seigr__wasm_pop(t);
    for (uint32_t i = 0; i < type->result_count; i++)
        seigr__wasm_push(t, WASM_AT_SLOT, 0, 0);
}

/* Run by wasm_precise.c: what is rare, slow or costs more than 1. */
static void translate_precise(wasm_translator *t, uint32_t pops,
                              uint32_t pushes)
{
    translate_stop_begin(t);
    seigr__wasm_emit(t, OP_PRECISE, 3)[1] = 0;
    while (pops-- > 0)
        (void)seigr__wasm_pop(t);
    while (pushes-- > 0)
        seigr__wasm_push(t, WASM_AT_SLOT, 0, 0);
    translate_stop_end(t);
}

static void translate_call(wasm_translator *t)
{
    uint32_t index = 0;
    uint32_t base;
    const wasm_type *type;
    uint16_t *u;

    (void)seigr__wasm_u32(&t->r, &index);
    type = &t->m->types[t->m->functions[index].type];
    translate_stop_begin(t);
    base = wasm_local_slots(t) + t->height - type->param_count;
    if (index < t->m->function_imports) {
        u = seigr__wasm_emit(t, OP_PRECISE, 3);
        u[1] = (uint16_t)base;
    } else {
        u = seigr__wasm_emit(t, OP_CALL, 5);
        wasm_put32(u + 1, index);
        u[3] = (uint16_t)base;
    }
    translate_results(t, type);
    translate_stop_end(t);
}

static void translate_call_indirect(wasm_translator *t)
{
    uint32_t index = 0;
    uint32_t table = 0;
    const wasm_type *type;
    uint16_t *u;

    (void)seigr__wasm_u32(&t->r, &index);
    (void)seigr__wasm_u32(&t->r, &table);
    index = t->m->types[index].canonical;
    type = &t->m->types[index];
    translate_stop_begin(t);
    (void)seigr__wasm_pop(t);
    u = seigr__wasm_emit(t, OP_CALL_INDIRECT, 6);
    u[1] = (uint16_t)(wasm_local_slots(t) + t->height);
    wasm_put32(u + 2, index);
    u[4] = (uint16_t)(wasm_local_slots(t) + t->height - type->param_count);
    translate_results(t, type);
    translate_stop_end(t);
}

/* Pay for what comes in a run of its own before the old one grows too
 * long (2). */
static void translate_charge(wasm_translator *t)
{
    seigr__wasm_settle(t);
    (void)seigr__wasm_emit(t, OP_CHARGE, 2);
    translate_stop_end(t);
    (void)seigr__wasm_leader(t, t->at);
}

static int translate_is_long(const wasm_translator *t)
{
    const wasm_run *run = &t->runs[t->run_count - 1];

    return t->spent - run->begin >= RUN_MAX || t->at - run->at >= RUN_BYTES;
}

/* --- blocks ------------------------------------------------------------ */

static void translate_dead(wasm_translator *t)
{
    t->is_dead = 1;
}

/* A leader for a label that is done with, all operands there settled. */
static void translate_place(wasm_translator *t, uint32_t label, uint32_t offset)
{
    if (t->is_dead)
        seigr__wasm_next_run(t, WASM_ABSENT);
    t->is_dead = 0;
    t->settled = t->height;
    if (!t->failed)
        t->labels[label] = seigr__wasm_leader(t, offset);
}

static const wasm_type *translate_block_type(wasm_translator *t,
                                             wasm_type *single)
{
    int64_t index = 0;

    (void)seigr__wasm_signed(&t->r, 33, &index);
    if (index >= 0)
        return &t->m->types[index];
    memset(single, 0, sizeof(*single));
    single->result_count = index != -64;
    return single;
}

static uint32_t translate_new_block(wasm_translator *t, uint32_t height)
{
    seigr_module *m = t->m;
    void *blocks = m->blocks;

    if (t->failed == 0 && m->block_count == t->room.blocks)
        t->failed = seigr__wasm_grow(m->context, &blocks, &t->room.blocks,
                                     m->block_count, m->block_count + 1,
                                     sizeof(*m->blocks));
    if (t->failed)
        return 0;
    m->blocks = blocks;
    m->blocks[m->block_count] = (wasm_block){
        t->at, 0, height,
        t->scope_count > 2 ? t->scopes[t->scope_count - 2].block : WASM_ABSENT,
        0};
    return m->block_count++;
}

static wasm_scope *translate_open(wasm_translator *t, unsigned opcode)
{
    void *scopes = t->scopes;
    wasm_scope *scope;

    if (t->failed == 0 && t->scope_count == t->scope_room)
        t->failed = seigr__wasm_grow(t->m->context, &scopes, &t->scope_room,
                                     t->scope_count, t->scope_count + 8,
                                     sizeof(*t->scopes));
    if (t->failed)
        return NULL;
    t->scopes = scopes;
    scope = &t->scopes[t->scope_count++];
    memset(scope, 0, sizeof(*scope));
    scope->opcode = (uint8_t)opcode;
    scope->is_dead = t->is_dead != 0;
    scope->label = WASM_NO_LABEL;
    scope->else_label = WASM_NO_LABEL;
    return scope;
}

static void translate_block(wasm_translator *t, unsigned opcode)
{
    wasm_type single;
    const wasm_type *type = translate_block_type(t, &single);
    uint32_t else_label = WASM_NO_LABEL;
    uint32_t origin;
    wasm_scope *scope;

    if (!t->is_dead && opcode == WASM_IF) {
        t->spent++;
        if (t->settled + 1 < t->height) {
            seigr__wasm_settle(t); /* (3) */
        }
        else_label = seigr__wasm_label(t);
        (void)seigr__wasm_branch_if(t, else_label, 1, &origin);
    } else if (!t->is_dead) {
        seigr__wasm_settle(t); /* (3) */
    }
    scope = translate_open(t, opcode);
    if (scope == NULL || t->is_dead)
        return;
    scope->params = type->param_count;
    scope->results = type->result_count;
    scope->height = t->height - type->param_count;
    scope->else_label = else_label;
    scope->block = translate_new_block(t, scope->height);
    if (opcode == WASM_LOOP) {
        scope->label = seigr__wasm_label(t);
        translate_place(t, scope->label, (uint32_t)t->r.at);
    }
}

static void translate_jump(wasm_translator *t, uint32_t label)
{
    const uint32_t origin = t->m->unit_count;

    (void)seigr__wasm_emit(t, OP_JUMP, 4);
    seigr__wasm_target(t, origin + 1, origin, label);
}

/* Operands of a block's new arm or end: count values above its height. */
static void translate_reset(wasm_translator *t, const wasm_scope *scope,
                            uint32_t count)
{
    t->height = scope->height;
    t->settled = scope->height;
    for (uint32_t i = 0; i < count; i++)
        seigr__wasm_push(t, WASM_AT_SLOT, 0, 0);
}

static void translate_else(wasm_translator *t)
{
    wasm_scope *scope = &t->scopes[t->scope_count - 1];

    scope->opcode = WASM_ELSE;
    if (scope->is_dead)
        return;
    if (!t->is_dead) {
        seigr__wasm_settle(t);
        if (scope->label == WASM_NO_LABEL)
            scope->label = seigr__wasm_label(t);
        translate_jump(t, scope->label);
        translate_dead(t);
    }
    t->m->blocks[scope->block].else_at = (uint32_t)t->r.at;
    translate_reset(t, scope, scope->params);
    translate_place(t, scope->else_label, (uint32_t)t->r.at);
    scope->else_label = WASM_NO_LABEL;
}

/* The end of a block: where branches to it meet. */
static void translate_end(wasm_translator *t)
{
    wasm_scope *scope = &t->scopes[t->scope_count - 1];
    const wasm_scope closed = *scope;
    uint32_t label = closed.label;

    t->scope_count--;
    if (closed.is_dead)
        return;
    t->m->blocks[closed.block].end = (uint32_t)t->r.at;
    if (closed.opcode == WASM_LOOP)
        label = WASM_NO_LABEL; /* its label is where it began */
    if (closed.opcode == WASM_IF && label == WASM_NO_LABEL)
        label = closed.else_label;
    if (label == WASM_NO_LABEL)
        return; /* nobody branches here: goes on as it is, dead or not */
    if (!t->is_dead)
        seigr__wasm_settle(t);
    translate_reset(t, &closed, closed.results);
    translate_place(t, label, (uint32_t)t->r.at);
    if (closed.opcode == WASM_IF && !t->failed)
        t->labels[closed.else_label] = t->labels[label];
}

/* --- branches ---------------------------------------------------------- */

/* Leave the function with the operands on top, which are settled if they
 * are several. */
static void translate_leave(wasm_translator *t)
{
    const uint32_t count = t->f->results;
    uint16_t *u;

    if (t->failed)
        return;
    if (count == 1) {
        const uint32_t slot =
            seigr__wasm_slot(t, &t->operands[t->height - 1], t->height - 1);

        u = seigr__wasm_emit(t, OP_RETURN_S, 3);
        u[1] = (uint16_t)slot;
        u[2] = t->f->slots;
        return;
    }
    if (count > 1) {
        u = seigr__wasm_emit(t, OP_MOVE, 4);
        u[1] = (uint16_t)(wasm_local_slots(t) + t->height - count);
        u[2] = 0;
        u[3] = (uint16_t)count;
    }
    u = seigr__wasm_emit(t, OP_RETURN, 2);
    u[1] = t->f->slots;
}

/* Values that a branch to a scope carries. */
static uint32_t translate_arity(const wasm_scope *scope)
{
    return scope->opcode == WASM_LOOP ? scope->params : scope->results;
}

/* Whether operands have to move before a branch to a scope. */
static int translate_moves(const wasm_translator *t, const wasm_scope *scope)
{
    const uint32_t arity = translate_arity(scope);

    return arity != 0 && t->height != scope->height + arity;
}

/* Branch to a scope, moving operands that are settled. */
static void translate_go(wasm_translator *t, wasm_scope *scope)
{
    const uint32_t arity = translate_arity(scope);
    uint16_t *u;

    if (translate_moves(t, scope)) {
        const uint32_t slots = wasm_local_slots(t);

        u = seigr__wasm_emit(t, OP_MOVE, 4);
        u[1] = (uint16_t)(slots + t->height - arity);
        u[2] = (uint16_t)(slots + scope->height);
        u[3] = (uint16_t)arity;
    }
    if (scope->label == WASM_NO_LABEL)
        scope->label = seigr__wasm_label(t);
    translate_jump(t, scope->label);
}

/* The scope that a branch leaves, or NULL: it leaves the function. */
static wasm_scope *translate_scope(wasm_translator *t, uint32_t depth)
{
    return depth + 1 == t->scope_count ? NULL
                                       : &t->scopes[t->scope_count - 1 - depth];
}

static void translate_br(wasm_translator *t)
{
    uint32_t depth = 0;
    wasm_scope *scope;

    (void)seigr__wasm_u32(&t->r, &depth);
    scope = translate_scope(t, depth);
    if (scope == NULL ? t->f->results > 1 : translate_arity(scope) > 0)
        seigr__wasm_settle(t);
    if (scope == NULL)
        translate_leave(t);
    else
        translate_go(t, scope);
    translate_dead(t);
}

/* What only the taken branch does is jumped over by the opposite one. */
static void translate_br_around(wasm_translator *t, wasm_scope *scope)
{
    uint32_t mirror[WASM_CLASS_COUNT];
    uint32_t origin;
    const uint32_t unit = seigr__wasm_branch_if(t, WASM_NO_LABEL, 1, &origin);

    memcpy(mirror, t->mirror, sizeof(mirror));
    translate_go(t, scope);
    if (t->failed)
        return;
    wasm_put32(t->m->units + unit, t->m->unit_count - origin);
    t->m->units[unit + 2] = 0;
    memcpy(t->mirror, mirror, sizeof(mirror));
    t->last_dest = WASM_NO_SLOT;
    t->newest = WASM_ABSENT;
}

/* Out of the function, too, it goes by a jump, to the function's end: what is
 * left of the run is given back on the way (wasm_emit.c). */
static void translate_br_if(wasm_translator *t)
{
    uint32_t depth = 0;
    uint32_t origin;
    wasm_scope *scope;

    (void)seigr__wasm_u32(&t->r, &depth);
    scope = &t->scopes[t->scope_count - 1 - depth];
    if (translate_arity(scope) > 0)
        seigr__wasm_settle(t);
    if (t->failed)
        return;
    t->height--; /* the condition */
    if (translate_moves(t, scope)) {
        t->height++;
        translate_br_around(t, scope);
        return;
    }
    t->height++;
    if (scope->label == WASM_NO_LABEL)
        scope->label = seigr__wasm_label(t);
    (void)seigr__wasm_branch_if(t, scope->label, 0, &origin);
}

/* Write a target of a table; what it needs besides a jump follows later.
 * Returns 0 if it needs nothing. */
static int translate_table_target(wasm_translator *t, uint32_t unit,
                                  uint32_t origin, wasm_scope *scope)
{
    if (scope == NULL || translate_moves(t, scope))
        return 1;
    if (scope->label == WASM_NO_LABEL)
        scope->label = seigr__wasm_label(t);
    seigr__wasm_target(t, unit, origin, scope->label);
    return 0;
}

static void translate_br_table(wasm_translator *t)
{
    wasm_reader again;
    wasm_operand index;
    uint32_t count = 0;
    uint32_t depth = 0;
    uint32_t origin;
    uint16_t *u;

    (void)seigr__wasm_u32(&t->r, &count);
    again = t->r;
    (void)seigr__wasm_u32(&again, &depth);
    if (translate_scope(t, depth) == NULL
            ? t->f->results > 1
            : translate_arity(translate_scope(t, depth)) > 0)
        seigr__wasm_settle(t);
    index = seigr__wasm_pop(t);
    depth = seigr__wasm_slot(t, &index, t->height);
    origin = t->m->unit_count;
    u = seigr__wasm_emit(t, OP_JUMP_TABLE, 4);
    u[1] = (uint16_t)depth;
    wasm_put32(u + 2, count);
    for (uint32_t i = 0; i <= count; i++)
        (void)seigr__wasm_emit(t, 0, 3);
    for (uint32_t i = 0; i <= count && !t->failed; i++) {
        const uint32_t unit = origin + 4 + 3 * i;
        wasm_scope *scope;

        (void)seigr__wasm_u32(&t->r, &depth);
        scope = translate_scope(t, depth);
        if (!translate_table_target(t, unit, origin, scope))
            continue;
        wasm_put32(t->m->units + unit, t->m->unit_count - origin);
        t->m->units[unit + 2] = 0;
        if (scope == NULL)
            translate_leave(t);
        else
            translate_go(t, scope);
    }
    translate_dead(t);
}

/* --- the body ---------------------------------------------------------- */

static void translate_unreachable(wasm_translator *t)
{
    t->spent++;
    (void)seigr__wasm_emit(t, OP_UNREACHABLE, 1);
    seigr__wasm_site(t, t->m->unit_count - 1);
    translate_dead(t);
}

/* Behind 0xfc: bulk instructions are precise, conversions are selected. */
static void translate_prefixed(wasm_translator *t)
{
    const size_t at = t->r.at;
    uint32_t sub = 0;

    (void)seigr__wasm_u32(&t->r, &sub);
    if (sub < WASM_MEMORY_INIT) {
        t->r.at = at;
        t->spent++;
        seigr__wasm_select(t, WASM_PREFIX);
        return;
    }
    t->r.at = at;
    seigr__wasm_skip(&t->r, WASM_PREFIX);
    translate_precise(t, sub == WASM_DATA_DROP || sub == WASM_ELEM_DROP ? 0 : 3,
                      0);
}

/* A global of another instance is reached the precise way. */
static int translate_foreign_global(wasm_translator *t, unsigned opcode)
{
    wasm_reader r = t->r;
    uint32_t index = 0;

    (void)seigr__wasm_u32(&r, &index);
    if (!t->m->globals[index].is_imported || !t->m->globals[index].is_mutable)
        return 0;
    t->r = r;
    translate_precise(t, opcode == WASM_GLOBAL_SET, opcode == WASM_GLOBAL_GET);
    return 1;
}

static void translate_step(wasm_translator *t, unsigned opcode)
{
    switch (opcode) {
    case WASM_UNREACHABLE:
        translate_unreachable(t);
        return;
    case WASM_NOP:
        t->spent++;
        return;
    case WASM_BR:
        t->spent++;
        translate_br(t);
        return;
    case WASM_BR_IF:
        t->spent++;
        translate_br_if(t);
        return;
    case WASM_BR_TABLE:
        t->spent++;
        translate_br_table(t);
        return;
    case WASM_RETURN:
        t->spent++;
        if (t->f->results > 1)
            seigr__wasm_settle(t);
        translate_leave(t);
        translate_dead(t);
        return;
    case WASM_CALL:
        translate_call(t);
        return;
    case WASM_CALL_INDIRECT:
        translate_call_indirect(t);
        return;
    case WASM_MEMORY_GROW:
        t->r.at++; /* which memory */
        translate_precise(t, 1, 1);
        return;
    case WASM_PREFIX:
        translate_prefixed(t);
        return;
    default:
        if (opcode == WASM_GLOBAL_GET || opcode == WASM_GLOBAL_SET) {
            if (translate_foreign_global(t, opcode))
                return;
        }
        t->spent++;
        seigr__wasm_select(t, opcode);
    }
}

/* The end of the body: where branches out of it meet. */
static void translate_last(wasm_translator *t)
{
    const wasm_scope *scope = &t->scopes[0];

    t->scope_count = 0;
    if (scope->label != WASM_NO_LABEL) {
        if (!t->is_dead)
            seigr__wasm_settle(t);
        translate_reset(t, scope, scope->results);
        translate_place(t, scope->label, t->at);
    }
    if (t->is_dead)
        return;
    if (t->f->results > 1)
        seigr__wasm_settle(t);
    translate_leave(t);
}

static void translate_instruction(wasm_translator *t, unsigned opcode)
{
    switch (opcode) {
    case WASM_BLOCK:
    case WASM_LOOP:
    case WASM_IF:
        translate_block(t, opcode);
        return;
    case WASM_ELSE:
        translate_else(t);
        return;
    case WASM_END:
        if (t->scope_count > 1) {
            translate_end(t);
            return;
        }
        translate_last(t);
        return;
    default:
        if (t->is_dead)
            seigr__wasm_skip(&t->r, opcode);
        else
            translate_step(t, opcode);
    }
}

int seigr__wasm_translate(wasm_translator *t, wasm_function *f)
{
    seigr_module *m = t->m;
    wasm_scope *scope;

    t->f = f;
    t->r.at = f->code_at;
    t->r.end = f->body_end;
    t->height = 0;
    t->settled = 0;
    t->scope_count = 0;
    t->label_count = 0;
    t->fixup_count = 0;
    t->run_count = 0;
    t->spent = 0;
    t->is_dead = 0;
    t->at = f->code_at;
    f->unit_at = m->unit_count;
    f->leader_at = m->leader_count;
    f->block_at = m->block_count;
    seigr__wasm_next_run(t, WASM_ABSENT);
    (void)seigr__wasm_leader(t, f->code_at);
    scope = translate_open(t, WASM_BLOCK);
    if (scope != NULL)
        scope->results = f->results;
    while (t->scope_count > 0 && !t->failed) {
        unsigned opcode;

        t->at = (uint32_t)t->r.at;
        opcode = t->r.bytes[t->r.at++];
        if (!t->is_dead && translate_is_long(t))
            translate_charge(t);
        translate_instruction(t, opcode);
    }
    seigr__wasm_resolve(t);
    if (t->failed)
        return t->failed;
    seigr__wasm_look_ahead(m, f);
    f->entry_cost = (uint32_t)(f->locals / 8) + m->leaders[f->leader_at].cost;
    return 0;
}
