/* SPDX-License-Identifier: MIT */
/*
 * wasm_instance.h - a module at work: memory, table, globals, guest stack.
 *
 * The guest stack is two arrays: slots, in which frames overlap so that a
 * caller's topmost operands are its callee's parameters, and frames, which
 * hold where each caller goes on. Neither uses the machine's stack.
 *
 *        caller's frame
 *   slots  | params | locals | operands ...  a0 a1 |
 *                                           callee's frame
 *                                          | a0 a1 | locals | operands ...
 */
#ifndef SEIGR_SRC_ENGINE_WASM_INSTANCE_H
#define SEIGR_SRC_ENGINE_WASM_INSTANCE_H

#include "wasm_code.h"   /* OP_* */
#include "wasm_module.h" /* seigr_module */

#define WASM_PAGE_LEN 65536u
#define WASM_DIRTY_LEN 4096u /* bytes of memory that a mark stands for */
#define WASM_DIRTY_SHIFT 12u

/* The Merkle tree over a memory's 4 KiB pages, kept from root to root.
 * Level k has the roots of whole subtrees of 2^k pages. */
#define WASM_TREE_LEVELS 21u

typedef struct wasm_tree {
    uint32_t count;                       /* pages in the tree */
    uint32_t room;                        /* pages that there is room for */
    seigr_hash *levels[WASM_TREE_LEVELS]; /* parts of one block */
    uint64_t *heads;  /* first 8 bytes of each page when it was hashed */
    uint8_t *unsaved; /* 1: changed since the last snapshot */
    seigr_hash zero;  /* of a page of zeros */
} wasm_tree;

typedef struct wasm_memory {
    const seigr_context *context;
    uint8_t *bytes;
    uint64_t len;            /* bytes that the guest has */
    uint32_t pages;          /* len / WASM_PAGE_LEN */
    uint32_t pages_max;      /* that it may grow to */
    uint32_t pages_declared; /* maximum in its module; UINT32_MAX: none */
    uint32_t room;           /* pages that bytes has room for */
    uint8_t *dirty;          /* one a WASM_DIRTY_LEN: written to since the last
                                root, by its first byte at least */
    wasm_tree tree;
} wasm_memory;

/* A reference in a table: 0 is null, below WASM_REF_FOREIGN it is one more
 * than a function of the table's owner, else a number in foreign. */
#define WASM_REF_FOREIGN 0x80000000u

typedef struct wasm_foreign {
    seigr_instance *instance;
    uint32_t function;
} wasm_foreign;

typedef struct wasm_table {
    seigr_instance *owner;
    uint32_t *refs;
    uint32_t count;
    uint32_t count_max; /* as declared: UINT32_MAX, none */
    wasm_foreign *foreign;
    uint32_t foreign_count;
    uint32_t foreign_room;
} wasm_table;

/* An imported function. */
typedef struct wasm_linked {
    const seigr_host_function *host; /* NULL: a function of an instance */
    void *ctx;
    seigr_instance *instance;
    uint32_t function;
} wasm_linked;

typedef union wasm_frame {
    const uint16_t *pc;       /* where the caller goes on */
    seigr_instance *instance; /* above a pc of wasm_switch_code */
} wasm_frame;

/* The guest stack and where it stands. One is in use by a call, across
 * linked instances. */
typedef struct wasm_vm {
    seigr_instance *instance; /* whose code runs */
    uint64_t *slots;
    uint32_t slot_room;
    uint32_t slots_max;
    uint32_t slots_used; /* as FORMATS 8 counts them; at most slot_room */
    wasm_frame *frames;
    uint32_t frame_room;
    uint32_t frame_max;
    uint32_t frame_count;

    uint64_t *fp;         /* slot 0 of the frame that runs */
    const uint16_t *pc;   /* fast: the next instruction */
    int64_t fuel;         /* left of the step */
    uint64_t fuel_before; /* used in earlier steps */
    uint64_t fuel_step;   /* given to this step */

    uint32_t is_precise; /* state is in the fields below */
    uint32_t function;   /* index in the instance's module */
    uint32_t offset;     /* of the next instruction */
    uint32_t height;     /* operands */

    uint32_t trap; /* SEIGR_TRAP_* */
} wasm_vm;

#define WASM_PHASE_ELEMENTS 0u /* segments, then data, then start */
#define WASM_PHASE_DATA 1u
#define WASM_PHASE_START 2u
#define WASM_PHASE_STARTED 3u /* in the start function */
#define WASM_PHASE_IDLE 4u
#define WASM_PHASE_CALL 5u /* asked for, not paid yet */
#define WASM_PHASE_INSIDE 6u
#define WASM_PHASE_OVER 7u /* trapped or exited */

struct seigr_instance {
    const seigr_context *context;
    const seigr_module *module;
    seigr_instance_options options;

    wasm_memory *memory; /* own_memory, or another instance's; NULL: none */
    wasm_table *table;
    wasm_memory own_memory;
    wasm_table own_table;
    uint64_t *globals; /* values; of imported mutable ones not used */
    seigr_instance **global_from; /* of imported ones: whose; or NULL */
    uint32_t *global_index;       /* and which there */
    wasm_linked *linked;          /* imported functions */
    uint8_t *dropped_data;
    uint8_t *dropped_elements;

    wasm_vm vm;
    uint32_t phase;
    uint32_t segment;     /* next one to initialise */
    uint32_t entry;       /* function called or being called */
    uint32_t is_stepping; /* a host function may not step its own caller */
    uint32_t result_count;
};

/* Return addresses that are no code of a module's: the end of the call, and
 * the way back to another instance. Each stands behind a base and fuel of
 * nothing, as every return address does. */
extern const uint16_t seigr__wasm_exit_code[3];
extern const uint16_t seigr__wasm_switch_code[3];
#define WASM_RETURN_AT 2u

/* How running fast ended. */
#define WASM_EXIT_DONE 0u
#define WASM_EXIT_TRAP 1u    /* at pc, vm->trap says why */
#define WASM_EXIT_LEADER 2u  /* fuel below nothing at the leader at pc */
#define WASM_EXIT_NEXT 3u    /* fuel below nothing behind the call before pc */
#define WASM_EXIT_PRECISE 4u /* the instruction at pc is not for here */
#define WASM_EXIT_SWITCH 5u  /* back to another instance */

/* --- wasm_fast.c ------------------------------------------------------- */

/* Run from vm->pc until something else has to be done. */
uint32_t seigr__wasm_fast(wasm_vm *vm);

/* --- wasm_precise.c ---------------------------------------------------- */

#define WASM_PRECISE_FAST 0u /* vm->pc is a place to run fast from */
#define WASM_PRECISE_DONE 1u
#define WASM_PRECISE_TRAP 2u
#define WASM_PRECISE_FUEL 3u
#define WASM_PRECISE_YIELD 4u
#define WASM_PRECISE_WAIT 5u
#define WASM_PRECISE_EXIT 6u
#define WASM_PRECISE_NOMEM 7u

/* Run one instruction after another from vm->function, offset, height. */
uint32_t seigr__wasm_precise(wasm_vm *vm);

/*
 * What a numeric instruction computes.
 *
 *   opcode    as in the module; 0x100 and more: a saturating conversion.
 *   operands  one or two.
 *   trap      written where there is one; the result means nothing then.
 */
uint64_t seigr__wasm_compute(unsigned opcode, const uint64_t *operands,
                             uint32_t *trap);

/*
 * Enter a function of an instance as the call of that many fuel does, its
 * arguments at slots arguments. Used for entries.
 */
uint32_t seigr__wasm_enter(wasm_vm *vm, seigr_instance *callee,
                           uint32_t function);

/* Room for that many slots from slot 0. 0 or SEIGR_E_NOMEM. */
int seigr__wasm_reserve(wasm_vm *vm, uint32_t slots);

/* Go on where a return leads: WASM_PRECISE_DONE or WASM_PRECISE_FAST, which
 * is_precise may contradict if what follows cannot be paid. */
uint32_t seigr__wasm_arrive(wasm_vm *vm, const uint16_t *pc);

/* Make the state at a leader, or behind the call before pc, precise, and
 * give back what was charged there. */
void seigr__wasm_to_precise(wasm_vm *vm, uint32_t exit);

/* --- wasm_place.c: from the engine's code to the module's and back ------ */

/* The function whose code holds that unit. */
uint32_t seigr__wasm_function_of(const seigr_module *m, uint32_t unit);

/* The last leader at or before a unit, or at or before an offset. */
const wasm_leader *seigr__wasm_leader_by_unit(const seigr_module *m,
                                              uint32_t unit);
const wasm_leader *seigr__wasm_leader_by_offset(const seigr_module *m,
                                                const wasm_function *f,
                                                uint32_t offset);

/* Offset of the instruction behind the one at offset. */
uint32_t seigr__wasm_behind(const seigr_module *m, uint32_t offset);

/* Operands that an instruction which may stop takes and leaves. */
void seigr__wasm_stack_effect(const seigr_module *m, uint32_t offset,
                              uint32_t *pops, uint32_t *pushes);

/* The trapping instruction at unit: its offset, and the fuel that was paid
 * for what comes behind it. */
void seigr__wasm_find_site(const seigr_module *m, uint32_t unit,
                           uint32_t *offset, uint32_t *refund);

/* --- wasm_memory.c ----------------------------------------------------- */

int seigr__wasm_memory_init(wasm_memory *memory, const seigr_context *context,
                            uint32_t pages, uint32_t pages_max);
void seigr__wasm_memory_fini(wasm_memory *memory);
/* 0, or SEIGR_E_NOMEM; pages in all are at most pages_max. */
int seigr__wasm_memory_grow(wasm_memory *memory, uint32_t pages);
/* A range was written. */
void seigr__wasm_memory_mark(wasm_memory *memory, uint64_t at, uint64_t len);

/* Bulk instructions: 0 or a trap; what is out of bounds does nothing. */
uint32_t seigr__wasm_memory_fill(wasm_memory *memory, uint32_t to,
                                 uint32_t value, uint32_t count);
uint32_t seigr__wasm_memory_copy(wasm_memory *memory, uint32_t to,
                                 uint32_t from, uint32_t count);
uint32_t seigr__wasm_memory_place(wasm_memory *memory, uint32_t to,
                                  seigr_span segment, uint32_t from,
                                  uint32_t count);

/* --- wasm_pages.c ------------------------------------------------------ */

/* Bring the tree up to date with the memory. 0 or SEIGR_E_NOMEM. */
int seigr__wasm_tree_update(wasm_memory *memory);
void seigr__wasm_tree_fini(wasm_memory *memory);
/* The head of a tree that is up to date, or of no pages. */
void seigr__wasm_tree_head(const wasm_memory *memory,
                           const seigr_context *context, seigr_hash *out);
/* Hash of a page, of which index counts 4 KiB. */
const seigr_hash *seigr__wasm_tree_leaf(const wasm_memory *memory,
                                        uint32_t index);

/* --- wasm_frames.c ----------------------------------------------------- */

/* A frame as a state describes it. */
typedef struct wasm_frame_view {
    uint32_t function;
    uint32_t offset; /* of the next instruction that costs, or of the last
                        end, in the module */
    uint64_t *fp;
    uint32_t height;    /* operands, without arguments of a call under way */
    const uint16_t *pc; /* where its caller goes on */
} wasm_frame_view;

/* The frame that runs; then, from each, its caller's. Returns 0 behind the
 * last. */
int seigr__wasm_frame_first(const wasm_vm *vm, wasm_frame_view *view);
int seigr__wasm_frame_next(const wasm_vm *vm, uint32_t index,
                           wasm_frame_view *view);

/* The first instruction at or behind an offset that costs, or the last end:
 * what costs nothing is passed over. */
uint32_t seigr__wasm_costing(const seigr_module *m, const wasm_function *f,
                             uint32_t offset);

/* Write next into the leaders of a function. */
void seigr__wasm_look_ahead(seigr_module *m, const wasm_function *f);

/* The innermost block that is open at an offset, and the one that many levels
 * out from it; NULL is the function itself. */
const wasm_block *seigr__wasm_block_open(const seigr_module *m,
                                         const wasm_function *f,
                                         uint32_t offset, uint32_t depth);
/* The block that begins at an offset. */
const wasm_block *seigr__wasm_block_begun(const seigr_module *m,
                                          const wasm_function *f,
                                          uint32_t offset);

/* --- wasm_table.c ------------------------------------------------------ */

/* The function that element stands for; 0 or a trap. */
uint32_t seigr__wasm_table_get(const wasm_table *table, uint32_t element,
                               seigr_instance **instance, uint32_t *function);
/* 0, a trap, or WASM_TABLE_NOMEM. */
#define WASM_TABLE_NOMEM UINT32_MAX
uint32_t seigr__wasm_table_init(seigr_instance *instance, uint32_t segment,
                                uint32_t to, uint32_t from, uint32_t count);
uint32_t seigr__wasm_table_copy(wasm_table *table, uint32_t to, uint32_t from,
                                uint32_t count);

/* Where an imported function really is: at most one step, links are
 * resolved when they are made. */
void seigr__wasm_resolve_function(seigr_instance **instance,
                                  uint32_t *function);

/* The cell of a global, here or in another instance. */
uint64_t *seigr__wasm_global_cell(seigr_instance *instance, uint32_t index);

#endif
