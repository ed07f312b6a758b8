/* SPDX-License-Identifier: MIT */
/*
 * wasm_form.c - which form of a numeric instruction, a select or a branch.
 *
 * Constants and locals vanish into operands, an accumulator is used where it
 * holds an operand, a comparison that only a branch wants becomes part of
 * the branch, and two instructions that programs often do one after the
 * other become one.
 *
 * Invariants:
 *   (1) the last field of an instruction reported with seigr__wasm_wrote()
 *       is the slot it writes.
 *   (2) an instruction that is taken back (seigr__wasm_unwrite) wrote an
 *       operand that was just popped: nobody else reads it.
 */
#include "wasm_translate.h"

#include "wasm_opcode.h" /* opcodes */

#include <assert.h> /* assert */

/* Forms of a binary instruction besides that of two slots; 0: none. */
typedef struct form_other {
    uint16_t as;
    uint16_t sa; /* 0 with as: the operands commute */
    uint16_t sk;
    uint16_t ak;
} form_other;

#define COMMUTES(w, name)                                                      \
    {                                                                          \
        OP_##w##_##name##_AS, 0, OP_##w##_##name##_SK, OP_##w##_##name##_AK    \
    }
#define SHIFTS(w, name)                                                        \
    {                                                                          \
        OP_##w##_##name##_AS, OP_##w##_##name##_SA, OP_##w##_##name##_SK,      \
            OP_##w##_##name##_AK                                               \
    }
#define ORDERED(w, name)                                                       \
    {                                                                          \
        OP_##w##_##name##_AS, OP_##w##_##name##_SA, 0, 0                       \
    }
#define FLOATS(w) SHIFTS(w, ADD), SHIFTS(w, SUB), SHIFTS(w, MUL), SHIFTS(w, DIV)
#define COMPARES(w, name)                                                      \
    {                                                                          \
        0, 0, OP_##w##_##name##_SK, 0                                          \
    }
#define COMPARES10(w)                                                          \
    COMPARES(w, EQ), COMPARES(w, NE), COMPARES(w, LT_S), COMPARES(w, LT_U),    \
        COMPARES(w, GT_S), COMPARES(w, GT_U), COMPARES(w, LE_S),               \
        COMPARES(w, LE_U), COMPARES(w, GE_S), COMPARES(w, GE_U)

static const form_other form_others[] = {
    [0x46 - WASM_NUMERIC_FIRST] = COMPARES10(I32),
    [0x51 - WASM_NUMERIC_FIRST] = COMPARES10(I64),
    [0x6a - WASM_NUMERIC_FIRST] = COMMUTES(I32, ADD),
    ORDERED(I32, SUB),
    COMMUTES(I32, MUL),
    [0x71 - WASM_NUMERIC_FIRST] = COMMUTES(I32, AND),
    COMMUTES(I32, OR),
    COMMUTES(I32, XOR),
    SHIFTS(I32, SHL),
    SHIFTS(I32, SHR_S),
    SHIFTS(I32, SHR_U),
    SHIFTS(I32, ROTL),
    ORDERED(I32, ROTR),
    [0x7c - WASM_NUMERIC_FIRST] = COMMUTES(I64, ADD),
    ORDERED(I64, SUB),
    COMMUTES(I64, MUL),
    [0x83 - WASM_NUMERIC_FIRST] = COMMUTES(I64, AND),
    COMMUTES(I64, OR),
    COMMUTES(I64, XOR),
    SHIFTS(I64, SHL),
    SHIFTS(I64, SHR_S),
    SHIFTS(I64, SHR_U),
    SHIFTS(I64, ROTL),
    ORDERED(I64, ROTR),
    [0x92 - WASM_NUMERIC_FIRST] = FLOATS(F32),
    [0xa0 - WASM_NUMERIC_FIRST] = FLOATS(F64),
    [WASM_NUMERIC_LAST - WASM_NUMERIC_FIRST] = {0, 0, 0, 0},
};

/* --- numeric ----------------------------------------------------------- */

/* Forms whose class of accumulator or kind of result differs from their
 * signature: bits are bits. */
static uint32_t form_result_class(unsigned opcode, unsigned type)
{
    switch (opcode) {
    case 0x8b: /* f32.abs */
    case 0x8c: /* f32.neg */
    case 0x98: /* f32.copysign */
    case 0x99: /* f64.abs */
    case 0x9a: /* f64.neg */
    case 0xa6: /* f64.copysign */
        return WASM_CLASS_INT;
    default:
        return wasm_class(type);
    }
}

static void form_unary(wasm_translator *t, unsigned opcode, unsigned op,
                       const wasm_opcode_info *info, int traps)
{
    const wasm_operand a = seigr__wasm_pop(t);
    const uint32_t dest = wasm_dest(t);
    const uint32_t from = seigr__wasm_slot(t, &a, t->height);
    uint16_t *u = seigr__wasm_emit(t, op, 3);

    u[1] = (uint16_t)from;
    u[2] = (uint16_t)dest;
    if (traps)
        seigr__wasm_site(t, t->m->unit_count - 3);
    wasm_result(t, u, dest, form_result_class(opcode, info->out));
}

/* A constant operand as 32 bits that are sign-extended to the width. */
static int form_constant(const wasm_operand *operand, int is_wide, uint32_t *k)
{
    if (operand->at != WASM_AT_CONST && operand->at != WASM_AT_CONSTS)
        return 0;
    if (is_wide && operand->at == WASM_AT_CONST && operand->value > INT32_MAX)
        return 0;
    *k = operand->value;
    return 1;
}

/* The same with a constant as that opcode: less is more of the negative. */
static unsigned form_rewrite(unsigned opcode, int is_wide, uint32_t *k)
{
    const uint32_t mask = is_wide ? 63 : 31;

    switch (opcode) {
    case 0x6b: /* i32.sub */
        *k = 0u - *k;
        return 0x6a;
    case 0x7d: /* i64.sub */
        if (*k == 0x80000000u)
            return opcode;
        *k = 0u - *k;
        return 0x7c;
    case 0x78: /* i32.rotr */
    case 0x8a: /* i64.rotr */
        *k = (0u - *k) & mask;
        return opcode - 1;
    case 0x74: /* i32.shl, shr_s, shr_u, rotl */
    case 0x75:
    case 0x76:
    case 0x77:
    case 0x86: /* i64.shl, shr_s, shr_u, rotl */
    case 0x87:
    case 0x88:
    case 0x89:
        *k &= mask;
        return opcode;
    default:
        return opcode;
    }
}

/* A local and a constant: nothing is done until somebody wants it. */
static int form_sum(wasm_translator *t, const wasm_operand *a, uint32_t k)
{
    if (a->at != WASM_AT_LOCAL && a->at != WASM_AT_SUM)
        return 0;
    if (a->at == WASM_AT_SUM)
        k += a->value;
    seigr__wasm_push(t, WASM_AT_SUM, a->local, k);
    return 1;
}

/* Bits of a shifted value: the shift was the last instruction. */
static int form_bits(wasm_translator *t, const wasm_operand *a, uint32_t mask)
{
    const uint32_t dest = wasm_dest(t);
    const uint16_t *last = t->m->units + t->last_at;
    uint16_t from;
    uint16_t shift;
    uint16_t *u;

    if (!wasm_is_last(t, a, t->height))
        return 0;
    if (last[0] == OP_I32_SHR_U_SK) {
        from = last[1];
        shift = (uint16_t)wasm_unit32(last + 2);
        seigr__wasm_unwrite(t);
        u = seigr__wasm_emit(t, OP_BITS_S, 6);
        u[1] = from;
        u[2] = shift;
        wasm_put32(u + 3, mask);
        u[5] = (uint16_t)dest;
    } else if (last[0] == OP_I32_SHR_U_AK) {
        shift = (uint16_t)wasm_unit32(last + 1);
        seigr__wasm_unwrite(t);
        u = seigr__wasm_emit(t, OP_BITS_A, 5);
        u[1] = shift;
        wasm_put32(u + 2, mask);
        u[4] = (uint16_t)dest;
    } else {
        return 0;
    }
    wasm_result(t, u, dest, WASM_CLASS_INT);
    return 1;
}

/* Returns 0 if there is no such form. */
static int form_with_constant(wasm_translator *t, unsigned opcode,
                              const wasm_operand *a, uint32_t k, int is_wide)
{
    const unsigned same = form_rewrite(opcode, is_wide, &k);
    const form_other *form = &form_others[same - WASM_NUMERIC_FIRST];
    const uint32_t class = wasm_class(seigr__wasm_opcodes[opcode].in);
    const uint32_t dest = wasm_dest(t);
    uint32_t from;
    uint16_t *u;

    if (form->sk == 0 || class == WASM_CLASS_F64)
        return 0;
    if ((same == WASM_I32_ADD && form_sum(t, a, k)) ||
        (same == WASM_I32_AND && form_bits(t, a, k)))
        return 1;
    from = seigr__wasm_slot(t, a, t->height);
    if (form->ak != 0 && t->mirror[class] == from) {
        u = seigr__wasm_emit(t, form->ak, 4);
        wasm_put32(u + 1, k);
        u[3] = (uint16_t)dest;
    } else {
        u = seigr__wasm_emit(t, form->sk, 5);
        u[1] = (uint16_t)from;
        wasm_put32(u + 2, k);
        u[4] = (uint16_t)dest;
    }
    /* A comparison's result is an integer whatever it compares. */
    wasm_result(t, u, dest, class);
    return 1;
}

static void form_two_slots(wasm_translator *t, unsigned opcode, uint32_t a,
                           uint32_t b, const wasm_opcode_info *info, int traps)
{
    const form_other *form = &form_others[opcode - WASM_NUMERIC_FIRST];
    const uint32_t held = t->mirror[wasm_class(info->in)];
    const uint32_t dest = wasm_dest(t);
    uint16_t *u;

    if (form->as != 0 && held == a) {
        u = seigr__wasm_emit(t, form->as, 3);
        u[1] = (uint16_t)b;
        u[2] = (uint16_t)dest;
    } else if (form->as != 0 && held == b) {
        u = seigr__wasm_emit(t, form->sa != 0 ? form->sa : form->as, 3);
        u[1] = (uint16_t)a;
        u[2] = (uint16_t)dest;
    } else {
        u = seigr__wasm_emit(t, OP_I32_EQZ + opcode - WASM_NUMERIC_FIRST, 4);
        u[1] = (uint16_t)a;
        u[2] = (uint16_t)b;
        u[3] = (uint16_t)dest;
        if (traps)
            seigr__wasm_site(t, t->m->unit_count - 4);
    }
    wasm_result(t, u, dest, form_result_class(opcode, info->out));
}

/* --- two instructions in one ------------------------------------------- */

/* The slot of an operand that is in one already, or WASM_NO_SLOT. */
static uint32_t form_at(const wasm_translator *t, const wasm_operand *operand,
                        uint32_t height)
{
    if (operand->at == WASM_AT_LOCAL)
        return operand->local;
    return operand->at == WASM_AT_SLOT ? wasm_local_slots(t) + height
                                       : WASM_NO_SLOT;
}

/* 0 to 3 for add, and, or, xor, in the order of WASM_CODE_PAIRS; else 4. */
static uint32_t form_pair_order(unsigned opcode)
{
    switch (opcode) {
    case WASM_I32_ADD:
        return 0;
    case WASM_I32_AND:
        return 1;
    case WASM_I32_OR:
        return 2;
    case WASM_I32_XOR:
        return 3;
    default:
        return 4;
    }
}

/* The last instruction as the first of a pair: its order, and whether it
 * takes the accumulator. */
static uint32_t form_pair_first(unsigned op, int *is_held)
{
    static const uint16_t slots[4] = {OP_I32_ADD, OP_I32_AND, OP_I32_OR,
                                      OP_I32_XOR};
    static const uint16_t held[4] = {OP_I32_ADD_AS, OP_I32_AND_AS, OP_I32_OR_AS,
                                     OP_I32_XOR_AS};

    for (uint32_t i = 0; i < 4; i++) {
        *is_held = op == held[i];
        if (op == slots[i] || op == held[i])
            return i;
    }
    return 4;
}

/* (x FIRST y) SECOND other. */
static int form_pair(wasm_translator *t, unsigned opcode, uint32_t other)
{
    const uint16_t *last = t->m->units + t->last_at;
    const uint32_t second = form_pair_order(opcode);
    const uint32_t dest = wasm_dest(t);
    const uint16_t x = last[1];
    const uint16_t y = last[2];
    int is_held;
    const uint32_t first = form_pair_first(last[0], &is_held);
    uint16_t *u;

    if (first == 4 || second == 4)
        return 0;
    seigr__wasm_unwrite(t);
    u = seigr__wasm_emit(
        t, OP_PAIR_ADD_ADD_A + 2 * (4 * first + second) + !is_held,
        is_held ? 4 : 5);
    u[1] = x;
    u[2] = is_held ? (uint16_t)other : y;
    if (!is_held)
        u[3] = (uint16_t)other;
    u[is_held ? 3 : 4] = (uint16_t)dest;
    wasm_result(t, u, dest, WASM_CLASS_INT);
    return 1;
}

/* Joins in the order of WASM_CODE_JOINS: which of what, or WASM_ABSENT. */
static uint32_t form_join_op(unsigned opcode, unsigned shift)
{
    if (opcode == WASM_I32_XOR)
        return shift == OP_I32_ROTL_SK    ? OP_XOR_ROTL
               : shift == OP_I32_SHR_U_SK ? OP_XOR_SHR_U
               : shift == OP_I32_SHL_SK   ? OP_XOR_SHL
                                          : WASM_ABSENT;
    if (opcode == WASM_I32_OR)
        return shift == OP_I32_SHL_SK     ? OP_OR_SHL
               : shift == OP_I32_SHR_U_SK ? OP_OR_SHR_U
                                          : WASM_ABSENT;
    return opcode == WASM_I32_ADD && shift == OP_I32_SHL_SK ? OP_ADD_SHL
                                                            : WASM_ABSENT;
}

/* other JOIN (x SHIFT k). */
static int form_join(wasm_translator *t, unsigned opcode, uint32_t other)
{
    const uint16_t *last = t->m->units + t->last_at;
    const uint32_t op = form_join_op(opcode, last[0]);
    const int is_held = t->mirror_before == other;
    const uint32_t dest = wasm_dest(t);
    uint16_t x;
    uint16_t shift;
    uint16_t *u;

    if (op == WASM_ABSENT || (!is_held && op != OP_ADD_SHL))
        return 0;
    x = last[1];
    shift = (uint16_t)wasm_unit32(last + 2);
    seigr__wasm_unwrite(t);
    u = seigr__wasm_emit(t, is_held ? op : OP_ADD_SHL_S, is_held ? 4 : 5);
    if (!is_held)
        *++u = (uint16_t)other;
    u[1] = x;
    u[2] = shift;
    u[3] = (uint16_t)dest;
    wasm_result(t, is_held ? u : u - 1, dest, WASM_CLASS_INT);
    return 1;
}

/* other + x * y, or other - x * y. */
static int form_muladd(wasm_translator *t, unsigned opcode, uint32_t other)
{
    const uint16_t *last = t->m->units + t->last_at;
    const int is_f32 = opcode < WASM_F64_ADD;
    const int is_sub = opcode == WASM_F32_SUB || opcode == WASM_F64_SUB;
    const uint32_t class = is_f32 ? WASM_CLASS_F32 : WASM_CLASS_F64;
    const uint32_t dest = wasm_dest(t);
    const unsigned op = is_f32 ? OP_F32_MULADD : OP_F64_MULADD;
    const int is_slots = last[0] == (is_f32 ? OP_F32_MUL : OP_F64_MUL);
    const uint16_t x = last[1];
    const uint16_t y = last[2];
    uint16_t *u;

    if (!is_slots && last[0] != (is_f32 ? OP_F32_MUL_AS : OP_F64_MUL_AS) &&
        last[0] != (is_f32 ? OP_F32_MUL_SA : OP_F64_MUL_SA))
        return 0;
    seigr__wasm_unwrite(t);
    u = seigr__wasm_emit(t, op + (is_slots ? 0 : 2) + (is_sub ? 1 : 0),
                         is_slots ? 5 : 4);
    u[1] = (uint16_t)other;
    u[2] = x;
    if (is_slots)
        u[3] = y;
    u[is_slots ? 4 : 3] = (uint16_t)dest;
    wasm_result(t, u, dest, class);
    return 1;
}

/* x op K, K the F64 that the last instruction made. */
static int form_wide_float(wasm_translator *t, unsigned opcode, uint32_t x)
{
    const uint16_t *last = t->m->units + t->last_at;
    const form_other *form = &form_others[opcode - WASM_NUMERIC_FIRST];
    const uint32_t dest = wasm_dest(t);
    uint64_t k;
    uint16_t *u;

    if (last[0] != OP_CONST64)
        return 0;
    k = wasm_unit64(last + 1);
    seigr__wasm_unwrite(t);
    if (t->mirror[WASM_CLASS_F64] == x) {
        u = seigr__wasm_emit(t, form->ak, 6);
    } else {
        u = seigr__wasm_emit(t, form->sk, 7);
        *++u = (uint16_t)x;
    }
    memcpy(u + 1, &k, sizeof(k));
    u[5] = (uint16_t)dest;
    wasm_result(t, t->mirror[WASM_CLASS_F64] == x ? u : u - 1, dest,
                WASM_CLASS_F64);
    return 1;
}

/* The last instruction computed one operand, the other is in a slot: one
 * instruction that does both, if there is such a one. */
static int form_fused(wasm_translator *t, unsigned opcode,
                      const wasm_operand *a, const wasm_operand *b)
{
    const uint32_t a_at = form_at(t, a, t->height);
    const uint32_t b_at = form_at(t, b, t->height + 1);
    const int b_is_last = wasm_is_last(t, b, t->height + 1);
    const uint32_t other = b_is_last ? a_at : b_at;
    const int is_float_sum = opcode == WASM_F32_ADD || opcode == WASM_F64_ADD;

    if (b_is_last ? a_at == WASM_NO_SLOT
                  : b->at != WASM_AT_LOCAL || !wasm_is_last(t, a, t->height))
        return 0;
    if (is_float_sum ||
        (b_is_last && (opcode == WASM_F32_SUB || opcode == WASM_F64_SUB))) {
        if (form_muladd(t, opcode, other))
            return 1;
    }
    if (b_is_last && opcode >= WASM_F64_ADD && opcode <= WASM_F64_DIV)
        return form_wide_float(t, opcode, other);
    return form_pair_order(opcode) != 4 &&
           (form_join(t, opcode, other) || form_pair(t, opcode, other));
}

static void form_binary(wasm_translator *t, unsigned opcode,
                        const wasm_opcode_info *info, int traps)
{
    const wasm_operand b = seigr__wasm_pop(t);
    const wasm_operand a = seigr__wasm_pop(t);
    const int is_wide = info->in == SEIGR_WASM_I64;
    const form_other *form = &form_others[opcode - WASM_NUMERIC_FIRST];
    uint32_t a_slot;
    uint32_t b_slot;
    uint32_t k;

    if (form_constant(&b, is_wide, &k) &&
        form_with_constant(t, opcode, &a, k, is_wide))
        return;
    if (form->as != 0 && form->sa == 0 && a.at >= WASM_AT_CONST &&
        b.at == WASM_AT_LOCAL && form_constant(&a, is_wide, &k) &&
        form_with_constant(t, opcode, &b, k, is_wide))
        return;
    if (form_fused(t, opcode, &a, &b))
        return;
    a_slot = seigr__wasm_slot(t, &a, t->height);
    b_slot = seigr__wasm_slot(t, &b, t->height + 1);
    form_two_slots(t, opcode, a_slot, b_slot, info, traps);
}

void seigr__wasm_numeric(wasm_translator *t, unsigned opcode)
{
    const wasm_opcode_info *info = &seigr__wasm_opcodes[opcode];

    if (wasm_opcode_is_bits(opcode))
        return;
    if (info->pops == 2)
        form_binary(t, opcode, info, wasm_opcode_traps(opcode));
    else
        form_unary(t, opcode, OP_I32_EQZ + opcode - WASM_NUMERIC_FIRST, info,
                   wasm_opcode_traps(opcode));
}

void seigr__wasm_saturate(wasm_translator *t, uint32_t index)
{
    assert(index < 8);
    form_unary(t, 0, OP_I32_SAT_F32_S + index, &seigr__wasm_saturating[index],
               0);
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
    const int is_held = t->mirror[WASM_CLASS_INT] == c_slot;
    uint16_t *u =
        seigr__wasm_emit(t, is_held ? OP_SELECT_A : OP_SELECT, is_held ? 4 : 5);
    uint16_t *fields = u;

    if (!is_held)
        *++fields = (uint16_t)c_slot;
    fields[1] = (uint16_t)a_slot;
    fields[2] = (uint16_t)b_slot;
    fields[3] = (uint16_t)dest;
    wasm_result(t, u, dest, WASM_CLASS_INT);
}

/* --- branches on a condition ------------------------------------------- */

/* Comparisons in the order of their opcodes; their opposites. */
enum {
    CMP_EQ,
    CMP_NE,
    CMP_LT_S,
    CMP_LT_U,
    CMP_GT_S,
    CMP_GT_U,
    CMP_LE_S,
    CMP_LE_U,
    CMP_GE_S,
    CMP_GE_U,
    CMP_COUNT
};

static const uint8_t form_opposite[CMP_COUNT] = {
    CMP_NE,   CMP_EQ,   CMP_GE_S, CMP_GE_U, CMP_LE_S,
    CMP_LE_U, CMP_GT_S, CMP_GT_U, CMP_LT_S, CMP_LT_U,
};

/* Of two slots, in the order of WASM_CODE_BRANCHES; 8 more: swapped. */
static const uint8_t form_branch_form[CMP_COUNT] = {
    0, 1, 2, 3, 2 + 8, 3 + 8, 4, 5, 4 + 8, 5 + 8,
};

/* Of floats, in the order of WASM_CODE_FLOAT_BRANCHES: eq ne lt gt le ge,
 * taken when true, taken when false. */
static const uint8_t form_float_form[2][6] = {
    {0, 1, 2, 2 + 8, 3, 3 + 8},
    {1, 0, 4, 4 + 8, 5, 5 + 8},
};

static uint32_t form_branch_slots(wasm_translator *t, unsigned op,
                                  uint32_t form, uint32_t a, uint32_t b,
                                  uint32_t *origin)
{
    uint16_t *u;

    *origin = t->m->unit_count;
    u = seigr__wasm_emit(t, op + (form & 7), 6);
    u[1] = (uint16_t)(form & 8 ? b : a);
    u[2] = (uint16_t)(form & 8 ? a : b);
    return *origin + 3;
}

static uint32_t form_branch_constant(wasm_translator *t, unsigned op,
                                     uint32_t a, uint32_t k, uint32_t *origin)
{
    uint16_t *u;

    *origin = t->m->unit_count;
    u = seigr__wasm_emit(t, op, 7);
    u[1] = (uint16_t)a;
    wasm_put32(u + 2, k);
    return *origin + 4;
}

static uint32_t form_branch_plain(wasm_translator *t, unsigned op, uint32_t a,
                                  uint32_t *origin)
{
    uint16_t *u;

    *origin = t->m->unit_count;
    u = seigr__wasm_emit(t, op, 5);
    u[1] = (uint16_t)a;
    return *origin + 2;
}

/* The same with the operands swapped. */
static const uint8_t form_swapped[CMP_COUNT] = {
    CMP_EQ,   CMP_NE,   CMP_GT_S, CMP_GT_U, CMP_LT_S,
    CMP_LT_U, CMP_GE_S, CMP_GE_U, CMP_LE_S, CMP_LE_U,
};

/* The slot by which the newest instruction, an addition, changes slot a, or
 * WASM_NO_SLOT with the constant. Returns 0 if it is none. */
static int form_step(const wasm_translator *t, uint32_t a, uint32_t *by,
                     uint32_t *k)
{
    const uint16_t *u;
    uint32_t len;

    if (t->newest == WASM_ABSENT || t->failed)
        return 0;
    u = t->m->units + t->newest;
    len = t->m->unit_count - t->newest;
    *by = WASM_NO_SLOT;
    if (u[0] == OP_I32_ADD_SK && len == 5 && u[1] == a && u[4] == a) {
        *k = wasm_unit32(u + 2);
        return 1;
    }
    if (u[0] != OP_I32_ADD || len != 4 || u[3] != a || (u[1] != a && u[2] != a))
        return 0;
    *by = u[1] == a ? u[2] : u[1];
    return 1;
}

/* A step of slot a in front of a branch that compares it, with slot b or,
 * where that is WASM_NO_SLOT, with k. Returns as seigr__wasm_branch_if(), or
 * WASM_ABSENT: there is no step. */
static uint32_t form_branch_step(wasm_translator *t, uint32_t order, uint32_t a,
                                 uint32_t b, uint32_t k, uint32_t *origin)
{
    const uint32_t by_slot = b != WASM_NO_SLOT;
    uint32_t by;
    uint32_t step = 0;
    uint32_t at;
    uint16_t *u;

    if (!form_step(t, a, &by, &step))
        return WASM_ABSENT;
    t->m->unit_count = t->newest;
    t->newest = t->before;
    *origin = t->m->unit_count;
    u = seigr__wasm_emit(t,
                         (by_slot ? OP_STEPK_EQ_S : OP_STEPK_EQ_K) + 2 * order +
                             (by == WASM_NO_SLOT ? 0 : 1),
                         4u + (by == WASM_NO_SLOT ? 2 : 1) + (by_slot ? 1 : 2) +
                             1);
    u[1] = (uint16_t)a;
    at = 2;
    if (by == WASM_NO_SLOT) {
        wasm_put32(u + at, step);
        at += 2;
    } else {
        u[at++] = (uint16_t)by;
    }
    if (by_slot) {
        u[at++] = (uint16_t)b;
    } else {
        wasm_put32(u + at, k);
        at += 2;
    }
    t->mirror[WASM_CLASS_INT] = a;
    return *origin + at;
}

/* The last instruction computed the condition: the branch that does both,
 * or WASM_ABSENT. */
static uint32_t form_branch_fused(wasm_translator *t, int is_zero,
                                  uint32_t *origin)
{
    const uint16_t *u = t->m->units + t->last_at;
    const unsigned op = u[0];
    const uint32_t a = u[1];
    const uint32_t b = u[2];
    const uint32_t k = wasm_unit32(u + 2);
    const int wide = op >= OP_I64_EQZ && op <= OP_I64_GE_U;
    uint32_t order;

    if (op == OP_I32_EQZ || op == OP_I64_EQZ) {
        seigr__wasm_unwrite(t);
        if (op == OP_I32_EQZ) {
            order = form_branch_step(t, is_zero ? CMP_NE : CMP_EQ, a,
                                     WASM_NO_SLOT, 0, origin);
            if (order != WASM_ABSENT)
                return order;
        }
        return form_branch_plain(t,
                                 op == OP_I32_EQZ
                                     ? (is_zero ? OP_BR_NZ : OP_BR_Z)
                                     : (is_zero ? OP_BR_NZ64 : OP_BR_Z64),
                                 a, origin);
    }
    if ((op >= OP_I32_EQ && op <= OP_I32_GE_U) || wide) {
        order = op - (wide ? OP_I64_EQ : OP_I32_EQ);
        order = is_zero ? form_opposite[order] : order;
        seigr__wasm_unwrite(t); /* (2) */
        if (!wide) {
            uint32_t unit = form_branch_step(t, order, a, b, 0, origin);

            if (unit == WASM_ABSENT)
                unit =
                    form_branch_step(t, form_swapped[order], b, a, 0, origin);
            if (unit != WASM_ABSENT)
                return unit;
        }
        return form_branch_slots(t, wide ? OP_BR_I64_EQ_SS : OP_BR_I32_EQ_SS,
                                 form_branch_form[order], a, b, origin);
    }
    if (op >= OP_I32_EQ_SK && op <= OP_BR_I64_GE_U_SK) {
        const unsigned first = op < OP_I64_EQ_SK ? OP_I32_EQ_SK : OP_I64_EQ_SK;

        order = (op - first) / 2;
        order = is_zero ? form_opposite[order] : order;
        seigr__wasm_unwrite(t);
        if (first == OP_I32_EQ_SK) {
            const uint32_t unit =
                form_branch_step(t, order, a, WASM_NO_SLOT, k, origin);

            if (unit != WASM_ABSENT)
                return unit;
        }
        return form_branch_constant(t, first + 1 + 2u * order, a, k, origin);
    }
    if (op == OP_I32_AND_SK) {
        seigr__wasm_unwrite(t);
        return form_branch_constant(t, is_zero ? OP_BR_NONE : OP_BR_ANY, a, k,
                                    origin);
    }
    if (op >= OP_F32_EQ && op <= OP_F64_GE) {
        const int is_f64 = op >= OP_F64_EQ;

        order = op - (is_f64 ? OP_F64_EQ : OP_F32_EQ);
        seigr__wasm_unwrite(t);
        return form_branch_slots(t, is_f64 ? OP_BR_F64_EQ_SS : OP_BR_F32_EQ_SS,
                                 form_float_form[is_zero != 0][order], a, b,
                                 origin);
    }
    return WASM_ABSENT;
}

uint32_t seigr__wasm_branch_if(wasm_translator *t, uint32_t label, int is_zero,
                               uint32_t *origin)
{
    const wasm_operand a = seigr__wasm_pop(t);
    uint32_t unit = WASM_ABSENT;

    if (wasm_is_last(t, &a, t->height))
        unit = form_branch_fused(t, is_zero, origin);
    else if (a.at == WASM_AT_LOCAL)
        unit = form_branch_step(t, is_zero ? CMP_EQ : CMP_NE, a.local,
                                WASM_NO_SLOT, 0, origin);
    if (unit == WASM_ABSENT) {
        const uint32_t slot = seigr__wasm_slot(t, &a, t->height);

        unit = form_branch_plain(t, is_zero ? OP_BR_Z : OP_BR_NZ, slot, origin);
    }
    if (label != WASM_NO_LABEL)
        seigr__wasm_target(t, unit, *origin, label);
    return unit;
}
