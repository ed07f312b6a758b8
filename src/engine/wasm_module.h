/* SPDX-License-Identifier: MIT */
/*
 * wasm_module.h - what a decoded, validated and translated module is.
 *
 *     bytes --decode--> sections, types, segments   (wasm_decode.c,
 *                                                    wasm_segment.c)
 *       each body --validate--> height              (wasm_validate.c)
 *                 --translate--> code, leaders,     (wasm_translate.c,
 *                                blocks, sites       wasm_emit.c)
 *
 * Spans and offsets point into the caller's bytes, which outlive the module.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_MODULE_H
#define SEIGR_SRC_ENGINE_WASM_MODULE_H

#include "seigr/engine.h" /* limits */
#include "wasm_reader.h"  /* wasm_reader */

#define WASM_ABSENT UINT32_MAX
#define WASM_MEMORY_PAGES_MAX 65536u

typedef struct wasm_type {
    const uint8_t *params;
    const uint8_t *results;
    uint16_t param_count;
    uint16_t result_count;
    uint32_t canonical; /* the first type equal to this one */
} wasm_type;

/* One function. Imported ones have a type only. */
typedef struct wasm_function {
    uint32_t type;       /* index of its type, made canonical */
    uint32_t body_at;    /* of the code body: local declarations */
    uint32_t code_at;    /* of the first instruction */
    uint32_t body_end;   /* behind the last */
    uint16_t params;     /* slots 0 to params-1 */
    uint16_t results;    /* left in slots 0 to results-1 */
    uint16_t locals;     /* slots params to params+locals-1 */
    uint16_t slots;      /* params + locals + greatest operand height */
    uint32_t unit_at;    /* first unit of its code */
    uint32_t leader_at;  /* first of its leaders; the next function's follow */
    uint32_t block_at;   /* first of its blocks */
    uint32_t entry_cost; /* floor(locals/8) + cost of its first leader */
} wasm_function;

/*
 * A place in the code where the abstract state is at hand: every local and
 * operand in the slot of its own. cost is what is charged on coming here by
 * a taken branch: that of the instructions up to the next place where a
 * charge is made (docs/design/engine.md).
 */
typedef struct wasm_leader {
    uint32_t unit_at; /* in the module's code */
    uint32_t offset;  /* of the next instruction, in the module */
    uint16_t cost;
    uint16_t height;  /* operands */
    uint32_t site_at; /* first byte of its sites (wasm_emit.h) */
    uint32_t next;    /* offset of the first instruction that costs, or of the
                         last end: from offset on; of an instruction that may
                         stop, from behind it on */
} wasm_leader;

/* A block, loop or if, for finding the target of a branch by offset. */
typedef struct wasm_block {
    uint32_t start;   /* offset of its opcode */
    uint32_t end;     /* offset behind its end */
    uint32_t height;  /* operands below its parameters */
    uint32_t parent;  /* block that it stands in; WASM_ABSENT: the body */
    uint32_t else_at; /* offset behind its else; 0: none */
} wasm_block;

typedef struct wasm_import {
    seigr_span module;
    seigr_span name;
    uint32_t kind;  /* SEIGR_WASM_* */
    uint32_t index; /* in the space of its kind */
} wasm_import;

typedef struct wasm_export {
    seigr_span name;
    uint32_t kind;
    uint32_t index;
} wasm_export;

typedef struct wasm_limits {
    uint32_t min;
    uint32_t max; /* valid if has_max */
    uint32_t has_max;
} wasm_limits;

typedef struct wasm_global {
    uint8_t type;
    uint8_t is_mutable;
    uint8_t is_imported;
    uint32_t init_at; /* offset of its constant expression */
} wasm_global;

#define WASM_SEGMENT_ACTIVE 0u
#define WASM_SEGMENT_PASSIVE 1u
#define WASM_SEGMENT_DECLARED 2u

typedef struct wasm_data {
    uint32_t mode;
    uint32_t offset_at; /* of the constant expression, if active */
    uint32_t at;        /* of its bytes */
    uint32_t len;
} wasm_data;

typedef struct wasm_element {
    uint32_t mode;
    uint32_t offset_at;
    uint32_t count;
    uint32_t *items; /* function indexes, WASM_ABSENT: null */
} wasm_element;

struct seigr_module {
    const seigr_context *context;
    seigr_module_limits limits;
    seigr_span bytes;

    wasm_type *types;
    uint32_t type_count;
    wasm_import *imports;
    uint32_t import_count;
    wasm_function *functions; /* imported ones first */
    uint32_t function_count;
    uint32_t function_imports;
    wasm_global *globals;
    uint32_t global_count;
    uint32_t global_imports;
    wasm_export *exports;
    uint32_t export_count;
    wasm_data *data;
    uint32_t data_count;     /* known from the data count section first */
    uint32_t has_data_count; /* 1: the section is there */
    wasm_element *elements;
    uint32_t element_count;

    uint32_t table_count; /* 0 or 1 */
    uint32_t table_imported;
    wasm_limits table;
    uint32_t memory_count; /* 0 or 1 */
    uint32_t memory_imported;
    wasm_limits memory;
    uint32_t start; /* function index or WASM_ABSENT */

    uint16_t *units; /* the code of all functions */
    uint32_t unit_count;
    wasm_leader *leaders; /* ascending by unit_at and by offset */
    uint32_t leader_count;
    wasm_block *blocks; /* ascending by start */
    uint32_t block_count;
    uint8_t *sites; /* where it can trap (wasm_emit.h) */
    uint32_t site_len;
};

/* --- wasm_segment.c: what stands between code and instance ------------- */

int seigr__wasm_decode_limits(wasm_reader *r, uint32_t max, const char *what,
                              wasm_limits *out);
int seigr__wasm_decode_globals(seigr_module *m, wasm_reader *r);
int seigr__wasm_decode_elements(seigr_module *m, wasm_reader *r);
int seigr__wasm_decode_data(seigr_module *m, wasm_reader *r);

/* A type of values, "what" it is of named in the refusal. */
int seigr__wasm_value_type(wasm_reader *r, uint32_t *out);

/*
 * The value of a valid constant expression at offset.
 *
 *   globals  values of the imported globals.
 */
uint64_t seigr__wasm_constant(const seigr_module *m, uint32_t offset,
                              const uint64_t *globals);

#endif
