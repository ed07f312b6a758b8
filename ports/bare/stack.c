/* SPDX-License-Identifier: MIT */
/*
 * stack.c - how deep a call goes: paint the unused stack, call, look.
 *
 * The figure counts from the stack pointer of whoever painted, so it is what
 * the call adds to what its caller uses already.
 */
#include "board.h" /* board_stack_paint */
#include "start.h" /* seigr__stack_limit */

#define STACK_PATTERN 0x51a7c0deu
/* Room for the painting function itself. */
#define STACK_MARGIN 64u

static uintptr_t stack_from;

__attribute__((noinline)) void board_stack_paint(void)
{
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    const uintptr_t end = here - STACK_MARGIN;

    stack_from = here;
    for (volatile uint32_t *word = seigr__stack_limit; (uintptr_t)word < end;
         word++)
        *word = STACK_PATTERN;
}

__attribute__((noinline)) size_t board_stack_used(void)
{
    const volatile uint32_t *word = seigr__stack_limit;

    while ((uintptr_t)word < stack_from && *word == STACK_PATTERN)
        word++;
    return (size_t)(stack_from - (uintptr_t)word);
}
