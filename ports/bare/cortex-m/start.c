/* SPDX-License-Identifier: MIT */
/*
 * start.c - the vector table of a Cortex-M. The processor itself loads the
 * stack pointer from its first word.
 */
#include "../start.h" /* seigr__board_start */

_Noreturn void cortex_reset(void);

_Noreturn void cortex_reset(void)
{
    seigr__board_start();
}

union cortex_vector {
    uint32_t *stack;
    void (*handler)(void);
};

/* Reset, then the 14 exceptions of the architecture; interrupts stay off. */
__attribute__((section(".start"),
               used)) static const union cortex_vector cortex_vectors[16] = {
    {.stack = seigr__stack_top},     {.handler = cortex_reset},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
    {.handler = seigr__board_fault}, {.handler = seigr__board_fault},
};
