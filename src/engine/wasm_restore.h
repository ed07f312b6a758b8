/* SPDX-License-Identifier: MIT */
/*
 * wasm_restore.h - reading states: what wasm_restore.c and wasm_reframe.c
 * share.
 */
#ifndef SEIGR_SRC_ENGINE_WASM_RESTORE_H
#define SEIGR_SRC_ENGINE_WASM_RESTORE_H

#include "base/cbor.h"     /* seigr__cbor */
#include "base/error.h"    /* seigr__fail */
#include "wasm_instance.h" /* seigr_instance */

/* A frame as it stands in the bytes, and what is found out about it. */
typedef struct restore_frame {
    uint32_t function;
    uint32_t offset; /* of the next instruction that costs, in the module */
    uint32_t locals;
    uint32_t height;  /* operands */
    size_t values_at; /* of the array of locals, in the reader's bytes */
    uint32_t site;    /* offset of the call that it waits for; of the frame
                         that runs: offset */
    uint32_t effect;  /* operands that the instruction at site takes */
} restore_frame;

/* From the one that runs outwards. */
typedef struct restore_frames {
    restore_frame *items;
    uint32_t count;
} restore_frames;

int seigr__restore_array(seigr__cbor *r, uint64_t count, const char *what);
int seigr__restore_uint(seigr__cbor *r, uint64_t max, const char *what,
                        uint64_t *out);
/* A number of one of count things; without any, none is accepted. */
int seigr__restore_index(seigr__cbor *r, uint32_t count, const char *what,
                         uint32_t *out);
/* A value of that type as its bit pattern. */
int seigr__restore_value(seigr__cbor *r, unsigned type, uint64_t *out);

/* Read frames as numbers, bounded by the instance's options. items is the
 * caller's to release, also after a failure. */
int seigr__restore_frames_read(seigr_instance *instance, seigr__cbor *r,
                               restore_frames *frames);

/* Check frames against the module's code and put them on the stack. r is of
 * the bytes that they were read from. */
int seigr__restore_frames_make(seigr_instance *instance, const seigr__cbor *r,
                               restore_frames *frames);

/* What seigr_state_root() refuses. */
int seigr__wasm_state_check(const seigr_instance *instance,
                            const seigr_state_info *info);

/* The root from both parts of a snapshot. */
void seigr__wasm_snapshot_root(const seigr_context *context, seigr_span rest,
                               seigr_span leaves, seigr_hash *out);

#endif
