/* SPDX-License-Identifier: MIT */
/*
 * sys/arena.h - an allocator in memory that the caller gives.
 *
 * What it is: a small heap for a board that has none, first fit, with
 * neighbours joined when they are free; nothing is asked of a system. What
 * it is not: fast with thousands of free pieces, or proof against a program
 * that writes past what it was given. This header may change in a minor
 * version.
 *
 * Threads: one at a time per arena; distinct arenas are independent.
 */
#ifndef SEIGR_SYS_ARENA_H
#define SEIGR_SYS_ARENA_H

#include "seigr/base.h" /* seigr_allocator, status codes */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct seigr_arena seigr_arena;

/*
 * Begin an arena. It needs no fini.
 *
 *   memory  borrowed as long as anything allocated from it is used; need not
 *           be aligned.
 *   len     bytes of it, of which about 64 are taken for the arena itself
 *           and 8 or 16 for each allocation.
 *   out     the arena, inside memory.
 *
 * Returns 0; SEIGR_E_ROOM where nothing could be allocated from so little;
 * SEIGR_E_INVAL.
 */
SEIGR_API SEIGR_MUST_USE int seigr_arena_init(void *memory, size_t len,
                                              seigr_arena **out);

/*
 * The allocator that takes from an arena, for a context.
 *
 * Returns a pointer borrowed as long as the arena is used.
 */
SEIGR_API const seigr_allocator *
seigr_arena_allocator(const seigr_arena *arena);

/*
 * Bytes of the arena that are taken now, its own and those in front of each
 * allocation included.
 */
SEIGR_API size_t seigr_arena_used(const seigr_arena *arena);

/*
 * The most that was ever taken: how much memory would have been enough, if
 * freed pieces never lay in the way.
 */
SEIGR_API size_t seigr_arena_peak(const seigr_arena *arena);

#ifdef __cplusplus
}
#endif

#endif
