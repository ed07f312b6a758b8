/* SPDX-License-Identifier: MIT */
/*
 * engine.h - deterministic WebAssembly that can stop at any instruction.
 *
 * A module is bytes that were decoded, validated and translated as a whole;
 * an instance is a module with memory, table, globals and a guest stack. An
 * instance runs in bounded steps paid in fuel (FORMATS.md section 8): the
 * same module, imports and calls give the same results, traps, fuel and
 * memory on every machine. The engine opens no file, reads no clock and
 * calls nothing but the functions that it is handed.
 *
 * Threads: a module may be shared by instances in several threads; one
 * thread at a time per instance and per group of linked instances.
 */
#ifndef SEIGR_ENGINE_H
#define SEIGR_ENGINE_H

#include "seigr/base.h" /* spans, context, status codes, seigr_id, seigr_hash */

#ifdef __cplusplus
extern "C" {
#endif

/* Value types, as the binary format writes them. */
#define SEIGR_WASM_I32 0x7fu
#define SEIGR_WASM_I64 0x7eu
#define SEIGR_WASM_F32 0x7du
#define SEIGR_WASM_F64 0x7cu

/* What an import or export is, as the binary format writes it. */
#define SEIGR_WASM_FUNCTION 0u
#define SEIGR_WASM_TABLE 1u
#define SEIGR_WASM_MEMORY 2u
#define SEIGR_WASM_GLOBAL 3u

#define SEIGR_WASM_PAGE_LEN 65536u

/*
 * Bounds past which a module is refused. Start from
 * SEIGR_MODULE_LIMITS_INIT; no field may be raised above it.
 */
typedef struct seigr_module_limits {
    uint32_t struct_size;
    uint32_t size_max;     /* bytes of the module */
    uint32_t type_max;     /* function types */
    uint32_t function_max; /* functions, imported ones included */
    uint32_t import_max;
    uint32_t export_max;
    uint32_t global_max;  /* globals, imported ones included */
    uint32_t data_max;    /* data segments */
    uint32_t element_max; /* element segments */
    uint32_t param_max;   /* parameters of one type, results likewise */
    uint32_t local_max;   /* parameters and locals of one function */
    uint32_t height_max;  /* operands of one function at one time */
    uint32_t body_max;    /* bytes of one function's body */
    uint32_t nesting_max; /* blocks inside each other */
    uint32_t branch_max;  /* targets of one br_table */
    uint32_t name_max;    /* bytes of one name */
} seigr_module_limits;

#define SEIGR_MODULE_LIMITS_INIT                                               \
    {                                                                          \
        (uint32_t)sizeof(seigr_module_limits), 67108864u, 65536u, 262144u,     \
            65536u, 65536u, 65536u, 65536u, 65536u, 1000u, 50000u, 15000u,     \
            8388608u, 16384u, 65536u, 65535u                                   \
    }

/* No allocation made for a module, nor their sum while it is made or kept,
 * passes this many times its size plus SEIGR_MODULE_MEMORY_BASE bytes. */
#define SEIGR_MODULE_MEMORY_TIMES 64u
#define SEIGR_MODULE_MEMORY_BASE 16384u

typedef struct seigr_module seigr_module;

/*
 * Decode, validate and translate a module. Nothing of it runs.
 *
 *   context  needs allocator; borrowed until the module is freed.
 *   bytes    a WebAssembly binary; borrowed until the module is freed.
 *   limits   NULL: the defaults.
 *   out      receives the module; caller releases with seigr_module_free().
 *   error    may be NULL; offset counts from the start of bytes.
 *
 * Returns 0; SEIGR_E_FORMAT (malformed or invalid), SEIGR_E_TRUNCATED,
 * SEIGR_E_UNSUPPORTED with the feature named, SEIGR_E_LIMIT with the limit
 * named, SEIGR_E_NOMEM, SEIGR_E_INVAL. out is untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int seigr_module_new(const seigr_context *context,
                                              seigr_span bytes,
                                              const seigr_module_limits *limits,
                                              seigr_module **out,
                                              seigr_error *error);

/*
 * Release a module. Its instances must be gone. NULL is fine.
 */
SEIGR_API void seigr_module_free(seigr_module *module);

/* What a module imports or exports. Spans are borrowed from its bytes. */
typedef struct seigr_module_entry {
    seigr_span module; /* of an import; empty for an export */
    seigr_span name;
    uint32_t kind;     /* SEIGR_WASM_* */
    uint32_t index;    /* in the index space of its kind */
    seigr_span params; /* of a function: value types, one byte each */
    seigr_span results;
} seigr_module_entry;

/*
 * Walk the imports of a module in their order.
 *
 *   index  from 0.
 *
 * Returns 1 and an entry, or 0 behind the last.
 */
SEIGR_API int seigr_module_import(const seigr_module *module, uint32_t index,
                                  seigr_module_entry *out);

/*
 * Walk the exports of a module in their order.
 *
 *   index  from 0.
 *
 * Returns 1 and an entry, or 0 behind the last.
 */
SEIGR_API int seigr_module_export(const seigr_module *module, uint32_t index,
                                  seigr_module_entry *out);

/* --- instances --------------------------------------------------------- */

typedef struct seigr_instance seigr_instance;

/* Why a guest was stopped for good. Numbers are appended, never changed. */
#define SEIGR_TRAP_UNREACHABLE 1u
#define SEIGR_TRAP_MEMORY 2u            /* access out of bounds */
#define SEIGR_TRAP_TABLE 3u             /* access out of bounds */
#define SEIGR_TRAP_UNDEFINED_ELEMENT 4u /* call_indirect past the table */
#define SEIGR_TRAP_NULL_ELEMENT 5u      /* call_indirect of nothing */
#define SEIGR_TRAP_INDIRECT_TYPE 6u     /* call_indirect of another type */
#define SEIGR_TRAP_DIVIDE_BY_ZERO 7u
#define SEIGR_TRAP_INTEGER_OVERFLOW 8u
#define SEIGR_TRAP_INVALID_CONVERSION 9u /* of a NaN to an integer */
#define SEIGR_TRAP_STACK 10u             /* depth or slots exhausted */
#define SEIGR_TRAP_HOST 11u              /* a host function refused */

/*
 * The sentence that belongs to a trap.
 *
 * Returns a static string, never NULL.
 */
SEIGR_API const char *seigr_trap_text(uint32_t trap);

/* How a step ended. */
#define SEIGR_RUN_DONE 0u        /* what was asked for is finished */
#define SEIGR_RUN_TRAPPED 1u     /* see trap; the instance runs no more */
#define SEIGR_RUN_OUT_OF_FUEL 2u /* step again with more */
#define SEIGR_RUN_YIELDED 3u     /* a host function asked for a pause */
#define SEIGR_RUN_WAITING                                                      \
    4u                      /* a host function has no answer yet: step         \
                               again, and it is asked again */
#define SEIGR_RUN_EXITED 5u /* a host function ended the run */

/* What a step came to. Start from SEIGR_OUTCOME_INIT. */
typedef struct seigr_outcome {
    uint32_t struct_size;
    uint32_t status;    /* SEIGR_RUN_* */
    uint32_t trap;      /* SEIGR_TRAP_*, if TRAPPED */
    uint32_t function;  /* that was running; UINT32_MAX: none */
    uint64_t offset;    /* in the module, of the trapping or next instruction */
    uint64_t fuel_used; /* in all, since the instance was made */
} seigr_outcome;

#define SEIGR_OUTCOME_INIT                                                     \
    {                                                                          \
        (uint32_t)sizeof(seigr_outcome), 0, 0, UINT32_MAX, 0, 0                \
    }

/* What a host function is called with. */
typedef struct seigr_host_call {
    seigr_instance *instance; /* the caller */
    uint64_t *values;         /* arguments; the results are written over them.
                                 Of 32-bit types the upper half is zero */
    uint64_t fuel_used;       /* before this call */
    uint64_t fuel_left;       /* of the step, behind this call's cost */
    void *ctx;
} seigr_host_call;

/* What a host function answers. */
#define SEIGR_HOST_OK 0    /* results are written */
#define SEIGR_HOST_TRAP 1  /* the guest traps, SEIGR_TRAP_HOST */
#define SEIGR_HOST_WAIT 2  /* nothing was done: ask again in a later step */
#define SEIGR_HOST_YIELD 3 /* as OK, and the step ends here */
#define SEIGR_HOST_EXIT 4  /* the run is over */

/*
 * A function of the host's. Tables of these are static data of the caller.
 */
typedef struct seigr_host_function {
    const char *module;
    const char *name;
    const char *type; /* parameters:results, a letter each: i I f F for i32
                         i64 f32 f64; "ii:i" */
    /* What the call costs besides 1, from the arguments and guest memory
     * before it acts; NULL: nothing. */
    uint64_t (*cost)(const seigr_host_call *call);
    int (*call)(seigr_host_call *call); /* SEIGR_HOST_* */
} seigr_host_function;

/* What is handed in for an import, or stands behind an export: a function
 * of the host's, or what an instance has. */
typedef struct seigr_extern {
    uint32_t kind;                   /* SEIGR_WASM_* */
    uint32_t index;                  /* in the instance's space of that kind */
    seigr_instance *instance;        /* NULL: a host function */
    const seigr_host_function *host; /* borrowed as long as the instance */
    void *ctx;                       /* given to host */
} seigr_extern;

/* Bounds of an instance. Start from SEIGR_INSTANCE_OPTIONS_INIT. */
typedef struct seigr_instance_options {
    uint32_t struct_size;
    uint32_t pages_max; /* of memory, 64 KiB each */
    uint32_t table_max; /* elements */
    uint32_t depth_max; /* frames */
    uint32_t slots_max; /* parameters, locals and operands of all frames */
    uint32_t reserved;  /* zero */
} seigr_instance_options;

#define SEIGR_INSTANCE_OPTIONS_INIT                                            \
    {                                                                          \
        (uint32_t)sizeof(seigr_instance_options), 65536u, 1048576u, 16384u,    \
            262144u, 0                                                         \
    }

/*
 * Make an instance: link its imports, take its memory and table. Nothing
 * runs yet: the first steps initialise segments and run the start function,
 * and cost what that costs.
 *
 *   context  needs allocator; borrowed until the instance is freed.
 *   module   borrowed until the instance is freed.
 *   options  NULL: the defaults.
 *   imports  one for each import, in the module's order; copied. Instances
 *            in it must be freed after this one, and those whose table this
 *            one may write to together with it.
 *   out      caller releases with seigr_instance_free().
 *
 * Returns 0; SEIGR_E_NOTFOUND if an import is not handed in,
 * SEIGR_E_MISMATCH if it is of another type, each with the import named;
 * SEIGR_E_LIMIT if memory or table pass the options; SEIGR_E_NOMEM;
 * SEIGR_E_INVAL. out is untouched on failure.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_instance_new(const seigr_context *context, const seigr_module *module,
                   const seigr_instance_options *options,
                   const seigr_extern *imports, uint32_t import_count,
                   seigr_instance **out, seigr_error *error);

/*
 * Release an instance. NULL is fine.
 */
SEIGR_API void seigr_instance_free(seigr_instance *instance);

/*
 * Look up an export.
 *
 * Returns 0, or SEIGR_E_NOTFOUND with the name in the text.
 */
SEIGR_API int seigr_instance_export(const seigr_instance *instance,
                                    seigr_span name, seigr_extern *out,
                                    seigr_error *error);

/*
 * Ask for a function to be called; seigr_instance_step() then runs it.
 *
 *   function  index in the module.
 *   args      bit patterns, of 32-bit types in the lower half.
 *
 * Returns 0; SEIGR_E_AGAIN while the instance is not initialised or another
 * call is not finished; SEIGR_E_MISMATCH for a wrong number of arguments;
 * SEIGR_E_NOTFOUND, SEIGR_E_CANCELED after a trap that the instance does not
 * survive, SEIGR_E_NOMEM.
 */
SEIGR_API SEIGR_MUST_USE int seigr_instance_call(seigr_instance *instance,
                                                 uint32_t function,
                                                 const uint64_t *args,
                                                 uint32_t arg_count,
                                                 seigr_error *error);

/*
 * Run for at most so much fuel. A trap is an outcome, not a failure.
 *
 *   out  what it came to.
 *
 * Returns 0; SEIGR_E_NOMEM, with the state as it was before an instruction:
 * stepping again goes on; SEIGR_E_INVAL, also from a host function for the
 * instance that calls it and after EXITED.
 */
SEIGR_API SEIGR_MUST_USE int seigr_instance_step(seigr_instance *instance,
                                                 uint64_t fuel,
                                                 seigr_outcome *out);

/*
 * The results of a call that is done.
 *
 *   out    room for count values.
 *   count  at least the number of results.
 *
 * Returns the number of results, or SEIGR_E_AGAIN, SEIGR_E_ROOM.
 */
SEIGR_API int seigr_instance_results(const seigr_instance *instance,
                                     uint64_t *out, uint32_t count);

/*
 * The memory of an instance, for reading.
 *
 * Returns a span, borrowed until the instance steps; empty without memory.
 */
SEIGR_API seigr_span seigr_instance_memory(const seigr_instance *instance);

/*
 * Write into the memory of an instance.
 *
 * Returns 0, or SEIGR_E_LIMIT if it does not fit, nothing written.
 */
SEIGR_API SEIGR_MUST_USE int
seigr_instance_write(seigr_instance *instance, uint64_t at, seigr_span bytes);

/*
 * The value of a global.
 *
 *   index  in the module's index space.
 *
 * Returns its bit pattern; 0 if there is no such global.
 */
SEIGR_API uint64_t seigr_instance_global(const seigr_instance *instance,
                                         uint32_t index);

/*
 * Grow the memory from outside, as memory.grow does but free of fuel.
 *
 * Returns the pages before, or -1: past the maximum, or no memory.
 */
SEIGR_API int64_t seigr_instance_grow(seigr_instance *instance, uint32_t pages);

/* --- state roots and snapshots (docs/spec/engine.md) ------------------- */

/* What of a state the engine does not know. Start from
 * SEIGR_STATE_INFO_INIT. */
typedef struct seigr_state_info {
    uint32_t struct_size;
    uint32_t reserved; /* zero */
    seigr_id program;
    seigr_id task;
    seigr_span host; /* state of host functions: one CBOR item, core
                        deterministic; empty: nil */
} seigr_state_info;

#define SEIGR_STATE_INFO_INIT                                                  \
    {                                                                          \
        .struct_size = (uint32_t)sizeof(seigr_state_info)                      \
    }

/*
 * The root of an instance's state between steps (FORMATS 8). Memory is
 * hashed where it changed since the root before.
 *
 *   instance  links to no other instance; its context needs crypto.
 *   info      borrowed until this returns.
 *   out       receives the root; untouched on failure.
 *
 * Returns 0; SEIGR_E_UNSUPPORTED for an instance that is linked to others;
 * SEIGR_E_NOMEM; SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_state_root(seigr_instance *instance,
                                              const seigr_state_info *info,
                                              seigr_hash *out);

#define SEIGR_STATE_PAGE_LEN 4096u

/*
 * Write a snapshot: everything but the memory, and the hashes of its pages.
 * The pages that changed since the snapshot before go to a callback. Pages of
 * zeros go nowhere.
 *
 *   put      takes a page under its leaf hash, borrowed until it returns;
 *            other than 0 ends this with what it returned. The same page may
 *            come again. NULL: pages are not wanted.
 *   out      room; {NULL, 0} asks for the length, and no page is put.
 *   len_out  receives the length written or needed.
 *
 * Returns 0; SEIGR_E_ROOM with *len_out set; SEIGR_E_CANCELED for an instance
 * that runs no more; as seigr_state_root().
 */
SEIGR_API SEIGR_MUST_USE int seigr_snapshot_encode(
    seigr_instance *instance, const seigr_state_info *info,
    int (*put)(const seigr_hash *hash, seigr_span page, void *ctx), void *ctx,
    seigr_buf out, size_t *len_out);

/*
 * Bring an instance that has not run to the state of a snapshot. The bytes
 * are not trusted: whatever is not a state that the program can be in is
 * refused.
 *
 *   get       gives the page of a leaf hash, borrowed until the next call;
 *             what it gives is checked. Pages of zeros are not asked for.
 *   info_out  receives program, task and the host's part, a span of snapshot;
 *             may be NULL.
 *   root_out  receives the state root; may be NULL.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED, SEIGR_E_MISMATCH (it is of
 * another program, or a page is not what its hash says), SEIGR_E_LIMIT, what
 * get returned, SEIGR_E_NOMEM, SEIGR_E_INVAL. After a failure the instance
 * can only be freed.
 */
SEIGR_API SEIGR_MUST_USE int seigr_snapshot_restore(
    seigr_instance *instance, seigr_span snapshot,
    int (*get)(const seigr_hash *hash, seigr_span *page, void *ctx), void *ctx,
    seigr_state_info *info_out, seigr_hash *root_out, seigr_error *error);

/*
 * The state root that a snapshot has, from its bytes alone.
 *
 *   context  needs crypto.
 *
 * Returns 0; SEIGR_E_FORMAT, SEIGR_E_TRUNCATED.
 */
SEIGR_API SEIGR_MUST_USE int seigr_snapshot_root(const seigr_context *context,
                                                 seigr_span snapshot,
                                                 seigr_hash *out,
                                                 seigr_error *error);

#ifdef __cplusplus
}
#endif

#endif
