/* SPDX-License-Identifier: MIT */
/*
 * wasm_translate.h - valid function bodies into the engine's code.
 *
 *     wasm_body.c       each body: declarations, validate, translate
 *     wasm_translate.c  control instructions; where charges are made
 *     wasm_select.c     other instructions
 *     wasm_form.c       numeric ones and branches: which form
 *     wasm_access.c     loads and stores: which form
 *     wasm_emit.c       units, operands, leaders, sites, branches
 */
#ifndef SEIGR_SRC_ENGINE_WASM_TRANSLATE_H
#define SEIGR_SRC_ENGINE_WASM_TRANSLATE_H

#include "wasm_code.h"     /* OP_* */
#include "wasm_module.h"   /* seigr_module */
#include "wasm_validate.h" /* wasm_validator */

/* Where an operand is. */
#define WASM_AT_SLOT 0u   /* in the slot of its height */
#define WASM_AT_LOCAL 1u  /* still in a local */
#define WASM_AT_SUM 2u    /* nowhere: the i32 of a local, and value */
#define WASM_AT_CONST 3u  /* nowhere: value zero-extended */
#define WASM_AT_CONSTS 4u /* nowhere: value sign-extended */

typedef struct wasm_operand {
    uint16_t at;
    uint16_t local;
    uint32_t value;
} wasm_operand;

/* Classes of accumulators. */
#define WASM_CLASS_INT 0u
#define WASM_CLASS_F32 1u
#define WASM_CLASS_F64 2u
#define WASM_CLASS_COUNT 3u

#define WASM_NO_SLOT UINT32_MAX
#define WASM_NO_LABEL UINT32_MAX

/* An open block while translating. */
typedef struct wasm_scope {
    uint8_t opcode;  /* WASM_BLOCK, WASM_LOOP, WASM_IF, WASM_ELSE */
    uint8_t is_dead; /* opened in code that is never reached */
    uint16_t params;
    uint16_t results;
    uint32_t height; /* operands below its parameters */
    uint32_t label;  /* of branches to it, WASM_NO_LABEL: none yet */
    uint32_t else_label;
    uint32_t block; /* its index in the module's blocks */
} wasm_scope;

/* A branch whose target is written at the end of the body. */
typedef struct wasm_fixup {
    uint32_t unit;   /* of the distance */
    uint32_t origin; /* unit that the distance counts from */
    uint32_t label;
    uint32_t spent; /* fuel counted up to and with the branch */
    uint32_t run;   /* the run of code it stands in */
} wasm_fixup;

/* What a leader's cost is made of, until the body ends. */
typedef struct wasm_count_at {
    uint32_t spent;
    uint32_t run;
} wasm_count_at;

/* A run of code is paid for as a whole when it is come to. */
typedef struct wasm_run {
    uint32_t begin; /* spent before its first instruction */
    uint32_t end;   /* spent behind its last */
    uint32_t unit;  /* where its fuel is written; WASM_ABSENT: nowhere */
    uint32_t at;    /* offset of its first instruction, or shortly before */
} wasm_run;

/* Vectors of the module that grow while bodies are translated. */
typedef struct wasm_room {
    uint32_t units;
    uint32_t leaders;
    uint32_t blocks;
    uint32_t sites;
} wasm_room;

typedef struct wasm_translator {
    seigr_module *m;
    wasm_function *f;
    wasm_reader r;
    wasm_room room;
    int failed; /* SEIGR_E_NOMEM once there was none, else 0 */

    wasm_operand *operands;
    uint32_t operand_room;
    uint32_t height;
    uint32_t settled; /* operands below are all WASM_AT_SLOT */

    wasm_scope *scopes;
    uint32_t scope_room;
    uint32_t scope_count;
    uint32_t *labels; /* leader, or WASM_NO_LABEL while open */
    uint32_t label_room;
    uint32_t label_count;
    wasm_fixup *fixups;
    uint32_t fixup_room;
    uint32_t fixup_count;
    wasm_count_at *counts; /* one a leader of this body */
    uint32_t count_room;
    wasm_run *runs;
    uint32_t run_room;
    uint32_t run_count;

    uint32_t is_dead;
    uint32_t spent; /* fuel of the body's instructions so far */
    uint32_t at;    /* offset of the instruction at hand */

    uint32_t newest;    /* unit of the last instruction, or WASM_ABSENT: a
                           leader stands behind it */
    uint32_t before;    /* of the one before that, likewise */
    uint32_t last_at;   /* unit of the last instruction, if last_dest set */
    uint32_t last_dest; /* slot it writes, by its last field */
    uint32_t last_class;
    uint32_t mirror[WASM_CLASS_COUNT]; /* slot whose value the accumulator
                                          of the class holds */
    uint32_t mirror_before;            /* of last_class, before the last */
    uint16_t scrap[16];                /* where units go after a failure */
    uint32_t site_unit;                /* of the last site or leader */
    uint32_t site_offset;
    uint32_t site_spent;
} wasm_translator;

/* --- wasm_body.c ------------------------------------------------------- */

/* All bodies of the code section; r stands behind their count. */
int seigr__wasm_bodies(seigr_module *m, wasm_reader *r);

/* --- wasm_translate.c -------------------------------------------------- */

int seigr__wasm_translate(wasm_translator *t, wasm_function *f);

/* --- wasm_select.c ----------------------------------------------------- */

/* Translate an instruction that is no control instruction. */
void seigr__wasm_select(wasm_translator *t, unsigned opcode);

/* The class of accumulator that values of a type are in. */
static inline uint32_t wasm_class(unsigned type)
{
    return type == SEIGR_WASM_F32   ? WASM_CLASS_F32
           : type == SEIGR_WASM_F64 ? WASM_CLASS_F64
                                    : WASM_CLASS_INT;
}

/* --- wasm_form.c -------------------------------------------------------- */

/* Translate a numeric instruction, a saturating conversion by its number
 * behind WASM_PREFIX, a select. */
void seigr__wasm_numeric(wasm_translator *t, unsigned opcode);
void seigr__wasm_saturate(wasm_translator *t, uint32_t index);
void seigr__wasm_choose(wasm_translator *t);

/*
 * Branch if the i32 on top is not zero, or if it is zero; it is popped.
 *
 *   label  WASM_NO_LABEL: the target is for the caller to write.
 *
 * Returns the unit of the target's distance; *origin is what it counts from.
 */
uint32_t seigr__wasm_branch_if(wasm_translator *t, uint32_t label, int is_zero,
                               uint32_t *origin);

/* --- wasm_access.c ----------------------------------------------------- */

/* Translate a load or store. */
void seigr__wasm_access(wasm_translator *t, unsigned opcode);

/* --- wasm_emit.c ------------------------------------------------------- */

/* Room for an instruction of that many units, its number written; never
 * NULL: after a failure units go nowhere. */
uint16_t *seigr__wasm_emit(wasm_translator *t, unsigned op, uint32_t units);

/* The last instruction wrote to dest: later ones may change or take it. */
void seigr__wasm_wrote(wasm_translator *t, uint16_t *units, uint32_t dest,
                       uint32_t class);

/* Take back the last instruction, to write one that does more. */
void seigr__wasm_unwrite(wasm_translator *t);

/* The instruction at that unit can trap, at the offset at hand. */
void seigr__wasm_site(wasm_translator *t, uint32_t unit);

void seigr__wasm_push(wasm_translator *t, uint32_t at, uint32_t local,
                      uint32_t value);
wasm_operand seigr__wasm_pop(wasm_translator *t);

/* The slot from which an operand of that height can be read, written there
 * first if it is a constant. */
uint32_t seigr__wasm_slot(wasm_translator *t, const wasm_operand *operand,
                          uint32_t height);

/* Write an operand into a slot. */
void seigr__wasm_put(wasm_translator *t, const wasm_operand *operand,
                     uint32_t height, uint32_t slot);

/* Every operand into the slot of its height. */
void seigr__wasm_settle(wasm_translator *t);

/* Operands that are still in that local go to their slots: it changes.
 * Returns how many. */
uint32_t seigr__wasm_save_local(wasm_translator *t, uint32_t local);

/* Forget what accumulators hold and which instruction was last. */
void seigr__wasm_forget(wasm_translator *t);

/* A leader here, all operands settled. Returns its index. */
uint32_t seigr__wasm_leader(wasm_translator *t, uint32_t offset);

uint32_t seigr__wasm_label(wasm_translator *t);

/* A branch target: distance from origin at unit, fuel two units on. */
void seigr__wasm_target(wasm_translator *t, uint32_t unit, uint32_t origin,
                        uint32_t label);

/* End the run of code, and begin the next.
 *
 *   unit  where the next one's fuel is written, or WASM_ABSENT. */
void seigr__wasm_next_run(wasm_translator *t, uint32_t unit);

/* Write the body's branches and the costs of its leaders. */
void seigr__wasm_resolve(wasm_translator *t);

static inline uint32_t wasm_local_slots(const wasm_translator *t)
{
    return (uint32_t)t->f->params + t->f->locals;
}

/* Whether the last instruction computed an operand of that height, which was
 * just popped and which nobody else reads. */
static inline int wasm_is_last(const wasm_translator *t,
                               const wasm_operand *operand, uint32_t height)
{
    return operand->at == WASM_AT_SLOT &&
           t->last_dest == wasm_local_slots(t) + height && !t->failed;
}

/* The slot that the next operand has. */
static inline uint32_t wasm_dest(const wasm_translator *t)
{
    return wasm_local_slots(t) + t->height;
}

/* The instruction at u made that operand. */
static inline void wasm_result(wasm_translator *t, uint16_t *u, uint32_t dest,
                               uint32_t class)
{
    seigr__wasm_wrote(t, u, dest, class);
    seigr__wasm_push(t, WASM_AT_SLOT, 0, 0);
}

static inline void wasm_put32(uint16_t *units, uint32_t value)
{
    memcpy(units, &value, sizeof(value));
}

#endif
