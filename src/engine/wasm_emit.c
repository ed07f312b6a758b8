/* SPDX-License-Identifier: MIT */
/*
 * wasm_emit.c - writing the engine's code: units, operands, leaders, sites.
 *
 * Operands are kept lazily: one that is a constant or a local's value has no
 * slot of its own until something needs it there ("settled").
 *
 * Invariants:
 *   (1) an operand in a local has the value that it had when it was pushed:
 *       before a local changes, such operands are saved.
 *   (2) at a leader all operands are settled and nothing is remembered of
 *       accumulators, so that code can be entered there from anywhere.
 *   (3) two leaders at one unit have the same state and cost.
 *   (4) after a failure nothing is written behind any vector's room.
 *
 * Sites, by which a trap finds its instruction: behind the module's leader
 * number n stand, from its site_at to the next one's, for each instruction
 * that can trap three LEB128 numbers: units, bytes and fuel since the one
 * before, the first since the leader. The fuel counts the instruction.
 */
#include "wasm_translate.h"

#include "base/alloc.h" /* through seigr__wasm_grow */

#include <assert.h> /* assert */

static int emit_room(wasm_translator *t, void **items, uint32_t *room,
                     uint32_t used, uint32_t count, size_t size)
{
    if (t->failed == 0 && count > *room)
        t->failed =
            seigr__wasm_grow(t->m->context, items, room, used, count, size);
    return t->failed;
}

uint16_t *seigr__wasm_emit(wasm_translator *t, unsigned op, uint32_t units)
{
    seigr_module *m = t->m;
    void *items = m->units;
    uint16_t *at;

    assert(units <= sizeof(t->scrap) / sizeof(t->scrap[0]));
    if (m->unit_count + units > t->room.units &&
        emit_room(t, &items, &t->room.units, m->unit_count,
                  m->unit_count + units, sizeof(*m->units)) < 0)
        return t->scrap; /* (4) */
    m->units = items;
    at = m->units + m->unit_count;
    m->unit_count += units;
    at[0] = (uint16_t)op;
    t->before = t->newest;
    t->newest = m->unit_count - units;
    t->last_dest = WASM_NO_SLOT;
    return at;
}

void seigr__wasm_wrote(wasm_translator *t, uint16_t *units, uint32_t dest,
                       uint32_t class)
{
    if (t->failed)
        return;
    t->mirror_before = t->mirror[class];
    for (uint32_t c = 0; c < WASM_CLASS_COUNT; c++)
        if (t->mirror[c] == dest)
            t->mirror[c] = WASM_NO_SLOT;
    t->mirror[class] = dest;
    t->last_at = (uint32_t)(units - t->m->units);
    t->last_dest = dest;
    t->last_class = class;
}

void seigr__wasm_unwrite(wasm_translator *t)
{
    assert(t->last_dest != WASM_NO_SLOT);
    t->m->unit_count = t->last_at;
    t->mirror[t->last_class] = t->mirror_before;
    t->last_dest = WASM_NO_SLOT;
    t->newest = t->before;
    t->before = WASM_ABSENT;
}

void seigr__wasm_forget(wasm_translator *t)
{
    for (uint32_t c = 0; c < WASM_CLASS_COUNT; c++)
        t->mirror[c] = WASM_NO_SLOT;
    t->last_dest = WASM_NO_SLOT;
    t->newest = WASM_ABSENT;
    t->before = WASM_ABSENT;
}

/* --- sites ------------------------------------------------------------- */

static void emit_number(wasm_translator *t, uint32_t value)
{
    do {
        t->m->sites[t->m->site_len++] =
            (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value != 0);
}

void seigr__wasm_site(wasm_translator *t, uint32_t unit)
{
    void *sites = t->m->sites;

    if (emit_room(t, &sites, &t->room.sites, t->m->site_len,
                  t->m->site_len + 15, 1) < 0)
        return;
    t->m->sites = sites;
    assert(unit >= t->site_unit && t->at >= t->site_offset);
    emit_number(t, unit - t->site_unit);
    emit_number(t, t->at - t->site_offset);
    emit_number(t, t->spent - t->site_spent);
    t->site_unit = unit;
    t->site_offset = t->at;
    t->site_spent = t->spent;
}

/* --- operands ---------------------------------------------------------- */

void seigr__wasm_push(wasm_translator *t, uint32_t at, uint32_t local,
                      uint32_t value)
{
    void *operands = t->operands;

    if (t->height == t->operand_room) {
        if (emit_room(t, &operands, &t->operand_room, t->height, t->height + 16,
                      sizeof(*t->operands)) < 0)
            return;
        t->operands = operands;
    }
    if (t->settled == t->height && at == WASM_AT_SLOT)
        t->settled++;
    t->operands[t->height++] =
        (wasm_operand){(uint16_t)at, (uint16_t)local, value};
}

wasm_operand seigr__wasm_pop(wasm_translator *t)
{
    static const wasm_operand none = {WASM_AT_CONST, 0, 0};

    if (t->failed)
        return none;
    assert(t->height > 0);
    t->height--;
    if (t->settled > t->height)
        t->settled = t->height;
    return t->operands[t->height];
}

/* A copy; behind another one, both in one instruction. */
static uint16_t *emit_copy(wasm_translator *t, uint32_t from, uint32_t to)
{
    const uint32_t other = t->newest;
    uint16_t *u;

    if (other != WASM_ABSENT && other + 3 == t->m->unit_count &&
        t->m->units[other] == OP_COPY && !t->failed) {
        const uint16_t first[2] = {t->m->units[other + 1],
                                   t->m->units[other + 2]};

        t->m->unit_count = other;
        t->newest = t->before;
        u = seigr__wasm_emit(t, OP_COPY2, 5);
        u[1] = first[0];
        u[2] = first[1];
        u += 2;
    } else {
        u = seigr__wasm_emit(t, OP_COPY, 3);
    }
    u[1] = (uint16_t)from;
    u[2] = (uint16_t)to;
    return t->failed ? t->scrap : t->m->units + t->newest;
}

/* A local and a constant; sums are of 32 bits. */
static uint16_t *emit_sum(wasm_translator *t, const wasm_operand *operand,
                          uint32_t to)
{
    uint16_t *u;

    if (t->mirror[WASM_CLASS_INT] == operand->local) {
        u = seigr__wasm_emit(t, OP_I32_ADD_AK, 4);
        wasm_put32(u + 1, operand->value);
        u[3] = (uint16_t)to;
        return u;
    }
    u = seigr__wasm_emit(t, OP_I32_ADD_SK, 5);
    u[1] = operand->local;
    wasm_put32(u + 2, operand->value);
    u[4] = (uint16_t)to;
    return u;
}

void seigr__wasm_put(wasm_translator *t, const wasm_operand *operand,
                     uint32_t height, uint32_t slot)
{
    const uint32_t from = operand->at == WASM_AT_LOCAL
                              ? operand->local
                              : wasm_local_slots(t) + height;
    uint16_t *u;

    switch (operand->at) {
    case WASM_AT_LOCAL:
    case WASM_AT_SLOT:
        if (from == slot)
            return;
        u = emit_copy(t, from, slot);
        break;
    case WASM_AT_SUM:
        u = emit_sum(t, operand, slot);
        break;
    default:
        u = seigr__wasm_emit(
            t, operand->at == WASM_AT_CONST ? OP_CONST32 : OP_CONST32S, 4);
        wasm_put32(u + 1, operand->value);
        u[3] = (uint16_t)slot;
    }
    seigr__wasm_wrote(t, u, slot, WASM_CLASS_INT);
}

uint32_t seigr__wasm_slot(wasm_translator *t, const wasm_operand *operand,
                          uint32_t height)
{
    const uint32_t own = wasm_local_slots(t) + height;

    if (operand->at == WASM_AT_LOCAL)
        return operand->local;
    if (operand->at != WASM_AT_SLOT)
        seigr__wasm_put(t, operand, height, own);
    return own;
}

void seigr__wasm_settle(wasm_translator *t)
{
    for (uint32_t i = t->settled; i < t->height && !t->failed; i++) {
        seigr__wasm_put(t, &t->operands[i], i, wasm_local_slots(t) + i);
        t->operands[i].at = WASM_AT_SLOT;
    }
    t->settled = t->height;
}

uint32_t seigr__wasm_save_local(wasm_translator *t, uint32_t local)
{
    uint32_t count = 0;

    for (uint32_t i = t->settled; i < t->height && !t->failed; i++) {
        if ((t->operands[i].at != WASM_AT_LOCAL &&
             t->operands[i].at != WASM_AT_SUM) ||
            t->operands[i].local != local)
            continue;
        seigr__wasm_put(t, &t->operands[i], i, wasm_local_slots(t) + i);
        t->operands[i].at = WASM_AT_SLOT; /* (1) */
        count++;
    }
    return count;
}

/* --- leaders, labels, runs --------------------------------------------- */

uint32_t seigr__wasm_leader(wasm_translator *t, uint32_t offset)
{
    seigr_module *m = t->m;
    void *leaders = m->leaders;
    void *counts = t->counts;
    const uint32_t own = m->leader_count - t->f->leader_at;
    wasm_leader *leader;

    assert(t->settled == t->height);
    if (own > 0 && !t->failed &&
        m->leaders[m->leader_count - 1].unit_at == m->unit_count &&
        t->counts[own - 1].spent != t->spent)
        (void)seigr__wasm_emit(t, OP_NOP, 1); /* (3) */
    seigr__wasm_forget(t);                    /* (2) */
    if (emit_room(t, &leaders, &t->room.leaders, m->leader_count,
                  m->leader_count + 1, sizeof(*m->leaders)) < 0)
        return 0;
    m->leaders = leaders;
    if (emit_room(t, &counts, &t->count_room, own, own + 1,
                  sizeof(*t->counts)) < 0)
        return 0;
    t->counts = counts;
    t->counts[own].spent = t->spent;
    t->counts[own].run = t->run_count - 1;
    leader = &m->leaders[m->leader_count];
    leader->unit_at = m->unit_count;
    leader->offset = offset;
    leader->height = (uint16_t)t->height;
    leader->site_at = m->site_len;
    t->site_unit = m->unit_count;
    t->site_offset = offset;
    t->site_spent = t->spent;
    return m->leader_count++;
}

uint32_t seigr__wasm_label(wasm_translator *t)
{
    void *labels = t->labels;

    if (emit_room(t, &labels, &t->label_room, t->label_count,
                  t->label_count + 1, sizeof(*t->labels)) < 0)
        return 0;
    t->labels = labels;
    t->labels[t->label_count] = WASM_ABSENT;
    return t->label_count++;
}

void seigr__wasm_target(wasm_translator *t, uint32_t unit, uint32_t origin,
                        uint32_t label)
{
    void *fixups = t->fixups;
    wasm_fixup *fixup;

    if (emit_room(t, &fixups, &t->fixup_room, t->fixup_count,
                  t->fixup_count + 1, sizeof(*t->fixups)) < 0)
        return;
    t->fixups = fixups;
    fixup = &t->fixups[t->fixup_count++];
    fixup->unit = unit;
    fixup->origin = origin;
    fixup->label = label;
    fixup->spent = t->spent;
    fixup->run = t->run_count - 1;
}

void seigr__wasm_next_run(wasm_translator *t, uint32_t unit)
{
    void *runs = t->runs;

    if (emit_room(t, &runs, &t->run_room, t->run_count, t->run_count + 1,
                  sizeof(*t->runs)) < 0)
        return;
    t->runs = runs;
    if (t->run_count > 0)
        t->runs[t->run_count - 1].end = t->spent;
    t->runs[t->run_count].begin = t->spent;
    t->runs[t->run_count].end = t->spent;
    t->runs[t->run_count].at = t->at;
    t->runs[t->run_count++].unit = unit;
}

/* Fuel from a place to the end of its run. */
static uint32_t emit_rest(const wasm_translator *t, uint32_t spent,
                          uint32_t run)
{
    assert(run < t->run_count && t->runs[run].end >= spent);
    return t->runs[run].end - spent;
}

void seigr__wasm_resolve(wasm_translator *t)
{
    seigr_module *m = t->m;

    if (t->failed)
        return;
    t->runs[t->run_count - 1].end = t->spent;
    for (uint32_t i = 0; i < t->run_count; i++)
        if (t->runs[i].unit != WASM_ABSENT)
            m->units[t->runs[i].unit] =
                (uint16_t)(t->runs[i].end - t->runs[i].begin);
    for (uint32_t i = t->f->leader_at; i < m->leader_count; i++) {
        const wasm_count_at *count = &t->counts[i - t->f->leader_at];

        m->leaders[i].cost = (uint16_t)emit_rest(t, count->spent, count->run);
    }
    for (uint32_t i = 0; i < t->fixup_count; i++) {
        const wasm_fixup *fixup = &t->fixups[i];
        const wasm_leader *leader;

        assert(t->labels[fixup->label] != WASM_ABSENT);
        leader = &m->leaders[t->labels[fixup->label]];
        wasm_put32(m->units + fixup->unit, leader->unit_at - fixup->origin);
        m->units[fixup->unit + 2] =
            (uint16_t)(leader->cost - emit_rest(t, fixup->spent, fixup->run));
    }
}
