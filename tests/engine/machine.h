/* SPDX-License-Identifier: MIT */
/*
 * machine.h - modules and instances for the engine's tests.
 */
#ifndef SEIGR_TESTS_ENGINE_MACHINE_H
#define SEIGR_TESTS_ENGINE_MACHINE_H

#include "support.h"

#include "seigr/engine.h"

/* A context on the test's own allocator; one for the whole program. */
const seigr_context *machine_context(void);

/* A module from a file below the test's data, or from anywhere. */
seigr_module *machine_module(seigr_span bytes);

/* Bytes of a file of the vectors, "wasm-spec/call/call.0.wasm". */
seigr_span machine_vector(const char *name);

/* Steps until the instance stops for another reason than fuel; slice 0:
 * all fuel at once. */
seigr_outcome machine_run(seigr_instance *instance, uint64_t slice);

/* Ask for an export to be called and run it to its end. */
seigr_outcome machine_call(seigr_instance *instance, const char *name,
                           const uint64_t *args, uint32_t count,
                           uint64_t slice);

/* A state on its way from one instance to another. */
typedef struct machine_state {
    uint8_t *rest; /* the snapshot */
    size_t rest_len;
    uint8_t *pages; /* of 4 KiB, one after another */
    seigr_hash *hashes;
    size_t page_count;
    size_t next; /* to be asked for, likely */
} machine_state;

/* The whole state of an instance, whatever was put before. */
machine_state machine_take(seigr_instance *instance);
/* Into an instance that has not run. Returns its root. */
seigr_hash machine_give(const machine_state *state, seigr_instance *instance);
void machine_drop(machine_state *state);

/* The module that the specification's tests import as "spectest". */
seigr_span machine_spectest(void);

/* A number of a vector: decimal text of a bit pattern. */
uint64_t machine_bits(const char *text);

#endif
