/* SPDX-License-Identifier: MIT */
/*
 * guest.h - for programs that run as tasks: what they may ask besides WASI.
 *
 * This header belongs to the program, not to who runs it: compile it with
 * clang --target=wasm32 or --target=wasm32-wasi. Each function is an import
 * of module "seigr" and costs fuel as docs/spec/wasi.md says. Where an int is
 * returned, less than 0 is an errno of WASI preview 1 made negative.
 *
 * Threads: there are none.
 */
#ifndef SEIGR_GUEST_H
#define SEIGR_GUEST_H

#include <stdint.h> /* uint8_t, uint32_t, int64_t */

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__wasm__)
#define SEIGR_GUEST_IMPORT(name)                                               \
    __attribute__((import_module("seigr"), import_name(name)))
#else
#define SEIGR_GUEST_IMPORT(name)
#endif

#define SEIGR_GUEST_LINK_LEN 32u

/*
 * How many inputs the task has; they are numbered from 0 by their paths.
 */
SEIGR_GUEST_IMPORT("input_count") int seigr_guest_input_count(void);

/*
 * The number of the input with a path.
 *
 *   path, len  bytes without a NUL at the end.
 */
SEIGR_GUEST_IMPORT("input_find")
int seigr_guest_input_find(const char *path, uint32_t len);

/*
 * The number of the first input that is a capsule.
 *
 *   link  SEIGR_GUEST_LINK_LEN bytes: the capsule's ID.
 */
SEIGR_GUEST_IMPORT("input_by_link")
int seigr_guest_input_by_link(const uint8_t *link);

/*
 * Which capsule an input is.
 *
 *   out  receives SEIGR_GUEST_LINK_LEN bytes.
 *
 * Returns 0, or less than 0.
 */
SEIGR_GUEST_IMPORT("input_link")
int seigr_guest_input_link(int input, uint8_t *out);

/*
 * The bytes of an input; less than 0 where there is none.
 */
SEIGR_GUEST_IMPORT("input_size") int64_t seigr_guest_input_size(int input);

/*
 * Read from a place of an input, at most to the next multiple of 64 KiB.
 *
 * Returns how many bytes were read, 0 at the end.
 */
SEIGR_GUEST_IMPORT("input_read")
int seigr_guest_input_read(int input, uint64_t at, void *out, uint32_t room);

/*
 * Write to the output, behind what is there; the same as standard output.
 *
 * Returns 0, or less than 0 with nothing written.
 */
SEIGR_GUEST_IMPORT("output_write")
int seigr_guest_output_write(const void *bytes, uint32_t len);

/*
 * Tell the people who run this. It is no part of the result.
 *
 *   level  1 error, 2 warning, 3 information, 4 debugging.
 */
SEIGR_GUEST_IMPORT("log")
int seigr_guest_log(int level, const char *text, uint32_t len);

/*
 * How many ends of channels the task gives; their handles are 0, 1, 2 ...
 */
SEIGR_GUEST_IMPORT("channel_count") int seigr_guest_channel_count(void);

/*
 * The longest message that a channel can hold.
 */
SEIGR_GUEST_IMPORT("channel_room") int seigr_guest_channel_room(int handle);

/*
 * Send a message; waits until there is room for it. Whether anybody receives
 * it cannot be told.
 *
 * Returns 0, or less than 0 with nothing sent.
 */
SEIGR_GUEST_IMPORT("send")
int seigr_guest_send(int handle, const void *message, uint32_t len);

/*
 * Receive the next message; waits until there is one.
 *
 *   out  receives its first bytes, at most room of them: the rest is lost.
 *
 * Returns the length that it had; less than 0, EPIPE (64), where there will
 * be none any more.
 */
SEIGR_GUEST_IMPORT("receive")
int seigr_guest_receive(int handle, void *out, uint32_t room);

/*
 * Hint that now is a good moment to write the run down.
 */
SEIGR_GUEST_IMPORT("checkpoint") void seigr_guest_checkpoint(void);

/*
 * The fuel of the task that is left before this call.
 */
SEIGR_GUEST_IMPORT("fuel_left") uint64_t seigr_guest_fuel_left(void);

#ifdef __cplusplus
}
#endif

#endif
