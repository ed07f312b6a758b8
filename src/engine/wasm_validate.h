/* SPDX-License-Identifier: MIT */
/*
 * wasm_validate.h - the type rules of function bodies.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_VALIDATE_H
#define SEIGR_SRC_ENGINE_WASM_VALIDATE_H

#include "wasm_module.h" /* seigr_module */

/* Locals of small functions are found by index, others by search. */
#define WASM_LOCALS_DIRECT 256u

/* Locals up to end, and not in an earlier run, have this type. */
typedef struct wasm_local_run {
    uint32_t end;
    uint32_t type;
} wasm_local_run;

/* A block, loop, if or body that is open. */
typedef struct wasm_control {
    const uint8_t *params;
    const uint8_t *results;
    uint16_t param_count;
    uint16_t result_count;
    uint8_t opcode;
    uint8_t is_unreachable;
    uint32_t height; /* operands below it */
} wasm_control;

/* Work memory of validation, used again for each body. */
typedef struct wasm_validator {
    const seigr_module *m;
    wasm_reader r;
    uint8_t *types; /* of the operands; 0: any, in unreachable code */
    uint32_t height;
    uint32_t height_room;
    uint32_t height_top; /* greatest height seen in this body */
    wasm_control *controls;
    uint32_t control_count;
    uint32_t control_room;
    wasm_local_run *runs;
    uint32_t run_count;
    uint32_t run_room;
    uint32_t local_count; /* parameters included */
    uint8_t direct[WASM_LOCALS_DIRECT];
} wasm_validator;

void seigr__wasm_validator_init(wasm_validator *v, const seigr_module *m,
                                seigr_error *error);
void seigr__wasm_validator_fini(wasm_validator *v);

/*
 * Read the local declarations of a body. f->type and f->body_at are known;
 * writes f->code_at, params, results and locals.
 *
 *   end  of the body in the module.
 */
int seigr__wasm_validate_locals(wasm_validator *v, wasm_function *f,
                                uint32_t end);

/* Check the instructions of a body of which the locals were read; writes
 * f->slots. */
int seigr__wasm_validate_body(wasm_validator *v, wasm_function *f);

/* The same in parts: begin, then check up to the instruction at an offset,
 * which leaves in v the operands' types there. SEIGR_E_NOTFOUND: there is no
 * instruction at that offset, or it lies behind. */
int seigr__wasm_validate_open(wasm_validator *v, const wasm_function *f);
int seigr__wasm_validate_to(wasm_validator *v, uint32_t offset);

/* The type of a local. */
unsigned seigr__wasm_local_type(const wasm_validator *v, uint32_t index);

/* Room for count items in an array that grows; count <= max. */
int seigr__wasm_grow(const seigr_context *context, void **items, uint32_t *room,
                     uint32_t used, uint32_t count, size_t item_size);

#endif
