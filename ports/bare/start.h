/* SPDX-License-Identifier: MIT */
/*
 * start.h - what start-up code, semihosting and the rest of a board share.
 */
#ifndef SEIGR_PORTS_BARE_START_H
#define SEIGR_PORTS_BARE_START_H

#include <stdint.h> /* uintptr_t */

/* Virtual time of one instruction under QEMU's -icount shift=6. */
#define SEIGR__INSTRUCTION_NS 64u

/* Places that the linker script names; only their addresses mean something. */
extern uint32_t seigr__data_load[], seigr__data[], seigr__data_end[];
extern uint32_t seigr__bss[], seigr__bss_end[];
extern uint32_t seigr__stack_limit[], seigr__stack_top[];

/* Fill .data and .bss, run main() and exit with what it returns. */
_Noreturn void seigr__board_start(void);

/* What a fault or an unexpected interrupt ends in. */
_Noreturn void seigr__board_fault(void);

/* One semihosting call (the family's own instruction sequence). */
uintptr_t seigr__semihost(uintptr_t operation, const void *argument);

#endif
